package rest_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/connecttest"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rest"
)

// TestSettings: whatever cannot be used is found before anything is asked, and the sentence says where.
func TestSettings(t *testing.T) {
	t.Parallel()
	set := func(pairs ...string) func(*rest.Options) {
		return func(o *rest.Options) {
			for i := 0; i < len(pairs); i += 2 {
				o.System.Settings[pairs[i]] = pairs[i+1]
			}
		}
	}
	tests := map[string]struct {
		change func(*rest.Options)
		says   string // "" means that it is in order
	}{
		"in order":                   {func(*rest.Options) {}, ""},
		"a bearer":                   {set("auth", "bearer"), ""},
		"a header":                   {set("auth", "header", "header", "X-Api-Key"), ""},
		"a user":                     {set("auth", "basic", "username", "reader"), ""},
		"no address":                 {set("base_url", ""), "base_url"},
		"a path alone":               {set("base_url", "/api"), "base_url"},
		"another scheme":             {set("base_url", "file:///etc"), "base_url"},
		"a user in the address":      {set("base_url", "https://reader:hush@wms.example"), "base_url"},
		"parameters in the address":  {set("base_url", "https://wms.example/api?x=1"), "base_url"},
		"an unknown auth":            {set("auth", "magic"), "magic"},
		"a header without its name":  {set("auth", "header"), "header"},
		"a header of the connection": {set("auth", "header", "header", "host"), "header"},
		"a user without a name":      {set("auth", "basic"), "username"},
		"no secret":                  {func(o *rest.Options) { set("auth", "bearer")(o); o.Token = "" }, "token_ref"},
		"a secret of two lines":      {func(o *rest.Options) { set("auth", "bearer")(o); o.Token = "hush\nx: y" }, "token_ref"},
		"a path that climbs":         {func(o *rest.Options) { o.System.Streams[0].Request.Path = "/../admin" }, "item"},
		"an unknown paging":          {func(o *rest.Options) { o.System.Streams[0].Request.Paging.Kind = "guess" }, "guess"},
		"a broken key":               {func(o *rest.Options) { o.System.Streams[0].Key = "no +" }, "the key"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := rest.Options{System: domain.SourceSystem{
				ID: "wms", Settings: map[string]string{"base_url": "https://wms.example/api"}, Streams: []domain.Stream{stream(offset())},
			}, Token: "hush"}
			tt.change(&o)
			source, err := rest.New(o)
			if tt.says == "" {
				if err != nil {
					t.Fatal(err)
				}
				source.Close()
				return
			}
			if domain.ErrorCode(err) != domain.CodeConfigInvalid || !strings.Contains(fmt.Sprint(err), tt.says) || strings.Contains(fmt.Sprint(err), "hush") {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestProof: only what the answers prove is complete.
func TestProof(t *testing.T) {
	t.Parallel()
	inMeta := func(name string, value any) func(int, map[string]any) {
		return func(_ int, answer map[string]any) { answer["meta"].(map[string]any)[name] = value }
	}
	without := func(name string) func(int, map[string]any) {
		return func(_ int, answer map[string]any) { delete(answer["meta"].(map[string]any), name) }
	}
	// drift lets a record come in before all others after the first page was given.
	drift := func(s *wms) {
		s.change = func(n int, _ map[string]any) {
			if n == 1 {
				s.records = slices.Insert(slices.Clone(s.records), 0, map[string]any{"no": "new", "title": "Part"})
			}
		}
	}
	// loss lets the first record go after the first page was given: what follows it moves up, and one is never seen.
	loss := func(s *wms) {
		s.change = func(n int, _ map[string]any) {
			if n == 1 {
				s.records = s.records[1:]
			}
		}
	}
	tests := map[string]struct {
		request  domain.StreamRequest
		records  int
		arrange  func(*wms)
		read     int
		asked    int
		complete bool
	}{
		"a total":                                  {total(offset()), 7, nil, 7, 3, true},
		"a total on the first page, confirmed":     {total(offset()), 2, nil, 2, 2, true},
		"a total of nothing":                       {total(offset()), 0, nil, 0, 1, true},
		"a total that only counts the page":        {total(offset()), 7, func(s *wms) { s.change = inMeta("total", 3) }, 6, 2, false},
		"a total higher than what comes":           {total(offset()), 7, func(s *wms) { s.change = inMeta("total", 9) }, 7, 4, false},
		"a total lower than what comes":            {total(offset()), 7, func(s *wms) { s.change = inMeta("total", 5) }, 6, 2, false},
		"a total as text":                          {total(offset()), 7, func(s *wms) { s.change = inMeta("total", "7") }, 7, 3, true},
		"an offset to an empty page":               {offset(), 7, nil, 7, 4, true},
		"a server that gives fewer than asked for": {offset(), 7, func(s *wms) { s.most = 2 }, 7, 5, true},
		"one answer of a size the server chose":    {single(), 7, func(s *wms) { s.most = 5 }, 5, 1, false},
		"one answer whose total is higher":         {total(single()), 7, func(s *wms) { s.most = 5 }, 5, 1, false},
		"one answer with a total":                  {total(single()), 7, nil, 7, 1, true},
		"one answer without any proof":             {single(), 7, nil, 7, 1, false},
		"one answer that says it is all":           {more(single()), 7, nil, 7, 1, true},
		"one answer that says there is more":       {more(single()), 7, func(s *wms) { s.most = 5 }, 5, 1, false},
		"pages":                                    {pages(), 7, nil, 7, 4, true},
		"pages with a flag":                        {more(pages()), 7, nil, 7, 3, true},
		"a flag that never falls":                  {more(pages()), 7, func(s *wms) { s.change = inMeta("more", true) }, 7, 4, false},
		"a cursor to its end":                      {cursor(), 7, nil, 7, 3, true},
		"a cursor with a total":                    {total(cursor()), 7, nil, 7, 3, true},
		"a cursor that is left out at the end": {cursor(), 7, func(s *wms) {
			s.change = func(_ int, answer map[string]any) {
				if meta := answer["meta"].(map[string]any); meta["next"] == nil {
					delete(meta, "next")
				}
			}
		}, 7, 3, true},
		"a cursor under another name": {cursor(), 7, func(s *wms) { s.change = without("next") }, 3, 1, false},
		"a cursor and an empty page between": {cursor(), 7, func(s *wms) {
			s.change = func(n int, answer map[string]any) {
				if n == 2 {
					answer["data"] = map[string]any{"items": []any{}}
					answer["meta"].(map[string]any)["next"] = "03"
				}
			}
		}, 7, 0, true},
		"a record that comes in":              {offset(), 7, drift, 7, 4, false},
		"a record that comes in, with total":  {total(offset()), 7, drift, 7, 3, false},
		"a record that comes in, with pages":  {more(pages()), 7, drift, 7, 3, false},
		"a record that goes away, with total": {total(offset()), 7, loss, 6, 2, false},
		"a total reached while more follow":   {total(more(offset())), 7, func(s *wms) { s.change = inMeta("more", true) }, 7, 3, false},
		"a list that is null":                 {total(offset()), 0, func(s *wms) { s.change = func(_ int, a map[string]any) { a["data"] = map[string]any{"items": nil} } }, 0, 1, true},
		"more pages than allowed":             {limited(offset(), 2), 7, nil, 6, 2, false},
		"a page after the last is not there":  {total(offset()), 2, goneAfter(1), 2, 2, true},
		"the same page beyond the total":      {total(pages()), 2, func(s *wms) { s.fault = always("page", "1") }, 2, 2, false},
		"a flag and a total that do not meet": {total(more(offset())), 7, func(s *wms) { s.change = inMeta("more", false) }, 3, 1, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newWMS(t)
			s.put(tt.records)
			if tt.arrange != nil {
				tt.arrange(s)
			}
			got := s.read(t, tt.request)
			if got.err != nil || len(got.codes) != tt.read || got.proof.Complete != tt.complete || got.proof.Complete != (got.proof.Why == "") {
				t.Errorf("read %v, %+v, %v; wanted %d, complete %v", got.codes, got.proof, got.err, tt.read, tt.complete)
			}
			if tt.asked > 0 && s.asked() != tt.asked {
				t.Errorf("asked %d times, wanted %d", s.asked(), tt.asked)
			}
			if slices.Sort(got.codes); len(slices.Compact(slices.Clone(got.codes))) != len(got.codes) {
				t.Errorf("a record was handed over twice: %v", got.codes)
			}
		})
	}
}

func limited(request domain.StreamRequest, pages int) domain.StreamRequest {
	request.Paging.MaxPages = pages
	return request
}

// goneAfter answers 404 after n requests.
func goneAfter(n int) func(*wms) {
	return func(s *wms) {
		s.fault = func(asked int, w http.ResponseWriter, _ *http.Request) bool {
			if asked > n {
				w.WriteHeader(http.StatusNotFound)
			}
			return asked > n
		}
	}
}

// always puts a parameter to one value, as a system does that does not know it.
func always(name, value string) func(int, http.ResponseWriter, *http.Request) bool {
	return func(_ int, _ http.ResponseWriter, r *http.Request) bool {
		query := r.URL.Query()
		query.Set(name, value)
		r.URL.RawQuery = query.Encode()
		return false
	}
}

// status answers the nth to mth request with a status.
func status(n, m, code int, header ...string) func(int, http.ResponseWriter, *http.Request) bool {
	return func(asked int, w http.ResponseWriter, _ *http.Request) bool {
		if asked < n || asked > m {
			return false
		}
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		return true
	}
}

// body answers the nth to mth request with a text.
func body(n, m int, kind, text string) func(int, http.ResponseWriter, *http.Request) bool {
	return func(asked int, w http.ResponseWriter, _ *http.Request) bool {
		if asked < n || asked > m {
			return false
		}
		w.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(w, text)
		return true
	}
}

// cut ends the connection in the middle of an answer.
func cut(n, m int) func(int, http.ResponseWriter, *http.Request) bool {
	return func(asked int, w http.ResponseWriter, _ *http.Request) bool {
		if asked < n || asked > m {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"data"`)
		panic(http.ErrAbortHandler)
	}
}

// TestFaults: what passes is asked for again, what does not ends the reading with its code, and nothing of it is complete.
func TestFaults(t *testing.T) {
	t.Parallel()
	const all, js = 1000, "application/json"
	tests := map[string]struct {
		fault func(int, http.ResponseWriter, *http.Request) bool
		code  string // "" means that it is read
		asked int
	}{
		"two failures":                   {status(2, 3, 500), "", 5},
		"failures without end":           {status(2, all, 502), domain.CodeSystemAnswer, 5},
		"asked to wait, twice":           {status(2, 3, 429, "Retry-After", "0"), "", 5},
		"asked to wait for an hour":      {status(2, all, 429, "Retry-After", "3600"), domain.CodeSystemBusy, 2},
		"closed for an hour":             {status(1, all, 503, "Retry-After", "3600"), domain.CodeSystemBusy, 1},
		"a key that expires":             {status(2, all, 401), domain.CodeSystemDenied, 2},
		"a key without rights":           {status(1, all, 403), domain.CodeSystemDenied, 1},
		"a request that is refused":      {status(1, all, 422), domain.CodeSystemRefused, 1},
		"a path that is gone":            {status(2, all, 404), domain.CodeSystemSchema, 2},
		"an answer without content":      {status(1, all, 204), domain.CodeSystemAnswer, 1},
		"another address":                {status(1, all, 302, "Location", "http://127.0.0.1:1/elsewhere"), domain.CodeSystemAnswer, 1},
		"a page for people":              {body(1, all, "text/html", "<html>sign in</html>"), domain.CodeSystemAnswer, 1},
		"JSON that calls itself a page":  {body(1, all, "text/html", `{"data": {"items": []}, "meta": {"total": 0}}`), domain.CodeSystemAnswer, 1},
		"an answer that is cut once":     {cut(2, 2), "", 4},
		"answers that are cut":           {cut(1, all), domain.CodeSystemCut, 4},
		"JSON that ends early, once":     {body(2, 2, js, `{"data": {"items": [`), "", 4},
		"JSON that ends early":           {body(1, all, js, `{"data": {"items": [`), domain.CodeSystemAnswer, 4},
		"nothing at all":                 {body(1, all, js, ""), domain.CodeSystemAnswer, 4},
		"JSON that is none":              {body(1, all, js, `{"data": nope}`), domain.CodeSystemAnswer, 1},
		"JSON that goes on":              {body(1, all, js, `{"data": {"items": []}, "meta": {"total": 0}} {}`), domain.CodeSystemAnswer, 1},
		"a list under another name":      {body(2, all, js, `{"data": {"rows": []}, "meta": {"total": 7}}`), domain.CodeSystemSchema, 2},
		"a list that is none":            {body(1, all, js, `{"data": {"items": {}}, "meta": {"total": 7}}`), domain.CodeSystemSchema, 1},
		"a total that is gone":           {body(2, all, js, `{"data": {"items": []}, "meta": {}}`), domain.CodeSystemSchema, 2},
		"a total below zero":             {body(1, all, js, `{"data": {"items": []}, "meta": {"total": -1}}`), domain.CodeSystemSchema, 1},
		"an answer that is too large":    {body(1, all, js, `{"x": "`+strings.Repeat("x", 10_000)+`"}`), domain.CodeSystemAnswer, 1},
		"an offset that is not taken":    {always("offset", "0"), domain.CodeSystemAnswer, 2},
		"records without the name":       {body(1, all, js, `{"data": {"items": [{"no": "1", "headline": "x"}]}, "meta": {"total": 1}}`), domain.CodeSystemSchema, 0},
		"an answer as slow as the clock": {slow, domain.CodeSystemUnreachable, 4},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newWMS(t)
			s.put(7)
			s.fault = tt.fault
			got := s.read(t, total(offset()), func(o *rest.Options) {
				o.MaxBody = 5000
				if strings.Contains(name, "slow") {
					o.RequestTimeout = 30 * time.Millisecond
				}
			})
			if domain.ErrorCode(got.err) != tt.code || got.proof.Complete != (tt.code == "") {
				t.Errorf("%+v, %v; wanted %q", got.proof, got.err, tt.code)
			}
			if tt.asked > 0 && s.asked() != tt.asked {
				t.Errorf("asked %d times, wanted %d", s.asked(), tt.asked)
			}
			if tt.code == "" && len(got.codes) != 7 {
				t.Errorf("read %v", got.codes)
			}
		})
	}
}

// slow begins an answer and does not end it while anybody listens.
func slow(_ int, w http.ResponseWriter, r *http.Request) bool {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"data": `)
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
	return true
}

func TestRetryAfterIsHandedOn(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]string{"seconds": "3600", "a date": time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newWMS(t)
			s.fault = status(1, 9, 429, "Retry-After", header)
			var e *domain.Error
			if got := s.read(t, offset()); !errors.As(got.err, &e) || e.Kind != domain.KindRateLimited || e.RetryAfter < 50*time.Minute || e.RetryAfter > time.Hour {
				t.Errorf("%+v", e)
			}
		})
	}
}

// TestCursorsInACircle: pages that never end are found out by their cursors.
func TestCursorsInACircle(t *testing.T) {
	t.Parallel()
	s := newWMS(t)
	s.put(7)
	s.change = func(n int, answer map[string]any) {
		if n == 3 {
			answer["meta"].(map[string]any)["next"] = "3"
		}
	}
	if got := s.read(t, cursor()); domain.ErrorCode(got.err) != domain.CodeSystemAnswer || s.asked() != 3 {
		t.Errorf("%d requests, %v", s.asked(), got.err)
	}
}

// TestLinks: a link to the next page is followed on the same list and nowhere else.
func TestLinks(t *testing.T) {
	t.Parallel()
	const again = "the same once again"
	tests := map[string]struct {
		link     func(base string) string
		wantCode string
	}{
		"whole":              {func(base string) string { return base + "/api/parts?offset=3&limit=3" }, ""},
		"without the host":   {func(string) string { return "/api/parts?offset=3&limit=3" }, ""},
		"parameters alone":   {func(string) string { return "?offset=3&limit=3" }, ""},
		"beside the list":    {func(string) string { return "parts?offset=3&limit=3" }, ""},
		"another host":       {func(string) string { return "http://thief.example/api/parts?offset=3" }, domain.CodeSystemAnswer},
		"another list":       {func(string) string { return "/api/users?offset=3" }, domain.CodeSystemAnswer},
		"climbing":           {func(string) string { return "../admin?offset=3" }, domain.CodeSystemAnswer},
		"another scheme":     {func(base string) string { return strings.Replace(base, "http:", "https:", 1) + "/api/parts?offset=3" }, domain.CodeSystemAnswer},
		"a user in it":       {func(base string) string { return strings.Replace(base, "//", "//a:b@", 1) + "/api/parts?offset=3" }, domain.CodeSystemAnswer},
		"without parameters": {func(string) string { return "/api/parts" }, domain.CodeSystemAnswer},
		"no link":            {func(string) string { return "\x00::" }, domain.CodeSystemAnswer},
		again:                {func(string) string { return "/api/parts?offset=0&limit=3" }, domain.CodeSystemAnswer},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newWMS(t)
			s.put(5)
			s.change = func(n int, answer map[string]any) {
				answer["meta"].(map[string]any)["next"] = nil
				if n == 1 || tt.wantCode != "" {
					answer["meta"].(map[string]any)["next"] = tt.link(s.server.URL)
				}
			}
			request := offset()
			request.Paging.Kind, request.Paging.Parameter, request.Paging.Next = domain.PagingLink, "", "meta.next"
			got := s.read(t, request)
			if domain.ErrorCode(got.err) != tt.wantCode {
				t.Fatalf("%v, not %q", got.err, tt.wantCode)
			}
			wantAsked := 1 // a link that leads elsewhere is not followed at all
			if tt.wantCode == "" || name == again {
				wantAsked = 2
			}
			if got.proof.Complete != (tt.wantCode == "") || s.asked() != wantAsked {
				t.Errorf("%d requests, %+v", s.asked(), got.proof)
			}
		})
	}
}

// TestSecretStaysAtHome: the secret is sent as told, never to another host, and stands in no error.
func TestSecretStaysAtHome(t *testing.T) {
	t.Parallel()
	stolen := make(chan string, 10)
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { stolen <- r.Header.Get("X-Api-Key") }))
	t.Cleanup(thief.Close)
	tests := map[string]struct {
		settings map[string]string
		header   string
		want     string
	}{
		"a bearer": {map[string]string{"auth": "bearer"}, "Authorization", "Bearer hush"},
		"a header": {map[string]string{"auth": "header", "header": "X-Api-Key"}, "X-Api-Key", "hush"},
		"a user":   {map[string]string{"auth": "basic", "username": "reader"}, "Authorization", "Basic cmVhZGVyOmh1c2g="},
		"nobody":   {nil, "Authorization", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newWMS(t)
			s.put(7)
			s.fault = func(n int, w http.ResponseWriter, r *http.Request) bool {
				switch n {
				case 1:
					http.Redirect(w, r, s.server.URL+r.URL.String()+"&again=1", http.StatusTemporaryRedirect)
				case 3:
					http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
				}
				return n == 1 || n == 3
			}
			got := s.read(t, offset(), func(o *rest.Options) {
				o.Token = "hush"
				for key, value := range tt.settings {
					o.System.Settings[key] = value
				}
			})
			if domain.ErrorCode(got.err) != domain.CodeSystemAnswer || strings.Contains(fmt.Sprint(got.err), "hush") || s.asked() != 3 {
				t.Errorf("%d requests, %v", s.asked(), got.err)
			}
			for _, request := range s.requests {
				if request.Header.Get(tt.header) != tt.want {
					t.Errorf("%s: %q", tt.header, request.Header.Get(tt.header))
				}
			}
		})
	}
	t.Cleanup(func() {
		if len(stolen) > 0 {
			t.Error("another host was asked")
		}
	})
}

func TestBadRecords(t *testing.T) {
	t.Parallel()
	s := newWMS(t)
	s.fault = body(1, 1, "application/json", `{"data": {"items": ["one", null, {"no": "A", "title": "Part"}, {"no": "A", "title": "Part"}, {"no": {"x": 1}, "title": ""}]}, "meta": {"more": false}}`)
	got := s.read(t, more(single()))
	if got.err != nil || len(got.codes) != 2 || len(got.rejected) != 3 || got.rejected[2].Position != "page 1, record 5" || !strings.Contains(got.rejected[0].Content, "one") {
		t.Errorf("%+v", got)
	}
}

// TestValues: numbers come as they were written, and nested values by dots.
func TestValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ expression, record, want string }{
		"a long number":          {"x", `{"x": 12345678901234567890}`, "12345678901234567890"},
		"digits after the point": {"x", `{"x": 1.50}`, "1.50"},
		"an exponent":            {"x", `{"x": 1.5E3}`, "1500"},
		"a small exponent":       {"x", `{"x": 125e-2}`, "1.25"},
		"an attack":              {"x", `{"x": 1e999999999}`, "1e999999999"},
		"inside":                 {"x.y.z", `{"x": {"y": {"z": 7}}}`, "7"},
		"inside nothing":         {"x?.y?.z", `{"x": null}`, ""},
		"inside a list":          {`x[0].y`, `{"x": [{"y": "first"}]}`, "first"},
		"a choice of a list":     {`find(x, .lang == "de")?.text`, `{"x": [{"lang": "en", "text": "nut"}, {"lang": "de", "text": "Mutter"}]}`, "Mutter"},
		"a truth value":          {`x ? "yes" : "no"`, `{"x": true}`, "yes"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newWMS(t)
			s.fault = body(1, 1, "application/json", `[`+strings.TrimSuffix(tt.record, "}")+`, "no": 5}]`)
			system := s.system(stream(domain.StreamRequest{Path: "/parts"}))
			system.Streams[0].Fields["name"] = tt.expression
			source, err := rest.New(rest.Options{System: system})
			if err != nil {
				t.Fatal(err)
			}
			var got domain.SourceRecord
			proof, err := source.Read(t.Context(), reconcile.ReadRequest{Definition: connecttest.Item()}, func(page reconcile.Page) error {
				for _, row := range page.Rows {
					got = row.Record
				}
				for _, row := range page.Rejected {
					t.Errorf("rejected: %+v", row)
				}
				return nil
			})
			text := got.Attributes.Text("name")
			if err != nil || got.Code != "5" || text != tt.want || proof.Complete {
				t.Errorf("%q, %+v, %v; wanted %q", text, proof, err, tt.want)
			}
		})
	}
}

func TestMaxRows(t *testing.T) {
	t.Parallel()
	s := newWMS(t)
	s.put(7)
	if got := s.read(t, offset(), func(o *rest.Options) { o.MaxRows = 5 }); domain.ErrorCode(got.err) != domain.CodeConfigInvalid || got.proof.Complete {
		t.Errorf("%+v", got)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		arrange func(*wms)
		steps   []string
		ok      bool
	}{
		"in order":         {func(*wms) {}, []string{"reach", "sign in", "read one item"}, true},
		"nobody there":     {func(s *wms) { s.server.Close() }, []string{"reach"}, false},
		"a refused key":    {func(s *wms) { s.token = "another" }, []string{"reach", "sign in"}, false},
		"a page instead":   {func(s *wms) { s.fault = body(1, 9, "text/html", "hello") }, []string{"reach", "sign in", "read one item"}, false},
		"a list elsewhere": {func(s *wms) { s.fault = body(1, 9, "application/json", "{}") }, []string{"reach", "sign in", "read one item"}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newWMS(t)
			s.put(7)
			tt.arrange(s)
			source, err := rest.New(rest.Options{System: s.system(stream(total(offset()))), RetryWait: time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			steps := source.Check(t.Context())
			for _, step := range steps {
				names = append(names, step.Name)
			}
			if !slices.Equal(names, tt.steps) || steps[len(steps)-1].OK != tt.ok || steps[len(steps)-1].Hint == "" {
				t.Errorf("%+v", steps)
			}
		})
	}
}
