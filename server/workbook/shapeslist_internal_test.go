package workbook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// shapes are workbooks as plants keep them. Words, order and damage are drawn by seed.
func shapes() map[string]func(*world) {
	return map[string]func(*world){
		"a head in the first row": func(w *world) {
			t := w.mapping(domain.FieldName)
			w.fill(&t, 12)
			w.at(w.sheet("Items"), t, 1, 1)
		},
		"title rows above": func(w *world) {
			d := w.sheet(w.pick("Tabelle1", "Arkusz1", "Feuil1"))
			t := w.mapping(domain.FieldName, domain.FieldRemark)
			w.fill(&t, 10)
			w.at(d, t, w.title(d)+2, 1)
		},
		"a table that begins somewhere": func(w *world) {
			t := w.mapping(domain.FieldUnit)
			w.fill(&t, 10)
			w.at(w.sheet("Items"), t, 3+w.IntN(20), 2+w.IntN(5))
		},
		"codes that suffered": func(w *world) {
			t := w.mapping(domain.FieldName)
			w.fill(&t, 40)
			w.damage(&t, domain.FieldCode, w.codeDamage()...)
			w.at(w.sheet("Items"), t, 1, 1)
		},
		"canonical codes that suffered": func(w *world) {
			t := w.mapping()
			w.fill(&t, 40)
			w.damage(&t, domain.FieldTarget, w.codeDamage()...)
			w.at(w.sheet("Items"), t, 2, 1)
		},
		"blanks that cannot be seen": func(w *world) {
			t := w.mapping(domain.FieldName)
			w.fill(&t, 20)
			w.damage(&t, domain.FieldCode, w.spaced(func() string { return fmt.Sprint(w.IntN(90_000) + 10_000) }))
			w.damage(&t, domain.FieldName, w.spaced(func() string { return "Schraube" }))
			w.at(w.sheet("Items"), t, 1, 1)
		},
		"two stacked heads":                  stackedHeads,
		"plants as columns":                  plantColumns,
		"plants as columns below their word": plantColumnsBelow,
		"plants over code and unit":          plantsOverTwo,
		"plants as tabs":                     plantTabs,
		"one tab of a plant":                 oneTab,
		"a plant over many rows":             plantOverRows,
		"a plant in each row":                func(w *world) { t := w.mapping(domain.FieldPlant); w.fill(&t, 12); w.at(w.sheet("Items"), t, 1, 1) },
		"hidden rows":                        hiddenRows,
		"a hidden sheet with an older copy":  hiddenSheet,
		"a row of sums":                      sums,
		"the head on each page":              headOnEachPage,
		"headings across the table":          headingsAcross,
		"another table below":                anotherTable,
		"several codes in a cell":            severalCodes,
		"formulas":                           formulas,
		"colours and strikes":                colours,
		"decimal commas":                     func(w *world) { numbersShape(w, ",") },
		"decimal points":                     func(w *world) { numbersShape(w, ".") },
		"days first":                         func(w *world) { daysShape(w, "dmy") },
		"months first":                       func(w *world) { daysShape(w, "mdy") },
		"dates that do not tell":             daysThatDoNotTell,
		"records with a unit in the head":    recordsWithUnits,
		"records in two languages":           recordsInLanguages,
		"two sheets alike":                   sheetsAlike,
		"plants beside one code":             plantsBesideOneCode,
		"semicolons of an old Excel":         func(w *world) { textShape(w, textForm{";", "1252", ""}) },
		"UTF-16 with tabs":                   func(w *world) { textShape(w, textForm{"\t", "utf-16", ""}) },
		"commas with a mark":                 func(w *world) { textShape(w, textForm{",", "utf-8 bom", ""}) },
		"a text file that names its sign":    func(w *world) { textShape(w, textForm{"|", "utf-8", "sep=|\r\n"}) },
		"a text file with numbers":           textNumbers,
		"everything at once":                 everything,
		"a text file with titles and sums":   textWithSums,
		"codes as numbers and texts in turns": func(w *world) {
			t := w.mapping()
			w.fill(&t, 20)
			w.damage(&t, domain.FieldCode, w.codeDamage()[:2]...)
			w.damage(&t, domain.FieldTarget, w.codeDamage()[:2]...)
			w.at(w.sheet("Items"), t, 1, 1)
		},
	}
}

func stackedHeads(w *world) {
	d := w.sheet("Mapping")
	top := [][3]string{{"Local", "Global", "Number"}, {"Werk", "Konzern", "Nummer"}, {"Lokal", "Odoo", "Code"}, {"Alt", "Neu", "Artikelnummer"}, {"Ancien", "Nouveau", "Code"}}[w.IntN(5)]
	line := w.title(d) + 1
	for i := range 2 {
		d.set(line, 1+2*i, put{value: top[i]})
		d.merged = append(d.merged, [4]int{1 + 2*i, line, 2 + 2*i, line})
		d.set(line+1, 1+2*i, put{value: top[2]})
	}
	d.set(line+1, 2, put{value: w.pick("Bezeichnung", "Name")})
	d.set(line+1, 4, put{value: w.pick("Preis", "Foo")})
	t := table{fields: []domain.ImportField{domain.FieldCode, domain.FieldName, domain.FieldTarget, domain.FieldIgnored}, plants: make([]domain.PlantID, 4)}
	w.fill(&t, 10)
	w.below(d, t, line+2, 1)
}

// ofPlants is a table with a column of codes for each plant.
func ofPlants(w *world, rows int) table {
	t := table{
		fields: []domain.ImportField{domain.FieldTarget, domain.FieldName, domain.FieldCode, domain.FieldCode, domain.FieldCode},
		plants: []domain.PlantID{"", "", "DE01", "DE02", "PL01"},
	}
	w.fill(&t, rows)
	for _, cells := range t.rows {
		for i := 2; i < 5; i++ {
			switch w.IntN(4) {
			case 0:
				cells[i] = said{}
			case 1:
				ways := w.codeDamage()
				cells[i] = ways[w.IntN(len(ways))]()
			}
		}
	}
	return t
}

func plantColumns(w *world) {
	d := w.sheet("Mapping")
	w.at(d, ofPlants(w, 15), w.title(d)+1, 1)
}

func plantColumnsBelow(w *world) {
	d := w.sheet("Mapping")
	line := w.title(d) + 1
	d.set(line, 1, put{value: "Odoo-Code"})
	d.set(line, 2, put{value: "Bezeichnung"})
	d.set(line, 3, put{value: w.pick("Werk", "Plants", "Usines")})
	d.merged = [][4]int{{1, line, 1, line + 1}, {2, line, 2, line + 1}, {3, line, 5, line}}
	for i, plant := range []string{"DE01", w.pick("DE02", "Hamburg"), w.pick("PL01", "Gliwice")} {
		d.set(line+1, 3+i, put{value: plant})
	}
	w.below(d, ofPlants(w, 15), line+2, 1)
}

func plantsOverTwo(w *world) {
	d := w.sheet("Mapping")
	d.set(2, 1, put{value: "Global code"})
	for i, plant := range []string{"DE01", "PL01"} {
		d.set(2, 2+2*i, put{value: plant})
		d.merged = append(d.merged, [4]int{2 + 2*i, 2, 3 + 2*i, 2})
		d.set(3, 2+2*i, put{value: "Code"})
		d.set(3, 3+2*i, put{value: "UoM"})
	}
	t := table{
		fields: []domain.ImportField{domain.FieldTarget, domain.FieldCode, domain.FieldUnit, domain.FieldCode, domain.FieldUnit},
		plants: []domain.PlantID{"", "DE01", "DE01", "PL01", "PL01"},
	}
	w.fill(&t, 12)
	w.below(d, t, 4, 1)
}

func plantTabs(w *world) {
	w.sheet("Info").set(1, 1, put{value: "Please fill in one sheet for each plant"})
	language := w.IntN(5)
	code, target := w.head(domain.FieldCode, language), w.head(domain.FieldTarget, language)
	for i, tab := range []string{"DE01", "Werk Hamburg", "PL01 (neu)"} {
		d := w.sheet(tab)
		t := table{fields: []domain.ImportField{domain.FieldCode, domain.FieldTarget}, plants: make([]domain.PlantID, 2)}
		if i == 2 {
			slices.Reverse(t.fields)
		}
		w.fill(&t, 6)
		line := 1 + w.IntN(5)
		for j, field := range t.fields {
			d.set(line, 1+j, put{value: map[domain.ImportField]string{domain.FieldCode: code, domain.FieldTarget: target}[field]})
		}
		before := len(w.want)
		w.below(d, t, line+1, 1)
		for k := range w.want[before:] {
			w.want[before+k].plant = []domain.PlantID{"DE01", "DE02", "PL01"}[i]
		}
	}
}

func oneTab(w *world) {
	w.sheet("Legend").set(1, 1, put{value: "yellow: to be checked"})
	t := w.mapping(domain.FieldName)
	w.fill(&t, 8)
	w.at(w.sheet(w.pick("DE01", "Stuttgart 2026", "Mapping DE01")), t, 1, 1)
	for i := range w.want {
		w.want[i].plant = "DE01"
	}
}

func plantOverRows(w *world) {
	d := w.sheet("Items")
	t := table{fields: []domain.ImportField{domain.FieldPlant, domain.FieldCode, domain.FieldTarget}, plants: make([]domain.PlantID, 3)}
	w.fill(&t, 12)
	for i, cells := range t.rows {
		plant := []string{"DE01", "DE02", "PL01"}[i/4]
		cells[0] = said{put{}, truth{text: plant}}
		if i%4 == 0 {
			cells[0] = text(plant)
			d.merged = append(d.merged, [4]int{1, 2 + i, 1, 5 + i})
		}
	}
	w.at(d, t, 1, 1)
}

func hiddenRows(w *world) {
	d := w.sheet("Items")
	t := w.mapping()
	w.fill(&t, 15)
	w.at(d, t, 1, 1)
	for i := range w.want {
		if w.IntN(3) == 0 {
			d.unseen = append(d.unseen, w.want[i].line)
			w.want[i].notes = append(w.want[i].notes, domain.NoteHiddenRow)
		}
	}
}

func hiddenSheet(w *world) {
	old := w.sheet("Items old")
	old.hidden = true
	t := w.mapping()
	w.fill(&t, 5)
	w.at(old, t, 1, 1)
	w.want = nil
	t = w.mapping()
	w.fill(&t, 8)
	w.at(w.sheet("Items"), t, 1, 1)
}

func sums(w *world) {
	d := w.sheet("Items")
	t := table{fields: []domain.ImportField{domain.FieldCode, domain.FieldTarget, domain.FieldName, domain.FieldIgnored}, plants: make([]domain.PlantID, 4)}
	w.fill(&t, 10)
	w.at(d, t, 1, 1)
	word := w.pick("Sum", "Summe", "Total", "Razem", "Suma", "SUMME:", "Total général")
	d.set(12, 1+2*w.IntN(2), put{value: word})
	d.set(12, 4, put{value: 4711.0})
	w.left[12] = domain.NoteTotals
}

func headOnEachPage(w *world) {
	d := w.sheet("Items")
	t := w.mapping(domain.FieldName)
	w.fill(&t, 15)
	w.at(d, t, 1, 1)
	heads := d.cells[1]
	w.want = nil
	d.cells = map[int]map[int]put{1: heads}
	for page := range 3 {
		part := t
		part.rows = t.rows[page*5 : page*5+5]
		d.cells[1+page*7] = heads
		w.below(d, part, 2+page*7, 1)
	}
}

func headingsAcross(w *world) {
	d := w.sheet("Items")
	t := w.mapping(domain.FieldName)
	w.fill(&t, 5)
	w.at(d, t, 1, 1)
	d.set(7, 1, put{value: w.pick("Schrauben", "Group 2", "Uszczelki")})
	d.merged = append(d.merged, [4]int{1, 7, len(t.fields), 7})
	w.left[7] = domain.NoteMerged
	t.rows = nil
	w.fill(&t, 5)
	w.below(d, t, 8, 1)
}

func anotherTable(w *world) {
	d := w.sheet("Items")
	t := table{fields: []domain.ImportField{domain.FieldCode, domain.FieldTarget, domain.FieldName}, plants: make([]domain.PlantID, 3)}
	w.fill(&t, 5)
	w.at(d, t, 1, 1)
	other := table{fields: []domain.ImportField{domain.FieldTarget, domain.FieldName, domain.FieldCode}, plants: make([]domain.PlantID, 3)}
	w.fill(&other, 4)
	before := len(w.want)
	for i, head := range []string{"Konzernnummer", "Bezeichnung", "Artikelnummer"} {
		d.set(9, 1+i, put{value: head})
	}
	w.below(d, other, 10, 1)
	for i := range w.want[before:] {
		w.want[before+i].wrong = true
	}
	w.want = append(w.want, row{sheet: "Items", line: 9, wrong: true})
}

func severalCodes(w *world) {
	d := w.sheet("Items")
	t := w.mapping()
	w.fill(&t, 10)
	w.at(d, t, 1, 1)
	w.person = func(l *domain.ImportLayout) { l.SplitCodes = true }
	at := slices.Index(t.fields, domain.FieldCode)
	var rows []row
	for _, r := range w.want {
		if w.IntN(2) == 0 {
			rows = append(rows, r)
			continue
		}
		a, b := fmt.Sprintf("%06d", w.IntN(1_000_000)), fmt.Sprintf("X-%d", w.IntN(1000))
		d.set(r.line, 1+at, put{value: a + w.pick(" / ", "; ", "\n", " oder ", ", ") + b})
		for part, code := range []string{a, b} {
			cells := map[domain.ImportField]truth{}
			for field, meant := range r.cells {
				cells[field] = meant
			}
			cells[domain.FieldCode] = truth{text: code}
			rows = append(rows, row{sheet: r.sheet, line: r.line, part: part, cells: cells, notes: []domain.NoteKind{domain.NoteSeveral}})
		}
	}
	w.want = rows
}

func formulas(w *world) {
	t := w.mapping()
	w.fill(&t, 20)
	n := 0
	w.damage(&t, domain.FieldTarget, func() said {
		n++
		return broken(put{value: fmt.Sprintf(`"IT-"&%d`, 10_000+n), formula: true}, fmt.Sprintf("IT-%d", 10_000+n), "")
	}, func() said {
		return broken(put{value: `VLOOKUP("x",$Z$1:$AA$3,2,FALSE)`, formula: true}, "?", "")
	})
	w.at(w.sheet("Items"), t, 1, 1)
}

func colours(w *world) {
	d := w.sheet("Items")
	t := w.mapping()
	w.fill(&t, 20)
	at := slices.Index(t.fields, domain.FieldCode)
	odd := map[int]domain.NoteKind{}
	for _, i := range []int{w.IntN(10), 10 + w.IntN(10)} {
		cell := t.rows[i][at]
		if odd[i] = domain.NoteColour; w.IntN(2) == 0 {
			odd[i], cell.struck = domain.NoteStruck, true
		} else {
			cell.fill = "FFFF00"
		}
		t.rows[i][at] = cell
	}
	w.at(d, t, 1, 1)
	for i := range w.want {
		if kind := odd[i]; kind != "" {
			w.want[i].notes = append(w.want[i].notes, kind)
		}
	}
}

func numbersShape(w *world, sign string) {
	t := w.mapping(domain.FieldFactor, domain.FieldUnit)
	w.fill(&t, 30)
	ways := w.numberTexts(sign)
	w.damage(&t, domain.FieldFactor, ways...)
	t.rows[0][slices.Index(t.fields, domain.FieldFactor)] = ways[0]()
	w.person = func(l *domain.ImportLayout) { l.Decimal = sign }
	w.at(w.sheet("Items"), t, 1, 1)
}

func daysShape(w *world, order string) {
	t := w.mapping(domain.FieldValidFrom)
	w.fill(&t, 30)
	ways := w.dayTexts(order)
	w.damage(&t, domain.FieldValidFrom, ways...)
	t.rows[0][slices.Index(t.fields, domain.FieldValidFrom)] = ways[0]()
	w.at(w.sheet("Items"), t, 1, 1)
}

func daysThatDoNotTell(w *world) {
	t := w.mapping(domain.FieldValidFrom)
	w.fill(&t, 12)
	w.damage(&t, domain.FieldValidFrom, func() said {
		day, month := w.IntN(12)+1, w.IntN(12)+1
		meant := fmt.Sprintf("2026-%02d-%02d", month, day)
		return said{put{value: fmt.Sprintf("%02d/%02d/2026", day, month)}, truth{text: meant, damaged: day != month}}
	})
	w.at(w.sheet("Items"), t, 1, 1)
}

func recordsWithUnits(w *world) {
	w.kind = domain.ImportRecordsPartial
	d := w.sheet("Items")
	t := table{fields: []domain.ImportField{domain.FieldCode, "attribute:net_weight", "attribute:material", "attribute:gtin"}, plants: make([]domain.PlantID, 4)}
	w.fill(&t, 15)
	w.damage(&t, domain.FieldCode, w.codeDamage()...)
	for _, cells := range t.rows {
		weight := cells[1]
		weight.text += " GRM"
		cells[1] = weight
	}
	if w.IntN(2) == 0 {
		for i, head := range []string{"Materialnummer", w.pick("Gewicht [g]", "Weight (g)", "Poids en g", "Waga w g"), "Werkstoff", "EAN"} {
			d.set(1, 1+i, put{value: head})
		}
		w.below(d, t, 2, 1)
		return
	}
	for i, head := range []string{"Materialnummer", "Gewicht", "Werkstoff", "EAN"} {
		d.set(1, 1+i, put{value: head})
	}
	d.set(2, 2, put{value: "[g]"})
	w.below(d, t, 3, 1)
}

func recordsInLanguages(w *world) {
	w.kind = domain.ImportRecordsComplete
	d := w.sheet("Items")
	t := table{fields: []domain.ImportField{domain.FieldCode, "attribute:name#de", "attribute:name#en", "attribute:net_weight"}, plants: make([]domain.PlantID, 4)}
	w.fill(&t, 12)
	for _, cells := range t.rows {
		cells[1], cells[2] = text("Schraube "+w.code()), text("Screw "+w.code())
		kilos := w.IntN(90_000) + 10_000
		cells[3] = said{put{value: float64(kilos) / 1000, format: `0.000" kg"`}, truth{text: decimalOf(kilos) + " kg"}}
	}
	for i, head := range []string{"Artikelnummer", w.pick("Bezeichnung DE", "Name (de)", "Bezeichnung deutsch"), w.pick("Bezeichnung EN", "Name [EN]", "Name englisch"), "Gewicht"} {
		d.set(1, 1+i, put{value: head})
	}
	w.below(d, t, 2, 1)
}

func sheetsAlike(w *world) {
	t := w.mapping()
	w.fill(&t, 5)
	w.at(w.sheet("Items"), t, 1, 1)
	want := w.want
	w.at(w.sheet("Items (2)"), t, 1, 1)
	w.want, w.asks = want, true
}

func plantsBesideOneCode(w *world) {
	d := w.sheet("Mapping")
	t := ofPlants(w, 10)
	w.at(d, t, 1, 1)
	d.set(1, 1, put{value: w.pick("Artikelnummer", "Item No.", "Indeks")})
	w.asks = true
}

func textShape(w *world, form textForm) {
	w.csv = &form
	t := w.mapping(domain.FieldName)
	for range 20 {
		cells := map[int]said{}
		for i, field := range t.fields {
			cells[i] = w.plain(field)
			if field == domain.FieldIgnored {
				cells[i] = text(fmt.Sprint(w.IntN(100)))
			}
			if field == domain.FieldCode {
				cells[i] = text(w.pick(fmt.Sprintf("%06d", w.IntN(1000)), "4711-C", "22E1", "6-10", "Ü-1"))
			}
			if field == domain.FieldName {
				cells[i] = text(w.pick("Dichtung; flach", "a \"quoted\" word", "Größe 5", "two\nlines", "x, y"))
			}
		}
		t.rows = append(t.rows, cells)
	}
	w.damage(&t, domain.FieldCode, w.textDamage()...)
	w.at(w.sheet(""), t, 1+strings.Count(form.before, "\n"), 1)
}

// textDamage are the ways of codeDamage that survive in a text file.
func (w *world) textDamage() []func() said {
	return []func() said{
		func() said { return broken(put{value: w.pick("1E+05", "1,23457E+11")}, "?", domain.NoteExponent) },
		func() said {
			return broken(put{value: w.pick("06. Okt", "Oct-26", "06.10.2026")}, "6-10", domain.NoteDateCode)
		},
		func() said { return broken(put{value: w.pick("#N/A", "#NV")}, "?", domain.NoteErrorValue) },
		func() said { return broken(put{value: w.pick("n/a", "k.A.")}, "?", domain.NotePlaceholder) },
		func() said { return broken(put{value: "123 / 456"}, "123", domain.NoteSeveral) },
		func() said { return broken(put{value: `="000123"`}, "000123", domain.NoteValue) },
		func() said { return said{put{value: "000123\u00a0"}, truth{text: "000123"}} },
	}
}

func textNumbers(w *world) {
	w.csv = &textForm{";", "utf-8", ""}
	t := table{fields: []domain.ImportField{domain.FieldCode, domain.FieldTarget, domain.FieldFactor, domain.FieldValidFrom}, plants: make([]domain.PlantID, 4)}
	numbers, days := w.numberTexts(","), w.dayTexts("dmy")
	for i := range 20 {
		number, day := numbers[[]int{0, 1, 2, 3, 7, 8, 9}[w.IntN(7)]](), days[w.IntN(4)]()
		if i == 0 {
			number, day = numbers[0](), days[0]()
		}
		t.rows = append(t.rows, map[int]said{0: text("A" + letters(i)), 1: text("IT-1"), 2: number, 3: day})
	}
	w.at(w.sheet(""), t, 1, 1)
}

func everything(w *world) {
	d := w.sheet("Items")
	t := w.mapping(domain.FieldName, domain.FieldFactor, domain.FieldValidFrom, domain.FieldRemark)
	w.fill(&t, 40)
	w.damage(&t, domain.FieldCode, w.codeDamage()...)
	w.damage(&t, domain.FieldTarget, w.codeDamage()...)
	numbers, days := w.numberTexts(","), w.dayTexts("dmy")
	w.damage(&t, domain.FieldFactor, numbers...)
	w.damage(&t, domain.FieldValidFrom, days...)
	t.rows[0][slices.Index(t.fields, domain.FieldFactor)] = numbers[0]()
	t.rows[0][slices.Index(t.fields, domain.FieldValidFrom)] = days[0]()
	w.at(d, t, w.title(d)+1, 1+w.IntN(3))
}

func textWithSums(w *world) {
	w.csv = &textForm{";", "utf-8", "Artikelliste;;\r\n\r\n"}
	d := w.sheet("")
	t := table{fields: []domain.ImportField{domain.FieldCode, domain.FieldTarget, domain.FieldIgnored}, plants: make([]domain.PlantID, 3)}
	for i := range 8 {
		t.rows = append(t.rows, map[int]said{0: text("000" + letters(i)), 1: text("IT-1"), 2: text(fmt.Sprint(i))})
	}
	w.at(d, t, 3, 1)
	d.set(12, 1, put{value: "Summe"})
	d.set(12, 3, put{value: "1.234,5"})
	w.left[12] = domain.NoteTotals
}
