package sql

import (
	stdsql "database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// dialect is what differs from database to database.
type dialect struct {
	name      string
	isolation stdsql.IsolationLevel
	open      func(dsn string) (*stdsql.DB, error)
	classify  func(error) error // nil where the error is none of the database's own
}

func dialectOf(system domain.SourceSystem) (dialect, error) {
	for _, known := range []dialect{
		{name: "mysql", isolation: stdsql.LevelRepeatableRead, open: openMySQL, classify: classifyMySQL},
		{name: "postgres", isolation: stdsql.LevelRepeatableRead, open: openPostgres, classify: classifyPostgres},
		{name: "sqlite", open: openSQLite, classify: classifySQLite},
	} {
		if known.name == system.Settings[settingDriver] {
			return known, nil
		}
	}
	return dialect{}, domain.Invalid(domain.CodeConfigInvalid, "the system %s must name its driver: mysql, postgres or sqlite", system.ID)
}

// openMySQL takes a DSN such as reader:secret@tcp(db.plant.example:3306)/mes.
func openMySQL(dsn string) (*stdsql.DB, error) {
	config, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, err
	}
	// dates stay text as the database writes them, and one call is one statement
	config.ParseTime, config.MultiStatements = false, false
	config.AllowAllFiles = false
	if config.Timeout == 0 {
		config.Timeout = 15 * time.Second
	}
	config.Logger = mysql.Logger(&mysql.NopLogger{})
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return stdsql.OpenDB(connector), nil
}

// openPostgres takes a URL or keywords, such as postgres://reader:secret@db.plant.example/mes.
func openPostgres(dsn string) (*stdsql.DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 15 * time.Second
	}
	config.RuntimeParams["default_transaction_read_only"] = "on"
	// a statement kept prepared would fail once the plant has changed the table's columns
	config.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
	return stdlib.OpenDB(*config), nil
}

// openSQLite takes the path of a file that exists, or a file: URL of it.
func openSQLite(dsn string) (*stdsql.DB, error) {
	path, query, _ := strings.Cut(strings.TrimPrefix(dsn, "file:"), "?")
	if path == "" || strings.Contains(dsn, ":memory:") {
		return nil, errors.New("no file")
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, err
	}
	values.Set("mode", "ro")
	values["_pragma"] = append(values["_pragma"], "busy_timeout(5000)", "query_only(1)")
	return stdsql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+"?"+values.Encode())
}
