package intake

import (
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// German is the one language beside English that heads and messages of given out files are written in.
const German = "de"

// Word is a short English text of a given out file in a language: German where there is a word for it, else as it is.
func Word(language, english string) string {
	if language != German {
		return english
	}
	if german := germanWords()[english]; german != "" {
		return german
	}
	return english
}

// decimalSign is how a language writes fractions.
func decimalSign(language string) string {
	if language == German {
		return ","
	}
	return "."
}

// number writes a canonical decimal as a language does.
func number(language, decimal string) string {
	return strings.Replace(decimal, ".", decimalSign(language), 1)
}

// yesNo writes a truth value.
func yesNo(language string, yes bool) string {
	if yes {
		return Word(language, "yes")
	}
	return Word(language, "no")
}

// relations are the words a mapping's relation is chosen from.
func relations() []string {
	return []string{
		string(domain.RelationEquivalent), string(domain.RelationNarrower), string(domain.RelationBroader), string(domain.RelationRelated), string(domain.RelationNot),
	}
}

// germanWords are the heads, notes and words of given out files.
func germanWords() map[string]string {
	return map[string]string{
		"yes": "ja", "no": "nein",

		"Codes": "Codes", "Records": "Datensätze", "Work list": "Arbeitsliste", "Template": "Vorlage", "Codes of": "Codes von", "Records of": "Datensätze von",
		"Version": "Version", "System": "System", "Plant": "Werk", "Code": "Code", "Canonical code": "Kanonischer Code", "Canonical name": "Kanonischer Name",
		"Name": "Name", "Relation": "Beziehung", "Factor": "Faktor", "Unit": "Einheit", "Valid from": "Gültig ab", "Valid to": "Gültig bis",
		"Remark": "Bemerkung", "State": "Status", "Done": "Erledigt", "Due": "Fällig", "What to do": "Was zu tun ist", "Field": "Feld",
		"Change from": "Ändern von", "Change to": "Ändern in", "Entry": "Eintrag",

		noteCode: "Der Code des Werks, genau wie er dort geschrieben wird: 000123 ist nicht 123.", notePlant: "Das Werk, dem der Code gehört.",
		noteTarget:   "Der kanonische Code, für den der Code des Werks steht. Hier wird geändert oder ergänzt.",
		noteName:     "Wie das Werk es nennt; es hilft, den kanonischen Code zu finden.",
		noteRelation: "Wie sich der Code zum kanonischen verhält: equivalent, wenn nichts anderes dasteht.",
		noteFactor:   "Wie viele Basiseinheiten eine Einheit des Werks ist: 12, 0,5 oder 1/3; leer heißt 1.",
		noteUnit:     "Die eigene Einheit des Codes als Code nach UN/ECE Rec 20; leer ist die Basiseinheit.",
		noteFrom:     "Der erste Tag, an dem es gilt: 2026-12-31.", noteTo: "Der erste Tag, an dem es nicht mehr gilt: 2026-12-31.",
		noteRemark: "Für Menschen; nichts davon wird übernommen.", noteDone: "Zum Abhaken; nichts davon wird übernommen.",

		"Item code": "Artikelcode", "Base unit": "Basiseinheit", "Net weight": "Nettogewicht", "Tracking": "Verfolgung", "Description": "Beschreibung",
		"Category": "Kategorie", "Item type": "Artikelart", "Purchase unit": "Einkaufseinheit", "Material": "Werkstoff", "Grade": "Güte",
		"Drawing": "Zeichnung", "Revision": "Revision", "Shelf life": "Haltbarkeit", "Manufacturer": "Hersteller", "Manufacturer part number": "Herstellerteilenummer",
		"HS code": "Zolltarifnummer", "Country of origin": "Ursprungsland", "Make or buy": "Eigenfertigung oder Kauf", "Successor": "Nachfolger",
		"Standard cost": "Standardkosten", "Lead time": "Durchlaufzeit", "Minimum stock": "Mindestbestand", "Lot size": "Losgröße",
	}
}

// The notes at the heads.
const (
	noteCode     = "The plant's own code, exactly as it is written there: 000123 is not 123."
	notePlant    = "The plant whose code it is."
	noteTarget   = "The canonical code that the plant's code stands for. This is what you change or fill in."
	noteName     = "What the plant calls it; it helps to find the canonical code."
	noteRelation = "How the code relates to the canonical one: equivalent where nothing else stands."
	noteFactor   = "How many base units one unit of the plant is: 12, 0.5 or 1/3; empty is 1."
	noteUnit     = "The code's own unit by its UN/ECE Rec 20 code; empty is the base unit."
	noteFrom     = "The first day on which it holds: 2026-12-31."
	noteTo       = "The first day on which it no longer holds: 2026-12-31."
	noteRemark   = "For people; nothing of it is taken."
	noteDone     = "To tick off; nothing of it is taken."
)
