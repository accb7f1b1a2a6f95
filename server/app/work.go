package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/follow"
	"github.com/crosswalk-mdm/crosswalk/server/jobs"
)

// How long work is leased: after a crash it stays with the dead process for that long.
const (
	deliveryLease = 2 * time.Minute
	runLease      = 30 * time.Second
	sweepEvery    = 30 * time.Second
	scheduleEvery = 5 * time.Second
	// applyEvery is how long after its grace period a request may wait to be applied.
	applyEvery = time.Second
	// indexEvery is how often it is seen whether an index is to be built.
	indexEvery   = 2 * time.Second
	indexWorkers = 2
	// identifyEvery is how often records without keys are looked for: an older version may run beside this one for a while.
	identifyEvery = time.Hour
)

func (a *App) newJobs() *jobs.Group {
	group := jobs.NewGroup(a.log, a.metrics.ObserveJob)
	host, _ := os.Hostname() // only to tell people who holds a lease
	for i := range a.config.DeliveryWorkers {
		worker := &jobs.Deliveries{
			Store: a.Store, Target: a.targetOf, Recorder: a.Desk, Owner: owner(host, "deliveries", i), Lease: deliveryLease, Log: a.log,
		}
		group.Loop("deliveries", a.config.PollEvery, a.deliveries.Listen(), worker.Turn)
	}
	for i := range a.config.RunWorkers {
		worker := &jobs.Runs{Store: a.Store, Carry: a.carry, Owner: owner(host, "runs", i), Lease: runLease, Log: a.log}
		group.Loop("runs", a.config.PollEvery, a.runs.Listen(), worker.Turn)
	}
	applier := &jobs.Applier{ApplyDue: a.Desk.ApplyDue, Applied: a.deliveries.Ring}
	group.Loop("apply", applyEvery, a.decisions.Listen(), applier.Turn)
	sweeper := &jobs.Sweeper{Store: a.Store, ExpireAcceptances: a.Desk.ExpireAcceptances, SweepSessions: a.Sessions.Sweep, KeepImports: a.config.ImportsKeep}
	group.Loop("identify", identifyEvery, nil, a.identifyTurn)
	group.Loop("schedule", scheduleEvery, nil, a.scheduleTurn)
	group.Loop("sweep", sweepEvery, nil, sweeper.Turn)
	group.Loop("match", a.config.PollEvery, a.matches.Listen(), a.newMatches(owner(host, "match", 0)).Turn)
	group.Loop("imports", a.config.PollEvery, a.imports.Listen(), a.newImports(owner(host, "imports", 0)).Turn)
	group.Loop("autolink", autoLinkEvery, nil, a.autoLinkTurn)
	return group
}

// newIndex returns what this process looks single things up in, and the jobs that keep it while the API is served.
func (a *App) newIndex() (*follow.Index, *jobs.Group) {
	options := follow.Options{Store: a.Store, Definitions: a.Desk.Definitions, Workers: indexWorkers, Log: a.log}
	group := jobs.NewGroup(a.log, a.metrics.ObserveJob)
	if a.config.MatchFollow == 0 {
		return follow.New(options), group
	}
	options.Domains = []domain.DomainName{catalog.Item}
	index := follow.New(options)
	group.Loop("index", indexEvery, nil, index.Build)
	group.Loop("follow", a.config.MatchFollow, nil, index.Follow)
	return index, group
}

// scheduleTurn queues the runs that are due and wakes who carries them. It never asks for another turn at once.
func (a *App) scheduleTurn(ctx context.Context) (bool, error) {
	queued, err := a.Desk.ScheduleRuns(ctx)
	if queued {
		a.runs.Ring()
	}
	return false, err
}

// identifyTurn gives records of before their keys.
func (a *App) identifyTurn(ctx context.Context) (bool, error) {
	identified, err := a.Catalog.IdentifyRecords(ctx)
	if identified > 0 {
		a.log.InfoContext(ctx, "records got the keys that they are recognised by", "records", identified)
	}
	return false, err
}

// owner names one worker of this very process: two that were started one after the other are two owners.
func owner(host, job string, number int) string {
	return fmt.Sprintf("%s/%d/%s-%d/%s", host, os.Getpid(), job, number, domain.NewID().String()[:13])
}

// carry brings a leased run to its end, or to where it waits for a person.
func (a *App) carry(ctx context.Context, run domain.Run) error {
	saving := &progress{store: a.Store, lease: runLease, version: run.Version}
	job, release, err := a.jobOf(ctx, run)
	if err != nil {
		return a.failRun(ctx, saving, run, err)
	}
	defer release()
	runner := reconcile.Runner{Staging: staging{a.Store}, Proposer: a.Desk, Progress: saving}
	_, err = runner.Run(ctx, job)
	return err
}

// failRun ends a run that could not even begin, with the reason where people look. A store that cannot be asked fails nothing:
// the run is taken up again.
func (a *App) failRun(ctx context.Context, saving *progress, run domain.Run, cause error) error {
	var known *domain.Error
	if ctx.Err() != nil || !errors.As(cause, &known) || known.Kind == domain.KindUnavailable {
		return cause
	}
	now, err := a.Store.Now(ctx)
	if err != nil {
		return errors.Join(cause, err)
	}
	failed, err := run.Ended(domain.RunFailed, known.Code, known.Msg, now)
	if err == nil {
		_, err = saving.Save(ctx, failed)
	}
	return errors.Join(cause, err)
}

// jobOf gathers what the Runner needs to know of a run; release is to be called when it is done.
func (a *App) jobOf(ctx context.Context, run domain.Run) (job reconcile.Job, release func(), err error) {
	reads := a.Store.Read()
	job = reconcile.Job{Run: run}
	if job.Plan, err = reads.Plans.ByID(ctx, run.Plan); err != nil {
		return job, nil, err
	}
	if job.System, err = reads.Systems.ByID(ctx, run.System); err != nil {
		return job, nil, err
	}
	if job.Definition, err = a.Desk.Governed(ctx, reads, run.Domain); err != nil {
		return job, nil, err
	}
	if last, found, err := reads.Runs.LastDone(ctx, run.Plan); err != nil {
		return job, nil, err
	} else if found {
		job.Previous = &last
	}
	if err := a.addPlant(ctx, &job); err != nil {
		return job, nil, err
	}
	plants, err := reads.Plants.List(ctx)
	if err != nil {
		return job, nil, err
	}
	job.Company = domain.PlaceOf(job.System, plants).Company
	lists, err := catalog.ListsFor(ctx, reads)
	if err != nil {
		return job, nil, err
	}
	bound := boundTo(job.System, plants)
	source, release, err := a.sourceOf(ctx, run, bound)
	source = reconcile.Coded{Source: source, System: job.System.ID, Lists: lists}
	job.Source = reconcile.Watermarked{Source: source, System: bound, Lists: lists}
	return job, release, err
}

// sourceOf returns who gives a run its records: the upload that it takes in, or the system's connector.
func (a *App) sourceOf(ctx context.Context, run domain.Run, system domain.SourceSystem) (reconcile.Source, func(), error) {
	if run.Import.IsZero() {
		return a.connectors.source(system)
	}
	source, err := a.Intake.Listing(ctx, run)
	return source, func() {}, err
}

// addPlant adds the system's plant, and today's date where it stands.
func (a *App) addPlant(ctx context.Context, job *reconcile.Job) error {
	now, err := a.Store.Now(ctx)
	if err != nil {
		return err
	}
	job.Day = domain.DateOf(now)
	if job.System.Plant == "" {
		return nil
	}
	plant, err := a.Store.Read().Plants.ByID(ctx, job.System.Plant)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(plant.TimeZone)
	if err != nil {
		return domain.Invalid(domain.CodeConfigInvalid, "the time zone %q of the plant %s is not known here", plant.TimeZone, plant.ID)
	}
	job.Plant, job.Day = &plant, domain.Date(now.Time().In(zone).Format(time.DateOnly))
	return nil
}
