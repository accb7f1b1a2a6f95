package matching

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"a German umlaut is its digraph":  {"Müller", "mueller"},
		"so is a decomposed one":          {"Mu\u0308ller", "mueller"},
		"sharp s":                         {"Großmaß", "grossmass"},
		"Nordic letters":                  {"Ærø Åse", "aeroe aase"},
		"other accents go":                {"Élan ñandú çà", "elan nandu ca"},
		"full width":                      {"Ｍ８×４０", "m8x40"},
		"a vulgar fraction":               {"½\"", "1/2\""},
		"long dashes and quotes":          {"A–B ”", "a-b \""},
		"control characters are blanks":   {"a\tb\x00c", "a b c"},
		"broken UTF-8 is a blank":         {"a\xffb", "a b"},
		"invisible marks go":              {"a\u200bb", "ab"},
		"right-to-left text stays":        {"שלום", "שלום"},
		"a word without anything to fold": {"Screw 12", "screw 12"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Fold(tt.in); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestFoldIsBounded(t *testing.T) {
	t.Parallel()
	for _, long := range []string{strings.Repeat("x", 10_000), strings.Repeat("ü", 10_000), strings.Repeat("ﷺ", 10_000)} {
		if got := Fold(long); len(got) > maxValueBytes || !utf8.ValidString(got) {
			t.Errorf("%d bytes remain, valid %v", len(got), utf8.ValidString(got))
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"", "Ä", "a\u0308\u0301", "İstanbul", "\xff\xfe", "ǆ", "㎜ ½", "e\u0308", "𝔄𝔟", "\u1e9e", "ΐ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		once := Fold(raw)
		if twice := Fold(once); twice != once {
			t.Errorf("%q folds to %q and then to %q", raw, once, twice)
		}
		if len(once) > maxValueBytes || !utf8.ValidString(once) {
			t.Errorf("%q folds to %d bytes", raw, len(once))
		}
	})
}
