package store

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type runRow struct {
	ID          rowID `gorm:"primaryKey"`
	Plan        string
	System      string
	Domain      string
	Mode        string
	State       string
	StartedBy   string
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	ReadAt      int64
	FinishedAt  int64
	ReadEndedAt int64
	ComparedAt  int64
	DueAt       int64
	Import      rowID
	Attempt     int
	Counts      jsonColumn[runCountsRow]
	Skips       jsonColumn[runSkipsRow]
	Proof       string
	Watermark   string
	Message     string
	Code        string
	LeaseOwner  string
	LeaseUntil  int64
	Fence       int64
	Version     int
}

func (runRow) TableName() string { return "run" }

type runCountsRow struct {
	Read        int `json:"read"`
	Changed     int `json:"changed"`
	Gone        int `json:"gone"`
	Quarantined int `json:"quarantined"`
	Known       int `json:"known"`
	Vanished    int `json:"vanished"`
	Compared    int `json:"compared"`
	Raised      int `json:"raised"`
	Seen        int `json:"seen"`
	Closed      int `json:"closed"`
	Verified    int `json:"verified"`
	Bounced     int `json:"bounced"`
	Registered  int `json:"registered"`
}

type runSkipsRow struct {
	Rejected    int `json:"rejected"`
	Nameless    int `json:"nameless"`
	Duplicate   int `json:"duplicate"`
	Unchanged   int `json:"unchanged"`
	Unmapped    int `json:"unmapped"`
	Dormant     int `json:"dormant"`
	Related     int `json:"related"`
	Retired     int `json:"retired"`
	NotExpected int `json:"not_expected"`
	Onboarding  int `json:"onboarding"`
}

func runFromDomain(r domain.Run) runRow {
	return runRow{
		ID: rowID(r.ID), Plan: r.Plan, System: string(r.System), Domain: string(r.Domain), Mode: string(r.Mode), State: string(r.State),
		StartedBy: string(r.StartedBy), CreatedAt: int64(r.CreatedAt), ReadAt: int64(r.ReadAt), FinishedAt: int64(r.FinishedAt),
		ReadEndedAt: int64(r.ReadEndedAt), ComparedAt: int64(r.ComparedAt), DueAt: int64(r.DueAt), Import: rowID(r.Import), Attempt: r.Attempt,
		Counts: asJSON(runCountsRow(r.Counts)), Skips: asJSON(runSkipsRow(r.Skips)), Proof: storable(r.Proof), Watermark: storable(r.Watermark), Message: storable(r.Message), Code: r.Code,
		LeaseOwner: r.LeaseOwner, LeaseUntil: int64(r.LeaseUntil), Fence: r.Fence, Version: r.Version,
	}
}

func (r runRow) toDomain() domain.Run {
	return domain.Run{
		ID: domain.ID(r.ID), Plan: r.Plan, System: domain.SystemID(r.System), Domain: domain.DomainName(r.Domain),
		Mode: domain.RunMode(r.Mode), State: domain.RunState(r.State), StartedBy: domain.ActorID(r.StartedBy),
		CreatedAt: domain.Instant(r.CreatedAt), ReadAt: domain.Instant(r.ReadAt), FinishedAt: domain.Instant(r.FinishedAt),
		ReadEndedAt: domain.Instant(r.ReadEndedAt), ComparedAt: domain.Instant(r.ComparedAt), DueAt: domain.Instant(r.DueAt), Import: domain.ID(r.Import), Attempt: r.Attempt,
		Counts: domain.RunCounts(r.Counts.V), Skips: domain.RunSkips(r.Skips.V), Proof: r.Proof, Watermark: r.Watermark, Message: r.Message, Code: r.Code,
		LeaseOwner: r.LeaseOwner, LeaseUntil: domain.Instant(r.LeaseUntil), Fence: r.Fence, Version: r.Version,
	}
}

type quarantinedRow struct {
	Run      rowID `gorm:"primaryKey"`
	Ordinal  int   `gorm:"primaryKey;autoIncrement:false"`
	System   string
	Domain   string
	Position string
	Code     string
	Reason   string
	Content  string
}

func (quarantinedRow) TableName() string { return "quarantined_row" }

func quarantinedFromDomain(ordinal int, q domain.QuarantinedRow) quarantinedRow {
	return quarantinedRow{
		Run: rowID(q.Run), Ordinal: ordinal, System: string(q.System), Domain: string(q.Domain), Position: storable(q.Position),
		Code: storable(q.Code), Reason: storable(q.Reason), Content: storable(q.Content),
	}
}

func (r quarantinedRow) toDomain() domain.QuarantinedRow {
	return domain.QuarantinedRow{
		Run: domain.ID(r.Run), System: domain.SystemID(r.System), Domain: domain.DomainName(r.Domain), Position: r.Position,
		Code: r.Code, Reason: r.Reason, Content: r.Content,
	}
}

// storable is a text as it came from outside without what PostgreSQL cannot keep in a text: NUL and bytes that are not UTF-8.
func storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

type runReader struct{ conn }

func (r runReader) ByID(ctx context.Context, id domain.ID) (domain.Run, error) {
	row, err := first[runRow](r.on(ctx).Where("id = ?", rowID(id)), domain.NotFound(domain.CodeRunUnknown, "there is no such run"))
	return row.toDomain(), err
}

func (r runReader) List(ctx context.Context, plan string, page domain.Page) ([]domain.Run, string, error) {
	const list = "runs"
	q, err := pageNewest(equal(r.on(ctx), "plan", plan), list, "created_at", page)
	if err != nil {
		return nil, "", err
	}
	runs, err := find(q, runRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	runs, next := cut(runs, page, func(last domain.Run) string { return newestCursor(list, last.CreatedAt, last.ID) })
	return runs, next, nil
}

func (r runReader) LastDone(ctx context.Context, plan string) (domain.Run, bool, error) {
	runs, err := find(r.on(ctx).Where("plan = ? AND state = ?", plan, string(domain.RunDone)).
		Order("created_at DESC, id DESC").Limit(1), runRow.toDomain)
	if err != nil || len(runs) == 0 {
		return domain.Run{}, false, err
	}
	return runs[0], true, nil
}

func (r runReader) Quarantined(ctx context.Context, run domain.ID, offset, limit int) ([]domain.QuarantinedRow, error) {
	return find(window(r.on(ctx).Where("run = ?", rowID(run)), "ordinal", offset, limit), quarantinedRow.toDomain)
}

type runOps struct {
	runReader
	now domain.Instant
}

func (o runOps) Create(ctx context.Context, run domain.Run) error {
	row := runFromDomain(run)
	inserted := o.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if inserted.Error != nil {
		return translate(inserted.Error)
	}
	if inserted.RowsAffected == 0 {
		if made, err := o.madeFor(ctx, run); err != nil || made {
			return errors.Join(err, domain.Conflict(domain.CodeDuplicate, "the plan %q has its run for this instant already", run.Plan))
		}
		return domain.Conflict(domain.CodeRunActive, "a run of the plan %q is not finished yet", run.Plan)
	}
	return nil
}

// madeFor says whether the plan has a run for the same due instant.
func (o runOps) madeFor(ctx context.Context, run domain.Run) (bool, error) {
	if run.DueAt == 0 {
		return false, nil
	}
	var made int64
	err := o.on(ctx).Model(&runRow{}).Where("plan = ? AND due_at = ?", run.Plan, int64(run.DueAt)).Count(&made).Error
	return made > 0, translate(err)
}

// dueRun finds the oldest run that nobody carries on.
const dueRun = `WITH due AS MATERIALIZED (SELECT r.id FROM run r
	WHERE r.state IN ('queued', 'reading', 'comparing') AND r.lease_until < ?
	ORDER BY r.created_at, r.id LIMIT 1`

// claimRun counts an attempt, but not when a run goes on that a person has released: nobody holds such a one, it has no lease.
const claimRun = `)
UPDATE run SET attempt = attempt + CASE WHEN state = 'comparing' AND lease_until = 0 THEN 0 ELSE 1 END,
	fence = fence + 1, version = version + 1, lease_owner = ?, lease_until = ?
WHERE id IN (SELECT id FROM due) RETURNING id`

func (o runOps) Claim(ctx context.Context, owner string, until domain.Instant) (domain.Run, bool, error) {
	var ids []rowID
	err := o.on(ctx).Raw(dueRun+o.d.skipLocked()+claimRun, int64(o.now), owner, int64(until)).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return domain.Run{}, false, translate(err)
	}
	run, err := o.ByID(ctx, domain.ID(ids[0]))
	return run, err == nil, err
}

func (o runOps) Save(ctx context.Context, run domain.Run, readVersion int) error {
	row := runFromDomain(run)
	q := o.on(ctx).Where("id = ? AND version = ? AND fence = ?", row.ID, readVersion, row.Fence).Select("*")
	return o.held(ctx, run.ID, q.Updates(&row))
}

func (o runOps) Extend(ctx context.Context, run domain.ID, owner string, fence int64, until domain.Instant) error {
	q := o.on(ctx).Model(&runRow{}).Where("id = ? AND lease_owner = ? AND fence = ? AND finished_at = 0", rowID(run), owner, fence)
	return o.held(ctx, run, q.Update("lease_until", int64(until)))
}

// held is CodeRunLeaseLost when an update met no row.
func (o runOps) held(ctx context.Context, run domain.ID, updated *gorm.DB) error {
	if updated.Error != nil || updated.RowsAffected > 0 {
		return translate(updated.Error)
	}
	if _, err := o.ByID(ctx, run); err != nil {
		return err
	}
	return domain.Conflict(domain.CodeRunLeaseLost, "the run has changed, or another worker carries it on")
}

func (o runOps) Quarantine(ctx context.Context, rejected []domain.QuarantinedRow) error {
	next := map[domain.ID]int{}
	rows := make([]quarantinedRow, 0, len(rejected))
	for _, q := range rejected {
		if _, known := next[q.Run]; !known {
			ordinal, err := o.nextOrdinal(ctx, q.Run)
			if err != nil {
				return err
			}
			next[q.Run] = ordinal
		}
		rows = append(rows, quarantinedFromDomain(next[q.Run], q))
		next[q.Run]++
	}
	if len(rows) == 0 {
		return nil
	}
	return translate(o.on(ctx).CreateInBatches(rows, maxRows).Error)
}

func (o runOps) nextOrdinal(ctx context.Context, run domain.ID) (int, error) {
	var ordinal int
	err := o.on(ctx).Raw("SELECT coalesce(max(ordinal) + 1, 0) FROM quarantined_row WHERE run = ?", rowID(run)).Scan(&ordinal).Error
	return ordinal, translate(err)
}

func (o runOps) ClearQuarantine(ctx context.Context, run domain.ID) error {
	return translate(o.on(ctx).Where("run = ?", rowID(run)).Delete(&quarantinedRow{}).Error)
}
