package workbook_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

func TestReadMapping(t *testing.T) {
	t.Parallel()
	one := []workbook.Row{{Line: 2, Code: "000123", Target: "IT-1"}}
	tests := map[string]struct {
		file string
		want []workbook.Row
	}{
		"semicolons":                {file: "code;canonical\n000123;IT-1\n", want: one},
		"commas":                    {file: "Plant code,Name,ERP code\n000123,Screw,IT-1\n", want: one},
		"tabs":                      {file: "Item No.\tOdoo Code\n000123\tIT-1\n", want: one},
		"bars":                      {file: "ARTIKELNUMMER|internal_reference\n000123|IT-1\n", want: one},
		"columns the other way":     {file: "default_code,item-no\nIT-1,000123\n", want: one},
		"a comma inside semicolons": {file: "code;name, old;canonical\n000123;a, b;IT-1\n", want: one},
		"a byte order mark":         {file: "\xEF\xBB\xBFcode;canonical\n000123;IT-1\n", want: one},
		"UTF-16 of Excel":           {file: "\xFF\xFE" + utf16("code\tcanonical\n000123\tIT-1\n"), want: one},
		"Windows-1252":              {file: "code;canonical\nM\xFCller;IT-1\n", want: []workbook.Row{{Line: 2, Code: "Müller", Target: "IT-1"}}},
		"quoted cells":              {file: "code;canonical\n\"a;\"\"b\"\"\n c\";IT-1\nd;IT-2\n", want: []workbook.Row{{Line: 2, Code: "a;\"b\"\n c", Target: "IT-1"}, {Line: 4, Code: "d", Target: "IT-2"}}},
		"space around codes":        {file: "code;canonical\n\u00a0000 123 ; IT-1\t\n", want: []workbook.Row{{Line: 2, Code: "000 123", Target: "IT-1"}}},
		"blank rows":                {file: "\n\ncode;canonical\n;;\n\n000123;IT-1\n", want: []workbook.Row{{Line: 6, Code: "000123", Target: "IT-1"}}},
		"the delimiter named":       {file: "sep=;\r\ncode;canonical\r\n000123;IT-1\r\n", want: []workbook.Row{{Line: 3, Code: "000123", Target: "IT-1"}}},
		"a row cut short":           {file: "code;canonical\n000123\n", want: []workbook.Row{{Line: 2, Code: "000123"}}},
		"no line end":               {file: "code;canonical\n000123;IT-1", want: one},
		"only a header":             {file: "code;canonical"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := workbook.ReadMapping(strings.NewReader(tt.file), workbook.DefaultLimits())
			if err != nil || !slices.Equal(got.Rows, tt.want) {
				t.Errorf("rows %+v, %v; want %+v", got.Rows, err, tt.want)
			}
		})
	}
}

func TestReadMappingRefusals(t *testing.T) {
	t.Parallel()
	limits := workbook.Limits{Bytes: 200, Rows: 2, Columns: 4, CellBytes: 20}
	tests := map[string]struct{ file, says string }{
		"an empty file":           {"", "empty"},
		"only a mark and blanks":  {"\xEF\xBB\xBF \n", "empty"},
		"a workbook":              {"PK\x03\x04rest", "Excel workbook"},
		"an old workbook":         {"\xD0\xCF\x11\xE0rest", "old Excel workbook"},
		"a PDF":                   {"%PDF-1.7", "PDF"},
		"bytes that are no text":  {"code;canonical\n\x00\x01;x\n", "not a text file"},
		"no header":               {"000123;IT-1\n", `it names "000123", "IT-1"`},
		"one of the two columns":  {"code;name\n000123;x\n", `it names "code", "name"`},
		"two columns with codes":  {"code;item no;canonical\n", `"code", "item no"`},
		"two canonical columns":   {"code;erp;canonical\n", `"erp", "canonical"`},
		"a file too large":        {"code;canonical\n" + strings.Repeat("a;b\n", 60), "larger"},
		"too many rows":           {"code;canonical\na;b\nc;d\ne;f\n", "more than 2 rows"},
		"too many columns":        {"code;canonical\na;b;c;d;e\n", "line 2 has more than 4 columns"},
		"too many named columns":  {"code;canonical;c;d;e\n", "line 1 has more than 4 columns"},
		"a cell too long":         {"code;canonical\na;" + strings.Repeat("b", 21) + "\n", "line 2 has a cell longer"},
		"a quote inside a cell":   {"code;canonical\na;b\"c\n", "line 2: a quotation mark"},
		"a quote never closed":    {"\ncode;canonical\na;b\n\"c;d\n", "line 4: a quotation mark"},
		"a broken quote up there": {"\"code;canonical\n", "line 1: a quotation mark"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := workbook.ReadMapping(strings.NewReader(tt.file), limits)
			if domain.ErrorCode(err) != domain.CodeImportInvalid || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want it to say %q", err, tt.says)
			}
		})
	}
	t.Run("a connection cut", func(t *testing.T) {
		t.Parallel()
		_, err := workbook.ReadMapping(iotest.ErrReader(errors.New("cut")), limits)
		if domain.ErrorCode(err) != domain.CodeImportInvalid {
			t.Errorf("got %v", err)
		}
	})
}

func utf16(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

// FuzzReadMapping holds to two promises: whatever is uploaded, rows are valid text in file order within the limits, and every
// refusal is a CodeImportInvalid.
func FuzzReadMapping(f *testing.F) {
	for _, seed := range []string{"code;canonical\n1;2\n", "\xFF\xFEc\x00", "code,canonical\n\"a\nb\",c\n", "sep=|\ncode|erp\n|\n", "PK\x03\x04"} {
		f.Add([]byte(seed))
	}
	limits := workbook.Limits{Bytes: 1 << 16, Rows: 100, Columns: 10, CellBytes: 100}
	f.Fuzz(func(t *testing.T, data []byte) {
		sheet, err := workbook.ReadMapping(strings.NewReader(string(data)), limits)
		if err != nil {
			if domain.ErrorCode(err) != domain.CodeImportInvalid || !utf8.ValidString(err.Error()) {
				t.Fatalf("refused with %q", err)
			}
			return
		}
		last := 0
		for _, row := range sheet.Rows {
			if row.Line <= last || len(row.Code) > limits.CellBytes || !utf8.ValidString(row.Code+row.Target) ||
				strings.TrimSpace(row.Code) != row.Code || strings.TrimSpace(row.Target) != row.Target {
				t.Fatalf("row %+v after line %d", row, last)
			}
			last = row.Line
		}
		if len(sheet.Rows) > limits.Rows {
			t.Fatalf("%d rows", len(sheet.Rows))
		}
	})
}
