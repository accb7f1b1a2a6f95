package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

func TestInitialLoadTakesWhatIsWhole(t *testing.T) {
	t.Parallel()
	b := configured(t)
	archived := row("6", thing("F", "Archived", "H87"))
	archived.Active = false
	b.read(t, odoo,
		row("1", thing("000123", "Bolt", "H87")), row("2", thing("123", "Nut", "KGM")),
		row("3", thing("", "No code", "H87")), row("4", thing("D", "Strange unit", "?Stk")), row("5", thing("000123", "Bolt again", "H87")),
		archived,
		row("7", thing("G", "Given twice", "H87")), row("7", thing("G", "Given twice", "H87")),
		row("8", thing("H", "", "H87")),
	)
	load := must(b.catalog.ProposeLoad(t.Context(), b.ana, odoo, catalog.Item, "day one"))(t)
	if load.Records != 2 || load.Request.ItemCount != 6 || load.Request.State != domain.RequestInReview || load.Request.Kind != domain.RequestInitialLoad {
		t.Errorf("the load is %+v", load)
	}
	var skipped []string
	for _, s := range load.Skipped {
		if s.Reason == "" {
			t.Errorf("%s was skipped without a reason", s.Code)
		}
		skipped = append(skipped, string(s.Code))
	}
	if !slices.Equal(skipped, []string{"3", "4", "5", "7", "8"}) {
		t.Errorf("skipped: %+v", load.Skipped)
	}
	if len(b.codes(t)) != 0 {
		t.Error("something became golden before it was approved")
	}
	b.approve(t, load.Request)
	if got := b.codes(t); !slices.Equal(got, []string{"000123", "123"}) {
		t.Errorf("golden are %v", got)
	}
	b.wantAdopted(t, "000123", "1")

	second, err := b.catalog.ProposeLoad(t.Context(), b.ana, odoo, catalog.Item, "once more")
	wantCode(t, err, domain.CodeLoadNothing)
	if len(second.Skipped) != 5 {
		t.Errorf("the second pass skips %+v", second.Skipped)
	}
	if proved := must(b.catalog.Desk.VerifyAudit(t.Context()))(t); proved == 0 {
		t.Error("the audit trail is empty")
	}
}

// wantAdopted wants a golden record with its origin, its code in odoo-main, and a delivery that adopts it there.
func (b *bundle) wantAdopted(t *testing.T, code string, there domain.Code) {
	t.Helper()
	record := must(b.store.Read().Records.ByCodes(t.Context(), catalog.Item, []string{code}))(t)[code]
	view := must(b.catalog.Record(t.Context(), b.ana, catalog.Item, record.ID))(t)
	if len(view.Mappings) != 1 || view.Mappings[0].Code != there || view.Mappings[0].CodeType != domain.CodeDatabaseID || !view.Mappings[0].DefaultOut {
		t.Errorf("%s is mapped by %+v", code, view.Mappings)
	}
	if len(view.Versions) != 1 || len(view.Lineage) != 3 {
		t.Errorf("%s has the history %+v and lineage %+v", code, view.Versions, view.Lineage)
	}
	for _, origin := range view.Lineage {
		if origin.System != odoo || origin.Code != there || origin.Rule != "initial_load" {
			t.Errorf("%s comes from %+v", code, origin)
		}
	}
	deliveries := must(b.store.Read().Deliveries.OpenOf(t.Context(), odoo, record.ID))(t)
	if len(deliveries) != 1 || deliveries[0].Order.Kind != domain.DeliverAdopt || deliveries[0].Order.Code != there ||
		len(deliveries[0].Order.Set) != 0 || deliveries[0].ApprovedBy != b.bo.ID {
		t.Errorf("%s is adopted by %+v", code, deliveries)
	}
}

func TestASecondSystemIsLoadedBesideTheFirst(t *testing.T) {
	t.Parallel()
	b := configured(t)
	b.read(t, odoo, row("1", thing("A", "Bolt", "H87")))
	b.approve(t, must(b.catalog.ProposeLoad(t.Context(), b.ana, odoo, catalog.Item, "day one"))(t).Request)
	b.read(t, mes, row("X", thing("A", "Bolt", "H87")), row("Y", thing("B", "Nut", "H87")))
	load := must(b.catalog.ProposeLoad(t.Context(), b.ana, mes, catalog.Item, "plant"))(t)
	if load.Records != 1 || load.Request.ItemCount != 2 || len(load.Skipped) != 1 || load.Skipped[0].Code != "X" {
		t.Errorf("the load is %+v", load)
	}
}

func TestALoadOfManyPages(t *testing.T) {
	t.Parallel()
	b := configured(t)
	var rows []domain.SourceRecord
	for i := range 1201 {
		rows = append(rows, row(domain.Code(fmt.Sprintf("%05d", i)), thing(fmt.Sprintf("C%d", i%1200), "Item", "H87")))
	}
	b.read(t, odoo, rows...)
	load := must(b.catalog.ProposeLoad(t.Context(), b.ana, odoo, catalog.Item, "day one"))(t)
	if load.Records != 1200 || len(load.Skipped) != 1 || load.Skipped[0].Code != "01200" {
		t.Errorf("%d records, skipped %+v", load.Records, load.Skipped)
	}
}

func TestTwoLoadsOfTheSameRecords(t *testing.T) {
	t.Parallel()
	b := configured(t)
	b.read(t, odoo, row("1", thing("A", "Bolt", "H87")))
	first := must(b.catalog.ProposeLoad(t.Context(), b.ana, odoo, catalog.Item, "day one"))(t)
	late := must(b.catalog.ProposeLoad(t.Context(), b.ana, odoo, catalog.Item, "day one"))(t)
	b.approve(t, first.Request)
	failed := must(b.catalog.Desk.Approve(t.Context(), b.bo, late.Request.ID, late.Request.Version))(t)
	if failed.State != domain.RequestFailed || !strings.Contains(failed.ClosedWhy, "A") || len(b.codes(t)) != 1 {
		t.Errorf("the second load is %s: %s; golden are %v", failed.State, failed.ClosedWhy, b.codes(t))
	}
}

func TestWhoMayLoad(t *testing.T) {
	t.Parallel()
	b := configured(t)
	b.read(t, mes, row("1", thing("A", "Bolt", "H87")))
	for name, test := range map[string]struct {
		by       domain.Actor
		system   domain.SystemID
		domain   domain.DomainName
		wantCode string
	}{
		"of a system there is not":  {b.ana, "moon", catalog.Item, domain.CodeSystemUnknown},
		"of a domain there is not":  {b.ana, mes, "moon", domain.CodeDomainUnknown},
		"by a plant lead":           {b.petra, mes, catalog.Item, domain.CodeAccessDenied},
		"by another plant's":        {b.carl, mes, catalog.Item, domain.CodeSystemUnknown},
		"of a system that is empty": {b.ana, odoo, catalog.Item, domain.CodeLoadNothing},
		"of one that has something": {b.ana, mes, catalog.Item, ""},
	} {
		_, err := b.catalog.ProposeLoad(t.Context(), test.by, test.system, test.domain, "load")
		if domain.ErrorCode(err) != test.wantCode {
			t.Errorf("%s: %v, want %q", name, err, test.wantCode)
		}
	}
}

func TestPeopleSeeTheirPlantsOnly(t *testing.T) {
	t.Parallel()
	b := configured(t)
	b.read(t, mes, row("1", thing("A", "Bolt", "H87")))
	b.approve(t, must(b.catalog.ProposeLoad(t.Context(), b.ana, mes, catalog.Item, "load"))(t).Request)
	records, _, err := b.catalog.Records(t.Context(), b.carl, domain.RecordQuery{Domain: catalog.Item, Page: domain.Page{Limit: 10}})
	record := must(records, err)(t)[0] // golden records are everybody's
	for name, test := range map[string]struct {
		by                            domain.Actor
		codes, systems, plants, plans int
		system                        string
	}{
		"all":           {b.ana, 1, 2, 1, 2, ""},
		"the plant's":   {b.petra, 1, 2, 1, 2, ""},
		"another plant": {b.carl, 0, 1, 0, 1, domain.CodeSystemUnknown},
	} {
		view := must(b.catalog.Record(t.Context(), test.by, catalog.Item, record.ID))(t)
		systems := must(b.catalog.Systems(t.Context(), test.by))(t)
		plants := must(b.catalog.Plants(t.Context(), test.by))(t)
		plans := must(b.catalog.Plans(t.Context(), test.by))(t)
		_, err := b.catalog.System(t.Context(), test.by, mes)
		if len(view.Mappings) != test.codes || len(systems) != test.systems || len(plants) != test.plants || len(plans) != test.plans || domain.ErrorCode(err) != test.system {
			t.Errorf("%s: %d codes, %d systems, %d plants, %d plans, %v", name, len(view.Mappings), len(systems), len(plants), len(plans), err)
		}
	}
	nobody := domain.ServiceActor("nobody")
	for name, err := range map[string]error{
		"records": errOf3(b.catalog.Records(t.Context(), nobody, domain.RecordQuery{Domain: catalog.Item})),
		"record":  errOf(b.catalog.Record(t.Context(), nobody, catalog.Item, record.ID)), "systems": errOf(b.catalog.Systems(t.Context(), nobody)),
		"system": errOf(b.catalog.System(t.Context(), nobody, odoo)), "plants": errOf(b.catalog.Plants(t.Context(), nobody)),
		"plans": errOf(b.catalog.Plans(t.Context(), nobody)),
	} {
		if domain.ErrorCode(err) != domain.CodeAccessDenied {
			t.Errorf("%s, by nobody: %v", name, err)
		}
	}
	wantCode(t, errOf(b.catalog.Record(t.Context(), b.ana, "moon", record.ID)), domain.CodeRecordUnknown)
	wantCode(t, errOf(b.catalog.Record(t.Context(), b.ana, catalog.Item, domain.NewID())), domain.CodeRecordUnknown)
	wantCode(t, errOf3(b.catalog.Records(t.Context(), b.ana, domain.RecordQuery{Domain: "moon"})), domain.CodeDomainUnknown)
}

func errOf[T any](_ T, err error) error { return err }

func errOf3[A, B any](_ A, _ B, err error) error { return err }

func TestDefinitionsAreWhole(t *testing.T) {
	t.Parallel()
	definition := must(catalog.Definitions{}.Definition(catalog.Item))(t)
	for _, id := range []domain.AttributeID{definition.CodeAttribute, definition.NameAttribute} {
		if attribute, known := definition.Attribute(id); !known || !attribute.Required {
			t.Errorf("%s is %+v", id, attribute)
		}
	}
	for _, attribute := range definition.Attributes {
		if attribute.Label == "" || attribute.Scope == "" || attribute.Classification == "" || attribute.Governance == "" {
			t.Errorf("not all is said of %+v", attribute)
		}
	}
	if units := catalog.Units(); !slices.IsSorted(units) {
		t.Errorf("the units are not in order: %v", units)
	}
	wantCode(t, errOf(catalog.Definitions{}.Definition("moon")), domain.CodeDomainUnknown)
}
