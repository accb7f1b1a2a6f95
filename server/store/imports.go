package store

import (
	"context"
	"maps"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type importFileRow struct {
	ID          rowID `gorm:"primaryKey"`
	Kind        string
	System      string
	Plant       string
	Domain      string
	FileName    string
	FileHash    string
	Bytes       int64
	State       string
	Layout      jsonColumn[importLayoutRow]
	Guessed     bool
	Profile     rowID
	Counts      jsonColumn[map[string]int]
	Absent      int
	Noticed     jsonColumn[map[string]int]
	LeftOut     jsonColumn[map[string]int]
	Done        int
	Total       int
	Revision    int
	Message     string
	Code        string
	CreatedBy   string
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	Reason      string
	Strict      bool
	SubmittedBy string
	Requests    jsonColumn[[]rowID]
	Run         rowID
	Plants      jsonColumn[plantScopeRow]
	LeaseOwner  string
	LeaseUntil  int64
	Fence       int64
	Attempt     int
	Version     int
}

func (importFileRow) TableName() string { return "import_file" }

type plantScopeRow struct {
	All    bool     `json:"all,omitempty"`
	Plants []string `json:"plants,omitempty"`
}

type importColumnRow struct {
	Column   int    `json:"column"`
	Header   string `json:"header,omitempty"`
	Field    string `json:"field,omitempty"`
	Plant    string `json:"plant,omitempty"`
	Language string `json:"language,omitempty"`
}

type importLayoutRow struct {
	Sheet      string            `json:"sheet,omitempty"`
	EverySheet bool              `json:"every_sheet,omitempty"`
	HeaderRow  int               `json:"header_row,omitempty"`
	HeaderRows int               `json:"header_rows,omitempty"`
	Columns    []importColumnRow `json:"columns,omitempty"`
	Decimal    string            `json:"decimal,omitempty"`
	DateOrder  string            `json:"date_order,omitempty"`
	SkipHidden bool              `json:"skip_hidden,omitempty"`
	SplitCodes bool              `json:"split_codes,omitempty"`
	Delimiter  string            `json:"delimiter,omitempty"`
	Encoding   string            `json:"encoding,omitempty"`
}

func importLayoutFromDomain(l domain.ImportLayout) importLayoutRow {
	return importLayoutRow{
		Sheet: storable(l.Sheet), EverySheet: l.EverySheet, HeaderRow: l.HeaderRow, HeaderRows: l.HeaderRows,
		Columns: convertOrNil(l.Columns, func(c domain.ImportColumn) importColumnRow {
			return importColumnRow{
				Column: c.Column, Header: storable(c.Header), Field: string(c.Field), Plant: string(c.Plant), Language: c.Language,
			}
		}),
		Decimal: l.Decimal, DateOrder: l.DateOrder, SkipHidden: l.SkipHidden, SplitCodes: l.SplitCodes, Delimiter: l.Delimiter, Encoding: l.Encoding,
	}
}

func (r importLayoutRow) toDomain() domain.ImportLayout {
	return domain.ImportLayout{
		Sheet: r.Sheet, EverySheet: r.EverySheet, HeaderRow: r.HeaderRow, HeaderRows: r.HeaderRows,
		Columns: convertOrNil(r.Columns, func(c importColumnRow) domain.ImportColumn {
			return domain.ImportColumn{
				Column: c.Column, Header: c.Header, Field: domain.ImportField(c.Field), Plant: domain.PlantID(c.Plant), Language: c.Language,
			}
		}),
		Decimal: r.Decimal, DateOrder: r.DateOrder, SkipHidden: r.SkipHidden, SplitCodes: r.SplitCodes, Delimiter: r.Delimiter, Encoding: r.Encoding,
	}
}

// counted are counts by a named string as those by plain ones, and the other way round; never nil.
func counted[From, To ~string](counts map[From]int) map[To]int {
	plain := make(map[To]int, len(counts))
	for name, n := range maps.All(counts) {
		plain[To(name)] = n
	}
	return plain
}

func importFromDomain(i domain.Import) importFileRow {
	return importFileRow{
		ID: rowID(i.ID), Kind: string(i.Kind), System: string(i.System), Plant: string(i.Plant), Domain: string(i.Domain),
		FileName: storable(i.FileName), FileHash: i.FileHash, Bytes: i.Bytes, State: string(i.State), Layout: asJSON(importLayoutFromDomain(i.Layout)),
		Guessed: i.Guessed, Profile: rowID(i.Profile), Counts: asJSON(counted[domain.ImportRowStatus, string](i.Counts)), Absent: i.Absent,
		Noticed: asJSON(counted[domain.NoteKind, string](i.Noticed)), LeftOut: asJSON(counted[domain.NoteKind, string](i.LeftOut)), Done: i.Done, Total: i.Total, Revision: i.Revision,
		Message: storable(i.Message), Code: i.Code, CreatedBy: string(i.CreatedBy), CreatedAt: int64(i.CreatedAt), Reason: storable(i.Reason),
		Strict: i.Strict, SubmittedBy: string(i.SubmittedBy), Requests: asJSON(rowIDs(i.Requests)), Run: rowID(i.Run),
		Plants: asJSON(plantScopeRow{All: i.Plants.All, Plants: texts(i.Plants.Plants)}), LeaseOwner: i.LeaseOwner,
		LeaseUntil: int64(i.LeaseUntil), Fence: i.Fence, Attempt: i.Attempt, Version: i.Version,
	}
}

func (r importFileRow) toDomain() domain.Import {
	return domain.Import{
		ID: domain.ID(r.ID), Kind: domain.ImportKind(r.Kind), System: domain.SystemID(r.System), Plant: domain.PlantID(r.Plant),
		Domain: domain.DomainName(r.Domain), FileName: r.FileName, FileHash: r.FileHash, Bytes: r.Bytes, State: domain.ImportState(r.State),
		Layout: r.Layout.V.toDomain(), Guessed: r.Guessed, Profile: domain.ID(r.Profile),
		Counts: counted[string, domain.ImportRowStatus](r.Counts.V), Absent: r.Absent, Noticed: counted[string, domain.NoteKind](r.Noticed.V),
		LeftOut: counted[string, domain.NoteKind](r.LeftOut.V),
		Done:    r.Done, Total: r.Total, Revision: r.Revision, Message: r.Message, Code: r.Code, CreatedBy: domain.ActorID(r.CreatedBy),
		CreatedAt: domain.Instant(r.CreatedAt), Reason: r.Reason, Strict: r.Strict, SubmittedBy: domain.ActorID(r.SubmittedBy),
		Requests: convertOrNil(r.Requests.V, func(id rowID) domain.ID { return domain.ID(id) }), Run: domain.ID(r.Run),
		Plants:     domain.PlantScope{All: r.Plants.V.All, Plants: convertOrNil(r.Plants.V.Plants, func(p string) domain.PlantID { return domain.PlantID(p) })},
		LeaseOwner: r.LeaseOwner, LeaseUntil: domain.Instant(r.LeaseUntil), Fence: r.Fence, Attempt: r.Attempt, Version: r.Version,
	}
}

type importPartRow struct {
	Import   rowID `gorm:"primaryKey"`
	Position int   `gorm:"primaryKey;autoIncrement:false"`
	Data     []byte
}

func (importPartRow) TableName() string { return "import_part" }

type importProfileRow struct {
	ID      rowID `gorm:"primaryKey"`
	Name    string
	System  string
	Domain  string
	Kind    string
	Layout  jsonColumn[importLayoutRow]
	UsedAt  int64
	UsedBy  string
	Version int
}

func (importProfileRow) TableName() string { return "import_profile" }

func (r importProfileRow) toDomain() domain.ImportProfile {
	return domain.ImportProfile{
		ID: domain.ID(r.ID), Name: r.Name, System: domain.SystemID(r.System), Domain: domain.DomainName(r.Domain), Kind: domain.ImportKind(r.Kind),
		Layout: r.Layout.V.toDomain(), UsedAt: domain.Instant(r.UsedAt), UsedBy: domain.ActorID(r.UsedBy), Version: r.Version,
	}
}

type importReader struct{ conn }

func (r importReader) ByID(ctx context.Context, id domain.ID) (domain.Import, error) {
	row, err := first[importFileRow](r.on(ctx).Where("id = ?", rowID(id)),
		domain.NotFound(domain.CodeImportUnknown, "there is no such import"))
	return row.toDomain(), err
}

func (r importReader) Same(ctx context.Context, like domain.Import) (domain.Import, bool, error) {
	q := r.on(ctx).Where("file_hash = ? AND kind = ? AND domain = ? AND system = ? AND plant = ?", like.FileHash, string(like.Kind),
		string(like.Domain), string(like.System), string(like.Plant)).
		Where("state NOT IN ?", texts([]domain.ImportState{domain.ImportCancelled, domain.ImportFailed}))
	if like.System == "" {
		q = q.Where("created_by = ?", string(like.CreatedBy))
	}
	found, err := find(q.Order("created_at DESC, id DESC").Limit(1), importFileRow.toDomain)
	if err != nil || len(found) == 0 {
		return domain.Import{}, false, err
	}
	return found[0], true, nil
}

func (r importReader) List(ctx context.Context, query domain.ImportQuery) ([]domain.Import, string, error) {
	const list = "imports"
	q := r.on(ctx)
	if !query.Plants.All {
		visible := inPlants(r.on(ctx), query.Plants, false)
		if query.Creator != "" {
			visible = visible.Or("system = '' AND created_by = ?", string(query.Creator))
		}
		q = q.Where(visible)
	}
	q, err := pageNewest(q, list, "created_at", query.Page)
	if err != nil {
		return nil, "", err
	}
	imports, err := find(q, importFileRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	imports, next := cut(imports, query.Page, func(last domain.Import) string { return newestCursor(list, last.CreatedAt, last.ID) })
	return imports, next, nil
}

func (r importReader) Unfinished(ctx context.Context, by domain.ActorID) (int, error) {
	var count int64
	err := r.on(ctx).Model(&importFileRow{}).Where("state IN ('waiting', 'reading', 'submitting') AND created_by = ?", string(by)).Count(&count).Error
	return int(count), translate(err)
}

func (r importReader) Part(ctx context.Context, id domain.ID, position int) ([]byte, error) {
	parts, err := find(r.on(ctx).Where("import = ? AND position = ?", rowID(id), position), func(p importPartRow) []byte { return p.Data })
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	return parts[0], nil
}

// maxProfiles bounds the layouts that one file is compared with.
const maxProfiles = 100

func (r importReader) Profiles(ctx context.Context, system domain.SystemID, name domain.DomainName, kind domain.ImportKind) ([]domain.ImportProfile, error) {
	return find(r.on(ctx).Where("domain = ? AND system = ? AND kind = ?", string(name), string(system), string(kind)).
		Order("used_at DESC, id").Limit(maxProfiles), importProfileRow.toDomain)
}

func (r importReader) ProfileNames(ctx context.Context, ids []domain.ID) (map[domain.ID]string, error) {
	found, err := findIn(ids, importProfileRow.toDomain, func(chunk []domain.ID) *gorm.DB { return r.on(ctx).Where("id IN ?", rowIDs(chunk)) })
	names := make(map[domain.ID]string, len(found))
	for _, profile := range found {
		names[profile.ID] = profile.Name
	}
	return names, err
}

// digits is the condition that a code is made of digits only: within their range its index is read, and nothing else.
const digits = "%[1]s >= '0' AND %[1]s < ':' AND trim(%[1]s, '0123456789') = ''"

type importOps struct {
	importReader
	now domain.Instant
}

func (o importOps) Create(ctx context.Context, i domain.Import) error {
	row := importFromDomain(i)
	return translate(o.on(ctx).Create(&row).Error)
}

func (o importOps) AppendPart(ctx context.Context, id domain.ID, position int, data []byte) error {
	return translate(o.on(ctx).Create(&importPartRow{Import: rowID(id), Position: position, Data: data}).Error)
}

func (o importOps) DropParts(ctx context.Context, id domain.ID) error {
	return translate(o.on(ctx).Where("import = ?", rowID(id)).Delete(&importPartRow{}).Error)
}

func (o importOps) PutProfile(ctx context.Context, p domain.ImportProfile) error {
	row := importProfileRow{
		ID: rowID(p.ID), Name: storable(p.Name), System: string(p.System), Domain: string(p.Domain), Kind: string(p.Kind),
		Layout: asJSON(importLayoutFromDomain(p.Layout)), UsedAt: int64(p.UsedAt), UsedBy: string(p.UsedBy), Version: p.Version,
	}
	return translate(o.on(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "domain"}, {Name: "system"}, {Name: "kind"}, {Name: "used_by"}, {Name: "name"}},
		DoUpdates: clause.Assignments(map[string]any{
			"layout": gorm.Expr("excluded.layout"), "used_at": row.UsedAt, "version": gorm.Expr("import_profile.version + 1"),
		}),
	}).Create(&row).Error)
}

func (o importOps) DropBefore(ctx context.Context, before domain.Instant) (int, error) {
	old := o.on(ctx).Model(&importFileRow{}).Select("id").Where("created_at < ? AND state NOT IN ('waiting', 'reading', 'submitting')", int64(before))
	var files []rowID
	err := o.on(ctx).Model(&importPartRow{}).Distinct("import").Where("import IN (?)", old).Scan(&files).Error
	if err != nil {
		return 0, translate(err)
	}
	for _, file := range files {
		if err := o.DropParts(ctx, domain.ID(file)); err != nil {
			return 0, err
		}
	}
	return len(files), nil
}
