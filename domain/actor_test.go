package domain

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMayGoesByGrants(t *testing.T) {
	t.Parallel()
	grants := func(g ...Grant) []Grant { return g }
	tests := map[string]struct {
		grants []Grant
		action Action
		scope  Scope
		want   bool
	}{
		"without a grant":                {nil, ActionRead, Scope{Domain: "item", Plant: "STU1"}, false},
		"in just that scope":             {grants(Grant{Action: ActionRead, Domain: "item", Plant: "STU1"}), ActionRead, Scope{Domain: "item", Plant: "STU1"}, true},
		"another action":                 {grants(Grant{Action: ActionRead, Domain: "item", Plant: "STU1"}), ActionApprove, Scope{Domain: "item", Plant: "STU1"}, false},
		"another domain":                 {grants(Grant{Action: ActionRead, Domain: "item", Plant: "STU1"}), ActionRead, Scope{Domain: "bom", Plant: "STU1"}, false},
		"another plant":                  {grants(Grant{Action: ActionRead, Domain: "item", Plant: "STU1"}), ActionRead, Scope{Domain: "item", Plant: "LYO2"}, false},
		"every plant":                    {grants(Grant{Action: ActionRead, Domain: "item", Plant: Anywhere}), ActionRead, Scope{Domain: "item", Plant: "LYO2"}, true},
		"every domain":                   {grants(Grant{Action: ActionRead, Domain: Anywhere, Plant: "STU1"}), ActionRead, Scope{Domain: "bom", Plant: "STU1"}, true},
		"one plant, of no one plant":     {grants(Grant{Action: ActionRead, Domain: "item", Plant: "STU1"}), ActionRead, Scope{Domain: "item", Plant: ""}, false},
		"every plant, of no one plant":   {grants(Grant{Action: ActionRead, Domain: "item", Plant: Anywhere}), ActionRead, Scope{Domain: "item", Plant: ""}, true},
		"one domain, of no one domain":   {grants(Grant{Action: ActionRead, Domain: "item", Plant: Anywhere}), ActionRead, Scope{}, false},
		"an empty plant grants nothing":  {grants(Grant{Action: ActionRead, Domain: "item", Plant: ""}), ActionRead, Scope{Domain: "item", Plant: ""}, false},
		"an empty domain grants nothing": {grants(Grant{Action: ActionRead, Domain: "", Plant: Anywhere}), ActionRead, Scope{Domain: "", Plant: "STU1"}, false},
		"two halves do not make a whole": {grants(Grant{Action: ActionRead, Domain: "item", Plant: "STU1"}, Grant{Action: ActionRead, Domain: "bom", Plant: "LYO2"}), ActionRead, Scope{Domain: "item", Plant: "LYO2"}, false},
		"a system, in that one":          {grants(Grant{Action: ActionRead, Domain: Anywhere, Plant: Anywhere, System: "mes"}), ActionRead, Scope{Domain: "item", Plant: "STU1", System: "mes"}, true},
		"a system, in another":           {grants(Grant{Action: ActionRead, Domain: Anywhere, Plant: Anywhere, System: "mes"}), ActionRead, Scope{Domain: "item", Plant: "STU1", System: "wms"}, false},
		"a system, of no system":         {grants(Grant{Action: ActionRead, Domain: Anywhere, Plant: Anywhere, System: "mes"}), ActionRead, Scope{Domain: "item", Plant: "STU1"}, false},
		"the second of two":              {grants(Grant{Action: ActionApprove, Domain: "item", Plant: "STU1"}, Grant{Action: ActionRead, Domain: "item", Plant: "STU1"}), ActionRead, Scope{Domain: "item", Plant: "STU1"}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			actor := Actor{Grants: tt.grants}
			if got := actor.May(tt.action, tt.scope); got != tt.want {
				t.Errorf("may: %v", got)
			}
			err := actor.Require(tt.action, tt.scope)
			if (err == nil) != tt.want || (err != nil && (ErrorCode(err) != CodeAccessDenied || ErrorKind(err) != KindForbidden)) {
				t.Errorf("required: %v", err)
			}
		})
	}
}

func TestPlantsAreThoseOfTheAction(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		grants []Grant
		want   PlantScope
	}{
		"none":                  {nil, PlantScope{}},
		"of another action":     {[]Grant{{Action: ActionApprove, Domain: "item", Plant: Anywhere}}, PlantScope{}},
		"two, in order, once":   {[]Grant{{Action: ActionRead, Domain: "item", Plant: "STU1"}, {Action: ActionRead, Domain: "item", Plant: "LYO2"}, {Action: ActionRead, Domain: "bom", Plant: "STU1"}}, PlantScope{Plants: []PlantID{"LYO2", "STU1"}}},
		"a system is no plant":  {[]Grant{{Action: ActionRead, Domain: "item", Plant: Anywhere, System: "mes"}}, PlantScope{}},
		"all outweighs the one": {[]Grant{{Action: ActionRead, Domain: "item", Plant: "STU1"}, {Action: ActionRead, Domain: "item", Plant: Anywhere}}, PlantScope{All: true}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			actor := Actor{Grants: tt.grants}
			got := actor.Plants(ActionRead)
			if got.All != tt.want.All || !slices.Equal(got.Plants, tt.want.Plants) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if actor.MaySomewhere(ActionRead) != (got.All || len(got.Plants) > 0) {
				t.Error("somewhere does not agree with where")
			}
		})
	}
}

func TestActorsAreNamed(t *testing.T) {
	t.Parallel()
	if got := (User{Login: "ana"}).ActorID(); got != "user:ana" {
		t.Errorf("the user is %q", got)
	}
	service := ServiceActor("reconcile")
	if service.ID != "service:reconcile" || service.Kind != ActorService || len(service.Grants) != 0 {
		t.Errorf("the service is %+v", service)
	}
	for _, action := range Actions() {
		if service.May(action, Scope{Domain: "item", Plant: "STU1"}) {
			t.Errorf("a service may %s", action)
		}
	}
}

func TestErrorsKeepKindCodeAndCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("EOF")
	tests := map[string]struct {
		err      error
		wantKind Kind
		wantCode string
	}{
		"nothing":      {nil, KindInternal, ""},
		"unclassified": {cause, KindInternal, CodeInternal},
		"invalid":      {Invalid(CodeValueInvalid, "x"), KindInvalid, CodeValueInvalid},
		"not found":    {NotFound(CodeRunUnknown, "x"), KindNotFound, CodeRunUnknown},
		"conflict":     {Conflict(CodeRunActive, "x"), KindConflict, CodeRunActive},
		"forbidden":    {Forbidden(CodeAccessDenied, "x"), KindForbidden, CodeAccessDenied},
		"unavailable":  {Unavailable(cause, CodeSystemCut, "x"), KindUnavailable, CodeSystemCut},
		"wrapped":      {fmt.Errorf("read: %w", Unavailable(cause, CodeSystemCut, "x")), KindUnavailable, CodeSystemCut},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if ErrorKind(tt.err) != tt.wantKind || ErrorCode(tt.err) != tt.wantCode {
				t.Errorf("got %s %q", ErrorKind(tt.err), ErrorCode(tt.err))
			}
		})
	}
	if err := Unavailable(cause, CodeSystemCut, "the line was cut"); !errors.Is(err, cause) || err.Error() != "the line was cut: EOF" {
		t.Errorf("the cause is lost: %v", err)
	}
}

// TestWhatAPersonReadsOfAnError is its own sentence and nothing of its cause, which may hold what is nobody's business.
func TestWhatAPersonReadsOfAnError(t *testing.T) {
	t.Parallel()
	secret := errors.New("password=geheim")
	for want, err := range map[string]error{
		"otherwise":        secret,
		"the line was cut": fmt.Errorf("read: %w", Unavailable(secret, CodeSystemCut, "the line was cut")),
		"it has changed":   Conflict(CodeRunActive, "it has changed"),
	} {
		if got := ErrorMessage(err, "otherwise"); got != want {
			t.Errorf("%q is read as %q", err, got)
		}
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	id := NewID()
	if back, err := ParseID(id.String()); err != nil || back != id || id.IsZero() || NewID() == id {
		t.Errorf("%s became %s with %v", id, back, err)
	}
	if (ID{}).String() != "" || !(ID{}).IsZero() {
		t.Error("the zero ID is not zero")
	}
	if upper, err := ParseID(strings.ToUpper(id.String())); err != nil || upper != id {
		t.Errorf("capitals: %v", err)
	}
	for _, raw := range []string{"", "x", "{" + id.String() + "}", "urn:uuid:" + id.String(), strings.ReplaceAll(id.String(), "-", ""), strings.Repeat("é", 18), strings.Repeat("é", 100)} {
		_, err := ParseID(raw)
		if ErrorCode(err) != CodeIDInvalid || !utf8.ValidString(err.Error()) || len(err.Error()) > 400 {
			t.Errorf("%q: %v", raw, err)
		}
	}
}
