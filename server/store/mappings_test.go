package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// TestOneOfSixteenOverlappingMappingsWins races writers that give one code two meanings on some day.
func TestOneOfSixteenOverlappingMappingsWins(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const writers = 16
		a, b := addRecord(t, s, "1", "one"), addRecord(t, s, "2", "two")
		codes := together(writers, func(i int) error {
			m := newMapping(a.ID, "A", domain.Validity{From: "2026-01-01"})
			if i%2 == 1 {
				m = newMapping(b.ID, "A", domain.Validity{To: "2026-06-01"})
			}
			return putMapping(t, s, m)
		})
		if got := count(codes); got[""] != 1 || got[domain.CodeMappingOverlap] != writers-1 {
			t.Fatalf("writers ended with %v", got)
		}
		if stored := must(s.Read().Mappings.ByKey(t.Context(), newMapping(a.ID, "A", domain.Validity{}).MappingKey()))(t); len(stored) != 1 {
			t.Errorf("%d mappings are stored", len(stored))
		}
		verify(t, s, "item")
	})
}

func TestMappingsThatDoNotClash(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b := addRecord(t, s, "1", "one"), addRecord(t, s, "2", "two")
		until := domain.Validity{To: "2026-06-01"}
		first := newMapping(a.ID, "A", until)
		rejected, otherPlant, otherType := newMapping(b.ID, "A", until), newMapping(b.ID, "A", until), newMapping(b.ID, "A", until)
		rejected.State, otherPlant.Plant, otherType.CodeType = domain.MappingRejected, "LYO1", domain.CodeBarcode
		for phrase, m := range map[string]domain.CodeMapping{
			"the first": first, "from the day it ends": newMapping(b.ID, "A", domain.Validity{From: "2026-06-01"}),
			"a rejected one": rejected, "at another plant": otherPlant, "of another code type": otherType,
			"with leading zeros": newMapping(b.ID, "000A", until), "in another case": newMapping(b.ID, "a", until),
		} {
			if err := putMapping(t, s, m); err != nil {
				t.Errorf("%s: %v", phrase, err)
			}
		}
		// Widening the first one later is the same clash.
		first.Version, first.Validity.To = 2, "2026-06-02"
		wantCode(t, putMapping(t, s, first), domain.CodeMappingOverlap)
		first.State, first.Version = domain.MappingEnded, 2
		wantCode(t, putMapping(t, s, first), "")
		first.Version = 2
		wantCode(t, putMapping(t, s, first), domain.CodeMappingStale)
		unknown := newMapping(b.ID, "Z", until)
		unknown.Version = 2
		wantCode(t, putMapping(t, s, unknown), domain.CodeMappingStale)
	})
}

func TestDefaultsAndLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := addRecord(t, s, "1", "one")
		for _, c := range []string{"AB-1", "ab-2", "AC-3", "A%_!"} {
			if err := putMapping(t, s, newMapping(record.ID, c, domain.Validity{})); err != nil {
				t.Fatal(err)
			}
		}
		for text, want := range map[string]int{"": 4, "ab": 2, "a": 4, "A%": 1, "a%_!": 1, "a_": 0, "b": 0} {
			found, _, err := s.Read().Mappings.List(t.Context(), domain.MappingQuery{Text: text, Plants: domain.PlantScope{All: true}})
			if err != nil || len(found) != want {
				t.Errorf("%q finds %d mappings (%v), want %d", text, len(found), err, want)
			}
		}
	})
}

// TestManyKeys asks for more keys than one statement takes parameters.
func TestManyKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := addRecord(t, s, "1", "one")
		m := newMapping(record.ID, "A", domain.Validity{})
		if err := putMapping(t, s, m); err != nil {
			t.Fatal(err)
		}
		keys := make([]string, 70_000)
		ids := make([]domain.ID, len(keys))
		for i := range keys {
			keys[i], ids[i] = fmt.Sprint("none ", i), domain.NewID()
		}
		keys[len(keys)-1], ids[len(ids)-1] = "A", record.ID
		if found := must(s.Read().Mappings.ByKeys(t.Context(), m.MappingKey(), keys))(t); len(found) != 1 {
			t.Errorf("%d mappings found", len(found))
		}
		if found := must(s.Read().Records.ByIDs(t.Context(), ids))(t); len(found) != 1 {
			t.Errorf("%d records found", len(found))
		}
		keys[0] = "1"
		if found := must(s.Read().Records.ByCodes(t.Context(), item, keys))(t); len(found) != 1 || found["1"].ID != record.ID {
			t.Errorf("%d records found by code", len(found))
		}
	})
}

// TestCodesCompareByBytes keeps apart what a database's own order would take for the same or for neighbours.
func TestCodesCompareByBytes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		codes := []string{"000123", "123", "0123", "a", "A", "ä", "Ä", "b", "B", "z", "Z", "é", "e", "ss", "ß", "_", "-", "a b", "a-b", "İ", "i", "I"}
		rows := make([]domain.StagedRow, len(codes))
		for i, c := range codes {
			record := addRecord(t, s, c, c)
			if err := putMapping(t, s, newMapping(record.ID, c, domain.Validity{})); err != nil {
				t.Fatalf("%q: %v", c, err)
			}
			rows[i] = row(c, "v")
		}
		merge(t, s, rows, true, 100)
		var order []string
		page := domain.Page{Limit: 5}
		for {
			linked, next, err := s.Read().Sources.Linked(t.Context(), mes(), item, "2026-01-01", page)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range linked {
				order = append(order, l.Source.Key)
				if l.Mapping == nil || l.Mapping.Key != l.Source.Key || l.Golden.Attributes.Text(code) != l.Source.Key {
					t.Errorf("%q is linked to %+v", l.Source.Key, l.Golden)
				}
			}
			if page.After = next; next == "" {
				break
			}
		}
		slices.Sort(codes)
		same(t, order, codes)
	})
}
