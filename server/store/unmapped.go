package store

import (
	"context"
	"strconv"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type unmappedRow struct {
	ID           rowID `gorm:"primaryKey"`
	Domain       string
	System       string
	Plant        string
	CodeType     string
	CodeKey      string
	Code         string
	CodeFold     string
	Status       string
	Asked        int
	FirstAsked   int64
	LastAsked    int64
	DismissedBy  string
	DismissedAt  int64
	DismissedWhy string
}

func (unmappedRow) TableName() string { return "unmapped_code" }

func unmappedFromDomain(u domain.UnmappedCode) unmappedRow {
	return unmappedRow{
		ID: rowID(u.ID), Domain: string(u.Domain), System: string(u.System), Plant: string(u.Plant), CodeType: string(u.CodeType),
		CodeKey: u.Key, Code: string(u.Code), CodeFold: fold(string(u.Code)), Status: u.Status, Asked: u.Asked,
		FirstAsked: int64(u.FirstAsked), LastAsked: int64(u.LastAsked), DismissedBy: string(u.DismissedBy),
		DismissedAt: int64(u.DismissedAt), DismissedWhy: u.DismissedWhy,
	}
}

func (r unmappedRow) toDomain() domain.UnmappedCode {
	return domain.UnmappedCode{
		ID: domain.ID(r.ID), Domain: domain.DomainName(r.Domain), System: domain.SystemID(r.System), Plant: domain.PlantID(r.Plant),
		CodeType: domain.CodeType(r.CodeType), Key: r.CodeKey, Code: domain.Code(r.Code), Status: r.Status, Asked: r.Asked,
		FirstAsked: domain.Instant(r.FirstAsked), LastAsked: domain.Instant(r.LastAsked), DismissedBy: domain.ActorID(r.DismissedBy),
		DismissedAt: domain.Instant(r.DismissedAt), DismissedWhy: r.DismissedWhy,
	}
}

type tallyRow struct {
	System     string `gorm:"primaryKey"`
	Domain     string `gorm:"primaryKey"`
	Plant      string `gorm:"primaryKey"`
	Codes      int
	Overflow   int
	OverflowAt int64
}

func (tallyRow) TableName() string { return "unmapped_tally" }

func (r tallyRow) toDomain() domain.UnmappedTally {
	return domain.UnmappedTally{
		System: domain.SystemID(r.System), Domain: domain.DomainName(r.Domain), Plant: domain.PlantID(r.Plant), Codes: r.Codes,
		Overflow: r.Overflow, OverflowAt: domain.Instant(r.OverflowAt),
	}
}

type unmappedPolicyRow struct {
	System  string `gorm:"primaryKey" json:"system"`
	Domain  string `gorm:"primaryKey" json:"domain"`
	Action  string `json:"action"`
	Code    string `json:"code"`
	Version int    `json:"version"`
}

func (unmappedPolicyRow) TableName() string { return "unmapped_policy" }

func unmappedPolicyFromDomain(p domain.UnmappedPolicy) unmappedPolicyRow {
	return unmappedPolicyRow{System: string(p.System), Domain: string(p.Domain), Action: string(p.Action), Code: string(p.Code), Version: p.Version}
}

func (r unmappedPolicyRow) toDomain() domain.UnmappedPolicy {
	return domain.UnmappedPolicy{
		System: domain.SystemID(r.System), Domain: domain.DomainName(r.Domain), Action: domain.UnmappedAction(r.Action),
		Code: domain.Code(r.Code), Version: r.Version,
	}
}

type unmappedReader struct{ conn }

func unmappedUnknown() error {
	return domain.NotFound(domain.CodeUnmappedUnknown, "there is no such unmapped code")
}

func (r unmappedReader) ByID(ctx context.Context, id domain.ID) (domain.UnmappedCode, error) {
	row, err := first[unmappedRow](r.on(ctx).Where("id = ?", rowID(id)), unmappedUnknown())
	return row.toDomain(), err
}

// stillUnmapped leaves out what has been mapped since, for its plant or for all plants of the system; it takes the day.
const stillUnmapped = `NOT EXISTS (SELECT 1 FROM code_mapping m WHERE m.domain = unmapped_code.domain AND m.system = unmapped_code.system
	AND m.code_type = unmapped_code.code_type AND m.code_key = unmapped_code.code_key AND m.plant IN (unmapped_code.plant, '')
	AND m.state IN ('active', 'suspect') AND (m.valid_to = '' OR ? < m.valid_to))`

func (r unmappedReader) List(ctx context.Context, query domain.UnmappedQuery) ([]domain.UnmappedCode, string, error) {
	const list = "unmapped"
	q := equal(equal(r.on(ctx), "domain", query.Domain), "system", query.System).Where(stillUnmapped, string(query.Day))
	q = inPlants(q, query.Plants, true)
	if query.Text != "" {
		q = q.Where("code_fold LIKE ? ESCAPE '!'", likePrefix(query.Text))
	}
	if query.Dismissed {
		q = q.Where("dismissed_at <> 0")
	} else {
		q = q.Where("dismissed_at = 0")
	}
	q, err := pageNewest(q, list, "asked", query.Page)
	if err != nil {
		return nil, "", err
	}
	codes, err := find(q, unmappedRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	codes, next := cut(codes, query.Page, func(last domain.UnmappedCode) string {
		return newCursor(list, strconv.Itoa(last.Asked), last.ID.String())
	})
	return codes, next, nil
}

func (r unmappedReader) Tallies(ctx context.Context, plants domain.PlantScope) ([]domain.UnmappedTally, error) {
	return find(inPlants(r.on(ctx), plants, true).Order("system, domain, plant"), tallyRow.toDomain)
}

func (r unmappedReader) Policy(ctx context.Context, system domain.SystemID, name domain.DomainName) (domain.UnmappedPolicy, error) {
	found, err := find(r.on(ctx).Where("system = ? AND domain = ?", string(system), string(name)), unmappedPolicyRow.toDomain)
	if err != nil || len(found) == 0 {
		return domain.UnmappedPolicy{System: system, Domain: name, Action: domain.UnmappedReject}, err
	}
	return found[0], nil
}

func (r unmappedReader) Policies(ctx context.Context) ([]domain.UnmappedPolicy, error) {
	return find(r.on(ctx).Order("system, domain"), unmappedPolicyRow.toDomain)
}

type unmappedRepo struct {
	unmappedReader
	w *writing
}

func (r unmappedRepo) PutPolicy(ctx context.Context, policy domain.UnmappedPolicy) error {
	row := unmappedPolicyFromDomain(policy)
	var stored *gorm.DB
	if row.Version == 1 {
		stored = r.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	} else {
		stored = r.on(ctx).Where("system = ? AND domain = ? AND version = ?", row.System, row.Domain, row.Version-1).Select("*").Updates(&row)
	}
	if err := wrote(stored, domain.Conflict(domain.CodeSystemStale, "what becomes of unmapped codes of %s has changed since it was read", row.System)); err != nil {
		return err
	}
	return r.w.note("", "unmapped_policy", row.System+"/"+row.Domain, row.Version, row)
}

type unmappedOps struct {
	unmappedReader
	now domain.Instant
}

// Count takes the tally's row first, so that those who count codes of one system wait for each other and the bound holds.
func (o unmappedOps) Count(ctx context.Context, codes []domain.UnmappedCode, most int) error {
	if len(codes) == 0 {
		return nil
	}
	tally, err := o.tally(ctx, codes[0])
	if err != nil {
		return err
	}
	fresh, err := o.countKnown(ctx, codes)
	if err != nil {
		return err
	}
	room := max(0, min(most-tally.Codes, len(fresh)))
	if err := o.insert(ctx, fresh[:room]); err != nil {
		return err
	}
	tally.Codes += room
	for _, left := range fresh[room:] {
		tally.Overflow += left.Asked
		tally.OverflowAt = int64(o.now)
	}
	return translate(o.on(ctx).Where("system = ? AND domain = ? AND plant = ?", tally.System, tally.Domain, tally.Plant).Select("*").Updates(&tally).Error)
}

func (o unmappedOps) tally(ctx context.Context, of domain.UnmappedCode) (tallyRow, error) {
	var row tallyRow
	err := o.on(ctx).Raw(`INSERT INTO unmapped_tally (system, domain, plant, codes, overflow, overflow_at) VALUES (?, ?, ?, 0, 0, 0)
		ON CONFLICT (system, domain, plant) DO UPDATE SET codes = unmapped_tally.codes RETURNING *`,
		string(of.System), string(of.Domain), string(of.Plant)).Scan(&row).Error
	return row, translate(err)
}

// countKnown adds to what is kept already and returns the others.
func (o unmappedOps) countKnown(ctx context.Context, codes []domain.UnmappedCode) ([]domain.UnmappedCode, error) {
	type change struct {
		codeType domain.CodeType
		status   string
		asked    int
	}
	known, err := o.knownKeys(ctx, codes)
	if err != nil {
		return nil, err
	}
	var fresh []domain.UnmappedCode
	changes := map[change][]string{}
	for _, code := range codes {
		if !known[code.CodeType][code.Key] {
			fresh = append(fresh, code)
			continue
		}
		of := change{code.CodeType, code.Status, code.Asked}
		changes[of] = append(changes[of], code.Key)
	}
	for of, keys := range changes {
		err := o.ofType(ctx, codes[0], of.codeType).Where("code_key IN ?", keys).Updates(map[string]any{
			"asked": gorm.Expr("asked + ?", of.asked), "last_asked": int64(o.now), "status": of.status,
		}).Error
		if err != nil {
			return nil, translate(err)
		}
	}
	return fresh, nil
}

func (o unmappedOps) ofType(ctx context.Context, of domain.UnmappedCode, codeType domain.CodeType) *gorm.DB {
	return o.on(ctx).Model(&unmappedRow{}).Where("domain = ? AND system = ? AND plant = ? AND code_type = ?",
		string(of.Domain), string(of.System), string(of.Plant), string(codeType))
}

func (o unmappedOps) knownKeys(ctx context.Context, codes []domain.UnmappedCode) (map[domain.CodeType]map[string]bool, error) {
	keys := map[domain.CodeType][]string{}
	for _, code := range codes {
		keys[code.CodeType] = append(keys[code.CodeType], code.Key)
	}
	known := map[domain.CodeType]map[string]bool{}
	for codeType, asked := range keys {
		known[codeType] = map[string]bool{}
		found, err := findIn(asked, func(r unmappedRow) string { return r.CodeKey }, func(chunk []string) *gorm.DB {
			return o.ofType(ctx, codes[0], codeType).Where("code_key IN ?", chunk)
		})
		if err != nil {
			return nil, err
		}
		for _, key := range found {
			known[codeType][key] = true
		}
	}
	return known, nil
}

func (o unmappedOps) insert(ctx context.Context, codes []domain.UnmappedCode) error {
	if len(codes) == 0 {
		return nil
	}
	rows := convert(codes, func(u domain.UnmappedCode) unmappedRow {
		u.FirstAsked, u.LastAsked = o.now, o.now
		return unmappedFromDomain(u)
	})
	return translate(o.on(ctx).CreateInBatches(rows, maxRows).Error)
}

func (o unmappedOps) Dismiss(ctx context.Context, code domain.UnmappedCode) error {
	updated := o.on(ctx).Model(&unmappedRow{}).Where("id = ?", rowID(code.ID)).Updates(map[string]any{
		"dismissed_by": string(code.DismissedBy), "dismissed_at": int64(code.DismissedAt), "dismissed_why": code.DismissedWhy,
	})
	return wrote(updated, unmappedUnknown())
}
