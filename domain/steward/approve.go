package steward

import (
	"context"
	"errors"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Approve records a person's approval of the request as it was looked at and, when nobody else is needed and no grace period
// is given, applies it. What the policy asks for now counts where it asks for more than when the request was handed in.
// A request whose application fails for good comes back as failed, with the reason; nothing of it has taken effect.
// CodeRequestStale, CodeRequestOwn, CodeRequestState, CodeAccessDenied.
func (d *Desk) Approve(ctx context.Context, by domain.Actor, id domain.ID, version int) (domain.ChangeRequest, error) {
	approved, err := d.review(ctx, by, id, version, review{"approve change request", approver(by),
		func(repos domain.Repos, r domain.ChangeRequest) (domain.ChangeRequest, error) {
			needs, err := needsNow(ctx, repos, r)
			if err != nil {
				return r, err
			}
			r.Needs = r.Needs.Stricter(needs)
			return r.Approved(by, repos.Now)
		}})
	if err != nil || approved.State != domain.RequestApproved {
		return approved, err
	}
	applied, err := d.Apply(ctx, id)
	if domain.ErrorCode(err) == domain.CodeRequestState {
		return d.Store.Read().Requests.ByID(ctx, id) // ApplyDue came first
	}
	return applied, err
}

// needsNow is what the policy in force asks for a request. Who proposed it was weighed when they did.
func needsNow(ctx context.Context, repos domain.Repos, r domain.ChangeRequest) (domain.Requirement, error) {
	policy, err := currentPolicy(ctx, repos.Policies)
	if err != nil {
		return domain.Requirement{}, err
	}
	items, err := repos.Requests.Items(ctx, r.ID, 0, 0)
	if err != nil {
		return domain.Requirement{}, err
	}
	proposer := domain.Actor{ID: r.ProposedBy, Kind: domain.ActorPerson, Grants: []domain.Grant{
		{Action: proposalAction(r.Kind), Domain: domain.Anywhere, Plant: domain.Anywhere},
	}}
	return needed(ctx, repos, policy, proposer, r, items)
}

// Reject turns a request down; its discrepancies go back to the queue.
func (d *Desk) Reject(ctx context.Context, by domain.Actor, id domain.ID, version int, why string) (domain.ChangeRequest, error) {
	return d.review(ctx, by, id, version, review{"reject change request", approver(by),
		func(repos domain.Repos, r domain.ChangeRequest) (domain.ChangeRequest, error) {
			return r.Rejected(by, why, repos.Now)
		}})
}

// Withdraw takes a request back; its discrepancies go back to the queue. The proposer can, and in the grace period whoever
// decided it: that is how a decision is undone. Afterwards the way back is Revert.
func (d *Desk) Withdraw(ctx context.Context, by domain.Actor, id domain.ID, version int, why string) (domain.ChangeRequest, error) {
	own := func(r domain.ChangeRequest) error {
		if _, err := r.Withdrawn(by, why, 0); domain.ErrorCode(err) == domain.CodeRequestNotOwn {
			return err
		}
		return nil
	}
	return d.review(ctx, by, id, version, review{"withdraw change request", own,
		func(repos domain.Repos, r domain.ChangeRequest) (domain.ChangeRequest, error) {
			return r.Withdrawn(by, why, repos.Now)
		}})
}

// review is one step of a request: who may take it, which is looked at before anything of the request is told, and what it does.
type review struct {
	what string
	may  func(r domain.ChangeRequest) error
	step func(repos domain.Repos, r domain.ChangeRequest) (domain.ChangeRequest, error)
}

// approver says that a step takes the right to approve.
func approver(by domain.Actor) func(domain.ChangeRequest) error {
	return func(r domain.ChangeRequest) error { return by.Require(domain.ActionApprove, r.Scope()) }
}

// review is read, decide, write for one step of a request; a request that ends without effect gives its discrepancies back.
func (d *Desk) review(ctx context.Context, by domain.Actor, id domain.ID, version int, review review) (domain.ChangeRequest, error) {
	var request domain.ChangeRequest
	err := d.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: review.what}, func(repos domain.Repos) error {
		read, err := repos.Requests.ByID(ctx, id)
		if err != nil {
			return err
		}
		if !seesRequest(by, read) {
			return domain.NotFound(domain.CodeRequestUnknown, "there is no such change request")
		}
		if err := review.may(read); err != nil {
			return err
		}
		if read.Version != version {
			return domain.Conflict(domain.CodeRequestStale, "the request has changed since you opened it")
		}
		if request, err = review.step(repos, read); err != nil {
			return err
		}
		if err := repos.Requests.Save(ctx, request, read.Version); err != nil {
			return err
		}
		if request.State == domain.RequestRejected || request.State == domain.RequestWithdrawn {
			return cameToNothing(ctx, repos, request)
		}
		return nil
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("%s %s: %w", review.what, id, err)
	}
	return request, nil
}

// requestScope is where somebody must be able to read to see the request: one of no plant is open to all readers of the domain.
func requestScope(r domain.ChangeRequest) domain.Scope {
	return domain.Scope{Domain: r.Domain, Plant: r.Plant}
}

// cameToNothing gives back what waited for a request that ends without effect: its discrepancies, and the record requests it was
// to fulfil.
func cameToNothing(ctx context.Context, repos domain.Repos, request domain.ChangeRequest) error {
	if err := returnDiscrepancies(ctx, repos, request); err != nil {
		return err
	}
	if err := dropVerdicts(ctx, repos, request); err != nil {
		return err
	}
	return followWanted(ctx, repos, request)
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

// dueAtOnce bounds how many requests one turn applies.
const dueAtOnce = 20

// ApplyDue applies the requests that are decided and whose grace period is over, also those that a crash left behind, and says
// whether it applied any. Each is applied once, however many processes ask at the same time.
func (d *Desk) ApplyDue(ctx context.Context) (bool, error) {
	now, err := d.Store.Now(ctx)
	if err != nil {
		return false, err
	}
	due, err := d.Store.Read().Requests.Due(ctx, now, dueAtOnce)
	applied := false
	for _, request := range due {
		switch _, applyErr := d.Apply(ctx, request.ID); {
		case applyErr == nil:
			applied = true
		case domain.ErrorCode(applyErr) != domain.CodeRequestState: // somebody else applied it, or it was undone
			err = errors.Join(err, applyErr)
		}
	}
	return applied, err
}
