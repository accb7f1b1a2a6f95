//go:build !unix

package bench

// cpuSeconds is 0 where the system does not tell.
func cpuSeconds() float64 { return 0 }

// peakMB is 0 where the system does not tell.
func peakMB() float64 { return 0 }
