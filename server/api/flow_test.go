package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// decide sends one decision and returns its result.
func decide(t *testing.T, b *bundle, as string, decision map[string]any) api.DecisionResult {
	t.Helper()
	answer := b.call(t, request{method: "POST", path: "~/decisions", as: as, body: map[string]any{"items": []any{decision}}})
	return read[api.DecisionResults](t, answer, http.StatusOK).Results[0]
}

func TestADecisionIsRequestedOnceAndApprovedBySomebodyElse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	decision := map[string]any{"client_id": "c1", "id": s.own.discrepancy, "version": 1, "verb": "take_source", "reason": "the plant is right"}
	first := decide(t, b, "steward", decision)
	if first.Status != "decided" || first.ChangeRequestID == "" || first.Discrepancy.State != "change_requested" {
		t.Fatalf("%+v", first)
	}
	if again := decide(t, b, "steward", decision); again.ChangeRequestID != first.ChangeRequestID || again.Status != "decided" {
		t.Errorf("repeated: %+v", again)
	}
	decision["client_id"] = "c2"
	late := decide(t, b, "steward", decision)
	if late.Status != "conflict" || late.Code != domain.CodeDiscrepancyStale || late.Discrepancy == nil || late.Discrepancy.Version != 2 {
		t.Errorf("too late: %+v", late)
	}
	decision["verb"] = "keep_golden"
	if p := decide(t, b, "steward", decision); p.Status != "refused" || p.Code != domain.CodeIdempotencyMismatch {
		t.Errorf("another decision with the same client ID: %+v", p)
	}
	path := "~/change-requests/" + first.ChangeRequestID
	seen := b.call(t, request{method: "GET", path: path, as: "approver"})
	open := read[api.ChangeRequest](t, seen, http.StatusOK)
	if !open.May.Approve || seen.header.Get("ETag") != `"1"` || open.ProposedBy != "user:steward" {
		t.Errorf("%+v, ETag %s", open, seen.header.Get("ETag"))
	}
	items := read[api.ChangeItems](t, b.call(t, request{method: "GET", path: path + "/items", as: "approver"}), http.StatusOK)
	if items.Total == 0 || items.Items[0].Action != "update_record" {
		t.Errorf("items %+v", items)
	}
	approved := b.call(t, request{method: "PUT", path: path + "/approval", as: "approver", header: map[string]string{"If-Match": seen.header.Get("ETag")}})
	if got := read[api.ChangeRequest](t, approved, http.StatusOK); got.State != "applied" || got.Approvals[0].By != "user:approver" || approved.header.Get("ETag") == `"1"` {
		t.Errorf("approved: %+v", got)
	}
	record := read[api.RecordDetail](t, b.call(t, request{method: "GET", path: "~/records/item/" + s.record, as: "lead"}), http.StatusOK)
	if record.Name != "Schraube" || record.Version != 2 || len(record.Versions) != 2 {
		t.Errorf("record %+v", record)
	}
}

func TestDecisionsOfTheWrongPeople(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	tests := map[string]struct{ as, id, code string }{
		"an auditor":                {"auditor", s.own.discrepancy, domain.CodeAccessDenied},
		"an approver":               {"approver", s.own.discrepancy, domain.CodeAccessDenied},
		"of a foreign plant":        {"lead", s.foreign.discrepancy, domain.CodeDiscrepancyUnknown},
		"on something unknown":      {"steward", s.record, domain.CodeDiscrepancyUnknown},
		"on something that is none": {"steward", "x", domain.CodeIDInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := decide(t, b, tt.as, map[string]any{"client_id": name, "id": tt.id, "version": 1, "verb": "accept", "reason": "r", "until": "2099-01-01"})
			if got.Status != "refused" || got.Code != tt.code {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestEachDecisionOfAManyStandsForItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	answer := b.call(t, request{method: "POST", path: "~/decisions", as: "steward", body: map[string]any{"items": []any{
		map[string]any{"client_id": "1", "id": s.own.discrepancy, "version": 9, "verb": "accept", "reason": "r", "until": "2099-01-01"},
		map[string]any{"client_id": "2", "id": s.own.discrepancy, "version": 1, "verb": "map", "record_id": s.record},
		map[string]any{"client_id": "3", "id": s.own.discrepancy, "version": 1, "verb": "accept", "reason": "r", "until": "2099-01-01"},
		map[string]any{"client_id": "4", "id": s.foreign.discrepancy, "version": 1, "verb": "accept", "reason": "r", "until": "someday"},
	}}})
	var got []string
	for _, r := range read[api.DecisionResults](t, answer, http.StatusOK).Results {
		got = append(got, r.ClientID+r.Status+r.Code)
	}
	want := "1conflict" + domain.CodeDiscrepancyStale + " 2refused" + domain.CodeDecisionInvalid + " 3decided 4refused" + domain.CodeDateInvalid
	if strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAQueueIsOpenedAndWorkedThrough(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	queue := read[api.QueueSnapshot](t, b.call(t, request{method: "POST", path: "~/queues/discrepancies/snapshot", as: "steward", body: "{}"}), http.StatusCreated)
	if queue.Total != 2 || len(queue.Groups) != 2 || queue.Groups[0].Class != "value" || queue.Groups[0].Attribute != "name" {
		t.Errorf("%+v", queue)
	}
	path := "~/queues/discrepancies/" + queue.SnapshotID + "/rows"
	rows := read[api.QueueRows](t, b.call(t, request{method: "GET", path: path + "?offset=1&limit=1", as: "steward"}), http.StatusOK)
	if rows.Total != 2 || rows.Offset != 1 || len(rows.Rows) != 1 || rows.Rows[0].Golden != "Screw" || rows.Rows[0].Source != "Schraube" {
		t.Errorf("%+v", rows)
	}
	if p := b.call(t, request{method: "GET", path: path, as: "admin"}).problem(t); p.Code != domain.CodeSnapshotUnknown {
		t.Errorf("somebody else's queue: %+v", p)
	}
	local := read[api.QueueSnapshot](t, b.call(t, request{method: "POST", path: "~/queues/discrepancies/snapshot", as: "lead", body: `{"plants":["LYO1","STU1"]}`}), http.StatusCreated)
	if local.Total != 1 {
		t.Errorf("the lead of STU1 gets %+v", local)
	}
	found := read[api.Discrepancy](t, b.call(t, request{method: "GET", path: "~/discrepancies/" + s.own.discrepancy, as: "lead"}), http.StatusOK)
	if found.Record == nil || found.Record.Code != "IT-1" || len(found.Verbs) != 3 || len(found.Diff) != 3 || found.Label != "Screw" {
		t.Errorf("%+v", found)
	}
}

func TestConfigurationComesInAsAChangeRequest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body := `{"reason":"set up","plants":[{"id":"STU1","name":"Stuttgart","time_zone":"Europe/Berlin","state":"onboarding"}],
		"systems":[{"id":"mes","name":"MES","kind":"sql","plant":"STU1","settings":{"driver":"sqlite","dsn_ref":"env:DSN"},
			"streams":[{"domain":"item","query":"SELECT 1","key":"a","fields":{"name":"b"}}]}],
		"plans":[{"id":"mes-items","name":"MES items","domain":"item","system":"mes"}]}`
	proposed := read[api.ChangeRequest](t, b.call(t, request{method: "POST", path: "~/configurations", as: "admin", body: body}), http.StatusCreated)
	if proposed.Kind != "configuration" || proposed.ItemCount != 3 {
		t.Fatalf("%+v", proposed)
	}
	approval := request{method: "PUT", path: "~/change-requests/" + proposed.ID + "/approval", as: "approver", header: map[string]string{"If-Match": `"1"`}}
	if got := read[api.ChangeRequest](t, b.call(t, approval), http.StatusOK); got.State != "applied" {
		t.Fatalf("%+v", got)
	}
	plans := read[api.List[api.Plan]](t, b.call(t, request{method: "GET", path: "~/plans", as: "steward"}), http.StatusOK)
	if len(plans.Items) != 1 || plans.Items[0].DropHoldPercent != 20 || plans.Items[0].LastRun != nil {
		t.Errorf("%+v", plans)
	}
	bad := strings.NewReplacer("Europe/Berlin", "Mars/Olympus", `"kind":"sql"`, `"kind":"fax"`).Replace(body)
	if p := b.call(t, request{method: "POST", path: "~/configurations", as: "admin", body: bad}).problem(t); p.Code != domain.CodeConfigInvalid || len(p.Errors) < 2 {
		t.Errorf("%+v", p)
	}
}

func TestARunIsQueuedAndTheWorkerWoken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	woken := 0
	options := b.optionsOver(b.store)
	options.RunsWaiting = func() { woken++ }
	handler := newAPI(t, options)
	released := b.callOn(t, handler, request{method: "POST", path: "~/runs/" + s.own.held + "/release", as: "steward"})
	if run := read[api.Run](t, released, http.StatusOK); run.State != "comparing" || woken != 1 {
		t.Errorf("%+v, woken %d times", run, woken)
	}
	start := request{method: "POST", path: "~/runs", as: "steward", body: map[string]string{"plan": s.own.plan, "mode": "complete"}}
	if p := b.callOn(t, handler, start).problem(t); p.Code != domain.CodeRunActive {
		t.Errorf("while one is active: %+v", p)
	}
	b.callOn(t, handler, request{method: "POST", path: "~/runs/" + s.own.held + "/cancellation", as: "steward"})
	if run := read[api.Run](t, b.callOn(t, handler, start), http.StatusAccepted); run.State != "queued" || woken != 2 {
		t.Errorf("%+v, woken %d times", run, woken)
	}
}

func TestACheckTellsEveryStep(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	got := read[api.SystemCheck](t, b.call(t, request{method: "POST", path: "~/systems/" + s.own.system + "/check", as: "local"}), http.StatusOK)
	if got.OK || len(got.Steps) != 2 || !got.Steps[0].OK || got.Steps[0].Milliseconds != 3 || got.Steps[1].Hint == "" {
		t.Errorf("%+v", got)
	}
}
