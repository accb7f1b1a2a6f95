package store_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func wish(plant domain.PlantID, mapped string, at domain.Instant) domain.RecordRequest {
	return domain.RecordRequest{
		ID: domain.NewID(), Domain: item, Plant: plant, System: "mes", Code: domain.Code(mapped), Key: mapped, State: domain.WantedRequested,
		Attributes: domain.Attributes{name: domain.Text(mapped)}, Reason: "test", RequestedBy: "user:petra", RequestedAt: at, ChangedAt: at, Version: 1,
	}
}

func addWish(t testing.TB, s domain.Store, request domain.RecordRequest, keys ...domain.RecordKey) domain.RecordRequest {
	t.Helper()
	write(t, s, func(r domain.Repos) error { return r.RecordRequests.Create(t.Context(), request, keys) })
	return request
}

func saveWish(t testing.TB, s domain.Store, request domain.RecordRequest, readVersion int) error {
	t.Helper()
	return s.Write(t.Context(), change(), func(r domain.Repos) error { return r.RecordRequests.Save(t.Context(), request, readVersion) })
}

func codesOf(requests []domain.RecordRequest) []domain.Code {
	codes := []domain.Code{}
	for _, r := range requests {
		codes = append(codes, r.Code)
	}
	return codes
}

func TestRecordRequestsAreKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		first := addWish(t, s, wish("STU1", "A", 1))
		var made domain.ChangeRequest
		write(t, s, func(r domain.Repos) error {
			made = domain.ChangeRequest{ID: domain.NewID(), Kind: domain.RequestRecord, Domain: item, State: domain.RequestInReview, Version: 1}
			return r.Requests.Create(t.Context(), made, nil)
		})
		full := filled[domain.RecordRequest](t)
		full.Domain, full.With, full.ChangeRequest, full.Version = item, first.ID, made.ID, 1
		addWish(t, s, full)
		same(t, must(s.Read().RecordRequests.ByID(t.Context(), full.ID))(t), full)
		same(t, must(s.Read().RecordRequests.ByChange(t.Context(), made.ID))(t), []domain.RecordRequest{full})
		wantCode(t, s.Write(t.Context(), change(), func(r domain.Repos) error { return r.RecordRequests.Create(t.Context(), full, nil) }), domain.CodeDuplicate)

		full.State, full.Version, full.ChangeRequest = domain.WantedInCompletion, 2, domain.ID{}
		wantCode(t, saveWish(t, s, full, 1), "")
		wantCode(t, saveWish(t, s, full, 1), domain.CodeRecordRequestStale)
		wantCode(t, saveWish(t, s, wish("STU1", "Z", 1), 1), domain.CodeRecordRequestUnknown)
		same(t, must(s.Read().RecordRequests.WaitingWith(t.Context(), first.ID))(t), []domain.RecordRequest{full})
		full.State, full.Version = domain.WantedInReview, 3
		wantCode(t, saveWish(t, s, full, 2), "")
		same(t, len(must(s.Read().RecordRequests.WaitingWith(t.Context(), first.ID))(t)), 0)
		_, err := s.Read().RecordRequests.ByID(t.Context(), domain.NewID())
		wantCode(t, err, domain.CodeRecordRequestUnknown)
		verify(t, s, "")
	})
}

func TestRecordRequestsAreListedByPlant(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		addWish(t, s, wish("STU1", "A", 1))
		addWish(t, s, wish("LYO1", "b_", 2))
		addWish(t, s, wish("STU1", "B1", 3))
		rejected := addWish(t, s, wish("STU1", "C", 4))
		rejected.State, rejected.Version = domain.WantedRejected, 2
		wantCode(t, saveWish(t, s, rejected, 1), "")
		stuttgart := domain.PlantScope{Plants: []domain.PlantID{"STU1"}}
		for name, tt := range map[string]struct {
			q    domain.RecordRequestQuery
			want []domain.Code
		}{
			"of every plant":    {domain.RecordRequestQuery{Plants: everywhere()}, []domain.Code{"C", "B1", "b_", "A"}},
			"of one plant":      {domain.RecordRequestQuery{Plants: stuttgart}, []domain.Code{"C", "B1", "A"}},
			"of none":           {domain.RecordRequestQuery{}, []domain.Code{}},
			"in a state":        {domain.RecordRequestQuery{Plants: everywhere(), State: domain.WantedRequested}, []domain.Code{"B1", "b_", "A"}},
			"by the code":       {domain.RecordRequestQuery{Plants: everywhere(), Text: "B"}, []domain.Code{"B1", "b_"}},
			"by a code with _":  {domain.RecordRequestQuery{Plants: everywhere(), Text: "B_"}, []domain.Code{"b_"}},
			"of another system": {domain.RecordRequestQuery{Plants: everywhere(), System: "wms"}, []domain.Code{}},
			"of another domain": {domain.RecordRequestQuery{Plants: everywhere(), Domain: "bom"}, []domain.Code{}},
		} {
			var listed []domain.RecordRequest
			for q := tt.q; ; {
				q.Limit = 2
				page, next, err := s.Read().RecordRequests.List(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				listed = append(listed, page...)
				if q.After = next; next == "" {
					break
				}
			}
			t.Log(name)
			same(t, codesOf(listed), tt.want)
		}
		same(t, codesOf(must(s.Read().RecordRequests.ForCode(t.Context(), item, "mes", "A"))(t)), []domain.Code{"A"})
		same(t, codesOf(must(s.Read().RecordRequests.ForCode(t.Context(), item, "mes", "C"))(t)), []domain.Code{})
		_, _, err := s.Read().RecordRequests.List(t.Context(), domain.RecordRequestQuery{Plants: everywhere(), Page: domain.Page{After: "x"}})
		wantCode(t, err, domain.CodeCursorInvalid)
	})
}

// TestThingsAreFoundByTheirKeys finds records in use and open requests, by the keys they have now.
func TestThingsAreFoundByTheirKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		gtin, other := domain.RecordKey{Kind: "gtin", Key: "04006381333931"}, domain.RecordKey{Kind: "gtin", Key: "1"}
		called := domain.RecordKey{Kind: "name", Key: "bolt"}
		record := addRecord(t, s, "1", "Bolt")
		identify := func(keys ...domain.RecordKey) {
			write(t, s, func(r domain.Repos) error {
				if err := r.Records.Identify(t.Context(), record, keys); err != nil {
					return err
				}
				return r.RecordRequests.Create(t.Context(), wish("STU1", domain.NewID().String(), 1), nil) // a Write that changes nothing keeps nothing
			})
		}
		alike := func(keys ...domain.RecordKey) []domain.Likeness {
			return must(s.Read().Records.Alike(t.Context(), item, keys))(t)
		}
		identify(gtin, called, called)
		same(t, alike(gtin, called, other), []domain.Likeness{{ID: record.ID, Kind: "gtin"}, {ID: record.ID, Kind: "name"}})
		identify(other)
		same(t, len(alike(gtin, called)), 0)
		same(t, alike(other), []domain.Likeness{{ID: record.ID, Kind: "gtin"}})
		record.State, record.Version = domain.RecordRetired, 2
		write(t, s, func(r domain.Repos) error {
			return r.Records.Update(t.Context(), record, code, name, nil, domain.Lineage{})
		})
		same(t, len(alike(other)), 0)
		identify()

		wanted := addWish(t, s, wish("STU1", "A", 1), gtin)
		later := addWish(t, s, wish("LYO1", "B", 2), gtin)
		found := func(keys ...domain.RecordKey) []domain.Likeness {
			return must(s.Read().RecordRequests.Alike(t.Context(), item, keys))(t)
		}
		same(t, found(gtin), []domain.Likeness{{ID: wanted.ID, Kind: "gtin"}, {ID: later.ID, Kind: "gtin"}})
		write(t, s, func(r domain.Repos) error {
			if err := r.RecordRequests.Identify(t.Context(), later, []domain.RecordKey{other}); err != nil {
				return err
			}
			wanted.State, wanted.Version = domain.WantedWithdrawn, 2
			return r.RecordRequests.Save(t.Context(), wanted, 1)
		})
		same(t, len(found(gtin)), 0)
		same(t, found(other), []domain.Likeness{{ID: later.ID, Kind: "gtin"}})
	})
}

// TestNoNumberIsGivenTwice draws from one series in many transactions at once.
func TestNoNumberIsGivenTwice(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const callers = 8
		firsts := make([]int64, callers)
		codes := together(callers, func(i int) error {
			return s.Write(t.Context(), change(), func(r domain.Repos) (err error) {
				if firsts[i], err = r.RecordRequests.Draw(t.Context(), item, "IT-{seq:6}", 3); err != nil {
					return err
				}
				return r.RecordRequests.Create(t.Context(), wish("STU1", domain.NewID().String(), 1), nil)
			})
		})
		if got := count(codes); got[""] != callers {
			t.Fatalf("callers ended with %v", got)
		}
		given := map[int64]bool{}
		for _, first := range firsts {
			for n := first; n < first+3; n++ {
				if given[n] || n < 1 || n > 3*callers {
					t.Errorf("%d was given twice, or out of order", n)
				}
				given[n] = true
			}
		}
		write(t, s, func(r domain.Repos) error {
			other := must(r.RecordRequests.Draw(t.Context(), item, "OTHER-{seq:6}", 1))(t)
			same(t, other, int64(1))
			return nil
		})
	})
}
