package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

func kilograms(number string) domain.Quantity {
	q, err := domain.NewQuantity(number, "KGM")
	if err != nil {
		panic(err)
	}
	return q
}

const goldenHead = "id;version;attribute:code;attribute:name#en;attribute:name#de;attribute:net_weight;attribute:material"

// TestAnEditedExport judges one row of an export against a record that may have changed since. The record was exported as version 1
// with the name Bolt (en) and Bolzen (de), 0.5 kg, and of no material.
func TestAnEditedExport(t *testing.T) {
	t.Parallel()
	const exported = "IT-1;Bolt;Bolzen;0.5;"
	tests := map[string]struct {
		since domain.Attributes // what somebody has changed since the export
		cells string
		by    func(*office) domain.Actor
		want  domain.ImportRowStatus
		after string // the values that would change, with what is cleared as null
		notes []domain.NoteKind
	}{
		"nothing was edited":                         {cells: exported, want: domain.ImportSame},
		"nothing was edited, somebody else has":      {since: domain.Attributes{catalog.ItemNetWeight: kilograms("0.7")}, cells: exported, want: domain.ImportSame},
		"one cell":                                   {cells: "IT-1;Bolt;Bolzen;0.6;", want: domain.ImportChanged, after: `{"net_weight":{"qty":"0.6","unit":"KGM"}}`},
		"one cell, somebody else another":            {since: domain.Attributes{catalog.ItemMaterial: domain.Text("brass")}, cells: "IT-1;Bolt;Bolzen;0.6;", want: domain.ImportChanged, after: `{"net_weight":{"qty":"0.6","unit":"KGM"}}`},
		"one language, somebody else another":        {since: domain.Attributes{catalog.ItemName: domain.Translated{"en": "Hex bolt", "de": "Bolzen"}}, cells: "IT-1;Bolt;Sechskantbolzen;0.5;", want: domain.ImportChanged, after: `{"name":{"i18n":{"de":"Sechskantbolzen","en":"Hex bolt"}}}`},
		"the same cell to the same":                  {since: domain.Attributes{catalog.ItemNetWeight: kilograms("0.6")}, cells: "IT-1;Bolt;Bolzen;0.6;", want: domain.ImportSame},
		"the same cell to something else":            {since: domain.Attributes{catalog.ItemNetWeight: kilograms("0.7")}, cells: "IT-1;Bolt;Bolzen;0.6;", want: domain.ImportConflict, after: `{"net_weight":{"qty":"0.6","unit":"KGM"}}`, notes: []domain.NoteKind{domain.NoteStale}},
		"the same number written otherwise":          {cells: "IT-1;Bolt;Bolzen;500 g;", want: domain.ImportSame, notes: []domain.NoteKind{domain.NoteUnit}},
		"a cell was emptied":                         {cells: "IT-1;Bolt;;;", want: domain.ImportChanged, after: `{"name":{"i18n":{"en":"Bolt"}}} without net_weight`},
		"a required cell was emptied":                {cells: "IT-1;;;0.5;", want: domain.ImportWrong, notes: []domain.NoteKind{domain.NoteValue}},
		"a cell says that it has nothing to say":     {cells: "IT-1;Bolt;Bolzen;n/a;", want: domain.ImportWrong, notes: []domain.NoteKind{domain.NotePlaceholder, domain.NoteValue}},
		"an empty cell says so":                      {cells: "IT-1;Bolt;Bolzen;0.5;n/a", want: domain.ImportSame, notes: []domain.NoteKind{domain.NotePlaceholder}},
		"no number":                                  {cells: "IT-1;Bolt;Bolzen;heavy;", want: domain.ImportWrong, notes: []domain.NoteKind{domain.NoteNumber}},
		"a number too small":                         {cells: "IT-1;Bolt;Bolzen;-1;", want: domain.ImportWrong, notes: []domain.NoteKind{domain.NoteValue}},
		"a code that another record has":             {cells: "IT-2;Bolt;Bolzen;0.5;", want: domain.ImportWrong, notes: []domain.NoteKind{domain.NoteValue}},
		"a lead edits what is not their plant's own": {by: func(o *office) domain.Actor { return o.lena }, cells: "IT-1;Bolt;Bolzen;0.6;", want: domain.ImportWrong, notes: []domain.NoteKind{domain.NoteLocked}},
		"a lead edits nothing":                       {by: func(o *office) domain.Actor { return o.lena }, cells: exported, want: domain.ImportSame},
	}
	o, made := newOffice(t), 0
	o.item(t, "IT-2", nil)
	for phrase, tt := range tests { //nolint:paralleltest // one office: a worker takes what is next
		t.Run(phrase, func(t *testing.T) {
			made++
			code := fmt.Sprint("E-", made)
			id := o.item(t, code, domain.Attributes{catalog.ItemName: domain.Translated{"en": "Bolt", "de": "Bolzen"}, catalog.ItemNetWeight: kilograms("0.5")})
			if tt.since != nil {
				o.set(t, id, tt.since)
			}
			by := o.ana
			if tt.by != nil {
				by = tt.by(o)
			}
			_, rows := o.upload(t, by, domain.ImportGolden, goldenHead, fmt.Sprintf("%s;1;%s", id, strings.Replace(tt.cells, "IT-1", code, 1)))
			row := rows[0]
			if row.Status != tt.want || row.Record != id {
				t.Fatalf("the row is %s of %s: %s %+v", row.Status, row.Record, row.Message, row.Notes)
			}
			var kinds []domain.NoteKind
			for _, note := range row.Notes {
				kinds = append(kinds, note.Kind)
			}
			if !slices.Equal(kinds, tt.notes) {
				t.Errorf("noticed is %v, want %v: %+v", kinds, tt.notes, row.Notes)
			}
			if got := changesOf(row); tt.want != domain.ImportWrong && got != tt.after {
				t.Errorf("it would change %s, want %s", got, tt.after)
			}
		})
	}
}

// changesOf tells what a row would change.
func changesOf(row domain.ImportRow) string {
	if len(row.Before)+len(row.After) == 0 {
		return ""
	}
	text := string(row.After.Encode())
	for key := range row.Before {
		if row.After[key] == nil {
			text += " without " + string(key)
		}
	}
	return text
}

// TestRowsThatAreNoExports: identities that somebody changed, rows that were added, records that are gone.
func TestRowsThatAreNoExports(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, gone := o.item(t, "IT-1", nil), o.item(t, "IT-2", nil)
	o.apply(t, domain.ChangeItem{Action: domain.ItemRetireRecord, Domain: catalog.Item, Record: gone, BaseVersion: 1})
	cells := ";IT-1;Item IT-1;;;"
	table := map[string]struct {
		row  string
		kind domain.NoteKind
	}{
		"a row that was added":      {";" + ";IT-9;New;;;", domain.NoteLocked},
		"an ID that is none":        {"7;1" + cells, domain.NoteLocked},
		"an ID of nothing":          {domain.NewID().String() + ";1" + cells, domain.NoteLocked},
		"a version that is none":    {id.String() + ";first" + cells, domain.NoteLocked},
		"a version that never was":  {id.String() + ";9" + cells, domain.NoteLocked},
		"a record that was retired": {gone.String() + ";1;IT-2;Item IT-2;;;", domain.NoteStale},
	}
	for phrase, tt := range table {
		_, rows := o.upload(t, o.ana, domain.ImportGolden, goldenHead, tt.row)
		if row := rows[0]; row.Status != domain.ImportWrong || row.Notes[0].Kind != tt.kind || row.Message == "" {
			t.Errorf("%s: the row is %s: %+v", phrase, row.Status, row.Notes)
		}
	}
	// one good row more than the record has is harmless while it says the same, and wrong where it does not
	_, rows := o.upload(t, o.ana, domain.ImportGolden, goldenHead, id.String()+";1;IT-1;Bolt;;;", id.String()+";1;IT-1;Bolt;;;")
	if got := statuses(rows); got != "changed same" {
		t.Errorf("a row that comes twice: %s", got)
	}
	_, rows = o.upload(t, o.ana, domain.ImportGolden, goldenHead, id.String()+";1;IT-1;Bolt;;;", id.String()+";1;IT-1;Screw;;;")
	if got := statuses(rows); got != "wrong wrong" {
		t.Errorf("a record of which two things are said: %s", got)
	}
	_, rows = o.upload(t, o.ana, domain.ImportGolden, goldenHead, "SUM;;;;;;", id.String()+";1;IT-1;Item IT-1;;;", "LOST;;;;;;")
	if got := statuses(rows); got != "same same wrong" {
		t.Errorf("what was left out: %s", got)
	}
}

// TestAnEditedExportIsHandedIn: what was edited becomes a change request whose approval changes exactly that; a conflict is
// answered; what moves between the preview and the submission stays out and says so.
func TestAnEditedExportIsHandedIn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var ids []domain.ID
	for i := range 4 {
		ids = append(ids, o.item(t, fmt.Sprint("IT-", i), domain.Attributes{catalog.ItemNetWeight: kilograms("1")}))
	}
	row := func(i int, weight string) string {
		return fmt.Sprintf("%s;1;IT-%d;Item IT-%d;;%s;steel", ids[i], i, i, weight)
	}
	o.set(t, ids[1], domain.Attributes{catalog.ItemNetWeight: kilograms("2")})
	o.set(t, ids[2], domain.Attributes{catalog.ItemNetWeight: kilograms("2")})
	imported, rows := o.upload(t, o.ana, domain.ImportGolden, goldenHead, row(0, "3"), row(1, "3"), row(2, "3"), row(3, "3"))
	if got := statuses(rows); got != "changed conflict conflict changed" || imported.Counts[domain.ImportConflict] != 2 {
		t.Fatalf("the rows are %s, counted %v", got, imported.Counts)
	}
	_, err := o.intake.Answers(t.Context(), o.ana, imported.ID, []intake.Answer{
		{Position: 1, Keep: domain.KeepFile, Attribute: "net_weight"}, {Position: 2, Keep: domain.KeepKnown},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, rows = o.carried(t, imported.ID, domain.ImportPreviewed)
	if got := statuses(rows); got != "changed changed changed changed" {
		t.Fatalf("answered they are %s: %+v", got, rows[2].Notes)
	}
	if rows[2].After[catalog.ItemNetWeight] != nil {
		t.Errorf("what is known is kept, and yet changes: %s", rows[2].After.Encode())
	}
	o.set(t, ids[3], domain.Attributes{catalog.ItemNetWeight: kilograms("4")}) // after the preview
	imported, rows = o.submit(t, o.ana, imported.ID, domain.ImportSubmitted)
	if got := statuses(rows); got != "changed changed changed conflict" || len(imported.Requests) != 1 {
		t.Fatalf("handed in they are %s, in %d requests", got, len(imported.Requests))
	}
	request := officeMust(o.store.Read().Requests.ByID(t.Context(), imported.Requests[0]))(t)
	if request.Kind != domain.RequestEdit || request.ProposedBy != o.ana.ID || !request.Batch || request.State != domain.RequestInReview {
		t.Errorf("the request is %+v", request)
	}
	o.approve(t, request)
	for i, want := range []string{"3 KGM steel", "3 KGM steel", "2 KGM steel", "4 KGM "} {
		record := officeMust(o.store.Read().Records.ByID(t.Context(), ids[i]))(t)
		if got := record.Attributes.Text(catalog.ItemNetWeight) + " " + record.Attributes.Text(catalog.ItemMaterial); got != want {
			t.Errorf("item %d is %s, want %s", i, got, want)
		}
	}
	lineage := officeMust(o.store.Read().Records.Lineage(t.Context(), ids[0]))(t)
	if at := slices.IndexFunc(lineage, func(l domain.Lineage) bool { return l.Attribute == catalog.ItemMaterial }); lineage[at].Rule != "import" {
		t.Errorf("the material comes from %+v", lineage[at])
	}
	// the same file again is the same import; nothing is handed in twice
	again, err := o.intake.Receive(t.Context(), o.ana, intake.Upload{
		Kind: domain.ImportGolden, Domain: catalog.Item, FileName: "items.csv",
		Body: strings.NewReader(strings.Join([]string{goldenHead, row(0, "3"), row(1, "3"), row(2, "3"), row(3, "3")}, "\n") + "\n"),
	})
	if officeMust(again, err)(t).ID != imported.ID {
		t.Error("the same file is another import")
	}
}

// TestEditsOfAnExportAndOfOthers: whoever edits what, exactly the edited cells change; a cell that both changed to different values
// asks, and nothing else does.
func TestEditsOfAnExportAndOfOthers(t *testing.T) {
	t.Parallel()
	o, made := newOffice(t), 0
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(who string) (weight, material string) {
			return rapid.SampledFrom([]string{"1", "1", "2", "3"}).Draw(rt, who+" weighs"), rapid.SampledFrom([]string{"", "", "steel", "brass"}).Draw(rt, who+" names")
		}
		made++
		code := fmt.Sprint("R-", made)
		id := o.item(t, code, domain.Attributes{catalog.ItemNetWeight: kilograms("1")})
		theirWeight, theirMaterial := draw("somebody else")
		if theirWeight != "1" || theirMaterial != "" {
			o.set(t, id, domain.Attributes{catalog.ItemNetWeight: kilograms(theirWeight), catalog.ItemMaterial: domain.Text(theirMaterial)})
		}
		weight, material := draw("the file")
		_, rows := o.upload(t, o.ana, domain.ImportGolden, goldenHead, fmt.Sprintf("%s;1;%s;Item %s;;%s;%s", id, code, code, weight, material))
		moves := func(base, mine, theirs string) (asks, changes bool) {
			return mine != base && theirs != base && mine != theirs, mine != base && theirs == base
		}
		asksWeight, changesWeight := moves("1", weight, theirWeight)
		asksMaterial, changesMaterial := moves("", material, theirMaterial)
		want, asks := domain.ImportSame, 0
		if changesWeight || changesMaterial {
			want = domain.ImportChanged
		}
		for _, one := range []bool{asksWeight, asksMaterial} {
			if one {
				want, asks = domain.ImportConflict, asks+1
			}
		}
		questions := 0
		for _, note := range rows[0].Notes {
			if note.Kind == domain.NoteStale {
				questions++
			}
		}
		if rows[0].Status != want || questions != asks {
			rt.Fatalf("the row is %s with %d questions, want %s with %d: %+v", rows[0].Status, questions, want, asks, rows[0].Notes)
		}
	})
}
