package intake

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Answer is what somebody says to one row: what its code or target shall be, or which of two contradicting values counts.
type Answer struct {
	Position int
	Code     string
	Target   string
	Keep     domain.ImportKeep
	// Attribute is the one that Keep is about; "" is all that the row asks.
	Attribute domain.ImportField
}

// maxAnswers bounds the answers of one call.
const maxAnswers = 1000

// Answers keeps what somebody answered to rows of an import, and judges those rows anew. CodeImportState unless all rows are
// judged and none is being handed in.
func (n *Intake) Answers(ctx context.Context, by domain.Actor, id domain.ID, answers []Answer) (domain.Import, error) {
	imported, err := own(ctx, n.Store.Read().Imports, by, id)
	if err != nil {
		return imported, err
	}
	if len(answers) > maxAnswers {
		return imported, domain.Invalid(domain.CodeBodyInvalid, "at most %d answers are taken at once", maxAnswers)
	}
	judge, err := n.judgeOf(ctx, imported)
	if err != nil {
		return imported, err
	}
	var changed domain.Import
	err = n.Store.Operate(ctx, func(ops domain.Ops) error {
		current, err := own(ctx, ops.Imports, by, id)
		if err != nil {
			return err
		}
		if current.State != domain.ImportPreviewed {
			return domain.Conflict(domain.CodeImportState, "the import %q is %s; answers are taken when all its rows are judged", current.FileName, string(current.State))
		}
		if err := n.answer(ctx, ops, judge, current, answers); err != nil {
			return err
		}
		tally, err := ops.Imports.Tally(ctx, id)
		if err != nil {
			return err
		}
		changed = current
		changed.Counts, changed.Noticed = tally.Counts, tally.Noticed
		changed.Version++
		return ops.Imports.Save(ctx, changed, current.Version)
	})
	return changed, err
}

// answer keeps the answers and judges the rows they are to, and those that say something of the same things before or after.
func (n *Intake) answer(ctx context.Context, ops domain.Ops, judge judge, imported domain.Import, answers []Answer) error {
	positions := make([]int, len(answers))
	for i, answer := range answers {
		positions[i] = answer.Position
	}
	rows, err := ops.Imports.At(ctx, imported.ID, positions)
	if err != nil {
		return err
	}
	kept, err := answersTo(rows, answers)
	if err != nil {
		return err
	}
	if err := ops.Imports.Answer(ctx, imported.ID, kept); err != nil {
		return err
	}
	affected, err := touching(ctx, ops, imported.ID, rows)
	if err != nil {
		return err
	}
	judged, err := judgedAgain(ctx, n.Store.Read(), ops, judge, affected)
	if err != nil {
		return err
	}
	if err := ops.Imports.Judge(ctx, imported.ID, judged); err != nil {
		return err
	}
	after, err := touching(ctx, ops, imported.ID, judged)
	if err != nil {
		return err
	}
	// A row that took over a code of others: those are judged alone again too, and then all of them among themselves.
	if judged, err = judgedAgain(ctx, n.Store.Read(), ops, judge, after); err != nil {
		return err
	}
	return ops.Imports.Judge(ctx, imported.ID, among(judge, judged))
}

// among judges rows by key among themselves and returns all of them.
func among(judge judge, rows []domain.ImportRow) []domain.ImportRow {
	changed := map[int]domain.ImportRow{}
	keyed := slices.DeleteFunc(slices.Clone(rows), func(row domain.ImportRow) bool { return row.Key == "" })
	for _, row := range repeatedRows(judge, keyed) {
		changed[row.Position] = row
	}
	for i, row := range rows {
		if other, found := changed[row.Position]; found {
			rows[i] = other
		}
	}
	return rows
}

// answersTo are answers as they are kept. CodeBodyInvalid for one that says nothing, or is to no row.
func answersTo(rows []domain.ImportRow, answers []Answer) ([]domain.ImportAnswer, error) {
	var kept []domain.ImportAnswer
	for _, answer := range answers {
		at := slices.IndexFunc(rows, func(row domain.ImportRow) bool { return row.Position == answer.Position })
		if at < 0 {
			return nil, domain.Invalid(domain.CodeBodyInvalid, "there is no row %d", answer.Position)
		}
		row, before := rows[at], len(kept)
		if !row.Request.IsZero() {
			return nil, domain.Conflict(domain.CodeImportState, "row %d was handed in already", answer.Position)
		}
		for field, text := range map[domain.ImportField]string{domain.FieldCode: answer.Code, domain.FieldTarget: answer.Target} {
			if text = strings.TrimSpace(text); text != "" {
				kept = append(kept, domain.ImportAnswer{Row: row.Asked, Field: field, Text: text})
			}
		}
		switch answer.Keep {
		case domain.KeepFile, domain.KeepKnown:
			field := answer.Attribute
			if field == "" {
				field = everything
			}
			kept = append(kept, domain.ImportAnswer{Row: row.Asked, Field: field, Keep: answer.Keep})
		case "":
		default:
			return nil, domain.Invalid(domain.CodeBodyInvalid, "what counts is \"file\" or \"known\"")
		}
		if len(kept) == before {
			return nil, domain.Invalid(domain.CodeBodyInvalid, "say what the code or canonical code of row %d shall be, or which value counts", answer.Position)
		}
	}
	return lastWords(kept), nil
}

// lastWords leaves of several answers to the same the last.
func lastWords(answers []domain.ImportAnswer) []domain.ImportAnswer {
	same := func(a, b domain.ImportAnswer) bool { return a.Row == b.Row && a.Field == b.Field }
	slices.SortStableFunc(answers, func(a, b domain.ImportAnswer) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Field, b.Field))
	})
	slices.Reverse(answers)
	return slices.CompactFunc(answers, same)
}

// touching are the rows together with all that have one of their keys.
func touching(ctx context.Context, ops domain.Ops, id domain.ID, rows []domain.ImportRow) ([]domain.ImportRow, error) {
	var keys []string
	var positions []int
	for _, row := range rows {
		positions = append(positions, row.Position)
		if row.Key != "" {
			keys = append(keys, row.Key)
		}
	}
	slices.Sort(keys)
	same, err := ops.Imports.ByKey(ctx, id, slices.Compact(keys))
	if err != nil {
		return nil, err
	}
	for _, row := range same {
		positions = append(positions, row.Position)
	}
	slices.Sort(positions)
	return ops.Imports.At(ctx, id, slices.Compact(positions))
}

// judgedAgain judges rows alone, by what is known and was answered.
func judgedAgain(ctx context.Context, reads domain.Reads, ops domain.Ops, judge judge, rows []domain.ImportRow) ([]domain.ImportRow, error) {
	rows = slices.DeleteFunc(rows, func(row domain.ImportRow) bool { return !row.Request.IsZero() })
	entries := make([]domain.ImportEntry, len(rows))
	for i, row := range rows {
		entries[i] = row.Entry()
	}
	reads.Imports = ops.Imports // what was answered a moment ago is not committed yet
	judged, err := judge.judge(ctx, reads, entries)
	for i := range judged {
		judged[i] = placed(judged[i], rows[i])
	}
	return judged, err
}
