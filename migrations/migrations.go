// Package migrations holds the database's schema as it grew: one folder per dialect, the same file names in both, forward
// only, and the tables of SQLite's staging file. It must not hold anything else: server/store runs the files.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed postgres/*.sql sqlite/*.sql
var files embed.FS

//go:embed sqlite_staging.sql
var staging string

// FS returns the migrations of one dialect, "postgres" or "sqlite".
func FS(dialect string) (fs.FS, error) { return fs.Sub(files, dialect) }

// SQLiteStaging returns the statements that make the tables of a SQLite database's staging file, where they are missing.
func SQLiteStaging() string { return staging }
