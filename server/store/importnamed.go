package store

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

func (r importReader) Named(ctx context.Context, id domain.ID, system domain.SystemID, name domain.DomainName) (int, error) {
	var count int64
	err := sourceReader(r).of(ctx, system, name).Where(
		"gone_at = 0 AND EXISTS (SELECT 1 FROM import_row WHERE import_row.import = ? AND import_row.row_key = source_record.code_key)", rowID(id)).Count(&count).Error
	return int(count), translate(err)
}
