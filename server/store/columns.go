package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// rowID is an ID as a column: uuid on PostgreSQL, BLOB(16) on SQLite, NULL for the zero ID.
type rowID domain.ID

// Value gives both drivers the 16 bytes.
func (id rowID) Value() (driver.Value, error) {
	if domain.ID(id).IsZero() {
		return nil, nil
	}
	return id[:], nil
}

// Scan reads what either driver gives: the bytes, or the text form.
func (id *rowID) Scan(src any) error {
	switch src := src.(type) {
	case nil:
		*id = rowID{}
		return nil
	case []byte:
		if len(src) == len(id) {
			copy(id[:], src)
			return nil
		}
		return id.UnmarshalText(src)
	case string:
		return id.UnmarshalText([]byte(src))
	default:
		return fmt.Errorf("an ID cannot be read from %T", src)
	}
}

// MarshalText is the text form, for JSON columns.
func (id rowID) MarshalText() ([]byte, error) { return []byte(domain.ID(id).String()), nil }

// UnmarshalText reads the text form; "" is the zero ID.
func (id *rowID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = rowID{}
		return nil
	}
	parsed, err := domain.ParseID(string(text))
	*id = rowID(parsed)
	return err
}

func rowIDs(ids []domain.ID) []rowID {
	return convert(ids, func(id domain.ID) rowID { return rowID(id) })
}

// rowAttributes are attributes as a column, in their canonical encoding.
type rowAttributes domain.Attributes

// Value gives the canonical encoding.
func (a rowAttributes) Value() (driver.Value, error) {
	return string(domain.Attributes(a).Encode()), nil
}

// Scan reads the canonical encoding.
func (a *rowAttributes) Scan(src any) error {
	text, err := columnText(src)
	if err != nil {
		return err
	}
	return a.UnmarshalJSON(text)
}

// MarshalJSON is the canonical encoding.
func (a rowAttributes) MarshalJSON() ([]byte, error) { return domain.Attributes(a).Encode(), nil }

// UnmarshalJSON reads the canonical encoding.
func (a *rowAttributes) UnmarshalJSON(data []byte) error {
	decoded, err := domain.DecodeAttributes(data)
	*a = rowAttributes(decoded)
	return err
}

// jsonColumn is any value as a JSON text column. The value is made of row types, never of domain types, so that renaming
// something in the domain does not change what is stored.
type jsonColumn[T any] struct{ V T }

func asJSON[T any](v T) jsonColumn[T] { return jsonColumn[T]{V: v} }

// Value gives the JSON text.
func (c jsonColumn[T]) Value() (driver.Value, error) {
	text, err := json.Marshal(c.V)
	return string(text), err
}

// Scan reads the JSON text.
func (c *jsonColumn[T]) Scan(src any) error {
	text, err := columnText(src)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, &c.V)
}

// MarshalJSON is the value's own JSON.
func (c jsonColumn[T]) MarshalJSON() ([]byte, error) { return json.Marshal(c.V) }

// UnmarshalJSON reads the value's own JSON.
func (c *jsonColumn[T]) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &c.V) }

func columnText(src any) ([]byte, error) {
	switch src := src.(type) {
	case string:
		return []byte(src), nil
	case []byte:
		return src, nil
	default:
		return nil, fmt.Errorf("a text column cannot be read from %T", src)
	}
}

// encodeValue and decodeValue carry one value through a text column; nil is "null".
func encodeValue(v domain.Value) string { return string(domain.EncodeValue(v)) }

func decodeValue(text string) domain.Value {
	// What is stored was encoded by us; what cannot be read any more says nothing.
	v, err := domain.DecodeValue([]byte(text))
	if err != nil {
		return nil
	}
	return v
}
