package intake_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// many are codes of a prefix, all of them of one record.
func many(prefix string, n int) []string {
	var texts []string
	for i := range n {
		texts = append(texts, fmt.Sprintf("%s%05d", prefix, i), "A")
	}
	return texts
}

func TestOnlyNewRowsAreSubmitted(t *testing.T) {
	t.Parallel()
	b := setup(t, "A", "B", "007")
	b.load(t, "OLD", "A")
	imported := b.preview(t, "0001", "007", "OLD", "B", "X", "Z", "Y", "B", "Y", "B")
	requests := b.submit(t, b.petra, imported.ID)
	if len(requests) != 1 || requests[0].Plant != "STU1" || requests[0].Kind != domain.RequestMappings || requests[0].ItemCount != 4 ||
		!strings.Contains(requests[0].Reason, "stu1.csv") || requests[0].ProposedBy != b.petra.ID {
		t.Fatalf("the requests are %+v", requests)
	}
	_, err := b.intake.Submit(t.Context(), b.petra, imported.ID, "again", false)
	wantCode(t, err, domain.CodeImportSubmitted)
	_, err = b.intake.Desk.Approve(t.Context(), b.petra, requests[0].ID, requests[0].Version)
	wantCode(t, err, domain.CodeAccessDenied)
	b.apply(t, requests...)
	if got, want := b.mapped(t), map[domain.Code]string{"OLD": "A", "0001": "007", "Y": "B"}; !maps.Equal(got, want) {
		t.Errorf("mapped are %v, want %v", got, want)
	}
	use := must(b.store.Read().Uses.ByRecord(t.Context(), b.records["007"]))(t)
	if len(use) != 1 || use[0].Plant != "STU1" || use[0].State != domain.UseActive {
		t.Errorf("the plant's use is %+v", use)
	}
	for _, row := range b.rows(t, imported.ID) {
		if handed := !row.Request.IsZero(); handed != (row.Status == fresh) {
			t.Errorf("line %d is %s and handed in: %v", row.Line, row.Status, handed)
		}
	}
	if got := b.statuses(t, b.preview(t, "0001", "007", "OLD", "A", "Y", "B").ID); !slices.Equal(got, []domain.ImportRowStatus{same, same, same}) {
		t.Errorf("the same codes again: %v", got)
	}
}

func TestWhatCannotBeSubmitted(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	nothing := b.preview(t, "X", "Z")
	_, err := b.intake.Submit(t.Context(), b.petra, nothing.ID, "", false)
	wantCode(t, err, domain.CodeDecisionInvalid)
	faulty := b.preview(t, "X", "Z", "Y", "A")
	_, err = b.intake.Submit(t.Context(), b.petra, faulty.ID, "", true)
	wantCode(t, err, domain.CodeImportFaulty)
	unread := must(b.intake.Receive(t.Context(), b.petra, pairs("Q", "A")))(t)
	_, err = b.intake.Submit(t.Context(), b.petra, unread.ID, "", false)
	wantCode(t, err, domain.CodeImportState)
	for _, id := range []domain.ID{nothing.ID, faulty.ID} {
		if stored := b.now(t, id); stored.State != domain.ImportPreviewed {
			t.Errorf("the import is %s", stored.State)
		}
	}
	// The good rows go on by choice.
	b.apply(t, b.submit(t, b.petra, faulty.ID)...)
	if got := b.mapped(t); len(got) != 1 || got["Y"] != "A" {
		t.Errorf("mapped are %v", got)
	}
}

func TestRowsThatCameOtherwiseStayOut(t *testing.T) {
	t.Parallel()
	for name, strict := range map[string]bool{"by choice": false, "or none go": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "A", "B")
			late := b.preview(t, "X", "A", "Y", "B")
			b.load(t, "Y", "A")
			must(b.intake.Submit(t.Context(), b.petra, late.ID, "", strict))(t)
			failures := b.work(t)
			stored := b.now(t, late.ID)
			if strict {
				if len(failures) != 1 || stored.State != domain.ImportPreviewed || stored.Code != domain.CodeImportFaulty || len(stored.Requests) != 0 {
					t.Errorf("%v, and the import is %+v", failures, stored)
				}
				return
			}
			if stored.State != domain.ImportSubmitted || len(stored.Requests) != 1 {
				t.Fatalf("the import is %+v", stored)
			}
			if got := b.statuses(t, late.ID); !slices.Equal(got, []domain.ImportRowStatus{fresh, conflict}) || stored.Counts[conflict] != 1 {
				t.Errorf("the rows are %v of %v", got, stored.Counts)
			}
		})
	}
}

func TestTheSameFileIsTheSameImport(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	first := b.preview(t, "X", "A")
	for name, test := range map[string]struct {
		by     domain.Actor
		change func(*intake.Upload)
		same   bool
	}{
		"again":                {b.petra, func(*intake.Upload) {}, true},
		"by another of theirs": {b.lu, func(*intake.Upload) {}, true},
		"under another name":   {b.petra, func(u *intake.Upload) { u.FileName = "other.csv" }, true},
		"of another system":    {b.lu, func(u *intake.Upload) { u.System = wms }, false},
		"as something else":    {b.ana, func(u *intake.Upload) { u.Kind, u.System = domain.ImportGolden, "" }, false},
		"with one more blank":  {b.petra, func(u *intake.Upload) { u.Body = strings.NewReader("code,target\nX,A ") }, false},
	} {
		upload := pairs("X", "A")
		test.change(&upload)
		got := must(b.intake.Receive(t.Context(), test.by, upload))(t)
		if (got.ID == first.ID) != test.same {
			t.Errorf("%s: %v", name, got.ID == first.ID)
		}
	}
	must(b.intake.Cancel(t.Context(), b.petra, first.ID))(t)
	if got := must(b.intake.Receive(t.Context(), b.petra, pairs("X", "A")))(t); got.ID == first.ID {
		t.Error("a cancelled import was taken for the same")
	}
	// A file of several plants is not shown to others by uploading it too.
	several := func() intake.Upload {
		u := mappingUpload("code,target,plant", "X,A,STU1")
		u.System = ""
		return u
	}
	if mine, theirs := must(b.intake.Receive(t.Context(), b.lu, several()))(t), must(b.intake.Receive(t.Context(), b.ana, several()))(t); mine.ID == theirs.ID {
		t.Error("somebody else's file of several plants")
	}
}

func TestAMendedFileContinuesItsImport(t *testing.T) {
	t.Parallel()
	b := setup(t, "A", "B")
	imported := b.preview(t, "X", "A", "Y", "Z", "W", "B")
	requests := b.submit(t, b.petra, imported.ID)
	b.opener.mark = &intake.Mark{Kind: domain.ImportMapping, System: mes, Domain: "item", Import: imported.ID}

	mended := b.preview(t, "X", "A", "Y", "B", "W", "A")
	if mended.ID != imported.ID || mended.Revision != 2 || mended.State != domain.ImportPreviewed {
		t.Fatalf("the import is %+v", mended)
	}
	if got := b.statuses(t, mended.ID); !slices.Equal(got, []domain.ImportRowStatus{same, fresh, wrong}) {
		t.Errorf("the rows are %v", got)
	}
	if rows := b.rows(t, mended.ID); rows[0].Request != requests[0].ID {
		t.Errorf("what was handed in is %+v", rows[0])
	}
	again := b.submit(t, b.petra, mended.ID)
	if len(again) != 2 || again[0].ID != requests[0].ID || again[1].ItemCount != 2 {
		t.Errorf("the requests are %+v", again)
	}
	// What was rejected is no longer handed in.
	must(b.intake.Desk.Reject(t.Context(), b.bo, requests[0].ID, requests[0].Version, "no"))(t)
	third := b.preview(t, "X", "A", "Y", "B", "W", "B", "V", "A")
	if got := b.statuses(t, third.ID); !slices.Equal(got, []domain.ImportRowStatus{fresh, same, fresh, fresh}) || third.Revision != 3 {
		t.Errorf("the rows are %v", got)
	}
}

func TestWhoseMarkCounts(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	imported := b.preview(t, "X", "A")
	b.opener.mark = &intake.Mark{Import: imported.ID}
	other := pairs("Y", "A")
	other.System = wms
	_, err := b.intake.Receive(t.Context(), b.lu, other)
	wantCode(t, err, domain.CodeImportInvalid)
	other.Body = strings.NewReader("code,target\nY,A")
	if made := must(b.intake.Receive(t.Context(), b.carl, other))(t); made.ID == imported.ID || made.Revision != 1 {
		t.Errorf("of an import that one may not see: %+v", made)
	}
	b.opener.mark.Import = domain.NewID()
	if made := must(b.intake.Receive(t.Context(), b.petra, pairs("Y", "A")))(t); made.Revision != 1 {
		t.Errorf("of an import that there is not: %+v", made)
	}
	if now := b.now(t, imported.ID); now.State != domain.ImportPreviewed || now.Revision != 1 {
		t.Errorf("the import is %+v", now)
	}
}

func TestACrashInTheMiddleOfReading(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	crashes := true
	b.opener.before = func(_ context.Context, row int) error {
		if row == 1500 && crashes {
			return domain.Unavailable(errCrash, domain.CodeStoreDown, "crashed")
		}
		return nil
	}
	imported := must(b.intake.Receive(t.Context(), b.petra, pairs(many("X", 2500)...)))(t)
	claimed, _ := b.claim(t, "first")
	wantCode(t, b.intake.Carry(t.Context(), claimed), domain.CodeStoreDown)
	if now := b.now(t, imported.ID); now.State != domain.ImportReading || now.Done != 1000 || now.Total != 2500 {
		t.Fatalf("after the crash it is %+v", now)
	}
	crashes = false
	if failures := b.work(t); failures != nil {
		t.Fatal(failures)
	}
	now := b.now(t, imported.ID)
	if now.State != domain.ImportPreviewed || now.Counts[fresh] != 2500 || now.Attempt != 2 || len(b.rowsAll(t, imported.ID)) != 2500 {
		t.Errorf("it is %+v", now)
	}
}

func (b *bundle) rowsAll(t testing.TB, id domain.ID) []domain.ImportRow {
	t.Helper()
	var all []domain.ImportRow
	for {
		rows := must(b.store.Read().Imports.Rows(t.Context(), domain.ImportRowQuery{Import: id, Offset: len(all)}))(t)
		if len(rows) == 0 {
			return all
		}
		all = append(all, rows...)
	}
}

func TestACrashInTheMiddleOfSubmitting(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	upload := mappingUpload("code,target,plant", "X,A,STU1", "Y,A,BER2", "Z,A,STU1")
	upload.System = ""
	imported := b.receive(t, b.lu, upload)
	must(b.intake.Submit(t.Context(), b.lu, imported.ID, "", false))(t)

	whole := b.intake
	b.on(storetest.Broken(t, b.store, storetest.Failing{Writes: true, After: 1}))
	claimed, _ := b.claim(t, "first")
	wantCode(t, b.intake.Carry(t.Context(), claimed), domain.CodeStoreDown)
	if now := b.now(t, imported.ID); now.State != domain.ImportSubmitting || len(now.Requests) != 1 || now.Done != 2 {
		t.Fatalf("after the crash it is %+v", now)
	}
	b.intake = whole
	if failures := b.work(t); failures != nil {
		t.Fatal(failures)
	}
	now := b.now(t, imported.ID)
	if now.State != domain.ImportSubmitted || len(now.Requests) != 2 {
		t.Fatalf("it is %+v", now)
	}
	for _, id := range now.Requests {
		b.apply(t, must(b.store.Read().Requests.ByID(t.Context(), id))(t))
	}
	if got := b.mapped(t); len(got) != 2 || got["X"] != "A" || got["Z"] != "A" {
		t.Errorf("mapped are %v", got)
	}
}

func TestManyRowsAreSeveralRequests(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	b.intake.RequestRows = 10
	requests := b.submit(t, b.petra, b.preview(t, many("X", 21)...).ID)
	if len(requests) != 3 || requests[0].ItemCount != 20 || requests[2].ItemCount != 2 {
		t.Errorf("there are %d requests, the first of %d items", len(requests), requests[0].ItemCount)
	}
}

func TestACancelledImportIsLeft(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	imported := must(b.intake.Receive(t.Context(), b.petra, pairs(many("X", 3000)...)))(t)
	b.opener.before = func(ctx context.Context, row int) error {
		if row == 1500 {
			_, err := b.intake.Cancel(ctx, b.petra, imported.ID)
			return err
		}
		return nil
	}
	claimed, _ := b.claim(t, "first")
	wantCode(t, b.intake.Carry(t.Context(), claimed), domain.CodeImportLost)
	if now := b.now(t, imported.ID); now.State != domain.ImportCancelled || now.Done != 1000 {
		t.Errorf("it is %+v", now)
	}
	if _, found := b.claim(t, "second"); found {
		t.Error("somebody goes on with it")
	}
	_, err := b.intake.Cancel(t.Context(), b.petra, imported.ID)
	wantCode(t, err, domain.CodeImportState)
}

func TestOfTwoReplicasTheLaterGoesOn(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	imported := must(b.intake.Receive(t.Context(), b.petra, pairs(many("X", 2000)...)))(t)
	taken := false
	b.opener.before = func(ctx context.Context, row int) error {
		if row != 1500 || taken {
			return nil
		}
		taken = true
		second, found := b.claim(t, "second") //nolint:contextcheck // a worker of its own
		if !found {
			return errors.New("the second found nothing")
		}
		return b.intake.Carry(ctx, second)
	}
	first, _ := b.claim(t, "first")
	wantCode(t, b.intake.Carry(t.Context(), first), domain.CodeImportLost)
	if now := b.now(t, imported.ID); now.State != domain.ImportPreviewed || now.Counts[fresh] != 2000 || now.Attempt != 2 {
		t.Errorf("it is %+v", now)
	}
}

func TestAFileThatEndsItsReaderFails(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rows   []string
		before func(context.Context, int) error
		code   string
	}{
		"a panic":                  {many("X", 1), func(context.Context, int) error { panic("out of range") }, domain.CodeInternal},
		"an error of its reader":   {many("X", 1), func(context.Context, int) error { return errors.New("broken") }, domain.CodeInternal},
		"what the reader can tell": {many("X", 1), func(context.Context, int) error { return domain.Invalid(domain.CodeImportInvalid, "line 7") }, domain.CodeImportInvalid},
		"no rows":                  {nil, nil, domain.CodeImportInvalid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "A")
			b.opener.before = test.before
			made := must(b.intake.Receive(t.Context(), b.petra, pairs(test.rows...)))(t)
			if failures := b.work(t); len(failures) != 1 {
				t.Errorf("failures: %v", failures)
			}
			if now := b.now(t, made.ID); now.State != domain.ImportFailed || now.Code != test.code || now.Message == "" || strings.Contains(now.Message, "broken") {
				t.Errorf("it is %+v", now)
			}
		})
	}
	t.Run("each time", func(t *testing.T) {
		t.Parallel()
		b := setup(t, "A")
		b.opener.before = func(context.Context, int) error { return domain.Unavailable(errCrash, domain.CodeStoreDown, "down") }
		made := must(b.intake.Receive(t.Context(), b.petra, pairs("X", "A")))(t)
		b.work(t) // each attempt is left to the next worker
		if now := b.now(t, made.ID); now.State != domain.ImportFailed || now.Attempt != 6 {
			t.Errorf("it is %+v", now)
		}
	})
}

func TestWhatIsAskedIsAnswered(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	b.opener.unsure = "Two columns could hold the code."
	asking := b.preview(t, "X", "A")
	if asking.State != domain.ImportAsking || asking.Message == "" || len(asking.Layout.Columns) != 2 {
		t.Fatalf("it is %+v", asking)
	}
	layout := asking.Layout
	_, err := b.intake.SetLayout(t.Context(), b.petra, asking.ID, asking.Version-1, layout)
	wantCode(t, err, domain.CodeImportStale)
	for name, change := range map[string]func(*domain.ImportLayout){
		"no code":            func(l *domain.ImportLayout) { l.Columns = l.Columns[1:] },
		"a column twice":     func(l *domain.ImportLayout) { l.Columns[0].Column = 2 },
		"a field twice":      func(l *domain.ImportLayout) { l.Columns[0].Field = domain.FieldTarget },
		"a field of another": func(l *domain.ImportLayout) { l.Columns[0].Field = "attribute:name" },
		"a third head row":   func(l *domain.ImportLayout) { l.HeaderRows = 3 },
		"a sign of its own":  func(l *domain.ImportLayout) { l.Decimal = ";" },
	} {
		broken := layout
		broken.Columns = slices.Clone(layout.Columns)
		change(&broken)
		_, err := b.intake.SetLayout(t.Context(), b.petra, asking.ID, asking.Version, broken)
		if domain.ErrorCode(err) != domain.CodeImportInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	waiting := must(b.intake.SetLayout(t.Context(), b.petra, asking.ID, asking.Version, layout))(t)
	if waiting.State != domain.ImportWaiting || waiting.Guessed {
		t.Errorf("it is %+v", waiting)
	}
	b.work(t)
	if now := b.now(t, asking.ID); now.State != domain.ImportPreviewed || now.Counts[fresh] != 1 || now.Guessed {
		t.Errorf("it is %+v", now)
	}
	b.submit(t, b.petra, asking.ID)
	b.opener.unsure = ""
	next := b.preview(t, "Y", "A")
	ask := b.opener.asked[len(b.opener.asked)-1]
	names := must(b.intake.ProfileNames(t.Context(), []domain.Import{next}))(t)
	if len(ask.Profiles) != 1 || next.Profile != ask.Profiles[0].ID || names[next.Profile] != "stu" || len(ask.Plants) != 1 {
		t.Errorf("asked was %+v; the profile is %v of %v", ask, next.Profile, names)
	}
}

func TestReceiveRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	b.intake.MaxBytes = 1000
	declared := func(change func(*intake.Upload)) intake.Upload {
		u := pairs("X", "A")
		change(&u)
		return u
	}
	tests := map[string]struct {
		by     domain.Actor
		upload intake.Upload
		want   string
	}{
		"for another plant":             {b.carl, pairs("X", "A"), domain.CodeSystemUnknown},
		"by one who may only read":      {b.bo, pairs("X", "A"), domain.CodeAccessDenied},
		"of a system there is not":      {b.ana, declared(func(u *intake.Upload) { u.System = "moon" }), domain.CodeSystemUnknown},
		"of a domain there is not":      {b.ana, declared(func(u *intake.Upload) { u.Domain = "moon" }), domain.CodeDomainUnknown},
		"of a kind there is not":        {b.ana, declared(func(u *intake.Upload) { u.Kind = "letter" }), domain.CodeBodyInvalid},
		"for a plant not the system's":  {b.ana, declared(func(u *intake.Upload) { u.Plant = "BER2" }), domain.CodeImportInvalid},
		"records of no system":          {b.ana, declared(func(u *intake.Upload) { u.Kind, u.System = domain.ImportRecordsComplete, "" }), domain.CodeImportInvalid},
		"of several plants, by nobody":  {b.bo, declared(func(u *intake.Upload) { u.System = "" }), domain.CodeAccessDenied},
		"of a system of no plant":       {b.petra, declared(func(u *intake.Upload) { u.System = odoo }), domain.CodeAccessDenied},
		"an empty file":                 {b.petra, declared(func(u *intake.Upload) { u.Body = strings.NewReader("") }), domain.CodeImportInvalid},
		"a file that is too large":      {b.petra, declared(func(u *intake.Upload) { u.Body = strings.NewReader(strings.Repeat("x", 1001)) }), domain.CodeBodyTooLarge},
		"a file that cannot be read":    {b.petra, declared(func(u *intake.Upload) { u.Body = strings.NewReader("PK") }), domain.CodeImportInvalid},
		"a connection that was cut off": {b.petra, declared(func(u *intake.Upload) { u.Body = cut{} }), domain.CodeImportInvalid},
	}
	before := b.state(t)
	for name, test := range tests {
		if _, err := b.intake.Receive(t.Context(), test.by, test.upload); domain.ErrorCode(err) != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
	if b.state(t) != before {
		t.Error("what was refused left something behind")
	}
	for i := range 20 {
		must(b.intake.Receive(t.Context(), b.petra, pairs(fmt.Sprint("X", i), "A")))(t)
	}
	_, err := b.intake.Receive(t.Context(), b.petra, pairs("X", "A"))
	wantCode(t, err, domain.CodeImportTooMany)
	must(b.intake.Receive(t.Context(), b.lu, pairs("X", "A")))(t)
}

// cut is a body whose connection breaks.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, errCrash }

func TestWhoSeesAnImport(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	own := b.preview(t, "X", "Z")
	several := mappingUpload("code,target,plant", "X,Z,STU1")
	several.System = ""
	shared := b.receive(t, b.lu, several)
	layout := own.Layout
	for name, use := range map[string]func(by domain.Actor, id domain.ID) error{
		"look": func(by domain.Actor, id domain.ID) error { _, err := b.intake.Import(t.Context(), by, id); return err },
		"rows": func(by domain.Actor, id domain.ID) error {
			_, _, err := b.intake.Rows(t.Context(), by, domain.ImportRowQuery{Import: id})
			return err
		},
		"sheets": func(by domain.Actor, id domain.ID) error { _, err := b.intake.Sheets(t.Context(), by, id); return err },
		"sample": func(by domain.Actor, id domain.ID) error {
			_, _, err := b.intake.Sample(t.Context(), by, id, "", 1)
			return err
		},
		"fields": func(by domain.Actor, id domain.ID) error { _, err := b.intake.Fields(t.Context(), by, id); return err },
		"labels": func(by domain.Actor, id domain.ID) error { _, err := b.intake.Labels(t.Context(), by, id); return err },
		"layout": func(by domain.Actor, id domain.ID) error {
			_, err := b.intake.SetLayout(t.Context(), by, id, 99, layout)
			return err
		},
		"answers": func(by domain.Actor, id domain.ID) error {
			_, err := b.intake.Answers(t.Context(), by, id, make([]intake.Answer, 2000))
			return err
		},
		"submit": func(by domain.Actor, id domain.ID) error {
			_, err := b.intake.Submit(t.Context(), by, id, "", true)
			return err
		},
	} {
		changes := slices.Contains([]string{"layout", "answers", "submit"}, name)
		for _, test := range []struct {
			by             domain.Actor
			imported       domain.ID
			sees, proposes bool
		}{
			{b.petra, own.ID, true, true},
			{b.lu, own.ID, true, true},
			{b.bo, own.ID, true, false},
			{b.carl, own.ID, false, false},
			{b.lu, shared.ID, true, true},
			{b.ana, shared.ID, true, true},
			{b.bo, shared.ID, true, false},
			{b.petra, shared.ID, false, false},
		} {
			got := domain.ErrorCode(use(test.by, test.imported))
			allowed := test.sees && (test.proposes || !changes)
			refused := got == domain.CodeImportUnknown && !test.sees || got == domain.CodeAccessDenied && test.sees && !test.proposes
			if allowed == (got == domain.CodeImportUnknown || got == domain.CodeAccessDenied) || !allowed && !refused {
				t.Errorf("%s by %s: %q", name, test.by.Name, got)
			}
		}
	}
	for by, want := range map[*domain.Actor]int{&b.ana: 2, &b.bo: 2, &b.lu: 2, &b.petra: 1, &b.carl: 0} {
		imports, _, err := b.intake.Imports(t.Context(), *by, domain.Page{Limit: 10})
		if len(must(imports, err)(t)) != want {
			t.Errorf("%s sees %d imports", by.Name, len(imports))
		}
	}
	_, _, err := b.intake.Imports(t.Context(), domain.ServiceActor("nobody"), domain.Page{Limit: 1})
	wantCode(t, err, domain.CodeAccessDenied)
}

func TestABrokenStoreTakesNothingIn(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	imported := b.preview(t, "X", "A")
	before := b.state(t)
	for name, test := range map[string]struct {
		failing storetest.Failing
		try     func() error
	}{
		"submit":  {storetest.Failing{Operates: true}, func() error { _, err := b.intake.Submit(t.Context(), b.petra, imported.ID, "", false); return err }},
		"cancel":  {storetest.Failing{Operates: true}, func() error { _, err := b.intake.Cancel(t.Context(), b.petra, imported.ID); return err }},
		"receive": {storetest.Failing{Operates: true}, func() error { _, err := b.intake.Receive(t.Context(), b.petra, pairs("Y", "A")); return err }},
		"ask":     {storetest.Failing{Reads: true}, func() error { _, err := b.intake.Receive(t.Context(), b.petra, pairs("Y", "A")); return err }},
		"answer": {storetest.Failing{Operates: true}, func() error {
			_, err := b.intake.Answers(t.Context(), b.petra, imported.ID, []intake.Answer{{Target: "B"}})
			return err
		}},
	} {
		whole := b.intake
		b.on(storetest.Broken(t, b.store, test.failing))
		wantCode(t, test.try(), domain.CodeStoreDown)
		b.intake = whole
		if b.state(t) != before {
			t.Errorf("%s left something behind", name)
		}
	}
}
