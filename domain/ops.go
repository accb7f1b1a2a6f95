package domain

import "context"

// SourceOps notes what Crosswalk itself has changed in a system.
type SourceOps interface {
	// Wrote notes values that were written to a record and read back, so that the next reading, which brings them again, finds
	// nothing changed: an echo is no change of the source. A record that is not known, is gone, or whose code the source gives
	// twice is left as it is.
	Wrote(ctx context.Context, system SystemID, domain DomainName, code Code, set Attributes) error
}

// Ops is operating state inside one Operate: nothing of it is governed, nothing of it is audited.
type Ops struct {
	Runs       RunOps
	Staging    StagingOps
	Sources    SourceOps
	Deliveries DeliveryOps
	Sessions   SessionOps
	Snapshots  SnapshotOps
	Imports    ImportOps
	Keys       IdempotencyOps
	Comparison ComparisonOps
	Services   ServiceOps
	Unmapped   UnmappedOps
	Schedules  ScheduleOps
	Events     EventOps
	Matches    MatchOps
	Identities IdentityOps
	Now        Instant
}

// RunOps keeps runs going.
type RunOps interface {
	RunReader
	// Create inserts a run; CodeRunActive when another of its plan is not finished, CodeDuplicate when there is one for its DueAt.
	Create(ctx context.Context, run Run) error
	// Claim leases the oldest run that is queued, or under way with an expired lease, to owner until the given time, with
	// the next fence and, unless a person has released it, as one more attempt; and says whether there was one.
	Claim(ctx context.Context, owner string, until Instant) (Run, bool, error)
	// Save stores the run; CodeRunLeaseLost unless the stored fence is the run's and the stored version readVersion.
	Save(ctx context.Context, run Run, readVersion int) error
	// Extend prolongs the lease; CodeRunLeaseLost unless owner still holds it under that fence and the run is not finished.
	Extend(ctx context.Context, run ID, owner string, fence int64, until Instant) error
	// Quarantine keeps rows that could not be taken.
	Quarantine(ctx context.Context, rows []QuarantinedRow) error
	// ClearQuarantine drops what an earlier attempt of the run put aside.
	ClearQuarantine(ctx context.Context, run ID) error
}

// StagedRow is one row of a reading. Unchanged says the source proved, without sending values, that it is as it was.
type StagedRow struct {
	Record    SourceRecord
	Unchanged bool
	// Encoded is the canonical encoding of the record's attributes where it has been made already, by a Sealer.
	Encoded []byte
}

// Sealed returns the row with the hash of what the source said.
func (s StagedRow) Sealed() StagedRow {
	s.Encoded = s.Record.Attributes.Encode()
	s.Record.Hash = s.Record.contentHash(s.Encoded)
	return s
}

// StageResult says what a reading changed.
type StageResult struct {
	Changed int
	Gone    int
}

// StagingOps takes a reading in beside what is known, and then makes it known in one step.
type StagingOps interface {
	// Begin leases an empty slot for the run and returns its number; a slot the run already holds is emptied and returned
	// again, one whose run is finished is taken over. CodeStoreBusy when all are taken.
	Begin(ctx context.Context, run ID) (slot int, err error)
	// SlotOf returns the slot the run holds, with its rows as they are: a run goes on with it after a crash, or after a
	// person has released it. CodeRunStagingLost when it holds none.
	SlotOf(ctx context.Context, run ID) (slot int, err error)
	// Stage adds rows. For a key that is staged already the first row stays, marked as duplicated (which changes its Hash);
	// the keys concerned are returned, each once.
	Stage(ctx context.Context, slot int, rows []StagedRow) (duplicated []string, err error)
	// Staged counts the rows.
	Staged(ctx context.Context, slot int) (int, error)
	// Vanished counts the known records of the system and domain that have no row: those a complete Merge would make gone.
	Vanished(ctx context.Context, slot int, system SystemID, domain DomainName) (int, error)
	// Merge, which may be repeated, makes the slot's rows the system's source records: new and changed ones (by Hash) are stored, ReadAt of all that
	// brought values becomes readAt, and, only when complete, those of the system and domain without a row become gone at readAt.
	// An unchanged row keeps the record it names as it was known; of a record that was never known it says nothing.
	Merge(ctx context.Context, slot int, system SystemID, domain DomainName, complete bool, readAt Instant) (StageResult, error)
	// End empties and frees the slot.
	End(ctx context.Context, slot int) error
}

// DeliveryOps leases deliveries.
type DeliveryOps interface {
	// Claim leases up to n deliveries to owner until the given time: those pending or retrying that are due, or in flight with
	// an expired lease, whose prerequisites are all confirmed, and before which no delivery of the same concurrency key with a
	// lower sequence is in a blocking state. Each gets the next fence and one more attempt.
	Claim(ctx context.Context, owner string, until Instant, n int) ([]Delivery, error)
}

// Session is one signed-in browser. Only the hash of its token is kept.
type Session struct {
	TokenHash string // hex SHA-256
	Login     string
	CreatedAt Instant
	SeenAt    Instant
	ExpiresAt Instant
}

// SessionOps keeps sign-ins.
type SessionOps interface {
	// Create keeps a new session.
	Create(ctx context.Context, s Session) error
	// ByHash returns CodeSignInRequired when there is none.
	ByHash(ctx context.Context, tokenHash string) (Session, error)
	// Touch says the session was used.
	Touch(ctx context.Context, tokenHash string, seen Instant) error
	// Delete ends a session; one there is not is no error.
	Delete(ctx context.Context, tokenHash string) error
	// DeleteExpired drops the sessions that ended before the given time.
	DeleteExpired(ctx context.Context, before Instant) error
}

// QueueSnapshot is a stable, ordered list of IDs, so that rows do not jump while a person works through them.
type QueueSnapshot struct {
	ID        ID
	Owner     ActorID
	CreatedAt Instant
	ExpiresAt Instant
	IDs       []ID
	// Versions are those the discrepancies had, in the same order.
	Versions []int
}

// SnapshotOps keeps queue snapshots.
type SnapshotOps interface {
	// Create keeps a new snapshot.
	Create(ctx context.Context, s QueueSnapshot) error
	// Window returns the IDs from offset on, at most limit, and how many there are; CodeSnapshotUnknown when the snapshot is
	// not the owner's or has expired.
	Window(ctx context.Context, id ID, owner ActorID, offset, limit int) (ids []ID, total int, err error)
	// Marks returns the whole snapshot with the versions its owner saw; CodeSnapshotUnknown as for Window.
	Marks(ctx context.Context, id ID, owner ActorID) ([]DiscrepancyMark, error)
	// DeleteExpired drops the snapshots that ended before the given time.
	DeleteExpired(ctx context.Context, before Instant) error
}

// StoredAnswer is the first answer to a request that carried an Idempotency-Key; it is given again to every repetition.
type StoredAnswer struct {
	// Request is the hash of the method, path and body the key was first used with.
	Request   string
	Status    int // 0 while the first request is still under way
	Body      []byte
	ExpiresAt Instant
}

// IdempotencyOps keeps answers by actor and key.
type IdempotencyOps interface {
	// Begin reserves the key until answer.ExpiresAt and returns nil, or returns the answer stored for it before.
	Begin(ctx context.Context, actor ActorID, key string, answer StoredAnswer) (*StoredAnswer, error)
	// Finish stores the answer, to be kept until answer.ExpiresAt, unless the reservation that was made until reserved is over
	// and another has it.
	Finish(ctx context.Context, actor ActorID, key string, reserved Instant, answer StoredAnswer) error
	// Forget frees a key whose request failed without effect, unless another has it.
	Forget(ctx context.Context, actor ActorID, key string, reserved Instant) error
	// DeleteExpired drops the answers that ended before the given time.
	DeleteExpired(ctx context.Context, before Instant) error
}
