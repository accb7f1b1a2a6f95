package catalog_test

import (
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

func TestWhatSystemsSayOfARecord(t *testing.T) {
	t.Parallel()
	b := configured(t)
	said := thing("A", "Bolt", "H87").With(domain.Attributes{catalog.ItemLeadTime: must(domain.NewQuantity("5", "DAY"))(t)})
	b.read(t, mes, row("1", said))
	b.approve(t, must(b.catalog.ProposeLoad(t.Context(), b.ana, mes, catalog.Item, "load"))(t).Request)
	found, _, err := b.catalog.Records(t.Context(), b.ana, domain.RecordQuery{Domain: catalog.Item, Page: domain.Page{Limit: 10}})
	record := must(found, err)(t)[0]
	b.read(t, mes, row("1", said.With(domain.Attributes{catalog.ItemName: domain.Translated{"en": "Bolzen"}})))
	for name, test := range map[string]struct {
		by   domain.Actor
		want int
	}{
		"all": {b.ana, 1}, "the plant's": {b.petra, 1}, "another plant": {b.carl, 0},
	} {
		views := must(b.catalog.Said(t.Context(), test.by, catalog.Item, record.ID))(t)
		if len(views) != test.want {
			t.Errorf("%s: %d systems speak, want %d", name, len(views), test.want)
			continue
		}
		if test.want == 0 {
			continue
		}
		one := views[0]
		if one.System.ID != mes || one.Source.Code != "1" || one.Values.Text(catalog.ItemName) != "Bolzen" ||
			!slices.Equal(one.Differs, []domain.AttributeID{catalog.ItemName}) {
			t.Errorf("%s: it says %+v", name, one)
		}
		if _, placed := one.Values["lead_time@STU1"]; !placed {
			t.Errorf("%s: the plant's own lead time stands under %v", name, one.Values)
		}
	}
	wantCode(t, errOf(b.catalog.Said(t.Context(), b.ana, catalog.Item, domain.NewID())), domain.CodeRecordUnknown)
	wantCode(t, errOf(b.catalog.Said(t.Context(), b.ana, "moon", record.ID)), domain.CodeRecordUnknown)
	wantCode(t, errOf(b.catalog.Said(t.Context(), domain.ServiceActor("nobody"), catalog.Item, record.ID)), domain.CodeAccessDenied)
}
