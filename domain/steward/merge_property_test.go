package steward_test

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// mergeChecks is how many sequences are tried where nobody asks for a number, and how many of them on PostgreSQL.
const (
	mergeChecks         = 25
	mergeChecksPostgres = 8
)

// TestUnmergingIsTheInverseOfMerging merges and takes apart in any order, into chains and groups, while people edit, map, declare
// and decide, systems are read and deliveries are made. When all is taken apart every record is as if it had never been merged:
// but for what was edited, which stays where it was.
func TestUnmergingIsTheInverseOfMerging(t *testing.T) {
	t.Parallel()
	checks := mergeChecks
	if f := flag.Lookup("rapid.checks"); f.Value.String() != f.DefValue {
		checks, _ = strconv.Atoi(f.Value.String())
	}
	if testing.Short() {
		checks /= 5
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		tryMerges(t, checks, storetest.SQLiteAddress)
	})
	if os.Getenv(storetest.PostgresVariable) == "" && os.Getenv(storetest.RequireVariable) != "1" {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		tryMerges(t, min(checks, mergeChecksPostgres), storetest.PostgresAddress)
	})
}

func tryMerges(t *testing.T, checks int, address func(testing.TB) string) {
	t.Helper()
	tried := 0
	rapid.Check(t, func(rt *rapid.T) {
		if tried++; tried > checks {
			return
		}
		w := newMergeWorld(t, rt, address(t))
		steps := map[string]func(){
			"edit": w.edit, "edit again": w.edit, "map": w.mapSomething, "declare": w.declare, "read odoo": w.readOdoo,
			"read the plants": w.readPlants, "decide": w.decideSomething, "deliver": w.deliverSome, "settle": w.settle,
		}
		apart := map[string]func(){"merge": w.mergeSome, "merge again": w.mergeSome, "merge more": w.mergeSome, "unmerge": w.unmergeOne, "revert": w.revertMerge}
		names := slices.Sorted(maps.Keys(steps))
		names = append(names, slices.Sorted(maps.Keys(apart))...)
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 1, 25).Draw(rt, "steps") {
			if step, merges := apart[name]; merges {
				w.settle()
				step()
				continue
			}
			w.watched(steps[name])
		}
		w.settle()
		w.takeAllApart()
		w.compare()
	})
}

// mergeWorld knows what every record would be if nothing had ever been merged.
type mergeWorld struct {
	*world
	records   []domain.ID
	want      map[domain.ID]standing
	values    map[domain.ID]domain.Attributes
	histories map[domain.ID][]domain.GoldenVersion
	codes     int
}

func newMergeWorld(t *testing.T, rt *rapid.T, address string) *mergeWorld {
	b := setupAt(t, address)
	bolt, twin := b.twins(t)
	nut := must(b.store.Read().Records.ByCodes(t.Context(), catalog.Item, []string{"000124"}))(t)["000124"].ID
	spare := domain.NewID()
	b.approve(t, b.propose(t, domain.ChangeItem{
		Action: domain.ItemCreateRecord, Domain: catalog.Item, Label: "Spare", Record: spare, Set: thing("000950", "Spare", "0.5"),
		Origin: domain.Lineage{Rule: "steward_decision"},
	}))
	w := &mergeWorld{
		world: &world{bundle: b, t: t, rt: rt, people: []domain.Actor{b.ana}}, records: []domain.ID{bolt, twin, nut, spare},
		want: map[domain.ID]standing{}, values: map[domain.ID]domain.Attributes{}, histories: map[domain.ID][]domain.GoldenVersion{},
	}
	for _, id := range w.records {
		w.want[id], w.values[id] = w.standing(t, id), w.golden(t, id).Attributes
		w.histories[id] = must(b.store.Read().Records.Versions(t.Context(), id))(t)
	}
	return w
}

// watched takes a step that is no merge: what it changes is what the records are to have in the end.
func (w *mergeWorld) watched(step func()) {
	before := map[domain.ID]standing{}
	values, edits := map[domain.ID]domain.Attributes{}, map[domain.ID]map[domain.AttributeID]domain.Instant{}
	for _, id := range w.records {
		before[id], values[id], edits[id] = w.standing(w.t, id), w.golden(w.t, id).Attributes, w.edits(id)
	}
	step()
	for _, id := range w.records {
		after, want := w.standing(w.t, id), w.want[id]
		now := w.golden(w.t, id).Attributes
		for key, at := range w.edits(id) {
			if at != edits[id][key] {
				w.values[id] = w.values[id].With(domain.Attributes{key: now[key]})
				want.Origins[key] = after.Origins[key]
				if now[key] == nil {
					delete(want.Origins, key)
				}
			}
		}
		for mapping, m := range after.Codes {
			if before[id].Codes[mapping] != m {
				want.Codes[mapping] = m
			}
		}
		for plant, use := range after.Uses {
			if before[id].Uses[plant] != use {
				want.Uses[plant] = use
			}
		}
		want.Attributes = string(w.values[id].Encode())
		w.want[id] = want
	}
}

// edits says when each value of a record was recorded last.
func (w *mergeWorld) edits(id domain.ID) map[domain.AttributeID]domain.Instant {
	at := map[domain.AttributeID]domain.Instant{}
	for _, origin := range must(w.store.Read().Records.Lineage(w.t.Context(), id))(w.t) {
		at[origin.Attribute] = origin.RecordedAt
	}
	return at
}

// inUse are the records that are not merged now.
func (w *mergeWorld) inUse() []domain.ID {
	return slices.DeleteFunc(slices.Clone(w.records), func(id domain.ID) bool { return w.golden(w.t, id).State == domain.RecordMerged })
}

func (w *mergeWorld) merged() []domain.ID {
	return slices.DeleteFunc(slices.Clone(w.records), func(id domain.ID) bool { return w.golden(w.t, id).State != domain.RecordMerged })
}

func (w *mergeWorld) edit() {
	id, _ := pick(w.world, "record", w.inUse())
	key, _ := pick(w.world, "attribute", []domain.AttributeID{catalog.ItemName, catalog.ItemGrade, catalog.ItemOrigin, catalog.ItemMaterial})
	text, _ := pick(w.world, "text", []string{"DE", "FR", "a longer text"})
	value := domain.Value(domain.Text(text))
	if key == catalog.ItemOrigin && len(text) > 2 {
		text = "AT"
	}
	if key == catalog.ItemOrigin {
		value = domain.Enum(text)
	}
	w.update(w.t, id, domain.Attributes{key: value})
}

// mapSomething maps a new code to any record: it comes to stand for the one that answers for it.
func (w *mergeWorld) mapSomething() {
	id, _ := pick(w.world, "record", w.records)
	system, _ := pick(w.world, "system", []domain.SystemID{odoo, mes, ber})
	heir := must(domain.HeirOf(w.t.Context(), w.store.Read(), id))(w.t)
	w.codes++
	w.mapTo(w.t, system, domain.Code("X-"+strconv.Itoa(w.codes)), heir.ID)
}

func (w *mergeWorld) declare() {
	id, _ := pick(w.world, "record", w.records)
	plant, _ := pick(w.world, "plant", []domain.PlantID{"STU1", "BER2"})
	state, _ := pick(w.world, "state", domain.UseStates())
	request, err := w.catalog.ProposeUse(w.t.Context(), w.ana, catalog.Item, id, catalog.DeclaredUse{Plant: plant, State: state}, "so")
	w.allowed(err)
	if err == nil {
		w.approve(w.t, request)
	}
}

func (w *mergeWorld) row(code domain.Code, id domain.ID, there func(domain.Attributes) domain.Attributes) []domain.SourceRecord {
	name, _ := pick(w.world, "name", []string{"", "Bolt M8", "Rivet", "gone"})
	values := must(domain.HeirOf(w.t.Context(), w.store.Read(), id))(w.t).Attributes
	switch name {
	case "gone":
		return nil
	case "":
	default:
		values = values.With(domain.Attributes{catalog.ItemName: domain.Text(name)})
	}
	return []domain.SourceRecord{row(code, there(values))}
}

func (w *mergeWorld) readOdoo() {
	whole := func(a domain.Attributes) domain.Attributes { return a }
	w.once(odoo, slices.Concat(w.row("1", w.records[0], whole), w.row("2", w.records[2], whole), w.row("3", w.records[1], whole)))
}

func (w *mergeWorld) readPlants() {
	w.once(mes, slices.Concat(w.row("B-1", w.records[0], local), w.row("N-1", w.records[2], local)))
	w.once(ber, w.row("S-9", w.records[1], local))
}

// once reads a system and wants everything that it finds to be a difference of its own.
func (w *mergeWorld) once(system domain.SystemID, rows []domain.SourceRecord) {
	run := w.read(w.t, system, rows...)
	found := w.findings(w.t, run)
	seen := map[string]domain.Finding{}
	missing := map[domain.ID]domain.Finding{}
	for _, f := range found {
		own := f.Through.IsZero() && (f.Class == domain.ClassMissing || f.Class == domain.ClassDeleted)
		if before, twice := seen[f.Identity()]; twice && !own { // a record that is gone with all its own codes is one difference
			w.rt.Fatalf("found twice:\n%+v\n%+v", before, f)
		}
		seen[f.Identity()] = f
		if before, twice := missing[f.Record]; twice && (f.Class == domain.ClassMissing || f.Class == domain.ClassDeleted) && len(w.merged()) > 0 &&
			(!f.Through.IsZero() || !before.Through.IsZero()) {
			w.rt.Fatalf("one thing is missing twice:\n%+v\n%+v", before, f)
		}
		if f.Class == domain.ClassMissing || f.Class == domain.ClassDeleted {
			missing[f.Record] = f
		}
		if !f.Record.IsZero() && w.golden(w.t, f.Record).State == domain.RecordMerged {
			w.rt.Fatalf("found of a merged record: %+v", f)
		}
	}
	w.judge(w.t, run)
}

func (w *mergeWorld) decideSomething() {
	found, any := pick(w.world, "discrepancy", w.discrepancies())
	if !any {
		return
	}
	verb, _ := pick(w.world, "verb", []steward.Verb{steward.VerbTakeSource, steward.VerbKeepGolden, steward.VerbAccept})
	decided, err := w.desk.Decide(w.t.Context(), w.ana, steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: verb, Reason: "so", Until: "2026-03-20"})
	w.allowed(err)
	if err == nil && !decided.Request.IsZero() {
		request := must(w.store.Read().Requests.ByID(w.t.Context(), decided.Request))(w.t)
		w.allowed(second(w.desk.Approve(w.t.Context(), w.bo, request.ID, request.Version)))
	}
}

func (w *mergeWorld) deliverSome() {
	for _, delivery := range w.claim(w.t) {
		w.codes++
		code := delivery.Order.Code
		if code == "" {
			code = domain.Code(strconv.Itoa(1000 + w.codes))
		}
		w.allowed(second(w.desk.RecordOutcome(w.t.Context(), delivery, domain.Outcome{Kind: domain.OutcomeConfirmed, Code: code})))
	}
}

// settle lets everything that is under way come to its end.
func (w *mergeWorld) settle() {
	w.watched(func() {
		for _, request := range w.requests() {
			if request.State == domain.RequestInReview {
				w.allowed(second(w.desk.Approve(w.t.Context(), w.bo, request.ID, request.Version)))
			}
		}
		for range 5 {
			w.deliverSome()
		}
	})
}

func (w *mergeWorld) mergeSome() {
	free := w.inUse()
	if len(free) < 2 {
		return
	}
	order := rapid.Permutation(free).Draw(w.rt, "who")
	losers := order[1 : 1+rapid.IntRange(1, min(2, len(order)-1)).Draw(w.rt, "losers")]
	wish := catalog.MergeWish{Survivor: order[0], Losers: losers, Acknowledge: true, Reason: "one thing"}
	if rapid.Bool().Draw(w.rt, "choose") {
		wish.Choose = map[domain.AttributeID]domain.ID{catalog.ItemName: losers[0], catalog.ItemOrigin: losers[len(losers)-1]}
	}
	request, err := w.catalog.MergeRecords(w.t.Context(), w.ana, catalog.Item, wish)
	if err != nil {
		w.rt.Fatalf("a merge is refused: %v", err)
	}
	w.approve(w.t, request)
}

// unmergeOne takes a record out, perhaps with what has come since.
func (w *mergeWorld) unmergeOne() {
	loser, any := pick(w.world, "loser", w.merged())
	if !any {
		return
	}
	preview := must(w.catalog.PreviewUnmerge(w.t.Context(), w.ana, catalog.Item, loser))(w.t)
	wish := catalog.UnmergeWish{Reason: "two things", Version: preview.Loser.Version}
	if m, any := pick(w.world, "code", preview.Mappings); any && rapid.Bool().Draw(w.rt, "send a code back") {
		wish.Mappings = []domain.ID{m.ID}
		w.handOver(m, preview.Survivor.ID, loser)
	}
	request, err := w.catalog.UnmergeRecord(w.t.Context(), w.ana, catalog.Item, loser, wish)
	if err != nil {
		w.rt.Fatalf("an unmerge is refused: %v", err)
	}
	w.approve(w.t, request)
}

// handOver notes that a code goes with the loser; which of several codes is the default one then is not looked at.
func (w *mergeWorld) handOver(m domain.CodeMapping, from, to domain.ID) {
	delete(w.want[from].Codes, m.ID)
	m.Record, m.Version, m.Sequence, m.ChangeRequest = to, 0, 0, domain.ID{}
	w.want[to].Codes[m.ID] = m
}

func (w *mergeWorld) revertMerge() {
	request, any := pick(w.world, "merge", slices.DeleteFunc(w.requests(), func(r domain.ChangeRequest) bool {
		return r.Kind != domain.RequestMerge || r.State != domain.RequestApplied
	}))
	if !any {
		return
	}
	reversal, err := w.desk.Revert(w.t.Context(), w.ana, request.ID, request.Version, "no")
	w.allowed(err)
	if err == nil {
		w.approve(w.t, reversal.Request)
	}
}

func (w *mergeWorld) takeAllApart() {
	for len(w.merged()) > 0 {
		w.unmergeOne()
	}
}

// compare wants every record as if it had never been merged, and its history longer only.
func (w *mergeWorld) compare() {
	withoutDefaults := func(s standing) standing {
		s.Codes = maps.Clone(s.Codes)
		for id, m := range s.Codes {
			m.DefaultOut = false
			s.Codes[id] = m
		}
		return s
	}
	for _, id := range w.records {
		got, want := withoutDefaults(w.standing(w.t, id)), withoutDefaults(w.want[id])
		if !same(got, want) {
			w.rt.Fatalf("%s is\n%+v, and should be\n%+v", w.values[id].Text(catalog.ItemCode), got, want)
		}
		history := must(w.store.Read().Records.Versions(w.t.Context(), id))(w.t)
		for i, before := range w.histories[id] {
			if string(history[i].Attributes.Encode()) != string(before.Attributes.Encode()) || history[i].RecordedAt != before.RecordedAt {
				w.rt.Fatalf("version %d has been changed", before.Version)
			}
		}
	}
	updates := map[domain.ID]int{}
	for _, id := range w.records {
		updates[id] = w.golden(w.t, id).Version - 1
	}
	w.checkRecords(updates)
	if _, err := w.desk.VerifyAudit(w.t.Context()); err != nil {
		w.rt.Fatalf("the audit trail: %v", err)
	}
}
