package catalog

import (
	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

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
	attributes = append(attributes, itemScoped()...)
	return domain.Definition{
		Domain: Item, Label: "item", Version: 2, CodeAttribute: ItemCode, NameAttribute: ItemName, UnitAttribute: ItemBaseUnit, Attributes: attributes,
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
		attribute(ItemSuccessor, "Successor", domain.KindReference, personOnly, func(a *domain.Attribute) { a.References = Item },
			help("The item that takes its place when it is phased out.")),
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

func required(a *domain.Attribute)   { a.Required = true }
func personOnly(a *domain.Attribute) { a.PersonOnly = true }

// costly values are for few eyes and are never delivered.
func costly(a *domain.Attribute) {
	a.Classification, a.ComparedOnly = domain.ClassConfidential, true
	a.Tolerance = domain.Tolerance{Absolute: decimal.New(5, -3)}
	a.Least = &decimal.Decimal{}
}

func help(text string) func(*domain.Attribute) { return func(a *domain.Attribute) { a.Help = text } }
func length(most int) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.MaxLength = most }
}
func fold(rule domain.FoldRule) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.Fold = rule }
}
func coded(list domain.CodeListID) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.CodeList = list }
}
func members(codes ...string) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.Members = codes }
}
func scoped(scope domain.AttributeScope) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.Scope = scope }
}
func checked(digits domain.CheckDigit) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.Digits = digits }
}

// number is for a quantity that cannot be negative, kept in one unit, with its absolute and relative tolerance.
func number(unit, absolute, relative string) func(*domain.Attribute) {
	return func(a *domain.Attribute) {
		a.Unit, a.Least = unit, &decimal.Decimal{}
		a.Tolerance = domain.Tolerance{Absolute: decimal.RequireFromString(absolute), Relative: decimal.RequireFromString(relative)}
	}
}
