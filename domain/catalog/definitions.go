package catalog

import (
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Definitions are the domains this build knows.
type Definitions struct{}

// builtIn declares each domain in the order in which a first load brings them in: what others refer to comes first.
func builtIn() []declaration {
	return []declaration{
		{Location, LocationDefinition}, {WorkCenter, WorkCenterDefinition}, {Supplier, SupplierDefinition},
		{Item, ItemDefinition}, {BOM, BOMDefinition}, {Routing, RoutingDefinition}, {Lot, LotDefinition},
	}
}

type declaration struct {
	name    domain.DomainName
	declare func() domain.Definition
}

// Definition returns the Definition of a domain, CodeDomainUnknown if there is none.
func (Definitions) Definition(name domain.DomainName) (domain.Definition, error) {
	all := builtIn()
	i := slices.IndexFunc(all, func(d declaration) bool { return d.name == name })
	if i < 0 {
		return domain.Definition{}, domain.NotFound(domain.CodeDomainUnknown, "there is no domain %q", name)
	}
	return all[i].declare(), nil
}

// List returns all Definitions, in the order in which a first load brings the domains in.
func (Definitions) List() []domain.Definition {
	all := builtIn()
	list := make([]domain.Definition, len(all))
	for i, d := range all {
		list[i] = d.declare()
	}
	return list
}

// Matched names the domains whose records are compared by likeness.
func Matched() []domain.DomainName {
	var names []domain.DomainName
	for _, d := range (Definitions{}).List() {
		if d.Unmatched == "" {
			names = append(names, d.Domain)
		}
	}
	return names
}

// Domains names the domains in the order of List.
func Domains() []domain.DomainName {
	all := builtIn()
	names := make([]domain.DomainName, len(all))
	for i, d := range all {
		names[i] = d.name
	}
	return names
}
