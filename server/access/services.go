package access

import (
	"context"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// How long keys are good, and how often they may be used.
const (
	DefaultKeyLife = 90 * 24 * time.Hour
	MaxKeyLife     = 365 * 24 * time.Hour
	DefaultKeyRate = 100
	MaxKeyRate     = 10_000
)

// What an identity may have.
const (
	maxServiceGrants   = 100
	maxServiceNetworks = 50
)

// ServiceActions are the actions a key may be given. Approving and configuring take a person.
func ServiceActions() []domain.Action {
	return []domain.Action{domain.ActionRead, domain.ActionPropose, domain.ActionOperate, domain.ActionWorkOff, domain.ActionAudit}
}

// NewService is a service identity to be made.
type NewService struct {
	ID       string
	Name     string
	Grants   []domain.Grant
	Networks []string
	// RatePerSecond is DefaultKeyRate when 0, Life DefaultKeyLife.
	RatePerSecond int
	Life          time.Duration
}

// Services are the use cases on service identities, and recognise their keys. Each use case needs the right to configure
// everywhere and is audited. It is safe for concurrent use.
type Services struct {
	store domain.Store
	ServiceOptions
	limiter *limiter
	buckets *buckets
	known   *knownKeys
}

// ServiceOptions set how keys are recognised.
type ServiceOptions struct {
	// Remember is how long a key that was found is trusted without asking the database again; at most two seconds, so that
	// revoking it in another process is noticed in that time. In this process it is noticed at once.
	Remember time.Duration
	// Now is the clock; nil is the machine's.
	Now func() time.Time
}

// maxRemember bounds how late a revocation may be noticed.
const maxRemember = 2 * time.Second

// NewServices returns the use cases over a store.
func NewServices(store domain.Store, options ServiceOptions) *Services {
	if options.Now == nil {
		options.Now = time.Now
	}
	options.Remember = min(options.Remember, maxRemember)
	return &Services{
		store: store, ServiceOptions: options, limiter: newLimiter(), buckets: &buckets{held: map[string]bucket{}},
		known: &knownKeys{byID: map[string]knownKey{}},
	}
}

// Add makes a service identity with its first key, and returns the key, which cannot be shown again. An ID that exists is
// CodeDuplicate; faults of the fields are CodeServiceInvalid; a grant that the actor does not hold is CodeAccessDenied.
func (s *Services) Add(ctx context.Context, by domain.Actor, add NewService) (domain.ServiceIdentity, string, error) {
	made := domain.ServiceIdentity{
		ID: add.ID, Name: strings.TrimSpace(add.Name), Grants: add.Grants, Networks: add.Networks, RatePerSecond: add.RatePerSecond,
	}
	if made.RatePerSecond == 0 {
		made.RatePerSecond = DefaultKeyRate
	}
	if err := by.Require(domain.ActionConfigure, domain.Scope{}); err != nil {
		return made, "", err
	}
	if err := checkService(by, made, add.Life); err != nil {
		return made, "", err
	}
	id, secret := newKey()
	err := s.store.Write(ctx, domain.Change{Actor: by.ID, Reason: "add service " + add.ID}, func(repos domain.Repos) (err error) {
		fresh, err := made.WithKey(keyOf(id, secret, repos.Now, add.Life), repos.Now)
		if err != nil {
			return err
		}
		_, err = repos.Services.ByID(ctx, add.ID)
		switch {
		case err == nil:
			return domain.Conflict(domain.CodeDuplicate, "there is a service %s already", add.ID)
		case domain.ErrorCode(err) != domain.CodeServiceUnknown:
			return err
		}
		made = fresh
		return repos.Services.Put(ctx, fresh)
	})
	return made, secret, err
}

// Rotate gives an identity one more key beside the one in use, and returns it; it cannot be shown again. With two good keys
// it is CodeServiceKeys, of an identity that is revoked CodeServiceRevoked.
func (s *Services) Rotate(ctx context.Context, by domain.Actor, id string, life time.Duration) (domain.ServiceIdentity, string, error) {
	var changed domain.ServiceIdentity
	if err := checkLife(life); err != nil {
		return changed, "", err
	}
	key, secret := newKey()
	changed, err := s.change(ctx, by, id, "give another key to", func(identity domain.ServiceIdentity, now domain.Instant) (domain.ServiceIdentity, error) {
		if err := holds(by, identity.Grants); err != nil {
			return identity, err
		}
		return identity.WithKey(keyOf(key, secret, now, life), now)
	})
	return changed, secret, err
}

// Revoke ends one key of an identity, or with key "" all of them and the identity, for good.
func (s *Services) Revoke(ctx context.Context, by domain.Actor, id, key string) (domain.ServiceIdentity, error) {
	changed, err := s.change(ctx, by, id, "revoke keys of", func(identity domain.ServiceIdentity, now domain.Instant) (domain.ServiceIdentity, error) {
		return identity.Revoked(key, now)
	})
	s.known.clear()
	return changed, err
}

// List returns all identities by ID.
func (s *Services) List(ctx context.Context, by domain.Actor) ([]domain.ServiceIdentity, error) {
	if err := by.Require(domain.ActionConfigure, domain.Scope{}); err != nil {
		return nil, err
	}
	return s.store.Read().Services.List(ctx)
}

type serviceChange func(domain.ServiceIdentity, domain.Instant) (domain.ServiceIdentity, error)

// change alters one identity in an audited write; CodeServiceUnknown when there is none.
func (s *Services) change(ctx context.Context, by domain.Actor, id, what string, alter serviceChange) (domain.ServiceIdentity, error) {
	var changed domain.ServiceIdentity
	if err := by.Require(domain.ActionConfigure, domain.Scope{}); err != nil {
		return changed, err
	}
	err := s.store.Write(ctx, domain.Change{Actor: by.ID, Reason: what + " service " + id}, func(repos domain.Repos) error {
		identity, err := repos.Services.ByID(ctx, id)
		if err != nil {
			return err
		}
		if changed, err = alter(identity, repos.Now); err != nil {
			return err
		}
		return repos.Services.Put(ctx, changed)
	})
	return changed, err
}

func keyOf(id, secret string, now domain.Instant, life time.Duration) domain.ServiceKey {
	if life == 0 {
		life = DefaultKeyLife
	}
	return domain.ServiceKey{ID: id, Hash: keyHash(secret), CreatedAt: now, ExpiresAt: now.Add(life)}
}

func checkLife(life time.Duration) error {
	if life < 0 || life > MaxKeyLife {
		return invalidService("a key is good for at most %d days", int(MaxKeyLife.Hours()/24))
	}
	return nil
}

// ownServices are the identities under which Crosswalk's own jobs act.
func ownServices() []string {
	return []string{"apply", "cli", "deliver", "expire", "follow", "reconcile", "schedule", "seed"}
}

func checkServiceName(made domain.ServiceIdentity) error {
	if ok, _ := regexp.MatchString(`^[a-z0-9][a-z0-9-]{0,63}$`, made.ID); !ok || slices.Contains(ownServices(), made.ID) {
		return invalidService("the ID of a service has 1 to 64 small letters, digits and dashes, and is none of Crosswalk's own")
	}
	if utf8.RuneCountInString(made.Name) > 128 || !utf8.ValidString(made.Name) {
		return invalidService("a name has at most 128 characters")
	}
	return nil
}

func checkService(by domain.Actor, made domain.ServiceIdentity, life time.Duration) error {
	if err := checkServiceName(made); err != nil {
		return err
	}
	if made.RatePerSecond < 1 || made.RatePerSecond > MaxKeyRate {
		return invalidService("a key may be used 1 to %d times a second", MaxKeyRate)
	}
	if len(made.Networks) > maxServiceNetworks || len(made.Grants) == 0 || len(made.Grants) > maxServiceGrants {
		return invalidService("a service has 1 to %d scopes and at most %d networks", maxServiceGrants, maxServiceNetworks)
	}
	if err := checkNetworks(made.Networks); err != nil {
		return err
	}
	if err := checkGrants(made.Grants); err != nil {
		return err
	}
	if err := checkLife(life); err != nil {
		return err
	}
	return holds(by, made.Grants)
}

func checkNetworks(networks []string) error {
	for _, network := range networks {
		if _, err := netip.ParsePrefix(network); err != nil {
			return invalidService("%q is no network, such as 10.1.0.0/16", network)
		}
	}
	return nil
}

func checkGrants(grants []domain.Grant) error {
	for _, grant := range grants {
		if !slices.Contains(ServiceActions(), grant.Action) {
			return invalidService("a service cannot be given the right to %q; approving and configuring take a person", string(grant.Action))
		}
		if grant.Domain == "" || grant.Plant == "" {
			return invalidService("the right to %s needs a domain and a plant, or * for all", grant.Action)
		}
	}
	return nil
}

// holds refuses to hand out what the actor does not hold: they see the key, and could use it themselves.
func holds(by domain.Actor, grants []domain.Grant) error {
	for _, grant := range grants {
		scope := domain.Scope{Domain: grant.Domain, Plant: grant.Plant, System: grant.System}
		if scope.Domain == domain.Anywhere {
			scope.Domain = ""
		}
		if scope.Plant == domain.Anywhere {
			scope.Plant = ""
		}
		if err := by.Require(grant.Action, scope); err != nil {
			return domain.Forbidden(domain.CodeAccessDenied, "you can give a service only what you may do yourself, and you may not %s there", grant.Action)
		}
	}
	return nil
}

func invalidService(format string, args ...any) error {
	return domain.Invalid(domain.CodeServiceInvalid, format, args...)
}
