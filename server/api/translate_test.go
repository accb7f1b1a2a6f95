package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

func question(change func(map[string]any)) map[string]any {
	q := map[string]any{"from": map[string]any{"system": "mes-stu1"}, "to": map[string]any{"system": "canonical"}, "domain": "item", "codes": []string{"P-STU1", "X"}}
	if change != nil {
		change(q)
	}
	return q
}

func TestTranslateOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	answer := read[api.Translation](t, b.call(t, request{method: "POST", path: "~/translate", as: "lead", body: question(nil)}), http.StatusOK)
	want := api.TranslateAnswer{Code: "P-STU1", Status: "mapped", Target: "IT-1", Relation: "equivalent", RecordID: s.record, Factor: "1", Unit: "C62", Basis: "person"}
	if len(answer.Results) != 2 || answer.Results[0].MappingVersion == 0 {
		t.Fatalf("the answer is %+v", answer)
	}
	want.MappingVersion = answer.Results[0].MappingVersion
	if answer.Results[0] != want || answer.Results[1] != (api.TranslateAnswer{Code: "X", Status: "not_found"}) {
		t.Errorf("the answers are %+v", answer.Results)
	}
	one := read[api.TranslateAnswer](t, b.call(t, request{method: "GET", as: "steward",
		path: "~/translate?from_system=canonical&to_system=mes-lyo1&domain=item&code=IT-1&at=2026-11-23&relations=equivalent"}), http.StatusOK)
	if one.Target != "P-LYO1" || one.Status != "mapped" {
		t.Errorf("the answer is %+v", one)
	}
	for phrase, test := range map[string]struct {
		change func(map[string]any)
		want   string
	}{
		"a day that is none":       {func(q map[string]any) { q["at"] = "2026-02-30" }, domain.CodeDateInvalid},
		"an instant that is none":  {func(q map[string]any) { q["as_known"] = "yesterday" }, domain.CodeDateInvalid},
		"no code":                  {func(q map[string]any) { q["codes"] = []string{} }, domain.CodeBodyInvalid},
		"too many codes":           {func(q map[string]any) { q["codes"] = strings.Split(strings.Repeat("x,", 1000), ",") }, domain.CodeBodyInvalid},
		"a code that is too long":  {func(q map[string]any) { q["codes"] = []string{strings.Repeat("x", 129)} }, domain.CodePlantCodeInvalid},
		"a field there is not":     {func(q map[string]any) { q["moon"] = 1 }, domain.CodeBodyInvalid},
		"nobody's system":          {func(q map[string]any) { q["to"] = map[string]any{"system": "moon"} }, domain.CodeSystemUnknown},
		"a foreign plant's system": {func(q map[string]any) { q["from"] = map[string]any{"system": "mes-lyo1"} }, domain.CodeSystemUnknown},
	} {
		got := b.call(t, request{method: "POST", path: "~/translate", as: "lead", body: question(test.change)})
		if p := got.problem(t); p.Code != test.want {
			t.Errorf("%s: %d %s, want %s", phrase, got.status, p.Code, test.want)
		}
	}
	if later := read[api.Translation](t, b.call(t, request{method: "POST", path: "~/translate", as: "lead",
		body: question(func(q map[string]any) { q["as_known"] = "2020-01-01T00:00:00Z" })}), http.StatusOK); later.Results[0].Status != "not_found" {
		t.Errorf("before anything was recorded: %+v", later.Results[0])
	}
}

func TestUnmappedCodesOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	b.call(t, request{method: "POST", path: "~/translate", as: "lead", body: question(nil)})
	list := read[api.UnmappedList](t, b.call(t, request{method: "GET", path: "~/unmapped?system=mes-stu1&text=x", as: "lead"}), http.StatusOK)
	if len(list.Items) != 1 || list.Items[0].Code != "X" || list.Items[0].Asked != 1 || list.Items[0].LastAsked == "" {
		t.Fatalf("waiting are %+v", list)
	}
	mapped := read[api.ChangeRequest](t, b.call(t, request{method: "POST", path: "~/unmapped/" + list.Items[0].ID + "/mapping", as: "lead",
		body: map[string]string{"record_id": s.record, "reason": "new"}}), http.StatusCreated)
	if mapped.State != "in_review" || mapped.Plant != "STU1" || mapped.ItemCount != 2 {
		t.Errorf("the request is %+v", mapped)
	}
	aside := read[api.UnmappedCode](t, b.call(t, request{method: "POST", path: "~/unmapped/" + s.own.unmapped + "/dismissal", as: "lead",
		body: map[string]string{"reason": "a test"}}), http.StatusOK)
	if aside.DismissedBy != "user:lead" || aside.DismissedWhy != "a test" {
		t.Errorf("dismissed is %+v", aside)
	}
	gone := read[api.UnmappedList](t, b.call(t, request{method: "GET", path: "~/unmapped?dismissed=true", as: "lead"}), http.StatusOK)
	if len(gone.Items) != 1 || gone.Items[0].ID != s.own.unmapped {
		t.Errorf("put aside are %+v", gone)
	}
}

func TestThePoliciesBesideUnmappedCodes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	ctx := t.Context()
	err := b.store.Write(ctx, domain.Change{Actor: "service:seed", Reason: "seed"}, func(repos domain.Repos) error {
		for _, system := range []domain.SystemID{"mes-stu1", "mes-lyo1"} {
			policy := domain.UnmappedPolicy{System: system, Domain: "item", Action: domain.UnmappedPark, Version: 1}
			if err := repos.Unmapped.PutPolicy(ctx, policy); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]int{"lead": 1, "steward": 2} {
		list := read[api.UnmappedList](t, b.call(t, request{method: "GET", path: "~/unmapped", as: who}), http.StatusOK)
		if len(list.Policies) != want || list.Policies[len(list.Policies)-1].Action != "park" {
			t.Errorf("%s sees the policies %+v, want %d of them", who, list.Policies, want)
		}
	}
}

func TestMappingsOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	body := func(pairs ...any) map[string]any {
		out := map[string]any{"action": "end", "mapping_id": s.own.mapping, "version": 1, "on": "2026-12-01", "reason": "r"}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i].(string)] = pairs[i+1]
		}
		return out
	}
	for phrase, test := range map[string]struct {
		body map[string]any
		want string
	}{
		"an action there is not":     {body("action", "moon"), domain.CodeBodyInvalid},
		"an end that hands over":     {body("target", "IT-1"), domain.CodeBodyInvalid},
		"a handover to nobody":       {body("action", "replace"), domain.CodeBodyInvalid},
		"no mapping":                 {body("mapping_id", ""), domain.CodeIDInvalid},
		"a foreign mapping":          {body("mapping_id", s.foreign.mapping), domain.CodeMappingUnknown},
		"an older version":           {body("version", 3), domain.CodeMappingStale},
		"a day that is none":         {body("on", "soon"), domain.CodeDateInvalid},
		"a code that is held":        {body("action", "new", "system", "mes-stu1", "domain", "item", "code", "P-STU1", "target", "IT-1"), domain.CodeMappingOverlap},
		"a factor that is none":      {body("action", "new", "system", "mes-stu1", "domain", "item", "code", "N", "target", "IT-1", "factor", "-1"), domain.CodeValueInvalid},
		"a record's ID that is none": {body("action", "new", "system", "mes-stu1", "domain", "item", "code", "N", "record_id", "x"), domain.CodeIDInvalid},
	} {
		got := b.call(t, request{method: "POST", path: "~/mappings", as: "lead", body: test.body})
		if p := got.problem(t); p.Code != test.want {
			t.Errorf("%s: %d %s, want %s", phrase, got.status, p.Code, test.want)
		}
	}
	request1 := read[api.ChangeRequest](t, b.call(t, request{method: "POST", path: "~/mappings", as: "lead", body: body()}), http.StatusCreated)
	if request1.State != "in_review" || request1.ItemCount != 1 {
		t.Errorf("the request is %+v", request1)
	}
	versions := read[api.List[api.Mapping]](t, b.call(t, request{method: "GET", path: "~/mappings/" + s.own.mapping + "/versions", as: "lead"}), http.StatusOK)
	if len(versions.Items) != 1 || versions.Items[0].Factor != "1" || versions.Items[0].RecordCode != "IT-1" {
		t.Errorf("the history is %+v", versions)
	}
	found := read[api.List[api.Mapping]](t, b.call(t, request{method: "GET", path: "~/mappings?domain=item&state=active&text=p-&system=mes-stu1", as: "lead"}), http.StatusOK)
	if len(found.Items) != 1 || found.Items[0].ID != s.own.mapping || found.Items[0].RecordCode != "IT-1" || found.Items[0].RecordName == "" {
		t.Errorf("found are %+v", found)
	}
}

func TestTheFeedOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	seen, next := map[string]bool{}, ""
	for range 8 {
		page := read[api.List[api.ChangeEntry]](t, b.call(t, request{method: "GET", path: "~/changes?limit=1&after=" + next, as: "lead"}), http.StatusOK)
		for _, entry := range page.Items {
			if entry.Kind == "record" {
				seen[entry.Record.ID] = true
			} else {
				seen[entry.Mapping.ID] = true
			}
		}
		next = page.Next
	}
	if len(seen) != 5 || !seen[s.record] || !seen[s.merged] || !seen[s.into] || !seen[s.own.mapping] || next == "" {
		t.Errorf("seen are %v, the cursor %q", seen, next)
	}
	records := read[api.List[api.Record]](t, b.call(t, request{method: "GET", path: "~/records/item?text=p-s", as: "lead"}), http.StatusOK)
	if len(records.Items) != 1 || len(records.Items[0].Matched) != 1 || records.Items[0].Matched[0].Code != "P-STU1" || records.Items[0].Matched[0].System != "mes-stu1" {
		t.Errorf("found are %+v", records)
	}
}

func TestPoliciesComeInByRequest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	propose := func(action, code string) answer {
		return b.call(t, request{method: "POST", path: "~/configurations", as: "admin", body: map[string]any{"reason": "r",
			"unmapped_policies": []any{map[string]string{"system": "mes-stu1", "domain": "item", "action": action, "code": code}}}})
	}
	for phrase, test := range map[string][2]string{
		"an action there is not": {"moon", ""}, "a code nobody knows": {"fixed", "MOON"}, "no code": {"fixed", ""}, "a code that is not asked for": {"park", "IT-1"},
	} {
		if p := propose(test[0], test[1]).problem(t); p.Code != domain.CodeConfigInvalid {
			t.Errorf("%s: %s", phrase, p.Code)
		}
	}
	proposed := read[api.ChangeRequest](t, propose("fixed", "IT-1"), http.StatusCreated)
	items := b.call(t, request{method: "GET", path: "~/change-requests/" + proposed.ID + "/items", as: "approver"})
	if !strings.Contains(items.body, `"unmapped_policy":{"system":"mes-stu1","domain":"item","action":"fixed","code":"IT-1"}`) {
		t.Errorf("the approver sees %s", items.body)
	}
	approval := request{method: "PUT", path: "~/change-requests/" + proposed.ID + "/approval", as: "approver", header: map[string]string{"If-Match": `"` + "3" + `"`}}
	approval.header["If-Match"] = b.call(t, request{method: "GET", path: "~/change-requests/" + proposed.ID, as: "approver"}).header.Get("ETag")
	if done := read[api.ChangeRequest](t, b.call(t, approval), http.StatusOK); done.State != "applied" {
		t.Fatalf("the request is %+v", done)
	}
	got := read[api.Translation](t, b.call(t, request{method: "POST", path: "~/translate", as: "lead", body: question(nil)}), http.StatusOK)
	if got.Results[1].Status != "fixed" || got.Results[1].Target != "IT-1" || got.Results[1].Basis != "rule" {
		t.Errorf("the answer is %+v", got.Results[1])
	}
	if again := propose("fixed", "IT-1"); again.status == http.StatusCreated {
		t.Errorf("what is so already was proposed: %s", again.body)
	}
}
