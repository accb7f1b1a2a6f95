package catalog

import (
	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Item is the domain of purchased, made and sold things: one record per stock-keeping unit.
const Item domain.DomainName = "item"

// The attributes of an item.
const (
	ItemCode      domain.AttributeID = "code"
	ItemName      domain.AttributeID = "name"
	ItemBaseUnit  domain.AttributeID = "base_unit"
	ItemNetWeight domain.AttributeID = "net_weight"
	ItemGTIN      domain.AttributeID = "gtin"
	ItemTracking  domain.AttributeID = "tracking"
)

// ItemDefinition declares the item.
func ItemDefinition() domain.Definition {
	review := domain.Attribute{Scope: domain.ScopeGlobal, Classification: domain.ClassInternal, Governance: domain.GovernReview}
	return domain.Definition{
		Domain: Item, Label: "item", Version: 1, CodeAttribute: ItemCode, NameAttribute: ItemName, UnitAttribute: ItemBaseUnit,
		Attributes: []domain.Attribute{
			with(review, ItemCode, "Item code", domain.KindCode, func(a *domain.Attribute) {
				a.Required, a.MaxLength = true, 64
				a.Help = "The canonical code, exactly as written."
			}),
			with(review, ItemName, "Name", domain.KindText, func(a *domain.Attribute) {
				a.Required, a.MaxLength, a.Fold = true, 256, domain.FoldSpace
			}),
			with(review, ItemBaseUnit, "Base unit", domain.KindEnum, func(a *domain.Attribute) {
				a.Required, a.Members = true, Units()
				a.Help = "The UN/ECE Recommendation 20 code of the unit the item is counted in."
			}),
			with(review, ItemNetWeight, "Net weight", domain.KindQuantity, func(a *domain.Attribute) {
				a.Unit = "KGM"
				a.Tolerance = domain.Tolerance{Absolute: decimal.RequireFromString("0.005"), Relative: decimal.RequireFromString("0.001")}
				a.Help = "The weight of one base unit without packaging, in kilograms."
			}),
			with(review, ItemGTIN, "GTIN", domain.KindCode, func(a *domain.Attribute) { a.MaxLength = 14 }),
			with(review, ItemTracking, "Tracking", domain.KindEnum, func(a *domain.Attribute) { a.Members = []string{"none", "lot", "serial"} }),
		},
	}
}

func with(base domain.Attribute, id domain.AttributeID, label string, kind domain.ValueKind, set func(*domain.Attribute)) domain.Attribute {
	base.ID, base.Label, base.Kind = id, label, kind
	set(&base)
	return base
}

// Units are the UN/ECE Recommendation 20 codes an item may be counted in.
func Units() []string {
	return []string{"C62", "CMT", "DAY", "DZN", "EA", "GRM", "H87", "HUR", "KGM", "LTR", "MLT", "MMT", "MTK", "MTQ", "MTR", "PR", "SET", "TNE"}
}

// Definitions are the domains this build knows.
type Definitions struct{}

// Definition returns the Definition of a domain, CodeDomainUnknown if there is none.
func (Definitions) Definition(name domain.DomainName) (domain.Definition, error) {
	if name == Item {
		return ItemDefinition(), nil
	}
	return domain.Definition{}, domain.NotFound(domain.CodeDomainUnknown, "there is no domain %q", name)
}
