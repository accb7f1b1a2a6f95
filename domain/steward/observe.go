package steward

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// observer is the identity under which runs put what they found into the queue.
func observer(run domain.Run, what string) domain.Change {
	return domain.Change{Actor: domain.ServiceActor("reconcile").ID, Reason: what + " of run " + run.ID.String()}
}

// Observe opens or refreshes the discrepancies of a run's findings, in one transaction, after the values that a standing rule
// lets in have entered the golden records.
func (d *Desk) Observe(ctx context.Context, run domain.Run, findings []domain.Finding) (domain.RunCounts, error) {
	findings, notes, err := d.follow(ctx, run, findings)
	if err != nil || len(findings) == 0 {
		return domain.RunCounts{}, err
	}
	return d.observe(ctx, run, findings, notes)
}

// observe opens or refreshes discrepancies, with what a standing rule has to say of them, by identity.
func (d *Desk) observe(ctx context.Context, run domain.Run, findings []domain.Finding, notes map[string]string) (domain.RunCounts, error) {
	var counts domain.RunCounts
	err := d.Store.Write(ctx, observer(run, "findings"), func(repos domain.Repos) error {
		counts = domain.RunCounts{}
		identities := make([]string, len(findings))
		for i, f := range findings {
			identities[i] = f.Identity()
		}
		known, err := repos.Discrepancies.ByIdentities(ctx, identities)
		if err != nil {
			return err
		}
		accepted, err := repos.Acceptances.Active(ctx, run.System, run.Domain)
		if err != nil {
			return err
		}
		o := observing{run: run, today: domain.DateOf(repos.Now), accepted: accepted, notes: notes}
		for i, f := range findings {
			if err := o.observe(ctx, repos, f, known[identities[i]], &counts); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return domain.RunCounts{}, fmt.Errorf("observe %d findings: %w", len(findings), err)
	}
	return counts, nil
}

// observing is what all findings of a run are held against.
type observing struct {
	run      domain.Run
	today    domain.Date
	accepted []domain.Acceptance
	// notes say why a standing rule left a finding to people, by its identity.
	notes map[string]string
}

// noted says with a discrepancy that waits for a person why no rule decided it.
func (o observing) noted(found domain.Discrepancy) domain.Discrepancy {
	if why := o.notes[found.Finding.Identity()]; why != "" && found.Decidable() {
		found.Note = why
	}
	return found
}

// covered accepts what has just come into the queue and lies in the scope of an acceptance.
func (o observing) covered(found domain.Discrepancy) (domain.Discrepancy, error) {
	for _, a := range o.accepted {
		if a.Covers(found.Finding, o.today) {
			return found.Covered(a)
		}
	}
	return found, nil
}

// observe takes in one finding; a zero known means it is new.
func (o observing) observe(ctx context.Context, repos domain.Repos, f domain.Finding, known domain.Discrepancy, counts *domain.RunCounts) error {
	if known.ID.IsZero() {
		found, err := o.covered(domain.NewDiscrepancy(f, o.run.ID))
		if err != nil {
			return err
		}
		if found.State == domain.DiscrepancyOpen {
			counts.Raised++
		} else {
			counts.Seen++
		}
		return repos.Discrepancies.Put(ctx, o.noted(found), 0)
	}
	if known.LastRun == o.run.ID {
		countAgain(o.run, known, counts)
		return nil // the run was resumed and finds it a second time
	}
	seen, err := known.Seen(f, o.run.ID, o.today)
	if err != nil {
		return err
	}
	if seen.State == domain.DiscrepancyReopened && known.State != domain.DiscrepancyReopened {
		if seen, err = o.covered(seen); err != nil {
			return err
		}
	}
	switch seen.State {
	case known.State, domain.DiscrepancyAccepted:
		counts.Seen++
	case domain.DiscrepancyBounced:
		counts.Bounced++
	default:
		counts.Raised++
	}
	return repos.Discrepancies.Put(ctx, o.noted(seen), known.Version)
}

// countAgain counts what an earlier attempt of the run has taken in already. What had been reopened before the run cannot be
// told from what the run reopened: it counts as raised.
func countAgain(run domain.Run, known domain.Discrepancy, counts *domain.RunCounts) {
	switch {
	case known.FirstRun == run.ID || known.State == domain.DiscrepancyReopened:
		counts.Raised++
	case known.State == domain.DiscrepancyBounced:
		counts.Bounced++
	default:
		counts.Seen++
	}
}

// concludePage is how many discrepancies or work-list entries are looked at in one transaction.
const concludePage = 500

// Conclude verifies or closes what a complete run did not find again, and ticks off the work-list entries it found done.
func (d *Desk) Conclude(ctx context.Context, run domain.Run) (domain.RunCounts, error) {
	var counts domain.RunCounts
	plan, err := d.Store.Read().Plans.ByID(ctx, run.Plan)
	if err != nil {
		return counts, fmt.Errorf("conclude run %s: %w", run.ID, err)
	}
	for after := ""; ; {
		gone, next, err := d.Store.Read().Discrepancies.NotSeen(ctx, run.System, run.Domain, run.ID, domain.Page{After: after, Limit: concludePage})
		if err != nil {
			return counts, err
		}
		gone = slices.DeleteFunc(gone, func(found domain.Discrepancy) bool { return !concludes(run, plan, found) })
		if err := d.absent(ctx, run, gone, &counts); err != nil {
			return counts, err
		}
		if after = next; next == "" {
			break
		}
	}
	return counts, d.tickOff(ctx, run)
}

// concludes says that the run would have found the discrepancy again: its plan compares the attribute, and no run that began
// to read later, of another plan, has seen it meanwhile.
func concludes(run domain.Run, plan domain.Plan, found domain.Discrepancy) bool {
	attribute := found.Finding.Attribute
	compared := attribute == "" || len(plan.Attributes) == 0 || slices.Contains(plan.Attributes, attribute.Plain())
	return compared && found.LastSeen <= run.ReadAt
}

func (d *Desk) absent(ctx context.Context, run domain.Run, gone []domain.Discrepancy, counts *domain.RunCounts) error {
	var page domain.RunCounts
	err := d.Store.Write(ctx, observer(run, "conclusions"), func(repos domain.Repos) error {
		page = domain.RunCounts{}
		for _, read := range gone {
			found, err := repos.Discrepancies.ByID(ctx, read.ID)
			if err != nil {
				return err
			}
			after, err := found.Absent(run.ReadAt)
			if err != nil {
				return err
			}
			switch after.State {
			case found.State:
				continue
			case domain.DiscrepancyVerified:
				page.Verified++
			default:
				page.Closed++
			}
			if err := repos.Discrepancies.Put(ctx, after, found.Version); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("conclude %d discrepancies: %w", len(gone), err)
	}
	counts.Verified += page.Verified
	counts.Closed += page.Closed
	return nil
}

// tickOff confirms the work-list entries of the run's system that its reading found done.
func (d *Desk) tickOff(ctx context.Context, run domain.Run) error {
	for after := ""; ; {
		entries, next, err := d.Store.Read().Deliveries.List(ctx, domain.DeliveryQuery{
			System: run.System, States: []domain.DeliveryState{domain.DeliveryWorklisted}, Plants: domain.PlantScope{All: true},
			Page: domain.Page{After: after, Limit: concludePage},
		})
		if err != nil {
			return err
		}
		err = d.Store.Write(ctx, observer(run, "work list"), func(repos domain.Repos) error {
			for _, entry := range entries {
				if entry.Order.Domain != run.Domain {
					continue
				}
				if err := tickOffOne(ctx, repos, entry.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("tick off work-list entries: %w", err)
		}
		if after = next; next == "" {
			return nil
		}
	}
}

// tickOffOne confirms one entry when its system shows it done: the record is as asked, or its discrepancy is gone, which
// also covers a value that the plant could only enter within the tolerance.
func tickOffOne(ctx context.Context, repos domain.Repos, id domain.ID) error {
	entry, err := repos.Deliveries.ByID(ctx, id)
	if err != nil || entry.State != domain.DeliveryWorklisted {
		return err // somebody has skipped it meanwhile
	}
	source, err := sourceOf(ctx, repos, entry.Order)
	if err != nil {
		return err
	}
	resolved, err := resolvedThere(ctx, repos, entry)
	if err != nil || (!resolved && !entry.DoneIn(source)) {
		return err
	}
	done, err := entry.DoneByHand(repos.Now)
	if err != nil {
		return err
	}
	return repos.Deliveries.Save(ctx, done, entry.Version)
}

// sourceOf is what the order's system last said of its record; nil when it never had it.
func sourceOf(ctx context.Context, repos domain.Repos, order domain.DeliveryOrder) (*domain.SourceRecord, error) {
	system, err := repos.Systems.ByID(ctx, order.System)
	if err != nil {
		return nil, err
	}
	sources, err := repos.Sources.ByKeys(ctx, system.ID, order.Domain, []string{system.CodeRule.Key(order.Code)})
	if err != nil || len(sources) == 0 {
		return nil, err
	}
	return &sources[0], nil
}

// resolvedThere says that the entry's discrepancy was of the entry's own system and has been verified.
func resolvedThere(ctx context.Context, repos domain.Repos, entry domain.Delivery) (bool, error) {
	if entry.Discrepancy.IsZero() {
		return false, nil
	}
	found, err := repos.Discrepancies.ByID(ctx, entry.Discrepancy)
	return err == nil && found.Finding.System == entry.Order.System && found.State == domain.DiscrepancyVerified, err
}
