package steward

import (
	"context"
	"errors"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// acceptPage is how many discrepancies are accepted or put back in one transaction.
const acceptPage = 500

// NewAcceptance is what somebody asks to accept: everything in a scope of which a discrepancy, as they looked at it, is an
// example, until a day.
type NewAcceptance struct {
	Scope       domain.AcceptanceScope
	Discrepancy domain.ID
	Version     int
	Until       domain.Date
	Reason      string
}

// AcceptScope accepts what lies in a scope: what waits for a decision now, the number of which is returned, and what later runs
// find of it. CodeDiscrepancyStale, CodeDateInvalid, CodeReasonRequired, CodeDecisionInvalid.
func (d *Desk) AcceptScope(ctx context.Context, by domain.Actor, wanted NewAcceptance) (domain.Acceptance, int, error) {
	var made domain.Acceptance
	err := d.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: reasonOr(wanted.Reason, "accept")}, func(repos domain.Repos) error {
		found, err := repos.Discrepancies.ByID(ctx, wanted.Discrepancy)
		if err != nil {
			return err
		}
		if err := visible(by, found); err != nil {
			return err
		}
		if err := by.Require(domain.ActionPropose, domain.Scope{Domain: found.Finding.Domain, Plant: found.Finding.Plant}); err != nil {
			return err
		}
		if found.Version != wanted.Version {
			return domain.Conflict(domain.CodeDiscrepancyStale, "it changed since you looked")
		}
		if wanted.Until != "" && wanted.Until <= domain.DateOf(repos.Now) {
			return domain.Invalid(domain.CodeDateInvalid, "an acceptance ends on a day in the future")
		}
		if made, err = domain.NewAcceptance(wanted.Scope, found.Finding, wanted.Until, wanted.Reason); err != nil {
			return err
		}
		made.CreatedBy, made.CreatedAt = by.ID, repos.Now
		return repos.Acceptances.Put(ctx, made)
	})
	if err != nil {
		return domain.Acceptance{}, 0, fmt.Errorf("accept: %w", err)
	}
	covered, err := d.cover(ctx, made)
	return made, covered, err
}

// cover accepts what waits for a decision and lies in the scope of a new acceptance. Should it be cut short, the next run
// finds the rest as it was: in the queue, where accepting again covers it.
func (d *Desk) cover(ctx context.Context, made domain.Acceptance) (int, error) {
	ids, err := d.Store.Read().Discrepancies.IDs(ctx, domain.DiscrepancyQuery{
		Domain: made.Domain, System: made.System, Class: made.Class, Attribute: made.Attribute,
		Record: made.Record, Text: string(made.Code), States: undecided(), Plants: domain.PlantScope{All: true},
	})
	if err != nil {
		return 0, err
	}
	covered := 0
	for len(ids) > 0 {
		page := ids[:min(len(ids), acceptPage)]
		ids = ids[len(page):]
		n := 0
		change := domain.Change{Actor: made.CreatedBy, Reason: "accepted: " + made.Reason}
		err := d.Store.Write(ctx, change, func(repos domain.Repos) (err error) {
			n, err = coverPage(ctx, repos, made, page)
			return err
		})
		if err != nil {
			return covered, fmt.Errorf("accept what lies in the scope: %w", err)
		}
		covered += n
	}
	return covered, nil
}

func coverPage(ctx context.Context, repos domain.Repos, made domain.Acceptance, ids []domain.ID) (int, error) {
	waiting, err := repos.Discrepancies.ByIDs(ctx, ids)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, found := range waiting {
		if !found.Decidable() || !made.Covers(found.Finding, domain.DateOf(repos.Now)) {
			continue
		}
		accepted, err := found.Covered(made)
		if err != nil {
			return n, err
		}
		if err := repos.Discrepancies.Put(ctx, accepted, found.Version); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// undecided are the states in which a discrepancy waits for a decision.
func undecided() []domain.DiscrepancyState {
	return []domain.DiscrepancyState{domain.DiscrepancyOpen, domain.DiscrepancyInReview, domain.DiscrepancyBounced, domain.DiscrepancyReopened}
}

// Acceptances lists the acceptances the actor may see, newest first.
func (d *Desk) Acceptances(ctx context.Context, by domain.Actor, q domain.AcceptanceQuery) ([]domain.Acceptance, string, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, "", by.Require(domain.ActionRead, domain.Scope{})
	}
	q.Plants = by.Plants(domain.ActionRead)
	return d.Store.Read().Acceptances.List(ctx, q)
}

// EndAcceptance ends an acceptance before its day and puts what it covered back into the queue; it returns how many.
func (d *Desk) EndAcceptance(ctx context.Context, by domain.Actor, id domain.ID, why string) (domain.Acceptance, int, error) {
	var ended domain.Acceptance
	err := d.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: reasonOr(why, "end acceptance")}, func(repos domain.Repos) error {
		read, err := repos.Acceptances.ByID(ctx, id)
		if err != nil {
			return err
		}
		scope := domain.Scope{Domain: read.Domain, Plant: read.Plant}
		if !by.May(domain.ActionRead, scope) {
			return domain.NotFound(domain.CodeAcceptanceUnknown, "there is no such acceptance")
		}
		if err := by.Require(domain.ActionPropose, scope); err != nil {
			return err
		}
		if ended, err = read.Ended(by.ID, why, repos.Now); err != nil {
			return err
		}
		return repos.Acceptances.Put(ctx, ended)
	})
	if err != nil {
		return domain.Acceptance{}, 0, fmt.Errorf("end acceptance %s: %w", id, err)
	}
	reopened, err := d.reopen(ctx, by.ID, "The acceptance was ended: "+why, func(repos domain.Repos) ([]domain.Discrepancy, error) {
		return repos.Discrepancies.AcceptedUnder(ctx, id, acceptPage)
	})
	return ended, reopened, err
}

// EndOwnAcceptance ends the acceptance of one discrepancy for itself, as somebody looked at it, before its day.
// CodeDiscrepancyStale, CodeDiscrepancyState, CodeReasonRequired; CodeAcceptanceWider: it is accepted together with others.
func (d *Desk) EndOwnAcceptance(ctx context.Context, by domain.Actor, id domain.ID, version int, why string) error {
	err := d.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: reasonOr(why, "end acceptance")}, func(repos domain.Repos) error {
		found, err := repos.Discrepancies.ByID(ctx, id)
		if err != nil {
			return err
		}
		if err := visible(by, found); err != nil {
			return err
		}
		if err := by.Require(domain.ActionPropose, findingScope(found)); err != nil {
			return err
		}
		if found.Version != version {
			return domain.Conflict(domain.CodeDiscrepancyStale, "it changed since you looked")
		}
		reopened, err := found.AcceptanceEnded(why)
		if err != nil {
			return err
		}
		return repos.Discrepancies.Put(ctx, reopened, found.Version)
	})
	if err != nil {
		return fmt.Errorf("end the acceptance of discrepancy %s: %w", id, err)
	}
	return nil
}

// reopen puts accepted discrepancies back into the queue, page after page.
func (d *Desk) reopen(ctx context.Context, by domain.ActorID, why string, next func(domain.Repos) ([]domain.Discrepancy, error)) (int, error) {
	for reopened := 0; ; {
		n := 0
		err := d.Store.Write(ctx, domain.Change{Actor: by, Reason: "reopen what was accepted"}, func(repos domain.Repos) error {
			n = 0
			page, err := next(repos)
			if err != nil {
				return err
			}
			for _, found := range page {
				after, err := found.Uncovered(why)
				if err != nil {
					return err
				}
				if err := repos.Discrepancies.Put(ctx, after, found.Version); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if err != nil {
			return reopened, fmt.Errorf("reopen what was accepted: %w", err)
		}
		if reopened += n; n < acceptPage {
			return reopened, nil
		}
	}
}

// ExpireAcceptances ends the acceptances whose day has come, and puts what was accepted until then back into the queue,
// also what an ended acceptance has left behind. It returns how many discrepancies came back.
func (d *Desk) ExpireAcceptances(ctx context.Context) (int, error) {
	now, err := d.Store.Now(ctx)
	if err != nil {
		return 0, err
	}
	by, today := domain.ServiceActor("expire").ID, domain.DateOf(now)
	over, _, err := d.Store.Read().Acceptances.List(ctx, domain.AcceptanceQuery{
		State: domain.AcceptanceActive, EndsBy: today, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: acceptPage},
	})
	if err != nil {
		return 0, err
	}
	for _, read := range over {
		expireErr := d.Store.Write(ctx, domain.Change{Actor: by, Reason: "acceptance expired"}, func(repos domain.Repos) error {
			expired, err := read.Expired(by, repos.Now)
			if err != nil {
				return err
			}
			return repos.Acceptances.Put(ctx, expired)
		})
		if expireErr != nil && domain.ErrorCode(expireErr) != domain.CodeAcceptanceStale {
			err = errors.Join(err, expireErr)
		}
	}
	reopened, reopenErr := d.reopen(ctx, by, "The acceptance has expired.", func(repos domain.Repos) ([]domain.Discrepancy, error) {
		return repos.Discrepancies.Expired(ctx, today, acceptPage)
	})
	return reopened, errors.Join(err, reopenErr)
}
