package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// The canonical encoding is JSON written by hand so that equal attributes always give equal bytes:
// keys sorted, no white space, decimals as strings without trailing zeros, dates ISO, text in NFC.
// A value carries its kind as the name of its first key:
//
//	{"code":{"code":"000123"},"name":{"i18n":{"de":"Schraube","en":"Screw"}},"net_weight":{"qty":"0.25","unit":"KGM"}}
//
// Storage, hashes, the API and the clients all use this form.

type encoder struct{ out []byte }

func (e *encoder) raw(s string) { e.out = append(e.out, s...) }

// text writes s as a JSON string: only what JSON demands is escaped, and the two line separators that break JavaScript.
func (e *encoder) text(s string) {
	e.out = append(e.out, '"')
	if !needsNoEscape(s) {
		e.escaping(s)
	} else {
		e.raw(s)
	}
	e.out = append(e.out, '"')
}

// needsNoEscape says that s is of ASCII and has nothing to escape, as nearly all texts.
func needsNoEscape(s string) bool {
	for i := range len(s) {
		if b := s[i]; b < 0x20 || b >= utf8.RuneSelf || b == '"' || b == '\\' {
			return false
		}
	}
	return true
}

func (e *encoder) escaping(s string) {
	from := 0
	for at, r := range s {
		if r >= 0x20 && r != '"' && r != '\\' && r != 0x2028 && r != 0x2029 && r != utf8.RuneError {
			continue
		}
		e.raw(s[from:at])
		_, size := utf8.DecodeRuneInString(s[at:])
		from = at + size
		e.escaped(r)
	}
	e.raw(s[from:])
}

func (e *encoder) escaped(r rune) {
	const hexDigits = "0123456789abcdef"
	switch {
	case r == '"' || r == '\\':
		e.out = append(e.out, '\\', byte(r))
	case r < 0x20:
		e.out = append(e.out, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
	case r == 0x2028 || r == 0x2029:
		e.out = append(e.out, `\u202`...)
		e.out = append(e.out, hexDigits[r&15])
	default:
		e.out = utf8.AppendRune(e.out, r)
	}
}

func (e *encoder) pair(key, text string) {
	e.text(key)
	e.raw(":")
	e.text(text)
}

func (e *encoder) single(key, text string) {
	e.raw("{")
	e.pair(key, text)
	e.raw("}")
}

func (e *encoder) attributes(a Attributes) { e.inOrder(a, slices.Sorted(maps.Keys(a))) }

// inOrder writes a's attributes in the order given, and says whether order has all of them; if not, what it wrote is void.
func (e *encoder) inOrder(a Attributes, order []AttributeID) bool {
	if len(order) != len(a) {
		return false
	}
	e.raw("{")
	first := true
	for _, id := range order {
		v, has := a[id]
		if !has {
			return false
		}
		if v == nil || v.Empty() {
			continue
		}
		if !first {
			e.raw(",")
		}
		first = false
		e.text(string(id))
		e.raw(":")
		v.encode(e)
	}
	e.raw("}")
	return true
}

func (v Text) encode(e *encoder) { e.single("text", string(v)) }
func (v Code) encode(e *encoder) { e.single("code", string(v)) }
func (v Day) encode(e *encoder)  { e.single("date", string(v)) }
func (v Enum) encode(e *encoder) { e.single("enum", string(v)) }

func (v Bool) encode(e *encoder) { e.raw(`{"bool":` + strconv.FormatBool(bool(v)) + `}`) }

func (v Translated) encode(e *encoder) {
	e.raw(`{"i18n":{`)
	first := true
	for _, language := range slices.Sorted(maps.Keys(v)) {
		if v[language] == "" {
			continue
		}
		if !first {
			e.raw(",")
		}
		first = false
		e.pair(language, v[language])
	}
	e.raw("}}")
}

func (v Quantity) encode(e *encoder) { e.number("qty", v.Number, "unit", v.Unit) }
func (v Money) encode(e *encoder)    { e.number("amount", v.Amount, "currency", v.Currency) }

func (e *encoder) number(key string, n decimal.Decimal, unitKey, unit string) {
	e.raw("{")
	e.pair(key, n.String())
	if unit != "" {
		e.raw(",")
		e.pair(unitKey, unit)
	}
	e.raw("}")
}

func (v Reference) encode(e *encoder) {
	e.raw("{")
	e.pair("ref", v.Record.String())
	e.raw(",")
	e.pair("domain", string(v.Domain))
	e.raw("}")
}

func (v Lines) encode(e *encoder) {
	e.raw(`{"lines":[`)
	for i, line := range v {
		if i > 0 {
			e.raw(",")
		}
		e.raw("{")
		e.pair("id", line.ID)
		e.raw(`,"attributes":`)
		e.attributes(line.Attributes)
		e.raw("}")
	}
	e.raw("]}")
}

// Encode returns the canonical encoding of a.
func (a Attributes) Encode() []byte {
	e := &encoder{out: make([]byte, 0, 64+48*len(a))}
	e.attributes(a)
	return e.out
}

// EncodeValue returns the canonical encoding of one value, "null" for nil and for empty values.
func EncodeValue(v Value) []byte {
	if v == nil || v.Empty() {
		return []byte("null")
	}
	e := &encoder{}
	v.encode(e)
	return e.out
}

// Hash returns the hex SHA-256 of the canonical encoding.
func (a Attributes) Hash() string {
	sum := sha256.Sum256(a.Encode())
	return hex.EncodeToString(sum[:])
}

// maxNesting is how deep lines may lie in lines. Real records need one or two; more is an attack on the reader.
const maxNesting = 8

// DecodeAttributes reads the canonical encoding, in any order of keys and with white space; what it does not know is
// CodeValueInvalid. Decoding what Encode wrote and encoding it again gives the same bytes.
func DecodeAttributes(data []byte) (Attributes, error) {
	if plain, ok := decodePlain(string(data)); ok {
		return plain, nil
	}
	return decodeAttributes(data, maxNesting)
}

func decodeAttributes(data []byte, nesting int) (Attributes, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, Invalid(CodeValueInvalid, "the attributes are not a JSON object")
	}
	if name := ambiguous(raw); name != "" {
		return nil, Invalid(CodeValueInvalid, "the attribute %s is given twice", clip(name, 40))
	}
	decoded := make(Attributes, len(raw))
	for name, part := range raw {
		v, err := decodeValue(part, nesting)
		if err != nil {
			return nil, err
		}
		if name = clean(name); v != nil && !v.Empty() && name != "" {
			decoded[AttributeID(name)] = v
		}
	}
	return decoded, nil
}

// ambiguous returns a key that stands there in two spellings, which would leave it to chance which one counts; "" if none.
func ambiguous[V any](raw map[string]V) string {
	seen := make(map[string]bool, len(raw))
	for name := range raw {
		if name = clean(name); seen[name] {
			return name
		}
		seen[name] = true
	}
	return ""
}

// DecodeValue reads one value in the canonical encoding; null is nil.
func DecodeValue(data []byte) (Value, error) { return decodeValue(data, maxNesting) }

func decodeValue(data []byte, nesting int) (Value, error) {
	if strings.TrimSpace(string(data)) == "null" {
		return nil, nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, Invalid(CodeValueInvalid, "a value is a JSON object such as {\"text\":\"…\"}, not %s", clip(string(data), 40))
	}
	for key, decode := range valueDecoders(nesting) {
		if part, ok := raw[key]; ok && onlyKnownKeys(raw, key) {
			return decode(part, raw)
		}
	}
	return nil, Invalid(CodeValueInvalid, "a value names one kind (text, i18n, code, qty, amount, date, bool, enum, ref, lines), not %s", clip(string(data), 40))
}

// onlyKnownKeys says whether a value of the kind that key names has no key beside it but the one it may have.
func onlyKnownKeys(raw map[string]json.RawMessage, key string) bool {
	beside, may := map[string]string{"qty": "unit", "amount": "currency", "ref": "domain"}[key]
	if _, has := raw[beside]; may && has {
		return len(raw) == 2
	}
	return len(raw) == 1
}

type valueDecoder func(part json.RawMessage, whole map[string]json.RawMessage) (Value, error)

func valueDecoders(nesting int) map[string]valueDecoder {
	return map[string]valueDecoder{
		"text":   stringValue(func(s string) (Value, error) { return NewText(s), nil }),
		"code":   stringValue(func(s string) (Value, error) { return NewCode(s), nil }),
		"enum":   stringValue(func(s string) (Value, error) { return Enum(clean(s)), nil }),
		"date":   stringValue(decodeDay),
		"bool":   decodeBool,
		"i18n":   decodeTranslated,
		"qty":    decodeQuantity,
		"amount": decodeMoney,
		"ref":    decodeReference,
		"lines": func(part json.RawMessage, _ map[string]json.RawMessage) (Value, error) {
			return decodeLines(part, nesting-1)
		},
	}
}

func stringValue(make func(string) (Value, error)) valueDecoder {
	return func(part json.RawMessage, _ map[string]json.RawMessage) (Value, error) {
		s, err := decodeString(part)
		if err != nil {
			return nil, err
		}
		return make(s)
	}
}

func decodeString(part json.RawMessage) (string, error) {
	var s string
	if len(part) == 0 {
		return "", nil
	}
	if err := json.Unmarshal(part, &s); err != nil {
		return "", Invalid(CodeValueInvalid, "%s should be a JSON string", clip(string(part), 40))
	}
	return s, nil
}

func decodeDay(s string) (Value, error) {
	day, err := ParseDate(s)
	return Day(day), err
}

func decodeBool(part json.RawMessage, _ map[string]json.RawMessage) (Value, error) {
	var b *bool
	if err := json.Unmarshal(part, &b); err != nil || b == nil {
		return nil, Invalid(CodeValueInvalid, "%s should be true or false", clip(string(part), 40))
	}
	return Bool(*b), nil
}

func decodeTranslated(part json.RawMessage, _ map[string]json.RawMessage) (Value, error) {
	var texts map[string]string
	if err := json.Unmarshal(part, &texts); err != nil {
		return nil, Invalid(CodeValueInvalid, "a translated text is an object of texts by language")
	}
	if language := ambiguous(texts); language != "" {
		return nil, Invalid(CodeValueInvalid, "the language %s is given twice", clip(language, 40))
	}
	translated := make(Translated, len(texts))
	for language, text := range texts {
		if text = clean(text); text != "" {
			translated[clean(language)] = text
		}
	}
	return translated, nil
}

// decodeNumber reads {key: "1.5", unitKey: "KGM"}.
func decodeNumber(part, unit json.RawMessage) (decimal.Decimal, string, error) {
	text, err := decodeString(part)
	if err != nil {
		return decimal.Decimal{}, "", err
	}
	name, err := decodeString(unit)
	if err != nil {
		return decimal.Decimal{}, "", err
	}
	number, err := parseDecimal(text)
	return number, clean(name), err
}

func decodeQuantity(part json.RawMessage, whole map[string]json.RawMessage) (Value, error) {
	number, unit, err := decodeNumber(part, whole["unit"])
	return Quantity{Number: number, Unit: unit}, err
}

func decodeMoney(part json.RawMessage, whole map[string]json.RawMessage) (Value, error) {
	number, currency, err := decodeNumber(part, whole["currency"])
	return Money{Amount: number, Currency: currency}, err
}

func decodeReference(part json.RawMessage, whole map[string]json.RawMessage) (Value, error) {
	raw, err := decodeString(part)
	if err != nil {
		return nil, err
	}
	record, err := ParseID(raw)
	if err != nil {
		return nil, err
	}
	name, err := decodeString(whole["domain"])
	return Reference{Domain: DomainName(clean(name)), Record: record}, err
}

func decodeLines(part json.RawMessage, nesting int) (Value, error) {
	if nesting < 0 {
		return nil, Invalid(CodeValueInvalid, "lines lie in lines too deeply")
	}
	var raw []map[string]json.RawMessage
	if err := json.Unmarshal(part, &raw); err != nil {
		return nil, Invalid(CodeValueInvalid, "lines are a list of {id, attributes}")
	}
	lines := make(Lines, 0, len(raw))
	for _, one := range raw {
		id, err := decodeString(one["id"])
		if err != nil {
			return nil, err
		}
		attributes, err := decodeAttributes(one["attributes"], nesting)
		if err != nil {
			return nil, err
		}
		lines = append(lines, Line{ID: clean(id), Attributes: attributes})
	}
	return lines, nil
}
