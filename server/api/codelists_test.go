package api_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

func TestCodeListsAndDefinitionsAreServed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	lists := read[api.List[api.CodeList]](t, b.call(t, request{method: "GET", path: "~/code-lists", as: "lead"}), http.StatusOK)
	if len(lists.Items) != 9 {
		t.Fatalf("%d lists", len(lists.Items))
	}
	countries := read[api.CodeList](t, b.call(t, request{method: "GET", path: "~/code-lists/country", as: "lead"}), http.StatusOK)
	i := slices.IndexFunc(countries.Entries, func(e api.CodeEntry) bool { return e.Code == "DE" })
	if i < 0 || countries.Entries[i].Labels["en"] != "Germany" || countries.Entries[i].Labels["de"] != "Deutschland" || countries.Version != 0 {
		t.Errorf("%+v", countries)
	}
	if p := b.call(t, request{method: "GET", path: "~/code-lists/moon", as: "lead"}).problem(t); p.Code != domain.CodeListUnknown {
		t.Errorf("%+v", p)
	}
	definition := read[api.Definition](t, b.call(t, request{method: "GET", path: "~/definitions/item", as: "lead"}), http.StatusOK)
	scopes := map[string]string{}
	for _, attribute := range definition.Attributes {
		scopes[attribute.ID] = attribute.Scope
		if attribute.ID == "base_unit" && (attribute.CodeList != "unit" || !slices.Contains(attribute.Members, "H87") || attribute.Governance != "review") {
			t.Errorf("%+v", attribute)
		}
	}
	if len(scopes) != 29 || scopes["lead_time"] != "plant" || scopes["standard_cost"] != "company" || scopes["name"] != "global" {
		t.Errorf("%v", scopes)
	}
}
