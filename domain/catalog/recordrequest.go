package catalog

import (
	"context"
	"fmt"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// WantedRecord is what a plant says of a record it asks for.
type WantedRecord struct {
	Domain     domain.DomainName
	Plant      domain.PlantID
	System     domain.SystemID
	Code       string // what the plant calls it in the system; "" only where the system gives its own numbers
	Attributes domain.Attributes
	Reason     string
}

// RequestRecord takes in a plant's wish for a record and looks whether there is one: where another is known by the same GTIN, or
// the same manufacturer and part number, the wish is answered with it; where another wish for the same thing is open, they wait
// together, so that one record comes of both.
// CodeRecordRequestOpen, CodeRecordRequestMapped, CodeSystemUnknown, CodePlantUnknown, CodeValueInvalid, CodeReasonRequired.
func (c *Catalog) RequestRecord(ctx context.Context, by domain.Actor, w WantedRecord) (RecordRequestView, error) {
	definition, err := c.Desk.Governed(ctx, c.Store.Read(), w.Domain)
	if err != nil {
		return RecordRequestView{}, err
	}
	request, err := c.wanted(ctx, by, definition, w)
	if err != nil {
		return RecordRequestView{}, err
	}
	change := domain.Change{Actor: by.ID, Reason: w.Reason, Domains: []domain.DomainName{w.Domain}}
	err = c.Store.Write(ctx, change, func(repos domain.Repos) error {
		made := request
		made.RequestedAt, made.ChangedAt = repos.Now, repos.Now
		if err := unasked(ctx, repos.Reads, made); err != nil {
			return err
		}
		keys := definition.Keys(made.Attributes)
		if made, err = searched(ctx, repos, definition, made, keys); err != nil {
			return err
		}
		made.Version = 1
		return repos.RecordRequests.Create(ctx, made, keys)
	})
	if err != nil {
		return RecordRequestView{}, fmt.Errorf("request a record for %q: %w", w.Code, err)
	}
	return c.RecordRequest(ctx, by, request.ID)
}

// wanted checks what was asked for and makes a request of it.
func (c *Catalog) wanted(ctx context.Context, by domain.Actor, definition domain.Definition, w WantedRecord) (domain.RecordRequest, error) {
	request := domain.RecordRequest{
		ID: domain.NewID(), Domain: w.Domain, Plant: w.Plant, System: w.System, State: domain.WantedRequested, Attributes: w.Attributes,
		Reason: strings.TrimSpace(w.Reason), RequestedBy: by.ID,
	}
	for _, action := range []domain.Action{domain.ActionRead, domain.ActionPropose} {
		if err := by.Require(action, request.Scope()); err != nil {
			return request, err
		}
	}
	reads := c.Store.Read()
	if _, err := reads.Plants.ByID(ctx, w.Plant); err != nil {
		return request, err
	}
	system, err := reads.Systems.ByID(ctx, w.System)
	if err != nil || (system.Plant != "" && system.Plant != w.Plant) {
		return request, domain.NotFound(domain.CodeSystemUnknown, "the plant %s has no system %s", w.Plant, w.System)
	}
	if request.Reason == "" {
		return request, domain.Invalid(domain.CodeReasonRequired, "say what the record is needed for")
	}
	if w.Code != "" || system.Codes != domain.CodeDatabaseID {
		if request.Code, err = domain.ParseCode(w.Code); err != nil {
			return request, err
		}
		request.Key = system.CodeRule.Key(request.Code)
	}
	return request, attributeFaults(definition, by, w.Attributes)
}

// attributeFaults says all that is wrong with values that are to be set, without asking for those that are left out.
func attributeFaults(definition domain.Definition, by domain.Actor, values domain.Attributes) error {
	faults := definition.CheckChange(values)
	for key := range values {
		if _, known := definition.Attribute(key); known && !definition.Sees(key, by) {
			faults = append(faults, domain.FieldError{Location: "/" + string(key), Msg: "you may not say this"})
		}
	}
	if len(faults) == 0 {
		return nil
	}
	err := domain.Invalid(domain.CodeValueInvalid, "%s: %s", faults[0].Location[1:], faults[0].Msg)
	err.Fields = faults
	return err
}

// unasked refuses a request for a code that is mapped, or for which a record was asked for before.
func unasked(ctx context.Context, reads domain.Reads, request domain.RecordRequest) error {
	if request.Code == "" {
		return nil
	}
	before, err := reads.RecordRequests.ForCode(ctx, request.Domain, request.System, request.Key)
	if err != nil {
		return err
	}
	for _, other := range before {
		if other.Plant == request.Plant {
			return domain.Conflict(domain.CodeRecordRequestOpen, "a record was requested for the code %s already; that request is %s",
				request.Code, strings.ReplaceAll(string(other.State), "_", " "))
		}
	}
	return unmapped(ctx, reads, request)
}

// unmapped is CodeRecordRequestMapped when the request's code stands for a record.
func unmapped(ctx context.Context, reads domain.Reads, request domain.RecordRequest) error {
	system, err := reads.Systems.ByID(ctx, request.System)
	if err != nil || request.Code == "" {
		return err
	}
	key := domain.MappingKey{Domain: request.Domain, System: system.ID, Plant: system.Plant, CodeType: system.Codes, Key: request.Key}
	mappings, err := reads.Mappings.ByKey(ctx, key)
	if err != nil {
		return err
	}
	now := domain.Validity{From: domain.DateOf(request.RequestedAt)}
	for _, m := range mappings {
		if m.Live() && m.Validity.Overlaps(now) {
			return domain.Conflict(domain.CodeRecordRequestMapped, "the code %s of %s stands for a record already", request.Code, system.Name)
		}
	}
	return nil
}

// searched answers the request with the one record that is known by the same thing, or lets it wait with an open request that is.
func searched(ctx context.Context, repos domain.Repos, definition domain.Definition, request domain.RecordRequest, keys []domain.RecordKey) (domain.RecordRequest, error) {
	records, err := repos.Records.Alike(ctx, request.Domain, keys)
	if err != nil {
		return request, err
	}
	if record, one := onlyOne(definition, records); one {
		return request.Answered("", record, "There is such a record already.", repos.Now)
	}
	others, err := repos.RecordRequests.Alike(ctx, request.Domain, keys)
	if err != nil {
		return request, err
	}
	for _, like := range others {
		if !definition.Identifies(like.Kind) {
			continue
		}
		other, err := leading(ctx, repos.Reads, like.ID)
		if err != nil {
			return request, err
		}
		return request.Joined("", other, "Another plant asks for the same thing.", repos.Now)
	}
	return request, nil
}

// onlyOne is the one thing that is known by something that identifies it, and whether there is exactly one.
func onlyOne(definition domain.Definition, found []domain.Likeness) (domain.ID, bool) {
	ids := map[domain.ID]bool{}
	var last domain.ID
	for _, like := range found {
		if definition.Identifies(like.Kind) {
			ids[like.ID], last = true, like.ID
		}
	}
	return last, len(ids) == 1
}

// leading is a request, or the one that it waits with.
func leading(ctx context.Context, reads domain.Reads, id domain.ID) (domain.RecordRequest, error) {
	request, err := reads.RecordRequests.ByID(ctx, id)
	if err != nil || request.With.IsZero() {
		return request, err
	}
	return reads.RecordRequests.ByID(ctx, request.With)
}
