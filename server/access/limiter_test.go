package access

import (
	"strconv"
	"testing"
	"time"
)

func TestTheLimiterForgetsTheOldestKeysFirst(t *testing.T) {
	t.Parallel()
	l, now := newLimiter(), time.Unix(0, 0)
	for i := range maxFailureKeys + 10 {
		l.begin(strconv.Itoa(i), 1, now)
	}
	if len(l.windows) != maxFailureKeys || len(l.order) != maxFailureKeys {
		t.Errorf("keeps %d keys in %d windows", len(l.order), len(l.windows))
	}
	if l.begin("0", 1, now) != 0 {
		t.Error("the oldest key was kept")
	}
	if l.begin(strconv.Itoa(maxFailureKeys), 1, now) == 0 {
		t.Error("a young key was forgotten")
	}
}
