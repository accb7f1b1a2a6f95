package sql

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// classify turns a driver's error into ours: first what the database itself says, then what the network says.
func (s *Source) classify(err error) error {
	if err == nil {
		return nil
	}
	var ours *domain.Error
	if errors.As(err, &ours) {
		return err
	}
	if classified := s.dialect.classify(err); classified != nil {
		return classified
	}
	var dial *net.OpError
	var timeout net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "the database did not answer in time")
	case errors.Is(err, context.Canceled):
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "the reading was given up")
	case errors.As(err, &dial) && dial.Op == "dial", errors.As(err, new(*net.DNSError)), errors.As(err, new(*pgconn.ConnectError)):
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "the database cannot be reached at its address")
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.As(err, &dial):
		return domain.Unavailable(err, domain.CodeSystemCut, "the connection to the database was cut")
	}
	return &domain.Error{Kind: domain.KindInvalid, Code: domain.CodeSystemAnswer, Msg: "the database answered with something that was not understood", Cause: err}
}

// fault is a kind of answer that every database has its own numbers for.
type fault int

const (
	faultSignIn fault = iota + 1
	faultRights
	faultSchema
	faultQuery
	faultBusy
	faultCut
)

// told makes a fault into an error with the database's own sentence.
func told(f fault, said string, err error) error {
	said = strings.Join(strings.Fields(said), " ")
	if runes := []rune(said); len(runes) > 300 {
		said = string(runes[:300]) + "…"
	}
	switch f {
	case faultSignIn:
		return &domain.Error{Kind: domain.KindUnauthenticated, Code: domain.CodeSystemDenied, Msg: "the database does not accept the account", Cause: err}
	case faultRights:
		return domain.Forbidden(domain.CodeSystemDenied, "the account may not do this: %s", said)
	case faultSchema:
		return domain.Invalid(domain.CodeSystemSchema, "the database no longer has what the query asks for: %s", said)
	case faultBusy:
		return domain.Unavailable(err, domain.CodeSystemBusy, "the database is busy: %s", said)
	case faultCut:
		return domain.Unavailable(err, domain.CodeSystemCut, "the database ended the connection: %s", said)
	default:
		return domain.Invalid(domain.CodeConfigInvalid, "the database does not accept the query: %s", said)
	}
}

func classifyMySQL(err error) error {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return nil
	}
	kind := faultQuery
	for f, numbers := range map[fault][]uint16{
		faultSignIn: {1045, 1044, 1698, 1862},
		faultRights: {1142, 1143, 1227, 1370},
		faultSchema: {1054, 1146, 1049, 1356},
		faultBusy:   {1040, 1203, 1205, 1213, 1226, 1969, 3024, 1317},
		faultCut:    {1053, 1927, 1077, 1080},
	} {
		if slices.Contains(numbers, e.Number) {
			kind = f
		}
	}
	return told(kind, e.Message, err)
}

func classifyPostgres(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return nil
	}
	kind := faultQuery
	for f, codes := range map[fault][]string{
		faultSignIn: {"28P01", "28000"},
		faultRights: {"42501"},
		faultSchema: {"42703", "42P01", "3D000", "3F000", "42883"},
		faultBusy:   {"53300", "53400", "40001", "40P01", "55P03", "57014", "57P03"},
		faultCut:    {"57P01", "57P02", "08006", "08003"},
	} {
		if slices.Contains(codes, e.Code) {
			kind = f
		}
	}
	return told(kind, e.Message, err)
}

// The primary result codes of SQLite that are told apart.
const (
	sqliteError     = 1
	sqliteBusy      = 5
	sqliteLocked    = 6
	sqliteInterrupt = 9
	sqliteCorrupt   = 11
	sqliteCantOpen  = 14
	sqliteAuth      = 23
	sqliteNotADB    = 26
)

func classifySQLite(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Code() & 0xff {
	case sqliteBusy, sqliteLocked:
		return told(faultBusy, "the file is locked", err)
	case sqliteInterrupt:
		return nil // the context says why
	case sqliteCantOpen:
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "the database file cannot be opened")
	case sqliteAuth:
		return told(faultRights, e.Error(), err)
	case sqliteNotADB, sqliteCorrupt:
		return &domain.Error{Kind: domain.KindInvalid, Code: domain.CodeSystemAnswer, Msg: "the file is not a sound SQLite database", Cause: err}
	case sqliteError:
		if said := e.Error(); strings.Contains(said, "no such table") || strings.Contains(said, "no such column") {
			return told(faultSchema, said, err)
		}
	}
	return told(faultQuery, e.Error(), err)
}
