package app

import (
	"context"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// staging is reconcile.Staging over the store: each call is one transaction.
type staging struct{ store domain.Store }

func (s staging) Begin(ctx context.Context, run domain.ID) (slot int, err error) {
	err = s.store.Operate(ctx, func(ops domain.Ops) (err error) {
		slot, err = ops.Staging.Begin(ctx, run)
		return err
	})
	return slot, err
}

func (s staging) SlotOf(ctx context.Context, run domain.ID) (slot int, err error) {
	err = s.store.Operate(ctx, func(ops domain.Ops) (err error) {
		slot, err = ops.Staging.SlotOf(ctx, run)
		return err
	})
	return slot, err
}

func (s staging) Stage(ctx context.Context, slot int, rows []domain.StagedRow) (duplicated []string, err error) {
	err = s.store.Operate(ctx, func(ops domain.Ops) (err error) {
		duplicated, err = ops.Staging.Stage(ctx, slot, rows)
		return err
	})
	return duplicated, err
}

func (s staging) Staged(ctx context.Context, slot int) (count int, err error) {
	err = s.store.Operate(ctx, func(ops domain.Ops) (err error) {
		count, err = ops.Staging.Staged(ctx, slot)
		return err
	})
	return count, err
}

func (s staging) Merge(ctx context.Context, slot int, run domain.Run, complete bool) (result domain.StageResult, err error) {
	err = s.store.Operate(ctx, func(ops domain.Ops) (err error) {
		result, err = ops.Staging.Merge(ctx, slot, run.System, run.Domain, complete, run.ReadAt)
		return err
	})
	return result, err
}

func (s staging) End(ctx context.Context, slot int) error {
	return s.store.Operate(ctx, func(ops domain.Ops) error { return ops.Staging.End(ctx, slot) })
}

func (s staging) Quarantine(ctx context.Context, rows []domain.QuarantinedRow) error {
	return s.store.Operate(ctx, func(ops domain.Ops) error { return ops.Runs.Quarantine(ctx, rows) })
}

func (s staging) ClearQuarantine(ctx context.Context, run domain.ID) error {
	return s.store.Operate(ctx, func(ops domain.Ops) error { return ops.Runs.ClearQuarantine(ctx, run) })
}

func (s staging) Present(ctx context.Context, system domain.SystemID, name domain.DomainName) (int, error) {
	return s.store.Read().Sources.Count(ctx, system, name)
}

func (s staging) BeginComparison(ctx context.Context, basis domain.ComparisonBasis) error {
	return s.store.Operate(ctx, func(ops domain.Ops) error { return ops.Comparison.Begin(ctx, basis) })
}

func (s staging) Pending(ctx context.Context, basis domain.ComparisonBasis, after string) (domain.PendingRecords, error) {
	return s.store.Read().Comparisons.Pending(ctx, basis, after)
}

func (s staging) LinkedOf(ctx context.Context, system domain.SourceSystem, name domain.DomainName, day domain.Date, keys []string) ([]domain.LinkedRecord, error) {
	return s.store.Read().Comparisons.LinkedOf(ctx, system, name, day, keys)
}

func (s staging) Agreed(ctx context.Context, basis domain.ComparisonBasis, records []domain.LinkedRecord) error {
	return s.store.Operate(ctx, func(ops domain.Ops) error { return ops.Comparison.Agreed(ctx, basis, records) })
}

func (s staging) Expected(ctx context.Context, system domain.SourceSystem, name domain.DomainName, day domain.Date, page domain.Page) ([]domain.ExpectedRecord, string, error) {
	return s.store.Read().Sources.Expected(ctx, system, name, day, page)
}

// progress is reconcile.Progress of one leased run. It belongs to the one goroutine that carries the run.
type progress struct {
	store domain.Store
	lease time.Duration
	// version is what the run was last loaded or saved at.
	version int
	// told is the state that was told last, toldAt when.
	told   domain.RunState
	toldAt domain.Instant
}

// tellEvery is how often it is told how far a run has come, while its state stays as it is.
const tellEvery = time.Second

// Save stores the run over the version this progress knows, and tells of it: at once of a new state, now and then of how far
// it has come. The lease is set with every saving: the run carries the time it was claimed until, and storing that would undo
// the renewals.
func (p *progress) Save(ctx context.Context, run domain.Run) (domain.Run, error) {
	run.Version = max(run.Version, p.version+1)
	var now domain.Instant
	var tells bool
	err := p.store.Operate(ctx, func(ops domain.Ops) error {
		run.LeaseUntil = 0
		if run.State == domain.RunReading || run.State == domain.RunComparing {
			run.LeaseUntil = ops.Now.Add(p.lease)
		}
		if err := ops.Runs.Save(ctx, run, p.version); err != nil {
			return err
		}
		now, tells = ops.Now, run.State != p.told || ops.Now >= p.toldAt.Add(tellEvery)
		if !tells {
			return nil
		}
		return ops.Events.Put(ctx, domain.RunEvent(run))
	})
	if err != nil {
		return run, err
	}
	p.version = run.Version
	if tells {
		p.told, p.toldAt = run.State, now
	}
	return run, nil
}

// Now is the store's clock.
func (p *progress) Now(ctx context.Context) (domain.Instant, error) { return p.store.Now(ctx) }
