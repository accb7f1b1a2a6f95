package workbook

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// MarkSheet is the sheet, shown by no spreadsheet, on which our own workbooks carry their mark: the first cell of column A is
// markHead, those below it, joined, are the mark.
const MarkSheet = "_crosswalk"

// markHead says what the sheet is, and the form of what follows.
const markHead = "crosswalk mark 1"

// markPiece is how many bytes of a mark stand in one cell: a cell holds 32,767 characters.
const markPiece = 16_000

// markJSON is the form of a mark.
type markJSON struct {
	Kind       string     `json:"kind"`
	System     string     `json:"system,omitempty"`
	Domain     string     `json:"domain"`
	Import     string     `json:"import,omitempty"`
	Source     string     `json:"source,omitempty"`
	ExportedAt int64      `json:"exported_at"`
	Layout     layoutJSON `json:"layout"`
}

type layoutJSON struct {
	Sheet      string       `json:"sheet"`
	EverySheet bool         `json:"every_sheet,omitempty"`
	HeaderRow  int          `json:"header_row"`
	HeaderRows int          `json:"header_rows"`
	Columns    []columnJSON `json:"columns"`
	Decimal    string       `json:"decimal"`
	DateOrder  string       `json:"date_order"`
	SkipHidden bool         `json:"skip_hidden,omitempty"`
	SplitCodes bool         `json:"split_codes,omitempty"`
	Delimiter  string       `json:"delimiter,omitempty"`
	Encoding   string       `json:"encoding,omitempty"`
}

type columnJSON struct {
	Column   int    `json:"column"`
	Header   string `json:"header"`
	Field    string `json:"field,omitempty"`
	Plant    string `json:"plant,omitempty"`
	Language string `json:"language,omitempty"`
}

// markCells are the cells of column A that carry a mark.
func markCells(mark intake.Mark) ([]string, error) {
	form := markJSON{
		Kind: string(mark.Kind), System: string(mark.System), Domain: string(mark.Domain), Source: mark.Source,
		ExportedAt: int64(mark.ExportedAt), Layout: layoutForm(mark.Layout),
	}
	if !mark.Import.IsZero() {
		form.Import = mark.Import.String()
	}
	text, err := json.Marshal(form)
	if err != nil {
		return nil, fmt.Errorf("write the mark: %w", err)
	}
	cells := []string{markHead}
	for rest := string(text); rest != ""; {
		piece := pieceOf(rest)
		cells, rest = append(cells, piece), rest[len(piece):]
	}
	return cells, nil
}

// pieceOf is the beginning of a text that fits into a cell, cut between two characters.
func pieceOf(text string) string {
	if len(text) <= markPiece {
		return text
	}
	end := markPiece
	for end > 0 && text[end]&0xC0 == 0x80 {
		end--
	}
	return text[:end]
}

// parseMark reads the mark from the cells of column A, and says whether they are one. A mark that was damaged is none: the file is
// then read as any other.
func parseMark(cells []string) (intake.Mark, bool) {
	if len(cells) < 2 || cells[0] != markHead {
		return intake.Mark{}, false
	}
	var form markJSON
	if err := json.Unmarshal([]byte(strings.Join(cells[1:], "")), &form); err != nil {
		return intake.Mark{}, false
	}
	mark := intake.Mark{
		Kind: domain.ImportKind(form.Kind), System: domain.SystemID(form.System), Domain: domain.DomainName(form.Domain), Source: form.Source,
		ExportedAt: domain.Instant(form.ExportedAt), Layout: form.Layout.layout(),
	}
	if form.Import != "" {
		id, err := domain.ParseID(form.Import)
		if err != nil {
			return intake.Mark{}, false
		}
		mark.Import = id
	}
	return mark, true
}

func layoutForm(l domain.ImportLayout) layoutJSON {
	form := layoutJSON{
		Sheet: l.Sheet, EverySheet: l.EverySheet, HeaderRow: l.HeaderRow, HeaderRows: l.HeaderRows, Decimal: l.Decimal, DateOrder: l.DateOrder,
		SkipHidden: l.SkipHidden, SplitCodes: l.SplitCodes, Delimiter: l.Delimiter, Encoding: l.Encoding,
	}
	for _, c := range l.Columns {
		form.Columns = append(form.Columns, columnJSON{
			Column: c.Column, Header: c.Header, Field: string(c.Field), Plant: string(c.Plant), Language: c.Language,
		})
	}
	return form
}

func (form layoutJSON) layout() domain.ImportLayout {
	l := domain.ImportLayout{
		Sheet: form.Sheet, EverySheet: form.EverySheet, HeaderRow: form.HeaderRow, HeaderRows: form.HeaderRows, Decimal: form.Decimal,
		DateOrder: form.DateOrder, SkipHidden: form.SkipHidden, SplitCodes: form.SplitCodes, Delimiter: form.Delimiter, Encoding: form.Encoding,
	}
	for _, c := range form.Columns {
		l.Columns = append(l.Columns, domain.ImportColumn{
			Column: c.Column, Header: c.Header, Field: domain.ImportField(c.Field), Plant: domain.PlantID(c.Plant), Language: c.Language,
		})
	}
	return l
}
