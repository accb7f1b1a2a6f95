package demo

import (
	"context"
	"fmt"
	"maps"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// quarantinedAnswer is a row that a run put aside.
type quarantinedAnswer struct {
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// quarantined reads what a plan's last run put aside.
func (w *World) quarantined(ctx context.Context, plan string) ([]quarantinedAnswer, error) {
	runs, err := list[runAnswer](ctx, w.steward, "/runs?plan="+plan)
	if err != nil || len(runs) == 0 {
		return nil, fmt.Errorf("find the last run of %s: %w", plan, err)
	}
	var answer struct {
		Rows []quarantinedAnswer `json:"rows"`
	}
	err = w.steward.get(ctx, "/runs/"+runs[0].ID+"/quarantine?limit=200", &answer)
	return answer.Rows, err
}

// rowWithoutCode is how a row that nobody can tell what it is of shows.
func rowWithoutCode(system string) finding {
	return findingOfFeed(fixtures.FeedFault{Kind: fixtures.FaultRowWithoutCode, System: system, Shows: "quarantined"})
}

// quarantine looks for rows without a code; rows with one are there because it is given twice, which is a finding of its own.
func (c *checker) quarantine(ctx context.Context) error {
	for _, p := range c.world.plants {
		rows, err := c.world.quarantined(ctx, p.plan)
		if err != nil {
			return err
		}
		c.report.Quarantined += len(rows)
		for _, row := range rows {
			if row.Code != "" {
				continue
			}
			if planted := c.expected[rowWithoutCode(p.System)]; planted != nil && !planted.found {
				planted.found = true
			} else {
				c.unexpected(rowWithoutCode(p.System))
			}
		}
	}
	return nil
}

// feeds lets systems deliver badly, one after the other: the run must say so and nothing may be concluded; when the system
// delivers well again, the next run finds nothing new.
func (c *checker) feeds(ctx context.Context) error {
	for _, f := range c.world.company.Feeds {
		if f.Kind == fixtures.FaultRowWithoutCode {
			continue // it stands in the data
		}
		if err := c.feed(ctx, f, c.expected[findingOfFeed(f)]); err != nil {
			return fmt.Errorf("%s at %s: %w", f.Kind, f.System, err)
		}
	}
	return nil
}

func (c *checker) feed(ctx context.Context, f fixtures.FeedFault, planted *expectation) error {
	p := c.world.plantOf(f.System)
	if err := p.spoil(ctx, f.Kind); err != nil {
		return err
	}
	if err := c.badRun(ctx, p, f, planted); err != nil {
		return err
	}
	if err := p.mend(ctx); err != nil {
		return err
	}
	run, err := c.world.run(ctx, p.plan)
	if err != nil {
		return err
	}
	if planted.settled = run.Counts.Raised == 0 && run.Counts.Bounced == 0; !planted.settled {
		c.fault("%s at %s: the run after it raised %d findings", f.Kind, f.System, run.Counts.Raised)
	}
	return c.loadQueue(ctx) // versions may have moved with what the good run saw
}

// badRun runs the plan of a system that delivers badly. A run that is held is cancelled.
func (c *checker) badRun(ctx context.Context, p *plant, f fixtures.FeedFault, planted *expectation) error {
	before := maps.Clone(c.rows)
	run, err := c.world.attempt(ctx, p.plan)
	if err != nil {
		return err
	}
	if planted.found = "run_"+run.State == f.Shows; !planted.found {
		c.fault("%s at %s: the run is %s and says %q", f.Kind, f.System, run.State, run.Message)
	}
	if run.State == "held" {
		if err := c.world.steward.post(ctx, "/runs/"+run.ID+"/cancellation", nil, nil); err != nil {
			return err
		}
	}
	if err := c.loadQueue(ctx); err != nil {
		return err
	}
	if !maps.Equal(before, c.rows) {
		c.fault("%s at %s: the queue has changed", f.Kind, f.System)
	}
	return nil
}
