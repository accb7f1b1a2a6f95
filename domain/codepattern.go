package domain

import (
	"regexp"
	"strconv"
	"strings"
)

// CodePattern is how the codes of new records are made: IT-{seq:6}{check} gives IT-0000017. A domain's pattern stands in its
// Authority, whose versions are its versions.
type CodePattern struct {
	text           string
	before, after  string
	width          int
	withCheckDigit bool
}

var patternForm = regexp.MustCompile(`^([A-Za-z0-9._/-]{0,24})\{seq:([1-9]|1[0-2])\}(\{check\})?([A-Za-z0-9._/-]{0,24})$`)

// ParseCodePattern reads a pattern: literal characters, one {seq:N} for a number of N digits and, directly behind it, perhaps
// {check} for a check digit over the number. CodePatternInvalid.
func ParseCodePattern(raw string) (CodePattern, error) {
	parts := patternForm.FindStringSubmatch(raw)
	if parts == nil {
		return CodePattern{}, Invalid(CodePatternInvalid,
			"%q is no pattern of codes: it has letters, digits and . _ / - around one {seq:6}, which may be followed by {check}", clip(raw, 80))
	}
	width, _ := strconv.Atoi(parts[2]) // the form has looked at it
	return CodePattern{text: raw, before: parts[1], width: width, withCheckDigit: parts[3] != "", after: parts[4]}, nil
}

// Series names the numbers the pattern draws from: another pattern begins again.
func (p CodePattern) Series() string { return p.text }

// Code is the code with a number; CodePatternUsedUp when the number has more digits than the pattern has places.
func (p CodePattern) Code(number int64) (Code, error) {
	digits := strconv.FormatInt(number, 10)
	if number < 1 || len(digits) > p.width {
		return "", Conflict(CodePatternUsedUp, "the pattern %s has no code left: have a wider one approved", p.text)
	}
	digits = strings.Repeat("0", p.width-len(digits)) + digits
	if p.withCheckDigit {
		digits += string(checkDigit(digits))
	}
	return Code(p.before + digits + p.after), nil
}

// checkDigit is the GS1 check digit of digits: weighed 3 and 1 by turns from the last, the sum with it ends in 0.
func checkDigit(digits string) byte {
	sum := 0
	for i := range len(digits) {
		weight := 1
		if (len(digits)-i)%2 == 1 {
			weight = 3
		}
		sum += int(digits[i]-'0') * weight
	}
	return byte('0' + (10-sum%10)%10) // #nosec G115 -- one digit
}
