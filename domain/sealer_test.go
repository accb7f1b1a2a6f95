package domain

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSealerSealsEachRowAsIfItWereAlone holds the order of keys that a Sealer remembers and the room it shares between rows to
// what every row says by itself, also after the rows that came later.
func TestSealerSealsEachRowAsIfItWereAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var sealer Sealer
		var rows, sealed []StagedRow
		for range rapid.IntRange(1, 12).Draw(t, "rows") {
			row := StagedRow{Record: SourceRecord{
				Attributes: drawRowAttributes(t, rows), Active: rapid.Bool().Draw(t, "active"), Duplicated: rapid.Bool().Draw(t, "duplicated"),
			}}
			rows, sealed = append(rows, row), append(sealed, sealer.Seal(row))
		}
		for i, row := range rows {
			encoded := row.Record.Attributes.Encode()
			if !bytes.Equal(sealed[i].Encoded, encoded) {
				t.Fatalf("row %d is sealed as %s, not %s", i, sealed[i].Encoded, encoded)
			}
			if alone := row.Sealed(); sealed[i].Record.Hash != alone.Record.Hash || !bytes.Equal(alone.Encoded, encoded) {
				t.Fatalf("row %d has the hash %s, alone %s", i, sealed[i].Record.Hash, alone.Record.Hash)
			}
			if sealed[i].Record.Hash != row.Record.ContentHash() || sealed[i].Record.Hash != plainContentHash(row.Record) {
				t.Fatalf("the hash of row %d is not that of what it says", i)
			}
		}
	})
}

// drawRowAttributes draws attributes with the keys of an earlier row, or others, or a text longer than a chunk.
func drawRowAttributes(t *rapid.T, earlier []StagedRow) Attributes {
	drawn := drawAttributes(t, 1)
	switch like := rapid.IntRange(0, 3).Draw(t, "like"); {
	case like == 0:
		drawn["long"] = Text(strings.Repeat("x", rapid.IntRange(1, 3*sealerChunk).Draw(t, "length")))
	case like > 1 && len(earlier) > 0:
		keys := earlier[rapid.IntRange(0, len(earlier)-1).Draw(t, "earlier")].Record.Attributes
		drawn = make(Attributes, len(keys))
		for id := range keys {
			drawn[id] = NewText(rapid.String().Draw(t, "text"))
		}
	}
	return drawn
}

// plainContentHash is the hash as it is defined: of the encoding with the marks as its last two attributes.
func plainContentHash(r SourceRecord) string {
	text := strings.TrimSuffix(string(r.Attributes.Encode()), "}")
	if text != "{" {
		text += ","
	}
	text += `"~active":{"bool":` + strconv.FormatBool(r.Active) + `},"~duplicated":{"bool":` + strconv.FormatBool(r.Duplicated) + `}}`
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
