package steward_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// The systems of the tests: odoo-main is written, the plants' are only read.
const (
	odoo domain.SystemID = "odoo-main"
	mes  domain.SystemID = "mes-stu1"
	ber  domain.SystemID = "mes-ber2"
)

// clock moves on by a millisecond whenever somebody looks at it, and by days when a test says so.
type clock struct{ micros atomic.Int64 }

func (c *clock) now() time.Time { return time.UnixMicro(c.micros.Add(1000)) }

func (c *clock) advance(d time.Duration) { c.micros.Add(d.Microseconds()) }

func (c *clock) days(n int) { c.micros.Add(int64(n) * 24 * time.Hour.Microseconds()) }

// fields is what the tests' systems have and what of it can be written.
type fields struct{}

func (fields) Written(system domain.SourceSystem, _ domain.DomainName) []domain.AttributeID {
	if system.Kind != domain.SystemOdoo {
		return nil
	}
	return []domain.AttributeID{catalog.ItemCode, catalog.ItemName, catalog.ItemNetWeight, catalog.ItemGTIN, catalog.ItemTracking}
}

func (fields) Supplied(system domain.SourceSystem, _ domain.DomainName) []domain.AttributeID {
	all := catalog.ItemDefinition().IDs()
	if system.Kind == domain.SystemOdoo {
		return all
	}
	return slices.DeleteFunc(all, func(id domain.AttributeID) bool { return id == catalog.ItemCode })
}

// bundle is a desk over an empty store and the people who work at it.
type bundle struct {
	store   domain.Store
	clock   *clock
	desk    *steward.Desk
	catalog *catalog.Catalog
	// ana is a steward who may also configure and operate, bo approves, petra leads the plant STU1 and carl BER2.
	ana, bo, petra, carl domain.Actor
}

// lead leads one plant: what people may do at all, they may do there.
func lead(name string, plant domain.PlantID) domain.Actor {
	return actor(name, plant, domain.ActionRead, domain.ActionPropose, domain.ActionApprove, domain.ActionOperate, domain.ActionWorkOff)
}

func actor(name string, plant domain.PlantID, actions ...domain.Action) domain.Actor {
	a := domain.Actor{ID: domain.ActorID("user:" + name), Name: name, Kind: domain.ActorPerson}
	for _, action := range actions {
		a.Grants = append(a.Grants, domain.Grant{Action: action, Domain: domain.Anywhere, Plant: plant})
	}
	return a
}

// setup returns a desk over a store that knows two plants and three systems, with a plan for each.
func setup(t testing.TB) *bundle {
	t.Helper()
	return setupAt(t, storetest.SQLiteAddress(t))
}

// setupAt is setup over the empty database at an address.
func setupAt(t testing.TB, address string) *bundle {
	t.Helper()
	c := &clock{}
	c.micros.Store(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC).UnixMicro())
	s := must(store.Open(t.Context(), address, store.WithClock(c.now)))(t)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	b := &bundle{
		clock: c, store: s,
		ana: actor("ana", domain.Anywhere, domain.ActionRead, domain.ActionPropose, domain.ActionOperate, domain.ActionConfigure, domain.ActionAudit),
		bo:  actor("bo", domain.Anywhere, domain.ActionRead, domain.ActionPropose, domain.ActionApprove), petra: lead("petra", "STU1"), carl: lead("carl", "BER2"),
	}
	b.on(b.store)
	b.policy(t, steward.StrictPolicy())
	request, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, configuration(), "first systems")
	b.approve(t, must(request, err)(t))
	return b
}

// policy puts an approval policy, without asking anybody.
func (b *bundle) policy(t testing.TB, policy domain.ApprovalPolicy) {
	t.Helper()
	err := b.store.Write(t.Context(), domain.Change{Actor: "service:test", Reason: "policy"}, func(repos domain.Repos) error {
		present, _, err := repos.Policies.Current(t.Context())
		if err != nil {
			return err
		}
		policy.Version = present.Version + 1
		return repos.Policies.Put(t.Context(), policy)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// on lets the use cases of the bundle work on another store, such as a broken one.
func (b *bundle) on(s domain.Store) {
	b.desk = &steward.Desk{Store: s, Definitions: catalog.Definitions{}, Fields: fields{}}
	b.catalog = &catalog.Catalog{Store: s, Desk: b.desk}
}

func configuration() catalog.Configuration {
	plant := func(id domain.PlantID) domain.Plant {
		return domain.Plant{ID: id, Name: "Plant " + string(id), TimeZone: "Europe/Berlin", Currency: "EUR", State: domain.PlantLive}
	}
	plan := func(id string, system domain.SystemID) domain.Plan {
		return domain.Plan{ID: id, Name: id, Domain: catalog.Item, System: system}
	}
	return catalog.Configuration{
		Plants: []domain.Plant{plant("STU1"), plant("BER2")},
		Systems: []domain.SourceSystem{
			{ID: odoo, Name: "Odoo", Kind: domain.SystemOdoo, Codes: domain.CodeDatabaseID, Writable: true},
			{ID: mes, Name: "MES Stuttgart", Kind: domain.SystemSQL, Plant: "STU1"},
			{ID: ber, Name: "MES Berlin", Kind: domain.SystemSQL, Plant: "BER2"},
		},
		Plans: []domain.Plan{plan("odoo-items", odoo), plan("stu1-items", mes), plan("ber2-items", ber)},
	}
}

// must returns v, or ends the test with the error.
func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantCode(t testing.TB, err error, want string) {
	t.Helper()
	if got := domain.ErrorCode(err); got != want {
		t.Fatalf("got the code %q (%v), want %q", got, err, want)
	}
}

// approve approves a request as bo and wants it applied.
func (b *bundle) approve(t testing.TB, request domain.ChangeRequest) domain.ChangeRequest {
	t.Helper()
	applied := must(b.desk.Approve(t.Context(), b.bo, request.ID, request.Version))(t)
	if applied.State != domain.RequestApplied {
		t.Fatalf("the request is %s: %s", applied.State, applied.ClosedWhy)
	}
	return applied
}

// thing is the values of an item.
func thing(code, name, weight string) domain.Attributes {
	a := domain.Attributes{
		catalog.ItemName: domain.Translated{"en": name}, catalog.ItemBaseUnit: domain.Enum("H87"), catalog.ItemGTIN: domain.Code("4006381333931"),
		catalog.ItemTracking: domain.Enum("none"),
	}
	if code != "" {
		a[catalog.ItemCode] = domain.Code(code)
	}
	if weight != "" {
		quantity, err := domain.NewQuantity(weight, "KGM")
		if err != nil {
			panic(err)
		}
		a[catalog.ItemNetWeight] = quantity
	}
	return a
}

// row is a source record as a connector hands it over.
func row(code domain.Code, values domain.Attributes) domain.SourceRecord {
	return domain.SourceRecord{Code: code, Active: true, Attributes: values}
}

// bolt and nut are what odoo-main and the plants have where nothing differs.
func bolt() domain.Attributes { return thing("000123", "Bolt M8", "0.012") }
func nut() domain.Attributes  { return thing("000124", "Nut M8", "0.004") }

// local leaves out what the plants' systems do not have.
func local(values domain.Attributes) domain.Attributes {
	return values.With(domain.Attributes{catalog.ItemCode: nil})
}

// read takes a complete reading of a system in, as a run does, and returns the run.
func (b *bundle) read(t testing.TB, system domain.SystemID, rows ...domain.SourceRecord) domain.Run {
	t.Helper()
	run := domain.Run{ID: domain.NewID(), System: system, Domain: catalog.Item, Mode: domain.RunComplete, State: domain.RunComparing}
	for _, plan := range configuration().Plans {
		if plan.System == system {
			run.Plan = plan.ID
		}
	}
	err := b.store.Operate(t.Context(), func(ops domain.Ops) error {
		run.ReadAt = ops.Now
		slot, err := ops.Staging.Begin(t.Context(), run.ID)
		if err != nil {
			return err
		}
		staged := make([]domain.StagedRow, len(rows))
		for i, r := range rows {
			r.System, r.Domain, r.Key = system, catalog.Item, string(r.Code)
			r.Hash = r.ContentHash()
			staged[i] = domain.StagedRow{Record: r}
		}
		if _, err := ops.Staging.Stage(t.Context(), slot, staged); err != nil {
			return err
		}
		if _, err := ops.Staging.Merge(t.Context(), slot, system, catalog.Item, true, run.ReadAt); err != nil {
			return err
		}
		return ops.Staging.End(t.Context(), slot)
	})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// findings compares what a run has read with the golden records, as the Runner does.
func (b *bundle) findings(t testing.TB, run domain.Run) []domain.Finding {
	t.Helper()
	system := must(b.store.Read().Systems.ByID(t.Context(), run.System))(t)
	alignment := reconcile.Alignment{
		System: system, Definition: catalog.ItemDefinition(), Attributes: fields{}.Supplied(system, run.Domain),
		Day: domain.DateOf(run.ReadAt), ReadAt: run.ReadAt,
	}
	linked, _, err := b.store.Read().Sources.Linked(t.Context(), system, run.Domain, alignment.Day, domain.Page{Limit: 1000})
	var findings []domain.Finding
	for _, record := range must(linked, err)(t) {
		findings = append(findings, alignment.Linked(record)...)
	}
	expected, _, err := b.store.Read().Sources.Expected(t.Context(), system, run.Domain, alignment.Day, domain.Page{Limit: 1000})
	for _, record := range must(expected, err)(t) {
		if f, found := alignment.Expected(record); found {
			findings = append(findings, f)
		}
	}
	return findings
}

// judge puts what a run found into the queue and concludes it.
func (b *bundle) judge(t testing.TB, run domain.Run) domain.RunCounts {
	t.Helper()
	seen := map[string]bool{} // a record that is gone with several codes is missing once: a run proposes it so
	findings := slices.DeleteFunc(b.findings(t, run), func(f domain.Finding) bool {
		known := seen[f.Identity()]
		seen[f.Identity()] = true
		return known
	})
	counts := must(b.desk.Observe(t.Context(), run, findings))(t)
	concluded := must(b.desk.Conclude(t.Context(), run))(t)
	counts.Closed, counts.Verified = concluded.Closed, concluded.Verified
	return counts
}

// reconcile is a whole run.
func (b *bundle) reconcile(t testing.TB, system domain.SystemID, rows ...domain.SourceRecord) domain.RunCounts {
	t.Helper()
	return b.judge(t, b.read(t, system, rows...))
}

// load makes bolt and nut golden from odoo-main (codes 1 and 2), and maps them to the codes B-1 and N-1 of STU1.
func (b *bundle) load(t testing.TB) (boltID, nutID domain.ID) {
	t.Helper()
	b.reconcile(t, odoo, row("1", bolt()), row("2", nut()))
	load, err := b.catalog.ProposeLoad(t.Context(), b.ana, odoo, catalog.Item, "first load")
	b.approve(t, must(load.Request, err)(t))
	b.deliverAll(t)
	ids := map[domain.Code]domain.ID{}
	for _, code := range []domain.Code{"000123", "000124"} {
		ids[code] = must(b.store.Read().Records.ByCodes(t.Context(), catalog.Item, []string{string(code)}))(t)[string(code)].ID
	}
	b.mapTo(t, mes, "B-1", ids["000123"])
	b.mapTo(t, mes, "N-1", ids["000124"])
	b.reconcile(t, odoo, row("1", bolt()), row("2", nut()))
	b.reconcile(t, mes, row("B-1", local(bolt())), row("N-1", local(nut())))
	if open := b.queue(t); len(open) > 0 {
		t.Fatalf("after the load these are open: %+v", open)
	}
	return ids["000123"], ids["000124"]
}

// mapTo maps a code of a system to a record by an approved request.
func (b *bundle) mapTo(t testing.TB, system domain.SystemID, code domain.Code, record domain.ID) {
	t.Helper()
	s := must(b.store.Read().Systems.ByID(t.Context(), system))(t)
	items := []domain.ChangeItem{steward.MapCode(s, catalog.Item, code, record, string(code))}
	if s.Plant != "" {
		items = append(items, steward.UsePlant(s.Plant, catalog.Item, record, string(code)))
	}
	b.approve(t, b.propose(t, items...))
}

// propose proposes items as ana.
func (b *bundle) propose(t testing.TB, items ...domain.ChangeItem) domain.ChangeRequest {
	t.Helper()
	var request domain.ChangeRequest
	err := b.store.Write(t.Context(), domain.Change{Actor: b.ana.ID, Reason: "test"}, func(repos domain.Repos) (err error) {
		request, err = b.desk.Propose(t.Context(), repos, b.ana, domain.ChangeRequest{Kind: domain.RequestMappings, Domain: catalog.Item, Title: "test"}, items)
		return err
	})
	return must(request, err)(t)
}

// queue returns the discrepancies that wait for a decision.
func (b *bundle) queue(t testing.TB) []domain.Discrepancy {
	t.Helper()
	opened := must(b.desk.OpenQueue(t.Context(), b.ana, domain.DiscrepancyQuery{}))(t)
	return must(b.store.Read().Discrepancies.ByIDs(t.Context(), opened.Snapshot.IDs))(t)
}

// only returns the one discrepancy of the queue.
func (b *bundle) only(t testing.TB) domain.Discrepancy {
	t.Helper()
	open := b.queue(t)
	if len(open) != 1 {
		t.Fatalf("%d discrepancies are open: %+v", len(open), open)
	}
	return open[0]
}

func (b *bundle) discrepancy(t testing.TB, id domain.ID) domain.Discrepancy {
	t.Helper()
	return must(b.store.Read().Discrepancies.ByID(t.Context(), id))(t)
}

// wantState wants a discrepancy in a state and returns it.
func (b *bundle) wantState(t testing.TB, id domain.ID, want domain.DiscrepancyState) domain.Discrepancy {
	t.Helper()
	found := b.discrepancy(t, id)
	if found.State != want {
		t.Fatalf("the discrepancy is %s (%s), want %s", found.State, found.Note, want)
	}
	return found
}

// renamed lets STU1 call the bolt something else and returns the discrepancy of it.
func (b *bundle) renamed(t testing.TB, name string) domain.Discrepancy {
	t.Helper()
	b.reconcile(t, mes, row("B-1", local(bolt()).With(domain.Attributes{catalog.ItemName: domain.Translated{"en": name}})), row("N-1", local(nut())))
	return b.only(t)
}

// renamedInOdoo does the same in odoo-main.
func (b *bundle) renamedInOdoo(t testing.TB, name string) domain.Discrepancy {
	t.Helper()
	b.reconcile(t, odoo, row("1", bolt().With(domain.Attributes{catalog.ItemName: domain.Translated{"en": name}})), row("2", nut()))
	return b.only(t)
}

// decide decides as ana and returns the change request.
func (b *bundle) decide(t testing.TB, found domain.Discrepancy, verb steward.Verb) domain.ChangeRequest {
	t.Helper()
	return b.decideAs(t, b.ana, steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: verb})
}

func (b *bundle) decideAs(t testing.TB, by domain.Actor, decision steward.Decision) domain.ChangeRequest {
	t.Helper()
	decided := must(b.desk.Decide(t.Context(), by, decision))(t)
	return must(b.store.Read().Requests.ByID(t.Context(), decided.Request))(t)
}

func (b *bundle) items(t testing.TB, request domain.ChangeRequest) []domain.ChangeItem {
	t.Helper()
	return must(b.store.Read().Requests.Items(t.Context(), request.ID, 0, 0))(t)
}

// claim leases the deliveries that are due.
func (b *bundle) claim(t testing.TB) []domain.Delivery {
	t.Helper()
	var claimed []domain.Delivery
	err := b.store.Operate(t.Context(), func(ops domain.Ops) (err error) {
		claimed, err = ops.Deliveries.Claim(t.Context(), "worker", ops.Now.Add(time.Minute), 100)
		return err
	})
	return must(claimed, err)(t)
}

// claimOne leases the one delivery that is due.
func (b *bundle) claimOne(t testing.TB) domain.Delivery {
	t.Helper()
	claimed := b.claim(t)
	if len(claimed) != 1 {
		t.Fatalf("%d deliveries are due: %+v", len(claimed), claimed)
	}
	return claimed[0]
}

// deliverAll confirms every delivery that is due.
func (b *bundle) deliverAll(t testing.TB) {
	t.Helper()
	for _, delivery := range b.claim(t) {
		must(b.desk.RecordOutcome(t.Context(), delivery, domain.Outcome{Kind: domain.OutcomeConfirmed, Code: delivery.Order.Code}))(t)
	}
}

func (b *bundle) deliveries(t testing.TB, request domain.ChangeRequest) []domain.Delivery {
	t.Helper()
	found, _, err := b.store.Read().Deliveries.List(t.Context(), domain.DeliveryQuery{Request: request.ID, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 100}})
	return must(found, err)(t)
}

func (b *bundle) golden(t testing.TB, id domain.ID) domain.GoldenRecord {
	t.Helper()
	return must(b.store.Read().Records.ByID(t.Context(), id))(t)
}

// verify wants an unbroken audit trail.
func (b *bundle) verify(t testing.TB) {
	t.Helper()
	if proved := must(b.desk.VerifyAudit(t.Context()))(t); proved == 0 {
		t.Fatal("there is nothing in the audit trail")
	}
}

// state is everything governed, and the runs and imports, as text: two equal ones mean nothing has changed.
func state(t testing.TB, s domain.Store) string {
	t.Helper()
	ctx, reads, all := t.Context(), s.Read(), domain.Page{Limit: 1000}
	everywhere := domain.PlantScope{All: true}
	var text strings.Builder
	add := func(v any) { fmt.Fprintf(&text, "%+v\n", v) }
	records, _, err := reads.Records.List(ctx, domain.RecordQuery{Domain: catalog.Item, Page: all})
	for _, record := range must(records, err)(t) {
		add(string(record.Attributes.Encode()))
		add(must(reads.Records.Versions(ctx, record.ID))(t))
		add(must(reads.Uses.ByRecord(ctx, record.ID))(t))
	}
	mappings, _, err := reads.Mappings.List(ctx, domain.MappingQuery{Plants: everywhere, Page: all})
	add(must(mappings, err)(t))
	requests, _, err := reads.Requests.List(ctx, domain.RequestQuery{Plants: everywhere, Page: all})
	add(must(requests, err)(t))
	ids := must(reads.Discrepancies.IDs(ctx, domain.DiscrepancyQuery{Plants: everywhere}))(t)
	for _, id := range ids {
		add(must(reads.Discrepancies.ByID(ctx, id))(t))
	}
	deliveries, _, err := reads.Deliveries.List(ctx, domain.DeliveryQuery{Plants: everywhere, Page: all})
	add(must(deliveries, err)(t))
	runs, _, err := reads.Runs.List(ctx, "", all)
	add(must(runs, err)(t))
	for _, list := range []any{must(reads.Systems.List(ctx))(t), must(reads.Plants.List(ctx))(t), must(reads.Plans.List(ctx))(t)} {
		add(list)
	}
	entries, _, err := reads.Audit.Recent(ctx, all)
	add(must(entries, err)(t))
	return text.String()
}

// together runs functions at once and returns the codes of their errors.
func together(ctx context.Context, fns ...func(context.Context) error) []string {
	codes := make(chan string, len(fns))
	start := make(chan struct{})
	for _, fn := range fns {
		go func() {
			<-start
			codes <- domain.ErrorCode(fn(ctx))
		}()
	}
	close(start)
	var got []string
	for range fns {
		got = append(got, <-codes)
	}
	slices.Sort(got)
	return got
}
