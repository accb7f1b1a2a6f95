package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// SaidBySystem is what one system last said of a golden record.
type SaidBySystem struct {
	System     string     `json:"system"`
	Name       string     `json:"name"`
	Plant      string     `json:"plant"`
	Code       string     `json:"code"`
	Active     bool       `json:"active"`
	Gone       bool       `json:"gone" doc:"the last complete reading no longer found it"`
	ReadAt     string     `json:"read_at"`
	Attributes Attributes `json:"attributes" doc:"under the keys of the golden record"`
	Differs    []string   `json:"differs" doc:"the keys under which it says something else; what is not among them is equal or within tolerance"`
}

func (a *API) registerSaid() {
	handle(a, operation(http.MethodGet, "/records/{domain}/{id}/sources", "list-record-sources", "What each system last said of a record"), a.said)
}

func (a *API) said(ctx context.Context, in *recordInput) (*body[List[SaidBySystem]], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	said, err := a.Catalog.Said(ctx, actorOf(ctx), domain.DomainName(in.Domain), id)
	if err != nil {
		return nil, err
	}
	return listOf(said, "", func(s catalog.SaidBy) SaidBySystem {
		plant := s.Plant
		if plant == "" {
			plant = s.System.Plant
		}
		return SaidBySystem{
			System: string(s.System.ID), Name: s.System.Name, Plant: string(plant), Code: string(s.Source.Code), Active: s.Source.Active,
			Gone: s.Source.GoneAt != 0, ReadAt: s.Source.ReadAt.String(), Attributes: Attributes{s.Values},
			Differs: each(s.Differs, func(id domain.AttributeID) string { return string(id) }),
		}
	}), nil
}
