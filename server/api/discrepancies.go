package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// Discrepancy is one discrepancy with everything needed to decide it.
type Discrepancy struct {
	Row
	GoldenValue     Value          `json:"golden_value"`
	SourceValue     Value          `json:"source_value"`
	Note            string         `json:"note"`
	Pattern         string         `json:"pattern"`
	ChangeRequestID string         `json:"change_request_id"`
	Remedy          string         `json:"remedy"`
	FixedAt         string         `json:"fixed_at"`
	AcceptedUntil   string         `json:"accepted_until"`
	AcceptanceID    string         `json:"acceptance_id" doc:"the acceptance of wider scope that covers it; empty where it is accepted for itself, or not at all"`
	Record          *GoldenBrief   `json:"record,omitempty"`
	SourceRecord    *SourceBrief   `json:"source_record,omitempty"`
	Diff            []FieldDiff    `json:"diff" doc:"every attribute of which anything is said, the golden value beside this system's"`
	Others          []OtherSystem  `json:"others" doc:"what other systems say of the attribute that differs"`
	Verbs           []VerbOption   `json:"verbs"`
	Candidates      []RecordChoice `json:"candidates" doc:"records an unmapped code may stand for"`
	Deliveries      []Delivery     `json:"deliveries"`
}

// GoldenBrief is the golden record in short.
type GoldenBrief struct {
	ID      string `json:"id"`
	Code    string `json:"code"`
	Name    string `json:"name"`
	Version int    `json:"version"`
	State   string `json:"state"`
}

// SourceBrief is the system's record in short.
type SourceBrief struct {
	Code   string `json:"code"`
	Active bool   `json:"active"`
	Token  string `json:"token" doc:"the system's own version mark"`
	ReadAt string `json:"read_at"`
	Gone   bool   `json:"gone"`
}

// FieldDiff is one attribute, golden and source.
type FieldDiff struct {
	Attribute     string `json:"attribute"`
	Label         string `json:"label"`
	Golden        Value  `json:"golden"`
	Source        Value  `json:"source"`
	GoldenDisplay string `json:"golden_display"`
	SourceDisplay string `json:"source_display"`
	Differs       bool   `json:"differs"`
	Supplied      bool   `json:"supplied" doc:"the system says something of the attribute; what it does not supply is not compared"`
	Tolerated     bool   `json:"tolerated" doc:"written differently, but within what the attribute allows"`
}

// OtherSystem is what another system says.
type OtherSystem struct {
	System  string `json:"system"`
	Name    string `json:"name"`
	Code    string `json:"code"`
	Display string `json:"display"`
}

// VerbOption is one decision, with what it would do or why it cannot be taken.
type VerbOption struct {
	Verb    string `json:"verb" enum:"take_source,keep_golden,map,create,accept"`
	Label   string `json:"label"`
	Effect  string `json:"effect"`
	Enabled bool   `json:"enabled"`
	Why     string `json:"why" doc:"why it cannot be taken"`
	// Suggested is what the authority suggests.
	Suggested    bool   `json:"suggested"`
	SuggestedWhy string `json:"suggested_why" doc:"why the standing rule suggests it"`
}

// RecordChoice is a record to choose.
type RecordChoice struct {
	RecordID string `json:"record_id"`
	Code     string `json:"code"`
	Name     string `json:"name"`
}

func (a *API) registerDiscrepancies() {
	handle(a, operation(http.MethodGet, "/discrepancies/{id}", "get-discrepancy", "One discrepancy with all that is needed to decide it"),
		func(ctx context.Context, in *IDInput) (*body[Discrepancy], error) {
			id, err := domain.ParseID(in.ID)
			if err != nil {
				return nil, err
			}
			return a.discrepancy(ctx, id)
		})
	handle(a, operation(http.MethodPost, "/discrepancies/{id}/acceptance/end", "end-discrepancy-acceptance",
		"End the acceptance of one discrepancy before its day"), a.endOwnAcceptance)
}

func (a *API) discrepancy(ctx context.Context, id domain.ID) (*body[Discrepancy], error) {
	c, err := a.Desk.Case(ctx, actorOf(ctx), id)
	if err != nil {
		return nil, err
	}
	return bodyOf(a.discrepancyOf(c)), nil
}

func (a *API) endOwnAcceptance(ctx context.Context, in *closingInput) (*body[Discrepancy], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	version, err := parseETag(in.IfMatch)
	if err != nil {
		return nil, err
	}
	if err := a.Desk.EndOwnAcceptance(ctx, actorOf(ctx), id, version, in.Body.Reason); err != nil {
		return nil, err
	}
	return a.discrepancy(ctx, id)
}

func (a *API) discrepancyOf(c steward.Case) Discrepancy {
	d := c.Discrepancy
	out := Discrepancy{
		Row: rowOf(d), GoldenValue: Value{d.Finding.Golden}, SourceValue: Value{d.Finding.Source}, Note: d.Note, Pattern: d.Finding.Pattern(),
		ChangeRequestID: d.ChangeRequest.String(), Remedy: string(d.Remedy), FixedAt: d.FixedAt.String(), AcceptedUntil: string(d.AcceptedUntil), AcceptanceID: d.Acceptance.String(),
		Diff: a.diffOf(c), Verbs: each(c.Options, verbOf), Deliveries: each(c.Deliveries, deliveryOf),
		Others: each(c.Others, func(o steward.OtherSystem) OtherSystem {
			return OtherSystem{System: string(o.System.ID), Name: o.System.Name, Code: string(o.Code), Display: display(o.Value)}
		}),
		Candidates: each(c.Candidates, func(r domain.GoldenRecord) RecordChoice {
			return RecordChoice{RecordID: r.ID.String(), Code: r.Attributes.Text(c.Definition.CodeAttribute), Name: r.Attributes.Text(c.Definition.NameAttribute)}
		}),
	}
	if r := c.Record; r != nil {
		out.Record = &GoldenBrief{
			ID: r.ID.String(), Code: r.Attributes.Text(c.Definition.CodeAttribute), Name: r.Attributes.Text(c.Definition.NameAttribute),
			Version: r.Version, State: string(r.State),
		}
	}
	if s := c.Source; s != nil {
		out.SourceRecord = &SourceBrief{Code: string(s.Code), Active: s.Active, Token: s.Token, ReadAt: s.ReadAt.String(), Gone: !s.GoneAt.IsZero()}
	}
	return out
}

// diffOf lays, of each attribute of which anything is said, the golden value beside the system's. What differs is for the one comparator to say, and only of
// attributes that the system has at all.
func (a *API) diffOf(c steward.Case) []FieldDiff {
	var golden, source domain.Attributes
	if c.Record != nil {
		golden = c.Definition.Local(c.Record.Attributes, c.Place)
	}
	if c.Source != nil {
		source = c.Source.Attributes
	}
	supplied := a.Desk.Fields.Supplied(c.System, c.Discrepancy.Finding.Domain)
	// A scoped attribute that holds for nobody at the system says nothing here.
	supplied = slices.DeleteFunc(slices.Clone(supplied), func(id domain.AttributeID) bool {
		attribute, _ := c.Definition.Attribute(id)
		_, holds := attribute.Key(c.Place)
		return !holds
	})
	var differences []reconcile.Difference
	if golden != nil && source != nil {
		differences = reconcile.CompareAt(c.Place, c.Definition, c.Record.Attributes, source, supplied)
	}
	told := slices.DeleteFunc(slices.Clone(c.Definition.Attributes), func(a domain.Attribute) bool {
		return golden[a.ID] == nil && source[a.ID] == nil && a.ID != c.Discrepancy.Finding.Attribute.Plain()
	})
	return each(told, func(attribute domain.Attribute) FieldDiff {
		id := attribute.ID
		differs := slices.ContainsFunc(differences, func(d reconcile.Difference) bool { return d.Attribute.Plain() == id })
		left, right := domain.Beside(golden[id], source[id])
		comparable := golden != nil && source != nil && slices.Contains(supplied, id)
		return FieldDiff{
			Attribute: string(id), Label: attribute.Label, Golden: Value{golden[id]}, Source: Value{source[id]},
			GoldenDisplay: left, SourceDisplay: right,
			Differs: differs, Supplied: slices.Contains(supplied, id), Tolerated: comparable && !differs && !domain.Holds(golden[id], source[id]),
		}
	})
}

func verbOf(o steward.Option) VerbOption {
	labels := map[steward.Verb]string{
		steward.VerbTakeSource: "Take the system's value",
		steward.VerbKeepGolden: "Keep the golden record",
		steward.VerbMap:        "Map to a record",
		steward.VerbCreate:     "Create a record",
		steward.VerbAccept:     "Accept until a day",
	}
	return VerbOption{Verb: string(o.Verb), Label: labels[o.Verb], Effect: o.Effect, Enabled: o.Why == "", Why: o.Why, Suggested: o.Suggested != "", SuggestedWhy: o.Suggested}
}
