package domain

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// conversions are lines from unit, to unit, numerator, denominator, rounding, places.
func conversions(t *testing.T, all ...[6]string) Attributes {
	t.Helper()
	var lines Lines
	for i, c := range all {
		line := Attributes{ConversionFrom: Enum(c[0]), ConversionTo: Enum(c[1]), ConversionNumerator: mustQuantity(t, c[2], ""), ConversionDenominator: mustQuantity(t, c[3], "")}
		if c[4] != "" {
			line[ConversionRounding], line[ConversionPlaces] = Enum(c[4]), mustQuantity(t, c[5], "")
		}
		lines = append(lines, Line{ID: string(rune('a' + i)), Attributes: line})
	}
	return Attributes{Conversions: lines}
}

func TestItemsConvertTheirOwnUnits(t *testing.T) {
	t.Parallel()
	roll := [6]string{"RO", "KGM", "25", "1"}
	third := func(rule string) [6]string { return [6]string{"BX", "C62", "10", "3", rule, "2"} }
	tests := map[string]struct {
		own          [][6]string
		number, unit string
		into, want   string
	}{
		"kilograms in rolls":             {[][6]string{roll}, "2", "RO", "KGM", "50"},
		"rolls of kilograms":             {[][6]string{roll}, "5", "KGM", "RO", "0.2"},
		"grams of rolls":                 {[][6]string{roll}, "2", "RO", "GRM", "50000"},
		"rolls of grams":                 {[][6]string{roll}, "12500", "GRM", "RO", "0.5"},
		"what converts everywhere":       {[][6]string{roll}, "2", "KGM", "GRM", "2000"},
		"without a conversion":           {nil, "2", "RO", "KGM", ""},
		"to what nothing leads to":       {[][6]string{roll}, "2", "RO", "MTR", ""},
		"by the second":                  {[][6]string{roll, {"RO", "MTR", "100", "1"}}, "3", "RO", "MTR", "300"},
		"by two, which nobody has said":  {[][6]string{roll, {"RO", "MTR", "100", "1"}}, "3", "KGM", "MTR", ""},
		"not exactly, and no rule":       {[][6]string{third("")}, "1", "BX", "C62", ""},
		"not exactly, to be left":        {[][6]string{third("none")}, "1", "BX", "C62", ""},
		"exactly after all":              {[][6]string{third("none")}, "3", "BX", "C62", "10"},
		"half up, down":                  {[][6]string{third("half_up")}, "1", "BX", "C62", "3.33"},
		"half up, up":                    {[][6]string{third("half_up")}, "2", "BX", "C62", "6.67"},
		"up":                             {[][6]string{third("up")}, "1", "BX", "C62", "3.34"},
		"down":                           {[][6]string{third("down")}, "2", "BX", "C62", "6.66"},
		"half up, of a negative number":  {[][6]string{third("half_up")}, "-2", "BX", "C62", "-6.67"},
		"up, of a negative number":       {[][6]string{third("up")}, "-1", "BX", "C62", "-3.34"},
		"exactly, whatever the rounding": {[][6]string{{"BX", "C62", "1", "8", "up", "1"}}, "1", "BX", "C62", "0.125"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := mustQuantity(t, tt.number, tt.unit).InFor(tt.into, OwnConversions(conversions(t, tt.own...)))
			if ok != (tt.want != "") || (ok && (got.Number.String() != tt.want || got.Unit != tt.into)) {
				t.Errorf("%v, %v", got.Display(), ok)
			}
		})
	}
}

// TestThereAndBackIsExact: what is not rounded comes back as it was.
func TestThereAndBackIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		number := decimal.New(rapid.Int64Range(-1e9, 1e9).Draw(rt, "number"), rapid.Int32Range(-6, 3).Draw(rt, "exponent"))
		own := []Conversion{{
			From: "RO", To: "KGM", Numerator: decimal.NewFromInt(rapid.Int64Range(1, 999).Draw(rt, "numerator")),
			Denominator: decimal.NewFromInt(rapid.Int64Range(1, 999).Draw(rt, "denominator")), Rounding: RoundNone,
		}}
		was := Quantity{Number: number, Unit: "RO"}
		if there, ok := was.InFor("GRM", own); ok {
			if back, ok := there.InFor("RO", own); !ok || !back.Number.Equal(number) {
				rt.Fatalf("%s became %s and then %s", was.Display(), there.Display(), back.Display())
			}
		}
	})
}

// TestUnitsThatCountAreNeverTheSame: without somebody's word, pieces, eaches and ones are three things.
func TestUnitsThatCountAreNeverTheSame(t *testing.T) {
	t.Parallel()
	counting := []string{"C62", "EA", "H87", "PCE", "PR", "SET", "DZN", "CEN", "MIL"}
	lists := []CodeList{{ID: "unit", Entries: []CodeEntry{{Code: "C62"}, {Code: "EA"}, {Code: "H87", Aliases: []CodeAlias{{System: "mes", Text: "PCE"}}}}}}
	definition := Definition{Attributes: []Attribute{{ID: "unit", Kind: KindEnum, CodeList: "unit"}}}
	for _, a := range counting {
		for _, b := range counting {
			if _, converts := (Quantity{Number: decimal.NewFromInt(1), Unit: a}).In(b); converts != (a == b) {
				t.Errorf("1 %s in %s: %v", a, b, converts)
			}
		}
	}
	said := Attributes{"unit": Enum("PCE")}
	if got := definition.Coded(said, "mes", lists).Text("unit"); got != "H87" {
		t.Errorf("what was approved is %s", got)
	}
	if got := definition.Coded(said, "other", lists).Text("unit"); got != "?PCE" {
		t.Errorf("another system's PCE, of which nobody has said anything, is %s", got)
	}
}

func TestConversionsThatContradict(t *testing.T) {
	t.Parallel()
	unit := Attribute{Kind: KindEnum, Required: true}
	from, to := unit, unit
	from.ID, to.ID = ConversionFrom, ConversionTo
	definition := Definition{Attributes: []Attribute{{ID: Conversions, Label: "Conversions", Kind: KindLines, Lines: &LineDefinition{
		Label: "conversion", Converts: true, Attributes: []Attribute{from, to, {ID: ConversionNumerator, Kind: KindQuantity}, {ID: ConversionDenominator, Kind: KindQuantity}},
	}}}}
	tests := map[string]struct {
		own  [][6]string
		want []string
	}{
		"one":                        {[][6]string{{"RO", "KGM", "25", "1"}}, nil},
		"two units of one":           {[][6]string{{"RO", "KGM", "25", "1"}, {"RO", "MTR", "100", "1"}}, nil},
		"a pair twice":               {[][6]string{{"RO", "KGM", "25", "1"}, {"RO", "KGM", "24", "1"}}, []string{"/conversions/b"}},
		"a pair the other way round": {[][6]string{{"RO", "KGM", "25", "1"}, {"KGM", "RO", "1", "24"}}, []string{"/conversions/b"}},
		"what is so of everything":   {[][6]string{{"KGM", "GRM", "999", "1"}}, []string{"/conversions/a"}},
		"a unit and itself":          {[][6]string{{"RO", "RO", "2", "1"}}, []string{"/conversions/a"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, fault := range definition.Faults(conversions(t, tt.own...)) {
				got = append(got, fault.Location)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%v", got)
			}
		})
	}
}
