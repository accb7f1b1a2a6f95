package domain

import "strings"

// CheckDigit names the rule by which a code proves itself.
type CheckDigit string

// The check digit rules.
const (
	CheckNone CheckDigit = ""
	// CheckGTIN is that of GS1 numbers of 8, 12, 13 or 14 digits.
	CheckGTIN CheckDigit = "gtin"
	// CheckGLN is that of GS1 location numbers of 13 digits.
	CheckGLN CheckDigit = "gln"
	// CheckVAT is that of the VAT numbers of the European Union, Northern Ireland and Switzerland; other countries' are taken as they are.
	CheckVAT CheckDigit = "vat"
	// CheckLEI is that of the legal entity identifiers of ISO 17442.
	CheckLEI CheckDigit = "lei"
	// CheckDUNS is the form of D-U-N-S numbers; they have no check digit any more.
	CheckDUNS CheckDigit = "duns"
)

// misfit says what is wrong with a code under the rule, "" when nothing is.
func (c CheckDigit) misfit(label, code string) string {
	if c == CheckGTIN && !soundGTIN(code) {
		return label + " " + clip(code, 20) + " is not sound: it has 8, 12, 13 or 14 digits, the last of which must fit the others"
	}
	return ""
}

// soundGTIN weighs the digits 3 and 1 by turns, beginning before the last: their sum ends in 0.
func soundGTIN(code string) bool {
	switch len(code) {
	case 8, 12, 13, 14:
	default:
		return false
	}
	if strings.Trim(code, "0123456789") != "" {
		return false
	}
	sum := 0
	for i := range len(code) {
		weight := 1
		if (len(code)-i)%2 == 0 {
			weight = 3
		}
		sum += int(code[i]-'0') * weight
	}
	return sum%10 == 0
}
