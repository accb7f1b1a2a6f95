package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// AuditGenesis is the PrevHash of a chain's first entry.
const AuditGenesis = "0000000000000000000000000000000000000000000000000000000000000000"

// ComputeHash returns the entry's hash: SHA-256 over its hand-written canonical JSON, PrevHash included and Hash not.
func (e AuditEntry) ComputeHash() string {
	enc := &encoder{}
	enc.raw("{")
	for _, pair := range [][2]string{
		{"chain", e.Chain}, {"seq", strconv.FormatInt(e.Sequence, 10)}, {"at", strconv.FormatInt(int64(e.At), 10)},
		{"actor", string(e.Actor)}, {"reason", e.Reason}, {"prev", e.PrevHash},
	} {
		enc.pair(pair[0], pair[1])
		enc.raw(",")
	}
	enc.raw(`"changes":[`)
	for i, c := range e.Changes {
		if i > 0 {
			enc.raw(",")
		}
		enc.raw("{")
		enc.pair("aggregate", c.Aggregate)
		enc.raw(",")
		enc.pair("id", c.ID)
		enc.raw(",")
		enc.pair("version", strconv.Itoa(c.Version))
		enc.raw(",")
		enc.pair("digest", c.Digest)
		enc.raw("}")
	}
	enc.raw("]}")
	sum := sha256.Sum256(enc.out)
	return hex.EncodeToString(sum[:])
}

// Follows returns CodeAuditBroken unless e is the unaltered entry after prev; a zero prev means e is the first.
func (e AuditEntry) Follows(prev AuditEntry) error {
	wantHash, wantSequence := prev.Hash, prev.Sequence+1
	if prev.Sequence == 0 {
		wantHash = AuditGenesis
	}
	switch {
	case prev.Sequence != 0 && e.Chain != prev.Chain:
		return Conflict(CodeAuditBroken, "entry %d of chain %q cannot follow an entry of chain %q", e.Sequence, e.Chain, prev.Chain)
	case e.Sequence != wantSequence:
		return Conflict(CodeAuditBroken, "chain %q: entry %d follows entry %d: entries are missing or out of order", e.Chain, e.Sequence, prev.Sequence)
	case e.PrevHash != wantHash:
		return Conflict(CodeAuditBroken, "chain %q: entry %d does not continue entry %d", e.Chain, e.Sequence, prev.Sequence)
	case e.Hash != e.ComputeHash():
		return Conflict(CodeAuditBroken, "chain %q: entry %d was altered", e.Chain, e.Sequence)
	}
	return nil
}
