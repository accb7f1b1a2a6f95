package domain

import "context"

// ImportPartBytes is how much of an uploaded file is kept in one piece.
const ImportPartBytes = 1 << 20

// ImportQuery selects imports.
type ImportQuery struct {
	// Plants restricts to imports of those plants. Those that are of no one system are only for their Creator and for who sees all.
	Plants  PlantScope
	Creator ActorID
	Page
}

// ImportRowQuery selects rows of an import; the zero value of a field does not restrict.
type ImportRowQuery struct {
	Import ID
	Status ImportRowStatus
	Note   NoteKind
	// Offset counts within the selection; Limit 0 means 1,000.
	Offset int
	Limit  int
}

// ImportTally counts the rows of an import: by status, and by what was noticed at them.
type ImportTally struct {
	Rows    int
	Counts  map[ImportRowStatus]int
	Noticed map[NoteKind]int
}

// ImportAnswer is what a person said to one thing that an import asks, or wants to be read otherwise. It is found again by the row
// as it was read, so that reading the file again does not ask again.
type ImportAnswer struct {
	// Row is ImportRow.Asked, Field the cell.
	Row   string
	Field ImportField
	// Text is what the cell shall say; Keep, in its place, which of two contradicting values counts.
	Text string
	Keep ImportKeep
}

// ImportKeep says which of two contradicting values counts.
type ImportKeep string

// What can be kept.
const (
	KeepFile  ImportKeep = "file"  // what the file says
	KeepKnown ImportKeep = "known" // what Crosswalk knows
)

// HandedIn is a row that is part of a change request which nobody has decided yet, or which waits to be applied.
type HandedIn struct {
	Key     string
	Request ID
	// Content is what the row said: ImportRow.Content.
	Content string
}

// ImportRowReader reads the judged rows of imports.
type ImportRowReader interface {
	// Rows returns selected rows by position.
	Rows(ctx context.Context, q ImportRowQuery) ([]ImportRow, error)
	// CountRows counts what Rows selects, whatever the query's Offset and Limit.
	CountRows(ctx context.Context, q ImportRowQuery) (int, error)
	// At returns the rows at some positions, by position; any number may be asked for.
	At(ctx context.Context, id ID, positions []int) ([]ImportRow, error)
	// ByKey returns the rows that have one of the keys, by position; any number may be asked for.
	ByKey(ctx context.Context, id ID, keys []string) ([]ImportRow, error)
	// Repeated returns the keys that more than one row has, in order, those after a key and at most limit.
	Repeated(ctx context.Context, id ID, after string, limit int) ([]string, error)
	// Pending returns rows that would change something and were not handed in: by position, those of the system and plant of the
	// first of them, at most limit.
	Pending(ctx context.Context, id ID, limit int) ([]ImportRow, error)
	// PendingPlants lists the plants of the rows that Pending returns one after the other; "" where some are of none.
	PendingPlants(ctx context.Context, id ID) ([]PlantID, error)
	// Tally counts the rows.
	Tally(ctx context.Context, id ID) (ImportTally, error)
	// HandedIn returns, by key, what was handed in of the import's rows with requests that are still open; any number of keys may be
	// asked for.
	HandedIn(ctx context.Context, id ID, keys []string) (map[string]HandedIn, error)
	// Named counts the present records of a system and domain whose keys are those of rows, of a list of records.
	Named(ctx context.Context, id ID, system SystemID, domain DomainName) (int, error)
	// Answers returns what was answered to some rows; any number may be asked for.
	Answers(ctx context.Context, id ID, rows []string) ([]ImportAnswer, error)
}

// ImportReader reads imports.
type ImportReader interface {
	ImportRowReader
	// ByID returns CodeImportUnknown when there is none.
	ByID(ctx context.Context, id ID) (Import, error)
	// Same returns the newest import of the same file, declared the same, that was neither cancelled nor failed; false for none. One
	// of no one system is only its creator's.
	Same(ctx context.Context, like Import) (Import, bool, error)
	// List returns imports, newest first, and the cursor of the next page.
	List(ctx context.Context, q ImportQuery) ([]Import, string, error)
	// Unfinished counts the imports of somebody with which a worker is not done.
	Unfinished(ctx context.Context, by ActorID) (int, error)
	// Part returns one piece of the file, counted from 0; empty after the last.
	Part(ctx context.Context, id ID, position int) ([]byte, error)
	// Profiles returns the layouts that were used for a system's files of a kind, the last used first, at most 100.
	Profiles(ctx context.Context, system SystemID, domain DomainName, kind ImportKind) ([]ImportProfile, error)
	// ProfileNames returns the names of profiles by ID.
	ProfileNames(ctx context.Context, ids []ID) (map[ID]string, error)
	// CodeWidths counts, by length, the known codes of a system that are made of digits only, and how many of all of them begin with
	// a zero: those that are mapped and those that it was read with. SystemCanonical asks for the golden records' own.
	CodeWidths(ctx context.Context, domain DomainName, system SystemID) (widths map[int]int, zeros int, err error)
}

// ImportRepo ties imports to what they became.
type ImportRepo interface {
	ImportReader
	// Submitted notes that rows of the import were handed in with the request, by the worker that has the fence; CodeImportLost.
	Submitted(ctx context.Context, i Import, request ID, rows []ImportRow) error
	// Judge stores rows' new verdicts, by the worker that has the fence; CodeImportLost.
	Judge(ctx context.Context, i Import, rows []ImportRow) error
}

// ImportOps keeps uploads and what is understood of them. One replica works on an import at a time, under a lease.
type ImportOps interface {
	ImportReader
	// Create keeps a new import.
	Create(ctx context.Context, i Import) error
	// AppendPart adds the next piece of the file.
	AppendPart(ctx context.Context, id ID, position int, data []byte) error
	// DropParts forgets the file.
	DropParts(ctx context.Context, id ID) error
	// Save stores the import over the version it was read at. Where that has moved it is CodeImportLost if the fence has, which a
	// worker then has no longer, else CodeImportStale.
	Save(ctx context.Context, i Import, readVersion int) error
	// Claim leases the oldest import that waits or is to be handed in, or is under way with an expired lease, with the next fence and
	// as one more attempt; and says whether there was one. One that waits is read from then on.
	Claim(ctx context.Context, owner string, until Instant) (Import, bool, error)
	// Extend prolongs the lease; CodeImportLost unless the fence is still the stored one and the import is under way.
	Extend(ctx context.Context, id ID, fence int64, until Instant) error
	// Progress notes how far a worker has come; CodeImportLost as for Extend.
	Progress(ctx context.Context, i Import) error
	// ClearRows forgets the rows; what was handed in stays known.
	ClearRows(ctx context.Context, id ID) error
	// AddRows adds judged rows.
	AddRows(ctx context.Context, id ID, rows []ImportRow) error
	// Judge stores rows' new verdicts: what they are about, their status, message, notes and values.
	Judge(ctx context.Context, id ID, rows []ImportRow) error
	// Answer keeps answers, in the place of earlier ones to the same.
	Answer(ctx context.Context, id ID, answers []ImportAnswer) error
	// PutProfile keeps a layout, in the place of the one of the same system, domain, kind and name; that one's ID stays.
	PutProfile(ctx context.Context, profile ImportProfile) error
	// DropBefore forgets files (not what came of them) of imports that were made before an instant and are not under way, and
	// returns of how many.
	DropBefore(ctx context.Context, before Instant) (int, error)
}
