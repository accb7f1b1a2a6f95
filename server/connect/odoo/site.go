package odoo

import (
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// The settings by which a site's Odoo differs from others; all are optional.
const (
	// settingCompany is the ID or the name of the one company whose records and values are meant.
	settingCompany = "company"
	// settingLanguages are Odoo's codes of the languages in which texts are read and written, besides English: "de_DE, pl_PL".
	settingLanguages = "languages"
	// settingExtraFields turns on fields that not every Odoo has: "hs_code, origin, material=x_material".
	settingExtraFields = "extra_fields"
	// settingCategories says by what a category is known: its full name (the default), or byExternalID.
	settingCategories = "categories"
	byExternalID      = "external_id"
)

// sourceLanguage is the one that Odoo translates from.
const sourceLanguage = "en_US"

// ownPrefix begins the names of fields that a site made itself; of those others than the field map's, only they are written.
const ownPrefix = "x_"

// site is what the settings say of one Odoo.
type site struct {
	company    string
	languages  []language // English first
	extra      map[domain.AttributeID]string
	categories string
}

// language is one that a text is translated into: Odoo's code and ours.
type language struct{ code, tag string }

// siteOf reads the settings; those that cannot be used are CodeConfigInvalid.
func siteOf(system domain.SourceSystem) (site, error) {
	s := site{company: strings.TrimSpace(system.Settings[settingCompany]), categories: strings.TrimSpace(system.Settings[settingCategories])}
	if s.categories != "" && s.categories != "full_name" && s.categories != byExternalID {
		return s, domain.Invalid(domain.CodeConfigInvalid, "categories of the system %s is full_name or external_id, not %q", system.ID, s.categories)
	}
	var err error
	if s.languages, err = languagesOf(system); err != nil {
		return s, err
	}
	s.extra, err = extraFields(system)
	return s, err
}

// words splits a list at its commas.
func words(list string) []string {
	var found []string
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part != "" {
			found = append(found, part)
		}
	}
	return found
}

// languagesOf gives each language a tag: "de" for de_DE, "de-AT" for a second kind of German.
func languagesOf(system domain.SourceSystem) ([]language, error) {
	found := []language{{sourceLanguage, "en"}}
	for _, code := range words(system.Settings[settingLanguages]) {
		if code == sourceLanguage {
			continue
		}
		if len(code) < 2 || len(code) > 16 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_@0123456789") != "" {
			return nil, domain.Invalid(domain.CodeConfigInvalid, "languages of the system %s: %q is not one of Odoo's codes, such as de_DE", system.ID, code)
		}
		tag, _, _ := strings.Cut(code, "_")
		if slices.ContainsFunc(found, func(l language) bool { return l.tag == tag }) {
			tag = strings.ReplaceAll(code, "_", "-")
		}
		if !slices.ContainsFunc(found, func(l language) bool { return l.code == code }) {
			found = append(found, language{code, tag})
		}
	}
	return found, nil
}

// LanguagesOf lists the languages of the texts of one Odoo by its settings, English first; English alone where they cannot be
// read.
func LanguagesOf(system domain.SourceSystem) []string {
	found, err := languagesOf(system)
	if err != nil {
		return []string{domain.English}
	}
	tags := make([]string, len(found))
	for i, l := range found {
		tags[i] = l.tag
	}
	return tags
}

// extraFields gives the field of each attribute that the settings turn on.
func extraFields(system domain.SourceSystem) (map[domain.AttributeID]string, error) {
	extra := map[domain.AttributeID]string{}
	for _, word := range words(system.Settings[settingExtraFields]) {
		id, name, named := strings.Cut(word, "=")
		attribute, name := domain.AttributeID(strings.TrimSpace(id)), strings.TrimSpace(name)
		f, known := declared(attribute)
		switch {
		case !known:
			return nil, domain.Invalid(domain.CodeConfigInvalid, "extra_fields of the system %s: %q is no attribute with a place in Odoo of its own", system.ID, id)
		case f.Access == AccessCustom && !soundField(name):
			return nil, domain.Invalid(domain.CodeConfigInvalid, "extra_fields of the system %s: name the field of %s, as in %s=x_%s", system.ID, id, id, id)
		case f.Access != AccessCustom && named:
			return nil, domain.Invalid(domain.CodeConfigInvalid, "extra_fields of the system %s: %s stands in Odoo's own field %s", system.ID, id, f.Name)
		case f.Access != AccessCustom:
			name = f.Name
		}
		extra[attribute] = name
	}
	return extra, nil
}

func soundField(name string) bool {
	return name != "" && len(name) <= 63 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == ""
}

// declared finds an attribute that a site may turn on.
func declared(id domain.AttributeID) (Field, bool) {
	for _, m := range mappings() {
		if f, known := m.field(id); known && (f.Module != "" || f.Access == AccessCustom) {
			return f, true
		}
	}
	return Field{}, false
}

// fitted is the mapping as it is at this site: what is not turned on, or holds for a company where none is chosen, stands in
// Crosswalk only.
func (s site) fitted(m mapping) mapping {
	m.fields = slices.Clone(m.fields)
	for i := range m.fields {
		f := &m.fields[i]
		name, on := s.extra[f.Attribute]
		switch {
		case f.Access == AccessCustom && on:
			f.Name, f.Access = name, AccessReadOnly
			if strings.HasPrefix(name, ownPrefix) {
				f.Access = AccessWritten
			}
		case f.Access == AccessCustom, f.Module != "" && !on, f.PerCompany && s.company == "":
			f.Name, f.Access = "", AccessHubOnly
		}
	}
	return m
}

// FieldsOf says where the attributes of a domain stand in one Odoo, by its settings and without asking it.
func FieldsOf(system domain.SourceSystem, name domain.DomainName) []Field {
	m, err := mappingOf(name)
	if err != nil {
		return nil
	}
	s, err := siteOf(system)
	if err != nil {
		s = site{company: s.company} // what cannot be read turns nothing on; New says what is wrong
	}
	return s.fitted(m).fields
}

// mapping is a domain's, as it is at the connector's site.
func (c *Connector) mapping(name domain.DomainName) (mapping, error) {
	m, err := mappingOf(name)
	if err != nil {
		return m, err
	}
	return c.site.fitted(m), nil
}
