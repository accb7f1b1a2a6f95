package config

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// check finds values that can be read but make no sense.
func (c *Config) check(faults *faults) {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		faults.add("listen", "it should be ADDRESS:PORT, such as 127.0.0.1:8080")
	}
	if c.Database != "" && !slices.ContainsFunc([]string{"sqlite:", "postgres://", "postgresql://"}, func(scheme string) bool {
		return strings.HasPrefix(c.Database, scheme)
	}) {
		faults.add("database", "it should begin with sqlite: or postgres://")
	}
	oneOf(faults, "environment", c.Environment, "production", "test", "demo")
	oneOf(faults, "log.level", c.LogLevel, "debug", "info", "warn", "error")
	oneOf(faults, "log.format", c.LogFormat, "text", "json")
	if c.ExternalURL != "" && !isOrigin(c.ExternalURL) {
		faults.add("external_url", "it should be a scheme and a host, such as https://crosswalk.example.com, and no path")
	}
	for _, origin := range c.TrustedOrigins {
		if !isOrigin(origin) {
			faults.add("trusted_origins", "%q should be a scheme and a host, such as https://portal.example.com", origin)
		}
	}
	for _, proxy := range c.TrustedProxies {
		_, asAddress := netip.ParseAddr(proxy)
		if _, asNetwork := netip.ParsePrefix(proxy); asAddress != nil && asNetwork != nil {
			faults.add("trusted_proxies", "%q is neither an address nor a network", proxy)
		}
	}
	c.checkMetrics(faults)
	c.checkNumbers(faults)
}

func (c *Config) checkMetrics(faults *faults) {
	if _, _, err := net.SplitHostPort(c.MetricsListen); c.MetricsListen != "" && err != nil {
		faults.add("metrics.listen", "it should be ADDRESS:PORT, such as 127.0.0.1:9090, or empty")
	}
}

func (c *Config) checkNumbers(faults *faults) {
	within(faults, "session.idle", c.SessionIdle, time.Minute, 24*time.Hour)
	within(faults, "session.absolute", c.SessionAbsolute, time.Minute, 7*24*time.Hour)
	if c.MatchFollow != 0 {
		within(faults, "match.follow", c.MatchFollow, 100*time.Millisecond, time.Minute)
	}
	if c.MatchEvery != 0 {
		within(faults, "match.every", c.MatchEvery, time.Second, 24*time.Hour)
	}
	if c.ImportsKeep != 0 {
		within(faults, "imports.keep", c.ImportsKeep, time.Hour, 10*365*24*time.Hour)
	}
	within(faults, "workers.poll", c.PollEvery, 100*time.Millisecond, time.Minute)
	if c.SessionIdle > c.SessionAbsolute {
		faults.add("session.idle", "it should not be longer than session.absolute")
	}
	for name, n := range map[string]int{"workers.deliveries": c.DeliveryWorkers, "workers.runs": c.RunWorkers} {
		if n < 1 || n > 32 {
			faults.add(name, "it should be between 1 and 32")
		}
	}
}

// HTTPS says that people reach Crosswalk over TLS that somebody in front of it ends.
func (c *Config) HTTPS() bool { return strings.HasPrefix(c.ExternalURL, "https://") }

func oneOf(faults *faults, name, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		faults.add(name, "it should be one of %s", strings.Join(allowed, ", "))
	}
}

func within(faults *faults, name string, value, least, most time.Duration) {
	if value < least || value > most {
		faults.add(name, "it should be between %s and %s", least, most)
	}
}

func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
		u.Path == "" && u.RawQuery == "" && u.Fragment == ""
}
