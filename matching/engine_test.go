package matching

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// plantParts are the parts of two plants: every item stands in both in other words, and next to each stands a twin of another
// length.
func plantParts(items int) (left, right Table) {
	left, right = Table{Names: []string{"code", "description"}}, Table{Names: []string{"number", "text"}}
	nouns := [][2]string{{"hex screw", "SECHSKANTSCHRAUBE"}, {"washer", "SCHEIBE"}, {"nut", "MUTTER"}, {"bearing", "LAGER"}, {"seal", "DICHTUNG"}}
	for i := range items {
		noun, thread, length := nouns[i%5], 3+i%7, 10+5*i
		left.Records = append(left.Records, Record{ID: fmt.Sprintf("a%03d", i), Values: []string{fmt.Sprintf("A-%05d", 7919*(i+1)%99991), fmt.Sprintf("%s M%dx%d zinc", noun[0], thread, length)}})
		right.Records = append(right.Records, Record{ID: fmt.Sprintf("b%03d", i), Values: []string{fmt.Sprintf("77%04d", 31*i), fmt.Sprintf("%s M %d X %d VERZINKT", noun[1], thread, length)}})
	}
	return left, right
}

// linked lists the links of a result as pairs of IDs.
func linked(r *Result) []string {
	var links []string
	for _, i := range r.Links {
		p := r.Pairs.List[i]
		links = append(links, r.ids[p.A]+"="+r.ids[p.B])
	}
	slices.Sort(links)
	return links
}

func TestLinkFindsTheSamePartsInOtherWords(t *testing.T) {
	t.Parallel()
	left, right := plantParts(60)
	r := Link(left, right, Options{Workers: 2})
	wrong := 0
	for _, link := range linked(r) {
		if a, b, _ := strings.Cut(link, "="); a[1:] != b[1:] {
			wrong++
		}
	}
	if len(r.Links) < 57 || wrong > 0 || r.ContradictedLinks() > 0 {
		t.Errorf("%d of 60 links, %d wrong, %d contradicted", len(r.Links), wrong, r.ContradictedLinks())
	}
}

func TestPeopleOutrankScores(t *testing.T) {
	t.Parallel()
	left, right := plantParts(40)
	free := linked(Link(left, right, Options{Workers: 1}))
	if !slices.Contains(free, "a005=b005") || slices.Contains(free, "a007=b008") {
		t.Fatalf("the scores alone propose %v", free)
	}
	decided := []Decided{{A: 5, B: 40 + 5, Match: false}, {A: 7, B: 40 + 8, Match: true}, {A: 9, B: 9}, {A: 3, B: 900, Match: true}}
	got := linked(Link(left, right, Options{Workers: 1, Decided: decided}))
	switch {
	case slices.Contains(got, "a005=b005"):
		t.Error("a rejected pair is proposed again")
	case !slices.Contains(got, "a007=b008"):
		t.Error("a confirmed pair across a contradiction is lost")
	case slices.Contains(got, "a007=b007"), slices.Contains(got, "a008=b008"):
		t.Error("a confirmed record is proposed a second partner")
	}
}

// mastersOf is one table of both plants' rows.
func mastersOf(items int) Table {
	left, right := plantParts(items)
	return Table{Names: left.Names, Kinds: []Kind{KindCode, KindText}, Records: append(left.Records, right.Records...)}
}

func TestDedupeGroupsAndHoldsToDecisions(t *testing.T) {
	t.Parallel()
	table := mastersOf(50)
	r := Dedupe(table, Options{Workers: 2})
	free := linked(r)
	if len(r.Clusters) < 45 || r.ContradictedLinks() > 0 || !slices.Contains(free, "a005=b005") {
		t.Fatalf("%d clusters of 50, %d contradicted", len(r.Clusters), r.ContradictedLinks())
	}
	got := linked(Dedupe(table, Options{Workers: 2, Decided: []Decided{{A: 5, B: 55}, {A: 58, B: 7, Match: true}}}))
	if slices.Contains(got, "a005=b005") || !slices.Contains(got, "a007=b008") {
		t.Errorf("a rejection or a confirmation is not held to: %v", got)
	}
}

func TestBandsAskAPersonWhereSomethingContradicts(t *testing.T) {
	t.Parallel()
	table := mastersOf(50)
	r := Dedupe(table, Options{Workers: 1, Decided: []Decided{{A: 58, B: 7, Match: true}}})
	seen := map[Band]int{}
	for i, p := range r.Pairs.List {
		band := r.Band(i)
		seen[band]++
		if r.Model.Contradicted(r.Pairs.Levels(i)) && band == BandAuto {
			t.Errorf("%s and %s contradict each other and are automatic", r.ids[p.A], r.ids[p.B])
		}
	}
	if seen[BandReject] == 0 || seen[BandAuto] == 0 {
		t.Errorf("the bands hold %v pairs", seen)
	}
}

func TestOrderChangesNothing(t *testing.T) {
	t.Parallel()
	table := mastersOf(25)
	want := Dedupe(table, Options{Workers: 1})
	wantLinks := linked(want)
	rapid.Check(t, func(rt *rapid.T) {
		shuffled := table
		shuffled.Records = rapid.Permutation(table.Records).Draw(rt, "order")
		got := Dedupe(shuffled, Options{Workers: rapid.IntRange(1, 3).Draw(rt, "workers")})
		if !slices.Equal(linked(got), wantLinks) || !slices.Equal(got.Scores, want.Scores) {
			rt.Fatalf("another order gives %v, not %v", linked(got), wantLinks)
		}
	})
}

func TestOneByOneAgreesWithTheBatch(t *testing.T) {
	t.Parallel()
	table := mastersOf(40)
	batch := Dedupe(table, Options{Workers: 2})
	scores := map[string]float64{}
	for i, p := range batch.Pairs.List {
		scores[batch.ids[p.A]+"="+batch.ids[p.B]] = batch.Scores[i]
		scores[batch.ids[p.B]+"="+batch.ids[p.A]] = batch.Scores[i]
	}
	m := NewMatcher(batch, 1)
	rapid.Check(t, func(rt *rapid.T) {
		for _, record := range rapid.Permutation(table.Records[:12]).Draw(rt, "order") {
			compared := 0
			for _, s := range m.Check(record, 0) {
				if score, ok := scores[record.ID+"="+s.ID]; ok {
					if compared++; score != s.Score {
						rt.Fatalf("%s and %s: %v alone, %v in the batch", record.ID, s.ID, s.Score, score)
					}
				}
			}
			if compared == 0 {
				rt.Fatalf("%s finds none of its candidates", record.ID)
			}
		}
	})
}

func TestALookupLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	r := Dedupe(mastersOf(30), Options{Workers: 1})
	m := NewMatcher(r, 1)
	known := Record{Values: []string{"", "Sechskantschraube M3x10 verzinkt"}}
	first := m.Check(known, 0)
	rapid.Check(t, func(rt *rapid.T) {
		m.Check(Record{Values: rapid.SliceOfN(anyValue(), 0, 4).Draw(rt, "values")}, 0)
		if again := m.Check(known, 0); !reflect.DeepEqual(first, again) {
			rt.Fatalf("the answer changed from %v to %v", first, again)
		}
	})
	if len(first) == 0 || m.corpus.Len() != 60 {
		t.Errorf("%d suggestions, %d records", len(first), m.corpus.Len())
	}
}

func TestALookupFindsWhatOnlyOneRecordHas(t *testing.T) {
	t.Parallel()
	table := mastersOf(30)
	table.Records = append(table.Records, Record{ID: "odd", Values: []string{"QZX-900177", "flux compensator"}})
	m := NewMatcher(Dedupe(table, Options{Workers: 1}), 2)
	for name, values := range map[string][]string{"its code": {"qzx900177", ""}, "its words": {"", "FLUX COMPENSATOR"}} {
		if found := m.Check(Record{Values: values}, 0); len(found) == 0 || found[0].ID != "odd" {
			t.Errorf("%s finds %v", name, found)
		}
	}
	if found := m.Check(Record{Values: []string{"", " "}}, 0); len(found) > 0 {
		t.Errorf("emptiness finds %v", found)
	}
}

func TestNothingLinksOnEmptiness(t *testing.T) {
	t.Parallel()
	rows := map[string]func(i int) []string{
		"empty":           func(int) []string { return []string{"", ""} },
		"signs alone":     func(int) []string { return []string{"-", " ./ "} },
		"invalid UTF-8":   func(int) []string { return []string{"\xff\xfe", "\x80"} },
		"emoji":           func(int) []string { return []string{"🙂", "🚀🚀"} },
		"too few columns": func(int) []string { return nil },
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := Table{Names: []string{"a", "b"}, Kinds: []Kind{KindText, KindCode}}
			for i := range 30 {
				table.Records = append(table.Records, Record{ID: fmt.Sprint(i), Values: row(i)})
			}
			if r := Dedupe(table, Options{Workers: 2}); len(r.Links) > 0 || len(r.Clusters) > 0 {
				t.Errorf("%d links", len(r.Links))
			}
			if r := Link(table, table, Options{Workers: 2}); len(r.Links) > 0 {
				t.Errorf("%d links of two tables", len(r.Links))
			}
		})
	}
}

func TestOddTablesAreSurvived(t *testing.T) {
	t.Parallel()
	parts, other := plantParts(30)
	shifted := Table{Names: append([]string{""}, other.Names...)}
	for _, r := range other.Records {
		shifted.Records = append(shifted.Records, Record{ID: r.ID, Values: append([]string{""}, r.Values...)})
	}
	same := Table{Names: []string{"a", "b"}}
	long := Table{Names: []string{"a"}}
	for i := range 40 {
		same.Records = append(same.Records, Record{ID: fmt.Sprint(i), Values: []string{"same", "1"}})
		long.Records = append(long.Records, Record{ID: fmt.Sprint(i), Values: []string{strings.Repeat("ab1 ", 2500)}})
	}
	t.Run("a column moved by one", func(t *testing.T) {
		t.Parallel()
		if r := Link(parts, shifted, Options{Workers: 1}); len(r.Links) < 25 {
			t.Errorf("%d of 30 links", len(r.Links))
		}
	})
	for name, table := range map[string]Table{"all equal": same, "very long": long, "no records": {Names: []string{"a"}}, "no columns": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			Dedupe(table, Options{Workers: 1})
			Link(table, table, Options{Workers: 3})
			Link(table, parts, Options{Workers: 2})
		})
	}
}

func TestNoLinkCrossesAContradiction(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		left, right := anyTable(rt, "l"), anyTable(rt, "r")
		for name, r := range map[string]*Result{"link": Link(left, right, Options{Workers: 2}), "dedupe": Dedupe(left, Options{Workers: 2})} {
			if r.ContradictedLinks() > 0 {
				rt.Fatalf("%s: %v", name, linked(r))
			}
			for i, s := range r.Scores {
				if math.IsNaN(s) || math.IsInf(s, 0) {
					rt.Fatalf("%s: pair %d scores %v", name, i, s)
				}
			}
		}
	})
}

func TestExplanationAddsUp(t *testing.T) {
	t.Parallel()
	left, right := plantParts(40)
	r := Link(left, right, Options{Workers: 1})
	contradicted := 0
	for i := range r.Pairs.List {
		e := r.Explain(i)
		sum := e.Prior
		for _, reason := range e.Reasons {
			sum += reason.Bits
			if reason.Level == LevelMissing || reason.Comparison == "" {
				t.Fatalf("a reason says nothing: %+v", reason)
			}
		}
		if math.Abs(sum-e.Sum) > 1e-9 || !e.Contradicted && math.Abs(e.Sum-e.Score) > 1e-9 || e.Score > contradictedBits && e.Contradicted {
			t.Fatalf("pair %d: reasons %v, sum %v, score %v", i, sum, e.Sum, e.Score)
		}
		if e.Contradicted {
			contradicted++
			if e.WouldLinkWithout() != "" {
				t.Error("a contradicted pair is told to link without something")
			}
		}
		if _, is := slices.BinarySearch(r.Links, i); is && e.Margin <= 0 {
			t.Errorf("a link has a margin of %v", e.Margin)
		}
	}
	if contradicted == 0 {
		t.Error("no pair contradicts itself: the example proves nothing")
	}
}

func TestWouldLinkWithout(t *testing.T) {
	t.Parallel()
	e := Explanation{Prior: -3, Sum: -1, Score: -1, Reasons: []Reason{{Comparison: "name", Bits: 6}, {Comparison: "price", Bits: -4}}}
	if got := e.WouldLinkWithout(); got != "price" {
		t.Errorf("it would link without %q", got)
	}
	e.Score = 2
	if got := e.WouldLinkWithout(); got != "" {
		t.Errorf("it links, and would without %q", got)
	}
}

func TestWilsonLower(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		agreed, all int
		want        float64
	}{{0, 0, 0}, {0, 10, 0}, {10, 10, 0.7225}, {380, 380, 0.98999}, {99, 100, 0.9455}} {
		if got := WilsonLower(tt.agreed, tt.all); math.Abs(got-tt.want) > 5e-4 {
			t.Errorf("%d of %d: %v, want %v", tt.agreed, tt.all, got, tt.want)
		}
	}
}

func TestStableIDs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		before := rapid.MapOf(rapid.StringMatching(`[a-h]`), rapid.StringMatching(`K[1-4]`)).Draw(rt, "before")
		var clusters [][]string
		letters := rapid.Permutation(strings.Split("abcdefgh", "")).Draw(rt, "letters")
		for len(letters) > 0 {
			n := rapid.IntRange(1, len(letters)).Draw(rt, "size")
			clusters, letters = append(clusters, letters[:n:n]), letters[n:]
		}
		names := StableIDs(clusters, before)
		used := map[string]bool{}
		for k, name := range names {
			if name == "" || used[name] {
				rt.Fatalf("cluster %v is named %q in %v", clusters[k], name, names)
			}
			used[name] = true
		}
		now := maps.Clone(before)
		for k, members := range clusters {
			for _, m := range members {
				now[m] = names[k]
			}
		}
		if again := StableIDs(clusters, now); !slices.Equal(names, again) {
			rt.Fatalf("%v became %v without a change", names, again)
		}
	})
	split := StableIDs([][]string{{"a"}, {"b", "c"}}, map[string]string{"a": "K", "b": "K", "c": "K"})
	if !slices.Equal(split, []string{"a", "K"}) {
		t.Errorf("after a split the names are %v", split)
	}
}
