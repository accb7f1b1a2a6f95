package matching

import "strings"

// articleNumber is a GS1 number of 8, 12, 13 or 14 digits without the zeros that only fill it up; "" for what is none, as its check
// digit tells.
func articleNumber(raw string) string {
	digits := strings.NewReplacer(" ", "", "-", "", ".", "").Replace(strings.TrimSpace(raw))
	switch len(digits) {
	case 8, 12, 13, 14:
	default:
		return ""
	}
	sum := 0
	for i := range len(digits) {
		if !isDigitByte(digits[i]) {
			return ""
		}
		weight := 1
		if (len(digits)-i)%2 == 0 {
			weight = 3
		}
		sum += weight * int(digits[i]-'0')
	}
	if sum%10 != 0 {
		return ""
	}
	return strings.TrimLeft(digits, "0")
}

// exclusive lists the comparisons of fields of which a thing has one value.
func (c *Corpus) exclusive() []int {
	var at []int
	for f, field := range c.fields {
		if field.Kind == KindGTIN {
			at = append(at, f)
		}
	}
	return at
}

// excluded tells whether two records cannot be one thing: by their sizes, grades or standards, or by what each thing has one of.
func (m *Comparer) excluded(a, b int) bool {
	if m.sizes(a, b) == 1 {
		return true
	}
	for _, f := range m.corpus.exclusive() {
		if m.field(a, b, f) == 1 {
			return true
		}
	}
	return false
}
