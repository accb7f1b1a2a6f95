package domain

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

func lineDefinition() Definition {
	most := decimal.NewFromInt(100)
	return Definition{
		Domain: "bom", Label: "BOM", CodeAttribute: "code", NameAttribute: "code",
		Attributes: []Attribute{
			{ID: "code", Label: "Code", Kind: KindCode, Required: true},
			{ID: "item", Label: "Item", Kind: KindReference, References: "item"},
			{ID: "plan", Label: "Plan", Kind: KindReference, References: "plan"},
			{ID: "from", Label: "Valid from", Kind: KindDate},
			{ID: "to", Label: "Valid to", Kind: KindDate},
			{ID: "lines", Label: "Components", Kind: KindLines, Lines: &LineDefinition{
				Label: "component", Share: "share", Ordered: [][2]AttributeID{{"least", "most"}},
				Attributes: []Attribute{
					{ID: "item", Label: "Item", Kind: KindReference, References: "item", Required: true},
					{ID: "quantity", Label: "Quantity", Kind: KindQuantity, Positive: true},
					{ID: "unit", Label: "Unit", Kind: KindEnum, CodeList: "unit", Members: []string{"C62", "KGM"}},
					{ID: "share", Label: "Share", Kind: KindQuantity, Unit: "P1", Least: &decimal.Decimal{}, Most: &most},
					{ID: "least", Label: "Least", Kind: KindQuantity},
					{ID: "most", Label: "Most", Kind: KindQuantity},
				},
			}},
		},
		Ordered: [][2]AttributeID{{"from", "to"}}, OneOf: [][]AttributeID{{"item", "plan"}},
	}
}

func TestFaultsOfLinesStandAtTheirLines(t *testing.T) {
	t.Parallel()
	item := Reference{Domain: "item", Record: NewID()}
	line := func(id string, more Attributes) Line {
		return Line{ID: id, Attributes: Attributes{"item": item}.With(more)}
	}
	number := func(n, unit string) Quantity { return mustQuantity(t, n, unit) }
	tests := map[string]struct {
		lines Lines
		want  string
	}{
		"no lines":                           {nil, ""},
		"sound lines":                        {Lines{line("L1", Attributes{"quantity": number("0.001", ""), "unit": Enum("KGM")}), line("L2", nil)}, ""},
		"an unknown unit in one of them":     {Lines{line("L1", nil), line("L2", Attributes{"unit": Enum("?Stk")})}, "/lines/L2/unit"},
		"nothing of it":                      {Lines{line("L3", Attributes{"quantity": number("0", "")})}, "/lines/L3/quantity"},
		"a number with a unit where none is": {Lines{line("L3", Attributes{"quantity": number("1", "KGM")})}, "/lines/L3/quantity"},
		"what a line does not have":          {Lines{line("L1", Attributes{"colour": Text("red")})}, "/lines/L1/colour"},
		"a component nobody named":           {Lines{{ID: "L1"}}, "/lines/L1/item"},
		"a component of another domain":      {Lines{line("L1", Attributes{"item": Reference{Domain: "lot", Record: NewID()}})}, "/lines/L1/item"},
		"a code where a record belongs":      {Lines{line("L1", Attributes{"item": Code("4711")})}, "/lines/L1/item"},
		"no ID":                              {Lines{line("L1", nil), line("", nil)}, "/lines/#2"},
		"an ID with a line break":            {Lines{line("L\n1", nil)}, "/lines/#1"},
		"an ID too long":                     {Lines{line(strings.Repeat("x", 65), nil)}, "/lines/#1"},
		"an ID with a slash":                 {Lines{line("A/1", Attributes{"unit": Enum("x")})}, "/lines/A~11/unit"},
		"an ID twice":                        {Lines{line("L1", nil), line("L1", nil)}, "/lines/L1"},
		"shares up to the whole":             {Lines{line("L1", Attributes{"share": number("60", "P1")}), line("L2", Attributes{"share": number("40", "P1")})}, ""},
		"shares beyond the whole":            {Lines{line("L1", Attributes{"share": number("60", "P1")}), line("L2", Attributes{"share": number("40.1", "P1")})}, "/lines"},
		"a share above the whole":            {Lines{line("L1", Attributes{"share": number("101", "P1")})}, "/lines/L1/share /lines"},
		"a negative share":                   {Lines{line("L1", Attributes{"share": number("-1", "P1")})}, "/lines/L1/share"},
		"bounds the wrong way round":         {Lines{line("L1", Attributes{"least": number("2", ""), "most": number("1", "")})}, "/lines/L1/most"},
		"several at once":                    {Lines{line("L1", Attributes{"unit": Enum("x")}), {ID: "L2"}}, "/lines/L1/unit /lines/L2/item"},
		"too many":                           {make(Lines, maxLines+1), "/lines"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := lineDefinition().Faults(Attributes{"code": Code("B1"), "item": item, "lines": tt.lines})
			if got := locations(t, faults); got != tt.want {
				t.Errorf("faults at %q, want %q: %v", got, tt.want, faults)
			}
		})
	}
}

func locations(t *testing.T, faults []FieldError) string {
	t.Helper()
	all := make([]string, len(faults))
	for i, f := range faults {
		if all[i] = f.Location; f.Msg == "" {
			t.Errorf("%s has no sentence", f.Location)
		}
	}
	return strings.Join(all, " ")
}

func TestRulesAcrossAttributes(t *testing.T) {
	t.Parallel()
	item, plan := Reference{Domain: "item", Record: NewID()}, Reference{Domain: "plan", Record: NewID()}
	tests := map[string]struct {
		in   Attributes
		want string
	}{
		"one of the group":       {Attributes{"item": item}, ""},
		"the other of the group": {Attributes{"plan": plan}, ""},
		"none of the group":      {nil, "/item"},
		"dates in order":         {Attributes{"item": item, "from": Day("2026-01-01"), "to": Day("2026-01-02")}, ""},
		"one day":                {Attributes{"item": item, "from": Day("2026-01-01"), "to": Day("2026-01-01")}, ""},
		"the end first":          {Attributes{"item": item, "from": Day("2026-01-02"), "to": Day("2026-01-01")}, "/to"},
		"an end alone":           {Attributes{"item": item, "to": Day("2026-01-01")}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := locations(t, lineDefinition().Faults(tt.in.With(Attributes{"code": Code("B1")}))); got != tt.want {
				t.Errorf("faults at %q, want %q", got, tt.want)
			}
		})
	}
}

// TestEnumsInLinesFollowTheCodeLists: a list that gets another member or an alias counts in lines as it does outside of them.
func TestEnumsInLinesFollowTheCodeLists(t *testing.T) {
	t.Parallel()
	lists := []CodeList{{ID: "unit", Entries: []CodeEntry{{Code: "RO", Aliases: []CodeAlias{{System: "mes", Text: "Rolle"}}}}}}
	bare := lineDefinition()
	governed := bare.WithLists(lists)
	unitOf := func(d Definition) []string {
		a, _ := d.Attribute("lines")
		unit, _ := a.Lines.Attribute("unit")
		return unit.Members
	}
	if !slices.Equal(unitOf(governed), []string{"RO"}) || !slices.Equal(unitOf(bare), []string{"C62", "KGM"}) {
		t.Errorf("governed %v, bare %v", unitOf(governed), unitOf(bare))
	}
	said := Attributes{"code": Code("B1"), "lines": Lines{{ID: "1", Attributes: Attributes{"unit": Enum("Rolle")}}, {ID: "2"}, {ID: "3", Attributes: Attributes{"unit": Enum("Stk")}}}}
	coded := governed.Coded(said, "mes", lists)
	want := Attributes{"code": Code("B1"), "lines": Lines{{ID: "1", Attributes: Attributes{"unit": Enum("RO")}}, {ID: "2"}, {ID: "3", Attributes: Attributes{"unit": Enum("?Stk")}}}}
	if !coded.Same(want) {
		t.Errorf("%s", coded.Encode())
	}
	if back := governed.Uncoded(coded, "mes", lists); back["lines"].(Lines)[0].Attributes.Text("unit") != "Rolle" {
		t.Errorf("%s", back.Encode())
	}
	if said["lines"].(Lines)[0].Attributes.Text("unit") != "Rolle" {
		t.Error("what the system said was changed")
	}
}
