package store_test

import (
	"fmt"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func missed(code string, asked int) domain.UnmappedCode {
	return domain.UnmappedCode{
		ID: domain.NewID(), Domain: item, System: "mes", Plant: "STU1", CodeType: domain.CodeInternalNumber, Code: domain.Code(code), Key: code,
		Status: "not_found", Asked: asked,
	}
}

func countMissed(t testing.TB, s domain.Store, most int, codes ...domain.UnmappedCode) {
	t.Helper()
	operate(t, s, func(ops domain.Ops) error { return ops.Unmapped.Count(t.Context(), codes, most) })
}

func unmappedList(t testing.TB, s domain.Store, q domain.UnmappedQuery) []string {
	t.Helper()
	q.Day = "2026-11-23"
	var listed []string
	for {
		codes, next, err := s.Read().Unmapped.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range codes {
			listed = append(listed, fmt.Sprintf("%s:%d", u.Code, u.Asked))
		}
		if q.After = next; next == "" {
			return listed
		}
	}
}

func TestUnmappedCodesAreCountedAndListed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		countMissed(t, s, 100, missed("A", 1), missed("b%", 2), missed("C", 2))
		countMissed(t, s, 100, missed("A", 4), missed("C", 2), missed("D", 1))
		foreign := missed("A", 9)
		foreign.Plant = "LYO1"
		countMissed(t, s, 100, foreign)
		countMissed(t, s, 100)
		stuttgart := domain.PlantScope{Plants: []domain.PlantID{"STU1"}}
		same(t, unmappedList(t, s, domain.UnmappedQuery{Plants: stuttgart, Page: domain.Page{Limit: 2}}), []string{"A:5", "C:4", "b%:2", "D:1"})
		same(t, unmappedList(t, s, domain.UnmappedQuery{Plants: everywhere(), Text: "a"}), []string{"A:9", "A:5"})
		same(t, unmappedList(t, s, domain.UnmappedQuery{Plants: everywhere(), Text: "B%"}), []string{"b%:2"})
		same(t, len(unmappedList(t, s, domain.UnmappedQuery{Plants: domain.PlantScope{}})), 0)
		same(t, len(unmappedList(t, s, domain.UnmappedQuery{Plants: everywhere(), System: "wms"})), 0)

		record := addRecord(t, s, "1", "one")
		if err := putMapping(t, s, newMapping(record.ID, "A", domain.Validity{})); err != nil {
			t.Fatal(err)
		}
		if err := putMapping(t, s, newMapping(record.ID, "C", domain.Validity{To: "2026-11-23"})); err != nil {
			t.Fatal(err)
		}
		page, _, err := s.Read().Unmapped.List(t.Context(), domain.UnmappedQuery{Plants: stuttgart, Day: "2026-11-23"})
		if err != nil || len(page) != 3 || page[0].Code != "C" {
			t.Fatalf("%+v (%v)", page, err)
		}
		aside := must(page[0].Dismissed("user:ana", "test", 7))(t)
		operate(t, s, func(ops domain.Ops) error { return ops.Unmapped.Dismiss(t.Context(), aside) })
		same(t, unmappedList(t, s, domain.UnmappedQuery{Plants: stuttgart}), []string{"b%:2", "D:1"})
		same(t, unmappedList(t, s, domain.UnmappedQuery{Plants: stuttgart, Dismissed: true}), []string{"C:4"})
		same(t, must(s.Read().Unmapped.ByID(t.Context(), aside.ID))(t), aside)
		_, err = s.Read().Unmapped.ByID(t.Context(), domain.NewID())
		wantCode(t, err, domain.CodeUnmappedUnknown)
		wantCode(t, s.Operate(t.Context(), func(ops domain.Ops) error { return ops.Unmapped.Dismiss(t.Context(), missed("Z", 1)) }), domain.CodeUnmappedUnknown)
	})
}

// TestABrokenJobFillsNoDisk counts more codes than are kept, from many callers at once.
func TestABrokenJobFillsNoDisk(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const callers, each, most = 6, 10, 25
		codes := together(callers, func(i int) error {
			batch := make([]domain.UnmappedCode, each)
			for n := range batch {
				batch[n] = missed(fmt.Sprintf("%d-%d", i, n), 2)
			}
			return s.Operate(t.Context(), func(ops domain.Ops) error { return ops.Unmapped.Count(t.Context(), batch, most) })
		})
		if got := count(codes); got[""] != callers {
			t.Fatalf("callers ended with %v", got)
		}
		tallies := must(s.Read().Unmapped.Tallies(t.Context(), everywhere()))(t)
		if len(tallies) != 1 || tallies[0].Codes != most || tallies[0].Overflow != 2*(callers*each-most) || tallies[0].OverflowAt == 0 {
			t.Errorf("the tally is %+v", tallies)
		}
		if kept := unmappedList(t, s, domain.UnmappedQuery{Plants: everywhere(), Page: domain.Page{Limit: 7}}); len(kept) != most {
			t.Errorf("%d codes are kept", len(kept))
		}
		same(t, len(must(s.Read().Unmapped.Tallies(t.Context(), domain.PlantScope{Plants: []domain.PlantID{"LYO1"}}))(t)), 0)
	})
}

func TestUnmappedPolicies(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		same(t, must(s.Read().Unmapped.Policy(t.Context(), "mes", item))(t), domain.UnmappedPolicy{System: "mes", Domain: item, Action: domain.UnmappedReject})
		policy := filled[domain.UnmappedPolicy](t)
		policy.Version = 1
		put := func(p domain.UnmappedPolicy) error {
			return s.Write(t.Context(), change(), func(r domain.Repos) error { return r.Unmapped.PutPolicy(t.Context(), p) })
		}
		wantCode(t, put(policy), "")
		wantCode(t, put(policy), domain.CodeSystemStale)
		policy.Version, policy.Action = 2, domain.UnmappedPark
		wantCode(t, put(policy), "")
		wantCode(t, put(policy), domain.CodeSystemStale)
		same(t, must(s.Read().Unmapped.Policy(t.Context(), policy.System, policy.Domain))(t), policy)
		same(t, must(s.Read().Unmapped.Policies(t.Context()))(t), []domain.UnmappedPolicy{policy})
		verify(t, s, "")
	})
}
