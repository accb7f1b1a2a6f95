package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/jobs"
)

// uploads is a store that knows of one import's lease and nothing else.
type uploads struct {
	domain.Store
	domain.ImportOps

	mu      sync.Mutex
	extend  error // what renewing answers
	renewed int
	// ended is when the import counts as ended, zero for never; as is how it then stands.
	ended time.Time
	as    domain.Import
}

func (u *uploads) Read() domain.Reads { return domain.Reads{Imports: u} }

func (u *uploads) ByID(_ context.Context, id domain.ID) (domain.Import, error) {
	imported := domain.Import{ID: id, State: domain.ImportReading, Fence: 1}
	if !u.ended.IsZero() && time.Now().After(u.ended) {
		imported.State, imported.Fence, imported.Code = u.as.State, u.as.Fence, u.as.Code
	}
	return imported, nil
}

func (u *uploads) Operate(_ context.Context, fn func(domain.Ops) error) error {
	return fn(domain.Ops{Imports: u, Now: domain.InstantOf(time.Now())})
}

func (u *uploads) Claim(context.Context, string, domain.Instant) (domain.Import, bool, error) {
	return domain.Import{ID: domain.NewID(), State: domain.ImportReading, Fence: 1}, true, nil
}

func (u *uploads) Extend(context.Context, domain.ID, int64, domain.Instant) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.renewed++
	return u.extend
}

func TestAnImportIsCarriedWhileItsLeaseIsKept(t *testing.T) {
	t.Parallel()
	lost := domain.Conflict(domain.CodeImportLost, "gone")
	down := domain.Unavailable(nil, domain.CodeStoreDown, "down")
	unreadable := domain.Invalid(domain.CodeImportInvalid, "line 7")
	tests := map[string]struct {
		extend      error
		carry       error
		wantTook    time.Duration
		wantRenewed int
		wantErr     bool
		endAfter    time.Duration
		end         domain.Import
	}{
		"to its end":                         {wantTook: 65 * time.Second, wantRenewed: 6},
		"until somebody cancels it":          {endAfter: 7500 * time.Millisecond, end: domain.Import{State: domain.ImportCancelled, Fence: 2}, wantTook: 8 * time.Second},
		"until its layout is corrected":      {endAfter: 7500 * time.Millisecond, end: domain.Import{State: domain.ImportReading, Fence: 3}, wantTook: 8 * time.Second},
		"to its end, with what comes after":  {endAfter: 27500 * time.Millisecond, end: domain.Import{State: domain.ImportPreviewed, Fence: 1}, wantTook: 65 * time.Second, wantRenewed: 2},
		"until the lease is lost":            {extend: lost, wantTook: 10 * time.Second, wantRenewed: 1},
		"until the store has been gone long": {extend: down, wantTook: 20 * time.Second, wantRenewed: 2},
		"until it fails":                     {carry: errors.New("no"), wantTook: 65 * time.Second, wantRenewed: 6, wantErr: true},
		"until people read why it failed": {carry: unreadable, endAfter: 61500 * time.Millisecond, end: domain.Import{State: domain.ImportFailed, Fence: 1, Code: domain.CodeImportInvalid},
			wantTook: 65 * time.Second, wantRenewed: 6},
		"until it fails and nobody reads why": {carry: unreadable, wantTook: 65 * time.Second, wantRenewed: 6, wantErr: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				store, began := &uploads{extend: tt.extend}, time.Now()
				if tt.endAfter > 0 {
					store.ended, store.as = began.Add(tt.endAfter), tt.end
				}
				worker := &jobs.Imports{Store: store, Owner: "a", Lease: 30 * time.Second, Log: quiet(), Carry: func(ctx context.Context, _ domain.Import) error {
					select {
					case <-time.After(65 * time.Second):
						return tt.carry
					case <-ctx.Done():
						return context.Cause(ctx)
					}
				}}
				worked, err := worker.Turn(t.Context())
				if !worked || (err != nil) != tt.wantErr || time.Since(began) != tt.wantTook || store.renewed != tt.wantRenewed {
					t.Errorf("worked %v, %v after %v with %d renewals", worked, err, time.Since(began), store.renewed)
				}
			})
		})
	}
}
