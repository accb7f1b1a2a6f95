package catalog

import "github.com/crosswalk-mdm/crosswalk/domain"

// Routing is the domain of how an item is made: its operations, in order.
const Routing domain.DomainName = "routing"

// The attributes of a routing.
const (
	RoutingCode         domain.AttributeID = "code"
	RoutingItem         domain.AttributeID = "item"
	RoutingBOM          domain.AttributeID = "bom"
	RoutingPlant        domain.AttributeID = "plant"
	RoutingBaseQuantity domain.AttributeID = "base_quantity"
	RoutingBaseUnit     domain.AttributeID = "base_unit"
	RoutingRevision     domain.AttributeID = "revision"
	RoutingValidFrom    domain.AttributeID = "valid_from"
	RoutingValidTo      domain.AttributeID = "valid_to"
	RoutingDescription  domain.AttributeID = "description"
	RoutingOperations   domain.AttributeID = "operations"
)

// What an operation of a routing says.
const (
	OperationSequence   domain.AttributeID = "sequence"
	OperationWorkCenter domain.AttributeID = "work_center"
	OperationName       domain.AttributeID = "name"
	OperationSetupTime  domain.AttributeID = "setup_time"
	OperationRunTime    domain.AttributeID = "run_time"
	OperationWorkers    domain.AttributeID = "workers"
)

// RoutingDefinition declares the routing, of an item or of one of its BOMs. It is called by its code.
func RoutingDefinition() domain.Definition {
	return domain.Definition{
		Domain: Routing, Label: "routing", Version: 1, CodeAttribute: RoutingCode, NameAttribute: RoutingCode,
		Attributes: append(routingHead(), routingOperations()), Ordered: [][2]domain.AttributeID{{RoutingValidFrom, RoutingValidTo}},
		Validity:  [2]domain.AttributeID{RoutingValidFrom, RoutingValidTo},
		OneOf:     [][]domain.AttributeID{{RoutingItem, RoutingBOM}},
		Unmatched: "A routing is known by its item, its plant and its operations: routings are compared line by line, not by likeness.",
	}.WithLists(bareLists())
}

func routingHead() []domain.Attribute {
	head := []domain.Attribute{
		attribute(RoutingCode, "Routing code", domain.KindCode, required, personOnly, length(64), help("The canonical code, exactly as written.")),
		attribute(RoutingItem, "Item", domain.KindReference, personOnly, refers(Item), help("What is made; a routing has an item, a BOM or both.")),
		attribute(RoutingBOM, "BOM", domain.KindReference, personOnly, refers(BOM), help("The BOM that is worked off.")),
		attribute(RoutingPlant, "Plant", domain.KindCode, personOnly, ofPlant, help("The plant it holds for; empty for all.")),
		attribute(RoutingBaseQuantity, "Base quantity", domain.KindQuantity, personOnly, positive, help("The quantity that the run times are for; empty for one.")),
		attribute(RoutingBaseUnit, "Base unit", domain.KindEnum, personOnly, coded(ListUnit)),
		attribute(RoutingRevision, "Revision", domain.KindCode, personOnly, length(16)),
	}
	head = append(head, validity(RoutingValidFrom, RoutingValidTo)...)
	return append(head, attribute(RoutingDescription, "Description", domain.KindTranslated, length(4000), fold(domain.FoldSpace)))
}

// routingOperations are found on the other side by their names: their numbers and where they are done may be what differs.
func routingOperations() domain.Attribute {
	return attribute(RoutingOperations, "Operations", domain.KindLines, personOnly, lines(domain.LineDefinition{
		Label: "operation", Identity: ids(OperationName), Position: OperationSequence, Attributes: []domain.Attribute{
			attribute(OperationSequence, "Sequence", domain.KindQuantity, required, number("", "0", "0")),
			attribute(OperationName, "Name", domain.KindText, required, length(256), fold(domain.FoldCase)),
			attribute(OperationWorkCenter, "Work center", domain.KindReference, required, refers(WorkCenter)),
			attribute(OperationSetupTime, "Setup time", domain.KindQuantity, number("MIN", "0.005", "0"), help("Minutes, once for each order.")),
			attribute(OperationRunTime, "Run time", domain.KindQuantity, number("MIN", "0.005", "0"), help("Minutes for the base quantity.")),
			attribute(OperationWorkers, "Workers", domain.KindQuantity, number("", "0", "0"), help("How many people it takes.")),
		},
	}), help("What is done, in order."))
}
