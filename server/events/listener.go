package events

import (
	"context"
	"errors"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// ErrClosed ends a listener whose hub was closed.
var ErrClosed = errors.New("events are no longer told")

// Listener hears of events in order, each once, and only of what its actor may see. It belongs to one goroutine.
type Listener struct {
	hub  *Hub
	by   domain.Actor
	wake chan struct{}
	at   int64 // the last sequence heard
	lost bool
}

// Heard is what a listener heard at once.
type Heard struct {
	Events []domain.Event
	// At is the sequence up to which the listener has heard: where it goes on after a lost connection.
	At int64
	// Lost says that events were missed: whoever listens has to look at everything again.
	Lost bool
}

// Next waits until there is something to hear, or the time is up: then what it returns is empty. It ends with ErrClosed when
// the hub does, and with the cause when ctx does.
func (l *Listener) Next(ctx context.Context, patience time.Duration) (Heard, error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		heard, err := l.hear(ctx)
		if err != nil || heard.Lost || len(heard.Events) > 0 {
			return heard, err
		}
		select {
		case <-l.wake:
		case <-timer.C:
			return Heard{At: l.at}, nil
		case <-ctx.Done():
			return Heard{}, context.Cause(ctx)
		}
	}
}

// Close lets go of the listener's place.
func (l *Listener) Close() { l.hub.leave(l) }

// hear returns what came since, without waiting.
func (l *Listener) hear(ctx context.Context) (Heard, error) {
	if l.hub.isClosed() {
		return Heard{}, ErrClosed
	}
	if l.lost {
		l.lost = false
		return Heard{At: l.at, Lost: true}, nil
	}
	fresh, whole := l.hub.since(l.at)
	if !whole {
		var err error
		if fresh, err = l.hub.outbox.After(ctx, l.at, kept); err != nil {
			return Heard{}, err
		}
		if len(fresh) > 0 && fresh[0].Sequence != l.at+1 {
			// The outbox has dropped what comes next: this one has listened too slowly.
			l.at = fresh[len(fresh)-1].Sequence
			return Heard{At: l.at, Lost: true}, nil
		}
	}
	heard := Heard{At: l.at}
	for _, event := range fresh {
		l.at = event.Sequence
		if event.VisibleTo(l.by) {
			heard.Events = append(heard.Events, event)
		}
	}
	heard.At = l.at
	return heard, nil
}

// ring wakes the listener; one that was woken and has not looked yet is not waited for.
func (l *Listener) ring() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}
