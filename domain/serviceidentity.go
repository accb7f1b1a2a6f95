package domain

import (
	"context"
	"slices"
)

// MaxServiceKeys is how many keys of an identity may be good at the same time: the one in use and the one that follows it.
const MaxServiceKeys = 2

// ServiceIdentity is a program that calls Crosswalk, such as a plant's sync job. It may do what its grants say, and never
// approves.
type ServiceIdentity struct {
	ID     string // "mes-sync"; the actor is "service:mes-sync"
	Name   string
	Grants []Grant
	// Networks are the addresses it may call from, in CIDR form; none is everywhere.
	Networks []string
	// RatePerSecond is how many requests a second each of its keys may make for long.
	RatePerSecond int
	RevokedAt     Instant // 0 while it may call at all
	Keys          []ServiceKey
	Version       int
}

// ServiceKey is one secret of a service identity. Only its hash is kept.
type ServiceKey struct {
	ID        string
	Hash      string // hex SHA-256 of the whole key
	CreatedAt Instant
	ExpiresAt Instant
	RevokedAt Instant // 0 while it is good
	// UsedAt is when it was last seen, to within a minute; it is operating state, which a write of the identity leaves alone.
	UsedAt Instant
}

// Good says whether the key opens anything at an instant.
func (k ServiceKey) Good(at Instant) bool { return k.RevokedAt == 0 && at < k.ExpiresAt }

// ActorID is the identity as an actor.
func (s ServiceIdentity) ActorID() ActorID { return ActorID("service:" + s.ID) }

// GoodKeys counts the keys that open something at an instant.
func (s ServiceIdentity) GoodKeys(at Instant) int {
	n := 0
	for _, key := range s.Keys {
		if key.Good(at) {
			n++
		}
	}
	return n
}

// Key returns one of the keys.
func (s ServiceIdentity) Key(id string) (ServiceKey, bool) {
	i := slices.IndexFunc(s.Keys, func(k ServiceKey) bool { return k.ID == id })
	if i < 0 {
		return ServiceKey{}, false
	}
	return s.Keys[i], true
}

// WithKey returns s with one more key; CodeServiceKeys when as many as may be are good already.
func (s ServiceIdentity) WithKey(key ServiceKey, now Instant) (ServiceIdentity, error) {
	if s.RevokedAt != 0 {
		return s, Conflict(CodeServiceRevoked, "the service %s is revoked; make another", s.ID)
	}
	if s.GoodKeys(now) >= MaxServiceKeys {
		return s, Conflict(CodeServiceKeys, "the service %s has %d keys already; revoke the one it no longer uses first", s.ID, MaxServiceKeys)
	}
	s.Keys = append(slices.Clone(s.Keys), key)
	s.Version++
	return s, nil
}

// Revoked returns s without one of its keys, or with none at all and for good when key is "".
func (s ServiceIdentity) Revoked(key string, now Instant) (ServiceIdentity, error) {
	if _, ok := s.Key(key); key != "" && !ok {
		return s, NotFound(CodeServiceUnknown, "the service %s has no such key", s.ID)
	}
	s.Keys = slices.Clone(s.Keys)
	for i := range s.Keys {
		if (key == "" || s.Keys[i].ID == key) && s.Keys[i].RevokedAt == 0 {
			s.Keys[i].RevokedAt = now
		}
	}
	if key == "" && s.RevokedAt == 0 {
		s.RevokedAt = now
	}
	s.Version++
	return s, nil
}

// ServiceReader reads service identities.
type ServiceReader interface {
	// ByID returns CodeServiceUnknown when there is none.
	ByID(ctx context.Context, id string) (ServiceIdentity, error)
	// ByKey returns the identity that has the key of that ID; CodeServiceUnknown when there is none.
	ByKey(ctx context.Context, key string) (ServiceIdentity, error)
	// List returns all identities by ID.
	List(ctx context.Context) ([]ServiceIdentity, error)
}

// ServiceRepo writes service identities.
type ServiceRepo interface {
	ServiceReader
	// Put inserts (Version 1) or updates (the stored version + 1, else CodeServiceStale) an identity with its keys. Keys are
	// never removed. An ID, or a key's ID, that another has is CodeDuplicate.
	Put(ctx context.Context, identity ServiceIdentity) error
}

// ServiceOps notes the use of keys.
type ServiceOps interface {
	// Touch says that a key was used.
	Touch(ctx context.Context, key string, used Instant) error
}
