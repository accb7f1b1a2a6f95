package matching

import (
	"fmt"
	"slices"
	"testing"
)

func TestConfirmedKinAreWordsThatStandForEachOther(t *testing.T) {
	t.Parallel()
	fields := []Field{{Name: "name", Kind: KindText}}
	pair := func(a, b string) [2]Record {
		return [2]Record{{ID: "a", Values: []string{a}}, {ID: "b", Values: []string{b}}}
	}
	var often, long [][2]Record
	for i := range 6 {
		often = append(often, pair(fmt.Sprintf("Konsole %d rot", i), fmt.Sprintf("Tragarm %d rot", i)))
		long = append(long, pair(fmt.Sprintf("Konsole eins zwei drei vier %d", i), fmt.Sprintf("Tragarm %d", i)))
	}
	known := []([2]Record){}
	for i := range 6 {
		known = append(known, pair(fmt.Sprintf("Skrue %d", i), fmt.Sprintf("Screw %d", i)))
	}
	tests := map[string]struct {
		pairs [][2]Record
		want  []string
	}{
		"nothing":                       {},
		"equal pairs":                   {pairs: [][2]Record{pair("Konsole", "Konsole"), pair("", ""), pair("x", "")}},
		"too few":                       {pairs: often[:2]},
		"enough":                        {pairs: often, want: []string{"konsole=tragarm 6 [0 1 2]"}},
		"too many words to tell":        {pairs: long},
		"the other way round":           {pairs: turned(often), want: []string{"tragarm=konsole 6 [0 1 2]"}},
		"a word that the lexicon knows": {pairs: known, want: []string{"skru=#screw 6 [0 1 2]"}},
	}
	for phrase, test := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, kin := range ConfirmedKin(fields, NewNormaliser(nil), test.pairs, 3) {
				got = append(got, fmt.Sprintf("%s=%s %d %v", kin.Left, kin.Right, kin.Together, kin.Pairs))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("kin are %q, want %q", got, test.want)
			}
		})
	}
}

func TestContradictsGoesByTheNamesOfComparisons(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		names  []string
		levels []Level
		want   bool
	}{
		"sizes exclude each other": {[]string{"name", sizeComparison}, []Level{1, 1}, true},
		"another comparison":       {[]string{"name", sizeComparison}, []Level{1, 2}, false},
		"a level is missing":       {[]string{"name", sizeComparison}, []Level{1}, false},
		"no such comparison":       {[]string{"name"}, []Level{1}, false},
		"nothing":                  {},
	}
	for phrase, test := range tests {
		if got := Contradicts(test.names, test.levels); got != test.want {
			t.Errorf("%s: %v", phrase, got)
		}
	}
	c := NewCorpus([]Field{{Name: "name", Kind: KindText}}, NewNormaliser(nil))
	if names := c.Comparisons(); !slices.Contains(names, sizeComparison) || names[1+wholeSize] != sizeComparison {
		t.Errorf("the comparisons are %v", names)
	}
}

func turned(pairs [][2]Record) [][2]Record {
	var out [][2]Record
	for _, pair := range pairs {
		out = append(out, [2]Record{pair[1], pair[0]})
	}
	return out
}

func TestALearntWordIsKnownHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	lexicon := DefaultLexicon().With([]Term{{Word: "fuhrung", Concepts: []string{"guide"}}})
	for _, word := range []string{"fuhrung", "fuehrung", Fold("Führung")} {
		if got := lexicon.Concepts(word); !slices.Equal(got, []string{"#guide"}) {
			t.Errorf("%s means %v", word, got)
		}
	}
	if got := DefaultLexicon().Concepts("fuehrung"); got != nil {
		t.Errorf("the built-in lexicon knows it: %v", got)
	}
}
