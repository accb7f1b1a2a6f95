package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type useRow struct {
	Record    rowID  `gorm:"primaryKey" json:"record"`
	Plant     string `gorm:"primaryKey" json:"plant"`
	Domain    string `json:"domain"`
	State     string `json:"state"`
	ValidFrom string `json:"valid_from"`
	ValidTo   string `json:"valid_to"`
	Source    string `json:"source"`
	Version   int    `json:"version"`
}

func (useRow) TableName() string { return "plant_use" }

func useFromDomain(u domain.PlantUse) useRow {
	return useRow{
		Record: rowID(u.Record), Plant: string(u.Plant), Domain: string(u.Domain), State: string(u.State),
		ValidFrom: string(u.Validity.From), ValidTo: string(u.Validity.To), Source: u.Source, Version: u.Version,
	}
}

func (r useRow) toDomain() domain.PlantUse {
	return domain.PlantUse{
		Record: domain.ID(r.Record), Plant: domain.PlantID(r.Plant), Domain: domain.DomainName(r.Domain), State: domain.UseState(r.State),
		Validity: domain.Validity{From: domain.Date(r.ValidFrom), To: domain.Date(r.ValidTo)}, Source: r.Source, Version: r.Version,
	}
}

type useReader struct{ conn }

func (r useReader) ByRecord(ctx context.Context, record domain.ID) ([]domain.PlantUse, error) {
	return find(r.on(ctx).Where("record = ?", rowID(record)).Order("plant"), useRow.toDomain)
}

func (r useReader) ByRecords(ctx context.Context, plant domain.PlantID, records []domain.ID) ([]domain.PlantUse, error) {
	return findIn(rowIDs(records), useRow.toDomain, func(chunk []rowID) *gorm.DB {
		return r.on(ctx).Where("plant = ? AND record IN ?", string(plant), chunk)
	})
}

type useRepo struct {
	useReader
	w *writing
}

func (r useRepo) Put(ctx context.Context, use domain.PlantUse) error {
	row := useFromDomain(use)
	if err := r.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
		return translate(err)
	}
	return r.w.note(row.Domain, "plant_use", use.Record.String()+"@"+row.Plant, row.Version, row)
}
