package odoo

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// facts are what a conversion needs to know of the system.
type facts struct {
	info   fieldInfo
	tables tables
}

// converter turns a field's value into an attribute's and back.
type converter struct {
	// read returns nil or an empty value for an empty field; raw is a string, a number, bool or nil.
	read func(raw any, known facts) (domain.Value, error)
	// write returns what is sent for a value, an error where the value cannot stand in Odoo; it is not asked for empty ones.
	write func(v domain.Value, known facts) (any, error)
	// empty is what is sent to clear the field.
	empty any
	// column is appended to the field's name when a record is loaded.
	column string
	// types are those of Odoo's fields that it understands.
	types []string
	// link is the model that the field leads to, "" where it leads nowhere.
	link string
	// translated fields are read and written once for each language.
	translated bool
}

// textTypes are the fields that hold a text.
func textTypes() []string { return []string{"char", "text"} }

func textConverter() converter {
	return converter{
		empty: false, types: textTypes(),
		read: func(raw any, _ facts) (domain.Value, error) {
			text, err := textOf(raw)
			return domain.NewText(text), err
		},
		write: func(v domain.Value, _ facts) (any, error) {
			text, ok := v.(domain.Text)
			return string(text), kindError(ok, v, domain.KindText)
		},
	}
}

func codeConverter() converter {
	return converter{
		empty: false, types: textTypes(),
		read: func(raw any, _ facts) (domain.Value, error) {
			text, err := textOf(raw)
			return domain.NewCode(text), err
		},
		write: func(v domain.Value, _ facts) (any, error) {
			code, ok := v.(domain.Code)
			return string(code), kindError(ok, v, domain.KindCode)
		},
	}
}

// enumConverter is for a member of a list; where no members are named, Odoo holds whatever the code list says.
func enumConverter(members ...string) converter {
	return converter{
		empty: false, types: []string{"selection", "char"},
		read: func(raw any, _ facts) (domain.Value, error) {
			text, err := textOf(raw)
			return domain.Enum(domain.NewCode(text)), err
		},
		write: func(v domain.Value, _ facts) (any, error) {
			member, ok := v.(domain.Enum)
			if ok && len(members) > 0 && !slices.Contains(members, string(member)) {
				return nil, fmt.Errorf("%q is none of %v", member, members)
			}
			return string(member), kindError(ok, v, domain.KindEnum)
		},
	}
}

// quantityConverter is for a number that Odoo keeps in a fixed unit, 0 meaning that nobody entered it.
func quantityConverter(unit string) converter {
	return converter{
		empty: json.Number("0"), types: []string{"float", "integer"},
		read: func(raw any, known facts) (domain.Value, error) {
			number, err := numberOf(raw, unit, known.info)
			if err != nil || number.Number.IsZero() {
				return nil, err
			}
			return number, nil
		},
		write: func(v domain.Value, known facts) (any, error) {
			quantity, ok := v.(domain.Quantity)
			if err := kindError(ok, v, domain.KindQuantity); err != nil {
				return nil, err
			}
			if quantity.Unit != unit {
				return nil, fmt.Errorf("Odoo keeps it in %s, not in %s", unit, quantity.Unit)
			}
			sent := quantity.Number
			if scale, rounds := known.info.scale(); rounds {
				// rounded here, so that what is read back is what was sent; to lose the whole value is not rounding
				if sent = sent.Round(scale); sent.IsZero() && !quantity.Number.IsZero() {
					return nil, fmt.Errorf("Odoo keeps %d decimals and would make 0 of %s", scale, quantity.Number)
				}
			}
			return json.Number(sent.String()), nil
		},
	}
}

// numberOf reads a number; what lies beyond the field's decimals is noise of floating point.
func numberOf(raw any, unit string, info fieldInfo) (domain.Quantity, error) {
	number, ok := raw.(json.Number)
	if !ok {
		return domain.Quantity{}, fmt.Errorf("%v is not a number", raw)
	}
	quantity, err := domain.NewQuantity(number.String(), unit)
	if scale, rounds := info.scale(); err == nil && rounds {
		quantity.Number = quantity.Number.Round(scale)
	}
	return quantity, err
}

// costConverter is for an amount in the company's currency, 0 meaning that nobody entered it. It is never written: a new
// standard price revalues the stock.
func costConverter() converter {
	return converter{
		types: []string{"float", "monetary"},
		read: func(raw any, known facts) (domain.Value, error) {
			number, err := numberOf(raw, "", known.info)
			if err != nil || number.Number.IsZero() {
				return nil, err
			}
			return domain.Money{Amount: number.Number, Currency: known.tables.currency}, nil
		},
		write: func(domain.Value, facts) (any, error) {
			return nil, fmt.Errorf("writing it would revalue stock")
		},
	}
}

// linkConverter is for a link to a record that both sides know by a text.
func linkConverter(model, noun string) converter {
	return converter{
		empty: false, column: "/.id", types: []string{"many2one"}, link: model,
		read: func(raw any, known facts) (domain.Value, error) {
			if raw == nil || raw == false {
				return domain.Enum(""), nil
			}
			return domain.Enum(known.tables.texts[model][fmt.Sprint(raw)]), nil
		},
		write: func(v domain.Value, known facts) (any, error) {
			text, ok := v.(domain.Enum)
			if err := kindError(ok, v, domain.KindEnum); err != nil {
				return nil, err
			}
			ids := known.tables.find(model, string(text))
			if len(ids) != 1 {
				return nil, fmt.Errorf("Odoo has %d records for the %s %s; an alias in the code list says which one is meant", len(ids), noun, text)
			}
			return ids[0], nil
		},
	}
}

// textOf reads a text field, whose empty value is false.
func textOf(raw any) (string, error) {
	switch raw := raw.(type) {
	case string:
		return raw, nil
	case bool, nil:
		return "", nil
	}
	return "", fmt.Errorf("%v is not a text", raw)
}

func kindError(ok bool, v domain.Value, want domain.ValueKind) error {
	if ok {
		return nil
	}
	return fmt.Errorf("a %s was expected, not a %s", want, v.Kind())
}
