package match_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// openBand brings a rule into force that links at STU1 without a sample, and has people agree often enough.
func (w *ruleWorld) openBand(t testing.TB) domain.MatchRule {
	t.Helper()
	rule := w.inForce(t, func(r *domain.MatchRule) {
		r.State, r.Target, r.SamplePercent, r.AutoPlants = domain.MatchRuleActive, 0.8, 0, []domain.PlantID{"STU1"}
	})
	w.sayAll(t, times(20, domain.VerdictMatch), func(v *domain.Verdict) { v.Rule = rule.Version })
	return rule
}

// linked are the codes of STU1 that stand for records, by code, and who stands behind that.
func (w *ruleWorld) linked(t testing.TB) map[domain.Code]domain.CodeMapping {
	t.Helper()
	found, _, err := w.store.Read().Mappings.List(t.Context(), domain.MappingQuery{Domain: catalog.Item, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	out := map[domain.Code]domain.CodeMapping{}
	for _, m := range found {
		if m.Live() {
			out[m.Code] = m
		}
	}
	return out
}

func (w *ruleWorld) wantNoDelivery(t testing.TB) {
	t.Helper()
	found, _, err := w.store.Read().Deliveries.List(t.Context(), domain.DeliveryQuery{Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 10}})
	if err != nil || len(found) > 0 {
		t.Fatalf("%d deliveries were made (%v)", len(found), err)
	}
}

func TestAnOpenBandLinksCodesAndDeliversNothing(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 3)
	rule := w.openBand(t)
	w.propose(t, w.candidate(t, plantSystem, 0, 0, rule.Version), w.candidate(t, otherSystem, 1, 1, rule.Version))
	done := sure(w.rules.AutoLink(t.Context(), catalog.Item))(t)
	linked := w.linked(t)
	if m := linked["C-0"]; done.Linked != 1 || len(linked) != 1 || m.Record != w.records[0] || m.Basis != domain.BasisRule || !m.DefaultOut || m.Plant != "STU1" {
		t.Fatalf("%+v, linked %+v", done, linked)
	}
	request := sure(w.store.Read().Requests.ByID(t.Context(), linked["C-0"].ChangeRequest))(t)
	if request.Kind != domain.RequestRule || request.State != domain.RequestApplied || request.ApprovedBy() != "" || request.ProposedBy != "service:match" || request.Plant != "STU1" {
		t.Errorf("the request is %+v", request)
	}
	if uses := sure(w.store.Read().Uses.ByRecord(t.Context(), w.records[0]))(t); len(uses) != 1 || uses[0].Plant != "STU1" {
		t.Errorf("the plant's use is %+v", uses)
	}
	states := map[domain.Code]domain.CandidateState{}
	all, _, err := w.store.Read().Matches.List(t.Context(), domain.CandidateQuery{Domain: catalog.Item, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 10}})
	for _, c := range sure(all, err)(t) {
		states[c.Pair.B.Code] = c.State
	}
	if states["C-0"] != domain.CandidateAutoLinked || states["C-1"] != domain.CandidateInReview {
		t.Errorf("the candidates are %v", states)
	}
	w.wantNoDelivery(t)
	if again := sure(w.rules.AutoLink(t.Context(), catalog.Item))(t); again.Linked != 0 {
		t.Errorf("a second turn links %d", again.Linked)
	}
}

func TestAutoLinkLeavesToPeopleWhatIsTheirs(t *testing.T) {
	t.Parallel()
	tests := map[string]func(t *testing.T, w *ruleWorld, c *domain.MatchCandidate){
		"a contradiction":                   func(_ *testing.T, _ *ruleWorld, c *domain.MatchCandidate) { c.Contradicted = true },
		"a second-best candidate":           func(_ *testing.T, _ *ruleWorld, c *domain.MatchCandidate) { c.Rank = 2 },
		"what the evaluation kept for them": func(_ *testing.T, _ *ruleWorld, c *domain.MatchCandidate) { c.Band = domain.BandReview },
		"a candidate of an older rule":      func(_ *testing.T, _ *ruleWorld, c *domain.MatchCandidate) { c.Rule-- },
		"a probability below the band":      func(_ *testing.T, _ *ruleWorld, c *domain.MatchCandidate) { c.Probability = 0.98 },
		"a pair of golden records": func(_ *testing.T, w *ruleWorld, c *domain.MatchCandidate) {
			c.Pair.A, c.Pair.B = domain.MatchSide{Record: w.records[0]}, domain.MatchSide{Record: w.records[1]}
			c.System, c.Plant = "", ""
		},
		"a code that is not there": func(t *testing.T, w *ruleWorld, c *domain.MatchCandidate) { c.Pair = w.pairOf(t, plantSystem, 7, 0) },
		"a pair that a verdict stands on": func(t *testing.T, w *ruleWorld, c *domain.MatchCandidate) {
			w.say(t, domain.VerdictNoMatch, func(v *domain.Verdict) { v.Pair, v.Band = c.Pair, domain.BandReview })
		},
		"a code that somebody confirmed for another record": func(t *testing.T, w *ruleWorld, _ *domain.MatchCandidate) {
			w.say(t, domain.VerdictMatch, func(v *domain.Verdict) { v.Pair = w.pairOf(t, plantSystem, 0, 1) })
		},
		"a code that is mapped":                          func(t *testing.T, w *ruleWorld, _ *domain.MatchCandidate) { w.mapByHand(t, 0, 1) },
		"a record that the system knows by another code": func(t *testing.T, w *ruleWorld, _ *domain.MatchCandidate) { w.mapByHand(t, 1, 0) },
		"a record of which a merged one is known to the system": func(t *testing.T, w *ruleWorld, _ *domain.MatchCandidate) {
			w.mapByHand(t, 1, 1)
			w.merge(t, 0, 1)
		},
		"a record that is retired": func(t *testing.T, w *ruleWorld, _ *domain.MatchCandidate) {
			w.write(t, func(ctx context.Context, repos domain.Repos) error {
				record, err := repos.Records.ByID(ctx, w.records[0])
				if err != nil {
					return err
				}
				record.State, record.Version = domain.RecordRetired, record.Version+1
				return repos.Records.Update(ctx, record, catalog.ItemCode, catalog.ItemName, nil, domain.Lineage{})
			})
		},
		"a record that a request is about": func(t *testing.T, w *ruleWorld, _ *domain.MatchCandidate) {
			w.write(t, func(ctx context.Context, repos domain.Repos) error {
				return repos.Requests.Create(ctx, domain.ChangeRequest{
					ID: domain.NewID(), Domain: catalog.Item, Kind: domain.RequestDecision, State: domain.RequestInReview, Version: 1,
				}, []domain.ChangeItem{{Action: domain.ItemUpdateRecord, Record: w.records[0]}})
			})
		},
		"a code whose discrepancy is being decided": func(t *testing.T, w *ruleWorld, _ *domain.MatchCandidate) {
			found := domain.NewDiscrepancy(domain.Finding{
				Domain: catalog.Item, System: plantSystem, Plant: "STU1", Class: domain.ClassUnmapped, Code: "C-0", ReadAt: 1,
			}, domain.NewID())
			found.State = domain.DiscrepancyChangeRequested
			w.write(t, func(ctx context.Context, repos domain.Repos) error { return repos.Discrepancies.Put(ctx, found, 0) })
		},
		"a code for which a record is wanted": func(t *testing.T, w *ruleWorld, _ *domain.MatchCandidate) {
			w.write(t, func(ctx context.Context, repos domain.Repos) error {
				return repos.RecordRequests.Create(ctx, domain.RecordRequest{
					ID: domain.NewID(), Domain: catalog.Item, Plant: "STU1", System: plantSystem, Code: "C-0", Key: "C-0", State: domain.WantedRequested, Version: 1,
				}, nil)
			})
		},
		"everything where something has closed the band": func(t *testing.T, w *ruleWorld, _ *domain.MatchCandidate) {
			w.write(t, func(ctx context.Context, repos domain.Repos) error {
				return repos.MatchRules.Close(ctx, domain.AutoBand{Domain: catalog.Item, Plant: "STU1", ClosedAt: 1, ClosedWhy: "test"})
			})
		},
		"everything where people do not agree": func(t *testing.T, w *ruleWorld, _ *domain.MatchCandidate) {
			w.sayAll(t, times(5, domain.VerdictUnsure), func(v *domain.Verdict) { v.Rule = 1 })
		},
	}
	for phrase, spoil := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			w := newRuleWorld(t, 3)
			rule := w.openBand(t)
			c := w.candidate(t, plantSystem, 0, 0, rule.Version)
			spoil(t, w, &c)
			w.propose(t, c, w.candidate(t, plantSystem, 2, 2, rule.Version))
			before := len(w.linked(t))
			sure(w.rules.AutoLink(t.Context(), catalog.Item))(t)
			for _, m := range w.linked(t) {
				if m.Basis == domain.BasisRule && m.Record == w.records[0] {
					t.Errorf("it was linked: %+v", m)
				}
			}
			closed := len(phrase) > 10 && phrase[:10] == "everything"
			if linked := len(w.linked(t)) - before; linked == 1 == closed {
				t.Errorf("%d codes were linked", linked)
			}
		})
	}
}

// mapByHand maps the code number i of the plant to the record number j.
func (w *ruleWorld) mapByHand(t testing.TB, i, j int) {
	t.Helper()
	w.write(t, func(ctx context.Context, repos domain.Repos) error {
		return repos.Mappings.Put(ctx, domain.CodeMapping{
			ID: domain.NewID(), Domain: catalog.Item, System: plantSystem, Plant: "STU1", CodeType: domain.CodeInternalNumber, Code: codeNumber(i),
			Key: string(codeNumber(i)), Record: w.records[j], Relation: domain.RelationEquivalent, State: domain.MappingActive, Basis: domain.BasisPerson, Version: 1,
		})
	})
}

// merge makes the record number j forward to number i.
func (w *ruleWorld) merge(t testing.TB, i, j int) {
	t.Helper()
	c := &catalog.Catalog{Store: w.store, Desk: w.desk}
	w.approve(t, sure(c.ProposeMerge(t.Context(), w.ana, catalog.Item, domain.Union{Survivor: w.records[i], Losers: []domain.ID{w.records[j]}, Reason: "one thing"}))(t))
}

func TestARecordThatTwoCodesClaimIsForAPerson(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 3)
	rule := w.openBand(t)
	w.propose(t, w.candidate(t, plantSystem, 0, 0, rule.Version), w.candidate(t, plantSystem, 1, 0, rule.Version), w.candidate(t, plantSystem, 2, 2, rule.Version))
	sure(w.rules.AutoLink(t.Context(), catalog.Item))(t)
	if linked := w.linked(t); len(linked) != 1 || linked["C-2"].Record != w.records[2] {
		t.Errorf("linked %+v", linked)
	}
}

func TestASampleGoesToPeopleAndStaysTheSame(t *testing.T) {
	t.Parallel()
	const n = 200
	w := newRuleWorld(t, n)
	w.openBand(t)
	rule := w.inForce(t, func(r *domain.MatchRule) {
		r.State, r.Target, r.SamplePercent, r.AutoPlants = domain.MatchRuleActive, 0.8, 25, []domain.PlantID{"STU1"}
	})
	var candidates []domain.MatchCandidate
	drawn := 0
	for i := range n {
		c := w.candidate(t, plantSystem, i, i, rule.Version)
		candidates = append(candidates, c)
		if match.Sampled(c.Pair, rule) {
			drawn++
		}
	}
	if drawn < n/8 || drawn > n/2 {
		t.Fatalf("%d of %d are drawn where a quarter should be", drawn, n)
	}
	w.propose(t, candidates...)
	done := sure(w.rules.AutoLink(t.Context(), catalog.Item))(t)
	if done.Linked != n-drawn || done.Sampled != drawn {
		t.Errorf("%+v, want %d and %d", done, n-drawn, drawn)
	}
	left, _, err := w.store.Read().Matches.List(t.Context(), domain.CandidateQuery{
		Domain: catalog.Item, States: []domain.CandidateState{domain.CandidateInReview}, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: n},
	})
	if len(sure(left, err)(t)) != drawn || slices.ContainsFunc(left, func(c domain.MatchCandidate) bool { return !c.Sampled }) {
		t.Errorf("%d are left for people, want %d", len(left), drawn)
	}
	if again := sure(w.rules.AutoLink(t.Context(), catalog.Item))(t); again.Linked != 0 || again.Sampled != drawn {
		t.Errorf("a second turn draws anew: %+v", again)
	}
}

func TestWhatGoesWrongClosesTheBandAtOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]func(t *testing.T, w *ruleWorld) error{
		"an automatic mapping that is reverted": func(t *testing.T, w *ruleWorld) error {
			m := w.linked(t)["C-0"]
			request := sure(w.store.Read().Requests.ByID(t.Context(), m.ChangeRequest))(t)
			reversal, err := w.desk.Revert(t.Context(), w.ana, request.ID, request.Version, "it is another thing")
			if err != nil {
				return err
			}
			w.approve(t, reversal.Request)
			return nil
		},
		"a merge that is taken apart": func(t *testing.T, w *ruleWorld) error {
			w.merge(t, 2, 3)
			c := &catalog.Catalog{Store: w.store, Desk: w.desk}
			preview := sure(c.PreviewUnmerge(t.Context(), w.ana, catalog.Item, w.records[3]))(t)
			request, err := c.UnmergeRecord(t.Context(), w.ana, catalog.Item, w.records[3], catalog.UnmergeWish{Reason: "two things", Version: preview.Loser.Version})
			if err != nil {
				return err
			}
			w.approve(t, request)
			return nil
		},
		"a verdict against an automatic mapping": func(t *testing.T, w *ruleWorld) error {
			_, err := w.judge.Give(t.Context(), w.ana, match.Given{
				Domain: catalog.Item, Left: domain.MatchSide{Record: w.records[0]}, Right: domain.MatchSide{System: plantSystem, Key: "C-0"}, Word: domain.VerdictNoMatch,
			})
			return err
		},
	}
	for phrase, goWrong := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			w := newRuleWorld(t, 4)
			rule := w.openBand(t)
			w.propose(t, w.candidate(t, plantSystem, 0, 0, rule.Version))
			sure(w.rules.AutoLink(t.Context(), catalog.Item))(t)
			if band := w.band(t); !band.Open || len(w.linked(t)) != 1 {
				t.Fatalf("before: %+v", band)
			}
			if err := goWrong(t, w); err != nil {
				t.Fatal(err)
			}
			if band := w.band(t); band.Open || band.ClosedAt == 0 || band.ClosedWhy == "" {
				t.Errorf("the band is %+v", band)
			}
			w.propose(t, w.candidate(t, plantSystem, 1, 1, rule.Version))
			if done := sure(w.rules.AutoLink(t.Context(), catalog.Item))(t); done.Linked != 0 {
				t.Errorf("a closed band linked %d", done.Linked)
			}
		})
	}
}

// band is that of STU1.
func (w *ruleWorld) band(t testing.TB) domain.AutoBand {
	t.Helper()
	for _, band := range sure(w.rules.Bands(t.Context(), w.ana, catalog.Item))(t) {
		if band.Plant == "STU1" {
			return band
		}
	}
	t.Fatal("the plant has no band")
	return domain.AutoBand{}
}

func (w *ruleWorld) approve(t testing.TB, request domain.ChangeRequest) {
	t.Helper()
	if request.State != domain.RequestInReview {
		t.Fatalf("the request is %s, want it in review", request.State)
	}
	if applied := sure(w.desk.Approve(t.Context(), w.bo, request.ID, request.Version))(t); applied.State != domain.RequestApplied {
		t.Fatalf("the request is %s: %s", applied.State, applied.ClosedWhy)
	}
}

func TestABandReopensByAChangeRequest(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 1)
	w.openBand(t)
	_, err := w.rules.Reopen(t.Context(), w.ana, catalog.Item, "STU1", "checked")
	wantProblem(t, err, domain.CodeBandOpen)
	w.write(t, func(ctx context.Context, repos domain.Repos) error {
		return repos.MatchRules.Close(ctx, domain.AutoBand{Domain: catalog.Item, Plant: "STU1", ClosedAt: 1, ClosedWhy: "test"})
	})
	_, err = w.rules.Reopen(t.Context(), w.petra, catalog.Item, "STU1", "checked")
	wantProblem(t, err, domain.CodeAccessDenied)
	_, err = w.rules.Reopen(t.Context(), w.ana, catalog.Item, "STU1", " ")
	wantProblem(t, err, domain.CodeReasonRequired)
	_, err = w.rules.Reopen(t.Context(), w.ana, catalog.Item, "BER2", "checked")
	wantProblem(t, err, domain.CodePlantUnknown)
	w.approve(t, sure(w.rules.Reopen(t.Context(), w.ana, catalog.Item, "STU1", "checked"))(t))
	if band := w.band(t); !band.Open || band.ClosedWhy != "" {
		t.Errorf("the band is %+v", band)
	}
}

// TestWhateverAutoLinkDoesNothingIsDelivered runs it over any mixture of candidates and verdicts: it maps a code once, a record by one
// code, never what a verdict stands on, nothing while the band is closed, and never makes a delivery.
func TestWhateverAutoLinkDoesNothingIsDelivered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		const n = 6
		w := newRuleWorld(t, n)
		rule := w.inForce(t, func(r *domain.MatchRule) {
			r.State, r.Target, r.SamplePercent, r.AutoPlants = domain.MatchRuleActive, 0.8, 20, []domain.PlantID{"STU1"}
		})
		said := append(times(rapid.IntRange(10, 25).Draw(rt, "agreeing"), domain.VerdictMatch), times(rapid.IntRange(0, 2).Draw(rt, "disagreeing"), domain.VerdictNoMatch)...)
		w.sayAll(t, said, func(v *domain.Verdict) { v.Rule = rule.Version })
		barred := map[string]bool{}
		for range rapid.IntRange(0, 2).Draw(rt, "judged") {
			pair := w.pairOf(t, plantSystem, rapid.IntRange(0, n-1).Draw(rt, "judged code"), rapid.IntRange(0, n-1).Draw(rt, "judged record"))
			if !barred[pair.Key()] {
				w.say(t, domain.VerdictNoMatch, func(v *domain.Verdict) { v.Pair, v.Band = pair, domain.BandReview })
			}
			barred[pair.Key()] = true
		}
		var candidates []domain.MatchCandidate
		for i := range n {
			c := w.candidate(t, plantSystem, i, rapid.IntRange(0, n-1).Draw(rt, fmt.Sprintf("record of %d", i)), rule.Version)
			c.Contradicted, c.Probability = rapid.Bool().Draw(rt, "contradicted"), rapid.Float64Range(0.98, 1).Draw(rt, "probability")
			candidates = append(candidates, c)
		}
		w.propose(t, candidates...)
		open := w.band(t).Open
		sure(w.rules.AutoLink(t.Context(), catalog.Item))(t)
		w.wantNoDelivery(t)
		held := map[domain.ID]bool{}
		for code, m := range w.linked(t) {
			var i int
			if _, err := fmt.Sscanf(string(code), "C-%d", &i); err != nil {
				rt.Fatal(err)
			}
			c := candidates[i]
			if !open || held[m.Record] || barred[c.Pair.Key()] || c.Contradicted || c.Probability < rule.Auto || m.Record != c.Pair.A.Record || m.Basis != domain.BasisRule {
				rt.Fatalf("open %v: %s was linked to %s, candidate %+v", open, code, m.Record, c)
			}
			held[m.Record] = true
		}
	})
}

// TestWhatAnEvaluationFindsIsLinked goes the whole way: evaluated, linked, and evaluated again without what was linked.
func TestWhatAnEvaluationFindsIsLinked(t *testing.T) {
	t.Parallel()
	const n = 40
	nouns, kinds := []string{"gear", "pump", "cover", "shaft", "spring", "lever", "panel", "hinge", "clamp", "wheel"}, []string{"front", "rear", "upper", "lower", "main", "spare"}
	w := newRuleWorldOf(t, n, func(i int) string {
		return fmt.Sprintf("%s %s %dx%d %s", nouns[i%10], kinds[i%6], 10+i, 20+3*i, []string{"left", "right", "middle", "wide"}[i/10])
	})
	// Copies that agree in everything alike leave little to learn from: they are no more likely than not.
	loose := w.inForce(t, func(r *domain.MatchRule) {
		r.State, r.Auto, r.Target, r.SamplePercent, r.AutoPlants = domain.MatchRuleActive, 0.5, 0.8, 0, []domain.PlantID{"STU1"}
	})
	w.sayAll(t, times(20, domain.VerdictMatch), func(v *domain.Verdict) { v.Rule = loose.Version })
	evaluated(t, w)
	done := sure(w.rules.AutoLink(t.Context(), catalog.Item))(t)
	linked := w.linked(t)
	if done.Linked == 0 || len(linked) != done.Linked {
		t.Fatalf("%+v, linked %d", done, len(linked))
	}
	for i := range n {
		if m, there := linked[codeNumber(i)]; there && m.Record != w.records[i] {
			t.Errorf("%s was linked to another record", m.Code)
		}
	}
	w.wantNoDelivery(t)
	evaluated(t, w)
	left, _, err := w.store.Read().Matches.List(t.Context(), domain.CandidateQuery{
		Domain: catalog.Item, System: plantSystem, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000},
	})
	for _, c := range sure(left, err)(t) {
		if _, there := linked[c.Pair.B.Code]; there {
			t.Errorf("%s is linked and waits", c.Pair.B.Code)
		}
	}
	if again := sure(w.rules.AutoLink(t.Context(), catalog.Item))(t); again.Linked != 0 {
		t.Errorf("a second turn links %d", again.Linked)
	}
}
