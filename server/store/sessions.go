package store

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type sessionRow struct {
	TokenHash string `gorm:"primaryKey"`
	Login     string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	SeenAt    int64
	ExpiresAt int64
}

func (sessionRow) TableName() string { return "session" }

func sessionFromDomain(s domain.Session) sessionRow {
	return sessionRow{
		TokenHash: s.TokenHash, Login: s.Login, CreatedAt: int64(s.CreatedAt), SeenAt: int64(s.SeenAt), ExpiresAt: int64(s.ExpiresAt),
	}
}

func (r sessionRow) toDomain() domain.Session {
	return domain.Session{
		TokenHash: r.TokenHash, Login: r.Login, CreatedAt: domain.Instant(r.CreatedAt), SeenAt: domain.Instant(r.SeenAt),
		ExpiresAt: domain.Instant(r.ExpiresAt),
	}
}

type sessionOps struct{ conn }

func (o sessionOps) Create(ctx context.Context, s domain.Session) error {
	row := sessionFromDomain(s)
	return translate(o.on(ctx).Create(&row).Error)
}

func (o sessionOps) ByHash(ctx context.Context, tokenHash string) (domain.Session, error) {
	row, err := first[sessionRow](o.on(ctx).Where("token_hash = ?", tokenHash),
		&domain.Error{Kind: domain.KindUnauthenticated, Code: domain.CodeSignInRequired, Msg: "please sign in"})
	return row.toDomain(), err
}

func (o sessionOps) Touch(ctx context.Context, tokenHash string, seen domain.Instant) error {
	return translate(o.on(ctx).Model(&sessionRow{}).Where("token_hash = ?", tokenHash).Update("seen_at", int64(seen)).Error)
}

func (o sessionOps) Delete(ctx context.Context, tokenHash string) error {
	return translate(o.on(ctx).Where("token_hash = ?", tokenHash).Delete(&sessionRow{}).Error)
}

func (o sessionOps) DeleteExpired(ctx context.Context, before domain.Instant) error {
	return translate(o.on(ctx).Where("expires_at < ?", int64(before)).Delete(&sessionRow{}).Error)
}
