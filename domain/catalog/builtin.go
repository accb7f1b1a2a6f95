package catalog

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// The code lists of the built-in domains. A category is the company's own matter: its list is empty until one is approved, and
// until then takes any code.
const (
	ListUnit     domain.CodeListID = "unit"
	ListItemType domain.CodeListID = "item_type"
	ListCountry  domain.CodeListID = "country"
	ListCategory domain.CodeListID = "category"
)

// The code lists of the domains beside the item.
const (
	ListBOMType      domain.CodeListID = "bom_type"
	ListCurrency     domain.CodeListID = "currency"
	ListLocationType domain.CodeListID = "location_type"
	ListLotStatus    domain.CodeListID = "lot_status"
	ListPaymentTerms domain.CodeListID = "payment_terms"
)

// CodeLists are the lists as they are built in, version 0. One that was approved takes the place of its namesake.
func CodeLists() []domain.CodeList {
	lists := bareLists()
	english, german := display.English.Regions(), display.German.Regions()
	for _, list := range lists {
		for i := range list.Entries {
			if e := &list.Entries[i]; list.ID == ListCountry {
				region := language.MustParseRegion(e.Code)
				e.Labels = domain.Translated{"en": english.Name(region), "de": german.Name(region)}
			}
		}
	}
	return lists
}

// bareLists are the lists without the countries' names, which take their time to find.
func bareLists() []domain.CodeList {
	return []domain.CodeList{
		{ID: ListBOMType, Label: "BOM type", Entries: entries(
			"manufacture:Manufacture:Fertigung", "phantom:Phantom:Phantombaugruppe", "subcontract:Subcontract:Lohnfertigung",
		)},
		{ID: ListCategory, Label: "Category"},
		{ID: ListCountry, Label: "Country", Entries: countries()},
		{ID: ListCurrency, Label: "Currency", Entries: currencies()},
		{ID: ListItemType, Label: "Item type", Entries: entries(
			"raw_material:Raw material:Rohstoff", "purchased_part:Purchased part:Kaufteil", "semi_finished:Semi-finished:Halbfabrikat",
			"finished:Finished product:Fertigprodukt", "packaging:Packaging:Verpackung", "consumable:Consumable:Verbrauchsmaterial",
			"spare_part:Spare part:Ersatzteil", "tool:Tool:Werkzeug", "service:Service:Dienstleistung",
		)},
		{ID: ListLocationType, Label: "Location type", Entries: entries(
			"view:View:Sicht", "warehouse:Warehouse:Lagerhaus", "internal:Internal:Intern", "supplier:Supplier:Lieferant", "customer:Customer:Kunde",
			"production:Production:Fertigung", "inventory:Inventory loss:Inventurdifferenz", "transit:Transit:Transit", "scrap:Scrap:Ausschuss",
		)},
		{ID: ListLotStatus, Label: "Lot status", Entries: entries(
			"released:Released:Freigegeben", "hold:On hold:In Prüfung", "blocked:Blocked:Gesperrt", "recalled:Recalled:Zurückgerufen",
		)},
		{ID: ListPaymentTerms, Label: "Payment terms", Entries: entries(
			"prepaid:Prepaid:Vorauskasse", "immediate:Immediately:Sofort", "net_7:Net 7 days:7 Tage netto", "net_14:Net 14 days:14 Tage netto",
			"net_30:Net 30 days:30 Tage netto", "net_45:Net 45 days:45 Tage netto", "net_60:Net 60 days:60 Tage netto", "net_90:Net 90 days:90 Tage netto",
			"eom_30:30 days end of month:30 Tage zum Monatsende", "2_10_net_30:2 % in 10 days, net 30:10 Tage 2 % Skonto, 30 Tage netto",
		)},
		{ID: ListUnit, Label: "Unit", Entries: units()},
	}
}

// units are those of UN/ECE Recommendation 20 that items are counted in.
func units() []domain.CodeEntry {
	list := entries(
		"C62:One:Eins", "EA:Each:Jedes", "H87:Piece:Stück", "PR:Pair:Paar", "SET:Set:Satz", "DZN:Dozen:Dutzend", "CEN:Hundred:Hundert", "MIL:Thousand:Tausend",
		"MGM:Milligram:Milligramm", "GRM:Gram:Gramm", "KGM:Kilogram:Kilogramm", "TNE:Tonne:Tonne", "LBR:Pound:Pfund (lb)", "ONZ:Ounce:Unze",
		"MMT:Millimetre:Millimeter", "CMT:Centimetre:Zentimeter", "DMT:Decimetre:Dezimeter", "MTR:Metre:Meter", "KMT:Kilometre:Kilometer",
		"INH:Inch:Zoll", "FOT:Foot:Fuß", "YRD:Yard:Yard", "SMI:Mile:Meile",
		"MMK:Square millimetre:Quadratmillimeter", "CMK:Square centimetre:Quadratzentimeter", "MTK:Square metre:Quadratmeter", "FTK:Square foot:Quadratfuß",
		"MLT:Millilitre:Milliliter", "CLT:Centilitre:Zentiliter", "LTR:Litre:Liter", "HLT:Hectolitre:Hektoliter", "CMQ:Cubic centimetre:Kubikzentimeter",
		"MTQ:Cubic metre:Kubikmeter", "INQ:Cubic inch:Kubikzoll", "FTQ:Cubic foot:Kubikfuß", "OZA:Fluid ounce (US):Flüssigunze (US)",
		"QTL:Liquid quart (US):Quart (US)", "GLL:Gallon (US):Gallone (US)",
		"SEC:Second:Sekunde", "MIN:Minute:Minute", "HUR:Hour:Stunde", "DAY:Day:Tag", "WEE:Week:Woche", "KWH:Kilowatt hour:Kilowattstunde",
	)
	slices.SortFunc(list, func(a, b domain.CodeEntry) int { return strings.Compare(a.Code, b.Code) })
	return list
}

// Units are the codes an item may be counted in where no other list was approved.
func Units() []string { return domain.CodeList{Entries: units()}.Codes() }

// entries reads code:English:German.
func entries(lines ...string) []domain.CodeEntry {
	list := make([]domain.CodeEntry, len(lines))
	for i, line := range lines {
		parts := strings.SplitN(line, ":", 3)
		list[i] = domain.CodeEntry{Code: parts[0], Labels: domain.Translated{"en": parts[1], "de": parts[2]}}
	}
	return list
}

// isoCountries are the codes of ISO 3166-1.
const isoCountries = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG " +
	"CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP " +
	"GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS " +
	"LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH " +
	"PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM " +
	"TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"

func countries() []domain.CodeEntry {
	var list []domain.CodeEntry
	for code := range strings.FieldsSeq(isoCountries) {
		list = append(list, domain.CodeEntry{Code: code})
	}
	return list
}

// isoCurrencies are the codes of ISO 4217 that money is held in.
const isoCurrencies = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC " +
	"CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY " +
	"KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR " +
	"NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP " +
	"TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW"

func currencies() []domain.CodeEntry {
	var list []domain.CodeEntry
	for code := range strings.FieldsSeq(isoCurrencies) {
		list = append(list, domain.CodeEntry{Code: code, Labels: domain.Translated{"en": code, "de": code}})
	}
	return list
}
