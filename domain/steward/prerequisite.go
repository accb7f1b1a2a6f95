package steward

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// holdDependants holds every delivery that needs one which has failed or was given up, and what needs those in turn.
func holdDependants(ctx context.Context, repos domain.Repos, failed domain.Delivery) error {
	why := fmt.Sprintf("%s of %s in %s had to come first, and is %s", failed.Order.Kind, failed.Label, failed.Order.System, failed.State)
	return eachDependant(ctx, repos, failed.ID, func(d domain.Delivery) (domain.Delivery, bool, error) {
		if d.State != domain.DeliveryPending && d.State != domain.DeliveryRetrying {
			return d, false, nil
		}
		held, err := d.Waiting(why)
		return held, true, err
	})
}

// releaseDependants lets go what was held for a delivery that is tried again, unless another one it needs has failed too.
func releaseDependants(ctx context.Context, repos domain.Repos, restarted domain.Delivery) error {
	return eachDependant(ctx, repos, restarted.ID, func(d domain.Delivery) (domain.Delivery, bool, error) {
		if !d.Waits() {
			return d, false, nil
		}
		needed, err := prerequisites(ctx, repos, d)
		if err != nil {
			return d, false, err
		}
		for _, other := range needed {
			if other.Fails() || other.Waits() {
				return d, false, nil
			}
		}
		released, err := d.Retried(repos.Now)
		return released, true, err
	})
}

// eachDependant moves what needs a delivery, then what needs that, and so on; a dependant that does not move ends its branch.
func eachDependant(ctx context.Context, repos domain.Repos, id domain.ID, move func(domain.Delivery) (domain.Delivery, bool, error)) error {
	dependants, err := repos.Deliveries.Dependants(ctx, id)
	if err != nil {
		return err
	}
	for _, read := range dependants {
		after, moves, err := move(read)
		if err != nil {
			return err
		}
		if !moves {
			continue
		}
		if err := repos.Deliveries.Save(ctx, after, read.Version); err != nil {
			return err
		}
		if err := eachDependant(ctx, repos, after.ID, move); err != nil {
			return err
		}
	}
	return nil
}

// prerequisites are the deliveries that one needs.
func prerequisites(ctx context.Context, repos domain.Repos, d domain.Delivery) ([]domain.Delivery, error) {
	needed := make([]domain.Delivery, 0, len(d.Prerequisites))
	for _, id := range d.Prerequisites {
		other, err := repos.Deliveries.ByID(ctx, id)
		if err != nil {
			return nil, err
		}
		needed = append(needed, other)
	}
	return needed, nil
}

// unchain prepares a delivery for being tried again by a person: what it needs and was skipped it does without from now on;
// what it needs and may still be made comes first (CodeDeliveryWaits).
func unchain(ctx context.Context, repos domain.Repos, d domain.Delivery) error {
	needed, err := prerequisites(ctx, repos, d)
	if err != nil {
		return err
	}
	var without []domain.ID
	for _, other := range needed {
		switch {
		case other.State == domain.DeliverySkipped:
			without = append(without, other.ID)
		case other.Fails() || other.Waits():
			return domain.Conflict(domain.CodeDeliveryWaits, "%s of %s in %s has to come first, and is %s: retry or skip that one",
				other.Order.Kind, other.Label, other.Order.System, other.State)
		}
	}
	return repos.Deliveries.Release(ctx, d, without)
}
