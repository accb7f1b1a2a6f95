package reconcile

import "github.com/crosswalk-mdm/crosswalk/domain"

// Alignment holds what the records of one run are judged by. Its methods are pure: the same records give the same findings.
type Alignment struct {
	System     domain.SourceSystem
	Definition domain.Definition
	// Attributes are those compared: what the system supplies, restricted to what the plan asks for.
	Attributes []domain.AttributeID
	// Company is the company for which the system's company values hold; "" where that is open.
	Company domain.CompanyID
	// Day is the civil day, in the plant's zone, on which a plant's use of a record counts.
	Day domain.Date
	// ReadAt is when the run's reading began.
	ReadAt domain.Instant
}

// Linked returns the findings about a record the source has. Each kind of trouble hides those below it, for they could not
// be decided before it is resolved: a code given twice, an unmapped code, a record the plant should not have, an archived
// one, values that differ.
func (a Alignment) Linked(r domain.LinkedRecord) []domain.Finding {
	switch {
	case r.Mapping == nil && r.Source.Duplicated:
		return a.unlinked(r, domain.ClassDuplicateCode)
	case r.Mapping == nil && r.Source.Active:
		return a.unlinked(r, domain.ClassUnmapped)
	case r.Mapping == nil || r.Golden == nil || r.Mapping.Relation != domain.RelationEquivalent || !r.Golden.InUse():
		// An archived row nobody has mapped stays dormant, and what is only related to a golden record need not agree with it.
		return nil
	case r.Source.Duplicated:
		return []domain.Finding{a.about(r, domain.ClassDuplicateCode)}
	case !r.Source.Active:
		return a.archived(r)
	case a.unwanted(r.Use):
		return []domain.Finding{a.about(r, domain.ClassUnexpected)}
	default:
		return a.values(r)
	}
}

// Expected returns the finding about a mapped record of which the source has no row, and whether there is one.
func (a Alignment) Expected(r domain.ExpectedRecord) (domain.Finding, bool) {
	if r.Golden.State != domain.RecordActive || r.Mapping.Relation != domain.RelationEquivalent || !a.expects(r.Use) {
		return domain.Finding{}, false
	}
	f := a.finding(domain.ClassMissing)
	f.Record, f.Through, f.GoldenVersion = r.Golden.ID, through(r.Mapping, r.Golden.ID), r.Golden.Version
	f.Code, f.Label = r.Mapping.Code, a.label(r.Golden.Attributes, r.Mapping.Code)
	f.ReadAt = a.ReadAt
	if r.Gone != nil {
		f.Class, f.Code, f.SourceHash = domain.ClassDeleted, r.Gone.Code, r.Gone.Hash
	}
	return f, true
}

// expects says whether the system should have a record with this use. One that serves many plants should have them all.
func (a Alignment) expects(use *domain.PlantUse) bool {
	return a.System.Plant == "" || (use != nil && use.Expected(a.Day))
}

// unwanted says whether the plant declared that it does not use the record.
func (a Alignment) unwanted(use *domain.PlantUse) bool {
	return use != nil && (use.State == domain.UseNotUsed || use.State == domain.UseBlocked) && use.Validity.Contains(a.Day)
}

func (a Alignment) unlinked(r domain.LinkedRecord, class domain.Class) []domain.Finding {
	f := a.finding(class)
	f.Code, f.SourceHash, f.ReadAt = r.Source.Code, r.Source.Hash, r.Source.ReadAt
	f.Label = a.label(r.Source.Attributes, r.Source.Code)
	return []domain.Finding{f}
}

func (a Alignment) archived(r domain.LinkedRecord) []domain.Finding {
	if r.Golden.State != domain.RecordActive || !a.expects(r.Use) {
		return nil
	}
	return []domain.Finding{a.about(r, domain.ClassArchived)}
}

func (a Alignment) values(r domain.LinkedRecord) []domain.Finding {
	var findings []domain.Finding
	place := domain.Place{Plant: a.System.Plant, Company: a.Company}
	for _, d := range CompareAt(place, a.Definition, r.Golden.Attributes, r.Source.Attributes, a.Attributes) {
		f := a.about(r, domain.ClassValue)
		if attribute, _ := a.Definition.Attribute(d.Attribute); attribute.Kind == domain.KindLines {
			f.Class = domain.ClassStructure
		}
		f.Attribute, f.Golden, f.Source = d.Attribute, d.Golden, d.Source
		findings = append(findings, f)
	}
	return findings
}

// about begins a finding about a linked record.
func (a Alignment) about(r domain.LinkedRecord, class domain.Class) domain.Finding {
	f := a.finding(class)
	f.Record, f.Through, f.GoldenVersion = r.Golden.ID, through(*r.Mapping, r.Golden.ID), r.Golden.Version
	f.Code, f.SourceHash, f.ReadAt = r.Source.Code, r.Source.Hash, r.Source.ReadAt
	f.Label = a.label(r.Golden.Attributes, r.Source.Code)
	return f
}

// through is the merged record by which a record has a code, zero where the code is its own.
func through(mapping domain.CodeMapping, record domain.ID) domain.ID {
	if mapping.Record == record {
		return domain.ID{}
	}
	return mapping.Record
}

func (a Alignment) finding(class domain.Class) domain.Finding {
	return domain.Finding{Domain: a.Definition.Domain, System: a.System.ID, Plant: a.System.Plant, Class: class}
}

// label returns what people call the record, or its code where it has no name.
func (a Alignment) label(attributes domain.Attributes, code domain.Code) string {
	if name := attributes.Text(a.Definition.NameAttribute); name != "" {
		return name
	}
	return string(code)
}
