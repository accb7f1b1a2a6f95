package jobs_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// TestALeaseOfWorkThatPanickedRunsOut: the loop lives on after a panic, and so would whatever renews the lease.
func TestALeaseOfWorkThatPanickedRunsOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &evaluations{states: oneDue()}
		worker := evaluator(store, func(context.Context, domain.DomainName, int64) error { panic("broken") })
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic is not told")
				}
			}()
			_, _ = worker.Turn(t.Context())
		}()
		<-time.After(worker.Lease)
		if store.renewed != 0 {
			t.Errorf("renewed %d times though nobody works", store.renewed)
		}
	})
}
