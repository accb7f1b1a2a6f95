package reconcile

import (
	"context"
	"errors"
	"fmt"
	"strings"

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

// taker takes pages in while the source reads the next ones.
type taker struct {
	pages chan Page
	// failed is closed when a page could not be taken, done when no more will be; err is why, and good once either is.
	failed, done chan struct{}
	err          error
	// panicked is what a page made panic: it is passed on to the goroutine that reads, which somebody guards.
	panicked any
}

// errPanicked ends the reading until the panic can be passed on.
var errPanicked = errors.New("a page made the reader panic")

func (e *execution) startTaking(ctx context.Context) *taker {
	t := &taker{pages: make(chan Page, 1), failed: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(t.done)
		defer func() {
			if t.panicked = recover(); t.panicked != nil {
				t.err = errPanicked
				close(t.failed)
			}
		}()
		for page := range t.pages {
			if t.err = e.take(ctx, page); t.err != nil {
				close(t.failed)
				return
			}
		}
	}()
	return t
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
	<-t.done
	if t.panicked != nil {
		panic(t.panicked)
	}
	return t.err
}

// take stages one page and puts aside what of it cannot be taken.
func (e *execution) take(ctx context.Context, page Page) error {
	rows, aside := e.sort(page)
	first, again := splitRepeated(rows)
	repeated, err := e.Staging.Stage(ctx, e.slot, first)
	if err != nil {
		return fmt.Errorf("stage a page: %w", err)
	}
	aside = append(aside, e.repeated(first, repeated)...)
	if len(again) > 0 {
		if repeated, err = e.Staging.Stage(ctx, e.slot, again); err != nil {
			return fmt.Errorf("stage a page: %w", err)
		}
		aside = append(aside, e.repeated(again, repeated)...)
	}
	if named := e.named(page.Rejected); len(named) > 0 {
		if _, err = e.Staging.Stage(ctx, e.slot, named); err != nil {
			return fmt.Errorf("stage a page: %w", err)
		}
	}
	if len(aside) > 0 {
		if err := e.Staging.Quarantine(ctx, aside); err != nil {
			return fmt.Errorf("put rows aside: %w", err)
		}
	}
	e.run.Counts.Read += len(page.Rows) + len(page.Rejected)
	e.run.Counts.Quarantined += len(aside)
	e.countSkips(page, len(page.Rows)-len(rows), len(aside))
	return e.save(ctx)
}

// countSkips counts why rows of a page brought nothing: aside is how many were put aside, nameless how many of them had no
// usable code. What is neither rejected nor nameless was put aside for its code had come before.
func (e *execution) countSkips(page Page, nameless, aside int) {
	skips := &e.run.Skips
	skips.Rejected += len(page.Rejected)
	skips.Nameless += nameless
	skips.Duplicate += aside - len(page.Rejected) - nameless
	for _, row := range page.Rows {
		if row.Unchanged {
			skips.Unchanged++
		}
	}
}

// sort completes the page's rows, and turns those without a usable code and those the source rejected into rows put aside.
func (e *execution) sort(page Page) (rows []domain.StagedRow, aside []domain.QuarantinedRow) {
	for _, row := range page.Rejected {
		aside = append(aside, e.putAside(row))
	}
	for _, row := range page.Rows {
		code, err := domain.ParseCode(string(row.Record.Code))
		if err != nil {
			aside = append(aside, e.unusable(row.Record, "the row cannot be told apart from others: "+err.Error()))
			continue
		}
		row.Record.Code = code
		rows = append(rows, e.completed(row))
	}
	return rows, aside
}

// completed returns the row with what does not depend on the connector: whose it is, what it is found by, its hash.
func (e *execution) completed(row domain.StagedRow) domain.StagedRow {
	r := &row.Record
	r.System, r.Domain = e.System.ID, e.Definition.Domain
	r.Key = e.System.CodeRule.Key(r.Code)
	r.ReadAt = e.run.ReadAt
	if row.Unchanged {
		return row
	}
	return row.Sealed()
}

// named returns the records that rejected rows name. They are there, if unreadable: a record whose row is in quarantine
// keeps what was known of it and is not missing.
func (e *execution) named(rejected []domain.QuarantinedRow) []domain.StagedRow {
	var rows []domain.StagedRow
	for _, row := range rejected {
		if code, err := domain.ParseCode(row.Code); err == nil {
			rows = append(rows, e.completed(domain.StagedRow{Record: domain.SourceRecord{Code: code}, Unchanged: true}))
		}
	}
	return rows
}

// splitRepeated parts a page's rows into the first of each key and the later ones, in order.
func splitRepeated(rows []domain.StagedRow) (first, again []domain.StagedRow) {
	seen := make(map[string]bool, len(rows))
	for _, row := range rows {
		if seen[row.Record.Key] {
			again = append(again, row)
			continue
		}
		seen[row.Record.Key] = true
		first = append(first, row)
	}
	return first, again
}

// repeated puts aside the rows whose keys were staged before them.
func (e *execution) repeated(rows []domain.StagedRow, keys []string) []domain.QuarantinedRow {
	known := make(map[string]bool, len(keys))
	for _, key := range keys {
		known[key] = true
	}
	var aside []domain.QuarantinedRow
	for _, row := range rows {
		if known[row.Record.Key] {
			aside = append(aside, e.unusable(row.Record, fmt.Sprintf("the system gives the code %q more than once", row.Record.Code)))
		}
	}
	return aside
}

func (e *execution) unusable(record domain.SourceRecord, reason string) domain.QuarantinedRow {
	return e.putAside(domain.QuarantinedRow{Code: string(record.Code), Reason: reason, Content: string(record.Attributes.Encode())})
}

// putAside completes a row for the quarantine.
func (e *execution) putAside(row domain.QuarantinedRow) domain.QuarantinedRow {
	row.Run, row.System, row.Domain = e.run.ID, e.System.ID, e.Definition.Domain
	if len(row.Content) > maxQuarantined {
		row.Content = row.Content[:maxQuarantined]
	}
	row.Content = strings.ReplaceAll(strings.ToValidUTF8(row.Content, ""), "\x00", "\uFFFD")
	return row
}
