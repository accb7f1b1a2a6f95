package workbook

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// Opener opens uploaded workbooks and CSV files.
type Opener struct{}

// Open opens the file at path, which was uploaded under the given name; see intake.Opener.
func (Opener) Open(ctx context.Context, path, name string) (intake.File, error) {
	book, err := OpenBook(ctx, path, name, DefaultBookLimits())
	if err != nil {
		return nil, err
	}
	return book, nil
}

// Guess says how the file is to be read; see intake.File.
func (b *Book) Guess(ctx context.Context, ask intake.Ask) (intake.Guess, error) {
	g, err := guess(ctx, b, ask)
	if form, isText := b.TextForm(); isText && err == nil {
		g.Layout.Delimiter, g.Layout.Encoding = form.Delimiter, form.Encoding
	}
	return g, err
}

// Take reads the rows below the heads; see intake.File.
func (b *Book) Take(ctx context.Context, ask intake.Ask, layout domain.ImportLayout, emit func(domain.ImportEntry) error) error {
	if _, isText := b.TextForm(); isText {
		if err := b.ReadAs(TextForm{Delimiter: layout.Delimiter, Encoding: layout.Encoding}); err != nil {
			return err
		}
	}
	return take(ctx, b, ask, layout, emit)
}
