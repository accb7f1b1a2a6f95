// Package odoo reads and writes one Odoo 19 database over its JSON-2 interface. It implements reconcile.Source and
// reconcile.Target for the domains declared in its field map. It writes only what an approved delivery says, and never
// without Odoo itself comparing the old values first, unless a named admin accepted that for the system.
package odoo

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// The settings that every Odoo needs.
const (
	settingBaseURL  = "base_url"
	settingDatabase = "database"
)

// Options are what a connector is made of. Keys are the secrets themselves, not references to them.
type Options struct {
	System domain.SourceSystem
	// ReaderKey is for reading; WriterKey may be "" for a system that is not written.
	ReaderKey string
	WriterKey string
	// HTTP carries the calls; nil is a transport of the connector's own.
	HTTP http.RoundTripper
	// Timeout bounds one call, 0 is 150 s: Odoo repeats a conflicting transaction by itself for up to half a minute.
	Timeout time.Duration
	// RetryWait is the first pause before a reading call is made again, 0 is 300 ms; it doubles from call to call.
	RetryWait time.Duration
	// Version is the program's, told to Odoo as the user agent.
	Version string
	Log     *slog.Logger
}

// Connector is one connection. It is safe for concurrent use; its writes go one after the other.
type Connector struct {
	system domain.SourceSystem
	reader *client
	writer *client // nil where no key was given
	site   site
	// lane holds one token: whoever has it may write.
	lane chan struct{}

	mu     sync.Mutex
	schema map[string]schema // by model, as last read
	guard  int64             // the guard's action, 0 while unknown
}

var (
	_ reconcile.Source = (*Connector)(nil)
	_ reconcile.Target = (*Connector)(nil)
)

// New returns a connector; it does not call Odoo. Settings that cannot be used are CodeConfigInvalid.
func New(o Options) (*Connector, error) {
	base, err := baseURL(o.System)
	if err != nil {
		return nil, err
	}
	if o.ReaderKey == "" {
		return nil, domain.Invalid(domain.CodeConfigInvalid, "the system %s has no key for reading", o.System.ID)
	}
	described, err := siteOf(o.System)
	if err != nil {
		return nil, err
	}
	c := &Connector{
		system: o.System, reader: newClient(o, base, o.ReaderKey), site: described,
		lane: make(chan struct{}, 1), schema: map[string]schema{},
	}
	if o.WriterKey != "" {
		c.writer = newClient(o, base, o.WriterKey)
	}
	return c, nil
}

// baseURL is the address before "/json/2", without a slash at its end.
func baseURL(system domain.SourceSystem) (string, error) {
	raw := strings.TrimRight(strings.TrimSpace(system.Settings[settingBaseURL]), "/")
	parsed, err := url.Parse(raw)
	if err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.User != nil || parsed.RawQuery != "" {
		return "", domain.Invalid(domain.CodeConfigInvalid, "base_url of the system %s must be an address such as https://odoo.example.com", system.ID)
	}
	if strings.TrimSpace(system.Settings[settingDatabase]) == "" {
		return "", domain.Invalid(domain.CodeConfigInvalid, "the system %s names no database", system.ID)
	}
	return raw, nil
}

// condition is one triple of an Odoo search domain.
func condition(field, operator string, value any) []any { return []any{field, operator, value} }
