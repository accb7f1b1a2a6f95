package workbook

import (
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

func askOf(kind domain.ImportKind) intake.Ask {
	return intake.Ask{Kind: kind, Definition: catalog.ItemDefinition(), Plants: []domain.Plant{
		{ID: "DE01", Name: "Stuttgart"}, {ID: "DE02", Name: "Hamburg"}, {ID: "PL01", Name: "Gliwice"},
	}}
}

func TestHeadsOfAMapping(t *testing.T) {
	t.Parallel()
	x := newLexicon(askOf(domain.ImportMapping))
	tests := map[domain.ImportField]string{
		domain.FieldCode: "code|Item No.|item_no|ItemNo|Artikelnummer|Artikel-Nr.|ARTIKELNR|Artikel Nr. Werk|Werksartikelnummer|Materialnummer|Teilenummer|Sachnummer|" +
			"Code article|Référence|REFERENCE|Kod|Indeks materiałowy|Nr artykułu|Kod towaru|Código|Código de artículo|Número de pieza|plant code|Local part number|" +
			"SAP Nr.|MES code|Artikel\nNummer|Artikelnummer (alt)|Legacy item code|plant_code|Numéro d'article|Número de artículo|Kod zakładowy",
		domain.FieldTarget: "canonical|Canonical Code|Odoo code|ERP-Nummer|erp artikel|Konzernartikelnummer|Konzern-Nr.|Internal Reference|default_code|Global item code|target|" +
			"Zielcode|Artikelnummer (Odoo)|Artikelnummer neu|Code cible|Référence interne|Kod docelowy|Indeks globalny|Nowy indeks|Código destino|Código global|Référence Odoo|Master part number",
		domain.FieldPlant:     "Plant|Werk|Usine|Zakład|Planta|Standort|Site",
		domain.FieldName:      "Name|Bezeichnung|Désignation|Nazwa|Nombre|Artikelbezeichnung|Item name|Descripción|Libellé|Materialkurztext|Bezeichnung des Artikels",
		domain.FieldRelation:  "Relation|Beziehung|Type de relation|Relacja|Relación",
		domain.FieldFactor:    "Factor|Faktor|Umrechnungsfaktor|Facteur|Przelicznik|Factor de conversión",
		domain.FieldUnit:      "UoM|Einheit|ME|Unité|J.m.|Unidad|Mengeneinheit",
		domain.FieldValidFrom: "Valid from|gültig ab|Gueltig ab|GÜLTIG AB|Valable du|Ważne od|Válido desde|valid_from",
		domain.FieldValidTo:   "Valid to|gültig bis|Jusqu'à|Ważne do|Válido hasta",
		domain.FieldRemark:    "Remark|Bemerkung|Remarque|Uwagi|Observaciones|Comment",
		domain.FieldIgnored: "Lieferantenartikelnummer|Supplier part no.|GTIN|Herstellerteilenummer|Zeichnungs-Nr.|Gewicht|Nr.|Pos.|Lp.|Material group|Warengruppe|Teilegruppe|Foo|" +
			"Odoo Bezeichnung|plant no.|Werk Nr.|Status|000123|Schraube M8|Kundenartikelnummer|Old and new number|",
	}
	for want, heads := range tests {
		for head := range strings.SplitSeq(heads, "|") {
			if got := x.understand(head); got.field != want || got.plant != "" {
				t.Errorf("%q is %q of %q, want %q", head, got.field, got.plant, want)
			}
		}
	}
}

func TestHeadsOfPlants(t *testing.T) {
	t.Parallel()
	x := newLexicon(askOf(domain.ImportMapping))
	for head, want := range map[string]reading{
		"DE01":                    {field: domain.FieldCode, plant: "DE01", known: true},
		"Werk Hamburg":            {field: domain.FieldCode, plant: "DE02", known: true},
		"Artikelnummer PL01":      {field: domain.FieldCode, plant: "PL01", known: true},
		"Code (Gliwice)":          {field: domain.FieldCode, plant: "PL01", known: true},
		"DE01 / Code":             {field: domain.FieldCode, plant: "DE01", known: true},
		"DE01 / Einheit":          {field: domain.FieldUnit, plant: "DE01", known: true},
		"Bezeichnung DE01":        {field: domain.FieldName, plant: "DE01", known: true},
		"DE01 und DE02":           {},
		"DE01 Lieferantennummer":  {},
		"Konzernnummer DE01":      {},
		"DE":                      {},
		"Artikelnummer Stuttgart": {field: domain.FieldCode, plant: "DE01", known: true},
	} {
		if got := x.understand(head); got.field != want.field || got.plant != want.plant {
			t.Errorf("%q is %+v, want %+v", head, got, want)
		}
	}
	odd := askOf(domain.ImportMapping)
	odd.Plants = []domain.Plant{{ID: "A", Name: "Code"}, {ID: "HN", Name: "Hamburg Nord"}, {ID: "HH", Name: "Hamburg"}}
	y := newLexicon(odd)
	for head, want := range map[string]reading{
		"A": {field: domain.FieldCode, plant: "A"}, "Artikel A": {field: domain.FieldCode}, "Valable à partir du": {field: domain.FieldValidFrom}, "Code": {field: domain.FieldCode},
		"Hamburg Nord": {field: domain.FieldCode, plant: "HN"}, "Hamburg": {field: domain.FieldCode, plant: "HH"}, "HH Hamburg": {field: domain.FieldCode, plant: "HH"},
		"HH Hamburg Nord": {}, "HN Hamburg Nord Einheit": {field: domain.FieldUnit, plant: "HN"},
	} {
		if got := y.understand(head); got.field != want.field || got.plant != want.plant {
			t.Errorf("%q is %+v, want %+v", head, got, want)
		}
	}
	for tab, want := range map[string]domain.PlantID{
		"DE01": "DE01", "Werk DE02": "DE02", "Gliwice (neu)": "PL01", "de01_items": "DE01", "DE01-DE02": "", "Tabelle1": "", "": "",
	} {
		if got := x.namesPlant(tab); got != want {
			t.Errorf("the tab %q names %q, want %q", tab, got, want)
		}
	}
}

func TestHeadsOfRecords(t *testing.T) {
	t.Parallel()
	x := newLexicon(askOf(domain.ImportRecordsPartial))
	for head, want := range map[string]reading{
		"Artikelnummer":       {field: domain.FieldCode},
		"Kod":                 {field: domain.FieldCode},
		"Material":            {field: "attribute:material"},
		"Materialnummer":      {field: domain.FieldCode},
		"Werkstoff":           {field: "attribute:material"},
		"Gewicht":             {field: "attribute:net_weight"},
		"Gewicht [g]":         {field: "attribute:net_weight", unit: "g"},
		"Weight in kg":        {field: "attribute:net_weight", unit: "kg"},
		"Artikelgewicht (kg)": {field: "attribute:net_weight", unit: "kg"},
		"Bezeichnung":         {field: "attribute:name"},
		"Bezeichnung (EN)":    {field: "attribute:name", language: "en"},
		"Name deutsch":        {field: "attribute:name", language: "de"},
		"Nazwa PL":            {field: "attribute:name", language: "pl"},
		"ME":                  {field: "attribute:base_unit"},
		"EAN":                 {field: "attribute:gtin"},
		"Kod kreskowy":        {field: "attribute:gtin"},
		"Mindestbestand DE01": {field: "attribute:min_stock", plant: "DE01"},
		"Standard cost":       {field: "attribute:standard_cost"},
		"hs_code":             {field: "attribute:hs_code"},
		"Konzernnummer":       {},
		"Gültig ab":           {},
		"Lieferantennummer":   {},
		"Crosswalk ID":        {},
	} {
		got := x.understand(head)
		if got.field != want.field || got.plant != want.plant || got.language != want.language || got.unit != want.unit {
			t.Errorf("%q is %+v, want %+v", head, got, want)
		}
	}
	if got := newLexicon(askOf(domain.ImportGolden)).understand("Crosswalk ID"); got.field != domain.FieldID {
		t.Errorf("an export's ID is %+v", got)
	}
}

// Each attribute of an item is found by words of each of the five languages, and none of them means two things.
func TestEveryAttributeHasWords(t *testing.T) {
	t.Parallel()
	x := newLexicon(askOf(domain.ImportRecordsPartial))
	named := map[domain.ImportField]bool{}
	for _, s := range append(attributeWords(), moreAttributeWords()...) {
		named[s.field] = true
		for i, words := range []string{s.en, s.de, s.fr, s.pl, s.es} {
			found := false
			for word := range strings.SplitSeq(words, "|") {
				found = found || x.understand(word).field == s.field
			}
			if !found {
				t.Errorf("%s is not found by its words of language %d: %s", s.field, i, words)
			}
		}
	}
	for _, a := range catalog.ItemDefinition().Attributes {
		field := domain.AttributeField(a.ID)
		if a.ID != catalog.ItemCode && !named[field] {
			t.Errorf("%s has no words", field)
		}
		if got := x.understand(a.Label).field; a.ID != catalog.ItemCode && got != field {
			t.Errorf("the label %q is understood as %q, want %q", a.Label, got, field)
		}
	}
	mapping := newLexicon(askOf(domain.ImportMapping))
	for _, s := range append(fieldWords(), moreFieldWords()...) {
		for _, word := range s.all() {
			if got := mapping.understand(word).field; got != s.field {
				t.Errorf("%q is understood as %q, want %q", word, got, s.field)
			}
		}
	}
}

func TestNoWordHasTwoRoles(t *testing.T) {
	t.Parallel()
	seen := map[string]role{}
	for r, words := range roleWords() {
		for key := range keyed(words) {
			if other, twice := seen[key]; twice && other != r {
				t.Errorf("%q has the roles %d and %d", key, r, other)
			}
			seen[key] = r
		}
	}
}
