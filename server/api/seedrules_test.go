package api_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// seedDraft puts a draft of the matching rule that asks for the automatic band at a plant, and closes that band.
func seedDraft(t *testing.T, b *bundle, version int, plant domain.PlantID) string {
	t.Helper()
	draft := domain.BuiltInMatchRule(catalog.Item)
	draft.Version, draft.State, draft.Stored, draft.AutoPlants, draft.CreatedBy = version, domain.MatchRuleDraft, 1, []domain.PlantID{plant}, "user:proposer"
	draft.BackTest = &domain.BackTest{At: 1, Flips: []domain.Flip{{Verdict: domain.NewID(), Plant: plant, Pair: domain.MatchPair{
		Domain: catalog.Item, A: domain.MatchSide{Record: domain.NewID()}, B: domain.MatchSide{System: domain.SystemID("mes-" + strings.ToLower(string(plant))), Key: "1"},
	}}}}
	err := b.store.Write(t.Context(), domain.Change{Actor: "service:seed", Reason: "seed"}, func(repos domain.Repos) error {
		if err := repos.MatchRules.Close(t.Context(), domain.AutoBand{Domain: catalog.Item, Plant: plant, ClosedAt: 1, ClosedWhy: "seed"}); err != nil {
			return err
		}
		return repos.MatchRules.Put(t.Context(), draft)
	})
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(version)
}
