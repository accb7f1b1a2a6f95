package store_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// TestKnownRecordsThatAListNames are counted once however often they are named; those that are gone, or of another system, are not.
func TestKnownRecordsThatAListNames(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, reading := range []struct {
			system domain.SystemID
			codes  []domain.Code
		}{{"mes", []domain.Code{"1", "2", "3"}}, {"mes", []domain.Code{"1", "2"}}, {"erp", []domain.Code{"4"}}} {
			operate(t, s, func(o domain.Ops) error {
				slot, err := o.Staging.Begin(t.Context(), domain.NewID())
				if err != nil {
					return err
				}
				var staged []domain.StagedRow
				for _, code := range reading.codes {
					r := domain.SourceRecord{System: reading.system, Domain: item, Code: code, Key: string(code), Active: true, ReadAt: o.Now}
					staged = append(staged, domain.StagedRow{Record: r}.Sealed())
				}
				if _, err := o.Staging.Stage(t.Context(), slot, staged); err != nil {
					return err
				}
				if _, err := o.Staging.Merge(t.Context(), slot, reading.system, item, true, o.Now); err != nil {
					return err
				}
				return o.Staging.End(t.Context(), slot)
			})
		}
		i := addImport(t, s, newImport(), someRows("1", "1", "3", "4", "9", "")...)
		if named := must(s.Read().Imports.Named(t.Context(), i.ID, "mes", item))(t); named != 1 {
			t.Errorf("the list names %d known records, want 1", named)
		}
		other := newImport()
		other.ID = domain.NewID()
		addImport(t, s, other)
		if named := must(s.Read().Imports.Named(t.Context(), other.ID, "mes", item))(t); named != 0 {
			t.Errorf("an empty list names %d", named)
		}
	})
}
