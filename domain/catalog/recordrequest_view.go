package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// Candidate is a record, or another open request, that may be what is requested.
type Candidate struct {
	// Record is nil for a request, Request nil for a record.
	Record  *domain.GoldenRecord
	Request *domain.RecordRequest
	// Because are the kinds of key by which it was found; Same says that one of them is enough to take both for one thing.
	Because []string
	Same    bool
	// Suggestion is what matching says of a record; nil where it does not suggest it.
	Suggestion *match.Suggestion
}

// RecordRequestView is a record request with what there is to know about it, and what the reader may do with it.
type RecordRequestView struct {
	Request    domain.RecordRequest
	Definition domain.Definition
	// Answer is the record that came of it, or that there was; nil before.
	Answer     *domain.GoldenRecord
	Candidates []Candidate
	// Missing are the faults that the record would have as things stand.
	Missing []domain.FieldError
	// Others wait with this one; those of plants the reader may not see are counted in Hidden only.
	Others []domain.RecordRequest
	Hidden int
	// LedBy says that it waits with a request that the reader may see.
	LedBy domain.ID
	// Change and Deliveries tell how far it is.
	Change     *domain.ChangeRequest
	Deliveries []domain.Delivery
	May        RecordRequestMay
}

// RecordRequestMay says what the reader may do with a record request as it stands.
type RecordRequestMay struct{ Complete, Submit, Answer, Reject, Withdraw, Object, Map bool }

// seesWanted says whether somebody may see a record request.
func seesWanted(by domain.Actor, r domain.RecordRequest) bool {
	return r.RequestedBy == by.ID || by.May(domain.ActionRead, r.Scope())
}

func wantedUnknown() error {
	return domain.NotFound(domain.CodeRecordRequestUnknown, "there is no such record request")
}

// RecordRequests lists the record requests of the plants the actor may see.
func (c *Catalog) RecordRequests(ctx context.Context, by domain.Actor, q domain.RecordRequestQuery) ([]RecordRequestView, string, error) {
	if err := readsAnywhere(by, q.Domain); err != nil {
		return nil, "", err
	}
	definition, err := c.Desk.Definitions.Definition(q.Domain)
	if err != nil {
		return nil, "", err
	}
	q.Plants = by.Plants(domain.ActionRead)
	requests, next, err := c.Store.Read().RecordRequests.List(ctx, q)
	views := make([]RecordRequestView, len(requests))
	for i, request := range requests {
		views[i] = RecordRequestView{Request: request, Definition: definition, May: mayWith(by, request)}
		views[i].Request.Attributes = definition.Seen(request.Attributes, by)
		if !request.HasRecord() {
			views[i].Request.Record = domain.ID{}
		}
	}
	return views, next, err
}

// RecordRequest returns one record request with all there is to know about it; CodeRecordRequestUnknown also for one the actor
// may not see.
func (c *Catalog) RecordRequest(ctx context.Context, by domain.Actor, id domain.ID) (RecordRequestView, error) {
	reads := c.Store.Read()
	request, err := reads.RecordRequests.ByID(ctx, id)
	if err != nil {
		return RecordRequestView{}, err
	}
	if !seesWanted(by, request) {
		return RecordRequestView{}, wantedUnknown()
	}
	v := RecordRequestView{Request: request, May: mayWith(by, request)}
	if v.Definition, err = c.Desk.Governed(ctx, reads, request.Domain); err != nil {
		return v, err
	}
	if request.Open() {
		v.Missing = missing(v.Definition, request.Attributes)
		v.May.Submit = v.May.Submit && len(v.Missing) == 0
	}
	for _, step := range []func(context.Context, domain.Reads, domain.Actor) error{v.fillCandidates, v.fillOthers, v.fillProgress} {
		if err := step(ctx, reads, by); err != nil {
			return RecordRequestView{}, fmt.Errorf("open record request %s: %w", id, err)
		}
	}
	if err := c.addSuggestions(ctx, by, &v); err != nil {
		return RecordRequestView{}, fmt.Errorf("open record request %s: %w", id, err)
	}
	v.Request.Attributes = v.Definition.Seen(request.Attributes, by)
	return v, nil
}

// mayWith says what an actor may do with a request as it stands.
func mayWith(by domain.Actor, r domain.RecordRequest) RecordRequestMay {
	golden := by.May(domain.ActionPropose, domain.Scope{Domain: r.Domain}) && r.Open()
	own := by.May(domain.ActionPropose, r.Scope())
	answered := r.State == domain.WantedDuplicate && r.ChangeRequest.IsZero()
	return RecordRequestMay{
		Complete: golden && r.With.IsZero(), Submit: golden && r.With.IsZero(), Answer: golden, Reject: golden,
		Withdraw: r.RequestedBy == by.ID && (r.Open() || answered), Object: own && answered, Map: own && answered && r.Code != "",
	}
}

// missing are the faults of a record with these attributes; a code that is drawn from the pattern is none.
func missing(definition domain.Definition, attributes domain.Attributes) []domain.FieldError {
	faults := definition.Faults(attributes)
	if definition.CodePattern == "" {
		return faults
	}
	return slices.DeleteFunc(faults, func(f domain.FieldError) bool {
		return f.Location == "/"+string(definition.CodeAttribute) && attributes[definition.CodeAttribute] == nil
	})
}

func (v *RecordRequestView) fillCandidates(ctx context.Context, reads domain.Reads, by domain.Actor) error {
	if !v.Request.Open() {
		return nil
	}
	found, err := candidates(ctx, reads, v.Definition, v.Request)
	for _, one := range found {
		if one.Request != nil && !seesWanted(by, *one.Request) {
			continue
		}
		if one.Record != nil {
			one.Record.Attributes = v.Definition.Seen(one.Record.Attributes, by)
		}
		v.Candidates = append(v.Candidates, one)
	}
	return err
}

// candidates searches, before anything is created, for what there is: records and open requests with the same code, name or
// identifying numbers. What waits with the request is no candidate.
func candidates(ctx context.Context, reads domain.Reads, definition domain.Definition, request domain.RecordRequest) ([]Candidate, error) {
	keys := definition.Keys(request.Attributes)
	if request.Code != "" {
		keys = append(keys, definition.CodeKey(request.Code))
	}
	records, err := reads.Records.Alike(ctx, request.Domain, keys)
	if err != nil {
		return nil, err
	}
	var found []Candidate
	for _, group := range grouped(definition, records) {
		record, err := reads.Records.ByID(ctx, group.id)
		if err != nil {
			return nil, err
		}
		found = append(found, Candidate{Record: &record, Because: group.kinds, Same: group.same})
	}
	requests, err := reads.RecordRequests.Alike(ctx, request.Domain, keys)
	if err != nil {
		return nil, err
	}
	for _, group := range grouped(definition, requests) {
		other, err := reads.RecordRequests.ByID(ctx, group.id)
		if err != nil {
			return nil, err
		}
		if other.ID == request.ID || other.With == request.ID || request.With == other.ID {
			continue
		}
		found = append(found, Candidate{Request: &other, Because: group.kinds, Same: group.same})
	}
	return found, nil
}

type likenessGroup struct {
	id    domain.ID
	kinds []string
	same  bool
}

// grouped gathers by what each thing was found, in the order they were found.
func grouped(definition domain.Definition, found []domain.Likeness) []likenessGroup {
	var groups []likenessGroup
	for _, like := range found {
		at := slices.IndexFunc(groups, func(g likenessGroup) bool { return g.id == like.ID })
		if at < 0 {
			groups, at = append(groups, likenessGroup{id: like.ID}), len(groups)
		}
		if !slices.Contains(groups[at].kinds, like.Kind) {
			groups[at].kinds = append(groups[at].kinds, like.Kind)
		}
		groups[at].same = groups[at].same || definition.Identifies(like.Kind)
	}
	return groups
}

func (v *RecordRequestView) fillOthers(ctx context.Context, reads domain.Reads, by domain.Actor) error {
	waiting, err := reads.RecordRequests.WaitingWith(ctx, v.Request.ID)
	if err != nil {
		return err
	}
	if !v.Request.ChangeRequest.IsZero() {
		together, err := reads.RecordRequests.ByChange(ctx, v.Request.ChangeRequest)
		if err != nil {
			return err
		}
		waiting = append(together, waiting...)
	}
	for _, other := range waiting {
		if other.ID == v.Request.ID {
			continue
		}
		if !seesWanted(by, other) {
			v.Hidden++
			continue
		}
		other.Attributes = v.Definition.Seen(other.Attributes, by)
		v.Others = append(v.Others, other)
	}
	if v.Request.With.IsZero() {
		return nil
	}
	leader, err := reads.RecordRequests.ByID(ctx, v.Request.With)
	if err == nil && seesWanted(by, leader) {
		v.LedBy = leader.ID
	}
	return err
}

// fillProgress tells of the record, the change request and what the systems were told. What becomes of the record in a system of
// no plant everybody sees who sees the request.
func (v *RecordRequestView) fillProgress(ctx context.Context, reads domain.Reads, by domain.Actor) error {
	if !v.Request.HasRecord() {
		v.Request.Record = domain.ID{}
	} else {
		record, err := domain.HeirOf(ctx, reads, v.Request.Record)
		if err != nil {
			return err
		}
		record.Attributes = v.Definition.Seen(record.Attributes, by)
		v.Answer = &record
	}
	if v.Request.ChangeRequest.IsZero() {
		return nil
	}
	change, err := reads.Requests.ByID(ctx, v.Request.ChangeRequest)
	if err != nil {
		return err
	}
	v.Change = &change
	deliveries, _, err := reads.Deliveries.List(ctx, domain.DeliveryQuery{
		Request: change.ID, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000},
	})
	v.Deliveries = slices.DeleteFunc(deliveries, func(d domain.Delivery) bool {
		return d.Plant != "" && d.Plant != v.Request.Plant && !by.May(domain.ActionRead, domain.Scope{Domain: d.Order.Domain, Plant: d.Plant})
	})
	slices.Reverse(v.Deliveries)
	return err
}
