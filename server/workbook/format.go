package workbook

import (
	"strings"
	"unicode/utf8"
)

// numberFormat is a number format: which digits of a number are seen, and what stands between them.
type numberFormat struct {
	code string
	// plain shows a number as General does. That is also the answer for what is not understood: fractions, conditions.
	plain bool
	// date and clock say that a number is shown as a day, as a time of the day or both; elapsed, as hours that go beyond a day.
	date, clock, elapsed bool
	// sections are those for positive numbers, negative ones and 0, as far as there are any.
	sections []formatSection
}

// general is the format of a cell without one. It is never changed.
var general = &numberFormat{plain: true} //nolint:gochecknoglobals // a constant that the language cannot write

// formatSection is the format of numbers of one sign.
type formatSection struct {
	tokens []formatToken
	// whole and fraction count the places before and after the point; exponent are those of the exponent, -1 for none.
	whole, fraction, exponent int
	// shift moves the point to the right: 2 for each percent sign, -3 for each comma at the end.
	shift int
}

// formatToken is a place for a digit ('0', '#', '?'), the point ('.'), the sign of an exponent ('E', or 'e' where only a minus is
// shown), General ('G') or text ('"').
type formatToken struct {
	kind byte
	text string
}

// parseFormat understands the code of a format.
func parseFormat(code string) *numberFormat {
	f := &numberFormat{code: code}
	if code == "" || strings.EqualFold(code, "general") {
		return general
	}
	if f.findDate(); f.date || f.clock {
		return f
	}
	parts := splitSections(code)
	for _, part := range parts[:min(len(parts), 3)] {
		section, ok := parseSection(part)
		if !ok || len(parts) > 4 {
			return &numberFormat{code: code, plain: true}
		}
		f.sections = append(f.sections, section)
	}
	f.plain = !f.sections[0].shows()
	return f
}

// shows tells whether a section shows a number at all: "@" does not, and ";;;" hides what is there.
func (s formatSection) shows() bool {
	for _, t := range s.tokens {
		if t.kind != '"' {
			return true
		}
	}
	return false
}

// skipLiteral returns the index after what stands at i and is shown as it is, or not at all; i where that is a sign of the format.
func skipLiteral(code string, i int) int {
	switch code[i] {
	case '\\', '_', '*':
		if i+1 >= len(code) {
			return len(code)
		}
		_, size := utf8.DecodeRuneInString(code[i+1:])
		return i + 1 + size
	case '"':
		if end := strings.IndexByte(code[i+1:], '"'); end >= 0 {
			return i + end + 2
		}
		return len(code)
	default:
		return i
	}
}

// splitSections cuts a code at its semicolons.
func splitSections(code string) []string {
	var parts []string
	from := 0
	for i := 0; i < len(code); {
		if next := skipLiteral(code, i); next > i {
			i = next
			continue
		}
		if code[i] == ';' {
			parts = append(parts, code[from:i])
			from = i + 1
		}
		i++
	}
	return append(parts, code[from:])
}

// findDate looks for the letters of years, months, days, hours, minutes and seconds.
func (f *numberFormat) findDate() {
	code := splitSections(strings.ToLower(f.code))[0]
	months := false
	for i := 0; i < len(code); {
		next := skipLiteral(code, i)
		switch {
		case next > i:
		case strings.HasPrefix(code[i:], "general"):
			f.date, f.clock, f.elapsed = false, false, false
			return
		case code[i] == '[':
			next = f.findElapsed(code, i)
		case code[i] == 'm':
			next = i + len(code[i:]) - len(strings.TrimLeft(code[i:], "m"))
			months, f.date = true, f.date || next-i > 2
		default:
			f.date = f.date || strings.IndexByte("ydb", code[i]) >= 0
			f.clock = f.clock || strings.IndexByte("hs", code[i]) >= 0
			next = i + 1
		}
		i = next
	}
	// An m beside hours or seconds is a minute, beside days or years a month.
	f.date = f.date || months && !f.clock
}

// findElapsed looks for [h] and returns where the brackets end.
func (f *numberFormat) findElapsed(code string, i int) int {
	end := strings.IndexByte(code[i:], ']')
	if end < 0 {
		return len(code)
	}
	if inside := code[i+1 : i+end]; inside != "" && strings.Trim(inside, inside[:1]) == "" && strings.Contains("hms", inside[:1]) {
		f.clock, f.elapsed = true, true
	}
	return i + end + 1
}

// parseSection understands one section; false for what it does not: fractions and conditions.
func parseSection(code string) (formatSection, bool) {
	p := sectionParser{section: formatSection{exponent: -1}}
	for i := 0; i < len(code); {
		next, ok := p.take(code, i)
		if !ok {
			return formatSection{}, false
		}
		i = next
	}
	p.scale()
	return p.section, true
}

// sectionParser reads a section sign by sign.
type sectionParser struct {
	section formatSection
	point   bool
	commas  int // since the last place for a digit
}

// take reads what stands at i and returns where the next begins.
func (p *sectionParser) take(code string, i int) (int, bool) {
	if next := skipLiteral(code, i); next > i {
		switch code[i] {
		case '\\':
			p.literal(code[i+1 : next])
		case '"':
			p.literal(strings.Trim(code[i:next], `"`))
		}
		return next, true
	}
	switch code[i] {
	case '0', '#', '?':
		p.place(code[i])
	case '.':
		return i + 1, p.decimalPoint()
	case ',':
		p.commas++
	case '%':
		p.section.shift += 2
		p.literal("%")
	case '[':
		return p.bracket(code, i)
	case '/':
		return 0, false
	case '@':
	default:
		return p.word(code, i)
	}
	return i + 1, true
}

// word reads an exponent, General, or a character that stands for itself.
func (p *sectionParser) word(code string, i int) (int, bool) {
	rest := strings.ToLower(code[i:])
	switch {
	case strings.HasPrefix(rest, "e+"), strings.HasPrefix(rest, "e-"):
		return p.exponent(code, i)
	case strings.HasPrefix(rest, "general"):
		p.section.tokens = append(p.section.tokens, formatToken{kind: 'G'})
		return i + len("general"), true
	default:
		_, size := utf8.DecodeRuneInString(code[i:])
		p.literal(code[i : i+size])
		return i + size, true
	}
}

// decimalPoint adds the point; false for a second one.
func (p *sectionParser) decimalPoint() bool {
	if p.point {
		return false
	}
	p.scale()
	p.point = true
	p.section.tokens = append(p.section.tokens, formatToken{kind: '.'})
	return true
}

// literal adds text.
func (p *sectionParser) literal(text string) {
	p.section.tokens = append(p.section.tokens, formatToken{kind: '"', text: text})
}

// place adds a place for a digit. A comma between two of them groups thousands, which is not shown.
func (p *sectionParser) place(kind byte) {
	s := &p.section
	switch {
	case s.exponent >= 0:
		s.exponent++
	case p.point:
		s.fraction++
	default:
		s.whole++
	}
	p.commas = 0
	s.tokens = append(s.tokens, formatToken{kind: kind})
}

// scale takes the commas after the last digit for a division by a thousand each.
func (p *sectionParser) scale() {
	if p.section.whole > 0 {
		p.section.shift -= 3 * p.commas
	}
	p.commas = 0
}

func (p *sectionParser) exponent(code string, i int) (int, bool) {
	if p.section.exponent >= 0 || p.section.whole == 0 {
		return 0, false
	}
	kind := byte('E')
	if code[i+1] == '-' {
		kind = 'e'
	}
	p.section.exponent = 0
	p.section.tokens = append(p.section.tokens, formatToken{kind: kind})
	return i + 2, true
}

// bracket reads [Red], [$€-407] and the like.
func (p *sectionParser) bracket(code string, i int) (int, bool) {
	end := strings.IndexByte(code[i:], ']')
	if end < 0 {
		return 0, false
	}
	inside := code[i+1 : i+end]
	switch {
	case strings.HasPrefix(inside, "$"):
		symbol, _, _ := strings.Cut(inside[1:], "-")
		p.literal(symbol)
	case strings.ContainsAny(inside, "<>="):
		return 0, false
	}
	return i + end + 1, true
}
