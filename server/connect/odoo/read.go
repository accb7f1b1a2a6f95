package odoo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

const (
	// pageSize is where Odoo gives the most records per second.
	pageSize = 2000
	// manifestPage is how many bare IDs are asked for at once.
	manifestPage = 50_000
	// overlap is how far an incremental reading reaches back before its watermark: a transaction is dated by its start, so it
	// may become visible long after later ones. Odoo ends its own after two minutes; imports and jobs may run longer.
	overlap = 10 * time.Minute
	// odooTime is how Odoo writes instants, always in UTC.
	odooTime = "2006-01-02 15:04:05"
	// maxContent bounds what is kept of a row that could not be taken.
	maxContent = 4000
)

// row is one record as Odoo gives it.
type row map[string]any

// reading is one pass over a domain.
type reading struct {
	c       *Connector
	m       mapping
	fields  []Field // those wanted
	names   []string
	context map[string]any
	schema  schema
	tables  tables
	upper   int64 // the highest ID when the reading began; newer records belong to the next one
	mark    string
	seen    map[int64]bool
	counted int // by Odoo, at the end
	emit    func(reconcile.Page) error
}

// Read hands over the records of a domain. A complete reading brings all values; an incremental one brings those of records
// written since the watermark (and the ten minutes before it), and names all others, so that both are complete.
func (c *Connector) Read(ctx context.Context, request reconcile.ReadRequest, emit func(reconcile.Page) error) (reconcile.Proof, error) {
	m, err := c.mapping(request.Definition.Domain)
	if err != nil {
		return reconcile.Proof{}, err
	}
	r := &reading{c: c, m: m, seen: map[int64]bool{}, emit: emit}
	r.want(request)
	if err := r.begin(ctx); err != nil {
		return reconcile.Proof{}, err
	}
	since, err := r.since(request.Since)
	if err != nil {
		return reconcile.Proof{}, err
	}
	if err := r.values(ctx, since); err != nil {
		return reconcile.Proof{}, err
	}
	why, err := r.sweep(ctx, len(since) > 0)
	if err != nil {
		return reconcile.Proof{}, err
	}
	how := fmt.Sprintf("Odoo's own count agrees with its list of IDs, and each of the %d was accounted for", r.counted)
	others, err := r.elsewhere(ctx)
	if err != nil {
		return reconcile.Proof{}, err
	}
	if others > 0 {
		how += fmt.Sprintf("; %d of other companies than %s were left out", others, c.site.company)
	}
	return reconcile.Proof{Complete: why == "", How: how, Why: why, Watermark: r.mark}, nil
}

// Supplies lists the definition's attributes that stand in Odoo.
func (c *Connector) Supplies(definition domain.Definition) []domain.AttributeID {
	m, err := c.mapping(definition.Domain)
	if err != nil {
		return nil
	}
	var supplied []domain.AttributeID
	for _, f := range m.fields {
		if _, declared := definition.Attribute(f.Attribute); declared && f.Name != "" {
			supplied = append(supplied, f.Attribute)
		}
	}
	return supplied
}

// want chooses the fields that bring the wanted attributes.
func (r *reading) want(request reconcile.ReadRequest) {
	r.names = []string{r.m.code, r.m.label, "active", "write_date"}
	supplied := r.c.Supplies(request.Definition)
	for _, f := range r.m.fields {
		if !slices.Contains(supplied, f.Attribute) || (len(request.Attributes) > 0 && !slices.Contains(request.Attributes, f.Attribute)) {
			continue
		}
		r.fields = append(r.fields, f)
		if !slices.Contains(r.names, f.Name) {
			r.names = append(r.names, f.Name)
		}
	}
}

// begin learns the fields, what they lead to, the highest ID and the latest write, in this order: what is written from now on is at
// or after the watermark, and is read again next time.
func (r *reading) begin(ctx context.Context) error {
	var err error
	if r.schema, err = r.c.readSchema(ctx, r.m); err != nil {
		return err
	}
	if r.context, err = r.c.callContext(ctx, r.c.reader); err != nil {
		return err
	}
	if r.tables, err = r.c.readTables(ctx, r.c.reader, r.fields); err != nil {
		return err
	}
	var highest string
	if r.mark, highest, err = r.bounds(ctx, r.m.model); err != nil {
		return err
	}
	if r.upper, err = number(highest); err != nil {
		return err
	}
	if r.m.parentModel != "" {
		mark, _, err := r.bounds(ctx, r.m.parentModel)
		if err != nil {
			return err
		}
		r.mark = max(r.mark, mark)
	}
	return nil
}

// bounds returns the latest write and the highest ID of a model, "" and "0" for an empty one.
func (r *reading) bounds(ctx context.Context, model string) (mark, highest string, err error) {
	var groups []row
	args := arguments{"domain": []any{}, "groupby": []string{}, "aggregates": []string{"write_date:max", "id:max"}, "context": r.context}
	if err := r.c.reader.ask(ctx, model, "formatted_read_group", args, &groups); err != nil {
		return "", "", err
	}
	highest = "0"
	for _, group := range groups {
		if text, ok := group["write_date:max"].(string); ok {
			mark = text
		}
		if id, ok := group["id:max"].(json.Number); ok {
			highest = id.String()
		}
	}
	return mark, highest, nil
}

// since is the condition that restricts an incremental reading; none for a complete one.
func (r *reading) since(watermark string) ([]any, error) {
	if watermark == "" {
		return nil, nil
	}
	at, err := time.Parse(odooTime, watermark)
	if err != nil {
		return nil, domain.Invalid(domain.CodeBodyInvalid, "the watermark %q is not one of Odoo's", watermark)
	}
	from := at.Add(-overlap).Format(odooTime)
	own := condition("write_date", ">=", from)
	if r.m.parent == "" {
		return []any{own}, nil
	}
	return []any{"|", own, condition(r.m.parent+".write_date", ">=", from)}, nil
}

// values reads the records' values in pages, by ascending ID: unlike an offset, that neither skips nor repeats a record when
// others come or go. Only an empty page is the end; a short one may be somebody's limit.
func (r *reading) values(ctx context.Context, since []any) error {
	for last := int64(0); ; {
		rows, err := r.rows(ctx, slices.Concat(since, []any{condition("id", ">", last), condition("id", "<=", r.upper)}))
		if err != nil || len(rows) == 0 {
			return err
		}
		highest, err := r.take(rows)
		if err != nil {
			return err
		}
		if highest <= last {
			return domain.Invalid(domain.CodeSystemAnswer, "Odoo returns the same page again and again")
		}
		last = highest
	}
}

func (r *reading) rows(ctx context.Context, conditions []any) ([]row, error) {
	var rows []row
	args := arguments{
		"domain": conditions, "fields": r.names, "order": "id", "limit": pageSize, "load": "", "context": r.context,
	}
	if err := r.c.reader.ask(ctx, r.m.model, "search_read", args, &rows); err != nil {
		return nil, err
	}
	return rows, r.readTranslations(ctx, rows)
}

// take hands over one page and returns its highest ID.
func (r *reading) take(rows []row) (int64, error) {
	page := reconcile.Page{Rows: make([]domain.StagedRow, 0, len(rows))}
	highest := int64(0)
	for _, found := range rows {
		id, err := found.id()
		if err != nil {
			return 0, err
		}
		highest, r.seen[id] = max(highest, id), true
		record, err := r.record(id, found)
		if err != nil {
			page.Rejected = append(page.Rejected, r.rejected(id, found, err))
			continue
		}
		page.Rows = append(page.Rows, domain.StagedRow{Record: record})
	}
	if len(rows) == 0 {
		return 0, nil
	}
	return highest, r.emit(page)
}

// record converts one row; the error says in a sentence why it cannot be taken.
func (r *reading) record(id int64, found row) (domain.SourceRecord, error) {
	record := domain.SourceRecord{Code: codeOf(id), Active: found["active"] != false, Attributes: domain.Attributes{}}
	record.Token, _ = found["write_date"].(string)
	if text, _ := textOf(found[r.m.code]); domain.NewCode(text) == "" {
		return record, fmt.Errorf("Odoo %s %d %s has no %s", r.m.noun, id, r.called(found), r.m.codeNoun)
	}
	for _, f := range r.fields {
		value, err := r.c.site.read(f, found, facts{r.schema[f.Name], r.tables})
		if err != nil {
			return record, fmt.Errorf("Odoo %s %d %s: %s: %w", r.m.noun, id, r.called(found), f.Name, err)
		}
		if value != nil && !value.Empty() {
			record.Attributes[f.Attribute] = value
		}
	}
	return record, nil
}

// read converts one field of a row.
func (s site) read(f Field, found row, known facts) (domain.Value, error) {
	if f.convert.translated {
		return s.said(found, f.Name)
	}
	return f.convert.read(found[f.Name], known)
}

// called is what people call the record.
func (r *reading) called(found row) string {
	name, _ := textOf(found[r.m.label])
	return "'" + sentence(name) + "'"
}

func (r *reading) rejected(id int64, found row, why error) domain.QuarantinedRow {
	content, _ := json.Marshal(found)
	return domain.QuarantinedRow{
		Position: fmt.Sprintf("%s %d", r.m.model, id), Code: string(codeOf(id)),
		Reason: why.Error(), Content: string(content[:min(len(content), maxContent)]),
	}
}

func (found row) id() (int64, error) {
	id, ok := found["id"].(json.Number)
	if !ok {
		return 0, domain.Invalid(domain.CodeSystemAnswer, "Odoo returned a record without an ID")
	}
	return number(id.String())
}

func number(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, domain.Invalid(domain.CodeSystemAnswer, "Odoo returned %q where a whole number was promised", text)
	}
	return n, nil
}

// codeOf is a record's code in this system: its ID, as text.
func codeOf(id int64) domain.Code { return domain.Code(strconv.FormatInt(id, 10)) }
