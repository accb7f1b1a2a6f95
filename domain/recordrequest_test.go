package domain

import (
	"slices"
	"testing"
)

func wish(state RecordRequestState) RecordRequest {
	return RecordRequest{ID: ID{1}, Domain: "item", Plant: "STU1", System: "mes", Code: "A", Key: "A", State: state, RequestedBy: "user:petra", Version: 3}
}

// TestStepsOfARecordRequest takes every step from every state.
func TestStepsOfARecordRequest(t *testing.T) {
	t.Parallel()
	all := RecordRequestMachine().States
	open := []RecordRequestState{WantedRequested, WantedInCompletion}
	other := RecordRequest{ID: ID{2}, Domain: "item", State: WantedRequested}
	steps := map[string]struct {
		do   func(RecordRequest) (RecordRequest, error)
		from []RecordRequestState
		to   RecordRequestState // "" is the state it was in
	}{
		"completed": {func(r RecordRequest) (RecordRequest, error) { return r.Completed(Attributes{"name": Text("x")}, 9) }, open, WantedInCompletion},
		"submitted": {func(r RecordRequest) (RecordRequest, error) { return r.Submitted(ID{5}, ID{6}, 9) }, open, WantedInReview},
		"answered":  {func(r RecordRequest) (RecordRequest, error) { return r.Answered("user:ana", ID{6}, "", 9) }, open, WantedDuplicate},
		"joined":    {func(r RecordRequest) (RecordRequest, error) { return r.Joined("user:ana", other, "", 9) }, open, ""},
		"rejected":  {func(r RecordRequest) (RecordRequest, error) { return r.Rejected("user:ana", "no", 9) }, open, WantedRejected},
		"withdrawn": {func(r RecordRequest) (RecordRequest, error) { return r.Withdrawn("user:petra", "", 9) }, append(slices.Clone(open), WantedDuplicate), WantedWithdrawn},
		"objected":  {func(r RecordRequest) (RecordRequest, error) { return r.Objected("user:petra", "longer", 9) }, []RecordRequestState{WantedDuplicate}, WantedRequested},
		"mapped":    {func(r RecordRequest) (RecordRequest, error) { return r.Mapped(ID{5}, 9) }, []RecordRequestState{WantedDuplicate}, ""},
		"ended":     {func(r RecordRequest) (RecordRequest, error) { return r.Ended(9) }, []RecordRequestState{WantedCreated, WantedDuplicate}, WantedDone},
	}
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, state := range all {
				before := wish(state)
				got, err := step.do(before)
				if !slices.Contains(step.from, state) {
					if ErrorCode(err) != CodeRecordRequestState {
						t.Errorf("from %s: %s with %q", state, got.State, ErrorCode(err))
					}
					continue
				}
				want := step.to
				if want == "" {
					want = state
				}
				if err != nil || got.State != want || got.Version != 4 || got.ChangedAt != 9 {
					t.Errorf("from %s: %+v with %v", state, got, err)
				}
			}
		})
	}
}

func TestRecordRequestsAreRefused(t *testing.T) {
	t.Parallel()
	code := func(_ RecordRequest, err error) string { return ErrorCode(err) }
	waiting, mapping, bare := wish(WantedRequested), wish(WantedDuplicate), wish(WantedDuplicate)
	waiting.With, mapping.ChangeRequest, bare.Code = ID{2}, ID{5}, ""
	follower := RecordRequest{ID: ID{2}, Domain: "item", State: WantedRequested, With: ID{3}}
	for name, tt := range map[string]struct{ got, want string }{
		"completing one that waits":        {code(waiting.Completed(nil, 9)), CodeRecordRequestState},
		"rejecting without a reason":       {code(wish(WantedRequested).Rejected("user:ana", " ", 9)), CodeReasonRequired},
		"objecting without a reason":       {code(wish(WantedDuplicate).Objected("user:petra", "", 9)), CodeReasonRequired},
		"objecting when it is mapped":      {code(mapping.Objected("user:petra", "x", 9)), CodeRecordRequestState},
		"mapping twice":                    {code(mapping.Mapped(ID{7}, 9)), CodeRecordRequestState},
		"mapping no code":                  {code(bare.Mapped(ID{7}, 9)), CodeRecordRequestState},
		"withdrawing another's":            {code(wish(WantedRequested).Withdrawn("user:ana", "", 9)), CodeRequestNotOwn},
		"withdrawing one that is mapped":   {code(mapping.Withdrawn("user:petra", "", 9)), CodeRecordRequestState},
		"waiting with itself":              {code(wish(WantedRequested).Joined("user:ana", wish(WantedRequested), "", 9)), CodeRecordRequestState},
		"waiting with one that waits":      {code(wish(WantedRequested).Joined("user:ana", follower, "", 9)), CodeRecordRequestState},
		"waiting with one that is created": {code(wish(WantedRequested).Joined("user:ana", RecordRequest{ID: ID{2}, Domain: "item", State: WantedCreated}, "", 9)), CodeRecordRequestState},
		"waiting across domains":           {code(wish(WantedRequested).Joined("user:ana", RecordRequest{ID: ID{2}, Domain: "bom", State: WantedRequested}, "", 9)), CodeRecordRequestState},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q", name, tt.got)
		}
	}
}

func TestWhatAChangeRequestDoesToARecordRequest(t *testing.T) {
	t.Parallel()
	review, answered := wish(WantedInReview), wish(WantedDuplicate)
	review.ChangeRequest, review.Record, answered.ChangeRequest, answered.Record = ID{5}, ID{6}, ID{5}, ID{6}
	created, err := review.Fulfilled(9)
	if err != nil || created.State != WantedCreated || created.Record != (ID{6}) || !created.HasRecord() || review.HasRecord() {
		t.Errorf("applied: %+v (%v)", created, err)
	}
	if mapped, err := answered.Fulfilled(9); err != nil || mapped.State != WantedDone {
		t.Errorf("mapped: %+v (%v)", mapped, err)
	}
	back, err := review.SentBack("user:bo", "which drawing?", 9)
	if err != nil || back.State != WantedInCompletion || !back.Record.IsZero() || !back.ChangeRequest.IsZero() || back.Note != "which drawing?" {
		t.Errorf("sent back: %+v (%v)", back, err)
	}
	if kept, err := answered.SentBack("user:bo", "no", 9); err != nil || kept.State != WantedDuplicate || kept.Record != (ID{6}) || !kept.ChangeRequest.IsZero() {
		t.Errorf("not mapped: %+v (%v)", kept, err)
	}
}

func TestKeysOfARecord(t *testing.T) {
	t.Parallel()
	d := Definition{CodeAttribute: "code", NameAttribute: "name", Identifiers: [][]AttributeID{{"gtin"}, {"maker", "part"}}, Attributes: []Attribute{
		{ID: "code", Kind: KindCode}, {ID: "name", Kind: KindText}, {ID: "gtin", Kind: KindCode, Digits: CheckGTIN}, {ID: "maker", Kind: KindText}, {ID: "part", Kind: KindCode},
	}}
	whole := Attributes{"code": Code("a1"), "name": Text(" Bolt  M8 "), "gtin": Code("4006381333931"), "maker": Text("ACME"), "part": Code("x-1")}
	want := []RecordKey{{"code", "a1"}, {"name", "bolt m8"}, {"gtin", "04006381333931"}, {"maker+part", "acme\x1fx-1"}}
	if got := d.Keys(whole); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if got := d.Keys(whole.With(Attributes{"part": nil, "name": Text(" ")})); len(got) != 2 {
		t.Errorf("half of what identifies is a key: %v", got)
	}
	if d.Identifies("name") || d.Identifies("code") || d.Identifies("maker") || !d.Identifies("gtin") || !d.Identifies("maker+part") {
		t.Error("what identifies is not what was declared")
	}
}
