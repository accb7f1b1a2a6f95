package app

import (
	"maps"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// golden makes a golden record Screw M6, mapped to the MES as 000123 and, where a use is given, used so by its plant.
func (b *bundle) golden(t *testing.T, use *domain.PlantUse) {
	t.Helper()
	record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Version: 1, Attributes: domain.Attributes{
		catalog.ItemCode: domain.Code("IT-1"), catalog.ItemName: domain.Translated{"en": "Screw M6"}, catalog.ItemBaseUnit: domain.Enum("C62"),
	}}
	change := domain.Change{Actor: "user:ana", Reason: "a test", Domains: []domain.DomainName{catalog.Item}}
	err := b.Store.Write(t.Context(), change, func(repos domain.Repos) error {
		if err := repos.Records.Create(t.Context(), record, catalog.ItemCode, catalog.ItemName, domain.Lineage{Record: record.ID, Rule: "test"}); err != nil {
			return err
		}
		mes, err := repos.Systems.ByID(t.Context(), "mes")
		if err != nil {
			return err
		}
		if err := repos.Mappings.Put(t.Context(), *steward.MapCode(mes, catalog.Item, "000123", record.ID, "Screw").Mapping); err != nil || use == nil {
			return err
		}
		use.Record, use.Domain, use.Plant, use.Source, use.Version = record.ID, catalog.Item, "STU1", "declared", 1
		return repos.Uses.Put(t.Context(), *use)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func archived(r domain.SourceRecord) domain.SourceRecord {
	r.Active = false
	return r
}

// TestEachClassIsRaisedAndClosedByItself goes through every class that an item can have, from the source to the queue and out
// of it again when the source comes to agree.
func TestEachClassIsRaisedAndClosedByItself(t *testing.T) {
	t.Parallel()
	today := time.Now().UTC()
	day := func(offset int) domain.Date { return domain.Date(today.AddDate(0, 0, offset).Format(time.DateOnly)) }
	used := func(state domain.UseState, from, to domain.Date) *domain.PlantUse {
		return &domain.PlantUse{State: state, Validity: domain.Validity{From: from, To: to}}
	}
	type rows = []domain.SourceRecord
	screw := named("000123", "Screw M6")
	tests := map[string]struct {
		use               *domain.PlantUse
		begin, bad, agree rows
		want              string // what bad raises; "" for nothing
	}{
		"missing":                           {use: used(domain.UseActive, "", ""), bad: rows{}, agree: rows{screw}, want: "missing|000123|"},
		"missing while phasing out":         {use: used(domain.UsePhasingOut, "", ""), bad: rows{}, agree: rows{screw}, want: "missing|000123|"},
		"not missing where planned":         {use: used(domain.UsePlanned, "", ""), bad: rows{}},
		"not missing where blocked":         {use: used(domain.UseBlocked, "", ""), bad: rows{}},
		"not missing where not used":        {use: used(domain.UseNotUsed, "", ""), bad: rows{}},
		"not missing where nothing is said": {bad: rows{}},
		"not missing before its time":       {use: used(domain.UseActive, day(3), ""), bad: rows{}},
		"not missing after its time":        {use: used(domain.UseActive, "", day(-3)), bad: rows{}},
		"deleted":                           {use: used(domain.UseActive, "", ""), begin: rows{screw}, bad: rows{}, agree: rows{screw}, want: "deleted|000123|"},
		"archived":                          {use: used(domain.UseActive, "", ""), bad: rows{archived(screw)}, agree: rows{screw}, want: "archived|000123|"},
		"not archived where not needed":     {use: used(domain.UsePlanned, "", ""), bad: rows{archived(screw)}},
		"unexpected":                        {use: used(domain.UseNotUsed, "", ""), bad: rows{screw}, agree: rows{}, want: "unexpected|000123|"},
		"unexpected where blocked":          {use: used(domain.UseBlocked, "", ""), bad: rows{screw}, agree: rows{archived(screw)}, want: "unexpected|000123|"},
		"not unexpected before its time":    {use: used(domain.UseNotUsed, day(3), ""), bad: rows{screw}},
		"value":                             {use: used(domain.UseActive, "", ""), bad: rows{named("000123", "Screw M8")}, agree: rows{screw}, want: "value|000123|name"},
		"unmapped":                          {bad: rows{named("000999", "Unknown")}, agree: rows{}, want: "unmapped|000999|"},
		"not unmapped while archived":       {bad: rows{archived(named("000999", "Unknown"))}},
		"duplicate_code":                    {use: used(domain.UseActive, "", ""), bad: rows{screw, screw}, agree: rows{screw}, want: "duplicate_code|000123|"},
		"duplicate_code of no record":       {bad: rows{named("7", "A"), named("7", "B")}, agree: rows{}, want: "duplicate_code|7|"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.golden(t, tt.use)
			if tt.begin != nil {
				b.whole(t, tt.begin...)
			}
			raising := b.whole(t, tt.bad...)
			want := map[string]domain.DiscrepancyState{}
			if tt.want != "" {
				want[tt.want] = domain.DiscrepancyOpen
			}
			if got := b.findings(t); !maps.Equal(got, want) || raising.Counts.Raised != len(want) {
				t.Fatalf("found %v (%+v), want %v", got, raising.Counts, want)
			}
			if tt.want == "" {
				return
			}
			if again := b.whole(t, tt.bad...); again.Counts.Seen != 1 || again.Counts.Raised != 0 {
				t.Errorf("seen again: %+v", again.Counts)
			}
			closing := b.whole(t, tt.agree...)
			want[tt.want] = domain.DiscrepancyClosed
			if got := b.findings(t); !maps.Equal(got, want) || closing.Counts.Closed != 1 {
				t.Errorf("after the source agrees: %v (%+v)", got, closing.Counts)
			}
			reopening := b.whole(t, tt.bad...)
			want[tt.want] = domain.DiscrepancyReopened
			if name == "missing" || name == "missing while phasing out" {
				want = map[string]domain.DiscrepancyState{tt.want: domain.DiscrepancyClosed, "deleted|000123|": domain.DiscrepancyOpen}
			}
			if got := b.findings(t); !maps.Equal(got, want) || reopening.Counts.Raised != 1 {
				t.Errorf("after it differs again: %v (%+v)", got, reopening.Counts)
			}
		})
	}
}
