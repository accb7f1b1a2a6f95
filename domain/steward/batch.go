package steward

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// MaxBatch is how many discrepancies one batch decides at most.
const MaxBatch = 10_000

// Batch is one decision on many discrepancies, as their queue's snapshot showed them.
type Batch struct {
	// Snapshot is the queue the steward looked at; what has changed since it was opened is not decided but reported.
	Snapshot domain.ID
	// Pattern restricts the batch to those of one pattern, IDs to these; without either it is the whole snapshot.
	Pattern string
	IDs     []domain.ID
	// Verb is take_source, keep_golden or accept: the others need a person to look at each code.
	Verb   Verb
	Reason string
	Until  domain.Date
}

// LeftOut is a discrepancy of a batch that was not decided, and why.
type LeftOut struct {
	ID    domain.ID
	Label string
	Code  string
	Why   string
}

// BatchResult is what came of a batch: one change request for all that could be decided.
type BatchResult struct {
	Decided int
	Request domain.ChangeRequest
	LeftOut []LeftOut
}

// batch carries one through.
type batch struct {
	desk   *Desk
	by     domain.Actor
	wanted Batch
	// chosen are what is still to be decided, as it is now; drafts what would be changed for each.
	chosen []domain.Discrepancy
	drafts map[domain.ID]draft
	out    []LeftOut
}

// DecideBatch takes one decision on many discrepancies: one change request for all of them, in which each stands for itself.
// What changed since the snapshot, was decided already or cannot be decided so is left out and told, the rest is decided.
// CodeSnapshotUnknown, CodeBatchTooLarge, CodeDecisionInvalid.
func (d *Desk) DecideBatch(ctx context.Context, by domain.Actor, wanted Batch) (BatchResult, error) {
	if !slices.Contains([]Verb{VerbTakeSource, VerbKeepGolden, VerbAccept}, wanted.Verb) {
		return BatchResult{}, domain.Invalid(domain.CodeDecisionInvalid, "%q is decided one by one", wanted.Verb)
	}
	b := &batch{desk: d, by: by, wanted: wanted, drafts: map[domain.ID]draft{}}
	if err := b.choose(ctx); err != nil {
		return BatchResult{}, fmt.Errorf("decide a batch: %w", err)
	}
	if wanted.Verb != VerbAccept {
		if err := b.draft(ctx); err != nil {
			return BatchResult{}, fmt.Errorf("decide a batch: %w", err)
		}
	}
	result, err := b.decide(ctx)
	if err != nil {
		return BatchResult{}, fmt.Errorf("decide a batch: %w", err)
	}
	return result, nil
}

// choose finds what the steward means among what they saw.
func (b *batch) choose(ctx context.Context) error {
	var marks []domain.DiscrepancyMark
	err := b.desk.Store.Operate(ctx, func(ops domain.Ops) (err error) {
		marks, err = ops.Snapshots.Marks(ctx, b.wanted.Snapshot, b.by.ID)
		return err
	})
	if err != nil {
		return err
	}
	seen, ids := b.named(marks)
	reader := b.desk.Store.Read().Discrepancies
	if b.wanted.Pattern != "" {
		if ids, err = b.ofPattern(ctx, reader, seen); err != nil {
			return err
		}
	}
	if len(ids) > MaxBatch {
		return domain.Invalid(domain.CodeBatchTooLarge, "%d discrepancies are more than the %d that are decided at once: filter further", len(ids), MaxBatch)
	}
	found, err := reader.ByIDs(ctx, ids)
	if err == nil {
		b.sift(found, ids, seen)
	}
	return err
}

// named are the marks that the batch names, with their versions, in the snapshot's order.
func (b *batch) named(marks []domain.DiscrepancyMark) (map[domain.ID]int, []domain.ID) {
	wanted := make(map[domain.ID]bool, len(b.wanted.IDs))
	for _, id := range b.wanted.IDs {
		wanted[id] = true
	}
	seen := make(map[domain.ID]int, len(marks))
	ids := make([]domain.ID, 0, len(marks))
	for _, mark := range marks {
		if len(wanted) > 0 && !wanted[mark.ID] {
			continue
		}
		seen[mark.ID] = mark.Version
		ids = append(ids, mark.ID)
	}
	return seen, ids
}

// sift chooses what can be decided as it was seen, in the order of ids, and leaves the rest out.
func (b *batch) sift(found []domain.Discrepancy, ids []domain.ID, seen map[domain.ID]int) {
	place := make(map[domain.ID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(found, func(x, y domain.Discrepancy) int { return place[x.ID] - place[y.ID] })
	for _, one := range found {
		if err := b.decidable(one, seen[one.ID]); err != nil {
			b.leave(one, err)
			continue
		}
		b.chosen = append(b.chosen, one)
	}
}

// ofPattern are the discrepancies of the wanted pattern that the steward saw, in whatever state they are by now.
func (b *batch) ofPattern(ctx context.Context, reader domain.DiscrepancyReader, seen map[domain.ID]int) ([]domain.ID, error) {
	all, err := reader.IDs(ctx, domain.DiscrepancyQuery{Pattern: b.wanted.Pattern, Plants: b.by.Plants(domain.ActionRead)})
	return slices.DeleteFunc(all, func(id domain.ID) bool {
		_, in := seen[id]
		return !in
	}), err
}

func (b *batch) leave(one domain.Discrepancy, why error) {
	if visible(b.by, one) != nil {
		return // nobody learns of it
	}
	b.out = append(b.out, LeftOut{ID: one.ID, Label: one.Finding.Label, Code: string(one.Finding.Code), Why: sentence(why)})
}

// decidable says why one cannot be decided as it was seen.
func (b *batch) decidable(found domain.Discrepancy, seen int) error {
	if err := visible(b.by, found); err != nil {
		return err
	}
	switch {
	case !found.Decidable():
		return domain.Conflict(domain.CodeDiscrepancyState, "it has been decided already: it is %s", found.State)
	case found.Version != seen:
		return domain.Conflict(domain.CodeDiscrepancyStale, "it changed since you looked")
	}
	return b.by.Require(domain.ActionPropose, domain.Scope{Domain: found.Finding.Domain, Plant: found.Finding.Plant})
}

// draft works out what each decision would change, outside the transaction that stores it: there may be thousands.
func (b *batch) draft(ctx context.Context) error {
	reads := b.desk.Store.Read()
	kept := b.chosen[:0]
	for _, found := range b.chosen {
		if err := ctx.Err(); err != nil {
			return err
		}
		made, err := b.desk.draft(ctx, reads, found, Decision{Discrepancy: found.ID, Verb: b.wanted.Verb})
		if err != nil && !final(err) {
			return err
		}
		if err == nil && made.plant == "" {
			err = b.by.Require(domain.ActionPropose, domain.Scope{Domain: found.Finding.Domain})
		}
		if err != nil {
			b.leave(found, err)
			continue
		}
		b.drafts[found.ID] = made
		kept = append(kept, found)
	}
	b.chosen = kept
	return nil
}

// decide stores what is left in one transaction; what somebody else moved meanwhile is left out.
func (b *batch) decide(ctx context.Context) (BatchResult, error) {
	var result BatchResult
	reason := reasonOr(b.wanted.Reason, "decision: "+string(b.wanted.Verb))
	drafted := len(b.out)
	err := b.desk.Store.Write(ctx, domain.Change{Actor: b.by.ID, Reason: reason}, func(repos domain.Repos) error {
		b.out = b.out[:drafted]
		now, err := b.asNow(ctx, repos)
		if err != nil || len(now) == 0 {
			return err
		}
		result = BatchResult{Decided: len(now)}
		if b.wanted.Verb == VerbAccept {
			return b.accept(ctx, repos, now)
		}
		result.Request, err = b.request(ctx, repos, now, reason)
		return err
	})
	result.LeftOut = b.out
	return result, err
}

// asNow are the chosen ones as they are in the transaction.
func (b *batch) asNow(ctx context.Context, repos domain.Repos) ([]domain.Discrepancy, error) {
	ids := make([]domain.ID, len(b.chosen))
	version := make(map[domain.ID]int, len(b.chosen))
	for i, found := range b.chosen {
		ids[i], version[found.ID] = found.ID, found.Version
	}
	now, err := repos.Discrepancies.ByIDs(ctx, ids)
	return slices.DeleteFunc(now, func(found domain.Discrepancy) bool {
		err := b.decidable(found, version[found.ID])
		if err != nil {
			b.leave(found, err)
		}
		return err != nil
	}), err
}

func (b *batch) accept(ctx context.Context, repos domain.Repos, now []domain.Discrepancy) error {
	for _, found := range now {
		if _, err := accept(ctx, repos, found, Decision{Until: b.wanted.Until, Reason: b.wanted.Reason}); err != nil {
			return err
		}
	}
	return nil
}

// request makes the one change request of the batch and ties all discrepancies to it.
func (b *batch) request(ctx context.Context, repos domain.Repos, now []domain.Discrepancy, reason string) (domain.ChangeRequest, error) {
	var items []domain.ChangeItem
	plant, name := b.drafts[now[0].ID].plant, now[0].Finding.Domain
	for _, found := range now {
		made := b.drafts[found.ID]
		if made.plant != plant {
			plant = ""
		}
		if found.Finding.Domain != name {
			return domain.ChangeRequest{}, domain.Invalid(domain.CodeDecisionInvalid, "a batch is of one domain: filter by it")
		}
		items = append(items, made.items...)
	}
	title := b.drafts[now[0].ID].title
	if len(now) > 1 {
		title = fmt.Sprintf("%s, and %d alike", title, len(now)-1)
	}
	request, err := b.desk.Propose(ctx, repos, b.by, domain.ChangeRequest{
		Kind: domain.RequestDecision, Domain: name, Plant: plant, Title: title, Reason: reason, Batch: true,
	}, items)
	if err != nil {
		return request, err
	}
	for _, found := range now {
		requested, err := found.Requested(request.ID)
		if err != nil {
			return request, err
		}
		if err := repos.Discrepancies.Put(ctx, requested, found.Version); err != nil {
			return request, err
		}
	}
	return request, nil
}
