package store

import (
	"context"
	"errors"
	"maps"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type codeListRow struct {
	ID      string                     `gorm:"primaryKey" json:"id"`
	Label   string                     `json:"label"`
	Entries jsonColumn[[]codeEntryRow] `json:"entries"`
	Version int                        `json:"version"`
}

func (codeListRow) TableName() string { return "code_list" }

type codeEntryRow struct {
	Code    string            `json:"code"`
	Labels  map[string]string `json:"labels"`
	Retired bool              `json:"retired"`
	Aliases []codeAliasRow    `json:"aliases"`
}

type codeAliasRow struct {
	System string `json:"system"`
	Text   string `json:"text"`
}

func codeListFromDomain(l domain.CodeList) codeListRow {
	return codeListRow{
		ID: string(l.ID), Label: l.Label, Version: l.Version,
		Entries: asJSON(convertOrNil(l.Entries, func(e domain.CodeEntry) codeEntryRow {
			return codeEntryRow{
				Code: e.Code, Labels: maps.Clone(e.Labels), Retired: e.Retired,
				Aliases: convertOrNil(e.Aliases, func(a domain.CodeAlias) codeAliasRow { return codeAliasRow{System: string(a.System), Text: a.Text} }),
			}
		})),
	}
}

func (r codeListRow) toDomain() domain.CodeList {
	return domain.CodeList{
		ID: domain.CodeListID(r.ID), Label: r.Label, Version: r.Version,
		Entries: convertOrNil(r.Entries.V, func(e codeEntryRow) domain.CodeEntry {
			return domain.CodeEntry{
				Code: e.Code, Labels: e.Labels, Retired: e.Retired,
				Aliases: convertOrNil(e.Aliases, func(a codeAliasRow) domain.CodeAlias {
					return domain.CodeAlias{System: domain.SystemID(a.System), Text: a.Text}
				}),
			}
		}),
	}
}

type codeListReader struct{ conn }

func (r codeListReader) ByID(ctx context.Context, id domain.CodeListID) (domain.CodeList, error) {
	row, err := first[codeListRow](r.on(ctx).Where("id = ?", string(id)),
		domain.NotFound(domain.CodeListUnknown, "there is no code list %q", string(id)))
	return row.toDomain(), err
}

func (r codeListReader) List(ctx context.Context) ([]domain.CodeList, error) {
	return find(r.on(ctx).Order("id"), codeListRow.toDomain)
}

type codeListRepo struct {
	codeListReader
	w *writing
}

func (r codeListRepo) Put(ctx context.Context, list domain.CodeList) error {
	row := codeListFromDomain(list)
	if err := putVersion(r.on(ctx), &row, row.ID, row.Version); err != nil {
		return err
	}
	return r.w.note("", "code_list", row.ID, row.Version, row)
}

type authorityRow struct {
	ID                string                              `gorm:"primaryKey" json:"domain"`
	Creation          jsonColumn[[]string]                `json:"creation"`
	Attributes        jsonColumn[[]attributeAuthorityRow] `json:"attributes"`
	CodePattern       string                              `json:"code_pattern,omitempty"`
	NewRecords        string                              `json:"new_records,omitempty"`
	CreationExclusive bool                                `json:"creation_exclusive,omitempty"`
	Version           int                                 `json:"version"`
}

func (authorityRow) TableName() string { return "authority" }

type attributeAuthorityRow struct {
	Attribute  string   `json:"attribute"`
	Systems    []string `json:"systems"`
	Governance string   `json:"governance"`
	Exclusive  bool     `json:"exclusive"`
}

func systemName(id domain.SystemID) string { return string(id) }
func systemID(name string) domain.SystemID { return domain.SystemID(name) }

func authorityFromDomain(a domain.Authority) authorityRow {
	return authorityRow{
		ID: string(a.Domain), Creation: asJSON(convertOrNil(a.Creation, systemName)), CodePattern: a.CodePattern, Version: a.Version,
		NewRecords: string(a.NewRecords), CreationExclusive: a.CreationExclusive,
		Attributes: asJSON(convertOrNil(a.Attributes, func(one domain.AttributeAuthority) attributeAuthorityRow {
			return attributeAuthorityRow{
				Attribute: string(one.Attribute), Systems: convertOrNil(one.Systems, systemName),
				Governance: string(one.Governance), Exclusive: one.Exclusive,
			}
		})),
	}
}

func (r authorityRow) toDomain() domain.Authority {
	return domain.Authority{
		Domain: domain.DomainName(r.ID), Creation: convertOrNil(r.Creation.V, systemID), CodePattern: r.CodePattern, Version: r.Version,
		NewRecords: domain.Governance(r.NewRecords), CreationExclusive: r.CreationExclusive,
		Attributes: convertOrNil(r.Attributes.V, func(one attributeAuthorityRow) domain.AttributeAuthority {
			return domain.AttributeAuthority{
				Attribute: domain.AttributeID(one.Attribute), Systems: convertOrNil(one.Systems, systemID),
				Governance: domain.Governance(one.Governance), Exclusive: one.Exclusive,
			}
		}),
	}
}

type authorityReader struct{ conn }

func (r authorityReader) Of(ctx context.Context, name domain.DomainName) (domain.Authority, error) {
	none := domain.NotFound(domain.CodeDomainUnknown, "the domain has no authority")
	row, err := first[authorityRow](r.on(ctx).Where("id = ?", string(name)), none)
	if errors.Is(err, none) {
		return domain.Authority{}, nil
	}
	return row.toDomain(), err
}

func (r authorityReader) List(ctx context.Context) ([]domain.Authority, error) {
	return find(r.on(ctx).Order("id"), authorityRow.toDomain)
}

type authorityRepo struct {
	authorityReader
	w *writing
}

func (r authorityRepo) Put(ctx context.Context, authority domain.Authority) error {
	row := authorityFromDomain(authority)
	if err := putVersion(r.on(ctx), &row, row.ID, row.Version); err != nil {
		return err
	}
	return r.w.note("", "authority", row.ID, row.Version, row)
}
