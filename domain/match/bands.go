package match

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// Bands says for each plant how far the automatic band of the rule in force is from being open there. It is open only where the
// rule names the plant, nothing has closed it, and the lower bound of measured agreement exceeds the rule's target.
//
// Agreement is measured on what people said of codes that were in the band when they said it, under this version or one that
// measures like it; who was unsure did not agree.
func Bands(rule domain.MatchRule, versions []domain.MatchRule, standing []domain.Verdict, closed []domain.AutoBand, plants []domain.PlantID) []domain.AutoBand {
	like := map[int]bool{rule.Version: true}
	for _, version := range versions {
		like[version.Version] = version.MeasuresLike(rule)
	}
	judged, agreed := measured(standing, like)
	bands := make([]domain.AutoBand, 0, len(plants))
	for _, plant := range plants {
		band := domain.AutoBand{
			Domain: rule.Domain, Plant: plant, Rule: rule.Version, Judged: judged[plant], Agreed: agreed[plant], Target: rule.Target,
			Lower: matching.WilsonLower(agreed[plant], judged[plant]), Missing: missing(agreed[plant], judged[plant], rule.Target),
			Wanted: plant != "" && slices.Contains(rule.AutoPlants, plant),
		}
		at := slices.IndexFunc(closed, func(c domain.AutoBand) bool { return c.Plant == plant })
		if at >= 0 {
			band.ClosedAt, band.ClosedWhy = closed[at].ClosedAt, closed[at].ClosedWhy
		}
		band.Open = band.Wanted && at < 0 && band.Lower > rule.Target
		bands = append(bands, band)
	}
	return bands
}

// measured counts, by plant, what people said of codes in the band under one of the versions, and how often they agreed.
func measured(standing []domain.Verdict, under map[int]bool) (judged, agreed map[domain.PlantID]int) {
	judged, agreed = map[domain.PlantID]int{}, map[domain.PlantID]int{}
	for _, v := range standing {
		if v.Band != domain.BandAuto || v.Pair.Merges() || !under[v.Rule] || !v.Stands() {
			continue
		}
		judged[v.Plant]++
		if v.Word == domain.VerdictMatch {
			agreed[v.Plant]++
		}
	}
	return judged, agreed
}

// mostMissing is said where even that many more verdicts would not do.
const mostMissing = 10_000_000

// missing is how many more verdicts that all agree would lift the lower bound above the target.
func missing(agreed, judged int, target float64) int {
	return sort.Search(mostMissing, func(more int) bool { return matching.WilsonLower(agreed+more, judged+more) > target })
}

// Bands returns the automatic bands of a domain at the plants by may see.
func (r *Rules) Bands(ctx context.Context, by domain.Actor, name domain.DomainName) ([]domain.AutoBand, error) {
	if err := r.readable(by, name); err != nil {
		return nil, err
	}
	bands, err := bandsOf(ctx, r.Store.Read(), name)
	if scope := by.Plants(domain.ActionRead); !scope.All {
		bands = slices.DeleteFunc(bands, func(b domain.AutoBand) bool { return !slices.Contains(scope.Plants, b.Plant) })
	}
	return bands, err
}

// bandsOf are the bands at all plants as they stand.
func bandsOf(ctx context.Context, reads domain.Reads, name domain.DomainName) ([]domain.AutoBand, error) {
	current, err := reads.MatchRules.Current(ctx, name)
	if err != nil {
		return nil, err
	}
	versions, err := versionsOf(ctx, reads, name)
	if err != nil {
		return nil, err
	}
	standing, err := reads.Verdicts.Standing(ctx, name)
	if err != nil {
		return nil, err
	}
	closed, err := reads.MatchRules.Closed(ctx, name)
	if err != nil {
		return nil, err
	}
	all, err := reads.Plants.List(ctx)
	plants := make([]domain.PlantID, len(all))
	for i, plant := range all {
		plants[i] = plant.ID
	}
	return Bands(current, versions, standing, closed, plants), err
}

// doubt closes the automatic band at the plant of a code that a rule has mapped to a record of which somebody says that it is
// another thing.
func doubt(ctx context.Context, repos domain.Repos, v domain.Verdict) error {
	if v.Word != domain.VerdictNoMatch || v.Pair.Merges() || v.Plant == "" {
		return nil
	}
	mapped, err := repos.Mappings.ByRecord(ctx, v.Pair.A.Record)
	if err != nil {
		return err
	}
	code := v.Pair.B
	automatic := func(m domain.CodeMapping) bool {
		return m.Live() && m.Basis == domain.BasisRule && m.System == code.System && m.Key == code.Key
	}
	if !slices.ContainsFunc(mapped, automatic) {
		return nil
	}
	return steward.CloseBand(ctx, repos, v.Pair.Domain, v.Plant, fmt.Sprintf("%s said that %s of %s, which was linked automatically, is another thing", v.By, code.Key, code.System))
}
