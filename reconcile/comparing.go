package reconcile

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

const (
	// pageSize is how many records are compared between two savings of the run.
	pageSize = 1000
	// maxFindings is how many findings are proposed at once, so that a transaction of the queue stays short.
	maxFindings = 500
)

// compareLinked compares the records the system has.
func (e *execution) compareLinked(ctx context.Context, alignment Alignment) error {
	for after := ""; ; {
		records, next, err := e.Staging.Linked(ctx, e.System, e.Definition.Domain, e.Day, domain.Page{After: after, Limit: pageSize})
		if err != nil {
			return fmt.Errorf("read the linked records: %w", err)
		}
		var findings []domain.Finding
		for _, record := range records {
			findings = append(findings, alignment.Linked(record)...)
			e.countCompared(record)
		}
		if err := e.propose(ctx, findings); err != nil || next == "" {
			return err
		}
		after = next
	}
}

// compareExpected looks at the records the system does not have.
func (e *execution) compareExpected(ctx context.Context, alignment Alignment) error {
	for after := ""; ; {
		records, next, err := e.Staging.Expected(ctx, e.System, e.Definition.Domain, e.Day, domain.Page{After: after, Limit: pageSize})
		if err != nil {
			return fmt.Errorf("read the expected records: %w", err)
		}
		var findings []domain.Finding
		for _, record := range records {
			if finding, found := alignment.Expected(record); found {
				findings = append(findings, finding)
			} else {
				e.run.Skips.NotExpected++
			}
		}
		if err := e.propose(ctx, findings); err != nil || next == "" {
			return err
		}
		after = next
	}
}

// countCompared counts a record as compared, or why there is nothing it could be compared with.
func (e *execution) countCompared(r domain.LinkedRecord) {
	skips := &e.run.Skips
	switch {
	case r.Mapping == nil && r.Source.Active:
		skips.Unmapped++
	case r.Mapping == nil:
		skips.Dormant++
	case r.Mapping.Relation != domain.RelationEquivalent:
		skips.Related++
	case r.Golden == nil || !inUse(*r.Golden):
		skips.Retired++
	default:
		e.run.Counts.Compared++
	}
}

// propose takes one page's findings to the queue and saves how far the run has come.
func (e *execution) propose(ctx context.Context, findings []domain.Finding) error {
	for batch := range slices.Chunk(distinct(findings), maxFindings) {
		counts, err := e.Proposer.Observe(ctx, e.run, batch)
		if err != nil {
			return fmt.Errorf("propose findings: %w", err)
		}
		e.count(counts)
	}
	return e.save(ctx)
}

// distinct keeps the first finding of each identity: a golden record with two codes in one system may differ twice in the
// same way, and that is one discrepancy.
func distinct(findings []domain.Finding) []domain.Finding {
	seen := make(map[string]bool, len(findings))
	return slices.DeleteFunc(findings, func(f domain.Finding) bool {
		identity := f.Identity()
		known := seen[identity]
		seen[identity] = true
		return known
	})
}

// count adds what happened to discrepancies to the run's counts.
func (e *execution) count(c domain.RunCounts) {
	counts := &e.run.Counts
	counts.Raised += c.Raised
	counts.Seen += c.Seen
	counts.Closed += c.Closed
	counts.Verified += c.Verified
	counts.Bounced += c.Bounced
}
