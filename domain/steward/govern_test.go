package steward_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

const leadTimeAtSTU1 = catalog.ItemLeadTime + "@STU1"

func days(n int64) domain.Quantity {
	return domain.Quantity{Number: decimal.NewFromInt(n), Unit: "DAY"}
}

// takes lets STU1 say how many days the bolt takes.
func (b *bundle) takes(t testing.TB, n int64) domain.RunCounts {
	t.Helper()
	return b.reconcile(t, mes, row("B-1", local(bolt()).With(domain.Attributes{catalog.ItemLeadTime: days(n)})), row("N-1", local(nut())))
}

// rule has an authority of the item approved.
func (b *bundle) rule(t testing.TB, authority domain.Authority) {
	t.Helper()
	authority.Domain = catalog.Item
	request, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, catalog.Configuration{Authorities: []domain.Authority{authority}}, "who says what")
	b.approve(t, must(request, err)(t))
}

func authorityOf(id domain.AttributeID, class domain.Governance, exclusive bool, systems ...domain.SystemID) domain.Authority {
	return domain.Authority{Attributes: []domain.AttributeAuthority{{Attribute: id, Systems: systems, Governance: class, Exclusive: exclusive}}}
}

// TestAPlantsValueIsItsOwn: what STU1 says of its lead time becomes golden for STU1 alone, and nothing of it is written anywhere.
func TestAPlantsValueIsItsOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	b.mapTo(t, ber, "X-1", boltID)
	b.takes(t, 5)
	found := b.only(t)
	if found.Finding.Attribute != leadTimeAtSTU1 {
		t.Fatalf("it is about %s", found.Finding.Attribute)
	}
	request := b.decide(t, found, steward.VerbTakeSource)
	if items := b.items(t, request); len(items) != 1 {
		t.Fatalf("%+v", items)
	}
	b.approve(t, request)
	if got := b.golden(t, boltID).Attributes; !domain.Equal(got[leadTimeAtSTU1], days(5)) || got[catalog.ItemLeadTime] != nil {
		t.Errorf("%s", got.Encode())
	}
	b.takes(t, 5)
	b.wantState(t, found.ID, domain.DiscrepancyVerified)
	b.reconcile(t, ber, row("X-1", local(bolt()).With(domain.Attributes{catalog.ItemLeadTime: days(9)})))
	if other := b.only(t); other.Finding.Attribute != catalog.ItemLeadTime+"@BER2" || other.Finding.Golden != nil {
		t.Errorf("Berlin is held to Stuttgart's lead time: %+v", other.Finding)
	}
	lineage := must(b.store.Read().Records.Lineage(t.Context(), boltID))(t)
	if !slices.ContainsFunc(lineage, func(l domain.Lineage) bool { return l.Attribute == leadTimeAtSTU1 && l.System == mes }) {
		t.Errorf("%+v", lineage)
	}
	view := must(b.catalog.Record(t.Context(), b.carl, catalog.Item, boltID))(t)
	if view.Record.Attributes[leadTimeAtSTU1] != nil || slices.ContainsFunc(view.Lineage, func(l domain.Lineage) bool { return l.Attribute == leadTimeAtSTU1 }) {
		t.Error("the lead of Berlin sees Stuttgart's lead time")
	}
}

// TestKeepingAPlantsValue: the order names the attribute as the system knows it, without the plant.
func TestKeepingAPlantsValue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	b.takes(t, 5)
	b.approve(t, b.decide(t, b.only(t), steward.VerbTakeSource))
	b.takes(t, 7)
	found := b.only(t)
	request := b.decideAs(t, b.petra, steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbKeepGolden})
	order := b.items(t, request)[0].Delivery
	if !order.ByHand || !domain.Equal(order.Set[catalog.ItemLeadTime], days(5)) || !domain.Equal(order.Expect[catalog.ItemLeadTime], days(7)) {
		t.Errorf("%+v", order)
	}
	b.approve(t, request)
	b.takes(t, 5)
	b.wantState(t, found.ID, domain.DiscrepancyVerified)
}

// TestFollow: under an approved rule the authority's value enters golden without a person, and is never delivered.
func TestFollow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	b.takes(t, 4)
	waiting := b.only(t)
	b.rule(t, authorityOf(catalog.ItemLeadTime, domain.GovernFollow, false, mes))
	before := b.golden(t, boltID).Version
	if counts := b.takes(t, 5); counts.Raised != 0 {
		t.Errorf("%+v", counts)
	}
	if got := b.golden(t, boltID); !domain.Equal(got.Attributes[leadTimeAtSTU1], days(5)) || got.Version != before+1 {
		t.Errorf("version %d: %s", got.Version, got.Attributes.Encode())
	}
	b.wantState(t, waiting.ID, domain.DiscrepancyClosed)
	requests, _, err := b.desk.Requests(t.Context(), b.ana, domain.RequestQuery{Kind: domain.RequestRule, Page: domain.Page{Limit: 10}})
	if made := must(requests, err)(t); len(made) != 1 || made[0].Request.Basis() != domain.BasisRule || made[0].Request.State != domain.RequestApplied ||
		made[0].Request.ApprovedBy() != "" || len(b.deliveries(t, made[0].Request)) != 0 {
		t.Errorf("%+v", made)
	}
	b.takes(t, 5)
	if again := b.golden(t, boltID).Version; again != before+1 {
		t.Errorf("the same value once more made version %d", again)
	}
	if proved := must(b.desk.VerifyAudit(t.Context()))(t); proved == 0 {
		t.Error("nothing was audited")
	}
}

// TestWhatDoesNotFollow is left to people, whatever the rule.
func TestWhatDoesNotFollow(t *testing.T) {
	t.Parallel()
	tests := map[string]func(t *testing.T, b *bundle, boltID domain.ID){
		"another system's value": func(t *testing.T, b *bundle, _ domain.ID) {
			b.rule(t, authorityOf(catalog.ItemLeadTime, domain.GovernFollow, false, ber))
			b.takes(t, 5)
		},
		"an attribute under review": func(t *testing.T, b *bundle, _ domain.ID) {
			b.rule(t, authorityOf(catalog.ItemLeadTime, domain.GovernReview, false, mes))
			b.takes(t, 5)
		},
		"a value that cannot be golden": func(t *testing.T, b *bundle, _ domain.ID) {
			b.rule(t, authorityOf(catalog.ItemLeadTime, domain.GovernFollow, false, mes))
			b.takes(t, -5)
		},
		"a value that is gone": func(t *testing.T, b *bundle, _ domain.ID) {
			b.rule(t, authorityOf(catalog.ItemNetWeight, domain.GovernFollow, false, mes))
			b.reconcile(t, mes, row("B-1", local(bolt()).With(domain.Attributes{catalog.ItemNetWeight: nil})), row("N-1", local(nut())))
		},
	}
	for phrase, act := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			boltID, _ := b.load(t)
			before := b.golden(t, boltID).Version
			act(t, b, boltID)
			b.only(t)
			if after := b.golden(t, boltID).Version; after != before {
				t.Errorf("golden went from version %d to %d", before, after)
			}
		})
	}
}

// TestARuleLeavesADecisionAlone: while a person's decision is under way, nothing follows.
func TestARuleLeavesADecisionAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	b.takes(t, 4)
	found := b.only(t)
	b.decide(t, found, steward.VerbTakeSource)
	b.rule(t, authorityOf(catalog.ItemLeadTime, domain.GovernFollow, false, mes))
	b.takes(t, 5)
	b.wantState(t, found.ID, domain.DiscrepancyChangeRequested)
	if got := b.golden(t, boltID).Attributes[leadTimeAtSTU1]; got != nil {
		t.Errorf("golden says %s", got.Display())
	}
}

// TestAuthoritySuggests the resolution, and bars what is another system's to say.
func TestAuthoritySuggests(t *testing.T) {
	t.Parallel()
	suggested := func(t *testing.T, b *bundle, id domain.ID) (verb steward.Verb, barred string) {
		t.Helper()
		for _, option := range must(b.desk.Case(t.Context(), b.ana, id))(t).Options {
			if option.Suggested != "" {
				verb = option.Verb
			}
			if option.Verb == steward.VerbTakeSource {
				barred = option.Why
			}
		}
		return verb, barred
	}
	b := setup(t)
	b.load(t)
	found := b.renamed(t, "Bolt, M8")
	if verb, barred := suggested(t, b, found.ID); verb != "" || barred != "" {
		t.Errorf("without a rule %q is suggested, %q", verb, barred)
	}
	b.rule(t, authorityOf(catalog.ItemName, domain.GovernReview, false, mes))
	if verb, _ := suggested(t, b, found.ID); verb != steward.VerbTakeSource {
		t.Errorf("of the authority's value %q is suggested", verb)
	}
	b.rule(t, authorityOf(catalog.ItemName, domain.GovernReview, true, odoo))
	if verb, barred := suggested(t, b, found.ID); verb != steward.VerbKeepGolden || !strings.Contains(barred, "odoo-main") {
		t.Errorf("of another's value %q is suggested, %q", verb, barred)
	}
	_, err := b.desk.Decide(t.Context(), b.ana, steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbTakeSource})
	wantCode(t, err, domain.CodeDecisionInvalid)
}

// TestAUnitNobodyKnows is a finding that cannot become golden until somebody approves what it means.
func TestAUnitNobodyKnows(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	b.reconcile(t, mes, row("B-1", local(bolt()).With(domain.Attributes{catalog.ItemBaseUnit: domain.Enum("?Stk")})), row("N-1", local(nut())))
	found := b.only(t)
	_, err := b.desk.Decide(t.Context(), b.ana, steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbTakeSource})
	wantCode(t, err, domain.CodeValueInvalid)
}

// TestCodeListsComeInByApproval: entries are added to those there are, and count once they are approved.
func TestCodeListsComeInByApproval(t *testing.T) {
	t.Parallel()
	b := setup(t)
	request, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, catalog.Configuration{CodeLists: []domain.CodeList{{ID: catalog.ListUnit, Entries: []domain.CodeEntry{
		{Code: "RO", Labels: domain.Translated{"en": "Roll"}}, {Code: "H87", Aliases: []domain.CodeAlias{{System: mes, Text: "Stk"}}}, {Code: "C62", Retired: true},
	}}}}, "rolls")
	proposed := must(request, err)(t)
	members := func() []string {
		unit, _ := must(b.desk.Governed(t.Context(), b.store.Read(), catalog.Item))(t).Attribute(catalog.ItemBaseUnit)
		return unit.Members
	}
	if slices.Contains(members(), "RO") {
		t.Error("it counts before anybody has approved it")
	}
	b.approve(t, proposed)
	if got := members(); !slices.Contains(got, "RO") || slices.Contains(got, "C62") || !slices.Contains(got, "KGM") {
		t.Errorf("%v", got)
	}
	list := must(b.catalog.CodeList(t.Context(), b.ana, catalog.ListUnit))(t)
	if piece, _ := list.Entry("H87"); list.Version != 1 || len(piece.Aliases) != 1 || piece.Labels["en"] != "Piece" {
		t.Errorf("version %d, %+v", list.Version, piece)
	}
	lists := must(catalog.ListsFor(t.Context(), b.store.Read()))(t)
	if coded := catalog.ItemDefinition().Coded(domain.Attributes{catalog.ItemBaseUnit: domain.Enum("Stk")}, mes, lists); coded.Text(catalog.ItemBaseUnit) != "H87" {
		t.Errorf("%s", coded.Encode())
	}
	if hidden := must(b.catalog.CodeList(t.Context(), b.carl, catalog.ListUnit))(t); slices.ContainsFunc(hidden.Entries, func(e domain.CodeEntry) bool { return len(e.Aliases) > 0 }) {
		t.Error("Berlin's lead sees how Stuttgart's system writes units")
	}
}

// TestFaultyGovernance: all that is wrong with lists and rules is said at once.
func TestFaultyGovernance(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, catalog.Configuration{
		CodeLists: []domain.CodeList{{ID: "Units!", Entries: []domain.CodeEntry{{Code: "A", Aliases: []domain.CodeAlias{{System: "nowhere", Text: "a"}}}, {Code: "A"}}}},
		Authorities: []domain.Authority{
			{Domain: catalog.Item, Creation: []domain.SystemID{"nowhere"}, Attributes: []domain.AttributeAuthority{
				{Attribute: catalog.ItemBaseUnit, Systems: []domain.SystemID{mes}, Governance: domain.GovernFollow},
				{Attribute: leadTimeAtSTU1, Systems: []domain.SystemID{mes}, Governance: domain.GovernReview},
				{Attribute: catalog.ItemName, Governance: "guess"},
			}},
			{Domain: "moon"},
		},
	}, "all wrong")
	wantCode(t, err, domain.CodeConfigInvalid)
	for _, part := range []string{"9 faults"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v: %v", part, err)
		}
	}
}
