package workbook

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// The encodings of text files beside UTF-8 and Windows-1252.
const (
	EncodingUTF16LE = "UTF-16LE"
	EncodingUTF16BE = "UTF-16BE"
	EncodingPolish  = "Windows-1250"
)

// delimiters are what may stand between the cells of a text file, the likelier first.
const delimiters = ";\t,|"

// sniffed is how much of a text file is looked at to see what it is.
const sniffed = 64 << 10

// textFile is an opened CSV file.
type textFile struct {
	file    *os.File
	limits  BookLimits
	form    TextForm
	columns int
}

// openText sees how a text file is written. To know its encoding all of it is looked at.
func openText(ctx context.Context, file *os.File, limits BookLimits) (*textFile, error) {
	t := &textFile{file: file, limits: limits}
	head := make([]byte, sniffed)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read an uploaded file: %w", err)
	}
	if t.form.Encoding = wideEncoding(head[:n]); t.form.Encoding == "" {
		if t.form.Encoding, err = narrowEncoding(ctx, file); err != nil {
			return nil, err
		}
	}
	if err := t.check(ctx); err != nil {
		return nil, err
	}
	sample := make([]byte, sniffed)
	in, err := t.decoded(ctx)
	if err != nil {
		return nil, err
	}
	n, err = io.ReadFull(in, sample)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	var delimiter byte
	delimiter, t.columns = findDelimiter(sample[:n], limits)
	t.form.Delimiter = string(delimiter)
	return t, t.probe(ctx)
}

// probe reads the first lines, so that what cannot be read is refused at once.
func (t *textFile) probe(ctx context.Context) error {
	const enough = 20
	err := t.lines(ctx, 1, func(l Line) error {
		if l.Number > enough {
			return errStop
		}
		return nil
	})
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

// wideEncoding recognises UTF-16, with its mark or by the zeros between letters; "" for everything else.
func wideEncoding(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		return EncodingUTF16LE
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return EncodingUTF16BE
	}
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch pairs := len(head) / 2; {
	case pairs == 0:
		return ""
	case zeros[1] > pairs*6/10 && zeros[0] == 0:
		return EncodingUTF16LE
	case zeros[0] > pairs*6/10 && zeros[1] == 0:
		return EncodingUTF16BE
	default:
		return ""
	}
}

// narrowEncoding tells UTF-8 from what Windows writes in western and in central Europe.
func narrowEncoding(ctx context.Context, file *os.File) (string, error) {
	in := bufio.NewReaderSize(contextReader{ctx: ctx, in: io.NewSectionReader(file, 0, 1<<40)}, 256<<10)
	valid := true
	var guess windowsGuess
	for {
		b, err := in.Peek(4096)
		if len(b) == 0 {
			if errors.Is(err, io.EOF) {
				break
			}
			return "", fmt.Errorf("read an uploaded file: %w", err)
		}
		n := len(b)
		if valid && n == 4096 {
			n = wholeRunes(b)
		}
		valid = valid && utf8.Valid(b[:n])
		guess.look(b[:n])
		if _, err := in.Discard(n); err != nil {
			return "", fmt.Errorf("read an uploaded file: %w", err)
		}
	}
	switch {
	case valid:
		return EncodingUTF8, nil
	case guess.polish > guess.western:
		return EncodingPolish, nil
	default:
		return EncodingWindows, nil
	}
}

// wholeRunes is the length of b without a character at its end that is not all there.
func wholeRunes(b []byte) int {
	for i := 1; i <= 3 && i < len(b); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return len(b) - i
			}
			break
		}
	}
	return len(b)
}

// windowsGuess counts letters that are Polish in Windows-1250 and something unlikely in Windows-1252, and the other way round.
// Those that are letters in both say nothing.
type windowsGuess struct {
	polish, western int
	last            byte
}

func (g *windowsGuess) look(b []byte) {
	for i, c := range b {
		if c >= 0x80 {
			next := byte(0)
			if i+1 < len(b) {
				next = b[i+1]
			}
			g.letter(c, isLetter(g.last), isLetter(next))
		}
		g.last = c
	}
}

// letter judges one byte by whether letters stand beside it.
func (g *windowsGuess) letter(c byte, before, after bool) {
	switch {
	case !before && !after:
	case g.isPolish(c, before, after):
		g.polish++
	case bytes.IndexByte([]byte("\xE0\xE8\xEF\xE5\xF8\xF9\xFB"), c) >= 0: // à è ï å ø ù û; ŕ č ď ĺ ř ů ű in the east
		g.western++
	}
}

// isPolish tells whether a byte beside letters is a Polish one, rather than what it is in the west.
func (g *windowsGuess) isPolish(c byte, before, after bool) bool {
	switch c {
	case 0xB3: // ł; ³ in the west, as in m³
		return after || g.last|0x20 != 'm'
	case 0xBF: // ż; ¿ in the west, where a sentence begins
		return before
	case 0xB9, 0x9F, 0xA3, 0xAF, 0xA5, 0x8F: // ą ź Ł Ż Ą Ź; ¹ Ÿ £ ¯ ¥ in the west
		return true
	default:
		return false
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }

// decoded reads the file as UTF-8 without its mark.
func (t *textFile) decoded(ctx context.Context) (io.Reader, error) {
	var in io.Reader = contextReader{ctx: ctx, in: io.NewSectionReader(t.file, 0, 1<<40)}
	var how encoding.Encoding
	switch t.form.Encoding {
	case EncodingUTF8:
		how = unicode.UTF8BOM
	case EncodingUTF16LE, EncodingUTF16:
		how = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case EncodingUTF16BE:
		how = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case EncodingWindows:
		how = charmap.Windows1252
	case EncodingPolish:
		how = charmap.Windows1250
	default:
		return nil, notUsable("the encoding \"%s\" is not known", t.form.Encoding)
	}
	return how.NewDecoder().Reader(in), nil
}

// check refuses what is no text, and a text that says nothing.
func (t *textFile) check(ctx context.Context) error {
	in, err := t.decoded(ctx)
	if err != nil {
		return err
	}
	buf := make([]byte, 64<<10)
	blank := true
	for {
		n, err := in.Read(buf)
		for _, c := range buf[:n] {
			if c < ' ' && c != '\t' && c != '\r' && c != '\n' {
				return notText()
			}
			blank = blank && (c <= ' ')
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read an uploaded file: %w", err)
		}
	}
	if blank {
		return notUsable("the file is empty")
	}
	return nil
}

// readAs changes how the file is read.
func (t *textFile) readAs(form TextForm) error {
	if form.Delimiter != "" {
		if len(form.Delimiter) != 1 || !strings.Contains(delimiters, form.Delimiter) {
			return notUsable("\"%s\" cannot stand between cells; it is one of ; , | and a tab", form.Delimiter)
		}
		t.form.Delimiter = form.Delimiter
	}
	if form.Encoding != "" {
		known := []string{EncodingUTF8, EncodingUTF16, EncodingUTF16LE, EncodingUTF16BE, EncodingWindows, EncodingPolish}
		if !slices.Contains(known, form.Encoding) {
			return notUsable("the encoding \"%s\" is not known; it is one of %s", form.Encoding, strings.Join(known, ", "))
		}
		t.form.Encoding = form.Encoding
	}
	return nil
}

// lines hands over the rows from a line on.
func (t *textFile) lines(ctx context.Context, from int, emit func(Line) error) error {
	in, err := t.decoded(ctx)
	if err != nil {
		return err
	}
	r := newCSVReader(in, t.form.Delimiter[0], t.limits)
	words := &wordTable{}
	var cells []Cell
	for rows := 0; ; {
		number, fields, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if r.isHint(fields) || number < from {
			continue
		}
		cells = cells[:0]
		for i, field := range fields {
			if len(field) > 0 {
				text := words.word(field)
				cells = append(cells, Cell{Column: i + 1, Kind: CellText, Text: text, Raw: text})
			}
		}
		if blankCells(cells) {
			continue
		}
		if rows++; rows > t.limits.Rows {
			return tooManyRows(t.limits.Rows)
		}
		if err := emit(Line{Number: number, Cells: cells}); err != nil {
			return err
		}
	}
}
