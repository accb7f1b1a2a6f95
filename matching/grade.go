package matching

import (
	"strings"
)

// GradeFamily says which grades exclude each other: a bolt has one strength class and one material.
type GradeFamily uint8

// The families of grades.
const (
	FamilyMaterial GradeFamily = iota + 1
	FamilyStrength
	FamilyStandard
)

// String is the family's name in explanations.
func (f GradeFamily) String() string {
	return []string{"", "material", "strength class", "standard"}[min(int(f), 3)]
}

// Grade is a material, a strength class or a standard under its canonical name.
type Grade struct {
	Family GradeFamily
	Name   string
}

// grade reads a material or strength class: A2-70, 8.8, 1.4301, AISI 304, S235JR.
func (p *parse) grade() int {
	chunk := p.peek(0)
	if chunk == "aisi" {
		if name, known := p.n.tables.materials["aisi"+p.peek(1)]; known {
			p.addGrade(FamilyMaterial, name)
			return 2
		}
	}
	base, strength, _ := strings.Cut(chunk, "-")
	if name, known := p.n.tables.materials[chunk]; known {
		p.addGrade(FamilyMaterial, name)
		return 1
	}
	if name, known := p.n.tables.materials[base]; known && p.n.tables.strengths[strength] {
		p.addGrade(FamilyMaterial, name)
		p.addGrade(FamilyStrength, strength)
		return 1
	}
	if p.n.tables.strengths[chunk] && strings.Contains(chunk, ".") {
		p.addGrade(FamilyStrength, chunk)
		return 1
	}
	return 0
}

// standard reads DIN 933, DIN EN ISO 4017, ISO4017 and DIN933-8.8: the last body named before the number counts.
func (p *parse) standard() int {
	used, body := 0, ""
	for used < 4 && p.n.tables.bodies[p.peek(used)] {
		body = p.peek(used)
		used++
	}
	number := p.peek(used)
	if used == 0 {
		body, number = p.bodyPrefix(number)
	}
	if body == "" {
		return 0
	}
	digits := number
	if cut := strings.IndexFunc(number, func(r rune) bool { return r < '0' || r > '9' }); cut >= 0 {
		digits = number[:cut]
	}
	if len(digits) < 2 || len(digits) > 6 {
		return 0
	}
	p.addStandard(body + strings.TrimLeft(digits, "0"))
	if rest := strings.TrimLeft(number[len(digits):], "-./_"); rest != "" && p.n.tables.strengths[rest] {
		p.addGrade(FamilyStrength, rest)
	}
	return used + 1
}

// bodyPrefix cuts iso4017 into its body and number.
func (p *parse) bodyPrefix(chunk string) (body, number string) {
	cut := strings.IndexAny(chunk, "0123456789")
	if cut < 2 || !p.n.tables.bodies[strings.TrimRight(chunk[:cut], "-./_")] {
		return "", ""
	}
	return strings.TrimRight(chunk[:cut], "-./_"), chunk[cut:]
}

func (p *parse) addStandard(name string) {
	if same, known := p.n.tables.standards[name]; known {
		name = same
	}
	p.out.Grades = append(p.out.Grades, Grade{Family: FamilyStandard, Name: name})
	p.add(name, ClassStandard)
}

func (p *parse) addGrade(family GradeFamily, name string) {
	p.out.Grades = append(p.out.Grades, Grade{Family: family, Name: name})
	p.add(name, ClassGrade)
}
