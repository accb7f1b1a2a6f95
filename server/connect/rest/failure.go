package rest

import (
	"context"
	"errors"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// transportError tells of a request that brought no answer.
func transportError(err error) error {
	var dial *net.OpError
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "the system did not answer in time")
	case errors.As(err, &dial) && dial.Op == "dial", errors.As(err, new(*net.DNSError)):
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "the system cannot be reached at its address")
	case errors.Is(err, context.Canceled):
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "the reading was given up")
	case strings.Contains(err.Error(), "tls:"), strings.Contains(err.Error(), "x509:"), strings.Contains(err.Error(), "HTTPS client"):
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "no secure connection to the system could be made; look at its certificate")
	}
	return domain.Unavailable(err, domain.CodeSystemCut, "the connection to the system was cut before it answered")
}

// bodyError tells of an answer that began and did not end.
func bodyError(err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "the system did not end its answer in time")
	}
	return domain.Unavailable(err, domain.CodeSystemCut, "the connection to the system was cut before its answer was complete")
}

// statusError classifies an answer by its status and by what it says it is; nil for one with JSON.
func statusError(response *http.Response, path string) error {
	if err := refusal(response, path); err != nil {
		return err
	}
	switch status := response.StatusCode; {
	case status >= 300 && status < 400:
		return domain.Invalid(domain.CodeSystemAnswer, "the system points to another address; base_url must be the address it points to")
	case status == http.StatusRequestTimeout, status >= 500:
		return domain.Unavailable(nil, domain.CodeSystemAnswer, "the system failed with status %d", status)
	case status >= 400:
		return domain.Invalid(domain.CodeSystemRefused, "the system refuses the request with status %d; look at the path and its parameters", status)
	case status != http.StatusOK:
		return domain.Invalid(domain.CodeSystemAnswer, "the system answered with status %d instead of 200", status)
	}
	mediaType, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if mediaType != "application/json" && mediaType != "text/json" && !strings.HasSuffix(mediaType, "+json") {
		return domain.Invalid(domain.CodeSystemAnswer, "the system answered with %q instead of JSON; base_url may name a proxy, a sign-in page or another program", mediaType)
	}
	return nil
}

// refusal tells of an answer whose status says what is to be done: wait, look at the key, look at the path.
func refusal(response *http.Response, path string) error {
	wait := retryAfter(response.Header.Get("Retry-After"))
	switch status := response.StatusCode; {
	case status == http.StatusTooManyRequests:
		return &domain.Error{Kind: domain.KindRateLimited, Code: domain.CodeSystemBusy, Msg: "the system asks to be called less often", RetryAfter: wait}
	case status == http.StatusServiceUnavailable && wait > 0:
		return &domain.Error{Kind: domain.KindUnavailable, Code: domain.CodeSystemBusy, Msg: "the system asks to be called later", RetryAfter: wait}
	case status == http.StatusUnauthorized:
		return &domain.Error{Kind: domain.KindUnauthenticated, Code: domain.CodeSystemDenied, Msg: "the system does not accept the key; it may have expired"}
	case status == http.StatusForbidden:
		return domain.Forbidden(domain.CodeSystemDenied, "the system does not allow %s to the key's user", path)
	case status == http.StatusNotFound, status == http.StatusGone:
		return &domain.Error{Kind: domain.KindInvalid, Code: domain.CodeSystemSchema, Msg: "the system has nothing at " + path, Cause: errNotThere}
	}
	return nil
}

// errNotThere marks an answer 404 or 410.
var errNotThere = errors.New("not there")

// retryAfter reads a Retry-After header, in seconds or as a date; at most a day.
func retryAfter(header string) time.Duration {
	header = strings.TrimSpace(header)
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(header); err == nil {
		wait = time.Duration(min(seconds, 86_400)) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		wait = time.Until(at)
	}
	return max(0, min(wait, 24*time.Hour))
}
