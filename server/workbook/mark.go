package workbook

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// Sheets whose name begins with ownSheets are ours: they are never shown, and what they say is no data. markSheet carries the
// mark, a word in column A and what it is in column B.
const (
	ownSheets = "_crosswalk"
	markSheet = ownSheets
	markForm  = "1"
)

// maxMarkCell is how many characters of the layout stand in one cell; the rest follows in rows of the same word.
const maxMarkCell = 30_000

// markLayout is the layout as the mark says it.
type markLayout struct {
	Sheet      string       `json:"sheet,omitempty"`
	EverySheet bool         `json:"every_sheet,omitempty"`
	HeaderRow  int          `json:"header_row"`
	HeaderRows int          `json:"header_rows"`
	Columns    []markColumn `json:"columns"`
	Decimal    string       `json:"decimal,omitempty"`
	DateOrder  string       `json:"date_order,omitempty"`
	SkipHidden bool         `json:"skip_hidden,omitempty"`
	SplitCodes bool         `json:"split_codes,omitempty"`
	Delimiter  string       `json:"delimiter,omitempty"`
	Encoding   string       `json:"encoding,omitempty"`
}

// markColumn is a column of it.
type markColumn struct {
	Column   int                `json:"column"`
	Header   string             `json:"header"`
	Field    domain.ImportField `json:"field"`
	Plant    domain.PlantID     `json:"plant,omitempty"`
	Language string             `json:"language,omitempty"`
}

// markRows returns the rows of the mark's sheet.
func markRows(m intake.Mark) ([][2]string, error) {
	layout := markLayout{
		Sheet: m.Layout.Sheet, EverySheet: m.Layout.EverySheet, HeaderRow: m.Layout.HeaderRow, HeaderRows: m.Layout.HeaderRows,
		Decimal: m.Layout.Decimal, DateOrder: m.Layout.DateOrder, SkipHidden: m.Layout.SkipHidden, SplitCodes: m.Layout.SplitCodes,
		Delimiter: m.Layout.Delimiter, Encoding: m.Layout.Encoding,
	}
	for _, c := range m.Layout.Columns {
		layout.Columns = append(layout.Columns, markColumn(c))
	}
	encoded, err := json.Marshal(layout)
	if err != nil {
		return nil, fmt.Errorf("write the mark of a workbook: %w", err)
	}
	rows := [][2]string{{"crosswalk", markForm}, {"kind", string(m.Kind)}, {"system", string(m.System)}, {"domain", string(m.Domain)}}
	if !m.Import.IsZero() {
		rows = append(rows, [2]string{"import", m.Import.String()})
	}
	rows = append(rows, [2]string{"source", m.Source}, [2]string{"exported_at", strconv.FormatInt(int64(m.ExportedAt), 10)})
	for text := []rune(string(encoded)); len(text) > 0; text = text[min(len(text), maxMarkCell):] {
		rows = append(rows, [2]string{"layout", string(text[:min(len(text), maxMarkCell)])})
	}
	return rows, nil
}

// markOf reads the rows of the mark's sheet; false where they are not ours, or somebody changed them.
func markOf(rows [][2]string) (intake.Mark, bool) {
	var layout strings.Builder
	said := map[string]string{}
	for _, row := range rows {
		if row[0] == "layout" {
			layout.WriteString(row[1])
			continue
		}
		said[row[0]] = row[1]
	}
	mark := intake.Mark{
		Kind: domain.ImportKind(said["kind"]), System: domain.SystemID(said["system"]), Domain: domain.DomainName(said["domain"]), Source: said["source"],
	}
	at, err := strconv.ParseInt(said["exported_at"], 10, 64)
	if err != nil || said["crosswalk"] != markForm {
		return intake.Mark{}, false
	}
	mark.ExportedAt = domain.Instant(at)
	if id := said["import"]; id != "" {
		if mark.Import, err = domain.ParseID(id); err != nil {
			return intake.Mark{}, false
		}
	}
	var parsed markLayout
	if err := json.Unmarshal([]byte(layout.String()), &parsed); err != nil {
		return intake.Mark{}, false
	}
	mark.Layout = parsed.layout()
	return mark, true
}

func (l markLayout) layout() domain.ImportLayout {
	layout := domain.ImportLayout{
		Sheet: l.Sheet, EverySheet: l.EverySheet, HeaderRow: l.HeaderRow, HeaderRows: l.HeaderRows, Decimal: l.Decimal, DateOrder: l.DateOrder,
		SkipHidden: l.SkipHidden, SplitCodes: l.SplitCodes, Delimiter: l.Delimiter, Encoding: l.Encoding,
	}
	for _, c := range l.Columns {
		layout.Columns = append(layout.Columns, domain.ImportColumn(c))
	}
	return layout
}
