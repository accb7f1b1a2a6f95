package intake_test

import (
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

const recordsHead = "code;attribute:name;attribute:net_weight;attribute:base_unit"

// reads makes records known of the plant's sheets, as a reading does.
func (o *office) reads(t testing.TB, records ...domain.SourceRecord) {
	t.Helper()
	err := o.store.Operate(t.Context(), func(ops domain.Ops) error {
		run := domain.NewID()
		slot, err := ops.Staging.Begin(t.Context(), run)
		if err != nil {
			return err
		}
		staged := make([]domain.StagedRow, len(records))
		for i, r := range records {
			r.System, r.Domain, r.Key, r.Active = officeSheets, catalog.Item, string(r.Code), true
			staged[i] = domain.StagedRow{Record: r}.Sealed()
		}
		if _, err := ops.Staging.Stage(t.Context(), slot, staged); err != nil {
			return err
		}
		if _, err := ops.Staging.Merge(t.Context(), slot, officeSheets, catalog.Item, true, ops.Now); err != nil {
			return err
		}
		return ops.Staging.End(t.Context(), slot)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sheetBolt(code domain.Code) domain.SourceRecord {
	return domain.SourceRecord{Code: code, Attributes: domain.Attributes{
		catalog.ItemName: domain.Translated{"en": "Bolt"}, catalog.ItemNetWeight: kilograms("0.5"),
		catalog.ItemBaseUnit: domain.Enum("H87"), catalog.ItemMaterial: domain.Text("steel"),
	}}
}

// TestAListOfRecords judges one row of a list against what the plant's sheets were known to say: of the code 4711 a bolt of 0.5 kg.
func TestAListOfRecords(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		row   string
		want  domain.ImportRowStatus
		after string
		kind  domain.NoteKind
		bad   bool // the note makes it wrong
	}{
		"as it is known":                  {row: "4711;Bolt;0.5;H87", want: domain.ImportSame},
		"a new code":                      {row: "4712;Nut;0.1;H87", want: domain.ImportNew, after: `{"base_unit":{"enum":"H87"},"name":{"i18n":{"en":"Nut"}},"net_weight":{"qty":"0.1","unit":"KGM"}}`},
		"a code with other zeros is new":  {row: "04711;Bolt;0.5;H87", want: domain.ImportNew, after: `{"base_unit":{"enum":"H87"},"name":{"i18n":{"en":"Bolt"}},"net_weight":{"qty":"0.5","unit":"KGM"}}`},
		"another value":                   {row: "4711;Bolt;0.6;H87", want: domain.ImportChanged, after: `{"net_weight":{"qty":"0.6","unit":"KGM"}}`},
		"a value in another unit":         {row: "4711;Bolt;600 g;H87", want: domain.ImportChanged, after: `{"net_weight":{"qty":"0.6","unit":"KGM"}}`, kind: domain.NoteUnit},
		"a value that is gone":            {row: "4711;Bolt;;H87", want: domain.ImportChanged, after: `{} without net_weight`},
		"a unit of another dimension":     {row: "4711;Bolt;2 l;H87", want: domain.ImportWrong, kind: domain.NoteUnit, bad: true},
		"no number":                       {row: "4711;Bolt;heavy;H87", want: domain.ImportWrong, kind: domain.NoteNumber, bad: true},
		"a word that no code list knows":  {row: "4711;Bolt;0.5;Dtzd", want: domain.ImportChanged, after: `{"base_unit":{"enum":"?Dtzd"}}`, kind: domain.NoteValue},
		"a value that breaks a rule":      {row: "4711;Bolt;-1;H87", want: domain.ImportChanged, after: `{"net_weight":{"qty":"-1","unit":"KGM"}}`, kind: domain.NoteValue},
		"no code":                         {row: ";Bolt;0.5;H87", want: domain.ImportWrong, kind: domain.NoteValue, bad: true},
		"a code whose digits are lost":    {row: "1E+05;Bolt;0.5;H87", want: domain.ImportWrong, kind: domain.NoteExponent, bad: true},
		"a cell that says it has nothing": {row: "4711;Bolt;n/a;H87", want: domain.ImportChanged, after: `{} without net_weight`, kind: domain.NotePlaceholder},
	}
	o := newOffice(t)
	o.reads(t, sheetBolt("4711"))
	for phrase, tt := range tests { //nolint:paralleltest // one office: a worker takes what is next
		t.Run(phrase, func(t *testing.T) {
			_, rows := o.upload(t, o.lena, domain.ImportRecordsPartial, recordsHead, tt.row)
			row := rows[0]
			if row.Status != tt.want || row.System != officeSheets || row.Plant != "LOD3" {
				t.Fatalf("the row is %s of %s: %+v", row.Status, row.System, row.Notes)
			}
			if got := changesOf(row); !tt.bad && got != tt.after {
				t.Errorf("it would change %s, want %s", got, tt.after)
			}
			if (tt.kind == "") != (len(row.Notes) == 0) || (tt.kind != "" && row.Notes[0].Kind != tt.kind) || (tt.bad && row.Message == "") {
				t.Errorf("noticed is %+v, want %s", row.Notes, tt.kind)
			}
		})
	}
}

// read reads what an upload that was handed in gives its run.
func (o *office) read(t testing.TB, imported domain.Import) ([]reconcile.Page, reconcile.Proof, domain.Run) {
	t.Helper()
	run := officeMust(o.store.Read().Runs.ByID(t.Context(), imported.Run))(t)
	source := officeMust(o.intake.Listing(t.Context(), run))(t)
	var pages []reconcile.Page
	proof, err := source.Read(t.Context(), reconcile.ReadRequest{Definition: catalog.ItemDefinition()}, func(page reconcile.Page) error {
		pages = append(pages, page)
		return nil
	})
	return pages, officeMust(proof, err)(t), run
}

// TestAListBecomesARun: the rows come as a connector gives them; what the file has no column for stays; wrong rows are put aside
// under their codes; only a complete list of which every code can be trusted may conclude that something is missing.
func TestAListBecomesARun(t *testing.T) {
	t.Parallel()
	good := []string{recordsHead, "4711;Bolt;600 g;H87", "4712;Nut;;H87"}
	tests := map[string]struct {
		kind     domain.ImportKind
		table    []string
		absent   int
		mode     domain.RunMode
		complete bool
		rejected []string // codes
	}{
		"some records":                             {domain.ImportRecordsPartial, good, 0, domain.RunPartial, false, nil},
		"all records":                              {domain.ImportRecordsComplete, good, 1, domain.RunComplete, true, nil},
		"all records, one row wrong":               {domain.ImportRecordsComplete, append(good[:3:3], "4713;Bolt;heavy;H87"), 0, domain.RunComplete, true, []string{"4713"}},
		"all records, one twice":                   {domain.ImportRecordsComplete, append(good[:3:3], "4713;A;1;H87", "4713;B;1;H87"), 0, domain.RunComplete, true, []string{"4713", "4713"}},
		"all records, one whose code is lost":      {domain.ImportRecordsComplete, append(good[:3:3], "1E+05;Bolt;1;H87"), 1, domain.RunPartial, false, []string{""}},
		"all records, one without a code":          {domain.ImportRecordsComplete, append(good[:3:3], ";Bolt;1;H87"), 1, domain.RunPartial, false, []string{""}},
		"all records, with a row of sums":          {domain.ImportRecordsComplete, append(good[:3:3], "SUM;;2;"), 1, domain.RunComplete, true, nil},
		"all records, a part of them not read":     {domain.ImportRecordsComplete, append(good[:3:3], "LOST;;;"), 1, domain.RunPartial, false, []string{""}},
		"some records, one whose code is not good": {domain.ImportRecordsPartial, append(good[:3:3], "1E+05;Bolt;1;H87"), 0, domain.RunPartial, false, []string{""}},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.reads(t, sheetBolt("4711"), sheetBolt("4713"))
			imported, _ := o.upload(t, o.lena, tt.kind, tt.table...)
			if imported.Absent != tt.absent {
				t.Errorf("%d records are absent, want %d", imported.Absent, tt.absent)
			}
			imported, _ = o.submit(t, o.lena, imported.ID, domain.ImportSubmitted)
			pages, proof, run := o.read(t, imported)
			if run.Mode != tt.mode || run.Import != imported.ID || run.Plan != "lod3-items" || run.StartedBy != o.lena.ID {
				t.Errorf("the run is %+v", run)
			}
			if proof.Complete != tt.complete || proof.Partial == tt.complete || proof.How == "" {
				t.Errorf("the proof is %+v", proof)
			}
			var rejected []string
			for _, row := range pages[0].Rejected {
				rejected = append(rejected, row.Code)
				if row.Reason == "" || row.Position == "" {
					t.Errorf("put aside is %+v", row)
				}
			}
			if strings.Join(rejected, " ") != strings.Join(tt.rejected, " ") || len(rejected) != len(tt.rejected) {
				t.Errorf("put aside are %q, want %q", rejected, tt.rejected)
			}
			want := sheetBolt("4711").Attributes.With(domain.Attributes{catalog.ItemNetWeight: kilograms("0.6")})
			if first := pages[0].Rows[0].Record; first.Code != "4711" || !first.Attributes.Same(want) || !first.Active {
				t.Errorf("the first record is %s %s", first.Code, first.Attributes.Encode())
			}
		})
	}
}

// TestListsThatAreNotTakenIn: a system that a connector reads, one without a plan, a run that is under way.
func TestListsThatAreNotTakenIn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	upload := func(system domain.SystemID, row string) (domain.Import, error) {
		return o.intake.Receive(t.Context(), o.ana, intake.Upload{
			Kind: domain.ImportRecordsPartial, System: system, Domain: catalog.Item, FileName: "x.csv", Body: strings.NewReader(recordsHead + "\n" + row + "\n"),
		})
	}
	_, err := upload(officeERP, "1;a;1;H87")
	wantOfficeCode(t, err, domain.CodeImportInvalid)
	o.configure(t, catalog.Configuration{Systems: []domain.SourceSystem{{ID: "loose", Name: "Loose sheets", Kind: domain.SystemFile, Plant: "LOD3", Settings: map[string]string{"dir": "/srv/x"}}}})
	imported := officeMust(upload("loose", "1;b;1;H87"))(t)
	o.carried(t, imported.ID, domain.ImportPreviewed)
	back, _ := o.submit(t, o.ana, imported.ID, domain.ImportPreviewed)
	if back.Code != domain.CodePlanUnknown || !strings.Contains(back.Message, "Loose sheets") {
		t.Errorf("without a plan it is back with %s: %s", back.Code, back.Message)
	}
	first := officeMust(upload(officeSheets, "1;c;1;H87"))(t)
	o.carried(t, first.ID, domain.ImportPreviewed)
	o.submit(t, o.ana, first.ID, domain.ImportSubmitted)
	second := officeMust(upload(officeSheets, "1;d;1;H87"))(t)
	o.carried(t, second.ID, domain.ImportPreviewed)
	if back, _ := o.submit(t, o.ana, second.ID, domain.ImportPreviewed); back.Code != domain.CodeRunActive {
		t.Errorf("while a run is under way it is back with %s: %s", back.Code, back.Message)
	}
}

func wantOfficeCode(t testing.TB, err error, want string) {
	t.Helper()
	if got := domain.ErrorCode(err); got != want {
		t.Errorf("got the code %q (%v), want %q", got, err, want)
	}
}

// TestAFileThatIsReplacedUnderItsRun: what was handed in is not read as something else.
func TestAFileThatIsReplacedUnderItsRun(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	imported, _ := o.upload(t, o.lena, domain.ImportRecordsPartial, recordsHead, "1;c;1;H87")
	imported, _ = o.submit(t, o.lena, imported.ID, domain.ImportSubmitted)
	run := officeMust(o.store.Read().Runs.ByID(t.Context(), imported.Run))(t)
	source := officeMust(o.intake.Listing(t.Context(), run))(t)
	_, err := source.Read(t.Context(), reconcile.ReadRequest{Definition: catalog.ItemDefinition()}, func(reconcile.Page) error {
		layout := imported.Layout
		layout.SkipHidden = true
		_, err := o.intake.SetLayout(t.Context(), o.lena, imported.ID, imported.Version, layout)
		return err
	})
	wantOfficeCode(t, err, domain.CodeImportState)
	_, err = o.intake.Listing(t.Context(), run)
	wantOfficeCode(t, err, domain.CodeImportState)
}

// TestLeadingZerosOfAList are suggested where a known code has them, and taken only when somebody says so.
func TestLeadingZerosOfAList(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.reads(t, sheetBolt("000123"), sheetBolt("0007"))
	imported, rows := o.upload(t, o.lena, domain.ImportRecordsComplete, recordsHead, "123;Bolt;0.5;H87", "99;Nut;0.1;H87")
	if got := statuses(rows); got != "new new" || imported.Absent != 2 || imported.Noticed[domain.NoteZerosLost] != 1 {
		t.Fatalf("the rows are %s, %d records are absent, noticed is %v", got, imported.Absent, imported.Noticed)
	}
	if note := rows[0].Notes[0]; note.Suggestion != "000123" || note.Weight != domain.NoteSuggest || note.Cell != "A2" {
		t.Errorf("the note is %+v", note)
	}
	if _, err := o.intake.Answers(t.Context(), o.lena, imported.ID, []intake.Answer{{Position: 0, Code: "000123"}}); err != nil {
		t.Fatal(err)
	}
	_, rows = o.carried(t, imported.ID, domain.ImportPreviewed)
	if got := statuses(rows); got != "same new" || rows[0].Code != "000123" {
		t.Errorf("answered the rows are %s, the first of %s", got, rows[0].Code)
	}
	imported, _ = o.submit(t, o.lena, imported.ID, domain.ImportSubmitted)
	pages, _, _ := o.read(t, imported)
	if got := pages[0].Rows[0].Record.Code; got != "000123" {
		t.Errorf("the run takes it for %s", got)
	}
}
