package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type idempotencyRow struct {
	Actor     string `gorm:"primaryKey"`
	Key       string `gorm:"primaryKey"`
	Request   string
	Status    int
	Body      []byte
	ExpiresAt int64
}

func (idempotencyRow) TableName() string { return "idempotency_key" }

type idempotencyOps struct {
	conn
	now domain.Instant
}

func (o idempotencyOps) one(ctx context.Context, actor domain.ActorID, key string) *gorm.DB {
	return o.on(ctx).Model(&idempotencyRow{}).Where("actor = ? AND key = ?", string(actor), key)
}

func (o idempotencyOps) Begin(ctx context.Context, actor domain.ActorID, key string, answer domain.StoredAnswer) (*domain.StoredAnswer, error) {
	err := o.one(ctx, actor, key).Where("expires_at <= ?", int64(o.now)).Delete(&idempotencyRow{}).Error
	if err != nil {
		return nil, translate(err)
	}
	row := idempotencyRow{
		Actor: string(actor), Key: key, Request: answer.Request, Status: answer.Status, Body: notNil(answer.Body), ExpiresAt: int64(answer.ExpiresAt),
	}
	inserted := o.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if inserted.Error != nil || inserted.RowsAffected > 0 {
		return nil, translate(inserted.Error)
	}
	stored, err := first[idempotencyRow](o.one(ctx, actor, key), domain.Unavailable(nil, domain.CodeStoreBusy, "please try again"))
	if err != nil {
		return nil, err
	}
	return &domain.StoredAnswer{
		Request: stored.Request, Status: stored.Status, Body: stored.Body, ExpiresAt: domain.Instant(stored.ExpiresAt),
	}, nil
}

func (o idempotencyOps) Finish(ctx context.Context, actor domain.ActorID, key string, reserved domain.Instant, answer domain.StoredAnswer) error {
	return translate(o.held(ctx, actor, key, reserved).Updates(map[string]any{
		"status": answer.Status, "body": notNil(answer.Body), "expires_at": int64(answer.ExpiresAt),
	}).Error)
}

func (o idempotencyOps) Forget(ctx context.Context, actor domain.ActorID, key string, reserved domain.Instant) error {
	return translate(o.held(ctx, actor, key, reserved).Delete(&idempotencyRow{}).Error)
}

// held is the reservation while it is the one that was made until that very instant.
func (o idempotencyOps) held(ctx context.Context, actor domain.ActorID, key string, reserved domain.Instant) *gorm.DB {
	return o.one(ctx, actor, key).Where("status = 0 AND expires_at = ?", int64(reserved))
}

func (o idempotencyOps) DeleteExpired(ctx context.Context, before domain.Instant) error {
	return translate(o.on(ctx).Where("expires_at < ?", int64(before)).Delete(&idempotencyRow{}).Error)
}

func notNil(body []byte) []byte {
	if body == nil {
		return []byte{}
	}
	return body
}
