package catalog_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

const (
	ber  domain.SystemID = "mes-ber2"
	gtin domain.Code     = "4006381333931"
)

// wishing is a catalog over a store with two plants, Odoo, and a pattern of codes; petra leads STU1 and carl BER2.
func wishing(t testing.TB, s domain.Store) *bundle {
	t.Helper()
	b := setup(t)
	b.store = s
	b.on(s)
	b.carl = actor("carl", "BER2", domain.ActionRead, domain.ActionPropose)
	wanted := configuration()
	wanted.Plants = append(wanted.Plants, domain.Plant{ID: "BER2", Name: "Berlin", TimeZone: "Europe/Berlin", State: domain.PlantLive})
	wanted.Systems = append(wanted.Systems, domain.SourceSystem{ID: ber, Name: "MES Berlin", Kind: domain.SystemSQL, Plant: "BER2"})
	wanted.Authorities = []domain.Authority{{Domain: catalog.Item, Creation: []domain.SystemID{odoo}, CodePattern: "IT-{seq:4}"}}
	b.apply(t, wanted)
	return b
}

func wish(plant domain.PlantID, system domain.SystemID, code string, known domain.Attributes) catalog.WantedRecord {
	return catalog.WantedRecord{Domain: catalog.Item, Plant: plant, System: system, Code: code, Attributes: known, Reason: "a new machine"}
}

// half is what a plant lead knows of a thing, whole what a steward makes of it.
func half(name string, number domain.Code) domain.Attributes {
	return domain.Attributes{}.With(domain.Attributes{catalog.ItemName: domain.Translated{"en": name}, catalog.ItemGTIN: number})
}

func whole(name string, number domain.Code) domain.Attributes {
	return half(name, number).With(domain.Attributes{catalog.ItemBaseUnit: domain.Enum("H87")})
}

func (b *bundle) request(t testing.TB, by domain.Actor, w catalog.WantedRecord) catalog.RecordRequestView {
	t.Helper()
	return must(b.catalog.RequestRecord(t.Context(), by, w))(t)
}

func (b *bundle) look(t testing.TB, by domain.Actor, id domain.ID) catalog.RecordRequestView {
	t.Helper()
	return must(b.catalog.RecordRequest(t.Context(), by, id))(t)
}

func wantState(t testing.TB, v catalog.RecordRequestView, want domain.RecordRequestState) {
	t.Helper()
	if v.Request.State != want {
		t.Fatalf("the request is %s (%s), not %s", v.Request.State, v.Request.Note, want)
	}
}

// submit completes and submits a request as ana.
func (b *bundle) submit(t testing.TB, v catalog.RecordRequestView, values domain.Attributes, different string) catalog.RecordRequestView {
	t.Helper()
	v = must(b.catalog.CompleteRecordRequest(t.Context(), b.ana, v.Request.ID, v.Request.Version, values))(t)
	return must(b.catalog.SubmitRecordRequest(t.Context(), b.ana, v.Request.ID, v.Request.Version, different))(t)
}

// decide approves the change request of a record request as bo.
func (b *bundle) decide(t testing.TB, v catalog.RecordRequestView) domain.ChangeRequest {
	t.Helper()
	return b.approve(t, *v.Change)
}

// deliver reports an outcome for every delivery that can be made now, and returns the systems they were for.
func (b *bundle) deliver(t testing.TB, outcome domain.Outcome) []domain.SystemID {
	t.Helper()
	var claimed []domain.Delivery
	err := b.store.Operate(t.Context(), func(ops domain.Ops) (err error) {
		claimed, err = ops.Deliveries.Claim(t.Context(), "w", ops.Now+1_000_000, 10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var systems []domain.SystemID
	for _, d := range claimed {
		must(b.catalog.Desk.RecordOutcome(t.Context(), d, outcome))(t)
		systems = append(systems, d.Order.System)
	}
	return systems
}

// mapped are the live codes of a record, as system:code.
func (b *bundle) mapped(t testing.TB, record domain.ID) []string {
	t.Helper()
	var codes []string
	for _, m := range must(b.store.Read().Mappings.ByRecord(t.Context(), record))(t) {
		if m.Live() {
			codes = append(codes, string(m.System)+":"+string(m.Code))
		}
	}
	slices.Sort(codes)
	return codes
}

func TestARequestedRecordIsCompletedApprovedCreatedAndMapped(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := wishing(t, s)
		v := b.request(t, b.petra, wish("STU1", mes, "4711", half("Bearing 6204", gtin)))
		wantState(t, v, domain.WantedRequested)
		if v.May.Complete || v.May.Submit || !v.May.Withdraw || len(v.Missing) != 1 || v.Missing[0].Location != "/base_unit" || len(v.Candidates) > 0 {
			t.Fatalf("petra sees %+v", v)
		}
		_, err := b.catalog.SubmitRecordRequest(t.Context(), b.ana, v.Request.ID, v.Request.Version, "")
		wantCode(t, err, domain.CodeValueInvalid)
		v = b.submit(t, v, whole("Bearing 6204", gtin), "")
		wantState(t, v, domain.WantedInReview)
		if v.Change.Kind != domain.RequestRecord || !v.Request.Record.IsZero() || len(b.codes(t)) > 0 {
			t.Fatalf("before it is approved there is %v: %+v", b.codes(t), v.Change)
		}
		b.decide(t, v)
		v = b.look(t, b.petra, v.Request.ID)
		wantState(t, v, domain.WantedCreated)
		if code := v.Answer.Attributes.Text(catalog.ItemCode); code != "IT-0001" || v.Deliveries[0].Order.System != odoo {
			t.Fatalf("%s was made, and told %+v", code, v.Deliveries)
		}
		if got := b.deliver(t, domain.Outcome{Kind: domain.OutcomeDead, Problem: "no such category"}); !slices.Equal(got, []domain.SystemID{odoo}) {
			t.Fatalf("told were %v", got)
		}
		v = b.look(t, b.petra, v.Request.ID)
		wantState(t, v, domain.WantedCreated)
		if d := v.Deliveries[0]; d.State != domain.DeliveryDead || d.Problem != "no such category" {
			t.Fatalf("petra is not shown that it failed: %+v", d)
		}
		operator := actor("ops", domain.Anywhere, domain.ActionRead, domain.ActionOperate)
		must(b.catalog.Desk.RetryDelivery(t.Context(), operator, v.Deliveries[0].ID))(t)
		b.deliver(t, domain.Outcome{Kind: domain.OutcomeConfirmed, Code: "77"})
		v = b.look(t, b.petra, v.Request.ID)
		wantState(t, v, domain.WantedDone)
		if got := b.mapped(t, v.Request.Record); !slices.Equal(got, []string{"mes-stu1:4711", "odoo-main:77"}) {
			t.Errorf("mapped are %v", got)
		}
		uses := must(s.Read().Uses.ByRecord(t.Context(), v.Request.Record))(t)
		if len(uses) != 1 || uses[0].Plant != "STU1" || uses[0].State != domain.UseActive {
			t.Errorf("used at %+v", uses)
		}
		entry := v.Deliveries[1]
		if entry.State != domain.DeliveryWorklisted || entry.Order.System != mes || entry.Order.Code != "4711" {
			t.Errorf("the plant's own system: %+v", entry)
		}
	})
}

func TestWhatThePlantHasIsNotMadeThere(t *testing.T) {
	t.Parallel()
	b := wishing(t, storetest.New(t))
	b.read(t, mes, row("4711", half("Bearing 6204", "")))
	v := b.submit(t, b.request(t, b.petra, wish("STU1", mes, "4711", nil)), whole("Bearing 6204", ""), "")
	b.decide(t, v)
	if v = b.look(t, b.ana, v.Request.ID); len(v.Deliveries) != 1 || v.Deliveries[0].Order.System != odoo {
		t.Errorf("%+v", v.Deliveries)
	}
}

// TestTwoPlantsWantTheSameAtOnce lets both ask at the same moment: one record comes out, and both codes stand for it.
func TestTwoPlantsWantTheSameAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := wishing(t, s)
		var all sync.WaitGroup
		views, errs := make([]catalog.RecordRequestView, 2), make([]error, 2)
		for i, ask := range []func() (catalog.RecordRequestView, error){
			func() (catalog.RecordRequestView, error) {
				return b.catalog.RequestRecord(t.Context(), b.petra, wish("STU1", mes, "4711", half("Bearing", gtin)))
			},
			func() (catalog.RecordRequestView, error) {
				return b.catalog.RequestRecord(t.Context(), b.carl, wish("BER2", ber, "B-9", half("Kugellager", gtin)))
			},
		} {
			all.Go(func() { views[i], errs[i] = ask() })
		}
		all.Wait()
		first, second := must(views[0], errs[0])(t), must(views[1], errs[1])(t)
		if second.Request.With.IsZero() {
			first, second = second, first
		}
		if !first.Request.With.IsZero() || second.Request.With != first.Request.ID || !second.LedBy.IsZero() {
			t.Fatalf("one should wait with the other, of which its plant sees nothing: %+v, %+v", first, second)
		}
		_, err := b.catalog.CompleteRecordRequest(t.Context(), b.ana, second.Request.ID, second.Request.Version, whole("x", gtin))
		wantCode(t, err, domain.CodeRecordRequestState)
		first = b.submit(t, b.look(t, b.ana, first.Request.ID), whole("Bearing", gtin), "")
		wantState(t, b.look(t, b.ana, second.Request.ID), domain.WantedInReview)
		b.decide(t, first)
		b.deliver(t, domain.Outcome{Kind: domain.OutcomeConfirmed, Code: "77"})
		for _, id := range []domain.ID{first.Request.ID, second.Request.ID} {
			v := b.look(t, b.ana, id)
			wantState(t, v, domain.WantedDone)
			if got := b.mapped(t, v.Request.Record); !slices.Equal(got, []string{"mes-ber2:B-9", "mes-stu1:4711", "odoo-main:77"}) {
				t.Errorf("mapped are %v", got)
			}
		}
		if got := b.codes(t); len(got) != 1 {
			t.Errorf("the records are %v", got)
		}
	})
}

// TestManyAskAtOnce lets many ask for the same thing at the same moment: all wait with one of them.
func TestManyAskAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := wishing(t, s)
		const callers = 12
		views, errs := make([]catalog.RecordRequestView, callers), make([]error, callers)
		start := make(chan struct{})
		var all sync.WaitGroup
		for i := range callers {
			all.Go(func() {
				<-start
				views[i], errs[i] = b.catalog.RequestRecord(t.Context(), b.petra, wish("STU1", mes, string(rune('A'+i)), half("Bearing", gtin)))
			})
		}
		close(start)
		all.Wait()
		leaders, led := map[domain.ID]bool{}, map[domain.ID]bool{}
		for i, v := range views {
			if request := must(v, errs[i])(t).Request; request.With.IsZero() {
				leaders[request.ID] = true
			} else {
				led[request.With] = true
			}
		}
		if len(leaders) != 1 || len(led) != 1 {
			t.Errorf("%d lead, the others wait with %d", len(leaders), len(led))
		}
	})
}

// TestTwoRequestsThatTurnOutTheSame are completed to the same thing and submitted at the same moment: one of them is refused,
// then waits with the other and is answered with its record.
func TestTwoRequestsThatTurnOutTheSame(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := wishing(t, s)
		views := []catalog.RecordRequestView{
			b.request(t, b.petra, wish("STU1", mes, "4711", half("Bearing", ""))), b.request(t, b.carl, wish("BER2", ber, "B-9", half("Kugellager", ""))),
		}
		for i, v := range views {
			views[i] = must(b.catalog.CompleteRecordRequest(t.Context(), b.ana, v.Request.ID, v.Request.Version, whole(string(v.Request.Code), gtin)))(t)
		}
		if len(b.look(t, b.ana, views[0].Request.ID).Candidates) != 1 {
			t.Fatal("the steward is not shown the other request")
		}
		if len(b.look(t, b.petra, views[0].Request.ID).Candidates) != 0 {
			t.Fatal("the lead of STU1 is shown a request of BER2")
		}
		for _, v := range views {
			_, err := b.catalog.SubmitRecordRequest(t.Context(), b.ana, v.Request.ID, v.Request.Version, "")
			wantCode(t, err, domain.CodeRecordRequestAlike)
		}
		first := must(b.catalog.SubmitRecordRequest(t.Context(), b.ana, views[0].Request.ID, views[0].Request.Version, "the other one is to wait"))(t)
		second := must(b.catalog.AnswerRecordRequest(t.Context(), b.ana, views[1].Request.ID, views[1].Request.Version, catalog.RecordAnswer{Request: first.Request.ID}))(t)
		wantState(t, second, domain.WantedInCompletion)
		b.decide(t, first)
		second = b.look(t, b.carl, second.Request.ID)
		wantState(t, second, domain.WantedDuplicate)
		b.takeAnswer(t, b.carl, second)
		if got := b.mapped(t, second.Request.Record); !slices.Equal(got, []string{"mes-ber2:B-9", "mes-stu1:4711"}) || len(b.codes(t)) != 1 {
			t.Errorf("mapped are %v of %v", got, b.codes(t))
		}
	})
}

// takeAnswer lets the code of an answered request be mapped to the answer, and wants the request done.
func (b *bundle) takeAnswer(t testing.TB, by domain.Actor, v catalog.RecordRequestView) {
	t.Helper()
	v = must(b.catalog.MapToAnswer(t.Context(), by, v.Request.ID, v.Request.Version, ""))(t)
	b.decide(t, v)
	wantState(t, b.look(t, b.ana, v.Request.ID), domain.WantedDone)
}

// existing makes a golden record by way of a request of BER2.
func (b *bundle) existing(t testing.TB) domain.ID {
	t.Helper()
	v := b.submit(t, b.request(t, b.carl, wish("BER2", ber, "B-9", nil)), whole("Bearing", gtin), "")
	b.decide(t, v)
	return b.look(t, b.ana, v.Request.ID).Request.Record
}

func TestARequestForWhatExistsIsAnsweredWithIt(t *testing.T) {
	t.Parallel()
	b := wishing(t, storetest.New(t))
	record := b.existing(t)
	v := b.request(t, b.petra, wish("STU1", mes, "4711", half("something else", "04006381333931"))) // the same GTIN, in its long form
	wantState(t, v, domain.WantedDuplicate)
	if v.Answer == nil || v.Answer.ID != record || !v.May.Map || !v.May.Object {
		t.Fatalf("%+v", v)
	}
	objected := must(b.catalog.ObjectToAnswer(t.Context(), b.petra, v.Request.ID, v.Request.Version, "ours is sealed"))(t)
	wantState(t, objected, domain.WantedRequested)
	if len(objected.Candidates) != 1 || !objected.Candidates[0].Same {
		t.Fatalf("%+v", objected.Candidates)
	}
	v = must(b.catalog.AnswerRecordRequest(t.Context(), b.ana, v.Request.ID, objected.Request.Version, catalog.RecordAnswer{Record: record, Reason: "so is this"}))(t)
	b.takeAnswer(t, b.petra, v)
	_, err := b.catalog.RequestRecord(t.Context(), b.petra, wish("STU1", mes, "4711", nil))
	wantCode(t, err, domain.CodeRecordRequestMapped)
}

func TestWhatOnlyLooksLikeItIsShownAndNeedsAWord(t *testing.T) {
	t.Parallel()
	b := wishing(t, storetest.New(t))
	b.existing(t)
	for name, w := range map[string]catalog.WantedRecord{
		"the same name": wish("STU1", mes, "1", half("  bearing ", "")), "the code of a record": wish("STU1", mes, "IT-0001", half("Nut", "")),
	} {
		v := b.request(t, b.petra, w)
		wantState(t, v, domain.WantedRequested)
		if len(v.Candidates) != 1 || v.Candidates[0].Same || v.Candidates[0].Record == nil {
			t.Fatalf("%s: %+v", name, v.Candidates)
		}
		v = must(b.catalog.CompleteRecordRequest(t.Context(), b.ana, v.Request.ID, v.Request.Version, w.Attributes.With(whole("", ""))))(t)
		_, err := b.catalog.SubmitRecordRequest(t.Context(), b.ana, v.Request.ID, v.Request.Version, " ")
		wantCode(t, err, domain.CodeRecordRequestAlike)
		v = must(b.catalog.SubmitRecordRequest(t.Context(), b.ana, v.Request.ID, v.Request.Version, "another diameter"))(t)
		if !strings.Contains(v.Change.Reason, "another diameter") {
			t.Errorf("%s: the approver is not told: %q", name, v.Change.Reason)
		}
		b.decide(t, v)
	}
	if got := b.codes(t); !slices.Equal(got, []string{"IT-0001", "IT-0002", "IT-0003"}) {
		t.Errorf("the records are %v", got)
	}
}

func TestWhatComesToNothingGoesBackToTheSteward(t *testing.T) {
	t.Parallel()
	b := wishing(t, storetest.New(t))
	v := b.submit(t, b.request(t, b.petra, wish("STU1", mes, "4711", nil)), whole("Bearing", gtin), "")
	must(b.catalog.Desk.Reject(t.Context(), b.bo, v.Change.ID, v.Change.Version, "which drawing?"))(t)
	v = b.look(t, b.petra, v.Request.ID)
	wantState(t, v, domain.WantedInCompletion)
	if v.Request.Note != "which drawing?" || v.Change != nil || v.Request.NotedBy != b.bo.ID {
		t.Fatalf("%+v", v.Request)
	}
	v = must(b.catalog.SubmitRecordRequest(t.Context(), b.ana, v.Request.ID, v.Request.Version, ""))(t)
	// Meanwhile the same thing comes in by another way.
	items := []domain.ChangeItem{{Action: domain.ItemCreateRecord, Domain: catalog.Item, Label: "x", Record: domain.NewID(), Set: thing("X", "x", "H87").With(half("x", gtin))}}
	var other domain.ChangeRequest
	err := b.store.Write(t.Context(), domain.Change{Actor: b.ana.ID, Reason: "test"}, func(repos domain.Repos) (err error) {
		other, err = b.catalog.Desk.Propose(t.Context(), repos, b.ana, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: catalog.Item, Title: "x"}, items)
		return err
	})
	b.approve(t, must(other, err)(t))
	failed := must(b.catalog.Desk.Approve(t.Context(), b.bo, v.Change.ID, v.Change.Version))(t)
	v = b.look(t, b.ana, v.Request.ID)
	if failed.State != domain.RequestFailed || len(v.Candidates) != 1 || len(b.codes(t)) != 1 {
		t.Fatalf("%s: %+v of %v", failed.State, v.Candidates, b.codes(t))
	}
	wantState(t, v, domain.WantedInCompletion)
}

func TestNumbersThatAreTakenArePassedOver(t *testing.T) {
	t.Parallel()
	b := wishing(t, storetest.New(t))
	var rows []domain.SourceRecord
	for i, code := range []string{"IT-0001", "IT-0002", "IT-0003"} {
		rows = append(rows, row(domain.Code(string(rune('1'+i))), thing(code, code, "H87")))
	}
	b.read(t, odoo, rows...)
	load, err := b.catalog.ProposeLoad(t.Context(), b.ana, odoo, catalog.Item, "test")
	b.approve(t, must(load.Request, err)(t))
	v := b.submit(t, b.request(t, b.petra, wish("STU1", mes, "4711", nil)), whole("Bearing", gtin), "")
	b.decide(t, v)
	if got := b.look(t, b.ana, v.Request.ID).Answer.Attributes.Text(catalog.ItemCode); got != "IT-0004" {
		t.Errorf("the code is %s", got)
	}
	v = b.request(t, b.petra, wish("STU1", mes, "4712", nil))
	v = must(b.catalog.CompleteRecordRequest(t.Context(), b.ana, v.Request.ID, v.Request.Version, thing("MINE", "Nut", "H87")))(t)
	_, err = b.catalog.SubmitRecordRequest(t.Context(), b.ana, v.Request.ID, v.Request.Version, "")
	wantCode(t, err, domain.CodeValueInvalid)
}

func TestWhoGoesTakesNobodyWithThem(t *testing.T) {
	t.Parallel()
	b := wishing(t, storetest.New(t))
	first := b.request(t, b.petra, wish("STU1", mes, "1", half("Bearing", gtin)))
	second := b.request(t, b.carl, wish("BER2", ber, "2", half("Bearing", gtin)))
	third := b.request(t, b.petra, wish("STU1", mes, "3", half("Bearing", gtin)))
	first = b.look(t, b.petra, first.Request.ID)
	if len(first.Others) != 1 || first.Hidden != 1 {
		t.Fatalf("%+v and %d", first.Others, first.Hidden)
	}
	_, err := b.catalog.WithdrawRecordRequest(t.Context(), b.ana, first.Request.ID, first.Request.Version, "")
	wantCode(t, err, domain.CodeRequestNotOwn)
	must(b.catalog.WithdrawRecordRequest(t.Context(), b.petra, first.Request.ID, first.Request.Version, "found it"))(t)
	second, third = b.look(t, b.ana, second.Request.ID), b.look(t, b.ana, third.Request.ID)
	if !second.Request.With.IsZero() || third.Request.With != second.Request.ID {
		t.Fatalf("%s waits with %s", third.Request.ID, third.Request.With)
	}
	must(b.catalog.RejectRecordRequest(t.Context(), b.ana, second.Request.ID, second.Request.Version, "use the old one"))(t)
	if third = b.look(t, b.ana, third.Request.ID); !third.Request.With.IsZero() || !third.Request.Open() {
		t.Fatalf("%+v", third.Request)
	}
	b.submit(t, third, whole("Bearing", gtin), "")
}

func TestRecordRequestsOfTheWrongKindAreRefused(t *testing.T) {
	t.Parallel()
	b := wishing(t, storetest.New(t))
	b.request(t, b.petra, wish("STU1", mes, "open", nil))
	good := wish("STU1", mes, "new", nil)
	with := func(change func(*catalog.WantedRecord)) catalog.WantedRecord {
		w := good
		change(&w)
		return w
	}
	for name, tt := range map[string]struct {
		w    catalog.WantedRecord
		by   domain.Actor
		code string
	}{
		"for a foreign plant":         {good, b.carl, domain.CodeAccessDenied},
		"by somebody who only reads":  {good, b.bo, domain.CodeAccessDenied},
		"of a system of another":      {with(func(w *catalog.WantedRecord) { w.System = ber }), b.petra, domain.CodeSystemUnknown},
		"of a system there is not":    {with(func(w *catalog.WantedRecord) { w.System = "none" }), b.petra, domain.CodeSystemUnknown},
		"for a plant there is not":    {with(func(w *catalog.WantedRecord) { w.Plant = "NONE" }), b.ana, domain.CodePlantUnknown},
		"in a domain there is not":    {with(func(w *catalog.WantedRecord) { w.Domain = "ships" }), b.petra, domain.CodeDomainUnknown},
		"without a reason":            {with(func(w *catalog.WantedRecord) { w.Reason = " " }), b.petra, domain.CodeReasonRequired},
		"without a code":              {with(func(w *catalog.WantedRecord) { w.Code = " " }), b.petra, domain.CodePlantCodeInvalid},
		"with a number that is wrong": {with(func(w *catalog.WantedRecord) { w.Attributes = half("x", "4006381333932") }), b.petra, domain.CodeValueInvalid},
		"with a foreign plant's value": {with(func(w *catalog.WantedRecord) {
			w.Attributes = domain.Attributes{catalog.ItemLeadTime.At(domain.Place{Plant: "BER2"}): must(domain.NewQuantity("3", "DAY"))(t)}
		}), b.petra, domain.CodeValueInvalid},
		"with an attribute there is not": {with(func(w *catalog.WantedRecord) { w.Attributes = domain.Attributes{"colour": domain.Text("red")} }), b.petra, domain.CodeValueInvalid},
		"for a code that waits":          {with(func(w *catalog.WantedRecord) { w.Code = "open" }), b.petra, domain.CodeRecordRequestOpen},
	} {
		_, err := b.catalog.RequestRecord(t.Context(), tt.by, tt.w)
		if domain.ErrorCode(err) != tt.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	listed, _, err := b.catalog.RecordRequests(t.Context(), b.ana, domain.RecordRequestQuery{Domain: catalog.Item})
	if len(must(listed, err)(t)) != 1 {
		t.Errorf("%d requests are kept", len(listed))
	}
	if none, _, err := b.catalog.RecordRequests(t.Context(), b.carl, domain.RecordRequestQuery{Domain: catalog.Item}); len(none) != 0 || err != nil {
		t.Errorf("carl is shown %+v (%v)", none, err)
	}
	_, err = b.catalog.RecordRequest(t.Context(), b.carl, listed[0].Request.ID)
	wantCode(t, err, domain.CodeRecordRequestUnknown)
	_, err = b.catalog.CompleteRecordRequest(t.Context(), b.petra, listed[0].Request.ID, 1, whole("x", ""))
	wantCode(t, err, domain.CodeAccessDenied)
	_, err = b.catalog.CompleteRecordRequest(t.Context(), b.ana, listed[0].Request.ID, 7, whole("x", ""))
	wantCode(t, err, domain.CodeRecordRequestStale)
}

// TestOdooGivesItsOwnNumbers lets a plant ask without a code where the system gives the numbers.
func TestOdooGivesItsOwnNumbers(t *testing.T) {
	t.Parallel()
	b := wishing(t, storetest.New(t))
	v := b.submit(t, b.request(t, b.petra, wish("STU1", odoo, "", nil)), whole("Bearing", gtin), "")
	b.decide(t, v)
	b.deliver(t, domain.Outcome{Kind: domain.OutcomeConfirmed, Code: "78"})
	v = b.look(t, b.petra, v.Request.ID)
	wantState(t, v, domain.WantedDone)
	if got := b.mapped(t, v.Request.Record); !slices.Equal(got, []string{"odoo-main:78"}) {
		t.Errorf("mapped are %v", got)
	}
}
