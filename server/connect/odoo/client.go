package odoo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

const (
	// maxAnswer bounds an answer; the largest page is below 2 MiB.
	maxAnswer = 64 << 20
	// readAttempts is how often a reading call is made before its failure is reported.
	readAttempts = 4
	// maxPolitePause is how long a reading waits when Odoo asks it to; a longer wish ends the reading, which says so.
	maxPolitePause = 5 * time.Second
)

// arguments are a call's named arguments.
type arguments map[string]any

// client makes the calls of one user.
type client struct {
	base     string
	database string
	key      string
	agent    string
	http     *http.Client
	retry    retrypolicy.RetryPolicy[any]
}

func newClient(o Options, base, key string) *client {
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
		base: base, database: strings.TrimSpace(o.System.Settings[settingDatabase]), key: key, agent: strings.TrimSuffix("crosswalk/"+o.Version, "/"),
		http: &http.Client{
			Transport: transport, Timeout: orDefault(o.Timeout, 150*time.Second),
			// a redirect would carry the key to wherever it points
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		retry: newRetry(orDefault(o.RetryWait, 300*time.Millisecond), log.With("system", string(o.System.ID))),
	}
}

func orDefault(value, otherwise time.Duration) time.Duration {
	if value > 0 {
		return value
	}
	return otherwise
}

// newRetry repeats what may pass, with growing and random pauses, or after the pause Odoo asked for.
func newRetry(wait time.Duration, log *slog.Logger) retrypolicy.RetryPolicy[any] {
	return retrypolicy.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool { return passing(err) }).
		WithMaxAttempts(readAttempts).
		WithBackoff(wait, 10*wait).
		WithJitterFactor(0.3).
		WithDelayFunc(func(exec failsafe.ExecutionAttempt[any]) time.Duration {
			var e *domain.Error
			if errors.As(exec.LastError(), &e) && e.RetryAfter > 0 {
				return e.RetryAfter
			}
			return -1
		}).
		OnRetry(func(event failsafe.ExecutionEvent[any]) {
			log.Warn("a call to Odoo is made again", "attempt", event.Attempts(), "code", domain.ErrorCode(event.LastError()))
		}).
		ReturnLastFailure().
		Build()
}

// passing says that the same call may succeed soon.
func passing(err error) bool {
	var e *domain.Error
	if !errors.As(err, &e) || errors.Is(err, context.Canceled) {
		return false
	}
	return (e.Kind == domain.KindUnavailable || e.Kind == domain.KindRateLimited) && e.RetryAfter <= maxPolitePause
}

// ask makes a call that changes nothing, and makes it again where that may help.
func (c *client) ask(ctx context.Context, model, method string, args arguments, into any) error {
	return failsafe.With(c.retry).WithContext(ctx).Run(func() error { return c.tell(ctx, model, method, args, into) })
}

// tell makes a call once: what may have changed something is never repeated blindly. into may be nil.
func (c *client) tell(ctx context.Context, model, method string, args arguments, into any) error {
	if args == nil {
		args = arguments{}
	}
	body, err := json.Marshal(args)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/json/2/"+model+"/"+method, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "bearer "+c.key)
	request.Header.Set("X-Odoo-Database", c.database)
	request.Header.Set("Content-Type", "application/json")
	return c.exchange(request, into)
}

// version asks for Odoo's version, which needs no key and no database.
func (c *client) version(ctx context.Context) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/web/version", http.NoBody)
	if err != nil {
		return "", err
	}
	var answer struct {
		Version string `json:"version"`
	}
	err = c.exchange(request, &answer)
	return answer.Version, err
}

func (c *client) exchange(request *http.Request, into any) error {
	request.Header.Set("User-Agent", c.agent)
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return transportError(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return cutError(err)
	}
	if len(body) > maxAnswer {
		return domain.Invalid(domain.CodeSystemAnswer, "Odoo's answer is larger than %d MiB", maxAnswer>>20)
	}
	if err := answerError(response, body); err != nil {
		return err
	}
	return decode(body, into)
}

// decode reads numbers as they are written: a weight must not pass through a float.
func decode(body []byte, into any) error {
	if into == nil {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return &domain.Error{Kind: domain.KindInvalid, Code: domain.CodeSystemAnswer, Msg: "Odoo's answer does not have the promised form", Cause: err}
	}
	return nil
}
