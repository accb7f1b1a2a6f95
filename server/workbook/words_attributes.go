package workbook

import "github.com/crosswalk-mdm/crosswalk/domain"

// attributeWords are the heads by which attributes are known beside their labels, by the attribute's ID; what is called the same in
// several domains is named once.
func attributeWords() []synonyms {
	return []synonyms{
		attributeNamed("name", "name|item name|designation|short text|title", "name|bezeichnung|benennung|artikelbezeichnung|kurztext|materialkurztext|materialbezeichnung",
			"nom|désignation|libellé|intitulé", "nazwa|oznaczenie|nazwa towaru|nazwa materiału", "nombre|denominación|designación|texto breve"),
		attributeNamed("description", "description|long text|details", "beschreibung|langtext|artikelbeschreibung",
			"description|description longue|texte long", "opis|opis szczegółowy", "descripción|texto largo|descripción larga"),
		attributeNamed("category", "category|product group|item group|material group|commodity group", "kategorie|warengruppe|materialgruppe|artikelgruppe|produktgruppe",
			"catégorie|famille|groupe d'articles|groupe de produits", "kategoria|grupa materiałowa|grupa towarowa|grupa", "categoría|familia|grupo de artículos|grupo de materiales"),
		attributeNamed("item_type", "item type|type|product type|material type", "artikelart|materialart|artikeltyp|typ|produktart",
			"type d'article|type|type de produit", "typ|rodzaj|typ materiału|rodzaj materiału", "tipo|tipo de artículo|tipo de material"),
		attributeNamed("base_unit", "unit|uom|unit of measure|base unit|stock unit|base uom", "einheit|me|mengeneinheit|basiseinheit|lagereinheit|basismengeneinheit|bme",
			"unité|unité de mesure|unité de base|unité de stock|udm", "jednostka|jm|j m|jednostka miary|jednostka podstawowa", "unidad|unidad de medida|unidad base|unidad de stock"),
		attributeNamed("purchase_unit", "purchase unit|purchasing unit|order unit|buying unit|purchase uom", "bestelleinheit|einkaufseinheit|bestellmengeneinheit|bme einkauf",
			"unité d'achat|unité de commande", "jednostka zakupu|jednostka zamówienia|jm zakupu", "unidad de compra|unidad de pedido"),
		attributeNamed("net_weight", "weight|net weight|unit weight|weight net|item weight|mass", "gewicht|nettogewicht|gewicht netto|stückgewicht|masse|einzelgewicht",
			"poids|poids net|poids unitaire|masse", "waga|masa|waga netto|masa netto|ciężar|waga jednostkowa", "peso|peso neto|peso unitario|masa"),
		attributeNamed("material", "material|raw material|material grade|substance", "werkstoff|material|rohstoff|werkstoffbezeichnung",
			"matière|matériau|matière première", "materiał|surowiec|tworzywo", "material|materia prima"),
		attributeNamed("grade", "grade|strength|strength grade|quality|quality grade|strength class", "güte|festigkeit|festigkeitsklasse|qualität|sorte",
			"nuance|classe|classe de résistance|qualité", "gatunek|klasa|klasa wytrzymałości|jakość", "grado|calidad|clase|clase de resistencia"),
		attributeNamed("drawing", "drawing|drawing no|drawing number|dwg|dwg no", "zeichnung|zeichnungsnummer|zeichnungsnr|zeichnungs nr",
			"plan|numéro de plan|n° de plan|dessin", "rysunek|nr rysunku|numer rysunku", "plano|número de plano|n° de plano|dibujo"),
		attributeNamed("revision", "revision|rev|rev no|version|issue|drawing revision", "revision|änderungsstand|rev|index|zeichnungsindex|änderungsindex|revisionsstand",
			"révision|indice|indice de révision|ind", "rewizja|wersja|indeks rewizji|zmiana", "revisión|índice|versión|rev"),
	}
}

// moreAttributeWords are the rest of attributeWords.
func moreAttributeWords() []synonyms {
	return []synonyms{
		attributeNamed("manufacturer", "manufacturer|maker|mfr|brand|producer", "hersteller|fabrikat|marke|herstellername",
			"fabricant|marque|constructeur", "producent|wytwórca|marka", "fabricante|marca|productor"),
		attributeNamed("manufacturer_part", "manufacturer part number|manufacturer part no|mpn|maker part no|mfr part no|mfg part number|oem number",
			"herstellerteilenummer|hersteller teilenummer|herstellernummer|hersteller nr|herstellerartikelnummer|oem nummer",
			"référence fabricant|référence constructeur|ref fabricant", "numer producenta|nr producenta|indeks producenta|kod producenta", "referencia del fabricante|referencia fabricante|número de fabricante"),
		attributeNamed("gtin", "gtin|ean|barcode|ean code|upc|gtin ean|bar code", "gtin|ean|ean code|strichcode|barcode|ean nummer",
			"gtin|code barre|code barres|gencod|ean", "gtin|kod kreskowy|kod ean|ean", "gtin|código de barras|ean"),
		attributeNamed("hs_code", "hs code|customs tariff number|tariff code|commodity code|customs code|intrastat code|hts", "zolltarifnummer|statistische warennummer|hs code|warennummer|ztn",
			"code sh|code douanier|nomenclature douanière|code nc", "kod cn|kod taryfy|taryfa celna|kod hs|kod celny", "código arancelario|código hs|partida arancelaria|código taric"),
		attributeNamed("origin", "origin|country of origin|origin country|coo", "ursprungsland|ursprung|herkunft|herkunftsland",
			"pays d'origine|origine", "kraj pochodzenia|pochodzenie", "país de origen|origen"),
		attributeNamed("tracking", "tracking|lot tracking|tracked by|traceability|batch managed", "chargenpflicht|verfolgung|chargenführung|rückverfolgung|chargenpflichtig|nachverfolgung",
			"suivi|traçabilité|gestion par lot", "śledzenie|identyfikowalność|śledzenie partii", "trazabilidad|seguimiento|gestión de lotes"),
		attributeNamed("shelf_life", "shelf life|shelf life days|storage life", "haltbarkeit|haltbarkeit in tagen|haltbarkeitsdauer|lagerfähigkeit",
			"durée de vie|durée de conservation", "trwałość|okres trwałości|termin przydatności", "vida útil|caducidad en días|duración"),
		attributeNamed("make_buy", "make or buy|make buy|procurement type|make/buy", "beschaffungsart|eigenfertigung|eigen oder fremd|make or buy",
			"mode d'approvisionnement|fabriqué ou acheté|type d'approvisionnement", "rodzaj zaopatrzenia|zakup produkcja|produkcja zakup", "fabricar o comprar|tipo de aprovisionamiento"),
		attributeNamed("successor", "successor|replaced by|superseded by|replacement", "nachfolger|ersetzt durch|nachfolgeartikel|ersatz",
			"successeur|remplacé par", "następca|zastąpiony przez|zamiennik", "sucesor|sustituido por|reemplazado por"),
		attributeNamed("standard_cost", "standard cost|cost|standard price|unit cost|std cost", "standardkosten|standardpreis|kosten|verrechnungspreis|herstellkosten",
			"coût standard|prix standard|coût|prix de revient", "koszt standardowy|koszt|cena standardowa", "coste estándar|costo estándar|coste|costo"),
		attributeNamed("lead_time", "lead time|lead time days|delivery time|replenishment lead time", "lieferzeit|wiederbeschaffungszeit|wbz|planlieferzeit|durchlaufzeit",
			"délai|délai de livraison|délai d'approvisionnement", "czas dostawy|czas realizacji|termin dostawy", "plazo|plazo de entrega|tiempo de entrega"),
		attributeNamed("min_stock", "minimum stock|min stock|safety stock|reorder level|minimum inventory", "mindestbestand|sicherheitsbestand|meldebestand|min bestand",
			"stock minimum|stock mini|stock de sécurité", "zapas minimalny|stan minimalny|zapas bezpieczeństwa", "stock mínimo|stock de seguridad|existencia mínima"),
		attributeNamed("lot_size", "lot size|batch size|order quantity|lot quantity", "losgröße|losgrösse|chargengröße|bestelllosgröße",
			"taille de lot|quantité de lot", "wielkość partii|wielkość serii", "tamaño de lote|lote mínimo"),
	}
}

func attributeNamed(id domain.AttributeID, en, de, fr, pl, es string) synonyms {
	return synonyms{field: domain.AttributeField(id), en: en, de: de, fr: fr, pl: pl, es: es}
}

// alienWords are heads of what looks like a code and is another one: the supplier's, the customer's, a running number.
func alienWords() string {
	return "supplier part number|supplier part no|supplier item no|supplier item number|vendor part number|vendor item no|lieferantenartikelnummer|lieferanten artikelnummer|" +
		"bestellnummer|référence fournisseur|numer dostawcy|indeks dostawcy|referencia del proveedor|customer part number|customer item no|kundenartikelnummer|kundennummer|" +
		"référence client|numer klienta|referencia del cliente|pos|position|lfd nr|lfdnr|laufende nummer|lp|l p|row|row no|line|line no|zeile|ligne|wiersz|fila|nr|no|number|nummer|#|" +
		"zip code|postcode|status|reason|grund"
}
