package domain

import (
	"maps"
	"regexp"
	"slices"
)

// English is the language of texts of which nobody said another.
const English = "en"

var languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)

// IsLanguage says whether a tag names a language as texts are kept by: de, pt-BR.
func IsLanguage(tag string) bool { return languageForm.MatchString(tag) }

// Translation takes a value for a translated one. A Text is what was kept before its attribute was translated, or what somebody
// said without naming a language: it counts as the English text. Any other kind is none.
func Translation(v Value) (Translated, bool) {
	switch v := v.(type) {
	case Translated:
		return v, true
	case Text:
		if v.Empty() {
			return Translated{}, true
		}
		return Translated{English: string(v)}, true
	default:
		return nil, false
	}
}

// In is the text in a language. Where it is wanting the text that is displayed stands in for it.
func (v Translated) In(language string) string {
	if text := v[language]; text != "" {
		return text
	}
	return v.Display()
}

// Within is the text as a system holds it that has only these languages; no languages means any. Where the first of them is
// wanting the text that is displayed stands in for it: a system translates from its first language.
func (v Translated) Within(languages []string) Translated {
	if len(languages) == 0 || v.Empty() {
		return v
	}
	within := Translated{languages[0]: v.In(languages[0])}
	for _, language := range languages[1:] {
		if text := v[language]; text != "" {
			within[language] = text
		}
	}
	return within
}

// Says says whether every text of other is v's too, in its language or as what stands in for it.
func (v Translated) Says(other Translated) bool {
	for language, text := range other {
		if text != "" && v.In(language) != text {
			return false
		}
	}
	return !v.Empty() || other.Empty()
}

// Holds says whether a system that says now holds what is wanted: of a translated text whatever the languages of wanted say.
func Holds(now, wanted Value) bool {
	text, isText := Translation(wanted)
	held, isHeld := Translation(now)
	if _, translated := wanted.(Translated); !translated || !isText || !isHeld {
		return Equal(now, wanted)
	}
	return held.Says(text)
}

// Beside is how two values read beside each other: of translated ones the texts of a language in which they differ, where there is
// one.
func Beside(golden, source Value) (left, right string) {
	g, isGolden := Translation(golden)
	s, isSource := Translation(source)
	if isGolden && isSource {
		for _, language := range slices.Sorted(maps.Keys(s)) {
			if text := s[language]; text != "" && g.In(language) != text {
				return g.In(language), text
			}
		}
	}
	if golden != nil {
		left = golden.Display()
	}
	if source != nil {
		right = source.Display()
	}
	return left, right
}

// Joined is v with the languages of other in the place of its own.
func (v Translated) Joined(other Translated) Translated {
	joined := make(Translated, len(v)+len(other))
	maps.Copy(joined, v)
	maps.Copy(joined, other)
	return joined
}

// Written returns what a system holds after set was written to it: of a translated text the languages that were not set stay.
func (a Attributes) Written(set Attributes) Attributes {
	after := a.With(set)
	for id, v := range set {
		before, held := a[id].(Translated)
		if text, isText := v.(Translated); held && isText && !text.Empty() {
			after[id] = before.Joined(text)
		}
	}
	return after
}

// Texts are all the texts of an attribute, each once: of a translated one those of all languages, the displayed one first.
func (a Attributes) Texts(id AttributeID) []string {
	v := a[id]
	if v == nil || v.Empty() {
		return nil
	}
	texts := []string{v.Display()}
	translated, _ := v.(Translated)
	for _, language := range slices.Sorted(maps.Keys(translated)) {
		if text := translated[language]; text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

// Settled returns the values as they are kept: texts of no language become translated ones where the definition says so.
func (d Definition) Settled(values Attributes) Attributes {
	settled := values
	for id, v := range values {
		text, isText := v.(Text)
		attribute, known := d.Attribute(id)
		if !isText || !known || attribute.Kind != KindTranslated {
			continue
		}
		translated, _ := Translation(text)
		settled = settled.With(Attributes{id: translated})
	}
	return settled
}
