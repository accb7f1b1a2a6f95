package store

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type userRow struct {
	Login        string `gorm:"primaryKey"`
	Name         string
	PasswordHash string
	Disabled     bool
	Roles        jsonColumn[[]roleRow]
	Version      int
}

func (userRow) TableName() string { return "account" }

type roleRow struct {
	Role   string `json:"role"`
	Domain string `json:"domain"`
	Plant  string `json:"plant"`
	Until  int64  `json:"until,omitempty"`
}

func roleFromDomain(g domain.RoleGrant) roleRow {
	return roleRow{Role: g.Role, Domain: string(g.Domain), Plant: string(g.Plant), Until: int64(g.Until)}
}

func (r roleRow) toDomain() domain.RoleGrant {
	return domain.RoleGrant{Role: r.Role, Domain: domain.DomainName(r.Domain), Plant: domain.PlantID(r.Plant), Until: domain.Instant(r.Until)}
}

func userFromDomain(u domain.User) userRow {
	return userRow{
		Login: u.Login, Name: u.Name, PasswordHash: u.PasswordHash, Disabled: u.Disabled,
		Roles: asJSON(convertOrNil(u.Roles, roleFromDomain)), Version: u.Version,
	}
}

func (r userRow) toDomain() domain.User {
	return domain.User{
		Login: r.Login, Name: r.Name, PasswordHash: r.PasswordHash, Disabled: r.Disabled,
		Roles: convertOrNil(r.Roles.V, roleRow.toDomain), Version: r.Version,
	}
}

type userReader struct{ conn }

func (r userReader) ByLogin(ctx context.Context, login string) (domain.User, error) {
	row, err := first[userRow](r.on(ctx).Where("login = ?", login), domain.NotFound(domain.CodeUserUnknown, "there is no user %q", login))
	return row.toDomain(), err
}

func (r userReader) List(ctx context.Context) ([]domain.User, error) {
	return find(r.on(ctx).Order("login"), userRow.toDomain)
}

type userRepo struct {
	userReader
	w *writing
}

func (r userRepo) Put(ctx context.Context, user domain.User) error {
	row := userFromDomain(user)
	if err := r.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
		return translate(err)
	}
	return r.w.note("", "user", row.Login, row.Version, row)
}
