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
	Registration  RegistrationReader
	// RecordRequests are the plants' wishes for new records.
	RecordRequests RecordRequestReader
	MatchRules     MatchRuleReader
	// Verdicts are people's word about pairs that may be one thing, Matches what was last proposed.
	Verdicts VerdictReader
	Matches  MatchReader
	Merges   MergeReader
	Exports  ExportReader
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
	MatchRules     MatchRuleRepo
	Verdicts       VerdictRepo
	// Now is the transaction's instant, the same for all it writes.
	Now Instant
}

// RecordQuery selects golden records; the zero value of a field does not restrict, but merged records are left out unless State
// asks for them: what Text finds of them is found as the record that answers for them.
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
	// AtVersions returns, by ID, how the records stood at the versions asked for; what there never was is left out. Any number
	// may be asked for.
	AtVersions(ctx context.Context, versions map[ID]int) (map[ID]GoldenVersion, error)
	// Alike returns the records in use that are known by one of the keys, themselves or through one that was merged into them, in
	// no particular order, at most a hundred for each key.
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
	// Trace adds the origins of attributes of the record's present version, which Update was not told of.
	Trace(ctx context.Context, record GoldenRecord, origins []Lineage) error
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
	Record    ID     // also where the difference is of a code that another record has through this one
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
	// Unlinked returns present records by key whose values can be trusted and whose code (of the system's code type) has no live
	// mapping on the day, and the cursor of the next page.
	Unlinked(ctx context.Context, system SourceSystem, domain DomainName, day Date, page Page) ([]SourceRecord, string, error)
}
