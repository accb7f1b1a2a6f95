package steward_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// proposed proposes items of a kind by somebody and returns the request.
func (b *bundle) proposed(t testing.TB, by domain.Actor, request domain.ChangeRequest, items ...domain.ChangeItem) domain.ChangeRequest {
	t.Helper()
	var made domain.ChangeRequest
	err := b.store.Write(t.Context(), domain.Change{Actor: by.ID, Reason: "test"}, func(repos domain.Repos) (err error) {
		made, err = b.desk.Propose(t.Context(), repos, by, request, items)
		return err
	})
	return must(made, err)(t)
}

func update(record domain.ID, set domain.Attributes) domain.ChangeItem {
	return domain.ChangeItem{Action: domain.ItemUpdateRecord, Domain: catalog.Item, Label: "x", Record: record, BaseVersion: 1, Set: set, Before: bolt().Only([]domain.AttributeID{catalog.ItemName})}
}

func writeOrder(kind domain.DeliveryKind, set domain.Attributes) domain.ChangeItem {
	return domain.ChangeItem{Action: domain.ItemWriteSystem, Domain: catalog.Item, Delivery: &domain.DeliveryOrder{
		System: odoo, Domain: catalog.Item, Kind: kind, Expect: domain.Attributes{}, Set: set,
	}}
}

func TestWhoMustApproveByDefault(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.policy(t, steward.DefaultPolicy())
	many := make([]domain.ChangeItem, 101)
	for i := range many {
		many[i] = update(domain.NewID(), domain.Attributes{catalog.ItemName: domain.Translated{"en": "x"}})
	}
	robot := domain.ServiceActor("robot")
	robot.Grants = b.ana.Grants
	decision := domain.ChangeRequest{Kind: domain.RequestDecision, Domain: catalog.Item}
	named := update(domain.NewID(), domain.Attributes{catalog.ItemName: domain.Translated{"en": "x"}})
	ofBOM := named
	ofBOM.Domain = catalog.BOM
	tests := map[string]struct {
		by      domain.Actor
		request domain.ChangeRequest
		items   []domain.ChangeItem
		want    int
	}{
		"a name":                             {b.ana, decision, []domain.ChangeItem{named}, 0},
		"a name written to a system":         {b.ana, decision, []domain.ChangeItem{writeOrder(domain.DeliverUpdate, named.Set)}, 0},
		"a single mapping":                   {b.ana, decision, []domain.ChangeItem{{Action: domain.ItemMapCode, Mapping: &domain.CodeMapping{}}}, 0},
		"a new record":                       {b.ana, decision, []domain.ChangeItem{{Action: domain.ItemCreateRecord}}, 1},
		"retiring":                           {b.ana, decision, []domain.ChangeItem{named, {Action: domain.ItemRetireRecord}}, 1},
		"archiving in a system":              {b.ana, decision, []domain.ChangeItem{writeOrder(domain.DeliverArchive, nil)}, 1},
		"a unit":                             {b.ana, decision, []domain.ChangeItem{update(domain.NewID(), domain.Attributes{catalog.ItemBaseUnit: domain.Enum("KGM")})}, 1},
		"a unit that loses its value":        {b.ana, decision, []domain.ChangeItem{{Action: domain.ItemUpdateRecord, Clear: []domain.AttributeID{catalog.ItemBaseUnit}}}, 1},
		"a unit written to a system":         {b.ana, decision, []domain.ChangeItem{writeOrder(domain.DeliverUpdate, domain.Attributes{catalog.ItemBaseUnit: domain.Enum("KGM")})}, 1},
		"the cost of one company":            {b.ana, decision, []domain.ChangeItem{update(domain.NewID(), domain.Attributes{catalog.ItemStandardCost.At(domain.Place{Company: "CW-DE"}): domain.Text("1")})}, 1},
		"an initial load":                    {b.ana, domain.ChangeRequest{Kind: domain.RequestInitialLoad, Domain: catalog.Item}, []domain.ChangeItem{named}, 1},
		"a mapping file":                     {b.ana, domain.ChangeRequest{Kind: domain.RequestMappings, Domain: catalog.Item}, []domain.ChangeItem{named}, 1},
		"a bill of materials":                {b.ana, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: "bom"}, []domain.ChangeItem{ofBOM}, 1},
		"a bill of materials beside an item": {b.ana, domain.ChangeRequest{Kind: domain.RequestDecision}, []domain.ChangeItem{named, ofBOM}, 1},
		"a hundred records":                  {b.ana, decision, many[:100], 0},
		"more than a hundred records":        {b.ana, decision, many, 1},
		"what no person proposes":            {robot, decision, []domain.ChangeItem{named}, 1},
		"what somebody of one plant decides": {b.petra, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: catalog.Item, Plant: "STU1"}, []domain.ChangeItem{named}, 1},
	}
	for name, test := range tests {
		made := b.proposed(t, test.by, test.request, test.items...)
		wantState := domain.RequestScheduled
		if test.want > 0 {
			wantState = domain.RequestInReview
		}
		if made.Needs.Approvers != test.want || made.State != wantState || (made.Needs.Why == "") != (test.want == 0) {
			t.Errorf("%s: needs %+v and is %s", name, made.Needs, made.State)
		}
	}
}

func TestAPolicyIsChangedByTwoPeopleOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	loose := domain.ApprovalPolicy{SamplePercent: 100, Rules: []domain.ApprovalRule{{Name: "names", Attributes: []domain.AttributeID{catalog.ItemName}, Approvers: 2}}}
	b.policy(t, domain.ApprovalPolicy{})
	_, err := b.desk.ProposePolicy(t.Context(), b.bo, loose, "r")
	wantCode(t, err, domain.CodeAccessDenied)
	_, err = b.desk.ProposePolicy(t.Context(), b.ana, domain.ApprovalPolicy{Approvers: 99, SamplePercent: -1, Rules: []domain.ApprovalRule{{}}}, "r")
	wantCode(t, err, domain.CodeConfigInvalid)
	request := must(b.desk.ProposePolicy(t.Context(), b.ana, loose, "fewer clicks"))(t)
	if request.State != domain.RequestInReview || request.Needs.Approvers != 1 {
		t.Fatalf("one person alone can change who must approve: %+v", request)
	}
	late := must(b.desk.ProposePolicy(t.Context(), b.ana, steward.StrictPolicy(), "the same base"))(t)
	b.approve(t, request)
	if got := must(b.desk.Policy(t.Context(), b.bo))(t); got.SamplePercent != 100 || len(got.Rules) != 1 || got.Rules[0].Approvers != 2 {
		t.Errorf("the policy is %+v", got)
	}
	if failed := must(b.desk.Approve(t.Context(), b.bo, late.ID, late.Version))(t); failed.State != domain.RequestFailed {
		t.Errorf("a policy that rests on another one is %s", failed.State)
	}
	b.verify(t)
}

func TestAStricterPolicyBindsWhatIsInReview(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	request := b.decide(t, b.renamed(t, "Screw M8"), steward.VerbTakeSource)
	b.policy(t, domain.ApprovalPolicy{Approvers: 2})
	first := must(b.desk.Approve(t.Context(), b.bo, request.ID, request.Version))(t)
	if first.State != domain.RequestInReview || first.Version == request.Version {
		t.Fatalf("after one of two approvals it is %+v", first)
	}
	_, err := b.desk.Approve(t.Context(), b.bo, request.ID, first.Version)
	wantCode(t, err, domain.CodeRequestState)
	cy := actor("cy", domain.Anywhere, domain.ActionRead, domain.ActionApprove)
	_, err = b.desk.Approve(t.Context(), cy, request.ID, request.Version)
	wantCode(t, err, domain.CodeRequestStale)
	if second := must(b.desk.Approve(t.Context(), cy, request.ID, first.Version))(t); second.State != domain.RequestApplied {
		t.Errorf("after both it is %s", second.State)
	}
}

func TestADecisionAloneCanBeUndoneUntilItsGracePeriodEnds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	b.policy(t, steward.DefaultPolicy())
	found := b.renamed(t, "Screw M8")
	request := b.decide(t, found, steward.VerbTakeSource)
	if request.State != domain.RequestScheduled || request.ApplyAt != request.ProposedAt.Add(30*time.Second) || request.ApprovedBy() != b.ana.ID {
		t.Fatalf("decided alone it is %+v", request)
	}
	if must(b.desk.ApplyDue(t.Context()))(t) || b.golden(t, boltID).Version != 1 {
		t.Fatal("it took effect within the grace period")
	}
	_, err := b.desk.Apply(t.Context(), request.ID)
	wantCode(t, err, domain.CodeRequestState)
	_, err = b.desk.Withdraw(t.Context(), b.bo, request.ID, request.Version, "not mine")
	wantCode(t, err, domain.CodeRequestNotOwn)
	must(b.desk.Withdraw(t.Context(), b.ana, request.ID, request.Version, "a slip"))(t)
	back := b.wantState(t, found.ID, domain.DiscrepancyOpen)
	again := b.decide(t, back, steward.VerbTakeSource)
	b.clock.advance(31 * time.Second)
	if !must(b.desk.ApplyDue(t.Context()))(t) || must(b.desk.ApplyDue(t.Context()))(t) {
		t.Fatal("what was due was not applied once")
	}
	if b.golden(t, boltID).Version != 2 {
		t.Error("it was not applied")
	}
	for _, delivery := range b.deliveries(t, again) {
		if delivery.ApprovedBy != b.ana.ID {
			t.Errorf("the delivery names %q", delivery.ApprovedBy)
		}
	}
	_, err = b.desk.Withdraw(t.Context(), b.ana, again.ID, again.Version+1, "too late")
	wantCode(t, err, domain.CodeRequestState)
	b.verify(t)
}

func TestWhoeverDecidedUndoes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	b.policy(t, domain.ApprovalPolicy{Approvers: 1, GraceReviewed: time.Minute})
	found := b.renamed(t, "Screw M8")
	request := b.decide(t, found, steward.VerbTakeSource)
	waiting := must(b.desk.Approve(t.Context(), b.bo, request.ID, request.Version))(t)
	if waiting.State != domain.RequestScheduled {
		t.Fatalf("approved it is %s", waiting.State)
	}
	if v := must(b.desk.Request(t.Context(), b.bo, request.ID))(t); !v.MayWithdraw {
		t.Error("the approver is not told that they can undo it")
	}
	must(b.desk.Withdraw(t.Context(), b.bo, request.ID, waiting.Version, "I looked at the wrong one"))(t)
	b.wantState(t, found.ID, domain.DiscrepancyOpen)
}

func TestTheSampleIsLookedAtASecondTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	b.policy(t, domain.ApprovalPolicy{SamplePercent: 100})
	request := b.decide(t, b.renamed(t, "Screw M8"), steward.VerbTakeSource)
	must(b.desk.ApplyDue(t.Context()))(t)
	if v := must(b.desk.Request(t.Context(), b.ana, request.ID))(t); v.Request.Look != domain.LookNone || v.MayLook {
		t.Errorf("the review is not silent: %+v", v)
	}
	_, _, err := b.desk.Requests(t.Context(), b.ana, domain.RequestQuery{Look: domain.LookWanted})
	wantCode(t, err, domain.CodeAccessDenied)
	listed, _, err := b.desk.Requests(t.Context(), b.bo, domain.RequestQuery{Look: domain.LookWanted, Page: domain.Page{Limit: 10}})
	if must(listed, err)(t); len(listed) != 1 || !listed[0].MayLook || listed[0].Request.ID != request.ID {
		t.Fatalf("to be looked at are %+v", listed)
	}
	version := listed[0].Request.Version
	look := func(by domain.Actor, look domain.SecondLook, note string) error {
		return second(b.desk.SecondLook(t.Context(), by, request.ID, version, look, note))
	}
	wantCode(t, look(b.ana, domain.LookAgreed, ""), domain.CodeAccessDenied)
	wantCode(t, look(b.bo, domain.LookDisagreed, " "), domain.CodeReasonRequired)
	wantCode(t, look(b.bo, domain.LookWanted, "x"), domain.CodeDecisionInvalid)
	wantCode(t, look(b.bo, domain.LookDisagreed, "the other name is right"), "")
	if v := must(b.desk.Request(t.Context(), b.ana, request.ID))(t); v.Request.Look != domain.LookDisagreed {
		t.Errorf("the steward does not hear of it: %+v", v.Request)
	}
}

func TestTheSampleIsAsLargeAsThePolicySays(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.policy(t, domain.ApprovalPolicy{SamplePercent: 20})
	taken := 0
	for i := range 300 {
		made := b.proposed(t, b.ana, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: catalog.Item, Title: fmt.Sprint(i)},
			update(domain.NewID(), domain.Attributes{catalog.ItemName: domain.Translated{"en": "x"}}))
		if made.Look == domain.LookWanted {
			taken++
		}
	}
	if taken < 30 || taken > 95 { // 60 expected; this far off has a chance below one in a million
		t.Errorf("%d of 300 are in a sample of 20 %%", taken)
	}
}
