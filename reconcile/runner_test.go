package reconcile_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// bundle is a world with a plant's system of n mapped, used and agreeing records, all known from an earlier reading.
type bundle struct {
	*world
	source *fakeSource
	job    reconcile.Job
}

func row(code string, attributes domain.Attributes) domain.StagedRow {
	return domain.StagedRow{Record: domain.SourceRecord{Code: domain.Code(code), Active: true, Attributes: attributes}}
}

func bolt(n int) domain.StagedRow {
	return row(fmt.Sprintf("%06d", n), domain.Attributes{attrName: domain.Text(fmt.Sprintf("Bolt %d", n)), attrWeight: qty("1", "KGM")})
}

func setup(t *testing.T, n int) *bundle {
	t.Helper()
	b := &bundle{world: newWorld(), source: &fakeSource{
		supplied: []domain.AttributeID{attrName, attrWeight}, proof: reconcile.Proof{Complete: true, Watermark: "w1"},
	}}
	b.job = reconcile.Job{
		Plan: domain.Plan{ID: "plan"}, System: domain.SourceSystem{ID: "mes", Plant: "STU1"},
		Plant: &domain.Plant{ID: "STU1", State: domain.PlantLive}, Definition: definition(), Source: b.source, Day: today,
	}
	var page reconcile.Page
	for i := range n {
		staged := bolt(i)
		page.Rows = append(page.Rows, staged)
		b.crosswalk[string(staged.Record.Code)] = link{
			golden: domain.GoldenRecord{ID: domain.ID{14: byte(i >> 8), 15: byte(i), 0: 1}, State: domain.RecordActive, Version: 1, Attributes: staged.Record.Attributes},
			use:    use(domain.UseActive, domain.Validity{}),
		}
	}
	b.source.pages = []reconcile.Page{page}
	b.start()
	if run, err := b.run(t); err != nil || run.State != domain.RunDone || len(b.queue) != 0 {
		t.Fatalf("the first reading ended as %s with %v and %d findings", run.State, err, len(b.queue))
	}
	b.start()
	return b
}

// start queues the next run.
func (b *bundle) start() {
	b.stored = domain.Run{ID: domain.NewID(), State: domain.RunQueued, Mode: domain.RunComplete, Version: 1}
	b.observed, b.batches, b.saves, b.quarantine, b.concluded = nil, nil, nil, nil, 0
}

// run carries the run as it is stored.
func (b *bundle) run(t *testing.T) (domain.Run, error) {
	t.Helper()
	b.job.Run = b.stored
	run, err := b.runner().Run(t.Context(), b.job)
	if run != b.stored && b.stored.State != domain.RunCancelled {
		t.Errorf("returned %+v\nstored   %+v", run, b.stored)
	}
	return run, err
}

// carry runs and expects the state in which the run rests.
func (b *bundle) carry(t *testing.T, want domain.RunState) domain.Run {
	t.Helper()
	run, err := b.run(t)
	if run.State != want {
		t.Fatalf("the run is %s (%s, %v), want %s", run.State, run.Message, err, want)
	}
	if held := len(b.slotOf) > 0; held != !run.Finished() {
		t.Errorf("a %s run holds a slot: %v", run.State, held)
	}
	if run.Finished() != (run.FinishedAt != 0) {
		t.Errorf("a %s run has finished at %d", run.State, run.FinishedAt)
	}
	return run
}

func (b *bundle) rows() *[]domain.StagedRow { return &b.source.pages[0].Rows }

func TestIdenticalDataRaisesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, 30)
	run := b.carry(t, domain.RunDone)
	if want := (domain.RunCounts{Read: 30, Known: 30, Compared: 30}); run.Counts != want {
		t.Errorf("counts %+v, want %+v", run.Counts, want)
	}
	if b.concluded != 1 || run.Watermark != "w1" || run.Message != "" || run.ReadAt == 0 {
		t.Errorf("concluded %d times, run %+v", b.concluded, run)
	}
}

func TestDifferencesAreRaisedOnceAndThenSeen(t *testing.T) {
	t.Parallel()
	b := setup(t, 30)
	*b.rows() = append((*b.rows())[2:], row("new", nil))                                                                     // 0 and 1 are gone, one is unmapped
	(*b.rows())[0].Record.Attributes = domain.Attributes{attrName: domain.Text("x"), attrLocal: domain.Text("not supplied")} // 2 has two values
	b.crosswalk["never"] = link{golden: domain.GoldenRecord{ID: domain.NewID(), State: domain.RecordActive}, use: use(domain.UseActive, domain.Validity{})}
	first := b.carry(t, domain.RunDone)
	if want := (domain.RunCounts{Read: 29, Changed: 2, Gone: 2, Known: 30, Vanished: 2, Compared: 28, Raised: 6}); first.Counts != want {
		t.Errorf("first run: %+v, want %+v", first.Counts, want)
	}
	if got := told(b.observed); got != "value:name value:weight unmapped deleted deleted missing " {
		t.Errorf("found %q", got)
	}
	b.start()
	second := b.carry(t, domain.RunDone)
	if want := (domain.RunCounts{Read: 29, Known: 29, Compared: 28, Seen: 6}); second.Counts != want {
		t.Errorf("second run: %+v, want %+v", second.Counts, want)
	}
	b.start()
	*b.rows() = (*b.rows())[:28] // the unmapped one is gone: it closes by itself
	if third := b.carry(t, domain.RunDone); third.Counts.Closed != 1 || third.Counts.Seen != 5 {
		t.Errorf("third run: %+v", third.Counts)
	}
}

func TestPlanRestrictsWhatIsComparedNotWhatIsRead(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	b.job.Plan.Attributes = []domain.AttributeID{attrWeight, attrLocal}
	(*b.rows())[0].Record.Attributes = domain.Attributes{attrName: domain.Text("x")}
	b.carry(t, domain.RunDone)
	if got := told(b.observed); got != "value:weight " {
		t.Errorf("found %q", got)
	}
	if len(b.source.requests[1].Attributes) != 0 || b.known["000000"].Attributes.Text(attrName) != "x" {
		t.Error("the reading was restricted")
	}
	if !slices.Equal(b.source.supplied, []domain.AttributeID{attrName, attrWeight}) {
		t.Error("what the source supplies was changed in place")
	}
}

func TestFailedReadingConcludesNothing(t *testing.T) {
	t.Parallel()
	cut := domain.Unavailable(errors.New("EOF"), domain.CodeSystemCut, "the connection to the MES was cut")
	tests := map[string]struct {
		harm     func(*bundle)
		wantCode string
		wantMsg  string
	}{
		"cut after the first page":  {func(b *bundle) { b.source.err = cut }, domain.CodeSystemCut, cut.Msg},
		"an unclassified error":     {func(b *bundle) { b.source.err = errors.New("boom") }, domain.CodeInternal, "The run failed inside Crosswalk"},
		"no slot to be had":         {func(b *bundle) { b.fail["Begin"] = domain.Unavailable(nil, domain.CodeStoreBusy, "busy") }, domain.CodeStoreBusy, "busy"},
		"staging breaks":            {func(b *bundle) { b.fail["Stage"] = errors.New("disk full") }, domain.CodeInternal, "The run failed inside Crosswalk"},
		"staging breaks unnoticed":  {func(b *bundle) { b.fail["Stage"], b.source.deaf = errors.New("disk full"), true }, domain.CodeInternal, "The run failed inside Crosswalk"},
		"the quarantine breaks":     {func(b *bundle) { b.fail["ClearQuarantine"] = errors.New("x") }, domain.CodeInternal, "The run failed inside Crosswalk"},
		"counting what is known":    {func(b *bundle) { b.fail["Present"] = errors.New("x") }, domain.CodeInternal, "The run failed inside Crosswalk"},
		"counting what vanished":    {func(b *bundle) { b.fail["Vanished"] = errors.New("x") }, domain.CodeInternal, "The run failed inside Crosswalk"},
		"merging breaks":            {func(b *bundle) { b.fail["Merge"] = errors.New("x") }, domain.CodeInternal, "The run failed inside Crosswalk"},
		"an error with a nil cause": {func(b *bundle) { b.source.err = &domain.Error{Code: "x", Msg: "secret"} }, domain.CodeInternal, "The run failed inside Crosswalk"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, 30)
			*b.rows() = append((*b.rows())[5:], row("new", nil))
			tt.harm(b)
			run, err := b.run(t)
			if run.State != domain.RunFailed || run.Code != tt.wantCode || run.Message != tt.wantMsg || err == nil {
				t.Errorf("the run is %s %q %q with error %v", run.State, run.Code, run.Message, err)
			}
			if len(b.observed) != 0 || b.concluded != 0 || len(b.slotOf) != 0 {
				t.Errorf("observed %d, concluded %d, slots held %d", len(b.observed), b.concluded, len(b.slotOf))
			}
			delete(b.fail, "Present")
			if present, _ := b.Present(t.Context(), "", ""); present != 30 || len(b.known) != 30 {
				t.Errorf("%d of %d known records are present, want 30 of 30", present, len(b.known))
			}
		})
	}
}

func TestFailureWhileComparingConcludesNothing(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"BeginComparison", "Pending", "Linked", "Agreed", "Expected", "Register", "Observe", "Conclude"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			b := setup(t, 5)
			b.queue["solved"] = domain.ID{}
			(*b.rows())[0].Record.Attributes = nil
			b.fail[method] = errors.New("boom")
			if run := b.carry(t, domain.RunFailed); run.Code != domain.CodeInternal {
				t.Errorf("code %q", run.Code)
			}
			if _, open := b.queue["solved"]; !open {
				t.Error("a failed run closed a discrepancy")
			}
		})
	}
}

func TestIncompleteReadingIsKnownButConcludesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, 30)
	b.source.proof = reconcile.Proof{Why: "the end mark is missing"}
	*b.rows() = append((*b.rows())[:3], row("new", nil))
	run := b.carry(t, domain.RunIncomplete)
	if run.Message != "the end mark is missing" || run.Code != domain.CodeRunIncomplete {
		t.Errorf("told %q %q", run.Code, run.Message)
	}
	if run.Counts.Changed != 1 || run.Counts.Gone != 0 || len(b.observed) != 0 || b.concluded != 0 {
		t.Errorf("counts %+v, observed %d, concluded %d", run.Counts, len(b.observed), b.concluded)
	}
	b.start()
	b.source.proof = reconcile.Proof{}
	if run := b.carry(t, domain.RunIncomplete); run.Message == "" {
		t.Error("a run is incomplete without a word why")
	}
}

func TestSuddenDropHoldsTheRun(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		known, left, percent int
		want                 domain.RunState
	}{
		"one fifth fewer":               {known: 30, left: 24, want: domain.RunDone},
		"more than one fifth fewer":     {known: 30, left: 23, want: domain.RunHeld},
		"nothing at all":                {known: 30, left: 0, want: domain.RunHeld},
		"few records":                   {known: 19, left: 1, want: domain.RunDone},
		"just enough records":           {known: 20, left: 15, want: domain.RunHeld},
		"a plan that allows half":       {known: 30, left: 15, percent: 50, want: domain.RunDone},
		"a plan that allows half, less": {known: 30, left: 14, percent: 50, want: domain.RunHeld},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, tt.known)
			b.job.Plan.DropHoldPercent = tt.percent
			*b.rows() = (*b.rows())[:tt.left]
			run := b.carry(t, tt.want)
			present, _ := b.Present(t.Context(), "", "")
			if held := tt.want == domain.RunHeld; held != (present == tt.known) || held != (run.Code == domain.CodeRunHeld) {
				t.Errorf("%d records are present, code %q", present, run.Code)
			}
			if vanished := tt.known - tt.left; tt.known >= 20 && (run.Counts.Known != tt.known || run.Counts.Vanished != vanished) {
				t.Errorf("%d were known and %d vanished, want %d and %d", run.Counts.Known, run.Counts.Vanished, tt.known, vanished)
			}
		})
	}
}

func TestReplacedSystemHoldsTheRun(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		renamed int
		want    domain.RunState
	}{
		"one fifth of the codes":           {renamed: 6, want: domain.RunDone},
		"more than one fifth of the codes": {renamed: 7, want: domain.RunHeld},
		"all codes":                        {renamed: 30, want: domain.RunHeld},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, 30)
			for i := range tt.renamed {
				(*b.rows())[i].Record.Code += "-N"
			}
			concluded := b.concluded
			run := b.carry(t, tt.want)
			if tt.want == domain.RunHeld && (run.Code != domain.CodeRunHeld || run.Counts.Gone+run.Counts.Raised > 0 || b.concluded != concluded) {
				t.Errorf("held as %q, %+v", run.Code, run.Counts)
			}
		})
	}
}

func TestReleasedRunGoesOnWithoutReading(t *testing.T) {
	t.Parallel()
	b := setup(t, 30)
	*b.rows() = (*b.rows())[:10]
	held := b.carry(t, domain.RunHeld)
	if again := b.carry(t, domain.RunHeld); again != held {
		t.Error("a held run moved without a person")
	}
	released, err := held.Moved(domain.RunComparing)
	if err != nil {
		t.Fatal(err)
	}
	b.stored = released
	run := b.carry(t, domain.RunDone)
	if run.Counts.Gone != 20 || run.Counts.Raised != 20 || run.Message != "" || run.Code != "" || run.Watermark != "w1" {
		t.Errorf("run %+v", run)
	}
	if len(b.source.requests) != 2 {
		t.Errorf("the source was read %d times, want once by setup and once by the held run", len(b.source.requests))
	}
}

func TestRunIsTakenUpAfterACrash(t *testing.T) {
	t.Parallel()
	crash := errors.New("the process died")
	tests := map[string]struct {
		at        string // the method during which the process dies
		wantReads int    // how often the run reads in the end
	}{
		"before the first page":     {at: "Stage", wantReads: 2},
		"while merging":             {at: "Merge", wantReads: 1},
		"while comparing":           {at: "Linked", wantReads: 1},
		"while registering":         {at: "Register", wantReads: 1},
		"while proposing":           {at: "Observe", wantReads: 1},
		"while looking for missing": {at: "Expected", wantReads: 1},
		"while concluding":          {at: "Conclude", wantReads: 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, 30)
			*b.rows() = append((*b.rows())[1:], row("new", nil), row("", nil))
			ctx, die := context.WithCancelCause(t.Context())
			b.before[tt.at] = func() { die(crash) }
			b.fail[tt.at] = crash
			b.job.Run = b.stored
			if run, err := b.runner().Run(ctx, b.job); !errors.Is(err, crash) || err.Error() != crash.Error() || run.Finished() {
				t.Fatalf("the run is %s with error %v", run.State, err)
			}
			b.before, b.fail = map[string]func(){}, map[string]error{}
			run := b.carry(t, domain.RunDone)
			want := domain.RunCounts{Read: 31, Changed: 1, Gone: 1, Quarantined: 1, Known: 30, Vanished: 1, Compared: 29, Raised: run.Counts.Raised, Seen: 2 - run.Counts.Raised}
			if tt.at == "Expected" || tt.at == "Conclude" {
				want.Seen = run.Counts.Seen // what the first attempt raised is seen again
			}
			if run.Counts != want || run.Counts.Raised != 2 {
				t.Errorf("counts %+v, want %+v", run.Counts, want)
			}
			if len(b.source.requests)-1 != tt.wantReads || len(b.quarantine) != 1 || len(b.queue) != 2 {
				t.Errorf("read %d times, %d in quarantine, %d in the queue", len(b.source.requests)-1, len(b.quarantine), len(b.queue))
			}
		})
	}
}

func TestComparingRunWithoutItsRowsFails(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	b.stored.State = domain.RunComparing
	if run := b.carry(t, domain.RunFailed); run.Code != domain.CodeRunStagingLost {
		t.Errorf("code %q", run.Code)
	}
}

func TestFinishedRunIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, state := range []domain.RunState{domain.RunDone, domain.RunIncomplete, domain.RunFailed, domain.RunCancelled} {
		b := setup(t, 3)
		b.stored.State = state
		if _, err := b.run(t); err != nil || len(b.saves) != 0 || len(b.source.requests) != 1 {
			t.Errorf("a %s run: error %v, %d saves", state, err, len(b.saves))
		}
	}
}

func TestCancelledRunStopsQuietly(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"Stage", "Vanished", "Merge", "Observe", "Conclude"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			b := setup(t, 30)
			(*b.rows())[0].Record.Attributes = nil
			b.before[at] = func() { b.stored.State = domain.RunCancelled }
			if run, err := b.run(t); err != nil || run.State == domain.RunDone {
				t.Errorf("the run is %s with error %v", run.State, err)
			}
			if b.stored.State != domain.RunCancelled {
				t.Errorf("the cancelled run was stored as %s", b.stored.State)
			}
		})
	}
}

func TestLostLeaseIsNotAFailure(t *testing.T) {
	t.Parallel()
	for _, code := range []string{domain.CodeRunLeaseLost, domain.CodeStateMove} {
		b := setup(t, 3)
		b.fail["Save"] = domain.Conflict(code, "taken")
		if run, err := b.run(t); err != nil || run.State != domain.RunQueued || len(b.saves) != 0 {
			t.Errorf("%s: the run is %s with error %v", code, run.State, err)
		}
	}
}

func TestFailureThatCannotBeStoredIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	boom, down := errors.New("boom"), errors.New("down")
	b.source.err = boom
	b.source.pages = nil
	b.before["ClearQuarantine"] = func() { b.fail["Save"] = down }
	if run, err := b.run(t); run.State != domain.RunReading || !errors.Is(err, boom) || !errors.Is(err, down) {
		t.Errorf("the run is %s with error %v", run.State, err)
	}
}

func TestRunWhoseEndCannotBeStoredFails(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	down, failing := errors.New("down"), false
	b.before["Conclude"] = func() { b.fail["Save"], failing = down, true }
	b.before["Now"] = func() {
		if !failing {
			return
		}
		b.before["Now"] = func() { delete(b.fail, "Save") } // the store is back when the failure is told
	}
	run, err := b.run(t)
	if run.State != domain.RunFailed || !errors.Is(err, down) || len(b.slotOf) != 0 {
		t.Errorf("the run is %s with error %v", run.State, err)
	}
	if before := b.saves[len(b.saves)-2]; run.Version != before.Version+1 {
		t.Errorf("version %d follows version %d", run.Version, before.Version)
	}
}

func TestSlotThatCannotBeFreedDoesNotFailTheRun(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	b.fail["End"] = errors.New("boom")
	if run, err := b.run(t); run.State != domain.RunDone || !errors.Is(err, b.fail["End"]) || err.Error() != "boom" {
		t.Errorf("the run is %s with error %v", run.State, err)
	}
}

func TestOnboardingPlantRaisesNothing(t *testing.T) {
	t.Parallel()
	for _, state := range []domain.PlantState{domain.PlantOnboarding, domain.PlantClosed} {
		b := setup(t, 30)
		b.job.Plant.State = state
		b.queue["old"] = domain.ID{}
		*b.rows() = append((*b.rows())[1:], row("new", nil))
		run := b.carry(t, domain.RunDone)
		if run.Counts.Changed != 1 || run.Counts.Gone != 1 || len(b.observed) != 0 || b.concluded != 0 || run.Message == "" {
			t.Errorf("%s: run %+v, observed %d, concluded %d", state, run, len(b.observed), b.concluded)
		}
	}
}

// TestWhatIsRegisteredIsComparedAtOnce: a new code that a standing rule takes in never comes into the queue, neither of a run that
// is not proven complete nor at a plant that is being onboarded is anything taken in.
func TestWhatIsRegisteredIsComparedAtOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change     func(*bundle)
		state      domain.RunState
		registered int
		found      string
	}{
		"a complete run":     {func(*bundle) {}, domain.RunDone, 1, "unmapped "},
		"an incomplete run":  {func(b *bundle) { b.source.proof = reconcile.Proof{Why: "cut"} }, domain.RunIncomplete, 0, ""},
		"an onboarded plant": {func(b *bundle) { b.job.Plant.State = domain.PlantOnboarding }, domain.RunDone, 0, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, 3)
			*b.rows() = append(*b.rows(), row("new", domain.Attributes{attrName: domain.Text("New")}), row("other", nil))
			b.registers = []string{"new"}
			tt.change(b)
			run := b.carry(t, tt.state)
			if run.Counts.Registered != tt.registered || told(b.observed) != tt.found {
				t.Errorf("registered %d, found %q", run.Counts.Registered, told(b.observed))
			}
		})
	}
}

func TestSystemOfManyPlantsNeedsNoPlant(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	b.job.Plant, b.job.System.Plant = nil, ""
	*b.rows() = (*b.rows())[1:]
	b.carry(t, domain.RunDone)
	if got := told(b.observed); got != "deleted " {
		t.Errorf("found %q", got)
	}
}
