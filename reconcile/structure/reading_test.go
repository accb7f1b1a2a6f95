package structure_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile/structure"
)

func number(text string) domain.Value { return domain.Quantity{Number: dec(text)} }

func item(n int) domain.Value { return domain.Reference{Domain: "item", Record: part(n).Record} }

// storedBOM is a BOM as its Definition declares it, with one component changed.
func storedBOM(change domain.Attributes) domain.Attributes {
	component := domain.Attributes{
		"position": number("10"), "item": item(10), "quantity": number("4"), "unit": domain.Enum("KGM"), "alternate_group": domain.Code("A"),
		"scrap": domain.Quantity{Number: dec("3"), Unit: "P1"}, "operation": domain.Code("20"),
	}
	return domain.Attributes{
		"code": domain.Code("BOM-1"), "item": item(1), "bom_type": domain.Enum("phantom"), "base_quantity": number("2"), "base_unit": domain.Enum("C62"),
		"revision": domain.Code("B"), "valid_from": domain.Day("2026-01-01"), "valid_to": domain.Day("2026-07-01"),
		"components":  domain.Lines{{ID: "L1", Attributes: component.With(change)}},
		"by_products": domain.Lines{{ID: "P1", Attributes: domain.Attributes{"item": item(20), "quantity": number("1"), "unit": domain.Enum("KGM"), "cost_share": number("5")}}},
	}
}

func TestABOMIsReadAsItIsDeclared(t *testing.T) {
	t.Parallel()
	b := structure.Components().Read(storedBOM(nil), "mes")
	if b.Name != "BOM-1" || b.Makes != part(1) || !b.Phantom || !b.Base.Equal(dec("2")) || b.BaseUnit != "C62" || b.Revision != "B" ||
		b.Validity != (domain.Validity{From: "2026-01-01", To: "2026-07-01"}) || len(b.Lines) != 1 {
		t.Errorf("read %+v", b)
	}
	tests := map[string]struct {
		change domain.Attributes
		want   []string
	}{
		"nothing":         {},
		"quantity":        {domain.Attributes{"quantity": number("5")}, []string{named("quantity", 10)}},
		"unit":            {domain.Attributes{"unit": domain.Enum("?Stk")}, []string{named("unit", 10)}},
		"unit and number": {domain.Attributes{"quantity": domain.Quantity{Number: dec("4000"), Unit: "GRM"}}, nil},
		"scrap":           {domain.Attributes{"scrap": domain.Quantity{Number: dec("4"), Unit: "P1"}}, []string{named("scrap", 10)}},
		"alternate group": {domain.Attributes{"alternate_group": nil}, []string{named("alternate", 10)}},
		"operation":       {domain.Attributes{"operation": domain.Code("30")}, []string{named("operation", 10)}},
		"another item":    {domain.Attributes{"item": item(11)}, []string{named("missing", 10), named("extra", 11)}},
		"an unknown code": {domain.Attributes{"item": domain.Code("X9")}, []string{"unknown ?mes:X9"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, shape := range []structure.Shape{structure.Components(), structure.ByProducts()} {
				got := structure.New(structure.Rules{}).Compare(side("golden", shape.Read(storedBOM(nil), "golden")), side("mes", shape.Read(storedBOM(tt.change), "mes")))
				if want := tt.want; shape.Lines == "by_products" {
					expect(t, got.Findings)
				} else {
					expect(t, got.Findings, want...)
				}
			}
		})
	}
}

func TestARoutingIsReadAsItIsDeclared(t *testing.T) {
	t.Parallel()
	routing := func(change domain.Attributes) structure.Bill {
		operation := domain.Attributes{
			"sequence": number("10"), "name": domain.Text("Cut"), "work_center": domain.Reference{Domain: "work_center", Record: part(50).Record},
			"setup_time": domain.Quantity{Number: dec("5"), Unit: "MIN"}, "run_time": domain.Quantity{Number: dec("2"), Unit: "MIN"}, "workers": number("1"),
		}
		return structure.Operations().Read(domain.Attributes{"item": item(1), "operations": domain.Lines{{ID: "O", Attributes: operation.With(change)}}}, "mes")
	}
	tests := map[string]struct {
		change domain.Attributes
		want   []string
	}{
		"nothing":                {},
		"time":                   {domain.Attributes{"run_time": domain.Quantity{Number: dec("3"), Unit: "MIN"}}, []string{"time cut"}},
		"workers":                {domain.Attributes{"workers": number("2")}, []string{"workers cut"}},
		"work center":            {domain.Attributes{"work_center": domain.Reference{Domain: "work_center", Record: part(51).Record}}, []string{"work_center cut"}},
		"an unknown work center": {domain.Attributes{"work_center": domain.Code("SAW")}, []string{"unknown cut"}},
		"another name":           {domain.Attributes{"name": domain.Text("Zuschnitt")}, []string{"name cut"}},
		"another operation":      {domain.Attributes{"name": domain.Text("Weld"), "sequence": number("20")}, []string{"missing cut", "extra weld"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, structure.New(structure.Rules{}).Compare(side("golden", routing(nil)), side("mes", routing(tt.change))).Findings, tt.want...)
		})
	}
}

func TestAFindingIsTheSameDiscrepancyInEveryRun(t *testing.T) {
	t.Parallel()
	about := domain.Finding{Domain: "bom", System: "mes", Record: part(1).Record, Code: "B-1", GoldenVersion: 3}
	found := func(change domain.Attributes) domain.Finding {
		shape := structure.Components()
		got := structure.New(structure.Rules{}).Compare(side("golden", shape.Read(storedBOM(nil), "golden")), side("mes", shape.Read(storedBOM(change), "mes")))
		if len(got.Findings) != 1 {
			t.Fatalf("found %q", told(got.Findings))
		}
		return got.Findings[0].Of(about, shape.Lines)
	}
	five, six := found(domain.Attributes{"quantity": number("5")}), found(domain.Attributes{"quantity": number("6"), "position": number("70")})
	if five.Identity() != six.Identity() || five.Class != domain.ClassStructure || five.Attribute != "components" {
		t.Errorf("%s, then %s", five.Identity(), six.Identity())
	}
	if five.Golden.Display() != "4 KGM" || five.Source.Display() != "5 KGM" || five.GoldenVersion != 3 {
		t.Errorf("told %s and %s", five.Golden.Display(), five.Source.Display())
	}
	scrap := found(domain.Attributes{"scrap": nil})
	if scrap.Identity() == five.Identity() {
		t.Error("two differences of one line are one discrepancy")
	}
	class, attribute, key, ok := structure.ParseLine(scrap.Line)
	if class != structure.ClassScrap || attribute != structure.AttrScrap || key != part(10).String() || !ok {
		t.Errorf("parsed %q %q %q", class, attribute, key)
	}
	if _, _, _, ok := structure.ParseLine("L1"); ok {
		t.Error("a line's own ID is taken for a finding's")
	}
}

// TestWhatIsMissingIsToldWithAllItSays shows that the line of a finding is one that its Definition takes.
func TestWhatIsMissingIsToldWithAllItSays(t *testing.T) {
	t.Parallel()
	shape := structure.Components()
	stored := storedBOM(nil)
	got := structure.New(structure.Rules{}).Compare(side("golden", shape.Read(stored, "golden")), side("mes", bill()))
	f := got.Findings[len(got.Findings)-1]
	if f.Class != structure.ClassMissing || f.Right != nil {
		t.Fatalf("found %q", told(got.Findings))
	}
	line := f.Left.(domain.Lines)[0]
	if want := stored["components"].(domain.Lines)[0].Attributes.With(domain.Attributes{"quantity": number("2")}); !line.Attributes.Same(want) {
		t.Errorf("told %s, want %s", line.Attributes.Encode(), want.Encode())
	}
}
