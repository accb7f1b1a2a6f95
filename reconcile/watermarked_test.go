package reconcile_test

import (
	"context"
	"errors"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// marking is a source that has a watermark of its own.
type marking struct {
	reconcile.Source
	mark  string
	since []string
	err   error
}

func (m *marking) Read(_ context.Context, request reconcile.ReadRequest, _ func(reconcile.Page) error) (reconcile.Proof, error) {
	m.since = append(m.since, request.Since)
	return reconcile.Proof{Complete: true, Watermark: m.mark}, m.err
}

// reading is all that a reading rests on.
type reading struct {
	system     domain.SourceSystem
	lists      []domain.CodeList
	definition domain.Definition
}

func newReading() reading {
	return reading{
		system: domain.SourceSystem{ID: "mes", Name: "MES", Kind: domain.SystemSQL, Settings: map[string]string{"dsn_ref": "env:MES"},
			Streams: []domain.Stream{{Domain: "item", Query: "SELECT 1"}, {Domain: "bom", Query: "SELECT 2"}}},
		lists:      append(codedLists(), domain.CodeList{ID: "material", Entries: []domain.CodeEntry{{Code: "STEEL"}}}),
		definition: codedDefinition(),
	}
}

func (r reading) of(source reconcile.Source) reconcile.Source {
	return reconcile.Watermarked{Source: source, System: r.system, Lists: r.lists}
}

func TestAWatermarkIsOfOneWayOfReading(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(r *reading)
		anew   bool
	}{
		"nothing has changed":           {change: func(*reading) {}},
		"the system has another name":   {change: func(r *reading) { r.system.Name, r.system.Version = "The MES", 2 }},
		"a code has another label":      {change: func(r *reading) { r.lists[0].Entries[1].Labels = domain.Translated{"de": "Stück"} }},
		"another system has a new word": {change: func(r *reading) { r.lists[0].Entries[1].Aliases = []domain.CodeAlias{{System: "wms", Text: "EA"}} }},
		"a list that is not used here":  {change: func(r *reading) { r.lists[1].Entries[0].Code = "STAHL" }},
		"another domain's stream":       {change: func(r *reading) { r.system.Streams[1].Query = "SELECT 3" }},
		"what is tolerated":             {change: func(r *reading) { r.definition.Attributes[1].Fold, r.definition.Version = domain.FoldCase, 2 }},

		"a word means another code":      {anew: true, change: func(r *reading) { e := r.lists[0].Entries; e[0].Aliases, e[1].Aliases = nil, e[0].Aliases }},
		"a word is taken for a code now": {anew: true, change: func(r *reading) { r.lists[0].Entries = append(r.lists[0].Entries, domain.CodeEntry{Code: "EA"}) }},
		"the list is gone":               {anew: true, change: func(r *reading) { r.lists = r.lists[1:] }},
		"the stream asks otherwise":      {anew: true, change: func(r *reading) { r.system.Streams[0].Query = "SELECT 4" }},
		"a setting":                      {anew: true, change: func(r *reading) { r.system.Settings["dsn_ref"] = "env:OTHER" }},
		"the rule of its codes":          {anew: true, change: func(r *reading) { r.system.CodeRule = domain.CodesUpperCase }},
		"the unit of an attribute":       {anew: true, change: func(r *reading) { r.definition.Attributes[1].Unit = "GRM" }},
		"an attribute more": {anew: true, change: func(r *reading) {
			r.definition.Attributes = append(r.definition.Attributes, domain.Attribute{ID: "grade"})
		}},
		"a line's attribute more": {anew: true, change: func(r *reading) {
			r.definition.Attributes[1].Lines = &domain.LineDefinition{Attributes: []domain.Attribute{{ID: "item"}}}
		}},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			source, then, now := &marking{mark: "w1"}, newReading(), newReading()
			tt.change(&now)
			first, err := then.of(source).Read(t.Context(), reconcile.ReadRequest{Definition: then.definition}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := now.of(source).Read(t.Context(), reconcile.ReadRequest{Definition: now.definition, Since: first.Watermark}, nil); err != nil {
				t.Fatal(err)
			}
			if want := map[bool]string{true: "", false: "w1"}[tt.anew]; source.since[1] != want {
				t.Errorf("it was read since %q, not %q", source.since[1], want)
			}
		})
	}
}

func TestAWatermarkOfNobody(t *testing.T) {
	t.Parallel()
	source, r := &marking{err: errors.New("cut")}, newReading()
	for _, since := range []string{"", "w1", "w1 #0123456789abcdef"} {
		proof, err := r.of(source).Read(t.Context(), reconcile.ReadRequest{Definition: r.definition, Since: since}, nil)
		if last := source.since[len(source.since)-1]; last != "" || proof.Watermark != "" || !errors.Is(err, source.err) {
			t.Errorf("since %q it was read since %q, with the watermark %q: %v", since, last, proof.Watermark, err)
		}
	}
}
