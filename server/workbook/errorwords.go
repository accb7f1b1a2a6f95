package workbook

import (
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// The colours behind cells that are wrong or in conflict. They are nobody else's, so that they can be taken away again.
const (
	colourWrong    = "FFC8CF"
	colourConflict = "FFE8A3"
)

// maxReason is how many characters of reasons stand in one cell.
const maxReason = 2000

// The heads of the two further columns, which nobody gives a column of their own.
func statusHead(string) string { return "Crosswalk: Status" }

func reasonHead(language string) string {
	if language == intake.German {
		return "Crosswalk: Grund"
	}
	return "Crosswalk: Reason"
}

func isStatusHead(text string) bool { return strings.TrimSpace(text) == statusHead("") }

func isReasonHead(text string) bool {
	return slices.Contains([]string{reasonHead(""), reasonHead(intake.German)}, strings.TrimSpace(text))
}

// statusWord says what became of a row.
func statusWord(status domain.ImportRowStatus, language string) string {
	words := map[domain.ImportRowStatus][2]string{
		domain.ImportNew: {"New", "Neu"}, domain.ImportChanged: {"Changed", "Geändert"}, domain.ImportSame: {"Same", "Gleich"},
		domain.ImportConflict: {"Conflict", "Konflikt"}, domain.ImportWrong: {"Wrong", "Falsch"},
	}[status]
	if language == intake.German {
		return words[1]
	}
	return words[0]
}

// reasonsOf are the sentences about a row: of what was noticed at its cells, or what the judgement says where that is not of a cell.
func reasonsOf(row domain.ImportRow, language string) []string {
	var reasons []string
	said := false
	for _, note := range row.Notes {
		if note.Weight == domain.NoteHint {
			continue
		}
		said = said || note.Message == row.Message || language == intake.German
		text := saidOf(note, language)
		if place := placeIn(note.Cell); place != "" {
			text = place + ": " + text
		}
		reasons = append(reasons, text)
	}
	if row.Message != "" && !said {
		reasons = append([]string{row.Message}, reasons...)
	}
	return reasons
}

// joined are reasons as one cell holds them.
func joined(reasons []string) string { return shortened(strings.Join(reasons, "\n"), maxReason) }

// saidOf is a note as a sentence in the reader's language, with what the cell could say instead.
func saidOf(note domain.ImportNote, language string) string {
	text, suggestion := note.Message, "suggestion: "
	if language == intake.German {
		suggestion = "Vorschlag: "
		if german := germanNotes()[note.Kind]; german != "" {
			text = german
		}
	}
	if note.Suggestion != "" && !strings.Contains(text, note.Suggestion) {
		text += " (" + suggestion + note.Suggestion + ")"
	}
	return text
}

// germanNotes say in German what was noticed.
func germanNotes() map[domain.NoteKind]string {
	return map[domain.NoteKind]string{
		domain.NoteExponent: "Die Zahl steht in Exponentenform; ihre Ziffern sind verloren", domain.NoteDigitsLost: "Die Zahl hat mehr als 15 Ziffern; die letzten sind verloren",
		domain.NoteDateCode: "Die Tabelle hat aus dem Code ein Datum gemacht", domain.NoteDateOrder: "Tag und Monat sind nicht zu unterscheiden",
		domain.NoteLookalike: "Buchstaben einer anderen Schrift sehen aus wie unsere", domain.NoteSpace: "Unsichtbare Leerzeichen wurden weggelassen",
		domain.NoteFormulaEmpty: "Die Formel wurde nie berechnet: die Datei in Excel öffnen und speichern", domain.NoteErrorValue: "In der Zelle steht ein Fehlerwert",
		domain.NotePlaceholder: "Das ist ein Platzhalter und sagt nichts", domain.NoteSeveral: "In der Zelle stehen mehrere Codes",
		domain.NoteMerged: "Der Wert stammt aus einer verbundenen Zelle", domain.NoteHiddenRow: "Die Zeile ist ausgeblendet; sie wurde übernommen",
		domain.NoteTotals: "Das ist eine Summenzeile; sie wurde ausgelassen", domain.NoteColour: "Die Zeile ist anders gefärbt; Farben werden nicht gelesen",
		domain.NoteStruck: "Die Zeile ist durchgestrichen; das wird nicht gelesen", domain.NoteNumber: "Das ist keine Zahl, wie sie in der Datei geschrieben werden",
		domain.NoteZerosLost: "Führende Nullen sind verloren gegangen", domain.NoteUnknownTarget: "Den kanonischen Code kennt niemand",
		domain.NoteUnknownPlant: "Das Werk kennt niemand, oder es ist nicht Ihres", domain.NoteTwice: "Die Datei nennt den Code mehrfach",
		domain.NoteUnit: "Die Einheit passt nicht zu der des Datensatzes", domain.NoteStale: "Jemand hat den Wert seit dem Export geändert",
		domain.NoteLocked: "Eine ID oder Version des Exports wurde von Hand geändert", domain.NoteValue: "Der Wert passt nicht zum Attribut",
	}
}

// anewNote says why the file looks different.
func anewNote(language string) string {
	if language == intake.German {
		return "Die Datei wurde mit den Werten ihrer Zellen neu geschrieben: Formeln, Bilder und Gestaltung sind nicht mehr darin."
	}
	return "The file was written anew with the values of its cells: formulas, pictures and looks are no longer in it."
}

// placeIn is the cell of a note without its sheet: C14 of Items!C14.
func placeIn(cell string) string { return cell[strings.LastIndexByte(cell, '!')+1:] }
