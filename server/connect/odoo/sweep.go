package odoo

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// sweepAttempts is how often the list of IDs is taken while records come and go beneath it.
const sweepAttempts = 3

// sweep ends a reading: it takes the list of all IDs, checks it against Odoo's own count, and accounts for every ID on it.
// It returns why the reading is not complete, "" when it is.
func (r *reading) sweep(ctx context.Context, incremental bool) (string, error) {
	if incremental {
		if err := r.uncoded(ctx); err != nil {
			return "", err
		}
	}
	why := ""
	for range sweepAttempts {
		listed, counted, err := r.manifest(ctx)
		if err != nil {
			return "", err
		}
		r.counted = counted
		if len(listed) != counted {
			why = fmt.Sprintf("Odoo counts %d records but lists %d", counted, len(listed))
			continue
		}
		unread := slices.DeleteFunc(listed, func(id int64) bool { return r.seen[id] })
		if len(unread) == 0 {
			return "", nil
		}
		if incremental {
			return "", r.unchanged(unread)
		}
		// they became visible while the pages were read: a transaction ended late
		if err := r.late(ctx, unread); err != nil {
			return "", err
		}
		why = fmt.Sprintf("Odoo lists the %s %d but does not return it", r.m.noun, unread[0])
	}
	return why, nil
}

// manifest returns the IDs up to the upper bound, and how many Odoo says there are.
func (r *reading) manifest(ctx context.Context) ([]int64, int, error) {
	var all []int64
	for last := int64(0); ; {
		var ids []int64
		args := arguments{
			"domain": []any{condition("id", ">", last), condition("id", "<=", r.upper)}, "order": "id", "limit": manifestPage, "context": r.context,
		}
		if err := r.c.reader.ask(ctx, r.m.model, "search", args, &ids); err != nil {
			return nil, 0, err
		}
		if len(ids) == 0 {
			break
		}
		if ids[len(ids)-1] <= last {
			return nil, 0, domain.Invalid(domain.CodeSystemAnswer, "Odoo returns the same IDs again and again")
		}
		all, last = append(all, ids...), ids[len(ids)-1]
	}
	var counted int
	args := arguments{"domain": []any{condition("id", "<=", r.upper)}, "context": r.context}
	if err := r.c.reader.ask(ctx, r.m.model, "search_count", args, &counted); err != nil {
		return nil, 0, err
	}
	return all, counted, nil
}

// uncoded names once more the records that cannot be governed for want of a code: a reading's quarantine is its own.
func (r *reading) uncoded(ctx context.Context) error {
	for last := int64(0); ; {
		rows, err := r.rows(ctx, []any{
			condition(r.m.code, "in", []any{false, ""}), condition("id", ">", last), condition("id", "<=", r.upper),
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		var unseen []row
		for _, found := range rows {
			id, err := found.id()
			if err != nil {
				return err
			}
			if id <= last {
				return domain.Invalid(domain.CodeSystemAnswer, "Odoo returns the same page again and again")
			}
			if last = id; !r.seen[id] {
				unseen = append(unseen, found)
			}
		}
		if _, err := r.take(unseen); err != nil {
			return err
		}
	}
}

// late reads records by ID.
func (r *reading) late(ctx context.Context, ids []int64) error {
	for chunk := range slices.Chunk(ids, pageSize) {
		rows, err := r.rows(ctx, []any{condition("id", "in", chunk)})
		if err != nil {
			return err
		}
		if _, err := r.take(rows); err != nil {
			return err
		}
	}
	return nil
}

// unchanged names records that Odoo has not written since the watermark.
func (r *reading) unchanged(ids []int64) error {
	for chunk := range slices.Chunk(ids, pageSize) {
		page := reconcile.Page{Rows: make([]domain.StagedRow, len(chunk))}
		for i, id := range chunk {
			page.Rows[i] = domain.StagedRow{Unchanged: true, Record: domain.SourceRecord{Code: codeOf(id)}}
		}
		if err := r.emit(page); err != nil {
			return err
		}
	}
	return nil
}
