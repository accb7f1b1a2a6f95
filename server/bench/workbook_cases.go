package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/server/app"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

// workbookBench is one case under way.
type workbookBench struct {
	Options
	one     WorkbookCase
	lab     lab
	service *app.App
	folder  string
	figure  WorkbookFigure
}

// lead may read and propose.
func lead() domain.Actor {
	by := operator()
	by.Grants = append(by.Grants, domain.Grant{Action: domain.ActionPropose, Domain: domain.Anywhere, Plant: domain.Anywhere})
	return by
}

// uploadedRow is what the i-th row of an uploaded file says, and what is to be said of it: most are as they are mapped, some are of
// another record than is mapped, some new, some of a record that nobody knows.
func (b *workbookBench) uploadedRow(i int) (code, target, name string, status domain.ImportRowStatus) {
	at := i % b.one.Mappings
	code, target, name = key(at), key(at), fmt.Sprintf("Hexagon screw M%d x %d", at%64, at%977)
	switch i % 20 {
	case 0, 1:
		return code, key((at + 1) % b.one.Mappings), name, domain.ImportConflict
	case 2, 3:
		return fmt.Sprintf("N%08d", i), target, name, domain.ImportNew
	case 4:
		return code, fmt.Sprintf("X%08d", i), name, domain.ImportWrong
	default:
		return code, target, name, domain.ImportSame
	}
}

// upload takes a workbook to its preview.
func (b *workbookBench) upload(ctx context.Context) error {
	path := filepath.Join(b.folder, "codes.xlsx")
	if err := b.writeUpload(ctx, path); err != nil {
		return err
	}
	m := newMeter()
	imported, err := b.preview(ctx, path)
	if err != nil {
		return err
	}
	b.read(m)
	if imported.State != domain.ImportPreviewed {
		b.figure.Problem = fmt.Sprintf("the import is %s: %s", imported.State, imported.Message)
	}
	if err := b.checkUpload(ctx, imported.ID); err != nil {
		return err
	}
	began := time.Now()
	if err := workbook.ReadPlainly(path); err != nil {
		return err
	}
	b.baseline("excelize reads the same file row by row, and does nothing with it", time.Since(began).Seconds())
	return nil
}

// writeUpload writes the file as a plant would have it: without a mark, so that its heads have to be understood.
func (b *workbookBench) writeUpload(ctx context.Context, path string) error {
	return toFile(path, func(file *os.File) error {
		template := intake.Template{Title: "Codes", Columns: []intake.TemplateColumn{{Header: "Code"}, {Header: "Canonical code"}, {Header: "Name"}}}
		return workbook.Writer{}.Table(ctx, file, template, func(sink intake.Sink) error {
			for i := range b.one.Rows {
				code, target, name, _ := b.uploadedRow(i)
				if err := sink.Row([]string{code, target, name}); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func toFile(path string, write func(*os.File) error) error {
	file, err := os.Create(path) // #nosec G304 -- below a folder of this benchmark
	if err != nil {
		return fmt.Errorf("make a workbook: %w", err)
	}
	return errors.Join(write(file), file.Close())
}

// preview uploads the file and waits for what it would change.
func (b *workbookBench) preview(ctx context.Context, path string) (domain.Import, error) {
	file, err := os.Open(path) // #nosec G304 -- of this benchmark
	if err != nil {
		return domain.Import{}, fmt.Errorf("open a workbook: %w", err)
	}
	imported, err := b.service.Intake.Receive(ctx, lead(), intake.Upload{
		Kind: domain.ImportMapping, System: benchSystem, Domain: catalog.Item, FileName: filepath.Base(path), Body: file,
	})
	err = errors.Join(err, file.Close())
	for err == nil && !imported.Finished() {
		select {
		case <-ctx.Done():
			return imported, context.Cause(ctx)
		case <-time.After(20 * time.Millisecond):
		}
		imported, err = b.service.Store.Read().Imports.ByID(ctx, imported.ID)
	}
	return imported, err
}

// checkUpload compares all rows as they were taken and judged with what was written.
func (b *workbookBench) checkUpload(ctx context.Context, id domain.ID) error {
	taken := 0
	for {
		rows, err := b.service.Store.Read().Imports.Rows(ctx, domain.ImportRowQuery{Import: id, Offset: taken, Limit: 1000})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			code, target, _, status := b.uploadedRow(row.Line - 2) // below the head
			b.expect(row.Line == taken+2, row.Code == code, row.Target == target, row.Status == status)
			b.figure.Work[string(row.Status)]++
			taken++
		}
	}
	b.missing(taken, 3)
	return nil
}

// expect counts what is not as it should be.
func (b *workbookBench) expect(cells ...bool) {
	for _, right := range cells {
		if !right {
			b.figure.WrongCells++
		}
	}
}

// missing counts the cells of rows that are missing, or too many.
func (b *workbookBench) missing(rows, columns int) {
	b.figure.Work["rows"] = rows
	b.figure.WrongCells += max(b.one.Rows-rows, rows-b.one.Rows) * columns
}

// export gives out all mappings of the system.
func (b *workbookBench) export(ctx context.Context) error {
	path := filepath.Join(b.folder, "mappings.xlsx")
	given := &intake.Export{Store: b.service.Store, Desk: b.service.Desk, Writer: workbook.Writer{}, Uploads: b.service.Intake}
	m := newMeter()
	err := toFile(path, func(file *os.File) error {
		return given.Mappings(ctx, lead(), intake.MappingsAsk{System: benchSystem, Domain: catalog.Item}, file)
	})
	if err != nil {
		return err
	}
	b.read(m)
	if about, err := os.Stat(path); err == nil {
		b.figure.Work["kib"] = int(about.Size() >> 10)
	}
	if err := b.checkExport(ctx, path); err != nil {
		return err
	}
	began := time.Now()
	err = workbook.WritePlainly(filepath.Join(b.folder, "alone.xlsx"), b.one.Rows, func(i int) []string {
		return slices.Concat([]string{domain.NewID().String(), "1"}, exportedRow(i), []string{"", ""})
	})
	if err != nil {
		return err
	}
	b.baseline("excelize writes rows of the same cells as a stream, without reading anything", time.Since(began).Seconds())
	return nil
}

// exportedRow are the cells of the i-th row behind its identity.
func exportedRow(i int) []string {
	return []string{key(i), key(i), fmt.Sprintf("Hexagon screw M%d x %d", i%64, i%977), "equivalent", "", "", "2020-01-01"}
}

// checkExport reads the file again, every cell of it.
func (b *workbookBench) checkExport(ctx context.Context, path string) (err error) {
	book, err := workbook.OpenBook(ctx, path, filepath.Base(path), workbook.DefaultBookLimits())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	if _, marked := book.Mark(); !marked {
		b.figure.Problem = "the file has no mark"
	}
	rows := 0
	err = book.Lines(ctx, book.Sheets()[0].Name, 2, func(line workbook.Line) error {
		for i, want := range exportedRow(line.Number - 2) {
			cell, _ := line.Cell(i + 3)
			b.expect(cell.Text == want && !cell.Formula)
		}
		id, _ := line.Cell(1)
		version, _ := line.Cell(2)
		_, fault := domain.ParseID(strings.TrimSpace(id.Text))
		b.expect(fault == nil, version.Text == "1")
		rows++
		return nil
	})
	b.missing(rows, 9)
	return err
}
