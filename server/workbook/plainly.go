package workbook

import (
	"errors"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// ReadPlainly goes through the first sheet of a workbook row by row and does nothing with it: what benchmarks compare reading with.
func ReadPlainly(path string) (err error) {
	file, err := excelize.OpenFile(path)
	if err != nil {
		return fmt.Errorf("read a workbook: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	rows, err := file.Rows(file.GetSheetName(0))
	if err != nil {
		return fmt.Errorf("read a workbook: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return fmt.Errorf("read a workbook: %w", err)
		}
	}
	return rows.Error()
}

// WritePlainly writes so many rows as a workbook and nothing beside them: what benchmarks compare writing with.
func WritePlainly(path string, rows int, row func(i int) []string) (err error) {
	file := excelize.NewFile()
	defer func() { err = errors.Join(err, file.Close()) }()
	stream, err := file.NewStreamWriter(file.GetSheetName(0))
	if err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	for i := range rows {
		var values []any
		for _, text := range row(i) {
			values = append(values, text)
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", i+1), values); err != nil {
			return fmt.Errorf("write a workbook: %w", err)
		}
	}
	return errors.Join(stream.Flush(), file.SaveAs(path))
}
