package matching

import (
	"math"
	"strconv"
	"strings"
)

// plainNumber returns the canonical form of a chunk that is a number: 6.0 is 6, 3,5 is 3.5, 1,000 is 1000, 2-1/2 is 2.5,
// v5.1 is 5.1, 5.1.2 stays. Numbers with leading zeros are none: they are codes.
func plainNumber(chunk string) (string, bool) {
	if len(chunk) > 1 && chunk[0] == 'v' && isDigitByte(chunk[1]) {
		chunk = chunk[1:]
	}
	switch {
	case len(chunk) > 24 || !isDigitByte(chunk[0]) || strings.Trim(chunk, "0123456789.,/-") != "" || padded(chunk):
		return "", false
	case strings.ContainsAny(chunk, "/-"):
		value, ok := fraction(chunk)
		return formatNumber(value), ok
	case strings.Count(chunk, ".") > 1:
		return chunk, !strings.Contains(chunk, ",")
	}
	value, ok := decimalValue(chunk)
	if ok && !digitsOnly(chunk) {
		chunk = formatNumber(value)
	}
	return chunk, ok
}

// padded tells whether a number begins with a zero that does not count.
func padded(s string) bool { return len(s) > 1 && s[0] == '0' && isDigitByte(s[1]) }

// decimalValue reads 1234.5, 1.234,5, 3,5 and 1,234: the last sign is the decimal one unless exactly three digits follow a comma.
func decimalValue(s string) (float64, bool) {
	if s == "" || !isDigitByte(s[0]) {
		return 0, false
	}
	comma, dot := strings.LastIndexByte(s, ','), strings.LastIndexByte(s, '.')
	switch {
	case comma < 0:
	case dot > comma:
		s = strings.ReplaceAll(s, ",", "")
	case dot >= 0:
		s = strings.Replace(strings.ReplaceAll(s, ".", ""), ",", ".", 1)
	case strings.Count(s, ",") > 1 || len(s)-comma-1 == 3 && s[0] != '0':
		s = strings.ReplaceAll(s, ",", "")
	default:
		s = strings.Replace(s, ",", ".", 1)
	}
	value, err := strconv.ParseFloat(s, 64)
	return value, err == nil && !math.IsInf(value, 0)
}

// fraction reads 1/2, 2-1/2 and 33-1/3: halves to 64ths, as inches are divided, and thirds.
func fraction(s string) (float64, bool) {
	whole := 0.0
	if before, after, found := strings.Cut(s, "-"); found {
		value, ok := decimalValue(before)
		if !ok || !digitsOnly(before) {
			return 0, false
		}
		whole, s = value, after
	}
	above, below, found := strings.Cut(s, "/")
	if !found || !digitsOnly(above) || !digitsOnly(below) {
		return 0, false
	}
	a, _ := strconv.Atoi(above)
	b, _ := strconv.Atoi(below)
	switch b {
	case 2, 3, 4, 8, 16, 32, 64:
		return whole + float64(a)/float64(b), a > 0 && a < b
	}
	return 0, false
}

// formatNumber writes a number with the precision in which two are held to be the same.
func formatNumber(value float64) string { return strconv.FormatFloat(value, 'g', 6, 64) }

// leadingNumber cuts a chunk into the number it starts with and the rest.
func leadingNumber(s string) (number, rest string) {
	i := 0
	for i < len(s) && (isDigitByte(s[i]) || i > 0 && i+1 < len(s) && (s[i] == '.' || s[i] == ',' || s[i] == '/' || s[i] == '-') && isDigitByte(s[i+1]) && isDigitByte(s[i-1])) {
		i++
	}
	return s[:i], s[i:]
}

// anyNumber reads a decimal or a fraction.
func anyNumber(s string) (float64, bool) {
	if strings.ContainsAny(s, "/-") {
		return fraction(s)
	}
	return decimalValue(s)
}
