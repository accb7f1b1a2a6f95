package domain

import "github.com/shopspring/decimal"

// unitFactor is a unit as an exact ratio of the base unit of what it measures: of the gram, the millimetre, the millilitre.
type unitFactor struct {
	measures string
	num, den int64
}

// unitFactors holds the units that convert into each other everywhere, by UN/ECE Rec 20 code. Units that only look alike
// (C62, EA and H87 all count pieces) are not here: two systems that name them differently may mean different things.
func unitFactors() map[string]unitFactor {
	return map[string]unitFactor{
		"GRM": {"mass", 1, 1},
		"KGM": {"mass", 1_000, 1},
		"TNE": {"mass", 1_000_000, 1},
		"MMT": {"length", 1, 1},
		"CMT": {"length", 10, 1},
		"MTR": {"length", 1_000, 1},
		"MLT": {"volume", 1, 1},
		"LTR": {"volume", 1_000, 1},
	}
}

// unitPrecision is how many decimal places an exact conversion may need: those a number may have, and some.
const unitPrecision = 60

// In returns the quantity in another unit, and whether the conversion is known and exact; it never rounds.
func (v Quantity) In(unit string) (Quantity, bool) {
	if v.Unit == unit {
		return v, true
	}
	from, knownFrom := unitFactors()[v.Unit]
	to, knownTo := unitFactors()[unit]
	if !knownFrom || !knownTo || from.measures != to.measures {
		return Quantity{}, false
	}
	whole := v.Number.Mul(decimal.NewFromInt(from.num)).Mul(decimal.NewFromInt(to.den))
	number, rest := whole.QuoRem(decimal.NewFromInt(from.den).Mul(decimal.NewFromInt(to.num)), unitPrecision)
	return Quantity{Number: number, Unit: unit}, rest.IsZero()
}
