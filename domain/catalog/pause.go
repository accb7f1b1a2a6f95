package catalog

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Pause says whether a plan is to be paused, and which version of it was looked at.
type Pause struct {
	Plan    string
	Version int
	Paused  bool
}

// ProposePause proposes that a plan stops running by itself, or goes on, and leaves the rest of it as it is. A plan that does not
// exist is CodePlanUnknown, one that changed since CodePlanStale, one that is as it should be already CodeDecisionInvalid.
func (c *Catalog) ProposePause(ctx context.Context, by domain.Actor, pause Pause, reason string) (domain.ChangeRequest, error) {
	var request domain.ChangeRequest
	if err := by.Require(domain.ActionConfigure, domain.Scope{}); err != nil {
		return request, err // before anything is said of what there is
	}
	plan, err := c.Store.Read().Plans.ByID(ctx, pause.Plan)
	if err != nil {
		return request, err
	}
	if plan.Version != pause.Version {
		return request, domain.Conflict(domain.CodePlanStale, "the plan %s changed since you looked at it", plan.Name)
	}
	plan.Paused = pause.Paused
	request, err = c.ProposeConfiguration(ctx, by, Configuration{Plans: []domain.Plan{plan}}, reason)
	if err != nil {
		return request, fmt.Errorf("propose to pause %s: %w", pause.Plan, err)
	}
	return request, nil
}
