// Package migrations holds the database's schema as it grew: one folder per dialect, the same file names in both, forward
// only. It must not hold anything else: server/store runs the files.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed postgres/*.sql sqlite/*.sql
var files embed.FS

// FS returns the migrations of one dialect, "postgres" or "sqlite".
func FS(dialect string) (fs.FS, error) { return fs.Sub(files, dialect) }
