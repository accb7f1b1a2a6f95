package match

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Party is one side of a pair as people know it.
type Party struct {
	Side  domain.MatchSide
	Code  string
	Label string
}

// CandidateView is a candidate with what its sides are called and the verdict that stands on it, nil when none does.
type CandidateView struct {
	domain.MatchCandidate
	Left, Right Party
	Verdict     *domain.Verdict
}

// Candidates lists what the last evaluation proposed, as far as the actor may see it, the most likely first.
func (j *Judge) Candidates(ctx context.Context, by domain.Actor, q domain.CandidateQuery) ([]CandidateView, string, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, "", by.Require(domain.ActionRead, domain.Scope{})
	}
	within := by.Plants(domain.ActionRead)
	q.Plants = narrowed(within, q.Plants)
	reads := j.Store.Read()
	found, next, err := reads.Matches.List(ctx, q)
	if err != nil {
		return nil, "", err
	}
	views, err := j.views(ctx, reads, q.Domain, found)
	return views, next, err
}

// narrowed is the scope of what is asked for within what may be seen; a zero question asks for all of that.
func narrowed(seen, asked domain.PlantScope) domain.PlantScope {
	if len(asked.Plants) == 0 {
		return seen
	}
	if seen.All {
		return asked
	}
	return domain.PlantScope{Plants: slices.DeleteFunc(slices.Clone(asked.Plants), func(p domain.PlantID) bool { return !slices.Contains(seen.Plants, p) })}
}

func (j *Judge) views(ctx context.Context, reads domain.Reads, name domain.DomainName, candidates []domain.MatchCandidate) ([]CandidateView, error) {
	var sides []domain.MatchSide
	keys := make([]string, len(candidates))
	for i, c := range candidates {
		sides, keys[i] = append(sides, c.Pair.A, c.Pair.B), c.Pair.Key()
	}
	labels, err := j.labels(ctx, reads, name, sides)
	if err != nil {
		return nil, err
	}
	verdicts, err := reads.Verdicts.ByPairs(ctx, name, keys)
	if err != nil {
		return nil, err
	}
	views := make([]CandidateView, len(candidates))
	for i, c := range candidates {
		views[i] = CandidateView{MatchCandidate: c, Left: labels[c.Pair.A.String()], Right: labels[c.Pair.B.String()]}
		if v, stands := verdicts[keys[i]]; stands {
			views[i].Verdict, views[i].State = &v, v.Judged()
		}
	}
	return views, nil
}

// labels returns what the sides are called, by their text.
func (j *Judge) labels(ctx context.Context, reads domain.Reads, name domain.DomainName, sides []domain.MatchSide) (map[string]Party, error) {
	definition, err := j.Desk.Definitions.Definition(name)
	if err != nil {
		return nil, err
	}
	labels := make(map[string]Party, len(sides))
	records, codes := map[domain.ID]bool{}, map[domain.SystemID]map[string]bool{}
	for _, side := range sides {
		labels[side.String()] = Party{Side: side, Code: string(side.Code), Label: string(side.Code)}
		switch {
		case !side.Record.IsZero():
			records[side.Record] = true
		case codes[side.System] == nil:
			codes[side.System] = map[string]bool{side.Key: true}
		default:
			codes[side.System][side.Key] = true
		}
	}
	found, err := reads.Records.ByIDs(ctx, slices.Collect(maps.Keys(records)))
	if err != nil {
		return nil, err
	}
	for _, record := range found {
		side := domain.MatchSide{Record: record.ID}
		labels[side.String()] = Party{
			Side: side, Code: record.Attributes.Text(definition.CodeAttribute), Label: record.Attributes.Text(definition.NameAttribute),
		}
	}
	for system, keys := range codes {
		said, err := reads.Sources.ByKeys(ctx, system, name, slices.Collect(maps.Keys(keys)))
		if err != nil {
			return nil, err
		}
		for _, source := range said {
			side := domain.MatchSide{System: system, Key: source.Key, Code: source.Code}
			label := cmp.Or(source.Attributes.Text(definition.NameAttribute), string(source.Code))
			labels[side.String()] = Party{Side: side, Code: string(source.Code), Label: label}
		}
	}
	return labels, nil
}

// State returns how far the evaluation of a domain is.
func (j *Judge) State(ctx context.Context, by domain.Actor, name domain.DomainName) (domain.MatchState, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return domain.MatchState{}, by.Require(domain.ActionRead, domain.Scope{})
	}
	if _, err := j.Desk.Definitions.Definition(name); err != nil {
		return domain.MatchState{}, err
	}
	return j.Store.Read().Matches.State(ctx, name)
}

// Evaluate asks for an evaluation of a domain as soon as can be, and returns how far it is; CodeAccessDenied.
func (j *Judge) Evaluate(ctx context.Context, by domain.Actor, name domain.DomainName) (domain.MatchState, error) {
	if _, err := j.Desk.Definitions.Definition(name); err != nil {
		return domain.MatchState{}, err
	}
	if err := by.Require(domain.ActionOperate, domain.Scope{Domain: name}); err != nil {
		return domain.MatchState{}, err
	}
	var state domain.MatchState
	err := j.Store.Operate(ctx, func(ops domain.Ops) (err error) {
		if err = ops.Matches.Request(ctx, name); err == nil {
			state, err = ops.Matches.State(ctx, name)
		}
		return err
	})
	return state, err
}
