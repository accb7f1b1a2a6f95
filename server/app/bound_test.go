package app

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// TestBoundTo: an Odoo that names no company is that of the plants bound to it, as long as they agree.
func TestBoundTo(t *testing.T) {
	t.Parallel()
	plant := func(id domain.PlantID, company string) domain.Plant {
		return domain.Plant{ID: id, Bindings: []domain.PlantBinding{{System: "odoo", Company: company}}}
	}
	tests := map[string]struct {
		kind     domain.SystemKind
		settings map[string]string
		plants   []domain.Plant
		want     string
	}{
		"no plant":                 {domain.SystemOdoo, nil, nil, ""},
		"plants that agree":        {domain.SystemOdoo, nil, []domain.Plant{plant("A", "Main"), plant("B", "Main")}, "Main"},
		"plants that do not":       {domain.SystemOdoo, nil, []domain.Plant{plant("A", "Main"), plant("B", "Second")}, ""},
		"its own word comes first": {domain.SystemOdoo, map[string]string{"company": "Own"}, []domain.Plant{plant("A", "Main")}, "Own"},
		"an empty word is none":    {domain.SystemOdoo, map[string]string{"company": "", "database": "x"}, []domain.Plant{plant("A", "Main")}, "Main"},
		"a code is not a name":     {domain.SystemOdoo, map[string]string{"company_code": "CW"}, []domain.Plant{plant("A", "Main")}, ""},
		"not an Odoo":              {domain.SystemREST, nil, []domain.Plant{plant("A", "Main")}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			system := domain.SourceSystem{ID: "odoo", Kind: tt.kind, Settings: tt.settings}
			got := boundTo(system, tt.plants)
			if got.Settings["company"] != tt.want || got.Settings["database"] != tt.settings["database"] {
				t.Errorf("%v, wanted the company %q", got.Settings, tt.want)
			}
			if tt.settings["company"] != system.Settings["company"] {
				t.Error("the system itself was changed")
			}
		})
	}
}
