package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// BatchDecision is one decision on many discrepancies, as a snapshot of the queue showed them: one change request for all.
type BatchDecision struct {
	ClientID   string   `json:"client_id" minLength:"1" maxLength:"100" doc:"made by the client; repeating it repeats the answer"`
	SnapshotID string   `json:"snapshot_id" doc:"the open queue that was looked at; what has changed since is left out"`
	Pattern    string   `json:"pattern,omitempty" maxLength:"1000" doc:"only those of this pattern"`
	IDs        []string `json:"ids,omitempty" maxItems:"10000" doc:"only these; without pattern and ids it is the whole snapshot"`
	Verb       string   `json:"verb" enum:"take_source,keep_golden,accept"`
	Reason     string   `json:"reason,omitempty" maxLength:"2000"`
	Until      string   `json:"until,omitempty" doc:"accept: the day the acceptance ends"`
}

// BatchResult is what came of a batch.
type BatchResult struct {
	ClientID        string       `json:"client_id"`
	Decided         int          `json:"decided"`
	ChangeRequestID string       `json:"change_request_id" doc:"empty for an acceptance, or when nothing was decided"`
	RequestState    string       `json:"request_state"`
	ApplyAt         string       `json:"apply_at"`
	LeftOutCount    int          `json:"left_out_count"`
	LeftOut         []BatchFault `json:"left_out" doc:"what was not decided, at most 200 of it"`
}

// BatchFault is a discrepancy that was not decided.
type BatchFault struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Code  string `json:"code" doc:"the system's code of the thing"`
	Why   string `json:"why"`
}

// maxBatchFaults bounds how many of those left out are named.
const maxBatchFaults = 200

// decideBatchOnce decides a batch, or gives the answer of the first time the client sent it.
func (a *API) decideBatchOnce(ctx context.Context, in BatchDecision) (BatchResult, error) {
	held := reservation{by: actorOf(ctx).ID, key: "batch " + in.ClientID}
	content, err := json.Marshal(in)
	if err != nil {
		return BatchResult{}, err
	}
	stored, err := a.begin(ctx, &held, hashOf(string(content)))
	if err != nil {
		return BatchResult{}, err
	}
	var result BatchResult
	if stored != nil && json.Unmarshal(stored.Body, &result) == nil {
		return result, nil
	}
	if result, err = a.decideBatch(ctx, in); err != nil {
		a.forget(ctx, held) // nothing of a batch that fails has taken effect
		return result, err
	}
	if content, err = json.Marshal(result); err == nil {
		a.finish(ctx, held, http.StatusOK, content)
	}
	return result, nil
}

func (a *API) decideBatch(ctx context.Context, in BatchDecision) (BatchResult, error) {
	wanted := steward.Batch{Pattern: in.Pattern, Verb: steward.Verb(in.Verb), Reason: in.Reason}
	var err error
	if wanted.Snapshot, err = domain.ParseID(in.SnapshotID); err != nil {
		return BatchResult{}, err
	}
	if wanted.Until, err = domain.ParseDate(in.Until); err != nil {
		return BatchResult{}, err
	}
	for _, raw := range in.IDs {
		id, err := domain.ParseID(raw)
		if err != nil {
			return BatchResult{}, err
		}
		wanted.IDs = append(wanted.IDs, id)
	}
	made, err := a.Desk.DecideBatch(ctx, actorOf(ctx), wanted)
	if err != nil {
		return BatchResult{}, err
	}
	return BatchResult{
		ClientID: in.ClientID, Decided: made.Decided, ChangeRequestID: made.Request.ID.String(), RequestState: string(made.Request.State),
		ApplyAt: made.Request.ApplyAt.String(), LeftOutCount: len(made.LeftOut),
		LeftOut: each(made.LeftOut[:min(len(made.LeftOut), maxBatchFaults)], func(l steward.LeftOut) BatchFault {
			return BatchFault{ID: l.ID.String(), Label: l.Label, Code: l.Code, Why: l.Why}
		}),
	}, nil
}
