package domain

import "testing"

const testNow Instant = 5_000

func person(id ActorID) Actor { return Actor{ID: id, Kind: ActorPerson} }

// inReview is a request that ana has handed in.
func inReview(change ...func(*ChangeRequest)) ChangeRequest {
	request := ChangeRequest{ID: ID{15: 1}, Kind: RequestDecision, Domain: "item", State: RequestInReview, ProposedBy: "user:ana", Proposal: 3, Needs: Requirement{Approvers: 1}, Version: 3}
	for _, c := range change {
		c(&request)
	}
	return request
}

func approvedBy(by ActorID, version int) func(*ChangeRequest) {
	return func(r *ChangeRequest) { r.Approvals = append(r.Approvals, Approval{By: by, Proposal: version}) }
}

func requestIn(state RequestState) func(*ChangeRequest) {
	return func(r *ChangeRequest) { r.State = state }
}

func TestApproval(t *testing.T) {
	t.Parallel()
	one, two := Requirement{Approvers: 1}, Requirement{Approvers: 2}
	tests := map[string]struct {
		in        ChangeRequest
		by        Actor
		policy    Requirement
		wantCode  string // "" means taken
		wantState RequestState
	}{
		"by a second steward":                    {in: inReview(), by: person("user:bo"), policy: one, wantState: RequestApproved},
		"by a second steward, no number given":   {in: inReview(), by: person("user:bo"), wantState: RequestApproved},
		"by the first of two":                    {in: inReview(), by: person("user:bo"), policy: two, wantState: RequestInReview},
		"by the second of two":                   {in: inReview(approvedBy("user:bo", 3)), by: person("user:cy"), policy: two, wantState: RequestApproved},
		"by the second, the first a version ago": {in: inReview(approvedBy("user:bo", 2)), by: person("user:cy"), policy: two, wantState: RequestInReview},
		"by the same person as before":           {in: inReview(approvedBy("user:bo", 3)), by: person("user:bo"), policy: two, wantCode: CodeRequestState},
		"again, for a changed proposal":          {in: inReview(approvedBy("user:bo", 2)), by: person("user:bo"), policy: one, wantState: RequestApproved},
		"by the proposer":                        {in: inReview(), by: person("user:ana"), policy: one, wantCode: CodeRequestOwn},
		"by a service":                           {in: inReview(), by: ServiceActor("reconcile"), policy: one, wantCode: CodeAccessDenied},
		"by an actor of no kind":                 {in: inReview(), by: Actor{ID: "user:bo"}, policy: one, wantCode: CodeAccessDenied},
		"as a draft":                             {in: inReview(requestIn(RequestDraft)), by: person("user:bo"), policy: one, wantCode: CodeRequestState},
		"in rework":                              {in: inReview(requestIn(RequestRework)), by: person("user:bo"), policy: one, wantCode: CodeRequestState},
		"when approved":                          {in: inReview(requestIn(RequestApproved)), by: person("user:bo"), policy: one, wantCode: CodeRequestState},
		"when withdrawn":                         {in: inReview(requestIn(RequestWithdrawn)), by: person("user:bo"), policy: one, wantCode: CodeRequestState},
		"when applied":                           {in: inReview(requestIn(RequestApplied)), by: person("user:bo"), policy: one, wantCode: CodeRequestState},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := len(tt.in.Approvals)
			tt.in.Needs = tt.policy
			got, err := tt.in.Approved(tt.by, testNow)
			if ErrorCode(err) != tt.wantCode {
				t.Fatalf("approved with %q, want %q", ErrorCode(err), tt.wantCode)
			}
			if err != nil {
				if got.State != tt.in.State || len(got.Approvals) != before || got.Version != tt.in.Version {
					t.Errorf("refused, and yet became %+v", got)
				}
				return
			}
			last := got.Approvals[len(got.Approvals)-1]
			if got.State != tt.wantState || got.ApprovedBy() != tt.by.ID || last.Proposal != 3 || last.At != testNow {
				t.Errorf("became %+v", got)
			}
			if len(tt.in.Approvals) != before {
				t.Error("the request it was called on changed")
			}
		})
	}
}

func TestApprovalsOfTwoCopiesDoNotMix(t *testing.T) {
	t.Parallel()
	request := inReview()
	request.Approvals, request.Needs = make([]Approval, 0, 4), Requirement{Approvers: 2}
	first, err := request.Approved(person("user:bo"), testNow)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := request.Approved(person("user:cy"), testNow); err != nil || first.ApprovedBy() != "user:bo" {
		t.Errorf("approved by %s with %v", first.ApprovedBy(), err)
	}
}

func TestOwnApprovalNeverCounts(t *testing.T) {
	t.Parallel()
	own := inReview(approvedBy("user:ana", 3), approvedBy("user:bo", 3), approvedBy("user:bo", 3))
	own.Needs = Requirement{Approvers: 2}
	if got, err := own.Approved(person("user:cy"), testNow); err != nil || got.State != RequestApproved {
		t.Errorf("bo's approval and cy's make %s, %v", got.State, err)
	}
	own.Approvals = own.Approvals[:1]
	if got, err := own.Approved(person("user:cy"), testNow); err != nil || got.State != RequestInReview || got.Version == own.Version {
		t.Errorf("the proposer's own approval was counted: %s, %v", got.State, err)
	}
	if inReview().ApprovedBy() != "" {
		t.Error("somebody approved before anybody did")
	}
}

func TestRequestMoves(t *testing.T) {
	t.Parallel()
	ana, bo := person("user:ana"), person("user:bo")
	type move func(ChangeRequest) (ChangeRequest, error)
	submitted := func(r ChangeRequest) (ChangeRequest, error) { return r.Submitted() }
	applied := func(r ChangeRequest) (ChangeRequest, error) { return r.Applied(testNow) }
	failed := func(r ChangeRequest) (ChangeRequest, error) {
		return r.Failed("service:apply", "the base moved", testNow)
	}
	rejected := func(by Actor, why string) move {
		return func(r ChangeRequest) (ChangeRequest, error) { return r.Rejected(by, why, testNow) }
	}
	withdrawn := func(by Actor) move {
		return func(r ChangeRequest) (ChangeRequest, error) { return r.Withdrawn(by, "", testNow) }
	}
	tests := map[string]struct {
		from     RequestState
		move     move
		wantCode string
		want     RequestState
	}{
		"a draft is handed in and reviewed":   {from: RequestDraft, move: submitted, want: RequestInReview},
		"a request in rework is handed in":    {from: RequestRework, move: submitted, want: RequestInReview},
		"a request in review is not":          {from: RequestInReview, move: submitted, wantCode: CodeRequestState},
		"rejected by another":                 {from: RequestInReview, move: rejected(bo, "wrong unit"), want: RequestRejected},
		"rejected without a reason":           {from: RequestInReview, move: rejected(bo, " \t"), wantCode: CodeReasonRequired},
		"rejected by the proposer":            {from: RequestInReview, move: rejected(ana, "x"), wantCode: CodeRequestOwn},
		"rejected when approved":              {from: RequestApproved, move: rejected(bo, "x"), wantCode: CodeRequestState},
		"withdrawn by the proposer":           {from: RequestInReview, move: withdrawn(ana), want: RequestWithdrawn},
		"withdrawn in the grace period":       {from: RequestScheduled, move: withdrawn(ana), want: RequestWithdrawn},
		"withdrawn by another":                {from: RequestInReview, move: withdrawn(bo), wantCode: CodeRequestNotOwn},
		"withdrawn when applied":              {from: RequestApplied, move: withdrawn(ana), wantCode: CodeRequestState},
		"applied when approved":               {from: RequestApproved, move: applied, want: RequestApplied},
		"applied when scheduled":              {from: RequestScheduled, move: applied, want: RequestApplied},
		"applied without approval":            {from: RequestInReview, move: applied, wantCode: CodeRequestState},
		"applied twice":                       {from: RequestApplied, move: applied, wantCode: CodeRequestState},
		"failed when approved":                {from: RequestApproved, move: failed, want: RequestFailed},
		"failed when there was nothing to do": {from: RequestDraft, move: failed, wantCode: CodeRequestState},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.move(inReview(requestIn(tt.from)))
			if ErrorCode(err) != tt.wantCode {
				t.Fatalf("moved with %q, want %q", ErrorCode(err), tt.wantCode)
			}
			if err != nil {
				if got.State != tt.from || got.Version != 3 {
					t.Errorf("refused, and yet %s in version %d", got.State, got.Version)
				}
				return
			}
			if got.State != tt.want || got.Version <= 3 {
				t.Errorf("became %s in version %d", got.State, got.Version)
			}
			if closed := got.ClosedAt == testNow; closed != (tt.want == RequestRejected || tt.want == RequestWithdrawn || tt.want == RequestFailed) {
				t.Errorf("closed: %v", closed)
			}
			if (got.AppliedAt == testNow) != (tt.want == RequestApplied) {
				t.Errorf("applied at %d", got.AppliedAt)
			}
		})
	}
}
