package config_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/config"
)

var update = flag.Bool("update", false, "write generated files again")

func env(pairs map[string]string) config.Lookup {
	return func(name string) (string, bool) {
		value, ok := pairs[name]
		return value, ok
	}
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "crosswalk.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// faultsOf returns the settings an error complains about.
func faultsOf(err error) []string {
	var e *domain.Error
	if !errors.As(err, &e) {
		return nil
	}
	var names []string
	for _, field := range e.Fields {
		names = append(names, field.Location)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestLoadOverlaysDefaultsFileAndEnvironment(t *testing.T) {
	t.Parallel()
	path := file(t, "listen: 127.0.0.1:9000\nlog:\n  level: debug\n  format: json\ntrusted_origins: [https://a.example, https://b.example]\n")
	got, err := config.Load(path, env(map[string]string{"CROSSWALK_LOG_LEVEL": "warn", "CROSSWALK_SESSION_IDLE": "10m", "CROSSWALK_DATA_DIR": "/var/lib/x"}))
	if err != nil {
		t.Fatal(err)
	}
	if got.Listen != "127.0.0.1:9000" || got.LogLevel != "warn" || got.LogFormat != "json" || got.SessionIdle != 10*time.Minute ||
		got.SessionAbsolute != 12*time.Hour || len(got.TrustedOrigins) != 2 || got.Database != "sqlite:/var/lib/x/crosswalk.db" {
		t.Errorf("loaded %+v", got)
	}
}

func TestLoadReportsAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file string
		env  map[string]string
		want []string
	}{
		"nothing wrong":               {},
		"an empty file":               {file: " "},
		"several at once":             {file: "listen: here\nlog: {level: loud}\n", env: map[string]string{"CROSSWALK_WORKERS_RUNS": "many"}, want: []string{"listen", "log.level", "workers.runs"}},
		"a misspelt setting":          {file: "lisen: 127.0.0.1:1\n", want: []string{"lisen"}},
		"a section that is a value":   {file: "log: debug\n", want: []string{"log"}},
		"not YAML":                    {file: "a: [\n", want: []string{"file"}},
		"an alias":                    {file: "a: &x 1\nb: *x\n", want: []string{"a", "file"}},
		"idle longer than absolute":   {env: map[string]string{"CROSSWALK_SESSION_IDLE": "13h"}, want: []string{"session.idle"}},
		"a path in the external URL":  {env: map[string]string{"CROSSWALK_EXTERNAL_URL": "https://x.example/app"}, want: []string{"external_url"}},
		"an origin without scheme":    {env: map[string]string{"CROSSWALK_TRUSTED_ORIGINS": "x.example"}, want: []string{"trusted_origins"}},
		"a proxy that is a name":      {env: map[string]string{"CROSSWALK_TRUSTED_PROXIES": "10.0.0.0/8,proxy"}, want: []string{"trusted_proxies"}},
		"another database":            {env: map[string]string{"CROSSWALK_DATABASE": "mysql://x"}, want: []string{"database"}},
		"a database that is nowhere":  {env: map[string]string{"CROSSWALK_DATABASE": "env:NOWHERE"}, want: []string{"database"}},
		"no workers":                  {env: map[string]string{"CROSSWALK_WORKERS_DELIVERIES": "0"}, want: []string{"workers.deliveries"}},
		"a time without unit":         {env: map[string]string{"CROSSWALK_WORKERS_POLL": "5"}, want: []string{"workers.poll"}},
		"an environment nobody knows": {env: map[string]string{"CROSSWALK_ENVIRONMENT": "staging"}, want: []string{"environment"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := ""
			if tt.file != "" {
				path = file(t, tt.file)
			}
			_, err := config.Load(path, env(tt.env))
			if got := faultsOf(err); !slices.Equal(got, tt.want) {
				t.Errorf("complains about %q, want %q: %v", got, tt.want, err)
			}
		})
	}
}

func TestLoadResolvesTheDatabase(t *testing.T) {
	t.Parallel()
	got, err := config.Load("", env(map[string]string{"CROSSWALK_DATABASE": "env:DSN", "DSN": "postgres://u:p@h/d\n"}))
	if err != nil || got.Database != "postgres://u:p@h/d" {
		t.Errorf("database %q, %v", got.Database, err)
	}
}

func TestResolveSecret(t *testing.T) {
	t.Parallel()
	secrets := config.Secrets{Env: env(map[string]string{"KEY": " s3cret\n", "EMPTY": " ", "LONG": strings.Repeat("s3cret", 4000)})}
	tests := map[string]struct{ ref, want string }{
		"a variable":           {ref: "env:KEY", want: "s3cret"},
		"a file":               {ref: "file:" + file(t, "s3cret\n"), want: "s3cret"},
		"a missing variable":   {ref: "env:NOWHERE"},
		"an empty variable":    {ref: "env:EMPTY"},
		"a variable too long":  {ref: "env:LONG"},
		"a missing file":       {ref: "file:/nowhere/at/all"},
		"a folder":             {ref: "file:" + t.TempDir()},
		"a file too large":     {ref: "file:" + file(t, strings.Repeat("s3cret", 4000))},
		"the secret itself":    {ref: "s3cret"},
		"a reference to none":  {ref: "env:"},
		"an empty reference":   {ref: ""},
		"another kind of name": {ref: "vault:s3cret"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := secrets.Resolve(tt.ref)
			if got != tt.want || (tt.want == "") != (domain.ErrorCode(err) == domain.CodeConfigInvalid) {
				t.Fatalf("%q, %v", got, err)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the error tells the secret: %v", err)
			}
		})
	}
}

func TestConfigurationDocumentIsCurrent(t *testing.T) {
	t.Parallel()
	const path = "../../docs/configuration.md"
	if *update {
		if err := os.WriteFile(path, []byte(config.Document()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil || string(have) != config.Document() {
		t.Errorf("docs/configuration.md is stale (%v): run go test ./server/config -update", err)
	}
}
