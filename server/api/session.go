package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/access"
)

// sessionCookie holds the token of a sign-in.
const sessionCookie = "crosswalk_session"

// sessionPath is the one operation that works without having signed in.
const sessionPath = base + "/session"

// callerKey is where a context carries who calls.
type callerKey struct{}

// caller is who calls: a person who is signed in, or a service by its key, which is no user.
type caller struct {
	actor domain.Actor
	user  domain.User
}

// callKey is where a context carries the request of an operation that needs more of it than its input.
type callKey struct{}

// call is what signing in and out need of the request.
type call struct {
	address string
	secure  bool
	token   string
}

// authenticated puts who calls into the request's context, and answers 401 where nobody is known.
func (a *API) authenticated(c *gin.Context) {
	token := ""
	if cookie, err := c.Request.Cookie(sessionCookie); err == nil {
		token, _ = url.QueryUnescape(cookie.Value)
	}
	ctx := c.Request.Context()
	if c.FullPath() == sessionPath {
		ctx = context.WithValue(ctx, callKey{}, call{address: c.ClientIP(), secure: a.secure(c.Request), token: token})
		c.Request = c.Request.WithContext(ctx)
		return
	}
	found, err := a.callerOf(c, token)
	if err != nil {
		a.abort(c, err)
		return
	}
	c.Request = c.Request.WithContext(context.WithValue(ctx, callerKey{}, found))
}

// callerOf finds who calls: by the key in the request, if there is one, and only otherwise by the session's token.
func (a *API) callerOf(c *gin.Context, token string) (caller, error) {
	ctx := c.Request.Context()
	key, ok := bearer(c.Request)
	if !ok {
		user, err := a.Sessions.Authenticate(ctx, token)
		return caller{actor: a.Sessions.ActorOf(user), user: user}, err
	}
	if a.Services == nil {
		return caller{}, &domain.Error{Kind: domain.KindUnauthenticated, Code: domain.CodeKeyInvalid, Msg: "keys are not taken here"}
	}
	actor, refused, err := a.Services.Authenticate(ctx, key, c.ClientIP())
	if refused.Why != "" {
		a.Log.WarnContext(ctx, "the key of a service was refused", "key", refused.Key, "why", refused.Why, "address", c.ClientIP())
	}
	return caller{actor: actor}, err
}

// bearer returns the key a request carries, and whether it carries any.
func bearer(r *http.Request) (string, bool) {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(key), strings.EqualFold(scheme, "bearer")
}

func callerIn(ctx context.Context) caller {
	found, _ := ctx.Value(callerKey{}).(caller)
	return found
}

// actorOf returns who acts; somebody without any grant where nobody is known.
func actorOf(ctx context.Context) domain.Actor { return callerIn(ctx).actor }

// Me is who is signed in, and what the workbench shows of the installation.
type Me struct {
	ID          string          `json:"id" example:"user:ana"`
	Login       string          `json:"login"`
	Name        string          `json:"name"`
	Roles       []Role          `json:"roles"`
	Actions     []domain.Action `json:"actions" doc:"what the person or service may do somewhere"`
	Environment string          `json:"environment" enum:"demo,production,test"`
	Version     string          `json:"version"`
}

// Role is a role held in a domain at a plant; * is everywhere.
type Role struct {
	Role   string `json:"role"`
	Domain string `json:"domain"`
	Plant  string `json:"plant"`
	Until  string `json:"until,omitempty" doc:"the instant from which the role no longer counts; left out where it does not end" example:"2026-12-31T00:00:00Z"`
}

func roleOf(held domain.RoleGrant) Role {
	return Role{Role: held.Role, Domain: string(held.Domain), Plant: string(held.Plant), Until: held.Until.String()}
}

func (a *API) meOf(who caller) Me {
	actor, user := who.actor, who.user
	me := Me{
		ID: string(actor.ID), Login: user.Login, Name: actor.Name, Roles: []Role{}, Actions: []domain.Action{},
		Environment: a.Environment, Version: a.Version,
	}
	me.Roles = append(me.Roles, each(user.Roles, roleOf)...)
	for _, action := range domain.Actions() {
		if actor.MaySomewhere(action) {
			me.Actions = append(me.Actions, action)
		}
	}
	return me
}

// SignIn is what somebody signs in with.
type SignIn struct {
	Login    string `json:"login" maxLength:"256"`
	Password string `json:"password" maxLength:"1024"`
}

// signInInput is POST /session.
type signInInput struct{ Body SignIn }

// sessionOutput sets or clears the cookie.
type sessionOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Me
}

// signOutOutput clears the cookie.
type signOutOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (a *API) registerSession() {
	signIn := operation(http.MethodPost, "/session", "sign-in", "Sign in")
	signIn.Security = nil
	handle(a, signIn, a.signIn)
	signOut := operation(http.MethodDelete, "/session", "sign-out", "Sign out")
	signOut.Security, signOut.DefaultStatus = nil, http.StatusNoContent
	handle(a, signOut, a.signOut)
	handle(a, operation(http.MethodGet, "/me", "get-me", "Who is signed in"), func(ctx context.Context, _ *struct{}) (*body[Me], error) {
		return bodyOf(a.meOf(callerIn(ctx))), nil
	})
}

func (a *API) signIn(ctx context.Context, in *signInInput) (*sessionOutput, error) {
	from, _ := ctx.Value(callKey{}).(call)
	token, user, err := a.Sessions.SignIn(ctx, access.Credentials{
		Login: in.Body.Login, Password: in.Body.Password, Address: from.address, OldToken: from.token,
	})
	if err != nil {
		return nil, err
	}
	return &sessionOutput{SetCookie: sessionCookieOf(token, from.secure), Body: a.meOf(caller{actor: a.Sessions.ActorOf(user), user: user})}, nil
}

func (a *API) signOut(ctx context.Context, _ *struct{}) (*signOutOutput, error) {
	from, _ := ctx.Value(callKey{}).(call)
	if err := a.Sessions.SignOut(ctx, from.token); err != nil {
		return nil, err
	}
	cookie := sessionCookieOf("", from.secure) //nolint:gosec // see sessionCookieOf
	cookie.MaxAge, cookie.Expires = -1, time.Unix(1, 0)
	return &signOutOutput{SetCookie: cookie}, nil
}

func sessionCookieOf(token string, secure bool) http.Cookie {
	return http.Cookie{ //nolint:gosec // Secure where the browser came by TLS; a plain-HTTP demo could not sign in otherwise
		Name: sessionCookie, Value: url.QueryEscape(token), Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
}

var _ huma.StatusError = (*Problem)(nil)
