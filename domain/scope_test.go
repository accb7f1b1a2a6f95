package domain

import (
	"maps"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// TestPlacesRoundTrip: whatever the place, its key leads back to it, and a golden record's canonical encoding keeps the two apart.
func TestPlacesRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := AttributeID(rapid.StringMatching(`[a-z][a-z_]{0,12}`).Draw(t, "id"))
		place := rapid.SampledFrom([]Place{
			{},
			{Plant: PlantID(rapid.StringMatching(`[A-Z0-9]{1,16}`).Draw(t, "plant"))},
			{Company: CompanyID(rapid.StringMatching(`[A-Za-z0-9 :@-]{0,10}[a-z]`).Draw(t, "company"))},
		}).Draw(t, "place")
		place.Company = CompanyID(clean(string(place.Company)))
		key := id.At(place)
		plain, at := key.Split()
		if plain != id || at != place || key.Plain() != id || plain.At(at) != key {
			t.Fatalf("%q is split into %q, %+v", key, plain, at)
		}
		kept := Attributes{key: Quantity{Number: decimal.NewFromInt(3), Unit: "DAY"}, "other": Text("x")}
		read, err := DecodeAttributes(kept.Encode())
		if err != nil || !maps.Equal(read, kept) && !read.Same(kept) {
			t.Fatalf("%s became %v, %v", kept.Encode(), read, err)
		}
	})
}

func scopedDefinition() Definition {
	return Definition{Domain: "item", Label: "item", Attributes: []Attribute{
		{ID: "name", Label: "Name", Kind: KindText, Required: true, Scope: ScopeGlobal},
		{ID: "lead_time", Label: "Lead time", Kind: KindQuantity, Unit: "DAY", Scope: ScopePlant, Least: &decimal.Decimal{}},
		{ID: "cost", Label: "Cost", Kind: KindMoney, Scope: ScopeCompany},
	}}
}

func TestCheckMindsThePlace(t *testing.T) {
	t.Parallel()
	days := Quantity{Number: decimal.NewFromInt(3), Unit: "DAY"}
	euro := Money{Amount: decimal.NewFromInt(3), Currency: "EUR"}
	tests := map[string]struct {
		set   Attributes
		fault bool
	}{
		"a plant's value at a plant":           {Attributes{"lead_time@STU1": days}, false},
		"at two plants":                        {Attributes{"lead_time@STU1": days, "lead_time@LYO1": days}, false},
		"a plant's value nowhere":              {Attributes{"lead_time": days}, true},
		"a plant's value at a company":         {Attributes{"lead_time@company:CW-DE": days}, true},
		"a company's value":                    {Attributes{"cost@company:CW-DE": euro}, false},
		"a company's value at a plant":         {Attributes{"cost@STU1": euro}, true},
		"a company without a name":             {Attributes{"cost@company:": euro}, true},
		"a global value at a plant":            {Attributes{"name@STU1": Text("x")}, true},
		"an unknown attribute at a plant":      {Attributes{"moon@STU1": Text("x")}, true},
		"less than nothing":                    {Attributes{"lead_time@STU1": Quantity{Number: decimal.NewFromInt(-1), Unit: "DAY"}}, true},
		"another unit":                         {Attributes{"lead_time@STU1": Quantity{Number: decimal.NewFromInt(1), Unit: "HUR"}}, true},
		"an amount without a sound currency":   {Attributes{"cost@company:CW-DE": Money{Amount: decimal.NewFromInt(1), Currency: "euro"}}, true},
		"an empty place, which is none at all": {Attributes{"name@": Text("x")}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if faults := scopedDefinition().CheckChange(tt.set); (len(faults) > 0) != tt.fault {
				t.Errorf("%v", faults)
			}
		})
	}
}

func TestPlacedAndLocal(t *testing.T) {
	t.Parallel()
	d := scopedDefinition()
	days := Quantity{Number: decimal.NewFromInt(3), Unit: "DAY"}
	euro := Money{Amount: decimal.NewFromInt(3), Currency: "EUR"}
	said := Attributes{"name": Text("x"), "lead_time": days, "cost": euro}
	stu1 := Place{Plant: "STU1", Company: "CW-DE"}
	placed := d.Placed(said, stu1)
	if want := (Attributes{"name": Text("x"), "lead_time@STU1": days, "cost@company:CW-DE": euro}); !placed.Same(want) {
		t.Errorf("%s", placed.Encode())
	}
	golden := placed.With(Attributes{"lead_time@LYO1": Quantity{Number: decimal.NewFromInt(9), Unit: "DAY"}})
	if local := d.Local(golden, stu1); !local.Same(said) {
		t.Errorf("%s", local.Encode())
	}
	if nowhere := d.Placed(said, Place{}); !nowhere.Same(Attributes{"name": Text("x")}) {
		t.Errorf("%s", nowhere.Encode())
	}
}

func TestPlaceOf(t *testing.T) {
	t.Parallel()
	plants := []Plant{
		{ID: "STU1", Bindings: []PlantBinding{{System: "odoo-main", Company: "CW-DE"}}},
		{ID: "MUC1", Bindings: []PlantBinding{{System: "odoo-main", Company: "CW-DE"}}},
		{ID: "LYO1", Bindings: []PlantBinding{{System: "odoo-fr", Company: "CW-FR"}, {System: "odoo-all", Company: "CW-FR"}}},
		{ID: "OSL1", Bindings: []PlantBinding{{System: "odoo-all", Company: "CW-NO"}}},
	}
	tests := map[string]struct {
		system SourceSystem
		want   Place
	}{
		"a plant's system":                     {SourceSystem{ID: "mes", Plant: "STU1"}, Place{Plant: "STU1", Company: "CW-DE"}},
		"a system of plants of one company":    {SourceSystem{ID: "odoo-main"}, Place{Company: "CW-DE"}},
		"a system of plants of two companies":  {SourceSystem{ID: "odoo-all"}, Place{}},
		"a system whose settings name one":     {SourceSystem{ID: "odoo-all", Settings: map[string]string{"company": "CW-NO"}}, Place{Company: "CW-NO"}},
		"a system that calls it by its number": {SourceSystem{ID: "odoo-all", Settings: map[string]string{"company": "2", "company_code": "CW-FR"}}, Place{Company: "CW-FR"}},
		"a system nobody is bound to":          {SourceSystem{ID: "plm"}, Place{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := PlaceOf(tt.system, plants); got != tt.want {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestGTINCheckDigit(t *testing.T) {
	t.Parallel()
	for code, sound := range map[string]bool{
		"4006381333931": true, "4006381333932": false, "96385074": true, "036000291452": true, "10614141000415": true,
		"400638133393": false, "400638133393X": false, "4006381333913": false, "0": false,
	} {
		if (CheckGTIN.misfit("GTIN", code) == "") != sound {
			t.Errorf("%s is sound: %v", code, !sound)
		}
	}
}
