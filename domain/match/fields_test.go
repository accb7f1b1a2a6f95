package match_test

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

func TestFieldsSayWhatAThingIs(t *testing.T) {
	t.Parallel()
	rule := domain.MatchRule{Skip: []domain.AttributeID{catalog.ItemHSCode}}
	kinds := map[string]matching.Kind{}
	for _, f := range match.Fields(catalog.ItemDefinition(), rule) {
		kinds[f.Name] = f.Kind
	}
	want := map[domain.AttributeID]matching.Kind{
		catalog.ItemName: matching.KindText, catalog.ItemDescription: matching.KindText, catalog.ItemCode: matching.KindCode,
		catalog.ItemManufacturer: matching.KindCategory, catalog.ItemNetWeight: matching.KindNumber, catalog.ItemBaseUnit: matching.KindCategory,
	}
	for id, kind := range want {
		if kinds[string(id)] != kind {
			t.Errorf("%s is compared as %s, want %s", id, kinds[string(id)], kind)
		}
	}
	for _, id := range []domain.AttributeID{catalog.ItemLeadTime, catalog.ItemStandardCost, catalog.ItemSuccessor, catalog.ItemHSCode} {
		if kind, there := kinds[string(id)]; there {
			t.Errorf("%s is compared as %s, want it left out", id, kind)
		}
	}
}

func TestRecordReadsValuesAsPeopleDo(t *testing.T) {
	t.Parallel()
	fields := []matching.Field{{Name: "name", Kind: matching.KindText}, {Name: "net_weight", Kind: matching.KindNumber}, {Name: "gtin", Kind: matching.KindCode}}
	record := match.Record(fields, "record:1", domain.Attributes{
		"name":       domain.Translated{"de": "Winkel", "en": "Bracket", "fr": "Winkel"},
		"net_weight": domain.Quantity{Number: decimal.RequireFromString("0.25"), Unit: "KGM"},
	})
	if want := []string{"Bracket Winkel", "0.25 KGM", ""}; record.ID != "record:1" || !slices.Equal(record.Values, want) {
		t.Errorf("record is %q %q, want %q", record.ID, record.Values, want)
	}
}
