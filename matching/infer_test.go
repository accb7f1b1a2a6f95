package matching

import (
	"fmt"
	"slices"
	"testing"
)

func TestKindsAreInferredFromValues(t *testing.T) {
	t.Parallel()
	value := map[string]struct {
		name string
		of   func(i int) string
		want Kind
	}{
		"an empty column":              {"x", func(int) string { return " " }, KindSkip},
		"prices":                       {"p", func(i int) string { return fmt.Sprintf("%d.%02d", i, i%100) }, KindNumber},
		"money":                        {"p", func(i int) string { return fmt.Sprintf("$%d", 10+i) }, KindNumber},
		"counts by their name":         {"qty", func(i int) string { return fmt.Sprint(i) }, KindNumber},
		"numbers that name something":  {"no", func(i int) string { return fmt.Sprint(4000 + i) }, KindCode},
		"codes":                        {"c", func(i int) string { return fmt.Sprintf("AB-%05d", i) }, KindCode},
		"dates":                        {"since", func(i int) string { return fmt.Sprintf("2020-%02d-%02d", 1+i%12, 1+i%28) }, KindDate},
		"dates with points":            {"born", func(i int) string { return fmt.Sprintf("%02d.%02d.1990", 1+i%28, 1+i%12) }, KindDate},
		"telephones":                   {"t", func(i int) string { return fmt.Sprintf("+49 89 1234-%04d", i) }, KindPhone},
		"telephones without signs":     {"phone", func(i int) string { return fmt.Sprintf("3125550%03d", i) }, KindPhone},
		"addresses":                    {"where", func(i int) string { return fmt.Sprintf("%d North Main Street", 10+i) }, KindAddress},
		"names":                        {"who", func(i int) string { return fmt.Sprintf("anna miller%c%c", 'a'+i%26, 'a'+i/26) }, KindName},
		"a few values again and again": {"state", func(i int) string { return []string{"open", "closed"}[i%2] }, KindCategory},
		"descriptions": {"d", func(i int) string {
			return fmt.Sprintf("a longer text about article %c%c and its uses", 'a'+i%26, 'a'+i/26)
		}, KindText},
	}
	for name, tt := range value {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var records []Record
			for i := range 200 {
				records = append(records, Record{ID: fmt.Sprint(i), Values: []string{tt.of(i)}})
			}
			if got := InferKinds([]string{tt.name}, records); got[0] != tt.want {
				t.Errorf("%s, want %s", got[0], tt.want)
			}
		})
	}
}

func TestColumnsAreAligned(t *testing.T) {
	t.Parallel()
	left := Table{Names: []string{"Name", "price", "colour"}, Kinds: []Kind{KindText, KindNumber, KindCategory}}
	right := Table{Names: []string{"cost", "title", "NAME ", "colour"}, Kinds: []Kind{KindNumber, KindText, KindName, KindSkip}}
	for i := range 20 {
		left.Records = append(left.Records, Record{ID: fmt.Sprint(i), Values: []string{fmt.Sprint("big box ", i), fmt.Sprint(100 + i), "red"}})
		right.Records = append(right.Records, Record{ID: fmt.Sprint(i), Values: []string{fmt.Sprint(100 + i), "lamp", fmt.Sprint("big box ", i), ""}})
	}
	fields, l, r := Align(left, right)
	want := []Field{{"Name", KindText}, {"price", KindNumber}, {"colour", KindCategory}, {"title", KindText}}
	if !slices.Equal(fields, want) {
		t.Errorf("fields %v, want %v", fields, want)
	}
	if !slices.Equal(l[3].Values, []string{"big box 3", "103", "red", ""}) || !slices.Equal(r[3].Values, []string{"big box 3", "103", "", "lamp"}) {
		t.Errorf("the records became %q and %q", l[3].Values, r[3].Values)
	}
}

func TestParseKind(t *testing.T) {
	t.Parallel()
	for k := KindSkip; k <= KindCategory; k++ {
		if got, ok := ParseKind(k.String()); !ok || got != k {
			t.Errorf("%s is read as %s", k, got)
		}
	}
	if _, ok := ParseKind("colour"); ok || Kind(200).String() != "" {
		t.Error("an unknown kind has a name")
	}
}

func TestVocabularyForgetsWhatCameLast(t *testing.T) {
	t.Parallel()
	v := newVocabulary()
	var ids []uint32
	for i := range 5000 {
		ids = append(ids, v.intern(fmt.Sprint("t", i%2500), Class(i/2500)))
	}
	size := v.size()
	for i := range 3000 {
		v.intern(fmt.Sprint("new", i), ClassCode)
	}
	v.truncate(size)
	for i, id := range ids {
		if v.find(fmt.Sprint("t", i%2500), Class(i/2500)) != id || v.text(id) != fmt.Sprint("t", i%2500) || v.view(id) != v.text(id) {
			t.Fatalf("text %d is lost", i)
		}
	}
	if v.find("new1", ClassCode) != 0 || v.intern("", ClassWord) != 0 || v.text(0) != "" || v.view(0) != "" {
		t.Error("something forgotten is still there, or emptiness has a number")
	}
}

func TestIndexRoutes(t *testing.T) {
	t.Parallel()
	fields := []Field{{"name", KindName}, {"address", KindAddress}, {"zip", KindCode}, {"number", KindCode}}
	tests := map[string]struct {
		a, b []string
		want Route
	}{
		"a word":                  {[]string{"halbrecht norvik"}, []string{"halbrecht solvotek"}, RouteToken},
		"a typing error":          {[]string{"halbrecht"}, []string{"halbrehct"}, RouteGram},
		"how it sounds":           {[]string{"filip"}, []string{"phillipp"}, RouteSound},
		"O for 0 in a code":       {[]string{"", "", "", "QX7O0123"}, []string{"", "", "", "QX700123"}, RouteCode},
		"lost leading zeros":      {[]string{"", "", "", "000AB77123"}, []string{"", "", "", "AB77123"}, RouteCode},
		"house number and street": {[]string{"", "12 Ellermann Road"}, []string{"", "12 W Ellermann"}, RouteDomain},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := corpusOf(fields, tt.a, tt.b, []string{"someone else", "99 Other Lane", "60601", "ZZ9988776"})
			found := newIndex(c, IndexOptions{Singles: true}, 1).NewSearch().Near(0)
			if len(found) == 0 || found[0].Record != 1 || found[0].Routes>>tt.want&1 == 0 {
				t.Errorf("found %+v, want record 1 by %s", found, tt.want)
			}
		})
	}
}

func TestSearchKeepsToItsBudgetAndK(t *testing.T) {
	t.Parallel()
	var rows [][]string
	for i := range 400 {
		rows = append(rows, []string{fmt.Sprintf("bracket steel %d", i%40)})
	}
	c := corpusOf([]Field{{"text", KindText}}, rows...)
	s := newIndex(c, IndexOptions{TopK: 7, Budget: 120}, 2).NewSearch()
	for r := range rows {
		before := s.Read
		if found := s.Near(r); len(found) > 7 || s.Read-before > 120 {
			t.Fatalf("record %d: %d candidates, %d postings read", r, len(found), s.Read-before)
		}
	}
	if s.Read == 0 {
		t.Error("nothing was read")
	}
}
