package demo

import (
	"context"
	"fmt"
)

// twins are two company codes, the smaller first.
type twins [2]string

func twinsOf(a, b string) twins { return twins{min(a, b), max(a, b)} }

// twice looks at what matching takes for one thing, before anything is decided, and holds it against what was entered twice.
func (c *checker) twice(ctx context.Context) error {
	if err := c.evaluated(ctx); err != nil {
		return err
	}
	likely, err := c.likelyTwins(ctx)
	if err != nil {
		return err
	}
	c.report.DuplicatesPlanted = len(c.world.company.Duplicates)
	planted := map[twins]bool{}
	for _, d := range c.world.company.Duplicates {
		planted[twinsOf(d.Code, d.Of)] = true
		if _, found := likely[twinsOf(d.Code, d.Of)]; found {
			c.report.DuplicatesFound++
		} else {
			c.fault("entered twice but not found: %s and %s (%s)", d.Of, d.Code, d.Kind)
		}
	}
	for pair, probability := range likely {
		if !planted[pair] {
			c.report.DuplicatesUnexpected++
			c.fault("taken for one thing but entered once: %s and %s (%.2f)", pair[0], pair[1], probability)
		}
	}
	return nil
}

// evaluated asks for an evaluation and waits until there is one that is younger.
func (c *checker) evaluated(ctx context.Context) error {
	var state matchStateAnswer
	if err := c.world.admin.post(ctx, "/match/evaluate", map[string]string{"domain": "item"}, &state); err != nil {
		return err
	}
	return until(ctx, "evaluation", func() (bool, error) {
		err := c.world.admin.get(ctx, "/match/state?domain=item", &state)
		if err == nil && state.Failed != "" {
			err = fmt.Errorf("the evaluation failed: %s", state.Failed)
		}
		return !state.Requested && !state.Running, err
	})
}

// likelyTwins are the pairs of golden records that are rather one thing than two, with their probability.
func (c *checker) likelyTwins(ctx context.Context) (map[twins]float64, error) {
	likely := map[twins]float64{}
	for after := ""; ; {
		var page struct {
			Candidates []candidateAnswer `json:"candidates"`
			Next       string            `json:"next"`
		}
		if err := c.world.steward.get(ctx, "/match/candidates?domain=item&merges=true&limit=200&after="+after, &page); err != nil {
			return nil, err
		}
		for _, candidate := range page.Candidates {
			if candidate.Probability >= 0.5 {
				likely[twinsOf(candidate.Left.Code, candidate.Right.Code)] = candidate.Probability
			}
		}
		if after = page.Next; after == "" {
			return likely, nil
		}
	}
}
