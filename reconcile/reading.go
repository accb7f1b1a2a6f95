package reconcile

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// maxQuarantined bounds what is kept of a row that could not be taken, in bytes.
const maxQuarantined = 4000

// read stages what the source gives, page by page.
//
// Everything the source supplies is read, whatever the plan compares: what a system said is kept once for all plans, and
// must not change with the plan that happens to read it.
func (e *execution) read(ctx context.Context) (Proof, error) {
	request := ReadRequest{Definition: e.Definition}
	if e.run.Mode == domain.RunIncremental && e.Previous != nil {
		request.Since = e.Previous.Watermark
	}
	taker := e.startTaking(ctx)
	proof, err := e.Source.Read(ctx, request, taker.give)
	if taking := taker.end(); taking != nil {
		// A source that goes on after a page was refused has proven nothing.
		return Proof{}, taking
	}
	return proof, err
}

// take stages one page and puts aside what of it cannot be taken.
func (e *execution) take(ctx context.Context, page sortedPage) error {
	aside := page.aside
	for _, rows := range [][]domain.StagedRow{page.first, page.again} {
		if len(rows) == 0 {
			continue
		}
		repeated, err := e.Staging.Stage(ctx, e.slot, rows)
		if err != nil {
			return fmt.Errorf("stage a page: %w", err)
		}
		aside = append(aside, page.repeated(rows, repeated)...)
	}
	if len(page.named) > 0 {
		if _, err := e.Staging.Stage(ctx, e.slot, page.named); err != nil {
			return fmt.Errorf("stage a page: %w", err)
		}
	}
	if len(aside) > 0 {
		if err := e.Staging.Quarantine(ctx, aside); err != nil {
			return fmt.Errorf("put rows aside: %w", err)
		}
	}
	e.run.Counts.Read += page.nameless + len(page.first) + len(page.again) + page.rejected
	e.run.Counts.Quarantined += len(aside)
	e.countSkips(page, len(aside))
	return e.save(ctx)
}

// countSkips counts why rows of a page brought nothing: aside is how many were put aside. What of them is neither rejected
// nor nameless was put aside for its code had come before.
func (e *execution) countSkips(page sortedPage, aside int) {
	skips := &e.run.Skips
	skips.Rejected += page.rejected
	skips.Nameless += page.nameless
	skips.Duplicate += aside - page.rejected - page.nameless
	skips.Unchanged += page.unchanged
}
