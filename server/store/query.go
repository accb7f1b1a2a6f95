package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// conn runs statements: each on its own outside a transaction, or all inside one.
type conn struct {
	db *gorm.DB
	d  dialect
	// tx says that db is a transaction.
	tx bool
	// held is the connection of a writing transaction, for what needs the driver itself.
	held *sql.Conn
}

func (c conn) on(ctx context.Context) *gorm.DB { return c.db.WithContext(ctx) }

// snapshot runs fn so that all its statements see one committed state.
func (c conn) snapshot(ctx context.Context, fn func(conn) error) error {
	if c.tx {
		return fn(c)
	}
	return translate(c.on(ctx).Transaction(func(tx *gorm.DB) error {
		return fn(conn{db: tx, d: c.d, tx: true})
	}, c.d.snapshotOptions()))
}

const (
	// maxList bounds an IN list: SQLite takes 32,766 parameters, PostgreSQL 65,535.
	maxList = 10_000
	// maxRows bounds the rows of one INSERT: times 30 columns it stays below the same limits.
	maxRows = 500
	// maxPage and defaultPage bound what one page may ask for.
	maxPage     = 1000
	defaultPage = 100
)

// first returns the one row of q, or missing when there is none.
func first[R any](q *gorm.DB, missing error) (R, error) {
	var row R
	err := q.Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, missing
	}
	return row, translate(err)
}

// wrote is the failure of a statement that was to write a row, and none when no row met its conditions: it exists already, is gone
// or has changed since it was read.
func wrote(stored *gorm.DB, none error) error {
	if stored.Error == nil && stored.RowsAffected == 0 {
		return none
	}
	return translate(stored.Error)
}

// find returns all rows of q as domain values.
func find[R, D any](q *gorm.DB, to func(R) D) ([]D, error) {
	var rows []R
	if err := q.Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	return convert(rows, to), nil
}

// findIn is find for any number of keys: query is asked once for each chunk of them.
func findIn[R, D, K any](keys []K, to func(R) D, query func(chunk []K) *gorm.DB) ([]D, error) {
	var all []D
	for chunk := range slices.Chunk(keys, maxList) {
		part, err := find(query(chunk), to)
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return all, nil
}

func convert[A, B any](from []A, to func(A) B) []B {
	converted := make([]B, len(from))
	for i, one := range from {
		converted[i] = to(one)
	}
	return converted
}

// convertOrNil is convert that keeps "none" apart from "an empty list".
func convertOrNil[A, B any](from []A, to func(A) B) []B {
	if from == nil {
		return nil
	}
	return convert(from, to)
}

func texts[S ~string](from []S) []string {
	return convert(from, func(s S) string { return string(s) })
}

// inPlants restricts q to a scope of plants. Rows of no one plant belong to it only where withNone says so, or in all.
func inPlants(q *gorm.DB, scope domain.PlantScope, withNone bool) *gorm.DB {
	return within(q, "plant", scope, withNone)
}

// within is inPlants for a column of a join.
func within(q *gorm.DB, column string, scope domain.PlantScope, withNone bool) *gorm.DB {
	if scope.All {
		return q
	}
	plants := slices.DeleteFunc(texts(scope.Plants), func(plant string) bool { return plant == "" })
	if withNone {
		plants = append(plants, "")
	}
	if len(plants) == 0 {
		return q.Where("1 = 0")
	}
	return q.Where(column+" IN ?", plants)
}

// equal restricts q to a column's value; "" does not restrict.
func equal[S ~string](q *gorm.DB, column string, value S) *gorm.DB {
	if value == "" {
		return q
	}
	return q.Where(column+" = ?", string(value))
}

// fold is the form in which texts are searched without regard to case.
func fold(text string) string { return strings.ToLower(text) }

// likePrefix and likePart are LIKE patterns, for use with ESCAPE '!', over folded columns.
func likePrefix(text string) string { return likeEscape(fold(text)) + "%" }

func likePart(text string) string { return "%" + likeEscape(fold(text)) + "%" }

func likeEscape(text string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text)
}

// validOn is the condition that a row with valid_from and valid_to holds on a day, which it takes twice.
const validOn = "(valid_from = '' OR valid_from <= ?) AND (valid_to = '' OR ? < valid_to)"

// liveMapping is the condition that a mapping counts.
const liveMapping = "state IN ('active', 'suspect')"

// window restricts q to limit rows from an offset on, by a column that counts them from 0; limit 0 means all.
func window(q *gorm.DB, column string, offset, limit int) *gorm.DB {
	q = q.Where(column+" >= ?", offset).Order(column)
	if limit > 0 {
		q = q.Limit(limit)
	}
	return q
}
