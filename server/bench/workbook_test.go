package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/server/bench"
)

// workbookCase runs one case, as the program does in a process of its own.
func workbookCase(args []string) int {
	var one bench.WorkbookCase
	flags := flag.NewFlagSet("workbook-case", flag.ContinueOnError)
	flags.StringVar(&one.Name, "case", "", "")
	flags.IntVar(&one.Rows, "rows", 0, "")
	flags.IntVar(&one.Mappings, "mappings", 0, "")
	database := flags.String("database", "", "")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	o := bench.Options{Database: *database, Generator: bench.Generator{Program: os.Args[0], Command: []string{"rows"}}, Out: os.Stdout}
	if err := bench.RunWorkbookCase(context.Background(), o, one); err != nil {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
		return 1
	}
	return 0
}

// TestWorkbook runs all cases small, the uploads with more rows than mappings.
func TestWorkbook(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var cases []bench.WorkbookCase
	for _, one := range bench.WorkbookCases() {
		cases = append(cases, one.Sized(1000, 700))
	}
	if err := bench.Workbook(t.Context(), options(t, "rows", &out), cases, []string{"workbook-case"}); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	decoder := json.NewDecoder(&out)
	for _, one := range cases {
		var f bench.WorkbookFigure
		if err := decoder.Decode(&f); err != nil {
			t.Fatal(err)
		}
		if f.Case != one.Name || f.Rows != 1000 || f.Work["rows"] != 1000 || f.WrongCells != 0 || f.Seconds <= 0 || f.BaselineSeconds <= 0 || !f.Within {
			t.Errorf("%s is %+v", one.Name, f)
		}
		if one.Name != bench.CaseExport && (f.Work["same"] != 750 || f.Work["conflict"] != 100 || f.Work["new"] != 100 || f.Work["wrong"] != 50) {
			t.Errorf("%s came to %v", one.Name, f.Work)
		}
	}
}

// TestWorkbookIsVoid gives fewer mappings than the oracle knows of: the cells are not as they should be.
func TestWorkbookIsVoid(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	lying := bench.WorkbookCase{Name: bench.CaseExport, Rows: 50, Mappings: 40}
	if err := bench.Workbook(t.Context(), options(t, "rows", &out), []bench.WorkbookCase{lying}, []string{"workbook-case"}); !errors.Is(err, bench.ErrVoid) {
		t.Fatalf("it ended with %v: %s", err, out.String())
	}
	var f bench.WorkbookFigure
	if err := json.Unmarshal(out.Bytes(), &f); err != nil || f.WrongCells != 10*9 {
		t.Errorf("%+v, %v", f, err)
	}
}
