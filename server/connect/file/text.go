package file

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// The encodings a file may have.
const (
	encodingUTF8    = "UTF-8"
	encodingUTF16   = "UTF-16"
	encodingWindows = "Windows-1252"
)

// text is what a first pass over a file's bytes shows.
type text struct {
	sum      string // SHA-256, in hexadecimal
	encoding string
	// ended says that the last line has its end.
	ended bool
}

// unreadable says that a file is not what was promised.
func unreadable(name, format string, args ...any) error {
	return domain.Invalid(domain.CodeSystemAnswer, "the file "+name+" "+format, args...)
}

// inspect reads a file once to see what it is.
func (o *opened) inspect(ctx context.Context, wanted string) (text, error) {
	head := make([]byte, 4096)
	n, err := io.ReadFull(o.file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return text{}, readError(err)
	}
	head = head[:n]
	if wanted == "" && (bytes.HasPrefix(head, []byte("\xFF\xFE")) || bytes.HasPrefix(head, []byte("\xFE\xFF"))) {
		wanted = encodingUTF16
	}
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return text{}, unreadable(o.name, "is empty")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), wanted != encodingUTF16 && bytes.IndexByte(head, 0) >= 0:
		return text{}, unreadable(o.name, "is not a text file; Crosswalk reads CSV")
	}
	sum, last := sha256.New(), &tail{}
	all := io.TeeReader(io.MultiReader(bytes.NewReader(head), stopping{ctx, o.file}), io.MultiWriter(sum, last))
	_, unsound := io.Copy(io.Discard, transform.NewReader(all, encoding.UTF8Validator))
	if _, err := io.Copy(io.Discard, all); err != nil {
		return text{}, readError(err)
	}
	t := text{sum: hex.EncodeToString(sum.Sum(nil))}
	if t.encoding, err = o.encoding(wanted, unsound == nil); err != nil {
		return text{}, err
	}
	t.ended = last.ended(t.encoding == encodingUTF16)
	return t, nil
}

// encoding chooses what a file is read as.
func (o *opened) encoding(wanted string, isUTF8 bool) (string, error) {
	switch {
	case wanted == encodingUTF8 && !isUTF8:
		return "", unreadable(o.name, "is not UTF-8, as the setting encoding says")
	case wanted != "":
		return wanted, nil
	case isUTF8:
		return encodingUTF8, nil
	}
	return encodingWindows, nil
}

// readError tells of a file that could not be read to its end.
func readError(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "the file was not read in time")
	}
	return domain.Unavailable(err, domain.CodeSystemCut, "the file could not be read to its end")
}

// tail keeps the last two bytes written to it.
type tail struct{ bytes [2]byte }

// Write never fails.
func (t *tail) Write(data []byte) (int, error) {
	for _, b := range data[max(0, len(data)-2):] {
		t.bytes[0], t.bytes[1] = t.bytes[1], b
	}
	return len(data), nil
}

func (t *tail) ended(wide bool) bool {
	if wide {
		return t.bytes == [2]byte{'\n', 0} || t.bytes == [2]byte{0, '\n'} || t.bytes == [2]byte{'\r', 0} || t.bytes == [2]byte{0, '\r'}
	}
	return t.bytes[1] == '\n' || t.bytes[1] == '\r'
}

// stopping reads until its context ends.
type stopping struct {
	ctx  context.Context
	from io.Reader
}

// Read fails with the context's error once that has ended.
func (s stopping) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.from.Read(p)
}

// decoded reads the file from its start, as UTF-8 without a byte order mark; all that is read goes to sum as well.
func (o *opened) decoded(ctx context.Context, encoded string, sum io.Writer) (*bufio.Reader, error) {
	if _, err := o.file.Seek(0, io.SeekStart); err != nil {
		return nil, readError(err)
	}
	raw := io.TeeReader(stopping{ctx, o.file}, sum)
	switch encoded {
	case encodingUTF16:
		raw = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(raw)
	case encodingWindows:
		raw = charmap.Windows1252.NewDecoder().Reader(raw)
	default:
		raw = unicode.UTF8BOM.NewDecoder().Reader(raw)
	}
	return bufio.NewReaderSize(raw, maxHeader), nil
}
