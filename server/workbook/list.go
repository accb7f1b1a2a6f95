package workbook

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
)

// WriteList writes rows below their header as a CSV file that a spreadsheet opens by a double click: UTF-8 with its mark, without
// which Excel takes it for another encoding. A cell that a spreadsheet would take for a formula gets an apostrophe before it: what
// a system calls an item must not be run on the desk of whoever opens the file.
func WriteList(header []string, rows [][]string, separator rune) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("\xEF\xBB\xBF")
	writer := csv.NewWriter(&out)
	writer.Comma, writer.UseCRLF = separator, true
	for _, row := range append([][]string{header}, rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = harmless(cell)
		}
		if err := writer.Write(cells); err != nil {
			return nil, fmt.Errorf("write a list: %w", err)
		}
	}
	writer.Flush()
	if err := writer.Error(); err != nil {
		return nil, fmt.Errorf("write a list: %w", err)
	}
	return out.Bytes(), nil
}

// harmless is the cell as text that no spreadsheet calculates.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
