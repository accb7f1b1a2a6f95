package sandbox

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// sourceLanguage is the one that texts are translated from.
const sourceLanguage = "en_US"

// languages are those installed.
func languages() []string { return []string{sourceLanguage, "de_DE"} }

// scope is for whom a call is made: in which language, and for which companies, the first of which is the current one.
type scope struct {
	language  string
	companies []int64
}

// everybody is the scope of people, who see all companies and write English.
func (o *Odoo) everybody() scope {
	return scope{language: sourceLanguage, companies: slices.Clone(o.tables["res.company"].ids)}
}

// scopeOf reads a call's context.
func (o *Odoo) scopeOf(c call) (scope, error) {
	s := o.everybody()
	if language, ok := c.context()["lang"].(string); ok {
		if !slices.Contains(languages(), language) {
			return s, userError("Invalid language code: %s", language)
		}
		s.language = language
	}
	list, ok := c.context()["allowed_company_ids"].([]any)
	if !ok || len(list) == 0 {
		return s, nil
	}
	s.companies = nil
	for _, raw := range list {
		id, ok := asID(raw)
		if !ok || o.tables["res.company"].rows[id] == nil {
			return s, accessError("Access to unauthorized or invalid companies.")
		}
		s.companies = append(s.companies, id)
	}
	return s, nil
}

// within does something in a scope and returns to the one before.
func (o *Odoo) within(s scope, do func() error) error {
	before := o.scope
	o.scope = s
	defer func() { o.scope = before }()
	return do()
}

// inLanguage does something with a name such as "description_sale@de_DE": with the field, in that language.
func (o *Odoo) inLanguage(name string, do func(field string) error) error {
	field, language, translated := strings.Cut(name, "@")
	s := o.scope
	if translated {
		if !slices.Contains(languages(), language) {
			return userError("Invalid language code: %s", language)
		}
		s.language = language
	}
	return o.within(s, func() error { return do(field) })
}

// slot is the key under which a row keeps the field's value for the scope.
func (o *Odoo) slot(f field, name string) string {
	switch {
	case f.translated && o.scope.language != sourceLanguage:
		return name + "@" + o.scope.language
	case f.perCompany && len(o.scope.companies) > 0:
		return name + "@" + show(o.scope.companies[0])
	}
	return name
}

// held returns a row's value for the scope; where there is no translation the English text shows.
func (o *Odoo) held(row map[string]any, f field, name string) any {
	value := row[o.slot(f, name)]
	if value == nil && f.translated {
		return row[name]
	}
	return value
}

// slotted returns values under the keys of the scope. A first text in another language becomes the English one too.
func (o *Odoo) slotted(t *table, row, values map[string]any) map[string]any {
	kept := make(map[string]any, len(values))
	for name, value := range values {
		f := t.fields[name]
		kept[o.slot(f, name)] = value
		if f.translated && empty(row[name]) {
			kept[name] = value
		}
		if f.translated && empty(value) { // an emptied text is empty in every language
			for _, language := range languages()[1:] {
				kept[name+"@"+language] = nil
			}
			kept[name] = nil
		}
	}
	return kept
}

// visible says whether the scope's companies see a record.
func (o *Odoo) visible(model string, id int64) bool {
	if model != "product.product" && model != "product.template" {
		return true
	}
	company, owned := o.value(model, id, "company_id").(int64)
	return !owned || slices.Contains(o.scope.companies, company)
}

// checkVisible refuses records of companies that the call is not made for.
func (o *Odoo) checkVisible(model string, ids []int64) error {
	for _, id := range ids {
		if o.tables[model].rows[id] != nil && !o.visible(model, id) {
			return accessError("Uh-oh! Looks like you have stumbled upon some top-secret records.\n\nIt belongs to another company (%s, ID %d).", model, id)
		}
	}
	return nil
}

// addField makes a field of a site's own, as an administrator does.
func (o *Odoo) addField(values map[string]any) error {
	name, _ := values["name"].(string)
	kind, _ := values["ttype"].(string)
	if !strings.HasPrefix(name, "x_") {
		return validationError("Custom fields must have a name that starts with 'x_'!")
	}
	o.custom[name] = field{kind: kind, label: name, scale: -1}
	o.hide()
	return nil
}

// addCustom adds the site's own fields to those of a model.
func (o *Odoo) addCustom(model string, fields map[string]field) {
	for name, f := range o.custom {
		switch model {
		case "product.product":
			f.parent = true
			fields[name] = f
		case "product.template":
			fields[name] = f
		}
	}
}

// setCosts enters what a product costs, by company.
func (o *Odoo) setCosts(product int64, costs map[int64]string) {
	for _, company := range slices.Sorted(maps.Keys(costs)) {
		price, _ := parseFloat(field{scale: -1}, json.Number(costs[company]))
		o.tables["product.product"].rows[product]["standard_price@"+show(company)] = price
	}
}
