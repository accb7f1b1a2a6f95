package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// TestPrefilterOnlyOverReports edits everything a comparison depends on and holds what is found among the pending records to
// what is found among all of them, and where the records stand to where all of them stand.
func TestPrefilterOnlyOverReports(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		looked, all, worlds := 0, 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			worlds++
			p := newPlant(t, s, domain.SystemID(fmt.Sprintf("mes-%d", worlds)))
			p.add(fmt.Sprintf("A%d", worlds))
			p.add(fmt.Sprintf("B%d", worlds))
			p.add(fmt.Sprintf("C%d", worlds))
			p.beLenient(rapid.SampledFrom([]string{"", "tolerance", "fold", "plan", "plant", "company"}).Draw(rt, "lenient"))
			p.readAll()
			p.compared(func() {})
			for range rapid.IntRange(1, 6).Draw(rt, "rounds") {
				p.edit(rt)
				n := p.prove(rt)
				looked, all = looked+n, all+len(p.source)
			}
		})
		if looked*10 >= all*9 {
			t.Errorf("%d of %d records were compared: the prefilter saves nothing", looked, all)
		}
	})
}

func TestPending(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlant(t, s, "mes")
		p.add("B")
		p.source["A"], p.source["C"], p.archived["C"] = p.source["B"], p.source["B"], true
		p.readAll()
		if found, _, looked := p.compared(func() {}); !slices.Equal(found, []string{"A"}) || looked != 3 {
			t.Errorf("at first %v of %d records differ", found, looked)
		}
		pending := must(s.Read().Comparisons.Pending(t.Context(), p.basis(), ""))(t)
		same(t, pending, domain.PendingRecords{Keys: []string{"A"}, Agreed: map[domain.Standing]int{domain.StandsCompared: 1, domain.StandsDormant: 1}})
		stale := p.basis()
		operate(t, s, func(o domain.Ops) error { return o.Comparison.Begin(t.Context(), p.basis()) })
		wantCode(t, s.Operate(t.Context(), func(o domain.Ops) error { return o.Comparison.Agreed(t.Context(), stale, nil) }), domain.CodeRunLeaseLost)
	})
}

// TestPendingReachesTheLastKey finds the code that sorts after every other.
func TestPendingReachesTheLastKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlant(t, s, "mes")
		p.add("A")
		last := must(domain.ParseCode(strings.Repeat("\U0010FFFF", 32)))(t)
		p.source[string(last)] = p.source["A"]
		p.readAll()
		if found, _, looked := p.compared(func() {}); !slices.Equal(found, []string{string(last)}) || looked != 2 {
			t.Errorf("of %d records %q differ", looked, found)
		}
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
		p := newPlant(t, s, "mes")
		p.add("B")
		p.source["A"], p.archived["A"] = p.source["B"], true
		if err := putMapping(t, s, newMapping(addRecord(t, s, "A", "other").ID, "A", domain.Validity{From: "2026-01-11"})); err != nil {
			t.Fatal(err)
		}
		p.archived["A"] = false
		use := domain.PlantUse{Record: p.golden["B"].ID, Plant: "STU1", Domain: item, State: domain.UseNotUsed, Validity: domain.Validity{From: "2026-01-12"}}
		write(t, s, func(r domain.Repos) error { return r.Uses.Put(t.Context(), use) })
		p.readAll()
		for day, want := range [][]string{{"A"}, {"A"}, {"A", "B"}} {
			p.day = day
			if found, _, _ := p.compared(func() {}); !slices.Equal(found, want) {
				t.Errorf("on day %d %v differ, not %v", day, found, want)
			}
		}
	})
}
