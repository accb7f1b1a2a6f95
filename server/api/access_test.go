package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/server/access"
)

// right is a row of the access table: who may use an operation, and a call of it on the things of one plant. Whoever may not is
// refused (403) or told that there is no such thing (404); who is not known gets 401.
//
// A new operation is one line of rights():
//
//	"operation-id": {rule: may(domain.ActionRead), request: get("~/things")},
//	"operation-id": {rule: may(domain.ActionOperate), request: of("POST", func(t things) string { return "~/things/" + t.thing }, nil)},
//
// where things of two plants are seeded in seed_test.go.
type right struct {
	rule    rule
	request func(s seeded, of things) request
	// status is what they get who may, where that is no success.
	status int
	// own and foreign list, in place of a rule, those of everybody who may on a thing of the plant STU1 and of another.
	own, foreign string
}

// rule says whether an actor may use an operation on the things of a plant.
type rule func(by domain.Actor, plant domain.PlantID) bool

// may is for things of a plant: to do anything with one, it has to be seen.
func may(action domain.Action) rule {
	return func(by domain.Actor, plant domain.PlantID) bool {
		scope := domain.Scope{Domain: catalog.Item, Plant: plant}
		return by.May(domain.ActionRead, scope) && by.May(action, scope)
	}
}

// mayAtAllPlants is for things that are of a domain and of no one plant.
func mayAtAllPlants(action domain.Action) rule {
	return func(by domain.Actor, _ domain.PlantID) bool {
		return by.May(action, domain.Scope{Domain: catalog.Item})
	}
}

// mayEverywhere is for what is of no domain and no plant.
func mayEverywhere(action domain.Action) rule {
	return func(by domain.Actor, _ domain.PlantID) bool { return by.May(action, domain.Scope{}) }
}

// maySomewhere is for lists, which leave out what may not be seen (see TestNothingOfForeignPlantsIsShown), and for golden records.
func maySomewhere(action domain.Action) rule {
	return func(by domain.Actor, _ domain.PlantID) bool { return by.MaySomewhere(action) }
}

// anyone is for what everybody may who is known.
func anyone(domain.Actor, domain.PlantID) bool { return true }

// aPerson is for signing in and out, which nobody does by a key.
func aPerson(by domain.Actor, _ domain.PlantID) bool { return by.Kind == domain.ActorPerson }

// nobody is for what only one person may, who is none of the table's.
func nobody(domain.Actor, domain.PlantID) bool { return false }

// worksOff is for the work list, which those see who see everything, and those whose work it is.
func worksOff(by domain.Actor, _ domain.PlantID) bool {
	return by.Plants(domain.ActionRead).All || by.MaySomewhere(domain.ActionWorkOff)
}

// everybody lists people for rows without a rule.
const everybody = "steward admin auditor lead local approver"

const foreignToo = everybody + " (no foreign thing is named)"

func get(path string) func(seeded, things) request {
	return func(seeded, things) request { return request{method: http.MethodGet, path: path} }
}

// of is a call on something of a plant.
func of(method string, path func(things) string, body any) func(seeded, things) request {
	return func(_ seeded, t things) request {
		return request{method: method, path: path(t), body: body, header: map[string]string{"If-Match": `"1"`}}
	}
}

// at is a call on a fixed path.
func at(method, path string, body any) func(seeded, things) request {
	return of(method, func(things) string { return path }, body)
}

// rights is the table of the whole API, by operation ID.
func rights() map[string]right {
	reason := map[string]string{"reason": "because"}
	noRoles := []any{}
	return map[string]right{
		"sign-in": {rule: aPerson, request: func(seeded, things) request {
			return request{method: "POST", path: "~/session", body: map[string]string{"login": "steward", "password": password}}
		}},
		"sign-out": {rule: aPerson, request: func(seeded, things) request {
			return request{method: "DELETE", path: "~/session", header: map[string]string{"Cookie": ""}}
		}},
		"get-me":            {rule: anyone, request: get("~/me")},
		"get-definition":    {rule: anyone, request: get("~/definitions/item")},
		"list-systems":      {rule: maySomewhere(domain.ActionRead), request: get("~/systems")},
		"list-code-lists":   {rule: maySomewhere(domain.ActionRead), request: get("~/code-lists")},
		"get-code-list":     {rule: maySomewhere(domain.ActionRead), request: get("~/code-lists/unit")},
		"list-plants":       {rule: maySomewhere(domain.ActionRead), request: get("~/plants")},
		"list-plans":        {rule: maySomewhere(domain.ActionRead), request: get("~/plans")},
		"check-system":      {rule: may(domain.ActionOperate), request: of("POST", func(t things) string { return "~/systems/" + t.system + "/check" }, nil)},
		"get-configuration": {rule: mayEverywhere(domain.ActionConfigure), request: get("~/configurations")},
		"propose-configuration": {rule: mayEverywhere(domain.ActionConfigure), request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/configurations", body: map[string]any{"reason": "r", "plans": []any{map[string]string{"id": "new", "name": "N", "domain": "item", "system": t.system}}}}
		}},
		"propose-plan-pause": {rule: mayEverywhere(domain.ActionConfigure), request: of("POST", func(t things) string { return "~/plans/" + t.plan + "/pause" },
			map[string]any{"reason": "r", "paused": true})},
		"propose-initial-load": {status: http.StatusUnprocessableEntity, rule: mayAtAllPlants(domain.ActionPropose), request: func(_ seeded, _ things) request {
			return request{method: "POST", path: "~/initial-loads", body: map[string]string{"system": "odoo-main", "domain": "item", "reason": "r"}}
		}},
		"upload-import": {rule: may(domain.ActionPropose), request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/imports?domain=item&system=" + t.system, body: "code;canonical\n1;IT-1\n", header: map[string]string{"Content-Type": "text/csv"}}
		}},
		"list-imports":       {rule: maySomewhere(domain.ActionRead), request: get("~/imports")},
		"get-import":         {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/imports/" + t.load }, nil)},
		"list-import-sheets": {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/imports/" + t.load + "/sheets" }, nil)},
		"get-import-sample":  {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/imports/" + t.load + "/sample" }, nil)},
		"list-import-fields": {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/imports/" + t.load + "/fields" }, nil)},
		"set-import-layout": {rule: may(domain.ActionPropose), request: func(_ seeded, t things) request {
			return request{method: "PUT", path: "~/imports/" + t.load + "/layout", header: map[string]string{"If-Match": `"1"`}, body: laidOut()}
		}},
		"list-import-rows": {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/imports/" + t.load + "/rows" }, nil)},
		"suggest-for-import-row": {rule: may(domain.ActionRead), request: of("GET", func(t things) string {
			return "~/imports/" + t.load + "/rows/0/suggestions"
		}, nil)},
		"answer-import": {rule: may(domain.ActionPropose), request: of("POST", func(t things) string { return "~/imports/" + t.load + "/answers" },
			map[string]any{"answers": []any{map[string]any{"position": 0, "target": "IT-1"}}})},
		"submit-import": {rule: may(domain.ActionPropose), request: of("POST", func(t things) string { return "~/imports/" + t.load + "/submission" }, reason)},
		"cancel-import": {rule: may(domain.ActionPropose), request: of("POST", func(t things) string { return "~/imports/" + t.load + "/cancellation" }, nil)},
		"start-run": {status: http.StatusConflict, rule: may(domain.ActionOperate), request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/runs", body: map[string]string{"plan": t.plan, "mode": "complete"}}
		}},
		"list-runs":       {rule: maySomewhere(domain.ActionRead), request: get("~/runs")},
		"get-run":         {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/runs/" + t.held }, nil)},
		"list-quarantine": {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/runs/" + t.held + "/quarantine" }, nil)},
		"release-run":     {rule: may(domain.ActionOperate), request: of("POST", func(t things) string { return "~/runs/" + t.held + "/release" }, nil)},
		"cancel-run":      {rule: may(domain.ActionOperate), request: of("POST", func(t things) string { return "~/runs/" + t.held + "/cancellation" }, nil)},
		"open-queue":      {rule: maySomewhere(domain.ActionRead), request: of("POST", func(things) string { return "~/queues/discrepancies/snapshot" }, map[string]any{})},
		// a snapshot that is not one's own is not there
		"list-queue-rows": {rule: nobody, request: func(s seeded, _ things) request {
			return request{method: "GET", path: "~/queues/discrepancies/" + s.record + "/rows"}
		}},
		"get-discrepancy":         {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/discrepancies/" + t.discrepancy }, nil)},
		"list-change-requests":    {rule: maySomewhere(domain.ActionRead), request: get("~/change-requests")},
		"get-change-request":      {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/change-requests/" + t.request }, nil)},
		"list-change-items":       {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/change-requests/" + t.request + "/items" }, nil)},
		"approve-change-request":  {rule: may(domain.ActionApprove), request: of("PUT", func(t things) string { return "~/change-requests/" + t.request + "/approval" }, nil)},
		"reject-change-request":   {rule: may(domain.ActionApprove), request: of("PUT", func(t things) string { return "~/change-requests/" + t.request + "/rejection" }, reason)},
		"withdraw-change-request": {rule: nobody, request: of("PUT", func(t things) string { return "~/change-requests/" + t.request + "/withdrawal" }, reason)},
		"list-deliveries":         {rule: maySomewhere(domain.ActionRead), request: get("~/deliveries")},
		"summarize-deliveries":    {rule: maySomewhere(domain.ActionRead), request: get("~/deliveries/summary")},
		"get-delivery":            {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/deliveries/" + t.delivery }, nil)},
		"retry-delivery":          {rule: may(domain.ActionOperate), request: of("POST", func(t things) string { return "~/deliveries/" + t.delivery + "/retry" }, nil)},
		"skip-delivery":           {rule: may(domain.ActionOperate), request: of("POST", func(t things) string { return "~/deliveries/" + t.delivery + "/skip" }, reason)},
		"list-worklist":           {rule: worksOff, request: get("~/worklist")},
		"export-worklist":         {rule: worksOff, request: get("~/worklist.csv")},
		"export-mappings":         {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/exports/mappings.xlsx?domain=item&system=" + t.system }, nil)},
		"export-import-errors":    {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/imports/" + t.load + "/errors.xlsx" }, nil)},
		"export-records":          {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/exports/records.xlsx?domain=item&plant=" + t.plant }, nil)},
		"export-template": {rule: may(domain.ActionRead), request: of("GET", func(t things) string {
			return "~/exports/template.xlsx?kind=mapping&domain=item&system=" + t.system
		}, nil)},
		"export-worklist-workbook": {rule: worksOff, request: get("~/exports/worklist.xlsx")},
		"list-records":             {rule: maySomewhere(domain.ActionRead), request: get("~/records/item")},
		"get-record":               {rule: maySomewhere(domain.ActionRead), request: func(s seeded, _ things) request { return request{method: "GET", path: "~/records/item/" + s.record} }},
		"list-mappings":            {rule: maySomewhere(domain.ActionRead), request: get("~/mappings")},
		"list-mapping-versions":    {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/mappings/" + t.mapping + "/versions" }, nil)},
		"propose-mapping": {rule: may(domain.ActionPropose), request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/mappings", body: map[string]any{"action": "new", "system": t.system, "domain": "item", "code": "NEW-1", "target": "IT-1", "reason": "r"}}
		}},
		"translate": {rule: may(domain.ActionRead), request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/translate", body: map[string]any{"from": map[string]string{"system": t.system}, "to": map[string]string{"system": "canonical"}, "domain": "item", "codes": []string{"X"}}}
		}},
		"translate-one": {rule: may(domain.ActionRead), request: func(_ seeded, t things) request {
			return request{method: "GET", path: "~/translate?from_system=canonical&to_system=" + t.system + "&domain=item&code=IT-1"}
		}},
		"list-unmapped":    {rule: maySomewhere(domain.ActionRead), request: get("~/unmapped")},
		"dismiss-unmapped": {rule: may(domain.ActionPropose), request: of("POST", func(t things) string { return "~/unmapped/" + t.unmapped + "/dismissal" }, reason)},
		"map-unmapped": {rule: may(domain.ActionPropose), request: of("POST", func(t things) string { return "~/unmapped/" + t.unmapped + "/mapping" },
			map[string]string{"target": "IT-1", "reason": "r"})},
		"check-match": {rule: may(domain.ActionRead), request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/match/check", body: map[string]any{"domain": "item", "plant": t.plant, "attributes": map[string]any{"name": map[string]string{"text": "Screw"}}}}
		}},
		"explain-match": {rule: may(domain.ActionRead), request: func(s seeded, t things) request {
			return request{method: "GET", path: "~/match/explain?domain=item&left=record:" + s.record + "&right=source:" + t.system + ":S-" + t.plant}
		}},
		"suggest-for-unmapped": {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/unmapped/" + t.unmapped + "/suggestions" }, nil)},
		// of a discrepancy whose code is linked: those who may see it are told so
		"suggest-for-discrepancy": {status: http.StatusConflict, rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/discrepancies/" + t.discrepancy + "/suggestions" }, nil)},
		"list-candidates":         {rule: maySomewhere(domain.ActionRead), request: get("~/match/candidates")},
		"list-clusters":           {rule: maySomewhere(domain.ActionRead), request: get("~/match/clusters")},
		"get-cluster":             {rule: maySomewhere(domain.ActionRead), request: func(s seeded, _ things) request { return request{method: "GET", path: "~/match/clusters/" + s.cluster} }},
		"get-match-state":         {rule: maySomewhere(domain.ActionRead), request: get("~/match/state")},
		"evaluate-matches":        {rule: mayAtAllPlants(domain.ActionOperate), request: at("POST", "~/match/evaluate", map[string]string{"domain": "item"})},
		// what a verdict comes to stands in its result; see TestVerdictsOfTheWrongPeople
		"give-verdicts": {rule: anyone, request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/verdicts", body: map[string]any{"verdicts": []any{map[string]any{"client_id": "x", "domain": "item", "left": "source:" + t.system + ":1", "right": "source:" + t.system + ":2", "word": "match"}}}}
		}},
		"list-verdicts": {rule: maySomewhere(domain.ActionRead), request: get("~/verdicts")},
		"undo-verdict":  {rule: may(domain.ActionPropose), request: of("POST", func(t things) string { return "~/verdicts/" + t.verdict + "/undo" }, reason)},
		"list-changes":  {rule: maySomewhere(domain.ActionRead), request: get("~/changes")},
		"list-audit":    {rule: mayEverywhere(domain.ActionAudit), request: get("~/audit")},
		"list-uses": {rule: maySomewhere(domain.ActionRead), request: func(s seeded, _ things) request {
			return request{method: "GET", path: "~/records/item/" + s.record + "/uses"}
		}},
		"list-record-sources": {rule: maySomewhere(domain.ActionRead), request: func(s seeded, _ things) request {
			return request{method: "GET", path: "~/records/item/" + s.record + "/sources"}
		}},
		"propose-use": {rule: may(domain.ActionPropose), request: func(s seeded, t things) request {
			return request{method: "POST", path: "~/records/item/" + s.record + "/uses", body: map[string]string{"plant": t.plant, "state": "phasing_out", "reason": "r"}}
		}},
		"propose-record-edit": {rule: may(domain.ActionPropose), request: func(s seeded, t things) request {
			return request{method: "POST", path: "~/records/item/" + s.record + "/changes", body: map[string]any{
				"set": map[string]any{"lead_time@" + t.plant: map[string]string{"qty": "7", "unit": "DAY"}}, "reason": "r"}}
		}},
		"preview-merge": {rule: mayAtAllPlants(domain.ActionRead), request: func(s seeded, _ things) request {
			return request{method: "POST", path: "~/records/item/merge-preview", body: map[string]any{"survivor": s.record, "losers": []string{s.twin}}}
		}},
		"propose-merge": {rule: mayAtAllPlants(domain.ActionPropose), request: func(s seeded, _ things) request {
			return request{method: "POST", path: "~/records/item/merges", body: map[string]any{"survivor": s.record, "losers": []string{s.twin}, "reason": "r"}}
		}},
		"preview-unmerge": {rule: mayAtAllPlants(domain.ActionRead), request: func(s seeded, _ things) request {
			return request{method: "GET", path: "~/records/item/" + s.merged + "/unmerge-preview"}
		}},
		"propose-unmerge": {rule: mayAtAllPlants(domain.ActionPropose), request: func(s seeded, _ things) request {
			return request{method: "POST", path: "~/records/item/" + s.merged + "/unmerge", body: map[string]any{"reason": "r"}}
		}},
		"listen-events":            {rule: maySomewhere(domain.ActionRead), request: get("~/events?once=true")},
		"send-back-change-request": {rule: may(domain.ActionApprove), request: of("PUT", func(t things) string { return "~/change-requests/" + t.request + "/rework" }, reason)},
		"resubmit-change-request":  {rule: nobody, request: of("PUT", func(t things) string { return "~/change-requests/" + t.request + "/resubmission" }, map[string]string{})},
		// of a request that is not applied: those who may are told that it is in the wrong state
		"look-at-change-request": {status: http.StatusConflict, rule: may(domain.ActionApprove), request: of("PUT", func(t things) string { return "~/change-requests/" + t.request + "/second-look" }, map[string]string{"look": "agreed"})},
		"revert-change-request":  {status: http.StatusConflict, rule: may(domain.ActionPropose), request: of("POST", func(t things) string { return "~/change-requests/" + t.request + "/reversal" }, reason)},
		"get-approval-policy":    {rule: maySomewhere(domain.ActionRead), request: get("~/approval-policy")},
		"propose-approval-policy": {rule: mayEverywhere(domain.ActionConfigure), request: func(seeded, things) request {
			return request{method: "POST", path: "~/approval-policy", body: map[string]any{"reason": "r", "policy": map[string]any{"approvers": 1}}}
		}},
		// of one that is not accepted: those who may are told so
		"end-discrepancy-acceptance": {status: http.StatusConflict, rule: may(domain.ActionPropose), request: of("POST", func(t things) string { return "~/discrepancies/" + t.discrepancy + "/acceptance/end" }, reason)},
		"list-acceptances":           {rule: maySomewhere(domain.ActionRead), request: get("~/acceptances")},
		"accept-scope": {rule: may(domain.ActionPropose), request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/acceptances", body: map[string]any{"scope": "record", "discrepancy_id": t.discrepancy, "version": 1, "until": "2099-01-01", "reason": "r"}}
		}},
		"end-acceptance": {rule: may(domain.ActionPropose), request: of("POST", func(t things) string { return "~/acceptances/" + t.acceptance + "/end" }, reason)},
		// what a decision comes to stands in its result; see TestDecisionsOfTheWrongPeople
		"decide": {rule: anyone, request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/decisions", body: map[string]any{"items": []any{map[string]any{"client_id": "x", "id": t.discrepancy, "version": 99, "verb": "accept"}}}}
		}},
		"list-record-requests": {rule: maySomewhere(domain.ActionRead), request: get("~/record-requests")},
		"request-record": {rule: may(domain.ActionPropose), request: func(_ seeded, t things) request {
			return request{method: "POST", path: "~/record-requests", body: map[string]any{"domain": "item", "plant": t.plant, "system": t.system, "code": "NEW-2", "reason": "r"}}
		}},
		"get-record-request": {rule: may(domain.ActionRead), request: of("GET", func(t things) string { return "~/record-requests/" + t.wanted }, nil)},
		"complete-record-request": {rule: mayAtAllPlants(domain.ActionPropose), request: of("PUT", func(t things) string { return "~/record-requests/" + t.wanted + "/attributes" },
			map[string]any{"attributes": map[string]any{"name": map[string]any{"i18n": map[string]string{"en": "Nut"}}}})},
		"submit-record-request": {rule: mayAtAllPlants(domain.ActionPropose), request: of("POST", func(t things) string { return "~/record-requests/" + t.wanted + "/submission" }, map[string]string{})},
		"answer-record-request": {rule: mayAtAllPlants(domain.ActionPropose), request: func(s seeded, t things) request {
			return request{method: "PUT", path: "~/record-requests/" + t.wanted + "/answer", body: map[string]string{"record_id": s.record}, header: map[string]string{"If-Match": `"1"`}}
		}},
		"reject-record-request":   {rule: mayAtAllPlants(domain.ActionPropose), request: of("PUT", func(t things) string { return "~/record-requests/" + t.wanted + "/rejection" }, reason)},
		"withdraw-record-request": {rule: nobody, request: of("PUT", func(t things) string { return "~/record-requests/" + t.wanted + "/withdrawal" }, reason)},
		"object-to-answer":        {rule: may(domain.ActionPropose), request: of("PUT", func(t things) string { return "~/record-requests/" + t.answered + "/objection" }, reason)},
		"map-to-answer":           {rule: may(domain.ActionPropose), request: of("POST", func(t things) string { return "~/record-requests/" + t.answered + "/mapping" }, reason)},
		"list-match-rules":        {rule: maySomewhere(domain.ActionRead), request: get("~/match/rules")},
		"draft-match-rule":        {rule: mayEverywhere(domain.ActionConfigure), request: at("POST", "~/match/rules", map[string]any{"domain": "item", "note": "n"})},
		"edit-match-rule": {rule: mayEverywhere(domain.ActionConfigure), request: of("PUT", func(t things) string { return "~/match/rules/item/" + t.draft }, map[string]any{
			"note": "n", "review": 0.02, "auto": 0.99, "target": 0.99, "sample_percent": 10, "skip": noRoles, "terms": noRoles, "auto_plants": noRoles,
		})},
		"delete-match-rule":    {rule: mayEverywhere(domain.ActionConfigure), request: of("DELETE", func(t things) string { return "~/match/rules/item/" + t.draft }, nil)},
		"back-test-match-rule": {rule: mayEverywhere(domain.ActionConfigure), request: of("POST", func(t things) string { return "~/match/rules/item/" + t.draft + "/back-test" }, nil)},
		// of a draft that was not tried: those who may are told to
		"activate-match-rule":     {status: http.StatusConflict, rule: mayEverywhere(domain.ActionConfigure), request: of("POST", func(t things) string { return "~/match/rules/item/" + t.draft + "/activate" }, reason)},
		"list-match-bands":        {rule: maySomewhere(domain.ActionRead), request: get("~/match/bands")},
		"reopen-match-band":       {rule: mayEverywhere(domain.ActionConfigure), request: of("POST", func(t things) string { return "~/match/bands/item/" + t.plant + "/reopen" }, reason)},
		"list-match-terms":        {rule: maySomewhere(domain.ActionRead), request: get("~/match/terms")},
		"list-users":              {rule: mayEverywhere(domain.ActionConfigure), request: get("~/users")},
		"add-user":                {rule: mayEverywhere(domain.ActionConfigure), request: at("POST", "~/users", map[string]any{"login": "new", "password": password, "roles": noRoles})},
		"change-user":             {rule: mayEverywhere(domain.ActionConfigure), request: at("PUT", "~/users/target", map[string]any{"name": "T", "disabled": true, "roles": noRoles})},
		"list-service-identities": {rule: mayEverywhere(domain.ActionConfigure), request: get("~/service-identities")},
		"add-service-identity":    {rule: mayEverywhere(domain.ActionConfigure), request: at("POST", "~/service-identities", map[string]any{"id": "new", "scopes": []any{map[string]string{"action": "read", "domain": "item", "plant": "*"}}})},
		"rotate-service-key":      {rule: mayEverywhere(domain.ActionConfigure), request: at("POST", "~/service-identities/key-target/keys", map[string]any{})},
		"revoke-service-key": {rule: mayEverywhere(domain.ActionConfigure), request: func(s seeded, _ things) request {
			return request{method: "DELETE", path: "~/service-identities/key-target/keys/" + s.key}
		}},
		"revoke-service-identity": {rule: mayEverywhere(domain.ActionConfigure), request: at("DELETE", "~/service-identities/key-target", nil)},
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

// callers are who the table is tried with, each with the rights the policy gives them.
func callers() map[string]domain.Actor {
	all := map[string]domain.Actor{}
	for name, role := range people() {
		if name != "target" {
			all[name] = access.ActorOf(domain.User{Login: name, Roles: []domain.RoleGrant{role}}, domain.InstantOf(time.Now()))
		}
	}
	for name, grants := range keys() {
		if name != "key-target" {
			all[name] = domain.Actor{ID: domain.ActorID("service:" + name), Kind: domain.ActorService, Grants: grants}
		}
	}
	return all
}

func TestEveryOperationTakesWhoItShould(t *testing.T) {
	t.Parallel()
	table, documented := rights(), operations(t, setup(t))
	for id, route := range documented {
		if _, ok := table[id]; !ok {
			t.Errorf("%s (%s) is not in the access table: add a line for %q to rights() in access_test.go that says which rule of the policy "+
				"holds for it, and how to call it on a seeded thing; the comment of the type right shows how", id, route, id)
		}
	}
	for id, r := range table {
		if _, ok := documented[id]; !ok {
			t.Errorf("the access table has %q, which is no operation", id)
			continue
		}
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			s := seed(t, b)
			answer := b.call(t, r.request(s, s.own))
			if (answer.status == http.StatusUnauthorized) == slices.Contains(open(), id) {
				t.Errorf("nobody: %d %s", answer.status, answer.body)
			}
			tryEverybody(t, b, s, r)
		})
	}
}

// tryEverybody calls an operation as everybody, on a thing of their own plant and of a foreign one.
func tryEverybody(t *testing.T, b *bundle, s seeded, r right) {
	t.Helper()
	who, first := callers(), true
	// Those who are refused come first, while there still is what the others change.
	for _, want := range []bool{false, true} {
		for _, name := range slices.Sorted(maps.Keys(who)) {
			for plant, of := range map[domain.PlantID]things{"STU1": s.own, "LYO1": s.foreign} {
				inTable := r.rule != nil || slices.Contains(strings.Fields(everybody), name)
				if !inTable || r.allows(name, who[name], plant) != want {
					continue
				}
				call := r.request(s, of)
				call.as = name
				answer := b.call(t, call)
				if problem := r.judge(call, answer.status, want, first); problem != "" {
					t.Errorf("%s, at %s: %s %s answers %d: %s: %s", name, plant, call.method, call.path, answer.status, problem, answer.body)
				}
				first = first && !want
			}
		}
	}
}

func (r right) allows(name string, by domain.Actor, plant domain.PlantID) bool {
	switch {
	case r.rule != nil:
		return r.rule(by, plant)
	case plant == "STU1":
		return slices.Contains(strings.Fields(r.own), name)
	default:
		return r.foreign == foreignToo || slices.Contains(strings.Fields(r.foreign), name)
	}
}

// judge says what is wrong with an answer. Who comes after another who may find the thing changed by them (409, 412).
func (r right) judge(call request, status int, want, first bool) string {
	switch {
	case !want && status != http.StatusForbidden && status != http.StatusNotFound:
		return "should be refused"
	case !want:
		return ""
	case r.status != 0 && status == r.status, r.rule == nil && status < 500 && !slices.Contains([]int{400, 401, 403, 404}, status):
		return ""
	case status >= 200 && status < 300 && r.status == 0:
		return ""
	case (status == http.StatusConflict || status == http.StatusPreconditionFailed) && !first && call.method != http.MethodGet:
		return ""
	}
	return "should be allowed"
}

// plainRoutes are those beside the operations, which anybody may ask for; none of them tells of data.
func plainRoutes() []string {
	return []string{"GET /livez", "GET /readyz", "GET /openapi.json", "GET /docs", "GET /docs/problems"}
}

// TestEveryRouteIsAnOperation finds routes that the router has and the document does not: those nobody would try.
func TestEveryRouteIsAnOperation(t *testing.T) {
	t.Parallel()
	b := setup(t)
	known := plainRoutes()
	for _, route := range operations(t, b) {
		known = append(known, route)
	}
	routes := b.api.Routes()
	for _, route := range routes {
		if !slices.Contains(known, route) {
			t.Errorf("the router has %s, which the document has not: document it as an operation, with a line in rights(), or, if it tells "+
				"nothing that is anybody's, name it in plainRoutes()", route)
		}
	}
	for _, route := range known {
		if !slices.Contains(routes, route) {
			t.Errorf("the router does not have %s", route)
		}
	}
}

// TestNothingOfForeignPlantsIsShown reads everything there is to read as those who belong to one plant: nothing of another's
// stands in any answer.
func TestNothingOfForeignPlantsIsShown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	f := s.foreign
	secrets := []string{"LYO1", f.system, f.discrepancy, f.request, f.delivery, f.entry, f.load, f.held, f.wanted, f.answered}
	for id, r := range rights() {
		call := r.request(s, s.own)
		if call.method != http.MethodGet {
			continue
		}
		for name, by := range callers() {
			if by.Plants(domain.ActionRead).All {
				continue
			}
			call.as = name
			answer := b.call(t, call)
			for _, secret := range secrets {
				if strings.Contains(answer.body, secret) {
					t.Errorf("%s shows %s to %s: %s", id, secret, name, answer.body)
				}
			}
		}
	}
}

func TestAKeyForOneSystemOpensThatSystemOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	_, secret, err := b.options.Services.Add(t.Context(), access.CommandLine(), access.NewService{ID: "one", Grants: []domain.Grant{
		{Action: domain.ActionRead, Domain: catalog.Item, Plant: domain.Anywhere, System: domain.SystemID(s.own.system)},
		{Action: domain.ActionOperate, Domain: catalog.Item, Plant: domain.Anywhere, System: domain.SystemID(s.own.system)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	b.tokens = map[string]string{"key-one": secret}
	start := func(of things) request {
		return request{method: "POST", path: "~/runs/" + of.held + "/release"}
	}
	for name, tt := range map[string]struct {
		call   request
		status int
	}{
		"its own run":          {request{method: "GET", path: "~/runs/" + s.own.held}, 200},
		"another's run":        {request{method: "GET", path: "~/runs/" + s.foreign.held}, 403},
		"a run of its own":     {start(s.own), 200},
		"a run of another's":   {start(s.foreign), 403},
		"its own delivery":     {request{method: "GET", path: "~/deliveries/" + s.own.delivery}, 200},
		"another's delivery":   {request{method: "GET", path: "~/deliveries/" + s.foreign.delivery}, 404},
		"a list of deliveries": {request{method: "GET", path: "~/deliveries"}, 403},
		"the systems":          {request{method: "GET", path: "~/systems"}, 403},
		"the change requests":  {request{method: "GET", path: "~/change-requests"}, 403},
	} {
		tt.call.as = "key-one"
		if got := b.call(t, tt.call); got.status != tt.status {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

func TestListsLeaveForeignPlantsOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	for path, foreign := range map[string]string{
		"~/systems": s.foreign.system, "~/plants": `"LYO1"`, "~/plans": s.foreign.plan, "~/imports": s.foreign.load, "~/runs": s.foreign.held,
		"~/change-requests": s.foreign.request, "~/deliveries": s.foreign.delivery, "~/deliveries/summary": s.foreign.system, "~/worklist": s.foreign.entry, "~/worklist.csv": s.foreign.entry,
		"~/mappings": s.foreign.mapping, "~/unmapped": s.foreign.unmapped, "~/changes": s.foreign.mapping, "~/records/item?text=p-l": `"matched"`,
		"~/record-requests": s.foreign.wanted,
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

// laidOut is the layout of the seeded file, as a person says it.
func laidOut() map[string]any {
	column := func(number int, field string) map[string]any {
		return map[string]any{"column": number, "header": field, "field": field, "plant": "", "language": ""}
	}
	return map[string]any{
		"sheet": "", "every_sheet": false, "header_row": 1, "header_rows": 1, "columns": []any{column(1, "code"), column(2, "target")}, "decimal": "",
		"date_order": "", "skip_hidden": false, "split_codes": false, "delimiter": ";", "encoding": "",
	}
}
