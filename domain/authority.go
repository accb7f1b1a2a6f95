package domain

import (
	"context"
	"slices"
)

// Authority is the standing rule of a domain: which systems may bring new records, and whose word counts for which attribute.
// It is governed itself: a change request puts it, and what it lets happen without a person rests on that approval.
type Authority struct {
	Domain DomainName
	// Creation are the systems whose unknown codes are proposed as new records; any other's are proposed for mapping.
	Creation []SystemID
	// CreationExclusive forbids making a record of any other system's code; without it that needs a second person.
	CreationExclusive bool
	// NewRecords is review or registered; registered lets new codes of those systems become records without a person where they
	// are identified beyond doubt. "" is review.
	NewRecords Governance
	Attributes []AttributeAuthority
	// CodePattern is how the codes of requested records are made (see ParseCodePattern); "" lets people choose them.
	CodePattern string
	Version     int
}

// AttributeAuthority says whose word counts for one attribute.
type AttributeAuthority struct {
	Attribute AttributeID // plain: the rule is the same at every plant and company
	Systems   []SystemID
	// Governance is review or follow; follow lets the systems' values enter the golden record without a person.
	Governance Governance
	// Exclusive forbids taking the value of any other system.
	Exclusive bool
}

// Of finds the rule of an attribute.
func (a Authority) Of(id AttributeID) (AttributeAuthority, bool) {
	i := slices.IndexFunc(a.Attributes, func(one AttributeAuthority) bool { return one.Attribute == id.Plain() })
	if i < 0 {
		return AttributeAuthority{}, false
	}
	return a.Attributes[i], true
}

// Faults says all that is wrong with the authority under its domain's definition; locations begin below it. That the systems
// exist is not looked at.
func (a Authority) Faults(definition Definition) []FieldError {
	var f streamFaults
	if _, err := ParseCodePattern(a.CodePattern); a.CodePattern != "" {
		f.check(err == nil, "/code_pattern", "%q is no pattern of codes, such as IT-{seq:6}", clip(a.CodePattern, 80))
	}
	a.newRecordFaults(&f, definition)
	seen := map[AttributeID]bool{}
	for _, one := range a.Attributes {
		at := "/attributes/" + clip(string(one.Attribute), 40)
		attribute, known := definition.Attribute(one.Attribute)
		f.check(known && one.Attribute == one.Attribute.Plain(), at, "the %s has no attribute %q", definition.Label, clip(string(one.Attribute), 40))
		f.check(!seen[one.Attribute], at, "the attribute %s stands there twice", one.Attribute)
		seen[one.Attribute] = true
		f.check(len(one.Systems) > 0, at+"/systems", "an attribute's authority names at least one system")
		f.check(one.Governance == GovernReview || one.Governance == GovernFollow, at+"/governance", "an attribute's class is review or follow, unlike %q", one.Governance)
		f.check(one.Governance != GovernFollow || !attribute.PersonOnly, at+"/governance", "%s cannot follow a system: a person decides about it", attribute.Label)
	}
	return f
}

// newRecordFaults says what is wrong with how new records come in.
func (a Authority) newRecordFaults(f *streamFaults, definition Definition) {
	registers := a.NewRecords == GovernRegistered
	f.check(registers || a.NewRecords == GovernReview || a.NewRecords == "", "/new_records", "new records are review or registered, unlike %q", clip(string(a.NewRecords), 20))
	f.check(!registers || len(a.Creation) > 0, "/new_records", "only new codes of the systems named under creation can be registered, and there are none")
	f.check(!registers || len(definition.Identifiers) > 0, "/new_records", "the %s has nothing by which a new one is known beyond doubt", definition.Label)
	f.check(!a.CreationExclusive || len(a.Creation) > 0, "/creation_exclusive", "where no system brings new records none can do so alone")
}

// Creates says whether the system is among those that bring new records; where none is named every system is.
func (a Authority) Creates(system SystemID) bool {
	return len(a.Creation) == 0 || slices.Contains(a.Creation, system)
}

// WithAuthority returns the definition with whose word counts for its attributes.
func (d Definition) WithAuthority(authority Authority) Definition {
	if authority.Domain != d.Domain {
		return d
	}
	d.Creators, d.CodePattern = authority.Creation, authority.CodePattern
	d.AuthorityVersion, d.CreationExclusive, d.NewRecords = authority.Version, authority.CreationExclusive, authority.NewRecords
	d.Attributes = slices.Clone(d.Attributes)
	for i := range d.Attributes {
		a := &d.Attributes[i]
		if rule, ruled := authority.Of(a.ID); ruled {
			a.Authorities, a.Exclusive = rule.Systems, rule.Exclusive
			if !a.PersonOnly {
				a.Governance = rule.Governance
			}
		}
	}
	return d
}

// Creates says whether the system is among those that bring new records.
func (d Definition) Creates(system SystemID) bool {
	return Authority{Creation: d.Creators}.Creates(system)
}

// BarsCreation says that no record may be made of the system's codes.
func (d Definition) BarsCreation(system SystemID) bool {
	return d.CreationExclusive && !d.Creates(system)
}

// Registers says whether new codes of the system become records under the standing rule.
func (d Definition) Registers(system SystemID) bool {
	return d.NewRecords == GovernRegistered && slices.Contains(d.Creators, system)
}

// Follows says whether the system's value enters the golden record under the standing rule.
func (a Attribute) Follows(system SystemID) bool {
	return a.Governance == GovernFollow && !a.PersonOnly && slices.Contains(a.Authorities, system)
}

// Bars says whether the attribute's value is another system's to say, so that this one's cannot be taken.
func (a Attribute) Bars(system SystemID) bool {
	return a.Exclusive && !slices.Contains(a.Authorities, system)
}

// AuthorityReader reads the authorities that were approved.
type AuthorityReader interface {
	// Of returns the authority of a domain; the zero Authority when none was approved.
	Of(ctx context.Context, domain DomainName) (Authority, error)
	// List returns all authorities by domain.
	List(ctx context.Context) ([]Authority, error)
}

// AuthorityRepo writes authorities.
type AuthorityRepo interface {
	AuthorityReader
	// Put inserts (Version 1) or updates (the stored version + 1, else CodeSystemStale).
	Put(ctx context.Context, authority Authority) error
}
