package steward_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func TestABrokenStoreLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	writes, operates, reads := storetest.Failing{Writes: true}, storetest.Failing{Operates: true}, storetest.Failing{Reads: true}
	// before prepares on the whole store and returns what is then tried on the broken one.
	tests := map[string]struct {
		failing storetest.Failing
		before  func(t *testing.T, b *bundle) func() error
	}{
		"decide": {writes, func(t *testing.T, b *bundle) func() error {
			found := b.renamed(t, "Screw M8")
			return func() error {
				return second(b.desk.Decide(t.Context(), b.ana, steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbTakeSource}))
			}
		}},
		"accept": {writes, func(t *testing.T, b *bundle) func() error {
			found := b.renamed(t, "Screw M8")
			return func() error {
				return second(b.desk.Decide(t.Context(), b.ana, steward.Decision{
					Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbAccept, Reason: "known", Until: "2026-12-31",
				}))
			}
		}},
		"approve": {writes, func(t *testing.T, b *bundle) func() error {
			request := b.decide(t, b.renamed(t, "Screw M8"), steward.VerbTakeSource)
			return func() error { return second(b.desk.Approve(t.Context(), b.bo, request.ID, request.Version)) }
		}},
		"reject": {writes, func(t *testing.T, b *bundle) func() error {
			request := b.decide(t, b.renamed(t, "Screw M8"), steward.VerbTakeSource)
			return func() error { return second(b.desk.Reject(t.Context(), b.bo, request.ID, request.Version, "no")) }
		}},
		"withdraw": {writes, func(t *testing.T, b *bundle) func() error {
			request := b.decide(t, b.renamed(t, "Screw M8"), steward.VerbTakeSource)
			return func() error { return second(b.desk.Withdraw(t.Context(), b.ana, request.ID, request.Version, "")) }
		}},
		"record an outcome": {writes, func(t *testing.T, b *bundle) func() error {
			b.approve(t, b.decide(t, b.renamedInOdoo(t, "Screw M8"), steward.VerbKeepGolden))
			delivery := b.claimOne(t)
			return func() error {
				return second(b.desk.RecordOutcome(t.Context(), delivery, domain.Outcome{Kind: domain.OutcomeConflict}))
			}
		}},
		"map what was made": {writes, func(t *testing.T, b *bundle) func() error {
			b.reconcile(t, odoo, row("1", bolt()))
			b.approve(t, b.decide(t, b.only(t), steward.VerbKeepGolden))
			delivery := b.claimOne(t)
			return func() error {
				return second(b.desk.RecordOutcome(t.Context(), delivery, domain.Outcome{Kind: domain.OutcomeConfirmed, Code: "78"}))
			}
		}},
		"skip": {writes, func(t *testing.T, b *bundle) func() error {
			request := b.decide(t, b.renamedInOdoo(t, "Screw M8"), steward.VerbKeepGolden)
			b.approve(t, request)
			id := b.deliveries(t, request)[0].ID
			return func() error { return second(b.desk.SkipDelivery(t.Context(), b.ana, id, "no")) }
		}},
		"observe": {writes, func(t *testing.T, b *bundle) func() error {
			run := b.read(t, mes, screw()...)
			findings := b.findings(t, run)
			return func() error { return second(b.desk.Observe(t.Context(), run, findings)) }
		}},
		"register": {writes, func(t *testing.T, b *bundle) func() error {
			b.rule(t, registering(mes))
			run := b.read(t, mes, append(agreeing(), row("W-1", washer(1)))...)
			return func() error { return second(b.desk.Register(t.Context(), run)) }
		}},
		"conclude": {writes, func(t *testing.T, b *bundle) func() error {
			b.renamed(t, "Screw M8")
			run := b.read(t, mes, agreeing()...)
			return func() error { return second(b.desk.Conclude(t.Context(), run)) }
		}},
		"tick off": {writes, func(t *testing.T, b *bundle) func() error {
			b.approve(t, b.decide(t, b.renamedInOdoo(t, "Screw M8"), steward.VerbTakeSource)) // an entry for STU1
			run := b.read(t, mes, screw()...)
			return func() error { return second(b.desk.Conclude(t.Context(), run)) }
		}},
		"open the queue": {operates, func(t *testing.T, b *bundle) func() error {
			return func() error { return second(b.desk.OpenQueue(t.Context(), b.ana, domain.DiscrepancyQuery{})) }
		}},
		"start a run": {operates, func(t *testing.T, b *bundle) func() error {
			return func() error { return second(b.desk.StartRun(t.Context(), b.ana, "stu1-items", domain.RunComplete)) }
		}},
		"cancel a run": {operates, func(t *testing.T, b *bundle) func() error {
			run := must(b.desk.StartRun(t.Context(), b.ana, "stu1-items", domain.RunComplete))(t)
			return func() error { return second(b.desk.CancelRun(t.Context(), b.ana, run.ID)) }
		}},
		"verify the audit": {reads, func(t *testing.T, b *bundle) func() error {
			return func() error { return second(b.desk.VerifyAudit(t.Context())) }
		}},
		"apply what is approved": {reads, func(t *testing.T, b *bundle) func() error {
			return func() error { return second(b.desk.ApplyDue(t.Context())) }
		}},
		"open a case": {reads, func(t *testing.T, b *bundle) func() error {
			found := b.renamed(t, "Screw M8")
			return func() error { return second(b.desk.Case(t.Context(), b.ana, found.ID)) }
		}},
		"propose a load": {writes, func(t *testing.T, b *bundle) func() error {
			b.read(t, odoo, row("1", bolt()), row("2", nut()), row("7", thing("7", "New", "")))
			return func() error { return second(b.catalog.ProposeLoad(t.Context(), b.ana, odoo, catalog.Item, "more")) }
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.load(t)
			try := test.before(t, b)
			before := state(t, b.store)
			b.on(storetest.Broken(t, b.store, test.failing))
			err := try()
			wantCode(t, err, domain.CodeStoreDown)
			if after := state(t, b.store); after != before {
				t.Errorf("left behind:\n%s\nwas\n%s", after, before)
			}
			b.on(b.store)
			if err := try(); err != nil {
				t.Errorf("on the whole store again: %v", err)
			}
			b.verify(t)
		})
	}
}
