package domain

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
