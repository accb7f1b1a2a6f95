package store_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/store"
)

// plant is a small world of codes, edited at random; compared, its records agree or differ.
type plant struct {
	s        *store.Store
	testing  testing.TB
	codes    []string
	source   map[string]domain.Attributes // what the system says in its own words, by code; absent is gone
	archived map[string]bool
	twice    map[string]bool // the system gives the code to two of its records
	golden   map[string]domain.GoldenRecord
	lists    []domain.CodeList
	align    reconcile.Alignment
	day      int
	read     domain.Instant
}

func newPlant(t testing.TB, s *store.Store, id domain.SystemID) *plant {
	system := mes()
	system.ID = id
	return &plant{
		s: s, testing: t, source: map[string]domain.Attributes{}, archived: map[string]bool{}, twice: map[string]bool{},
		golden: map[string]domain.GoldenRecord{}, lists: []domain.CodeList{units(id, "Stk", "H87")}, align: strict(system),
	}
}

// strict compares everything exactly, for a plant of a company.
func strict(system domain.SourceSystem) reconcile.Alignment {
	system.Plant, system.Codes = mes().Plant, mes().Codes
	return reconcile.Alignment{
		System: system, Company: "A", Attributes: []domain.AttributeID{name, "title", "weight", "lead", "cost", "unit"},
		Definition: domain.Definition{Domain: item, CodeAttribute: code, NameAttribute: name, Attributes: []domain.Attribute{
			{ID: code, Kind: domain.KindCode}, {ID: name, Kind: domain.KindText}, {ID: "title", Kind: domain.KindTranslated},
			{ID: "weight", Kind: domain.KindQuantity}, {ID: "lead", Kind: domain.KindQuantity, Scope: domain.ScopePlant},
			{ID: "cost", Kind: domain.KindMoney, Scope: domain.ScopeCompany}, {ID: "unit", Kind: domain.KindEnum, CodeList: "unit"},
		}},
	}
}

// beLenient lets the records differ in a way that does not count as things are.
func (p *plant) beLenient(in string) {
	differing := domain.Attributes{}
	switch attributes := p.align.Definition.Attributes; in {
	case "tolerance":
		attributes[3].Tolerance, differing = domain.Tolerance{Relative: decimal.New(1, -2)}, domain.Attributes{"weight": words()["weight"][1]}
	case "fold":
		attributes[1].Fold, differing = domain.FoldCase, domain.Attributes{name: words()[name][1]}
	case "plan":
		p.align.Attributes, differing = []domain.AttributeID{name}, domain.Attributes{"cost": words()["cost"][1]}
	case "plant":
		p.align.System.Plant, differing = "", domain.Attributes{"lead": words()["lead"][1]}
	case "company":
		p.align.Company, differing = "", domain.Attributes{"cost": words()["cost"][1]}
	}
	for c, said := range p.source {
		p.source[c] = said.With(differing)
	}
}

// units is the list of units, in which a system has one word for one of them.
func units(system domain.SystemID, text, meant string) domain.CodeList {
	list := domain.CodeList{ID: "unit", Entries: []domain.CodeEntry{{Code: "H87"}, {Code: "C62"}}}
	i := slices.IndexFunc(list.Entries, func(e domain.CodeEntry) bool { return e.Code == meant })
	list.Entries[i].Aliases = []domain.CodeAlias{{System: system, Text: text}}
	return list
}

// words are what the system may say of each attribute.
func words() map[domain.AttributeID][]domain.Value {
	quantity := func(n, unit string) domain.Value {
		return domain.Quantity{Number: decimal.RequireFromString(n), Unit: unit}
	}
	return map[domain.AttributeID][]domain.Value{
		name:     {domain.Text("a"), domain.Text("A")},
		"title":  {domain.Translated{"de": "x"}, domain.Translated{"de": "x", "en": "y"}},
		"weight": {quantity("1", "KGM"), quantity("1.004", "KGM"), quantity("1000", "GRM")},
		"lead":   {quantity("1", "DAY"), quantity("2", "DAY")},
		"cost":   {domain.Money{Amount: decimal.NewFromInt(5), Currency: "EUR"}, domain.Money{Amount: decimal.NewFromInt(6), Currency: "EUR"}},
		"unit":   {domain.Enum("Stk"), domain.Enum("H87"), domain.Enum("C62")},
	}
}

// add makes a record that agrees with what the plant's system says of its code.
func (p *plant) add(c string) {
	p.codes = append(p.codes, c)
	p.source[c] = domain.Attributes{}
	for id, values := range words() {
		p.source[c][id] = values[0]
	}
	p.golden[c] = addRecord(p.testing, p.s, c, "a")
	p.agree(c)
	for _, plant := range []domain.PlantID{"STU1", ""} {
		m := newMapping(p.golden[c].ID, c, domain.Validity{})
		if m.System, m.Plant = p.align.System.ID, plant; plant == "" {
			m.ID = domain.NewID()
		}
		if err := putMapping(p.testing, p.s, m); err != nil {
			p.testing.Fatal(err)
		}
	}
}

// agree makes the golden record say what the system says, for its plant and company.
func (p *plant) agree(c string) {
	said := p.align.Definition.Coded(p.source[c], p.align.System.ID, p.lists)
	p.update(c, func(g *domain.GoldenRecord) {
		g.State = domain.RecordActive
		for id, value := range said {
			attribute, _ := p.align.Definition.Attribute(id)
			if key, holds := attribute.Key(domain.Place{Plant: p.align.System.Plant, Company: p.align.Company}); holds {
				g.Attributes = g.Attributes.With(domain.Attributes{key: value})
			}
		}
	})
}

func (p *plant) update(c string, change func(*domain.GoldenRecord)) {
	g := p.golden[c]
	change(&g)
	if g.State != domain.RecordMerged {
		g.MergedInto = domain.ID{}
	}
	g.Version++
	write(p.testing, p.s, func(r domain.Repos) error {
		return r.Records.Update(p.testing.Context(), g, code, name, []domain.AttributeID{name}, domain.Lineage{})
	})
	p.golden[c] = g
}

func (p *plant) today() domain.Date { return domain.Date(fmt.Sprintf("2026-01-%02d", 10+p.day)) }

func (p *plant) alignment() reconcile.Alignment {
	a := p.align
	a.Day = p.today()
	return a
}

func (p *plant) basis() domain.ComparisonBasis {
	return p.alignment().Basis(string(p.align.System.ID), domain.NewID())
}

// readAll merges what the system says, its words resolved by the code lists as they are now.
func (p *plant) readAll() {
	p.read += 100
	rows := make([]domain.StagedRow, 0, len(p.source))
	for _, c := range slices.Sorted(maps.Keys(p.source)) {
		record := domain.SourceRecord{Code: domain.Code(c), Key: c, Active: !p.archived[c],
			Attributes: p.align.Definition.Coded(p.source[c], p.align.System.ID, p.lists)}
		rows = append(rows, domain.StagedRow{Record: record}.Sealed())
	}
	again := slices.DeleteFunc(slices.Clone(rows), func(r domain.StagedRow) bool { return !p.twice[r.Record.Key] })
	slot, _ := stage(p.testing, p.s, domain.NewID(), rows, again)
	operate(p.testing, p.s, func(o domain.Ops) error {
		_, err := o.Staging.Merge(p.testing.Context(), slot, p.align.System.ID, item, true, p.read)
		return errors.Join(err, o.Staging.End(p.testing.Context(), slot))
	})
}

// differing returns the codes that a full comparison finds, and where all records stand.
func (p *plant) differing() ([]string, map[domain.Standing]int) {
	linked, _, err := p.s.Read().Sources.Linked(p.testing.Context(), p.align.System, item, p.today(), domain.Page{Limit: 1000})
	if err != nil {
		p.testing.Fatal(err)
	}
	found, stands := []string{}, map[domain.Standing]int{}
	for _, r := range linked {
		stands[r.Standing()]++
		if len(p.alignment().Linked(r)) > 0 {
			found = append(found, r.Source.Key)
		}
	}
	return found, stands
}

// compared returns the codes that a comparison of what is pending finds, and where the records stand; it marks what agreed.
func (p *plant) compared(change func()) (found []string, stands map[domain.Standing]int, looked int) {
	basis, t := p.basis(), p.testing
	operate(t, p.s, func(o domain.Ops) error { return o.Comparison.Begin(t.Context(), basis) })
	pending := must(p.s.Read().Comparisons.Pending(t.Context(), basis, ""))(t)
	linked := must(p.s.Read().Comparisons.LinkedOf(t.Context(), p.align.System, item, p.today(), pending.Keys))(t)
	found, stands = []string{}, pending.Agreed
	alignment := p.alignment()
	var agreed []domain.LinkedRecord
	for _, r := range linked {
		stands[r.Standing()]++
		if len(alignment.Linked(r)) > 0 {
			found = append(found, r.Source.Key)
			continue
		}
		agreed = append(agreed, r)
	}
	change() // while the comparison is under way
	operate(t, p.s, func(o domain.Ops) error { return o.Comparison.Agreed(t.Context(), basis, agreed) })
	maps.DeleteFunc(stands, func(_ domain.Standing, n int) bool { return n == 0 })
	return found, stands, len(linked)
}

// prove reads and compares, while at times something is edited once more, and holds what is found with the prefilter to what is
// found without it.
func (p *plant) prove(t *rapid.T) (looked int) {
	p.readAll()
	want, wantStands := p.differing()
	got, stands, looked := p.compared(func() {
		if rapid.IntRange(0, 3).Draw(t, "meanwhile") == 0 {
			p.edit(t)
		}
	})
	if !slices.Equal(got, want) {
		t.Fatalf("of all records %v differ, of the pending ones %v", want, got)
	}
	if fmt.Sprint(stands) != fmt.Sprint(wantStands) {
		t.Fatalf("the records stand %v, with the prefilter %v", wantStands, stands)
	}
	return looked
}

// edit changes one thing that a comparison depends on.
func (p *plant) edit(t *rapid.T) {
	c := rapid.SampledFrom(p.codes).Draw(t, "code")
	switch rapid.SampledFrom([]string{"record", "record", "mapping", "use", "merge", "merge", "day", "place", "rules", "rules", "strict", "strict", "strict", "agree"}).Draw(t, "edit") {
	case "record":
		p.editRecord(t, c)
	case "mapping":
		p.remap(t, c)
	case "use":
		use := domain.PlantUse{Record: p.golden[c].ID, Plant: "STU1", Domain: item, Version: 1,
			State: rapid.SampledFrom(domain.UseStates()).Draw(t, "state"), Validity: domain.Validity{From: day(t, "from")}}
		write(p.testing, p.s, func(r domain.Repos) error { return r.Uses.Put(p.testing.Context(), use) })
	case "merge":
		next := rapid.IntRange(1, len(p.codes)-1).Draw(t, "next")
		p.mergeOrPart(c, p.codes[(slices.Index(p.codes, c)+next)%len(p.codes)], rapid.Bool().Draw(t, "both change"))
	case "day":
		p.day = rapid.IntRange(0, 4).Draw(t, "day")
	case "place":
		p.editPlace(t)
	case "rules":
		p.editRules(t)
	case "strict":
		p.align = strict(p.align.System)
	case "agree":
		p.agree(c)
	}
}

// mergeOrPart lets a record forward to another, or stand for itself again; the other one may change with it.
func (p *plant) mergeOrPart(c, other string, both bool) {
	switch {
	case p.golden[c].State == domain.RecordMerged:
		into := p.golden[c].MergedInto
		p.update(c, func(g *domain.GoldenRecord) { g.State = domain.RecordActive })
		other = p.codes[slices.IndexFunc(p.codes, func(o string) bool { return p.golden[o].ID == into })]
	case p.golden[other].State == domain.RecordMerged:
		return
	default:
		p.update(c, func(g *domain.GoldenRecord) { g.State, g.MergedInto = domain.RecordMerged, p.golden[other].ID })
	}
	if both {
		p.update(other, func(*domain.GoldenRecord) {})
	}
}

func day(t *rapid.T, label string) domain.Date {
	return domain.Date(fmt.Sprintf("2026-01-%02d", rapid.IntRange(9, 14).Draw(t, label)))
}

// editRecord changes what one of the two sides says of a code.
func (p *plant) editRecord(t *rapid.T, c string) {
	id := rapid.SampledFrom(p.align.Definition.IDs()[1:]).Draw(t, "attribute")
	value := rapid.SampledFrom(words()[id]).Draw(t, "value")
	switch rapid.SampledFrom([]string{"say", "say", "golden", "golden", "vanish", "archive", "twice", "state"}).Draw(t, "side") {
	case "say":
		p.source[c] = p.source[c].With(domain.Attributes{id: value})
	case "golden":
		attribute, _ := p.align.Definition.Attribute(id)
		place := domain.Place{Plant: rapid.SampledFrom([]domain.PlantID{"STU1", "LYN1"}).Draw(t, "plant"), Company: rapid.SampledFrom([]domain.CompanyID{"A", "B"}).Draw(t, "company")}
		key, _ := attribute.Key(place)
		p.update(c, func(g *domain.GoldenRecord) { g.Attributes = g.Attributes.With(domain.Attributes{key: value}) })
	case "vanish":
		delete(p.source, c)
	case "archive":
		p.archived[c] = !p.archived[c]
	case "twice":
		p.twice[c] = !p.twice[c]
	case "state":
		state := rapid.SampledFrom([]domain.RecordState{domain.RecordActive, domain.RecordPhaseOut, domain.RecordRetired}).Draw(t, "golden state")
		p.update(c, func(g *domain.GoldenRecord) { g.State = state })
	}
}

// editPlace changes for which plant or company the system's values hold.
func (p *plant) editPlace(t *rapid.T) {
	if rapid.Bool().Draw(t, "of a company") {
		p.align.Company = rapid.SampledFrom([]domain.CompanyID{"A", "B", ""}).Draw(t, "company")
		return
	}
	p.align.System.Plant = rapid.SampledFrom([]domain.PlantID{"STU1", "STU1", ""}).Draw(t, "plant")
}

// editRules changes by what is compared: tolerance, case, attributes, code lists, or the type of the codes.
func (p *plant) editRules(t *rapid.T) {
	attributes := slices.Clone(p.align.Definition.Attributes)
	yes := rapid.Bool().Draw(t, "yes")
	switch rapid.SampledFrom([]string{"tolerance", "fold", "plan", "list", "list", "codes"}).Draw(t, "rule") {
	case "tolerance":
		attributes[3].Tolerance = domain.Tolerance{Relative: map[bool]decimal.Decimal{true: decimal.New(1, -2)}[yes]}
	case "fold":
		attributes[1].Fold = map[bool]domain.FoldRule{true: domain.FoldCase}[yes]
	case "plan":
		p.align.Attributes = rapid.SampledFrom([][]domain.AttributeID{{name}, {"weight", "lead"}, {name, "title", "weight", "lead", "cost", "unit"}}).Draw(t, "attributes")
	case "list":
		p.lists = []domain.CodeList{units(p.align.System.ID, rapid.SampledFrom([]string{"Stk", "piece"}).Draw(t, "word"), rapid.SampledFrom([]string{"H87", "C62"}).Draw(t, "meant"))}
	case "codes":
		p.align.System.Codes = map[bool]domain.CodeType{true: domain.CodeInternalNumber, false: domain.CodeLegacy}[yes]
	}
	p.align.Definition.Attributes = attributes
}

// remap ends a code's mapping, or gives it one to any record, from a day on.
func (p *plant) remap(t *rapid.T, c string) {
	mapped := newMapping(p.golden[rapid.SampledFrom(p.codes).Draw(t, "record")].ID, c, domain.Validity{From: day(t, "from")})
	mapped.System, mapped.Plant, mapped.CodeType = p.align.System.ID, p.align.System.Plant, p.align.System.Codes
	mapped.Relation = rapid.SampledFrom([]domain.Relation{domain.RelationEquivalent, domain.RelationEquivalent, domain.RelationRelated}).Draw(t, "relation")
	from := mapped.Validity.From
	write(p.testing, p.s, func(r domain.Repos) error {
		known, err := r.Mappings.ByKey(p.testing.Context(), mapped.MappingKey())
		if err != nil {
			return err
		}
		for _, m := range known {
			if m.State != domain.MappingActive || (m.Validity.To != "" && m.Validity.To <= from) {
				continue
			}
			m.Version++
			if m.Validity.To = from; m.Validity.From >= from {
				m.State = domain.MappingEnded
			}
			if err := r.Mappings.Put(p.testing.Context(), m); err != nil {
				return err
			}
		}
		if rapid.Bool().Draw(t, "unmapped") {
			return nil
		}
		return r.Mappings.Put(p.testing.Context(), mapped)
	})
}
