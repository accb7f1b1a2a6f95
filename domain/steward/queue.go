package steward

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// snapshotLife is how long a person can work through one snapshot of the queue.
const snapshotLife = 30 * time.Minute

// Queue is a snapshot of the discrepancies a person may see: its order does not change while they work through it.
type Queue struct {
	Snapshot domain.QueueSnapshot
	Patterns []domain.PatternCount
}

// OpenQueue makes a snapshot of the matching discrepancies that the actor may see.
func (d *Desk) OpenQueue(ctx context.Context, by domain.Actor, q domain.DiscrepancyQuery) (Queue, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return Queue{}, by.Require(domain.ActionRead, domain.Scope{Domain: q.Domain})
	}
	q.Plants = narrow(by.Plants(domain.ActionRead), q.Plants)
	if len(q.States) == 0 {
		q.States = undecided()
	}
	reader := d.Store.Read().Discrepancies
	marks, err := reader.Marks(ctx, q, 0)
	if err != nil {
		return Queue{}, fmt.Errorf("open queue: %w", err)
	}
	patterns, err := reader.Patterns(ctx, q)
	if err != nil {
		return Queue{}, fmt.Errorf("open queue: %w", err)
	}
	queue := Queue{Snapshot: domain.QueueSnapshot{ID: domain.NewID(), Owner: by.ID}, Patterns: patterns}
	for _, mark := range marks {
		queue.Snapshot.IDs = append(queue.Snapshot.IDs, mark.ID)
		queue.Snapshot.Versions = append(queue.Snapshot.Versions, mark.Version)
	}
	err = d.Store.Operate(ctx, func(ops domain.Ops) error {
		queue.Snapshot.CreatedAt, queue.Snapshot.ExpiresAt = ops.Now, ops.Now.Add(snapshotLife)
		return ops.Snapshots.Create(ctx, queue.Snapshot)
	})
	return queue, err
}

// narrow returns the plants of allowed that are also wanted; a wanted that names none means all that are allowed.
func narrow(allowed, wanted domain.PlantScope) domain.PlantScope {
	switch {
	case len(wanted.Plants) == 0:
		return allowed
	case allowed.All:
		return domain.PlantScope{Plants: wanted.Plants}
	}
	both := domain.PlantScope{Plants: []domain.PlantID{}}
	for _, plant := range wanted.Plants {
		if slices.Contains(allowed.Plants, plant) {
			both.Plants = append(both.Plants, plant)
		}
	}
	return both
}

// QueueRows returns a window of the actor's snapshot, as the discrepancies are now, and how many there are.
func (d *Desk) QueueRows(ctx context.Context, by domain.Actor, snapshot domain.ID, offset, limit int) ([]domain.Discrepancy, int, error) {
	var ids []domain.ID
	var total int
	err := d.Store.Operate(ctx, func(ops domain.Ops) (err error) {
		ids, total, err = ops.Snapshots.Window(ctx, snapshot, by.ID, offset, limit)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read queue: %w", err)
	}
	rows, err := d.Store.Read().Discrepancies.ByIDs(ctx, ids)
	if err != nil {
		return nil, 0, fmt.Errorf("read queue: %w", err)
	}
	place := make(map[domain.ID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(rows, func(a, b domain.Discrepancy) int { return place[a.ID] - place[b.ID] })
	rows = slices.DeleteFunc(rows, func(found domain.Discrepancy) bool { return visible(by, found) != nil })
	return rows, total, nil
}

// Case is one discrepancy with everything a steward needs to decide it.
type Case struct {
	Discrepancy domain.Discrepancy
	Definition  domain.Definition
	System      domain.SourceSystem
	// Place is what the system's scoped values hold for.
	Place domain.Place
	// Record and Source are nil where there is none.
	Record     *domain.GoldenRecord
	Source     *domain.SourceRecord
	Others     []OtherSystem
	Options    []Option
	Candidates []domain.GoldenRecord
	Deliveries []domain.Delivery
}

// OtherSystem is what another system says of the same record.
type OtherSystem struct {
	System domain.SourceSystem
	Code   domain.Code
	Value  domain.Value
}

// Option is one verb, with what it would do or why it cannot be taken.
type Option struct {
	Verb   Verb
	Effect string
	// Why is empty when the verb can be taken.
	Why string
	// Suggested says why the standing rule suggests the verb; empty for every other.
	Suggested string
}

// Case returns one discrepancy; CodeDiscrepancyUnknown also for one the actor may not see.
func (d *Desk) Case(ctx context.Context, by domain.Actor, id domain.ID) (Case, error) {
	reads := d.Store.Read()
	found, err := reads.Discrepancies.ByID(ctx, id)
	if err != nil {
		return Case{}, err
	}
	if err := visible(by, found); err != nil {
		return Case{}, err
	}
	c := Case{Discrepancy: found}
	for _, step := range []func(context.Context, domain.Reads, *Case) error{
		d.addDefinition, addSource, addRecord, addOthers, d.addCandidates, addDeliveries,
	} {
		if err := step(ctx, reads, &c); err != nil {
			return Case{}, fmt.Errorf("open discrepancy %s: %w", id, err)
		}
	}
	c.Others = slices.DeleteFunc(c.Others, func(o OtherSystem) bool { return hidden(by, found, o.System.Plant) })
	c.Deliveries = slices.DeleteFunc(c.Deliveries, func(o domain.Delivery) bool { return hidden(by, found, o.Plant) })
	c.Options = d.options(ctx, reads, by, c)
	return c, nil
}

// hidden says that something about a discrepancy belongs to a plant of which the actor may not know.
func hidden(by domain.Actor, found domain.Discrepancy, plant domain.PlantID) bool {
	return plant != "" && !by.May(domain.ActionRead, domain.Scope{Domain: found.Finding.Domain, Plant: plant})
}

func (d *Desk) addDefinition(ctx context.Context, reads domain.Reads, c *Case) (err error) {
	if c.Definition, err = d.Governed(ctx, reads, c.Discrepancy.Finding.Domain); err != nil {
		return err
	}
	if c.System, err = reads.Systems.ByID(ctx, c.Discrepancy.Finding.System); err != nil {
		return err
	}
	c.Place, err = placeOf(ctx, reads, c.System)
	return err
}

func addSource(ctx context.Context, reads domain.Reads, c *Case) error {
	f := c.Discrepancy.Finding
	if f.Code == "" {
		return nil
	}
	sources, err := reads.Sources.ByKeys(ctx, f.System, f.Domain, []string{c.System.CodeRule.Key(f.Code)})
	if err == nil && len(sources) > 0 {
		c.Source = &sources[0]
	}
	return err
}

func addRecord(ctx context.Context, reads domain.Reads, c *Case) error {
	if c.Discrepancy.Finding.Record.IsZero() {
		return nil
	}
	record, err := reads.Records.ByID(ctx, c.Discrepancy.Finding.Record)
	c.Record = &record
	return err
}

func addOthers(ctx context.Context, reads domain.Reads, c *Case) error {
	f := c.Discrepancy.Finding
	if c.Record == nil || f.Attribute == "" {
		return nil
	}
	mappings, err := domain.FamilyMappings(ctx, reads, c.Record.ID)
	if err != nil {
		return err
	}
	for _, m := range mappings {
		if !m.Live() || m.System == f.System {
			continue
		}
		system, err := reads.Systems.ByID(ctx, m.System)
		if err != nil {
			return err
		}
		if m.CodeType != system.Codes {
			continue
		}
		if err := addOther(ctx, reads, c, system, m); err != nil {
			return err
		}
	}
	return nil
}

// addOther adds what one other system says of the attribute that differs. What another plant says of its own lead time is no
// other word on this one's.
func addOther(ctx context.Context, reads domain.Reads, c *Case, system domain.SourceSystem, m domain.CodeMapping) error {
	f := c.Discrepancy.Finding
	sources, err := reads.Sources.ByKeys(ctx, m.System, m.Domain, []string{m.Key})
	if err != nil || len(sources) == 0 {
		return err
	}
	place, err := placeOf(ctx, reads, system)
	if err != nil {
		return err
	}
	attribute, _ := c.Definition.Attribute(f.Attribute)
	if key, holds := attribute.Key(place); holds && key == f.Attribute {
		c.Others = append(c.Others, OtherSystem{System: system, Code: m.Code, Value: sources[0].Attributes[f.Attribute.Plain()]})
	}
	return nil
}

func addDeliveries(ctx context.Context, reads domain.Reads, c *Case) (err error) {
	c.Deliveries, err = reads.Deliveries.ByDiscrepancy(ctx, c.Discrepancy.ID)
	return err
}

// placeOf says for which plant and company a system's scoped values hold.
func placeOf(ctx context.Context, reads domain.Reads, system domain.SourceSystem) (domain.Place, error) {
	plants, err := reads.Plants.List(ctx)
	return domain.PlaceOf(system, plants), err
}
