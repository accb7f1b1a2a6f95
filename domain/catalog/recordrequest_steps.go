package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// wantedStep is one step of a record request, inside its Write. It returns the request as it is to be saved.
type wantedStep func(ctx context.Context, repos domain.Repos, definition domain.Definition, read domain.RecordRequest) (domain.RecordRequest, error)

// wantedWrite says who takes a step on which version of a request, and why.
type wantedWrite struct {
	by      domain.Actor
	id      domain.ID
	version int
	what    string
	// golden steps are the steward's: they take the right to propose for the whole domain.
	golden bool
}

// step is read, decide, write for one step of a record request, with its domain locked: what is searched for stays as it was found.
func (c *Catalog) step(ctx context.Context, w wantedWrite, step wantedStep) (RecordRequestView, error) {
	seen, err := c.Store.Read().RecordRequests.ByID(ctx, w.id)
	if err != nil {
		return RecordRequestView{}, err
	}
	if !seesWanted(w.by, seen) {
		return RecordRequestView{}, wantedUnknown()
	}
	scope := seen.Scope()
	if w.golden {
		scope = domain.Scope{Domain: seen.Domain} // golden values are of no one plant
	}
	if err := w.by.Require(domain.ActionPropose, scope); err != nil {
		return RecordRequestView{}, err
	}
	change := domain.Change{Actor: w.by.ID, Reason: w.what, Domains: []domain.DomainName{seen.Domain}}
	err = c.Store.Write(ctx, change, func(repos domain.Repos) error {
		read, err := repos.RecordRequests.ByID(ctx, w.id)
		if err != nil {
			return err
		}
		if read.Version != w.version {
			return domain.Conflict(domain.CodeRecordRequestStale, "the record request has changed since you opened it")
		}
		definition, err := c.Desk.Governed(ctx, repos.Reads, read.Domain)
		if err != nil {
			return err
		}
		after, err := step(ctx, repos, definition, read)
		if err != nil {
			return err
		}
		return repos.RecordRequests.Save(ctx, after, read.Version)
	})
	if err != nil {
		return RecordRequestView{}, fmt.Errorf("%s %s: %w", w.what, w.id, err)
	}
	return c.RecordRequest(ctx, w.by, w.id)
}

// CompleteRecordRequest puts the attributes of the record as a steward has completed them; what is still missing may be.
// CodeRecordRequestUnknown, CodeRecordRequestStale, CodeRecordRequestState, CodeValueInvalid.
func (c *Catalog) CompleteRecordRequest(ctx context.Context, by domain.Actor, id domain.ID, version int, attributes domain.Attributes) (RecordRequestView, error) {
	w := wantedWrite{by: by, id: id, version: version, what: "complete record request", golden: true}
	return c.step(ctx, w, func(ctx context.Context, repos domain.Repos, definition domain.Definition, read domain.RecordRequest) (domain.RecordRequest, error) {
		if err := attributeFaults(definition, by, attributes); err != nil {
			return read, err
		}
		after, err := read.Completed(attributes, repos.Now)
		if err != nil {
			return after, err
		}
		return after, repos.RecordRequests.Identify(ctx, after, definition.Keys(attributes))
	})
}

// SubmitRecordRequest proposes, as one change request, to make the record and map the codes of all that wait for it. Where
// something is like it the steward has to say why it is something else.
// CodeRecordRequestAlike, CodeValueInvalid, CodeRecordRequestState, CodeRecordRequestMapped, CodePatternUsedUp.
func (c *Catalog) SubmitRecordRequest(ctx context.Context, by domain.Actor, id domain.ID, version int, different string) (RecordRequestView, error) {
	w := wantedWrite{by: by, id: id, version: version, what: "submit record request", golden: true}
	return c.step(ctx, w, func(ctx context.Context, repos domain.Repos, definition domain.Definition, read domain.RecordRequest) (domain.RecordRequest, error) {
		if !read.Open() || !read.With.IsZero() {
			return read, domain.Conflict(domain.CodeRecordRequestState, "a record request that is %s, or waits with another, cannot be submitted", read.State)
		}
		different = strings.TrimSpace(different)
		if err := nothingAlike(ctx, repos.Reads, definition, read, different); err != nil {
			return read, err
		}
		waiting, err := repos.RecordRequests.WaitingWith(ctx, read.ID)
		if err != nil {
			return read, err
		}
		all := append([]domain.RecordRequest{read}, waiting...)
		for _, one := range all {
			one.RequestedAt = repos.Now // what is mapped today
			if err := unmapped(ctx, repos.Reads, one); err != nil {
				return read, err
			}
		}
		values, err := newValues(ctx, repos, definition, read.Attributes)
		if err != nil {
			return read, err
		}
		return c.propose(ctx, repos, by, definition, proposal{all: all, values: values, different: different})
	})
}

// proposal is a record that is proposed for one request and those that wait with it.
type proposal struct {
	all       []domain.RecordRequest
	values    domain.Attributes
	different string
}

// propose makes the change request and returns the first request as it is then; the others are saved.
func (c *Catalog) propose(ctx context.Context, repos domain.Repos, by domain.Actor, definition domain.Definition, p proposal) (domain.RecordRequest, error) {
	first := p.all[0]
	record, items, err := c.Desk.DraftNew(ctx, repos.Reads, definition, steward.NewRecord{Domain: first.Domain, Values: p.values, For: p.all})
	if err != nil {
		return first, err
	}
	reason := first.Reason
	if p.different != "" {
		reason += "\nNot what it looks like: " + p.different
	}
	change, err := c.Desk.Propose(ctx, repos, by, domain.ChangeRequest{
		Kind: domain.RequestRecord, Domain: first.Domain, Reason: reason,
		Title: fmt.Sprintf("The new %s %s %s, requested by %s", definition.Label, p.values.Text(definition.CodeAttribute),
			p.values.Text(definition.NameAttribute), plantsOf(p.all)),
	}, items)
	if err != nil {
		return first, err
	}
	for _, waiting := range p.all[1:] {
		after, err := waiting.Submitted(change.ID, record, repos.Now)
		if err != nil {
			return first, err
		}
		if err := repos.RecordRequests.Save(ctx, after, waiting.Version); err != nil {
			return first, err
		}
	}
	return first.Submitted(change.ID, record, repos.Now)
}

// plantsOf names the plants that wait, each once.
func plantsOf(all []domain.RecordRequest) string {
	var plants []string
	for _, one := range all {
		if !slices.Contains(plants, string(one.Plant)) {
			plants = append(plants, string(one.Plant))
		}
	}
	return strings.Join(plants, " and ")
}

// nothingAlike is CodeRecordRequestAlike when there is something like what is requested and nobody says what is different.
func nothingAlike(ctx context.Context, reads domain.Reads, definition domain.Definition, request domain.RecordRequest, different string) error {
	found, err := candidates(ctx, reads, definition, request)
	if err != nil || len(found) == 0 || different != "" {
		return err
	}
	because := strings.Join(found[0].Because, " and ")
	if record := found[0].Record; record != nil {
		return domain.Conflict(domain.CodeRecordRequestAlike, "%s has the same %s: answer with it, or say what is different",
			record.Attributes.Text(definition.CodeAttribute), because)
	}
	return domain.Conflict(domain.CodeRecordRequestAlike, "the plant %s asks for something with the same %s: let them wait together, or say what is different",
		found[0].Request.Plant, because)
}

// newValues are the values of the record: checked as a whole, with a code that is free.
func newValues(ctx context.Context, repos domain.Repos, definition domain.Definition, values domain.Attributes) (domain.Attributes, error) {
	if definition.CodePattern != "" {
		if values[definition.CodeAttribute] != nil {
			err := domain.Invalid(domain.CodeValueInvalid, "the code is drawn from the pattern %s: leave it empty", definition.CodePattern)
			err.Fields = []domain.FieldError{{Location: "/" + string(definition.CodeAttribute), Msg: err.Msg}}
			return nil, err
		}
		// Checked before a number is drawn, with a code that fits any pattern.
		if err := definition.Check(values.With(domain.Attributes{definition.CodeAttribute: domain.Code("0")})); err != nil {
			return nil, err
		}
		code, err := draw(ctx, repos, definition)
		if err != nil {
			return nil, err
		}
		values = values.With(domain.Attributes{definition.CodeAttribute: code})
	}
	if err := definition.Check(values); err != nil {
		return nil, err
	}
	code := values.Text(definition.CodeAttribute)
	taken, err := repos.Records.ByCodes(ctx, definition.Domain, []string{code})
	if err == nil && len(taken) > 0 {
		err = domain.Conflict(domain.CodeRecordCodeTaken, "the code %s belongs to %s already", code, taken[code].Attributes.Text(definition.NameAttribute))
	}
	return values, err
}

// drawAtOnce is how many numbers are tried together where the first was taken.
const drawAtOnce = 500

// draw takes the next free code of the domain's pattern. Numbers of codes that records have already are passed over.
func draw(ctx context.Context, repos domain.Repos, definition domain.Definition) (domain.Code, error) {
	pattern, err := domain.ParseCodePattern(definition.CodePattern)
	if err != nil {
		return "", err
	}
	for n := 1; ; n = drawAtOnce {
		first, err := repos.RecordRequests.Draw(ctx, definition.Domain, pattern.Series(), n)
		if err != nil {
			return "", err
		}
		var codes []string
		for number := first; number < first+int64(n); number++ {
			code, err := pattern.Code(number)
			if err != nil && len(codes) == 0 {
				return "", err
			}
			if err == nil {
				codes = append(codes, string(code))
			}
		}
		taken, err := repos.Records.ByCodes(ctx, definition.Domain, codes)
		if err != nil {
			return "", err
		}
		if at := slices.IndexFunc(codes, func(code string) bool { _, held := taken[code]; return !held }); at >= 0 {
			return domain.Code(codes[at]), nil
		}
	}
}
