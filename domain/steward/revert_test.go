package steward_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// governed is what is in force, as text: records in use, live mappings, plants' uses. History is not part of it.
func (b *bundle) governed(t testing.TB) string {
	t.Helper()
	ctx, reads := t.Context(), b.store.Read()
	var lines []string
	records, _, err := reads.Records.List(ctx, domain.RecordQuery{Domain: catalog.Item, Page: domain.Page{Limit: 1000}})
	for _, record := range must(records, err)(t) {
		if record.State == domain.RecordActive {
			lines = append(lines, fmt.Sprintf("record %s %s", record.ID, record.Attributes.Encode()))
		}
		for _, use := range must(reads.Uses.ByRecord(ctx, record.ID))(t) {
			if use.State != domain.UseNotUsed {
				lines = append(lines, fmt.Sprintf("use %s %s %s %v", use.Record, use.Plant, use.State, use.Validity))
			}
		}
	}
	mappings, _, err := reads.Mappings.List(ctx, domain.MappingQuery{Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000}})
	for _, m := range must(mappings, err)(t) {
		if m.Live() {
			lines = append(lines, fmt.Sprintf("mapping %s %s %s default %v", m.System, m.Code, m.Record, m.DefaultOut))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// revert takes an applied request back and approves that.
func (b *bundle) revert(t testing.TB, request domain.ChangeRequest) domain.ChangeRequest {
	t.Helper()
	now := must(b.store.Read().Requests.ByID(t.Context(), request.ID))(t)
	reversal := must(b.desk.Revert(t.Context(), b.ana, now.ID, now.Version, "it was wrong"))(t)
	if len(reversal.Moved) > 0 {
		t.Fatalf("left out: %+v", reversal.Moved)
	}
	return b.approve(t, reversal.Request)
}

func TestARevertedValueIsWrittenBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	before := b.governed(t)
	found := b.renamed(t, "Screw M8")
	request := b.decide(t, found, steward.VerbTakeSource)
	b.approve(t, request)
	b.deliverAll(t)
	applied := b.governed(t)
	back := b.revert(t, request)
	if now := b.governed(t); now != before {
		t.Errorf("governed is\n%s\ninstead of\n%s", now, before)
	}
	delivery := b.claimOne(t)
	if delivery.Order.Expect.Text(catalog.ItemName) != "Screw M8" || delivery.Order.Set.Text(catalog.ItemName) != "Bolt M8" || delivery.ApprovedBy != b.bo.ID {
		t.Errorf("written back is %+v", delivery.Order)
	}
	must(b.desk.RecordOutcome(t.Context(), delivery, domain.Outcome{Kind: domain.OutcomeConfirmed}))(t)
	b.wantState(t, found.ID, domain.DiscrepancyOpen)
	_, err := b.desk.Revert(t.Context(), b.ana, request.ID, request.Version+2, "again")
	wantCode(t, err, domain.CodeRequestState)
	b.revert(t, back)
	if now := b.governed(t); now != applied {
		t.Errorf("a reversal that is taken back leaves\n%s\ninstead of\n%s", now, applied)
	}
	b.verify(t)
}

func TestADeliveryThatIsNotMadeYetIsGivenUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	request := b.decide(t, b.renamed(t, "Screw M8"), steward.VerbTakeSource)
	b.approve(t, request)
	b.revert(t, request)
	if due := b.claim(t); len(due) != 0 {
		t.Errorf("still due are %+v", due)
	}
	if made := b.deliveries(t, request); len(made) != 1 || made[0].State != domain.DeliverySkipped {
		t.Errorf("deliveries %+v", made)
	}
}

func TestADeliveryMadeBetweenProposalAndApprovalOfItsReversal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	request := b.decide(t, b.renamed(t, "Screw M8"), steward.VerbTakeSource)
	applied := b.approve(t, request)
	reversal := must(b.desk.Revert(t.Context(), b.ana, applied.ID, applied.Version, "wrong"))(t)
	b.deliverAll(t)
	failed := must(b.desk.Approve(t.Context(), b.bo, reversal.Request.ID, reversal.Request.Version))(t)
	if failed.State != domain.RequestFailed || b.golden(t, boltID).Version != 2 {
		t.Errorf("the reversal is %s", failed.State)
	}
	b.revert(t, request)
}

func TestWhatCannotBeTakenBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	request := b.decide(t, b.renamed(t, "Screw M8"), steward.VerbTakeSource)
	revert := func(by domain.Actor, version int, why string) error {
		return second(b.desk.Revert(t.Context(), by, request.ID, version, why))
	}
	wantCode(t, revert(b.ana, 1, "early"), domain.CodeRequestState)
	applied := b.approve(t, request)
	wantCode(t, revert(b.ana, 1, "stale"), domain.CodeRequestStale)
	wantCode(t, revert(b.ana, applied.Version, " "), domain.CodeReasonRequired)
	wantCode(t, revert(actor("rita", domain.Anywhere, domain.ActionRead), applied.Version, "may not"), domain.CodeAccessDenied)
	b.claim(t)
	wantCode(t, revert(b.ana, applied.Version, "it is being written"), domain.CodeRequestNoReturn)
	b.clock.days(1)
	b.deliverAll(t)
	b.approve(t, b.proposed(t, b.ana, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: catalog.Item}, domain.ChangeItem{
		Action: domain.ItemUpdateRecord, Domain: catalog.Item, Label: "bolt", Record: boltID, BaseVersion: 2, Set: domain.Attributes{catalog.ItemName: domain.Translated{"en": "Rivet"}},
	}))
	wantCode(t, revert(b.ana, applied.Version, "its value moved"), domain.CodeRequestNoReturn)
	configured, _, err := b.store.Read().Requests.List(t.Context(), domain.RequestQuery{Kind: domain.RequestConfiguration, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1}})
	first := must(configured, err)(t)[0]
	_, err = b.desk.Revert(t.Context(), b.ana, first.ID, first.Version, "configuration")
	wantCode(t, err, domain.CodeRequestNoReturn)
}

func TestAMovedRecordIsLeftOutOfAReversal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, nutID := b.load(t)
	made := must(b.desk.DecideBatch(t.Context(), b.ana, steward.Batch{Snapshot: b.bothRenamed(t), Verb: steward.VerbTakeSource}))(t)
	applied := b.approve(t, made.Request)
	b.deliverAll(t)
	b.approve(t, b.proposed(t, b.ana, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: catalog.Item}, domain.ChangeItem{
		Action: domain.ItemUpdateRecord, Domain: catalog.Item, Label: "nut", Record: nutID, BaseVersion: 2, Set: domain.Attributes{catalog.ItemName: domain.Translated{"en": "Nuss"}},
	}))
	reversal := must(b.desk.Revert(t.Context(), b.ana, applied.ID, applied.Version, "wrong"))(t)
	if len(reversal.Moved) != 1 || reversal.Moved[0].Record != nutID || reversal.Moved[0].Why == "" {
		t.Fatalf("moved are %+v", reversal.Moved)
	}
	b.approve(t, reversal.Request)
	if b.golden(t, boltID).Attributes.Text(catalog.ItemName) != "Bolt M8" || b.golden(t, nutID).Attributes.Text(catalog.ItemName) != "Nuss" {
		t.Error("the wrong record was taken back")
	}
}

func TestACreatedRecordIsRetiredWithAllThatCameWithIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	before := b.governed(t)
	b.reconcile(t, mes, row("B-1", local(bolt())), row("N-1", local(nut())), row("W-1", local(thing("", "Washer", "0.001"))))
	found := b.only(t)
	request := b.decideAs(t, b.ana, steward.Decision{
		Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbCreate, Values: domain.Attributes{catalog.ItemCode: domain.Code("000777")},
	})
	b.approve(t, request)
	delivery := b.claimOne(t)
	must(b.desk.RecordOutcome(t.Context(), delivery, domain.Outcome{Kind: domain.OutcomeConfirmed, Code: "77"}))(t)
	applied := b.governed(t)
	back := b.revert(t, request)
	if now := b.governed(t); now != before {
		t.Errorf("governed is\n%s\ninstead of\n%s", now, before)
	}
	archive := b.claimOne(t)
	if archive.Order.Kind != domain.DeliverArchive || archive.Order.Code != "77" || archive.Order.System != odoo {
		t.Errorf("the ERP gets %+v", archive.Order)
	}
	must(b.desk.RecordOutcome(t.Context(), archive, domain.Outcome{Kind: domain.OutcomeConfirmed}))(t)
	b.revert(t, back)
	if now := b.governed(t); now != applied {
		t.Errorf("brought back it is\n%s\ninstead of\n%s", now, applied)
	}
	if restore := b.claimOne(t); restore.Order.Kind != domain.DeliverRestore {
		t.Errorf("the ERP gets %+v", restore.Order)
	}
	b.verify(t)
}

// TestApplyThenRevertRestoresWhatWasGoverned applies any changes to any records, in one request, with or without their
// deliveries, and takes them back.
func TestApplyThenRevertRestoresWhatWasGoverned(t *testing.T) {
	t.Parallel()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set(checks); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		b := setup(t)
		boltID, nutID := b.load(t)
		before := b.governed(t)
		items := b.anyItems(t, rt, map[domain.ID]domain.Attributes{boltID: bolt(), nutID: nut()})
		request := b.proposed(t, b.ana, domain.ChangeRequest{
			Kind: domain.RequestDecision, Domain: catalog.Item, Title: "anything", Batch: rapid.Bool().Draw(rt, "batch"),
		}, items...)
		b.approve(t, request)
		changed := b.governed(t)
		if rapid.Bool().Draw(rt, "delivered") {
			b.deliverAll(t)
		}
		first := b.revert(t, request)
		if now := b.governed(t); now != before {
			rt.Fatalf("taken back it is\n%s\ninstead of\n%s", now, before)
		}
		b.revert(t, first)
		if now := b.governed(t); now != changed {
			rt.Fatalf("taken back twice it is\n%s\ninstead of\n%s", now, changed)
		}
		if _, err := b.desk.VerifyAudit(t.Context()); err != nil {
			rt.Fatalf("the audit trail: %v", err)
		}
	})
}

// anyItems draws changes that can stand in one request: of each record at most one update.
func (b *bundle) anyItems(t testing.TB, rt *rapid.T, records map[domain.ID]domain.Attributes) []domain.ChangeItem {
	t.Helper()
	var items []domain.ChangeItem
	ids := make([]domain.ID, 0, len(records))
	for id := range records {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y domain.ID) int { return strings.Compare(x.String(), y.String()) })
	for n, id := range ids {
		values := records[id]
		if rapid.Bool().Draw(rt, "rename") {
			set := domain.Attributes{catalog.ItemName: domain.Translated{"en": rapid.SampledFrom([]string{"Screw", "Rivet"}).Draw(rt, "name")}}
			item := domain.ChangeItem{Action: domain.ItemUpdateRecord, Domain: catalog.Item, Label: "x", Record: id, BaseVersion: b.golden(t, id).Version, Set: set}
			if rapid.Bool().Draw(rt, "clear") {
				item.Clear = []domain.AttributeID{catalog.ItemNetWeight}
			}
			item.Before = values.Only(item.Touched())
			items = append(items, item, domain.ChangeItem{Action: domain.ItemWriteSystem, Domain: catalog.Item, Label: "x", Record: id, Delivery: &domain.DeliveryOrder{
				System: odoo, Domain: catalog.Item, Record: id, Kind: domain.DeliverUpdate, Code: domain.Code(fmt.Sprint(n + 1)),
				Expect: values.Only([]domain.AttributeID{catalog.ItemName}), Set: set,
			}})
		}
		for i := range rapid.IntRange(0, 2).Draw(rt, "codes") {
			system := must(b.store.Read().Systems.ByID(t.Context(), rapid.SampledFrom([]domain.SystemID{mes, ber}).Draw(rt, "system")))(t)
			items = append(items, steward.MapCode(system, catalog.Item, domain.Code(fmt.Sprintf("new-%d-%d", n, i)), id, "x"),
				steward.UsePlant(system.Plant, catalog.Item, id, "x"))
		}
		if rapid.Bool().Draw(rt, "end") {
			live := must(b.store.Read().Mappings.ByRecords(t.Context(), mes, []domain.ID{id}))(t)
			items = append(items, domain.ChangeItem{Action: domain.ItemEndMapping, Domain: catalog.Item, Label: "x", Record: id, Mapping: &live[0]})
		}
	}
	if rapid.Bool().Draw(rt, "create") || len(items) == 0 {
		items = append(items, domain.ChangeItem{Action: domain.ItemCreateRecord, Domain: catalog.Item, Label: "washer", Record: domain.NewID(), Set: thing("000777", "Washer", "")})
	}
	return items
}
