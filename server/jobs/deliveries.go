package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// recordTimeout bounds how long an outcome may take to be written down, also while the program ends.
const recordTimeout = 15 * time.Second

// Recorder takes in how attempts ended.
type Recorder interface {
	// RecordOutcome returns the delivery as it then stands. CodeDeliveryLease: another has it now, the outcome is not ours to tell.
	RecordOutcome(ctx context.Context, delivery domain.Delivery, outcome domain.Outcome) (domain.Delivery, error)
}

// Deliveries is the worker that makes deliveries, one in each turn.
type Deliveries struct {
	Store domain.Store
	// Target finds who can write to a system. Its errors are outcomes: forbidden holds the delivery, unavailable retries it.
	Target   func(ctx context.Context, system domain.SystemID) (reconcile.Target, error)
	Recorder Recorder
	Owner    string
	// Lease is how long a delivery is ours; three quarters of it are for writing, the rest for recording what came of it.
	Lease time.Duration
	Log   *slog.Logger
}

// Turn leases the next delivery that is due, makes it and records the outcome. When the program ends meanwhile, nobody knows
// whether the system was written: nothing is recorded, and after the lease another attempt finds out.
func (d *Deliveries) Turn(ctx context.Context) (bool, error) {
	writeBy := time.Now().Add(d.Lease * 3 / 4) // before the lease begins, so that it ends before the lease does
	delivery, found, err := d.claim(ctx)
	if err != nil || !found {
		return false, err
	}
	outcome := d.make(ctx, delivery, writeBy)
	if ctx.Err() != nil && outcome.Kind != domain.OutcomeConfirmed {
		return true, nil
	}
	recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	after, err := d.Recorder.RecordOutcome(recording, delivery, outcome)
	if domain.ErrorCode(err) == domain.CodeDeliveryLease {
		d.Log.WarnContext(ctx, "the outcome of a delivery came too late", "delivery", delivery.ID.String(), "outcome", string(outcome.Kind))
		return true, nil
	}
	if err == nil && after.State == domain.DeliveryConfirmed && after.Order.Kind == domain.DeliverUpdate {
		d.noteEcho(recording, after.Order)
	}
	return true, err
}

// noteEcho tells the knowledge of the source what was written to it. Without it the next reading counts a change more, and
// nothing else: the outcome stands whether this succeeds or not.
func (d *Deliveries) noteEcho(ctx context.Context, order domain.DeliveryOrder) {
	err := d.Store.Operate(ctx, func(ops domain.Ops) error {
		return ops.Sources.Wrote(ctx, order.System, order.Domain, order.Code, order.Set)
	})
	if err != nil {
		d.Log.WarnContext(ctx, "what was written could not be noted as read", "system", string(order.System), "error", err)
	}
}

func (d *Deliveries) claim(ctx context.Context) (delivery domain.Delivery, found bool, err error) {
	err = d.Store.Operate(ctx, func(ops domain.Ops) error {
		claimed, err := ops.Deliveries.Claim(ctx, d.Owner, ops.Now.Add(d.Lease), 1)
		if found = err == nil && len(claimed) > 0; found {
			delivery = claimed[0]
		}
		return err
	})
	return delivery, found, err
}

// make writes to the target, and turns what came of it into an outcome.
func (d *Deliveries) make(ctx context.Context, delivery domain.Delivery, writeBy time.Time) domain.Outcome {
	writing, cancel := context.WithDeadline(ctx, writeBy)
	defer cancel()
	receipt, err := d.apply(writing, delivery)
	switch {
	case err == nil && receipt.Conflict:
		return domain.Outcome{
			Kind: domain.OutcomeConflict, Current: receipt.Current, Unguarded: receipt.Unguarded,
			Problem: "the system no longer holds the values the decision was made on", ProblemCode: domain.CodeRequestBaseMoved,
		}
	case err == nil:
		return domain.Outcome{Kind: domain.OutcomeConfirmed, Code: receipt.Code, Current: receipt.Current, Unguarded: receipt.Unguarded}
	case writing.Err() != nil && ctx.Err() == nil:
		err = domain.Unavailable(err, domain.CodeSystemUnreachable, "the system did not answer in time")
	}
	d.Log.WarnContext(ctx, "a delivery failed", "delivery", delivery.ID.String(), "system", string(delivery.Order.System),
		"attempt", delivery.Attempt, "error", err)
	return domain.OutcomeOf(err)
}

// apply asks the target, and makes an error of a panic: a delivery that breaks its connector must not come back for ever.
func (d *Deliveries) apply(ctx context.Context, delivery domain.Delivery) (receipt reconcile.Receipt, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	target, err := d.Target(ctx, delivery.Order.System)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	return target.Apply(ctx, delivery)
}
