package domain_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// at reads an instant with its offset.
func at(t testing.TB, text string) domain.Instant {
	t.Helper()
	moment, err := time.Parse("2006-01-02T15:04Z07:00", text)
	if err != nil {
		t.Fatal(err)
	}
	return domain.InstantOf(moment)
}

func timetable(t testing.TB, expression, zone string) domain.Timetable {
	t.Helper()
	table, err := domain.ParseTimetable(expression, zone)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// dues lists what falls due after one instant and not after the other, as the clock on the wall and its offset.
func dues(t testing.TB, table domain.Timetable, zone, after, until string) []string {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for due := table.Next(at(t, after)); due != 0 && due <= at(t, until); due = table.Next(due) {
		out = append(out, due.Time().In(location).Format("01-02 15:04-07:00"))
	}
	return out
}

func TestTimetablesOverTheChangeOfTheClock(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		cron, zone, after, until string
		want                     []string
	}{
		"nightly, on ordinary days": {cron: "30 2 * * *", zone: "Europe/Berlin", after: "2026-03-26T12:00+01:00", until: "2026-03-28T12:00+01:00",
			want: []string{"03-27 02:30+01:00", "03-28 02:30+01:00"}},
		"in the hour that is left out: at the next moment": {cron: "30 2 * * *", zone: "Europe/Berlin", after: "2026-03-28T12:00+01:00", until: "2026-03-30T12:00+02:00",
			want: []string{"03-29 03:00+02:00", "03-30 02:30+02:00"}},
		"in the hour that comes twice: once, the first time": {cron: "30 2 * * *", zone: "Europe/Berlin", after: "2026-10-24T12:00+02:00", until: "2026-10-26T12:00+01:00",
			want: []string{"10-25 02:30+02:00", "10-26 02:30+01:00"}},
		"asked between the two": {cron: "30 2 * * *", zone: "Europe/Berlin", after: "2026-10-25T02:45+02:00", until: "2026-10-25T12:00+01:00"},
		"every quarter of an hour, spring": {cron: "*/15 * * * *", zone: "Europe/Berlin", after: "2026-03-29T01:30+01:00", until: "2026-03-29T03:15+02:00",
			want: []string{"03-29 01:45+01:00", "03-29 03:00+02:00", "03-29 03:15+02:00"}},
		"every half hour, autumn: every hour is an hour": {cron: "*/30 * * * *", zone: "Europe/Berlin", after: "2026-10-25T01:30+02:00", until: "2026-10-25T03:00+01:00",
			want: []string{"10-25 02:00+02:00", "10-25 02:30+02:00", "10-25 02:00+01:00", "10-25 02:30+01:00", "10-25 03:00+01:00"}},
		"several in the hour that is left out: one": {cron: "0,20,40 2 * * *", zone: "Europe/Berlin", after: "2026-03-28T12:00+01:00", until: "2026-03-29T12:00+02:00",
			want: []string{"03-29 03:00+02:00"}},
		"New York, spring": {cron: "30 2 * * *", zone: "America/New_York", after: "2026-03-07T12:00-05:00", until: "2026-03-09T12:00-04:00",
			want: []string{"03-08 03:00-04:00", "03-09 02:30-04:00"}},
		"New York, autumn": {cron: "30 1 * * *", zone: "America/New_York", after: "2026-10-31T12:00-04:00", until: "2026-11-02T12:00-05:00",
			want: []string{"11-01 01:30-04:00", "11-02 01:30-05:00"}},
		"Kolkata has no summer time": {cron: "30 2 * * *", zone: "Asia/Kolkata", after: "2026-03-28T12:00+05:30", until: "2026-03-30T12:00+05:30",
			want: []string{"03-29 02:30+05:30", "03-30 02:30+05:30"}},
		"Lord Howe goes on by half an hour": {cron: "15 2 * * *", zone: "Australia/Lord_Howe", after: "2026-10-03T12:00+10:30", until: "2026-10-05T12:00+11:00",
			want: []string{"10-04 02:30+11:00", "10-05 02:15+11:00"}},
		"Lord Howe has half an hour twice": {cron: "45 1 * * *", zone: "Australia/Lord_Howe", after: "2026-04-04T12:00+11:00", until: "2026-04-06T12:00+10:30",
			want: []string{"04-05 01:45+11:00", "04-06 01:45+10:30"}},
		"Lord Howe, every quarter of an hour": {cron: "*/15 * * * *", zone: "Australia/Lord_Howe", after: "2026-04-05T01:30+11:00", until: "2026-04-05T02:00+10:30",
			want: []string{"04-05 01:45+11:00", "04-05 01:30+10:30", "04-05 01:45+10:30", "04-05 02:00+10:30"}},
		"on weekdays": {cron: "0 6 * * MON-FRI", zone: "UTC", after: "2026-11-20T07:00Z", until: "2026-11-24T07:00Z",
			want: []string{"11-23 06:00+00:00", "11-24 06:00+00:00"}},
		"on a leap day": {cron: "0 0 29 2 *", zone: "UTC", after: "2026-11-20T07:00Z", until: "2028-12-31T00:00Z", want: []string{"02-29 00:00+00:00"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := dues(t, timetable(t, tt.cron, tt.zone), tt.zone, tt.after, tt.until); !slices.Equal(got, tt.want) {
				t.Errorf("due at %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWrongTimetables(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ cron, zone string }{
		"nothing":                {"", "UTC"},
		"six parts":              {"0 30 2 * * *", "UTC"},
		"a name for it":          {"@daily", "UTC"},
		"a zone of its own":      {"TZ=UTC 2 * * *", "UTC"},
		"minute 60":              {"60 2 * * *", "UTC"},
		"no cron":                {"every night at half past two", "UTC"},
		"a day that never comes": {"0 0 30 2 *", "UTC"},
		"an unknown zone":        {"0 0 * * *", "Europe/Stuttgart"},
		"no zone":                {"0 0 * * *", ""},
		"the machine's zone":     {"0 0 * * *", "Local"},
		"a zone that is a path":  {"0 0 * * *", "../etc/passwd"},
		"too long":               {strings.Repeat("1,", 200) + "1 * * * *", "UTC"},
	} {
		if _, err := domain.ParseTimetable(tt.cron, tt.zone); domain.ErrorCode(err) != domain.CodeConfigInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTimetablesGoOn: the next due instant is always later, within a day and the change of the clock for a daily one, and Last
// finds the same instants as going through them.
func TestTimetablesGoOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		zone := rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "America/Sao_Paulo"}).Draw(rt, "zone")
		cron := rapid.SampledFrom([]string{"30 2 * * *", "0 0 * * *", "*/30 * * * *", "15 1,2,3 * * *"}).Draw(rt, "cron")
		table := timetable(t, cron, zone)
		after := domain.Instant(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(rt, "after") * 1_000_000)
		next := table.Next(after)
		if next <= after || next.Time().Sub(after.Time()) > 26*time.Hour {
			rt.Fatalf("%s in %s: after %s comes %s", cron, zone, after, next)
		}
		if again := table.Next(next - 1); again != next {
			rt.Fatalf("%s in %s: %s is not due when asked shortly before it, but %s", cron, zone, next, again)
		}
		until := after.Add(time.Duration(rapid.IntRange(0, 80).Draw(rt, "hours")) * time.Hour)
		var last domain.Instant
		for due := next; due <= until; due = table.Next(due) {
			last = due
		}
		if got := table.Last(after, until); got != last {
			rt.Fatalf("%s in %s: the last of %s to %s is %s, found %s", cron, zone, after, until, last, got)
		}
	})
}

func TestAPlanOwesOneRunForAllItMissed(t *testing.T) {
	t.Parallel()
	nightly, often := domain.Schedule{Cron: "30 2 * * *", Mode: domain.RunComplete}, domain.Schedule{Cron: "*/15 * * * *", Mode: domain.RunIncremental}
	both := domain.Plan{Schedules: []domain.Schedule{often, nightly}}
	tests := map[string]struct {
		plan         domain.Plan
		after, until string
		wantMode     domain.RunMode
		wantAt       string
	}{
		"nothing":                        {plan: both, after: "2026-11-23T10:01+01:00", until: "2026-11-23T10:14+01:00"},
		"the little one":                 {plan: both, after: "2026-11-23T10:01+01:00", until: "2026-11-23T10:15+01:00", wantMode: domain.RunIncremental, wantAt: "2026-11-23T10:15+01:00"},
		"both at once: the complete one": {plan: both, after: "2026-11-23T02:20+01:00", until: "2026-11-23T02:30+01:00", wantMode: domain.RunComplete, wantAt: "2026-11-23T02:30+01:00"},
		"a weekend: one, complete, of the last instant": {plan: both, after: "2026-11-20T18:00+01:00", until: "2026-11-23T07:05+01:00", wantMode: domain.RunComplete, wantAt: "2026-11-23T07:00+01:00"},
		"a year":                     {plan: domain.Plan{Schedules: []domain.Schedule{{Cron: "0 0 24 12 *", Mode: domain.RunComplete}}}, after: "2025-12-01T00:00+01:00", until: "2026-11-23T00:00+01:00", wantMode: domain.RunComplete, wantAt: "2025-12-24T00:00+01:00"},
		"a paused plan owes nothing": {plan: domain.Plan{Schedules: both.Schedules, Paused: true}, after: "2026-11-20T18:00+01:00", until: "2026-11-23T07:05+01:00"},
		"a plan without schedules":   {after: "2026-11-20T18:00+01:00", until: "2026-11-23T07:05+01:00"},
		"its own zone comes first":   {plan: domain.Plan{Schedules: []domain.Schedule{nightly}, TimeZone: "Asia/Kolkata"}, after: "2026-11-23T00:00+05:30", until: "2026-11-23T03:00+05:30", wantMode: domain.RunComplete, wantAt: "2026-11-23T02:30+05:30"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			due, owed, err := tt.plan.Due("Europe/Berlin", at(t, tt.after), at(t, tt.until))
			if err != nil || owed != (tt.wantMode != "") || due.Mode != tt.wantMode || (owed && due.At != at(t, tt.wantAt)) {
				t.Errorf("owes %v: %s at %s, %v", owed, due.Mode, due.At, err)
			}
		})
	}
	next, err := both.Next("Europe/Berlin", at(t, "2026-11-23T02:20+01:00"))
	if err != nil || next.Mode != domain.RunComplete || next.At != at(t, "2026-11-23T02:30+01:00") {
		t.Errorf("next: %+v, %v", next, err)
	}
	if zone := both.Zone(""); zone != "UTC" {
		t.Errorf("without any zone it is %q", zone)
	}
	if _, _, err := both.Due("Nowhere", 0, 1); domain.ErrorCode(err) != domain.CodeConfigInvalid {
		t.Errorf("a zone nobody knows: %v", err)
	}
}

func TestEventsAreForThoseWhoMayRead(t *testing.T) {
	t.Parallel()
	of := func(domainName domain.DomainName, plant domain.PlantID) domain.Actor {
		return domain.Actor{Grants: []domain.Grant{{Action: domain.ActionRead, Domain: domainName, Plant: plant}}}
	}
	all, local := of(domain.Anywhere, domain.Anywhere), of(domain.Anywhere, "STU1")
	tests := map[string]struct {
		event domain.Event
		by    domain.Actor
		want  bool
	}{
		"everything, for who reads everywhere": {domain.Event{Kind: domain.EventConfiguration}, all, true},
		"the own plant's run":                  {domain.Event{Kind: domain.EventRun, Domain: "item", Plant: "STU1"}, local, true},
		"a foreign plant's run":                {domain.Event{Kind: domain.EventRun, Domain: "item", Plant: "LYO1"}, local, false},
		"a run of a system of many plants":     {domain.Event{Kind: domain.EventRun, Domain: "item"}, local, false},
		"another domain":                       {domain.Event{Kind: domain.EventRun, Domain: "bom", Plant: "STU1"}, of("item", "STU1"), false},
		"a request of no plant":                {domain.Event{Kind: domain.EventRequest, Domain: "item"}, local, true},
		"a foreign plant's request":            {domain.Event{Kind: domain.EventRequest, Domain: "item", Plant: "LYO1"}, local, false},
		"anything, for who reads nothing":      {domain.Event{Kind: domain.EventRequest}, domain.Actor{}, false},
	}
	for name, tt := range tests {
		if got := tt.event.VisibleTo(tt.by); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
