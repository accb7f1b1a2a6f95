package reconcile_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

func TestRowsAreCompletedByTheRunner(t *testing.T) {
	t.Parallel()
	b := setup(t, 1)
	b.job.System.CodeRule = domain.CodesUpperCase
	*b.rows() = append(*b.rows(), row("  ab-1 ", domain.Attributes{attrName: domain.Text("x")}))
	run := b.carry(t, domain.RunDone)
	got := b.known["AB-1"]
	if got.Code != "ab-1" || got.System != "mes" || got.Domain != "item" || got.ReadAt != run.ReadAt || got.Hash != got.ContentHash() {
		t.Errorf("stored %+v", got)
	}
}

func TestRowWithoutUsableCodeIsPutAside(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{"none": "", "white space": " \t", "too long": strings.Repeat("x", 129)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, 3)
			*b.rows() = append(*b.rows(), row(code, domain.Attributes{attrName: domain.Text("lost")}))
			run := b.carry(t, domain.RunDone)
			if run.Counts.Quarantined != 1 || run.Counts.Read != 4 || len(b.quarantine) != 1 {
				t.Fatalf("counts %+v, quarantine %v", run.Counts, b.quarantine)
			}
			got := b.quarantine[0]
			if got.Run != run.ID || got.System != "mes" || got.Domain != "item" || got.Reason == "" || !strings.Contains(got.Content, "lost") {
				t.Errorf("put aside %+v", got)
			}
			if len(b.observed) != 0 {
				t.Errorf("found %q", told(b.observed))
			}
		})
	}
}

func TestRejectedRowDoesNotMakeItsRecordMissing(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	*b.rows() = (*b.rows())[:2]
	b.source.pages[0].Rejected = []domain.QuarantinedRow{
		{Position: "row 3", Code: "000002", Reason: "the weight is no number", Content: "x" + strings.Repeat("é", 4000)},
		{Position: "row 4", Code: "never-seen", Reason: "the weight is no number"},
		{Position: "row 5", Reason: "no code"},
	}
	run := b.carry(t, domain.RunDone)
	if want := (domain.RunCounts{Read: 5, Quarantined: 3, Known: 3, Compared: 3}); run.Counts != want {
		t.Errorf("counts %+v, want %+v", run.Counts, want)
	}
	if len(b.queue) != 0 || b.known["000002"].GoneAt != 0 {
		t.Errorf("found %q", told(b.observed))
	}
	got := b.quarantine[0]
	if len(got.Content) > 4000 || !utf8.ValidString(got.Content) || got.Run != run.ID || got.Position != "row 3" {
		t.Errorf("kept %d bytes of %s", len(got.Content), got.Position)
	}
}

func TestCodeGivenTwice(t *testing.T) {
	t.Parallel()
	other := domain.Attributes{attrName: domain.Text("Other")}
	tests := map[string]struct {
		more      []domain.StagedRow // in a page of their own
		rejected  []domain.QuarantinedRow
		same      []domain.StagedRow // at the end of the first page
		wantAside int
	}{
		"in one page":                {same: []domain.StagedRow{row("000000", other)}, wantAside: 1},
		"thrice in one page":         {same: []domain.StagedRow{row("000000", other), row("000000", other)}, wantAside: 2},
		"in two pages":               {more: []domain.StagedRow{row("000000", other)}, wantAside: 1},
		"twice in the next page":     {more: []domain.StagedRow{row("000000", other), row("000000", nil)}, wantAside: 2},
		"the second time unreadable": {rejected: []domain.QuarantinedRow{{Code: "000000", Reason: "unreadable"}}, wantAside: 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, 3)
			*b.rows() = append(*b.rows(), tt.same...)
			b.source.pages = append(b.source.pages, reconcile.Page{Rows: tt.more, Rejected: tt.rejected})
			run := b.carry(t, domain.RunDone)
			if got := told(b.observed); got != "duplicate_code " {
				t.Errorf("found %q", got)
			}
			if len(b.quarantine) != tt.wantAside || run.Counts.Quarantined != tt.wantAside {
				t.Errorf("put aside %+v, want %d rows", b.quarantine, tt.wantAside)
			}
			for _, aside := range b.quarantine {
				if aside.Code != "000000" || aside.Reason == "" {
					t.Errorf("put aside %+v", aside)
				}
			}
		})
	}
}

func TestIncrementalRunBeginsAtTheWatermark(t *testing.T) {
	t.Parallel()
	previous := &domain.Run{Watermark: "w0"}
	tests := map[string]struct {
		mode     domain.RunMode
		previous *domain.Run
		want     string
	}{
		"incremental":                    {domain.RunIncremental, previous, "w0"},
		"incremental for the first time": {domain.RunIncremental, nil, ""},
		"complete":                       {domain.RunComplete, previous, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, 30)
			b.stored.Mode, b.job.Previous = tt.mode, tt.previous
			for i := range *b.rows() { // named, without values
				(*b.rows())[i] = domain.StagedRow{Record: domain.SourceRecord{Code: (*b.rows())[i].Record.Code}, Unchanged: true}
			}
			run := b.carry(t, domain.RunDone)
			if got := b.source.requests[1].Since; got != tt.want {
				t.Errorf("read since %q, want %q", got, tt.want)
			}
			if want := (domain.RunCounts{Read: 30, Known: 30, Compared: 30}); run.Counts != want || len(b.queue) != 0 {
				t.Errorf("counts %+v, want %+v", run.Counts, want)
			}
		})
	}
}

func TestProgressIsSavedPageByPage(t *testing.T) {
	t.Parallel()
	b := setup(t, 2500)
	all := *b.rows()
	b.source.pages = nil
	for from := 0; from < len(all); from += 500 {
		b.source.pages = append(b.source.pages, reconcile.Page{Rows: all[from : from+500]})
	}
	for i := range all[:1200] {
		all[i].Record.Attributes = nil
	}
	b.carry(t, domain.RunDone)
	read, compared := map[int]bool{}, map[int]bool{}
	for _, run := range b.saves {
		read[run.Counts.Read], compared[run.Counts.Compared] = true, true
	}
	for _, n := range []int{500, 1000, 1500, 2000, 2500} {
		if !read[n] {
			t.Errorf("not saved after %d rows were read", n)
		}
	}
	for _, n := range []int{1000, 2000, 2500} {
		if !compared[n] {
			t.Errorf("not saved after %d records were compared", n)
		}
	}
	total := 0
	for _, size := range b.batches {
		if total += size; size > 500 {
			t.Errorf("%d findings were proposed at once", size)
		}
	}
	if total != 2400 {
		t.Errorf("%d findings were proposed, want two for each of 1200 records", total)
	}
}

func TestTwoCodesOfOneRecordMakeOneFinding(t *testing.T) {
	t.Parallel()
	b := setup(t, 2)
	b.crosswalk["000001"] = b.crosswalk["000000"]
	for i := range *b.rows() {
		(*b.rows())[i].Record.Attributes = domain.Attributes{attrName: domain.Text("x"), attrWeight: qty("1", "KGM")}
	}
	b.carry(t, domain.RunDone)
	if got := told(b.observed); got != "value:name " {
		t.Errorf("found %q", got)
	}
}
