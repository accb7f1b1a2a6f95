package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	gormpostgres "gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// postgresDialect is PostgreSQL, with any number of processes of ours on it.
type postgresDialect struct{}

func (postgresDialect) name() string { return "postgres" }

// goose takes a row of a lock table, so that replicas that start together migrate once. A row works behind transaction
// poolers, where session locks do not.
func (postgresDialect) goose() (goose.Dialect, []goose.ProviderOption, error) {
	locker, err := lock.NewPostgresTableLocker(
		lock.WithTableName("migration_lock"),
		lock.WithTableLockTimeout(250*time.Millisecond, 480),
		lock.WithTableUnlockTimeout(250*time.Millisecond, 40),
	)
	if err != nil {
		return "", nil, err
	}
	return goose.DialectPostgres, []goose.ProviderOption{goose.WithLocker(locker)}, nil
}

func (postgresDialect) now(ctx context.Context, db *gorm.DB) (int64, error) {
	var micros int64
	err := db.WithContext(ctx).Raw("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint").Scan(&micros).Error
	return micros, translate(err)
}

func (postgresDialect) snapshotOptions() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

func (postgresDialect) lockRows() string   { return " FOR UPDATE" }
func (postgresDialect) skipLocked() string { return " FOR UPDATE SKIP LOCKED" }

func (postgresDialect) truncate(table string) string { return "TRUNCATE " + table }
func (postgresDialect) hasty() string                { return "SET LOCAL synchronous_commit = off" }
func (postgresDialect) roomForJoins() string         { return "SET LOCAL work_mem = '64MB'" }

// anyOf passes one array, which costs the server far less to read than as many parameters.
func (postgresDialect) anyOf(column string, values []string) (condition string, arguments []any) {
	return column + " = ANY(?)", []any{textArray(values)}
}

// textArray keeps GORM from spreading a list over several parameters.
type textArray []string

// Value is the array as PostgreSQL writes it.
func (a textArray) Value() (driver.Value, error) {
	var text strings.Builder
	text.WriteByte('{')
	for i, one := range a {
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteByte('"')
		for at := strings.IndexAny(one, `\"`); at >= 0; at = strings.IndexAny(one, `\"`) {
			text.WriteString(one[:at])
			text.WriteByte('\\')
			text.WriteByte(one[at])
			one = one[at+1:]
		}
		text.WriteString(one)
		text.WriteByte('"')
	}
	text.WriteByte('}')
	return text.String(), nil
}

// postgresConnections bounds the connections of one process.
const postgresConnections = 24

// openPostgres connects to a server. Parameters of the address that pgx does not know, such as search_path, are set on
// every connection.
func openPostgres(address string, o options) (*Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		// The parser's own text repeats the address, which may hold a password.
		return nil, domain.Invalid(domain.CodeConfigInvalid, "the database address is not a valid postgres:// URL")
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(postgresConnections)
	pool.SetMaxIdleConns(postgresConnections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	s := &Store{d: postgresDialect{}, clock: o.clock, closers: []func() error{pool.Close}}
	db, err := gorm.Open(gormpostgres.New(gormpostgres.Config{Conn: pool}), gormConfig())
	if err != nil {
		return nil, errors.Join(translate(err), s.Close())
	}
	s.write, s.read = db, db
	return s, nil
}

// postgresFailure classifies an error of the server by its SQLSTATE, or says that the server is gone.
func postgresFailure(err error) failure {
	var connecting *pgconn.ConnectError
	if errors.As(err, &connecting) {
		return failureDown
	}
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return failureOther
	}
	switch e.Code {
	case "23505":
		return failureDuplicate
	case "23503":
		return failureReference
	case "40001", "40P01", "55P03":
		return failureBusy
	case "53100":
		return failureFull
	case "22021", "22P05":
		return failureText
	}
	// Connections, shutdowns and fail-overs (a server that only reads is no longer the primary), missing resources.
	for _, class := range []string{"08", "57P", "53", "25006"} {
		if strings.HasPrefix(e.Code, class) {
			return failureDown
		}
	}
	return failureOther
}
