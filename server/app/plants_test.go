package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/server/jobs"
)

// TestPlantsOfEveryKind: a plant that is described is read, checked and compared, whether over HTTP or from a folder.
func TestPlantsOfEveryKind(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.secrets["env:WMS"] = "hush"
	wms := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer hush" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"parts": [{"no": "000123", "title": "Screw M6"}, {"no": "000999", "title": "Unknown"}], "count": 2}`)
	}))
	t.Cleanup(wms.Close)
	dir := t.TempDir()
	path := filepath.Join(dir, "items_1.csv")
	if err := os.WriteFile(path, []byte("no;title\n000123;Screw M6\n000999;Unknown\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	fields := map[domain.AttributeID]string{catalog.ItemName: "title"}
	b.apply(t, catalog.Configuration{
		Systems: []domain.SourceSystem{{
			ID: "wms", Name: "WMS", Kind: domain.SystemREST, Plant: "STU1", Settings: map[string]string{"base_url": wms.URL, "auth": "bearer", "token_ref": "env:WMS"},
			Streams: []domain.Stream{{Domain: catalog.Item, Key: "no", Fields: fields, Request: domain.StreamRequest{Path: "/items", Records: "parts", Total: "count"}}},
		}, {
			ID: "sheets", Name: "Sheets", Kind: domain.SystemFile, Plant: "STU1", Settings: map[string]string{"dir": dir, "settle": "1ms"},
			Streams: []domain.Stream{{Domain: catalog.Item, Key: "no", Fields: fields, Glob: "items_*.csv"}},
		}},
		Plans: []domain.Plan{
			{ID: "wms-items", Name: "WMS items", Domain: catalog.Item, System: "wms"},
			{ID: "sheet-items", Name: "Sheet items", Domain: catalog.Item, System: "sheets"},
		},
	})
	for plan, system := range map[string]domain.SystemID{"wms-items": "wms", "sheet-items": "sheets"} {
		if run := b.run(t, plan); run.State != domain.RunDone || run.Counts.Read != 2 || run.Counts.Quarantined != 0 {
			t.Errorf("%s: %+v", plan, run)
		}
		steps, err := b.Check(t.Context(), person("ana"), system)
		if err != nil || len(steps) < 2 {
			t.Errorf("%s: %+v, %v", system, steps, err)
		}
		for _, step := range steps {
			if !step.OK {
				t.Errorf("%s: %+v", system, step)
			}
		}
		if _, err := b.targetOf(t.Context(), system); domain.ErrorCode(err) != domain.CodeSystemReadOnly {
			t.Errorf("%s is written: %v", system, err)
		}
		declared, err := b.Store.Read().Systems.ByID(t.Context(), system)
		if supplied := (Fields{}).Supplied(declared, catalog.Item); err != nil || len(supplied) != 1 || supplied[0] != catalog.ItemName {
			t.Errorf("%s supplies %v, %v", system, supplied, err)
		}
	}
	again := b.again(t, "sheet-items")
	if again.State != domain.RunDone || again.Counts.Read != 2 || again.Counts.Changed != 0 || again.Watermark == "" {
		t.Errorf("the same file again: %+v", again)
	}
	delete(b.secrets, "env:WMS")
	if run := b.run(t, "wms-items"); run.State != domain.RunFailed || run.Code != domain.CodeSystemDenied {
		t.Errorf("without its key: %+v", run)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if run := b.run(t, "sheet-items"); run.State != domain.RunFailed || run.Code != domain.CodeSystemUnreachable {
		t.Errorf("without a file: %+v", run)
	}
}

// again carries an incremental run of a plan.
func (b *bundle) again(t *testing.T, plan string) domain.Run {
	t.Helper()
	run, err := b.Desk.StartRun(t.Context(), person("ana"), plan, domain.RunIncremental)
	if err != nil {
		t.Fatal(err)
	}
	worker := &jobs.Runs{Store: b.Store, Carry: b.carry, Owner: "test", Lease: runLease, Log: b.log}
	if _, err := worker.Turn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if run, err = b.Store.Read().Runs.ByID(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	return run
}
