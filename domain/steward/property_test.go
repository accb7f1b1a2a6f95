package steward_test

import (
	"flag"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// checks is how many sequences are tried where nobody asks for a number: each has a database of its own.
const checks = "25"

// TestWhateverPeopleAndMachinesDo lets people decide, review and operate, systems say and answer anything, in any order.
func TestWhateverPeopleAndMachinesDo(t *testing.T) {
	t.Parallel()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set(checks); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{bundle: setup(t), t: t, rt: rt}
		w.load(t)
		all := []domain.Action{domain.ActionRead, domain.ActionPropose, domain.ActionApprove, domain.ActionOperate}
		policy, _ := pick(w, "policy", []domain.ApprovalPolicy{steward.StrictPolicy(), steward.DefaultPolicy(), {Approvers: 2}, {GraceReviewed: time.Minute}})
		w.policy(t, policy)
		w.people = []domain.Actor{actor("zoe", domain.Anywhere, all...), actor("max", domain.Anywhere, all...), w.petra}
		steps := map[string]func(){
			"read the plant": w.readPlant, "read the ERP": w.readERP, "decide": w.decideSomething, "decide again": w.decideSomething,
			"approve": w.approveSomething, "review": w.reviewSomething, "answer": w.answer, "operate": w.operate,
			"sweep": func() { w.allowed(second(w.desk.ApplyDue(t.Context()))) }, "sleep": func() { w.clock.days(3) }, "wait": func() { w.clock.advance(time.Minute) },
			"send back": w.sendBackSomething, "revert": w.revertSomething, "accept": w.acceptSomething, "decide a batch": w.decideBatch,
			"expire": func() { w.allowed(second(w.desk.ExpireAcceptances(t.Context()))) },
		}
		names := make([]string, 0, len(steps))
		for name := range steps {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 1, 40).Draw(rt, "steps") {
			steps[name]()
			w.check()
		}
	})
}

// world is a bundle in which anything may happen.
type world struct {
	*bundle
	t      *testing.T
	rt     *rapid.T
	people []domain.Actor
	made   int
}

// allowed refuses errors that mean a fault of ours: what people do at the wrong time is answered, not broken.
func (w *world) allowed(err error) {
	if kind := domain.ErrorKind(err); err != nil && (kind == domain.KindInternal || kind == domain.KindUnavailable) {
		w.rt.Fatalf("failed inside: %v", err)
	}
}

// pick draws one of some things, and says whether there is any.
func pick[T any](w *world, what string, from []T) (T, bool) {
	if len(from) == 0 {
		var none T
		return none, false
	}
	return from[rapid.IntRange(0, len(from)-1).Draw(w.rt, what)], true
}

func (w *world) rows(boltCode, nutCode domain.Code, values func(domain.Attributes) domain.Attributes) []domain.SourceRecord {
	name, _ := pick(w, "name", []string{"Bolt M8", "Screw M8", "Rivet"})
	gtin, _ := pick(w, "gtin", []string{"4006381333931", "4006381333948"})
	rows := []domain.SourceRecord{row(boltCode, values(bolt()).With(domain.Attributes{
		catalog.ItemName: domain.Translated{"en": name}, catalog.ItemGTIN: domain.Code(gtin),
	}))}
	if rapid.Bool().Draw(w.rt, "has nut") {
		rows = append(rows, row(nutCode, values(nut())))
	}
	if rapid.Bool().Draw(w.rt, "has washer") {
		rows = append(rows, row("77", values(thing("000777", "Washer", ""))))
	}
	return rows
}

func (w *world) readPlant() { w.reconcile(w.t, mes, w.rows("B-1", "N-1", local)...) }

func (w *world) readERP() {
	w.reconcile(w.t, odoo, w.rows("1", "2", func(a domain.Attributes) domain.Attributes { return a })...)
}

func (w *world) person() domain.Actor {
	by, _ := pick(w, "person", w.people)
	return by
}

func (w *world) decideSomething() {
	found, any := pick(w, "discrepancy", w.discrepancies())
	if !any {
		return
	}
	verb, _ := pick(w, "verb", []steward.Verb{steward.VerbTakeSource, steward.VerbKeepGolden, steward.VerbMap, steward.VerbCreate, steward.VerbAccept})
	_, err := w.desk.Decide(w.t.Context(), w.person(), steward.Decision{
		Discrepancy: found.ID, Version: found.Version, Verb: verb, Record: w.anyRecord(w.t), Reason: "so", Until: "2026-03-20",
		Values: domain.Attributes{catalog.ItemCode: domain.Code("000777")},
	})
	w.allowed(err)
}

func (w *world) discrepancies() []domain.Discrepancy {
	ids := must(w.store.Read().Discrepancies.IDs(w.t.Context(), domain.DiscrepancyQuery{Plants: domain.PlantScope{All: true}}))(w.t)
	found := must(w.store.Read().Discrepancies.ByIDs(w.t.Context(), ids))(w.t)
	slices.SortFunc(found, func(a, b domain.Discrepancy) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return found
}

func (w *world) requests() []domain.ChangeRequest {
	found, _, err := w.store.Read().Requests.List(w.t.Context(), domain.RequestQuery{Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000}})
	return must(found, err)(w.t)
}

func (w *world) allDeliveries() []domain.Delivery {
	found, _, err := w.store.Read().Deliveries.List(w.t.Context(), domain.DeliveryQuery{Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000}})
	return must(found, err)(w.t)
}

func (w *world) approveSomething() {
	waiting := slices.DeleteFunc(w.requests(), func(r domain.ChangeRequest) bool { return r.State != domain.RequestInReview })
	if request, any := pick(w, "request", waiting); any {
		w.allowed(second(w.desk.Approve(w.t.Context(), w.person(), request.ID, request.Version)))
	}
}

func (w *world) reviewSomething() {
	request, any := pick(w, "request", w.requests())
	if !any {
		return
	}
	if rapid.Bool().Draw(w.rt, "reject") {
		w.allowed(second(w.desk.Reject(w.t.Context(), w.person(), request.ID, request.Version, "no")))
		return
	}
	w.allowed(second(w.desk.Withdraw(w.t.Context(), w.person(), request.ID, request.Version, "")))
}

func (w *world) sendBackSomething() {
	request, any := pick(w, "request", w.requests())
	if !any {
		return
	}
	if request.State == domain.RequestRework {
		for _, by := range w.people {
			w.allowed(second(w.desk.Resubmit(w.t.Context(), by, request.ID, request.Version, steward.Edit{})))
		}
		return
	}
	w.allowed(second(w.desk.SendBack(w.t.Context(), w.person(), request.ID, request.Version, "no")))
}

func (w *world) revertSomething() {
	if request, any := pick(w, "request", w.requests()); any {
		w.allowed(second(w.desk.Revert(w.t.Context(), w.person(), request.ID, request.Version, "no")))
	}
}

func (w *world) acceptSomething() {
	found, any := pick(w, "discrepancy", w.discrepancies())
	if !any {
		return
	}
	scope, _ := pick(w, "scope", []domain.AcceptanceScope{domain.AcceptRecord, domain.AcceptAttribute, domain.AcceptPattern})
	_, _, err := w.desk.AcceptScope(w.t.Context(), w.person(), steward.NewAcceptance{
		Scope: scope, Discrepancy: found.ID, Version: found.Version, Until: "2026-03-10", Reason: "so",
	})
	w.allowed(err)
}

func (w *world) decideBatch() {
	by := w.person()
	opened, err := w.desk.OpenQueue(w.t.Context(), by, domain.DiscrepancyQuery{})
	w.allowed(err)
	verb, _ := pick(w, "verb", []steward.Verb{steward.VerbTakeSource, steward.VerbKeepGolden, steward.VerbAccept})
	w.allowed(second(w.desk.DecideBatch(w.t.Context(), by, steward.Batch{Snapshot: opened.Snapshot.ID, Verb: verb, Reason: "so", Until: "2026-03-20"})))
}

func (w *world) answer() {
	for _, delivery := range w.claim(w.t) {
		kind, _ := pick(w, "outcome", []domain.OutcomeKind{
			domain.OutcomeConfirmed, domain.OutcomeConflict, domain.OutcomeRetry, domain.OutcomeHeld, domain.OutcomeDead, "",
		})
		if kind == "" {
			continue // the program stops: nobody says anything
		}
		w.made++
		code := domain.Code(strconv.Itoa(100 + w.made))
		if rapid.IntRange(0, 3).Draw(w.rt, "clash") == 0 {
			code = "1"
		}
		w.allowed(second(w.desk.RecordOutcome(w.t.Context(), delivery, domain.Outcome{Kind: kind, Code: code})))
	}
}

func (w *world) operate() {
	delivery, any := pick(w, "delivery", w.allDeliveries())
	if !any {
		return
	}
	if rapid.Bool().Draw(w.rt, "retry") {
		w.allowed(second(w.desk.RetryDelivery(w.t.Context(), w.person(), delivery.ID)))
		return
	}
	w.allowed(second(w.desk.SkipDelivery(w.t.Context(), w.person(), delivery.ID, "so")))
}

// check holds what must be true whatever has happened.
func (w *world) check() {
	requests := map[domain.ID]domain.ChangeRequest{}
	updates := map[domain.ID]int{}
	for _, request := range w.requests() {
		requests[request.ID] = request
		if request.State != domain.RequestApplied {
			continue
		}
		left := map[int]bool{}
		for _, e := range must(w.store.Read().Requests.Effects(w.t.Context(), request.ID))(w.t) {
			left[e.Position] = e.LeftOut != ""
		}
		for i, item := range w.items(w.t, request) {
			switch item.Action {
			case domain.ItemUpdateRecord, domain.ItemRetireRecord, domain.ItemRestoreRecord:
				if !left[i] {
					updates[item.Record]++
				}
			default: // it makes no version of a record
			}
		}
	}
	for _, delivery := range w.allDeliveries() {
		request := requests[delivery.ChangeRequest]
		own := delivery.ApprovedBy == request.ProposedBy && request.Needs.Approvers > 0
		if delivery.ApprovedBy == "" || own || request.State != domain.RequestApplied {
			w.rt.Fatalf("a delivery approved by %q of a request that %s proposed and that is %s", delivery.ApprovedBy, request.ProposedBy, request.State)
		}
	}
	w.checkRecords(updates)
	for _, found := range w.discrepancies() {
		state := requests[found.ChangeRequest].State
		pending := state == domain.RequestInReview || state == domain.RequestApproved || state == domain.RequestScheduled || state == domain.RequestRework
		if (found.State == domain.DiscrepancyChangeRequested) != pending || (found.State == domain.DiscrepancyFixPending && state != domain.RequestApplied) {
			w.rt.Fatalf("a discrepancy is %s, its request %q", found.State, state)
		}
	}
	if _, err := w.desk.VerifyAudit(w.t.Context()); err != nil {
		w.rt.Fatalf("the audit trail: %v", err)
	}
}

func (w *world) checkRecords(updates map[domain.ID]int) {
	records, _, err := w.store.Read().Records.List(w.t.Context(), domain.RecordQuery{Domain: catalog.Item, Page: domain.Page{Limit: 1000}})
	for _, record := range must(records, err)(w.t) {
		history := must(w.store.Read().Records.Versions(w.t.Context(), record.ID))(w.t)
		if record.Version != updates[record.ID]+1 || len(history) != record.Version {
			w.rt.Fatalf("the record is at version %d with %d entries of history after %d updates", record.Version, len(history), updates[record.ID])
		}
	}
	mappings, _, err := w.store.Read().Mappings.List(w.t.Context(), domain.MappingQuery{Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000}})
	outbound := map[string]int{}
	for i, m := range must(mappings, err)(w.t) {
		for _, other := range mappings[i+1:] {
			if m.Clashes(other) {
				w.rt.Fatalf("%s of %s means two things", m.Code, m.System)
			}
		}
		key := string(m.System) + m.Record.String()
		if m.Live() && m.DefaultOut {
			outbound[key]++
		} else if m.Live() {
			outbound[key] += 0
		}
	}
	for key, n := range outbound {
		if n != 1 {
			w.rt.Fatalf("%s has %d default outbound codes", key, n)
		}
	}
}
