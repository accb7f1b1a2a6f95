package domain

import (
	"slices"
	"testing"
)

func unitList() CodeList {
	return CodeList{ID: "unit", Label: "Unit", Version: 1, Entries: []CodeEntry{
		{Code: "H87", Aliases: []CodeAlias{{System: "mes", Text: "Stk"}, {System: "mes", Text: "ST"}, {System: "wms", Text: "EA"}}},
		{Code: "EA"}, {Code: "C62"}, {Code: "GRO", Retired: true},
	}}
}

func TestCodesAreResolvedByApprovedAliasesOnly(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		system  SystemID
		written string
		want    string
	}{
		"a code":                                       {"mes", "H87", "H87"},
		"an alias":                                     {"mes", "Stk", "H87"},
		"another system's alias":                       {"wms", "Stk", "?Stk"},
		"each is not a piece":                          {"mes", "EA", "EA"},
		"unless somebody approved that it is":          {"wms", "EA", "H87"},
		"one is not a piece":                           {"wms", "C62", "C62"},
		"a piece as nobody declared it":                {"mes", "PCE", "?PCE"},
		"in other case":                                {"mes", "h87", "?h87"},
		"a retired code is still read":                 {"mes", "GRO", "GRO"},
		"what a connector could not read stays so":     {"mes", "?Rolle", "?Rolle"},
		"what a connector could not read, by an alias": {"mes", "?Stk", "H87"},
		"nothing": {"mes", "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := unitList().Resolve(tt.system, tt.written); got != tt.want {
				t.Errorf("%q", got)
			}
		})
	}
	if got := (CodeList{ID: "category"}).Resolve("mes", "anything"); got != "anything" {
		t.Errorf("a list that nobody has filled made %q of it", got)
	}
	if a, b := unitList().Written("mes", "H87"), unitList().Written("odoo", "H87"); a != "Stk" || b != "H87" {
		t.Errorf("written %q and %q", a, b)
	}
	if codes := unitList().Codes(); slices.Contains(codes, "GRO") || len(codes) != 3 {
		t.Errorf("%v", codes)
	}
}

func TestFaultsOfCodeLists(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*CodeList)
		faults int
	}{
		"a sound one":             {func(*CodeList) {}, 0},
		"a code twice":            {func(l *CodeList) { l.Entries = append(l.Entries, CodeEntry{Code: "EA"}) }, 1},
		"a code without a text":   {func(l *CodeList) { l.Entries = append(l.Entries, CodeEntry{}) }, 1},
		"one that looks unknown":  {func(l *CodeList) { l.Entries = append(l.Entries, CodeEntry{Code: "?x"}) }, 1},
		"an alias of two codes":   {func(l *CodeList) { l.Entries[1].Aliases = []CodeAlias{{System: "mes", Text: "Stk"}} }, 1},
		"an alias of no system":   {func(l *CodeList) { l.Entries[1].Aliases = []CodeAlias{{Text: "x"}} }, 1},
		"an alias with blanks":    {func(l *CodeList) { l.Entries[1].Aliases = []CodeAlias{{System: "mes", Text: " x"}} }, 1},
		"the same of two systems": {func(l *CodeList) { l.Entries[1].Aliases = []CodeAlias{{System: "plm", Text: "Stk"}} }, 0},
		"an alias that is a code": {func(l *CodeList) { l.Entries[1].Aliases = []CodeAlias{{System: "plm", Text: "C62"}} }, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := unitList()
			list.Entries = slices.Clone(list.Entries)
			tt.change(&list)
			if faults := list.Faults(); len(faults) != tt.faults {
				t.Errorf("%v", faults)
			}
		})
	}
}

func TestGovernedEnumsFollowTheirList(t *testing.T) {
	t.Parallel()
	d := Definition{Attributes: []Attribute{
		{ID: "unit", Label: "Unit", Kind: KindEnum, CodeList: "unit", Members: []string{"KGM"}},
		{ID: "make", Label: "Make", Kind: KindEnum, Members: []string{"make"}},
	}}
	lists := []CodeList{unitList()}
	held := d.WithLists(lists)
	if faults := held.CheckChange(Attributes{"unit": Enum("H87"), "make": Enum("make")}); len(faults) != 0 {
		t.Errorf("%v", faults)
	}
	for _, unit := range []Enum{"KGM", "GRO", "?Stk"} {
		if faults := held.CheckChange(Attributes{"unit": unit}); len(faults) != 1 {
			t.Errorf("%s is taken", unit)
		}
	}
	if d.Attributes[0].Members[0] != "KGM" {
		t.Error("the declaration itself was changed")
	}
	said := Attributes{"unit": Enum("Stk"), "make": Enum("Stk")}
	coded := d.Coded(said, "mes", lists)
	if !coded.Same(Attributes{"unit": Enum("H87"), "make": Enum("Stk")}) || !d.Uncoded(coded, "mes", lists).Same(said) {
		t.Errorf("%s", coded.Encode())
	}
}
