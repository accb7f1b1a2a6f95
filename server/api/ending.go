package api

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// ProposeEnding says how a record is to go.
type ProposeEnding struct {
	To          string `json:"to" maxLength:"20" doc:"phase_out, so that it is used up, or retired"`
	BaseVersion int    `json:"base_version" minimum:"1" doc:"the version that was looked at"`
	SuccessorID string `json:"successor_id,omitempty" maxLength:"36" doc:"the record that takes its place"`
	HandOverOn  string `json:"hand_over_on,omitempty" maxLength:"10" doc:"the day from which its plants' codes stand for the successor; empty: they are not handed over"`
	Reason      string `json:"reason" maxLength:"2000"`
}

// proposeEndingInput is POST /records/{domain}/{id}/ending.
type proposeEndingInput struct {
	DomainInput
	IDInput
	Body ProposeEnding
}

func (a *API) registerEnding() {
	handle(a, created("/records/{domain}/{id}/ending", "propose-ending", "Propose that a record is phased out or retired"), a.proposeEnding)
}

func (a *API) proposeEnding(ctx context.Context, in *proposeEndingInput) (*body[ChangeRequest], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	wanted := catalog.Ending{To: domain.RecordState(in.Body.To), BaseVersion: in.Body.BaseVersion, Reason: in.Body.Reason}
	if in.Body.SuccessorID != "" {
		if wanted.Successor, err = domain.ParseID(in.Body.SuccessorID); err != nil {
			return nil, err
		}
	}
	if wanted.HandOver, err = domain.ParseDate(in.Body.HandOverOn); err != nil {
		return nil, err
	}
	request, err := a.Catalog.ProposeEnding(ctx, actorOf(ctx), domain.DomainName(in.Domain), id, wanted)
	if err != nil {
		return nil, err
	}
	return a.requestByID(ctx, request.ID)
}
