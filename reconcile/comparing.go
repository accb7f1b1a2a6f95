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

// compareLinked compares the records the system has: those that are not known to agree still.
func (e *execution) compareLinked(ctx context.Context, alignment Alignment) error {
	basis := alignment.Basis(e.run.Plan, domain.NewID())
	if err := e.Staging.BeginComparison(ctx, basis); err != nil {
		return fmt.Errorf("begin the comparison: %w", err)
	}
	for after := ""; ; {
		pending, err := e.Staging.Pending(ctx, basis, after)
		if err != nil {
			return fmt.Errorf("find what has to be compared: %w", err)
		}
		for standing, records := range pending.Agreed {
			e.countStanding(standing, records)
		}
		for keys := range slices.Chunk(pending.Keys, pageSize) {
			if err := e.comparePage(ctx, alignment, basis, keys); err != nil {
				return err
			}
		}
		if after = pending.Next; after == "" {
			return e.save(ctx)
		}
	}
}

// comparePage compares some records, proposes what is found, and then remembers which of them agreed.
func (e *execution) comparePage(ctx context.Context, alignment Alignment, basis domain.ComparisonBasis, keys []string) error {
	records, err := e.Staging.LinkedOf(ctx, e.System, e.Definition.Domain, e.Day, keys)
	if err != nil {
		return fmt.Errorf("read the linked records: %w", err)
	}
	var findings []domain.Finding
	agreed := make([]domain.LinkedRecord, 0, len(records))
	for _, record := range records {
		found := alignment.Linked(record)
		if len(found) == 0 {
			agreed = append(agreed, record)
		}
		findings = append(findings, found...)
		e.countStanding(record.Standing(), 1)
	}
	if err := e.propose(ctx, findings); err != nil {
		return err
	}
	if err := e.Staging.Agreed(ctx, basis, agreed); err != nil {
		return fmt.Errorf("remember what agrees: %w", err)
	}
	return nil
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

// countStanding counts records as compared, or why there was nothing they could be compared with.
func (e *execution) countStanding(standing domain.Standing, records int) {
	skips := &e.run.Skips
	switch standing {
	case domain.StandsUnmapped:
		skips.Unmapped += records
	case domain.StandsDormant:
		skips.Dormant += records
	case domain.StandsRelated:
		skips.Related += records
	case domain.StandsRetired:
		skips.Retired += records
	default:
		e.run.Counts.Compared += records
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
