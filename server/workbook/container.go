package workbook

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// maxDirectory is how many bytes the table of contents of a workbook may have: reading it takes memory for each entry.
const maxDirectory = 4 << 20

// container is the zip archive that a workbook is. Nothing of it is written to a path that it names.
type container struct {
	parts  map[string]*zip.File
	limits BookLimits
}

// openContainer reads the table of contents and refuses what no spreadsheet program writes.
func openContainer(file *os.File, size int64, limits BookLimits) (*container, error) {
	metered := &meteredReaderAt{in: file, left: maxDirectory}
	archive, err := zip.NewReader(metered, size)
	if err != nil {
		return nil, notUsable("the workbook is incomplete or damaged; if it opens in Excel, save it there under a new name and upload that")
	}
	metered.left = -1
	if len(archive.File) > limits.Parts {
		return nil, notUsable("the workbook consists of more than %d files; copy the sheet that matters to a new workbook", limits.Parts)
	}
	c := &container{parts: make(map[string]*zip.File, len(archive.File)), limits: limits}
	var unpacked int64
	for _, entry := range archive.File {
		name, err := partName(entry.Name)
		if err != nil {
			return nil, err
		}
		if entry.Flags&1 != 0 {
			return nil, notUsable("the file is protected with a password; remove it and upload the file again")
		}
		if c.parts[name] != nil {
			return nil, notUsable("the workbook holds %s twice; save it in Excel under a new name and upload that", name)
		}
		c.parts[name] = entry
		if unpacked, err = c.measured(entry, unpacked); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// measured adds what an entry unpacks to. What it says of itself is held to when it is read.
func (c *container) measured(entry *zip.File, unpacked int64) (int64, error) {
	size, packed := sizeOf(entry.UncompressedSize64), sizeOf(entry.CompressedSize64)
	huge := size > c.limits.Part || size > c.limits.Unpacked-unpacked
	if huge || size > c.limits.RatioFrom && size/max(packed, 1) > c.limits.Ratio {
		return 0, notUsable("the workbook would become far too large when it is unpacked (%d MB and more); copy the cells that matter to a new workbook and upload that",
			max(size, unpacked)>>20)
	}
	return unpacked + size, nil
}

// sizeOf is a size that an archive names, as far as it is one.
func sizeOf(named uint64) int64 { return int64(min(named, math.MaxInt64)) } //nolint:gosec // it is bounded

// partName is the name by which a part is found: names differ in case and, by some programs, in the slash.
func partName(raw string) (string, error) {
	name := strings.ReplaceAll(strings.ToValidUTF8(raw, "?"), "\\", "/")
	if strings.HasPrefix(name, "/") || strings.Contains(name, "\x00") || strings.Contains(name, ":/") ||
		name == ".." || strings.HasPrefix(name, "../") || strings.Contains(name, "/../") || strings.HasSuffix(name, "/..") {
		return "", notUsable("the file holds a path that leads out of it; no spreadsheet program writes that, so it is not opened")
	}
	return strings.ToLower(path.Clean(name)), nil
}

// has tells whether there is a part.
func (c *container) has(name string) bool { return c.parts[strings.ToLower(name)] != nil }

// open unpacks a part, up to a number of bytes.
func (c *container) open(ctx context.Context, name string, most int64) (io.ReadCloser, error) {
	entry := c.parts[strings.ToLower(name)]
	if entry == nil {
		return nil, damaged(name, errors.New("it is missing"))
	}
	if sizeOf(entry.UncompressedSize64) > most {
		return nil, notUsable("%s would unpack to more than %d MB; copy the cells that matter to a new workbook and upload that", name, most>>20)
	}
	in, err := entry.Open()
	if err != nil {
		return nil, damaged(name, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{contextReader{ctx: ctx, in: in}, in}, nil
}

// read hands a small part to a function as XML.
func (c *container) read(ctx context.Context, name string, most int64, take func(*scanner) error) error {
	in, err := c.open(ctx, name, most)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // nothing is written
	return damaged(name, take(newScanner(in)))
}

// relation is what one part says of another.
type relation struct {
	kind   string // the last element of its type
	target string
}

// relations reads which parts belong to a part, by the ID under which it names them.
func (c *container) relations(ctx context.Context, of string) (map[string]relation, error) {
	dir, base := path.Split(of)
	found := map[string]relation{}
	name := dir + "_rels/" + base + ".rels"
	if !c.has(name) {
		return found, nil
	}
	err := c.read(ctx, name, c.limits.Small, func(s *scanner) error {
		return each(s, func() error {
			if string(s.name) != "Relationship" || string(s.attr("TargetMode")) == "External" {
				return nil
			}
			target := string(s.attr("Target"))
			if !strings.HasPrefix(target, "/") {
				target = "/" + dir + target
			}
			found[string(s.attr("Id"))] = relation{kind: path.Base(string(s.attr("Type"))), target: strings.TrimPrefix(path.Clean(target), "/")}
			return nil
		})
	})
	return found, err
}

// each calls take at the start of every element.
func each(s *scanner, take func() error) error {
	for {
		token, err := s.next()
		if token == xmlEOF || err != nil {
			return err
		}
		if token != xmlStart {
			continue
		}
		if err := take(); err != nil {
			return err
		}
	}
}

// damaged says of a part that it cannot be read. What already is a sentence, or no fault of the file, stays as it is.
func damaged(part string, err error) error {
	var said *domain.Error
	switch {
	case err == nil, errors.As(err, &said), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, errStop):
		return err
	case errors.Is(err, errDoctype):
		return notUsable("%s declares a document type; no spreadsheet program writes that, so it is not read", part)
	default:
		return notUsable("the workbook is damaged: %s cannot be read (%s); if it opens in Excel, save it there under a new name and upload that", part, err)
	}
}

// notUsable is the refusal of a file.
func notUsable(format string, args ...any) error {
	return domain.Invalid(domain.CodeImportInvalid, format, args...)
}

// errStop ends a reading early, without a fault.
var errStop = errors.New("enough was read")

// contextReader stops when whoever asked for the file has gone.
type contextReader struct {
	ctx context.Context
	in  io.Reader
}

// Read reads on.
func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Read(p)
}

// meteredReaderAt reads so many bytes and then no more; a negative number is no bound.
type meteredReaderAt struct {
	in   io.ReaderAt
	left int64
}

// ReadAt reads at a place.
func (m *meteredReaderAt) ReadAt(p []byte, at int64) (int, error) {
	if m.left >= 0 {
		if m.left -= int64(len(p)); m.left < 0 {
			m.left = 0
			return 0, zip.ErrFormat
		}
	}
	return m.in.ReadAt(p, at)
}
