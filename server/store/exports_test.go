package store_test

import (
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// exportedCodes reads an export of mappings in pages of two.
func exportedCodes(t *testing.T, s domain.Store, q domain.MappingExport) []string {
	t.Helper()
	var codes []string
	for q.Limit = 2; ; {
		page, next, err := s.Read().Exports.Mappings(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page {
			codes = append(codes, string(m.Plant)+":"+string(m.Code))
		}
		if next == "" {
			return codes
		}
		q.After = next
	}
}

func TestMappingsAreExportedByCode(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a := addRecord(t, s, "1", "one")
		put := func(code string, change func(*domain.CodeMapping)) {
			m := newMapping(a.ID, code, domain.Validity{})
			change(&m)
			wantCode(t, putMapping(t, s, m), "")
		}
		as := func(*domain.CodeMapping) {}
		for _, code := range []string{"b", "000123", "B", "ä", "1E05", "z"} {
			put(code, as)
		}
		put("other plant", func(m *domain.CodeMapping) { m.Plant = "LYO1" })
		put("other type", func(m *domain.CodeMapping) { m.CodeType = domain.CodeBarcode })
		put("other system", func(m *domain.CodeMapping) { m.System = "wms" })
		put("suspect", func(m *domain.CodeMapping) { m.State = domain.MappingSuspect })
		put("rejected", func(m *domain.CodeMapping) { m.State = domain.MappingRejected })
		put("ended", func(m *domain.CodeMapping) { m.Validity.To = "2026-06-01" })
		put("soon", func(m *domain.CodeMapping) { m.Validity.From = "2027-01-01" })
		q := domain.MappingExport{Domain: item, System: "mes", CodeType: domain.CodeInternalNumber, Day: "2026-06-01"}
		own := []string{"STU1:000123", "STU1:1E05", "STU1:B", "STU1:b", "STU1:soon", "STU1:suspect", "STU1:z", "STU1:ä"}
		for phrase, tt := range map[string]struct {
			plants domain.PlantScope
			want   []string
		}{
			"everywhere": {domain.PlantScope{All: true}, append([]string{"LYO1:other plant"}, own...)},
			"one plant":  {domain.PlantScope{Plants: []domain.PlantID{"STU1"}}, own},
			"nowhere":    {domain.PlantScope{}, nil},
		} {
			q.Plants = tt.plants
			if got := exportedCodes(t, s, q); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %q, want %q", phrase, got, tt.want)
			}
		}
		q.Page = domain.Page{After: "none of ours"}
		_, _, err := s.Read().Exports.Mappings(t.Context(), q)
		wantCode(t, err, domain.CodeCursorInvalid)
	})
}

func TestRecordsAreExportedByCode(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, code := range []string{"b", "000123", "B", "ä", "z"} {
			addRecord(t, s, code, "name of "+code)
		}
		var codes []string
		for page := (domain.Page{Limit: 2}); ; {
			records, next, err := s.Read().Exports.Records(t.Context(), item, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range records {
				codes = append(codes, r.Attributes.Text(code))
			}
			if page.After = next; next == "" {
				break
			}
		}
		if want := []string{"000123", "B", "b", "z", "ä"}; !slices.Equal(codes, want) {
			t.Errorf("%q, want %q", codes, want)
		}
		_, _, err := s.Read().Exports.Records(t.Context(), item, domain.Page{After: "none of ours"})
		wantCode(t, err, domain.CodeCursorInvalid)
	})
}
