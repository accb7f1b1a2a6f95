package sandbox

import (
	"fmt"
	"net/http"
)

// failure is an error as Odoo reports it.
type failure struct {
	status  int
	name    string
	message string
}

// Error is the message.
func (f *failure) Error() string { return f.message }

func valueError(format string, args ...any) error {
	return &failure{http.StatusInternalServerError, "builtins.ValueError", fmt.Sprintf(format, args...)}
}

func userError(format string, args ...any) error {
	return &failure{http.StatusUnprocessableEntity, "odoo.exceptions.UserError", fmt.Sprintf(format, args...)}
}

func validationError(format string, args ...any) error {
	return &failure{http.StatusUnprocessableEntity, "odoo.exceptions.ValidationError", fmt.Sprintf(format, args...)}
}

func accessError(format string, args ...any) error {
	return &failure{http.StatusForbidden, "odoo.exceptions.AccessError", fmt.Sprintf(format, args...)}
}

func missingError(model string, id int64) error {
	return &failure{
		http.StatusNotFound, "odoo.exceptions.MissingError",
		fmt.Sprintf("Record does not exist or has been deleted.\n(Record: %s(%d,), User: 8)", model, id),
	}
}

func notFound(format string, args ...any) error {
	return &failure{http.StatusNotFound, "werkzeug.exceptions.NotFound", fmt.Sprintf(format, args...)}
}

func unprocessable(format string, args ...any) error {
	return &failure{http.StatusUnprocessableEntity, "werkzeug.exceptions.UnprocessableEntity", fmt.Sprintf(format, args...)}
}
