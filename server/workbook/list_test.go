package workbook_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

func TestAListOpensInASpreadsheet(t *testing.T) {
	t.Parallel()
	got, err := workbook.WriteList([]string{"Code", "Name"}, [][]string{{"000123", "Schraube; \"M8\" für Türen"}}, ';')
	if want := "\xEF\xBB\xBFCode;Name\r\n000123;\"Schraube; \"\"M8\"\" für Türen\"\r\n"; err != nil || string(got) != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+49 711": "'+49 711", "-5": "'-5", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'=1",
		"4711-C": "4711-C", "a=b": "a=b", "'=1": "'=1", "": "",
	} {
		if got := cells(t, []string{cell, "x"}); got[0] != want {
			t.Errorf("%q is written as %q, want %q", cell, got[0], want)
		}
	}
}

func TestWhateverIsWrittenIsNeverAFormula(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		row := rapid.SliceOfN(rapid.String(), 2, 5).Draw(rt, "row")
		for i, got := range cells(t, row) {
			if got != "" && strings.ContainsAny(got[:1], "=+-@\t\r") {
				rt.Errorf("%q is written as %q", row[i], got)
			}
		}
	})
}

// cells are those of the one row that is written, as they are read again.
func cells(t *testing.T, row []string) []string {
	t.Helper()
	written, err := workbook.WriteList(make([]string, len(row)), [][]string{row}, ',')
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(written, []byte("\xEF\xBB\xBF")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[len(rows)-1]
}
