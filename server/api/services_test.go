package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/access"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// issue makes a service over HTTP and returns what came of it.
func issue(t *testing.T, b *bundle, id string, header map[string]string) api.IssuedKey {
	t.Helper()
	return read[api.IssuedKey](t, b.call(t, request{method: "POST", path: "~/service-identities", as: "admin", header: header, body: map[string]any{
		"id": id, "name": "Sync", "expires_in_days": 30, "rate_per_second": 2,
		"scopes": []any{map[string]string{"action": "read", "domain": "item", "plant": "STU1"}, map[string]string{"action": "operate", "domain": "item", "plant": "STU1"}},
	}}), http.StatusCreated)
}

func TestAKeyIsShownOnceAndKeptNowhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	issued := issue(t, b, "mes-sync", map[string]string{"Idempotency-Key": "make"})
	if !strings.HasPrefix(issued.Secret, "xw_"+issued.Identity.Keys[0].ID+"_") || len(issued.Identity.Keys) != 1 {
		t.Fatalf("%+v", issued)
	}
	secret := issued.Secret[20:]
	again := b.call(t, request{method: "POST", path: "~/service-identities", as: "admin", header: map[string]string{"Idempotency-Key": "make"},
		body: map[string]any{"id": "mes-sync", "scopes": []any{map[string]string{"action": "read", "domain": "item", "plant": "STU1"}}}})
	list := b.call(t, request{method: "GET", path: "~/service-identities", as: "admin"})
	if again.status != http.StatusConflict || list.status != http.StatusOK || !strings.Contains(list.body, "mes-sync") {
		t.Errorf("again %d, list %d %s", again.status, list.status, list.body)
	}
	b.tokens = map[string]string{"key-cut": issued.Secret[:len(issued.Secret)-3] + "AAA"}
	refused := b.call(t, request{method: "GET", path: "~/me", as: "key-cut"})
	if refused.status != http.StatusUnauthorized || !strings.Contains(b.log.String(), issued.Identity.Keys[0].ID) {
		t.Errorf("a wrong key: %d, logged %s", refused.status, b.log)
	}
	for where, text := range map[string]string{"a repetition": again.body, "the list": list.body, "the refusal": refused.body, "the log": b.log.String()} {
		if strings.Contains(text, secret[:20]) {
			t.Errorf("%s tells the secret: %s", where, text)
		}
	}
}

func TestCallingWithAKey(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	_, secret, err := b.options.Services.Add(t.Context(), access.CommandLine(), access.NewService{ID: "sync", Grants: []domain.Grant{
		{Action: domain.ActionRead, Domain: "item", Plant: "STU1"}, {Action: domain.ActionOperate, Domain: "item", Plant: "STU1"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	check := "~/systems/" + s.own.system + "/check"
	with := func(header ...string) map[string]string {
		all := map[string]string{"Authorization": "Bearer " + secret, "X-Crosswalk-Request": ""}
		for i := 0; i < len(header); i += 2 {
			all[header[i]] = header[i+1]
		}
		return all
	}
	tests := map[string]struct {
		call   request
		status int
	}{
		"reads":                                 {request{method: "GET", path: "~/me", header: with()}, 200},
		"changes without the header of pages":   {request{method: "POST", path: check, header: with()}, 200},
		"writes bearer as it likes":             {request{method: "GET", path: "~/me", header: with("Authorization", "bearer  "+secret)}, 200},
		"but not from a foreign page":           {request{method: "POST", path: check, header: with("Sec-Fetch-Site", "cross-site")}, 403},
		"and signs nobody in":                   {request{method: "POST", path: "~/session", header: with(), body: map[string]string{"login": "admin", "password": password}}, 403},
		"a wrong key is not helped by a cookie": {request{method: "GET", path: "~/me", as: "admin", header: with("Authorization", "Bearer xw_x")}, 401},
		"nor an empty one":                      {request{method: "GET", path: "~/me", as: "admin", header: with("Authorization", "Bearer")}, 401},
		"a cookie alone still needs the header": {request{method: "POST", path: check, as: "admin", header: map[string]string{"X-Crosswalk-Request": ""}}, 403},
		"another scheme is no key":              {request{method: "POST", path: check, as: "admin", header: with("Authorization", "Basic eDp5")}, 403},
	}
	for name, tt := range tests {
		if got := b.call(t, tt.call); got.status != tt.status {
			t.Errorf("%s: %d, want %d: %s", name, got.status, tt.status, got.body)
		}
	}
	me := read[api.Me](t, b.call(t, request{method: "GET", path: "~/me", header: with()}), http.StatusOK)
	if me.ID != "service:sync" || me.Login != "" || len(me.Roles) != 0 || !slices.Equal(me.Actions, []domain.Action{domain.ActionRead, domain.ActionOperate}) {
		t.Errorf("%+v", me)
	}
}

func TestAKeyUsedTooOftenIsToldWhenToComeBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.tokens = map[string]string{"key-sync": issue(t, b, "sync", nil).Secret}
	for range 200 {
		got := b.call(t, request{method: "GET", path: "~/me", as: "key-sync"})
		if got.status == http.StatusTooManyRequests {
			if got.header.Get("Retry-After") == "" {
				t.Error("it does not say when")
			}
			return
		}
	}
	t.Error("200 requests at two a second went through")
}

func TestAccountsOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	until := "2026-12-31T00:00:00.000000Z"
	put := func(login, version string, body map[string]any) answer {
		return b.call(t, request{method: "PUT", path: "~/users/" + login, as: "admin", header: map[string]string{"If-Match": version}, body: body})
	}
	steward := map[string]string{"role": "steward", "domain": "*", "plant": "STU1", "until": until}
	made := read[api.User](t, b.call(t, request{method: "POST", path: "~/users", as: "admin", body: map[string]any{
		"login": "new", "name": "New", "password": password, "roles": []any{steward},
	}}), http.StatusCreated)
	if made.Version != 1 || len(made.Roles) != 1 || made.Roles[0].Until != until {
		t.Errorf("%+v", made)
	}
	if got := put("new", `"1"`, map[string]any{"name": "Newer", "disabled": true, "roles": []any{}}); got.status != 200 || got.header.Get("ETag") != `"2"` {
		t.Errorf("changed: %d %s", got.status, got.body)
	}
	for name, tt := range map[string]struct {
		got    answer
		status int
		code   string
	}{
		"an old version": {put("new", `"1"`, map[string]any{"name": "N", "disabled": false, "roles": []any{}}), 412, domain.CodeUserStale},
		"one's own":      {put("admin", `"1"`, map[string]any{"name": "N", "disabled": false, "roles": []any{steward}}), 403, domain.CodeUserOwnRights},
		"nobody":         {put("none", `"1"`, map[string]any{"name": "N", "disabled": false, "roles": []any{}}), 404, domain.CodeUserUnknown},
		"no role":        {put("new", `"2"`, map[string]any{"name": "N", "disabled": false, "roles": []any{map[string]string{"role": "god", "domain": "*", "plant": "*"}}}), 422, domain.CodeUserInvalid},
		"no instant":     {put("new", `"2"`, map[string]any{"name": "N", "disabled": false, "roles": []any{map[string]string{"role": "steward", "domain": "*", "plant": "*", "until": "soon"}}}), 422, domain.CodeBodyInvalid},
	} {
		if p := tt.got.problem(t); tt.got.status != tt.status || p.Code != tt.code {
			t.Errorf("%s: %d %s", name, tt.got.status, tt.got.body)
		}
	}
	if list := b.call(t, request{method: "GET", path: "~/users", as: "admin"}); !strings.Contains(list.body, "Newer") || strings.Contains(list.body, "argon") {
		t.Errorf("%s", list.body)
	}
}
