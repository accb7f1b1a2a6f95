package match_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

func (w *ruleWorld) draft(t testing.TB) domain.MatchRule {
	t.Helper()
	return sure(w.rules.Draft(t.Context(), w.ana, catalog.Item, nil, "try it"))(t)
}

func TestADraftIsMadeEditedTriedAndBroughtIntoForceBySomebodyElse(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 1)
	ctx := t.Context()
	draft := w.draft(t)
	if draft.Version != 1 || draft.State != domain.MatchRuleDraft || draft.CreatedBy != w.ana.ID || draft.Auto != 0.99 || draft.Stored != 1 {
		t.Fatalf("the draft is %+v", draft)
	}
	draft.Auto, draft.AutoPlants, draft.Terms = 0.995, []domain.PlantID{"STU1"}, []domain.MatchTerm{{Word: "halter", Concepts: []string{"bracket"}}}
	edited := sure(w.rules.Edit(ctx, w.ana, draft))(t)
	if edited.Stored != 2 || edited.Auto != 0.995 {
		t.Fatalf("edited it is %+v", edited)
	}
	_, err := w.rules.Activate(ctx, w.ana, catalog.Item, 1, "better")
	wantProblem(t, err, domain.CodeMatchRuleUntested)
	sure(w.rules.BackTest(ctx, w.ana, catalog.Item, 1))(t)
	request := sure(w.rules.Activate(ctx, w.ana, catalog.Item, 1, "better"))(t)
	if current := sure(w.store.Read().MatchRules.Current(ctx, catalog.Item))(t); current.Version != 0 {
		t.Fatalf("version %d is in force before anybody approved", current.Version)
	}
	if _, err := w.desk.Approve(ctx, w.ana, request.ID, request.Version); domain.ErrorCode(err) != domain.CodeRequestOwn {
		t.Errorf("one's own: %v", err)
	}
	w.approve(t, request)
	current := sure(w.store.Read().MatchRules.Current(ctx, catalog.Item))(t)
	if current.Version != 1 || current.Auto != 0.995 || current.BackTest == nil || !slices.Equal(current.AutoPlants, []domain.PlantID{"STU1"}) {
		t.Fatalf("in force is %+v", current)
	}
	for phrase, change := range map[string]func() error{
		"edited":    func() error { _, err := w.rules.Edit(ctx, w.ana, current); return err },
		"deleted":   func() error { return w.rules.Delete(ctx, w.ana, catalog.Item, 1, 0) },
		"tried":     func() error { _, err := w.rules.BackTest(ctx, w.ana, catalog.Item, 1); return err },
		"activated": func() error { _, err := w.rules.Activate(ctx, w.ana, catalog.Item, 1, "again"); return err },
	} {
		if err := change(); domain.ErrorCode(err) != domain.CodeMatchRuleState {
			t.Errorf("a version in force is %s: %v", phrase, err)
		}
	}
}

func TestGoingBackIsANewDraftOfAnOldVersion(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 0)
	first := w.inForce(t, func(r *domain.MatchRule) { r.State, r.Auto, r.Note = domain.MatchRuleActive, 0.97, "first" })
	w.inForce(t, func(r *domain.MatchRule) { r.State, r.Auto = domain.MatchRuleActive, 0.98 })
	for from, auto := range map[int]float64{first.Version: 0.97, 0: 0.99} {
		back := sure(w.rules.Draft(t.Context(), w.ana, catalog.Item, &from, "back"))(t)
		if back.Auto != auto || back.State != domain.MatchRuleDraft || back.Version < 3 || back.Note != "back" || back.BackTest != nil {
			t.Errorf("from %d: %+v", from, back)
		}
	}
	none := 77
	_, err := w.rules.Draft(t.Context(), w.ana, catalog.Item, &none, "")
	wantProblem(t, err, domain.CodeMatchRuleUnknown)
	var states []domain.MatchRuleState
	for _, version := range sure(w.rules.List(t.Context(), w.petra, catalog.Item))(t) {
		states = append(states, version.State)
	}
	want := []domain.MatchRuleState{domain.MatchRuleDraft, domain.MatchRuleDraft, domain.MatchRuleActive, domain.MatchRuleRetired, domain.MatchRuleRetired}
	if !slices.Equal(states, want) {
		t.Errorf("the versions are %v, want %v", states, want)
	}
}

func TestABackTestCountsForWhatWasTriedOnly(t *testing.T) {
	t.Parallel()
	tests := map[string]func(t *testing.T, w *ruleWorld, draft domain.MatchRule){
		"the draft was edited": func(t *testing.T, w *ruleWorld, draft domain.MatchRule) {
			draft.Review = 0.05
			sure(w.rules.Edit(t.Context(), w.ana, draft))(t)
		},
		"somebody gave a verdict": func(t *testing.T, w *ruleWorld, _ domain.MatchRule) { w.say(t, domain.VerdictMatch, nil) },
		"another version came into force": func(t *testing.T, w *ruleWorld, _ domain.MatchRule) {
			w.inForce(t, func(r *domain.MatchRule) { r.State = domain.MatchRuleActive })
		},
	}
	for phrase, move := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			w := newRuleWorld(t, 0)
			draft := w.draft(t)
			sure(w.rules.BackTest(t.Context(), w.ana, catalog.Item, draft.Version))(t)
			move(t, w, sure(w.store.Read().MatchRules.Version(t.Context(), catalog.Item, draft.Version))(t))
			_, err := w.rules.Activate(t.Context(), w.ana, catalog.Item, draft.Version, "now")
			wantProblem(t, err, domain.CodeMatchRuleUntested)
			sure(w.rules.BackTest(t.Context(), w.ana, catalog.Item, draft.Version))(t)
			sure(w.rules.Activate(t.Context(), w.ana, catalog.Item, draft.Version, "now"))(t)
		})
	}
}

func TestAnEditOfTheNoteAloneKeepsTheBackTest(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 0)
	draft := w.draft(t)
	sure(w.rules.BackTest(t.Context(), w.ana, catalog.Item, draft.Version))(t)
	draft.Stored, draft.Note = 2, "another note"
	if edited := sure(w.rules.Edit(t.Context(), w.ana, draft))(t); edited.BackTest == nil || edited.Note != "another note" {
		t.Errorf("it is %+v", edited)
	}
}

func TestADraftThatChangedAfterItWasProposedDoesNotComeIntoForce(t *testing.T) {
	t.Parallel()
	for phrase, change := range map[string]func(t *testing.T, w *ruleWorld){
		"edited": func(t *testing.T, w *ruleWorld) {
			draft := sure(w.store.Read().MatchRules.Version(t.Context(), catalog.Item, 1))(t)
			draft.Auto = 0.6
			sure(w.rules.Edit(t.Context(), w.ana, draft))(t)
		},
		"deleted": func(t *testing.T, w *ruleWorld) {
			if err := w.rules.Delete(t.Context(), w.ana, catalog.Item, 1, 0); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			w := newRuleWorld(t, 0)
			w.draft(t)
			sure(w.rules.BackTest(t.Context(), w.ana, catalog.Item, 1))(t)
			request := sure(w.rules.Activate(t.Context(), w.ana, catalog.Item, 1, "now"))(t)
			change(t, w)
			if done := sure(w.desk.Approve(t.Context(), w.bo, request.ID, request.Version))(t); done.State == domain.RequestApplied {
				t.Errorf("it is %s", done.State)
			}
			if current := sure(w.store.Read().MatchRules.Current(t.Context(), catalog.Item))(t); current.Version != 0 {
				t.Errorf("version %d is in force", current.Version)
			}
		})
	}
}

func TestAllFaultsOfADraftComeAtOnce(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 0)
	draft := w.draft(t)
	draft.Review, draft.Auto, draft.Target, draft.SamplePercent = 0.9, 0.8, 1, 0
	draft.Skip, draft.AutoPlants = []domain.AttributeID{"colour", catalog.ItemName}, []domain.PlantID{"STU1", "BER2", "STU1"}
	draft.Terms = []domain.MatchTerm{{Word: "two words", Concepts: []string{"one"}}, {Word: "halter"}, {Word: "Halter", Concepts: []string{"#bracket"}}}
	_, err := w.rules.Edit(t.Context(), w.ana, draft)
	wantProblem(t, err, domain.CodeConfigInvalid)
	got := map[string]bool{}
	var invalid *domain.Error
	if !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	for _, fault := range invalid.Fields {
		got[fault.Location] = true
	}
	for _, want := range []string{
		"/auto", "/target", "/sample_percent", "/skip/0", "/skip/1", "/auto_plants/1", "/auto_plants/2", "/terms/0/word", "/terms/1/concepts",
		"/terms/2/word", "/terms/2/concepts/0",
	} {
		if !got[want] {
			t.Errorf("no fault at %s: %v", want, got)
		}
	}
}

func TestDraftsAreForThoseWhoConfigure(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 0)
	draft := w.draft(t)
	ctx := t.Context()
	for phrase, try := range map[string]func() error{
		"draft":     func() error { _, err := w.rules.Draft(ctx, w.petra, catalog.Item, nil, ""); return err },
		"edit":      func() error { _, err := w.rules.Edit(ctx, w.petra, draft); return err },
		"delete":    func() error { return w.rules.Delete(ctx, w.petra, catalog.Item, 1, 1) },
		"back-test": func() error { _, err := w.rules.BackTest(ctx, w.petra, catalog.Item, 1); return err },
		"activate":  func() error { _, err := w.rules.Activate(ctx, w.petra, catalog.Item, 1, "r"); return err },
	} {
		if err := try(); domain.ErrorCode(err) != domain.CodeAccessDenied {
			t.Errorf("%s: %v", phrase, err)
		}
	}
	nobody := somebody("nobody", "STU1")
	_, err := w.rules.List(ctx, nobody, catalog.Item)
	wantProblem(t, err, domain.CodeAccessDenied)
	_, err = w.rules.List(ctx, w.petra, "none")
	wantProblem(t, err, domain.CodeDomainUnknown)
}

func TestWhatIsOfForeignPlantsIsLeftOutOfARule(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 0)
	draft := w.draft(t)
	draft.AutoPlants = []domain.PlantID{"LYO1", "STU1"}
	draft.BackTest = &domain.BackTest{FlipCount: 2, Flips: []domain.Flip{{Plant: "LYO1"}, {Plant: "STU1"}, {}}}
	draft.Stored = 2
	w.write(t, func(ctx context.Context, repos domain.Repos) error { return repos.MatchRules.Put(ctx, draft) })
	seen := sure(w.rules.List(t.Context(), w.petra, catalog.Item))(t)[0]
	if !slices.Equal(seen.AutoPlants, []domain.PlantID{"STU1"}) || len(seen.BackTest.Flips) != 2 {
		t.Errorf("petra sees %v and %+v", seen.AutoPlants, seen.BackTest.Flips)
	}
	if all := sure(w.rules.List(t.Context(), w.ana, catalog.Item))(t)[0]; len(all.AutoPlants) != 2 || len(all.BackTest.Flips) != 3 {
		t.Errorf("ana sees %v and %+v", all.AutoPlants, all.BackTest.Flips)
	}
	for _, band := range sure(w.rules.Bands(t.Context(), w.petra, catalog.Item))(t) {
		if band.Plant != "STU1" {
			t.Errorf("petra sees the band of %s", band.Plant)
		}
	}
}
