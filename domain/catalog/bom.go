package catalog

import "github.com/crosswalk-mdm/crosswalk/domain"

// BOM is the domain of bills of material: what one item is made of, at one plant or everywhere.
const BOM domain.DomainName = "bom"

// The attributes of a BOM.
const (
	BOMCode          domain.AttributeID = "code"
	BOMItem          domain.AttributeID = "item"
	BOMPlant         domain.AttributeID = "plant"
	BOMType          domain.AttributeID = "bom_type"
	BOMSubcontractor domain.AttributeID = "subcontractor"
	BOMBaseQuantity  domain.AttributeID = "base_quantity"
	BOMBaseUnit      domain.AttributeID = "base_unit"
	BOMRevision      domain.AttributeID = "revision"
	BOMValidFrom     domain.AttributeID = "valid_from"
	BOMValidTo       domain.AttributeID = "valid_to"
	BOMDescription   domain.AttributeID = "description"
	BOMComponents    domain.AttributeID = "components"
	BOMByProducts    domain.AttributeID = "by_products"
)

// What a component of a BOM says, and what a by-product does. Both have a position, an item, a quantity and its unit.
const (
	ComponentPosition       domain.AttributeID = "position"
	ComponentItem           domain.AttributeID = "item"
	ComponentQuantity       domain.AttributeID = "quantity"
	ComponentUnit           domain.AttributeID = "unit"
	ComponentScrap          domain.AttributeID = "scrap"
	ComponentOperation      domain.AttributeID = "operation"
	ComponentAlternateGroup domain.AttributeID = "alternate_group"
	ByProductCostShare      domain.AttributeID = "cost_share"
)

// BOMDefinition declares the BOM. It is called by its code: a name of its own it has nowhere.
func BOMDefinition() domain.Definition {
	return domain.Definition{
		Domain: BOM, Label: "BOM", Version: 1, CodeAttribute: BOMCode, NameAttribute: BOMCode,
		Attributes: append(bomHead(), bomLines()...), Ordered: [][2]domain.AttributeID{{BOMValidFrom, BOMValidTo}},
		Makes: BOMItem, Validity: [2]domain.AttributeID{BOMValidFrom, BOMValidTo},
		Unmatched: "A BOM is known by its item, its plant and what it is made of: BOMs are compared line by line, not by likeness.",
	}.WithLists(bareLists())
}

// bomHead is for what it is, how much, where and when.
func bomHead() []domain.Attribute {
	head := []domain.Attribute{
		attribute(BOMCode, "BOM code", domain.KindCode, required, personOnly, length(64), help("The canonical code, exactly as written.")),
		attribute(BOMItem, "Item", domain.KindReference, required, personOnly, refers(Item), help("What is made.")),
		attribute(BOMPlant, "Plant", domain.KindCode, personOnly, ofPlant, help("The plant it holds for; empty for all.")),
		attribute(BOMType, "Type", domain.KindEnum, required, personOnly, coded(ListBOMType), help("A phantom is never stocked: its components go into what contains it.")),
		attribute(BOMSubcontractor, "Subcontractor", domain.KindReference, personOnly, refers(Supplier), help("Who makes it, where that is a supplier.")),
		attribute(BOMBaseQuantity, "Base quantity", domain.KindQuantity, required, personOnly, positive, help("How much is made of the components.")),
		attribute(BOMBaseUnit, "Base unit", domain.KindEnum, required, personOnly, coded(ListUnit), help("The unit of the base quantity.")),
		attribute(BOMRevision, "Revision", domain.KindCode, personOnly, length(16)),
	}
	head = append(head, validity(BOMValidFrom, BOMValidTo)...)
	return append(head, attribute(BOMDescription, "Description", domain.KindTranslated, length(4000), fold(domain.FoldSpace)))
}

// bomLines is what goes in and what else comes out.
func bomLines() []domain.Attribute {
	return []domain.Attribute{
		attribute(BOMComponents, "Components", domain.KindLines, personOnly, lines(domain.LineDefinition{
			Label: "component", Identity: ids(ComponentItem), Position: ComponentPosition, Contains: ComponentItem,
			Attributes: append(madeOf(), []domain.Attribute{
				attribute(ComponentScrap, "Scrap", domain.KindQuantity, share(100), help("Percent that is lost, on top of the quantity.")),
				attribute(ComponentOperation, "Operation", domain.KindCode, length(64), help("The operation of the routing at which it goes in.")),
				attribute(ComponentAlternateGroup, "Alternate group", domain.KindCode, length(16), help("Of components of one group one is taken.")),
			}...),
		}), help("What goes in, for the base quantity.")),
		attribute(BOMByProducts, "By-products", domain.KindLines, personOnly, lines(domain.LineDefinition{
			Label: "by-product", Identity: ids(ComponentItem), Position: ComponentPosition, Share: ByProductCostShare,
			Attributes: append(madeOf(), []domain.Attribute{
				attribute(ByProductCostShare, "Cost share", domain.KindQuantity, share(100), help("Percent of the cost; all by-products together at most 100.")),
				attribute(ComponentOperation, "Operation", domain.KindCode, length(64)),
			}...),
		}), help("What comes out beside the item itself.")),
	}
}

// madeOf is what components and by-products have in common. The tolerance is half of the sixth decimal place.
func madeOf() []domain.Attribute {
	return []domain.Attribute{
		attribute(ComponentPosition, "Position", domain.KindQuantity, number("", "0", "0"), help("The order of the lines.")),
		attribute(ComponentItem, "Item", domain.KindReference, required, refers(Item)),
		attribute(ComponentQuantity, "Quantity", domain.KindQuantity, required, number("", "0.0000005", "0")),
		attribute(ComponentUnit, "Unit", domain.KindEnum, required, coded(ListUnit)),
	}
}
