package store_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// enqueue adds a delivery to a record of the system erp in the given state.
func enqueue(t testing.TB, s *store.Store, record domain.ID, state domain.DeliveryState, prerequisites ...domain.ID) domain.ID {
	t.Helper()
	d := domain.Delivery{
		ID: domain.NewID(), Order: domain.DeliveryOrder{System: "erp", Domain: item, Record: record, Kind: domain.DeliverUpdate},
		State: state, Prerequisites: prerequisites, Version: 1,
	}
	d.IdempotencyKey = d.ID.String()
	write(t, s, func(r domain.Repos) error { return r.Deliveries.Enqueue(t.Context(), d) })
	return d.ID
}

func claim(ctx context.Context, s *store.Store, owner string, n int, lease time.Duration) (claimed []domain.Delivery, err error) {
	err = s.Operate(ctx, func(o domain.Ops) (err error) {
		claimed, err = o.Deliveries.Claim(ctx, owner, o.Now.Add(lease), n)
		return err
	})
	return claimed, err
}

func claimIDs(t testing.TB, s *store.Store) []domain.ID {
	t.Helper()
	claimed := must(claim(t.Context(), s, "w", 100, time.Minute))(t)
	return ids(claimed, func(d domain.Delivery) domain.ID { return d.ID })
}

// end reports an outcome of a claimed delivery.
func end(ctx context.Context, s *store.Store, d domain.Delivery, kind domain.OutcomeKind) error {
	return s.Write(ctx, domain.Change{Actor: "service:deliver", Reason: "outcome"}, func(r domain.Repos) error {
		after, err := d.After(domain.Outcome{Kind: kind}, r.Now)
		if err != nil {
			return err
		}
		return r.Deliveries.Save(ctx, after, d.Version)
	})
}

func TestDeliveriesOfOneRecordKeepTheirOrder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := domain.NewID()
		first, second := enqueue(t, s, record, domain.DeliveryPending), enqueue(t, s, record, domain.DeliveryPending)
		other := enqueue(t, s, domain.NewID(), domain.DeliveryPending)
		claimed := must(claim(t.Context(), s, "w", 100, time.Minute))(t)
		same(t, ids(claimed, func(d domain.Delivery) domain.ID { return d.ID }), []domain.ID{first, other})
		if d := claimed[0]; d.State != domain.DeliveryInFlight || d.Attempt != 1 || d.Fence != 1 || d.Version != 2 || d.LeaseOwner != "w" {
			t.Errorf("the claimed delivery is %+v", d)
		}
		same(t, claimIDs(t, s), []domain.ID{})
		wantCode(t, end(t.Context(), s, claimed[0], domain.OutcomeConfirmed), "")
		same(t, claimIDs(t, s), []domain.ID{second})
	})
}

func TestWhatHoldsLaterDeliveries(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, state := range domain.DeliveryMachine().States {
			record := domain.NewID()
			d := domain.Delivery{ID: domain.NewID(), IdempotencyKey: string(state), State: state, Version: 1, RunAt: 1 << 60, LeaseUntil: 1 << 60,
				Order: domain.DeliveryOrder{System: "erp", Record: record}}
			write(t, s, func(r domain.Repos) error { return r.Deliveries.Enqueue(t.Context(), d) })
			later := enqueue(t, s, record, domain.DeliveryPending)
			held := slices.Contains(domain.BlockingDeliveryStates(), state)
			if open := must(s.Read().Deliveries.OpenOf(t.Context(), "erp", record))(t); (len(open) == 2) != held {
				t.Errorf("%s: %d deliveries are open", state, len(open))
			}
			if claimed := claimIDs(t, s); slices.Contains(claimed, later) == held {
				t.Errorf("after a delivery that is %s the later one was claimed: %t", state, !held)
			}
		}
	})
}

func TestPrerequisitesComeFirst(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		part, second := enqueue(t, s, domain.NewID(), domain.DeliveryPending), enqueue(t, s, domain.NewID(), domain.DeliveryDead)
		bom := enqueue(t, s, domain.NewID(), domain.DeliveryPending, part, second)
		enqueue(t, s, domain.NewID(), domain.DeliveryPending, domain.NewID()) // one that does not exist is not confirmed
		claimed := must(claim(t.Context(), s, "w", 100, time.Minute))(t)
		if len(claimed) != 1 || claimed[0].ID != part {
			t.Fatalf("claimed %v", claimed)
		}
		wantCode(t, end(t.Context(), s, claimed[0], domain.OutcomeConfirmed), "")
		same(t, claimIDs(t, s), []domain.ID{})
		dead := must(s.Read().Deliveries.ByID(t.Context(), second))(t)
		retried, err := dead.Retried(1)
		if err != nil {
			t.Fatal(err)
		}
		write(t, s, func(r domain.Repos) error { return r.Deliveries.Save(t.Context(), retried, dead.Version) })
		claimed = must(claim(t.Context(), s, "w", 100, time.Minute))(t)
		wantCode(t, end(t.Context(), s, claimed[0], domain.OutcomeConfirmed), "")
		same(t, claimIDs(t, s), []domain.ID{bom})
	})
}

func TestAnExpiredLeaseIsReclaimed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		id := enqueue(t, s, domain.NewID(), domain.DeliveryPending)
		lost := must(claim(t.Context(), s, "slow", 1, -time.Second))(t)
		taken := must(claim(t.Context(), s, "fast", 1, time.Minute))(t)
		if len(lost) != 1 || len(taken) != 1 || taken[0].ID != id || taken[0].Fence != lost[0].Fence+1 || taken[0].Attempt != 2 {
			t.Fatalf("lost %v, taken %v", lost, taken)
		}
		wantCode(t, end(t.Context(), s, lost[0], domain.OutcomeConfirmed), domain.CodeDeliveryLease)
		// An old fence is refused even with the right version.
		late := lost[0]
		late.Version = taken[0].Version
		wantCode(t, end(t.Context(), s, late, domain.OutcomeConfirmed), domain.CodeDeliveryLease)
		wantCode(t, end(t.Context(), s, taken[0], domain.OutcomeConfirmed), "")
		wantCode(t, end(t.Context(), s, taken[0], domain.OutcomeDead), domain.CodeDeliveryLease)
	})
}

func TestWhatIsNotDueWaits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		enqueue(t, s, domain.NewID(), domain.DeliveryPending)
		claimed := must(claim(t.Context(), s, "w", 1, time.Minute))(t)
		wantCode(t, end(t.Context(), s, claimed[0], domain.OutcomeRetry), "") // due in two seconds or more
		same(t, claimIDs(t, s), []domain.ID{})
		stored := must(s.Read().Deliveries.ByID(t.Context(), claimed[0].ID))(t)
		read := stored.Version
		stored.RunAt, stored.Version = 1, read+1
		write(t, s, func(r domain.Repos) error { return r.Deliveries.Save(t.Context(), stored, read) })
		same(t, claimIDs(t, s), []domain.ID{stored.ID})
	})
}

// TestClaimersNeverShare lets four workers drain a queue: each delivery is made once, in order within its record.
func TestClaimersNeverShare(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const records, each, workers = 12, 5, 4
		want := records * each
		for range records {
			record := domain.NewID()
			write(t, s, func(r domain.Repos) error {
				for n := range each {
					d := domain.Delivery{ID: domain.NewID(), State: domain.DeliveryPending, Version: 1, IdempotencyKey: fmt.Sprint(record, n),
						Order: domain.DeliveryOrder{System: "erp", Domain: item, Record: record}}
					if err := r.Deliveries.Enqueue(t.Context(), d); err != nil {
						return err
					}
				}
				return nil
			})
		}
		var mu sync.Mutex
		made := map[domain.ID][]int64{}
		codes := together(workers, func(i int) error {
			for {
				claimed, err := claim(t.Context(), s, fmt.Sprint("worker ", i), 5, time.Minute)
				if err != nil {
					return err
				}
				mu.Lock()
				for _, d := range claimed {
					made[d.Order.Record] = append(made[d.Order.Record], d.Sequence)
					want--
				}
				finished := want <= 0
				mu.Unlock()
				for _, d := range claimed {
					if err := end(t.Context(), s, d, domain.OutcomeConfirmed); err != nil {
						return err
					}
				}
				if finished {
					return nil
				}
			}
		})
		if count(codes)[""] != workers || want != 0 {
			t.Errorf("workers ended with %v, %d deliveries are left", count(codes), want)
		}
		for record, sequences := range made {
			if len(sequences) != each || !slices.IsSorted(sequences) {
				t.Errorf("%s was delivered as %v", record, sequences)
			}
		}
	})
}
