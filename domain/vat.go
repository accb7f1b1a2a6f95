package domain

import (
	"fmt"
	"strings"
)

// vatRule says how one country's VAT numbers look after its letters: N is a digit, A a letter, X either, and anything else itself;
// several forms are possible. Sound is what the check digits must fulfil; nil where the form is all there is.
type vatRule struct {
	forms []string
	sound func(number string) bool
}

// plainVAT is a VAT number without the blanks, points and hyphens that people write into it.
func plainVAT(code string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-", r) {
			return -1
		}
		return r
	}, strings.ToUpper(code))
}

// SoundVAT says whether a VAT number proves itself and, where it does not, what it looks like. One of a country whose rule is not
// known here is taken as it is.
func SoundVAT(code string) (sound bool, form string) {
	plain := plainVAT(code)
	if len(plain) < 4 || strings.Trim(plain[:2], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return false, "it begins with the two letters of its country"
	}
	country, number := plain[:2], plain[2:]
	if country == "CH" && strings.HasPrefix(number, "E") {
		country, number = "CHE", swissNumber(number[1:])
	}
	rule, known := vatRules()[country]
	if !known {
		return true, ""
	}
	for _, form := range rule.forms {
		if fitsForm(number, form) {
			return rule.sound == nil || rule.sound(number), fmt.Sprintf("the check digits do not fit the others of this number of %s", country)
		}
	}
	return false, fmt.Sprintf("one of %s looks like %s, where N is a digit, A a letter and X either", country, country+strings.Join(rule.forms, " or "+country))
}

// swissNumber is the number without the word for VAT in one of the country's languages.
func swissNumber(number string) string {
	for _, word := range []string{"MWST", "TVA", "IVA"} {
		number = strings.TrimSuffix(number, word)
	}
	return number
}

func fitsForm(number, form string) bool {
	if len(number) != len(form) {
		return false
	}
	for i := range len(form) {
		if !fitsSign(number[i], form[i]) {
			return false
		}
	}
	return true
}

func fitsSign(c, form byte) bool {
	digit, letter := c >= '0' && c <= '9', c >= 'A' && c <= 'Z'
	switch form {
	case 'N':
		return digit
	case 'A':
		return letter
	case 'X':
		return digit || letter
	case '*': // old Irish numbers have the signs + and * as well
		return digit || letter || c == '+' || c == '*'
	default:
		return c == form
	}
}

// vatRules are those of the member states, of Northern Ireland (XI) and of Switzerland (CHE).
func vatRules() map[string]vatRule {
	return map[string]vatRule{
		"AT": {[]string{"UNNNNNNNN"}, vatAT}, "BE": {[]string{"0NNNNNNNNN", "1NNNNNNNNN"}, vatBE}, "BG": {[]string{"NNNNNNNNN", "NNNNNNNNNN"}, vatBG},
		"CHE": {[]string{"NNNNNNNNN"}, vatCHE}, "CY": {[]string{"NNNNNNNNA"}, vatCY}, "CZ": {[]string{"NNNNNNNN", "NNNNNNNNN", "NNNNNNNNNN"}, vatCZ},
		"DE": {[]string{"NNNNNNNNN"}, vatDE}, "DK": {[]string{"NNNNNNNN"}, vatDK}, "EE": {[]string{"NNNNNNNNN"}, vatEE}, "EL": {[]string{"NNNNNNNNN"}, vatEL},
		"ES": {[]string{"XNNNNNNNX"}, vatES}, "FI": {[]string{"NNNNNNNN"}, vatFI}, "FR": {[]string{"XXNNNNNNNNN"}, vatFR}, "HR": {[]string{"NNNNNNNNNNN"}, vatDE11},
		"HU": {[]string{"NNNNNNNN"}, vatHU}, "IE": {[]string{"N*NNNNNA", "NNNNNNNA", "NNNNNNNAA"}, vatIE}, "IT": {[]string{"NNNNNNNNNNN"}, vatIT},
		"LT": {[]string{"NNNNNNNNN", "NNNNNNNNNNNN"}, vatLT}, "LU": {[]string{"NNNNNNNN"}, vatLU}, "LV": {[]string{"NNNNNNNNNNN"}, vatLV}, "MT": {[]string{"NNNNNNNN"}, vatMT},
		"NL": {[]string{"NNNNNNNNNBNN"}, vatNL}, "PL": {[]string{"NNNNNNNNNN"}, vatPL}, "PT": {[]string{"NNNNNNNNN"}, vatPT},
		"RO": {[]string{"NN", "NNN", "NNNN", "NNNNN", "NNNNNN", "NNNNNNN", "NNNNNNNN", "NNNNNNNNN", "NNNNNNNNNN"}, vatRO}, "SE": {[]string{"NNNNNNNNNN01"}, vatSE},
		"SI": {[]string{"NNNNNNNN"}, vatSI}, "SK": {[]string{"NNNNNNNNNN"}, vatSK}, "XI": {[]string{"NNNNNNNNN", "NNNNNNNNNNNN", "GDNNN", "HANNN"}, vatXI},
	}
}
