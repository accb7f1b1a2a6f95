package structure

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// unitPair asks how many to there are in one from, whatever the item.
type unitPair struct{ from, to string }

// ratio is how many to there are in one from, of an item: by what holds everywhere, else by what holds for the item.
func (c *Comparer) ratio(item Part, from, to string) (*big.Rat, bool) {
	if from == to {
		return big.NewRat(1, 1), true
	}
	general := unitPair{from: from, to: to}
	known, asked := c.ratios[general]
	if !asked {
		known, _ = domain.UnitRatio(from, to)
		c.ratios[general] = known
	}
	if known != nil {
		return known, true
	}
	if c.rules.Convert == nil {
		return nil, false
	}
	own, ok := c.rules.Convert(item, from, to)
	return own, ok && own != nil && own.Sign() > 0
}

// scale is what makes the quantities of two bills comparable: those of each per one of the left side's base unit.
type scale struct {
	left, right *big.Rat // what a quantity is divided by; nil where the bases cannot be compared
	least       *big.Rat // the smaller of both
	same        bool     // both are the same, so that quantities compare as they are written
	// leftBase and rightBase are both in one unit; without it they are zero.
	leftBase, rightBase decimal.Decimal
}

// equal says that two numbers of one unit are the same per unit of output: nearly all are, and fractions cost.
func (s scale) equal(left, right decimal.Decimal) bool {
	switch {
	case s.same || (left.IsZero() && right.IsZero()):
		return left.Equal(right)
	case s.leftBase.IsZero():
		return false
	default:
		return left.Mul(s.rightBase).Equal(right.Mul(s.leftBase))
	}
}

// scaleOf compares the base quantities. Those of zero or less, and units that do not convert, leave no scale.
func (c *Comparer) scaleOf(left, right *Bill) (s scale, convertible bool) {
	ratio, ok := c.ratio(left.Makes, right.BaseUnit, left.BaseUnit)
	if !ok {
		return scale{}, false
	}
	if left.Base.Sign() <= 0 || right.Base.Sign() <= 0 {
		return scale{}, true
	}
	if left.BaseUnit == right.BaseUnit && left.Base.Equal(right.Base) {
		base := left.Base.Rat()
		return scale{left: base, right: base, least: base, same: true}, true
	}
	s = scale{left: left.Base.Rat(), right: new(big.Rat).Mul(right.Base.Rat(), ratio)}
	s.least = s.left
	if s.right.Cmp(s.left) < 0 {
		s.least = s.right
	}
	if left.BaseUnit == right.BaseUnit {
		s.leftBase, s.rightBase = left.Base, right.Base
	}
	return s, true
}

// per is a number divided by a base.
func per(number, base *big.Rat) *big.Rat { return new(big.Rat).Quo(number, base) }

// within says whether two numbers lie within a tolerance, whose absolute part is for numbers that are multiplied by grain.
func within(t domain.Tolerance, a, b, grain *big.Rat) bool {
	gap := new(big.Rat).Sub(a, b)
	if gap.Sign() == 0 {
		return true
	}
	gap.Abs(gap)
	if t.Relative.Sign() > 0 {
		larger := new(big.Rat).Abs(a)
		if other := new(big.Rat).Abs(b); other.Cmp(larger) > 0 {
			larger = other
		}
		if gap.Cmp(larger.Mul(larger, t.Relative.Rat())) <= 0 {
			return true
		}
	}
	return t.Absolute.Sign() > 0 && gap.Mul(gap, grain).Cmp(t.Absolute.Rat()) <= 0
}

// coarser is what a gap in the left unit is multiplied by to be one in the coarser of both units.
func coarser(ratio *big.Rat) *big.Rat {
	one := big.NewRat(1, 1)
	if ratio.Cmp(one) <= 0 {
		return one
	}
	return one.Inv(ratio)
}

// alike compares two numbers that are no quantities of anything.
func alike(t domain.Tolerance, a, b decimal.Decimal) bool {
	return a.Equal(b) || within(t, a.Rat(), b.Rat(), big.NewRat(1, 1))
}
