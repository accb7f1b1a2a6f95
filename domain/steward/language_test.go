package steward_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// tongues are the languages of the tests' systems: Odoo translates from English into German, STU1 has German only, BER2 Polish.
type tongues struct{}

func (tongues) Languages(system domain.SourceSystem, _ domain.DomainName) []string {
	return map[domain.SystemID][]string{odoo: {"en", "de"}, mes: {"de"}, ber: {"pl"}}[system.ID]
}

// named is the bolt under other names.
func named(values domain.Attributes, name domain.Translated) domain.Attributes {
	return values.With(domain.Attributes{catalog.ItemName: name})
}

// speaking has the bolt golden under an English name, with the German one of STU1 waiting for a decision.
func speaking(t *testing.T) (*bundle, domain.Discrepancy, domain.ID) {
	t.Helper()
	b := setup(t)
	b.desk.Languages = tongues{}
	boltID, _ := b.load(t)
	b.mapTo(t, ber, "X-1", boltID)
	b.reconcile(t, ber, row("X-1", named(local(bolt()), domain.Translated{"pl": "Bolt M8"})))
	if open := b.queue(t); len(open) > 0 {
		t.Fatalf("a name that stands in for the Polish one differs: %+v", open)
	}
	b.reconcile(t, mes, row("B-1", named(local(bolt()), domain.Translated{"de": "Schraube M8"})), row("N-1", named(local(nut()), domain.Translated{"de": "Nut M8"})))
	return b, b.only(t), boltID
}

// TestAPlantsLanguageJoinsTheName: the German name comes beside the English one, goes to the system that has both, and is no
// business of a plant that has neither.
func TestAPlantsLanguageJoinsTheName(t *testing.T) {
	t.Parallel()
	b, found, boltID := speaking(t)
	if found.Finding.Attribute != catalog.ItemName || found.Finding.Label != "Bolt M8" {
		t.Fatalf("%+v", found.Finding)
	}
	request := b.decide(t, found, steward.VerbTakeSource)
	items := b.items(t, request)
	both := `{"name":{"i18n":{"de":"Schraube M8","en":"Bolt M8"}}}`
	if len(items) != 2 || told(items[0]) != "update v1 "+both+" (was "+nameBolt+")" || told(items[1]) != "write update odoo-main 1 expect "+nameBolt+" set "+both {
		t.Fatalf("%d items: %s", len(items), told(items[len(items)-1]))
	}
	b.approve(t, request)
	b.reconcile(t, odoo, row("1", named(bolt(), domain.Translated{"en": "Screw M8", "de": "Schraube M8"})), row("2", nut()))
	request = b.decide(t, b.only(t), steward.VerbTakeSource)
	items = b.items(t, request)
	if len(items) != 2 || told(items[1]) != `by hand update mes-ber2 X-1 expect {"name":{"i18n":{"pl":"Bolt M8"}}} set {"name":{"i18n":{"pl":"Screw M8"}}}` {
		t.Fatalf("%d items: %s", len(items), told(items[len(items)-1]))
	}
	b.approve(t, request)
	if got := b.golden(t, boltID).Attributes[catalog.ItemName]; !domain.Equal(got, domain.Translated{"en": "Screw M8", "de": "Schraube M8"}) {
		t.Errorf("golden is %v", got)
	}
}

// TestAPlantIsToldItsOwnLanguage: what it is to write stands in the language that its system has, and is found done in it.
func TestAPlantIsToldItsOwnLanguage(t *testing.T) {
	t.Parallel()
	b, found, _ := speaking(t)
	request := b.decideAs(t, b.petra, steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbKeepGolden})
	order := b.items(t, request)[0].Delivery
	if !order.ByHand || !domain.Equal(order.Set[catalog.ItemName], domain.Translated{"de": "Bolt M8"}) {
		t.Fatalf("%+v", order)
	}
	b.approve(t, request)
	b.reconcile(t, mes, row("B-1", named(local(bolt()), domain.Translated{"de": "Bolt M8"})), row("N-1", named(local(nut()), domain.Translated{"de": "Nut M8"})))
	b.wantState(t, found.ID, domain.DiscrepancyVerified)
	entries, _, err := b.store.Read().Deliveries.List(t.Context(), domain.DeliveryQuery{
		System: mes, States: []domain.DeliveryState{domain.DeliveryWorklisted}, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 10},
	})
	if open := must(entries, err)(t); len(open) != 0 {
		t.Errorf("the work list still asks for %+v", open)
	}
}

// TestANameKeptBeforeItWasTranslated: an old golden name counts as the English one, in comparisons, in decisions and when it is
// written, and becomes a translated one with its record's next version.
func TestANameKeptBeforeItWasTranslated(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.desk.Languages = tongues{}
	boltID, _ := b.load(t)
	before := b.golden(t, boltID)
	before.Attributes, before.Version = before.Attributes.With(domain.Attributes{catalog.ItemName: domain.Text("Bolt M8")}), before.Version+1
	change := domain.Change{Actor: "service:test", Reason: "as it was", Domains: []domain.DomainName{catalog.Item}}
	if err := b.store.Write(t.Context(), change, func(repos domain.Repos) error {
		return repos.Records.Update(t.Context(), before, catalog.ItemCode, catalog.ItemName, nil, domain.Lineage{})
	}); err != nil {
		t.Fatal(err)
	}
	b.reconcile(t, odoo, row("1", bolt()), row("2", nut()))
	if open := b.queue(t); len(open) > 0 {
		t.Fatalf("the same name differs: %+v", open)
	}
	b.reconcile(t, odoo, row("1", named(bolt(), domain.Translated{"en": "Bolt M9"})), row("2", nut()))
	found := b.only(t)
	kept := b.items(t, b.decide(t, found, steward.VerbKeepGolden))
	if order := kept[0].Delivery; !domain.Equal(order.Set[catalog.ItemName], domain.Translated{"en": "Bolt M8"}) {
		t.Errorf("Odoo is sent %s", order.Set.Encode())
	}
	b.reconcile(t, odoo, row("1", bolt()), row("2", nut()))
	b.reconcile(t, mes, row("B-1", named(local(bolt()), domain.Translated{"de": "Schraube M8"})), row("N-1", named(local(nut()), domain.Translated{"de": "Nut M8"})))
	for _, open := range b.queue(t) {
		if open.Finding.System == mes {
			b.approve(t, b.decide(t, open, steward.VerbTakeSource))
		}
	}
	if got := b.golden(t, boltID).Attributes[catalog.ItemName]; !domain.Equal(got, domain.Translated{"en": "Bolt M8", "de": "Schraube M8"}) {
		t.Errorf("golden is %v", got)
	}
}
