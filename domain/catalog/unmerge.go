package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// PreviewUnmerge says what taking a merged record out again would come to, and what has happened since the merge. It takes the
// right to read the whole domain. CodeRecordUnknown; CodeMergeNone when the record is not merged.
func (c *Catalog) PreviewUnmerge(ctx context.Context, by domain.Actor, name domain.DomainName, id domain.ID) (UnmergePreview, error) {
	if err := by.Require(domain.ActionRead, domain.Scope{Domain: name}); err != nil {
		return UnmergePreview{}, err
	}
	u, err := c.unmerging(ctx, c.Store.Read(), name, id)
	if err != nil {
		return UnmergePreview{}, fmt.Errorf("preview unmerge of %s: %w", id, err)
	}
	return u.UnmergePreview, nil
}

// UnmergeRecord proposes as a change request that a merged record stands for itself again, with what it had. Values of the
// survivor that came by the merge go back, those that were changed since stay; of what came to the survivor since the wish names
// what goes with the loser. CodeMergeNone, CodeMergeOpen, CodeMergeDeliveries, CodeRecordCodeTaken, CodeRecordStale,
// CodeMergeChoice, CodeReasonRequired.
func (c *Catalog) UnmergeRecord(ctx context.Context, by domain.Actor, name domain.DomainName, id domain.ID, wish UnmergeWish) (domain.ChangeRequest, error) {
	var request domain.ChangeRequest
	for _, action := range []domain.Action{domain.ActionRead, domain.ActionPropose} {
		if err := by.Require(action, domain.Scope{Domain: name}); err != nil {
			return request, err
		}
	}
	if wish.Reason = strings.TrimSpace(wish.Reason); wish.Reason == "" {
		return request, domain.Invalid(domain.CodeReasonRequired, "say why the records are different things")
	}
	err := c.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: wish.Reason}, func(repos domain.Repos) error {
		u, err := c.unmerging(ctx, repos.Reads, name, id)
		if err != nil {
			return err
		}
		if wish.Version != 0 && wish.Version != u.Loser.Version {
			return domain.Conflict(domain.CodeRecordStale, "the record has changed since you looked at it")
		}
		if len(u.Refusals) > 0 {
			return domain.Conflict(u.Refusals[0].Code, "%s", u.Refusals[0].Message)
		}
		items, err := u.items(ctx, repos.Reads, wish)
		if err != nil {
			return err
		}
		request, err = c.Desk.Propose(ctx, repos, by, domain.ChangeRequest{
			Kind: domain.RequestUnmerge, Domain: name, Reason: wish.Reason,
			Title: fmt.Sprintf("%s taken out of %s again", u.named(u.Loser), u.named(u.Survivor)),
		}, items)
		return err
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("propose unmerge of %s: %w", id, err)
	}
	return request, nil
}

// unmergeDraft is an unmerge as it would be, with what its items are made of.
type unmergeDraft struct {
	UnmergePreview
	drafted steward.Unmerging
	// before says how plants used the survivor before they came to use it otherwise.
	before map[domain.PlantID]domain.PlantUse
}

func (u *unmergeDraft) named(r domain.GoldenRecord) string {
	return strings.TrimSpace(r.Attributes.Text(u.Definition.CodeAttribute) + " " + r.Attributes.Text(u.Definition.NameAttribute))
}

// unmerging works an unmerge out on the state as it is now.
func (c *Catalog) unmerging(ctx context.Context, reads domain.Reads, name domain.DomainName, id domain.ID) (unmergeDraft, error) {
	u := unmergeDraft{before: map[domain.PlantID]domain.PlantUse{}}
	record, err := reads.Records.ByID(ctx, id)
	if err == nil && record.Domain != name {
		err = domain.NotFound(domain.CodeRecordUnknown, "there is no such %s", name)
	}
	if err != nil {
		return u, err
	}
	if u.Definition, err = c.Desk.Governed(ctx, reads, name); err != nil {
		return u, err
	}
	if u.drafted, err = c.Desk.DraftUnmerge(ctx, reads, record); err != nil {
		return u, err
	}
	u.Loser, u.Survivor, u.Merge = record, u.drafted.Survivor, u.drafted.Merge
	u.values()
	for _, step := range []func(context.Context, domain.Reads) error{u.mappingsSince, u.usesSince, u.happened, u.refuse} {
		if err := step(ctx, reads); err != nil {
			return u, err
		}
	}
	return u, nil
}

// values puts what the desk has drafted into words.
func (u *unmergeDraft) values() {
	label := func(key domain.AttributeID) string {
		attribute, _ := u.Definition.Attribute(key)
		if _, place := key.Split(); place != (domain.Place{}) {
			return attribute.Label + " (" + strings.TrimPrefix(string(key), string(attribute.ID)+"@") + ")"
		}
		return attribute.Label
	}
	for _, r := range u.drafted.Restores {
		u.Restores = append(u.Restores, Restored{Key: r.Key, Label: label(r.Key), From: r.From, To: r.To})
	}
	for _, s := range u.drafted.Stays {
		u.Stays = append(u.Stays, Stayed{Key: s.Key, Label: label(s.Key), Value: s.Value, Request: s.Request})
	}
}

// mappingsSince finds the survivor's codes that were mapped to it after the merge.
func (u *unmergeDraft) mappingsSince(ctx context.Context, reads domain.Reads) error {
	mappings, err := reads.Mappings.ByRecord(ctx, u.Survivor.ID)
	if err != nil {
		return err
	}
	for _, m := range mappings {
		if !m.Live() {
			continue
		}
		versions, err := reads.Translations.History(ctx, m.ID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(versions, func(v domain.CodeMapping) bool { return v.Record == u.Survivor.ID })
		if at < 0 || versions[at].ChangeRequest.IsZero() {
			continue
		}
		request, err := reads.Requests.ByID(ctx, versions[at].ChangeRequest)
		if err != nil {
			return err
		}
		if request.AppliedAt > u.Merge.AppliedAt {
			u.Mappings = append(u.Mappings, m)
		}
	}
	return nil
}

// usesSince finds the plants that use the survivor otherwise than when the merge was applied.
func (u *unmergeDraft) usesSince(ctx context.Context, reads domain.Reads) error {
	requests, err := reads.Merges.AppliedSince(ctx, []domain.ID{u.Survivor.ID}, u.Merge.AppliedAt)
	if err != nil {
		return err
	}
	for _, request := range requests {
		if err := u.usesOf(ctx, reads, request); err != nil {
			return err
		}
	}
	now, err := reads.Uses.ByRecord(ctx, u.Survivor.ID)
	for _, use := range now {
		before, touched := u.before[use.Plant]
		if touched && use.State != domain.UseNotUsed && (use.State != before.State || use.Validity != before.Validity) {
			u.Uses = append(u.Uses, use)
		}
	}
	return err
}

// usesOf notes how plants used the survivor before a request changed that, where none before it did.
func (u *unmergeDraft) usesOf(ctx context.Context, reads domain.Reads, request domain.ChangeRequest) error {
	items, err := reads.Requests.Items(ctx, request.ID, 0, 0)
	if err != nil {
		return err
	}
	effects, err := reads.Requests.Effects(ctx, request.ID)
	for _, effect := range effects {
		item := items[effect.Position]
		if item.Use == nil || item.Record != u.Survivor.ID || !effect.Changed {
			continue
		}
		if _, known := u.before[item.Use.Plant]; known {
			continue
		}
		before := *item.Use
		before.State, before.Validity = domain.UseNotUsed, domain.Validity{}
		if effect.UseBefore != nil {
			before = *effect.UseBefore
		}
		u.before[item.Use.Plant] = before
	}
	return err
}

// happened tells of what was found and written under the loser's codes since.
func (u *unmergeDraft) happened(ctx context.Context, reads domain.Reads) error {
	var err error
	if u.Discrepancies, err = openDifferences(ctx, reads, u.Loser.ID); err != nil {
		return err
	}
	heir, err := domain.HeirOf(ctx, reads, u.Loser.ID)
	if err != nil {
		return err
	}
	mappings, err := domain.FamilyMappings(ctx, reads, u.Loser.ID)
	if err != nil {
		return err
	}
	made, err := reads.Merges.DeliveriesOf(ctx, []domain.ID{u.Survivor.ID, heir.ID}, u.Merge.AppliedAt)
	if err != nil {
		return err
	}
	u.Deliveries = slices.DeleteFunc(made, func(d domain.Delivery) bool { return !steward.UnderCode(d, mappings) })
	u.Others, err = reads.Translations.MergedInto(ctx, []domain.ID{u.Survivor.ID})
	u.Others = slices.DeleteFunc(u.Others, func(r domain.GoldenRecord) bool { return r.ID == u.Loser.ID })
	return err
}

// refuse finds why the record cannot be taken out as things are.
func (u *unmergeDraft) refuse(ctx context.Context, reads domain.Reads) error {
	hindrances, err := steward.UnmergeHindrances(ctx, reads, u.Loser.ID, u.named(u.Loser), domain.ID{})
	if err != nil {
		return err
	}
	for _, h := range hindrances {
		u.Refusals = append(u.Refusals, Remark{Code: h.Code, Message: h.Msg + "."})
	}
	code := u.Loser.Attributes.Text(u.Definition.CodeAttribute)
	holders, err := reads.Records.ByCodes(ctx, u.Definition.Domain, []string{code})
	if holder, taken := holders[code]; taken && holder.ID != u.Loser.ID {
		u.Refusals = append(u.Refusals, Remark{
			Code: domain.CodeRecordCodeTaken, Message: fmt.Sprintf("The code %s belongs to %s by now.", code, u.named(holder)),
		})
	}
	return err
}

// items are the steps: those drafted, and what goes with the loser.
func (u *unmergeDraft) items(ctx context.Context, reads domain.Reads, wish UnmergeWish) ([]domain.ChangeItem, error) {
	items := u.drafted.Items()
	label := u.Loser.Attributes.Text(u.Definition.NameAttribute)
	for _, id := range wish.Mappings {
		at := slices.IndexFunc(u.Mappings, func(m domain.CodeMapping) bool { return m.ID == id })
		if at < 0 {
			return nil, domain.Invalid(domain.CodeMergeChoice, "a code that was to go back is none that came to the record since the merge")
		}
		m := u.Mappings[at]
		m.Record, m.Version = u.Loser.ID, m.Version+1
		items = append(items, domain.ChangeItem{Action: domain.ItemMapCode, Domain: m.Domain, Label: label, Record: m.Record, Mapping: &m})
	}
	for _, plant := range wish.Plants {
		at := slices.IndexFunc(u.Uses, func(use domain.PlantUse) bool { return use.Plant == plant })
		if at < 0 {
			return nil, domain.Invalid(domain.CodeMergeChoice, "the plant %s has not come to use the record since the merge", plant)
		}
		moved, err := u.sendUse(ctx, reads, u.Uses[at], label)
		if err != nil {
			return nil, err
		}
		items = append(items, moved...)
	}
	return items, nil
}

// sendUse lets a plant use the loser as it uses the survivor, and the survivor as it did before.
func (u *unmergeDraft) sendUse(ctx context.Context, reads domain.Reads, use domain.PlantUse, label string) ([]domain.ChangeItem, error) {
	own, err := reads.Uses.ByRecords(ctx, use.Plant, []domain.ID{u.Loser.ID})
	if err != nil {
		return nil, err
	}
	back := u.before[use.Plant]
	back.Record, back.Version = use.Record, use.Version+1
	use.Record, use.Version = u.Loser.ID, 1
	if len(own) > 0 {
		use.Version = own[0].Version + 1
	}
	item := func(of domain.PlantUse) domain.ChangeItem {
		return domain.ChangeItem{Action: domain.ItemUsePlant, Domain: of.Domain, Label: label, Record: of.Record, Use: &of}
	}
	return []domain.ChangeItem{item(use), item(back)}, nil
}
