package matching

import (
	"slices"
	"strings"
)

// inferSample is how many values of a column are read to tell its kind.
const inferSample = 2000

// InferKinds returns the kind of each column, told from its values and, where they leave a doubt, from its name. A column
// without values is skipped. Records with fewer values than there are names have empty ones.
func InferKinds(names []string, records []Record) []Kind {
	kinds := make([]Kind, len(names))
	for column, name := range names {
		profile := columnProfile{distinct: map[string]int{}}
		stride := max(1, len(records)/inferSample)
		for i := 0; i < len(records); i += stride {
			if column < len(records[i].Values) {
				profile.add(records[i].Values[column])
			}
		}
		kinds[column] = profile.kind(strings.ToLower(name))
	}
	return kinds
}

// columnProfile counts what the values of a column look like.
type columnProfile struct {
	values, numbers, dates, phones, codes, addresses, tokens, short int
	decimals, money                                                 int
	distinct                                                        map[string]int
}

func (p *columnProfile) add(raw string) {
	folded := strings.TrimSpace(Fold(raw))
	if folded == "" {
		return
	}
	p.values++
	p.distinct[folded]++
	words := strings.Fields(folded)
	p.tokens += len(words)
	bare := strings.Trim(folded, "$€£% ")
	switch {
	case looksDate(folded):
		p.dates++
	case looksNumber(bare):
		p.addNumber(bare, folded)
	case looksPhone(folded):
		p.phones++
	case len(words) == 1 && hasDigit(folded):
		p.codes++
	case len(words) > 1 && startsDigit(words[0]) && len(words) <= 9:
		p.addresses++
	case len(words) <= 3:
		p.short++
	}
}

func (p *columnProfile) addNumber(bare, folded string) {
	p.numbers++
	if strings.ContainsAny(bare, ".,") {
		p.decimals++
	}
	if bare != folded {
		p.money++
	}
}

func (p *columnProfile) share(n int) float64 { return float64(n) / float64(max(1, p.values)) }

// kind decides by what most values look like.
func (p *columnProfile) kind(name string) Kind {
	hint := func(words string) bool {
		return slices.ContainsFunc(strings.Fields(words), func(w string) bool { return strings.Contains(name, w) })
	}
	switch {
	case p.values == 0:
		return KindSkip
	case p.isDate(hint):
		return KindDate
	case p.share(p.phones) > 0.7, hint("phone telefon tel fax mobile") && p.share(p.numbers+p.phones+p.codes) > 0.6:
		return KindPhone
	case p.share(p.numbers) > 0.8:
		return p.numeric(hint)
	case p.share(p.codes+p.numbers) > 0.7:
		return KindCode
	}
	return p.textual(hint)
}

// isDate asks for the name's help unless nearly all values are dates.
func (p *columnProfile) isDate(hint func(string) bool) bool {
	share := p.share(p.dates)
	return share > 0.8 && hint("date dob birth day since time") || share > 0.95 && p.decimals == 0 && !hint("code id no number price")
}

// textual tells addresses, categories and names from other texts.
func (p *columnProfile) textual(hint func(string) bool) Kind {
	switch {
	case hint("address street strasse") || p.share(p.addresses) > 0.6:
		return KindAddress
	case p.values > 50 && len(p.distinct) <= 2+p.values/50:
		return KindCategory
	case float64(p.tokens)/float64(p.values) <= 3.2 && p.share(p.short) > 0.7:
		return KindName
	}
	return KindText
}

// numeric tells quantities from numbers that only name something.
func (p *columnProfile) numeric(hint func(string) bool) Kind {
	switch {
	case hint("price cost amount weight qty quantity abv percent year pages volume runtime length"), p.share(p.decimals) > 0.3, p.share(p.money) > 0.3:
		return KindNumber
	case hint("phone tel fax"):
		return KindPhone
	}
	return KindCode
}

func looksNumber(s string) bool {
	return s != "" && len(s) <= 20 && hasDigit(s) && strings.Trim(s, "0123456789.,") == ""
}

// looksDate accepts yyyy-mm-dd, dd.mm.yyyy, mm/dd/yy and yyyymmdd.
func looksDate(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) == 3 {
		for _, part := range parts {
			if !digitsOnly(part) || len(part) > 4 {
				return false
			}
		}
		return len(parts[0]) == 4 || len(parts[2]) == 4 || strings.ContainsAny(s, "/")
	}
	return looksCompactDate(s)
}

func looksCompactDate(s string) bool {
	if len(s) != 8 || !digitsOnly(s) {
		return false
	}
	within := func(part, least, most string) bool { return part >= least && part <= most }
	return within(s[:4], "1800", "2199") && within(s[4:6], "01", "12") && within(s[6:], "01", "31")
}

// looksPhone accepts seven to fifteen digits with the signs that stand between them.
func looksPhone(s string) bool {
	digits := 0
	for i := range len(s) {
		if isDigitByte(s[i]) {
			digits++
		}
	}
	return digits >= 7 && digits <= 15 && strings.ContainsAny(s, " -()+/") && strings.Trim(s, "0123456789 -()+/.") == ""
}
