package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Decision is one steward's decision on one discrepancy, as it was looked at.
type Decision struct {
	ClientID  string      `json:"client_id" minLength:"1" maxLength:"100" doc:"made by the client; repeating it repeats the answer"`
	ID        string      `json:"id" doc:"the discrepancy"`
	Version   int         `json:"version" doc:"the discrepancy's version that was looked at"`
	Verb      string      `json:"verb" enum:"take_source,keep_golden,map,create,accept"`
	Reason    string      `json:"reason,omitempty" maxLength:"2000"`
	RecordID  string      `json:"record_id,omitempty" doc:"map: the record the code stands for"`
	Values    *Attributes `json:"values,omitempty" doc:"create: values beside or instead of the source's"`
	Until     string      `json:"until,omitempty" doc:"accept: the day the acceptance ends"`
	Supersede bool        `json:"supersede,omitempty" doc:"take the place of a decision that is not applied yet: one's own, or any for an approver"`
}

// DecisionResult is what came of one decision.
type DecisionResult struct {
	ClientID        string `json:"client_id"`
	ID              string `json:"id"`
	Status          string `json:"status" enum:"decided,conflict,refused"`
	Code            string `json:"code" doc:"of the problem; empty when decided"`
	Detail          string `json:"detail"`
	ChangeRequestID string `json:"change_request_id"`
	RequestState    string `json:"request_state" doc:"in_review: another person decides; scheduled: it can be undone until apply_at"`
	ApplyAt         string `json:"apply_at"`
	Discrepancy     *Row   `json:"discrepancy,omitempty" doc:"as it is now"`
}

// DecisionResults are the results in the order of the decisions.
type DecisionResults struct {
	Results []DecisionResult `json:"results"`
	Batch   *BatchResult     `json:"batch,omitempty"`
}

// Decisions are decisions to be taken in one call: items, each of which stands for itself, or a batch, or both.
type Decisions struct {
	Items []Decision     `json:"items,omitempty" maxItems:"200"`
	Batch *BatchDecision `json:"batch,omitempty"`
}

// decisionsInput is POST /decisions.
type decisionsInput struct{ Body Decisions }

func (a *API) registerDecisions() {
	handle(a, operation(http.MethodPost, "/decisions", "decide", "Decide discrepancies; each decision stands for itself"),
		func(ctx context.Context, in *decisionsInput) (*body[DecisionResults], error) {
			if len(in.Body.Items) == 0 && in.Body.Batch == nil {
				return nil, domain.Invalid(domain.CodeBodyInvalid, "there is nothing to decide: give items or a batch")
			}
			results := make([]DecisionResult, len(in.Body.Items))
			for i, item := range in.Body.Items {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				results[i] = a.decideOnce(ctx, item)
			}
			defer a.DecisionsTaken() // where no grace period is given they take effect at once
			if in.Body.Batch == nil {
				return bodyOf(DecisionResults{Results: results}), nil
			}
			batch, err := a.decideBatchOnce(ctx, *in.Body.Batch)
			if err != nil {
				return nil, err
			}
			return bodyOf(DecisionResults{Results: results, Batch: &batch}), nil
		})
}

// decideOnce decides, or gives the answer of the first time the client sent this decision.
func (a *API) decideOnce(ctx context.Context, item Decision) DecisionResult {
	held := reservation{by: actorOf(ctx).ID, key: "decision " + item.ClientID}
	content, err := json.Marshal(item)
	if err != nil {
		return a.refused(ctx, item, err)
	}
	stored, err := a.begin(ctx, &held, hashOf(string(content)))
	if err != nil {
		return a.refused(ctx, item, err)
	}
	var result DecisionResult
	if stored != nil && json.Unmarshal(stored.Body, &result) == nil {
		return result
	}
	result, err = a.decide(ctx, item)
	if kind := domain.ErrorKind(err); err != nil && (kind == domain.KindInternal || kind == domain.KindUnavailable) {
		a.forget(ctx, held)
		return result
	}
	if content, err = json.Marshal(result); err == nil {
		a.finish(ctx, held, http.StatusOK, content)
	}
	return result
}

func (a *API) decide(ctx context.Context, item Decision) (DecisionResult, error) {
	decision, err := decisionOf(item)
	if err != nil {
		return a.refused(ctx, item, err), err
	}
	decided, err := a.Desk.Decide(ctx, actorOf(ctx), decision)
	if err != nil {
		result := a.refused(ctx, item, err)
		if result.Status == "conflict" {
			if now, err := a.Desk.Case(ctx, actorOf(ctx), decision.Discrepancy); err == nil {
				row := rowOf(now.Discrepancy)
				result.Discrepancy = &row
			}
		}
		return result, err
	}
	row := rowOf(decided.Discrepancy)
	return DecisionResult{
		ClientID: item.ClientID, ID: item.ID, Status: "decided", ChangeRequestID: decided.Request.String(), Discrepancy: &row,
		RequestState: string(decided.State), ApplyAt: decided.ApplyAt.String(),
	}, nil
}

func decisionOf(item Decision) (steward.Decision, error) {
	decision := steward.Decision{Version: item.Version, Verb: steward.Verb(item.Verb), Reason: item.Reason, Supersede: item.Supersede}
	id, err := domain.ParseID(item.ID)
	if err != nil {
		return decision, err
	}
	decision.Discrepancy = id
	if item.RecordID != "" {
		if decision.Record, err = domain.ParseID(item.RecordID); err != nil {
			return decision, err
		}
	}
	if item.Values != nil {
		decision.Values = item.Values.values
	}
	decision.Until, err = domain.ParseDate(item.Until)
	return decision, err
}

// refused is the result of a decision that was not taken.
func (a *API) refused(ctx context.Context, item Decision, err error) DecisionResult {
	p := a.problem(ctx, err)
	result := DecisionResult{ClientID: item.ClientID, ID: item.ID, Status: "refused", Code: p.Code, Detail: p.Detail}
	var known *domain.Error
	if errors.As(err, &known) && known.Kind == domain.KindConflict && known.Code != domain.CodeIdempotencyBusy {
		result.Status = "conflict"
	}
	for i, field := range p.Errors {
		result.Detail += "; " + strconv.Itoa(i+1) + ". " + field.Location + ": " + field.Message
	}
	return result
}
