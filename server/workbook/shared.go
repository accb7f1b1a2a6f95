package workbook

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	// stringsInBlock is how many texts are found by one place of the table, and read together.
	stringsInBlock = 32
	// recentStrings is how many texts are kept ready, because units, plants and targets come again and again.
	recentStrings = 1 << 12
)

// stringTable holds the texts that the cells of a workbook share. Excel writes every text once and has the cells name it by its
// number; a sheet of a million rows has millions of them. Here they lie behind one another, in memory as long as they are few and
// in a temporary file beyond, with the place of every 32nd; each is its length, whether it is struck through, and its bytes.
type stringTable struct {
	in     io.ReaderAt
	file   *os.File
	size   int64
	count  int
	blocks []int64
	// block is the block that was read last.
	block  int
	buf    []byte
	starts [stringsInBlock + 1]int
	recent []recentString
}

// recentString is a text that was asked for; its number is counted from 1.
type recentString struct {
	number int
	text   string
	struck bool
}

// readStrings reads the part with the texts.
func readStrings(ctx context.Context, c *container, part string) (*stringTable, error) {
	w := &stringWriter{table: &stringTable{block: -1, recent: make([]recentString, recentStrings)}, limits: c.limits}
	err := c.read(ctx, part, c.limits.Part, func(s *scanner) error {
		return each(s, func() error {
			if string(s.name) != "si" {
				return nil
			}
			var err error
			w.text, w.struck, err = richText(s, w.text[:0], c.limits.CellBytes)
			if err != nil {
				return err
			}
			return w.add()
		})
	})
	if err == nil {
		err = w.finish()
	}
	if err != nil {
		_ = w.table.close() // the fault is what counts
		return nil, err
	}
	return w.table, nil
}

// stringWriter fills a table.
type stringWriter struct {
	table  *stringTable
	limits BookLimits
	memory pages
	spill  *bufio.Writer
	head   []byte
	text   []byte
	struck bool
}

// add appends the text that was read.
func (w *stringWriter) add() error {
	t := w.table
	if t.count == w.limits.Strings {
		return notUsable("the workbook holds more than %d different texts; please split it", w.limits.Strings)
	}
	if t.count%stringsInBlock == 0 {
		t.blocks = append(t.blocks, t.size)
	}
	t.count++
	head := uint64(len(w.text)) << 1
	if w.struck {
		head |= 1
	}
	w.head = binary.AppendUvarint(w.head[:0], head)
	t.size += int64(len(w.head) + len(w.text))
	if w.spill == nil && t.size > int64(w.limits.SharedMemory) {
		if err := w.startSpill(); err != nil {
			return err
		}
	}
	return errors.Join(w.write(w.head), w.write(w.text))
}

// write appends to the file, or to what is in memory.
func (w *stringWriter) write(p []byte) error {
	if w.spill == nil {
		w.memory.write(p)
		return nil
	}
	if _, err := w.spill.Write(p); err != nil {
		return fmt.Errorf("keep the texts of a workbook: %w", err)
	}
	return nil
}

// startSpill moves what is in memory to a temporary file.
func (w *stringWriter) startSpill() error {
	file, err := os.CreateTemp("", "crosswalk-strings-*")
	if err != nil {
		return fmt.Errorf("keep the texts of a workbook: %w", err)
	}
	w.table.file, w.spill = file, bufio.NewWriterSize(file, pageSize)
	for _, page := range w.memory {
		if err := w.write(page); err != nil {
			return err
		}
	}
	w.memory = nil
	return nil
}

func (w *stringWriter) finish() error {
	t := w.table
	if w.spill == nil {
		t.in = w.memory
		return nil
	}
	t.in = t.file
	if err := w.spill.Flush(); err != nil {
		return fmt.Errorf("keep the texts of a workbook: %w", err)
	}
	return nil
}

// pageSize is the size of all pages but the last.
const pageSize = 256 << 10

// pages are bytes in memory that grow without being copied.
type pages [][]byte

func (m *pages) write(p []byte) {
	for len(p) > 0 {
		last := len(*m) - 1
		if last < 0 || len((*m)[last]) == pageSize {
			*m = append(*m, make([]byte, 0, pageSize))
			last++
		}
		page := &(*m)[last]
		n := min(len(p), pageSize-len(*page))
		*page = append(*page, p[:n]...)
		p = p[n:]
	}
}

// ReadAt reads at a place.
func (m pages) ReadAt(p []byte, at int64) (int, error) {
	read := 0
	for read < len(p) {
		page := int((at + int64(read)) / pageSize)
		if page >= len(m) {
			return read, io.EOF
		}
		n := copy(p[read:], m[page][min(int((at+int64(read))%pageSize), len(m[page])):])
		if n == 0 {
			return read, io.EOF
		}
		read += n
	}
	return read, nil
}

// close lets go of the temporary file.
func (t *stringTable) close() error {
	if t == nil || t.file == nil {
		return nil
	}
	err := errors.Join(t.file.Close(), os.Remove(t.file.Name()))
	t.file = nil
	return err
}

// text returns a text by its number, and whether it is struck through; false where there is none of that number.
func (t *stringTable) text(number int) (text string, struck, ok bool, err error) {
	if t == nil || number < 0 || number >= t.count {
		return "", false, false, nil
	}
	recent := &t.recent[number%recentStrings]
	if recent.number == number+1 {
		return recent.text, recent.struck, true, nil
	}
	if block := number / stringsInBlock; block != t.block {
		if err := t.load(block); err != nil {
			return "", false, false, err
		}
	}
	at := number % stringsInBlock
	raw := t.buf[t.starts[at]:t.starts[at+1]]
	head, n := binary.Uvarint(raw)
	*recent = recentString{number: number + 1, text: string(raw[n:]), struck: head&1 == 1}
	return recent.text, recent.struck, true, nil
}

// load reads a block.
func (t *stringTable) load(block int) error {
	end := t.size
	if block+1 < len(t.blocks) {
		end = t.blocks[block+1]
	}
	n := int(end - t.blocks[block])
	if cap(t.buf) < n {
		t.buf = make([]byte, n)
	}
	t.buf, t.block = t.buf[:n], -1
	if _, err := t.in.ReadAt(t.buf, t.blocks[block]); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the texts of a workbook: %w", err)
	}
	at := 0
	for i := 0; i < stringsInBlock && at < n; i++ {
		t.starts[i] = at
		head, size := binary.Uvarint(t.buf[at:])
		at += size + int(head>>1)
		t.starts[i+1] = at
	}
	t.block = block
	return nil
}

// richText appends the text inside the element whose start was the last token: of a shared or an inline text. How it is
// pronounced is left out. Struck says that a part is struck through.
func richText(s *scanner, to []byte, most int) (text []byte, struck bool, err error) {
	for depth := len(s.starts); len(s.starts) >= depth; {
		token, err := s.next()
		if err != nil {
			return to, struck, err
		}
		if token != xmlStart {
			continue
		}
		switch string(s.name) {
		case "rPh", "phoneticPr":
			err = s.skip()
		case "t":
			to, err = runText(s, to, most)
		case "strike":
			struck = struck || s.attr("val") == nil || s.flag("val")
		}
		if err != nil {
			return to, struck, err
		}
	}
	return to, struck, nil
}

// runText appends the text inside the element whose start was the last token. Blanks around it count only where that is said.
func runText(s *scanner, to []byte, most int) ([]byte, error) {
	from, keep := len(to), string(s.prefixed("space")) == "preserve"
	to, err := spelling(s, to, most)
	if err != nil {
		return to, err
	}
	return unescaped(to, from, keep), nil
}

// spelling appends all text inside the element whose start was the last token, as it is written.
func spelling(s *scanner, to []byte, most int) ([]byte, error) {
	for depth := len(s.starts); len(s.starts) >= depth; {
		token, err := s.next()
		if err != nil {
			return to, err
		}
		if token != xmlText {
			continue
		}
		value, err := s.value()
		if err != nil {
			return to, err
		}
		if to = append(to, value...); len(to) > most {
			return to, fmt.Errorf("%w: more than %d bytes", errTooLong, most)
		}
	}
	return to, nil
}

// unescaped is text whose part from a place on is as it stands in the file. Blanks around it count only where that is said, and
// characters that XML cannot hold are written _x000D_.
func unescaped(text []byte, from int, keep bool) []byte {
	part := text[from:]
	if !keep {
		for len(part) > 0 && isSpace(part[len(part)-1]) {
			part = part[:len(part)-1]
		}
		lead := 0
		for lead < len(part) && isSpace(part[lead]) {
			lead++
		}
		part = part[:copy(text[from:], part[lead:])]
	}
	return text[:from+len(unescapeX(part))]
}

// unescapeX decodes _x000D_ in place. A _x that is none is written _x005F_x.
func unescapeX(part []byte) []byte {
	to := 0
	for i := 0; i < len(part); i++ {
		if part[i] == '_' && i+6 < len(part) && part[i+1] == 'x' && part[i+6] == '_' {
			if r, ok := hex4(part[i+2 : i+6]); ok {
				to += copy(part[to:], string(r)) // at most three bytes where seven were
				i += 6
				continue
			}
		}
		part[to] = part[i]
		to++
	}
	return part[:to]
}

// hex4 is the character of four hexadecimal digits; false for half of one.
func hex4(digits []byte) (rune, bool) {
	r := rune(0)
	for _, c := range digits {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, r < 0xD800 || r >= 0xE000
}
