package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Run is one reconciliation run.
type Run struct {
	ID          string    `json:"id"`
	Plan        string    `json:"plan"`
	System      string    `json:"system"`
	Domain      string    `json:"domain"`
	Mode        string    `json:"mode" enum:"complete,incremental,partial"`
	ImportID    string    `json:"import_id" doc:"the upload whose records it takes in; empty: it reads its system"`
	State       string    `json:"state" enum:"queued,reading,comparing,held,done,incomplete,failed,cancelled"`
	StartedBy   string    `json:"started_by"`
	CreatedAt   string    `json:"created_at"`
	ReadAt      string    `json:"read_at" doc:"when the reading began"`
	ReadEndedAt string    `json:"read_ended_at" doc:"when the last row had come"`
	ComparedAt  string    `json:"compared_at" doc:"when comparing began"`
	FinishedAt  string    `json:"finished_at"`
	DueAt       string    `json:"due_at" doc:"the scheduled instant it is made for; empty for one by hand"`
	Attempt     int       `json:"attempt" doc:"how often it was taken up; more than once after a crash"`
	Phases      RunPhases `json:"phases"`
	Counts      RunCounts `json:"counts"`
	Skips       RunSkips  `json:"skips"`
	Proof       string    `json:"proof" doc:"how the source knows that it gave everything; empty where it does not"`
	Watermark   string    `json:"watermark" doc:"up to where it was read; the next incremental run starts there"`
	Message     string    `json:"message" doc:"why the run is held, incomplete or failed"`
	Code        string    `json:"code"`
	Version     int       `json:"version"`
}

// RunCounts say what a run did.
type RunCounts struct {
	Read        int `json:"read"`
	Changed     int `json:"changed"`
	Gone        int `json:"gone"`
	Quarantined int `json:"quarantined"`
	Known       int `json:"known" doc:"records known to be there before a reading that is proven complete"`
	Vanished    int `json:"vanished" doc:"of the known records those that the reading did not name: what a run is held for"`
	Compared    int `json:"compared"`
	Raised      int `json:"raised"`
	Seen        int `json:"seen"`
	Closed      int `json:"closed"`
	Verified    int `json:"verified"`
	Bounced     int `json:"bounced"`
	Registered  int `json:"registered" doc:"new codes that became golden records under the standing rule"`
}

// RunSkips say why rows were not taken and records not compared.
type RunSkips struct {
	Rejected    int `json:"rejected" doc:"rows that could not be read"`
	Nameless    int `json:"nameless" doc:"rows without a usable code"`
	Duplicate   int `json:"duplicate" doc:"rows whose code had come before"`
	Unchanged   int `json:"unchanged" doc:"rows the source only named: they are as they were"`
	Unmapped    int `json:"unmapped" doc:"records whose code nobody has mapped"`
	Dormant     int `json:"dormant" doc:"archived records whose code nobody has mapped"`
	Related     int `json:"related" doc:"records mapped otherwise than as equivalent"`
	Retired     int `json:"retired" doc:"records mapped to golden ones no longer in use"`
	NotExpected int `json:"not_expected" doc:"mapped records that are not there, and not needed there"`
	Onboarding  int `json:"onboarding" doc:"records of a plant that raises no findings"`
}

// RunPhases say, in milliseconds, how long a run took for what; one that has not ended is 0.
type RunPhases struct {
	Waiting   int64 `json:"waiting" doc:"from queued to reading"`
	Reading   int64 `json:"reading"`
	Held      int64 `json:"held" doc:"from the end of reading to comparing: waiting for a person"`
	Comparing int64 `json:"comparing"`
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
		StartedBy: string(r.StartedBy), ImportID: r.Import.String(), CreatedAt: r.CreatedAt.String(), ReadAt: r.ReadAt.String(), FinishedAt: r.FinishedAt.String(),
		ReadEndedAt: r.ReadEndedAt.String(), ComparedAt: r.ComparedAt.String(), DueAt: r.DueAt.String(), Attempt: r.Attempt,
		Phases: phasesOf(r), Counts: RunCounts(r.Counts), Skips: RunSkips(r.Skips), Proof: r.Proof, Watermark: r.Watermark, Message: r.Message, Code: r.Code, Version: r.Version,
	}
}

func phasesOf(r domain.Run) RunPhases {
	return RunPhases{
		Waiting: between(r.CreatedAt, r.ReadAt), Reading: between(r.ReadAt, r.ReadEndedAt), Held: between(r.ReadEndedAt, r.ComparedAt),
		Comparing: between(r.ComparedAt, r.FinishedAt),
	}
}

// between is how many milliseconds lie between two instants; 0 where one has not come.
func between(from, to domain.Instant) int64 {
	if from == 0 || to == 0 {
		return 0
	}
	return to.Time().Sub(from.Time()).Milliseconds()
}
