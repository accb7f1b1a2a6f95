//go:build odoo

// Package speed measures how fast a real Odoo is read. It comes after the other suites, which its many products would slow down.
package speed

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/connecttest"
	"github.com/crosswalk-mdm/crosswalk/server/connect/odoo"
)

const (
	// speedProducts are read in each round, speedRounds are made by either side in turn.
	speedProducts = 20_000
	speedRounds   = 5
)

// speed is the line that the benchmark prints.
type speed struct {
	Bench            string  `json:"bench"`
	Rows             int     `json:"rows"`
	Rounds           int     `json:"rounds"`
	Correct          bool    `json:"correct"`
	ConnectorSeconds float64 `json:"connector_seconds"`
	BareSeconds      float64 `json:"bare_seconds"`
	ConnectorCPU     float64 `json:"connector_cpu_seconds"`
	BareCPU          float64 `json:"bare_cpu_seconds"`
	Ratio            float64 `json:"ratio"` // the connector's speed by the bare client's
}

// TestReadingSpeed compares a complete reading with a bare client that pages the same fields and does nothing with them. It asserts
// what was read, never how fast.
func TestReadingSpeed(t *testing.T) {
	if os.Getenv("CROSSWALK_BENCH_ODOO") == "" {
		t.Skip("CROSSWALK_BENCH_ODOO=1 measures how fast products are read; twenty thousand of them")
	}
	bare := &bareClient{base: variable(t, "ODOO_URL"), database: variable(t, "ODOO_DATABASE"), key: variable(t, "ODOO_ADMIN_KEY")}
	fill(t, bare)
	bare.key = variable(t, "ODOO_READER_KEY")
	listener := &listening{}
	system := connecttest.Connection{URL: bare.base, Database: bare.database, Company: "Main"}.System()
	connector, err := odoo.New(odoo.Options{System: system, ReaderKey: bare.key, HTTP: listener})
	if err != nil {
		t.Fatal(err)
	}
	taken := map[domain.Code]domain.Attributes{}
	read := func() {
		clear(taken)
		proof, err := connector.Read(t.Context(), reconcile.ReadRequest{Definition: catalog.ItemDefinition()}, func(page reconcile.Page) error {
			for _, row := range page.Rows {
				taken[row.Record.Code] = row.Record.Attributes
			}
			for _, row := range page.Rejected {
				taken[domain.Code(row.Code)] = nil
			}
			return nil
		})
		if err != nil || !proof.Complete {
			t.Fatalf("read: %+v, %v", proof, err)
		}
	}
	read() // warms Odoo's caches, and tells the bare client what is asked for
	var rows []map[string]any
	page := func() { rows = bare.pages(t, listener.arguments(t)) }
	page()
	line := measured(read, page)
	line.Rows, line.Correct = len(rows), same(rows, taken)
	printed, _ := json.Marshal(line)
	fmt.Println(string(printed))
	if !line.Correct || line.Rows < speedProducts {
		t.Errorf("the bare client read %d rows, the connector %d", len(rows), len(taken))
	}
}

// variable returns what run.sh exported.
func variable(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set; start the tests with test/odoo/run.sh", name)
	}
	return value
}

// measured times both in turn and takes the medians.
func measured(read, page func()) speed {
	var seconds, cpu [2][]float64
	for range speedRounds {
		for side, do := range []func(){read, page} {
			began, used := time.Now(), cpuSeconds()
			do()
			seconds[side] = append(seconds[side], time.Since(began).Seconds())
			cpu[side] = append(cpu[side], cpuSeconds()-used)
		}
	}
	line := speed{
		Bench: "odoo-read", Rounds: speedRounds, ConnectorSeconds: median(seconds[0]), BareSeconds: median(seconds[1]),
		ConnectorCPU: median(cpu[0]), BareCPU: median(cpu[1]),
	}
	line.Ratio = line.BareSeconds / line.ConnectorSeconds
	return line
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// cpuSeconds is what this process has used; Odoo is another one.
func cpuSeconds() float64 {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()).Seconds()
}

// same says whether both read the same products with the same codes and names.
func same(rows []map[string]any, taken map[domain.Code]domain.Attributes) bool {
	for _, row := range rows {
		held, found := taken[domain.Code(fmt.Sprint(row["id"]))]
		code, coded := row["default_code"].(string)
		if !found || coded != (held != nil) {
			return false
		}
		if coded && (held.Text("code") != code || held.Text("name") != string(domain.NewText(row["name"].(string)))) {
			return false
		}
	}
	return len(rows) == len(taken)
}

// listening remembers what a complete reading asks for first.
type listening struct {
	mu    sync.Mutex
	asked []byte
}

// RoundTrip passes a call on.
func (l *listening) RoundTrip(request *http.Request) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asked == nil && request.URL.Path == "/json/2/product.product/search_read" {
		body, err := request.GetBody()
		if err != nil {
			return nil, err
		}
		if l.asked, err = io.ReadAll(body); err != nil {
			return nil, err
		}
	}
	return http.DefaultTransport.RoundTrip(request)
}

func (l *listening) arguments(t *testing.T) map[string]any {
	t.Helper()
	var args map[string]any
	if err := json.Unmarshal(l.asked, &args); err != nil {
		t.Fatal(err)
	}
	return args
}

// bareClient calls Odoo and decodes what comes.
type bareClient struct{ base, database, key string }

func (c *bareClient) call(ctx context.Context, method string, args map[string]any, into any) error {
	body, err := json.Marshal(args)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/json/2/product.product/"+method, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "bearer "+c.key)
	request.Header.Set("X-Odoo-Database", c.database)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: status %d", method, response.StatusCode)
	}
	decoder := json.NewDecoder(response.Body)
	decoder.UseNumber()
	return decoder.Decode(into)
}

// pages reads all products page by page.
func (c *bareClient) pages(t *testing.T, args map[string]any) []map[string]any {
	t.Helper()
	var all []map[string]any
	for last := "0"; ; last = fmt.Sprint(all[len(all)-1]["id"]) {
		var rows []map[string]any
		args["domain"] = []any{[]any{"id", ">", json.Number(last)}}
		if err := c.call(t.Context(), "search_read", args, &rows); err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			return all
		}
		all = append(all, rows...)
	}
}

// fill enters one product over the interface and copies it in the database until there are enough, which takes seconds, not minutes.
func fill(t *testing.T, c *bareClient) {
	t.Helper()
	var there int
	var ids []int64
	product := map[string]any{
		"default_code": "S-0", "name": "Hexagon head screw", "type": "consu", "is_storable": true, "weight": json.Number("1.25"),
		"description_sale": "Steel, zinc plated", "standard_price": 3,
	}
	if err := c.call(t.Context(), "create", map[string]any{"vals_list": []any{product}}, &ids); err != nil {
		t.Fatal(err)
	}
	if err := c.call(t.Context(), "search_count", map[string]any{"domain": []any{}, "context": map[string]any{"active_test": false}}, &there); err != nil {
		t.Fatal(err)
	}
	db, err := pgx.Connect(t.Context(), "dbname="+c.database) // the rest is in libpq's variables
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(context.Background()) }()
	if _, err := db.Exec(t.Context(), copies, ids[0], max(0, speedProducts-there)); err != nil {
		t.Fatal(err)
	}
}

// copies makes $2 copies of the product $1 and its template, each with a name, a code and a cost of its own.
const copies = `
WITH template AS (
	INSERT INTO product_template SELECT copied.* FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id,
		generate_series(1, $2::int) n, LATERAL jsonb_populate_record(t, jsonb_build_object('id', nextval('product_template_id_seq'),
			'default_code', 'S-' || n, 'name', jsonb_build_object('en_US', 'Hexagon head screw ' || n),
			'description_sale', jsonb_build_object('en_US', 'Steel, zinc plated, lot ' || n))) AS copied
	WHERE p.id = $1 RETURNING id, default_code
)
INSERT INTO product_product SELECT copied.* FROM product_product p, template t, LATERAL jsonb_populate_record(p, jsonb_build_object(
	'id', nextval('product_product_id_seq'), 'product_tmpl_id', t.id, 'default_code', t.default_code, 'combination_indices', '')) AS copied
WHERE p.id = $1`
