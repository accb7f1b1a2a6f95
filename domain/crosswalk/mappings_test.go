package crosswalk_test

import (
	"maps"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

func TestTheFirstCodeNamesTheRecord(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	b.load(t, "X", "A", "Y", "A")
	b.load(t, "W", "A")
	outbound := map[domain.Code]bool{}
	for _, m := range must(b.store.Read().Mappings.ByRecords(t.Context(), mes, []domain.ID{b.records["A"]}))(t) {
		outbound[m.Code] = m.DefaultOut
	}
	if want := map[domain.Code]bool{"X": true, "Y": false, "W": false}; !maps.Equal(outbound, want) {
		t.Errorf("the outbound codes are %v, want %v", outbound, want)
	}
}

func TestWhoSeesMappings(t *testing.T) {
	t.Parallel()
	b := setup(t, "A")
	b.load(t, "Y", "A")
	for by, want := range map[*domain.Actor]int{&b.petra: 1, &b.carl: 0} {
		mappings, _, err := b.crosswalk.Mappings(t.Context(), *by, domain.MappingQuery{Domain: catalog.Item, Page: domain.Page{Limit: 10}})
		if len(must(mappings, err)(t)) != want {
			t.Errorf("%s sees %d mappings", by.Name, len(mappings))
		}
	}
	_, _, err := b.crosswalk.Mappings(t.Context(), domain.ServiceActor("nobody"), domain.MappingQuery{Page: domain.Page{Limit: 1}})
	wantCode(t, err, domain.CodeAccessDenied)
}
