package workbook

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// memorySheet is a sheet in memory.
type memorySheet struct {
	name   string
	hidden bool
	lines  []Line
}

// memoryFile is a file in memory.
type memoryFile struct {
	sheets []memorySheet
	mark   *intake.Mark
}

func (p memoryFile) Sheets() []intake.Sheet {
	var all []intake.Sheet
	for _, s := range p.sheets {
		all = append(all, intake.Sheet{Name: s.name, Hidden: s.hidden})
	}
	return all
}

func (p memoryFile) Mark() (intake.Mark, bool) {
	if p.mark == nil {
		return intake.Mark{}, false
	}
	return *p.mark, true
}

func (p memoryFile) Lines(_ context.Context, sheet string, from int, emit func(Line) error) error {
	for _, s := range p.sheets {
		if s.name != sheet {
			continue
		}
		for _, line := range s.lines {
			if line.Number < from {
				continue
			}
			if err := emit(line); err != nil {
				return err
			}
		}
		return nil
	}
	return domain.Invalid(domain.CodeImportInvalid, "there is no sheet %q", sheet)
}

// grid makes lines of texts: rows on lines of their own, cells between bars. A cell that begins with a word and a colon holds what
// the word says: "n:123", "n:00123=123" (shown and stored), "d:2026-09-12", "e:#N/A", "f:" (a formula without value), "m:DE01"
// (merged), "s:x" (struck), "y:x" (yellow).
func grid(text string) []Line {
	var lines []Line
	for i, row := range strings.Split(strings.Trim(text, "\n"), "\n") {
		line := Line{Number: i + 1}
		if rest, hidden := strings.CutPrefix(row, "hidden "); hidden {
			line.Hidden, row = true, rest
		}
		for j, cell := range strings.Split(row, "|") {
			if c := cellOf(strings.ReplaceAll(strings.Trim(cell, " "), "↵", "\n")); c.says() {
				c.Column = j + 1
				line.Cells = append(line.Cells, c)
			}
		}
		if len(line.Cells) > 0 {
			lines = append(lines, line)
		}
	}
	return lines
}

func cellOf(text string) Cell {
	c := Cell{Kind: CellText, Text: text, Raw: text}
	if len(text) < 2 || text[1] != ':' {
		return c
	}
	c.Text = text[2:]
	c.Raw = c.Text
	switch text[0] {
	case 'n':
		c.Kind = CellNumber
		if shown, stored, two := strings.Cut(c.Text, "="); two {
			c.Text, c.Raw = shown, stored
		}
	case 'd':
		c.Kind, c.Raw = CellDate, "46000"
	case 'e':
		c.Kind = CellError
	case 'f':
		c.Kind, c.Formula, c.NoValue = CellBlank, true, true
	case 'm':
		c.Merged = true
	case 's':
		c.Struck = true
	case 'y':
		c.Fill = "FFFFFF00"
	case 't':
		c.Text = strings.NewReplacer("~", "\u00a0", "^", "\u200b", "_", " ").Replace(c.Text)
	}
	return c
}

// oneSheet is a workbook of one sheet.
func oneSheet(text string) memoryFile {
	return memoryFile{sheets: []memorySheet{{name: "Items", lines: grid(text)}}}
}

// told writes entries down: the fields in order, then the notes with the cell, kind and weight.
func told(entries []domain.ImportEntry) []string {
	var all []string
	for _, e := range entries {
		var parts []string
		for field, c := range e.Cells {
			if c.Text != "" {
				parts = append(parts, string(field)+"="+c.Text)
			}
		}
		slices.Sort(parts)
		if e.Plant != "" {
			parts = append(parts, "@"+string(e.Plant))
		}
		for _, n := range e.Notes {
			note := fmt.Sprintf("%s:%s:%s", n.Cell, n.Kind, n.Weight)
			if n.Suggestion != "" {
				note += ":" + n.Suggestion
			}
			parts = append(parts, strings.TrimPrefix(note, "Items!"))
		}
		all = append(all, fmt.Sprintf("%d.%d ", e.Line, e.Part)+strings.Join(parts, " "))
	}
	return all
}

// takenBy guesses and takes.
func takenBy(t *testing.T, from tables, ask intake.Ask, change func(*domain.ImportLayout)) ([]string, intake.Guess) {
	t.Helper()
	g, err := guess(t.Context(), from, ask)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&g.Layout)
	}
	var entries []domain.ImportEntry
	if err := take(t.Context(), from, ask, g.Layout, func(e domain.ImportEntry) error {
		entries = append(entries, e)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return told(entries), g
}

func TestTakeRows(t *testing.T) {
	t.Parallel()
	split := func(l *domain.ImportLayout) { l.SplitCodes = true }
	tests := map[string]struct {
		sheet  string
		change func(*domain.ImportLayout)
		want   []string
	}{
		"below title rows": {
			sheet: "Items of Stuttgart|\n\nCode|Canonical\n000123|IT-1\n\n\n4711-C|IT-2",
			want:  []string{"4.0 code=000123 target=IT-1", "7.0 code=4711-C target=IT-2"},
		},
		"a head repeated on each page": {
			sheet: "Code|Canonical\nA1|IT-1\nCODE|Canonical\nA2|IT-2\nItem No.|Canonical code\nA3|IT-3",
			want:  []string{"2.0 code=A1 target=IT-1", "4.0 code=A2 target=IT-2", "6.0 code=A3 target=IT-3"},
		},
		"a head of words that nobody knows, on each page": {
			sheet: "Foo|Bar\n|[kg]\nA1|IT-1\nfoo |BAR\n|[kg]\nA2|IT-2\n|[kg]", change: func(l *domain.ImportLayout) {
				*l = domain.ImportLayout{Sheet: "Items", HeaderRow: 1, HeaderRows: 2, Columns: []domain.ImportColumn{
					{Column: 1, Field: domain.FieldCode}, {Column: 2, Field: domain.FieldTarget},
				}}
			},
			want: []string{"3.0 code=A1 target=IT-1", "6.0 code=A2 target=IT-2", "7.0 target=[kg]"},
		},
		"another table below": {
			sheet: "Code|Canonical\nA1|IT-1\nCanonical|Code\nIT-2|A2",
			want: []string{
				"2.0 code=A1 target=IT-1", "3.0 code=Canonical target=Code 3:value:wrong", "4.0 code=IT-2 target=A2 4:value:wrong",
			},
		},
		"a row of sums": {
			sheet: "Code|Canonical|Qty\nA1|IT-1|n:3\nTotal||n:3\nSumme:||3,5\nTotal||",
			want:  []string{"2.0 code=A1 target=IT-1", "3.0 3:totals:hint", "4.0 4:totals:hint", "5.0 code=Total"},
		},
		"a thing called total": {
			sheet: "Code|Canonical|Name|Qty\nA1|IT-1|Total|n:3\nTotal|IT-2||n:4",
			want:  []string{"2.0 code=A1 name=Total target=IT-1", "3.0 code=Total target=IT-2"},
		},
		"a plant over several rows": {
			sheet: "Plant|Code|Canonical\nDE01|A1|IT-1\nm:DE01|A2|IT-2\nm:DE01||",
			want:  []string{"2.0 code=A1 plant=DE01 target=IT-1", "3.0 code=A2 plant=DE01 target=IT-2 A3:merged:hint"},
		},
		"a code over several rows": {
			sheet: "Code|Canonical\nA1|IT-1\nm:A1|IT-2",
			want:  []string{"2.0 code=A1 target=IT-1", "3.0 code=A1 target=IT-2 A3:merged:suggest"},
		},
		"a heading across the table, and one across two columns": {
			sheet: "Code|Canonical\nScrews|m:Screws\nA1|IT-1\nA2|m:A2|x",
			want:  []string{"2.0 2:merged:hint", "3.0 code=A1 target=IT-1", "4.0 4:merged:hint"},
		},
		"text from the left": {
			sheet: "Code|Name|Canonical\nA1|m:A1|IT-1",
			want:  []string{"2.0 code=A1 name=A1 target=IT-1 B2:merged:suggest"},
		},
		"hidden rows": {
			sheet: "Code|Canonical\nhidden A1|IT-1\nA2|IT-2",
			want:  []string{"2.0 code=A1 target=IT-1 2:hidden_row:hint", "3.0 code=A2 target=IT-2"},
		},
		"hidden rows left out": {
			sheet:  "Code|Canonical\nhidden A1|IT-1\nA2|IT-2",
			change: func(l *domain.ImportLayout) { l.SkipHidden = true },
			want:   []string{"3.0 code=A2 target=IT-2"},
		},
		"several codes in a cell, wrong": {
			sheet: "Code|Canonical\nA1 / A2|IT-1\nB1; B2|IT-2\nC1↵C2|IT-3\nD1/D2|IT-4\nE1, E2|IT-5\nF1|IT-6 / IT-7",
			want: []string{
				"2.0 code=A1 / A2 target=IT-1 A2:several:wrong", "3.0 code=B1; B2 target=IT-2 A3:several:wrong",
				"4.0 code=C1\nC2 target=IT-3 A4:several:wrong", "5.0 code=D1/D2 target=IT-4", "6.0 code=E1, E2 target=IT-5 A6:several:wrong",
				"7.0 code=F1 target=IT-6 / IT-7 B7:several:wrong",
			},
		},
		"several codes in a cell, each a row": {
			sheet: "Code|Canonical|Name\nA1 / A2|IT-1|x, y / z\nD1/D2|IT-4\nF1|IT-6 / IT-7", change: split,
			want: []string{
				"2.0 code=A1 name=x, y / z target=IT-1 A2:several:hint", "2.1 code=A2 name=x, y / z target=IT-1 A2:several:hint",
				"3.0 code=D1/D2 target=IT-4", "4.0 code=F1 target=IT-6 / IT-7 B4:several:wrong",
			},
		},
		"colours and strikes of a few": {
			sheet: "Code|Canonical\nA1|IT-1\nA2|IT-2\nA3|IT-3\nA4|IT-4\nA5|IT-5\ny:A6|IT-6\nA7|s:IT-7",
			want: []string{
				"2.0 code=A1 target=IT-1", "3.0 code=A2 target=IT-2", "4.0 code=A3 target=IT-3", "5.0 code=A4 target=IT-4", "6.0 code=A5 target=IT-5",
				"7.0 code=A6 target=IT-6 A7:colour:hint", "8.0 code=A7 target=IT-7 B8:struck:suggest",
			},
		},
		"a column of one colour": {
			sheet: "Code|Canonical\ny:A1|IT-1\ny:A2|IT-2\ny:A3|IT-3",
			want:  []string{"2.0 code=A1 target=IT-1", "3.0 code=A2 target=IT-2", "4.0 code=A3 target=IT-3"},
		},
		"rows that say nothing of it": {
			sheet: "Code|Canonical|Foo\n||only a note\nA1|IT-1\n||",
			want:  []string{"3.0 code=A1 target=IT-1"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, g := takenBy(t, oneSheet(tt.sheet), askOf(domain.ImportMapping), tt.change)
			if !slices.Equal(got, tt.want) || !g.Sure && tt.change == nil {
				t.Errorf("sure %v (%s)\n got %s\nwant %s", g.Sure, g.Why, strings.Join(got, "\n     "), strings.Join(tt.want, "\n     "))
			}
		})
	}
}

// One cell each: what is taken of it, and what is noticed.
func TestTakeCells(t *testing.T) {
	t.Parallel()
	codes := map[string]string{
		"000123":                   "000123",
		"n:123":                    "123",
		"n:00000123=123":           "00000123",
		"22E1":                     "22E1",
		"1E+05":                    "1E+05 exponent:wrong",
		"1,5E+05":                  "1,5E+05 exponent:wrong",
		"n:1.00E+05=100000":        "1.00E+05 exponent:wrong",
		"n:123456789012345":        "123456789012345",
		"n:1234567890123450":       "1234567890123450 digits_lost:wrong",
		"12345678901234500":        "12345678901234500 digits_lost:suggest",
		"12345678901234567":        "12345678901234567",
		"n:6.1":                    "6.1 digits_lost:suggest",
		"n:1,234=1234":             "1,234 number:suggest:1234",
		"n:13=12.6":                "13 digits_lost:suggest",
		"n:-5":                     "-5 number:suggest",
		"d:2026-10-06":             "2026-10-06 date_code:wrong",
		"06. Okt":                  "06. Okt date_code:suggest",
		"Oct-26":                   "Oct-26 date_code:suggest",
		"6-10":                     "6-10",
		"12-10-26":                 "12-10-26",
		"06.10.2026":               "06.10.2026 date_code:suggest",
		"e:#N/A":                   "#N/A error_value:wrong",
		"#BEZUG!":                  "#BEZUG! error_value:wrong",
		"f:":                       " formula_empty:wrong",
		"t:A1~":                    "A1 space:hint",
		"t:A^1":                    "A1 space:hint",
		"t:A~1":                    "A 1 space:hint",
		"t:_A1_":                   "A1 space:hint",
		"A  1":                     "A  1",
		"n/a":                      " placeholder:wrong",
		"siehe oben":               " placeholder:wrong",
		"NA":                       "NA",
		"АВ-12":                    "АВ-12 lookalike:suggest:AB-12",
		"4711–C":                   "4711–C lookalike:suggest:4711-C",
		"ЖД-5":                     "ЖД-5",
		"ΑΒ1":                      "ΑΒ1 lookalike:suggest:AB1",
		"Ä-12":                     "Ä-12",
		"ＡＢ１":                      "ＡＢ１ lookalike:suggest:AB1",
		`="000123"`:                `="000123" value:suggest:000123`,
		"'000123":                  "'000123 value:suggest:000123",
		"DIN 912":                  "DIN 912",
		"A 1 oder A 2":             "A 1 oder A 2 several:wrong",
		"SCREW AND NUT":            "SCREW AND NUT",
		"n:46301":                  "46301",
		"2026-10-06":               "2026-10-06 date_code:suggest",
		"1234-5678-90":             "1234-5678-90",
		"12345678901234567890ABCD": "12345678901234567890ABCD",
	}
	targets := map[string]string{
		"IT-1": "IT-1", "n/a": " placeholder:suggest", "s.o.": " placeholder:wrong", "-": " placeholder:suggest", "0": "0", "K.A.": " placeholder:suggest",
	}
	names := map[string]string{
		"n/a": "n/a", "A / B; C, D": "A / B; C, D", "t:Dich^tung~M8_": "Dichtung M8 space:hint", "6-10": "6-10", "d:2026-10-06": "2026-10-06 date_code:suggest",
		"n:8.8": "8.8", "n:1.00E+05=100000": "1.00E+05 exponent:suggest", "e:#REF!": "#REF! error_value:wrong", "Болт": "Болт", "n:8.80=8.8": "8.80",
	}
	for field, cases := range map[domain.ImportField]map[string]string{domain.FieldCode: codes, domain.FieldTarget: targets, domain.FieldName: names} {
		for cell, want := range cases {
			t.Run(string(field)+" "+cell, func(t *testing.T) {
				t.Parallel()
				if got := oneCell(t, domain.ImportMapping, field, cell, nil); got != want {
					t.Errorf("taken as %q, want %q", got, want)
				}
			})
		}
	}
}

// oneCell takes one cell of a field, and tells its text and its notes.
func oneCell(t *testing.T, kind domain.ImportKind, field domain.ImportField, cell string, change func(*domain.ImportLayout)) string {
	t.Helper()
	c := cellOf(cell)
	c.Column = 2
	layout := domain.ImportLayout{Sheet: "Items", Columns: []domain.ImportColumn{{Column: 1, Field: domain.FieldRemark}, {Column: 2, Field: field}}}
	if change != nil {
		change(&layout)
	}
	from := memoryFile{sheets: []memorySheet{{name: "Items", lines: []Line{{Number: 1, Cells: []Cell{{Column: 1, Kind: CellText, Text: "x"}, c}}}}}}
	text := ""
	err := take(t.Context(), from, askOf(kind), layout, func(e domain.ImportEntry) error {
		text = e.Text(field)
		for _, n := range e.Notes {
			text += " " + string(n.Kind) + ":" + string(n.Weight)
			if n.Suggestion != "" {
				text += ":" + n.Suggestion
			}
			if n.Cell != "Items!B1" || n.Message == "" || e.Cells[field].At != "B1" {
				t.Errorf("the note %+v has no place or says nothing; the cell is at %q", n, e.Cells[field].At)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTakeNumbersAndDates(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		field domain.ImportField
		sign  string
		cells map[string]string
	}{
		"factors of a file with decimal commas": {domain.FieldFactor, ",", map[string]string{
			"0,125": "0.125", "1.234,5": "1234.5", "1 234,5": "1234.5", "12": "12", "n:0.125": "0.125", "n:0.13=0.125": "0.125 number:hint", "1,234": "1.234",
			"1.234": "1234 number:suggest:1.234", "1.5": "1.5 number:wrong:1.5", "n:50%=0.5": "0.5", "1/12": "1/12", "x": "x number:wrong", "-": " placeholder:suggest",
			"n:13=12500": "12500 number:suggest:13", "d:2026-05-01": "2026-05-01 number:wrong", "1,5E+03": "1500 exponent:suggest", "12 5": "12 5 number:wrong",
			"1.23.4": "1.23.4 number:wrong", "-0,5": "-0.5", "1'234'567": "1234567", ",5": "0.5", "e:#DIV/0!": "#DIV/0! error_value:wrong", "12-14": "12-14 number:wrong",
		}},
		"factors where nobody knows": {domain.FieldFactor, "", map[string]string{
			"1,234": "1,234 number:wrong", "1.234": "1.234 number:wrong", "0.125": "0.125", "0,125": "0.125", "1.234,5": "1234.5", "1,234.5": "1234.5", "1.234.567": "1234567", "1234,5678": "1234.5678",
		}},
		"weights": {"attribute:net_weight", ".", map[string]string{
			"12.5 kg": "12.5 kg", "12.5kg": "12.5 kg", "n:12.5 kg=12.5": "12.5 kg", "1,234.5": "1234.5", "12,5": "12,5 number:wrong:12.5", "1,234": "1234 number:suggest:1.234", "n:2.5": "2.5",
			"ca. 5": "ca. 5 number:wrong", "A12": "A12 number:wrong",
		}},
		"amounts": {"attribute:standard_cost", ",", map[string]string{"12,50 €": "12.50 €", "EUR 1.234,50": "EUR 1234.50", "n:12.5": "12.5"}},
		"days first": {domain.FieldValidFrom, "dmy", map[string]string{
			"d:2026-09-12": "2026-09-12", "12.09.2026": "2026-09-12", "12/9/2026": "2026-09-12", "2026-09-12": "2026-09-12", "31.12.26": "2026-12-31 date_order:suggest",
			"09/31/2026": "09/31/2026 value:wrong", "09/30/2026": "2026-09-30 date_order:suggest", "12. September 2026": "2026-09-12", "12 wrz 2026": "2026-09-12", "Sep 12, 2026": "2026-09-12",
			"n:46277": "46277 value:wrong", "n:20260912": "2026-09-12", "20260912": "2026-09-12", "ab sofort": "ab sofort value:wrong", "d:2026-09-12 10:30:00": "2026-09-12 value:suggest",
			"12.09.2026 00:00:00": "2026-09-12", "12.09.2026 08:15": "2026-09-12 value:suggest", "d:10:30:00": "10:30:00 value:wrong", "31.12.9999": "9999-12-31", "29.02.2026": "29.02.2026 value:wrong",
			"1er mars 2026": "2026-03-01", "September 12th 2026": "2026-09-12", "12.09.": "12.09. value:wrong", "2026": "2026 value:wrong", "12 de septiembre de 2026": "2026-09-12",
		}},
		"months first": {domain.FieldValidTo, "mdy", map[string]string{"09/12/2026": "2026-09-12", "9/12/26": "2026-09-12 date_order:suggest"}},
		"an order nobody knows": {domain.FieldValidTo, "", map[string]string{
			"09/12/2026": "09/12/2026 date_order:wrong", "09/30/2026": "2026-09-30", "30/09/2026": "2026-09-30", "11.11.2026": "2026-11-11", "10-11-12": "10-11-12 date_order:wrong", "2026/09/12": "2026-09-12",
		}},
	}
	for name, tt := range tests {
		for cell, want := range tt.cells {
			t.Run(name+" "+cell, func(t *testing.T) {
				t.Parallel()
				kind := domain.ImportMapping
				if strings.HasPrefix(string(tt.field), "attribute:") {
					kind = domain.ImportRecordsPartial
				}
				got := oneCell(t, kind, tt.field, cell, func(l *domain.ImportLayout) { l.Decimal, l.DateOrder = tt.sign, tt.sign })
				if got != want {
					t.Errorf("taken as %q, want %q", got, want)
				}
			})
		}
	}
}
