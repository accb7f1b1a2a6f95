package workbook

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// Plain opens CSV files with a plant's codes and the canonical codes they stand for.
type Plain struct{}

// Open reads the file.
func (Plain) Open(_ context.Context, path, _ string) (intake.File, error) {
	content, err := os.ReadFile(path) // #nosec G304 -- a file that was spooled here
	if err != nil {
		return nil, domain.Invalid(domain.CodeImportInvalid, "the file could not be read")
	}
	limits := DefaultLimits()
	limits.Bytes = 100 << 20
	sheet, err := ReadMapping(bytes.NewReader(content), limits)
	if err != nil {
		return nil, err
	}
	return plainFile{sheet: sheet, content: content}, nil
}

type plainFile struct {
	sheet   Sheet
	content []byte
}

// Sheets is the one sheet, without a name.
func (f plainFile) Sheets() []intake.Sheet {
	return []intake.Sheet{{Rows: len(f.sheet.Rows) + 1, Columns: 2}}
}

// Mark is none.
func (plainFile) Mark() (intake.Mark, bool) { return intake.Mark{}, false }

// Close has nothing to let go of.
func (plainFile) Close() error { return nil }

// Sample shows the first lines.
func (f plainFile) Sample(_ context.Context, _ string, rows int) ([]intake.SampleRow, error) {
	text, _, err := decode(f.content)
	if err != nil {
		return nil, err
	}
	reader := newReader(text, f.sheet.Delimiter)
	var sample []intake.SampleRow
	for len(sample) < rows {
		cells, err := reader.Read()
		if err != nil {
			break
		}
		line, _ := reader.FieldPos(0)
		row := intake.SampleRow{Line: line}
		for i, cell := range cells {
			row.Cells = append(row.Cells, intake.SampleCell{Column: i + 1, Text: strings.Clone(cell)})
		}
		sample = append(sample, row)
	}
	return sample, nil
}

// Guess is sure: the file was understood, or it would not have been opened.
func (f plainFile) Guess(context.Context, intake.Ask) (intake.Guess, error) {
	return intake.Guess{Sure: true, Layout: domain.ImportLayout{
		HeaderRow: 1, HeaderRows: 1, Delimiter: string(f.sheet.Delimiter), Encoding: f.sheet.Encoding, Columns: []domain.ImportColumn{
			{Column: 1, Header: f.sheet.CodeColumn, Field: domain.FieldCode}, {Column: 2, Header: f.sheet.TargetColumn, Field: domain.FieldTarget},
		},
	}}, nil
}

// Take hands over the rows.
func (f plainFile) Take(_ context.Context, _ intake.Ask, _ domain.ImportLayout, emit func(domain.ImportEntry) error) error {
	for _, row := range f.sheet.Rows {
		line := strconv.Itoa(row.Line)
		err := emit(domain.ImportEntry{Line: row.Line, Cells: map[domain.ImportField]domain.ImportCell{
			domain.FieldCode: {At: "A" + line, Text: row.Code}, domain.FieldTarget: {At: "B" + line, Text: row.Target},
		}})
		if err != nil {
			return err
		}
	}
	return nil
}
