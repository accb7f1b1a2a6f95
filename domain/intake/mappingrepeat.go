package intake

import (
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// repeated judges rows that give one code again: harmless where all agree; where two do not, all of them are wrong but those that
// say what is mapped already.
func (m *mappingJudge) repeated(rows []domain.ImportRow) {
	var good []int
	for i := range rows {
		if rows[i].Status != domain.ImportWrong && !rows[i].Record.IsZero() {
			good = append(good, i)
		}
	}
	first := -1
	for _, i := range good {
		row := &rows[i]
		other := slices.IndexFunc(good, func(j int) bool { return contradict(rows[i], rows[j]) })
		switch {
		case other >= 0 && row.Status != domain.ImportSame:
			against := rows[good[other]]
			wrong(row, domain.NoteTwice, row.Entry().Cell(domain.FieldTarget), fmt.Sprintf("%s says something else of the same code: %s", placeOf(against), against.Target))
		case first >= 0 && (row.Status == domain.ImportNew || row.Status == domain.ImportChanged) && agree(*row, rows[first]):
			row.Status, row.Message = domain.ImportSame, placeOf(rows[first])+" says the same"
			notice(row, domain.ImportNote{Cell: row.Entry().Cell(domain.FieldCode), Kind: domain.NoteTwice, Weight: domain.NoteHint, Message: row.Message})
		case first < 0:
			first = i
		}
	}
}

// placeOf names a row as people find it.
func placeOf(row domain.ImportRow) string {
	if row.Sheet == "" {
		return fmt.Sprintf("line %d", row.Line)
	}
	return fmt.Sprintf("line %d of %s", row.Line, row.Sheet)
}

// contradict says whether two rows of one code cannot both be true.
func contradict(a, b domain.ImportRow) bool { return spanOf(a).Overlaps(spanOf(b)) && !agree(a, b) }

// agree says whether two rows say the same.
func agree(a, b domain.ImportRow) bool {
	return a.Record == b.Record && besideTarget(a) == besideTarget(b)
}

// besideTarget is what a row says beside its target, which may be written in two ways.
func besideTarget(row domain.ImportRow) string {
	row.Target = ""
	return row.Content()
}

// spanOf are the days that a row speaks of.
func spanOf(row domain.ImportRow) domain.Validity {
	day := func(field domain.ImportField) domain.Date {
		return domain.Date(strings.TrimSpace(row.Cells[field].Text))
	}
	return domain.Validity{From: day(domain.FieldValidFrom), To: day(domain.FieldValidTo)}
}
