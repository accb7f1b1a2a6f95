package workbook

import "strings"

// role is what a word contributes to the head of a code's column.
type role int

// The roles of words.
const (
	roleThing  role = iota + 1 // what is coded: "article"
	roleCode                   // that it is a code: "number"
	roleLocal                  // whose: the plant's own
	roleGlobal                 // or everybody's
	roleFiller                 // nothing: "the"
	rolePlant                  // "plant": before its name, or as whose
)

// roleWords are the words of which heads of codes are made. A head all of whose words are known is understood: "Artikel-Nr. im
// Werk", "Konzernartikelnummer", "código de la pieza (planta)".
func roleWords() map[role]string {
	return map[role]string{
		roleCode: "no|nr|num|number|nummer|numero|numer|nro|nummern|code|codes|kode|kod|codigo|ref|reference|referenz|referencia|référence|" +
			"id|key|schlüssel|index|indeks|symbol|kennung|identifier|clave|sku|pn|identnummer|ident|identnr|nº|n°",
		roleLocal: "local|lokal|lokale|lokaler|lokales|lokalny|lokalna|locale|own|eigen|eigene|eigener|alt|alte|alter|altes|old|legacy|ancien|ancienne|" +
			"stary|stara|antiguo|antigua|source|quell|quelle|mes|wms|sap|navision|local|propio|propia|własny|własna|bisher|bisherige|former|previous|" +
			"interno|eigenes|zakładowy|zakładowa|werks|werkseigene",
		roleGlobal: "global|globale|globaler|globales|globalny|globalna|canonical|canonico|kanonisch|kanonische|kanoniczny|canonique|master|" +
			"konzern|koncern|koncernu|koncernowy|zentral|zentrale|zentraler|central|centrale|centralny|centralna|golden|target|ziel|odoo|erp|neu|neue|neuer|" +
			"neues|new|nouveau|nouvelle|nowy|nowa|nowe|nuevo|nueva|corporate|cible|docelowy|docelowa|destino|hub|crosswalk|einheitlich|einheitliche|maestro|unified",
		roleFiller: "the|of|at|in|our|der|die|das|des|dem|den|im|unser|unsere|de|du|la|le|les|l|d|el|los|las|del|en|notre|nasz|nasza|nuestro|nuestra|" +
			"w|we|dla|for|für|from|von|by|per|je|ze|z|al|à|au|unique|e|y|und|and|et|i",
		rolePlant: "plant|werk|werke|site|usine|usines|planta|plantas|factory|fabrik|fabrica|fábrica|fabryka|standort|zakład|zakładu|zakładzie|plants|betrieb",
	}
}

// thingWords are what a domain's records are called in heads.
func thingWords() map[string]string {
	return map[string]string{
		"item": "item|items|part|parts|article|articles|artikel|artikels|teil|teile|teils|sach|material|materials|materialu|materiału|materiałowy|matériel|product|products|" +
			"produkt|produktu|produit|producto|towar|towaru|artykuł|artykułu|pieza|piezas|articulo|artículo|art|mat|prod|pièce|części|część|componente|stock|ware",
		"supplier":    "supplier|suppliers|vendor|vendors|lieferant|lieferanten|kreditor|kreditoren|fournisseur|dostawca|dostawcy|proveedor|proveedores",
		"location":    "location|locations|lagerplatz|lagerort|lager|platz|emplacement|lokalizacja|lokalizacji|ubicación|bin|miejsce",
		"lot":         "lot|lots|batch|charge|chargen|los|partia|partii|lote|serial|serie|serien",
		"work_center": "work|center|centre|workcenter|arbeitsplatz|maschine|machine|poste|travail|gniazdo|stanowisko|stanowiska|centro|trabajo|puesto|kostenstelle",
		"bom":         "bom|boms|stückliste|stücklisten|nomenclature|struktura|lista|materiales|bill",
		"routing":     "routing|routings|arbeitsplan|plan|gamme|marszruta|marszruty|ruta",
	}
}

// languageWords are the languages a translated name's head may name.
func languageWords() map[string]string {
	return map[string]string{
		"en": "en|eng|english|englisch|anglais|angielski|angielska|inglés",
		"de": "de|ger|deu|german|deutsch|allemand|niemiecki|niemiecka|alemán",
		"fr": "fr|fra|fre|french|französisch|français|francuski|francuska|francés",
		"pl": "pl|pol|polish|polnisch|polonais|polski|polska|polaco",
		"es": "es|esp|spa|spanish|spanisch|espagnol|hiszpański|hiszpańska|español",
	}
}

// totalsWords begin a row of sums.
func totalsWords() string {
	return "sum|total|totals|grand total|subtotal|sub total|overall|summe|gesamt|gesamtsumme|zwischensumme|insgesamt|total général|sous total|somme|" +
		"razem|suma|ogółem|łącznie|suma częściowa|total general|suma total|subtotales|totales"
}

// keyed turns words separated by bars into a set of their keys.
func keyed(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.SplitSeq(words, "|") {
		set[wordKey(word)] = true
	}
	delete(set, "")
	return set
}
