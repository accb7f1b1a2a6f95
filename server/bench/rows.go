package bench

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
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
	line := make([]byte, 0, 4096)
	for i := range r.Count {
		text := r.attributes(line[:0], i)
		sum := sha256.Sum256(text)
		if _, err := fmt.Fprintf(out, "%s\t%s\t%s\n", key(i), hex.EncodeToString(sum[:]), text); err != nil {
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
	for n := range r.Attributes - 3 {
		if n == 0 {
			to = fmt.Appendf(to, `,"x00":{"text":"%s %d"}`, word, i)
			continue
		}
		to = fmt.Appendf(to, `,"x%02d":{"text":"value %d of %d"}`, n, i*n%9973, n)
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
