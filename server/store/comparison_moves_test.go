package store_test

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// TestEachMoveIsSeen goes through all that can make records differ which agreed, one thing at a time, with how the prefilter
// comes to know: the content's hash, the domain's counter, the basis, or none of them, where what is there now is looked at.
// What is decided after the comparison (acceptances, verdicts, approvals) is not here: a record with a finding is never marked.
func TestEachMoveIsSeen(t *testing.T) {
	t.Parallel()
	heavy := domain.Attributes{"weight": domain.Quantity{Number: decimal.NewFromInt(2), Unit: "KGM"}}
	tests := map[string]struct {
		before  func(p *plant) // what is so already when the records agree
		move    func(p *plant)
		want    []string
		counter bool // whether the move counts as a change of golden records or mappings
	}{
		"the source says something else":  {move: func(p *plant) { p.source["A"] = p.source["A"].With(heavy) }, want: []string{"A"}},
		"the source archives it":          {before: use("A", domain.UseActive, ""), move: func(p *plant) { p.archived["A"] = true }, want: []string{"A"}},
		"the source gives its code twice": {move: func(p *plant) { p.twice["A"] = true }, want: []string{"A"}},
		"an alias means another unit": {move: func(p *plant) {
			p.lists = []domain.CodeList{units(p.align.System.ID, "Stk", "C62")}
		}, want: []string{"A", "B", "C"}},
		"a delivery is confirmed with a value": {move: func(p *plant) {
			system := p.align.System
			system.Version = 1
			write(p.testing, p.s, func(r domain.Repos) error { return r.Systems.Put(p.testing.Context(), system) })
			operate(p.testing, p.s, func(o domain.Ops) error {
				return o.Sources.Wrote(p.testing.Context(), p.align.System.ID, item, "A", heavy)
			})
			p.source["A"] = p.source["A"].With(heavy)
		}, want: []string{"A"}},
		"the golden value changes": {move: weigh("A", heavy), want: []string{"A"}, counter: true},
		"the golden record comes back into use": {before: func(p *plant) {
			stand("A", domain.RecordRetired)(p)
			p.source["A"] = p.source["A"].With(heavy)
		}, move: stand("A", domain.RecordActive), want: []string{"A"}, counter: true},
		"its mapping ends":               {move: unmapping("A", "2026-01-10"), want: []string{"A"}, counter: true},
		"it is merged":                   {before: weigh("B", nil), move: func(p *plant) { weigh("B", heavy)(p); p.mergeOrPart("A", "B", true) }, want: []string{"A", "B"}, counter: true},
		"what it is merged into changes": {before: merged("A", "B"), move: weigh("B", heavy), want: []string{"A", "B"}, counter: true},
		"the end of a chain changes":     {before: merged("A", "B", "C"), move: weigh("C", heavy), want: []string{"A", "B", "C"}, counter: true},
		"it stands for itself again": {before: func(p *plant) {
			p.update("A", func(*domain.GoldenRecord) {})
			weigh("A", heavy)(p)
			p.mergeOrPart("A", "B", true)
		}, move: func(p *plant) { p.mergeOrPart("A", "", true) }, want: []string{"A"}, counter: true},
		"the plant blocks it":                  {move: use("A", domain.UseBlocked, ""), want: []string{"A"}},
		"the plant uses no more what it used":  {before: use("A", domain.UseActive, ""), move: use("A", domain.UseNotUsed, ""), want: []string{"A"}},
		"the plant blocks the heir":            {before: merged("A", "B"), move: use("B", domain.UseBlocked, ""), want: []string{"A", "B"}},
		"the plant blocks what was merged":     {before: merged("A", "B"), move: use("A", domain.UseBlocked, ""), want: []string{"A", "B"}},
		"the plant blocks the end of a chain":  {before: merged("A", "B", "C"), move: use("C", domain.UseBlocked, ""), want: []string{"A", "B", "C"}},
		"the plant blocks a chain's beginning": {before: merged("A", "B", "C"), move: use("A", domain.UseBlocked, ""), want: []string{"A", "B", "C"}},
		"the plant blocks a chain's middle":    {before: merged("A", "B", "C"), move: use("B", domain.UseBlocked, ""), want: []string{"A", "B", "C"}},
		"what was merged is used otherwise": {before: func(p *plant) { use("A", domain.UseActive, "")(p); p.mergeOrPart("A", "B", true) },
			move: use("A", domain.UseBlocked, ""), want: []string{"A", "B"}},
		"another of those merged is used otherwise": {before: func(p *plant) {
			use("A", domain.UsePlanned, "")(p)
			p.mergeOrPart("A", "C", true)
			p.mergeOrPart("B", "C", true)
		},
			move: use("B", domain.UseBlocked, ""), want: []string{"A", "B", "C"}},
		"it inherits by a merge": {before: func(p *plant) {
			use("A", domain.UseBlocked, "")(p)
			delete(p.source, "A")
		}, move: func(p *plant) { p.mergeOrPart("A", "B", true) }, want: []string{"B"}, counter: true},
		"it inherits by a merge of which it knows nothing": {before: func(p *plant) {
			use("A", domain.UseBlocked, "")(p)
			delete(p.source, "A")
		}, move: func(p *plant) {
			p.mergeOrPart("A", "B", false)
		}, want: []string{"B"}, counter: true},
		"it inherits from one less": {before: func(p *plant) {
			use("A", domain.UseActive, "")(p)
			use("C", domain.UseNotUsed, "")(p)
			p.mergeOrPart("A", "B", true)
			p.mergeOrPart("C", "B", true)
		}, move: func(p *plant) {
			p.mergeOrPart("A", "", false)
		}, want: []string{"B", "C"}, counter: true},
		"a use begins":                      {before: use("A", domain.UseNotUsed, "2026-01-12"), move: later(2), want: []string{"A"}},
		"a use begins of what was merged":   {before: func(p *plant) { use("A", domain.UseBlocked, "2026-01-12")(p); p.mergeOrPart("A", "B", true) }, move: later(2), want: []string{"A", "B"}},
		"a use begins at a chain's start":   {before: func(p *plant) { use("A", domain.UseBlocked, "2026-01-12")(p); merged("A", "B", "C")(p) }, move: later(2), want: []string{"A", "B", "C"}},
		"a mapping ends by date":            {before: unmapping("A", "2026-01-12"), move: later(2), want: []string{"A"}},
		"a tolerance is withdrawn":          {before: lenient("tolerance"), move: strictly, want: []string{"A", "B", "C"}},
		"case comes to count":               {before: lenient("fold"), move: strictly, want: []string{"A", "B", "C"}},
		"the plan asks for more":            {before: lenient("plan"), move: strictly, want: []string{"A", "B", "C"}},
		"the system becomes a plant's":      {before: lenient("plant"), move: strictly, want: []string{"A", "B", "C"}},
		"the plant is bound to a company":   {before: lenient("company"), move: strictly, want: []string{"A", "B", "C"}},
		"the system's codes are of a type":  {move: func(p *plant) { p.align.System.Codes = domain.CodeLegacy }, want: []string{"A", "B", "C"}},
		"who may say an attribute, nothing": {move: func(p *plant) { p.align.Definition.Attributes[3].Authorities = []domain.SystemID{"erp"} }},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				p := newPlant(t, s, "mes")
				p.codes = nil
				for _, c := range []string{"A", "B", "C"} {
					p.add(c)
				}
				if tt.before != nil {
					tt.before(p)
				}
				p.readAll()
				if found, _, _ := p.compared(func() {}); len(found) > 0 {
					t.Fatalf("at first %v differ", found)
				}
				counted := p.sequence()
				tt.move(p)
				p.readAll()
				if moved := p.sequence() != counted; moved != tt.counter {
					t.Errorf("that the counter moved is %v", moved)
				}
				want, _ := p.differing()
				if got, _, _ := p.compared(func() {}); !slices.Equal(want, tt.want) || !slices.Equal(got, want) {
					t.Errorf("of all records %v differ, of the pending ones %v; it should be %v", want, got, tt.want)
				}
			})
		})
	}
}

// The moves.

func use(c string, state domain.UseState, from domain.Date) func(*plant) {
	return func(p *plant) {
		write(p.testing, p.s, func(r domain.Repos) error {
			return r.Uses.Put(p.testing.Context(), domain.PlantUse{
				Record: p.golden[c].ID, Plant: "STU1", Domain: item, State: state, Validity: domain.Validity{From: from}, Version: 1,
			})
		})
	}
}

func weigh(c string, said domain.Attributes) func(*plant) {
	return func(p *plant) {
		p.update(c, func(g *domain.GoldenRecord) { g.Attributes = g.Attributes.With(said) })
	}
}

func stand(c string, state domain.RecordState) func(*plant) {
	return func(p *plant) { p.update(c, func(g *domain.GoldenRecord) { g.State = state }) }
}

// merged lets each record forward to the next; the last steps first, so that the others come to it through a chain.
func merged(chain ...string) func(*plant) {
	return func(p *plant) {
		for i := range len(chain) - 1 {
			p.mergeOrPart(chain[i], chain[i+1], true)
		}
	}
}

func later(days int) func(*plant)    { return func(p *plant) { p.day += days } }
func lenient(in string) func(*plant) { return func(p *plant) { p.beLenient(in) } }
func strictly(p *plant)              { p.align = strict(p.align.System) }

// unmapping lets a code's mapping of the plant's system end on a day.
func unmapping(c string, day domain.Date) func(*plant) {
	return func(p *plant) {
		write(p.testing, p.s, func(r domain.Repos) error {
			key := domain.MappingKey{Domain: item, System: p.align.System.ID, Plant: "STU1", CodeType: domain.CodeInternalNumber, Key: c}
			known, err := r.Mappings.ByKey(p.testing.Context(), key)
			if err != nil {
				return err
			}
			known[0].Version, known[0].Validity.To = known[0].Version+1, day
			return r.Mappings.Put(p.testing.Context(), known[0])
		})
	}
}

// sequence is how often the domain has changed.
func (p *plant) sequence() int64 {
	return store.Ask[int64](p.testing.Context(), p.testing, p.s, "SELECT seq FROM change_counter WHERE domain = ?", string(item))[0]
}

// TestWhatIsOneThingIsNotComparedForThat holds the prefilter to sparing merged records as well, where it can know their use.
func TestWhatIsOneThingIsNotComparedForThat(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before func(p *plant)
		looked int
	}{
		"nobody uses them": {before: merged("A", "B")},
		"the heir's use is declared": {before: func(p *plant) {
			use("A", domain.UsePlanned, "")(p)
			use("B", domain.UseActive, "")(p)
			merged("A", "B")(p)
		}},
		"the heir's use is another's": {before: func(p *plant) {
			use("A", domain.UseActive, "")(p)
			merged("A", "B")(p)
		}, looked: 2},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				p := newPlant(t, s, "mes")
				for _, c := range []string{"A", "B", "C"} {
					p.add(c)
				}
				tt.before(p)
				p.readAll()
				p.compared(func() {})
				if _, _, looked := p.compared(func() {}); looked != tt.looked {
					t.Errorf("%d records are compared though nothing has changed, not %d", looked, tt.looked)
				}
			})
		})
	}
}
