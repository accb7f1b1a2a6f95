package demo

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// wantedAnswer is a record request as personas look at it.
type wantedAnswer struct {
	ID       string `json:"id"`
	State    string `json:"state"`
	Version  int    `json:"version"`
	RecordID string `json:"record_id"`
	Note     string `json:"note"`
	Waits    bool   `json:"waits"`
	Change   struct {
		ID string `json:"id"`
	} `json:"change_request"`
	Deliveries []struct {
		System  string `json:"system"`
		State   string `json:"state"`
		Problem string `json:"problem"`
	} `json:"deliveries"`
}

// wantedGTIN is on the box of what the plants ask for; no item of the company has it.
const wantedGTIN = "9501101530003"

// wantedCode is what the first plant calls it; each further one puts its number behind.
const wantedCode = "NEU-7001"

// request lets two plant leads ask for the same new item: the steward completes it, the approver approves, Odoo makes it, the
// leads enter it into their systems, and all systems agree about the one record.
func (c *checker) request(ctx context.Context) error {
	plants := c.world.plants[:min(2, len(c.world.plants))]
	asked, err := c.ask(ctx, plants)
	if err != nil {
		return err
	}
	first := asked[0]
	if err := c.world.fulfil(ctx, first); err != nil {
		return err
	}
	if err := c.world.delivered(ctx); err != nil {
		return err
	}
	if err := c.enter(ctx, plants); err != nil {
		return err
	}
	records := map[string]bool{}
	for i, p := range plants {
		var now wantedAnswer
		if err := p.lead.get(ctx, "/record-requests/"+asked[i].ID, &now); err != nil {
			return err
		}
		if now.State != "done" {
			c.fault("what %s requested is %s: %s %v", p.Name, now.State, now.Note, now.Deliveries)
			continue
		}
		records[now.RecordID] = true
		c.report.RequestDone++
	}
	if len(records) != 1 {
		c.fault("%d records came of %d requests for the same thing", len(records), len(plants))
	}
	return c.agreed(ctx, plants, records)
}

// ask lets each lead ask for the item by the plant's own code.
func (c *checker) ask(ctx context.Context, plants []*plant) ([]wantedAnswer, error) {
	asked := make([]wantedAnswer, len(plants))
	for i, p := range plants {
		body := map[string]any{
			"domain": "item", "plant": p.ID, "system": p.System, "code": plantsCode(i), "reason": "spare part for the new packing line",
			"attributes": map[string]any{"name": map[string]any{"i18n": map[string]string{"en": "Toothed belt 8M"}}, "gtin": map[string]string{"code": wantedGTIN}},
		}
		if err := p.lead.post(ctx, "/record-requests", body, &asked[i]); err != nil {
			return nil, err
		}
		c.report.Requested++
		if asked[i].State != "requested" || asked[i].Waits != (i > 0) {
			c.fault("the request of %s is %s, waiting: %v", p.Name, asked[i].State, asked[i].Waits)
		}
	}
	return asked, nil
}

func plantsCode(i int) string {
	if i == 0 {
		return wantedCode
	}
	return fmt.Sprintf("%s-%d", wantedCode, i)
}

// fulfil lets the steward complete and submit a record request, and the approver approve.
func (w *World) fulfil(ctx context.Context, wanted wantedAnswer) error {
	path := "/record-requests/" + wanted.ID
	whole := map[string]any{"attributes": map[string]any{
		"name": map[string]any{"i18n": map[string]string{"en": "Toothed belt 8M"}}, "gtin": map[string]string{"code": wantedGTIN}, "base_unit": map[string]string{"enum": "C62"},
		"tracking": map[string]string{"enum": "none"}, "net_weight": map[string]string{"qty": "0.25", "unit": "KGM"},
	}}
	if err := w.steward.put(ctx, path+"/attributes", wanted.Version, whole, &wanted); err != nil {
		return err
	}
	if err := w.steward.sendJSON(ctx, http.MethodPost, path+"/submission", map[string]any{}, fmt.Sprintf(`"%d"`, wanted.Version), &wanted); err != nil {
		return err
	}
	return w.approve(ctx, wanted.Change.ID)
}

// enter lets the leads enter the new item from their work lists.
func (c *checker) enter(ctx context.Context, plants []*plant) error {
	for i, p := range plants {
		entries, err := list[deliveryAnswer](ctx, p.lead, "/worklist")
		if err != nil {
			return err
		}
		at := slices.IndexFunc(entries, func(e deliveryAnswer) bool { return e.Code == plantsCode(i) && e.Kind == "create" })
		if at < 0 {
			c.fault("%s is not asked to enter the new item", p.Name)
			continue
		}
		if err := p.workOff(entries[at]); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		if err := p.publish(ctx); err != nil {
			return err
		}
	}
	return nil
}

// agreed sees that every system says of the new item what the golden record says, and that each one's code stands for it.
func (c *checker) agreed(ctx context.Context, plants []*plant, records map[string]bool) error {
	plans, systems := []string{planOdoo}, []string{fixtures.InOdoo}
	for _, p := range plants {
		plans, systems = append(plans, p.plan), append(systems, p.System)
	}
	for _, plan := range plans {
		run, err := c.world.run(ctx, plan)
		if err != nil {
			return err
		}
		if run.Counts.Raised > 0 {
			c.fault("after the requests were done the run of %s raised %d findings", plan, run.Counts.Raised)
		}
	}
	for id := range records {
		var record recordAnswer
		if err := c.world.steward.get(ctx, "/records/item/"+id, &record); err != nil {
			return err
		}
		for _, system := range systems {
			if !slices.ContainsFunc(record.Mappings, func(m mappingAnswer) bool { return m.System == system && m.State == "active" }) {
				c.fault("the requested %s has no code in %s", record.Code, system)
			}
		}
	}
	return nil
}
