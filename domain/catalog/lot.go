package catalog

import "github.com/crosswalk-mdm/crosswalk/domain"

// Lot is the domain of lots and serial numbers: which piece of which item it is.
const Lot domain.DomainName = "lot"

// The attributes of a lot.
const (
	LotCode        domain.AttributeID = "code"
	LotNumber      domain.AttributeID = "lot_number"
	LotItem        domain.AttributeID = "item"
	LotPlant       domain.AttributeID = "plant"
	LotSupplier    domain.AttributeID = "supplier"
	LotSupplierLot domain.AttributeID = "supplier_lot"
	LotProduced    domain.AttributeID = "produced"
	LotExpires     domain.AttributeID = "expires"
	LotStatus      domain.AttributeID = "status"
	LotSerial      domain.AttributeID = "serial"
)

// LotDefinition declares the lot. A lot number is one item's own: the canonical code has more to it. A number of an item, or a
// supplier's number of an item, is one lot.
func LotDefinition() domain.Definition {
	return domain.Definition{
		Domain: Lot, Label: "lot", Version: 1, CodeAttribute: LotCode, NameAttribute: LotNumber,
		Attributes: []domain.Attribute{
			attribute(LotCode, "Lot code", domain.KindCode, required, personOnly, length(128), help("The canonical code, unique over all items.")),
			attribute(LotNumber, "Lot number", domain.KindCode, required, personOnly, length(64), help("As it stands on the label; other items may have the same.")),
			attribute(LotItem, "Item", domain.KindReference, required, personOnly, lasting, refers(Item)),
			attribute(LotPlant, "Plant", domain.KindCode, ofPlant, help("The plant that made or received it.")),
			attribute(LotSupplier, "Supplier", domain.KindReference, lasting, refers(Supplier), help("Who made it, where that was not the company.")),
			attribute(LotSupplierLot, "Supplier's lot", domain.KindCode, length(64), help("The supplier's own number of it.")),
			attribute(LotProduced, "Produced", domain.KindDate),
			attribute(LotExpires, "Expires", domain.KindDate, personOnly, help("The last day on which it may be used.")),
			attribute(LotStatus, "Status", domain.KindEnum, personOnly, coded(ListLotStatus), help("Whether it may be used; the most restrictive one seen anywhere counts.")),
			attribute(LotSerial, "Serial number", domain.KindBool, personOnly, help("The number is of one piece alone.")),
		},
		Identifiers: [][]domain.AttributeID{{LotItem, LotNumber}, {LotItem, LotSupplier, LotSupplierLot}},
		Ordered:     [][2]domain.AttributeID{{LotProduced, LotExpires}}, NewRecords: domain.GovernRegistered,
		Unmatched: "A lot is known by its item and its number: lots with similar numbers are different lots.",
	}.WithLists(bareLists())
}
