package intake

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Sheets lists the sheets of an import's file.
func (n *Intake) Sheets(ctx context.Context, by domain.Actor, id domain.ID) ([]Sheet, error) {
	imported, err := n.Import(ctx, by, id)
	if err != nil {
		return nil, err
	}
	var sheets []Sheet
	err = n.opened(ctx, imported, func(file File) error {
		sheets = file.Sheets()
		return nil
	})
	return sheets, err
}

// Sample returns the first rows of a sheet as they look; of the sheet that the layout names, or the first visible one, where
// none is named. It returns the sheet's name too.
func (n *Intake) Sample(ctx context.Context, by domain.Actor, id domain.ID, sheet string, rows int) (string, []SampleRow, error) {
	imported, err := n.Import(ctx, by, id)
	if err != nil {
		return "", nil, err
	}
	var sample []SampleRow
	err = n.opened(ctx, imported, func(file File) error {
		var known bool
		if sheet, known = sheetOf(file.Sheets(), sheet, imported.Layout.Sheet); !known {
			return domain.Invalid(domain.CodeImportInvalid, "the file has no sheet %q", sheet)
		}
		sample, err = file.Sample(ctx, sheet, rows)
		return err
	})
	return sheet, sample, err
}

// sheetOf finds the sheet that is asked for, or else the one that is meant.
func sheetOf(sheets []Sheet, asked, laidOut string) (string, bool) {
	for _, name := range []string{asked, laidOut} {
		for _, sheet := range sheets {
			if name != "" && sheet.Name == name {
				return name, true
			}
		}
		if asked != "" {
			return asked, false
		}
	}
	for _, sheet := range sheets {
		if !sheet.Hidden {
			return sheet.Name, true
		}
	}
	return "", len(sheets) > 0
}

// opened opens an import's file for as long as fn lasts. CodeImportForgotten when it is no longer kept.
func (n *Intake) opened(ctx context.Context, imported domain.Import, fn func(File) error) error {
	path, err := n.fetch(ctx, imported)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(path) }()
	file, err := n.Opener.Open(ctx, path, imported.FileName)
	if err != nil {
		return err
	}
	return errors.Join(fn(file), file.Close())
}

// Original puts an import's file, as it was handed in, into a file that the caller removes; CodeImportForgotten.
func (n *Intake) Original(ctx context.Context, by domain.Actor, id domain.ID) (imported domain.Import, path string, err error) {
	if imported, err = n.Import(ctx, by, id); err != nil {
		return imported, "", err
	}
	path, err = n.fetch(ctx, imported)
	return imported, path, err
}

// fetch puts the stored pieces of a file together.
func (n *Intake) fetch(ctx context.Context, imported domain.Import) (string, error) {
	file, err := os.CreateTemp(n.Folder, "crosswalk-import-*")
	if err != nil {
		return "", fmt.Errorf("put an import into a file: %w", err)
	}
	written := int64(0)
	for position := 0; err == nil; position++ {
		var part []byte
		if part, err = n.Store.Read().Imports.Part(ctx, imported.ID, position); err != nil || len(part) == 0 {
			break
		}
		var count int
		count, err = file.Write(part)
		written += int64(count)
	}
	err = errors.Join(err, file.Close())
	if err == nil && written != imported.Bytes {
		err = domain.Conflict(domain.CodeImportForgotten, "the file %q is no longer kept; upload it again", imported.FileName)
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}
