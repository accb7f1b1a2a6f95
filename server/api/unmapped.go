package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
)

// UnmappedCode is a code that was asked for and is not mapped.
type UnmappedCode struct {
	ID           string `json:"id"`
	Domain       string `json:"domain"`
	System       string `json:"system"`
	Plant        string `json:"plant"`
	CodeType     string `json:"code_type"`
	Code         string `json:"code"`
	Status       string `json:"status" doc:"what the last who asked was told"`
	Asked        int    `json:"asked"`
	FirstAsked   string `json:"first_asked"`
	LastAsked    string `json:"last_asked"`
	DismissedBy  string `json:"dismissed_by"`
	DismissedAt  string `json:"dismissed_at"`
	DismissedWhy string `json:"dismissed_why"`
}

// UnmappedOverflow counts questions for codes that are not listed because a system had too many.
type UnmappedOverflow struct {
	System string `json:"system"`
	Domain string `json:"domain"`
	Plant  string `json:"plant"`
	Codes  int    `json:"codes" doc:"how many codes are kept"`
	Asked  int    `json:"asked" doc:"how often others were asked for"`
	LastAt string `json:"last_at"`
}

// UnmappedList is one page of unmapped codes.
type UnmappedList struct {
	Items    []UnmappedCode     `json:"items"`
	Overflow []UnmappedOverflow `json:"overflow"`
	Policies []PolicyConfig     `json:"policies" doc:"what the systems that ask are told meanwhile; without one a code is rejected"`
	Next     string             `json:"next"`
}

// unmappedInput is GET /unmapped.
type unmappedInput struct {
	System    string `query:"system"`
	Domain    string `query:"domain" default:"item"`
	Text      string `query:"text" maxLength:"200" doc:"the start of the code"`
	Dismissed bool   `query:"dismissed" doc:"those put aside instead of those waiting"`
	PageInput
}

// dismissInput is POST /unmapped/{id}/dismissal.
type dismissInput struct {
	IDInput
	Body struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
}

// MapUnmapped says what an unmapped code stands for; the record is named by its ID or its canonical code.
type MapUnmapped struct {
	RecordID  string `json:"record_id,omitempty" maxLength:"100"`
	Target    string `json:"target,omitempty" maxLength:"128" doc:"the canonical code"`
	Relation  string `json:"relation,omitempty" maxLength:"30"`
	ValidFrom string `json:"valid_from,omitempty" maxLength:"10"`
	Factor    string `json:"factor,omitempty" maxLength:"40" doc:"how many of the record's base unit one of the code is: 12, 0.5 or 1/3"`
	Unit      string `json:"unit,omitempty" maxLength:"20"`
	Reason    string `json:"reason" maxLength:"2000"`
}

// mapUnmappedInput is POST /unmapped/{id}/mapping.
type mapUnmappedInput struct {
	IDInput
	Body MapUnmapped
}

func (a *API) registerUnmapped() {
	handle(a, operation(http.MethodGet, "/unmapped", "list-unmapped", "The codes asked for that are not mapped, most asked first"), a.unmapped)
	handle(a, operation(http.MethodPost, "/unmapped/{id}/dismissal", "dismiss-unmapped", "Put aside a code that needs no mapping"), a.dismissUnmapped)
	handle(a, created("/unmapped/{id}/mapping", "map-unmapped", "Propose what an unmapped code stands for"), a.mapUnmapped)
}

func (a *API) unmapped(ctx context.Context, in *unmappedInput) (*body[UnmappedList], error) {
	page, err := a.Crosswalk.Unmapped(ctx, actorOf(ctx), domain.UnmappedQuery{
		System: domain.SystemID(in.System), Domain: domain.DomainName(in.Domain), Text: in.Text, Dismissed: in.Dismissed, Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	return bodyOf(UnmappedList{Items: each(page.Codes, unmappedOf), Next: page.Next,
		Policies: each(page.Policies, func(p domain.UnmappedPolicy) PolicyConfig {
			return PolicyConfig{System: string(p.System), Domain: string(p.Domain), Action: string(p.Action), Code: string(p.Code)}
		}),
		Overflow: each(page.Tallies, func(t domain.UnmappedTally) UnmappedOverflow {
			return UnmappedOverflow{
				System: string(t.System), Domain: string(t.Domain), Plant: string(t.Plant), Codes: t.Codes, Asked: t.Overflow, LastAt: t.OverflowAt.String(),
			}
		})}), nil
}

func (a *API) dismissUnmapped(ctx context.Context, in *dismissInput) (*body[UnmappedCode], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	dismissed, err := a.Crosswalk.Dismiss(ctx, actorOf(ctx), id, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return bodyOf(unmappedOf(dismissed)), nil
}

func (a *API) mapUnmapped(ctx context.Context, in *mapUnmappedInput) (*body[ChangeRequest], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	from, err := domain.ParseDate(in.Body.ValidFrom)
	if err != nil {
		return nil, err
	}
	record, err := optionalID(in.Body.RecordID)
	if err != nil {
		return nil, err
	}
	request, err := a.Crosswalk.MapUnmapped(ctx, actorOf(ctx), id, crosswalk.NewMapping{
		Record: record, Target: in.Body.Target, Relation: domain.Relation(in.Body.Relation), Validity: domain.Validity{From: from},
		Factor: in.Body.Factor, Unit: in.Body.Unit, Reason: in.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return a.requestByID(ctx, request.ID)
}

// optionalID reads an ID; "" is none.
func optionalID(raw string) (domain.ID, error) {
	if raw == "" {
		return domain.ID{}, nil
	}
	return domain.ParseID(raw)
}

func unmappedOf(u domain.UnmappedCode) UnmappedCode {
	return UnmappedCode{
		ID: u.ID.String(), Domain: string(u.Domain), System: string(u.System), Plant: string(u.Plant), CodeType: string(u.CodeType),
		Code: string(u.Code), Status: u.Status, Asked: u.Asked, FirstAsked: u.FirstAsked.String(), LastAsked: u.LastAsked.String(),
		DismissedBy: string(u.DismissedBy), DismissedAt: u.DismissedAt.String(), DismissedWhy: u.DismissedWhy,
	}
}
