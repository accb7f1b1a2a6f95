package odoo_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/connecttest"
	"github.com/crosswalk-mdm/crosswalk/server/connect/odoo"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sandbox"
)

// rig is a sandbox with a connector to it.
type rig struct {
	box       *sandbox.Odoo
	connector *odoo.Connector
	log       *bytes.Buffer
}

func newRig(t *testing.T) rig {
	t.Helper()
	return rigWithin(t, time.Minute)
}

// rigWithin bounds each call.
func rigWithin(t *testing.T, timeout time.Duration) rig {
	t.Helper()
	box, server := start(t)
	if err := server.InstallGuard(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := rig{box: box, log: &bytes.Buffer{}}
	var err error
	r.connector, err = odoo.New(odoo.Options{
		System:    connecttest.Connection{URL: server.URL, Database: server.Database}.System(),
		ReaderKey: server.ReaderKey, WriterKey: server.WriterKey, RetryWait: time.Microsecond, Timeout: timeout,
		Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// seed enters n products.
func (r rig) seed(n int) []int64 {
	products := make([]sandbox.Product, n)
	for i := range products {
		products[i] = sandbox.Product{Code: fmt.Sprintf("P-%05d", i), Name: fmt.Sprintf("Part %d", i), Unit: "kg", Weight: "1.25"}
	}
	return r.box.Seed(products...)
}

// read counts the records handed over, and fails when one comes twice.
func (r rig) read(t *testing.T, since string) (valued, unchanged int, proof reconcile.Proof, err error) {
	t.Helper()
	seen := map[domain.Code]bool{}
	proof, err = r.connector.Read(t.Context(), reconcile.ReadRequest{Definition: connecttest.Item(), Since: since}, func(page reconcile.Page) error {
		for _, row := range page.Rows {
			if seen[row.Record.Code] {
				t.Errorf("%s is handed over twice", row.Record.Code)
			}
			seen[row.Record.Code] = true
			if row.Unchanged {
				unchanged++
				continue
			}
			valued++
		}
		return nil
	})
	return valued, unchanged, proof, err
}

func TestReadingAcrossPages(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seed(4500)
	valued, _, proof, err := r.read(t, "")
	if err != nil || valued != 4500 || !proof.Complete {
		t.Errorf("read %d, %+v, %v", valued, proof, err)
	}
	_, unchanged, proof, err := r.read(t, "2999-01-01 00:00:00")
	if err != nil || unchanged != 4500 || !proof.Complete {
		t.Errorf("named %d, %+v, %v", unchanged, proof, err)
	}
}

// TestReadingThroughFaults lets each fault last.
func TestReadingThroughFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault sandbox.Fault
		code  string
		kind  domain.Kind
	}{
		"key refused":              {sandbox.Fault{Kind: sandbox.FaultKeyRefused}, domain.CodeSystemDenied, domain.KindUnauthenticated},
		"a page instead of JSON":   {sandbox.Fault{Kind: sandbox.FaultPage, Method: "search_read"}, domain.CodeSystemAnswer, domain.KindUnavailable},
		"cut in mid-page":          {sandbox.Fault{Kind: sandbox.FaultCut, Model: "product.product", Method: "search_read", Skip: 1}, domain.CodeSystemCut, domain.KindUnavailable},
		"asked to wait":            {sandbox.Fault{Kind: sandbox.FaultBusy, Wait: time.Hour}, domain.CodeSystemBusy, domain.KindRateLimited},
		"the database gives up":    {sandbox.Fault{Kind: sandbox.FaultDatabase}, domain.CodeSystemBusy, domain.KindUnavailable},
		"a field is gone":          {sandbox.Fault{Kind: sandbox.FaultFieldGone, Model: "product.product", Field: "weight"}, domain.CodeSystemSchema, domain.KindInvalid},
		"cut in the list of units": {sandbox.Fault{Kind: sandbox.FaultCut, Model: "uom.uom"}, domain.CodeSystemCut, domain.KindUnavailable},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.seed(2100)
			r.box.Break(tt.fault)
			valued, _, proof, err := r.read(t, "")
			if domain.ErrorCode(err) != tt.code || domain.ErrorKind(err) != tt.kind || proof.Complete {
				t.Errorf("%d rows, %+v, %v; wanted %s", valued, proof, err, tt.code)
			}
			if tt.fault.Kind == sandbox.FaultFieldGone && !strings.Contains(err.Error(), "no longer has the field weight on product.product") {
				t.Errorf("the sentence is %q", err)
			}
			r.silent(t, err)
			r.box.Repair()
			if valued, _, proof, err = r.read(t, ""); err != nil || valued != 2100 || !proof.Complete {
				t.Errorf("after the repair: %d rows, %+v, %v", valued, proof, err)
			}
		})
	}
}

// TestReadingWithoutAnswer waits for the connector's own patience, which is short here.
func TestReadingWithoutAnswer(t *testing.T) {
	t.Parallel()
	r := rigWithin(t, 50*time.Millisecond)
	r.box.Break(sandbox.Fault{Kind: sandbox.FaultSlow, Wait: time.Hour})
	_, _, proof, err := r.read(t, "")
	if domain.ErrorCode(err) != domain.CodeSystemUnreachable || domain.ErrorKind(err) != domain.KindUnavailable || proof.Complete {
		t.Errorf("%+v, %v", proof, err)
	}
}

// silent demands that neither an error nor the log repeats a key or a traceback.
func (r rig) silent(t *testing.T, err error) {
	t.Helper()
	for where, text := range map[string]string{"error": fmt.Sprint(err), "log": r.log.String()} {
		for _, secret := range []string{"sandbox-reader-key", "sandbox-writer-key", "Traceback", "secret_internals"} {
			if strings.Contains(text, secret) {
				t.Errorf("the %s holds %s: %s", where, secret, text)
			}
		}
	}
}

// TestReadingOverPassingFaults has each fault meet two calls: the reading makes them again.
func TestReadingOverPassingFaults(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]sandbox.FaultKind{
		"a page": sandbox.FaultPage, "a cut": sandbox.FaultCut, "a wish to wait": sandbox.FaultBusy, "a database in trouble": sandbox.FaultDatabase,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.seed(2100)
			r.box.Break(sandbox.Fault{Kind: kind, Model: "product.product", Method: "search_read", Skip: 1, Times: 2})
			valued, _, proof, err := r.read(t, "")
			if err != nil || valued != 2100 || !proof.Complete {
				t.Errorf("%d rows, %+v, %v", valued, proof, err)
			}
			if !strings.Contains(r.log.String(), "made again") {
				t.Errorf("nobody hears of it: %q", r.log)
			}
		})
	}
}

// TestReadingOfSilentlyShortAnswers meets somebody who leaves records out without saying so.
func TestReadingOfSilentlyShortAnswers(t *testing.T) {
	t.Parallel()
	t.Run("short pages are made up for", func(t *testing.T) {
		t.Parallel()
		r := newRig(t)
		r.seed(30)
		r.box.Break(sandbox.Fault{Kind: sandbox.FaultShort, Model: "product.product", Method: "search_read", Times: 3})
		if valued, _, proof, err := r.read(t, ""); err != nil || valued != 30 || !proof.Complete {
			t.Errorf("%d rows, %+v, %v", valued, proof, err)
		}
	})
	t.Run("a record that no list shows", func(t *testing.T) {
		t.Parallel()
		r := newRig(t)
		r.seed(30)
		r.box.Break(sandbox.Fault{Kind: sandbox.FaultUnlisted, Model: "product.product"})
		for _, since := range []string{"", "2999-01-01 00:00:00"} {
			if _, _, proof, err := r.read(t, since); err != nil || proof.Complete || proof.Why == "" {
				t.Errorf("since %q: %+v, %v", since, proof, err)
			}
		}
	})
}

// TestReadingBesideChanges has a person work while the pages are read.
func TestReadingBesideChanges(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ids := r.seed(2100)
	pages := 0
	taken := map[domain.Code]bool{}
	proof, err := r.connector.Read(t.Context(), reconcile.ReadRequest{Definition: connecttest.Item()}, func(page reconcile.Page) error {
		if pages++; pages == 1 {
			r.box.Delete(ids[5])    // read already
			r.box.Delete(ids[2050]) // not read yet
			r.box.Seed(sandbox.Product{Code: "NEW", Name: "New"})
		}
		for _, row := range page.Rows {
			taken[row.Record.Code] = true
		}
		return nil
	})
	if err != nil || !proof.Complete || len(taken) != 2099 || !taken["6"] || taken["2051"] || taken["2101"] {
		t.Errorf("%d records in %d pages, %+v, %v", len(taken), pages, proof, err)
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	box := sandbox.New(sandbox.Options{})
	server, err := box.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	described := lab(server.URL(), box)
	connector, err := described.Connect(connecttest.Connection{URL: described.URL, Database: described.Database, ReaderKey: described.ReaderKey})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = connector.Read(t.Context(), reconcile.ReadRequest{Definition: connecttest.Item()}, nil)
	if domain.ErrorCode(err) != domain.CodeSystemUnreachable || domain.ErrorKind(err) != domain.KindUnavailable {
		t.Errorf("read: %v", err)
	}
	if steps := connector.Check(t.Context()); len(steps) != 1 || steps[0].OK || steps[0].Name != "reach" {
		t.Errorf("check: %+v", steps)
	}
	if err := server.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	if steps := connector.Check(t.Context()); !steps[len(steps)-1].OK {
		t.Errorf("check after the return: %+v", steps)
	}
}

// rename is an approved change of a name.
func rename(id int64, from, to string) domain.Delivery {
	return domain.Delivery{ID: domain.NewID(), ApprovedBy: "bo", Order: domain.DeliveryOrder{
		System: "odoo-test", Domain: "item", Record: domain.NewID(), Kind: domain.DeliverUpdate, Code: domain.Code(fmt.Sprint(id)),
		Expect: domain.Attributes{"name": domain.Translated{"en": from}}, Set: domain.Attributes{"name": domain.Translated{"en": to}},
	}}
}

// TestWritingThroughFaults: a write is never made again by itself, whatever the fault; the delivery is, and nothing is lost
// or doubled.
func TestWritingThroughFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault   sandbox.Fault
		code    string
		written int // effective writes before the delivery is repeated
	}{
		"cut after the change": {sandbox.Fault{Kind: sandbox.FaultCommitThenCut}, domain.CodeSystemCut, 1},
		"cut in the answer":    {sandbox.Fault{Kind: sandbox.FaultCut}, domain.CodeSystemCut, 1},
		"a page":               {sandbox.Fault{Kind: sandbox.FaultPage}, domain.CodeSystemAnswer, 0},
		"asked to wait":        {sandbox.Fault{Kind: sandbox.FaultBusy, Wait: 30 * time.Second}, domain.CodeSystemBusy, 0},
		"the database":         {sandbox.Fault{Kind: sandbox.FaultDatabase}, domain.CodeSystemBusy, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			id := r.seed(1)[0]
			fault := tt.fault
			// the first call of the guard asks whether it is there
			fault.Method, fault.Times, fault.Skip = "run", 1, 1
			r.box.Break(fault)
			d := rename(id, "Part 0", "Part zero")
			_, err := r.connector.Apply(t.Context(), d)
			outcome := domain.OutcomeOf(err)
			if domain.ErrorCode(err) != tt.code || outcome.Kind != domain.OutcomeRetry || outcome.RetryAfter != tt.fault.Wait {
				t.Errorf("apply: %v, %+v", err, outcome)
			}
			r.silent(t, err)
			if written := len(r.box.Writes()); written != tt.written {
				t.Errorf("%d effective writes", written)
			}
			receipt, err := r.connector.Apply(t.Context(), d)
			if err != nil || receipt.Conflict || receipt.Code != "1" {
				t.Errorf("repeated: %+v, %v", receipt, err)
			}
			writes := r.box.Writes()
			if len(writes) != 1 || writes[0].Role != sandbox.RoleWriter || writes[0].Method != "run" || writes[0].Fields["name"] != "Part zero" {
				t.Errorf("the ledger: %+v", writes)
			}
		})
	}
}

func TestCreatingThroughFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault sandbox.Fault
		code  string // "" means that the delivery is made at once
	}{
		"cut after the change":         {sandbox.Fault{Kind: sandbox.FaultCommitThenCut, Times: 1}, domain.CodeSystemCut},
		"another transaction, twice":   {sandbox.Fault{Kind: sandbox.FaultLoadConflict, Times: 2}, ""},
		"another transaction, forever": {sandbox.Fault{Kind: sandbox.FaultLoadConflict, Times: 4}, domain.CodeSystemBusy},
		"a page":                       {sandbox.Fault{Kind: sandbox.FaultPage, Times: 1}, domain.CodeSystemAnswer},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			fault := tt.fault
			fault.Method = "load"
			r.box.Break(fault)
			d := domain.Delivery{Order: domain.DeliveryOrder{
				System: "odoo-test", Domain: "item", Record: domain.NewID(), Kind: domain.DeliverCreate,
				Set: domain.Attributes{"code": domain.Code("000123"), "name": domain.Translated{"en": "Bolt"}},
			}}
			_, err := r.connector.Apply(t.Context(), d)
			if tt.code != domain.ErrorCode(err) || (tt.code != "" && domain.OutcomeOf(err).Kind != domain.OutcomeRetry) {
				t.Errorf("apply: %v", err)
			}
			receipt, err := r.connector.Apply(t.Context(), d)
			if err != nil || receipt.Conflict || receipt.Code != "1" || len(r.box.Writes()) != 1 {
				t.Errorf("repeated: %+v, %v, %+v", receipt, err, r.box.Writes())
			}
			if made, _ := r.box.Product(1); made.Code != "000123" || made.Archived {
				t.Errorf("made: %+v", made)
			}
		})
	}
}

// TestRedirect: the key must not follow a redirect to another host.
func TestRedirect(t *testing.T) {
	t.Parallel()
	var strangers []string
	stranger := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		strangers = append(strangers, r.Header.Get("Authorization"))
	}))
	t.Cleanup(stranger.Close)
	moved := httptest.NewServer(http.RedirectHandler(stranger.URL, http.StatusTemporaryRedirect))
	t.Cleanup(moved.Close)
	connector, err := odoo.New(odoo.Options{System: connecttest.Connection{URL: moved.URL, Database: "x"}.System(), ReaderKey: "k"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = connector.Read(t.Context(), reconcile.ReadRequest{Definition: connecttest.Item()}, nil)
	if domain.ErrorCode(err) != domain.CodeSystemAnswer || len(strangers) != 0 {
		t.Errorf("%v; the stranger saw %v", err, strangers)
	}
}

// TestTakerFails: an error of whoever takes the pages is returned as it is.
func TestTakerFails(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seed(3)
	full := errors.New("full")
	for _, since := range []string{"", "2999-01-01 00:00:00"} {
		_, err := r.connector.Read(t.Context(), reconcile.ReadRequest{Definition: connecttest.Item(), Since: since}, func(reconcile.Page) error { return full })
		if !errors.Is(err, full) || domain.ErrorCode(err) != domain.CodeInternal {
			t.Errorf("since %q: %v", since, err)
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	good := map[string]string{"base_url": "https://odoo.example.com/", "database": "main"}
	tests := map[string]struct {
		settings map[string]string
		key      string
		code     string
	}{
		"in order":                             {good, "k", ""},
		"no key":                               {good, "", domain.CodeConfigInvalid},
		"no address":                           {map[string]string{"database": "main"}, "k", domain.CodeConfigInvalid},
		"no database":                          {map[string]string{"base_url": "https://odoo.example.com"}, "k", domain.CodeConfigInvalid},
		"another scheme":                       {map[string]string{"base_url": "ftp://odoo.example.com", "database": "main"}, "k", domain.CodeConfigInvalid},
		"a password in it":                     {map[string]string{"base_url": "https://a:b@odoo.example.com", "database": "main"}, "k", domain.CodeConfigInvalid},
		"a query in it":                        {map[string]string{"base_url": "https://odoo.example.com/?db=x", "database": "main"}, "k", domain.CodeConfigInvalid},
		"a language that is none":              {with("languages", "de_DE, Deutsch!"), "k", domain.CodeConfigInvalid},
		"an attribute nobody has":              {with("extra_fields", "colour=x_colour"), "k", domain.CodeConfigInvalid},
		"an attribute that cannot stand there": {with("extra_fields", "successor=x_next"), "k", domain.CodeConfigInvalid},
		"an attribute of every Odoo":           {with("extra_fields", "net_weight=x_weight"), "k", domain.CodeConfigInvalid},
		"an own field without a name":          {with("extra_fields", "material"), "k", domain.CodeConfigInvalid},
		"an own field with an odd name":        {with("extra_fields", "material=x.material"), "k", domain.CodeConfigInvalid},
		"a module's field renamed":             {with("extra_fields", "hs_code=x_hs"), "k", domain.CodeConfigInvalid},
		"categories by colour":                 {with("categories", "colour"), "k", domain.CodeConfigInvalid},
		"all that may be set":                  {with("extra_fields", " hs_code ,material = x_material,,"), "k", ""},
		"an address it's not":                  {map[string]string{"base_url": "odoo.example.com", "database": "main"}, "k", domain.CodeConfigInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := odoo.New(odoo.Options{System: domain.SourceSystem{ID: "o", Settings: tt.settings}, ReaderKey: tt.key})
			if domain.ErrorCode(err) != tt.code {
				t.Errorf("%v, wanted %q", err, tt.code)
			}
		})
	}
}
