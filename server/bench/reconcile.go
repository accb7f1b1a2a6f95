package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/app"
	"github.com/crosswalk-mdm/crosswalk/server/config"
)

// ErrVoid says that what came out was not what was expected: the figures printed are void.
var ErrVoid = errors.New("what came out is not as expected: the figures are void")

// Options are what every benchmark needs.
type Options struct {
	// Database is postgres://…, or sqlite:FOLDER for files in a temporary folder below it.
	Database  string
	Generator Generator
	Out       io.Writer
	Log       *slog.Logger
}

// What the records of the benchmark belong to.
const (
	benchSystem domain.SystemID = "bench"
	benchPlant  domain.PlantID  = "BEN1"
	benchPlan                   = "bench"
)

// reconciling is one benchmark of runs under way.
type reconciling struct {
	Options
	rows    Rows
	lab     lab
	service *app.App
	source  *source
	void    bool
	// of the night's baseline
	nightSeconds   float64
	nightDiffering int
}

// Reconcile measures the first load of generated rows, the first comparison of all of them, and a night in which some have
// changed, each beside its baseline. ErrVoid when something else came out than was planted.
func Reconcile(ctx context.Context, o Options, rows Rows) (err error) {
	b := &reconciling{Options: o, rows: rows}
	if b.lab, err = openLab(ctx, o.Database); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.lab.close()) }()
	b.source = &source{generator: o.Generator, rows: rows.of(SideBefore)}
	if b.service, err = openService(ctx, o, b.lab, b.source); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.service.Close()) }() //nolint:contextcheck // closing goes on after an interrupt
	for _, phase := range []func(context.Context) error{b.firstLoad, b.firstComparison, b.night} {
		if err := phase(ctx); err != nil {
			return err
		}
	}
	if b.void {
		return ErrVoid
	}
	return nil
}

// of returns the same rows of another side.
func (r Rows) of(side Side) Rows {
	r.Side = side
	return r
}

// openService starts a Crosswalk with one plant, system and plan, whose records the source gives.
func openService(ctx context.Context, o Options, l lab, s *source) (*app.App, error) {
	service, err := app.New(ctx, config.Config{
		Listen: "127.0.0.1:0", Database: l.address(), Environment: "test", RunWorkers: 1, DeliveryWorkers: 1,
		PollEvery: 100 * time.Millisecond, SessionIdle: time.Hour, SessionAbsolute: time.Hour,
	}, app.Options{Log: o.Log, Version: "bench", Source: func(domain.SourceSystem) reconcile.Source { return s }})
	if err != nil {
		return nil, err
	}
	err = service.Store.Write(ctx, domain.Change{Actor: "service:bench", Reason: "benchmark"}, func(repos domain.Repos) error {
		return errors.Join(
			repos.Plants.Put(ctx, domain.Plant{ID: benchPlant, Name: "Bench", TimeZone: "UTC", State: domain.PlantOnboarding, Version: 1}),
			repos.Systems.Put(ctx, domain.SourceSystem{
				ID: benchSystem, Name: "Bench", Kind: domain.SystemSQL, Plant: benchPlant, Codes: domain.CodeInternalNumber,
				CodeRule: domain.CodesExact, Version: 1,
			}),
			repos.Plans.Put(ctx, domain.Plan{ID: benchPlan, Name: "Bench", Domain: catalog.Item, System: benchSystem, Version: 1}),
		)
	})
	if err == nil {
		err = service.Start(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, service.Close()) //nolint:contextcheck // closing goes on after an interrupt
	}
	return service, nil
}

// operator may start runs.
func operator() domain.Actor {
	return domain.Actor{ID: "service:bench", Name: "bench", Kind: domain.ActorService, Grants: []domain.Grant{
		{Action: domain.ActionOperate, Domain: domain.Anywhere, Plant: domain.Anywhere},
		{Action: domain.ActionRead, Domain: domain.Anywhere, Plant: domain.Anywhere},
	}}
}

// run carries one run to its end and measures it.
func (b *reconciling) run(ctx context.Context, phase string) (Figure, error) {
	f := Figure{Bench: "reconcile", Phase: phase, Database: dialectOf(b.Database), Rows: b.rows.Count, Correct: true}
	m := newMeter()
	run, err := b.service.Desk.StartRun(ctx, operator(), benchPlan, domain.RunComplete)
	for err == nil && !run.Finished() && run.State != domain.RunHeld {
		select {
		case <-ctx.Done():
			return f, context.Cause(ctx)
		case <-time.After(20 * time.Millisecond):
		}
		run, err = b.service.Store.Read().Runs.ByID(ctx, run.ID)
	}
	m.read(&f)
	if err != nil {
		return f, err
	}
	c := run.Counts
	f.Work = map[string]int{"read": c.Read, "changed": c.Changed, "gone": c.Gone, "compared": c.Compared, "raised": c.Raised, "seen": c.Seen, "closed": c.Closed}
	if run.State != domain.RunDone {
		b.expect(&f, false, "the run is %s: %s", run.State, run.Message)
	}
	b.expect(&f, c.Read == b.rows.Count, "%d rows were read", c.Read)
	return f, nil
}

// expect makes the figure void unless ok.
func (b *reconciling) expect(f *Figure, ok bool, problem string, values ...any) {
	if !ok {
		f.Correct, f.Problem, b.void = false, fmt.Sprintf(problem, values...), true
	}
}

// generate hands generated lines to do.
func (b *reconciling) generate(ctx context.Context, side Side, do func(io.Reader) error) (seconds float64, err error) {
	began := time.Now()
	rows, wait, err := b.Generator.start(ctx, b.rows.of(side))
	if err != nil {
		return 0, err
	}
	if err := do(rows); err != nil {
		return 0, err
	}
	return time.Since(began).Seconds(), wait()
}

// firstLoad takes all rows in while the plant is onboarding and nothing is known.
func (b *reconciling) firstLoad(ctx context.Context) error {
	f, err := b.run(ctx, "first_load")
	if err != nil {
		return err
	}
	b.expect(&f, f.Work["changed"] == b.rows.Count, "%d records were stored", f.Work["changed"])
	seconds, err := b.generate(ctx, SideBefore, func(rows io.Reader) error { return b.lab.copyRecords(ctx, rows) })
	if err != nil {
		return err
	}
	f.against("copy of the same rows into a table with the same indexes", seconds)
	return f.print(b.Out)
}

// tables of the baseline.
const (
	goldenTable = "baseline_golden"
	beforeTable = "baseline_before"
	nightTable  = "baseline_night"
)

// compared measures one side against the golden one: both loaded, and joined in full where the hash differs.
func (b *reconciling) compared(ctx context.Context, golden float64, side Side, table string) (seconds float64, differing int, err error) {
	seconds, err = b.generate(ctx, side, func(rows io.Reader) error { return b.lab.copyInto(ctx, table, rows) })
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	differing, err = b.lab.join(ctx, goldenTable, table)
	return golden + seconds + time.Since(began).Seconds(), differing, err
}

const joinBaseline = "load of both sides into (key, hash, text) and full join where the hash differs"

// prepare governs the golden side and lets the plant go live; goldenSeconds is how long the side's load took.
func (b *reconciling) prepare(ctx context.Context) (goldenSeconds float64, err error) {
	goldenSeconds, err = b.generate(ctx, SideGolden, func(rows io.Reader) error { return b.lab.copyInto(ctx, goldenTable, rows) })
	if err != nil {
		return 0, err
	}
	if err := b.lab.govern(ctx, goldenTable); err != nil {
		return 0, err
	}
	return goldenSeconds, b.service.Store.Write(ctx, domain.Change{Actor: "service:bench", Reason: "benchmark"}, func(repos domain.Repos) error {
		plant, err := repos.Plants.ByID(ctx, benchPlant)
		if err != nil {
			return err
		}
		plant.State, plant.Version = domain.PlantLive, plant.Version+1
		return repos.Plants.Put(ctx, plant)
	})
}

// firstComparison compares every record, of which none is known to agree.
func (b *reconciling) firstComparison(ctx context.Context) error {
	golden, err := b.prepare(ctx)
	if err != nil {
		return err
	}
	seconds, differing, err := b.compared(ctx, golden, SideBefore, beforeTable)
	if err != nil {
		return err
	}
	f, err := b.run(ctx, "first_comparison")
	if err != nil {
		return err
	}
	f.Work["hashes_differing"] = differing
	b.expect(&f, f.Work["compared"] == b.rows.Count && f.Work["raised"] == 0, "%d were compared and %d raised", f.Work["compared"], f.Work["raised"])
	f.against(joinBaseline, seconds)
	b.source.rows = b.rows.of(SideNight)
	if err := f.print(b.Out); err != nil {
		return err
	}
	return b.nightBaseline(ctx, golden)
}

// nightBaseline is measured before the night: it leaves the database's cache no warmer than the run before it did.
func (b *reconciling) nightBaseline(ctx context.Context, golden float64) (err error) {
	b.nightSeconds, b.nightDiffering, err = b.compared(ctx, golden, SideNight, nightTable)
	return err
}

// night is the run that comes every night: nearly everything is as it was.
func (b *reconciling) night(ctx context.Context) error {
	f, err := b.run(ctx, "night")
	if err != nil {
		return err
	}
	f.Work["hashes_differing"] = b.nightDiffering
	f.against(joinBaseline, b.nightSeconds)
	b.expect(&f, f.Work["compared"] == b.rows.Count, "%d were compared", f.Work["compared"])
	if err := b.findings(ctx, &f); err != nil {
		return err
	}
	return f.print(b.Out)
}

// findings holds the queue to exactly what was planted.
func (b *reconciling) findings(ctx context.Context, f *Figure) error {
	wanted := map[domain.Code]bool{}
	for i := range b.rows.Count {
		if b.rows.Differs(i) {
			wanted[domain.Code(key(i))] = true
		}
	}
	f.Work["expected"] = len(wanted)
	reads := b.service.Store.Read().Discrepancies
	ids, err := reads.IDs(ctx, domain.DiscrepancyQuery{Plants: domain.PlantScope{All: true}})
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(ids, 1000) {
		found, err := reads.ByIDs(ctx, chunk)
		if err != nil {
			return err
		}
		for _, d := range found {
			planted := wanted[d.Finding.Code] && d.State == domain.DiscrepancyOpen && d.Finding.Class == domain.ClassValue && d.Finding.Attribute == "x00"
			b.expect(f, planted, "%s %s of %s was not planted, or was found twice", d.Finding.Class, d.Finding.Attribute, d.Finding.Code)
			delete(wanted, d.Finding.Code)
		}
	}
	for missed := range maps.Keys(wanted) {
		b.expect(f, false, "%s was not found, nor %d others", missed, len(wanted)-1)
		break
	}
	return nil
}
