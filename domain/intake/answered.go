package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

func compareIDs(a, b domain.ID) int { return bytes.Compare(a[:], b[:]) }

// asked recognises a row by what stands in it, wherever it stands: what was answered to it is answered still when the file is read
// again, or was mended elsewhere.
func asked(entry domain.ImportEntry) string {
	if entry.Asked != "" { // its plant has been worked out since
		return entry.Asked
	}
	hash := sha256.New()
	for _, text := range []string{
		string(entry.Plant), entry.Text(domain.FieldPlant), entry.Text(domain.FieldCode), entry.Text(domain.FieldTarget),
		entry.Text(domain.FieldID), entry.Text(domain.FieldVersion),
	} {
		sum := sha256.Sum256([]byte(text))
		hash.Write(sum[:])
	}
	return hex.EncodeToString(hash.Sum(nil)[:16])
}

// answered are the answers to some rows, by row and field.
type answered map[string]map[domain.ImportField]domain.ImportAnswer

func answeredOf(ctx context.Context, reads domain.Reads, id domain.ID, entries []domain.ImportEntry) (answered, error) {
	rows := make([]string, len(entries))
	for i, entry := range entries {
		rows[i] = asked(entry)
	}
	found, err := reads.Imports.Answers(ctx, id, rows)
	answers := answered{}
	for _, answer := range found {
		if answers[answer.Row] == nil {
			answers[answer.Row] = map[domain.ImportField]domain.ImportAnswer{}
		}
		answers[answer.Row][answer.Field] = answer
	}
	return answers, err
}

// to returns an entry as it shall be read, and which of two contradicting values counts. What was noticed at a cell that is
// answered is no longer held against it.
func (a answered) to(entry domain.ImportEntry) (domain.ImportEntry, map[domain.ImportField]domain.ImportKeep) {
	answers := a[asked(entry)]
	if len(answers) == 0 {
		return entry, nil
	}
	cells, keeps, put := maps.Clone(entry.Cells), map[domain.ImportField]domain.ImportKeep{}, map[string]bool{}
	if cells == nil {
		cells = map[domain.ImportField]domain.ImportCell{}
	}
	for field, answer := range answers {
		if answer.Keep != "" {
			keeps[field] = answer.Keep
			continue
		}
		put[entry.Cell(field)] = true
		cells[field] = domain.ImportCell{At: entry.Cells[field].At, Text: answer.Text}
	}
	entry.Cells = cells
	notes := make([]domain.ImportNote, len(entry.Notes))
	for i, note := range entry.Notes {
		if put[note.Cell] && note.Cell != "" {
			note.Weight = domain.NoteHint
		}
		notes[i] = note
	}
	entry.Notes = notes
	return entry, keeps
}

// keep is the answer to one contradiction; "" where nobody has answered.
func keep(keeps map[domain.ImportField]domain.ImportKeep, field domain.ImportField) domain.ImportKeep {
	if kept := keeps[field]; kept != "" {
		return kept
	}
	return keeps[everything]
}

// everything is the field of an answer to all that a row asks.
const everything domain.ImportField = "*"
