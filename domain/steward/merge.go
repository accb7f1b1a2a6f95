package steward

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// mergeOrUnmerge lets a record forward to another one, or ends that. It keeps its own values and codes either way; what the
// other one takes over, or gives back, is an item of its own.
func (a *applier) mergeOrUnmerge(ctx context.Context, item domain.ChangeItem) error {
	record, err := a.base(ctx, item)
	if err != nil {
		return err
	}
	if err := a.unhindered(ctx, item); err != nil {
		return err
	}
	if item.Action == domain.ItemMergeRecord {
		return a.merge(ctx, record, item)
	}
	if record.MergedInto != item.Into {
		return moved(item.Label)
	}
	history, err := a.repos.Records.Versions(ctx, record.ID)
	if err != nil {
		return err
	}
	if record, err = record.Unmerged(history, item.Label); err != nil {
		return err
	}
	if err := CloseBands(ctx, a.repos, record.Domain, fmt.Sprintf("%s was taken out of a merge", item.Label)); err != nil {
		return err
	}
	return a.change(ctx, record, item)
}

func (a *applier) merge(ctx context.Context, record domain.GoldenRecord, item domain.ChangeItem) error {
	survivor, err := a.repos.Records.ByID(ctx, item.Into)
	if err != nil {
		return err
	}
	if survivor.Version != item.IntoVersion {
		return moved(survivor.Attributes.Text(a.definition.NameAttribute))
	}
	if record, err = record.Merged(survivor, item.Label); err != nil {
		return err
	}
	a.touch(survivor, survivor, item.Action)
	return a.change(ctx, record, item)
}

// unhindered refuses to merge or to take apart what something else is still being done with.
func (a *applier) unhindered(ctx context.Context, item domain.ChangeItem) error {
	hinders := MergeHindrances
	if item.Action == domain.ItemUnmergeRecord {
		hinders = UnmergeHindrances
	}
	hindrances, err := hinders(ctx, a.repos.Reads, item.Record, item.Label, a.request.ID)
	if err != nil || len(hindrances) == 0 {
		return err
	}
	return hindrances[0]
}

// mergesOrParts says that an item merges records or takes them apart.
func mergesOrParts(item domain.ChangeItem) bool {
	return item.Action == domain.ItemMergeRecord || item.Action == domain.ItemUnmergeRecord
}

// maxNamed is how many requests or deliveries a sentence names.
const maxNamed = 3

// MergeHindrances says what is still under way about a record that is to be merged, except a request: change requests that are
// not closed, and deliveries that are not made. CodeMergeOpen, CodeMergeDeliveries.
func MergeHindrances(ctx context.Context, reads domain.Reads, record domain.ID, label string, except domain.ID) ([]*domain.Error, error) {
	deliveries, err := UnderWay(ctx, reads, []domain.ID{record})
	if err != nil {
		return nil, err
	}
	return hindrances(ctx, reads, label, []domain.ID{record}, except, deliveries)
}

// UnmergeHindrances is MergeHindrances for a merged record that is to be taken out again: requests on it or on what it forwards
// to, and deliveries under its codes.
func UnmergeHindrances(ctx context.Context, reads domain.Reads, record domain.ID, label string, except domain.ID) ([]*domain.Error, error) {
	loser, err := reads.Records.ByID(ctx, record)
	if err != nil {
		return nil, err
	}
	heir, err := domain.HeirOf(ctx, reads, record)
	if err != nil {
		return nil, err
	}
	about := []domain.ID{record, loser.MergedInto}
	if heir.ID != loser.MergedInto {
		about = append(about, heir.ID)
	}
	deliveries, err := UnderWay(ctx, reads, about)
	if err != nil {
		return nil, err
	}
	mappings, err := domain.FamilyMappings(ctx, reads, record)
	if err != nil {
		return nil, err
	}
	deliveries = slices.DeleteFunc(deliveries, func(d domain.Delivery) bool { return !UnderCode(d, mappings) })
	return hindrances(ctx, reads, label, about, except, deliveries)
}

// UnderCode says whether a delivery is about the code of one of the mappings.
func UnderCode(d domain.Delivery, mappings []domain.CodeMapping) bool {
	return slices.ContainsFunc(mappings, func(m domain.CodeMapping) bool { return m.System == d.Order.System && m.Code == d.Order.Code })
}

func hindrances(ctx context.Context, reads domain.Reads, label string, records []domain.ID, except domain.ID, deliveries []domain.Delivery) ([]*domain.Error, error) {
	open, err := reads.Requests.OpenOn(ctx, records)
	if err != nil {
		return nil, err
	}
	var titles []string
	for _, request := range open {
		if request.ID != except {
			titles = append(titles, fmt.Sprintf("%q", request.Title))
		}
	}
	var found []*domain.Error
	if len(titles) > 0 {
		found = append(found, domain.Conflict(domain.CodeMergeOpen, "%s has change requests that are not closed yet: %s", label, named(titles)))
	}
	var writes []string
	for _, delivery := range deliveries {
		writes = append(writes, fmt.Sprintf("to %s (%s)", delivery.Order.System, strings.ReplaceAll(string(delivery.State), "_", " ")))
	}
	if len(writes) > 0 {
		found = append(found, domain.Conflict(domain.CodeMergeDeliveries, "%s has deliveries that have to be made or skipped first: %s", label, named(writes)))
	}
	return found, nil
}

// UnderWay returns the deliveries of records that are still to be made, or gave up and wait for a person.
func UnderWay(ctx context.Context, reads domain.Reads, records []domain.ID) ([]domain.Delivery, error) {
	deliveries, err := reads.Merges.DeliveriesOf(ctx, records, 0)
	return slices.DeleteFunc(deliveries, func(d domain.Delivery) bool {
		return !slices.Contains(domain.BlockingDeliveryStates(), d.State)
	}), err
}

// named lists the first few of what a sentence names.
func named(all []string) string {
	if len(all) > maxNamed {
		return strings.Join(all[:maxNamed], ", ") + fmt.Sprintf(" and %d more", len(all)-maxNamed)
	}
	return strings.Join(all, ", ")
}

// mapCode stores a mapping. One that is handed over to another record no longer names the one it had.
func (a *applier) mapCode(ctx context.Context, m domain.CodeMapping) error {
	if m.Version == 1 || a.request.Kind != domain.RequestUnmerge {
		return putMapping(ctx, a.repos, m, a.request.ID)
	}
	versions, err := a.repos.Translations.History(ctx, m.ID)
	if err != nil || len(versions) == 0 {
		return err
	}
	before := versions[len(versions)-1]
	siblings, err := a.repos.Mappings.ByRecords(ctx, m.System, []domain.ID{m.Record})
	if err != nil {
		return err
	}
	m.DefaultOut = m.Relation == domain.RelationEquivalent
	m.DefaultOut = m.DefaultOut && !slices.ContainsFunc(siblings, m.Rivals)
	m.ChangeRequest = a.request.ID
	if err := a.repos.Mappings.Put(ctx, m); err != nil || !before.DefaultOut {
		return err
	}
	return a.promote(ctx, m.System, before.Record)
}
