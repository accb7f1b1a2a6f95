package domain

import "time"

// Instant is a point in time: microseconds since 1970-01-01 UTC. 0 means "not yet".
type Instant int64

// InstantOf converts t, cutting below the microsecond.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time returns the instant in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// Add returns the instant d later.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Microseconds()) }

// IsZero says that the instant is not set.
func (i Instant) IsZero() bool { return i == 0 }

// String is RFC 3339 in UTC with microseconds, "" when not set. Strings of two instants sort as the instants do.
func (i Instant) String() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format("2006-01-02T15:04:05.000000Z")
}

// Date is a civil date in ISO form (2026-11-23), in the zone of the plant it belongs to; "" means unbounded.
type Date string

// ParseDate accepts an existing day in ISO form, or "" for unbounded; anything else is CodeDateInvalid.
func ParseDate(raw string) (Date, error) {
	if raw == "" {
		return "", nil
	}
	day, err := time.Parse(time.DateOnly, raw)
	if err != nil || day.Year() < 1 {
		return "", Invalid(CodeDateInvalid, "%q is not a date of the form 2026-11-23", clip(raw, 40))
	}
	return Date(raw), nil
}

// DateOf returns the civil date of i in UTC.
func DateOf(i Instant) Date { return Date(i.Time().Format(time.DateOnly)) }

// Validity is a half-open span of days: From counts, To does not. "" on either side means unbounded.
type Validity struct {
	From, To Date
}

// Contains says whether day lies within v.
func (v Validity) Contains(day Date) bool {
	return (v.From == "" || v.From <= day) && (v.To == "" || day < v.To)
}

// Overlaps says whether v and other share at least one day. An empty span overlaps nothing.
func (v Validity) Overlaps(other Validity) bool {
	if v.empty() || other.empty() {
		return false
	}
	return (v.To == "" || other.From == "" || other.From < v.To) && (other.To == "" || v.From == "" || v.From < other.To)
}

func (v Validity) empty() bool { return v.From != "" && v.To != "" && v.To <= v.From }
