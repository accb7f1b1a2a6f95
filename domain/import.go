package domain

import (
	"maps"
	"slices"
	"strings"
)

// ImportKind is what an upload declares itself to be.
type ImportKind string

// The kinds of an upload. Only a complete list of records may conclude that something is missing.
const (
	ImportMapping         ImportKind = "mapping"          // a plant's codes and what they stand for
	ImportRecordsPartial  ImportKind = "records-partial"  // some of a system's records, as that system has them
	ImportRecordsComplete ImportKind = "records-complete" // all of them: what is not named is gone
	ImportGolden          ImportKind = "golden"           // an edited export of golden records
)

// ImportKinds lists the kinds.
func ImportKinds() []ImportKind {
	return []ImportKind{ImportMapping, ImportRecordsPartial, ImportRecordsComplete, ImportGolden}
}

// ImportState is the life of an import.
type ImportState string

// The states of an import.
const (
	ImportWaiting    ImportState = "waiting"    // received, or its layout was corrected: a worker will read it
	ImportReading    ImportState = "reading"    // a worker reads and judges it
	ImportAsking     ImportState = "asking"     // which columns hold what could not be guessed: a person says so
	ImportPreviewed  ImportState = "previewed"  // every row is judged; nothing is changed
	ImportSubmitting ImportState = "submitting" // a worker makes change requests, or a run, of it
	ImportSubmitted  ImportState = "submitted"
	ImportFailed     ImportState = "failed"
	ImportCancelled  ImportState = "cancelled"
)

// ImportMachine is the table of an import's states. A mended file of a submitted import is read again: what was handed in stays so.
func ImportMachine() Machine[ImportState] {
	return Machine[ImportState]{
		Name: "import", Initial: ImportWaiting,
		States: []ImportState{
			ImportWaiting, ImportReading, ImportAsking, ImportPreviewed, ImportSubmitting, ImportSubmitted, ImportFailed, ImportCancelled,
		},
		Moves: map[ImportState][]ImportState{
			ImportWaiting:    {ImportReading, ImportFailed, ImportCancelled},
			ImportReading:    {ImportAsking, ImportPreviewed, ImportFailed, ImportCancelled},
			ImportAsking:     {ImportWaiting, ImportCancelled},
			ImportPreviewed:  {ImportWaiting, ImportSubmitting, ImportCancelled},
			ImportSubmitting: {ImportSubmitted, ImportPreviewed, ImportFailed},
			ImportSubmitted:  {ImportWaiting},
			ImportFailed:     {ImportWaiting, ImportCancelled},
		},
	}
}

// ImportRowStatus says what became of one row of an imported file.
type ImportRowStatus string

// The statuses of an import row.
const (
	ImportNew      ImportRowStatus = "new"
	ImportChanged  ImportRowStatus = "changed"
	ImportSame     ImportRowStatus = "same"
	ImportConflict ImportRowStatus = "conflict" // somebody else says otherwise: a person decides
	ImportWrong    ImportRowStatus = "wrong"
)

// ImportRowStatuses lists the statuses, what is to be done first.
func ImportRowStatuses() []ImportRowStatus {
	return []ImportRowStatus{ImportWrong, ImportConflict, ImportNew, ImportChanged, ImportSame}
}

// NoteWeight says how much a note counts.
type NoteWeight string

// The weights of a note.
const (
	NoteHint    NoteWeight = "hint"    // worth knowing; the row was taken as it is
	NoteSuggest NoteWeight = "suggest" // there is a better reading; it is not taken unless a person says so
	NoteWrong   NoteWeight = "wrong"   // the cell cannot be used
)

// NoteKind names what was noticed at a cell; it is API.
type NoteKind string

// What can be noticed. The first block is seen in the cell alone, the second needs what Crosswalk knows.
const (
	NoteExponent      NoteKind = "exponent"       // 1E+05: the digits are lost
	NoteDigitsLost    NoteKind = "digits_lost"    // a number of more than 15 digits: the last ones are zeros now
	NoteDateCode      NoteKind = "date_code"      // a code that the spreadsheet turned into a date
	NoteDateOrder     NoteKind = "date_order"     // a date whose day and month cannot be told apart
	NoteLookalike     NoteKind = "lookalike"      // letters of another script that look like ours
	NoteSpace         NoteKind = "space"          // blanks that cannot be seen: they were left out
	NoteFormulaEmpty  NoteKind = "formula_empty"  // a formula whose value was never calculated
	NoteErrorValue    NoteKind = "error_value"    // #N/A, #REF!
	NotePlaceholder   NoteKind = "placeholder"    // "n/a", "-", "see above": says nothing
	NoteSeveral       NoteKind = "several"        // several codes in one cell: each became a row
	NoteMerged        NoteKind = "merged"         // the value comes from a merged cell above or to the left
	NoteHiddenRow     NoteKind = "hidden_row"     // the row is hidden in the sheet; it was taken
	NoteTotals        NoteKind = "totals"         // a row of sums: it was left out
	NoteColour        NoteKind = "colour"         // the row is coloured unlike others: colours are not read
	NoteStruck        NoteKind = "struck"         // the row is struck through: that is not read
	NoteNumber        NoteKind = "number"         // not a number in the way the file writes numbers
	NoteZerosLost     NoteKind = "zeros_lost"     // a number where known codes have leading zeros: Suggestion is the padded code
	NoteUnknownTarget NoteKind = "unknown_target" // nobody knows the canonical code
	NoteUnknownPlant  NoteKind = "unknown_plant"  // nobody knows the plant, or it is not the uploader's
	NoteTwice         NoteKind = "twice"          // the file says two things of one code, or one thing twice
	NoteUnit          NoteKind = "unit"           // the unit does not fit that of the record
	NoteStale         NoteKind = "stale"          // somebody changed it since the export
	NoteLocked        NoteKind = "locked"         // an id or version of the export was changed
	NoteValue         NoteKind = "value"          // the value does not fit the attribute
)

// NeedsKnown says that what was noticed is not seen in the file alone: when what is known changes, it may be otherwise.
func (k NoteKind) NeedsKnown() bool {
	switch k {
	case NoteZerosLost, NoteUnknownTarget, NoteUnknownPlant, NoteTwice, NoteUnit, NoteStale, NoteLocked, NoteValue:
		return true
	default:
		return false
	}
}

// ImportNote is one thing that was noticed at a cell.
type ImportNote struct {
	// Cell is where: "Items!C14"; "" for the whole row.
	Cell   string
	Kind   NoteKind
	Weight NoteWeight
	// Message is a plain sentence. Suggestion is what the cell could say instead; "" for none.
	Message    string
	Suggestion string
}

// ImportField is what a column of an uploaded table holds: one of the constants, or "attribute:" and an attribute's ID.
type ImportField string

// The fields of a table.
const (
	FieldIgnored   ImportField = ""
	FieldCode      ImportField = "code"   // the plant's own code
	FieldTarget    ImportField = "target" // the canonical code
	FieldPlant     ImportField = "plant"  // which plant the row is of
	FieldName      ImportField = "name"   // what the plant calls it; for people, and for suggestions
	FieldRelation  ImportField = "relation"
	FieldFactor    ImportField = "factor"
	FieldUnit      ImportField = "unit"
	FieldValidFrom ImportField = "valid_from"
	FieldValidTo   ImportField = "valid_to"
	FieldRemark    ImportField = "remark"
	// FieldID and FieldVersion are those of our own exports: of the mapping or the record, as it was exported.
	FieldID      ImportField = "id"
	FieldVersion ImportField = "version"
)

// AttributeField is the field of an attribute.
func AttributeField(id AttributeID) ImportField { return "attribute:" + ImportField(id) }

// ImportColumn says what one column holds.
type ImportColumn struct {
	// Column counts from 1. Header is what its head says, for people and to recognise the layout by.
	Column int
	Header string
	Field  ImportField
	// Plant is the plant whose codes stand in the column, where plants are columns; "" else.
	Plant PlantID
	// Language is the one a translated text of the column is in; "" is the system's.
	Language string
}

// Key is the key of the column's cells among those of an entry: its field and the language that the column is in, so that the
// columns of several do not fall on one: "attribute:name#de".
func (c ImportColumn) Key() ImportField {
	if c.Language == "" {
		return c.Field
	}
	return c.Field + "#" + ImportField(c.Language)
}

// Attribute is the attribute that the column holds, with its place behind it, and whether it holds one.
func (c ImportColumn) Attribute() (AttributeID, bool) {
	raw, ofAttribute := strings.CutPrefix(string(c.Field), string(AttributeField("")))
	id := AttributeID(raw)
	if ofAttribute && c.Plant != "" && id == id.Plain() {
		id = id.At(Place{Plant: c.Plant})
	}
	return id, ofAttribute
}

// ImportLayout says how a table is to be read. It is guessed, a person may correct it, and it is remembered as a profile.
type ImportLayout struct {
	// Sheet is the sheet's name, "" in a CSV file. EverySheet reads all visible sheets of the same head, each named for a plant.
	Sheet      string
	EverySheet bool
	// HeaderRow is the first row of the head, counted from 1; HeaderRows is 1, or 2 where heads are stacked.
	HeaderRow  int
	HeaderRows int
	Columns    []ImportColumn
	// Decimal is the sign between a number and its fraction in texts, "." or ","; DateOrder is "dmy", "mdy" or "ymd". Where they
	// are "" nobody knows: a text that could be read in two ways is wrong.
	Decimal   string
	DateOrder string
	// SkipHidden leaves out hidden rows.
	SkipHidden bool
	// SplitCodes makes a row of each code of a cell that holds several; without it such a cell is wrong.
	SplitCodes bool
	// Delimiter and Encoding are those of a CSV file.
	Delimiter string
	Encoding  string
}

// Column finds the column of a field.
func (l ImportLayout) Column(field ImportField) (ImportColumn, bool) {
	for _, c := range l.Columns {
		if c.Field == field {
			return c, true
		}
	}
	return ImportColumn{}, false
}

// ImportProfile is a layout that was used for a plant's files, to be used again where the same heads stand.
type ImportProfile struct {
	ID     ID
	Name   string
	System SystemID
	Domain DomainName
	Kind   ImportKind
	Layout ImportLayout
	UsedAt Instant
	UsedBy ActorID
	// Version counts from 1.
	Version int
}

// ImportCell is one cell as it was taken.
type ImportCell struct {
	// At is where it stands: "C14".
	At   string
	Text string
}

// ImportEntry is one row of a table as it was read: what it says, not yet what that means. A row of the sheet gives several
// where plants are columns or a cell holds several codes.
type ImportEntry struct {
	Sheet string
	// Line is the row in the sheet (in a CSV file the line), from 1; Part counts the entries of a row from 0.
	Line int
	Part int
	// Plant is the plant that a tab or column's head names; "" where the import's own is meant.
	Plant PlantID
	// Cells are those of all columns that hold something, blank ones too. An entry without any only says what was left out, and why.
	Cells map[ImportField]ImportCell
	Notes []ImportNote
	// Asked is that of the row it was before, where it is judged anew; "" else.
	Asked string
}

// Text is what a field's cell says; "" where there is none.
func (e ImportEntry) Text(field ImportField) string { return e.Cells[field].Text }

// Cell names the place of a field's cell as people write it: "Items!C14", "C14" in a CSV file.
func (e ImportEntry) Cell(field ImportField) string {
	at := e.Cells[field].At
	if at == "" || e.Sheet == "" {
		return at
	}
	return e.Sheet + "!" + at
}

// Spoilt says that a cell of the entry cannot be used.
func (e ImportEntry) Spoilt() bool {
	for _, n := range e.Notes {
		if n.Weight == NoteWrong {
			return true
		}
	}
	return false
}

// ImportRow is one row of an import, judged.
type ImportRow struct {
	// Position is its place in the import, from 0.
	Position int
	Sheet    string
	Line     int
	Part     int
	// Key recognises the row in a mended file: the code with its system, or the record. System and Plant are those it is about.
	Key    string
	System SystemID
	Plant  PlantID
	Code   string
	Target string
	Status ImportRowStatus
	// Message is the reason in one sentence; Notes are all that was noticed.
	Message string
	Notes   []ImportNote
	Record  ID
	// Base is the version the row was exported at; 0 for a file that is no export of ours.
	Base int
	// Before and After are the values that differ: what is known, and what the row says.
	Before Attributes
	After  Attributes
	// Cells are what was read, before any answer; the row can be judged anew by them. Asked recognises it by them, for answers.
	Cells map[ImportField]ImportCell
	Asked string
	// Request is the change request in which the row was handed in; zero before.
	Request ID
}

// Content is what the row says, for telling whether a row of the same key says something else.
func (r ImportRow) Content() string {
	var content strings.Builder
	content.WriteString(r.Target) // as it was understood, or answered
	for _, field := range slices.Sorted(maps.Keys(r.Cells)) {
		switch field {
		case FieldCode, FieldTarget, FieldPlant, FieldName, FieldRemark, FieldID, FieldVersion:
			continue
		default:
		}
		if text := r.Cells[field].Text; text != "" {
			content.WriteString("\n" + string(field) + "=" + text)
		}
	}
	return content.String()
}

// Entry is what was read of the row, without what was noticed since.
func (r ImportRow) Entry() ImportEntry {
	entry := ImportEntry{Sheet: r.Sheet, Line: r.Line, Part: r.Part, Plant: r.Plant, Cells: r.Cells, Asked: r.Asked}
	for _, note := range r.Notes {
		if !note.Kind.NeedsKnown() {
			entry.Notes = append(entry.Notes, note)
		}
	}
	return entry
}

// Import is an uploaded file and what was understood of it.
type Import struct {
	ID   ID
	Kind ImportKind
	// System and Plant are what the file was declared to be of; "" where its plants are columns, tabs or cells.
	System   SystemID
	Plant    PlantID
	Domain   DomainName
	FileName string
	FileHash string // hex SHA-256
	Bytes    int64
	State    ImportState
	Layout   ImportLayout
	// Guessed says that nobody has confirmed the layout; Profile is the profile it comes from.
	Guessed bool
	Profile ID
	Counts  map[ImportRowStatus]int
	// Absent is how many known records a complete list does not name.
	Absent int
	// Noticed counts the notes by kind.
	Noticed map[NoteKind]int
	// LeftOut counts the rows that are none, such as those of sums, by why they were left out.
	LeftOut map[NoteKind]int
	// Done and Total are rows read so far and rows there are, as far as that is known; 0 where not.
	Done  int
	Total int
	// Revision counts the files that were handed in for it: 1, and one more with each mended one.
	Revision int
	// Message and Code say why it failed or asks.
	Message   string
	Code      string
	CreatedBy ActorID
	CreatedAt Instant
	// Reason is what its submission says; Strict asks for all rows or none.
	Reason string
	Strict bool
	// SubmittedBy handed it in. Requests are what it became, Run is the run that took its records.
	SubmittedBy ActorID
	Requests    []ID
	Run         ID
	// Plants are those for which its uploader may propose, as it was when the file was handed in: rows of others are wrong.
	Plants     PlantScope
	LeaseOwner string
	LeaseUntil Instant
	Fence      int64
	Attempt    int
	Version    int
}

// Scope is where somebody must hold a right to do something with the import.
func (i Import) Scope() Scope { return Scope{Domain: i.Domain, Plant: i.Plant, System: i.System} }

// SeenBy says whether somebody may know of the import. One of no one system is of several plants, which may not know of each
// other's codes: it is only for who handed it in, and for who may see all.
func (i Import) SeenBy(by Actor) bool {
	return by.May(ActionRead, i.Scope()) || (i.System == "" && by.ID == i.CreatedBy)
}

// Finished says that no worker has anything to do with it.
func (i Import) Finished() bool {
	switch i.State {
	case ImportWaiting, ImportReading, ImportSubmitting:
		return false
	default:
		return true
	}
}

// Moved returns i in another state.
func (i Import) Moved(to ImportState) (Import, error) {
	if err := ImportMachine().Check(i.State, to); err != nil {
		return i, err
	}
	i.State = to
	i.Version++
	return i, nil
}

// Mended returns i with another file in place of its own: what the person who handed it in has put right. CodeImportState while a
// worker is at it.
func (i Import) Mended(upload Import) (Import, error) {
	again, err := i.again()
	if err != nil {
		return i, err
	}
	again.FileName, again.FileHash, again.Bytes, again.Plants = upload.FileName, upload.FileHash, upload.Bytes, upload.Plants
	again.Layout, again.Guessed, again.Profile = ImportLayout{}, true, ID{}
	again.Revision++
	return again, nil
}

// LaidOut returns i to be read again by a layout that a person has said. CodeImportState while a worker is at it.
func (i Import) LaidOut(layout ImportLayout) (Import, error) {
	again, err := i.again()
	if err != nil {
		return i, err
	}
	again.Layout, again.Guessed, again.Profile = layout, false, ID{}
	return again, nil
}

// again is i waiting to be read from the beginning.
func (i Import) again() (Import, error) {
	if !ImportMachine().Can(i.State, ImportWaiting) {
		return i, Conflict(CodeImportState, "the import %q is %s; it cannot be read again now", i.FileName, string(i.State))
	}
	again, err := i.Moved(ImportWaiting)
	again.Counts, again.Noticed, again.Absent, again.Done, again.Total = nil, nil, 0, 0, 0
	again.Message, again.Code, again.Run = "", "", ID{}
	return again.released(), err
}

// Cancelled returns i given up: nothing more is done with it. CodeImportState when it is handed in already or over.
func (i Import) Cancelled() (Import, error) {
	if !ImportMachine().Can(i.State, ImportCancelled) {
		return i, Conflict(CodeImportState, "the import %q is %s and cannot be cancelled", i.FileName, string(i.State))
	}
	cancelled, err := i.Moved(ImportCancelled)
	return cancelled.released(), err
}

// HandedIn returns i as one that a worker is to make change requests of, or a run.
func (i Import) HandedIn(by ActorID, reason string, strict bool) (Import, error) {
	switch {
	case i.State == ImportSubmitting || i.State == ImportSubmitted:
		return i, Conflict(CodeImportSubmitted, "the import %q has been submitted already", i.FileName)
	case i.State != ImportPreviewed:
		return i, Conflict(CodeImportState, "the import %q is %s; it can be handed in when all its rows are judged", i.FileName, string(i.State))
	case strict && i.Counts[ImportWrong]+i.Counts[ImportConflict] > 0:
		return i, Conflict(CodeImportFaulty, "%d rows are wrong and %d in conflict: all rows were to be handed in, or none",
			i.Counts[ImportWrong], i.Counts[ImportConflict])
	}
	handed, err := i.Moved(ImportSubmitting)
	handed.SubmittedBy, handed.Reason, handed.Strict, handed.Done, handed.Attempt = by, reason, strict, 0, 0
	handed.Message, handed.Code = "", ""
	return handed.released(), err
}

// Ended returns i where a worker leaves it, with what people should know.
func (i Import) Ended(state ImportState, code, message string) (Import, error) {
	ended, err := i.Moved(state)
	ended.Code, ended.Message, ended.LeaseOwner, ended.LeaseUntil = code, message, "", 0
	return ended, err
}

// released is i without its worker, who from now on has lost it.
func (i Import) released() Import {
	i.Fence++
	i.LeaseOwner, i.LeaseUntil = "", 0
	return i
}
