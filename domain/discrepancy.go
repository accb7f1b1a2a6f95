package domain

import (
	"cmp"
	"strings"
)

// Class says what kind of difference a discrepancy is.
type Class string

// The classes of discrepancy.
const (
	ClassMissing       Class = "missing"        // expected in the system, not there
	ClassUnexpected    Class = "unexpected"     // there, though the plant does not use the record
	ClassArchived      Class = "archived"       // there but archived, though it is in use
	ClassDeleted       Class = "deleted"        // was there, is gone
	ClassValue         Class = "value"          // an attribute differs
	ClassStructure     Class = "structure"      // lines differ
	ClassUnmapped      Class = "unmapped"       // a code nobody has tied to a golden record
	ClassDuplicateCode Class = "duplicate_code" // the source gives one code to several rows
)

// Classes lists every class, for tests that hold other tables complete.
func Classes() []Class {
	return []Class{ClassMissing, ClassUnexpected, ClassArchived, ClassDeleted, ClassValue, ClassStructure, ClassUnmapped, ClassDuplicateCode}
}

// DiscrepancyState is the life of a discrepancy.
type DiscrepancyState string

// The states of a discrepancy.
const (
	DiscrepancyOpen            DiscrepancyState = "open"
	DiscrepancyInReview        DiscrepancyState = "in_review"
	DiscrepancyChangeRequested DiscrepancyState = "change_requested"
	DiscrepancyFixPending      DiscrepancyState = "fix_pending"
	DiscrepancyVerified        DiscrepancyState = "verified"
	DiscrepancyAccepted        DiscrepancyState = "accepted"
	DiscrepancyBounced         DiscrepancyState = "bounced"
	DiscrepancyReopened        DiscrepancyState = "reopened"
	DiscrepancyClosed          DiscrepancyState = "closed"
)

// DiscrepancyMachine is the table of a discrepancy's states.
func DiscrepancyMachine() Machine[DiscrepancyState] {
	undecided := []DiscrepancyState{DiscrepancyInReview, DiscrepancyChangeRequested, DiscrepancyAccepted, DiscrepancyClosed}
	return Machine[DiscrepancyState]{
		Name: "discrepancy", Initial: DiscrepancyOpen,
		States: []DiscrepancyState{DiscrepancyOpen, DiscrepancyInReview, DiscrepancyChangeRequested, DiscrepancyFixPending,
			DiscrepancyVerified, DiscrepancyAccepted, DiscrepancyBounced, DiscrepancyReopened, DiscrepancyClosed},
		Moves: map[DiscrepancyState][]DiscrepancyState{
			DiscrepancyOpen:            undecided,
			DiscrepancyInReview:        {DiscrepancyOpen, DiscrepancyChangeRequested, DiscrepancyAccepted, DiscrepancyClosed},
			DiscrepancyChangeRequested: {DiscrepancyFixPending, DiscrepancyOpen},
			DiscrepancyFixPending:      {DiscrepancyVerified, DiscrepancyBounced, DiscrepancyOpen},
			DiscrepancyVerified:        {DiscrepancyReopened},
			DiscrepancyAccepted:        {DiscrepancyReopened, DiscrepancyClosed},
			DiscrepancyBounced:         undecided,
			DiscrepancyReopened:        undecided,
			DiscrepancyClosed:          {DiscrepancyReopened},
		},
	}
}

// Finding is what one run says of one thing that differs; it becomes, or refreshes, a Discrepancy.
type Finding struct {
	Domain DomainName
	Record ID // zero when the code is not linked
	// Through is the merged record by which Record has the code, zero where the code is its own. It makes each of several codes
	// of one thing a subject of its own, and keeps a difference what it was when its record is merged or taken out again.
	Through   ID
	System    SystemID
	Plant     PlantID
	Class     Class
	Attribute AttributeID
	Line      string
	Code      Code // the system's code; of a record missing there, the one it is expected under
	Label     string
	Golden    Value
	Source    Value
	// GoldenVersion and SourceHash are what was compared, so that a decision can be refused when either has moved.
	GoldenVersion int
	SourceHash    string
	// ReadAt is when the reading began that saw the source's value.
	ReadAt Instant
}

// Identity is the discrepancy's key across runs: never the plan, the run or a value.
func (f Finding) Identity() string {
	subject := "record:" + cmp.Or(f.Through, f.Record).String()
	if f.Record.IsZero() {
		subject = "code:" + string(f.Code)
	}
	parts := []string{string(f.Domain), string(f.System), subject, string(f.Plant), string(f.Class), string(f.Attribute), f.Line}
	for i, part := range parts {
		parts[i] = strings.NewReplacer(`\`, `\\`, `|`, `\|`).Replace(part)
	}
	return strings.Join(parts, "|")
}

// subject says whether the finding is about a record: the one it was compared with, or the merged one that has the code.
func (f Finding) subject(record ID) bool {
	return record == f.Record || (!f.Through.IsZero() && record == f.Through)
}

// Pattern groups findings that look alike, so that they can be decided together.
func (f Finding) Pattern() string {
	return strings.Join([]string{string(f.Domain), string(f.System), string(f.Class), string(f.Attribute)}, "|")
}

// Remedy says how an approved fix reaches the system, and so what a later reading can conclude.
type Remedy string

// The remedies.
const (
	RemedyNone   Remedy = ""
	RemedyGolden Remedy = "golden"  // only Crosswalk changed
	RemedyWrite  Remedy = "write"   // Crosswalk writes the system
	RemedyByHand Remedy = "by_hand" // the plant works off an entry of its work list
)

// Discrepancy is one persistent difference between a system and the golden record.
type Discrepancy struct {
	ID       ID
	Finding  Finding
	State    DiscrepancyState
	FirstRun ID
	LastRun  ID
	// FirstSeen and LastSeen are the read starts of the runs that saw it.
	FirstSeen Instant
	LastSeen  Instant
	// ChangeRequest is the request that is to resolve it, zero before a decision.
	ChangeRequest ID
	Remedy        Remedy
	// FixedAt is when the last of its deliveries was confirmed (or its work-list entry written): only a later reading may verify. 0 means not yet.
	FixedAt Instant
	// AcceptedUntil ends an acceptance; the day itself no longer counts.
	AcceptedUntil Date
	// Acceptance is the one of wider scope that covers it; zero where it was accepted for itself.
	Acceptance ID
	Note       string
	Version    int
}

// NewDiscrepancy opens a discrepancy for a finding of a run.
func NewDiscrepancy(f Finding, run ID) Discrepancy {
	return Discrepancy{
		ID: NewID(), Finding: f, State: DiscrepancyOpen, FirstRun: run, LastRun: run,
		FirstSeen: f.ReadAt, LastSeen: f.ReadAt, Version: 1,
	}
}

// Decidable says whether a steward may decide it now.
func (d Discrepancy) Decidable() bool {
	switch d.State {
	case DiscrepancyOpen, DiscrepancyInReview, DiscrepancyBounced, DiscrepancyReopened:
		return true
	default:
		return false
	}
}

func (d Discrepancy) moved(to DiscrepancyState) (Discrepancy, error) {
	if err := DiscrepancyMachine().Check(d.State, to); err != nil {
		return d, err
	}
	d.State = to
	d.Version++
	return d, nil
}

// sameFacts says whether a new finding tells what the discrepancy already knows.
func (d Discrepancy) sameFacts(f Finding) bool {
	return Equal(d.Finding.Golden, f.Golden) && Equal(d.Finding.Source, f.Source) &&
		d.Finding.GoldenVersion == f.GoldenVersion && d.Finding.SourceHash == f.SourceHash
}

// Seen returns d after a run has found it again on the given day.
//
// A fix that was written and read back but differs again has bounced; one a person makes by hand is simply not made yet;
// what was verified, closed, or accepted for other values or until an earlier day is reopened.
func (d Discrepancy) Seen(f Finding, run ID, today Date) (Discrepancy, error) {
	same := d.sameFacts(f)
	sameSource := Equal(d.Finding.Source, f.Source)
	if !same {
		d.Version++
	}
	d.Finding, d.LastRun, d.LastSeen = f, run, f.ReadAt
	switch d.State {
	case DiscrepancyFixPending:
		if d.Remedy != RemedyByHand && d.FixedAt != 0 && f.ReadAt > d.FixedAt {
			return d.moved(DiscrepancyBounced)
		}
	case DiscrepancyVerified, DiscrepancyClosed:
		return d.moved(DiscrepancyReopened)
	case DiscrepancyAccepted:
		if (!sameSource && d.Acceptance.IsZero()) || (d.AcceptedUntil != "" && d.AcceptedUntil <= today) {
			return d.moved(DiscrepancyReopened)
		}
	default: // it waits for a person, and now knows the newest facts
	}
	return d, nil
}

// Absent returns d after a complete run, whose reading began at readAt, has not found it any more.
// A fix is verified only by a reading that began after it was made; what nobody fixed has closed by itself.
func (d Discrepancy) Absent(readAt Instant) (Discrepancy, error) {
	switch d.State {
	case DiscrepancyFixPending:
		if d.FixedAt != 0 && readAt > d.FixedAt {
			return d.moved(DiscrepancyVerified)
		}
	case DiscrepancyOpen, DiscrepancyInReview, DiscrepancyBounced, DiscrepancyReopened, DiscrepancyAccepted:
		return d.moved(DiscrepancyClosed)
	default: // its request decides first, or it has ended already
	}
	return d, nil
}

// Requested returns d tied to the change request that is to resolve it.
func (d Discrepancy) Requested(request ID) (Discrepancy, error) {
	d.ChangeRequest = request
	return d.moved(DiscrepancyChangeRequested)
}

// FixStarted returns d after its change request was applied. fixedAt is 0 while deliveries are still under way.
func (d Discrepancy) FixStarted(remedy Remedy, fixedAt Instant) (Discrepancy, error) {
	d.Remedy, d.FixedAt = remedy, fixedAt
	return d.moved(DiscrepancyFixPending)
}

// FixConfirmed returns d after the last of its deliveries was confirmed: from now on a reading can verify it.
func (d Discrepancy) FixConfirmed(now Instant) Discrepancy {
	if d.State == DiscrepancyFixPending && d.FixedAt == 0 {
		d.FixedAt = now
		d.Version++
	}
	return d
}

// Returned returns d to the steward, with a sentence why: its request was turned down, or the target had moved.
func (d Discrepancy) Returned(why string) (Discrepancy, error) {
	d.Note, d.ChangeRequest, d.Remedy, d.FixedAt = why, ID{}, RemedyNone, 0
	return d.moved(DiscrepancyOpen)
}

// Accepted returns d accepted as it is, for its present source value, until the given day.
func (d Discrepancy) Accepted(until Date, reason string) (Discrepancy, error) {
	if strings.TrimSpace(reason) == "" {
		return d, Invalid(CodeReasonRequired, "an acceptance needs a reason")
	}
	if until == "" {
		return d, Invalid(CodeDateInvalid, "an acceptance needs the day on which it ends")
	}
	d.AcceptedUntil, d.Acceptance, d.Note = until, ID{}, reason
	return d.moved(DiscrepancyAccepted)
}
