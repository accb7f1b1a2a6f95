package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// work carries all imports that there is something to do with.
func (b *bundle) work(t *testing.T) {
	t.Helper()
	for {
		var imported domain.Import
		var found bool
		err := b.store.Operate(t.Context(), func(ops domain.Ops) (err error) {
			imported, found, err = ops.Imports.Claim(t.Context(), "worker", ops.Now.Add(1e9))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			return
		}
		if err := b.options.Intake.Carry(t.Context(), imported); err != nil {
			t.Log(err)
		}
	}
}

func TestAMappingFileIsPreviewedAnsweredAndSubmitted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	file := "\xEF\xBB\xBFArtikelnummer;Konzernnummer\n000123;IT-1\n000124;IT-9\n;IT-1\n"
	upload := request{method: "POST", path: "~/imports?domain=item&plant=STU1&file_name=codes.csv&system=" + s.own.system, as: "lead", body: file,
		header: map[string]string{"Content-Type": "text/csv", "Idempotency-Key": "once"}}
	made := read[api.Import](t, b.call(t, upload), http.StatusCreated)
	if made.State != "waiting" || made.Plant != "STU1" || made.Kind != "mapping" || made.Bytes != int64(len(file)) || made.Revision != 1 || !made.Guessed {
		t.Errorf("%+v", made)
	}
	if again := read[api.Import](t, b.call(t, upload), http.StatusCreated); again.ID != made.ID {
		t.Errorf("the same file again is %+v", again)
	}
	b.work(t)
	path := "~/imports/" + made.ID
	previewed := read[api.Import](t, b.call(t, request{method: "GET", path: path, as: "lead"}), http.StatusOK)
	if previewed.State != "previewed" || previewed.Counts != (api.ImportCounts{New: 1, Wrong: 2}) || previewed.Noticed["unknown_target"] != 1 || previewed.Done != 3 {
		t.Errorf("%+v", previewed)
	}
	rows := read[api.ImportRows](t, b.call(t, request{method: "GET", path: path + "/rows?status=wrong&limit=1", as: "lead"}), http.StatusOK)
	if rows.Total != 2 || len(rows.Rows) != 1 || rows.Rows[0].Position != 1 || rows.Rows[0].Message == "" || rows.Rows[0].Notes[0].Kind != "unknown_target" || rows.Rows[0].Line != 3 {
		t.Errorf("%+v", rows)
	}
	answers := request{method: "POST", path: path + "/answers", as: "lead", body: `{"answers":[{"position":1,"target":"IT-1"},{"position":2,"code":"000125"}]}`}
	if answered := read[api.Import](t, b.call(t, answers), http.StatusOK); answered.Counts != (api.ImportCounts{New: 3}) {
		t.Errorf("%+v", answered)
	}
	submit := request{method: "POST", path: path + "/submission", as: "lead", body: `{"reason":"from the plant","strict":true}`}
	if got := read[api.Import](t, b.call(t, submit), http.StatusOK); got.State != "submitting" || got.Reason != "from the plant" || !got.Strict {
		t.Errorf("%+v", got)
	}
	b.work(t)
	submitted := read[api.Import](t, b.call(t, request{method: "GET", path: path, as: "lead"}), http.StatusOK)
	if submitted.State != "submitted" || len(submitted.ChangeRequestIDs) != 1 || submitted.ChangeRequestID != submitted.ChangeRequestIDs[0] || submitted.SubmittedBy != "user:lead" {
		t.Fatalf("%+v", submitted)
	}
	proposed := read[api.ChangeRequest](t, b.call(t, request{method: "GET", path: "~/change-requests/" + submitted.ChangeRequestID, as: "lead"}), http.StatusOK)
	if proposed.Kind != "mappings" || proposed.State != "in_review" || proposed.Plant != "STU1" || proposed.May.Approve || !proposed.May.Withdraw || proposed.ItemCount != 6 {
		t.Errorf("%+v", proposed)
	}
	if p := b.call(t, submit).problem(t); p.Code != domain.CodeImportSubmitted {
		t.Errorf("again: %+v", p)
	}
}

func TestHowAFileIsReadIsSaid(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	path := "~/imports/" + s.own.load
	sheets := read[api.ImportSheets](t, b.call(t, request{method: "GET", path: path + "/sheets", as: "lead"}), http.StatusOK)
	if len(sheets.Sheets) != 1 || sheets.Sheets[0].Columns != 2 || sheets.Sheets[0].Hidden {
		t.Errorf("%+v", sheets)
	}
	sample := read[api.ImportSample](t, b.call(t, request{method: "GET", path: path + "/sample?rows=1", as: "lead"}), http.StatusOK)
	if len(sample.Rows) != 1 || len(sample.Rows[0].Cells) != 2 || sample.Rows[0].Cells[1].Text != "canonical" {
		t.Errorf("%+v", sample)
	}
	fields := read[api.ImportFields](t, b.call(t, request{method: "GET", path: path + "/fields", as: "lead"}), http.StatusOK)
	if at := slices.IndexFunc(fields.Fields, func(f api.ImportFieldInfo) bool { return f.Field == "plant" && !f.Required }); at < 0 {
		t.Errorf("%+v", fields)
	}
	put := func(tag string, layout map[string]any) answer {
		return b.call(t, request{method: "PUT", path: path + "/layout", as: "lead", header: map[string]string{"If-Match": tag}, body: layout})
	}
	none := laidOut()
	none["columns"] = []any{}
	for name, test := range map[string]struct {
		got  answer
		code int
	}{
		"another version":   {put(`"7"`, laidOut()), http.StatusPreconditionFailed},
		"without a code":    {put(`"1"`, none), http.StatusUnprocessableEntity},
		"without a version": {put("", laidOut()), http.StatusUnprocessableEntity},
	} {
		if test.got.status != test.code {
			t.Errorf("%s: %d", name, test.got.status)
		}
	}
	waiting := read[api.Import](t, put(`"1"`, laidOut()), http.StatusOK)
	if waiting.State != "waiting" || waiting.Guessed || waiting.Version != 2 || len(waiting.Layout.Columns) != 2 {
		t.Errorf("%+v", waiting)
	}
	cancelled := read[api.Import](t, b.call(t, request{method: "POST", path: path + "/cancellation", as: "lead"}), http.StatusOK)
	if cancelled.State != "cancelled" {
		t.Errorf("%+v", cancelled)
	}
}

func TestABodyOfUnknownLengthIsBounded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	b.options.Intake.MaxBytes = 1000
	got := b.call(t, request{method: "POST", path: "~/imports?domain=item&system=" + s.own.system, as: "lead", body: strings.Repeat("x", 2000)})
	if p := got.problem(t); p.Status != http.StatusRequestEntityTooLarge || p.Code != domain.CodeBodyTooLarge {
		t.Errorf("%+v", p)
	}
}
