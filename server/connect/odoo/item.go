package odoo

import (
	"github.com/crosswalk-mdm/crosswalk/domain"
)

// The item's attributes, by the IDs the item's Definition gives them.
const (
	itemCode             domain.AttributeID = "code"
	itemName             domain.AttributeID = "name"
	itemDescription      domain.AttributeID = "description"
	itemCategory         domain.AttributeID = "category"
	itemType             domain.AttributeID = "item_type"
	itemBaseUnit         domain.AttributeID = "base_unit"
	itemPurchaseUnit     domain.AttributeID = "purchase_unit"
	itemNetWeight        domain.AttributeID = "net_weight"
	itemMaterial         domain.AttributeID = "material"
	itemGrade            domain.AttributeID = "grade"
	itemDrawing          domain.AttributeID = "drawing"
	itemRevision         domain.AttributeID = "revision"
	itemManufacturer     domain.AttributeID = "manufacturer"
	itemManufacturerPart domain.AttributeID = "manufacturer_part"
	itemGTIN             domain.AttributeID = "gtin"
	itemHSCode           domain.AttributeID = "hs_code"
	itemOrigin           domain.AttributeID = "origin"
	itemTracking         domain.AttributeID = "tracking"
	itemShelfLife        domain.AttributeID = "shelf_life"
	itemMakeBuy          domain.AttributeID = "make_buy"
	itemSuccessor        domain.AttributeID = "successor"
	itemStandardCost     domain.AttributeID = "standard_cost"
	itemLeadTime         domain.AttributeID = "lead_time"
	itemMinStock         domain.AttributeID = "min_stock"
	itemLotSize          domain.AttributeID = "lot_size"
)

// itemFields is the field map of the item: first what Odoo has, then what a site may have made a field for, then what stands in
// Crosswalk only.
func itemFields() []Field {
	return append(itemOdooFields(), itemSiteFields()...)
}

func itemOdooFields() []Field {
	return []Field{
		{Attribute: itemCode, Name: "default_code", Access: AccessWritten, convert: codeConverter(), Note: "not unique in Odoo: a second product of the same code is not created"},
		{Attribute: itemName, Name: "name", Access: AccessWritten, convert: translatedConverter(), Note: "English, and each language of the setting languages"},
		{Attribute: itemDescription, Name: "description_sale", Access: AccessWritten, convert: translatedConverter(), Note: "English, and each language of the setting languages"},
		{Attribute: itemCategory, Name: "categ_id", Access: AccessWritten, convert: linkConverter(modelCategory, "category"),
			Note: "by its full name (All / Screws), or with categories: external_id by its external ID; aliases of the code list translate"},
		{Attribute: itemBaseUnit, Name: "uom_id", Access: AccessCreateOnly, convert: unitConverter(),
			Note: "by the unit's external ID; changing the unit of a product in use is left to a person"},
		{Attribute: itemNetWeight, Name: "weight", Access: AccessWritten, convert: quantityConverter("KGM"), Note: "in kilograms, within the precision of Stock Weight"},
		{Attribute: itemGTIN, Name: "barcode", Access: AccessWritten, convert: codeConverter(), Note: "Odoo refuses a second one in the same company"},
		{Attribute: itemTracking, Name: "tracking", Access: AccessWritten, convert: enumConverter("none", "lot", "serial")},
		{Attribute: itemStandardCost, Name: "standard_price", Access: AccessReadOnly, PerCompany: true, convert: costConverter(),
			Note: "in the company's currency, where the setting company chooses one; never written, for that revalues stock"},
		{Attribute: itemHSCode, Name: "hs_code", Access: AccessWritten, Module: "stock_delivery", convert: codeConverter()},
		{Attribute: itemOrigin, Name: "country_of_origin", Access: AccessWritten, Module: "stock_delivery", convert: linkConverter(modelCountry, "country"),
			Note: "by the country's code"},
		{Attribute: itemShelfLife, Name: "expiration_time", Access: AccessReadOnly, Module: "product_expiry", convert: quantityConverter("DAY"),
			Note: "a person sets it, with the switch for expiry dates beside it"},
	}
}

func itemSiteFields() []Field {
	return []Field{
		{Attribute: itemType, Access: AccessCustom, convert: enumConverter(), Note: "where it is named, a new product's type and Track Inventory follow from it: service, consumable, or stored goods"},
		{Attribute: itemMaterial, Access: AccessCustom, convert: textConverter()},
		{Attribute: itemGrade, Access: AccessCustom, convert: textConverter()},
		{Attribute: itemDrawing, Access: AccessCustom, convert: codeConverter()},
		{Attribute: itemRevision, Access: AccessCustom, convert: codeConverter()},
		{Attribute: itemManufacturer, Access: AccessCustom, convert: textConverter()},
		{Attribute: itemManufacturerPart, Access: AccessCustom, convert: codeConverter()},
		{Attribute: itemPurchaseUnit, Access: AccessCustom, convert: enumConverter(), Note: "Odoo 19 keeps a unit with each supplier's price instead"},
		{Attribute: itemMakeBuy, Access: AccessCustom, convert: enumConverter("make", "buy", "both"), Note: "Odoo decides by routes"},
		{Attribute: itemLeadTime, Access: AccessCustom, convert: quantityConverter("DAY"),
			Note: "of the plant of the system, where it has one; Odoo's sale_delay may be named and is read, supplier and production times stand elsewhere"},
		{Attribute: itemMinStock, Access: AccessCustom, convert: quantityConverter(""), Note: "Odoo keeps it in reordering rules of a warehouse"},
		{Attribute: itemLotSize, Access: AccessCustom, convert: quantityConverter(""), Note: "Odoo keeps it in reordering rules and BOMs"},
		{Attribute: itemSuccessor, Access: AccessHubOnly, Note: "Odoo has nothing like it"},
		{Attribute: "variant_of", Access: AccessHubOnly, Note: "Odoo's template, which is not a record of its own here"},
		{Attribute: "variant_values", Access: AccessHubOnly},
		{Attribute: "supplier_items", Access: AccessHubOnly},
		{Attribute: "conversions", Access: AccessHubOnly, Note: "Odoo converts by the unit alone"},
	}
}

// itemKind is what Odoo calls the product: goods that are stored by number unless the item type says otherwise; lots and serial
// numbers exist for such products only.
func itemKind(set domain.Attributes) (map[string]string, error) {
	tracked := set.Text(itemTracking) == "lot" || set.Text(itemTracking) == "serial"
	switch set.Text(itemType) {
	case "service":
		if tracked {
			return nil, domain.Invalid(domain.CodeSystemRefused, "Odoo cannot hold this: a service has neither lots nor serial numbers")
		}
		return map[string]string{"type": "service"}, nil
	case "consumable":
		if !tracked {
			return map[string]string{"type": "consu"}, nil
		}
	}
	return map[string]string{"type": "consu", "is_storable": "True"}, nil
}
