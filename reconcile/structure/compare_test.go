package structure_test

import (
	"math/big"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile/structure"
)

// with returns a line after a change.
func with(l structure.Line, change func(*structure.Line)) structure.Line {
	change(&l)
	return l
}

func TestCompareFindsWhatDiffers(t *testing.T) {
	t.Parallel()
	base := func(number, unit string, lines ...structure.Line) structure.Bill {
		b := bill(lines...)
		b.Base, b.BaseUnit = dec(number), unit
		return b
	}
	screws := component(10, 10, "4", "C62")
	tests := map[string]struct {
		rules       structure.Rules
		left, right structure.Bill
		want        []string
		troubles    []string
	}{
		"nothing in nothing":             {left: bill(), right: bill()},
		"four for one, forty for ten":    {left: bill(screws), right: base("10", "C62", component(1, 10, "40", "C62"))},
		"four for one, four for ten":     {left: bill(screws), right: base("10", "C62", screws), want: []string{named("quantity", 10)}},
		"a third of a kilogram":          {left: base("3", "C62", component(1, 10, "1", "KGM")), right: base("6", "C62", component(1, 10, "2", "KGM"))},
		"a third, rounded":               {left: base("3", "C62", component(1, 10, "1", "KGM")), right: bill(component(1, 10, "0.333333", "KGM")), want: []string{named("quantity", 10)}},
		"a third, rounded in tolerance":  {rules: structure.Rules{Quantity: domain.Tolerance{Absolute: dec("0.0000005")}}, left: base("3", "C62", component(1, 10, "1", "KGM")), right: bill(component(1, 10, "0.333333", "KGM"))},
		"the tolerance is as written":    {rules: structure.Rules{Quantity: domain.Tolerance{Absolute: dec("0.01")}}, left: base("1000", "C62", component(1, 10, "1", "KGM")), right: base("1000", "C62", component(1, 10, "2", "KGM")), want: []string{named("quantity", 10)}},
		"tolerance in the coarser unit":  {rules: structure.Rules{Quantity: domain.Tolerance{Absolute: dec("0.0005")}}, left: bill(component(1, 10, "1250.4", "GRM")), right: bill(component(1, 10, "1.25", "KGM"))},
		"a relative tolerance":           {rules: structure.Rules{Quantity: domain.Tolerance{Relative: dec("0.1")}}, left: bill(component(1, 10, "10", "KGM")), right: bill(component(1, 10, "11", "KGM"))},
		"beyond the relative tolerance":  {rules: structure.Rules{Quantity: domain.Tolerance{Relative: dec("0.1")}}, left: bill(component(1, 10, "10", "KGM")), right: bill(component(1, 10, "11.2", "KGM")), want: []string{named("quantity", 10)}},
		"the base in tons and kilograms": {left: base("1", "TNE", component(1, 10, "5", "LTR")), right: base("1000", "KGM", component(1, 10, "5", "LTR"))},
		"bases that do not convert":      {left: base("1", "TNE", screws), right: base("1", "C62", component(1, 10, "9", "C62")), want: []string{"unit "}},
		"a base of nothing":              {left: bill(screws), right: base("0", "C62", with(screws, func(l *structure.Line) { l.Quantity, l.Scrap = dec("9"), dec("3") })), want: []string{named("scrap", 10)}, troubles: []string{"base@mes 1"}},
		"a factor of a thousand":         {left: bill(component(1, 10, "5", "KGM")), right: bill(component(1, 10, "5", "GRM")), want: []string{named("unit", 10)}},
		"pieces and another word":        {left: bill(screws), right: bill(component(1, 10, "4", "EA")), want: []string{named("unit", 10)}},
		"a roll has forty meters": {rules: structure.Rules{Convert: func(item structure.Part, from, to string) (*big.Rat, bool) {
			return ratio(40, 1), item == part(10) && from == "RO" && to == "MTR"
		}}, left: bill(component(1, 10, "20", "MTR")), right: bill(component(1, 10, "0.5", "RO"))},
		"a roll of another item has not": {rules: structure.Rules{Convert: func(item structure.Part, _, _ string) (*big.Rat, bool) {
			return ratio(40, 1), item == part(11)
		}}, left: bill(component(1, 10, "20", "MTR")), right: bill(component(1, 10, "0.5", "RO")), want: []string{named("unit", 10)}},
		"a conversion to nothing is none": {rules: structure.Rules{Convert: func(structure.Part, string, string) (*big.Rat, bool) {
			return new(big.Rat), true
		}}, left: bill(component(1, 10, "20", "MTR")), right: bill(component(1, 10, "0.5", "RO")), want: []string{named("unit", 10)}},
		"an unknown component may be it": {left: bill(screws), right: bill(with(screws, func(l *structure.Line) { l.Part, l.Quantity = unmapped("mes", "S4"), dec("9") })), want: []string{"unknown ?mes:S4"}},
		"unknown, and one missing": {left: bill(screws, component(20, 11, "1", "C62")), right: bill(with(screws, func(l *structure.Line) { l.Part = unmapped("mes", "S4") })),
			want: []string{"unknown ?mes:S4", named("missing", 11)}},
		"unknown on both sides": {left: bill(with(screws, func(l *structure.Line) { l.Part = unmapped("erp", "S4") })), right: bill(with(screws, func(l *structure.Line) { l.Part = unmapped("mes", "S4") })), want: []string{"unknown ?mes:S4"}},
		"the same unknown code": {left: bill(with(screws, func(l *structure.Line) { l.Part = unmapped("mes", "S4") })), right: bill(with(screws, func(l *structure.Line) { l.Part, l.Quantity = unmapped("mes", "S4"), dec("9") })), want: []string{"quantity ?mes:S4"}},
		"an unknown has not moved": {left: bill(screws, component(20, 11, "1", "C62")), right: bill(component(5, 11, "1", "C62"), with(component(20, 12, "4", "C62"), func(l *structure.Line) { l.Part = unmapped("mes", "S4") })),
			want: []string{"unknown ?mes:S4"}},
		"first becomes last": {left: bill(screws, component(20, 11, "1", "C62"), component(30, 12, "1", "C62")), right: bill(component(1, 11, "1", "C62"), component(2, 12, "1", "C62"), component(3, 10, "4", "C62")),
			want: []string{named("sequence", 10)}},
		"order that means nothing": {rules: structure.Rules{Unordered: true}, left: bill(screws, component(20, 11, "1", "C62")), right: bill(component(1, 11, "1", "C62"), component(2, 10, "4", "C62"))},
		"no positions on one side": {left: bill(screws, component(20, 11, "1", "C62")), right: bill(with(component(1, 11, "1", "C62"), unplaced), with(screws, unplaced))},
		"two of one position stay": {left: bill(screws, component(20, 11, "1", "C62"), component(30, 12, "1", "C62")), right: bill(component(5, 10, "4", "C62"), component(5, 11, "1", "C62"), component(1, 12, "1", "C62")),
			want: []string{named("sequence", 12)}},
		"the first of two is gone": {left: bill(screws, component(20, 11, "1", "C62"), component(30, 10, "4", "C62")), right: bill(component(20, 11, "1", "C62"), component(30, 10, "4", "C62")),
			want: []string{named("missing", 10) + "#2"}},
		"seconds, rounded to minutes": {rules: structure.Rules{Time: domain.Tolerance{Absolute: dec("0.01")}}, left: bill(with(operation(10, "cut", 50, "1"), func(l *structure.Line) { l.Run = domain.Quantity{Number: dec("90.4"), Unit: "SEC"} })),
			right: bill(operation(10, "cut", 50, "1.5"))},
		"all at one position":           {left: bill(screws, component(20, 11, "1", "C62")), right: bill(component(1, 11, "1", "C62"), component(1, 10, "4", "C62"))},
		"an operation's name is folded": {left: bill(operation(10, "Cut  to length", 50, "2")), right: bill(operation(10, "cut to LENGTH", 50, "2"))},
		"hours and minutes":             {left: bill(operation(10, "cut", 50, "90")), right: bill(with(operation(10, "cut", 50, "1"), func(l *structure.Line) { l.Run = domain.Quantity{Number: dec("1.5"), Unit: "HUR"} }))},
		"time in kilograms":             {left: bill(operation(10, "cut", 50, "90")), right: bill(with(operation(10, "cut", 50, "1"), func(l *structure.Line) { l.Run = domain.Quantity{Number: dec("90"), Unit: "KGM"} })), want: []string{"time cut"}},
		"setup is not for each piece":   {left: bill(operation(10, "cut", 50, "2")), right: base("10", "C62", operation(10, "cut", 50, "20"))},
		"a negative time is shown":      {left: bill(operation(10, "cut", 50, "2")), right: bill(operation(10, "cut", 50, "-2")), want: []string{"time cut"}},
		"a line that names nothing":     {left: bill(screws), right: bill(screws, structure.Line{ID: "x", Quantity: dec("1")}), want: []string{"extra "}},
		"lines of the day":              {rules: structure.Rules{Day: "2026-07-01"}, left: bill(screws), right: bill(screws, with(component(20, 11, "1", "C62"), func(l *structure.Line) { l.Validity.To = "2026-07-01" }))},
		"the last day is within":        {rules: structure.Rules{Day: "2026-06-30"}, left: bill(screws), right: bill(screws, with(component(20, 11, "1", "C62"), func(l *structure.Line) { l.Validity.To = "2026-07-01" })), want: []string{named("extra", 11)}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := structure.New(tt.rules).Compare(side("golden", tt.left), side("mes", tt.right))
			expect(t, got.Findings, tt.want...)
			if !slices.Equal(troubles(got.Troubles), tt.troubles) {
				t.Errorf("troubles %q, want %q", troubles(got.Troubles), tt.troubles)
			}
		})
	}
}

func unplaced(l *structure.Line) { l.Position.Valid = false }

func TestWhatASideDoesNotSupplyIsNotCompared(t *testing.T) {
	t.Parallel()
	left := side("golden", bill(with(component(10, 10, "4", "KGM"), func(l *structure.Line) { l.Scrap, l.Alternate = dec("3"), "A" }), component(20, 11, "1", "C62")))
	right := side("mes", bill(component(20, 10, "4", ""), component(10, 11, "1", "")))
	got := structure.New(structure.Rules{}).Compare(left, right)
	expect(t, got.Findings, named("unit", 10), named("unit", 11), named("scrap", 10), named("alternate", 10), named("sequence", 10))
	right.Silent = []domain.AttributeID{structure.AttrUnit, structure.AttrScrap, structure.AttrAlternate, structure.AttrPosition}
	expect(t, structure.New(structure.Rules{}).Compare(left, right).Findings)
	expect(t, structure.New(structure.Rules{}).Compare(right, left).Findings)
}

func TestValuesArePerUnitWhereTheBasesDiffer(t *testing.T) {
	t.Parallel()
	ten := bill(component(10, 10, "50", "KGM"))
	ten.Base = dec("10")
	got := structure.New(structure.Rules{Tree: true}).Compare(side("golden", bill(component(10, 10, "4", "KGM"))), side("mes", ten))
	expect(t, got.Findings, named("quantity", 10))
	f, row := got.Findings[0], got.Rows[0]
	if f.Left.Display() != "4 KGM" || f.Right.Display() != "5 KGM" {
		t.Errorf("told %s and %s", f.Left.Display(), f.Right.Display())
	}
	if row.RightEach.Cmp(ratio(5, 1)) != 0 || !slices.Equal(row.Classes, []structure.Class{structure.ClassQuantity}) {
		t.Errorf("the row says %s, %q", row.RightEach, row.Classes)
	}
}

func TestTheTreeKeepsTheOrderAndTellsWhereAMovedLineWent(t *testing.T) {
	t.Parallel()
	left := bill(component(10, 10, "1", "C62"), component(20, 11, "1", "C62"), component(30, 12, "1", "C62"), component(40, 13, "1", "C62"))
	right := bill(component(1, 11, "1", "C62"), component(2, 20, "1", "C62"), component(3, 12, "1", "C62"), component(4, 10, "1", "C62"))
	got := structure.New(structure.Rules{Tree: true}).Compare(side("golden", left), side("mes", right))
	expect(t, got.Findings, named("sequence", 10), named("extra", 20), named("missing", 13))
	var order []string
	for _, r := range got.Rows {
		order = append(order, r.Line)
	}
	if want := []string{part(10).String(), part(11).String(), part(20).String(), part(12).String(), part(13).String()}; !slices.Equal(order, want) {
		t.Errorf("rows %q, want %q", order, want)
	}
	if r := got.Rows[0]; r.From != 1 || r.To != 4 || r.Level != 1 || r.Parent != part(1) {
		t.Errorf("moved from %d to %d on level %d", r.From, r.To, r.Level)
	}
}

func TestAcceptedVariantsAreToldApart(t *testing.T) {
	t.Parallel()
	key := part(10).String()
	variant := structure.Variant{Line: key, Class: structure.ClassMissing, Side: "mes", Reason: "welded here", Until: "2026-07-01"}
	tests := map[string]struct {
		day      domain.Date
		change   func(*structure.Variant)
		mirrored bool
		accepted bool
	}{
		"as accepted":                 {day: "2026-06-30", accepted: true},
		"with the sides exchanged":    {day: "2026-06-30", mirrored: true, accepted: true},
		"on the day it ends":          {day: "2026-07-01"},
		"without a day":               {accepted: true},
		"another class":               {day: "2026-06-30", change: func(v *structure.Variant) { v.Class = structure.ClassExtra }},
		"another line":                {day: "2026-06-30", change: func(v *structure.Variant) { v.Line += "#2" }},
		"of a side not compared":      {day: "2026-06-30", change: func(v *structure.Variant) { v.Side = "wms" }},
		"as the other side's variant": {day: "2026-06-30", change: func(v *structure.Variant) { v.Side = "golden" }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := variant
			if tt.change != nil {
				tt.change(&v)
			}
			left, right := side("golden", bill(component(10, 10, "1", "C62"))), side("mes", bill())
			if tt.mirrored {
				left, right = right, left
			}
			got := structure.New(structure.Rules{Day: tt.day, Variants: []structure.Variant{v}}).Compare(left, right)
			if len(got.Findings)+len(got.Accepted) != 1 || (len(got.Accepted) == 1) != tt.accepted {
				t.Fatalf("found %q, accepted %q", told(got.Findings), told(got.Accepted))
			}
			if tt.accepted && got.Accepted[0].Variant.Reason != "welded here" {
				t.Error("the reason is not told")
			}
		})
	}
}

func TestTheOrderOfInputDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := drawEdited(t)
		for _, b := range []*structure.Bill{&e.left, &e.right} {
			for i := range b.Lines {
				if rapid.IntRange(0, 3).Draw(t, "placed") == 0 {
					b.Lines[i].Position.Valid = false
				}
			}
		}
		c := structure.New(structure.Rules{})
		first := c.Compare(side("golden", e.left), side("mes", e.right))
		e.left.Lines = rapid.Permutation(e.left.Lines).Draw(t, "left")
		e.right.Lines = rapid.Permutation(e.right.Lines).Draw(t, "right")
		second := c.Compare(side("golden", e.left), side("mes", e.right))
		if a, b := told(first.Findings), told(second.Findings); !slices.Equal(a, b) {
			t.Fatalf("%q, then %q", a, b)
		}
	})
}

func TestThousandsOfLinesOfOnePartAreAllPaired(t *testing.T) {
	t.Parallel()
	left, right := bill(), bill()
	const lines = 2100
	for i := range lines {
		left.Lines = append(left.Lines, component(i, 10, strconv.Itoa(i+1), "C62"))
		right.Lines = append(right.Lines, component(i, 10, strconv.Itoa(i+2), "C62"))
	}
	got := structure.New(structure.Rules{Unordered: true}).Compare(side("golden", left), side("mes", right))
	if len(got.Findings) == 0 || len(got.Findings) > lines {
		t.Errorf("%d findings", len(got.Findings))
	}
	for _, f := range got.Findings {
		if f.Class != structure.ClassQuantity {
			t.Fatalf("found %s of %s", f.Class, f.Line)
		}
	}
}
