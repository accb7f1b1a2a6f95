package api

import (
	"context"
	"net/http"
	"net/url"
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

// userKey is where a context carries who is signed in.
type userKey struct{}

// callKey is where a context carries the request of an operation that needs more of it than its input.
type callKey struct{}

// call is what signing in and out need of the request.
type call struct {
	address string
	secure  bool
	token   string
}

// authenticated puts who is signed in into the request's context, and answers 401 where nobody is.
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
	user, err := a.Sessions.Authenticate(ctx, token)
	if err != nil {
		a.abort(c, err)
		return
	}
	c.Request = c.Request.WithContext(context.WithValue(ctx, userKey{}, user))
}

func userOf(ctx context.Context) domain.User {
	user, _ := ctx.Value(userKey{}).(domain.User)
	return user
}

// actorOf returns who acts; somebody without any grant where nobody is signed in.
func actorOf(ctx context.Context) domain.Actor { return access.ActorOf(userOf(ctx)) }

// Me is who is signed in, and what the workbench shows of the installation.
type Me struct {
	ID          string          `json:"id" example:"user:ana"`
	Login       string          `json:"login"`
	Name        string          `json:"name"`
	Roles       []Role          `json:"roles"`
	Actions     []domain.Action `json:"actions" doc:"what the person may do somewhere"`
	Environment string          `json:"environment" enum:"demo,production,test"`
	Version     string          `json:"version"`
}

// Role is a role held in a domain at a plant; * is everywhere.
type Role struct {
	Role   string `json:"role"`
	Domain string `json:"domain"`
	Plant  string `json:"plant"`
}

func (a *API) meOf(user domain.User) Me {
	actor := access.ActorOf(user)
	me := Me{
		ID: string(actor.ID), Login: user.Login, Name: user.Name, Roles: []Role{}, Actions: []domain.Action{},
		Environment: a.Environment, Version: a.Version,
	}
	for _, held := range user.Roles {
		me.Roles = append(me.Roles, Role{Role: held.Role, Domain: string(held.Domain), Plant: string(held.Plant)})
	}
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
		return bodyOf(a.meOf(userOf(ctx))), nil
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
	return &sessionOutput{SetCookie: sessionCookieOf(token, from.secure), Body: a.meOf(user)}, nil
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
