package store

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"
)

// dialect is what differs between the databases.
type dialect interface {
	// name is the folder of the migrations.
	name() string
	// goose says how the migrations are run; release gives back what was taken for it.
	goose() (goose.Dialect, []goose.ProviderOption, error)
	// now is the database's clock in microseconds.
	now(ctx context.Context, db *gorm.DB) (int64, error)
	// snapshotOptions begin a transaction whose statements all see one state.
	snapshotOptions() *sql.TxOptions
	// lockRows, at the end of a SELECT, locks what it finds; skipLocked leaves out what another has locked.
	lockRows() string
	skipLocked() string
	// load adds the rows to a table by the fastest way there is, inside the writing transaction of c.
	load(ctx context.Context, c conn, rows bulk) error
	// anyOf is the condition that a text column is one of many values, and what it takes.
	anyOf(column string, values []string) (condition string, arguments []any)
	// truncate empties a table of staging.
	truncate(table string) string
	// hasty is a statement after which the transaction is answered before it is safe on disk; "" where there is none. It is for
	// what a crash loses in any case.
	hasty() string
	// roomForJoins is a statement that gives the transaction memory for joining large tables; "" where there is none.
	roomForJoins() string
}

// bulk is rows for one table.
type bulk struct {
	table   string
	columns []string
	count   int
	// row hands over the values of one row, from 0, in the order of the columns.
	row func(i int, to fields)
}

// fields takes the values of one row, column by column. Their kinds are those of the tables that are loaded: a column has
// values of one kind, or NULL.
type fields interface {
	text(string)
	// encoded is text as bytes, which are good only until the row is loaded.
	encoded([]byte)
	flag(bool)
	// integer is for BIGINT, real for DOUBLE PRECISION.
	integer(int64)
	real(float64)
	// id is NULL for the zero ID.
	id(rowID)
	null()
}
