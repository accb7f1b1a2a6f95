//go:build odoo

package odoo_test

import (
	stdsql "database/sql"
	"strings"
	"testing"

	_ "github.com/go-sql-driver/mysql" // the driver "mysql"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/connecttest"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sql"
)

// TestMariaDBContract runs the suite that SQLite and PostgreSQL pass: the plant's software writes as "loader", the source
// reads as "reader".
func TestMariaDBContract(t *testing.T) {
	t.Parallel()
	reader := variable(t, "CROSSWALK_TEST_MARIADB")
	db, err := stdsql.Open("mysql", variable(t, "CROSSWALK_TEST_MARIADB_LOADER"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	_, address, _ := strings.Cut(reader, "@")
	connecttest.RunSQL(t, func(*testing.T) connecttest.SQL {
		return connecttest.SQL{
			Driver: "mysql", DSN: reader, WrongDSN: "reader:wrong@" + address, AwayDSN: "reader:secret@tcp(127.0.0.1:1)/plant",
			Exec: func(t *testing.T, statements ...string) {
				t.Helper()
				for _, statement := range statements {
					if _, err := db.ExecContext(t.Context(), statement); err != nil {
						t.Fatalf("%s: %v", statement, err)
					}
				}
			},
			Connect: func(t *testing.T, system domain.SourceSystem, dsn string) (reconcile.Source, error) {
				t.Helper()
				source, err := sql.New(sql.Options{System: system, DSN: dsn})
				if err != nil {
					return nil, err
				}
				t.Cleanup(func() { _ = source.Close() })
				return source, nil
			},
		}
	})
}
