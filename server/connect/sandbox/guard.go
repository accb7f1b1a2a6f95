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
	return []string{"default_code", "name", "weight", "barcode", "tracking", "active"}
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
	strange := slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(guardFields(), name) })
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
		current[name] = o.show(o.tables[model].fields[name], o.value(model, id, name), true)
	}
	return map[string]any{"status": status, "current": current}, nil
}

// decide writes where the record holds what was expected, and says what became of it.
func (o *Odoo) decide(c call, id int64, expect, vals map[string]any) (string, error) {
	wanted, err := o.stored(c.model, vals)
	if err != nil {
		return "", err
	}
	expected, err := o.stored(c.model, expect)
	switch {
	case err != nil:
		return "", err
	case o.holds(id, wanted):
		return "already", nil
	case !o.holds(id, expected):
		return "conflict", nil
	}
	if err := o.change(c, []int64{id}, vals); err != nil {
		return "", err
	}
	if active, ok := wanted["active"].(bool); ok {
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

func (o *Odoo) holds(id int64, values map[string]any) bool {
	for name, value := range values {
		if !equal(o.value("product.product", id, name), value) {
			return false
		}
	}
	return true
}
