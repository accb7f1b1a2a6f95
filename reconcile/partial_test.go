package reconcile_test

import (
	"context"
	"errors"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// startPartial queues a run of some records of a system that has 30.
func startPartial(t *testing.T, rows ...domain.StagedRow) *bundle {
	t.Helper()
	b := setup(t, 30)
	b.stored.Mode = domain.RunPartial
	b.source.proof = reconcile.Proof{Partial: true, How: "The list was taken in to its end"}
	b.source.pages = []reconcile.Page{{Rows: rows}}
	return b
}

// TestARunOfSomeRecordsConcludesNothing: what is listed is compared; what is not listed is neither missing nor a reason to hold
// the run, and no discrepancy is closed for it.
func TestARunOfSomeRecordsConcludesNothing(t *testing.T) {
	t.Parallel()
	changed := bolt(3)
	changed.Record.Attributes = changed.Record.Attributes.With(domain.Attributes{attrName: domain.Text("Screw 3")})
	b := startPartial(t, changed, bolt(4))
	run := b.carry(t, domain.RunDone)
	if len(b.observed) != 1 || b.observed[0].Class != domain.ClassValue || b.observed[0].Code != "000003" {
		t.Errorf("found %+v", b.observed)
	}
	if run.Counts.Gone != 0 || run.Counts.Read != 2 || run.Counts.Compared == 0 || b.concluded != 0 || run.Message == "" || run.Proof == "" {
		t.Errorf("the run is %+v, concluded %d times", run, b.concluded)
	}
	for key, known := range b.known {
		if known.GoneAt != 0 {
			t.Errorf("%s is gone", key)
		}
	}
}

// TestARunOfSomeRecordsIsTakenUpAgain: after a crash while it compared it is still one of some records.
func TestARunOfSomeRecordsIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	changed := bolt(3)
	changed.Record.Attributes = changed.Record.Attributes.With(domain.Attributes{attrName: domain.Text("Screw 3")})
	b := startPartial(t, changed)
	crash := errors.New("the process died")
	ctx, die := context.WithCancelCause(t.Context())
	b.before["Observe"], b.fail["Observe"] = func() { die(crash) }, crash
	b.job.Run = b.stored
	if run, err := b.runner().Run(ctx, b.job); !errors.Is(err, crash) || run.State != domain.RunComparing {
		t.Fatalf("the run is %s with error %v", run.State, err)
	}
	b.before, b.fail = map[string]func(){}, map[string]error{}
	run := b.carry(t, domain.RunDone)
	if len(b.observed) != 1 || run.Counts.Gone != 0 || b.concluded != 0 {
		t.Errorf("found %+v, the run is %+v, concluded %d times", b.observed, run, b.concluded)
	}
}

// TestAListThatBreaksOff is incomplete, and what it proves for another kind of run it does not prove for this one.
func TestAListThatBreaksOff(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		mode  domain.RunMode
		proof reconcile.Proof
	}{
		"a list that proves nothing":        {domain.RunPartial, reconcile.Proof{Why: "cut"}},
		"a complete run of some records":    {domain.RunComplete, reconcile.Proof{Partial: true}},
		"an incremental one likewise":       {domain.RunIncremental, reconcile.Proof{Partial: true}},
		"some records proven to be all":     {domain.RunPartial, reconcile.Proof{Complete: true}},
		"nothing said of some or of others": {domain.RunPartial, reconcile.Proof{}},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			b := startPartial(t, bolt(1))
			b.stored.Mode, b.source.proof = tt.mode, tt.proof
			run := b.carry(t, domain.RunIncomplete)
			if run.Counts.Gone != 0 || len(b.observed) != 0 || b.concluded != 0 {
				t.Errorf("the run is %+v, it found %+v", run, b.observed)
			}
		})
	}
}
