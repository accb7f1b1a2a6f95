package steward

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

func (a *applier) item(ctx context.Context, position int, item domain.ChangeItem) error {
	switch item.Action {
	case domain.ItemCreateRecord:
		return a.createRecord(ctx, item)
	case domain.ItemUpdateRecord:
		return a.updateRecord(ctx, item)
	case domain.ItemRetireRecord:
		return a.moveRecord(ctx, item, domain.RecordRetired)
	case domain.ItemPhaseOutRecord:
		return a.moveRecord(ctx, item, domain.RecordPhaseOut)
	case domain.ItemRestoreRecord:
		return a.moveRecord(ctx, item, domain.RecordActive)
	case domain.ItemMergeRecord, domain.ItemUnmergeRecord:
		return a.mergeOrUnmerge(ctx, item)
	case domain.ItemMapCode:
		return a.mapCode(ctx, *item.Mapping)
	case domain.ItemEndMapping:
		return a.endMapping(ctx, *item.Mapping)
	case domain.ItemUsePlant:
		return a.usePlant(ctx, position, item)
	case domain.ItemWriteSystem:
		return a.enqueue(ctx, position, item)
	case domain.ItemSkipDelivery:
		return a.skip(ctx, item)
	default:
		return a.configure(ctx, position, item)
	}
}

// configure puts what is configured rather than mastered.
func (a *applier) configure(ctx context.Context, position int, item domain.ChangeItem) error {
	switch item.Action {
	case domain.ItemPutSystem:
		return a.repos.Systems.Put(ctx, *item.System)
	case domain.ItemPutPlant:
		return a.repos.Plants.Put(ctx, *item.Plant)
	case domain.ItemPutPlan:
		return a.repos.Plans.Put(ctx, *item.Plan)
	case domain.ItemPutPolicy:
		return a.repos.Policies.Put(ctx, *item.Policy)
	case domain.ItemPutUnmapped:
		return a.repos.Unmapped.PutPolicy(ctx, *item.Unmapped)
	case domain.ItemPutCodeList:
		return a.repos.CodeLists.Put(ctx, *item.List)
	case domain.ItemPutAuthority:
		return a.repos.Authorities.Put(ctx, *item.Rule)
	case domain.ItemPutMatchRule:
		return a.activate(ctx, *item.Matching)
	case domain.ItemReopenBand:
		return a.repos.MatchRules.Reopen(ctx, item.Domain, item.Reopens)
	default:
	}
	return fmt.Errorf("change item %d: no such action %q", position, item.Action)
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
	if err := doubted(ctx, repos, m); err != nil {
		return err
	}
	return repos.Mappings.Put(ctx, m)
}

func (a *applier) origin(item domain.ChangeItem) domain.Lineage {
	origin := item.Origin
	origin.Record, origin.ChangeRequest, origin.RecordedAt = item.Record, a.request.ID, a.repos.Now
	return origin
}

// traces are where the values of an item come from that are not all of one origin.
func (a *applier) traces(item domain.ChangeItem) []domain.Lineage {
	traces := slices.Clone(item.Traces)
	for i := range traces {
		traces[i].Record, traces[i].RecordedAt = item.Record, a.repos.Now
		if traces[i].ChangeRequest.IsZero() { // a value that comes back is still of the request that it came by
			traces[i].ChangeRequest = a.request.ID
		}
	}
	return traces
}

func (a *applier) createRecord(ctx context.Context, item domain.ChangeItem) error {
	name := cmp.Or(item.Domain, a.request.Domain)
	definition, err := a.definitionOf(ctx, name)
	if err != nil {
		return err
	}
	if err := definition.Check(item.Set); err != nil {
		return err
	}
	if system := item.Origin.System; system != "" && definition.BarsCreation(system) {
		return barred(definition)
	}
	record := domain.GoldenRecord{
		ID: item.Record, Domain: name, State: domain.RecordActive, Attributes: definition.Settled(item.Set), Version: 1, ChangedAt: a.repos.Now,
	}
	a.touch(domain.GoldenRecord{}, record, item.Action)
	if err := a.repos.Records.Create(ctx, record, definition.CodeAttribute, definition.NameAttribute, a.origin(item)); err != nil {
		return err
	}
	return a.repos.Records.Identify(ctx, record, definition.Keys(record.Attributes))
}

// base returns the record an item was decided on; CodeRequestBaseMoved when it is not as it was then.
func (a *applier) base(ctx context.Context, item domain.ChangeItem) (domain.GoldenRecord, error) {
	record, err := a.repos.Records.ByID(ctx, item.Record)
	if err == nil && !item.StillStands(record) {
		err = moved(item.Label)
	}
	return record, err
}

func moved(label string) error {
	return domain.Conflict(domain.CodeRequestBaseMoved, "%s was changed by another request after this one was made", label)
}

// stands says why an item cannot be applied, without changing anything.
func (a *applier) stands(ctx context.Context, item domain.ChangeItem) error {
	switch item.Action {
	case domain.ItemUpdateRecord:
		return a.wouldDo(ctx, item)
	case domain.ItemRetireRecord, domain.ItemPhaseOutRecord, domain.ItemRestoreRecord, domain.ItemMergeRecord, domain.ItemUnmergeRecord:
		_, err := a.base(ctx, item)
		return err
	case domain.ItemWriteSystem:
		if item.BaseVersion == 0 {
			return nil
		}
		_, err := a.base(ctx, item)
		return err
	case domain.ItemMapCode:
		return unambiguous(ctx, a.repos.Reads, *item.Mapping)
	case domain.ItemEndMapping:
		_, err := liveMapping(ctx, a.repos.Reads, *item.Mapping)
		return err
	case domain.ItemSkipDelivery:
		delivery, err := a.repos.Deliveries.ByID(ctx, item.Skips)
		if err == nil {
			_, err = delivery.Skipped("looking")
		}
		return err
	default: // what else there is can always be applied
		return nil
	}
}

// updated are a record's attributes after an item.
func updated(attributes domain.Attributes, item domain.ChangeItem) domain.Attributes {
	after := attributes.With(item.Set)
	for _, id := range item.Clear {
		delete(after, id)
	}
	return after
}

func (a *applier) updateRecord(ctx context.Context, item domain.ChangeItem) error {
	record, err := a.base(ctx, item)
	if err != nil {
		return err
	}
	definition, err := a.definitionOf(ctx, record.Domain)
	if err != nil {
		return err
	}
	before := record
	record.Attributes = definition.Settled(updated(record.Attributes, item))
	if err := definition.Check(record.Attributes); err != nil {
		return err
	}
	a.touch(before, record, item.Action)
	return a.change(ctx, record, item)
}

// change stores the next version of a record.
func (a *applier) change(ctx context.Context, record domain.GoldenRecord, item domain.ChangeItem) error {
	definition, err := a.definitionOf(ctx, record.Domain)
	if err != nil {
		return err
	}
	record.Version, record.ChangedAt = record.Version+1, a.repos.Now
	a.changed = append(a.changed, record)
	traced := func(id domain.AttributeID) bool {
		return slices.ContainsFunc(item.Traces, func(l domain.Lineage) bool { return l.Attribute == id })
	}
	plain := slices.DeleteFunc(item.Touched(), traced)
	err = a.repos.Records.Update(ctx, record, definition.CodeAttribute, definition.NameAttribute, plain, a.origin(item))
	if err != nil {
		return err
	}
	if err := a.repos.Records.Trace(ctx, record, a.traces(item)); err != nil {
		return err
	}
	return a.repos.Records.Identify(ctx, record, definition.Keys(record.Attributes))
}

func (a *applier) moveRecord(ctx context.Context, item domain.ChangeItem, to domain.RecordState) error {
	record, err := a.base(ctx, item)
	if err != nil {
		return err
	}
	if err := domain.RecordMachine().Check(record.State, to); err != nil {
		return err
	}
	definition, err := a.definitionOf(ctx, record.Domain)
	if err != nil {
		return err
	}
	before := record
	if record.State = to; len(item.Touched()) > 0 {
		record.Attributes = definition.Settled(updated(record.Attributes, item))
		if err := definition.Check(record.Attributes); err != nil {
			return err
		}
	}
	a.touch(before, record, item.Action)
	return a.change(ctx, record, item)
}

// unambiguous is CodeMappingOverlap when the code would have two meanings on some day.
func unambiguous(ctx context.Context, reads domain.Reads, m domain.CodeMapping) error {
	others, err := reads.Mappings.ByKey(ctx, m.MappingKey())
	if err == nil && slices.ContainsFunc(others, m.Clashes) {
		err = domain.Conflict(domain.CodeMappingOverlap, "the code %q of %s is mapped for these days already", string(m.Code), string(m.System))
	}
	return err
}

// liveMapping is a mapping as it is now; CodeRequestBaseMoved when it has ended or stands for something else.
func liveMapping(ctx context.Context, reads domain.Reads, m domain.CodeMapping) (domain.CodeMapping, error) {
	all, err := reads.Mappings.ByKey(ctx, m.MappingKey())
	if err != nil {
		return m, err
	}
	at := slices.IndexFunc(all, func(now domain.CodeMapping) bool { return now.ID == m.ID && now.Live() && now.Record == m.Record })
	if at < 0 {
		return m, moved(fmt.Sprintf("the mapping of %s", m.Code))
	}
	return all[at], nil
}

// endMapping ends a mapping today. Where it was the one that names the record to its system another takes its place.
func (a *applier) endMapping(ctx context.Context, wanted domain.CodeMapping) error {
	m, err := liveMapping(ctx, a.repos.Reads, wanted)
	if err != nil {
		return err
	}
	wasDefault, today := m.DefaultOut, domain.DateOf(a.repos.Now)
	m.State, m.DefaultOut, m.Version, m.ChangeRequest = domain.MappingEnded, false, m.Version+1, a.request.ID
	if m.Validity.To == "" || m.Validity.To > today {
		m.Validity.To = today
	}
	if err := doubted(ctx, a.repos, m); err != nil {
		return err
	}
	if err := a.repos.Mappings.Put(ctx, m); err != nil || !wasDefault {
		return err
	}
	return a.promote(ctx, m.System, m.Record)
}

// promote lets the oldest mapping that is left name a record to its system.
func (a *applier) promote(ctx context.Context, system domain.SystemID, record domain.ID) error {
	left, err := a.repos.Mappings.ByRecords(ctx, system, []domain.ID{record})
	if err != nil || len(left) == 0 {
		return err
	}
	next := slices.MinFunc(left, func(a, b domain.CodeMapping) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	next.DefaultOut, next.Version = true, next.Version+1
	return a.repos.Mappings.Put(ctx, next)
}

// usePlant stores a plant's use of a record. A use that was declared rests on the one there was then. The use that comes with a
// mapping does not: it leaves a declaration that holds today as it is, unless that said the plant does not use the record.
func (a *applier) usePlant(ctx context.Context, position int, item domain.ChangeItem) error {
	use := *item.Use
	found, err := a.repos.Uses.ByRecords(ctx, use.Plant, []domain.ID{use.Record})
	if err != nil {
		return err
	}
	effect := domain.ItemEffect{Position: position, Changed: true}
	declared := slices.Contains([]domain.RequestKind{domain.RequestUse, domain.RequestMerge, domain.RequestUnmerge}, a.request.Kind)
	version := 1
	if len(found) > 0 {
		before := found[0]
		version = before.Version + 1
		kept := !declared && use.State == domain.UseActive && before.State != domain.UseNotUsed && before.Validity.Contains(domain.DateOf(a.repos.Now))
		effect.UseBefore, effect.Changed = &before, !kept && (before.State != use.State || before.Validity != use.Validity)
		if declared && use.Version != version {
			return domain.Conflict(domain.CodeRequestBaseMoved, "how plant %s uses %s was changed by another request after this one was made", use.Plant, item.Label)
		}
	}
	a.effects = append(a.effects, effect)
	if !effect.Changed {
		return nil
	}
	use.Version = version
	return a.repos.Uses.Put(ctx, use)
}

// skip gives up a delivery that is not made yet.
func (a *applier) skip(ctx context.Context, item domain.ChangeItem) error {
	read, err := a.repos.Deliveries.ByID(ctx, item.Skips)
	if err != nil {
		return err
	}
	skipped, err := read.Skipped("taken back by change request " + a.request.ID.String())
	if err != nil {
		return domain.Conflict(domain.CodeRequestBaseMoved, "the delivery of %s is %s by now; take the request back again", read.Label, read.State)
	}
	if err := a.repos.Deliveries.Save(ctx, skipped, read.Version); err != nil {
		return err
	}
	return holdDependants(ctx, a.repos, skipped)
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
	for _, before := range item.After {
		if id, made := a.made[before]; made {
			delivery.Prerequisites = append(delivery.Prerequisites, id)
		}
	}
	if order.ByHand {
		delivery.State = domain.DeliveryWorklisted
		delivery.DueOn = domain.Date(a.repos.Now.Time().AddDate(0, 0, workDays).Format("2006-01-02"))
	}
	a.deliveries = append(a.deliveries, delivery)
	a.made[position] = delivery.ID
	a.effects = append(a.effects, domain.ItemEffect{Position: position, Delivery: delivery.ID, Changed: true})
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
