package domain

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"
)

// Conversions is the attribute in which an item has its own conversions.
const Conversions AttributeID = "conversions"

// What a line of an item's conversions says: one From is Numerator / Denominator To, rounded by Rounding to Places.
const (
	ConversionFrom        AttributeID = "from_unit"
	ConversionTo          AttributeID = "to_unit"
	ConversionNumerator   AttributeID = "numerator"
	ConversionDenominator AttributeID = "denominator"
	ConversionRounding    AttributeID = "rounding"
	ConversionPlaces      AttributeID = "places"
)

// Rounding says what becomes of the decimal places too many.
type Rounding string

// The rounding rules.
const (
	RoundNone   Rounding = "none" // what does not come out exactly is not converted
	RoundHalfUp Rounding = "half_up"
	RoundUp     Rounding = "up"
	RoundDown   Rounding = "down"
)

// Roundings lists the rules.
func Roundings() []Rounding { return []Rounding{RoundNone, RoundHalfUp, RoundUp, RoundDown} }

// maxPlaces is how many decimal places a rounded quantity may keep.
const maxPlaces = 12

// Conversion says what one unit of a very item is in another: one From is Numerator / Denominator To. It holds both ways.
type Conversion struct {
	From, To               string
	Numerator, Denominator decimal.Decimal
	// Rounding to Places is for what does not come out exactly.
	Rounding Rounding
	Places   int32
}

// OwnConversions reads an item's conversions; lines that say nothing of use are left out.
func OwnConversions(item Attributes) []Conversion {
	lines, _ := item[Conversions].(Lines)
	var all []Conversion
	for _, line := range lines {
		if c := conversionOf(line.Attributes); c.From != "" && c.To != "" && c.From != c.To && c.Numerator.IsPositive() && c.Denominator.IsPositive() {
			all = append(all, c)
		}
	}
	return all
}

func conversionOf(line Attributes) Conversion {
	number := func(id AttributeID) decimal.Decimal {
		q, _ := line.Quantity(id)
		return q.Number
	}
	c := Conversion{
		From: line.Text(ConversionFrom), To: line.Text(ConversionTo), Numerator: number(ConversionNumerator), Denominator: number(ConversionDenominator),
		Rounding: Rounding(line.Text(ConversionRounding)),
	}
	if places := number(ConversionPlaces); places.IsInteger() && places.LessThanOrEqual(decimal.NewFromInt(maxPlaces)) {
		c.Places = int32(places.IntPart()) // #nosec G115 -- at most twelve
	}
	return c
}

// InFor returns a quantity of an item in another unit: by the factors that hold of everything or, where those do not reach, by one of
// the item's own conversions. It is not converted where nothing leads there, or where it does not come out exactly and the conversion
// does not say how to round.
func (v Quantity) InFor(unit string, own []Conversion) (Quantity, bool) {
	if converted, exact := v.In(unit); exact {
		return converted, true
	}
	for _, c := range own {
		for _, way := range []Conversion{c, {From: c.To, To: c.From, Numerator: c.Denominator, Denominator: c.Numerator, Rounding: c.Rounding, Places: c.Places}} {
			first, reached := unitRatio(v.Unit, way.From)
			then, reaches := unitRatio(way.To, unit)
			if !reached || !reaches {
				continue
			}
			whole := new(big.Rat).Mul(v.Number.Rat(), first)
			whole.Mul(whole, new(big.Rat).Quo(way.Numerator.Rat(), way.Denominator.Rat()))
			if number, ok := way.rounded(whole.Mul(whole, then)); ok {
				return Quantity{Number: number, Unit: unit}, true
			}
		}
	}
	return Quantity{}, false
}

// unitRatio is how many of one unit another one is, and whether that is so of everything.
func unitRatio(from, to string) (*big.Rat, bool) {
	if from == to {
		return big.NewRat(1, 1), true
	}
	a, knownA := unitFactors()[from]
	b, knownB := unitFactors()[to]
	if !knownA || !knownB || a.measures != b.measures {
		return nil, false
	}
	return new(big.Rat).Quo(big.NewRat(a.num, a.den), big.NewRat(b.num, b.den)), true
}

// rounded is an exact ratio as a decimal, rounded where it does not come out and the conversion says how.
func (c Conversion) rounded(whole *big.Rat) (decimal.Decimal, bool) {
	number, rest := decimal.NewFromBigInt(whole.Num(), 0).QuoRem(decimal.NewFromBigInt(whole.Denom(), 0), unitPrecision)
	if rest.IsZero() {
		return number, true
	}
	if c.Rounding == RoundNone || c.Rounding == "" {
		return decimal.Decimal{}, false
	}
	scaled := new(big.Rat).Mul(whole, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.Places)), nil)))
	quotient, remainder := new(big.Int).QuoRem(scaled.Num(), scaled.Denom(), new(big.Int))
	twice := new(big.Int).Abs(new(big.Int).Lsh(remainder, 1))
	if c.Rounding == RoundUp || (c.Rounding == RoundHalfUp && twice.Cmp(scaled.Denom()) >= 0) {
		quotient.Add(quotient, big.NewInt(int64(whole.Sign()))) // away from zero
	}
	return decimal.NewFromBigInt(quotient, -c.Places), true
}

// conversionFaults are those of an item's conversions as a whole: each pair of units converts in one way only.
func conversionFaults(at string, lines Lines) []FieldError {
	var faults []FieldError
	var seen [][2]string
	for _, line := range lines {
		c := conversionOf(line.Attributes)
		pair := [2]string{min(c.From, c.To), max(c.From, c.To)}
		why := ""
		_, everywhere := unitRatio(c.From, c.To)
		switch {
		case c.From == "" || c.To == "":
		case everywhere:
			why = fmt.Sprintf("%s and %s convert of everything alike: no item has a conversion of its own for them", c.From, c.To)
		case slices.Contains(seen, pair):
			why = fmt.Sprintf("%s and %s are converted by another line already", c.From, c.To)
		}
		if seen = append(seen, pair); why != "" {
			faults = append(faults, FieldError{Location: at + "/" + pointed(line.ID), Msg: why})
		}
	}
	return faults
}
