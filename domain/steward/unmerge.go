package steward

import (
	"context"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Unmerging is what taking merged records out of the one they forward to would come to.
type Unmerging struct {
	Losers   []domain.GoldenRecord
	Survivor domain.GoldenRecord
	// Merge is the request that merged them.
	Merge domain.ChangeRequest
	// Restores are the survivor's values that go back, Stays those that do not, because they were changed since or because
	// another record that stays merged says the same.
	Restores []RestoredValue
	Stays    []StayingValue
	// Uses are how plants use the survivor again.
	Uses       []domain.PlantUse
	definition domain.Definition
}

// RestoredValue is a value that goes back; nil values say nothing. Trace is where the former one came from.
type RestoredValue struct {
	Key      domain.AttributeID
	From, To domain.Value
	Trace    domain.Lineage
}

// StayingValue is a value that stays, by a request.
type StayingValue struct {
	Key     domain.AttributeID
	Value   domain.Value
	Request domain.ID
}

// DraftUnmerge works out how merged records are taken out again; all of them were merged by one request. CodeMergeNone.
func (d *Desk) DraftUnmerge(ctx context.Context, reads domain.Reads, losers ...domain.GoldenRecord) (Unmerging, error) {
	u := unmerger{reads: reads, out: Unmerging{Losers: losers}, items: map[domain.ID][]domain.ChangeItem{}}
	var err error
	if u.out.definition, err = d.Governed(ctx, reads, losers[0].Domain); err != nil {
		return u.out, err
	}
	if err := u.open(ctx); err != nil {
		return u.out, err
	}
	if err := u.values(ctx); err != nil {
		return u.out, err
	}
	return u.out, u.uses(ctx)
}

// Items are the steps of a request that takes the records out.
func (u Unmerging) Items() []domain.ChangeItem {
	name := u.Survivor.Domain
	label := func(r domain.GoldenRecord) string { return r.Attributes.Text(u.definition.NameAttribute) }
	back := domain.ChangeItem{
		Action: domain.ItemUpdateRecord, Domain: name, Label: label(u.Survivor), Record: u.Survivor.ID, BaseVersion: u.Survivor.Version,
		Set: domain.Attributes{}, Origin: domain.Lineage{Rule: "unmerge"},
	}
	for _, r := range u.Restores {
		if r.To == nil || r.To.Empty() {
			back.Clear = append(back.Clear, r.Key)
			continue
		}
		back.Set[r.Key] = r.To
		if r.Trace.Attribute == r.Key {
			back.Traces = append(back.Traces, r.Trace)
		}
	}
	back.Before = u.Survivor.Attributes.Only(back.Touched())
	items := []domain.ChangeItem{back}
	for _, loser := range u.Losers {
		items = append(items, domain.ChangeItem{
			Action: domain.ItemUnmergeRecord, Domain: name, Label: label(loser), Record: loser.ID, BaseVersion: loser.Version, Into: u.Survivor.ID,
		})
	}
	for _, use := range u.Uses {
		items = append(items, domain.ChangeItem{Action: domain.ItemUsePlant, Domain: name, Label: label(u.Survivor), Record: use.Record, Use: &use})
	}
	return items
}

// unmerger works out one unmerging.
type unmerger struct {
	reads domain.Reads
	out   Unmerging
	// items are those of the merges met with, by request.
	items map[domain.ID][]domain.ChangeItem
}

// open finds the merge and the survivor as it is now.
func (u *unmerger) open(ctx context.Context) error {
	loser := u.out.Losers[0]
	if loser.State != domain.RecordMerged {
		return domain.Conflict(domain.CodeMergeNone, "%s is %s: it is not merged into anything", loser.Attributes.Text(u.out.definition.NameAttribute), loser.State)
	}
	history, err := u.reads.Records.Versions(ctx, loser.ID)
	if err != nil {
		return err
	}
	_, merged := domain.MergedAt(history)
	if u.out.Merge, err = u.reads.Requests.ByID(ctx, merged.ChangeRequest); err != nil {
		return err
	}
	u.out.Survivor, err = u.reads.Records.ByID(ctx, loser.MergedInto)
	return err
}

// of returns the items of a merge, and what it changed of the survivor; nothing of any other request, which may be a large one.
func (u *unmerger) of(ctx context.Context, request domain.ID) ([]domain.ChangeItem, domain.ChangeItem, error) {
	items, known := u.items[request]
	if !known && !request.IsZero() {
		made, err := u.reads.Requests.ByID(ctx, request)
		if err == nil && made.Kind == domain.RequestMerge {
			items, err = u.reads.Requests.Items(ctx, request, 0, 0)
		}
		if err != nil {
			return nil, domain.ChangeItem{}, err
		}
		u.items[request] = items
	}
	at := slices.IndexFunc(items, func(i domain.ChangeItem) bool {
		return i.Action == domain.ItemUpdateRecord && i.Record == u.out.Survivor.ID
	})
	if at < 0 {
		return items, domain.ChangeItem{}, nil
	}
	return items, items[at], nil
}

// values sorts what the merge set into what goes back and what stays. What an earlier merge has set goes back too once nobody who
// stays says it: the record that is taken out may have come by another request before.
func (u *unmerger) values(ctx context.Context) error {
	_, update, err := u.of(ctx, u.out.Merge.ID)
	if err != nil {
		return err
	}
	origins, err := u.reads.Records.Lineage(ctx, u.out.Survivor.ID)
	if err != nil {
		return err
	}
	for _, origin := range origins {
		if err := u.value(ctx, origin, update); err != nil {
			return err
		}
	}
	return nil
}

// value says of one value of the survivor whether it goes back or stays. What had nothing to do with a merge is only told where it
// was changed since.
func (u *unmerger) value(ctx context.Context, origin domain.Lineage, merged domain.ChangeItem) error {
	key, now := origin.Attribute, u.out.Survivor.Attributes[origin.Attribute]
	stays := StayingValue{Key: key, Value: now, Request: origin.ChangeRequest}
	_, update, err := u.of(ctx, origin.ChangeRequest)
	if err != nil {
		return err
	}
	concerns := slices.Contains(merged.Touched(), key)
	if !slices.Contains(update.Touched(), key) {
		if concerns || origin.RecordedAt > u.out.Merge.AppliedAt {
			u.out.Stays = append(u.out.Stays, stays)
		}
		return nil
	}
	supported, err := u.supported(ctx, origin.ChangeRequest, key, now)
	if err != nil {
		return err
	}
	if supported {
		if concerns {
			u.out.Stays = append(u.out.Stays, stays)
		}
		return nil
	}
	back, err := u.formerly(ctx, update, key)
	back.From = now
	u.out.Restores = append(u.out.Restores, back)
	return err
}

// traceOf finds the origin of one attribute; the zero Lineage when there is none.
func traceOf(origins []domain.Lineage, key domain.AttributeID) domain.Lineage {
	at := slices.IndexFunc(origins, func(l domain.Lineage) bool { return l.Attribute == key })
	if at < 0 {
		return domain.Lineage{}
	}
	return origins[at]
}

// supported says whether a record that a request merged, and that stays merged, says the value too.
func (u *unmerger) supported(ctx context.Context, merge domain.ID, key domain.AttributeID, value domain.Value) (bool, error) {
	stay, err := u.staying(ctx, merge)
	return slices.ContainsFunc(stay, func(r domain.GoldenRecord) bool { return domain.Equal(r.Attributes[key], value) }), err
}

// staying are the records that a request merged into the survivor and that are to stay so.
func (u *unmerger) staying(ctx context.Context, merge domain.ID) ([]domain.GoldenRecord, error) {
	items, _, err := u.of(ctx, merge)
	if err != nil {
		return nil, err
	}
	var ids []domain.ID
	for _, item := range items {
		leaves := slices.ContainsFunc(u.out.Losers, func(l domain.GoldenRecord) bool { return l.ID == item.Record })
		if item.Action == domain.ItemMergeRecord && !leaves {
			ids = append(ids, item.Record)
		}
	}
	records, err := u.reads.Records.ByIDs(ctx, ids)
	return slices.DeleteFunc(records, func(r domain.GoldenRecord) bool { return r.MergedInto != u.out.Survivor.ID }), err
}

// formerly is the value that a merge replaced. Where that had come by an earlier merge of which nothing is left, it is what that
// one replaced: so the order in which records are taken out does not matter.
func (u *unmerger) formerly(ctx context.Context, update domain.ChangeItem, key domain.AttributeID) (RestoredValue, error) {
	for {
		back := RestoredValue{Key: key, To: update.Before[key], Trace: traceOf(update.Former, key)}
		request := back.Trace.ChangeRequest
		if request.IsZero() {
			return back, nil
		}
		_, earlier, err := u.of(ctx, request)
		if err != nil || !slices.Contains(earlier.Touched(), key) {
			return back, err
		}
		if supported, err := u.supported(ctx, request, key, back.To); err != nil || supported {
			return back, err
		}
		update = earlier
	}
}

// uses finds how plants used the survivor before the merge, where nothing has changed that since and no record that stays merged
// is used there.
func (u *unmerger) uses(ctx context.Context) error {
	items, _, err := u.of(ctx, u.out.Merge.ID)
	if err != nil {
		return err
	}
	effects, err := u.reads.Requests.Effects(ctx, u.out.Merge.ID)
	if err != nil {
		return err
	}
	stay, err := u.staying(ctx, u.out.Merge.ID)
	if err != nil {
		return err
	}
	for _, effect := range effects {
		if effect.UseBefore == nil || !effect.Changed || items[effect.Position].Use == nil {
			continue
		}
		if err := u.use(ctx, *items[effect.Position].Use, *effect.UseBefore, stay); err != nil {
			return err
		}
	}
	return nil
}

// use lets one plant use the survivor as before, unless somebody has declared it anew, or a record that stays is used there so.
func (u *unmerger) use(ctx context.Context, set, back domain.PlantUse, stay []domain.GoldenRecord) error {
	found, err := u.reads.Uses.ByRecords(ctx, set.Plant, []domain.ID{u.out.Survivor.ID})
	if err != nil || len(found) == 0 || found[0].Version != set.Version {
		return err
	}
	ids := make([]domain.ID, len(stay))
	for i, record := range stay {
		ids[i] = record.ID
	}
	others, err := u.reads.Uses.ByRecords(ctx, set.Plant, ids)
	if err != nil || slices.ContainsFunc(others, func(o domain.PlantUse) bool { return o.State == set.State }) {
		return err
	}
	back.Version = found[0].Version + 1
	u.out.Uses = append(u.out.Uses, back)
	return nil
}

// unmergeAll takes a merge back: every record it merged that is merged still.
func (d *Desk) unmergeAll(ctx context.Context, repos domain.Repos, merge domain.ChangeRequest) ([]domain.ChangeItem, []Moved, error) {
	items, err := repos.Requests.Items(ctx, merge.ID, 0, 0)
	if err != nil {
		return nil, nil, err
	}
	var losers []domain.GoldenRecord
	var left []Moved
	for _, item := range items {
		if item.Action != domain.ItemMergeRecord {
			continue
		}
		record, err := repos.Records.ByID(ctx, item.Record)
		if err != nil {
			return nil, nil, err
		}
		history, err := repos.Records.Versions(ctx, record.ID)
		if err != nil {
			return nil, nil, err
		}
		if _, merged := domain.MergedAt(history); record.State != domain.RecordMerged || merged.ChangeRequest != merge.ID {
			left = append(left, Moved{Record: record.ID, Label: item.Label, Why: "it was taken out again since"})
			continue
		}
		hindrances, err := UnmergeHindrances(ctx, repos.Reads, record.ID, item.Label, domain.ID{})
		if err != nil {
			return nil, nil, err
		}
		if len(hindrances) > 0 {
			return nil, nil, hindrances[0]
		}
		losers = append(losers, record)
	}
	if len(losers) == 0 {
		return nil, left, nil
	}
	drafted, err := d.DraftUnmerge(ctx, repos.Reads, losers...)
	return drafted.Items(), left, err
}
