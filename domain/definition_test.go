package domain

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

func testDefinition() Definition {
	return Definition{Domain: "item", Label: "item", CodeAttribute: "code", NameAttribute: "name", Attributes: []Attribute{
		{ID: "code", Label: "Code", Kind: KindCode, Required: true, MaxLength: 4},
		{ID: "name", Label: "Name", Kind: KindText, Required: true},
		{ID: "title", Label: "Title", Kind: KindTranslated, MaxLength: 5},
		{ID: "unit", Label: "Unit", Kind: KindEnum, Members: []string{"C62", "KGM"}},
		{ID: "weight", Label: "Weight", Kind: KindQuantity, Unit: "KGM"},
		{ID: "made", Label: "Made", Kind: KindBool},
	}}
}

func TestCheckTellsEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	good := Attributes{"code": Code("A1"), "name": Text("Bolt")}
	tests := map[string]struct {
		in   Attributes
		want string // the locations of the faults
	}{
		"what is required":           {good, ""},
		"all of it":                  {good.With(Attributes{"title": Translated{"de": "abcde"}, "unit": Enum("C62"), "weight": mustQuantity(t, "1", "KGM"), "made": Bool(false)}), ""},
		"nothing":                    {nil, "/code /name"},
		"empty instead of missing":   {Attributes{"code": Code("A1"), "name": Text("")}, "/name"},
		"an empty optional value":    {Attributes{"code": Code("A1"), "name": Text("x"), "title": Translated{}}, ""},
		"an unknown attribute":       {good.With(Attributes{"colour": Text("red")}), "/colour"},
		"another kind":               {good.With(Attributes{"name": Code("x")}), "/name"},
		"a code too long":            {good.With(Attributes{"code": Code("12345")}), "/code"},
		"characters, not bytes":      {good.With(Attributes{"code": Code("äöüß")}), ""},
		"a text at the usual length": {good.With(Attributes{"name": Text(strings.Repeat("é", 512))}), ""},
		"a text too long":            {good.With(Attributes{"name": Text(strings.Repeat("é", 513))}), "/name"},
		"one language too long":      {good.With(Attributes{"title": Translated{"de": "abcdef", "en": "abc"}}), "/title"},
		"a member nobody knows":      {good.With(Attributes{"unit": Enum("?Stk")}), "/unit"},
		"another unit":               {good.With(Attributes{"weight": mustQuantity(t, "1", "GRM")}), "/weight"},
		"no unit":                    {good.With(Attributes{"weight": mustQuantity(t, "1", "")}), "/weight"},
		"several":                    {Attributes{"z": Text("x"), "unit": Enum("x"), "code": Code("A1")}, "/unit /z /name"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := testDefinition().Check(tt.in)
			var e *Error
			if got := asError(err, &e); got != (tt.want != "") {
				t.Fatalf("checked with %v", err)
			}
			if err == nil {
				return
			}
			var locations []string
			for _, f := range e.Fields {
				locations = append(locations, f.Location)
				if f.Msg == "" {
					t.Errorf("%s has no sentence", f.Location)
				}
			}
			if got := strings.Join(locations, " "); got != tt.want || e.Code != CodeValueInvalid {
				t.Errorf("faults at %s with %s, want %s", got, e.Code, tt.want)
			}
		})
	}
}

func TestCheckChangeAsksForNothingLeftOut(t *testing.T) {
	t.Parallel()
	if faults := testDefinition().CheckChange(Attributes{"weight": mustQuantity(t, "1", "KGM")}); len(faults) != 0 {
		t.Errorf("faults %v", faults)
	}
	if faults := testDefinition().CheckChange(Attributes{"name": nil}); len(faults) != 1 {
		t.Errorf("a required value may be taken away: %v", faults)
	}
	if faults := testDefinition().CheckChange(Attributes{"title": nil}); len(faults) != 0 {
		t.Errorf("an optional value may not be taken away: %v", faults)
	}
}

func TestDefinitionFindsItsAttributes(t *testing.T) {
	t.Parallel()
	d := testDefinition()
	if a, ok := d.Attribute("weight"); !ok || a.Unit != "KGM" {
		t.Errorf("found %+v, %v", a, ok)
	}
	if _, ok := d.Attribute("colour"); ok {
		t.Error("found what is not there")
	}
	if got := d.IDs(); !slices.Equal(got, []AttributeID{"code", "name", "title", "unit", "weight", "made"}) {
		t.Errorf("listed %v", got)
	}
}

func TestToleranceCoversUpToItsBounds(t *testing.T) {
	t.Parallel()
	dec := decimal.RequireFromString
	tests := map[string]struct {
		tolerance      Tolerance
		golden, source string
		want           bool
	}{
		"none, equal":                    {Tolerance{}, "1.0", "1", true},
		"none, next to equal":            {Tolerance{}, "1", "1.0000000001", false},
		"absolute, at the bound":         {Tolerance{Absolute: dec("0.1")}, "1", "0.9", true},
		"absolute, beyond":               {Tolerance{Absolute: dec("0.1")}, "1", "0.89", false},
		"relative, at the bound":         {Tolerance{Relative: dec("0.01")}, "200", "202", true},
		"relative, beyond":               {Tolerance{Relative: dec("0.01")}, "200", "202.1", false},
		"relative, of a negative number": {Tolerance{Relative: dec("0.01")}, "-200", "-198", true},
		"relative, of zero":              {Tolerance{Relative: dec("0.5")}, "0", "0.001", false},
		"the wider of both":              {Tolerance{Absolute: dec("0.005"), Relative: dec("0.001")}, "1000", "1001", true},
		"the other sign":                 {Tolerance{Absolute: dec("0.1")}, "1", "-1", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tt.tolerance.Covers(dec(tt.golden), dec(tt.source)); got != tt.want {
				t.Errorf("covers: %v", got)
			}
		})
	}
}
