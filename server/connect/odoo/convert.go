package odoo

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// converter turns a field's value into an attribute's and back.
type converter struct {
	// read returns nil or an empty value for an empty field; raw is a string, json.Number, bool or nil. units gives the Rec 20
	// code by Odoo's ID.
	read func(raw any, info fieldInfo, units map[string]string) (domain.Value, error)
	// write returns what is sent for a value, an error where the value cannot stand in Odoo; it is not asked for empty ones.
	write func(v domain.Value, info fieldInfo) (any, error)
	// empty is what is sent to clear the field.
	empty any
	// column is appended to the field's name when a record is loaded.
	column string
}

func textConverter() converter {
	return converter{
		empty: false,
		read: func(raw any, _ fieldInfo, _ map[string]string) (domain.Value, error) {
			text, err := textOf(raw)
			return domain.NewText(text), err
		},
		write: func(v domain.Value, _ fieldInfo) (any, error) {
			text, ok := v.(domain.Text)
			return string(text), kindError(ok, v, domain.KindText)
		},
	}
}

func codeConverter() converter {
	return converter{
		empty: false,
		read: func(raw any, _ fieldInfo, _ map[string]string) (domain.Value, error) {
			text, err := textOf(raw)
			return domain.NewCode(text), err
		},
		write: func(v domain.Value, _ fieldInfo) (any, error) {
			code, ok := v.(domain.Code)
			return string(code), kindError(ok, v, domain.KindCode)
		},
	}
}

func enumConverter(members ...string) converter {
	return converter{
		empty: false,
		read: func(raw any, _ fieldInfo, _ map[string]string) (domain.Value, error) {
			text, err := textOf(raw)
			return domain.Enum(text), err
		},
		write: func(v domain.Value, _ fieldInfo) (any, error) {
			member, ok := v.(domain.Enum)
			if ok && !slices.Contains(members, string(member)) {
				return nil, fmt.Errorf("%q is none of %v", member, members)
			}
			return string(member), kindError(ok, v, domain.KindEnum)
		},
	}
}

// quantityConverter is for a number that Odoo keeps in a fixed unit, 0 meaning that nobody entered it.
func quantityConverter(unit string) converter {
	return converter{
		empty: json.Number("0"),
		read: func(raw any, info fieldInfo, _ map[string]string) (domain.Value, error) {
			number, ok := raw.(json.Number)
			if !ok {
				return nil, fmt.Errorf("%v is not a number", raw)
			}
			quantity, err := domain.NewQuantity(number.String(), unit)
			if err != nil {
				return nil, err
			}
			// what lies beyond the field's decimals is noise of floating point
			if scale, rounds := info.scale(); rounds {
				quantity.Number = quantity.Number.Round(scale)
			}
			if quantity.Number.IsZero() {
				return nil, nil
			}
			return quantity, nil
		},
		write: func(v domain.Value, info fieldInfo) (any, error) {
			quantity, ok := v.(domain.Quantity)
			if err := kindError(ok, v, domain.KindQuantity); err != nil {
				return nil, err
			}
			if quantity.Unit != unit {
				return nil, fmt.Errorf("Odoo keeps it in %s, not in %s", unit, quantity.Unit)
			}
			sent := quantity.Number
			if scale, rounds := info.scale(); rounds {
				// rounded here, so that what is read back is what was sent; to lose the whole value is not rounding
				if sent = sent.Round(scale); sent.IsZero() && !quantity.Number.IsZero() {
					return nil, fmt.Errorf("Odoo keeps %d decimals and would make 0 of %s", scale, quantity.Number)
				}
			}
			return json.Number(sent.String()), nil
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
