package catalog

import "github.com/crosswalk-mdm/crosswalk/domain"

// WorkCenter is the domain of machines, lines and benches at which operations are done.
const WorkCenter domain.DomainName = "work_center"

// The attributes of a work center.
const (
	WorkCenterCode        domain.AttributeID = "code"
	WorkCenterName        domain.AttributeID = "name"
	WorkCenterPlant       domain.AttributeID = "plant"
	WorkCenterLocation    domain.AttributeID = "location"
	WorkCenterCapacity    domain.AttributeID = "capacity"
	WorkCenterEfficiency  domain.AttributeID = "efficiency"
	WorkCenterCostRate    domain.AttributeID = "cost_rate"
	WorkCenterISA95       domain.AttributeID = "isa95_level"
	WorkCenterDescription domain.AttributeID = "description"
)

// WorkCenterDefinition declares the work center.
func WorkCenterDefinition() domain.Definition {
	return domain.Definition{
		Domain: WorkCenter, Label: "work center", Version: 1, CodeAttribute: WorkCenterCode, NameAttribute: WorkCenterName,
		Attributes: []domain.Attribute{
			attribute(WorkCenterCode, "Work center code", domain.KindCode, required, personOnly, length(64), help("The canonical code, exactly as written.")),
			attribute(WorkCenterName, "Name", domain.KindText, required, length(256), fold(domain.FoldSpace)),
			attribute(WorkCenterPlant, "Plant", domain.KindCode, personOnly, ofPlant, help("The plant it stands in.")),
			attribute(WorkCenterLocation, "Location", domain.KindReference, refers(Location), help("Where in the plant it stands.")),
			attribute(WorkCenterCapacity, "Capacity", domain.KindQuantity, number("", "0", "0"), help("How many units it can work on at once.")),
			attribute(WorkCenterEfficiency, "Efficiency", domain.KindQuantity, share(1000), help("Percent of the planned speed; 100 is as planned.")),
			attribute(WorkCenterCostRate, "Cost rate", domain.KindMoney, personOnly, costly, help("For one hour. It is compared and never written.")),
			attribute(WorkCenterISA95, "ISA-95 level", domain.KindEnum, members("process_cell", "production_unit", "production_line", "work_cell", "storage_zone", "work_unit"),
				help("What it is in the equipment hierarchy of IEC 62264.")),
			attribute(WorkCenterDescription, "Description", domain.KindTranslated, length(4000), fold(domain.FoldSpace)),
		},
	}.WithLists(bareLists())
}
