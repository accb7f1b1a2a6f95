package steward

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Moved is a record of an applied request that cannot be taken back any more, with a sentence why.
type Moved struct {
	Record domain.ID
	Label  string
	Why    string
}

// Reversal is a proposed reversal: a change request like any other, and what it leaves out.
type Reversal struct {
	Request domain.ChangeRequest
	Moved   []Moved
}

// Revert proposes to take an applied request back: golden values become again what they were, records that were made are
// retired, mappings end, plant uses return, and the systems get their old values by deliveries that compare before they write.
// It goes record by record: a record of which anything has moved since is left out as a whole and told in Moved. When nothing
// is left it is CodeRequestNoReturn. History stays: what was applied and what takes it back both stand in it.
func (d *Desk) Revert(ctx context.Context, by domain.Actor, id domain.ID, version int, reason string) (Reversal, error) {
	var reversal Reversal
	err := d.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: reasonOr(reason, "revert change request "+id.String())}, func(repos domain.Repos) error {
		read, err := d.revertible(ctx, repos, by, id, version, reason)
		if err != nil {
			return err
		}
		items, moved, err := d.takenBack(ctx, repos, read)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return nothingToRevert(moved)
		}
		reversal.Moved = moved
		reversal.Request, err = d.Propose(ctx, repos, by, domain.ChangeRequest{
			Kind: domain.RequestReversal, Domain: read.Domain, Plant: read.Plant, Title: "Take back: " + read.Title, Reason: reason,
			Reverts: read.ID, Batch: read.Kind != domain.RequestMerge && subjects(items)+len(moved) > 1,
		}, items)
		return err
	})
	if err != nil {
		return Reversal{}, fmt.Errorf("revert change request %s: %w", id, err)
	}
	return reversal, nil
}

// takenBack are the items that take a request back, and the records that are left out. A merge is taken back by its own rules.
func (d *Desk) takenBack(ctx context.Context, repos domain.Repos, read domain.ChangeRequest) ([]domain.ChangeItem, []Moved, error) {
	if read.Kind == domain.RequestMerge {
		return d.unmergeAll(ctx, repos, read)
	}
	r := reverter{desk: d, repos: repos, of: read, groups: map[domain.ID]*group{}}
	err := r.collect(ctx)
	items, moved := r.result()
	return items, moved, err
}

func nothingToRevert(moved []Moved) error {
	err := domain.Conflict(domain.CodeRequestNoReturn, "nothing of the request can be taken back any more")
	for _, m := range moved {
		err.Fields = append(err.Fields, domain.FieldError{Location: m.Label, Msg: m.Why})
	}
	return err
}

// revertible is the request if somebody may ask to take it back.
func (d *Desk) revertible(ctx context.Context, repos domain.Repos, by domain.Actor, id domain.ID, version int, reason string) (domain.ChangeRequest, error) {
	read, err := repos.Requests.ByID(ctx, id)
	if err != nil {
		return read, err
	}
	if !seesRequest(by, read) {
		return read, domain.NotFound(domain.CodeRequestUnknown, "there is no such change request")
	}
	if err := by.Require(domain.ActionPropose, read.Scope()); err != nil {
		return read, err
	}
	switch {
	case read.Version != version:
		return read, domain.Conflict(domain.CodeRequestStale, "the request has changed since you opened it")
	case reasonOr(reason, "") == "":
		return read, domain.Invalid(domain.CodeReasonRequired, "taking a request back needs a reason")
	case read.State != domain.RequestApplied:
		return read, domain.Conflict(domain.CodeRequestState, "only an applied request can be taken back; this one is %s", read.State)
	case read.Kind == domain.RequestConfiguration:
		return read, domain.Conflict(domain.CodeRequestNoReturn, "configuration is taken back by applying the former configuration")
	case read.Kind == domain.RequestUnmerge:
		return read, domain.Conflict(domain.CodeRequestNoReturn, "records that were taken apart are merged again by a merge of their own")
	}
	before, err := repos.Requests.Reversals(ctx, id)
	for _, other := range before {
		if other.State == domain.RequestApplied || !domain.RequestMachine().Final(other.State) {
			return read, domain.Conflict(domain.CodeRequestState, "the request is being taken back already: %s", other.Title)
		}
	}
	return read, err
}

// group is what takes one record back; once something of it has moved it says why, and is left out.
type group struct {
	label string
	items []domain.ChangeItem
	moved string
}

type reverter struct {
	desk    *Desk
	repos   domain.Repos
	of      domain.ChangeRequest
	items   []domain.ChangeItem
	effects map[int]domain.ItemEffect
	groups  map[domain.ID]*group
	order   []domain.ID
}

// collect takes the items back from the last to the first, so that what was built on something goes before it.
func (r *reverter) collect(ctx context.Context) error {
	var err error
	if r.items, err = r.repos.Requests.Items(ctx, r.of.ID, 0, 0); err != nil {
		return err
	}
	effects, err := r.repos.Requests.Effects(ctx, r.of.ID)
	if err != nil {
		return err
	}
	r.effects = make(map[int]domain.ItemEffect, len(effects))
	for _, e := range effects {
		r.effects[e.Position] = e
	}
	for i, item := range slices.Backward(r.items) {
		if r.effects[i].LeftOut != "" {
			continue
		}
		if err := r.takeBack(ctx, i, item); err != nil {
			return err
		}
	}
	return nil
}

func (r *reverter) result() ([]domain.ChangeItem, []Moved) {
	var items []domain.ChangeItem
	var moved []Moved
	for _, record := range r.order {
		g := r.groups[record]
		if g.moved != "" {
			moved = append(moved, Moved{Record: record, Label: g.label, Why: g.moved})
			continue
		}
		items = append(items, g.items...)
	}
	return items, moved
}

func (r *reverter) groupOf(item domain.ChangeItem) *group {
	g, known := r.groups[item.Record]
	if !known {
		g = &group{label: item.Label}
		r.groups[item.Record] = g
		r.order = append(r.order, item.Record)
	}
	return g
}

// takeBack adds what takes one item back to its record's group.
func (r *reverter) takeBack(ctx context.Context, position int, item domain.ChangeItem) error {
	g := r.groupOf(item)
	var back []domain.ChangeItem
	var why string
	var err error
	switch item.Action {
	case domain.ItemCreateRecord, domain.ItemUpdateRecord, domain.ItemRetireRecord, domain.ItemPhaseOutRecord, domain.ItemRestoreRecord:
		back, why, err = r.record(ctx, item)
	case domain.ItemMapCode:
		back, why, err = r.mapping(ctx, item)
	case domain.ItemEndMapping:
		back, why, err = r.ended(ctx, item)
	case domain.ItemUsePlant:
		back, why, err = r.use(ctx, position, item)
	case domain.ItemWriteSystem:
		back, why, err = r.delivery(ctx, position, item)
	case domain.ItemSkipDelivery:
		back, why, err = r.skipped(ctx, item)
	case domain.ItemMergeRecord, domain.ItemUnmergeRecord:
		why = "records that were taken apart are merged again by a merge of their own"
	default: // configuration is not taken back item by item
		why = "it is configuration"
	}
	g.items = append(g.items, back...)
	if g.moved == "" {
		g.moved = why
	}
	return err
}

// record takes back what happened to a golden record.
func (r *reverter) record(ctx context.Context, item domain.ChangeItem) ([]domain.ChangeItem, string, error) {
	record, err := r.repos.Records.ByID(ctx, item.Record)
	if err != nil {
		return nil, "", err
	}
	back := domain.ChangeItem{
		Domain: item.Domain, Label: item.Label, Record: record.ID, BaseVersion: record.Version, Origin: domain.Lineage{Rule: "reversal"},
	}
	switch item.Action {
	case domain.ItemUpdateRecord:
		present := record.Attributes.Only(item.Touched())
		if record.State != domain.RecordActive || !present.Same(item.Set) {
			return nil, "its values have changed since", nil
		}
		back.Action, back.Set, back.Before = domain.ItemUpdateRecord, item.Before, present
		for _, id := range item.Touched() {
			if _, had := item.Before[id]; !had {
				back.Clear = append(back.Clear, id)
			}
		}
		return []domain.ChangeItem{back}, "", nil
	case domain.ItemRetireRecord, domain.ItemPhaseOutRecord:
		return restored(back, record, item)
	case domain.ItemRestoreRecord:
		back.Action = domain.ItemRetireRecord
		return oneWhile(back, record.State == domain.RecordActive)
	default:
		back.Action = domain.ItemRetireRecord
		if record.State != domain.RecordActive || !record.Attributes.Same(item.Set) {
			return nil, "it has been changed since it was made", nil
		}
		return r.retire(ctx, back)
	}
}

// restored takes back that a record was phased out or retired, with the values that came by it.
func restored(back domain.ChangeItem, record domain.GoldenRecord, item domain.ChangeItem) ([]domain.ChangeItem, string, error) {
	became := domain.RecordRetired
	if item.Action == domain.ItemPhaseOutRecord {
		became = domain.RecordPhaseOut
	}
	present := record.Attributes.Only(item.Touched())
	back.Action, back.Set, back.Before = domain.ItemRestoreRecord, item.Before, present
	for _, id := range item.Touched() {
		if item.Before[id] == nil {
			back.Clear = append(back.Clear, id)
		}
	}
	return oneWhile(back, record.State == became && present.Same(item.Set))
}

func oneWhile(item domain.ChangeItem, untouched bool) ([]domain.ChangeItem, string, error) {
	if !untouched {
		return nil, "its state has changed since", nil
	}
	return []domain.ChangeItem{item}, "", nil
}

// retire takes a made record back, with the mappings that deliveries made for it; the request's own are items of it.
func (r *reverter) retire(ctx context.Context, back domain.ChangeItem) ([]domain.ChangeItem, string, error) {
	mappings, err := r.repos.Mappings.ByRecord(ctx, back.Record)
	if err != nil {
		return nil, "", err
	}
	var items []domain.ChangeItem
	for _, m := range mappings {
		switch {
		case !m.Live():
			continue
		case m.ChangeRequest != r.of.ID:
			return nil, fmt.Sprintf("the code %s of %s was mapped to it since", m.Code, m.System), nil
		case slices.ContainsFunc(r.items, func(i domain.ChangeItem) bool { return i.Mapping != nil && i.Mapping.ID == m.ID }):
			continue
		}
		items = append(items, domain.ChangeItem{Action: domain.ItemEndMapping, Domain: m.Domain, Label: back.Label, Record: back.Record, Mapping: &m})
	}
	return append(items, back), "", nil
}

func (r *reverter) mapping(ctx context.Context, item domain.ChangeItem) ([]domain.ChangeItem, string, error) {
	now, err := liveMapping(ctx, r.repos.Reads, *item.Mapping)
	if domain.ErrorCode(err) == domain.CodeRequestBaseMoved {
		return nil, fmt.Sprintf("the mapping of %s has ended since", item.Mapping.Code), nil
	}
	back := domain.ChangeItem{Action: domain.ItemEndMapping, Domain: item.Domain, Label: item.Label, Record: item.Record, Mapping: &now}
	return []domain.ChangeItem{back}, "", err
}

// ended maps a code again from today on: an ended mapping stays what it was.
func (r *reverter) ended(ctx context.Context, item domain.ChangeItem) ([]domain.ChangeItem, string, error) {
	again := *item.Mapping
	again.ID, again.State, again.Version, again.DefaultOut = domain.NewID(), domain.MappingActive, 1, true
	again.Validity.From = domain.DateOf(r.repos.Now)
	err := unambiguous(ctx, r.repos.Reads, again)
	if domain.ErrorCode(err) == domain.CodeMappingOverlap {
		return nil, fmt.Sprintf("the code %s has been mapped anew since", again.Code), nil
	}
	back := domain.ChangeItem{Action: domain.ItemMapCode, Domain: item.Domain, Label: item.Label, Record: item.Record, Mapping: &again}
	return []domain.ChangeItem{back}, "", err
}

func (r *reverter) use(ctx context.Context, position int, item domain.ChangeItem) ([]domain.ChangeItem, string, error) {
	effect := r.effects[position]
	if !effect.Changed {
		return nil, "", nil
	}
	found, err := r.repos.Uses.ByRecords(ctx, item.Use.Plant, []domain.ID{item.Record})
	if err != nil {
		return nil, "", err
	}
	if len(found) == 0 || found[0].State != item.Use.State || found[0].Validity != item.Use.Validity {
		return nil, fmt.Sprintf("how %s uses it has changed since", item.Use.Plant), nil
	}
	before := *item.Use
	before.State, before.Validity = domain.UseNotUsed, domain.Validity{}
	if effect.UseBefore != nil {
		before = *effect.UseBefore
	}
	back := domain.ChangeItem{Action: domain.ItemUsePlant, Domain: item.Domain, Label: item.Label, Record: item.Record, Use: &before}
	return []domain.ChangeItem{back}, "", nil
}

// delivery takes a write back: one that is made by the opposite write, one that is not made yet by not making it.
func (r *reverter) delivery(ctx context.Context, position int, item domain.ChangeItem) ([]domain.ChangeItem, string, error) {
	id := r.effects[position].Delivery
	if id.IsZero() {
		return nil, "what was written to " + string(item.Delivery.System) + " is not known any more", nil
	}
	made, err := r.repos.Deliveries.ByID(ctx, id)
	if err != nil {
		return nil, "", err
	}
	back := domain.ChangeItem{Action: domain.ItemWriteSystem, Domain: item.Domain, Label: item.Label, Record: item.Record}
	switch made.State {
	case domain.DeliverySkipped:
		return nil, "", nil
	case domain.DeliveryInFlight:
		return nil, "it is being written to " + string(made.Order.System) + " right now; try again in a minute", nil
	case domain.DeliveryConfirmed:
		order, any := made.Reversal()
		if !any {
			return nil, "", nil
		}
		system, err := r.repos.Systems.ByID(ctx, order.System)
		if err != nil {
			return nil, "", err
		}
		order.ByHand = order.Clears() || !r.desk.canWrite(system, order)
		back.Delivery = &order
	default:
		back.Action, back.Skips = domain.ItemSkipDelivery, made.ID
	}
	return []domain.ChangeItem{back}, "", nil
}

// skipped orders a delivery again that was given up; the system is compared with what the first decision was made on.
func (r *reverter) skipped(ctx context.Context, item domain.ChangeItem) ([]domain.ChangeItem, string, error) {
	given, err := r.repos.Deliveries.ByID(ctx, item.Skips)
	if err != nil {
		return nil, "", err
	}
	if given.State != domain.DeliverySkipped {
		return nil, "the delivery that was given up is " + string(given.State) + " by now", nil
	}
	order := given.Order
	back := domain.ChangeItem{Action: domain.ItemWriteSystem, Domain: item.Domain, Label: item.Label, Record: item.Record, Delivery: &order}
	return []domain.ChangeItem{back}, "", nil
}

// returnReverted gives the discrepancies that the reverted request was fixing back to the queue: nothing fixes them any more.
func (a *applier) returnReverted(ctx context.Context, items []domain.ChangeItem) error {
	if a.request.Reverts.IsZero() {
		return nil
	}
	former, err := a.repos.Requests.Items(ctx, a.request.Reverts, 0, 0)
	if err != nil {
		return err
	}
	concerned := a.concerned(items, former)
	tied, err := a.repos.Discrepancies.ByRequest(ctx, a.request.Reverts)
	if err != nil {
		return err
	}
	for _, found := range tied {
		if found.State != domain.DiscrepancyFixPending || !concerned[found.ID] {
			continue
		}
		returned, err := found.Returned("What was decided has been taken back: " + a.request.Reason)
		if err != nil {
			return err
		}
		if err := a.repos.Discrepancies.Put(ctx, returned, found.Version); err != nil {
			return err
		}
	}
	return nil
}

// concerned are the discrepancies of the former items whose records this request has taken back.
func (a *applier) concerned(items, former []domain.ChangeItem) map[domain.ID]bool {
	left := map[int]bool{}
	for _, e := range a.effects {
		left[e.Position] = e.LeftOut != ""
	}
	reverted, concerned := map[domain.ID]bool{}, map[domain.ID]bool{}
	for i, item := range items {
		if !left[i] {
			reverted[item.Record] = true
		}
	}
	for _, item := range former {
		if reverted[item.Record] {
			concerned[item.Discrepancy] = true
		}
	}
	return concerned
}
