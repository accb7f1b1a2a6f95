package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

// Import is an uploaded mapping file and what was understood of it.
type Import struct {
	ID              string       `json:"id"`
	System          string       `json:"system"`
	Plant           string       `json:"plant"`
	Domain          string       `json:"domain"`
	FileName        string       `json:"file_name"`
	State           string       `json:"state" enum:"previewed,submitted"`
	Counts          ImportCounts `json:"counts"`
	CreatedBy       string       `json:"created_by"`
	CreatedAt       string       `json:"created_at"`
	ChangeRequestID string       `json:"change_request_id"`
}

// ImportCounts count an import's rows by status.
type ImportCounts struct {
	New      int `json:"new"`
	Same     int `json:"same"`
	Conflict int `json:"conflict"`
	Wrong    int `json:"wrong"`
}

// ImportRow is one row of an import.
type ImportRow struct {
	Line     int    `json:"line" doc:"in the file; the header is usually line 1"`
	Code     string `json:"code"`
	Target   string `json:"target"`
	Status   string `json:"status" enum:"new,same,conflict,wrong"`
	Message  string `json:"message"`
	RecordID string `json:"record_id"`
}

// ImportRows is a window of an import's rows.
type ImportRows struct {
	Offset int         `json:"offset"`
	Total  int         `json:"total"`
	Rows   []ImportRow `json:"rows"`
}

// importInput is POST /imports.
type importInput struct {
	System   string `query:"system" required:"true"`
	Plant    string `query:"plant" doc:"the plant the file is meant for; it must be the system's"`
	Domain   string `query:"domain" required:"true"`
	FileName string `query:"file_name" maxLength:"200"`
	RawBody  []byte `contentType:"text/csv"`
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
	upload := created("/imports", "upload-import", "Upload a plant's mapping file (CSV) and see what it would change")
	upload.MaxBodyBytes = maxImportBytes + 2 // the reader of the file says in its own words that it is too large
	handle(a, upload, a.uploadImport)
	handle(a, operation(http.MethodGet, "/imports", "list-imports", "The imports, newest first"), a.imports)
	handle(a, operation(http.MethodGet, "/imports/{id}", "get-import", "One import"), a.importByID)
	handle(a, operation(http.MethodGet, "/imports/{id}/rows", "list-import-rows", "What each row of an import would do"), a.importRows)
	handle(a, created("/imports/{id}/submission", "submit-import", "Make a change request of an import's new rows"), a.submitImport)
}

func (a *API) uploadImport(ctx context.Context, in *importInput) (*body[Import], error) {
	by := actorOf(ctx)
	system, err := a.Catalog.System(ctx, by, domain.SystemID(in.System))
	if err != nil {
		return nil, err
	}
	if in.Plant != "" && string(system.Plant) != in.Plant {
		return nil, domain.Invalid(domain.CodeImportInvalid, "the codes of the system %s are not those of the plant %s", in.System, in.Plant)
	}
	sheet, err := workbook.ReadMapping(bytes.NewReader(in.RawBody), workbook.DefaultLimits())
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(in.RawBody)
	made, err := a.Crosswalk.PreviewImport(ctx, by, crosswalk.Upload{
		System: system.ID, Domain: domain.DomainName(in.Domain), FileName: in.FileName, FileHash: hex.EncodeToString(hash[:]),
		Rows: each(sheet.Rows, func(r workbook.Row) crosswalk.UploadedRow { return crosswalk.UploadedRow(r) }),
	})
	if err != nil {
		return nil, err
	}
	return bodyOf(importOf(made)), nil
}

func (a *API) imports(ctx context.Context, in *PageInput) (*body[List[Import]], error) {
	imports, next, err := a.Crosswalk.Imports(ctx, actorOf(ctx), in.page())
	if err != nil {
		return nil, err
	}
	return listOf(imports, next, importOf), nil
}

func (a *API) importByID(ctx context.Context, in *IDInput) (*body[Import], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	found, err := a.Crosswalk.Import(ctx, actorOf(ctx), id)
	if err != nil {
		return nil, err
	}
	return bodyOf(importOf(found)), nil
}

func (a *API) importRows(ctx context.Context, in *WindowOfInput) (*body[ImportRows], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	rows, total, err := a.Crosswalk.ImportRows(ctx, actorOf(ctx), id, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return bodyOf(ImportRows{Offset: in.Offset, Total: total, Rows: each(rows, importRowOf)}), nil
}

func (a *API) submitImport(ctx context.Context, in *ReasonInput) (*body[ChangeRequest], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	request, err := a.Crosswalk.SubmitImport(ctx, actorOf(ctx), id, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return a.requestByID(ctx, request.ID)
}

func importOf(i domain.Import) Import {
	return Import{
		ID: i.ID.String(), System: string(i.System), Plant: string(i.Plant), Domain: string(i.Domain), FileName: i.FileName, State: string(i.State),
		Counts: ImportCounts{
			New: i.Counts[domain.ImportNew], Same: i.Counts[domain.ImportSame], Conflict: i.Counts[domain.ImportConflict], Wrong: i.Counts[domain.ImportWrong],
		},
		CreatedBy: string(i.CreatedBy), CreatedAt: i.CreatedAt.String(), ChangeRequestID: i.ChangeRequest.String(),
	}
}

func importRowOf(r domain.ImportRow) ImportRow {
	return ImportRow{Line: r.Line, Code: r.Code, Target: r.Target, Status: string(r.Status), Message: r.Message, RecordID: r.Record.String()}
}
