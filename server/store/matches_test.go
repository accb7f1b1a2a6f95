package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func newCandidate(pair domain.MatchPair, probability float64) domain.MatchCandidate {
	return domain.MatchCandidate{
		ID: domain.NewID(), Pair: pair, State: domain.CandidateInReview, Band: domain.BandReview, Probability: probability, EvaluatedAt: 7, Version: 1,
	}
}

// replaceMatches puts an evaluation in the place of the one before.
func replaceMatches(t testing.TB, s domain.Store, state domain.MatchState, candidates []domain.MatchCandidate, clusters []domain.MatchCluster) {
	t.Helper()
	operate(t, s, func(ops domain.Ops) error {
		fence, claimed, err := ops.Matches.Claim(t.Context(), item, "me", ops.Now.Add(time.Minute))
		if err != nil || !claimed {
			return fmt.Errorf("claimed %v: %w", claimed, err)
		}
		state.Domain = item
		return ops.Matches.Replace(t.Context(), fence, state, candidates, clusters)
	})
}

func TestCandidateComesBackAsItWas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := filled[domain.MatchCandidate](t)
		c.Pair, c.State, c.Version = codePair(t, domain.NewID(), "X1"), domain.CandidateAutoLinked, 1
		bare := newCandidate(recordPair(t, domain.NewID(), domain.NewID()), 1.0/3)
		state := filled[domain.MatchState](t)
		state.Domain, state.Candidates, state.Clusters, state.LeaseUntil, state.Failed = item, 2, 0, 0, ""
		replaceMatches(t, s, state, []domain.MatchCandidate{c, bare}, nil)
		same(t, must(s.Read().Matches.ByID(t.Context(), c.ID))(t), c)
		same(t, must(s.Read().Matches.ByPairs(t.Context(), item, []string{bare.Pair.Key(), "none"}))(t), map[string]domain.MatchCandidate{bare.Pair.Key(): bare})
		_, err := s.Read().Matches.ByID(t.Context(), domain.NewID())
		wantCode(t, err, domain.CodeCandidateUnknown)
		stored := must(s.Read().Matches.State(t.Context(), item))(t)
		state.TriedAt, state.RequestedAt = stored.TriedAt, 0
		same(t, stored, state)
		same(t, must(s.Read().Matches.State(t.Context(), "supplier"))(t), domain.MatchState{Domain: "supplier"})

		c.State, c.Version = domain.CandidateInReview, 2
		operate(t, s, func(ops domain.Ops) error { return ops.Matches.Save(t.Context(), c, 1) })
		same(t, must(s.Read().Matches.ByID(t.Context(), c.ID))(t), c)
		err = s.Operate(t.Context(), func(ops domain.Ops) error { return ops.Matches.Save(t.Context(), c, 1) })
		wantCode(t, err, domain.CodeCandidateStale)
	})
}

// TestVerdictsTellTheState: what people said holds at once and for every evaluation to come.
func TestVerdictsTellTheState(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		want := map[domain.VerdictWord]domain.CandidateState{
			domain.VerdictMatch: domain.CandidateConfirmed, domain.VerdictNoMatch: domain.CandidateRejected, domain.VerdictUnsure: domain.CandidateUnsure,
		}
		for word, state := range want {
			c := newCandidate(codePair(t, domain.NewID(), string(word)), 0.5)
			v := newVerdict(c.Pair, word, "STU1")
			if err := putVerdict(t.Context(), s, v); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				replaceMatches(t, s, domain.MatchState{}, []domain.MatchCandidate{c}, nil)
				got := must(s.Read().Matches.ByID(t.Context(), c.ID))(t)
				if got.State != state {
					t.Errorf("after %s the candidate is %s", word, got.State)
				}
				for _, asked := range []domain.CandidateState{state, domain.CandidateInReview} {
					found, _, err := s.Read().Matches.List(t.Context(), domain.CandidateQuery{Domain: item, States: []domain.CandidateState{asked}, Plants: domain.PlantScope{All: true}})
					if err != nil || (len(found) == 1) != (asked == state) {
						t.Errorf("after %s the list of those %s has %d (%v)", word, asked, len(found), err)
					}
				}
			}
			undone := must(v.Undone("user:bo", "wrong", 5))(t)
			if err := putVerdict(t.Context(), s, undone); err != nil {
				t.Fatal(err)
			}
			apart := newVerdict(c.Pair, domain.VerdictNoMatch, "STU1")
			apart.Unmerged = true
			if got := must(s.Read().Matches.ByID(t.Context(), c.ID))(t); got.State != domain.CandidateInReview {
				t.Errorf("after %s was taken back the candidate is %s", word, got.State)
			}
			if err := putVerdict(t.Context(), s, apart); err != nil {
				t.Fatal(err)
			}
			if got := must(s.Read().Matches.ByID(t.Context(), c.ID))(t); got.State != domain.CandidateUnmerged {
				t.Errorf("taken apart the candidate is %s", got.State)
			}
		}
	})
}

func TestCandidatesAreListed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := domain.NewID()
		merge := newCandidate(recordPair(t, record, domain.NewID()), 0.7)
		own, foreign := newCandidate(codePair(t, record, "A"), 0.9), newCandidate(codePair(t, domain.NewID(), "B"), 0.7)
		own.System, own.Plant, own.Band = "mes", "STU1", domain.BandAuto
		foreign.System, foreign.Plant = "wms", "LYO1"
		all := []domain.MatchCandidate{merge, own, foreign}
		replaceMatches(t, s, domain.MatchState{}, all, nil)
		everywhere, yes, no := domain.PlantScope{All: true}, true, false
		for phrase, test := range map[string]struct {
			query domain.CandidateQuery
			want  []domain.MatchCandidate
		}{
			"of a system":             {domain.CandidateQuery{Plants: everywhere, System: "wms"}, all[2:]},
			"of a band":               {domain.CandidateQuery{Plants: everywhere, Band: domain.BandAuto}, all[1:2]},
			"of two records":          {domain.CandidateQuery{Plants: everywhere, Merges: &yes}, all[:1]},
			"of one side":             {domain.CandidateQuery{Plants: everywhere, Side: &own.Pair.B}, all[1:2]},
			"of the record":           {domain.CandidateQuery{Plants: everywhere, Side: &domain.MatchSide{Record: record}}, []domain.MatchCandidate{own, merge}},
			"of codes":                {domain.CandidateQuery{Plants: everywhere, Merges: &no}, []domain.MatchCandidate{own, foreign}},
			"at a plant, and records": {domain.CandidateQuery{Plants: domain.PlantScope{Plants: []domain.PlantID{"STU1"}}}, []domain.MatchCandidate{own, merge}},
			"at no plant":             {domain.CandidateQuery{}, all[:1]},
			"of another domain":       {domain.CandidateQuery{Plants: everywhere, Domain: "supplier"}, nil},
		} {
			var got []domain.ID
			for {
				test.query.Limit = 1
				page, next, err := s.Read().Matches.List(t.Context(), test.query)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range page {
					got = append(got, c.ID)
				}
				if test.query.After = next; next == "" {
					break
				}
			}
			var want []domain.ID
			for _, c := range test.want {
				want = append(want, c.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", phrase, got, want)
			}
		}
		found := must(s.Read().Matches.OfRecords(t.Context(), item, []domain.ID{record}, 10))(t)
		if len(found) != 1 || found[0].ID != merge.ID {
			t.Errorf("the pairs of the record are %v", found)
		}
	})
}

func TestClustersAreKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := []domain.ID{domain.NewID(), domain.NewID(), domain.NewID(), domain.NewID()}
		weak := domain.MatchCluster{ID: domain.NewID(), Domain: item, Members: ids[:2], Weakest: 0.6, EvaluatedAt: 3}
		sure := domain.MatchCluster{ID: domain.NewID(), Domain: item, Members: ids[2:], Weakest: 0.9, EvaluatedAt: 3}
		held := newCandidate(recordPair(t, ids[0], ids[1]), 0.6)
		held.Cluster = weak.ID
		sure.Decided = true // no pair of it was compared
		replaceMatches(t, s, domain.MatchState{}, []domain.MatchCandidate{held}, []domain.MatchCluster{weak, sure})
		first, next, err := s.Read().Matches.Clusters(t.Context(), item, domain.Page{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		second, end, err := s.Read().Matches.Clusters(t.Context(), item, domain.Page{Limit: 1, After: next})
		if err != nil || end != "" {
			t.Fatalf("after the last comes %q (%v)", end, err)
		}
		same(t, slices.Concat(first, second), []domain.MatchCluster{sure, weak})
		same(t, must(s.Read().Matches.Members(t.Context(), item))(t), map[domain.ID]domain.ID{ids[0]: weak.ID, ids[1]: weak.ID, ids[2]: sure.ID, ids[3]: sure.ID})
		if err := putVerdict(t.Context(), s, newVerdict(held.Pair, domain.VerdictNoMatch, "")); err != nil {
			t.Fatal(err)
		}
		weak.Decided = true
		same(t, must(s.Read().Matches.Cluster(t.Context(), weak.ID))(t), weak)
		replaceMatches(t, s, domain.MatchState{}, nil, nil)
		_, err = s.Read().Matches.Cluster(t.Context(), weak.ID)
		wantCode(t, err, domain.CodeClusterUnknown)
	})
}

// TestOneReplicaEvaluates: of those who want to at once one may, and who has lost the lease changes nothing any more.
func TestOneReplicaEvaluates(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		var fences sync.Map
		together(8, func(i int) error {
			return s.Operate(ctx, func(ops domain.Ops) error {
				fence, claimed, err := ops.Matches.Claim(ctx, item, fmt.Sprint(i), ops.Now.Add(time.Hour))
				if claimed {
					fences.Store(i, fence)
				} else {
					fences.Delete(i)
				}
				return err
			})
		})
		var fence int64
		holders := 0
		fences.Range(func(_, f any) bool { holders, fence = holders+1, f.(int64); return true })
		if holders != 1 {
			t.Fatalf("%d hold the lease", holders)
		}
		kept := newCandidate(recordPair(t, domain.NewID(), domain.NewID()), 0.5)
		operate(t, s, func(ops domain.Ops) error {
			if err := ops.Matches.Extend(ctx, item, fence, ops.Now.Add(-time.Second)); err != nil {
				return err
			}
			_, claimed, err := ops.Matches.Claim(ctx, item, "the next", ops.Now.Add(time.Hour))
			if !claimed {
				t.Error("a lease that is over cannot be taken")
			}
			return err
		})
		for phrase, try := range map[string]func(domain.Ops) error{
			"extend": func(ops domain.Ops) error { return ops.Matches.Extend(ctx, item, fence, ops.Now.Add(time.Hour)) },
			"replace": func(ops domain.Ops) error {
				return ops.Matches.Replace(ctx, fence, domain.MatchState{Domain: item}, nil, nil)
			},
			"fail": func(ops domain.Ops) error { return ops.Matches.Failed(ctx, item, fence, "because") },
		} {
			if code := domain.ErrorCode(s.Operate(ctx, try)); code != domain.CodeEvaluationLost {
				t.Errorf("%s without the lease: %q", phrase, code)
			}
		}
		operate(t, s, func(ops domain.Ops) error {
			return ops.Matches.Replace(ctx, fence+1, domain.MatchState{Domain: item, EvaluatedAt: 9}, []domain.MatchCandidate{kept}, nil)
		})
		operate(t, s, func(ops domain.Ops) error {
			again, _, err := ops.Matches.Claim(ctx, item, "again", ops.Now.Add(time.Hour))
			if err != nil {
				return err
			}
			return ops.Matches.Failed(ctx, item, again, "too many records")
		})
		state := must(s.Read().Matches.State(ctx, item))(t)
		if state.Failed != "too many records" || state.EvaluatedAt != 9 || state.LeaseUntil != 0 {
			t.Errorf("the state is %+v", state)
		}
		if _, err := s.Read().Matches.ByID(ctx, kept.ID); err != nil {
			t.Errorf("a failed evaluation took away what was there: %v", err)
		}
	})
}

// TestReplacedWhileRead: who reads sees one evaluation or the other, never a part of one.
func TestReplacedWhileRead(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const size = 150
		evaluation := func(n int) []domain.MatchCandidate {
			candidates := make([]domain.MatchCandidate, size)
			for i := range candidates {
				candidates[i] = newCandidate(codePair(t, domain.NewID(), fmt.Sprint(n, "-", i)), 0.5)
				candidates[i].Rule = n
			}
			return candidates
		}
		replaceMatches(t, s, domain.MatchState{}, evaluation(0), nil)
		done := make(chan struct{})
		var readers sync.WaitGroup
		for range 3 {
			readers.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					page, _, err := s.Read().Matches.List(t.Context(), domain.CandidateQuery{Domain: item, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000}})
					mixed := slices.ContainsFunc(page, func(c domain.MatchCandidate) bool { return c.Rule != page[0].Rule })
					if err != nil || len(page) != size || mixed {
						t.Errorf("%d candidates of more than one evaluation (%v): %v", len(page), mixed, err)
						return
					}
				}
			})
		}
		for n := range 10 {
			replaceMatches(t, s, domain.MatchState{}, evaluation(n+1), nil)
		}
		close(done)
		readers.Wait()
	})
}

func TestMarksMove(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		last := must(s.Read().Matches.Marks(t.Context(), item))(t)
		same(t, last, domain.MatchMarks{})
		v := newVerdict(recordPair(t, domain.NewID(), domain.NewID()), domain.VerdictMatch, "")
		run := domain.Run{ID: domain.NewID(), Plan: "p", System: "mes", Domain: item, State: domain.RunDone, FinishedAt: 5, Version: 1}
		for phrase, move := range map[string]func() error{
			"a record": func() error { addRecord(t, s, "1", "one"); return nil },
			"a run": func() error {
				return s.Operate(t.Context(), func(ops domain.Ops) error { return ops.Runs.Create(t.Context(), run) })
			},
			"a verdict": func() error { return putVerdict(t.Context(), s, v) },
		} {
			if err := move(); err != nil {
				t.Fatal(err)
			}
			now := must(s.Read().Matches.Marks(t.Context(), item))(t)
			if now == last {
				t.Errorf("%s moved no mark of %+v", phrase, now)
			}
			last = now
		}
		if err := putVerdict(t.Context(), s, must(v.Undone("user:bo", "wrong", 5))(t)); err != nil {
			t.Fatal(err)
		}
		if now := must(s.Read().Matches.Marks(t.Context(), item))(t); now == last {
			t.Error("a verdict that was taken back moved no mark")
		}
	})
}

func TestUnlinkedSources(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		system := domain.SourceSystem{ID: "mes", Plant: "STU1", Codes: domain.CodeInternalNumber}
		run := domain.NewID()
		operate(t, s, func(ops domain.Ops) error {
			slot, err := ops.Staging.Begin(t.Context(), run)
			if err != nil {
				return err
			}
			var rows []domain.StagedRow
			for _, key := range []string{"A", "B", "C", "C", "D", "E"} {
				rows = append(rows, domain.StagedRow{Record: domain.SourceRecord{System: "mes", Domain: item, Code: domain.Code(key), Key: key, Active: true}}.Sealed())
			}
			if _, err := ops.Staging.Stage(t.Context(), slot, rows); err != nil {
				return err
			}
			_, err = ops.Staging.Merge(t.Context(), slot, "mes", item, true, 1)
			return err
		})
		record := addRecord(t, s, "1", "one").ID
		for code, validity := range map[string]domain.Validity{"A": {}, "D": {To: "2026-01-01"}} {
			if err := putMapping(t, s, newMapping(record, code, validity)); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		page := domain.Page{Limit: 1}
		for more := true; more; more = page.After != "" {
			var sources []domain.SourceRecord
			var err error
			if sources, page.After, err = s.Read().Sources.Unlinked(t.Context(), system, item, "2026-06-01", page); err != nil {
				t.Fatal(err)
			}
			for _, source := range sources {
				got = append(got, source.Key)
			}
		}
		// A is mapped, C was given twice, and D is mapped no more.
		if !slices.Equal(got, []string{"B", "D", "E"}) {
			t.Errorf("not linked are %v", got)
		}
	})
}
