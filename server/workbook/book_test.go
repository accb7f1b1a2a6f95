package workbook_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

// opened opens the content of a file.
func opened(t testing.TB, content []byte) (*workbook.Book, error) {
	t.Helper()
	return openedWith(t, content, workbook.DefaultBookLimits())
}

func openedWith(t testing.TB, content []byte, limits workbook.BookLimits) (*workbook.Book, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "upload")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	book, err := workbook.OpenBook(t.Context(), path, "plant.xlsx", limits)
	if err == nil {
		t.Cleanup(func() {
			if err := book.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return book, err
}

// mustOpen opens what has to open.
func mustOpen(t testing.TB, content []byte) *workbook.Book {
	t.Helper()
	book, err := opened(t, content)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// lines reads a sheet.
func lines(t testing.TB, book *workbook.Book, sheet string) []workbook.Line {
	t.Helper()
	var all []workbook.Line
	err := book.Lines(t.Context(), sheet, 1, func(l workbook.Line) error {
		l.Cells = append([]workbook.Cell{}, l.Cells...)
		all = append(all, l)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// seen writes rows as "2: A=x C=y", hidden ones with a bracket around the number.
func seen(all []workbook.Line) string {
	var b strings.Builder
	for _, l := range all {
		number := fmt.Sprint(l.Number)
		if l.Hidden {
			number = "(" + number + ")"
		}
		fmt.Fprintf(&b, "%s:", number)
		for _, c := range l.Cells {
			name, _ := excelize.ColumnNumberToName(c.Column)
			fmt.Fprintf(&b, " %s=%s", name, c.Text)
			for mark, set := range map[string]bool{"m": c.Merged, "s": c.Struck, "h": c.Hidden, "f": c.Formula && !c.NoValue, "?": c.NoValue} {
				if set {
					b.WriteString("~" + mark)
				}
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// packed packs parts as a zip archive. A part without content is left out.
func packed(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for name, content := range parts {
		if content == "" {
			continue
		}
		w, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// parts are those of a workbook with one sheet of the given content, changed by pairs of a name and a content.
func parts(sheet string, changes ...string) map[string]string {
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	const types = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	all := map[string]string{
		"[Content_Types].xml": head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + types + `sheet.main+xml"/></Types>`,
		"_rels/.rels":     head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": head + `<workbook ` + main + ` xmlns:r="` + rel + `"><sheets><sheet name="Items" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rel + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + rel + `/sharedStrings" Target="sharedStrings.xml"/>` +
			`<Relationship Id="rId3" Type="` + rel + `/styles" Target="/xl/styles.xml"/></Relationships>`,
		"xl/styles.xml":            head + `<styleSheet ` + main + `><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml":     head + `<sst ` + main + `><si><t>code</t></si><si><t>target</t></si></sst>`,
		"xl/worksheets/sheet1.xml": head + `<worksheet ` + main + `>` + sheet + `</worksheet>`,
	}
	for i := 0; i < len(changes); i += 2 {
		all[changes[i]] = changes[i+1]
	}
	return all
}

// sheetOf is a workbook with one sheet of the given rows.
func sheetOf(t testing.TB, rows string, changes ...string) []byte {
	t.Helper()
	return packed(t, parts("<sheetData>"+rows+"</sheetData>", changes...))
}

func TestWhatStandsInASheet(t *testing.T) {
	t.Parallel()
	const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000000"/></numFmts>` +
		`<fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts>` +
		`<fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFF0000"/></patternFill></fill></fills>` +
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="0" fontId="1" fillId="1"/><xf numFmtId="49" fontId="2"/></cellXfs></styleSheet>`
	tests := map[string]struct {
		sheet string
		more  []string
		want  string
	}{
		"shared texts":                  {sheet: `<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row></sheetData>`, want: "1: A=code C=target\n"},
		"inline texts":                  {sheet: `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a &amp; b</t></is></c></row></sheetData>`, want: "1: A=a & b\n"},
		"rich texts":                    {sheet: `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t xml:space="preserve">47 </t></r><r><t>11</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c></row></sheetData>`, want: "1: A=47 11\n"},
		"a part struck through":         {sheet: `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><r><rPr><strike/></rPr><t>47</t></r><r><t>11</t></r></is></c></row></sheetData>`, want: "1: A=4711~s\n"},
		"blanks that count":             {sheet: `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c></row></sheetData>`, want: "1: A= a \n"},
		"blanks that do not":            {sheet: `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t> a </t></is></c></row></sheetData>`, want: "1: A=a\n"},
		"characters XML cannot hold":    {sheet: `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a_x000A_b_x005F_x0041_</t></is></c></row></sheetData>`, want: "1: A=a\nb_x0041_\n"},
		"values in the midst of blanks": {sheet: "<sheetData>\n<row>\n<c>\n<v>\n 1 </v>\n</c><c t=\"s\"><v> 0</v></c></row></sheetData>", want: "1: A=1 B=code\n"},
		"no places":                     {sheet: `<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>`, want: "1: A=1 B=2\n2: A=3\n"},
		"places of cells only":          {sheet: `<sheetData><row><c r="B3"><v>1</v></c></row></sheetData>`, want: "3: B=1\n"},
		"cells out of order":            {sheet: `<sheetData><row r="1"><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c></row></sheetData>`, want: "1: A=1 C=3\n"},
		"truth and faults":              {sheet: `<sheetData><row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="e"><v>#N/A</v></c></row></sheetData>`, want: "1: A=TRUE B=FALSE C=#N/A\n"},
		"formulas":                      {sheet: `<sheetData><row r="1"><c r="A1" t="str"><f>B1</f><v>x</v></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1"><f>1</f></c><c r="D1"><f>1</f><v></v></c><c r="E1" t="str"><f>""</f><v></v></c></row></sheetData>`, want: "1: A=x~f B=2~f C=~?~f? D=~?\n"},
		"formulas never calculated":     {sheet: `<sheetData><row r="1"><c r="A1"><f>B1</f><v>0</v></c><c r="B1"><f>B2</f><v>7</v></c><c r="C1"><v>0</v></c></row></sheetData><x/>`, more: []string{"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="Items" sheetId="1" r:id="rId1"/></sheets><calcPr fullCalcOnLoad="1"/></workbook>`}, want: "1: A=~? B=7~f C=0\n"},
		"hidden":                        {sheet: `<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2" hidden="1"><c r="A2"><v>3</v></c></row><row r="3" ht="0"><c r="A3"><v>4</v></c></row></sheetData>`, want: "1: A=1 B=2~h\n(2): A=3\n(3): A=4\n"},
		"merged down and across":        {sheet: `<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"/><c r="C1"><v>9</v></c></row><row r="2"><c r="A2"/><c r="C2"><v>8</v></c></row><row r="3"><c r="A3"/></row><row r="4"><c r="C4"><v>7</v></c></row></sheetData><mergeCells count="2"><mergeCell ref="A1:B2"/></mergeCells>`, want: "1: A=1 B=1~m C=9\n2: A=1~m B=1~m C=8\n4: C=7\n"},
		"merged over something":         {sheet: `<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="B1:C1"/></mergeCells>`, want: "1: A=1 B=1~m\n"},
		"merged without content":        {sheet: `<sheetData><row r="1"><c r="B1"><v>2</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>`, want: ""},
		"formats":                       {sheet: `<sheetData><row r="1"><c r="A1" s="1"><v>4711</v></c><c r="B1" s="2"><v>46000</v></c><c r="C1" s="3"><v>5</v></c><c r="D1" s="4"><v>6</v></c></row></sheetData>`, more: []string{"xl/styles.xml", styles}, want: "1: A=00004711 B=2025-12-09 C=5~s D=6\n"},
		"1904":                          {sheet: `<sheetData><row r="1"><c r="B1" s="2"><v>44538</v></c></row></sheetData>`, more: []string{"xl/styles.xml", styles, "xl/workbook.xml", `<workbook xmlns:r="r"><workbookPr date1904="true"/><sheets><sheet name="Items" sheetId="1" r:id="rId1"/></sheets></workbook>`}, want: "1: B=2025-12-09\n"},
		"dates as text":                 {sheet: `<sheetData><row r="1"><c r="A1" t="d"><v>2025-12-09T00:00:00</v></c><c r="B1" t="d"><v>2025-12-09T10:30:00</v></c></row></sheetData>`, want: "1: A=2025-12-09 B=2025-12-09 10:30:00\n"},
		"prefixes":                      {sheet: `<x:sheetData xmlns:x="y"><x:row r="1"><x:c r="A1"><x:v>5</x:v></x:c></x:row></x:sheetData>`, want: "1: A=5\n"},
		"comments and literal text":     {sheet: `<!-- <row> --><sheetData><?x y?><row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[a<b]]>&#99;</t></is></c></row></sheetData>`, want: "1: A=a<bc\n"},
		"a number that is none":         {sheet: `<sheetData><row r="1"><c r="A1"><v>0x10</v></c></row></sheetData>`, want: "1: A=0x10\n"},
		"blanks only":                   {sheet: `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve">  </t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData>`, want: "2: A=1\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := seen(lines(t, mustOpen(t, packed(t, parts(tt.sheet, tt.more...))), "Items"))
			if want := strings.ReplaceAll(tt.want, "~?~f?", "~?"); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
