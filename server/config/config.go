// Package config is the one place that knows how Crosswalk is configured: a file, then the environment over it, checked as a
// whole. It alone reads the environment and resolves references to secrets; it opens nothing and starts nothing.
package config

import (
	"cmp"
	"os"
	"path/filepath"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Config is everything that can be set from outside. Its tags are the source of docs/configuration.md.
type Config struct {
	Listen          string        `setting:"listen" default:"127.0.0.1:8080" help:"address and port to serve on"`
	MetricsListen   string        `setting:"metrics.listen" help:"address and port to serve /metrics on, such as 127.0.0.1:9090; empty serves it nowhere. Who can reach it can read it"`
	Database        string        `setting:"database" help:"sqlite:FILE or postgres://…, or a reference to it (env:NAME, file:PATH); empty is the file crosswalk.db in data_dir"`
	DataDir         string        `setting:"data_dir" help:"folder for the embedded database; empty is .local/share/crosswalk in the user's home"`
	Environment     string        `setting:"environment" default:"production" help:"shown in the workbench: production, test or demo"`
	ExternalURL     string        `setting:"external_url" help:"the address people open, such as https://crosswalk.example.com; needed behind a proxy that ends TLS"`
	TrustedOrigins  []string      `setting:"trusted_origins" help:"other origins whose pages may send changes, such as https://portal.example.com"`
	TrustedProxies  []string      `setting:"trusted_proxies" help:"addresses or networks of proxies whose X-Forwarded-For is believed"`
	LogLevel        string        `setting:"log.level" default:"info" help:"debug, info, warn or error"`
	LogFormat       string        `setting:"log.format" default:"text" help:"text or json"`
	SessionIdle     time.Duration `setting:"session.idle" default:"30m" help:"a sign-in ends after this time without a request"`
	SessionAbsolute time.Duration `setting:"session.absolute" default:"12h" help:"a sign-in ends after this time in any case"`
	DeliveryWorkers int           `setting:"workers.deliveries" default:"2" help:"deliveries made at the same time"`
	RunWorkers      int           `setting:"workers.runs" default:"1" help:"reconciliation runs going at the same time"`
	ImportsKeep     time.Duration `setting:"imports.keep" default:"2160h" help:"how long uploaded files are kept; what came of them stays; 0 keeps them for ever"`
	MatchEvery      time.Duration `setting:"match.every" default:"1m" help:"how long matching rests after it has compared everything, before it does so again for what has changed; 0 compares only when somebody asks for it"`
	MatchFollow     time.Duration `setting:"match.follow" default:"1s" help:"how often the index in which single things are looked up takes in what has changed; it is kept in memory, and 0 keeps none in this process"`
	PollEvery       time.Duration `setting:"workers.poll" default:"2s" help:"how often workers look for work that nobody announced to them"`
}

// Lookup finds a variable of the environment, as os.LookupEnv does.
type Lookup func(name string) (string, bool)

// Environment looks variables up in the environment of the process.
func Environment() Lookup { return os.LookupEnv }

// Load returns the defaults, overlaid by the YAML file (none when path is "") and then by CROSSWALK_ variables. Every fault is
// found before it returns: they are the Fields of one CodeConfigInvalid error.
func Load(path string, env Lookup) (Config, error) {
	var c Config
	faults := &faults{}
	file := readFile(path, faults)
	for _, s := range settingsOf(&c) {
		value, source := s.defaultValue, "default"
		if text, ok := file.take(s.name); ok {
			value, source = text, path
		}
		if text, ok := env(s.Variable()); ok && text != "" {
			value, source = text, s.Variable()
		}
		if err := s.set(value); err != nil {
			faults.add(s.name, "%s, and %s says %q", err, source, value)
		}
	}
	file.leftOver(faults)
	c.resolve(env, faults)
	c.check(faults)
	return c, faults.err()
}

// resolve fills in what follows from other settings.
func (c *Config) resolve(env Lookup, faults *faults) {
	if isReference(c.Database) {
		secret, err := Secrets{Env: env}.Resolve(c.Database)
		if err != nil {
			faults.add("database", "%v", err)
		}
		c.Database = secret
	}
	if c.DataDir == "" {
		home, err := os.UserHomeDir()
		if err != nil && c.Database == "" {
			faults.add("data_dir", "it must be set, as the user has no home folder")
		}
		c.DataDir = filepath.Join(home, ".local", "share", "crosswalk")
	}
	c.Database = cmp.Or(c.Database, "sqlite:"+filepath.Join(c.DataDir, "crosswalk.db"))
}

// faults collects what is wrong, by setting.
type faults struct{ fields []domain.FieldError }

func (f *faults) add(setting, format string, args ...any) {
	f.fields = append(f.fields, domain.FieldError{Location: setting, Msg: domain.Invalid("", format, args...).Msg})
}

func (f *faults) err() error {
	if len(f.fields) == 0 {
		return nil
	}
	text := ""
	for i, field := range f.fields {
		if i > 0 {
			text += "; "
		}
		text += field.Location + ": " + field.Msg
	}
	err := domain.Invalid(domain.CodeConfigInvalid, "the configuration has faults: %s", text)
	err.Fields = f.fields
	return err
}
