package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/access"
	"github.com/crosswalk-mdm/crosswalk/server/api"
	"github.com/crosswalk-mdm/crosswalk/server/follow"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
	"github.com/crosswalk-mdm/crosswalk/server/telemetry"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

const password = "correct horse battery"

// people are who tests act as: one of each role, and two who belong to the plant STU1 only.
func people() map[string]domain.RoleGrant {
	everywhere := func(role string) domain.RoleGrant {
		return domain.RoleGrant{Role: role, Domain: domain.Anywhere, Plant: domain.Anywhere}
	}
	return map[string]domain.RoleGrant{
		"steward": everywhere(access.RoleSteward), "approver": everywhere(access.RoleApprover),
		"admin": everywhere(access.RoleIntegrationAdmin), "auditor": everywhere(access.RoleAuditor),
		"lead":  {Role: access.RolePlantLead, Domain: domain.Anywhere, Plant: "STU1"},
		"local": {Role: access.RoleSteward, Domain: domain.Anywhere, Plant: "STU1"},
		// those of the access table alone
		"global lead":    everywhere(access.RolePlantLead),
		"local approver": {Role: access.RoleApprover, Domain: domain.Anywhere, Plant: "STU1"},
		"local admin":    {Role: access.RoleIntegrationAdmin, Domain: domain.Anywhere, Plant: "STU1"},
		"local auditor":  {Role: access.RoleAuditor, Domain: domain.Anywhere, Plant: "STU1"},
		"item approver":  {Role: access.RoleApprover, Domain: "item", Plant: domain.Anywhere},
		"expired":        {Role: access.RoleIntegrationAdmin, Domain: domain.Anywhere, Plant: domain.Anywhere, Until: 1},
		"target":         everywhere(access.RoleAuditor), // whose account others change
	}
}

// keys are what services of the access table may do, all of them with items of the plant STU1 only: for each right one that has it,
// beside reading, and one that has all others.
func keys() map[string][]domain.Grant {
	all := map[string][]domain.Grant{}
	for _, action := range access.ServiceActions() {
		for _, other := range access.ServiceActions() {
			grant := domain.Grant{Action: other, Domain: catalog.Item, Plant: "STU1"}
			if other == action || other == domain.ActionRead {
				all["key-with-"+dashed(action)] = append(all["key-with-"+dashed(action)], grant)
			}
			if other != action {
				all["key-without-"+dashed(action)] = append(all["key-without-"+dashed(action)], grant)
			}
		}
	}
	all["key-of-another-system"] = []domain.Grant{{Action: domain.ActionRead, Domain: domain.Anywhere, Plant: domain.Anywhere, System: "none"}}
	all["key-target"] = all["key-with-read"] // which others turn over and end
	return all
}

func dashed(action domain.Action) string { return strings.ReplaceAll(string(action), "_", "-") }

// fields knows systems of which every attribute can be read, and those of kind odoo written.
type fields struct{}

func (fields) Written(system domain.SourceSystem, name domain.DomainName) []domain.AttributeID {
	if system.Kind != domain.SystemOdoo {
		return nil
	}
	return fields{}.Supplied(system, name)
}

func (fields) Supplied(domain.SourceSystem, domain.DomainName) []domain.AttributeID {
	return catalog.ItemDefinition().IDs()
}

// bundle is an API over a store, with people who are signed in.
type bundle struct {
	store   domain.Store
	api     *api.API
	tokens  map[string]string
	log     *bytes.Buffer
	options api.Options
	index   *follow.Index
}

// template is a database in which everybody of people is known and signed in. Every test gets a copy: hashing the same
// passwords for each test would take most of the tests' time.
type template struct {
	content []byte
	tokens  map[string]string
}

var makeTemplate = sync.OnceValues(func() (template, error) {
	made := template{tokens: map[string]string{}}
	folder, err := os.MkdirTemp("", "crosswalk-api-test")
	if err != nil {
		return made, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path, ctx := filepath.Join(folder, "crosswalk.db"), context.Background()
	opened, err := store.Open(ctx, "sqlite:"+path)
	if err != nil {
		return made, err
	}
	users := access.NewUsers(opened)
	sessions := access.NewSessions(opened, access.SessionOptions{Idle: time.Hour, Absolute: time.Hour})
	for name, role := range people() {
		login := strings.ReplaceAll(name, " ", "-")
		add := access.NewUser{Login: login, Name: "The " + name, Password: password, Roles: []domain.RoleGrant{role}}
		if err := users.Add(ctx, access.CommandLine(), add); err != nil {
			return made, err
		}
		if made.tokens[name], _, err = sessions.SignIn(ctx, access.Credentials{Login: login, Password: password}); err != nil {
			return made, err
		}
	}
	services := access.NewServices(opened, access.ServiceOptions{})
	for id, grants := range keys() {
		add := access.NewService{ID: id, Grants: grants, RatePerSecond: access.MaxKeyRate}
		if _, made.tokens[id], err = services.Add(ctx, access.CommandLine(), add); err != nil {
			return made, err
		}
	}
	// Every change needs a second person here, so that tests see both halves.
	strict := steward.StrictPolicy()
	strict.Version = 1
	if err := opened.Write(ctx, domain.Change{Actor: "service:test", Reason: "policy"}, func(repos domain.Repos) error {
		return repos.Policies.Put(ctx, strict)
	}); err != nil {
		return made, err
	}
	if err := opened.Close(); err != nil {
		return made, err
	}
	made.content, err = os.ReadFile(path)
	return made, err
})

// setup returns an API over a store in which there is nothing but people, all signed in.
func setup(t *testing.T) *bundle {
	t.Helper()
	made, err := makeTemplate()
	if err != nil {
		t.Fatal(err)
	}
	address := storetest.SQLiteAddress(t)
	if err := os.WriteFile(strings.TrimPrefix(address, "sqlite:"), made.content, 0o600); err != nil {
		t.Fatal(err)
	}
	opened, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	b := &bundle{store: opened, tokens: made.tokens, log: &bytes.Buffer{}, index: follow.New(follow.Options{
		Store: opened, Definitions: catalog.Definitions{}, Domains: []domain.DomainName{catalog.Item},
	})}
	b.options = b.optionsOver(b.store)
	b.api = newAPI(t, b.options)
	return b
}

func (b *bundle) optionsOver(store domain.Store) api.Options {
	desk := &steward.Desk{Store: store, Definitions: catalog.Definitions{}, Fields: fields{}}
	shelf := &catalog.Catalog{Store: store, Desk: desk}
	crossing := &crosswalk.Crosswalk{Store: store, Desk: desk}
	uploads := &intake.Intake{Store: store, Desk: desk, Opener: workbook.Opener{}}
	return api.Options{
		Store: store, Desk: desk, Catalog: shelf, Users: access.NewUsers(store),
		Services:  access.NewServices(store, access.ServiceOptions{}),
		Export:    &intake.Export{Store: store, Desk: desk, Writer: workbook.Writer{}, Uploads: uploads},
		Crosswalk: crossing, Judge: &match.Judge{Store: store, Desk: desk, Merger: shelf, Mapper: crossing},
		Intake:     uploads,
		MatchRules: &match.Rules{Store: store, Desk: desk, Trial: &match.Evaluator{Store: store, Definitions: catalog.Definitions{}}},
		Finder:     &match.Finder{Store: store, Definitions: desk.Definitions, Index: b.index},
		Sessions:   access.NewSessions(b.store, access.SessionOptions{Idle: time.Hour, Absolute: time.Hour, Remember: time.Hour}),
		Check: func(ctx context.Context, by domain.Actor, id domain.SystemID) ([]reconcile.CheckStep, error) {
			system, err := shelf.System(ctx, by, id)
			if err != nil {
				return nil, err
			}
			return []reconcile.CheckStep{{Name: "reach", OK: true, Took: 3 * time.Millisecond}, {Name: "sign in", Hint: "the key was refused"}},
				by.Require(domain.ActionOperate, domain.Scope{Domain: catalog.Item, Plant: system.Plant})
		},
		Ready:   func(ctx context.Context) error { _, err := store.Now(ctx); return err },
		Metrics: telemetry.NewMetrics("test"), Log: slog.New(slog.NewTextHandler(b.log, nil)), Version: "0.0.0", Environment: "test",
		Workbench: fstest.MapFS{
			"index.html": {Data: []byte("<!doctype html>workbench")}, "assets/app-1a2b.js": {Data: []byte("app()")}, "favicon.svg": {Data: []byte("<svg/>")},
			".gitkeep": {},
		},
	}
}

func newAPI(t *testing.T, o api.Options) *api.API {
	t.Helper()
	made, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// request is one call of the API.
type request struct {
	method, path string
	as           string // "" is nobody
	body         any    // a string is sent as it is
	header       map[string]string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (b *bundle) call(t *testing.T, r request) answer {
	t.Helper()
	return b.callOn(t, b.api, r)
}

func (b *bundle) callOn(t *testing.T, handler http.Handler, r request) answer {
	t.Helper()
	var content io.Reader
	switch body := r.body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	default:
		data, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(data)
	}
	path := r.path
	if strings.HasPrefix(path, "~") {
		path = "/api/v1" + path[1:]
	}
	req := httptest.NewRequestWithContext(t.Context(), r.method, path, content)
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	switch {
	case strings.HasPrefix(r.as, "key-"):
		req.Header.Set("Authorization", "Bearer "+b.tokens[r.as])
	case r.as != "":
		req.AddCookie(&http.Cookie{Name: "crosswalk_session", Value: b.tokens[r.as]})
		fallthrough
	default:
		req.Header.Set("X-Crosswalk-Request", "1")
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, req)
	return answer{status: recorder.Code, header: recorder.Header(), body: recorder.Body.String()}
}

// problem reads an answer as a problem document.
func (a answer) problem(t *testing.T) api.Problem {
	t.Helper()
	var p api.Problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("%d is no problem document: %s", a.status, a.body)
	}
	if p.Status != a.status || p.Type != "/docs/problems#"+p.Code || p.TraceID == "" || p.TraceID != a.header.Get("X-Trace-Id") {
		t.Errorf("status %d, problem %+v", a.status, p)
	}
	return p
}

func read[T any](t *testing.T, a answer, status int) T {
	t.Helper()
	var out T
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return out
}
