package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// workEntry puts an entry on the work list of STU1 that is due on a day.
func workEntry(t *testing.T, b *bundle, due domain.Date) domain.Delivery {
	t.Helper()
	entry := domain.Delivery{
		ID: domain.NewID(), State: domain.DeliveryWorklisted, ApprovedBy: "user:approver", Plant: "STU1", Label: "=cmd|' /C calc'!A0", DueOn: due,
		IdempotencyKey: string(due), Version: 1,
		Order: domain.DeliveryOrder{
			System: "mes-stu1", Domain: catalog.Item, Record: domain.NewID(), Kind: domain.DeliverUpdate, Code: "000123", ByHand: true,
			Expect: domain.Attributes{catalog.ItemName: domain.Translated{"en": "-5 mm"}}, Set: domain.Attributes{catalog.ItemName: domain.Translated{"en": "5 mm"}},
		},
	}
	change := domain.Change{Actor: "service:seed", Reason: "seed", Domains: []domain.DomainName{catalog.Item}}
	err := b.store.Write(t.Context(), change, func(repos domain.Repos) error {
		return repos.Deliveries.Enqueue(context.WithoutCancel(t.Context()), entry)
	})
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

func TestTheWorkListAsAFile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	late, soon := workEntry(t, b, "2026-04-01"), workEntry(t, b, "2026-03-01")
	got := b.call(t, request{method: "GET", path: "~/worklist.csv?separator=semicolon&plant=STU1", as: "lead"})
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(got.header.Get("Content-Disposition"), "worklist.csv") {
		t.Fatalf("%d %v", got.status, got.header)
	}
	lines := strings.Split(got.body, "\r\n")
	if lines[0] != "\xEF\xBB\xBFDue;Plant;System;Code;Name;What to do;Field;Change from;Change to;Entry" {
		t.Errorf("the header is %q", lines[0])
	}
	want := []string{
		";STU1;mes-stu1;000123;Screw;Change;;;;", // of the seed: nothing is said of fields or a day
		"2026-03-01;STU1;mes-stu1;000123;'=cmd|' /C calc'!A0;Change;Name;'-5 mm;5 mm;" + soon.ID.String(),
		"2026-04-01;STU1;mes-stu1;000123;'=cmd|' /C calc'!A0;Change;Name;'-5 mm;5 mm;" + late.ID.String(),
	}
	for i, line := range want {
		if i+1 >= len(lines) || !strings.HasPrefix(lines[i+1], line) {
			t.Errorf("line %d of %q is not %q", i+1, lines, line)
		}
	}
}

func TestWorkThatIsDue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	workEntry(t, b, "2026-04-01")
	soon := workEntry(t, b, "2026-03-01")
	list := read[api.List[api.Delivery]](t, b.call(t, request{method: "GET", path: "~/worklist?due_before=2026-04-01", as: "lead"}), http.StatusOK)
	if len(list.Items) != 1 || list.Items[0].ID != soon.ID.String() {
		t.Errorf("%+v", list.Items)
	}
	if file := b.call(t, request{method: "GET", path: "~/worklist.csv?due_before=2026-04-01", as: "lead"}); strings.Count(file.body, "\r\n") != 2 {
		t.Errorf("the file says %q", file.body)
	}
	for path, code := range map[string]string{
		"~/worklist?due_before=soon": domain.CodeDateInvalid, "~/worklist.csv?due_before=soon": domain.CodeDateInvalid,
		"~/worklist.csv?plant=LYO1": domain.CodePlantUnknown, "~/worklist.csv?separator=tab": domain.CodeBodyInvalid,
	} {
		if p := b.call(t, request{method: "GET", path: path, as: "lead"}).problem(t); p.Code != code {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

func TestAPlanIsPausedByAChangeRequest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	path := "~/plans/" + s.own.plan + "/pause"
	pause := func(version int, paused bool) answer {
		return b.call(t, step("POST", path, "admin", version, map[string]any{"paused": paused, "reason": "stock count"}))
	}
	if p := pause(2, true).problem(t); p.Code != domain.CodePlanStale || p.Status != http.StatusPreconditionFailed {
		t.Errorf("as it was not: %+v", p)
	}
	if got := b.call(t, step("POST", "~/plans/none/pause", "admin", 1, map[string]any{"paused": true, "reason": "r"})); got.status != http.StatusNotFound {
		t.Errorf("none: %d", got.status)
	}
	if p := pause(1, false).problem(t); p.Code != domain.CodeDecisionInvalid {
		t.Errorf("as it is: %+v", p)
	}
	proposed := read[api.ChangeRequest](t, pause(1, true), http.StatusCreated)
	if proposed.Kind != "configuration" || proposed.State != "in_review" {
		t.Fatalf("%+v", proposed)
	}
	approval := step("PUT", "~/change-requests/"+proposed.ID+"/approval", "approver", 1, nil)
	if got := read[api.ChangeRequest](t, b.call(t, approval), http.StatusOK); got.State != "applied" {
		t.Fatalf("%+v", got)
	}
	for _, plan := range read[api.List[api.Plan]](t, b.call(t, request{method: "GET", path: "~/plans", as: "admin"}), http.StatusOK).Items {
		if plan.Paused != (plan.ID == s.own.plan) {
			t.Errorf("%+v", plan)
		}
	}
}
