package catalog

import "github.com/crosswalk-mdm/crosswalk/domain"

// What a conversion of an item says: one From is Numerator / Denominator To, rounded so to Places.
const (
	ConversionFrom        = domain.ConversionFrom
	ConversionTo          = domain.ConversionTo
	ConversionNumerator   = domain.ConversionNumerator
	ConversionDenominator = domain.ConversionDenominator
	ConversionRounding    = domain.ConversionRounding
	ConversionPlaces      = domain.ConversionPlaces
)

// conversion is how a unit of one item converts, as an exact ratio.
func conversion() []domain.Attribute {
	return []domain.Attribute{
		attribute(ConversionFrom, "From", domain.KindEnum, required, coded(ListUnit)),
		attribute(ConversionTo, "To", domain.KindEnum, required, coded(ListUnit)),
		attribute(ConversionNumerator, "Numerator", domain.KindQuantity, required, positive, help("One of the first unit is numerator / denominator of the second: 25 kg in a roll are 25 / 1.")),
		attribute(ConversionDenominator, "Denominator", domain.KindQuantity, required, positive),
		attribute(ConversionRounding, "Rounding", domain.KindEnum, members(roundingRules()...), help("What becomes of the places too many; none: such a quantity is not converted.")),
		attribute(ConversionPlaces, "Decimal places", domain.KindQuantity, number("", "0", "0"), func(a *domain.Attribute) { a.Most = decimalOf(12) }),
	}
}

func roundingRules() []string {
	var rules []string
	for _, rule := range domain.Roundings() {
		rules = append(rules, string(rule))
	}
	return rules
}
