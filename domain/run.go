package domain

// RunMode says how much a run reads.
type RunMode string

// The modes of a run.
const (
	RunComplete    RunMode = "complete"
	RunIncremental RunMode = "incremental"
	// RunPartial takes in some records, as somebody listed them, and compares what is known: it concludes nothing of the others.
	RunPartial RunMode = "partial"
)

// RunState is the life of a reconciliation run.
type RunState string

// The states of a run.
const (
	RunQueued     RunState = "queued"
	RunReading    RunState = "reading"
	RunComparing  RunState = "comparing"
	RunHeld       RunState = "held"       // a sudden drop in rows waits for a person
	RunDone       RunState = "done"       // read completely and compared
	RunIncomplete RunState = "incomplete" // the end of the data was not proven: nothing was concluded
	RunFailed     RunState = "failed"
	RunCancelled  RunState = "cancelled"
)

// RunMachine is the table of a run's states.
func RunMachine() Machine[RunState] {
	return Machine[RunState]{
		Name: "run", Initial: RunQueued,
		States: []RunState{RunQueued, RunReading, RunComparing, RunHeld, RunDone, RunIncomplete, RunFailed, RunCancelled},
		Moves: map[RunState][]RunState{
			RunQueued:    {RunReading, RunFailed, RunCancelled},
			RunReading:   {RunComparing, RunHeld, RunIncomplete, RunFailed, RunCancelled},
			RunHeld:      {RunComparing, RunCancelled},
			RunComparing: {RunDone, RunFailed, RunCancelled},
		},
	}
}

// RunCounts say what a run did, in rows and discrepancies.
type RunCounts struct {
	Read        int // rows the source gave, quarantined ones included
	Changed     int // records whose content differs from the last reading
	Gone        int // records a complete reading no longer found
	Quarantined int
	// Known is how many records were known to be there before a reading that is proven complete, Vanished how many of them
	// that reading did not name: what a run is held for.
	Known      int
	Vanished   int
	Compared   int // linked records compared
	Raised     int // discrepancies opened or reopened
	Seen       int // discrepancies found again
	Closed     int // closed by themselves
	Verified   int
	Bounced    int
	Registered int // new codes that became golden records under the standing rule
}

// RunSkips say, reason by reason, which rows were not taken and which records were not compared.
type RunSkips struct {
	Rejected    int // rows the connector could not read
	Nameless    int // rows without a usable code
	Duplicate   int // rows whose code had come before in the reading
	Unchanged   int // rows that were only named: the source says they are as they were
	Unmapped    int // records in use there whose code nobody has mapped
	Dormant     int // archived records whose code nobody has mapped
	Related     int // records mapped otherwise than as equivalent
	Retired     int // records mapped to golden ones no longer in use
	NotExpected int // mapped records the system does not have, and the plant does not need
	Onboarding  int // records of a plant that is being onboarded or has closed
}

// Run is one reconciliation run: it reads a system's domain and compares it with the golden records.
type Run struct {
	ID        ID
	Plan      string
	System    SystemID
	Domain    DomainName
	Mode      RunMode
	State     RunState
	StartedBy ActorID
	CreatedAt Instant
	// ReadAt is when the reading began; FinishedAt when the run ended, however it ended.
	ReadAt     Instant
	FinishedAt Instant
	// ReadEndedAt is when the last row had come, ComparedAt when comparing began; 0 before.
	ReadEndedAt Instant
	ComparedAt  Instant
	// DueAt is the scheduled instant the run is made for; 0 for one by hand. No plan has two runs for one instant.
	DueAt Instant
	// Import is the upload whose records the run takes in; zero for a run that reads its system.
	Import ID
	// Attempt counts how often the run was taken up: more than once after a crash or a lost lease.
	Attempt int
	Counts  RunCounts
	Skips   RunSkips
	// Proof says in plain words how the source knows that it gave everything; "" where it does not.
	Proof string
	// Watermark is the source's own mark up to which it was read; the next incremental run starts there.
	Watermark string
	// Message tells in a plain sentence why the run is held, incomplete or failed; Code is its stable code.
	Message    string
	Code       string
	LeaseOwner string
	LeaseUntil Instant
	Fence      int64
	Version    int
}

// Finished says that nothing more will happen to the run.
func (r Run) Finished() bool { return RunMachine().Final(r.State) }

// Moved returns r in another state.
func (r Run) Moved(to RunState) (Run, error) {
	if err := RunMachine().Check(r.State, to); err != nil {
		return r, err
	}
	r.State = to
	r.Version++
	return r, nil
}

// Ended returns r failed, incomplete, held or cancelled with the reason a person reads.
func (r Run) Ended(to RunState, code, why string, now Instant) (Run, error) {
	r.Code, r.Message = code, why
	if to != RunHeld {
		r.FinishedAt = now
	}
	return r.Moved(to)
}

// QuarantinedRow is a row of a source that could not be taken, kept as it came with the reason.
type QuarantinedRow struct {
	Run    ID
	System SystemID
	Domain DomainName
	// Position is where it stood: a row number, a page, a database ID.
	Position string
	Code     string
	Reason   string
	// Content is the row as it came, cut to 4,000 bytes.
	Content string
}

// AuditChange is one line of an audit entry: what changed, from which version to which.
type AuditChange struct {
	Aggregate string // "golden_record", "code_mapping", …
	ID        string
	Version   int
	// Digest is the hex SHA-256 of what was written.
	Digest string
}

// AuditEntry is one governed write. Entries of a chain are linked: Hash covers the entry and PrevHash.
type AuditEntry struct {
	Chain    string // the domain, "" for what belongs to none
	Sequence int64  // from 1, without gaps
	At       Instant
	Actor    ActorID
	Reason   string
	Changes  []AuditChange
	PrevHash string
	Hash     string
}
