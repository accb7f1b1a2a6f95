package workbook

import (
	"reflect"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// TestAMarkIsReadAsItWasWritten holds for layouts of any length and with any words.
func TestAMarkIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("aäß€😀=\"\\\n;")), 0, 400, -1)
		mark := intake.Mark{
			Kind: domain.ImportMapping, System: "mes", Domain: "item", Source: text.Draw(rt, "source"), ExportedAt: 17,
			Layout: domain.ImportLayout{Sheet: text.Draw(rt, "sheet"), HeaderRow: 3, HeaderRows: 2, Decimal: ",", DateOrder: "ymd", SplitCodes: true},
		}
		if rapid.Bool().Draw(rt, "of an import") {
			mark.Import = domain.NewID()
		}
		for i := range rapid.IntRange(0, 200).Draw(rt, "columns") {
			mark.Layout.Columns = append(mark.Layout.Columns, domain.ImportColumn{
				Column: i + 1, Header: text.Draw(rt, "head"), Field: domain.FieldCode, Plant: "STU1", Language: "de",
			})
		}
		cells, err := markCells(mark)
		if err != nil {
			rt.Fatal(err)
		}
		for _, cell := range cells {
			if len(cell) > markPiece || !utf8.ValidString(cell) {
				rt.Fatalf("a piece of %d bytes", len(cell))
			}
		}
		if got, ok := parseMark(cells); !ok || !reflect.DeepEqual(got, mark) {
			rt.Fatalf("%+v, %v; want %+v", got, ok, mark)
		}
	})
}

func TestWhatIsNoMark(t *testing.T) {
	t.Parallel()
	for phrase, cells := range map[string][]string{
		"nothing": nil, "the head alone": {markHead}, "another form": {"crosswalk mark 9", "{}"}, "damage": {markHead, "{\"kind\":"},
		"an import that is none": {markHead, `{"import":"x"}`},
	} {
		if got, ok := parseMark(cells); ok {
			t.Errorf("%s: %+v", phrase, got)
		}
	}
}
