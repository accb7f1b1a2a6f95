package store_test

import (
	"errors"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// broken walks a chain as the auditor's command does and returns what is wrong with it.
func broken(t testing.TB, s *store.Store, chain string) error {
	t.Helper()
	var last domain.AuditEntry
	for {
		entries := must(s.Read().Audit.Entries(t.Context(), chain, last.Sequence, 3))(t)
		for _, entry := range entries {
			if err := entry.Follows(last); err != nil {
				return err
			}
			last = entry
		}
		if len(entries) == 0 {
			break
		}
	}
	sequence, hash, err := s.Read().Audit.Head(t.Context(), chain)
	if err != nil {
		t.Fatal(err)
	}
	if sequence != last.Sequence || hash != last.Hash {
		return domain.Conflict(domain.CodeAuditBroken, "the head is at %d, the entries end with %d", sequence, last.Sequence)
	}
	return nil
}

func verify(t testing.TB, s *store.Store, chain string) {
	t.Helper()
	if err := broken(t, s, chain); err != nil {
		t.Error(err)
	}
}

func TestAuditTellsEveryChange(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := newRecord("1", "one")
		err := s.Write(t.Context(), domain.Change{Actor: "user:ana", Reason: "because", Domains: []domain.DomainName{item, "bom"}},
			func(r domain.Repos) error {
				return errors.Join(
					r.Records.Create(t.Context(), record, code, name, domain.Lineage{}),
					r.Mappings.Put(t.Context(), newMapping(record.ID, "A", domain.Validity{})),
					r.Uses.Put(t.Context(), domain.PlantUse{Record: record.ID, Plant: "STU1", Domain: item, Version: 1}),
					r.Plants.Put(t.Context(), domain.Plant{ID: "STU1", Version: 1}),
				)
			})
		if err != nil {
			t.Fatal(err)
		}
		same(t, must(s.Read().Audit.Chains(t.Context()))(t), []string{"", "item"})
		verify(t, s, "")
		verify(t, s, "item")
		entry := must(s.Read().Audit.Entries(t.Context(), "item", 0, 10))(t)[0]
		if entry.Actor != "user:ana" || entry.Reason != "because" || entry.At == 0 {
			t.Errorf("the entry says %+v", entry)
		}
		var what []string
		for _, c := range entry.Changes {
			what = append(what, c.Aggregate)
			if len(c.Digest) != 64 || c.ID == "" || c.Version != 1 {
				t.Errorf("the entry's line says %+v", c)
			}
		}
		same(t, what, []string{"golden_record", "code_mapping", "plant_use"})
	})
}

func TestTamperingShows(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"an altered reason":  {"UPDATE audit_entry SET reason = 'other' WHERE seq = 3"},
		"an altered digest":  {"UPDATE audit_entry SET changes = replace(changes, '\"version\":1', '\"version\":2') WHERE seq = 3"},
		"an altered instant": {"UPDATE audit_entry SET at = at + 1 WHERE seq = 3"},
		"a deleted entry":    {"DELETE FROM audit_entry WHERE seq = 3"},
		"a closed gap":       {"DELETE FROM audit_entry WHERE seq = 3", "UPDATE audit_entry SET seq = 3 WHERE seq = 4", "UPDATE audit_entry SET seq = 4 WHERE seq = 5"},
		"a changed order":    {"UPDATE audit_entry SET seq = 99 WHERE seq = 3", "UPDATE audit_entry SET seq = 3 WHERE seq = 4", "UPDATE audit_entry SET seq = 4 WHERE seq = 99"},
		"a cut tail":         {"DELETE FROM audit_entry WHERE seq > 4"},
		"a cut start":        {"DELETE FROM audit_entry WHERE seq = 1"},
		"everything cut":     {"DELETE FROM audit_entry"},
	}
	for phrase, statements := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				for _, c := range []string{"1", "2", "3", "4", "5"} {
					addRecord(t, s, c, c)
				}
				verify(t, s, "item")
				for _, statement := range statements {
					s.Tamper(t, statement)
				}
				wantCode(t, broken(t, s, "item"), domain.CodeAuditBroken)
			})
		})
	}
}

func TestRecentAudit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, c := range []string{"1", "2", "3", "4", "5"} {
			addRecord(t, s, c, c)
			write(t, s, func(r domain.Repos) error { return r.Users.Put(t.Context(), domain.User{Login: c}) })
		}
		var seen []domain.AuditEntry
		page := domain.Page{Limit: 3}
		for {
			entries, next, err := s.Read().Audit.Recent(t.Context(), page)
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, entries...)
			if page.After = next; next == "" {
				break
			}
		}
		if len(seen) != 10 {
			t.Fatalf("%d entries of 10", len(seen))
		}
		for i := range seen[1:] {
			if seen[i].At < seen[i+1].At {
				t.Errorf("entry %d is older than the next", i)
			}
		}
	})
}
