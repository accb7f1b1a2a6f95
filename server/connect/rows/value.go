package rows

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// helper is a function that expressions have besides the language's own.
type helper func(args ...any) (any, error)

// helpers are text(x), decimal(x), times(x, "0.001") and comma(x), which reads a number with a decimal comma; each gives nil or ""
// for what is not there.
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
		"comma": func(args ...any) (any, error) {
			if len(args) != 1 {
				return nil, errors.New("comma takes one value")
			}
			text, err := written(args[0])
			if err != nil || strings.TrimSpace(text) == "" {
				return nil, err
			}
			return fromComma(text)
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

// Converter turns the rows of one reading into records.
type Converter struct {
	mapping    *Mapping
	attributes []domain.Attribute
}

// Converter chooses the attributes and refuses, as CodeConfigInvalid, what the definition does not have or a row cannot bring.
func (m *Mapping) Converter(request reconcile.ReadRequest) (Converter, error) {
	c := Converter{mapping: m}
	for _, id := range slices.Sorted(maps.Keys(m.fields)) {
		attribute, known := request.Definition.Attribute(id)
		if !known {
			return c, domain.Invalid(domain.CodeConfigInvalid, "the stream %s has an expression for %s, which the %s does not have", m.domain, id, request.Definition.Label)
		}
		switch attribute.Kind {
		case domain.KindText, domain.KindTranslated, domain.KindCode, domain.KindEnum, domain.KindQuantity, domain.KindMoney, domain.KindDate, domain.KindBool:
		default:
			return c, domain.Invalid(domain.CodeConfigInvalid, "the stream %s cannot bring %s: a row does not hold a value of the kind %s", m.domain, id, attribute.Kind)
		}
		if len(request.Attributes) == 0 || slices.Contains(request.Attributes, id) {
			c.attributes = append(c.attributes, attribute)
		}
	}
	return c, nil
}

// Record converts a row; the error says in a sentence why the row cannot be taken. The code is set where it is known.
func (c Converter) Record(row map[string]any) (domain.SourceRecord, error) {
	record := domain.SourceRecord{Active: true, Attributes: domain.Attributes{}}
	var err error
	if record.Code, err = c.Code(row); err != nil {
		return record, err
	}
	if record.Active, err = c.active(row); err != nil {
		return record, fmt.Errorf("active: %w", err)
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

// Code returns the code of a row; the error says in a sentence why it has none.
func (c Converter) Code(row map[string]any) (domain.Code, error) {
	key, err := evaluate(c.mapping.key, row)
	if err != nil {
		return "", fmt.Errorf("the key: %w", err)
	}
	text, err := written(key)
	if err != nil {
		return "", fmt.Errorf("the key: %w", err)
	}
	code, err := domain.ParseCode(text)
	if err != nil {
		return "", fmt.Errorf("the row has no usable code: %w", err)
	}
	return code, nil
}

func (c Converter) active(row map[string]any) (bool, error) {
	if c.mapping.active == nil {
		return true, nil
	}
	active, err := evaluate(c.mapping.active, row)
	if err != nil {
		return false, err
	}
	yes, isBool := active.(bool)
	if !isBool {
		return false, errors.New("it is neither true nor false")
	}
	return yes, nil
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
func (c Converter) value(attribute domain.Attribute, row map[string]any) (domain.Value, error) {
	program := c.mapping.fields[attribute.ID].text
	if attribute.Kind == domain.KindQuantity {
		program = c.mapping.fields[attribute.ID].number
	}
	result, err := evaluate(program, row)
	if err != nil || result == nil {
		return nil, err
	}
	if texts, several := result.(map[string]any); several && attribute.Kind == domain.KindTranslated {
		return byLanguage(texts)
	}
	text, err := written(result)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	return c.read(attribute, text)
}

// read takes a text for a value of the attribute.
func (c Converter) read(attribute domain.Attribute, text string) (domain.Value, error) {
	switch attribute.Kind {
	case domain.KindTranslated:
		return domain.Translated{c.mapping.language: string(domain.NewText(text))}, nil
	case domain.KindCode:
		return domain.NewCode(text), nil
	case domain.KindEnum:
		return domain.Enum(domain.NewText(text)), nil
	case domain.KindQuantity:
		return domain.NewQuantity(text, attribute.Unit)
	case domain.KindMoney:
		return c.money(text)
	case domain.KindDate:
		day, err := domain.ParseDate(strings.TrimSpace(text))
		return domain.Day(day), err
	case domain.KindBool:
		return yesNo(text)
	default:
		return domain.NewText(text), nil
	}
}

// byLanguage is a text that an expression gives in several languages; one of which nothing is said is left out.
func byLanguage(said map[string]any) (domain.Value, error) {
	texts := domain.Translated{}
	for language, part := range said {
		if !domain.IsLanguage(language) {
			return nil, fmt.Errorf("%.20q is not a language such as de", language)
		}
		text, err := written(part)
		if err != nil {
			return nil, fmt.Errorf("in %s: %w", language, err)
		}
		if clean := string(domain.NewText(text)); clean != "" {
			texts[language] = clean
		}
	}
	return texts, nil
}

// money reads an amount with its currency behind it: 12.50 EUR.
func (c Converter) money(text string) (domain.Value, error) {
	parts := strings.Fields(text)
	if len(parts) != 2 {
		return nil, fmt.Errorf("%q is not an amount and its currency, such as 12.50 EUR", text)
	}
	amount := parts[0]
	if c.mapping.decimals == DecimalComma {
		var err error
		if amount, err = fromComma(amount); err != nil {
			return nil, err
		}
	}
	number, err := domain.NewQuantity(amount, "")
	return domain.Money{Amount: number.Number, Currency: parts[1]}, err
}

// yesNo reads the ways in which systems write a truth value.
func yesNo(text string) (domain.Value, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "1", "t", "true":
		return domain.Bool(true), nil
	case "0", "f", "false":
		return domain.Bool(false), nil
	}
	return nil, fmt.Errorf("%q is neither true nor false", text)
}
