package domain

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func inFlight(attempt int) Delivery {
	return Delivery{
		ID: ID{15: 128}, State: DeliveryInFlight, Attempt: attempt, LeaseOwner: "w1", LeaseUntil: 9_000, Fence: 4, Version: 2,
		Order: DeliveryOrder{System: "odoo", Record: ID{15: 1}, Code: "A"}, Problem: "old", ProblemCode: "old",
	}
}

func TestOutcomesOfAnAttempt(t *testing.T) {
	t.Parallel()
	current := Attributes{"name": Text("moved")}
	tests := map[string]struct {
		attempt int
		outcome Outcome
		want    DeliveryState
	}{
		"confirmed":               {1, Outcome{Kind: OutcomeConfirmed}, DeliveryConfirmed},
		"confirmed as created":    {1, Outcome{Kind: OutcomeConfirmed, Code: "B", Unguarded: true}, DeliveryConfirmed},
		"a moved target":          {1, Outcome{Kind: OutcomeConflict, Current: current, Problem: "moved", ProblemCode: CodeRequestBaseMoved}, DeliveryConflict},
		"may work later":          {1, Outcome{Kind: OutcomeRetry, Problem: "down", ProblemCode: CodeSystemUnreachable}, DeliveryRetrying},
		"may work a last time":    {MaxDeliveryAttempts - 1, Outcome{Kind: OutcomeRetry}, DeliveryRetrying},
		"did not work so often":   {MaxDeliveryAttempts, Outcome{Kind: OutcomeRetry}, DeliveryDead},
		"refused":                 {1, Outcome{Kind: OutcomeHeld}, DeliveryHeld},
		"will never work":         {1, Outcome{Kind: OutcomeDead}, DeliveryDead},
		"worked the last time":    {MaxDeliveryAttempts, Outcome{Kind: OutcomeConfirmed}, DeliveryConfirmed},
		"refused the last time":   {MaxDeliveryAttempts, Outcome{Kind: OutcomeHeld}, DeliveryHeld},
		"conflicts the last time": {MaxDeliveryAttempts, Outcome{Kind: OutcomeConflict}, DeliveryConflict},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := inFlight(tt.attempt)
			got, err := before.After(tt.outcome, testNow)
			if err != nil {
				t.Fatal(err)
			}
			if got.State != tt.want || got.Version != 3 || got.Fence != 4 || got.Attempt != tt.attempt || got.LeaseOwner != "" || got.LeaseUntil != 0 {
				t.Errorf("became %+v", got)
			}
			if got.Problem != tt.outcome.Problem || got.ProblemCode != tt.outcome.ProblemCode || got.Unguarded != tt.outcome.Unguarded || !got.Current.Same(tt.outcome.Current) {
				t.Errorf("tells %q %q, found %s", got.ProblemCode, got.Problem, got.Current.Encode())
			}
			if (got.ConfirmedAt == testNow) != (tt.want == DeliveryConfirmed) || (got.RunAt > testNow) != (tt.want == DeliveryRetrying) {
				t.Errorf("confirmed at %d, to run at %d", got.ConfirmedAt, got.RunAt)
			}
			if want := max(tt.outcome.Code, "A"); got.Order.Code != want {
				t.Errorf("the target's code is %q, want %q", got.Order.Code, want)
			}
		})
	}
}

func TestOutcomeIsRefusedWhereNothingIsInFlight(t *testing.T) {
	t.Parallel()
	kinds := []OutcomeKind{OutcomeConfirmed, OutcomeConflict, OutcomeRetry, OutcomeHeld, OutcomeDead}
	for _, state := range []DeliveryState{DeliveryConfirmed, DeliverySkipped, DeliveryConflict, DeliveryDead, DeliveryHeld} {
		for _, kind := range kinds {
			d := inFlight(1)
			d.State = state
			if got, err := d.After(Outcome{Kind: kind}, testNow); ErrorCode(err) != CodeStateMove || got.State != state || got.Version != 2 {
				t.Errorf("%s after %s: %s with %q", state, kind, got.State, ErrorCode(err))
			}
		}
	}
	if _, err := inFlight(1).After(Outcome{}, testNow); ErrorCode(err) != CodeStateMove {
		t.Errorf("an outcome of no kind: %q", ErrorCode(err))
	}
}

func TestBackoffGrowsToItsCap(t *testing.T) {
	t.Parallel()
	wait := func(attempt int, last byte, wish time.Duration) time.Duration {
		d := inFlight(attempt)
		d.ID[15] = last
		got, err := d.After(Outcome{Kind: OutcomeRetry, RetryAfter: wish}, testNow)
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(got.RunAt-testNow) * time.Microsecond
	}
	tests := map[string]struct{ got, want time.Duration }{
		"after the first attempt":         {wait(1, 0, 0), 2 * time.Second},
		"after the second":                {wait(2, 0, 0), 4 * time.Second},
		"after the last but one":          {wait(MaxDeliveryAttempts-1, 0, 0), 128 * time.Second},
		"with half of its quarter":        {wait(1, 128, 0), 2250 * time.Millisecond},
		"where the target wishes longer":  {wait(1, 0, time.Hour), time.Hour},
		"where the target wishes shorter": {wait(3, 0, time.Second), 8 * time.Second},
		"never more than five minutes":    {Delivery{Attempt: 1000}.backoff(), 5 * time.Minute},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.got != tt.want {
				t.Errorf("waits %s, want %s", tt.got, tt.want)
			}
		})
	}
}

func TestErrorsOfATargetAreClassified(t *testing.T) {
	t.Parallel()
	want := map[Kind]OutcomeKind{
		KindInternal: OutcomeDead, KindInvalid: OutcomeDead, KindNotFound: OutcomeDead, KindConflict: OutcomeConflict,
		KindUnauthenticated: OutcomeHeld, KindForbidden: OutcomeHeld, KindRateLimited: OutcomeRetry, KindUnavailable: OutcomeRetry,
	}
	for _, kind := range Kinds() {
		got := OutcomeOf(&Error{Kind: kind, Code: "x", Msg: "what happened", RetryAfter: time.Second})
		if got.Kind != want[kind] || got.Problem != "what happened" || got.ProblemCode != "x" || got.RetryAfter != time.Second {
			t.Errorf("%s becomes %+v", kind, got)
		}
	}
	secret := OutcomeOf(errors.New("password=x"))
	if secret.Kind != OutcomeDead || secret.ProblemCode != CodeInternal || secret.Problem != "the delivery failed inside Crosswalk" {
		t.Errorf("an unclassified error becomes %+v", secret)
	}
}

func TestDeliveriesMovedByHand(t *testing.T) {
	t.Parallel()
	type move struct {
		do   func(Delivery) (Delivery, error)
		from []DeliveryState
		to   DeliveryState
	}
	moves := map[string]move{
		"retried":      {func(d Delivery) (Delivery, error) { return d.Retried(testNow) }, []DeliveryState{DeliveryHeld, DeliveryDead}, DeliveryPending},
		"skipped":      {func(d Delivery) (Delivery, error) { return d.Skipped("no use") }, []DeliveryState{DeliveryPending, DeliveryRetrying, DeliveryHeld, DeliveryConflict, DeliveryDead, DeliveryWorklisted}, DeliverySkipped},
		"done by hand": {func(d Delivery) (Delivery, error) { return d.DoneByHand(testNow) }, []DeliveryState{DeliveryWorklisted}, DeliveryConfirmed},
	}
	for name, m := range moves {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, state := range DeliveryMachine().States {
				d := inFlight(5)
				d.State = state
				got, err := m.do(d)
				if !slices.Contains(m.from, state) {
					if ErrorCode(err) != CodeDeliveryState || got.State != state || got.Version != 2 {
						t.Errorf("from %s: %s with %q", state, got.State, ErrorCode(err))
					}
					continue
				}
				if err != nil || got.State != m.to || got.Version != 3 || got.Fence != 4 {
					t.Errorf("from %s: %+v with %v", state, got, err)
				}
			}
		})
	}
	again, _ := Delivery{State: DeliveryDead, Attempt: MaxDeliveryAttempts}.Retried(testNow)
	if again.Attempt != 0 || again.RunAt != testNow {
		t.Errorf("a retried delivery begins at attempt %d", again.Attempt)
	}
}

func TestDeliveriesOfOneRecordAreKeptInOrder(t *testing.T) {
	t.Parallel()
	a := inFlight(1)
	other := a
	other.Order.System = "odoo-2"
	if a.ConcurrencyKey() == other.ConcurrencyKey() || a.ConcurrencyKey() != inFlight(7).ConcurrencyKey() {
		t.Error("the order is not by system and record")
	}
	for _, state := range DeliveryMachine().States {
		settled := state == DeliveryConfirmed || state == DeliverySkipped || state == DeliveryWorklisted
		if slices.Contains(BlockingDeliveryStates(), state) == settled {
			t.Errorf("%s blocks: %v", state, !settled)
		}
	}
}

func TestWorkListEntryIsDoneWhenALaterReadingShowsIt(t *testing.T) {
	t.Parallel()
	const written Instant = 1_000
	source := func(change ...func(*SourceRecord)) *SourceRecord {
		s := &SourceRecord{Active: true, ReadAt: written + 1, Attributes: Attributes{"name": Text("new"), "other": Text("x")}}
		for _, c := range change {
			c(s)
		}
		return s
	}
	archived := func(s *SourceRecord) { s.Active = false }
	gone := func(s *SourceRecord) { s.GoneAt = written + 1 }
	twice := func(s *SourceRecord) { s.Duplicated = true }
	early := func(s *SourceRecord) { s.ReadAt = written }
	unmade := func(s *SourceRecord) { s.Attributes = Attributes{"name": Text("old")} }
	cleared := func(s *SourceRecord) { s.Attributes = nil }
	set, expect := Attributes{"name": Text("new")}, Attributes{"name": Text("old")}
	tests := map[string]struct {
		kind   DeliveryKind
		set    Attributes
		source *SourceRecord
		want   bool
	}{
		"updated":                       {DeliverUpdate, set, source(), true},
		"updated, read before":          {DeliverUpdate, set, source(early), false},
		"not updated yet":               {DeliverUpdate, set, source(unmade), false},
		"updated, then archived":        {DeliverUpdate, set, source(archived), false},
		"updated, code given twice":     {DeliverUpdate, set, source(twice), false},
		"updated, then gone":            {DeliverUpdate, set, source(gone), false},
		"to be updated, never there":    {DeliverUpdate, set, nil, false},
		"to be cleared, cleared":        {DeliverUpdate, nil, source(cleared), true},
		"to be cleared, still there":    {DeliverUpdate, nil, source(unmade), false},
		"created":                       {DeliverCreate, set, source(unmade), true},
		"not created yet":               {DeliverCreate, set, nil, false},
		"restored":                      {DeliverRestore, nil, source(), true},
		"not restored yet":              {DeliverRestore, nil, source(archived), false},
		"archived":                      {DeliverArchive, nil, source(archived), true},
		"archived, read before":         {DeliverArchive, nil, source(archived, early), false},
		"not archived yet":              {DeliverArchive, nil, source(), false},
		"to be archived, gone":          {DeliverArchive, nil, source(gone), true},
		"a code no longer given twice":  {DeliverRemove, nil, source(), true},
		"a code still given twice":      {DeliverRemove, nil, source(twice), false},
		"a code that was twice is gone": {DeliverRemove, nil, nil, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := Delivery{State: DeliveryWorklisted, CreatedAt: written, Order: DeliveryOrder{Kind: tt.kind, Expect: expect, Set: tt.set}}
			if got := d.DoneIn(tt.source); got != tt.want {
				t.Errorf("done: %v", got)
			}
		})
	}
}
