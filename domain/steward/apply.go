package steward

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Apply brings an approved request into effect: golden versions, mappings, discrepancies and deliveries in one transaction.
// When a precondition no longer holds nothing takes effect, the request is failed with the reason and its discrepancies go
// back to the queue. A failure of the store leaves it approved, to be applied later.
func (d *Desk) Apply(ctx context.Context, id domain.ID) (domain.ChangeRequest, error) {
	request, err := d.Store.Read().Requests.ByID(ctx, id)
	if err != nil {
		return request, err
	}
	change := domain.Change{Actor: request.ApprovedBy(), Reason: "apply change request " + id.String()}
	if request.Kind != domain.RequestConfiguration {
		change.Domains = []domain.DomainName{request.Domain}
	}
	var applied domain.ChangeRequest
	err = d.Store.Write(ctx, change, func(repos domain.Repos) error {
		applied, err = d.apply(ctx, repos, id)
		return err
	})
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
		return returnDiscrepancies(ctx, repos, failed)
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("record failure of change request %s: %w", id, err)
	}
	return failed, nil
}

// sentence is what a person may read of an error.
func sentence(err error) string {
	var known *domain.Error
	if errors.As(err, &known) {
		return known.Msg
	}
	return "something failed inside Crosswalk"
}

// applier carries one application through its items.
type applier struct {
	desk       *Desk
	repos      domain.Repos
	request    domain.ChangeRequest
	definition domain.Definition
	deliveries []domain.Delivery
}

func (d *Desk) apply(ctx context.Context, repos domain.Repos, id domain.ID) (domain.ChangeRequest, error) {
	read, err := repos.Requests.ByID(ctx, id)
	if err != nil {
		return read, err
	}
	applied, err := read.Applied(repos.Now)
	if err != nil {
		return read, err
	}
	a := &applier{desk: d, repos: repos, request: read}
	if read.Kind != domain.RequestConfiguration {
		if a.definition, err = d.Governed(ctx, repos.Reads, read.Domain); err != nil {
			return read, err
		}
	}
	items, err := repos.Requests.Items(ctx, id, 0, 0)
	if err != nil {
		return read, err
	}
	for i, item := range items {
		if err := a.item(ctx, i, item); err != nil {
			return read, err
		}
	}
	if err := a.startFixes(ctx); err != nil {
		return read, err
	}
	return applied, repos.Requests.Save(ctx, applied, read.Version)
}

func (a *applier) item(ctx context.Context, position int, item domain.ChangeItem) error {
	switch item.Action {
	case domain.ItemCreateRecord:
		return a.createRecord(ctx, item)
	case domain.ItemUpdateRecord:
		return a.updateRecord(ctx, item)
	case domain.ItemMapCode:
		return putMapping(ctx, a.repos, *item.Mapping, a.request.ID)
	case domain.ItemUsePlant:
		return a.putUse(ctx, item)
	case domain.ItemWriteSystem:
		return a.enqueue(ctx, position, item)
	case domain.ItemPutSystem:
		return a.repos.Systems.Put(ctx, *item.System)
	case domain.ItemPutPlant:
		return a.repos.Plants.Put(ctx, *item.Plant)
	case domain.ItemPutPlan:
		return a.repos.Plans.Put(ctx, *item.Plan)
	case domain.ItemPutPolicy:
		return a.repos.Unmapped.PutPolicy(ctx, *item.Policy)
	case domain.ItemPutCodeList:
		return a.repos.CodeLists.Put(ctx, *item.List)
	case domain.ItemPutAuthority:
		return a.repos.Authorities.Put(ctx, *item.Rule)
	}
	return fmt.Errorf("change item %d: no such action %q", position, item.Action)
}

// putUse stores a plant's use of a record. A use that was declared rests on the one there was then. The use that comes with a
// mapping does not: it leaves a declaration that holds today as it is, unless that said the plant does not use the record.
func (a *applier) putUse(ctx context.Context, item domain.ChangeItem) error {
	use := *item.Use
	present, err := a.repos.Uses.ByRecords(ctx, use.Plant, []domain.ID{use.Record})
	if err != nil {
		return err
	}
	if len(present) == 0 {
		return a.repos.Uses.Put(ctx, use)
	}
	old := present[0]
	if a.request.Kind == domain.RequestUse && use.Version != old.Version+1 {
		return domain.Conflict(domain.CodeRequestBaseMoved, "how plant %s uses %s was changed by another request after this one was made", use.Plant, item.Label)
	}
	if a.request.Kind != domain.RequestUse && use.State == domain.UseActive && old.State != domain.UseNotUsed && old.Validity.Contains(domain.DateOf(a.repos.Now)) {
		return nil
	}
	use.Version = old.Version + 1
	return a.repos.Uses.Put(ctx, use)
}

// putMapping stores a mapping; a new one names the record to its system only on days when no other live mapping does already.
func putMapping(ctx context.Context, repos domain.Repos, m domain.CodeMapping, request domain.ID) error {
	siblings, err := repos.Mappings.ByRecords(ctx, m.System, []domain.ID{m.Record})
	if err != nil {
		return err
	}
	m.ChangeRequest = request
	if m.Version == 1 && slices.ContainsFunc(siblings, m.Rivals) {
		m.DefaultOut = false
	}
	return repos.Mappings.Put(ctx, m)
}

func (a *applier) origin(item domain.ChangeItem) domain.Lineage {
	origin := item.Origin
	origin.Record, origin.ChangeRequest, origin.RecordedAt = item.Record, a.request.ID, a.repos.Now
	return origin
}

func (a *applier) createRecord(ctx context.Context, item domain.ChangeItem) error {
	if err := a.definition.Check(item.Set); err != nil {
		return err
	}
	record := domain.GoldenRecord{
		ID: item.Record, Domain: a.request.Domain, State: domain.RecordActive, Attributes: item.Set, Version: 1, ChangedAt: a.repos.Now,
	}
	return a.repos.Records.Create(ctx, record, a.definition.CodeAttribute, a.definition.NameAttribute, a.origin(item))
}

// base returns the record an item was decided on; CodeRequestBaseMoved when it is not as it was then.
func (a *applier) base(ctx context.Context, item domain.ChangeItem) (domain.GoldenRecord, error) {
	record, err := a.repos.Records.ByID(ctx, item.Record)
	if err == nil && record.Version != item.BaseVersion {
		err = domain.Conflict(domain.CodeRequestBaseMoved, "%s was changed by another request after this one was made", item.Label)
	}
	return record, err
}

func (a *applier) updateRecord(ctx context.Context, item domain.ChangeItem) error {
	record, err := a.base(ctx, item)
	if err != nil {
		return err
	}
	record.Attributes = record.Attributes.With(item.Set)
	record.Version, record.ChangedAt = record.Version+1, a.repos.Now
	if err := a.definition.Check(record.Attributes); err != nil {
		return err
	}
	return a.repos.Records.Update(ctx, record, a.definition.CodeAttribute, a.definition.NameAttribute, keys(item.Set), a.origin(item))
}

// workDays is how long a plant has for an entry of its work list.
const workDays = 14

// enqueue makes the delivery of an item. A newer approval supersedes what gave up on the same record of the same system.
func (a *applier) enqueue(ctx context.Context, position int, item domain.ChangeItem) error {
	order := *item.Delivery
	if item.BaseVersion != 0 {
		if _, err := a.base(ctx, item); err != nil {
			return err
		}
	}
	if err := a.supersede(ctx, order); err != nil {
		return err
	}
	system, err := a.repos.Systems.ByID(ctx, order.System)
	if err != nil {
		return err
	}
	delivery := domain.Delivery{
		ID: domain.NewID(), Order: order, State: domain.DeliveryPending, ChangeRequest: a.request.ID, Discrepancy: item.Discrepancy,
		ApprovedBy: a.request.ApprovedBy(), Plant: system.Plant, Label: item.Label,
		IdempotencyKey: a.request.ID.String() + "/" + strconv.Itoa(position),
		RunAt:          a.repos.Now, CreatedAt: a.repos.Now, Version: 1,
	}
	if order.ByHand {
		delivery.State = domain.DeliveryWorklisted
		delivery.DueOn = domain.Date(a.repos.Now.Time().AddDate(0, 0, workDays).Format("2006-01-02"))
	}
	a.deliveries = append(a.deliveries, delivery)
	return a.repos.Deliveries.Enqueue(ctx, delivery)
}

func (a *applier) supersede(ctx context.Context, order domain.DeliveryOrder) error {
	open, err := a.repos.Deliveries.OpenOf(ctx, order.System, order.Record)
	if err != nil {
		return err
	}
	for _, old := range open {
		if old.State != domain.DeliveryConflict && old.State != domain.DeliveryDead {
			continue
		}
		skipped, err := old.Skipped("superseded by change request " + a.request.ID.String())
		if err != nil {
			return err
		}
		if err := a.repos.Deliveries.Save(ctx, skipped, old.Version); err != nil {
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
		remedy, fixedAt := a.remedy(found)
		started, err := found.FixStarted(remedy, fixedAt)
		if err != nil {
			return err
		}
		if err := a.repos.Discrepancies.Put(ctx, started, found.Version); err != nil {
			return err
		}
	}
	return nil
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
