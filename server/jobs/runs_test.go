package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/jobs"
)

// leases is a store that knows of one run's lease and nothing else.
type leases struct {
	domain.Store
	domain.RunOps

	mu      sync.Mutex
	waiting bool
	extend  error // what renewing answers
	renewed int
	// ended is when the run counts as ended, zero for never; as is how it then stands.
	ended time.Time
	as    domain.Run
	// failed is the code that the run is stored as failed with, "" while it has not.
	failed string
}

func (l *leases) Read() domain.Reads { return domain.Reads{Runs: l} }

func (l *leases) ByID(_ context.Context, id domain.ID) (domain.Run, error) {
	run := domain.Run{ID: id, State: domain.RunReading, Fence: 1}
	if !l.ended.IsZero() && time.Now().After(l.ended) {
		run.State, run.Fence = l.as.State, l.as.Fence
	}
	if l.failed != "" {
		run.State, run.Code = domain.RunFailed, l.failed
	}
	return run, nil
}

func (l *leases) Operate(_ context.Context, fn func(domain.Ops) error) error {
	return fn(domain.Ops{Runs: l, Now: domain.InstantOf(time.Now())})
}

func (l *leases) Claim(context.Context, string, domain.Instant) (domain.Run, bool, error) {
	return domain.Run{ID: domain.NewID(), State: domain.RunQueued, Fence: 1}, l.waiting, nil
}

func (l *leases) Extend(context.Context, domain.ID, string, int64, domain.Instant) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.renewed++
	return l.extend
}

func TestARunIsCarriedWhileItsLeaseIsKept(t *testing.T) {
	t.Parallel()
	gone := domain.Conflict(domain.CodeRunLeaseLost, "gone")
	down := domain.Unavailable(nil, domain.CodeStoreDown, "down")
	tests := map[string]struct {
		extend      error
		carry       error         // what the work ends with when it takes all its time
		wantRun     time.Duration // how long the work went on
		wantRenewed int           // -1 where it does not matter
		wantErr     bool
		endAfter    time.Duration // when the run stands as end says; 0 for never
		end         domain.Run
	}{
		"until somebody cancels it":          {endAfter: 7500 * time.Millisecond, end: domain.Run{State: domain.RunCancelled, Fence: 1}, wantRun: 8 * time.Second},
		"until another worker has ended it":  {endAfter: 7500 * time.Millisecond, end: domain.Run{State: domain.RunDone, Fence: 2}, wantRun: 8 * time.Second},
		"though it has ended when renewing":  {extend: gone, endAfter: 9900 * time.Millisecond, end: domain.Run{State: domain.RunDone, Fence: 1}, wantRun: 65 * time.Second, wantRenewed: -1},
		"to its end, with what comes after":  {endAfter: 27500 * time.Millisecond, end: domain.Run{State: domain.RunDone, Fence: 1}, wantRun: 65 * time.Second, wantRenewed: 2},
		"to its end":                         {wantRun: 65 * time.Second, wantRenewed: 6},
		"until it fails":                     {carry: errors.New("no"), wantRun: 65 * time.Second, wantRenewed: 6, wantErr: true},
		"until the lease is lost":            {extend: gone, wantRun: 10 * time.Second, wantRenewed: 1},
		"until the store has been gone long": {extend: down, wantRun: 20 * time.Second, wantRenewed: 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				store := &leases{waiting: true, extend: tt.extend}
				began := time.Now()
				if tt.endAfter > 0 {
					store.ended, store.as = began.Add(tt.endAfter), tt.end
				}
				worker := &jobs.Runs{Store: store, Owner: "a", Lease: 30 * time.Second, Log: quiet(), Carry: func(ctx context.Context, _ domain.Run) error {
					select {
					case <-time.After(65 * time.Second):
						return tt.carry
					case <-ctx.Done():
						return context.Cause(ctx)
					}
				}}
				worked, err := worker.Turn(t.Context())
				if !worked || (err != nil) != tt.wantErr || time.Since(began) != tt.wantRun || tt.wantRenewed >= 0 && store.renewed != tt.wantRenewed {
					t.Errorf("worked %v, %v after %v with %d renewals", worked, err, time.Since(began), store.renewed)
				}
			})
		})
	}
}

// TestARunThatFailedOfItsSystem: what people read on the Runs page is no failure of the worker, all else is.
func TestARunThatFailedOfItsSystem(t *testing.T) {
	t.Parallel()
	unreachable := domain.Unavailable(errors.New("refused"), domain.CodeSystemUnreachable, "the system does not answer")
	tests := map[string]struct {
		stored  string
		cause   error
		wantErr bool
	}{
		"as it is stored":     {domain.CodeSystemUnreachable, unreachable, false},
		"and told on the way": {domain.CodeSystemUnreachable, fmt.Errorf("read: %w", unreachable), false},
		"not stored":          {"", unreachable, true},
		"stored otherwise":    {domain.CodeSystemUnreachable, domain.Unavailable(nil, domain.CodeStoreDown, "down"), true},
		"inside of us":        {domain.CodeInternal, errors.New("no"), true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			worker := &jobs.Runs{
				Store: &leases{waiting: true, failed: tt.stored}, Lease: time.Hour, Log: slog.New(slog.NewTextHandler(&out, nil)),
				Carry: func(context.Context, domain.Run) error { return tt.cause },
			}
			worked, err := worker.Turn(t.Context())
			if !worked || (err != nil) != tt.wantErr || strings.Contains(out.String(), "level=WARN") == tt.wantErr {
				t.Errorf("worked %v, %v, logged %q", worked, err, out.String())
			}
		})
	}
}

func TestARunStopsWithTheProgram(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		worker := &jobs.Runs{Store: &leases{waiting: true}, Lease: time.Minute, Log: quiet(), Carry: func(ctx context.Context, _ domain.Run) error {
			cancel()
			<-ctx.Done()
			return ctx.Err()
		}}
		if worked, err := worker.Turn(ctx); !worked || !errors.Is(err, context.Canceled) {
			t.Errorf("%v, %v", worked, err)
		}
	})
}

func TestWithoutARunThereIsNoWork(t *testing.T) {
	t.Parallel()
	worker := &jobs.Runs{Store: &leases{}, Log: quiet()}
	if worked, err := worker.Turn(t.Context()); worked || err != nil {
		t.Errorf("%v, %v", worked, err)
	}
}
