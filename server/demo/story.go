package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/url"
	"time"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// The plans of the demo.
const (
	planOdoo  = "odoo-items"
	planPlant = "mes-items"
)

// pause is how long a persona waits before looking again.
const pause = 40 * time.Millisecond

// until looks again and again until done says so, or ctx ends.
func until(ctx context.Context, what string, done func() (bool, error)) error {
	for {
		ok, err := done()
		if err != nil || ok {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", what, ctx.Err())
		case <-time.After(pause):
		}
	}
}

// configuration is what the integration admin applies; state is the plant's.
func (w *World) configuration(state string) map[string]any {
	return map[string]any{
		"reason": "set up the demo company, plant " + state,
		"plants": []any{map[string]any{
			"id": "STU1", "name": "Stuttgart", "time_zone": "Europe/Berlin", "languages": []string{"de", "en"}, "currency": "EUR", "state": state,
			"bindings": []any{map[string]any{"system": fixtures.InOdoo, "company": "Ferrum Works", "warehouse": "STU"}},
		}},
		"systems": []any{
			map[string]any{
				"id": fixtures.InOdoo, "name": "Odoo", "kind": "odoo", "codes": "database_id", "writable": true,
				"settings": map[string]string{
					"base_url": w.odoo.Access().URL, "database": w.odoo.Access().Database,
					"reader_key_ref": "file:" + w.readerKeyFile, "writer_key_ref": "file:" + w.writerKeyFile,
				},
			},
			map[string]any{
				"id": fixtures.InPlant, "name": "MES Stuttgart", "kind": "sql", "plant": "STU1", "codes": "internal",
				"settings": map[string]string{"driver": w.plant.driver, "dsn_ref": "file:" + w.plantDSNFile},
				"streams": []any{map[string]any{
					"domain": "item", "query": plantQuery, "key": "item_no",
					"fields": map[string]string{
						"name": "descr", "gtin": "ean", "net_weight": `times(weight_g, "0.001")`,
						"base_unit": `{"ST": "C62", "KG": "KGM", "M": "MTR"}[text(uom)] ?? ("?" + text(uom))`,
						"tracking":  `{"C": "lot", "S": "serial"}[text(lot_control)] ?? "none"`,
					},
				}},
			},
		},
		"plans": []any{
			map[string]any{"id": planOdoo, "name": "Odoo items", "domain": "item", "system": fixtures.InOdoo},
			map[string]any{"id": planPlant, "name": "MES Stuttgart items", "domain": "item", "system": fixtures.InPlant},
		},
	}
}

// Prepare tells the demo's story up to the filled queue: configure, read, load, map, go live, drift, compare.
func (w *World) Prepare(ctx context.Context) error {
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"sign in", w.signIn},
		{"agree that two people decide", w.agree},
		{"configure the systems", func(ctx context.Context) error { return w.configure(ctx, "onboarding") }},
		{"read Odoo", func(ctx context.Context) error { _, err := w.run(ctx, planOdoo); return err }},
		{"load the golden records", w.load},
		{"take the plant's mapping file in", w.takeMapping},
		{"read the plant", func(ctx context.Context) error { _, err := w.run(ctx, planPlant); return err }},
		{"take the plant live", func(ctx context.Context) error { return w.configure(ctx, "live") }},
		{"let people change Odoo", w.drift},
		{"compare Odoo", func(ctx context.Context) error { _, err := w.run(ctx, planOdoo); return err }},
		{"compare the plant", func(ctx context.Context) error { _, err := w.run(ctx, planPlant); return err }},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

func (w *World) signIn(ctx context.Context) error {
	for _, p := range w.personas() {
		if err := p.signIn(ctx, w.URL()); err != nil {
			return err
		}
	}
	return nil
}

// agree makes the strict approval policy: at the demo company a second person looks at everything.
func (w *World) agree(ctx context.Context) error {
	var request requestAnswer
	policy := map[string]any{"reason": "two pairs of eyes, until we know each other", "policy": map[string]any{"approvers": 1}}
	if err := w.admin.post(ctx, "/approval-policy", policy, &request); err != nil {
		return err
	}
	return w.approve(ctx, request.ID)
}

func (w *World) configure(ctx context.Context, state string) error {
	var request requestAnswer
	if err := w.admin.post(ctx, "/configurations", w.configuration(state), &request); err != nil {
		return err
	}
	return w.approve(ctx, request.ID)
}

// approve lets the approver approve a request as it stands, and is not content with less than its application.
func (w *World) approve(ctx context.Context, id string) error {
	var request requestAnswer
	if err := w.approver.get(ctx, "/change-requests/"+id, &request); err != nil {
		return err
	}
	if err := w.approver.put(ctx, "/change-requests/"+id+"/approval", request.Version, nil, &request); err != nil {
		return err
	}
	if request.State != "applied" {
		return fmt.Errorf("the request %q is %s: %s", request.Title, request.State, request.ClosedWhy)
	}
	return nil
}

// run starts a plan and waits for its end.
func (w *World) run(ctx context.Context, plan string) (runAnswer, error) {
	var run runAnswer
	if err := w.steward.post(ctx, "/runs", map[string]string{"plan": plan, "mode": "complete"}, &run); err != nil {
		return run, err
	}
	err := until(ctx, "run of "+plan, func() (bool, error) {
		err := w.steward.get(ctx, "/runs/"+run.ID, &run)
		return run.State != "queued" && run.State != "reading" && run.State != "comparing", err
	})
	if err == nil && run.State != "done" {
		err = fmt.Errorf("the run of %s is %s: %s", plan, run.State, run.Message)
	}
	return run, err
}

func (w *World) load(ctx context.Context) error {
	var load struct {
		Request requestAnswer `json:"change_request"`
		Skipped []any         `json:"skipped"`
	}
	body := map[string]string{"system": fixtures.InOdoo, "domain": "item", "reason": "day one: the active items of Odoo become golden"}
	if err := w.steward.post(ctx, "/initial-loads", body, &load); err != nil {
		return err
	}
	if err := w.approve(ctx, load.Request.ID); err != nil {
		return err
	}
	return w.delivered(ctx)
}

// delivered waits until nothing is on its way to a system any more.
func (w *World) delivered(ctx context.Context) error {
	return until(ctx, "deliveries", func() (bool, error) {
		var summary struct {
			Systems []struct {
				Counts map[string]int `json:"counts"`
			} `json:"systems"`
		}
		if err := w.admin.get(ctx, "/deliveries/summary", &summary); err != nil {
			return false, err
		}
		under := 0
		for _, system := range summary.Systems {
			under += system.Counts["pending"] + system.Counts["in_flight"] + system.Counts["retrying"]
		}
		return under == 0, nil
	})
}

func (w *World) takeMapping(ctx context.Context) error {
	var file bytes.Buffer
	writer := csv.NewWriter(&file)
	writer.Comma = ';'
	rows := [][]string{{"Artikelnummer", "Odoo code"}}
	for _, row := range w.company.Mapping {
		rows = append(rows, []string{row.PlantCode, row.CompanyCode})
	}
	if err := writer.WriteAll(rows); err != nil {
		return err
	}
	var imported struct {
		ID     string         `json:"id"`
		Counts map[string]int `json:"counts"`
	}
	query := url.Values{"system": {fixtures.InPlant}, "plant": {"STU1"}, "domain": {"item"}, "file_name": {"mapping-stuttgart.csv"}}
	if err := w.lead.upload(ctx, query, file.Bytes(), &imported); err != nil {
		return err
	}
	if imported.Counts["new"] != len(w.company.Mapping) {
		return fmt.Errorf("of %d rows only %d were understood", len(w.company.Mapping), imported.Counts["new"])
	}
	var request requestAnswer
	if err := w.lead.post(ctx, "/imports/"+imported.ID+"/submission", map[string]string{"reason": "our mapping as of today"}, &request); err != nil {
		return err
	}
	return w.approve(ctx, request.ID)
}
