package intake

import (
	"context"
	"maps"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// mappingJudge judges what a file says of a plant's codes.
type mappingJudge struct {
	n          *Intake
	imported   domain.Import
	definition domain.Definition
	places     *places
	paddings   map[domain.SystemID]padding
}

func (n *Intake) newMappingJudge(ctx context.Context, imported domain.Import) (judge, error) {
	definition, err := n.Desk.Governed(ctx, n.Store.Read(), imported.Domain)
	if err != nil {
		return nil, err
	}
	where, err := n.placesOf(ctx, imported)
	return &mappingJudge{n: n, imported: imported, definition: definition, places: where, paddings: map[domain.SystemID]padding{}}, err
}

// mappingCase is one row under judgement.
type mappingCase struct {
	row    domain.ImportRow
	entry  domain.ImportEntry // with what was answered
	keeps  map[domain.ImportField]domain.ImportKeep
	system domain.SourceSystem
	plant  domain.PlantID
	// lost says why nobody knows whose code it is.
	lost string
	key  domain.MappingKey
	says says
	// next is what the mapping becomes: a new one (Version 1) or the next version of a known one. Ends is the one that it follows.
	next *domain.CodeMapping
	ends *domain.CodeMapping
}

func (m *mappingJudge) judge(ctx context.Context, reads domain.Reads, entries []domain.ImportEntry) ([]domain.ImportRow, error) {
	cases, err := m.cases(ctx, reads, entries)
	rows := make([]domain.ImportRow, len(cases))
	for i, c := range cases {
		rows[i] = c.row
	}
	return rows, err
}

// cases judges each entry alone.
func (m *mappingJudge) cases(ctx context.Context, reads domain.Reads, entries []domain.ImportEntry) ([]*mappingCase, error) {
	cases, located := make([]*mappingCase, len(entries)), make([]domain.ImportEntry, len(entries))
	for i, entry := range entries {
		cases[i] = m.locate(entry)
		located[i] = cases[i].entry
	}
	answered, err := answeredOf(ctx, reads, m.imported.ID, located)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		m.begin(answered, c)
	}
	if err := m.pad(ctx, reads, cases); err != nil {
		return nil, err
	}
	known, err := m.look(ctx, reads, cases)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		if err := m.decide(ctx, reads, known, c); err != nil {
			return nil, err
		}
	}
	return cases, nil
}

// locate finds out whose code an entry is of. The plant is part of what answers are found by: a row that is judged anew has it.
func (m *mappingJudge) locate(entry domain.ImportEntry) *mappingCase {
	c := &mappingCase{entry: entry}
	if c.system, c.plant, c.lost = m.places.of(entry); c.lost == "" {
		c.entry.Plant = c.plant
	}
	return c
}

// begin reads what an entry says of the code.
func (m *mappingJudge) begin(answered answered, c *mappingCase) {
	key := asked(c.entry)
	c.entry, c.keeps = answered.to(c.entry)
	c.row = begun(c.entry)
	c.row.Asked = key
	if c.lost != "" {
		wrong(&c.row, domain.NoteUnknownPlant, c.entry.Cell(domain.FieldPlant), c.lost)
		return
	}
	c.row.System, c.row.Plant = c.system.ID, c.plant
	c.read(m.imported.Layout)
	if code, err := domain.ParseCode(c.row.Code); err != nil {
		wrong(&c.row, domain.NoteValue, c.entry.Cell(domain.FieldCode), domain.ErrorMessage(err, "the code cannot be read"))
	} else {
		c.row.Code = string(code)
		c.key = domain.MappingKey{Domain: m.imported.Domain, System: c.system.ID, Plant: c.plant, CodeType: c.system.Codes, Key: c.system.CodeRule.Key(code)}
		c.row.Key = rowKey(c.key)
	}
}

// rowKey recognises a row by its code.
func rowKey(key domain.MappingKey) string {
	return string(key.System) + "\x1f" + string(key.Plant) + "\x1f" + key.Key
}

// pad works out the paddings of the systems that rows are of.
func (m *mappingJudge) pad(ctx context.Context, reads domain.Reads, cases []*mappingCase) error {
	for _, c := range cases {
		for _, system := range []domain.SystemID{c.system.ID, domain.SystemCanonical} {
			if _, known := m.paddings[system]; known || system == "" {
				continue
			}
			p, err := paddingOf(ctx, reads, m.imported.Domain, system)
			if err != nil {
				return err
			}
			m.paddings[system] = p
		}
	}
	return nil
}

// known is what is known of a batch of rows.
type known struct {
	records  map[string]domain.GoldenRecord // by canonical code, forwarded
	mappings map[domain.MappingKey][]domain.CodeMapping
	heirs    map[domain.ID]domain.GoldenRecord
	handed   map[string]domain.HandedIn
	// codes are those with which systems were read.
	codes map[domain.MappingKey]bool
}

// look finds out about a batch of rows, with few questions.
func (m *mappingJudge) look(ctx context.Context, reads domain.Reads, cases []*mappingCase) (known, error) {
	k := known{mappings: map[domain.MappingKey][]domain.CodeMapping{}, codes: map[domain.MappingKey]bool{}}
	targets, rowKeys := map[string]bool{}, map[string]bool{}
	keys := map[domain.MappingKey]map[string]bool{} // by key without its Key
	for _, c := range cases {
		for _, target := range []string{c.row.Target, m.paddings[domain.SystemCanonical].padded(c.row.Target)} {
			targets[target] = target != ""
		}
		if c.row.Key == "" {
			continue
		}
		rowKeys[c.row.Key] = true
		side := c.key
		side.Key = ""
		if keys[side] == nil {
			keys[side] = map[string]bool{}
		}
		keys[side][c.key.Key] = true
		if padded := m.paddings[c.system.ID].padded(c.key.Key); padded != "" {
			keys[side][padded] = true
		}
	}
	delete(targets, "")
	var err error
	if k.records, err = domain.ByCodesForwarded(ctx, reads, m.imported.Domain, slices.Sorted(maps.Keys(targets))); err != nil {
		return k, err
	}
	if k.handed, err = reads.Imports.HandedIn(ctx, m.imported.ID, slices.Sorted(maps.Keys(rowKeys))); err != nil {
		return k, err
	}
	return k, k.lookUp(ctx, reads, keys, m.paddings)
}

// lookUp finds the mappings of codes, what they stand for now, and, where zeros may be lost, whether their systems know them.
func (k *known) lookUp(ctx context.Context, reads domain.Reads, keys map[domain.MappingKey]map[string]bool, paddings map[domain.SystemID]padding) error {
	var mapped []domain.ID
	for side, codes := range keys {
		sorted := slices.Sorted(maps.Keys(codes))
		found, err := reads.Mappings.ByKeys(ctx, side, sorted)
		if err != nil {
			return err
		}
		for _, mapping := range found {
			k.mappings[mapping.MappingKey()] = append(k.mappings[mapping.MappingKey()], mapping)
			mapped = append(mapped, mapping.Record)
		}
		if paddings[side.System].width == 0 {
			continue
		}
		sources, err := reads.Sources.ByKeys(ctx, side.System, side.Domain, sorted)
		if err != nil {
			return err
		}
		for _, source := range sources {
			key := side
			key.Key = source.Key
			k.codes[key] = source.GoneAt == 0
		}
	}
	slices.SortFunc(mapped, compareIDs)
	var err error
	k.heirs, err = reads.Merges.Heirs(ctx, slices.Compact(mapped))
	return err
}

// has says whether a code is known in any way.
func (k known) has(key domain.MappingKey) bool { return len(k.mappings[key]) > 0 || k.codes[key] }

func (m *mappingJudge) absent(context.Context, domain.Reads) (int, error) { return 0, nil }
