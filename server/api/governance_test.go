package api_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// step is a call on a request as it was last seen.
func step(method, path, as string, version int, body any) request {
	return request{method: method, path: path, as: as, body: body, header: map[string]string{"If-Match": `"` + strconv.Itoa(version) + `"`}}
}

func TestARequestIsSentBackHandedInAgainAndTakenBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	first := decide(t, b, "steward", map[string]any{"client_id": "c1", "id": s.own.discrepancy, "version": 1, "verb": "take_source"})
	if first.RequestState != "in_review" || first.ApplyAt != "" {
		t.Fatalf("%+v", first)
	}
	path, why := "~/change-requests/"+first.ChangeRequestID, map[string]string{"reason": "say which drawing"}
	back := read[api.ChangeRequest](t, b.call(t, step("PUT", path+"/rework", "approver", 1, why)), http.StatusOK)
	if back.State != "rework" || back.Rework == nil || back.Rework.By != "user:approver" || back.May.Resubmit || back.May.Approve {
		t.Fatalf("sent back: %+v", back)
	}
	if answer := b.call(t, step("PUT", path+"/resubmission", "steward", 1, map[string]string{})); answer.status != http.StatusPreconditionFailed {
		t.Errorf("handed in as it was not: %d", answer.status)
	}
	if p := b.call(t, step("PUT", path+"/resubmission", "admin", back.Version, map[string]string{})).problem(t); p.Code != domain.CodeRequestNotOwn {
		t.Errorf("by another: %+v", p)
	}
	edit := map[string]any{"reason": "drawing 7", "decisions": []any{map[string]any{"id": s.own.discrepancy, "version": 2, "verb": "take_source"}}}
	again := read[api.ChangeRequest](t, b.call(t, step("PUT", path+"/resubmission", "steward", back.Version, edit)), http.StatusOK)
	if again.State != "in_review" || again.Proposal != 2 || again.Reason != "drawing 7" || again.Needs.Approvers != 1 {
		t.Fatalf("again: %+v", again)
	}
	applied := read[api.ChangeRequest](t, b.call(t, step("PUT", path+"/approval", "approver", again.Version, nil)), http.StatusOK)
	if applied.State != "applied" {
		t.Fatalf("%+v", applied)
	}
	reverted := b.call(t, step("POST", path+"/reversal", "steward", applied.Version, map[string]string{"reason": "wrong drawing"}))
	reversal := read[api.Reversal](t, reverted, http.StatusCreated)
	if reversal.ChangeRequest.Kind != "reversal" || reversal.ChangeRequest.RevertsID != first.ChangeRequestID || len(reversal.Moved) != 0 {
		t.Fatalf("%+v", reversal)
	}
	if p := b.call(t, step("POST", path+"/reversal", "steward", applied.Version, map[string]string{"reason": "twice"})).problem(t); p.Code != domain.CodeRequestState {
		t.Errorf("twice: %+v", p)
	}
	approval := step("PUT", "~/change-requests/"+reversal.ChangeRequest.ID+"/approval", "approver", 1, nil)
	if got := read[api.ChangeRequest](t, b.call(t, approval), http.StatusOK); got.State != "applied" {
		t.Fatalf("%+v", got)
	}
	record := read[api.RecordDetail](t, b.call(t, request{method: "GET", path: "~/records/item/" + s.record, as: "lead"}), http.StatusOK)
	if record.Name != "Screw" || record.Version != 3 {
		t.Errorf("record %+v", record)
	}
}

func TestOneStewardDecidesWhereThePolicyAllowsIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	policy := map[string]any{"reason": "names are harmless", "policy": map[string]any{"approvers": 0, "grace_alone_seconds": 3600, "sample_percent": 100}}
	proposed := read[api.ChangeRequest](t, b.call(t, request{method: "POST", path: "~/approval-policy", as: "admin", body: policy}), http.StatusCreated)
	items := read[api.ChangeItems](t, b.call(t, request{method: "GET", path: "~/change-requests/" + proposed.ID + "/items", as: "approver"}), http.StatusOK)
	if items.Items[0].Policy == nil || items.Items[0].Policy.GraceAloneSeconds != 3600 {
		t.Errorf("items %+v", items)
	}
	b.call(t, step("PUT", "~/change-requests/"+proposed.ID+"/approval", "approver", 1, nil))
	if now := read[api.PolicyInForce](t, b.call(t, request{method: "GET", path: "~/approval-policy", as: "lead"}), http.StatusOK); now.Version != 2 || now.SamplePercent != 100 {
		t.Fatalf("in force is %+v", now)
	}
	alone := decide(t, b, "steward", map[string]any{"client_id": "c1", "id": s.own.discrepancy, "version": 1, "verb": "take_source"})
	if alone.RequestState != "scheduled" || alone.ApplyAt == "" {
		t.Fatalf("%+v", alone)
	}
	path := "~/change-requests/" + alone.ChangeRequestID
	mine := read[api.ChangeRequest](t, b.call(t, request{method: "GET", path: path, as: "steward"}), http.StatusOK)
	if !mine.May.Withdraw || mine.SecondLook != "" || mine.Needs.GraceSeconds != 3600 {
		t.Errorf("the steward sees %+v", mine)
	}
	if undone := read[api.ChangeRequest](t, b.call(t, step("PUT", path+"/withdrawal", "steward", 1, map[string]string{"reason": "a slip"})), http.StatusOK); undone.State != "withdrawn" {
		t.Errorf("%+v", undone)
	}
	looks := b.call(t, request{method: "GET", path: "~/change-requests?second_look=wanted", as: "steward"})
	if p := looks.problem(t); p.Code != domain.CodeAccessDenied {
		t.Errorf("the sample is told: %+v", p)
	}
	wrong := map[string]any{"reason": "r", "policy": map[string]any{"approvers": 0, "rules": []any{map[string]any{"name": "", "approvers": 1}}}}
	if p := b.call(t, request{method: "POST", path: "~/approval-policy", as: "admin", body: wrong}).problem(t); p.Code != domain.CodeConfigInvalid || len(p.Errors) != 1 {
		t.Errorf("%+v", p)
	}
}

func TestABatchIsDecidedOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	queue := read[api.QueueSnapshot](t, b.call(t, request{method: "POST", path: "~/queues/discrepancies/snapshot", as: "steward", body: "{}"}), http.StatusCreated)
	send := func(as string, batch map[string]any) answer {
		return b.call(t, request{method: "POST", path: "~/decisions", as: as, body: map[string]any{"batch": batch}})
	}
	batch := map[string]any{"client_id": "b1", "snapshot_id": queue.SnapshotID, "verb": "accept", "until": "2099-01-01", "reason": "known"}
	if p := send("approver", batch).problem(t); p.Code != domain.CodeSnapshotUnknown {
		t.Errorf("somebody else's queue: %+v", p)
	}
	first := read[api.DecisionResults](t, send("steward", batch), http.StatusOK).Batch
	again := read[api.DecisionResults](t, send("steward", batch), http.StatusOK).Batch
	if first.Decided != 2 || first.LeftOutCount != 0 || again.Decided != 2 {
		t.Errorf("%+v, then %+v", first, again)
	}
	batch["client_id"] = "b2"
	late := read[api.DecisionResults](t, send("steward", batch), http.StatusOK).Batch
	if late.Decided != 0 || late.LeftOutCount != 2 || len(late.LeftOut) != 2 || late.LeftOut[0].Why == "" {
		t.Errorf("too late: %+v", late)
	}
	if p := b.call(t, request{method: "POST", path: "~/decisions", as: "steward", body: "{}"}).problem(t); p.Code != domain.CodeBodyInvalid {
		t.Errorf("nothing: %+v", p)
	}
}

func TestTheAcceptanceOfOneDiscrepancyIsEndedOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	path := "~/discrepancies/" + s.own.discrepancy
	if got := decide(t, b, "steward", map[string]any{"client_id": "c1", "id": s.own.discrepancy, "version": 1, "verb": "accept", "until": "2099-01-01", "reason": "known"}); got.Status != "decided" {
		t.Fatalf("%+v", got)
	}
	accepted := read[api.Discrepancy](t, b.call(t, request{method: "GET", path: path, as: "lead"}), http.StatusOK)
	if accepted.State != "accepted" || accepted.AcceptedUntil != "2099-01-01" || accepted.AcceptanceID != "" {
		t.Fatalf("%+v", accepted)
	}
	why := map[string]string{"reason": "unified"}
	if p := b.call(t, step("POST", path+"/acceptance/end", "lead", accepted.Version-1, why)).problem(t); p.Code != domain.CodeDiscrepancyStale {
		t.Errorf("as it was: %+v", p)
	}
	back := read[api.Discrepancy](t, b.call(t, step("POST", path+"/acceptance/end", "lead", accepted.Version, why)), http.StatusOK)
	if back.State != "reopened" || back.AcceptedUntil != "" || back.Version <= accepted.Version {
		t.Errorf("%+v", back)
	}
	covered := map[string]any{"scope": "pattern", "discrepancy_id": s.own.discrepancy, "version": back.Version, "until": "2099-01-01", "reason": "known"}
	made := read[api.AcceptanceResult](t, b.call(t, request{method: "POST", path: "~/acceptances", as: "lead", body: covered}), http.StatusCreated)
	now := read[api.Discrepancy](t, b.call(t, request{method: "GET", path: path, as: "lead"}), http.StatusOK)
	if p := b.call(t, step("POST", path+"/acceptance/end", "lead", now.Version, why)).problem(t); p.Code != domain.CodeAcceptanceWider || now.AcceptanceID != made.Acceptance.ID {
		t.Errorf("with others: %+v, covered by %q", p, now.AcceptanceID)
	}
}

func TestAcceptancesOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	wanted := map[string]any{"scope": "pattern", "discrepancy_id": s.own.discrepancy, "version": 1, "until": "2099-01-01", "reason": "the plant's words stay"}
	made := read[api.AcceptanceResult](t, b.call(t, request{method: "POST", path: "~/acceptances", as: "lead", body: wanted}), http.StatusCreated)
	if made.Moved != 1 || made.Acceptance.Attribute != "name" || made.Acceptance.CreatedBy != "user:lead" || made.Acceptance.Plant != "STU1" {
		t.Fatalf("%+v", made)
	}
	list := read[api.List[api.Acceptance]](t, b.call(t, request{method: "GET", path: "~/acceptances?state=active", as: "lead"}), http.StatusOK)
	if len(list.Items) != 2 { // this one and the seeded one of STU1
		t.Errorf("%+v", list)
	}
	ended := read[api.AcceptanceResult](t, b.call(t, request{method: "POST", path: "~/acceptances/" + made.Acceptance.ID + "/end", as: "steward", body: map[string]string{"reason": "unified"}}), http.StatusOK)
	if ended.Moved != 1 || ended.Acceptance.State != "ended" || ended.Acceptance.EndedWhy != "unified" {
		t.Errorf("%+v", ended)
	}
}
