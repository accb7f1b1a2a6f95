package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/jobs"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// clock is a time that only tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type target func(ctx context.Context, delivery domain.Delivery) (reconcile.Receipt, error)

func (f target) Apply(ctx context.Context, delivery domain.Delivery) (reconcile.Receipt, error) {
	return f(ctx, delivery)
}

// bundle is a store with one delivery that is due.
type bundle struct {
	store    domain.Store
	clock    *clock
	delivery domain.ID
}

func setup(t *testing.T) bundle {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	b := bundle{store: storetest.New(t, store.WithClock(c.Now)), clock: c, delivery: domain.NewID()}
	request := domain.ChangeRequest{ID: domain.NewID(), Kind: domain.RequestDecision, Domain: catalog.Item, State: domain.RequestApplied, ProposedBy: "user:ana", Version: 1}
	err := b.store.Write(t.Context(), domain.Change{Actor: "user:bo", Reason: "seed"}, func(repos domain.Repos) error {
		if err := repos.Systems.Put(t.Context(), domain.SourceSystem{ID: "odoo-main", Name: "Odoo", Kind: domain.SystemOdoo, Writable: true, Version: 1}); err != nil {
			return err
		}
		if err := repos.Requests.Create(t.Context(), request, nil); err != nil {
			return err
		}
		return repos.Deliveries.Enqueue(t.Context(), domain.Delivery{
			ID: b.delivery, State: domain.DeliveryPending, ChangeRequest: request.ID, ApprovedBy: "user:bo", IdempotencyKey: "k", RunAt: repos.Now, Version: 1,
			Order: domain.DeliveryOrder{System: "odoo-main", Domain: catalog.Item, Record: domain.NewID(), Kind: domain.DeliverUpdate, Code: "7", Set: domain.Attributes{catalog.ItemName: domain.Translated{"en": "new"}}},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b bundle) worker(owner string, apply target) *jobs.Deliveries {
	return &jobs.Deliveries{
		Store: b.store, Owner: owner, Lease: time.Minute, Log: quiet(),
		Recorder: &steward.Desk{Store: b.store, Definitions: catalog.Definitions{}},
		Target:   func(context.Context, domain.SystemID) (reconcile.Target, error) { return apply, nil },
	}
}

func (b bundle) now(t *testing.T) domain.Delivery {
	t.Helper()
	delivery, err := b.store.Read().Deliveries.ByID(t.Context(), b.delivery)
	if err != nil {
		t.Fatal(err)
	}
	return delivery
}

func TestWhatWasConfirmedIsKnownOfTheSource(t *testing.T) {
	t.Parallel()
	b := setup(t)
	read := domain.SourceRecord{Code: "7", Key: "7", Active: true, Attributes: domain.Attributes{catalog.ItemName: domain.Translated{"en": "old"}, catalog.ItemGTIN: domain.Code("4")}}
	read.Hash = read.ContentHash()
	err := b.store.Operate(t.Context(), func(ops domain.Ops) error {
		slot, err := ops.Staging.Begin(t.Context(), domain.NewID())
		if err != nil {
			return err
		}
		if _, err := ops.Staging.Stage(t.Context(), slot, []domain.StagedRow{{Record: read}}); err != nil {
			return err
		}
		_, err = ops.Staging.Merge(t.Context(), slot, "odoo-main", catalog.Item, true, ops.Now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	worker := b.worker("a", func(context.Context, domain.Delivery) (reconcile.Receipt, error) {
		return reconcile.Receipt{Code: "7"}, nil
	})
	if worked, err := worker.Turn(t.Context()); !worked || err != nil {
		t.Fatalf("turn: %v, %v", worked, err)
	}
	known, err := b.store.Read().Sources.ByKeys(t.Context(), "odoo-main", catalog.Item, []string{"7"})
	if err != nil || len(known) != 1 {
		t.Fatalf("known: %v, %v", known, err)
	}
	want := read.Attributes.With(domain.Attributes{catalog.ItemName: domain.Translated{"en": "new"}})
	if known[0].Attributes.Hash() != want.Hash() {
		t.Errorf("known %v, want %v", known[0].Attributes, want)
	}
}

func TestADeliveryEndsAsItsTargetSays(t *testing.T) {
	t.Parallel()
	answers := func(receipt reconcile.Receipt, err error) target {
		return func(context.Context, domain.Delivery) (reconcile.Receipt, error) { return receipt, err }
	}
	current := domain.Attributes{catalog.ItemName: domain.Translated{"en": "Moved"}}
	tests := map[string]struct {
		apply target
		want  domain.DeliveryState
		code  string
	}{
		"written":              {apply: answers(reconcile.Receipt{Code: "7"}, nil), want: domain.DeliveryConfirmed},
		"moved":                {apply: answers(reconcile.Receipt{Conflict: true, Current: current}, nil), want: domain.DeliveryConflict, code: domain.CodeRequestBaseMoved},
		"unreachable":          {apply: answers(reconcile.Receipt{}, domain.Unavailable(nil, domain.CodeSystemUnreachable, "gone")), want: domain.DeliveryRetrying, code: domain.CodeSystemUnreachable},
		"refused to us":        {apply: answers(reconcile.Receipt{}, domain.Forbidden(domain.CodeSystemDenied, "no")), want: domain.DeliveryHeld, code: domain.CodeSystemDenied},
		"refused":              {apply: answers(reconcile.Receipt{}, domain.Invalid(domain.CodeSystemRefused, "no")), want: domain.DeliveryDead, code: domain.CodeSystemRefused},
		"broken":               {apply: answers(reconcile.Receipt{}, errors.New("oops")), want: domain.DeliveryDead, code: domain.CodeInternal},
		"broken beyond errors": {apply: func(context.Context, domain.Delivery) (reconcile.Receipt, error) { panic("oops") }, want: domain.DeliveryDead, code: domain.CodeInternal},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			if worked, err := b.worker("a", tt.apply).Turn(t.Context()); !worked || err != nil {
				t.Fatalf("%v, %v", worked, err)
			}
			got := b.now(t)
			if got.State != tt.want || got.ProblemCode != tt.code || got.Attempt != 1 {
				t.Errorf("state %s, code %q, attempt %d", got.State, got.ProblemCode, got.Attempt)
			}
			if tt.want == domain.DeliveryConflict && !got.Current.Same(current) {
				t.Errorf("current %v", got.Current)
			}
		})
	}
}

func TestATargetThatCannotBeFoundIsAnOutcome(t *testing.T) {
	t.Parallel()
	b := setup(t)
	worker := b.worker("a", nil)
	worker.Target = func(context.Context, domain.SystemID) (reconcile.Target, error) {
		return nil, domain.Forbidden(domain.CodeSystemDenied, "the key is not there")
	}
	if worked, err := worker.Turn(t.Context()); !worked || err != nil || b.now(t).State != domain.DeliveryHeld {
		t.Errorf("%v, %v, state %s", worked, err, b.now(t).State)
	}
}

func TestWithoutADueDeliveryThereIsNoWork(t *testing.T) {
	t.Parallel()
	b := setup(t)
	worker := b.worker("a", func(context.Context, domain.Delivery) (reconcile.Receipt, error) {
		return reconcile.Receipt{}, domain.Unavailable(nil, domain.CodeSystemUnreachable, "gone")
	})
	for i, want := range []bool{true, false} {
		if worked, err := worker.Turn(t.Context()); worked != want || err != nil {
			t.Errorf("turn %d: %v, %v", i, worked, err)
		}
	}
	b.clock.pass(time.Minute)
	if worked, err := worker.Turn(t.Context()); !worked || err != nil || b.now(t).Attempt != 2 {
		t.Errorf("after the pause: %v, %v", worked, err)
	}
}

func TestALateOutcomeIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	entered, leave, done := make(chan struct{}), make(chan struct{}), make(chan error)
	slow := b.worker("slow", func(context.Context, domain.Delivery) (reconcile.Receipt, error) {
		close(entered)
		<-leave
		return reconcile.Receipt{Conflict: true}, nil
	})
	go func() {
		_, err := slow.Turn(t.Context())
		done <- err
	}()
	<-entered
	quick := b.worker("quick", func(context.Context, domain.Delivery) (reconcile.Receipt, error) {
		return reconcile.Receipt{Code: "7"}, nil
	})
	if worked, err := quick.Turn(t.Context()); worked || err != nil {
		t.Fatalf("a leased delivery was claimed: %v, %v", worked, err)
	}
	b.clock.pass(61 * time.Second)
	if worked, err := quick.Turn(t.Context()); !worked || err != nil {
		t.Fatalf("after the lease: %v, %v", worked, err)
	}
	close(leave)
	if err := <-done; err != nil {
		t.Errorf("the late one: %v", err)
	}
	if got := b.now(t); got.State != domain.DeliveryConfirmed || got.Fence != 2 || got.Attempt != 2 {
		t.Errorf("state %s, fence %d, attempt %d", got.State, got.Fence, got.Attempt)
	}
}

func TestWhatIsUnknownAtTheEndIsNotRecorded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	worker := b.worker("a", func(ctx context.Context, _ domain.Delivery) (reconcile.Receipt, error) {
		cancel()
		<-ctx.Done()
		return reconcile.Receipt{}, domain.Unavailable(ctx.Err(), domain.CodeSystemUnreachable, "cut")
	})
	if worked, err := worker.Turn(ctx); !worked || err != nil || b.now(t).State != domain.DeliveryInFlight {
		t.Errorf("%v, %v, state %s", worked, err, b.now(t).State)
	}
}

func TestWhatWasConfirmedAtTheEndIsRecorded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	worker := b.worker("a", func(context.Context, domain.Delivery) (reconcile.Receipt, error) {
		cancel()
		return reconcile.Receipt{Code: "7"}, nil
	})
	if worked, err := worker.Turn(ctx); !worked || err != nil || b.now(t).State != domain.DeliveryConfirmed {
		t.Errorf("%v, %v, state %s", worked, err, b.now(t).State)
	}
}

func TestTheWritingEndsBeforeTheLease(t *testing.T) {
	t.Parallel()
	b := setup(t)
	worker := b.worker("a", func(ctx context.Context, _ domain.Delivery) (reconcile.Receipt, error) {
		<-ctx.Done()
		return reconcile.Receipt{}, ctx.Err()
	})
	worker.Lease = 4 * time.Millisecond
	if worked, err := worker.Turn(t.Context()); !worked || err != nil || b.now(t).State != domain.DeliveryRetrying {
		t.Errorf("%v, %v, state %s", worked, err, b.now(t).State)
	}
}

func TestAnOutcomeThatCannotBeRecordedIsAFailure(t *testing.T) {
	t.Parallel()
	b := setup(t)
	worker := b.worker("a", func(context.Context, domain.Delivery) (reconcile.Receipt, error) { return reconcile.Receipt{}, nil })
	worker.Recorder = &steward.Desk{Store: storetest.Broken(t, b.store, storetest.Failing{Writes: true}), Definitions: catalog.Definitions{}}
	if worked, err := worker.Turn(t.Context()); !worked || domain.ErrorCode(err) != domain.CodeStoreDown {
		t.Errorf("%v, %v", worked, err)
	}
}

func TestTheSweeperSweepsEverythingThoughSomethingFails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	expired, swept := 0, 0
	sweeper := &jobs.Sweeper{
		Store:             storetest.Broken(t, b.store, storetest.Failing{Operates: true}),
		ExpireAcceptances: func(context.Context) (int, error) { expired++; return 0, errors.New("one could not be ended") },
		SweepSessions:     func(context.Context) error { swept++; return nil },
	}
	if worked, err := sweeper.Turn(t.Context()); worked || err == nil || expired != 1 || swept != 1 {
		t.Errorf("%v, %v, expired %d, swept %d", worked, err, expired, swept)
	}
	sweeper.Store, sweeper.ExpireAcceptances = b.store, func(context.Context) (int, error) { return 3, nil }
	if worked, err := sweeper.Turn(t.Context()); worked || err != nil || swept != 2 {
		t.Errorf("%v, %v, swept %d", worked, err, swept)
	}
}

func TestTheApplierGoesOnWhileThereIsSomethingToApply(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		applied, again bool
		err            error
		rung           int
	}{
		"something was due":              {applied: true, again: true, rung: 1},
		"nothing was due":                {},
		"something, and one that failed": {applied: true, err: errors.New("down"), rung: 1},
		"only one that failed":           {err: errors.New("down")},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rung := 0
			applier := &jobs.Applier{ApplyDue: func(context.Context) (bool, error) { return tt.applied, tt.err }, Applied: func() { rung++ }}
			if again, err := applier.Turn(t.Context()); again != tt.again || !errors.Is(err, tt.err) || rung != tt.rung {
				t.Errorf("%v, %v, rung %d", again, err, rung)
			}
		})
	}
}
