package domain

import "context"

// PlanReader reads reconciliation plans.
type PlanReader interface {
	// ByID returns CodePlanUnknown when there is none.
	ByID(ctx context.Context, id string) (Plan, error)
	// List returns all plans by ID.
	List(ctx context.Context) ([]Plan, error)
}

// PlanRepo writes reconciliation plans.
type PlanRepo interface {
	PlanReader
	// Put inserts (Version 1) or updates (the stored version + 1, else CodeSystemStale).
	Put(ctx context.Context, plan Plan) error
}
