package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/bench"
)

// TestMain lets the test's own program be the generator, as the real one is: "rows" writes what it is asked for, "still rows"
// those of a night in which nothing came to differ.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "rows" || os.Args[1] == "still") {
		os.Exit(generate(os.Args[1] == "still", os.Args[2:]))
	}
	if len(os.Args) > 2 && os.Args[1] == "reader" {
		if err := bench.ReadQueue(context.Background(), os.Args[2], os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	if len(os.Args) > 1 && os.Args[1] == "workbook-case" {
		os.Exit(workbookCase(os.Args[2:]))
	}
	os.Exit(m.Run())
}

func generate(still bool, args []string) int {
	var r bench.Rows
	flags := flag.NewFlagSet("rows", flag.ContinueOnError)
	side := flags.String("side", "", "")
	flags.IntVar(&r.Count, "rows", 0, "")
	flags.IntVar(&r.Attributes, "attributes", 0, "")
	flags.Float64Var(&r.Changed, "changed", 0, "")
	flags.Float64Var(&r.Differing, "differing", 0, "")
	flags.BoolVar(&r.ToleranceAll, "tolerance-all", false, "")
	flags.Uint64Var(&r.Seed, "seed", 0, "")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	r.Side, r.Changed, r.Differing = bench.Side(*side), r.Changed/100, r.Differing/100
	if still {
		r.Differing = 0
	}
	if err := r.Write(os.Stdout); err != nil {
		return 1
	}
	return 0
}

func options(t *testing.T, generator string, out *bytes.Buffer) bench.Options {
	t.Helper()
	return bench.Options{
		Database: "sqlite:" + t.TempDir(), Generator: bench.Generator{Program: os.Args[0], Command: []string{generator}}, Out: out,
	}
}

func figures(t *testing.T, out *bytes.Buffer) map[string]bench.Figure {
	t.Helper()
	byPhase := map[string]bench.Figure{}
	for decoder := json.NewDecoder(out); decoder.More(); {
		var f bench.Figure
		if err := decoder.Decode(&f); err != nil {
			t.Fatal(err)
		}
		byPhase[f.Phase] = f
	}
	return byPhase
}

func TestReconcile(t *testing.T) {
	t.Parallel()
	for phrase, rows := range map[string]bench.Rows{
		"a night":                       {Count: 1200, Attributes: 20, Changed: 0.05, Differing: 0.02, Seed: 1},
		"everything within tolerance":   {Count: 300, Attributes: 4, Changed: 0.1, Differing: 0.05, ToleranceAll: true, Seed: 2},
		"a night in which nothing came": {Count: 100, Attributes: 5, Seed: 3},
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if err := bench.Reconcile(t.Context(), options(t, "rows", &out), rows); err != nil {
				t.Fatalf("%v: %s", err, out.String())
			}
			found := figures(t, &out)
			for _, phase := range []string{"first_load", "first_comparison", "night"} {
				if f := found[phase]; !f.Correct || f.Rows != rows.Count || f.BaselineSeconds <= 0 || f.Seconds <= 0 {
					t.Errorf("%s is %+v", phase, f)
				}
			}
			night := found["night"].Work
			if (rows.Differing > 0) != (night["expected"] > 0) || night["raised"] != night["expected"] {
				t.Errorf("the night found %v", night)
			}
			if all := found["first_comparison"].Work["hashes_differing"]; (all == rows.Count) != rows.ToleranceAll {
				t.Errorf("the baseline found %d differing hashes before the night", all)
			}
		})
	}
}

// TestVoid lets the system say something else than was planted: no figure of such a run counts.
func TestVoid(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := bench.Reconcile(t.Context(), options(t, "still", &out), bench.Rows{Count: 300, Attributes: 4, Changed: 0.1, Differing: 0.1, Seed: 1})
	if !errors.Is(err, bench.ErrVoid) {
		t.Fatalf("the run ended with %v", err)
	}
	if f := figures(t, &out)["night"]; f.Correct || f.Problem == "" {
		t.Errorf("the night is %+v", f)
	}
}

func TestQueue(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := bench.Queue(t.Context(), options(t, "rows", &out), 250, []string{"reader"}); err != nil {
		t.Fatal(err)
	}
	if f := figures(t, &out)["page"]; !f.Correct || f.Work["pages"] != 3 || f.P95 <= 0 {
		t.Errorf("the queue is %+v", f)
	}
}

// TestRows holds the generated rows to the canonical encoding: only then do equal records have equal hashes.
func TestRows(t *testing.T) {
	t.Parallel()
	sides := map[bench.Side]string{}
	for _, side := range []bench.Side{bench.SideGolden, bench.SideBefore, bench.SideNight} {
		var out bytes.Buffer
		if err := (bench.Rows{Side: side, Count: 2000, Attributes: 20, Changed: 0.2, Differing: 0.1, Seed: 1}).Write(&out); err != nil {
			t.Fatal(err)
		}
		sides[side] = out.String()
	}
	if sides[bench.SideGolden] != sides[bench.SideBefore] || sides[bench.SideBefore] == sides[bench.SideNight] {
		t.Error("before the night all agree, after it some do not")
	}
	for line := range strings.Lines(sides[bench.SideNight]) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		attributes, err := domain.DecodeAttributes([]byte(parts[2]))
		if err != nil || string(attributes.Encode()) != parts[2] || len(attributes) != 20 || attributes.Hash() != parts[1] {
			t.Fatalf("%s is not canonical: %v", line, err)
		}
	}
}

// TestNothingIsLeftBehind looks for the files of a benchmark after it.
func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	o := options(t, "rows", &out)
	if err := bench.Reconcile(t.Context(), o, bench.Rows{Count: 10, Attributes: 4}); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(strings.TrimPrefix(o.Database, "sqlite:"), "*")); err != nil || len(left) > 0 {
		t.Errorf("%v are left: %v", left, err)
	}
}
