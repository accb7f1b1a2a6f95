package rows

import (
	"fmt"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// pageSize is how many rows are handed over at once.
const pageSize = 1000

// Pages collects the rows of a reading and hands them over in pages.
type Pages struct {
	emit func(reconcile.Page) error
	page reconcile.Page
}

// NewPages returns an empty collection that is handed over to emit.
func NewPages(emit func(reconcile.Page) error) *Pages { return &Pages{emit: emit} }

// Take adds a row that was converted. An error of emit is returned as it is.
func (p *Pages) Take(row domain.StagedRow) error {
	p.page.Rows = append(p.page.Rows, row)
	return p.full()
}

// Reject adds a row that cannot be taken. An error of emit is returned as it is.
func (p *Pages) Reject(row domain.QuarantinedRow) error {
	row.Content = cut(row.Content)
	p.page.Rejected = append(p.page.Rejected, row)
	return p.full()
}

func (p *Pages) full() error {
	if len(p.page.Rows)+len(p.page.Rejected) < pageSize {
		return nil
	}
	return p.Flush()
}

// Flush hands over what has been collected, if anything. An error of emit is returned as it is.
func (p *Pages) Flush() error {
	page := p.page
	p.page = reconcile.Page{}
	if len(page.Rows)+len(page.Rejected) == 0 {
		return nil
	}
	return p.emit(page)
}

// maxContent bounds what is kept of a row that could not be taken.
const maxContent = 4000

func cut(content string) string {
	return strings.ToValidUTF8(content[:min(len(content), maxContent)], "")
}

// Content writes a row as a person can read it, its columns in the given order.
func Content(columns []string, row map[string]any) string {
	var out strings.Builder
	for i, name := range columns {
		if i > 0 {
			out.WriteString("; ")
		}
		fmt.Fprintf(&out, "%s=%v", name, row[name])
		if out.Len() > maxContent {
			break
		}
	}
	return cut(out.String())
}

// Sentence is what a person reads of an error, without its cause.
func Sentence(err error) string {
	return domain.ErrorMessage(err, "the check failed inside Crosswalk")
}
