package steward

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// RecordEdit is what is to change of one golden record's values. Keys have their place behind them.
type RecordEdit struct {
	Record domain.ID
	// Base is the version that was looked at; 0 is the present one.
	Base  int
	Set   domain.Attributes
	Clear []domain.AttributeID
	// Rule is what the lineage says of the values; "" is "edit".
	Rule string
}

// EditDraft is what an edit comes to.
type EditDraft struct {
	Record domain.GoldenRecord
	// Items are the record's update first, then what it means for the systems that have the record; none when nothing changes.
	Items []domain.ChangeItem
	// Refusal says why the edit cannot be made; nil where it can.
	Refusal error
}

// ruleEdit is the lineage's name for a value that a person entered.
const ruleEdit = "edit"

// DraftEdits works out edits of different records on the state as it is now, in the order given. An edit that cannot be made has
// a Refusal, and the others are not touched by it: CodeRecordUnknown, CodeRecordStale, CodeValueInvalid, CodeRecordCodeTaken.
func (d *Desk) DraftEdits(ctx context.Context, reads domain.Reads, definition domain.Definition, edits []RecordEdit) ([]EditDraft, error) {
	e := &editor{desk: d, reads: reads, definition: definition}
	if err := e.know(ctx, edits); err != nil {
		return nil, fmt.Errorf("draft %d edits: %w", len(edits), err)
	}
	drafts := make([]EditDraft, len(edits))
	for i, edit := range edits {
		drafts[i] = e.draft(edit)
	}
	return drafts, nil
}

// editor holds what is known of the records that are edited.
type editor struct {
	desk       *Desk
	reads      domain.Reads
	definition domain.Definition
	records    map[domain.ID]domain.GoldenRecord
	bases      map[domain.ID]domain.GoldenVersion
	codes      map[string]domain.GoldenRecord // who has the codes that are asked for
	referred   map[domain.ID]domain.GoldenRecord
	plants     []domain.Plant
	companies  map[domain.CompanyID]bool
	there      map[domain.ID][]presence
}

// presence is a record in one system, as that was last seen.
type presence struct {
	system  domain.SourceSystem
	place   domain.Place
	mapping domain.CodeMapping
	source  domain.SourceRecord
}

func (e *editor) know(ctx context.Context, edits []RecordEdit) error {
	ids := make([]domain.ID, len(edits))
	for i, edit := range edits {
		ids[i] = edit.Record
	}
	found, err := e.reads.Records.ByIDs(ctx, ids)
	if err != nil {
		return err
	}
	e.records = byID(found)
	moved := map[domain.ID]int{}
	var codes []string
	var referred []domain.ID
	for _, edit := range edits {
		if record := e.records[edit.Record]; edit.Base != 0 && edit.Base != record.Version {
			moved[edit.Record] = edit.Base
		}
		if code := edit.Set.Text(e.definition.CodeAttribute); code != "" {
			codes = append(codes, code)
		}
		referred = append(referred, references(edit.Set)...)
	}
	if e.bases, err = e.reads.Records.AtVersions(ctx, moved); err != nil {
		return err
	}
	if e.codes, err = e.reads.Records.ByCodes(ctx, e.definition.Domain, codes); err != nil {
		return err
	}
	pointed, err := e.reads.Records.ByIDs(ctx, referred)
	if err != nil {
		return err
	}
	e.referred = byID(pointed)
	return e.knowSystems(ctx, ids)
}

func byID(records []domain.GoldenRecord) map[domain.ID]domain.GoldenRecord {
	known := make(map[domain.ID]domain.GoldenRecord, len(records))
	for _, record := range records {
		known[record.ID] = record
	}
	return known
}

// references are the records that values point at, those of lines included.
func references(values domain.Attributes) []domain.ID {
	var ids []domain.ID
	for _, v := range values {
		switch v := v.(type) {
		case domain.Reference:
			ids = append(ids, v.Record)
		case domain.Lines:
			for _, line := range v {
				ids = append(ids, references(line.Attributes)...)
			}
		default: // points at nothing
		}
	}
	return ids
}

// knowSystems finds the records, and those that were merged into them, in the systems.
func (e *editor) knowSystems(ctx context.Context, ids []domain.ID) error {
	systems, err := e.reads.Systems.List(ctx)
	if err != nil {
		return err
	}
	if e.plants, err = e.reads.Plants.List(ctx); err != nil {
		return err
	}
	heritage, err := e.reads.Merges.Heritage(ctx, ids)
	if err != nil {
		return err
	}
	owners, members := map[domain.ID]domain.ID{}, slices.Clone(ids)
	for _, id := range ids {
		owners[id] = id
	}
	for owner, merged := range heritage {
		for _, one := range merged {
			owners[one.ID], members = owner, append(members, one.ID)
		}
	}
	e.there, e.companies = map[domain.ID][]presence{}, map[domain.CompanyID]bool{}
	for _, plant := range e.plants {
		for _, binding := range plant.Bindings {
			e.companies[domain.CompanyID(binding.Company)] = true
		}
	}
	for _, system := range systems {
		place := domain.PlaceOf(system, e.plants)
		e.companies[place.Company] = true
		if err := e.knowSystem(ctx, presence{system: system, place: place}, members, owners); err != nil {
			return err
		}
	}
	return nil
}

func (e *editor) knowSystem(ctx context.Context, p presence, members []domain.ID, owners map[domain.ID]domain.ID) error {
	mappings, err := e.reads.Mappings.ByRecords(ctx, p.system.ID, members)
	if err != nil {
		return err
	}
	mappings = slices.DeleteFunc(mappings, func(m domain.CodeMapping) bool {
		return m.Relation != domain.RelationEquivalent || m.CodeType != p.system.Codes
	})
	keys := make([]string, len(mappings))
	for i, m := range mappings {
		keys[i] = m.Key
	}
	sources, err := e.reads.Sources.ByKeys(ctx, p.system.ID, e.definition.Domain, keys)
	if err != nil {
		return err
	}
	byKey := make(map[string]domain.SourceRecord, len(sources))
	for _, source := range sources {
		byKey[source.Key] = source
	}
	for _, m := range mappings {
		source, known := byKey[m.Key]
		if !known || source.GoneAt != 0 {
			continue
		}
		p.mapping, p.source = m, source
		e.there[owners[m.Record]] = append(e.there[owners[m.Record]], p)
	}
	return nil
}

// draft works one edit out.
func (e *editor) draft(edit RecordEdit) EditDraft {
	record, known := e.records[edit.Record]
	if !known || record.Domain != e.definition.Domain {
		return EditDraft{Refusal: domain.NotFound(domain.CodeRecordUnknown, "there is no such record")}
	}
	change := e.effective(record, edit)
	draft := EditDraft{Record: record, Refusal: e.refusal(record, edit, change)}
	if draft.Refusal != nil || len(change.Set)+len(change.Clear) == 0 {
		return draft
	}
	draft.Items = []domain.ChangeItem{change}
	for _, p := range e.there[record.ID] {
		orders, remarks := e.write(p, record, change)
		draft.Items[0].Remarks = append(draft.Items[0].Remarks, remarks...)
		draft.Items = append(draft.Items, orders...)
	}
	return draft
}

// effective is the update of what the edit changes: neither what the record says already, nor what the edit leaves as it was at
// the version it was made on.
func (e *editor) effective(record domain.GoldenRecord, edit RecordEdit) domain.ChangeItem {
	item := domain.ChangeItem{
		Action: domain.ItemUpdateRecord, Domain: record.Domain, Label: record.Attributes.Text(e.definition.NameAttribute),
		Record: record.ID, BaseVersion: record.Version, Set: domain.Attributes{}, Origin: domain.Lineage{Rule: ruleEdit},
	}
	if edit.Rule != "" {
		item.Origin.Rule = edit.Rule
	}
	wanted := e.definition.Settled(maps.Clone(edit.Set))
	for _, key := range edit.keys() {
		value, held := wanted[key], record.Attributes[key]
		emptied := slices.Contains(edit.Clear, key) || value == nil || value.Empty()
		if base, older := e.bases[record.ID]; older && said(base.Attributes[key], value, emptied) {
			continue
		}
		switch {
		case emptied && held != nil:
			item.Clear = append(item.Clear, key)
		case !emptied && !domain.Equal(held, value):
			item.Set[key] = value
		}
	}
	item.Before = record.Attributes.Only(item.Touched())
	return item
}

// said says that a value is the one wanted.
func said(value, wanted domain.Value, emptied bool) bool {
	if emptied {
		return value == nil || value.Empty()
	}
	return domain.Equal(value, wanted)
}

// write makes the orders by which a system follows the change, and says what it leaves as it is there.
func (e *editor) write(p presence, record domain.GoldenRecord, change domain.ChangeItem) ([]domain.ChangeItem, []string) {
	supplied := e.desk.Fields.Supplied(p.system, record.Domain)
	written := e.desk.Fields.Written(p.system, record.Domain)
	set := e.desk.inWords(p.system, e.definition, e.definition.Local(change.Set, p.place), p.source.Attributes)
	own := domain.DeliveryOrder{Set: domain.Attributes{}, Expect: domain.Attributes{}}
	byHand := domain.DeliveryOrder{Set: domain.Attributes{}, Expect: domain.Attributes{}, ByHand: true}
	var remarks []string
	for _, key := range change.Touched() {
		attribute, _ := e.definition.Attribute(key)
		id, wanted := attribute.ID, set[attribute.ID]
		if at, holds := attribute.Key(p.place); !holds || at != key || attribute.ComparedOnly || !slices.Contains(supplied, id) ||
			domain.Holds(p.source.Attributes[id], wanted) {
			continue
		}
		if why := e.leaves(p, record, attribute); why != "" {
			remarks = append(remarks, why)
			continue
		}
		order := &byHand
		if wanted != nil && slices.Contains(written, id) {
			order = &own
		}
		order.Expect = order.Expect.With(domain.Attributes{id: p.source.Attributes[id]})
		order.Set = order.Set.With(domain.Attributes{id: wanted})
	}
	var items []domain.ChangeItem
	for _, order := range []domain.DeliveryOrder{own, byHand} {
		if len(order.Set)+len(order.Expect) > 0 {
			items = append(items, e.order(p, record, change.Label, order))
		}
	}
	return items, remarks
}

// leaves says in a sentence why a system's value is left as it is; "" where the system says what golden says.
func (e *editor) leaves(p presence, record domain.GoldenRecord, attribute domain.Attribute) string {
	if p.source.Duplicated {
		return fmt.Sprintf("%s gives the code %s to more than one row: %s is left as it is there.", p.system.Name, p.mapping.Code, attribute.Label)
	}
	differs := reconcile.CompareAt(p.place, e.definition, record.Attributes, p.source.Attributes, []domain.AttributeID{attribute.ID})
	if len(differs) > 0 {
		return fmt.Sprintf("%s differs in %s already: it is left as it is there, and the queue shows it.", p.system.Name, attribute.Label)
	}
	return ""
}

func (e *editor) order(p presence, record domain.GoldenRecord, label string, order domain.DeliveryOrder) domain.ChangeItem {
	order.System, order.Domain, order.Record = p.system.ID, record.Domain, record.ID
	order.Kind, order.Code = domain.DeliverUpdate, p.mapping.Code
	order.ByHand = order.ByHand || !e.desk.canWrite(p.system, order)
	return domain.ChangeItem{Action: domain.ItemWriteSystem, Domain: record.Domain, Label: label, Record: record.ID, Delivery: &order}
}
