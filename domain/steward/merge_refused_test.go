package steward_test

import (
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

func TestWhatCannotBeMerged(t *testing.T) {
	t.Parallel()
	type wish = catalog.MergeWish
	tests := map[string]struct {
		prepare func(t *testing.T, b *bundle, bolt, twin domain.ID)
		wish    func(bolt, twin domain.ID) wish
		by      func(*bundle) domain.Actor
		want    string
	}{
		"two records":         {want: ""},
		"into itself":         {wish: func(bolt, _ domain.ID) wish { return wish{Survivor: bolt, Losers: []domain.ID{bolt}} }, want: domain.CodeMergeItself},
		"one twice":           {wish: func(bolt, twin domain.ID) wish { return wish{Survivor: bolt, Losers: []domain.ID{twin, twin}} }, want: domain.CodeBodyInvalid},
		"one alone":           {wish: func(bolt, _ domain.ID) wish { return wish{Losers: []domain.ID{bolt}} }, want: domain.CodeBodyInvalid},
		"one nobody knows":    {wish: func(bolt, _ domain.ID) wish { return wish{Survivor: bolt, Losers: []domain.ID{domain.NewID()}} }, want: domain.CodeRecordUnknown},
		"by one plant's lead": {by: func(b *bundle) domain.Actor { return b.petra }, want: domain.CodeAccessDenied},
		"a version ago": {wish: func(bolt, twin domain.ID) wish {
			return wish{Survivor: bolt, Losers: []domain.ID{twin}, Versions: map[domain.ID]int{twin: 7}}
		}, want: domain.CodeRecordStale},
		"a value of a stranger": {wish: func(bolt, twin domain.ID) wish {
			return wish{Survivor: bolt, Losers: []domain.ID{twin}, Choose: map[domain.AttributeID]domain.ID{catalog.ItemName: domain.NewID()}}
		}, want: domain.CodeMergeChoice},
		"a value of no attribute": {wish: func(bolt, twin domain.ID) wish {
			return wish{Survivor: bolt, Losers: []domain.ID{twin}, Choose: map[domain.AttributeID]domain.ID{"colour": twin}}
		}, want: domain.CodeMergeChoice},
		"the other's code": {wish: func(bolt, twin domain.ID) wish {
			return wish{Survivor: bolt, Losers: []domain.ID{twin}, Choose: map[domain.AttributeID]domain.ID{catalog.ItemCode: twin}}
		}, want: domain.CodeMergeChoice},
		"what is merged": {prepare: func(t *testing.T, b *bundle, bolt, twin domain.ID) { b.merge(t, bolt, twin) }, want: domain.CodeMergeState},
		"into what is merged": {
			prepare: func(t *testing.T, b *bundle, bolt, _ domain.ID) {
				nut := must(b.store.Read().Records.ByCodes(t.Context(), catalog.Item, []string{"000124"}))(t)["000124"].ID
				b.merge(t, nut, bolt)
			},
			want: domain.CodeMergeState,
		},
		"into what it answers for": {
			prepare: func(t *testing.T, b *bundle, bolt, twin domain.ID) { b.merge(t, twin, bolt) },
			want:    domain.CodeMergeCircle,
		},
		"what is retired": {
			prepare: func(t *testing.T, b *bundle, _, twin domain.ID) {
				b.approve(t, b.propose(t, domain.ChangeItem{Action: domain.ItemRetireRecord, Domain: catalog.Item, Record: twin, BaseVersion: 1}))
			},
			want: domain.CodeMergeState,
		},
		"while a request is open": {
			prepare: func(t *testing.T, b *bundle, _, twin domain.ID) {
				b.propose(t, domain.ChangeItem{Action: domain.ItemRetireRecord, Domain: catalog.Item, Record: twin, BaseVersion: 1})
			},
			want: domain.CodeMergeOpen,
		},
		"while a delivery is under way": {
			prepare: func(t *testing.T, b *bundle, _, twin domain.ID) {
				b.approve(t, b.propose(t, domain.ChangeItem{Action: domain.ItemWriteSystem, Domain: catalog.Item, Record: twin, Delivery: &domain.DeliveryOrder{
					System: odoo, Domain: catalog.Item, Record: twin, Kind: domain.DeliverUpdate, Code: "3", Set: domain.Attributes{catalog.ItemName: domain.Text("x")},
				}}))
			},
			want: domain.CodeMergeDeliveries,
		},
		"what is counted otherwise": {
			prepare: func(t *testing.T, b *bundle, _, twin domain.ID) {
				b.update(t, twin, domain.Attributes{catalog.ItemBaseUnit: domain.Enum("KGM")})
			},
			want: domain.CodeMergeContradiction,
		},
		"what is counted otherwise, acknowledged": {
			prepare: func(t *testing.T, b *bundle, _, twin domain.ID) {
				b.update(t, twin, domain.Attributes{catalog.ItemTracking: domain.Enum("lot")})
			},
			wish: func(bolt, twin domain.ID) wish {
				return wish{Survivor: bolt, Losers: []domain.ID{twin}, Acknowledge: true}
			},
			want: "",
		},
		"without what must be there": {wish: func(bolt, twin domain.ID) wish {
			return wish{Survivor: bolt, Losers: []domain.ID{twin}, Choose: map[domain.AttributeID]domain.ID{catalog.ItemBaseUnit: twin}}
		}, want: ""},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			bolt, twin := b.twins(t)
			if tt.prepare != nil {
				tt.prepare(t, b, bolt, twin)
			}
			w := wish{Survivor: bolt, Losers: []domain.ID{twin}}
			if tt.wish != nil {
				w = tt.wish(bolt, twin)
			}
			by := b.ana
			if tt.by != nil {
				by = tt.by(b)
			}
			w.Reason = "one thing"
			before := b.standing(t, bolt)
			_, err := b.catalog.MergeRecords(t.Context(), by, catalog.Item, w)
			wantCode(t, err, tt.want)
			if !same(before, b.standing(t, bolt)) {
				t.Error("what was only proposed has changed something")
			}
		})
	}
}

// TestWhoMustApproveAMerge: two people whatever one steward may decide alone, and where records contradict each other whatever
// the policy says.
func TestWhoMustApproveAMerge(t *testing.T) {
	t.Parallel()
	for phrase, tt := range map[string]struct {
		policy     domain.ApprovalPolicy
		contradict bool
		want       int
	}{
		"by default":                        {steward.DefaultPolicy(), false, 1},
		"where one suffices":                {domain.ApprovalPolicy{MassLimit: 10}, false, 0},
		"where one suffices, contradictory": {domain.ApprovalPolicy{MassLimit: 10}, true, 1},
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			bolt, twin := b.twins(t)
			if tt.contradict {
				b.update(t, twin, domain.Attributes{catalog.ItemTracking: domain.Enum("lot")})
			}
			b.policy(t, tt.policy)
			request := must(b.catalog.MergeRecords(t.Context(), b.ana, catalog.Item, catalog.MergeWish{
				Survivor: bolt, Losers: []domain.ID{twin}, Reason: "one thing", Acknowledge: true,
			}))(t)
			if request.Needs.Approvers != tt.want {
				t.Errorf("it needs %d (%s)", request.Needs.Approvers, request.Needs.Why)
			}
		})
	}
}

// TestAMergeRestsOnWhatWasSeen: whatever comes between the proposal and the approval makes the whole of it fail.
func TestAMergeRestsOnWhatWasSeen(t *testing.T) {
	t.Parallel()
	for phrase, between := range map[string]func(t *testing.T, b *bundle, bolt, twin domain.ID){
		"the survivor changed": func(t *testing.T, b *bundle, bolt, _ domain.ID) {
			b.update(t, bolt, domain.Attributes{catalog.ItemGrade: domain.Text("8.8")})
		},
		"the loser changed": func(t *testing.T, b *bundle, _, twin domain.ID) {
			b.update(t, twin, domain.Attributes{catalog.ItemGrade: domain.Text("8.8")})
		},
		"a request was opened": func(t *testing.T, b *bundle, _, twin domain.ID) {
			b.propose(t, domain.ChangeItem{Action: domain.ItemRetireRecord, Domain: catalog.Item, Record: twin, BaseVersion: 1})
		},
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			bolt, twin := b.twins(t)
			request := must(b.catalog.ProposeMerge(t.Context(), b.ana, catalog.Item, domain.Union{Survivor: bolt, Losers: []domain.ID{twin}, Reason: "one thing"}))(t)
			between(t, b, bolt, twin)
			before := []standing{b.standing(t, bolt), b.standing(t, twin)}
			after, err := b.desk.Approve(t.Context(), b.bo, request.ID, request.Version)
			if err != nil {
				t.Fatal(err)
			}
			if after.State != domain.RequestFailed || after.ClosedWhy == "" || strings.Contains(after.ClosedWhy, "inside") {
				t.Errorf("the request is %s: %s", after.State, after.ClosedWhy)
			}
			for i, id := range []domain.ID{bolt, twin} {
				if !same(before[i], b.standing(t, id)) {
					t.Errorf("record %d has changed", i)
				}
			}
		})
	}
}

func TestWhatCannotBeUnmerged(t *testing.T) {
	t.Parallel()
	for phrase, tt := range map[string]struct {
		prepare func(t *testing.T, b *bundle, bolt, twin domain.ID)
		wish    catalog.UnmergeWish
		want    string
	}{
		"what is merged":       {want: ""},
		"without a reason":     {wish: catalog.UnmergeWish{Reason: " "}, want: domain.CodeReasonRequired},
		"a version ago":        {wish: catalog.UnmergeWish{Reason: "r", Version: 99}, want: domain.CodeRecordStale},
		"with a foreign code":  {wish: catalog.UnmergeWish{Reason: "r", Mappings: []domain.ID{{1}}}, want: domain.CodeMergeChoice},
		"with a foreign plant": {wish: catalog.UnmergeWish{Reason: "r", Plants: []domain.PlantID{"STU1"}}, want: domain.CodeMergeChoice},
		"while a request is open on the survivor": {
			prepare: func(t *testing.T, b *bundle, bolt, _ domain.ID) {
				b.propose(t, domain.ChangeItem{Action: domain.ItemRetireRecord, Domain: catalog.Item, Record: bolt, BaseVersion: b.golden(t, bolt).Version})
			},
			want: domain.CodeMergeOpen,
		},
		"while something is written under its code": {
			prepare: func(t *testing.T, b *bundle, bolt, _ domain.ID) { b.write(t, bolt, "3") }, want: domain.CodeMergeDeliveries,
		},
		"while something is written under another code": {
			prepare: func(t *testing.T, b *bundle, bolt, _ domain.ID) { b.write(t, bolt, "1") }, want: "",
		},
		"when its code was given away": {
			prepare: func(t *testing.T, b *bundle, _, _ domain.ID) {
				b.approve(t, b.propose(t, domain.ChangeItem{Action: domain.ItemCreateRecord, Domain: catalog.Item, Label: "Other", Record: domain.NewID(), Set: hexagon()}))
			},
			want: domain.CodeRecordCodeTaken,
		},
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			bolt, twin := b.twins(t)
			b.merge(t, bolt, twin)
			if tt.prepare != nil {
				tt.prepare(t, b, bolt, twin)
			}
			if tt.wish.Reason == "" {
				tt.wish.Reason = "two things"
			}
			preview := must(b.catalog.PreviewUnmerge(t.Context(), b.ana, catalog.Item, twin))(t)
			if refused := tt.prepare != nil && tt.want != ""; refused != (len(preview.Refusals) > 0) {
				t.Errorf("the preview refuses %+v", preview.Refusals)
			}
			_, err := b.catalog.UnmergeRecord(t.Context(), b.ana, catalog.Item, twin, tt.wish)
			wantCode(t, err, tt.want)
		})
	}
}

// write orders a write of a record under one of its codes in odoo-main.
func (b *bundle) write(t testing.TB, record domain.ID, code domain.Code) {
	t.Helper()
	b.approve(t, b.propose(t, domain.ChangeItem{Action: domain.ItemWriteSystem, Domain: catalog.Item, Record: record, Delivery: &domain.DeliveryOrder{
		System: odoo, Domain: catalog.Item, Record: record, Kind: domain.DeliverUpdate, Code: code, Set: domain.Attributes{catalog.ItemName: domain.Text("x")},
	}}))
}

// TestAMergeIsSentBackWhole: its proposer may hand it in again, but not a part of it.
func TestAMergeIsSentBackWhole(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bolt, twin := b.twins(t)
	request := must(b.catalog.ProposeMerge(t.Context(), b.ana, catalog.Item, domain.Union{Survivor: bolt, Losers: []domain.ID{twin}, Reason: "one thing"}))(t)
	request = must(b.desk.SendBack(t.Context(), b.bo, request.ID, request.Version, "why?"))(t)
	_, err := b.desk.Resubmit(t.Context(), b.ana, request.ID, request.Version, steward.Edit{Drop: []domain.ID{bolt}})
	wantCode(t, err, domain.CodeDecisionInvalid)
	again := must(b.desk.Resubmit(t.Context(), b.ana, request.ID, request.Version, steward.Edit{}))(t)
	b.approve(t, again)
	if b.golden(t, twin).State != domain.RecordMerged {
		t.Error("it is not merged")
	}
}
