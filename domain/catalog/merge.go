package catalog

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// MaxLosers is how many records one request merges into another.
const MaxLosers = 20

// PreviewMerge says what merging records would come to: which should stay, what it takes from which, what speaks against it.
// Golden values are of no one plant: it takes the right to read the whole domain. CodeRecordUnknown, CodeMergeChoice.
func (c *Catalog) PreviewMerge(ctx context.Context, by domain.Actor, name domain.DomainName, wish MergeWish) (MergePreview, error) {
	if err := by.Require(domain.ActionRead, domain.Scope{Domain: name}); err != nil {
		return MergePreview{}, err
	}
	now, err := c.Store.Now(ctx)
	if err != nil {
		return MergePreview{}, err
	}
	m, err := c.drafted(ctx, c.Store.Read(), name, wish, now)
	if err != nil {
		return MergePreview{}, fmt.Errorf("preview merge: %w", err)
	}
	return m.MergePreview, nil
}

// ProposeMerge is MergeRecords of what was judged to be one thing; match.Merger.
func (c *Catalog) ProposeMerge(ctx context.Context, by domain.Actor, name domain.DomainName, union domain.Union) (domain.ChangeRequest, error) {
	return c.MergeRecords(ctx, by, name, MergeWish{
		Survivor: union.Survivor, Losers: union.Losers, Choose: union.Choose, Acknowledge: union.Acknowledge, Reason: union.Reason,
	})
}

// MergeRecords proposes as a change request that records forward to one that stays, which takes over what survives of theirs.
// They keep their IDs, values, codes and history, and can be taken out again. What the preview refuses is refused, with all its
// reasons as Fields; CodeMergeContradiction unless what speaks against it is acknowledged; CodeReasonRequired.
func (c *Catalog) MergeRecords(ctx context.Context, by domain.Actor, name domain.DomainName, wish MergeWish) (domain.ChangeRequest, error) {
	var request domain.ChangeRequest
	for _, action := range []domain.Action{domain.ActionRead, domain.ActionPropose} {
		if err := by.Require(action, domain.Scope{Domain: name}); err != nil {
			return request, err
		}
	}
	if wish.Reason = strings.TrimSpace(wish.Reason); wish.Reason == "" {
		return request, domain.Invalid(domain.CodeReasonRequired, "say why the records are one thing")
	}
	err := c.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: wish.Reason}, func(repos domain.Repos) error {
		m, err := c.drafted(ctx, repos.Reads, name, wish, repos.Now)
		if err != nil {
			return err
		}
		if err := m.refusal(wish.Acknowledge); err != nil {
			return err
		}
		request, err = c.Desk.Propose(ctx, repos, by, domain.ChangeRequest{
			Kind: domain.RequestMerge, Domain: name, Reason: wish.Reason, Title: m.title(),
		}, m.items())
		return err
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("propose merge: %w", err)
	}
	return request, nil
}

// mergeDraft is a merge as it would be, with what its items are made of.
type mergeDraft struct {
	MergePreview
	contradicts []string
	uses        []domain.PlantUse
}

// drafted works a merge out on the state as it is now.
func (c *Catalog) drafted(ctx context.Context, reads domain.Reads, name domain.DomainName, wish MergeWish, now domain.Instant) (mergeDraft, error) {
	var m mergeDraft
	var err error
	if m.Definition, err = c.Desk.Governed(ctx, reads, name); err != nil {
		return m, err
	}
	ids, err := wish.records()
	if err != nil {
		return m, err
	}
	for _, id := range ids {
		member, err := mergeMember(ctx, reads, id)
		if err != nil {
			return m, err
		}
		if wanted := wish.Versions[id]; wanted != 0 && wanted != member.Record.Version {
			return m, domain.Conflict(domain.CodeRecordStale, "%s has changed since you looked at it", m.named(member.Record))
		}
		m.Members = append(m.Members, member)
	}
	m.settleSurvivor(wish)
	if err := m.checkChoices(wish); err != nil {
		return m, err
	}
	said, err := c.saidOf(ctx, reads, m.Definition, m.Members)
	if err != nil {
		return m, err
	}
	m.Choices = survivorship{definition: m.Definition, members: m.Members, said: said, choose: wish.Choose}.choices()
	return m, m.judge(ctx, reads, domain.DateOf(now))
}

// records are those concerned, the survivor first where one is named.
func (w MergeWish) records() ([]domain.ID, error) {
	all := slices.Clone(w.Losers)
	if !w.Survivor.IsZero() {
		all = append([]domain.ID{w.Survivor}, w.Losers...)
	}
	seen := map[domain.ID]bool{}
	for _, id := range w.Losers {
		if seen[id] {
			return nil, domain.Invalid(domain.CodeBodyInvalid, "a record is named twice")
		}
		seen[id] = true
	}
	switch {
	case seen[w.Survivor]:
		return nil, domain.Conflict(domain.CodeMergeItself, "a record cannot be merged into itself")
	case len(all) < 2:
		return nil, domain.Invalid(domain.CodeBodyInvalid, "a merge is of two records at least")
	case len(all) > MaxLosers+1:
		return nil, domain.Invalid(domain.CodeBodyInvalid, "one request merges at most %d records into another", MaxLosers)
	}
	return all, nil
}

// mergeMember reads one of the records with what stands for it.
func mergeMember(ctx context.Context, reads domain.Reads, id domain.ID) (MergeMember, error) {
	record, err := reads.Records.ByID(ctx, id)
	if err != nil {
		return MergeMember{}, err
	}
	member := MergeMember{Record: record, Lineage: map[domain.AttributeID]domain.Lineage{}}
	if member.Mappings, err = reads.Mappings.ByRecord(ctx, id); err != nil {
		return member, err
	}
	member.Mappings = slices.DeleteFunc(member.Mappings, func(m domain.CodeMapping) bool { return !m.Live() })
	if member.Uses, err = reads.Uses.ByRecord(ctx, id); err != nil {
		return member, err
	}
	origins, err := reads.Records.Lineage(ctx, id)
	for _, origin := range origins {
		member.Lineage[origin.Attribute] = origin
	}
	return member, err
}

// settleSurvivor names the record that stays and puts it first.
func (m *mergeDraft) settleSurvivor(wish MergeWish) {
	m.Survivor, m.SurvivorWhy = wish.Survivor, "A person chose it."
	if wish.Survivor.IsZero() {
		inUse := slices.DeleteFunc(slices.Clone(m.Members), func(one MergeMember) bool { return !one.Record.InUse() })
		if len(inUse) == 0 {
			inUse = m.Members
		}
		m.Survivor, m.SurvivorWhy = proposeSurvivor(inUse)
	}
	slices.SortStableFunc(m.Members, func(a, b MergeMember) int {
		switch {
		case a.Record.ID == m.Survivor:
			return -1
		case b.Record.ID == m.Survivor:
			return 1
		default:
			return 0
		}
	})
}

// checkChoices is CodeMergeChoice when a person chose what cannot be chosen.
func (m *mergeDraft) checkChoices(wish MergeWish) error {
	for key, record := range wish.Choose {
		attribute, known := m.Definition.Attribute(key)
		takesPart := slices.ContainsFunc(m.Members, func(one MergeMember) bool { return one.Record.ID == record })
		switch {
		case !known:
			return domain.Invalid(domain.CodeMergeChoice, "there is no attribute %q to choose a value of", string(key))
		case !takesPart:
			return domain.Invalid(domain.CodeMergeChoice, "the value of %s was chosen of a record that takes no part", attribute.Label)
		case attribute.ID == m.Definition.CodeAttribute && record != m.Survivor:
			return domain.Invalid(domain.CodeMergeChoice, "a record keeps its own code: let the other record stay instead")
		}
	}
	return nil
}

// saidOf is what the systems say of the members, each record that is there, under the keys of the golden record.
func (c *Catalog) saidOf(ctx context.Context, reads domain.Reads, definition domain.Definition, members []MergeMember) ([]domain.Attributes, error) {
	plants, err := reads.Plants.List(ctx)
	if err != nil {
		return nil, err
	}
	lists, err := reads.CodeLists.List(ctx)
	if err != nil {
		return nil, err
	}
	var said []domain.Attributes
	for _, member := range members {
		for _, m := range member.Mappings {
			if m.Relation != domain.RelationEquivalent {
				continue
			}
			found, err := saidUnder(ctx, reads, m)
			if err != nil {
				return nil, err
			}
			for _, one := range found {
				if one.Source.GoneAt == 0 && !one.Source.Duplicated {
					values := definition.Coded(one.Source.Attributes, one.System.ID, lists)
					said = append(said, definition.Placed(values, domain.PlaceOf(one.System, plants)))
				}
			}
		}
	}
	return said, nil
}

// named is what people call a record.
func (m *mergeDraft) named(r domain.GoldenRecord) string {
	return strings.TrimSpace(r.Attributes.Text(m.Definition.CodeAttribute) + " " + r.Attributes.Text(m.Definition.NameAttribute))
}

func (m *mergeDraft) losers() []MergeMember { return m.Members[1:] }

func (m *mergeDraft) title() string {
	var names []string
	for _, loser := range m.losers() {
		names = append(names, m.named(loser.Record))
	}
	if len(names) > 3 {
		names = append(names[:2], fmt.Sprintf("%d more", len(m.losers())-2))
	}
	return fmt.Sprintf("%s merged into %s", strings.Join(names, ", "), m.named(m.Members[0].Record))
}

// refusal is the first reason why the merge cannot be proposed, with all of them.
func (m *mergeDraft) refusal(acknowledged bool) error {
	refusals := m.Refusals
	if len(m.contradicts) > 0 && !acknowledged {
		refusals = append(refusals, Remark{Code: domain.CodeMergeContradiction, Message: m.contradicts[0] + " Acknowledge it if the records are one thing all the same."})
	}
	if len(refusals) == 0 {
		return nil
	}
	err := domain.Conflict(refusals[0].Code, "%s", refusals[0].Message)
	for _, r := range refusals {
		err.Fields = append(err.Fields, domain.FieldError{Location: r.Code, Msg: r.Message})
	}
	return err
}

// items are the steps: each loser forwards, the survivor takes over what survives, and plants use it that used a loser.
func (m *mergeDraft) items() []domain.ChangeItem {
	survivor, name := m.Members[0], m.Definition.Domain
	label := func(r domain.GoldenRecord) string { return r.Attributes.Text(m.Definition.NameAttribute) }
	var items []domain.ChangeItem
	for _, loser := range m.losers() {
		items = append(items, domain.ChangeItem{
			Action: domain.ItemMergeRecord, Domain: name, Label: label(loser.Record), Record: loser.Record.ID, BaseVersion: loser.Record.Version,
			Into: m.Survivor, IntoVersion: survivor.Record.Version, Contradicts: strings.Join(m.contradicts, " "),
		})
	}
	update := m.update()
	update.Action, update.Domain, update.Label = domain.ItemUpdateRecord, name, label(survivor.Record)
	items = append(items, update)
	for _, use := range m.uses {
		items = append(items, domain.ChangeItem{Action: domain.ItemUsePlant, Domain: name, Label: label(survivor.Record), Record: m.Survivor, Use: &use})
	}
	return items
}

// update is what changes of the survivor, with where each value comes from and where the former ones came from.
func (m *mergeDraft) update() domain.ChangeItem {
	survivor := m.Members[0]
	update := domain.ChangeItem{Record: m.Survivor, BaseVersion: survivor.Record.Version, Set: domain.Attributes{}, Origin: domain.Lineage{Rule: "merge"}}
	for _, choice := range m.Choices {
		if domain.Equal(choice.Value, survivor.Record.Attributes[choice.Key]) {
			continue
		}
		at := slices.IndexFunc(m.Members, func(one MergeMember) bool { return one.Record.ID == choice.From })
		source := m.Members[at].Lineage[choice.Key]
		update.Traces = append(update.Traces, domain.Lineage{
			Attribute: choice.Key, System: source.System, Code: source.Code, Rule: "merge_" + string(choice.Rule),
		})
		if former, traced := survivor.Lineage[choice.Key]; traced {
			update.Former = append(update.Former, former)
		}
		if choice.Value == nil || choice.Value.Empty() {
			update.Clear = append(update.Clear, choice.Key)
			continue
		}
		update.Set[choice.Key] = choice.Value
	}
	update.Before = survivor.Record.Attributes.Only(update.Touched())
	return update
}

// after are the survivor's attributes as they would be.
func (m *mergeDraft) after() domain.Attributes {
	update := m.update()
	after := maps.Clone(m.Members[0].Record.Attributes.With(update.Set))
	for _, id := range update.Clear {
		delete(after, id)
	}
	return after
}
