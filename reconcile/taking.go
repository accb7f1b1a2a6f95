package reconcile

import (
	"context"
	"errors"
	"sync"
)

// taker takes pages in while the source reads the next ones: one page is completed and hashed while the one before it is
// staged, so that neither the source nor the database waits for the other. No more than these pages, and one that is handed
// over, are in memory.
type taker struct {
	pages  chan Page
	sorted chan sortedPage
	// failed is closed when a page could not be taken; err is why, and good once it is closed or all are taken.
	failed chan struct{}
	fail   sync.Once
	err    error
	// panicked is what a page made panic: it is passed on to the goroutine that reads, which somebody guards.
	panicked any
	working  sync.WaitGroup
}

// errPanicked ends the reading until the panic can be passed on.
var errPanicked = errors.New("a page made the reader panic")

func (e *execution) startTaking(ctx context.Context) *taker {
	t := &taker{pages: make(chan Page), sorted: make(chan sortedPage), failed: make(chan struct{})}
	sorter := newSorter(e)
	t.start(func() error {
		defer close(t.sorted)
		for page := range t.pages {
			select {
			case t.sorted <- sorter.sort(page):
			case <-t.failed:
				return nil
			}
		}
		return nil
	})
	t.start(func() error {
		for page := range t.sorted {
			if err := e.take(ctx, page); err != nil {
				return err
			}
		}
		return nil
	})
	return t
}

// start runs work beside the reading. Its error, or panic, ends the taking of pages.
func (t *taker) start(work func() error) {
	t.working.Go(func() {
		defer func() {
			if panicked := recover(); panicked != nil {
				t.stop(errPanicked, panicked)
			}
		}()
		if err := work(); err != nil {
			t.stop(err, nil)
		}
	})
}

func (t *taker) stop(err error, panicked any) {
	t.fail.Do(func() {
		t.err, t.panicked = err, panicked
		close(t.failed)
	})
}

// give hands a page over, or says why an earlier one could not be taken.
func (t *taker) give(page Page) error {
	select {
	case <-t.failed:
		return t.err
	default:
	}
	select {
	case <-t.failed:
		return t.err
	case t.pages <- page:
		return nil
	}
}

// end waits until all pages are taken, and says why one could not be.
func (t *taker) end() error {
	close(t.pages)
	t.working.Wait()
	if t.panicked != nil {
		panic(t.panicked)
	}
	return t.err
}
