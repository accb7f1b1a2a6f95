package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// targets returns, by the ID of the record that a mapping names, the golden record that answers for it and a plant's use of that.
func (c conn) targets(ctx context.Context, system domain.SourceSystem, name domain.DomainName, day domain.Date, mappings []domain.CodeMapping) (map[domain.ID]*domain.GoldenRecord, map[domain.ID]*domain.PlantUse, error) {
	ids := convert(mappings, func(m domain.CodeMapping) domain.ID { return m.Record })
	merged, err := c.merges(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	if merged {
		return c.mergedTargets(ctx, system, day, ids)
	}
	records, err := recordReader{c}.ByIDs(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	golden := make(map[domain.ID]*domain.GoldenRecord, len(records))
	for _, record := range records {
		golden[record.ID] = &record
	}
	if system.Plant == "" {
		return golden, nil, nil
	}
	found, err := useReader{c}.ByRecords(ctx, system.Plant, ids)
	uses := make(map[domain.ID]*domain.PlantUse, len(found))
	for _, use := range found {
		uses[use.Record] = &use
	}
	return golden, uses, err
}

// mergedTargets is targets where there are merged records.
func (c conn) mergedTargets(ctx context.Context, system domain.SourceSystem, day domain.Date, ids []domain.ID) (map[domain.ID]*domain.GoldenRecord, map[domain.ID]*domain.PlantUse, error) {
	families, err := c.families(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	golden, uses := map[domain.ID]*domain.GoldenRecord{}, map[domain.ID]*domain.PlantUse{}
	for id, f := range families {
		golden[id] = &f.heir
	}
	if system.Plant == "" {
		return golden, nil, nil
	}
	byHeir, err := c.strongest(ctx, system.Plant, families, day)
	for id, f := range families {
		uses[id] = byHeir[f.heir.ID]
	}
	return golden, uses, err
}

// expectedMappings are those live on a day whose record is in a state and whose code the system has no present row of.
const expectedMappings = "domain = ? AND system = ? AND code_type = ? AND plant = ? AND " + liveMapping + " AND " + validOn + `
	AND EXISTS (SELECT 1 FROM golden_record g WHERE g.id = code_mapping.record AND g.state = ?)
	AND NOT EXISTS (SELECT 1 FROM source_record s WHERE s.domain = code_mapping.domain AND s.system = code_mapping.system
		AND s.code_key = code_mapping.code_key AND s.gone_at = 0)`

// The lists that Expected goes through: the codes of active records, then those of merged ones.
const (
	listExpected       = "expected"
	listExpectedMerged = "expected_merged"
)

func (r sourceReader) Expected(ctx context.Context, system domain.SourceSystem, name domain.DomainName, day domain.Date, page domain.Page) ([]domain.ExpectedRecord, string, error) {
	var expected []domain.ExpectedRecord
	var next string
	err := r.snapshot(ctx, func(c conn) error {
		q := expectation{conn: c, system: system, name: name, day: day}
		merged, err := c.merges(ctx, name)
		if err != nil {
			return err
		}
		var mappings []domain.CodeMapping
		_, notMerged := cursorKey(listExpectedMerged, page.After, 1)
		if notMerged != nil {
			if mappings, next, err = q.page(ctx, domain.RecordActive, listExpected, page); err != nil {
				return err
			}
			page.After = "" // the codes of merged records come after the last of the others
		}
		if merged && next == "" {
			var more []domain.CodeMapping
			if more, next, err = q.page(ctx, domain.RecordMerged, listExpectedMerged, page); err != nil {
				return err
			}
			mappings = append(mappings, more...)
		}
		if merged {
			if mappings, err = q.missing(ctx, mappings); err != nil {
				return err
			}
		}
		expected, err = q.expect(ctx, mappings)
		return err
	})
	return expected, next, err
}

// expectation is what a system is expected to have on a day.
type expectation struct {
	conn
	system domain.SourceSystem
	name   domain.DomainName
	day    domain.Date
}

// page returns mappings without a present row, of records in a state.
func (e expectation) page(ctx context.Context, state domain.RecordState, list string, page domain.Page) ([]domain.CodeMapping, string, error) {
	q, err := pageByID(e.on(ctx).Where(expectedMappings, string(e.name), string(e.system.ID), string(e.system.Codes), string(e.system.Plant),
		string(e.day), string(e.day), string(state)), list, page)
	if err != nil {
		return nil, "", err
	}
	mappings, err := find(q, mappingRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	mappings, next := cut(mappings, page, func(last domain.CodeMapping) string { return newCursor(list, last.ID.String()) })
	return mappings, next, nil
}

// missing leaves, of the codes of what is one thing by a merge, none where the system has a row of any of them, and else one: the
// thing is missing once, however many codes it has.
func (e expectation) missing(ctx context.Context, mappings []domain.CodeMapping) ([]domain.CodeMapping, error) {
	families, err := e.families(ctx, convert(mappings, func(m domain.CodeMapping) domain.ID { return m.Record }))
	if err != nil {
		return nil, err
	}
	speaks := map[domain.ID]domain.ID{}
	for _, m := range mappings {
		f := families[m.Record]
		if _, known := speaks[f.heir.ID]; known || len(f.merged) == 0 {
			continue
		}
		if speaks[f.heir.ID], err = e.speaker(ctx, f); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(mappings, func(m domain.CodeMapping) bool {
		speaker, several := speaks[families[m.Record].heir.ID]
		return several && speaker != m.ID
	}), nil
}

// speaker is the mapping under which a family is missing in the system; zero when one of its codes is there.
func (e expectation) speaker(ctx context.Context, f family) (domain.ID, error) {
	mappings, err := mappingReader{e.conn}.ByRecords(ctx, e.system.ID, f.ids())
	if err != nil {
		return domain.ID{}, err
	}
	mappings = slices.DeleteFunc(mappings, func(m domain.CodeMapping) bool {
		return m.CodeType != e.system.Codes || m.Plant != e.system.Plant || m.Relation != domain.RelationEquivalent || !m.Validity.Contains(e.day)
	})
	sources, err := sourceReader{e.conn}.ByKeys(ctx, e.system.ID, e.name, convert(mappings, func(m domain.CodeMapping) string { return m.Key }))
	if err != nil || len(mappings) == 0 || slices.ContainsFunc(sources, func(s domain.SourceRecord) bool { return s.GoneAt == 0 }) {
		return domain.ID{}, err
	}
	rank := func(m domain.CodeMapping) int {
		switch {
		case m.Record != f.heir.ID:
			return 2
		case !m.DefaultOut:
			return 1
		default:
			return 0
		}
	}
	return slices.MinFunc(mappings, func(a, b domain.CodeMapping) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), slices.Compare(a.ID[:], b.ID[:]))
	}).ID, nil
}

// expect adds to each mapping the record that answers for it, the plant's use of that, and the last the source said of the code.
func (e expectation) expect(ctx context.Context, mappings []domain.CodeMapping) ([]domain.ExpectedRecord, error) {
	golden, uses, err := e.targets(ctx, e.system, e.name, e.day, mappings)
	if err != nil {
		return nil, err
	}
	keys := convert(mappings, func(m domain.CodeMapping) string { return m.Key })
	found, err := sourceReader{e.conn}.ByKeys(ctx, e.system.ID, e.name, keys)
	if err != nil {
		return nil, err
	}
	gone := make(map[string]*domain.SourceRecord, len(found))
	for _, source := range found {
		gone[source.Key] = &source
	}
	expected := make([]domain.ExpectedRecord, len(mappings))
	for i, m := range mappings {
		expected[i] = domain.ExpectedRecord{Mapping: m, Golden: *golden[m.Record], Use: uses[m.Record], Gone: gone[m.Key]}
	}
	return expected, nil
}
