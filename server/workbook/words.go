package workbook

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// synonyms are the words for one field in the languages of the plants, separated by bars. How they are written does not matter:
// wordKey leaves out case, punctuation and accents.
type synonyms struct {
	field              domain.ImportField
	en, de, fr, pl, es string
}

// all lists the words of every language.
func (s synonyms) all() []string {
	var words []string
	for _, language := range []string{s.en, s.de, s.fr, s.pl, s.es} {
		for word := range strings.SplitSeq(language, "|") {
			if word != "" {
				words = append(words, word)
			}
		}
	}
	return words
}

// fieldWords are the heads of the fields that every table may have. Heads of codes are understood word by word (see roleWords)
// where they are not named here.
func fieldWords() []synonyms {
	return []synonyms{
		{
			field: domain.FieldCode,
			en:    "code|plant code|local code|own code|source code|item|article|material|item id|part",
			de:    "artikel|teil|sachnummer|werkscode|eigene nummer|bestandsnummer",
			fr:    "référence|réf|code article|article|repère",
			pl:    "kod|indeks|symbol|indeks materiałowy|numer indeksu",
			es:    "código|referencia|artículo|clave",
		},
		{
			field: domain.FieldTarget,
			en:    "canonical|target|golden|erp|odoo|crosswalk|internal reference|default code|canonical item|global item|golden item|odoo item|erp item|target item|global id|group id|group code|group number|group item number|master data code|mapped to|maps to|equivalent",
			de:    "ziel|zielcode|zielartikel|konzernartikel|erp artikel|odoo artikel|konzernnummer|zentralnummer|entspricht|zugeordnet zu|neue nummer|interne referenz",
			fr:    "cible|référence interne|correspond à|équivalent|référence groupe|code groupe|article cible",
			pl:    "docelowy|odpowiednik|kod docelowy|referencja wewnętrzna|odpowiada",
			es:    "destino|equivalente|referencia interna|corresponde a|código maestro",
		},
		{
			field: domain.FieldPlant,
			en:    "plant|site|factory|plant id|plant name|facility|location of use",
			de:    "werk|standort|betrieb|fabrik|werksname|werk id",
			fr:    "usine|site|établissement|nom du site",
			pl:    "zakład|fabryka|oddział|nazwa zakładu",
			es:    "planta|fábrica|centro|nombre de planta",
		},
		{
			field: domain.FieldRelation,
			en:    "relation|relationship|mapping type|match type|type of relation|equivalence",
			de:    "beziehung|relation|art der zuordnung|zuordnungsart|beziehungstyp|verhältnis",
			fr:    "relation|type de relation|type de correspondance|lien",
			pl:    "relacja|rodzaj relacji|typ powiązania|powiązanie",
			es:    "relación|tipo de relación|tipo de correspondencia|vínculo",
		},
		{
			field: domain.FieldFactor,
			en:    "factor|conversion factor|conversion|multiplier|ratio|conv factor",
			de:    "faktor|umrechnungsfaktor|umrechnung|multiplikator|umr faktor",
			fr:    "facteur|facteur de conversion|coefficient|conversion|coeff",
			pl:    "współczynnik|przelicznik|mnożnik|współczynnik przeliczeniowy",
			es:    "factor de conversión|conversión|coeficiente|multiplicador",
		},
	}
}

// moreFieldWords are the rest of fieldWords.
func moreFieldWords() []synonyms {
	return []synonyms{
		{
			field: domain.FieldName,
			en:    "name|designation|item name|title|short text|item text|article name|description",
			de:    "name|bezeichnung|benennung|artikelbezeichnung|kurztext|materialkurztext|materialbezeichnung|artikelname|text|beschreibung",
			fr:    "nom|désignation|libellé|intitulé|désignation article|description",
			pl:    "nazwa|oznaczenie|opis|nazwa towaru|nazwa materiału|nazwa indeksu",
			es:    "nombre|denominación|descripción|designación|nombre del artículo|texto breve",
		},
		{
			field: domain.FieldUnit,
			en:    "unit|uom|unit of measure|base unit|stock unit|measure unit|base uom|um",
			de:    "einheit|me|mengeneinheit|basiseinheit|lagereinheit|basismengeneinheit|bme",
			fr:    "unité|unité de mesure|unité de base|unité de stock|udm",
			pl:    "jednostka|jm|jednostka miary|j m|jedn|jednostka podstawowa",
			es:    "unidad|unidad de medida|unidad base|ud medida|unidad de stock|udm",
		},
		{
			field: domain.FieldValidFrom,
			en:    "valid from|from|start date|effective from|start|valid since|from date|since|effective date",
			de:    "gültig ab|gültig von|ab|von|beginn|ab datum|gültigkeitsbeginn|seit|datum ab",
			fr:    "valable du|valable à partir du|date de début|début|à partir de|valide du|début de validité|depuis|du",
			pl:    "ważne od|ważny od|od|data od|od dnia|obowiązuje od|początek",
			es:    "válido desde|desde|fecha de inicio|inicio|vigente desde|válido a partir de|fecha inicial",
		},
		{
			field: domain.FieldValidTo,
			en:    "valid to|to|end date|effective to|end|valid until|until|to date|expiry|valid till",
			de:    "gültig bis|bis|ende|bis datum|gültigkeitsende|datum bis|ablauf",
			fr:    "valable jusqu'au|date de fin|fin|jusqu'à|valide jusqu'au|fin de validité|au",
			pl:    "ważne do|ważny do|do|data do|do dnia|obowiązuje do|koniec",
			es:    "válido hasta|hasta|fecha de fin|fin|vigente hasta|fecha final|fecha fin",
		},
		{
			field: domain.FieldRemark,
			en:    "remark|remarks|comment|comments|note|notes",
			de:    "bemerkung|bemerkungen|kommentar|anmerkung|notiz|hinweis|notizen",
			fr:    "remarque|remarques|commentaire|commentaires|observation|observations",
			pl:    "uwaga|uwagi|komentarz|notatka|notatki",
			es:    "observación|observaciones|comentario|comentarios|nota|notas",
		},
		{field: domain.FieldID, en: "crosswalk id|mapping id|record id", de: "crosswalk kennung", fr: "identifiant crosswalk", pl: "identyfikator crosswalk", es: "identificador crosswalk"},
		{field: domain.FieldVersion, en: "crosswalk version|row version|record version|mapping version", de: "zeilenversion", fr: "version de ligne", pl: "wersja wiersza", es: "versión de fila"},
	}
}

// wordKey is a head without what does not distinguish it: case, punctuation, blanks, accents, and whether umlauts are spelled out.
func wordKey(raw string) string { return strings.Join(wordTokens(raw), "") }

// wordTokens splits a head into its words in the form of wordKey; a capital letter after a small one begins a word.
func wordTokens(raw string) []string {
	var tokens []string
	var token strings.Builder
	end := func() {
		if token.Len() > 0 {
			tokens = append(tokens, plainUmlauts(token.String()))
			token.Reset()
		}
	}
	small := false
	for _, r := range norm.NFKD.String(raw) {
		switch {
		case unicode.IsMark(r), r == '\u00ad':
			continue // an accent, or a hyphen that is not shown
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
			small = false
			continue
		case unicode.IsUpper(r) && small:
			end()
		}
		small = unicode.IsLower(r)
		token.WriteString(plainLetter(unicode.ToLower(r)))
	}
	end()
	return tokens
}

// plainLetter spells letters that have no accent to lose.
func plainLetter(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'ł':
		return "l"
	case 'ø':
		return "o"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	default:
		return string(r)
	}
}

// plainUmlauts makes one word of "gültig" and "gueltig": it leaves out an e after a, o and u.
func plainUmlauts(word string) string {
	if strings.IndexByte(word, 'e') < 1 {
		return word
	}
	plain := make([]byte, 0, len(word))
	for i := range len(word) {
		if i > 0 && word[i] == 'e' && strings.IndexByte("aou", word[i-1]) >= 0 {
			continue
		}
		plain = append(plain, word[i])
	}
	return string(plain)
}
