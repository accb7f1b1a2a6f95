package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

func TestDomains(t *testing.T) {
	t.Parallel()
	want := []domain.DomainName{catalog.Location, catalog.WorkCenter, catalog.Supplier, catalog.Item, catalog.BOM, catalog.Routing, catalog.Lot}
	if got := catalog.Domains(); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if got := catalog.Matched(); !slices.Equal(got, want[:4]) {
		t.Errorf("matched %v", got)
	}
	_, err := catalog.Definitions{}.Definition("customer")
	wantCode(t, err, domain.CodeDomainUnknown)
}

// TestDefinitionsAreSound: what a Definition names is there, of the kind it must be, and known to people.
func TestDefinitionsAreSound(t *testing.T) {
	t.Parallel()
	for _, definition := range (catalog.Definitions{}).List() {
		t.Run(string(definition.Domain), func(t *testing.T) {
			t.Parallel()
			named := slices.Concat([]domain.AttributeID{definition.CodeAttribute, definition.NameAttribute}, slices.Concat(definition.Identifiers...), slices.Concat(definition.OneOf...))
			for _, pair := range definition.Ordered {
				named = append(named, pair[:]...)
			}
			for _, id := range named {
				if _, known := definition.Attribute(id); !known {
					t.Errorf("names %s, which it does not have", id)
				}
			}
			if code, _ := definition.Attribute(definition.CodeAttribute); code.Kind != domain.KindCode || !code.Required || !code.PersonOnly {
				t.Errorf("the code is %+v", code)
			}
			sound(t, definition.Attributes)
			for _, a := range definition.Attributes {
				if (a.Kind == domain.KindLines) != (a.Lines != nil) {
					t.Errorf("%s is of the kind %s with lines %v", a.ID, a.Kind, a.Lines)
				}
				if a.Lines != nil {
					soundLines(t, *a.Lines)
				}
			}
		})
	}
}

func soundLines(t *testing.T, l domain.LineDefinition) {
	t.Helper()
	sound(t, l.Attributes)
	named := slices.Clone(l.Identity)
	for _, id := range []domain.AttributeID{l.Position, l.Share, l.Contains} {
		if id != "" {
			named = append(named, id)
		}
	}
	for _, pair := range l.Ordered {
		named = append(named, pair[:]...)
	}
	for _, id := range named {
		if _, known := l.Attribute(id); !known {
			t.Errorf("a %s names %s, which it does not have", l.Label, id)
		}
	}
	if l.Label == "" || len(l.Identity) == 0 {
		t.Errorf("lines %q are found by nothing", l.Label)
	}
	for _, a := range l.Attributes {
		if a.Kind == domain.KindLines || a.Scope != domain.ScopeGlobal || a.Classification == domain.ClassConfidential {
			t.Errorf("%s of a %s: lines lie in no lines, hold for all and are for all who see the record", a.ID, l.Label)
		}
	}
}

func sound(t *testing.T, attributes []domain.Attribute) {
	t.Helper()
	seen := map[domain.AttributeID]bool{}
	for _, a := range attributes {
		if seen[a.ID] || a.ID == "" || a.Label == "" || strings.ToLower(string(a.ID)) != string(a.ID) {
			t.Errorf("%q %q", a.ID, a.Label)
		}
		seen[a.ID] = true
		if a.Kind == domain.KindReference {
			if _, err := (catalog.Definitions{}).Definition(a.References); err != nil {
				t.Errorf("%s points into %q", a.ID, a.References)
			}
		}
		if list := a.CodeList; list != "" && list != catalog.ListCategory && len(a.Members) == 0 {
			t.Errorf("%s has no members of the list %s", a.ID, list)
		}
		if a.Kind == domain.KindEnum && a.CodeList == "" && len(a.Members) == 0 {
			t.Errorf("%s is of no set", a.ID)
		}
		if a.Classification == domain.ClassPersonal {
			t.Errorf("%s is personal: nothing here is about people", a.ID)
		}
	}
}

// aBOM is a sound BOM of one component.
func aBOM(more domain.Attributes) domain.Attributes {
	item := domain.Reference{Domain: catalog.Item, Record: domain.NewID()}
	return domain.Attributes{
		catalog.BOMCode: domain.Code("B-1"), catalog.BOMItem: item, catalog.BOMType: domain.Enum("manufacture"),
		catalog.BOMBaseQuantity: number("1"), catalog.BOMBaseUnit: domain.Enum("C62"), catalog.BOMComponents: domain.Lines{component("L1", nil)},
	}.With(more)
}

func component(id string, more domain.Attributes) domain.Line {
	return domain.Line{ID: id, Attributes: domain.Attributes{
		catalog.ComponentItem: domain.Reference{Domain: catalog.Item, Record: domain.NewID()}, catalog.ComponentQuantity: number("2"), catalog.ComponentUnit: domain.Enum("C62"),
	}.With(more)}
}

func number(n string) domain.Quantity { return domain.Quantity{Number: decimal.RequireFromString(n)} }

func percent(n string) domain.Quantity {
	return domain.Quantity{Number: decimal.RequireFromString(n), Unit: "P1"}
}

func minutes(n string) domain.Quantity {
	return domain.Quantity{Number: decimal.RequireFromString(n), Unit: "MIN"}
}

func TestBadInputIsToldWhereItStands(t *testing.T) {
	t.Parallel()
	item, center := domain.Reference{Domain: catalog.Item, Record: domain.NewID()}, domain.Reference{Domain: catalog.WorkCenter, Record: domain.NewID()}
	components := func(l ...domain.Line) domain.Attributes {
		return domain.Attributes{catalog.BOMComponents: domain.Lines(l)}
	}
	operation := func(more domain.Attributes) domain.Attributes {
		return domain.Attributes{catalog.RoutingCode: domain.Code("R-1"), catalog.RoutingItem: item, catalog.RoutingOperations: domain.Lines{{ID: "10", Attributes: domain.Attributes{
			catalog.OperationSequence: number("10"), catalog.OperationName: domain.Text("Turning"), catalog.OperationWorkCenter: center,
		}.With(more)}}}
	}
	lot := domain.Attributes{catalog.LotCode: domain.Code("I-1/L-1"), catalog.LotNumber: domain.Code("L-1"), catalog.LotItem: item}
	tests := map[string]struct {
		name domain.DomainName
		in   domain.Attributes
		want string
	}{
		"a sound BOM":                         {catalog.BOM, aBOM(nil), ""},
		"a BOM of an unknown type":            {catalog.BOM, aBOM(domain.Attributes{catalog.BOMType: domain.Enum("kit")}), "/bom_type"},
		"a BOM for nothing":                   {catalog.BOM, aBOM(domain.Attributes{catalog.BOMBaseQuantity: number("0")}), "/base_quantity"},
		"a BOM that ends before it begins":    {catalog.BOM, aBOM(domain.Attributes{catalog.BOMValidFrom: domain.Day("2026-02-01"), catalog.BOMValidTo: domain.Day("2026-01-01")}), "/valid_to"},
		"a component of nobody knows what":    {catalog.BOM, aBOM(components(component("L1", domain.Attributes{catalog.ComponentItem: domain.Code("4711")}))), "/components/L1/item"},
		"a component in an unknown unit":      {catalog.BOM, aBOM(components(component("L1", nil), component("L3", domain.Attributes{catalog.ComponentUnit: domain.Enum("?Rolle")}))), "/components/L3/unit"},
		"a component of a negative quantity":  {catalog.BOM, aBOM(components(component("L3", domain.Attributes{catalog.ComponentQuantity: number("-1")}))), "/components/L3/quantity"},
		"a component that is all scrap twice": {catalog.BOM, aBOM(components(component("L1", domain.Attributes{catalog.ComponentScrap: percent("200")}))), "/components/L1/scrap"},
		"by-products that cost more than all": {catalog.BOM, aBOM(domain.Attributes{catalog.BOMByProducts: domain.Lines{
			component("P1", domain.Attributes{catalog.ByProductCostShare: percent("70")}), component("P2", domain.Attributes{catalog.ByProductCostShare: percent("31")}),
		}}), "/by_products"},
		"a sound routing":               {catalog.Routing, operation(domain.Attributes{catalog.OperationRunTime: minutes("1.5")}), ""},
		"a routing of nothing":          {catalog.Routing, operation(nil).With(domain.Attributes{catalog.RoutingItem: nil}), "/item"},
		"an operation of negative time": {catalog.Routing, operation(domain.Attributes{catalog.OperationSetupTime: minutes("-1")}), "/operations/10/setup_time"},
		"a time in hours":               {catalog.Routing, operation(domain.Attributes{catalog.OperationRunTime: domain.Quantity{Unit: "HUR"}}), "/operations/10/run_time"},
		"a sound lot":                   {catalog.Lot, lot.With(domain.Attributes{catalog.LotStatus: domain.Enum("hold"), catalog.LotProduced: domain.Day("2026-01-01"), catalog.LotExpires: domain.Day("2026-01-01")}), ""},
		"a lot that expires first":      {catalog.Lot, lot.With(domain.Attributes{catalog.LotProduced: domain.Day("2026-02-01"), catalog.LotExpires: domain.Day("2026-01-01")}), "/expires"},
		"a lot of no status there is":   {catalog.Lot, lot.With(domain.Attributes{catalog.LotStatus: domain.Enum("ok")}), "/status"},
		"a location in a lot":           {catalog.Location, domain.Attributes{catalog.LocationCode: domain.Code("A"), catalog.LocationName: domain.Text("A"), catalog.LocationParent: domain.Reference{Domain: catalog.Lot, Record: domain.NewID()}}, "/parent"},
		"terms of no company":           {catalog.Supplier, domain.Attributes{catalog.SupplierCode: domain.Code("S"), catalog.SupplierName: domain.Text("S"), catalog.SupplierPaymentTerms: domain.Enum("net_30")}, "/payment_terms"},
		"terms of one company": {catalog.Supplier, domain.Attributes{catalog.SupplierCode: domain.Code("S"), catalog.SupplierName: domain.Text("S"),
			catalog.SupplierPaymentTerms.At(domain.Place{Company: "CW-DE"}): domain.Enum("net_30")}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			definition := must(catalog.Definitions{}.Definition(tt.name))(t)
			var at []string
			for _, fault := range definition.Faults(tt.in) {
				at = append(at, fault.Location)
			}
			if got := strings.Join(at, " "); got != tt.want {
				t.Errorf("faults at %q, want %q", got, tt.want)
			}
		})
	}
}
