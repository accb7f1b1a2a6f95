package match

import (
	"context"
	"fmt"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Verdicts lists what people said of pairs, as far as the actor may see it.
func (j *Judge) Verdicts(ctx context.Context, by domain.Actor, q domain.VerdictQuery) ([]domain.Verdict, string, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, "", by.Require(domain.ActionRead, domain.Scope{})
	}
	q.Plants = by.Plants(domain.ActionRead)
	return j.Store.Read().Verdicts.List(ctx, q)
}

// Undo takes a verdict back, and what came of it: a request that is not applied yet is withdrawn; a mapping that is applied is
// ended by the request that is returned. Records that were merged are to be unmerged, which takes the verdict back with it:
// CodeVerdictMerged. CodeVerdictUnknown, CodeVerdictUndone, CodeReasonRequired, CodeAccessDenied, CodeRequestNotOwn.
func (j *Judge) Undo(ctx context.Context, by domain.Actor, id domain.ID, reason string) (domain.Verdict, domain.ID, error) {
	var none domain.ID
	verdict, err := j.mine(ctx, by, id)
	if err != nil {
		return verdict, none, err
	}
	if strings.TrimSpace(reason) == "" {
		return verdict, none, domain.Invalid(domain.CodeReasonRequired, "say why the verdict is taken back")
	}
	if !verdict.Stands() {
		_, err := verdict.Undone(by.ID, reason, 0)
		return verdict, none, err
	}
	came, err := j.takeBack(ctx, by, verdict, reason)
	if err != nil {
		return verdict, none, err
	}
	err = j.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: "take a verdict back: " + reason}, func(repos domain.Repos) error {
		read, err := repos.Verdicts.ByID(ctx, id)
		if err != nil {
			return err
		}
		if verdict = read; !read.Stands() {
			return nil // what came of it being taken back has taken it back already
		}
		if verdict, err = read.Undone(by.ID, reason, repos.Now); err != nil {
			return err
		}
		return repos.Verdicts.Put(ctx, verdict)
	})
	if err != nil {
		return verdict, none, fmt.Errorf("take back verdict %s: %w", id, err)
	}
	return verdict, came, nil
}

// mine returns a verdict that the actor may take back; CodeVerdictUnknown also for one they may not see.
func (j *Judge) mine(ctx context.Context, by domain.Actor, id domain.ID) (domain.Verdict, error) {
	verdict, err := j.Store.Read().Verdicts.ByID(ctx, id)
	if err != nil {
		return verdict, err
	}
	scope := domain.Scope{Domain: verdict.Pair.Domain, Plant: verdict.Plant, System: verdict.Pair.B.System}
	seen := by.May(domain.ActionRead, scope) || verdict.Plant == "" && by.MaySomewhere(domain.ActionRead)
	if !seen {
		return domain.Verdict{}, domain.NotFound(domain.CodeVerdictUnknown, "there is no such verdict")
	}
	return verdict, by.Require(domain.ActionPropose, scope)
}

// takeBack takes back what came of a verdict and returns the request by which that is done; zero where none is needed.
func (j *Judge) takeBack(ctx context.Context, by domain.Actor, verdict domain.Verdict, reason string) (domain.ID, error) {
	var none domain.ID
	if verdict.Request.IsZero() {
		return none, nil
	}
	request, err := j.Store.Read().Requests.ByID(ctx, verdict.Request)
	if err != nil {
		return none, err
	}
	switch request.State {
	case domain.RequestRejected, domain.RequestWithdrawn, domain.RequestSuperseded, domain.RequestFailed:
		return none, nil
	case domain.RequestApplied:
		return j.revert(ctx, by, verdict, request, reason)
	default:
		_, err := j.Desk.Withdraw(ctx, by, request.ID, request.Version, reason)
		return none, err
	}
}

// revert ends the mapping that was made. A merge is taken back where its consequences are shown first.
func (j *Judge) revert(ctx context.Context, by domain.Actor, verdict domain.Verdict, request domain.ChangeRequest, reason string) (domain.ID, error) {
	if verdict.Pair.Merges() {
		err := domain.Conflict(domain.CodeVerdictMerged, "the two are one record by now: unmerge them, which takes the verdict back as well")
		for _, side := range []domain.MatchSide{verdict.Pair.A, verdict.Pair.B} {
			err.Fields = append(err.Fields, domain.FieldError{Location: side.String(), Msg: "look at the record to unmerge it"})
		}
		return domain.ID{}, err
	}
	reversal, err := j.Desk.Revert(ctx, by, request.ID, request.Version, reason)
	return reversal.Request.ID, err
}
