package connecttest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// RunProtocol holds a server to what the connector takes for granted of JSON-2: how failures look, and what searches find.
// The real Odoo passes it, so that the sandbox can be trusted.
func RunProtocol(t *testing.T, server func(t *testing.T) Odoo) {
	t.Helper()
	for name, run := range map[string]func(*bench){"failures": protocolFailures, "searches": protocolSearches, "values": protocolValues, "fields": protocolFields, "load": protocolLoad} {
		t.Run(name, func(t *testing.T) {
			odoo := server(t)
			if err := odoo.InstallGuard(t.Context()); err != nil {
				t.Fatalf("install the guard: %v", err)
			}
			run(&bench{T: t, odoo: odoo, http: &http.Client{Timeout: time.Minute}})
		})
	}
}

// raw is a call as it goes over the wire; the zero value of a field is what a good call has.
type raw struct {
	verb, path, body string
	header           map[string]string
}

// answer is what came back.
type answer struct {
	status int
	kind   string // media type
	name   string // of the failure
	body   []byte
}

// send makes a raw call as the reader unless the header says otherwise.
func (b *bench) send(call raw) answer {
	b.Helper()
	verb, body := call.verb, call.body
	if verb == "" {
		verb = http.MethodPost
	}
	if body == "" {
		body = "{}"
	}
	request, err := http.NewRequestWithContext(b.Context(), verb, b.odoo.URL+call.path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	header := map[string]string{"Authorization": "bearer " + b.odoo.ReaderKey, "X-Odoo-Database": b.odoo.Database, "Content-Type": "application/json"}
	maps.Copy(header, call.header)
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := b.http.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	got := answer{status: response.StatusCode}
	got.kind, _, _ = strings.Cut(response.Header.Get("Content-Type"), ";")
	if got.body, err = io.ReadAll(response.Body); err != nil {
		b.Fatal(err)
	}
	var failure struct {
		Name  string `json:"name"`
		Debug string `json:"debug"`
	}
	if got.status >= 400 && got.kind == "application/json" {
		if err := json.Unmarshal(got.body, &failure); err != nil || failure.Debug == "" {
			b.Errorf("%s: a failure without its parts: %.200s", call.path, got.body)
		}
		got.name = failure.Name
	}
	return got
}

func protocolFailures(b *bench) {
	_, id := b.enter(nil)
	this := strconv.FormatInt(id, 10)
	writer := map[string]string{"Authorization": "bearer " + b.odoo.WriterKey}
	const product = "/json/2/product.product/"
	taken := `{"vals_list":[{"module":"__crosswalk__","name":"` + unique("item") + `","model":"product.product","res_id":` + this + `}]}`
	var guard []int64
	b.ask("ir.actions.server", "search", map[string]any{"domain": []any{[]any{"name", "like", "Crosswalk guard"}}}, &guard)
	run := `{"ids":[` + strconv.FormatInt(guard[0], 10) + `],"context":{"xw":`
	cases := map[string]struct {
		call   raw
		status int
		name   string // "" means the answer is a page
	}{
		"a wrong key":              {raw{path: product + "search_count", header: map[string]string{"Authorization": "bearer no"}}, 401, "werkzeug.exceptions.Unauthorized"},
		"an unknown database":      {raw{path: product + "search_count", header: map[string]string{"X-Odoo-Database": "no"}}, 404, ""},
		"a body of another type":   {raw{path: product + "search_count", header: map[string]string{"Content-Type": "text/plain"}}, 415, ""},
		"a broken body":            {raw{path: product + "search_count", body: "{"}, 400, "werkzeug.exceptions.BadRequest"},
		"another verb":             {raw{verb: http.MethodGet, path: product + "search_count"}, 404, "werkzeug.exceptions.NotFound"},
		"an unknown model":         {raw{path: "/json/2/x.y/read"}, 404, "werkzeug.exceptions.NotFound"},
		"an unknown method":        {raw{path: product + "nope"}, 404, "werkzeug.exceptions.NotFound"},
		"a private method":         {raw{path: product + "_search"}, 403, "odoo.exceptions.AccessError"},
		"an unknown field read":    {raw{path: product + "search_read", body: `{"domain":[],"fields":["nope"],"limit":1}`}, 500, "builtins.ValueError"},
		"an unknown field sought":  {raw{path: product + "search", body: `{"domain":[["nope","=",1]]}`}, 500, "builtins.ValueError"},
		"an unknown operator":      {raw{path: product + "search", body: `{"domain":[["name","bogus",1]]}`}, 500, "builtins.ValueError"},
		"IDs for a search":         {raw{path: product + "search_read", body: `{"ids":[1],"domain":[],"fields":["name"]}`}, 422, "werkzeug.exceptions.UnprocessableEntity"},
		"an unknown company":       {raw{path: product + "search", body: `{"domain":[],"context":{"allowed_company_ids":[99999]}}`}, 403, "odoo.exceptions.AccessError"},
		"a write without right":    {raw{path: product + "write", body: `{"ids":[` + this + `],"vals":{"name":"x"}}`}, 403, "odoo.exceptions.AccessError"},
		"a write to nothing":       {raw{path: product + "write", header: writer, body: `{"ids":[99999999],"vals":{"name":"x"}}`}, 404, "odoo.exceptions.MissingError"},
		"an unknown field written": {raw{path: product + "write", header: writer, body: `{"ids":[` + this + `],"vals":{"nope":1}}`}, 500, "builtins.ValueError"},
		"a wrong selection":        {raw{path: product + "write", header: writer, body: `{"ids":[` + this + `],"vals":{"tracking":"bogus"}}`}, 500, "builtins.ValueError"},
		"an identifier, once":      {raw{path: "/json/2/ir.model.data/create", header: writer, body: taken}, 200, ""},
		"an identifier, twice":     {raw{path: "/json/2/ir.model.data/create", header: writer, body: taken}, 422, "odoo.exceptions.ValidationError"},
		"the guard by a stranger":  {raw{path: "/json/2/ir.actions.server/run", body: run + `null}}`}, 403, "odoo.exceptions.AccessError"},
		"the guard for a field":    {raw{path: "/json/2/ir.actions.server/run", header: writer, body: run + `{"model":"product.product","id":` + this + `,"expect":{},"vals":{"list_price":1}}}}`}, 422, "odoo.exceptions.UserError"},
		"the guard for a model":    {raw{path: "/json/2/ir.actions.server/run", header: writer, body: run + `{"model":"res.partner","id":1,"expect":{},"vals":{"name":"x"}}}}`}, 422, "odoo.exceptions.UserError"},
		"an action that is gone":   {raw{path: "/json/2/ir.actions.server/run", header: writer, body: `{"ids":[99999999]}`}, 404, "odoo.exceptions.MissingError"},
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		want := cases[name]
		got := b.send(want.call)
		page := want.status >= 400 && want.name == ""
		if got.status != want.status || got.name != want.name || (got.kind == "text/html") != page {
			b.Errorf("%s: %d %s %s, wanted %d %s: %.200s", name, got.status, got.kind, got.name, want.status, want.name, got.body)
		}
	}
}

// protocolSearches asks for three products in many ways.
func protocolSearches(b *bench) {
	mark := unique("S")
	_, first := b.enter(map[string]any{"name": mark + " alpha", "default_code": mark + "-1", "weight": 1})
	_, second := b.enter(map[string]any{"name": mark + " Beta", "default_code": mark + "-2", "weight": 2.5})
	_, third := b.enter(map[string]any{"name": mark + " gamma", "default_code": false, "weight": 0})
	b.change(third, map[string]any{"active": false})
	date := b.product(second).WriteDate
	ours := []any{"name", "like", mark}
	all := []int64{first, second, third}
	cases := map[string]struct {
		terms []any
		want  []int64
	}{
		"all":                    {nil, all},
		"equal":                  {[]any{[]any{"default_code", "=", mark + "-1"}}, []int64{first}},
		"not equal":              {[]any{[]any{"default_code", "!=", mark + "-1"}}, []int64{second, third}},
		"empty":                  {[]any{[]any{"default_code", "=", false}}, []int64{third}},
		"in with empty":          {[]any{[]any{"default_code", "in", []any{false, mark + "-2"}}}, []int64{second, third}},
		"not in":                 {[]any{[]any{"id", "not in", []int64{first, third}}}, []int64{second}},
		"greater":                {[]any{[]any{"weight", ">", 1}}, []int64{second}},
		"at most":                {[]any{[]any{"weight", "<=", 1}}, []int64{first, third}},
		"either":                 {[]any{"|", []any{"id", "=", first}, []any{"id", "=", second}}, []int64{first, second}},
		"neither":                {[]any{"!", "|", []any{"id", "=", first}, []any{"id", "=", second}}, []int64{third}},
		"likeness without case":  {[]any{[]any{"name", "ilike", "BETA"}}, []int64{second}},
		"likeness with case":     {[]any{[]any{"name", "like", "BETA"}}, nil},
		"archived":               {[]any{[]any{"active", "=", false}}, []int64{third}},
		"the second itself":      {[]any{[]any{"write_date", ">=", date}, []any{"id", "=", second}}, []int64{second}},
		"after the second":       {[]any{[]any{"write_date", ">", date}, []any{"id", "=", second}}, nil},
		"the template's second":  {[]any{[]any{"product_tmpl_id.write_date", ">=", "2000-01-01 00:00:00"}}, all},
		"a template of tomorrow": {[]any{[]any{"product_tmpl_id.write_date", ">=", "2999-01-01 00:00:00"}}, nil},
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		var got []int64
		b.ask("product.product", "search", map[string]any{
			"domain": append([]any{ours}, cases[name].terms...), "order": "id", "context": map[string]any{"active_test": false, "lang": "en_US"},
		}, &got)
		if !slices.Equal(got, cases[name].want) {
			b.Errorf("%s: found %v, wanted %v", name, got, cases[name].want)
		}
	}
	var active []int64
	b.ask("product.product", "search", map[string]any{"domain": []any{ours}, "order": "id desc", "limit": 1}, &active)
	if !slices.Equal(active, []int64{second}) {
		b.Errorf("without archived ones, the last is %v", active)
	}
}

// protocolValues holds the forms in which values are written.
func protocolValues(b *bench) {
	_, id := b.enter(map[string]any{"weight": 0.256, "barcode": false, "default_code": ""})
	body := `{"ids":[` + strconv.FormatInt(id, 10) + `,99999999],"fields":["default_code","barcode","weight","uom_id","active"],"load":""}`
	got := b.send(raw{path: "/json/2/product.product/read", body: body})
	var rows []map[string]any
	if err := json.Unmarshal(got.body, &rows); err != nil || len(rows) != 1 {
		b.Fatalf("read: %v: %s", err, got.body)
	}
	_, linked := rows[0]["uom_id"].(float64)
	if rows[0]["weight"] != 0.26 || rows[0]["barcode"] != false || rows[0]["default_code"] != "" || rows[0]["active"] != true || !linked {
		b.Errorf("read: %s", got.body)
	}
}

func protocolFields(b *bench) {
	described := b.send(raw{path: "/json/2/product.product/fields_get", body: `{"allfields":["weight","name","nope"],"attributes":["type","digits"]}`})
	var fields map[string]struct {
		Type   string `json:"type"`
		Digits []int  `json:"digits"`
	}
	if err := json.Unmarshal(described.body, &fields); err != nil || len(fields) != 2 || len(fields["weight"].Digits) != 2 || fields["name"].Type != "char" {
		b.Errorf("fields_get: %v: %s", err, described.body)
	}
	foreign := b.send(raw{path: "/json/2/ir.model.data/search_read", body: `{"domain":[["module","=","uom"]],"fields":["name"]}`})
	if string(foreign.body) != "[]" {
		b.Errorf("foreign identifiers: %.100s", foreign.body)
	}
}

// protocolLoad holds load to its habit of failing with status 200.
func protocolLoad(b *bench) {
	external := "__crosswalk__.item_" + unique("L")
	load := func(key, columns, cells string) (ids any, messages int) {
		got := b.send(raw{
			path: "/json/2/product.product/load", header: map[string]string{"Authorization": "bearer " + key},
			body: `{"fields":["id","name",` + columns + `],"data":[["` + external + `","Loaded",` + cells + `]]}`,
		})
		var told struct {
			IDs      any   `json:"ids"`
			Messages []any `json:"messages"`
		}
		if err := json.Unmarshal(got.body, &told); err != nil || got.status != http.StatusOK {
			b.Fatalf("load: %d %v: %s", got.status, err, got.body)
		}
		return told.IDs, len(told.Messages)
	}
	for name, try := range map[string][3]string{
		"a wrong selection": {b.odoo.WriterKey, `"tracking"`, `"bogus"`},
		"a wrong link":      {b.odoo.WriterKey, `"uom_id/id"`, `"uom.nope"`},
		"a missing right":   {b.odoo.ReaderKey, `"tracking"`, `"none"`},
	} {
		if ids, messages := load(try[0], try[1], try[2]); ids != false || messages == 0 {
			b.Errorf("%s: ids %v, %d messages", name, ids, messages)
		}
	}
	first, _ := load(b.odoo.WriterKey, `"uom_id/id"`, `"uom.product_uom_kgm"`)
	again, _ := load(b.odoo.WriterKey, `"uom_id/id"`, `"uom.product_uom_kgm"`)
	one, _ := first.([]any)
	other, _ := again.([]any)
	if len(one) != 1 || len(other) != 1 || one[0] != other[0] {
		b.Errorf("loaded %v, again %v", first, again)
	}
}
