package matching

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/antzucaro/matchr"
)

// randomText draws a short text over a small alphabet, so that characters often meet.
func randomText(r *rand.Rand, alphabet string, longest int) string {
	letters := []rune(alphabet)
	out := make([]rune, r.IntN(longest+1))
	for i := range out {
		out[i] = letters[r.IntN(len(letters))]
	}
	return string(out)
}

func TestLevenshteinEqualsTheOracle(t *testing.T) {
	t.Parallel()
	var s Strings
	r := rand.New(rand.NewPCG(1, 1))
	for _, alphabet := range []string{"ab", "abcdef0123", "aäß漢🙂"} {
		for range 3000 {
			longest := []int{3, 20, 64, 90}[r.IntN(4)]
			a, b := randomText(r, alphabet, longest), randomText(r, alphabet, longest)
			if got, want := s.Levenshtein(a, b), matchr.Levenshtein(a, b); got != want {
				t.Fatalf("%q and %q: %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestJaroWinklerEqualsTheOracleWhereThatIsRight(t *testing.T) {
	t.Parallel()
	var s Strings
	r := rand.New(rand.NewPCG(2, 2))
	for range 8000 {
		longest := []int{1, 6, 30, 64, 90}[r.IntN(5)]
		a, b := randomText(r, "abcdé", longest), randomText(r, "abcdé", longest)
		if got, want := s.JaroWinkler(a, b), matchr.JaroWinkler(a, b, false); math.Abs(got-want) > 1e-9 {
			t.Fatalf("%q and %q: %v, want %v", a, b, got, want)
		}
		if got, want := s.Jaro(a, b), matchr.Jaro(a, b); math.Abs(got-want) > 1e-9 {
			t.Fatalf("Jaro of %q and %q: %v, want %v", a, b, got, want)
		}
	}
}

func TestTrapsOfTheOracle(t *testing.T) {
	t.Parallel()
	var s Strings
	if got := s.JaroWinkler("6205-2RS", "6205-2Z"); math.Abs(got-0.921) > 0.001 {
		t.Errorf("digits earn no bonus for a common beginning: %v", got)
	}
	if s.JaroWinkler("", "x") != 0 || s.Levenshtein("", "xy") != 2 {
		t.Error("an empty value looks alike")
	}
	var l likeness
	if l.codes("m8x40", "m8x45") != 0 || l.codes("10mm", "100mm") != 0 {
		t.Error("codes that differ in a digit are alike")
	}
	for name, text := range map[string]string{"a code": "6205-2rs", "no letters": "123", "other letters": "молоко", "too short": "ab"} {
		if key := phonetic(text); key != "" {
			t.Errorf("%s sounds like %q", name, key)
		}
	}
	if a, b := phonetic(Fold("Müller")), phonetic("mueller"); a == "" || a != b {
		t.Errorf("the same name sounds like %q and %q", a, b)
	}
}

func TestHotComparatorsDoNotAllocate(t *testing.T) { //nolint:paralleltest // allocations of others would be counted
	var s Strings
	a, b := "Sony Bravia 40 inch LCD television KDL40XBR black 10", "Sonny Bravia 40 inch LCD televsion KDL-40XBR silver 10"
	wide, wider := "Müller Maschinenbau Größe fünf", "Mueller Maschinenbau Groesse fünf"
	s.JaroWinkler(wide, wider)
	for name, compare := range map[string]func(){
		"Levenshtein of ASCII": func() { s.Levenshtein(a, b) },
		"Levenshtein of runes": func() { s.Levenshtein(wide, wider) },
		"Jaro-Winkler":         func() { s.JaroWinkler(a, b) },
	} {
		if n := testing.AllocsPerRun(100, compare); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

const name54a, name54b = "Panasonic Viera 42 Plasma Television TH42PX75U - Blackk", "Panasonic Viera 42 Plasma HDTV TV TH-42PX75U in Black 2"

func BenchmarkLevenshteinNames(b *testing.B) {
	var s Strings
	b.ReportAllocs()
	for b.Loop() {
		s.Levenshtein(name54a, name54b)
	}
}

func BenchmarkLevenshteinNamesOracle(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		matchr.Levenshtein(name54a, name54b)
	}
}

func BenchmarkLevenshteinCodes(b *testing.B) {
	var s Strings
	b.ReportAllocs()
	for b.Loop() {
		s.Levenshtein("6205-2rs", "6206-2z")
	}
}

func BenchmarkJaroWinklerNames(b *testing.B) {
	var s Strings
	b.ReportAllocs()
	for b.Loop() {
		s.JaroWinkler(name54a, name54b)
	}
}
