package structure

import (
	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Shape says where a record's attributes hold a bill. The zero value of each says that the domain has no such attribute.
type Shape struct {
	Lines      domain.AttributeID
	Order      domain.AttributeID // of a line
	Code       domain.AttributeID
	Makes      domain.AttributeID
	Type       domain.AttributeID
	Phantom    domain.Enum // the type of a phantom
	Base       domain.AttributeID
	BaseUnit   domain.AttributeID
	Revision   domain.AttributeID
	ValidFrom  domain.AttributeID
	ValidTo    domain.AttributeID
	Operations bool // the lines are found by their names
}

// Components is the shape of a BOM.
func Components() Shape {
	return Shape{Lines: "components", Order: AttrPosition, Code: "code", Makes: "item", Type: "bom_type", Phantom: "phantom",
		Base: "base_quantity", BaseUnit: AttrBaseUnit, Revision: "revision", ValidFrom: "valid_from", ValidTo: "valid_to"}
}

// ByProducts is the shape of what else comes out of a BOM.
func ByProducts() Shape {
	shape := Components()
	shape.Lines = "by_products"
	return shape
}

// Operations is the shape of a routing.
func Operations() Shape {
	shape := Components()
	shape.Lines, shape.Order, shape.Type, shape.Operations = "operations", AttrSequence, "", true
	return shape
}

// Read takes a bill out of the attributes of a record: a golden one, or a system's that went through the crosswalk. What the
// crosswalk did not turn into a reference is a code that nobody has mapped.
func (s Shape) Read(said domain.Attributes, system domain.SystemID) Bill {
	bill := Bill{
		Name: textOf(said[s.Code]), Makes: partOf(said[s.Makes], system), Revision: textOf(said[s.Revision]),
		Phantom:  s.Type != "" && said[s.Type] == domain.Value(s.Phantom),
		Validity: domain.Validity{From: dayOf(said[s.ValidFrom]), To: dayOf(said[s.ValidTo])},
		Base:     One(), BaseUnit: textOf(said[s.BaseUnit]),
	}
	if base, ok := said[s.Base].(domain.Quantity); ok {
		bill.Base = base.Number
		if base.Unit != "" {
			bill.BaseUnit = base.Unit
		}
	}
	lines, _ := said[s.Lines].(domain.Lines)
	bill.Lines = make([]Line, len(lines))
	for i, line := range lines {
		bill.Lines[i] = s.line(line, system)
	}
	return bill
}

func (s Shape) line(line domain.Line, system domain.SystemID) Line {
	said := line.Attributes
	l := Line{
		ID: line.ID, Unit: textOf(said[AttrUnit]), Scrap: numberOf(said[AttrScrap]), Alternate: textOf(said[AttrAlternate]),
		Operation: textOf(said[AttrOperation]), WorkCenter: partOf(said[AttrWorkCenter], system),
		Workers: numberOf(said[AttrWorkers]), Share: numberOf(said[AttrShare]),
	}
	l.Setup, _ = said[AttrSetup].(domain.Quantity)
	l.Run, _ = said[AttrRun].(domain.Quantity)
	if amount, ok := said[AttrQuantity].(domain.Quantity); ok {
		l.Quantity = amount.Number
		if amount.Unit != "" {
			l.Unit = amount.Unit
		}
	}
	if position, ok := said[s.Order].(domain.Quantity); ok {
		l.Position = decimal.NewNullDecimal(position.Number)
	}
	if s.Operations {
		l.Name = textOf(said[AttrName])
	} else {
		l.Part = partOf(said[AttrItem], system)
	}
	return l
}

// partOf is what a value names: a record, or a code of the system.
func partOf(v domain.Value, system domain.SystemID) Part {
	if reference, ok := v.(domain.Reference); ok {
		return Part{Record: reference.Record}
	}
	if code := textOf(v); code != "" {
		return Part{System: system, Code: domain.Code(code)}
	}
	return Part{}
}

func textOf(v domain.Value) string {
	if v == nil {
		return ""
	}
	return v.Display()
}

func numberOf(v domain.Value) decimal.Decimal {
	number, _ := v.(domain.Quantity)
	return number.Number
}

func dayOf(v domain.Value) domain.Date {
	day, _ := v.(domain.Day)
	return domain.Date(day)
}
