package demo

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// TestCheckNotices: a check that cannot fail proves nothing. What was planted is not told truly to it, in each way.
func TestCheckNotices(t *testing.T) {
	t.Parallel()
	w := unprepared(t, []fixtures.FaultKind{
		fixtures.FaultRenamed, fixtures.FaultNoGTIN, fixtures.FaultDrift, fixtures.FaultHalf, fixtures.FaultRowWithoutCode,
	})
	hidden := w.company.Manifest[0].Findings[0]
	invented := fixtures.Finding{System: fixtures.InGliwice, Record: w.company.Odoo[0].Code, Attribute: "tracking", Class: "value"}
	w.company.Manifest[0].Findings[0] = invented
	wrongly := &w.company.Manifest[len(w.company.Manifest)-1] // a drift in Odoo, which this time the steward lets stay
	wrongly.Verb = "accept"
	for i := range w.company.Feeds {
		w.company.Feeds[i].Shows = map[string]string{"run_held": "run_failed", "quarantined": "quarantined"}[w.company.Feeds[i].Shows]
	}
	report, err := w.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for what, says := range map[string]string{
		"what was found and not planted": "found but not planted: " + findingOf(hidden).String(),
		"what was planted and not found": "planted but not found: " + findingOf(invented).String(),
		"a run that ended otherwise":     "feed_half at",
		"a cure that was not written":    "was not delivered",
	} {
		if !slices.ContainsFunc(report.Faults, func(fault string) bool { return strings.Contains(fault, says) }) {
			t.Errorf("the check did not notice %s: %q", what, report.Faults)
		}
	}
	if report.Unexpected != 1 || report.Found != report.Planted-2 {
		t.Errorf("%d unexpected, %d of %d found", report.Unexpected, report.Found, report.Planted)
	}
}

// TestEveryKindIsDescribed holds docs/demo.md to the kinds there are.
func TestEveryKindIsDescribed(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/demo.md")
	if err != nil {
		t.Fatal(err)
	}
	_, kinds, _ := strings.Cut(string(page), "## The kinds of fault")
	for _, kind := range fixtures.Kinds() {
		if !strings.Contains(kinds, "`"+string(kind)+"`") {
			t.Errorf("docs/demo.md does not name %s", kind)
		}
	}
	if named := strings.Count(kinds, "`") / 2; named != len(fixtures.Kinds()) {
		t.Errorf("docs/demo.md names %d kinds, there are %d", named, len(fixtures.Kinds()))
	}
}

func TestParseFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text     string
		want     []fixtures.FaultKind
		wantCode string
	}{
		"all":               {text: "all", want: fixtures.Kinds()},
		"none":              {text: "none"},
		"one":               {text: "code_reused", want: []fixtures.FaultKind{fixtures.FaultReused}},
		"two, with a blank": {text: "feed_half, code_reused", want: []fixtures.FaultKind{fixtures.FaultHalf, fixtures.FaultReused}},
		"one that is none":  {text: "code_reused,gremlins", wantCode: domain.CodeConfigInvalid},
		"nothing":           {text: "", wantCode: domain.CodeConfigInvalid},
	}
	for name, test := range tests {
		if got, err := ParseFaults(test.text); !slices.Equal(got, test.want) || domain.ErrorCode(err) != test.wantCode {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}
