package sql_test

import (
	"context"
	stdsql "database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/connecttest"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sql"
)

// connect makes the source under test and closes it when the case ends.
func connect(t *testing.T, system domain.SourceSystem, dsn string) (reconcile.Source, error) {
	t.Helper()
	source, err := sql.New(sql.Options{System: system, DSN: dsn})
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = source.Close() })
	return source, nil
}

// loader runs statements on a connection of its own.
func loader(t *testing.T, driver, dsn string) func(*testing.T, ...string) {
	t.Helper()
	db, err := stdsql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return func(t *testing.T, statements ...string) {
		t.Helper()
		for _, statement := range statements {
			if _, err := db.ExecContext(t.Context(), statement); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
	}
}

func TestContractOnSQLite(t *testing.T) {
	t.Parallel()
	connecttest.RunSQL(t, func(t *testing.T) connecttest.SQL {
		path := filepath.Join(t.TempDir(), "plant #1.db")
		return connecttest.SQL{
			Driver: "sqlite", DSN: path, AwayDSN: filepath.Join(t.TempDir(), "nobody.db"), Connect: connect, Exec: loader(t, "sqlite", path),
		}
	})
}

// TestContractOnPostgres needs the server that test/pg.sh starts.
func TestContractOnPostgres(t *testing.T) {
	t.Parallel()
	dsn := os.Getenv("CROSSWALK_TEST_POSTGRES")
	if dsn == "" && os.Getenv("CROSSWALK_TEST_REQUIRE_POSTGRES") == "1" {
		t.Fatal("CROSSWALK_TEST_POSTGRES is not set")
	}
	if dsn == "" {
		t.Skip("CROSSWALK_TEST_POSTGRES is not set")
	}
	schema := "plant_" + strings.ReplaceAll(domain.NewID().String(), "-", "")
	admin := loader(t, "pgx", dsn)
	admin(t, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { dropSchema(t, dsn, schema) })
	within := dsn + separator(dsn) + "search_path=" + schema
	connecttest.RunSQL(t, func(t *testing.T) connecttest.SQL {
		return connecttest.SQL{
			Driver: "postgres", DSN: within, AwayDSN: "postgres://reader:secret@127.0.0.1:1/plant", Connect: connect, Exec: loader(t, "pgx", within),
		}
	})
}

func separator(dsn string) string {
	if strings.Contains(dsn, "?") {
		return "&"
	}
	return "?"
}

// dropSchema runs when the test's own context is over.
func dropSchema(t *testing.T, dsn, schema string) {
	t.Helper()
	db, err := stdsql.Open("pgx", dsn)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE"); err != nil {
		t.Error(err)
	}
}
