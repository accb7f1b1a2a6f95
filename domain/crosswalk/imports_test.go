package crosswalk_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

const (
	fresh    = domain.ImportNew
	same     = domain.ImportSame
	conflict = domain.ImportConflict
	wrong    = domain.ImportWrong
)

func TestWhatAMappingFileWouldChange(t *testing.T) {
	t.Parallel()
	// The code OLD stands for A already.
	tests := map[string]struct {
		pairs []string
		want  []domain.ImportRowStatus
	}{
		"a new code":                           {[]string{"X", "B"}, []domain.ImportRowStatus{fresh}},
		"two codes of one record":              {[]string{"X", "B", "Y", "B"}, []domain.ImportRowStatus{fresh, fresh}},
		"what is mapped so already":            {[]string{"OLD", "A"}, []domain.ImportRowStatus{same}},
		"the same code as its system sees it":  {[]string{"old", "A"}, []domain.ImportRowStatus{same}},
		"what is mapped otherwise":             {[]string{"OLD", "B"}, []domain.ImportRowStatus{conflict}},
		"a canonical code nobody knows":        {[]string{"X", "Z"}, []domain.ImportRowStatus{wrong}},
		"a canonical code without its zeros":   {[]string{"X", "7"}, []domain.ImportRowStatus{wrong}},
		"zeros kept":                           {[]string{"0001", "007", "1", "B"}, []domain.ImportRowStatus{fresh, fresh}},
		"no code":                              {[]string{"  ", "B"}, []domain.ImportRowStatus{wrong}},
		"no canonical code":                    {[]string{"X", ""}, []domain.ImportRowStatus{wrong}},
		"a code that is too long":              {[]string{strings.Repeat("x", 129), "B"}, []domain.ImportRowStatus{wrong}},
		"white space around":                   {[]string{" X\t", " B "}, []domain.ImportRowStatus{fresh}},
		"repeated and agreeing":                {[]string{"X", "B", "X", "B", "x", "B"}, []domain.ImportRowStatus{fresh, same, same}},
		"repeated and contradicting":           {[]string{"X", "A", "x", "B"}, []domain.ImportRowStatus{wrong, wrong}},
		"contradicting, then agreeing":         {[]string{"X", "A", "X", "B", "X", "A"}, []domain.ImportRowStatus{wrong, wrong, wrong}},
		"agreeing, then contradicting":         {[]string{"X", "A", "X", "A", "X", "B"}, []domain.ImportRowStatus{wrong, wrong, wrong}},
		"contradicting what is mapped":         {[]string{"OLD", "A", "OLD", "B"}, []domain.ImportRowStatus{same, wrong}},
		"contradicting what is mapped, before": {[]string{"OLD", "B", "OLD", "A"}, []domain.ImportRowStatus{wrong, same}},
		"repeated against what is mapped":      {[]string{"OLD", "B", "OLD", "B"}, []domain.ImportRowStatus{conflict, conflict}},
		"a wrong row beside a good one":        {[]string{"X", "Z", "X", "B"}, []domain.ImportRowStatus{wrong, fresh}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "A", "B", "007")
			b.load(t, "OLD", "A")
			before := b.mapped(t)
			imported := b.preview(t, test.pairs...)
			got := b.statuses(t, imported)
			if !slices.Equal(got, test.want) {
				t.Errorf("the rows are %v, want %v", got, test.want)
			}
			counts := map[domain.ImportRowStatus]int{}
			for _, status := range got {
				counts[status]++
			}
			if !maps.Equal(imported.Counts, counts) || imported.State != domain.ImportPreviewed || imported.Plant != "STU1" || imported.CreatedBy != b.petra.ID {
				t.Errorf("the import is %+v", imported)
			}
			if !maps.Equal(b.mapped(t), before) {
				t.Error("a preview mapped something")
			}
		})
	}
}

func TestOnlyNewRowsAreSubmitted(t *testing.T) {
	t.Parallel()
	b := setup(t, "A", "B", "007")
	b.load(t, "OLD", "A")
	imported := b.preview(t, "0001", "007", "OLD", "B", "X", "Z", "Y", "B", "Y", "B")
	request := must(b.crosswalk.SubmitImport(t.Context(), b.petra, imported.ID, " "))(t)
	if request.Plant != "STU1" || request.Kind != domain.RequestMappings || request.ItemCount != 4 || !strings.Contains(request.Reason, "stu1.csv") {
		t.Errorf("the request is %+v", request)
	}
	_, err := b.crosswalk.SubmitImport(t.Context(), b.petra, imported.ID, "again")
	wantCode(t, err, domain.CodeImportSubmitted)
	if got := b.approve(t, request); got.State != domain.RequestApplied {
		t.Fatalf("the request is %s: %s", got.State, got.ClosedWhy)
	}
	if got, want := b.mapped(t), map[domain.Code]string{"OLD": "A", "0001": "007", "Y": "B"}; !maps.Equal(got, want) {
		t.Errorf("mapped are %v, want %v", got, want)
	}
	use := must(b.store.Read().Uses.ByRecord(t.Context(), b.records["007"]))(t)
	if len(use) != 1 || use[0].Plant != "STU1" || use[0].State != domain.UseActive {
		t.Errorf("the plant's use is %+v", use)
	}
	stored := must(b.crosswalk.Import(t.Context(), b.petra, imported.ID))(t)
	if stored.State != domain.ImportSubmitted || stored.ChangeRequest != request.ID {
		t.Errorf("the import is %+v", stored)
	}
	if got := b.statuses(t, b.preview(t, "0001", "007", "OLD", "A", "Y", "B")); !slices.Equal(got, []domain.ImportRowStatus{same, same, same}) {
		t.Errorf("the same file again: %v", got)
	}
}

func TestAFileWithNothingNewCannotBeSubmitted(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	imported := b.preview(t, "X", "Z")
	_, err := b.crosswalk.SubmitImport(t.Context(), b.petra, imported.ID, "")
	wantCode(t, err, domain.CodeDecisionInvalid)
	if stored := must(b.crosswalk.Import(t.Context(), b.petra, imported.ID))(t); stored.State != domain.ImportPreviewed {
		t.Errorf("the import is %s", stored.State)
	}
}

func TestACodeMappedMeanwhileFailsTheWholeFile(t *testing.T) {
	t.Parallel()
	b := setup(t, "A", "B")
	late := must(b.crosswalk.SubmitImport(t.Context(), b.petra, b.preview(t, "X", "A", "Y", "B").ID, ""))(t)
	b.load(t, "Y", "A")
	if failed := b.approve(t, late); failed.State != domain.RequestFailed || failed.ClosedWhy == "" {
		t.Errorf("the late request is %s", failed.State)
	}
	if got, want := b.mapped(t), map[domain.Code]string{"Y": "A"}; !maps.Equal(got, want) {
		t.Errorf("mapped are %v, want %v", got, want)
	}
}

func TestTheFirstCodeNamesTheRecord(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	b.load(t, "X", "A", "Y", "A")
	b.load(t, "W", "A")
	outbound := map[domain.Code]bool{}
	for _, m := range must(b.store.Read().Mappings.ByRecords(t.Context(), mes, []domain.ID{b.records["A"]}))(t) {
		outbound[m.Code] = m.DefaultOut
	}
	if want := map[domain.Code]bool{"X": true, "Y": false, "W": false}; !maps.Equal(outbound, want) {
		t.Errorf("the outbound codes are %v, want %v", outbound, want)
	}
}

func TestAnImportOfASystemOfNoPlant(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	u := upload("17", "A")
	u.System = odoo
	_, err := b.crosswalk.PreviewImport(t.Context(), b.petra, u)
	wantCode(t, err, domain.CodeAccessDenied)
	request := must(b.crosswalk.SubmitImport(t.Context(), b.ana, must(b.crosswalk.PreviewImport(t.Context(), b.ana, u))(t).ID, "ERP"))(t)
	if request.Plant != "" || request.ItemCount != 1 || request.Reason != "ERP" {
		t.Errorf("the request is %+v", request)
	}
}

func TestWhoMayImport(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	imported := b.preview(t, "X", "A")
	preview := func(by domain.Actor, change func(*crosswalk.Upload)) error {
		u := upload("X", "A")
		change(&u)
		_, err := b.crosswalk.PreviewImport(t.Context(), by, u)
		return err
	}
	asIs := func(*crosswalk.Upload) {}
	submit := func(by domain.Actor) error {
		_, err := b.crosswalk.SubmitImport(t.Context(), by, imported.ID, "")
		return err
	}
	_, _, rowsErr := b.crosswalk.ImportRows(t.Context(), b.carl, imported.ID, 0, 1)
	nobody := domain.ServiceActor("nobody")
	_, _, listErr := b.crosswalk.Imports(t.Context(), nobody, domain.Page{Limit: 1})
	_, _, mappingsErr := b.crosswalk.Mappings(t.Context(), nobody, domain.MappingQuery{Page: domain.Page{Limit: 1}})
	before := b.state(t)
	for name, test := range map[string]struct {
		err      error
		wantCode string
	}{
		"for another plant":              {preview(b.carl, asIs), domain.CodeSystemUnknown},
		"by one who may only read":       {preview(b.bo, asIs), domain.CodeAccessDenied},
		"of a system there is not":       {preview(b.ana, func(u *crosswalk.Upload) { u.System = "moon" }), domain.CodeSystemUnknown},
		"of a domain there is not":       {preview(b.ana, func(u *crosswalk.Upload) { u.Domain = "moon" }), domain.CodeDomainUnknown},
		"of an empty file":               {preview(b.ana, func(u *crosswalk.Upload) { u.Rows = nil }), domain.CodeImportInvalid},
		"submitted from another plant":   {submit(b.carl), domain.CodeImportUnknown},
		"submitted by one who may read":  {submit(b.bo), domain.CodeAccessDenied},
		"its rows seen by another plant": {rowsErr, domain.CodeImportUnknown},
		"imports listed by nobody":       {listErr, domain.CodeAccessDenied},
		"mappings listed by nobody":      {mappingsErr, domain.CodeAccessDenied},
	} {
		if got := domain.ErrorCode(test.err); got != test.wantCode {
			t.Errorf("%s: %v, want %s", name, test.err, test.wantCode)
		}
	}
	if b.state(t) != before {
		t.Error("what was refused left something behind")
	}
	for by, want := range map[*domain.Actor]int{&b.ana: 1, &b.petra: 1, &b.carl: 0} {
		imports, _, err := b.crosswalk.Imports(t.Context(), *by, domain.Page{Limit: 10})
		if len(must(imports, err)(t)) != want {
			t.Errorf("%s sees %d imports", by.Name, len(imports))
		}
	}
	b.load(t, "Y", "A")
	for by, want := range map[*domain.Actor]int{&b.petra: 1, &b.carl: 0} {
		mappings, _, err := b.crosswalk.Mappings(t.Context(), *by, domain.MappingQuery{Domain: catalog.Item, Page: domain.Page{Limit: 10}})
		if len(must(mappings, err)(t)) != want {
			t.Errorf("%s sees %d mappings", by.Name, len(mappings))
		}
	}
}

func TestABrokenStoreImportsNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	imported := b.preview(t, "X", "A")
	before := b.state(t)
	tests := map[string]struct {
		failing storetest.Failing
		try     func() error
	}{
		"submit": {storetest.Failing{Writes: true}, func() error {
			_, err := b.crosswalk.SubmitImport(t.Context(), b.petra, imported.ID, "")
			return err
		}},
		"preview": {storetest.Failing{Operates: true}, func() error {
			_, err := b.crosswalk.PreviewImport(t.Context(), b.petra, upload("Y", "A"))
			return err
		}},
		"read before the preview": {storetest.Failing{Reads: true}, func() error {
			_, err := b.crosswalk.PreviewImport(t.Context(), b.petra, upload("Y", "A"))
			return err
		}},
	}
	for name, test := range tests {
		broken := *b
		b.on(storetest.Broken(t, b.store, test.failing))
		if err := test.try(); domain.ErrorCode(err) != domain.CodeStoreDown {
			t.Errorf("%s: %v", name, err)
		}
		b.crosswalk = broken.crosswalk
		if b.state(t) != before {
			t.Errorf("%s left something behind", name)
		}
	}
	b.load(t, "Y", "A")
}
