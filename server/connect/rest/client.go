package rest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

const (
	// attempts is how often a request is made before its failure is reported.
	attempts = 4
	// maxPolitePause is how long a reading waits when the system asks it to; a longer wish ends the reading, which says so.
	maxPolitePause = time.Minute
	// maxRedirects is how often an answer may point elsewhere on the same host.
	maxRedirects = 3
)

// client makes a system's requests.
type client struct {
	base    *url.URL
	sign    func(*http.Request)
	agent   string
	maxBody int64
	http    *http.Client
	retry   retrypolicy.RetryPolicy[answer]
}

func newClient(o Options, base *url.URL, sign func(*http.Request)) *client {
	transport, log := o.HTTP, o.Log
	if transport == nil {
		transport = &http.Transport{
			Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: 15 * time.Second,
			DialContext: (&net.Dialer{Timeout: 15 * time.Second}).DialContext,
		}
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &client{
		base: base, sign: sign, agent: strings.TrimSuffix("crosswalk/"+o.Version, "/"), maxBody: orDefault(o.MaxBody, 16<<20),
		http:  &http.Client{Transport: transport, Timeout: orDefault(o.RequestTimeout, time.Minute), CheckRedirect: sameHost},
		retry: newRetry(orDefault(o.RetryWait, 300*time.Millisecond), log.With("system", string(o.System.ID))),
	}
}

// sameHost follows no answer that would carry the secret to another host, or out of an encrypted connection.
func sameHost(next *http.Request, before []*http.Request) error {
	first := before[0].URL
	if len(before) > maxRedirects || next.URL.Host != first.Host || next.URL.Scheme != first.Scheme || next.URL.User != nil {
		return http.ErrUseLastResponse
	}
	return nil
}

// newRetry repeats what may pass, with growing and random pauses, or after the pause the system asked for.
func newRetry(wait time.Duration, log *slog.Logger) retrypolicy.RetryPolicy[answer] {
	return retrypolicy.NewBuilder[answer]().
		HandleIf(func(_ answer, err error) bool { return passing(err) }).
		WithMaxAttempts(attempts).
		WithBackoff(wait, 10*wait).
		WithJitterFactor(0.3).
		WithDelayFunc(func(exec failsafe.ExecutionAttempt[answer]) time.Duration {
			var e *domain.Error
			if errors.As(exec.LastError(), &e) && e.RetryAfter > 0 {
				return e.RetryAfter
			}
			return -1
		}).
		OnRetry(func(event failsafe.ExecutionEvent[answer]) {
			log.Warn("a request is made again", "attempt", event.Attempts(), "code", domain.ErrorCode(event.LastError()))
		}).
		ReturnLastFailure().
		Build()
}

// passing says that the same request may succeed soon.
func passing(err error) bool {
	var e *domain.Error
	if !errors.As(err, &e) || errors.Is(err, context.Canceled) {
		return false
	}
	return (e.Kind == domain.KindUnavailable || e.Kind == domain.KindRateLimited) && e.RetryAfter <= maxPolitePause
}

// get asks for a path, and asks again where that may help.
func (c *client) get(ctx context.Context, path string, query url.Values) (answer, error) {
	return failsafe.With(c.retry).WithContext(ctx).Get(func() (answer, error) { return c.once(ctx, path, query) })
}

// list is the address of a path, without parameters.
func (c *client) list(path string) *url.URL {
	target := *c.base
	target.Path += path
	return &target
}

func (c *client) once(ctx context.Context, path string, query url.Values) (answer, error) {
	target := c.list(path)
	target.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), http.NoBody)
	if err != nil {
		return answer{}, domain.Invalid(domain.CodeConfigInvalid, "the path %q cannot be asked for", path)
	}
	request.Header.Set("User-Agent", c.agent)
	request.Header.Set("Accept", "application/json")
	c.sign(request)
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, transportError(err)
	}
	defer func() { _ = response.Body.Close() }()
	if err := statusError(response, path); err != nil {
		return answer{}, err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, c.maxBody+1))
	if err != nil {
		return answer{}, bodyError(err)
	}
	if int64(len(body)) > c.maxBody {
		return answer{}, domain.Invalid(domain.CodeSystemAnswer, "one answer is larger than %d bytes; ask for fewer records at once", c.maxBody)
	}
	return decode(body)
}
