package store_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// mes is the system of a plant whose codes newMapping maps.
func mes() domain.SourceSystem {
	return domain.SourceSystem{ID: "mes", Plant: "STU1", Codes: domain.CodeInternalNumber, CodeRule: domain.CodesExact}
}

func row(c, value string) domain.StagedRow {
	record := domain.SourceRecord{Code: domain.Code(c), Key: c, Active: true, Token: "t-" + value,
		Attributes: domain.Attributes{code: domain.Code(c), name: domain.Text(value)}}
	record.Hash = record.ContentHash()
	return domain.StagedRow{Record: record}
}

func unchanged(c string) domain.StagedRow {
	return domain.StagedRow{Record: domain.SourceRecord{Code: domain.Code(c), Key: c}, Unchanged: true}
}

// stage takes rows in, one Stage for each slice.
func stage(t testing.TB, s *store.Store, run domain.ID, batches ...[]domain.StagedRow) (slot int, duplicated []string) {
	t.Helper()
	operate(t, s, func(o domain.Ops) (err error) {
		slot, err = o.Staging.Begin(t.Context(), run)
		return err
	})
	for _, rows := range batches {
		operate(t, s, func(o domain.Ops) error {
			keys, err := o.Staging.Stage(t.Context(), slot, rows)
			duplicated = append(duplicated, keys...)
			return err
		})
	}
	return slot, duplicated
}

func mergeSlot(t testing.TB, s *store.Store, slot int, complete bool, at domain.Instant) (result domain.StageResult) {
	t.Helper()
	operate(t, s, func(o domain.Ops) (err error) {
		result, err = o.Staging.Merge(t.Context(), slot, "mes", item, complete, at)
		return err
	})
	return result
}

// merge is a whole reading.
func merge(t testing.TB, s *store.Store, rows []domain.StagedRow, complete bool, at domain.Instant) domain.StageResult {
	t.Helper()
	slot, _ := stage(t, s, domain.NewID(), rows)
	result := mergeSlot(t, s, slot, complete, at)
	operate(t, s, func(o domain.Ops) error { return o.Staging.End(t.Context(), slot) })
	return result
}

// known returns what is stored, by key.
func known(t testing.TB, s *store.Store, keys ...string) map[string]domain.SourceRecord {
	t.Helper()
	byKey := map[string]domain.SourceRecord{}
	for _, record := range must(s.Read().Sources.ByKeys(t.Context(), "mes", item, keys))(t) {
		byKey[record.Key] = record
	}
	return byKey
}

func TestMergeKeepsWhatTheSourceSaid(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a := row("A", "1")
		same(t, merge(t, s, []domain.StagedRow{a, row("B", "1"), row("C", "1")}, true, 100), domain.StageResult{Changed: 3})
		want := a.Record
		want.System, want.Domain, want.ReadAt, want.ChangedAt = "mes", item, 100, 100
		same(t, known(t, s, "A")["A"], want)

		// An incomplete reading concludes nothing of what it did not see.
		archived := row("B", "1")
		archived.Record.Active = false
		archived.Record.Hash = archived.Record.ContentHash()
		same(t, merge(t, s, []domain.StagedRow{row("A", "1"), archived}, false, 200), domain.StageResult{Changed: 1})
		got := known(t, s, "A", "B", "C")
		if got["A"].ReadAt != 200 || got["A"].ChangedAt != 100 || got["B"].Active || got["B"].ChangedAt != 200 || got["C"].GoneAt != 0 || got["C"].ReadAt != 100 {
			t.Errorf("after an incomplete reading: %+v", got)
		}

		// A complete one does; what is named without values stays as it was.
		same(t, merge(t, s, []domain.StagedRow{unchanged("A")}, true, 300), domain.StageResult{Gone: 2})
		got = known(t, s, "A", "B", "C")
		if got["A"].ReadAt != 200 || got["A"].GoneAt != 0 || got["B"].GoneAt != 300 || got["C"].GoneAt != 300 {
			t.Errorf("after a complete reading: %+v", got)
		}
		if n := must(s.Read().Sources.Count(t.Context(), "mes", item))(t); n != 1 {
			t.Errorf("%d records are present", n)
		}

		// What was gone comes back, with and without values; what was never known needs values.
		same(t, merge(t, s, []domain.StagedRow{unchanged("A"), archived, unchanged("C"), unchanged("D")}, true, 400), domain.StageResult{Changed: 2})
		got = known(t, s, "A", "B", "C", "D")
		if len(got) != 3 || got["B"].GoneAt != 0 || got["C"].GoneAt != 0 || got["C"].Attributes.Text(name) != "1" || got["C"].ReadAt != 100 {
			t.Errorf("after what was gone came back: %+v", got)
		}
		// Other systems and domains are not touched.
		operate(t, s, func(o domain.Ops) error {
			slot, err := o.Staging.Begin(t.Context(), domain.NewID())
			if err != nil {
				return err
			}
			_, err = o.Staging.Merge(t.Context(), slot, "wms", item, true, 500)
			return err
		})
		if n := must(s.Read().Sources.Count(t.Context(), "mes", item))(t); n != 3 {
			t.Errorf("another system's reading left %d records", n)
		}
	})
}

func TestMergeMayBeRepeated(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		merge(t, s, []domain.StagedRow{row("A", "1"), row("B", "1"), row("C", "1"), row("D", "1")}, true, 100)
		slot, _ := stage(t, s, domain.NewID(), []domain.StagedRow{row("A", "2"), row("B", "1"), unchanged("C"), row("E", "1")})
		want := domain.StageResult{Changed: 2, Gone: 1}
		same(t, mergeSlot(t, s, slot, true, 200), want)
		after := known(t, s, "A", "B", "C", "D", "E")
		same(t, mergeSlot(t, s, slot, true, 200), want)
		same(t, known(t, s, "A", "B", "C", "D", "E"), after)
	})
}

// TestReadAtOfEachRecord holds every record to the reading that last brought its values, however that is kept.
func TestReadAtOfEachRecord(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		valued := []domain.StagedRow{row("A", "1"), row("B", "1"), row("C", "1"), row("D", "1")}
		with := func(more ...domain.StagedRow) []domain.StagedRow { return append(slices.Clone(valued), more...) }
		readings := []struct {
			rows     []domain.StagedRow
			complete bool
			want     map[string]domain.Instant // of N; A stands for all others
		}{
			{rows: with(row("N", "1")), complete: true, want: map[string]domain.Instant{"A": 100, "N": 100}},
			{rows: with(unchanged("N")), complete: true, want: map[string]domain.Instant{"A": 200, "N": 100}},
			{rows: with(unchanged("N")), complete: true, want: map[string]domain.Instant{"A": 300, "N": 100}},
			{rows: with(row("N", "1")), complete: true, want: map[string]domain.Instant{"A": 400, "N": 400}},
			{rows: with(), complete: true, want: map[string]domain.Instant{"A": 500, "N": 400}}, // N is gone
			{rows: with(), complete: true, want: map[string]domain.Instant{"A": 600, "N": 400}},
			{rows: with(unchanged("N")), complete: true, want: map[string]domain.Instant{"A": 700, "N": 400}},
			{rows: []domain.StagedRow{row("N", "1")}, want: map[string]domain.Instant{"A": 700, "N": 800}},
			{rows: with(row("N", "2")), complete: true, want: map[string]domain.Instant{"A": 900, "N": 900}},
			{rows: []domain.StagedRow{row("A", "1"), unchanged("N")}, complete: true, want: map[string]domain.Instant{"A": 1000, "N": 900}},
		}
		for i, reading := range readings {
			merge(t, s, reading.rows, reading.complete, domain.Instant(100*(i+1)))
			for key, record := range known(t, s, "A", "N") {
				if record.ReadAt != reading.want[key] {
					t.Errorf("after reading %d %s was read at %d, not %d", i, key, record.ReadAt, reading.want[key])
				}
			}
		}
	})
}

// TestLostStaging empties a slot as a crash of the server does: an unlogged table comes back empty.
func TestLostStaging(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		merge(t, s, []domain.StagedRow{row("A", "1")}, true, 100)
		slot, _ := stage(t, s, domain.NewID(), []domain.StagedRow{row("A", "2"), row("B", "1")})
		for _, table := range []string{"staging_1", "staging_2", "staging_3", "staging_4"} {
			s.Tamper(t, "DELETE FROM "+table)
		}
		wantCode(t, s.Operate(t.Context(), func(o domain.Ops) error {
			_, err := o.Staging.Merge(t.Context(), slot, "mes", item, true, 200)
			return err
		}), domain.CodeRunStagingLost)
		if a := known(t, s, "A")["A"]; a.GoneAt != 0 || a.Attributes.Text(name) != "1" {
			t.Errorf("a lost reading changed %+v", a)
		}
	})
}

func TestDuplicatedCodesAreNotTrusted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		merge(t, s, []domain.StagedRow{row("U", "1"), row("K", "1")}, true, 50)
		slot, duplicated := stage(t, s, domain.NewID(),
			[]domain.StagedRow{row("A", "1"), row("B", "1"), row("A", "2"), row("A", "3")},
			[]domain.StagedRow{row("B", "2"), row("C", "1"), unchanged("U"), unchanged("K")},
			[]domain.StagedRow{row("A", "4"), unchanged("U")},
		)
		same(t, duplicated, []string{"A", "B", "A", "U"})
		same(t, mergeSlot(t, s, slot, true, 100), domain.StageResult{Changed: 4})
		got := known(t, s, "A", "B", "C", "K", "U")
		var marked []string
		for _, key := range slices.Sorted(maps.Keys(got)) {
			record := got[key]
			if record.Duplicated {
				marked = append(marked, key)
			}
			if record.Attributes.Text(name) != "1" {
				t.Errorf("%s keeps %q: the first row stays", key, record.Attributes.Text(name))
			}
			if record.Hash != record.ContentHash() {
				t.Errorf("the hash of %s is not that of what is stored", key)
			}
		}
		same(t, marked, []string{"A", "B", "U"})
		// Once the source gives the code once, with values, it is trusted again.
		same(t, merge(t, s, []domain.StagedRow{row("A", "1"), unchanged("B"), unchanged("C"), unchanged("K"), unchanged("U")}, true, 200), domain.StageResult{Changed: 1})
		got = known(t, s, "A", "B")
		if got["A"].Duplicated || !got["B"].Duplicated {
			t.Errorf("after the next reading: %+v", got)
		}
	})
}

func TestStagingSlots(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		runs := make([]domain.Run, 5)
		slots := make([]int, 5)
		for i := range runs {
			runs[i] = domain.Run{ID: domain.NewID(), Plan: fmt.Sprint(i), State: domain.RunReading, Version: 1}
			operate(t, s, func(o domain.Ops) error { return o.Runs.Create(t.Context(), runs[i]) })
		}
		begin := func(i int) error {
			return s.Operate(t.Context(), func(o domain.Ops) (err error) {
				slots[i], err = o.Staging.Begin(t.Context(), runs[i].ID)
				return err
			})
		}
		for i := range 4 {
			wantCode(t, begin(i), "")
		}
		wantCode(t, begin(4), domain.CodeStoreBusy)
		staged := func(slot int) (n int, err error) {
			err = s.Operate(t.Context(), func(o domain.Ops) (err error) {
				n, err = o.Staging.Staged(t.Context(), slot)
				return err
			})
			return n, err
		}
		put := func(slot int) error {
			return s.Operate(t.Context(), func(o domain.Ops) error {
				_, err := o.Staging.Stage(t.Context(), slot, []domain.StagedRow{row("A", "1")})
				return err
			})
		}
		wantCode(t, put(slots[1]), "")
		if n := must(staged(slots[1]))(t); n != 1 {
			t.Errorf("%d rows are staged", n)
		}
		operate(t, s, func(o domain.Ops) error {
			slot, err := o.Staging.SlotOf(t.Context(), runs[1].ID)
			if slot != slots[1] {
				t.Errorf("the run holds slot %d, not %d", slot, slots[1])
			}
			return err
		})
		// Beginning again empties the slot, and whoever held it before is refused.
		before := slots[1]
		wantCode(t, begin(1), "")
		if n := must(staged(slots[1]))(t); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		wantCode(t, put(before), domain.CodeRunLeaseLost)
		// A slot of a run that is over is taken over, one that was ended is free.
		runs[2].State, runs[2].Version = domain.RunFailed, 2
		operate(t, s, func(o domain.Ops) error { return o.Runs.Save(t.Context(), runs[2], 1) })
		wantCode(t, begin(4), "")
		wantCode(t, put(slots[2]), domain.CodeRunLeaseLost)
		wantCode(t, begin(2), domain.CodeStoreBusy)
		operate(t, s, func(o domain.Ops) error { return o.Staging.End(t.Context(), slots[0]) })
		wantCode(t, put(slots[0]), domain.CodeRunLeaseLost)
		wantCode(t, s.Operate(t.Context(), func(o domain.Ops) error {
			_, err := o.Staging.SlotOf(t.Context(), runs[0].ID)
			return err
		}), domain.CodeRunStagingLost)
		wantCode(t, begin(2), "")
	})
}

func TestLinkedAndExpected(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		merge(t, s, []domain.StagedRow{row("A", "1"), row("B", "1"), row("C", "1"), row("D", "1"), row("G", "1")}, true, 100)
		merge(t, s, []domain.StagedRow{row("A", "1"), row("B", "1"), row("C", "1"), row("D", "1")}, true, 200)
		golden := map[string]domain.GoldenRecord{}
		for _, c := range []string{"A", "B", "G", "M", "R"} {
			golden[c] = addRecord(t, s, c, c)
		}
		ended, otherPlant, otherType, retired := newMapping(golden["B"].ID, "B", domain.Validity{To: "2026-01-01"}),
			newMapping(golden["A"].ID, "C", domain.Validity{}), newMapping(golden["A"].ID, "D", domain.Validity{}), golden["R"]
		otherPlant.Plant, otherType.CodeType = "LYO1", domain.CodeBarcode
		retired.State, retired.Version = domain.RecordRetired, 2
		write(t, s, func(r domain.Repos) error {
			for _, m := range []domain.CodeMapping{newMapping(golden["A"].ID, "A", domain.Validity{}), ended, otherPlant, otherType,
				newMapping(golden["G"].ID, "G", domain.Validity{}), newMapping(golden["M"].ID, "M", domain.Validity{From: "2026-01-01"}),
				newMapping(golden["R"].ID, "R", domain.Validity{})} {
				if err := r.Mappings.Put(t.Context(), m); err != nil {
					return err
				}
			}
			for plant, g := range map[domain.PlantID]domain.GoldenRecord{"STU1": golden["A"], "LYO1": golden["G"]} {
				if err := r.Uses.Put(t.Context(), domain.PlantUse{Record: g.ID, Plant: plant, Domain: item, State: domain.UseActive}); err != nil {
					return err
				}
			}
			return r.Records.Update(t.Context(), retired, code, name, nil, domain.Lineage{})
		})
		linked, _, err := s.Read().Sources.Linked(t.Context(), mes(), item, "2026-01-01", domain.Page{})
		if err != nil || len(linked) != 4 {
			t.Fatalf("%d rows are present: %v", len(linked), err)
		}
		if a := linked[0]; a.Golden == nil || a.Golden.ID != golden["A"].ID || a.Use == nil || a.Use.Plant != "STU1" || a.Mapping.Key != "A" {
			t.Errorf("A is linked to %+v", a)
		}
		for _, l := range linked[1:] {
			if l.Mapping != nil || l.Golden != nil || l.Use != nil {
				t.Errorf("%s is linked to %+v", l.Source.Key, l.Golden)
			}
		}
		expected := map[string]domain.ExpectedRecord{}
		page := domain.Page{Limit: 1}
		for {
			found, next, err := s.Read().Sources.Expected(t.Context(), mes(), item, "2026-01-01", page)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range found {
				expected[e.Mapping.Key] = e
			}
			if page.After = next; next == "" {
				break
			}
		}
		same(t, slices.Sorted(maps.Keys(expected)), []string{"G", "M"})
		if g := expected["G"]; g.Gone == nil || g.Gone.GoneAt != 200 || g.Golden.ID != golden["G"].ID || g.Use != nil {
			t.Errorf("G is expected as %+v", g)
		}
		if m := expected["M"]; m.Gone != nil {
			t.Errorf("M was never there but has %+v", m.Gone)
		}
	})
}

func TestWhatWeWroteComesBackAsAnEcho(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(r domain.Repos) error {
			return r.Systems.Put(t.Context(), domain.SourceSystem{ID: "mes", Name: "MES", Kind: domain.SystemSQL, CodeRule: domain.CodesUpperCase, Version: 1})
		})
		wrote := func(c domain.Code, value string) {
			operate(t, s, func(o domain.Ops) error {
				return o.Sources.Wrote(t.Context(), "mes", item, c, domain.Attributes{name: domain.Text(value)})
			})
		}
		merge(t, s, []domain.StagedRow{row("A", "1"), row("B", "1"), row("C", "1")}, true, 100)
		merge(t, s, []domain.StagedRow{row("A", "1"), row("B", "1")}, true, 200)

		wrote("a", "2")
		wrote("C", "2")
		wrote("UNKNOWN", "2")
		got := known(t, s, "A", "C", "UNKNOWN")
		if got["A"].Hash != row("A", "2").Record.Hash || got["A"].ChangedAt != 100 || got["C"].Hash != row("C", "1").Record.Hash || len(got) != 2 {
			t.Errorf("known after writing: %+v", got)
		}
		same(t, merge(t, s, []domain.StagedRow{row("A", "2"), row("B", "2")}, true, 300), domain.StageResult{Changed: 1})
		same(t, known(t, s, "A")["A"].ReadAt, domain.Instant(300))
	})
}
