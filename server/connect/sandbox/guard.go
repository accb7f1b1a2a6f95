package sandbox

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// guardPrefix begins the name of the one action the sandbox can run, followed by its version. The sandbox does not run its
// text but does what the text says.
const guardPrefix = "Crosswalk guard v"

// guardFields are those the guard may write.
func guardFields() []string {
	return []string{
		"default_code", "name", "weight", "barcode", "tracking", "active", "description_sale", "categ_id", "hs_code", "country_of_origin",
	}
}

func jsonID(id any) json.Number {
	number, _ := id.(int64)
	return json.Number(show(number))
}

// runAction runs the guard for members of its group.
func (o *Odoo) runAction(c call) (any, error) {
	ids := c.ids()
	if len(ids) != 1 || o.tables[c.model].rows[ids[0]] == nil {
		return nil, missingError(c.model, append(ids, 0)[0])
	}
	action := o.tables[c.model].rows[ids[0]]
	groups, _ := action["group_ids"].([]int64)
	if c.role != RoleWriter || !slices.Contains(groups, writerGroup) {
		return nil, accessError("You don't have enough access rights to run this action.")
	}
	name, _ := action["name"].(string)
	version, err := strconv.Atoi(strings.TrimPrefix(name, guardPrefix))
	if err != nil {
		return false, nil
	}
	order, asked := c.context()["xw"].(map[string]any)
	if !asked {
		return map[string]any{"status": "ready", "version": version}, nil
	}
	return o.compareAndSet(c, order)
}

// compareAndSet is the guard's work.
func (o *Odoo) compareAndSet(c call, order map[string]any) (any, error) {
	model, _ := order["model"].(string)
	expect, _ := order["expect"].(map[string]any)
	vals, _ := order["vals"].(map[string]any)
	names := slices.Sorted(maps.Keys(joined(expect, vals)))
	strange := slices.ContainsFunc(names, func(name string) bool {
		field, _, _ := strings.Cut(name, "@")
		_, own := o.custom[field]
		return !own && !slices.Contains(guardFields(), field)
	})
	if model != "product.product" || strange || len(vals) == 0 {
		return nil, userError("The Crosswalk guard may not write %s of %s.", strings.Join(names, ", "), model)
	}
	id, _ := asID(order["id"])
	if o.tables[model].rows[id] == nil {
		return map[string]any{"status": "missing"}, nil
	}
	status, err := o.decide(call{role: c.role, model: model, method: c.method}, id, expect, vals)
	if err != nil {
		return nil, err
	}
	current := map[string]any{}
	for _, name := range names {
		_ = o.inLanguage(name, func(field string) error {
			current[name] = o.show(o.tables[model].fields[field], o.value(model, id, field), true)
			return nil
		})
	}
	return map[string]any{"status": status, "current": current}, nil
}

// decide writes where the record holds what was expected, and says what became of it.
func (o *Odoo) decide(c call, id int64, expect, vals map[string]any) (string, error) {
	if err := o.checkVisible(c.model, []int64{id}); err != nil {
		return "", err
	}
	already, err := o.holds(c.model, id, vals)
	if err != nil || already {
		return "already", err
	}
	as, err := o.holds(c.model, id, expect)
	if err != nil || !as {
		return "conflict", err
	}
	for _, name := range slices.Sorted(maps.Keys(vals)) { // what is English comes before its translations
		err := o.inLanguage(name, func(field string) error { return o.change(c, []int64{id}, map[string]any{field: vals[name]}) })
		if err != nil {
			return "", err
		}
	}
	if active, ok := vals["active"].(bool); ok {
		o.setTemplate(id, active)
	}
	return "written", nil
}

func joined(a, b map[string]any) map[string]any {
	all := maps.Clone(b)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, a)
	return all
}

// holds says whether a record has the values, whose names may name a language.
func (o *Odoo) holds(model string, id int64, values map[string]any) (bool, error) {
	all := true
	for name, raw := range values {
		err := o.inLanguage(name, func(field string) error {
			wanted, err := o.stored(model, map[string]any{field: raw})
			all = all && equal(o.value(model, id, field), wanted[field])
			return err
		})
		if err != nil {
			return false, err
		}
	}
	return all, nil
}
