package workbook_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	units "unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

// wide encodes a text as UTF-16, the lower byte first or last.
func wide(text string, low bool) string {
	var b strings.Builder
	for _, unit := range units.Encode([]rune(text)) {
		if low {
			b.Write([]byte{byte(unit), byte(unit >> 8)})
		} else {
			b.Write([]byte{byte(unit >> 8), byte(unit)})
		}
	}
	return b.String()
}

func windows(t *testing.T, page *charmap.Charmap, text string) string {
	t.Helper()
	encoded, err := page.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func TestATextFile(t *testing.T) {
	t.Parallel()
	const polish = "Kod;Nazwa\n1;Śruba żółta, długość 5 m\n2;Łożysko\n"
	const western = "Code;Désignation\n1;Vis à tête hexagonale, Größe 5 m³\n2;Señal ¿qué?\n"
	one := "1: A=code B=canonical\n2: A=000123 B=IT-1\n"
	tests := map[string]struct{ file, want, delimiter, encoding string }{
		"semicolons":                   {"code;canonical\n000123;IT-1\n", one, ";", "UTF-8"},
		"commas":                       {"code,canonical\n000123,IT-1\n", one, ",", "UTF-8"},
		"tabs":                         {"code\tcanonical\n000123\tIT-1\n", one, "\t", "UTF-8"},
		"bars":                         {"code|canonical\n000123|IT-1\n", one, "|", "UTF-8"},
		"decimal commas":               {"code;kg\n1;1,5\n2;2,5\n", "1: A=code B=kg\n2: A=1 B=1,5\n3: A=2 B=2,5\n", ";", "UTF-8"},
		"semicolons in a few cells":    {"code,name\n1,a;b\n2,c\n", "1: A=code B=name\n2: A=1 B=a;b\n3: A=2 B=c\n", ",", "UTF-8"},
		"one column with commas":       {"name\na\nb, c\nd\n", "1: A=name\n2: A=a\n3: A=b, c\n4: A=d\n", ";", "UTF-8"},
		"a title above":                {"Mapping of DE01\n\ncode,canonical\n000123,IT-1\n", "1: A=Mapping of DE01\n3: A=code B=canonical\n4: A=000123 B=IT-1\n", ",", "UTF-8"},
		"a mark of UTF-8":              {"\xEF\xBB\xBFcode;canonical\n000123;IT-1\n", one, ";", "UTF-8"},
		"UTF-16 of Excel":              {"\xFF\xFE" + wide("code\tcanonical\n000123\tIT-1\n", true), one, "\t", "UTF-16LE"},
		"UTF-16 the other way":         {"\xFE\xFF" + wide("code\tcanonical\n000123\tIT-1\n", false), one, "\t", "UTF-16BE"},
		"UTF-16 without its mark":      {wide("code;canonical\r\n000123;IT-1\r\n", true), one, ";", "UTF-16LE"},
		"UTF-16 both":                  {wide("code;canonical\r\n000123;IT-1\r\n", false), one, ";", "UTF-16BE"},
		"Windows in the west":          {windows(t, charmap.Windows1252, western), "1: A=Code B=Désignation\n2: A=1 B=Vis à tête hexagonale, Größe 5 m³\n3: A=2 B=Señal ¿qué?\n", ";", "Windows-1252"},
		"Windows in Poland":            {windows(t, charmap.Windows1250, polish), "1: A=Kod B=Nazwa\n2: A=1 B=Śruba żółta, długość 5 m\n3: A=2 B=Łożysko\n", ";", "Windows-1250"},
		"a late letter":                {"a;b\n" + strings.Repeat("1;2\n", 40_000) + windows(t, charmap.Windows1252, "ü;x\n"), "", ";", "Windows-1252"},
		"quoted cells":                 {"code;canonical\n\"a;\"\"b\"\"\r\n c\" ;IT-1\nd;IT-2\n", "1: A=code B=canonical\n2: A=a;\"b\"\n c B=IT-1\n4: A=d B=IT-2\n", ";", "UTF-8"},
		"inches":                       {"code;name\n1;3/8\" pipe\n2;5\"\n", "1: A=code B=name\n2: A=1 B=3/8\" pipe\n3: A=2 B=5\"\n", ";", "UTF-8"},
		"blanks stay":                  {"code;canonical\n\u00a0000 123 ; IT-1\n", "1: A=code B=canonical\n2: A=\u00a0000 123  B= IT-1\n", ";", "UTF-8"},
		"blank rows":                   {"\n\ncode;canonical\n;;\n \n000123;IT-1\n", "3: A=code B=canonical\n6: A=000123 B=IT-1\n", ";", "UTF-8"},
		"the delimiter named":          {"sep=,\r\ncode,canonical\r\n\"000123\",IT-1\r\n", "2: A=code B=canonical\n3: A=000123 B=IT-1\n", ",", "UTF-8"},
		"the delimiter named quoted":   {"\"sep=|\"\ncode|a;b;c\n", "2: A=code B=a;b;c\n", "|", "UTF-8"},
		"ragged rows":                  {"a;b\n1\n2;x;y\n", "1: A=a B=b\n2: A=1\n3: A=2 B=x C=y\n", ";", "UTF-8"},
		"line ends of old Macintoshes": {"code;canonical\r000123;IT-1\r", one, ";", "UTF-8"},
		"no line end":                  {"code;canonical\n000123;IT-1", one, ";", "UTF-8"},
		"an empty cell at the end":     {"a;b\n1;\n;2", "1: A=a B=b\n2: A=1\n3: B=2\n", ";", "UTF-8"},
		"an empty quoted cell":         {"a;b\n\"\";2\n", "1: A=a B=b\n2: B=2\n", ";", "UTF-8"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book := mustOpen(t, []byte(tt.file))
			form, ok := book.TextForm()
			if !ok || form != (workbook.TextForm{Delimiter: tt.delimiter, Encoding: tt.encoding}) {
				t.Errorf("written as %+v, %v", form, ok)
			}
			if got := seen(lines(t, book, "")); tt.want != "" && got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if sheets := book.Sheets(); len(sheets) != 1 || sheets[0].Name != "" {
				t.Errorf("sheets %+v", sheets)
			}
		})
	}
}

func TestATextFileIsReadAsSomebodySays(t *testing.T) {
	t.Parallel()
	book := mustOpen(t, []byte(windows(t, charmap.Windows1250, "Kod,Ilość;x\n1,5;6\n")))
	if err := book.ReadAs(workbook.TextForm{Delimiter: ",", Encoding: workbook.EncodingPolish}); err != nil {
		t.Fatal(err)
	}
	if got, want := seen(lines(t, book, "")), "1: A=Kod B=Ilość;x\n2: A=1 B=5;6\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, form := range []workbook.TextForm{{Delimiter: "x"}, {Delimiter: ";;"}, {Encoding: "EBCDIC"}} {
		if err := book.ReadAs(form); domain.ErrorCode(err) != domain.CodeImportInvalid {
			t.Errorf("%+v: %v", form, err)
		}
	}
}

func TestTextFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	limits := workbook.DefaultBookLimits()
	limits.Bytes, limits.Rows, limits.Columns, limits.CellBytes = 300, 3, 4, 20
	tests := map[string]struct{ file, says string }{
		"an empty file":            {"", "empty"},
		"only a mark and blanks":   {"\xEF\xBB\xBF \n", "empty"},
		"only UTF-16 blanks":       {"\xFF\xFE" + wide(" \r\n", true), "empty"},
		"bytes that are no text":   {"code;canonical\n\x00\x01;x\n", "not a text file"},
		"a control character":      {"code;canonical\n\x07;x\n", "not a text file"},
		"a PDF":                    {"%PDF-1.7", "PDF"},
		"a web page":               {"\r\n<HTML><table>", "web page"},
		"XML":                      {"<?xml version=\"1.0\"?><Workbook/>", "XML"},
		"a compressed file":        {"\x1F\x8B\x08", "compressed"},
		"a file too large":         {"code;canonical\n" + strings.Repeat("a;b\n", 80), "split it"},
		"too many rows":            {"code;canonical\na;b\nc;d\ne;f\n", "more than 3 rows"},
		"too many columns":         {"code;canonical\na;b;c;d;e\n", "line 2 has more than 4 columns"},
		"a cell too long":          {"code;canonical\na;" + strings.Repeat("b", 21) + "\n", "line 2 has a cell longer"},
		"a quote inside one":       {"code;canonical\na;\"b\"c\n", "line 2: a quotation mark"},
		"a quote never closed":     {"\ncode;canonical\na;b\n\"c;d\n", "line 4: a quotation mark"},
		"never closed, a long one": {"code;canonical\n\"c;d\n" + strings.Repeat("a;b\n", 20), "line 2 has a cell longer"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book, err := openedWith(t, []byte(tt.file), limits)
			if err == nil {
				err = book.Lines(t.Context(), "", 1, func(workbook.Line) error { return nil })
			}
			if domain.ErrorCode(err) != domain.CodeImportInvalid || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want it to say %q", err, tt.says)
			}
		})
	}
}

func TestAReadingEnds(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{
		"csv":  []byte("a;b\n1;2\n3;4\n"),
		"xlsx": sheetOf(t, `<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row><row r="3"><c r="A3"><v>3</v></c></row>`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book := mustOpen(t, content)
			sheet := book.Sheets()[0].Name
			enough := errors.New("enough")
			var read []int
			err := book.Lines(t.Context(), sheet, 2, func(l workbook.Line) error {
				read = append(read, l.Number)
				return enough
			})
			if err != enough || fmt.Sprint(read) != "[2]" { //nolint:errorlint // it has to be the very error
				t.Errorf("%v, %v", read, err)
			}
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			if err := book.Lines(gone, sheet, 1, func(workbook.Line) error { return nil }); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
			if err := book.Lines(t.Context(), "nowhere", 1, func(workbook.Line) error { return nil }); domain.ErrorCode(err) != domain.CodeImportInvalid {
				t.Errorf("an unknown sheet: %v", err)
			}
			sample, err := book.Sample(t.Context(), sheet, 2)
			if err != nil || len(sample) != 2 || sample[1].Line != 2 || len(sample[1].Cells) == 0 {
				t.Errorf("%+v, %v", sample, err)
			}
		})
	}
}

// TestEveryTextIsReadAsWritten writes tables in every way there is and reads them.
func TestEveryTextIsReadAsWritten(t *testing.T) {
	t.Parallel()
	cell := rapid.StringOf(rapid.SampledFrom([]rune("ab01 .,;|\t\"'\nŚżółüéß€m³=+-")))
	rapid.Check(t, func(rt *rapid.T) {
		delimiter := rapid.SampledFrom([]string{";", ",", "\t", "|"}).Draw(rt, "delimiter")
		end := rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(rt, "end")
		table := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 3, 6).Draw(rt, "table")
		var file, want strings.Builder
		line := 1
		file.WriteString("sep=" + delimiter + end)
		for _, row := range table {
			line++
			var cells []string
			blank := true
			for _, text := range row {
				cells = append(cells, `"`+strings.ReplaceAll(text, `"`, `""`)+`"`)
				blank = blank && strings.TrimSpace(text) == ""
			}
			file.WriteString(strings.Join(cells, delimiter) + end)
			if !blank {
				fmt.Fprintf(&want, "%d %q\n", line, row)
			}
			line += strings.Count(strings.Join(row, ""), "\n")
		}
		content := file.String()
		if rapid.Bool().Draw(rt, "UTF-16") {
			content = "\xFF\xFE" + wide(content, true)
		}
		book, err := opened(t, []byte(content))
		if err != nil {
			rt.Fatalf("%q: %v", content, err)
		}
		var got strings.Builder
		err = book.Lines(t.Context(), "", 1, func(l workbook.Line) error {
			row := make([]string, 3)
			for _, c := range l.Cells {
				row[c.Column-1] = c.Text
			}
			fmt.Fprintf(&got, "%d %q\n", l.Number, row)
			return nil
		})
		if err != nil || got.String() != want.String() {
			rt.Fatalf("%q is read as %s, want %s, %v", content, &got, &want, err)
		}
	})
}
