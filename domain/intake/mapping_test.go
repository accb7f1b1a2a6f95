package intake_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

const (
	fresh    = domain.ImportNew
	changed  = domain.ImportChanged
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
			got := b.statuses(t, imported.ID)
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

func TestWhatARowSaysBesideItsTarget(t *testing.T) {
	t.Parallel()
	// OLD stands for A, in kg, with nothing said beside.
	const head = "code,target,relation,factor,unit,valid_from,valid_to"
	tests := map[string]struct {
		row  string
		want domain.ImportRowStatus
		note domain.NoteKind
	}{
		"nothing more":                     {"X,A,,,,,", fresh, ""},
		"all of it":                        {"X,A,Source narrower,1/1000,GRM,2026-01-01,2027-01-01", fresh, ""},
		"a unit of another kind, counted":  {"X,A,,12,BX,,", fresh, ""},
		"a unit of another kind":           {"X,A,,,BX,,", wrong, domain.NoteUnit},
		"a unit of the kind, no factor":    {"X,A,,,GRM,,", wrong, domain.NoteUnit},
		"a unit of the kind, wrong factor": {"X,A,,1000,GRM,,", wrong, domain.NoteUnit},
		"the record's own unit":            {"X,A,,,KGM,,", fresh, ""},
		"a factor that is none":            {"X,A,,zwölf,,,", wrong, domain.NoteValue},
		"a relation that is none":          {"X,A,perhaps,,,,", wrong, domain.NoteValue},
		"a day that is none":               {"X,A,,,,1.2.2026,", wrong, domain.NoteValue},
		"an end before the beginning":      {"X,A,,,,2026-02-01,2026-01-01", wrong, domain.NoteValue},
		"what is known, said again":        {"OLD,A,equivalent,1,,,", same, ""},
		"what is known, with its unit":     {"OLD,A,,1,KGM,,", same, ""},
		"a factor that is not known so":    {"OLD,A,,12,BX,,", conflict, ""},
		"before the known one begins":      {"OLD,A,,,,2026-01-01,2026-02-01", conflict, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "A")
			b.load(t, "OLD", "A")
			row := b.rows(t, b.receive(t, b.petra, mappingUpload(head, test.row)).ID)[0]
			if row.Status != test.want || (test.note != "" && (len(row.Notes) == 0 || row.Notes[0].Kind != test.note || row.Notes[0].Cell == "")) {
				t.Errorf("the row is %s: %s, %+v; want %s with %s", row.Status, row.Message, row.Notes, test.want, test.note)
			}
		})
	}
}

func TestWhatARowSaysIsWhatIsMapped(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	imported := b.receive(t, b.petra, mappingUpload("code,target,relation,factor,unit,valid_from,valid_to,remark", "X,A,source_narrower,0.001,GRM,2026-01-01,2027-01-01,mine"))
	b.apply(t, b.submit(t, b.petra, imported.ID)...)
	found := must(b.store.Read().Mappings.ByRecords(t.Context(), mes, []domain.ID{b.records["A"]}))(t)
	if len(found) != 1 || found[0].Relation != domain.RelationNarrower || found[0].Factor != "1/1000" || found[0].Unit != "GRM" || found[0].DefaultOut ||
		found[0].Validity != (domain.Validity{From: "2026-01-01", To: "2027-01-01"}) || found[0].Plant != "STU1" {
		t.Errorf("mapped is %+v", found)
	}
}

func TestLostZerosAreASuggestion(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		known  []string
		row    [2]string
		status domain.ImportRowStatus
		want   string
	}{
		"a code as long as no other":         {[]string{"000123", "000124"}, [2]string{"125", "A"}, fresh, "000125"},
		"a code known with its zeros":        {[]string{"000123", "4711"}, [2]string{"123", "A"}, fresh, "000123"},
		"codes of several lengths":           {[]string{"000123", "000124", "4711"}, [2]string{"125", "A"}, fresh, ""},
		"no known code has zeros":            {[]string{"100123", "100124"}, [2]string{"125", "A"}, fresh, ""},
		"a code of letters":                  {[]string{"000123"}, [2]string{"X1", "A"}, fresh, ""},
		"a code that is long enough":         {[]string{"000123"}, [2]string{"123456", "A"}, fresh, ""},
		"a canonical code with lost zeros":   {[]string{"X"}, [2]string{"Y", "7"}, wrong, "0007"},
		"a canonical code that is not known": {[]string{"X"}, [2]string{"Y", "8"}, wrong, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "A", "0007")
			var known []string
			for _, code := range test.known {
				known = append(known, code, "A")
			}
			b.load(t, known...)
			imported := b.preview(t, test.row[0], test.row[1])
			row := b.rows(t, imported.ID)[0]
			at := slices.IndexFunc(row.Notes, func(n domain.ImportNote) bool { return n.Kind == domain.NoteZerosLost })
			got := ""
			if at >= 0 {
				got = row.Notes[at].Suggestion
			}
			if got != test.want || row.Status != test.status || row.Code != test.row[0] || imported.Noticed[domain.NoteZerosLost] != min(1, len(got)) {
				t.Errorf("suggested is %q and the row %+v; want %q", got, row, test.want)
			}
		})
	}
}

func TestPlantsInTheFile(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		by     func(*bundle) domain.Actor
		system domain.SystemID
		row    string
		tab    domain.PlantID
		want   domain.SystemID // "" is wrong
	}{
		"by a plant's code":                      {(*bundle).leads, "", "X,A,STU1", "", mes},
		"by another's name":                      {(*bundle).leads, "", "X,A, berlin ", "", wms},
		"by a tab":                               {(*bundle).leads, "", "X,A,", "BER2", wms},
		"of no plant":                            {(*bundle).leads, "", "X,A,", "", ""},
		"of a plant there is not":                {(*bundle).leads, "", "X,A,PAR9", "", ""},
		"of a plant that is not theirs":          {(*bundle).leads, "", "X,A,LYO1", "", ""},
		"of a plant without a system":            {(*bundle).everywhere, "", "X,A,LYO1", "", ""},
		"of the declared system's plant":         {(*bundle).leads, mes, "X,A,Stuttgart", "", mes},
		"of another than the declared system's":  {(*bundle).leads, mes, "X,A,Berlin", "", ""},
		"of a system that serves several plants": {(*bundle).everywhere, odoo, "17,A,Berlin", "", odoo},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "A")
			upload := mappingUpload("code,target,plant", test.row)
			upload.System = test.system
			b.opener.plants = map[int]domain.PlantID{0: test.tab}
			row := b.rows(t, b.receive(t, test.by(b), upload).ID)[0]
			if test.want == "" {
				if row.Status != wrong || row.Notes[0].Kind != domain.NoteUnknownPlant {
					t.Errorf("the row is %+v", row)
				}
				return
			}
			if row.Status != fresh || row.System != test.want {
				t.Errorf("the row is %+v", row)
			}
		})
	}
	t.Run("a plant that is not theirs reads like one that there is not", func(t *testing.T) {
		t.Parallel()
		b := setup(t, "A")
		upload := mappingUpload("code,target,plant", "X,A,LYO1", "X,A,PAR9")
		upload.System = ""
		rows := b.rows(t, b.receive(t, b.lu, upload).ID)
		if strings.ReplaceAll(rows[0].Message, "LYO1", "PAR9") != rows[1].Message || rows[0].Plant != "" {
			t.Errorf("%q and %q", rows[0].Message, rows[1].Message)
		}
	})
	t.Run("each plant's rows are a request of their own", func(t *testing.T) {
		t.Parallel()
		b := setup(t, "A", "B")
		upload := mappingUpload("code,target,plant", "X,A,STU1", "Y,A,BER2", "Z,B,STU1")
		upload.System = ""
		requests := b.submit(t, b.lu, b.receive(t, b.lu, upload).ID)
		if len(requests) != 2 || requests[0].Plant != "STU1" || requests[0].ItemCount != 4 || requests[1].Plant != "BER2" || requests[0].ProposedBy != b.lu.ID {
			t.Errorf("the requests are %+v", requests)
		}
	})
}

func (b *bundle) leads() domain.Actor      { return b.lu }
func (b *bundle) everywhere() domain.Actor { return b.ana }

func TestARetiredRecordIsNoTarget(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	b.write(t, func(ctx context.Context, repos domain.Repos) error {
		record, err := repos.Records.ByID(ctx, b.records["A"])
		if err != nil {
			return err
		}
		record.State, record.Version = domain.RecordRetired, 2
		return repos.Records.Update(ctx, record, catalog.ItemCode, catalog.ItemName, nil, domain.Lineage{})
	})
	if row := b.rows(t, b.preview(t, "X", "A").ID)[0]; row.Status != wrong || row.Notes[0].Kind != domain.NoteUnknownTarget {
		t.Errorf("the row is %+v", row)
	}
}

func TestWhatIsLeftOutIsSaid(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	b.opener.notes = map[int]domain.ImportNote{
		0: {Kind: domain.NoteTotals, Weight: domain.NoteHint, Message: "a row of sums"},
		2: {Kind: domain.NoteUnknownPlant, Weight: domain.NoteWrong, Message: "the sheet was not read"},
	}
	imported := b.preview(t, "#sum", "", "X", "A", "#sheet", "")
	if imported.LeftOut[domain.NoteTotals] != 1 || len(imported.LeftOut) != 1 {
		t.Errorf("left out are %v", imported.LeftOut)
	}
	rows := b.rows(t, imported.ID)
	if got := b.statuses(t, imported.ID); !slices.Equal(got, []domain.ImportRowStatus{fresh, wrong}) || rows[1].Message != "the sheet was not read" {
		t.Fatalf("the rows are %+v", rows)
	}
	// An answer to another row counts anew, and what was left out stays so.
	answered := must(b.intake.Answers(t.Context(), b.petra, imported.ID, []intake.Answer{{Position: rows[0].Position, Code: "Y"}}))(t)
	if answered.LeftOut[domain.NoteTotals] != 1 {
		t.Errorf("left out are %v", answered.LeftOut)
	}
}

func TestACellThatCannotBeUsedMakesItsRowWrong(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	b.opener.notes = map[int]domain.ImportNote{
		0: {Cell: "A2", Kind: domain.NoteExponent, Weight: domain.NoteWrong, Message: "the digits are lost"},
		1: {Cell: "A3", Kind: domain.NoteSpace, Weight: domain.NoteHint, Message: "blanks"},
	}
	imported := b.preview(t, "1E+05", "A", "X", "A")
	if got := b.statuses(t, imported.ID); !slices.Equal(got, []domain.ImportRowStatus{wrong, fresh}) {
		t.Errorf("the rows are %v", got)
	}
	if imported.Noticed[domain.NoteExponent] != 1 || imported.Noticed[domain.NoteSpace] != 1 {
		t.Errorf("noticed is %v", imported.Noticed)
	}
	// Whoever knows what was meant says so, and the row is right.
	answered := must(b.intake.Answers(t.Context(), b.petra, imported.ID, []intake.Answer{{Position: 0, Code: "100000"}}))(t)
	if row := b.rows(t, imported.ID)[0]; row.Status != fresh || row.Code != "100000" || answered.Counts[fresh] != 2 || answered.Counts[wrong] != 0 {
		t.Errorf("the row is %+v of %v", row, answered.Counts)
	}
}
