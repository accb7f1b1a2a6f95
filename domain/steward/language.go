package steward

import (
	"maps"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Languages knows in which languages systems hold texts.
type Languages interface {
	// Languages lists the languages that the system holds texts of the domain in, the one it translates from first; none where
	// it takes any.
	Languages(system domain.SourceSystem, name domain.DomainName) []string
}

// inWords are golden values as a system would hold them: of a translated text the languages it has, and those it says already.
func (d *Desk) inWords(system domain.SourceSystem, definition domain.Definition, values, said domain.Attributes) domain.Attributes {
	values = definition.Settled(values)
	if d.Languages == nil {
		return values
	}
	has := d.Languages.Languages(system, definition.Domain)
	if len(has) == 0 {
		return values
	}
	words := domain.Attributes{}
	for id, v := range values {
		if text, translated := v.(domain.Translated); translated {
			v = text.Within(spoken(has, said[id]))
		}
		words[id] = v
	}
	return words
}

// spoken are the languages that a system has, with those in which it says a value.
func spoken(has []string, said domain.Value) []string {
	text, translated := said.(domain.Translated)
	if !translated {
		return has
	}
	languages := slices.Clone(has)
	for _, language := range slices.Sorted(maps.Keys(text)) {
		if !slices.Contains(languages, language) {
			languages = append(languages, language)
		}
	}
	return languages
}
