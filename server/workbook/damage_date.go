package workbook

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// day is a text read as a date.
type day struct {
	ok  bool
	iso string
	// order is that of day, month and year where the text can only have that one and does not spell the month.
	order string
	// either says that day and month cannot be told apart: iso reads them as known, or is "".
	either bool
	// short says that the year has two digits.
	short bool
	// late is the rest: a time of the day.
	late bool
}

// monthWords are the months as they are written and shortened, in five languages.
func monthWords() [12]string {
	return [12]string{
		"january|jan|januar|jänner|janvier|janv|styczeń|stycznia|sty|enero|ene",
		"february|feb|februar|février|févr|fév|luty|lutego|lut|febrero",
		"march|mar|märz|mrz|mars|marzec|marca|marzo",
		"april|apr|avril|avr|kwiecień|kwietnia|kwi|abril|abr",
		"may|mai|maj|maja|mayo",
		"june|jun|juni|juin|czerwiec|czerwca|cze|junio",
		"july|jul|juli|juillet|juil|lipiec|lipca|lip|julio",
		"august|aug|août|sierpień|sierpnia|sie|agosto|ago",
		"september|sep|sept|septembre|wrzesień|września|wrz|septiembre|setiembre",
		"october|oct|oktober|okt|octobre|październik|października|paź|octubre",
		"november|nov|novembre|listopad|listopada|lis|noviembre",
		"december|dec|dezember|dez|décembre|déc|grudzień|grudnia|gru|diciembre|dic",
	}
}

// days reads many dates.
type days struct{ months map[string]int }

func newDays() *days {
	r := &days{months: map[string]int{}}
	for i, words := range monthWords() {
		for key := range keyed(words) {
			r.months[key] = i + 1
		}
	}
	return r
}

// parse reads a text as a date whose parts are in the given order: "dmy", "mdy", "ymd", or not known. A text that can only have
// another order is read in that.
func (r *days) parse(text, order string) day {
	text, late := withoutTime(text)
	parts, ok := dateParts(text)
	if !ok {
		return day{}
	}
	d := day{}
	switch {
	case len(parts) == 1:
		d = compactDay(parts[0])
	case monthAt(parts) >= 0:
		d = r.spelled(parts)
	case len(parts[0]) == 4:
		d = dayOf(parts[0], parts[1], parts[2])
	default:
		d = orderedDay(parts, order)
	}
	d.late = late
	return d
}

// withoutTime takes a time of the day away and says whether it was other than midnight.
func withoutTime(text string) (string, bool) {
	at := strings.IndexByte(text, ':')
	if at < 0 {
		return text, false
	}
	cut := strings.LastIndexAny(text[:at], " T")
	if cut < 0 {
		return text, false
	}
	return strings.TrimSpace(text[:cut]), strings.ContainsAny(text[cut:], "123456789")
}

// dateParts splits a date into its three parts, or the one of 20260912.
func dateParts(text string) ([]string, bool) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("./-,−–", r) })
	rest := parts[:0]
	for _, part := range parts {
		if onlyDigits(part) {
			rest = append(rest, part)
		} else if key := wordKey(part); key != "de" && key != "del" && key != "of" {
			rest = append(rest, withoutOrdinal(part))
		}
	}
	if len(rest) != 3 {
		return rest, len(rest) == 1 && len(rest[0]) == 8 && onlyDigits(rest[0])
	}
	long := slices.ContainsFunc(rest, func(part string) bool { return len(part) > 4 && onlyDigits(part) })
	return rest, !long
}

// withoutOrdinal makes 1 of "1er" and 12 of "12th".
func withoutOrdinal(part string) string {
	if digits := strings.TrimRight(part, "abcdefghijklmnopqrstuvwxyz"); digits != "" && onlyDigits(digits) && len(part)-len(digits) == 2 {
		return digits
	}
	return part
}

func compactDay(digits string) day {
	if digits[:2] != "19" && digits[:2] != "20" && digits[:2] != "99" {
		return day{}
	}
	return dayOf(digits[:4], digits[4:6], digits[6:])
}

// monthAt is where the month is spelt, -1 where it is not.
func monthAt(parts []string) int {
	for i, part := range parts {
		if !onlyDigits(part) {
			return i
		}
	}
	return -1
}

// spelled reads "12 Sep 2026" and "Sep 12, 2026".
func (r *days) spelled(parts []string) day {
	at := monthAt(parts)
	month := r.months[wordKey(parts[at])]
	numbers := append(append([]string{}, parts[:at]...), parts[at+1:]...)
	if month == 0 || !onlyDigits(numbers[0]) || !onlyDigits(numbers[1]) {
		return day{}
	}
	if len(numbers[0]) == 4 {
		return dayOf(numbers[0], strconv.Itoa(month), numbers[1])
	}
	return dayOf(numbers[1], strconv.Itoa(month), numbers[0])
}

// orderedDay reads three numbers whose year does not come first with four digits.
func orderedDay(parts []string, order string) day {
	dmy, mdy := dayOf(parts[2], parts[1], parts[0]), dayOf(parts[2], parts[0], parts[1])
	if len(parts[2]) == 2 {
		if ymd := dayOf(parts[0], parts[1], parts[2]); ymd.ok && len(parts[0]) == 2 {
			return shortDay(dmy, mdy, ymd, order)
		}
	}
	switch {
	case dmy.ok && !mdy.ok:
		dmy.order = "dmy"
		return dmy
	case mdy.ok && !dmy.ok:
		mdy.order = "mdy"
		return mdy
	case !dmy.ok:
		return day{}
	case dmy.iso == mdy.iso, order == "dmy":
		return dmy
	case order == "mdy":
		return mdy
	}
	return day{ok: true, either: true, short: dmy.short}
}

// shortDay reads three numbers of two digits, any of which might be the year.
func shortDay(dmy, mdy, ymd day, order string) day {
	known := map[string]day{"dmy": dmy, "mdy": mdy, "ymd": ymd}[order]
	if known.ok {
		return known
	}
	return day{ok: true, either: true, short: true}
}

// dayOf makes a date of its parts. A year of two digits is one of the nearest: up to 49 of this century.
func dayOf(year, month, date string) day {
	short := len(year) == 2
	if len(month) > 2 || len(date) > 2 || !short && len(year) != 4 || !onlyDigits(year+month+date) || month == "" || date == "" {
		return day{}
	}
	y, m, d := digitsOf(year), digitsOf(month), digitsOf(date)
	if short {
		y += 1900
		if y < 1950 {
			y += 100
		}
	}
	if y < 1000 || !inCalendar(y, m, d) {
		return day{}
	}
	return day{ok: true, iso: fmt.Sprintf("%04d-%02d-%02d", y, m, d), short: short}
}

// digitsOf is the number that a few digits are.
func digitsOf(digits string) int {
	n, _ := strconv.Atoi(digits) // four digits at most
	return n
}

// inCalendar says that there is such a day.
func inCalendar(year, month, date int) bool {
	at := time.Date(year, time.Month(month), date, 0, 0, 0, 0, time.UTC)
	return at.Year() == year && at.Month() == time.Month(month) && at.Day() == date
}
