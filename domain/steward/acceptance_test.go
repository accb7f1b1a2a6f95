package steward_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// plantSays lets STU1 name the bolt and the nut, and give the bolt's GTIN.
func (b *bundle) plantSays(t testing.TB, boltName, nutName, gtin string) domain.RunCounts {
	t.Helper()
	return b.reconcile(t, mes,
		row("B-1", local(bolt()).With(domain.Attributes{catalog.ItemName: domain.Translated{"en": boltName}, catalog.ItemGTIN: domain.Code(gtin)})),
		row("N-1", local(nut()).With(domain.Attributes{catalog.ItemName: domain.Translated{"en": nutName}})))
}

const (
	rightGTIN = "4006381333931"
	otherGTIN = "4006381333948"
)

func TestAnAcceptanceReachesAsFarAsItsScope(t *testing.T) {
	t.Parallel()
	tests := map[domain.AcceptanceScope]struct{ covered, left int }{
		domain.AcceptRecord:    {covered: 2, left: 1}, // name and GTIN of the bolt
		domain.AcceptAttribute: {covered: 2, left: 1}, // the names of both
		domain.AcceptPattern:   {covered: 2, left: 1},
	}
	for scope, want := range tests {
		t.Run(string(scope), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			boltID, _ := b.load(t)
			b.plantSays(t, "Screw", "Mutter", otherGTIN)
			var example domain.Discrepancy
			for _, found := range b.queue(t) {
				if found.Finding.Record == boltID && found.Finding.Attribute == catalog.ItemName {
					example = found
				}
			}
			wanted := steward.NewAcceptance{Scope: scope, Discrepancy: example.ID, Version: example.Version, Until: "2026-04-01", Reason: "known"}
			_, covered, err := b.desk.AcceptScope(t.Context(), b.petra, wanted)
			wantCode(t, err, "")
			if covered != want.covered || len(b.queue(t)) != want.left {
				t.Errorf("%d are covered and %d left, want %+v", covered, len(b.queue(t)), want)
			}
			// Other values of the same things stay accepted; the plant's ERP is another system.
			b.plantSays(t, "Screw M8", "Mutter M8", otherGTIN)
			if open := b.queue(t); len(open) != want.left {
				t.Errorf("after the next run %d are open", len(open))
			}
			b.verify(t)
		})
	}
}

func TestWhatIsFoundLaterOpensAsAccepted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	b.plantSays(t, "Screw", "Nut M8", rightGTIN)
	example := b.only(t)
	made, _, err := b.desk.AcceptScope(t.Context(), b.ana, steward.NewAcceptance{
		Scope: domain.AcceptPattern, Discrepancy: example.ID, Version: example.Version, Until: "2026-04-01", Reason: "the plant's names stay",
	})
	wantCode(t, err, "")
	counts := b.plantSays(t, "Bolt M8", "Mutter", rightGTIN) // the bolt comes to agree, the nut differs
	if counts.Raised != 0 || len(b.queue(t)) != 0 {
		t.Errorf("raised %d, open %d", counts.Raised, len(b.queue(t)))
	}
	b.plantSays(t, "Screw", "Mutter", rightGTIN) // and the bolt differs again
	b.wantState(t, example.ID, domain.DiscrepancyAccepted)
	if n := must(b.desk.ExpireAcceptances(t.Context()))(t); n != 0 {
		t.Errorf("%d were reopened before the day", n)
	}
	b.clock.days(30)
	if n := must(b.desk.ExpireAcceptances(t.Context()))(t); n != 2 || len(b.queue(t)) != 2 {
		t.Errorf("%d were reopened, %d are open", n, len(b.queue(t)))
	}
	if now := must(b.store.Read().Acceptances.ByID(t.Context(), made.ID))(t); now.State != domain.AcceptanceExpired {
		t.Errorf("the acceptance is %s", now.State)
	}
	if counts := b.plantSays(t, "Screw", "Mutter", rightGTIN); counts.Raised != 0 || len(b.queue(t)) != 2 {
		t.Error("an acceptance that has expired still covers")
	}
	b.verify(t)
}

func TestAnAcceptanceOfOneDiscrepancyExpiresToo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw")
	must(b.desk.Decide(t.Context(), b.ana, steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbAccept, Reason: "for now", Until: "2026-03-04"}))(t)
	b.clock.days(2)
	if n := must(b.desk.ExpireAcceptances(t.Context()))(t); n != 1 {
		t.Errorf("%d were reopened", n)
	}
	b.wantState(t, found.ID, domain.DiscrepancyReopened)
}

func TestAnAcceptanceOfOneDiscrepancyIsEndedBeforeItsDay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw")
	end := func(by domain.Actor, version int, why string) error {
		return b.desk.EndOwnAcceptance(t.Context(), by, found.ID, version, why)
	}
	wantCode(t, end(b.ana, found.Version, "not accepted yet"), domain.CodeDiscrepancyState)
	accepted := must(b.desk.Decide(t.Context(), b.ana, steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbAccept, Reason: "for now", Until: "2026-04-01"}))(t).Discrepancy
	before := state(t, b.store)
	wantCode(t, end(b.carl, accepted.Version, "not mine"), domain.CodeDiscrepancyUnknown)
	wantCode(t, end(actor("rita", domain.Anywhere, domain.ActionRead), accepted.Version, "may not"), domain.CodeAccessDenied)
	wantCode(t, end(b.ana, found.Version, "as it was"), domain.CodeDiscrepancyStale)
	wantCode(t, end(b.ana, accepted.Version, "  "), domain.CodeReasonRequired)
	if state(t, b.store) != before {
		t.Error("what was refused changed something")
	}
	wantCode(t, end(b.petra, accepted.Version, "the names are unified now"), "")
	after := b.wantState(t, found.ID, domain.DiscrepancyReopened)
	if after.AcceptedUntil != "" || after.Note != "The acceptance was ended: the names are unified now" {
		t.Errorf("accepted until %q, note %q", after.AcceptedUntil, after.Note)
	}
	wantCode(t, end(b.ana, after.Version, "again"), domain.CodeDiscrepancyState)
	if b.renamed(t, "Screw").ID != found.ID { // the next run finds it where it is: in the queue
		t.Error("another discrepancy was opened")
	}
	b.verify(t)
}

func TestWhatIsAcceptedWithOthersIsNotEndedAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw")
	_, _, err := b.desk.AcceptScope(t.Context(), b.ana, steward.NewAcceptance{
		Scope: domain.AcceptPattern, Discrepancy: found.ID, Version: found.Version, Until: "2026-04-01", Reason: "known",
	})
	wantCode(t, err, "")
	covered := b.wantState(t, found.ID, domain.DiscrepancyAccepted)
	wantCode(t, b.desk.EndOwnAcceptance(t.Context(), b.ana, found.ID, covered.Version, "this one only"), domain.CodeAcceptanceWider)
	b.wantState(t, found.ID, domain.DiscrepancyAccepted)
}

func TestAnAcceptanceIsEndedBeforeItsDay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	example := b.renamed(t, "Screw")
	made, _, err := b.desk.AcceptScope(t.Context(), b.ana, steward.NewAcceptance{
		Scope: domain.AcceptRecord, Discrepancy: example.ID, Version: example.Version, Until: "2026-04-01", Reason: "known",
	})
	wantCode(t, err, "")
	end := func(by domain.Actor, why string) error {
		_, _, err := b.desk.EndAcceptance(t.Context(), by, made.ID, why)
		return err
	}
	wantCode(t, end(b.carl, "not mine"), domain.CodeAcceptanceUnknown)
	wantCode(t, end(actor("rita", domain.Anywhere, domain.ActionRead), "may not"), domain.CodeAccessDenied)
	wantCode(t, end(b.ana, ""), domain.CodeReasonRequired)
	wantCode(t, end(b.ana, "the names are unified now"), "")
	b.wantState(t, example.ID, domain.DiscrepancyReopened)
	wantCode(t, end(b.ana, "again"), domain.CodeStateMove)
}

func TestWrongAcceptancesAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw")
	right := steward.NewAcceptance{Scope: domain.AcceptPattern, Discrepancy: found.ID, Version: found.Version, Until: "2026-04-01", Reason: "known"}
	with := func(change func(*steward.NewAcceptance)) steward.NewAcceptance {
		wrong := right
		change(&wrong)
		return wrong
	}
	before := state(t, b.store)
	tests := map[string]struct {
		by     domain.Actor
		wanted steward.NewAcceptance
		want   string
	}{
		"of no scope":          {b.ana, with(func(a *steward.NewAcceptance) { a.Scope = "all" }), domain.CodeDecisionInvalid},
		"without a reason":     {b.ana, with(func(a *steward.NewAcceptance) { a.Reason = " " }), domain.CodeReasonRequired},
		"for ever":             {b.ana, with(func(a *steward.NewAcceptance) { a.Until = "" }), domain.CodeDateInvalid},
		"until yesterday":      {b.ana, with(func(a *steward.NewAcceptance) { a.Until = "2026-03-01" }), domain.CodeDateInvalid},
		"as it was":            {b.ana, with(func(a *steward.NewAcceptance) { a.Version = 9 }), domain.CodeDiscrepancyStale},
		"from another plant":   {b.carl, right, domain.CodeDiscrepancyUnknown},
		"by one who only sees": {actor("rita", domain.Anywhere, domain.ActionRead), right, domain.CodeAccessDenied},
	}
	for name, test := range tests {
		if _, _, err := b.desk.AcceptScope(t.Context(), test.by, test.wanted); domain.ErrorCode(err) != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
	if after := state(t, b.store); after != before {
		t.Error("what was refused changed something")
	}
}
