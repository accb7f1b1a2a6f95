package steward_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// merge merges losers into a record by an approved request, with what changes of the wish.
func (b *bundle) merge(t testing.TB, survivor domain.ID, losers ...domain.ID) domain.ChangeRequest {
	t.Helper()
	return b.approve(t, must(b.catalog.ProposeMerge(t.Context(), b.ana, catalog.Item, domain.Union{Survivor: survivor, Losers: losers, Reason: "one thing"}))(t))
}

// mergeTaking is merge with the name of the first loser and the origin of the last.
func (b *bundle) mergeTaking(t testing.TB, survivor domain.ID, losers ...domain.ID) {
	t.Helper()
	b.approve(t, must(b.catalog.MergeRecords(t.Context(), b.ana, catalog.Item, catalog.MergeWish{
		Survivor: survivor, Losers: losers, Reason: "one thing",
		Choose: map[domain.AttributeID]domain.ID{catalog.ItemName: losers[0], catalog.ItemOrigin: losers[len(losers)-1]},
	}))(t))
}

// unmerge takes a record out again by an approved request.
func (b *bundle) unmerge(t testing.TB, loser domain.ID, wish catalog.UnmergeWish) domain.ChangeRequest {
	t.Helper()
	wish.Reason = "two things"
	return b.approve(t, must(b.catalog.UnmergeRecord(t.Context(), b.ana, catalog.Item, loser, wish))(t))
}

// update changes a record's values by an approved request.
func (b *bundle) update(t testing.TB, record domain.ID, set domain.Attributes) domain.ChangeRequest {
	t.Helper()
	now := b.golden(t, record)
	item := domain.ChangeItem{Action: domain.ItemUpdateRecord, Domain: catalog.Item, Label: "edit", Record: record, BaseVersion: now.Version, Set: set, Origin: domain.Lineage{Rule: "edit"}}
	item.Before = now.Attributes.Only(item.Touched())
	return b.approve(t, b.propose(t, item))
}

func hexagon() domain.Attributes { return thing("000900", "Screw M8 hexagon", "0.012") }

// twins loads bolt and nut, and makes the bolt's twin golden: a screw, code 3 in odoo-main and S-9 at BER2, with a GTIN of its own.
func (b *bundle) twins(t testing.TB) (bolt, twin domain.ID) {
	t.Helper()
	bolt, _ = b.load(t)
	twin = domain.NewID()
	values := hexagon().With(domain.Attributes{catalog.ItemGTIN: domain.Code("4006381333948"), catalog.ItemOrigin: domain.Enum("DE")})
	b.approve(t, b.propose(t, domain.ChangeItem{
		Action: domain.ItemCreateRecord, Domain: catalog.Item, Label: "Screw", Record: twin, Set: values, Origin: domain.Lineage{System: ber, Code: "S-9", Rule: "steward_decision"},
	}))
	b.mapTo(t, odoo, "3", twin)
	b.mapTo(t, ber, "S-9", twin)
	return bolt, twin
}

// standing is a record as governed: its state, values, where they come from, its codes and uses. Two that are equal mean that
// nothing of it has changed.
type standing struct {
	State      domain.RecordState
	Into       domain.ID
	Attributes string
	Origins    map[domain.AttributeID]string
	Codes      map[domain.ID]domain.CodeMapping
	Uses       map[domain.PlantID]domain.PlantUse
}

func (b *bundle) standing(t testing.TB, id domain.ID) standing {
	t.Helper()
	record, reads := b.golden(t, id), b.store.Read()
	s := standing{
		State: record.State, Into: record.MergedInto, Attributes: string(record.Attributes.Encode()),
		Origins: map[domain.AttributeID]string{}, Codes: map[domain.ID]domain.CodeMapping{}, Uses: map[domain.PlantID]domain.PlantUse{},
	}
	for _, origin := range must(reads.Records.Lineage(t.Context(), id))(t) {
		if _, has := record.Attributes[origin.Attribute]; has {
			s.Origins[origin.Attribute] = string(origin.System) + "/" + string(origin.Code) + "/" + origin.Rule
		}
	}
	for _, m := range must(reads.Mappings.ByRecord(t.Context(), id))(t) {
		m.Version, m.Sequence, m.ChangeRequest = 0, 0, domain.ID{}
		s.Codes[m.ID] = m
	}
	for _, use := range must(reads.Uses.ByRecord(t.Context(), id))(t) {
		use.Version = 0
		s.Uses[use.Plant] = use
	}
	return s
}

func TestAMergeTakesWhatSurvivesAndGivesItBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bolt, twin := b.twins(t)
	before := []standing{b.standing(t, bolt), b.standing(t, twin)}
	request := b.merge(t, bolt, twin)
	if len(request.Approvals) != 1 {
		t.Errorf("it took %d approvals", len(request.Approvals))
	}
	merged, survivor := b.standing(t, twin), b.golden(t, bolt)
	if merged.State != domain.RecordMerged || merged.Into != bolt || merged.Attributes != before[1].Attributes || len(merged.Codes) != len(before[1].Codes) {
		t.Errorf("the loser is %+v", merged)
	}
	want := map[domain.AttributeID]string{
		catalog.ItemCode: "000123", catalog.ItemName: "Bolt M8", catalog.ItemOrigin: "DE", catalog.ItemGTIN: "4006381333931",
	}
	for key, text := range want {
		if got := survivor.Attributes.Text(key); got != text {
			t.Errorf("the survivor's %s is %q, want %q", key, got, text)
		}
	}
	if got := b.standing(t, bolt).Origins[catalog.ItemOrigin]; got != "mes-ber2/S-9/merge_united" {
		t.Errorf("its origin came from %s", got)
	}
	b.unmerge(t, twin, catalog.UnmergeWish{})
	for i, id := range []domain.ID{bolt, twin} {
		if got := b.standing(t, id); !same(got, before[i]) {
			t.Errorf("record %d is\n%+v, and was\n%+v", i, got, before[i])
		}
	}
	b.verify(t)
}

func TestAMergeIsTakenBackLikeAnyRequest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bolt, twin := b.twins(t)
	before := []standing{b.standing(t, bolt), b.standing(t, twin)}
	request := b.merge(t, bolt, twin)
	reversal := must(b.desk.Revert(t.Context(), b.ana, request.ID, request.Version, "they are not"))(t)
	b.approve(t, reversal.Request)
	for i, id := range []domain.ID{bolt, twin} {
		if got := b.standing(t, id); !same(got, before[i]) {
			t.Errorf("record %d is\n%+v, and was\n%+v", i, got, before[i])
		}
	}
	_, err := b.desk.Revert(t.Context(), b.ana, request.ID, must(b.store.Read().Requests.ByID(t.Context(), request.ID))(t).Version, "again")
	wantCode(t, err, domain.CodeRequestState)
}

func TestWhatWasEditedSinceAMergeStays(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bolt, twin := b.twins(t)
	b.merge(t, bolt, twin)
	b.update(t, bolt, domain.Attributes{catalog.ItemName: domain.Text("Bolt, renamed"), catalog.ItemGrade: domain.Text("8.8")})
	preview := must(b.catalog.PreviewUnmerge(t.Context(), b.ana, catalog.Item, twin))(t)
	var restores, stays []domain.AttributeID
	for _, r := range preview.Restores {
		restores = append(restores, r.Key)
	}
	for _, s := range preview.Stays {
		stays = append(stays, s.Key)
	}
	slices.Sort(stays)
	if !slices.Equal(restores, []domain.AttributeID{catalog.ItemOrigin}) || !slices.Equal(stays, []domain.AttributeID{catalog.ItemGrade, catalog.ItemName}) {
		t.Errorf("%v go back and %v stay", restores, stays)
	}
	b.unmerge(t, twin, catalog.UnmergeWish{Version: preview.Loser.Version})
	now := b.golden(t, bolt)
	if now.Attributes.Text(catalog.ItemName) != "Bolt, renamed" || now.Attributes.Text(catalog.ItemGrade) != "8.8" || now.Attributes[catalog.ItemOrigin] != nil {
		t.Errorf("the survivor is %s", now.Attributes.Encode())
	}
}

func TestWhatARunFindsUnderAMergedCode(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bolt, twin := b.twins(t)
	rows := func(screwName string) []domain.SourceRecord {
		return []domain.SourceRecord{row("1", b.golden(t, bolt).Attributes), row("2", nut()), row("3", b.golden(t, bolt).Attributes.With(domain.Attributes{catalog.ItemName: domain.Text(screwName)}))}
	}
	// Before: the twin's own name differs in odoo-main.
	b.reconcile(t, odoo, row("1", b.golden(t, bolt).Attributes), row("2", nut()), row("3", b.golden(t, twin).Attributes.With(domain.Attributes{catalog.ItemName: domain.Text("Skrew")})))
	open := b.only(t)
	b.merge(t, bolt, twin)
	b.reconcile(t, odoo, rows("Skrew")...)
	moved := b.only(t)
	if moved.ID != open.ID || moved.Finding.Record != bolt || moved.Finding.Through != twin || moved.Finding.Code != "3" {
		t.Fatalf("the difference has become %+v", moved)
	}
	// Both codes of the survivor may differ at once, each for itself.
	b.reconcile(t, odoo, row("1", b.golden(t, bolt).Attributes.With(domain.Attributes{catalog.ItemName: domain.Text("Bold")})), row("2", nut()),
		row("3", b.golden(t, bolt).Attributes.With(domain.Attributes{catalog.ItemName: domain.Text("Skrew")})))
	if n := len(b.queue(t)); n != 2 {
		t.Fatalf("%d differences are open, want one for each code", n)
	}
	// What one code says is brought to the other as well.
	request := b.decide(t, b.discrepancy(t, open.ID), steward.VerbTakeSource)
	var written []domain.Code
	for _, item := range b.items(t, request) {
		if item.Delivery != nil {
			if item.Delivery.Record != bolt {
				t.Errorf("%s is written for another record", item.Delivery.Code)
			}
			written = append(written, item.Delivery.Code)
		}
	}
	slices.Sort(written)
	if !slices.Equal(written, []domain.Code{"1", "B-1"}) {
		t.Errorf("written are %v", written)
	}
	b.approve(t, request)
	b.deliverAll(t)
	b.reconcile(t, odoo, rows("Skrew")...)
	if n := len(b.queue(t)); n != 0 {
		t.Fatalf("%d differences are still open", n)
	}
	// Taken out again the same difference is the twin's own.
	b.unmerge(t, twin, catalog.UnmergeWish{})
	b.reconcile(t, odoo, row("1", b.golden(t, bolt).Attributes), row("2", nut()), row("3", b.golden(t, twin).Attributes.With(domain.Attributes{catalog.ItemName: domain.Text("Skrew")})))
	if again := b.only(t); again.ID != open.ID || again.Finding.Record != twin || !again.Finding.Through.IsZero() {
		t.Errorf("the difference has become %+v", again)
	}
	b.verify(t)
}

func TestWhatIsMissingAfterAMerge(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bolt, twin := b.twins(t)
	b.mapTo(t, mes, "T-1", twin) // STU1 has both
	b.merge(t, bolt, twin)
	values := local(b.golden(t, bolt).Attributes)
	b.reconcile(t, mes, row("T-1", values), row("N-1", local(nut())))
	if open := b.queue(t); len(open) > 0 {
		t.Fatalf("the plant has it under the other code, and yet: %+v", open)
	}
	b.reconcile(t, mes, row("N-1", local(nut())))
	missing := b.only(t)
	if missing.Finding.Record != bolt || missing.Finding.Code != "B-1" || missing.Finding.Class != domain.ClassDeleted {
		t.Errorf("missing is %+v", missing.Finding)
	}
	// At BER2 the use that was declared of the twin counts.
	b.reconcile(t, ber)
	b.reconcile(t, mes, row("T-1", values), row("N-1", local(nut())))
	missing = b.only(t)
	if missing.Finding.System != ber || missing.Finding.Record != bolt || missing.Finding.Through != twin || missing.Finding.Code != "S-9" {
		t.Errorf("missing is %+v", missing.Finding)
	}
}

func TestChainsComeApartInAnyOrder(t *testing.T) {
	t.Parallel()
	for phrase, order := range map[string][]int{"the last first": {1, 0}, "the first first": {0, 1}} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			bolt, twin := b.twins(t)
			nut := must(b.store.Read().Records.ByCodes(t.Context(), catalog.Item, []string{"000124"}))(t)["000124"].ID
			all := []domain.ID{twin, bolt, nut}
			var before []standing
			for _, id := range all {
				before = append(before, b.standing(t, id))
			}
			b.merge(t, bolt, twin)
			b.merge(t, nut, bolt)
			heirs := must(b.store.Read().Merges.Heirs(t.Context(), all))(t)
			for _, id := range all {
				if heirs[id].ID != nut {
					t.Errorf("%v leads to %v", id, heirs[id].ID)
				}
			}
			for _, i := range order {
				b.unmerge(t, all[i], catalog.UnmergeWish{})
			}
			for i, id := range all {
				if got := b.standing(t, id); !same(got, before[i]) {
					t.Errorf("record %d is\n%+v, and was\n%+v", i, got, before[i])
				}
			}
		})
	}
}

func TestSeveralLosersComeApartInAnyOrder(t *testing.T) {
	t.Parallel()
	for phrase, order := range map[string][]int{"in the order they came": {0, 1}, "in the other": {1, 0}} {
		for together, merge := range map[string]func(*bundle, testing.TB, domain.ID, ...domain.ID){
			"by one request": func(b *bundle, t testing.TB, into domain.ID, losers ...domain.ID) { b.mergeTaking(t, into, losers...) },
			"one by one": func(b *bundle, t testing.TB, into domain.ID, losers ...domain.ID) {
				for _, loser := range losers {
					b.mergeTaking(t, into, loser)
				}
			},
		} {
			t.Run(together+", "+phrase, func(t *testing.T) {
				t.Parallel()
				b := setup(t)
				bolt, twin := b.twins(t)
				nut := must(b.store.Read().Records.ByCodes(t.Context(), catalog.Item, []string{"000124"}))(t)["000124"].ID
				b.update(t, nut, domain.Attributes{catalog.ItemName: domain.Text("Screw M8 hexagon, very long"), catalog.ItemOrigin: domain.Enum("FR")})
				losers, all := []domain.ID{twin, nut}, []domain.ID{bolt, twin, nut}
				var before []standing
				for _, id := range all {
					before = append(before, b.standing(t, id))
				}
				merge(b, t, bolt, losers...)
				for _, i := range order {
					b.unmerge(t, losers[i], catalog.UnmergeWish{})
				}
				for i, id := range all {
					if got := b.standing(t, id); !same(got, before[i]) {
						t.Errorf("record %d is\n%+v, and was\n%+v", i, got, before[i])
					}
				}
			})
		}
	}
}

func TestWhatCameSinceGoesBackByChoice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bolt, twin := b.twins(t)
	b.merge(t, bolt, twin)
	b.mapTo(t, ber, "S-10", bolt)
	b.mapTo(t, ber, "S-11", bolt)
	preview := must(b.catalog.PreviewUnmerge(t.Context(), b.ana, catalog.Item, twin))(t)
	if len(preview.Mappings) != 2 || len(preview.Uses) != 1 || preview.Uses[0].Plant != "BER2" {
		t.Fatalf("since the merge: %+v and %+v", preview.Mappings, preview.Uses)
	}
	b.unmerge(t, twin, catalog.UnmergeWish{Mappings: []domain.ID{preview.Mappings[0].ID}, Plants: []domain.PlantID{"BER2"}})
	codes := func(id domain.ID) (codes []domain.Code) {
		for _, m := range must(b.store.Read().Mappings.ByRecords(t.Context(), ber, []domain.ID{id}))(t) {
			codes = append(codes, m.Code)
		}
		slices.Sort(codes)
		return codes
	}
	if got := codes(twin); !slices.Equal(got, []domain.Code{preview.Mappings[0].Code, "S-9"}) {
		t.Errorf("the loser has %v", got)
	}
	if got := codes(bolt); !slices.Equal(got, []domain.Code{preview.Mappings[1].Code}) {
		t.Errorf("the survivor keeps %v", got)
	}
	if use := b.standing(t, bolt).Uses["BER2"]; use.State != domain.UseNotUsed {
		t.Errorf("BER2 uses the survivor still: %s", use.State)
	}
	if use := b.standing(t, twin).Uses["BER2"]; use.State != domain.UseActive {
		t.Errorf("BER2 does not use the loser: %s", use.State)
	}
	mapped, defaults := must(b.store.Read().Mappings.ByRecords(t.Context(), ber, []domain.ID{bolt}))(t), 0
	for _, m := range mapped {
		if m.DefaultOut {
			defaults++
		}
	}
	if defaults != 1 {
		t.Errorf("the survivor is named to BER2 by %d codes", defaults)
	}
	_, err := b.catalog.UnmergeRecord(t.Context(), b.ana, catalog.Item, twin, catalog.UnmergeWish{Reason: "again"})
	wantCode(t, err, domain.CodeMergeNone)
}

// same compares two standings; %+v of maps is in the order of their keys.
func same(a, b standing) bool { return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b) }

// TestWhatAnotherStillSaysStays: taking one of two records out that say the same changes nothing while the other one stays.
func TestWhatAnotherStillSaysStays(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bolt, twin := b.twins(t)
	nut := must(b.store.Read().Records.ByCodes(t.Context(), catalog.Item, []string{"000124"}))(t)["000124"].ID
	b.update(t, nut, domain.Attributes{catalog.ItemOrigin: domain.Enum("DE")})
	b.mergeTaking(t, bolt, twin, nut)
	b.unmerge(t, twin, catalog.UnmergeWish{})
	if got := b.golden(t, bolt).Attributes.Text(catalog.ItemOrigin); got != "DE" {
		t.Errorf("its origin is %q while the nut still says DE", got)
	}
	b.unmerge(t, nut, catalog.UnmergeWish{})
	if got := b.golden(t, bolt).Attributes.Text(catalog.ItemOrigin); got != "" {
		t.Errorf("its origin is still %q", got)
	}
}

// TestHowPlantsUseWhatWasMerged: a plant that has declared not to use the survivor uses it under the loser's code.
func TestHowPlantsUseWhatWasMerged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bolt, twin := b.twins(t)
	declare := func(id domain.ID, state domain.UseState) {
		b.approve(t, must(b.catalog.ProposeUse(t.Context(), b.ana, catalog.Item, id, catalog.DeclaredUse{Plant: "BER2", State: state}, "so"))(t))
	}
	declare(bolt, domain.UseNotUsed)
	before := b.standing(t, bolt)
	b.merge(t, bolt, twin)
	if got := b.standing(t, bolt).Uses["BER2"].State; got != domain.UseActive {
		t.Errorf("BER2's use is %s", got)
	}
	b.unmerge(t, twin, catalog.UnmergeWish{})
	if got := b.standing(t, bolt); !same(got, before) {
		t.Errorf("the record is\n%+v, and was\n%+v", got, before)
	}
	b.merge(t, bolt, twin)
	declare(twin, domain.UsePhasingOut) // of a merged record: it is declared of the one that answers for it
	b.unmerge(t, twin, catalog.UnmergeWish{})
	if got := b.standing(t, bolt).Uses["BER2"].State; got != domain.UsePhasingOut {
		t.Errorf("what was declared since has become %s", got)
	}
}

// TestAMergedCodeDoesNotFollow: where a system speaks of a thing under two codes, only what it says under the survivor's own enters
// by the standing rule; the other is for a person. Under one code it follows, whoever has it.
func TestAMergedCodeDoesNotFollow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bolt, twin := b.twins(t)
	b.merge(t, bolt, twin)
	b.rule(t, authorityOf(catalog.ItemName, domain.GovernFollow, false, odoo, ber))
	said := func(name string) domain.Attributes {
		return b.golden(t, bolt).Attributes.With(domain.Attributes{catalog.ItemName: domain.Text(name)})
	}
	b.reconcile(t, odoo, row("1", said("Bolt, new")), row("2", nut()), row("3", said("Screw, new")))
	if got := b.golden(t, bolt).Attributes.Text(catalog.ItemName); got != "Bolt, new" {
		t.Errorf("the name is %q", got)
	}
	if left := b.only(t); left.Finding.Code != "3" {
		t.Errorf("left is %+v", left.Finding)
	}
	b.reconcile(t, ber, row("S-9", local(said("Bolt of Berlin"))))
	if got := b.golden(t, bolt).Attributes.Text(catalog.ItemName); got != "Bolt of Berlin" {
		t.Errorf("the name is %q: BER2 has one code only", got)
	}
}
