package store_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// someRule is a draft with everything set.
func someRule(t testing.TB, version int) domain.MatchRule {
	t.Helper()
	rule := filled[domain.MatchRule](t)
	rule.Domain, rule.Version, rule.State, rule.Stored = item, version, domain.MatchRuleDraft, 1
	return rule
}

func putRule(t testing.TB, s domain.Store, rule domain.MatchRule) error {
	t.Helper()
	return s.Write(t.Context(), change(), func(r domain.Repos) error { return r.MatchRules.Put(t.Context(), rule) })
}

func deleteRule(t testing.TB, s domain.Store, version, stored int) error {
	t.Helper()
	return s.Write(t.Context(), change(), func(r domain.Repos) error { return r.MatchRules.Delete(t.Context(), item, version, stored) })
}

func TestAMatchingRuleHasVersionsOfWhichOneIsInForce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		rules := s.Read().MatchRules
		same(t, must(rules.Current(t.Context(), item))(t), domain.BuiltInMatchRule(item))
		first, second := someRule(t, 1), someRule(t, 2)
		second.BackTest = nil
		wantCode(t, putRule(t, s, first), "")
		wantCode(t, putRule(t, s, second), "")
		wantCode(t, putRule(t, s, second), domain.CodeMatchRuleStale)
		same(t, must(rules.Versions(t.Context(), item))(t), []domain.MatchRule{second, first})
		same(t, must(rules.Current(t.Context(), item))(t), domain.BuiltInMatchRule(item))
		for _, rule := range []*domain.MatchRule{&first, &second} {
			rule.State, rule.Stored = domain.MatchRuleActive, 2
			wantCode(t, putRule(t, s, *rule), "")
			same(t, must(rules.Current(t.Context(), item))(t), *rule)
		}
		first.State, first.Stored = domain.MatchRuleRetired, 3
		same(t, must(rules.Version(t.Context(), item, 1))(t), first)
		_, err := rules.Version(t.Context(), item, 3)
		wantCode(t, err, domain.CodeMatchRuleUnknown)
		same(t, must(rules.Current(t.Context(), "lot"))(t), domain.BuiltInMatchRule("lot"))
	})
}

func TestAnActivatedVersionNeverChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		rule := someRule(t, 1)
		wantCode(t, putRule(t, s, rule), "")
		rule.Stored, rule.State = 2, domain.MatchRuleActive
		wantCode(t, putRule(t, s, rule), "")
		changed := rule
		changed.Stored, changed.Auto, changed.State = 3, 0.7, domain.MatchRuleDraft
		wantCode(t, putRule(t, s, changed), domain.CodeMatchRuleStale)
		wantCode(t, deleteRule(t, s, 1, 2), domain.CodeMatchRuleStale)
		same(t, must(s.Read().MatchRules.Current(t.Context(), item))(t), rule)
	})
}

func TestOnlyADraftAsItWasReadIsDeleted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		rule := someRule(t, 1)
		wantCode(t, putRule(t, s, rule), "")
		wantCode(t, deleteRule(t, s, 1, 7), domain.CodeMatchRuleStale)
		wantCode(t, deleteRule(t, s, 1, 1), "")
		wantCode(t, deleteRule(t, s, 1, 1), domain.CodeMatchRuleStale)
		if left := must(s.Read().MatchRules.Versions(t.Context(), item))(t); len(left) != 0 {
			t.Errorf("%d versions are left", len(left))
		}
	})
}

// TestOfManyWhoSaveADraftOneWins races savings of one draft, and activations of different drafts: one rule is in force.
func TestOfManyWhoSaveADraftOneWins(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		rule := someRule(t, 1)
		codes := count(together(8, func(int) error { return putRule(t, s, rule) }))
		if codes[""] != 1 || codes[domain.CodeMatchRuleStale] != 7 {
			t.Errorf("inserting: %v", codes)
		}
		for version := 2; version <= 8; version++ {
			wantCode(t, putRule(t, s, someRule(t, version)), "")
		}
		for code := range count(together(8, func(i int) error {
			active := someRule(t, i+1)
			active.State, active.Stored = domain.MatchRuleActive, 2
			return putRule(t, s, active)
		})) {
			if code != "" && code != domain.CodeMatchRuleStale && code != domain.CodeDuplicate {
				t.Errorf("activating: %s", code)
			}
		}
		active := 0
		for _, version := range must(s.Read().MatchRules.Versions(t.Context(), item))(t) {
			if version.State == domain.MatchRuleActive {
				active++
			}
		}
		if active != 1 {
			t.Errorf("%d versions are in force", active)
		}
	})
}

func TestABandStaysClosedUntilItIsReopened(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		closing := func(plant domain.PlantID, why string) error {
			return s.Write(t.Context(), change(), func(r domain.Repos) error {
				return r.MatchRules.Close(t.Context(), domain.AutoBand{Domain: item, Plant: plant, Rule: 3, ClosedAt: 7, ClosedWhy: why})
			})
		}
		reopen := func(plant domain.PlantID) error {
			return s.Write(t.Context(), change(), func(r domain.Repos) error { return r.MatchRules.Reopen(t.Context(), item, plant) })
		}
		wantCode(t, reopen("STU1"), domain.CodeBandOpen)
		wantCode(t, closing("STU1", "first"), "")
		wantCode(t, closing("STU1", "second"), "")
		wantCode(t, closing("LYO1", "other"), "")
		first := domain.AutoBand{Domain: item, Plant: "STU1", Rule: 3, ClosedAt: 7, ClosedWhy: "first"}
		other := domain.AutoBand{Domain: item, Plant: "LYO1", Rule: 3, ClosedAt: 7, ClosedWhy: "other"}
		same(t, must(s.Read().MatchRules.Closed(t.Context(), item))(t), []domain.AutoBand{other, first})
		wantCode(t, reopen("STU1"), "")
		wantCode(t, reopen("STU1"), domain.CodeBandOpen)
		same(t, must(s.Read().MatchRules.Closed(t.Context(), item))(t), []domain.AutoBand{other})
		wantCode(t, closing("STU1", "again"), "")
		first.ClosedWhy = "again"
		same(t, must(s.Read().MatchRules.Closed(t.Context(), item))(t), []domain.AutoBand{other, first})
	})
}
