package domain

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// LineDefinition declares the lines of an attribute, such as a BOM's components or a routing's operations.
type LineDefinition struct {
	// Label names one line: "component", "operation".
	Label      string
	Attributes []Attribute
	// Identity are the attributes by which a line of one side is found on the other: a component's item. Position orders the lines;
	// a line that only stands elsewhere has moved.
	Identity []AttributeID
	Position AttributeID
	// Share is the attribute whose numbers are, over all lines, at most a hundred percent; "" where none is.
	Share AttributeID
	// Contains says that the record contains what a line's reference names: a BOM its components. Nothing may contain itself.
	Contains AttributeID
	// Converts says that the lines are an item's own conversions (see Conversion).
	Converts bool
	// Ordered are pairs of which the second may not lie before the first.
	Ordered [][2]AttributeID
}

// Attribute finds an attribute of the lines by its ID.
func (l LineDefinition) Attribute(id AttributeID) (Attribute, bool) {
	for i := range l.Attributes {
		if l.Attributes[i].ID == id {
			return l.Attributes[i], true
		}
	}
	return Attribute{}, false
}

// The limits of lines.
const (
	maxLines   = 20_000
	maxLineID  = 64
	wholeShare = 100
)

// lineFaults are the faults of a lines attribute's lines, each at its own line and attribute: /components/L3/quantity, an ID written
// as in a JSON pointer. A line that has no ID to be found by is told by its place in the list, #3.
func (a Attribute) lineFaults(at string, v Value) []FieldError {
	lines, ok := v.(Lines)
	if !ok || a.Lines == nil {
		return nil
	}
	if len(lines) > maxLines {
		return []FieldError{{Location: at, Msg: fmt.Sprintf("%s has at most %d lines", a.Label, maxLines)}}
	}
	var faults []FieldError
	seen := make(map[string]bool, len(lines))
	for i, line := range lines {
		here := at + "/" + pointed(line.ID)
		switch {
		case !soundLineID(line.ID):
			here = fmt.Sprintf("%s/#%d", at, i+1)
			faults = append(faults, FieldError{Location: here, Msg: fmt.Sprintf("a %s has an ID of 1 to %d characters that can be printed", a.Lines.Label, maxLineID)})
		case seen[line.ID]:
			faults = append(faults, FieldError{Location: here, Msg: fmt.Sprintf("two of the lines have the ID %s", line.ID)})
		}
		seen[line.ID] = true
		faults = append(faults, a.Lines.faults(here, line.Attributes)...)
	}
	if a.Lines.Converts {
		faults = append(faults, conversionFaults(at, lines)...)
	}
	return append(faults, a.Lines.overShared(at, lines)...)
}

// faults are those of one line.
func (l LineDefinition) faults(at string, values Attributes) []FieldError {
	var faults []FieldError
	for _, id := range sortedIDs(values) {
		a, known := l.Attribute(id)
		msg := "a " + l.Label + " has no such attribute"
		if known {
			msg = a.fault(values[id])
		}
		if msg != "" {
			faults = append(faults, FieldError{Location: at + "/" + string(id), Msg: msg})
		}
	}
	for _, a := range l.Attributes {
		if a.Required && values[a.ID] == nil {
			faults = append(faults, FieldError{Location: at + "/" + string(a.ID), Msg: a.Label + " is missing"})
		}
	}
	return append(faults, disordered(l.Attributes, l.Ordered, values, at)...)
}

// overShared is the fault of lines that share out more than there is.
func (l LineDefinition) overShared(at string, lines Lines) []FieldError {
	if l.Share == "" {
		return nil
	}
	total := decimal.Decimal{}
	for _, line := range lines {
		if share, ok := line.Attributes.Quantity(l.Share); ok {
			total = total.Add(share.Number)
		}
	}
	if total.LessThanOrEqual(decimal.NewFromInt(wholeShare)) {
		return nil
	}
	shared, _ := l.Attribute(l.Share)
	return []FieldError{{Location: at, Msg: fmt.Sprintf("%s: together the lines have %s, more than %d percent", shared.Label, total, wholeShare)}}
}

// pointed is a line's ID as a step of a location.
func pointed(id string) string {
	return strings.ReplaceAll(strings.ReplaceAll(id, "~", "~0"), "/", "~1")
}

func soundLineID(id string) bool {
	return id != "" && utf8.RuneCountInString(id) <= maxLineID && !strings.ContainsFunc(id, unicode.IsControl) && clean(id) == id
}

// withLists is the definition with the members of its governed enums as the lists stand.
func (l LineDefinition) withLists(lists []CodeList) *LineDefinition {
	l.Attributes = listed(l.Attributes, lists)
	return &l
}

// recoded are the lines with their governed enums turned; the same ones where nothing was.
func (l LineDefinition) recoded(lines Lines, turn func(Attribute, Enum) Enum) (Lines, bool) {
	var changed Lines
	for i, line := range lines {
		turned, other := recodedBy(l.Attribute, line.Attributes, turn)
		if !other {
			continue
		}
		if changed == nil {
			changed = slices.Clone(lines)
		}
		changed[i].Attributes = turned
	}
	if changed == nil {
		return lines, false
	}
	return changed, true
}
