package store_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// stagingModel is what staging promises, in the simplest form: the first row of each code stays, and says whether others came.
type stagingModel map[string]domain.StagedRow

// stage takes a page in and returns the codes that had come before, in it or in an earlier one.
func (m stagingModel) stage(rows []domain.StagedRow) []string {
	repeated := map[string]bool{}
	for _, row := range rows {
		first, known := m[row.Record.Key]
		if !known {
			m[row.Record.Key] = row
			continue
		}
		repeated[row.Record.Key] = true
		first.Record.Duplicated = true
		m[row.Record.Key] = first
	}
	return slices.Sorted(maps.Keys(repeated))
}

// TestStagingKeepsTheFirstRowOfEachCode stages pages in which codes come again, in the same page and in later ones, with values
// and without, and holds what is staged and what a first merge makes of it to the model.
func TestStagingKeepsTheFirstRowOfEachCode(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		at := domain.Instant(0)
		rapid.Check(t, func(rt *rapid.T) {
			at++
			system := domain.SystemID("mes" + domain.NewID().String())
			model := stagingModel{}
			slot, _ := stage(t, s, domain.NewID())
			for range rapid.IntRange(1, 4).Draw(rt, "pages") {
				rows := rapid.SliceOfN(rapid.Custom(drawStaged), 1, 6).Draw(rt, "rows")
				want := model.stage(rows)
				operate(t, s, func(o domain.Ops) error {
					got, err := o.Staging.Stage(t.Context(), slot, rows)
					if !slices.Equal(got, want) {
						rt.Fatalf("staging said that %q came before, not %q", got, want)
					}
					return err
				})
			}
			holdToModel(t, rt, s, slot, system, at, model)
			operate(t, s, func(o domain.Ops) error { return o.Staging.End(t.Context(), slot) })
		})
	})
}

func drawStaged(t *rapid.T) domain.StagedRow {
	c := rapid.SampledFrom([]string{"A", "B", "C", `D\"{}`, "E\t\n,'", "é"}).Draw(t, "code")
	if rapid.IntRange(0, 4).Draw(t, "named") == 0 {
		return unchanged(c)
	}
	drawn := row(c, rapid.SampledFrom([]string{"", "1", "two\nlines\t\\N", "Schraube „M8“", strings.Repeat("long", 3_000)}).Draw(t, "value"))
	drawn.Record.Token = rapid.SampledFrom([]string{"", "2026-11-23 10:00:00"}).Draw(t, "token")
	if rapid.Bool().Draw(t, "sealed") {
		drawn = drawn.Sealed()
	}
	return drawn
}

func holdToModel(t *testing.T, rt *rapid.T, s *store.Store, slot int, system domain.SystemID, at domain.Instant, model stagingModel) {
	valued := map[string]domain.StagedRow{}
	for key, row := range model {
		if !row.Unchanged {
			valued[key] = row
		}
	}
	merged := func() (result domain.StageResult, staged int) {
		operate(t, s, func(o domain.Ops) (err error) {
			if staged, err = o.Staging.Staged(t.Context(), slot); err != nil {
				return err
			}
			result, err = o.Staging.Merge(t.Context(), slot, system, item, true, at)
			return err
		})
		return result, staged
	}
	for range 2 { // a merge may be repeated, and answers the same
		result, staged := merged()
		if staged != len(model) || result != (domain.StageResult{Changed: len(valued)}) {
			rt.Fatalf("%d rows are staged and the merge answered %+v; %d rows with %d values were wanted", staged, result, len(model), len(valued))
		}
	}
	got := must(s.Read().Sources.ByKeys(t.Context(), system, item, slices.Collect(maps.Keys(model))))(t)
	if len(got) != len(valued) {
		rt.Fatalf("%d records are known, not %d", len(got), len(valued))
	}
	for _, record := range got {
		want := valued[record.Key].Record
		if record.Duplicated != want.Duplicated || !record.Attributes.Same(want.Attributes) || record.Code != want.Code || record.Token != want.Token {
			rt.Fatalf("of %q is known: duplicated %v, code %q, token %q, attributes alike %v; it should be: duplicated %v, code %q, token %q", record.Key,
				record.Duplicated, record.Code, record.Token, record.Attributes.Same(want.Attributes), want.Duplicated, want.Code, want.Token)
		}
		if record.Hash != record.ContentHash() {
			rt.Fatalf("the hash of %s is not that of what is stored", record.Key)
		}
	}
}
