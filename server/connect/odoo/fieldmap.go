package odoo

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Access says what the connector may do with an attribute.
type Access string

// The kinds of access.
const (
	// AccessWritten attributes are read and delivered.
	AccessWritten Access = "written"
	// AccessCreateOnly attributes are read, and set when a record is created, but never changed afterwards.
	AccessCreateOnly Access = "create_only"
	// AccessReadOnly attributes are read and compared, never delivered.
	AccessReadOnly Access = "read_only"
	// AccessCustom attributes stand in a field that the site made itself and its settings name; in none where they do not.
	AccessCustom Access = "custom_field"
	// AccessHubOnly attributes exist in Crosswalk only.
	AccessHubOnly Access = "hub_only"
)

// Field says where an attribute stands in Odoo.
type Field struct {
	Attribute domain.AttributeID
	// Name is the field of the domain's model, "" for a hub-only attribute.
	Name   string
	Access Access
	// Module is the Odoo module that brings the field, "" for one that every Odoo has: the settings turn the others on.
	Module string
	// PerCompany values are read where the settings choose a company.
	PerCompany bool
	// Note says to people what is special about it.
	Note string

	convert converter
}

// mapping says how one domain stands in Odoo.
type mapping struct {
	domain domain.DomainName
	model  string
	// noun and codeNoun are the words of people: "product", "internal reference".
	noun     string
	codeNoun string
	// code is the field without which a record cannot be governed; label what people call the record by.
	code  string
	label string
	// parent is the many2one whose fields the model shows as its own, parentModel where it leads.
	parent      string
	parentModel string
	// fixed are the columns a record gets when it is created with these attributes, besides the attributes themselves.
	fixed  func(set domain.Attributes) (map[string]string, error)
	fields []Field
}

// mappings declares the domains.
func mappings() []mapping {
	return []mapping{{
		domain: "item", model: "product.product", noun: "product", codeNoun: "internal reference", code: "default_code", label: "name",
		parent: "product_tmpl_id", parentModel: "product.template",
		fixed:  itemKind,
		fields: itemFields(),
	}}
}

// FieldMap says where the attributes of a domain stand in any Odoo, and whether the connector knows the domain.
func FieldMap(name domain.DomainName) ([]Field, bool) {
	m, err := mappingOf(name)
	return m.fields, err == nil
}

func mappingOf(name domain.DomainName) (mapping, error) {
	for _, m := range mappings() {
		if m.domain == name {
			return m, nil
		}
	}
	return mapping{}, domain.Invalid(domain.CodeDomainUnknown, "the Odoo connector does not know the domain %q", name)
}

// field finds an attribute's field.
func (m mapping) field(id domain.AttributeID) (Field, bool) {
	for _, f := range m.fields {
		if f.Attribute == id {
			return f, true
		}
	}
	return Field{}, false
}

// externalID names a golden record in Odoo's table of external identifiers, below our own module name.
func (m mapping) externalID(record domain.ID) string { return string(m.domain) + "_" + record.String() }

// ourModule is the namespace of our external identifiers. No Odoo module has the name, so upgrades leave them alone.
const ourModule = "__crosswalk__"

// schema is what fields_get says of a model's fields.
type schema map[string]fieldInfo

type fieldInfo struct {
	Type string `json:"type"`
	// Digits are precision and scale of a number that Odoo rounds; nil where it does not.
	Digits digits `json:"digits"`
}

// digits are false where a number has none.
type digits []int

// UnmarshalJSON reads a list of two numbers, or false.
func (d *digits) UnmarshalJSON(data []byte) error {
	if string(data) == "false" {
		*d = nil
		return nil
	}
	return json.Unmarshal(data, (*[]int)(d))
}

// scale is the number of decimals Odoo keeps, and whether it rounds at all.
func (f fieldInfo) scale() (int32, bool) {
	if len(f.Digits) != 2 {
		return 0, false
	}
	return int32(f.Digits[1]), true // #nosec G115 -- Odoo's precisions are one or two digits
}

// readSchema asks Odoo for the governed fields. One that is gone is CodeSystemSchema.
func (c *Connector) readSchema(ctx context.Context, m mapping) (schema, error) {
	names := []string{m.code, m.label, "active", "write_date"}
	for _, f := range m.fields {
		if f.Name != "" {
			names = append(names, f.Name)
		}
	}
	var found schema
	args := arguments{"allfields": names, "attributes": []string{"type", "digits"}}
	if err := c.reader.ask(ctx, m.model, "fields_get", args, &found); err != nil {
		return nil, err
	}
	if err := m.fits(found); err != nil {
		return nil, err
	}
	var gone []string
	for _, name := range names {
		if _, ok := found[name]; !ok {
			gone = append(gone, name)
		}
	}
	if len(gone) > 0 {
		return nil, domain.Invalid(domain.CodeSystemSchema,
			"Odoo no longer has the field %s on %s; after an upgrade the field map must be adapted", strings.Join(gone, ", "), m.model)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.schema[m.model] = found
	return found, nil
}

// fits says which field cannot hold its attribute; one that is not there at all is another matter.
func (m mapping) fits(found schema) error {
	for _, f := range m.fields {
		if info, there := found[f.Name]; there && len(f.convert.types) > 0 && !slices.Contains(f.convert.types, info.Type) {
			return domain.Invalid(domain.CodeSystemSchema, "Odoo's field %s is of the type %s, which cannot hold %s", f.Name, info.Type, f.Attribute)
		}
	}
	return nil
}

// knownSchema returns what the last reading learned, and asks only where there was none.
func (c *Connector) knownSchema(ctx context.Context, m mapping) (schema, error) {
	c.mu.Lock()
	known, ok := c.schema[m.model]
	c.mu.Unlock()
	if ok {
		return known, nil
	}
	return c.readSchema(ctx, m)
}

// forget drops what was learned of Odoo, because it contradicted it.
func (c *Connector) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.schema)
	c.guard = 0
}
