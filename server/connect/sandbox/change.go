package sandbox

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

func show(id int64) string { return strconv.FormatInt(id, 10) }

// stored brings sent values into the form in which they are kept, rounding as Odoo does, without a word.
func (o *Odoo) stored(model string, vals map[string]any) (map[string]any, error) {
	kept := make(map[string]any, len(vals))
	for name, raw := range vals {
		f, known := o.tables[model].fields[name]
		switch {
		case !known:
			return nil, valueError("Invalid field '%s' in '%s'", name, model)
		case name == "id" || name == "write_date":
			continue // Odoo ignores them
		}
		value, err := o.parseValue(model, name, f, raw)
		if err != nil {
			return nil, err
		}
		if f.required && empty(value) {
			return nil, validationError("The operation cannot be completed: Missing required value for the field '%s' (%s).", f.label, name)
		}
		kept[name] = value
	}
	return kept, nil
}

func (o *Odoo) parseValue(model, name string, f field, raw any) (any, error) {
	if raw == nil || (raw == false && f.kind != "boolean" && f.kind != "float") {
		return nil, nil
	}
	switch f.kind {
	case "boolean":
		return raw == true, nil
	case "float":
		return parseFloat(f, raw)
	case "many2one":
		if id, ok := asID(raw); ok && o.tables[f.relation].rows[id] == nil {
			return nil, missingError(f.relation, id)
		}
	case "many2many":
		return replaced(raw), nil
	}
	value, ok := f.plain(raw)
	if !ok {
		return nil, valueError("Wrong value for %s.%s: '%v'", model, name, raw)
	}
	return value, nil
}

// plain takes a text, a member of a selection or a whole number.
func (f field) plain(raw any) (any, bool) {
	if f.kind == "many2one" || f.kind == "integer" {
		return asID(raw)
	}
	text, ok := raw.(string)
	return raw, ok && (f.kind != "selection" || slices.Contains(f.selection, text))
}

func parseFloat(f field, raw any) (any, error) {
	text := "0"
	switch v := raw.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = v
	}
	number, err := decimal.NewFromString(text)
	if err != nil {
		return nil, valueError("could not convert string to float: '%v'", raw)
	}
	if f.scale >= 0 {
		number = number.Round(f.scale)
	}
	return number, nil
}

// replaced reads the one command that the sandbox knows: [[6, 0, ids]].
func replaced(raw any) []int64 {
	var ids []int64
	for _, command := range asList(raw) {
		parts := asList(command)
		if len(parts) != 3 {
			continue
		}
		for _, member := range asList(parts[2]) {
			if id, ok := asID(member); ok {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

func (o *Odoo) create(c call) (any, error) {
	list, ok := c.args["vals_list"].([]any)
	if !ok {
		list = []any{c.args["vals_list"]}
	}
	var ready []map[string]any
	for _, raw := range list {
		vals, _ := raw.(map[string]any)
		values, err := o.stored(c.model, vals)
		if err != nil {
			return nil, err
		}
		if err := o.checkNew(c, values); err != nil {
			return nil, err
		}
		ready = append(ready, values)
	}
	ids := []int64{}
	for _, values := range ready {
		ids = append(ids, o.make(c, values))
	}
	return ids, nil
}

// checkNew holds a new record to what Odoo demands of it, and fills what it leaves open.
func (o *Odoo) checkNew(c call, values map[string]any) error {
	switch c.model {
	case "ir.model.data":
		if c.role != RoleAdmin && values["module"] != "__crosswalk__" {
			return accessError("Due to security restrictions, you are not allowed to access 'Model Data' (ir.model.data) records.")
		}
		if o.external(values["module"], values["name"]) != nil {
			return validationError("The operation cannot be completed: duplicate key value violates unique constraint \"ir_model_data_module_name_uniq_index\"")
		}
	case "product.product":
		for name, value := range map[string]any{"type": "consu", "tracking": "none", "active": true, "is_storable": false, "uom_id": int64(1), "weight": decimal.Zero} {
			if values[name] == nil {
				values[name] = value
			}
		}
		if empty(values["name"]) {
			return validationError("Missing required value for the field 'Name' (name).\nModel: Unknown\n- create/update: a mandatory field is not set")
		}
		return o.checkBarcode(0, values)
	case "product.category":
		o.nameCategory(values)
	case "ir.model.fields":
		return o.addField(values)
	case "ir.actions.server":
	default:
		return accessError("the sandbox creates no %s", c.model)
	}
	return nil
}

// external finds the entry of an external identifier.
func (o *Odoo) external(module, name any) map[string]any {
	data := o.tables["ir.model.data"]
	for _, id := range data.ids {
		if data.rows[id]["module"] == module && data.rows[id]["name"] == name {
			return data.rows[id]
		}
	}
	return nil
}

func (o *Odoo) checkBarcode(self int64, values map[string]any) error {
	barcode := values["barcode"]
	if empty(barcode) {
		return nil
	}
	products := o.tables["product.product"]
	company, owned := values["company_id"].(int64)
	if self != 0 {
		company, owned = o.value("product.product", self, "company_id").(int64)
	}
	for _, id := range products.ids {
		other, theirs := o.value("product.product", id, "company_id").(int64)
		if id != self && products.rows[id]["barcode"] == barcode && (!owned || !theirs || company == other) {
			return validationError("Barcode(s) already assigned:\n\n- Barcode \"%v\" already assigned to product(s): %v", barcode, o.value("product.product", id, "name"))
		}
	}
	return nil
}

// nameCategory gives a category its full name.
func (o *Odoo) nameCategory(values map[string]any) {
	name, _ := values["name"].(string)
	if parent, ok := values["parent_id"].(int64); ok {
		above, _ := o.tables["product.category"].rows[parent]["complete_name"].(string)
		name = above + " / " + name
	}
	values["complete_name"] = name
}

func (o *Odoo) make(c call, values map[string]any) int64 {
	if c.model != "product.product" {
		return o.tables[c.model].insert(values, o.now())
	}
	id := o.createProduct(values)
	o.note(c, id, values)
	return id
}

// note enters an effective change in the ledger.
func (o *Odoo) note(c call, product int64, changed map[string]any) {
	if len(changed) > 0 || c.method == "unlink" {
		o.writes = append(o.writes, Write{At: o.now(), Role: c.role, Method: c.method, Product: product, Fields: changed})
	}
}

func (o *Odoo) write(c call) (any, error) {
	vals, _ := c.args["vals"].(map[string]any)
	return true, o.change(c, c.ids(), vals)
}

// change writes values to records, to all or to none.
func (o *Odoo) change(c call, ids []int64, vals map[string]any) error {
	values, err := o.stored(c.model, vals)
	if err != nil {
		return err
	}
	if err := o.checkVisible(c.model, ids); err != nil {
		return err
	}
	for _, id := range ids {
		if o.tables[c.model].rows[id] == nil {
			return missingError(c.model, id)
		}
		if c.model == "product.product" {
			if err := o.checkBarcode(id, values); err != nil {
				return err
			}
		}
	}
	for _, id := range ids {
		o.put(c, id, values)
	}
	return nil
}

func (o *Odoo) put(c call, id int64, values map[string]any) {
	product := id
	switch c.model {
	case "product.template":
		product = o.variant(id)
	case "product.product":
	default:
		for name, value := range values {
			o.tables[c.model].rows[id][name] = value
		}
		o.tables[c.model].rows[id]["write_date"] = o.now()
		return
	}
	o.note(c, product, o.setProduct(product, values))
	if active, ok := values["active"].(bool); ok && c.model == "product.template" {
		o.setTemplate(product, active)
	}
}

// variant is the one product of a template.
func (o *Odoo) variant(template int64) int64 {
	products := o.tables["product.product"]
	for _, id := range products.ids {
		if products.rows[id]["product_tmpl_id"] == template {
			return id
		}
	}
	return 0
}

// archive is action_archive and action_unarchive. A template goes with its product, unless the call's context shows it the
// product that was archived just now.
func (o *Odoo) archive(c call, active bool) (any, error) {
	if err := o.change(c, c.ids(), map[string]any{"active": active}); err != nil {
		return nil, err
	}
	for _, id := range c.ids() {
		if c.model == "product.product" && (active || c.context()["active_test"] != false) {
			o.setTemplate(id, active)
		}
	}
	return true, nil
}

func (o *Odoo) unlink(c call) (any, error) {
	for _, id := range c.ids() {
		if o.tables[c.model].rows[id] == nil {
			return nil, missingError(c.model, id)
		}
	}
	for _, id := range c.ids() {
		if c.model == "product.product" {
			o.removeProduct(id)
			o.note(c, id, nil)
			continue
		}
		o.tables[c.model].remove(id)
		o.forgetExternal(c.model, id)
	}
	return true, nil
}
