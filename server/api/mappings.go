package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
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
	Relation        string `json:"relation"`
	State           string `json:"state"`
	ValidFrom       string `json:"valid_from"`
	ValidTo         string `json:"valid_to"`
	Basis           string `json:"basis" enum:"person,rule"`
	DefaultOut      bool   `json:"default_out" doc:"the code used when the record is named to the system"`
	Version         int    `json:"version"`
	ChangeRequestID string `json:"change_request_id"`
}

// mappingsInput is GET /mappings.
type mappingsInput struct {
	System string `query:"system"`
	Text   string `query:"text" maxLength:"200" doc:"the start of the code"`
	PageInput
}

func (a *API) registerMappings() {
	handle(a, operation(http.MethodGet, "/mappings", "list-mappings", "The code mappings"),
		func(ctx context.Context, in *mappingsInput) (*body[List[Mapping]], error) {
			mappings, next, err := a.Crosswalk.Mappings(ctx, actorOf(ctx), domain.MappingQuery{
				System: domain.SystemID(in.System), Text: in.Text, Page: in.page(),
			})
			if err != nil {
				return nil, err
			}
			return listOf(mappings, next, mappingOf), nil
		})
}

func mappingOf(m domain.CodeMapping) Mapping {
	return Mapping{
		ID: m.ID.String(), Domain: string(m.Domain), System: string(m.System), Plant: string(m.Plant), CodeType: string(m.CodeType),
		Code: string(m.Code), RecordID: m.Record.String(), Relation: string(m.Relation), State: string(m.State),
		ValidFrom: string(m.Validity.From), ValidTo: string(m.Validity.To), Basis: string(m.Basis), DefaultOut: m.DefaultOut,
		Version: m.Version, ChangeRequestID: m.ChangeRequest.String(),
	}
}
