package reconcile

import (
	"strings"

	"golang.org/x/text/cases"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Difference is one attribute in which a source does not agree with the golden record.
type Difference struct {
	Attribute domain.AttributeID
	Golden    domain.Value // nil where the golden record says nothing
	Source    domain.Value // nil where the source says nothing
}

// Compare returns the attributes, of those given and in their order, in which the source does not agree with the golden
// record. It is the one place where that is decided: a prefilter may save it work but never contradict it.
//
// An empty value is an absent one, and absent agrees with absent only. An attribute that the Definition does not know is
// compared exactly.
func Compare(definition domain.Definition, golden, source domain.Attributes, attributes []domain.AttributeID) []Difference {
	return CompareAt(domain.Place{}, definition, golden, source, attributes)
}

// CompareAt is Compare for a system at a place: what the source says of a scoped attribute is compared with the golden value of
// that very plant or company, whose key the difference then names. A scoped attribute that holds for nobody there is left out.
func CompareAt(place domain.Place, definition domain.Definition, golden, source domain.Attributes, attributes []domain.AttributeID) []Difference {
	var differences []Difference
	for _, id := range attributes {
		attribute, known := definition.Attribute(id)
		key, holds := id, true
		if known {
			key, holds = attribute.Key(place)
		}
		if holds && !agree(attribute, golden[key], source[id]) {
			differences = append(differences, Difference{Attribute: key, Golden: said(golden[key]), Source: said(source[id])})
		}
	}
	return differences
}

// said returns v, or nil for a value that says nothing.
func said(v domain.Value) domain.Value {
	if v == nil || v.Empty() {
		return nil
	}
	return v
}

// agree says whether two values mean the same under the attribute's rules.
func agree(a domain.Attribute, golden, source domain.Value) bool {
	golden, source = said(golden), said(source)
	if golden == nil || source == nil {
		return golden == nil && source == nil
	}
	if a.Kind == domain.KindTranslated && golden.Kind() != source.Kind() {
		golden, source = translation(golden), translation(source)
	}
	return golden.Kind() == source.Kind() && alike(a, golden, source)
}

// alike is agree for two values of one kind.
func alike(a domain.Attribute, golden, source domain.Value) bool {
	switch g := golden.(type) {
	case domain.Text:
		return textsAgree(a.Fold, string(g), source.Display())
	case domain.Translated:
		return translationsAgree(a.Fold, g, source.(domain.Translated))
	case domain.Quantity:
		return quantitiesAgree(a.Tolerance, g, source.(domain.Quantity))
	case domain.Money:
		s := source.(domain.Money)
		return g.Currency == s.Currency && a.Tolerance.Covers(g.Amount, s.Amount)
	case domain.Enum:
		return g == source.(domain.Enum) && !strings.HasPrefix(string(g), domain.Unknown)
	default:
		return domain.Equal(golden, source)
	}
}

// quantitiesAgree converts the source's quantity into the golden unit before it applies the tolerance. Units that do not
// convert exactly never agree, whatever the numbers.
func quantitiesAgree(t domain.Tolerance, golden, source domain.Quantity) bool {
	converted, exact := source.In(golden.Unit)
	return exact && t.Covers(golden.Number, converted.Number)
}

// translation is a value of a translated attribute, in which a text of no language counts as the English one.
func translation(v domain.Value) domain.Value {
	if translated, ok := domain.Translation(v); ok {
		return translated
	}
	return v
}

// translationsAgree compares the languages that the source speaks: a plant's system of one language contradicts none of the
// others. A language that golden wants is compared with the text that stands in for it.
func translationsAgree(rule domain.FoldRule, golden, source domain.Translated) bool {
	for language, text := range source {
		if text != "" && !textsAgree(rule, golden.In(language), text) {
			return false
		}
	}
	return true
}

// textsAgree folds only texts whose bytes differ: nearly all are equal, and folding costs.
func textsAgree(rule domain.FoldRule, golden, source string) bool {
	return golden == source || (rule != domain.FoldNone && fold(rule, golden) == fold(rule, source))
}

// fold returns the text without what does not count under the rule.
func fold(rule domain.FoldRule, text string) string {
	if rule == domain.FoldNone {
		return text
	}
	text = strings.Join(strings.Fields(text), " ")
	if rule == domain.FoldCase {
		text = cases.Fold().String(text)
	}
	return text
}
