package store

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type serviceRow struct {
	ID            string `gorm:"primaryKey"`
	Name          string
	Grants        jsonColumn[[]grantRow]
	Networks      jsonColumn[[]string]
	RatePerSecond int
	RevokedAt     int64
	Version       int
}

func (serviceRow) TableName() string { return "service_identity" }

type grantRow struct {
	Action string `json:"action"`
	Domain string `json:"domain"`
	Plant  string `json:"plant"`
	System string `json:"system"`
}

type serviceKeyRow struct {
	ID        string `gorm:"primaryKey"`
	Identity  string
	Hash      string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	ExpiresAt int64
	RevokedAt int64
}

func (serviceKeyRow) TableName() string { return "service_key" }

type serviceKeyUseRow struct {
	ID     string `gorm:"primaryKey"`
	UsedAt int64
}

func (serviceKeyUseRow) TableName() string { return "service_key_use" }

func serviceFromDomain(s domain.ServiceIdentity) serviceRow {
	return serviceRow{
		ID: s.ID, Name: s.Name, Networks: asJSON(s.Networks), RatePerSecond: s.RatePerSecond, RevokedAt: int64(s.RevokedAt), Version: s.Version,
		Grants: asJSON(convertOrNil(s.Grants, func(g domain.Grant) grantRow {
			return grantRow{Action: string(g.Action), Domain: string(g.Domain), Plant: string(g.Plant), System: string(g.System)}
		})),
	}
}

func (r serviceRow) toDomain() domain.ServiceIdentity {
	return domain.ServiceIdentity{
		ID: r.ID, Name: r.Name, Networks: r.Networks.V, RatePerSecond: r.RatePerSecond, RevokedAt: domain.Instant(r.RevokedAt), Version: r.Version,
		Grants: convertOrNil(r.Grants.V, func(g grantRow) domain.Grant {
			return domain.Grant{Action: domain.Action(g.Action), Domain: domain.DomainName(g.Domain), Plant: domain.PlantID(g.Plant), System: domain.SystemID(g.System)}
		}),
	}
}

type serviceReader struct{ conn }

func unknownService() error {
	return domain.NotFound(domain.CodeServiceUnknown, "there is no such service identity")
}

func (r serviceReader) ByID(ctx context.Context, id string) (found domain.ServiceIdentity, err error) {
	err = r.snapshot(ctx, func(c conn) error {
		row, err := first[serviceRow](c.on(ctx).Where("id = ?", id), unknownService())
		if err != nil {
			return err
		}
		found = row.toDomain()
		return addKeys(ctx, c, []*domain.ServiceIdentity{&found})
	})
	return found, err
}

func (r serviceReader) ByKey(ctx context.Context, key string) (domain.ServiceIdentity, error) {
	row, err := first[serviceKeyRow](r.on(ctx).Where("id = ?", key), unknownService())
	if err != nil {
		return domain.ServiceIdentity{}, err
	}
	return r.ByID(ctx, row.Identity)
}

func (r serviceReader) List(ctx context.Context) (all []domain.ServiceIdentity, err error) {
	err = r.snapshot(ctx, func(c conn) error {
		if all, err = find(c.on(ctx).Order("id"), serviceRow.toDomain); err != nil {
			return err
		}
		each := make([]*domain.ServiceIdentity, len(all))
		for i := range all {
			each[i] = &all[i]
		}
		return addKeys(ctx, c, each)
	})
	return all, err
}

// addKeys adds each identity's keys, oldest first, with their last use.
func addKeys(ctx context.Context, c conn, identities []*domain.ServiceIdentity) error {
	byID := map[string]*domain.ServiceIdentity{}
	var ids []string
	for _, identity := range identities {
		byID[identity.ID] = identity
		ids = append(ids, identity.ID)
	}
	keys, err := findIn(ids, func(k serviceKeyRow) serviceKeyRow { return k }, func(chunk []string) *gorm.DB {
		return c.on(ctx).Where("identity IN ?", chunk).Order("created_at, id")
	})
	if err != nil {
		return err
	}
	used, err := usesOf(ctx, c, convert(keys, func(k serviceKeyRow) string { return k.ID }))
	for _, k := range keys {
		identity := byID[k.Identity]
		identity.Keys = append(identity.Keys, domain.ServiceKey{
			ID: k.ID, Hash: k.Hash, CreatedAt: domain.Instant(k.CreatedAt), ExpiresAt: domain.Instant(k.ExpiresAt),
			RevokedAt: domain.Instant(k.RevokedAt), UsedAt: domain.Instant(used[k.ID]),
		})
	}
	return err
}

// usesOf says when each key was last used.
func usesOf(ctx context.Context, c conn, keys []string) (map[string]int64, error) {
	uses, err := findIn(keys, func(u serviceKeyUseRow) serviceKeyUseRow { return u }, func(chunk []string) *gorm.DB {
		return c.on(ctx).Where("id IN ?", chunk)
	})
	used := map[string]int64{}
	for _, u := range uses {
		used[u.ID] = u.UsedAt
	}
	return used, err
}

type serviceRepo struct {
	serviceReader
	w *writing
}

func (r serviceRepo) Put(ctx context.Context, identity domain.ServiceIdentity) error {
	row := serviceFromDomain(identity)
	if err := r.putIdentity(ctx, row); err != nil {
		return err
	}
	keys := convert(identity.Keys, func(k domain.ServiceKey) serviceKeyRow {
		return serviceKeyRow{
			ID: k.ID, Identity: identity.ID, Hash: k.Hash, CreatedAt: int64(k.CreatedAt), ExpiresAt: int64(k.ExpiresAt), RevokedAt: int64(k.RevokedAt),
		}
	})
	for _, key := range keys {
		// Of a key that exists only its end can change: its identity and its hash are what it is.
		stored := r.on(ctx).Model(&serviceKeyRow{}).Where("id = ? AND identity = ? AND hash = ?", key.ID, key.Identity, key.Hash).
			Updates(map[string]any{"expires_at": key.ExpiresAt, "revoked_at": key.RevokedAt})
		if stored.Error == nil && stored.RowsAffected == 0 {
			stored = r.on(ctx).Create(&key)
		}
		if stored.Error != nil {
			return translate(stored.Error)
		}
	}
	return r.w.note("", "service_identity", row.ID, row.Version, struct {
		Identity serviceRow
		Keys     []serviceKeyRow
	}{row, keys})
}

func (r serviceRepo) putIdentity(ctx context.Context, row serviceRow) error {
	if row.Version == 1 {
		return translate(r.on(ctx).Create(&row).Error)
	}
	err := putVersion(r.on(ctx), &row, row.ID, row.Version)
	var known *domain.Error
	if errors.As(err, &known) && known.Code == domain.CodeSystemStale {
		return domain.Conflict(domain.CodeServiceStale, "the service %s has changed since it was read", row.ID)
	}
	return err
}

type serviceOps struct{ conn }

func (o serviceOps) Touch(ctx context.Context, key string, used domain.Instant) error {
	row := serviceKeyUseRow{ID: key, UsedAt: int64(used)}
	return translate(o.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}
