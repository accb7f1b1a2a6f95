package steward

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// affected is a record as it was before a request and as the request leaves it.
type affected struct {
	before, after domain.GoldenRecord
	// restored and joined say that it came back into use, or that another was merged into it.
	restored, joined bool
}

// touch notes what an item does to a record.
func (a *applier) touch(before, after domain.GoldenRecord, action domain.ItemAction) {
	if a.touched == nil {
		a.touched = map[domain.ID]affected{}
	}
	t, known := a.touched[after.ID]
	if !known {
		t.before = before
	}
	t.after = after
	t.restored = t.restored || action == domain.ItemRestoreRecord
	t.joined = t.joined || action == domain.ItemMergeRecord
	a.touched[after.ID] = t
}

// definitionOf is the Definition of a domain; a request may concern more than its own.
func (a *applier) definitionOf(ctx context.Context, name domain.DomainName) (domain.Definition, error) {
	if name == a.definition.Domain {
		return a.definition, nil
	}
	if known, ok := a.others[name]; ok {
		return known, nil
	}
	definition, err := a.desk.Governed(ctx, a.repos.Reads, name)
	if err == nil {
		if a.others == nil {
			a.others = map[domain.DomainName]domain.Definition{}
		}
		a.others[name] = definition
	}
	return definition, err
}

// locked are the domains whose records a request writes, and those that such records name: nobody may retire what is being named.
func (d *Desk) locked(ctx context.Context, request domain.ChangeRequest) ([]domain.DomainName, error) {
	if request.Kind == domain.RequestConfiguration {
		return nil, nil
	}
	if request.Domain != "" {
		return d.lockedFor(request.Domain), nil
	}
	items, err := d.Store.Read().Requests.Items(ctx, request.ID, 0, 0)
	var names []domain.DomainName
	for _, item := range items {
		if !slices.Contains(names, item.Domain) && item.Domain != "" {
			names = append(names, item.Domain)
		}
	}
	return d.lockedFor(names...), err
}

// lockedFor are domains and those that their records name.
func (d *Desk) lockedFor(names ...domain.DomainName) []domain.DomainName {
	all := slices.Clone(names)
	for _, name := range names {
		if definition, err := d.Definitions.Definition(name); err == nil {
			all = append(all, definition.Referenced()...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// settle looks, once all items have taken effect, whether what the changed records name is there, whether what was retired is still
// named, and whether anything has come to contain itself. CodeReferenceBroken, CodeRecordUsed, CodeRecordCycle.
func (a *applier) settle(ctx context.Context) error {
	all := a.inOrder()
	if len(all) == 0 {
		return nil
	}
	faults, err := a.brokenReferences(ctx, all)
	if err != nil {
		return err
	}
	var found []fault
	for _, t := range all {
		if of := faults[t.after.ID]; len(of) > 0 {
			found = append(found, broken(a.labelOf(ctx, t.after), t.after.ID, of))
		}
	}
	if len(found) == 0 {
		found, err = a.stillNamed(ctx, all)
	}
	if len(found) == 0 && err == nil {
		found, err = a.circles(ctx, all)
	}
	if err != nil {
		return err
	}
	return settledBy(found)
}

// broken is the fault of a record's broken references.
func broken(label string, record domain.ID, faults []domain.FieldError) fault {
	err := domain.Conflict(domain.CodeReferenceBroken, "%s: %s", label, faults[0].Msg)
	err.Fields = faults
	at := fault{record: record, why: err}
	for _, f := range faults {
		attribute, _, _ := strings.Cut(strings.TrimPrefix(f.Location, "/"), "/")
		at.attributes = append(at.attributes, domain.AttributeID(attribute))
	}
	return at
}

// inOrder are the touched records in the order of their IDs, so that the same request fails with the same sentence.
func (a *applier) inOrder() []affected {
	all := make([]affected, 0, len(a.touched))
	for _, t := range a.touched {
		all = append(all, t)
	}
	slices.SortFunc(all, func(x, y affected) int { return slices.Compare(x.after.ID[:], y.after.ID[:]) })
	return all
}

// labelOf is how people know a record.
func (a *applier) labelOf(ctx context.Context, record domain.GoldenRecord) string {
	definition, err := a.definitionOf(ctx, record.Domain)
	if err != nil {
		return record.ID.String()
	}
	return LabelOf(definition, record)
}

// LabelOf is how people know a record: by its code and its name.
func LabelOf(definition domain.Definition, record domain.GoldenRecord) string {
	code, name := record.Attributes.Text(definition.CodeAttribute), record.Attributes.Text(definition.NameAttribute)
	if code == name {
		name = ""
	}
	return strings.TrimSpace(code + " " + name)
}

// brokenReferences are the faults of references that the request made, by record. What a record named before, it may go on naming.
func (a *applier) brokenReferences(ctx context.Context, all []affected) (map[domain.ID][]domain.FieldError, error) {
	var made []domain.RecordRef
	for _, t := range all {
		if !t.after.InUse() {
			continue
		}
		before := t.before.References()
		if t.restored {
			before = nil
		}
		for _, ref := range t.after.References() {
			if !slices.ContainsFunc(before, func(old domain.RecordRef) bool {
				return old.Attribute == ref.Attribute && old.Field == ref.Field && old.Target == ref.Target
			}) {
				made = append(made, ref)
			}
		}
	}
	faults, err := a.faultsOf(ctx, made)
	if err != nil {
		return nil, err
	}
	return faults, a.unknownPlants(ctx, all, faults)
}

// faultsOf are the references, of those given, that name nothing they may name, by record.
func (a *applier) faultsOf(ctx context.Context, refs []domain.RecordRef) (map[domain.ID][]domain.FieldError, error) {
	faults := map[domain.ID][]domain.FieldError{}
	var targets []domain.ID
	for _, ref := range refs {
		targets = append(targets, ref.Target)
	}
	slices.SortFunc(targets, func(x, y domain.ID) int { return slices.Compare(x[:], y[:]) })
	heirs, err := a.repos.Merges.Heirs(ctx, slices.Compact(targets))
	if err != nil {
		return nil, err
	}
	for _, ref := range refs {
		definition, err := a.definitionOf(ctx, ref.Domain)
		if err != nil {
			return nil, err
		}
		attribute, _ := definition.Names(ref)
		heir, known := heirs[ref.Target]
		why := ""
		switch {
		case !known:
			why = fmt.Sprintf("%s names a record that there is not", attribute.Label)
		case heir.Domain != ref.TargetDomain:
			why = fmt.Sprintf("%s names %s, which is a %s and not a %s", attribute.Label, a.labelOf(ctx, heir), heir.Domain, ref.TargetDomain)
		case !heir.InUse() && !attribute.Lasting:
			why = fmt.Sprintf("%s names %s, which is %s", attribute.Label, a.labelOf(ctx, heir), heir.State)
		default:
			continue
		}
		faults[ref.Record] = append(faults[ref.Record], domain.FieldError{Location: ref.Location(), Msg: why})
	}
	return faults, nil
}

// unknownPlants adds the plants that a changed record names and that there are not.
func (a *applier) unknownPlants(ctx context.Context, all []affected, faults map[domain.ID][]domain.FieldError) error {
	var known []domain.Plant
	for _, t := range all {
		definition, err := a.definitionOf(ctx, t.after.Domain)
		if err != nil {
			return err
		}
		for _, attribute := range definition.Attributes {
			named := t.after.Attributes.Text(attribute.ID)
			if !attribute.NamesPlant || named == "" || named == t.before.Attributes.Text(attribute.ID) || !t.after.InUse() {
				continue
			}
			if known == nil {
				if known, err = a.repos.Plants.List(ctx); err != nil {
					return err
				}
			}
			if !slices.ContainsFunc(known, func(p domain.Plant) bool { return string(p.ID) == named }) {
				faults[t.after.ID] = append(faults[t.after.ID], domain.FieldError{Location: "/" + string(attribute.ID), Msg: "there is no plant " + named})
			}
		}
	}
	return nil
}

// stillNamed are the records that the request retires though one that goes on names them, each CodeRecordUsed.
func (a *applier) stillNamed(ctx context.Context, all []affected) ([]fault, error) {
	var found []fault
	for _, t := range all {
		if t.after.State != domain.RecordRetired || t.before.State == domain.RecordRetired {
			continue
		}
		users, err := a.desk.Users(ctx, a.repos.Reads, t.after.ID)
		if err != nil {
			return nil, err
		}
		if len(users) > 0 {
			found = append(found, fault{record: t.after.ID, why: domain.Conflict(
				domain.CodeRecordUsed, "%s cannot be retired: it is still named by %s", a.labelOf(ctx, t.after), named(users),
			)})
		}
	}
	return found, nil
}

// Users are the labels of the records in use that name a record, itself or through one that was merged into it, other than where
// they go on without it.
func (d *Desk) Users(ctx context.Context, reads domain.Reads, record domain.ID) ([]string, error) {
	family, err := familyOf(ctx, reads, record)
	if err != nil {
		return nil, err
	}
	refs, err := reads.References.AllTo(ctx, domain.ReferenceQuery{Targets: family})
	if err != nil {
		return nil, err
	}
	var users []domain.ID
	for _, ref := range refs {
		definition, err := d.Definitions.Definition(ref.Domain)
		if err != nil {
			return nil, err
		}
		if attribute, _ := definition.Names(ref); !attribute.Lasting && !slices.Contains(users, ref.Record) && !slices.Contains(family, ref.Record) {
			users = append(users, ref.Record)
		}
	}
	records, err := reads.Records.ByIDs(ctx, users)
	var labels []string
	for _, one := range records {
		definition, err := d.Definitions.Definition(one.Domain)
		if err != nil {
			return nil, err
		}
		labels = append(labels, LabelOf(definition, one))
	}
	slices.Sort(labels)
	return labels, err
}

// familyOf is a record and those that were merged into it.
func familyOf(ctx context.Context, reads domain.Reads, record domain.ID) ([]domain.ID, error) {
	heritage, err := reads.Merges.Heritage(ctx, []domain.ID{record})
	family := []domain.ID{record}
	for _, merged := range heritage[record] {
		family = append(family, merged.ID)
	}
	return family, err
}

// wouldDo says why an update of a batch cannot be applied, as far as that shows before the others of the batch are: what it names may
// come with them.
func (a *applier) wouldDo(ctx context.Context, item domain.ChangeItem) error {
	record, err := a.base(ctx, item)
	if err != nil {
		return err
	}
	definition, err := a.definitionOf(ctx, record.Domain)
	if err != nil {
		return err
	}
	return definition.Check(definition.Settled(updated(record.Attributes, item)))
}
