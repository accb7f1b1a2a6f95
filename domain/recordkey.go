package domain

import (
	"slices"
	"strings"
)

// RecordKey is one thing by which a record may be recognised: its code, a GTIN, a manufacturer with its part number, its name.
type RecordKey struct {
	// Kind is the attribute, or the attributes with + between them.
	Kind string
	// Key is the value in the form in which equal means the same.
	Key string
}

// Likeness says that something is known by a key that was asked for.
type Likeness struct {
	ID   ID
	Kind string
}

// Keys are what a record with these attributes can be recognised by; what is not filled in gives none. A name is one in each
// language.
func (d Definition) Keys(attributes Attributes) []RecordKey {
	var keys []RecordKey
	if code, whole := d.key([]AttributeID{d.CodeAttribute}, attributes); whole {
		keys = append(keys, code)
	}
	for _, name := range attributes.Texts(d.NameAttribute) {
		if key, whole := d.key([]AttributeID{d.NameAttribute}, Attributes{d.NameAttribute: Text(name)}); whole && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return append(keys, d.Identities(attributes)...)
}

// Identities are the keys by which a record with these attributes is taken to be one thing with another that has one of them.
func (d Definition) Identities(attributes Attributes) []RecordKey {
	var keys []RecordKey
	for _, parts := range d.Identifiers {
		if key, whole := d.key(parts, attributes); whole {
			keys = append(keys, key)
		}
	}
	return keys
}

// key makes the key of some attributes, and says whether all of them have a value.
func (d Definition) key(parts []AttributeID, attributes Attributes) (RecordKey, bool) {
	var kind, key []string
	for _, id := range parts {
		attribute, known := d.Attribute(id)
		text := clean(attributes.Text(id))
		if !known || text == "" {
			return RecordKey{}, false
		}
		kind, key = append(kind, string(id)), append(key, attribute.keyForm(id == d.CodeAttribute, text))
	}
	return RecordKey{Kind: strings.Join(kind, "+"), Key: strings.Join(key, "\x1f")}, true
}

// keyForm is a text as it is compared: a record's own code exactly, what has a check digit in the form of its rule, all else without regard to
// case and white space.
func (a Attribute) keyForm(exact bool, text string) string {
	switch {
	case exact:
		return text
	case a.Digits != CheckNone:
		return strings.ToLower(a.Digits.Comparable(text))
	default:
		return strings.ToLower(strings.Join(strings.Fields(text), " "))
	}
}

// CodeKey is the key of a record's own code.
func (d Definition) CodeKey(code Code) RecordKey {
	return RecordKey{Kind: string(d.CodeAttribute), Key: string(code)}
}

// Identifies says whether two things with the same key of this kind are taken to be one until somebody says otherwise. A name
// or a code does not: different things share them.
func (d Definition) Identifies(kind string) bool {
	return slices.ContainsFunc(d.Identifiers, func(parts []AttributeID) bool {
		names := make([]string, len(parts))
		for i, id := range parts {
			names[i] = string(id)
		}
		return strings.Join(names, "+") == kind
	})
}
