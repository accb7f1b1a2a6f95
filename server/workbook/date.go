package workbook

import (
	"math"
	"strconv"
	"time"
)

// lastDay is 9999-12-31, the last day that Excel knows, counted from 1900.
const lastDay = 2_958_465

const millisOfDay = 24 * 60 * 60 * 1000

// days1904 is how many days the calendar of old Macintosh workbooks begins later.
const days1904 = 1462

// showDate is a number of days as the date, the time or both that a format shows, ISO; false where Excel would show neither.
func (f *numberFormat) showDate(days float64, since1904 bool) (string, bool) {
	if math.IsNaN(days) || days < 0 || days > lastDay+1 {
		return "", false
	}
	millis := int64(math.Round(days * millisOfDay))
	if f.elapsed && !f.date {
		return clock(millis), true
	}
	if since1904 {
		millis += days1904 * millisOfDay
	}
	day, rest := millis/millisOfDay, millis%millisOfDay
	if day > lastDay {
		return "", false
	}
	switch {
	case f.date && f.clock:
		return isoDay(day) + " " + clock(rest), true
	case f.date:
		return isoDay(day), true
	default:
		return clock(rest), true
	}
}

// isoDay is a day counted from 1900-01-01, which is 1. Excel believes that 1900 had a 29th of February, which is 60.
func isoDay(day int64) string {
	switch {
	case day == 0:
		return "1900-01-00"
	case day == 60:
		return "1900-02-29"
	case day < 60:
		day++
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(day)).Format(time.DateOnly)
}

// clock is a time of so many milliseconds, as HH:MM:SS, with thousandths where there are any.
func clock(millis int64) string {
	two := func(n int64) string { return pad(strconv.FormatInt(n, 10), 2) }
	text := two(millis/3_600_000) + ":" + two(millis/60_000%60) + ":" + two(millis/1000%60)
	if rest := millis % 1000; rest > 0 {
		text += "." + pad(strconv.FormatInt(rest, 10), 3)
	}
	return text
}
