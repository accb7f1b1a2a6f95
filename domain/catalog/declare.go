package catalog

import (
	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// attribute is a declaration with what most attributes have in common.
func attribute(id domain.AttributeID, label string, kind domain.ValueKind, more ...func(*domain.Attribute)) domain.Attribute {
	a := domain.Attribute{
		ID: id, Label: label, Kind: kind,
		Scope: domain.ScopeGlobal, Classification: domain.ClassInternal, Governance: domain.GovernReview,
	}
	for _, set := range more {
		set(&a)
	}
	return a
}

func required(a *domain.Attribute)   { a.Required = true }
func personOnly(a *domain.Attribute) { a.PersonOnly = true }

// costly values are for few eyes and are never delivered.
func costly(a *domain.Attribute) {
	a.Classification, a.ComparedOnly = domain.ClassConfidential, true
	a.Tolerance = domain.Tolerance{Absolute: decimal.New(5, -3)}
	a.Least = &decimal.Decimal{}
}

func help(text string) func(*domain.Attribute) { return func(a *domain.Attribute) { a.Help = text } }
func length(most int) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.MaxLength = most }
}
func fold(rule domain.FoldRule) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.Fold = rule }
}
func coded(list domain.CodeListID) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.CodeList = list }
}
func members(codes ...string) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.Members = codes }
}
func scoped(scope domain.AttributeScope) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.Scope = scope }
}
func checked(digits domain.CheckDigit) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.Digits = digits }
}

// number is for a quantity that cannot be negative, kept in one unit, with its absolute and relative tolerance.
func number(unit, absolute, relative string) func(*domain.Attribute) {
	return func(a *domain.Attribute) {
		a.Unit, a.Least = unit, &decimal.Decimal{}
		a.Tolerance = domain.Tolerance{Absolute: decimal.RequireFromString(absolute), Relative: decimal.RequireFromString(relative)}
	}
}

// share is for a number of percent.
func share(most int64) func(*domain.Attribute) {
	return func(a *domain.Attribute) {
		number("P1", "0", "0")(a)
		a.Most = decimalOf(most)
	}
}

func decimalOf(whole int64) *decimal.Decimal {
	number := decimal.NewFromInt(whole)
	return &number
}

func positive(a *domain.Attribute) { a.Positive = true }
func ofPlant(a *domain.Attribute)  { a.NamesPlant, a.MaxLength = true, 20 }

func like(how domain.MatchAs) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.MatchAs = how }
}
func lasting(a *domain.Attribute) { a.Lasting = true }
func refers(to domain.DomainName) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.References = to }
}

// above is a reference to a record of the same domain that lies above: nothing may come to lie below itself.
func above(to domain.DomainName) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.References, a.Hierarchy = to, true }
}
func lines(of domain.LineDefinition) func(*domain.Attribute) {
	return func(a *domain.Attribute) { a.Lines = &of }
}
func ids(of ...domain.AttributeID) []domain.AttributeID { return of }

// validity are the days from which and before which something holds.
func validity(from, to domain.AttributeID) []domain.Attribute {
	return []domain.Attribute{
		attribute(from, "Valid from", domain.KindDate, personOnly, help("The first day; empty for always.")),
		attribute(to, "Valid to", domain.KindDate, personOnly, help("The day on which it holds no more; empty for open.")),
	}
}
