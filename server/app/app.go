// Package app is the composition root: from a configuration it makes a whole Crosswalk, with its store, use cases, connectors,
// jobs and API, to be started and closed. End-to-end tests start the same. It holds no business rules.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
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
	"github.com/crosswalk-mdm/crosswalk/server/config"
	"github.com/crosswalk-mdm/crosswalk/server/events"
	"github.com/crosswalk-mdm/crosswalk/server/follow"
	"github.com/crosswalk-mdm/crosswalk/server/jobs"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/telemetry"
	"github.com/crosswalk-mdm/crosswalk/web"
)

// The time that requests, and the process as a whole, get to end in order.
const (
	requestTimeout = 2 * time.Minute
	closeTimeout   = 20 * time.Second
)

// Options are what is not configured but handed in.
type Options struct {
	Log     *slog.Logger
	Version string
	// Workbench is served in place of the embedded one; nil is the embedded one.
	Workbench fs.FS
	// Secret resolves references to secrets; nil is config.ResolveSecret.
	Secret func(ref string) (string, error)
	// Odoo carries the calls to Odoo; nil is a transport of the connector's own.
	Odoo http.RoundTripper
	// Source reads every system; nil is the connector of each system's kind.
	Source func(domain.SourceSystem) reconcile.Source
}

// App is one Crosswalk. Its use cases can be called before Start, which begins the jobs and the API.
type App struct {
	Store     domain.Store
	Desk      *steward.Desk
	Catalog   *catalog.Catalog
	Crosswalk *crosswalk.Crosswalk
	// Intake takes uploaded files in.
	Intake   *intake.Intake
	Judge    *match.Judge
	Finder   *match.Finder
	Users    *access.Users
	Sessions *access.Sessions
	Services *access.Services
	// MatchRules are the versions of how records are matched, and what they may link.
	MatchRules *match.Rules

	config     config.Config
	log        *slog.Logger
	store      *store.Store
	connectors *connectors
	metrics    *telemetry.Metrics
	api        *api.API
	jobs       *jobs.Group
	events     *events.Hub
	deliveries *jobs.Bell
	runs       *jobs.Bell
	decisions  *jobs.Bell
	matches    *jobs.Bell
	imports    *jobs.Bell
	index      *follow.Index
	following  *jobs.Group // keeps the index while the API is served
	server     *http.Server
	figures    *http.Server // of the metrics; nil where they are not served
	figuresURL string
	url        string
	served     chan error
}

// New opens the store, brings its schema up to date and puts everything together. Nothing runs yet. A configuration that
// cannot be used is CodeConfigInvalid, a SQLite database another process has open CodeStoreBusy.
func New(ctx context.Context, c config.Config, o Options) (*App, error) {
	o = o.withDefaults()
	if err := access.CheckPolicy(); err != nil {
		return nil, fmt.Errorf("read who may do what: %w", err)
	}
	opened, err := openStore(ctx, c)
	if err != nil {
		return nil, err
	}
	a := &App{
		Store: opened, store: opened, config: c, log: o.Log, deliveries: &jobs.Bell{}, runs: &jobs.Bell{}, decisions: &jobs.Bell{}, matches: &jobs.Bell{}, imports: &jobs.Bell{},
		connectors: newConnectors(o), metrics: telemetry.NewMetrics(o.Version), served: make(chan error, 1),
	}
	a.Desk = &steward.Desk{Store: opened, Definitions: catalog.Definitions{}, Fields: Fields{}, Languages: Fields{}}
	a.Catalog = &catalog.Catalog{Store: opened, Desk: a.Desk}
	a.Crosswalk = &crosswalk.Crosswalk{Store: opened, Desk: a.Desk, CountingFailed: func(ctx context.Context, err error) {
		a.log.WarnContext(ctx, "unmapped codes were not counted", "error", err)
	}}
	a.Intake = a.newIntake()
	a.Judge = &match.Judge{Store: opened, Desk: a.Desk, Merger: a.Catalog, Mapper: a.Crosswalk}
	a.MatchRules = &match.Rules{Store: opened, Desk: a.Desk, Trial: newEvaluator(opened)}
	a.index, a.following = a.newIndex()
	a.Finder = &match.Finder{Store: opened, Definitions: a.Desk.Definitions, Index: a.index}
	a.Catalog.Finder = a.Finder
	a.Users = access.NewUsers(opened)
	a.Sessions = access.NewSessions(opened, access.SessionOptions{
		Idle: c.SessionIdle, Absolute: c.SessionAbsolute, Remember: rememberFor(opened.Dialect()),
	})
	a.Services = access.NewServices(opened, access.ServiceOptions{Remember: 2 * time.Second})
	a.events = events.NewHub(opened.Read().Events, events.Options{Log: o.Log})
	a.metrics.CountDeliveries(a.countDeliveries)
	a.metrics.FollowIndexes(a.indexFigures)
	if a.api, err = api.New(a.apiOptions(o)); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	a.jobs = a.newJobs()
	return a, nil
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Secret == nil {
		o.Secret = config.ResolveSecret
	}
	if o.Workbench == nil {
		o.Workbench = web.Dist()
	}
	return o
}

// openStore opens the configured database; the folder of a SQLite file is made if it is not there.
func openStore(ctx context.Context, c config.Config) (*store.Store, error) {
	if path, ok := strings.CutPrefix(c.Database, "sqlite:"); ok {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, domain.Invalid(domain.CodeConfigInvalid, "the folder of the database %s cannot be made: %v", path, err)
		}
	}
	opened, err := store.Open(ctx, c.Database)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return opened, nil
}

// rememberFor says how long a sign-in is trusted without asking: on SQLite no other process can end it, and asking would wait
// for the one writer.
func rememberFor(dialect string) time.Duration {
	if dialect == "sqlite" {
		return 30 * time.Second
	}
	return 2 * time.Second
}

func (a *App) apiOptions(o Options) api.Options {
	return api.Options{
		Store: a.Store, Sessions: a.Sessions, Services: a.Services, Users: a.Users, Desk: a.Desk, Catalog: a.Catalog, Crosswalk: a.Crosswalk,
		Judge: a.Judge, Finder: a.Finder, Intake: a.Intake, Export: a.newExport(), MatchesWanted: a.matches.Ring, MatchRules: a.MatchRules,
		Check: a.Check, Ready: a.ready, Events: a.events, DeliveriesWaiting: a.deliveries.Ring, RunsWaiting: a.runs.Ring, DecisionsTaken: a.decisions.Ring,
		Metrics: a.metrics, Log: a.log, Workbench: o.Workbench, Version: o.Version, Environment: a.config.Environment,
		HTTPS: a.config.HTTPS(), TrustedOrigins: a.config.TrustedOrigins, TrustedProxies: a.config.TrustedProxies,
		RequestTimeout: requestTimeout,
	}
}

// ready asks the database for something of the schema.
func (a *App) ready(ctx context.Context) error {
	if _, err := a.Store.Now(ctx); err != nil {
		return err
	}
	_, err := a.Store.Read().Plants.List(ctx)
	return err
}

func (a *App) countDeliveries(ctx context.Context) ([]telemetry.DeliveryCount, error) {
	counts, err := a.Store.Read().Deliveries.Counts(ctx, domain.PlantScope{All: true})
	var out []telemetry.DeliveryCount
	for system, states := range counts {
		for state, n := range states {
			out = append(out, telemetry.DeliveryCount{System: string(system), State: string(state), Count: n})
		}
	}
	return out, err
}

func (a *App) indexFigures() []telemetry.IndexFigures {
	var out []telemetry.IndexFigures
	for _, f := range a.index.Figures() {
		out = append(out, telemetry.IndexFigures{Domain: string(f.Domain), Records: f.Records, Age: f.Age, BuildSeconds: f.BuildSeconds})
	}
	return out
}

// URL is the address the API is served at, once started.
func (a *App) URL() string { return a.url }

// StartJobs begins the background work without serving the API, for commands that do their work in this process.
func (a *App) StartJobs() { a.jobs.Start() }

// Start begins the background work and serves the API, and the metrics where that is configured. An address that cannot be
// listened on is CodeConfigInvalid.
func (a *App) Start(ctx context.Context) error {
	listener, err := listen(ctx, a.config.Listen)
	if err != nil {
		return err
	}
	if err := a.startMetrics(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	a.url = "http://" + listener.Addr().String()
	a.server = a.serverOf(a.api)
	go func() { a.served <- a.server.Serve(listener) }()
	a.jobs.Start()      //nolint:contextcheck // jobs end with Close, not with the call that started them
	a.following.Start() //nolint:contextcheck // see above
	a.log.InfoContext(ctx, "serving", "url", a.url, "database", a.store.Dialect(), "environment", a.config.Environment)
	return nil
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, domain.Invalid(domain.CodeConfigInvalid, "cannot listen on %s: %v", address, err)
	}
	return listener, nil
}

func (a *App) serverOf(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: requestTimeout, WriteTimeout: requestTimeout + 30*time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
}

// startMetrics serves the metrics on an address of their own: they tell of systems and of load, which is not for everybody.
func (a *App) startMetrics(ctx context.Context) error {
	if a.config.MetricsListen == "" {
		return nil
	}
	listener, err := listen(ctx, a.config.MetricsListen)
	if err != nil {
		return err
	}
	a.figuresURL = "http://" + listener.Addr().String() + "/metrics"
	routes := http.NewServeMux()
	routes.Handle("GET /metrics", a.metrics.Handler())
	a.figures = a.serverOf(routes)
	go func() {
		if err := a.figures.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.ErrorContext(context.WithoutCancel(ctx), "the metrics are no longer served", "error", err)
		}
	}()
	return nil
}

// Wait blocks until ctx ends or serving fails, and returns that failure.
func (a *App) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.served:
		a.served <- err
		return fmt.Errorf("serve: %w", err)
	}
}

// Close ends in order: no new requests, those under way are answered, then the jobs, then the store.
func (a *App) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	a.events.Close() // or those who listen would keep the server from ending
	var all []error
	if a.server != nil {
		if err := a.server.Shutdown(ctx); err != nil {
			all = append(all, fmt.Errorf("end the requests under way: %w", err), a.server.Close())
		}
	}
	if a.figures != nil {
		all = append(all, a.figures.Close())
	}
	a.jobs.Close()
	a.following.Close()
	return errors.Join(append(all, a.store.Close())...)
}
