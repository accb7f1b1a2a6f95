package sandbox

import (
	"encoding/json"
	"slices"
	"strings"
)

// loadFailure is how load tells of a fault: with status 200, in words.
func loadFailure(message string) any {
	return map[string]any{
		"ids": false, "nextrow": 0,
		"messages": []any{map[string]any{"rows": map[string]any{"from": 0, "to": 0}, "type": "error", "record": 0, "message": message}},
	}
}

// load creates or updates one product per row of texts, under the external identifier in the column "id".
func (o *Odoo) load(c call) (any, error) {
	if !may(c.role, c.model, "create") {
		return loadFailure("You are not allowed to create 'Product Variant' (product.product) records."), nil
	}
	var columns []string
	for _, raw := range asList(c.args["fields"]) {
		column, _ := raw.(string)
		name, _, _ := strings.Cut(column, "/")
		if _, known := o.tables[c.model].fields[name]; !known {
			return nil, valueError("Invalid field name '%s'", column)
		}
		columns = append(columns, column)
	}
	rows := asList(c.args["data"])
	if len(rows) != 1 || slices.Index(columns, "id") < 0 {
		return nil, valueError("the sandbox loads one row with an external identifier")
	}
	external, vals, fault := o.cells(columns, asList(rows[0]))
	if fault != "" {
		return loadFailure(fault), nil
	}
	id, err := o.upsert(c, external, vals)
	if err != nil {
		return loadFailure(err.Error()), nil
	}
	return map[string]any{"ids": []int64{id}, "messages": []any{}, "nextrow": 0}, nil
}

// cells reads a row's texts; the last result says in words what is wrong.
func (o *Odoo) cells(columns []string, row []any) (external string, vals map[string]any, fault string) {
	vals = map[string]any{}
	for i, column := range columns {
		text, _ := row[min(i, len(row)-1)].(string)
		name, linked := strings.CutSuffix(column, "/id")
		name, byID := strings.CutSuffix(name, "/.id")
		f := o.tables["product.product"].fields[name]
		switch {
		case column == "id":
			external = text
		case linked:
			module, local, _ := strings.Cut(text, ".")
			entry := o.external(module, local)
			if entry == nil {
				return "", nil, "No matching record found for external id '" + text + "' in field '" + f.label + "'"
			}
			vals[name] = jsonID(entry["res_id"])
		case byID || f.kind == "integer":
			vals[name] = json.Number(text)
		case f.kind == "boolean":
			vals[name] = text == "True"
		case f.kind == "selection" && !slices.Contains(f.selection, text):
			return "", nil, "Value '" + text + "' not found in selection field '" + f.label + "'"
		case text == "" && f.kind != "float":
			vals[name] = false
		default:
			vals[name] = text
		}
	}
	return external, vals, ""
}

// upsert updates the record an external identifier names, or creates it and the identifier.
func (o *Odoo) upsert(c call, external string, vals map[string]any) (int64, error) {
	module, name, _ := strings.Cut(external, ".")
	if entry := o.external(module, name); entry != nil {
		id, _ := entry["res_id"].(int64)
		if o.tables[c.model].rows[id] != nil {
			return id, o.change(c, []int64{id}, vals)
		}
		o.forgetExternal(c.model, id)
	}
	values, err := o.stored(c.model, vals)
	if err != nil {
		return 0, err
	}
	if err := o.checkNew(c, values); err != nil {
		return 0, err
	}
	id := o.make(c, values)
	o.tables["ir.model.data"].insert(map[string]any{"module": module, "name": name, "model": c.model, "res_id": id, "noupdate": false}, o.now())
	return id, nil
}
