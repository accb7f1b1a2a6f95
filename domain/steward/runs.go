package steward

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// StartRun queues a run of a plan. CodePlanUnknown; CodeRunActive when one of the plan is not finished.
func (d *Desk) StartRun(ctx context.Context, by domain.Actor, plan string, mode domain.RunMode) (domain.Run, error) {
	found, err := d.Store.Read().Plans.ByID(ctx, plan)
	if err != nil {
		return domain.Run{}, err
	}
	if err := d.operates(ctx, by, found.System, found.Domain); err != nil {
		if domain.ErrorCode(err) == domain.CodeSystemUnknown {
			err = domain.NotFound(domain.CodePlanUnknown, "there is no plan %q", plan)
		}
		return domain.Run{}, err
	}
	run := domain.Run{
		ID: domain.NewID(), Plan: found.ID, System: found.System, Domain: found.Domain, Mode: mode,
		State: domain.RunQueued, StartedBy: by.ID, Version: 1,
	}
	err = d.Store.Operate(ctx, func(ops domain.Ops) error {
		run.CreatedAt = ops.Now
		if err := ops.Runs.Create(ctx, run); err != nil {
			return err
		}
		return tellRun(ctx, ops, run)
	})
	if err != nil {
		return domain.Run{}, fmt.Errorf("start run of %s: %w", plan, err)
	}
	return run, nil
}

// operates refuses an actor who may not run the system: as unknown where it is another plant's, of which they may not know.
func (d *Desk) operates(ctx context.Context, by domain.Actor, id domain.SystemID, name domain.DomainName) error {
	system, err := d.Store.Read().Systems.ByID(ctx, id)
	if err != nil {
		return err
	}
	scope := domain.Scope{Domain: name, Plant: system.Plant, System: system.ID}
	if system.Plant != "" && !by.May(domain.ActionRead, scope) {
		return domain.NotFound(domain.CodeSystemUnknown, "there is no system %s", id)
	}
	return by.Require(domain.ActionOperate, scope)
}

// ReleaseRun lets a run that is held for its drop in rows go on: a person has looked, the rows really are gone.
func (d *Desk) ReleaseRun(ctx context.Context, by domain.Actor, id domain.ID) (domain.Run, error) {
	return d.moveRun(ctx, by, id, func(run domain.Run, _ domain.Instant) (domain.Run, error) {
		if run.State != domain.RunHeld {
			return run, domain.Conflict(domain.CodeStateMove, "only a held run can be released; this one is %s", run.State)
		}
		run.Message, run.Code = "released by "+by.Name, ""
		return run.Moved(domain.RunComparing)
	})
}

// CancelRun stops a run that is not finished; nothing it read is concluded from.
func (d *Desk) CancelRun(ctx context.Context, by domain.Actor, id domain.ID) (domain.Run, error) {
	return d.moveRun(ctx, by, id, func(run domain.Run, now domain.Instant) (domain.Run, error) {
		return run.Ended(domain.RunCancelled, "", "cancelled by "+by.Name, now)
	})
}

func (d *Desk) moveRun(ctx context.Context, by domain.Actor, id domain.ID, move func(domain.Run, domain.Instant) (domain.Run, error)) (domain.Run, error) {
	read, err := d.Run(ctx, by, id)
	if err != nil {
		return read, err
	}
	if err := d.operates(ctx, by, read.System, read.Domain); err != nil {
		return read, err
	}
	var moved domain.Run
	err = d.Store.Operate(ctx, func(ops domain.Ops) error {
		run, err := ops.Runs.ByID(ctx, id)
		if err != nil {
			return err
		}
		if moved, err = move(run, ops.Now); err != nil {
			return err
		}
		if err := ops.Runs.Save(ctx, moved, run.Version); err != nil {
			return err
		}
		return tellRun(ctx, ops, moved)
	})
	if err != nil {
		return domain.Run{}, fmt.Errorf("move run %s: %w", id, err)
	}
	return moved, nil
}
