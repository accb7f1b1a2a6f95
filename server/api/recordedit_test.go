package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// TestARecordIsEdited goes the way of an edit over HTTP, and what is told of edits that cannot be.
func TestARecordIsEdited(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	edit := func(record, ifMatch string, body map[string]any) answer {
		body["reason"] = "the label was wrong"
		header := map[string]string{}
		if ifMatch != "" {
			header["If-Match"] = ifMatch
		}
		return b.call(t, request{method: "POST", path: "~/records/item/" + record + "/changes", as: "steward", header: header, body: body})
	}
	name := map[string]any{"name": map[string]any{"i18n": map[string]string{"en": "Hexagon bolt"}}}
	proposed := read[changeRequest](t, edit(s.record, `"1"`, map[string]any{"base_version": 1, "set": name}), http.StatusCreated)
	if proposed.Kind != "edit" || !strings.Contains(proposed.Title, "becomes Hexagon bolt") {
		t.Fatalf("proposed is %+v", proposed)
	}
	items := b.call(t, request{method: "GET", path: "~/change-requests/" + proposed.ID + "/items", as: "steward"})
	if !strings.Contains(items.body, `"action":"update_record"`) || !strings.Contains(items.body, `"remarks":[]`) {
		t.Errorf("its items are %s", items.body)
	}
	tests := map[string]struct {
		got    answer
		status int
		code   string
	}{
		"an If-Match that is over":   {edit(s.record, `"7"`, map[string]any{"set": name}), http.StatusPreconditionFailed, domain.CodeRecordStale},
		"an If-Match that is none":   {edit(s.record, "seven", map[string]any{"set": name}), http.StatusUnprocessableEntity, domain.CodeBodyInvalid},
		"a version that never was":   {edit(s.record, "", map[string]any{"base_version": 7, "set": name}), http.StatusConflict, domain.CodeRecordStale},
		"a required value cleared":   {edit(s.record, "", map[string]any{"clear": []string{"name"}}), http.StatusUnprocessableEntity, domain.CodeValueInvalid},
		"nothing":                    {edit(s.record, "", map[string]any{}), http.StatusUnprocessableEntity, domain.CodeDecisionInvalid},
		"a record that there is not": {edit(domain.NewID().String(), "", map[string]any{"set": name}), http.StatusNotFound, domain.CodeRecordUnknown},
		"what is no ID":              {edit("x", "", map[string]any{"set": name}), http.StatusUnprocessableEntity, domain.CodeIDInvalid},
		"a value that is none":       {edit(s.record, "", map[string]any{"set": map[string]any{"name": 7}}), http.StatusUnprocessableEntity, domain.CodeBodyInvalid},
	}
	for phrase, tt := range tests {
		if tt.got.status != tt.status || !strings.Contains(tt.got.body, `"`+tt.code+`"`) {
			t.Errorf("%s: %d %s, want %d %s", phrase, tt.got.status, tt.got.body, tt.status, tt.code)
		}
	}
}
