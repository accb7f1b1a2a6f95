package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"
)

// Figure is one line of a benchmark's answer. A figure that is not Correct is void.
type Figure struct {
	Bench    string `json:"bench"`
	Phase    string `json:"phase"`
	Database string `json:"database"`
	Rows     int    `json:"rows"`
	// Work says what was done, in numbers; Problem what of it is not as expected.
	Work    map[string]int `json:"work"`
	Correct bool           `json:"correct"`
	Problem string         `json:"problem,omitempty"`

	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`
	// RSSMB is the peak resident memory of the service in MiB: this process, without the database server and the generator.
	RSSMB float64 `json:"rss_mb"`

	Baseline        string  `json:"baseline,omitempty"`
	BaselineSeconds float64 `json:"baseline_seconds,omitempty"`
	// Ratio is Seconds over BaselineSeconds.
	Ratio float64 `json:"ratio,omitempty"`

	// Of requests, in milliseconds.
	P50 float64 `json:"p50_ms,omitempty"`
	P95 float64 `json:"p95_ms,omitempty"`
	P99 float64 `json:"p99_ms,omitempty"`
	// OpenMillis is how long opening the queue took.
	OpenMillis float64 `json:"open_ms,omitempty"`
}

// against sets the baseline.
func (f *Figure) against(what string, seconds float64) {
	f.Baseline, f.BaselineSeconds, f.Ratio = what, rounded(seconds), rounded(f.Seconds/seconds)
}

func rounded(v float64) float64 { return math.Round(v*1000) / 1000 }

// print writes the figure as one line.
func (f Figure) print(w io.Writer) error {
	text, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("print a figure: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

// meter measures this process from one moment on.
type meter struct {
	began time.Time
	cpu   float64
}

// newMeter begins to measure, after giving back what was used before and forgetting its peak.
func newMeter() meter {
	runtime.GC()
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // where it cannot be forgotten, the figure is only larger
	return meter{began: time.Now(), cpu: cpuSeconds()}
}

// read puts what was used since into the figure.
func (m meter) read(f *Figure) {
	f.Seconds, f.CPUSeconds, f.RSSMB = rounded(time.Since(m.began).Seconds()), rounded(cpuSeconds()-m.cpu), rounded(peakMB())
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

// peakMB is the peak resident memory, 0 where the system does not tell.
func peakMB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		return 0
	}
	kb, _ := strconv.ParseFloat(string(found[1]), 64)
	return kb / 1024
}
