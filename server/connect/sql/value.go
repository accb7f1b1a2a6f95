package sql

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// plain brings a cell into the form expressions see: text as written, numbers as exact decimal text, NULL as nil.
func plain(cell any) any {
	switch v := cell.(type) {
	case nil:
		return nil
	case bool:
		return v
	case []byte:
		return string(v)
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float32:
		return strconv.FormatFloat(float64(v), 'f', -1, 32)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return day(v)
	}
	return fmt.Sprint(cell)
}

// day writes a point in time; one at midnight is a date.
func day(t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339Nano)
}

// helper is a function that expressions have besides the language's own.
type helper func(args ...any) (any, error)

// helpers are text(x), decimal(x) and times(x, "0.001"); each gives nil or "" for NULL.
func helpers() map[string]helper {
	return map[string]helper{
		"text": func(args ...any) (any, error) {
			if len(args) != 1 {
				return nil, errors.New("text takes one value")
			}
			return written(args[0])
		},
		"decimal": func(args ...any) (any, error) {
			if len(args) != 1 {
				return nil, errors.New("decimal takes one value")
			}
			return computed(args[0], func(number decimal.Decimal) decimal.Decimal { return number })
		},
		"times": func(args ...any) (any, error) {
			if len(args) != 2 {
				return nil, errors.New("times takes a value and a factor")
			}
			factor, err := exact(args[1])
			if err != nil {
				return nil, err
			}
			return computed(args[0], factor.Mul)
		},
	}
}

func functions() []expr.Option {
	var options []expr.Option
	known := helpers()
	for _, name := range slices.Sorted(maps.Keys(known)) {
		options = append(options, expr.Function(name, known[name]))
	}
	return options
}

// written is a value as text, "" for NULL. Floating point is refused: its digits are not those anybody wrote.
func written(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case int:
		return strconv.Itoa(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case bool:
		return strconv.FormatBool(v), nil
	case float64, float32:
		return "", errors.New("it was computed in floating point; use decimal(…) or times(…, \"0.001\")")
	}
	return "", fmt.Errorf("it is a %T", v)
}

func exact(v any) (decimal.Decimal, error) {
	text, err := written(v)
	if err != nil {
		return decimal.Decimal{}, err
	}
	quantity, err := domain.NewQuantity(text, "")
	return quantity.Number, err
}

// computed applies an exact computation to a number, and leaves NULL and blank text alone.
func computed(v any, compute func(decimal.Decimal) decimal.Decimal) (any, error) {
	if text, isText := v.(string); v == nil || (isText && strings.TrimSpace(text) == "") {
		return nil, nil
	}
	number, err := exact(v)
	if err != nil {
		return nil, err
	}
	return compute(number).String(), nil
}

// converter turns rows into records.
type converter struct {
	stream     stream
	attributes []domain.Attribute
}

// converter chooses the attributes and refuses what the definition does not have or a row cannot bring.
func (s stream) converter(request reconcile.ReadRequest) (converter, error) {
	c := converter{stream: s}
	for _, id := range slices.Sorted(maps.Keys(s.fields)) {
		attribute, known := request.Definition.Attribute(id)
		if !known {
			return c, domain.Invalid(domain.CodeConfigInvalid, "the stream %s has an expression for %s, which the %s does not have", s.domain, id, request.Definition.Label)
		}
		switch attribute.Kind {
		case domain.KindText, domain.KindCode, domain.KindEnum, domain.KindQuantity, domain.KindDate, domain.KindBool:
		default:
			return c, domain.Invalid(domain.CodeConfigInvalid, "the stream %s cannot bring %s: a row of a database does not hold a value of the kind %s", s.domain, id, attribute.Kind)
		}
		if len(request.Attributes) == 0 || slices.Contains(request.Attributes, id) {
			c.attributes = append(c.attributes, attribute)
		}
	}
	return c, nil
}

// record converts a row; the error says in a sentence why the row cannot be taken. The code is set where it is known.
func (c converter) record(row map[string]any) (domain.SourceRecord, error) {
	record := domain.SourceRecord{Active: true, Attributes: domain.Attributes{}}
	key, err := evaluate(c.stream.key, row)
	if err != nil {
		return record, fmt.Errorf("the key: %w", err)
	}
	text, err := written(key)
	if err != nil {
		return record, fmt.Errorf("the key: %w", err)
	}
	if record.Code, err = domain.ParseCode(text); err != nil {
		return record, fmt.Errorf("the row has no usable code: %w", err)
	}
	if c.stream.active != nil {
		active, err := evaluate(c.stream.active, row)
		yes, isBool := active.(bool)
		if err == nil && !isBool {
			err = fmt.Errorf("it is neither true nor false")
		}
		if err != nil {
			return record, fmt.Errorf("active: %w", err)
		}
		record.Active = yes
	}
	for _, attribute := range c.attributes {
		value, err := c.value(attribute, row)
		if err != nil {
			return record, fmt.Errorf("%s: %w", attribute.ID, err)
		}
		if value != nil && !value.Empty() {
			record.Attributes[attribute.ID] = value
		}
	}
	return record, nil
}

// evaluate runs an expression; its error says what went wrong without the expression's text.
func evaluate(program *vm.Program, row map[string]any) (any, error) {
	result, err := expr.Run(program, row)
	var at *file.Error
	if errors.As(err, &at) {
		return nil, errors.New(at.Message)
	}
	return result, err
}

// value computes an attribute; nil means that the row says nothing.
func (c converter) value(attribute domain.Attribute, row map[string]any) (domain.Value, error) {
	result, err := evaluate(c.stream.fields[attribute.ID], row)
	if err != nil || result == nil {
		return nil, err
	}
	text, err := written(result)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	switch attribute.Kind {
	case domain.KindCode:
		return domain.NewCode(text), nil
	case domain.KindEnum:
		return domain.Enum(domain.NewText(text)), nil
	case domain.KindQuantity:
		return domain.NewQuantity(text, attribute.Unit)
	case domain.KindDate:
		day, err := domain.ParseDate(strings.TrimSpace(text))
		return domain.Day(day), err
	case domain.KindBool:
		return yesNo(text)
	default:
		return domain.NewText(text), nil
	}
}

// yesNo reads the ways in which databases write a truth value.
func yesNo(text string) (domain.Value, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "1", "t", "true":
		return domain.Bool(true), nil
	case "0", "f", "false":
		return domain.Bool(false), nil
	}
	return nil, fmt.Errorf("%q is neither true nor false", text)
}
