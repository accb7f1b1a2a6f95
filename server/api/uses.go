package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// DeclaredUse says how a plant uses a record, and how that is known.
type DeclaredUse struct {
	Plant     string `json:"plant"`
	State     string `json:"state" enum:"not_used,planned,active,phasing_out,blocked"`
	ValidFrom string `json:"valid_from" doc:"the first day; empty: always was"`
	ValidTo   string `json:"valid_to" doc:"the first day it no longer holds; empty: no end"`
	Source    string `json:"source" enum:"declared,bom,stock"`
	Version   int    `json:"version"`
}

// ProposeUse declares how a plant uses a record.
type ProposeUse struct {
	Plant     string `json:"plant" maxLength:"16"`
	State     string `json:"state" maxLength:"20" doc:"not_used, planned, active, phasing_out or blocked"`
	ValidFrom string `json:"valid_from,omitempty" maxLength:"10"`
	ValidTo   string `json:"valid_to,omitempty" maxLength:"10"`
	Reason    string `json:"reason" maxLength:"2000"`
}

// proposeUseInput is POST /records/{domain}/{id}/uses.
type proposeUseInput struct {
	DomainInput
	IDInput
	Body ProposeUse
}

func (a *API) registerUses() {
	handle(a, operation(http.MethodGet, "/records/{domain}/{id}/uses", "list-uses", "How the plants use a record"), a.uses)
	handle(a, created("/records/{domain}/{id}/uses", "propose-use", "Propose how a plant uses a record"), a.proposeUse)
}

func (a *API) uses(ctx context.Context, in *recordInput) (*body[List[DeclaredUse]], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	uses, err := a.Catalog.Uses(ctx, actorOf(ctx), domain.DomainName(in.Domain), id)
	if err != nil {
		return nil, err
	}
	return listOf(uses, "", func(u domain.PlantUse) DeclaredUse {
		return DeclaredUse{
			Plant: string(u.Plant), State: string(u.State), ValidFrom: string(u.Validity.From), ValidTo: string(u.Validity.To),
			Source: u.Source, Version: u.Version,
		}
	}), nil
}

func (a *API) proposeUse(ctx context.Context, in *proposeUseInput) (*body[ChangeRequest], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	from, err := domain.ParseDate(in.Body.ValidFrom)
	if err != nil {
		return nil, err
	}
	to, err := domain.ParseDate(in.Body.ValidTo)
	if err != nil {
		return nil, err
	}
	request, err := a.Catalog.ProposeUse(ctx, actorOf(ctx), domain.DomainName(in.Domain), id, catalog.DeclaredUse{
		Plant: domain.PlantID(in.Body.Plant), State: domain.UseState(in.Body.State), Validity: domain.Validity{From: from, To: to},
	}, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return a.requestByID(ctx, request.ID)
}
