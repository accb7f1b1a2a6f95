package steward

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// dropVerdicts takes back the verdicts of which a request came that came to nothing: what people are to say of the pairs is open
// again, and nobody has to remember that it was said before.
func dropVerdicts(ctx context.Context, repos domain.Repos, request domain.ChangeRequest) error {
	given, err := repos.Verdicts.ByRequest(ctx, request.ID)
	if err != nil {
		return err
	}
	for _, v := range given {
		if !v.Stands() {
			continue
		}
		undone, err := v.Undone(request.ClosedBy, fmt.Sprintf("its request was %s: %s", request.State, request.ClosedWhy), repos.Now)
		if err != nil {
			return err
		}
		if err := repos.Verdicts.Put(ctx, undone); err != nil {
			return err
		}
	}
	return nil
}

// part keeps apart what the request takes apart: of a pair that was merged, or mapped because somebody had said that it is one
// thing, it is noted that whoever proposed to take it back says the opposite, so that it is not proposed again.
func (a *applier) part(ctx context.Context, items []domain.ChangeItem) error {
	left := map[int]bool{}
	for _, e := range a.effects {
		left[e.Position] = e.LeftOut != ""
	}
	for i, item := range items {
		var err error
		switch {
		case left[i]:
		case item.Action == domain.ItemUnmergeRecord:
			err = a.partRecords(ctx, item)
		case item.Action == domain.ItemEndMapping && !a.request.Reverts.IsZero():
			err = a.partCode(ctx, item)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// partRecords takes back all that was said for the record being the one it forwarded to, or being another that forwards to that.
func (a *applier) partRecords(ctx context.Context, item domain.ChangeItem) error {
	own := domain.MatchSide{Record: item.Record}
	others := []domain.ID{item.Into}
	said, _, err := a.repos.Verdicts.List(ctx, domain.VerdictQuery{
		Domain: item.Domain, Word: domain.VerdictMatch, Standing: true, Side: &own, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000},
	})
	if err != nil {
		return err
	}
	for _, v := range said {
		other := v.Pair.A.Record
		if other == item.Record {
			other = v.Pair.B.Record
		}
		if other.IsZero() || other == item.Into {
			continue
		}
		heir, err := domain.HeirOf(ctx, a.repos.Reads, other)
		if err != nil {
			return err
		}
		if heir.ID == item.Into {
			others = append(others, other)
		}
	}
	for _, other := range others {
		if err := a.partPair(ctx, item.Domain, own, domain.MatchSide{Record: other}, ""); err != nil {
			return err
		}
	}
	return nil
}

// partCode does so for a code that somebody had said stands for the record; a code that was mapped otherwise is just unmapped.
func (a *applier) partCode(ctx context.Context, item domain.ChangeItem) error {
	m := item.Mapping
	record, code := domain.MatchSide{Record: m.Record}, domain.MatchSide{System: m.System, Key: m.Key, Code: m.Code}
	pair, err := domain.NewMatchPair(item.Domain, record, code)
	if err != nil {
		return err
	}
	standing, err := a.repos.Verdicts.ByPairs(ctx, item.Domain, []string{pair.Key()})
	if err != nil || standing[pair.Key()].Word != domain.VerdictMatch {
		return err
	}
	return a.partPair(ctx, item.Domain, record, code, m.Plant)
}

// partPair puts a verdict against a pair in the place of the one that stands, with what was known then.
func (a *applier) partPair(ctx context.Context, name domain.DomainName, one, other domain.MatchSide, plant domain.PlantID) error {
	pair, err := domain.NewMatchPair(name, one, other)
	if err != nil {
		return err
	}
	apart := domain.Verdict{
		ID: domain.NewID(), Pair: pair, Word: domain.VerdictNoMatch, Plant: plant, By: a.request.ProposedBy, At: a.repos.Now, Remark: a.request.Reason,
		Unmerged: true, Version: 1,
	}
	standing, err := a.repos.Verdicts.ByPairs(ctx, name, []string{pair.Key()})
	if err != nil {
		return err
	}
	if before, stands := standing[pair.Key()]; stands {
		if before.Word == domain.VerdictNoMatch {
			return nil
		}
		apart.Vector, apart.Probability, apart.Rule, apart.Band, apart.Sampled = before.Vector, before.Probability, before.Rule, before.Band, before.Sampled
		undone, err := before.Undone(a.request.ProposedBy, "taken apart again: "+a.request.Reason, a.repos.Now)
		if err != nil {
			return err
		}
		if err := a.repos.Verdicts.Put(ctx, undone); err != nil {
			return err
		}
	}
	return a.repos.Verdicts.Put(ctx, apart)
}
