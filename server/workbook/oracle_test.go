package workbook_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

// drawnCell is a cell that was written.
type drawnCell struct {
	value  any
	format string
	struck bool
	fill   string
}

// drawCell draws the content of a cell; nil for none.
func drawCell(rt *rapid.T) drawnCell {
	text := rapid.StringOf(rapid.SampledFrom([]rune("abX01 _\u00a0żß€😀<>&\"'=+-@;\n\t")))
	c := drawnCell{format: rapid.SampledFrom([]string{"", "", "@", "00000000", "0.00", "0%", "0.00E+00", "000-000", `"A-"0000`, "#,##0.0"}).Draw(rt, "format")}
	switch rapid.IntRange(0, 6).Draw(rt, "kind") {
	case 0, 1:
		c.value = text.Draw(rt, "text")
	case 2:
		c.value = rapid.Int64Range(-99_999_999_999_999, 99_999_999_999_999).Draw(rt, "whole")*10 + 3 // no halves: the library rounds them by their binary value
	case 3:
		c.value = float64(rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(rt, "digits")*10+3) / 10_000
	case 4:
		c.value = rapid.Bool().Draw(rt, "truth")
	case 5:
		c.value = rapid.SampledFrom([]string{"000123", "4711", "1E+05", "22E1", "#N/A", " x "}).Draw(rt, "code")
	}
	c.struck = rapid.Bool().Draw(rt, "struck")
	c.fill = rapid.SampledFrom([]string{"", "", "FFFF00", "00B050"}).Draw(rt, "fill")
	return c
}

// style makes the cell's style.
func (c drawnCell) style(rt *rapid.T, file *excelize.File) int {
	style := excelize.Style{Font: &excelize.Font{Strike: c.struck}}
	if c.format != "" {
		style.CustomNumFmt = &c.format
	}
	if c.fill != "" {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c.fill}}
	}
	id, err := file.NewStyle(&style)
	if err != nil {
		rt.Fatal(err)
	}
	return id
}

// TestWhatExcelizeWritesIsReadExactly draws workbooks, has another library write them, and holds every cell to what was drawn:
// its kind, text, stored value, colour and strike, with merged cells filled and hidden rows and columns told.
func TestWhatExcelizeWritesIsReadExactly(t *testing.T) {
	t.Parallel()
	const rows, columns = 6, 5
	rapid.Check(t, func(rt *rapid.T) {
		file := excelize.NewFile()
		defer func() { _ = file.Close() }()
		must := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		stream := rapid.Bool().Draw(rt, "stream")
		var table [rows + 1][columns + 1]drawnCell
		merge := drawMerge(rt, rows, columns)
		hiddenRow, hiddenColumn := rapid.IntRange(1, 2*rows).Draw(rt, "hidden row"), rapid.IntRange(1, 2*columns).Draw(rt, "hidden column")
		table[1][1] = drawnCell{value: "head"}
		var w *excelize.StreamWriter
		if stream {
			var err error
			w, err = file.NewStreamWriter("Sheet1")
			must(err)
			if hiddenColumn <= columns {
				must(w.SetColVisible(hiddenColumn, hiddenColumn, false))
			}
		}
		for row := 1; row <= rows; row++ {
			var values []any
			for column := 1; column <= columns; column++ {
				if row > 1 || column > 1 {
					table[row][column] = drawCell(rt)
				}
				c := table[row][column]
				at, _ := excelize.CoordinatesToCellName(column, row)
				if stream {
					values = append(values, excelize.Cell{StyleID: c.style(rt, file), Value: c.value})
					continue
				}
				must(file.SetCellStyle("Sheet1", at, at, c.style(rt, file)))
				if c.value != nil {
					must(file.SetCellValue("Sheet1", at, c.value))
				}
			}
			if stream {
				must(w.SetRow("A"+strconv.Itoa(row), values, excelize.RowOpts{Hidden: row == hiddenRow}))
			}
		}
		if stream {
			must(w.MergeCell(merge.from(), merge.to()))
			must(w.Flush())
		} else {
			if hiddenRow <= rows {
				must(file.SetRowVisible("Sheet1", hiddenRow, false))
			}
			if hiddenColumn <= columns {
				must(file.SetColVisible("Sheet1", columnName(hiddenColumn), false))
			}
			must(file.MergeCell("Sheet1", merge.from(), merge.to()))
		}
		path := filepath.Join(t.TempDir(), "drawn.xlsx")
		must(file.SaveAs(path))
		book, err := workbook.OpenBook(t.Context(), path, "drawn.xlsx", workbook.DefaultBookLimits())
		must(err)
		var got, want []string
		must(book.Lines(t.Context(), "Sheet1", 1, func(l workbook.Line) error {
			for _, c := range l.Cells {
				got = append(got, fmt.Sprintf("%d/%d %v %d %q %q %q %v %s %v", l.Number, c.Column, l.Hidden, c.Kind, c.Text, c.Raw, c.Format, c.Struck, c.Fill, c.Hidden)+fmt.Sprint(c.Merged))
			}
			return nil
		}))
		must(book.Close())
		for row := 1; row <= rows; row++ {
			var line []string
			own := false
			for column := 1; column <= columns; column++ {
				c, merged := table[row][column], merge.covers(row, column)
				visible := !merged
				if merged {
					c = table[merge[0]][merge[1]]
				}
				kind, text, raw := c.shown(rt)
				if kind == workbook.CellBlank {
					continue
				}
				own = own || visible && strings.TrimSpace(text) != ""
				fill := c.fill
				if fill != "" {
					fill = "FF" + fill
				}
				line = append(line, fmt.Sprintf("%d/%d %v %d %q %q %q %v %s %v", row, column, row == hiddenRow, kind, text, raw, c.format, c.struck, fill, column == hiddenColumn)+fmt.Sprint(merged))
			}
			if own {
				want = append(want, line...)
			}
		}
		if !slices.Equal(got, want) {
			rt.Errorf("read\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

func columnName(column int) string {
	name, _ := excelize.ColumnNumberToName(column)
	return name
}

// drawnMerge is the rectangle of cells that are merged: first row and column, last row and column.
type drawnMerge [4]int

func drawMerge(rt *rapid.T, rows, columns int) drawnMerge {
	row, column := rapid.IntRange(2, rows).Draw(rt, "row"), rapid.IntRange(1, columns-1).Draw(rt, "column")
	return drawnMerge{row, column, rapid.IntRange(row, rows).Draw(rt, "last row"), rapid.IntRange(column+1, columns).Draw(rt, "last column")}
}

func (m drawnMerge) from() string { return columnName(m[1]) + strconv.Itoa(m[0]) }
func (m drawnMerge) to() string   { return columnName(m[3]) + strconv.Itoa(m[2]) }

// covers tells whether a cell shows the content of the first one.
func (m drawnMerge) covers(row, column int) bool {
	return row >= m[0] && row <= m[2] && column >= m[1] && column <= m[3] && (row != m[0] || column != m[1])
}

// shown is what a person sees of a drawn cell. The formats are few, so that they can be written down here a second time.
func (c drawnCell) shown(rt *rapid.T) (workbook.CellKind, string, string) {
	var number float64
	switch v := c.value.(type) {
	case nil:
		return workbook.CellBlank, "", ""
	case string:
		if v == "" {
			return workbook.CellBlank, "", ""
		}
		return workbook.CellText, v, v
	case bool:
		if v {
			return workbook.CellBool, "TRUE", "1"
		}
		return workbook.CellBool, "FALSE", "0"
	case int64:
		number = float64(v)
	case float64:
		number = v
	}
	raw := strconv.FormatFloat(number, 'f', -1, 64)
	whole := number == float64(int64(number))
	sign, digits := "", strings.TrimPrefix(raw, "-")
	if number < 0 {
		sign = "-"
	}
	switch c.format {
	case "", "@":
		return workbook.CellNumber, raw, raw
	case "00000000":
		if whole {
			return workbook.CellNumber, sign + strings.Repeat("0", max(0, 8-len(digits))) + digits, raw
		}
	case `"A-"0000`:
		if whole {
			return workbook.CellNumber, sign + "A-" + strings.Repeat("0", max(0, 4-len(digits))) + digits, raw
		}
	case "000-000":
		if whole {
			digits = strings.Repeat("0", max(0, 6-len(digits))) + digits
			return workbook.CellNumber, sign + digits[:len(digits)-3] + "-" + digits[len(digits)-3:], raw
		}
	case "0%":
		if whole {
			return workbook.CellNumber, raw + "00%", raw
		}
	case "#,##0.0":
		if whole {
			return workbook.CellNumber, raw + ".0", raw
		}
	case "0.00":
		if whole || len(raw)-strings.IndexByte(raw, '.') <= 3 {
			return workbook.CellNumber, strconv.FormatFloat(number, 'f', 2, 64), raw
		}
	}
	// Where halves are rounded and exponents are written, the library's own view counts.
	file := excelize.NewFile()
	defer func() { _ = file.Close() }()
	id, err := file.NewStyle(&excelize.Style{CustomNumFmt: &c.format})
	if err != nil {
		rt.Fatal(err)
	}
	if err := file.SetCellStyle("Sheet1", "A1", "A1", id); err != nil {
		rt.Fatal(err)
	}
	if err := file.SetCellValue("Sheet1", "A1", c.value); err != nil {
		rt.Fatal(err)
	}
	text, err := file.GetCellValue("Sheet1", "A1")
	if err != nil {
		rt.Fatal(err)
	}
	return workbook.CellNumber, strings.ReplaceAll(text, ",", ""), raw
}
