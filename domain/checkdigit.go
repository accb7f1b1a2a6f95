package domain

import (
	"fmt"
	"slices"
	"strings"
)

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
	sound, form := true, ""
	switch c {
	case CheckNone:
	case CheckGTIN:
		sound, form = slices.Contains([]int{8, 12, 13, 14}, len(code)) && soundGS1(code), "it has 8, 12, 13 or 14 digits, the last of which must fit the others"
	case CheckGLN:
		sound, form = len(code) == 13 && soundGS1(code), "it has 13 digits, the last of which must fit the others"
	case CheckLEI:
		sound, form = soundLEI(code), "it has 18 capital letters and digits and two check digits that must fit them"
	case CheckDUNS:
		sound, form = soundDUNS(code), "it has 9 digits, or 2, 3 and 4 of them with hyphens between"
	case CheckVAT:
		sound, form = SoundVAT(code)
	}
	if sound {
		return ""
	}
	return fmt.Sprintf("%s %s is not sound: %s", label, clip(code, 20), form)
}

func digitsOnly(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// soundGS1 weighs the digits 3 and 1 by turns, beginning before the last: their sum ends in 0.
func soundGS1(code string) bool {
	if !digitsOnly(code) {
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

// soundLEI is ISO 7064 mod 97-10 over 20 characters, letters counting from A = 10.
func soundLEI(code string) bool {
	if len(code) != 20 || !digitsOnly(code[18:]) {
		return false
	}
	rest := 0
	for _, c := range []byte(code) {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

func soundDUNS(code string) bool {
	if len(code) == 11 && code[2] == '-' && code[6] == '-' {
		code = code[:2] + code[3:6] + code[7:]
	}
	return len(code) == 9 && digitsOnly(code)
}

// Comparable is a code in the form in which equal means the same under the rule: a GTIN with its leading zeros, a D-U-N-S or VAT
// number without what only makes it easier to read.
func (c CheckDigit) Comparable(code string) string {
	switch c {
	case CheckGTIN:
		if len(code) < 14 {
			return strings.Repeat("0", 14-len(code)) + code
		}
	case CheckVAT:
		return plainVAT(code)
	case CheckDUNS:
		return strings.ReplaceAll(code, "-", "")
	case CheckNone, CheckGLN, CheckLEI:
	}
	return code
}
