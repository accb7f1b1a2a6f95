package domain

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestATextOfNoLanguageIsEnglish(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   Value
		want Translated // nil: it is no text
	}{
		"a translated text":   {Translated{"de": "Schraube"}, Translated{"de": "Schraube"}},
		"one kept before":     {Text("Screw"), Translated{"en": "Screw"}},
		"an empty one":        {Text(""), Translated{}},
		"a code":              {Code("Screw"), nil},
		"nothing":             {nil, nil},
		"a number":            {mustQuantity(t, "1", ""), nil},
		"a member of a list":  {Enum("Screw"), nil},
		"a text that is long": {Text("Screw, hexagon socket"), Translated{"en": "Screw, hexagon socket"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := Translation(tt.in)
			if ok != (tt.want != nil) || (ok && !Equal(got, tt.want)) {
				t.Errorf("taken for %v, %v", got, ok)
			}
		})
	}
}

func TestWhatASystemHoldsOfATranslatedText(t *testing.T) {
	t.Parallel()
	both := Translated{"en": "Screw", "de": "Schraube"}
	tests := map[string]struct {
		text      Translated
		languages []string
		want      Translated
	}{
		"any language":               {both, nil, both},
		"one of them":                {both, []string{"de"}, Translated{"de": "Schraube"}},
		"one that is wanting":        {both, []string{"pl"}, Translated{"pl": "Screw"}},
		"no English":                 {Translated{"de": "Schraube", "fr": "vis"}, []string{"en", "fr"}, Translated{"en": "Schraube", "fr": "vis"}},
		"a second one that it wants": {both, []string{"en", "pl"}, Translated{"en": "Screw"}},
		"nothing at all":             {Translated{}, []string{"de"}, Translated{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tt.text.Within(tt.languages); !Equal(got, tt.want) {
				t.Errorf("within %v: %v", tt.languages, got)
			}
		})
	}
}

func TestHoldsByLanguage(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		now, wanted Value
		want        bool
	}{
		"the same":                       {Translated{"de": "a"}, Translated{"de": "a"}, true},
		"another text":                   {Translated{"de": "a"}, Translated{"de": "b"}, false},
		"more than is wanted":            {Translated{"de": "a", "en": "b"}, Translated{"de": "a"}, true},
		"what stands in for a language":  {Translated{"en": "a"}, Translated{"en": "a", "de": "a"}, true},
		"a language that is wanting":     {Translated{"en": "a"}, Translated{"en": "a", "de": "b"}, false},
		"nothing where something is":     {Translated{"en": "a"}, nil, false},
		"something where nothing is":     {nil, Translated{"en": "a"}, false},
		"a text kept before":             {Text("a"), Translated{"en": "a"}, true},
		"another kind":                   {Code("a"), Translated{"en": "a"}, false},
		"two texts":                      {Text("a"), Text("a"), true},
		"a text is not held by a code":   {Code("a"), Text("a"), false},
		"what no translated text is for": {Bool(true), Bool(true), true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if Holds(tt.now, tt.wanted) != tt.want {
				t.Errorf("%v holds %v: %v", tt.now, tt.wanted, !tt.want)
			}
		})
	}
}

func TestValuesBesideEachOther(t *testing.T) {
	t.Parallel()
	both := Translated{"en": "Screw", "de": "Schraube"}
	tests := map[string]struct {
		golden, source Value
		left, right    string
	}{
		"in the source's language":       {both, Translated{"de": "Mutter"}, "Schraube", "Mutter"},
		"in the one that differs":        {both, Translated{"en": "Nut", "de": "Schraube"}, "Screw", "Nut"},
		"with what stands in for it":     {Translated{"en": "Screw"}, Translated{"pl": "śruba"}, "Screw", "śruba"},
		"where none differs":             {both, Translated{"de": "Schraube"}, "Screw", "Schraube"},
		"nothing on one side":            {both, nil, "Screw", ""},
		"nothing on the other":           {nil, both, "", "Screw"},
		"what is in no language":         {Code("a"), Code("b"), "a", "b"},
		"a text kept before":             {Text("Screw"), Translated{"en": "Nut"}, "Screw", "Nut"},
		"nothing, and nothing beside it": {nil, nil, "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if left, right := Beside(tt.golden, tt.source); left != tt.left || right != tt.right {
				t.Errorf("%q beside %q", left, right)
			}
		})
	}
}

// TestWithinIsSaid: what a system of any languages is given of a text, the text says itself, so that it does not come back as a
// difference.
func TestWithinIsSaid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		language := rapid.SampledFrom([]string{"en", "de", "pl", "fr"})
		text := Translated(rapid.MapOf(language, rapid.SampledFrom([]string{"", "a", "b", "c"})).Draw(t, "text"))
		languages := rapid.SliceOfDistinct(language, rapid.ID).Draw(t, "languages")
		within := text.Within(languages)
		if !text.Says(within) || within.Empty() != text.Empty() {
			t.Fatalf("%v within %v is %v", text, languages, within)
		}
		if again := within.Within(languages); !Equal(again, within) {
			t.Fatalf("%v, then %v", within, again)
		}
		if joined := text.Joined(within); !joined.Says(within) {
			t.Fatalf("%v joined with %v is %v", text, within, joined)
		}
	})
}

func TestSettledTextsAreTranslated(t *testing.T) {
	t.Parallel()
	d := testDefinition()
	before := Attributes{"name": Text("Bolt"), "title": Text("Bolz"), "code": Code("A1"), "other": Text("x")}
	got := d.Settled(before)
	if !got.Same(Attributes{"name": Text("Bolt"), "title": Translated{"en": "Bolz"}, "code": Code("A1"), "other": Text("x")}) {
		t.Errorf("settled %s", got.Encode())
	}
	if _, kept := before["title"].(Text); !kept {
		t.Error("Settled changed what it was given")
	}
	if !d.Settled(got).Same(got) {
		t.Error("settled twice is something else")
	}
	if faults := d.CheckChange(Attributes{"title": Text("Bolz")}); len(faults) != 0 {
		t.Errorf("a text kept before is refused: %v", faults)
	}
	if faults := d.CheckChange(Attributes{"title": Text("too long")}); len(faults) != 1 {
		t.Errorf("faults %v", faults)
	}
	if faults := d.CheckChange(Attributes{"name": Translated{"en": "Bolt"}}); len(faults) != 1 {
		t.Errorf("a plain text is translated: %v", faults)
	}
}

func TestANameIsAKeyInEachLanguage(t *testing.T) {
	t.Parallel()
	d := testDefinition()
	d.NameAttribute, d.Identifiers = "title", [][]AttributeID{{"unit"}}
	got := d.Keys(Attributes{"code": Code("A1"), "title": Translated{"en": "Hex  Bolt", "de": "Bolzen", "fr": "hex bolt"}, "unit": Enum("KGM")})
	want := []RecordKey{{"code", "A1"}, {"title", "hex bolt"}, {"title", "bolzen"}, {"unit", "kgm"}}
	if !slices.Equal(got, want) {
		t.Errorf("keys %v", got)
	}
	if before := d.Keys(Attributes{"title": Text("Hex bolt")}); !slices.Equal(before, []RecordKey{{"title", "hex bolt"}}) {
		t.Errorf("of a text kept before: %v", before)
	}
}

func TestLanguageTags(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]bool{"de": true, "pt-BR": true, "zh-Hant-TW": true, "": false, "de_DE": false, "German": false, "DE": false, "de en": false, "d": false} {
		if IsLanguage(tag) != want {
			t.Errorf("%q names a language: %v", tag, !want)
		}
	}
}
