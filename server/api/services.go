package api

import (
	"context"
	"net/http"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/access"
)

// ServiceScope is one thing a service may do: an action, in a domain, at a plant, of a system; * is everywhere.
type ServiceScope struct {
	Action string `json:"action" enum:"read,propose,operate,work_off,audit"`
	Domain string `json:"domain" minLength:"1" maxLength:"100"`
	Plant  string `json:"plant" minLength:"1" maxLength:"100"`
	System string `json:"system,omitempty" maxLength:"100" doc:"only what is of this one system: nothing can be listed with it; left out, or *, is every system"`
}

// ServiceIdentity is a program that calls the API with a key of its own.
type ServiceIdentity struct {
	ID            string         `json:"id" example:"mes-sync"`
	Name          string         `json:"name"`
	Scopes        []ServiceScope `json:"scopes"`
	Networks      []string       `json:"networks" doc:"where it may call from; empty is everywhere"`
	RatePerSecond int            `json:"rate_per_second"`
	RevokedAt     string         `json:"revoked_at"`
	Keys          []ServiceKey   `json:"keys" doc:"the newest last; those that are over stay listed"`
	Version       int            `json:"version"`
}

// ServiceKey is one key of a service, without its secret.
type ServiceKey struct {
	ID        string `json:"id"`
	CreatedAt string `json:"created_at"`
	ExpiresAt string `json:"expires_at"`
	RevokedAt string `json:"revoked_at"`
	UsedAt    string `json:"used_at" doc:"when it was last used, to within a minute"`
}

// IssuedKey is a fresh key. The secret is shown this once.
type IssuedKey struct {
	Secret   string          `json:"secret" example:"xw_<id>_<secret>"`
	Identity ServiceIdentity `json:"identity"`
}

// NewService is a service identity to be made.
type NewService struct {
	ID            string         `json:"id" maxLength:"64"`
	Name          string         `json:"name,omitempty" maxLength:"128"`
	Scopes        []ServiceScope `json:"scopes" minItems:"1" maxItems:"100"`
	Networks      []string       `json:"networks,omitempty" maxItems:"50"`
	RatePerSecond int            `json:"rate_per_second,omitempty" minimum:"0" maximum:"10000" doc:"how often each key may be used for long; 0 is 100"`
	ExpiresInDays int            `json:"expires_in_days,omitempty" minimum:"0" maximum:"365" doc:"0 is 90"`
}

// NewKey says how long another key is to be good.
type NewKey struct {
	ExpiresInDays int `json:"expires_in_days,omitempty" minimum:"0" maximum:"365" doc:"0 is 90"`
}

// addServiceInput is POST /service-identities.
type addServiceInput struct{ Body NewService }

// rotateInput is POST /service-identities/{id}/keys.
type rotateInput struct {
	IDInput
	Body NewKey
}

// revokeKeyInput is DELETE /service-identities/{id}/keys/{key}.
type revokeKeyInput struct {
	IDInput
	Key string `path:"key" maxLength:"100"`
}

func (a *API) registerServices() {
	handle(a, operation(http.MethodGet, "/service-identities", "list-service-identities", "Programs that call with a key"), a.services)
	handle(a, created("/service-identities", "add-service-identity", "Make a service identity; its first key is shown once"), a.addService)
	handle(a, created("/service-identities/{id}/keys", "rotate-service-key", "Make another key; it is shown once"), a.rotateKey)
	handle(a, operation(http.MethodDelete, "/service-identities/{id}/keys/{key}", "revoke-service-key", "End one key"),
		func(ctx context.Context, in *revokeKeyInput) (*body[ServiceIdentity], error) {
			return a.revoke(ctx, in.ID, in.Key)
		})
	handle(a, operation(http.MethodDelete, "/service-identities/{id}", "revoke-service-identity", "End all keys of a service, for good"),
		func(ctx context.Context, in *IDInput) (*body[ServiceIdentity], error) {
			return a.revoke(ctx, in.ID, "")
		})
}

func (a *API) services(ctx context.Context, _ *struct{}) (*body[List[ServiceIdentity]], error) {
	identities, err := a.Services.List(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	return listOf(identities, "", serviceOf), nil
}

func (a *API) addService(ctx context.Context, in *addServiceInput) (*body[IssuedKey], error) {
	made, secret, err := a.Services.Add(ctx, actorOf(ctx), access.NewService{
		ID: in.Body.ID, Name: in.Body.Name, Grants: each(in.Body.Scopes, ServiceScope.grant), Networks: in.Body.Networks,
		RatePerSecond: in.Body.RatePerSecond, Life: days(in.Body.ExpiresInDays),
	})
	if err != nil {
		return nil, err
	}
	return bodyOf(IssuedKey{Secret: secret, Identity: serviceOf(made)}), nil
}

func (a *API) rotateKey(ctx context.Context, in *rotateInput) (*body[IssuedKey], error) {
	changed, secret, err := a.Services.Rotate(ctx, actorOf(ctx), in.ID, days(in.Body.ExpiresInDays))
	if err != nil {
		return nil, err
	}
	return bodyOf(IssuedKey{Secret: secret, Identity: serviceOf(changed)}), nil
}

func (a *API) revoke(ctx context.Context, id, key string) (*body[ServiceIdentity], error) {
	changed, err := a.Services.Revoke(ctx, actorOf(ctx), id, key)
	if err != nil {
		return nil, err
	}
	return bodyOf(serviceOf(changed)), nil
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// grant is the scope as a right; a system of * is every one.
func (s ServiceScope) grant() domain.Grant {
	grant := domain.Grant{Action: domain.Action(s.Action), Domain: domain.DomainName(s.Domain), Plant: domain.PlantID(s.Plant)}
	if s.System != domain.Anywhere {
		grant.System = domain.SystemID(s.System)
	}
	return grant
}

func scopeOf(g domain.Grant) ServiceScope {
	scope := ServiceScope{Action: string(g.Action), Domain: string(g.Domain), Plant: string(g.Plant), System: string(g.System)}
	if g.System == "" {
		scope.System = domain.Anywhere
	}
	return scope
}

func serviceOf(s domain.ServiceIdentity) ServiceIdentity {
	return ServiceIdentity{
		ID: s.ID, Name: s.Name, Scopes: each(s.Grants, scopeOf), Networks: texts(s.Networks), RatePerSecond: s.RatePerSecond,
		RevokedAt: s.RevokedAt.String(), Version: s.Version,
		Keys: each(s.Keys, func(k domain.ServiceKey) ServiceKey {
			return ServiceKey{
				ID: k.ID, CreatedAt: k.CreatedAt.String(), ExpiresAt: k.ExpiresAt.String(), RevokedAt: k.RevokedAt.String(), UsedAt: k.UsedAt.String(),
			}
		}),
	}
}
