package match

import (
	"context"
	"fmt"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Judge is where people see what may be one thing, and say whether it is. It is safe for concurrent use.
type Judge struct {
	Store domain.Store
	Desk  *steward.Desk
	// Merger and Mapper make the change request that comes of a match: the catalog and the crosswalk. Without one nothing comes of
	// it but the verdict.
	Merger Merger
	Mapper Mapper
}

// Given is a person's word about two things.
type Given struct {
	Domain      domain.DomainName
	Left, Right domain.MatchSide
	Word        domain.VerdictWord
	Remark      string
	// Survivor is the record that stays when two become one; zero leaves the choice to the merge.
	Survivor domain.ID
	// Choose says, by attribute, the record whose value stays; Acknowledge that what contradicts the match was seen.
	Choose      map[domain.AttributeID]domain.ID
	Acknowledge bool
}

// Give keeps a verdict and, of a match, proposes what follows from it: a merge or a mapping. Either both are there afterwards or
// neither. An earlier "unsure" makes way. CodeVerdictPair, CodeVerdictStale when another verdict stands, CodeAccessDenied,
// CodeRecordUnknown, CodeSystemUnknown, and what the merge or the mapping is refused for.
func (j *Judge) Give(ctx context.Context, by domain.Actor, given Given) (domain.Verdict, error) {
	verdict, err := j.draft(ctx, by, given)
	if err != nil {
		return verdict, err
	}
	if _, err := standing(ctx, j.Store.Read(), verdict); err != nil {
		return verdict, err // said before anything is proposed
	}
	proposed, err := j.propose(ctx, by, verdict, given)
	if err != nil {
		return verdict, err
	}
	verdict.Request = proposed.ID
	err = j.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: "verdict " + string(verdict.Word)}, func(repos domain.Repos) error {
		before, err := standing(ctx, repos.Reads, verdict)
		if err != nil {
			return err
		}
		if before != nil {
			undone, err := before.Undone(by.ID, "judged again", repos.Now)
			if err != nil {
				return err
			}
			if err := repos.Verdicts.Put(ctx, undone); err != nil {
				return err
			}
		}
		verdict.At = repos.Now
		if err := doubt(ctx, repos, verdict); err != nil {
			return err
		}
		return repos.Verdicts.Put(ctx, verdict)
	})
	if err == nil {
		return verdict, nil
	}
	if proposed.ID.IsZero() {
		return verdict, fmt.Errorf("give a verdict: %w", err)
	}
	if _, back := j.Desk.Withdraw(ctx, by, proposed.ID, proposed.Version, "its verdict could not be kept"); back != nil {
		return verdict, fmt.Errorf("give a verdict: %w (and its request stays: %w)", err, back)
	}
	return verdict, fmt.Errorf("give a verdict: %w", err)
}

// standing returns the "unsure" that the verdict takes the place of, nil when there is none; CodeVerdictStale when somebody has
// decided the pair.
func standing(ctx context.Context, reads domain.Reads, verdict domain.Verdict) (*domain.Verdict, error) {
	found, err := reads.Verdicts.ByPairs(ctx, verdict.Pair.Domain, []string{verdict.Pair.Key()})
	if err != nil {
		return nil, err
	}
	before, there := found[verdict.Pair.Key()]
	if !there {
		return nil, nil //nolint:nilnil // no verdict stands, which is no error
	}
	if before.Word != domain.VerdictUnsure {
		return nil, domain.Conflict(domain.CodeVerdictStale, "somebody has judged this pair already: %s; take that back first", string(before.Word))
	}
	return &before, nil
}

// draft checks what was given and who gives it, and freezes what is known of the pair.
func (j *Judge) draft(ctx context.Context, by domain.Actor, given Given) (domain.Verdict, error) {
	verdict := domain.Verdict{ID: domain.NewID(), Word: given.Word, By: by.ID, Remark: strings.TrimSpace(given.Remark), Version: 1}
	if !isWord(given.Word) {
		return verdict, domain.Invalid(domain.CodeBodyInvalid, "a verdict is match, no_match or unsure")
	}
	if _, err := j.Desk.Definitions.Definition(given.Domain); err != nil {
		return verdict, err
	}
	pair, err := domain.NewMatchPair(given.Domain, given.Left, given.Right)
	if err != nil {
		return verdict, domain.Invalid(domain.CodeVerdictPair, "a thing is always the same as itself")
	}
	reads := j.Store.Read()
	scope := domain.Scope{Domain: given.Domain}
	switch {
	case pair.A.Record.IsZero():
		return verdict, domain.Invalid(domain.CodeVerdictPair, "of two codes nothing is said; one of the two has to be a record")
	case pair.B.Record.IsZero():
		if pair, scope, err = withCode(ctx, reads, pair); err != nil {
			return verdict, err
		}
	}
	if scope.Plant != "" && !by.May(domain.ActionRead, scope) {
		return verdict, domain.NotFound(domain.CodeSystemUnknown, "there is no system %q", string(scope.System))
	}
	if err := by.Require(domain.ActionPropose, scope); err != nil {
		return verdict, err
	}
	verdict.Pair, verdict.Plant = pair, scope.Plant
	if err := known(ctx, reads, pair); err != nil {
		return verdict, err
	}
	return freeze(ctx, reads, verdict)
}

func isWord(word domain.VerdictWord) bool {
	for _, w := range domain.VerdictWords() {
		if w == word {
			return true
		}
	}
	return false
}

// withCode completes the code of a pair, in the form by which its system tells codes apart and as it is written, and returns what
// a verdict on it touches.
func withCode(ctx context.Context, reads domain.Reads, pair domain.MatchPair) (domain.MatchPair, domain.Scope, error) {
	system, err := reads.Systems.ByID(ctx, pair.B.System)
	if err != nil {
		return pair, domain.Scope{}, err
	}
	code, err := domain.ParseCode(pair.B.Key)
	if err != nil {
		return pair, domain.Scope{}, err
	}
	pair.B.Key, pair.B.Code = system.CodeRule.Key(code), code
	said, err := reads.Sources.ByKeys(ctx, system.ID, pair.Domain, []string{pair.B.Key})
	if err == nil && len(said) > 0 {
		pair.B.Code = said[0].Code
	}
	return pair, domain.Scope{Domain: pair.Domain, Plant: system.Plant, System: system.ID}, err
}

// known refuses a pair of records that are not there, not of the domain, or no longer in use.
func known(ctx context.Context, reads domain.Reads, pair domain.MatchPair) error {
	ids := []domain.ID{pair.A.Record}
	if pair.Merges() {
		ids = append(ids, pair.B.Record)
	}
	found, err := reads.Records.ByIDs(ctx, ids)
	if err != nil {
		return err
	}
	if len(found) < len(ids) {
		return domain.NotFound(domain.CodeRecordUnknown, "there is no such %s", string(pair.Domain))
	}
	for _, record := range found {
		switch {
		case record.Domain != pair.Domain:
			return domain.NotFound(domain.CodeRecordUnknown, "there is no such %s", string(pair.Domain))
		case !inUse(record):
			return domain.Conflict(domain.CodeVerdictStale, "the %s is %s by now", string(pair.Domain), string(record.State))
		}
	}
	return nil
}

// inUse says that a record takes part in matching.
func inUse(record domain.GoldenRecord) bool {
	return record.State == domain.RecordActive || record.State == domain.RecordPhaseOut
}

// freeze adds to a verdict what the last evaluation says of its pair; of a pair that was not evaluated nothing is known.
func freeze(ctx context.Context, reads domain.Reads, verdict domain.Verdict) (domain.Verdict, error) {
	found, err := reads.Matches.ByPairs(ctx, verdict.Pair.Domain, []string{verdict.Pair.Key()})
	if err != nil {
		return verdict, err
	}
	if c, evaluated := found[verdict.Pair.Key()]; evaluated {
		verdict.Vector, verdict.Probability, verdict.Rule, verdict.Band, verdict.Sampled = c.Vector, c.Probability, c.Rule, c.Band, c.Sampled
	}
	return verdict, nil
}

// propose makes the change request of a match; of any other word, and of a match that says nothing new, none.
func (j *Judge) propose(ctx context.Context, by domain.Actor, verdict domain.Verdict, given Given) (domain.ChangeRequest, error) {
	if verdict.Word != domain.VerdictMatch {
		return domain.ChangeRequest{}, nil
	}
	pair, reason := verdict.Pair, verdict.Remark
	if reason == "" {
		reason = "judged to be the same"
	}
	if !pair.Merges() {
		if j.Mapper == nil {
			return domain.ChangeRequest{}, nil
		}
		return j.Mapper.MapCode(ctx, by, pair.Domain, pair.B, pair.A.Record, reason)
	}
	if j.Merger == nil {
		return domain.ChangeRequest{}, nil
	}
	union := domain.Union{
		Survivor: given.Survivor, Losers: []domain.ID{pair.A.Record, pair.B.Record}, Choose: given.Choose, Acknowledge: given.Acknowledge, Reason: reason,
	}
	switch given.Survivor {
	case domain.ID{}:
	case pair.A.Record:
		union.Losers = union.Losers[1:]
	case pair.B.Record:
		union.Losers = union.Losers[:1]
	default:
		return domain.ChangeRequest{}, domain.Invalid(domain.CodeVerdictPair, "the record that stays has to be one of the two")
	}
	return j.Merger.ProposeMerge(ctx, by, pair.Domain, union)
}
