package workbook

import (
	"bytes"
	"strconv"
	"strings"
)

// excelDigits is how many digits of a number Excel keeps apart.
const excelDigits = 15

// decimal is a number in at most excelDigits digits: 0.digits × 10^point. No digits are 0.
type decimal struct {
	negative bool
	digits   []byte
	point    int
}

// isDecimal tells whether b is a number as workbooks store it: digits, a point, an exponent, nothing else that Go would take.
func isDecimal(b []byte) bool {
	digits := 0
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '-' || c == '+':
			if i > 0 && b[i-1] != 'e' && b[i-1] != 'E' {
				return false
			}
		case c != '.' && c != 'e' && c != 'E':
			return false
		}
	}
	return digits > 0
}

// parseDecimal reads a number; false where b is none, or none that Excel can hold.
func parseDecimal(b []byte) (decimal, bool) {
	if len(b) > 400 || !isDecimal(b) {
		return decimal{}, false
	}
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return decimal{}, false
	}
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], f, 'e', excelDigits-1, 64)
	d := decimal{negative: text[0] == '-'}
	text = bytes.TrimPrefix(text, []byte("-"))
	mantissa, exponent, _ := bytes.Cut(text, []byte("e"))
	n, err := strconv.Atoi(string(exponent))
	if err != nil {
		return decimal{}, false
	}
	d.digits = append(append(d.digits, mantissa[0]), mantissa[2:]...)
	d.point = n + 1
	return d.trimmed(), true
}

// trimmed is d without zeros at its ends.
func (d decimal) trimmed() decimal {
	d.digits = bytes.TrimRight(d.digits, "0")
	for len(d.digits) > 0 && d.digits[0] == '0' {
		d.digits = d.digits[1:]
		d.point--
	}
	if len(d.digits) == 0 {
		return decimal{}
	}
	return d
}

// rounded is d with so many places after the point, halves away from 0.
func (d decimal) rounded(places int) decimal {
	keep := d.point + places
	switch {
	case keep >= len(d.digits):
		return d
	case keep < 0:
		return decimal{}
	}
	up := d.digits[keep] >= '5'
	digits := append([]byte{'0'}, d.digits[:keep]...)
	if up {
		i := len(digits) - 1
		for ; digits[i] == '9'; i-- {
			digits[i] = '0'
		}
		digits[i]++
	}
	return decimal{negative: d.negative, digits: digits, point: d.point + 1}.trimmed()
}

// parts are the digits before and after the point; "" before it for less than 1.
func (d decimal) parts() (whole, fraction string) {
	switch {
	case d.point <= 0:
		return "", strings.Repeat("0", -d.point) + string(d.digits)
	case d.point >= len(d.digits):
		return string(d.digits) + strings.Repeat("0", d.point-len(d.digits)), ""
	default:
		return string(d.digits[:d.point]), string(d.digits[d.point:])
	}
}

// String is the plain number: "-0.5", "123000".
func (d decimal) String() string {
	if len(d.digits) == 0 {
		return "0"
	}
	whole, fraction := d.parts()
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if d.negative {
		return "-" + whole
	}
	return whole
}

// general is the number as Excel shows it in the line above the sheet: plain, but for what is very large or small.
func (d decimal) general() string {
	if d.point <= 21 && d.point > -9 {
		return d.String()
	}
	text := string(d.digits[:1])
	if len(d.digits) > 1 {
		text += "." + string(d.digits[1:])
	}
	if d.negative {
		text = "-" + text
	}
	exponent := d.point - 1
	if exponent < 0 {
		return text + "E-" + pad(strconv.Itoa(-exponent), 2)
	}
	return text + "E+" + pad(strconv.Itoa(exponent), 2)
}

func pad(digits string, n int) string {
	return strings.Repeat("0", max(0, n-len(digits))) + digits
}

// show is the number under a format.
func (f *numberFormat) show(d decimal) string {
	if f.plain || len(f.sections) == 0 {
		return d.general()
	}
	section, sign := f.sections[0], d.negative
	switch {
	case d.negative && len(f.sections) > 1:
		section, sign = f.sections[1], false
	case len(d.digits) == 0 && len(f.sections) > 2:
		section = f.sections[2]
	}
	d.negative = false
	text := section.show(d)
	if text == "" {
		return d.general()
	}
	if sign {
		return "-" + text
	}
	return text
}

// show is the number, which is not negative, under a section.
func (s formatSection) show(d decimal) string {
	if len(d.digits) > 0 {
		d.point += s.shift
	}
	exponent := 0
	if s.exponent >= 0 {
		d, exponent = s.scientific(d)
	} else {
		d = d.rounded(s.fraction)
	}
	whole, fraction := d.parts()
	w := sectionWriter{section: s, whole: whole, fraction: pad0(fraction, s.fraction), exponent: exponent}
	if s.whole == 0 && s.fraction > 0 && whole != "" {
		w.out.WriteString(whole)
	}
	for _, t := range s.tokens {
		w.token(t, d)
	}
	return strings.TrimSpace(w.out.String())
}

// pad0 fills digits after the point up to n.
func pad0(digits string, n int) string { return digits + strings.Repeat("0", max(0, n-len(digits))) }

// scientific splits a number into what stands before the exponent, and the exponent.
func (s formatSection) scientific(d decimal) (decimal, int) {
	if len(d.digits) == 0 {
		return d, 0
	}
	for {
		exponent := d.point - 1
		if s.whole > 1 { // 123.4E+3: steps of as many digits as there are places
			exponent = floorDiv(exponent, s.whole) * s.whole
		}
		mantissa := decimal{digits: d.digits, point: d.point - exponent}
		rounded := mantissa.rounded(s.fraction)
		if rounded.point <= mantissa.point {
			return rounded, exponent
		}
		d = decimal{digits: rounded.digits, point: rounded.point + exponent} // 9.99 became 10
	}
}

func floorDiv(a, b int) int {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}

// sectionWriter writes a number place by place.
type sectionWriter struct {
	section         formatSection
	whole, fraction string
	exponent        int
	out             strings.Builder
	places          int // for digits of the whole number so far
	decimals        int // and after the point
	inFraction      bool
	inExponent      bool
}

func (w *sectionWriter) token(t formatToken, d decimal) {
	switch t.kind {
	case '"':
		w.out.WriteString(t.text)
	case 'G':
		w.out.WriteString(d.general())
	case '.':
		w.inFraction = true
		w.out.WriteByte('.')
	case 'E', 'e':
		w.inExponent = true
		w.out.WriteByte('E')
		switch {
		case w.exponent < 0:
			w.out.WriteByte('-')
		case t.kind == 'E':
			w.out.WriteByte('+')
		}
		w.out.WriteString(pad(strconv.Itoa(max(w.exponent, -w.exponent)), w.section.exponent))
	default:
		w.place(t.kind)
	}
}

// place writes the digit of a place. The first one takes all digits for which there is no place.
func (w *sectionWriter) place(kind byte) {
	switch {
	case w.inExponent:
	case w.inFraction:
		rest := w.fraction[min(w.decimals, len(w.fraction)):]
		if kind == '0' || strings.Trim(rest, "0") != "" {
			w.out.WriteString(rest[:min(1, len(rest))])
		}
		w.decimals++
	default:
		at := len(w.whole) - w.section.whole + w.places
		switch {
		case w.places == 0 && at >= 0:
			w.out.WriteString(w.whole[:min(at+1, len(w.whole))])
		case at >= 0:
			w.out.WriteByte(w.whole[at])
		case kind == '0':
			w.out.WriteByte('0')
		}
		w.places++
	}
}

// float is the number as Excel calculates with it.
func (d decimal) float() float64 {
	f, err := strconv.ParseFloat(d.String(), 64)
	if err != nil {
		return 0
	}
	return f
}
