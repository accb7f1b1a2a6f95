package steward

import (
	"context"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// NewRecord is a record that is to be made because plants asked for it.
type NewRecord struct {
	Domain domain.DomainName
	Values domain.Attributes
	For    []domain.RecordRequest
}

// DraftNew makes the steps that fulfil record requests: the golden record, each plant's code and use, its creation in the central
// systems and, once these have confirmed, in the plants' own where they do not have it yet; by hand where Crosswalk cannot write.
func (d *Desk) DraftNew(ctx context.Context, reads domain.Reads, definition domain.Definition, wanted NewRecord) (domain.ID, []domain.ChangeItem, error) {
	wanted.Values = definition.Settled(wanted.Values)
	n := newDraft{desk: d, reads: reads, definition: definition, values: wanted.Values, record: domain.NewID()}
	n.label = wanted.Values.Text(definition.NameAttribute)
	n.items = []domain.ChangeItem{{
		Action: domain.ItemCreateRecord, Domain: wanted.Domain, Label: n.label, Record: n.record, Set: wanted.Values,
		Origin: domain.Lineage{Rule: "record_request"},
	}}
	if err := n.know(ctx); err != nil {
		return n.record, nil, err
	}
	used := map[domain.PlantID]bool{}
	for _, request := range wanted.For {
		if request.Code != "" {
			n.items = append(n.items, MapCode(n.systems[request.System], wanted.Domain, request.Code, n.record, n.label))
		}
		if !used[request.Plant] {
			n.items = append(n.items, UsePlant(request.Plant, wanted.Domain, n.record, n.label))
		}
		used[request.Plant] = true
	}
	after := n.central()
	for _, request := range wanted.For {
		if err := n.local(ctx, request, after); err != nil {
			return n.record, nil, err
		}
	}
	return n.record, n.items, nil
}

// newDraft gathers the steps of a new record.
type newDraft struct {
	desk       *Desk
	reads      domain.Reads
	definition domain.Definition
	values     domain.Attributes
	record     domain.ID
	label      string
	items      []domain.ChangeItem
	systems    map[domain.SystemID]domain.SourceSystem
	order      []domain.SystemID
	plants     []domain.Plant
}

func (n *newDraft) know(ctx context.Context) error {
	systems, err := n.reads.Systems.List(ctx)
	if err != nil {
		return err
	}
	n.systems = map[domain.SystemID]domain.SourceSystem{}
	for _, system := range systems {
		n.systems[system.ID] = system
		n.order = append(n.order, system.ID)
	}
	n.plants, err = n.reads.Plants.List(ctx)
	return err
}

// central adds the creation in every central system that is written, and returns the positions of these steps.
func (n *newDraft) central() []int {
	var at []int
	for _, id := range n.order {
		if system := n.systems[id]; system.Plant == "" && system.Writable {
			at = append(at, n.write(system, "", nil))
		}
	}
	return at
}

// local adds the creation in the plant's own system, unless that has the code already.
func (n *newDraft) local(ctx context.Context, request domain.RecordRequest, after []int) error {
	system := n.systems[request.System]
	if system.Plant == "" {
		return nil
	}
	there, err := n.reads.Sources.ByKeys(ctx, system.ID, request.Domain, []string{request.Key})
	if err != nil || slices.ContainsFunc(there, func(s domain.SourceRecord) bool { return s.GoneAt == 0 }) {
		return err
	}
	n.write(system, request.Code, after)
	return nil
}

// write adds the creation in a system and returns the step's position.
func (n *newDraft) write(system domain.SourceSystem, code domain.Code, after []int) int {
	order := domain.DeliveryOrder{
		System: system.ID, Domain: n.definition.Domain, Record: n.record, Kind: domain.DeliverCreate, Code: code,
		Set: n.desk.sendable(system, n.definition, n.definition.Local(n.values, domain.PlaceOf(system, n.plants))),
	}
	order.ByHand = !n.desk.canWrite(system, order)
	n.items = append(n.items, domain.ChangeItem{
		Action: domain.ItemWriteSystem, Domain: order.Domain, Label: n.label, Record: n.record, Delivery: &order, After: after,
	})
	return len(n.items) - 1
}

// followWanted moves on the record requests that a change request was to fulfil, after it was applied or came to nothing.
func followWanted(ctx context.Context, repos domain.Repos, change domain.ChangeRequest) error {
	wanted, err := repos.RecordRequests.ByChange(ctx, change.ID)
	if err != nil {
		return err
	}
	for _, read := range wanted {
		var after domain.RecordRequest
		if change.State == domain.RequestApplied {
			after, err = read.Fulfilled(repos.Now)
		} else {
			after, err = read.SentBack(change.ClosedBy, change.ClosedWhy, repos.Now)
		}
		if err != nil {
			return err
		}
		if err := repos.RecordRequests.Save(ctx, after, read.Version); err != nil {
			return err
		}
		if after.State == domain.WantedCreated {
			if err := answerWaiting(ctx, repos, after); err != nil {
				return err
			}
		}
	}
	if change.State != domain.RequestApplied || len(wanted) == 0 {
		return nil
	}
	return endWanted(ctx, repos, change.ID)
}

// answerWaiting answers those that came to wait with a request while it was in review: the record is there now.
func answerWaiting(ctx context.Context, repos domain.Repos, created domain.RecordRequest) error {
	waiting, err := repos.RecordRequests.WaitingWith(ctx, created.ID)
	if err != nil {
		return err
	}
	for _, read := range waiting {
		answered, err := read.Answered(domain.ServiceActor("apply").ID, created.Record, "It was made for another request.", repos.Now)
		if err != nil {
			return err
		}
		if err := repos.RecordRequests.Save(ctx, answered, read.Version); err != nil {
			return err
		}
	}
	return nil
}

// endWanted ends the record requests of an applied change request once none of its deliveries is still to be made.
func endWanted(ctx context.Context, repos domain.Repos, change domain.ID) error {
	wanted, err := repos.RecordRequests.ByChange(ctx, change)
	if err != nil || !slices.ContainsFunc(wanted, func(r domain.RecordRequest) bool { return r.State == domain.WantedCreated }) {
		return err
	}
	query := domain.DeliveryQuery{Request: change, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000}}
	for {
		deliveries, next, err := repos.Deliveries.List(ctx, query)
		if err != nil || slices.ContainsFunc(deliveries, waiting) {
			return err
		}
		if query.After = next; next == "" {
			break
		}
	}
	for _, read := range wanted {
		if read.State != domain.WantedCreated {
			continue
		}
		ended, err := read.Ended(repos.Now)
		if err != nil {
			return err
		}
		if err := repos.RecordRequests.Save(ctx, ended, read.Version); err != nil {
			return err
		}
	}
	return nil
}

// stillNew refuses to make a record that was asked for when one by which it would be recognised has come in meanwhile, other
// than those somebody has said to be different.
func (a *applier) stillNew(ctx context.Context, items []domain.ChangeItem) error {
	if a.request.Kind != domain.RequestRecord {
		return nil
	}
	for _, item := range items {
		if item.Action != domain.ItemCreateRecord {
			continue
		}
		alike, err := a.repos.Records.Alike(ctx, a.request.Domain, a.definition.Keys(item.Set))
		if err != nil {
			return err
		}
		for _, like := range alike {
			if !a.definition.Identifies(like.Kind) {
				continue
			}
			known, err := a.repos.Records.ByID(ctx, like.ID)
			if err != nil {
				return err
			}
			if known.ChangedAt > a.request.ProposedAt {
				return domain.Conflict(domain.CodeRecordRequestAlike, "%s came in after this was proposed and has the same %s",
					known.Attributes.Text(a.definition.CodeAttribute), like.Kind)
			}
		}
	}
	return nil
}
