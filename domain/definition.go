package domain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// DomainName names a kind of record: "item", "bom".
type DomainName string

// AttributeID names an attribute within its domain; it is never reused for another meaning.
type AttributeID string

// AttributeScope says for what a value holds.
type AttributeScope string

// The scopes of a value.
const (
	ScopeGlobal  AttributeScope = "global"
	ScopeCompany AttributeScope = "company"
	ScopePlant   AttributeScope = "plant"
)

// Governance says who lets a new value into the golden record.
type Governance string

// The governance classes (design: decide).
const (
	GovernReview     Governance = "review"
	GovernFollow     Governance = "follow"
	GovernRegistered Governance = "registered"
)

// Classification says who may see a value.
type Classification string

// The classifications.
const (
	ClassInternal     Classification = "internal"
	ClassConfidential Classification = "confidential"
	ClassPersonal     Classification = "personal"
)

// Tolerance is how far two numbers may lie apart and still agree: by Absolute, or by Relative (0.01 is 1 %) of the golden value.
type Tolerance struct {
	Absolute decimal.Decimal
	Relative decimal.Decimal
}

// Covers says whether a source's number agrees with the golden one.
func (t Tolerance) Covers(golden, source decimal.Decimal) bool {
	gap := golden.Sub(source).Abs()
	return gap.LessThanOrEqual(t.Absolute) || gap.LessThanOrEqual(golden.Abs().Mul(t.Relative))
}

// FoldRule says what of a text does not count when it is compared.
type FoldRule string

// The fold rules. Codes are always compared exactly.
const (
	FoldNone  FoldRule = ""
	FoldSpace FoldRule = "space" // runs of white space count as one blank
	FoldCase  FoldRule = "case"  // and upper or lower case does not count
)

// MatchAs says how the values of an attribute are compared by matching, where their kind does not say it.
type MatchAs string

// The ways.
const (
	LikeKind    MatchAs = ""
	LikeName    MatchAs = "name"    // of a company: its legal form says little
	LikeAddress MatchAs = "address" // of a street
	LikePhone   MatchAs = "phone"
)

// Attribute declares one attribute of a domain.
type Attribute struct {
	ID             AttributeID
	Label          string
	Help           string
	Kind           ValueKind
	Required       bool
	Scope          AttributeScope
	Classification Classification
	Governance     Governance
	Fold           FoldRule
	Tolerance      Tolerance
	// Unit is the unit in which a quantity is kept and compared.
	Unit string
	// Members are the codes of an enum: of a closed set, or those of the code list as it stands. None means any code is taken.
	Members []string
	// MatchAs is how matching compares the values.
	MatchAs MatchAs
	// CodeList names the governed list an enum's codes come from; "" for a closed set.
	CodeList CodeListID
	// References is the domain a reference points into. A record of the same domain that it names lies above this one where Hierarchy
	// is set: nothing may come to lie below itself.
	References DomainName
	Hierarchy  bool
	// Lasting says that the record goes on though what it names is retired: a lot of an item that is made no more.
	Lasting bool
	// NamesPlant says that a code is that of a plant.
	NamesPlant bool
	// Digits says that a code carries a check digit.
	Digits CheckDigit
	// Least is the smallest number a quantity or amount may have, Most the largest, nil where any is good. Positive bars the zero.
	Least    *decimal.Decimal
	Most     *decimal.Decimal
	Positive bool
	// Authorities are the systems whose word counts, Exclusive bars the values of all others; see Authority.
	Authorities []SystemID
	Exclusive   bool
	// PersonOnly says that no standing rule may change the value: a person decides, whoever is the authority.
	PersonOnly bool
	// ComparedOnly says that the value is never written to a system, because writing it has effects of its own there.
	ComparedOnly bool
	// MaxLength bounds a text or code, in characters; 0 means 512.
	MaxLength int
	// Lines declares what a line of a lines attribute says; nil for every other kind.
	Lines *LineDefinition
}

// Definition declares a domain once; matching, comparison, forms, templates and the served schema follow from it.
type Definition struct {
	Domain     DomainName
	Label      string
	Version    int
	Attributes []Attribute
	// CodeAttribute holds the record's own canonical code, NameAttribute what people call it.
	CodeAttribute AttributeID
	NameAttribute AttributeID
	// Identifiers are attributes, alone or together, by which two records are taken to be one thing.
	Identifiers [][]AttributeID
	// Ordered are pairs of dates or numbers of which the second may not lie before the first.
	Ordered [][2]AttributeID
	// OneOf are groups of attributes of which at least one has a value.
	OneOf [][]AttributeID
	// Makes names the record that is made of the lines' components (see LineDefinition.Contains); Validity are the first day of the
	// record and the day on which it holds no more.
	Makes    AttributeID
	Validity [2]AttributeID
	// Unmatched says in a sentence why records are not compared by likeness; "" where they are.
	Unmatched string
	// UnitAttribute holds the unit that the record is counted in; "" where it is not counted.
	UnitAttribute AttributeID
	// Creators are the systems that bring new records; CreationExclusive and NewRecords are those of Authority, AuthorityVersion
	// is that of the standing rule, 0 where there is none.
	Creators          []SystemID
	CreationExclusive bool
	NewRecords        Governance
	// CodePattern is how the codes of requested records are made; "" lets people choose them.
	CodePattern      string
	AuthorityVersion int
}

// Attribute finds an attribute by its ID or by a key that has its place behind it.
func (d Definition) Attribute(id AttributeID) (Attribute, bool) {
	id = id.Plain()
	for i := range d.Attributes { // an Attribute is large: it is copied only when it is the one
		if d.Attributes[i].ID == id {
			return d.Attributes[i], true
		}
	}
	return Attribute{}, false
}

// IDs lists the attribute IDs in declared order.
func (d Definition) IDs() []AttributeID {
	ids := make([]AttributeID, len(d.Attributes))
	for i, a := range d.Attributes {
		ids[i] = a.ID
	}
	return ids
}

// Check returns every fault of a record's attributes at once, as one CodeValueInvalid error with Fields, or nil.
// Location of a field is "/" and the attribute's ID.
func (d Definition) Check(attributes Attributes) error {
	faults := d.Faults(attributes)
	if len(faults) == 0 {
		return nil
	}
	err := Invalid(CodeValueInvalid, "%s: %s", faults[0].Location[1:], faults[0].Msg)
	err.Fields = faults
	return err
}

// Faults are those of Check.
func (d Definition) Faults(attributes Attributes) []FieldError {
	faults := d.CheckChange(attributes)
	for _, a := range d.Attributes {
		if a.Required && a.Scope != ScopePlant && a.Scope != ScopeCompany && attributes[a.ID] == nil {
			faults = append(faults, FieldError{Location: "/" + string(a.ID), Msg: a.Label + " is missing"})
		}
	}
	faults = append(faults, disordered(d.Attributes, d.Ordered, attributes, "")...)
	return append(faults, d.noneOf(attributes)...)
}

// noneOf are the groups of which no attribute has a value, at the first of each.
func (d Definition) noneOf(attributes Attributes) []FieldError {
	var faults []FieldError
	for _, group := range d.OneOf {
		var labels []string
		for _, id := range group {
			a, _ := d.Attribute(id)
			labels = append(labels, a.Label)
		}
		if !slices.ContainsFunc(group, func(id AttributeID) bool { return attributes[id] != nil && !attributes[id].Empty() }) {
			faults = append(faults, FieldError{Location: "/" + string(group[0]), Msg: "one of these is needed: " + strings.Join(labels, ", ")})
		}
	}
	return faults
}

// disordered are the pairs of which the second lies before the first, at the second.
func disordered(attributes []Attribute, pairs [][2]AttributeID, values Attributes, at string) []FieldError {
	var faults []FieldError
	label := func(id AttributeID) string {
		i := slices.IndexFunc(attributes, func(a Attribute) bool { return a.ID == id })
		if i < 0 {
			return string(id)
		}
		return attributes[i].Label
	}
	for _, pair := range pairs {
		if earlier, later := values[pair[0]], values[pair[1]]; liesBefore(later, earlier) {
			faults = append(faults, FieldError{Location: at + "/" + string(pair[1]), Msg: fmt.Sprintf(
				"%s %s lies before %s %s", label(pair[1]), later.Display(), label(pair[0]), earlier.Display())})
		}
	}
	return faults
}

// liesBefore compares two dates or two bare numbers; what cannot be compared is in order.
func liesBefore(v, other Value) bool {
	switch v := v.(type) {
	case Day:
		other, comparable := other.(Day)
		return comparable && v != "" && other != "" && v < other
	case Quantity:
		other, comparable := other.(Quantity)
		return comparable && v.Unit == other.Unit && v.Number.LessThan(other.Number)
	default:
		return false
	}
}

// CheckChange returns the faults of values that are to be set, without asking for those that are left out.
func (d Definition) CheckChange(set Attributes) []FieldError {
	var faults []FieldError
	for _, id := range sortedIDs(set) {
		a, known := d.Attribute(id)
		if !known {
			faults = append(faults, FieldError{Location: "/" + string(id), Msg: "the " + d.Label + " has no such attribute"})
			continue
		}
		_, place := id.Split()
		msg := a.misplaced(place)
		if msg == "" {
			msg = a.fault(set[id])
		}
		if msg != "" {
			faults = append(faults, FieldError{Location: "/" + string(id), Msg: msg})
			continue
		}
		faults = append(faults, a.lineFaults("/"+string(id), set[id])...)
	}
	return faults
}

func sortedIDs(set Attributes) []AttributeID {
	ids := make([]AttributeID, 0, len(set))
	for id := range set {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// defaultMaxLength bounds texts whose attribute names no length of its own.
const defaultMaxLength = 512

// fault says in a sentence what is wrong with v, "" when nothing is.
func (a Attribute) fault(v Value) string {
	if v == nil || v.Empty() {
		if a.Required {
			return a.Label + " may not be empty"
		}
		return ""
	}
	if _, isText := v.(Text); v.Kind() != a.Kind && (!isText || a.Kind != KindTranslated) { // see Translation
		return a.Label + " is a " + string(a.Kind) + ", not a " + string(v.Kind())
	}
	return a.misfit(v)
}

// misfit says what is wrong with a value of the right kind, "" when nothing is.
func (a Attribute) misfit(v Value) string {
	switch v := v.(type) {
	case Enum:
		if len(a.Members) > 0 && !slices.Contains(a.Members, string(v)) {
			return a.unknownMember(string(v))
		}
	case Quantity:
		if v.Unit != a.Unit {
			return a.Label + " is kept in " + a.Unit + ", not in " + clip(v.Unit, 20)
		}
		return a.outside(v.Number)
	case Money:
		return a.moneyMisfit(v)
	case Reference:
		if v.Domain != a.References {
			return a.Label + " points at a record of the domain " + string(a.References)
		}
	case Text, Code, Translated:
		if longest(v) > cmp.Or(a.MaxLength, defaultMaxLength) {
			return a.Label + " is too long"
		}
		return a.Digits.misfit(a.Label, v.Display())
	}
	return ""
}

// unknownMember says what to do about a code that the attribute does not take.
func (a Attribute) unknownMember(code string) string {
	text := a.Label + " does not know the value " + clip(code, 40)
	if a.CodeList == "" {
		return text
	}
	return text + ": an entry or an alias of the code list " + string(a.CodeList) + " would say what it means"
}

// outside says what is wrong with a number's size, "" when nothing is.
func (a Attribute) outside(number decimal.Decimal) string {
	switch {
	case a.Positive && !number.IsPositive():
		return a.Label + " is more than 0"
	case a.Least != nil && number.LessThan(*a.Least):
		return a.Label + " is at least " + a.Least.String()
	case a.Most != nil && number.GreaterThan(*a.Most):
		return a.Label + " is at most " + a.Most.String()
	default:
		return ""
	}
}

func (a Attribute) moneyMisfit(v Money) string {
	if len(v.Currency) != 3 || strings.Trim(v.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return a.Label + " needs the currency's three letters, such as EUR"
	}
	return a.outside(v.Amount)
}

// longest counts the characters of a text, of the longest one where there are several.
func longest(v Value) int {
	translated, ok := v.(Translated)
	if !ok {
		return utf8.RuneCountInString(v.Display())
	}
	most := 0
	for _, text := range translated {
		most = max(most, utf8.RuneCountInString(text))
	}
	return most
}
