package odoo

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// failure is the body of an answer that is not 2xx. Its traceback is left where it is.
type failure struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

// transportError tells of a call that brought no answer: Odoo was not reached, or went away while it was working.
func transportError(err error) error {
	var dial *net.OpError
	var timeout net.Error
	switch {
	case errors.As(err, &dial) && dial.Op == "dial", errors.As(err, new(*net.DNSError)):
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "Odoo cannot be reached at its address")
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "Odoo did not answer in time")
	case errors.Is(err, context.Canceled):
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "the call to Odoo was given up")
	case strings.Contains(err.Error(), "tls:"), strings.Contains(err.Error(), "x509:"):
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "no secure connection to Odoo could be made; look at its certificate")
	}
	return cutError(err)
}

func cutError(err error) error {
	return domain.Unavailable(err, domain.CodeSystemCut, "the connection to Odoo was cut before its answer was complete")
}

// answerError classifies an answer, by the name Odoo gives the failure first and by its status second; nil for a good one.
func answerError(response *http.Response, body []byte) error {
	status := response.StatusCode
	mediaType, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case status == http.StatusTooManyRequests:
		return &domain.Error{
			Kind: domain.KindRateLimited, Code: domain.CodeSystemBusy, Msg: "Odoo asks to be called less often",
			RetryAfter: retryAfter(response.Header.Get("Retry-After")),
		}
	case status >= 300 && status < 400:
		return domain.Invalid(domain.CodeSystemAnswer, "Odoo's address answers with a redirect; base_url must be the address it redirects to")
	case mediaType != "application/json":
		return pageError(status, body)
	case status < 300:
		return nil
	}
	var told failure
	if err := json.Unmarshal(body, &told); err != nil {
		return domain.Unavailable(err, domain.CodeSystemAnswer, "Odoo answered %d without saying why", status)
	}
	if err := byName(told); err != nil {
		return err
	}
	return byStatus(status, told)
}

// retryAfter reads the seconds of a Retry-After header, at most a day.
func retryAfter(header string) time.Duration {
	seconds, err := strconv.Atoi(strings.TrimSpace(header))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, 24*time.Hour)
}

// pageError tells of an answer that is a page for people: Odoo without a database, or something that stands before Odoo.
func pageError(status int, body []byte) error {
	switch {
	case status == http.StatusNotFound && strings.Contains(string(body), "No database is selected"):
		return domain.Invalid(domain.CodeSystemAnswer, "Odoo does not know the database; look at the system's database setting and at the server's list of databases")
	case status >= 400 && status < 500:
		return domain.Invalid(domain.CodeSystemAnswer, "a web page came instead of Odoo's answer (status %d); base_url may name a proxy or another program", status)
	}
	return domain.Unavailable(nil, domain.CodeSystemAnswer, "a web page came instead of Odoo's answer (status %d); a proxy may stand before Odoo, or Odoo is being restarted", status)
}

func byName(told failure) error {
	said := sentence(told.Message)
	switch told.Name {
	case "werkzeug.exceptions.Unauthorized", "odoo.exceptions.AccessDenied", "odoo.http.SessionExpiredException":
		return &domain.Error{Kind: domain.KindUnauthenticated, Code: domain.CodeSystemDenied, Msg: "Odoo does not accept the key; it may have expired"}
	case "odoo.exceptions.AccessError", "werkzeug.exceptions.Forbidden":
		return domain.Forbidden(domain.CodeSystemDenied, "Odoo does not allow this to the key's user: %s", said)
	case "odoo.exceptions.LockError":
		return domain.Unavailable(nil, domain.CodeSystemBusy, "somebody else is changing the record in Odoo")
	case "odoo.exceptions.MissingError":
		return domain.NotFound(domain.CodeSystemRefused, "Odoo no longer has the record")
	case "odoo.exceptions.UserError", "odoo.exceptions.ValidationError", "odoo.exceptions.RedirectWarning":
		return refused(said)
	case "werkzeug.exceptions.NotFound":
		return domain.Invalid(domain.CodeSystemSchema, "Odoo lacks what was asked for: %s", said)
	}
	switch {
	case strings.HasPrefix(told.Name, "psycopg2."):
		return domain.Unavailable(nil, domain.CodeSystemBusy, "Odoo's database could not take the change at this moment")
	case strings.HasPrefix(told.Name, "builtins."):
		return refused(said)
	}
	return nil
}

func byStatus(status int, told failure) error {
	said := sentence(told.Message)
	switch {
	case status == http.StatusUnauthorized:
		return &domain.Error{Kind: domain.KindUnauthenticated, Code: domain.CodeSystemDenied, Msg: "Odoo does not accept the key; it may have expired"}
	case status == http.StatusForbidden:
		return domain.Forbidden(domain.CodeSystemDenied, "Odoo does not allow this to the key's user: %s", said)
	case status == http.StatusConflict:
		return domain.Unavailable(nil, domain.CodeSystemBusy, "somebody else is changing the record in Odoo")
	case status >= 400 && status < 500:
		return refused(said)
	}
	return domain.Unavailable(nil, domain.CodeSystemAnswer, "Odoo failed with status %d: %s", status, said)
}

func refused(said string) error {
	return domain.Invalid(domain.CodeSystemRefused, "Odoo refuses: %s", said)
}

// maxSentence bounds what is repeated of Odoo's words, in characters.
const maxSentence = 300

// sentence returns Odoo's words as one line, without the program text it appends when an action fails.
func sentence(message string) string {
	message, _, _ = strings.Cut(message, " while evaluating\n")
	words := []rune(strings.Join(strings.Fields(message), " "))
	if len(words) > maxSentence {
		return string(words[:maxSentence]) + "…"
	}
	return string(words)
}
