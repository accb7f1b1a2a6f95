package catalog

import (
	"context"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// Finder looks a thing up among the golden records as somebody describes it.
type Finder interface {
	// Check returns the records that it may mean, the best first; KindUnavailable while it cannot be looked up.
	Check(ctx context.Context, by domain.Actor, w match.Wanted) (match.Suggestions, error)
}

// bySimilarity is why a candidate is one that no key found.
const bySimilarity = "similar"

// addSuggestions lets matching have its say about an open request: candidates that were found by their keys are told how likely
// they are the same, others that people would be asked about come behind them. While nothing can be looked up, the keys suffice.
func (c *Catalog) addSuggestions(ctx context.Context, by domain.Actor, v *RecordRequestView) error {
	if c.Finder == nil || !v.Request.Open() || !by.MaySomewhere(domain.ActionRead) {
		return nil
	}
	wanted := match.Wanted{Domain: v.Request.Domain, Code: string(v.Request.Code), Attributes: v.Definition.Seen(v.Request.Attributes, by)}
	if by.May(domain.ActionRead, v.Request.Scope()) {
		wanted.Plant = v.Request.Plant
	}
	if wanted.Code == "" && len(wanted.Attributes) == 0 {
		return nil
	}
	found, err := c.Finder.Check(ctx, by, wanted)
	if err != nil {
		if domain.ErrorKind(err) == domain.KindUnavailable {
			return nil
		}
		return err
	}
	v.join(found.List)
	return nil
}

// join adds what matching says to the candidates.
func (v *RecordRequestView) join(list []match.Suggestion) {
	for _, one := range list {
		at := slices.IndexFunc(v.Candidates, func(c Candidate) bool { return c.Record != nil && c.Record.ID == one.Record.ID })
		switch {
		case at >= 0:
			v.Candidates[at].Suggestion = &one
		case one.Band != domain.BandReject:
			v.Candidates = append(v.Candidates, Candidate{Record: &one.Record, Because: []string{bySimilarity}, Suggestion: &one})
		}
	}
}
