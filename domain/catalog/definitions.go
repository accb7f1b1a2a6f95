package catalog

import (
	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Definitions are the domains this build knows.
type Definitions struct{}

// Definition returns the Definition of a domain, CodeDomainUnknown if there is none.
func (Definitions) Definition(name domain.DomainName) (domain.Definition, error) {
	if name == Item {
		return ItemDefinition(), nil
	}
	return domain.Definition{}, domain.NotFound(domain.CodeDomainUnknown, "there is no domain %q", name)
}

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
