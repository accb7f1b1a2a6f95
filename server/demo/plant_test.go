package demo

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// TestWorkOff: what the work list asks for in the company's words is done in the plant's.
func TestWorkOff(t *testing.T) {
	t.Parallel()
	set := func(text string) map[string]json.RawMessage {
		var values map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &values); err != nil {
			t.Fatal(err)
		}
		return values
	}
	const whole = `{"name":{"i18n":{"en":"Cable"}},"base_unit":{"enum":"MTR"},"net_weight":{"qty":"0.15","unit":"KGM"},"gtin":{"code":"4"},"tracking":{"enum":"lot"}}`
	old := fixtures.PlantRow{Code: "7a", Name: "Bolt", Unit: "X", Weight: "1"}
	tests := map[string]struct {
		plant int
		rows  []fixtures.PlantRow
		entry deliveryAnswer
		want  []fixtures.PlantRow // nil means that the lead does not know how
	}{
		"a value":             {0, []fixtures.PlantRow{old}, deliveryAnswer{Kind: "update", Code: "7a", Set: set(`{"name":{"i18n":{"en":"Schraube","de":"Nut"}}}`)}, []fixtures.PlantRow{{Code: "7a", Name: "Nut", Unit: "X", Weight: "1"}}},
		"a value of no row":   {0, []fixtures.PlantRow{old}, deliveryAnswer{Kind: "update", Code: "7A", Set: set(`{"name":{"i18n":{"en":"Schraube","de":"Nut"}}}`)}, nil},
		"an unknown value":    {0, []fixtures.PlantRow{old}, deliveryAnswer{Kind: "update", Code: "7a", Set: set(`{"colour":{"text":"red"}}`)}, nil},
		"a new row in grams":  {0, nil, deliveryAnswer{Kind: "create", Code: "8", Set: set(whole)}, []fixtures.PlantRow{{Code: "8", Name: "Cable", Unit: "M", Weight: "150", GTIN: "4", Tracking: "C"}}},
		"a new row by the mm": {1, nil, deliveryAnswer{Kind: "create", Code: "8", Set: set(whole)}, []fixtures.PlantRow{{Code: "8", Name: "Cable", Unit: "MM", Weight: "0.000150", GTIN: "4", Tracking: "BATCH"}}},
		"a new row, comma":    {2, nil, deliveryAnswer{Kind: "create", Code: "8", Set: set(whole)}, []fixtures.PlantRow{{Code: "8", Name: "Cable", Unit: "mb", Weight: "0,150", GTIN: "4", Tracking: "P"}}},
		"lost zeros":          {0, []fixtures.PlantRow{{Code: "42"}}, deliveryAnswer{Kind: "create", Code: "0042", Set: set(whole)}, []fixtures.PlantRow{{Code: "0042"}}},
		"lost small letters":  {1, []fixtures.PlantRow{{Code: "7A"}}, deliveryAnswer{Kind: "create", Code: "7a", Set: set(whole)}, []fixtures.PlantRow{{Code: "7a"}}},
		"one of two":          {0, []fixtures.PlantRow{old, {Code: "7a"}}, deliveryAnswer{Kind: "remove", Code: "7a"}, []fixtures.PlantRow{old}},
		"back into use":       {0, []fixtures.PlantRow{{Code: "7", Blocked: true}}, deliveryAnswer{Kind: "restore", Code: "7"}, []fixtures.PlantRow{{Code: "7"}}},
		"something unheard":   {0, []fixtures.PlantRow{old}, deliveryAnswer{Kind: "paint", Code: "7a"}, nil},
	}
	company := fixtures.Generate(1, fixtures.DefaultSize(), nil)
	for name, test := range tests {
		p := &plant{Plant: company.Plants[test.plant], rows: slices.Clone(test.rows)}
		switch err := p.workOff(test.entry); {
		case (err == nil) != (test.want != nil):
			t.Errorf("%s: %v", name, err)
		case err == nil && !slices.Equal(p.rows, test.want):
			t.Errorf("%s: %+v, not %+v", name, p.rows, test.want)
		}
	}
}
