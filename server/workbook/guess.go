package workbook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// tables is an opened file as its layout is guessed and its rows are taken: what Book offers.
type tables interface {
	// Sheets, Mark and Lines are those of Book.
	Sheets() []intake.Sheet
	Mark() (intake.Mark, bool)
	Lines(ctx context.Context, sheet string, from int, emit func(Line) error) error
}

const (
	// headRows is in how many rows from the top a head is looked for.
	headRows = 30
	// evidenceRows is how many rows are looked at to learn how the file writes numbers and dates.
	evidenceRows = 10_000
)

// errEnough ends a reading that has seen what it wanted.
var errEnough = errors.New("enough lines")

// opening is the beginning of one visible sheet.
type opening struct {
	sheet string
	lines []Line
}

// guess says how the file is to be read: by its mark, by a layout that was used before, or by the words of its heads.
func guess(ctx context.Context, from tables, ask intake.Ask) (intake.Guess, error) {
	sheets, err := openings(ctx, from, visible(from.Sheets()))
	if err != nil {
		return intake.Guess{}, err
	}
	x := newLexicon(ask)
	found, ok := x.byMark(from, sheets)
	if !ok {
		found, ok = x.byProfile(sheets, ask.Profiles)
	}
	if !ok {
		found = x.byWords(sheets)
	}
	if !found.Sure && len(found.Layout.Columns) == 0 {
		if found.Why, err = x.nothing(ctx, from, sheets); err != nil {
			return intake.Guess{}, err
		}
		return found, nil
	}
	return x.withSigns(ctx, from, found)
}

func visible(sheets []intake.Sheet) []intake.Sheet {
	return slices.DeleteFunc(slices.Clone(sheets), func(s intake.Sheet) bool { return s.Hidden })
}

// openings reads the first rows of sheets.
func openings(ctx context.Context, from tables, sheets []intake.Sheet) ([]opening, error) {
	var all []opening
	for _, s := range sheets {
		lines, err := firstLines(ctx, from, s.Name, 1, headRows+1)
		if err != nil {
			return nil, err
		}
		all = append(all, opening{sheet: s.Name, lines: lines})
	}
	return all, nil
}

// firstLines reads the lines whose number is at least first and less than before.
func firstLines(ctx context.Context, from tables, sheet string, first, before int) ([]Line, error) {
	var lines []Line
	err := from.Lines(ctx, sheet, first, func(line Line) error {
		if line.Number >= before {
			return errEnough
		}
		line.Cells = slices.Clone(line.Cells)
		lines = append(lines, line)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return lines, nil
}

// byWords guesses by the words of the heads.
func (x *lexicon) byWords(sheets []opening) intake.Guess {
	var best head
	var complete []head
	for _, s := range sheets {
		h := x.bestHead(s)
		if h.complete() {
			complete = append(complete, h)
		}
		if h.better(best) {
			best = h
		}
	}
	switch {
	case len(complete) == 0:
		return intake.Guess{Layout: best.layout(), Why: strings.Join(append(best.faults, best.told...), "; ")}
	case len(complete) == 1:
		return intake.Guess{Layout: complete[0].layout(), Sure: true, Why: strings.Join(complete[0].told, "; ")}
	case x.eachOfAPlant(complete):
		layout := complete[0].layout()
		layout.EverySheet = true
		return intake.Guess{Layout: layout, Sure: true, Why: strings.Join(complete[0].told, "; ")}
	}
	var names []string
	for _, h := range complete {
		names = append(names, h.sheet)
	}
	return intake.Guess{Layout: complete[0].layout(), Why: "more than one sheet could be meant: " + someOf(names)}
}

// eachOfAPlant says that the sheets are alike, and each is named for a plant of its own.
func (x *lexicon) eachOfAPlant(heads []head) bool {
	plants := map[domain.PlantID]bool{}
	for _, h := range heads {
		plant := x.namesPlant(h.sheet)
		if plant == "" || plants[plant] || !slices.Equal(h.keys(), heads[0].keys()) {
			return false
		}
		plants[plant] = true
	}
	return true
}

// nothing says why no head was found.
func (x *lexicon) nothing(ctx context.Context, from tables, sheets []opening) (string, error) {
	hidden, err := openings(ctx, from, slices.DeleteFunc(slices.Clone(from.Sheets()), func(s intake.Sheet) bool { return !s.Hidden }))
	if err != nil {
		return "", err
	}
	for _, s := range hidden {
		if x.bestHead(s).complete() {
			return fmt.Sprintf("only the hidden sheet %q has a head that is understood; hidden sheets are read when they are named", s.sheet), nil
		}
	}
	var seen []string
	for _, s := range sheets {
		for _, line := range s.lines {
			if texts := shown(line); len(texts) > len(seen) {
				seen = texts
			}
		}
	}
	why := "none of the first " + fmt.Sprint(headRows) + " rows names " + x.wanted()
	if len(seen) > 0 {
		why += "; the file says " + someOf(seen)
	}
	return why, nil
}

// wanted says what a head must name.
func (x *lexicon) wanted() string {
	switch x.kind {
	case domain.ImportMapping:
		return `a column with the plant's code (such as "code") and one with the canonical code (such as "canonical")`
	case domain.ImportGolden:
		return "the columns of the ID and the version that an export has"
	default:
		return `a column with the code (such as "code") and one of its attributes (such as "name")`
	}
}

func shown(line Line) []string {
	var texts []string
	for _, c := range line.Cells {
		if text := strings.TrimSpace(c.Text); text != "" && !c.Merged {
			texts = append(texts, text)
		}
	}
	return texts
}

// byMark reads a file of our own as it was made. A column that was taken away is left alone; without those that matter it is
// read by its words.
func (x *lexicon) byMark(from tables, sheets []opening) (intake.Guess, bool) {
	mark, ok := from.Mark()
	if !ok || mark.Kind != x.kind {
		return intake.Guess{}, false
	}
	for _, s := range sheets {
		if s.sheet != mark.Layout.Sheet && len(sheets) > 1 {
			continue
		}
		layout, missing, ok := x.relocated(s, mark.Layout)
		if !ok || !x.enough(layout) {
			continue
		}
		g := intake.Guess{Layout: layout, Sure: true}
		if len(missing) > 0 {
			g.Why = "columns were taken away since it was given out, and stay as they are: " + someOf(missing)
		}
		return g, true
	}
	return intake.Guess{}, false
}

// byProfile finds a layout that was used before: all its heads stand there again, on one sheet.
func (x *lexicon) byProfile(sheets []opening, profiles []domain.ImportProfile) (intake.Guess, bool) {
	for _, profile := range profiles {
		var fits []domain.ImportLayout
		for _, s := range sheets {
			layout, missing, ok := x.relocated(s, profile.Layout)
			if ok && len(missing) == 0 && x.enough(layout) {
				fits = append(fits, layout)
			}
		}
		if len(fits) == 0 {
			continue
		}
		g := intake.Guess{Layout: fits[0], Profile: profile.ID, Sure: true}
		if len(fits) > 1 && !profile.Layout.EverySheet {
			at := slices.IndexFunc(fits, func(l domain.ImportLayout) bool { return l.Sheet == profile.Layout.Sheet })
			g.Layout, g.Sure = fits[max(at, 0)], false
			g.Why = "the heads of \"" + cmp.Or(profile.Name, "a layout that was used before") + "\" stand on more than one sheet"
		}
		return g, true
	}
	return intake.Guess{}, false
}

// relocated finds the columns of a layout by their heads, wherever they stand in the sheet now, and names those that are missing.
func (x *lexicon) relocated(s opening, layout domain.ImportLayout) (found domain.ImportLayout, missing []string, ok bool) {
	most := 0
	for i := range s.lines {
		h := headAt(s, i, max(layout.HeaderRows, 1))
		columns, left, n := relocate(h.columns, layout.Columns)
		if n > most {
			most, missing, ok = n, left, true
			found = layout
			found.Sheet, found.HeaderRow, found.HeaderRows, found.Columns = s.sheet, h.row, h.rows, columns
		}
	}
	return found, missing, ok
}

// relocate gives columns the meaning that columns of the same heads have in a layout. A head that stands twice is known by its
// place only. It returns the heads that are missing, and how many were found.
func relocate(now, before []domain.ImportColumn) (columns []domain.ImportColumn, missing []string, found int) {
	columns = slices.Clone(now)
	for i := range columns {
		columns[i].Field, columns[i].Plant, columns[i].Language = domain.FieldIgnored, "", ""
	}
	for _, b := range before {
		if b.Field == domain.FieldIgnored {
			continue
		}
		at := sameHead(now, b)
		if at < 0 {
			missing = append(missing, b.Header)
			continue
		}
		columns[at].Field, columns[at].Plant, columns[at].Language = b.Field, b.Plant, b.Language
		found++
	}
	return columns, missing, found
}

func sameHead(now []domain.ImportColumn, b domain.ImportColumn) int {
	at, times := -1, 0
	for i, c := range now {
		if wordKey(c.Header) != wordKey(b.Header) || strings.TrimSpace(c.Header) == "" {
			continue
		}
		if c.Column == b.Column {
			return i
		}
		at, times = i, times+1
	}
	if times > 1 {
		return -1
	}
	return at
}

// enough says that a layout has the columns without which nothing can be taken.
func (x *lexicon) enough(layout domain.ImportLayout) bool {
	for _, field := range x.required() {
		if _, has := layout.Column(field); !has {
			return false
		}
	}
	return true
}

// required are the fields without which nothing can be taken.
func (x *lexicon) required() []domain.ImportField {
	switch x.kind {
	case domain.ImportMapping:
		return []domain.ImportField{domain.FieldCode, domain.FieldTarget}
	case domain.ImportGolden:
		return []domain.ImportField{domain.FieldID, domain.FieldVersion}
	default:
		return []domain.ImportField{domain.FieldCode}
	}
}
