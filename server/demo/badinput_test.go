package demo

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/server/config"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sandbox"
)

// start starts a demo whose queue is filled.
func start(t *testing.T, faults bool) *World {
	t.Helper()
	place, err := NewPlace(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = place.Remove() })
	settings, err := config.Load("", func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	settings.Database, settings.DataDir, settings.Listen = place.Database, place.Dir, "127.0.0.1:0"
	settings.Environment, settings.PollEvery = "demo", 100*time.Millisecond
	w, err := Start(t.Context(), Options{
		Seed: 5, Faults: faults, Config: settings, Dir: place.Dir, Version: "test", Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	if err := w.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// knowledge is what must not change when a reading fails: the queue, and how much is known of each system.
func knowledge(t *testing.T, w *World) any {
	t.Helper()
	rows, err := w.queue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	type known struct {
		ID      string `json:"id"`
		Records int    `json:"records"`
	}
	var systems struct {
		Items []known `json:"items"`
	}
	if err := w.admin.get(t.Context(), "/systems", &systems); err != nil {
		t.Fatal(err)
	}
	return []any{rows, systems.Items}
}

// failedRun starts a run that has to fail and returns it.
func failedRun(ctx context.Context, t *testing.T, w *World, plan, mode string) runAnswer {
	t.Helper()
	var run runAnswer
	if err := w.steward.post(ctx, "/runs", map[string]string{"plan": plan, "mode": mode}, &run); err != nil {
		t.Fatal(err)
	}
	err := until(ctx, "the run's end", func() (bool, error) {
		err := w.steward.get(ctx, "/runs/"+run.ID, &run)
		return slices.Contains([]string{"failed", "incomplete", "done", "held"}, run.State), err
	})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func TestBrokenSystemsConcludeNothing(t *testing.T) {
	t.Parallel()
	w := start(t, true)
	odoo := w.odoo.(sandboxOdoo)
	ctx := t.Context()
	before := knowledge(t, w)
	tests := map[string]struct {
		plan    string
		harm    func() error
		mend    func() error
		says    string // part of the sentence that a person reads
		failing string // state
	}{
		"Odoo unreachable": {planOdoo, odoo.server.Pause, func() error { return odoo.server.Resume(ctx) }, "reach", "failed"},
		"wrong key":        {planOdoo, broken(odoo, sandbox.Fault{Kind: sandbox.FaultKeyRefused}), repaired(odoo), "key", "failed"},
		"HTML for JSON":    {planOdoo, broken(odoo, sandbox.Fault{Kind: sandbox.FaultPage}), repaired(odoo), "page", "failed"},
		"field gone after an upgrade": {planOdoo, broken(odoo, sandbox.Fault{Kind: sandbox.FaultFieldGone, Field: "weight"}), repaired(odoo),
			"weight", "failed"},
		"cut in mid-page":    {planOdoo, broken(odoo, sandbox.Fault{Kind: sandbox.FaultCut, Method: "search_read"}), repaired(odoo), "connection", "failed"},
		"a record kept back": {planOdoo, broken(odoo, sandbox.Fault{Kind: sandbox.FaultUnlisted}), repaired(odoo), "", "incomplete"},
		"plant's column gone": {planPlant, w.plantStatement("ALTER TABLE items RENAME COLUMN ean TO ean_old"),
			w.plantStatement("ALTER TABLE items RENAME COLUMN ean_old TO ean"), "ean", "failed"},
		"plant's table gone": {planPlant, w.plantStatement("ALTER TABLE items RENAME TO items_old"),
			w.plantStatement("ALTER TABLE items_old RENAME TO items"), "items", "failed"},
		"most of the plant's rows gone": {planPlant, w.plantStatement("CREATE TABLE kept AS SELECT * FROM items; DELETE FROM items WHERE id % 2 = 0"),
			w.plantStatement("DELETE FROM items; INSERT INTO items SELECT * FROM kept; DROP TABLE kept"), "drop", "held"},
	}
	for name, test := range tests {
		if err := test.harm(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		run := failedRun(ctx, t, w, test.plan, "complete")
		if run.State != test.failing || !strings.Contains(strings.ToLower(run.Message), test.says) || strings.Contains(run.Message, "goroutine") {
			t.Errorf("%s: the run is %s and says %q", name, run.State, run.Message)
		}
		if after := knowledge(t, w); !reflect.DeepEqual(before, after) {
			t.Errorf("%s: the queue or what is known of the systems has changed:\n%v\n%v", name, before, after)
		}
		if err := test.mend(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if run.State == "held" {
			if err := w.steward.post(ctx, "/runs/"+run.ID+"/cancellation", nil, nil); err != nil {
				t.Fatal(err)
			}
		}
		if run, err := w.run(ctx, test.plan); err != nil || run.Counts.Raised > 0 {
			t.Errorf("%s: the run after it: %+v, %v", name, run, err)
		}
	}
}

func broken(odoo sandboxOdoo, fault sandbox.Fault) func() error {
	return func() error { odoo.odoo.Break(fault); return nil }
}

func repaired(odoo sandboxOdoo) func() error {
	return func() error { odoo.odoo.Repair(); return nil }
}

// plantStatement changes the plant's database behind everybody's back.
func (w *World) plantStatement(statement string) func() error {
	return func() error {
		_, err := w.plant.db.ExecContext(context.Background(), statement)
		return err
	}
}
