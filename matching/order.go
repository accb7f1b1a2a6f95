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

// renumber turns the options' rows into record numbers, the smaller first, and leaves out rows that do not exist.
func (o *Options) renumber(rows []int) {
	number := make([]uint32, len(rows))
	for at, row := range rows {
		number[row] = uint32(at) // #nosec G115 -- records are counted in uint32
	}
	known := func(a, b uint32) bool { return a != b && int(a) < len(rows) && int(b) < len(rows) }
	var also [][2]uint32
	for _, p := range o.Also {
		if known(p[0], p[1]) {
			also = append(also, ordered(number[p[0]], number[p[1]]))
		}
	}
	var decided []Decided
	for _, d := range o.Decided {
		if known(d.A, d.B) {
			p := ordered(number[d.A], number[d.B])
			decided = append(decided, Decided{A: p[0], B: p[1], Match: d.Match})
		}
	}
	o.Also, o.Decided = also, decided
}

// Row returns the row in which a record was given; the rows of a right table follow those of the left.
func (r *Result) Row(record uint32) int { return r.rows[record] }
