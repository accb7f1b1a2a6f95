package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// SourceRecord is what one system says of one thing, as it was last read.
type SourceRecord struct {
	System SystemID
	Domain DomainName
	// Code is the code as written, Key the form by which the system tells codes apart.
	Code Code
	Key  string
	// Active is false for a record the source has archived.
	Active     bool
	Attributes Attributes
	// Hash is over Attributes and Active: what the source said.
	Hash string
	// Token is the source's own version mark, such as Odoo's write_date; "" where it has none.
	Token string
	// Duplicated says that the source gave the code more than once, so that its values cannot be trusted.
	Duplicated bool
	// ReadAt is when the reading began that last saw the values; GoneAt when a complete run first missed the record (0: present).
	ReadAt    Instant
	ChangedAt Instant
	GoneAt    Instant
}

// ContentHash computes Hash from what the source said.
func (r SourceRecord) ContentHash() string { return r.contentHash(r.Attributes.Encode()) }

// contentHash hashes the attributes, as encoded, together with the marks. The marks' names sort after all others. What lies
// behind encoded in its array is written over.
func (r SourceRecord) contentHash(encoded []byte) string {
	last := len(encoded) - 1 // the closing brace, which the marks take the place of for a moment
	content := encoded[:last]
	if last > 1 {
		content = append(content, ',')
	}
	content = strconv.AppendBool(append(content, `"~active":{"bool":`...), r.Active)
	content = strconv.AppendBool(append(content, `},"~duplicated":{"bool":`...), r.Duplicated)
	sum := sha256.Sum256(append(content, '}', '}'))
	encoded[last] = '}'
	var text [2 * sha256.Size]byte
	hex.Encode(text[:], sum[:])
	return string(text[:])
}

// RecordState is the life of a golden record.
type RecordState string

// The states of a golden record.
const (
	RecordRequested RecordState = "requested"
	RecordActive    RecordState = "active"
	RecordPhaseOut  RecordState = "phase_out"
	RecordRetired   RecordState = "retired"
	RecordMerged    RecordState = "merged"
)

// RecordMachine is the table of a golden record's states.
func RecordMachine() Machine[RecordState] {
	return Machine[RecordState]{
		Name: "golden record", Initial: RecordRequested,
		States: []RecordState{RecordRequested, RecordActive, RecordPhaseOut, RecordRetired, RecordMerged},
		Moves: map[RecordState][]RecordState{
			RecordRequested: {RecordActive, RecordRetired},
			RecordActive:    {RecordPhaseOut, RecordRetired, RecordMerged},
			RecordPhaseOut:  {RecordActive, RecordRetired, RecordMerged},
			RecordRetired:   {RecordActive},
			RecordMerged:    {RecordActive, RecordPhaseOut},
		},
	}
}

// GoldenRecord is the one governed definition of a thing. Its ID never changes.
type GoldenRecord struct {
	ID         ID
	Domain     DomainName
	State      RecordState
	Attributes Attributes
	// Version counts the governed changes; 1 is the first.
	Version int
	// Sequence is the domain's change counter at the last change.
	Sequence int64
	// MergedInto is the record this one forwards to, zero unless State is merged.
	MergedInto ID
	ChangedAt  Instant
}

// GoldenVersion is one entry of a record's history: valid from a day, recorded at an instant, by one change request.
type GoldenVersion struct {
	Record        ID
	Version       int
	State         RecordState
	Attributes    Attributes
	ValidFrom     Date
	RecordedAt    Instant
	ChangeRequest ID
}

// Lineage says where a golden value comes from.
type Lineage struct {
	Record        ID
	Attribute     AttributeID
	Version       int
	System        SystemID // "" when a person entered the value
	Code          Code
	Rule          string // "initial_load", "steward_decision", "follow", "registered"
	ChangeRequest ID
	RecordedAt    Instant
}

// Relation says how a local code relates to the golden record.
type Relation string

// The relations. Only equivalent is mapped unless a caller asks for others.
const (
	RelationEquivalent Relation = "equivalent"
	RelationNarrower   Relation = "source_narrower"
	RelationBroader    Relation = "source_broader"
	RelationRelated    Relation = "related"
	RelationNot        Relation = "not_related"
)

// MappingState is the life of a code mapping.
type MappingState string

// The states of a code mapping.
const (
	MappingProposed MappingState = "proposed"
	MappingActive   MappingState = "active"
	MappingSuspect  MappingState = "suspect"
	MappingEnded    MappingState = "ended"
	MappingRejected MappingState = "rejected"
)

// MappingMachine is the table of a code mapping's states.
func MappingMachine() Machine[MappingState] {
	return Machine[MappingState]{
		Name: "code mapping", Initial: MappingProposed,
		States: []MappingState{MappingProposed, MappingActive, MappingSuspect, MappingEnded, MappingRejected},
		Moves: map[MappingState][]MappingState{
			MappingProposed: {MappingActive, MappingRejected},
			MappingActive:   {MappingSuspect, MappingEnded},
			MappingSuspect:  {MappingActive, MappingEnded},
		},
	}
}

// Basis says who stands behind a mapping.
type Basis string

// The bases.
const (
	BasisPerson Basis = "person"
	BasisRule   Basis = "rule"
)

// MappingKey is what a code mapping is found by: the code in the form its system tells codes apart by.
type MappingKey struct {
	Domain   DomainName
	System   SystemID
	Plant    PlantID
	CodeType CodeType
	Key      string
}

// CodeMapping ties a local code to a golden record over a span of days.
type CodeMapping struct {
	ID       ID
	Domain   DomainName
	System   SystemID
	Plant    PlantID
	CodeType CodeType
	Code     Code
	Key      string
	Record   ID
	Relation Relation
	State    MappingState
	Validity Validity
	Basis    Basis
	// Factor is how many of the record's base unit one of the code stands for, in the code's own Unit ("" is the base unit).
	Factor Factor
	Unit   string
	// DefaultOut marks the one code used when the record is named to the system.
	DefaultOut    bool
	Version       int
	Sequence      int64
	ChangeRequest ID
}

// MappingKey returns what m is found by.
func (m CodeMapping) MappingKey() MappingKey {
	return MappingKey{Domain: m.Domain, System: m.System, Plant: m.Plant, CodeType: m.CodeType, Key: m.Key}
}

// Live says that the mapping counts: active or suspect.
func (m CodeMapping) Live() bool { return m.State == MappingActive || m.State == MappingSuspect }

// Rivals says whether m and other would both be the one code that names their record to their system on some day.
func (m CodeMapping) Rivals(other CodeMapping) bool {
	return m.ID != other.ID && m.DefaultOut && other.DefaultOut && m.Live() && other.Live() &&
		m.Domain == other.Domain && m.System == other.System && m.Record == other.Record && m.Validity.Overlaps(other.Validity)
}

// Clashes says whether m and other give the same code two meanings on some day.
func (m CodeMapping) Clashes(other CodeMapping) bool {
	return m.ID != other.ID && m.Live() && other.Live() &&
		m.MappingKey() == other.MappingKey() && m.Validity.Overlaps(other.Validity)
}
