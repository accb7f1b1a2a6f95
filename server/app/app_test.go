package app

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/config"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sandbox"
	"github.com/crosswalk-mdm/crosswalk/server/jobs"
)

// person is an actor who may do everything; two of them can make and approve.
func person(name string) domain.Actor {
	by := domain.Actor{ID: domain.ActorID("user:" + name), Name: name, Kind: domain.ActorPerson}
	for _, action := range domain.Actions() {
		by.Grants = append(by.Grants, domain.Grant{Action: action, Domain: domain.Anywhere, Plant: domain.Anywhere})
	}
	return by
}

// bundle is an app over an empty database, with a sandbox Odoo and a plant's database beside it. Its jobs are not running:
// tests take the turns.
type bundle struct {
	*App
	odoo    *sandbox.Odoo
	secrets map[string]string
}

func settings(t *testing.T) config.Config {
	t.Helper()
	c, err := config.Load("", func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	c.Database, c.Listen = "sqlite:"+filepath.Join(t.TempDir(), "deep", "crosswalk.db"), "127.0.0.1:0"
	return c
}

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{odoo: sandbox.New(sandbox.Options{}), secrets: map[string]string{}}
	server, err := b.odoo.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	b.secrets["env:READER"], b.secrets["env:WRITER"], b.secrets["env:ADMIN"] = b.odoo.Key(sandbox.RoleReader), b.odoo.Key(sandbox.RoleWriter), b.odoo.Key(sandbox.RoleAdmin)
	b.secrets["env:PLANT"] = plantDatabase(t)
	b.App, err = New(t.Context(), settings(t), Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "test", Secret: b.secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	strict, err := b.Desk.ProposePolicy(t.Context(), person("ana"), steward.StrictPolicy(), "two pairs of eyes")
	if err != nil {
		t.Fatal(err)
	}
	b.approve(t, strict)
	b.apply(t, catalog.Configuration{
		Plants: []domain.Plant{{ID: "STU1", Name: "Stuttgart", TimeZone: "Europe/Berlin", State: domain.PlantLive}},
		Systems: []domain.SourceSystem{{
			ID: "odoo-main", Name: "Odoo", Kind: domain.SystemOdoo, Codes: domain.CodeDatabaseID, Writable: true,
			Settings: map[string]string{"base_url": server.URL(), "database": b.odoo.Database(), "reader_key_ref": "env:READER", "writer_key_ref": "env:WRITER"},
		}, {
			ID: "mes", Name: "MES", Kind: domain.SystemSQL, Plant: "STU1", Settings: map[string]string{"driver": "sqlite", "dsn_ref": "env:PLANT"},
			Streams: []domain.Stream{{Domain: catalog.Item, Query: "SELECT code, name FROM part", Key: "code", Fields: map[domain.AttributeID]string{catalog.ItemName: "name"}}},
		}},
		Plans: []domain.Plan{
			{ID: "odoo-items", Name: "Odoo items", Domain: catalog.Item, System: "odoo-main"},
			{ID: "mes-items", Name: "MES items", Domain: catalog.Item, System: "mes"},
		},
	})
	return b
}

func (b *bundle) secret(ref string) (string, error) {
	if secret, ok := b.secrets[ref]; ok {
		return secret, nil
	}
	return "", domain.Invalid(domain.CodeConfigInvalid, "the variable is not set")
}

// plantDatabase makes a plant's database with two parts.
func plantDatabase(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mes.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE part (code TEXT, name TEXT); INSERT INTO part VALUES ('000123', 'Screw M6'), ('000999', 'Unknown')`); err != nil {
		t.Fatal(err)
	}
	return path
}

// apply proposes a configuration and has somebody else approve it.
func (b *bundle) apply(t *testing.T, wanted catalog.Configuration) {
	t.Helper()
	request, err := b.Catalog.ProposeConfiguration(t.Context(), person("ana"), wanted, "set up")
	if err != nil {
		t.Fatal(err)
	}
	b.approve(t, request)
}

func (b *bundle) approve(t *testing.T, request domain.ChangeRequest) {
	t.Helper()
	applied, err := b.Desk.Approve(t.Context(), person("bo"), request.ID, request.Version)
	if err != nil || applied.State != domain.RequestApplied {
		t.Fatalf("request is %s (%s): %v", applied.State, applied.ClosedWhy, err)
	}
}

// run starts a run of a plan and carries it.
func (b *bundle) run(t *testing.T, plan string) domain.Run {
	t.Helper()
	run, err := b.Desk.StartRun(t.Context(), person("ana"), plan, domain.RunComplete)
	if err != nil {
		t.Fatal(err)
	}
	worker := &jobs.Runs{Store: b.Store, Carry: b.carry, Owner: "test", Lease: runLease, Log: b.log}
	if worked, err := worker.Turn(t.Context()); !worked && err == nil {
		t.Fatal("there was no run to carry")
	}
	if run, err = b.Store.Read().Runs.ByID(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	return run
}

// deliver makes every delivery that is due.
func (b *bundle) deliver(t *testing.T) {
	t.Helper()
	worker := &jobs.Deliveries{Store: b.Store, Target: b.targetOf, Recorder: b.Desk, Owner: "test", Lease: deliveryLease, Log: b.log}
	for {
		worked, err := worker.Turn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !worked {
			return
		}
	}
}

func TestTheLoopFromReadingToAVerifiedChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx := t.Context()
	product := b.odoo.Seed(sandbox.Product{Code: "IT-1", Name: "Screw", Weight: "0.25"})[0]
	if err := b.InstallGuard(ctx, "odoo-main", "env:ADMIN", b.odoo.WriterGroup()); err != nil {
		t.Fatal(err)
	}
	if run := b.run(t, "odoo-items"); run.State != domain.RunDone || run.Counts.Read != 1 {
		t.Fatalf("first run: %+v", run)
	}
	load, err := b.Catalog.ProposeLoad(ctx, person("ana"), "odoo-main", catalog.Item, "first load")
	if err != nil || load.Records != 1 {
		t.Fatalf("load: %+v, %v", load, err)
	}
	b.approve(t, load.Request)
	b.approve(t, b.mapCodes(t, "code;canonical\n000123;IT-1\n"))
	b.deliver(t) // the adoption
	if run := b.run(t, "mes-items"); run.State != domain.RunDone || run.Counts.Raised != 2 {
		t.Fatalf("plant run: %+v", run)
	}
	found := b.discrepancy(t, domain.ClassValue)
	decided, err := b.Desk.Decide(ctx, person("ana"), decisionToTake(found))
	if err != nil {
		t.Fatal(err)
	}
	request, err := b.Store.Read().Requests.ByID(ctx, decided.Request)
	if err != nil {
		t.Fatal(err)
	}
	b.approve(t, request)
	b.deliver(t)
	if now, _ := b.odoo.Product(product); now.Name != "Screw M6" {
		t.Errorf("Odoo holds %+v", now)
	}
	if run := b.run(t, "mes-items"); run.State != domain.RunDone || run.Counts.Verified != 1 || run.Counts.Raised != 0 {
		t.Errorf("verifying run: %+v", run)
	}
	if proved, err := b.Desk.VerifyAudit(ctx); err != nil || proved == 0 {
		t.Errorf("audit: %d, %v", proved, err)
	}
}

// discrepancy returns the one of a class.
func (b *bundle) discrepancy(t *testing.T, class domain.Class) domain.Discrepancy {
	t.Helper()
	queue, err := b.Desk.OpenQueue(t.Context(), person("ana"), domain.DiscrepancyQuery{Class: class})
	if err != nil || len(queue.Snapshot.IDs) != 1 {
		t.Fatalf("%d discrepancies of class %s, %v", len(queue.Snapshot.IDs), class, err)
	}
	found, err := b.Store.Read().Discrepancies.ByID(t.Context(), queue.Snapshot.IDs[0])
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestARunThatCannotBeginSaysWhy(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		plan, ref, secret string
		code              string
	}{
		"an Odoo key that is not there": {plan: "odoo-items", ref: "env:READER", code: domain.CodeSystemDenied},
		"an Odoo key that is wrong":     {plan: "odoo-items", ref: "env:READER", secret: "wrong", code: domain.CodeSystemDenied},
		"a database nobody named":       {plan: "mes-items", ref: "env:PLANT", code: domain.CodeSystemDenied},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			delete(b.secrets, tt.ref)
			if tt.secret != "" {
				b.secrets[tt.ref] = tt.secret
			}
			run := b.run(t, tt.plan)
			if run.State != domain.RunFailed || run.Code != tt.code || run.Message == "" || run.FinishedAt.IsZero() {
				t.Errorf("%+v", run)
			}
			steps, err := b.Check(t.Context(), person("ana"), run.System)
			if err != nil || len(steps) == 0 || steps[len(steps)-1].OK || steps[len(steps)-1].Hint == "" {
				t.Errorf("check: %+v, %v", steps, err)
			}
		})
	}
}

func TestANewKeyIsUsedAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	right := b.secrets["env:READER"]
	b.secrets["env:READER"] = "wrong"
	if run := b.run(t, "odoo-items"); run.State != domain.RunFailed {
		t.Fatalf("%+v", run)
	}
	b.secrets["env:READER"] = right
	if run := b.run(t, "odoo-items"); run.State != domain.RunDone {
		t.Errorf("%+v", run)
	}
}

func TestChecksAreForThoseWhoOperate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	reader := domain.Actor{ID: "user:x", Grants: []domain.Grant{{Action: domain.ActionRead, Domain: "*", Plant: "*"}}}
	for name, tt := range map[string]struct {
		by     domain.Actor
		system domain.SystemID
		want   string
	}{
		"a reader":           {reader, "mes", domain.CodeAccessDenied},
		"nobody":             {domain.Actor{}, "mes", domain.CodeAccessDenied},
		"an unknown system":  {person("ana"), "fax", domain.CodeSystemUnknown},
		"somebody who may":   {person("ana"), "mes", ""},
		"the Odoo, likewise": {person("ana"), "odoo-main", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := b.Check(t.Context(), tt.by, tt.system); domain.ErrorCode(err) != tt.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestOnlyWritableOdooIsWritten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.targetOf(t.Context(), "mes"); domain.ErrorCode(err) != domain.CodeSystemReadOnly {
		t.Errorf("a plant's database: %v", err)
	}
	if _, err := b.targetOf(t.Context(), "odoo-main"); err != nil {
		t.Errorf("an Odoo: %v", err)
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	odoo := domain.SourceSystem{Kind: domain.SystemOdoo, Writable: true}
	readOnly := domain.SourceSystem{Kind: domain.SystemOdoo}
	plant := domain.SourceSystem{Kind: domain.SystemSQL, Writable: true, Streams: []domain.Stream{{Domain: catalog.Item, Fields: map[domain.AttributeID]string{"gtin": "g", "name": "n"}}}}
	own := domain.SourceSystem{Kind: domain.SystemOdoo, Writable: true, Settings: map[string]string{"extra_fields": "hs_code, shelf_life, drawing=x_drawing"}}
	written := []domain.AttributeID{"code", "name", "description", "category", "net_weight", "gtin", "tracking"}
	all := []domain.AttributeID{"code", "name", "description", "category", "base_unit", "net_weight", "gtin", "tracking"}
	for name, tt := range map[string]struct {
		system            domain.SourceSystem
		domain            domain.DomainName
		written, supplied []domain.AttributeID
	}{
		"an Odoo": {odoo, catalog.Item, written, all},
		"an Odoo with fields of its own": {
			own, catalog.Item, append(slices.Clone(written), "hs_code", "drawing"), append(slices.Clone(all), "hs_code", "shelf_life", "drawing"),
		},
		"an Odoo that is read": {readOnly, catalog.Item, nil, all},
		"a plant":              {plant, catalog.Item, nil, []domain.AttributeID{"name", "gtin"}},
		"an unknown domain":    {odoo, "soup", nil, nil},
		"a plant's soup":       {plant, "soup", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (Fields{}).Written(tt.system, tt.domain); !slices.Equal(got, tt.written) {
				t.Errorf("written %v", got)
			}
			if got := (Fields{}).Supplied(tt.system, tt.domain); !slices.Equal(got, tt.supplied) {
				t.Errorf("supplied %v", got)
			}
		})
	}
}

func TestSavingARunKeepsItsLease(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx := t.Context()
	if _, err := b.Desk.StartRun(ctx, person("ana"), "mes-items", domain.RunComplete); err != nil {
		t.Fatal(err)
	}
	var run domain.Run
	err := b.Store.Operate(ctx, func(ops domain.Ops) (err error) {
		run, _, err = ops.Runs.Claim(ctx, "test", ops.Now.Add(time.Second))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	saving := &progress{store: b.Store, lease: time.Hour, version: run.Version}
	moved, err := run.Moved(domain.RunReading)
	if err != nil {
		t.Fatal(err)
	}
	if moved, err = saving.Save(ctx, moved); err != nil || moved.LeaseUntil < run.LeaseUntil.Add(time.Minute) {
		t.Errorf("lease until %v, was %v: %v", moved.LeaseUntil, run.LeaseUntil, err)
	}
	if _, err = saving.Save(ctx, moved); err != nil {
		t.Errorf("saved again without a move: %v", err)
	}
	if _, err := b.Desk.CancelRun(ctx, person("ana"), run.ID); err != nil {
		t.Fatal(err)
	}
	if _, err = saving.Save(ctx, moved); domain.ErrorCode(err) != domain.CodeRunLeaseLost {
		t.Errorf("saved over a cancelled run: %v", err)
	}
}

func TestStartAndClose(t *testing.T) {
	t.Parallel()
	c := settings(t)
	c.MetricsListen = "127.0.0.1:0"
	first, err := New(t.Context(), c, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/livez", "/readyz", "/docs"} {
		if status := statusOf(t, first.URL()+path); status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
		}
	}
	if public, own := statusOf(t, first.URL()+"/metrics"), statusOf(t, first.figuresURL); public != http.StatusNotFound || own != http.StatusOK {
		t.Errorf("metrics: %d where everybody is, %d on their own address", public, own)
	}
	if _, err := New(t.Context(), c, Options{}); domain.ErrorCode(err) != domain.CodeStoreBusy {
		t.Errorf("a second one on the same file: %v", err)
	}
	taken := settings(t)
	taken.Listen = strings.TrimPrefix(first.URL(), "http://")
	second, err := New(t.Context(), taken, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Start(t.Context()); domain.ErrorCode(err) != domain.CodeConfigInvalid {
		t.Errorf("on a port that is taken: %v", err)
	}
	if err := second.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := first.Wait(ended); err != nil && !strings.Contains(err.Error(), http.ErrServerClosed.Error()) {
		t.Errorf("wait: %v", err)
	}
	again, err := New(t.Context(), c, Options{})
	if err != nil {
		t.Fatalf("opened again: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

func statusOf(t *testing.T, url string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode
}
