package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Record is a golden record.
type Record struct {
	ID         string     `json:"id"`
	Domain     string     `json:"domain"`
	State      string     `json:"state"`
	Code       string     `json:"code"`
	Name       string     `json:"name"`
	Version    int        `json:"version"`
	Attributes Attributes `json:"attributes"`
	ChangedAt  string     `json:"changed_at"`
	MergedInto string     `json:"merged_into,omitempty" doc:"of a merged record: the one it was merged into"`
	// Matched are the codes a search found the record by.
	Matched []MatchedCode `json:"matched,omitempty" doc:"the plants' codes that begin with the text searched for"`
}

// MatchedCode is a code of some system that a search found.
type MatchedCode struct {
	System   string `json:"system"`
	Plant    string `json:"plant"`
	CodeType string `json:"code_type"`
	Code     string `json:"code"`
}

// RecordDetail is a golden record with its crosswalk, use, lineage and history.
type RecordDetail struct {
	Record
	Mappings []Mapping       `json:"mappings"`
	Uses     []RecordUse     `json:"uses"`
	Lineage  []Lineage       `json:"lineage"`
	Versions []RecordVersion `json:"versions"`
	// ForwardsTo is where a merged record leads in the end.
	ForwardsTo *MergedRecord `json:"forwards_to,omitempty" doc:"of a merged record: the one that answers for it now"`
	Merged     []MergeMember `json:"merged" doc:"the records that forward to this one, with their codes"`
}

// RecordUse says how a plant uses the record.
type RecordUse struct {
	Plant  string `json:"plant"`
	State  string `json:"state"`
	Source string `json:"source"`
}

// Lineage says where a golden value comes from.
type Lineage struct {
	Attribute       string `json:"attribute"`
	System          string `json:"system" doc:"empty when a person entered the value"`
	Code            string `json:"code"`
	Rule            string `json:"rule"`
	Version         int    `json:"version"`
	ChangeRequestID string `json:"change_request_id"`
	RecordedAt      string `json:"recorded_at"`
}

// RecordVersion is one entry of a record's history.
type RecordVersion struct {
	Version         int        `json:"version"`
	State           string     `json:"state"`
	Attributes      Attributes `json:"attributes"`
	ValidFrom       string     `json:"valid_from"`
	RecordedAt      string     `json:"recorded_at"`
	ChangeRequestID string     `json:"change_request_id"`
}

// recordsInput is GET /records/{domain}.
type recordsInput struct {
	DomainInput
	Text  string `query:"text" maxLength:"200" doc:"the start of the code or of any plant's code, or any part of the name"`
	State string `query:"state" doc:"merged records are left out unless it is merged"`
	PageInput
}

// recordInput is GET /records/{domain}/{id}.
type recordInput struct {
	DomainInput
	IDInput
}

func (a *API) registerRecords() {
	handle(a, operation(http.MethodGet, "/records/{domain}", "list-records", "The golden records of a domain"), a.records)
	handle(a, operation(http.MethodGet, "/records/{domain}/{id}", "get-record", "One golden record with its crosswalk and history"), a.record)
}

func (a *API) records(ctx context.Context, in *recordsInput) (*body[List[Record]], error) {
	name := domain.DomainName(in.Domain)
	records, next, err := a.Catalog.Records(ctx, actorOf(ctx), domain.RecordQuery{
		Domain: name, State: domain.RecordState(in.State), Text: in.Text, Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	definition, err := a.Desk.Definitions.Definition(name)
	if err != nil {
		return nil, err
	}
	matches, err := a.Catalog.Matches(ctx, actorOf(ctx), records, in.Text)
	if err != nil {
		return nil, err
	}
	return listOf(records, next, func(r domain.GoldenRecord) Record {
		record := recordOf(r, definition)
		record.Matched = each(matches[r.ID], matchedOf)
		return record
	}), nil
}

func (a *API) record(ctx context.Context, in *recordInput) (*tagged[RecordDetail], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	view, err := a.Catalog.Record(ctx, actorOf(ctx), domain.DomainName(in.Domain), id)
	if err != nil {
		return nil, err
	}
	detail := RecordDetail{
		Record: recordOf(view.Record, view.Definition), Mappings: each(view.Mappings, mappingOf), Lineage: each(view.Lineage, lineageOf),
		Versions: each(view.Versions, versionOf), Merged: each(view.Merged, mergeMemberOf(view.Definition)),
		Uses: each(view.Uses, func(u domain.PlantUse) RecordUse {
			return RecordUse{Plant: string(u.Plant), State: string(u.State), Source: u.Source}
		}),
	}
	if view.Heir.ID != view.Record.ID {
		heir := mergedRecordOf(view.Heir, view.Definition)
		detail.ForwardsTo = &heir
	}
	return &tagged[RecordDetail]{ETag: etagOf(detail.Version), Body: detail}, nil
}

func recordOf(r domain.GoldenRecord, d domain.Definition) Record {
	return Record{
		ID: r.ID.String(), Domain: string(r.Domain), State: string(r.State), Code: r.Attributes.Text(d.CodeAttribute),
		Name: r.Attributes.Text(d.NameAttribute), Version: r.Version, Attributes: Attributes{r.Attributes}, ChangedAt: r.ChangedAt.String(), MergedInto: r.MergedInto.String(),
	}
}

func matchedOf(m domain.CodeMapping) MatchedCode {
	return MatchedCode{System: string(m.System), Plant: string(m.Plant), CodeType: string(m.CodeType), Code: string(m.Code)}
}

func lineageOf(l domain.Lineage) Lineage {
	return Lineage{
		Attribute: string(l.Attribute), System: string(l.System), Code: string(l.Code), Rule: l.Rule, Version: l.Version,
		ChangeRequestID: l.ChangeRequest.String(), RecordedAt: l.RecordedAt.String(),
	}
}

func versionOf(v domain.GoldenVersion) RecordVersion {
	return RecordVersion{
		Version: v.Version, State: string(v.State), Attributes: Attributes{v.Attributes}, ValidFrom: string(v.ValidFrom),
		RecordedAt: v.RecordedAt.String(), ChangeRequestID: v.ChangeRequest.String(),
	}
}
