package demo

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver for a demo on PostgreSQL

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Place is where a demo leaves its files and its database; Remove takes both away.
type Place struct {
	// Dir is a new, empty folder; Database the URL of an empty database.
	Dir, Database string
	remove        func() error
}

// NewPlace makes a temporary place. database is "" for a SQLite file, or the URL of a PostgreSQL database, in which the demo
// gets a schema of its own and touches nothing else.
func NewPlace(ctx context.Context, database string) (Place, error) {
	dir, err := os.MkdirTemp("", "crosswalk-demo-")
	if err != nil {
		return Place{}, fmt.Errorf("make a folder for the demo: %w", err)
	}
	p := Place{Dir: dir, remove: func() error { return os.RemoveAll(dir) }}
	switch {
	case database == "":
		p.Database = "sqlite:" + filepath.Join(dir, "crosswalk.db")
	case strings.HasPrefix(database, "postgres://"), strings.HasPrefix(database, "postgresql://"):
		err = p.schema(ctx, database)
	default:
		err = domain.Invalid(domain.CodeConfigInvalid, "the demo runs on a SQLite file of its own, or on a postgres:// database")
	}
	if err != nil {
		return Place{}, errors.Join(err, p.Remove())
	}
	return p, nil
}

// Remove takes the place away with everything in it.
func (p Place) Remove() error { return p.remove() }

// schema makes a schema of the demo's own and points Database at it.
func (p *Place) schema(ctx context.Context, database string) error {
	address, err := url.Parse(database)
	if err != nil {
		return domain.Invalid(domain.CodeConfigInvalid, "the database's URL cannot be read")
	}
	db, err := sql.Open("pgx", database)
	if err != nil {
		return domain.Invalid(domain.CodeConfigInvalid, "the database's URL cannot be used")
	}
	name := "crosswalk_demo_" + strings.ToLower(rand.Text()[:12]) // letters and digits only
	if _, err := db.ExecContext(ctx, "CREATE SCHEMA "+name); err != nil {
		return errors.Join(domain.Unavailable(err, domain.CodeStoreDown, "the demo cannot make a schema in the database"), db.Close())
	}
	query := address.Query()
	query.Set("search_path", name)
	address.RawQuery = query.Encode()
	folder := p.remove
	p.Database, p.remove = address.String(), func() error {
		_, err := db.ExecContext(context.WithoutCancel(ctx), "DROP SCHEMA "+name+" CASCADE")
		return errors.Join(err, db.Close(), folder())
	}
	return nil
}
