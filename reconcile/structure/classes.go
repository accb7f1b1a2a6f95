package structure

import "github.com/crosswalk-mdm/crosswalk/domain"

// Class says how two lines, or the bills they stand in, differ.
type Class string

// The classes.
const (
	ClassMissing    Class = "missing"     // the right side lacks the line
	ClassExtra      Class = "extra"       // the left side lacks the line
	ClassQuantity   Class = "quantity"    // per unit of output
	ClassUnit       Class = "unit"        // one that does not convert, or the same number in another unit
	ClassScrap      Class = "scrap"       //
	ClassAlternate  Class = "alternate"   // another group of alternates
	ClassSequence   Class = "sequence"    // the line has moved
	ClassWorkCenter Class = "work_center" // done elsewhere
	ClassTime       Class = "time"        // setup, or run per unit of output
	ClassOperation  Class = "operation"   // the component goes in at another operation
	ClassWorkers    Class = "workers"     // other hands needed
	ClassShare      Class = "share"       // another share of the cost
	ClassName       Class = "name"        // the operation of that number and work center is called otherwise
	ClassUnknown    Class = "unknown"     // nobody has mapped the code: it may be the same
)

// Mirrored is the class as it is with the sides exchanged.
func (c Class) Mirrored() Class {
	switch c {
	case ClassMissing:
		return ClassExtra
	case ClassExtra:
		return ClassMissing
	default:
		return c
	}
}

// The attributes of lines that are compared, as the built-in Definitions of BOM and routing call them; AttrBaseUnit and AttrBill are
// of the bill itself.
const (
	AttrItem       domain.AttributeID = "item"
	AttrName       domain.AttributeID = "name"
	AttrPosition   domain.AttributeID = "position"
	AttrSequence   domain.AttributeID = "sequence"
	AttrQuantity   domain.AttributeID = "quantity"
	AttrUnit       domain.AttributeID = "unit"
	AttrScrap      domain.AttributeID = "scrap"
	AttrAlternate  domain.AttributeID = "alternate_group"
	AttrOperation  domain.AttributeID = "operation"
	AttrWorkCenter domain.AttributeID = "work_center"
	AttrSetup      domain.AttributeID = "setup_time"
	AttrRun        domain.AttributeID = "run_time"
	AttrWorkers    domain.AttributeID = "workers"
	AttrShare      domain.AttributeID = "cost_share"
	AttrBaseUnit   domain.AttributeID = "base_unit"
	AttrBill       domain.AttributeID = "bill"
)

// difference is one thing in which two lines do not agree.
type difference struct {
	class     Class
	attribute domain.AttributeID
}
