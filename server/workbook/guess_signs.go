package workbook

import (
	"context"
	"errors"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// signs is what the texts of a table tell of how it writes numbers and dates.
type signs struct {
	decimals map[string]bool // the signs that some number can only have as its decimal sign
	orders   map[string]bool // the orders of day, month and year that some date can only have
	unclear  bool            // some date could have either order
	eitherOr bool            // some number could have either sign
	numbers  numbers
	days     *days
}

// withSigns learns from the first rows how numbers and dates are written. What the file does not tell stays as the layout has it;
// what it tells in two ways is left open, so that each cell that could be read in both is named.
func (x *lexicon) withSigns(ctx context.Context, from tables, g intake.Guess) (intake.Guess, error) {
	seen := signs{decimals: map[string]bool{}, orders: map[string]bool{}, numbers: numbers{form: numberForm()}, days: newDays()}
	layouts := []domain.ImportLayout{g.Layout}
	if g.Layout.EverySheet {
		var err error
		if layouts, err = x.everySheet(ctx, from, g.Layout, nil); err != nil {
			return g, err
		}
	}
	for _, layout := range layouts {
		if err := x.look(ctx, from, layout, &seen); err != nil {
			return g, err
		}
	}
	g.Layout.Decimal = decided(seen.decimals, g.Layout.Decimal)
	g.Layout.DateOrder = decided(seen.orders, g.Layout.DateOrder)
	var told []string
	if g.Why != "" {
		told = append(told, g.Why)
	}
	if seen.eitherOr && g.Layout.Decimal == "" {
		told = append(told, "the numbers do not tell whether a comma or a point is their decimal sign")
	}
	if seen.unclear && g.Layout.DateOrder == "" {
		told = append(told, "the dates do not tell which number is the day and which the month")
	}
	g.Why = strings.Join(told, "; ")
	return g, nil
}

// decided is what the only evidence says; without any what was known before.
func decided(seen map[string]bool, before string) string {
	switch len(seen) {
	case 0:
		return before
	case 1:
		for sign := range seen {
			return sign
		}
	}
	return ""
}

// look looks at the texts in a table's columns of numbers and dates.
func (x *lexicon) look(ctx context.Context, from tables, layout domain.ImportLayout, seen *signs) error {
	forms := map[int]form{}
	for _, c := range layout.Columns {
		if f := x.formOf(c.Field); f == formNumber || f == formDate {
			forms[c.Column] = f
		}
	}
	if len(forms) == 0 {
		return nil
	}
	first, rows := layout.HeaderRow+layout.HeaderRows, 0
	err := from.Lines(ctx, layout.Sheet, first, func(line Line) error {
		if rows++; rows > evidenceRows {
			return errEnough
		}
		for _, c := range line.Cells {
			if c.Kind == CellText {
				seen.note(forms[c.Column], c.Text)
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// note adds what one text tells.
func (s *signs) note(f form, text string) {
	text, _ = cleaned(text)
	switch f {
	case formNumber:
		n := s.numbers.parse(text, "")
		if n.sign != "" {
			s.decimals[n.sign] = true
		}
		s.eitherOr = s.eitherOr || n.either
	case formDate:
		d := s.days.parse(text, "")
		if d.order != "" {
			s.orders[d.order] = true
		}
		s.unclear = s.unclear || d.either
	default:
	}
}

// everySheet are the layouts of all visible sheets with the heads of a layout, each where they stand there. Sheets that are named
// for a plant and have other heads are handed to left.
func (x *lexicon) everySheet(ctx context.Context, from tables, layout domain.ImportLayout, left func(sheet, why string) error) ([]domain.ImportLayout, error) {
	sheets, err := openings(ctx, from, visible(from.Sheets()))
	if err != nil {
		return nil, err
	}
	var layouts []domain.ImportLayout
	for _, s := range sheets {
		found, missing, ok := x.relocated(s, layout)
		plant := x.namesPlant(s.sheet)
		switch {
		case ok && len(missing) == 0 && (plant != "" || s.sheet == layout.Sheet):
			layouts = append(layouts, found)
		case left == nil:
		case ok && len(missing) == 0:
			err = left(s.sheet, "the sheet has the same heads but is not named for a plant: it was not read")
		case plant != "":
			err = left(s.sheet, "the sheet is named for a plant but lacks "+someOf(missingHeads(missing, layout))+": it was not read")
		}
		if err != nil {
			return nil, err
		}
	}
	return layouts, nil
}

// missingHeads are all of a layout's heads where none was found.
func missingHeads(missing []string, layout domain.ImportLayout) []string {
	if len(missing) > 0 {
		return missing
	}
	for _, c := range layout.Columns {
		if c.Field != domain.FieldIgnored {
			missing = append(missing, c.Header)
		}
	}
	return missing
}
