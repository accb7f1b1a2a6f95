package intake

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// RecordsAsk says which golden records are given out. Plant adds the values that hold at it, and for its company.
type RecordsAsk struct {
	Domain   domain.DomainName
	Plant    domain.PlantID
	Language string
}

// Records writes the golden records of a domain with their values, to be edited and sent back. Values the actor may not see are
// not in it, nor are lines, which do not fit into a cell; both stay as they are when the file comes back.
func (e *Export) Records(ctx context.Context, by domain.Actor, ask RecordsAsk, w io.Writer) error {
	scope := readable(by, ask.Domain)
	if !scope.All && len(scope.Plants) == 0 {
		return by.Require(domain.ActionRead, domain.Scope{Domain: ask.Domain})
	}
	if !covers(scope, ask.Plant) {
		return domain.NotFound(domain.CodePlantUnknown, "there is no plant %s", ask.Plant)
	}
	now, err := e.Store.Now(ctx)
	if err != nil {
		return err
	}
	reads := e.Store.Read()
	definition, err := e.Desk.Governed(ctx, reads, ask.Domain)
	if err != nil {
		return err
	}
	plants, err := reads.Plants.List(ctx)
	if err != nil {
		return err
	}
	r := recordExport{export: e, reads: reads, ask: ask, definition: definition}
	r.values = r.exported(by, slices.DeleteFunc(plants, func(p domain.Plant) bool { return !covers(scope, p.ID) }))
	if err := e.Writer.Table(ctx, w, r.template(now), func(sink Sink) error { return r.fill(ctx, sink) }); err != nil {
		return fmt.Errorf("export records: %w", err)
	}
	return nil
}

// recordExport is one export of golden records.
type recordExport struct {
	export     *Export
	reads      domain.Reads
	ask        RecordsAsk
	definition domain.Definition
	values     []exportedValue
}

// exportedValue is a column with values: of one key and, where it is translated, one language.
type exportedValue struct {
	attribute domain.Attribute
	key       domain.AttributeID
	language  string
}

// exported lists the columns with values that the actor may see.
func (r recordExport) exported(by domain.Actor, plants []domain.Plant) []exportedValue {
	place := domain.Place{}
	if r.ask.Plant != "" {
		place = domain.PlaceOf(domain.SourceSystem{Plant: r.ask.Plant}, plants)
	}
	var values []exportedValue
	for _, a := range r.definition.Attributes {
		key, holds := a.Key(place)
		if !holds || a.Kind == domain.KindLines || !r.definition.Sees(key, by) {
			continue
		}
		languages := []string{""}
		if a.Kind == domain.KindTranslated {
			languages = spoken(plants, r.ask.Plant)
		}
		for _, language := range languages {
			values = append(values, exportedValue{attribute: a, key: key, language: language})
		}
	}
	return values
}

// spoken are English and the languages of a plant, or of all.
func spoken(plants []domain.Plant, plant domain.PlantID) []string {
	var others []string
	for _, p := range plants {
		if plant == "" || p.ID == plant {
			others = append(others, p.Languages...)
		}
	}
	slices.Sort(others)
	others = slices.DeleteFunc(slices.Compact(others), func(language string) bool { return language == domain.English })
	return append([]string{domain.English}, others...)
}

func (r recordExport) template(now domain.Instant) Template {
	language := r.ask.Language
	columns := []TemplateColumn{
		{Header: "ID", Field: domain.FieldID, Hidden: true},
		{Header: Word(language, "Version"), Field: domain.FieldVersion, Hidden: true},
		{Header: Word(language, "State"), Locked: true, Width: 12},
	}
	for _, v := range r.values {
		column := valueColumn(v.attribute, v.key, v.language, language)
		column.Locked = v.key == r.definition.CodeAttribute
		columns = append(columns, column)
	}
	return Template{
		Title: Word(language, "Records of") + " " + r.definition.Label, Columns: columns,
		Mark: Mark{Kind: domain.ImportGolden, Domain: r.ask.Domain, ExportedAt: now, Layout: layoutIn(language, "Records")},
	}
}

// valueColumn is the column of an attribute. Its head names the unit, the text's language and the place, so that a cell does not
// have to.
func valueColumn(a domain.Attribute, key domain.AttributeID, of, language string) TemplateColumn {
	column := TemplateColumn{Field: domain.AttributeField(key), Language: of, Note: a.Help, Choices: a.Members, Width: valueWidth(a.Kind)}
	if a.Kind == domain.KindBool {
		column.Choices = []string{yesNo(language, true), yesNo(language, false)}
	}
	_, place := key.Split()
	column.Header = Word(language, a.Label)
	for _, more := range []string{of, a.Unit, string(place.Plant), string(place.Company)} {
		if more != "" {
			column.Header += " [" + more + "]"
		}
	}
	return column
}

func valueWidth(kind domain.ValueKind) int {
	switch kind {
	case domain.KindTranslated, domain.KindText:
		return 36
	case domain.KindBool, domain.KindEnum, domain.KindDate:
		return 12
	default:
		return 18
	}
}

func (r recordExport) fill(ctx context.Context, sink Sink) error {
	page := domain.Page{Limit: exportPage}
	return paged(func(cursor string) (string, error) {
		page.After = cursor
		records, next, err := r.reads.Exports.Records(ctx, r.ask.Domain, page)
		if err != nil {
			return "", err
		}
		codes, err := r.referred(ctx, records)
		if err != nil {
			return "", err
		}
		for _, record := range records {
			cells := []string{record.ID.String(), strconv.Itoa(record.Version), string(record.State)}
			for _, v := range r.values {
				cells = append(cells, v.cell(record.Attributes[v.key], r.ask.Language, codes))
			}
			if err := sink.Row(cells); err != nil {
				return "", err
			}
		}
		return next, nil
	})
}

// referred are the canonical codes of the records that others refer to.
func (r recordExport) referred(ctx context.Context, records []domain.GoldenRecord) (map[domain.ID]string, error) {
	var ids []domain.ID
	for _, v := range r.values {
		if v.attribute.Kind != domain.KindReference {
			continue
		}
		for _, record := range records {
			if reference, ok := record.Attributes[v.key].(domain.Reference); ok {
				ids = append(ids, reference.Record)
			}
		}
	}
	codes := map[domain.ID]string{}
	found, err := r.reads.Records.ByIDs(ctx, ids)
	for _, record := range found {
		definition, err := r.export.Desk.Definitions.Definition(record.Domain)
		if err != nil {
			return nil, err
		}
		codes[record.ID] = record.Attributes.Text(definition.CodeAttribute)
	}
	return codes, err
}

// cell is a value as it stands in its column.
func (e exportedValue) cell(v domain.Value, language string, codes map[domain.ID]string) string {
	switch v := v.(type) {
	case nil:
		return ""
	case domain.Quantity:
		if v.Unit == e.attribute.Unit {
			return number(language, v.Number.String())
		}
		return strings.TrimSpace(number(language, v.Number.String()) + " " + v.Unit)
	case domain.Money:
		return strings.TrimSpace(number(language, v.Amount.String()) + " " + v.Currency)
	case domain.Bool:
		return yesNo(language, bool(v))
	case domain.Reference:
		return cmp.Or(codes[v.Record], v.Record.String())
	default:
		if e.language == "" {
			return v.Display()
		}
		text, _ := domain.Translation(v)
		return text[e.language] // not what stands in for it: that would come back as a translation
	}
}
