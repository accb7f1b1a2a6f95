package api_test

import (
	"net/http"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// chainOfBOMs makes the items A to D and BOMs by which A contains B, B contains C and C contains D, and returns their IDs.
func chainOfBOMs(t *testing.T, b *bundle) map[string]domain.ID {
	t.Helper()
	ids := map[string]domain.ID{}
	one := domain.Quantity{Number: decimal.NewFromInt(1)}
	change := domain.Change{Actor: "service:seed", Reason: "seed", Domains: []domain.DomainName{catalog.BOM, catalog.Item}}
	err := b.store.Write(t.Context(), change, func(repos domain.Repos) error {
		make := func(name domain.DomainName, code string, values domain.Attributes) error {
			ids[code] = domain.NewID()
			record := domain.GoldenRecord{ID: ids[code], Domain: name, State: domain.RecordActive, Version: 1, Attributes: values.With(domain.Attributes{"code": domain.Code(code)})}
			return repos.Records.Create(t.Context(), record, "code", "name", domain.Lineage{})
		}
		for _, code := range []string{"A", "B", "C", "D"} {
			if err := make(catalog.Item, code, domain.Attributes{catalog.ItemName: domain.Translated{"en": "Part " + code}}); err != nil {
				return err
			}
		}
		for _, pair := range []string{"AB", "BC", "CD"} {
			line := domain.Line{ID: "L1", Attributes: domain.Attributes{catalog.ComponentItem: domain.Reference{Domain: catalog.Item, Record: ids[pair[1:]]}, catalog.ComponentQuantity: one}}
			values := domain.Attributes{catalog.BOMItem: domain.Reference{Domain: catalog.Item, Record: ids[pair[:1]]}, catalog.BOMComponents: domain.Lines{line}}
			if err := make(catalog.BOM, "BOM-"+pair[:1], values); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestWhereUsed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := chainOfBOMs(t, b)
	ask := func(code, query string) api.WhereUsed {
		t.Helper()
		return read[api.WhereUsed](t, b.call(t, request{method: "GET", path: "~/records/item/" + ids[code].String() + "/where-used" + query, as: "lead"}), http.StatusOK)
	}
	direct := ask("D", "")
	if len(direct.Items) != 1 || direct.Next != "" || direct.Truncated {
		t.Fatalf("%+v", direct)
	}
	place := direct.Items[0]
	want := api.UsedPlace{
		Level: 1, Of: ids["D"].String(), RecordID: ids["BOM-C"].String(), Domain: "bom", Code: "BOM-C", Name: "BOM-C", State: "active",
		Attribute: "components", Line: "L1", Field: "item", Named: ids["D"].String(),
	}
	if place != want {
		t.Errorf("%+v", place)
	}
	// C is named by its own BOM, and by that of B. Over all levels D is in C's, B's and A's, each of which has its own BOM.
	first := ask("C", "?limit=1")
	if second := ask("C", "?limit=1&after="+first.Next); len(first.Items) != 1 || len(second.Items) != 1 || second.Next != "" || first.Items[0] == second.Items[0] {
		t.Errorf("%+v and %+v", first, second)
	}
	levels := map[string]int{}
	for _, place := range ask("D", "?levels=20").Items {
		if place.Attribute == "components" {
			levels[place.Code] = place.Level
		}
	}
	if len(levels) != 3 || levels["BOM-C"] != 1 || levels["BOM-B"] != 2 || levels["BOM-A"] != 3 {
		t.Errorf("%v", levels)
	}
	if two := ask("D", "?levels=2"); len(two.Items) != 3 {
		t.Errorf("%+v", two)
	}
	for path, code := range map[string]string{
		"~/records/item/" + domain.NewID().String() + "/where-used":      domain.CodeRecordUnknown,
		"~/records/lot/" + ids["D"].String() + "/where-used":             domain.CodeRecordUnknown,
		"~/records/item/" + ids["D"].String() + "/where-used?after=here": domain.CodeCursorInvalid,
	} {
		if p := b.call(t, request{method: "GET", path: path, as: "lead"}).problem(t); p.Code != code {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

func TestProposeEnding(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := chainOfBOMs(t, b)
	path := "~/records/item/" + ids["A"].String() + "/ending"
	end := func(body map[string]any) request {
		return request{method: "POST", path: path, as: "steward", body: body}
	}
	whole := map[string]any{"to": "phase_out", "base_version": 1, "successor_id": ids["D"].String(), "hand_over_on": "2030-01-01", "reason": "replaced"}
	made := read[api.ChangeRequest](t, b.call(t, end(whole)), http.StatusCreated)
	if made.State != "in_review" || made.Title != "A Part A is phased out" {
		t.Errorf("%+v", made)
	}
	path = "~/records/item/" + ids["B"].String() + "/ending"
	p := b.call(t, end(map[string]any{"to": "retired", "base_version": 1, "reason": "gone"})).problem(t)
	if p.Code != domain.CodeRecordUsed || len(p.Errors) == 0 || p.Errors[0].Location != "/where_used" {
		t.Errorf("%+v", p)
	}
	for code, body := range map[string]map[string]any{
		domain.CodeRecordStale:     {"to": "retired", "base_version": 9, "reason": "gone"},
		domain.CodeDecisionInvalid: {"to": "merged", "base_version": 1, "reason": "gone"},
		domain.CodeReasonRequired:  {"to": "retired", "base_version": 1, "reason": " "},
		domain.CodeDateInvalid:     {"to": "retired", "base_version": 1, "reason": "gone", "hand_over_on": "tomorrow"},
	} {
		if p := b.call(t, end(body)).problem(t); p.Code != code {
			t.Errorf("%s: %+v", code, p)
		}
	}
}
