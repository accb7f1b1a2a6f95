package domain

import (
	"strings"
	"unicode/utf8"
)

// What is stored was written by Encode, and nearly all of it is plain: no escapes, no white space, keys in their order. A million of
// such records are read in a run, and BOMs of many lines, so that form has a reader of its own, several times as fast. Whatever does
// not look exactly so is left to the general reader, which alone decides what is an error.

// plainReader reads the canonical encoding of plain attributes.
type plainReader struct {
	text string
	at   int
}

// maxExpected bounds for how many attributes room is made before they are read.
const maxExpected = 64

// decodePlain reads data if it is plain, and says whether it was.
func decodePlain(data string) (Attributes, bool) {
	if !utf8.ValidString(data) {
		return nil, false
	}
	r := &plainReader{text: data}
	decoded, ok := r.attributes(min(strings.Count(data, "{"), maxExpected), maxNesting)
	return decoded, ok && r.at == len(data)
}

// attributes reads an object of values, making room for as many as are expected.
func (r *plainReader) attributes(expected, nesting int) (Attributes, bool) {
	if !r.skip('{') {
		return nil, false
	}
	decoded := make(Attributes, expected)
	if r.skip('}') {
		return decoded, true
	}
	for {
		name, ok := r.name()
		if !ok {
			return nil, false
		}
		v, ok := r.value(nesting)
		if !ok {
			return nil, false
		}
		if before := len(decoded); v != nil && !v.Empty() {
			if decoded[AttributeID(name)] = v; len(decoded) == before {
				return nil, false // the name is there twice
			}
		}
		if !r.skip(',') {
			return decoded, r.skip('}')
		}
	}
}

// skip steps over one byte, if it is the next.
func (r *plainReader) skip(b byte) bool {
	if r.at >= len(r.text) || r.text[r.at] != b {
		return false
	}
	r.at++
	return true
}

// take steps over a text, if it is the next.
func (r *plainReader) take(text string) bool {
	if !strings.HasPrefix(r.text[r.at:], text) {
		return false
	}
	r.at += len(text)
	return true
}

// quoted reads a string without escapes.
func (r *plainReader) quoted() (string, bool) {
	if !r.skip('"') {
		return "", false
	}
	rest := r.text[r.at:]
	for i := range len(rest) {
		switch b := rest[i]; {
		case b == '"':
			r.at += i + 1
			return rest[:i], true
		case b == '\\' || b < 0x20:
			return "", false
		}
	}
	return "", false
}

// name reads a key and its colon. Names that cleaning might change are not plain.
func (r *plainReader) name() (string, bool) {
	name, ok := r.quoted()
	if !ok || name == "" || !r.skip(':') {
		return "", false
	}
	for i := range len(name) {
		if b := name[i]; b <= ' ' || b >= 0x7f {
			return "", false
		}
	}
	return name, true
}

// value reads one value; the kinds it does not know are not plain.
func (r *plainReader) value(nesting int) (Value, bool) {
	if !r.skip('{') {
		return nil, false
	}
	kind, ok := r.name()
	if !ok {
		return nil, false
	}
	var v Value
	switch kind {
	case "text", "code", "enum", "date":
		v, ok = r.single(kind)
	case "bool":
		yes := r.take("true")
		v, ok = Bool(yes), yes || r.take("false")
	case "i18n":
		v, ok = r.translated()
	case "qty":
		v, ok = r.quantity()
	case "amount":
		v, ok = r.money()
	case "ref":
		v, ok = r.reference()
	case "lines":
		v, ok = r.lines(nesting - 1)
	default:
		return nil, false
	}
	return v, ok && r.skip('}')
}

func (r *plainReader) single(kind string) (Value, bool) {
	s, ok := r.quoted()
	switch {
	case !ok:
		return nil, false
	case kind == "text":
		return NewText(s), true
	case kind == "code":
		return NewCode(s), true
	case kind == "enum":
		return Enum(clean(s)), true
	}
	day, err := ParseDate(s)
	return Day(day), err == nil
}

func (r *plainReader) translated() (Value, bool) {
	if !r.skip('{') {
		return nil, false
	}
	texts := Translated{}
	for {
		language, ok := r.name()
		if !ok {
			return nil, false
		}
		if _, twice := texts[language]; twice {
			return nil, false
		}
		text, ok := r.quoted()
		if !ok {
			return nil, false
		}
		if text = clean(text); text != "" {
			texts[language] = text
		}
		if !r.skip(',') {
			return texts, r.skip('}')
		}
	}
}

// number reads "1.5" and, after a comma, the unit it is in.
func (r *plainReader) number(unitKey string) (number, unit string, ok bool) {
	if number, ok = r.quoted(); !ok || !r.skip(',') {
		return number, "", ok
	}
	key, ok := r.name()
	if !ok || key != unitKey {
		return "", "", false
	}
	unit, ok = r.quoted()
	return number, clean(unit), ok
}

func (r *plainReader) quantity() (Value, bool) {
	text, unit, ok := r.number("unit")
	if !ok {
		return nil, false
	}
	number, err := parseDecimal(text)
	return Quantity{Number: number, Unit: unit}, err == nil
}

func (r *plainReader) money() (Value, bool) {
	text, currency, ok := r.number("currency")
	if !ok {
		return nil, false
	}
	amount, err := parseDecimal(text)
	return Money{Amount: amount, Currency: currency}, err == nil
}

func (r *plainReader) reference() (Value, bool) {
	text, ok := r.quoted()
	if !ok || !r.take(`,"domain":`) {
		return nil, false
	}
	record, err := ParseID(text)
	name, ok := r.quoted()
	return Reference{Domain: DomainName(clean(name)), Record: record}, ok && err == nil
}

// expectedOfLine is for how many attributes of a line room is made.
const expectedOfLine = 8

func (r *plainReader) lines(nesting int) (Value, bool) {
	if nesting < 0 || !r.skip('[') {
		return nil, false
	}
	lines := Lines{}
	if r.skip(']') {
		return lines, true
	}
	for {
		if !r.take(`{"id":`) {
			return nil, false
		}
		id, ok := r.quoted()
		if !ok || !r.take(`,"attributes":`) {
			return nil, false
		}
		attributes, ok := r.attributes(expectedOfLine, nesting)
		if !ok || !r.skip('}') {
			return nil, false
		}
		lines = append(lines, Line{ID: clean(id), Attributes: attributes})
		if !r.skip(',') {
			return lines, r.skip(']')
		}
	}
}
