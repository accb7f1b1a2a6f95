package odoo

import (
	"maps"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// TestLanguages: each language has a tag of its own, and English is first.
func TestLanguages(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		setting string
		want    []language
	}{
		"none":               {"", []language{{"en_US", "en"}}},
		"English again":      {"en_US", []language{{"en_US", "en"}}},
		"several":            {"de_DE, pl_PL", []language{{"en_US", "en"}, {"de_DE", "de"}, {"pl_PL", "pl"}}},
		"two kinds of one":   {"de_DE,de_AT,en_GB", []language{{"en_US", "en"}, {"de_DE", "de"}, {"de_AT", "de-AT"}, {"en_GB", "en-GB"}}},
		"one that is doubly": {"de_DE,de_DE", []language{{"en_US", "en"}, {"de_DE", "de"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := languagesOf(domain.SourceSystem{Settings: map[string]string{settingLanguages: tt.setting}})
			if err != nil || len(got) != len(tt.want) {
				t.Fatalf("%v, %v", got, err)
			}
			for i := range got {
				if got[i] != tt.want[i] {
					t.Errorf("%v, wanted %v", got, tt.want)
				}
			}
		})
	}
}

// TestTranslations: what is sent, and what Odoo shows before it.
func TestTranslations(t *testing.T) {
	t.Parallel()
	s := site{languages: []language{{"en_US", "en"}, {"de_DE", "de"}}}
	tests := map[string]struct {
		wanted, held domain.Value
		set, expect  map[string]any
		fails        bool
	}{
		"a first text": {
			domain.Translated{"en": "A", "de": "B"}, nil,
			map[string]any{"f": "A", "f@de_DE": "B"}, map[string]any{"f": false, "f@de_DE": false}, false,
		},
		"where a translation was wanting English shows": {
			domain.Translated{"en": "A", "de": "B"}, domain.Translated{"en": "A"},
			map[string]any{"f": "A", "f@de_DE": "B"}, map[string]any{"f": "A", "f@de_DE": "A"}, false,
		},
		"a language that is not said stays": {
			domain.Translated{"en": "C"}, domain.Translated{"en": "A", "de": "B"}, map[string]any{"f": "C"}, map[string]any{"f": "A"}, false,
		},
		"one that this Odoo does not speak is not sent": {
			domain.Translated{"en": "C", "fr": "D"}, nil, map[string]any{"f": "C"}, map[string]any{"f": false}, false,
		},
		"nothing clears it":                {nil, domain.Translated{"en": "A"}, map[string]any{"f": false}, map[string]any{"f": "A"}, false},
		"no English":                       {domain.Translated{"de": "B"}, nil, nil, nil, true},
		"a text of no language is English": {domain.Text("A"), domain.Text("B"), map[string]any{"f": "A"}, map[string]any{"f": "B"}, false},
		"a code":                           {domain.Code("A"), nil, nil, nil, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, expect, err := s.translations("f", tt.wanted, tt.held)
			if (err != nil) != tt.fails || !maps.Equal(set, tt.set) || !maps.Equal(expect, tt.expect) {
				t.Errorf("set %v, expect %v, %v", set, expect, err)
			}
		})
	}
}

// TestTranslationsThatStay: without a guard a name is written as long as none of its translations is to change.
func TestTranslationsThatStay(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		set, expect, left map[string]any
		changes           bool
	}{
		"one that stays":   {map[string]any{"f": "A", "f@de_DE": "B"}, map[string]any{"f": "C", "f@de_DE": "B"}, map[string]any{"f": "A"}, false},
		"one that changes": {map[string]any{"f": "A", "f@de_DE": "B"}, map[string]any{"f": "A", "f@de_DE": "C"}, map[string]any{"f": "A", "f@de_DE": "B"}, true},
		"one that is new":  {map[string]any{"f@de_DE": "B"}, map[string]any{}, map[string]any{"f@de_DE": "B"}, true},
		"no translation":   {map[string]any{"f": "A"}, map[string]any{"f": "A"}, map[string]any{"f": "A"}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if changes := translates(tt.set, tt.expect); changes != tt.changes || !maps.Equal(tt.set, tt.left) {
				t.Errorf("changes %v, left %v", changes, tt.set)
			}
		})
	}
}

// TestItemKind: what a new product is follows from its item type.
func TestItemKind(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind, tracking string
		want           map[string]string
		fails          bool
	}{
		"anything":                     {"", "", map[string]string{"type": "consu", "is_storable": "True"}, false},
		"a raw material":               {"raw_material", "lot", map[string]string{"type": "consu", "is_storable": "True"}, false},
		"a service":                    {"service", "none", map[string]string{"type": "service"}, false},
		"a service with lots":          {"service", "lot", nil, true},
		"a consumable":                 {"consumable", "none", map[string]string{"type": "consu"}, false},
		"a consumable that is tracked": {"consumable", "serial", map[string]string{"type": "consu", "is_storable": "True"}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := itemKind(domain.Attributes{itemType: domain.Enum(tt.kind), itemTracking: domain.Enum(tt.tracking)})
			if (err != nil) != tt.fails || !maps.Equal(got, tt.want) {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
}
