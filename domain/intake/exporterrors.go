package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Errors writes the file of an import once more, with what was found in it, to be put right and uploaded again: the import then goes
// on. It returns what the file is called. CodeImportUnknown also for an import the actor may not see; CodeImportState before its
// rows are judged; CodeImportForgotten when the file is no longer kept.
func (e *Export) Errors(ctx context.Context, by domain.Actor, id domain.ID, language string, w io.Writer) (name string, err error) {
	imported, err := e.Uploads.Import(ctx, by, id)
	if err != nil {
		return "", err
	}
	switch imported.State {
	case domain.ImportPreviewed, domain.ImportSubmitting, domain.ImportSubmitted:
	default:
		return "", domain.Conflict(domain.CodeImportState, "what is wrong in the file is only known once it has been read to its end")
	}
	now, err := e.Store.Now(ctx)
	if err != nil {
		return "", err
	}
	imported, path, err := e.Uploads.Original(ctx, by, id)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.Remove(path)) }()
	faulty := Faulty{
		Path: path, Name: imported.FileName, Language: language, Rows: e.judged(ctx, id),
		Mark: Mark{
			Kind: imported.Kind, System: imported.System, Domain: imported.Domain, Import: imported.ID, Source: imported.FileHash,
			ExportedAt: now, Layout: imported.Layout,
		},
	}
	if err := e.Writer.Errors(ctx, w, faulty); err != nil {
		return "", fmt.Errorf("show the errors of the import %s: %w", id, err)
	}
	return errorsName(imported.FileName), nil
}

// judged are the rows of an import by position.
func (e *Export) judged(ctx context.Context, id domain.ID) iter.Seq2[domain.ImportRow, error] {
	return func(yield func(domain.ImportRow, error) bool) {
		for from := 0; ; {
			rows, err := e.Store.Read().Imports.Rows(ctx, domain.ImportRowQuery{Import: id, Offset: from, Limit: exportPage})
			if err != nil {
				yield(domain.ImportRow{}, err)
				return
			}
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
				from = row.Position + 1
			}
			if len(rows) == 0 {
				return
			}
		}
	}
}

// errorsName is what an error workbook is called: the name of its file, said once that it shows errors.
func errorsName(name string) string {
	const mark = "-errors"
	base := strings.TrimSuffix(name, filepath.Ext(name))
	return strings.TrimSuffix(base, mark) + mark + ".xlsx"
}
