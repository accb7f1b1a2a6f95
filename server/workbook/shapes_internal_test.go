package workbook

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// put is one cell as somebody writes it into a sheet. A text that begins with "=" is a formula where formula says so.
type put struct {
	value   any // string, float64, bool; nil for a blank cell
	formula bool
	format  string // the number format, "" for General
	fill    string
	struck  bool
}

// truth is what whoever wrote a cell meant. Where it is damaged the reader need not know that, but must say that something is wrong.
type truth struct {
	text    string
	damaged bool
	kind    domain.NoteKind // the note that a damaged cell must have; "" for any
}

// row is an entry that must come of a sheet's row.
type row struct {
	sheet string
	line  int
	part  int
	plant domain.PlantID
	cells map[domain.ImportField]truth
	notes []domain.NoteKind // what must be noticed of it, whatever its weight
	// wrong says that the whole row must be wrong: it belongs to another table.
	wrong bool
}

// drawn is a sheet as it is written.
type drawn struct {
	name   string
	hidden bool
	cells  map[int]map[int]put // by row and column, from 1
	merged [][4]int            // first column, first row, last column, last row
	unseen []int               // hidden rows
}

func (d *drawn) set(line, column int, p put) {
	if d.cells[line] == nil {
		d.cells[line] = map[int]put{}
	}
	d.cells[line][column] = p
}

// world is one file, and what must be read of it.
type world struct {
	*rand.Rand
	kind   domain.ImportKind
	sheets []*drawn
	want   []row
	// left are the lines that must be left out with a note, by kind.
	left map[int]domain.NoteKind
	// asks says that nobody can be sure of the layout; person is what somebody then says, or says in any case.
	asks   bool
	person func(*domain.ImportLayout)
	csv    *textForm
}

// textForm is how a text file is written.
type textForm struct{ delimiter, encoding, before string }

func newWorld(seed uint64, shape string) *world {
	var salt uint64
	for _, r := range shape {
		salt = salt*31 + uint64(r)
	}
	return &world{Rand: rand.New(rand.NewPCG(seed, salt)), kind: domain.ImportMapping, left: map[int]domain.NoteKind{}}
}

func (w *world) sheet(name string) *drawn {
	d := &drawn{name: name, cells: map[int]map[int]put{}}
	w.sheets = append(w.sheets, d)
	return d
}

func (w *world) pick(from ...string) string { return from[w.IntN(len(from))] }

// spoken are heads as plants write them, by language; independent of the tables of words they are understood by.
func spoken() map[domain.ImportField][5][]string {
	return map[domain.ImportField][5][]string{
		domain.FieldCode: {
			{"Item No.", "Part number", "Plant code", "Local item code"}, {"Artikelnummer", "Material-Nr.", "Teilenummer", "Artikel-Nr. Werk"},
			{"Code article", "Référence", "N° article"}, {"Indeks", "Kod towaru", "Nr materiału"}, {"Código de artículo", "Referencia", "Nº de pieza"},
		},
		domain.FieldTarget: {
			{"Canonical code", "Odoo code", "ERP no."}, {"Konzernnummer", "Odoo-Nr.", "Artikelnummer neu"}, {"Code cible", "Référence Odoo"},
			{"Kod docelowy", "Nowy indeks"}, {"Código global", "Código destino"},
		},
		domain.FieldName: {
			{"Name", "Description"}, {"Bezeichnung", "Benennung", "Kurztext"}, {"Désignation", "Libellé"}, {"Nazwa", "Opis"}, {"Descripción", "Denominación"},
		},
		domain.FieldPlant:     {{"Plant", "Site"}, {"Werk", "Standort"}, {"Usine"}, {"Zakład"}, {"Planta"}},
		domain.FieldFactor:    {{"Factor"}, {"Umrechnungsfaktor", "Faktor"}, {"Facteur"}, {"Przelicznik"}, {"Factor de conversión"}},
		domain.FieldUnit:      {{"UoM", "Unit"}, {"ME", "Einheit"}, {"Unité"}, {"Jm.", "J.m."}, {"Unidad"}},
		domain.FieldValidFrom: {{"Valid from"}, {"gültig ab", "Gueltig von"}, {"Valable du"}, {"Ważne od"}, {"Válido desde"}},
		domain.FieldRemark:    {{"Remark"}, {"Bemerkung"}, {"Remarque"}, {"Uwagi"}, {"Observaciones"}},
		domain.FieldIgnored:   {{"Stock", "Foo"}, {"Bestand", "Lieferantenartikelnummer"}, {"Prix"}, {"Cena"}, {"Precio"}},

		"attribute:net_weight": {{"Net weight"}, {"Gewicht"}, {"Poids"}, {"Waga"}, {"Peso"}},
		"attribute:name":       {{"Name"}, {"Bezeichnung"}, {"Désignation"}, {"Nazwa"}, {"Descripción"}},
		"attribute:gtin":       {{"GTIN"}, {"EAN"}, {"Code barres"}, {"Kod kreskowy"}, {"Código de barras"}},
		"attribute:material":   {{"Material grade"}, {"Werkstoff"}, {"Matière"}, {"Surowiec"}, {"Materia prima"}},
	}
}

// head is the head of a field in a language, written as people write.
func (w *world) head(field domain.ImportField, language int) string {
	words := spoken()[field][language]
	text := words[w.IntN(len(words))]
	switch w.IntN(8) {
	case 0:
		text = strings.ToUpper(text)
	case 1:
		text = strings.ToLower(text)
	case 2:
		text = " " + text + " "
	case 3:
		text += ":"
	case 4:
		text = strings.Replace(text, " ", "\n", 1)
	case 5:
		text = strings.ReplaceAll(text, " ", "\u00a0")
	}
	return text
}

// table is a table to be drawn: its columns in order, and what its rows say.
type table struct {
	fields []domain.ImportField
	plants []domain.PlantID // of each column, "" for the shared ones
	rows   []map[int]said   // by column, from 0
}

// said is a cell with what it means.
type said struct {
	put
	truth
}

// mapping is a table with a plant's codes, and other columns, in any order.
func (w *world) mapping(more ...domain.ImportField) table {
	fields := append([]domain.ImportField{domain.FieldCode, domain.FieldTarget}, more...)
	if w.IntN(2) == 0 {
		fields = append(fields, domain.FieldIgnored)
	}
	w.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	return table{fields: fields, plants: make([]domain.PlantID, len(fields))}
}

// fill adds rows of plain cells, none of which needs a note.
func (w *world) fill(t *table, rows int) {
	for range rows {
		cells := map[int]said{}
		for i, field := range t.fields {
			cells[i] = w.plain(field)
		}
		t.rows = append(t.rows, cells)
	}
}

// plain is a cell that says exactly what is meant.
func (w *world) plain(field domain.ImportField) said {
	switch field {
	case domain.FieldCode:
		return text(w.code())
	case domain.FieldTarget:
		return text(fmt.Sprintf("IT-%05d", w.IntN(100_000)))
	case domain.FieldName, "attribute:name":
		return text(w.pick("Screw M8x20", "Dichtung, flach / NBR", "Śruba M8; ocynk", "Tornillo 5/8\"", "n/a", "Total", "Joint à lèvre", "8.8", "1E+05?"))
	case domain.FieldPlant:
		return text(w.pick("DE01", "PL01", "Stuttgart"))
	case domain.FieldFactor:
		n := w.IntN(999) + 1
		return said{put{value: float64(n)}, truth{text: fmt.Sprint(n)}}
	case domain.FieldUnit:
		return text(w.pick("pcs", "kg", "St.", "m²"))
	case domain.FieldValidFrom:
		return w.day("yyyy-mm-dd")
	case domain.FieldRemark:
		return text(w.pick("", "ok", "siehe oben", "2026-01-01", "check with A. / B."))
	case domain.FieldIgnored:
		return said{put{value: float64(w.IntN(5000))}, truth{}}
	case "attribute:net_weight":
		grams := w.IntN(100_000) + 1
		return said{put{value: float64(grams) / 1000}, truth{text: decimalOf(grams)}}
	case "attribute:gtin":
		return text("4006381333931")
	default:
		return text(w.pick("S235JR", "PA66-GF30", "X5CrNi18-10"))
	}
}

// decimalOf is thousandths as a plain decimal.
func decimalOf(thousandths int) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%03d", thousandths/1000, thousandths%1000), "0"), ".")
}

func text(s string) said {
	if s == "" {
		return said{}
	}
	return said{put{value: s}, truth{text: s}}
}

// code is one of the codes that plants have.
func (w *world) code() string {
	return w.pick(
		fmt.Sprintf("%06d", w.IntN(100_000)), fmt.Sprintf("4%03d-%c", w.IntN(1000), 'A'+rune(w.IntN(26))), fmt.Sprintf("AB-%d.%d", w.IntN(100), w.IntN(100)),
		fmt.Sprintf("%dE%d", w.IntN(90)+10, w.IntN(10)), fmt.Sprintf("%d-%d", w.IntN(12)+1, w.IntN(31)+1), fmt.Sprintf("DIN 912 M%dx20", w.IntN(30)),
		fmt.Sprintf("A/B-%d", w.IntN(1000)), fmt.Sprintf("Ü-%d", w.IntN(1000)), fmt.Sprintf("12345678901234%04d1", w.IntN(10_000)), fmt.Sprintf("ЖД-%d", w.IntN(1000)),
		fmt.Sprintf("+%d", w.IntN(1000)), fmt.Sprintf("-%d", w.IntN(1000)), fmt.Sprintf("=A%d", w.IntN(1000)), "NA", "TRUE", fmt.Sprintf("#%d", w.IntN(1000)), fmt.Sprintf("a,b%d", w.IntN(1000)),
	)
}

// day is a date in a format.
func (w *world) day(format string) said {
	serial := 45_000 + w.IntN(2000)
	return said{put{value: float64(serial), format: format}, truth{text: dayOfSerial(serial)}}
}

// at draws a table with one row of heads, and notes what must come of it.
func (w *world) at(d *drawn, t table, line, column int) {
	language := w.IntN(5)
	for i, field := range t.fields {
		head := w.head(field, language)
		if t.plants[i] != "" {
			head = string(t.plants[i])
		}
		d.set(line, column+i, put{value: head})
	}
	w.below(d, t, line+1, column)
}

// below draws the rows of a table.
func (w *world) below(d *drawn, t table, line, column int) {
	for _, cells := range t.rows {
		for i, cell := range cells {
			if cell.value != nil {
				d.set(line, column+i, cell.put)
			}
		}
		w.want = append(w.want, t.expect(d.name, line, cells)...)
		line++
	}
}

// expect is what must come of a row: an entry, or one for each plant with a code.
func (t table) expect(sheet string, line int, cells map[int]said) []row {
	shared := map[domain.ImportField]truth{}
	groups := map[domain.PlantID]map[domain.ImportField]truth{}
	var plants []domain.PlantID
	for i, field := range t.fields {
		switch plant := t.plants[i]; {
		case field == domain.FieldIgnored:
		case plant == "":
			shared[field] = cells[i].truth
		default:
			if groups[plant] == nil {
				groups[plant] = map[domain.ImportField]truth{}
				plants = append(plants, plant)
			}
			if cells[i].value != nil {
				groups[plant][field] = cells[i].truth
			}
		}
	}
	if len(plants) == 0 {
		return []row{{sheet: sheet, line: line, cells: shared}}
	}
	var rows []row
	for _, plant := range plants {
		if len(groups[plant]) > 0 {
			all := maps.Clone(shared)
			maps.Copy(all, groups[plant])
			rows = append(rows, row{sheet: sheet, line: line, part: len(rows), plant: plant, cells: all})
		}
	}
	return rows
}

// damage spoils some cells of a field in the ways that are given.
func (w *world) damage(t *table, field domain.ImportField, ways ...func() said) {
	at := slices.Index(t.fields, field)
	for _, cells := range t.rows {
		if w.IntN(3) > 0 {
			cells[at] = ways[w.IntN(len(ways))]()
		}
	}
}

// title draws what stands above a table.
func (w *world) title(d *drawn) int {
	lines := w.IntN(6)
	if lines > 0 {
		d.set(1, 1, put{value: w.pick("Artikelliste Werk Stuttgart", "Item mapping", "Lista materiałów", "Code list (final)_v3")})
	}
	if lines > 2 {
		d.set(2, 1, put{value: "Stand / as of:"})
		d.set(2, 2, put{value: 46_000.0, format: "dd.mm.yyyy"})
		d.set(2, 4, put{value: "Name: K. Nowak"})
	}
	return lines
}
