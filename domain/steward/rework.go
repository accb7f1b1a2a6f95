package steward

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// SendBack gives a request back to its proposer, to be worked over; the reason says what is wrong. Its discrepancies stay with
// it. CodeRequestOwn, CodeReasonRequired, CodeRequestState.
func (d *Desk) SendBack(ctx context.Context, by domain.Actor, id domain.ID, version int, why string) (domain.ChangeRequest, error) {
	return d.review(ctx, by, id, version, review{"send back change request", approver(by),
		func(repos domain.Repos, r domain.ChangeRequest) (domain.ChangeRequest, error) {
			return r.SentBack(by, why, repos.Now)
		}})
}

// SecondLook records what somebody else than the decider thinks of a decision in the sample of the second review.
func (d *Desk) SecondLook(ctx context.Context, by domain.Actor, id domain.ID, version int, look domain.SecondLook, note string) (domain.ChangeRequest, error) {
	return d.review(ctx, by, id, version, review{"second look at change request", approver(by),
		func(repos domain.Repos, r domain.ChangeRequest) (domain.ChangeRequest, error) {
			return r.Looked(by, look, note, repos.Now)
		}})
}

// Edit is what a proposer changes in a request before handing it in again; the zero Edit changes nothing.
type Edit struct {
	Reason string
	// Drop are golden records about which nothing is proposed any more; their discrepancies go back to the queue.
	Drop []domain.ID
	// Decisions are taken anew, on the discrepancies of the request as they are now. Their Version is that of the discrepancy.
	Decisions []Decision
}

// Resubmit hands a request in again that was sent back. Its edited items are a new proposal: the old ones stay in its history,
// and what was approved of them counts no more. CodeRequestNotOwn, CodeRequestState, CodeDecisionInvalid.
func (d *Desk) Resubmit(ctx context.Context, by domain.Actor, id domain.ID, version int, edit Edit) (domain.ChangeRequest, error) {
	own := func(r domain.ChangeRequest) error {
		if r.ProposedBy != by.ID {
			_, err := r.Resubmitted(by, r.ItemCount, r.Needs) // says why not
			return err
		}
		return by.Require(proposalAction(r.Kind), r.Scope())
	}
	return d.review(ctx, by, id, version, review{"resubmit change request", own,
		func(repos domain.Repos, r domain.ChangeRequest) (domain.ChangeRequest, error) {
			if r.State != domain.RequestRework {
				return r.Resubmitted(by, r.ItemCount, r.Needs) // says why not
			}
			items, err := repos.Requests.Items(ctx, id, 0, 0)
			if err != nil {
				return r, err
			}
			if items, err = d.edit(ctx, repos, by, r, items, edit); err != nil {
				return r, err
			}
			return d.handIn(ctx, repos, by, r, items, reasonOr(edit.Reason, r.Reason))
		}})
}

// handIn stores the new proposal of a request and puts it into review, or decides it where it needs nobody else.
func (d *Desk) handIn(ctx context.Context, repos domain.Repos, by domain.Actor, r domain.ChangeRequest, items []domain.ChangeItem, reason string) (domain.ChangeRequest, error) {
	if err := checkItems(items); err != nil {
		return r, err
	}
	policy, err := currentPolicy(ctx, repos.Policies)
	if err != nil {
		return r, err
	}
	// A reviewer has looked at it: it needs at least one other person, whatever it has become.
	needs, err := needed(ctx, repos, policy, by, r, items)
	if err != nil {
		return r, err
	}
	needs = needs.Stricter(domain.Requirement{
		Approvers: 1, Grace: policy.GraceReviewed, Why: "what was sent back needs somebody to approve it",
	})
	resubmitted, err := r.Resubmitted(by, len(items), needs)
	if err != nil {
		return r, err
	}
	resubmitted.Reason = reason
	return resubmitted, repos.Requests.Replace(ctx, resubmitted, items)
}

// edit returns the items of a request after its proposer's changes.
func (d *Desk) edit(ctx context.Context, repos domain.Repos, by domain.Actor, r domain.ChangeRequest, items []domain.ChangeItem, edit Edit) ([]domain.ChangeItem, error) {
	if slices.ContainsFunc(items, func(i domain.ChangeItem) bool { return len(i.After) > 0 }) && (len(edit.Drop) > 0 || len(edit.Decisions) > 0) {
		return nil, domain.Invalid(domain.CodeDecisionInvalid, "the steps of this request wait for each other: withdraw it and propose another")
	}
	if slices.ContainsFunc(items, mergesOrParts) && len(edit.Drop) > 0 {
		return nil, domain.Invalid(domain.CodeDecisionInvalid, "what one record takes from another belongs together: withdraw the request and propose another")
	}
	tied, err := repos.Discrepancies.ByRequest(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	kept := map[domain.ID]domain.Discrepancy{}
	for _, found := range tied {
		kept[found.ID] = found
	}
	if items, err = drop(ctx, repos, items, edit.Drop, kept); err != nil {
		return nil, err
	}
	for _, decision := range edit.Decisions {
		made, err := d.redraft(ctx, repos, by, r, kept, decision)
		if err != nil {
			return nil, err
		}
		items = slices.DeleteFunc(items, func(i domain.ChangeItem) bool { return i.Discrepancy == decision.Discrepancy })
		items = append(items, made...)
	}
	return items, nil
}

// redraft works out the items of a decision that is taken anew on a discrepancy of the request.
func (d *Desk) redraft(ctx context.Context, repos domain.Repos, by domain.Actor, r domain.ChangeRequest, tied map[domain.ID]domain.Discrepancy, decision Decision) ([]domain.ChangeItem, error) {
	found, ok := tied[decision.Discrepancy]
	switch {
	case !ok:
		return nil, domain.NotFound(domain.CodeDiscrepancyUnknown, "the request has no such discrepancy")
	case found.Version != decision.Version:
		return nil, domain.Conflict(domain.CodeDiscrepancyStale, "%s has changed since you looked", found.Finding.Label)
	case decision.Verb == VerbAccept:
		return nil, domain.Invalid(domain.CodeDecisionInvalid, "an acceptance is no change: take %s out of the request, then accept it", found.Finding.Label)
	}
	made, err := d.draft(ctx, repos.Reads, found, decision)
	if err == nil && made.plant != r.Plant {
		err = by.Require(domain.ActionPropose, domain.Scope{Domain: r.Domain, Plant: made.plant})
	}
	return made.items, err
}

// drop takes records, and the discrepancies decided about them, out of a request.
func drop(ctx context.Context, repos domain.Repos, items []domain.ChangeItem, records []domain.ID, tied map[domain.ID]domain.Discrepancy) ([]domain.ChangeItem, error) {
	dropped := map[domain.ID]bool{}
	for _, item := range items {
		if slices.Contains(records, item.Record) && !item.Discrepancy.IsZero() {
			dropped[item.Discrepancy] = true
		}
	}
	for id := range dropped {
		found, ok := tied[id]
		if !ok {
			continue
		}
		returned, err := found.Returned("It was taken out of its request.")
		if err != nil {
			return nil, err
		}
		if err := repos.Discrepancies.Put(ctx, returned, found.Version); err != nil {
			return nil, err
		}
		delete(tied, id)
	}
	return slices.DeleteFunc(items, func(i domain.ChangeItem) bool {
		return slices.Contains(records, i.Record) || dropped[i.Discrepancy]
	}), nil
}

// supersede closes a request that a newer decision has overtaken; all its discrepancies go back to the queue.
func supersede(ctx context.Context, repos domain.Repos, read domain.ChangeRequest, by domain.ActorID, why string) error {
	superseded, err := read.Superseded(by, why, repos.Now)
	if err != nil {
		return err
	}
	if err := repos.Requests.Save(ctx, superseded, read.Version); err != nil {
		return err
	}
	return cameToNothing(ctx, repos, superseded)
}

// overtake closes the single decisions that rested on what this request has changed: nobody should review in vain. Those of a
// batch are left out when their batch is applied.
func (a *applier) overtake(ctx context.Context) error {
	if len(a.changed) == 0 {
		return nil
	}
	overtaken := []domain.RequestKind{domain.RequestDecision, domain.RequestReversal, domain.RequestEdit}
	changed := map[domain.ID]domain.GoldenRecord{}
	ids := make([]domain.ID, 0, len(a.changed))
	for _, record := range a.changed {
		changed[record.ID] = record
		ids = append(ids, record.ID)
	}
	open, err := a.repos.Requests.OpenOn(ctx, ids)
	if err != nil {
		return err
	}
	for _, other := range open {
		if other.ID == a.request.ID || other.Batch || !slices.Contains(overtaken, other.Kind) {
			continue
		}
		if err := a.overtakeOne(ctx, other, changed); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) overtakeOne(ctx context.Context, other domain.ChangeRequest, changed map[domain.ID]domain.GoldenRecord) error {
	items, err := a.repos.Requests.Items(ctx, other.ID, 0, 0)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(items, func(i domain.ChangeItem) bool {
		record, ok := changed[i.Record]
		return ok && i.BaseVersion != 0 && !i.StillStands(record)
	})
	if at < 0 {
		return nil
	}
	why := fmt.Sprintf("%s was changed by %q", items[at].Label, a.request.Title)
	return supersede(ctx, a.repos, other, a.request.ApprovedBy(), why)
}
