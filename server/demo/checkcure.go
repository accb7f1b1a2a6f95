package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// decide lets the steward decide what a knowing person would, and the approver approve.
func (c *checker) decide(ctx context.Context) error {
	for _, f := range c.sorted() {
		planted := c.expected[f]
		row, inQueue := c.rows[f]
		if !planted.decided || !inQueue {
			continue
		}
		if err := c.resolve(ctx, "check "+f.String(), row, *planted.fault); err != nil {
			return fmt.Errorf("%s: %w", planted.kind, err)
		}
	}
	return c.world.delivered(ctx)
}

// sorted are the planted findings, always in the same order.
func (c *checker) sorted() []finding {
	return slices.SortedFunc(maps.Keys(c.expected), func(a, b finding) int { return cmp.Compare(a.String(), b.String()) })
}

// resolve has one finding decided and approved.
func (c *checker) resolve(ctx context.Context, clientID string, row rowAnswer, f fixtures.Fault) error {
	request, err := c.world.decide(ctx, clientID, row, f, c.codes)
	if err != nil {
		return err
	}
	if f.Verb == "accept" {
		c.report.Accepted++
		return nil
	}
	c.report.Approved++
	return c.world.approve(ctx, request)
}

// acceptedDays is how long what may stay is accepted.
const acceptedDays = 90

// decide sends one decision and returns the change request it became, if it is not an acceptance.
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
		item["values"] = map[string]any{"code": map[string]string{"code": f.Target}, "name": map[string]any{"i18n": map[string]string{"en": f.Name, "de": f.German}}}
	case "accept":
		item["until"] = time.Now().AddDate(0, 0, acceptedDays).Format(time.DateOnly)
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

// workOff lets each plant lead work off the plant's list, and clear away the rows that nobody can tell what they are.
func (c *checker) workOff(ctx context.Context) error {
	for _, p := range c.world.plants {
		entries, err := list[deliveryAnswer](ctx, p.lead, "/worklist")
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if entry.System != p.System {
				c.fault("the lead of %s is shown the work of %s", p.Name, entry.System)
				continue
			}
			if err := p.workOff(entry); err != nil {
				return fmt.Errorf("%s: %w", p.Name, err)
			}
			c.report.Worklisted++
		}
		p.tidy()
		if err := p.publish(ctx); err != nil {
			return err
		}
	}
	return nil
}

// relapse spoils again what was cured: each must bounce, and is decided once more.
func (c *checker) relapse(ctx context.Context) error {
	undone := slices.DeleteFunc(c.sorted(), func(f finding) bool {
		planted := c.expected[f]
		return planted.fault == nil || planted.fault.Relapse == nil || !planted.found
	})
	if len(undone) == 0 {
		return nil
	}
	for _, f := range undone {
		if err := c.world.odoo.Happen(ctx, *c.expected[f].fault.Relapse); err != nil {
			return err
		}
	}
	if _, err := c.world.run(ctx, planOdoo); err != nil {
		return err
	}
	for _, f := range undone {
		now, err := c.look(ctx, f)
		if err != nil {
			return err
		}
		if now.State != "bounced" {
			c.fault("%s was undone and is %s, not bounced", f, now.State)
			continue
		}
		c.report.Bounced++
		if err := c.resolve(ctx, "again "+f.String(), now, *c.expected[f].fault); err != nil {
			return err
		}
	}
	return c.world.delivered(ctx)
}

// look asks how a finding's discrepancy is now.
func (c *checker) look(ctx context.Context, f finding) (rowAnswer, error) {
	var now rowAnswer
	return now, c.world.steward.get(ctx, "/discrepancies/"+c.rows[f].ID, &now)
}

// secondRun reads all systems again: everything is read, nothing is new.
func (c *checker) secondRun(ctx context.Context) error {
	there, err := c.world.odoo.Count(ctx)
	if err != nil {
		return err
	}
	plans := []string{planOdoo}
	for _, p := range c.world.plants {
		plans = append(plans, p.plan)
		there += len(p.rows)
	}
	for _, plan := range plans {
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
	if c.report.SecondRunRead != there {
		c.fault("the second run read %d rows of %d", c.report.SecondRunRead, there)
	}
	return nil
}

// verify looks at each planted finding again.
func (c *checker) verify(ctx context.Context) error {
	for _, f := range c.sorted() {
		planted := c.expected[f]
		if planted.fault == nil || !planted.found {
			continue
		}
		now, err := c.look(ctx, f)
		if err != nil {
			return err
		}
		switch {
		case planted.decided && planted.fault.Verb == "accept":
			planted.settled = now.State == "accepted"
		case planted.decided:
			planted.settled = now.State == "verified"
		default:
			planted.settled = now.State == "verified" || now.State == "closed"
		}
		if !planted.settled {
			c.fault("%s (%s) ended as %s", f, planted.kind, now.State)
		}
	}
	return c.verifyQuarantine(ctx)
}

// verifyQuarantine sees that no row has to be put aside any more.
func (c *checker) verifyQuarantine(ctx context.Context) error {
	for _, p := range c.world.plants {
		rows, err := c.world.quarantined(ctx, p.plan)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			c.fault("%s still has %d rows in quarantine: %s", p.Name, len(rows), rows[0].Reason)
		}
		if planted := c.expected[rowWithoutCode(p.System)]; planted != nil {
			planted.settled = planted.found && len(rows) == 0
		}
	}
	return nil
}

// stuck names the deliveries that did not get through, with the reason.
func (c *checker) stuck(ctx context.Context) error {
	for _, state := range []string{"conflict", "dead", "held", "skipped", "worklisted"} {
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
	for _, f := range c.sorted() {
		planted := c.expected[f]
		row, inQueue := c.rows[f]
		if inQueue && planted.fault != nil && planted.decided && planted.fault.ByWriting && written[row.ID] == 0 {
			c.fault("%s of %s was not delivered", planted.kind, f.record)
		}
	}
	return err
}
