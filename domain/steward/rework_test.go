package steward_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

func TestReworkVoidsWhatWasApproved(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	b.policy(t, domain.ApprovalPolicy{Approvers: 2})
	found := b.renamed(t, "Screw M8")
	request := b.decide(t, found, steward.VerbTakeSource)
	cy := actor("cy", domain.Anywhere, domain.ActionRead, domain.ActionApprove)
	once := must(b.desk.Approve(t.Context(), b.bo, request.ID, request.Version))(t)
	_, err := b.desk.SendBack(t.Context(), cy, request.ID, once.Version, " ")
	wantCode(t, err, domain.CodeReasonRequired)
	_, err = b.desk.SendBack(t.Context(), b.ana, request.ID, once.Version, "me")
	wantCode(t, err, domain.CodeAccessDenied)
	back := must(b.desk.SendBack(t.Context(), cy, request.ID, once.Version, "the golden name is the right one"))(t)
	if back.State != domain.RequestRework || back.Rework.By != cy.ID || back.Rework.Note == "" {
		t.Fatalf("sent back it is %+v", back)
	}
	tied := b.wantState(t, found.ID, domain.DiscrepancyChangeRequested)
	edit := steward.Edit{Decisions: []steward.Decision{{Discrepancy: tied.ID, Version: tied.Version, Verb: steward.VerbKeepGolden}}}
	_, err = b.desk.Resubmit(t.Context(), b.bo, request.ID, back.Version, edit)
	wantCode(t, err, domain.CodeRequestNotOwn)
	again := must(b.desk.Resubmit(t.Context(), b.ana, request.ID, back.Version, edit))(t)
	if again.State != domain.RequestInReview || again.Proposal != 2 || again.ApprovedBy() != "" {
		t.Fatalf("handed in again it is %+v", again)
	}
	if items := b.items(t, again); len(items) != 1 || items[0].Action != domain.ItemWriteSystem || items[0].Delivery.System != mes {
		t.Errorf("its items are %+v", items)
	}
	first := must(b.desk.Approve(t.Context(), cy, again.ID, again.Version))(t)
	if first.State != domain.RequestInReview {
		t.Fatalf("bo's yes to the proposal before still counts: %s", first.State)
	}
	if done := must(b.desk.Approve(t.Context(), b.bo, again.ID, first.Version))(t); done.State != domain.RequestApplied {
		t.Fatalf("it is %s: %s", done.State, done.ClosedWhy)
	}
	if b.golden(t, boltID).Version != 1 {
		t.Error("the proposal before was applied")
	}
	b.wantState(t, found.ID, domain.DiscrepancyFixPending)
	b.verify(t)
}

func TestWhatWasSentBackNeedsSomebodyWhateverItBecomes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	request := b.decide(t, b.renamed(t, "Screw M8"), steward.VerbTakeSource)
	back := must(b.desk.SendBack(t.Context(), b.bo, request.ID, request.Version, "say why"))(t)
	b.policy(t, domain.ApprovalPolicy{})
	again := must(b.desk.Resubmit(t.Context(), b.ana, request.ID, back.Version, steward.Edit{Reason: "the plant has measured"}))(t)
	if again.State != domain.RequestInReview || again.Reason != "the plant has measured" || len(b.items(t, again)) != 2 {
		t.Errorf("it is %+v", again)
	}
	b.approve(t, again)
}

func TestAProposerTakesARecordOutInRework(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, nutID := b.load(t)
	snapshot := b.bothRenamed(t)
	made := must(b.desk.DecideBatch(t.Context(), b.ana, steward.Batch{Snapshot: snapshot, Verb: steward.VerbTakeSource}))(t)
	back := must(b.desk.SendBack(t.Context(), b.bo, made.Request.ID, made.Request.Version, "not the bolt"))(t)
	again := must(b.desk.Resubmit(t.Context(), b.ana, back.ID, back.Version, steward.Edit{Drop: []domain.ID{boltID}}))(t)
	b.approve(t, again)
	if b.golden(t, boltID).Version != 1 || b.golden(t, nutID).Version != 2 {
		t.Errorf("the bolt is at version %d, the nut at %d", b.golden(t, boltID).Version, b.golden(t, nutID).Version)
	}
	if left := b.only(t); left.Finding.Record != boltID || left.State != domain.DiscrepancyOpen {
		t.Errorf("in the queue is %+v", left)
	}
	empty := must(b.desk.SendBack(t.Context(), b.bo, b.decide(t, b.only(t), steward.VerbTakeSource).ID, 1, "no"))(t)
	_, err := b.desk.Resubmit(t.Context(), b.ana, empty.ID, empty.Version, steward.Edit{Drop: []domain.ID{boltID}})
	wantCode(t, err, domain.CodeDecisionInvalid)
}

// bothRenamed lets STU1 call bolt and nut something else and returns a snapshot of ana's queue.
func (b *bundle) bothRenamed(t testing.TB) domain.ID {
	t.Helper()
	b.reconcile(t, mes, row("B-1", local(bolt()).With(domain.Attributes{catalog.ItemName: domain.Translated{"en": "Screw"}})),
		row("N-1", local(nut()).With(domain.Attributes{catalog.ItemName: domain.Translated{"en": "Mutter"}})))
	opened := must(b.desk.OpenQueue(t.Context(), b.ana, domain.DiscrepancyQuery{}))(t)
	if len(opened.Snapshot.IDs) != 2 {
		t.Fatalf("%d are open", len(opened.Snapshot.IDs))
	}
	return opened.Snapshot.ID
}

func TestANewerDecisionTakesTheDiscrepancy(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw M8")
	older := b.decide(t, found, steward.VerbTakeSource)
	tied := b.discrepancy(t, found.ID)
	newer := steward.Decision{Discrepancy: tied.ID, Version: tied.Version, Verb: steward.VerbKeepGolden}
	_, err := b.desk.Decide(t.Context(), b.ana, newer)
	wantCode(t, err, domain.CodeDiscrepancyState)
	newer.Supersede = true
	_, err = b.desk.Decide(t.Context(), b.petra, newer)
	wantCode(t, err, domain.CodeDiscrepancyState)
	request := b.decideAs(t, b.ana, newer)
	if before := must(b.store.Read().Requests.ByID(t.Context(), older.ID))(t); before.State != domain.RequestSuperseded {
		t.Errorf("the older request is %s", before.State)
	}
	_, err = b.desk.Approve(t.Context(), b.bo, older.ID, older.Version)
	wantCode(t, err, domain.CodeRequestStale)
	if now := b.discrepancy(t, found.ID); now.ChangeRequest != request.ID {
		t.Errorf("the discrepancy belongs to %s", now.ChangeRequest)
	}
	b.approve(t, request)
	b.verify(t)
}

func TestABatchDecidesWhatWasSeen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, nutID := b.load(t)
	snapshot := b.bothRenamed(t)
	// The nut is called something else again before the batch comes.
	b.reconcile(t, mes, row("B-1", local(bolt()).With(domain.Attributes{catalog.ItemName: domain.Translated{"en": "Screw"}})),
		row("N-1", local(nut()).With(domain.Attributes{catalog.ItemName: domain.Translated{"en": "Nuss"}})))
	for verb, want := range map[steward.Verb]string{steward.VerbMap: domain.CodeDecisionInvalid, steward.VerbCreate: domain.CodeDecisionInvalid} {
		_, err := b.desk.DecideBatch(t.Context(), b.ana, steward.Batch{Snapshot: snapshot, Verb: verb})
		wantCode(t, err, want)
	}
	_, err := b.desk.DecideBatch(t.Context(), b.bo, steward.Batch{Snapshot: snapshot, Verb: steward.VerbTakeSource})
	wantCode(t, err, domain.CodeSnapshotUnknown)
	pattern := b.queue(t)[0].Finding.Pattern()
	made := must(b.desk.DecideBatch(t.Context(), b.ana, steward.Batch{Snapshot: snapshot, Pattern: pattern, Verb: steward.VerbTakeSource}))(t)
	if made.Decided != 1 || len(made.LeftOut) != 1 || made.LeftOut[0].Label == "" || made.LeftOut[0].Why == "" || !made.Request.Batch {
		t.Fatalf("the batch came to %+v", made)
	}
	b.approve(t, made.Request)
	if b.golden(t, boltID).Version != 2 || b.golden(t, nutID).Version != 1 {
		t.Error("something else than was seen was decided")
	}
	none := must(b.desk.DecideBatch(t.Context(), b.ana, steward.Batch{Snapshot: snapshot, Verb: steward.VerbTakeSource}))(t)
	if none.Decided != 0 || len(none.LeftOut) != 2 || !none.Request.ID.IsZero() {
		t.Errorf("repeated it came to %+v", none)
	}
	b.verify(t)
}

func TestOneOfABatchThatMovedIsLeftOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, nutID := b.load(t)
	snapshot := b.bothRenamed(t)
	made := must(b.desk.DecideBatch(t.Context(), b.ana, steward.Batch{Snapshot: snapshot, Verb: steward.VerbTakeSource}))(t)
	b.approve(t, b.proposed(t, b.ana, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: catalog.Item},
		update(boltID, domain.Attributes{catalog.ItemName: domain.Translated{"en": "Rivet"}})))
	b.approve(t, made.Request)
	if b.golden(t, boltID).Attributes.Text(catalog.ItemName) != "Rivet" || b.golden(t, nutID).Attributes.Text(catalog.ItemName) != "Mutter" {
		t.Error("the rest of the batch was not applied, or the moved one was")
	}
	views, _, err := b.desk.RequestItems(t.Context(), b.bo, made.Request.ID, 0, 100)
	left := 0
	for _, v := range must(views, err)(t) {
		if v.LeftOut != "" {
			left++
			if v.Record != boltID {
				t.Errorf("left out is %+v", v)
			}
		}
	}
	if left == 0 {
		t.Error("nobody is told what was left out")
	}
	if open := b.only(t); open.Finding.Record != boltID || open.Note == "" {
		t.Errorf("in the queue is %+v", open)
	}
	b.verify(t)
}

func TestABatchOfWhichNothingStandsFails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, nutID := b.load(t)
	made := must(b.desk.DecideBatch(t.Context(), b.ana, steward.Batch{Snapshot: b.bothRenamed(t), Verb: steward.VerbTakeSource}))(t)
	for _, id := range []domain.ID{boltID, nutID} {
		b.approve(t, b.proposed(t, b.ana, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: catalog.Item},
			update(id, domain.Attributes{catalog.ItemName: domain.Translated{"en": "Rivet"}})))
	}
	failed := must(b.desk.Approve(t.Context(), b.bo, made.Request.ID, made.Request.Version))(t)
	if failed.State != domain.RequestFailed || len(b.queue(t)) != 2 {
		t.Errorf("the batch is %s, and %d are open", failed.State, len(b.queue(t)))
	}
}

func TestABatchIsAcceptedAndAMassNeedsASecondPerson(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	policy := steward.DefaultPolicy()
	policy.MassLimit = 1
	b.policy(t, policy)
	snapshot := b.bothRenamed(t)
	made := must(b.desk.DecideBatch(t.Context(), b.ana, steward.Batch{Snapshot: snapshot, Verb: steward.VerbTakeSource}))(t)
	if made.Request.State != domain.RequestInReview {
		t.Errorf("two records are decided by one person, though one is the limit: %s", made.Request.State)
	}
	must(b.desk.Withdraw(t.Context(), b.ana, made.Request.ID, made.Request.Version, ""))(t)
	opened := must(b.desk.OpenQueue(t.Context(), b.ana, domain.DiscrepancyQuery{}))(t)
	one := steward.Batch{Snapshot: opened.Snapshot.ID, IDs: opened.Snapshot.IDs[:1], Verb: steward.VerbAccept, Reason: "so be it", Until: "2026-05-01"}
	if accepted := must(b.desk.DecideBatch(t.Context(), b.ana, one))(t); accepted.Decided != 1 || len(b.queue(t)) != 1 {
		t.Errorf("accepted %+v, %d are open", accepted, len(b.queue(t)))
	}
	one.IDs, one.Reason = opened.Snapshot.IDs[1:], ""
	_, err := b.desk.DecideBatch(t.Context(), b.ana, one)
	wantCode(t, err, domain.CodeReasonRequired)
}
