package workbook_test

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

const macEnabled = `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`

// ole is the beginning of a document of before 2007 with streams of the given names.
func ole(names ...string) []byte {
	content := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600_000)
	for _, name := range names {
		content += wide(name, true) + strings.Repeat("\x00", 64)
	}
	return []byte(content)
}

// liar is a workbook whose sheet says that it is small, and is not.
func liar(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for name, content := range parts("") {
		if name == "xl/worksheets/sheet1.xml" {
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
	var sheet bytes.Buffer
	inner := zip.NewWriter(&sheet)
	content := "<worksheet><sheetData>" + strings.Repeat(" ", 500_000) + `<row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>`
	w, err := inner.Create("x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := inner.Close(); err != nil {
		t.Fatal(err)
	}
	read, err := zip.NewReader(bytes.NewReader(sheet.Bytes()), int64(sheet.Len()))
	if err != nil {
		t.Fatal(err)
	}
	packedSize := read.File[0].CompressedSize64
	from, err := read.File[0].DataOffset()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := archive.CreateRaw(&zip.FileHeader{
		Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE([]byte(content)), CompressedSize64: packedSize, UncompressedSize64: 100,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Write(sheet.Bytes()[from : from+int64(packedSize)]); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	const one = `<row r="1"><c r="A1"><v>1</v></c></row>`
	whole := sheetOf(t, one)
	locked := bytes.ReplaceAll(bytes.Clone(whole), []byte("PK\x01\x02\x14\x00\x14\x00\x08"), []byte("PK\x01\x02\x14\x00\x14\x00\x09"))
	with := func(changes ...string) []byte { return sheetOf(t, one, changes...) }
	cells := func(sheet string) []byte { return packed(t, parts(sheet)) }
	filler := strings.Repeat("<si><t>a</t></si>", 200_000)
	tests := map[string]struct {
		file []byte
		says string
	}{
		"an old workbook":            {ole("Root Entry", "Workbook"), "old Excel workbook (.xls)"},
		"an older one":               {ole("Book"), "old Excel workbook (.xls)"},
		"one with a password":        {ole("EncryptionInfo", "EncryptedPackage"), "password"},
		"a Word document of 2003":    {ole("WordDocument"), "Word"},
		"another old document":       {ole("Something"), "save the table as .xlsx"},
		"macros":                     {with("xl/vbaProject.bin", "x"), "macros"},
		"macros by its type":         {with("[Content_Types].xml", macEnabled), "macros"},
		"old macros":                 {with("xl/macrosheets/sheet1.xml", "<x/>"), "macros"},
		"a binary workbook":          {packed(t, map[string]string{"xl/workbook.bin": "x"}), ".xlsb"},
		"an OpenDocument one":        {packed(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "x"}), "LibreOffice"},
		"an OpenDocument text":       {packed(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.text"}), "document, not a workbook"},
		"Numbers":                    {packed(t, map[string]string{"Index/Document.iwa": "x"}), "Numbers"},
		"an archive":                 {packed(t, map[string]string{"plant.xlsx": "x"}), "unpack it"},
		"an empty archive":           {packed(t, nil), "empty archive"},
		"a Word document":            {with("[Content_Types].xml", `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`), "Word"},
		"a presentation":             {with("[Content_Types].xml", `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>`), "presentation"},
		"a wrong type":               {with("[Content_Types].xml", `<Types><Default Extension="xml" ContentType="image/png"/></Types>`), "not an Excel workbook"},
		"no list of sheets":          {with("xl/workbook.xml", ""), "no list of sheets"},
		"no relations":               {with("xl/_rels/workbook.xml.rels", ""), "no sheet with cells"},
		"no sheet":                   {with("xl/worksheets/sheet1.xml", ""), "sheet1.xml cannot be read"},
		"a sheet without cells":      {cells("<sheetData/>"), "nothing in it|anything in it"},
		"a sheet of blank cells":     {cells(`<sheetData><row r="1"><c r="A1" s="0"/></row></sheetData>`), "anything in it"},
		"only a hidden sheet":        {with("xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="Items" state="veryHidden" r:id="rId1"/></sheets></workbook>`), "anything in it"},
		"cut short":                  {whole[:len(whole)-30], "incomplete"},
		"cut in the middle":          {whole[:len(whole)/2], "incomplete"},
		"an entry with a password":   {locked, "password"},
		"a path that leads up":       {with("xl/../../etc/passwd", "x"), "leads out of it"},
		"an absolute path":           {with("/etc/passwd", "x"), "leads out of it"},
		"a path of Windows":          {with(`xl\..\..\x.xml`, "x"), "leads out of it"},
		"a drive":                    {with(`C:\x.xml`, "x"), "leads out of it"},
		"the same part twice":        {with("XL/Workbook.xml", "<x/>"), "twice"},
		"a bomb in the sheet":        {cells("<sheetData>" + strings.Repeat(" ", 20<<20) + one + "</sheetData>"), "too large"},
		"a bomb in the texts":        {with("xl/sharedStrings.xml", "<sst>"+strings.Repeat(" ", 20<<20)+"</sst>"), "too large"},
		"a bomb in the styles":       {with("xl/styles.xml", "<styleSheet>"+strings.Repeat(" ", 20<<20)+"</styleSheet>"), "too large"},
		"a bomb that is not read":    {with("xl/media/image1.emf", strings.Repeat("\x00", 20<<20)), "too large"},
		"a sheet that lies":          {liar(t), "damaged"},
		"a document type":            {with("xl/styles.xml", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><styleSheet>&b;</styleSheet>`), "document type"},
		"an unknown entity":          {cells(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData>`), "damaged"},
		"elements without end":       {cells(strings.Repeat("<a>", 100_000) + strings.Repeat("</a>", 100_000)), "nested too deeply"},
		"an attribute without end":   {cells(`<sheetData a="` + strings.Repeat("x", 3<<20) + `"/>`), "too long"},
		"a text without end":         {cells(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>` + strings.Repeat("<![CDATA[xxxxxxxxxx]]>", 20_000) + `</t></is></c></row></sheetData>`), "too long"},
		"a comment without end":      {cells(`<!--` + strings.Repeat("x", 3<<20) + `-->`), "too long"},
		"thousands of attributes":    {cells(`<sheetData ` + strings.Repeat(`a="1" `, 5_000) + `/>`), "damaged"},
		"the last column":            {cells(`<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row></sheetData>`), "XFD1"},
		"a cell that does not exist": {cells(`<sheetData><row r="1"><c r="XFE1"><v>1</v></c></row></sheetData>`), "not in order"},
		"rows backwards":             {cells(`<sheetData><row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row></sheetData>`), "not in order"},
		"a cell twice":               {cells(`<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row></sheetData>`), "not in order"},
		"a cell of another row":      {cells(`<sheetData><row r="1"><c r="A2"><v>1</v></c></row></sheetData>`), "not in order"},
		"a text that is missing":     {cells(`<sheetData><row r="1"><c r="A1" t="s"><v>2</v></c></row></sheetData>`), "does not exist"},
		"a row without end":          {cells(`<sheetData><row r="1">` + strings.Repeat(`<c r="A1"/>`, 17_000) + `<c r="A1"><v>1</v></c></row></sheetData>`), "not in order"},
		"half a sheet":               {packed(t, parts("", "xl/worksheets/sheet1.xml", `<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>`)), "damaged"},
		"a sheet that is no XML":     {with("xl/worksheets/sheet1.xml", "hello"), "damaged"},
		"two sheets in one":          {with("xl/worksheets/sheet1.xml", "<worksheet/><worksheet/>"), "damaged"},
		"bytes that are no text":     {cells("<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a\xFFb</t></is></c></row></sheetData>"), "damaged"},
		"too many texts":             {with("xl/sharedStrings.xml", "<sst>"+filler+"</sst>", "xl/worksheets/sheet1.xml", `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>`), "different texts"},
	}
	limits := workbook.DefaultBookLimits()
	limits.Strings = 150_000
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book, err := openedWith(t, tt.file, limits)
			if err == nil {
				err = book.Lines(t.Context(), "Items", 1, func(workbook.Line) error { return nil })
			}
			said := false
			for _, says := range strings.Split(tt.says, "|") {
				said = said || err != nil && strings.Contains(err.Error(), says)
			}
			if domain.ErrorCode(err) != domain.CodeImportInvalid || !said || len(err.Error()) > 400 {
				t.Errorf("got %v, want it to say %q", err, tt.says)
			}
		})
	}
}

func TestAFileThatIsTooLargeIsNotRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "large.xlsx")
	if err := os.WriteFile(path, []byte("PK\x03\x04"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 200<<20); err != nil {
		t.Fatal(err)
	}
	_, err := workbook.OpenBook(t.Context(), path, "large.xlsx", workbook.DefaultBookLimits())
	if domain.ErrorCode(err) != domain.CodeImportInvalid || !strings.Contains(err.Error(), "200 MB") {
		t.Errorf("got %v", err)
	}
}
