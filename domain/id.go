package domain

import (
	"strings"

	"github.com/google/uuid"
)

// ID identifies one thing for ever: a UUID of version 7. Its order says nothing about commit order.
type ID [16]byte

// NewID returns a fresh ID.
func NewID() ID { return ID(uuid.Must(uuid.NewV7())) }

// ParseID reads the 36-character form; anything else is CodeIDInvalid.
func ParseID(raw string) (ID, error) {
	if len(raw) == 36 {
		if parsed, err := uuid.Parse(raw); err == nil {
			return ID(parsed), nil
		}
	}
	return ID{}, Invalid(CodeIDInvalid, "%q is not an ID", clip(raw, 60))
}

// String is the 36-character lower-case form, "" for the zero ID.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	return uuid.UUID(id).String()
}

// IsZero says that no ID was given.
func (id ID) IsZero() bool { return id == ID{} }

// clip shortens s to at most n bytes for use inside a message.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
