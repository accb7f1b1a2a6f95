package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// odooTime is how Odoo writes instants, in UTC and whole seconds.
const odooTime = "2006-01-02 15:04:05"

// predicate says whether a record meets a search domain.
type predicate func(id int64) bool

// search returns the IDs that meet a domain, ascending. Archived records are left out unless the domain or the call's
// context asks for them.
func (o *Odoo) search(model string, domain []any, activeTest bool) ([]int64, error) {
	t := o.tables[model]
	if _, has := t.fields["active"]; has && activeTest && !mentions(domain, "active") {
		domain = append([]any{[]any{"active", "=", true}}, domain...)
	}
	meets, err := o.compile(model, domain)
	if err != nil {
		return nil, err
	}
	found := []int64{}
	for _, id := range t.ids {
		if meets(id) {
			found = append(found, id)
		}
	}
	return found, nil
}

func mentions(domain []any, name string) bool {
	return slices.ContainsFunc(domain, func(term any) bool {
		triple, ok := term.([]any)
		return ok && len(triple) == 3 && triple[0] == name
	})
}

// compile reads a domain in Polish notation; terms without an operator before them are joined by "and".
func (o *Odoo) compile(model string, domain []any) (predicate, error) {
	rest, all := domain, predicate(func(int64) bool { return true })
	for len(rest) > 0 {
		term, left, err := o.term(model, rest)
		if err != nil {
			return nil, err
		}
		before := all
		all, rest = func(id int64) bool { return before(id) && term(id) }, left
	}
	return all, nil
}

// term takes one term off the front.
func (o *Odoo) term(model string, domain []any) (predicate, []any, error) {
	if len(domain) == 0 {
		return nil, nil, valueError("Domain ends too early")
	}
	switch head := domain[0].(type) {
	case string:
		first, rest, err := o.term(model, domain[1:])
		if err != nil {
			return nil, nil, err
		}
		if head == "!" {
			return func(id int64) bool { return !first(id) }, rest, nil
		}
		second, rest, err := o.term(model, rest)
		if err != nil {
			return nil, nil, err
		}
		if head == "|" {
			return func(id int64) bool { return first(id) || second(id) }, rest, nil
		}
		return func(id int64) bool { return first(id) && second(id) }, rest, nil
	case []any:
		meets, err := o.condition(model, head)
		return meets, domain[1:], err
	}
	return nil, nil, valueError("Invalid domain term %v", domain[0])
}

// condition is one triple; the field may be followed by one of a linked record's.
func (o *Odoo) condition(model string, triple []any) (predicate, error) {
	name, ok := triple[0].(string)
	operator, isText := triple[1].(string)
	if len(triple) != 3 || !ok || !isText {
		return nil, valueError("Invalid domain term %v", triple)
	}
	link, inner, dotted := strings.Cut(name, ".")
	f, known := o.tables[model].fields[link]
	if !known || (dotted && f.relation == "") {
		return nil, valueError("Invalid field %s.%s in condition ('%s', '%s', %v)", model, name, name, operator, triple[2])
	}
	if dotted {
		linked, err := o.condition(f.relation, []any{inner, operator, triple[2]})
		if err != nil {
			return nil, err
		}
		return func(id int64) bool {
			target, ok := o.value(model, id, link).(int64)
			return ok && linked(target)
		}, nil
	}
	test, err := comparison(f, operator, triple[2])
	if err != nil {
		return nil, valueError("Invalid operator in condition ('%s', '%s', %v)", name, operator, triple[2])
	}
	return func(id int64) bool { return test(o.value(model, id, name)) }, nil
}

// comparison returns the test of a field's value against an operand.
func comparison(f field, operator string, operand any) (func(any) bool, error) {
	switch operator {
	case "in", "not in":
		list, ok := operand.([]any)
		if !ok {
			return nil, fmt.Errorf("no list")
		}
		return func(v any) bool {
			in := slices.ContainsFunc(list, func(member any) bool { return order(v, operandOf(f, member)) == 0 })
			return in == (operator == "in")
		}, nil
	case "=", "!=":
		wanted := operandOf(f, operand)
		return func(v any) bool { return (order(v, wanted) == 0) == (operator == "=") }, nil
	case ">", ">=", "<", "<=":
		wanted := operandOf(f, operand)
		return func(v any) bool {
			if v == nil {
				return false
			}
			rank := order(v, wanted)
			return (rank > 0 && operator[0] == '>') || (rank < 0 && operator[0] == '<') || (rank == 0 && len(operator) == 2)
		}, nil
	case "like", "ilike", "=like", "=ilike":
		return likeness(operator, fmt.Sprint(operand)), nil
	}
	return nil, fmt.Errorf("unknown operator")
}

func likeness(operator, pattern string) func(any) bool {
	fold := func(s string) string { return s }
	if strings.HasSuffix(operator, "ilike") {
		fold = strings.ToLower
	}
	return func(v any) bool {
		text, _ := v.(string)
		if operator[0] == '=' {
			return fold(text) == fold(strings.Trim(pattern, "%"))
		}
		return strings.Contains(fold(text), fold(strings.Trim(pattern, "%")))
	}
}

// operandOf brings an operand into the form in which the field is stored.
func operandOf(f field, operand any) any {
	switch f.kind {
	case "integer", "many2one":
		if number, ok := operand.(json.Number); ok {
			id, _ := number.Int64()
			return id
		}
	case "float":
		if number, ok := operand.(json.Number); ok {
			exact, _ := decimal.NewFromString(number.String())
			return exact
		}
	case "datetime":
		if text, ok := operand.(string); ok {
			at, _ := time.Parse(odooTime, strings.NewReplacer("T", " ", "Z", "").Replace(text))
			return at
		}
	}
	return operand
}

// order ranks two stored values; instants count in whole seconds, and the empty values are all the same.
func order(a, b any) int {
	if empty(a) || empty(b) {
		switch {
		case empty(a) && empty(b):
			return 0
		case empty(a):
			return -1
		}
		return 1
	}
	switch first := a.(type) {
	case string:
		second, _ := b.(string)
		return strings.Compare(first, second)
	case int64:
		second, _ := b.(int64)
		return int(min(max(first-second, -1), 1))
	case decimal.Decimal:
		second, _ := b.(decimal.Decimal)
		return first.Cmp(second)
	case time.Time:
		second, _ := b.(time.Time)
		return first.Truncate(time.Second).Compare(second.Truncate(time.Second))
	}
	if a == b {
		return 0
	}
	return 1
}
