package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// told reads the kinds, subjects and states of all events.
func told(t *testing.T, s domain.Store) []string {
	t.Helper()
	var out []string
	for _, e := range must(s.Read().Events.After(t.Context(), 0, 10_000))(t) {
		out = append(out, fmt.Sprintf("%s/%s/%s/%s", e.Kind, e.Plant, e.Subject, e.State))
	}
	return out
}

func TestAWriteTellsWhatItChanged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		request := domain.ChangeRequest{ID: domain.NewID(), Kind: domain.RequestConfiguration, Plant: "STU1", State: domain.RequestInReview, ProposedBy: "user:ana", Version: 1}
		write(t, s, func(r domain.Repos) error {
			for i := range 3 {
				if err := r.Systems.Put(t.Context(), domain.SourceSystem{ID: domain.SystemID(fmt.Sprintf("mes-%d", i)), Plant: "STU1", Version: 1}); err != nil {
					return err
				}
			}
			return r.Requests.Create(t.Context(), request, nil)
		})
		want := []string{"configuration///", "request/STU1/" + request.ID.String() + "/in_review"}
		if got := told(t, s); !slices.Equal(got, want) {
			t.Fatalf("told %q, want %q", got, want)
		}
		err := s.Write(t.Context(), domain.Change{Actor: "user:ana", Reason: "r"}, func(r domain.Repos) error {
			if err := r.Systems.Put(t.Context(), domain.SourceSystem{ID: "x", Version: 1}); err != nil {
				return err
			}
			return domain.Conflict(domain.CodeStateMove, "no")
		})
		wantCode(t, err, domain.CodeStateMove)
		if got := told(t, s); len(got) != 2 {
			t.Errorf("a Write that was rolled back told %q", got)
		}
		write(t, s, func(r domain.Repos) error {
			for range 30 {
				one := domain.ChangeRequest{ID: domain.NewID(), Plant: "STU1", State: domain.RequestInReview, Version: 1}
				if err := r.Requests.Create(t.Context(), one, nil); err != nil {
					return err
				}
			}
			return nil
		})
		if got := told(t, s); len(got) != 3 || got[2] != "request/STU1//" {
			t.Errorf("thirty requests at once were told as %q", got)
		}
	})
}

// TestARecordRequestTells: of each step, at the plant it is for.
func TestARecordRequestTells(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		wanted := domain.RecordRequest{ID: domain.NewID(), Domain: item, Plant: "STU1", System: "mes", Code: "W-1", Key: "W-1", State: domain.WantedRequested, RequestedBy: "user:petra", Version: 1}
		write(t, s, func(r domain.Repos) error { return r.RecordRequests.Create(t.Context(), wanted, nil) })
		wanted.State, wanted.Version = domain.WantedRejected, 2
		write(t, s, func(r domain.Repos) error { return r.RecordRequests.Save(t.Context(), wanted, 1) })
		subject := "record_request/STU1/" + wanted.ID.String()
		if got := told(t, s); !slices.Equal(got, []string{subject + "/requested", subject + "/rejected"}) {
			t.Errorf("told %q", got)
		}
	})
}

func TestEventsAreKeptInOrderAndForAWhile(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		oldest, newest, err := s.Read().Events.Bounds(t.Context())
		if oldest != 0 || newest != 0 || err != nil {
			t.Fatalf("of nothing: %d to %d, %v", oldest, newest, err)
		}
		write(t, s, func(r domain.Repos) error {
			return r.Systems.Put(t.Context(), domain.SourceSystem{ID: "mes", Plant: "STU1", Version: 1})
		})
		put := func(int) error {
			return s.Operate(t.Context(), func(o domain.Ops) error {
				return o.Events.Put(t.Context(), domain.RunEvent(domain.Run{ID: domain.NewID(), System: "mes", Domain: "item", State: domain.RunReading}))
			})
		}
		if got := count(together(8, put)); got[""] != 8 {
			t.Fatalf("eight at once ended with %v", got)
		}
		events := must(s.Read().Events.After(t.Context(), 3, 4))(t)
		if len(events) != 4 || events[0].Sequence != 4 || events[3].Sequence != 7 || events[0].Plant != "STU1" || events[0].At == 0 {
			t.Errorf("after the third: %+v", events)
		}
		keep := func(before domain.Instant, n int) (int64, int64) {
			operate(t, s, func(o domain.Ops) error { return o.Events.DeleteBefore(t.Context(), before, n) })
			oldest, newest, err := s.Read().Events.Bounds(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return oldest, newest
		}
		if oldest, newest := keep(0, 5); oldest != 5 || newest != 9 {
			t.Errorf("the five newest of nine are %d to %d", oldest, newest)
		}
		if oldest, newest := keep(must(s.Now(t.Context()))(t)+1, 5); oldest != 0 || newest != 9 {
			t.Errorf("after all were dropped: %d to %d", oldest, newest)
		}
	})
}

func TestPlanClocks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		operate(t, s, func(o domain.Ops) error {
			if _, known, err := o.Schedules.Clock(t.Context(), "p"); known || err != nil {
				t.Errorf("a clock nobody set: %v", err)
			}
			for _, seen := range []domain.Instant{5, 9} {
				clock := domain.PlanClock{Plan: "p", Timing: "UTC", SeenAt: seen}
				if err := o.Schedules.SetClock(t.Context(), clock); err != nil {
					return err
				}
				found, known, err := o.Schedules.Clock(t.Context(), "p")
				if !known || err != nil || found != clock {
					t.Errorf("set %+v, found %+v, %v", clock, found, err)
				}
			}
			return nil
		})
	})
}

func TestADueInstantHasOneRun(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		create := func(due domain.Instant, state domain.RunState) error {
			return s.Operate(t.Context(), func(o domain.Ops) error {
				return o.Runs.Create(t.Context(), domain.Run{ID: domain.NewID(), Plan: "p", DueAt: due, State: state, Version: 1, CreatedAt: o.Now})
			})
		}
		if got := count(together(6, func(int) error { return create(7, domain.RunDone) })); got[""] != 1 || got[domain.CodeDuplicate] != 5 {
			t.Fatalf("six for one instant ended with %v", got)
		}
		wantCode(t, create(0, domain.RunDone), "")
		wantCode(t, create(0, domain.RunQueued), "")
		wantCode(t, create(8, domain.RunQueued), domain.CodeRunActive)
		wantCode(t, create(7, domain.RunQueued), domain.CodeDuplicate)
	})
}

func TestAttemptsAreCounted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		run := domain.Run{
			ID: domain.NewID(), Plan: "p", State: domain.RunQueued, Version: 1, CreatedAt: 1, ReadEndedAt: 2, ComparedAt: 3, DueAt: 4,
			Skips: domain.RunSkips{Rejected: 1, Nameless: 2, Duplicate: 3, Unchanged: 4, Unmapped: 5, Dormant: 6, Related: 7, Retired: 8, NotExpected: 9, Onboarding: 10},
			Proof: "the count agreed",
		}
		operate(t, s, func(o domain.Ops) error { return o.Runs.Create(t.Context(), run) })
		same(t, must(s.Read().Runs.ByID(t.Context(), run.ID))(t), run)
		claim := func() (run domain.Run) {
			operate(t, s, func(o domain.Ops) (err error) {
				run, _, err = o.Runs.Claim(t.Context(), "a", o.Now.Add(-1))
				return err
			})
			return run
		}
		save := func(run domain.Run, change func(*domain.Run)) {
			operate(t, s, func(o domain.Ops) error {
				read := run.Version
				run.Version++
				change(&run)
				return o.Runs.Save(t.Context(), run, read)
			})
		}
		if first, second := claim(), claim(); first.Attempt != 1 || second.Attempt != 2 {
			t.Fatalf("attempts %d and %d", first.Attempt, second.Attempt)
		}
		save(claim(), func(r *domain.Run) { r.State, r.LeaseUntil = domain.RunComparing, 0 })
		released := claim()
		if released.Attempt != 3 {
			t.Errorf("a released run is taken up as attempt %d", released.Attempt)
		}
		if crashed := claim(); crashed.Attempt != 4 {
			t.Errorf("after a crash it is attempt %d", crashed.Attempt)
		} else {
			save(crashed, func(r *domain.Run) { r.State, r.FinishedAt = domain.RunCancelled, 9 })
			err := s.Operate(t.Context(), func(o domain.Ops) error {
				return o.Runs.Extend(t.Context(), run.ID, "a", crashed.Fence, o.Now.Add(1))
			})
			wantCode(t, err, domain.CodeRunLeaseLost)
		}
	})
}
