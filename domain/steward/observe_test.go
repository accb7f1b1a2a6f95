package steward_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// agreeing and screw are what STU1 reads where nothing differs, and where it calls the bolt a screw.
func agreeing() []domain.SourceRecord {
	return []domain.SourceRecord{row("B-1", local(bolt())), row("N-1", local(nut()))}
}

func screw() []domain.SourceRecord {
	return []domain.SourceRecord{row("B-1", local(bolt()).With(domain.Attributes{catalog.ItemName: domain.Translated{"en": "Screw M8"}})), row("N-1", local(nut()))}
}

// inOdoo is what odoo-main reads with the bolt under some name.
func inOdoo(name string) []domain.SourceRecord {
	return []domain.SourceRecord{row("1", bolt().With(domain.Attributes{catalog.ItemName: domain.Translated{"en": name}})), row("2", nut())}
}

func TestAFixIsVerifiedByALaterReadingOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamedInOdoo(t, "Screw M8")
	b.approve(t, b.decide(t, found, steward.VerbKeepGolden))
	b.wantState(t, found.ID, domain.DiscrepancyFixPending)

	early := b.read(t, odoo, inOdoo("Bolt M8")...) // after the write, before its confirmation
	b.judge(t, early)
	b.wantState(t, found.ID, domain.DiscrepancyFixPending)
	stillOld := b.read(t, odoo, inOdoo("Screw M8")...)
	b.deliverAll(t)
	if counts := b.judge(t, stillOld); counts.Bounced != 0 {
		t.Errorf("a reading that began before the confirmation let it bounce: %+v", counts)
	}
	b.wantState(t, found.ID, domain.DiscrepancyFixPending)
	if counts := b.reconcile(t, odoo, inOdoo("Bolt M8")...); counts.Verified != 1 {
		t.Errorf("the later reading: %+v", counts)
	}
	b.wantState(t, found.ID, domain.DiscrepancyVerified)

	if counts := b.reconcile(t, odoo, inOdoo("Screw M8")...); counts.Raised != 1 {
		t.Errorf("the reading that sees it again: %+v", counts)
	}
	again := b.wantState(t, found.ID, domain.DiscrepancyReopened)
	b.decide(t, again, steward.VerbKeepGolden)
	b.verify(t)
}

func TestAConfirmedFixThatIsUndoneBounces(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamedInOdoo(t, "Screw M8")
	b.approve(t, b.decide(t, found, steward.VerbKeepGolden))
	b.deliverAll(t)
	if counts := b.reconcile(t, odoo, inOdoo("Screw M8")...); counts.Bounced != 1 || counts.Raised != 0 {
		t.Errorf("the counts are %+v", counts)
	}
	bounced := b.wantState(t, found.ID, domain.DiscrepancyBounced)
	if open := b.only(t); open.ID != bounced.ID {
		t.Error("what bounced is not in the queue")
	}
	b.approve(t, b.decide(t, bounced, steward.VerbTakeSource))
}

func TestWhatNobodyFixedClosesByItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw M8")
	request := b.decide(t, found, steward.VerbKeepGolden)
	if counts := b.reconcile(t, mes, agreeing()...); counts.Closed != 0 {
		t.Errorf("a reading closed what a request waits to resolve: %+v", counts)
	}
	must(b.desk.Withdraw(t.Context(), b.ana, request.ID, request.Version, "no need"))(t)
	if counts := b.reconcile(t, mes, agreeing()...); counts.Closed != 1 {
		t.Errorf("the counts are %+v", counts)
	}
	b.wantState(t, found.ID, domain.DiscrepancyClosed)
	if counts := b.reconcile(t, mes, screw()...); counts.Raised != 1 {
		t.Errorf("the counts are %+v", counts)
	}
	b.wantState(t, found.ID, domain.DiscrepancyReopened)
}

func TestAnAcceptanceEnds(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		days int
		rows []domain.SourceRecord
		want domain.DiscrepancyState
	}{
		"not before its day":              {days: 1, rows: screw(), want: domain.DiscrepancyAccepted},
		"on its day":                      {days: 8, rows: screw(), want: domain.DiscrepancyReopened},
		"when the value becomes one more": {rows: []domain.SourceRecord{row("B-1", local(bolt()).With(domain.Attributes{catalog.ItemName: domain.Translated{"en": "Rivet"}})), row("N-1", local(nut()))}, want: domain.DiscrepancyReopened},
		"when it comes to agree":          {rows: agreeing(), want: domain.DiscrepancyClosed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.load(t)
			found := b.renamed(t, "Screw M8")
			must(b.desk.Decide(t.Context(), b.ana, steward.Decision{
				Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbAccept, Reason: "being renamed", Until: "2026-03-10",
			}))(t)
			b.clock.days(test.days)
			b.reconcile(t, mes, test.rows...)
			b.wantState(t, found.ID, test.want)
			b.verify(t)
		})
	}
}

func TestARunThatIsResumedCountsOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	run := b.read(t, mes, screw()...)
	findings := b.findings(t, run)
	if counts := must(b.desk.Observe(t.Context(), run, findings))(t); counts.Raised != 1 {
		t.Fatalf("the first time: %+v", counts)
	}
	before := state(t, b.store)
	if counts := must(b.desk.Observe(t.Context(), run, findings))(t); counts != (domain.RunCounts{Raised: 1}) {
		t.Errorf("the second time: %+v", counts)
	}
	if counts := must(b.desk.Conclude(t.Context(), run))(t); counts != (domain.RunCounts{}) {
		t.Errorf("concluding: %+v", counts)
	}
	if after := state(t, b.store); after != before {
		t.Error("resuming the run changed something")
	}
	next := b.read(t, mes, screw()...)
	if counts := must(b.desk.Observe(t.Context(), next, b.findings(t, next)))(t); counts != (domain.RunCounts{Seen: 1}) {
		t.Errorf("the next run: %+v", counts)
	}
}

func TestSeeingTheSameAgainDisturbsNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw M8")
	b.reconcile(t, mes, screw()...)
	b.decide(t, found, steward.VerbKeepGolden) // the version the steward saw still counts

	b.reconcile(t, mes, row("B-1", local(bolt()).With(domain.Attributes{catalog.ItemName: domain.Translated{"en": "Rivet"}})), row("N-1", local(nut())))
	if now := b.wantState(t, found.ID, domain.DiscrepancyChangeRequested); now.Finding.Source.Display() != "Rivet" || now.Version <= found.Version+1 {
		t.Errorf("the newest facts did not arrive: %+v", now)
	}
}

func TestARunConcludesOnlyWhatItCompared(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	plan := domain.Plan{ID: "stu1-names", Name: "names", Domain: catalog.Item, System: mes, Attributes: []domain.AttributeID{catalog.ItemName}}
	wanted := catalog.Configuration{Plans: []domain.Plan{plan}}
	b.approve(t, must(b.catalog.ProposeConfiguration(t.Context(), b.ana, wanted, "names more often"))(t))
	b.reconcile(t, mes, row("N-1", local(nut())), row("B-1", local(bolt()).With(domain.Attributes{
		catalog.ItemName: domain.Translated{"en": "Screw M8"}, catalog.ItemGTIN: domain.Code("4006381333948"),
	})))
	byAttribute := map[domain.AttributeID]domain.ID{}
	for _, found := range b.queue(t) {
		byAttribute[found.Finding.Attribute] = found.ID
	}
	run := b.read(t, mes, agreeing()...)
	run.Plan = plan.ID
	if counts := b.judge(t, run); counts.Closed != 1 {
		t.Errorf("the plan of names concluded %+v", counts)
	}
	b.wantState(t, byAttribute[catalog.ItemName], domain.DiscrepancyClosed)
	b.wantState(t, byAttribute[catalog.ItemGTIN], domain.DiscrepancyOpen)

	earlier := b.read(t, mes, agreeing()...)
	b.judge(t, b.read(t, mes, screw()...)) // a run of the other plan overtakes it
	must(b.desk.Conclude(t.Context(), earlier))(t)
	b.wantState(t, byAttribute[catalog.ItemName], domain.DiscrepancyReopened)

	run.Plan = "forgotten"
	_, err := b.desk.Conclude(t.Context(), run)
	wantCode(t, err, domain.CodePlanUnknown)
}

func TestWorkListEntriesAreTickedOff(t *testing.T) {
	t.Parallel()
	archived := row("N-1", local(nut()))
	archived.Active = false
	heavier := local(bolt()).With(thing("", "Bolt M8", "0.0125")) // within the tolerance of 0.012
	tests := map[string]struct {
		class domain.Class
		not   []domain.SourceRecord // what does not tick it off
		done  []domain.SourceRecord
	}{
		"a value that was set":          {class: domain.ClassValue, not: screw(), done: agreeing()},
		"a record that was made again":  {class: domain.ClassDeleted, not: []domain.SourceRecord{row("B-1", local(bolt()))}, done: agreeing()},
		"a record that came back":       {class: domain.ClassArchived, not: []domain.SourceRecord{row("B-1", local(bolt())), archived}, done: agreeing()},
		"a record that was archived":    {class: domain.ClassUnexpected, not: agreeing(), done: []domain.SourceRecord{row("B-1", local(bolt())), archived}},
		"a record that was deleted":     {class: domain.ClassUnexpected, not: agreeing(), done: []domain.SourceRecord{row("B-1", local(bolt()))}},
		"a code that stands for one":    {class: domain.ClassDuplicateCode, not: append(agreeing(), row("N-1", local(bolt()))), done: agreeing()},
		"a code that was taken away":    {class: domain.ClassDuplicateCode, not: append(agreeing(), row("N-1", local(bolt()))), done: agreeing()[:1]},
		"a value set near enough to it": {class: domain.ClassValue, not: screw(), done: []domain.SourceRecord{row("B-1", heavier), row("N-1", local(nut()))}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			found := brought(t, b, test.class)
			early := b.read(t, mes, test.done...)
			request := b.decide(t, found, steward.VerbKeepGolden)
			b.approve(t, request)
			entry := b.deliveries(t, request)[0]
			if entry.State != domain.DeliveryWorklisted || entry.DueOn != "2026-03-16" || entry.Plant != "STU1" || entry.ApprovedBy != b.bo.ID {
				t.Fatalf("the entry is %+v", entry)
			}
			wantEntry := func(want domain.DeliveryState) {
				t.Helper()
				if got := b.deliveries(t, request)[0]; got.State != want {
					t.Fatalf("the entry is %s, want %s", got.State, want)
				}
			}
			if test.class != domain.ClassUnexpected && test.class != domain.ClassDuplicateCode {
				b.judge(t, early) // it began before the entry was written
				wantEntry(domain.DeliveryWorklisted)
				b.wantState(t, found.ID, domain.DiscrepancyFixPending)
			}
			b.reconcile(t, mes, test.not...)
			wantEntry(domain.DeliveryWorklisted)
			b.wantState(t, found.ID, domain.DiscrepancyFixPending) // not made yet, which is no bounce
			b.reconcile(t, mes, test.done...)
			wantEntry(domain.DeliveryConfirmed)
			b.verify(t)
		})
	}
}

func TestSkippingAnEntryDoesNotBreakTheRunThatTicksItOff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	request := b.decide(t, b.renamed(t, "Screw M8"), steward.VerbKeepGolden)
	b.approve(t, request)
	entry := b.deliveries(t, request)[0]
	run := b.read(t, mes, agreeing()...)
	plain := *b.desk
	b.on(&overtaken{Store: b.store, on: "work list", what: func() { must(plain.SkipDelivery(t.Context(), b.ana, entry.ID, "no longer wanted"))(t) }})
	b.judge(t, run)
	if got := b.deliveries(t, request)[0]; got.State != domain.DeliverySkipped {
		t.Errorf("the entry is %s", got.State)
	}
}
