package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type mergedRecord struct {
	ID      string `json:"id"`
	Code    string `json:"code"`
	State   string `json:"state"`
	Version int    `json:"version"`
}

type mergePreview struct {
	Survivor   string         `json:"survivor"`
	Why        string         `json:"survivor_why"`
	Members    []mergedRecord `json:"members"`
	Attributes []struct {
		ID, Display, Rule, Why string
		ChosenFrom             string `json:"chosen_from"`
		Differs                bool
		Values                 []struct {
			RecordID string `json:"record_id"`
			Display  string `json:"display"`
		}
	}
	Warnings, Refusals []struct{ Code, Message string }
	Effects            map[string]int
}

type changeRequest struct {
	ID, Kind, State, Title string
	Version                int
}

// TestRecordsAreMergedAndTakenApart goes the whole way over HTTP: look, propose, approve, be forwarded, look, take apart.
func TestRecordsAreMergedAndTakenApart(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	for _, open := range []string{s.own.request, s.foreign.request} {
		read[changeRequest](t, b.call(t, request{method: "PUT", path: "~/change-requests/" + open + "/rejection", as: "approver",
			header: map[string]string{"If-Match": `"1"`}, body: map[string]string{"reason": "no"}}), http.StatusOK)
	}
	wish := map[string]any{"survivor": s.record, "losers": []string{s.twin}}
	preview := read[mergePreview](t, b.call(t, request{method: "POST", path: "~/records/item/merge-preview", as: "steward", body: wish}), http.StatusOK)
	if preview.Survivor != s.record || preview.Why == "" || len(preview.Members) != 2 || len(preview.Refusals) != 0 || preview.Effects["mappings"] != 0 {
		t.Errorf("the preview is %+v", preview)
	}
	for _, a := range preview.Attributes {
		if a.ID == "name" && (a.Display != "Screw IT-2" || a.Rule != "complete" || a.ChosenFrom != s.twin || !a.Differs || len(a.Values) != 2 || a.Why == "") {
			t.Errorf("the name is chosen as %+v", a)
		}
	}
	proposed := read[changeRequest](t, b.call(t, request{method: "POST", path: "~/records/item/merges", as: "steward", body: map[string]any{
		"survivor": s.record, "losers": []string{s.twin}, "choose": map[string]string{"name": s.record}, "reason": "one thing",
		"versions": map[string]int{s.record: 1, s.twin: 1},
	}}), http.StatusCreated)
	if proposed.Kind != "merge" || proposed.State != "in_review" || !strings.Contains(proposed.Title, "IT-2") {
		t.Fatalf("proposed is %+v", proposed)
	}
	items := b.call(t, request{method: "GET", path: "~/change-requests/" + proposed.ID + "/items", as: "steward"})
	if !strings.Contains(items.body, `"action":"merge_record"`) || !strings.Contains(items.body, `"into_id":"`+s.record) {
		t.Errorf("its items are %s", items.body)
	}
	b.approved(t, proposed)
	b.forwarded(t, s)
	unmerge := b.call(t, request{method: "GET", path: "~/records/item/" + s.twin + "/unmerge-preview", as: "steward"})
	if unmerge.status != http.StatusOK || !strings.Contains(unmerge.body, `"request_id":"`+proposed.ID) {
		t.Errorf("the way back: %d %s", unmerge.status, unmerge.body)
	}
	apart := func(version string) answer {
		return b.call(t, request{method: "POST", path: "~/records/item/" + s.twin + "/unmerge", as: "steward",
			header: map[string]string{"If-Match": version}, body: map[string]any{"reason": "two things", "send_back": map[string]any{"mappings": []string{}}}})
	}
	if got := apart(`"1"`); got.status != http.StatusPreconditionFailed {
		t.Errorf("an old version: %d %s", got.status, got.body)
	}
	back := read[changeRequest](t, apart(unmerge.header.Get("ETag")), http.StatusCreated)
	b.approved(t, back)
	if got := b.call(t, request{method: "GET", path: "~/records/item/" + s.twin, as: "steward"}); !strings.Contains(got.body, `"state":"active"`) {
		t.Errorf("taken apart it is %s", got.body)
	}
}

// approved approves a request that waits.
func (b *bundle) approved(t *testing.T, waiting changeRequest) {
	t.Helper()
	got := b.call(t, request{method: "PUT", path: "~/change-requests/" + waiting.ID + "/approval", as: "approver", header: map[string]string{"If-Match": `"` + strconv.Itoa(waiting.Version) + `"`}})
	if after := read[changeRequest](t, got, http.StatusOK); after.State != "applied" {
		t.Fatalf("the request is %s: %s", after.State, got.body)
	}
}

// forwarded wants everything that reaches the twin to come to the record.
func (b *bundle) forwarded(t *testing.T, s seeded) {
	t.Helper()
	for path, want := range map[string]string{
		"~/records/item/" + s.twin:        `"forwards_to":{"id":"` + s.record,
		"~/records/item/" + s.record:      `"merged":[{"id":"` + s.twin,
		"~/records/item?text=IT-2":        `"id":"` + s.record,
		"~/records/item?state=merged":     `"merged_into":"` + s.record,
		"~/changes?domain=item&limit=200": `"merged_into":"` + s.record,
		"~/translate?from_system=canonical&to_system=mes-stu1&domain=item&code=IT-2": `"target":"P-STU1"`,
	} {
		if got := b.call(t, request{method: "GET", path: path, as: "steward"}); !strings.Contains(got.body, want) {
			t.Errorf("%s does not say %s: %d %s", path, want, got.status, got.body)
		}
	}
	if got := b.call(t, request{method: "GET", path: "~/records/item", as: "steward"}); strings.Contains(got.body, s.twin+`","domain`) || strings.Contains(got.body, `"state":"merged"`) {
		t.Errorf("the list shows merged records: %s", got.body)
	}
}

func TestWhatIsWrongWithAMerge(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	post := func(path string, body any) request {
		return request{method: "POST", path: path, as: "steward", body: body}
	}
	merges := "~/records/item/merges"
	for phrase, tt := range map[string]struct {
		call   request
		status int
		code   string
	}{
		"into itself":           {post(merges, map[string]any{"survivor": s.record, "losers": []string{s.record}, "reason": "r"}), 409, domain.CodeMergeItself},
		"with what is merged":   {post(merges, map[string]any{"survivor": s.record, "losers": []string{s.merged}, "reason": "r"}), 409, domain.CodeMergeState},
		"without a reason":      {post(merges, map[string]any{"survivor": s.record, "losers": []string{s.twin}, "reason": " "}), 422, domain.CodeReasonRequired},
		"without losers":        {post(merges, map[string]any{"survivor": s.record, "losers": []string{}, "reason": "r"}), 422, domain.CodeBodyInvalid},
		"of no record":          {post(merges, map[string]any{"survivor": s.record, "losers": []string{"moon"}, "reason": "r"}), 422, domain.CodeIDInvalid},
		"of an unknown one":     {post(merges, map[string]any{"survivor": s.record, "losers": []string{domain.NewID().String()}, "reason": "r"}), 404, domain.CodeRecordUnknown},
		"of another domain":     {post("~/records/moon/merges", map[string]any{"survivor": s.record, "losers": []string{s.twin}, "reason": "r"}), 404, domain.CodeDomainUnknown},
		"a choice of nobody":    {post(merges, map[string]any{"survivor": s.record, "losers": []string{s.twin}, "choose": map[string]string{"name": "x"}, "reason": "r"}), 422, domain.CodeIDInvalid},
		"an old version":        {post(merges, map[string]any{"survivor": s.record, "losers": []string{s.twin}, "versions": map[string]int{s.twin: 9}, "reason": "r"}), 409, domain.CodeRecordStale},
		"apart what is whole":   {post("~/records/item/"+s.record+"/unmerge", map[string]any{"reason": "r"}), 409, domain.CodeMergeNone},
		"a look at what is not": {request{method: "GET", path: "~/records/item/" + s.record + "/unmerge-preview", as: "steward"}, 409, domain.CodeMergeNone},
		"a foreign code back":   {post("~/records/item/"+s.merged+"/unmerge", map[string]any{"reason": "r", "send_back": map[string]any{"mappings": []string{s.own.mapping}}}), 422, domain.CodeMergeChoice},
		"too many at once":      {post(merges, map[string]any{"survivor": s.record, "losers": make([]string, 21), "reason": "r"}), 422, domain.CodeBodyInvalid},
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			got := b.call(t, tt.call)
			if got.status != tt.status || !strings.Contains(got.body, `"code":"`+tt.code+`"`) {
				t.Errorf("%d %s, want %d %s", got.status, got.body, tt.status, tt.code)
			}
		})
	}
}
