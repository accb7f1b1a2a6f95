package domain

import (
	"cmp"
	"context"
	"slices"
)

// RecordRef says that one golden record names another one: in an attribute or, where Line is not empty, in a line of it.
type RecordRef struct {
	Record    ID
	Domain    DomainName
	Attribute AttributeID
	// Line and Field are the line and its attribute, "" where the attribute itself is the reference.
	Line  string
	Field AttributeID
	// Target is the record as it is named: it may have been merged into another one since.
	Target       ID
	TargetDomain DomainName
}

// References are the records that a record names, by attribute, line and field.
func (r GoldenRecord) References() []RecordRef {
	var refs []RecordRef
	for _, id := range sortedIDs(r.Attributes) {
		switch v := r.Attributes[id].(type) {
		case Reference:
			refs = append(refs, RecordRef{Record: r.ID, Domain: r.Domain, Attribute: id, Target: v.Record, TargetDomain: v.Domain})
		case Lines:
			for _, line := range v {
				for _, field := range sortedIDs(line.Attributes) {
					if named, ok := line.Attributes[field].(Reference); ok {
						refs = append(refs, RecordRef{
							Record: r.ID, Domain: r.Domain, Attribute: id, Line: line.ID, Field: field, Target: named.Record, TargetDomain: named.Domain,
						})
					}
				}
			}
		}
	}
	return slices.DeleteFunc(refs, func(ref RecordRef) bool { return ref.Target.IsZero() })
}

// Location is where the reference stands in its record, as a fault of it is told: /components/L3/item.
func (r RecordRef) Location() string {
	if r.Line == "" {
		return "/" + string(r.Attribute)
	}
	return "/" + string(r.Attribute) + "/" + pointed(r.Line) + "/" + string(r.Field)
}

// Compare orders references by where they stand.
func (r RecordRef) Compare(other RecordRef) int {
	return cmp.Or(
		slices.Compare(r.Record[:], other.Record[:]), cmp.Compare(r.Attribute, other.Attribute), cmp.Compare(r.Line, other.Line), cmp.Compare(r.Field, other.Field),
	)
}

// Names finds the declaration of a reference.
func (d Definition) Names(ref RecordRef) (Attribute, bool) {
	a, known := d.Attribute(ref.Attribute)
	if !known || ref.Field == "" {
		return a, known
	}
	if a.Lines == nil {
		return Attribute{}, false
	}
	return a.Lines.Attribute(ref.Field)
}

// Referenced are the domains that records of this one may name, in order.
func (d Definition) Referenced() []DomainName {
	var names []DomainName
	for _, a := range d.Attributes {
		if a.References != "" {
			names = append(names, a.References)
		}
		if a.Lines == nil {
			continue
		}
		for _, field := range a.Lines.Attributes {
			if field.References != "" {
				names = append(names, field.References)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// ReferenceQuery selects references by what they name; the zero value of a field does not restrict.
type ReferenceQuery struct {
	// Targets are the records that are named; none is none.
	Targets []ID
	// Domain, Attribute and Field are of the records that name them.
	Domain    DomainName
	Attribute AttributeID
	Field     AttributeID
	// All also returns references of records that are out of use.
	All bool
	Page
}

// ReferenceReader knows which golden records name which, as they are now.
type ReferenceReader interface {
	// Of returns the references of the records, in order; any number may be asked for.
	Of(ctx context.Context, records []ID) ([]RecordRef, error)
	// To returns the references to any of the targets, in order, and the cursor of the next page.
	To(ctx context.Context, q ReferenceQuery) ([]RecordRef, string, error)
	// AllTo is To without pages.
	AllTo(ctx context.Context, q ReferenceQuery) ([]RecordRef, error)
}
