package store

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type planRow struct {
	ID              string                    `gorm:"primaryKey" json:"id"`
	Name            string                    `json:"name"`
	Domain          string                    `json:"domain"`
	System          string                    `json:"system"`
	Attributes      jsonColumn[[]string]      `json:"attributes"`
	DropHoldPercent int                       `json:"drop_hold_percent"`
	Schedules       jsonColumn[[]scheduleRow] `json:"schedules"`
	TimeZone        string                    `json:"time_zone"`
	Paused          bool                      `json:"paused"`
	Version         int                       `json:"version"`
}

type scheduleRow struct {
	Cron string `json:"cron"`
	Mode string `json:"mode"`
}

func (planRow) TableName() string { return "plan" }

func planFromDomain(p domain.Plan) planRow {
	return planRow{
		ID: p.ID, Name: p.Name, Domain: string(p.Domain), System: string(p.System),
		Attributes:      asJSON(convertOrNil(p.Attributes, func(id domain.AttributeID) string { return string(id) })),
		DropHoldPercent: p.DropHoldPercent, TimeZone: p.TimeZone, Paused: p.Paused, Version: p.Version,
		Schedules: asJSON(convertOrNil(p.Schedules, func(s domain.Schedule) scheduleRow { return scheduleRow{Cron: s.Cron, Mode: string(s.Mode)} })),
	}
}

func (r planRow) toDomain() domain.Plan {
	return domain.Plan{
		ID: r.ID, Name: r.Name, Domain: domain.DomainName(r.Domain), System: domain.SystemID(r.System),
		Attributes:      convertOrNil(r.Attributes.V, func(id string) domain.AttributeID { return domain.AttributeID(id) }),
		DropHoldPercent: r.DropHoldPercent, TimeZone: r.TimeZone, Paused: r.Paused, Version: r.Version,
		Schedules: convertOrNil(r.Schedules.V, func(s scheduleRow) domain.Schedule {
			return domain.Schedule{Cron: s.Cron, Mode: domain.RunMode(s.Mode)}
		}),
	}
}

type planReader struct{ conn }

func (r planReader) ByID(ctx context.Context, id string) (domain.Plan, error) {
	row, err := first[planRow](r.on(ctx).Where("id = ?", id), domain.NotFound(domain.CodePlanUnknown, "there is no plan %q", id))
	return row.toDomain(), err
}

func (r planReader) List(ctx context.Context) ([]domain.Plan, error) {
	return find(r.on(ctx).Order("id"), planRow.toDomain)
}

type planRepo struct {
	planReader
	w *writing
}

func (r planRepo) Put(ctx context.Context, plan domain.Plan) error {
	row := planFromDomain(plan)
	if err := putVersion(r.on(ctx), &row, row.ID, row.Version); err != nil {
		return err
	}
	return r.w.note("", "plan", row.ID, row.Version, row)
}
