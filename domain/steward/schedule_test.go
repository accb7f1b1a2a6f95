package steward_test

import (
	"context"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// schedule gives the plan of the MES at STU1 (Europe/Berlin) a nightly complete run and an incremental one each quarter of an hour.
func (b *bundle) schedule(t testing.TB, change func(*domain.Plan)) {
	t.Helper()
	plan := must(b.store.Read().Plans.ByID(t.Context(), "stu1-items"))(t)
	plan.Paused = false
	plan.Schedules = []domain.Schedule{{Cron: "30 2 * * *", Mode: domain.RunComplete}, {Cron: "*/15 * * * *", Mode: domain.RunIncremental}}
	if change != nil {
		change(&plan)
	}
	request, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, catalog.Configuration{Plans: []domain.Plan{plan}}, "by itself")
	b.approve(t, must(request, err)(t))
	b.due(t)
}

// due queues what is due and returns the runs of the plan there are, newest first.
func (b *bundle) due(t testing.TB) []domain.Run {
	t.Helper()
	must(b.desk.ScheduleRuns(t.Context()))(t)
	runs, _, err := b.store.Read().Runs.List(t.Context(), "stu1-items", domain.Page{Limit: 100})
	return must(runs, err)(t)
}

// end ends the plan's newest run.
func (b *bundle) end(t testing.TB) {
	t.Helper()
	must(b.desk.CancelRun(t.Context(), b.ana, b.due(t)[0].ID))(t)
}

func TestPlansRunByTheirSchedules(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.schedule(t, nil)
	if runs := b.due(t); len(runs) != 0 {
		t.Fatalf("a new schedule owes %+v", runs)
	}
	b.clock.advance(16 * time.Minute)
	runs := b.due(t)
	if len(runs) != 1 || runs[0].Mode != domain.RunIncremental || runs[0].StartedBy != "service:schedule" || runs[0].DueAt.Time().Minute()%15 != 0 {
		t.Fatalf("after a quarter of an hour: %+v", runs)
	}
	b.clock.advance(15 * time.Minute)
	if runs = b.due(t); len(runs) != 1 {
		t.Fatalf("beside one that goes on: %+v", runs)
	}
	b.end(t)
	if runs = b.due(t); len(runs) != 2 {
		t.Fatalf("what was owed meanwhile: %+v", runs)
	}
	b.end(t)
	if runs = b.due(t); len(runs) != 2 {
		t.Fatalf("twice for one instant: %+v", runs)
	}
	b.clock.days(3)
	if runs = b.due(t); len(runs) != 3 || runs[0].Mode != domain.RunComplete {
		t.Fatalf("after three days away: %+v", runs)
	}
	b.end(t)
	if runs = b.due(t); len(runs) != 3 {
		t.Fatalf("a burst: %+v", runs)
	}
}

func TestAPausedPlanOwesNothingAfterwards(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.schedule(t, nil)
	b.schedule(t, func(p *domain.Plan) { p.Paused = true })
	b.clock.days(2)
	if runs := b.due(t); len(runs) != 0 {
		t.Fatalf("while paused: %+v", runs)
	}
	if _, err := b.desk.StartRun(t.Context(), b.ana, "stu1-items", domain.RunComplete); err != nil {
		t.Errorf("by hand: %v", err)
	}
	b.end(t)
	b.schedule(t, nil)
	if runs := b.due(t); len(runs) != 1 {
		t.Fatalf("for the time it was paused: %+v", runs)
	}
	b.clock.advance(16 * time.Minute)
	if runs := b.due(t); len(runs) != 2 {
		t.Fatalf("after the pause: %+v", runs)
	}
}

func TestManyProcessesMakeOneRun(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.schedule(t, nil)
	b.clock.advance(16 * time.Minute)
	one := func(ctx context.Context) error {
		_, err := b.desk.ScheduleRuns(ctx)
		return err
	}
	for _, code := range together(t.Context(), one, one, one, one) {
		if code != "" {
			t.Errorf("a process failed with %s", code)
		}
	}
	if runs := b.due(t); len(runs) != 1 {
		t.Errorf("four processes made %d runs", len(runs))
	}
}

func TestWhenAPlanRunsNext(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.schedule(t, nil)
	plan := must(b.store.Read().Plans.ByID(t.Context(), "stu1-items"))(t)
	next, zone, err := b.desk.Next(t.Context(), plan)
	if err != nil || zone != "Europe/Berlin" || next.Mode != domain.RunIncremental || next.At.Time().Minute()%15 != 0 {
		t.Errorf("%+v in %s, %v", next, zone, err)
	}
	other := must(b.store.Read().Plans.ByID(t.Context(), "odoo-items"))(t)
	if next, zone, err = b.desk.Next(t.Context(), other); err != nil || zone != "UTC" || next != (domain.Due{}) {
		t.Errorf("without a schedule: %+v in %s, %v", next, zone, err)
	}
}
