package api_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// TestDefinitionsOfLines: what each line of a lines attribute says is served as what the record says.
func TestDefinitionsOfLines(t *testing.T) {
	t.Parallel()
	b := setup(t)
	all := read[api.List[api.Definition]](t, b.call(t, request{method: "GET", path: "~/definitions", as: "lead"}), http.StatusOK)
	var names []string
	for _, d := range all.Items {
		names = append(names, d.Domain)
	}
	if !slices.Equal(names, []string{"location", "work_center", "supplier", "item", "bom", "routing", "lot"}) {
		t.Errorf("%v", names)
	}
	bom := all.Items[4]
	find := func(attributes []api.Attribute, id string) api.Attribute {
		return attributes[slices.IndexFunc(attributes, func(a api.Attribute) bool { return a.ID == id })]
	}
	components := find(bom.Attributes, "components")
	if components.Lines == nil || components.Lines.Position != "position" || !slices.Equal(components.Lines.Identity, []string{"item"}) {
		t.Fatalf("%+v", components.Lines)
	}
	unit, scrap := find(components.Lines.Attributes, "unit"), find(components.Lines.Attributes, "scrap")
	if !unit.Required || unit.CodeList != "unit" || !slices.Contains(unit.Members, "KGM") || scrap.Least != "0" || scrap.Most != "100" || scrap.Unit != "P1" {
		t.Errorf("%+v %+v", unit, scrap)
	}
	if bom.Unmatched == "" || all.Items[2].Unmatched != "" || find(all.Items[0].Attributes, "parent").References != "location" || !find(all.Items[0].Attributes, "parent").Hierarchy {
		t.Errorf("%q %q", bom.Unmatched, all.Items[2].Unmatched)
	}
	if looked := read[api.SuggestionList](t, b.call(t, request{method: "POST", path: "~/match/check", as: "steward", body: `{"domain":"bom","code":"B-1"}`}), http.StatusOK); looked.Evaluated || looked.WhyNot == "" {
		t.Errorf("%+v", looked)
	}
}
