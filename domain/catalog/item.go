package catalog

import "github.com/crosswalk-mdm/crosswalk/domain"

// Item is the domain of purchased, made and sold things: one record per stock-keeping unit.
const Item domain.DomainName = "item"

// The attributes of an item that hold everywhere.
const (
	ItemCode             domain.AttributeID = "code"
	ItemName             domain.AttributeID = "name"
	ItemDescription      domain.AttributeID = "description"
	ItemCategory         domain.AttributeID = "category"
	ItemType             domain.AttributeID = "item_type"
	ItemBaseUnit         domain.AttributeID = "base_unit"
	ItemPurchaseUnit     domain.AttributeID = "purchase_unit"
	ItemNetWeight        domain.AttributeID = "net_weight"
	ItemMaterial         domain.AttributeID = "material"
	ItemGrade            domain.AttributeID = "grade"
	ItemDrawing          domain.AttributeID = "drawing"
	ItemRevision         domain.AttributeID = "revision"
	ItemManufacturer     domain.AttributeID = "manufacturer"
	ItemManufacturerPart domain.AttributeID = "manufacturer_part"
	ItemGTIN             domain.AttributeID = "gtin"
	ItemHSCode           domain.AttributeID = "hs_code"
	ItemOrigin           domain.AttributeID = "origin"
	ItemTracking         domain.AttributeID = "tracking"
	ItemShelfLife        domain.AttributeID = "shelf_life"
	ItemMakeBuy          domain.AttributeID = "make_buy"
	ItemSuccessor        domain.AttributeID = "successor"
	ItemVariantOf        domain.AttributeID = "variant_of"
	ItemVariantValues    domain.AttributeID = "variant_values"
	ItemSupplierItems    domain.AttributeID = "supplier_items"
	ItemConversions                         = domain.Conversions
)

// What a value says by which a variant differs from its siblings.
const (
	VariantFeature domain.AttributeID = "feature"
	VariantValue   domain.AttributeID = "value"
)

// What a supplier item says: how a supplier names and sells the item. Prices are agreed in purchasing and are not kept here.
const (
	SupplierItemSupplier    domain.AttributeID = "supplier"
	SupplierItemCode        domain.AttributeID = "supplier_code"
	SupplierItemName        domain.AttributeID = "supplier_name"
	SupplierItemCompany     domain.AttributeID = "company"
	SupplierItemMinQuantity domain.AttributeID = "min_quantity"
	SupplierItemUnit        domain.AttributeID = "unit"
	SupplierItemLeadTime    domain.AttributeID = "lead_time"
	SupplierItemValidFrom   domain.AttributeID = "valid_from"
	SupplierItemValidTo     domain.AttributeID = "valid_to"
	SupplierItemPosition    domain.AttributeID = "position"
)

// The attributes of an item that hold for one company or one plant.
const (
	ItemStandardCost domain.AttributeID = "standard_cost"
	ItemLeadTime     domain.AttributeID = "lead_time"
	ItemMinStock     domain.AttributeID = "min_stock"
	ItemLotSize      domain.AttributeID = "lot_size"
)

// ItemDefinition declares the item. Its governed enums have the codes that the lists are built in with.
func ItemDefinition() domain.Definition {
	attributes := append(itemIdentity(), itemTechnical()...)
	attributes = append(attributes, itemTrade()...)
	attributes = append(append(attributes, itemScoped()...), itemLines()...)
	return domain.Definition{
		Domain: Item, Label: "item", Version: 3, CodeAttribute: ItemCode, NameAttribute: ItemName, UnitAttribute: ItemBaseUnit, Attributes: attributes,
		Identifiers: [][]domain.AttributeID{{ItemGTIN}, {ItemManufacturer, ItemManufacturerPart}},
	}.WithLists(bareLists())
}

// itemIdentity is what an item is and how it is counted.
func itemIdentity() []domain.Attribute {
	return []domain.Attribute{
		attribute(ItemCode, "Item code", domain.KindCode, required, personOnly, length(64), help("The canonical code, exactly as written.")),
		attribute(ItemName, "Name", domain.KindTranslated, required, length(256), fold(domain.FoldSpace)),
		attribute(ItemBaseUnit, "Base unit", domain.KindEnum, required, personOnly, coded(ListUnit),
			help("The UN/ECE Recommendation 20 code of the unit the item is counted in.")),
		attribute(ItemNetWeight, "Net weight", domain.KindQuantity, number("KGM", "0.005", "0.001"),
			help("The weight of one base unit without packaging, in kilograms.")),
		attribute(ItemGTIN, "GTIN", domain.KindCode, length(14), checked(domain.CheckGTIN)),
		attribute(ItemTracking, "Tracking", domain.KindEnum, personOnly, members("none", "lot", "serial"),
			help("Whether stock is kept by lot or by serial number.")),
		attribute(ItemDescription, "Description", domain.KindTranslated, length(4000), fold(domain.FoldSpace)),
		attribute(ItemCategory, "Category", domain.KindEnum, coded(ListCategory)),
		attribute(ItemType, "Item type", domain.KindEnum, coded(ListItemType)),
		attribute(ItemPurchaseUnit, "Purchase unit", domain.KindEnum, personOnly, coded(ListUnit), help("The unit it is bought in, where that is not the base unit.")),
	}
}

// itemTechnical is what engineering says of it.
func itemTechnical() []domain.Attribute {
	return []domain.Attribute{
		attribute(ItemMaterial, "Material", domain.KindText, length(128), fold(domain.FoldCase), help("Such as X5CrNi18-10 or PA66-GF30.")),
		attribute(ItemGrade, "Grade", domain.KindText, length(64), fold(domain.FoldCase), help("Strength or quality grade, such as 8.8 or A2-70.")),
		attribute(ItemDrawing, "Drawing", domain.KindCode, length(64)),
		attribute(ItemRevision, "Revision", domain.KindCode, length(16), help("The revision of the drawing that is in force.")),
		attribute(ItemShelfLife, "Shelf life", domain.KindQuantity, number("DAY", "0", "0"), help("Days from production to expiry.")),
	}
}

// itemTrade is what purchasing, customs and planning say of it.
func itemTrade() []domain.Attribute {
	return []domain.Attribute{
		attribute(ItemManufacturer, "Manufacturer", domain.KindText, length(128), fold(domain.FoldCase)),
		attribute(ItemManufacturerPart, "Manufacturer part number", domain.KindCode, length(64)),
		attribute(ItemHSCode, "HS code", domain.KindCode, length(12), help("The customs tariff number, digits without points.")),
		attribute(ItemOrigin, "Country of origin", domain.KindEnum, coded(ListCountry), help("The ISO 3166 code of the country.")),
		attribute(ItemMakeBuy, "Make or buy", domain.KindEnum, members("make", "buy", "both")),
		attribute(ItemSuccessor, "Successor", domain.KindReference, personOnly, lasting, above(Item),
			help("The item that takes its place when it is phased out.")),
		attribute(ItemVariantOf, "Variant of", domain.KindReference, personOnly, above(Item),
			help("The item of which this is one variant; what is said there is not repeated here.")),
	}
}

// itemScoped is what each company or plant says for itself.
func itemScoped() []domain.Attribute {
	return []domain.Attribute{
		attribute(ItemStandardCost, "Standard cost", domain.KindMoney, scoped(domain.ScopeCompany), personOnly, costly,
			help("For one base unit. It is compared and never written: writing it would revalue stock.")),
		attribute(ItemLeadTime, "Lead time", domain.KindQuantity, scoped(domain.ScopePlant), number("DAY", "0", "0"),
			help("Days from order to availability at the plant.")),
		attribute(ItemMinStock, "Minimum stock", domain.KindQuantity, scoped(domain.ScopePlant), number("", "0", "0"), help("In base units.")),
		attribute(ItemLotSize, "Lot size", domain.KindQuantity, scoped(domain.ScopePlant), number("", "0", "0"), help("In base units.")),
	}
}

// itemLines are the lists that an item has.
func itemLines() []domain.Attribute {
	return []domain.Attribute{
		attribute(ItemVariantValues, "Variant values", domain.KindLines, personOnly, help("By what it differs from the other variants."),
			lines(domain.LineDefinition{Label: "variant value", Identity: ids(VariantFeature), Attributes: []domain.Attribute{
				attribute(VariantFeature, "Feature", domain.KindText, required, length(64), fold(domain.FoldCase)),
				attribute(VariantValue, "Value", domain.KindText, required, length(128), fold(domain.FoldCase)),
			}})),
		attribute(ItemSupplierItems, "Supplier items", domain.KindLines, lines(domain.LineDefinition{
			Label: "supplier item", Identity: ids(SupplierItemSupplier, SupplierItemCompany, SupplierItemMinQuantity, SupplierItemUnit), Position: SupplierItemPosition,
			Ordered: [][2]domain.AttributeID{{SupplierItemValidFrom, SupplierItemValidTo}}, Attributes: supplierItem(),
		}), help("How suppliers name and sell it. Prices are purchasing's and are not kept here.")),
		attribute(ItemConversions, "Conversions", domain.KindLines, personOnly, lines(domain.LineDefinition{
			Label: "conversion", Converts: true, Identity: ids(ConversionFrom, ConversionTo), Attributes: conversion(),
		}), help("What one unit of this very item is in another, where that is not so of everything: kilograms in a roll.")),
	}
}

func supplierItem() []domain.Attribute {
	return []domain.Attribute{
		attribute(SupplierItemPosition, "Position", domain.KindQuantity, number("", "0", "0"), help("The order in which suppliers are asked.")),
		attribute(SupplierItemSupplier, "Supplier", domain.KindReference, required, refers(Supplier)),
		attribute(SupplierItemCode, "Supplier's code", domain.KindCode, length(64)),
		attribute(SupplierItemName, "Supplier's name for it", domain.KindText, length(256), fold(domain.FoldSpace)),
		attribute(SupplierItemCompany, "Company", domain.KindCode, length(64), help("The company that buys on these terms; empty for all.")),
		attribute(SupplierItemMinQuantity, "Minimum quantity", domain.KindQuantity, number("", "0", "0")),
		attribute(SupplierItemUnit, "Unit", domain.KindEnum, coded(ListUnit)),
		attribute(SupplierItemLeadTime, "Lead time", domain.KindQuantity, number("DAY", "0", "0")),
		attribute(SupplierItemValidFrom, "Valid from", domain.KindDate),
		attribute(SupplierItemValidTo, "Valid to", domain.KindDate),
	}
}
