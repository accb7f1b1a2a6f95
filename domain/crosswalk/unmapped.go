package crosswalk

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

const defaultMaxUnmapped = 10_000

// note adds one question for a code to those that are to be counted.
func (t *translation) note(missed map[string]domain.UnmappedCode, code domain.Code, status Status) {
	key := t.key(code)
	counted, again := missed[key]
	if !again {
		counted = domain.UnmappedCode{
			ID: domain.NewID(), Domain: t.Domain, System: t.from.ID, Plant: t.From.Plant, CodeType: t.From.CodeType, Code: code, Key: key,
		}
	}
	counted.Asked++
	counted.Status = string(status)
	missed[key] = counted
}

// count stores how often codes were asked for in vain, in one transaction for the whole question.
func (c *Crosswalk) count(ctx context.Context, missed map[string]domain.UnmappedCode) {
	codes := make([]domain.UnmappedCode, 0, len(missed))
	for _, key := range slices.Sorted(maps.Keys(missed)) {
		codes = append(codes, missed[key])
	}
	most := c.MaxUnmapped
	if most == 0 {
		most = defaultMaxUnmapped
	}
	err := c.Store.Operate(ctx, func(ops domain.Ops) error { return ops.Unmapped.Count(ctx, codes, most) })
	if err != nil && c.CountingFailed != nil {
		c.CountingFailed(ctx, err)
	}
}

// UnmappedPage is one page of unmapped codes and, for the plants the actor may see, how many found no room.
type UnmappedPage struct {
	Codes   []domain.UnmappedCode
	Tallies []domain.UnmappedTally
	// Policies say what the systems that ask are told meanwhile; without one a code is rejected.
	Policies []domain.UnmappedPolicy
	Next     string
}

// Unmapped lists the codes that were asked for and are not mapped, most asked first.
func (c *Crosswalk) Unmapped(ctx context.Context, by domain.Actor, q domain.UnmappedQuery) (UnmappedPage, error) {
	if err := readsDomain(by, q.Domain); err != nil {
		return UnmappedPage{}, err
	}
	now, err := c.Store.Now(ctx)
	if err != nil {
		return UnmappedPage{}, err
	}
	reads := c.Store.Read()
	q.Plants, q.Day = by.Plants(domain.ActionRead), domain.DateOf(now)
	var page UnmappedPage
	if page.Codes, page.Next, err = reads.Unmapped.List(ctx, q); err != nil {
		return page, err
	}
	if page.Policies, err = policies(ctx, reads, by, q); err != nil {
		return page, err
	}
	page.Tallies, err = reads.Unmapped.Tallies(ctx, q.Plants)
	page.Tallies = slices.DeleteFunc(page.Tallies, func(t domain.UnmappedTally) bool {
		return t.Overflow == 0 || (q.System != "" && q.System != t.System) || (q.Domain != "" && q.Domain != t.Domain)
	})
	return page, err
}

// policies are those for the codes asked about, of systems the actor may see.
func policies(ctx context.Context, reads domain.Reads, by domain.Actor, q domain.UnmappedQuery) ([]domain.UnmappedPolicy, error) {
	found, err := reads.Unmapped.Policies(ctx)
	if err != nil {
		return nil, err
	}
	systems, err := reads.Systems.List(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[domain.SystemID]bool{}
	for _, s := range systems {
		seen[s.ID] = s.Plant == "" || by.May(domain.ActionRead, domain.Scope{Domain: q.Domain, Plant: s.Plant, System: s.ID})
	}
	return slices.DeleteFunc(found, func(p domain.UnmappedPolicy) bool {
		return !seen[p.System] || (q.System != "" && q.System != p.System) || (q.Domain != "" && q.Domain != p.Domain)
	}), nil
}

// unmapped returns one code; CodeUnmappedUnknown also for one the actor may not see.
func (c *Crosswalk) unmapped(ctx context.Context, by domain.Actor, id domain.ID) (domain.UnmappedCode, error) {
	found, err := c.Store.Read().Unmapped.ByID(ctx, id)
	if err != nil {
		return found, err
	}
	if err := readsDomain(by, found.Domain, found.System); err != nil {
		return domain.UnmappedCode{}, err
	}
	if found.Plant != "" && !by.May(domain.ActionRead, domain.Scope{Domain: found.Domain, Plant: found.Plant, System: found.System}) {
		return domain.UnmappedCode{}, domain.NotFound(domain.CodeUnmappedUnknown, "there is no such unmapped code")
	}
	return found, nil
}

// Dismiss puts an unmapped code aside: it goes on being counted, and waits for nobody.
func (c *Crosswalk) Dismiss(ctx context.Context, by domain.Actor, id domain.ID, why string) (domain.UnmappedCode, error) {
	found, err := c.unmapped(ctx, by, id)
	if err != nil {
		return found, err
	}
	if err := by.Require(domain.ActionPropose, domain.Scope{Domain: found.Domain, Plant: found.Plant, System: found.System}); err != nil {
		return domain.UnmappedCode{}, err
	}
	err = c.Store.Operate(ctx, func(ops domain.Ops) error {
		if found, err = found.Dismissed(by.ID, strings.TrimSpace(why), ops.Now); err != nil {
			return err
		}
		return ops.Unmapped.Dismiss(ctx, found)
	})
	return found, err
}

// MapUnmapped proposes what an unmapped code stands for.
func (c *Crosswalk) MapUnmapped(ctx context.Context, by domain.Actor, id domain.ID, p NewMapping) (domain.ChangeRequest, error) {
	found, err := c.unmapped(ctx, by, id)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	p.Domain, p.Code = found.Domain, string(found.Code)
	p.Side = Side{System: found.System, Plant: found.Plant, CodeType: found.CodeType}
	return c.ProposeMapping(ctx, by, p)
}

// Changes lists what has changed in a domain since a place in its feed, in the order of the commits. Golden records are
// shared; mappings of plants the actor may not see are left out.
func (c *Crosswalk) Changes(ctx context.Context, by domain.Actor, q domain.FeedQuery) ([]domain.FeedEntry, string, error) {
	if err := readsDomain(by, q.Domain); err != nil {
		return nil, "", err
	}
	if _, err := c.Desk.Definitions.Definition(q.Domain); err != nil {
		return nil, "", err
	}
	q.Plants = by.Plants(domain.ActionRead)
	return c.Store.Read().Translations.Feed(ctx, q)
}
