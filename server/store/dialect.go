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
}
