package domain

import "testing"

func TestAServiceIdentityHasTwoGoodKeysAtMost(t *testing.T) {
	t.Parallel()
	identity := ServiceIdentity{ID: "sync"}
	for i, want := range []string{"", "", CodeServiceKeys} {
		with, err := identity.WithKey(ServiceKey{ID: string(rune('a' + i)), ExpiresAt: 100}, 10)
		if ErrorCode(err) != want {
			t.Fatalf("key %d: %v", i, err)
		}
		identity = with
	}
	if _, err := identity.WithKey(ServiceKey{ID: "d", ExpiresAt: 200}, 100); err != nil {
		t.Errorf("after the others ran out: %v", err)
	}
	one, err := identity.Revoked("a", 20)
	if err != nil || one.GoodKeys(20) != 1 || identity.GoodKeys(20) != 2 || one.RevokedAt != 0 || one.Version != 3 {
		t.Errorf("one revoked: %+v, %v", one, err)
	}
	if _, err := one.Revoked("none", 20); ErrorCode(err) != CodeServiceUnknown {
		t.Errorf("a key there is not: %v", err)
	}
	all, err := one.Revoked("", 30)
	if err != nil || all.GoodKeys(30) != 0 || all.RevokedAt != 30 || all.Keys[0].RevokedAt != 20 {
		t.Errorf("all revoked: %+v, %v", all, err)
	}
	if _, err := all.WithKey(ServiceKey{ID: "e"}, 200); ErrorCode(err) != CodeServiceRevoked {
		t.Errorf("a key of one that is revoked: %v", err)
	}
}
