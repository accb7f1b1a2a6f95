package steward_test

import (
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

func TestOutcomesOfADelivery(t *testing.T) {
	t.Parallel()
	current := domain.Attributes{catalog.ItemName: domain.Translated{"en": "Rivet"}}
	tests := map[string]struct {
		outcome     domain.Outcome
		want        domain.DeliveryState
		discrepancy domain.DiscrepancyState
	}{
		"confirmed": {domain.Outcome{Kind: domain.OutcomeConfirmed}, domain.DeliveryConfirmed, domain.DiscrepancyFixPending},
		"conflict":  {domain.Outcome{Kind: domain.OutcomeConflict, Current: current, Problem: "moved"}, domain.DeliveryConflict, domain.DiscrepancyOpen},
		"dead":      {domain.Outcome{Kind: domain.OutcomeDead, Problem: "refused", ProblemCode: domain.CodeSystemRefused}, domain.DeliveryDead, domain.DiscrepancyOpen},
		"retry":     {domain.Outcome{Kind: domain.OutcomeRetry, Problem: "later", RetryAfter: time.Minute}, domain.DeliveryRetrying, domain.DiscrepancyFixPending},
		"held":      {domain.Outcome{Kind: domain.OutcomeHeld, Problem: "key refused"}, domain.DeliveryHeld, domain.DiscrepancyFixPending},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.load(t)
			found := b.renamedInOdoo(t, "Screw M8")
			b.approve(t, b.decide(t, found, steward.VerbKeepGolden))
			claimed := b.claimOne(t)
			after := must(b.desk.RecordOutcome(t.Context(), claimed, test.outcome))(t)
			stored := must(b.desk.Delivery(t.Context(), b.ana, claimed.ID))(t)
			if after.State != test.want || stored.State != test.want || stored.Problem != test.outcome.Problem || !stored.Current.Same(test.outcome.Current) {
				t.Errorf("the delivery is %+v", stored)
			}
			now := b.wantState(t, found.ID, test.discrepancy)
			if fixed := now.FixedAt != 0; fixed != (name == "confirmed") {
				t.Errorf("fixed at %s", now.FixedAt)
			}
			if test.discrepancy == domain.DiscrepancyOpen && (now.Note == "" || !now.ChangeRequest.IsZero()) {
				t.Errorf("it came back as %+v", now)
			}
			before := state(t, b.store)
			_, err := b.desk.RecordOutcome(t.Context(), claimed, domain.Outcome{Kind: domain.OutcomeConfirmed})
			wantCode(t, err, domain.CodeDeliveryLease)
			if state(t, b.store) != before {
				t.Error("an outcome told twice changed something")
			}
			b.verify(t)
		})
	}
}

func TestALostLeaseIsNotHeard(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamedInOdoo(t, "Screw M8")
	b.approve(t, b.decide(t, found, steward.VerbKeepGolden))
	slow := b.claimOne(t)
	b.clock.days(1)
	quick := b.claimOne(t)
	_, err := b.desk.RecordOutcome(t.Context(), slow, domain.Outcome{Kind: domain.OutcomeDead, Problem: "too late"})
	wantCode(t, err, domain.CodeDeliveryLease)
	b.wantState(t, found.ID, domain.DiscrepancyFixPending)
	if after := must(b.desk.RecordOutcome(t.Context(), quick, domain.Outcome{Kind: domain.OutcomeConfirmed}))(t); after.State != domain.DeliveryConfirmed || after.Attempt != 2 {
		t.Errorf("the delivery is %+v", after)
	}
}

// liveCodes are the codes a record has in a system now, the one used when it is named there first.
func (b *bundle) liveCodes(t testing.TB, system domain.SystemID, record domain.ID) string {
	t.Helper()
	var outbound, others []string
	for _, m := range must(b.store.Read().Mappings.ByRecords(t.Context(), system, []domain.ID{record}))(t) {
		if m.DefaultOut {
			outbound = append(outbound, string(m.Code))
		} else {
			others = append(others, string(m.Code))
		}
	}
	return strings.Join(outbound, ",") + "|" + strings.Join(others, ",")
}

func TestACreatedRecordIsMapped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	found := brought(t, b, domain.ClassUnmapped)
	request := b.decide(t, found, steward.VerbCreate)
	b.approve(t, request)
	record := b.items(t, request)[0].Record
	delivery := b.claimOne(t)
	if delivery.Order.Kind != domain.DeliverCreate || delivery.Order.Code != "" {
		t.Fatalf("the delivery is %+v", delivery.Order)
	}
	must(b.desk.RecordOutcome(t.Context(), delivery, domain.Outcome{Kind: domain.OutcomeConfirmed, Code: "77"}))(t)
	if got := b.liveCodes(t, odoo, record) + " " + b.liveCodes(t, mes, record); got != "77| W-7|" {
		t.Errorf("the record has the codes %s", got)
	}
	b.reconcile(t, odoo, row("1", bolt()), row("2", nut()), row("77", thing("W-7", "Washer M8", "0.002")))
	b.reconcile(t, mes, append(agreeing(), row("W-7", local(thing("", "Washer M8", "0.002"))))...)
	b.wantState(t, found.ID, domain.DiscrepancyVerified)
	if open := b.queue(t); len(open) != 0 {
		t.Errorf("these are open: %+v", open)
	}
	b.verify(t)
}

func TestARecordMadeAgainHasANewCode(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, nutID := b.load(t)
	b.reconcile(t, odoo, row("1", bolt()))
	found := b.only(t)
	b.approve(t, b.decide(t, found, steward.VerbKeepGolden))
	must(b.desk.RecordOutcome(t.Context(), b.claimOne(t), domain.Outcome{Kind: domain.OutcomeConfirmed, Code: "78"}))(t)
	if got := b.liveCodes(t, odoo, nutID); got != "78|" {
		t.Errorf("the record has the codes %s", got)
	}
	for _, m := range must(b.store.Read().Mappings.ByRecord(t.Context(), nutID))(t) {
		if ended := m.State == domain.MappingEnded; m.System == odoo && (ended != (m.Code == "2") || ended != (m.Validity.To == "2026-03-02")) {
			t.Errorf("the mapping %+v", m)
		}
	}
	b.reconcile(t, odoo, row("1", bolt()), row("78", nut()))
	b.wantState(t, found.ID, domain.DiscrepancyVerified)
	b.verify(t)
}

func TestARecordMadeUnderACodeThatIsTakenGivesUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, nutID := b.load(t)
	b.reconcile(t, odoo, row("1", bolt()))
	found := b.only(t)
	b.approve(t, b.decide(t, found, steward.VerbKeepGolden))
	after := must(b.desk.RecordOutcome(t.Context(), b.claimOne(t), domain.Outcome{Kind: domain.OutcomeConfirmed, Code: "1"}))(t)
	if after.State != domain.DeliveryDead || after.ProblemCode != domain.CodeMappingOverlap {
		t.Errorf("the delivery is %s: %s", after.State, after.Problem)
	}
	if got := b.liveCodes(t, odoo, nutID); got != "2|" {
		t.Errorf("the record has the codes %s", got)
	}
	b.wantState(t, found.ID, domain.DiscrepancyOpen)
	b.verify(t)
}

func TestOneDefaultOutboundCode(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	b.mapTo(t, mes, "B-2", boltID)
	b.mapTo(t, mes, "B-3", boltID)
	if got := b.liveCodes(t, mes, boltID); !strings.HasPrefix(got, "B-1|B-") {
		t.Errorf("the record has the codes %s", got)
	}
}

func TestANewerApprovalSupersedesAConflict(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]domain.OutcomeKind{"in conflict": domain.OutcomeConflict, "dead": domain.OutcomeDead} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.load(t)
			found := b.renamedInOdoo(t, "Screw M8")
			first := b.decide(t, found, steward.VerbKeepGolden)
			b.approve(t, first)
			must(b.desk.RecordOutcome(t.Context(), b.claimOne(t), domain.Outcome{Kind: kind, Problem: "no"}))(t)
			again := b.renamedInOdoo(t, "Rivet")
			b.approve(t, b.decide(t, again, steward.VerbKeepGolden))
			if old := b.deliveries(t, first)[0]; old.State != domain.DeliverySkipped {
				t.Errorf("the old delivery is %s", old.State)
			}
			must(b.desk.RecordOutcome(t.Context(), b.claimOne(t), domain.Outcome{Kind: domain.OutcomeConfirmed}))(t)
			b.reconcile(t, odoo, inOdoo("Bolt M8")...)
			b.wantState(t, found.ID, domain.DiscrepancyVerified)
		})
	}
}

func TestRetryingAndSkipping(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamedInOdoo(t, "Screw M8")
	request := b.decide(t, found, steward.VerbKeepGolden)
	b.approve(t, request)
	id := b.deliveries(t, request)[0].ID
	retry := func(by domain.Actor) error { return second(b.desk.RetryDelivery(t.Context(), by, id)) }
	skip := func(by domain.Actor, why string) error { return second(b.desk.SkipDelivery(t.Context(), by, id, why)) }

	wantCode(t, retry(b.ana), domain.CodeDeliveryState)
	for _, kind := range []domain.OutcomeKind{domain.OutcomeHeld, domain.OutcomeHeld} {
		must(b.desk.RecordOutcome(t.Context(), b.claimOne(t), domain.Outcome{Kind: kind, Problem: "key refused"}))(t)
		wantCode(t, retry(b.bo), domain.CodeAccessDenied)
		wantCode(t, retry(b.petra), domain.CodeDeliveryUnknown)
		wantCode(t, retry(b.ana), "")
	}
	must(b.desk.RecordOutcome(t.Context(), b.claimOne(t), domain.Outcome{Kind: domain.OutcomeHeld}))(t)
	wantCode(t, skip(b.ana, ""), domain.CodeReasonRequired)
	wantCode(t, skip(b.carl, "mine"), domain.CodeDeliveryUnknown)
	wantCode(t, skip(b.ana, "done by hand"), "")
	wantCode(t, skip(b.ana, "again"), domain.CodeDeliveryState)
	wantCode(t, retry(b.ana), domain.CodeDeliveryState)
	if back := b.wantState(t, found.ID, domain.DiscrepancyOpen); !strings.Contains(back.Note, "done by hand") {
		t.Errorf("it came back as %+v", back)
	}
	wantCode(t, second(b.desk.RetryDelivery(t.Context(), b.ana, domain.NewID())), domain.CodeDeliveryUnknown)
	b.verify(t)
}

func TestADiscrepancyWaitsForAllItsDeliveries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	second := domain.SourceSystem{ID: "odoo-2", Name: "Odoo 2", Kind: domain.SystemOdoo, Codes: domain.CodeDatabaseID, Writable: true}
	wanted := catalog.Configuration{Systems: []domain.SourceSystem{second}}
	b.approve(t, must(b.catalog.ProposeConfiguration(t.Context(), b.ana, wanted, "a second ERP"))(t))
	b.mapTo(t, "odoo-2", "9", b.anyRecord(t))
	b.read(t, "odoo-2", row("9", bolt()))
	found := b.renamed(t, "Screw M8")
	b.approve(t, b.decide(t, found, steward.VerbTakeSource))
	claimed := b.claim(t)
	if len(claimed) != 2 {
		t.Fatalf("%d deliveries", len(claimed))
	}
	must(b.desk.RecordOutcome(t.Context(), claimed[0], domain.Outcome{Kind: domain.OutcomeConfirmed}))(t)
	if b.wantState(t, found.ID, domain.DiscrepancyFixPending).FixedAt != 0 {
		t.Fatal("one of two deliveries fixed it")
	}
	must(b.desk.RecordOutcome(t.Context(), claimed[1], domain.Outcome{Kind: domain.OutcomeConfirmed}))(t)
	if b.wantState(t, found.ID, domain.DiscrepancyFixPending).FixedAt == 0 {
		t.Fatal("both deliveries did not fix it")
	}
	b.reconcile(t, mes, screw()...)
	b.wantState(t, found.ID, domain.DiscrepancyVerified)
}
