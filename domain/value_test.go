package domain

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func mustQuantity(t *testing.T, number, unit string) Quantity {
	t.Helper()
	q, err := NewQuantity(number, unit)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestEqualComparesWhatIsSaid(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		a, b Value
		want bool
	}{
		"nothing twice":               {nil, nil, true},
		"nothing and an empty text":   {nil, Text(""), true},
		"two empty kinds":             {Code(""), Lines{}, true},
		"nothing and a text":          {nil, Text("x"), false},
		"nothing and a no":            {nil, Bool(false), false},
		"nothing and a zero":          {nil, mustQuantity(t, "0", ""), false},
		"equal texts":                 {Text("x"), Text("x"), true},
		"a text and a code":           {Text("x"), Code("x"), false},
		"numbers written differently": {mustQuantity(t, "1.50", "KGM"), mustQuantity(t, "15e-1", "KGM"), true},
		"large numbers":               {mustQuantity(t, "1e3", ""), mustQuantity(t, "1000.00", ""), true},
		"other units":                 {mustQuantity(t, "1", "KGM"), mustQuantity(t, "1", "GRM"), false},
		"composed and decomposed":     {NewText("é"), NewText("e\u0301"), true},
		"empty languages":             {Translated{"de": "x", "en": ""}, Translated{"de": "x"}, true},
		"other languages":             {Translated{"de": "x"}, Translated{"en": "x"}, false},
		"lines in another order":      {Lines{{ID: "1"}, {ID: "2"}}, Lines{{ID: "2"}, {ID: "1"}}, false},
		"leading zeros":               {Code("0123"), Code("123"), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if Equal(tt.a, tt.b) != tt.want || Equal(tt.b, tt.a) != tt.want {
				t.Errorf("%v equals %v: %v and %v, want %v", tt.a, tt.b, Equal(tt.a, tt.b), Equal(tt.b, tt.a), tt.want)
			}
		})
	}
}

func TestWithReplacesAndRemoves(t *testing.T) {
	t.Parallel()
	before := Attributes{"a": Text("1"), "b": Text("2"), "c": Text("3")}
	got := before.With(Attributes{"a": Text("9"), "b": nil, "c": Text(""), "d": Text("4")})
	if !got.Same(Attributes{"a": Text("9"), "d": Text("4")}) || len(got) != 2 {
		t.Errorf("got %s", got.Encode())
	}
	if !before.Same(Attributes{"a": Text("1"), "b": Text("2"), "c": Text("3")}) {
		t.Errorf("With changed what it was called on: %s", before.Encode())
	}
	if got := Attributes(nil).With(Attributes{"a": Text("1")}); !got.Same(Attributes{"a": Text("1")}) {
		t.Errorf("nothing with a: %s", got.Encode())
	}
}

func TestOnlyKeepsWhatIsNamed(t *testing.T) {
	t.Parallel()
	before := Attributes{"a": Text("1"), "b": Text("2")}
	if got := before.Only([]AttributeID{"b", "z"}); len(got) != 1 || got.Text("b") != "2" {
		t.Errorf("got %s", got.Encode())
	}
	if got := before.Only(nil); got == nil || len(got) != 0 {
		t.Errorf("nothing was named, got %v", got)
	}
}

func TestAttributesAreReadByKind(t *testing.T) {
	t.Parallel()
	a := Attributes{"w": mustQuantity(t, "1.50", "KGM"), "n": Text("x")}
	if q, ok := a.Quantity("w"); !ok || q.Unit != "KGM" {
		t.Errorf("the weight is %v, %v", q, ok)
	}
	if _, ok := a.Quantity("n"); ok {
		t.Error("a text is taken for a quantity")
	}
	if _, ok := a.Quantity("z"); ok || a.Text("z") != "" || a.Text("w") != "1.5 KGM" {
		t.Error("absent is not absent")
	}
}

func TestNumbersAreReadExactly(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{ // "" means refused
		"an integer":            {"12", "12"},
		"white space around":    {" 1.5\t", "1.5"},
		"trailing zeros":        {"1.00", "1"},
		"an exponent":           {"1e3", "1000"},
		"more than a float":     {"0.1234567890123456789012345678901", "0.1234567890123456789012345678901"},
		"a sign":                {"-0.5", "-0.5"},
		"nothing":               {"", ""},
		"white space":           {"  ", ""},
		"a comma":               {"1,5", ""},
		"two points":            {"1.5.0", ""},
		"a word":                {"Infinity", ""},
		"a blank inside":        {"1 000", ""},
		"an apostrophe":         {"1'000", ""},
		"only a sign":           {"-", ""},
		"only an exponent":      {"e5", ""},
		"a huge exponent":       {"1e999999999", ""},
		"a tiny exponent":       {"1e-999999999", ""},
		"41 digits":             {strings.Repeat("1", 41), ""},
		"41 digits as stored":   {"1e40", ""},
		"digits of other lands": {"١٢", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, err := NewQuantity(tt.in, "")
			if tt.want == "" {
				if ErrorCode(err) != CodeValueInvalid {
					t.Errorf("read as %s with %q", q.Number, ErrorCode(err))
				}
				return
			}
			if err != nil || q.Display() != tt.want {
				t.Errorf("read as %s with %v, want %s", q.Display(), err, tt.want)
			}
		})
	}
}

func TestTextsAreCleanedOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := string(rapid.SliceOf(rapid.Byte()).Draw(t, "raw")) + rapid.String().Draw(t, "text")
		once := NewText(raw)
		if NewText(string(once)) != once || NewCode(raw) != Code(once) {
			t.Fatalf("cleaned %q, then %q", once, NewText(string(once)))
		}
		if !utf8.ValidString(string(once)) || !norm.NFC.IsNormalString(string(once)) {
			t.Fatalf("%q is not text in NFC", once)
		}
	})
}

func TestValuesTellTheirKindAndShow(t *testing.T) {
	t.Parallel()
	id := ID{15: 1}
	tests := map[ValueKind]struct {
		full, empty Value // empty is nil where the kind has no empty value
		display     string
	}{
		KindText:       {Text("x"), Text(""), "x"},
		KindTranslated: {Translated{"fr": "vis", "de": "Schraube"}, Translated{"en": ""}, "Schraube"},
		KindCode:       {Code("007"), Code(""), "007"},
		KindQuantity:   {mustQuantity(t, "0.0", ""), nil, "0"},
		KindMoney:      {Money{Amount: decimal.New(150, -2), Currency: "EUR"}, nil, "1.5 EUR"},
		KindDate:       {Day("2026-11-23"), Day(""), "2026-11-23"},
		KindBool:       {Bool(false), nil, "no"},
		KindEnum:       {Enum("C62"), Enum(""), "C62"},
		KindReference:  {Reference{Domain: "item", Record: id}, Reference{Domain: "item"}, id.String()},
		KindLines:      {Lines{{ID: "1"}}, Lines{}, "1 line"},
	}
	for kind, tt := range tests {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			if tt.full.Kind() != kind || tt.full.Display() != tt.display || tt.full.Empty() {
				t.Errorf("%s shows %q, empty %v", tt.full.Kind(), tt.full.Display(), tt.full.Empty())
			}
			if tt.empty != nil && (!tt.empty.Empty() || string(EncodeValue(tt.empty)) != "null") {
				t.Errorf("an empty %s is encoded as %s", kind, EncodeValue(tt.empty))
			}
		})
	}
	for want, got := range map[string]Value{"Screw": Translated{"de": "Schraube", "en": "Screw"}, "": Translated{}, "2 lines": Lines{{}, {}}, "yes": Bool(true)} {
		if got.Display() != want {
			t.Errorf("%v shows %q, want %q", got, got.Display(), want)
		}
	}
}

func TestQuantitiesConvertExactly(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ number, from, to, want string }{ // "" means not convertible
		"kilograms to grams":        {"0.25", "KGM", "GRM", "250"},
		"grams to kilograms":        {"1", "GRM", "KGM", "0.001"},
		"tonnes to grams":           {"1.5", "TNE", "GRM", "1500000"},
		"grams to tonnes":           {"1", "GRM", "TNE", "0.000001"},
		"metres to centimetres":     {"1.234", "MTR", "CMT", "123.4"},
		"millimetres to metres":     {"-1", "MMT", "MTR", "-0.001"},
		"centimetres to mm":         {"2.5", "CMT", "MMT", "25"},
		"litres to millilitres":     {"0.33", "LTR", "MLT", "330"},
		"the smallest number":       {"0.00000000000000000000000000000000000001", "GRM", "TNE", "0.00000000000000000000000000000000000000000001"},
		"pounds to kilograms":       {"2", "LBR", "KGM", "0.90718474"},
		"ounces to grams":           {"1", "ONZ", "GRM", "28.349523125"},
		"inches to millimetres":     {"1", "INH", "MMT", "25.4"},
		"square centimetres to m2":  {"25", "CMK", "MTK", "0.0025"},
		"litres to cubic metres":    {"1", "LTR", "MTQ", "0.001"},
		"gallons to litres":         {"1", "GLL", "LTR", "3.785411784"},
		"hours to days":             {"36", "HUR", "DAY", "1.5"},
		"minutes to days, inexact":  {"1", "MIN", "DAY", ""},
		"length to area":            {"1", "MTR", "MTK", ""},
		"dozens are not pieces":     {"1", "DZN", "H87", ""},
		"the same unit":             {"1", "C62", "C62", "1"},
		"the same unit, unknown":    {"1", "?Stk", "?Stk", "1"},
		"pieces under another name": {"1", "C62", "H87", ""},
		"each and pieces":           {"1", "EA", "C62", ""},
		"weight to length":          {"1", "KGM", "MTR", ""},
		"to a unit nobody knows":    {"1", "KGM", "LBR", ""},
		"from a unit nobody knows":  {"1", "?kilo", "KGM", ""},
		"from no unit":              {"1", "", "KGM", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := mustQuantity(t, tt.number, tt.from).In(tt.to)
			if ok != (tt.want != "") {
				t.Fatalf("convertible: %v", ok)
			}
			if ok && (got.Number.String() != tt.want || got.Unit != tt.to) {
				t.Errorf("got %s, want %s", got.Display(), tt.want)
			}
		})
	}
}

func TestConversionThereAndBackChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		units := []string{"MGM", "GRM", "KGM", "TNE", "MMT", "CMT", "MTR", "KMT", "CMK", "MTK", "MLT", "LTR", "HLT", "MTQ"}
		from, to := rapid.SampledFrom(units).Draw(t, "from"), rapid.SampledFrom(units).Draw(t, "to")
		q := Quantity{Number: decimal.New(rapid.Int64().Draw(t, "digits"), rapid.Int32Range(-20, 10).Draw(t, "exponent")), Unit: from}
		there, ok := q.In(to)
		if !ok {
			if unitFactors()[from].measures == unitFactors()[to].measures {
				t.Fatalf("%s does not convert to %s", from, to)
			}
			return
		}
		if back, ok := there.In(from); !ok || !Equal(back, q) {
			t.Fatalf("%s became %s", q.Display(), back.Display())
		}
	})
}
