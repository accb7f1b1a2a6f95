package demo

import (
	"testing"
	"time"
)

// TestTheNightIsFar: a run that nobody asked for must not come into a story that takes minutes, at whatever hour it begins.
func TestTheNightIsFar(t *testing.T) {
	t.Parallel()
	for hour := range 24 {
		now := time.Date(2026, 3, 1, hour, 31, 0, 0, time.UTC)
		at := map[string]time.Duration{"30 2 * * *": 150 * time.Minute, "30 12 * * *": 750 * time.Minute}[nightly(now)]
		if at == 0 {
			t.Fatalf("at %d the schedule is %q", hour, nightly(now))
		}
		next := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Add(at)
		if !next.After(now) {
			next = next.AddDate(0, 0, 1)
		}
		if wait := next.Sub(now); wait < 2*time.Hour {
			t.Errorf("at %d the next run is %s away", hour, wait)
		}
	}
}
