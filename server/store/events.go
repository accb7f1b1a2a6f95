package store

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// eventCounter is the row of change_counter that gives events their sequence. It is the last row any transaction locks: so
// events become visible in the order of their sequence, and a reader that goes by it misses none.
const eventCounter = "~event"

type eventRow struct {
	Sequence int64 `gorm:"primaryKey;autoIncrement:false"`
	At       int64
	Kind     string
	Domain   string
	System   string
	Plant    string
	Subject  string
	State    string
}

func (eventRow) TableName() string { return "event" }

func eventFromDomain(e domain.Event) eventRow {
	return eventRow{
		Sequence: e.Sequence, At: int64(e.At), Kind: string(e.Kind), Domain: string(e.Domain), System: string(e.System),
		Plant: string(e.Plant), Subject: e.Subject, State: e.State,
	}
}

func (r eventRow) toDomain() domain.Event {
	return domain.Event{
		Sequence: r.Sequence, At: domain.Instant(r.At), Kind: domain.EventKind(r.Kind), Domain: domain.DomainName(r.Domain),
		System: domain.SystemID(r.System), Plant: domain.PlantID(r.Plant), Subject: r.Subject, State: r.State,
	}
}

type eventReader struct{ conn }

func (r eventReader) After(ctx context.Context, sequence int64, limit int) ([]domain.Event, error) {
	return find(r.on(ctx).Where("sequence > ?", sequence).Order("sequence").Limit(limit), eventRow.toDomain)
}

func (r eventReader) Bounds(ctx context.Context) (oldest, newest int64, err error) {
	err = r.on(ctx).Raw("SELECT coalesce(min(sequence), 0) FROM event").Scan(&oldest).Error
	if err == nil {
		err = r.on(ctx).Raw("SELECT coalesce(max(seq), 0) FROM change_counter WHERE domain = ?", eventCounter).Scan(&newest).Error
	}
	return oldest, newest, translate(err)
}

type eventOps struct {
	conn
	now domain.Instant
}

func (o eventOps) Put(ctx context.Context, event domain.Event) error {
	event.At = o.now
	return o.putEvents(ctx, []domain.Event{event})
}

func (o eventOps) DeleteBefore(ctx context.Context, before domain.Instant, keep int) error {
	return translate(o.on(ctx).Exec(`DELETE FROM event WHERE at < ? OR sequence <= (SELECT seq FROM change_counter WHERE domain = ?) - ?`,
		int64(before), eventCounter, keep).Error)
}

// putEvents appends events with the next sequences. After it a transaction may lock nothing more.
func (c conn) putEvents(ctx context.Context, events []domain.Event) error {
	plants := map[domain.SystemID]domain.PlantID{}
	for i, e := range events {
		if e.System == "" || e.Plant != "" {
			continue
		}
		if _, known := plants[e.System]; !known {
			var plant string
			if err := c.on(ctx).Raw("SELECT plant FROM source_system WHERE id = ?", string(e.System)).Scan(&plant).Error; err != nil {
				return translate(err)
			}
			plants[e.System] = domain.PlantID(plant)
		}
		events[i].Plant = plants[e.System]
	}
	last, err := c.count(ctx, eventCounter, int64(len(events)))
	if err != nil {
		return err
	}
	rows := make([]eventRow, len(events))
	for i, e := range events {
		e.Sequence = last - int64(len(events)) + int64(i) + 1
		rows[i] = eventFromDomain(e)
	}
	return translate(c.on(ctx).CreateInBatches(rows, maxRows).Error)
}

// teller is a row whose change is an event.
type teller interface{ event() domain.Event }

func (r discrepancyRow) event() domain.Event {
	return domain.Event{Kind: domain.EventQueue, Domain: domain.DomainName(r.Domain), System: domain.SystemID(r.System), Plant: domain.PlantID(r.Plant)}
}

func (r deliveryRow) event() domain.Event {
	return domain.Event{
		Kind: domain.EventDelivery, Domain: domain.DomainName(r.Domain), System: domain.SystemID(r.System), Plant: domain.PlantID(r.Plant),
		Subject: domain.ID(r.ID).String(), State: r.State,
	}
}

func (r recordRequestRow) event() domain.Event {
	return domain.Event{
		Kind: domain.EventWanted, Domain: domain.DomainName(r.Domain), Plant: domain.PlantID(r.Plant),
		Subject: domain.ID(r.ID).String(), State: r.State,
	}
}

func (r requestRow) event() domain.Event {
	return domain.Event{
		Kind: domain.EventRequest, Domain: domain.DomainName(r.Domain), Plant: domain.PlantID(r.Plant),
		Subject: domain.ID(r.ID).String(), State: r.State,
	}
}

// tell keeps, of one Write, what it is to tell: each change once.
func (w *writing) tell(aggregate, chain string, row any) {
	var event domain.Event
	switch aggregate {
	case "golden_record", "code_mapping", "plant_use":
		event = domain.Event{Kind: domain.EventRecords, Domain: domain.DomainName(chain)}
	case "source_system", "plant", "plan":
		event = domain.Event{Kind: domain.EventConfiguration}
	default:
		known, ok := row.(teller)
		if !ok {
			return
		}
		event = known.event()
	}
	if w.heard == nil {
		w.heard = map[domain.Event]bool{}
	}
	if !w.heard[event] {
		w.heard[event] = true
		w.events = append(w.events, event)
	}
}

// maxTold is how many single things of one kind and place a Write tells of before one event stands for them all.
const maxTold = 20

// told returns the events of the Write, in order.
func (w *writing) told() []domain.Event {
	several := map[domain.Event]int{}
	for _, event := range w.events {
		several[whereabouts(event)]++
	}
	var out []domain.Event
	for _, event := range w.events {
		place := whereabouts(event)
		switch {
		case several[place] < 0: // told already, of all of them
		case several[place] > maxTold:
			several[place] = -1
			event = place
			fallthrough
		default:
			event.At = w.now
			out = append(out, event)
		}
	}
	return out
}

// whereabouts is an event of all things there.
func whereabouts(e domain.Event) domain.Event {
	e.Subject, e.State = "", ""
	return e
}
