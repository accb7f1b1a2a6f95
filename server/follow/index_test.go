package follow_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
	"github.com/crosswalk-mdm/crosswalk/matching"
	"github.com/crosswalk-mdm/crosswalk/server/follow"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// bundle is an index over a store, with a clock that stands still until it is moved.
type bundle struct {
	store   domain.Store
	index   *follow.Index
	options follow.Options
	now     time.Time
	rule    domain.MatchRule
}

// Current is the rule in force.
func (b *bundle) Current(context.Context, domain.DomainName) (domain.MatchRule, error) {
	return b.rule, nil
}

func setup(s domain.Store) *bundle {
	b := &bundle{store: s, now: time.Unix(1_000_000, 0), rule: domain.BuiltInMatchRule(catalog.Item)}
	b.options = follow.Options{
		Store: s, Definitions: catalog.Definitions{}, Domains: []domain.DomainName{catalog.Item}, Rules: b, Now: func() time.Time { return b.now },
	}
	b.index = follow.New(b.options)
	return b
}

func (b *bundle) build(t testing.TB) {
	t.Helper()
	if _, err := b.index.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (b *bundle) follow(t testing.TB) {
	t.Helper()
	if _, err := b.index.Follow(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (b *bundle) of(t testing.TB) match.Lookup {
	t.Helper()
	look, err := b.index.Of(catalog.Item)
	if err != nil {
		t.Fatal(err)
	}
	return look
}

// finds looks a name up and returns the names of what is likely the same.
func (b *bundle) finds(t testing.TB, name string) []string {
	t.Helper()
	look := b.of(t)
	var ids []domain.ID
	for _, s := range look.Matcher.Check(probe(look, name), 3) {
		if s.Probability > 0.5 {
			side, err := domain.ParseMatchSide(s.ID)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, side.Record)
		}
	}
	records, err := b.store.Read().Records.ByIDs(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range records {
		names = append(names, r.Attributes.Text(catalog.ItemName))
	}
	slices.Sort(names)
	return names
}

func probe(look match.Lookup, name string) matching.Record {
	return match.Record(look.Fields, "", domain.Attributes{catalog.ItemName: domain.Text(name)})
}

func wantNames(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

var nouns = []string{"hex screw", "washer", "nut", "bearing", "shaft seal", "control cable", "ball valve"}

// thing is the i-th of the things there are, in the plant's words where plant says so.
func thing(i int, plant bool) domain.Attributes {
	name := fmt.Sprintf("%s M%dx%d A2-70", nouns[i%len(nouns)], 3+i%9, 10+5*(i/3))
	if plant {
		name = fmt.Sprintf("%s M %d X %d zinc A2-70", nouns[i%len(nouns)], 3+i%9, 10+5*(i/3))
	}
	return domain.Attributes{catalog.ItemName: domain.Text(name), catalog.ItemBaseUnit: domain.Enum("C62")}
}

// add makes n golden records from the first on, and what the plant's system says of them.
func (b *bundle) add(t testing.TB, first, n int) []domain.GoldenRecord {
	t.Helper()
	records := make([]domain.GoldenRecord, n)
	err := b.store.Write(t.Context(), change(), func(repos domain.Repos) error {
		for i := range records {
			values := thing(first+i, false).With(domain.Attributes{catalog.ItemCode: domain.Code(fmt.Sprintf("IT-%05d", first+i))})
			records[i] = domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Version: 1, Attributes: values}
			if err := repos.Records.Create(t.Context(), records[i], catalog.ItemCode, catalog.ItemName, domain.Lineage{Record: records[i].ID}); err != nil {
				return err
			}
		}
		if first > 0 {
			return nil
		}
		return repos.Systems.Put(t.Context(), domain.SourceSystem{ID: "mes", Name: "MES", Kind: domain.SystemSQL, Plant: "STU1", Codes: domain.CodeInternalNumber, Version: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func change() domain.Change {
	return domain.Change{Actor: "user:test", Reason: "test", Domains: []domain.DomainName{catalog.Item}}
}

// read takes in what the plant's system says of the first n things.
func (b *bundle) read(t testing.TB, n int) {
	t.Helper()
	err := b.store.Operate(t.Context(), func(ops domain.Ops) error {
		slot, err := ops.Staging.Begin(t.Context(), domain.NewID())
		if err != nil {
			return err
		}
		rows := make([]domain.StagedRow, n)
		for i := range rows {
			code := fmt.Sprintf("77%04d", 31*i)
			rows[i].Record = domain.SourceRecord{System: "mes", Domain: catalog.Item, Code: domain.Code(code), Key: code, Active: true, Attributes: thing(i, true)}
		}
		if _, err := ops.Staging.Stage(t.Context(), slot, rows); err != nil {
			return err
		}
		if _, err := ops.Staging.Merge(t.Context(), slot, "mes", catalog.Item, true, ops.Now); err != nil {
			return err
		}
		return ops.Staging.End(t.Context(), slot)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// put stores a record as it is to be from now on.
func (b *bundle) put(t testing.TB, record domain.GoldenRecord, state domain.RecordState, name string) {
	t.Helper()
	record.State, record.Version = state, record.Version+1
	record.Attributes = record.Attributes.With(domain.Attributes{catalog.ItemName: domain.Text(name)})
	err := b.store.Write(t.Context(), change(), func(repos domain.Repos) error {
		return repos.Records.Update(t.Context(), record, catalog.ItemCode, catalog.ItemName, []domain.AttributeID{catalog.ItemName}, domain.Lineage{Record: record.ID})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnIndexFollowsWhatChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := setup(s)
		if _, err := b.index.Of(catalog.Item); domain.ErrorCode(err) != domain.CodeMatchBuilding {
			t.Fatalf("before it is built: %v", err)
		}
		if _, err := b.index.Of("unicorn"); domain.ErrorCode(err) != domain.CodeMatchBuilding {
			t.Errorf("a domain that is not followed: %v", err)
		}
		b.follow(t)
		records := b.add(t, 0, 60)
		b.read(t, 60)
		b.build(t)
		wantNames(t, b.finds(t, "HEX SCREW M 6 x 45 A2-70 zinc"), "hex screw M6x45 A2-70")
		b.put(t, records[2], domain.RecordActive, "flux compensator 1.21 GW")
		b.put(t, records[21], domain.RecordRetired, "hex screw M6x45 A2-70")
		b.add(t, 1000, 1)
		b.follow(t)
		wantNames(t, b.finds(t, "HEX SCREW M 6 x 45 A2-70 zinc"))
		wantNames(t, b.finds(t, "Flux Compensator 1.21 GW"), "flux compensator 1.21 GW")
		if look := b.of(t); look.Matcher.Len() != 60 || look.Age != 0 {
			t.Errorf("%d records, %v old", look.Matcher.Len(), look.Age)
		}
	})
}

func TestManyPagesAndWhatChangesMeanwhile(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	b := setup(s)
	records := b.add(t, 0, 1100)
	b.options.Store = &moving{Store: s, then: func() {
		b.put(t, records[0], domain.RecordRetired, "gone")
		b.put(t, records[1], domain.RecordActive, "flux compensator 1.21 GW")
		b.put(t, records[1099], domain.RecordRetired, "gone as well")
	}}
	b.index = follow.New(b.options)
	b.build(t)
	if n := b.of(t).Matcher.Len(); n != 1098 {
		t.Errorf("%d records", n)
	}
	for id, want := range map[domain.ID]bool{records[0].ID: false, records[1].ID: true, records[500].ID: true, records[1099].ID: false} {
		if got := b.of(t).Matcher.Holds(domain.MatchSide{Record: id}.String()); got != want {
			t.Errorf("%s is held: %v", id, got)
		}
	}
	found := b.of(t).Matcher.Check(probe(b.of(t), "Flux Compensator 1.21 GW"), 1)
	if len(found) != 1 || found[0].ID != (domain.MatchSide{Record: records[1].ID}).String() {
		t.Errorf("what changed meanwhile is found as %v", found)
	}
}

// moving is a store in which something happens after the first page of changes was read.
type moving struct {
	domain.Store
	then func()
}

// Read lets the readers see what happens.
func (m *moving) Read() domain.Reads {
	reads := m.Store.Read()
	reads.Translations = &movingFeed{TranslationReader: reads.Translations, moving: m}
	return reads
}

type movingFeed struct {
	domain.TranslationReader
	moving *moving
}

// Feed reads a page, after which something happens once.
func (f *movingFeed) Feed(ctx context.Context, q domain.FeedQuery) ([]domain.FeedEntry, string, error) {
	entries, next, err := f.TranslationReader.Feed(ctx, q)
	if then := f.moving.then; then != nil {
		f.moving.then = nil
		then()
	}
	return entries, next, err
}

func TestWithoutTheDatabaseItGoesOnAndSaysHowOldItIs(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	b := setup(s)
	b.add(t, 0, 60)
	b.read(t, 60)
	for name, after := range map[string]int{"at once": 0, "while it reads": 1} {
		broken := b.options
		broken.Store = storetest.Broken(t, s, storetest.Failing{Reads: true, After: after})
		never := follow.New(broken)
		if _, err := never.Build(t.Context()); domain.ErrorKind(err) != domain.KindUnavailable {
			t.Errorf("%s: building says %v", name, err)
		}
		if _, err := never.Of(catalog.Item); domain.ErrorCode(err) != domain.CodeMatchBuilding {
			t.Errorf("%s: half an index answers: %v", name, err)
		}
	}
	switching := &replaced{Store: s}
	b.options.Store = switching
	b.index = follow.New(b.options)
	b.build(t)
	switching.Store = storetest.Broken(t, s, storetest.Failing{Reads: true})
	b.now = b.now.Add(7 * time.Second)
	if _, err := b.index.Follow(t.Context()); domain.ErrorKind(err) != domain.KindUnavailable {
		t.Errorf("following says %v", err)
	}
	wantNames(t, b.finds(t, "HEX SCREW M 6 x 45 A2-70 zinc"), "hex screw M6x45 A2-70")
	if age := b.of(t).Age; age != 7*time.Second {
		t.Errorf("it says to be %v old", age)
	}
	switching.Store = s
	b.follow(t)
	if age := b.of(t).Age; age != 0 {
		t.Errorf("once the database is back it says to be %v old", age)
	}
}

// replaced is a store that may become another one.
type replaced struct{ domain.Store }

func TestAnIndexIsBuiltAnewWhenItHasDrifted(t *testing.T) {
	t.Parallel()
	b := setup(storetest.New(t))
	b.add(t, 0, 40)
	b.build(t)
	changed := func() int { return b.index.Figures()[0].Changed }
	b.add(t, 100, 3)
	b.follow(t)
	b.build(t)
	if changed() != 3 {
		t.Errorf("%d changes after a few: it was built anew for nothing", changed())
	}
	b.add(t, 200, 3)
	b.follow(t)
	b.build(t)
	if changed() != 0 {
		t.Errorf("%d changes: it was not built anew", changed())
	}
	b.rule.Version, b.rule.Skip = 1, []domain.AttributeID{catalog.ItemBaseUnit}
	b.build(t)
	if look := b.of(t); look.Rule.Version != 1 || slices.ContainsFunc(look.Fields, func(f matching.Field) bool { return f.Name == string(catalog.ItemBaseUnit) }) {
		t.Errorf("the new rule is not heeded: %v", look.Fields)
	}
	if f := b.index.Figures(); len(f) != 1 || f[0].Records != 46 || f[0].Domain != catalog.Item {
		t.Errorf("figures %+v", f)
	}
}

func TestLookupsHeedVerdicts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := setup(s)
		records := b.add(t, 0, 60)
		b.read(t, 60)
		b.build(t)
		look := b.of(t)
		score := func() float64 { return look.Matcher.Check(probe(look, "HEX SCREW M 6 x 45 zinc"), 1)[0].Score }
		before := score()
		verdicts := b.judge(t, look, records)
		b.follow(t)
		taught := score()
		if taught == before {
			t.Errorf("%d verdicts change nothing", len(verdicts))
		}
		b.build(t)
		if again := score(); again != taught {
			t.Errorf("built anew it scores %v, before %v", again, taught)
		}
		err := s.Write(t.Context(), change(), func(repos domain.Repos) error {
			for _, v := range verdicts[:20] {
				undone, err := v.Undone("user:test", "test", repos.Now)
				if err != nil {
					return err
				}
				if err := repos.Verdicts.Put(t.Context(), undone); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		b.follow(t)
		if again := score(); again != before {
			t.Errorf("with too few verdicts left it scores %v, not %v", again, before)
		}
	})
}

// judge says of 60 pairs of a record and a code that every second one is no match, whatever they look like; and of one more, which
// was compared otherwise, that it is.
func (b *bundle) judge(t testing.TB, look match.Lookup, records []domain.GoldenRecord) []domain.Verdict {
	t.Helper()
	var verdicts []domain.Verdict
	err := b.store.Write(t.Context(), change(), func(repos domain.Repos) error {
		verdicts = nil
		for i, record := range records {
			side := domain.MatchSide{System: "mes", Key: fmt.Sprint(i), Code: domain.Code(fmt.Sprint(i))}
			pair, err := domain.NewMatchPair(catalog.Item, domain.MatchSide{Record: record.ID}, side)
			if err != nil {
				return err
			}
			v := domain.Verdict{ID: domain.NewID(), Pair: pair, Word: domain.VerdictMatch, Plant: "STU1", By: "user:test", At: repos.Now, Version: 1}
			if i%2 == 0 {
				v.Word = domain.VerdictNoMatch
			}
			v.Vector = domain.MatchVector{Comparisons: look.Matcher.Comparisons(), Margin: [2]float64{8, 8}}
			for k := range v.Vector.Comparisons {
				v.Vector.Levels = append(v.Vector.Levels, (i*7+k*3)%8)
			}
			if i == len(records)-1 {
				v.Vector.Comparisons = append(v.Vector.Comparisons, "another")
			}
			verdicts = append(verdicts, v)
			if err := repos.Verdicts.Put(t.Context(), v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return verdicts
}
