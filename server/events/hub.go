// Package events carries what the outbox says to whoever listens: one poll of the outbox for each process, however many
// listen. It is never called inside a Write; what is told is written by the transaction that did it.
package events

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Options are the pace and the limits of a Hub.
type Options struct {
	// Every is how often the outbox is asked; 0 is half a second.
	Every time.Duration
	// PerActor and Total are how many may listen at a time; 0 is 8 and 1,000.
	PerActor, Total int
	Log             *slog.Logger
}

// kept is how many events a hub remembers, so that those who listen need not ask the database.
const kept = 2000

// Hub lets any number of listeners hear of events. It polls the outbox while somebody listens: so any number of processes hear
// of each other's changes on any database.
type Hub struct {
	outbox  domain.EventReader
	options Options

	mu        sync.Mutex
	recent    []domain.Event // in order, without gaps from its first on
	newest    int64          // up to where the outbox was seen
	listeners map[*Listener]struct{}
	perActor  map[domain.ActorID]int
	closed    bool
	stop      context.CancelFunc
	done      sync.WaitGroup
}

// NewHub returns a hub over an outbox. It does nothing before somebody listens.
func NewHub(outbox domain.EventReader, o Options) *Hub {
	if o.Every == 0 {
		o.Every = 500 * time.Millisecond
	}
	if o.PerActor == 0 {
		o.PerActor = 8
	}
	if o.Total == 0 {
		o.Total = 1000
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Hub{outbox: outbox, options: o, listeners: map[*Listener]struct{}{}, perActor: map[domain.ActorID]int{}}
}

// Listen returns a listener that hears what comes after the given sequence, or from now on where that is 0 or less. It is
// CodeRateLimited when the actor, or everybody together, listens too often already, and
// CodeAccessDenied for somebody who may read nothing.
func (h *Hub) Listen(ctx context.Context, by domain.Actor, after int64) (*Listener, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, by.Require(domain.ActionRead, domain.Scope{})
	}
	oldest, newest, err := h.outbox.Bounds(ctx)
	if err != nil {
		return nil, err
	}
	l := &Listener{hub: h, by: by, wake: make(chan struct{}, 1), at: newest}
	if after > 0 {
		l.at = after
		// What was dropped from the outbox cannot be made up for, and what never was is another database's.
		l.lost = after > newest || (after < newest && (oldest == 0 || after < oldest-1))
	}
	if l.lost {
		l.at = newest
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.listeners) >= h.options.Total || h.perActor[by.ID] >= h.options.PerActor {
		return nil, &domain.Error{Kind: domain.KindRateLimited, Code: domain.CodeEventsTooMany,
			Msg: "you listen to events in too many places already; close one of them"}
	}
	h.listeners[l] = struct{}{}
	h.perActor[by.ID]++
	if h.stop == nil {
		h.begin(newest) //nolint:contextcheck // the poll ends with the last who listens, not with the first
	}
	return l, nil
}

// begin starts the poll; the hub is locked.
func (h *Hub) begin(newest int64) {
	ctx, cancel := context.WithCancel(context.Background())
	h.stop, h.newest, h.recent = cancel, newest, nil
	h.done.Go(func() { h.poll(ctx) })
}

// Close ends the poll and wakes all listeners for the last time.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	if h.stop != nil {
		h.stop()
	}
	for l := range h.listeners {
		l.ring()
	}
	h.mu.Unlock()
	h.done.Wait()
}

func (h *Hub) poll(ctx context.Context) {
	tick := time.NewTicker(h.options.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := h.look(ctx); err != nil && ctx.Err() == nil {
			h.options.Log.WarnContext(ctx, "the outbox of events could not be read", "error", err)
		}
	}
}

// look takes in what is new in the outbox.
func (h *Hub) look(ctx context.Context) error {
	h.mu.Lock()
	after := h.newest
	h.mu.Unlock()
	fresh, err := h.outbox.After(ctx, after, kept)
	if err != nil || len(fresh) == 0 {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if ctx.Err() != nil {
		return nil // another poll may have begun
	}
	h.newest = fresh[len(fresh)-1].Sequence
	h.recent = append(h.recent, fresh...)
	if over := len(h.recent) - kept; over > 0 {
		h.recent = append([]domain.Event(nil), h.recent[over:]...)
	}
	for l := range h.listeners {
		l.ring()
	}
	return nil
}

// since returns what is remembered after a sequence, and whether nothing is missing between.
func (h *Hub) since(sequence int64) (events []domain.Event, whole bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if sequence >= h.newest {
		return nil, true
	}
	if len(h.recent) == 0 || h.recent[0].Sequence > sequence+1 {
		return nil, false
	}
	return h.recent[sequence+1-h.recent[0].Sequence:], true
}

// leave forgets a listener; the poll ends with the last.
func (h *Hub) leave(l *Listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, listens := h.listeners[l]; !listens {
		return
	}
	delete(h.listeners, l)
	if h.perActor[l.by.ID]--; h.perActor[l.by.ID] == 0 {
		delete(h.perActor, l.by.ID)
	}
	if len(h.listeners) == 0 && h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

func (h *Hub) isClosed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed
}
