package domain

import (
	"context"
)

// Store keeps everything. Governed data is changed through Write only, operating state through Operate only.
//
// Every method may return KindUnavailable (CodeStoreDown, CodeStoreBusy); a method whose comment names no other kind
// returns none.
type Store interface {
	// Now is the database's clock.
	Now(ctx context.Context) (Instant, error)
	// Read gives readers outside any transaction; each call of theirs sees the latest committed state.
	Read() Reads
	// Write runs fn in one transaction and appends the audit entry of all it changed. It refuses a change without actor or
	// reason (CodeChangeAnonymous) before fn runs, and a write to golden records or mappings of a domain that change.Domains
	// does not name (CodeDomainUnlocked). It locks those domains' change counters in name order, then runs fn; a
	// serialization failure runs fn again, so fn touches nothing but its Repos. Any error of fn rolls everything back.
	// A Write whose fn changed nothing commits nothing and leaves no audit entry.
	Write(ctx context.Context, change Change, fn func(Repos) error) error
	// Operate runs fn in one transaction over operating state, unaudited, retried like Write.
	Operate(ctx context.Context, fn func(Ops) error) error
}

// Change says who changes governed data and why.
type Change struct {
	Actor   ActorID
	Reason  string
	Domains []DomainName
}

// Page asks for one page of a list: at most Limit (1 to 1000) entries after the opaque cursor After.
// A cursor that is none of ours is CodeCursorInvalid.
type Page struct {
	After string
	Limit int
}

// Reads are the reading halves of all repositories.
type Reads struct {
	Records       RecordReader
	Mappings      MappingReader
	Uses          UseReader
	Systems       SystemReader
	Plants        PlantReader
	Plans         PlanReader
	Policies      PolicyReader
	Acceptances   AcceptanceReader
	Requests      RequestReader
	Discrepancies DiscrepancyReader
	Deliveries    DeliveryReader
	Users         UserReader
	Audit         AuditReader
	Runs          RunReader
	Sources       SourceReader
	Imports       ImportReader
	Comparisons   ComparisonReader
	Services      ServiceReader
	Translations  TranslationReader
	Unmapped      UnmappedReader
	CodeLists     CodeListReader
	Authorities   AuthorityReader
	Events        EventReader
	// RecordRequests are the plants' wishes for new records.
	RecordRequests RecordRequestReader
}

// Repos are the repositories of governed data inside one Write. Their readers see the transaction's own state.
type Repos struct {
	Reads
	Records       RecordRepo
	Mappings      MappingRepo
	Uses          UseRepo
	Systems       SystemRepo
	Plants        PlantRepo
	Plans         PlanRepo
	Policies      PolicyRepo
	Acceptances   AcceptanceRepo
	Requests      RequestRepo
	Discrepancies DiscrepancyRepo
	Deliveries    DeliveryRepo
	Users         UserRepo
	Imports       ImportRepo
	Services      ServiceRepo
	Unmapped      UnmappedRepo
	CodeLists     CodeListRepo
	Authorities   AuthorityRepo
	// RecordRequests are the plants' wishes for new records.
	RecordRequests RecordRequestRepo
	// Now is the transaction's instant, the same for all it writes.
	Now Instant
}

// RecordQuery selects golden records; the zero value of a field does not restrict.
type RecordQuery struct {
	Domain DomainName
	State  RecordState
	// Text matches the start of the code or any part of the name, ignoring case, and the start of a live mapping's code.
	Text string
	// Plants are those whose codes Text may match, beside codes of systems of no plant.
	Plants PlantScope
	Page
}

// RecordReader reads golden records.
type RecordReader interface {
	// ByID returns CodeRecordUnknown when there is none.
	ByID(ctx context.Context, id ID) (GoldenRecord, error)
	// ByIDs returns those that exist, in no particular order; any number may be asked for.
	ByIDs(ctx context.Context, ids []ID) ([]GoldenRecord, error)
	// ByCodes returns, by canonical code, the records of the domain that hold one of the codes; any number may be asked for.
	ByCodes(ctx context.Context, domain DomainName, codes []string) (map[string]GoldenRecord, error)
	// List returns records by ID and the cursor of the next page, "" at the end.
	List(ctx context.Context, q RecordQuery) ([]GoldenRecord, string, error)
	// Versions returns the history, oldest first.
	Versions(ctx context.Context, id ID) ([]GoldenVersion, error)
	// Alike returns the records in use that are known by one of the keys, in no particular order, at most a hundred.
	Alike(ctx context.Context, domain DomainName, keys []RecordKey) ([]Likeness, error)
	// Lineage returns the present origin of each attribute.
	Lineage(ctx context.Context, id ID) ([]Lineage, error)
}

// RecordRepo writes golden records.
type RecordRepo interface {
	RecordReader
	// Create inserts version 1 with its history and the lineage of every attribute. A canonical code that another record
	// of the domain holds is CodeRecordCodeTaken.
	Create(ctx context.Context, record GoldenRecord, codeAttribute, nameAttribute AttributeID, origin Lineage) error
	// Update stores the record as version record.Version, which must follow the stored one (else CodeRecordStale),
	// with its history; origin becomes the lineage of the attributes named in changed.
	Update(ctx context.Context, record GoldenRecord, codeAttribute, nameAttribute AttributeID, changed []AttributeID, origin Lineage) error
	// Identify puts other keys in the place of those by which the record is found.
	Identify(ctx context.Context, record GoldenRecord, keys []RecordKey) error
}

// MappingQuery selects code mappings; the zero value of a field does not restrict.
type MappingQuery struct {
	Domain DomainName
	System SystemID
	Plants PlantScope
	State  MappingState
	Text   string // start of the code, ignoring case
	Page
}

// MappingReader reads code mappings.
type MappingReader interface {
	// ByRecord returns all mappings of a record, live and ended.
	ByRecord(ctx context.Context, record ID) ([]CodeMapping, error)
	// ByRecords returns the live mappings of the records to one system; any number may be asked for.
	ByRecords(ctx context.Context, system SystemID, records []ID) ([]CodeMapping, error)
	// ByKey returns all mappings of one code, live and ended.
	ByKey(ctx context.Context, key MappingKey) ([]CodeMapping, error)
	// ByKeys returns the live mappings of a system's codes of one type; key.Key is not looked at.
	ByKeys(ctx context.Context, key MappingKey, keys []string) ([]CodeMapping, error)
	// List returns mappings by ID and the cursor of the next page. Plants restricts to mappings of those plants.
	List(ctx context.Context, q MappingQuery) ([]CodeMapping, string, error)
}

// MappingRepo writes code mappings.
type MappingRepo interface {
	MappingReader
	// Put inserts (Version 1) or updates (the stored version + 1, else CodeMappingStale) a mapping. One that would give a
	// code two meanings on some day is CodeMappingOverlap; one that would give a record two default codes in a system on
	// some day is CodeMappingDefault. Each version is kept with the instant it was recorded.
	Put(ctx context.Context, mapping CodeMapping) error
}

// UseReader reads the plants' use of records.
type UseReader interface {
	// ByRecord returns the use of a record at every plant that has one.
	ByRecord(ctx context.Context, record ID) ([]PlantUse, error)
	// ByRecords returns the use of the records at one plant; any number may be asked for.
	ByRecords(ctx context.Context, plant PlantID, records []ID) ([]PlantUse, error)
}

// UseRepo writes the plants' use of records.
type UseRepo interface {
	UseReader
	// Put inserts or replaces the use of one record at one plant.
	Put(ctx context.Context, use PlantUse) error
}

// SystemReader reads source systems.
type SystemReader interface {
	// ByID returns CodeSystemUnknown when there is none.
	ByID(ctx context.Context, id SystemID) (SourceSystem, error)
	// List returns all systems by ID.
	List(ctx context.Context) ([]SourceSystem, error)
}

// SystemRepo writes source systems.
type SystemRepo interface {
	SystemReader
	// Put inserts (Version 1) or updates (the stored version + 1, else CodeSystemStale).
	Put(ctx context.Context, system SourceSystem) error
}

// PlantReader reads plants.
type PlantReader interface {
	// ByID returns CodePlantUnknown when there is none.
	ByID(ctx context.Context, id PlantID) (Plant, error)
	// List returns all plants by ID.
	List(ctx context.Context) ([]Plant, error)
}

// PlantRepo writes plants.
type PlantRepo interface {
	PlantReader
	// Put inserts (Version 1) or updates (the stored version + 1, else CodeSystemStale).
	Put(ctx context.Context, plant Plant) error
}

// PlanReader reads reconciliation plans.
type PlanReader interface {
	// ByID returns CodePlanUnknown when there is none.
	ByID(ctx context.Context, id string) (Plan, error)
	// List returns all plans by ID.
	List(ctx context.Context) ([]Plan, error)
}

// PlanRepo writes reconciliation plans.
type PlanRepo interface {
	PlanReader
	// Put inserts (Version 1) or updates (the stored version + 1, else CodeSystemStale).
	Put(ctx context.Context, plan Plan) error
}

// RequestQuery selects change requests; the zero value of a field does not restrict.
type RequestQuery struct {
	State RequestState
	Kind  RequestKind
	// Look selects by how far the second look is.
	Look SecondLook
	// Plants restricts to requests of those plants; requests of no one plant are always included.
	Plants PlantScope
	Page
}

// RequestReader reads change requests.
type RequestReader interface {
	// ByID returns CodeRequestUnknown when there is none.
	ByID(ctx context.Context, id ID) (ChangeRequest, error)
	// Items returns the items from position offset on, at most limit, in order; limit 0 means all.
	Items(ctx context.Context, id ID, offset, limit int) ([]ChangeItem, error)
	// List returns requests, newest first, and the cursor of the next page.
	List(ctx context.Context, q RequestQuery) ([]ChangeRequest, string, error)
	// Due returns at most limit requests that are decided and whose ApplyAt has come, the longest due first.
	Due(ctx context.Context, now Instant, limit int) ([]ChangeRequest, error)
	// Effects returns what is noted of the items of an applied request, by position.
	Effects(ctx context.Context, id ID) ([]ItemEffect, error)
	// Reversals returns the requests that take this one back or were to, in the order they were proposed.
	Reversals(ctx context.Context, id ID) ([]ChangeRequest, error)
	// OpenOn returns the requests in review, in rework or scheduled of which an item is about one of the records.
	OpenOn(ctx context.Context, records []ID) ([]ChangeRequest, error)
}

// RequestRepo writes change requests.
type RequestRepo interface {
	RequestReader
	// Create inserts a request (Version 1) with its items.
	Create(ctx context.Context, request ChangeRequest, items []ChangeItem) error
	// Save stores the request over the version it was read at, readVersion; CodeRequestStale when that has moved.
	Save(ctx context.Context, request ChangeRequest, readVersion int) error
	// Replace keeps the items of the request's proposal before in its history and gives it new ones.
	Replace(ctx context.Context, request ChangeRequest, items []ChangeItem) error
	// Note keeps what became of items when the request was applied.
	Note(ctx context.Context, request ChangeRequest, effects []ItemEffect) error
}

// DiscrepancyQuery selects discrepancies; the zero value of a field does not restrict.
type DiscrepancyQuery struct {
	Domain    DomainName
	System    SystemID
	Class     Class
	Attribute AttributeID
	States    []DiscrepancyState
	Plants    PlantScope // restricts to discrepancies of those plants; others' and those of no plant are left out
	Pattern   string
	Record    ID
	Text      string // any part of the label or the code, ignoring case
}

// DiscrepancyMark is a discrepancy as somebody saw it.
type DiscrepancyMark struct {
	ID      ID
	Version int
}

// PatternCount counts the discrepancies of one pattern.
type PatternCount struct {
	Pattern string
	Count   int
}

// DiscrepancyReader reads discrepancies.
type DiscrepancyReader interface {
	// ByID returns CodeDiscrepancyUnknown when there is none.
	ByID(ctx context.Context, id ID) (Discrepancy, error)
	// ByIDs returns those that exist, in no particular order.
	ByIDs(ctx context.Context, ids []ID) ([]Discrepancy, error)
	// ByIdentities returns, by Finding.Identity, those that exist; any number may be asked for.
	ByIdentities(ctx context.Context, identities []string) (map[string]Discrepancy, error)
	// ByRequest returns the discrepancies a change request resolves.
	ByRequest(ctx context.Context, request ID) ([]Discrepancy, error)
	// IDs returns all matching IDs, oldest first, for a queue snapshot.
	IDs(ctx context.Context, q DiscrepancyQuery) ([]ID, error)
	// Marks is IDs with the version each has, at most limit of them; 0 means all.
	Marks(ctx context.Context, q DiscrepancyQuery, limit int) ([]DiscrepancyMark, error)
	// AcceptedUnder returns at most limit accepted ones of an acceptance.
	AcceptedUnder(ctx context.Context, acceptance ID, limit int) ([]Discrepancy, error)
	// Expired returns at most limit accepted ones whose acceptance ended on or before the day.
	Expired(ctx context.Context, day Date, limit int) ([]Discrepancy, error)
	// Patterns counts the matching ones by pattern, most first.
	Patterns(ctx context.Context, q DiscrepancyQuery) ([]PatternCount, error)
	// NotSeen returns those of the system and domain, in a state other than verified and closed, whose LastRun is not run,
	// in pages by ID.
	NotSeen(ctx context.Context, system SystemID, domain DomainName, run ID, page Page) ([]Discrepancy, string, error)
}

// DiscrepancyRepo writes discrepancies.
type DiscrepancyRepo interface {
	DiscrepancyReader
	// Put inserts (Version 1, unknown ID) or replaces. readVersion is the version it was read at, 0 for a new one; when that
	// has moved, or another has the same identity, it is CodeDiscrepancyStale.
	Put(ctx context.Context, d Discrepancy, readVersion int) error
}

// DeliveryQuery selects deliveries; the zero value of a field does not restrict.
type DeliveryQuery struct {
	System  SystemID
	States  []DeliveryState
	Request ID
	Plants  PlantScope // restricts to deliveries of those plants
	// DueBefore restricts to work-list entries that are due before the day.
	DueBefore Date
	Page
}

// DeliveryReader reads deliveries.
type DeliveryReader interface {
	// ByID returns CodeDeliveryUnknown when there is none.
	ByID(ctx context.Context, id ID) (Delivery, error)
	// ByDiscrepancy returns the deliveries that resolve a discrepancy, by sequence.
	ByDiscrepancy(ctx context.Context, discrepancy ID) ([]Delivery, error)
	// Dependants returns those that have the delivery as a prerequisite, by sequence.
	Dependants(ctx context.Context, id ID) ([]Delivery, error)
	// OpenOf returns those of one system and record in a blocking state, by sequence.
	OpenOf(ctx context.Context, system SystemID, record ID) ([]Delivery, error)
	// List returns deliveries, newest first, and the cursor of the next page.
	List(ctx context.Context, q DeliveryQuery) ([]Delivery, string, error)
	// Counts counts deliveries by system and state.
	Counts(ctx context.Context, plants PlantScope) (map[SystemID]map[DeliveryState]int, error)
}

// DeliveryRepo enqueues deliveries and records their outcomes.
type DeliveryRepo interface {
	DeliveryReader
	// Enqueue inserts a delivery and gives it the next sequence; one whose IdempotencyKey exists is CodeDuplicate.
	Enqueue(ctx context.Context, d Delivery) error
	// Save stores the delivery over the version it was read at; CodeDeliveryLease when that, or its fence, has moved.
	Save(ctx context.Context, d Delivery, readVersion int) error
	// Release lets the delivery go without some of its prerequisites.
	Release(ctx context.Context, d Delivery, prerequisites []ID) error
}

// UserReader reads local accounts.
type UserReader interface {
	// ByLogin returns CodeUserUnknown when there is none.
	ByLogin(ctx context.Context, login string) (User, error)
	// List returns all accounts by login.
	List(ctx context.Context) ([]User, error)
}

// UserRepo writes local accounts.
type UserRepo interface {
	UserReader
	// Put inserts or replaces an account with its roles.
	Put(ctx context.Context, user User) error
}

// AuditReader reads the audit trail.
type AuditReader interface {
	// Chains lists the chains there are.
	Chains(ctx context.Context) ([]string, error)
	// Entries returns at most limit entries of a chain with a sequence above after, in order.
	Entries(ctx context.Context, chain string, after int64, limit int) ([]AuditEntry, error)
	// Recent returns entries of all chains, newest first, and the cursor of the next page.
	Recent(ctx context.Context, page Page) ([]AuditEntry, string, error)
	// Head returns the sequence and hash a chain ends with, as kept apart from the entries, so that a cut tail shows.
	Head(ctx context.Context, chain string) (sequence int64, hash string, err error)
}

// ImportReader reads imports.
type ImportReader interface {
	// ByID returns CodeImportUnknown when there is none.
	ByID(ctx context.Context, id ID) (Import, error)
	// Rows returns the rows from position offset on, at most limit, in file order; limit 0 means all.
	Rows(ctx context.Context, id ID, offset, limit int) ([]ImportRow, error)
	// List returns imports, newest first, and the cursor of the next page.
	List(ctx context.Context, plants PlantScope, page Page) ([]Import, string, error)
}

// ImportRepo ties an import to the change request it became.
type ImportRepo interface {
	ImportReader
	// Submit marks a previewed import as submitted; CodeImportSubmitted when it already is.
	Submit(ctx context.Context, id, request ID) error
}

// RunReader reads runs and what they put aside.
type RunReader interface {
	// ByID returns CodeRunUnknown when there is none.
	ByID(ctx context.Context, id ID) (Run, error)
	// List returns runs, newest first, of one plan or, with "", of all.
	List(ctx context.Context, plan string, page Page) ([]Run, string, error)
	// LastDone returns the newest run of the plan that is done, and whether there is one.
	LastDone(ctx context.Context, plan string) (Run, bool, error)
	// Quarantined returns rows a run put aside, in order, from position offset on, at most limit.
	Quarantined(ctx context.Context, run ID, offset, limit int) ([]QuarantinedRow, error)
}

// SourceReader reads what the systems said, joined with the crosswalk as it is now.
type SourceReader interface {
	// ByKeys returns the records of a system with the given keys, gone ones included; any number may be asked for.
	ByKeys(ctx context.Context, system SystemID, domain DomainName, keys []string) ([]SourceRecord, error)
	// Count counts the records that are present.
	Count(ctx context.Context, system SystemID, domain DomainName) (int, error)
	// Linked returns present records by key, each with its live mapping, and the cursor of the next page.
	Linked(ctx context.Context, system SourceSystem, domain DomainName, day Date, page Page) ([]LinkedRecord, string, error)
	// Expected returns the live mappings of the system (of its code type) to active records of which no row is present,
	// by mapping ID, and the cursor of the next page.
	Expected(ctx context.Context, system SourceSystem, domain DomainName, day Date, page Page) ([]ExpectedRecord, string, error)
}

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
	// Encoded is the canonical encoding of the record's attributes where it has been made already, by Sealed.
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

// ImportOps keeps uploads until they are submitted.
type ImportOps interface {
	// Create keeps an upload with its rows.
	Create(ctx context.Context, i Import, rows []ImportRow) error
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
