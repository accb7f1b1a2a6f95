package workbook

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

func TestAMarkIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	mark := intake.Mark{
		Kind: domain.ImportMapping, System: "mes-de01", Domain: "item", Import: domain.ID{1, 2, 15: 3}, Source: "ab12", ExportedAt: 1_790_000_000_123_456,
		Layout: domain.ImportLayout{
			Sheet: "Zuordnung", HeaderRow: 3, HeaderRows: 2, Decimal: ",", DateOrder: "dmy", SkipHidden: true, SplitCodes: true, EverySheet: true,
			Delimiter: ";", Encoding: EncodingUTF8,
			Columns: []domain.ImportColumn{
				{Column: 1, Header: strings.Repeat("Ä", 2*maxMarkCell), Field: domain.FieldCode, Plant: "DE01", Language: "de"},
				{Column: 4, Header: "Ziel", Field: domain.FieldTarget},
			},
		},
	}
	rows, err := markRows(mark)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := markOf(rows); !ok || !reflect.DeepEqual(got, mark) {
		t.Errorf("it is read as another one, %v", ok)
	}
	for i, row := range rows {
		if row[0] != "crosswalk" && row[0] != "exported_at" && i < len(rows)-1 {
			continue
		}
		damaged := slices.Clone(rows)
		damaged[i][1] = "x"
		if _, ok := markOf(damaged); ok {
			t.Errorf("with a damaged %s it is taken for a mark", row[0])
		}
	}
}
