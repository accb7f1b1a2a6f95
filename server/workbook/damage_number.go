package workbook

import (
	"regexp"
	"strings"
	"unicode"
)

// numeral is a text read as a number.
type numeral struct {
	ok    bool
	plain string // "1234.5"
	// before and after are what stands around it: a currency, a unit, a percent sign.
	before, after string
	// sign is the decimal sign where the text can only be read with that one; "" where it has none.
	sign string
	// either says that the sign in it could be the decimal sign or set thousands apart: plain reads it as the first, grouped as the other.
	either  bool
	grouped string
	// exponent says that it is written with one.
	exponent bool
}

// numberForm is a number with what may stand around it. Blanks and apostrophes set thousands apart.
func numberForm() *regexp.Regexp {
	return regexp.MustCompile(`^((?:\p{Sc}|[A-Z]{3})?)\s*([+\-−]?)\s*((?:\d[\d \x{00a0}\x{2009}\x{202f}'’.,]*|[.,])\d|\d)(?:[eE]([+\-]?\d{1,3}))?\s*((?:[\p{L}\p{Sc}%‰°][\p{L}\p{Sc}%‰°²³/.]{0,11})?)$`)
}

// numbers reads many.
type numbers struct{ form *regexp.Regexp }

// parse reads a text as a number whose decimal sign is "." or ",", or not known. A text that cannot be read with the known sign is
// read with the only one it can have: sign tells.
func (r *numbers) parse(text, decimal string) numeral {
	if onlyDigits(text) {
		return numeral{ok: true, plain: text}
	}
	parts := r.form.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return numeral{}
	}
	body, blanks, ok := ungrouped(parts[3])
	if !ok {
		return numeral{}
	}
	n := readSigns(body, decimal, blanks)
	if !n.ok {
		return numeral{}
	}
	n.before, n.after = parts[1], parts[5]
	if parts[4] != "" {
		n.plain, n.exponent = shifted(n.plain, parts[4]), true
	}
	if parts[2] == "-" || parts[2] == "−" {
		n.plain = "-" + n.plain
		if n.grouped != "" {
			n.grouped = "-" + n.grouped
		}
	}
	return n
}

func onlyDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// ungrouped takes out blanks and apostrophes that set thousands apart; ok is false where they stand elsewhere.
func ungrouped(body string) (plain string, had, ok bool) {
	if !strings.ContainsFunc(body, isGroupSign) {
		return body, false, true
	}
	whole, fraction := body, ""
	if at := strings.IndexAny(body, ".,"); at >= 0 {
		whole, fraction = body[:at], body[at:]
	}
	if strings.ContainsFunc(fraction, isGroupSign) || !groups(strings.FieldsFunc(whole, isGroupSign)) {
		return "", true, false
	}
	return strings.Join(strings.FieldsFunc(whole, isGroupSign), "") + fraction, true, true
}

func isGroupSign(r rune) bool { return unicode.IsSpace(r) || r == '\'' || r == '’' }

// groups says that digits stand in thousands: one to three, then three each.
func groups(parts []string) bool {
	for i, part := range parts {
		if i > 0 && len(part) != 3 || len(part) == 0 || len(part) > 3 {
			return false
		}
	}
	return len(parts) > 1
}

// readSigns reads digits with points and commas. Blanks say that thousands are set apart already.
func readSigns(body, decimal string, blanks bool) numeral {
	last := strings.LastIndexAny(body, ".,")
	if last < 0 {
		return numeral{ok: true, plain: body}
	}
	sign, whole, fraction := body[last:last+1], body[:last], body[last+1:]
	other := map[string]string{".": ",", ",": "."}[sign]
	switch {
	case strings.Contains(whole, other): // 1.234,56
		if strings.Contains(whole, sign) || blanks || !groups(strings.Split(whole, other)) {
			return numeral{}
		}
		return numeral{ok: true, plain: strings.ReplaceAll(whole, other, "") + "." + fraction, sign: sign}
	case strings.Contains(whole, sign): // 1.234.567
		if blanks || !groups(strings.Split(body, sign)) {
			return numeral{}
		}
		return numeral{ok: true, plain: strings.ReplaceAll(body, sign, ""), sign: other}
	}
	return oneSign(whole, fraction, sign, decimal, blanks)
}

// oneSign reads digits with one point or comma, which is the decimal sign unless it could set thousands apart.
func oneSign(whole, fraction, sign, decimal string, blanks bool) numeral {
	n := numeral{ok: true, plain: withZero(whole) + "." + fraction}
	if blanks || len(fraction) != 3 || whole == "" || len(whole) > 3 || whole[0] == '0' {
		n.sign = sign
		return n
	}
	n.grouped = whole + fraction
	switch decimal { // 1.234
	case sign:
		n.grouped = ""
	case "":
		n.either = true
	default:
		n.either, n.plain, n.grouped = true, n.grouped, n.plain
	}
	return n
}

func withZero(whole string) string {
	if whole == "" {
		return "0"
	}
	return whole
}

// shifted writes a number with an exponent out.
func shifted(plain, exponent string) string {
	by := 0
	for _, r := range strings.TrimLeft(exponent, "+-") {
		by = by*10 + int(r-'0')
	}
	whole, fraction, _ := strings.Cut(plain, ".")
	if strings.HasPrefix(exponent, "-") {
		whole = strings.Repeat("0", by) + whole
		whole, fraction = whole[:len(whole)-by], whole[len(whole)-by:]+fraction
	} else {
		fraction += strings.Repeat("0", by)
		whole, fraction = whole+fraction[:by], fraction[by:]
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction == "" {
		return whole
	}
	return whole + "." + fraction
}
