package access

import (
	"sync"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// The failed sign-ins allowed within one window before the next has to wait.
const (
	failuresPerLogin   = 10
	failuresPerAddress = 50
	failureWindow      = 15 * time.Minute
	maxFailureKeys     = 20_000
)

// limiter counts attempts by key in windows of time. It keeps a bounded number of keys: the oldest windows go first, so that
// a flood of made-up logins cannot take the memory.
type limiter struct {
	mu      sync.Mutex
	windows map[string]*failures
	order   []string // keys by the start of their window, oldest first; a key stands here once for each window it had
}

// failures are the attempts of one key since the window began.
type failures struct {
	since time.Time
	count int
}

func newLimiter() *limiter { return &limiter{windows: map[string]*failures{}} }

// begin counts an attempt of the key before it is made, so that attempts at the same time count too. It returns how long to
// wait when there were too many.
func (l *limiter) begin(key string, most int, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.windows[key]
	if f == nil || now.Sub(f.since) >= failureWindow {
		f = &failures{since: now}
		l.windows[key] = f
		l.order = append(l.order, key)
		l.trim()
	}
	if f.count >= most {
		return failureWindow - now.Sub(f.since)
	}
	f.count++
	return 0
}

// succeeded takes an attempt back that was no failure.
func (l *limiter) succeeded(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f := l.windows[key]; f != nil && f.count > 0 {
		f.count--
	}
}

// forget clears a key, after its owner has proven who they are.
func (l *limiter) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.windows, key)
}

// trim drops the oldest keys while there are too many.
func (l *limiter) trim() {
	for len(l.order) > maxFailureKeys {
		delete(l.windows, l.order[0])
		l.order = l.order[1:]
	}
}

// tooMany is the answer to an attempt that has to wait.
func tooMany(wait time.Duration) error {
	return &domain.Error{
		Kind: domain.KindRateLimited, Code: domain.CodeSignInTooMany, RetryAfter: wait,
		Msg: "there were too many failed attempts to sign in; please wait a few minutes and try again",
	}
}
