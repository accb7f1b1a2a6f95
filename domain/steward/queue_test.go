package steward_test

import (
	"slices"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// differing lets both plants and odoo-main differ in the bolt, each in another attribute.
func (b *bundle) differing(t testing.TB) {
	t.Helper()
	b.load(t)
	b.mapTo(t, ber, "B-9", b.anyRecord(t))
	b.reconcile(t, mes, screw()...)
	b.reconcile(t, ber, row("B-9", local(bolt()).With(domain.Attributes{catalog.ItemGTIN: domain.Code("4006381333948")})))
	b.reconcile(t, odoo, row("1", bolt().With(domain.Attributes{catalog.ItemTracking: domain.Enum("lot")})), row("2", nut()))
}

func systemsOf(rows []domain.Discrepancy) []domain.SystemID {
	var systems []domain.SystemID
	for _, found := range rows {
		systems = append(systems, found.Finding.System)
	}
	return systems
}

func TestTheQueueShowsWhatOneMaySee(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.differing(t)
	tests := map[string]struct {
		by   domain.Actor
		q    domain.DiscrepancyQuery
		want []domain.SystemID
	}{
		"everything, oldest first":         {by: b.ana, want: []domain.SystemID{mes, ber, odoo}},
		"one system's":                     {by: b.ana, q: domain.DiscrepancyQuery{System: ber}, want: []domain.SystemID{ber}},
		"one plant's":                      {by: b.ana, q: domain.DiscrepancyQuery{Plants: domain.PlantScope{Plants: []domain.PlantID{"STU1"}}}, want: []domain.SystemID{mes}},
		"a plant lead's own":               {by: b.petra, want: []domain.SystemID{mes}},
		"another plant's, by a plant lead": {by: b.petra, q: domain.DiscrepancyQuery{Plants: domain.PlantScope{Plants: []domain.PlantID{"BER2"}}}},
		"by state":                         {by: b.ana, q: domain.DiscrepancyQuery{States: []domain.DiscrepancyState{domain.DiscrepancyVerified}}},
	}
	for name, test := range tests {
		queue := must(b.desk.OpenQueue(t.Context(), test.by, test.q))(t)
		rows, total, err := b.desk.QueueRows(t.Context(), test.by, queue.Snapshot.ID, 0, 10)
		if err != nil || total != len(test.want) || !slices.Equal(systemsOf(rows), test.want) || len(queue.Patterns) != len(test.want) {
			t.Errorf("%s: %v of %d, patterns %v, %v", name, systemsOf(rows), total, queue.Patterns, err)
		}
	}
	_, err := b.desk.OpenQueue(t.Context(), domain.ServiceActor("nobody"), domain.DiscrepancyQuery{})
	wantCode(t, err, domain.CodeAccessDenied)
}

func TestASnapshotKeepsItsOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.differing(t)
	queue := must(b.desk.OpenQueue(t.Context(), b.ana, domain.DiscrepancyQuery{}))(t)
	first, _, err := b.desk.QueueRows(t.Context(), b.ana, queue.Snapshot.ID, 0, 1)
	b.decide(t, must(first, err)(t)[0], steward.VerbKeepGolden)
	rows, total, err := b.desk.QueueRows(t.Context(), b.ana, queue.Snapshot.ID, 0, 2)
	if err != nil || total != 3 || !slices.Equal(systemsOf(rows), []domain.SystemID{mes, ber}) || rows[0].State != domain.DiscrepancyChangeRequested {
		t.Errorf("%v of %d: %+v", err, total, rows)
	}
	_, _, err = b.desk.QueueRows(t.Context(), b.bo, queue.Snapshot.ID, 0, 1)
	wantCode(t, err, domain.CodeSnapshotUnknown)
	b.clock.micros.Add(time.Hour.Microseconds())
	_, _, err = b.desk.QueueRows(t.Context(), b.ana, queue.Snapshot.ID, 0, 1)
	wantCode(t, err, domain.CodeSnapshotUnknown)
}

func TestACaseTellsWhatOthersSay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.differing(t)
	var inPlant domain.Discrepancy
	for _, found := range b.queue(t) {
		if found.Finding.System == mes {
			inPlant = found
		}
	}
	others := func(by domain.Actor) []domain.SystemID {
		opened := must(b.desk.Case(t.Context(), by, inPlant.ID))(t)
		if opened.Record == nil || opened.Source == nil || opened.System.ID != mes || opened.Definition.Domain != catalog.Item {
			t.Fatalf("the case is %+v", opened)
		}
		var systems []domain.SystemID
		for _, other := range opened.Others {
			if other.Value.Display() != "Bolt M8" {
				t.Errorf("%s says %s", other.System.ID, other.Value.Display())
			}
			systems = append(systems, other.System.ID)
		}
		slices.Sort(systems)
		return systems
	}
	if got := others(b.ana); !slices.Equal(got, []domain.SystemID{ber, odoo}) {
		t.Errorf("ana hears %v", got)
	}
	if got := others(b.petra); !slices.Equal(got, []domain.SystemID{odoo}) {
		t.Errorf("the lead of STU1 hears %v", got)
	}
	_, err := b.desk.Case(t.Context(), b.carl, inPlant.ID)
	wantCode(t, err, domain.CodeDiscrepancyUnknown)
	b.approve(t, b.decide(t, inPlant, steward.VerbTakeSource))
	if got := must(b.desk.Case(t.Context(), b.ana, inPlant.ID))(t).Deliveries; len(got) != 2 {
		t.Errorf("ana sees the deliveries %+v", got)
	}
	if got := must(b.desk.Case(t.Context(), b.petra, inPlant.ID))(t).Deliveries; len(got) != 1 || got[0].Order.System != odoo {
		t.Errorf("the lead of STU1 sees the deliveries %+v", got)
	}
}

func TestCandidatesOfAnUnmappedCode(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		code   domain.Code
		values domain.Attributes
		want   domain.Code // "" is nobody
	}{
		"the same code":             {code: "000123", values: thing("", "?", ""), want: "000123"},
		"a code without its zeros":  {code: "123", values: thing("", "?", ""), want: "000123"},
		"a code with some of them":  {code: "00124", values: thing("", "?", ""), want: "000124"},
		"the same name":             {code: "Z", values: thing("", "nut m8", ""), want: "000124"},
		"a longer word of the name": {code: "Z", values: thing("", "M8 Bolt hex", ""), want: "000123"},
		"nothing alike":             {code: "Z", values: thing("", "Gearbox", "")},
		"a code with more zeros":    {code: "000000123", values: thing("", "?", "")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.load(t)
			b.reconcile(t, mes, append(agreeing(), row(test.code, local(test.values)))...)
			opened := must(b.desk.Case(t.Context(), b.ana, b.only(t).ID))(t)
			var got []string
			for _, record := range opened.Candidates {
				got = append(got, record.Attributes.Text(catalog.ItemCode))
			}
			if want := string(test.want); (want == "") != (len(got) == 0) || (want != "" && got[0] != want) {
				t.Errorf("the candidates are %v, want %q", got, want)
			}
		})
	}
}

func TestListsShowWhatOneMaySee(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.differing(t)
	for _, found := range b.queue(t) {
		b.approve(t, b.decide(t, found, steward.VerbKeepGolden))
	}
	page := domain.Page{Limit: 100}
	nobody := domain.ServiceActor("nobody")
	workList := func(by domain.Actor, plant domain.PlantID) ([]domain.PlantID, string) {
		entries, _, err := b.desk.WorkList(t.Context(), by, steward.WorkQuery{Plant: plant, Page: page})
		var plants []domain.PlantID
		for _, entry := range entries {
			plants = append(plants, entry.Plant)
		}
		slices.Sort(plants)
		return plants, domain.ErrorCode(err)
	}
	for name, test := range map[string]struct {
		by       domain.Actor
		plant    domain.PlantID
		want     []domain.PlantID
		wantCode string
	}{
		"a lead's own":             {by: b.petra, want: []domain.PlantID{"STU1"}},
		"a lead's own by name":     {by: b.petra, plant: "STU1", want: []domain.PlantID{"STU1"}},
		"another lead's":           {by: b.petra, plant: "BER2", wantCode: domain.CodePlantUnknown},
		"all":                      {by: b.ana, want: []domain.PlantID{"BER2", "STU1"}},
		"one of all":               {by: b.ana, plant: "BER2", want: []domain.PlantID{"BER2"}},
		"by one who works nowhere": {by: nobody, wantCode: domain.CodeAccessDenied},
	} {
		if got, code := workList(test.by, test.plant); !slices.Equal(got, test.want) || code != test.wantCode {
			t.Errorf("work list, %s: %v %s", name, got, code)
		}
	}
	deliveries, _, err := b.desk.Deliveries(t.Context(), b.petra, domain.DeliveryQuery{Page: page})
	if err != nil || len(deliveries) != 1 || deliveries[0].Plant != "STU1" {
		t.Errorf("petra sees the deliveries %+v, %v", deliveries, err)
	}
	if counts := must(b.desk.DeliveryCounts(t.Context(), b.petra))(t); len(counts) != 1 || counts[mes][domain.DeliveryWorklisted] != 1 {
		t.Errorf("petra counts %v", counts)
	}
	requests, _, err := b.desk.Requests(t.Context(), b.petra, domain.RequestQuery{Page: page})
	for _, v := range must(requests, err)(t) {
		if v.Request.Plant == "BER2" {
			t.Errorf("petra sees %+v", v.Request)
		}
	}
	if len(requests) == 0 {
		t.Error("petra sees no request at all")
	}
	for name, err := range map[string]error{
		"deliveries": third(b.desk.Deliveries(t.Context(), nobody, domain.DeliveryQuery{Page: page})),
		"requests":   third(b.desk.Requests(t.Context(), nobody, domain.RequestQuery{Page: page})),
		"runs":       third(b.desk.Runs(t.Context(), nobody, "", page)),
		"counts":     second(b.desk.DeliveryCounts(t.Context(), nobody)),
		"audit":      third(b.desk.AuditTrail(t.Context(), b.bo, page)),
	} {
		if domain.ErrorCode(err) != domain.CodeAccessDenied {
			t.Errorf("%s by somebody without the right: %v", name, err)
		}
	}
	if entries, _, err := b.desk.AuditTrail(t.Context(), b.ana, page); err != nil || len(entries) == 0 {
		t.Errorf("the audit trail: %v, %v", entries, err)
	}
}

func third[A, B any](_ A, _ B, err error) error { return err }

func TestRuns(t *testing.T) {
	t.Parallel()
	b := setup(t)
	start := func(by domain.Actor, plan string) (domain.Run, error) {
		return b.desk.StartRun(t.Context(), by, plan, domain.RunComplete)
	}
	run := must(start(b.petra, "stu1-items"))(t)
	if run.State != domain.RunQueued || run.System != mes || run.StartedBy != b.petra.ID || run.CreatedAt == 0 {
		t.Errorf("the run is %+v", run)
	}
	for name, test := range map[string]struct {
		err      error
		wantCode string
	}{
		"started while one is active":       {second(start(b.ana, "stu1-items")), domain.CodeRunActive},
		"of a plan that there is not":       {second(start(b.ana, "moon")), domain.CodePlanUnknown},
		"of another plant":                  {second(start(b.carl, "stu1-items")), domain.CodePlanUnknown},
		"of all plants by a lead":           {second(start(b.petra, "odoo-items")), domain.CodeAccessDenied},
		"by one who may not operate":        {second(start(b.bo, "odoo-items")), domain.CodeAccessDenied},
		"looked at from another plant":      {second(b.desk.Run(t.Context(), b.carl, run.ID)), domain.CodeRunUnknown},
		"its rows from another plant":       {second(b.desk.Quarantined(t.Context(), b.carl, run.ID, 0, 10)), domain.CodeRunUnknown},
		"cancelled from another plant":      {second(b.desk.CancelRun(t.Context(), b.carl, run.ID)), domain.CodeRunUnknown},
		"cancelled by one who may only see": {second(b.desk.CancelRun(t.Context(), b.bo, run.ID)), domain.CodeAccessDenied},
		"released though it is not held":    {second(b.desk.ReleaseRun(t.Context(), b.petra, run.ID)), domain.CodeStateMove},
	} {
		if got := domain.ErrorCode(test.err); got != test.wantCode {
			t.Errorf("a run %s: %v, want %s", name, test.err, test.wantCode)
		}
	}
	b.hold(t, run)
	released := must(b.desk.ReleaseRun(t.Context(), b.petra, run.ID))(t)
	if released.State != domain.RunComparing || released.Code != "" {
		t.Errorf("released: %+v", released)
	}
	cancelled := must(b.desk.CancelRun(t.Context(), b.petra, run.ID))(t)
	if cancelled.State != domain.RunCancelled || cancelled.FinishedAt == 0 {
		t.Errorf("cancelled: %+v", cancelled)
	}
	wantCode(t, second(b.desk.CancelRun(t.Context(), b.petra, run.ID)), domain.CodeStateMove)
	must(start(b.ana, "stu1-items"))(t)
	must(start(b.ana, "odoo-items"))(t)
	seen, _, err := b.desk.Runs(t.Context(), b.petra, "", domain.Page{Limit: 10})
	if err != nil || len(seen) != 2 {
		t.Errorf("petra sees %d runs, %v", len(seen), err)
	}
	if rows := must(b.desk.Quarantined(t.Context(), b.petra, run.ID, 0, 10))(t); len(rows) != 0 {
		t.Errorf("quarantined: %v", rows)
	}
}

// hold lets a queued run be held for its drop in rows.
func (b *bundle) hold(t testing.TB, run domain.Run) {
	t.Helper()
	err := b.store.Operate(t.Context(), func(ops domain.Ops) error {
		for _, to := range []domain.RunState{domain.RunReading, domain.RunHeld} {
			read, err := ops.Runs.ByID(t.Context(), run.ID)
			if err != nil {
				return err
			}
			moved, err := read.Ended(to, domain.CodeRunHeld, "a drop", 0)
			if err != nil {
				return err
			}
			if err := ops.Runs.Save(t.Context(), moved, read.Version); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
