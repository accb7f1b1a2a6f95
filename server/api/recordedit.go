package api

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// RecordEdit is how a golden record is to be.
type RecordEdit struct {
	BaseVersion int        `json:"base_version,omitempty" minimum:"0" doc:"the version that was looked at: what has changed since of the attributes named here is a conflict, other attributes are none; 0: whatever it is"`
	Set         Attributes `json:"set,omitempty" doc:"values by attribute; of one plant or company with that behind the ID, as in lead_time@STU1"`
	Clear       []string   `json:"clear,omitempty" maxItems:"1000" doc:"attributes that are to lose their value"`
	Reason      string     `json:"reason" maxLength:"2000"`
}

// editRecordInput is POST /records/{domain}/{id}/changes.
type editRecordInput struct {
	DomainInput
	IDInput
	IfMatch string `header:"If-Match" doc:"the version the record must still have; left out: base_version counts, attribute by attribute"`
	Body    RecordEdit
}

func (a *API) registerRecordEdits() {
	handle(a, created("/records/{domain}/{id}/changes", "propose-record-edit", "Propose other values of a golden record"), a.editRecord)
}

func (a *API) editRecord(ctx context.Context, in *editRecordInput) (*body[ChangeRequest], error) {
	wish := steward.EditWish{Reason: in.Body.Reason, RecordEdit: steward.RecordEdit{
		Base: in.Body.BaseVersion, Set: in.Body.Set.values, Clear: namesOf[domain.AttributeID](in.Body.Clear),
	}}
	var err error
	if wish.Record, err = domain.ParseID(in.ID); err != nil {
		return nil, err
	}
	if in.IfMatch != "" {
		if wish.Version, err = parseETag(in.IfMatch); err != nil {
			return nil, err
		}
	}
	request, err := a.Desk.EditRecord(ctx, actorOf(ctx), domain.DomainName(in.Domain), wish)
	if domain.ErrorCode(err) == domain.CodeRecordStale && in.IfMatch != "" {
		return nil, preconditionError{err}
	}
	if err != nil {
		return nil, err
	}
	a.DecisionsTaken()
	return a.requestByID(ctx, request.ID)
}
