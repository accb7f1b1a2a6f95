package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Run is one reconciliation run.
type Run struct {
	ID         string    `json:"id"`
	Plan       string    `json:"plan"`
	System     string    `json:"system"`
	Domain     string    `json:"domain"`
	Mode       string    `json:"mode" enum:"complete,incremental"`
	State      string    `json:"state" enum:"queued,reading,comparing,held,done,incomplete,failed,cancelled"`
	StartedBy  string    `json:"started_by"`
	CreatedAt  string    `json:"created_at"`
	ReadAt     string    `json:"read_at" doc:"when the reading began"`
	FinishedAt string    `json:"finished_at"`
	Counts     RunCounts `json:"counts"`
	Watermark  string    `json:"watermark"`
	Message    string    `json:"message" doc:"why the run is held, incomplete or failed"`
	Code       string    `json:"code"`
	Version    int       `json:"version"`
}

// RunCounts say what a run did.
type RunCounts struct {
	Read        int `json:"read"`
	Changed     int `json:"changed"`
	Gone        int `json:"gone"`
	Quarantined int `json:"quarantined"`
	Compared    int `json:"compared"`
	Raised      int `json:"raised"`
	Seen        int `json:"seen"`
	Closed      int `json:"closed"`
	Verified    int `json:"verified"`
	Bounced     int `json:"bounced"`
}

// QuarantinedRow is a row of a source that could not be taken.
type QuarantinedRow struct {
	Position string `json:"position"`
	Code     string `json:"code"`
	Reason   string `json:"reason"`
	Content  string `json:"content"`
}

// QuarantinedRows is a window of the rows a run put aside.
type QuarantinedRows struct {
	Offset int              `json:"offset"`
	Rows   []QuarantinedRow `json:"rows"`
}

// StartRun names the plan of a run.
type StartRun struct {
	Plan string `json:"plan"`
	Mode string `json:"mode" enum:"complete,incremental"`
}

// startRunInput is POST /runs.
type startRunInput struct{ Body StartRun }

// runsInput is GET /runs.
type runsInput struct {
	Plan string `query:"plan" doc:"only runs of this plan"`
	PageInput
}

func (a *API) registerRuns() {
	start := created("/runs", "start-run", "Queue a reconciliation run of a plan")
	start.DefaultStatus = http.StatusAccepted
	handle(a, start, a.startRun)
	handle(a, operation(http.MethodGet, "/runs", "list-runs", "The runs, newest first"), a.runs)
	handle(a, operation(http.MethodGet, "/runs/{id}", "get-run", "One run"), a.onRun(a.Desk.Run))
	handle(a, operation(http.MethodGet, "/runs/{id}/quarantine", "list-quarantine", "The rows a run put aside"), a.quarantine)
	handle(a, operation(http.MethodPost, "/runs/{id}/release", "release-run", "Let a held run go on: the rows really are gone"), a.releaseRun)
	handle(a, operation(http.MethodPost, "/runs/{id}/cancellation", "cancel-run", "Stop a run; nothing is concluded from it"), a.onRun(a.Desk.CancelRun))
}

func (a *API) startRun(ctx context.Context, in *startRunInput) (*body[Run], error) {
	run, err := a.Desk.StartRun(ctx, actorOf(ctx), in.Body.Plan, domain.RunMode(in.Body.Mode))
	if err != nil {
		return nil, err
	}
	a.RunsWaiting()
	return bodyOf(runOf(run)), nil
}

func (a *API) runs(ctx context.Context, in *runsInput) (*body[List[Run]], error) {
	runs, next, err := a.Desk.Runs(ctx, actorOf(ctx), in.Plan, in.page())
	if err != nil {
		return nil, err
	}
	return listOf(runs, next, runOf), nil
}

// onRun is an operation that takes a run's ID and answers with the run.
func (a *API) onRun(do func(context.Context, domain.Actor, domain.ID) (domain.Run, error)) func(context.Context, *IDInput) (*body[Run], error) {
	return func(ctx context.Context, in *IDInput) (*body[Run], error) {
		id, err := domain.ParseID(in.ID)
		if err != nil {
			return nil, err
		}
		run, err := do(ctx, actorOf(ctx), id)
		if err != nil {
			return nil, err
		}
		return bodyOf(runOf(run)), nil
	}
}

func (a *API) releaseRun(ctx context.Context, in *IDInput) (*body[Run], error) {
	out, err := a.onRun(a.Desk.ReleaseRun)(ctx, in)
	if err == nil {
		a.RunsWaiting()
	}
	return out, err
}

func (a *API) quarantine(ctx context.Context, in *WindowOfInput) (*body[QuarantinedRows], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	rows, err := a.Desk.Quarantined(ctx, actorOf(ctx), id, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return bodyOf(QuarantinedRows{Offset: in.Offset, Rows: each(rows, func(r domain.QuarantinedRow) QuarantinedRow {
		return QuarantinedRow{Position: r.Position, Code: r.Code, Reason: r.Reason, Content: r.Content}
	})}), nil
}

func runOf(r domain.Run) Run {
	return Run{
		ID: r.ID.String(), Plan: r.Plan, System: string(r.System), Domain: string(r.Domain), Mode: string(r.Mode), State: string(r.State),
		StartedBy: string(r.StartedBy), CreatedAt: r.CreatedAt.String(), ReadAt: r.ReadAt.String(), FinishedAt: r.FinishedAt.String(),
		Counts: RunCounts(r.Counts), Watermark: r.Watermark, Message: r.Message, Code: r.Code, Version: r.Version,
	}
}
