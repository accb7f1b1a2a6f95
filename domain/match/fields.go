package match

import (
	"maps"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// Fields are what of a domain's records is compared, in declared order: what holds everywhere and says what a thing is. Left
// out are the attributes that the rule skips, kinds of which two equal values say nothing, and what is confidential: how well
// somebody's guess agrees with it would tell of it.
func Fields(definition domain.Definition, rule domain.MatchRule) []matching.Field {
	var fields []matching.Field
	for _, a := range definition.Attributes {
		if a.Scope != domain.ScopeGlobal || a.Classification == domain.ClassConfidential || slices.Contains(rule.Skip, a.ID) {
			continue
		}
		if kind := kindOf(a); kind != matching.KindSkip {
			fields = append(fields, matching.Field{Name: string(a.ID), Kind: kind})
		}
	}
	return fields
}

// kindOf says how the values of an attribute are compared. Texts of which only the letters count are names from a smaller set
// than their authors know: materials, makers.
func kindOf(a domain.Attribute) matching.Kind {
	if a.Digits == domain.CheckGTIN {
		return matching.KindGTIN
	}
	if kind, named := map[domain.MatchAs]matching.Kind{
		domain.LikeName: matching.KindName, domain.LikeAddress: matching.KindAddress, domain.LikePhone: matching.KindPhone,
	}[a.MatchAs]; named {
		return kind
	}
	switch a.Kind {
	case domain.KindText:
		if a.Fold == domain.FoldCase {
			return matching.KindCategory
		}
		return matching.KindText
	case domain.KindTranslated:
		return matching.KindText
	case domain.KindCode:
		return matching.KindCode
	case domain.KindQuantity:
		return matching.KindNumber
	case domain.KindDate:
		return matching.KindDate
	case domain.KindEnum:
		return matching.KindCategory
	case domain.KindMoney, domain.KindBool, domain.KindReference, domain.KindLines:
	}
	return matching.KindSkip
}

// Record is a thing as it is compared; id is its MatchSide's text. A translated text counts with all its languages.
func Record(fields []matching.Field, id string, attributes domain.Attributes) matching.Record {
	record := matching.Record{ID: id, Values: make([]string, len(fields))}
	for i, field := range fields {
		record.Values[i] = plain(attributes[domain.AttributeID(field.Name)])
	}
	return record
}

// plain is a value as matching reads it. The same words in several languages are said once.
func plain(value domain.Value) string {
	switch v := value.(type) {
	case nil:
		return ""
	case domain.Translated:
		var said []string
		for _, text := range slices.Sorted(maps.Values(v)) {
			if !slices.Contains(said, text) {
				said = append(said, text)
			}
		}
		return strings.Join(said, " ")
	default:
		return value.Display()
	}
}
