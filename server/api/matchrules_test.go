package api_test

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// says is what a draft is to say, with changes.
func says(changes map[string]any) map[string]any {
	all := map[string]any{
		"note": "n", "review": 0.02, "auto": 0.99, "target": 0.99, "sample_percent": 10, "skip": []string{}, "terms": []any{}, "auto_plants": []string{},
	}
	maps.Copy(all, changes)
	return all
}

func TestARuleGoesFromDraftToForce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	draft := read[api.MatchRule](t, b.call(t, request{method: "POST", path: "~/match/rules", as: "admin", body: map[string]any{"domain": "item", "note": "stricter"}}), http.StatusCreated)
	if draft.Version != 3 || draft.State != "draft" || draft.ETag != `"1"` || draft.CreatedBy != "user:admin" || draft.Note != "stricter" {
		t.Fatalf("the draft is %+v", draft)
	}
	one := "~/match/rules/item/" + strconv.Itoa(draft.Version)
	put := func(etag string, changes map[string]any) answer {
		return b.call(t, request{method: "PUT", path: one, as: "admin", body: says(changes), header: map[string]string{"If-Match": etag}})
	}
	if got := put(`"7"`, nil); got.status != http.StatusPreconditionFailed || got.problem(t).Code != domain.CodeMatchRuleStale {
		t.Errorf("an old tag: %d %s", got.status, got.body)
	}
	invalid := put(draft.ETag, map[string]any{"auto": 1, "sample_percent": 0, "skip": []string{"colour"}})
	if p := invalid.problem(t); p.Status != http.StatusUnprocessableEntity || p.Code != domain.CodeConfigInvalid || len(p.Errors) != 3 {
		t.Errorf("faults: %+v", p)
	}
	edited := put(draft.ETag, map[string]any{"auto": 0.995, "auto_plants": []string{"STU1"}, "terms": []any{map[string]any{"word": "halter", "concepts": []string{"bracket"}}}})
	if rule := read[api.MatchRule](t, edited, http.StatusOK); rule.Auto != 0.995 || edited.header.Get("ETag") != `"2"` || rule.Terms[0].Concepts[0] != "bracket" {
		t.Errorf("edited: %+v", rule)
	}
	if p := b.call(t, request{method: "POST", path: one + "/activate", as: "admin", body: map[string]string{"reason": "r"}}).problem(t); p.Status != http.StatusConflict || p.Code != domain.CodeMatchRuleUntested {
		t.Errorf("untried: %+v", p)
	}
	read[api.BackTest](t, b.call(t, request{method: "POST", path: one + "/back-test", as: "admin"}), http.StatusOK)
	change := read[api.ChangeRequest](t, b.call(t, request{method: "POST", path: one + "/activate", as: "admin", body: map[string]string{"reason": "r"}}), http.StatusCreated)
	if change.State != "in_review" || change.Kind != "configuration" {
		t.Fatalf("the request is %+v", change)
	}
	approve := request{method: "PUT", path: "~/change-requests/" + change.ID + "/approval", as: "approver", header: map[string]string{"If-Match": strconv.Quote(strconv.Itoa(change.Version))}}
	if got := b.call(t, approve); got.status != http.StatusOK {
		t.Fatalf("approval: %d %s", got.status, got.body)
	}
	rules := read[api.MatchRules](t, b.call(t, request{method: "GET", path: "~/match/rules?domain=item", as: "steward"}), http.StatusOK).Rules
	states := map[int]string{}
	for _, rule := range rules {
		states[rule.Version] = rule.State
	}
	if !maps.Equal(states, map[int]string{0: "retired", 1: "draft", 2: "draft", 3: "active"}) || rules[0].BackTest == nil {
		t.Errorf("the versions are %v", states)
	}
	if got := put(`"4"`, nil); got.problem(t).Code != domain.CodeMatchRuleState {
		t.Errorf("a version in force is edited: %d", got.status)
	}
	bands := read[api.MatchBands](t, b.call(t, request{method: "GET", path: "~/match/bands", as: "lead"}), http.StatusOK).Bands
	if len(bands) != 1 || bands[0].Plant != "STU1" || !bands[0].Wanted || bands[0].Open || bands[0].Rule != 3 || bands[0].Missing == 0 || bands[0].ClosedWhy != "seed" {
		t.Errorf("the lead sees %+v", bands)
	}
	items := read[api.ChangeItems](t, b.call(t, request{method: "GET", path: "~/change-requests/" + change.ID + "/items", as: "approver"}), http.StatusOK)
	if len(items.Items) != 1 || items.Items[0].Action != string(domain.ItemPutMatchRule) || items.Items[0].MatchRule == nil || items.Items[0].MatchRule.Auto != 0.995 {
		t.Errorf("what was approved is %+v", items.Items)
	}
}

func TestADraftIsGivenUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	remove := func(version, etag string) answer {
		header := map[string]string{}
		if etag != "" {
			header["If-Match"] = etag
		}
		return b.call(t, request{method: "DELETE", path: "~/match/rules/item/" + version, as: "admin", header: header})
	}
	for phrase, test := range map[string]struct {
		version, etag string
		status        int
	}{
		"an old tag":    {s.own.draft, `"9"`, http.StatusPreconditionFailed},
		"no tag at all": {s.own.draft, "one", http.StatusUnprocessableEntity},
		"none":          {"77", "", http.StatusNotFound},
		"the built-in":  {"0", "", http.StatusConflict},
	} {
		if got := remove(test.version, test.etag); got.status != test.status {
			t.Errorf("%s: %d, want %d: %s", phrase, got.status, test.status, got.body)
		}
	}
	for _, version := range []string{s.own.draft, s.foreign.draft} {
		if got := remove(version, ""); got.status != http.StatusNoContent {
			t.Errorf("%d: %s", got.status, got.body)
		}
	}
	left := read[api.MatchRules](t, b.call(t, request{method: "GET", path: "~/match/rules", as: "admin"}), http.StatusOK).Rules
	if len(left) != 1 || left[0].Version != 0 || left[0].State != "active" {
		t.Errorf("left are %+v", left)
	}
	if terms := read[api.TermProposals](t, b.call(t, request{method: "GET", path: "~/match/terms", as: "lead"}), http.StatusOK); terms.Terms == nil || slices.ContainsFunc(terms.Terms, func(t api.TermProposal) bool { return t.Word == "" }) {
		t.Errorf("the terms are %+v", terms)
	}
}
