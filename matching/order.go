package matching

import (
	"cmp"
	"slices"
)

// sorted returns records in the order of their IDs, and the row each came from. All work is done in that order, so that the
// order in which records arrive changes nothing, not even a rounding.
func sorted(records []Record) (ordered []Record, rows []int) {
	rows = make([]int, len(records))
	for i := range rows {
		rows[i] = i
	}
	slices.SortFunc(rows, func(i, j int) int {
		return cmp.Or(cmp.Compare(records[i].ID, records[j].ID), slices.Compare(records[i].Values, records[j].Values))
	})
	ordered = make([]Record, len(records))
	for at, row := range rows {
		ordered[at] = records[row]
	}
	return ordered, rows
}

// renumber returns pairs of rows as pairs of record numbers.
func renumber(pairs [][2]uint32, rows []int) [][2]uint32 {
	number := make([]uint32, len(rows))
	for at, row := range rows {
		number[row] = uint32(at) // #nosec G115 -- records are counted in uint32
	}
	out := make([][2]uint32, 0, len(pairs))
	for _, p := range pairs {
		if int(p[0]) < len(rows) && int(p[1]) < len(rows) {
			out = append(out, [2]uint32{number[p[0]], number[p[1]]})
		}
	}
	return out
}

// Row returns the row in which a record was given; the rows of a right table follow those of the left.
func (r *Result) Row(record uint32) int { return r.rows[record] }
