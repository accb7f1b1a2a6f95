package domain

import "context"

// EventKind says what kind of thing an event is about; whoever looks at such things looks again.
type EventKind string

// The kinds of event.
const (
	EventRun           EventKind = "run"            // a run began, went on or ended
	EventQueue         EventKind = "queue"          // discrepancies were raised, decided or closed
	EventRequest       EventKind = "request"        // a change request was proposed, decided or applied
	EventDelivery      EventKind = "delivery"       // a delivery was enqueued, or an attempt on it ended
	EventRecords       EventKind = "records"        // golden records, mappings or plants' use of records changed
	EventConfiguration EventKind = "configuration"  // systems, plants or plans changed
	EventWanted        EventKind = "record_request" // a plant asked for a record, or its request moved on
)

// EventKinds lists every kind, for tests that hold other tables complete.
func EventKinds() []EventKind {
	return []EventKind{EventRun, EventQueue, EventRequest, EventDelivery, EventRecords, EventConfiguration, EventWanted}
}

// Event tells that something changed, not what it changed to: whoever hears of it asks, with their own rights.
type Event struct {
	// Sequence is the event's place; events become visible in its order.
	Sequence int64
	At       Instant
	Kind     EventKind
	Domain   DomainName
	// System and Plant are where it happened; Plant is the system's. "" is not of one.
	System SystemID
	Plant  PlantID
	// Subject is the ID of the one thing concerned, "" when there are several; State is the one it came to.
	Subject string
	State   string
}

// RunEvent tells what a run came to.
func RunEvent(run Run) Event {
	return Event{Kind: EventRun, Domain: run.Domain, System: run.System, Subject: run.ID.String(), State: string(run.State)}
}

// VisibleTo says whether somebody may hear of the event: who may read there. Of what belongs to no plant only those hear who
// read at every plant, except of change requests, which are open to everybody who reads at all.
func (e Event) VisibleTo(by Actor) bool {
	if e.Plant == "" && e.Kind == EventRequest {
		return by.MaySomewhere(ActionRead)
	}
	scope := by.Plants(ActionRead)
	if e.Plant == "" || e.Domain == "" {
		return scope.All
	}
	return by.May(ActionRead, Scope{Domain: e.Domain, Plant: e.Plant})
}

// EventReader reads the outbox of events.
type EventReader interface {
	// After returns at most limit events with a higher sequence, in order.
	After(ctx context.Context, sequence int64, limit int) ([]Event, error)
	// Bounds returns the lowest sequence that is kept and the highest there ever was; 0, 0 when nothing happened yet.
	Bounds(ctx context.Context) (oldest, newest int64, err error)
}

// EventOps tells of what operating state came to; a Write tells by itself.
type EventOps interface {
	// Put appends an event; its Sequence, At and, where it has a System, Plant are set here.
	Put(ctx context.Context, event Event) error
	// DeleteBefore drops events that are older than the instant or not among the keep newest.
	DeleteBefore(ctx context.Context, before Instant, keep int) error
}
