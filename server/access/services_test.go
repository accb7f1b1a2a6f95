package access_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/access"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// jobs is a bundle with the services over its store, and one identity with its first key.
type jobs struct {
	bundle
	services *access.Services
	secret   string
}

func reading() []domain.Grant {
	return []domain.Grant{{Action: domain.ActionRead, Domain: "item", Plant: "STU1"}}
}

func setupJobs(t *testing.T, add access.NewService) jobs {
	t.Helper()
	j := jobs{bundle: setup(t)}
	j.services = j.another()
	_, secret, err := j.services.Add(t.Context(), access.CommandLine(), add)
	if err != nil {
		t.Fatal(err)
	}
	j.secret = secret
	return j
}

// another returns services as another process has them.
func (j jobs) another() *access.Services {
	return access.NewServices(j.store, access.ServiceOptions{Remember: time.Hour, Now: j.clock.Now})
}

func (j jobs) want(t *testing.T, services *access.Services, secret, code string) {
	t.Helper()
	if _, _, err := services.Authenticate(t.Context(), secret, "10.1.2.3"); domain.ErrorCode(err) != code {
		t.Errorf("got %v, want %q", err, code)
	}
}

func (j jobs) identity(t *testing.T) domain.ServiceIdentity {
	t.Helper()
	found, err := j.store.Read().Services.ByID(t.Context(), "sync")
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAKeyIsItsServiceAndNothingElse(t *testing.T) {
	t.Parallel()
	j := setupJobs(t, access.NewService{ID: "sync", Name: "Sync job", Grants: reading()})
	actor, refused, err := j.services.Authenticate(t.Context(), j.secret, "10.1.2.3")
	if err != nil || refused.Why != "" || actor.ID != "service:sync" || actor.Kind != domain.ActorService || len(actor.Grants) != 1 {
		t.Fatalf("%+v, %+v, %v", actor, refused, err)
	}
	for name, secret := range map[string]string{
		"nothing": "", "another secret": j.secret[:len(j.secret)-4] + "AAAA", "cut": j.secret[:len(j.secret)-1], "longer": j.secret + "A",
		"another ID": "xw_aaaaaaaaaaaaaaaa_" + j.secret[20:], "without the prefix": j.secret[3:], "the stored hash": j.identity(t).Keys[0].Hash,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, refused, err := j.services.Authenticate(t.Context(), secret, "10.1.2.3")
			if domain.ErrorCode(err) != domain.CodeKeyInvalid || refused.Why == "" {
				t.Errorf("%+v, %v", refused, err)
			}
			if strings.Contains(refused.Key+refused.Why+err.Error(), j.secret[20:30]) {
				t.Errorf("the refusal tells of the secret: %+v", refused)
			}
		})
	}
	if key := j.identity(t).Keys[0]; strings.Contains(key.Hash, j.secret) || len(key.Hash) != 64 {
		t.Errorf("kept is %+v", key)
	}
}

func TestKeysEnd(t *testing.T) {
	t.Parallel()
	cli := access.CommandLine()
	tests := map[string]struct {
		meanwhile func(t *testing.T, j jobs)
		want      string
	}{
		"not within ninety days":   {meanwhile: func(_ *testing.T, j jobs) { j.clock.pass(90*24*time.Hour - time.Minute) }},
		"after ninety days":        {meanwhile: func(_ *testing.T, j jobs) { j.clock.pass(90 * 24 * time.Hour) }, want: domain.CodeKeyInvalid},
		"not when another is made": {meanwhile: func(t *testing.T, j jobs) { j.rotate(t) }},
		"not when the other is ended": {meanwhile: func(t *testing.T, j jobs) {
			j.rotate(t)
			j.revoke(t, j.services, j.identity(t).Keys[1].ID)
		}},
		"at once when revoked here": {want: domain.CodeKeyInvalid, meanwhile: func(t *testing.T, j jobs) { j.revoke(t, j.services, j.identity(t).Keys[0].ID) }},
		"within two seconds when revoked elsewhere": {want: domain.CodeKeyInvalid, meanwhile: func(t *testing.T, j jobs) {
			j.revoke(t, j.another(), j.identity(t).Keys[0].ID)
			j.clock.pass(2 * time.Second)
		}},
		"with its service": {want: domain.CodeKeyInvalid, meanwhile: func(t *testing.T, j jobs) {
			j.revoke(t, j.services, "")
			if _, _, err := j.services.Rotate(t.Context(), cli, "sync", 0); domain.ErrorCode(err) != domain.CodeServiceRevoked {
				t.Errorf("another key: %v", err)
			}
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := setupJobs(t, access.NewService{ID: "sync", Grants: reading()})
			j.want(t, j.services, j.secret, "")
			tt.meanwhile(t, j)
			j.want(t, j.services, j.secret, tt.want)
		})
	}
}

func (j jobs) rotate(t *testing.T) string {
	t.Helper()
	j.clock.pass(time.Second)
	_, secret, err := j.services.Rotate(t.Context(), access.CommandLine(), "sync", 0)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func (j jobs) revoke(t *testing.T, through *access.Services, key string) {
	t.Helper()
	if _, err := through.Revoke(t.Context(), access.CommandLine(), "sync", key); err != nil {
		t.Fatal(err)
	}
}

func TestTwoKeysAreGoodForTurningOver(t *testing.T) {
	t.Parallel()
	j := setupJobs(t, access.NewService{ID: "sync", Grants: reading()})
	second := j.rotate(t)
	j.want(t, j.services, j.secret, "")
	j.want(t, j.services, second, "")
	if _, _, err := j.services.Rotate(t.Context(), access.CommandLine(), "sync", 0); domain.ErrorCode(err) != domain.CodeServiceKeys {
		t.Errorf("a third: %v", err)
	}
	j.revoke(t, j.services, j.identity(t).Keys[0].ID)
	j.want(t, j.services, j.secret, domain.CodeKeyInvalid)
	j.want(t, j.services, j.rotate(t), "")
}

func TestTheUseOfAKeyIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	j := setupJobs(t, access.NewService{ID: "sync", Grants: reading()})
	for range 3 {
		j.want(t, j.services, j.secret, "")
		first := j.identity(t).Keys[0].UsedAt
		j.clock.pass(30 * time.Second)
		j.want(t, j.services, j.secret, "")
		if again := j.identity(t).Keys[0].UsedAt; again != first || first == 0 {
			t.Errorf("used at %s, then %s", first, again)
		}
		j.clock.pass(30 * time.Second)
		j.want(t, j.services, j.secret, "")
		if later := j.identity(t).Keys[0].UsedAt; later == first {
			t.Error("a use a minute later is not noted")
		}
		j.clock.pass(time.Hour)
	}
}

func TestKeysAreHeldToTheirRate(t *testing.T) {
	t.Parallel()
	j := setupJobs(t, access.NewService{ID: "sync", Grants: reading(), RatePerSecond: 5})
	for range 10 {
		j.want(t, j.services, j.secret, "")
	}
	_, _, err := j.services.Authenticate(t.Context(), j.secret, "10.1.2.3")
	var known *domain.Error
	if known, _ = err.(*domain.Error); known == nil || known.Code != domain.CodeRateLimited || known.RetryAfter <= 0 { //nolint:errorlint // it is the error itself
		t.Fatalf("the eleventh: %v", err)
	}
	j.clock.pass(known.RetryAfter)
	j.want(t, j.services, j.secret, "")
	j.want(t, j.services, j.secret, domain.CodeRateLimited)
}

func TestKeysKeepToTheirNetworks(t *testing.T) {
	t.Parallel()
	j := setupJobs(t, access.NewService{ID: "sync", Grants: reading(), Networks: []string{"10.1.0.0/16", "2001:db8::/32"}})
	for address, code := range map[string]string{
		"10.1.2.3": "", "::ffff:10.1.2.3": "", "2001:db8::1": "", "10.2.0.1": domain.CodeKeyInvalid, "": domain.CodeKeyInvalid, "x": domain.CodeKeyInvalid,
	} {
		if _, _, err := j.services.Authenticate(t.Context(), j.secret, address); domain.ErrorCode(err) != code {
			t.Errorf("from %q: %v", address, err)
		}
	}
}

func TestGuessingKeysIsStoppedWhereKnownOnesGoOn(t *testing.T) {
	t.Parallel()
	j := setupJobs(t, access.NewService{ID: "sync", Grants: reading()})
	j.want(t, j.services, j.secret, "")
	for i := range 201 {
		want := domain.CodeKeyInvalid
		if i == 200 {
			want = domain.CodeRateLimited
		}
		j.want(t, j.services, "xw_nonsense", want)
	}
	j.want(t, j.services, j.secret, "")
}

func TestServicesThatAreNotMade(t *testing.T) {
	t.Parallel()
	admin := access.ActorOf(domain.User{Login: "al", Roles: []domain.RoleGrant{{Role: access.RoleIntegrationAdmin, Domain: "*", Plant: "*"}}}, 1)
	local := access.ActorOf(domain.User{Login: "lo", Roles: []domain.RoleGrant{{Role: access.RoleIntegrationAdmin, Domain: "*", Plant: "STU1"}}}, 1)
	add := func(by domain.Actor, change func(*access.NewService)) func(context.Context, *access.Services) error {
		return func(ctx context.Context, s *access.Services) error {
			made := access.NewService{ID: "other", Grants: reading()}
			change(&made)
			_, _, err := s.Add(ctx, by, made)
			return err
		}
	}
	right := func(action domain.Action) func(*access.NewService) {
		return func(n *access.NewService) { n.Grants = []domain.Grant{{Action: action, Domain: "*", Plant: "*"}} }
	}
	tests := map[string]struct {
		do   func(context.Context, *access.Services) error
		want string
	}{
		"one that is right":            {do: add(admin, func(*access.NewService) {})},
		"for a year":                   {do: add(admin, func(n *access.NewService) { n.Life = 365 * 24 * time.Hour })},
		"for longer":                   {do: add(admin, func(n *access.NewService) { n.Life = 366 * 24 * time.Hour }), want: domain.CodeServiceInvalid},
		"with an ID that is there":     {do: add(admin, func(n *access.NewService) { n.ID = "sync" }), want: domain.CodeDuplicate},
		"with an ID of our own":        {do: add(admin, func(n *access.NewService) { n.ID = "cli" }), want: domain.CodeServiceInvalid},
		"with an odd ID":               {do: add(admin, func(n *access.NewService) { n.ID = "a:b" }), want: domain.CodeServiceInvalid},
		"without rights":               {do: add(admin, func(n *access.NewService) { n.Grants = nil }), want: domain.CodeServiceInvalid},
		"with a right of nowhere":      {do: add(admin, func(n *access.NewService) { n.Grants[0].Plant = "" }), want: domain.CodeServiceInvalid},
		"that approves":                {do: add(access.CommandLine(), right(domain.ActionApprove)), want: domain.CodeServiceInvalid},
		"that configures":              {do: add(admin, right(domain.ActionConfigure)), want: domain.CodeServiceInvalid},
		"with more than its maker has": {do: add(admin, right(domain.ActionAudit)), want: domain.CodeAccessDenied},
		"from no network":              {do: add(admin, func(n *access.NewService) { n.Networks = []string{"10.1.2.3"} }), want: domain.CodeServiceInvalid},
		"by an admin of one plant":     {do: add(local, func(*access.NewService) {}), want: domain.CodeAccessDenied},
		"another key by the same": {do: func(ctx context.Context, s *access.Services) error {
			_, _, err := s.Rotate(ctx, local, "sync", 0)
			return err
		}, want: domain.CodeAccessDenied},
		"another key of nobody": {do: func(ctx context.Context, s *access.Services) error {
			_, _, err := s.Rotate(ctx, admin, "no", 0)
			return err
		}, want: domain.CodeServiceUnknown},
		"another key for too long": {do: func(ctx context.Context, s *access.Services) error {
			_, _, err := s.Rotate(ctx, admin, "sync", 9e17)
			return err
		}, want: domain.CodeServiceInvalid},
		"a revocation by an admin of one": {do: func(ctx context.Context, s *access.Services) error {
			_, err := s.Revoke(ctx, local, "sync", "")
			return err
		}, want: domain.CodeAccessDenied},
		"a revocation of no key": {do: func(ctx context.Context, s *access.Services) error {
			_, err := s.Revoke(ctx, admin, "sync", "x")
			return err
		}, want: domain.CodeServiceUnknown},
		"a list by an admin of one": {do: func(ctx context.Context, s *access.Services) error { _, err := s.List(ctx, local); return err }, want: domain.CodeAccessDenied},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := setupJobs(t, access.NewService{ID: "sync", Grants: reading()})
			if err := tt.do(t.Context(), j.services); domain.ErrorCode(err) != tt.want {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestAServiceWithoutAStoreIsNotItsFault(t *testing.T) {
	t.Parallel()
	j := setupJobs(t, access.NewService{ID: "sync", Grants: reading()})
	broken := access.NewServices(storetest.Broken(t, j.store, storetest.Failing{Reads: true}), access.ServiceOptions{Now: j.clock.Now})
	for range 210 {
		j.want(t, broken, j.secret, domain.CodeStoreDown)
	}
	entries, _, err := j.store.Read().Audit.Recent(t.Context(), domain.Page{Limit: 10})
	if err != nil || len(entries) != 2 || entries[0].Reason != "add service sync" || entries[0].Actor != "service:cli" {
		t.Errorf("audit %+v, %v", entries, err)
	}
}

func TestNobodyChangesTheirOwnRights(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.add(t, "al", access.RoleIntegrationAdmin)
	admin := []domain.RoleGrant{{Role: access.RoleIntegrationAdmin, Domain: "*", Plant: "*"}}
	more := append(admin, domain.RoleGrant{Role: access.RoleApprover, Domain: "*", Plant: "*"})
	al := access.ActorOf(domain.User{Login: "al", Roles: admin}, 1)
	change := func(login string, version int, to access.UserChange) error {
		_, err := b.users.Update(t.Context(), al, login, version, to)
		return err
	}
	for name, got := range map[string]error{
		"more roles":   change("al", 1, access.UserChange{Roles: more}),
		"no roles":     change("al", 1, access.UserChange{}),
		"being locked": change("al", 1, access.UserChange{Roles: admin, Disabled: true}),
		"set roles":    b.users.SetRoles(t.Context(), al, "al", more),
		"disable":      b.users.SetDisabled(t.Context(), al, "al", true),
	} {
		if domain.ErrorCode(got) != domain.CodeUserOwnRights {
			t.Errorf("%s: %v", name, got)
		}
	}
	if err := change("al", 1, access.UserChange{Name: "Al", Roles: admin}); err != nil {
		t.Errorf("one's own name: %v", err)
	}
	if err := change("ana", 7, access.UserChange{}); domain.ErrorCode(err) != domain.CodeUserStale {
		t.Errorf("an old version: %v", err)
	}
	if err := change("ana", 1, access.UserChange{Roles: more, Password: "another horse battery"}); err != nil {
		t.Errorf("another's roles: %v", err)
	}
}

func TestRolesEnd(t *testing.T) {
	t.Parallel()
	b := setup(t)
	until := domain.InstantOf(b.clock.Now().Add(time.Hour))
	if err := b.users.SetRoles(t.Context(), access.CommandLine(), "ana", []domain.RoleGrant{{Role: "steward", Domain: "*", Plant: "*", Until: until}}); err != nil {
		t.Fatal(err)
	}
	token := b.signIn(t, "ana")
	for _, may := range []bool{true, false} {
		user, err := b.sessions.Authenticate(t.Context(), token)
		if err != nil || user.Roles[0].Until != until || b.sessions.ActorOf(user).MaySomewhere(domain.ActionRead) != may {
			t.Errorf("%+v may read, want %v; %v", user, may, err)
		}
		for range 3 {
			b.clock.pass(20 * time.Minute)
			b.wantCode(t, token, "")
		}
	}
}
