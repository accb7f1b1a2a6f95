package file

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rows"
)

// maxHeader bounds what stands before the first row, in bytes, and maxColumns how many columns it names.
const (
	maxHeader  = 64 << 10
	maxColumns = 2000
)

// table is a file whose header has been read.
type table struct {
	columns []string
	reader  *csv.Reader
	skipped int // lines before the header
}

// table reads a file's header under the delimiter that is given, or by which it names what the expressions need.
func (r *reading) table(ctx context.Context, sum io.Writer) (*table, error) {
	decoded, err := r.found.decoded(ctx, r.text.encoding, sum)
	if err != nil {
		return nil, err
	}
	head, err := decoded.Peek(maxHeader)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, readError(err)
	}
	start, skipped, told := headerStart(head)
	delimiter, err := r.delimiter(head[start:], told)
	if err != nil {
		return nil, err
	}
	if _, err := decoded.Discard(start); err != nil {
		return nil, readError(err)
	}
	t := &table{reader: newReader(decoded, delimiter), skipped: skipped}
	cells, err := t.reader.Read()
	if err != nil {
		return nil, unreadable(r.found.name, "has no header that can be read")
	}
	t.columns = names(cells)
	return t, r.checkColumns(t.columns)
}

func newReader(from io.Reader, delimiter rune) *csv.Reader {
	reader := csv.NewReader(from)
	reader.Comma = delimiter
	reader.FieldsPerRecord = -1
	return reader
}

// headerStart skips blank lines and the line by which spreadsheets are told the delimiter.
func headerStart(head []byte) (start, lines int, told rune) {
	for {
		end := bytes.IndexByte(head[start:], '\n')
		if end < 0 {
			return start, lines, told
		}
		line := strings.TrimRight(string(head[start:start+min(end, 16)]), "\r")
		after, isTold := strings.CutPrefix(strings.ToLower(line), "sep=")
		if strings.TrimSpace(line) != "" && !isTold {
			return start, lines, told
		}
		for _, r := range after {
			if isTold && slices.Contains(candidates(), r) {
				told = r
			}
		}
		start, lines = start+end+1, lines+1
	}
}

func candidates() []rune { return []rune{';', ',', '\t', '|'} }

// delimiter chooses the delimiter: the one that is set, the one the file tells, or the one under which the header has the
// columns that are needed; else the one that makes the most columns.
func (r *reading) delimiter(header []byte, told rune) (rune, error) {
	switch {
	case r.source.settings.delimiter != 0:
		return r.source.settings.delimiter, nil
	case told != 0:
		return told, nil
	}
	best, most := rune(0), 0
	for _, delimiter := range candidates() {
		cells, err := newReader(bytes.NewReader(header), delimiter).Read()
		if err != nil {
			continue
		}
		columns := names(cells)
		if len(columns) > 1 && r.checkColumns(columns) == nil {
			return delimiter, nil
		}
		if len(columns) > most {
			best, most = delimiter, len(columns)
		}
	}
	if best == 0 {
		return 0, unreadable(r.found.name, "has no header that can be read")
	}
	return best, nil
}

// names are the columns' names without the white space around them.
func names(cells []string) []string {
	columns := make([]string, len(cells))
	for i, cell := range cells {
		columns[i] = strings.TrimSpace(cell)
	}
	return columns
}

// checkColumns finds columns that the expressions use and the file does not have, or has twice.
func (r *reading) checkColumns(columns []string) error {
	if len(columns) > maxColumns {
		return unreadable(r.found.name, "has more than %d columns", maxColumns)
	}
	for _, use := range r.stream.mapping.Uses() {
		times := 0
		for _, column := range columns {
			if column == use.Column {
				times++
			}
		}
		if times != 1 {
			return domain.Invalid(domain.CodeSystemSchema, "the file %s has %d columns named %s, which %s needs; it has %s",
				r.found.name, times, use.Column, use.What, listed(columns))
		}
	}
	return nil
}

// listed names the first few columns.
func listed(columns []string) string {
	const most, longest = 12, 40
	var parts []string
	for _, column := range columns[:min(len(columns), most)] {
		if runes := []rune(column); len(runes) > longest {
			column = string(runes[:longest]) + "…"
		}
		parts = append(parts, fmt.Sprintf("%q", column))
	}
	if len(columns) > most {
		parts = append(parts, "and more")
	}
	return strings.Join(parts, ", ")
}

// next returns the next row with its line; a row that is no row comes with an error of the kind *csv.ParseError.
func (t *table) next() (cells []string, line int, err error) {
	cells, err = t.reader.Read()
	var wrong *csv.ParseError
	switch {
	case errors.As(err, &wrong):
		return nil, wrong.StartLine + t.skipped, err
	case err != nil:
		return nil, 0, err
	}
	line, _ = t.reader.FieldPos(0)
	return cells, line + t.skipped, nil
}

// row gives the cells their columns' names.
func (t *table) row(cells []string) map[string]any {
	row := make(map[string]any, len(t.columns))
	for i, name := range t.columns {
		if i < len(cells) && name != "" {
			row[name] = cells[i]
		}
	}
	return row
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// decimals finds out how the file writes its numbers. Where a number could mean two things and none shows what is meant,
// a person must say it: a comma taken wrongly is a weight wrong by a thousand.
func (r *reading) decimals(ctx context.Context) (rows.Decimals, error) {
	columns := r.stream.mapping.NumberColumns(r.request.Definition)
	if r.source.settings.decimals != "" || len(columns) == 0 {
		return r.source.settings.decimals, nil
	}
	t, err := r.table(ctx, io.Discard)
	if err != nil {
		return "", err
	}
	var found evidence
	for {
		cells, _, err := t.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.As(err, new(*csv.ParseError)) {
			return "", readError(err)
		}
		for i, cell := range cells {
			if i < len(t.columns) && slices.Contains(columns, t.columns[i]) {
				found.weigh(cell)
			}
		}
	}
	return found.verdict(r.found.name)
}

// evidence is what a file's numbers tell of the way they are written.
type evidence struct{ point, comma, unclear string }

// weigh looks at one cell.
func (e *evidence) weigh(cell string) {
	cell = strings.TrimLeft(strings.TrimSpace(cell), "+-")
	if cell == "" || strings.Trim(cell, "0123456789.,") != "" {
		return
	}
	points, commas := strings.Count(cell, "."), strings.Count(cell, ",")
	at := strings.LastIndexAny(cell, ".,")
	switch {
	case points+commas == 0:
	case points > 0 && commas > 0:
		e.sign(cell, cell[at])
	case points > 1:
		e.sign(cell, ',') // points between groups
	case commas > 1:
		e.sign(cell, '.')
	case len(cell)-at-1 == 3 && at > 0 && at <= 3 && cell[0] != '0':
		e.unclear = cell
	default:
		e.sign(cell, cell[at])
	}
}

func (e *evidence) sign(cell string, sign byte) {
	if sign == ',' {
		e.comma = cell
	} else {
		e.point = cell
	}
}

func (e *evidence) verdict(name string) (rows.Decimals, error) {
	switch {
	case e.comma != "" && e.point != "":
		return "", domain.Invalid(domain.CodeConfigInvalid, "the file %s has numbers such as %q and such as %q; the setting decimal must say what is meant, point or comma", name, e.comma, e.point)
	case e.comma != "":
		return rows.DecimalComma, nil
	case e.point == "" && e.unclear != "":
		return "", domain.Invalid(domain.CodeConfigInvalid, "in the file %s a number such as %q may mean two things; the setting decimal must say what is meant, point or comma", name, e.unclear)
	}
	return rows.DecimalPoint, nil
}
