package crosswalk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// NewMapping proposes what a code stands for. The record is named by its ID or its canonical code.
type NewMapping struct {
	Side     Side
	Domain   domain.DomainName
	Code     string
	Record   domain.ID
	Target   string
	Relation domain.Relation // "" is equivalent
	Validity domain.Validity
	// Default makes the code the one by which the system is told of the record; refused where another is.
	Default bool
	Factor  string
	Unit    string
	Reason  string
}

// EndMapping proposes that a mapping ends on a day, the first on which it no longer holds; with a Record or Target, that the
// code stands for that record from then on.
type EndMapping struct {
	ID      domain.ID
	Version int // the version that was looked at
	On      domain.Date
	Record  domain.ID
	Target  string
	Reason  string
}

// Mappings lists the code mappings the actor may see.
func (c *Crosswalk) Mappings(ctx context.Context, by domain.Actor, q domain.MappingQuery) ([]domain.CodeMapping, string, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, "", by.Require(domain.ActionRead, domain.Scope{})
	}
	q.Plants = by.Plants(domain.ActionRead)
	return c.Store.Read().Mappings.List(ctx, q)
}

// Label is what people know a record by.
type Label struct {
	Code, Name string
}

// Labels returns the code and name of the records that mappings stand for. Records are shared by all plants.
func (c *Crosswalk) Labels(ctx context.Context, mappings []domain.CodeMapping) (map[domain.ID]Label, error) {
	labels := make(map[domain.ID]Label, len(mappings))
	ids := make([]domain.ID, len(mappings))
	for i, m := range mappings {
		ids[i] = m.Record
	}
	slices.SortFunc(ids, func(a, b domain.ID) int { return strings.Compare(a.String(), b.String()) })
	records, err := c.Store.Read().Records.ByIDs(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		definition, err := c.Desk.Definitions.Definition(r.Domain)
		if err != nil {
			return nil, err
		}
		labels[r.ID] = Label{Code: r.Attributes.Text(definition.CodeAttribute), Name: r.Attributes.Text(definition.NameAttribute)}
	}
	return labels, nil
}

// MappingHistory returns every version of a mapping, oldest first; CodeMappingUnknown also for one the actor may not see.
func (c *Crosswalk) MappingHistory(ctx context.Context, by domain.Actor, id domain.ID) ([]domain.CodeMapping, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, by.Require(domain.ActionRead, domain.Scope{})
	}
	return history(ctx, c.Store.Read(), by, id)
}

func history(ctx context.Context, reads domain.Reads, by domain.Actor, id domain.ID) ([]domain.CodeMapping, error) {
	versions, err := reads.Translations.History(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		return nil, mappingUnknown()
	}
	if m := versions[0]; m.Plant != "" && !by.May(domain.ActionRead, domain.Scope{Domain: m.Domain, Plant: m.Plant, System: m.System}) {
		return nil, mappingUnknown()
	}
	return versions, nil
}

func mappingUnknown() error {
	return domain.NotFound(domain.CodeMappingUnknown, "there is no such code mapping")
}

// ProposeMapping proposes a new mapping as a change request. One that could not be applied as things are is refused:
// CodeMappingOverlap, CodeMappingDefault, CodeRecordUnknown.
func (c *Crosswalk) ProposeMapping(ctx context.Context, by domain.Actor, p NewMapping) (domain.ChangeRequest, error) {
	if p.Side.System == Canonical {
		return domain.ChangeRequest{}, domain.Invalid(domain.CodeBodyInvalid, "a canonical code is changed in its record")
	}
	definition, err := c.Desk.Definitions.Definition(p.Domain)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	system, err := c.side(ctx, by, p.Domain, &p.Side)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	m, err := p.mapping(system)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	return c.propose(ctx, by, m, p.Reason, func(repos domain.Repos) ([]domain.ChangeItem, string, error) {
		record, err := target(ctx, repos.Reads, p.Domain, p.Record, p.Target)
		if err != nil {
			return nil, "", err
		}
		m.Record = record.ID
		if err := fits(ctx, repos.Reads, &m, p.Default, domain.ID{}); err != nil {
			return nil, "", err
		}
		title := fmt.Sprintf("%s code %s stands for %s", system.Name, m.Code, record.Attributes.Text(definition.CodeAttribute))
		return mappingItems(m, record.Attributes.Text(definition.NameAttribute)), title, nil
	})
}

// MapCode is ProposeMapping for a code that somebody judged to stand for a record.
func (c *Crosswalk) MapCode(ctx context.Context, by domain.Actor, name domain.DomainName, code domain.MatchSide, record domain.ID, reason string) (domain.ChangeRequest, error) {
	return c.ProposeMapping(ctx, by, NewMapping{Side: Side{System: code.System}, Domain: name, Code: string(code.Code), Record: record, Reason: reason})
}

// mapping checks what was given and makes a mapping of it, still without its record.
func (p NewMapping) mapping(system domain.SourceSystem) (domain.CodeMapping, error) {
	code, err := domain.ParseCode(p.Code)
	if err != nil {
		return domain.CodeMapping{}, err
	}
	factor, err := domain.ParseFactor(p.Factor)
	if err != nil {
		return domain.CodeMapping{}, err
	}
	if p.Relation == "" {
		p.Relation = domain.RelationEquivalent
	}
	unit := strings.TrimSpace(p.Unit)
	switch {
	case !slices.Contains(domain.Relations(), p.Relation):
		return domain.CodeMapping{}, domain.Invalid(domain.CodeBodyInvalid, "%q is not a relation", string(p.Relation))
	case p.Validity.From != "" && p.Validity.To != "" && p.Validity.To <= p.Validity.From:
		return domain.CodeMapping{}, domain.Invalid(domain.CodeBodyInvalid, "a mapping ends after the day it begins")
	case len(unit) > 20:
		return domain.CodeMapping{}, domain.Invalid(domain.CodeBodyInvalid, "a unit has at most 20 characters")
	}
	return domain.CodeMapping{
		ID: domain.NewID(), Domain: p.Domain, System: system.ID, Plant: p.Side.Plant, CodeType: p.Side.CodeType, Code: code,
		Key: system.CodeRule.Key(code), Relation: p.Relation, State: domain.MappingActive, Validity: p.Validity,
		Basis: domain.BasisPerson, Factor: factor, Unit: unit, Version: 1,
	}, nil
}

// target finds the record a proposal names, or the one that answers for it, which must be one that codes can stand for.
func target(ctx context.Context, reads domain.Reads, name domain.DomainName, id domain.ID, code string) (domain.GoldenRecord, error) {
	var record domain.GoldenRecord
	if !id.IsZero() {
		var err error
		if record, err = domain.HeirOf(ctx, reads, id); err != nil {
			return record, err
		}
	} else {
		found, err := domain.ByCodesForwarded(ctx, reads, name, []string{code})
		if err != nil {
			return record, err
		}
		record = found[code]
	}
	if record.ID.IsZero() || record.Domain != name {
		return record, domain.NotFound(domain.CodeRecordUnknown, "there is no such %s", string(name))
	}
	if record.State == domain.RecordMerged || record.State == domain.RecordRetired {
		return record, domain.Conflict(domain.CodeMappingState, "no code can stand for the %s: it is %s", string(name), string(record.State))
	}
	return record, nil
}

// fits refuses a mapping that clashes with one there is, and settles whether it names its record to the system: where it is
// asked for that must be free, where not it becomes so if nothing else does. The mapping except makes way for this one.
func fits(ctx context.Context, reads domain.Reads, m *domain.CodeMapping, asDefault bool, except domain.ID) error {
	others, err := reads.Mappings.ByKey(ctx, m.MappingKey())
	if err != nil {
		return err
	}
	for _, other := range others {
		if other.ID != except && m.Clashes(other) {
			return domain.Conflict(domain.CodeMappingOverlap, "the code %q stands for another record on these days already; end that mapping, or replace it", string(m.Code))
		}
	}
	siblings, err := reads.Mappings.ByRecords(ctx, m.System, []domain.ID{m.Record})
	if err != nil {
		return err
	}
	m.DefaultOut = true
	rival := slices.IndexFunc(siblings, func(s domain.CodeMapping) bool { return s.ID != except && m.Rivals(s) })
	if rival >= 0 && asDefault {
		return domain.Conflict(domain.CodeMappingDefault, "the system is told of the record by its code %q on these days", string(siblings[rival].Code))
	}
	m.DefaultOut = rival < 0 && m.Relation == domain.RelationEquivalent
	return nil
}

// mappingItems are a mapping and, where it belongs to a plant, that the plant uses the record.
func mappingItems(m domain.CodeMapping, label string) []domain.ChangeItem {
	items := []domain.ChangeItem{{Action: domain.ItemMapCode, Domain: m.Domain, Label: label, Record: m.Record, Mapping: &m}}
	if m.Plant != "" && m.Version == 1 && m.Relation == domain.RelationEquivalent {
		items = append(items, steward.UsePlant(m.Plant, m.Domain, m.Record, label))
	}
	return items
}

// propose makes the change request of a mapping's system and plant.
func (c *Crosswalk) propose(ctx context.Context, by domain.Actor, m domain.CodeMapping, reason string,
	draft func(domain.Repos) ([]domain.ChangeItem, string, error),
) (domain.ChangeRequest, error) {
	var request domain.ChangeRequest
	if err := by.Require(domain.ActionPropose, domain.Scope{Domain: m.Domain, Plant: m.Plant, System: m.System}); err != nil {
		return request, err
	}
	if strings.TrimSpace(reason) == "" {
		return request, domain.Invalid(domain.CodeReasonRequired, "say why the mapping changes")
	}
	err := c.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: reason}, func(repos domain.Repos) error {
		items, title, err := draft(repos)
		if err != nil {
			return err
		}
		request, err = c.Desk.Propose(ctx, repos, by, domain.ChangeRequest{
			Kind: domain.RequestMappings, Domain: m.Domain, Plant: m.Plant, Title: title, Reason: reason,
		}, items)
		return err
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("propose mapping of %q: %w", string(m.Code), err)
	}
	return request, nil
}

// ProposeEnd proposes the end of a mapping, or its handover to another record, as a change request.
func (c *Crosswalk) ProposeEnd(ctx context.Context, by domain.Actor, p EndMapping) (domain.ChangeRequest, error) {
	versions, err := c.MappingHistory(ctx, by, p.ID)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	first := versions[0]
	definition, err := c.Desk.Definitions.Definition(first.Domain)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	return c.propose(ctx, by, first, p.Reason, func(repos domain.Repos) ([]domain.ChangeItem, string, error) {
		versions, err := history(ctx, repos.Reads, by, p.ID)
		if err != nil {
			return nil, "", err
		}
		ended, err := EndedOn(versions[len(versions)-1], p)
		if err != nil {
			return nil, "", err
		}
		items := []domain.ChangeItem{{Action: domain.ItemMapCode, Domain: ended.Domain, Label: string(ended.Code), Record: ended.Record, Mapping: &ended}}
		if p.Record.IsZero() && p.Target == "" {
			return items, fmt.Sprintf("%s code %s ends on %s", ended.System, ended.Code, p.On), nil
		}
		record, err := target(ctx, repos.Reads, ended.Domain, p.Record, p.Target)
		if err != nil {
			return nil, "", err
		}
		next, err := successor(ctx, repos.Reads, ended, record.ID, p.On)
		if err != nil {
			return nil, "", err
		}
		title := fmt.Sprintf("%s code %s stands for %s from %s on", ended.System, ended.Code, record.Attributes.Text(definition.CodeAttribute), p.On)
		return append(items, mappingItems(next, record.Attributes.Text(definition.NameAttribute))...), title, nil
	})
}

// EndedOn returns the next version of a mapping, which ends on a day within it. CodeMappingStale, CodeMappingState, CodeDateInvalid.
func EndedOn(m domain.CodeMapping, p EndMapping) (domain.CodeMapping, error) {
	switch {
	case m.Version != p.Version:
		return m, domain.Conflict(domain.CodeMappingStale, "the mapping of %q has changed since you looked at it", string(m.Code))
	case !m.Live():
		return m, domain.Conflict(domain.CodeMappingState, "the mapping of %q is %s", string(m.Code), string(m.State))
	case p.On == "":
		return m, domain.Invalid(domain.CodeDateInvalid, "say on which day the mapping ends")
	case m.Validity.From != "" && p.On <= m.Validity.From:
		return m, domain.Conflict(domain.CodeMappingState, "the mapping of %q begins on %s; it can end on a later day", string(m.Code), string(m.Validity.From))
	case m.Validity.To != "" && m.Validity.To <= p.On:
		return m, domain.Conflict(domain.CodeMappingState, "the mapping of %q ends on %s already", string(m.Code), string(m.Validity.To))
	}
	m.Validity.To = p.On
	m.Version++
	return m, nil
}

// successor is the mapping that follows one that has ended: the same code for another record.
func successor(ctx context.Context, reads domain.Reads, ended domain.CodeMapping, record domain.ID, from domain.Date) (domain.CodeMapping, error) {
	if record == ended.Record {
		return ended, domain.Conflict(domain.CodeMappingState, "the code %q stands for that record already", string(ended.Code))
	}
	next := Successor(ended, record, from)
	return next, fits(ctx, reads, &next, false, ended.ID)
}

// Successor is the mapping of the same code to another record, from the day on which one ends. Whether it can be is not looked at.
func Successor(ended domain.CodeMapping, record domain.ID, from domain.Date) domain.CodeMapping {
	next := ended
	next.ID, next.Record, next.Version, next.Validity = domain.NewID(), record, 1, domain.Validity{From: from}
	next.State, next.Basis, next.Relation, next.ChangeRequest = domain.MappingActive, domain.BasisPerson, domain.RelationEquivalent, domain.ID{}
	next.Factor, next.Unit, next.DefaultOut = "", "", true
	return next
}
