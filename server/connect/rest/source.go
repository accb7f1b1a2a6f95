// Package rest reads a plant system over HTTP: JSON answers, asked for page by page. It implements reconcile.Source. Each domain
// is one list whose records are turned into ours by expressions. Requests go to the host of the system's base_url and nowhere
// else. A reading calls itself complete only where the answers prove it: by a total that was reached or by a mark of the end.
// There is no writing here; what such a system must change becomes a work-list entry.
package rest

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rows"
)

// The settings of a rest system. The secret that auth needs is named by token_ref and resolved by whoever makes the source.
const (
	settingBaseURL  = "base_url"
	settingAuth     = "auth"
	settingHeader   = "header"
	settingUsername = "username"
)

// The ways to sign in.
const (
	authNone   = "none"
	authBearer = "bearer"
	authHeader = "header"
	authBasic  = "basic"
)

// NeedsToken says that the system's way to sign in takes a secret.
func NeedsToken(system domain.SourceSystem) bool {
	auth := system.Settings[settingAuth]
	return auth != "" && auth != authNone
}

// Options are what a source is made of. Token is the secret itself, not a reference to it.
type Options struct {
	System  domain.SourceSystem
	Token   string
	Version string
	Log     *slog.Logger
	// HTTP carries the requests; nil is a transport of the source's own.
	HTTP http.RoundTripper
	// Timeout bounds one reading, 0 is half an hour; RequestTimeout one request, 0 is a minute.
	Timeout        time.Duration
	RequestTimeout time.Duration
	// RetryWait is the first pause before a request is made again, 0 is 300 ms.
	RetryWait time.Duration
	// MaxRows bounds one reading, 0 is two million; MaxBody one answer in bytes, 0 is 16 MiB.
	MaxRows int
	MaxBody int64
}

// Source is one system. It is safe for concurrent use.
type Source struct {
	system  domain.SourceSystem
	client  *client
	timeout time.Duration
	maxRows int
	streams map[domain.DomainName]stream
}

// stream is one domain's request with its compiled expressions.
type stream struct {
	domain  domain.DomainName
	request domain.StreamRequest
	mapping *rows.Mapping
}

var _ reconcile.Source = (*Source)(nil)

// New compiles the system's streams; no request is made. A setting, path or expression that cannot be used is
// CodeConfigInvalid, naming the stream, the attribute and the position.
func New(o Options) (*Source, error) {
	base, err := baseOf(o.System)
	if err != nil {
		return nil, err
	}
	sign, err := signerOf(o)
	if err != nil {
		return nil, err
	}
	s := &Source{
		system: o.System, client: newClient(o, base, sign), timeout: orDefault(o.Timeout, 30*time.Minute), maxRows: orDefault(o.MaxRows, 2_000_000),
		streams: map[domain.DomainName]stream{},
	}
	for _, declared := range o.System.Streams {
		if faults := declared.Faults(domain.SystemREST); len(faults) > 0 {
			return nil, domain.Invalid(domain.CodeConfigInvalid, "%s: %s", rows.Where(o.System.ID, declared.Domain), faults[0].Msg)
		}
		mapping, err := rows.Compile(o.System.ID, declared, rows.DecimalPoint)
		if err != nil {
			return nil, err
		}
		s.streams[declared.Domain] = stream{domain: declared.Domain, request: declared.Request, mapping: mapping}
	}
	return s, nil
}

// Close ends the connections that are kept for the next request.
func (s *Source) Close() { s.client.http.CloseIdleConnections() }

func orDefault[N int | int64 | time.Duration](value, otherwise N) N {
	if value > 0 {
		return value
	}
	return otherwise
}

// baseOf returns the address below which everything is asked for.
func baseOf(system domain.SourceSystem) (*url.URL, error) {
	base, err := url.Parse(strings.TrimSpace(system.Settings[settingBaseURL]))
	if err != nil || base.Scheme != "https" && base.Scheme != "http" || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, domain.Invalid(domain.CodeConfigInvalid,
			"the base_url of the system %s must be an address such as https://wms.plant.example/api, without a user, a question mark or a #", system.ID)
	}
	base.Path = strings.TrimRight(base.Path, "/")
	base.RawPath = ""
	return base, nil
}

// signerOf returns what puts the secret into a request.
func signerOf(o Options) (func(*http.Request), error) {
	settings := o.System.Settings
	fault := func(format string, args ...any) error {
		return domain.Invalid(domain.CodeConfigInvalid, "the system "+string(o.System.ID)+": "+format, args...)
	}
	if NeedsToken(o.System) && (o.Token == "" || strings.ContainsAny(o.Token, "\r\n\x00")) {
		return nil, fault("auth %s needs a secret of one line, named by token_ref", settings[settingAuth])
	}
	switch settings[settingAuth] {
	case "", authNone:
		return func(*http.Request) {}, nil
	case authBearer:
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+o.Token) }, nil
	case authHeader:
		name := settings[settingHeader]
		if !isHeaderName(name) {
			return nil, fault("auth header needs header, the name of the header that carries the secret, such as X-Api-Key")
		}
		return func(r *http.Request) { r.Header.Set(name, o.Token) }, nil
	case authBasic:
		user := settings[settingUsername]
		if user == "" || strings.Contains(user, ":") {
			return nil, fault("auth basic needs username, without a colon")
		}
		return func(r *http.Request) { r.SetBasicAuth(user, o.Token) }, nil
	}
	return nil, fault("auth is none, bearer, header or basic, unlike %q", settings[settingAuth])
}

// isHeaderName lets headers through that carry a secret, and none that steers the connection.
func isHeaderName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	switch http.CanonicalHeaderKey(name) {
	case "", "Host", "Content-Length", "Transfer-Encoding", "Connection":
		return false
	}
	return strings.Trim(name, letters) == ""
}

// Supplies lists the definition's attributes for which the domain's stream has an expression.
func (s *Source) Supplies(definition domain.Definition) []domain.AttributeID {
	return s.streams[definition.Domain].mapping.Supplies(definition)
}

// Read asks for page after page. The source has no watermark: every reading brings everything.
func (s *Source) Read(ctx context.Context, request reconcile.ReadRequest, emit func(reconcile.Page) error) (reconcile.Proof, error) {
	stream, known := s.streams[request.Definition.Domain]
	if !known {
		return reconcile.Proof{}, domain.Invalid(domain.CodeConfigInvalid, "the system %s has no stream for the domain %s", s.system.ID, request.Definition.Domain)
	}
	converter, err := stream.mapping.Converter(request)
	if err != nil {
		return reconcile.Proof{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	r := newReading(s, stream, converter, rows.NewPages(emit))
	if err := r.run(ctx); err != nil {
		return reconcile.Proof{}, err
	}
	why := r.pager.verdict()
	return reconcile.Proof{Complete: why == "", How: r.pager.how(), Why: why}, nil
}
