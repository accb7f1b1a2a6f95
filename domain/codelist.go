package domain

import (
	"context"
	"slices"
	"strings"
)

// CodeListID names a code list: "unit", "country".
type CodeListID string

// CodeList is governed reference data: the codes that an enum attribute takes, with what they are called and how each system
// writes them. Version counts the approved changes; 0 is a list as it is built in.
type CodeList struct {
	ID      CodeListID
	Label   string
	Entries []CodeEntry
	Version int
}

// CodeEntry is one code of a list.
type CodeEntry struct {
	Code   string
	Labels Translated
	// Retired codes stay readable and are taken no more.
	Retired bool
	Aliases []CodeAlias
}

// CodeAlias is how one system writes the code. PCE, C62, EA and H87 are never taken for each other without one: it says
// that somebody has approved what the system means.
type CodeAlias struct {
	System SystemID
	Text   string
}

// Unknown begins an enum value that no code list knows: "?Stk". It agrees with nothing and cannot become golden.
const Unknown = "?"

// Entry finds a code.
func (l CodeList) Entry(code string) (CodeEntry, bool) {
	i := slices.IndexFunc(l.Entries, func(e CodeEntry) bool { return e.Code == code })
	if i < 0 {
		return CodeEntry{}, false
	}
	return l.Entries[i], true
}

// Codes lists the codes that may be used.
func (l CodeList) Codes() []string {
	var codes []string
	for _, e := range l.Entries {
		if !e.Retired {
			codes = append(codes, e.Code)
		}
	}
	return codes
}

// Resolve returns the code that a system means by what it wrote: by an alias of that system, else exactly the code itself.
// What the list does not know comes back as Unknown and the text. A list without entries takes every text for a code.
func (l CodeList) Resolve(system SystemID, written string) string {
	if written == "" || len(l.Entries) == 0 {
		return written
	}
	alias := CodeAlias{System: system, Text: strings.TrimPrefix(written, Unknown)} // a connector may have given up on it before
	for _, e := range l.Entries {
		if slices.Contains(e.Aliases, alias) {
			return e.Code
		}
	}
	if strings.HasPrefix(written, Unknown) {
		return written
	}
	if _, known := l.Entry(written); known {
		return written
	}
	return Unknown + written
}

// Written returns how the system writes a code: its first alias of the code, else the code itself.
func (l CodeList) Written(system SystemID, code string) string {
	if entry, known := l.Entry(code); known {
		for _, alias := range entry.Aliases {
			if alias.System == system {
				return alias.Text
			}
		}
	}
	return code
}

// The limits of a code list.
const (
	maxListEntries = 20_000
	maxListText    = 128
)

// Faults says all that is wrong with the list; locations begin below it.
func (l CodeList) Faults() []FieldError {
	var f streamFaults
	f.check(len(l.Entries) <= maxListEntries, "/entries", "a code list has at most %d entries", maxListEntries)
	seen, aliases := map[string]bool{}, map[CodeAlias]string{}
	for _, e := range l.Entries {
		at := "/entries/" + clip(e.Code, 40)
		f.check(soundListText(e.Code) && !strings.HasPrefix(e.Code, Unknown), at, "a code has 1 to %d bytes and does not begin with %s", maxListText, Unknown)
		f.check(!seen[e.Code], at, "the code %s stands in the list twice", clip(e.Code, 40))
		seen[e.Code] = true
		for _, alias := range e.Aliases {
			f.check(soundListText(alias.Text) && alias.System != "", at+"/aliases", "an alias names a system and has 1 to %d bytes", maxListText)
			other, taken := aliases[alias]
			f.check(!taken, at+"/aliases", "what %s writes as %s would mean both %s and %s", alias.System, clip(alias.Text, 40), other, e.Code)
			aliases[alias] = e.Code
		}
	}
	return f
}

func soundListText(text string) bool {
	return text != "" && len(text) <= maxListText && clean(text) == text
}

// WithLists returns the definition with the members of its governed enums as the lists stand. A list that is not among them
// leaves its attribute as it is.
func (d Definition) WithLists(lists []CodeList) Definition {
	d.Attributes = listed(d.Attributes, lists)
	return d
}

// listed are the attributes with the members of their governed enums, also of those in lines, as the lists stand.
func listed(attributes []Attribute, lists []CodeList) []Attribute {
	attributes = slices.Clone(attributes)
	for i := range attributes {
		a := &attributes[i]
		for _, list := range lists {
			if a.CodeList != "" && a.CodeList == list.ID {
				a.Members = list.Codes()
			}
		}
		if a.Lines != nil {
			a.Lines = a.Lines.withLists(lists)
		}
	}
	return attributes
}

// Coded returns what a system said with the texts of governed enums resolved to codes.
func (d Definition) Coded(said Attributes, system SystemID, lists []CodeList) Attributes {
	return d.recoded(said, lists, func(list CodeList, text string) string { return list.Resolve(system, text) })
}

// Uncoded returns values as the system itself writes them.
func (d Definition) Uncoded(values Attributes, system SystemID, lists []CodeList) Attributes {
	return d.recoded(values, lists, func(list CodeList, code string) string { return list.Written(system, code) })
}

func (d Definition) recoded(values Attributes, lists []CodeList, turn func(CodeList, string) string) Attributes {
	turned, _ := recodedBy(d.Attribute, values, func(a Attribute, code Enum) Enum {
		for _, list := range lists {
			if a.CodeList != "" && list.ID == a.CodeList {
				code = Enum(turn(list, string(code)))
			}
		}
		return code
	})
	return turned
}

// recodedBy are the values with every enum turned, also those in lines, and whether any was.
func recodedBy(attribute func(AttributeID) (Attribute, bool), values Attributes, turn func(Attribute, Enum) Enum) (Attributes, bool) {
	var changed Attributes
	for id, v := range values {
		var turned Value
		switch v := v.(type) {
		case Enum:
			a, _ := attribute(id)
			if code := turn(a, v); code != v {
				turned = code
			}
		case Lines:
			if a, _ := attribute(id); a.Lines != nil {
				if lines, other := a.Lines.recoded(v, turn); other {
					turned = lines
				}
			}
		}
		if turned != nil {
			changed = changed.With(Attributes{id: turned})
		}
	}
	if changed == nil {
		return values, false
	}
	return values.With(changed), true
}

// CodeListReader reads the code lists that were approved; what is only built in is not among them.
type CodeListReader interface {
	// ByID returns CodeListUnknown when there is none.
	ByID(ctx context.Context, id CodeListID) (CodeList, error)
	// List returns all lists by ID.
	List(ctx context.Context) ([]CodeList, error)
}

// CodeListRepo writes code lists.
type CodeListRepo interface {
	CodeListReader
	// Put inserts (Version 1) or updates (the stored version + 1, else CodeSystemStale).
	Put(ctx context.Context, list CodeList) error
}
