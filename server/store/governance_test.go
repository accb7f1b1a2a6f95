package store_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func TestThePolicyHasVersions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if _, put, err := s.Read().Policies.Current(t.Context()); put || err != nil {
			t.Fatalf("there is a policy before one was put: %v, %v", put, err)
		}
		policy := filled[domain.ApprovalPolicy](t)
		put := func() error {
			return s.Write(t.Context(), change(), func(r domain.Repos) error { return r.Policies.Put(t.Context(), policy) })
		}
		policy.Version = 1
		wantCode(t, put(), "")
		wantCode(t, put(), domain.CodeSystemStale)
		stored, is, err := s.Read().Policies.Current(t.Context())
		if !is || err != nil {
			t.Fatalf("%v, %v", is, err)
		}
		same(t, stored, policy)
		policy.Version, policy.Rules = 2, nil
		wantCode(t, put(), "")
	})
}

func TestAcceptancesAreKeptAndFound(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		full := filled[domain.Acceptance](t)
		full.Version, full.State = 1, domain.AcceptanceActive
		bare := domain.Acceptance{ID: domain.NewID(), Domain: item, System: "mes", State: domain.AcceptanceEnded, Until: "2026-01-01", CreatedAt: 1, Version: 1}
		put := func(a domain.Acceptance) error {
			return s.Write(t.Context(), change(), func(r domain.Repos) error { return r.Acceptances.Put(t.Context(), a) })
		}
		wantCode(t, put(full), "")
		wantCode(t, put(full), domain.CodeAcceptanceStale)
		wantCode(t, put(bare), "")
		same(t, must(s.Read().Acceptances.ByID(t.Context(), full.ID))(t), full)
		same(t, must(s.Read().Acceptances.ByID(t.Context(), bare.ID))(t), bare)
		_, err := s.Read().Acceptances.ByID(t.Context(), domain.NewID())
		wantCode(t, err, domain.CodeAcceptanceUnknown)
		same(t, must(s.Read().Acceptances.Active(t.Context(), full.System, full.Domain))(t), []domain.Acceptance{full})
		if active := must(s.Read().Acceptances.Active(t.Context(), "mes", item))(t); len(active) != 0 {
			t.Errorf("an ended one is active: %+v", active)
		}
		all := domain.PlantScope{All: true}
		for phrase, test := range map[string]struct {
			q    domain.AcceptanceQuery
			want int
		}{
			"all":           {domain.AcceptanceQuery{Plants: all}, 2},
			"of a state":    {domain.AcceptanceQuery{Plants: all, State: domain.AcceptanceEnded}, 1},
			"of a system":   {domain.AcceptanceQuery{Plants: all, System: "mes"}, 1},
			"ending by day": {domain.AcceptanceQuery{Plants: all, EndsBy: "2026-01-01"}, 1},
			"of a plant":    {domain.AcceptanceQuery{Plants: domain.PlantScope{Plants: []domain.PlantID{full.Plant}}}, 1},
			"of no plant":   {domain.AcceptanceQuery{}, 0},
		} {
			test.q.Limit = 10
			found, _, err := s.Read().Acceptances.List(t.Context(), test.q)
			if len(must(found, err)(t)) != test.want {
				t.Errorf("%s: %d, want %d", phrase, len(found), test.want)
			}
		}
		first, next, err := s.Read().Acceptances.List(t.Context(), domain.AcceptanceQuery{Plants: all, Page: domain.Page{Limit: 1}})
		if len(must(first, err)(t)) != 1 || next == "" {
			t.Fatalf("a page of one is %+v, then %q", first, next)
		}
	})
}

// request stores a request in a state, about a record.
func putRequest(t testing.TB, s *store.Store, r domain.ChangeRequest, items ...domain.ChangeItem) domain.ChangeRequest {
	t.Helper()
	r.ID, r.Domain, r.Kind, r.Version = domain.NewID(), item, domain.RequestDecision, 1
	write(t, s, func(repos domain.Repos) error { return repos.Requests.Create(t.Context(), r, items) })
	return r
}

func TestRequestsAreFoundByWhatTheyWaitFor(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := domain.NewID()
		about := domain.ChangeItem{Record: record}
		late := putRequest(t, s, domain.ChangeRequest{State: domain.RequestScheduled, ApplyAt: 20}, about)
		early := putRequest(t, s, domain.ChangeRequest{State: domain.RequestApproved, ApplyAt: 10}, about, about)
		review := putRequest(t, s, domain.ChangeRequest{State: domain.RequestInReview}, about)
		applied := putRequest(t, s, domain.ChangeRequest{State: domain.RequestApplied, ApplyAt: 5, Look: domain.LookWanted}, about)
		reversal := putRequest(t, s, domain.ChangeRequest{State: domain.RequestRejected, Reverts: applied.ID})
		ids := func(found []domain.ChangeRequest, err error) string {
			text := ""
			for _, r := range must(found, err)(t) {
				for name, known := range map[string]domain.ID{"late ": late.ID, "early ": early.ID, "review ": review.ID, "applied ": applied.ID, "reversal ": reversal.ID} {
					if r.ID == known {
						text += name
					}
				}
			}
			return text
		}
		looked := func(found []domain.ChangeRequest, _ string, err error) string { return ids(found, err) }
		reads := s.Read().Requests
		for phrase, test := range map[string]struct{ got, want string }{
			"due":             {ids(reads.Due(t.Context(), 20, 10)), "early late "},
			"due before":      {ids(reads.Due(t.Context(), 19, 10)), "early "},
			"the first due":   {ids(reads.Due(t.Context(), 20, 1)), "early "},
			"open":            {ids(reads.OpenOn(t.Context(), []domain.ID{record, domain.NewID()})), "late review "},
			"open on nothing": {ids(reads.OpenOn(t.Context(), nil)), ""},
			"reversals":       {ids(reads.Reversals(t.Context(), applied.ID)), "reversal "},
			"to look at": {looked(reads.List(t.Context(), domain.RequestQuery{
				Look: domain.LookWanted, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 10},
			})), "applied "},
		} {
			if test.got != test.want {
				t.Errorf("%s: %q, want %q", phrase, test.got, test.want)
			}
		}
	})
}

func TestItemsAreReplacedAndTheirEffectsNoted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := putRequest(t, s, domain.ChangeRequest{State: domain.RequestRework, Proposal: 1}, domain.ChangeItem{Label: "old"}, domain.ChangeItem{Label: "older"})
		r.Proposal = 2
		empty := domain.Attributes{}
		items := []domain.ChangeItem{{Label: "new", Set: empty, Before: empty}}
		write(t, s, func(repos domain.Repos) error { return repos.Requests.Replace(t.Context(), r, items) })
		same(t, must(s.Read().Requests.Items(t.Context(), r.ID, 0, 0))(t), items)
		r.Proposal = 3
		write(t, s, func(repos domain.Repos) error { return repos.Requests.Replace(t.Context(), r, items) })
		effects := []domain.ItemEffect{filled[domain.ItemEffect](t), {Position: 4000}}
		write(t, s, func(repos domain.Repos) error { return repos.Requests.Note(t.Context(), r, effects) })
		same(t, must(s.Read().Requests.Effects(t.Context(), r.ID))(t), effects)
	})
}

func TestDependantsAreFoundAndReleased(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		delivery := func(after ...domain.ID) domain.Delivery {
			d := domain.Delivery{
				ID: domain.NewID(), State: domain.DeliveryPending, Prerequisites: after, Version: 1,
				Order: domain.DeliveryOrder{System: "odoo", Domain: item, Record: domain.NewID()},
			}
			d.IdempotencyKey = d.ID.String()
			write(t, s, func(r domain.Repos) error { return r.Deliveries.Enqueue(t.Context(), d) })
			return d
		}
		first, other := delivery(), delivery()
		needs := delivery(first.ID, other.ID)
		found := must(s.Read().Deliveries.Dependants(t.Context(), first.ID))(t)
		if len(found) != 1 || found[0].ID != needs.ID || len(found[0].Prerequisites) != 2 {
			t.Fatalf("dependants %+v", found)
		}
		write(t, s, func(r domain.Repos) error { return r.Deliveries.Release(t.Context(), needs, []domain.ID{first.ID}) })
		if now := must(s.Read().Deliveries.ByID(t.Context(), needs.ID))(t); len(now.Prerequisites) != 1 || now.Prerequisites[0] != other.ID {
			t.Errorf("left are %v", now.Prerequisites)
		}
	})
}

func TestDiscrepanciesAreMarkedAndExpire(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		acceptance := domain.NewID()
		put := func(code domain.Code, until domain.Date, under domain.ID) domain.Discrepancy {
			d := domain.NewDiscrepancy(domain.Finding{Domain: item, System: "mes", Code: code, Class: domain.ClassUnmapped, Record: domain.NewID()}, domain.NewID())
			if until != "" {
				d.State, d.AcceptedUntil, d.Acceptance, d.Version = domain.DiscrepancyAccepted, until, under, 7
			}
			write(t, s, func(r domain.Repos) error { return r.Discrepancies.Put(t.Context(), d, 0) })
			return d
		}
		open, over, under := put("1", "", domain.ID{}), put("2", "2026-03-01", domain.ID{}), put("3", "2026-03-02", acceptance)
		reads, all := s.Read().Discrepancies, domain.PlantScope{All: true}
		marks := must(reads.Marks(t.Context(), domain.DiscrepancyQuery{Plants: all}, 0))(t)
		same(t, marks, []domain.DiscrepancyMark{{ID: open.ID, Version: 1}, {ID: over.ID, Version: 7}, {ID: under.ID, Version: 7}})
		same(t, must(reads.Marks(t.Context(), domain.DiscrepancyQuery{Plants: all}, 1))(t), marks[:1])
		same(t, must(reads.Marks(t.Context(), domain.DiscrepancyQuery{Plants: all, Record: over.Finding.Record}, 0))(t), marks[1:2])
		same(t, must(reads.Expired(t.Context(), "2026-03-01", 9))(t), []domain.Discrepancy{over})
		same(t, must(reads.Expired(t.Context(), "2026-03-02", 9))(t), []domain.Discrepancy{over, under})
		same(t, must(reads.AcceptedUnder(t.Context(), acceptance, 9))(t), []domain.Discrepancy{under})
		snapshot := domain.QueueSnapshot{ID: domain.NewID(), Owner: "user:ana", ExpiresAt: 1 << 60}
		for _, mark := range marks {
			snapshot.IDs, snapshot.Versions = append(snapshot.IDs, mark.ID), append(snapshot.Versions, mark.Version)
		}
		operate(t, s, func(o domain.Ops) error { return o.Snapshots.Create(t.Context(), snapshot) })
		operate(t, s, func(o domain.Ops) error {
			back, err := o.Snapshots.Marks(t.Context(), snapshot.ID, "user:ana")
			same(t, back, marks)
			_, foreign := o.Snapshots.Marks(t.Context(), snapshot.ID, "user:bo")
			wantCode(t, foreign, domain.CodeSnapshotUnknown)
			return err
		})
	})
}
