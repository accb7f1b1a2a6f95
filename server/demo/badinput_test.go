package demo

import (
	"context"
	"log/slog"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
	"github.com/crosswalk-mdm/crosswalk/server/config"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sandbox"
)

// start starts a demo whose queue is filled.
func start(t *testing.T, faults []fixtures.FaultKind) *World {
	t.Helper()
	w := unprepared(t, faults)
	if err := w.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// unprepared starts a demo in which nobody has done anything.
func unprepared(t *testing.T, faults []fixtures.FaultKind) *World {
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
	return w
}

// knowledge is what must not change when a reading fails: the queue, and how much is known of each system.
func knowledge(t *testing.T, w *World) any {
	t.Helper()
	rows, err := w.queue(t.Context(), w.steward)
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

// harm is a way in which a system goes wrong, and how the run must tell of it.
type harm struct {
	plan string
	do   func() error
	mend func() error
	says string // part of the sentence that a person reads
	ends string // the run's state
}

func TestBrokenSystemsConcludeNothing(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]func(*World) map[string]harm{
		"Odoo and a database": centralHarms, "a warehouse system": restHarms, "a spreadsheet": fileHarms,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, fixtures.Kinds())
			before := knowledge(t, w)
			harms := of(w)
			for _, name := range slices.Sorted(maps.Keys(harms)) {
				t.Run(name, func(t *testing.T) { suffer(t, w, harms[name], before) })
			}
		})
	}
}

// suffer lets the system go wrong, sees what the run says of it and that nothing is concluded, and that the run after the system
// was mended finds nothing new.
func suffer(t *testing.T, w *World, h harm, before any) {
	t.Helper()
	if err := h.do(); err != nil {
		t.Fatal(err)
	}
	run, err := w.attempt(t.Context(), h.plan)
	if err != nil {
		t.Fatal(err)
	}
	if run.State != h.ends || !strings.Contains(strings.ToLower(run.Message), h.says) || strings.Contains(run.Message, "goroutine") {
		t.Errorf("the run is %s and says %q", run.State, run.Message)
	}
	if after := knowledge(t, w); !reflect.DeepEqual(before, after) {
		t.Errorf("the queue or what is known of the systems has changed:\n%v\n%v", before, after)
	}
	if err := h.mend(); err != nil {
		t.Fatal(err)
	}
	if run.State == "held" {
		if err := w.steward.post(t.Context(), "/runs/"+run.ID+"/cancellation", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if run, err := w.run(t.Context(), h.plan); err != nil || run.Counts.Raised > 0 {
		t.Errorf("the run after it: %+v, %v", run, err)
	}
}

func centralHarms(w *World) map[string]harm {
	odoo, mes := w.odoo.(*sandboxOdoo), w.plantOf(fixtures.InStuttgart)
	ctx := context.Background()
	broken := func(fault sandbox.Fault) func() error { return func() error { odoo.odoo.Break(fault); return nil } }
	repaired := func() error { odoo.odoo.Repair(); return nil }
	statement := func(text string) func() error {
		return func() error {
			_, err := mes.feed.(*plantDB).db.ExecContext(ctx, text)
			return err
		}
	}
	return map[string]harm{
		"Odoo unreachable":            {planOdoo, odoo.server.Pause, func() error { return odoo.server.Resume(ctx) }, "reach", "failed"},
		"wrong key":                   {planOdoo, broken(sandbox.Fault{Kind: sandbox.FaultKeyRefused}), repaired, "key", "failed"},
		"HTML for JSON":               {planOdoo, broken(sandbox.Fault{Kind: sandbox.FaultPage}), repaired, "page", "failed"},
		"field gone after an upgrade": {planOdoo, broken(sandbox.Fault{Kind: sandbox.FaultFieldGone, Field: "weight"}), repaired, "weight", "failed"},
		"cut in mid-page":             {planOdoo, broken(sandbox.Fault{Kind: sandbox.FaultCut, Method: "search_read"}), repaired, "connection", "failed"},
		"a record kept back":          {planOdoo, broken(sandbox.Fault{Kind: sandbox.FaultUnlisted, Model: "product.product"}), repaired, "", "incomplete"},
		"the database's column gone": {mes.plan, statement("ALTER TABLE items RENAME COLUMN ean TO ean_old"),
			statement("ALTER TABLE items RENAME COLUMN ean_old TO ean"), "ean", "failed"},
		"the database's table gone": {mes.plan, statement("ALTER TABLE items RENAME TO items_old"),
			statement("ALTER TABLE items_old RENAME TO items"), "items", "failed"},
		"most of the database's rows gone": {mes.plan, statement("CREATE TABLE kept AS SELECT * FROM items; DELETE FROM items WHERE id % 2 = 0"),
			statement("DELETE FROM items; INSERT INTO items SELECT * FROM kept; DROP TABLE kept"), "drop", "held"},
	}
}

func restHarms(w *World) map[string]harm {
	p := w.plantOf(fixtures.InSheffield)
	wms := p.feed.(*plantWMS)
	ctx := context.Background()
	mend := func() error { return p.mend(ctx) }
	broken := func(fault sandbox.Fault) func() error { return func() error { wms.wms.Break(fault); return nil } }
	keep := func(token func(string) string) func() error {
		return func() error {
			known, err := os.ReadFile(wms.tokenFile)
			if err != nil {
				return err
			}
			return os.WriteFile(wms.tokenFile, []byte(token(string(known))), 0o600)
		}
	}
	publish := func(rows []fixtures.PlantRow) func() error { return func() error { return wms.publish(ctx, rows) } }
	return map[string]harm{
		"unreachable": {p.plan, wms.server.Pause, func() error { return wms.server.Resume(ctx) }, "reach", "failed"},
		"wrong token": {p.plan, keep(func(t string) string { return t + "x" }), keep(func(t string) string { return strings.TrimSuffix(t, "x") }), "key", "failed"},
		// A proxy's page comes with 502, as do failures that pass: it is asked for again, and then the status is told.
		"HTML for JSON":                {p.plan, broken(sandbox.Fault{Kind: sandbox.FaultPage}), mend, "502", "failed"},
		"cut in the second page":       {p.plan, broken(sandbox.Fault{Kind: sandbox.FaultCut, Skip: 1}), mend, "cut", "failed"},
		"more are counted than come":   {p.plan, broken(sandbox.Fault{Kind: sandbox.FaultTotal}), mend, "says that there are", "incomplete"},
		"the first page over and over": {p.plan, broken(sandbox.Fault{Kind: sandbox.FaultLoop}), mend, "page", "failed"},
		"moved to another host":        {p.plan, broken(sandbox.Fault{Kind: sandbox.FaultElsewhere}), mend, "another address", "failed"},
		"busy for hours":               {p.plan, broken(sandbox.Fault{Kind: sandbox.FaultBusy, Wait: 2 * time.Hour}), mend, "less often", "failed"},
		"a field gone after an update": {p.plan, broken(sandbox.Fault{Kind: sandbox.FaultFieldGone, Field: "weight_kg"}), mend, "weight_kg", "failed"},
		"half of the articles":         {p.plan, publish(p.rows[:len(p.rows)/2]), mend, "drop", "held"},
		"replaced by an empty one":     {p.plan, publish(nil), mend, "drop", "held"},
	}
}

func fileHarms(w *World) map[string]harm {
	p := w.plantOf(fixtures.InGliwice)
	file := p.feed.(*plantFile)
	ctx := context.Background()
	mend := func() error { return p.mend(ctx) }
	rewritten := func(change func(string) string) func() error { return func() error { return file.rewrite(change) } }
	return map[string]harm{
		"no file":             {p.plan, file.clear, mend, "none is complete", "failed"},
		"still being written": {p.plan, func() error { return os.Remove(file.newest() + ".done") }, mend, "none is complete", "failed"},
		"folder renamed": {p.plan, func() error { return os.Rename(file.dir, file.dir+"-old") },
			func() error { return os.Rename(file.dir+"-old", file.dir) }, "folder", "failed"},
		"empty":          {p.plan, rewritten(func(string) string { return "" }), mend, "empty", "failed"},
		"a header alone": {p.plan, rewritten(func(text string) string { return text[:strings.Index(text, "\n")+1] }), mend, "drop", "held"},
		"cut in a line":  {p.plan, rewritten(func(text string) string { return text[:len(text)-10] }), mend, "told apart", "incomplete"},
		"another encoding": {p.plan, rewritten(func(text string) string {
			return strings.NewReplacer("Ś", "\x8c", "ś", "\x9c", "ł", "\xb3", "Ł", "\xa3", "ż", "\xbf", "ó", "\xf3").Replace(text)
		}), mend, "utf-8", "failed"},
		"a column missing": {p.plan, rewritten(func(text string) string { return strings.Replace(text, ";Masa kg;", ";Masa;", 1) }), mend, "masa kg", "failed"},
		"a workbook":       {p.plan, rewritten(func(string) string { return "PK\x03\x04" + strings.Repeat("\x00", 100) }), mend, "csv", "failed"},
		"half of the lines": {p.plan, rewritten(func(text string) string {
			lines := strings.SplitAfter(text, "\n")
			return strings.Join(lines[:len(lines)/2], "")
		}), mend, "drop", "held"},
	}
}
