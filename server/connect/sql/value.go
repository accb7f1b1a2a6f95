package sql

import (
	"fmt"
	"strconv"
	"time"
)

// plain brings a cell into the form expressions see: text as written, numbers as exact decimal text, NULL as nil.
func plain(cell any) any {
	switch v := cell.(type) {
	case nil:
		return nil
	case bool:
		return v
	case []byte:
		return string(v)
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float32:
		return strconv.FormatFloat(float64(v), 'f', -1, 32)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return day(v)
	}
	return fmt.Sprint(cell)
}

// day writes a point in time; one at midnight is a date.
func day(t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339Nano)
}
