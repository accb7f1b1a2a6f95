package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/server/api"
	"github.com/crosswalk-mdm/crosswalk/server/follow"
)

func TestSearchBeforeCreateOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	check := func(content any) answer {
		return b.call(t, request{method: "POST", path: "~/match/check", as: "lead", body: content})
	}
	found := read[api.SuggestionList](t, check(map[string]any{
		"domain": "item", "plant": "STU1", "attributes": map[string]any{"name": map[string]string{"text": "SCREW"}},
	}), http.StatusOK)
	if !found.Evaluated || len(found.Suggestions) == 0 {
		t.Fatalf("%+v", found)
	}
	one := found.Suggestions[0]
	if one.Side != "record:"+s.record || one.RecordID != s.record || one.Code != "IT-1" || one.Name != "Screw" || one.Rank != 1 || one.Verdict != nil {
		t.Errorf("%+v", one)
	}
	if len(one.CodesAtPlant) != 1 || one.CodesAtPlant[0] != "P-STU1" || len(one.Explanation.Reasons) == 0 || one.Explanation.Reasons[0].Label == "" {
		t.Errorf("%+v", one)
	}
	for phrase, tt := range map[string]struct {
		content any
		status  int
		code    string
	}{
		"too many wanted":     {map[string]any{"domain": "item", "code": "x", "limit": 21}, http.StatusUnprocessableEntity, "body.invalid"},
		"too long a code":     {map[string]any{"domain": "item", "code": strings.Repeat("x", 129)}, http.StatusUnprocessableEntity, "body.invalid"},
		"too large a body":    {map[string]any{"domain": "item", "code": "x", "attributes": map[string]any{"name": map[string]string{"text": strings.Repeat("x", 70_000)}}}, http.StatusRequestEntityTooLarge, "body.too_large"},
		"an unknown member":   {map[string]any{"domain": "item", "code": "x", "colour": "red"}, http.StatusUnprocessableEntity, "body.invalid"},
		"an unknown value":    {map[string]any{"domain": "item", "attributes": map[string]any{"horn": map[string]string{"text": "x"}}}, http.StatusUnprocessableEntity, "value.invalid"},
		"nothing to look for": {map[string]any{"domain": "item"}, http.StatusUnprocessableEntity, "body.invalid"},
		"a foreign plant":     {map[string]any{"domain": "item", "plant": "LYO1", "code": "x"}, http.StatusNotFound, "plant.unknown"},
	} {
		if got := check(tt.content); got.status != tt.status || !strings.Contains(got.body, `"`+tt.code+`"`) {
			t.Errorf("%s: %d %s", phrase, got.status, got.body)
		}
	}
}

func TestAPairIsExplainedOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	explain := func(query string) answer {
		return b.call(t, request{method: "GET", path: "~/match/explain?" + query, as: "lead"})
	}
	pair := read[api.ExplainedPair](t, explain("left=record:"+s.record+"&right=source:mes-stu1:C-STU1"), http.StatusOK)
	if pair.Left.Label != "Screw" || pair.Right.Label != "C-STU1" || !pair.Evaluated || pair.ProposedWhyNot != "" || pair.SecondBest.Left == nil || pair.Explanation.Reasons == nil {
		t.Errorf("%+v", pair)
	}
	for query, code := range map[string]string{
		"left=nothing&right=record:" + s.record:                   domain.CodeBodyInvalid,
		"left=record:" + s.record:                                 domain.CodeBodyInvalid,
		"left=record:" + s.record + "&right=record:" + s.record:   domain.CodeBodyInvalid,
		"left=record:" + s.record + "&right=source:mes-lyo1:1":    domain.CodeSystemUnknown,
		"domain=x&left=source:a:1&right=record:" + s.record:       domain.CodeDomainUnknown,
		"left=record:" + s.record + "&right=source:mes-stu1:1&x=": domain.CodeBodyInvalid,
	} {
		if got := explain(query); got.status < 400 || !strings.Contains(got.body, `"`+code+`"`) {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
	}
}

func TestBeforeTheIndexIsBuiltItSaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	options := b.optionsOver(b.store)
	options.Finder.Index = follow.New(follow.Options{Store: b.store, Definitions: catalog.Definitions{}, Domains: []domain.DomainName{catalog.Item}})
	options.Catalog.Finder = options.Finder
	b.api = newAPI(t, options)
	for _, path := range []string{"~/match/explain?left=record:" + s.record + "&right=source:mes-stu1:1", "~/unmapped/" + s.own.unmapped + "/suggestions"} {
		got := b.call(t, request{method: "GET", path: path, as: "steward"})
		if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, `"match.index_building"`) || got.header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %v %s", path, got.status, got.header, got.body)
		}
	}
	wish := b.call(t, request{method: "POST", path: "~/record-requests", as: "lead", body: newWish(s, "screw")})
	if made := read[api.RecordRequestDetail](t, wish, http.StatusCreated); len(made.Candidates) != 0 {
		t.Errorf("a request has the candidates %+v", made.Candidates)
	}
}
