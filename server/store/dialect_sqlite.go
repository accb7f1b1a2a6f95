package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/migrations"
)

// sqliteDialect is the embedded database: one file, one process, one writer.
type sqliteDialect struct{ clock func() time.Time }

func (sqliteDialect) name() string { return "sqlite" }

func (sqliteDialect) goose() (goose.Dialect, []goose.ProviderOption, error) {
	return goose.DialectSQLite3, nil, nil
}

// now is the process's clock: the database has no other.
func (d sqliteDialect) now(context.Context, *gorm.DB) (int64, error) {
	return d.clock().UnixMicro(), nil
}

func (sqliteDialect) snapshotOptions() *sql.TxOptions { return nil }

// One writer at a time: there is nobody to lock rows against.
func (sqliteDialect) lockRows() string   { return "" }
func (sqliteDialect) skipLocked() string { return "" }

func (sqliteDialect) truncate(table string) string { return "DELETE FROM " + table }
func (sqliteDialect) hasty() string                { return "" }
func (sqliteDialect) roomForJoins() string         { return "" }

func (sqliteDialect) anyOf(column string, values []string) (condition string, arguments []any) {
	return column + " IN ?", []any{values}
}

// sqliteBulk is how many rows one prepared INSERT takes.
const sqliteBulk = 50

// load repeats one prepared INSERT of many rows.
func (sqliteDialect) load(ctx context.Context, c conn, rows bulk) error {
	prepare, insert := c.db.Statement.ConnPool, (*sql.Stmt)(nil)
	defer func() {
		if insert != nil {
			_ = insert.Close()
		}
	}()
	size, values := 0, make(parameters, 0, sqliteBulk*len(rows.columns))
	for from := 0; from < rows.count; from += size {
		if fit := min(sqliteBulk, rows.count-from); fit != size {
			if insert != nil {
				_ = insert.Close()
			}
			var err error
			if insert, err = prepare.PrepareContext(ctx, rows.insert(fit)); err != nil {
				return translate(err)
			}
			size = fit
		}
		values = values[:0]
		for i := range size {
			rows.row(from+i, &values)
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return translate(err)
		}
	}
	return nil
}

// parameters are the values of some rows.
type parameters []any

func (p *parameters) text(v string)    { *p = append(*p, v) }
func (p *parameters) encoded(v []byte) { *p = append(*p, string(v)) }
func (p *parameters) flag(v bool)      { *p = append(*p, v) }
func (p *parameters) integer(v int64)  { *p = append(*p, v) }
func (p *parameters) real(v float64)   { *p = append(*p, v) }
func (p *parameters) id(v rowID)       { *p = append(*p, v) }
func (p *parameters) null()            { *p = append(*p, nil) }

// insert is the statement that inserts so many of the rows.
func (b bulk) insert(count int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", len(b.columns)), ",") + ")"
	return "INSERT INTO " + b.table + " (" + strings.Join(b.columns, ", ") + ") VALUES " +
		strings.TrimSuffix(strings.Repeat(one+",", count), ",")
}

// sqliteReaders is how many statements may read at once.
const sqliteReaders = 8

// openSQLite opens a database file, which is made if it does not exist, and locks it against other processes.
func openSQLite(path string, o options) (*Store, error) {
	if path == "" || path == ":memory:" {
		return nil, domain.Invalid(domain.CodeConfigInvalid, "the database address sqlite:PATH needs the path of a file")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, domain.Invalid(domain.CodeConfigInvalid, "the database path %q cannot be used", path)
	}
	if err := os.MkdirAll(filepath.Dir(absolute), 0o750); err != nil {
		return nil, domain.Unavailable(err, domain.CodeStoreDown, "the folder of the database %q cannot be made", path)
	}
	unlock, err := lockFile(absolute + ".lock")
	if err != nil {
		return nil, err
	}
	s := &Store{d: sqliteDialect{clock: o.processClock()}, clock: o.clock}
	s.closers = append(s.closers, unlock)
	if err := errors.Join(makePrivate(absolute), makePrivate(absolute+stagingSuffix)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.write, err = s.openSQLitePool(absolute, 1, "_txlock=immediate"); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.write.Exec(migrations.SQLiteStaging()).Error; err != nil {
		return nil, errors.Join(translate(err), s.Close())
	}
	if s.read, err = s.openSQLitePool(absolute, sqliteReaders, "_txlock=deferred&_pragma=query_only(1)"); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// makePrivate makes the file, if it does not exist, for its owner only: it holds what the whole company governs. SQLite gives
// the files beside it the same rights.
func makePrivate(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- the path is the configured database's
	if err != nil {
		return domain.Unavailable(err, domain.CodeStoreDown, "the database file %q cannot be opened", path)
	}
	return translate(file.Close())
}

// openSQLitePool opens one pool of connections. synchronous FULL: an answered approval survives a power cut.
func (s *Store) openSQLitePool(path string, size int, mode string) (*gorm.DB, error) {
	address := (&url.URL{Scheme: "file", Path: path}).String() +
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&" + mode
	pool := sql.OpenDB(newAttaching(address, path+stagingSuffix))
	s.closers = append(s.closers, pool.Close)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	db, err := gorm.Open(gormsqlite.Dialector{DriverName: "sqlite", Conn: pool}, gormConfig())
	if err != nil {
		return nil, domain.Unavailable(err, domain.CodeStoreDown, "the database file %q cannot be opened", path)
	}
	return db, nil
}

// sqliteFailure classifies an error of the driver by SQLite's result code.
func sqliteFailure(err error) failure {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return failureOther
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return failureDuplicate
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return failureReference
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return failureBusy
	case sqlite3.SQLITE_FULL:
		return failureFull
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return failureDown
	}
	return failureOther
}
