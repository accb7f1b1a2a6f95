package workbook

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// csvReader reads the lines of a text file as Excel does: a quotation mark counts where a cell begins with it and is a character
// everywhere else, so that 3/8" needs no care. It keeps one line in memory.
type csvReader struct {
	in        *bufio.Reader
	delimiter byte
	limits    BookLimits
	line      int // lines that were begun
	first     bool
	buf       []byte
	ends      []int
	fields    [][]byte
}

func newCSVReader(in io.Reader, delimiter byte, limits BookLimits) *csvReader {
	return &csvReader{in: bufio.NewReaderSize(in, 64<<10), delimiter: delimiter, limits: limits, first: true}
}

// next reads the next row and the number of the line where it begins. The fields are only lent.
func (r *csvReader) next() (line int, fields [][]byte, err error) {
	if _, err := r.in.Peek(1); err != nil {
		if errors.Is(err, io.EOF) {
			return 0, nil, io.EOF
		}
		return 0, nil, fmt.Errorf("read an uploaded file: %w", err)
	}
	r.line++
	line = r.line
	r.buf, r.ends = r.buf[:0], r.ends[:0]
	for more := true; more; {
		if more, err = r.field(line); err != nil {
			return 0, nil, err
		}
		if len(r.ends) > r.limits.Columns {
			return 0, nil, notUsable("line %d has more than %d columns; delete what stands right of the table and save it again", line, r.limits.Columns)
		}
	}
	r.fields = r.fields[:0]
	from := 0
	for _, end := range r.ends {
		r.fields = append(r.fields, r.buf[from:end])
		from = end
	}
	return line, r.fields, nil
}

// field reads one cell; false after the last of the row.
func (r *csvReader) field(line int) (more bool, err error) {
	from := len(r.buf)
	c, err := r.in.ReadByte()
	if err == nil && c == '"' {
		if c, err = r.quoted(line, from); errors.Is(err, errQuote) {
			return false, r.quoteFault(line)
		}
	}
	for ; ; c, err = r.in.ReadByte() {
		switch {
		case errors.Is(err, io.EOF):
			r.ends = append(r.ends, len(r.buf))
			return false, nil
		case err != nil:
			return false, r.fault(err)
		case c == r.delimiter:
			r.ends = append(r.ends, len(r.buf))
			return true, nil
		case c == '\n', c == '\r':
			r.ends = append(r.ends, len(r.buf))
			return false, r.lineEnd(c)
		}
		if r.buf = append(r.buf, c); len(r.buf)-from > r.limits.CellBytes {
			return false, r.tooLong(line)
		}
	}
}

// errQuote is a quotation mark that is never closed, or one in the midst of a quoted cell.
var errQuote = errors.New("a quotation mark is not in its place")

// quoted reads a cell in quotation marks, which may have several lines, and returns what follows it: the end of the cell.
func (r *csvReader) quoted(line, from int) (byte, error) {
	for {
		c, err := r.in.ReadByte()
		if errors.Is(err, io.EOF) {
			return 0, errQuote
		}
		if err != nil {
			return 0, err
		}
		switch c {
		case '"':
			if c, err = r.in.ReadByte(); err != nil || c != '"' {
				return r.afterQuote(c, err)
			}
		case '\r', '\n':
			if err := r.lineEnd(c); err != nil {
				return 0, err
			}
			r.line++
			c = '\n'
		}
		if r.buf = append(r.buf, c); len(r.buf)-from > r.limits.CellBytes {
			return 0, r.tooLong(line)
		}
	}
}

// afterQuote skips blanks after a quoted cell.
func (r *csvReader) afterQuote(c byte, err error) (byte, error) {
	for err == nil && c == ' ' && c != r.delimiter {
		c, err = r.in.ReadByte()
	}
	if err == nil && c != r.delimiter && c != '\r' && c != '\n' {
		return 0, errQuote
	}
	return c, err
}

// lineEnd takes the second half of a line's end.
func (r *csvReader) lineEnd(c byte) error {
	if c != '\r' {
		return nil
	}
	b, err := r.in.Peek(1)
	if err == nil && b[0] == '\n' {
		_, err = r.in.Discard(1)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// fault is what reading met; a sentence for a person stays as it is.
func (r *csvReader) fault(err error) error {
	var said *domain.Error
	if errors.As(err, &said) {
		return err
	}
	return fmt.Errorf("read an uploaded file: %w", err)
}

func (r *csvReader) quoteFault(line int) error {
	return notUsable("line %d: a quotation mark stands inside a quoted cell or is never closed; write it twice inside a quoted cell, or remove it", line)
}

func (r *csvReader) tooLong(line int) error {
	return notUsable("line %d has a cell longer than %d bytes; is a quotation mark missing?", line, r.limits.CellBytes)
}

// isHint tells whether a row is the line by which Excel is told the delimiter. Only the first row with content can be.
func (r *csvReader) isHint(fields [][]byte) bool {
	if !r.first || len(fields) == 1 && len(bytes.TrimSpace(fields[0])) == 0 {
		return false
	}
	r.first = false
	row := string(bytes.Join(fields, []byte{r.delimiter}))
	_, hint := hintOf(row)
	return hint
}

// hintOf reads "sep=;".
func hintOf(line string) (byte, bool) {
	line = strings.Trim(strings.TrimRight(line, "\r\n"), "\"")
	if len(line) == 5 && strings.EqualFold(line[:4], "sep=") && strings.Contains(delimiters, line[4:]) {
		return line[4], true
	}
	return 0, false
}

// findDelimiter says what stands between the cells, and how many most rows have: what the file says itself, else the sign that
// cuts the most rows into the same number of cells.
func findDelimiter(sample []byte, limits BookLimits) (delimiter byte, columns int) {
	text := bytes.TrimLeft(sample, "\r\n")
	if i := bytes.IndexAny(text, "\r\n"); i > 0 {
		if hint, ok := hintOf(string(text[:i])); ok {
			_, columns, _ := agreement(sample, hint, limits)
			return hint, max(columns, 1)
		}
	}
	delimiter, columns = delimiters[0], 1
	best := 0
	for i := range len(delimiters) {
		rows, cells, all := agreement(sample, delimiters[i], limits)
		if 2*rows < all {
			continue
		}
		if rows > best || rows == best && rows > 0 && cells > columns {
			best, delimiter, columns = rows, delimiters[i], cells
		}
	}
	return delimiter, columns
}

// agreement is how many rows, of all that are not blank, have the number of cells that is the most common one above 1.
func agreement(sample []byte, delimiter byte, limits BookLimits) (rows, cells, all int) {
	const enough = 200
	r := newCSVReader(bytes.NewReader(sample), delimiter, limits)
	counts := map[int]int{}
	for read := 0; read < enough; read++ {
		_, fields, err := r.next()
		if err != nil {
			break
		}
		if _, err := r.in.Peek(1); err != nil && len(sample) == sniffed {
			break // cut by the end of the sample
		}
		if len(fields) > 1 || len(bytes.TrimSpace(fields[0])) > 0 {
			all++
		}
		if len(fields) > 1 {
			counts[len(fields)]++
		}
	}
	for n, count := range counts {
		if count > rows || count == rows && n > cells {
			rows, cells = count, n
		}
	}
	return rows, cells, all
}
