package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
)

// Mapping ties a local code to a golden record.
type Mapping struct {
	ID              string `json:"id"`
	Domain          string `json:"domain"`
	System          string `json:"system"`
	Plant           string `json:"plant"`
	CodeType        string `json:"code_type"`
	Code            string `json:"code"`
	RecordID        string `json:"record_id"`
	RecordCode      string `json:"record_code,omitempty" doc:"lists of mappings: the record's canonical code"`
	RecordName      string `json:"record_name,omitempty" doc:"lists of mappings: the record's name"`
	Relation        string `json:"relation"`
	State           string `json:"state"`
	ValidFrom       string `json:"valid_from"`
	ValidTo         string `json:"valid_to"`
	Basis           string `json:"basis" enum:"person,rule"`
	DefaultOut      bool   `json:"default_out" doc:"the code used when the record is named to the system"`
	Factor          string `json:"factor" doc:"how many of the record's base unit one of the code is; an exact fraction"`
	Unit            string `json:"unit" doc:"the code's own unit; empty: the record's base unit"`
	Version         int    `json:"version"`
	ChangeRequestID string `json:"change_request_id"`
}

// mappingsInput is GET /mappings.
type mappingsInput struct {
	Domain string `query:"domain"`
	System string `query:"system"`
	State  string `query:"state" doc:"proposed, active, suspect, ended or rejected"`
	Text   string `query:"text" maxLength:"200" doc:"the start of the code"`
	PageInput
}

// ProposeMapping proposes a change of one mapping: `new` says what a code stands for, `end` ends a mapping on a day, `replace`
// hands its code over to another record on a day.
type ProposeMapping struct {
	Action    string `json:"action" enum:"new,end,replace"`
	System    string `json:"system,omitempty" maxLength:"100" doc:"new: whose code it is"`
	Plant     string `json:"plant,omitempty" maxLength:"100" doc:"new: for a system that serves many plants"`
	CodeType  string `json:"code_type,omitempty" maxLength:"100" doc:"new: the system's own where it is left out"`
	Domain    string `json:"domain,omitempty" maxLength:"100" doc:"new"`
	Code      string `json:"code,omitempty" maxLength:"500" doc:"new"`
	Relation  string `json:"relation,omitempty" maxLength:"30" doc:"new: equivalent where it is left out"`
	ValidFrom string `json:"valid_from,omitempty" maxLength:"10" doc:"new"`
	ValidTo   string `json:"valid_to,omitempty" maxLength:"10" doc:"new: the first day on which it no longer holds"`
	Default   bool   `json:"default_out,omitempty" doc:"new: refuse unless the system is told of the record by this code"`
	Factor    string `json:"factor,omitempty" maxLength:"40" doc:"new: how many of the record's base unit one of the code is: 12, 0.5 or 1/3"`
	Unit      string `json:"unit,omitempty" maxLength:"20" doc:"new: the code's own unit"`
	RecordID  string `json:"record_id,omitempty" maxLength:"100" doc:"new, replace: the record, by ID"`
	Target    string `json:"target,omitempty" maxLength:"128" doc:"new, replace: the record, by canonical code"`
	MappingID string `json:"mapping_id,omitempty" maxLength:"100" doc:"end, replace"`
	Version   int    `json:"version,omitempty" doc:"end, replace: the version that was looked at"`
	On        string `json:"on,omitempty" maxLength:"10" doc:"end, replace: the first day on which the mapping no longer holds"`
	Reason    string `json:"reason" maxLength:"2000"`
}

// proposeMappingInput is POST /mappings.
type proposeMappingInput struct{ Body ProposeMapping }

func (a *API) registerMappings() {
	handle(a, operation(http.MethodGet, "/mappings", "list-mappings", "The code mappings"), a.mappings)
	handle(a, operation(http.MethodGet, "/mappings/{id}/versions", "list-mapping-versions", "The history of a code mapping, oldest first"), a.mappingVersions)
	handle(a, created("/mappings", "propose-mapping", "Propose a mapping, its end, or its handover"), a.proposeMapping)
}

func (a *API) mappings(ctx context.Context, in *mappingsInput) (*body[List[Mapping]], error) {
	mappings, next, err := a.Crosswalk.Mappings(ctx, actorOf(ctx), domain.MappingQuery{
		Domain: domain.DomainName(in.Domain), System: domain.SystemID(in.System), State: domain.MappingState(in.State), Text: in.Text, Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	return a.namedMappings(ctx, mappings, next)
}

// namedMappings answers mappings with the names of their records.
func (a *API) namedMappings(ctx context.Context, mappings []domain.CodeMapping, next string) (*body[List[Mapping]], error) {
	labels, err := a.Crosswalk.Labels(ctx, mappings)
	if err != nil {
		return nil, err
	}
	return listOf(mappings, next, func(m domain.CodeMapping) Mapping {
		out, label := mappingOf(m), labels[m.Record]
		out.RecordCode, out.RecordName = label.Code, label.Name
		return out
	}), nil
}

func (a *API) mappingVersions(ctx context.Context, in *IDInput) (*body[List[Mapping]], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	versions, err := a.Crosswalk.MappingHistory(ctx, actorOf(ctx), id)
	if err != nil {
		return nil, err
	}
	return a.namedMappings(ctx, versions, "")
}

func (a *API) proposeMapping(ctx context.Context, in *proposeMappingInput) (*body[ChangeRequest], error) {
	propose := a.proposeNew
	if in.Body.Action != "new" {
		propose = a.proposeEnd
	}
	request, err := propose(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return a.requestByID(ctx, request.ID)
}

func (a *API) proposeNew(ctx context.Context, p ProposeMapping) (domain.ChangeRequest, error) {
	record, err := optionalID(p.RecordID)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	from, err := domain.ParseDate(p.ValidFrom)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	to, err := domain.ParseDate(p.ValidTo)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	return a.Crosswalk.ProposeMapping(ctx, actorOf(ctx), crosswalk.NewMapping{
		Side:   crosswalk.Side{System: domain.SystemID(p.System), Plant: domain.PlantID(p.Plant), CodeType: domain.CodeType(p.CodeType)},
		Domain: domain.DomainName(p.Domain), Code: p.Code, Record: record, Target: p.Target, Relation: domain.Relation(p.Relation),
		Validity: domain.Validity{From: from, To: to}, Default: p.Default, Factor: p.Factor, Unit: p.Unit, Reason: p.Reason,
	})
}

func (a *API) proposeEnd(ctx context.Context, p ProposeMapping) (domain.ChangeRequest, error) {
	mapping, err := domain.ParseID(p.MappingID)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	record, err := optionalID(p.RecordID)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	on, err := domain.ParseDate(p.On)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	named := !record.IsZero() || p.Target != ""
	if named != (p.Action == "replace") {
		return domain.ChangeRequest{}, domain.Invalid(domain.CodeBodyInvalid, "name the record that takes the code over to replace a mapping, and none to end it")
	}
	return a.Crosswalk.ProposeEnd(ctx, actorOf(ctx), crosswalk.EndMapping{
		ID: mapping, Version: p.Version, On: on, Record: record, Target: p.Target, Reason: p.Reason,
	})
}

func mappingOf(m domain.CodeMapping) Mapping {
	return Mapping{
		ID: m.ID.String(), Domain: string(m.Domain), System: string(m.System), Plant: string(m.Plant), CodeType: string(m.CodeType),
		Code: string(m.Code), RecordID: m.Record.String(), Relation: string(m.Relation), State: string(m.State),
		ValidFrom: string(m.Validity.From), ValidTo: string(m.Validity.To), Basis: string(m.Basis), DefaultOut: m.DefaultOut,
		Factor: m.Factor.String(), Unit: m.Unit, Version: m.Version, ChangeRequestID: m.ChangeRequest.String(),
	}
}
