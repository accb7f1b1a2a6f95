package steward

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Apply brings a decided request into effect, once its grace period is over: golden versions, mappings, discrepancies and
// deliveries in one transaction. Two that apply the same request at once are told apart by its version: one of them does.
// When a precondition no longer holds nothing takes effect, the request is failed with the reason and its discrepancies go
// back to the queue. A failure of the store leaves it approved, to be applied later.
func (d *Desk) Apply(ctx context.Context, id domain.ID) (domain.ChangeRequest, error) {
	request, err := d.Store.Read().Requests.ByID(ctx, id)
	if err != nil {
		return request, err
	}
	change := domain.Change{Actor: request.ApprovedBy(), Reason: "apply change request " + id.String()}
	if change.Domains, err = d.locked(ctx, request); err != nil {
		return request, err
	}
	applied, err := d.applyOnce(ctx, id, change)
	if err == nil {
		return applied, nil
	}
	if !final(err) {
		return request, fmt.Errorf("apply change request %s: %w", id, err)
	}
	return d.fail(ctx, id, err)
}

// final says that applying the request will never work. That the store is down passes, as does that somebody saved a
// discrepancy or a delivery of the request at the same moment.
func final(err error) bool {
	switch domain.ErrorCode(err) {
	case domain.CodeRequestState, domain.CodeRequestStale, domain.CodeDiscrepancyStale, domain.CodeDeliveryLease:
		return false
	}
	switch domain.ErrorKind(err) {
	case domain.KindConflict, domain.KindInvalid, domain.KindNotFound:
		return true
	default:
		return false
	}
}

// fail marks an approved request as failed and returns it.
func (d *Desk) fail(ctx context.Context, id domain.ID, cause error) (domain.ChangeRequest, error) {
	var failed domain.ChangeRequest
	by := domain.ServiceActor("apply").ID
	err := d.Store.Write(ctx, domain.Change{Actor: by, Reason: "change request could not be applied"}, func(repos domain.Repos) error {
		read, err := repos.Requests.ByID(ctx, id)
		if err != nil {
			return err
		}
		if failed, err = read.Failed(by, sentence(cause), repos.Now); err != nil {
			return err
		}
		if err := repos.Requests.Save(ctx, failed, read.Version); err != nil {
			return err
		}
		return cameToNothing(ctx, repos, failed)
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("record failure of change request %s: %w", id, err)
	}
	return failed, nil
}

// sentence is what a person may read of an error.
func sentence(err error) string {
	return domain.ErrorMessage(err, "something failed inside Crosswalk")
}

// applier carries one application through its items.
type applier struct {
	desk       *Desk
	repos      domain.Repos
	request    domain.ChangeRequest
	definition domain.Definition
	deliveries []domain.Delivery
	// made are the deliveries by the position of their item, changed the golden records that have a new version.
	made    map[int]domain.ID
	changed []domain.GoldenRecord
	effects []domain.ItemEffect
	// left says, by discrepancy, why a decision of a batch was left out.
	left map[domain.ID]string
	// out are the parts of a batch that an earlier attempt has shown not to settle, and why.
	out map[domain.ID]error
	// others are the Definitions of domains beside the request's own, touched the records of which something changed.
	others  map[domain.DomainName]domain.Definition
	touched map[domain.ID]affected
}

// apply applies a request but for those parts of a batch that are out.
func (d *Desk) apply(ctx context.Context, repos domain.Repos, id domain.ID, out map[domain.ID]error) (domain.ChangeRequest, error) {
	read, err := repos.Requests.ByID(ctx, id)
	if err != nil {
		return read, err
	}
	if read.ApplyAt > repos.Now {
		return read, domain.Conflict(domain.CodeRequestState, "the request can be undone until %s and is applied then", read.ApplyAt)
	}
	applied, err := read.Applied(repos.Now)
	if err != nil {
		return read, err
	}
	a := &applier{desk: d, repos: repos, request: read, made: map[int]domain.ID{}, left: map[domain.ID]string{}, out: out}
	if read.Kind != domain.RequestConfiguration && read.Domain != "" {
		if a.definition, err = d.Governed(ctx, repos.Reads, read.Domain); err != nil {
			return read, err
		}
	}
	items, err := repos.Requests.Items(ctx, id, 0, 0)
	if err != nil {
		return read, err
	}
	for _, step := range []func() error{
		func() error { return a.stillNew(ctx, items) },
		func() error { return a.items(ctx, items) },
		func() error { return a.settleItems(ctx, items) },
		func() error { return a.startFixes(ctx) },
		func() error { return a.returnReverted(ctx, items) },
		func() error { return a.part(ctx, items) },
		func() error { return repos.Requests.Note(ctx, applied, a.effects) },
		func() error { return repos.Requests.Save(ctx, applied, read.Version) },
		func() error { return a.overtake(ctx) },
		func() error { return followWanted(ctx, repos, applied) },
	} {
		if err := step(); err != nil {
			return read, err
		}
	}
	return applied, nil
}

// items applies what is to be applied: everything, or of a batch every decision whose base still stands.
func (a *applier) items(ctx context.Context, items []domain.ChangeItem) error {
	groups := map[domain.ID]error{}
	if a.request.Batch {
		if err := a.look(ctx, items, groups); err != nil {
			return err
		}
	}
	for i, item := range items {
		if moved := groups[groupOf(item)]; moved != nil {
			a.effects = append(a.effects, domain.ItemEffect{Position: i, LeftOut: sentence(moved)})
			a.left[item.Discrepancy] = sentence(moved)
			continue
		}
		if err := a.item(ctx, i, item); err != nil {
			return err
		}
	}
	return nil
}

// groupOf is what items of a batch belong together by: their discrepancy or, without one, their record.
func groupOf(item domain.ChangeItem) domain.ID {
	if item.Discrepancy.IsZero() {
		return item.Record
	}
	return item.Discrepancy
}

// fits says why an item of a batch cannot be applied, as an earlier attempt has shown or as it stands now.
func (a *applier) fits(ctx context.Context, item domain.ChangeItem) error {
	if why := a.out[groupOf(item)]; why != nil {
		return why
	}
	return a.stands(ctx, item)
}

// look notes for each decision of a batch why it cannot be applied. When none can the first reason is the error.
func (a *applier) look(ctx context.Context, items []domain.ChangeItem, groups map[domain.ID]error) error {
	standing := 0
	for _, item := range items {
		known, seen := groups[groupOf(item)]
		if known != nil {
			continue
		}
		err := a.fits(ctx, item)
		if err != nil && !final(err) {
			return err
		}
		groups[groupOf(item)] = err
		switch {
		case err == nil && !seen:
			standing++
		case err != nil && seen:
			standing--
		}
	}
	if standing > 0 {
		return nil
	}
	for _, item := range items {
		if err := groups[groupOf(item)]; err != nil {
			return err
		}
	}
	return nil
}

// startFixes moves the request's discrepancies on: fixed now, unless deliveries have to be confirmed first.
func (a *applier) startFixes(ctx context.Context) error {
	tied, err := a.repos.Discrepancies.ByRequest(ctx, a.request.ID)
	if err != nil {
		return err
	}
	for _, found := range tied {
		started, err := a.started(found)
		if err != nil {
			return err
		}
		if err := a.repos.Discrepancies.Put(ctx, started, found.Version); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) started(found domain.Discrepancy) (domain.Discrepancy, error) {
	if why := a.left[found.ID]; why != "" {
		return found.Returned("It was left out of its request: " + why)
	}
	remedy, fixedAt := a.remedy(found)
	return found.FixStarted(remedy, fixedAt)
}

// remedy says how the fix reaches the discrepancy's own system, and when it was made: 0 while a delivery is under way.
func (a *applier) remedy(found domain.Discrepancy) (domain.Remedy, domain.Instant) {
	remedy, fixedAt := domain.RemedyGolden, a.repos.Now
	for _, delivery := range a.deliveries {
		if delivery.Discrepancy != found.ID {
			continue
		}
		if !delivery.Order.ByHand {
			fixedAt = 0
		}
		if delivery.Order.System == found.Finding.System {
			remedy = domain.RemedyWrite
			if delivery.Order.ByHand {
				remedy = domain.RemedyByHand
			}
		}
	}
	return remedy, fixedAt
}
