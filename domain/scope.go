package domain

import "strings"

// CompanyID is a legal entity's code, the same in every system that names it: "CW-DE".
type CompanyID string

// Place is what a scoped value holds for: one plant or one company. The zero Place is everywhere.
type Place struct {
	Plant   PlantID
	Company CompanyID
}

// How a place stands behind an attribute ID: lead_time@STU1, standard_cost@company:CW-DE. A plant's code has no colon.
const (
	placeMark   = "@"
	companyMark = "company:"
)

// At returns the key under which a golden record holds the attribute's value for a place: that of the company where one is
// named, else that of the plant, else the plain ID.
func (id AttributeID) At(place Place) AttributeID {
	switch {
	case place.Company != "":
		return id + placeMark + companyMark + AttributeID(place.Company)
	case place.Plant != "":
		return id + placeMark + AttributeID(place.Plant)
	default:
		return id
	}
}

// Split returns the plain attribute ID and the place of a key that At made.
func (id AttributeID) Split() (AttributeID, Place) {
	plain, at, scoped := strings.Cut(string(id), placeMark)
	if !scoped {
		return id, Place{}
	}
	if company, ok := strings.CutPrefix(at, companyMark); ok {
		return AttributeID(plain), Place{Company: CompanyID(company)}
	}
	return AttributeID(plain), Place{Plant: PlantID(at)}
}

// Plain returns the attribute ID without its place.
func (id AttributeID) Plain() AttributeID {
	plain, _ := id.Split()
	return plain
}

// The settings that bind a system to a company. company is the system's own name of it, company_code the code all systems
// share where the two differ.
const (
	settingCompany     = "company"
	settingCompanyCode = "company_code"
)

// PlaceOf says for which plant and company a system's scoped values hold: its own plant, and the company its settings name or,
// where they do not, the one company that its plants (or the plants bound to it) are bound to. Plants of several companies
// leave it open: the system's company values then hold for nobody, and nothing is concluded from them.
func PlaceOf(system SourceSystem, plants []Plant) Place {
	place := Place{Plant: system.Plant}
	for _, setting := range []string{settingCompanyCode, settingCompany} {
		if company := clean(system.Settings[setting]); company != "" {
			place.Company = CompanyID(company)
			return place
		}
	}
	companies := map[CompanyID]bool{}
	for _, plant := range plants {
		for _, binding := range plant.Bindings {
			own := system.Plant != "" && plant.ID == system.Plant
			if company := clean(binding.Company); company != "" && (own || (system.Plant == "" && binding.System == system.ID)) {
				companies[CompanyID(company)] = true
			}
		}
	}
	if len(companies) == 1 {
		for company := range companies {
			place.Company = company
		}
	}
	return place
}

// Key returns the key under which the golden record holds the attribute for a place, and whether it has a value for it at all:
// a plant's lead time says nothing to a system that is of no plant.
func (a Attribute) Key(place Place) (AttributeID, bool) {
	switch a.Scope {
	case ScopePlant:
		return a.ID.At(Place{Plant: place.Plant}), place.Plant != ""
	case ScopeCompany:
		return a.ID.At(Place{Company: place.Company}), place.Company != ""
	default:
		return a.ID, true
	}
}

// misplaced says what is wrong with a key's place under the attribute's scope, "" when nothing is.
func (a Attribute) misplaced(place Place) string {
	switch a.Scope {
	case ScopePlant:
		if place.Plant == "" {
			return a.Label + " is kept for each plant: name it as in " + string(a.ID.At(Place{Plant: "STU1"}))
		}
	case ScopeCompany:
		if place.Company == "" || clean(string(place.Company)) != string(place.Company) {
			return a.Label + " is kept for each company: name it as in " + string(a.ID.At(Place{Company: "CW-DE"}))
		}
	default:
		if place != (Place{}) {
			return a.Label + " is one for all plants and companies"
		}
	}
	return ""
}

// Seen returns the values that an actor may see: of a plant's own those of plants they may read, confidential ones only for who
// may read everywhere.
func (d Definition) Seen(values Attributes, by Actor) Attributes {
	seen := make(Attributes, len(values))
	for key, v := range values {
		if d.Sees(key, by) {
			seen[key] = v
		}
	}
	return seen
}

// Sees says whether an actor may see the values under a key.
func (d Definition) Sees(key AttributeID, by Actor) bool {
	attribute, _ := d.Attribute(key)
	_, place := key.Split()
	if attribute.Classification == ClassConfidential && !by.May(ActionRead, Scope{Domain: d.Domain}) {
		return false
	}
	return place.Plant == "" || by.May(ActionRead, Scope{Domain: d.Domain, Plant: place.Plant})
}

// Placed returns what a system at a place says, under the keys of the golden record. What holds for nobody is left out.
func (d Definition) Placed(said Attributes, place Place) Attributes {
	placed := make(Attributes, len(said))
	for id, v := range said {
		attribute, known := d.Attribute(id)
		if !known {
			placed[id] = v // for Check to complain of
			continue
		}
		if key, holds := attribute.Key(place); holds {
			placed[key] = v
		}
	}
	return placed
}

// Local returns the golden values that hold at a place under plain attribute IDs, as a system there knows them.
func (d Definition) Local(golden Attributes, place Place) Attributes {
	local := make(Attributes, len(golden))
	for key, v := range golden {
		attribute, known := d.Attribute(key)
		if !known {
			continue
		}
		if own, holds := attribute.Key(place); holds && own == key {
			local[attribute.ID] = v
		}
	}
	return local
}
