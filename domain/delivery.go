package domain

import (
	"time"
)

// DeliveryKind says what a delivery does to its target.
type DeliveryKind string

// The kinds of delivery.
const (
	DeliverUpdate  DeliveryKind = "update"  // set values of a record that exists
	DeliverCreate  DeliveryKind = "create"  // make the record
	DeliverArchive DeliveryKind = "archive" // take it out of use
	DeliverRestore DeliveryKind = "restore" // bring it back into use
	DeliverAdopt   DeliveryKind = "adopt"   // give an existing record our external id; no business field is written
	DeliverRemove  DeliveryKind = "remove"  // by hand only: a person clears what should not be there
)

// DeliveryState is the life of a delivery.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryPending    DeliveryState = "pending"
	DeliveryInFlight   DeliveryState = "in_flight"
	DeliveryConfirmed  DeliveryState = "confirmed"
	DeliveryRetrying   DeliveryState = "retrying"
	DeliveryHeld       DeliveryState = "held"
	DeliveryConflict   DeliveryState = "conflict"
	DeliveryDead       DeliveryState = "dead"
	DeliverySkipped    DeliveryState = "skipped"
	DeliveryWorklisted DeliveryState = "worklisted"
)

// DeliveryMachine is the table of a delivery's states. In flight means leased, and perhaps already written.
func DeliveryMachine() Machine[DeliveryState] {
	return Machine[DeliveryState]{
		Name: "delivery", Initial: DeliveryPending,
		States: []DeliveryState{DeliveryPending, DeliveryInFlight, DeliveryConfirmed, DeliveryRetrying, DeliveryHeld,
			DeliveryConflict, DeliveryDead, DeliverySkipped, DeliveryWorklisted},
		Moves: map[DeliveryState][]DeliveryState{
			DeliveryPending:    {DeliveryInFlight, DeliveryHeld, DeliverySkipped, DeliveryWorklisted},
			DeliveryInFlight:   {DeliveryConfirmed, DeliveryRetrying, DeliveryHeld, DeliveryConflict, DeliveryDead, DeliveryInFlight},
			DeliveryRetrying:   {DeliveryInFlight, DeliveryHeld, DeliverySkipped},
			DeliveryHeld:       {DeliveryPending, DeliverySkipped},
			DeliveryConflict:   {DeliverySkipped},
			DeliveryDead:       {DeliveryPending, DeliverySkipped},
			DeliveryWorklisted: {DeliveryConfirmed, DeliverySkipped},
		},
	}
}

// BlockingDeliveryStates are those in which a delivery holds the later ones of its record.
func BlockingDeliveryStates() []DeliveryState {
	return []DeliveryState{DeliveryPending, DeliveryRetrying, DeliveryHeld, DeliveryInFlight, DeliveryConflict, DeliveryDead}
}

// DeliveryOrder is one change to be written to one system, as it stands in an approved request.
type DeliveryOrder struct {
	System SystemID
	Domain DomainName
	Record ID
	Kind   DeliveryKind
	// Code is the target's own code of the record; "" when it is created there.
	Code Code
	// Expect are the target's values the decision was made on, Set those to be written.
	Expect Attributes
	Set    Attributes
	// ByHand says Crosswalk cannot write this there: the order becomes an entry of the plant's work list.
	ByHand bool
}

// Delivery writes one change to one system, exactly once in effect.
type Delivery struct {
	ID            ID
	Order         DeliveryOrder
	State         DeliveryState
	ChangeRequest ID
	Discrepancy   ID
	// ApprovedBy is the person who approved this very change: no delivery is without one.
	ApprovedBy ActorID
	Plant      PlantID
	Label      string
	// Sequence orders the deliveries of one system and record; it is given in the applying transaction.
	Sequence int64
	// IdempotencyKey makes repeating it harmless; unique.
	IdempotencyKey string
	// Prerequisites must be confirmed before it may start.
	Prerequisites []ID
	RunAt         Instant
	Attempt       int
	LeaseOwner    string
	LeaseUntil    Instant
	// Fence rises with every lease: an outcome reported under an older one is refused.
	Fence int64
	// Unguarded says the target could not compare and set, and a named admin accepted that.
	Unguarded bool
	// Problem and ProblemCode tell of the last failure; Current are the target's values found in a conflict.
	Problem     string
	ProblemCode string
	Current     Attributes
	// DueOn is when a work-list entry should be done.
	DueOn       Date
	CreatedAt   Instant
	ConfirmedAt Instant
	Version     int
}

// ConcurrencyKey is what deliveries are kept in order by: the system and the record.
func (d Delivery) ConcurrencyKey() string {
	return string(d.Order.System) + "|" + d.Order.Record.String()
}

// OutcomeKind says how an attempt ended.
type OutcomeKind string

// The outcomes of an attempt.
const (
	OutcomeConfirmed OutcomeKind = "confirmed" // written and read back
	OutcomeConflict  OutcomeKind = "conflict"  // the target no longer holds what the decision was made on
	OutcomeRetry     OutcomeKind = "retry"     // may work later
	OutcomeHeld      OutcomeKind = "held"      // the system refuses us: a person must act
	OutcomeDead      OutcomeKind = "dead"      // will never work as it is
)

// Outcome is the end of one attempt.
type Outcome struct {
	Kind      OutcomeKind
	Code      Code // the target's code of a created or adopted record
	Current   Attributes
	Unguarded bool
	Problem   string
	// ProblemCode is a code of Codes; RetryAfter the target's own wish.
	ProblemCode string
	RetryAfter  time.Duration
}

// MaxDeliveryAttempts is how often a delivery is tried before it is dead.
const MaxDeliveryAttempts = 8

// OutcomeOf classifies a failed attempt: what may pass is retried, an access problem holds, the rest is dead.
func OutcomeOf(err error) Outcome {
	outcome := Outcome{Kind: OutcomeDead, Problem: "the delivery failed inside Crosswalk", ProblemCode: ErrorCode(err)}
	var e *Error
	if !asError(err, &e) {
		return outcome
	}
	outcome.Problem, outcome.RetryAfter = e.Msg, e.RetryAfter
	switch e.Kind {
	case KindUnavailable, KindRateLimited:
		outcome.Kind = OutcomeRetry
	case KindUnauthenticated, KindForbidden:
		outcome.Kind = OutcomeHeld
	case KindConflict:
		outcome.Kind = OutcomeConflict
	default: // dead, as it stands
	}
	return outcome
}

// After returns d after an attempt that ended at now, with the given outcome.
func (d Delivery) After(o Outcome, now Instant) (Delivery, error) {
	next := map[OutcomeKind]DeliveryState{
		OutcomeConfirmed: DeliveryConfirmed, OutcomeConflict: DeliveryConflict, OutcomeRetry: DeliveryRetrying,
		OutcomeHeld: DeliveryHeld, OutcomeDead: DeliveryDead,
	}[o.Kind]
	if o.Kind == OutcomeRetry && d.Attempt >= MaxDeliveryAttempts {
		next = DeliveryDead
	}
	if err := DeliveryMachine().Check(d.State, next); err != nil {
		return d, err
	}
	d.State, d.Problem, d.ProblemCode = next, o.Problem, o.ProblemCode
	d.Current, d.Unguarded = o.Current, o.Unguarded
	d.LeaseOwner, d.LeaseUntil = "", 0
	d.Version++
	switch next {
	case DeliveryConfirmed:
		d.ConfirmedAt = now
	case DeliveryRetrying:
		d.RunAt = now.Add(max(o.RetryAfter, d.backoff()))
	default: // nothing more to note
	}
	if o.Code != "" {
		d.Order.Code = o.Code
	}
	return d, nil
}

// backoff is 2, 4, 8 … s up to 5 min, with up to a quarter more that differs from delivery to delivery.
func (d Delivery) backoff() time.Duration {
	wait := min(time.Second<<min(d.Attempt, 10), 5*time.Minute)
	return wait + wait/4*time.Duration(d.ID[15])/256
}

// Retried returns a held or dead delivery as one to be tried again from the first attempt.
func (d Delivery) Retried(now Instant) (Delivery, error) {
	if err := DeliveryMachine().Check(d.State, DeliveryPending); err != nil {
		return d, Conflict(CodeDeliveryState, "a delivery that is %s cannot be retried", d.State)
	}
	d.State, d.Attempt, d.RunAt = DeliveryPending, 0, now
	if d.ProblemCode == CodeDeliveryWaits {
		d.Problem, d.ProblemCode = "", ""
	}
	d.Version++
	return d, nil
}

// Waiting returns a delivery that cannot start because one that had to come first failed or was given up, with a sentence why.
func (d Delivery) Waiting(why string) (Delivery, error) {
	if err := DeliveryMachine().Check(d.State, DeliveryHeld); err != nil {
		return d, Conflict(CodeDeliveryState, "a delivery that is %s cannot be held", d.State)
	}
	d.State, d.Problem, d.ProblemCode = DeliveryHeld, why, CodeDeliveryWaits
	d.Version++
	return d, nil
}

// Waits says that the delivery is held for one that had to come first, and for nothing else.
func (d Delivery) Waits() bool { return d.State == DeliveryHeld && d.ProblemCode == CodeDeliveryWaits }

// Fails says that nothing that needs this delivery can follow it as things stand.
func (d Delivery) Fails() bool {
	return d.State == DeliveryDead || d.State == DeliveryConflict || d.State == DeliverySkipped
}

// Reversal returns the order that takes back what a confirmed delivery wrote, and whether there is anything to take back: an
// adoption changed no business field, and what a person cleared by hand they bring back by hand.
func (d Delivery) Reversal() (DeliveryOrder, bool) {
	order := DeliveryOrder{System: d.Order.System, Domain: d.Order.Domain, Record: d.Order.Record, Code: d.Order.Code}
	switch d.Order.Kind {
	case DeliverUpdate:
		order.Kind, order.Expect, order.Set = DeliverUpdate, d.Order.Set, d.Order.Expect
	case DeliverCreate, DeliverRestore:
		order.Kind = DeliverArchive
	case DeliverArchive:
		order.Kind = DeliverRestore
	default: // nothing was written that could be taken back
		return order, false
	}
	return order, true
}

// Clears says that the order leaves an attribute without the value it has now.
func (o DeliveryOrder) Clears() bool {
	for id := range o.Expect {
		if o.Set[id] == nil && o.Expect[id] != nil {
			return true
		}
	}
	return false
}

// Skipped returns a delivery that will not be made, with a sentence why.
func (d Delivery) Skipped(why string) (Delivery, error) {
	if err := DeliveryMachine().Check(d.State, DeliverySkipped); err != nil {
		return d, Conflict(CodeDeliveryState, "a delivery that is %s cannot be skipped", d.State)
	}
	d.State, d.Problem = DeliverySkipped, why
	d.Version++
	return d, nil
}

// DoneIn says whether what the source was last found to say shows that a work-list entry has been worked off. Only a
// reading that began after the entry was written counts; source is nil when the system has no such record.
func (d Delivery) DoneIn(source *SourceRecord) bool {
	off := d.Order.Kind == DeliverRemove || d.Order.Kind == DeliverArchive
	switch {
	case source == nil || source.GoneAt != 0:
		return off
	case source.ReadAt <= d.CreatedAt || source.Duplicated:
		return false
	case d.Order.Kind == DeliverRemove:
		return true
	case source.Active == off:
		return false
	}
	return d.Order.Kind != DeliverUpdate || d.Order.reached(source.Attributes)
}

// reached says that the attributes the order is about have the values it sets; one that it expects and does not set is to be empty.
func (o DeliveryOrder) reached(now Attributes) bool {
	for id := range o.Expect.With(o.Set) {
		if !Holds(now[id], o.Set[id]) {
			return false
		}
	}
	return true
}

// DoneByHand returns a work-list entry that a later reading has found done.
func (d Delivery) DoneByHand(now Instant) (Delivery, error) {
	if err := DeliveryMachine().Check(d.State, DeliveryConfirmed); err != nil || d.State != DeliveryWorklisted {
		return d, Conflict(CodeDeliveryState, "a delivery that is %s is not an open work-list entry", d.State)
	}
	d.State, d.ConfirmedAt = DeliveryConfirmed, now
	d.Version++
	return d, nil
}
