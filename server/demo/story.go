package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// planOdoo compares Odoo's products; each plant has a plan of its own.
const planOdoo = "odoo-items"

// officeZone is the time zone of the company's head office.
const officeZone = "Europe/Berlin"

// nightly is a cron expression for every night; at night, when the demo is younger than its schedule, for every noon.
func nightly(now time.Time) string {
	if now.Hour() < 4 {
		return "30 12 * * *"
	}
	return "30 2 * * *"
}

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

// configuration is what the integration admin applies; state is the plants'.
func (w *World) configuration(state string) map[string]any {
	plants := []any{}
	systems := []any{map[string]any{
		"id": fixtures.InOdoo, "name": "Odoo", "kind": "odoo", "codes": "database_id", "writable": true,
		"settings": map[string]string{
			"base_url": w.odoo.Access().URL, "database": w.odoo.Access().Database, "languages": OdooLanguage,
			"reader_key_ref": "file:" + w.readerKeyFile, "writer_key_ref": "file:" + w.writerKeyFile,
		},
	}}
	plans := []any{map[string]any{
		"id": planOdoo, "name": "Odoo items", "domain": "item", "system": fixtures.InOdoo,
		"schedules": []any{map[string]string{"cron": w.nightly, "mode": "complete"}}, "time_zone": officeZone,
	}}
	for _, p := range w.plants {
		plants = append(plants, map[string]any{
			"id": p.ID, "name": p.Name, "time_zone": p.TimeZone, "languages": p.Languages, "currency": p.Currency, "state": state,
			"bindings": []any{map[string]any{"system": fixtures.InOdoo, "company": w.odoo.Access().Company, "warehouse": p.Warehouse}},
		})
		system := p.feed.describe()
		system["id"], system["plant"], system["codes"] = p.System, p.ID, "internal"
		systems = append(systems, system)
		plan := map[string]any{"id": p.plan, "name": fmt.Sprint(system["name"], " items"), "domain": "item", "system": p.System}
		if p.OwnNames {
			plan["attributes"] = []string{"base_unit", "net_weight", "gtin", "tracking"}
		}
		plans = append(plans, plan)
	}
	return map[string]any{
		"reason": "set up the demo company, plants " + state, "plants": plants, "systems": systems, "plans": plans,
		"authorities": []any{map[string]any{"domain": "item", "code_pattern": "FW-N{seq:5}"}},
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
		{"take the plants' mapping files in", w.takeMappings},
		{"read the plants", w.runPlants},
		{"take the plants live", func(ctx context.Context) error { return w.configure(ctx, "live") }},
		{"let people change things", w.drift},
		{"compare Odoo", func(ctx context.Context) error { _, err := w.run(ctx, planOdoo); return err }},
		{"compare the plants", w.runPlants},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

// Unsettle leaves something that waits for a person: Gliwice saves half of its file, the run that reads it is held, and by the
// time somebody looks the file is whole again.
func (w *World) Unsettle(ctx context.Context) error {
	p := w.plantOf(fixtures.InGliwice)
	if err := p.spoil(ctx, fixtures.FaultHalf); err != nil {
		return fmt.Errorf("halve the file: %w", err)
	}
	run, err := w.attempt(ctx, p.plan)
	if err == nil && run.State != "held" {
		err = fmt.Errorf("the run that read half a file is %s: %s", run.State, run.Message)
	}
	return errors.Join(err, p.mend(ctx))
}

// runPlants runs each plant's plan.
func (w *World) runPlants(ctx context.Context) error {
	for _, p := range w.plants {
		if _, err := w.run(ctx, p.plan); err != nil {
			return err
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

// run starts a plan and waits for its end, which must be a good one.
func (w *World) run(ctx context.Context, plan string) (runAnswer, error) {
	run, err := w.attempt(ctx, plan)
	if err == nil && run.State != "done" {
		err = fmt.Errorf("the run of %s is %s: %s", plan, run.State, run.Message)
	}
	return run, err
}

// attempt starts a plan and waits until it rests.
func (w *World) attempt(ctx context.Context, plan string) (runAnswer, error) {
	var run runAnswer
	if err := w.steward.post(ctx, "/runs", map[string]string{"plan": plan, "mode": "complete"}, &run); err != nil {
		return run, err
	}
	err := until(ctx, "run of "+plan, func() (bool, error) {
		err := w.steward.get(ctx, "/runs/"+run.ID, &run)
		return run.State != "queued" && run.State != "reading" && run.State != "comparing", err
	})
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

// takeMappings lets every plant lead upload the plant's mapping file.
func (w *World) takeMappings(ctx context.Context) error {
	for _, p := range w.plants {
		if err := w.takeMapping(ctx, p); err != nil {
			return fmt.Errorf("of %s: %w", p.Name, err)
		}
	}
	return nil
}

func (w *World) takeMapping(ctx context.Context, p *plant) error {
	var file bytes.Buffer
	writer := csv.NewWriter(&file)
	writer.Comma = ';'
	rows := [][]string{{"Artikelnummer", "Odoo code"}}
	for _, row := range p.Mapping {
		rows = append(rows, []string{row.PlantCode, row.CompanyCode})
	}
	if err := writer.WriteAll(rows); err != nil {
		return err
	}
	var imported importAnswer
	query := url.Values{"system": {p.System}, "plant": {p.ID}, "domain": {"item"}, "file_name": {"mapping-" + strings.ToLower(p.Name) + ".csv"}}
	if err := p.lead.upload(ctx, query, file.Bytes(), &imported); err != nil {
		return err
	}
	previewed, err := p.lead.importCame(ctx, imported.ID, "previewed")
	if err != nil {
		return err
	}
	if previewed.Counts["new"] != len(p.Mapping) {
		return fmt.Errorf("of %d rows only %d were understood", len(p.Mapping), previewed.Counts["new"])
	}
	if err := p.lead.post(ctx, "/imports/"+imported.ID+"/submission", map[string]string{"reason": "our mapping as of today"}, nil); err != nil {
		return err
	}
	submitted, err := p.lead.importCame(ctx, imported.ID, "submitted")
	if err != nil {
		return err
	}
	for _, request := range submitted.Requests {
		if err := w.approve(ctx, request); err != nil {
			return err
		}
	}
	return nil
}

// importAnswer is what the story reads of an import.
type importAnswer struct {
	ID       string         `json:"id"`
	State    string         `json:"state"`
	Message  string         `json:"message"`
	Counts   map[string]int `json:"counts"`
	Requests []string       `json:"change_request_ids"`
}

// importCame waits until a worker has brought an import to a state.
func (p *Persona) importCame(ctx context.Context, id, state string) (importAnswer, error) {
	var imported importAnswer
	err := until(ctx, "an import", func() (bool, error) {
		if err := p.get(ctx, "/imports/"+id, &imported); err != nil {
			return false, err
		}
		if imported.State == "failed" || imported.State == "asking" || imported.Message != "" {
			return false, fmt.Errorf("the import is %s: %s", imported.State, imported.Message)
		}
		return imported.State == state, nil
	})
	return imported, err
}
