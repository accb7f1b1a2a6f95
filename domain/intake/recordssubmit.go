package intake

import (
	"context"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// submit starts a run of the system's plan that takes the records in, once: a worker that takes the import up again finds the run.
// CodePlanUnknown when the system has no plan; CodeRunActive while another of its runs is not over.
func (r *recordsJudge) submit(ctx context.Context, imported domain.Import) (more bool, err error) {
	plan, err := r.plan(ctx)
	if err != nil {
		return false, err
	}
	mode, err := r.mode(ctx)
	if err != nil {
		return false, err
	}
	return false, r.intake.Store.Operate(ctx, func(ops domain.Ops) error {
		if err := ops.Imports.Progress(ctx, imported); err != nil {
			return err
		}
		stored, err := ops.Imports.ByID(ctx, imported.ID)
		if err != nil || !stored.Run.IsZero() {
			return err
		}
		run := domain.Run{
			ID: domain.NewID(), Plan: plan.ID, System: r.system.ID, Domain: imported.Domain, Mode: mode, State: domain.RunQueued,
			StartedBy: imported.SubmittedBy, CreatedAt: ops.Now, Import: imported.ID, Version: 1,
		}
		if err := ops.Runs.Create(ctx, run); err != nil {
			return err
		}
		if err := ops.Events.Put(ctx, domain.RunEvent(run)); err != nil {
			return err
		}
		version := stored.Version
		stored.Run, stored.Version = run.ID, version+1
		return ops.Imports.Save(ctx, stored, version)
	})
}

// plan is the one by which the system's records are compared: one that compares everything before one that does not.
func (r *recordsJudge) plan(ctx context.Context) (domain.Plan, error) {
	plans, err := r.intake.Store.Read().Plans.List(ctx)
	if err != nil {
		return domain.Plan{}, err
	}
	plans = slices.DeleteFunc(plans, func(p domain.Plan) bool { return p.System != r.system.ID || p.Domain != r.imported.Domain })
	if len(plans) == 0 {
		return domain.Plan{}, domain.NotFound(domain.CodePlanUnknown,
			"%s has no plan by which its records of the domain %s would be compared: an integration admin configures one, then hand the file in again", r.system.Name, r.imported.Domain)
	}
	if whole := slices.IndexFunc(plans, func(p domain.Plan) bool { return len(p.Attributes) == 0 }); whole >= 0 {
		return plans[whole], nil
	}
	return plans[0], nil
}

// mode is that of the run: only of a list that says it is complete, and of which every row tells its code, is anything concluded
// about what it does not name.
func (r *recordsJudge) mode(ctx context.Context) (domain.RunMode, error) {
	if r.imported.Kind != domain.ImportRecordsComplete {
		return domain.RunPartial, nil
	}
	query := domain.ImportRowQuery{Import: r.imported.ID, Status: domain.ImportWrong, Limit: pageRows}
	for {
		rows, err := r.intake.Store.Read().Imports.Rows(ctx, query)
		if err != nil {
			return "", err
		}
		if slices.ContainsFunc(rows, nameless) {
			return domain.RunPartial, nil
		}
		if query.Offset += len(rows); len(rows) < pageRows {
			return domain.RunComplete, nil
		}
	}
}
