package events_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/events"
)

// outbox is a table of events in memory; asked counts how often it was read.
type outbox struct {
	mu     sync.Mutex
	events []domain.Event
	newest int64
	asked  int
	broken error
}

func (o *outbox) put(plants ...domain.PlantID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, plant := range plants {
		o.newest++
		o.events = append(o.events, domain.Event{Sequence: o.newest, Kind: domain.EventRun, Domain: "item", Plant: plant})
	}
}

// fail lets every question fail with err from now on; nil lets them work again.
func (o *outbox) fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.broken = err
}

// times says how often what is new was asked for.
func (o *outbox) times() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.asked
}

// drop forgets the oldest n.
func (o *outbox) drop(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.events = o.events[n:]
}

func (o *outbox) After(_ context.Context, sequence int64, limit int) ([]domain.Event, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked++
	var out []domain.Event
	for _, e := range o.events {
		if e.Sequence > sequence && len(out) < limit {
			out = append(out, e)
		}
	}
	return out, o.broken
}

func (o *outbox) Bounds(context.Context) (oldest, newest int64, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.events) > 0 {
		oldest = o.events[0].Sequence
	}
	return oldest, o.newest, o.broken
}

func reader(id string, plant domain.PlantID) domain.Actor {
	return domain.Actor{ID: domain.ActorID(id), Grants: []domain.Grant{{Action: domain.ActionRead, Domain: domain.Anywhere, Plant: plant}}}
}

// next returns the sequences heard within a minute, and whether events were lost.
func next(t *testing.T, l *events.Listener) ([]int64, bool) {
	t.Helper()
	heard, err := l.Next(t.Context(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var out []int64
	for _, e := range heard.Events {
		out = append(out, e.Sequence)
	}
	return out, heard.Lost
}

func listen(t *testing.T, hub *events.Hub, by domain.Actor, after int64) *events.Listener {
	t.Helper()
	l, err := hub.Listen(t.Context(), by, after)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func TestListenersHearTheirOwnInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{}
		box.put("A", "B")
		hub := events.NewHub(box, events.Options{})
		defer hub.Close()
		everything, own, back := listen(t, hub, reader("x", domain.Anywhere), 0), listen(t, hub, reader("y", "A"), 0), listen(t, hub, reader("z", "A"), 1)
		if got, lost := next(t, back); len(got) != 0 || lost {
			t.Errorf("who comes back to a foreign event hears %v", got)
		}
		box.put("A", "B", "A")
		if got, _ := next(t, everything); !slices.Equal(got, []int64{3, 4, 5}) {
			t.Errorf("everything: %v", got)
		}
		if got, _ := next(t, own); !slices.Equal(got, []int64{3, 5}) {
			t.Errorf("the own: %v", got)
		}
		if got, _ := next(t, own); len(got) != 0 {
			t.Errorf("again: %v", got)
		}
	})
}

func TestListenersLearnWhatTheyLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{}
		hub := events.NewHub(box, events.Options{})
		defer hub.Close()
		for range 10 {
			box.put("A")
		}
		box.drop(4)
		tests := map[string]struct {
			after int64
			want  []int64
			lost  bool
		}{
			"from the last that is kept on": {after: 4, want: []int64{5, 6, 7, 8, 9, 10}},
			"one was dropped":               {after: 3, lost: true},
			"of another database":           {after: 11, lost: true},
			"nothing new":                   {after: 10},
		}
		for name, tt := range tests {
			l := listen(t, hub, reader(name, "A"), tt.after)
			if got, lost := next(t, l); !slices.Equal(got, tt.want) || lost != tt.lost {
				t.Errorf("%s: heard %v, lost %v", name, got, lost)
			}
		}
		box.drop(6)
		if _, lost := next(t, listen(t, hub, reader("all dropped", "A"), 8)); !lost {
			t.Error("who missed what is dropped is not told so")
		}
	})
}

func TestOnePollForAllAndNoneForNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{}
		hub := events.NewHub(box, events.Options{Every: time.Second, PerActor: 100})
		defer hub.Close()
		var all []*events.Listener
		for range 50 {
			all = append(all, listen(t, hub, reader("x", "A"), 0))
		}
		time.Sleep(10*time.Second + time.Millisecond)
		synctest.Wait()
		if asked := box.times(); asked != 10 {
			t.Errorf("fifty listeners asked %d times in ten seconds", asked)
		}
		box.put("A")
		for _, l := range all {
			if got, _ := next(t, l); !slices.Equal(got, []int64{1}) {
				t.Fatalf("heard %v", got)
			}
			l.Close()
		}
		asked := box.times()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if box.times() != asked {
			t.Error("nobody listens, yet the outbox is asked")
		}
	})
}

func TestAnActorListensInSoManyPlaces(t *testing.T) {
	t.Parallel()
	hub := events.NewHub(&outbox{}, events.Options{PerActor: 2, Total: 3})
	defer hub.Close()
	code := func(id string) string {
		_, err := hub.Listen(t.Context(), reader(id, "A"), 0)
		return domain.ErrorCode(err)
	}
	first := listen(t, hub, reader("x", "A"), 0)
	for i, want := range []string{"", domain.CodeEventsTooMany} {
		if got := code("x"); got != want {
			t.Errorf("x, number %d: %q", i+2, got)
		}
	}
	if got := code("y"); got != "" {
		t.Errorf("y: %q", got)
	}
	if got := code("z"); got != domain.CodeEventsTooMany {
		t.Errorf("z, the fourth of all: %q", got)
	}
	first.Close()
	first.Close()
	if got := code("x"); got != "" {
		t.Errorf("x after one left: %q", got)
	}
	if _, err := hub.Listen(t.Context(), domain.Actor{ID: "nobody"}, 0); domain.ErrorCode(err) != domain.CodeAccessDenied {
		t.Errorf("who may read nothing: %v", err)
	}
}

func TestAHubEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{}
		hub := events.NewHub(box, events.Options{})
		waiting, given := listen(t, hub, reader("x", "A"), 0), listen(t, hub, reader("y", "A"), 0)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := given.Next(ctx, time.Hour); !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up: %v", err)
		}
		time.AfterFunc(time.Minute, hub.Close)
		if _, err := waiting.Next(t.Context(), time.Hour); !errors.Is(err, events.ErrClosed) {
			t.Errorf("who waited: %v", err)
		}
		box.fail(domain.Unavailable(nil, domain.CodeStoreDown, "down"))
		if _, err := hub.Listen(t.Context(), reader("z", "A"), 0); domain.ErrorCode(err) != domain.CodeStoreDown {
			t.Errorf("over a broken store: %v", err)
		}
	})
}
