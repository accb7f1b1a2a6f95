package domain

import (
	"slices"
	"testing"
)

const (
	firstRead Instant = 1_000
	fixedAt   Instant = 2_000
	laterRead Instant = 3_000
	runDay    Date    = "2026-11-23"
)

func weightFinding(change ...func(*Finding)) Finding {
	f := Finding{
		Domain: "item", Record: ID{15: 1}, System: "mes", Plant: "STU1", Class: ClassValue, Attribute: "weight", Code: "7",
		Golden: Text("1"), Source: Text("2"), GoldenVersion: 1, SourceHash: "h1", ReadAt: laterRead,
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func sourceMoved(f *Finding) { f.Source, f.SourceHash = Text("3"), "h2" }
func goldenMoved(f *Finding) { f.Golden, f.GoldenVersion = Text("9"), 2 }
func readBefore(f *Finding)  { f.ReadAt = fixedAt }

// discrepancyIn is the discrepancy of weightFinding in a state, version 1.
func discrepancyIn(state DiscrepancyState, change ...func(*Discrepancy)) Discrepancy {
	d := NewDiscrepancy(weightFinding(func(f *Finding) { f.ReadAt = firstRead }), ID{15: 8})
	d.State = state
	for _, c := range change {
		c(&d)
	}
	return d
}

func fixedBy(remedy Remedy, at Instant) func(*Discrepancy) {
	return func(d *Discrepancy) { d.Remedy, d.FixedAt = remedy, at }
}

func acceptedUntil(day Date) func(*Discrepancy) {
	return func(d *Discrepancy) { d.AcceptedUntil = day }
}

func TestDiscrepancySeenAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in      Discrepancy
		finding Finding
		want    DiscrepancyState
		version int
	}{
		"open":                               {discrepancyIn(DiscrepancyOpen), weightFinding(), DiscrepancyOpen, 1},
		"open, the source moved":             {discrepancyIn(DiscrepancyOpen), weightFinding(sourceMoved), DiscrepancyOpen, 2},
		"open, golden moved":                 {discrepancyIn(DiscrepancyOpen), weightFinding(goldenMoved), DiscrepancyOpen, 2},
		"in review":                          {discrepancyIn(DiscrepancyInReview), weightFinding(), DiscrepancyInReview, 1},
		"change requested":                   {discrepancyIn(DiscrepancyChangeRequested), weightFinding(sourceMoved), DiscrepancyChangeRequested, 2},
		"written, read later":                {discrepancyIn(DiscrepancyFixPending, fixedBy(RemedyWrite, fixedAt)), weightFinding(), DiscrepancyBounced, 2},
		"written, read before":               {discrepancyIn(DiscrepancyFixPending, fixedBy(RemedyWrite, fixedAt)), weightFinding(readBefore), DiscrepancyFixPending, 1},
		"not written yet":                    {discrepancyIn(DiscrepancyFixPending, fixedBy(RemedyWrite, 0)), weightFinding(), DiscrepancyFixPending, 1},
		"golden changed, read later":         {discrepancyIn(DiscrepancyFixPending, fixedBy(RemedyGolden, fixedAt)), weightFinding(), DiscrepancyBounced, 2},
		"by hand, not made yet":              {discrepancyIn(DiscrepancyFixPending, fixedBy(RemedyByHand, fixedAt)), weightFinding(), DiscrepancyFixPending, 1},
		"verified":                           {discrepancyIn(DiscrepancyVerified), weightFinding(), DiscrepancyReopened, 2},
		"closed":                             {discrepancyIn(DiscrepancyClosed), weightFinding(), DiscrepancyReopened, 2},
		"bounced":                            {discrepancyIn(DiscrepancyBounced), weightFinding(), DiscrepancyBounced, 1},
		"reopened":                           {discrepancyIn(DiscrepancyReopened), weightFinding(), DiscrepancyReopened, 1},
		"accepted until tomorrow":            {discrepancyIn(DiscrepancyAccepted, acceptedUntil("2026-11-24")), weightFinding(), DiscrepancyAccepted, 1},
		"accepted until today":               {discrepancyIn(DiscrepancyAccepted, acceptedUntil(runDay)), weightFinding(), DiscrepancyReopened, 2},
		"accepted, the source moved":         {discrepancyIn(DiscrepancyAccepted, acceptedUntil("2027-01-01")), weightFinding(sourceMoved), DiscrepancyReopened, 3},
		"accepted, golden moved":             {discrepancyIn(DiscrepancyAccepted, acceptedUntil("2027-01-01")), weightFinding(goldenMoved), DiscrepancyAccepted, 2},
		"accepted, another attribute's hash": {discrepancyIn(DiscrepancyAccepted, acceptedUntil("2027-01-01")), weightFinding(func(f *Finding) { f.SourceHash = "h3" }), DiscrepancyAccepted, 2},
	}
	covered := map[DiscrepancyState]bool{}
	for name, tt := range tests {
		covered[tt.in.State] = true
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.in.Seen(tt.finding, ID{15: 9}, runDay)
			if err != nil || got.State != tt.want || got.Version != tt.version {
				t.Fatalf("became %s in version %d with %v, want %s in version %d", got.State, got.Version, err, tt.want, tt.version)
			}
			if got.LastRun != (ID{15: 9}) || got.LastSeen != tt.finding.ReadAt || got.FirstSeen != firstRead || got.FirstRun != (ID{15: 8}) {
				t.Errorf("seen from %d to %d", got.FirstSeen, got.LastSeen)
			}
			if !Equal(got.Finding.Source, tt.finding.Source) || !Equal(got.Finding.Golden, tt.finding.Golden) {
				t.Error("it tells the old values")
			}
		})
	}
	for _, state := range DiscrepancyMachine().States {
		if !covered[state] {
			t.Errorf("no case for %s", state)
		}
	}
}

func TestDiscrepancyNoLongerSeen(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in     Discrepancy
		readAt Instant
		want   DiscrepancyState
	}{
		"open":                    {discrepancyIn(DiscrepancyOpen), laterRead, DiscrepancyClosed},
		"in review":               {discrepancyIn(DiscrepancyInReview), laterRead, DiscrepancyClosed},
		"bounced":                 {discrepancyIn(DiscrepancyBounced), laterRead, DiscrepancyClosed},
		"reopened":                {discrepancyIn(DiscrepancyReopened), laterRead, DiscrepancyClosed},
		"accepted":                {discrepancyIn(DiscrepancyAccepted), laterRead, DiscrepancyClosed},
		"change requested":        {discrepancyIn(DiscrepancyChangeRequested), laterRead, DiscrepancyChangeRequested},
		"fixed, read later":       {discrepancyIn(DiscrepancyFixPending, fixedBy(RemedyWrite, fixedAt)), laterRead, DiscrepancyVerified},
		"fixed, read at once":     {discrepancyIn(DiscrepancyFixPending, fixedBy(RemedyWrite, fixedAt)), fixedAt, DiscrepancyFixPending},
		"fixed, read before":      {discrepancyIn(DiscrepancyFixPending, fixedBy(RemedyWrite, fixedAt)), firstRead, DiscrepancyFixPending},
		"not fixed yet":           {discrepancyIn(DiscrepancyFixPending, fixedBy(RemedyWrite, 0)), laterRead, DiscrepancyFixPending},
		"made by hand":            {discrepancyIn(DiscrepancyFixPending, fixedBy(RemedyByHand, fixedAt)), laterRead, DiscrepancyVerified},
		"verified":                {discrepancyIn(DiscrepancyVerified), laterRead, DiscrepancyVerified},
		"closed":                  {discrepancyIn(DiscrepancyClosed), laterRead, DiscrepancyClosed},
		"only golden was changed": {discrepancyIn(DiscrepancyFixPending, fixedBy(RemedyGolden, fixedAt)), laterRead, DiscrepancyVerified},
	}
	covered := map[DiscrepancyState]bool{}
	for name, tt := range tests {
		covered[tt.in.State] = true
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.in.Absent(tt.readAt)
			if err != nil || got.State != tt.want {
				t.Errorf("became %s with %v, want %s", got.State, err, tt.want)
			}
			if moved := got.State != tt.in.State; moved != (got.Version != tt.in.Version) {
				t.Errorf("moved: %v, version %d", moved, got.Version)
			}
		})
	}
	for _, state := range DiscrepancyMachine().States {
		if !covered[state] {
			t.Errorf("no case for %s", state)
		}
	}
}

func TestDiscrepancyDecisions(t *testing.T) {
	t.Parallel()
	decidable := []DiscrepancyState{DiscrepancyOpen, DiscrepancyInReview, DiscrepancyBounced, DiscrepancyReopened}
	for _, state := range DiscrepancyMachine().States {
		d := discrepancyIn(state)
		if d.Decidable() != slices.Contains(decidable, state) {
			t.Errorf("%s is decidable: %v", state, d.Decidable())
		}
		if got, err := d.Requested(ID{15: 3}); (err == nil) != d.Decidable() || (err == nil && got.ChangeRequest != ID{15: 3}) {
			t.Errorf("%s: requested with %v", state, err)
		}
		if got, err := d.Accepted("2027-01-01", "known"); (err == nil) != d.Decidable() || (err == nil && got.State != DiscrepancyAccepted) {
			t.Errorf("%s: accepted with %v", state, err)
		}
		if _, err := d.FixStarted(RemedyWrite, 0); (err == nil) != (state == DiscrepancyChangeRequested) {
			t.Errorf("%s: fix started with %v", state, err)
		}
	}
	returned, err := discrepancyIn(DiscrepancyFixPending, fixedBy(RemedyWrite, fixedAt)).Returned("the target had moved")
	if err != nil || returned.State != DiscrepancyOpen || returned.FixedAt != 0 || returned.Remedy != RemedyNone || returned.Note == "" {
		t.Errorf("returned as %+v with %v", returned, err)
	}
	if _, err := discrepancyIn(DiscrepancyOpen).Accepted("2027-01-01", " "); ErrorCode(err) != CodeReasonRequired {
		t.Errorf("accepted without a reason: %q", ErrorCode(err))
	}
	if _, err := discrepancyIn(DiscrepancyOpen).Accepted("", "known"); ErrorCode(err) != CodeDateInvalid {
		t.Errorf("accepted for ever: %q", ErrorCode(err))
	}
}

func TestIdentityIsNeitherValueNorRun(t *testing.T) {
	t.Parallel()
	base := weightFinding()
	same := map[string]Finding{
		"other values": weightFinding(sourceMoved), "another golden value": weightFinding(goldenMoved),
		"an earlier reading": weightFinding(readBefore), "another code of the record": weightFinding(func(f *Finding) { f.Code = "8" }),
	}
	other := map[string]Finding{
		"another record":    weightFinding(func(f *Finding) { f.Record = ID{15: 2} }),
		"no record":         weightFinding(func(f *Finding) { f.Record = ID{} }),
		"another domain":    weightFinding(func(f *Finding) { f.Domain = "bom" }),
		"another system":    weightFinding(func(f *Finding) { f.System = "wms" }),
		"another plant":     weightFinding(func(f *Finding) { f.Plant = "LYO2" }),
		"another class":     weightFinding(func(f *Finding) { f.Class = ClassArchived }),
		"another attribute": weightFinding(func(f *Finding) { f.Attribute = "name" }),
		"another line":      weightFinding(func(f *Finding) { f.Line = "10" }),
	}
	for name, f := range same {
		if f.Identity() != base.Identity() {
			t.Errorf("%s makes another discrepancy", name)
		}
	}
	seen := map[string]string{base.Identity(): "the first"}
	for name, f := range other {
		if twin := seen[f.Identity()]; twin != "" {
			t.Errorf("%s is the same discrepancy as %s", name, twin)
		}
		seen[f.Identity()] = name
	}
	shifted := []Finding{{Code: "a|b", System: "c"}, {Code: "a", System: `c|code:a\`}, {Code: `a\`, Plant: "b"}, {Code: `a\|b`},
		{Code: `a\`, Plant: "b", Line: "c|d"}, {Code: "a|b", Attribute: `c\`, Line: "d"}}
	for i, a := range shifted {
		for _, b := range shifted[:i] {
			if a.Identity() == b.Identity() {
				t.Errorf("%+v and %+v are one discrepancy", a, b)
			}
		}
	}
	if base.Pattern() != weightFinding(func(f *Finding) { f.Record = ID{15: 2} }).Pattern() || len(Classes()) != 8 {
		t.Error("a pattern is of one record")
	}
}
