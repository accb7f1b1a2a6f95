package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func everywhere() domain.PlantScope { return domain.PlantScope{All: true} }

func knownOf(m domain.CodeMapping, known domain.Instant) domain.KnownMappings {
	return domain.KnownMappings{Domain: m.Domain, System: m.System, CodeType: m.CodeType, Known: known}
}

// TestMappingsAsKnown asks for mappings as they were recorded before and after each change.
func TestMappingsAsKnown(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := addRecord(t, s, "1", "one")
		m := newMapping(record.ID, "A", domain.Validity{})
		m.Factor, m.Unit = "1/3", "BX"
		times := []domain.Instant{must(s.Now(t.Context()))(t) - 1}
		for version, to := range []domain.Date{"", "2026-06-01", "2026-03-01"} {
			m.Version, m.Validity.To = version+1, to
			if err := putMapping(t, s, m); err != nil {
				t.Fatal(err)
			}
			versions := must(s.Read().Records.Versions(t.Context(), record.ID))(t)
			if len(versions) != 1 {
				t.Fatalf("a mapping's change made %d versions of its record", len(versions))
			}
			times = append(times, must(s.Now(t.Context()))(t))
		}
		read := s.Read().Translations
		for i, want := range []string{"none", "", "2026-06-01", "2026-03-01"} {
			byKey := must(read.ByKeys(t.Context(), knownOf(m, times[i]), []string{"A", "none"}))(t)
			byRecord := must(read.ByRecords(t.Context(), knownOf(m, times[i]), []domain.ID{record.ID}))(t)
			if len(byKey) != len(byRecord) || (len(byKey) == 0) != (want == "none") {
				t.Fatalf("at %d: %d by key, %d by record, want %q", i, len(byKey), len(byRecord), want)
			}
			if want != "none" && (string(byKey[0].Validity.To) != want || byRecord[0] != byKey[0] || byKey[0].Factor != "1/3") {
				t.Errorf("at %d: %+v, want an end on %q", i, byKey[0], want)
			}
		}
		history := must(read.History(t.Context(), m.ID))(t)
		same(t, must(read.ByKeys(t.Context(), knownOf(m, 0), []string{"A"}))(t), history[2:])
		if len(history) != 3 || history[0].Version != 1 || history[1].Validity.To != "2026-06-01" {
			t.Errorf("the history is %+v", history)
		}
	})
}

// TestOneDefaultCode refuses a second code by which a system would be told of a record on some day.
func TestOneDefaultCode(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record, other := addRecord(t, s, "1", "one"), addRecord(t, s, "2", "two")
		put := func(code string, change func(*domain.CodeMapping)) string {
			m := newMapping(record.ID, code, domain.Validity{From: "2026-01-01", To: "2026-06-01"})
			m.DefaultOut = true
			change(&m)
			return domain.ErrorCode(putMapping(t, s, m))
		}
		for _, test := range []struct {
			phrase, code, want string
			change             func(*domain.CodeMapping)
		}{
			{"the first", "A", "", func(*domain.CodeMapping) {}},
			{"a second", "B", domain.CodeMappingDefault, func(m *domain.CodeMapping) { m.Validity.From = "2026-05-31" }},
			{"of another kind", "B", domain.CodeMappingDefault, func(m *domain.CodeMapping) { m.CodeType = domain.CodeBarcode }},
			{"at another plant of the system", "B", domain.CodeMappingDefault, func(m *domain.CodeMapping) { m.Plant = "LYO1" }},
			{"once the first has ended", "C", "", func(m *domain.CodeMapping) { m.Validity = domain.Validity{From: "2026-06-01"} }},
			{"one that is no default", "D", "", func(m *domain.CodeMapping) { m.DefaultOut = false }},
			{"one that was rejected", "E", "", func(m *domain.CodeMapping) { m.State = domain.MappingRejected }},
			{"of another record", "F", "", func(m *domain.CodeMapping) { m.Record = other.ID }},
			{"of another system", "G", "", func(m *domain.CodeMapping) { m.System = "wms" }},
		} {
			if got := put(test.code, test.change); got != test.want {
				t.Errorf("%s: %q, want %q", test.phrase, got, test.want)
			}
		}
	})
}

// TestTheFeedLeavesNothingOut follows the feed in small pages while writers change records and mappings of two plants.
func TestTheFeedLeavesNothingOut(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const writers = 8
		seen, last := map[domain.ID]int{}, int64(0)
		q := domain.FeedQuery{Domain: item, Plants: everywhere(), Page: domain.Page{Limit: 3}}
		follow := func() {
			for {
				entries, next, err := s.Read().Translations.Feed(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				if len(entries) == 0 {
					if next != q.After {
						t.Fatalf("nothing new, and the cursor moves from %q to %q", q.After, next)
					}
					return
				}
				for _, entry := range entries {
					if entry.Sequence < last {
						t.Fatalf("the feed goes back from %d to %d", last, entry.Sequence)
					}
					last = entry.Sequence
					seen[entryID(entry)] = entryVersion(entry)
				}
				q.After = next
			}
		}
		written := make(chan map[domain.ID]int)
		go func() { written <- writeMany(t, s, writers) }()
		for done := false; !done; {
			select {
			case want := <-written:
				done = true
				follow()
				same(t, seen, want)
			default:
				follow()
			}
		}
		foreign, _, err := s.Read().Translations.Feed(t.Context(), domain.FeedQuery{Domain: item, Plants: domain.PlantScope{Plants: []domain.PlantID{"STU1"}}, Page: domain.Page{Limit: 1000}})
		if err != nil || slices.ContainsFunc(foreign, func(e domain.FeedEntry) bool { return e.Mapping != nil && e.Mapping.Plant == "LYO1" }) {
			t.Errorf("STU1 sees LYO1 (%v)", err)
		}
		for _, only := range []domain.ChangeKind{domain.ChangedRecord, domain.ChangedMapping} {
			of := domain.FeedQuery{Domain: item, Plants: everywhere(), Only: only, Page: domain.Page{Limit: 3}}
			want := 0
			for id := range seen {
				if _, err := s.Read().Records.ByID(t.Context(), id); (err == nil) == (only == domain.ChangedRecord) {
					want++
				}
			}
			for {
				entries, next, err := s.Read().Translations.Feed(t.Context(), of)
				if err != nil || slices.ContainsFunc(entries, func(e domain.FeedEntry) bool { return e.Kind != only }) {
					t.Fatalf("asked for %s alone: %+v, %v", only, entries, err)
				}
				if of.After = next; len(entries) == 0 {
					break
				}
				want -= len(entries)
			}
			if want != 0 {
				t.Errorf("%d of kind %s are missing", want, only)
			}
		}
		for _, cursor := range []string{"x", "WyJjaGFuZ2VzIiwiMSIsInJlY29yZCIsIngiXQ", "WyJtYXBwaW5ncyIsIjEiXQ"} {
			_, _, err := s.Read().Translations.Feed(t.Context(), domain.FeedQuery{Domain: item, Page: domain.Page{After: cursor}})
			wantCode(t, err, domain.CodeCursorInvalid)
		}
	})
}

func entryID(e domain.FeedEntry) domain.ID {
	if e.Record != nil {
		return e.Record.ID
	}
	return e.Mapping.ID
}

func entryVersion(e domain.FeedEntry) int {
	if e.Record != nil {
		return e.Record.Version
	}
	return e.Mapping.Version
}

// writeMany lets writers make records with mappings, several in one Write, and change the mappings; it returns the versions.
func writeMany(t *testing.T, s *store.Store, writers int) map[domain.ID]int {
	all := make([]map[domain.ID]int, writers)
	together(writers, func(i int) error {
		mine := map[domain.ID]int{}
		all[i] = mine
		for n := range 3 {
			record := newRecord(fmt.Sprintf("%d-%d", i, n), "one")
			m := newMapping(record.ID, string(record.Attributes.Text(code)), domain.Validity{})
			if n == 1 {
				m.Plant = "LYO1"
			}
			err := s.Write(t.Context(), change(), func(r domain.Repos) error {
				if err := r.Records.Create(t.Context(), record, code, name, domain.Lineage{}); err != nil {
					return err
				}
				return r.Mappings.Put(t.Context(), m)
			})
			if err == nil && n < 2 { // the last mapping stays where its record is
				m.Version, m.Validity.To = 2, "2026-12-01"
				err = putMapping(t, s, m)
			}
			if err != nil {
				t.Error(err)
				return err
			}
			mine[record.ID], mine[m.ID] = 1, m.Version
		}
		return nil
	})
	versions := map[domain.ID]int{}
	for _, mine := range all {
		for id, version := range mine {
			versions[id] = version
		}
	}
	return versions
}

// TestRecordsByAnybodysCode finds records by the codes of the plants that may be seen, and tells which.
func TestRecordsByAnybodysCode(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := addRecord(t, s, "IT-1", "Screw")
		mine, theirs, shared := newMapping(record.ID, "Ab%1", domain.Validity{}), newMapping(record.ID, "ab2", domain.Validity{}), newMapping(record.ID, "ab3", domain.Validity{})
		theirs.Plant, shared.Plant = "LYO1", ""
		ended := newMapping(record.ID, "old", domain.Validity{})
		ended.State = domain.MappingEnded
		for _, m := range []domain.CodeMapping{mine, theirs, shared, ended} {
			if err := putMapping(t, s, m); err != nil {
				t.Fatal(err)
			}
		}
		for text, want := range map[string][2]int{"ab": {1, 2}, "aB%": {1, 1}, "ab2": {0, 0}, "old": {0, 0}, "b": {0, 0}, "it": {1, 0}, "crew": {1, 0}} {
			scope := domain.PlantScope{Plants: []domain.PlantID{"STU1"}}
			found, _, err := s.Read().Records.List(t.Context(), domain.RecordQuery{Domain: item, Text: text, Plants: scope})
			matches := must(s.Read().Translations.Matching(t.Context(), []domain.ID{record.ID}, text, scope))(t)
			if err != nil || len(found) != want[0] || len(matches) != want[1] {
				t.Errorf("%q finds %d records by %d codes (%v), want %v", text, len(found), len(matches), err, want)
			}
		}
	})
}
