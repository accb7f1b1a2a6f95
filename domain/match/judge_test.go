package match_test

import (
	"context"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

func twoScrews(t testing.TB) *court {
	t.Helper()
	return newCourt(t, thing("A", "Socket screw M8x40", ""), thing("B", "M8x40 screw, socket", ""), thing("C", "Ball valve DN20", ""))
}

func TestAMatchProposesWhatFollows(t *testing.T) {
	t.Parallel()
	c := twoScrews(t)
	tests := map[string]struct {
		word        domain.VerdictWord
		left, right domain.MatchSide
		want        domain.RequestKind
	}{
		"of two records, a merge":       {domain.VerdictMatch, c.record("A"), c.record("B"), domain.RequestMerge},
		"of a code, a mapping":          {domain.VerdictMatch, codeAt("mes-stu1", "X1"), c.record("A"), domain.RequestMappings},
		"of what is not one, nothing":   {domain.VerdictNoMatch, c.record("A"), c.record("C"), ""},
		"of what nobody knows, nothing": {domain.VerdictUnsure, codeAt("mes-stu1", "X2"), c.record("C"), ""},
	}
	for phrase, test := range tests {
		v := c.give(t, test.word, test.left, test.right)
		if stands := c.standing(t, test.left, test.right); stands.ID != v.ID || stands.By != c.ana.ID || stands.At == 0 {
			t.Errorf("%s: the verdict %+v stands", phrase, stands)
		}
		if test.want == "" {
			if !v.Request.IsZero() {
				t.Errorf("%s: a request was made", phrase)
			}
			continue
		}
		request, err := c.store.Read().Requests.ByID(t.Context(), v.Request)
		if err != nil || request.Kind != test.want || request.State != domain.RequestInReview || request.ProposedBy != c.ana.ID {
			t.Errorf("%s: the request is %+v (%v)", phrase, request, err)
		}
	}
	if v := c.standing(t, codeAt("mes-stu1", "X1"), c.record("A")); v.Plant != "STU1" {
		t.Errorf("the code was judged at %q", v.Plant)
	}
	_, err := c.judge.Give(t.Context(), c.ana, match.Given{Domain: catalog.Item, Left: codeAt("mes-stu1", "x1"), Right: c.record("A"), Word: domain.VerdictNoMatch})
	if domain.ErrorCode(err) != domain.CodeVerdictStale {
		t.Errorf("the same code in another writing was judged again: %v", err)
	}
	for _, id := range []domain.ID{c.records["A"], c.records["B"]} {
		record, err := c.store.Read().Records.ByID(t.Context(), id)
		if err != nil || record.Version != 1 || record.State != domain.RecordActive {
			t.Errorf("a verdict changed a record: %+v (%v)", record, err)
		}
	}
}

func TestVerdictsThatAreRefused(t *testing.T) {
	t.Parallel()
	c := twoScrews(t)
	c.give(t, domain.VerdictNoMatch, c.record("A"), c.record("C"))
	nothing := domain.MatchSide{Record: domain.NewID()}
	tests := map[string]struct {
		by       domain.Actor
		given    match.Given
		wantCode string
	}{
		"of one thing":                 {c.ana, match.Given{Left: c.record("A"), Right: c.record("A")}, domain.CodeVerdictPair},
		"of two codes":                 {c.ana, match.Given{Left: codeAt("mes-stu1", "1"), Right: codeAt("mes-ber2", "1")}, domain.CodeVerdictPair},
		"with another word":            {c.ana, match.Given{Left: c.record("A"), Right: c.record("B"), Word: "perhaps"}, domain.CodeBodyInvalid},
		"of another domain":            {c.ana, match.Given{Left: c.record("A"), Right: c.record("B"), Domain: "customer"}, domain.CodeDomainUnknown},
		"of a record there is not":     {c.ana, match.Given{Left: c.record("A"), Right: nothing}, domain.CodeRecordUnknown},
		"of a system there is not":     {c.ana, match.Given{Left: c.record("A"), Right: codeAt("none", "1")}, domain.CodeSystemUnknown},
		"of a decided pair":            {c.ana, match.Given{Left: c.record("C"), Right: c.record("A")}, domain.CodeVerdictStale},
		"with a foreign survivor":      {c.ana, match.Given{Left: c.record("A"), Right: c.record("B"), Survivor: c.records["C"]}, domain.CodeVerdictPair},
		"by a plant's lead of records": {c.petra, match.Given{Left: c.record("A"), Right: c.record("B")}, domain.CodeAccessDenied},
		"by another plant's lead":      {c.carl, match.Given{Left: c.record("A"), Right: codeAt("mes-stu1", "1")}, domain.CodeSystemUnknown},
		"by who may only look":         {person("eve", domain.Anywhere, domain.ActionRead), match.Given{Left: c.record("A"), Right: codeAt("mes-stu1", "1")}, domain.CodeAccessDenied},
		"by the plant's lead":          {c.petra, match.Given{Left: c.record("A"), Right: codeAt("mes-stu1", "1")}, ""},
	}
	for phrase, test := range tests {
		if test.given.Domain == "" {
			test.given.Domain = catalog.Item
		}
		if test.given.Word == "" {
			test.given.Word = domain.VerdictMatch
		}
		if _, err := c.judge.Give(t.Context(), test.by, test.given); domain.ErrorCode(err) != test.wantCode {
			t.Errorf("%s: %v, want %q", phrase, err, test.wantCode)
		}
	}
	requests, _, err := c.store.Read().Requests.List(t.Context(), domain.RequestQuery{Plants: domain.PlantScope{All: true}})
	if err != nil || len(requests) != 1 {
		t.Errorf("%d requests were made of one verdict that was taken (%v)", len(requests), err)
	}
}

func TestUnsureMakesWay(t *testing.T) {
	t.Parallel()
	c := twoScrews(t)
	first := c.give(t, domain.VerdictUnsure, c.record("A"), c.record("C"))
	second := c.give(t, domain.VerdictNoMatch, c.record("A"), c.record("C"))
	if stands := c.standing(t, c.record("A"), c.record("C")); stands.ID != second.ID {
		t.Errorf("%+v stands", stands)
	}
	if before, err := c.store.Read().Verdicts.ByID(t.Context(), first.ID); err != nil || before.Stands() {
		t.Errorf("the first one is %+v (%v)", before, err)
	}
}

// rival lets somebody else judge the pair while a mapping is being proposed.
type rival struct {
	match.Mapper
	meanwhile func()
}

func (r rival) MapCode(ctx context.Context, by domain.Actor, name domain.DomainName, code domain.MatchSide, record domain.ID, reason string) (domain.ChangeRequest, error) {
	request, err := r.Mapper.MapCode(ctx, by, name, code, record, reason)
	r.meanwhile()
	return request, err
}

func TestAVerdictThatCannotBeKeptLeavesNothing(t *testing.T) {
	t.Parallel()
	c := twoScrews(t)
	code, record := domain.MatchSide{System: "mes-stu1", Key: "1", Code: "1"}, c.record("A")
	pair, err := domain.NewMatchPair(catalog.Item, code, record)
	if err != nil {
		t.Fatal(err)
	}
	c.judge.Mapper = rival{c.judge.Mapper, func() {
		c.change(t, func(ctx context.Context, repos domain.Repos) error {
			return repos.Verdicts.Put(ctx, domain.Verdict{ID: domain.NewID(), Pair: pair, Word: domain.VerdictNoMatch, Plant: "STU1", By: "user:bo", Version: 1})
		})
	}}
	_, err = c.judge.Give(t.Context(), c.ana, match.Given{Domain: catalog.Item, Left: code, Right: record, Word: domain.VerdictMatch})
	if domain.ErrorCode(err) != domain.CodeVerdictStale {
		t.Errorf("the second verdict: %v", err)
	}
	requests, _, err := c.store.Read().Requests.List(t.Context(), domain.RequestQuery{Plants: domain.PlantScope{All: true}})
	if err != nil || len(requests) != 1 || requests[0].State != domain.RequestWithdrawn {
		t.Errorf("the requests are %+v (%v)", requests, err)
	}
	if v := c.standing(t, code, record); v.By != "user:bo" {
		t.Errorf("%+v stands", v)
	}
}

func TestUndoBeforeItIsApplied(t *testing.T) {
	t.Parallel()
	c := twoScrews(t)
	for phrase, other := range map[string]domain.MatchSide{"a merge": c.record("B"), "a mapping": codeAt("mes-stu1", "1")} {
		v := c.give(t, domain.VerdictMatch, c.record("A"), other)
		for _, test := range []struct {
			by        domain.Actor
			why, want string
		}{
			{c.carl, "wrong", map[string]string{"a merge": domain.CodeAccessDenied, "a mapping": domain.CodeVerdictUnknown}[phrase]},
			{c.ana, " ", domain.CodeReasonRequired}, {c.ana, "wrong", ""}, {c.ana, "wrong", domain.CodeVerdictUndone},
		} {
			undone, came, err := c.judge.Undo(t.Context(), test.by, v.ID, test.why)
			if domain.ErrorCode(err) != test.want || err == nil && (undone.Stands() || !came.IsZero()) {
				t.Errorf("undo %s by %s because %q: %v, want %q", phrase, test.by.Name, test.why, err, test.want)
			}
		}
		request, err := c.store.Read().Requests.ByID(t.Context(), v.Request)
		if err != nil || request.State != domain.RequestWithdrawn {
			t.Errorf("the request of %s is %s (%v)", phrase, request.State, err)
		}
		if v := c.standing(t, c.record("A"), other); !v.ID.IsZero() {
			t.Errorf("of %s %+v stands still", phrase, v)
		}
	}
}

// TestARejectedRequestOpensThePairAgain: what an approver does not agree to is to be judged again, not forgotten.
func TestARejectedRequestOpensThePairAgain(t *testing.T) {
	t.Parallel()
	c := twoScrews(t)
	v := c.give(t, domain.VerdictMatch, c.record("A"), c.record("B"))
	request, err := c.store.Read().Requests.ByID(t.Context(), v.Request)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.judge.Desk.Reject(t.Context(), c.bo, request.ID, request.Version, "look again"); err != nil {
		t.Fatal(err)
	}
	after, err := c.store.Read().Verdicts.ByID(t.Context(), v.ID)
	if err != nil || after.Stands() || after.UndoneBy != c.bo.ID {
		t.Errorf("the verdict is %+v (%v)", after, err)
	}
	c.give(t, domain.VerdictNoMatch, c.record("A"), c.record("B"))
}

func TestAnAppliedMergeIsUnmerged(t *testing.T) {
	t.Parallel()
	c := twoScrews(t)
	v := c.give(t, domain.VerdictMatch, c.record("A"), c.record("B"))
	c.approve(t, v.Request)
	_, _, err := c.judge.Undo(t.Context(), c.ana, v.ID, "wrong")
	if domain.ErrorCode(err) != domain.CodeVerdictMerged {
		t.Fatalf("undo what is merged: %v", err)
	}
	loser := c.records["A"]
	if record, err := c.store.Read().Records.ByID(t.Context(), loser); err != nil || record.State != domain.RecordMerged {
		loser = c.records["B"]
	}
	unmerge, err := c.catalog.UnmergeRecord(t.Context(), c.ana, catalog.Item, loser, catalog.UnmergeWish{Reason: "they are two"})
	if err != nil {
		t.Fatal(err)
	}
	c.approve(t, unmerge.ID)
	if before, err := c.store.Read().Verdicts.ByID(t.Context(), v.ID); err != nil || before.Stands() {
		t.Errorf("the verdict is %+v (%v)", before, err)
	}
	apart := c.standing(t, c.record("A"), c.record("B"))
	if apart.Word != domain.VerdictNoMatch || !apart.Unmerged || apart.By != c.ana.ID || apart.Judged() != domain.CandidateUnmerged {
		t.Errorf("%+v stands", apart)
	}
	if _, err := c.judge.Give(t.Context(), c.bo, match.Given{Domain: catalog.Item, Left: c.record("A"), Right: c.record("B"), Word: domain.VerdictMatch}); domain.ErrorCode(err) != domain.CodeVerdictStale {
		t.Errorf("they are merged again: %v", err)
	}
}

func TestAnAppliedMappingIsEnded(t *testing.T) {
	t.Parallel()
	c := twoScrews(t)
	code := codeAt("mes-stu1", "1")
	v := c.give(t, domain.VerdictMatch, c.record("A"), code)
	c.approve(t, v.Request)
	undone, came, err := c.judge.Undo(t.Context(), c.ana, v.ID, "wrong")
	if err != nil || undone.Stands() || came.IsZero() {
		t.Fatalf("undo: %+v, the request %s: %v", undone, came, err)
	}
	c.approve(t, came)
	mappings, err := c.store.Read().Mappings.ByRecord(t.Context(), c.records["A"])
	if err != nil || len(mappings) != 1 || mappings[0].Live() {
		t.Errorf("the mappings are %+v (%v)", mappings, err)
	}
}

// TestAMappingTakenBackIsNotProposedAgain: who reverts the request says that the code is not the record's.
func TestAMappingTakenBackIsNotProposedAgain(t *testing.T) {
	t.Parallel()
	c := twoScrews(t)
	code := codeAt("mes-stu1", "1")
	v := c.give(t, domain.VerdictMatch, c.record("A"), code)
	c.approve(t, v.Request)
	request, err := c.store.Read().Requests.ByID(t.Context(), v.Request)
	if err != nil {
		t.Fatal(err)
	}
	reversal, err := c.judge.Desk.Revert(t.Context(), c.ana, request.ID, request.Version, "that was wrong")
	if err != nil {
		t.Fatal(err)
	}
	c.approve(t, reversal.Request.ID)
	apart := c.standing(t, c.record("A"), code)
	if apart.Word != domain.VerdictNoMatch || !apart.Unmerged || apart.By != c.ana.ID || apart.Plant != "STU1" {
		t.Errorf("%+v stands", apart)
	}
}
