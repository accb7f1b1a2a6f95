// Package jobs owns what goes on in the background: the goroutines, their contexts, leases and turns. A lost lease or the end
// of the program cancels the context of the work. What the work is and what follows from how it ends is decided elsewhere.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// maxPause is the longest a job rests after failures.
const maxPause = time.Minute

// Turn does one piece of work and says whether there was any: after one, the next is tried at once.
type Turn func(ctx context.Context) (worked bool, err error)

// Group owns a set of jobs from Start to Close.
type Group struct {
	log     *slog.Logger
	observe func(job string, err error)
	jobs    []job

	mu     sync.Mutex
	cancel context.CancelFunc
	done   sync.WaitGroup
}

type job struct {
	name  string
	every time.Duration
	wake  <-chan struct{}
	turn  Turn
}

// NewGroup returns a group without jobs. observe is told of every turn that worked or failed; nil for nobody.
func NewGroup(log *slog.Logger, observe func(job string, err error)) *Group {
	if observe == nil {
		observe = func(string, error) {}
	}
	return &Group{log: log, observe: observe}
}

// Loop adds a job that takes a turn when the time is up or wake says so, one turn after the other. A nil wake never does.
func (g *Group) Loop(name string, every time.Duration, wake <-chan struct{}, turn Turn) {
	g.jobs = append(g.jobs, job{name: name, every: every, wake: wake, turn: turn})
}

// Start begins all jobs; each takes its first turn at once. It may be called once.
func (g *Group) Start() {
	g.mu.Lock()
	defer g.mu.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	g.cancel = cancel
	for _, j := range g.jobs {
		g.done.Go(func() { g.run(ctx, j) })
	}
}

// Close cancels all jobs and waits until each has ended its turn.
func (g *Group) Close() {
	g.mu.Lock()
	cancel := g.cancel
	g.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	g.done.Wait()
}

// run takes turns until ctx ends.
func (g *Group) run(ctx context.Context, j job) {
	failures := 0
	for ctx.Err() == nil {
		worked, err := protect(ctx, j.turn)
		if err != nil && ctx.Err() == nil {
			failures++
			g.observe(j.name, err)
			g.log.ErrorContext(ctx, "a background job failed", "job", j.name, "error", err, "failures", failures)
			rest(ctx, pause(j.every, failures), nil)
			continue
		}
		failures = 0
		if worked {
			g.observe(j.name, nil)
			continue
		}
		rest(ctx, j.every, j.wake)
	}
}

// rest waits until the time is up, something wakes the job, or ctx ends.
func rest(ctx context.Context, wait time.Duration, wake <-chan struct{}) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	case <-ctx.Done():
	}
}

// pause doubles with every failure in a row.
func pause(every time.Duration, failures int) time.Duration {
	return min(every<<min(failures, 10), max(maxPause, every))
}

// protect makes an error of a panic: one broken job must not end the program.
func protect(ctx context.Context, turn Turn) (worked bool, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			worked, err = false, fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return turn(ctx)
}

// Bell wakes every job that listens to it. The zero value is ready for use.
type Bell struct {
	mu        sync.Mutex
	listeners []chan struct{}
}

// Listen returns a channel of its own for one more listener.
func (b *Bell) Listen() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	listener := make(chan struct{}, 1)
	b.listeners = append(b.listeners, listener)
	return listener
}

// Ring wakes the listeners. One that has not heard the last ring yet hears both as one; none is waited for.
func (b *Bell) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, listener := range b.listeners {
		select {
		case listener <- struct{}{}:
		default:
		}
	}
}
