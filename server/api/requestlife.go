package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Resubmission hands a request in again that was sent back; what is left out stays as it is.
type Resubmission struct {
	Reason    string         `json:"reason,omitempty" maxLength:"2000"`
	Drop      []string       `json:"drop,omitempty" maxItems:"10000" doc:"golden records about which nothing is proposed any more"`
	Decisions []EditDecision `json:"decisions,omitempty" maxItems:"200" doc:"decisions on discrepancies of the request, taken anew"`
}

// EditDecision is a decision taken anew.
type EditDecision struct {
	ID       string      `json:"id" doc:"the discrepancy"`
	Version  int         `json:"version" doc:"the discrepancy's version that was looked at"`
	Verb     string      `json:"verb" enum:"take_source,keep_golden,map,create"`
	RecordID string      `json:"record_id,omitempty"`
	Values   *Attributes `json:"values,omitempty"`
}

// resubmissionInput is PUT /change-requests/{id}/resubmission.
type resubmissionInput struct {
	IDInput
	IfMatch string `header:"If-Match" required:"true" doc:"the version that was looked at"`
	Body    Resubmission
}

// SecondLook is what somebody thinks of a decision that another took alone.
type SecondLook struct {
	Look string `json:"look" enum:"agreed,disagreed"`
	Note string `json:"note,omitempty" maxLength:"2000" doc:"disagreeing needs one"`
}

// secondLookInput is PUT /change-requests/{id}/second-look.
type secondLookInput struct {
	IDInput
	IfMatch string `header:"If-Match" required:"true" doc:"the version that was looked at"`
	Body    SecondLook
}

// Reversal is a proposed reversal and what it leaves out.
type Reversal struct {
	ChangeRequest ChangeRequest `json:"change_request"`
	Moved         []MovedRecord `json:"moved" doc:"records that changed since and stay as they are"`
}

// MovedRecord is a record that cannot be taken back any more.
type MovedRecord struct {
	RecordID string `json:"record_id"`
	Label    string `json:"label"`
	Why      string `json:"why"`
}

func (a *API) registerRequestLife() {
	handle(a, operation(http.MethodPut, "/change-requests/{id}/resubmission", "resubmit-change-request", "Hand in again after rework"), a.resubmitRequest)
	handle(a, operation(http.MethodPut, "/change-requests/{id}/second-look", "look-at-change-request", "Agree or disagree with what one steward decided"), a.lookAtRequest)
	handle(a, created("/change-requests/{id}/reversal", "revert-change-request", "Propose to take an applied request back"), a.revertRequest)
}

func (a *API) resubmitRequest(ctx context.Context, in *resubmissionInput) (*tagged[ChangeRequest], error) {
	edit, err := in.Body.edit()
	if err != nil {
		return nil, err
	}
	return a.review(ctx, in.ID, in.IfMatch, func(id domain.ID, version int) (domain.ChangeRequest, error) {
		return a.Desk.Resubmit(ctx, actorOf(ctx), id, version, edit)
	})
}

func (r Resubmission) edit() (steward.Edit, error) {
	edit := steward.Edit{Reason: r.Reason}
	for _, raw := range r.Drop {
		id, err := domain.ParseID(raw)
		if err != nil {
			return edit, err
		}
		edit.Drop = append(edit.Drop, id)
	}
	for _, d := range r.Decisions {
		decision, err := decisionOf(Decision{ID: d.ID, Version: d.Version, Verb: d.Verb, RecordID: d.RecordID, Values: d.Values})
		if err != nil {
			return edit, err
		}
		edit.Decisions = append(edit.Decisions, decision)
	}
	return edit, nil
}

func (a *API) lookAtRequest(ctx context.Context, in *secondLookInput) (*tagged[ChangeRequest], error) {
	return a.review(ctx, in.ID, in.IfMatch, func(id domain.ID, version int) (domain.ChangeRequest, error) {
		return a.Desk.SecondLook(ctx, actorOf(ctx), id, version, domain.SecondLook(in.Body.Look), in.Body.Note)
	})
}

func (a *API) revertRequest(ctx context.Context, in *closingInput) (*body[Reversal], error) {
	var made steward.Reversal
	out, err := a.review(ctx, in.ID, in.IfMatch, func(id domain.ID, version int) (_ domain.ChangeRequest, err error) {
		made, err = a.Desk.Revert(ctx, actorOf(ctx), id, version, in.Body.Reason)
		return made.Request, err
	})
	if err != nil {
		return nil, err
	}
	return bodyOf(Reversal{ChangeRequest: out.Body, Moved: each(made.Moved, func(m steward.Moved) MovedRecord {
		return MovedRecord{RecordID: m.Record.String(), Label: m.Label, Why: m.Why}
	})}), nil
}
