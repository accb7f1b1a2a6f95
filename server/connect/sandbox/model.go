package sandbox

import (
	"maps"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// field is what Odoo says of a field.
type field struct {
	kind      string // char, text, float, boolean, selection, many2one, many2many, datetime, integer
	label     string
	required  bool
	scale     int32 // decimals kept; -1 for a float that is not rounded
	relation  string
	selection []string
	// parent marks a field of the template that the product shows as its own.
	parent bool
	// translated texts have a value for each language, perCompany ones for each company.
	translated bool
	perCompany bool
}

// table holds one model's records.
type table struct {
	model  string
	fields map[string]field
	rows   map[int64]map[string]any // absent is nil; floats are decimals, links int64
	ids    []int64                  // ascending
	last   int64
}

func newTable(model string, fields map[string]field) *table {
	fields["id"] = field{kind: "integer", label: "ID"}
	fields["write_date"] = field{kind: "datetime", label: "Write Date"}
	return &table{model: model, fields: fields, rows: map[int64]map[string]any{}}
}

func (t *table) insert(values map[string]any, at time.Time) int64 {
	t.last++
	row := maps.Clone(values)
	row["id"], row["write_date"] = t.last, at
	t.rows[t.last] = row
	t.ids = append(t.ids, t.last)
	return t.last
}

func (t *table) remove(id int64) {
	delete(t.rows, id)
	t.ids = slices.DeleteFunc(t.ids, func(other int64) bool { return other == id })
}

// models declares the models with the fields that matter.
func models() map[string]map[string]field {
	text := func(label string) field { return field{kind: "char", label: label} }
	declared := map[string]map[string]field{
		"product.product": {
			"default_code": text("Internal Reference"), "barcode": text("Barcode"), "active": {kind: "boolean", label: "Active"},
			"product_tmpl_id": {kind: "many2one", label: "Product Template", relation: "product.template", required: true},
			"standard_price":  {kind: "float", label: "Cost", scale: -1, perCompany: true},
		},
		"product.template": {
			"active": {kind: "boolean", label: "Active"},
		},
		"uom.uom": {"name": text("Unit Name"), "active": {kind: "boolean", label: "Active"}},
		"ir.model.data": {
			"module": text("Module"), "name": text("External Identifier"), "model": text("Model Name"),
			"res_id": {kind: "integer", label: "Record ID"}, "noupdate": {kind: "boolean", label: "Non Updatable"},
		},
		"ir.model":         {"name": text("Model Description"), "model": text("Model")},
		"ir.model.fields":  {"name": text("Field Name"), "ttype": text("Field Type"), "field_description": text("Field Label"), "state": text("Type"), "model_id": {kind: "many2one", label: "Model", relation: "ir.model"}},
		"res.company":      {"name": text("Company Name"), "currency_id": {kind: "many2one", label: "Currency", relation: "res.currency"}},
		"res.currency":     {"name": text("Currency")},
		"res.country":      {"name": text("Country Name"), "code": text("Country Code")},
		"product.category": {"name": text("Name"), "complete_name": text("Complete Name"), "parent_id": {kind: "many2one", label: "Parent Category", relation: "product.category"}},
		"res.groups":       {"name": text("Name")},
		"res.users":        {"login": text("Login")},
		"ir.actions.server": {
			"name": text("Action Name"), "state": text("Type"), "code": {kind: "text", label: "Python Code"},
			"model_id":  {kind: "many2one", label: "Model", relation: "ir.model"},
			"group_ids": {kind: "many2many", label: "Allowed Groups", relation: "res.groups"},
		},
	}
	maps.Copy(declared["product.product"], shared(true))
	maps.Copy(declared["product.template"], shared(false))
	return declared
}

// shared are the fields of a template, which its product shows as its own.
func shared(parent bool) map[string]field {
	return map[string]field{
		"name":              {kind: "char", label: "Name", required: true, parent: parent, translated: true},
		"description_sale":  {kind: "text", label: "Sales Description", parent: parent, translated: true},
		"weight":            {kind: "float", label: "Weight", scale: 2, parent: parent},
		"list_price":        {kind: "float", label: "Sales Price", scale: -1, parent: parent},
		"tracking":          {kind: "selection", label: "Tracking", selection: []string{"serial", "lot", "none"}, required: true, parent: parent},
		"type":              {kind: "selection", label: "Product Type", selection: []string{"consu", "service", "combo"}, required: true, parent: parent},
		"is_storable":       {kind: "boolean", label: "Track Inventory", parent: parent},
		"uom_id":            {kind: "many2one", label: "Unit", relation: "uom.uom", required: true, parent: parent},
		"categ_id":          {kind: "many2one", label: "Product Category", relation: "product.category", parent: parent},
		"company_id":        {kind: "many2one", label: "Company", relation: "res.company", parent: parent},
		"hs_code":           {kind: "char", label: "HS Code", parent: parent},
		"country_of_origin": {kind: "many2one", label: "Origin of Goods", relation: "res.country", parent: parent},
		"expiration_time":   {kind: "integer", label: "Expiration Date", parent: parent},
	}
}

// writerGroup is the ID of the writer's group.
const writerGroup = 2

// install enters what a fresh database holds.
func (o *Odoo) install(companies []string) {
	at := o.now()
	for _, currency := range []string{"EUR", "USD"} {
		o.tables["res.currency"].insert(map[string]any{"name": currency}, at)
	}
	for i, name := range companies {
		o.tables["res.company"].insert(map[string]any{"name": name, "currency_id": int64(min(i+1, 2))}, at)
	}
	for code, name := range map[string]string{"DE": "Germany", "PL": "Poland", "US": "United States"} {
		o.tables["res.country"].insert(map[string]any{"code": code, "name": name}, at)
	}
	for _, name := range []string{"Crosswalk reader", o.WriterGroup()} {
		o.tables["res.groups"].insert(map[string]any{"name": name}, at)
	}
	for _, login := range []string{"crosswalk-reader", "crosswalk-writer", "admin"} {
		o.tables["res.users"].insert(map[string]any{"login": login}, at)
	}
	for _, model := range slices.Sorted(maps.Keys(o.tables)) {
		o.tables["ir.model"].insert(map[string]any{"name": model, "model": model}, at)
	}
	for _, unit := range units() {
		id := o.tables["uom.uom"].insert(map[string]any{"name": unit[1], "active": true}, at)
		o.tables["ir.model.data"].insert(map[string]any{"module": "uom", "name": unit[0], "model": "uom.uom", "res_id": id, "noupdate": true}, at)
	}
}

// units are Odoo's own: external identifier and name.
func units() [][2]string {
	return [][2]string{
		{"product_uom_unit", "Units"}, {"product_uom_pack_6", "Pack of 6"}, {"product_uom_dozen", "Dozens"}, {"product_uom_hour", "Hours"},
		{"product_uom_day", "Days"}, {"product_uom_minute", "Minutes"}, {"product_uom_millimeter", "mm"}, {"product_uom_cm", "cm"},
		{"product_uom_meter", "m"}, {"product_uom_km", "km"}, {"product_uom_square_meter", "m²"}, {"product_uom_milliliter", "ml"},
		{"product_uom_litre", "L"}, {"product_uom_cubic_meter", "m³"}, {"product_uom_gram", "g"}, {"product_uom_kgm", "kg"}, {"product_uom_ton", "Ton"},
	}
}

// value returns what a record shows for a field, a product also its template's.
func (o *Odoo) value(model string, id int64, name string) any {
	t := o.tables[model]
	if t.fields[name].parent {
		template, _ := t.rows[id]["product_tmpl_id"].(int64)
		return o.held(o.tables["product.template"].rows[template], t.fields[name], name)
	}
	return o.held(t.rows[id], t.fields[name], name)
}

func (o *Odoo) createProduct(values map[string]any) int64 {
	at := o.now()
	own, shared := o.split(values)
	shared["active"] = own["active"]
	templates, products := o.tables["product.template"], o.tables["product.product"]
	own["product_tmpl_id"] = templates.insert(o.slotted(templates, nil, shared), at)
	return products.insert(o.slotted(products, nil, own), at)
}

// split separates a product's own values from those of its template.
func (o *Odoo) split(values map[string]any) (own, shared map[string]any) {
	own, shared = map[string]any{}, map[string]any{}
	fields := o.tables["product.product"].fields
	for name, value := range values {
		if fields[name].parent {
			shared[name] = value
			continue
		}
		own[name] = value
	}
	return own, shared
}

// setProduct writes values as Odoo does: even an equal value moves the write date, and a template's write moves its product's.
// It returns what really changed.
func (o *Odoo) setProduct(id int64, values map[string]any) map[string]any {
	changed := map[string]any{}
	for name, value := range values {
		if !equal(o.value("product.product", id, name), value) {
			changed[name] = value
		}
	}
	product, at := o.tables["product.product"].rows[id], o.now()
	template := o.tables["product.template"].rows[product["product_tmpl_id"].(int64)]
	own, shared := o.split(values)
	maps.Copy(product, o.slotted(o.tables["product.product"], product, own))
	product["write_date"] = at
	if len(shared) > 0 {
		maps.Copy(template, o.slotted(o.tables["product.template"], template, shared))
		template["write_date"] = at
	}
	return changed
}

// setActive archives a product or brings it back, and its template with it.
func (o *Odoo) setActive(id int64, active bool) map[string]any {
	changed := o.setProduct(id, map[string]any{"active": active})
	o.setTemplate(id, active)
	return changed
}

func (o *Odoo) setTemplate(id int64, active bool) {
	template, _ := o.value("product.product", id, "product_tmpl_id").(int64)
	row := o.tables["product.template"].rows[template]
	row["active"], row["write_date"] = active, o.now()
}

func (o *Odoo) removeProduct(id int64) bool {
	products := o.tables["product.product"]
	product := products.rows[id]
	if product == nil {
		return false
	}
	template := product["product_tmpl_id"].(int64)
	products.remove(id)
	o.tables["product.template"].remove(template)
	o.forgetExternal("product.product", id)
	o.forgetExternal("product.template", template)
	return true
}

// forgetExternal removes the external identifiers of a record that is gone.
func (o *Odoo) forgetExternal(model string, id int64) {
	data := o.tables["ir.model.data"]
	for _, entry := range slices.Clone(data.ids) {
		if data.rows[entry]["model"] == model && data.rows[entry]["res_id"] == id {
			data.remove(entry)
		}
	}
}

// equal compares two stored values; nil, false and "" are all empty.
func equal(a, b any) bool {
	if first, ok := a.(decimal.Decimal); ok {
		second, ok := b.(decimal.Decimal)
		return ok && first.Equal(second)
	}
	if list, ok := a.([]int64); ok {
		other, ok := b.([]int64)
		return ok && slices.Equal(list, other)
	}
	return a == b || (empty(a) && empty(b))
}

func empty(v any) bool { return v == nil || v == "" || v == false }
