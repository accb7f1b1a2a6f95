package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const configuration = `
plants:
  - {id: STU1, name: Stuttgart, time_zone: Europe/Berlin, state: live}
systems:
  - id: mes
    name: MES
    kind: sql
    plant: STU1
    settings: {driver: sqlite, dsn_ref: "env:PLANT"}
    streams:
      - {domain: item, query: "SELECT code, name FROM part", key: code, fields: {name: name}}
plans:
  - {id: mes-items, name: MES items, domain: item, system: mes}
`

// bundle calls the program over a database of its own.
type bundle struct {
	dir string
	env map[string]string
}

func setup(t *testing.T) bundle {
	t.Helper()
	dir := t.TempDir()
	return bundle{dir: dir, env: map[string]string{"CROSSWALK_DATA_DIR": filepath.Join(dir, "data"), "CROSSWALK_LISTEN": "127.0.0.1:0", "PLANT": filepath.Join(dir, "plant.db")}}
}

func (b bundle) lookup(name string) (string, bool) {
	value, ok := b.env[name]
	return value, ok
}

func (b bundle) file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// call runs one command and returns its exit code and what it said.
func (b bundle) call(t *testing.T, stdin string, args ...string) (code int, out, complaint string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := &program{stdin: strings.NewReader(stdin), stdout: &stdout, stderr: &stderr, env: b.lookup}
	code = p.run(t.Context(), args)
	return code, stdout.String(), stderr.String()
}

// want calls a command that is to succeed and say something.
func (b bundle) want(t *testing.T, says string, args ...string) string {
	t.Helper()
	code, out, complaint := b.call(t, "", args...)
	if code != exitDone || !strings.Contains(out, says) {
		t.Fatalf("crosswalk %s: exit code %d, %q %q; want %q", strings.Join(args, " "), code, out, complaint, says)
	}
	return out
}

func (b bundle) plant(t *testing.T) {
	t.Helper()
	db, err := sql.Open("sqlite", b.env["PLANT"])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE part (code TEXT, name TEXT); INSERT INTO part VALUES ('000123', 'Screw')`); err != nil {
		t.Fatal(err)
	}
}

func TestComplaintsAreOneSentenceWithTheRightExitCode(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tests := map[string]struct {
		args []string
		code int
		says string
	}{
		"no command":                 {nil, exitUsage, "name a command"},
		"an unknown command":         {[]string{"dance"}, exitUsage, `no command "dance"`},
		"half a command":             {[]string{"user"}, exitUsage, `no command "user"`},
		"an unknown flag":            {[]string{"serve", "--fast"}, exitUsage, "fast"},
		"too few arguments":          {[]string{"apply"}, exitUsage, "usage: crosswalk apply FILE"},
		"too many arguments":         {[]string{"serve", "now"}, exitUsage, "usage: crosswalk serve"},
		"a file that is not there":   {[]string{"apply", "/nowhere.yaml"}, exitFailed, "cannot be read"},
		"a file that is no YAML":     {[]string{"apply", b.file(t, "a.yaml", "a: [")}, exitFailed, "is not YAML"},
		"a key nobody knows":         {[]string{"apply", b.file(t, "b.yaml", "sytems: []")}, exitFailed, "sytems"},
		"a configuration of faults":  {[]string{"apply", b.file(t, "c.yaml", strings.ReplaceAll(configuration, "Europe/Berlin", "Mars"))}, exitFailed, "Mars"},
		"an unknown plan":            {[]string{"reconcile", "nothing"}, exitFailed, `no plan "nothing"`},
		"an unknown mode":            {[]string{"reconcile", "x", "--mode", "half"}, exitUsage, "--mode"},
		"an import of no file":       {[]string{"import", "/nowhere.csv", "--system", "mes"}, exitFailed, "cannot be read"},
		"an unknown role":            {[]string{"user", "add", "x", "--role", "god"}, exitFailed, "god"},
		"an unknown user":            {[]string{"user", "disable", "nobody"}, exitFailed, `no user "nobody"`},
		"a guard without a key":      {[]string{"guard", "install", "odoo"}, exitUsage, "--admin-key"},
		"a server without a login":   {[]string{"check", "--server", "http://127.0.0.1:1"}, exitUsage, "--login"},
		"a server that is not there": {[]string{"check", "--server", "http://127.0.0.1:1", "--login", "x", "--password-file", b.file(t, "p", "secret secret")}, exitFailed, "cannot be reached"},
		"a wrong configuration":      {[]string{"migrate", "--config", b.file(t, "e.yaml", "listen: here\nlog: {level: loud}")}, exitFailed, "log.level"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			own := b
			own.env = map[string]string{"CROSSWALK_DATA_DIR": t.TempDir()}
			code, out, complaint := own.call(t, "", tt.args...)
			if code != tt.code || !strings.HasPrefix(complaint, "crosswalk: ") || !strings.Contains(complaint, tt.says) {
				t.Errorf("exit code %d, said %q; printed %q", code, complaint, out)
			}
		})
	}
}

func TestHelpListsEveryCommand(t *testing.T) {
	t.Parallel()
	b := setup(t)
	out := b.want(t, "crosswalk serve", "help")
	for _, c := range commands() {
		if !strings.Contains(out, "crosswalk "+c.name) || c.summary == "" {
			t.Errorf("%s is not listed", c.name)
		}
		b.want(t, c.summary, append(strings.Fields(c.name), "--help")...)
	}
	b.want(t, version(), "version")
}

func TestUsersOnTheCommandLine(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.want(t, "shown this once: ", "user", "add", "ana", "--name", "Ana Ruiz", "--role", "steward", "--role", "plant_lead@STU1/item")
	b.want(t, "steward, plant_lead@STU1/item", "user", "list")
	if code, out, _ := b.call(t, "correct horse battery\n", "user", "password", "ana", "--password-stdin"); code != exitDone || strings.Contains(out, "correct") {
		t.Errorf("%d %q", code, out)
	}
	if code, _, complaint := b.call(t, "short", "user", "password", "ana", "--password-stdin"); code != exitFailed || !strings.Contains(complaint, "12") {
		t.Errorf("%d %q", code, complaint)
	}
	b.want(t, "has 1 roles now", "user", "roles", "ana", "--role", "steward@STU1:2026-12-31")
	b.want(t, "steward@STU1:2026-12-31", "user", "list")
	b.want(t, "shown this once: xw_", "key", "add", "mes-sync", "--scope", "read@STU1/item", "--network", "10.0.0.0/8", "--days", "30")
	b.want(t, "shown this once: xw_", "key", "rotate", "mes-sync")
	b.want(t, "good", "key", "list")
	b.want(t, "0 good keys left", "key", "revoke", "mes-sync")
	if code, _, complaint := b.call(t, "", "key", "add", "x", "--scope", "approve"); code != exitFailed || !strings.Contains(complaint, "take a person") {
		t.Errorf("a key that approves: %d %s", code, complaint)
	}
	b.want(t, "no longer", "user", "disable", "ana")
	b.want(t, "disabled", "user", "list")
	b.want(t, "can sign in", "user", "enable", "ana")
	b.want(t, "8 entries proved", "audit", "verify")
}

func TestWorkOnTheDatabaseItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.plant(t)
	b.want(t, "the schema is up to date", "migrate")
	b.want(t, "waits for approval", "apply", b.file(t, "c.yaml", configuration))
	if code, _, complaint := b.call(t, "", "import", b.file(t, "codes.csv", "code;canonical\n000123;IT-1\n"), "--system", "mes"); code != exitFailed || !strings.Contains(complaint, `no system "mes"`) {
		t.Errorf("before the approval: %d %q", code, complaint)
	}
}

func TestTranslateOnTheCommandLine(t *testing.T) {
	t.Parallel()
	b := setup(t)
	out := b.want(t, `{"code":"000123","status":"not_found"`, "translate", "000123", "000124", "--system", "canonical", "--domain", "item")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[1], `{"code":"000124",`) {
		t.Errorf("answered is %q", out)
	}
	for phrase, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no system":           {[]string{"1"}, exitUsage, "--system"},
		"no code":             {[]string{"--system", "mes"}, exitUsage, "usage"},
		"nobody's system":     {[]string{"1", "--system", "mes"}, exitFailed, `no system "mes"`},
		"a day that is none":  {[]string{"1", "--system", "canonical", "--at", "soon"}, exitFailed, "2026-11-23"},
		"a code that is none": {[]string{" ", "--system", "canonical"}, exitFailed, "code is empty"},
	} {
		if code, _, complaint := b.call(t, "", append([]string{"translate"}, test.args...)...); code != test.code || !strings.Contains(complaint, test.says) {
			t.Errorf("%s: %d %q", phrase, code, complaint)
		}
	}
}

// serving starts the service and returns its address and what ends it.
func (b bundle) serving(t *testing.T) (url string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	p := &program{stdin: strings.NewReader(""), stdout: writer, stderr: io.Discard, env: b.lookup}
	done := make(chan int, 1)
	go func() {
		done <- p.run(ctx, []string{"serve"})
		_ = writer.Close()
	}()
	line, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil {
		t.Fatalf("the service said nothing: %v", err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "Crosswalk is at ")), func() int {
		cancel()
		return <-done
	}
}

func TestWorkThroughARunningServer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.plant(t)
	password := b.file(t, "password", "correct horse battery\n")
	for login, role := range map[string]string{"ida": "integration_admin", "bo": "approver"} {
		if code, _, complaint := b.call(t, "correct horse battery", "user", "add", login, "--role", role, "--password-stdin"); code != exitDone {
			t.Fatal(complaint)
		}
	}
	url, stop := b.serving(t)
	if code, _, complaint := b.call(t, "", "user", "list"); code != exitFailed || !strings.Contains(complaint, "another process") {
		t.Errorf("beside the service: %d %q", code, complaint)
	}
	as := []string{"--server", url, "--login", "ida", "--password-file", password}
	out := b.want(t, "waits for approval", append([]string{"apply", b.file(t, "c.yaml", configuration)}, as...)...)
	approve(t, url, strings.Fields(out)[2])
	if code, out, complaint := b.call(t, "", append([]string{"check"}, as...)...); code != exitDone || !strings.Contains(out, "mes") {
		t.Errorf("check: %d %q %q", code, out, complaint)
	}
	exported := b.want(t, "time_zone: Europe/Berlin", append([]string{"export"}, as...)...)
	if code, _, complaint := b.call(t, "", append([]string{"apply", b.file(t, "out.yaml", exported)}, as...)...); code != exitFailed || !strings.Contains(complaint, "would change nothing") {
		t.Errorf("what went out came in again: %d %q", code, complaint)
	}
	b.want(t, "done; 1 rows read, 1 findings raised", append([]string{"reconcile", "mes-items", "--wait"}, as...)...)
	b.want(t, "0 new, 0 changed, 0 already so, 0 in conflict, 1 wrong", append([]string{"import", b.file(t, "codes.csv", "code;canonical\n000123;IT-1\n"), "--system", "mes", "--plant", "STU1"}, as...)...)
	if code, _, complaint := b.call(t, "", append([]string{"apply", b.file(t, "d.yaml", strings.ReplaceAll(configuration, "Europe/Berlin", "Mars"))}, as...)...); code != exitFailed || !strings.Contains(complaint, "Mars") {
		t.Errorf("a faulty configuration: %d %q", code, complaint)
	}
	if code := stop(); code != exitDone {
		t.Errorf("the service ended with %d", code)
	}
	b.want(t, "approval_policy:", "export")
	b.want(t, "0 new, 0 changed, 0 already so, 0 in conflict, 2 wrong", "import", b.file(t, "more.csv", "code;canonical\n000123;IT-1\n000124;IT-1\n"), "--system", "mes")
	if code, _, complaint := b.call(t, "", "import", b.file(t, "empty.csv", "code;canonical\n"), "--system", "mes"); code != exitFailed || !strings.Contains(complaint, "no rows below its header") {
		t.Errorf("a file without rows: %d %q", code, complaint)
	}
	b.want(t, "done; 1 rows read, 0 findings raised", "reconcile", "mes-items", "--wait")
	b.want(t, "reach", "check", "mes")
	delete(b.env, "PLANT")
	if code, _, complaint := b.call(t, "", "reconcile", "mes-items", "--wait"); code != exitFailed || !strings.Contains(complaint, "the run is failed") {
		t.Errorf("without the secret: %d %q", code, complaint)
	}
	if code, out, _ := b.call(t, "", "check"); code != exitFailed || !strings.Contains(out, "FAILED") {
		t.Errorf("check without the secret: %d %q", code, out)
	}
}

// approve approves a change request as bo.
func approve(t *testing.T, url, request string) {
	t.Helper()
	p := &program{env: func(string) (string, bool) { return "", false }}
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("correct horse battery"), 0o600); err != nil {
		t.Fatal(err)
	}
	signedIn, err := p.signIn(t.Context(), &call{server: url, login: "bo", passwordFile: file})
	if err != nil {
		t.Fatal(err)
	}
	put, err := http.NewRequestWithContext(t.Context(), http.MethodPut, signedIn.base+"/change-requests/"+request+"/approval", nil)
	if err != nil {
		t.Fatal(err)
	}
	put.Header.Set("If-Match", `"1"`)
	put.Header.Set("X-Crosswalk-Request", "1")
	answer, err := signedIn.client.Do(put)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("approve: %s", answer.Status)
	}
}
