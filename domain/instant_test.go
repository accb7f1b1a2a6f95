package domain

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDatesAreExistingDays(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   string
		good bool
	}{
		"a day":             {"2026-11-23", true},
		"unbounded":         {"", true},
		"a leap day":        {"2024-02-29", true},
		"the last day":      {"9999-12-31", true},
		"no leap day":       {"2026-02-29", false},
		"month 13":          {"2026-13-01", false},
		"one digit":         {"2026-1-01", false},
		"German":            {"23.11.2026", false},
		"with a time":       {"2026-11-23T00:00:00Z", false},
		"white space":       {" 2026-11-23", false},
		"year 0":            {"0000-01-01", false},
		"a five digit year": {"10000-01-01", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseDate(tt.in)
			if tt.good && (err != nil || string(got) != tt.in) {
				t.Errorf("read as %q with %v", got, err)
			}
			if !tt.good && ErrorCode(err) != CodeDateInvalid {
				t.Errorf("read as %q with %q", got, ErrorCode(err))
			}
		})
	}
}

func TestInstantsKeepMicrosecondsInUTC(t *testing.T) {
	t.Parallel()
	at := InstantOf(time.Date(2026, 11, 23, 0, 30, 0, 123_456_789, time.FixedZone("CET", 3600)))
	if at.String() != "2026-11-22T23:30:00.123456Z" || DateOf(at) != "2026-11-22" {
		t.Errorf("%s on %s", at, DateOf(at))
	}
	if at.Add(1500*time.Millisecond)-at != 1_500_000 || Instant(0).String() != "" || !Instant(0).IsZero() || at.IsZero() {
		t.Error("instants do not add up")
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := Instant(rapid.Int64Range(1, 2e17).Draw(t, "a")), Instant(rapid.Int64Range(1, 2e17).Draw(t, "b"))
		if (a < b) != (a.String() < b.String()) {
			t.Fatalf("%d and %d sort otherwise than %s and %s", a, b, a, b)
		}
	})
}

// drawValidity draws a span around the days of testDays.
func drawValidity(t *rapid.T, label string) Validity {
	bounds := append([]Date{"", "", "2025-12-31", "2026-01-07"}, testDays()...)
	return Validity{From: rapid.SampledFrom(bounds).Draw(t, label+" from"), To: rapid.SampledFrom(bounds).Draw(t, label+" to")}
}

func testDays() []Date {
	return []Date{"2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06"}
}

func TestOverlapsIsWhatCountingDaysGives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawValidity(t, "a"), drawValidity(t, "b")
		shared := false
		for _, day := range append([]Date{"0001-01-01", "2025-12-31", "2026-01-07", "9999-12-31"}, testDays()...) {
			shared = shared || (a.Contains(day) && b.Contains(day))
		}
		if a.Overlaps(b) != shared || b.Overlaps(a) != shared {
			t.Fatalf("%v and %v: %v and %v, want %v", a, b, a.Overlaps(b), b.Overlaps(a), shared)
		}
	})
}

func TestValidityIsHalfOpen(t *testing.T) {
	t.Parallel()
	v := Validity{From: "2026-01-01", To: "2026-01-03"}
	for day, want := range map[Date]bool{"2025-12-31": false, "2026-01-01": true, "2026-01-02": true, "2026-01-03": false} {
		if v.Contains(day) != want {
			t.Errorf("%s: %v", day, v.Contains(day))
		}
	}
	if v.Overlaps(Validity{From: "2026-01-03"}) || !v.Overlaps(Validity{From: "2026-01-02"}) {
		t.Error("the last day counts")
	}
}
