package store

import (
	"context"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type plantRow struct {
	ID        string                   `gorm:"primaryKey" json:"id"`
	Name      string                   `json:"name"`
	TimeZone  string                   `json:"time_zone"`
	Languages jsonColumn[[]string]     `json:"languages"`
	Currency  string                   `json:"currency"`
	State     string                   `json:"state"`
	ValidFrom string                   `json:"valid_from"`
	ValidTo   string                   `json:"valid_to"`
	Bindings  jsonColumn[[]bindingRow] `json:"bindings"`
	Version   int                      `json:"version"`
}

func (plantRow) TableName() string { return "plant" }

type bindingRow struct {
	System    string `json:"system"`
	Company   string `json:"company"`
	Warehouse string `json:"warehouse"`
}

func bindingFromDomain(b domain.PlantBinding) bindingRow {
	return bindingRow{System: string(b.System), Company: b.Company, Warehouse: b.Warehouse}
}

func (r bindingRow) toDomain() domain.PlantBinding {
	return domain.PlantBinding{System: domain.SystemID(r.System), Company: r.Company, Warehouse: r.Warehouse}
}

func plantFromDomain(p domain.Plant) plantRow {
	return plantRow{
		ID: string(p.ID), Name: p.Name, TimeZone: p.TimeZone, Languages: asJSON(slices.Clone(p.Languages)), Currency: p.Currency,
		State: string(p.State), ValidFrom: string(p.Validity.From), ValidTo: string(p.Validity.To),
		Bindings: asJSON(convertOrNil(p.Bindings, bindingFromDomain)), Version: p.Version,
	}
}

func (r plantRow) toDomain() domain.Plant {
	return domain.Plant{
		ID: domain.PlantID(r.ID), Name: r.Name, TimeZone: r.TimeZone, Languages: r.Languages.V, Currency: r.Currency,
		State: domain.PlantState(r.State), Validity: domain.Validity{From: domain.Date(r.ValidFrom), To: domain.Date(r.ValidTo)},
		Bindings: convertOrNil(r.Bindings.V, bindingRow.toDomain), Version: r.Version,
	}
}

type plantReader struct{ conn }

func (r plantReader) ByID(ctx context.Context, id domain.PlantID) (domain.Plant, error) {
	row, err := first[plantRow](r.on(ctx).Where("id = ?", string(id)),
		domain.NotFound(domain.CodePlantUnknown, "there is no plant %q", string(id)))
	return row.toDomain(), err
}

func (r plantReader) List(ctx context.Context) ([]domain.Plant, error) {
	return find(r.on(ctx).Order("id"), plantRow.toDomain)
}

type plantRepo struct {
	plantReader
	w *writing
}

func (r plantRepo) Put(ctx context.Context, plant domain.Plant) error {
	row := plantFromDomain(plant)
	if err := putVersion(r.on(ctx), &row, row.ID, row.Version); err != nil {
		return err
	}
	return r.w.note("", "plant", row.ID, row.Version, row)
}
