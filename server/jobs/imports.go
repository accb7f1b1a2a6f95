package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Imports is the worker that reads uploaded files and hands them in, one in each turn. Every process may have one.
type Imports struct {
	Store domain.Store
	// Carry does what is to be done with a leased import. When its context ends it stops without another word.
	Carry func(ctx context.Context, imported domain.Import) error
	Owner string
	// Lease is how long an import is ours without renewal; it is renewed three times in that time.
	Lease time.Duration
	Log   *slog.Logger
}

// Turn leases the next import and works on it while the lease can be kept.
func (w *Imports) Turn(ctx context.Context) (bool, error) {
	var imported domain.Import
	var found bool
	err := w.Store.Operate(ctx, func(ops domain.Ops) (err error) {
		imported, found, err = ops.Imports.Claim(ctx, w.Owner, ops.Now.Add(w.Lease))
		return err
	})
	if err != nil || !found {
		return false, err
	}
	lost, err := lease{
		store: w.Store, lasts: w.Lease, lost: domain.CodeImportLost,
		extend: func(ctx context.Context, ops domain.Ops, until domain.Instant) error {
			return ops.Imports.Extend(ctx, imported.ID, imported.Fence, until)
		},
		ended: func(ctx context.Context) (ended, elsewhere bool) { return w.ended(ctx, imported) },
	}.keep(ctx, func(ctx context.Context) error { return w.Carry(ctx, imported) })
	if lost {
		w.Log.InfoContext(ctx, "an import was cancelled or taken over", "import", imported.ID.String())
		return true, nil
	}
	if err != nil && w.told(ctx, imported, err) {
		w.Log.WarnContext(ctx, "an import failed", "import", imported.ID.String(), "system", string(imported.System), "code", domain.ErrorCode(err), "error", err)
		return true, nil
	}
	return true, err
}

// ended says whether nothing more is to be done with the import, and whether it was somebody else who ended it: a person, or a
// worker that took it over. What cannot be read has not ended: the lease decides then.
func (w *Imports) ended(ctx context.Context, imported domain.Import) (ended, elsewhere bool) {
	read, err := w.Store.Read().Imports.ByID(ctx, imported.ID)
	if err != nil || (read.State == imported.State && read.Fence == imported.Fence) {
		return false, false
	}
	return true, read.Fence != imported.Fence
}

// told says that people read where they look that the import has failed, and why: that is no failure of the worker.
func (w *Imports) told(ctx context.Context, imported domain.Import, cause error) bool {
	if domain.ErrorKind(cause) == domain.KindInternal || ctx.Err() != nil {
		return false
	}
	read, err := w.Store.Read().Imports.ByID(ctx, imported.ID)
	return err == nil && read.Fence == imported.Fence && read.Finished() && read.Code == domain.ErrorCode(cause)
}
