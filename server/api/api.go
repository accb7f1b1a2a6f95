// Package api is Crosswalk's one public face: HTTP under /api/v1, described by the OpenAPI document it generates, its human
// documentation, and the workbench. An operation binds its input, calls one use case and answers; it holds no rule, knows no
// database, and asks nobody's rights: use cases do. What goes wrong is turned into a problem document in one place.
package api

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/access"
	"github.com/crosswalk-mdm/crosswalk/server/events"
	"github.com/crosswalk-mdm/crosswalk/server/telemetry"
)

// base is where all operations are.
const base = "/api/v1"

// Options are what the API is made of.
type Options struct {
	Store    domain.Store
	Sessions *access.Sessions
	// Services recognise the keys of programs, Users administer accounts; without them there are no keys and no such operations.
	Services  *access.Services
	Users     *access.Users
	Desk      *steward.Desk
	Catalog   *catalog.Catalog
	Crosswalk *crosswalk.Crosswalk
	// Intake takes uploaded files in.
	Intake *intake.Intake
	// MatchRules are the versions of how records are matched.
	MatchRules *match.Rules
	// Finder looks single things up among the golden records.
	Finder *match.Finder
	// Export gives out what may be edited and sent back.
	Export *intake.Export
	// Judge takes people's word about what may be one thing.
	Judge *match.Judge
	// Check tries the connection to a system; CodeSystemUnknown, CodeAccessDenied.
	Check func(ctx context.Context, by domain.Actor, system domain.SystemID) ([]reconcile.CheckStep, error)
	// Ready says why the process cannot serve; nil when it can.
	Ready func(ctx context.Context) error
	// DeliveriesWaiting, RunsWaiting, DecisionsTaken and MatchesWanted wake the workers; nil for none.
	DeliveriesWaiting func()
	DecisionsTaken    func()
	MatchesWanted     func()
	RunsWaiting       func()
	// Events is where changes are told of.
	Events *events.Hub

	Metrics     *telemetry.Metrics
	Log         *slog.Logger
	Workbench   fs.FS // the built workbench; without an index.html a page says how to build it
	Version     string
	Environment string
	// HTTPS says that people reach Crosswalk over TLS though this process does not see it.
	HTTPS          bool
	TrustedOrigins []string
	TrustedProxies []string
	// RequestTimeout ends the work on one request; 0 is two minutes.
	RequestTimeout time.Duration
}

// API answers HTTP.
type API struct {
	Options
	engine *gin.Engine
	huma   huma.API
	cross  *http.CrossOriginProtection
	// writing holds as many places as files may be written at a time.
	writing chan struct{}
}

// New returns the API. Trusted origins or proxies that cannot be understood are CodeConfigInvalid.
func New(o Options) (*API, error) {
	gin.SetMode(gin.ReleaseMode)
	a := &API{Options: o.withDefaults(), engine: gin.New(), cross: http.NewCrossOriginProtection(), writing: make(chan struct{}, atOnce)}
	if err := a.engine.SetTrustedProxies(o.TrustedProxies); err != nil {
		return nil, domain.Invalid(domain.CodeConfigInvalid, "trusted proxies: %v", err)
	}
	for _, origin := range o.TrustedOrigins {
		if err := a.cross.AddTrustedOrigin(origin); err != nil {
			return nil, domain.Invalid(domain.CodeConfigInvalid, "trusted origins: %v", err)
		}
	}
	a.engine.HandleMethodNotAllowed = true
	a.engine.Use(a.traced, a.recovered, a.protected, a.limited)
	operations := a.engine.Group("", a.authenticated, a.idempotent)
	a.huma = humagin.NewWithGroup(a.engine, operations, a.humaConfig())
	a.registerOperations()
	a.tidyDocument()
	a.registerHealth()
	if err := a.registerDocs(); err != nil {
		return nil, err
	}
	a.registerWorkbench()
	return a, nil
}

func (o Options) withDefaults() Options {
	nothing := func() {}
	if o.DeliveriesWaiting == nil {
		o.DeliveriesWaiting = nothing
	}
	if o.DecisionsTaken == nil {
		o.DecisionsTaken = nothing
	}
	if o.RunsWaiting == nil {
		o.RunsWaiting = nothing
	}
	if o.MatchesWanted == nil {
		o.MatchesWanted = nothing
	}
	if o.Events == nil {
		o.Events = events.NewHub(o.Store.Read().Events, events.Options{Log: o.Log})
	}
	if o.RequestTimeout == 0 {
		o.RequestTimeout = 2 * time.Minute
	}
	return o
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.engine.ServeHTTP(w, r) }

// Routes lists every route as method and path, the parameters as in the document.
func (a *API) Routes() []string {
	var routes []string
	for _, route := range a.engine.Routes() {
		parts := strings.Split(route.Path, "/")
		for i, part := range parts {
			if name, ok := strings.CutPrefix(part, ":"); ok {
				parts[i] = "{" + name + "}"
			}
		}
		routes = append(routes, route.Method+" "+strings.Join(parts, "/"))
	}
	return routes
}

func (a *API) humaConfig() huma.Config {
	config := huma.DefaultConfig("Crosswalk", "1")
	config.Info.Description = "One governed definition of every item, mapped onto each plant's own codes. " +
		"Unsafe methods need the header X-Crosswalk-Request: 1 and a signed-in session; or any method carries the key of a service " +
		"as Authorization: Bearer xw_…, and then needs neither."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath, config.CreateHooks = "", "", "", nil
	config.Transformers = []huma.Transformer{a.asProblem}
	config.RejectUnknownQueryParameters = true
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: sessionCookie},
		"key":     {Type: "http", Scheme: "bearer"},
	}
	return config
}

func (a *API) registerOperations() {
	for _, register := range []func(){
		a.registerSession, a.registerDefinitions, a.registerCodeLists, a.registerSystems, a.registerConfiguration, a.registerImports, a.registerRuns,
		a.registerQueue, a.registerDiscrepancies, a.registerDecisions, a.registerRequests, a.registerDeliveries, a.registerWorklist,
		a.registerRecords, a.registerMappings, a.registerAudit, a.registerUsers, a.registerServices, a.registerUses, a.registerSaid, a.registerEvents,
		a.registerTranslate, a.registerUnmapped, a.registerChanges,
		a.registerPolicy, a.registerAcceptances, a.registerRecordRequests, a.registerMerges, a.registerRecordEdits, a.registerMatchRules,
		a.registerMatch, a.registerMatching, a.registerExports,
	} {
		register()
	}
}

// operation describes one operation; its path is below /api/v1.
func operation(method, path, id, summary string) huma.Operation {
	return huma.Operation{
		Method: method, Path: base + path, OperationID: id, Summary: summary, Tags: []string{tagOf(path)},
		Security: []map[string][]string{{"session": {}}, {"key": {}}}, BodyReadTimeout: time.Minute,
	}
}

// created is operation for one that answers 201.
func created(path, id, summary string) huma.Operation {
	op := operation(http.MethodPost, path, id, summary)
	op.DefaultStatus = http.StatusCreated
	return op
}

// handle registers an operation whose errors become problems.
func handle[I, O any](a *API, op huma.Operation, answer func(context.Context, *I) (*O, error)) {
	op.Responses = map[string]*huma.Response{"default": a.problemResponse()}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := answer(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
}

// body is an answer that is all body.
type body[T any] struct{ Body T }

func bodyOf[T any](content T) *body[T] { return &body[T]{Body: content} }

// tidyDocument makes the document say what is true: lists are never null, and our problems are the only errors.
func (a *API) tidyDocument() {
	schemas := a.huma.OpenAPI().Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	for _, schema := range schemas {
		neverNull(schema)
	}
}

func neverNull(schema *huma.Schema) {
	if schema == nil {
		return
	}
	if schema.Type == huma.TypeArray {
		schema.Nullable = false
	}
	neverNull(schema.Items)
	for _, property := range schema.Properties {
		neverNull(property)
	}
}

// Document returns the OpenAPI document, indented, as it stands in openapi.json.
func (a *API) Document() ([]byte, error) {
	document, err := indentedJSON(a.huma.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	return document, nil
}
