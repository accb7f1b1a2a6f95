package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Acceptance lets what differs in its scope stay as it is, until a day.
type Acceptance struct {
	ID        string `json:"id"`
	Scope     string `json:"scope" enum:"record,attribute,pattern"`
	Domain    string `json:"domain"`
	System    string `json:"system"`
	Plant     string `json:"plant"`
	Class     string `json:"class" doc:"pattern: the class of difference"`
	Attribute string `json:"attribute" doc:"attribute and pattern"`
	RecordID  string `json:"record_id" doc:"record: the golden record"`
	Code      string `json:"code" doc:"record: the code, where it is not linked"`
	Label     string `json:"label"`
	Reason    string `json:"reason"`
	Until     string `json:"until"`
	State     string `json:"state" enum:"active,ended,expired"`
	CreatedBy string `json:"created_by"`
	CreatedAt string `json:"created_at"`
	EndedBy   string `json:"ended_by"`
	EndedAt   string `json:"ended_at"`
	EndedWhy  string `json:"ended_why"`
	Version   int    `json:"version"`
}

// NewAcceptance accepts everything in a scope of which a discrepancy is an example.
type NewAcceptance struct {
	Scope         string `json:"scope" enum:"record,attribute,pattern" doc:"within the discrepancy's system: this record, this attribute, or whatever looks alike"`
	DiscrepancyID string `json:"discrepancy_id"`
	Version       int    `json:"version" doc:"the discrepancy's version that was looked at"`
	Until         string `json:"until" doc:"the day on which it ends"`
	Reason        string `json:"reason" maxLength:"2000"`
}

// AcceptanceResult is an acceptance and how many discrepancies moved with it.
type AcceptanceResult struct {
	Acceptance Acceptance `json:"acceptance"`
	Moved      int        `json:"moved" doc:"how many discrepancies were accepted, or came back"`
}

// acceptancesInput is GET /acceptances.
type acceptancesInput struct {
	State  string `query:"state" enum:",active,ended,expired"`
	System string `query:"system"`
	Domain string `query:"domain"`
	PageInput
}

// newAcceptanceInput is POST /acceptances.
type newAcceptanceInput struct{ Body NewAcceptance }

func (a *API) registerAcceptances() {
	handle(a, operation(http.MethodGet, "/acceptances", "list-acceptances", "The acceptances of wider scope, newest first"),
		func(ctx context.Context, in *acceptancesInput) (*body[List[Acceptance]], error) {
			found, next, err := a.Desk.Acceptances(ctx, actorOf(ctx), domain.AcceptanceQuery{
				State: domain.AcceptanceState(in.State), System: domain.SystemID(in.System), Domain: domain.DomainName(in.Domain), Page: in.page(),
			})
			if err != nil {
				return nil, err
			}
			return listOf(found, next, acceptanceOf), nil
		})
	handle(a, created("/acceptances", "accept-scope", "Accept what lies in a scope, until a day"), a.acceptScope)
	handle(a, operation(http.MethodPost, "/acceptances/{id}/end", "end-acceptance", "End an acceptance before its day"), a.endAcceptance)
}

func (a *API) acceptScope(ctx context.Context, in *newAcceptanceInput) (*body[AcceptanceResult], error) {
	id, err := domain.ParseID(in.Body.DiscrepancyID)
	if err != nil {
		return nil, err
	}
	until, err := domain.ParseDate(in.Body.Until)
	if err != nil {
		return nil, err
	}
	made, covered, err := a.Desk.AcceptScope(ctx, actorOf(ctx), steward.NewAcceptance{
		Scope: domain.AcceptanceScope(in.Body.Scope), Discrepancy: id, Version: in.Body.Version, Until: until, Reason: in.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return bodyOf(AcceptanceResult{Acceptance: acceptanceOf(made), Moved: covered}), nil
}

func (a *API) endAcceptance(ctx context.Context, in *ReasonInput) (*body[AcceptanceResult], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	ended, reopened, err := a.Desk.EndAcceptance(ctx, actorOf(ctx), id, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return bodyOf(AcceptanceResult{Acceptance: acceptanceOf(ended), Moved: reopened}), nil
}

func acceptanceOf(a domain.Acceptance) Acceptance {
	return Acceptance{
		ID: a.ID.String(), Scope: string(a.Scope), Domain: string(a.Domain), System: string(a.System), Plant: string(a.Plant),
		Class: string(a.Class), Attribute: string(a.Attribute), RecordID: a.Record.String(), Code: string(a.Code), Label: a.Label,
		Reason: a.Reason, Until: string(a.Until), State: string(a.State), CreatedBy: string(a.CreatedBy), CreatedAt: a.CreatedAt.String(),
		EndedBy: string(a.EndedBy), EndedAt: a.EndedAt.String(), EndedWhy: a.EndedWhy, Version: a.Version,
	}
}
