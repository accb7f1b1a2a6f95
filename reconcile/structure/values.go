package structure

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// shownPlaces is to how many decimal places a number per unit of output is shown. It is never compared.
const shownPlaces = 12

// values are what two lines say of an attribute.
func (j *judge) values(l, r *entry, attribute domain.AttributeID) (left, right domain.Value) {
	return j.value(l, attribute, true), j.value(r, attribute, false)
}

// value is what a line says of an attribute, nil for nothing. A unit is shown with its number: it says nothing without.
func (j *judge) value(e *entry, attribute domain.AttributeID, left bool) domain.Value {
	line := e.line
	switch attribute {
	case AttrItem:
		return e.id.part.value("item")
	case AttrName:
		return text(domain.Text(line.Name))
	case AttrQuantity, AttrUnit:
		return domain.Quantity{Number: j.shown(e.factor != nil, e.quantity, line.Quantity, left), Unit: line.Unit}
	case AttrRun:
		return domain.Quantity{Number: j.shown(e.factor != nil, e.run, line.Run.Number, left), Unit: line.Run.Unit}
	case AttrSetup:
		return line.Setup
	case AttrScrap:
		return domain.Quantity{Number: decimal.NewFromBigRat(e.scrap(), shownPlaces), Unit: percent}
	case AttrShare:
		return domain.Quantity{Number: line.Share, Unit: percent}
	case AttrWorkers:
		return domain.Quantity{Number: line.Workers}
	case AttrAlternate:
		return text(domain.Code(line.Alternate))
	case AttrOperation:
		return text(domain.Code(line.Operation))
	case AttrWorkCenter:
		return line.WorkCenter.value("work_center")
	default:
		return nil
	}
}

// percent is the unit of shares.
const percent = "P1"

// shown is a number as it is written where both bases are the same, else per unit of output.
func (j *judge) shown(multiplied bool, exact func() *big.Rat, written decimal.Decimal, left bool) decimal.Decimal {
	base := j.scale.right
	if left {
		base = j.scale.left
	}
	switch {
	case !multiplied && (j.scale.same || base == nil):
		return written
	case j.scale.same || base == nil:
		return decimal.NewFromBigRat(exact(), shownPlaces)
	default:
		return decimal.NewFromBigRat(per(exact(), base), shownPlaces)
	}
}

// attributes are all that a line says, as its Definition has it: a component's unit stands beside its number.
func (j *judge) attributes(e *entry, left bool) domain.Attributes {
	said := domain.Attributes{}
	for _, id := range lineAttributes() {
		v := j.value(e, id, left)
		if number, ok := v.(domain.Quantity); v == nil || (ok && number.Number.IsZero()) {
			continue
		}
		said[id] = v
	}
	if e.id.name == "" {
		amount := j.value(e, AttrQuantity, left).(domain.Quantity)
		said[AttrQuantity] = domain.Quantity{Number: amount.Number}
		if amount.Unit != "" {
			said[AttrUnit] = domain.Enum(amount.Unit)
		}
	}
	if at := placed(e); at != nil {
		said[e.order()] = at
	}
	return said
}

// order is the attribute that says where the line stands.
func (e *entry) order() domain.AttributeID {
	if e.id.name != "" {
		return AttrSequence
	}
	return AttrPosition
}

// lineAttributes are those that a line may have beside its quantity and position.
func lineAttributes() []domain.AttributeID {
	return []domain.AttributeID{AttrItem, AttrName, AttrScrap, AttrAlternate, AttrOperation, AttrWorkCenter, AttrSetup, AttrRun, AttrWorkers, AttrShare}
}

// value is the part as a value, nil for none.
func (p Part) value(of domain.DomainName) domain.Value {
	switch {
	case p.Known():
		return domain.Reference{Domain: of, Record: p.Record}
	case p.Unknown():
		return p.Code
	default:
		return nil
	}
}

// text is v, or nil where it says nothing.
func text(v domain.Value) domain.Value {
	if v.Empty() {
		return nil
	}
	return v
}

// placed is where a line stands by its own position.
func placed(e *entry) domain.Value {
	if !e.line.Position.Valid {
		return nil
	}
	return domain.Quantity{Number: e.line.Position.Decimal}
}
