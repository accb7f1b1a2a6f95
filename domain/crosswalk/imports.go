package crosswalk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Crosswalk is the use cases on code mappings. It is safe for concurrent use.
type Crosswalk struct {
	Store domain.Store
	Desk  *steward.Desk
	// MaxUnmapped bounds how many unmapped codes of one system, domain and plant are kept; 0 means 10,000.
	MaxUnmapped int
	// CountingFailed hears that unmapped codes could not be counted; nil for nobody.
	CountingFailed func(ctx context.Context, err error)
}

// UploadedRow is one row of a mapping file as it was read.
type UploadedRow struct {
	Line   int // 1 is the header
	Code   string
	Target string
}

// Upload is a mapping file: codes of one system of one plant, and the canonical codes they stand for.
type Upload struct {
	System   domain.SystemID
	Domain   domain.DomainName
	FileName string
	FileHash string // hex SHA-256
	Rows     []UploadedRow
}

// PreviewImport works out what a mapping file would change, row by row, and keeps it until it is submitted. Nothing is
// mapped yet.
func (c *Crosswalk) PreviewImport(ctx context.Context, by domain.Actor, upload Upload) (domain.Import, error) {
	reads := c.Store.Read()
	system, err := reads.Systems.ByID(ctx, upload.System)
	if err != nil {
		return domain.Import{}, err
	}
	scope := domain.Scope{Domain: upload.Domain, Plant: system.Plant, System: system.ID}
	if system.Plant != "" && !by.May(domain.ActionRead, scope) {
		return domain.Import{}, domain.NotFound(domain.CodeSystemUnknown, "there is no system %s", upload.System)
	}
	if err := by.Require(domain.ActionPropose, scope); err != nil {
		return domain.Import{}, err
	}
	if _, err := c.Desk.Definitions.Definition(upload.Domain); err != nil {
		return domain.Import{}, err
	}
	if len(upload.Rows) == 0 {
		return domain.Import{}, domain.Invalid(domain.CodeImportInvalid, "the file has no rows below its header")
	}
	rows, err := preview(ctx, reads, system, upload)
	if err != nil {
		return domain.Import{}, fmt.Errorf("preview %s: %w", upload.FileName, err)
	}
	imported := domain.Import{
		ID: domain.NewID(), System: system.ID, Plant: system.Plant, Domain: upload.Domain, FileName: upload.FileName,
		FileHash: upload.FileHash, State: domain.ImportPreviewed, Counts: map[domain.ImportRowStatus]int{}, CreatedBy: by.ID,
	}
	for _, row := range rows {
		imported.Counts[row.Status]++
	}
	err = c.Store.Operate(ctx, func(ops domain.Ops) error {
		imported.CreatedAt = ops.Now
		return ops.Imports.Create(ctx, imported, rows)
	})
	return imported, err
}

// preview gives every row its status.
func preview(ctx context.Context, reads domain.Reads, system domain.SourceSystem, upload Upload) ([]domain.ImportRow, error) {
	rows := make([]domain.ImportRow, len(upload.Rows))
	var targets, codeKeys []string
	for i, row := range upload.Rows {
		rows[i] = parseRow(row)
		targets = append(targets, rows[i].Target)
		codeKeys = append(codeKeys, system.CodeRule.Key(domain.Code(rows[i].Code)))
	}
	records, err := domain.ByCodesForwarded(ctx, reads, upload.Domain, targets)
	if err != nil {
		return nil, err
	}
	mapped, err := reads.Mappings.ByKeys(ctx, domain.MappingKey{Domain: upload.Domain, System: system.ID, Plant: system.Plant, CodeType: system.Codes}, codeKeys)
	if err != nil {
		return nil, err
	}
	heirs, err := reads.Merges.Heirs(ctx, recordsOf(mapped))
	if err != nil {
		return nil, err
	}
	present := make(map[string]domain.ID, len(mapped))
	for _, m := range mapped {
		present[m.Key] = heirs[m.Record].ID
	}
	for i := range rows {
		judge(&rows[i], records, present[codeKeys[i]])
	}
	judgeRepetitions(rows, codeKeys)
	return rows, nil
}

func recordsOf(mappings []domain.CodeMapping) []domain.ID {
	ids := make([]domain.ID, len(mappings))
	for i, m := range mappings {
		ids[i] = m.Record
	}
	return ids
}

func parseRow(row UploadedRow) domain.ImportRow {
	parsed := domain.ImportRow{Line: row.Line, Code: row.Code, Target: row.Target, Status: domain.ImportNew}
	code, err := domain.ParseCode(row.Code)
	if err != nil {
		parsed.Status, parsed.Message = domain.ImportWrong, err.Error()
		return parsed
	}
	parsed.Code = string(code)
	target, err := domain.ParseCode(row.Target)
	if err != nil {
		parsed.Status, parsed.Message = domain.ImportWrong, "the row names no canonical code"
		return parsed
	}
	parsed.Target = string(target)
	return parsed
}

// judge compares a readable row with what is known.
func judge(row *domain.ImportRow, records map[string]domain.GoldenRecord, mapped domain.ID) {
	if row.Status == domain.ImportWrong {
		return
	}
	record, known := records[row.Target]
	switch {
	case !known:
		row.Status, row.Message = domain.ImportWrong, fmt.Sprintf("nobody knows the canonical code %s", row.Target)
	case mapped.IsZero():
		row.Record = record.ID
	case mapped == record.ID:
		row.Record, row.Status = record.ID, domain.ImportSame
	default:
		row.Record, row.Status, row.Message = record.ID, domain.ImportConflict, "the code is mapped to another record; a steward decides which is right"
	}
}

// judgeRepetitions marks rows that give one code again: harmless where all agree; where two do not, all of them are wrong but
// those that say what is mapped already.
func judgeRepetitions(rows []domain.ImportRow, codeKeys []string) {
	byCode := map[string][]*domain.ImportRow{}
	for i := range rows {
		if rows[i].Status != domain.ImportWrong {
			byCode[codeKeys[i]] = append(byCode[codeKeys[i]], &rows[i])
		}
	}
	for _, repeated := range byCode {
		for i, row := range repeated {
			other := slices.IndexFunc(repeated, func(r *domain.ImportRow) bool { return r.Record != row.Record })
			switch {
			case row.Status == domain.ImportSame:
			case other >= 0:
				row.Status, row.Message = domain.ImportWrong, fmt.Sprintf("line %d maps the same code to %s", repeated[other].Line, repeated[other].Target)
			case i > 0 && row.Status == domain.ImportNew:
				row.Status, row.Message = domain.ImportSame, fmt.Sprintf("line %d says the same", repeated[0].Line)
			}
		}
	}
}

// SubmitImport makes a change request of an import's new rows. Rows in conflict or wrong stay out of it, as the preview said.
// CodeImportSubmitted when it has been submitted already.
func (c *Crosswalk) SubmitImport(ctx context.Context, by domain.Actor, id domain.ID, reason string) (domain.ChangeRequest, error) {
	imported, err := c.Import(ctx, by, id)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	system, err := c.Store.Read().Systems.ByID(ctx, imported.System)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	if strings.TrimSpace(reason) == "" {
		reason = "mapping file " + imported.FileName
	}
	var request domain.ChangeRequest
	err = c.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: reason}, func(repos domain.Repos) error {
		rows, err := repos.Imports.Rows(ctx, id, 0, 0)
		if err != nil {
			return err
		}
		items := importItems(system, imported.Domain, rows)
		request, err = c.Desk.Propose(ctx, repos, by, domain.ChangeRequest{
			Kind: domain.RequestMappings, Domain: imported.Domain, Plant: imported.Plant, Reason: reason,
			Title: fmt.Sprintf("%d codes of %s from %s", imported.Counts[domain.ImportNew], system.Name, imported.FileName),
		}, items)
		if err != nil {
			return err
		}
		return repos.Imports.Submit(ctx, id, request.ID)
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("submit import %s: %w", id, err)
	}
	return request, nil
}

func importItems(system domain.SourceSystem, name domain.DomainName, rows []domain.ImportRow) []domain.ChangeItem {
	var items []domain.ChangeItem
	for _, row := range rows {
		if row.Status != domain.ImportNew {
			continue
		}
		items = append(items, steward.MapCode(system, name, domain.Code(row.Code), row.Record, row.Target))
		if system.Plant != "" {
			items = append(items, steward.UsePlant(system.Plant, name, row.Record, row.Target))
		}
	}
	return items
}

// Import returns one import; CodeImportUnknown also for one the actor may not see.
func (c *Crosswalk) Import(ctx context.Context, by domain.Actor, id domain.ID) (domain.Import, error) {
	imported, err := c.Store.Read().Imports.ByID(ctx, id)
	if err == nil && !by.May(domain.ActionRead, domain.Scope{Domain: imported.Domain, Plant: imported.Plant, System: imported.System}) {
		return domain.Import{}, domain.NotFound(domain.CodeImportUnknown, "there is no such import")
	}
	return imported, err
}

// ImportRows returns a window of an import's rows and how many there are.
func (c *Crosswalk) ImportRows(ctx context.Context, by domain.Actor, id domain.ID, offset, limit int) ([]domain.ImportRow, int, error) {
	imported, err := c.Import(ctx, by, id)
	if err != nil {
		return nil, 0, err
	}
	total := 0
	for _, n := range imported.Counts {
		total += n
	}
	rows, err := c.Store.Read().Imports.Rows(ctx, id, offset, limit)
	return rows, total, err
}

// Imports lists the imports the actor may see, newest first.
func (c *Crosswalk) Imports(ctx context.Context, by domain.Actor, page domain.Page) ([]domain.Import, string, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, "", by.Require(domain.ActionRead, domain.Scope{})
	}
	return c.Store.Read().Imports.List(ctx, by.Plants(domain.ActionRead), page)
}
