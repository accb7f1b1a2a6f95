package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type discrepancyRow struct {
	ID            rowID `gorm:"primaryKey"`
	Identity      string
	Domain        string
	System        string
	Plant         string
	Record        rowID
	Through       rowID
	Class         string
	Attribute     string
	Line          string
	Code          string
	Label         string
	SearchFold    string
	Pattern       string
	Golden        string
	Source        string
	GoldenVersion int
	SourceHash    string
	ReadAt        int64
	State         string
	FirstRun      rowID
	LastRun       rowID
	FirstSeen     int64
	LastSeen      int64
	ChangeRequest rowID
	Remedy        string
	FixedAt       int64
	AcceptedUntil string
	Acceptance    rowID
	Note          string
	Version       int
}

func (discrepancyRow) TableName() string { return "discrepancy" }

func discrepancyFromDomain(d domain.Discrepancy) discrepancyRow {
	f := d.Finding
	return discrepancyRow{
		ID: rowID(d.ID), Identity: f.Identity(), Domain: string(f.Domain), System: string(f.System), Plant: string(f.Plant),
		Record: rowID(f.Record), Through: rowID(f.Through), Class: string(f.Class), Attribute: string(f.Attribute), Line: f.Line, Code: string(f.Code),
		Label: f.Label, SearchFold: fold(f.Label + "\n" + string(f.Code)), Pattern: f.Pattern(),
		Golden: encodeValue(f.Golden), Source: encodeValue(f.Source), GoldenVersion: f.GoldenVersion, SourceHash: f.SourceHash,
		ReadAt: int64(f.ReadAt), State: string(d.State), FirstRun: rowID(d.FirstRun), LastRun: rowID(d.LastRun),
		FirstSeen: int64(d.FirstSeen), LastSeen: int64(d.LastSeen), ChangeRequest: rowID(d.ChangeRequest), Remedy: string(d.Remedy),
		FixedAt: int64(d.FixedAt), AcceptedUntil: string(d.AcceptedUntil),
		Acceptance: rowID(d.Acceptance), Note: d.Note, Version: d.Version,
	}
}

func (r discrepancyRow) toDomain() domain.Discrepancy {
	return domain.Discrepancy{
		ID: domain.ID(r.ID),
		Finding: domain.Finding{
			Domain: domain.DomainName(r.Domain), Record: domain.ID(r.Record), Through: domain.ID(r.Through), System: domain.SystemID(r.System),
			Plant: domain.PlantID(r.Plant), Class: domain.Class(r.Class), Attribute: domain.AttributeID(r.Attribute), Line: r.Line,
			Code: domain.Code(r.Code), Label: r.Label, Golden: decodeValue(r.Golden), Source: decodeValue(r.Source),
			GoldenVersion: r.GoldenVersion, SourceHash: r.SourceHash, ReadAt: domain.Instant(r.ReadAt),
		},
		State: domain.DiscrepancyState(r.State), FirstRun: domain.ID(r.FirstRun), LastRun: domain.ID(r.LastRun),
		FirstSeen: domain.Instant(r.FirstSeen), LastSeen: domain.Instant(r.LastSeen), ChangeRequest: domain.ID(r.ChangeRequest),
		Remedy: domain.Remedy(r.Remedy), FixedAt: domain.Instant(r.FixedAt), AcceptedUntil: domain.Date(r.AcceptedUntil),
		Acceptance: domain.ID(r.Acceptance),
		Note:       r.Note, Version: r.Version,
	}
}

type discrepancyReader struct{ conn }

func (r discrepancyReader) ByID(ctx context.Context, id domain.ID) (domain.Discrepancy, error) {
	row, err := first[discrepancyRow](r.on(ctx).Where("id = ?", rowID(id)),
		domain.NotFound(domain.CodeDiscrepancyUnknown, "there is no such discrepancy"))
	return row.toDomain(), err
}

func (r discrepancyReader) ByIDs(ctx context.Context, ids []domain.ID) ([]domain.Discrepancy, error) {
	return findIn(rowIDs(ids), discrepancyRow.toDomain, func(chunk []rowID) *gorm.DB { return r.on(ctx).Where("id IN ?", chunk) })
}

func (r discrepancyReader) ByIdentities(ctx context.Context, identities []string) (map[string]domain.Discrepancy, error) {
	found, err := findIn(identities, discrepancyRow.toDomain, func(chunk []string) *gorm.DB {
		return r.on(ctx).Where("identity IN ?", chunk)
	})
	byIdentity := make(map[string]domain.Discrepancy, len(found))
	for _, d := range found {
		byIdentity[d.Finding.Identity()] = d
	}
	return byIdentity, err
}

func (r discrepancyReader) ByRequest(ctx context.Context, request domain.ID) ([]domain.Discrepancy, error) {
	return find(r.on(ctx).Where("change_request = ?", rowID(request)).Order("id"), discrepancyRow.toDomain)
}

func (r discrepancyReader) IDs(ctx context.Context, query domain.DiscrepancyQuery) ([]domain.ID, error) {
	var ids []rowID
	err := r.matching(ctx, query).Order("first_seen, id").Pluck("id", &ids).Error
	return convert(ids, func(id rowID) domain.ID { return domain.ID(id) }), translate(err)
}

func (r discrepancyReader) Marks(ctx context.Context, query domain.DiscrepancyQuery, limit int) ([]domain.DiscrepancyMark, error) {
	var rows []struct {
		ID      rowID
		Version int
	}
	q := r.matching(ctx, query).Select("id, version").Order("first_seen, id")
	if limit > 0 {
		q = q.Limit(limit)
	}
	err := q.Scan(&rows).Error
	marks := make([]domain.DiscrepancyMark, len(rows))
	for i, row := range rows {
		marks[i] = domain.DiscrepancyMark{ID: domain.ID(row.ID), Version: row.Version}
	}
	return marks, translate(err)
}

func (r discrepancyReader) AcceptedUnder(ctx context.Context, acceptance domain.ID, limit int) ([]domain.Discrepancy, error) {
	return find(r.on(ctx).Where("acceptance = ? AND state = 'accepted'", rowID(acceptance)).Order("id").Limit(limit), discrepancyRow.toDomain)
}

func (r discrepancyReader) Expired(ctx context.Context, day domain.Date, limit int) ([]domain.Discrepancy, error) {
	return find(r.on(ctx).Where("state = 'accepted' AND accepted_until <> '' AND accepted_until <= ?", string(day)).
		Order("accepted_until, id").Limit(limit), discrepancyRow.toDomain)
}

func (r discrepancyReader) Patterns(ctx context.Context, query domain.DiscrepancyQuery) ([]domain.PatternCount, error) {
	var counts []domain.PatternCount
	err := r.matching(ctx, query).Select("pattern, count(*) AS count").Group("pattern").
		Order("count(*) DESC, pattern").Scan(&counts).Error
	return counts, translate(err)
}

// matching selects what a query asks for.
func (r discrepancyReader) matching(ctx context.Context, query domain.DiscrepancyQuery) *gorm.DB {
	q := equal(equal(r.on(ctx).Model(&discrepancyRow{}), "domain", query.Domain), "system", query.System)
	q = equal(equal(equal(q, "class", query.Class), "attribute", query.Attribute), "pattern", query.Pattern)
	q = inPlants(q, query.Plants, false)
	if len(query.States) > 0 {
		q = q.Where("state IN ?", texts(query.States))
	}
	if !query.Record.IsZero() {
		q = q.Where("(record = ? OR through = ?)", rowID(query.Record), rowID(query.Record))
	}
	if query.Text != "" {
		q = q.Where("search_fold LIKE ? ESCAPE '!'", likePart(query.Text))
	}
	return q
}

func (r discrepancyReader) NotSeen(ctx context.Context, system domain.SystemID, name domain.DomainName, run domain.ID, page domain.Page) ([]domain.Discrepancy, string, error) {
	const list = "not_seen"
	q := r.on(ctx).Where(`domain = ? AND system = ? AND state NOT IN ('verified', 'closed')
		AND (last_run IS NULL OR last_run <> ?)`, string(name), string(system), rowID(run))
	q, err := pageByID(q, list, page)
	if err != nil {
		return nil, "", err
	}
	found, err := find(q, discrepancyRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	found, next := cut(found, page, func(last domain.Discrepancy) string { return newCursor(list, last.ID.String()) })
	return found, next, nil
}

type discrepancyRepo struct {
	discrepancyReader
	w *writing
}

func (r discrepancyRepo) Put(ctx context.Context, d domain.Discrepancy, readVersion int) error {
	row := discrepancyFromDomain(d)
	var stored *gorm.DB
	if readVersion == 0 {
		stored = r.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	} else {
		// The identity never changes, so that no two discrepancies can come to have the same one.
		stored = r.on(ctx).Where("id = ? AND version = ? AND identity = ?", row.ID, readVersion, row.Identity).Select("*").Updates(&row)
	}
	if err := wrote(stored, domain.Conflict(domain.CodeDiscrepancyStale, "the discrepancy has changed since it was read")); err != nil {
		return err
	}
	return r.w.note(row.Domain, "discrepancy", d.ID.String(), row.Version, row)
}
