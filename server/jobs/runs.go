package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// errLeaseLost is why a run's context ends when somebody else may have the run.
var errLeaseLost = errors.New("the lease of the run was lost")

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
	carrying, cancel := context.WithCancelCause(ctx)
	renewing := make(chan struct{})
	go func() {
		defer close(renewing)
		r.renew(carrying, cancel, run)
	}()
	err = r.Carry(carrying, run)
	lost := context.Cause(carrying)
	cancel(nil)
	<-renewing
	if errors.Is(lost, errLeaseLost) || domain.ErrorCode(err) == domain.CodeRunLeaseLost {
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

// lookEvery is how soon a worker notices that a person has cancelled its run.
const lookEvery = time.Second

// ended says whether the run is finished, and whether it was somebody else who ended it: a person, or a worker that took it
// over. What cannot be read has not ended: the lease decides then.
func (r *Runs) ended(ctx context.Context, run domain.Run) (ended, elsewhere bool) {
	read, err := r.Store.Read().Runs.ByID(ctx, run.ID)
	if err != nil || !read.Finished() {
		return false, false
	}
	return true, read.State == domain.RunCancelled || read.Fence != run.Fence
}

// renew keeps the lease until ctx ends. It cancels when the lease is lost, when the run was cancelled, or when the lease could
// not be renewed for as long as it lasts.
func (r *Runs) renew(ctx context.Context, cancel context.CancelCauseFunc, run domain.Run) {
	tick := time.NewTicker(r.Lease / 3)
	defer tick.Stop()
	look := time.NewTicker(min(r.Lease/3, lookEvery))
	defer look.Stop()
	held := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			ended, elsewhere := r.ended(ctx, run)
			if elsewhere {
				cancel(errLeaseLost)
			}
			if ended { // or here, and there is only what was staged to be cleared away
				return
			}
			continue
		case <-tick.C:
		}
		asked := time.Now()
		err := r.Store.Operate(ctx, func(ops domain.Ops) error {
			return ops.Runs.Extend(ctx, run.ID, r.Owner, run.Fence, ops.Now.Add(r.Lease))
		})
		switch {
		case err == nil:
			held = asked
		case domain.ErrorCode(err) == domain.CodeRunLeaseLost, time.Since(held) >= r.Lease*2/3:
			if ended, elsewhere := r.ended(ctx, run); !ended || elsewhere {
				cancel(errLeaseLost)
			}
			return
		}
	}
}
