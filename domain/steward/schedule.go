package steward

import (
	"context"
	"errors"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// ScheduleRuns queues the runs that plans owe by their schedules, and says whether it queued any. Runs that were missed while
// nobody looked are made up for by one; a plan whose last run goes on, or waits for a person, owes its run until that has
// ended. Any number of processes may call it at the same time: of a plan's due instant one run is made.
//
// A plan that fails does not keep the others from running.
func (d *Desk) ScheduleRuns(ctx context.Context) (bool, error) {
	plans, err := d.Store.Read().Plans.List(ctx)
	if err != nil {
		return false, fmt.Errorf("list the plans: %w", err)
	}
	queued := false
	var all []error
	for _, plan := range plans {
		one, err := d.scheduleRun(ctx, plan)
		queued = queued || one
		if err != nil {
			all = append(all, fmt.Errorf("schedule the plan %s: %w", plan.ID, err))
		}
	}
	return queued, errors.Join(all...)
}

func (d *Desk) scheduleRun(ctx context.Context, plan domain.Plan) (queued bool, err error) {
	zone, err := d.zoneOf(ctx, plan)
	if err != nil {
		return false, err
	}
	err = d.Store.Operate(ctx, func(ops domain.Ops) (err error) {
		queued, err = queueDue(ctx, ops, plan, zone)
		return err
	})
	if code := domain.ErrorCode(err); code == domain.CodeRunActive || code == domain.CodeDuplicate {
		return false, nil // owed still, or made by another process
	}
	return queued, err
}

// zoneOf returns the time zone of the plant whose system the plan reads; "" for a system of many plants.
func (d *Desk) zoneOf(ctx context.Context, plan domain.Plan) (string, error) {
	system, err := d.Store.Read().Systems.ByID(ctx, plan.System)
	if err != nil || system.Plant == "" {
		return "", err
	}
	plant, err := d.Store.Read().Plants.ByID(ctx, system.Plant)
	return plant.TimeZone, err
}

// queueDue moves the plan's clock on and queues the run that fell due meanwhile. Under a new timing nothing is owed yet.
func queueDue(ctx context.Context, ops domain.Ops, plan domain.Plan, zone string) (bool, error) {
	clock, known, err := ops.Schedules.Clock(ctx, plan.ID)
	if err != nil || (!known && len(plan.Schedules) == 0) {
		return false, err
	}
	timing := plan.Timing(zone)
	now := domain.PlanClock{Plan: plan.ID, Timing: timing, SeenAt: max(ops.Now, clock.SeenAt)}
	if !known || clock.Timing != timing {
		return false, ops.Schedules.SetClock(ctx, now)
	}
	due, owed, err := plan.Due(zone, clock.SeenAt, ops.Now)
	if err != nil || !owed {
		return false, err
	}
	run := domain.Run{
		ID: domain.NewID(), Plan: plan.ID, System: plan.System, Domain: plan.Domain, Mode: due.Mode, State: domain.RunQueued,
		StartedBy: domain.ServiceActor("schedule").ID, CreatedAt: ops.Now, DueAt: due.At, Version: 1,
	}
	if err := ops.Runs.Create(ctx, run); err != nil {
		return false, err
	}
	if err := ops.Schedules.SetClock(ctx, now); err != nil {
		return false, err
	}
	return true, tellRun(ctx, ops, run)
}

// tellRun tells what a run came to.
func tellRun(ctx context.Context, ops domain.Ops, run domain.Run) error {
	return ops.Events.Put(ctx, domain.RunEvent(run))
}

// Next says when a plan runs next by itself; its zero value is never.
func (d *Desk) Next(ctx context.Context, plan domain.Plan) (domain.Due, string, error) {
	zone, err := d.zoneOf(ctx, plan)
	if err != nil {
		return domain.Due{}, "", err
	}
	now, err := d.Store.Now(ctx)
	if err != nil {
		return domain.Due{}, "", err
	}
	due, err := plan.Next(zone, now)
	return due, plan.Zone(zone), err
}
