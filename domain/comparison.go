package domain

import "context"

// ComparisonBasis is what, beside the records themselves, a plan's comparison rests on. A record that agreed need not be
// compared again on the same basis while neither it, nor what it is mapped to, nor its plant's use of it has changed.
type ComparisonBasis struct {
	Plan   string
	System SourceSystem
	Domain DomainName
	// Day is the civil day on which mappings and uses count.
	Day Date
	// Fingerprint is over the Definition, the attributes compared and the rules of comparing.
	Fingerprint string
	// Token is of one attempt of one run; what an earlier attempt still reports is refused.
	Token ID
}

// PendingRecords is one stretch of a system's records, in the order of their keys.
type PendingRecords struct {
	// Keys are of the records that have to be compared.
	Keys []string
	// Agreed counts the other records, by where they stand: they agreed, or could not be compared, and that cannot have changed.
	Agreed map[Standing]int
	// Next continues after the stretch; "" at the end.
	Next string
}

// LinkedRecord is a source record with what its code is mapped to.
type LinkedRecord struct {
	Source SourceRecord
	// Mapping and Golden are nil when the code has no live mapping of the system's code type.
	Mapping *CodeMapping
	Golden  *GoldenRecord
	// Use is the plant's use of the record, nil when none is known or the system is not of one plant.
	Use *PlantUse
}

// ExpectedRecord is a mapped golden record of which the system has no row now.
type ExpectedRecord struct {
	Mapping CodeMapping
	Golden  GoldenRecord
	Use     *PlantUse
	// Gone is the last the source said of it; nil when it never had it.
	Gone *SourceRecord
}

// Standing says whether a record can be compared with a golden one, and why not.
type Standing string

// The standings.
const (
	StandsCompared Standing = "compared"
	StandsUnmapped Standing = "unmapped" // in use there, and nobody has mapped its code
	StandsDormant  Standing = "dormant"  // archived there, and nobody has mapped its code
	StandsRelated  Standing = "related"  // mapped otherwise than as equivalent
	StandsRetired  Standing = "retired"  // mapped to a golden record that is no longer in use
)

// Standing says where the record stands.
func (r LinkedRecord) Standing() Standing {
	switch {
	case r.Mapping == nil && r.Source.Active:
		return StandsUnmapped
	case r.Mapping == nil:
		return StandsDormant
	case r.Mapping.Relation != RelationEquivalent:
		return StandsRelated
	case r.Golden == nil || !r.Golden.InUse():
		return StandsRetired
	default:
		return StandsCompared
	}
}

// InUse says whether systems are held to the golden record.
func (r GoldenRecord) InUse() bool { return r.State == RecordActive || r.State == RecordPhaseOut }

// ComparisonReader says what has to be compared.
type ComparisonReader interface {
	// Pending returns the next stretch after the cursor. It may name records that still agree, never leave out one that does not.
	Pending(ctx context.Context, basis ComparisonBasis, after string) (PendingRecords, error)
	// LinkedOf returns the present records with the given keys, by key, each with its live mapping; at most 1000 keys.
	LinkedOf(ctx context.Context, system SourceSystem, domain DomainName, day Date, keys []string) ([]LinkedRecord, error)
}

// ComparisonOps remembers what agreed.
type ComparisonOps interface {
	// Begin makes the basis the plan's own, and forgets of what agreed before all that may have changed.
	Begin(ctx context.Context, basis ComparisonBasis) error
	// Agreed remembers records that were compared, as they are given, without a finding. CodeRunLeaseLost when the plan's
	// comparison has begun again under another token.
	Agreed(ctx context.Context, basis ComparisonBasis, records []LinkedRecord) error
}
