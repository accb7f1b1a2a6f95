package crosswalk

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Translate tells what codes of one side are on the other, one answer for each, in order. A code that is not mapped is
// answered as the policy of its system says, and counted. When counting fails the answers stand,
// and CountingFailed is told.
func (c *Crosswalk) Translate(ctx context.Context, by domain.Actor, q Question) ([]Answer, error) {
	a, err := c.settle(ctx, by, q)
	if err != nil {
		return nil, err
	}
	t := &translation{asked: a, reads: c.Store.Read()}
	if err := t.load(ctx); err != nil {
		return nil, fmt.Errorf("translate %d codes of %s: %w", len(a.codes), a.From.System, err)
	}
	answers := make([]Answer, len(a.codes))
	missed := map[string]domain.UnmappedCode{}
	for i, code := range a.codes {
		var miss bool
		answers[i], miss = t.answer(code)
		if miss {
			t.note(missed, code, answers[i].Status)
		}
	}
	if len(missed) > 0 && a.Known == 0 {
		c.count(ctx, missed)
	}
	return answers, nil
}

// translation is one question under way, with all that its answers rest on.
type translation struct {
	asked
	reads domain.Reads
	// inbound are the mappings of each code's key, canonical the records of each canonical code.
	inbound   map[string][]domain.CodeMapping
	canonical map[string][]domain.GoldenRecord
	// records are all that are reached, through what they forward to.
	records map[domain.ID]domain.GoldenRecord
	// outbound are the target system's mappings of each record and of what was merged into it.
	outbound map[domain.ID][]domain.CodeMapping
	// said are the keys the source has ever had.
	said   map[string]bool
	policy domain.UnmappedPolicy
	fixed  []domain.GoldenRecord
}

func (t *translation) key(code domain.Code) string { return t.from.CodeRule.Key(code) }

func (t *translation) load(ctx context.Context) error {
	t.inbound, t.canonical = map[string][]domain.CodeMapping{}, map[string][]domain.GoldenRecord{}
	t.records, t.outbound, t.said = map[domain.ID]domain.GoldenRecord{}, map[domain.ID][]domain.CodeMapping{}, map[string]bool{}
	var reached []domain.ID
	var err error
	if t.From.System == Canonical {
		reached, err = t.loadCanonical(ctx)
	} else {
		reached, err = t.loadLocal(ctx)
	}
	if err != nil {
		return err
	}
	if err := t.follow(ctx, reached); err != nil {
		return err
	}
	if t.To.System == Canonical {
		return nil
	}
	return t.loadOutbound(ctx)
}

func (t *translation) loadCanonical(ctx context.Context) ([]domain.ID, error) {
	codes := make([]string, len(t.codes))
	for i, code := range t.codes {
		codes[i] = string(code)
	}
	living, err := t.reads.Records.ByCodes(ctx, t.Domain, codes)
	if err != nil {
		return nil, err
	}
	merged, err := t.reads.Translations.MergedByCodes(ctx, t.Domain, codes)
	if err != nil {
		return nil, err
	}
	var reached []domain.ID
	for code, record := range living {
		t.canonical[code] = []domain.GoldenRecord{record}
		reached = append(reached, record.ID)
	}
	for _, record := range merged {
		code := record.Attributes.Text(t.definition.CodeAttribute)
		if _, held := living[code]; !held { // a code that was handed on is its new holder's
			t.canonical[code] = append(t.canonical[code], record)
			reached = append(reached, record.ID)
		}
	}
	return reached, nil
}

// loadLocal looks up a system's codes, and, of those that have no mapping, whether the system was ever seen to have them.
func (t *translation) loadLocal(ctx context.Context) ([]domain.ID, error) {
	keys := make([]string, len(t.codes))
	for i, code := range t.codes {
		keys[i] = t.key(code)
	}
	of := domain.KnownMappings{Domain: t.Domain, System: t.from.ID, CodeType: t.From.CodeType, Known: t.Known}
	found, err := t.reads.Translations.ByKeys(ctx, of, keys)
	if err != nil {
		return nil, err
	}
	var reached []domain.ID
	for _, m := range found {
		t.inbound[m.Key] = append(t.inbound[m.Key], m)
		reached = append(reached, m.Record)
	}
	if t.policy, err = t.reads.Unmapped.Policy(ctx, t.from.ID, t.Domain); err != nil {
		return nil, err
	}
	if t.policy.Action == domain.UnmappedFixed {
		holder, err := domain.ByCodesForwarded(ctx, t.reads, t.Domain, []string{string(t.policy.Code)})
		if err != nil {
			return nil, err
		}
		for _, record := range holder {
			t.fixed = append(t.fixed, record)
			reached = append(reached, record.ID)
		}
	}
	return reached, t.loadSaid(ctx, keys)
}

func (t *translation) loadSaid(ctx context.Context, keys []string) error {
	if t.From.CodeType != t.from.Codes {
		return nil // records are staged by the system's own kind of code
	}
	sources, err := t.reads.Sources.ByKeys(ctx, t.from.ID, t.Domain, keys)
	for _, source := range sources {
		t.said[source.Key] = true
	}
	return err
}

// follow loads records and what they forward to, step by step; one that is known already is not asked for again, so that no
// circle of forwardings goes on for ever.
func (t *translation) follow(ctx context.Context, ids []domain.ID) error {
	for len(ids) > 0 {
		found, err := t.reads.Records.ByIDs(ctx, ids)
		if err != nil {
			return err
		}
		ids = nil
		for _, record := range found {
			t.records[record.ID] = record
		}
		for _, record := range found {
			if _, known := t.records[record.MergedInto]; !known && !record.MergedInto.IsZero() {
				ids = append(ids, record.MergedInto)
			}
		}
	}
	return nil
}

// finally is the record that one forwards to, itself where it does not.
func (t *translation) finally(id domain.ID) domain.ID {
	for range len(t.records) {
		record := t.records[id]
		if record.State != domain.RecordMerged || record.MergedInto.IsZero() {
			break
		}
		id = record.MergedInto
	}
	return id
}

// loadOutbound looks up the target's codes of every record an answer may name, and of those merged into it.
func (t *translation) loadOutbound(ctx context.Context) error {
	heir := map[domain.ID]domain.ID{}
	for id := range t.records {
		heir[id] = t.finally(id)
	}
	ids := slices.Collect(maps.Keys(heir))
	for last := ids; len(last) > 0; {
		merged, err := t.reads.Translations.MergedInto(ctx, last)
		if err != nil {
			return err
		}
		last = nil
		for _, record := range merged {
			if _, known := heir[record.ID]; !known {
				heir[record.ID] = heir[record.MergedInto]
				last = append(last, record.ID)
			}
		}
		ids = append(ids, last...)
	}
	of := domain.KnownMappings{Domain: t.Domain, System: t.to.ID, CodeType: t.To.CodeType, Known: t.Known}
	found, err := t.reads.Translations.ByRecords(ctx, of, ids)
	for _, m := range found {
		t.outbound[heir[m.Record]] = append(t.outbound[heir[m.Record]], m)
	}
	return err
}

func (t *translation) terms(side Side) terms {
	return terms{day: t.At, relations: t.Relations, basis: t.RequireBasis, plant: side.Plant, plants: t.plants}
}

// answer tells of one code, and whether it is to be counted as not mapped.
func (t *translation) answer(code domain.Code) (Answer, bool) {
	if t.From.System == Canonical {
		return t.fromCanonical(code), false
	}
	key := t.key(code)
	found := t.terms(t.From).inbound(t.inbound[key], t.finally)
	answer := Answer{Code: string(code), Status: found.status}
	switch {
	case found.status == StatusMapped || found.status == StatusSuspect:
		return t.reach(t.withInbound(answer, found.mapping), t.finally(found.mapping.Record)), false
	case found.status == StatusMappingEnded:
		return t.withInbound(answer, found.mapping), true
	case found.status == StatusAmbiguous:
		return answer, false
	case found.status == StatusNotFound && t.said[key]:
		answer.Status = StatusUnmapped
	}
	return t.instead(answer), !found.current
}

// instead answers of a code that is not mapped as its system's policy says.
func (t *translation) instead(answer Answer) Answer {
	switch t.policy.Action {
	case domain.UnmappedPark:
		answer.Status = StatusParked
	case domain.UnmappedPassthrough:
		answer.Status, answer.Target = StatusPassthrough, domain.Code(answer.Code)
	case domain.UnmappedFixed:
		if len(t.fixed) == 0 {
			return answer
		}
		fixed := t.reach(Answer{Code: answer.Code, Status: StatusMapped, Basis: domain.BasisRule}, t.fixed[0].ID)
		if fixed.Status == StatusMapped {
			fixed.Status = StatusFixed
			return fixed
		}
	case domain.UnmappedReject:
	}
	return answer
}

func (t *translation) fromCanonical(code domain.Code) Answer {
	answer := Answer{Code: string(code), Status: StatusMapped, Relation: domain.RelationEquivalent, Basis: domain.BasisPerson}
	holders := t.canonical[string(code)]
	if len(holders) == 0 {
		return Answer{Code: string(code), Status: StatusNotFound}
	}
	record := t.finally(holders[0].ID)
	if slices.ContainsFunc(holders, func(h domain.GoldenRecord) bool { return t.finally(h.ID) != record }) {
		return Answer{Code: string(code), Status: StatusAmbiguous}
	}
	return t.reach(answer, record)
}

func (t *translation) withInbound(answer Answer, m domain.CodeMapping) Answer {
	answer.Record, answer.Relation, answer.Factor, answer.Unit = t.finally(m.Record), m.Relation, m.Factor, m.Unit
	answer.Validity, answer.Basis, answer.Version = m.Validity, m.Basis, m.Sequence
	return answer
}

// reach completes an answer with the record it has come to and, where another system is asked about, that system's code.
func (t *translation) reach(answer Answer, id domain.ID) Answer {
	record, known := t.records[id]
	answer.Record = id
	answer.Relation = cmp.Or(answer.Relation, domain.RelationEquivalent)
	switch {
	case !known || record.State == domain.RecordRequested:
		return Answer{Code: answer.Code, Status: StatusUnmapped}
	case record.State == domain.RecordRetired || record.State == domain.RecordMerged:
		answer.Status = StatusRecordRetired
	}
	if t.To.System == Canonical {
		answer.Target, answer.Unit = domain.Code(record.Attributes.Text(t.definition.CodeAttribute)), t.baseUnit(record)
		answer.Version = max(answer.Version, record.Sequence)
		return answer
	}
	return t.leave(answer, record)
}

// leave goes on from a record to the target system's code. A doubt on either way is a doubt about the answer.
func (t *translation) leave(answer Answer, record domain.GoldenRecord) Answer {
	found := t.terms(t.To).outbound(t.outbound[record.ID], record.ID)
	m := found.mapping
	switch found.status {
	case StatusMapped, StatusSuspect:
		if answer.Status == StatusMapped {
			answer.Status = found.status
		}
	default:
		status := found.status
		if status == StatusNotFound {
			status = StatusUnmapped // the code is known, only the target has none for it
		}
		if answer.Status == StatusRecordRetired {
			status = StatusRecordRetired
		}
		return Answer{Code: answer.Code, Status: status, Record: record.ID}
	}
	if relation := answer.Relation.Then(m.Relation.Inverse()); slices.Contains(t.Relations, relation) {
		answer.Relation = relation
	} else {
		return Answer{Code: answer.Code, Status: StatusUnmapped, Record: record.ID}
	}
	answer.Target, answer.Factor, answer.Unit = m.Code, answer.Factor.Per(m.Factor), cmp.Or(m.Unit, t.baseUnit(record))
	answer.Validity, answer.Version = both(answer.Validity, m.Validity), max(answer.Version, m.Sequence, record.Sequence)
	if m.Basis == domain.BasisRule {
		answer.Basis = domain.BasisRule
	}
	return answer
}

// baseUnit is the unit that the record is counted in, "" where the domain has none.
func (t *translation) baseUnit(record domain.GoldenRecord) string {
	if t.definition.UnitAttribute == "" {
		return ""
	}
	return record.Attributes.Text(t.definition.UnitAttribute)
}

// both are the days on which two mappings hold that hold on the same day.
func both(a, b domain.Validity) domain.Validity {
	from, to := max(a.From, b.From), a.To
	if to == "" || (b.To != "" && b.To < to) {
		to = b.To
	}
	return domain.Validity{From: from, To: to}
}
