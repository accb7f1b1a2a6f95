package matching

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// corpusOf normalises records of the given fields, ready to be compared.
func corpusOf(fields []Field, rows ...[]string) *Corpus {
	c := NewCorpus(fields, NewNormaliser(nil))
	records := make([]Record, len(rows))
	for i, row := range rows {
		records[i] = Record{Values: row}
	}
	c.Add(records, 1)
	c.weigh()
	return c
}

// levelOf compares two values of one field and returns the level of that field and of size and grade.
func levelOf(kind Kind, a, b string) (field, size Level) {
	c := corpusOf([]Field{{Name: "f", Kind: kind}}, []string{a}, []string{b})
	levels := make([]Level, 1+wholeCount)
	c.NewComparer().Compare(0, 1, levels)
	return levels[0], levels[1+wholeSize]
}

func TestSizesGradesAndStandardsContradict(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		a, b string
		want Level
	}{
		"the same screw in other words":     {"SKT-SCHR. M8X40 A2-70 DIN912", "hex screw M 8 x 40 AISI 304 ISO 4762", 3},
		"another length":                    {"screw M8x40", "screw M8x45", 1},
		"another thread":                    {"screw M8x40", "screw M10x40", 1},
		"another nominal size":              {"gate valve DN50", "gate valve DN100", 1},
		"another pressure class":            {"valve DN50 PN16", "valve DN50 PN40", 1},
		"another steel":                     {"plate 10x20x5 1.4301", "plate 10x20x5 1.4571", 1},
		"another strength":                  {"bolt M8 8.8", "bolt M8 10.9", 1},
		"another standard":                  {"screw DIN 933", "screw DIN 912", 1},
		"an equivalent standard":            {"screw DIN 933 M8", "screw ISO 4017 M8", 3},
		"sides in another order":            {"plate 10x20x5", "plate 5x10x20", 3},
		"an inch and its millimetres":       {"bolt 1/2-13", "bolt M12.7", LevelMissing},
		"one says nothing":                  {"screw M8x40", "screw", LevelMissing},
		"an unknown detail beside the same": {"plate 10x20x5 1.4301", "plate 10x20x5", 3},
		"a weight contradicts nothing":      {"hammer 500 g", "hammer 300 g", LevelMissing},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, got := levelOf(KindText, tt.a, tt.b); got != tt.want {
				t.Errorf("%q and %q: level %d, want %d", tt.a, tt.b, got, tt.want)
			}
		})
	}
}

func TestLevelsOfFields(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind        Kind
		a, b        string
		least, most Level
	}{
		"equal rare codes":                      {KindCode, "ABC-1234", "abc1234", 9, 9},
		"codes with a character mistaken":       {KindCode, "ABC1O34", "ABC1034", 5, 5},
		"neighbours in a catalogue":             {KindCode, "ABC-1234", "ABC-1235", 1, 1},
		"a missing code":                        {KindCode, "ABC-1234", "", 0, 0},
		"signs alone are missing":               {KindCode, "ABC-1234", "--", 0, 0},
		"a name with its legal form":            {KindName, "Umbra GmbH", "UMBRA", 9, 9},
		"a maker in other letters":              {KindCategory, "OSTERMARK GmbH", "Ostermark", 9, 9},
		"another maker":                         {KindCategory, "Ostermark", "Norvik", 1, 1},
		"a name with a typing error":            {KindName, "Robert", "Robbert", 4, 5},
		"equal numbers in other writing":        {KindNumber, "1,000.50", "1000.5", 7, 7},
		"numbers far apart":                     {KindNumber, "10", "1000", 1, 1},
		"a number against a word":               {KindNumber, "10", "ten", 0, 0},
		"a telephone with its country":          {KindPhone, "+49 (89) 123-4567", "089 1234567", 9, 9},
		"a date in another order":               {KindDate, "31.12.2020", "2020-12-31", 9, 9},
		"an address of another house":           {KindAddress, "12 Main Street", "14 Main Street", 1, 1},
		"an address with its street shortened":  {KindAddress, "12 Main Street", "12 Main", 4, 6},
		"words in another order":                {KindText, "red big box", "box big red", 6, 6},
		"nothing in common":                     {KindText, "red box", "blue lamp", 1, 1},
		"an empty text":                         {KindText, "", "", 0, 0},
		"white space is empty":                  {KindText, " \t", "box", 0, 0},
		"a skipped column says nothing":         {KindSkip, "same", "same", 0, 0},
		"emoji are empty":                       {KindText, "🙂", "🙂", 0, 0},
		"right-to-left text is compared":        {KindText, "שלום עולם", "שלום עולם", 9, 9},
		"a text of ten thousand signs compares": {KindText, strings.Repeat("x", 10_000), strings.Repeat("x", 10_000), 9, 9},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, _ := levelOf(tt.kind, tt.a, tt.b); got < tt.least || got > tt.most {
				t.Errorf("%q and %q: level %d, want %d to %d", tt.a, tt.b, got, tt.least, tt.most)
			}
		})
	}
}

func TestLikenessOfWordsAndCodes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		a, b  string
		codes bool
		alike bool
	}{
		"an abbreviation without vowels":    {"brg", "bearing", false, true},
		"the beginning of a word":           {"zylinder", "zylinderschraube", false, true},
		"a typing error":                    {"schraube", "schruabe", false, true},
		"short words are not nearly equal":  {"red", "bed", false, false},
		"other words":                       {"bracket", "coupling", false, false},
		"a variant's suffix":                {"62052rs", "62052rsc3", true, true},
		"a prefix of the plant":             {"kdl40xbr", "sonykdl40xbr", true, true},
		"a digit more":                      {"12345", "123456", true, false},
		"another digit":                     {"abc1234", "abc1235", true, false},
		"leading zeros and O for 0":         {"00ab1o5", "ab105", true, true},
		"short codes are not nearly equal":  {"a1", "a2", true, false},
		"one letter more":                   {"abx1234", "ab1234", true, true},
		"a concept is no abbreviation":      {"#screw", "screwdriver", false, false},
		"an empty word":                     {"", "screw", false, false},
		"an empty code":                     {"", "ab1234", true, false},
		"a single letter":                   {"a", "a1", true, false},
		"one letter and its word":           {"b", "bearing", false, false},
		"ten thousand signs and their half": {strings.Repeat("ab", 2500), strings.Repeat("ab", 5000), true, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var l likeness
			compare := l.words
			if tt.codes {
				compare = l.codes
			}
			got := compare(tt.a, tt.b)
			if got != compare(tt.b, tt.a) {
				t.Error("the order of the two matters")
			}
			if (got > 0) != tt.alike || got < 0 || got > 1 {
				t.Errorf("%q and %q: %v", tt.a, tt.b, got)
			}
		})
	}
}

// anyValue draws values as plants write them, and as nobody should.
func anyValue() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "M8x40", "DIN 933", "A2-70", "screw", "6205-2RS", "12 Main St", "3,5 mm", "1/2\"", "Müller GmbH", "\xff\xfe", "🙂", "2020-01-31"}),
		rapid.String(),
		rapid.StringMatching(`[A-Z]{0,3}[0-9]{0,6}(-[0-9]{1,3})?`),
		rapid.StringMatching(`(screw|bolt|nut|halter) M[0-9]{1,2}x[0-9]{1,3}( A2| 1\.4571| 8\.8)?`),
	)
}

// anyTable draws a small table of a few columns of any kinds.
func anyTable(t *rapid.T, prefix string) Table {
	table := Table{Names: []string{"a", "b", "c"}}
	for range table.Names {
		table.Kinds = append(table.Kinds, Kind(rapid.IntRange(0, int(KindCategory)).Draw(t, "kind")))
	}
	for i := range rapid.IntRange(0, 12).Draw(t, "records") {
		values := rapid.SliceOfN(anyValue(), 3, 3).Draw(t, "values")
		table.Records = append(table.Records, Record{ID: prefix + string(rune('A'+i)), Values: values})
	}
	return table
}

func TestComparingIsSymmetricAndInRange(t *testing.T) {
	t.Parallel()
	norm := NewNormaliser(nil)
	rapid.Check(t, func(t *rapid.T) {
		table := anyTable(t, "r")
		var fields []Field
		for i, name := range table.Names {
			fields = append(fields, Field{name, table.Kinds[i]})
		}
		c := NewCorpus(fields, norm)
		c.Add(table.Records, 2)
		c.weigh()
		comparer := c.NewComparer()
		there, back := make([]Level, 3+wholeCount), make([]Level, 3+wholeCount)
		for a := range c.Len() {
			for b := range a {
				comparer.Compare(a, b, there)
				comparer.Compare(b, a, back)
				for k := range there {
					if there[k] != back[k] || there[k] >= maxLevels {
						t.Fatalf("%v and %v: %v there, %v back", table.Records[a], table.Records[b], there, back)
					}
				}
			}
		}
	})
}

func FuzzLikeness(f *testing.F) {
	f.Add("6205-2rs", "6205-2z")
	f.Add("", "0")
	f.Add("\xff", "ö")
	f.Add(strings.Repeat("9", 300), strings.Repeat("9", 301))
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = clipBytes(a, maxTokenBytes), clipBytes(b, maxTokenBytes)
		var l likeness
		for name, compare := range map[string]func(x, y string) float64{"words": l.words, "codes": l.codes, "Jaro-Winkler": l.strings.JaroWinkler} {
			got := compare(a, b)
			if got < 0 || got > 1 || got != compare(b, a) {
				t.Errorf("%s of %q and %q: %v and %v", name, a, b, got, compare(b, a))
			}
			if got > 0 && (a == "" || b == "") {
				t.Errorf("%s finds something in emptiness", name)
			}
		}
		d := l.strings.Levenshtein(a, b)
		if d != l.strings.Levenshtein(b, a) || d > max(len([]rune(a)), len([]rune(b))) || a == b && d != 0 {
			t.Errorf("%q and %q are %d apart", a, b, d)
		}
	})
}
