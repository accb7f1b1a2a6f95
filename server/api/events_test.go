package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// tell puts an event of a system's run into the outbox.
func tell(t *testing.T, b *bundle, system string) {
	t.Helper()
	err := b.store.Operate(t.Context(), func(ops domain.Ops) error {
		return ops.Events.Put(t.Context(), domain.RunEvent(domain.Run{ID: domain.NewID(), System: domain.SystemID(system), Domain: "item", State: domain.RunReading}))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEventsGoOnWhereTheyWereLeft(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	ask := func(as, last string) answer {
		header := map[string]string{}
		if last != "" {
			header["Last-Event-ID"] = last
		}
		return b.call(t, request{method: http.MethodGet, path: "~/events?once=true", as: as, header: header})
	}
	begin := ask("steward", "")
	if begin.status != http.StatusOK || begin.header.Get("Content-Type") != "text/event-stream" || strings.Contains(begin.body, "data:") {
		t.Fatalf("%d %v %s", begin.status, begin.header, begin.body)
	}
	at := strings.TrimSpace(begin.body[strings.LastIndex(begin.body, "id: ")+4:])
	tell(t, b, s.own.system)
	tell(t, b, s.foreign.system)
	if got := ask("steward", at); strings.Count(got.body, "event: change") != 2 {
		t.Errorf("the steward of everything hears %s", got.body)
	}
	heard := ask("lead", at)
	if strings.Count(heard.body, "event: change") != 1 || strings.Contains(heard.body, s.foreign.system) || strings.Contains(heard.body, "LYO1") {
		t.Errorf("the lead of STU1 hears %s", heard.body)
	}
	after := strings.TrimSpace(heard.body[strings.LastIndex(heard.body, "id: ")+4:])
	if got := ask("lead", after); strings.Contains(got.body, "event:") {
		t.Errorf("heard twice: %s", got.body)
	}
	for _, lost := range []string{"999999", "-1", "abc"} {
		if got := ask("lead", lost); !strings.Contains(got.body, "event: reset") || !strings.Contains(got.body, "id: "+after) {
			t.Errorf("after %s: %s", lost, got.body)
		}
	}
}

// TestEventsArrive listens over a real connection while something happens.
func TestEventsArrive(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	server := httptest.NewServer(b.api)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "crosswalk_session", Value: b.tokens["lead"]})
	response, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	lines := bufio.NewScanner(response.Body)
	if !lines.Scan() || lines.Text() != "retry: 2000" {
		t.Fatalf("begins with %q", lines.Text())
	}
	tell(t, b, s.foreign.system)
	tell(t, b, s.own.system)
	for lines.Scan() {
		data, found := strings.CutPrefix(lines.Text(), "data: ")
		if !found {
			continue
		}
		var event api.Event
		if err := json.Unmarshal([]byte(data), &event); err != nil || event.System != s.own.system || event.Kind != "run" || event.State != "reading" || event.Plant != "STU1" {
			t.Errorf("heard %s, %v", data, err)
		}
		return
	}
	t.Errorf("the stream ended: %v", lines.Err())
}

func TestUsesAreDeclaredAndApproved(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	path := "~/records/item/" + s.record + "/uses"
	propose := func(as, plant, state, from, to string) answer {
		return b.call(t, request{method: http.MethodPost, path: path, as: as, body: map[string]string{
			"plant": plant, "state": state, "valid_from": from, "valid_to": to, "reason": "it was said so",
		}})
	}
	tests := map[string]struct {
		as, plant, state, from, to string
		want                       string
	}{
		"a state there is not":         {"steward", "STU1", "loved", "", "", domain.CodeUseInvalid},
		"an end before the beginning":  {"steward", "STU1", "active", "2026-05-01", "2026-05-01", domain.CodeUseInvalid},
		"a day there is not":           {"steward", "STU1", "active", "2026-02-30", "", domain.CodeDateInvalid},
		"a plant there is not":         {"steward", "XXX9", "active", "", "", domain.CodePlantUnknown},
		"a plant one does not know of": {"lead", "LYO1", "active", "", "", domain.CodePlantUnknown},
	}
	for name, tt := range tests {
		if got := propose(tt.as, tt.plant, tt.state, tt.from, tt.to).problem(t); got.Code != tt.want {
			t.Errorf("%s: %s", name, got.Code)
		}
	}
	first := read[api.ChangeRequest](t, propose("lead", "STU1", "planned", "2026-01-01", "2027-01-01"), http.StatusCreated)
	second := read[api.ChangeRequest](t, propose("lead", "STU1", "blocked", "", ""), http.StatusCreated)
	approve := func(id string) string {
		got := read[api.ChangeRequest](t, b.call(t, request{
			method: http.MethodPut, path: "~/change-requests/" + id + "/approval", as: "approver", header: map[string]string{"If-Match": `"1"`},
		}), http.StatusOK)
		return got.State
	}
	if state := approve(first.ID); state != "applied" || first.Kind != "plant_use" {
		t.Errorf("%s is %s", first.Kind, state)
	}
	if state := approve(second.ID); state != "failed" {
		t.Errorf("one that rests on what there was before is %s", state)
	}
	list := read[api.List[api.DeclaredUse]](t, b.call(t, request{method: http.MethodGet, path: path, as: "lead"}), http.StatusOK)
	if want := (api.DeclaredUse{Plant: "STU1", State: "planned", ValidFrom: "2026-01-01", ValidTo: "2027-01-01", Source: "declared", Version: 1}); len(list.Items) != 1 || list.Items[0] != want {
		t.Errorf("used so: %+v", list.Items)
	}
	if got := propose("lead", "STU1", "planned", "2026-01-01", "2027-01-01").problem(t); got.Code != domain.CodeUseInvalid {
		t.Errorf("the same again: %s", got.Code)
	}
}
