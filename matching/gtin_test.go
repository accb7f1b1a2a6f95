package matching

import "testing"

func TestArticleNumbers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ raw, want string }{
		"an EAN-13":                 {"4006381333931", "4006381333931"},
		"the same as a GTIN-14":     {"04006381333931", "4006381333931"},
		"the same in groups":        {" 400-6381 333931", "4006381333931"},
		"an EAN-8":                  {"96385074", "96385074"},
		"a UPC":                     {"036000291452", "36000291452"},
		"with a wrong check digit":  {"4006381333932", ""},
		"with two digits swapped":   {"4006383133931", ""},
		"with a letter":             {"400638133393X", ""},
		"too short":                 {"4006381", ""},
		"nothing":                   {"", ""},
		"longer than there are any": {"4006381333931000000000000", ""},
	}
	for phrase, test := range tests {
		if got := articleNumber(test.raw); got != test.want {
			t.Errorf("%s: %q, want %q", phrase, got, test.want)
		}
	}
}

// TestArticleNumbersExcludeEachOther: what has two sound numbers is two things, however alike; with one number it is one, and an
// unsound number says nothing.
func TestArticleNumbersExcludeEachOther(t *testing.T) {
	t.Parallel()
	table := Table{Names: []string{"name", "gtin"}, Kinds: []Kind{KindText, KindGTIN}}
	row := func(id, name, gtin string) {
		table.Records = append(table.Records, Record{ID: id, Values: []string{name, gtin}})
	}
	row("one", "socket screw M8x40 zinc", "4006381333931")
	row("same", "zinc screw M8x40 socket", "04006381333931")
	row("other", "socket screw M8x40 zinc", "96385074")
	row("unsound", "socket screw M8x40 zinc", "96385075")
	for i := range 40 {
		row("far"+string(rune('A'+i)), "thing "+string(rune('a'+i))+" valve DN20 brass", "")
	}
	result := Dedupe(table, Options{})
	for _, members := range result.Clusters {
		in := map[string]bool{}
		for _, m := range members {
			in[table.Records[result.Row(m)].ID] = true
		}
		if in["other"] && (in["one"] || in["same"]) {
			t.Errorf("%v are one group", in)
		}
	}
	for i, p := range result.Pairs.List {
		a, b := table.Records[result.Row(p.A)].ID, table.Records[result.Row(p.B)].ID
		pair := map[string]bool{a: true, b: true}
		contradicted := result.Model.Contradicted(result.Pairs.Levels(i))
		if want := pair["other"] && (pair["one"] || pair["same"]); contradicted != want {
			t.Errorf("%s and %s contradict each other: %v", a, b, contradicted)
		}
		if contradicted && result.Scores[i] > 0 {
			t.Errorf("%s and %s score %v", a, b, result.Scores[i])
		}
	}
}

// TestStopped: who asks to stop gets no pairs.
func TestStopped(t *testing.T) {
	t.Parallel()
	table := Table{Names: []string{"name"}, Kinds: []Kind{KindText}}
	for i := range 30 {
		table.Records = append(table.Records, Record{ID: string(rune('A' + i)), Values: []string{"socket screw M8x40"}})
	}
	for after := range 3 {
		asked := 0
		stop := func() bool { asked++; return asked > after }
		for _, result := range []*Result{Dedupe(table, Options{Stop: stop}), Link(table, table, Options{Stop: func() bool { return true }})} {
			if !result.Stopped || len(result.Pairs.List) != 0 || len(result.Links) != 0 {
				t.Errorf("stopped after %d there are %d pairs", after, len(result.Pairs.List))
			}
		}
	}
	if result := Dedupe(table, Options{Stop: func() bool { return false }}); result.Stopped || len(result.Pairs.List) == 0 {
		t.Error("nobody asked to stop")
	}
}
