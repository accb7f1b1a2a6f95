package steward

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// deliverer is the identity under which deliveries report.
func deliverer(delivery domain.Delivery, what string) domain.Change {
	return domain.Change{Actor: domain.ServiceActor("deliver").ID, Reason: what + " of delivery " + delivery.ID.String()}
}

// RecordOutcome takes in how an attempt on a leased delivery ended. What was confirmed moves its discrepancy on, what is in
// conflict or dead gives it back to the steward. CodeDeliveryLease: the lease was lost, somebody else has the delivery now.
func (d *Desk) RecordOutcome(ctx context.Context, delivery domain.Delivery, outcome domain.Outcome) (domain.Delivery, error) {
	change := deliverer(delivery, string(outcome.Kind))
	made := outcome.Kind == domain.OutcomeConfirmed && delivery.Order.Kind == domain.DeliverCreate && outcome.Code != ""
	if made {
		change.Domains = []domain.DomainName{delivery.Order.Domain}
	}
	var after domain.Delivery
	err := d.Store.Write(ctx, change, func(repos domain.Repos) error {
		var err error
		if after, err = delivery.After(outcome, repos.Now); err != nil {
			return domain.Conflict(domain.CodeDeliveryLease, "the delivery is no longer ours")
		}
		if err := repos.Deliveries.Save(ctx, after, delivery.Version); err != nil {
			return err
		}
		if made {
			if err := mapCreated(ctx, repos, after); err != nil {
				return err
			}
		}
		return follow(ctx, repos, after)
	})
	if made && domain.ErrorCode(err) == domain.CodeMappingOverlap {
		// Trying again would end the same way, for ever.
		return d.RecordOutcome(ctx, delivery, domain.Outcome{
			Kind: domain.OutcomeDead, ProblemCode: domain.CodeMappingOverlap,
			Problem: fmt.Sprintf("the system made it as %s, but that code is mapped to another record", outcome.Code),
		})
	}
	if err != nil {
		return delivery, fmt.Errorf("record outcome of delivery %s: %w", delivery.ID, err)
	}
	return after, nil
}

// follow moves on what hangs on a delivery that has ended one way or another: what needs it, and its discrepancy.
func follow(ctx context.Context, repos domain.Repos, after domain.Delivery) error {
	if after.Fails() {
		if err := holdDependants(ctx, repos, after); err != nil {
			return err
		}
	}
	return settleAll(ctx, repos, after)
}

// settleAll moves on what a delivery was made for.
func settleAll(ctx context.Context, repos domain.Repos, after domain.Delivery) error {
	if err := settle(ctx, repos, after); err != nil || waiting(after) {
		return err
	}
	return endWanted(ctx, repos, after.ChangeRequest)
}

// mapCreated ties the code the system gave a new record to the golden record; a mapping to a record that is gone there ends today.
func mapCreated(ctx context.Context, repos domain.Repos, delivery domain.Delivery) error {
	system, err := repos.Systems.ByID(ctx, delivery.Order.System)
	if err != nil {
		return err
	}
	existing, err := repos.Mappings.ByRecords(ctx, system.ID, []domain.ID{delivery.Order.Record})
	if err != nil {
		return err
	}
	key := system.CodeRule.Key(delivery.Order.Code)
	for _, m := range existing {
		if m.CodeType != system.Codes {
			continue
		}
		if m.Key == key {
			return nil
		}
		m.State, m.Validity.To, m.Version = domain.MappingEnded, domain.DateOf(repos.Now), m.Version+1
		if err := repos.Mappings.Put(ctx, m); err != nil {
			return err
		}
	}
	item := MapCode(system, delivery.Order.Domain, delivery.Order.Code, delivery.Order.Record, delivery.Label)
	return putMapping(ctx, repos, *item.Mapping, delivery.ChangeRequest)
}

// settle moves the discrepancy of a delivery on.
func settle(ctx context.Context, repos domain.Repos, delivery domain.Delivery) error {
	if delivery.Discrepancy.IsZero() {
		return nil
	}
	found, err := repos.Discrepancies.ByID(ctx, delivery.Discrepancy)
	if err != nil {
		return err
	}
	if found.State != domain.DiscrepancyFixPending || found.ChangeRequest != delivery.ChangeRequest {
		return nil
	}
	after, err := settled(ctx, repos, found, delivery)
	if err != nil || after.Version == found.Version {
		return err
	}
	return repos.Discrepancies.Put(ctx, after, found.Version)
}

func settled(ctx context.Context, repos domain.Repos, found domain.Discrepancy, delivery domain.Delivery) (domain.Discrepancy, error) {
	switch delivery.State {
	case domain.DeliveryConflict:
		return found.Returned("The value in the system changed after the decision was made; nothing was overwritten.")
	case domain.DeliveryDead:
		return found.Returned("The system refused the change: " + delivery.Problem)
	case domain.DeliverySkipped:
		return found.Returned("The delivery was skipped: " + delivery.Problem)
	case domain.DeliveryConfirmed:
		siblings, err := repos.Deliveries.ByDiscrepancy(ctx, found.ID)
		if err != nil {
			return found, err
		}
		for _, sibling := range siblings {
			if sibling.ChangeRequest == delivery.ChangeRequest && waiting(sibling) {
				return found, nil
			}
		}
		return found.FixConfirmed(repos.Now), nil
	default: // still on its way
	}
	return found, nil
}

// waiting says that a delivery has still to be made by Crosswalk.
func waiting(delivery domain.Delivery) bool {
	switch delivery.State {
	case domain.DeliveryConfirmed, domain.DeliverySkipped, domain.DeliveryWorklisted:
		return false
	default:
		return true
	}
}

// RetryDelivery puts a held or dead delivery back into the queue, and lets go what was held for it. A delivery that was held
// for one that was skipped goes without it. CodeDeliveryState when it is neither held nor dead; CodeDeliveryWaits when one that
// has to come first can still be made.
func (d *Desk) RetryDelivery(ctx context.Context, by domain.Actor, id domain.ID) (domain.Delivery, error) {
	return d.operateDelivery(ctx, by, id, "retry", func(read domain.Delivery, now domain.Instant) (domain.Delivery, error) {
		return read.Retried(now)
	})
}

// SkipDelivery gives a delivery up, with the reason; its discrepancy goes back to the queue and what needed it is held.
func (d *Desk) SkipDelivery(ctx context.Context, by domain.Actor, id domain.ID, why string) (domain.Delivery, error) {
	return d.operateDelivery(ctx, by, id, "skip", func(read domain.Delivery, _ domain.Instant) (domain.Delivery, error) {
		if why == "" {
			return read, domain.Invalid(domain.CodeReasonRequired, "skipping a delivery needs a reason")
		}
		return read.Skipped(why)
	})
}

// moveDependants holds or releases what needs a delivery that a person has just skipped or restarted.
func moveDependants(ctx context.Context, repos domain.Repos, after domain.Delivery) error {
	if after.Fails() {
		return holdDependants(ctx, repos, after)
	}
	return releaseDependants(ctx, repos, after)
}

func (d *Desk) operateDelivery(ctx context.Context, by domain.Actor, id domain.ID, what string, step func(domain.Delivery, domain.Instant) (domain.Delivery, error)) (domain.Delivery, error) {
	var after domain.Delivery
	err := d.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: what + " delivery " + id.String()}, func(repos domain.Repos) error {
		read, err := repos.Deliveries.ByID(ctx, id)
		if err != nil {
			return err
		}
		if !seesDelivery(by, read) {
			return unknownDelivery()
		}
		if err := by.Require(domain.ActionOperate, deliveryScope(read)); err != nil {
			return err
		}
		if after, err = step(read, repos.Now); err != nil {
			return err
		}
		if after.State == domain.DeliveryPending {
			if err := unchain(ctx, repos, read); err != nil {
				return err
			}
		}
		if err := repos.Deliveries.Save(ctx, after, read.Version); err != nil {
			return err
		}
		if err := moveDependants(ctx, repos, after); err != nil {
			return err
		}
		return settleAll(ctx, repos, after)
	})
	if err != nil {
		return domain.Delivery{}, fmt.Errorf("%s delivery %s: %w", what, id, err)
	}
	return after, nil
}
