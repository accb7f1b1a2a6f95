package steward_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// brought brings about the one discrepancy of a class and returns it.
func brought(t *testing.T, b *bundle, class domain.Class) domain.Discrepancy {
	t.Helper()
	_, nutID := b.load(t)
	switch class {
	case domain.ClassValue:
		return b.renamed(t, "Screw M8")
	case domain.ClassDeleted:
		b.reconcile(t, mes, row("B-1", local(bolt())))
	case domain.ClassMissing:
		b.mapTo(t, ber, "N-9", nutID)
		b.reconcile(t, ber)
	case domain.ClassArchived:
		archived := row("N-1", local(nut()))
		archived.Active = false
		b.reconcile(t, mes, row("B-1", local(bolt())), archived)
	case domain.ClassUnexpected:
		b.use(t, "STU1", nutID, domain.UseNotUsed)
		b.reconcile(t, mes, row("B-1", local(bolt())), row("N-1", local(nut())))
	case domain.ClassUnmapped:
		b.reconcile(t, mes, row("B-1", local(bolt())), row("N-1", local(nut())), row("W-7", local(thing("", "Washer M8", "0.002"))))
	case domain.ClassDuplicateCode:
		b.reconcile(t, mes, row("B-1", local(bolt())), row("N-1", local(nut())), row("N-1", local(bolt())))
	case domain.ClassStructure:
		finding := domain.Finding{Domain: catalog.Item, Record: nutID, System: mes, Plant: "STU1", Class: class, Code: "N-1", GoldenVersion: 1}
		must(b.desk.Observe(t.Context(), domain.Run{ID: domain.NewID(), System: mes, Domain: catalog.Item}, []domain.Finding{finding}))(t)
	}
	return b.only(t)
}

// use declares how a plant uses a record.
func (b *bundle) use(t testing.TB, plant domain.PlantID, record domain.ID, state domain.UseState) {
	t.Helper()
	item := steward.UsePlant(plant, catalog.Item, record, "use")
	item.Use.State = state
	b.approve(t, b.propose(t, item))
}

func TestEachVerbFitsItsClasses(t *testing.T) {
	t.Parallel()
	fitting := map[domain.Class][]steward.Verb{
		domain.ClassValue:         {steward.VerbTakeSource, steward.VerbKeepGolden},
		domain.ClassMissing:       {steward.VerbKeepGolden},
		domain.ClassDeleted:       {steward.VerbKeepGolden},
		domain.ClassArchived:      {steward.VerbKeepGolden},
		domain.ClassUnexpected:    {steward.VerbKeepGolden},
		domain.ClassDuplicateCode: {steward.VerbKeepGolden},
		domain.ClassUnmapped:      {steward.VerbMap, steward.VerbCreate},
		domain.ClassStructure:     {},
	}
	for _, class := range domain.Classes() {
		t.Run(string(class), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			found := brought(t, b, class)
			if found.Finding.Class != class {
				t.Fatalf("brought about %s instead", found.Finding.Class)
			}
			fits := fitting[class]
			for _, verb := range []steward.Verb{steward.VerbTakeSource, steward.VerbKeepGolden, steward.VerbMap, steward.VerbCreate, "dance", ""} {
				wanted := domain.CodeDecisionInvalid
				for _, f := range fits {
					if f == verb {
						wanted = ""
					}
				}
				if verb == steward.VerbKeepGolden && class == domain.ClassUnmapped && wanted == "" {
					t.Fatal("an unmapped code has no golden record to keep")
				}
				present := b.discrepancy(t, found.ID)
				decision := steward.Decision{
					Discrepancy: found.ID, Version: present.Version, Verb: verb, Record: b.anyRecord(t), Values: domain.Attributes{catalog.ItemCode: domain.Code("000777")},
				}
				decided, err := b.desk.Decide(t.Context(), b.ana, decision)
				if got := domain.ErrorCode(err); got != wanted {
					t.Fatalf("%q on %s: %q (%v), want %q", verb, class, got, err, wanted)
				}
				if err != nil {
					continue
				}
				if decided.Discrepancy.State != domain.DiscrepancyChangeRequested || decided.Discrepancy.ChangeRequest != decided.Request {
					t.Fatalf("%q: %+v", verb, decided.Discrepancy)
				}
				must(b.desk.Withdraw(t.Context(), b.ana, decided.Request, 1, "next verb"))(t)
			}
			accepted := must(b.desk.Decide(t.Context(), b.ana, steward.Decision{
				Discrepancy: found.ID, Version: b.discrepancy(t, found.ID).Version, Verb: steward.VerbAccept, Reason: "known", Until: "2026-12-31",
			}))(t)
			if accepted.Discrepancy.State != domain.DiscrepancyAccepted || !accepted.Request.IsZero() {
				t.Errorf("accepted: %+v", accepted)
			}
			b.verify(t)
		})
	}
}

func (b *bundle) anyRecord(t testing.TB) domain.ID {
	t.Helper()
	return must(b.store.Read().Records.ByCodes(t.Context(), catalog.Item, []string{"000123"}))(t)["000123"].ID
}

func TestOptionsSayWhatDecidingWouldDo(t *testing.T) {
	t.Parallel()
	for _, class := range domain.Classes() {
		t.Run(string(class), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			found := brought(t, b, class)
			opened := must(b.desk.Case(t.Context(), b.ana, found.ID))(t)
			for _, option := range opened.Options {
				decision := steward.Decision{
					Discrepancy: found.ID, Version: b.discrepancy(t, found.ID).Version, Verb: option.Verb,
					Record: b.anyRecord(t), Reason: "known", Until: "2026-12-31",
				}
				decided, err := b.desk.Decide(t.Context(), b.ana, decision)
				if (option.Why == "") != (err == nil) || (option.Why == "") == (option.Effect == "") {
					t.Errorf("%s offers %+v, but deciding gives %v", class, option, err)
				}
				if err == nil && !decided.Request.IsZero() {
					must(b.desk.Withdraw(t.Context(), b.ana, decided.Request, 1, "next"))(t)
				}
			}
			if len(opened.Options) < 2 {
				t.Errorf("only these options: %+v", opened.Options)
			}
		})
	}
}

func TestADecisionComesTooLateOrFromTheWrongPerson(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw M8")
	reader := actor("rita", domain.Anywhere, domain.ActionRead)
	keep := steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbKeepGolden}
	tests := map[string]struct {
		by       domain.Actor
		change   func(*steward.Decision)
		wantCode string
	}{
		"on an older version":            {by: b.ana, change: func(d *steward.Decision) { d.Version-- }, wantCode: domain.CodeDiscrepancyStale},
		"on nothing":                     {by: b.ana, change: func(d *steward.Decision) { d.Discrepancy = domain.NewID() }, wantCode: domain.CodeDiscrepancyUnknown},
		"by the lead of another plant":   {by: b.carl, wantCode: domain.CodeDiscrepancyUnknown},
		"by somebody who may only read":  {by: reader, wantCode: domain.CodeAccessDenied},
		"for all plants by a plant lead": {by: b.petra, change: func(d *steward.Decision) { d.Verb = steward.VerbTakeSource }, wantCode: domain.CodeAccessDenied},
		"acceptance without a reason":    {by: b.ana, change: func(d *steward.Decision) { d.Verb, d.Until = steward.VerbAccept, "2026-12-31" }, wantCode: domain.CodeReasonRequired},
		"acceptance without an end":      {by: b.ana, change: func(d *steward.Decision) { d.Verb, d.Reason = steward.VerbAccept, "known" }, wantCode: domain.CodeDateInvalid},
		"acceptance that ended before it began": {by: b.ana, wantCode: domain.CodeDateInvalid,
			change: func(d *steward.Decision) { d.Verb, d.Reason, d.Until = steward.VerbAccept, "known", "2026-03-02" }},
	}
	before := state(t, b.store)
	for name, test := range tests {
		decision := keep
		if test.change != nil {
			test.change(&decision)
		}
		if _, err := b.desk.Decide(t.Context(), test.by, decision); domain.ErrorCode(err) != test.wantCode {
			t.Errorf("%s: %v, want %s", name, err, test.wantCode)
		}
	}
	if after := state(t, b.store); after != before {
		t.Errorf("refused decisions changed something:\n%s\n%s", before, after)
	}
	b.decideAs(t, b.petra, keep) // for her own plant the lead may
	_, err := b.desk.Decide(t.Context(), b.ana, steward.Decision{Discrepancy: found.ID, Version: found.Version + 1, Verb: steward.VerbKeepGolden})
	wantCode(t, err, domain.CodeDiscrepancyState)
}

func TestOptionsTellAPlantLeadWhatConcernsAllPlants(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Screw M8")
	for _, option := range must(b.desk.Case(t.Context(), b.petra, found.ID))(t).Options {
		if refused := option.Verb == steward.VerbTakeSource; refused != (option.Why != "") {
			t.Errorf("the plant lead is offered %+v", option)
		}
	}
}
