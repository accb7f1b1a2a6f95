package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// table is a source of rows; before is called ahead of each page of it.
type table struct {
	rows   []domain.SourceRecord
	before func(page int)
}

func (table) Check(context.Context) []reconcile.CheckStep { return nil }

func (table) Supplies(domain.Definition) []domain.AttributeID {
	return []domain.AttributeID{catalog.ItemName}
}

func (s table) Read(ctx context.Context, _ reconcile.ReadRequest, emit func(reconcile.Page) error) (reconcile.Proof, error) {
	number := 0
	for chunk := range slices.Chunk(s.rows, 300) {
		if s.before != nil {
			s.before(number)
		}
		number++
		if err := ctx.Err(); err != nil {
			return reconcile.Proof{}, err
		}
		var page reconcile.Page
		for _, row := range chunk {
			page.Rows = append(page.Rows, domain.StagedRow{Record: row})
		}
		if err := emit(page); err != nil {
			return reconcile.Proof{}, err
		}
	}
	return reconcile.Proof{Complete: true, How: "it is a table"}, nil
}

func named(code, name string) domain.SourceRecord {
	return domain.SourceRecord{Code: domain.Code(code), Active: true, Attributes: domain.Attributes{catalog.ItemName: domain.Translated{"en": name}}}
}

// interrupted is the desk, with something that happens ahead of each batch of findings.
type interrupted struct {
	*steward.Desk
	before func(batch int)
	batch  *int
}

func (d interrupted) Observe(ctx context.Context, run domain.Run, findings []domain.Finding) (domain.RunCounts, error) {
	if d.before != nil {
		d.before(*d.batch)
		*d.batch++
	}
	if err := ctx.Err(); err != nil {
		return domain.RunCounts{}, err
	}
	return d.Desk.Observe(ctx, run, findings)
}

// claim leases the run that is due, for so long.
func (b *bundle) claim(t *testing.T, owner string, lease time.Duration) (run domain.Run) {
	t.Helper()
	err := b.Store.Operate(t.Context(), func(ops domain.Ops) error {
		claimed, found, err := ops.Runs.Claim(t.Context(), owner, ops.Now.Add(lease))
		if run = claimed; err == nil && !found {
			err = errors.New("there is no run to claim")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// carryWith carries a claimed run of the MES with another source and perhaps a proposer that is interrupted.
func (b *bundle) carryWith(ctx context.Context, t *testing.T, run domain.Run, source table, observing func(int)) (domain.Run, error) {
	t.Helper()
	job, release, err := b.jobOf(ctx, run)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	job.Source = source
	// A lease that has run out at once lets another worker take the run over at any moment.
	saving := &progress{store: b.Store, lease: -time.Second, version: run.Version}
	runner := reconcile.Runner{Staging: staging{b.Store}, Proposer: interrupted{Desk: b.Desk, before: observing, batch: new(int)}, Progress: saving}
	return runner.Run(ctx, job)
}

// whole carries a run of the MES undisturbed.
func (b *bundle) whole(t *testing.T, rows ...domain.SourceRecord) domain.Run {
	t.Helper()
	if _, err := b.Desk.StartRun(t.Context(), person("ana"), "mes-items", domain.RunComplete); err != nil {
		t.Fatal(err)
	}
	run, err := b.carryWith(t.Context(), t, b.claim(t, "whole", time.Minute), table{rows: rows}, nil)
	if err != nil || run.State != domain.RunDone {
		t.Fatalf("the run is %s (%s): %v", run.State, run.Message, err)
	}
	return run
}

// findings are all discrepancies, by what is found and where, with the state they are in.
func (b *bundle) findings(t *testing.T) map[string]domain.DiscrepancyState {
	t.Helper()
	ids, err := b.Store.Read().Discrepancies.IDs(t.Context(), domain.DiscrepancyQuery{System: "mes", Plants: domain.PlantScope{All: true}})
	if err != nil {
		t.Fatal(err)
	}
	found, err := b.Store.Read().Discrepancies.ByIDs(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]domain.DiscrepancyState{}
	for _, d := range found {
		out[fmt.Sprintf("%s|%s|%s", d.Finding.Class, d.Finding.Code, d.Finding.Attribute)] = d.State
	}
	return out
}

// TestAnInterruptedRunFindsTheSame: whoever holds a run may die in mid-reading or mid-comparing, or live on without the lease;
// what is found in the end is what one undisturbed run finds, and the run says how often it was taken up.
func TestAnInterruptedRunFindsTheSame(t *testing.T) {
	t.Parallel()
	rows := []domain.SourceRecord{named("000007", "twice"), named("000007", "twice")}
	for i := range 1300 {
		rows = append(rows, named(fmt.Sprintf("%06d", 1000+i), fmt.Sprintf("Part %d", i)))
	}
	undisturbed := setup(t)
	want := undisturbed.whole(t, rows...)
	found := undisturbed.findings(t)
	if want.Attempt != 1 || want.Skips.Unmapped != 1301 || want.Skips.Duplicate != 1 || want.Proof != "it is a table" || want.ComparedAt == 0 {
		t.Fatalf("undisturbed: %+v", want)
	}
	for _, where := range []string{"reading", "comparing"} {
		for _, how := range []string{"dies", "lives on"} {
			t.Run("the holder "+how+" while "+where, func(t *testing.T) {
				t.Parallel()
				b := setup(t)
				if _, err := b.Desk.StartRun(t.Context(), person("ana"), "mes-items", domain.RunComplete); err != nil {
					t.Fatal(err)
				}
				dying, die := context.WithCancelCause(t.Context())
				killed := errors.New("killed")
				var second domain.Run
				interrupt := func(number int) {
					if number != 1 {
						return
					}
					second = b.claim(t, "second", time.Minute)
					if how == "dies" {
						die(killed)
					}
				}
				source, observing := table{rows: rows}, interrupt
				if where == "reading" {
					source.before, observing = interrupt, nil
				}
				first, err := b.carryWith(dying, t, b.claim(t, "first", -time.Second), source, observing)
				if first.Finished() || (how == "dies") != errors.Is(err, killed) || (how != "dies" && err != nil) {
					t.Fatalf("the first holder ended with %s, %v", first.State, err)
				}
				run, err := b.carryWith(t.Context(), t, second, table{rows: rows}, nil)
				if err != nil || run.State != domain.RunDone || run.Attempt != 2 {
					t.Fatalf("the run is %s after %d attempts: %v", run.State, run.Attempt, err)
				}
				if got := b.findings(t); !maps.Equal(got, found) {
					t.Errorf("found %d, undisturbed %d", len(got), len(found))
				}
				if run.Skips != want.Skips || run.Counts != want.Counts {
					t.Errorf("counts %+v %+v, undisturbed %+v %+v", run.Counts, run.Skips, want.Counts, want.Skips)
				}
			})
		}
	}
}

// TestACancelledRunConcludesNothing: a person may cancel at any time; what was there before stays as it was.
func TestACancelledRunConcludesNothing(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"reading", "comparing"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.whole(t, named("1", "One"), named("2", "Two"))
			before := b.findings(t)
			run, err := b.Desk.StartRun(t.Context(), person("ana"), "mes-items", domain.RunComplete)
			if err != nil {
				t.Fatal(err)
			}
			cancel := func(int) {
				if _, err := b.Desk.CancelRun(t.Context(), person("ana"), run.ID); err != nil && domain.ErrorCode(err) != domain.CodeStateMove {
					t.Error(err)
				}
			}
			source, observing := table{rows: []domain.SourceRecord{named("1", "One")}}, func(int) {}
			if where == "reading" {
				source.before = cancel
			} else {
				observing = cancel
			}
			if _, err := b.carryWith(t.Context(), t, b.claim(t, "a", time.Minute), source, observing); err != nil {
				t.Errorf("the holder ends with %v", err)
			}
			after, err := b.Store.Read().Runs.ByID(t.Context(), run.ID)
			if err != nil || after.State != domain.RunCancelled {
				t.Errorf("the run is %s, %v", after.State, err)
			}
			if got := b.findings(t); !maps.Equal(got, before) {
				t.Errorf("found %v, before %v", got, before)
			}
		})
	}
}
