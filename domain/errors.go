package domain

import (
	"errors"
	"fmt"
	"time"
)

// Kind says how a failure is to be treated: what HTTP status it becomes, whether trying again can help.
type Kind int

// The kinds. The zero value is KindInternal, so that an error nobody classified is never blamed on the caller.
const (
	KindInternal Kind = iota
	KindInvalid
	KindNotFound
	KindConflict
	KindUnauthenticated
	KindForbidden
	KindRateLimited
	KindUnavailable
)

// Kinds lists every kind, for tests that hold other tables complete.
func Kinds() []Kind {
	return []Kind{KindInternal, KindInvalid, KindNotFound, KindConflict, KindUnauthenticated, KindForbidden, KindRateLimited, KindUnavailable}
}

// String is the kind's name in docs and logs.
func (k Kind) String() string {
	names := []string{"internal", "invalid", "not found", "conflict", "unauthenticated", "forbidden", "rate limited", "unavailable"}
	if k < 0 || int(k) >= len(names) {
		return ""
	}
	return names[k]
}

// Error is a failure with a stable code (see Codes) and a plain sentence for the person who meets it.
type Error struct {
	Kind   Kind
	Code   string
	Msg    string
	Fields []FieldError
	// RetryAfter is how long the caller should wait; 0 where waiting is no use or the time is unknown.
	RetryAfter time.Duration
	// Cause is logged and never sent to a caller.
	Cause error
}

// FieldError says which part of an input is wrong: a JSON pointer ("/items/3/values/name") or a cell ("line 14").
type FieldError struct {
	Location string
	Msg      string
}

// Error is the sentence, with its cause for the log.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %v", e.Msg, e.Cause)
	}
	return e.Msg
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// ErrorKind returns the kind of the first *Error in err's chain, KindInternal if there is none.
func ErrorKind(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}

// ErrorCode returns the code of the first *Error in err's chain, "internal" if there is none and "" for nil.
func ErrorCode(err error) string {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// ErrorMessage returns what a person may read of err: the sentence of the first *Error in its chain, without its cause, and
// otherwise the given one.
func ErrorMessage(err error, otherwise string) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Msg
	}
	return otherwise
}

// Invalid returns a KindInvalid error with a formatted sentence.
func Invalid(code, format string, args ...any) *Error {
	return &Error{Kind: KindInvalid, Code: code, Msg: fmt.Sprintf(format, args...)}
}

// NotFound returns a KindNotFound error with a formatted sentence.
func NotFound(code, format string, args ...any) *Error {
	return &Error{Kind: KindNotFound, Code: code, Msg: fmt.Sprintf(format, args...)}
}

// Conflict returns a KindConflict error with a formatted sentence.
func Conflict(code, format string, args ...any) *Error {
	return &Error{Kind: KindConflict, Code: code, Msg: fmt.Sprintf(format, args...)}
}

// Forbidden returns a KindForbidden error with a formatted sentence.
func Forbidden(code, format string, args ...any) *Error {
	return &Error{Kind: KindForbidden, Code: code, Msg: fmt.Sprintf(format, args...)}
}

// Unavailable returns a KindUnavailable error with a formatted sentence and what caused it.
func Unavailable(cause error, code, format string, args ...any) *Error {
	return &Error{Kind: KindUnavailable, Code: code, Msg: fmt.Sprintf(format, args...), Cause: cause}
}

func asError(err error, target **Error) bool { return errors.As(err, target) }
