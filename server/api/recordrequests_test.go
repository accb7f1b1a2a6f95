package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/server/api"
)

func newWish(s seeded, name string) map[string]any {
	return map[string]any{
		"domain": "item", "plant": s.own.plant, "system": s.own.system, "code": "000777", "reason": "for the new line",
		"attributes": map[string]any{"name": map[string]any{"i18n": map[string]string{"en": name}}},
	}
}

func TestARecordRequestFromThePlantToTheGoldenRecord(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	first := b.call(t, request{method: "POST", path: "~/record-requests", as: "lead", body: newWish(s, "screw")})
	made := read[api.RecordRequestDetail](t, first, http.StatusCreated)
	if made.State != "requested" || made.Code != "000777" || !made.May.Withdraw || made.May.Submit || made.RequestedBy != "user:lead" {
		t.Fatalf("%+v", made)
	}
	path := "~/record-requests/" + made.ID
	all := map[string]any{"name": map[string]any{"i18n": map[string]string{"en": "Hex nut"}}, "code": map[string]string{"code": "IT-9"}, "base_unit": map[string]string{"enum": "C62"}}
	wantProblem := func(got answer, status int, code string) {
		t.Helper()
		if got.status != status || !strings.Contains(got.body, `"`+code+`"`) {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	wantProblem(b.call(t, step("POST", path+"/submission", "steward", 1, map[string]string{})), http.StatusUnprocessableEntity, "value.invalid")
	wantProblem(b.call(t, step("PUT", path+"/attributes", "steward", 7, map[string]any{"attributes": all})), http.StatusPreconditionFailed, "record_request.stale_version")
	wantProblem(b.call(t, step("PUT", path+"/attributes", "steward", 1, map[string]any{"attributes": map[string]any{"colour": map[string]string{"text": "red"}}})), http.StatusUnprocessableEntity, "value.invalid")
	done := read[api.RecordRequestDetail](t, b.call(t, step("PUT", path+"/attributes", "steward", 1, map[string]any{"attributes": all})), http.StatusOK)
	if done.State != "in_completion" || len(done.Missing) > 0 || !done.May.Submit {
		t.Fatalf("%+v", done)
	}
	sent := read[api.RecordRequestDetail](t, b.call(t, step("POST", path+"/submission", "steward", done.Version, map[string]string{})), http.StatusOK)
	if sent.State != "in_review" || sent.Change == nil || sent.RecordID != "" {
		t.Fatalf("%+v", sent)
	}
	change := read[api.ChangeRequest](t, b.call(t, step("PUT", "~/change-requests/"+sent.Change.ID+"/approval", "approver", 1, nil)), http.StatusOK)
	if change.State != "applied" || change.Kind != "record_request" {
		t.Fatalf("%+v", change)
	}
	after := read[api.RecordRequestDetail](t, b.call(t, request{method: "GET", path: path, as: "lead"}), http.StatusOK)
	if after.State != "created" || after.Record == nil || after.Record.Code != "IT-9" || after.RecordID != after.Record.ID || len(after.Deliveries) != 2 ||
		after.Deliveries[0].System != "odoo-main" || after.Deliveries[1].State != "worklisted" {
		t.Fatalf("%+v", after)
	}
	wantProblem(b.call(t, request{method: "POST", path: "~/record-requests", as: "lead", body: newWish(s, "again")}), http.StatusConflict, "record_request.already_open")
}

func TestARecordRequestIsBoundedAndKnowsItsFields(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	for name, change := range map[string]func(map[string]any){
		"a long reason":    func(w map[string]any) { w["reason"] = strings.Repeat("x", 2001) },
		"a long code":      func(w map[string]any) { w["code"] = strings.Repeat("x", 129) },
		"an unknown field": func(w map[string]any) { w["colour"] = "red" },
		"a value of no kind": func(w map[string]any) {
			w["attributes"] = map[string]any{"name": map[string]string{"nonsense": "x"}}
		},
	} {
		w := newWish(s, "Nut")
		change(w)
		if got := b.call(t, request{method: "POST", path: "~/record-requests", as: "lead", body: w}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}
