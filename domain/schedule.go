package domain

import (
	"context"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Schedule says when a plan runs by itself: five cron fields (minute, hour, day of month, month, day of week) in the plan's
// time zone, and how much such a run reads.
type Schedule struct {
	Cron string
	Mode RunMode
}

// maxCron bounds a cron expression, in bytes.
const maxCron = 200

// Timetable is a cron expression in a time zone. Expressions are matched against the clock on the wall; what the change to or
// from summer time does to that clock is settled by Next.
type Timetable struct {
	cron cron.Schedule
	zone *time.Location
	// hourly says that the expression means every hour: then the hour that comes twice is two hours.
	hourly bool
}

// ParseTimetable returns the timetable of an expression in an IANA time zone; CodeConfigInvalid says in a plain sentence what
// is wrong with either.
func ParseTimetable(expression, zone string) (Timetable, error) {
	location, err := ParseZone(zone)
	if err != nil {
		return Timetable{}, err
	}
	fields := strings.Fields(expression)
	if len(fields) != 5 || len(expression) > maxCron || strings.Contains(fields[0], "=") {
		return Timetable{}, Invalid(CodeConfigInvalid, "the schedule %q does not have the five parts minute, hour, day, month and weekday, such as 30 2 * * *", clip(expression, 60))
	}
	parsed, err := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(expression)
	if err != nil {
		return Timetable{}, Invalid(CodeConfigInvalid, "the schedule %q cannot be understood: %v", expression, err)
	}
	t := Timetable{cron: parsed, zone: location, hourly: strings.HasPrefix(fields[1], "*")}
	if parsed.Next(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Timetable{}, Invalid(CodeConfigInvalid, "the schedule %q never comes: there is no such day", expression)
	}
	return t, nil
}

// ParseZone returns an IANA time zone; CodeConfigInvalid where the name is none.
func ParseZone(name string) (*time.Location, error) {
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, Invalid(CodeConfigInvalid, "%q is not a time zone such as Europe/Berlin", clip(name, 60))
	}
	return location, nil
}

// maxShift is longer than any change of a zone's offset that leaves the day alone.
const maxShift = 3 * time.Hour

// Next returns the first due instant after the given one; 0 when there is none within the next years.
//
// A time that the spring night leaves out is due at the next moment there is. One that the autumn night has twice is due the
// first time only, unless the expression means every hour. Whatever falls on one instant is due once.
func (t Timetable) Next(after Instant) Instant {
	var best time.Time
	from := wall(after.Time().In(t.zone))
	for at := t.cron.Next(from.Add(-maxShift)); !at.IsZero(); at = t.cron.Next(at) {
		if !best.IsZero() && at.After(wall(best.In(t.zone)).Add(maxShift)) {
			break
		}
		for _, moment := range t.moments(at) {
			if moment.After(after.Time()) && (best.IsZero() || moment.Before(best)) {
				best = moment
			}
		}
	}
	if best.IsZero() {
		return 0
	}
	return InstantOf(best)
}

// Last returns the last due instant after the one and not after the other; 0 when there is none. It looks back from until in
// growing steps, so that a short cycle costs little after a long time.
func (t Timetable) Last(after, until Instant) Instant {
	for _, back := range []time.Duration{time.Hour, 26 * time.Hour, 32 * 24 * time.Hour, until.Time().Sub(after.Time())} {
		start := max(after, until.Add(-back))
		var last Instant
		for at := t.Next(start); at != 0 && at <= until; at = t.Next(at) {
			last = at
		}
		if last != 0 || start == after {
			return last
		}
	}
	return 0
}

// wall is what a clock on the wall shows, written as if the wall stood in UTC, where no hour is ever missing or double.
func wall(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC)
}

// moments returns when the clock on the wall shows the given time: once, of a time that comes twice the first time (or, for an
// hourly timetable, both), and of one that is left out the moment the clock goes on.
func (t Timetable) moments(shown time.Time) []time.Time {
	before := shown.Add(-t.offset(shown.Add(-26 * time.Hour)))
	after := shown.Add(-t.offset(shown.Add(26 * time.Hour)))
	early, late := wall(before.In(t.zone)).Equal(shown), wall(after.In(t.zone)).Equal(shown)
	switch {
	case early && late && t.hourly && !before.Equal(after):
		return []time.Time{before, after}
	case early:
		return []time.Time{before}
	case late:
		return []time.Time{after}
	default:
		began, _ := before.In(t.zone).ZoneBounds()
		return []time.Time{began}
	}
}

// offset is how far the zone is ahead of UTC at an instant.
func (t Timetable) offset(at time.Time) time.Duration {
	_, seconds := at.In(t.zone).Zone()
	return time.Duration(seconds) * time.Second
}

// Due says which run a plan owes at an instant: the schedule's instant and how much is to be read.
type Due struct {
	At   Instant
	Mode RunMode
}

// Due returns what the plan owes of all that fell due after one instant and not after the other, and whether it owes anything.
// However many runs were missed, one makes up for them: a complete one if any was to be complete, for it reads what the
// others would have read. zone is the one of the plan's plant, used where the plan names none.
func (p Plan) Due(zone string, after, until Instant) (due Due, owed bool, err error) {
	if p.Paused {
		return Due{}, false, nil
	}
	for _, schedule := range p.Schedules {
		table, err := ParseTimetable(schedule.Cron, p.Zone(zone))
		if err != nil {
			return Due{}, false, err
		}
		last := table.Last(after, until)
		if last == 0 {
			continue
		}
		owed = true
		due.At = max(due.At, last)
		if due.Mode != RunComplete {
			due.Mode = schedule.Mode
		}
	}
	return due, owed, nil
}

// Next returns when the plan runs next by itself; 0 when it is paused or has no schedule.
func (p Plan) Next(zone string, after Instant) (Due, error) {
	var next Due
	for _, schedule := range p.Schedules {
		table, err := ParseTimetable(schedule.Cron, p.Zone(zone))
		if err != nil {
			return Due{}, err
		}
		at := table.Next(after)
		if !p.Paused && at != 0 && (next.At == 0 || at < next.At || (at == next.At && schedule.Mode == RunComplete)) {
			next = Due{At: at, Mode: schedule.Mode}
		}
	}
	return next, nil
}

// Zone returns the time zone of the plan's schedules: its own, else the given one of its plant, else UTC.
func (p Plan) Zone(plant string) string {
	switch {
	case p.TimeZone != "":
		return p.TimeZone
	case plant != "":
		return plant
	default:
		return "UTC"
	}
}

// Timing names, in a text to be compared only, when the plan runs: what fell due under another timing is not owed.
func (p Plan) Timing(zone string) string {
	parts := []string{p.Zone(zone)}
	for _, schedule := range p.Schedules {
		parts = append(parts, schedule.Cron+"="+string(schedule.Mode))
	}
	if p.Paused {
		parts = append(parts, "paused")
	}
	return strings.Join(parts, "|")
}

// PlanClock remembers up to when it was seen what a plan owes.
type PlanClock struct {
	Plan   string
	Timing string
	SeenAt Instant
}

// ScheduleOps keeps the plans' clocks.
type ScheduleOps interface {
	// Clock returns the plan's clock and whether there is one.
	Clock(ctx context.Context, plan string) (PlanClock, bool, error)
	// SetClock keeps a clock in place of the plan's last one.
	SetClock(ctx context.Context, clock PlanClock) error
}
