package matching

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// workshop is a Matcher's start: some of the masters, and what was learnt from all of them.
func workshop(t testing.TB, records []Record) *Matcher {
	t.Helper()
	table := mastersOf(30)
	basis := Dedupe(table, Options{Workers: 1}).Basis()
	m, err := BuildMatcher(Table{Names: table.Names, Kinds: table.Kinds, Records: records}, basis, Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// said is an answer without what may differ in the last bit.
func said(list []Suggestion) []string {
	var lines []string
	for _, s := range list {
		line := fmt.Sprintf("%s %.6f %.6f %v", s.ID, s.Score, s.Explanation.Margin, s.Contradicted)
		for _, r := range s.Explanation.Reasons {
			line += fmt.Sprintf(" %s/%d", r.Comparison, r.Level)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines) // equal scores are told apart by the ID, scores that differ in the last bit are not
	return lines
}

func TestWhatCameInWhateverOrderIsTheSame(t *testing.T) {
	t.Parallel()
	pool := mastersOf(8).Records
	rapid.Check(t, func(rt *rapid.T) {
		base := pool[:rapid.IntRange(0, 10).Draw(rt, "indexed")]
		m, there := workshop(t, base), map[string]Record{}
		for _, r := range base {
			there[r.ID] = r
		}
		for range rapid.IntRange(0, 12).Draw(rt, "changes") {
			r := pool[rapid.IntRange(0, len(pool)-1).Draw(rt, "record")]
			if rapid.Bool().Draw(rt, "remove") {
				m.Remove(r.ID)
				delete(there, r.ID)
				continue
			}
			if rapid.Bool().Draw(rt, "changed") {
				r.Values = rapid.SliceOfN(anyValue(), 2, 2).Draw(rt, "values")
			}
			m.Put(r)
			there[r.ID] = r
		}
		straight := workshop(t, base)
		for _, r := range base {
			straight.Remove(r.ID)
		}
		for _, id := range rapid.Permutation(sortedKeys(there)).Draw(rt, "order") {
			straight.Put(there[id])
		}
		if m.Len() != len(there) || straight.Len() != len(there) {
			rt.Fatalf("%d and %d records, want %d", m.Len(), straight.Len(), len(there))
		}
		for _, probe := range pool {
			if got, want := said(m.Check(probe, 0)), said(straight.Check(probe, 0)); !slices.Equal(got, want) {
				rt.Fatalf("%q finds\n%q, want\n%q", probe.Values, got, want)
			}
		}
	})
}

func sortedKeys(of map[string]Record) []string {
	var keys []string
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func TestAnAdditionIsFoundAsIfItHadBeenThere(t *testing.T) {
	t.Parallel()
	all := mastersOf(60).Records
	whole := workshop(t, all)
	rapid.Check(t, func(rt *rapid.T) {
		order := rapid.Permutation(all).Draw(rt, "order")
		grown := workshop(t, order[12:])
		for _, r := range order[:12] {
			grown.Put(r)
		}
		for _, r := range order[:20] {
			got, want := grown.Check(r, 0), whole.Check(r, 0)
			if len(got) == 0 || got[0].ID != want[0].ID || got[0].ID != r.ID {
				rt.Fatalf("%q finds %v first, want %v", r.Values, got[:1], want[:1])
			}
			for _, s := range want {
				at := slices.IndexFunc(got, func(g Suggestion) bool { return g.ID == s.ID })
				if s.Probability > 0.5 && (at < 0 || got[at].Probability < 0.5) {
					rt.Fatalf("%q does not find %s, which is built in with %v", r.Values, s.ID, s.Probability)
				}
			}
		}
	})
}

func TestWhatIsRemovedIsNotFound(t *testing.T) {
	t.Parallel()
	records := mastersOf(20).Records
	m := workshop(t, records[:30])
	for _, r := range records[30:] {
		m.Put(r)
	}
	for _, r := range []Record{records[3], records[35]} {
		m.Remove(r.ID)
		m.Remove(r.ID)
		if m.Holds(r.ID) {
			t.Errorf("%s is held", r.ID)
		}
		for _, s := range m.Check(r, 0) {
			if s.ID == r.ID {
				t.Errorf("%s is found", r.ID)
			}
		}
	}
	m.Remove("nobody")
	if m.Len() != 38 || m.Changed() != 11 {
		t.Errorf("%d records, %d changes", m.Len(), m.Changed())
	}
	m.Put(records[3])
	if found := m.Check(records[3], 1); len(found) != 1 || found[0].ID != records[3].ID || !m.Holds(records[3].ID) {
		t.Errorf("what came back is not found: %v", found)
	}
}

func TestManyLookUpWhileOneChanges(t *testing.T) {
	t.Parallel()
	records := mastersOf(40).Records
	m := workshop(t, records[:60])
	var wait sync.WaitGroup
	for w := range 3 {
		wait.Go(func() {
			for i := range 60 {
				r := records[(i+20*w)%60]
				if found := m.Check(r, 0); len(found) == 0 || found[0].ID != r.ID {
					t.Errorf("%s finds %v", r.ID, found)
					return
				}
				m.Compare(r, records[60+i%20])
			}
		})
	}
	for i := range 200 {
		r := records[60+i%20]
		m.Put(r)
		if found := m.Check(r, 1); len(found) == 0 || found[0].ID != r.ID {
			t.Fatalf("what was just put is not found: %v", found)
		}
		if i%3 == 0 {
			m.Remove(r.ID)
		}
	}
	wait.Wait()
}

func TestComparingAnyTwoIsSymmetric(t *testing.T) {
	t.Parallel()
	records := mastersOf(30).Records
	m := workshop(t, records)
	rapid.Check(t, func(rt *rapid.T) {
		pair := make([]Record, 2)
		for i := range pair {
			pair[i] = records[rapid.IntRange(0, len(records)-1).Draw(rt, "record")]
			if rapid.Bool().Draw(rt, "strange") {
				pair[i] = Record{ID: fmt.Sprint("x", i), Values: rapid.SliceOfN(anyValue(), 0, 3).Draw(rt, "values")}
			}
		}
		there, back := m.Compare(pair[0], pair[1]), m.Compare(pair[1], pair[0])
		if there.Score != back.Score || there.Margin != back.Margin || len(there.Reasons) != len(back.Reasons) {
			rt.Fatalf("%+v there, %+v back", there, back)
		}
		sum := there.Prior
		for i, r := range there.Reasons {
			other := back.Reasons[i]
			if r.Left != other.Right || r.Right != other.Left || r.Bits != other.Bits {
				rt.Fatalf("%+v there, %+v back", r, other)
			}
			sum += r.Bits
		}
		if math.Abs(sum-there.Sum) > 1e-9 {
			rt.Fatalf("the reasons add up to %v, not %v", sum, there.Sum)
		}
	})
}

func TestAPairIsExplainedAsItIsSuggested(t *testing.T) {
	t.Parallel()
	records := mastersOf(30).Records
	m := workshop(t, records)
	probe := Record{ID: "new", Values: []string{"", "Hex screw M3 x 10 zinc plated"}}
	found := m.Check(probe, 5)
	if len(found) != 5 || found[0].Explanation.Margin != -found[1].Explanation.Margin {
		t.Fatalf("%d suggestions, margins %v and %v", len(found), found[0].Explanation.Margin, found[1].Explanation.Margin)
	}
	for _, s := range found {
		record := records[slices.IndexFunc(records, func(r Record) bool { return r.ID == s.ID })]
		e := m.Compare(record, probe)
		if e.Score != s.Score || e.Margin != s.Explanation.Margin || len(e.Reasons) != len(s.Explanation.Reasons) {
			t.Errorf("%s: compared %+v, suggested %+v", s.ID, e, s.Explanation)
		}
	}
	if unlike := m.Compare(records[0], Record{ID: "y", Values: []string{"", "🙂"}}); unlike.Probability > 0.1 || len(unlike.Reasons) > 0 {
		t.Errorf("what nobody would propose is explained as %+v", unlike)
	}
}

func TestLookupsWeighAsVerdictsTaught(t *testing.T) {
	t.Parallel()
	table := mastersOf(40)
	r := Dedupe(table, Options{Workers: 1})
	vectors := r.Vectors()
	var verdicts []Verdict
	for i, p := range r.Pairs.List {
		verdicts = append(verdicts, Verdict{Vector: vectors[i], Match: r.ids[p.A][1:] == r.ids[p.B][1:]})
	}
	basis := r.Basis()
	basis.Learned = Learn(r.Model, verdicts)
	m, err := BuildMatcher(table, basis, Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	record := Record{ID: "new", Values: []string{"", "hex screw M3x10 zinc"}}
	for _, s := range m.Check(record, 0) {
		sum := s.Explanation.Prior
		for _, reason := range s.Explanation.Reasons {
			sum += reason.Bits
		}
		levels := make([]Level, r.Pairs.Width)
		for _, reason := range s.Explanation.Reasons {
			if at := slices.Index(r.Model.Names, reason.Comparison); at >= 0 {
				levels[at] = reason.Level
			}
		}
		want := basis.Learned.Score(Vector{Levels: levels, Margin: [2]float64{marginCap, s.Explanation.Margin}})
		if s.Contradicted {
			want = min(want, contradictedBits)
		}
		if math.Abs(s.Score-want) > 1e-9 || !s.Contradicted && math.Abs(sum-s.Score) > 1e-9 {
			t.Errorf("%s scores %v, its reasons add up to %v, the learnt model says %v", s.ID, s.Score, sum, want)
		}
	}
	if _, err := BuildMatcher(Table{Names: []string{"other"}}, basis, Options{}); err == nil {
		t.Error("a basis of other fields is taken")
	}
}

func FuzzPut(f *testing.F) {
	f.Add("hex screw M8x40", "A-100", "M8x45")
	f.Add("\xff\xfe", "", "🙂")
	f.Add("עברית", string(make([]byte, 10_000)), "1/2\"-13")
	m := workshop(f, mastersOf(10).Records)
	f.Fuzz(func(t *testing.T, a, b, c string) {
		m.Put(Record{ID: a, Values: []string{b, c}})
		for _, values := range [][]string{{b, c}, {c, b}, {a}, nil} {
			for _, s := range m.Check(Record{Values: values}, 0) {
				if math.IsNaN(s.Score) || s.Probability < 0 || s.Probability > 1 {
					t.Errorf("%q scores %v", values, s.Score)
				}
			}
		}
		m.Compare(Record{ID: a, Values: []string{b, c}}, Record{Values: []string{a, b}})
		if m.Remove(a); m.Holds(a) {
			t.Errorf("%q is held", a)
		}
	})
}

func TestWhatIsReplacedLeavesNoPostings(t *testing.T) {
	t.Parallel()
	records := mastersOf(10).Records
	m := workshop(t, records)
	size := func() int {
		all := 0
		for _, posts := range m.added.posts {
			all += len(posts)
		}
		return all
	}
	m.Put(records[3])
	once := size()
	for range 50 {
		m.Put(records[3])
	}
	if size() != once || m.Changed() != 52 {
		t.Errorf("%d postings, then %d; %d changes", once, size(), m.Changed())
	}
	if m.Remove(records[3].ID); size() != 0 || len(m.added.posts) != 0 {
		t.Errorf("%d postings of nobody", size())
	}
}
