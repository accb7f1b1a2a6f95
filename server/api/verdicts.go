package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// Verdict is a person's word about a pair.
type Verdict struct {
	ID              string  `json:"id"`
	Domain          string  `json:"domain"`
	Left            string  `json:"left" doc:"record:ID"`
	Right           string  `json:"right" doc:"record:ID or source:SYSTEM:CODE"`
	Code            string  `json:"code" doc:"the code as written; empty for two records"`
	Word            string  `json:"word" enum:"match,no_match,unsure"`
	Plant           string  `json:"plant"`
	By              string  `json:"by"`
	At              string  `json:"at"`
	Remark          string  `json:"remark"`
	Probability     float64 `json:"probability" doc:"what was shown when it was given"`
	Band            string  `json:"band" doc:"what the rule would have done; empty when the pair was not evaluated"`
	Rule            int     `json:"rule"`
	Sampled         bool    `json:"sampled"`
	Unmerged        bool    `json:"unmerged" doc:"it came of a merge or a mapping that was taken back"`
	ChangeRequestID string  `json:"change_request_id"`
	Stands          bool    `json:"stands"`
	UndoneBy        string  `json:"undone_by"`
	UndoneAt        string  `json:"undone_at"`
	UndoneWhy       string  `json:"undone_why"`
	Version         int     `json:"version"`
}

// NewVerdict is a verdict to be given.
type NewVerdict struct {
	ClientID string `json:"client_id" minLength:"1" maxLength:"100" doc:"made by the client; repeating it repeats the answer"`
	Domain   string `json:"domain" maxLength:"40"`
	Left     string `json:"left" maxLength:"300" doc:"record:ID or source:SYSTEM:CODE"`
	Right    string `json:"right" maxLength:"300"`
	Word     string `json:"word" enum:"match,no_match,unsure"`
	Remark   string `json:"remark,omitempty" maxLength:"2000"`
	Survivor string `json:"survivor,omitempty" maxLength:"100" doc:"the record that stays when two become one; left out, it is proposed"`
	// Choose and Acknowledge are what the preview of the merge asked for.
	Choose      map[string]string `json:"choose,omitempty" doc:"by attribute: the record whose value stays when two become one"`
	Acknowledge bool              `json:"acknowledge,omitempty" doc:"what contradicts the merge was seen, and it is one thing all the same"`
}

// NewVerdicts are verdicts to be given in one call.
type NewVerdicts struct {
	Verdicts []NewVerdict `json:"verdicts" minItems:"1" maxItems:"500"`
}

// VerdictResult is what came of one verdict: it, or the problem for which it was not taken.
type VerdictResult struct {
	ClientID        string   `json:"client_id"`
	Verdict         *Verdict `json:"verdict,omitempty"`
	ChangeRequestID string   `json:"change_request_id,omitempty" doc:"the merge or mapping that was proposed"`
	Problem         *Problem `json:"problem,omitempty"`
}

// VerdictResults are the results in the order of the verdicts.
type VerdictResults struct {
	Results []VerdictResult `json:"results"`
}

// VerdictList is one page of verdicts.
type VerdictList struct {
	Verdicts []Verdict `json:"verdicts"`
	Next     string    `json:"next"`
}

// UndoneVerdict is a verdict that was taken back.
type UndoneVerdict struct {
	Verdict         Verdict `json:"verdict"`
	ChangeRequestID string  `json:"change_request_id,omitempty" doc:"the request that ends the mapping that was made"`
}

// newVerdictsInput is POST /verdicts.
type newVerdictsInput struct{ Body NewVerdicts }

// verdictsInput is GET /verdicts.
type verdictsInput struct {
	Domain   string `query:"domain" default:"item" maxLength:"40"`
	Word     string `query:"word" maxLength:"20"`
	By       string `query:"by" maxLength:"100"`
	Standing bool   `query:"standing" doc:"without those taken back"`
	Side     string `query:"side" maxLength:"300"`
	PageInput
}

// undoVerdictInput is POST /verdicts/{id}/undo.
type undoVerdictInput struct {
	IDInput
	Body struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
}

func (a *API) giveVerdicts(ctx context.Context, in *newVerdictsInput) (*body[VerdictResults], error) {
	results := make([]VerdictResult, len(in.Body.Verdicts))
	for i, given := range in.Body.Verdicts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		results[i] = a.giveOnce(ctx, given)
	}
	a.DecisionsTaken()
	return bodyOf(VerdictResults{Results: results}), nil
}

// giveOnce gives a verdict, or the answer of the first time the client sent it.
func (a *API) giveOnce(ctx context.Context, given NewVerdict) VerdictResult {
	refused := func(err error) VerdictResult {
		return VerdictResult{ClientID: given.ClientID, Problem: a.problem(ctx, err)}
	}
	held := reservation{by: actorOf(ctx).ID, key: "verdict " + given.ClientID}
	content, err := json.Marshal(given)
	if err != nil {
		return refused(err)
	}
	stored, err := a.begin(ctx, &held, hashOf(string(content)))
	if err != nil {
		return refused(err)
	}
	var result VerdictResult
	if stored != nil && json.Unmarshal(stored.Body, &result) == nil {
		return result
	}
	verdict, err := a.give(ctx, given)
	if err != nil {
		// What was refused can be sent again: by then it may be taken.
		a.forget(ctx, held)
		return refused(err)
	}
	out := verdictOf(verdict)
	result = VerdictResult{ClientID: given.ClientID, Verdict: &out, ChangeRequestID: verdict.Request.String()}
	if content, err = json.Marshal(result); err == nil {
		a.finish(ctx, held, http.StatusOK, content)
	}
	return result
}

func (a *API) give(ctx context.Context, given NewVerdict) (verdict domain.Verdict, err error) {
	out := match.Given{Domain: domain.DomainName(given.Domain), Word: domain.VerdictWord(given.Word), Remark: given.Remark}
	if out.Left, err = domain.ParseMatchSide(given.Left); err != nil {
		return verdict, err
	}
	if out.Right, err = domain.ParseMatchSide(given.Right); err != nil {
		return verdict, err
	}
	if out.Survivor, err = optionalID(given.Survivor); err != nil {
		return verdict, err
	}
	wish, err := MergeWish{Choose: given.Choose}.wish()
	if err != nil {
		return verdict, err
	}
	out.Choose, out.Acknowledge = wish.Choose, given.Acknowledge
	return a.Judge.Give(ctx, actorOf(ctx), out)
}

func (a *API) verdicts(ctx context.Context, in *verdictsInput) (*body[VerdictList], error) {
	side, err := optionalSide(in.Side)
	if err != nil {
		return nil, err
	}
	found, next, err := a.Judge.Verdicts(ctx, actorOf(ctx), domain.VerdictQuery{
		Domain: domain.DomainName(in.Domain), Word: domain.VerdictWord(in.Word), By: domain.ActorID(in.By), Standing: in.Standing, Side: side, Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	return bodyOf(VerdictList{Verdicts: each(found, verdictOf), Next: next}), nil
}

func (a *API) undoVerdict(ctx context.Context, in *undoVerdictInput) (*body[UndoneVerdict], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	verdict, came, err := a.Judge.Undo(ctx, actorOf(ctx), id, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	defer a.DecisionsTaken()
	return bodyOf(UndoneVerdict{Verdict: verdictOf(verdict), ChangeRequestID: came.String()}), nil
}

func verdictOf(v domain.Verdict) Verdict {
	return Verdict{
		ID: v.ID.String(), Domain: string(v.Pair.Domain), Left: v.Pair.A.String(), Right: v.Pair.B.String(), Code: string(v.Pair.B.Code),
		Word: string(v.Word), Plant: string(v.Plant), By: string(v.By), At: v.At.String(), Remark: v.Remark, Probability: v.Probability,
		Band: string(v.Band), Rule: v.Rule, Sampled: v.Sampled, Unmerged: v.Unmerged, ChangeRequestID: v.Request.String(), Stands: v.Stands(),
		UndoneBy: string(v.UndoneBy), UndoneAt: v.UndoneAt.String(), UndoneWhy: v.UndoneWhy, Version: v.Version,
	}
}
