package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// everybody lists people for the tables below; the approver comes last, as a request that is approved has another version.
const everybody = "steward admin auditor lead local approver"

// right says who may use an operation on a thing of their own plant or of no plant, and who on a foreign plant's. Whoever is
// not listed is refused (403) or told that there is no such thing (404); nobody who has not signed in gets anything but 401.
type right struct {
	own, foreign string
	// request makes the call from the things of one plant.
	request func(s seeded, of things) request
}

func get(path string) func(seeded, things) request {
	return func(seeded, things) request { return request{method: http.MethodGet, path: path} }
}

// of is a call on something of a plant.
func of(method string, path func(things) string, body any) func(seeded, things) request {
	return func(_ seeded, t things) request {
		return request{method: method, path: path(t), body: body, header: map[string]string{"If-Match": `"1"`}}
	}
}

const foreignToo = everybody + " (no foreign thing is named)"

// rights is the table of the whole API, by operation ID.
func rights() map[string]right {
	allPlants := "steward approver admin auditor"
	reason := map[string]string{"reason": "because"}
	return map[string]right{
		"sign-in": {own: everybody, foreign: foreignToo, request: func(seeded, things) request {
			return request{method: "POST", path: "~/session", body: map[string]string{"login": "steward", "password": password}}
		}},
		"sign-out": {own: everybody, foreign: foreignToo, request: func(seeded, things) request {
			return request{method: "DELETE", path: "~/session", header: map[string]string{"Cookie": ""}}
		}},
		"get-me":         {own: everybody, foreign: foreignToo, request: get("~/me")},
		"get-definition": {own: everybody, foreign: foreignToo, request: get("~/definitions/item")},
		"list-systems":   {own: everybody, foreign: foreignToo, request: get("~/systems")},
		"list-plants":    {own: everybody, foreign: foreignToo, request: get("~/plants")},
		"list-plans":     {own: everybody, foreign: foreignToo, request: get("~/plans")},
		"check-system":   {own: "steward admin local", foreign: "steward admin", request: of("POST", func(t things) string { return "~/systems/" + t.system + "/check" }, nil)},
		"propose-configuration": {own: "admin", foreign: "admin", request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/configurations", body: map[string]any{"reason": "r", "plans": []any{map[string]string{"id": "new", "name": "N", "domain": "item", "system": t.system}}}}
		}},
		"propose-initial-load": {own: "steward admin", foreign: "steward admin", request: func(_ seeded, _ things) request {
			return request{method: "POST", path: "~/initial-loads", body: map[string]string{"system": "odoo-main", "domain": "item", "reason": "r"}}
		}},
		"upload-import": {own: "steward admin lead local", foreign: "steward admin", request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/imports?domain=item&system=" + t.system, body: "code;canonical\n1;IT-1\n", header: map[string]string{"Content-Type": "text/csv"}}
		}},
		"list-imports":     {own: everybody, foreign: foreignToo, request: get("~/imports")},
		"get-import":       {own: everybody, foreign: allPlants, request: of("GET", func(t things) string { return "~/imports/" + t.load }, nil)},
		"list-import-rows": {own: everybody, foreign: allPlants, request: of("GET", func(t things) string { return "~/imports/" + t.load + "/rows" }, nil)},
		"submit-import":    {own: "steward admin lead local", foreign: "steward admin", request: of("POST", func(t things) string { return "~/imports/" + t.load + "/submission" }, reason)},
		"start-run": {own: "steward admin local", foreign: "steward admin", request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/runs", body: map[string]string{"plan": t.plan, "mode": "complete"}}
		}},
		"list-runs":       {own: everybody, foreign: foreignToo, request: get("~/runs")},
		"get-run":         {own: everybody, foreign: allPlants, request: of("GET", func(t things) string { return "~/runs/" + t.held }, nil)},
		"list-quarantine": {own: everybody, foreign: allPlants, request: of("GET", func(t things) string { return "~/runs/" + t.held + "/quarantine" }, nil)},
		"release-run":     {own: "steward admin local", foreign: "steward admin", request: of("POST", func(t things) string { return "~/runs/" + t.held + "/release" }, nil)},
		"cancel-run":      {own: "steward admin local", foreign: "steward admin", request: of("POST", func(t things) string { return "~/runs/" + t.held + "/cancellation" }, nil)},
		"open-queue":      {own: everybody, foreign: foreignToo, request: of("POST", func(things) string { return "~/queues/discrepancies/snapshot" }, map[string]any{})},
		// a snapshot that is not one's own is not there
		"list-queue-rows": {own: "", foreign: "", request: func(s seeded, _ things) request {
			return request{method: "GET", path: "~/queues/discrepancies/" + s.record + "/rows"}
		}},
		"get-discrepancy":          {own: everybody, foreign: allPlants, request: of("GET", func(t things) string { return "~/discrepancies/" + t.discrepancy }, nil)},
		"list-change-requests":     {own: everybody, foreign: foreignToo, request: get("~/change-requests")},
		"get-change-request":       {own: everybody, foreign: allPlants, request: of("GET", func(t things) string { return "~/change-requests/" + t.request }, nil)},
		"list-change-items":        {own: everybody, foreign: allPlants, request: of("GET", func(t things) string { return "~/change-requests/" + t.request + "/items" }, nil)},
		"approve-change-request":   {own: "approver", foreign: "approver", request: of("PUT", func(t things) string { return "~/change-requests/" + t.request + "/approval" }, nil)},
		"reject-change-request":    {own: "approver", foreign: "approver", request: of("PUT", func(t things) string { return "~/change-requests/" + t.request + "/rejection" }, reason)},
		"withdraw-change-request":  {own: "", foreign: "", request: of("PUT", func(t things) string { return "~/change-requests/" + t.request + "/withdrawal" }, reason)},
		"send-back-change-request": {own: "approver", foreign: "approver", request: of("PUT", func(t things) string { return "~/change-requests/" + t.request + "/rework" }, reason)},
		"resubmit-change-request":  {own: "", foreign: "", request: of("PUT", func(t things) string { return "~/change-requests/" + t.request + "/resubmission" }, map[string]string{})},
		// a request that is not applied: those who may are told that it is in the wrong state
		"look-at-change-request": {own: "approver", foreign: "approver", request: of("PUT", func(t things) string { return "~/change-requests/" + t.request + "/second-look" }, map[string]string{"look": "agreed"})},
		"revert-change-request":  {own: "steward admin lead local", foreign: "steward admin", request: of("POST", func(t things) string { return "~/change-requests/" + t.request + "/reversal" }, reason)},
		"get-approval-policy":    {own: everybody, foreign: foreignToo, request: get("~/approval-policy")},
		"propose-approval-policy": {own: "admin", foreign: foreignToo, request: func(seeded, things) request {
			return request{method: "POST", path: "~/approval-policy", body: map[string]any{"reason": "r", "policy": map[string]any{"approvers": 1}}}
		}},
		"list-acceptances": {own: everybody, foreign: foreignToo, request: get("~/acceptances")},
		"accept-scope": {own: "steward admin lead local", foreign: "steward admin", request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/acceptances", body: map[string]any{"scope": "record", "discrepancy_id": t.discrepancy, "version": 1, "until": "2099-01-01", "reason": "r"}}
		}},
		"end-acceptance":       {own: "steward admin lead local", foreign: "steward admin", request: of("POST", func(t things) string { return "~/acceptances/" + t.acceptance + "/end" }, reason)},
		"list-deliveries":      {own: everybody, foreign: foreignToo, request: get("~/deliveries")},
		"summarize-deliveries": {own: everybody, foreign: foreignToo, request: get("~/deliveries/summary")},
		"get-delivery":         {own: everybody, foreign: allPlants, request: of("GET", func(t things) string { return "~/deliveries/" + t.delivery }, nil)},
		"retry-delivery":       {own: "steward admin local", foreign: "steward admin", request: of("POST", func(t things) string { return "~/deliveries/" + t.delivery + "/retry" }, nil)},
		"skip-delivery":        {own: "steward admin local", foreign: "steward admin", request: of("POST", func(t things) string { return "~/deliveries/" + t.delivery + "/skip" }, reason)},
		"list-worklist":        {own: allPlants + " lead", foreign: foreignToo, request: get("~/worklist")},
		"list-records":         {own: everybody, foreign: foreignToo, request: get("~/records/item")},
		"get-record":           {own: everybody, foreign: foreignToo, request: func(s seeded, _ things) request { return request{method: "GET", path: "~/records/item/" + s.record} }},
		"list-mappings":        {own: everybody, foreign: foreignToo, request: get("~/mappings")},
		"list-audit":           {own: "auditor", foreign: foreignToo, request: get("~/audit")},
		// what a decision comes to stands in its result; see TestDecisionsOfTheWrongPeople
		"decide": {own: everybody, foreign: foreignToo, request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/decisions", body: map[string]any{"items": []any{map[string]any{"client_id": "x", "id": t.discrepancy, "version": 99, "verb": "accept"}}}}
		}},
	}
}

// open are the operations for which nobody needs to have signed in.
func open() []string { return []string{"sign-in", "sign-out"} }

// operations reads method and path of every operation out of the served document.
func operations(t *testing.T, b *bundle) map[string]string {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		}
	}
	answer := b.call(t, request{method: "GET", path: "/openapi.json"})
	if err := json.Unmarshal([]byte(answer.body), &document); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for path, methods := range document.Paths {
		for method, op := range methods {
			out[op.OperationID] = strings.ToUpper(method) + " " + path
		}
	}
	return out
}

func TestEveryOperationTakesWhoItShould(t *testing.T) {
	t.Parallel()
	names := strings.Fields(everybody)
	table := rights()
	documented := operations(t, setup(t))
	if want, have := slices.Sorted(maps.Keys(documented)), slices.Sorted(maps.Keys(table)); !slices.Equal(want, have) {
		t.Fatalf("the document has the operations %q, the table %q", want, have)
	}
	for id, r := range table {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			s := seed(t, b)
			anonymous := r.request(s, s.own)
			answer := b.call(t, anonymous)
			if (answer.status == http.StatusUnauthorized) == slices.Contains(open(), id) {
				t.Errorf("nobody: %d %s", answer.status, answer.body)
			}
			for _, name := range names {
				expectAccess(t, b, name, "own", r.request(s, s.own), r.own)
				if r.foreign != foreignToo {
					expectAccess(t, b, name, "foreign", r.request(s, s.foreign), r.foreign)
				}
			}
		})
	}
}

func expectAccess(t *testing.T, b *bundle, name, whose string, call request, allowed string) {
	t.Helper()
	call.as = name
	answer := b.call(t, call)
	refused := answer.status == http.StatusForbidden || answer.status == http.StatusNotFound
	if want := slices.Contains(strings.Fields(allowed), name); refused == want || answer.status == http.StatusUnauthorized {
		t.Errorf("%s, %s: %s %s answers %d, allowed should be %v: %s", name, whose, call.method, call.path, answer.status, want, answer.body)
	}
	if answer.status >= http.StatusInternalServerError || answer.status == http.StatusBadRequest {
		t.Errorf("%s, %s: %s %s answers %d: %s", name, whose, call.method, call.path, answer.status, answer.body)
	}
}

func TestListsLeaveForeignPlantsOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	for path, foreign := range map[string]string{
		"~/systems": s.foreign.system, "~/plants": `"LYO1"`, "~/plans": s.foreign.plan, "~/imports": s.foreign.load, "~/runs": s.foreign.held,
		"~/change-requests": s.foreign.request, "~/deliveries": s.foreign.delivery, "~/deliveries/summary": s.foreign.system, "~/worklist": s.foreign.entry,
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			if got := b.call(t, request{method: "GET", path: path, as: "lead"}); got.status != http.StatusOK || strings.Contains(got.body, foreign) {
				t.Errorf("the lead of STU1 sees %s: %d %s", foreign, got.status, got.body)
			}
			if got := b.call(t, request{method: "GET", path: path, as: "steward"}); !strings.Contains(got.body, foreign) {
				t.Errorf("the steward of everything does not see %s: %s", foreign, got.body)
			}
		})
	}
}
