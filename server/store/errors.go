package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// failure is what a database says against a statement, in the terms of both.
type failure int

const (
	failureOther failure = iota
	failureDuplicate
	failureReference
	failureBusy // trying again can help
	failureDown
	failureFull
	failureText
)

// transient marks, as the cause of an error, that the same transaction may succeed when it is tried again.
type transient struct{ error }

// Unwrap gives the driver's own error.
func (t transient) Unwrap() error { return t.error }

func isTransient(err error) bool {
	var marked transient
	return errors.As(err, &marked)
}

// translate turns what a driver or GORM returns into a *domain.Error. What is one already, and what nobody can classify,
// stays as it is.
func translate(err error) error {
	var known *domain.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	switch failureOf(err) {
	case failureDuplicate:
		return withCause(domain.Conflict(domain.CodeDuplicate, "this exists already"), err)
	case failureReference:
		return withCause(domain.Conflict(domain.CodeReferenceMissing, "this refers to something that does not exist"), err)
	case failureBusy:
		busy := domain.Unavailable(transient{err}, domain.CodeStoreBusy, "the database is busy; please try again")
		busy.RetryAfter = time.Second
		return busy
	case failureDown:
		down := domain.Unavailable(err, domain.CodeStoreDown, "the database cannot be reached")
		down.RetryAfter = 5 * time.Second
		return down
	case failureFull:
		return domain.Unavailable(err, domain.CodeStoreDown, "the database has no space left")
	case failureText:
		return withCause(domain.Invalid(domain.CodeValueInvalid, "a text holds a character that cannot be stored"), err)
	default:
		return err
	}
}

func withCause(e *domain.Error, cause error) error {
	e.Cause = cause
	return e
}

func failureOf(err error) failure {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return failureOther
	}
	if f := sqliteFailure(err); f != failureOther {
		return f
	}
	if f := postgresFailure(err); f != failureOther {
		return f
	}
	var network net.Error
	switch {
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.As(err, &network),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), err.Error() == "sql: database is closed":
		return failureDown
	}
	return failureOther
}
