package bench

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/fixtures"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// files are the CSV files of a small set with truth, by name.
func files(t *testing.T) map[string]string {
	t.Helper()
	var left, right, truth, records, twins, train, test strings.Builder
	fmt.Fprintln(&left, "id,name,price")
	fmt.Fprintln(&right, "id,cost,title")
	fmt.Fprintln(&records, "id,name,price")
	for _, b := range []*strings.Builder{&truth, &twins} {
		fmt.Fprintln(b, "left_id,right_id")
	}
	for _, b := range []*strings.Builder{&train, &test} {
		fmt.Fprintln(b, "left_id,right_id,label")
	}
	nouns := []string{"bracket", "coupling", "hinge", "lever", "nozzle"}
	for i := range 60 {
		name := fmt.Sprintf("%s %dx%d ZQ-%d", nouns[i%5], 20+7*i, 11+3*i, 5000+17*i)
		fmt.Fprintf(&left, "a%d,%s,%d.50\n", i, name, 10+i)
		fmt.Fprintf(&right, "b%d,%d.5,%s\n", i, 10+i, strings.ToUpper(strings.ReplaceAll(name, "-", "")))
		fmt.Fprintf(&records, "a%d,%s,%d.50\nb%d,%s,%d.5\n", i, name, 10+i, i, strings.ToUpper(name), 10+i)
		fmt.Fprintf(&truth, "a%d,b%d\n", i, i)
		fmt.Fprintf(&twins, "a%d,b%d\n", i, i)
		into := []*strings.Builder{&train, &test}[i%2]
		fmt.Fprintf(into, "a%d,b%d,1\na%d,b%d,0\n", i, i, i, (i+5)%60)
	}
	dir := t.TempDir()
	paths := map[string]string{}
	for name, content := range map[string]string{
		"left": left.String(), "right": right.String(), "truth": truth.String(), "records": records.String(), "twins": twins.String(),
		"train": train.String(), "test": test.String(), "empty": "", "header": "id,name\n", "ids": "id\n1\n",
		"strange": "left_id,right_id,label\nnobody,b1,1\n", "short": "left_id,right_id\na1\n",
	} {
		paths[name] = filepath.Join(dir, name+".csv")
		if err := os.WriteFile(paths[name], []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	paths["absent"] = filepath.Join(dir, "absent.csv")
	return paths
}

// match runs with the given arguments; names of files stand for their paths.
func match(t *testing.T, paths map[string]string, args ...string) ([]Figures, error) {
	t.Helper()
	var run MatchRun
	flags := flag.NewFlagSet("match", flag.ContinueOnError)
	run.Flags(flags)
	for i, arg := range args {
		if path, ok := paths[arg]; ok {
			args[i] = path
		}
	}
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err := run.Run(t.Context(), &out)
	var lines []Figures
	for decoder := json.NewDecoder(&out); decoder.More(); {
		var line Figures
		if err := decoder.Decode(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines, err
}

func TestMatchMeasuresEveryShape(t *testing.T) {
	t.Parallel()
	paths := files(t)
	tests := map[string]struct {
		args   []string
		lines  int
		labels int
		truth  int
	}{
		"two tables":            {args: []string{"--left", "left", "--right", "right", "--truth", "truth"}, lines: 1, truth: 60},
		"one table":             {args: []string{"--records", "records", "--truth", "twins"}, lines: 1, truth: 60},
		"pairs without labels":  {args: []string{"--left", "left", "--right", "right", "--pairs-train", "train", "--pairs-valid", "train", "--pairs-test", "test"}, lines: 1, truth: 30},
		"pairs with labels":     {args: []string{"--left", "left", "--right", "right", "--pairs-train", "train", "--pairs-test", "test", "--labels", "40", "--seeds", "2"}, lines: 3, labels: 40, truth: 30},
		"generated records":     {args: []string{"--records-generated", "2000", "--seed", "5", "--labels", "50", "--lookups", "100"}, lines: 1, labels: 50},
		"kinds that were given": {args: []string{"--records", "records", "--truth", "twins", "--kinds", "price=skip"}, lines: 1, truth: 60},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines, err := match(t, paths, tt.args...)
			if err != nil || len(lines) != tt.lines {
				t.Fatalf("%d lines, %v", len(lines), err)
			}
			for _, line := range lines {
				if line.F1 < 0.95 || line.P < 0.95 || line.R < 0.95 || line.Labels != tt.labels || line.Candidates == 0 || line.Crossing != 0 {
					t.Errorf("%+v", line)
				}
				if l := line.Lookups; strings.HasPrefix(name, "generated") && (l == nil || l.N != 100 || l.Found < 0.95) {
					t.Errorf("lookups: %+v", l)
				}
				if tt.truth > 0 && line.Truth != tt.truth {
					t.Errorf("%d pairs of truth, want %d", line.Truth, tt.truth)
				}
			}
		})
	}
}

func TestMatchRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	paths := files(t)
	for name, args := range map[string][]string{
		"nothing":                   nil,
		"half a shape":              {"--left", "left", "--truth", "truth"},
		"two shapes":                {"--records", "records", "--truth", "truth", "--records-generated", "10"},
		"a file that is not there":  {"--records", "absent", "--truth", "truth"},
		"no truth there":            {"--records", "records", "--truth", "absent"},
		"an empty file":             {"--records", "empty", "--truth", "truth"},
		"IDs alone":                 {"--records", "ids", "--truth", "truth"},
		"a pair of one":             {"--records", "records", "--truth", "short"},
		"labels of unknown records": {"--left", "left", "--right", "right", "--pairs-train", "train", "--pairs-test", "strange"},
		"a kind that does not exist": {
			"--records", "records", "--truth", "truth", "--kinds", "price=colour",
		},
		"too many records": {"--records-generated", "900000000"},
		"no workers":       {"--records-generated", "10", "--workers", "0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines, err := match(t, paths, args...)
			if domain.ErrorCode(err) != domain.CodeConfigInvalid || len(lines) > 0 {
				t.Errorf("%d lines, %v", len(lines), err)
			}
		})
	}
	t.Run("a table without records is measured", func(t *testing.T) {
		t.Parallel()
		if lines, err := match(t, paths, "--records", "header", "--truth", "truth"); err != nil || len(lines) != 1 || lines[0].N != 0 {
			t.Errorf("%+v, %v", lines, err)
		}
	})
}

func TestTheLexiconCannotHelpWithGeneratedParts(t *testing.T) {
	t.Parallel()
	known := matching.DefaultLexicon().Words()
	for _, word := range fixtures.PartsVocabulary() {
		if _, found := slices.BinarySearch(known, matching.Fold(word)); found {
			t.Errorf("the lexicon knows %q", word)
		}
	}
	n := matching.NewNormaliser(nil)
	for _, word := range fixtures.PartsVocabulary() {
		for _, token := range n.Normalise(word).Tokens {
			if token.Class != matching.ClassWord || strings.HasPrefix(token.Text, "#") {
				t.Errorf("%q is read as the %s %q", word, token.Class, token.Text)
			}
		}
	}
}

func TestTallyCounts(t *testing.T) {
	t.Parallel()
	p, r, f1 := score(6, 8, 12)
	if p != 0.75 || r != 0.5 || f1 != 0.6 {
		t.Errorf("precision %v, recall %v, F1 %v", p, r, f1)
	}
	if p, r, f1 = score(0, 0, 0); p != 0 || r != 0 || f1 != 0 {
		t.Errorf("of nothing: %v, %v, %v", p, r, f1)
	}
	truth, said := map[pair]bool{}, map[pair]bool{}
	for i := range 300 {
		truth[pairOf(i, i+1000)] = true
		said[pairOf(i+i%10/9*5000, i+1000)] = true
	}
	low, high := bootstrap(said, truth)
	if low >= 0.9 || high <= 0.9 || low < 0.85 || high > 0.95 {
		t.Errorf("an F1 of 0.9 lies between %v and %v", low, high)
	}
	var c calibration
	for i := range 100 {
		c.add(0.3, i < 30)
		c.add(0.9, i < 80)
	}
	if off := c.off(); off != 0.05 {
		t.Errorf("the probabilities are off by %v", off)
	}
}
