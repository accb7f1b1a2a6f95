package workbook

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
)

// maxMerges is how many merged ranges of a sheet are kept in mind.
const maxMerges = 500_000

// area is a rectangle of cells, from 1, ends included.
type area struct{ row, column, lastRow, lastColumn int }

// readMerges finds the merged ranges of a sheet. They stand behind its rows, so the sheet is unpacked once before it is read;
// only where it names any is it parsed for them.
func readMerges(ctx context.Context, c *container, part string) ([]area, error) {
	in, err := c.open(ctx, part, c.limits.Part)
	if err != nil {
		return nil, err
	}
	found := false
	err = search(in, []byte("mergeCell"), &found)
	_ = in.Close() // nothing is written
	if err != nil || !found {
		return nil, damaged(part, err)
	}
	var merges []area
	err = c.read(ctx, part, c.limits.Part, func(s *scanner) error {
		return each(s, func() error {
			if string(s.name) != "mergeCell" {
				return nil
			}
			if len(merges) == maxMerges {
				return notUsable("a sheet has more than %d merged cells; please unmerge them", maxMerges)
			}
			if a, ok := parseArea(s.attr("ref")); ok && (a.lastRow > a.row || a.lastColumn > a.column) {
				merges = append(merges, a)
			}
			return nil
		})
	})
	slices.SortFunc(merges, func(a, b area) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column)) })
	return merges, err
}

// search looks for a word in all that a reader gives.
func search(in io.Reader, word []byte, found *bool) error {
	buf := make([]byte, 128<<10)
	kept := 0
	for {
		n, err := in.Read(buf[kept:])
		if bytes.Contains(buf[:kept+n], word) {
			*found = true
			return nil
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		kept = copy(buf, buf[max(0, kept+n-len(word)+1):kept+n])
	}
}

// parseArea reads "A1:C3" or "A1".
func parseArea(ref []byte) (area, bool) {
	first, last, two := bytes.Cut(ref, []byte(":"))
	if !two {
		last = first
	}
	column, row, ok := parseRef(first)
	lastColumn, lastRow, alsoOK := parseRef(last)
	return area{row: row, column: column, lastRow: lastRow, lastColumn: lastColumn}, ok && alsoOK && row > 0 && lastRow >= row && lastColumn >= column
}

// parseRef reads "C14", or "C" with row 0.
func parseRef(ref []byte) (column, row int, ok bool) {
	letters, digits := 0, 0
	for _, c := range ref {
		switch lower := c | 0x20; {
		case lower >= 'a' && lower <= 'z' && digits == 0:
			letters++
			column = min(column*26+int(lower-'a')+1, excelColumns+1)
		case c >= '0' && c <= '9' && letters > 0:
			digits++
			row = min(row*10+int(c-'0'), excelRows+1)
		default:
			return 0, 0, false
		}
	}
	return column, row, letters > 0 && column <= excelColumns && row <= excelRows && (digits == 0 || row > 0)
}

// columnName is the name of a column: 1 is A, 28 is AB.
func columnName(column int) string {
	var name []byte
	for ; column > 0; column = (column - 1) / 26 {
		name = append(name, byte('A'+(column-1)%26))
	}
	slices.Reverse(name)
	return string(name)
}

// cellName is the name of a cell: "C14".
func cellName(column, row int) string { return columnName(column) + strconv.Itoa(row) }

// mergeFiller fills the cells that a merged one covers, row by row.
type mergeFiller struct {
	merges []area // those that have not begun
	// active are those that the row is in, by their first column. No two overlap: of two that do, the later one is left out.
	active []activeMerge
	left   int // how many cells may still be filled
	most   int // columns
	buf    []Cell
}

// activeMerge is a merged range and the content of its first cell.
type activeMerge struct {
	area
	cell Cell
}

// fill adds to the cells of a row those that merged ranges cover. The cells are in the order of their columns.
func (m *mergeFiller) fill(row int, cells []Cell) ([]Cell, error) {
	m.active = slices.DeleteFunc(m.active, func(a activeMerge) bool { return a.lastRow < row })
	for len(m.merges) > 0 && m.merges[0].row <= row {
		if next := m.merges[0]; next.lastRow >= row {
			m.begin(next, row, cells)
		}
		m.merges = m.merges[1:]
	}
	if len(m.active) == 0 {
		return cells, nil
	}
	m.buf = m.buf[:0]
	rest := cells
	for _, a := range m.active {
		first := a.column // of the columns that it covers in this row
		if row == a.row {
			first++
		}
		for len(rest) > 0 && rest[0].Column < first {
			m.buf, rest = append(m.buf, rest[0]), rest[1:]
		}
		for len(rest) > 0 && rest[0].Column <= a.lastColumn {
			rest = rest[1:] // what a merged cell covers is not seen
		}
		if err := m.cover(a, first); err != nil {
			return nil, err
		}
	}
	m.buf = append(m.buf, rest...)
	return m.buf, nil
}

// cover fills the columns of a range from one on.
func (m *mergeFiller) cover(a activeMerge, first int) error {
	if a.cell.Kind == CellBlank && !a.cell.NoValue {
		return nil
	}
	for column := first; column <= min(a.lastColumn, m.most); column++ {
		if m.left--; m.left < 0 {
			return notUsable("merged cells cover too large a part of a sheet; please unmerge them")
		}
		cell := a.cell
		cell.Column, cell.Merged = column, true
		m.buf = append(m.buf, cell)
	}
	return nil
}

// begin makes a range active.
func (m *mergeFiller) begin(a area, row int, cells []Cell) {
	at, _ := slices.BinarySearchFunc(m.active, a.column, func(b activeMerge, column int) int { return cmp.Compare(b.column, column) })
	if at > 0 && m.active[at-1].lastColumn >= a.column || at < len(m.active) && m.active[at].column <= a.lastColumn {
		return
	}
	next := activeMerge{area: a}
	if row == a.row {
		if i, ok := slices.BinarySearchFunc(cells, a.column, func(c Cell, column int) int { return cmp.Compare(c.Column, column) }); ok {
			next.cell = cells[i]
		}
	}
	m.active = slices.Insert(m.active, at, next)
}
