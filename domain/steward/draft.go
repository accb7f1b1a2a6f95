package steward

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// draft is what a decision would change, before anybody has asked for it: the steward is shown it, the request is made of it.
type draft struct {
	title string
	plant domain.PlantID
	items []domain.ChangeItem
}

// drafter holds what all verbs need to know about the discrepancy.
type drafter struct {
	desk       *Desk
	reads      domain.Reads
	found      domain.Discrepancy
	definition domain.Definition
	system     domain.SourceSystem
	place      domain.Place // what the system's scoped values hold for
	decision   Decision
}

// draft works out the items of a decision on the state as it is now.
func (d *Desk) draft(ctx context.Context, reads domain.Reads, found domain.Discrepancy, decision Decision) (draft, error) {
	definition, err := d.Governed(ctx, reads, found.Finding.Domain)
	if err != nil {
		return draft{}, err
	}
	system, err := reads.Systems.ByID(ctx, found.Finding.System)
	if err != nil {
		return draft{}, err
	}
	place, err := placeOf(ctx, reads, system)
	if err != nil {
		return draft{}, err
	}
	dr := drafter{desk: d, reads: reads, found: found, definition: definition, system: system, place: place, decision: decision}
	if slices.Contains(verbsFor(found.Finding.Class), decision.Verb) {
		return dr.draft(ctx)
	}
	return draft{}, domain.Invalid(domain.CodeDecisionInvalid, "%q does not fit a discrepancy of class %s", decision.Verb, found.Finding.Class)
}

// draft follows the verb, which fits the class.
func (dr drafter) draft(ctx context.Context) (draft, error) {
	switch {
	case dr.decision.Verb == VerbTakeSource:
		return dr.takeSource(ctx)
	case dr.decision.Verb == VerbMap:
		return dr.mapCode(ctx)
	case dr.decision.Verb == VerbCreate:
		return dr.create(ctx)
	case dr.found.Finding.Class == domain.ClassDuplicateCode:
		return dr.clearDuplicate(), nil
	default:
		return dr.keepGolden(ctx)
	}
}

// golden loads the record and refuses a decision that was made on an older version of it, unless only other attributes have
// changed since.
func (dr drafter) golden(ctx context.Context) (domain.GoldenRecord, error) {
	record, err := dr.reads.Records.ByID(ctx, dr.found.Finding.Record)
	if err != nil {
		return record, err
	}
	if record.State == domain.RecordMerged {
		return record, domain.Conflict(domain.CodeRequestBaseMoved, "the record was merged into another since; the next run compares the code with that one")
	}
	f := dr.found.Finding
	same := f.Attribute != "" && record.State == domain.RecordActive && domain.Equal(record.Attributes[f.Attribute], f.Golden)
	if record.Version != f.GoldenVersion && !same {
		return record, domain.Conflict(domain.CodeRequestBaseMoved, "the record has changed since the last run; the next run shows how it stands now")
	}
	return record, nil
}

func (dr drafter) takeSource(ctx context.Context) (draft, error) {
	record, err := dr.golden(ctx)
	if err != nil {
		return draft{}, err
	}
	f := dr.found.Finding
	attribute, _ := dr.definition.Attribute(f.Attribute)
	if attribute.Bars(f.System) {
		return draft{}, domain.Invalid(domain.CodeDecisionInvalid, "%s is for %s to say: correct it there, or have the rule changed",
			attribute.Label, joined(attribute.Authorities))
	}
	set := domain.Attributes{f.Attribute: adopted(record.Attributes[f.Attribute], f.Source)}
	if faults := dr.definition.CheckChange(set); len(faults) > 0 {
		return draft{}, domain.Invalid(domain.CodeValueInvalid, "the system's value cannot become golden: %s", faults[0].Msg)
	}
	if f.Source == nil || f.Source.Empty() {
		return draft{}, domain.Invalid(domain.CodeDecisionInvalid, "%s has no value to take", dr.system.Name)
	}
	items := []domain.ChangeItem{{
		Action: domain.ItemUpdateRecord, Domain: f.Domain, Label: f.Label, Discrepancy: dr.found.ID,
		Record: record.ID, BaseVersion: record.Version, Set: set, Before: record.Attributes.Only([]domain.AttributeID{f.Attribute}),
		Origin: domain.Lineage{System: f.System, Code: f.Code, Rule: "steward_decision"},
	}}
	writes, err := dr.spread(ctx, record, set)
	if err != nil {
		return draft{}, err
	}
	return draft{
		title: fmt.Sprintf("%s of %s becomes %s, as in %s", attribute.Label, f.Label, f.Source.Display(), dr.system.Name),
		items: append(items, writes...),
	}, nil
}

// adopted is the golden value after a source's was taken: of a translated text the languages that the source speaks.
func adopted(golden, source domain.Value) domain.Value {
	before, held := domain.Translation(golden)
	said, both := domain.Translation(source)
	_, plain := source.(domain.Text)
	if _, translated := golden.(domain.Translated); !held || !both || (plain && !translated) {
		return source
	}
	return before.Joined(said)
}

// spread makes the items that bring new golden values to every other system that has the record and says otherwise.
func (dr drafter) spread(ctx context.Context, record domain.GoldenRecord, set domain.Attributes) ([]domain.ChangeItem, error) {
	mappings, err := domain.FamilyMappings(ctx, dr.reads, record.ID)
	if err != nil {
		return nil, err
	}
	var items []domain.ChangeItem
	for _, m := range mappings {
		if !m.Live() || m.Relation != domain.RelationEquivalent || dr.speaks(record, m) {
			continue
		}
		m.Record = record.ID
		item, wanted, err := dr.spreadTo(ctx, m, set)
		if err != nil {
			return nil, err
		}
		if wanted {
			items = append(items, item)
		}
	}
	return items, nil
}

// speaks says that a mapping is of the system that the discrepancy is of, which has the value already; where the system has the
// thing under the codes of several records that were merged, only the code that it was found under.
func (dr drafter) speaks(record domain.GoldenRecord, m domain.CodeMapping) bool {
	own := m.Record == record.ID && dr.found.Finding.Through.IsZero()
	return m.System == dr.system.ID && (own || m.Code == dr.found.Finding.Code)
}

func (dr drafter) spreadTo(ctx context.Context, m domain.CodeMapping, set domain.Attributes) (domain.ChangeItem, bool, error) {
	system, err := dr.reads.Systems.ByID(ctx, m.System)
	if err != nil || m.CodeType != system.Codes {
		return domain.ChangeItem{}, false, err
	}
	sources, err := dr.reads.Sources.ByKeys(ctx, system.ID, m.Domain, []string{m.Key})
	if err != nil || len(sources) == 0 || sources[0].GoneAt != 0 {
		return domain.ChangeItem{}, false, err
	}
	place, err := placeOf(ctx, dr.reads, system)
	if err != nil {
		return domain.ChangeItem{}, false, err
	}
	supplied := dr.desk.Fields.Supplied(system, m.Domain)
	there := domain.Attributes{}
	for id, v := range dr.desk.inWords(system, dr.definition, dr.definition.Local(set, place), sources[0].Attributes) {
		attribute, _ := dr.definition.Attribute(id)
		if slices.Contains(supplied, id) && !attribute.ComparedOnly && !domain.Holds(sources[0].Attributes[id], v) {
			there[id] = v
		}
	}
	if len(there) == 0 {
		return domain.ChangeItem{}, false, nil
	}
	order := domain.DeliveryOrder{
		System: system.ID, Domain: m.Domain, Record: m.Record, Kind: domain.DeliverUpdate, Code: m.Code,
		Expect: sources[0].Attributes.Only(keys(there)), Set: there,
	}
	return dr.write(system, order), true, nil
}

func keys(set domain.Attributes) []domain.AttributeID {
	ids := make([]domain.AttributeID, 0, len(set))
	for id := range set {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// sendable are the values, under plain IDs, that a system has and that may be written when a record is made there.
func (d *Desk) sendable(system domain.SourceSystem, definition domain.Definition, values domain.Attributes) domain.Attributes {
	return d.inWords(system, definition, values, nil).Only(slices.DeleteFunc(slices.Clone(d.Fields.Supplied(system, definition.Domain)), func(id domain.AttributeID) bool {
		attribute, _ := definition.Attribute(id)
		return attribute.ComparedOnly
	}))
}

// write makes the item of one order, by hand where Crosswalk may not or cannot write.
func (dr drafter) write(system domain.SourceSystem, order domain.DeliveryOrder) domain.ChangeItem {
	order.ByHand = !dr.desk.canWrite(system, order)
	return domain.ChangeItem{
		Action: domain.ItemWriteSystem, Domain: order.Domain, Label: dr.found.Finding.Label, Discrepancy: dr.found.ID,
		Record: order.Record, Delivery: &order,
	}
}

// canWrite says whether a connector can carry the order out.
func (d *Desk) canWrite(system domain.SourceSystem, order domain.DeliveryOrder) bool {
	written := d.Fields.Written(system, order.Domain)
	if !system.Writable || len(written) == 0 || order.Kind == domain.DeliverRemove {
		return false
	}
	if definition, err := d.Definitions.Definition(order.Domain); err != nil || slices.ContainsFunc(keys(order.Set), func(id domain.AttributeID) bool {
		attribute, _ := definition.Attribute(id)
		return attribute.ComparedOnly
	}) {
		return false
	}
	if order.Kind == domain.DeliverUpdate {
		// Nothing to set means a value is to be cleared, which is left to a person.
		return len(order.Set) > 0 && !slices.ContainsFunc(keys(order.Set), func(id domain.AttributeID) bool { return !slices.Contains(written, id) })
	}
	return true
}

func (dr drafter) keepGolden(ctx context.Context) (draft, error) {
	record, err := dr.golden(ctx)
	if err != nil {
		return draft{}, err
	}
	f := dr.found.Finding
	order := domain.DeliveryOrder{System: f.System, Domain: f.Domain, Record: record.ID, Code: f.Code}
	var title string
	switch f.Class {
	case domain.ClassValue:
		attribute, _ := dr.definition.Attribute(f.Attribute)
		order.Kind = domain.DeliverUpdate
		order.Expect = domain.Attributes{}.With(domain.Attributes{attribute.ID: f.Source})
		order.Set = domain.Attributes{}.With(dr.desk.inWords(dr.system, dr.definition, domain.Attributes{attribute.ID: record.Attributes[f.Attribute]}, order.Expect))
		title = fmt.Sprintf("%s of %s in %s becomes %s", attribute.Label, f.Label, dr.system.Name, orNothing(order.Set.Text(attribute.ID)))
	case domain.ClassMissing, domain.ClassDeleted:
		order.Kind, order.Code = domain.DeliverCreate, dr.createCode()
		order.Set = dr.desk.sendable(dr.system, dr.definition, dr.definition.Local(record.Attributes, dr.place))
		title = fmt.Sprintf("%s is made in %s", f.Label, dr.system.Name)
	case domain.ClassArchived:
		order.Kind = domain.DeliverRestore
		title = fmt.Sprintf("%s comes back into use in %s", f.Label, dr.system.Name)
	case domain.ClassUnexpected:
		order.Kind = domain.DeliverArchive
		title = fmt.Sprintf("%s goes out of use in %s", f.Label, dr.system.Name)
	default:
		return draft{}, domain.Invalid(domain.CodeDecisionInvalid, "the golden record says nothing about a discrepancy of class %s", f.Class)
	}
	item := dr.write(dr.system, order)
	item.BaseVersion = record.Version // what is written must still be golden when the request is applied
	return draft{title: title, plant: f.Plant, items: []domain.ChangeItem{item}}, nil
}

// createCode is the code under which a missing record is to be made: the mapped one, unless the system gives its own.
func (dr drafter) createCode() domain.Code {
	if dr.system.Codes == domain.CodeDatabaseID {
		return ""
	}
	return dr.found.Finding.Code
}

func orNothing(text string) string {
	if text == "" {
		return "empty"
	}
	return text
}

// clearDuplicate asks the plant to give the code to one thing only.
func (dr drafter) clearDuplicate() draft {
	f := dr.found.Finding
	return draft{
		title: fmt.Sprintf("%s gives the code %s to more than one row", dr.system.Name, f.Code), plant: f.Plant,
		items: []domain.ChangeItem{dr.write(dr.system, domain.DeliveryOrder{
			System: f.System, Domain: f.Domain, Record: f.Record, Kind: domain.DeliverRemove, Code: f.Code,
		})},
	}
}

func (dr drafter) mapCode(ctx context.Context) (draft, error) {
	record, err := domain.HeirOf(ctx, dr.reads, dr.decision.Record)
	if err != nil {
		return draft{}, err
	}
	f := dr.found.Finding
	if record.Domain != f.Domain || record.State == domain.RecordMerged || record.State == domain.RecordRetired {
		return draft{}, domain.Invalid(domain.CodeDecisionInvalid, "a code cannot be mapped to this record: it is a %s %s", record.State, record.Domain)
	}
	name := record.Attributes.Text(dr.definition.NameAttribute)
	return draft{
		title: fmt.Sprintf("%s code %s stands for %s (%s)", dr.system.Name, f.Code, record.Attributes.Text(dr.definition.CodeAttribute), name),
		plant: dr.system.Plant, items: dr.link(record.ID, name),
	}, nil
}

// link makes the items that tie the discrepancy's code to a record.
func (dr drafter) link(record domain.ID, label string) []domain.ChangeItem {
	f := dr.found.Finding
	items := []domain.ChangeItem{MapCode(dr.system, f.Domain, f.Code, record, label)}
	if dr.system.Plant != "" {
		items = append(items, UsePlant(dr.system.Plant, f.Domain, record, label))
	}
	if adoption := (domain.DeliveryOrder{System: f.System, Domain: f.Domain, Record: record, Kind: domain.DeliverAdopt, Code: f.Code}); dr.desk.adopts(dr.system, adoption) {
		items = append(items, dr.write(dr.system, adoption))
	}
	for i := range items {
		items[i].Discrepancy = dr.found.ID
	}
	return items
}

// adopts says whether the system keeps our external id beside its own: one that is written, by a number it gives itself.
func (d *Desk) adopts(system domain.SourceSystem, order domain.DeliveryOrder) bool {
	return system.Codes == domain.CodeDatabaseID && d.canWrite(system, order)
}

// Adoption makes the item that gives an existing record of a system our external id, and says whether the system keeps one.
func (d *Desk) Adoption(system domain.SourceSystem, m domain.CodeMapping, label string) (domain.ChangeItem, bool) {
	order := domain.DeliveryOrder{System: system.ID, Domain: m.Domain, Record: m.Record, Kind: domain.DeliverAdopt, Code: m.Code}
	return domain.ChangeItem{Action: domain.ItemWriteSystem, Domain: m.Domain, Label: label, Record: m.Record, Delivery: &order}, d.adopts(system, order)
}

// MapCode makes the item that ties a system's code to a record, on a person's word.
func MapCode(system domain.SourceSystem, name domain.DomainName, code domain.Code, record domain.ID, label string) domain.ChangeItem {
	return domain.ChangeItem{
		Action: domain.ItemMapCode, Domain: name, Label: label, Record: record,
		Mapping: &domain.CodeMapping{
			ID: domain.NewID(), Domain: name, System: system.ID, Plant: system.Plant, CodeType: system.Codes,
			Code: code, Key: system.CodeRule.Key(code), Record: record, Relation: domain.RelationEquivalent,
			State: domain.MappingActive, Basis: domain.BasisPerson, DefaultOut: true, Version: 1,
		},
	}
}

// UsePlant makes the item that declares a plant to use a record.
func UsePlant(plant domain.PlantID, name domain.DomainName, record domain.ID, label string) domain.ChangeItem {
	return domain.ChangeItem{
		Action: domain.ItemUsePlant, Domain: name, Label: label, Record: record,
		Use: &domain.PlantUse{Record: record, Domain: name, Plant: plant, State: domain.UseActive, Source: "declared", Version: 1},
	}
}

// create makes a golden record of what the system says, and brings it to the central systems.
func (dr drafter) create(ctx context.Context) (draft, error) {
	f := dr.found.Finding
	if dr.definition.BarsCreation(f.System) {
		return draft{}, barred(dr.definition)
	}
	values, err := dr.newValues(ctx)
	if err != nil {
		return draft{}, err
	}
	record, label := domain.NewID(), values.Text(dr.definition.NameAttribute)
	items := []domain.ChangeItem{{
		Action: domain.ItemCreateRecord, Domain: f.Domain, Label: label, Discrepancy: dr.found.ID, Record: record, Set: values,
		Origin: domain.Lineage{System: f.System, Code: f.Code, Rule: "steward_decision"},
	}}
	items = append(items, dr.link(record, label)...)
	systems, err := dr.reads.Systems.List(ctx)
	if err != nil {
		return draft{}, err
	}
	for _, system := range systems {
		if system.ID == dr.system.ID || system.Plant != "" || !system.Writable {
			continue
		}
		place, err := placeOf(ctx, dr.reads, system)
		if err != nil {
			return draft{}, err
		}
		items = append(items, dr.write(system, domain.DeliveryOrder{
			System: system.ID, Domain: f.Domain, Record: record, Kind: domain.DeliverCreate,
			Set: dr.desk.sendable(system, dr.definition, dr.definition.Local(values, place)),
		}))
	}
	title := fmt.Sprintf("%s code %s becomes the new %s %s", dr.system.Name, f.Code, dr.definition.Label, values.Text(dr.definition.CodeAttribute))
	if !dr.definition.Creates(f.System) {
		title += ", though new ones come from " + joined(dr.definition.Creators)
	}
	return draft{title: title, items: items}, nil
}

// newValues are the values of a record that is to be made, checked as a whole; its code must be free.
func (dr drafter) newValues(ctx context.Context) (domain.Attributes, error) {
	f := dr.found.Finding
	sources, err := dr.reads.Sources.ByKeys(ctx, f.System, f.Domain, []string{dr.system.CodeRule.Key(f.Code)})
	if err != nil {
		return nil, err
	}
	values := domain.Attributes{}
	if dr.system.Codes != domain.CodeDatabaseID { // a number the system counts up is nobody's item code
		values[dr.definition.CodeAttribute] = f.Code
	}
	if len(sources) > 0 {
		values = values.With(dr.definition.Placed(sources[0].Attributes, dr.place))
	}
	values = dr.definition.Settled(values.With(dr.decision.Values))
	if err := dr.definition.Check(values); err != nil {
		return nil, err
	}
	code := values.Text(dr.definition.CodeAttribute)
	taken, err := dr.reads.Records.ByCodes(ctx, f.Domain, []string{code})
	if err != nil {
		return nil, err
	}
	if other, ok := taken[code]; ok {
		return nil, domain.Conflict(domain.CodeRecordCodeTaken, "the code %s belongs to %s already: map to it, or choose another code", code,
			strings.TrimSpace(other.Attributes.Text(dr.definition.NameAttribute)))
	}
	return values, nil
}
