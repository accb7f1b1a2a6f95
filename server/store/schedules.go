package store

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type clockRow struct {
	Plan   string `gorm:"primaryKey"`
	Timing string
	SeenAt int64
}

func (clockRow) TableName() string { return "plan_clock" }

func (r clockRow) toDomain() domain.PlanClock {
	return domain.PlanClock{Plan: r.Plan, Timing: r.Timing, SeenAt: domain.Instant(r.SeenAt)}
}

type scheduleOps struct{ conn }

func (o scheduleOps) Clock(ctx context.Context, plan string) (domain.PlanClock, bool, error) {
	found, err := find(o.on(ctx).Where("plan = ?", plan).Limit(1), clockRow.toDomain)
	if err != nil || len(found) == 0 {
		return domain.PlanClock{}, false, err
	}
	return found[0], true, nil
}

func (o scheduleOps) SetClock(ctx context.Context, clock domain.PlanClock) error {
	row := clockRow{Plan: clock.Plan, Timing: clock.Timing, SeenAt: int64(clock.SeenAt)}
	return translate(o.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}
