package steward

import (
	"context"
	"errors"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Approve records a person's approval of the request as it was looked at and, when the policy is satisfied, applies it.
// A request whose application fails for good comes back as failed, with the reason; nothing of it has taken effect.
// CodeRequestStale, CodeRequestOwn, CodeRequestState, CodeAccessDenied.
func (d *Desk) Approve(ctx context.Context, by domain.Actor, id domain.ID, version int) (domain.ChangeRequest, error) {
	approved, err := d.review(ctx, by, id, version, "approve change request", func(r domain.ChangeRequest, now domain.Instant) (domain.ChangeRequest, error) {
		if err := by.Require(domain.ActionApprove, r.Scope()); err != nil {
			return r, err
		}
		return r.Approved(by, d.policy(r), now)
	})
	if err != nil || approved.State != domain.RequestApproved {
		return approved, err
	}
	applied, err := d.Apply(ctx, id)
	if domain.ErrorCode(err) == domain.CodeRequestState {
		return d.Store.Read().Requests.ByID(ctx, id) // ApplyApproved came first
	}
	return applied, err
}

// Reject turns a request down; its discrepancies go back to the queue.
func (d *Desk) Reject(ctx context.Context, by domain.Actor, id domain.ID, version int, why string) (domain.ChangeRequest, error) {
	return d.review(ctx, by, id, version, "reject change request", func(r domain.ChangeRequest, now domain.Instant) (domain.ChangeRequest, error) {
		if err := by.Require(domain.ActionApprove, r.Scope()); err != nil {
			return r, err
		}
		return r.Rejected(by, why, now)
	})
}

// Withdraw takes a request back; its discrepancies go back to the queue. Only the proposer can.
func (d *Desk) Withdraw(ctx context.Context, by domain.Actor, id domain.ID, version int, why string) (domain.ChangeRequest, error) {
	return d.review(ctx, by, id, version, "withdraw change request", func(r domain.ChangeRequest, now domain.Instant) (domain.ChangeRequest, error) {
		return r.Withdrawn(by, why, now)
	})
}

type reviewStep func(r domain.ChangeRequest, now domain.Instant) (domain.ChangeRequest, error)

// review is read, decide, write for one step of a request; a request that ends without effect gives its discrepancies back.
func (d *Desk) review(ctx context.Context, by domain.Actor, id domain.ID, version int, what string, step reviewStep) (domain.ChangeRequest, error) {
	var request domain.ChangeRequest
	err := d.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: what}, func(repos domain.Repos) error {
		read, err := repos.Requests.ByID(ctx, id)
		if err != nil {
			return err
		}
		if !seesRequest(by, read) {
			return domain.NotFound(domain.CodeRequestUnknown, "there is no such change request")
		}
		if read.Version != version {
			return domain.Conflict(domain.CodeRequestStale, "the request has changed since you opened it")
		}
		if request, err = step(read, repos.Now); err != nil {
			return err
		}
		if err := repos.Requests.Save(ctx, request, read.Version); err != nil {
			return err
		}
		if request.State == domain.RequestRejected || request.State == domain.RequestWithdrawn {
			return returnDiscrepancies(ctx, repos, request)
		}
		return nil
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("%s %s: %w", what, id, err)
	}
	return request, nil
}

// requestScope is where somebody must be able to read to see the request: one of no plant is open to all readers of the domain.
func requestScope(r domain.ChangeRequest) domain.Scope {
	return domain.Scope{Domain: r.Domain, Plant: r.Plant}
}

// returnDiscrepancies puts what the request was to resolve back into the queue, with the reason.
func returnDiscrepancies(ctx context.Context, repos domain.Repos, request domain.ChangeRequest) error {
	tied, err := repos.Discrepancies.ByRequest(ctx, request.ID)
	if err != nil {
		return err
	}
	for _, found := range tied {
		returned, err := found.Returned(fmt.Sprintf("The request was %s: %s", request.State, request.ClosedWhy))
		if err != nil {
			return err
		}
		if err := repos.Discrepancies.Put(ctx, returned, found.Version); err != nil {
			return err
		}
	}
	return nil
}

// ApplyApproved applies requests that were approved but, because of a crash, not yet applied, and says whether there was one.
func (d *Desk) ApplyApproved(ctx context.Context) (bool, error) {
	left, _, err := d.Store.Read().Requests.List(ctx, domain.RequestQuery{
		State: domain.RequestApproved, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 20},
	})
	var failed error
	for _, request := range left {
		if _, err := d.Apply(ctx, request.ID); err != nil && domain.ErrorCode(err) != domain.CodeRequestState {
			failed = errors.Join(failed, err)
		}
	}
	return len(left) > 0 && failed == nil, errors.Join(err, failed)
}
