package domain

import (
	"maps"
	"slices"
)

// sealerChunk is how much room for encodings is made at once.
const sealerChunk = 1 << 16

// marksLength is the room that a record's marks take behind its attributes while they are hashed together.
const marksLength = len(`,"~active":{"bool":false},"~duplicated":{"bool":false}}`)

// Sealer seals the rows of one reading, one after another: it encodes what the source said, once, and hashes it. The rows of a
// source mostly have the same attributes, whose order it remembers instead of sorting them a million times, and their
// encodings lie side by side. It is for one goroutine.
type Sealer struct {
	order []AttributeID
	e     encoder
	// room is what is left of the chunk under way, longest the longest encoding so far.
	room    []byte
	longest int
}

// Seal returns the row with its encoding and the hash of what the source said.
func (s *Sealer) Seal(row StagedRow) StagedRow {
	if wanted := s.longest + marksLength; cap(s.room) < wanted {
		s.room = make([]byte, 0, max(sealerChunk, wanted))
	}
	encoded := s.encode(row.Record.Attributes)
	row.Record.Hash = row.Record.contentHash(encoded)
	size := len(encoded)
	s.longest = max(s.longest, size)
	row.Encoded, s.room = encoded[:size:size], encoded[size:size]
	return row
}

func (s *Sealer) encode(a Attributes) []byte {
	s.e.out = s.room
	if s.e.inOrder(a, s.order) {
		return s.e.out
	}
	s.order = slices.AppendSeq(s.order[:0], maps.Keys(a))
	slices.Sort(s.order)
	s.e.out = s.room
	s.e.inOrder(a, s.order)
	return s.e.out
}
