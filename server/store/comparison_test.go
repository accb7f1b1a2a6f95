package store_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// plant is a small world of codes, edited at random; compared, its records agree or differ.
type plant struct {
	s       *store.Store
	codes   []string
	source  map[string]string // what the system says, by code; absent is gone
	golden  map[string]domain.GoldenRecord
	day     int
	print   int
	read    domain.Instant
	testing testing.TB
}

// differs is a comparison in miniature: it looks at everything that a comparison may depend on.
func differs(r domain.LinkedRecord, basis domain.ComparisonBasis) bool {
	switch {
	case r.Source.Attributes.Text(name) == basis.Fingerprint:
		return true
	case r.Mapping == nil:
		return r.Source.Attributes.Text(name) == "1"
	case r.Use != nil && r.Use.State == domain.UseNotUsed && r.Use.Validity.Contains(basis.Day):
		return true
	default:
		return r.Golden.State != domain.RecordActive || r.Golden.Attributes.Text(name) != r.Source.Attributes.Text(name)
	}
}

func (p *plant) today() domain.Date { return domain.Date(fmt.Sprintf("2026-01-%02d", 10+p.day)) }

func (p *plant) basis() domain.ComparisonBasis {
	return domain.ComparisonBasis{Plan: "mes", System: mes(), Domain: item, Day: p.today(), Fingerprint: fmt.Sprint(p.print), Token: domain.NewID()}
}

// readAll merges what the system says.
func (p *plant) readAll() {
	p.read += 100
	rows := make([]domain.StagedRow, 0, len(p.source))
	for _, c := range slices.Sorted(maps.Keys(p.source)) {
		rows = append(rows, row(c, p.source[c]))
	}
	merge(p.testing, p.s, rows, true, p.read)
}

// differing returns the codes that a full comparison finds.
func (p *plant) differing() []string {
	linked, _, err := p.s.Read().Sources.Linked(p.testing.Context(), mes(), item, p.today(), domain.Page{Limit: 1000})
	if err != nil {
		p.testing.Fatal(err)
	}
	found := []string{}
	for _, r := range linked {
		if differs(r, p.basis()) {
			found = append(found, r.Source.Key)
		}
	}
	return found
}

// compared returns the codes that a comparison of what is pending finds; it marks what agreed.
func (p *plant) compared(change func()) (found []string, looked int) {
	basis, t := p.basis(), p.testing
	operate(t, p.s, func(o domain.Ops) error { return o.Comparison.Begin(t.Context(), basis) })
	pending := must(p.s.Read().Comparisons.Pending(t.Context(), basis, ""))(t)
	linked := must(p.s.Read().Comparisons.LinkedOf(t.Context(), mes(), item, p.today(), pending.Keys))(t)
	found = []string{}
	var agreed []domain.LinkedRecord
	for _, r := range linked {
		if differs(r, basis) {
			found = append(found, r.Source.Key)
			continue
		}
		agreed = append(agreed, r)
	}
	change() // while the comparison is under way
	operate(t, p.s, func(o domain.Ops) error { return o.Comparison.Agreed(t.Context(), basis, agreed) })
	return found, len(linked)
}

// edit changes one thing that a comparison depends on.
func (p *plant) edit(t *rapid.T) {
	c := rapid.SampledFrom(p.codes).Draw(t, "code")
	value := rapid.SampledFrom([]string{"1", "2"}).Draw(t, "value")
	switch rapid.SampledFrom([]string{"say", "vanish", "golden", "retire", "map", "use", "day", "definition", "agree", "agree", "agree"}).Draw(t, "edit") {
	case "say":
		p.source[c] = value
	case "vanish":
		delete(p.source, c)
	case "golden":
		p.update(c, func(g *domain.GoldenRecord) {
			g.Attributes = g.Attributes.With(domain.Attributes{name: domain.Text(value)})
		})
	case "retire":
		p.update(c, func(g *domain.GoldenRecord) {
			g.State = map[string]domain.RecordState{"1": domain.RecordRetired, "2": domain.RecordActive}[value]
		})
	case "map":
		p.remap(t, c)
	case "use":
		use := domain.PlantUse{Record: p.golden[c].ID, Plant: "STU1", Domain: item, State: domain.UseActive, Version: 1}
		if value == "1" {
			use.State, use.Validity = domain.UseNotUsed, domain.Validity{From: domain.Date(fmt.Sprintf("2026-01-%02d", rapid.IntRange(9, 14).Draw(t, "from")))}
		}
		write(p.testing, p.s, func(r domain.Repos) error { return r.Uses.Put(p.testing.Context(), use) })
	case "day":
		p.day = rapid.IntRange(0, 4).Draw(t, "day")
	case "definition":
		p.print = rapid.IntRange(1, 3).Draw(t, "definition")
	case "agree":
		p.source[c] = value
		p.update(c, func(g *domain.GoldenRecord) {
			g.State, g.Attributes = domain.RecordActive, g.Attributes.With(domain.Attributes{name: domain.Text(value)})
		})
	}
}

func (p *plant) update(c string, change func(*domain.GoldenRecord)) {
	g := p.golden[c]
	change(&g)
	g.Version++
	write(p.testing, p.s, func(r domain.Repos) error {
		return r.Records.Update(p.testing.Context(), g, code, name, []domain.AttributeID{name}, domain.Lineage{})
	})
	p.golden[c] = g
}

// remap ends a code's mapping, or gives it one to any record, from a day on.
func (p *plant) remap(t *rapid.T, c string) {
	key := newMapping(domain.ID{}, c, domain.Validity{}).MappingKey()
	from := domain.Date(fmt.Sprintf("2026-01-%02d", rapid.IntRange(9, 14).Draw(t, "from")))
	to := p.golden[rapid.SampledFrom(p.codes).Draw(t, "record")].ID
	write(p.testing, p.s, func(r domain.Repos) error {
		known, err := r.Mappings.ByKey(p.testing.Context(), key)
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
		return r.Mappings.Put(p.testing.Context(), newMapping(to, c, domain.Validity{From: from}))
	})
}

// TestPrefilterOnlyOverReports edits everything a comparison depends on and holds what is found among the pending records
// to what is found among all of them.
func TestPrefilterOnlyOverReports(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := &plant{s: s, source: map[string]string{}, golden: map[string]domain.GoldenRecord{}, testing: t}
		for i := range 4 {
			c := fmt.Sprintf("C%d", i)
			p.codes, p.source[c] = append(p.codes, c), "2"
			p.golden[c] = addRecord(t, s, c, "2")
			if err := putMapping(t, s, newMapping(p.golden[c].ID, c, domain.Validity{})); err != nil {
				t.Fatal(err)
			}
		}
		looked, all := 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			for range rapid.IntRange(0, 3).Draw(rt, "edits") {
				p.edit(rt)
			}
			p.readAll()
			want := p.differing()
			got, n := p.compared(func() {
				if rapid.Bool().Draw(rt, "meanwhile") {
					p.edit(rt)
				}
			})
			if looked, all = looked+n, all+len(p.source); !slices.Equal(got, want) {
				rt.Fatalf("of all records %v differ, of the pending ones %v", want, got)
			}
		})
		if looked >= all {
			t.Errorf("%d of %d records were compared: the prefilter saves nothing", looked, all)
		}
	})
}

func TestPending(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := &plant{s: s, source: map[string]string{"A": "1", "B": "2", "C": "2"}, testing: t}
		if err := putMapping(t, s, newMapping(addRecord(t, s, "B", "2").ID, "B", domain.Validity{})); err != nil {
			t.Fatal(err)
		}
		p.readAll()
		if found, looked := p.compared(func() {}); !slices.Equal(found, []string{"A"}) || looked != 3 {
			t.Errorf("at first %v of %d records differ", found, looked)
		}
		pending := must(s.Read().Comparisons.Pending(t.Context(), p.basis(), ""))(t)
		same(t, pending, domain.PendingRecords{Keys: []string{"A"}, Agreed: map[domain.Standing]int{domain.StandsCompared: 1, domain.StandsUnmapped: 1}})
		stale := p.basis()
		operate(t, s, func(o domain.Ops) error { return o.Comparison.Begin(t.Context(), p.basis()) })
		wantCode(t, s.Operate(t.Context(), func(o domain.Ops) error { return o.Comparison.Agreed(t.Context(), stale, nil) }), domain.CodeRunLeaseLost)
	})
}

// TestCodesInLists finds codes of every awkward kind among many: the list reaches the database in its own notation.
func TestCodesInLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		codes := []string{`a"b`, `a\b`, `a\"b`, `{a,b}`, `NULL`, ` a `, `a,b`, `ä`, `'; --`, `\`, `"`}
		rows := make([]domain.StagedRow, len(codes))
		for i, c := range codes {
			rows[i] = row(c, "1")
		}
		merge(t, s, rows, true, 100)
		for _, c := range codes {
			if got := known(t, s, c, "absent"); len(got) != 1 || got[c].Key != c {
				t.Errorf("%q finds %v", c, got)
			}
		}
		_, duplicated := stage(t, s, domain.NewID(), rows, rows)
		if slices.Sort(codes); !slices.Equal(duplicated, codes) {
			t.Errorf("%q came twice", duplicated)
		}
	})
}

// TestDaysPass lets nothing change but the day: a mapping and a use begin, and what they make differ is found.
func TestDaysPass(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := &plant{s: s, source: map[string]string{"A": "2", "B": "2", "C": "2"}, testing: t}
		used := addRecord(t, s, "B", "2")
		if err := errors.Join(
			putMapping(t, s, newMapping(addRecord(t, s, "A", "other").ID, "A", domain.Validity{From: "2026-01-11"})),
			putMapping(t, s, newMapping(used.ID, "B", domain.Validity{})),
		); err != nil {
			t.Fatal(err)
		}
		write(t, s, func(r domain.Repos) error {
			return r.Uses.Put(t.Context(), domain.PlantUse{Record: used.ID, Plant: "STU1", Domain: item, State: domain.UseNotUsed, Validity: domain.Validity{From: "2026-01-12"}})
		})
		p.readAll()
		for day, want := range [][]string{{}, {"A"}, {"A", "B"}} {
			p.day = day
			if found, _ := p.compared(func() {}); !slices.Equal(found, want) {
				t.Errorf("on day %d %v differ, not %v", day, found, want)
			}
		}
	})
}
