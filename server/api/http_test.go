package api_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	approval := "~/change-requests/" + s.own.request + "/approval"
	tests := map[string]struct {
		request request
		status  int
		code    string
	}{
		"nobody signed in":             {request{method: "GET", path: "~/me"}, 401, domain.CodeSignInRequired},
		"a forged cookie":              {request{method: "GET", path: "~/me", header: map[string]string{"Cookie": "crosswalk_session=steward.AAAA"}}, 401, domain.CodeSignInRequired},
		"the wrong role":               {request{method: "GET", path: "~/audit", as: "steward"}, 403, domain.CodeAccessDenied},
		"a foreign plant's thing":      {request{method: "GET", path: "~/discrepancies/" + s.foreign.discrepancy, as: "lead"}, 404, domain.CodeDiscrepancyUnknown},
		"an unknown path":              {request{method: "GET", path: "~/nothing", as: "steward"}, 404, domain.CodeRouteUnknown},
		"an unknown path to a browser": {request{method: "GET", path: "/api/nothing", header: map[string]string{"Accept": "text/html"}}, 404, domain.CodeRouteUnknown},
		"the API itself":               {request{method: "GET", path: "/api", header: map[string]string{"Accept": "text/html"}}, 404, domain.CodeRouteUnknown},
		"another method":               {request{method: "PATCH", path: "~/me", as: "steward"}, 405, domain.CodeRouteUnknown},
		"no header of ours":            {request{method: "POST", path: "~/runs", as: "steward", body: "{}", header: map[string]string{"X-Crosswalk-Request": ""}}, 403, domain.CodeCSRF},
		"another site's page":          {request{method: "POST", path: "~/runs", as: "steward", body: "{}", header: map[string]string{"Sec-Fetch-Site": "cross-site"}}, 403, domain.CodeCSRF},
		"another origin":               {request{method: "POST", path: "~/runs", as: "steward", body: "{}", header: map[string]string{"Origin": "https://evil.example"}}, 403, domain.CodeCSRF},
		"a sign-in from elsewhere":     {request{method: "POST", path: "~/session", body: "{}", header: map[string]string{"Sec-Fetch-Site": "cross-site"}}, 403, domain.CodeCSRF},
		"a body that is no JSON":       {request{method: "POST", path: "~/runs", as: "steward", body: "{"}, 400, domain.CodeBodyInvalid},
		"no body":                      {request{method: "POST", path: "~/runs", as: "steward"}, 400, domain.CodeBodyInvalid},
		"a field that is missing":      {request{method: "POST", path: "~/runs", as: "steward", body: `{"plan":"p"}`}, 422, domain.CodeBodyInvalid},
		"a field nobody knows":         {request{method: "POST", path: "~/runs", as: "steward", body: `{"plan":"p","mode":"complete","x":1}`}, 422, domain.CodeBodyInvalid},
		"a value outside its list":     {request{method: "POST", path: "~/runs", as: "steward", body: `{"plan":"p","mode":"half"}`}, 422, domain.CodeBodyInvalid},
		"a parameter nobody knows":     {request{method: "GET", path: "~/runs?plam=x", as: "steward"}, 422, domain.CodeBodyInvalid},
		"a limit too high":             {request{method: "GET", path: "~/runs?limit=201", as: "steward"}, 422, domain.CodeBodyInvalid},
		"a cursor that is none":        {request{method: "GET", path: "~/runs?after=x", as: "steward"}, 422, domain.CodeCursorInvalid},
		"an ID that is none":           {request{method: "GET", path: "~/runs/1", as: "steward"}, 422, domain.CodeIDInvalid},
		"a domain that is none":        {request{method: "GET", path: "~/records/soup", as: "steward"}, 404, domain.CodeDomainUnknown},
		"a body too large":             {request{method: "POST", path: "~/runs", as: "steward", body: `{"plan":"` + strings.Repeat("x", 1<<20) + `"}`}, 413, domain.CodeBodyTooLarge},
		"a body too large, unsized":    {request{method: "POST", path: "~/runs", as: "steward", body: strings.Repeat(" ", 2<<20), header: map[string]string{"Content-Length": ""}}, 413, domain.CodeBodyTooLarge},
		"an import too large":          {request{method: "POST", path: "~/imports?domain=item&system=mes-stu1", as: "steward", body: strings.Repeat("x", 100<<20+1)}, 413, domain.CodeBodyTooLarge},
		"an import that is a workbook": {request{method: "POST", path: "~/imports?domain=item&system=mes-stu1", as: "steward", body: "PK\x03\x04", header: map[string]string{"Content-Type": "text/csv"}}, 422, domain.CodeImportInvalid},
		"an import for another plant":  {request{method: "POST", path: "~/imports?domain=item&system=mes-stu1&plant=LYO1", as: "steward", body: "code;canonical\n1;2\n", header: map[string]string{"Content-Type": "text/csv"}}, 422, domain.CodeImportInvalid},
		"no version looked at":         {request{method: "PUT", path: approval, as: "approver"}, 422, domain.CodeBodyInvalid},
		"a version that is none":       {request{method: "PUT", path: approval, as: "approver", header: map[string]string{"If-Match": "*"}}, 422, domain.CodeBodyInvalid},
		"a stale version":              {request{method: "PUT", path: approval, as: "approver", header: map[string]string{"If-Match": `"7"`}}, 412, domain.CodeRequestStale},
		"a retry of what is done":      {request{method: "POST", path: "~/deliveries/" + s.own.entry + "/retry", as: "steward"}, 409, domain.CodeDeliveryState},
		"a secret in a configuration":  {request{method: "POST", path: "~/configurations", as: "admin", body: `{"reason":"r","systems":[{"id":"x","name":"X","kind":"odoo","settings":{"api_key":"hunter2"}}]}`}, 422, domain.CodeConfigInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := b.call(t, tt.request)
			if p := answer.problem(t); p.Status != tt.status || p.Code != tt.code {
				t.Errorf("%d %s, want %d %s: %s", p.Status, p.Code, tt.status, tt.code, p.Detail)
			}
			if strings.Contains(answer.body, "hunter2") {
				t.Errorf("the answer tells the secret: %s", answer.body)
			}
		})
	}
}

func TestABrokenStoreIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	whole := b.options
	tests := map[string]struct {
		failing storetest.Failing
		request request
	}{
		"while reading":                  {storetest.Failing{Reads: true}, request{method: "GET", path: "~/runs", as: "steward"}},
		"while writing":                  {storetest.Failing{Writes: true}, request{method: "PUT", path: "~/change-requests/" + s.own.request + "/approval", as: "approver", header: map[string]string{"If-Match": `"1"`}}},
		"while keeping operating state":  {storetest.Failing{Operates: true}, request{method: "POST", path: "~/queues/discrepancies/snapshot", as: "steward", body: "{}"}},
		"while reserving a key":          {storetest.Failing{Operates: true}, request{method: "POST", path: "~/deliveries/" + s.own.delivery + "/retry", as: "steward", header: map[string]string{"Idempotency-Key": "k"}}},
		"when asked whether it is ready": {storetest.Failing{Now: true}, request{method: "GET", path: "/readyz"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := b.optionsOver(storetest.Broken(t, b.store, tt.failing))
			options.Sessions = whole.Sessions // so that signing in is not what fails
			answer := b.callOn(t, newAPI(t, options), tt.request)
			if p := answer.problem(t); p.Status != http.StatusServiceUnavailable || p.Code != domain.CodeStoreDown {
				t.Errorf("%d %s", p.Status, p.Code)
			}
		})
	}
	if got := b.call(t, request{method: "GET", path: "/livez"}); got.status != http.StatusOK {
		t.Errorf("livez: %d", got.status)
	}
}

func TestWhatFailedInsideIsLoggedAndNotSent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tests := map[string]error{
		"an unknown error":            errors.New("secret cause"),
		"a known one with its cause":  domain.Unavailable(errors.New("secret cause"), domain.CodeStoreDown, "the database cannot be reached"),
		"one of nobody's classifying": &domain.Error{Code: "x", Msg: "secret cause"},
	}
	for name, cause := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := &bytes.Buffer{}
			options := b.optionsOver(b.store)
			options.Log = newLog(log)
			options.Ready = func(context.Context) error { return nil }
			options.Check = checkThatFails(cause)
			answer := b.callOn(t, newAPI(t, options), request{method: "POST", path: "~/systems/x/check", as: "admin"})
			p := answer.problem(t)
			if strings.Contains(answer.body, "secret cause") || p.Status < http.StatusInternalServerError {
				t.Errorf("%d %s", answer.status, answer.body)
			}
			if !strings.Contains(log.String(), "secret cause") || !strings.Contains(log.String(), p.TraceID) {
				t.Errorf("logged %q", log)
			}
		})
	}
}

func TestAPanicIsAnInternalError(t *testing.T) {
	t.Parallel()
	b := setup(t)
	options := b.optionsOver(b.store)
	options.Check = nil // calling it panics
	handler := newAPI(t, options)
	answer := b.callOn(t, handler, request{method: "POST", path: "~/systems/x/check", as: "admin", header: map[string]string{"Idempotency-Key": "k"}})
	if p := answer.problem(t); p.Status != http.StatusInternalServerError || p.Code != domain.CodeInternal || p.Detail != "Internal error" {
		t.Errorf("%+v", p)
	}
	again := b.call(t, request{method: "POST", path: "~/systems/x/check", as: "admin", header: map[string]string{"Idempotency-Key": "k"}})
	if p := again.problem(t); p.Code != domain.CodeSystemUnknown {
		t.Errorf("the key was not freed: %+v", p)
	}
}

func TestSignInAndOutOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	options := b.optionsOver(b.store)
	options.HTTPS = true
	handler := newAPI(t, options)
	answer := b.callOn(t, handler, request{method: "POST", path: "~/session", body: map[string]string{"login": "lead", "password": password}})
	me := read[api.Me](t, answer, http.StatusOK)
	if me.ID != "user:lead" || len(me.Roles) != 1 || me.Roles[0].Plant != "STU1" || len(me.Actions) != 3 || me.Environment != "test" {
		t.Errorf("me %+v", me)
	}
	cookie, err := http.ParseSetCookie(answer.header.Get("Set-Cookie"))
	if err != nil || !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" {
		t.Fatalf("cookie %+v, %v", cookie, err)
	}
	if answer.header.Get("Strict-Transport-Security") == "" || answer.header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", answer.header)
	}
	with := map[string]string{"Cookie": cookie.Name + "=" + cookie.Value}
	if got := b.callOn(t, handler, request{method: "GET", path: "~/me", header: with}); got.status != http.StatusOK {
		t.Errorf("with the cookie: %d", got.status)
	}
	if got := b.callOn(t, handler, request{method: "DELETE", path: "~/session", header: with}); got.status != http.StatusNoContent || !strings.Contains(got.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("sign out: %d %v", got.status, got.header)
	}
	if got := b.callOn(t, handler, request{method: "GET", path: "~/me", header: with}); got.status != http.StatusUnauthorized {
		t.Errorf("after signing out: %d", got.status)
	}
}

func TestTooManySignInsSayWhenToComeBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	wrong := request{method: "POST", path: "~/session", body: map[string]string{"login": "lead", "password": "wrong"}}
	for range 10 {
		if p := b.call(t, wrong).problem(t); p.Code != domain.CodeSignInWrong {
			t.Fatalf("%+v", p)
		}
	}
	answer := b.call(t, wrong)
	if p := answer.problem(t); p.Status != http.StatusTooManyRequests || answer.header.Get("Retry-After") == "" {
		t.Errorf("%d, Retry-After %q", answer.status, answer.header.Get("Retry-After"))
	}
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	retry := request{method: "POST", path: "~/deliveries/" + s.own.delivery + "/retry", as: "steward", header: map[string]string{"Idempotency-Key": "a"}}
	first := b.call(t, retry)
	if first.status != http.StatusOK {
		t.Fatalf("%d %s", first.status, first.body)
	}
	if again := b.call(t, retry); again.status != first.status || again.body != first.body || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("repeated: %d %s", again.status, again.body)
	}
	other := retry
	other.path = "~/deliveries/" + s.foreign.delivery + "/retry"
	if p := b.call(t, other).problem(t); p.Status != http.StatusUnprocessableEntity || p.Code != domain.CodeIdempotencyMismatch {
		t.Errorf("another request: %+v", p)
	}
	other.as = "admin"
	if got := b.call(t, other); got.status != http.StatusOK {
		t.Errorf("another person's key: %d %s", got.status, got.body)
	}
	without := retry
	without.header = nil
	if p := b.call(t, without).problem(t); p.Code != domain.CodeDeliveryState {
		t.Errorf("without the key: %+v", p)
	}
	refused := request{method: "POST", path: without.path, as: "steward", header: map[string]string{"Idempotency-Key": "b"}}
	was, is := b.call(t, refused), b.call(t, refused)
	if was.status != http.StatusConflict || was.body != is.body || is.status != was.status {
		t.Errorf("a refusal repeated: %s", is.body)
	}
}

func TestAKeyInFlightIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	entered, leave := make(chan struct{}), make(chan struct{})
	options := b.optionsOver(b.store)
	options.Check = checkThatWaits(entered, leave)
	handler := newAPI(t, options)
	check := request{method: "POST", path: "~/systems/" + s.own.system + "/check", as: "admin", header: map[string]string{"Idempotency-Key": "a"}}
	done := make(chan answer)
	go func() { done <- b.callOn(t, handler, check) }()
	<-entered
	if p := b.callOn(t, handler, check).problem(t); p.Status != http.StatusConflict || p.Code != domain.CodeIdempotencyBusy {
		t.Errorf("in flight: %+v", p)
	}
	err := b.store.Operate(t.Context(), func(ops domain.Ops) error {
		held, err := ops.Keys.Begin(t.Context(), "user:admin", "request a", domain.StoredAnswer{})
		if err == nil && (held == nil || held.ExpiresAt <= ops.Now.Add(2*time.Minute) || held.ExpiresAt > ops.Now.Add(3*time.Minute)) {
			t.Errorf("a key in flight is held as %+v", held)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	close(leave)
	if first := <-done; first.status != http.StatusOK {
		t.Errorf("the first: %d %s", first.status, first.body)
	}
	if got := b.callOn(t, handler, check); got.status != http.StatusOK || got.header.Get("Idempotency-Replayed") == "" {
		t.Errorf("afterwards: %d", got.status)
	}
}

func TestSecurityHeadersAreOnEverything(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, path := range []string{"/", "/assets/app-1a2b.js", "~/me", "/docs", "/docs/problems", "/openapi.json", "/livez", "/api/nothing", "/metrics"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			header := b.call(t, request{method: "GET", path: path, header: map[string]string{"Accept": "text/html"}}).header
			for name, want := range map[string]string{
				"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			} {
				if !strings.Contains(header.Get(name), want) {
					t.Errorf("%s: %q", name, header.Get(name))
				}
			}
			if header.Get("Strict-Transport-Security") != "" {
				t.Error("HSTS is sent over plain HTTP")
			}
		})
	}
}

func TestWorkbenchIsServed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	html := map[string]string{"Accept": "text/html,*/*"}
	tests := map[string]struct {
		request request
		status  int
		body    string
		cache   string
	}{
		"its page":                    {request{method: "GET", path: "/", header: html}, 200, "workbench", "no-store"},
		"its page by name":            {request{method: "GET", path: "/index.html", header: html}, 200, "workbench", "no-store"},
		"a path it resolves itself":   {request{method: "GET", path: "/queue/01", header: html}, 200, "workbench", "no-store"},
		"a hashed asset":              {request{method: "GET", path: "/assets/app-1a2b.js"}, 200, "app()", "immutable"},
		"another file":                {request{method: "GET", path: "/favicon.svg"}, 200, "<svg/>", "no-cache"},
		"a file that is not there":    {request{method: "GET", path: "/assets/gone.js", header: map[string]string{"Accept": "*/*"}}, 404, "route.unknown", ""},
		"a file nobody should see":    {request{method: "GET", path: "/.gitkeep"}, 404, "route.unknown", ""},
		"a way out":                   {request{method: "GET", path: "/assets/../../secret"}, 404, "route.unknown", ""},
		"a folder":                    {request{method: "GET", path: "/assets"}, 404, "route.unknown", ""},
		"a change of it":              {request{method: "POST", path: "/queue", header: html}, 404, "route.unknown", ""},
		"below the docs":              {request{method: "GET", path: "/docs/nothing", header: html}, 404, "route.unknown", ""},
		"below the reserved sign-ins": {request{method: "GET", path: "/auth/callback", header: html}, 404, "route.unknown", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := b.call(t, tt.request)
			if got.status != tt.status || !strings.Contains(got.body, tt.body) || !strings.Contains(got.header.Get("Cache-Control"), tt.cache) {
				t.Errorf("%d %q, cache %q", got.status, got.body, got.header.Get("Cache-Control"))
			}
		})
	}
}

func TestWithoutAWorkbenchAPageSaysHowToBuildIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	options := b.optionsOver(b.store)
	options.Workbench = nil
	got := b.callOn(t, newAPI(t, options), request{method: "GET", path: "/", header: map[string]string{"Accept": "text/html"}})
	if got.status != http.StatusNotFound || !strings.Contains(got.body, "make web") {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestDocsExplainEverything(t *testing.T) {
	t.Parallel()
	b := setup(t)
	docs, problems := b.call(t, request{method: "GET", path: "/docs"}), b.call(t, request{method: "GET", path: "/docs/problems"})
	for id := range operations(t, b) {
		if !strings.Contains(docs.body, `id="`+id+`"`) {
			t.Errorf("/docs leaves %s out", id)
		}
	}
	for _, code := range domain.CodeDocs() {
		if !strings.Contains(problems.body, `id="`+code.Code+`"`) {
			t.Errorf("/docs/problems leaves %s out", code.Code)
		}
	}
	for _, page := range []answer{docs, problems} {
		if page.status != http.StatusOK || strings.Contains(page.body, "<script") || strings.Contains(page.body, "src=") {
			t.Errorf("%d, or the page needs something from outside", page.status)
		}
	}
}

func TestMetricsNameRoutesNotPaths(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	b.call(t, request{method: "GET", path: "~/runs/" + s.own.held, as: "steward"})
	got := b.callOn(t, b.options.Metrics.Handler(), request{method: "GET", path: "/metrics"})
	if public := b.call(t, request{method: "GET", path: "/metrics"}); public.status != http.StatusNotFound {
		t.Errorf("everybody can read the metrics: %d", public.status)
	}
	if !strings.Contains(got.body, `route="/api/v1/runs/:id",status="200"`) || strings.Contains(got.body, s.own.held) {
		t.Errorf("%s", got.body)
	}
}
