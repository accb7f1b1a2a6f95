package bench

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
)

// Side names one version of the generated records.
type Side string

// The sides: what is governed, what the system said at first, and what it says a night later.
const (
	SideGolden Side = "golden"
	SideBefore Side = "before"
	SideNight  Side = "night"
)

// Rows describes generated records. The same description always gives the same records.
type Rows struct {
	Side       Side
	Count      int
	Attributes int
	// Changed and Differing are shares of the rows, 0.02 is 2 %: those whose content changes in the night, and those of them
	// that come to differ from the golden record; the others change within the tolerance.
	Changed, Differing float64
	// ToleranceAll makes every golden record differ from its row within the tolerance.
	ToleranceAll bool
	Seed         uint64
}

// Write writes one line for each record: its key, the hash of its attributes, and the attributes in their canonical encoding.
func (r Rows) Write(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	text, line := make([]byte, 0, 4096), make([]byte, 0, 4096)
	for i := range r.Count {
		text = r.attributes(text[:0], i)
		sum := sha256.Sum256(text)
		line = append(append(line[:0], key(i)...), '\t')
		line = append(hex.AppendEncode(line, sum[:]), '\t')
		line = append(append(line, text...), '\n')
		if _, err := out.Write(line); err != nil {
			return fmt.Errorf("write rows: %w", err)
		}
	}
	return out.Flush()
}

func key(i int) string { return fmt.Sprintf("I%08d", i) }

// fate says what the night does to a record.
func (r Rows) fate(i int) (changes, differs bool) {
	at := rand.New(rand.NewPCG(r.Seed, uint64(i))).Float64() // #nosec G404,G115 -- a repeatable choice, of an index
	return at < r.Changed, at < r.Differing
}

// Differs says whether the record differs from its golden record after the night.
func (r Rows) Differs(i int) bool {
	_, differs := r.fate(i)
	return differs
}

// attributes appends the canonical encoding of the i-th record.
func (r Rows) attributes(to []byte, i int) []byte {
	weight, word := (100+i%9_000)*10+1, "plain" // the last digit is never 0: a canonical decimal has no zeros at its end
	changes, differs := r.fate(i)
	switch {
	case r.Side == SideNight && differs:
		word = "changed"
	case r.Side == SideNight && changes:
		weight++
	case r.Side == SideGolden && r.ToleranceAll:
		weight += 2
	}
	to = fmt.Appendf(to, `{"code":{"code":"%s"},"name":{"text":"Hexagon screw M%d x %d"},"net_weight":{"qty":"%d.%03d","unit":"KGM"}`,
		key(i), i%64, i%977, weight/1000, weight%1000)
	// Appended piece by piece: what the generator costs, both sides of every ratio pay.
	for n := range r.Attributes - 3 {
		to = append(to, `,"x`...)
		to = append(to, byte('0'+n/10), byte('0'+n%10))
		to = append(to, `":{"text":"`...)
		if n == 0 {
			to = append(append(to, word...), ' ')
			to = strconv.AppendInt(to, int64(i), 10)
		} else {
			to = append(to, "value "...)
			to = strconv.AppendInt(to, int64(i*n%9973), 10)
			to = append(to, " of "...)
			to = strconv.AppendInt(to, int64(n), 10)
		}
		to = append(to, `"}`...)
	}
	return append(to, '}')
}

// attributeIDs lists what the records have.
func (r Rows) attributeIDs() []string {
	ids := []string{"code", "name", "net_weight"}
	for n := range r.Attributes - 3 {
		ids = append(ids, fmt.Sprintf("x%02d", n))
	}
	return ids
}
