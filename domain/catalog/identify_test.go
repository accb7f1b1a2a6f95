package catalog_test

import (
	"fmt"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// TestRecordsOfBeforeGetTheirKeys: a record that was made without keys is found by its GTIN and its names afterwards, one that has
// its own keeps them, and a second time there is nothing to do.
func TestRecordsOfBeforeGetTheirKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		c := &catalog.Catalog{Store: s, Desk: &steward.Desk{Store: s, Definitions: catalog.Definitions{}}}
		const records = 1203 // more than two pages
		err := s.Write(ctx, domain.Change{Actor: "service:test", Reason: "as it was", Domains: []domain.DomainName{catalog.Item}}, func(r domain.Repos) error {
			for i := range records {
				values := thing(fmt.Sprintf("IT-%d", i), fmt.Sprintf("Bolt %d", i), "C62").With(domain.Attributes{catalog.ItemGTIN: nil})
				record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Attributes: values, Version: 1}
				if err := r.Records.Create(ctx, record, catalog.ItemCode, catalog.ItemName, domain.Lineage{}); err != nil {
					return err
				}
				if i == 0 {
					if err := r.Records.Identify(ctx, record, []domain.RecordKey{{Kind: "name", Key: "its own"}}); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		alike := func(key string) int {
			return len(must(s.Read().Records.Alike(ctx, catalog.Item, []domain.RecordKey{{Kind: "name", Key: key}}))(t))
		}
		if alike("bolt 1202") != 0 {
			t.Fatal("it has keys already")
		}
		before := must((&steward.Desk{Store: s, Definitions: catalog.Definitions{}}).VerifyAudit(ctx))(t)
		if got := must(c.IdentifyRecords(ctx))(t); got != records-1 {
			t.Errorf("%d records got keys", got)
		}
		if alike("bolt 1202") != 1 || alike("bolt 1") != 1 || alike("its own") != 1 || alike("bolt 0") != 0 {
			t.Errorf("found %d, %d, %d, %d", alike("bolt 1202"), alike("bolt 1"), alike("its own"), alike("bolt 0"))
		}
		if again := must(c.IdentifyRecords(ctx))(t); again != 0 {
			t.Errorf("%d once more", again)
		}
		if after := must((&steward.Desk{Store: s, Definitions: catalog.Definitions{}}).VerifyAudit(ctx))(t); after != before {
			t.Errorf("%d audit entries, then %d", before, after)
		}
	})
}
