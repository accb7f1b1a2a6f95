package store_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// newImport is an upload that waits.
func newImport() domain.Import {
	return domain.Import{
		ID: domain.NewID(), Kind: domain.ImportMapping, System: "mes", Plant: "STU1", Domain: item, FileName: "codes.xlsx", FileHash: "abc", Bytes: 3,
		State: domain.ImportWaiting, Guessed: true, CreatedBy: "user:ana", CreatedAt: 1, Revision: 1, Version: 1,
	}
}

func addImport(t testing.TB, s domain.Store, i domain.Import, rows ...domain.ImportRow) domain.Import {
	t.Helper()
	operate(t, s, func(o domain.Ops) error {
		if err := o.Imports.Create(t.Context(), i); err != nil {
			return err
		}
		return o.Imports.AddRows(t.Context(), i.ID, rows)
	})
	return i
}

// someRows are rows of keys, by position.
func someRows(keys ...string) []domain.ImportRow {
	rows := make([]domain.ImportRow, len(keys))
	for i, key := range keys {
		rows[i] = domain.ImportRow{Position: i, Key: key, Code: key, Status: domain.ImportNew, System: "mes", Plant: "STU1", Cells: map[domain.ImportField]domain.ImportCell{}}
	}
	return rows
}

func TestImportsComeBackWhole(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		i, rows := filled[domain.Import](t), []domain.ImportRow{filled[domain.ImportRow](t), filled[domain.ImportRow](t)}
		rows[0].Position, rows[1].Position = 0, 1
		addImport(t, s, i, rows...)
		same(t, must(s.Read().Imports.ByID(t.Context(), i.ID))(t), i)
		same(t, must(s.Read().Imports.Rows(t.Context(), domain.ImportRowQuery{Import: i.ID}))(t), rows)
		same(t, must(s.Read().Imports.Rows(t.Context(), domain.ImportRowQuery{Import: i.ID, Offset: 1, Limit: 1}))(t), rows[1:])
		same(t, must(s.Read().Imports.At(t.Context(), i.ID, []int{1, 0, 7}))(t), rows)

		next := filled[domain.Import](t)
		next.ID, next.Version, next.Fence = i.ID, i.Version+1, i.Fence
		operate(t, s, func(o domain.Ops) error { return o.Imports.Save(t.Context(), next, i.Version) })
		same(t, must(s.Read().Imports.ByID(t.Context(), i.ID))(t), next)
		err := s.Operate(t.Context(), func(o domain.Ops) error { return o.Imports.Save(t.Context(), next, i.Version) })
		wantCode(t, err, domain.CodeImportStale)
		behind := next
		behind.Fence--
		err = s.Operate(t.Context(), func(o domain.Ops) error { return o.Imports.Save(t.Context(), behind, next.Version) })
		wantCode(t, err, domain.CodeImportLost)

		rows[0].Status, rows[0].Message, rows[0].Notes, rows[0].Request = domain.ImportWrong, "changed", nil, domain.ID{}
		operate(t, s, func(o domain.Ops) error { return o.Imports.Judge(t.Context(), i.ID, rows[:1]) })
		same(t, must(s.Read().Imports.Rows(t.Context(), domain.ImportRowQuery{Import: i.ID}))(t), rows)
	})
}

func TestAnImportsFileIsKeptInParts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		old, fresh, under := newImport(), newImport(), newImport()
		fresh.CreatedAt, under.State = 100, domain.ImportReading
		for _, i := range []domain.Import{old, fresh, under} {
			addImport(t, s, i)
			operate(t, s, func(o domain.Ops) error {
				if err := o.Imports.AppendPart(t.Context(), i.ID, 0, []byte{0, 1, 255}); err != nil {
					return err
				}
				return o.Imports.AppendPart(t.Context(), i.ID, 1, bytes.Repeat([]byte("x"), domain.ImportPartBytes))
			})
		}
		first, second := must(s.Read().Imports.Part(t.Context(), old.ID, 0))(t), must(s.Read().Imports.Part(t.Context(), old.ID, 1))(t)
		if !bytes.Equal(first, []byte{0, 1, 255}) || len(second) != domain.ImportPartBytes || len(must(s.Read().Imports.Part(t.Context(), old.ID, 2))(t)) != 0 {
			t.Errorf("the parts are %v and %d bytes", first, len(second))
		}
		done := old
		done.State, done.Version = domain.ImportSubmitted, 2
		operate(t, s, func(o domain.Ops) error { return o.Imports.Save(t.Context(), done, 1) })
		for _, want := range []int{1, 0} {
			operate(t, s, func(o domain.Ops) error {
				if dropped, err := o.Imports.DropBefore(t.Context(), 50); err != nil || dropped != want {
					t.Errorf("dropped %d, %v", dropped, err)
				}
				return nil
			})
		}
		for id, want := range map[domain.ID]int{old.ID: 0, fresh.ID: 3, under.ID: 3} {
			if part := must(s.Read().Imports.Part(t.Context(), id, 0))(t); len(part) != want {
				t.Errorf("%d bytes are left, want %d", len(part), want)
			}
		}
	})
}

func TestTheSameImportIsFound(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		i := addImport(t, s, newImport())
		shared := newImport()
		shared.System, shared.Plant = "", ""
		addImport(t, s, shared)
		for name, test := range map[string]struct {
			change func(*domain.Import)
			want   domain.ID
		}{
			"declared so":                  {func(*domain.Import) {}, i.ID},
			"by somebody else":             {func(l *domain.Import) { l.CreatedBy = "user:bo" }, i.ID},
			"another file":                 {func(l *domain.Import) { l.FileHash = "def" }, domain.ID{}},
			"of another system":            {func(l *domain.Import) { l.System = "wms" }, domain.ID{}},
			"as something else":            {func(l *domain.Import) { l.Kind = domain.ImportGolden }, domain.ID{}},
			"of several plants":            {func(l *domain.Import) { l.System, l.Plant = "", "" }, shared.ID},
			"somebody's of several plants": {func(l *domain.Import) { l.System, l.Plant, l.CreatedBy = "", "", "user:bo" }, domain.ID{}},
		} {
			like := newImport()
			test.change(&like)
			found, _, err := s.Read().Imports.Same(t.Context(), like)
			if err != nil || found.ID != test.want {
				t.Errorf("%s: %v, %v", name, found.ID, err)
			}
		}
		cancelled := i
		cancelled.State, cancelled.Version = domain.ImportCancelled, 2
		operate(t, s, func(o domain.Ops) error { return o.Imports.Save(t.Context(), cancelled, 1) })
		if _, found, err := s.Read().Imports.Same(t.Context(), newImport()); found || err != nil {
			t.Errorf("a cancelled import is found: %v", err)
		}
	})
}

func TestOneWorkerHasAnImport(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, day := t.Context(), domain.InstantOf(now)
		later := newImport()
		later.CreatedAt = 2
		addImport(t, s, newImport())
		addImport(t, s, later)
		resting := newImport()
		resting.State = domain.ImportPreviewed
		addImport(t, s, resting)

		var mu sync.Mutex
		claimed := map[domain.ID]domain.Import{}
		var all sync.WaitGroup
		for worker := range 4 {
			all.Go(func() {
				_ = s.Operate(ctx, func(o domain.Ops) error {
					one, found, err := o.Imports.Claim(ctx, fmt.Sprint("worker", worker), day.Add(time.Minute))
					mu.Lock()
					defer mu.Unlock()
					if found {
						claimed[one.ID] = one
					}
					return err
				})
			})
		}
		all.Wait()
		if len(claimed) != 2 {
			t.Fatalf("%d imports are claimed", len(claimed))
		}
		mine := claimed[later.ID]
		if mine.State != domain.ImportReading || mine.Attempt != 1 || mine.Fence != 1 || mine.Version != 2 {
			t.Errorf("claimed is %+v", mine)
		}
		progress := mine
		progress.Done, progress.Total = 5, 10
		operate(t, s, func(o domain.Ops) error { return o.Imports.Progress(ctx, progress) })
		operate(t, s, func(o domain.Ops) error { return o.Imports.Extend(ctx, mine.ID, mine.Fence, day.Add(-time.Minute)) })
		var second domain.Import
		operate(t, s, func(o domain.Ops) (err error) {
			second, _, err = o.Imports.Claim(ctx, "another", day.Add(time.Minute))
			return err
		})
		if second.ID != mine.ID || second.Attempt != 2 || second.Fence != 2 || second.Done != 5 {
			t.Errorf("taken over is %+v", second)
		}
		for name, lost := range map[string]func(domain.Ops) error{
			"progress": func(o domain.Ops) error { return o.Imports.Progress(ctx, mine) },
			"extend":   func(o domain.Ops) error { return o.Imports.Extend(ctx, mine.ID, mine.Fence, day) },
			"save":     func(o domain.Ops) error { return o.Imports.Save(ctx, mine, mine.Version) },
		} {
			if err := s.Operate(ctx, lost); domain.ErrorCode(err) != domain.CodeImportLost {
				t.Errorf("%s of who has lost it: %v", name, err)
			}
		}
		for name, lost := range map[string]func(domain.Repos) error{
			"submitted": func(r domain.Repos) error { return r.Imports.Submitted(ctx, mine, domain.NewID(), nil) },
			"judged":    func(r domain.Repos) error { return r.Imports.Judge(ctx, mine, nil) },
		} {
			if err := s.Write(ctx, change(), lost); domain.ErrorCode(err) != domain.CodeImportLost {
				t.Errorf("%s of who has lost it: %v", name, err)
			}
		}
		if count := must(s.Read().Imports.Unfinished(ctx, "user:ana"))(t); count != 2 {
			t.Errorf("%d are not finished", count)
		}
	}, store.WithClock(func() time.Time { return now }))
}

func TestRowsOfAnImport(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, imports := t.Context(), s.Read().Imports
		rows := someRows("b", "a", "b", "", "a", "c", "")
		rows[2].Status, rows[3].Status, rows[4].Plant, rows[5].Status = domain.ImportWrong, domain.ImportWrong, "BER2", domain.ImportSame
		zeros := domain.ImportNote{Kind: domain.NoteZerosLost, Weight: domain.NoteSuggest}
		rows[1].Notes, rows[3].Notes = []domain.ImportNote{zeros, zeros}, []domain.ImportNote{zeros, {Kind: domain.NoteTwice}}
		i := addImport(t, s, newImport(), rows...)
		addImport(t, s, newImport(), someRows("b", "b")...)
		positions := func(found []domain.ImportRow) []int {
			var out []int
			for _, row := range found {
				out = append(out, row.Position)
			}
			return out
		}
		for name, test := range map[string]struct {
			q    domain.ImportRowQuery
			want []int
		}{
			"all":                       {domain.ImportRowQuery{}, []int{0, 1, 2, 3, 4, 5, 6}},
			"from the third":            {domain.ImportRowQuery{Offset: 2, Limit: 2}, []int{2, 3}},
			"the wrong":                 {domain.ImportRowQuery{Status: domain.ImportWrong}, []int{2, 3}},
			"the second of the wrong":   {domain.ImportRowQuery{Status: domain.ImportWrong, Offset: 1}, []int{3}},
			"those with a note":         {domain.ImportRowQuery{Note: domain.NoteZerosLost}, []int{1, 3}},
			"the wrong with a note":     {domain.ImportRowQuery{Status: domain.ImportWrong, Note: domain.NoteZerosLost}, []int{3}},
			"those with no such a note": {domain.ImportRowQuery{Note: domain.NoteUnit}, nil},
		} {
			test.q.Import = i.ID
			found := positions(must(imports.Rows(ctx, test.q))(t))
			count := must(imports.CountRows(ctx, test.q))(t)
			if !slices.Equal(found, test.want) || (test.q.Offset == 0 && count != len(test.want)) {
				t.Errorf("%s: %v of %d", name, found, count)
			}
		}
		tally := must(imports.Tally(ctx, i.ID))(t)
		if fmt.Sprint(tally) != "{7 map[new:4 same:1 wrong:2] map[twice:1 zeros_lost:2]}" {
			t.Errorf("counted is %v", tally)
		}
		if keys := must(imports.Repeated(ctx, i.ID, "", 1))(t); !slices.Equal(keys, []string{"a"}) {
			t.Errorf("repeated first is %v", keys)
		}
		if keys := must(imports.Repeated(ctx, i.ID, "a", 5))(t); !slices.Equal(keys, []string{"b"}) {
			t.Errorf("repeated after a is %v", keys)
		}
		if found := positions(must(imports.ByKey(ctx, i.ID, []string{"b", "a", "x"}))(t)); !slices.Equal(found, []int{0, 1, 2, 4}) {
			t.Errorf("of the keys are %v", found)
		}
		operate(t, s, func(o domain.Ops) error { return o.Imports.ClearRows(ctx, i.ID) })
		if tally := must(imports.Tally(ctx, i.ID))(t); tally.Rows != 0 || len(tally.Noticed) != 0 {
			t.Errorf("after clearing: %v", tally)
		}
	})
}

func TestWhatIsHandedInIsKnown(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, imports := t.Context(), s.Read().Imports
		rows := someRows("a", "b", "c", "d")
		rows[1].Plant, rows[3].Status = "BER2", domain.ImportConflict
		i := newImport()
		i.State, i.Fence = domain.ImportSubmitting, 3
		addImport(t, s, i, rows...)
		if plants := must(imports.PendingPlants(ctx, i.ID))(t); !slices.Equal(plants, []domain.PlantID{"BER2", "STU1"}) {
			t.Errorf("the plants are %v", plants)
		}
		request := domain.ChangeRequest{ID: domain.NewID(), State: domain.RequestInReview, Version: 1}
		write(t, s, func(r domain.Repos) error {
			pending, err := r.Imports.Pending(ctx, i.ID, 10)
			if err != nil || len(pending) != 2 || pending[0].Key != "a" || pending[1].Key != "c" {
				t.Errorf("pending are %+v, %v", pending, err)
			}
			if err := r.Requests.Create(ctx, request, nil); err != nil {
				return err
			}
			return r.Imports.Submitted(ctx, i, request.ID, pending)
		})
		stored := must(imports.ByID(ctx, i.ID))(t)
		if !slices.Equal(stored.Requests, []domain.ID{request.ID}) || stored.Done != 2 {
			t.Errorf("it is %+v", stored)
		}
		if left := must(imports.Pending(ctx, i.ID, 10))(t); len(left) != 1 || left[0].Key != "b" {
			t.Errorf("left are %+v", left)
		}
		operate(t, s, func(o domain.Ops) error { return o.Imports.ClearRows(ctx, i.ID) })
		handed := must(imports.HandedIn(ctx, i.ID, []string{"a", "b", "c"}))(t)
		if len(handed) != 2 || handed["a"].Request != request.ID || handed["a"].Content != rows[0].Content() {
			t.Errorf("handed in are %+v", handed)
		}
		request.State, request.Version = domain.RequestRejected, 2
		write(t, s, func(r domain.Repos) error { return r.Requests.Save(ctx, request, 1) })
		if handed := must(imports.HandedIn(ctx, i.ID, []string{"a", "c"}))(t); len(handed) != 0 {
			t.Errorf("after the rejection handed in are %+v", handed)
		}
	})
}

func TestAnswersAndProfiles(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, imports := t.Context(), s.Read().Imports
		i := addImport(t, s, newImport())
		first, second := filled[domain.ImportAnswer](t), filled[domain.ImportAnswer](t)
		second.Field = "other"
		operate(t, s, func(o domain.Ops) error { return o.Imports.Answer(ctx, i.ID, []domain.ImportAnswer{first, second}) })
		first.Text = "another"
		operate(t, s, func(o domain.Ops) error { return o.Imports.Answer(ctx, i.ID, []domain.ImportAnswer{first}) })
		found := must(imports.Answers(ctx, i.ID, []string{"none", first.Row}))(t)
		slices.SortFunc(found, func(a, b domain.ImportAnswer) int { return strings.Compare(string(b.Field), string(a.Field)) })
		same(t, found, []domain.ImportAnswer{first, second})

		profile := filled[domain.ImportProfile](t)
		profile.Version = 1
		operate(t, s, func(o domain.Ops) error { return o.Imports.PutProfile(ctx, profile) })
		again := profile
		again.ID, again.UsedAt, again.Layout.Sheet = domain.NewID(), profile.UsedAt+1, "another"
		operate(t, s, func(o domain.Ops) error { return o.Imports.PutProfile(ctx, again) })
		again.ID, again.Version = profile.ID, 2
		same(t, must(imports.Profiles(ctx, profile.System, profile.Domain, profile.Kind))(t), []domain.ImportProfile{again})
		same(t, must(imports.ProfileNames(ctx, []domain.ID{profile.ID, domain.NewID()}))(t), map[domain.ID]string{profile.ID: profile.Name})
	})
}

func TestHowLongCodesAre(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, recordCode := range []string{"0007", "1234", "12", "A1", "00X", "٣٤"} {
			addRecord(t, s, recordCode, recordCode)
		}
		record := addRecord(t, s, "R", "R")
		for n, mapped := range []string{"000123", "4711", "B-1"} {
			m := filled[domain.CodeMapping](t)
			m.ID, m.Domain, m.System, m.Record, m.Version, m.Code, m.Key = domain.NewID(), item, "mes", record.ID, 1, domain.Code(mapped), mapped
			m.State, m.DefaultOut, m.Validity, m.Plant = domain.MappingActive, false, domain.Validity{}, domain.PlantID(fmt.Sprint("P", n))
			write(t, s, func(r domain.Repos) error { return r.Mappings.Put(t.Context(), m) })
		}
		for system, want := range map[domain.SystemID]string{domain.SystemCanonical: "map[2:1 4:2] 1", "mes": "map[4:1 6:1] 1", "wms": "map[] 0"} {
			widths, zeros, err := s.Read().Imports.CodeWidths(t.Context(), item, system)
			if got := fmt.Sprint(widths, " ", zeros); err != nil || got != want {
				t.Errorf("of %s: %q, %v", system, got, err)
			}
		}
	})
}
