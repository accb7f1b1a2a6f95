package reconcile

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Runner carries reconciliation runs. It keeps nothing of a run to itself and is safe for concurrent use as far as its
// ports are.
type Runner struct {
	Staging  Staging
	Proposer Proposer
	Progress Progress
}

// Job is one run with all it needs to know.
type Job struct {
	Plan       domain.Plan
	System     domain.SourceSystem
	Plant      *domain.Plant // nil for a system that is not of one plant
	Company    domain.CompanyID
	Definition domain.Definition
	Run        domain.Run
	Previous   *domain.Run // the plan's last run that is done; nil when there is none
	Source     Source
	Day        domain.Date // today where the system stands
}

// errTakenAway ends a run that a person has cancelled or another worker has taken over: nothing more of it may be touched.
var errTakenAway = errors.New("the run was taken away")

// Run carries the job's run as far as it goes, and returns it as it was stored last.
//
// A run is begun, or taken up where a crash or a person's release has left it: in state reading it reads afresh, in state
// comparing it goes on with what was staged. In any other state there is nothing to do.
//
// A run that ends as failed is returned with the error it failed of, for the log. One that was cancelled or taken over by
// another worker is returned without an error. When ctx ends, its cause is returned and the run stays as it is, to be
// taken up again.
func (r Runner) Run(ctx context.Context, job Job) (domain.Run, error) {
	e := &execution{Runner: r, Job: job, run: job.Run, stored: job.Run}
	err := e.advance(ctx)
	switch {
	case err == nil || errors.Is(err, errTakenAway):
		return e.stored, nil
	case ctx.Err() != nil:
		return e.stored, context.Cause(ctx)
	case e.stored.Finished():
		return e.stored, err
	}
	if failed := e.fail(ctx, err); failed != nil && !errors.Is(failed, errTakenAway) {
		err = errors.Join(err, failed)
	}
	return e.stored, err
}

// execution is one run under way.
type execution struct {
	Runner
	Job
	run    domain.Run // as it stands
	stored domain.Run // as it was stored last
	slot   int
	staged bool // the run holds the slot
}

// advance takes the run from the state it is in to the next point where it rests.
func (e *execution) advance(ctx context.Context) error {
	switch e.run.State {
	case domain.RunQueued, domain.RunReading:
		return e.readAfresh(ctx)
	case domain.RunComparing:
		var err error
		if e.slot, err = e.Staging.SlotOf(ctx, e.run.ID); err != nil {
			return fmt.Errorf("find what was staged: %w", err)
		}
		e.staged = true
		return e.compare(ctx)
	default:
		return nil
	}
}

// readAfresh reads from the beginning, whatever an earlier attempt of the run had taken in, and goes on as the proof allows.
func (e *execution) readAfresh(ctx context.Context) error {
	if err := e.beginReading(ctx); err != nil {
		return err
	}
	proof, err := e.read(ctx)
	if err != nil {
		return err
	}
	if err := e.endReading(ctx, proof); err != nil {
		return err
	}
	switch {
	case e.partial() && proof.Partial: // what it does not name is not missing, however much that is
	case e.partial() || !proof.Complete:
		return e.incomplete(ctx, proof.Why)
	default:
		if held, err := e.holdDrop(ctx); held || err != nil {
			return err
		}
	}
	if err := e.move(ctx, domain.RunComparing); err != nil {
		return err
	}
	return e.compare(ctx)
}

func (e *execution) beginReading(ctx context.Context) error {
	now, err := e.Progress.Now(ctx)
	if err != nil {
		return err
	}
	e.run.ReadAt, e.run.Counts, e.run.Watermark = now, domain.RunCounts{}, ""
	e.run.ReadEndedAt, e.run.ComparedAt, e.run.Skips, e.run.Proof = 0, 0, domain.RunSkips{}, ""
	if e.run.State == domain.RunQueued {
		err = e.move(ctx, domain.RunReading)
	} else {
		err = e.save(ctx)
	}
	if err != nil {
		return err
	}
	if e.slot, err = e.Staging.Begin(ctx, e.run.ID); err != nil {
		return fmt.Errorf("begin staging: %w", err)
	}
	e.staged = true
	if err = e.Staging.ClearQuarantine(ctx, e.run.ID); err != nil {
		return fmt.Errorf("clear the quarantine: %w", err)
	}
	return nil
}

// endReading keeps what the source says of the reading as a whole; the state the run comes to is saved with it.
func (e *execution) endReading(ctx context.Context, proof Proof) error {
	now, err := e.Progress.Now(ctx)
	if err != nil {
		return err
	}
	e.run.ReadEndedAt, e.run.Watermark = now, proof.Watermark
	if proof.Complete || proof.Partial {
		e.run.Proof = proof.How
		if proof.How == "" {
			e.run.Proof = "The system said that it gave every record"
		}
	}
	return nil
}

// incomplete ends a run whose end of data was not proven: values that were read are known, nothing is concluded of them.
func (e *execution) incomplete(ctx context.Context, why string) error {
	if why == "" {
		why = "The system did not prove that it gave all its records"
	}
	if err := e.merge(ctx, false); err != nil {
		return err
	}
	return e.end(ctx, domain.RunIncomplete, domain.CodeRunIncomplete, why)
}

// minHoldRows is how many records a system must have had before a drop in their number says anything.
const minHoldRows = 20

// holdDrop holds the run for a person when far too many of the known records are not among those read: the system lost them,
// or it was replaced by one that has other codes. It says whether it did. The slot is kept: a released run goes on with what
// was read.
func (e *execution) holdDrop(ctx context.Context) (bool, error) {
	present, err := e.Staging.Present(ctx, e.System.ID, e.Definition.Domain)
	if err != nil {
		return false, fmt.Errorf("count the known records: %w", err)
	}
	e.run.Counts.Known = present
	if present < minHoldRows {
		return false, nil
	}
	vanished, err := e.Staging.Vanished(ctx, e.slot, e.System.ID, e.Definition.Domain)
	if err != nil {
		return false, fmt.Errorf("count the vanished records: %w", err)
	}
	e.run.Counts.Vanished = vanished
	if vanished*100 <= present*e.Plan.DropHold() {
		return false, nil
	}
	why, err := e.whyHeld(ctx, present, vanished)
	if err != nil {
		return false, err
	}
	held, err := e.run.Ended(domain.RunHeld, domain.CodeRunHeld, why, 0)
	if err != nil {
		return false, err
	}
	e.run = held
	return true, e.save(ctx)
}

// whyHeld tells a drop in the number of records from other records in their place.
func (e *execution) whyHeld(ctx context.Context, present, vanished int) (string, error) {
	staged, err := e.Staging.Staged(ctx, e.slot)
	if err != nil {
		return "", fmt.Errorf("count the staged records: %w", err)
	}
	if (present-staged)*100 > present*e.Plan.DropHold() {
		return fmt.Sprintf("The system gave %d records where %d were known; a drop of more than %d %% waits for a person to release or cancel the run",
			staged, present, e.Plan.DropHold()), nil
	}
	return fmt.Sprintf("%d of the %d known codes are not among the %d records that the system gave: it seems to have been replaced or its codes "+
		"renamed; more than %d %% waits for a person to release or cancel the run", vanished, present, staged, e.Plan.DropHold()), nil
}

// partial says that the run takes in some records only: what they say is compared, and nothing is concluded of any other.
func (e *execution) partial() bool { return e.run.Mode == domain.RunPartial }

// compare makes what was staged known, compares it with the golden records and concludes what is resolved. All of it may be
// repeated.
func (e *execution) compare(ctx context.Context) error {
	if err := e.beginComparing(ctx); err != nil {
		return err
	}
	if e.Plant != nil && !e.Plant.RaisesFindings() {
		e.run.Skips.Onboarding = e.run.Counts.Read - e.run.Counts.Quarantined
		return e.end(ctx, domain.RunDone, "", fmt.Sprintf("What the system says was taken in; while plant %s is %s no differences are raised",
			e.Plant.ID, e.Plant.State))
	}
	alignment := Alignment{System: e.System, Definition: e.Definition, Attributes: e.compared(), Company: e.Company, Day: e.Day, ReadAt: e.run.ReadAt}
	if e.partial() {
		if err := e.compareLinked(ctx, alignment); err != nil {
			return err
		}
		return e.end(ctx, domain.RunDone, "", "What was listed was taken in and compared; nothing is concluded of what was not listed")
	}
	registered, err := e.Proposer.Register(ctx, e.run)
	if err != nil {
		return fmt.Errorf("register what is new: %w", err)
	}
	e.run.Counts.Registered += registered // an earlier attempt's are registered already
	if err := e.compareLinked(ctx, alignment); err != nil {
		return err
	}
	if err := e.compareExpected(ctx, alignment); err != nil {
		return err
	}
	counts, err := e.Proposer.Conclude(ctx, e.run)
	if err != nil {
		return fmt.Errorf("conclude: %w", err)
	}
	e.count(counts)
	return e.end(ctx, domain.RunDone, "", "")
}

// beginComparing makes the rows known. An earlier attempt's records are compared again and what it raised is counted again;
// what it closed it has closed.
func (e *execution) beginComparing(ctx context.Context) error {
	now, err := e.Progress.Now(ctx)
	if err != nil {
		return err
	}
	e.run.ComparedAt = now
	counts := &e.run.Counts
	counts.Compared, counts.Raised, counts.Seen, counts.Bounced = 0, 0, 0, 0
	skips := e.run.Skips
	e.run.Skips = domain.RunSkips{Rejected: skips.Rejected, Nameless: skips.Nameless, Duplicate: skips.Duplicate, Unchanged: skips.Unchanged}
	return e.merge(ctx, !e.partial())
}

// compared returns the attributes that the system supplies and the plan asks for.
func (e *execution) compared() []domain.AttributeID {
	supplied := e.Source.Supplies(e.Definition)
	if len(e.Plan.Attributes) == 0 {
		return supplied
	}
	return slices.DeleteFunc(slices.Clone(supplied), func(id domain.AttributeID) bool {
		return !slices.Contains(e.Plan.Attributes, id)
	})
}

func (e *execution) merge(ctx context.Context, complete bool) error {
	result, err := e.Staging.Merge(ctx, e.slot, e.run, complete)
	if err != nil {
		return fmt.Errorf("merge what was read: %w", err)
	}
	e.run.Counts.Changed, e.run.Counts.Gone = result.Changed, result.Gone
	return e.save(ctx)
}

// fail stores why the run failed: in the words of a *domain.Error, or in general words with the cause left to the log.
func (e *execution) fail(ctx context.Context, cause error) error {
	code, why := domain.CodeInternal, "The run failed inside Crosswalk"
	var known *domain.Error
	if errors.As(cause, &known) && known.Kind != domain.KindInternal {
		code, why = known.Code, known.Msg
	}
	e.run = e.stored
	return e.end(ctx, domain.RunFailed, code, why)
}

// end finishes the run and then frees its slot: a slot freed before would leave an unfinished run without its rows.
func (e *execution) end(ctx context.Context, state domain.RunState, code, why string) error {
	now, err := e.Progress.Now(ctx)
	if err != nil {
		return err
	}
	ended, err := e.run.Ended(state, code, why, now)
	if err != nil {
		return err
	}
	e.run = ended
	if err := e.save(ctx); err != nil {
		return err
	}
	if !e.staged {
		return nil
	}
	return e.Staging.End(ctx, e.slot)
}

func (e *execution) move(ctx context.Context, to domain.RunState) error {
	moved, err := e.run.Moved(to)
	if err != nil {
		return err
	}
	e.run = moved
	return e.save(ctx)
}

// save stores the run as it stands.
func (e *execution) save(ctx context.Context) error {
	stored, err := e.Progress.Save(ctx, e.run)
	switch code := domain.ErrorCode(err); {
	case err == nil:
		e.run, e.stored = stored, stored
		return nil
	case code == domain.CodeRunLeaseLost || code == domain.CodeStateMove:
		return fmt.Errorf("%w: %w", errTakenAway, err)
	default:
		return fmt.Errorf("save the run: %w", err)
	}
}
