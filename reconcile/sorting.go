package reconcile

import (
	"fmt"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// sortedPage is a page ready to be staged.
type sortedPage struct {
	origin
	// first are the rows that are the first of their key in the page, again the later ones, both in the page's order.
	first, again []domain.StagedRow
	// named are the records that rejected rows name. They are there, if unreadable: a record whose row is in quarantine keeps
	// what was known of it and is not missing.
	named []domain.StagedRow
	// aside are the rows that cannot be taken: rejected ones, and nameless ones, which have no usable code.
	aside              []domain.QuarantinedRow
	rejected, nameless int
	// unchanged is how many rows brought no values.
	unchanged int
}

// origin is what the rows of one reading have in common.
type origin struct {
	run    domain.ID
	system domain.SystemID
	codes  domain.CodeRule
	domain domain.DomainName
	readAt domain.Instant
}

// sorter makes pages ready. It works while others of the run's pages are staged, and so keeps to itself what it needs to know
// of the run.
type sorter struct {
	origin
	sealer domain.Sealer
}

func newSorter(e *execution) *sorter {
	return &sorter{origin: origin{
		run: e.run.ID, system: e.System.ID, codes: e.System.CodeRule, domain: e.Definition.Domain, readAt: e.run.ReadAt,
	}}
}

// sort completes the page's rows, and turns those without a usable code and those the source rejected into rows put aside.
func (s *sorter) sort(page Page) sortedPage {
	sorted := sortedPage{origin: s.origin, rejected: len(page.Rejected), first: make([]domain.StagedRow, 0, len(page.Rows))}
	for _, row := range page.Rejected {
		sorted.aside = append(sorted.aside, s.putAside(row))
		if code, err := domain.ParseCode(row.Code); err == nil {
			named := domain.StagedRow{Record: domain.SourceRecord{Code: code}, Unchanged: true}
			s.complete(&named.Record)
			sorted.named = append(sorted.named, named)
		}
	}
	seen := make(map[string]bool, len(page.Rows))
	for _, row := range page.Rows {
		if row.Unchanged {
			sorted.unchanged++
		}
		code, err := domain.ParseCode(string(row.Record.Code))
		if err != nil {
			sorted.nameless++
			sorted.aside = append(sorted.aside, s.unusable(row.Record, "the row cannot be told apart from others: "+err.Error()))
			continue
		}
		row.Record.Code = code
		s.complete(&row.Record)
		if !row.Unchanged {
			row = s.sealer.Seal(row)
		}
		if key := row.Record.Key; seen[key] {
			sorted.again = append(sorted.again, row)
		} else {
			seen[key] = true
			sorted.first = append(sorted.first, row)
		}
	}
	return sorted
}

// complete adds what does not depend on the connector: whose the record is, what it is found by.
func (o origin) complete(r *domain.SourceRecord) {
	r.System, r.Domain, r.ReadAt = o.system, o.domain, o.readAt
	r.Key = o.codes.Key(r.Code)
}

// repeated puts aside the rows whose keys were staged before them.
func (o origin) repeated(rows []domain.StagedRow, keys []string) []domain.QuarantinedRow {
	if len(keys) == 0 {
		return nil
	}
	known := make(map[string]bool, len(keys))
	for _, key := range keys {
		known[key] = true
	}
	var aside []domain.QuarantinedRow
	for _, row := range rows {
		if known[row.Record.Key] {
			aside = append(aside, o.unusable(row.Record, fmt.Sprintf("the system gives the code %q more than once", row.Record.Code)))
		}
	}
	return aside
}

func (o origin) unusable(record domain.SourceRecord, reason string) domain.QuarantinedRow {
	return o.putAside(domain.QuarantinedRow{Code: string(record.Code), Reason: reason, Content: string(record.Attributes.Encode())})
}

// putAside completes a row for the quarantine.
func (o origin) putAside(row domain.QuarantinedRow) domain.QuarantinedRow {
	row.Run, row.System, row.Domain = o.run, o.system, o.domain
	if len(row.Content) > maxQuarantined {
		row.Content = row.Content[:maxQuarantined]
	}
	row.Content = strings.ReplaceAll(strings.ToValidUTF8(row.Content, ""), "\x00", "\uFFFD")
	return row
}
