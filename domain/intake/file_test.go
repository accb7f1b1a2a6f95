package intake_test

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// opener opens files of lines whose cells are separated by commas; the first line names the fields of the columns. What a test
// wants to be otherwise it sets. A line that begins with # is left out: it is an entry without cells.
type opener struct {
	// unsure leaves the layout to a person.
	unsure string
	mark   *intake.Mark
	// before is called before each row, with its number from 0; its error ends the reading.
	before func(ctx context.Context, row int) error
	// notes are added to the row of a number.
	notes map[int]domain.ImportNote
	// plants are those of tabs, by row.
	plants map[int]domain.PlantID
	asked  []intake.Ask
}

// Open reads the whole file.
func (o *opener) Open(_ context.Context, path, _ string) (intake.File, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(string(content), "PK") {
		return nil, domain.Invalid(domain.CodeImportInvalid, "the file cannot be read")
	}
	return &file{opener: o, lines: strings.Split(string(content), "\n")}, nil
}

type file struct {
	*opener
	lines []string
}

func (f *file) Sheets() []intake.Sheet {
	return []intake.Sheet{{Rows: len(f.lines), Columns: strings.Count(f.lines[0], ",") + 1}}
}

func (f *file) Mark() (intake.Mark, bool) {
	if f.mark == nil {
		return intake.Mark{}, false
	}
	return *f.mark, true
}

func (f *file) Sample(_ context.Context, _ string, rows int) ([]intake.SampleRow, error) {
	var sample []intake.SampleRow
	for i, line := range f.lines[:min(rows, len(f.lines))] {
		row := intake.SampleRow{Line: i + 1}
		for column, text := range strings.Split(line, ",") {
			row.Cells = append(row.Cells, intake.SampleCell{Column: column + 1, Text: text})
		}
		sample = append(sample, row)
	}
	return sample, nil
}

func (f *file) Guess(_ context.Context, ask intake.Ask) (intake.Guess, error) {
	f.asked = append(f.asked, ask)
	layout := domain.ImportLayout{HeaderRow: 1, HeaderRows: 1, Decimal: "."}
	for i, name := range strings.Split(f.lines[0], ",") {
		layout.Columns = append(layout.Columns, domain.ImportColumn{Column: i + 1, Header: name, Field: domain.ImportField(name)})
	}
	guess := intake.Guess{Layout: layout, Sure: f.unsure == "", Why: f.unsure}
	if len(ask.Profiles) > 0 {
		guess.Profile = ask.Profiles[0].ID
	}
	return guess, nil
}

func (f *file) Take(ctx context.Context, _ intake.Ask, layout domain.ImportLayout, emit func(domain.ImportEntry) error) error {
	for i, line := range f.lines[1:] {
		if f.before != nil {
			if err := f.before(ctx, i); err != nil {
				return err
			}
		}
		entry := domain.ImportEntry{Line: i + 2, Plant: f.plants[i], Cells: map[domain.ImportField]domain.ImportCell{}}
		cells := strings.Split(line, ",")
		for _, column := range layout.Columns {
			if column.Column <= len(cells) && column.Field != domain.FieldIgnored {
				entry.Cells[column.Field] = domain.ImportCell{At: string(rune('A'+column.Column-1)) + strconv.Itoa(i+2), Text: cells[column.Column-1]}
			}
		}
		if note, noticed := f.notes[i]; noticed {
			entry.Notes = append(entry.Notes, note)
		}
		if strings.HasPrefix(line, "#") {
			entry.Cells = nil
		}
		if err := emit(entry); err != nil {
			return err
		}
	}
	return nil
}

func (f *file) Close() error { return nil }

// errCrash stands for a worker that ends in the middle of its work.
var errCrash = errors.New("crashed")
