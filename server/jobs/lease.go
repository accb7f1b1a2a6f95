package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// errLeaseLost is why the context of leased work ends when somebody else may have the work.
var errLeaseLost = errors.New("the lease was lost")

// lookEvery is how soon a worker notices that its work was ended elsewhere.
const lookEvery = time.Second

// lease is a claim on one piece of work, which another worker may take once it has run out. A worker claims the work first, by
// Operate and until its ops.Now plus what the lease lasts, and then does it within keep:
//
//	lost, err := lease{
//		store: w.Store, lasts: w.Lease, lost: domain.CodeThingLeaseLost,
//		extend: func(ctx context.Context, ops domain.Ops, until domain.Instant) error {
//			return ops.Things.Extend(ctx, thing.ID, thing.Fence, until)
//		},
//	}.keep(ctx, func(ctx context.Context) error { return w.Carry(ctx, thing) })
//	if lost {
//		w.Log.WarnContext(ctx, "a thing was taken over", "thing", thing.ID.String())
//		return true, nil
//	}
//	return true, err
//
// What the work stores it must store under its fence: between two renewals nobody tells it that the lease is lost.
type lease struct {
	store domain.Store
	// lasts is how long the claim holds without renewal; it is renewed three times in that time.
	lasts time.Duration
	// extend makes the claim hold until the given instant.
	extend func(ctx context.Context, ops domain.Ops, until domain.Instant) error
	// lost is the code by which extend, or the work, says that another has the claim.
	lost string
	// ended says whether the work stands as finished, and whether it was somebody else who ended it. It is asked every second, so
	// that work that a person ends stops before the next renewal, and before a lease counts as lost. What cannot be read has not
	// ended. Nil where nobody ends the work but its worker.
	ended func(ctx context.Context) (ended, elsewhere bool)
}

// keep does the work while the claim holds. The work's context ends when the lease is lost, when the work was ended elsewhere, or
// when the lease could not be renewed for as long as it lasts. Then lost is true, and how the work ended is not ours to tell.
func (l lease) keep(ctx context.Context, work func(ctx context.Context) error) (lost bool, err error) {
	working, cancel := context.WithCancelCause(ctx)
	renewing := make(chan struct{})
	go func() {
		defer close(renewing)
		l.renew(working, cancel)
	}()
	defer func() { // also when the work panics: a claim on what nobody does must run out
		cancel(nil)
		<-renewing
	}()
	err = work(working)
	return errors.Is(context.Cause(working), errLeaseLost) || domain.ErrorCode(err) == l.lost, err
}

// renew keeps the claim until ctx ends or the work has ended, and cancels when the claim is another's or may be.
func (l lease) renew(ctx context.Context, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(l.lasts / 3)
	defer tick.Stop()
	look := time.NewTicker(min(l.lasts/3, lookEvery))
	defer look.Stop()
	held := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			ended, elsewhere := l.over(ctx)
			if elsewhere {
				cancel(errLeaseLost)
			}
			if ended { // or here, and there is only what is left to clear away
				return
			}
			continue
		case <-tick.C:
		}
		asked := time.Now()
		err := l.store.Operate(ctx, func(ops domain.Ops) error { return l.extend(ctx, ops, ops.Now.Add(l.lasts)) })
		switch {
		case err == nil:
			held = asked
		case domain.ErrorCode(err) == l.lost, time.Since(held) >= l.lasts*2/3:
			if ended, elsewhere := l.over(ctx); !ended || elsewhere {
				cancel(errLeaseLost)
			}
			return
		}
	}
}

// over asks whether the work has ended, where there is anybody to ask.
func (l lease) over(ctx context.Context) (ended, elsewhere bool) {
	if l.ended == nil {
		return false, false
	}
	return l.ended(ctx)
}
