package intake_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

const exported = "id,version,code,target,relation,factor,unit,valid_from,valid_to"

// export is the row of a mapping as it is exported.
func export(m domain.CodeMapping, target string) string {
	return fmt.Sprintf("%s,%d,%s,%s,%s,%s,%s,%s,%s", m.ID, m.Version, m.Code, target, m.Relation, m.Factor, m.Unit, m.Validity.From, m.Validity.To)
}

// others change something of a mapping meanwhile.
func (b *bundle) others(t testing.TB, m domain.CodeMapping, change func(*domain.CodeMapping)) {
	t.Helper()
	b.write(t, func(ctx context.Context, repos domain.Repos) error {
		change(&m)
		m.Version++
		return repos.Mappings.Put(ctx, m)
	})
}

// edited is an exported row with cells that were changed: the number of the column and its text, in turn.
func edited(row string, changes ...any) string {
	cells := strings.Split(row, ",")
	for change := range slices.Chunk(changes, 2) {
		cells[change[0].(int)] = change[1].(string)
	}
	return strings.Join(cells, ",")
}

func TestAnEditedExportIsMergedCellByCell(t *testing.T) {
	t.Parallel()
	factor := func(m *domain.CodeMapping) { m.Factor, m.Unit = "12", "BX" }
	// X stands for A.
	tests := map[string]struct {
		edit   []any
		others func(*domain.CodeMapping)
		want   domain.ImportRowStatus
		note   domain.NoteKind
		after  []string // the fields that differ
	}{
		"nothing was edited":                         {nil, nil, same, "", nil},
		"nothing was edited, others did":             {nil, factor, same, "", nil},
		"the factor":                                 {[]any{5, "10", 6, "BX"}, nil, changed, "", []string{"factor", "unit"}},
		"the end, while others changed the factor":   {[]any{8, "2030-01-01"}, factor, changed, "", []string{"valid_to"}},
		"the same as others did":                     {[]any{5, "12", 6, "BX"}, factor, same, "", nil},
		"the factor, which others changed too":       {[]any{5, "10", 6, "BX"}, factor, conflict, domain.NoteStale, []string{"factor"}},
		"the target":                                 {[]any{3, "B"}, nil, changed, "", []string{"target"}},
		"the target removed":                         {[]any{3, ""}, nil, wrong, domain.NoteValue, nil},
		"the code":                                   {[]any{2, "Y"}, nil, wrong, domain.NoteLocked, nil},
		"the ID":                                     {[]any{0, "01890000-0000-7000-8000-000000000000"}, nil, wrong, domain.NoteLocked, nil},
		"the ID to no ID":                            {[]any{0, "17"}, nil, wrong, domain.NoteLocked, nil},
		"the version":                                {[]any{1, "7"}, nil, wrong, domain.NoteLocked, nil},
		"nothing, of a mapping that was ended since": {nil, func(m *domain.CodeMapping) { m.State = domain.MappingEnded }, wrong, domain.NoteStale, nil},
		"a row of one's own":                         {[]any{0, "", 1, "", 2, "NEW"}, nil, fresh, "", nil},
		"a row that is still without a target":       {[]any{0, "", 1, "", 2, "NEW", 3, ""}, nil, same, "", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "A", "B")
			b.load(t, "X", "A")
			m := b.mapping(t, "X")
			if test.others != nil {
				b.others(t, m, test.others)
			}
			row := b.rows(t, b.receive(t, b.petra, mappingUpload(exported, edited(export(m, "A"), test.edit...))).ID)[0]
			var after []string
			for _, field := range slices.Sorted(maps.Keys(row.After)) {
				after = append(after, string(field))
			}
			if row.Status != test.want || !slices.Equal(after, test.after) {
				t.Errorf("the row is %s (%s) and changes %v", row.Status, row.Message, after)
			}
			if test.note != "" && !slices.ContainsFunc(row.Notes, func(n domain.ImportNote) bool { return n.Kind == test.note }) {
				t.Errorf("noticed is %+v", row.Notes)
			}
		})
	}
}

func TestOnlyTheEditedCellChanges(t *testing.T) {
	t.Parallel()
	b := setup(t, "A", "B")
	b.load(t, "X", "A", "Y", "A")
	x, y := b.mapping(t, "X"), b.mapping(t, "Y")
	b.others(t, x, func(m *domain.CodeMapping) { m.Validity.From = "2026-01-01" })
	imported := b.receive(t, b.petra, mappingUpload(exported, edited(export(x, "A"), 5, "12", 6, "BX"), edited(export(y, "A"), 3, "B")))
	if got := b.statuses(t, imported.ID); !slices.Equal(got, []domain.ImportRowStatus{changed, changed}) {
		t.Fatalf("the rows are %v", got)
	}
	b.apply(t, b.submit(t, b.petra, imported.ID)...)
	if m := b.mapping(t, "X"); m.ID != x.ID || m.Version != 3 || m.Factor != "12" || m.Validity.From != "2026-01-01" || m.Record != x.Record || !m.DefaultOut {
		t.Errorf("X is %+v", m)
	}
	if m := b.mapping(t, "Y"); m.ID == y.ID || m.Record != b.records["B"] || m.Validity.From == "" {
		t.Errorf("Y is %+v", m)
	}
	history := must(b.store.Read().Translations.History(t.Context(), y.ID))(t)
	if last := history[len(history)-1]; last.Record != y.Record || last.Validity.To == "" {
		t.Errorf("what Y was is %+v", last)
	}
}

// Others hand the code over to B on the very day, by an export that they edit, while C is put into the same cell.
func TestATargetThatOthersChangedAsksOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		edit []any
		keep domain.ImportKeep
		want domain.ImportRowStatus
		now  string
	}{
		"nothing was edited":       {nil, "", same, "B"},
		"the same target":          {[]any{3, "B"}, "", same, "B"},
		"the file's target counts": {[]any{3, "C"}, domain.KeepFile, changed, "C"},
		"the known target counts":  {[]any{3, "C"}, domain.KeepKnown, same, "B"},
		"another cell":             {[]any{5, "12", 6, "BX"}, "", changed, "B"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "A", "B", "C")
			b.load(t, "X", "A")
			row := export(b.mapping(t, "X"), "A")
			b.apply(t, b.submit(t, b.petra, b.receive(t, b.petra, mappingUpload(exported, edited(row, 3, "B"))).ID)...)
			imported := b.receive(t, b.petra, mappingUpload(exported+",remark", edited(row, test.edit...)+","))
			if test.keep != "" {
				if judged := b.rows(t, imported.ID)[0]; judged.Status != conflict || len(judged.Notes) != 1 || !domain.Equal(judged.Before["target"], domain.Code("B")) {
					t.Fatalf("the row is %+v", judged)
				}
				must(b.intake.Answers(t.Context(), b.petra, imported.ID, []intake.Answer{{Keep: test.keep}}))(t)
			}
			if judged := b.rows(t, imported.ID)[0]; judged.Status != test.want {
				t.Fatalf("the row is %+v", judged)
			}
			if test.want == changed {
				b.apply(t, b.submit(t, b.petra, imported.ID)...)
			}
			if m := b.mapping(t, "X"); m.Record != b.records[test.now] {
				t.Errorf("mapped is %+v", m)
			}
		})
	}
}

func TestOneQuestionForEachCellInConflict(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answers []intake.Answer
		want    domain.ImportRowStatus
		factor  string
		unit    string
	}{
		"what the file says":            {[]intake.Answer{{Keep: domain.KeepFile}}, changed, "10", "PK"},
		"what is known":                 {[]intake.Answer{{Keep: domain.KeepKnown}}, same, "12", "BX"},
		"of one cell this, of one that": {[]intake.Answer{{Keep: domain.KeepFile, Attribute: domain.FieldFactor}, {Keep: domain.KeepKnown, Attribute: domain.FieldUnit}}, changed, "10", "BX"},
		"of one cell only":              {[]intake.Answer{{Keep: domain.KeepFile, Attribute: domain.FieldFactor}}, conflict, "12", "BX"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "A")
			b.load(t, "X", "A")
			m := b.mapping(t, "X")
			b.others(t, m, func(m *domain.CodeMapping) { m.Factor, m.Unit = "12", "BX" })
			imported := b.receive(t, b.petra, mappingUpload(exported, edited(export(m, "A"), 5, "10", 6, "PK")))
			row := b.rows(t, imported.ID)[0]
			if row.Status != conflict || len(row.After) != 2 || len(row.Notes) != 2 {
				t.Fatalf("the row is %+v", row)
			}
			got := must(b.intake.Answers(t.Context(), b.petra, imported.ID, test.answers))(t)
			if got.Counts[test.want] != 1 || b.rows(t, imported.ID)[0].Status != test.want {
				t.Fatalf("the row is %+v of %v", b.rows(t, imported.ID)[0], got.Counts)
			}
			// Read again, it does not ask again.
			must(b.intake.SetLayout(t.Context(), b.petra, imported.ID, got.Version, got.Layout))(t)
			b.work(t)
			if b.rows(t, imported.ID)[0].Status != test.want {
				t.Fatalf("read again, the row is %+v", b.rows(t, imported.ID)[0])
			}
			if test.want == changed {
				b.apply(t, b.submit(t, b.petra, imported.ID)...)
			}
			if m := b.mapping(t, "X"); string(m.Factor) != test.factor || m.Unit != test.unit {
				t.Errorf("mapped is %+v", m)
			}
		})
	}
}

func TestAConflictOfAPlantsOwnFile(t *testing.T) {
	t.Parallel()
	b := setup(t, "A", "B")
	b.load(t, "X", "A")
	imported := b.preview(t, "X", "B")
	must(b.intake.Answers(t.Context(), b.petra, imported.ID, []intake.Answer{{Keep: domain.KeepFile}}))(t)
	b.apply(t, b.submit(t, b.petra, imported.ID)...)
	if m := b.mapping(t, "X"); m.Record != b.records["B"] || m.Validity.From == "" {
		t.Errorf("mapped is %+v", m)
	}
}

func TestAnAnswerPutsRowsRight(t *testing.T) {
	t.Parallel()
	b := setup(t, "A", "B")
	imported := b.preview(t, "X", "A", "X", "B", "Y", "Z", "W", "A")
	answer := func(answers ...intake.Answer) error {
		_, err := b.intake.Answers(t.Context(), b.petra, imported.ID, answers)
		return err
	}
	for name, test := range map[string]struct {
		answer intake.Answer
		want   string
	}{
		"to no row":          {intake.Answer{Position: 9, Target: "A"}, domain.CodeBodyInvalid},
		"without a word":     {intake.Answer{Position: 0}, domain.CodeBodyInvalid},
		"to keep both":       {intake.Answer{Position: 0, Keep: "both"}, domain.CodeBodyInvalid},
		"a suggestion":       {intake.Answer{Position: 2, Target: "B"}, ""},
		"another code":       {intake.Answer{Position: 1, Code: "V"}, ""},
		"a code that is had": {intake.Answer{Position: 3, Code: "Q"}, ""},
	} {
		if got := domain.ErrorCode(answer(test.answer)); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	// The code that one row gave up is no longer said twice.
	if got := b.statuses(t, imported.ID); !slices.Equal(got, []domain.ImportRowStatus{fresh, fresh, fresh, fresh}) {
		t.Errorf("the rows are %v: %+v", got, b.rows(t, imported.ID))
	}
	if err := answer(intake.Answer{Position: 3, Code: "X"}, intake.Answer{Position: 3, Target: "B"}); err != nil {
		t.Fatal(err)
	}
	if got := b.statuses(t, imported.ID); !slices.Equal(got, []domain.ImportRowStatus{wrong, fresh, fresh, wrong}) {
		t.Errorf("the rows are %v: %+v", got, b.rows(t, imported.ID))
	}
	b.submit(t, b.petra, imported.ID)
	wantCode(t, answer(intake.Answer{Position: 0, Code: "U"}), domain.CodeImportState)
}

// TestTheOrderOfRowsDoesNotMatter holds the judgement to one promise: whatever order the rows of a file stand in, the same is
// found of each code.
func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	t.Parallel()
	b := setup(t, "A", "B", "007")
	b.load(t, "OLD", "A", "000123", "B")
	files := 0
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) string {
			code := rapid.SampledFrom([]string{"OLD", "old", "X", "x", "Y", "123", "000123", ""}).Draw(rt, "code")
			return code + "," + rapid.SampledFrom([]string{"A", "B", "7", "Z", ""}).Draw(rt, "target")
		}), 1, 8).Draw(rt, "rows")
		shuffled := rapid.Permutation(rows).Draw(rt, "shuffled")
		files++
		var found [2]map[string][]string
		for i, order := range [][]string{rows, shuffled} {
			imported := b.receive(t, b.petra, mappingUpload(fmt.Sprintf("code,target,remark%d%d", files, i), order...))
			found[i] = map[string][]string{}
			for _, row := range b.rows(t, imported.ID) {
				key := row.Key + "/" + row.Target
				found[i][key] = append(found[i][key], string(row.Status))
				slices.Sort(found[i][key])
			}
		}
		if !maps.EqualFunc(found[0], found[1], slices.Equal) {
			rt.Errorf("%v\nis judged %v\n%v\nis judged %v", rows, found[0], shuffled, found[1])
		}
	})
}
