package domain

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"golang.org/x/text/unicode/norm"
)

// ValueKind names the kind of an attribute's value.
type ValueKind string

// The closed set of kinds.
const (
	KindText       ValueKind = "text"
	KindTranslated ValueKind = "translated"
	KindCode       ValueKind = "code"
	KindQuantity   ValueKind = "quantity"
	KindMoney      ValueKind = "money"
	KindDate       ValueKind = "date"
	KindBool       ValueKind = "bool"
	KindEnum       ValueKind = "enum"
	KindReference  ValueKind = "reference"
	KindLines      ValueKind = "lines"
)

// Value is one attribute's value. The set of implementations is closed; each is immutable.
type Value interface {
	// Kind says which of the closed set it is.
	Kind() ValueKind
	// Display is the value as a person reads it in a table, without its unit converted or its language chosen.
	Display() string
	// Empty says that the value says nothing: such a value is never stored, its attribute is left out.
	Empty() bool

	encode(*encoder)
}

// Text is free text in no particular language.
type Text string

// Translated is a text by language tag ("en", "de").
type Translated map[string]string

// Code is an identifier exactly as written: 000123 is not 123.
type Code string

// Quantity is an exact number with a UN/ECE Rec 20 unit code; Unit "" is a bare number.
type Quantity struct {
	Number decimal.Decimal
	Unit   string
}

// Money is an exact amount in an ISO 4217 currency.
type Money struct {
	Amount   decimal.Decimal
	Currency string
}

// Day is a civil date as a value.
type Day Date

// Bool is a yes or no.
type Bool bool

// Enum is a member of the attribute's code list.
type Enum string

// Reference points at a golden record of another domain.
type Reference struct {
	Domain DomainName
	Record ID
}

// Line is one line of a Lines value; its ID is stable over the life of the line.
type Line struct {
	ID         string
	Attributes Attributes
}

// Lines are the ordered lines of a record, such as a BOM's components.
type Lines []Line

// Kind is KindText.
func (Text) Kind() ValueKind { return KindText }

// Kind is KindTranslated.
func (Translated) Kind() ValueKind { return KindTranslated }

// Kind is KindCode.
func (Code) Kind() ValueKind { return KindCode }

// Kind is KindQuantity.
func (Quantity) Kind() ValueKind { return KindQuantity }

// Kind is KindMoney.
func (Money) Kind() ValueKind { return KindMoney }

// Kind is KindDate.
func (Day) Kind() ValueKind { return KindDate }

// Kind is KindBool.
func (Bool) Kind() ValueKind { return KindBool }

// Kind is KindEnum.
func (Enum) Kind() ValueKind { return KindEnum }

// Kind is KindReference.
func (Reference) Kind() ValueKind { return KindReference }

// Kind is KindLines.
func (Lines) Kind() ValueKind { return KindLines }

// Display is the text itself.
func (v Text) Display() string { return string(v) }

// Display is the English text, or that of the first language there is.
func (v Translated) Display() string {
	if text := v[English]; text != "" {
		return text
	}
	for _, language := range slices.Sorted(maps.Keys(v)) {
		if v[language] != "" {
			return v[language]
		}
	}
	return ""
}

// Display is the code as written.
func (v Code) Display() string { return string(v) }

// Display is the number and its unit code.
func (v Quantity) Display() string { return strings.TrimSpace(v.Number.String() + " " + v.Unit) }

// Display is the amount and its currency.
func (v Money) Display() string { return strings.TrimSpace(v.Amount.String() + " " + v.Currency) }

// Display is the ISO date.
func (v Day) Display() string { return string(v) }

// Display is "yes" or "no".
func (v Bool) Display() string {
	if v {
		return "yes"
	}
	return "no"
}

// Display is the member's code.
func (v Enum) Display() string { return string(v) }

// Display is the record's ID.
func (v Reference) Display() string { return v.Record.String() }

// Display counts the lines.
func (v Lines) Display() string {
	if len(v) == 1 {
		return "1 line"
	}
	return decimal.NewFromInt(int64(len(v))).String() + " lines"
}

// Empty says that there is no text.
func (v Text) Empty() bool { return v == "" }

// Empty says that no language has a text.
func (v Translated) Empty() bool {
	for _, text := range v {
		if text != "" {
			return false
		}
	}
	return true
}

// Empty says that there is no code.
func (v Code) Empty() bool { return v == "" }

// Empty is always false: a zero is a statement.
func (Quantity) Empty() bool { return false }

// Empty is always false: a zero is a statement.
func (Money) Empty() bool { return false }

// Empty says that there is no date.
func (v Day) Empty() bool { return v == "" }

// Empty is always false: a no is a statement.
func (Bool) Empty() bool { return false }

// Empty says that no member is named.
func (v Enum) Empty() bool { return v == "" }

// Empty says that no record is named.
func (v Reference) Empty() bool { return v.Record.IsZero() }

// Empty says that there are no lines.
func (v Lines) Empty() bool { return len(v) == 0 }

// NewText returns text in NFC without the white space around it; bytes that are not UTF-8 become U+FFFD.
func NewText(raw string) Text { return Text(clean(raw)) }

// NewCode returns a code in NFC without the white space around it; nothing else of it changes.
func NewCode(raw string) Code { return Code(clean(raw)) }

// NewQuantity reads an exact decimal ("1.250"); anything else is CodeValueInvalid.
func NewQuantity(number, unit string) (Quantity, error) {
	parsed, err := parseDecimal(number)
	if err != nil {
		return Quantity{}, err
	}
	return Quantity{Number: parsed, Unit: clean(unit)}, nil
}

// maxDecimalLength bounds what is read as a number: longer input is damage or an attack (1e999999999).
const maxDecimalLength = 40

func parseDecimal(raw string) (decimal.Decimal, error) {
	raw = strings.TrimSpace(raw)
	if len(raw) == 0 || len(raw) > maxDecimalLength || strings.Trim(raw, "0123456789.+-eE") != "" {
		return decimal.Decimal{}, Invalid(CodeValueInvalid, "%q is not a number", clip(raw, 40))
	}
	parsed, err := decimal.NewFromString(raw)
	// 1e40 is short as written but not as stored: what Encode writes must be read again.
	if err != nil || parsed.Exponent() > 40 || parsed.Exponent() < -40 || len(parsed.String()) > maxDecimalLength {
		return decimal.Decimal{}, Invalid(CodeValueInvalid, "%q is not a number", clip(raw, 40))
	}
	return parsed, nil
}

func clean(raw string) string {
	if isPlain(raw) {
		return strings.TrimSpace(raw)
	}
	raw = strings.ReplaceAll(raw, "\x00", "\uFFFD") // which PostgreSQL cannot store
	if !utf8.ValidString(raw) {
		raw = strings.ToValidUTF8(raw, "\uFFFD")
	}
	return strings.TrimSpace(norm.NFC.String(raw))
}

// isPlain says that a text is of ASCII without a zero byte, of which there is nothing to normalise.
func isPlain(text string) bool {
	for i := range len(text) {
		if b := text[i]; b == 0 || b >= 0x80 {
			return false
		}
	}
	return true
}

// Equal says whether two values say the same: same kind and same canonical encoding. nil equals only nil and empty values.
func Equal(a, b Value) bool {
	if a == nil || a.Empty() {
		return b == nil || b.Empty()
	}
	if b == nil || a.Kind() != b.Kind() {
		return false
	}
	return string(EncodeValue(a)) == string(EncodeValue(b))
}

// Attributes are a record's values by attribute ID. Absent means "says nothing".
type Attributes map[AttributeID]Value

// Text returns the display form of an attribute, "" where it is absent.
func (a Attributes) Text(id AttributeID) string {
	if v := a[id]; v != nil {
		return v.Display()
	}
	return ""
}

// Quantity returns the attribute as a quantity, and whether it is one.
func (a Attributes) Quantity(id AttributeID) (Quantity, bool) {
	q, ok := a[id].(Quantity)
	return q, ok
}

// With returns a copy of a in which set's values replace a's; an empty value removes its attribute.
func (a Attributes) With(set Attributes) Attributes {
	merged := make(Attributes, len(a)+len(set))
	maps.Copy(merged, a)
	for id, v := range set {
		if v == nil || v.Empty() {
			delete(merged, id)
			continue
		}
		merged[id] = v
	}
	return merged
}

// Only returns a copy of a with just the attributes named.
func (a Attributes) Only(ids []AttributeID) Attributes {
	kept := make(Attributes, len(ids))
	for _, id := range ids {
		if v, ok := a[id]; ok {
			kept[id] = v
		}
	}
	return kept
}

// Same says whether both hold equal values for the same attributes.
func (a Attributes) Same(b Attributes) bool { return string(a.Encode()) == string(b.Encode()) }
