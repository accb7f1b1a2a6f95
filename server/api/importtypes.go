package api

import (
	"maps"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// Import is an uploaded file and what was understood of it.
type Import struct {
	ID               string         `json:"id"`
	Kind             string         `json:"kind" enum:"mapping,records-partial,records-complete,golden"`
	System           string         `json:"system"`
	Plant            string         `json:"plant"`
	Domain           string         `json:"domain"`
	FileName         string         `json:"file_name"`
	Bytes            int64          `json:"bytes"`
	State            string         `json:"state" enum:"waiting,reading,asking,previewed,submitting,submitted,failed,cancelled"`
	Layout           ImportLayout   `json:"layout"`
	Guessed          bool           `json:"guessed" doc:"nobody has confirmed the layout"`
	Profile          *ImportProfile `json:"profile,omitempty" doc:"the layout that was used before and is used again; left out for none"`
	Counts           ImportCounts   `json:"counts"`
	Absent           int            `json:"absent" doc:"how many known records a complete list does not name"`
	Noticed          map[string]int `json:"noticed" doc:"how many rows have a note of a kind"`
	LeftOut          map[string]int `json:"left_out" doc:"how many rows were left out because they are none, such as those of sums, by kind of note"`
	Done             int            `json:"done" doc:"rows read or handed in so far"`
	Total            int            `json:"total" doc:"rows there are, as far as that is known; 0 where not"`
	Revision         int            `json:"revision" doc:"1, and one more with each mended file"`
	Message          string         `json:"message" doc:"why it failed, or what it asks"`
	Code             string         `json:"code"`
	Reason           string         `json:"reason"`
	Strict           bool           `json:"strict"`
	CreatedBy        string         `json:"created_by"`
	CreatedAt        string         `json:"created_at"`
	SubmittedBy      string         `json:"submitted_by"`
	ChangeRequestID  string         `json:"change_request_id" doc:"the first of change_request_ids"`
	ChangeRequestIDs []string       `json:"change_request_ids"`
	RunID            string         `json:"run_id"`
	Version          int            `json:"version"`
}

// ImportProfile is a layout that was used before.
type ImportProfile struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ImportCounts count an import's rows by status.
type ImportCounts struct {
	New      int `json:"new"`
	Changed  int `json:"changed"`
	Same     int `json:"same"`
	Conflict int `json:"conflict"`
	Wrong    int `json:"wrong"`
}

// ImportLayout says how a table is read.
type ImportLayout struct {
	Sheet      string         `json:"sheet" maxLength:"200"`
	EverySheet bool           `json:"every_sheet" doc:"all visible sheets of the same head, each named for a plant"`
	HeaderRow  int            `json:"header_row" minimum:"0" maximum:"1048576" doc:"the first row of the head, from 1"`
	HeaderRows int            `json:"header_rows" minimum:"0" maximum:"2"`
	Columns    []ImportColumn `json:"columns" maxItems:"16384"`
	Decimal    string         `json:"decimal" maxLength:"1" doc:"the sign before a fraction: a point or a comma"`
	DateOrder  string         `json:"date_order" maxLength:"3" doc:"dmy, mdy or ymd"`
	SkipHidden bool           `json:"skip_hidden"`
	SplitCodes bool           `json:"split_codes" doc:"a row for each code of a cell that holds several"`
	Delimiter  string         `json:"delimiter" maxLength:"4"`
	Encoding   string         `json:"encoding" maxLength:"40"`
}

// ImportColumn says what one column holds.
type ImportColumn struct {
	Column   int    `json:"column" minimum:"1" maximum:"16384"`
	Header   string `json:"header" maxLength:"1000"`
	Field    string `json:"field" maxLength:"100" doc:"one of the import's fields; nothing where the column is ignored"`
	Plant    string `json:"plant" maxLength:"100" doc:"whose codes stand in the column, where plants are columns"`
	Language string `json:"language" maxLength:"20"`
}

// ImportSheets are the sheets of a file.
type ImportSheets struct {
	Sheets []ImportSheet `json:"sheets"`
}

// ImportSheet is one sheet of a file.
type ImportSheet struct {
	Name    string `json:"name"`
	Hidden  bool   `json:"hidden"`
	Rows    int    `json:"rows"`
	Columns int    `json:"columns"`
}

// ImportSample are the first rows of a sheet.
type ImportSample struct {
	Sheet string            `json:"sheet"`
	Rows  []ImportSampleRow `json:"rows"`
}

// ImportSampleRow is one row as it looks.
type ImportSampleRow struct {
	Line   int                `json:"line"`
	Hidden bool               `json:"hidden"`
	Cells  []ImportSampleCell `json:"cells"`
}

// ImportSampleCell is one cell as it looks.
type ImportSampleCell struct {
	Column int    `json:"column"`
	Text   string `json:"text"`
	Merged bool   `json:"merged"`
}

// ImportFields are what the columns of an import may hold.
type ImportFields struct {
	Fields []ImportFieldInfo `json:"fields"`
}

// ImportFieldInfo is one thing that a column may hold.
type ImportFieldInfo struct {
	Field    string `json:"field"`
	Label    string `json:"label"`
	Required bool   `json:"required"`
	Help     string `json:"help"`
}

// ImportRow is one row of an import, judged.
type ImportRow struct {
	Position  int               `json:"position"`
	Sheet     string            `json:"sheet"`
	Line      int               `json:"line" doc:"in the sheet; the header is usually line 1"`
	Part      int               `json:"part" doc:"which of the entries that the line gives, from 0"`
	System    string            `json:"system"`
	Plant     string            `json:"plant"`
	Code      string            `json:"code"`
	Target    string            `json:"target"`
	Status    string            `json:"status" enum:"new,changed,same,conflict,wrong"`
	Message   string            `json:"message"`
	Notes     []ImportNote      `json:"notes"`
	RecordID  string            `json:"record_id"`
	Base      int               `json:"base" doc:"the version that was exported; 0 for a file that is no export"`
	Changes   []ImportChange    `json:"changes" doc:"what differs: what is known, and what the row says"`
	Extra     map[string]string `json:"extra" doc:"the other cells as they were read, by field"`
	RequestID string            `json:"request_id"`
}

// ImportNote is something that was noticed at a cell.
type ImportNote struct {
	Cell       string `json:"cell"`
	Kind       string `json:"kind"`
	Weight     string `json:"weight" enum:"hint,suggest,wrong"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion" doc:"what the cell could say instead"`
}

// ImportChange is a value that differs.
type ImportChange struct {
	Attribute string `json:"attribute"`
	Label     string `json:"label"`
	Before    Value  `json:"before"`
	After     Value  `json:"after"`
}

// ImportRows is a window of an import's rows.
type ImportRows struct {
	Offset int         `json:"offset"`
	Total  int         `json:"total"`
	Rows   []ImportRow `json:"rows"`
}

// ImportAnswer is what somebody says to a row.
type ImportAnswer struct {
	Position  int    `json:"position" minimum:"0"`
	Code      string `json:"code,omitempty" maxLength:"200" doc:"what the code shall be"`
	Target    string `json:"target,omitempty" maxLength:"200" doc:"what the canonical code shall be"`
	Keep      string `json:"keep,omitempty" enum:"file,known" doc:"which of two contradicting values counts"`
	Attribute string `json:"attribute,omitempty" maxLength:"100" doc:"the one of changes that keep is about; nothing for all"`
}

func importOf(i domain.Import, profiles map[domain.ID]string) Import {
	out := Import{
		ID: i.ID.String(), Kind: string(i.Kind), System: string(i.System), Plant: string(i.Plant), Domain: string(i.Domain), FileName: i.FileName,
		Bytes: i.Bytes, State: string(i.State), Layout: layoutOf(i.Layout), Guessed: i.Guessed,
		Counts: ImportCounts{
			New: i.Counts[domain.ImportNew], Changed: i.Counts[domain.ImportChanged], Same: i.Counts[domain.ImportSame],
			Conflict: i.Counts[domain.ImportConflict], Wrong: i.Counts[domain.ImportWrong],
		},
		Absent: i.Absent, Noticed: map[string]int{}, LeftOut: map[string]int{}, Done: i.Done, Total: i.Total, Revision: i.Revision, Message: i.Message, Code: i.Code,
		Reason: i.Reason, Strict: i.Strict, CreatedBy: string(i.CreatedBy), CreatedAt: i.CreatedAt.String(), SubmittedBy: string(i.SubmittedBy),
		ChangeRequestIDs: each(i.Requests, domain.ID.String), RunID: i.Run.String(), Version: i.Version,
	}
	if len(i.Requests) > 0 {
		out.ChangeRequestID = i.Requests[0].String()
	}
	if name, known := profiles[i.Profile]; known {
		out.Profile = &ImportProfile{ID: i.Profile.String(), Name: name}
	}
	for kind, count := range i.Noticed {
		out.Noticed[string(kind)] = count
	}
	for kind, count := range i.LeftOut {
		out.LeftOut[string(kind)] = count
	}
	return out
}

func layoutOf(l domain.ImportLayout) ImportLayout {
	return ImportLayout{
		Sheet: l.Sheet, EverySheet: l.EverySheet, HeaderRow: l.HeaderRow, HeaderRows: l.HeaderRows,
		Columns: each(l.Columns, func(c domain.ImportColumn) ImportColumn {
			return ImportColumn{Column: c.Column, Header: c.Header, Field: string(c.Field), Plant: string(c.Plant), Language: c.Language}
		}),
		Decimal: l.Decimal, DateOrder: l.DateOrder, SkipHidden: l.SkipHidden, SplitCodes: l.SplitCodes, Delimiter: l.Delimiter, Encoding: l.Encoding,
	}
}

func (l ImportLayout) toDomain() domain.ImportLayout {
	return domain.ImportLayout{
		Sheet: l.Sheet, EverySheet: l.EverySheet, HeaderRow: l.HeaderRow, HeaderRows: l.HeaderRows,
		Columns: each(l.Columns, func(c ImportColumn) domain.ImportColumn {
			return domain.ImportColumn{
				Column: c.Column, Header: c.Header, Field: domain.ImportField(c.Field), Plant: domain.PlantID(c.Plant), Language: c.Language,
			}
		}),
		Decimal: l.Decimal, DateOrder: l.DateOrder, SkipHidden: l.SkipHidden, SplitCodes: l.SplitCodes, Delimiter: l.Delimiter, Encoding: l.Encoding,
	}
}

func sampleRowOf(r intake.SampleRow) ImportSampleRow {
	return ImportSampleRow{Line: r.Line, Hidden: r.Hidden, Cells: each(r.Cells, func(c intake.SampleCell) ImportSampleCell { return ImportSampleCell(c) })}
}

// importRowOf shows a row; labels are those of the attributes that may differ.
func importRowOf(r domain.ImportRow, labels map[domain.AttributeID]string) ImportRow {
	out := ImportRow{
		Position: r.Position, Sheet: r.Sheet, Line: r.Line, Part: r.Part, System: string(r.System), Plant: string(r.Plant), Code: r.Code, Target: r.Target,
		Status: string(r.Status), Message: r.Message, RecordID: r.Record.String(), Base: r.Base, Changes: []ImportChange{}, Extra: map[string]string{},
		RequestID: r.Request.String(), Notes: each(r.Notes, func(n domain.ImportNote) ImportNote {
			return ImportNote{Cell: n.Cell, Kind: string(n.Kind), Weight: string(n.Weight), Message: n.Message, Suggestion: n.Suggestion}
		}),
	}
	for _, id := range slices.Sorted(maps.Keys(r.Before.With(r.After))) {
		out.Changes = append(out.Changes, ImportChange{Attribute: string(id), Label: labels[id.Plain()], Before: Value{r.Before[id]}, After: Value{r.After[id]}})
	}
	for field, cell := range r.Cells {
		if field != domain.FieldCode && field != domain.FieldTarget {
			out.Extra[string(field)] = cell.Text
		}
	}
	return out
}
