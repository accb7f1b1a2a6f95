package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// Counts are what the check found, for one domain, for one kind of fault, or for all.
type Counts struct {
	// Planted, Found and Unexpected count findings: system, record, attribute and class. What a system delivers badly counts by
	// how it has to show: as a run that is held, incomplete or failed, or as a row in quarantine.
	Planted    int `json:"planted"`
	Found      int `json:"found"`
	Unexpected int `json:"unexpected"`
	// Approved counts change requests of decisions, Accepted differences that may stay, Delivered confirmed writes, Worklisted
	// entries worked off by hand.
	Approved   int `json:"approved"`
	Accepted   int `json:"accepted"`
	Delivered  int `json:"delivered"`
	Worklisted int `json:"worklisted"`
	// Bounced counts cures that were undone, found and made again.
	Bounced int `json:"bounced"`
	// Verified counts planted findings that ended as they should: verified by a later run, gone with another, or accepted.
	Verified int `json:"verified"`
	// SecondRunRead counts the rows of the second runs, SecondRunNew what they raised.
	SecondRunRead int `json:"second_run_read"`
	SecondRunNew  int `json:"second_run_new"`
}

// KindCounts are what became of one kind of fault.
type KindCounts struct {
	Planted  int `json:"planted"`
	Found    int `json:"found"`
	Verified int `json:"verified"`
}

// Report is what `crosswalk demo --check` prints.
type Report struct {
	Counts
	Seed     uint64                            `json:"seed"`
	ByDomain map[string]Counts                 `json:"by_domain"`
	ByKind   map[fixtures.FaultKind]KindCounts `json:"by_kind"`
	// Quarantined counts rows that were put aside as bad data in the first comparison of the plants.
	Quarantined int `json:"quarantined"`
	// Requested counts the plants' requests for a record, RequestDone those that ended with one that every system has.
	Requested   int `json:"requested"`
	RequestDone int `json:"request_done"`
	// DuplicatesPlanted counts the items that stand in Odoo twice, DuplicatesFound those that matching takes for one thing, and
	// DuplicatesUnexpected the other pairs that it takes for one.
	DuplicatesPlanted    int `json:"duplicates_planted"`
	DuplicatesFound      int `json:"duplicates_found"`
	DuplicatesUnexpected int `json:"duplicates_unexpected"`
	// Faults name in a sentence each thing that is not as it should be; empty means the check passed.
	Faults []string `json:"faults"`
}

// finding is one difference by what identifies it to a person.
type finding struct{ system, record, attribute, class string }

func (f finding) String() string {
	return fmt.Sprintf("%s %s %s %s", f.system, f.record, f.class, f.attribute)
}

func findingOf(f fixtures.Finding) finding {
	return finding{f.System, f.Record, f.Attribute, f.Class}
}

// findingOfFeed is how a fault of what a system delivers shows: the run or the row is the finding.
func findingOfFeed(f fixtures.FeedFault) finding {
	return finding{system: f.System, record: "feed:" + string(f.Kind), class: f.Shows}
}

// expectation is what is known of a planted finding.
type expectation struct {
	kind fixtures.FaultKind
	// fault is nil for what a system delivers badly.
	fault *fixtures.Fault
	// decided findings are decided by the steward; the others go away with one that is.
	decided        bool
	found, settled bool
}

// checker walks the loop from the filled queue to the second run.
type checker struct {
	world    *World
	report   Report
	expected map[finding]*expectation
	// codes are the company codes by record ID; rows the queue by finding.
	codes map[string]string
	rows  map[finding]rowAnswer
}

// Check prepares the demo, lets the personas resolve everything that was planted, and reports. The error says why the check
// could not be carried out; what it found wrong stands in Report.Faults.
func (w *World) Check(ctx context.Context) (Report, error) {
	c := &checker{world: w, expected: expectations(w.company)}
	c.report.Seed, c.report.Faults = w.options.Seed, []string{}
	if err := w.Prepare(ctx); err != nil {
		return c.report, err
	}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"compare findings", c.compare}, {"look into quarantine", c.quarantine}, {"look through the plant leads' eyes", c.isolation},
		{"look for what was entered twice", c.twice},
		{"let systems deliver badly", c.feeds}, {"decide", c.decide}, {"work off the work lists", c.workOff}, {"undo cures", c.relapse},
		{"run again", c.secondRun}, {"verify", c.verify}, {"count deliveries", c.deliveries},
		{"let plants request a record", c.request}, {"look for stuck deliveries", c.stuck},
	} {
		if err := step.do(ctx); err != nil {
			return c.report, fmt.Errorf("%s: %w", step.what, err)
		}
	}
	c.tally()
	return c.report, nil
}

// expectations are the findings of the manifest.
func expectations(company fixtures.Company) map[finding]*expectation {
	expected := map[finding]*expectation{}
	for i, f := range company.Manifest {
		for n, shows := range f.Findings {
			expected[findingOf(shows)] = &expectation{kind: f.Kind, fault: &company.Manifest[i], decided: n == 0 || f.Every}
		}
	}
	for _, f := range company.Feeds {
		expected[findingOfFeed(f)] = &expectation{kind: f.Kind}
	}
	return expected
}

func (c *checker) fault(format string, args ...any) {
	c.report.Faults = append(c.report.Faults, fmt.Sprintf(format, args...))
}

// compare holds the queue against the manifest, as sets.
func (c *checker) compare(ctx context.Context) error {
	if err := c.loadCodes(ctx); err != nil {
		return err
	}
	if err := c.loadQueue(ctx); err != nil {
		return err
	}
	for f := range c.rows {
		if planted := c.expected[f]; planted != nil {
			planted.found = true
		} else {
			c.unexpected(f)
		}
	}
	return nil
}

// unexpected notes what was found and not planted.
func (c *checker) unexpected(f finding) {
	c.report.Unexpected++
	c.fault("found but not planted: %s", f)
}

// tally counts what was planted, overall and by kind, and names what was not found.
func (c *checker) tally() {
	c.report.ByKind = map[fixtures.FaultKind]KindCounts{}
	for f, planted := range c.expected {
		counts := c.report.ByKind[planted.kind]
		c.report.Planted++
		counts.Planted++
		if planted.found {
			c.report.Found++
			counts.Found++
		} else {
			c.fault("planted but not found: %s (%s)", f, planted.kind)
		}
		if planted.settled {
			c.report.Verified++
			counts.Verified++
		}
		c.report.ByKind[planted.kind] = counts
	}
	slices.Sort(c.report.Faults)
	c.report.ByDomain = map[string]Counts{"item": c.report.Counts}
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
	rows, err := c.world.queue(ctx, c.world.steward)
	c.rows = make(map[finding]rowAnswer, len(rows))
	for _, row := range rows {
		key := finding{row.System, c.codes[row.RecordID], row.Attribute, row.Class}
		if row.RecordID == "" {
			key.record = "code:" + row.Code
		}
		c.rows[key] = row
	}
	return err
}

// queue reads a persona's whole queue.
func (w *World) queue(ctx context.Context, p *Persona) ([]rowAnswer, error) {
	var snapshot struct {
		ID    string `json:"snapshot_id"`
		Total int    `json:"total"`
	}
	if err := p.post(ctx, "/queues/discrepancies/snapshot", map[string]any{}, &snapshot); err != nil {
		return nil, err
	}
	var all []rowAnswer
	for len(all) < snapshot.Total {
		var window struct {
			Rows []rowAnswer `json:"rows"`
		}
		if err := p.get(ctx, fmt.Sprintf("/queues/discrepancies/%s/rows?offset=%d&limit=200", snapshot.ID, len(all)), &window); err != nil {
			return nil, err
		}
		if len(window.Rows) == 0 {
			return nil, fmt.Errorf("the queue promised %d rows and gave %d", snapshot.Total, len(all))
		}
		all = append(all, window.Rows...)
	}
	return all, nil
}

// isolation sees that each plant lead is shown the plant's findings, all of them and no others.
func (c *checker) isolation(ctx context.Context) error {
	for _, p := range c.world.plants {
		shown, err := c.world.queue(ctx, p.lead)
		if err != nil {
			return err
		}
		own := 0
		for _, row := range c.rows {
			if row.System == p.System {
				own++
			}
		}
		foreign := slices.ContainsFunc(shown, func(row rowAnswer) bool { return row.System != p.System })
		if foreign || len(shown) != own {
			c.fault("the lead of %s is shown %d findings (others' among them: %t) where the plant has %d", p.Name, len(shown), foreign, own)
		}
	}
	return nil
}
