package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// Counts are what the check found, for one domain or for all.
type Counts struct {
	// Planted, Found and Unexpected count findings: system, record, attribute and class.
	Planted    int `json:"planted"`
	Found      int `json:"found"`
	Unexpected int `json:"unexpected"`
	// Approved counts change requests of decisions, Delivered confirmed writes, Worklisted entries worked off by hand.
	Approved   int `json:"approved"`
	Delivered  int `json:"delivered"`
	Worklisted int `json:"worklisted"`
	// Verified counts planted findings that a later run verified, or found to have gone with another.
	Verified int `json:"verified"`
	// SecondRunRead counts the rows of the second runs, SecondRunNew what they raised.
	SecondRunRead int `json:"second_run_read"`
	SecondRunNew  int `json:"second_run_new"`
}

// Report is what `crosswalk demo --check` prints.
type Report struct {
	Counts
	Seed     uint64            `json:"seed"`
	ByDomain map[string]Counts `json:"by_domain"`
	// Quarantined counts rows that were put aside as bad data in the first comparison of the plant.
	Quarantined int `json:"quarantined"`
	// Faults name in a sentence each thing that is not as it should be; empty means the check passed.
	Faults []string `json:"faults"`
}

// finding is one difference by what identifies it to a person.
type finding struct{ system, record, attribute, class string }

func (f finding) String() string {
	return fmt.Sprintf("%s %s %s %s", f.system, f.record, f.class, f.attribute)
}

// checker walks the loop from the filled queue to the second run.
type checker struct {
	world  *World
	report Report
	// codes are the company codes by record ID; rows the queue by finding; decided the discrepancies by fault.
	codes map[string]string
	rows  map[finding]rowAnswer
}

// Check prepares the demo, lets the personas resolve everything that was planted, and reports. The error says why the check
// could not be carried out; what it found wrong stands in Report.Faults.
func (w *World) Check(ctx context.Context) (Report, error) {
	c := &checker{world: w, rows: map[finding]rowAnswer{}}
	c.report.Seed, c.report.Faults = w.options.Seed, []string{}
	if err := w.Prepare(ctx); err != nil {
		return c.report, err
	}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"compare findings", c.compare}, {"decide", c.decide}, {"work off the work list", c.workOff},
		{"run again", c.secondRun}, {"verify", c.verify}, {"count deliveries", c.deliveries}, {"look for stuck deliveries", c.stuck},
	} {
		if err := step.do(ctx); err != nil {
			return c.report, fmt.Errorf("%s: %w", step.what, err)
		}
	}
	c.report.ByDomain = map[string]Counts{"item": c.report.Counts}
	return c.report, nil
}

func (c *checker) fault(format string, args ...any) {
	c.report.Faults = append(c.report.Faults, fmt.Sprintf(format, args...))
}

// planted are the findings of the manifest.
func (c *checker) planted() map[finding]fixtures.Fault {
	planted := map[finding]fixtures.Fault{}
	for _, f := range c.world.company.Manifest {
		for _, shows := range f.Findings {
			planted[finding{shows.System, shows.Record, shows.Attribute, shows.Class}] = f
		}
	}
	return planted
}

// compare holds the queue against the manifest, as sets.
func (c *checker) compare(ctx context.Context) error {
	if err := c.loadCodes(ctx); err != nil {
		return err
	}
	if err := c.loadQueue(ctx); err != nil {
		return err
	}
	planted := c.planted()
	c.report.Planted = len(planted)
	for f := range planted {
		if _, ok := c.rows[f]; ok {
			c.report.Found++
		} else {
			c.fault("planted but not found: %s", f)
		}
	}
	for f := range c.rows {
		if _, ok := planted[f]; !ok {
			c.report.Unexpected++
			c.fault("found but not planted: %s", f)
		}
	}
	runs, err := list[runAnswer](ctx, c.world.steward, "/runs?plan="+planPlant)
	if err == nil && len(runs) > 0 {
		c.report.Quarantined = runs[0].Counts.Quarantined
	}
	slices.Sort(c.report.Faults)
	return err
}

func (c *checker) loadCodes(ctx context.Context) error {
	records, err := list[recordAnswer](ctx, c.world.steward, "/records/item")
	c.codes = make(map[string]string, len(records))
	for _, record := range records {
		c.codes[record.ID] = record.Code
	}
	return err
}

func (c *checker) loadQueue(ctx context.Context) error {
	rows, err := c.world.queue(ctx)
	for _, row := range rows {
		key := finding{row.System, c.codes[row.RecordID], row.Attribute, row.Class}
		if row.RecordID == "" {
			key.record = "code:" + row.Code
		}
		c.rows[key] = row
	}
	return err
}

// queue reads the steward's whole queue.
func (w *World) queue(ctx context.Context) ([]rowAnswer, error) {
	var snapshot struct {
		ID    string `json:"snapshot_id"`
		Total int    `json:"total"`
	}
	if err := w.steward.post(ctx, "/queues/discrepancies/snapshot", map[string]any{}, &snapshot); err != nil {
		return nil, err
	}
	var all []rowAnswer
	for len(all) < snapshot.Total {
		var window struct {
			Rows []rowAnswer `json:"rows"`
		}
		if err := w.steward.get(ctx, fmt.Sprintf("/queues/discrepancies/%s/rows?offset=%d&limit=200", snapshot.ID, len(all)), &window); err != nil {
			return nil, err
		}
		if len(window.Rows) == 0 {
			return nil, fmt.Errorf("the queue promised %d rows and gave %d", snapshot.Total, len(all))
		}
		all = append(all, window.Rows...)
	}
	return all, nil
}

// decide lets the steward decide each fault's first finding as a knowing person would, and the approver approve.
func (c *checker) decide(ctx context.Context) error {
	for i, f := range c.world.company.Manifest {
		first := f.Findings[0]
		row, ok := c.rows[finding{first.System, first.Record, first.Attribute, first.Class}]
		if !ok {
			continue
		}
		request, err := c.world.decide(ctx, fmt.Sprintf("check-%d", i), row, f, c.codes)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Kind, err)
		}
		if err := c.world.approve(ctx, request); err != nil {
			return fmt.Errorf("%s: %w", f.Kind, err)
		}
		c.report.Approved++
	}
	return c.world.delivered(ctx)
}

// decide sends one decision and returns the change request it became.
func (w *World) decide(ctx context.Context, clientID string, row rowAnswer, f fixtures.Fault, codes map[string]string) (string, error) {
	item := map[string]any{"client_id": clientID, "id": row.ID, "version": row.Version, "verb": f.Verb, "reason": "demo: " + string(f.Kind)}
	switch f.Verb {
	case "map":
		for id, code := range codes {
			if code == f.Target {
				item["record_id"] = id
			}
		}
	case "create":
		item["values"] = map[string]any{"code": map[string]string{"code": f.Target}}
	}
	var answer struct {
		Results []struct {
			Status  string `json:"status"`
			Detail  string `json:"detail"`
			Request string `json:"change_request_id"`
		} `json:"results"`
	}
	if err := w.steward.post(ctx, "/decisions", map[string]any{"items": []any{item}}, &answer); err != nil {
		return "", err
	}
	if len(answer.Results) != 1 || answer.Results[0].Status != "decided" {
		return "", fmt.Errorf("the decision was not taken: %+v", answer.Results)
	}
	return answer.Results[0].Request, nil
}

// workOff lets the plant lead work off the whole list.
func (c *checker) workOff(ctx context.Context) error {
	entries, err := list[deliveryAnswer](ctx, c.world.lead, "/worklist?plant=STU1")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := c.world.plant.workOff(ctx, entry); err != nil {
			return err
		}
	}
	c.report.Worklisted = len(entries)
	return nil
}

// secondRun reads both systems again: everything is read, nothing is new.
func (c *checker) secondRun(ctx context.Context) error {
	for _, plan := range []string{planOdoo, planPlant} {
		run, err := c.world.run(ctx, plan)
		if err != nil {
			return err
		}
		c.report.SecondRunRead += run.Counts.Read
		c.report.SecondRunNew += run.Counts.Raised + run.Counts.Bounced
	}
	if c.report.SecondRunNew > 0 {
		c.fault("the second run raised %d findings", c.report.SecondRunNew)
	}
	rows, err := c.world.plant.count(ctx)
	if err != nil {
		return err
	}
	products, err := c.world.odoo.Count(ctx)
	if c.report.SecondRunRead != rows+products {
		c.fault("the second run read %d rows of %d", c.report.SecondRunRead, rows+products)
	}
	return err
}

// verify looks at each planted finding again.
func (c *checker) verify(ctx context.Context) error {
	planted := c.planted()
	keys := slices.SortedFunc(maps.Keys(planted), func(a, b finding) int { return slices.Compare([]string{a.String()}, []string{b.String()}) })
	for _, f := range keys {
		row, ok := c.rows[f]
		if !ok {
			continue
		}
		var now rowAnswer
		if err := c.world.steward.get(ctx, "/discrepancies/"+row.ID, &now); err != nil {
			return err
		}
		first := planted[f].Findings[0]
		decided := f == finding{first.System, first.Record, first.Attribute, first.Class}
		if now.State == "verified" || (now.State == "closed" && !decided) {
			c.report.Verified++
			continue
		}
		c.fault("%s (%s) ended as %s", f, planted[f].Kind, now.State)
	}
	return nil
}

// stuck names the deliveries that did not get through, with the reason.
func (c *checker) stuck(ctx context.Context) error {
	for _, state := range []string{"conflict", "dead", "held", "skipped"} {
		found, err := list[deliveryAnswer](ctx, c.world.admin, "/deliveries?state="+state)
		if err != nil {
			return err
		}
		for _, delivery := range found {
			c.fault("the delivery to %s (%s of %s) is %s: %s", delivery.System, delivery.Kind, delivery.Label, delivery.State, delivery.Problem)
		}
	}
	return nil
}

// deliveries counts what was written and holds it against what had to be.
func (c *checker) deliveries(ctx context.Context) error {
	confirmed, err := list[deliveryAnswer](ctx, c.world.admin, "/deliveries?state=confirmed")
	if err != nil {
		return err
	}
	written := map[string]int{}
	for _, delivery := range confirmed {
		if delivery.ApprovedBy == "" {
			err = errors.Join(err, fmt.Errorf("delivery %s names nobody who approved it", delivery.ID))
		}
		if delivery.System == fixtures.InOdoo && delivery.Kind != "adopt" {
			c.report.Delivered++
			written[delivery.DiscrepancyID]++
		}
	}
	for _, f := range c.world.company.Manifest {
		first := f.Findings[0]
		row, ok := c.rows[finding{first.System, first.Record, first.Attribute, first.Class}]
		if ok && f.ByWriting && written[row.ID] == 0 {
			c.fault("%s of %s was not delivered", f.Kind, first.Record)
		}
	}
	return err
}
