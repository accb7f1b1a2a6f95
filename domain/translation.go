package domain

import (
	"context"
	"math/big"
	"strings"
)

// Factor is how many of a record's base unit one of a local code stands for: an exact positive fraction such as "12" or "1/3".
// "" is 1.
type Factor string

// maxFactor bounds a factor's text: longer ones are no unit of a plant but a mistake.
const maxFactor = 40

// ParseFactor reads a positive decimal or fraction and writes it in lowest terms; 1 and "" become "". Anything else is
// CodeValueInvalid.
func ParseFactor(raw string) (Factor, error) {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return "", nil
	}
	ratio, ok := new(big.Rat), len(raw) <= maxFactor && strings.Trim(raw, "0123456789./") == ""
	if ok {
		_, ok = ratio.SetString(raw)
	}
	if !ok || ratio.Sign() <= 0 {
		return "", Invalid(CodeValueInvalid, "%q is not a factor such as 12, 0.5 or 1/3", clip(raw, maxFactor))
	}
	return factorOf(ratio), nil
}

func factorOf(ratio *big.Rat) Factor {
	if text := ratio.RatString(); text != "1" {
		return Factor(text)
	}
	return ""
}

func (f Factor) ratio() *big.Rat {
	if ratio, ok := new(big.Rat).SetString(string(f)); ok && ratio.Sign() > 0 {
		return ratio
	}
	return big.NewRat(1, 1)
}

// Per returns how many of other's unit one of f's is.
func (f Factor) Per(other Factor) Factor { return factorOf(new(big.Rat).Quo(f.ratio(), other.ratio())) }

// String is the fraction, with "1" written out.
func (f Factor) String() string { return f.ratio().RatString() }

// Inverse is the relation seen from the record's side.
func (r Relation) Inverse() Relation {
	switch r {
	case RelationNarrower:
		return RelationBroader
	case RelationBroader:
		return RelationNarrower
	case RelationEquivalent, RelationRelated, RelationNot:
	}
	return r
}

// Then is the relation of a code to whatever stands in the relation next to its own target.
func (r Relation) Then(next Relation) Relation {
	switch {
	case r == RelationNot || next == RelationNot:
		return RelationNot
	case r == RelationEquivalent:
		return next
	case next == RelationEquivalent || next == r:
		return r
	default: // narrower than something broader says nothing but that they have to do with each other
		return RelationRelated
	}
}

// Relations lists every relation.
func Relations() []Relation {
	return []Relation{RelationEquivalent, RelationNarrower, RelationBroader, RelationRelated, RelationNot}
}

// CodeTypes lists every code type.
func CodeTypes() []CodeType {
	return []CodeType{CodeInternalNumber, CodeDefaultCode, CodeDatabaseID, CodeBarcode, CodeMPN, CodeLegacy}
}

// KnownMappings asks for mappings of one system's codes of one type, of all its plants, as they were recorded at an instant.
type KnownMappings struct {
	Domain   DomainName
	System   SystemID
	CodeType CodeType
	// Known is the instant; 0 is now.
	Known Instant
}

// ChangeKind says what a feed entry is about.
type ChangeKind string

// The kinds of feed entry, in the order they have within one sequence.
const (
	ChangedRecord  ChangeKind = "record"
	ChangedMapping ChangeKind = "mapping"
)

// FeedEntry is the present state of a golden record or a mapping, at the place of its last change.
type FeedEntry struct {
	Sequence int64
	Kind     ChangeKind
	Record   *GoldenRecord
	Mapping  *CodeMapping
}

// FeedQuery selects changes of one domain. Plants restricts mappings to those plants and to systems of no plant.
type FeedQuery struct {
	Domain DomainName
	Plants PlantScope
	// Only leaves out what is of another kind; "" leaves out nothing.
	Only ChangeKind
	Page
}

// TranslationReader reads what translating and following changes need.
type TranslationReader interface {
	// ByKeys returns all mappings of the keys, in every state; any number may be asked for.
	ByKeys(ctx context.Context, of KnownMappings, keys []string) ([]CodeMapping, error)
	// ByRecords returns all mappings of the records, in every state; any number may be asked for.
	ByRecords(ctx context.Context, of KnownMappings, records []ID) ([]CodeMapping, error)
	// MergedInto returns the records that forward directly to one of the records.
	MergedInto(ctx context.Context, records []ID) ([]GoldenRecord, error)
	// MergedByCodes returns merged records that held one of the canonical codes; any number may be asked for.
	MergedByCodes(ctx context.Context, domain DomainName, codes []string) ([]GoldenRecord, error)
	// History returns every version of a mapping, oldest first.
	History(ctx context.Context, mapping ID) ([]CodeMapping, error)
	// Matching returns the live mappings of the records whose code begins with text, ignoring case. Plants restricts as in
	// FeedQuery.
	Matching(ctx context.Context, records []ID, text string, plants PlantScope) ([]CodeMapping, error)
	// Feed returns changes in the order of their commit, each thing once, and the cursor after the last of them; the cursor
	// asked with comes back when there is nothing new. CodeCursorInvalid.
	Feed(ctx context.Context, q FeedQuery) ([]FeedEntry, string, error)
}
