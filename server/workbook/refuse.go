package workbook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
)

// fileKind is what a file is, by what stands in it: names of files lie.
type fileKind uint8

// The kinds of a file that is read.
const (
	kindText fileKind = iota
	kindZip
)

// recognise says whether a file is a text or an archive, or what it is that people upload by mistake.
func recognise(file *os.File) (fileKind, error) {
	head := make([]byte, 4096)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, notUsable("the file could not be received completely")
	}
	head = head[:n]
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return kindZip, nil
	}
	if bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) {
		return 0, refuseOLE(file)
	}
	const instead = "; open it in Excel and save it as \"Excel Workbook (.xlsx)\""
	for _, known := range []struct{ begin, says string }{
		{"%pdf", "this is a PDF, not a table; upload the workbook or a CSV file that it was made from"},
		{"{\\rtf", "this is a text document, not a table; upload a workbook or a CSV file"},
		{"\x1f\x8b", "this is a compressed file; unpack it and upload what is in it"},
		{"7z\xbc\xaf", "this is a compressed file; unpack it and upload what is in it"},
		{"rar!", "this is a compressed file; unpack it and upload what is in it"},
		{"\x89png", "this is a picture, not a table; upload a workbook or a CSV file"},
		{"\xff\xd8\xff", "this is a picture, not a table; upload a workbook or a CSV file"},
		{"\x09\x08", "this is an Excel workbook of a format before 1997" + instead},
		{"<?xml", "this is XML, not a workbook" + instead},
		{"<!doctype html", "this is a web page, though its name may end in .xls" + instead},
		{"<html", "this is a web page, though its name may end in .xls" + instead},
		{"<table", "this is a web page, though its name may end in .xls" + instead},
		{"mime-version:", "this is a web page, though its name may end in .xls" + instead},
	} {
		text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \r\n")
		if begin := text[:min(len(text), len(known.begin))]; string(begin) == known.begin || string(bytes.ToLower(begin)) == known.begin {
			return 0, notUsable("%s", known.says)
		}
	}
	return kindText, nil
}

// refuseOLE says what an OLE file is: the container of old documents, and of new ones that have a password.
func refuseOLE(file *os.File) error {
	wide := func(name string) []byte {
		var b []byte
		for _, c := range []byte(name) {
			b = append(b, c, 0)
		}
		return b
	}
	says := "this is no Excel workbook that can be read; open it in the program it comes from and save the table as .xlsx"
	known := []struct {
		name []byte
		says string
	}{
		{wide("EncryptedPackage"), "the workbook is protected with a password; in Excel choose \"File\", \"Info\", \"Protect Workbook\", remove the password and upload it again"},
		{wide("WordDocument"), "this is a Word document, not a workbook; copy its table to Excel and save it as .xlsx"},
		{wide("PowerPoint Document"), "this is a presentation, not a workbook; copy its table to Excel and save it as .xlsx"},
		{wide("Workbook"), "this is an old Excel workbook (.xls); open it in Excel and save it as \"Excel Workbook (.xlsx)\""},
		{wide("Book"), "this is an old Excel workbook (.xls); open it in Excel and save it as \"Excel Workbook (.xlsx)\""},
	}
	best := len(known)
	scan(io.NewSectionReader(file, 0, 1<<40), 64, func(b []byte) {
		for i := range best {
			if bytes.Contains(b, known[i].name) {
				best = i
				break
			}
		}
	})
	if best < len(known) {
		says = known[best].says
	}
	return notUsable("%s", says)
}

// scan hands over all that a reader gives, piece by piece, each with the last bytes of the one before.
func scan(in io.Reader, overlap int, look func([]byte)) {
	buf := make([]byte, 256<<10)
	kept := 0
	for {
		n, err := io.ReadFull(in, buf[kept:])
		look(buf[:kept+n])
		if err != nil {
			return
		}
		kept = copy(buf, buf[kept+n-overlap:kept+n])
	}
}

// refuseArchive says what an archive is that is no workbook, or one that may not be opened.
func refuseArchive(ctx context.Context, c *container) error {
	switch {
	case len(c.parts) == 0:
		return notUsable("this is an empty archive; upload the workbook itself")
	case c.has("mimetype"):
		return refuseOpenDocument(ctx, c)
	case c.has("xl/workbook.bin"):
		return notUsable("this is a binary workbook (.xlsb); open it in Excel and save it as \"Excel Workbook (.xlsx)\"")
	case c.has("index/document.iwa"), c.has("index.zip"):
		return notUsable("this is a Numbers document; in Numbers choose \"File\", \"Export To\", \"Excel\" and upload that")
	case !c.has("[Content_Types].xml") || !c.has("_rels/.rels"):
		return notUsable("this is an archive, not a workbook; unpack it and upload the workbook or CSV file that is in it")
	}
	for name := range c.parts {
		if strings.HasSuffix(name, "vbaproject.bin") || strings.HasPrefix(name, "xl/macrosheets/") {
			return refuseMacros()
		}
	}
	return nil
}

func refuseMacros() error {
	return notUsable("the workbook contains macros; save it as \"Excel Workbook (.xlsx)\", which leaves them out, and upload that")
}

func refuseOpenDocument(ctx context.Context, c *container) error {
	in, err := c.open(ctx, "mimetype", 1<<10)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // nothing is written
	said, err := io.ReadAll(in)
	if err != nil {
		return damaged("mimetype", err)
	}
	if strings.Contains(string(said), "opendocument.spreadsheet") {
		return notUsable("this is an OpenDocument spreadsheet (.ods); in LibreOffice choose \"Save As\" and \"Excel 2007-365 (.xlsx)\"")
	}
	return notUsable("this is a document, not a workbook; save its table as .xlsx or CSV and upload that")
}

// workbookPart finds the part that lists the sheets, and holds its type to what a workbook without macros has.
func workbookPart(ctx context.Context, c *container) (string, error) {
	roots, err := c.relations(ctx, "")
	if err != nil {
		return "", err
	}
	var name string
	for _, r := range roots {
		if r.kind == "officeDocument" {
			name = r.target
		}
	}
	if name == "" || !c.has(name) {
		return "", notUsable("the workbook is incomplete: it has no list of sheets; if it opens in Excel, save it there under a new name and upload that")
	}
	kind, err := contentType(ctx, c, name)
	switch {
	case err != nil:
		return "", err
	case strings.Contains(strings.ToLower(kind), "macroenabled"):
		return "", refuseMacros()
	case strings.Contains(kind, "wordprocessingml"):
		return "", notUsable("this is a Word document, not a workbook; copy its table to Excel and save it as .xlsx")
	case strings.Contains(kind, "presentationml"):
		return "", notUsable("this is a presentation, not a workbook; copy its table to Excel and save it as .xlsx")
	case !strings.Contains(kind, "spreadsheetml.sheet.main+xml") && !strings.Contains(kind, "spreadsheetml.template.main+xml"):
		return "", notUsable("this is not an Excel workbook, though it is packed like one; open it in Excel and save it as \"Excel Workbook (.xlsx)\"")
	}
	return name, nil
}

// contentType is what the archive says a part is.
func contentType(ctx context.Context, c *container, part string) (string, error) {
	var byName, byEnding string
	ending := part[strings.LastIndexByte(part, '.')+1:]
	err := c.read(ctx, "[Content_Types].xml", c.limits.Small, func(s *scanner) error {
		return each(s, func() error {
			switch {
			case string(s.name) == "Override" && strings.EqualFold(strings.TrimPrefix(string(s.attr("PartName")), "/"), part):
				byName = string(s.attr("ContentType"))
			case string(s.name) == "Default" && strings.EqualFold(string(s.attr("Extension")), ending):
				byEnding = string(s.attr("ContentType"))
			}
			return nil
		})
	})
	if byName == "" {
		byName = byEnding
	}
	return byName, err
}
