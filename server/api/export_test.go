package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// TestWhatIsConfiguredGoesOutAsItCameIn: everything that can be configured, and proposed once more it would change nothing.
func TestWhatIsConfiguredGoesOutAsItCameIn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	wanted := map[string]any{
		"reason": "all of it",
		"plants": []any{map[string]any{
			"id": "MUC3", "name": "Munich", "time_zone": "Europe/Berlin", "languages": []string{"de", "en"}, "currency": "EUR", "state": "live",
			"valid_from": "2026-01-01", "bindings": []any{map[string]any{"system": "wms", "company": "DE01", "warehouse": "M"}},
		}},
		"systems": []any{map[string]any{
			"id": "wms", "name": "WMS", "kind": "rest", "plant": "MUC3", "code_rule": "upper", "settings": map[string]string{"base_url": "https://wms.example", "token_ref": "env:WMS"},
			"streams": []any{map[string]any{
				"domain": "item", "key": "no", "active": "live", "fields": map[string]string{"name": "title"},
				"request": map[string]any{"path": "/items", "records": "data", "parameters": map[string]string{"site": "M"},
					"paging": map[string]any{"kind": "page", "parameter": "p", "size_parameter": "n", "size": 100, "first": 1}},
			}},
		}},
		"plans": []any{map[string]any{
			"id": "wms-items", "name": "WMS", "domain": "item", "system": "wms", "attributes": []string{"name"}, "drop_hold_percent": 5, "time_zone": "Europe/Paris", "paused": true,
			"schedules": []any{map[string]any{"cron": "30 2 * * *", "mode": "complete"}},
		}},
		"unmapped_policies": []any{map[string]any{"system": "wms", "domain": "item", "action": "park"}},
		"code_lists":        []any{map[string]any{"id": "unit", "entries": []any{map[string]any{"code": "H87", "aliases": map[string]any{"wms": []string{"ST", "Stk"}}}}}},
		"authorities": []any{map[string]any{
			"domain": "item", "creation": []string{"wms"}, "creation_exclusive": true, "new_records": "registered", "code_pattern": "IT-{seq:6}",
			"attributes": []any{map[string]any{"attribute": "net_weight", "systems": []string{"wms"}, "governance": "follow", "exclusive": true}},
		}},
		"approval_policy": map[string]any{
			"approvers": 1, "mass_limit": 50, "grace_alone_seconds": 60, "grace_reviewed_seconds": 5, "sample_percent": 3,
			"rules": []any{map[string]any{"name": "units", "kinds": []string{"decision"}, "attributes": []string{"base_unit"}, "approvers": 2}},
		},
	}
	propose := func(body any) answer {
		return b.call(t, request{method: "POST", path: "~/configurations", as: "admin", body: body})
	}
	proposed := read[api.ChangeRequest](t, propose(wanted), http.StatusCreated)
	if !strings.Contains(proposed.Title, "approval policy") {
		t.Errorf("it is called %q", proposed.Title)
	}
	approved := read[api.ChangeRequest](t, b.call(t, step("PUT", "~/change-requests/"+proposed.ID+"/approval", "approver", 1, nil)), http.StatusOK)
	if approved.State != "applied" {
		t.Fatalf("%+v", approved)
	}
	out := read[api.Configuration](t, b.call(t, request{method: "GET", path: "~/configurations", as: "admin"}), http.StatusOK)
	if out.ApprovalPolicy == nil || out.ApprovalPolicy.MassLimit != 50 || len(out.ApprovalPolicy.Rules) != 1 || out.Authorities[0].NewRecords != "registered" {
		t.Errorf("%+v, %+v", out.ApprovalPolicy, out.Authorities)
	}
	for _, system := range out.Systems {
		if system.ID == "wms" && (system.Streams[0].Language != "de" || system.Settings["token_ref"] != "env:WMS" || system.Streams[0].Request.Paging.Size != 100) {
			t.Errorf("%+v", system)
		}
	}
	out.Reason = "once more"
	out.Systems = slices.DeleteFunc(out.Systems, func(s api.SystemConfig) bool { return s.ID != "wms" }) // the seed's came in otherwise
	if p := propose(out).problem(t); p.Code != domain.CodeDecisionInvalid || !strings.Contains(p.Detail, "change nothing") {
		t.Errorf("what went out came in again: %+v", p)
	}
	out.ApprovalPolicy.SamplePercent, out.ApprovalPolicy.Rules[0].Name = 100, ""
	if p := propose(out).problem(t); p.Code != domain.CodeConfigInvalid || len(p.Errors) != 1 || p.Errors[0].Location != "/approval_policy/rules/0/name" {
		t.Errorf("a faulty policy: %+v", p)
	}
}
