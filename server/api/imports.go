package api

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// uploadInput is POST /imports. The body is read as it comes, by whoever keeps it.
type uploadInput struct {
	Kind     string `query:"kind" default:"mapping" enum:"mapping,records-partial,records-complete,golden" doc:"only records-complete concludes that something is missing"`
	System   string `query:"system" doc:"whose codes or records they are; nothing for a mapping whose plants are columns, tabs or cells"`
	Plant    string `query:"plant" doc:"the plant the file is meant for; it must be the system's"`
	Domain   string `query:"domain" required:"true"`
	FileName string `query:"file_name" maxLength:"200"`

	content io.Reader
}

// Resolve keeps hold of the body.
func (in *uploadInput) Resolve(ctx huma.Context) []error {
	in.content = ctx.BodyReader()
	return nil
}

// sampleInput is GET /imports/{id}/sample.
type sampleInput struct {
	IDInput
	Sheet string `query:"sheet" maxLength:"200" doc:"nothing is the sheet that is read"`
	Rows  int    `query:"rows" minimum:"1" maximum:"200" default:"30"`
}

// layoutInput is PUT /imports/{id}/layout.
type layoutInput struct {
	IDInput
	IfMatch string `header:"If-Match" required:"true" doc:"the version that was looked at"`
	Body    ImportLayout
}

// importRowsInput is GET /imports/{id}/rows.
type importRowsInput struct {
	IDInput
	Status string `query:"status" enum:"new,changed,same,conflict,wrong"`
	Note   string `query:"note" maxLength:"40" doc:"only rows at which this was noticed"`
	WindowInput
}

// suggestRowInput is GET /imports/{id}/rows/{position}/suggestions.
type suggestRowInput struct {
	IDInput
	Position int `path:"position" minimum:"0"`
	Limit    int `query:"limit" minimum:"1" maximum:"20" default:"10"`
}

// answersInput is POST /imports/{id}/answers.
type answersInput struct {
	IDInput
	Body struct {
		Answers []ImportAnswer `json:"answers" minItems:"1" maxItems:"1000"`
	}
}

// submitImportInput is POST /imports/{id}/submission.
type submitImportInput struct {
	IDInput
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"2000"`
		Strict bool   `json:"strict,omitempty" doc:"all rows or none: refused while one is wrong or in conflict"`
	}
}

// WindowOfInput is a window of one thing's parts.
type WindowOfInput struct {
	IDInput
	WindowInput
}

// ReasonInput is an operation on one thing that may be given a reason.
type ReasonInput struct {
	IDInput
	Body Reason
}

// Reason says why.
type Reason struct {
	Reason string `json:"reason" maxLength:"2000"`
}

func (a *API) registerImports() {
	upload := created("/imports", "upload-import", "Upload a workbook or CSV file: it is read in the background, and nothing is changed before it is submitted")
	upload.RequestBody = &huma.RequestBody{Required: true, Description: "the file itself: .xlsx or .csv, at most 100 MB", Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
	handle(a, upload, a.uploadImport)
	handle(a, operation(http.MethodGet, "/imports", "list-imports", "The imports, newest first"), a.imports)
	handle(a, operation(http.MethodGet, "/imports/{id}", "get-import", "One import, and how far it has come"), a.importByID)
	handle(a, operation(http.MethodGet, "/imports/{id}/sheets", "list-import-sheets", "The sheets of an import's file"), a.importSheets)
	handle(a, operation(http.MethodGet, "/imports/{id}/sample", "get-import-sample", "The first rows of a sheet as they look"), a.importSample)
	handle(a, operation(http.MethodGet, "/imports/{id}/fields", "list-import-fields", "What the columns of an import may hold"), a.importFields)
	handle(a, operation(http.MethodPut, "/imports/{id}/layout", "set-import-layout", "Say how an import's file is to be read; it is read again"), a.setImportLayout)
	handle(a, operation(http.MethodGet, "/imports/{id}/rows", "list-import-rows", "What each row of an import would do"), a.importRows)
	handle(a, operation(http.MethodGet, "/imports/{id}/rows/{position}/suggestions", "suggest-for-import-row", "The records that a row's code may stand for"), a.suggestForRow)
	handle(a, operation(http.MethodPost, "/imports/{id}/answers", "answer-import", "Put rows right in place, or say which of two values counts; they are judged anew"), a.answerImport)
	handle(a, operation(http.MethodPost, "/imports/{id}/submission", "submit-import", "Hand in an import's new and changed rows as change requests, or its records as a run"), a.submitImport)
	handle(a, operation(http.MethodPost, "/imports/{id}/cancellation", "cancel-import", "Give an import up"), a.cancelImport)
}

func (a *API) uploadImport(ctx context.Context, in *uploadInput) (*tagged[Import], error) {
	made, err := a.Intake.Receive(ctx, actorOf(ctx), intake.Upload{
		Kind: domain.ImportKind(in.Kind), System: domain.SystemID(in.System), Plant: domain.PlantID(in.Plant), Domain: domain.DomainName(in.Domain),
		FileName: in.FileName, Body: in.content,
	})
	return a.importOut(ctx, made, err)
}

// importOut answers with one import.
func (a *API) importOut(ctx context.Context, i domain.Import, err error) (*tagged[Import], error) {
	if err != nil {
		return nil, err
	}
	names, err := a.Intake.ProfileNames(ctx, []domain.Import{i})
	if err != nil {
		return nil, err
	}
	return &tagged[Import]{ETag: etagOf(i.Version), Body: importOf(i, names)}, nil
}

func (a *API) imports(ctx context.Context, in *PageInput) (*body[List[Import]], error) {
	imports, next, err := a.Intake.Imports(ctx, actorOf(ctx), in.page())
	if err != nil {
		return nil, err
	}
	names, err := a.Intake.ProfileNames(ctx, imports)
	if err != nil {
		return nil, err
	}
	return listOf(imports, next, func(i domain.Import) Import { return importOf(i, names) }), nil
}

func (a *API) importByID(ctx context.Context, in *IDInput) (*tagged[Import], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	found, err := a.Intake.Import(ctx, actorOf(ctx), id)
	return a.importOut(ctx, found, err)
}

func (a *API) importSheets(ctx context.Context, in *IDInput) (*body[ImportSheets], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	sheets, err := a.Intake.Sheets(ctx, actorOf(ctx), id)
	if err != nil {
		return nil, err
	}
	return bodyOf(ImportSheets{Sheets: each(sheets, func(s intake.Sheet) ImportSheet { return ImportSheet(s) })}), nil
}

func (a *API) importSample(ctx context.Context, in *sampleInput) (*body[ImportSample], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	sheet, rows, err := a.Intake.Sample(ctx, actorOf(ctx), id, in.Sheet, in.Rows)
	if err != nil {
		return nil, err
	}
	return bodyOf(ImportSample{Sheet: sheet, Rows: each(rows, sampleRowOf)}), nil
}

func (a *API) importFields(ctx context.Context, in *IDInput) (*body[ImportFields], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	fields, err := a.Intake.Fields(ctx, actorOf(ctx), id)
	if err != nil {
		return nil, err
	}
	return bodyOf(ImportFields{Fields: each(fields, func(f intake.FieldInfo) ImportFieldInfo {
		return ImportFieldInfo{Field: string(f.Field), Label: f.Label, Required: f.Required, Help: f.Help}
	})}), nil
}

func (a *API) setImportLayout(ctx context.Context, in *layoutInput) (*tagged[Import], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	version, err := parseETag(in.IfMatch)
	if err != nil {
		return nil, err
	}
	changed, err := a.Intake.SetLayout(ctx, actorOf(ctx), id, version, in.Body.toDomain())
	if domain.ErrorCode(err) == domain.CodeImportStale {
		return nil, preconditionError{err}
	}
	return a.importOut(ctx, changed, err)
}

func (a *API) importRows(ctx context.Context, in *importRowsInput) (*body[ImportRows], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	by := actorOf(ctx)
	rows, total, err := a.Intake.Rows(ctx, by, domain.ImportRowQuery{
		Import: id, Status: domain.ImportRowStatus(in.Status), Note: domain.NoteKind(in.Note), Offset: in.Offset, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	labels, err := a.Intake.Labels(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return bodyOf(ImportRows{Offset: in.Offset, Total: total, Rows: each(rows, func(r domain.ImportRow) ImportRow { return importRowOf(r, labels) })}), nil
}

func (a *API) suggestForRow(ctx context.Context, in *suggestRowInput) (*body[SuggestionList], error) {
	return a.suggest(func(ctx context.Context, by domain.Actor, id domain.ID, limit int) (match.Suggestions, error) {
		return a.Finder.ForImportRow(ctx, by, id, in.Position, limit)
	})(ctx, &suggestInput{IDInput: in.IDInput, Limit: in.Limit})
}

func (a *API) answerImport(ctx context.Context, in *answersInput) (*tagged[Import], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	changed, err := a.Intake.Answers(ctx, actorOf(ctx), id, each(in.Body.Answers, func(said ImportAnswer) intake.Answer {
		return intake.Answer{
			Position: said.Position, Code: said.Code, Target: said.Target, Keep: domain.ImportKeep(said.Keep), Attribute: domain.ImportField(said.Attribute),
		}
	}))
	return a.importOut(ctx, changed, err)
}

func (a *API) submitImport(ctx context.Context, in *submitImportInput) (*tagged[Import], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	changed, err := a.Intake.Submit(ctx, actorOf(ctx), id, in.Body.Reason, in.Body.Strict)
	return a.importOut(ctx, changed, err)
}

func (a *API) cancelImport(ctx context.Context, in *IDInput) (*tagged[Import], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	changed, err := a.Intake.Cancel(ctx, actorOf(ctx), id)
	return a.importOut(ctx, changed, err)
}

// largeBody says that a request may carry a whole file, which is kept in no memory.
func largeBody(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == base+"/imports"
}
