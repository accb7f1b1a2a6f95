package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/events"
)

const (
	// heartbeat is how often a silent stream says that it is there: proxies end what is silent for longer.
	heartbeat = 15 * time.Second
	// writePatience is how long a listener may take to take what it is sent; a slower one is let go and may come back.
	writePatience = 10 * time.Second
	// reconnectMillis is how soon a browser comes back.
	reconnectMillis = 2000
)

// Event says that something changed, not what it changed to: ask for what you show.
type Event struct {
	Kind    string `json:"kind" enum:"run,queue,request,delivery,records,configuration,record_request"`
	Domain  string `json:"domain"`
	System  string `json:"system"`
	Plant   string `json:"plant"`
	Subject string `json:"subject" doc:"the ID of the one thing concerned; empty when there are several"`
	State   string `json:"state" doc:"what it came to, where it is one thing"`
	At      string `json:"at"`
}

// eventsInput is GET /events.
type eventsInput struct {
	LastEventID string `header:"Last-Event-ID" maxLength:"40" doc:"goes on after this event; a browser sends it by itself"`
	Once        bool   `query:"once" doc:"ends after what there is now, for clients that ask from time to time"`
}

// stream is an answer that is written while it goes on.
type stream struct {
	Body func(huma.Context)
}

func (a *API) registerEvents() {
	op := operation(http.MethodGet, "/events", "listen-events", "Hear of changes as they happen, as server-sent events")
	op.Description = "Each event has its place as `id`, `change` as `event` and an Event as `data`; `reset` says that events were missed " +
		"and everything has to be asked again. The stream ends now and then, and goes on after Last-Event-ID."
	handle(a, op, a.events)
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Event](), true, "Event")
	answer := a.huma.OpenAPI().Paths[base+"/events"].Get.Responses["200"]
	answer.Description = "A stream of events"
	answer.Content = map[string]*huma.MediaType{"text/event-stream": {Schema: schema}}
}

func (a *API) events(ctx context.Context, in *eventsInput) (*stream, error) {
	listener, err := a.Events.Listen(ctx, actorOf(ctx), placeOf(in.LastEventID))
	if err != nil {
		return nil, err
	}
	return &stream{Body: func(c huma.Context) {
		defer listener.Close()
		c.SetHeader("Content-Type", "text/event-stream")
		c.SetHeader("X-Accel-Buffering", "no")
		out, ok := c.BodyWriter().(http.ResponseWriter)
		if !ok {
			return
		}
		err := tell(ctx, eventWriter{out: out, control: http.NewResponseController(out)}, listener, in.Once)
		if err != nil && ctx.Err() == nil && !errors.Is(err, events.ErrClosed) {
			a.Log.DebugContext(ctx, "a listener to events is gone", "error", err)
		}
	}}, nil
}

// placeOf reads the place after which a client wants to go on: 0 for one that begins, and for what is no place of ours one
// that cannot be.
func placeOf(lastEventID string) int64 {
	if lastEventID == "" {
		return 0
	}
	place, err := strconv.ParseInt(lastEventID, 10, 64)
	if err != nil || place < 1 {
		return 1<<63 - 1
	}
	return place
}

// tell writes what the listener hears until the context ends, which it does now and then: who comes back signs in anew.
func tell(ctx context.Context, out eventWriter, listener *events.Listener, once bool) error {
	patience := heartbeat
	if once {
		patience = time.Millisecond
	}
	if err := out.write(fmt.Sprintf("retry: %d\n\n", reconnectMillis)); err != nil {
		return err
	}
	for {
		heard, err := listener.Next(ctx, patience)
		if err != nil {
			return err
		}
		if err := out.write(written(heard)); err != nil || once {
			return err
		}
	}
}

// written is what was heard in the form of server-sent events. Silence is a comment, with the place: of what a listener may not
// see nothing is told, but it need not be gone through again.
func written(heard events.Heard) string {
	var text strings.Builder
	if heard.Lost {
		text.WriteString("event: reset\ndata: {}\n")
	}
	for _, event := range heard.Events {
		data, _ := json.Marshal(eventOf(event)) // texts only: it cannot fail
		fmt.Fprintf(&text, "id: %d\nevent: change\ndata: %s\n\n", event.Sequence, data)
	}
	if len(heard.Events) == 0 && !heard.Lost {
		text.WriteString(": still here\n")
	}
	fmt.Fprintf(&text, "id: %d\n\n", heard.At)
	return text.String()
}

// eventWriter writes to one listener at once, or gives up.
type eventWriter struct {
	out     io.Writer
	control *http.ResponseController
}

func (w eventWriter) write(text string) error {
	// A server that knows no deadline, as in a test, still flushes.
	if err := w.control.SetWriteDeadline(time.Now().Add(writePatience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := io.WriteString(w.out, text); err != nil {
		return err
	}
	return w.control.Flush()
}

func eventOf(e domain.Event) Event {
	return Event{
		Kind: string(e.Kind), Domain: string(e.Domain), System: string(e.System), Plant: string(e.Plant), Subject: e.Subject, State: e.State,
		At: e.At.String(),
	}
}
