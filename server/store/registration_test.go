package store_test

import (
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func TestWhatIsKnownBeforeARegistration(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		archived := row("C", "c")
		archived.Record.Active = false
		merge(t, s, []domain.StagedRow{row("A", "a"), row("B", "b"), archived, row("D", "d"), row("D", "other"), row("E", "e"), row("F", "f")}, true, 1)
		merge(t, s, []domain.StagedRow{row("A", "a"), row("B", "b"), archived, row("D", "d"), row("D", "other"), row("E", "e")}, true, 2)
		mapped := newMapping(addRecord(t, s, "IT-1", "Bolt").ID, "B", domain.Validity{})
		write(t, s, func(r domain.Repos) error { return r.Mappings.Put(ctx, mapped) })
		ended := mapped
		ended.State, ended.Version, ended.Validity.To = domain.MappingEnded, 2, "2026-01-01"
		write(t, s, func(r domain.Repos) error { return r.Mappings.Put(ctx, ended) })
		registration := s.Read().Registration
		keys := func(found []domain.SourceRecord, _ string, err error) []string {
			var all []string
			for _, one := range must(found, err)(t) {
				all = append(all, one.Key)
			}
			return all
		}
		if got := keys(registration.Unlinked(ctx, mes(), item, domain.Page{Limit: 10})); !slices.Equal(got, []string{"A", "E"}) {
			t.Errorf("unlinked: %v", got)
		}
		_, next, err := registration.Unlinked(ctx, mes(), item, domain.Page{Limit: 1})
		if got := keys(registration.Unlinked(ctx, mes(), item, domain.Page{Limit: 1, After: must(next, err)(t)})); !slices.Equal(got, []string{"E"}) {
			t.Errorf("the second page: %v", got)
		}
		if got := keys(registration.Present(ctx, "mes", item, domain.Page{Limit: 10})); !slices.Equal(got, []string{"A", "B", "C", "D", "E"}) {
			t.Errorf("present: %v", got)
		}
		if got := must(registration.Named(ctx, mes(), item, []string{"A", "B", "Z"}))(t); !slices.Equal(got, []string{"B"}) {
			t.Errorf("named: %v", got)
		}
		if got := must(registration.Named(ctx, domain.SourceSystem{ID: "mes", Plant: "BER2", Codes: domain.CodeInternalNumber}, item, []string{"B"}))(t); len(got) != 0 {
			t.Errorf("of another plant: %v", got)
		}
	})
}

func TestKeysThatAreKnown(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		record, bare := addRecord(t, s, "IT-1", "Bolt"), addRecord(t, s, "IT-2", "Nut")
		gtin := func(key string) domain.RecordKey { return domain.RecordKey{Kind: "gtin", Key: key} }
		record.State, record.Version = domain.RecordRetired, 2
		write(t, s, func(r domain.Repos) error {
			if err := r.Records.Update(ctx, record, code, name, nil, domain.Lineage{}); err != nil {
				return err
			}
			return r.Records.Identify(ctx, record, []domain.RecordKey{gtin("1"), {Kind: "code", Key: "IT-1"}})
		})
		for key, state := range map[string]domain.RecordRequestState{"2": domain.WantedRequested, "3": domain.WantedRejected} {
			wanted := domain.RecordRequest{ID: domain.NewID(), Domain: item, Plant: "STU1", System: "mes", Code: "W", Key: "W", State: state, RequestedBy: "user:petra", Version: 1}
			write(t, s, func(r domain.Repos) error { return r.RecordRequests.Create(ctx, wanted, []domain.RecordKey{gtin(key)}) })
		}
		asked := []domain.RecordKey{gtin("1"), gtin("2"), gtin("3"), gtin("4"), {Kind: "code", Key: "IT-1"}, {Kind: "code", Key: "1"}}
		known := must(s.Read().Registration.Known(ctx, item, asked))(t)
		slices.SortFunc(known, func(a, b domain.RecordKey) int {
			return slices.Compare([]string{a.Kind, a.Key}, []string{b.Kind, b.Key})
		})
		if !slices.Equal(known, []domain.RecordKey{{Kind: "code", Key: "IT-1"}, gtin("1"), gtin("2")}) {
			t.Errorf("known: %v", known)
		}
		if none := must(s.Read().Registration.Known(ctx, "bom", asked))(t); len(none) != 0 {
			t.Errorf("of another domain: %v", none)
		}
		found, next, err := s.Read().Registration.Unidentified(ctx, item, domain.Page{Limit: 10})
		if got := must(found, err)(t); len(got) != 1 || got[0].ID != bare.ID || next != "" {
			t.Errorf("without a key: %+v", got)
		}
		index := func(of domain.GoldenRecord, key string) {
			operate(t, s, func(o domain.Ops) error { return o.Identities.Index(t.Context(), of, []domain.RecordKey{gtin(key)}) })
		}
		stale := bare
		stale.Version++
		index(stale, "7")
		index(bare, "8")
		index(bare, "9")
		index(record, "9")
		if known := must(s.Read().Registration.Known(ctx, item, []domain.RecordKey{gtin("7"), gtin("8"), gtin("9")}))(t); !slices.Equal(known, []domain.RecordKey{gtin("8")}) {
			t.Errorf("keys of before: %v", known)
		}
	})
}
