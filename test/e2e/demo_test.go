// Package e2e starts the real binary and walks it through whole stories.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// binary is where TestMain built the program.
var binary string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "crosswalk-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary = filepath.Join(folder, "crosswalk")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", binary, "../../server/cmd/crosswalk")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, output)
		return 1
	}
	return m.Run()
}

// report is what `demo --check` prints, as a reader of its documentation would take it.
type report struct {
	Planted       int               `json:"planted"`
	Found         int               `json:"found"`
	Unexpected    int               `json:"unexpected"`
	Approved      int               `json:"approved"`
	Accepted      int               `json:"accepted"`
	Bounced       int               `json:"bounced"`
	Delivered     int               `json:"delivered"`
	Worklisted    int               `json:"worklisted"`
	Verified      int               `json:"verified"`
	SecondRunRead int               `json:"second_run_read"`
	SecondRunNew  int               `json:"second_run_new"`
	Quarantined   int               `json:"quarantined"`
	Requested     int               `json:"requested"`
	RequestDone   int               `json:"request_done"`
	ByDomain      map[string]report `json:"by_domain"`
	ByKind        map[string]report `json:"by_kind"`
	Faults        []string          `json:"faults"`
}

// check runs `crosswalk demo --check` with more arguments and returns its report and exit code.
func check(t *testing.T, arguments ...string) (report, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, binary, append([]string{"demo", "--check"}, arguments...)...)
	var output, problems bytes.Buffer
	run.Stdout, run.Stderr = &output, &problems
	err := run.Run()
	if exited := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exited) {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(output.Bytes(), &r); err != nil {
		t.Fatalf("not one JSON object: %v\n%s\n%s", err, output.String(), problems.String())
	}
	return r, run.ProcessState.ExitCode()
}

// databases are the stores the whole loop is walked on.
func databases(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{"SQLite": nil}
	url := os.Getenv("CROSSWALK_TEST_POSTGRES")
	switch {
	case url != "":
		found["PostgreSQL"] = []string{"--database", url}
	case os.Getenv("CROSSWALK_TEST_REQUIRE_POSTGRES") == "1":
		t.Fatal("CROSSWALK_TEST_POSTGRES is not set")
	}
	return found
}

func TestEveryPlantedFaultIsFoundCuredAndVerified(t *testing.T) {
	t.Parallel()
	for name, arguments := range databases(t) {
		for _, seed := range []string{"1", "2", "3", "4", "5"} {
			t.Run(name+", seed "+seed, func(t *testing.T) {
				t.Parallel()
				r, exit := check(t, append(slices.Clone(arguments), "--seed", seed)...)
				if exit != 0 || len(r.Faults) > 0 {
					t.Fatalf("exit %d: %v", exit, r.Faults)
				}
				if len(r.ByKind) < 20 || r.Planted < 60 || r.Found != r.Planted || r.Unexpected != 0 || r.Verified != r.Planted {
					t.Errorf("%d kinds, planted %d, found %d, unexpected %d, verified %d", len(r.ByKind), r.Planted, r.Found, r.Unexpected, r.Verified)
				}
				if r.Approved == 0 || r.Accepted == 0 || r.Bounced == 0 || r.Delivered == 0 || r.Worklisted == 0 || r.Quarantined == 0 {
					t.Errorf("%+v", r)
				}
				if r.Requested != 2 || r.RequestDone != 2 {
					t.Errorf("%d records were requested, %d are done", r.Requested, r.RequestDone)
				}
				if r.SecondRunRead == 0 || r.SecondRunNew != 0 || len(r.ByDomain) != 1 || r.ByDomain["item"].Planted != r.Planted {
					t.Errorf("%+v", r)
				}
			})
		}
	}
}

func TestSomeKindsOfFaultAlone(t *testing.T) {
	t.Parallel()
	r, exit := check(t, "--faults", "plants_disagree,feed_half")
	if exit != 0 || len(r.ByKind) != 2 || r.ByKind["plants_disagree"].Verified != 4 || r.ByKind["feed_half"].Verified != 1 || r.Planted != 5 {
		t.Errorf("exit %d: %+v", exit, r)
	}
}

func TestNothingIsFoundWhereNothingIsWrong(t *testing.T) {
	t.Parallel()
	for name, arguments := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, exit := check(t, append(arguments, "--faults", "none")...)
			if exit != 0 || r.Planted != 0 || r.Found != 0 || r.Unexpected != 0 || r.SecondRunNew != 0 || r.SecondRunRead == 0 {
				t.Errorf("exit %d: %+v", exit, r)
			}
		})
	}
}
