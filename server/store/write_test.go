package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// state is all that a Write could leave behind.
func state(t testing.TB, s *store.Store) []int {
	t.Helper()
	var counts []int
	for _, table := range []string{"golden_record", "golden_version", "lineage", "audit_entry", "audit_head", "change_counter", "delivery", "account"} {
		counts = append(counts, store.Ask[int](context.WithoutCancel(t.Context()), t, s, "SELECT count(*) FROM "+table)...)
	}
	return counts
}

func TestWriteIsAllOrNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		before := state(t, s)
		much := func(r domain.Repos) error {
			return errors.Join(
				r.Records.Create(t.Context(), newRecord("1", "one"), code, name, domain.Lineage{}),
				r.Users.Put(t.Context(), domain.User{Login: "ana"}),
				r.Deliveries.Enqueue(t.Context(), domain.Delivery{ID: domain.NewID(), IdempotencyKey: "k"}),
			)
		}
		ended := errors.New("no")
		err := s.Write(t.Context(), change(), func(r domain.Repos) error { return errors.Join(much(r), ended) })
		if !errors.Is(err, ended) {
			t.Errorf("the error of fn came back as %v", err)
		}
		same(t, state(t, s), before)

		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic of fn was swallowed")
				}
			}()
			_ = s.Write(t.Context(), change(), func(r domain.Repos) error {
				_ = much(r)
				panic("in fn")
			})
		}()
		same(t, state(t, s), before)

		ctx, cancel := context.WithCancel(t.Context())
		err = s.Write(ctx, change(), func(r domain.Repos) error {
			err := much(r)
			cancel()
			return err
		})
		if err == nil {
			t.Error("a Write whose caller has gone was committed")
		}
		same(t, state(t, s), before)

		write(t, s, much)
		if slices.Equal(state(t, s), before) {
			t.Error("a Write that succeeded left nothing behind")
		}
	})
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	create := func(r domain.Repos) error {
		return r.Records.Create(context.Background(), newRecord("1", "one"), code, name, domain.Lineage{})
	}
	golden := newRecord("1", "one")
	tests := map[string]struct {
		change domain.Change
		fn     func(domain.Repos) error
		want   string
	}{
		"nobody's change":                {change: domain.Change{Reason: "r", Domains: []domain.DomainName{item}}, fn: create, want: domain.CodeChangeAnonymous},
		"a change without reason":        {change: domain.Change{Actor: "a", Reason: " ", Domains: []domain.DomainName{item}}, fn: create, want: domain.CodeChangeAnonymous},
		"a record of an unlocked domain": {change: domain.Change{Actor: "a", Reason: "r", Domains: []domain.DomainName{"bom"}}, fn: create, want: domain.CodeDomainUnlocked},
		"an update in no locked domain": {
			change: domain.Change{Actor: "a", Reason: "r"}, want: domain.CodeDomainUnlocked,
			fn: func(r domain.Repos) error {
				return r.Records.Update(context.Background(), golden, code, name, nil, domain.Lineage{})
			},
		},
		"a mapping of an unlocked domain": {
			change: domain.Change{Actor: "a", Reason: "r"}, want: domain.CodeDomainUnlocked,
			fn: func(r domain.Repos) error {
				return r.Mappings.Put(context.Background(), newMapping(domain.NewID(), "1", domain.Validity{}))
			},
		},
		"a mapping to no record": {
			change: domain.Change{Actor: "a", Reason: "r", Domains: []domain.DomainName{item}}, want: domain.CodeReferenceMissing,
			fn: func(r domain.Repos) error {
				return r.Mappings.Put(context.Background(), newMapping(domain.NewID(), "1", domain.Validity{}))
			},
		},
		"a counter that is no domain's": {change: domain.Change{Actor: "a", Reason: "r", Domains: []domain.DomainName{"~delivery"}}, fn: create, want: domain.CodeDomainUnknown},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				ran := false
				before := state(t, s)
				wantCode(t, s.Write(t.Context(), tt.change, func(r domain.Repos) error {
					ran = true
					return tt.fn(r)
				}), tt.want)
				if ran && tt.want == domain.CodeChangeAnonymous {
					t.Error("fn ran for an anonymous change")
				}
				same(t, state(t, s), before)
			})
		})
	}
}

func TestWriteOfNothingLeavesNoTrace(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		empty := state(t, s)
		write(t, s, func(domain.Repos) error { return nil })
		same(t, state(t, s), empty)
		addRecord(t, s, "1", "one")
		before := state(t, s)
		write(t, s, func(r domain.Repos) error {
			_, _, err := r.Records.List(t.Context(), domain.RecordQuery{})
			return err
		})
		same(t, state(t, s), before)
		if second := addRecord(t, s, "2", "two"); second.Sequence != 2 {
			t.Errorf("the counter moved on to %d without a change", second.Sequence)
		}
		// What is neither golden nor mapping is audited but does not move the counter.
		write(t, s, func(r domain.Repos) error { return r.Users.Put(t.Context(), domain.User{Login: "ana"}) })
		if third := addRecord(t, s, "3", "three"); third.Sequence != 3 {
			t.Errorf("a user's change moved the items' counter to %d", third.Sequence-1)
		}
	})
}

func TestWriteSeesItself(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := newRecord("1", "one")
		write(t, s, func(r domain.Repos) error {
			if err := r.Records.Create(t.Context(), record, code, name, domain.Lineage{}); err != nil {
				return err
			}
			_, err := r.Reads.Records.ByID(t.Context(), record.ID)
			if _, outside := s.Read().Records.ByID(t.Context(), record.ID); domain.ErrorCode(outside) != domain.CodeRecordUnknown {
				t.Errorf("others see what is not committed: %v", outside)
			}
			return err
		})
	})
}

// TestSwallowedConflict holds both databases to the same answer when fn goes on after a conflict.
func TestSwallowedConflict(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		first := addRecord(t, s, "1", "one")
		delivery := domain.Delivery{ID: domain.NewID(), IdempotencyKey: "k"}
		found := domain.NewDiscrepancy(domain.Finding{Domain: item, Code: "7"}, domain.NewID())
		write(t, s, func(r domain.Repos) error {
			return errors.Join(r.Deliveries.Enqueue(t.Context(), delivery), r.Discrepancies.Put(t.Context(), found, 0))
		})
		write(t, s, func(r domain.Repos) error {
			wantCode(t, r.Records.Create(t.Context(), newRecord("1", "again"), code, name, domain.Lineage{}), domain.CodeRecordCodeTaken)
			wantCode(t, r.Records.Create(t.Context(), domain.GoldenRecord{ID: first.ID, Domain: item, Version: 1}, code, name, domain.Lineage{}), domain.CodeDuplicate)
			delivery.ID = domain.NewID()
			wantCode(t, r.Deliveries.Enqueue(t.Context(), delivery), domain.CodeDuplicate)
			found.ID = domain.NewID()
			wantCode(t, r.Discrepancies.Put(t.Context(), found, 0), domain.CodeDiscrepancyStale)
			return r.Users.Put(t.Context(), domain.User{Login: "ana"})
		})
		if len(must(s.Read().Users.List(t.Context()))(t)) != 1 {
			t.Error("what came after the conflicts is not there")
		}
	})
}

func TestReadModifyWriteLosesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const writers, rounds = 16, 5
		id := addRecord(t, s, "1", "").ID
		codes := together(writers, func(int) error {
			for range rounds {
				if err := appendMark(t.Context(), s, id); err != nil {
					return err
				}
			}
			return nil
		})
		if count(codes)[""] != writers {
			t.Fatalf("writers ended with %v", count(codes))
		}
		record := must(s.Read().Records.ByID(t.Context(), id))(t)
		if marks := strings.Count(record.Attributes.Text(name), "x"); marks != writers*rounds || record.Version != 1+writers*rounds {
			t.Errorf("%d of %d writes are there, at version %d", marks, writers*rounds, record.Version)
		}
		verify(t, s, "item")
	})
}

// appendMark adds an x to a record's name, again if another writer was faster.
func appendMark(ctx context.Context, s *store.Store, id domain.ID) error {
	for {
		record, err := s.Read().Records.ByID(ctx, id)
		if err != nil {
			return err
		}
		record.Version++
		record.Attributes = record.Attributes.With(domain.Attributes{name: domain.Text(record.Attributes.Text(name) + "x")})
		err = s.Write(ctx, change(), func(r domain.Repos) error {
			return r.Records.Update(ctx, record, code, name, []domain.AttributeID{name}, domain.Lineage{})
		})
		if domain.ErrorCode(err) != domain.CodeRecordStale {
			return err
		}
	}
}

// TestSequenceIsCommitOrder reads while others write: who has seen a sequence never sees an earlier one appear.
func TestSequenceIsCommitOrder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const writers, each = 8, 10
		done := make(chan []string)
		go func() {
			done <- together(writers, func(int) error {
				for range each {
					record := newRecord(domain.NewID().String(), "")
					err := s.Write(t.Context(), change(), func(r domain.Repos) error {
						return r.Records.Create(t.Context(), record, code, name, domain.Lineage{})
					})
					if err != nil {
						return err
					}
				}
				return nil
			})
		}()
		var codes []string
		last, seen := int64(0), 0
		for codes == nil || seen < writers*each {
			select {
			case codes = <-done:
				done = nil
				if count(codes)[""] != writers {
					t.Fatalf("writers ended with %v", count(codes))
				}
			default:
			}
			fresh := store.Ask[int64](t.Context(), t, s, "SELECT seq FROM golden_record ORDER BY seq")
			for i, seq := range fresh {
				if seq != int64(i+1) {
					t.Fatalf("at sequence %d there are only %d records: an earlier one comes later", seq, i+1)
				}
			}
			seen = len(fresh)
			last = max(last, int64(seen))
		}
		if last != writers*each {
			t.Errorf("%d sequences for %d writes", last, writers*each)
		}
	})
}

// TestDeadlocksAreTriedAgain lets two writers wait for each other; SQLite lets in one at a time anyway.
func TestDeadlocksAreTriedAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		put := func(r domain.Repos, login string) error { return r.Users.Put(t.Context(), domain.User{Login: login}) }
		write(t, s, func(r domain.Repos) error { return errors.Join(put(r, "a"), put(r, "b")) })
		logins := []string{"a", "b"}
		var both sync.WaitGroup
		both.Add(2)
		tries := make([]int, 2)
		codes := together(2, func(i int) error {
			return s.Write(t.Context(), domain.Change{Actor: "user:ana", Reason: "test"}, func(r domain.Repos) error {
				err := put(r, logins[i])
				if tries[i]++; tries[i] == 1 && s.Dialect() == "postgres" {
					both.Done()
					both.Wait()
				}
				return errors.Join(err, put(r, logins[1-i]))
			})
		})
		same(t, count(codes), map[string]int{"": 2})
		if s.Dialect() == "postgres" && tries[0]+tries[1] != 3 {
			t.Errorf("the two were tried %v times", tries)
		}
		verify(t, s, "")
	})
}
