package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// WhereUsed are the places at which a record is named.
type WhereUsed struct {
	Items []UsedPlace `json:"items"`
	Next  string      `json:"next" doc:"continues the places of one level; empty at the end, and always over several levels"`
	// Truncated tells that an answer over several levels is not all.
	Truncated bool `json:"truncated" doc:"there are more places over the levels asked for than one answer has"`
}

// UsedPlace is one place at which a record is named.
type UsedPlace struct {
	Level     int    `json:"level" doc:"1 where the record itself is named, 2 where what it is a part of is"`
	Of        string `json:"of" doc:"the ID of the record that is named here"`
	RecordID  string `json:"record_id" doc:"the record that names it"`
	Domain    string `json:"domain"`
	Code      string `json:"code"`
	Name      string `json:"name"`
	State     string `json:"state"`
	Attribute string `json:"attribute"`
	Line      string `json:"line" doc:"the line's ID; empty where the attribute itself names the record"`
	Field     string `json:"field" doc:"the line's attribute"`
	Named     string `json:"named" doc:"the ID it is named by: that of a merged record, where its codes are used still"`
}

// whereUsedInput is GET /records/{domain}/{id}/where-used.
type whereUsedInput struct {
	DomainInput
	IDInput
	Levels int `query:"levels" minimum:"1" maximum:"20" default:"1" doc:"over how many levels: an item's BOMs, those of what they make, and so on"`
	PageInput
}

func (a *API) registerWhereUsed() {
	handle(a, operation(http.MethodGet, "/records/{domain}/{id}/where-used", "where-used", "Which records in use name this one"), a.whereUsed)
}

func (a *API) whereUsed(ctx context.Context, in *whereUsedInput) (*body[WhereUsed], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	used, err := a.Catalog.WhereUsed(ctx, actorOf(ctx), domain.DomainName(in.Domain), id, in.Levels, in.page())
	if err != nil {
		return nil, err
	}
	return bodyOf(WhereUsed{Items: each(used.Places, usedPlaceOf), Next: used.Next, Truncated: used.Truncated}), nil
}

func usedPlaceOf(u catalog.Used) UsedPlace {
	by := recordOf(u.By, u.Definition)
	return UsedPlace{
		Level: u.Level, Of: u.Of.String(), RecordID: by.ID, Domain: string(u.Domain), Code: by.Code, Name: by.Name, State: by.State,
		Attribute: string(u.Attribute), Line: u.Line, Field: string(u.Field), Named: u.Target.String(),
	}
}
