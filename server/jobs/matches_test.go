package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/jobs"
)

// evaluations is a store that knows of the evaluations of two domains and nothing else.
type evaluations struct {
	domain.Store
	domain.MatchOps

	mu      sync.Mutex
	states  map[domain.DomainName]domain.MatchState
	held    bool  // by another
	extend  error // what renewing answers
	renewed int
}

func (e *evaluations) Read() domain.Reads { return domain.Reads{Matches: e} }

func (e *evaluations) Now(context.Context) (domain.Instant, error) {
	return domain.InstantOf(time.Now()), nil
}

func (e *evaluations) State(_ context.Context, name domain.DomainName) (domain.MatchState, error) {
	return e.states[name], nil
}

func (e *evaluations) Operate(_ context.Context, fn func(domain.Ops) error) error {
	return fn(domain.Ops{Matches: e, Now: domain.InstantOf(time.Now())})
}

func (e *evaluations) Claim(context.Context, domain.DomainName, string, domain.Instant) (int64, bool, error) {
	return 7, !e.held, nil
}

func (e *evaluations) Extend(context.Context, domain.DomainName, int64, domain.Instant) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.renewed++
	return e.extend
}

func evaluator(store *evaluations, evaluate func(ctx context.Context, name domain.DomainName, fence int64) error) *jobs.Matches {
	return &jobs.Matches{
		Store: store, Domains: []domain.DomainName{"done", "due"}, Owner: "a", Lease: 30 * time.Second, Every: time.Minute, Log: quiet(),
		Marks: func(context.Context, domain.DomainName) (domain.MatchMarks, error) {
			return domain.MatchMarks{Sequence: 2}, nil
		},
		Evaluate: evaluate,
	}
}

// oneDue are two domains of which one has seen all there is.
func oneDue() map[domain.DomainName]domain.MatchState {
	return map[domain.DomainName]domain.MatchState{
		"done": {MatchMarks: domain.MatchMarks{Sequence: 2}, EvaluatedAt: 1}, "due": {MatchMarks: domain.MatchMarks{Sequence: 1}, EvaluatedAt: 1},
	}
}

func TestADomainIsEvaluatedWhileItsLeaseIsKept(t *testing.T) {
	t.Parallel()
	lost := domain.Conflict(domain.CodeEvaluationLost, "lost")
	down := domain.Unavailable(nil, domain.CodeStoreDown, "down")
	tests := map[string]struct {
		extend      error
		fails       error         // what the work ends with when it takes all its time
		wantRun     time.Duration // how long the work went on
		wantRenewed int
		wantErr     bool
	}{
		"to its end":                         {wantRun: 65 * time.Second, wantRenewed: 6},
		"until it fails":                     {fails: errors.New("no"), wantRun: 65 * time.Second, wantRenewed: 6, wantErr: true},
		"until another has it":               {extend: lost, wantRun: 10 * time.Second, wantRenewed: 1},
		"until the store has been gone long": {extend: down, wantRun: 20 * time.Second, wantRenewed: 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				store := &evaluations{states: oneDue(), extend: tt.extend}
				began := time.Now()
				worker := evaluator(store, func(ctx context.Context, name domain.DomainName, fence int64) error {
					if name != "due" || fence != 7 {
						t.Errorf("%s is evaluated under %d", name, fence)
					}
					select {
					case <-time.After(65 * time.Second):
						return tt.fails
					case <-ctx.Done():
						return context.Cause(ctx)
					}
				})
				told := 0
				worker.Evaluated = func(context.Context, domain.DomainName) error { told++; return nil }
				worked, err := worker.Turn(t.Context())
				if !worked || (err != nil) != tt.wantErr || time.Since(began) != tt.wantRun || store.renewed != tt.wantRenewed {
					t.Errorf("worked %v, %v after %v with %d renewals", worked, err, time.Since(began), store.renewed)
				}
				if wantTold := tt.extend == nil && tt.fails == nil; (told == 1) != wantTold {
					t.Errorf("it was told of %d times", told)
				}
			})
		})
	}
}

func TestAnEvaluationStopsWithTheProgram(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		worker := evaluator(&evaluations{states: oneDue()}, func(ctx context.Context, _ domain.DomainName, _ int64) error {
			cancel()
			<-ctx.Done()
			return ctx.Err()
		})
		if worked, err := worker.Turn(ctx); !worked || !errors.Is(err, context.Canceled) {
			t.Errorf("%v, %v", worked, err)
		}
	})
}

func TestNothingIsEvaluatedTwice(t *testing.T) {
	t.Parallel()
	never := func(context.Context, domain.DomainName, int64) error {
		t.Error("it was evaluated")
		return nil
	}
	nothing := oneDue()
	nothing["due"] = nothing["done"]
	for phrase, store := range map[string]*evaluations{
		"nothing is due": {states: nothing}, "another is at it": {states: oneDue(), held: true},
	} {
		if worked, err := evaluator(store, never).Turn(t.Context()); worked || err != nil {
			t.Errorf("%s: %v, %v", phrase, worked, err)
		}
	}
}

// TestARestingDomainIsNotAskedForItsMarks: to count them in every turn would be most of what an idle program does.
func TestARestingDomainIsNotAskedForItsMarks(t *testing.T) {
	t.Parallel()
	now := domain.InstantOf(time.Now())
	tests := map[string]struct {
		state     domain.MatchState
		every     time.Duration
		wantAsked int
	}{
		"evaluated just now":               {domain.MatchState{EvaluatedAt: now}, time.Hour, 0},
		"tried just now":                   {domain.MatchState{TriedAt: now}, time.Hour, 0},
		"to be asked for":                  {domain.MatchState{EvaluatedAt: 1}, 0, 0},
		"evaluated elsewhere":              {domain.MatchState{RequestedAt: now, LeaseUntil: now.Add(time.Hour)}, time.Hour, 0},
		"evaluated long ago":               {domain.MatchState{EvaluatedAt: 1}, time.Hour, 1},
		"asked for since it was evaluated": {domain.MatchState{EvaluatedAt: now, RequestedAt: now + 1}, time.Hour, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			worker := evaluator(&evaluations{states: map[domain.DomainName]domain.MatchState{"due": tt.state}, held: true}, nil)
			worker.Domains, worker.Every = []domain.DomainName{"due"}, tt.every
			worker.Marks = func(context.Context, domain.DomainName) (domain.MatchMarks, error) {
				asked++
				return domain.MatchMarks{}, nil
			}
			if _, err := worker.Turn(t.Context()); err != nil || asked != tt.wantAsked {
				t.Errorf("it was asked %d times (%v)", asked, err)
			}
		})
	}
}
