package store

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// exportReader goes through the indexes by code.
type exportReader struct{ conn }

func (r exportReader) Mappings(ctx context.Context, query domain.MappingExport) ([]domain.CodeMapping, string, error) {
	const list = "export of mappings"
	q := r.on(ctx).Where("domain = ? AND system = ? AND code_type = ?", string(query.Domain), string(query.System), string(query.CodeType))
	q = inPlants(q, query.Plants, false).Where(liveMapping+" AND (valid_to = '' OR valid_to > ?)", string(query.Day))
	if query.After != "" {
		key, err := cursorKey(list, query.After, 3)
		if err != nil {
			return nil, "", err
		}
		id, err := domain.ParseID(key[2])
		if err != nil {
			return nil, "", badCursor()
		}
		q = q.Where("(plant, code_key, id) > (?, ?, ?)", key[0], key[1], rowID(id))
	}
	found, err := find(q.Order("plant, code_key, id").Limit(pageLimit(query.Page)+1), mappingRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	found, next := cut(found, query.Page, func(last domain.CodeMapping) string {
		return newCursor(list, string(last.Plant), last.Key, last.ID.String())
	})
	return found, next, nil
}

func (r exportReader) Records(ctx context.Context, name domain.DomainName, page domain.Page) ([]domain.GoldenRecord, string, error) {
	const list = "export of records"
	// The condition on the code is that of the index.
	q, err := pageBy(r.on(ctx).Where("domain = ? AND state <> 'merged' AND code <> ''", string(name)), list, "code", page)
	if err != nil {
		return nil, "", err
	}
	rows, err := find(q, func(row recordRow) recordRow { return row })
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(rows, page, func(last recordRow) string { return newCursor(list, last.Code) })
	return convert(rows, recordRow.toDomain), next, nil
}
