package bench

import (
	"slices"
	"time"

	"github.com/crosswalk-mdm/crosswalk/matching"
)

// lookups are the figures of records that were looked up one by one.
type lookups struct {
	N            int     `json:"n"`
	Found        float64 `json:"found"` // share whose best answer means the same item
	IndexSeconds float64 `json:"index_seconds"`
	// Added is how many of the records were put into the index after it was built, in PutSeconds.
	Added      int     `json:"added"`
	PutSeconds float64 `json:"put_seconds"`
	P50        float64 `json:"p50_ms"`
	P99        float64 `json:"p99_ms"`
	RSSMB      float64 `json:"rss_mb"`
}

// addedEvery is one over the share of the records that come after the index was built.
const addedEvery = 100

// lookUp asks for rows of a table as if each were new: how long the answer takes, and whether the best one means the same item.
func (c *MatchRun) lookUp(table matching.Table, items []int, r *matching.Result) *lookups {
	itemOf := make(map[string]int, len(items))
	for row, item := range items {
		itemOf[table.Records[row].ID] = item
	}
	start := time.Now()
	matcher := matching.NewMatcher(r, c.options.Workers)
	l := &lookups{N: min(c.lookups, len(table.Records)), IndexSeconds: round(time.Since(start).Seconds())}
	start = time.Now()
	for row := 0; row < len(table.Records); row += addedEvery {
		matcher.Put(table.Records[row])
		l.Added++
	}
	l.PutSeconds = round(time.Since(start).Seconds())
	took, found := make([]time.Duration, l.N), 0
	for i := range took {
		row := i * len(table.Records) / l.N
		asked := time.Now()
		answer := matcher.Check(table.Records[row], 0)
		took[i] = time.Since(asked)
		if len(answer) > 0 && itemOf[answer[0].ID] == items[row] {
			found++
		}
	}
	slices.Sort(took)
	l.Found, l.RSSMB = ratio(found, l.N), round(peakMB())
	l.P50, l.P99 = milliseconds(took[l.N/2]), milliseconds(took[l.N*99/100])
	return l
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
