package store_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// ref is a reference to an item.
func ref(target domain.ID) domain.Reference { return domain.Reference{Domain: item, Record: target} }

// naming is a record that names one item above it and others in its lines.
func naming(above domain.ID, components ...domain.ID) domain.Attributes {
	attributes := domain.Attributes{"parent": ref(above)}
	var lines domain.Lines
	for i, c := range components {
		lines = append(lines, domain.Line{ID: fmt.Sprintf("L%02d", i), Attributes: domain.Attributes{"item": ref(c)}})
	}
	return attributes.With(domain.Attributes{"components": lines})
}

func revise(t testing.TB, s domain.Store, record domain.GoldenRecord) domain.GoldenRecord {
	t.Helper()
	record.Version++
	write(t, s, func(r domain.Repos) error {
		return r.Records.Update(t.Context(), record, code, name, nil, domain.Lineage{})
	})
	return record
}

// places are where references stand, as RECORD/attribute/line/field with the record's code.
func places(t testing.TB, s domain.Store, refs []domain.RecordRef) []string {
	t.Helper()
	said := make([]string, len(refs))
	for i, r := range refs {
		said[i] = must(s.Read().Records.ByID(t.Context(), r.Record))(t).Attributes.Text(code) + r.Location()
	}
	return said
}

func TestReferencesFollowTheRecords(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b, c := addRecord(t, s, "A", "a"), addRecord(t, s, "B", "b"), addRecord(t, s, "C", "c")
		to := func(q domain.ReferenceQuery) []string {
			t.Helper()
			paged, next, err := s.Read().References.To(t.Context(), q)
			if all := must(s.Read().References.AllTo(t.Context(), q))(t); err != nil || next != "" || !slices.Equal(all, paged) {
				t.Errorf("%v, next %q: pages %v, all %v", err, next, paged, all)
			}
			return places(t, s, paged)
		}
		if got := to(domain.ReferenceQuery{Targets: []domain.ID{a.ID}}); len(got) != 0 {
			t.Errorf("nobody names A, but %v", got)
		}
		c.Attributes = c.Attributes.With(naming(a.ID, a.ID, b.ID))
		c = revise(t, s, c)
		same(t, to(domain.ReferenceQuery{Targets: []domain.ID{a.ID}}), []string{"C/components/L00/item", "C/parent"})
		same(t, to(domain.ReferenceQuery{Targets: []domain.ID{a.ID, b.ID}, Attribute: "components", Field: "item"}), []string{"C/components/L00/item", "C/components/L01/item"})
		same(t, to(domain.ReferenceQuery{Targets: []domain.ID{a.ID}, Domain: "bom"}), []string{})
		same(t, to(domain.ReferenceQuery{}), []string{})
		same(t, places(t, s, must(s.Read().References.Of(t.Context(), []domain.ID{a.ID, c.ID}))(t)), []string{"C/components/L00/item", "C/components/L01/item", "C/parent"})
		// The next version names B alone, and out of use it names nobody but for who asks for all.
		c.Attributes = c.Attributes.With(domain.Attributes{"components": nil, "parent": ref(b.ID)})
		c = revise(t, s, c)
		same(t, to(domain.ReferenceQuery{Targets: []domain.ID{a.ID}}), []string{})
		c.State = domain.RecordRetired
		revise(t, s, c)
		same(t, to(domain.ReferenceQuery{Targets: []domain.ID{b.ID}}), []string{})
		same(t, to(domain.ReferenceQuery{Targets: []domain.ID{b.ID}, All: true}), []string{"C/parent"})
	})
}

// TestReferencesAreOfTheVersion: a transaction that fails leaves the references as they were.
func TestReferencesAreOfTheVersion(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b := addRecord(t, s, "A", "a"), addRecord(t, s, "B", "b")
		b.Attributes = b.Attributes.With(naming(a.ID))
		b = revise(t, s, b)
		stale := b
		stale.Attributes, stale.Version = b.Attributes.With(domain.Attributes{"parent": nil}), b.Version
		err := s.Write(t.Context(), change(), func(r domain.Repos) error {
			return r.Records.Update(t.Context(), stale, code, name, nil, domain.Lineage{})
		})
		wantCode(t, err, domain.CodeRecordStale)
		if refs := must(s.Read().References.Of(t.Context(), []domain.ID{b.ID}))(t); len(refs) != 1 {
			t.Errorf("%v", refs)
		}
	})
}

// TestReferencesOnPages: pages of any size are the whole, and a cursor of another list is told from ours.
func TestReferencesOnPages(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b := addRecord(t, s, "A", "a"), addRecord(t, s, "B", "b")
		for i := range 5 {
			r := addRecord(t, s, fmt.Sprintf("C%d", i), "c")
			r.Attributes = r.Attributes.With(naming(a.ID, a.ID, b.ID, a.ID))
			revise(t, s, r)
		}
		q := domain.ReferenceQuery{Targets: []domain.ID{a.ID, b.ID}}
		all := must(s.Read().References.AllTo(t.Context(), q))(t)
		var paged []domain.RecordRef
		for q.Limit = 3; ; {
			page, next, err := s.Read().References.To(t.Context(), q)
			if err != nil || len(page) > 3 {
				t.Fatalf("%d, %v", len(page), err)
			}
			if paged = append(paged, page...); next == "" {
				break
			}
			q.After = next
		}
		if len(all) != 20 || !slices.Equal(all, paged) || !slices.IsSortedFunc(all, domain.RecordRef.Compare) {
			t.Errorf("%d at once, %d on pages", len(all), len(paged))
		}
		for _, wrong := range []string{"x", encoded("records", a.ID.String()), encoded("references", "x", "a", "b", "c")} {
			q.After = wrong
			_, _, err := s.Read().References.To(t.Context(), q)
			wantCode(t, err, domain.CodeCursorInvalid)
		}
	})
}

// TestReferencesAreThoseOfTheRecords: whatever is done, what is kept is what the records in use say.
func TestReferencesAreThoseOfTheRecords(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(rt *rapid.T) {
			records := make([]domain.GoldenRecord, 4)
			for i := range records {
				records[i] = addRecord(t, s, domain.NewID().String(), "r")
			}
			ids := make([]domain.ID, len(records))
			for i, r := range records {
				ids[i] = r.ID
			}
			for range rapid.IntRange(1, 6).Draw(rt, "edits") {
				i := rapid.IntRange(0, 3).Draw(rt, "record")
				named := rapid.SliceOfN(rapid.SampledFrom(ids), 0, 4).Draw(rt, "components")
				records[i].Attributes = records[i].Attributes.With(naming(rapid.SampledFrom(ids).Draw(rt, "parent"), named...))
				records[i].State = rapid.SampledFrom([]domain.RecordState{domain.RecordActive, domain.RecordPhaseOut, domain.RecordRetired}).Draw(rt, "state")
				records[i] = revise(t, s, records[i])
			}
			var want, inUse []domain.RecordRef
			for _, r := range records {
				if want = append(want, r.References()...); r.InUse() {
					inUse = append(inUse, r.References()...)
				}
			}
			slices.SortFunc(want, domain.RecordRef.Compare)
			slices.SortFunc(inUse, domain.RecordRef.Compare)
			if got := must(s.Read().References.Of(t.Context(), ids))(t); !slices.Equal(got, want) {
				rt.Fatalf("kept %v, said %v", got, want)
			}
			if got := must(s.Read().References.AllTo(t.Context(), domain.ReferenceQuery{Targets: ids}))(t); !slices.Equal(got, inUse) {
				rt.Fatalf("in use %v, said %v", got, inUse)
			}
		})
	})
}

// BenchmarkWhereUsed asks for the uses of single items among 20,000 records of 20 lines each over 5,000 items, of which one is in
// every tenth record, and tells the 95th percentile beside the mean.
func BenchmarkWhereUsed(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkWhereUsed(b, storetest.SQLiteAddress(b)) })
	if os.Getenv(storetest.PostgresVariable) != "" {
		b.Run("postgres", func(b *testing.B) { benchmarkWhereUsed(b, storetest.PostgresAddress(b)) })
	}
}

func benchmarkWhereUsed(b *testing.B, address string) {
	s := must(store.Open(b.Context(), address))(b)
	defer func() { _ = s.Close() }()
	items := structures(b, s)
	var took []time.Duration
	found := 0
	for i := 0; b.Loop(); i++ {
		target := items[(i*997)%len(items)]
		if i%20 == 0 {
			target = items[0]
		}
		began := time.Now()
		refs := must(s.Read().References.AllTo(b.Context(), domain.ReferenceQuery{Targets: []domain.ID{target}, Attribute: "components"}))(b)
		took = append(took, time.Since(began))
		if found += len(refs); len(refs) < 70 {
			b.Fatalf("only %d uses", len(refs))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
	b.ReportMetric(float64(found)/float64(len(took)), "found/op")
}

// structures makes 20,000 records of 20 lines over 5,000 items, which it returns.
func structures(b *testing.B, s domain.Store) []domain.ID {
	b.Helper()
	items := make([]domain.ID, 5000)
	write(b, s, func(r domain.Repos) error {
		for i := range items {
			record := newRecord(fmt.Sprintf("I-%05d", i), "item")
			items[i] = record.ID
			if err := r.Records.Create(b.Context(), record, code, name, domain.Lineage{}); err != nil {
				return err
			}
		}
		return nil
	})
	for part := range 20 {
		write(b, s, func(r domain.Repos) error {
			for i := part * 1000; i < (part+1)*1000; i++ {
				components := make([]domain.ID, 20)
				for l := range components {
					components[l] = items[(i*20+l)%len(items)]
				}
				if i%10 == 0 {
					components[0] = items[0]
				}
				record := newRecord(fmt.Sprintf("B-%05d", i), "bom")
				record.Attributes = record.Attributes.With(naming(items[i%len(items)], components...))
				if err := r.Records.Create(b.Context(), record, code, name, domain.Lineage{}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return items
}

// TestReferencesToManyTargets: any number of targets may be asked for.
func TestReferencesToManyTargets(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a := addRecord(t, s, "A", strings.Repeat("a", 3))
		b := addRecord(t, s, "B", "b")
		b.Attributes = b.Attributes.With(naming(a.ID))
		revise(t, s, b)
		targets := []domain.ID{a.ID}
		for range 40_000 {
			targets = append(targets, domain.NewID())
		}
		if refs := must(s.Read().References.AllTo(t.Context(), domain.ReferenceQuery{Targets: targets}))(t); len(refs) != 1 {
			t.Errorf("%d", len(refs))
		}
	})
}
