package workbook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// head is a row, or two stacked ones, that may be the head of a table, and how it is understood.
type head struct {
	sheet     string
	row, rows int
	columns   []domain.ImportColumn
	score     int
	held      int      // how many different things its columns hold
	faults    []string // what a person must say
	told      []string // what was decided without one
}

func (h head) complete() bool { return h.row > 0 && len(h.faults) == 0 }

// better says that h is the likelier head: one that needs nobody, then the one of which most is understood; else the first.
func (h head) better(than head) bool {
	if h.row == 0 || than.row == 0 {
		return h.row > 0
	}
	if h.complete() != than.complete() {
		return h.complete()
	}
	return h.score > than.score
}

// keys are the meanings of its columns, sorted.
func (h head) keys() []string {
	var keys []string
	for _, c := range h.columns {
		if c.Field != domain.FieldIgnored {
			keys = append(keys, columnKey(c)+" "+wordKey(c.Header))
		}
	}
	slices.Sort(keys)
	return keys
}

// columnKey is what only one column of a table may hold.
func columnKey(c domain.ImportColumn) string {
	return string(c.Field) + "|" + string(c.Plant) + "|" + c.Language
}

func (h head) layout() domain.ImportLayout {
	return domain.ImportLayout{Sheet: h.sheet, HeaderRow: h.row, HeaderRows: h.rows, Columns: h.columns}
}

// bestHead finds the likeliest head among the first rows of a sheet; one without a row where there is none.
func (x *lexicon) bestHead(s opening) head {
	var best head
	for i := range s.lines {
		for rows := 1; rows <= 2; rows++ {
			h := headAt(s, i, rows)
			if h.row == 0 {
				continue
			}
			if x.read(&h); h.held >= 2 && h.better(best) {
				best = h
			}
		}
	}
	return best
}

const understoodScore = 10

// headAt puts together the heads that stand in one row, or in it and the next.
func headAt(s opening, i, rows int) head {
	h := head{sheet: s.sheet, row: s.lines[i].Number, rows: rows}
	if rows == 2 && (i+1 == len(s.lines) || s.lines[i+1].Number != h.row+1) {
		return head{}
	}
	texts := map[int]string{}
	for _, line := range s.lines[i : i+rows] {
		for _, c := range line.Cells {
			if c.Kind == CellNumber || c.Kind == CellDate {
				h.score -= understoodScore / 2
			}
			texts[c.Column] = stacked(texts[c.Column], strings.TrimSpace(c.Text))
		}
	}
	for column, text := range texts {
		if text != "" {
			h.columns = append(h.columns, domain.ImportColumn{Column: column, Header: text})
		}
	}
	slices.SortFunc(h.columns, func(a, b domain.ImportColumn) int { return a.Column - b.Column })
	return h
}

// stacked puts two heads of a column together.
func stacked(above, text string) string {
	switch {
	case above == "":
		return text
	case text == "" || wordKey(text) == wordKey(above):
		return above
	default:
		return above + stackSign + text
	}
}

// read understands the columns of a head, settles which of several that could be meant is, and says what is left to a person.
func (x *lexicon) read(h *head) {
	readings := make([]reading, len(h.columns))
	held := map[string][]int{}
	for i, c := range h.columns {
		r := x.understand(c.Header)
		readings[i] = r
		h.columns[i].Field, h.columns[i].Plant, h.columns[i].Language = r.field, r.plant, r.language
		if r.field == domain.FieldName {
			h.columns[i].Language = "" // a mapping has one name
		}
		if r.field != domain.FieldIgnored {
			key := columnKey(h.columns[i])
			held[key] = append(held[key], i)
		}
		if r.unit != "" {
			h.score += understoodScore / 5 // a row of units belongs to the head
		}
	}
	h.held = len(held)
	h.score += understoodScore * h.held
	for _, key := range sortedKeys(held) {
		x.settle(h, readings, held[key])
	}
	x.missing(h)
}

func sortedKeys(held map[string][]int) []string {
	keys := make([]string, 0, len(held))
	for key := range held {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// settle leaves at most one of the columns that seem to hold the same. A head that says that it is a code stands before one that
// only says of what; else a person must choose, or, of what is not needed, none is taken.
func (x *lexicon) settle(h *head, readings []reading, same []int) {
	strong := slices.DeleteFunc(slices.Clone(same), func(i int) bool { return readings[i].weak })
	if len(strong) == 0 {
		strong = same
	}
	field := h.columns[same[0]].Field
	if field == domain.FieldName || field == domain.FieldRemark { // they are for people: any will do
		strong = strong[:1]
	}
	var names []string
	for _, i := range strong {
		names = append(names, h.columns[i].Header)
	}
	for _, i := range same {
		if len(strong) > 1 || i != strong[0] {
			h.columns[i].Field, h.columns[i].Plant, h.columns[i].Language = domain.FieldIgnored, "", ""
		}
	}
	switch {
	case len(same) == 1:
	case len(strong) == 1:
		h.told = append(h.told, fmt.Sprintf("%s was taken for %s, of the %d columns that could hold it", someOf(names), x.called(field), len(same)))
	case slices.Contains(x.required(), field):
		h.faults = append(h.faults, fmt.Sprintf("more than one column could hold %s: %s", x.called(field), someOf(names)))
		h.score -= understoodScore / 2
	default:
		h.told = append(h.told, fmt.Sprintf("more than one column could hold %s, so none is taken: %s", x.called(field), someOf(names)))
		h.score -= understoodScore / 2
	}
}

// beside settles what a code holds that stands beside columns of plants. Where no column is said to be canonical it is probably that:
// a person confirms it.
func (x *lexicon) beside(h *head) {
	plain := slices.IndexFunc(h.columns, func(c domain.ImportColumn) bool { return c.Field == domain.FieldCode && c.Plant == "" })
	ofPlants := slices.ContainsFunc(h.columns, func(c domain.ImportColumn) bool { return c.Field == domain.FieldCode && c.Plant != "" })
	if plain < 0 || !ofPlants || x.kind != domain.ImportMapping {
		return
	}
	if h.has(domain.FieldTarget) {
		h.faults = append(h.faults, fmt.Sprintf("the plants have columns of their own: what does %q hold?", h.columns[plain].Header))
		return
	}
	h.columns[plain].Field = domain.FieldTarget
	h.faults = append(h.faults, fmt.Sprintf("%q seems to hold the canonical code, because the plants have columns of their own: please confirm", h.columns[plain].Header))
}

func (h head) has(field domain.ImportField) bool {
	return slices.ContainsFunc(h.columns, func(c domain.ImportColumn) bool { return c.Field == field })
}

// missing says which columns are needed and not there.
func (x *lexicon) missing(h *head) {
	if x.beside(h); len(h.faults) > 0 {
		return
	}
	for _, field := range x.required() {
		if !h.has(field) {
			h.faults = append(h.faults, "no column is known to hold "+x.called(field)+"; the head says "+someOf(headers(h.columns)))
		}
	}
	if x.kind != domain.ImportMapping && len(h.faults) == 0 && !h.saysAnything() {
		h.faults = append(h.faults, "no column is known to hold an attribute; the head says "+someOf(headers(h.columns)))
	}
}

// saysAnything says that a column holds an attribute.
func (h head) saysAnything() bool {
	return slices.ContainsFunc(h.columns, func(c domain.ImportColumn) bool {
		return strings.HasPrefix(string(c.Field), string(domain.AttributeField("")))
	})
}

func headers(columns []domain.ImportColumn) []string {
	var texts []string
	for _, c := range columns {
		texts = append(texts, c.Header)
	}
	return texts
}

// called names a field in a sentence.
func (x *lexicon) called(field domain.ImportField) string {
	switch field {
	case domain.FieldCode:
		return "the plant's code"
	case domain.FieldTarget:
		return "the canonical code"
	case domain.FieldPlant:
		return "the plant"
	case domain.FieldValidFrom:
		return "the first day"
	case domain.FieldValidTo:
		return "the last day"
	case domain.FieldID:
		return "the ID of the export"
	case domain.FieldVersion:
		return "the version of the export"
	default:
		if a, has := x.attributes[field]; has {
			return `"` + a.Label + `"`
		}
		return "the " + string(field)
	}
}

// someOf lists the first few texts in a sentence.
func someOf(texts []string) string {
	const most, longest = 8, 40
	var parts []string
	for _, text := range texts[:min(len(texts), most)] {
		text = strings.Join(strings.Fields(text), " ")
		if runes := []rune(text); len(runes) > longest {
			text = string(runes[:longest]) + "…"
		}
		parts = append(parts, `"`+text+`"`)
	}
	if len(texts) > most {
		parts = append(parts, "and more")
	}
	return strings.Join(parts, ", ")
}
