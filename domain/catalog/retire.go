package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Ending says how a record is to go: phased out, so that it is used up, or retired.
type Ending struct {
	To          domain.RecordState
	BaseVersion int
	// Successor takes its place, zero for none: from the day HandOver on its plants' codes stand for the successor.
	Successor domain.ID
	HandOver  domain.Date
	Reason    string
}

// ender works out one ending.
type ender struct {
	catalog    *Catalog
	repos      domain.Repos
	wanted     Ending
	record     domain.GoldenRecord
	definition domain.Definition
	today      domain.Date
	faults     []domain.FieldError
}

// ProposeEnding proposes that a record is phased out or retired: it names its successor, hands its plants' codes over on a day, and,
// where it is retired, ends its other mappings and takes it out of use in the systems. What stands in the way comes back at once, as the
// Fields of a CodeRecordUsed: records that name it, plants that use it, requests and deliveries under way. CodeRecordUnknown,
// CodeRecordStale, CodeDecisionInvalid, CodeReasonRequired.
func (c *Catalog) ProposeEnding(ctx context.Context, by domain.Actor, name domain.DomainName, id domain.ID, wanted Ending) (domain.ChangeRequest, error) {
	if _, err := c.usedRecord(ctx, by, name, id); err != nil {
		return domain.ChangeRequest{}, err
	}
	if err := by.Require(domain.ActionPropose, domain.Scope{Domain: name}); err != nil {
		return domain.ChangeRequest{}, err
	}
	if strings.TrimSpace(wanted.Reason) == "" {
		return domain.ChangeRequest{}, domain.Invalid(domain.CodeReasonRequired, "say why the record goes")
	}
	definition, err := c.Desk.Definitions.Definition(name)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	var request domain.ChangeRequest
	err = c.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: wanted.Reason}, func(repos domain.Repos) error {
		e := &ender{catalog: c, repos: repos, wanted: wanted, definition: definition, today: domain.DateOf(repos.Now)}
		if e.record, err = repos.Records.ByID(ctx, id); err != nil {
			return err
		}
		items, err := e.items(ctx)
		if err != nil {
			return err
		}
		verb := map[domain.RecordState]string{domain.RecordPhaseOut: "is phased out", domain.RecordRetired: "is retired"}[wanted.To]
		request, err = c.Desk.Propose(ctx, repos, by, domain.ChangeRequest{
			Kind: domain.RequestDecision, Domain: name, Reason: wanted.Reason, Title: steward.LabelOf(definition, e.record) + " " + verb,
		}, items)
		return err
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("propose the end of %s: %w", id, err)
	}
	return request, nil
}

// items are the steps: the record itself, then its mappings, then the systems.
func (e *ender) items(ctx context.Context) ([]domain.ChangeItem, error) {
	if err := e.sound(ctx); err != nil {
		return nil, err
	}
	if e.wanted.To == domain.RecordRetired {
		if err := e.hindered(ctx); err != nil {
			return nil, err
		}
	}
	label := steward.LabelOf(e.definition, e.record)
	action := domain.ItemPhaseOutRecord
	if e.wanted.To == domain.RecordRetired {
		action = domain.ItemRetireRecord
	}
	move := domain.ChangeItem{Action: action, Domain: e.record.Domain, Label: label, Record: e.record.ID, BaseVersion: e.record.Version, Origin: domain.Lineage{Rule: "steward_decision"}}
	if !e.wanted.Successor.IsZero() {
		move.Set = domain.Attributes{ItemSuccessor: domain.Reference{Domain: e.record.Domain, Record: e.wanted.Successor}}
		move.Before = e.record.Attributes.Only(move.Touched())
	}
	codes, err := e.codes(ctx, label)
	return append([]domain.ChangeItem{move}, codes...), err
}

// sound refuses what makes no sense of itself.
func (e *ender) sound(ctx context.Context) error {
	invalid := func(format string, args ...any) error {
		return domain.Invalid(domain.CodeDecisionInvalid, format, args...)
	}
	handsOver := e.wanted.HandOver != ""
	switch {
	case e.wanted.To != domain.RecordPhaseOut && e.wanted.To != domain.RecordRetired:
		return invalid("a record is phased out or retired, not %q", e.wanted.To)
	case e.record.Version != e.wanted.BaseVersion:
		return domain.Conflict(domain.CodeRecordStale, "the record has changed since you opened it")
	case domain.RecordMachine().Check(e.record.State, e.wanted.To) != nil:
		return invalid("the record is %s: it cannot be %s", e.record.State, strings.ReplaceAll(string(e.wanted.To), "_", " "))
	case handsOver && e.wanted.Successor.IsZero():
		return invalid("codes are handed over to a successor: name it")
	case handsOver && e.wanted.To == domain.RecordRetired && e.wanted.HandOver > e.today:
		return invalid("a record that hands its codes over on %s is phased out until then", e.wanted.HandOver)
	}
	return e.succeeded(ctx)
}

// succeeded refuses a successor that cannot be one.
func (e *ender) succeeded(ctx context.Context) error {
	invalid := func(format string, args ...any) error {
		return domain.Invalid(domain.CodeDecisionInvalid, format, args...)
	}
	_, hasSuccessor := e.definition.Attribute(ItemSuccessor)
	switch {
	case e.wanted.Successor.IsZero():
		return nil
	case !hasSuccessor:
		return invalid("a %s has no successor", e.definition.Label)
	case e.wanted.Successor == e.record.ID:
		return invalid("a record does not succeed itself")
	}
	heir, err := domain.HeirOf(ctx, e.repos.Reads, e.wanted.Successor)
	if err == nil && (heir.Domain != e.record.Domain || heir.State != domain.RecordActive) {
		err = invalid("the successor is a %s that is %s", heir.Domain, heir.State)
	}
	e.wanted.Successor = heir.ID
	return err
}

func (e *ender) fault(location, format string, args ...any) {
	e.faults = append(e.faults, domain.FieldError{Location: location, Msg: fmt.Sprintf(format, args...)})
}

// hindered is CodeRecordUsed with all that stands in the way of retiring.
func (e *ender) hindered(ctx context.Context) error {
	users, err := e.catalog.Desk.Users(ctx, e.repos.Reads, e.record.ID)
	if err != nil {
		return err
	}
	for _, user := range users {
		e.fault("/where_used", "%s names it", user)
	}
	uses, err := e.repos.Uses.ByRecord(ctx, e.record.ID)
	if err != nil {
		return err
	}
	for _, use := range uses {
		if use.Validity.Contains(e.today) && use.State != domain.UseNotUsed && use.State != domain.UseBlocked {
			e.fault("/uses", "the plant %s uses it: %s", use.Plant, strings.ReplaceAll(string(use.State), "_", " "))
		}
	}
	open, err := steward.MergeHindrances(ctx, e.repos.Reads, e.record.ID, "the record", domain.ID{})
	if err != nil {
		return err
	}
	for _, hindrance := range open {
		e.fault("/under_way", "%s", hindrance.Msg)
	}
	if len(e.faults) == 0 {
		return nil
	}
	used := domain.Conflict(domain.CodeRecordUsed, "%s cannot be retired: %s", steward.LabelOf(e.definition, e.record), e.faults[0].Msg)
	used.Fields = e.faults
	return used
}

// codes are what becomes of the record's codes: the plants' own go to the successor on the day, and of a retired record the others end
// and the things go out of use.
func (e *ender) codes(ctx context.Context, label string) ([]domain.ChangeItem, error) {
	mappings, err := domain.FamilyMappings(ctx, e.repos.Reads, e.record.ID)
	if err != nil {
		return nil, err
	}
	var items, writes []domain.ChangeItem
	for _, m := range mappings {
		if !m.Live() || (m.Validity.To != "" && m.Validity.To <= e.today) {
			continue
		}
		system, err := e.repos.Systems.ByID(ctx, m.System)
		if err != nil {
			return nil, err
		}
		over, err := e.handOver(ctx, system, m, label)
		if err != nil {
			return nil, err
		}
		if items = append(items, over...); len(over) > 0 || e.wanted.To != domain.RecordRetired {
			continue
		}
		items = append(items, domain.ChangeItem{Action: domain.ItemEndMapping, Domain: m.Domain, Label: label, Record: m.Record, Mapping: &m})
		if m.DefaultOut {
			writes = append(writes, e.catalog.Desk.TakeOut(system, m, label))
		}
	}
	return append(items, writes...), nil
}

// handOver lets a code stand for the successor from the day on: one that a plant gave, where the successor has none there yet. A number
// that a system counts up is the thing's own and never another's.
func (e *ender) handOver(ctx context.Context, system domain.SourceSystem, m domain.CodeMapping, label string) ([]domain.ChangeItem, error) {
	if e.wanted.HandOver == "" || system.Codes == domain.CodeDatabaseID || m.Relation != domain.RelationEquivalent || (m.Validity.From != "" && m.Validity.From >= e.wanted.HandOver) {
		return nil, nil
	}
	own, err := e.repos.Mappings.ByRecords(ctx, m.System, []domain.ID{e.wanted.Successor})
	if err != nil || slices.ContainsFunc(own, func(o domain.CodeMapping) bool { return o.CodeType == m.CodeType }) {
		return nil, err
	}
	next := m
	next.ID, next.Record, next.Version, next.Validity.From = domain.NewID(), e.wanted.Successor, 1, e.wanted.HandOver
	next.State, next.Basis, next.ChangeRequest = domain.MappingActive, domain.BasisPerson, domain.ID{}
	next.Factor, next.Unit = "", ""
	m.Validity.To, m.Version = e.wanted.HandOver, m.Version+1
	return []domain.ChangeItem{
		{Action: domain.ItemMapCode, Domain: m.Domain, Label: label, Record: m.Record, Mapping: &m},
		{Action: domain.ItemMapCode, Domain: m.Domain, Label: label, Record: next.Record, Mapping: &next},
	}, nil
}
