package domain

import (
	"bytes"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestEncodeIsCanonical(t *testing.T) {
	t.Parallel()
	record := ID{0: 1, 15: 2}
	quantity := func(number, unit string) Value {
		q, err := NewQuantity(number, unit)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	tests := map[string]struct {
		in   Attributes
		want string
	}{
		"nothing":                   {nil, `{}`},
		"empty values are left out": {Attributes{"a": Text(""), "b": nil, "c": Translated{"de": ""}, "d": Lines{}, "e": Reference{}, "f": Day(""), "g": Enum(""), "h": Code("")}, `{}`},
		"keys in order of bytes":    {Attributes{"b": Text("1"), "a": Text("2"), "B": Text("3")}, `{"B":{"text":"3"},"a":{"text":"2"},"b":{"text":"1"}}`},
		"a code":                    {Attributes{"a": Code("000123")}, `{"a":{"code":"000123"}}`},
		"languages in order":        {Attributes{"a": Translated{"en": "Screw", "de": "Schraube", "fr": ""}}, `{"a":{"i18n":{"de":"Schraube","en":"Screw"}}}`},
		"trailing zeros":            {Attributes{"a": quantity("1.500", "KGM")}, `{"a":{"qty":"1.5","unit":"KGM"}}`},
		"an exponent":               {Attributes{"a": quantity("1e3", "")}, `{"a":{"qty":"1000"}}`},
		"a small exponent":          {Attributes{"a": quantity("25E-3", " KGM ")}, `{"a":{"qty":"0.025","unit":"KGM"}}`},
		"a zero below zero":         {Attributes{"a": quantity("-0.00", "")}, `{"a":{"qty":"0"}}`},
		"leading zeros and a plus":  {Attributes{"a": quantity("+007", "")}, `{"a":{"qty":"7"}}`},
		"money":                     {Attributes{"a": Money{Amount: decimal.RequireFromString("3.10"), Currency: "EUR"}}, `{"a":{"amount":"3.1","currency":"EUR"}}`},
		"a day":                     {Attributes{"a": Day("2026-11-23")}, `{"a":{"date":"2026-11-23"}}`},
		"a no":                      {Attributes{"a": Bool(false)}, `{"a":{"bool":false}}`},
		"a member":                  {Attributes{"a": Enum("C62")}, `{"a":{"enum":"C62"}}`},
		"a reference":               {Attributes{"a": Reference{Domain: "item", Record: record}}, `{"a":{"ref":"01000000-0000-0000-0000-000000000002","domain":"item"}}`},
		"lines keep their order":    {Attributes{"a": Lines{{ID: "20", Attributes: Attributes{"q": quantity("2.0", "C62")}}, {ID: "10"}}}, `{"a":{"lines":[{"id":"20","attributes":{"q":{"qty":"2","unit":"C62"}}},{"id":"10","attributes":{}}]}}`},
		"only needful escapes":      {Attributes{"a": Text("\"\\/<&\u00e9\t\x01\u2028\u2029.")}, "{\"a\":{\"text\":\"\\\"\\\\/<&é\\u0009\\u0001\\u2028\\u2029.\"}}"},
		"bytes that are no text":    {Attributes{"a": NewText("a\xffb")}, "{\"a\":{\"text\":\"a\ufffdb\"}}"},
		"composed characters":       {Attributes{"a": NewText(" e\u0301 "), "b": NewCode("A\u030a")}, "{\"a\":{\"text\":\"\u00e9\"},\"b\":{\"code\":\"\u00c5\"}}"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := string(tt.in.Encode()); got != tt.want {
				t.Errorf("encoded\n%s, want\n%s", got, tt.want)
			}
			decoded, err := DecodeAttributes([]byte(tt.want))
			if err != nil {
				t.Fatalf("decode: %v", err)
			}
			if got := string(decoded.Encode()); got != tt.want {
				t.Errorf("decoded and encoded\n%s, want\n%s", got, tt.want)
			}
		})
	}
}

func TestDecodeTakesOtherSpellings(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"white space and order": {" {\n \"b\" : {\"unit\":\"KGM\", \"qty\":\"01.0\"}, \"a\":{\"text\":\" x \"} } ", `{"a":{"text":"x"},"b":{"qty":"1","unit":"KGM"}}`},
		"empty values":          {`{"a":{"text":""},"b":null,"c":{"i18n":null},"d":{"text":null}}`, `{}`},
		"decomposed characters": {"{\"e\u0301\":{\"text\":\"e\u0301\"}}", "{\"\u00e9\":{\"text\":\"\u00e9\"}}"},
		"null for all":          {`null`, `{}`},
		"an unbounded day":      {`{"a":{"date":""}}`, `{}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			decoded, err := DecodeAttributes([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(decoded.Encode()); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestDecodeRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	deep := func(n int) string {
		return strings.Repeat(`{"a":{"lines":[{"id":"1","attributes":`, n) + `{}` + strings.Repeat(`}]}}`, n)
	}
	if _, err := DecodeAttributes([]byte(deep(maxNesting))); err != nil {
		t.Errorf("lines %d deep: %v", maxNesting, err)
	}
	tests := map[string]struct {
		in       string
		wantCode string
	}{
		"no JSON":                     {`{`, CodeValueInvalid},
		"a list":                      {`[]`, CodeValueInvalid},
		"a bare value":                {`{"a":"x"}`, CodeValueInvalid},
		"a value without kind":        {`{"a":{}}`, CodeValueInvalid},
		"an unknown kind":             {`{"a":{"colour":"red"}}`, CodeValueInvalid},
		"two kinds":                   {`{"a":{"text":"x","code":"x"}}`, CodeValueInvalid},
		"a key too many":              {`{"a":{"text":"x","unit":"KGM"}}`, CodeValueInvalid},
		"an empty key too many":       {`{"a":{"text":"x","":1}}`, CodeValueInvalid},
		"an attribute in two forms":   {`{"a":{"text":""}," a":{"text":"y"}}`, CodeValueInvalid},
		"a language in two forms":     {`{"a":{"i18n":{"de":"","de ":"y"}}}`, CodeValueInvalid},
		"a text that is a number":     {`{"a":{"text":1}}`, CodeValueInvalid},
		"a number that is a number":   {`{"a":{"qty":1.5}}`, CodeValueInvalid},
		"a number that is none":       {`{"a":{"qty":"1,5"}}`, CodeValueInvalid},
		"an empty number":             {`{"a":{"qty":""}}`, CodeValueInvalid},
		"an endless number":           {`{"a":{"qty":"1e999999999"}}`, CodeValueInvalid},
		"a number too long as stored": {`{"a":{"qty":"1e40"}}`, CodeValueInvalid},
		"a hexadecimal number":        {`{"a":{"qty":"0x10"}}`, CodeValueInvalid},
		"a unit that is a number":     {`{"a":{"qty":"1","unit":1}}`, CodeValueInvalid},
		"an amount that is none":      {`{"a":{"amount":"NaN","currency":"EUR"}}`, CodeValueInvalid},
		"a yes in words":              {`{"a":{"bool":"true"}}`, CodeValueInvalid},
		"neither yes nor no":          {`{"a":{"bool":null}}`, CodeValueInvalid},
		"a day that does not exist":   {`{"a":{"date":"2026-02-30"}}`, CodeDateInvalid},
		"texts that are a list":       {`{"a":{"i18n":[]}}`, CodeValueInvalid},
		"a reference to nothing":      {`{"a":{"ref":"x","domain":"item"}}`, CodeIDInvalid},
		"lines that are an object":    {`{"a":{"lines":{}}}`, CodeValueInvalid},
		"a line without attributes":   {`{"a":{"lines":[{"id":"1"}]}}`, CodeValueInvalid},
		"a line's ID as a number":     {`{"a":{"lines":[{"id":1,"attributes":{}}]}}`, CodeValueInvalid},
		"lines too deep in lines":     {deep(maxNesting + 1), CodeValueInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 8 { // what depended on the order of a map would be seen
				if _, err := DecodeAttributes([]byte(tt.in)); ErrorCode(err) != tt.wantCode {
					t.Fatalf("decoded with %q, want %q", ErrorCode(err), tt.wantCode)
				}
			}
		})
	}
}

// drawValue draws any kind of value, lines up to the given depth.
func drawValue(t *rapid.T, depth int) Value {
	number := decimal.New(rapid.Int64().Draw(t, "digits"), rapid.Int32Range(-18, 18).Draw(t, "exponent"))
	switch kinds := []ValueKind{KindText, KindTranslated, KindCode, KindQuantity, KindMoney, KindDate, KindBool, KindEnum, KindReference, KindLines}; rapid.SampledFrom(kinds).Draw(t, "kind") {
	case KindText:
		return NewText(rapid.String().Draw(t, "text"))
	case KindTranslated:
		return Translated{"de": string(NewText(rapid.String().Draw(t, "de"))), "en": string(NewText(rapid.String().Draw(t, "en")))}
	case KindCode:
		return NewCode(string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")))
	case KindQuantity:
		return Quantity{Number: number, Unit: rapid.SampledFrom([]string{"", "KGM", "C62"}).Draw(t, "unit")}
	case KindMoney:
		return Money{Amount: number, Currency: "EUR"}
	case KindDate:
		return Day(DateOf(Instant(rapid.Int64Range(0, 4e15).Draw(t, "instant"))))
	case KindBool:
		return Bool(rapid.Bool().Draw(t, "bool"))
	case KindReference:
		return Reference{Domain: "item", Record: ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))}
	case KindLines:
		if depth == 0 {
			return Lines{}
		}
		return Lines{{ID: "10", Attributes: drawAttributes(t, depth-1)}, {ID: "20", Attributes: drawAttributes(t, depth-1)}}
	default:
		return Enum(NewText(rapid.String().Draw(t, "member")))
	}
}

func drawAttributes(t *rapid.T, depth int) Attributes {
	drawn := Attributes{}
	for range rapid.IntRange(0, 3).Draw(t, "attributes") {
		id := NewText(rapid.StringN(1, 6, -1).Draw(t, "id"))
		if id != "" {
			drawn[AttributeID(id)] = drawValue(t, depth)
		}
	}
	return drawn
}

func TestEncodedAttributesAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drawn := drawAttributes(t, 2)
		encoded := drawn.Encode()
		decoded, err := DecodeAttributes(encoded)
		if err != nil {
			t.Fatalf("%s: %v", encoded, err)
		}
		if again := decoded.Encode(); !bytes.Equal(encoded, again) {
			t.Fatalf("encoded %s, then %s", encoded, again)
		}
		if !drawn.Same(decoded) || drawn.Hash() != decoded.Hash() {
			t.Fatalf("%s does not equal what was decoded from it", encoded)
		}
		for id, v := range drawn {
			if !Equal(v, decoded[id]) || (decoded[id] != nil && decoded[id].Empty()) {
				t.Fatalf("%s was %v and became %v", id, v, decoded[id])
			}
		}
	})
}

// TestPlainIsReadByItself keeps the fast reader in use: without it every record would be read the slow way, unnoticed.
func TestPlainIsReadByItself(t *testing.T) {
	t.Parallel()
	for phrase, data := range map[string]string{
		"nothing": `{}`, "every plain kind": `{"a":{"text":"ä b"},"b":{"i18n":{"de":"ß","en":"x"}},"c":{"code":"007"},"d":{"qty":"0.25","unit":"KGM"},` +
			`"e":{"amount":"1","currency":"EUR"},"f":{"date":"2026-11-23"},"g":{"bool":true},"h":{"enum":"?Stk"},"i":{"qty":"3"}}`,
		"lines and references": `{"a":{"lines":[{"id":"1","attributes":{"n":{"lines":[{"id":"x","attributes":{}}]},"q":{"qty":"1"}}},{"id":"","attributes":{}}]},` +
			`"b":{"ref":"01000000-0000-0000-0000-000000000002","domain":"item"}}`,
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			plain, ok := decodePlain(data)
			if !ok || string(plain.Encode()) != data {
				t.Errorf("read as %s", plain.Encode())
			}
		})
	}
}

func FuzzDecodeAttributes(f *testing.F) {
	for _, seed := range []string{
		`{"a":{"text":"x"},"b":{"i18n":{"de":"ß"}},"c":{"code":"007"},"d":{"qty":"1E-3","unit":"KGM"},"e":{"amount":"1","currency":"EUR"}}`,
		`{"a":{"date":"2026-11-23"},"b":{"bool":true},"c":{"enum":"?Stk"},"d":{"ref":"01000000-0000-0000-0000-000000000002","domain":"item"}}`,
		`{"a":{"lines":[{"id":"1","attributes":{"q":{"qty":"1e39"}}}]}}`, `{" a":null,"a":{"text":"\ud800\u0000"}}`, `null`,
		`{"a":{"lines":[{"id":"1","attributes":{"q":{"ref":"","domain":"x"}}},{"id":"2","attributes":{"l":{"lines":[]}}}]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		decoded, err := DecodeAttributes(data)
		if plain, ok := decodePlain(string(data)); ok {
			general, err := decodeAttributes(data, maxNesting)
			if err != nil || !bytes.Equal(general.Encode(), plain.Encode()) {
				t.Fatalf("the two readers disagree on %s: %s and %s (%v)", data, plain.Encode(), general.Encode(), err)
			}
		}
		if err != nil {
			if code := ErrorCode(err); code == CodeInternal {
				t.Fatalf("an unclassified error: %v", err)
			}
			return
		}
		encoded := decoded.Encode()
		again, err := DecodeAttributes(encoded)
		if err != nil {
			t.Fatalf("what was encoded cannot be decoded: %s: %v", encoded, err)
		}
		if second := again.Encode(); !bytes.Equal(encoded, second) {
			t.Fatalf("encoded %s, then %s", encoded, second)
		}
	})
}
