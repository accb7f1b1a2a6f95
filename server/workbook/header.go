package workbook

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// codeNames are what plants call the column with their own code, in the form of normalName.
func codeNames() []string {
	return []string{
		"code", "plant code", "local code", "own code", "source code", "item", "item no", "item number", "item code", "item id",
		"part no", "part number", "article", "article no", "article number", "material", "material no", "material number",
		"artikel", "artikelnummer", "artikelnr", "artikel nr", "artnr", "art nr", "werkscode", "materialnummer", "teilenummer", "sachnummer",
		"code article", "référence", "reference", "codigo", "código", "kod", "kód", "číslo položky", "indeks",
	}
}

// targetNames are what they call the column with the canonical code.
func targetNames() []string {
	return []string{
		"canonical", "canonical code", "canonical item", "target", "target code", "global code", "global item", "group code", "master code",
		"golden code", "erp", "erp code", "erp item", "erp no", "erp number", "odoo", "odoo code", "odoo item", "odoo reference",
		"internal reference", "default code", "konzernnummer", "konzernartikel", "erp nummer", "erp artikel", "erp artikelnummer", "zielcode",
	}
}

// layout says where in the text what stands.
type layout struct {
	delimiter            rune
	start                int // bytes before the header
	skipped              int // lines before the header
	code, target         int
	codeName, targetName string
}

// findLayout finds the header and the delimiter under which it names both columns.
func findLayout(text []byte, limits Limits) (layout, error) {
	start, skipped := headerStart(text)
	var seen []string
	var fault error
	for _, delimiter := range []rune{';', ',', '\t', '|'} {
		cells, err := newReader(text[start:], delimiter).Read()
		if err != nil {
			fault = syntaxError(err, skipped)
			continue
		}
		if err := checkCells(cells, skipped+1, limits); err != nil {
			return layout{}, err
		}
		codes, targets := matching(cells, codeNames()), matching(cells, targetNames())
		if len(codes) > 1 || len(targets) > 1 {
			return layout{}, ambiguous(cells, codes, targets)
		}
		if len(codes) == 1 && len(targets) == 1 {
			return layout{
				delimiter: delimiter, start: start, skipped: skipped, code: codes[0], target: targets[0],
				codeName: cell(cells, codes[0]), targetName: cell(cells, targets[0]),
			}, nil
		}
		if len(cells) > len(seen) {
			seen = slices.Clone(cells)
		}
	}
	if seen == nil {
		return layout{}, fault
	}
	return layout{}, domain.Invalid(domain.CodeImportInvalid,
		"the first row must name a column with the plant's code (such as \"code\") and one with the canonical code (such as \"canonical\"); it names %s", quoted(seen))
}

// headerStart skips blank lines and the line by which Excel is told the delimiter.
func headerStart(text []byte) (start, lines int) {
	for {
		rest := text[start:]
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			return start, lines
		}
		line := strings.ToLower(strings.TrimSpace(string(rest[:min(end, 16)])))
		if line != "" && (!strings.HasPrefix(line, "sep=") || len(line) > 5) {
			return start, lines
		}
		start, lines = start+end+1, lines+1
	}
}

// matching returns the columns whose name is one of the given.
func matching(cells []string, names []string) []int {
	var columns []int
	for i, text := range cells {
		if slices.Contains(names, normalName(text)) {
			columns = append(columns, i)
		}
	}
	return columns
}

// normalName leaves out of a column's name what does not distinguish it: case, punctuation, runs of blanks.
func normalName(raw string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(raw), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	}), " ")
}

func ambiguous(cells []string, codes, targets []int) error {
	which, columns := "the plant's code", codes
	if len(targets) > 1 {
		which, columns = "the canonical code", targets
	}
	var names []string
	for _, column := range columns {
		names = append(names, cells[column])
	}
	return domain.Invalid(domain.CodeImportInvalid, "more than one column could hold %s: %s; please rename all but one", which, quoted(names))
}

// quoted lists the first few names for a message.
func quoted(names []string) string {
	const most = 8
	var parts []string
	for _, name := range names[:min(len(names), most)] {
		if runes := []rune(strings.TrimSpace(name)); len(runes) > 40 {
			name = string(runes[:40]) + "…"
		}
		parts = append(parts, "\""+strings.TrimSpace(name)+"\"")
	}
	if len(names) > most {
		parts = append(parts, "and more")
	}
	return strings.Join(parts, ", ")
}
