package intake

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// valueCell is a column whose cells are values of an attribute.
type valueCell struct {
	column    domain.ImportColumn
	attribute domain.Attribute
	// key is the attribute with its place, language that of a translated one.
	key      domain.AttributeID
	language string
}

// valueCells are the columns of a layout that hold values.
func valueCells(definition domain.Definition, layout domain.ImportLayout, language string) []valueCell {
	var cells []valueCell
	for _, column := range layout.Columns {
		key, holds := column.Attribute()
		attribute, known := definition.Attribute(key)
		if !holds || !known {
			continue
		}
		cell := valueCell{column: column, attribute: attribute, key: key}
		if attribute.Kind == domain.KindTranslated {
			cell.language = cmp.Or(column.Language, language)
		}
		cells = append(cells, cell)
	}
	return cells
}

// of says whether an entry has the cell: one of another plant's part of the row has not.
func (c valueCell) of(entry domain.ImportEntry) bool {
	_, there := entry.Cells[c.column.Key()]
	return there && (c.column.Plant == "" || c.column.Plant == entry.Plant)
}

// part is what the column shows of a value: of a translated text the one language. nil says nothing.
func (c valueCell) part(v domain.Value) domain.Value {
	if c.language != "" {
		texts, _ := domain.Translation(v)
		v = domain.Text(texts[c.language])
	}
	if v == nil || v.Empty() {
		return nil
	}
	return v
}

// says says whether a cell's value is what a value shows in its column, in whatever unit that is kept.
func (c valueCell) says(cell, v domain.Value) bool {
	shown := c.part(v)
	if quantity, is := shown.(domain.Quantity); is {
		if converted, exact := quantity.In(c.attribute.Unit); exact {
			shown = converted
		}
	}
	return domain.Equal(cell, shown)
}

// into is a value with the cell's in the place of what its column shows; nil where nothing is left.
func (c valueCell) into(v, cell domain.Value) domain.Value {
	if c.language == "" {
		return cell
	}
	texts, _ := domain.Translation(v)
	joined := maps.Clone(texts)
	if joined == nil {
		joined = domain.Translated{}
	}
	delete(joined, c.language)
	if cell != nil {
		joined[c.language] = cell.Display()
	}
	if joined.Empty() {
		return nil
	}
	return joined
}

// cellReader reads cells as values of a domain's attributes.
type cellReader struct {
	lists []domain.CodeList
	// system is the one in whose words the cells are; "" for values of golden records, which people may call by their names.
	system domain.SystemID
	// referred are the records that cells name, by domain and what the cells say.
	referred map[domain.DomainName]map[string]domain.ID
	units    map[string]string
}

func newCellReader(ctx context.Context, reads domain.Reads, system domain.SystemID) (*cellReader, error) {
	lists, err := catalog.NamedLists(ctx, reads)
	return &cellReader{lists: lists, system: system, units: unitWords()}, err
}

// refer finds the records that the cells of entries name by their canonical codes.
func (r *cellReader) refer(ctx context.Context, reads domain.Reads, cells []valueCell, entries []domain.ImportEntry) error {
	r.referred = map[domain.DomainName]map[string]domain.ID{}
	for _, cell := range cells {
		if cell.attribute.Kind != domain.KindReference {
			continue
		}
		var said []string
		for _, entry := range entries {
			if text := entry.Text(cell.column.Key()); text != "" {
				said = append(said, string(domain.NewCode(text)))
			}
		}
		if err := r.find(ctx, reads, cell.attribute.References, said); err != nil {
			return err
		}
	}
	return nil
}

func (r *cellReader) find(ctx context.Context, reads domain.Reads, name domain.DomainName, said []string) error {
	found, err := domain.ByCodesForwarded(ctx, reads, name, said)
	if err != nil {
		return err
	}
	known := r.referred[name]
	if known == nil {
		known = map[string]domain.ID{}
		r.referred[name] = known
	}
	for code, record := range found {
		known[code] = record.ID
	}
	var ids []domain.ID
	for _, text := range said {
		if id, err := domain.ParseID(text); err == nil { // an export names a record without a code by its ID
			ids = append(ids, id)
		}
	}
	records, err := reads.Records.ByIDs(ctx, ids)
	for _, record := range records {
		known[record.ID.String()] = record.ID
	}
	return err
}

// read takes a cell's text for a value of its attribute; nil for an empty one. The note says what cannot be taken (weight wrong), or
// how it was taken.
func (r *cellReader) read(cell valueCell, text string) (domain.Value, *domain.ImportNote) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	switch a := cell.attribute; a.Kind {
	case domain.KindTranslated, domain.KindText:
		return domain.NewText(text), nil
	case domain.KindCode:
		return domain.NewCode(text), nil
	case domain.KindQuantity:
		return r.quantity(a, text)
	case domain.KindMoney:
		return money(a, text)
	case domain.KindDate:
		return date(a, text)
	case domain.KindBool:
		return truth(a, text)
	case domain.KindEnum:
		return r.member(a, text), nil
	case domain.KindReference:
		return r.reference(a, text)
	default:
		return nil, unfit(domain.NoteValue, "%s does not fit into a cell", a.Label)
	}
}

func unfit(kind domain.NoteKind, format string, args ...any) *domain.ImportNote {
	return &domain.ImportNote{Kind: kind, Weight: domain.NoteWrong, Message: domain.Invalid("", format, args...).Msg}
}

// short is a text as a sentence quotes it.
func short(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}

// date reads a day in ISO form.
func date(a domain.Attribute, text string) (domain.Value, *domain.ImportNote) {
	day, err := domain.ParseDate(text)
	if err != nil {
		return nil, unfit(domain.NoteValue, "%s: %q is not a date of the form 2026-11-23", a.Label, short(text))
	}
	return domain.Day(day), nil
}

// truth reads yes and no as people write them.
func truth(a domain.Attribute, text string) (domain.Value, *domain.ImportNote) {
	switch strings.ToLower(text) {
	case "yes", "y", "ja", "j", "tak", "t", "oui", "o", "sí", "si", "s", "true", "wahr", "prawda", "vrai", "verdadero", "1":
		return domain.Bool(true), nil
	case "no", "n", "nein", "nie", "non", "false", "falsch", "fałsz", "faux", "falso", "0":
		return domain.Bool(false), nil
	}
	return nil, unfit(domain.NoteValue, "%s is yes or no, not %q", a.Label, short(text))
}

// member reads a code of a list. People may write what a code is called; a system means what its aliases say.
func (r *cellReader) member(a domain.Attribute, text string) domain.Value {
	at := slices.IndexFunc(r.lists, func(l domain.CodeList) bool { return a.CodeList != "" && l.ID == a.CodeList })
	if r.system != "" {
		if at >= 0 {
			return domain.Enum(r.lists[at].Resolve(r.system, string(domain.NewText(text))))
		}
		return domain.Enum(domain.NewText(text))
	}
	if slices.Contains(a.Members, text) {
		return domain.Enum(text)
	}
	for _, member := range a.Members {
		if strings.EqualFold(member, text) {
			return domain.Enum(member)
		}
	}
	if at >= 0 {
		if code := called(r.lists[at], text); code != "" {
			return domain.Enum(code)
		}
	}
	return domain.Enum(domain.NewText(text))
}

// called is the one code of a list in use that is called so in some language; "" where none is, or several are.
func called(list domain.CodeList, name string) string {
	found := ""
	for _, entry := range list.Entries {
		fits := slices.ContainsFunc(slices.Collect(maps.Values(entry.Labels)), func(label string) bool { return strings.EqualFold(label, name) })
		switch {
		case entry.Retired || !fits:
			continue
		case found != "" && found != entry.Code:
			return ""
		}
		found = entry.Code
	}
	return found
}

func (r *cellReader) reference(a domain.Attribute, text string) (domain.Value, *domain.ImportNote) {
	id, known := r.referred[a.References][string(domain.NewCode(text))]
	if !known {
		return nil, unfit(domain.NoteUnknownTarget, "%s: nobody knows the code %q", a.Label, short(text))
	}
	return domain.Reference{Domain: a.References, Record: id}, nil
}

// noticeOnce adds a note to a row unless it has it: a row that is judged anew brings what was noticed in its cells.
func noticeOnce(row *domain.ImportRow, note domain.ImportNote) {
	if !slices.Contains(row.Notes, note) {
		notice(row, note)
	}
}

// leftOut says that an entry is no row: it only tells what was left out, and why. One that tells of a loss is wrong.
func leftOut(row *domain.ImportRow, entry domain.ImportEntry) bool {
	if len(entry.Cells) > 0 {
		return false
	}
	if row.Status != domain.ImportWrong {
		row.Status = domain.ImportSame
	}
	return true
}
