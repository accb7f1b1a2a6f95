package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type deliveryRow struct {
	ID             rowID `gorm:"primaryKey"`
	System         string
	Domain         string
	Record         rowID
	Kind           string
	Code           string
	Expected       rowAttributes
	Wanted         rowAttributes
	ByHand         bool
	State          string
	ChangeRequest  rowID
	Discrepancy    rowID
	ApprovedBy     string
	Plant          string
	Label          string
	Sequence       int64
	IdempotencyKey string
	ConcKey        string
	RunAt          int64
	Attempt        int
	LeaseOwner     string
	LeaseUntil     int64
	Fence          int64
	Unguarded      bool
	Problem        string
	ProblemCode    string
	Found          rowAttributes
	DueOn          string
	CreatedAt      int64 `gorm:"autoCreateTime:false"`
	ConfirmedAt    int64
	Version        int
}

func (deliveryRow) TableName() string { return "delivery" }

type prerequisiteRow struct {
	Delivery     rowID `gorm:"primaryKey"`
	Position     int   `gorm:"primaryKey;autoIncrement:false"`
	Prerequisite rowID
}

func (prerequisiteRow) TableName() string { return "delivery_prerequisite" }

func deliveryFromDomain(d domain.Delivery) deliveryRow {
	return deliveryRow{
		ID: rowID(d.ID), System: string(d.Order.System), Domain: string(d.Order.Domain), Record: rowID(d.Order.Record),
		Kind: string(d.Order.Kind), Code: string(d.Order.Code), Expected: rowAttributes(d.Order.Expect), Wanted: rowAttributes(d.Order.Set),
		ByHand: d.Order.ByHand,
		State:  string(d.State), ChangeRequest: rowID(d.ChangeRequest), Discrepancy: rowID(d.Discrepancy), ApprovedBy: string(d.ApprovedBy),
		Plant: string(d.Plant), Label: d.Label, Sequence: d.Sequence, IdempotencyKey: d.IdempotencyKey, ConcKey: d.ConcurrencyKey(),
		RunAt: int64(d.RunAt), Attempt: d.Attempt, LeaseOwner: d.LeaseOwner, LeaseUntil: int64(d.LeaseUntil), Fence: d.Fence,
		Unguarded: d.Unguarded, Problem: d.Problem, ProblemCode: d.ProblemCode, Found: rowAttributes(d.Current), DueOn: string(d.DueOn),
		CreatedAt: int64(d.CreatedAt), ConfirmedAt: int64(d.ConfirmedAt), Version: d.Version,
	}
}

// toDomain leaves out the prerequisites, which stand in a table of their own.
func (r deliveryRow) toDomain() domain.Delivery {
	return domain.Delivery{
		ID: domain.ID(r.ID),
		Order: domain.DeliveryOrder{
			System: domain.SystemID(r.System), Domain: domain.DomainName(r.Domain), Record: domain.ID(r.Record),
			Kind: domain.DeliveryKind(r.Kind), Code: domain.Code(r.Code), Expect: domain.Attributes(r.Expected), Set: domain.Attributes(r.Wanted),
			ByHand: r.ByHand,
		},
		State: domain.DeliveryState(r.State), ChangeRequest: domain.ID(r.ChangeRequest), Discrepancy: domain.ID(r.Discrepancy),
		ApprovedBy: domain.ActorID(r.ApprovedBy), Plant: domain.PlantID(r.Plant), Label: r.Label, Sequence: r.Sequence,
		IdempotencyKey: r.IdempotencyKey, RunAt: domain.Instant(r.RunAt), Attempt: r.Attempt, LeaseOwner: r.LeaseOwner,
		LeaseUntil: domain.Instant(r.LeaseUntil), Fence: r.Fence, Unguarded: r.Unguarded, Problem: r.Problem, ProblemCode: r.ProblemCode,
		Current: domain.Attributes(r.Found), DueOn: domain.Date(r.DueOn), CreatedAt: domain.Instant(r.CreatedAt),
		ConfirmedAt: domain.Instant(r.ConfirmedAt), Version: r.Version,
	}
}

type deliveryReader struct{ conn }

func (r deliveryReader) ByID(ctx context.Context, id domain.ID) (domain.Delivery, error) {
	found, err := r.find(ctx, r.on(ctx).Where("id = ?", rowID(id)))
	if err != nil {
		return domain.Delivery{}, err
	}
	if len(found) == 0 {
		return domain.Delivery{}, deliveryUnknown()
	}
	return found[0], nil
}

func deliveryUnknown() error {
	return domain.NotFound(domain.CodeDeliveryUnknown, "there is no such delivery")
}

// find returns the deliveries of a query with their prerequisites.
func (r deliveryReader) find(ctx context.Context, q *gorm.DB) ([]domain.Delivery, error) {
	found, err := find(q, deliveryRow.toDomain)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found, r.withPrerequisites(ctx, found)
}

func (r deliveryReader) withPrerequisites(ctx context.Context, deliveries []domain.Delivery) error {
	at := make(map[rowID]int, len(deliveries))
	ids := make([]rowID, len(deliveries))
	for i, d := range deliveries {
		ids[i], at[rowID(d.ID)] = rowID(d.ID), i
	}
	rows, err := findIn(ids, func(row prerequisiteRow) prerequisiteRow { return row }, func(chunk []rowID) *gorm.DB {
		return r.on(ctx).Where("delivery IN ?", chunk).Order("delivery, position")
	})
	for _, row := range rows {
		d := &deliveries[at[row.Delivery]]
		d.Prerequisites = append(d.Prerequisites, domain.ID(row.Prerequisite))
	}
	return err
}

func (r deliveryReader) ByDiscrepancy(ctx context.Context, discrepancy domain.ID) ([]domain.Delivery, error) {
	return r.find(ctx, r.on(ctx).Where("discrepancy = ?", rowID(discrepancy)).Order("sequence"))
}

func (r deliveryReader) Dependants(ctx context.Context, id domain.ID) ([]domain.Delivery, error) {
	return r.find(ctx, r.on(ctx).Where("id IN (SELECT delivery FROM delivery_prerequisite WHERE prerequisite = ?)", rowID(id)).Order("sequence"))
}

func (r deliveryReader) OpenOf(ctx context.Context, system domain.SystemID, record domain.ID) ([]domain.Delivery, error) {
	key := domain.Delivery{Order: domain.DeliveryOrder{System: system, Record: record}}.ConcurrencyKey()
	return r.find(ctx, r.on(ctx).Where("conc_key = ? AND state IN ?", key, texts(domain.BlockingDeliveryStates())).Order("sequence"))
}

func (r deliveryReader) List(ctx context.Context, query domain.DeliveryQuery) ([]domain.Delivery, string, error) {
	const list = "deliveries"
	q := inPlants(equal(r.on(ctx), "system", query.System), query.Plants, false)
	if len(query.States) > 0 {
		q = q.Where("state IN ?", texts(query.States))
	}
	if !query.Request.IsZero() {
		q = q.Where("change_request = ?", rowID(query.Request))
	}
	if query.DueBefore != "" {
		q = q.Where("due_on <> '' AND due_on < ?", string(query.DueBefore))
	}
	q, err := pageNewest(q, list, "created_at", query.Page)
	if err != nil {
		return nil, "", err
	}
	deliveries, err := r.find(ctx, q)
	if err != nil {
		return nil, "", err
	}
	deliveries, next := cut(deliveries, query.Page, func(last domain.Delivery) string {
		return newestCursor(list, last.CreatedAt, last.ID)
	})
	return deliveries, next, nil
}

func (r deliveryReader) Counts(ctx context.Context, plants domain.PlantScope) (map[domain.SystemID]map[domain.DeliveryState]int, error) {
	var rows []struct {
		System string
		State  string
		Count  int
	}
	err := inPlants(r.on(ctx).Model(&deliveryRow{}), plants, false).Select("system, state, count(*) AS count").
		Group("system, state").Scan(&rows).Error
	counts := map[domain.SystemID]map[domain.DeliveryState]int{}
	for _, row := range rows {
		system := domain.SystemID(row.System)
		if counts[system] == nil {
			counts[system] = map[domain.DeliveryState]int{}
		}
		counts[system][domain.DeliveryState(row.State)] = row.Count
	}
	return counts, translate(err)
}

type deliveryRepo struct {
	deliveryReader
	w *writing
}

func (r deliveryRepo) Enqueue(ctx context.Context, d domain.Delivery) error {
	sequence, err := r.w.count(ctx, deliveryCounter, 1)
	if err != nil {
		return err
	}
	d.Sequence = sequence
	row := deliveryFromDomain(d)
	inserted := r.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if err := wrote(inserted, domain.Conflict(domain.CodeDuplicate, "this delivery is enqueued already")); err != nil {
		return err
	}
	prerequisites := make([]prerequisiteRow, len(d.Prerequisites))
	for i, id := range d.Prerequisites {
		prerequisites[i] = prerequisiteRow{Delivery: row.ID, Position: i, Prerequisite: rowID(id)}
	}
	if len(prerequisites) > 0 {
		if err := r.on(ctx).CreateInBatches(prerequisites, maxRows).Error; err != nil {
			return translate(err)
		}
	}
	r.w.tell("delivery", row.Domain, row)
	return r.w.note(row.Domain, "delivery", d.ID.String(), row.Version, struct {
		Delivery      deliveryRow
		Prerequisites []prerequisiteRow
	}{row, prerequisites})
}

func (r deliveryRepo) Save(ctx context.Context, d domain.Delivery, readVersion int) error {
	row := deliveryFromDomain(d)
	// What orders deliveries and makes them repeatable is fixed when they are enqueued.
	updated := r.on(ctx).Where("id = ? AND version = ? AND fence = ?", row.ID, readVersion, row.Fence).
		Select("*").Omit("sequence", "conc_key", "idempotency_key").Updates(&row)
	if updated.Error != nil {
		return translate(updated.Error)
	}
	if updated.RowsAffected == 0 {
		if _, err := r.ByID(ctx, d.ID); err != nil {
			return err
		}
		return domain.Conflict(domain.CodeDeliveryLease, "the delivery has changed since it was read, or another worker has it now")
	}
	return r.w.note(row.Domain, "delivery", d.ID.String(), row.Version, row)
}

func (r deliveryRepo) Release(ctx context.Context, d domain.Delivery, prerequisites []domain.ID) error {
	if len(prerequisites) == 0 {
		return nil
	}
	err := r.on(ctx).Where("delivery = ? AND prerequisite IN ?", rowID(d.ID), rowIDs(prerequisites)).Delete(&prerequisiteRow{}).Error
	if err != nil {
		return translate(err)
	}
	return r.w.note(string(d.Order.Domain), "delivery_prerequisite", d.ID.String(), d.Version, struct{ Released []rowID }{rowIDs(prerequisites)})
}

type deliveryOps struct {
	conn
	now domain.Instant
}

// dueDeliveries finds what can be leased. A delivery waits for the earlier ones of its record as long as they block, and for
// all its prerequisites to be confirmed.
const dueDeliveries = `WITH due AS MATERIALIZED (SELECT d.id FROM delivery d
	WHERE ((d.state IN ('pending', 'retrying') AND d.run_at <= ?) OR (d.state = 'in_flight' AND d.lease_until < ?))
	AND NOT EXISTS (SELECT 1 FROM delivery earlier
		WHERE earlier.conc_key = d.conc_key AND earlier.sequence < d.sequence AND earlier.state IN ?)
	AND NOT EXISTS (SELECT 1 FROM delivery_prerequisite needed
		LEFT JOIN delivery other ON other.id = needed.prerequisite
		WHERE needed.delivery = d.id AND (other.state IS NULL OR other.state <> 'confirmed'))
	ORDER BY d.sequence LIMIT ?`

const claimDeliveries = `)
UPDATE delivery SET state = 'in_flight', attempt = attempt + 1, fence = fence + 1, version = version + 1,
	lease_owner = ?, lease_until = ?
WHERE id IN (SELECT id FROM due) RETURNING id`

func (o deliveryOps) Claim(ctx context.Context, owner string, until domain.Instant, n int) ([]domain.Delivery, error) {
	var ids []rowID
	err := o.on(ctx).Raw(dueDeliveries+o.d.skipLocked()+claimDeliveries, int64(o.now), int64(o.now),
		texts(domain.BlockingDeliveryStates()), n, owner, int64(until)).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return nil, translate(err)
	}
	return deliveryReader{o.conn}.find(ctx, o.on(ctx).Where("id IN ?", ids).Order("sequence"))
}
