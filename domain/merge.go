package domain

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// Merged returns r forwarding to the survivor, or why it cannot: whatever reaches r from then on is answered by the survivor,
// while r keeps its ID, its values, its history and its codes. CodeMergeItself, CodeMergeDomain, CodeMergeState.
func (r GoldenRecord) Merged(into GoldenRecord, label string) (GoldenRecord, error) {
	switch {
	case r.ID == into.ID:
		return r, Conflict(CodeMergeItself, "%s cannot be merged into itself", label)
	case r.Domain != into.Domain:
		return r, Conflict(CodeMergeDomain, "%s is a %s and cannot be merged into a %s", label, r.Domain, into.Domain)
	case !r.InUse():
		return r, Conflict(CodeMergeState, "%s cannot be merged: it is %s", label, r.State)
	case !into.InUse():
		return r, Conflict(CodeMergeState, "nothing can be merged into a record that is %s", into.State)
	}
	r.State, r.MergedInto = RecordMerged, into.ID
	return r, nil
}

// Unmerged returns r in the state it had before it was merged. CodeMergeNone when it is not merged.
func (r GoldenRecord) Unmerged(history []GoldenVersion, label string) (GoldenRecord, error) {
	if r.State != RecordMerged {
		return r, Conflict(CodeMergeNone, "%s is %s: it is not merged into anything", label, r.State)
	}
	before, _ := MergedAt(history)
	r.State, r.MergedInto = RecordActive, ID{}
	if before.State == RecordPhaseOut {
		r.State = RecordPhaseOut
	}
	return r, nil
}

// MergedAt finds, in a history that is oldest first, how a record stood before it was last merged, and the version that merged it.
func MergedAt(history []GoldenVersion) (before, merged GoldenVersion) {
	for i := len(history) - 1; i > 0; i-- {
		if history[i].State == RecordMerged && history[i-1].State != RecordMerged {
			return history[i-1], history[i]
		}
	}
	return before, merged
}

// StrongestUse chooses among uses of what has turned out to be one thing at one plant: one that counts on the day before one that
// does not, and whoever uses it before whoever does not. Of no uses it is nil.
func StrongestUse(uses []PlantUse, day Date) *PlantUse {
	if len(uses) == 0 {
		return nil
	}
	strongest := slices.MaxFunc(uses, func(a, b PlantUse) int {
		return cmp.Or(compareBool(a.Validity.Contains(day), b.Validity.Contains(day)), cmp.Compare(a.State.weight(), b.State.weight()))
	})
	return &strongest
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// weight orders the states by how much a plant has to do with the record. What is blocked there may not come into use unseen.
func (s UseState) weight() int {
	return slices.Index([]UseState{UseNotUsed, UsePlanned, UsePhasingOut, UseActive, UseBlocked}, s)
}

// MergeReader finds out about records that were merged, and what has come since.
type MergeReader interface {
	// Heirs returns, by ID, the record that answers for each: of a merged one the last that it forwards to, of any other itself.
	// IDs of no record are left out; any number may be asked for.
	Heirs(ctx context.Context, ids []ID) (map[ID]GoldenRecord, error)
	// Heritage returns, by ID, the records that forward to each, directly or through others, by ID; any number may be asked for.
	Heritage(ctx context.Context, ids []ID) (map[ID][]GoldenRecord, error)
	// ByFormerCodes returns, by canonical code, the record that answers for the merged ones that have it; a code of which several
	// records answer is left out.
	ByFormerCodes(ctx context.Context, domain DomainName, codes []string) (map[string]GoldenRecord, error)
	// AppliedSince returns the requests applied after an instant of which an item is about one of the records, in order.
	AppliedSince(ctx context.Context, records []ID, since Instant) ([]ChangeRequest, error)
	// DeliveriesOf returns the deliveries made for the records after an instant, by sequence.
	DeliveriesOf(ctx context.Context, records []ID, since Instant) ([]Delivery, error)
}

// HeirOf returns the record that answers for one: itself, unless it was merged. CodeRecordUnknown.
func HeirOf(ctx context.Context, reads Reads, id ID) (GoldenRecord, error) {
	heirs, err := reads.Merges.Heirs(ctx, []ID{id})
	if err != nil {
		return GoldenRecord{}, err
	}
	heir, known := heirs[id]
	if !known {
		return heir, NotFound(CodeRecordUnknown, "there is no such record")
	}
	return heir, nil
}

// ByCodesForwarded returns, by canonical code, the records that hold one of the codes, and of a code that only merged records held
// the one record that answers for them.
func ByCodesForwarded(ctx context.Context, reads Reads, name DomainName, codes []string) (map[string]GoldenRecord, error) {
	found, err := reads.Records.ByCodes(ctx, name, codes)
	if err != nil {
		return nil, err
	}
	former, err := reads.Merges.ByFormerCodes(ctx, name, slices.DeleteFunc(slices.Clone(codes), func(code string) bool {
		_, held := found[code]
		return held || code == ""
	}))
	maps.Copy(found, former)
	return found, err
}

// FamilyMappings returns all mappings of a record and of those that were merged into it, its own first.
func FamilyMappings(ctx context.Context, reads Reads, record ID) ([]CodeMapping, error) {
	mappings, err := reads.Mappings.ByRecord(ctx, record)
	if err != nil {
		return nil, err
	}
	heritage, err := reads.Merges.Heritage(ctx, []ID{record})
	for _, merged := range heritage[record] {
		more, err := reads.Mappings.ByRecord(ctx, merged.ID)
		if err != nil {
			return nil, err
		}
		mappings = append(mappings, more...)
	}
	return mappings, err
}
