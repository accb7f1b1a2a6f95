package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// copyChunk is how much of a COPY is made ready at once: as much as one message takes.
const copyChunk = 1 << 16

// load is a COPY in its binary form, written as the server reads it: of a million rows with a value for every column, looking
// up how to write each value costs more than writing it.
func (postgresDialect) load(ctx context.Context, c conn, rows bulk) error {
	return c.held.Raw(func(raw any) error {
		on, ok := raw.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("a connection of pgx is wanted, not %T", raw)
		}
		into := "COPY " + pgx.Identifier{rows.table}.Sanitize() + " (" + strings.Join(rows.columns, ", ") + ") FROM STDIN BINARY"
		_, err := on.Conn().PgConn().CopyFrom(ctx, newCopyStream(rows), into)
		return translate(err)
	})
}

// copyStream is rows in COPY's binary form, made as they are read.
type copyStream struct {
	rows bulk
	next int // the row after those made
	made []byte
	read int // how much of made has been read
	end  bool
}

func newCopyStream(rows bulk) *copyStream {
	made := make([]byte, 0, copyChunk+copyChunk/4)
	// The signature, no flags, no extension of the header.
	return &copyStream{rows: rows, made: append(made, "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)}
}

// Read gives the next bytes.
func (s *copyStream) Read(p []byte) (int, error) {
	if s.read == len(s.made) {
		s.made, s.read = s.made[:0], 0
	}
	for !s.end && len(s.made)-s.read < min(len(p), copyChunk) {
		s.make()
	}
	if s.read == len(s.made) {
		return 0, io.EOF
	}
	n := copy(p, s.made[s.read:])
	s.read += n
	return n, nil
}

// make adds the next row, or the trailer after the last.
func (s *copyStream) make() {
	if s.read > 0 { // what has been read makes room
		s.made, s.read = s.made[:copy(s.made, s.made[s.read:])], 0
	}
	if s.end = s.next == s.rows.count; s.end {
		s.made = binary.BigEndian.AppendUint16(s.made, math.MaxUint16)
		return
	}
	s.made = binary.BigEndian.AppendUint16(s.made, uint16(len(s.rows.columns))) // #nosec G115 -- a handful
	s.rows.row(s.next, s)
	s.next++
}

func (s *copyStream) length(n int) {
	s.made = binary.BigEndian.AppendUint32(s.made, uint32(n)) // #nosec G115 -- a value is far below 2 GiB
}

func (s *copyStream) text(v string) {
	s.length(len(v))
	s.made = append(s.made, v...)
}

func (s *copyStream) encoded(v []byte) {
	s.length(len(v))
	s.made = append(s.made, v...)
}

func (s *copyStream) flag(v bool) {
	s.length(1)
	if v {
		s.made = append(s.made, 1)
	} else {
		s.made = append(s.made, 0)
	}
}

func (s *copyStream) integer(v int64) {
	s.length(8)
	s.made = binary.BigEndian.AppendUint64(s.made, uint64(v)) // #nosec G115 -- two's complement, as the server reads it
}

func (s *copyStream) real(v float64) {
	s.length(8)
	s.made = binary.BigEndian.AppendUint64(s.made, math.Float64bits(v))
}

func (s *copyStream) id(v rowID) {
	if v == (rowID{}) {
		s.null()
		return
	}
	s.length(len(v))
	s.made = append(s.made, v[:]...)
}

func (s *copyStream) null() { s.made = binary.BigEndian.AppendUint32(s.made, math.MaxUint32) }
