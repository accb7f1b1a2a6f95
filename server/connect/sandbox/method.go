package sandbox

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// method is what a call runs; ids are its recordset.
type method struct {
	right string // "read", "write", "create", "unlink", or "" where Odoo asks for none
	run   func(o *Odoo, c call) (any, error)
}

func methods() map[string]method {
	return map[string]method{
		"search_read":          {"read", (*Odoo).searchRead},
		"search":               {"read", (*Odoo).searchIDs},
		"search_count":         {"read", (*Odoo).searchCount},
		"read":                 {"read", (*Odoo).read},
		"formatted_read_group": {"read", (*Odoo).readGroup},
		"fields_get":           {"read", (*Odoo).fieldsGet},
		"get_external_id":      {"", (*Odoo).externalIDs},
		"has_access":           {"", (*Odoo).hasAccess},
		"create":               {"create", (*Odoo).create},
		"write":                {"write", (*Odoo).write},
		"unlink":               {"unlink", (*Odoo).unlink},
		"action_archive":       {"write", func(o *Odoo, c call) (any, error) { return o.archive(c, false) }},
		"action_unarchive":     {"write", func(o *Odoo, c call) (any, error) { return o.archive(c, true) }},
		"load":                 {"", (*Odoo).load},
		"run":                  {"", (*Odoo).runAction},
		"context_get":          {"", (*Odoo).contextGet},
	}
}

// execute makes a call, all of it or nothing.
func (o *Odoo) execute(c call) (any, error) {
	if o.tables[c.model] == nil {
		return nil, notFound("the model '%s' does not exist", c.model)
	}
	m, known := methods()[c.method]
	special := map[string]string{"run": "ir.actions.server", "context_get": "res.users", "load": "product.product"}
	if strings.HasPrefix(c.method, "_") {
		return nil, accessError("Private methods (such as '%s.%s') cannot be called remotely.", c.model, c.method)
	}
	if !known || (special[c.method] != "" && special[c.method] != c.model) {
		return nil, notFound("The method '%s.%s' does not exist", c.model, c.method)
	}
	if m.right != "" && !may(c.role, c.model, m.right) {
		return nil, accessError("You are not allowed to %s '%s' records.", m.right, c.model)
	}
	s, err := o.scopeOf(c)
	if err != nil {
		return nil, err
	}
	var answer any
	err = o.within(s, func() error {
		answer, err = m.run(o, c)
		return err
	})
	return answer, err
}

// may says what the integration users may do: read master data, the writer also change products and external identifiers.
func may(role Role, model, right string) bool {
	if role == RoleAdmin {
		return true
	}
	product := model == "product.product" || model == "product.template"
	if right == "read" {
		return product || slices.Contains([]string{"uom.uom", "ir.model.data", "res.company", "res.users", "res.currency", "res.country", "product.category"}, model)
	}
	return role == RoleWriter && right != "unlink" && (product || model == "ir.model.data")
}

func (c call) context() map[string]any {
	context, _ := c.args["context"].(map[string]any)
	return context
}

func (c call) ids() []int64 {
	list, _ := c.args["ids"].([]any)
	var ids []int64
	for _, raw := range list {
		if id, ok := asID(raw); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

func asID(raw any) (int64, bool) {
	number, ok := raw.(json.Number)
	if !ok {
		return 0, false
	}
	id, err := number.Int64()
	return id, err == nil
}

func (c call) number(name string, otherwise int) int {
	if id, ok := asID(c.args[name]); ok {
		return int(id)
	}
	return otherwise
}

// found searches with the call's domain, context and record rules.
func (o *Odoo) found(c call) ([]int64, error) {
	if _, given := c.args["ids"]; given {
		return nil, unprocessable("cannot call %s.%s with ids", c.model, c.method)
	}
	domain, _ := c.args["domain"].([]any)
	if c.model == "ir.model.data" && c.role != RoleAdmin {
		domain = append([]any{[]any{"module", "=", "__crosswalk__"}}, domain...)
	}
	ids, err := o.search(c.model, domain, c.context()["active_test"] != false)
	return slices.DeleteFunc(ids, func(id int64) bool { return !o.visible(c.model, id) }), err
}

// page sorts and cuts.
func (o *Odoo) page(c call, ids []int64) ([]int64, error) {
	by, _ := c.args["order"].(string)
	field, direction, _ := strings.Cut(strings.TrimSpace(by), " ")
	if field != "" && field != "id" {
		if _, known := o.tables[c.model].fields[field]; !known {
			return nil, valueError("Invalid field '%s' on '%s'", field, c.model)
		}
		slices.SortStableFunc(ids, func(a, b int64) int { return order(o.value(c.model, a, field), o.value(c.model, b, field)) })
	}
	if strings.EqualFold(strings.TrimSpace(direction), "desc") {
		slices.Reverse(ids)
	}
	ids = ids[min(c.number("offset", 0), len(ids)):]
	if limit := c.number("limit", 0); limit > 0 {
		ids = ids[:min(limit, len(ids))]
	}
	return ids, nil
}

func (o *Odoo) searchIDs(c call) (any, error) {
	ids, err := o.found(c)
	if err != nil {
		return nil, err
	}
	return o.page(c, ids)
}

func (o *Odoo) searchCount(c call) (any, error) {
	ids, err := o.found(c)
	return len(ids), err
}

func (o *Odoo) searchRead(c call) (any, error) {
	ids, err := o.found(c)
	if err != nil {
		return nil, err
	}
	if ids, err = o.page(c, ids); err != nil {
		return nil, err
	}
	return o.shown(c, ids)
}

// read leaves out records that do not exist.
func (o *Odoo) read(c call) (any, error) {
	if err := o.checkVisible(c.model, c.ids()); err != nil {
		return nil, err
	}
	return o.shown(c, slices.DeleteFunc(c.ids(), func(id int64) bool { return o.tables[c.model].rows[id] == nil }))
}

// shown returns records as the interface writes them.
func (o *Odoo) shown(c call, ids []int64) (any, error) {
	names := []string{}
	for _, raw := range asList(c.args["fields"]) {
		name, _ := raw.(string)
		if _, known := o.tables[c.model].fields[name]; !known {
			return nil, valueError("Invalid field '%s' on '%s'", name, c.model)
		}
		names = append(names, name)
	}
	plain := c.args["load"] == "" || (c.args["load"] == nil && c.method == "read" && hasKey(c.args, "load"))
	rows := make([]map[string]any, len(ids))
	for i, id := range ids {
		rows[i] = map[string]any{"id": id}
		for _, name := range names {
			rows[i][name] = o.show(o.tables[c.model].fields[name], o.value(c.model, id, name), plain)
		}
	}
	return rows, nil
}

func hasKey(args map[string]any, name string) bool { _, ok := args[name]; return ok }

func asList(raw any) []any { list, _ := raw.([]any); return list }

// show writes a stored value as the interface does: what is empty is false, but numbers are 0 and lists are empty.
func (o *Odoo) show(f field, value any, plain bool) any {
	switch v := value.(type) {
	case decimal.Decimal:
		return float(v)
	case time.Time:
		return v.UTC().Format(odooTime)
	case int64:
		if f.kind == "many2one" && !plain {
			name, _ := o.tables[f.relation].rows[v]["name"].(string)
			return []any{v, name}
		}
		return v
	case nil:
		switch f.kind {
		case "float":
			return float(decimal.Zero)
		case "integer":
			return 0
		case "many2many":
			return []int64{}
		}
		return false
	}
	return value
}

// float writes a number as Python does: a whole one ends in ".0".
func float(v decimal.Decimal) json.Number {
	text := v.String()
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return json.Number(text)
}

func (o *Odoo) readGroup(c call) (any, error) {
	if len(asList(c.args["groupby"])) > 0 {
		return nil, valueError("the sandbox does not group")
	}
	ids, err := o.found(c)
	if err != nil {
		return nil, err
	}
	group := map[string]any{"__extra_domain": []any{[]any{1, "=", 1}}}
	for _, raw := range asList(c.args["aggregates"]) {
		aggregate, _ := raw.(string)
		name, function, _ := strings.Cut(aggregate, ":")
		switch {
		case aggregate == "__count":
			group[aggregate] = len(ids)
		case function == "max":
			group[aggregate] = o.highest(c.model, name, ids)
		default:
			return nil, valueError("Invalid aggregate '%s'", aggregate)
		}
	}
	return []any{group}, nil
}

func (o *Odoo) highest(model, name string, ids []int64) any {
	var best any
	for _, id := range ids {
		if value := o.value(model, id, name); best == nil || order(value, best) > 0 {
			best = value
		}
	}
	if best == nil {
		return false
	}
	return o.show(o.tables[model].fields[name], best, true)
}

func (o *Odoo) fieldsGet(c call) (any, error) {
	wanted, attributes := asList(c.args["allfields"]), asList(c.args["attributes"])
	described := map[string]any{}
	for name, f := range o.tables[c.model].fields {
		if len(wanted) > 0 && !slices.Contains(wanted, any(name)) {
			continue
		}
		all := map[string]any{"type": f.kind, "string": f.label, "required": f.required}
		if f.kind == "float" {
			all["digits"] = false
			if f.scale >= 0 {
				all["digits"] = []int32{16, f.scale}
			}
		}
		maps.DeleteFunc(all, func(key string, _ any) bool { return len(attributes) > 0 && !slices.Contains(attributes, any(key)) })
		described[name] = all
	}
	return described, nil
}

func (o *Odoo) externalIDs(c call) (any, error) {
	data, answer := o.tables["ir.model.data"], map[string]string{}
	wanted := map[int64]bool{}
	for _, id := range c.ids() {
		wanted[id], answer[show(id)] = true, ""
	}
	for _, entry := range data.ids {
		row := data.rows[entry]
		id, _ := row["res_id"].(int64)
		if row["model"] == c.model && wanted[id] && answer[show(id)] == "" {
			answer[show(id)] = row["module"].(string) + "." + row["name"].(string)
		}
	}
	return answer, nil
}

func (o *Odoo) hasAccess(c call) (any, error) {
	operation, _ := c.args["operation"].(string)
	return may(c.role, c.model, operation), nil
}

func (o *Odoo) contextGet(c call) (any, error) {
	uid := map[Role]int{RoleReader: 1, RoleWriter: 2, RoleAdmin: 3}[c.role]
	return map[string]any{"lang": "en_US", "tz": "UTC", "uid": uid}, nil
}
