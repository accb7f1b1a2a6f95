package reconcile_test

import (
	"context"
	"slices"
	"strconv"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// fakeSource gives the pages it is told to give.
type fakeSource struct {
	pages    []reconcile.Page
	proof    reconcile.Proof
	err      error // comes after the pages
	deaf     bool  // goes on after a page was refused
	supplied []domain.AttributeID
	requests []reconcile.ReadRequest
}

func (s *fakeSource) Check(context.Context) []reconcile.CheckStep { return nil }

func (s *fakeSource) Supplies(domain.Definition) []domain.AttributeID { return s.supplied }

func (s *fakeSource) Read(_ context.Context, request reconcile.ReadRequest, emit func(reconcile.Page) error) (reconcile.Proof, error) {
	s.requests = append(s.requests, request)
	for _, page := range s.pages {
		if err := emit(page); err != nil && !s.deaf {
			return reconcile.Proof{}, err
		}
	}
	return s.proof, s.err
}

// world is what Staging, Proposer and Progress share in these tests: a store in miniature.
type world struct {
	known      map[string]domain.SourceRecord // by key, gone ones included
	crosswalk  map[string]link                // by key
	slots      map[domain.ID]*[]domain.StagedRow
	slotOf     map[int]domain.ID
	quarantine []domain.QuarantinedRow
	queue      map[string]domain.ID // open discrepancies by identity, with the run that saw them last
	raised     map[string]domain.ID // which run raised it
	observed   []domain.Finding     // of the last run
	batches    []int                // sizes of what was observed
	basis      domain.ComparisonBasis
	agreed     []string // keys of what was compared without a finding
	concluded  int
	registers  []string // keys that a standing rule takes in
	stored     domain.Run
	saves      []domain.Run
	now        domain.Instant
	// fail, by name of the method, comes back instead of doing anything; before runs first.
	fail   map[string]error
	before map[string]func()
}

// link is what a key is mapped to.
type link struct {
	golden domain.GoldenRecord
	use    *domain.PlantUse
}

func newWorld() *world {
	return &world{
		known: map[string]domain.SourceRecord{}, crosswalk: map[string]link{},
		slots: map[domain.ID]*[]domain.StagedRow{}, slotOf: map[int]domain.ID{},
		queue: map[string]domain.ID{}, raised: map[string]domain.ID{}, now: 10_000, fail: map[string]error{}, before: map[string]func(){},
	}
}

func (w *world) runner() reconcile.Runner {
	return reconcile.Runner{Staging: w, Proposer: w, Progress: w}
}

func (w *world) call(method string) error {
	if hook := w.before[method]; hook != nil {
		hook()
	}
	return w.fail[method]
}

func (w *world) Begin(_ context.Context, run domain.ID) (int, error) {
	if err := w.call("Begin"); err != nil {
		return 0, err
	}
	w.slots[run] = &[]domain.StagedRow{}
	w.slotOf[len(w.slots)-1] = run
	return len(w.slots) - 1, nil
}

func (w *world) SlotOf(_ context.Context, run domain.ID) (int, error) {
	for slot, holder := range w.slotOf {
		if holder == run {
			return slot, nil
		}
	}
	return 0, domain.Conflict(domain.CodeRunStagingLost, "what was read is gone")
}

func (w *world) Stage(_ context.Context, slot int, rows []domain.StagedRow) ([]string, error) {
	if err := w.call("Stage"); err != nil {
		return nil, err
	}
	staged, repeated := w.slots[w.slotOf[slot]], []string{}
	for _, row := range rows {
		at := slices.IndexFunc(*staged, func(s domain.StagedRow) bool { return s.Record.Key == row.Record.Key })
		if at < 0 {
			*staged = append(*staged, row)
			continue
		}
		first := &(*staged)[at].Record
		first.Duplicated = true
		first.Hash = first.ContentHash()
		repeated = append(repeated, row.Record.Key)
	}
	slices.Sort(repeated)
	return slices.Compact(repeated), nil
}

func (w *world) Staged(_ context.Context, slot int) (int, error) {
	return len(*w.slots[w.slotOf[slot]]), w.call("Staged")
}

func (w *world) Vanished(_ context.Context, slot int, _ domain.SystemID, _ domain.DomainName) (int, error) {
	vanished := 0
	for key, record := range w.known {
		if record.GoneAt == 0 && !slices.ContainsFunc(*w.slots[w.slotOf[slot]], func(row domain.StagedRow) bool { return row.Record.Key == key }) {
			vanished++
		}
	}
	return vanished, w.call("Vanished")
}

func (w *world) Merge(_ context.Context, slot int, run domain.Run, complete bool) (domain.StageResult, error) {
	if err := w.call("Merge"); err != nil {
		return domain.StageResult{}, err
	}
	var result domain.StageResult
	named := map[string]bool{}
	for _, row := range *w.slots[w.slotOf[slot]] {
		named[row.Record.Key] = true
		was, known := w.known[row.Record.Key]
		if row.Unchanged || (known && was.Hash == row.Record.Hash && was.GoneAt == 0) {
			continue
		}
		w.known[row.Record.Key] = row.Record
	}
	for key, record := range w.known {
		if complete && !named[key] && record.GoneAt == 0 {
			record.GoneAt = run.ReadAt
			w.known[key] = record
		}
	}
	// what this reading changed, whether by this merge or by one before it
	for key, record := range w.known {
		if named[key] && record.ReadAt == run.ReadAt {
			result.Changed++
		}
		if record.GoneAt == run.ReadAt {
			result.Gone++
		}
	}
	return result, nil
}

func (w *world) End(_ context.Context, slot int) error {
	if err := w.call("End"); err != nil {
		return err
	}
	delete(w.slotOf, slot)
	return nil
}

func (w *world) Quarantine(_ context.Context, rows []domain.QuarantinedRow) error {
	w.quarantine = append(w.quarantine, rows...)
	return w.call("Quarantine")
}

func (w *world) ClearQuarantine(_ context.Context, run domain.ID) error {
	w.quarantine = slices.DeleteFunc(w.quarantine, func(row domain.QuarantinedRow) bool { return row.Run == run })
	return w.call("ClearQuarantine")
}

func (w *world) Present(context.Context, domain.SystemID, domain.DomainName) (int, error) {
	present := 0
	for _, record := range w.known {
		if record.GoneAt == 0 {
			present++
		}
	}
	return present, w.call("Present")
}

func (w *world) BeginComparison(_ context.Context, basis domain.ComparisonBasis) error {
	w.basis = basis
	return w.call("BeginComparison")
}

// Pending over-reports: all that is present has to be compared.
func (w *world) Pending(_ context.Context, _ domain.ComparisonBasis, after string) (domain.PendingRecords, error) {
	keys := w.keys(func(r domain.SourceRecord, _ bool) bool { return r.Key != "" && r.GoneAt == 0 && r.Key > after })
	const stretch = 2000
	if len(keys) <= stretch {
		return domain.PendingRecords{Keys: keys}, w.call("Pending")
	}
	return domain.PendingRecords{Keys: keys[:stretch], Next: keys[stretch-1]}, w.call("Pending")
}

func (w *world) LinkedOf(_ context.Context, _ domain.SourceSystem, _ domain.DomainName, _ domain.Date, keys []string) ([]domain.LinkedRecord, error) {
	var linked []domain.LinkedRecord
	for _, key := range keys {
		record := domain.LinkedRecord{Source: w.known[key]}
		if to, mapped := w.crosswalk[key]; mapped {
			record.Mapping, record.Golden, record.Use = w.mapping(key), &to.golden, to.use
		}
		linked = append(linked, record)
	}
	return linked, w.call("Linked")
}

func (w *world) Agreed(_ context.Context, basis domain.ComparisonBasis, records []domain.LinkedRecord) error {
	if basis.Token != w.basis.Token {
		return domain.Conflict(domain.CodeRunLeaseLost, "the comparison was begun again")
	}
	for _, record := range records {
		w.agreed = append(w.agreed, record.Source.Key)
	}
	return w.call("Agreed")
}

func (w *world) Expected(_ context.Context, _ domain.SourceSystem, _ domain.DomainName, _ domain.Date, page domain.Page) ([]domain.ExpectedRecord, string, error) {
	var expected []domain.ExpectedRecord
	for _, key := range w.keys(func(r domain.SourceRecord, mapped bool) bool { return mapped && (r.Key == "" || r.GoneAt != 0) }) {
		to := w.crosswalk[key]
		record := domain.ExpectedRecord{Mapping: *w.mapping(key), Golden: to.golden, Use: to.use}
		if gone, was := w.known[key]; was {
			record.Gone = &gone
		}
		expected = append(expected, record)
	}
	pageOf, next := cut(expected, page)
	return pageOf, next, w.call("Expected")
}

func (w *world) mapping(key string) *domain.CodeMapping {
	return &domain.CodeMapping{Record: w.crosswalk[key].golden.ID, Code: domain.Code(key), Key: key, Relation: domain.RelationEquivalent, State: domain.MappingActive}
}

// keys returns, in order, the keys known or mapped of which pick says yes.
func (w *world) keys(pick func(record domain.SourceRecord, mapped bool) bool) []string {
	all := map[string]bool{}
	for key := range w.known {
		all[key] = true
	}
	for key := range w.crosswalk {
		all[key] = true
	}
	var picked []string
	for key := range all {
		if _, mapped := w.crosswalk[key]; pick(w.known[key], mapped) {
			picked = append(picked, key)
		}
	}
	slices.Sort(picked)
	return picked
}

// cut returns one page; the cursor is the offset of the next.
func cut[T any](all []T, page domain.Page) ([]T, string) {
	from, _ := strconv.Atoi(page.After)
	to := min(from+page.Limit, len(all))
	if to == len(all) {
		return all[from:to], ""
	}
	return all[from:to], strconv.Itoa(to)
}

func (w *world) Observe(_ context.Context, run domain.Run, findings []domain.Finding) (domain.RunCounts, error) {
	if err := w.call("Observe"); err != nil {
		return domain.RunCounts{}, err
	}
	var counts domain.RunCounts
	w.batches = append(w.batches, len(findings))
	for _, f := range findings {
		w.observed = append(w.observed, f)
		if _, known := w.queue[f.Identity()]; known && w.raised[f.Identity()] != run.ID {
			counts.Seen++
		} else {
			counts.Raised++
			w.raised[f.Identity()] = run.ID
		}
		w.queue[f.Identity()] = run.ID
	}
	return counts, nil
}

// Register links the new codes that a standing rule takes in to golden records that say the same.
func (w *world) Register(_ context.Context, _ domain.Run) (int, error) {
	if err := w.call("Register"); err != nil {
		return 0, err
	}
	registered := 0
	for _, key := range w.registers {
		if source, known := w.known[key]; known && w.crosswalk[key].golden.ID.IsZero() {
			w.crosswalk[key] = link{golden: domain.GoldenRecord{ID: domain.NewID(), State: domain.RecordActive, Attributes: source.Attributes, Version: 1}}
			registered++
		}
	}
	return registered, nil
}

func (w *world) Conclude(_ context.Context, run domain.Run) (domain.RunCounts, error) {
	if err := w.call("Conclude"); err != nil {
		return domain.RunCounts{}, err
	}
	w.concluded++
	var counts domain.RunCounts
	for identity, last := range w.queue {
		if last != run.ID {
			delete(w.queue, identity)
			counts.Closed++
		}
	}
	return counts, nil
}

func (w *world) Save(ctx context.Context, run domain.Run) (domain.Run, error) {
	if err := w.call("Save"); err != nil {
		return domain.Run{}, err
	}
	if ctx.Err() != nil {
		return domain.Run{}, ctx.Err()
	}
	if w.stored.State == domain.RunCancelled {
		return domain.Run{}, domain.Conflict(domain.CodeRunLeaseLost, "somebody else has it")
	}
	w.stored = run
	w.saves = append(w.saves, run)
	return run, nil
}

func (w *world) Now(context.Context) (domain.Instant, error) {
	w.now++
	return w.now, w.call("Now")
}
