package api_test

import (
	"net/http"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// said is a verdict as a client gives it.
func said(client, left, right, word string) map[string]any {
	return map[string]any{"client_id": client, "domain": "item", "left": left, "right": right, "word": word}
}

func giveVerdicts(t *testing.T, b *bundle, as string, verdicts ...any) []api.VerdictResult {
	t.Helper()
	answer := b.call(t, request{method: "POST", path: "~/verdicts", as: as, body: map[string]any{"verdicts": verdicts}})
	return read[api.VerdictResults](t, answer, http.StatusOK).Results
}

func codeOf(r api.VerdictResult) string {
	if r.Problem == nil {
		return ""
	}
	return r.Problem.Code
}

func TestEachVerdictStandsForItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	record, code := "record:"+s.record, "source:mes-stu1:C-STU1"
	results := giveVerdicts(t, b, "steward",
		said("1", record, code, "match"), said("2", record, record, "match"), said("3", "nonsense", code, "match"),
		said("4", "source:mes-lyo1:C-LYO1", record, "no_match"), said("5", record, code, "no_match"))
	for i, want := range []string{"", domain.CodeVerdictPair, domain.CodeBodyInvalid, "", domain.CodeVerdictStale} {
		if got := codeOf(results[i]); got != want || results[i].ClientID != string(rune('1'+i)) || (results[i].Verdict == nil) != (want != "") {
			t.Errorf("the result %d is %+v, want %q", i+1, results[i], want)
		}
	}
	again := giveVerdicts(t, b, "steward", said("1", record, code, "match"))[0]
	if again.Verdict == nil || again.Verdict.ID != results[0].Verdict.ID {
		t.Errorf("repeated: %+v", again)
	}
	if other := giveVerdicts(t, b, "steward", said("1", record, code, "unsure"))[0]; codeOf(other) != domain.CodeIdempotencyMismatch {
		t.Errorf("the same client's ID for another verdict: %+v", other)
	}
	list := read[api.CandidateList](t, b.call(t, request{method: "GET", path: "~/match/candidates?state=rejected", as: "steward"}), http.StatusOK)
	if len(list.Candidates) != 1 || list.Candidates[0].Verdict == nil || list.Candidates[0].Right.Side != "source:mes-lyo1:C-LYO1" || list.Candidates[0].Left.Code != "IT-1" {
		t.Errorf("rejected are %+v", list.Candidates)
	}
	request1 := read[api.ChangeRequest](t, b.call(t, request{method: "GET", path: "~/change-requests/" + results[0].ChangeRequestID, as: "steward"}), http.StatusOK)
	if request1.Kind != "mappings" || request1.State != "in_review" {
		t.Errorf("the request is %+v", request1)
	}
	undone := b.call(t, request{method: "POST", path: "~/verdicts/" + results[0].Verdict.ID + "/undo", as: "steward", body: map[string]string{"reason": "wrong"}})
	if got := read[api.UndoneVerdict](t, undone, http.StatusOK); got.Verdict.Stands || got.ChangeRequestID != "" {
		t.Errorf("undone: %+v", got)
	}
	verdicts := read[api.VerdictList](t, b.call(t, request{method: "GET", path: "~/verdicts?standing=true&word=match", as: "steward"}), http.StatusOK)
	if len(verdicts.Verdicts) != 0 {
		t.Errorf("those that stand are %+v", verdicts.Verdicts)
	}
}

func TestVerdictsOfTheWrongPeople(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	record := "record:" + s.record
	for _, test := range []struct{ as, right, want string }{
		{"lead", "source:mes-lyo1:C-LYO1", domain.CodeSystemUnknown}, {"lead", "record:" + s.twin, domain.CodeAccessDenied},
		{"auditor", "source:mes-stu1:C-STU1", domain.CodeAccessDenied}, {"lead", "source:mes-stu1:C-STU1", ""},
	} {
		if got := codeOf(giveVerdicts(t, b, test.as, said("x", record, test.right, "no_match"))[0]); got != test.want {
			t.Errorf("%s of %s: %q, want %q", test.as, test.right, got, test.want)
		}
	}
	for path, count := range map[string]func(string) int{
		"~/match/candidates": func(as string) int {
			return len(read[api.CandidateList](t, b.call(t, request{method: "GET", path: "~/match/candidates", as: as}), http.StatusOK).Candidates)
		},
		"~/verdicts": func(as string) int {
			return len(read[api.VerdictList](t, b.call(t, request{method: "GET", path: "~/verdicts", as: as}), http.StatusOK).Verdicts)
		},
	} {
		if own, all := count("lead"), count("steward"); own != all-1 {
			t.Errorf("%s shows a lead %d of %d: the other plant's one is to be missing", path, own, all)
		}
	}
}

func TestAGroupSideBySide(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	list := read[api.ClusterList](t, b.call(t, request{method: "GET", path: "~/match/clusters", as: "steward"}), http.StatusOK)
	if len(list.Clusters) != 1 || list.Clusters[0].ID != s.cluster || list.Clusters[0].Size != 2 || list.Clusters[0].Decided {
		t.Fatalf("%+v", list)
	}
	group := read[api.ClusterDetail](t, b.call(t, request{method: "GET", path: "~/match/clusters/" + s.cluster, as: "steward"}), http.StatusOK)
	if len(group.Members) != 1 || group.Members[0].RecordID != s.record || group.Members[0].Attributes["name"].Display != "Screw" || len(group.Members[0].Mappings) != 2 {
		t.Errorf("members %+v", group.Members)
	}
	if len(group.Pairs) != 1 || group.Pairs[0].State != "in_review" || len(group.Attributes) != 3 || group.Attributes[0].Label != "Item code" {
		t.Errorf("pairs %+v, attributes %+v", group.Pairs, group.Attributes)
	}
	if p := b.call(t, request{method: "GET", path: "~/match/clusters/" + s.record, as: "steward"}).problem(t); p.Code != domain.CodeClusterUnknown {
		t.Errorf("a group there is not: %+v", p)
	}
}

func TestAnEvaluationIsAskedFor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	get := func() api.MatchState {
		return read[api.MatchState](t, b.call(t, request{method: "GET", path: "~/match/state", as: "steward"}), http.StatusOK)
	}
	if state := get(); state.Evaluated || state.Requested || state.Running {
		t.Errorf("before: %+v", state)
	}
	asked := b.call(t, request{method: "POST", path: "~/match/evaluate", as: "admin", body: map[string]string{"domain": "item"}})
	if state := read[api.MatchState](t, asked, http.StatusOK); !state.Requested || state.Evaluated {
		t.Errorf("asked for: %+v", state)
	}
	if p := b.call(t, request{method: "GET", path: "~/match/state?domain=none", as: "steward"}).problem(t); p.Code != domain.CodeDomainUnknown {
		t.Errorf("another domain: %+v", p)
	}
}
