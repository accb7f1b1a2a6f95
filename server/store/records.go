package store

import (
	"context"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type recordRow struct {
	ID         rowID `gorm:"primaryKey"`
	Domain     string
	State      string
	Code       string
	CodeFold   string
	NameFold   string
	Attributes rowAttributes
	Version    int
	Seq        int64
	MergedInto rowID
	ChangedAt  int64
}

func (recordRow) TableName() string { return "golden_record" }

func recordFromDomain(r domain.GoldenRecord, codeAttribute, nameAttribute domain.AttributeID) recordRow {
	code := r.Attributes.Text(codeAttribute)
	return recordRow{
		ID: rowID(r.ID), Domain: string(r.Domain), State: string(r.State), Code: code, CodeFold: fold(code),
		NameFold: fold(strings.Join(r.Attributes.Texts(nameAttribute), "\n")), Attributes: rowAttributes(r.Attributes), Version: r.Version,
		Seq: r.Sequence, MergedInto: rowID(r.MergedInto), ChangedAt: int64(r.ChangedAt),
	}
}

func (r recordRow) toDomain() domain.GoldenRecord {
	return domain.GoldenRecord{
		ID: domain.ID(r.ID), Domain: domain.DomainName(r.Domain), State: domain.RecordState(r.State),
		Attributes: domain.Attributes(r.Attributes), Version: r.Version, Sequence: r.Seq,
		MergedInto: domain.ID(r.MergedInto), ChangedAt: domain.Instant(r.ChangedAt),
	}
}

type versionRow struct {
	Record        rowID `gorm:"primaryKey"`
	Version       int   `gorm:"primaryKey;autoIncrement:false"`
	State         string
	Attributes    rowAttributes
	ValidFrom     string
	RecordedAt    int64
	ChangeRequest rowID
}

func (versionRow) TableName() string { return "golden_version" }

func (r versionRow) toDomain() domain.GoldenVersion {
	return domain.GoldenVersion{
		Record: domain.ID(r.Record), Version: r.Version, State: domain.RecordState(r.State),
		Attributes: domain.Attributes(r.Attributes), ValidFrom: domain.Date(r.ValidFrom),
		RecordedAt: domain.Instant(r.RecordedAt), ChangeRequest: domain.ID(r.ChangeRequest),
	}
}

type lineageRow struct {
	Record        rowID  `gorm:"primaryKey" json:"record"`
	Attribute     string `gorm:"primaryKey" json:"attribute"`
	Version       int    `gorm:"primaryKey;autoIncrement:false" json:"version"`
	System        string `json:"system"`
	Code          string `json:"code"`
	Rule          string `json:"rule"`
	ChangeRequest rowID  `json:"change_request"`
	RecordedAt    int64  `json:"recorded_at"`
}

func (lineageRow) TableName() string { return "lineage" }

func lineageFromDomain(l domain.Lineage) lineageRow {
	return lineageRow{
		Record: rowID(l.Record), Attribute: string(l.Attribute), Version: l.Version, System: string(l.System),
		Code: string(l.Code), Rule: l.Rule, ChangeRequest: rowID(l.ChangeRequest), RecordedAt: int64(l.RecordedAt),
	}
}

func (r lineageRow) toDomain() domain.Lineage {
	return domain.Lineage{
		Record: domain.ID(r.Record), Attribute: domain.AttributeID(r.Attribute), Version: r.Version,
		System: domain.SystemID(r.System), Code: domain.Code(r.Code), Rule: r.Rule,
		ChangeRequest: domain.ID(r.ChangeRequest), RecordedAt: domain.Instant(r.RecordedAt),
	}
}

type recordReader struct{ conn }

func (r recordReader) ByID(ctx context.Context, id domain.ID) (domain.GoldenRecord, error) {
	row, err := first[recordRow](r.on(ctx).Where("id = ?", rowID(id)), recordUnknown())
	return row.toDomain(), err
}

func recordUnknown() error {
	return domain.NotFound(domain.CodeRecordUnknown, "there is no such record")
}

func (r recordReader) ByIDs(ctx context.Context, ids []domain.ID) ([]domain.GoldenRecord, error) {
	return findIn(rowIDs(ids), recordRow.toDomain, func(chunk []rowID) *gorm.DB { return r.on(ctx).Where("id IN ?", chunk) })
}

func (r recordReader) ByCodes(ctx context.Context, name domain.DomainName, codes []string) (map[string]domain.GoldenRecord, error) {
	rows, err := findIn(codes, func(row recordRow) recordRow { return row }, func(chunk []string) *gorm.DB {
		return r.on(ctx).Where("domain = ? AND state <> 'merged' AND code <> '' AND code IN ?", string(name), chunk)
	})
	byCode := make(map[string]domain.GoldenRecord, len(rows))
	for _, row := range rows {
		byCode[row.Code] = row.toDomain()
	}
	return byCode, err
}

func (r recordReader) List(ctx context.Context, query domain.RecordQuery) ([]domain.GoldenRecord, string, error) {
	const list = "records"
	q := equal(equal(r.on(ctx), "domain", query.Domain), "state", query.State)
	if query.State == "" {
		q = q.Where("state <> 'merged'")
	}
	if query.Text != "" {
		through, err := r.foundThrough(ctx, query)
		if err != nil {
			return nil, "", err
		}
		where, values := r.said(ctx, query)
		q = q.Where("("+where+" OR id IN ?)", append(values, through)...)
	}
	q, err := pageByID(q, list, query.Page)
	if err != nil {
		return nil, "", err
	}
	records, err := find(q, recordRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	records, next := cut(records, query.Page, func(last domain.GoldenRecord) string { return newCursor(list, last.ID.String()) })
	return records, next, nil
}

// said is the condition that a record, or a live mapping's code, says the text asked for.
func (r recordReader) said(ctx context.Context, query domain.RecordQuery) (string, []any) {
	byCode := inPlants(r.on(ctx).Table("code_mapping").Select("record"), query.Plants, true)
	byCode = equal(byCode, "domain", query.Domain).Where(liveMapping+" AND code_fold LIKE ? ESCAPE '!'", likePrefix(query.Text))
	return "code_fold LIKE ? ESCAPE '!' OR name_fold LIKE ? ESCAPE '!' OR id IN (?)", []any{likePrefix(query.Text), likePart(query.Text), byCode}
}

// foundThrough returns the records that answer for merged ones that say the text asked for. Where merged records themselves are
// asked for there are none.
func (r recordReader) foundThrough(ctx context.Context, query domain.RecordQuery) ([]rowID, error) {
	if query.State == domain.RecordMerged {
		return nil, nil
	}
	where, values := r.said(ctx, query)
	merged, err := find(equal(r.on(ctx), "domain", query.Domain).Where("state = 'merged' AND ("+where+")", values...).Limit(maxList), recordRow.toDomain)
	if err != nil || len(merged) == 0 {
		return nil, err
	}
	heirs, err := mergeReader(r).Heirs(ctx, recordIDs(merged))
	var through []rowID
	for _, heir := range heirs {
		through = append(through, rowID(heir.ID))
	}
	return through, err
}

func (r recordReader) Versions(ctx context.Context, id domain.ID) ([]domain.GoldenVersion, error) {
	return find(r.on(ctx).Where("record = ?", rowID(id)).Order("version"), versionRow.toDomain)
}

func (r recordReader) AtVersions(ctx context.Context, versions map[domain.ID]int) (map[domain.ID]domain.GoldenVersion, error) {
	byVersion := map[int][]domain.ID{}
	for id, version := range versions {
		byVersion[version] = append(byVersion[version], id)
	}
	at := make(map[domain.ID]domain.GoldenVersion, len(versions))
	for version, ids := range byVersion {
		found, err := findIn(rowIDs(ids), versionRow.toDomain, func(chunk []rowID) *gorm.DB {
			return r.on(ctx).Where("version = ? AND record IN ?", version, chunk)
		})
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			at[one.Record] = one
		}
	}
	return at, nil
}

func (r recordReader) Lineage(ctx context.Context, id domain.ID) ([]domain.Lineage, error) {
	q := r.on(ctx).Where(`record = ? AND version = (SELECT max(latest.version) FROM lineage latest
		WHERE latest.record = lineage.record AND latest.attribute = lineage.attribute)`, rowID(id)).Order("attribute")
	return find(q, lineageRow.toDomain)
}

type recordRepo struct {
	recordReader
	w *writing
}

func (r recordRepo) Create(ctx context.Context, record domain.GoldenRecord, codeAttribute, nameAttribute domain.AttributeID, origin domain.Lineage) error {
	seq, err := r.w.sequence(record.Domain)
	if err != nil {
		return err
	}
	if record.Version != 1 {
		return domain.Conflict(domain.CodeRecordStale, "a new record has version 1, not %d", record.Version)
	}
	record.Sequence, record.ChangedAt = seq, r.w.now
	row := recordFromDomain(record, codeAttribute, nameAttribute)
	if err := r.codeFree(ctx, row); err != nil {
		return err
	}
	inserted := r.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if err := wrote(inserted, domain.Conflict(domain.CodeDuplicate, "the record exists already")); err != nil {
		return err
	}
	ids := make([]domain.AttributeID, 0, len(record.Attributes))
	for id := range record.Attributes {
		ids = append(ids, id)
	}
	return r.keep(ctx, row, ids, origin)
}

// codeFree is CodeRecordCodeTaken when another record of the domain holds the code. The domain's counter is locked, so
// nobody can take it in between.
func (r recordRepo) codeFree(ctx context.Context, row recordRow) error {
	if row.Code == "" || row.State == string(domain.RecordMerged) {
		return nil
	}
	var holders int64
	err := r.on(ctx).Model(&recordRow{}).
		Where("domain = ? AND code = ? AND state <> 'merged' AND id <> ?", row.Domain, row.Code, row.ID).Count(&holders).Error
	if err != nil {
		return translate(err)
	}
	if holders > 0 {
		return domain.Conflict(domain.CodeRecordCodeTaken, "another %s has the code %q", row.Domain, row.Code)
	}
	return nil
}

func (r recordRepo) Update(ctx context.Context, record domain.GoldenRecord, codeAttribute, nameAttribute domain.AttributeID, changed []domain.AttributeID, origin domain.Lineage) error {
	seq, err := r.w.sequence(record.Domain)
	if err != nil {
		return err
	}
	record.Sequence, record.ChangedAt = seq, r.w.now
	row := recordFromDomain(record, codeAttribute, nameAttribute)
	if err := r.codeFree(ctx, row); err != nil {
		return err
	}
	updated := r.on(ctx).Where("id = ? AND domain = ? AND version = ?", row.ID, row.Domain, row.Version-1).Select("*").Updates(&row)
	if updated.Error != nil {
		return translate(updated.Error)
	}
	if updated.RowsAffected == 0 {
		return r.notUpdated(ctx, record.ID)
	}
	return r.keep(ctx, row, changed, origin)
}

func (r recordRepo) Trace(ctx context.Context, record domain.GoldenRecord, origins []domain.Lineage) error {
	if len(origins) == 0 {
		return nil
	}
	rows := convert(origins, func(l domain.Lineage) lineageRow {
		l.Record, l.Version, l.RecordedAt = record.ID, record.Version, r.w.now
		return lineageFromDomain(l)
	})
	return translate(r.on(ctx).CreateInBatches(rows, maxRows).Error)
}

// notUpdated says why an update met no row: there is none, or its version has moved.
func (r recordRepo) notUpdated(ctx context.Context, id domain.ID) error {
	if _, err := r.ByID(ctx, id); err != nil {
		return err
	}
	return domain.Conflict(domain.CodeRecordStale, "the record has changed since it was read")
}

// keep writes the history, the lineage of the attributes named and the audit line of a record that was stored as row.
func (r recordRepo) keep(ctx context.Context, row recordRow, changed []domain.AttributeID, origin domain.Lineage) error {
	version := versionRow{
		Record: row.ID, Version: row.Version, State: row.State, Attributes: row.Attributes,
		ValidFrom: string(domain.DateOf(r.w.now)), RecordedAt: int64(r.w.now), ChangeRequest: rowID(origin.ChangeRequest),
	}
	if err := r.on(ctx).Create(&version).Error; err != nil {
		return translate(err)
	}
	lineage := make([]lineageRow, 0, len(changed))
	for _, attribute := range changed {
		origin.Record, origin.Attribute, origin.Version, origin.RecordedAt = domain.ID(row.ID), attribute, row.Version, r.w.now
		lineage = append(lineage, lineageFromDomain(origin))
	}
	if len(lineage) > 0 {
		if err := r.on(ctx).CreateInBatches(lineage, maxRows).Error; err != nil {
			return translate(err)
		}
	}
	return r.w.note(row.Domain, "golden_record", domain.ID(row.ID).String(), row.Version, row)
}
