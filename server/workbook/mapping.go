package workbook

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Limits bound what is read of one file.
type Limits struct {
	Bytes     int64
	Rows      int
	Columns   int
	CellBytes int
}

// DefaultLimits are what a mapping file may measure.
func DefaultLimits() Limits {
	return Limits{Bytes: 10 << 20, Rows: 200_000, Columns: 200, CellBytes: 10_000}
}

// Row is one row of a mapping file. Codes are as written apart from the white space around them; either may be empty.
type Row struct {
	Line   int // in the file; the header is usually line 1
	Code   string
	Target string
}

// Sheet is what was read of a mapping file, and how.
type Sheet struct {
	// CodeColumn and TargetColumn are the header's names of the columns that were taken.
	CodeColumn   string
	TargetColumn string
	Delimiter    rune
	Encoding     string
	Rows         []Row
}

// ReadMapping reads a CSV file with a plant's codes and the canonical codes they stand for. What cannot be read is
// CodeImportInvalid with a sentence for the person who uploaded it.
func ReadMapping(r io.Reader, limits Limits) (Sheet, error) {
	data, err := io.ReadAll(io.LimitReader(r, limits.Bytes+1))
	if err != nil {
		return Sheet{}, domain.Invalid(domain.CodeImportInvalid, "the file could not be received completely")
	}
	if int64(len(data)) > limits.Bytes {
		return Sheet{}, domain.Invalid(domain.CodeImportInvalid, "the file is larger than %d MB; please split it", limits.Bytes>>20)
	}
	text, encoding, err := decode(data)
	if err != nil {
		return Sheet{}, err
	}
	layout, err := findLayout(text, limits)
	if err != nil {
		return Sheet{}, err
	}
	sheet := Sheet{CodeColumn: layout.codeName, TargetColumn: layout.targetName, Delimiter: layout.delimiter, Encoding: encoding}
	sheet.Rows, err = readRows(text, layout, limits)
	return sheet, err
}

// readRows reads what follows the header.
func readRows(text []byte, at layout, limits Limits) ([]Row, error) {
	reader := newReader(text[at.start:], at.delimiter)
	if _, err := reader.Read(); err != nil {
		return nil, syntaxError(err, at.skipped)
	}
	var rows []Row
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, syntaxError(err, at.skipped)
		}
		line, _ := reader.FieldPos(0)
		line += at.skipped
		if err := checkCells(cells, line, limits); err != nil {
			return nil, err
		}
		if blank(cells) {
			continue
		}
		if len(rows) == limits.Rows {
			return nil, domain.Invalid(domain.CodeImportInvalid, "the file has more than %d rows; please split it", limits.Rows)
		}
		rows = append(rows, Row{Line: line, Code: cell(cells, at.code), Target: cell(cells, at.target)})
	}
}

func newReader(text []byte, delimiter rune) *csv.Reader {
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma = delimiter
	reader.FieldsPerRecord = -1
	reader.ReuseRecord = true
	return reader
}

func checkCells(cells []string, line int, limits Limits) error {
	if len(cells) > limits.Columns {
		return domain.Invalid(domain.CodeImportInvalid, "line %d has more than %d columns", line, limits.Columns)
	}
	for _, text := range cells {
		if len(text) > limits.CellBytes {
			return domain.Invalid(domain.CodeImportInvalid, "line %d has a cell longer than %d bytes; is a quotation mark missing?", line, limits.CellBytes)
		}
	}
	return nil
}

func blank(cells []string) bool {
	for _, text := range cells {
		if strings.TrimSpace(text) != "" {
			return false
		}
	}
	return true
}

// cell returns a copy without the white space around it, "" where the row is too short.
func cell(cells []string, column int) string {
	if column >= len(cells) {
		return ""
	}
	return strings.Clone(strings.TrimSpace(cells[column]))
}

// syntaxError says where the quotation marks went wrong; skipped lines stood before what was read.
func syntaxError(err error, skipped int) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return domain.Invalid(domain.CodeImportInvalid, "the file has no header row")
	}
	return domain.Invalid(domain.CodeImportInvalid,
		"line %d: a quotation mark stands inside a cell or is never closed; write it twice inside a quoted cell, or remove it", parse.StartLine+skipped)
}
