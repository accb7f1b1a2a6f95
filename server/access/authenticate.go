package access

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// failuresPerCaller bounds the refused keys of one address within a window; the keys that are known go on working.
const failuresPerCaller = 200

// touchEvery is how often the use of a key is written down.
const touchEvery = time.Minute

// Refused tells of a key that opened nothing, for the log: Key is its ID, "" for a text that is no key at all.
type Refused struct {
	Key string
	Why string
}

// Authenticate returns the service a key belongs to, as an actor. A key that is unknown, over, revoked or used from elsewhere
// is CodeKeyInvalid, whichever it is; refused then says more, for the log alone. One that is used too often is CodeRateLimited.
func (s *Services) Authenticate(ctx context.Context, secret, address string) (actor domain.Actor, refused Refused, err error) {
	now, id := s.Now(), keyID(secret)
	identity, found := s.known.get(id, now, s.Remember)
	if !found {
		if wait := s.limiter.begin("key "+address, failuresPerCaller, now); wait > 0 {
			return actor, Refused{Key: id, Why: "too many refused keys from this address"}, tooManyCalls(wait)
		}
		if identity, err = s.load(ctx, id); err != nil && domain.ErrorCode(err) != domain.CodeServiceUnknown {
			s.limiter.succeeded("key " + address)
			return actor, refused, err
		}
	}
	if why := fault(identity, id, secret, address, domain.InstantOf(now)); why != "" {
		return actor, Refused{Key: id, Why: why}, keyInvalid()
	}
	if !found {
		s.limiter.succeeded("key " + address)
		s.known.put(id, knownKey{identity: identity, checked: now})
	}
	if wait := s.buckets.take(id, identity.RatePerSecond, now); wait > 0 {
		return actor, Refused{Key: id, Why: "used too often"}, tooManyCalls(wait)
	}
	s.touch(ctx, identity, id, now)
	actor = domain.Actor{ID: identity.ActorID(), Name: identity.Name, Kind: domain.ActorService}
	for _, grant := range identity.Grants {
		if slices.Contains(ServiceActions(), grant.Action) { // whatever is stored
			actor.Grants = append(actor.Grants, grant)
		}
	}
	return actor, refused, nil
}

func (s *Services) load(ctx context.Context, id string) (domain.ServiceIdentity, error) {
	if id == "" {
		return domain.ServiceIdentity{}, nil
	}
	return s.store.Read().Services.ByKey(ctx, id)
}

// fault says why a key opens nothing, "" when it does.
func fault(identity domain.ServiceIdentity, id, secret, address string, now domain.Instant) string {
	key, known := identity.Key(id)
	switch {
	case !opens(key, secret) || !known:
		return "unknown"
	case identity.RevokedAt != 0 || key.RevokedAt != 0:
		return "revoked"
	case !key.Good(now):
		return "expired"
	case !from(identity.Networks, address):
		return "used from an address it may not be used from"
	}
	return ""
}

// from says whether an address is in one of the networks, or there are none.
func from(networks []string, address string) bool {
	if len(networks) == 0 {
		return true
	}
	caller, err := netip.ParseAddr(address)
	return err == nil && slices.ContainsFunc(networks, func(network string) bool {
		prefix, err := netip.ParsePrefix(network)
		return err == nil && prefix.Contains(caller.Unmap())
	})
}

// touch writes down that a key was used, once in a while. That it cannot be written stops nobody.
func (s *Services) touch(ctx context.Context, identity domain.ServiceIdentity, id string, now time.Time) {
	key, _ := identity.Key(id)
	if !s.known.due(id, key.UsedAt, now) {
		return
	}
	_ = s.store.Operate(ctx, func(ops domain.Ops) error { return ops.Services.Touch(ctx, id, domain.InstantOf(now)) })
}

func keyInvalid() error {
	return &domain.Error{
		Kind: domain.KindUnauthenticated, Code: domain.CodeKeyInvalid,
		Msg: "the key is unknown, has expired, was revoked, or may not be used from here; whoever runs Crosswalk finds the reason in its log",
	}
}

func tooManyCalls(wait time.Duration) error {
	return &domain.Error{
		Kind: domain.KindRateLimited, Code: domain.CodeRateLimited, RetryAfter: wait, Msg: "too many requests came in a short time; please wait a moment",
	}
}

// knownKeys remembers the identities of keys that were found to be good.
type knownKeys struct {
	mu   sync.Mutex
	byID map[string]knownKey
	used map[string]time.Time // when the use of a key was last written down by this process
}

type knownKey struct {
	identity domain.ServiceIdentity
	checked  time.Time
}

func (k *knownKeys) get(id string, now time.Time, life time.Duration) (domain.ServiceIdentity, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	known, ok := k.byID[id]
	return known.identity, ok && now.Sub(known.checked) < life
}

func (k *knownKeys) put(id string, known knownKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.byID) >= maxRemembered {
		clear(k.byID) // each is found again in the store
	}
	k.byID[id] = known
}

// due says whether the use of a key is to be written down now, and takes it that it is.
func (k *knownKeys) due(id string, stored domain.Instant, now time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.used == nil || len(k.used) >= maxRemembered {
		k.used = map[string]time.Time{}
	}
	if now.Sub(k.used[id]) < touchEvery || domain.InstantOf(now) < stored.Add(touchEvery) {
		return false
	}
	k.used[id] = now
	return true
}

func (k *knownKeys) clear() {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.byID)
}
