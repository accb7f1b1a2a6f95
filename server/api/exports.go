package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/text/language"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// xlsxType is the media type of workbooks.
const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// atOnce is how many files are written at a time: each takes memory and a processor; who comes later waits.
const atOnce = 2

// LanguageInput says in which language the heads of a file are.
type LanguageInput struct {
	Language string `query:"language" enum:"en,de" doc:"of heads and messages; left out: as the browser asks"`
	Accept   string `header:"Accept-Language" maxLength:"1000"`
}

// language is the one that the reader wants of those there are.
func (in LanguageInput) language() string {
	_, i := language.MatchStrings(language.NewMatcher([]language.Tag{language.English, language.German}), in.Language, in.Accept)
	return []string{domain.English, intake.German}[i]
}

// exportMappingsInput is GET /exports/mappings.xlsx.
type exportMappingsInput struct {
	Domain string `query:"domain" required:"true" maxLength:"60"`
	System string `query:"system" maxLength:"100" doc:"whose codes; left out: those of all systems of the plant"`
	Plant  string `query:"plant" maxLength:"100"`
	LanguageInput
}

// exportRecordsInput is GET /exports/records.xlsx.
type exportRecordsInput struct {
	Domain string `query:"domain" required:"true" maxLength:"60"`
	Plant  string `query:"plant" maxLength:"100" doc:"adds the values that hold at this plant, and for its company"`
	LanguageInput
}

// exportWorklistInput is GET /exports/worklist.xlsx.
type exportWorklistInput struct {
	WorkInput
	LanguageInput
}

// exportTemplateInput is GET /exports/template.xlsx.
type exportTemplateInput struct {
	Kind   string `query:"kind" required:"true" enum:"mapping,records-partial,records-complete"`
	Domain string `query:"domain" required:"true" maxLength:"60"`
	System string `query:"system" maxLength:"100" doc:"whose codes or records it is for; a mapping's rows may name their plants instead"`
	LanguageInput
}

func (a *API) registerExports() {
	handleFile(a, "/exports/mappings.xlsx", "export-mappings",
		"A system's codes and what they stand for, to be edited and uploaded; codes still to be mapped stand at the end", a.exportMappings)
	handleFile(a, "/exports/records.xlsx", "export-records", "The golden records of a domain, to be edited and uploaded", a.exportRecords)
	handleFile(a, "/exports/worklist.xlsx", "export-worklist-workbook", "The open entries of the work lists, one line for each field to change", a.exportWorkbook)
	handleFile(a, "/imports/{id}/errors.xlsx", "export-import-errors",
		"An import's file with what was found in it, to be put right and uploaded again: the import then goes on", a.exportErrors)
	handleFile(a, "/exports/template.xlsx", "export-template", "An empty table to fill in and upload", a.exportTemplate)
}

// exportErrorsInput is GET /imports/{id}/errors.xlsx.
type exportErrorsInput struct {
	IDInput
	LanguageInput
}

func (a *API) exportErrors(ctx context.Context, in *exportErrorsInput) (*stream, error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return a.file(ctx, func(w io.Writer) (string, error) { return a.Export.Errors(ctx, actorOf(ctx), id, in.language(), w) })
}

// handleFile registers an operation that answers a workbook.
func handleFile[I any](a *API, path, id, summary string, answer func(context.Context, *I) (*stream, error)) {
	handle(a, operation(http.MethodGet, path, id, summary), answer)
	documented := a.huma.OpenAPI().Paths[base+path].Get.Responses["200"]
	documented.Description = "The workbook; every cell of a table is text, and none is a formula"
	documented.Content = map[string]*huma.MediaType{xlsxType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
}

func (a *API) exportMappings(ctx context.Context, in *exportMappingsInput) (*stream, error) {
	ask := intake.MappingsAsk{System: domain.SystemID(in.System), Plant: domain.PlantID(in.Plant), Domain: domain.DomainName(in.Domain), Language: in.language()}
	return a.file(ctx, func(w io.Writer) (string, error) {
		return "mappings.xlsx", a.Export.Mappings(ctx, actorOf(ctx), ask, w)
	})
}

func (a *API) exportRecords(ctx context.Context, in *exportRecordsInput) (*stream, error) {
	ask := intake.RecordsAsk{Domain: domain.DomainName(in.Domain), Plant: domain.PlantID(in.Plant), Language: in.language()}
	return a.file(ctx, func(w io.Writer) (string, error) { return "records.xlsx", a.Export.Records(ctx, actorOf(ctx), ask, w) })
}

func (a *API) exportTemplate(ctx context.Context, in *exportTemplateInput) (*stream, error) {
	ask := intake.TemplateAsk{Kind: domain.ImportKind(in.Kind), System: domain.SystemID(in.System), Domain: domain.DomainName(in.Domain), Language: in.language()}
	return a.file(ctx, func(w io.Writer) (string, error) {
		return "template.xlsx", a.Export.Template(ctx, actorOf(ctx), ask, w)
	})
}

func (a *API) exportWorkbook(ctx context.Context, in *exportWorklistInput) (*stream, error) {
	entries, err := a.allWork(ctx, in.WorkInput)
	if err != nil {
		return nil, err
	}
	names, err := a.systemNames(ctx)
	if err != nil {
		return nil, err
	}
	return a.file(ctx, func(w io.Writer) (string, error) {
		return "worklist.xlsx", a.Export.Writer.Table(ctx, w, intake.WorkListTemplate(in.language()), func(sink intake.Sink) error {
			for _, entry := range entries {
				for _, row := range a.workRows(entry, names) {
					last := len(row) - 1 // the entry's ID stands behind the column to tick off
					if err := sink.Row(append(row[:last:last], "", row[last])); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}

// file writes an answer to a temporary file first: what goes wrong meanwhile is a problem, not half a workbook.
// write returns what it is called.
func (a *API) file(ctx context.Context, write func(io.Writer) (name string, err error)) (*stream, error) {
	select {
	case a.writing <- struct{}{}:
		defer func() { <-a.writing }()
	case <-ctx.Done():
		return nil, domain.Unavailable(ctx.Err(), domain.CodeExportBusy, "other files are being written; please try again in a minute")
	}
	spool, err := os.CreateTemp("", "crosswalk-export-*.xlsx")
	if err != nil {
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	dropped := func() error { return errors.Join(spool.Close(), os.Remove(spool.Name())) }
	name, err := write(spool)
	if err != nil {
		return nil, errors.Join(err, dropped())
	}
	size, err := spool.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = spool.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read a temporary file: %w", err), dropped())
	}
	return &stream{Body: func(c huma.Context) {
		defer func() { _ = dropped() }()
		c.SetHeader("Content-Type", xlsxType)
		c.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		c.SetHeader("Content-Length", strconv.FormatInt(size, 10))
		if _, err := io.Copy(c.BodyWriter(), spool); err != nil {
			a.Log.DebugContext(ctx, "a file was not taken to its end", "error", err)
		}
	}}, nil
}
