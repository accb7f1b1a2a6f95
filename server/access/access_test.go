package access_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/access"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

const password = "correct horse battery"

// clock is a time that only tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type bundle struct {
	clock    *clock
	store    domain.Store
	users    *access.Users
	sessions *access.Sessions
}

// setup returns sign-ins with one user, ana, a steward of everything.
func setup(t *testing.T) bundle {
	t.Helper()
	time1 := &clock{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	s := storetest.New(t, store.WithClock(time1.Now))
	b := bundle{clock: time1, store: s, users: access.NewUsers(s), sessions: access.NewSessions(s, access.SessionOptions{
		Idle: 30 * time.Minute, Absolute: 12 * time.Hour, Remember: 10 * time.Second, Now: time1.Now,
	})}
	b.add(t, "ana", access.RoleSteward)
	return b
}

func (b bundle) add(t *testing.T, login, role string) {
	t.Helper()
	err := b.users.Add(t.Context(), access.CommandLine(), access.NewUser{
		Login: login, Name: login, Password: password, Roles: []domain.RoleGrant{{Role: role, Domain: domain.Anywhere, Plant: domain.Anywhere}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (b bundle) signIn(t *testing.T, login string) string {
	t.Helper()
	token, _, err := b.sessions.SignIn(t.Context(), access.Credentials{Login: login, Password: password, Address: "10.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (b bundle) wantCode(t *testing.T, token, want string) {
	t.Helper()
	if _, err := b.sessions.Authenticate(t.Context(), token); domain.ErrorCode(err) != want {
		t.Errorf("authenticate: %v, want %q", err, want)
	}
}

func TestEveryRoleMayWhatItsTableSaysAndNothingElse(t *testing.T) {
	t.Parallel()
	allowed := map[string][]domain.Action{
		"steward":           {"read", "propose", "operate"},
		"approver":          {"read", "approve"},
		"integration_admin": {"read", "operate", "configure", "propose"},
		"plant_lead":        {"read", "propose", "work_off"},
		"auditor":           {"read", "audit"},
		"nothing":           nil,
	}
	if len(allowed) != len(access.Roles())+1 {
		t.Fatalf("the table has %d roles, there are %d", len(allowed), len(access.Roles()))
	}
	scopes := map[string]struct {
		scope domain.Scope
		own   bool
	}{
		"own plant":              {domain.Scope{Domain: "item", Plant: "STU1"}, true},
		"foreign plant":          {domain.Scope{Domain: "item", Plant: "LYO1"}, false},
		"own plant, no domain":   {domain.Scope{Plant: "STU1"}, false},
		"foreign domain":         {domain.Scope{Domain: "bom", Plant: "STU1"}, false},
		"not of any one plant":   {domain.Scope{Domain: "item"}, false},
		"not of anything at all": {domain.Scope{}, false},
	}
	for role, may := range allowed {
		local := access.ActorOf(domain.User{Login: "x", Roles: []domain.RoleGrant{{Role: role, Domain: "item", Plant: "STU1"}}}, 1)
		global := access.ActorOf(domain.User{Login: "x", Roles: []domain.RoleGrant{{Role: role, Domain: domain.Anywhere, Plant: domain.Anywhere}}}, 1)
		for _, action := range domain.Actions() {
			want := false
			for _, a := range may {
				want = want || a == action
			}
			for where, s := range scopes {
				if got := local.May(action, s.scope); got != (want && s.own) {
					t.Errorf("%s of STU1 may %s in %s: %v", role, action, where, got)
				}
				if got := global.May(action, s.scope); got != want {
					t.Errorf("%s of everything may %s in %s: %v", role, action, where, got)
				}
			}
		}
	}
}

func TestActorsAreWhoTheyAre(t *testing.T) {
	t.Parallel()
	person := access.ActorOf(domain.User{Login: "ana", Name: "Ana"}, 1)
	if person.ID != "user:ana" || person.Kind != domain.ActorPerson || len(person.Grants) != 0 {
		t.Errorf("person %+v", person)
	}
	program := access.CommandLine()
	if program.ID != "service:cli" || program.Kind != domain.ActorService || program.MaySomewhere(domain.ActionApprove) || !program.May(domain.ActionConfigure, domain.Scope{}) {
		t.Errorf("program %+v", program)
	}
}

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token := b.signIn(t, "ana")
	user, err := b.sessions.Authenticate(t.Context(), token)
	if err != nil || user.Login != "ana" {
		t.Fatalf("%+v, %v", user, err)
	}
	if err := b.sessions.SignOut(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	b.wantCode(t, token, domain.CodeSignInRequired)
}

func TestSignInRefusals(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.add(t, "bo", access.RoleApprover)
	if err := b.users.SetDisabled(t.Context(), access.CommandLine(), "bo", true); err != nil {
		t.Fatal(err)
	}
	tests := map[string]access.Credentials{
		"a wrong password":   {Login: "ana", Password: "wrong horse battery"},
		"an empty password":  {Login: "ana"},
		"an unknown login":   {Login: "nobody", Password: password},
		"no login":           {Password: password},
		"a disabled user":    {Login: "bo", Password: password},
		"another's password": {Login: "Ana", Password: password},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := b.sessions.SignIn(t.Context(), c); domain.ErrorCode(err) != domain.CodeSignInWrong {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTokensThatAreNone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token := b.signIn(t, "ana")
	for name, forged := range map[string]string{
		"nothing": "", "a login": "ana.", "of nobody": "nobody" + token[3:], "cut": token[:len(token)-1], "long": token + "aaaa", "no login": token[3:],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.wantCode(t, forged, domain.CodeSignInRequired)
		})
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		meanwhile func(t *testing.T, b bundle, token string)
		want      string
	}{
		"not while used": {meanwhile: func(t *testing.T, b bundle, token string) {
			for range 11 * 3 {
				b.clock.pass(20 * time.Minute)
				b.wantCode(t, token, "")
			}
		}},
		"when idle": {want: domain.CodeSignInRequired, meanwhile: func(_ *testing.T, b bundle, _ string) { b.clock.pass(31 * time.Minute) }},
		"after the absolute time though used": {want: domain.CodeSignInRequired, meanwhile: func(t *testing.T, b bundle, token string) {
			for range 12*3 - 1 {
				b.clock.pass(20 * time.Minute)
				b.wantCode(t, token, "")
			}
			b.clock.pass(20 * time.Minute)
		}},
		"at once with a new password": {want: domain.CodeSignInRequired, meanwhile: func(t *testing.T, b bundle, _ string) {
			if err := b.users.SetPassword(t.Context(), access.CommandLine(), "ana", "another horse battery"); err != nil {
				t.Fatal(err)
			}
		}},
		"at once when disabled": {want: domain.CodeSignInRequired, meanwhile: func(t *testing.T, b bundle, _ string) {
			if err := b.users.SetDisabled(t.Context(), access.CommandLine(), "ana", true); err != nil {
				t.Fatal(err)
			}
		}},
		"when another sign-in replaces it": {want: domain.CodeSignInRequired, meanwhile: func(t *testing.T, b bundle, token string) {
			_, _, err := b.sessions.SignIn(t.Context(), access.Credentials{Login: "ana", Password: password, OldToken: token})
			if err != nil {
				t.Fatal(err)
			}
		}},
		"when swept": {want: domain.CodeSignInRequired, meanwhile: func(t *testing.T, b bundle, _ string) {
			b.clock.pass(13 * time.Hour)
			if err := b.sessions.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			token := b.signIn(t, "ana")
			b.wantCode(t, token, "")
			tt.meanwhile(t, b, token)
			b.wantCode(t, token, tt.want)
		})
	}
}

func TestASignOutElsewhereIsNoticed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	elsewhere := access.NewSessions(b.store, access.SessionOptions{Idle: time.Hour, Absolute: time.Hour, Now: b.clock.Now})
	token := b.signIn(t, "ana")
	b.wantCode(t, token, "")
	if err := elsewhere.SignOut(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	b.clock.pass(10 * time.Second)
	b.wantCode(t, token, domain.CodeSignInRequired)
}

func TestOnlyTheHashOfATokenIsKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token := b.signIn(t, "ana")
	err := b.store.Operate(t.Context(), func(ops domain.Ops) error {
		_, err := ops.Sessions.ByHash(t.Context(), token)
		return err
	})
	if domain.ErrorCode(err) != domain.CodeSignInRequired {
		t.Errorf("the token itself finds a session: %v", err)
	}
}

func TestGuessingIsStopped(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		attempt func(i int) access.Credentials
		most    int
	}{
		"of one login from everywhere": {most: 10, attempt: func(i int) access.Credentials {
			return access.Credentials{Login: "ana", Password: "guess guess guess", Address: "10.0.0." + strconv.Itoa(i)}
		}},
		"of a login that does not exist": {most: 10, attempt: func(i int) access.Credentials {
			return access.Credentials{Login: "nobody", Password: "guess guess guess", Address: "10.0.0." + strconv.Itoa(i)}
		}},
		"of many logins from one address": {most: 50, attempt: func(i int) access.Credentials {
			return access.Credentials{Login: "u" + strconv.Itoa(i), Password: "guess guess guess", Address: "10.0.0.1"}
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			for i := range tt.most {
				if _, _, err := b.sessions.SignIn(t.Context(), tt.attempt(i)); domain.ErrorCode(err) != domain.CodeSignInWrong {
					t.Fatalf("attempt %d: %v", i, err)
				}
			}
			last := tt.attempt(tt.most)
			last.Password = password
			_, _, err := b.sessions.SignIn(t.Context(), last)
			if domain.ErrorKind(err) != domain.KindRateLimited {
				t.Fatalf("after %d attempts: %v", tt.most, err)
			}
			b.clock.pass(15 * time.Minute)
			if _, _, err = b.sessions.SignIn(t.Context(), last); domain.ErrorKind(err) == domain.KindRateLimited {
				t.Errorf("after the wait: %v", err)
			}
		})
	}
}

func TestSigningInRightIsNotCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 60 {
		b.signIn(t, "ana")
	}
}

func TestABrokenStoreIsNobodysFault(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token := b.signIn(t, "ana")
	broken := access.NewSessions(storetest.Broken(t, b.store, storetest.Failing{Operates: true}), access.SessionOptions{Idle: time.Hour, Absolute: time.Hour, Now: b.clock.Now})
	for range 12 {
		_, _, err := broken.SignIn(t.Context(), access.Credentials{Login: "ana", Password: password, Address: "10.0.0.1"})
		if domain.ErrorCode(err) != domain.CodeStoreDown {
			t.Fatalf("sign in: %v", err)
		}
	}
	if _, err := broken.Authenticate(t.Context(), token); domain.ErrorCode(err) != domain.CodeStoreDown {
		t.Errorf("authenticate: %v", err)
	}
}

func TestUsers(t *testing.T) {
	t.Parallel()
	everywhere := []domain.RoleGrant{{Role: "steward", Domain: "*", Plant: "*"}}
	steward := access.ActorOf(domain.User{Login: "ana", Roles: everywhere}, 1)
	cli := access.CommandLine()
	add := func(by domain.Actor, user access.NewUser) func(context.Context, *access.Users) error {
		return func(ctx context.Context, users *access.Users) error { return users.Add(ctx, by, user) }
	}
	tests := map[string]struct {
		do   func(context.Context, *access.Users) error
		want string
	}{
		"add":                        {do: add(cli, access.NewUser{Login: "bo", Password: password, Roles: everywhere})},
		"add one who exists":         {do: add(cli, access.NewUser{Login: "ana", Password: password}), want: domain.CodeDuplicate},
		"add with a short password":  {do: add(cli, access.NewUser{Login: "bo", Password: "12345678901"}), want: domain.CodeUserInvalid},
		"add with capitals":          {do: add(cli, access.NewUser{Login: "Bo", Password: password}), want: domain.CodeUserInvalid},
		"add with no such role":      {do: add(cli, access.NewUser{Login: "bo", Password: password, Roles: []domain.RoleGrant{{Role: "god", Domain: "*", Plant: "*"}}}), want: domain.CodeUserInvalid},
		"add with a role of nowhere": {do: add(cli, access.NewUser{Login: "bo", Password: password, Roles: []domain.RoleGrant{{Role: "steward"}}}), want: domain.CodeUserInvalid},
		"add as a steward":           {do: add(steward, access.NewUser{Login: "bo", Password: password}), want: domain.CodeAccessDenied},
		"a short password":           {do: func(ctx context.Context, u *access.Users) error { return u.SetPassword(ctx, cli, "ana", "short") }, want: domain.CodeUserInvalid},
		"a password as a steward":    {do: func(ctx context.Context, u *access.Users) error { return u.SetPassword(ctx, steward, "ana", password) }, want: domain.CodeAccessDenied},
		"disable nobody":             {do: func(ctx context.Context, u *access.Users) error { return u.SetDisabled(ctx, cli, "nobody", true) }, want: domain.CodeUserUnknown},
		"disable as a steward":       {do: func(ctx context.Context, u *access.Users) error { return u.SetDisabled(ctx, steward, "ana", true) }, want: domain.CodeAccessDenied},
		"roles":                      {do: func(ctx context.Context, u *access.Users) error { return u.SetRoles(ctx, cli, "ana", everywhere) }},
		"roles that are none": {do: func(ctx context.Context, u *access.Users) error {
			return u.SetRoles(ctx, cli, "ana", []domain.RoleGrant{{Role: "x"}})
		}, want: domain.CodeUserInvalid},
		"a list as somebody who only reads": {do: func(ctx context.Context, u *access.Users) error { _, err := u.List(ctx, steward); return err }, want: domain.CodeAccessDenied},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			if err := tt.do(t.Context(), b.users); domain.ErrorCode(err) != tt.want {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestUsersAreListedWithoutTheirPasswordsAndAudited(t *testing.T) {
	t.Parallel()
	b := setup(t)
	users, err := b.users.List(t.Context(), access.CommandLine())
	if err != nil || len(users) != 1 || users[0].PasswordHash != "" || users[0].Version != 1 {
		t.Errorf("%+v, %v", users, err)
	}
	entries, _, err := b.store.Read().Audit.Recent(t.Context(), domain.Page{Limit: 10})
	if err != nil || len(entries) != 1 || entries[0].Actor != "service:cli" || entries[0].Reason != "add user ana" {
		t.Errorf("audit %+v, %v", entries, err)
	}
}

func TestChangedRolesCountAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token := b.signIn(t, "ana")
	if err := b.users.SetRoles(t.Context(), access.CommandLine(), "ana", nil); err != nil {
		t.Fatal(err)
	}
	user, err := b.sessions.Authenticate(t.Context(), token)
	if err != nil || access.ActorOf(user, 1).MaySomewhere(domain.ActionRead) {
		t.Errorf("%+v, %v", user, err)
	}
}

func TestParseRole(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want domain.RoleGrant
		code string
	}{
		"everywhere":               {text: "steward", want: domain.RoleGrant{Role: "steward", Domain: "*", Plant: "*"}},
		"at a plant":               {text: "plant_lead@STU1", want: domain.RoleGrant{Role: "plant_lead", Domain: "*", Plant: "STU1"}},
		"at a plant in a domain":   {text: "steward@STU1/item", want: domain.RoleGrant{Role: "steward", Domain: "item", Plant: "STU1"}},
		"in a domain at any plant": {text: "steward@*/item", want: domain.RoleGrant{Role: "steward", Domain: "item", Plant: "*"}},
		"no such role":             {text: "god", want: domain.RoleGrant{Role: "god", Domain: "*", Plant: "*"}, code: domain.CodeUserInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := access.ParseRole(tt.text); got != tt.want || domain.ErrorCode(err) != tt.code {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestNewPasswordsAreDifferentAndLongEnough(t *testing.T) {
	t.Parallel()
	if a, b := access.NewPassword(), access.NewPassword(); a == b || len(a) != 24 {
		t.Errorf("%q, %q", a, b)
	}
}
