package domain

import (
	"math/big"

	"github.com/shopspring/decimal"
)

// unitFactor is a unit as an exact ratio of the base unit of what it measures: of the gram, the
// millimetre, its square, the millilitre, the second.
type unitFactor struct {
	measures string
	num, den int64
}

// unitFactors holds the units that convert into each other everywhere, by UN/ECE Rec 20 code. Units that only look alike
// (C62, EA and H87 all count pieces; PR, SET and DZN count what nobody has named) are not here: two systems that name them differently may mean different things.
func unitFactors() map[string]unitFactor {
	return map[string]unitFactor{
		"MGM": {"mass", 1, 1_000},
		"GRM": {"mass", 1, 1},
		"KGM": {"mass", 1_000, 1},
		"TNE": {"mass", 1_000_000, 1},
		"LBR": {"mass", 45_359_237, 100_000},
		"ONZ": {"mass", 45_359_237, 1_600_000},
		"MMT": {"length", 1, 1},
		"CMT": {"length", 10, 1},
		"DMT": {"length", 100, 1},
		"MTR": {"length", 1_000, 1},
		"KMT": {"length", 1_000_000, 1},
		"INH": {"length", 127, 5},
		"FOT": {"length", 1_524, 5},
		"YRD": {"length", 4_572, 5},
		"SMI": {"length", 1_609_344, 1},
		"MMK": {"area", 1, 1},
		"CMK": {"area", 100, 1},
		"MTK": {"area", 1_000_000, 1},
		"FTK": {"area", 2_322_576, 25},
		"MLT": {"volume", 1, 1},
		"CMQ": {"volume", 1, 1},
		"CLT": {"volume", 10, 1},
		"LTR": {"volume", 1_000, 1},
		"HLT": {"volume", 100_000, 1},
		"MTQ": {"volume", 1_000_000, 1},
		"INQ": {"volume", 2_048_383, 125_000},
		"FTQ": {"volume", 1_769_802_912, 62_500},
		"OZA": {"volume", 473_176_473, 16_000_000},
		"QTL": {"volume", 473_176_473, 500_000},
		"GLL": {"volume", 473_176_473, 125_000},
		"SEC": {"time", 1, 1},
		"MIN": {"time", 60, 1},
		"HUR": {"time", 3_600, 1},
		"DAY": {"time", 86_400, 1},
		"WEE": {"time", 604_800, 1},
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

// UnitRatio is how many of one unit there are in one of another, exactly, and whether that is known: for calculations that round
// nowhere, such as quantities per unit of output.
func UnitRatio(from, to string) (*big.Rat, bool) {
	if from == to {
		return big.NewRat(1, 1), true
	}
	f, knownFrom := unitFactors()[from]
	t, knownTo := unitFactors()[to]
	if !knownFrom || !knownTo || f.measures != t.measures {
		return nil, false
	}
	return new(big.Rat).Mul(big.NewRat(f.num, f.den), big.NewRat(t.den, t.num)), true
}
