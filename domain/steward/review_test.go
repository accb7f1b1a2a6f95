package steward_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func TestWhoMayReview(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw M8")
	request := b.decideAs(t, b.petra, steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbKeepGolden})
	robot := domain.ServiceActor("robot")
	robot.Grants = b.bo.Grants
	reader := actor("rita", domain.Anywhere, domain.ActionRead)
	approve := func(by domain.Actor, version int) error {
		_, err := b.desk.Approve(t.Context(), by, request.ID, version)
		return err
	}
	reject := func(by domain.Actor, why string) error {
		_, err := b.desk.Reject(t.Context(), by, request.ID, 1, why)
		return err
	}
	withdraw := func(by domain.Actor) error {
		_, err := b.desk.Withdraw(t.Context(), by, request.ID, 1, "")
		return err
	}
	before := state(t, b.store)
	tests := map[string]struct {
		err      error
		wantCode string
	}{
		"approved by the proposer":                    {approve(b.petra, 1), domain.CodeRequestOwn},
		"approved by a service":                       {approve(robot, 1), domain.CodeAccessDenied},
		"approved by somebody who may only read":      {approve(reader, 1), domain.CodeAccessDenied},
		"approved by the lead of another plant":       {approve(b.carl, 1), domain.CodeRequestUnknown},
		"approved as it was not":                      {approve(b.bo, 2), domain.CodeRequestStale},
		"rejected without a reason":                   {reject(b.bo, " "), domain.CodeReasonRequired},
		"rejected by the proposer":                    {reject(b.petra, "no"), domain.CodeRequestOwn},
		"rejected by the lead of another plant":       {reject(b.carl, "no"), domain.CodeRequestUnknown},
		"rejected by somebody who may only read":      {reject(reader, "no"), domain.CodeAccessDenied},
		"withdrawn by another":                        {withdraw(b.ana), domain.CodeRequestNotOwn},
		"withdrawn by the lead of another plant":      {withdraw(b.carl), domain.CodeRequestUnknown},
		"applied before it was approved by anybody":   {second(b.desk.Apply(t.Context(), request.ID)), domain.CodeRequestState},
		"looked at by the lead of another plant":      {second(b.desk.Request(t.Context(), b.carl, request.ID)), domain.CodeRequestUnknown},
		"its items looked at from another plant":      {itemsError(t, b, b.carl, request.ID), domain.CodeRequestUnknown},
		"a request that there is not, being approved": {second(b.desk.Approve(t.Context(), b.bo, domain.NewID(), 1)), domain.CodeRequestUnknown},
	}
	for name, test := range tests {
		if got := domain.ErrorCode(test.err); got != test.wantCode {
			t.Errorf("%s: %v, want %s", name, test.err, test.wantCode)
		}
	}
	if after := state(t, b.store); after != before {
		t.Error("what was refused changed something")
	}
	for by, want := range map[*domain.Actor]bool{&b.bo: true, &b.petra: false, &reader: false} {
		v := must(b.desk.Request(t.Context(), *by, request.ID))(t)
		if v.MayApprove != want || (v.WhyNot == "") != want || v.MayWithdraw != (by == &b.petra) {
			t.Errorf("%s is told %+v", by.Name, v)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func itemsError(t *testing.T, b *bundle, by domain.Actor, id domain.ID) error {
	t.Helper()
	_, _, err := b.desk.RequestItems(t.Context(), by, id, 0, 10)
	return err
}

func TestAReviewEndsARequestOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw M8")
	ends := map[string]struct {
		end  func(domain.ChangeRequest) (domain.ChangeRequest, error)
		want domain.RequestState
	}{
		"rejected": {func(r domain.ChangeRequest) (domain.ChangeRequest, error) {
			return b.desk.Reject(t.Context(), b.bo, r.ID, r.Version, "not so")
		}, domain.RequestRejected},
		"withdrawn": {func(r domain.ChangeRequest) (domain.ChangeRequest, error) {
			return b.desk.Withdraw(t.Context(), b.ana, r.ID, r.Version, "not so")
		}, domain.RequestWithdrawn},
	}
	for name, test := range ends {
		request := b.decide(t, b.discrepancy(t, found.ID), steward.VerbKeepGolden)
		ended := must(test.end(request))(t)
		if ended.State != test.want || ended.ClosedWhy != "not so" || ended.ClosedBy == "" || ended.ClosedAt == 0 {
			t.Errorf("%s: %+v", name, ended)
		}
		back := b.wantState(t, found.ID, domain.DiscrepancyOpen)
		if !strings.Contains(back.Note, "not so") || !back.ChangeRequest.IsZero() {
			t.Errorf("%s: came back as %+v", name, back)
		}
		_, err := b.desk.Approve(t.Context(), b.bo, request.ID, ended.Version)
		wantCode(t, err, domain.CodeRequestState)
	}
	request := b.decide(t, b.discrepancy(t, found.ID), steward.VerbKeepGolden)
	applied := b.approve(t, request)
	_, err := b.desk.Approve(t.Context(), b.bo, request.ID, request.Version)
	wantCode(t, err, domain.CodeRequestStale)
	_, err = b.desk.Approve(t.Context(), b.bo, request.ID, applied.Version)
	wantCode(t, err, domain.CodeRequestState)
	before := state(t, b.store)
	_, err = b.desk.Apply(t.Context(), request.ID)
	wantCode(t, err, domain.CodeRequestState)
	if must(b.desk.ApplyDue(t.Context()))(t) || state(t, b.store) != before {
		t.Error("an applied request was applied again")
	}
	b.verify(t)
}

func TestApprovalAndWithdrawalRace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw M8")
	request := b.decide(t, found, steward.VerbTakeSource)
	codes := together(t.Context(),
		func(ctx context.Context) error { return second(b.desk.Approve(ctx, b.bo, request.ID, request.Version)) },
		func(ctx context.Context) error {
			return second(b.desk.Withdraw(ctx, b.ana, request.ID, request.Version, ""))
		},
	)
	if !slices.Equal(codes, []string{"", domain.CodeRequestStale}) {
		t.Fatalf("the two ended with %q", codes)
	}
	ended := must(b.store.Read().Requests.ByID(t.Context(), request.ID))(t)
	want := map[domain.RequestState]domain.DiscrepancyState{
		domain.RequestApplied: domain.DiscrepancyFixPending, domain.RequestWithdrawn: domain.DiscrepancyOpen,
	}
	b.wantState(t, found.ID, want[ended.State])
}

func TestApprovalSurvivesACrashBeforeItIsApplied(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	found := b.renamed(t, "Screw M8")
	request := b.decide(t, found, steward.VerbTakeSource)
	b.on(storetest.Broken(t, b.store, storetest.Failing{Writes: true, After: 1}))
	_, err := b.desk.Approve(t.Context(), b.bo, request.ID, request.Version)
	wantCode(t, err, domain.CodeStoreDown)
	if left := must(b.store.Read().Requests.ByID(t.Context(), request.ID))(t); left.State != domain.RequestApproved {
		t.Fatalf("the crash left the request %s", left.State)
	}
	if b.golden(t, boltID).Version != 1 || len(b.deliveries(t, request)) != 0 {
		t.Fatal("half of the request was applied")
	}
	b.on(b.store)
	codes := together(t.Context(),
		func(ctx context.Context) error { return second(b.desk.ApplyDue(ctx)) },
		func(ctx context.Context) error { return second(b.desk.ApplyDue(ctx)) },
	)
	if !slices.Equal(codes, []string{"", ""}) {
		t.Fatalf("applying what was approved: %q", codes)
	}
	if b.golden(t, boltID).Version != 2 || len(b.deliveries(t, request)) != 1 {
		t.Error("the request was not applied exactly once")
	}
	if must(b.desk.ApplyDue(t.Context()))(t) {
		t.Error("there was something left to apply")
	}
	b.wantState(t, found.ID, domain.DiscrepancyFixPending)
	b.verify(t)
}

// overtaken lets something else happen right before the first write whose reason begins with on.
type overtaken struct {
	domain.Store
	on   string
	what func()
}

func (o *overtaken) Write(ctx context.Context, change domain.Change, fn func(domain.Repos) error) error {
	if what := o.what; what != nil && strings.HasPrefix(change.Reason, o.on) {
		o.what = nil
		what()
	}
	return o.Store.Write(ctx, change, fn)
}

func TestApproverHearsThatTheSweeperWasFaster(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	request := b.decide(t, b.renamed(t, "Screw M8"), steward.VerbTakeSource)
	sweeper := *b.desk
	b.on(&overtaken{Store: b.store, on: "apply change request", what: func() { must(sweeper.ApplyDue(t.Context()))(t) }})
	b.approve(t, request)
}

func TestAGoldenRecordMovedBeforeTheApproval(t *testing.T) {
	t.Parallel()
	for _, verb := range []steward.Verb{steward.VerbTakeSource, steward.VerbKeepGolden} {
		t.Run(string(verb), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			boltID, _ := b.load(t)
			// The ERP and the plant agree with each other against the golden record; two stewards decide differently.
			first := b.renamedInOdoo(t, "Screw M8")
			late := b.decide(t, first, verb)
			b.renamed(t, "Screw M8")
			other := b.only(t)
			b.approve(t, b.decide(t, other, steward.VerbTakeSource))
			b.deliverAll(t)
			_, err := b.desk.Approve(t.Context(), b.bo, late.ID, late.Version)
			wantCode(t, err, domain.CodeRequestStale)
			overtaken := must(b.store.Read().Requests.ByID(t.Context(), late.ID))(t)
			if overtaken.State != domain.RequestSuperseded || overtaken.ClosedWhy == "" {
				t.Fatalf("the late request is %s", overtaken.State)
			}
			if len(b.deliveries(t, late)) != 0 || b.golden(t, boltID).Version != 2 {
				t.Error("a request that was overtaken had an effect")
			}
			back := b.wantState(t, first.ID, domain.DiscrepancyOpen)
			if !strings.Contains(back.Note, overtaken.ClosedWhy) || !back.ChangeRequest.IsZero() {
				t.Errorf("came back as %+v", back)
			}
			b.verify(t)
		})
	}
}

func TestTwoRequestsOnOneRecord(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	b.reconcile(t, mes, row("N-1", local(nut())), row("B-1", local(bolt()).With(domain.Attributes{
		catalog.ItemName: domain.Translated{"en": "Screw M8"}, catalog.ItemGTIN: domain.Code("4006381333948"),
	})))
	var requests []domain.ChangeRequest
	for _, found := range b.queue(t) {
		requests = append(requests, b.decide(t, found, steward.VerbTakeSource))
	}
	b.approve(t, requests[0])
	b.approve(t, requests[1]) // of another attribute: what it was decided on still stands
	record := b.golden(t, boltID)
	if record.Version != 3 || record.Attributes.Text(catalog.ItemName) != "Screw M8" || record.Attributes.Text(catalog.ItemGTIN) != "4006381333948" {
		t.Errorf("the record is %+v", record)
	}
	if history := must(b.store.Read().Records.Versions(t.Context(), boltID))(t); len(history) != 3 || history[1].ChangeRequest != requests[0].ID {
		t.Errorf("the history is %+v", history)
	}
	b.verify(t)
}

func TestAStaleDiscrepancyDoesNotFailAnApprovedRequest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw M8")
	request := b.decide(t, found, steward.VerbTakeSource)
	// A run saves the discrepancy in the very moment in which the request is applied: on PostgreSQL the two may overlap.
	b.on(&stumbling{Store: b.store, on: "apply change request", err: domain.Conflict(domain.CodeDiscrepancyStale, "the discrepancy has changed")})
	_, err := b.desk.Approve(t.Context(), b.bo, request.ID, request.Version)
	wantCode(t, err, domain.CodeDiscrepancyStale)
	b.on(b.store)
	if !must(b.desk.ApplyDue(t.Context()))(t) {
		t.Fatal("the request was not left to be applied")
	}
	b.wantState(t, found.ID, domain.DiscrepancyFixPending)
}

// stumbling refuses writes whose reason begins with on, after they ran.
type stumbling struct {
	domain.Store
	on  string
	err error
}

func (s *stumbling) Write(ctx context.Context, change domain.Change, fn func(domain.Repos) error) error {
	return s.Store.Write(ctx, change, func(repos domain.Repos) error {
		if err := fn(repos); err != nil || !strings.HasPrefix(change.Reason, s.on) {
			return err
		}
		return s.err
	})
}

func TestProposing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	system := must(b.store.Read().Systems.ByID(t.Context(), mes))(t)
	item := steward.MapCode(system, catalog.Item, "X", b.anyRecord(t), "X")
	tests := map[string]struct {
		by       domain.Actor
		kind     domain.RequestKind
		plant    domain.PlantID
		items    []domain.ChangeItem
		wantCode string
	}{
		"by a steward":                          {by: b.ana, kind: domain.RequestMappings, items: []domain.ChangeItem{item}},
		"nothing":                               {by: b.ana, kind: domain.RequestMappings, wantCode: domain.CodeDecisionInvalid},
		"by a plant lead for the plant":         {by: b.petra, kind: domain.RequestMappings, plant: "STU1", items: []domain.ChangeItem{item}},
		"by a plant lead for all":               {by: b.petra, kind: domain.RequestMappings, items: []domain.ChangeItem{item}, wantCode: domain.CodeAccessDenied},
		"by a plant lead for another":           {by: b.petra, kind: domain.RequestMappings, plant: "BER2", items: []domain.ChangeItem{item}, wantCode: domain.CodeAccessDenied},
		"configuration by one who may not":      {by: b.bo, kind: domain.RequestConfiguration, items: []domain.ChangeItem{item}, wantCode: domain.CodeAccessDenied},
		"configuration by one who may":          {by: b.ana, kind: domain.RequestConfiguration, items: []domain.ChangeItem{item}},
		"a mapping by one who only may approve": {by: actor("al", domain.Anywhere, domain.ActionApprove), kind: domain.RequestMappings, items: []domain.ChangeItem{item}, wantCode: domain.CodeAccessDenied},
	}
	for name, test := range tests {
		var got domain.ChangeRequest
		err := b.store.Write(t.Context(), domain.Change{Actor: test.by.ID, Reason: "test"}, func(repos domain.Repos) (err error) {
			got, err = b.desk.Propose(t.Context(), repos, test.by, domain.ChangeRequest{Kind: test.kind, Domain: catalog.Item, Plant: test.plant}, test.items)
			return err
		})
		if domain.ErrorCode(err) != test.wantCode {
			t.Errorf("%s: %v, want %q", name, err, test.wantCode)
		}
		if err == nil && (got.State != domain.RequestInReview || got.Version != 1 || got.ProposedBy != test.by.ID || got.ItemCount != 1) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
