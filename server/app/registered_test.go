package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
)

// gtin is the n-th GTIN-13 with its check digit.
func gtin(n int) string {
	body, sum := fmt.Sprintf("40123450%04d", n), 0
	for i, digit := range body {
		sum += int(digit-'0') * (1 + 2*(i%2))
	}
	return body + fmt.Sprint((10-sum%10)%10)
}

// saved writes a plant's list of n things, in which the second has the GTIN of the first, the third has none, and the fourth no
// name, and returns its path.
func saved(t *testing.T, dir string, n int) string {
	t.Helper()
	var list strings.Builder
	list.WriteString("no;title;unit;ean\n")
	for i := range n {
		name, code := fmt.Sprintf("Ding %d", i), gtin(i)
		switch i {
		case 1:
			code = gtin(0)
		case 2:
			code = ""
		case 3:
			name = ""
		}
		fmt.Fprintf(&list, "P-%04d;%s;C62;%s\n", i, name, code)
	}
	path := filepath.Join(dir, "things_1.csv")
	if err := os.WriteFile(path, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAPlantRegistersAThousandThings: what is beyond doubt becomes golden in the run that reads it, under the plant's language, and
// answers a sync job on the word of the rule; what contradicts waits for a person; nothing is written anywhere.
func TestAPlantRegistersAThousandThings(t *testing.T) {
	t.Parallel()
	b, ctx, dir := setup(t), t.Context(), t.TempDir()
	saved(t, dir, 1000)
	plant := domain.Plant{ID: "STU1", Name: "Stuttgart", TimeZone: "Europe/Berlin", State: domain.PlantLive, Languages: []string{"de"}}
	b.apply(t, catalog.Configuration{
		Plants: []domain.Plant{plant},
		Systems: []domain.SourceSystem{{
			ID: "things", Name: "Things", Kind: domain.SystemFile, Plant: "STU1", Settings: map[string]string{"dir": dir, "settle": "1ms"},
			Streams: []domain.Stream{{Domain: catalog.Item, Key: "no", Glob: "things_*.csv", Fields: map[domain.AttributeID]string{
				catalog.ItemName: "title", catalog.ItemBaseUnit: "unit", catalog.ItemGTIN: "ean",
			}}},
		}},
		Plans: []domain.Plan{{ID: "things", Name: "Things", Domain: catalog.Item, System: "things"}},
	})
	if run := b.run(t, "things"); run.State != domain.RunDone || run.Counts.Registered != 0 || run.Counts.Raised != 1000 {
		t.Fatalf("before the rule: %+v", run)
	}
	b.apply(t, catalog.Configuration{Authorities: []domain.Authority{{Domain: catalog.Item, Creation: []domain.SystemID{"things"}, NewRecords: domain.GovernRegistered}}})
	// The first two give one GTIN, the third gives none, the fourth has no name.
	const left = 4
	if run := b.run(t, "things"); run.State != domain.RunDone || run.Counts.Registered != 1000-left || run.Counts.Raised != 0 || run.Counts.Closed != 1000-left {
		t.Fatalf("under the rule: %+v", run)
	}
	open, err := b.Store.Read().Discrepancies.IDs(ctx, domain.DiscrepancyQuery{
		Class: domain.ClassUnmapped, States: []domain.DiscrepancyState{domain.DiscrepancyOpen}, Plants: domain.PlantScope{All: true},
	})
	if err != nil || len(open) != left {
		t.Errorf("%d wait for a person, %v", len(open), err)
	}
	if run := b.run(t, "things"); run.Counts.Registered != 0 || run.Counts.Raised != 0 || run.Counts.Compared != 1000-left {
		t.Errorf("once more: %+v", run)
	}
	answers, err := b.Crosswalk.Translate(ctx, person("ana"), crosswalk.Question{
		From: crosswalk.Side{System: "things"}, To: crosswalk.Side{System: domain.SystemCanonical}, Domain: catalog.Item, Codes: []string{"P-0999", "P-0000"},
	})
	if err != nil || len(answers) != 2 || answers[0].Status != crosswalk.StatusMapped || answers[0].Basis != domain.BasisRule || answers[1].Status == crosswalk.StatusMapped {
		t.Errorf("a sync job is told %+v, %v", answers, err)
	}
	records, err := b.Store.Read().Records.ByCodes(ctx, catalog.Item, []string{"P-0999"})
	if got := records["P-0999"].Attributes[catalog.ItemName]; err != nil || !domain.Equal(got, domain.Translated{"de": "Ding 999"}) {
		t.Errorf("golden is called %v, %v", got, err)
	}
	deliveries, _, err := b.Store.Read().Deliveries.List(ctx, domain.DeliveryQuery{Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 10}})
	if err != nil || len(deliveries) != 0 {
		t.Errorf("%d deliveries, %v", len(deliveries), err)
	}
	if proved, err := b.Desk.VerifyAudit(ctx); err != nil || proved == 0 {
		t.Errorf("audit: %d, %v", proved, err)
	}
}
