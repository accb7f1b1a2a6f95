package catalog_test

import (
	"context"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// finder suggests what it is told to, and remembers what it was asked.
type finder struct {
	list  []match.Suggestion
	err   error
	asked match.Wanted
}

// Check answers.
func (f *finder) Check(_ context.Context, _ domain.Actor, w match.Wanted) (match.Suggestions, error) {
	f.asked = w
	return match.Suggestions{List: f.list}, f.err
}

func TestARequestIsToldWhatIsLikeIt(t *testing.T) {
	t.Parallel()
	b := configured(t)
	b.read(t, odoo, row("1", thing("IT-1", "Screw", "C62")), row("2", thing("IT-2", "Screw M8", "C62")), row("3", thing("IT-3", "Nut", "C62")))
	b.approve(t, must(b.catalog.ProposeLoad(t.Context(), b.ana, odoo, catalog.Item, "load"))(t).Request)
	named := func(name string) domain.GoldenRecord {
		records := must(records(t, b))(t)
		return records[slices.IndexFunc(records, func(r domain.GoldenRecord) bool { return r.Attributes.Text(catalog.ItemName) == name })]
	}
	f := &finder{list: []match.Suggestion{
		{Record: named("Screw"), Probability: 0.9, Band: domain.BandReview, Rank: 1}, {Record: named("Screw M8"), Probability: 0.7, Band: domain.BandReview, Rank: 2},
		{Record: named("Nut"), Probability: 0.001, Band: domain.BandReject, Rank: 3},
	}}
	b.catalog.Finder = f
	made := b.request(t, b.petra, catalog.WantedRecord{
		Domain: catalog.Item, Plant: "STU1", System: mes, Code: "S-1", Attributes: domain.Attributes{catalog.ItemName: domain.Text("Screw")}, Reason: "r",
	})
	if len(made.Candidates) != 2 || made.Candidates[0].Suggestion == nil || made.Candidates[0].Because[0] == "similar" || made.Candidates[0].Suggestion.Rank != 1 {
		t.Errorf("candidates %+v", made.Candidates)
	}
	if second := made.Candidates[1]; second.Record.ID != named("Screw M8").ID || !slices.Equal(second.Because, []string{"similar"}) || second.Same {
		t.Errorf("what only matching suggests is %+v", second)
	}
	if f.asked.Plant != "STU1" || f.asked.Code != "S-1" || f.asked.Attributes.Text(catalog.ItemName) != "Screw" {
		t.Errorf("it was asked for %+v", f.asked)
	}
	f.err = domain.Unavailable(nil, domain.CodeMatchBuilding, "it is being built")
	if bare := b.look(t, b.ana, made.Request.ID); len(bare.Candidates) != 1 || bare.Candidates[0].Suggestion != nil {
		t.Errorf("while nothing can be looked up: %+v", bare.Candidates)
	}
	f.err = domain.Invalid(domain.CodeValueInvalid, "no")
	_, err := b.catalog.RecordRequest(t.Context(), b.ana, made.Request.ID)
	wantCode(t, err, domain.CodeValueInvalid)
}

func records(t testing.TB, b *bundle) ([]domain.GoldenRecord, error) {
	t.Helper()
	list, _, err := b.store.Read().Records.List(t.Context(), domain.RecordQuery{Domain: catalog.Item, Page: domain.Page{Limit: 100}})
	return list, err
}
