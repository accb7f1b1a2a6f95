package catalog

import (
	"context"
	"fmt"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// RecordAnswer is what a steward answers a record request with: a record that is the same thing, or another request for it.
type RecordAnswer struct {
	Record  domain.ID
	Request domain.ID
	Reason  string
}

// AnswerRecordRequest says that what is requested is there, or is requested already. CodeRecordRequestState, CodeRecordUnknown.
func (c *Catalog) AnswerRecordRequest(ctx context.Context, by domain.Actor, id domain.ID, version int, answer RecordAnswer) (RecordRequestView, error) {
	w := wantedWrite{by: by, id: id, version: version, what: "answer record request", golden: true}
	return c.step(ctx, w, func(ctx context.Context, repos domain.Repos, _ domain.Definition, read domain.RecordRequest) (domain.RecordRequest, error) {
		if answer.Record.IsZero() == answer.Request.IsZero() {
			return read, domain.Invalid(domain.CodeDecisionInvalid, "answer with a record or with another request")
		}
		if !answer.Request.IsZero() {
			return join(ctx, repos, by, read, answer)
		}
		record, err := domain.HeirOf(ctx, repos.Reads, answer.Record)
		switch {
		case err != nil:
			return read, err
		case record.Domain != read.Domain || (record.State != domain.RecordActive && record.State != domain.RecordPhaseOut):
			return read, domain.Conflict(domain.CodeRecordRequestState, "no request can be answered with a %s that is %s", record.Domain, record.State)
		case !read.Open():
			return read, domain.Conflict(domain.CodeRecordRequestState, "a record request that is %s cannot be answered", read.State)
		}
		after, err := read.Answered(by.ID, record.ID, answer.Reason, repos.Now)
		if err != nil {
			return after, err
		}
		return after, free(ctx, repos, read)
	})
}

// join lets a request, and those that wait with it, wait with another.
func join(ctx context.Context, repos domain.Repos, by domain.Actor, read domain.RecordRequest, answer RecordAnswer) (domain.RecordRequest, error) {
	leader, err := leading(ctx, repos.Reads, answer.Request)
	if err != nil {
		return read, err
	}
	after, err := read.Joined(by.ID, leader, answer.Reason, repos.Now)
	if err != nil {
		return after, err
	}
	waiting, err := repos.RecordRequests.WaitingWith(ctx, read.ID)
	if err != nil {
		return after, err
	}
	return after, freeTo(ctx, repos, waiting, leader.ID)
}

// free lets those that waited with a request go on without it: the oldest takes its place.
func free(ctx context.Context, repos domain.Repos, gone domain.RecordRequest) error {
	waiting, err := repos.RecordRequests.WaitingWith(ctx, gone.ID)
	if err != nil || len(waiting) == 0 {
		return err
	}
	if err := freeTo(ctx, repos, waiting[:1], domain.ID{}); err != nil {
		return err
	}
	return freeTo(ctx, repos, waiting[1:], waiting[0].ID)
}

func freeTo(ctx context.Context, repos domain.Repos, waiting []domain.RecordRequest, next domain.ID) error {
	for _, other := range waiting {
		if err := repos.RecordRequests.Save(ctx, other.Freed(next, repos.Now), other.Version); err != nil {
			return err
		}
	}
	return nil
}

// RejectRecordRequest turns a record request down. CodeRecordRequestState, CodeReasonRequired.
func (c *Catalog) RejectRecordRequest(ctx context.Context, by domain.Actor, id domain.ID, version int, why string) (RecordRequestView, error) {
	w := wantedWrite{by: by, id: id, version: version, what: "reject record request", golden: true}
	return c.step(ctx, w, func(ctx context.Context, repos domain.Repos, _ domain.Definition, read domain.RecordRequest) (domain.RecordRequest, error) {
		after, err := read.Rejected(by.ID, why, repos.Now)
		if err != nil {
			return after, err
		}
		return after, free(ctx, repos, read)
	})
}

// WithdrawRecordRequest takes a record request back, which only who made it can. CodeRecordRequestState, CodeRequestNotOwn.
func (c *Catalog) WithdrawRecordRequest(ctx context.Context, by domain.Actor, id domain.ID, version int, why string) (RecordRequestView, error) {
	w := wantedWrite{by: by, id: id, version: version, what: "withdraw record request"}
	return c.step(ctx, w, func(ctx context.Context, repos domain.Repos, _ domain.Definition, read domain.RecordRequest) (domain.RecordRequest, error) {
		after, err := read.Withdrawn(by.ID, why, repos.Now)
		if err != nil {
			return after, err
		}
		return after, free(ctx, repos, read)
	})
}

// ObjectToAnswer says that the record a request was answered with is something else: the request is open again, and no longer
// answered by itself. CodeRecordRequestState, CodeReasonRequired.
func (c *Catalog) ObjectToAnswer(ctx context.Context, by domain.Actor, id domain.ID, version int, why string) (RecordRequestView, error) {
	w := wantedWrite{by: by, id: id, version: version, what: "object to the answer of record request"}
	return c.step(ctx, w, func(_ context.Context, repos domain.Repos, _ domain.Definition, read domain.RecordRequest) (domain.RecordRequest, error) {
		return read.Objected(by.ID, why, repos.Now)
	})
}

// MapToAnswer takes the answer: a change request is to map the code to the record. CodeRecordRequestState, CodeRecordRequestMapped.
func (c *Catalog) MapToAnswer(ctx context.Context, by domain.Actor, id domain.ID, version int, reason string) (RecordRequestView, error) {
	w := wantedWrite{by: by, id: id, version: version, what: "map the code of record request"}
	return c.step(ctx, w, func(ctx context.Context, repos domain.Repos, definition domain.Definition, read domain.RecordRequest) (domain.RecordRequest, error) {
		today := read
		today.RequestedAt = repos.Now
		if err := unmapped(ctx, repos.Reads, today); err != nil {
			return read, err
		}
		if _, err := read.Mapped(domain.NewID(), repos.Now); err != nil {
			return read, err
		}
		record, err := domain.HeirOf(ctx, repos.Reads, read.Record)
		if err != nil {
			return read, err
		}
		system, err := repos.Systems.ByID(ctx, read.System)
		if err != nil {
			return read, err
		}
		label := record.Attributes.Text(definition.NameAttribute)
		if reason = strings.TrimSpace(reason); reason == "" {
			reason = read.Reason
		}
		change, err := c.Desk.Propose(ctx, repos, by, domain.ChangeRequest{
			Kind: domain.RequestMappings, Domain: read.Domain, Plant: read.Plant, Reason: reason,
			Title: fmt.Sprintf("%s code %s stands for %s (%s)", system.Name, read.Code, record.Attributes.Text(definition.CodeAttribute), label),
		}, []domain.ChangeItem{
			steward.MapCode(system, read.Domain, read.Code, record.ID, label), steward.UsePlant(read.Plant, read.Domain, record.ID, label),
		})
		if err != nil {
			return read, err
		}
		return read.Mapped(change.ID, repos.Now)
	})
}
