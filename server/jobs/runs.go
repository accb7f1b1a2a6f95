package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Runs is the worker that carries reconciliation runs, one in each turn.
type Runs struct {
	Store domain.Store
	// Carry brings a leased run to its end, or to where it waits. When its context ends it stops without another word.
	Carry func(ctx context.Context, run domain.Run) error
	Owner string
	// Lease is how long a run is ours without renewal; it is renewed three times in that time.
	Lease time.Duration
	Log   *slog.Logger
}

// Turn leases the next run and carries it while the lease can be kept.
func (r *Runs) Turn(ctx context.Context) (bool, error) {
	var run domain.Run
	var found bool
	err := r.Store.Operate(ctx, func(ops domain.Ops) (err error) {
		run, found, err = ops.Runs.Claim(ctx, r.Owner, ops.Now.Add(r.Lease))
		return err
	})
	if err != nil || !found {
		return false, err
	}
	lost, err := lease{
		store: r.Store, lasts: r.Lease, lost: domain.CodeRunLeaseLost,
		extend: func(ctx context.Context, ops domain.Ops, until domain.Instant) error {
			return ops.Runs.Extend(ctx, run.ID, r.Owner, run.Fence, until)
		},
		ended: func(ctx context.Context) (ended, elsewhere bool) { return r.ended(ctx, run) },
	}.keep(ctx, func(ctx context.Context) error { return r.Carry(ctx, run) })
	if lost {
		r.Log.WarnContext(ctx, "a run was taken over or cancelled", "run", run.ID.String())
		return true, nil
	}
	if err != nil && r.told(ctx, run, err) {
		r.Log.WarnContext(ctx, "a run failed", "run", run.ID.String(), "system", string(run.System), "code", domain.ErrorCode(err), "error", err)
		return true, nil
	}
	return true, err
}

// told says that the run has failed of what its system said or did, and that people read so where they look: that is no failure
// of the worker.
func (r *Runs) told(ctx context.Context, run domain.Run, cause error) bool {
	if domain.ErrorKind(cause) == domain.KindInternal || ctx.Err() != nil {
		return false
	}
	read, err := r.Store.Read().Runs.ByID(ctx, run.ID)
	return err == nil && read.State == domain.RunFailed && read.Code == domain.ErrorCode(cause)
}

// ended says whether the run is finished, and whether it was somebody else who ended it: a person, or a worker that took it
// over. What cannot be read has not ended: the lease decides then.
func (r *Runs) ended(ctx context.Context, run domain.Run) (ended, elsewhere bool) {
	read, err := r.Store.Read().Runs.ByID(ctx, run.ID)
	if err != nil || !read.Finished() {
		return false, false
	}
	return true, read.State == domain.RunCancelled || read.Fence != run.Fence
}
