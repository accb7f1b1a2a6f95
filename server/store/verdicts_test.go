package store_test

import (
	"context"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// codePair is a golden record and a code of the system mes.
func codePair(t testing.TB, record domain.ID, key string) domain.MatchPair {
	t.Helper()
	return must(domain.NewMatchPair(item, domain.MatchSide{System: "mes", Key: key, Code: domain.Code(key + " as written")}, domain.MatchSide{Record: record}))(t)
}

// recordPair is two golden records.
func recordPair(t testing.TB, a, b domain.ID) domain.MatchPair {
	t.Helper()
	return must(domain.NewMatchPair(item, domain.MatchSide{Record: a}, domain.MatchSide{Record: b}))(t)
}

func newVerdict(pair domain.MatchPair, word domain.VerdictWord, plant domain.PlantID) domain.Verdict {
	return domain.Verdict{ID: domain.NewID(), Pair: pair, Word: word, Plant: plant, By: "user:ana", At: 1, Version: 1}
}

func putVerdict(ctx context.Context, s domain.Store, v domain.Verdict) error {
	return s.Write(ctx, change(), func(r domain.Repos) error { return r.Verdicts.Put(ctx, v) })
}

func TestVerdictComesBackAsItWas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		v := filled[domain.Verdict](t)
		v.Pair, v.Version, v.UndoneAt, v.Request = codePair(t, domain.NewID(), "X1"), 1, 0, domain.ID{}
		v.Vector = domain.MatchVector{Comparisons: []string{"name", "size"}, Levels: []int{3, 0}, Margin: [2]float64{1.25, -32}}
		if err := putVerdict(t.Context(), s, v); err != nil {
			t.Fatal(err)
		}
		same(t, must(s.Read().Verdicts.ByID(t.Context(), v.ID))(t), v)
		same(t, must(s.Read().Verdicts.ByPairs(t.Context(), item, []string{"none", v.Pair.Key()}))(t), map[string]domain.Verdict{v.Pair.Key(): v})
		undone := must(v.Undone("user:bo", "wrong", 77))(t)
		if err := putVerdict(t.Context(), s, undone); err != nil {
			t.Fatal(err)
		}
		same(t, must(s.Read().Verdicts.ByID(t.Context(), v.ID))(t), undone)
		same(t, must(s.Read().Verdicts.ByPairs(t.Context(), item, []string{v.Pair.Key()}))(t), map[string]domain.Verdict{})
		wantCode(t, putVerdict(t.Context(), s, undone), domain.CodeVerdictStale)
		_, err := s.Read().Verdicts.ByID(t.Context(), domain.NewID())
		wantCode(t, err, domain.CodeVerdictUnknown)
		// once the first is taken back the pair can be judged again
		if err := putVerdict(t.Context(), s, newVerdict(v.Pair, domain.VerdictNoMatch, "STU1")); err != nil {
			t.Error(err)
		}
		if entries := must(s.Read().Audit.Entries(t.Context(), string(item), 0, 10))(t); len(entries) != 3 {
			t.Errorf("%d entries in the audit trail for three writings", len(entries))
		}
	})
}

// TestTwoJudgeOnePairAtOnce: whoever is first is heard, the others are told.
func TestTwoJudgeOnePairAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		pair := recordPair(t, domain.NewID(), domain.NewID())
		words := []domain.VerdictWord{domain.VerdictMatch, domain.VerdictNoMatch}
		codes := together(8, func(i int) error { return putVerdict(t.Context(), s, newVerdict(pair, words[i%2], "")) })
		same(t, count(codes), map[string]int{"": 1, domain.CodeVerdictStale: 7})
		first := must(s.Read().Verdicts.Standing(t.Context(), item))(t)
		if len(first) != 1 {
			t.Fatalf("%d verdicts stand", len(first))
		}
		undone := must(first[0].Undone("user:bo", "wrong", 5))(t)
		codes = together(8, func(int) error { return putVerdict(t.Context(), s, undone) })
		same(t, count(codes), map[string]int{"": 1, domain.CodeVerdictStale: 7})
	})
}

func TestVerdictsAreListed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := domain.NewID()
		var all []domain.Verdict
		for i, plant := range []domain.PlantID{"STU1", "LYO1", "", "STU1"} {
			v := newVerdict(codePair(t, record, string(rune('A'+i))), []domain.VerdictWord{domain.VerdictMatch, domain.VerdictNoMatch}[i%2], plant)
			if plant == "" {
				v.Pair = recordPair(t, record, domain.NewID())
			}
			v.At = domain.Instant(i + 1)
			if err := putVerdict(t.Context(), s, v); err != nil {
				t.Fatal(err)
			}
			all = append(all, v)
		}
		all[3] = must(all[3].Undone("user:bo", "wrong", 9))(t)
		if err := putVerdict(t.Context(), s, all[3]); err != nil {
			t.Fatal(err)
		}
		everywhere := domain.PlantScope{All: true}
		own := all[1].Pair.B
		for phrase, test := range map[string]struct {
			query domain.VerdictQuery
			want  []int
		}{
			"everything, newest first":   {domain.VerdictQuery{Plants: everywhere}, []int{3, 2, 1, 0}},
			"those that stand":           {domain.VerdictQuery{Plants: everywhere, Standing: true}, []int{2, 1, 0}},
			"one word":                   {domain.VerdictQuery{Plants: everywhere, Word: domain.VerdictNoMatch}, []int{3, 1}},
			"by nobody":                  {domain.VerdictQuery{Plants: everywhere, By: "user:bo"}, nil},
			"on one code":                {domain.VerdictQuery{Plants: everywhere, Side: &own}, []int{1}},
			"on the record":              {domain.VerdictQuery{Plants: everywhere, Side: &domain.MatchSide{Record: record}}, []int{3, 2, 1, 0}},
			"at a plant, and of records": {domain.VerdictQuery{Plants: domain.PlantScope{Plants: []domain.PlantID{"LYO1"}}}, []int{2, 1}},
			"of another domain":          {domain.VerdictQuery{Plants: everywhere, Domain: "supplier"}, nil},
		} {
			var got []int
			for {
				test.query.Limit = 1
				page, next, err := s.Read().Verdicts.List(t.Context(), test.query)
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range page {
					got = append(got, slices.IndexFunc(all, func(a domain.Verdict) bool { return a.ID == v.ID }))
				}
				if test.query.After = next; next == "" {
					break
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%s: %v, want %v", phrase, got, test.want)
			}
		}
		_, _, err := s.Read().Verdicts.List(t.Context(), domain.VerdictQuery{Page: domain.Page{After: "bm9uZQ"}})
		wantCode(t, err, domain.CodeCursorInvalid)
	})
}
