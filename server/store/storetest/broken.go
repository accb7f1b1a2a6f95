package storetest

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
)

// Failing says which operations of a broken store fail, each as if the database were gone (CodeStoreDown).
type Failing struct {
	// Writes and Operates fail after fn ran: nothing of what it did remains.
	Writes, Operates bool
	// Reads makes every reader of Read fail.
	Reads bool
	Now   bool
	// After is how many of these calls succeed before they fail.
	After int
}

// Broken returns s with operations that fail.
func Broken(t testing.TB, s domain.Store, failing Failing) domain.Store {
	t.Helper()
	gone, err := store.Open(t.Context(), SQLiteAddress(t), store.WithoutMigrations())
	if err != nil {
		t.Fatalf("open the store that is to break: %v", err)
	}
	if err := gone.Close(); err != nil {
		t.Fatalf("close the store that is to break: %v", err)
	}
	return &broken{whole: s, gone: gone, failing: failing}
}

type broken struct {
	whole, gone domain.Store
	failing     Failing
	calls       atomic.Int64
}

// fails counts one call of an operation and says whether it is to fail.
func (b *broken) fails(operation bool) bool {
	return operation && b.calls.Add(1) > int64(b.failing.After)
}

func down() error {
	return domain.Unavailable(nil, domain.CodeStoreDown, "the database cannot be reached")
}

// Now is the whole store's, unless it fails.
func (b *broken) Now(ctx context.Context) (domain.Instant, error) {
	if b.fails(b.failing.Now) {
		return 0, down()
	}
	return b.whole.Now(ctx)
}

// Read gives the whole store's readers, or those of one that is closed.
func (b *broken) Read() domain.Reads {
	if b.fails(b.failing.Reads) {
		return b.gone.Read()
	}
	return b.whole.Read()
}

// Write runs fn and then, perhaps, fails.
func (b *broken) Write(ctx context.Context, change domain.Change, fn func(domain.Repos) error) error {
	fails := b.fails(b.failing.Writes)
	return b.whole.Write(ctx, change, func(repos domain.Repos) error {
		if err := fn(repos); err != nil || !fails {
			return err
		}
		return down()
	})
}

// Operate runs fn and then, perhaps, fails.
func (b *broken) Operate(ctx context.Context, fn func(domain.Ops) error) error {
	fails := b.fails(b.failing.Operates)
	return b.whole.Operate(ctx, func(ops domain.Ops) error {
		if err := fn(ops); err != nil || !fails {
			return err
		}
		return down()
	})
}
