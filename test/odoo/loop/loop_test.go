//go:build odoo

// Package loop walks the demo company's whole story on a real Odoo 19 and a real MariaDB: what `crosswalk demo --check` does
// on the sandbox, with nothing of Crosswalk exchanged.
package loop

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
	"github.com/crosswalk-mdm/crosswalk/server/config"
	"github.com/crosswalk-mdm/crosswalk/server/demo"
)

// realOdoo is the Odoo of the lab, in the hands of its administrator.
type realOdoo struct {
	url, database string
	keys          map[string]string
	companies     []company
}

// company is one of Odoo's; the first is the demo company's, the second shows only where they must be kept apart.
type company struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// of is the context of one company, in which archived records are seen too.
func (o *realOdoo) of(which int) map[string]any {
	return map[string]any{"active_test": false, "lang": "en_US", "tracking_disable": true, "allowed_company_ids": []int64{o.companies[which].ID}}
}

func variable(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: run test/odoo/run.sh", name)
	}
	return value
}

func lab(t *testing.T) *realOdoo {
	t.Helper()
	return &realOdoo{url: variable(t, "ODOO_URL"), database: variable(t, "ODOO_DATABASE"), keys: map[string]string{
		"admin": variable(t, "ODOO_ADMIN_KEY"), "reader": variable(t, "ODOO_READER_KEY"), "writer": variable(t, "ODOO_WRITER_KEY"),
	}}
}

// call makes one call as the administrator.
func (o *realOdoo) call(ctx context.Context, model, method string, arguments map[string]any, into any) error {
	body, err := json.Marshal(arguments)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, o.url+"/json/2/"+model+"/"+method, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "bearer "+o.keys["admin"])
	request.Header.Set("X-Odoo-Database", o.database)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s/%s: %d %.300s %w", model, method, response.StatusCode, answer, err)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}

func (o *realOdoo) search(ctx context.Context, model string, domain []any) ([]int64, error) {
	var ids []int64
	return ids, o.call(ctx, model, "search", map[string]any{"domain": domain, "context": o.of(0)}, &ids)
}

// clear archives what other tests left, so that the company begins with its own products only.
func (o *realOdoo) clear(ctx context.Context) error {
	everywhere := map[string]any{"active_test": false, "allowed_company_ids": []int64{o.companies[0].ID, o.companies[1].ID}}
	var ids []int64
	err := o.call(ctx, "product.template", "search", map[string]any{"domain": []any{[]any{"active", "=", true}}, "context": everywhere}, &ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	return o.call(ctx, "product.template", "write", map[string]any{"ids": ids, "vals": map[string]any{"active": false}, "context": everywhere}, nil)
}

// Enter creates the products as an import would.
func (o *realOdoo) Enter(ctx context.Context, items []fixtures.Item) error {
	list := map[string]any{"domain": []any{}, "fields": []string{"name"}, "order": "id"}
	if err := o.call(ctx, "res.company", "search_read", list, &o.companies); err != nil || len(o.companies) != 2 {
		return fmt.Errorf("the lab's companies are %v: %w", o.companies, err)
	}
	if err := o.clear(ctx); err != nil {
		return err
	}
	units := map[string]int64{}
	for code, name := range demo.UnitNames() {
		ids, err := o.search(ctx, "uom.uom", []any{[]any{"name", "=", name}})
		if err != nil || len(ids) == 0 {
			return fmt.Errorf("the unit %s: %w", name, err)
		}
		units[code] = ids[0]
	}
	var rows []any
	for i, item := range items {
		rows = append(rows, map[string]any{
			"default_code": item.Code, "name": item.Name, "barcode": item.GTIN, "uom_id": units[item.Unit], "type": "consu",
			"is_storable": true, "active": !item.Retired, "tracking": item.Tracking, "weight": json.Number(item.WeightKilograms()), "standard_price": json.Number(demo.Cost(i)),
		})
	}
	var made []int64
	for batch := range slices.Chunk(rows, 100) {
		var ids []int64
		if err := o.call(ctx, "product.product", "create", map[string]any{"vals_list": batch, "context": o.of(0)}, &ids); err != nil {
			return err
		}
		made = append(made, ids...)
	}
	if err := o.translate(ctx, items, made); err != nil {
		return err
	}
	return o.enterForeign(ctx, items)
}

// translate gives the products, which were made in the order of the items, their names in the other language.
func (o *realOdoo) translate(ctx context.Context, items []fixtures.Item, made []int64) error {
	if len(made) != len(items) {
		return fmt.Errorf("%d products of %d items", len(made), len(items))
	}
	in := o.of(0)
	in["lang"] = demo.OdooLanguage
	for i, item := range items {
		args := map[string]any{"ids": made[i : i+1], "vals": map[string]any{"name": item.German}, "context": in}
		if err := o.call(ctx, "product.product", "write", args, nil); err != nil {
			return err
		}
	}
	return nil
}

// enterForeign gives the second company products and costs of its own.
func (o *realOdoo) enterForeign(ctx context.Context, items []fixtures.Item) error {
	var rows []any
	for _, code := range demo.Foreign(items) {
		rows = append(rows, map[string]any{"default_code": code, "name": "Of the other company", "type": "consu", "company_id": o.companies[1].ID})
	}
	if err := o.call(ctx, "product.product", "create", map[string]any{"vals_list": rows, "context": o.of(1)}, nil); err != nil {
		return err
	}
	shared, err := o.search(ctx, "product.product", []any{[]any{"company_id", "=", false}})
	if err != nil {
		return err
	}
	return o.call(ctx, "product.product", "write", map[string]any{"ids": shared, "vals": map[string]any{"standard_price": 99}, "context": o.of(1)}, nil)
}

// Happen does what an event says to the product it names.
func (o *realOdoo) Happen(ctx context.Context, event fixtures.Event) error {
	ids, err := o.search(ctx, "product.product", []any{[]any{"default_code", "=", event.Code}})
	if err != nil || len(ids) != 1 {
		return fmt.Errorf("%s: %d products: %w", event.Code, len(ids), err)
	}
	values := map[string]any{}
	switch event.Kind {
	case fixtures.EventRename:
		values["name"] = event.Value
	case fixtures.EventTrack:
		values["tracking"] = event.Value
	case fixtures.EventBarcode:
		values["barcode"] = event.Value
	case fixtures.EventWeigh:
		values["weight"] = json.Number(event.Value)
	case fixtures.EventArchive:
		return o.call(ctx, "product.product", "action_archive", map[string]any{"ids": ids}, nil)
	case fixtures.EventDelete:
		return o.call(ctx, "product.product", "unlink", map[string]any{"ids": ids}, nil)
	}
	return o.call(ctx, "product.product", "write", map[string]any{"ids": ids, "vals": values, "context": map[string]any{"lang": "en_US"}}, nil)
}

// Count counts the products.
func (o *realOdoo) Count(ctx context.Context) (int, error) {
	var n int
	return n, o.call(ctx, "product.product", "search_count", map[string]any{"domain": []any{}, "context": o.of(0)}, &n)
}

// Access is the lab's.
func (o *realOdoo) Access() demo.OdooAccess {
	return demo.OdooAccess{
		URL: o.url, Database: o.database, AdminKey: o.keys["admin"], ReaderKey: o.keys["reader"], WriterKey: o.keys["writer"],
		WriterGroup: "Crosswalk writer", Company: o.companies[0].Name,
	}
}

// Close leaves the lab running: others use it.
func (o *realOdoo) Close() error { return nil }

// emptyPlant makes sure that MariaDB has no table of an earlier run.
func emptyPlant(t *testing.T) *demo.PlantDatabase {
	t.Helper()
	plant := &demo.PlantDatabase{Driver: "mysql", LoaderDSN: variable(t, "CROSSWALK_TEST_MARIADB_LOADER"), ReaderDSN: variable(t, "CROSSWALK_TEST_MARIADB")}
	db, err := sql.Open("mysql", plant.LoaderDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), "DROP TABLE IF EXISTS items"); err != nil {
		t.Fatal(err)
	}
	return plant
}

func TestWholeLoopOnRealOdooAndMariaDB(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	place, err := demo.NewPlace(ctx, os.Getenv("CROSSWALK_TEST_POSTGRES"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = place.Remove() })
	settings, err := config.Load("", func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	settings.Database, settings.DataDir, settings.Listen, settings.Environment = place.Database, place.Dir, "127.0.0.1:0", "demo"
	world, err := demo.Start(ctx, demo.Options{
		Seed: 11, Faults: fixtures.Kinds(), Config: settings, Dir: place.Dir, Version: "test", Odoo: lab(t), Plant: emptyPlant(t),
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	report, err := world.Check(ctx)
	if err != nil {
		t.Fatal(err)
	}
	printed, _ := json.Marshal(report)
	t.Logf("%s", printed)
	for _, fault := range report.Faults {
		t.Error(fault)
	}
	if report.Planted < 12 || report.Verified != report.Planted || report.Delivered == 0 || report.Worklisted == 0 {
		t.Errorf("planted %d, verified %d, delivered %d, worklisted %d", report.Planted, report.Verified, report.Delivered, report.Worklisted)
	}
}
