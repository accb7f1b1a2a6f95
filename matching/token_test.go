package matching

import (
	"slices"
	"strings"
	"testing"
)

// written lists tokens as class:text.
func written(tokens []Token) []string {
	var out []string
	for _, token := range tokens {
		out = append(out, token.Class.String()+":"+token.Text)
	}
	return out
}

func TestNormalise(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   string
		want []string
	}{
		"a part as a plant writes it":      {"SKT-SCHR. M8X40 A2-70 DIN912", []string{"word:#hex", "word:#screw", "dimension:m8", "dimension:=40", "dimension:m8x40", "grade:1.4301", "grade:70", "standard:iso4762"}},
		"the same in another language":     {"Tornillo hexagonal M 8 x 40 ISO 4762 AISI 304", []string{"word:#screw", "word:#hex", "dimension:m8", "dimension:=40", "dimension:m8x40", "standard:iso4762", "grade:1.4301"}},
		"a code with separators":           {"6205-2RS", []string{"code:62052rs", "code:6205", "code:2rs"}},
		"a number is canonical":            {"6.0 3,5 1,000 2-1/2", []string{"number:6", "number:3.5", "code:1000", "number:2.5"}},
		"a year is a number":               {"office 2007", []string{"word:office", "number:2007"}},
		"a long number is a code":          {"12345", []string{"code:12345"}},
		"leading zeros do not count":       {"000123", []string{"code:123"}},
		"inches are millimetres":           {"1/2\" 12.7 mm", []string{"dimension:=12.7", "dimension:=12.7"}},
		"a preposition is no inch":         {"2 in 1", []string{"number:2", "stop word:in", "number:1"}},
		"a decimal comma":                  {"10,5x20mm", []string{"dimension:20x10.5"}},
		"nominal size and pressure":        {"DN50 PN 16", []string{"dimension:dn50", "dimension:pn16"}},
		"a resistance":                     {"2k2", []string{"dimension:r2200"}},
		"a legal form":                     {"Müller GmbH", []string{"word:muller", "legal form:gmbh"}},
		"a standard of three bodies":       {"DIN EN ISO 4017-8.8", []string{"standard:iso4017", "grade:8.8"}},
		"an ordinal is a word":             {"61st", []string{"word:61st"}},
		"nothing":                          {" \t ", nil},
		"signs alone":                      {"-- / ?", nil},
		"text without spaces in a script":  {"深圳", []string{"word:深圳"}},
		"a version":                        {"v5.1", []string{"number:5.1"}},
		"an unequal fraction is no inches": {"10/100", []string{"code:10100", "number:10", "number:100"}},
	}
	n := NewNormaliser(nil)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := written(n.Normalise(tt.in).Tokens)
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q:\ngot  %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestDimensionsHaveRoles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   string
		want []Dimension
	}{
		"thread and length":     {"M8x40", []Dimension{{RoleThread, 8}, {RoleLength, 40}}},
		"with its pitch":        {"M8x1.25x40", []Dimension{{RoleThread, 8}, {RolePitch, 1.25}, {RoleLength, 40}}},
		"in pieces":             {"M 8 x 40", []Dimension{{RoleThread, 8}, {RoleLength, 40}}},
		"an inch thread":        {"1/2-13", []Dimension{{RoleThread, 12.7}, {RolePitch, 25.4 / 13}}},
		"sides in any order":    {"5x20x10", []Dimension{{RoleSide, 20}, {RoleSide, 10}, {RoleSide, 5}}},
		"centimetres":           {"2x3cm", []Dimension{{RoleSide, 30}, {RoleSide, 20}}},
		"a measure with a unit": {"3,5 mm", []Dimension{{RoleLength, 3.5}}},
		"gauge":                 {"AWG 12", []Dimension{{RoleGauge, 12}}},
	}
	n := NewNormaliser(nil)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := n.Normalise(tt.in).Dims
			same := slices.EqualFunc(got, tt.want, func(a, b Dimension) bool { return a.Same(b) })
			if !same {
				t.Errorf("%q: got %v, want %v", tt.in, got, tt.want)
			}
		})
	}
}

func TestEquivalentGradesAreOne(t *testing.T) {
	t.Parallel()
	n := NewNormaliser(nil)
	for name, pair := range map[string][2]string{
		"screw standards":  {"DIN 933", "ISO 4017"},
		"stainless steel":  {"1.4301", "AISI 304"},
		"by its chemistry": {"X5CrNi18-10", "V2A"},
		"structural steel": {"St37-2", "S235JR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := n.Normalise(pair[0]).Grades, n.Normalise(pair[1]).Grades
			if len(a) != 1 || !slices.Equal(a, b) {
				t.Errorf("%s is %v, %s is %v", pair[0], a, pair[1], b)
			}
		})
	}
}

func TestLexiconGrows(t *testing.T) {
	t.Parallel()
	base := DefaultLexicon()
	grown := base.With([]Term{{Word: "Dübel", Concepts: []string{"anchor"}}})
	if got := grown.Concepts("duebel"); !slices.Equal(got, []string{"#anchor"}) {
		t.Errorf("the new word means %q", got)
	}
	if base.Concepts("duebel") != nil {
		t.Error("the old version has learnt the word as well")
	}
	if got := written(NewNormaliser(grown).Normalise("DÜBEL").Tokens); !slices.Equal(got, []string{"word:#anchor"}) {
		t.Errorf("the normaliser reads %q", got)
	}
}

func FuzzNormalise(f *testing.F) {
	for _, seed := range []string{"M8x40 DIN933-8.8", "x x x8 x", "1/0\"", "m", "dn", "iso", "1x2x3x4x5", "1e309mm", "\"\"'", strings.Repeat("9", 400), "a2-", "-1-1-", "🙂"} {
		f.Add(seed)
	}
	n := NewNormaliser(nil)
	f.Fuzz(func(t *testing.T, raw string) {
		first, folded := n.Normalise(raw), n.Normalise(Fold(raw))
		if !slices.Equal(first.Tokens, folded.Tokens) {
			t.Errorf("%q reads as %q, folded as %q", raw, written(first.Tokens), written(folded.Tokens))
		}
		if len(first.Tokens) > maxTokens || len(first.Dims) > 4*maxTokens {
			t.Errorf("%d tokens, %d dimensions", len(first.Tokens), len(first.Dims))
		}
		for _, token := range first.Tokens {
			if token.Text == "" || len(token.Text) > maxTokenBytes {
				t.Errorf("%q has an empty token", raw)
			}
		}
	})
}
