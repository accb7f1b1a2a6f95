package steward_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// told is an item as text: what it does, to what, and by whom.
func told(item domain.ChangeItem) string {
	switch item.Action {
	case domain.ItemUpdateRecord:
		return fmt.Sprintf("update v%d %s (was %s)", item.BaseVersion, item.Set.Encode(), item.Before.Encode())
	case domain.ItemCreateRecord:
		return fmt.Sprintf("create %s", item.Set.Text(catalog.ItemCode))
	case domain.ItemMapCode:
		return fmt.Sprintf("map %s %s", item.Mapping.System, item.Mapping.Code)
	case domain.ItemUsePlant:
		return fmt.Sprintf("use %s %s", item.Use.Plant, item.Use.State)
	case domain.ItemWriteSystem:
		o := item.Delivery
		how := "write"
		if o.ByHand {
			how = "by hand"
		}
		return strings.TrimSpace(fmt.Sprintf("%s %s %s %s expect %s set %s", how, o.Kind, o.System, o.Code, o.Expect.Encode(), o.Set.Encode()))
	}
	return string(item.Action)
}

const (
	nameBolt  = `{"name":{"i18n":{"en":"Bolt M8"}}}`
	nameScrew = `{"name":{"i18n":{"en":"Screw M8"}}}`
	nothing   = `{}`
)

func TestItemsOfADecision(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		found func(t *testing.T, b *bundle) domain.Discrepancy
		verb  steward.Verb
		also  func(d *steward.Decision, b *bundle, t *testing.T)
		want  []string
		plant domain.PlantID
	}{
		"a plant's value becomes golden and is written to the ERP": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy { b.load(t); return b.renamed(t, "Screw M8") },
			verb:  steward.VerbTakeSource,
			want: []string{
				"update v1 " + nameScrew + " (was " + nameBolt + ")",
				"write update odoo-main 1 expect " + nameBolt + " set " + nameScrew,
			},
		},
		"the ERP's value becomes golden and a plant that is only read changes it by hand": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy { b.load(t); return b.renamedInOdoo(t, "Screw M8") },
			verb:  steward.VerbTakeSource,
			want: []string{
				"update v1 " + nameScrew + " (was " + nameBolt + ")",
				"by hand update mes-stu1 B-1 expect " + nameBolt + " set " + nameScrew,
			},
		},
		"golden stays and the ERP is written": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy { b.load(t); return b.renamedInOdoo(t, "Screw M8") },
			verb:  steward.VerbKeepGolden,
			want:  []string{"write update odoo-main 1 expect " + nameScrew + " set " + nameBolt},
		},
		"golden stays and the plant changes it by hand": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy { b.load(t); return b.renamed(t, "Screw M8") },
			verb:  steward.VerbKeepGolden, plant: "STU1",
			want: []string{"by hand update mes-stu1 B-1 expect " + nameScrew + " set " + nameBolt},
		},
		"an attribute nobody writes in the ERP is changed there by hand": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy {
				b.load(t)
				b.reconcile(t, odoo, row("1", bolt().With(domain.Attributes{catalog.ItemBaseUnit: domain.Enum("KGM")})), row("2", nut()))
				return b.only(t)
			},
			verb: steward.VerbKeepGolden,
			want: []string{`by hand update odoo-main 1 expect {"base_unit":{"enum":"KGM"}} set {"base_unit":{"enum":"H87"}}`},
		},
		"an ERP that may not be written is changed by hand": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy {
				b.load(t)
				locked := must(b.store.Read().Systems.ByID(t.Context(), odoo))(t)
				locked.Writable = false
				wanted := catalog.Configuration{Systems: []domain.SourceSystem{locked}}
				b.approve(t, must(b.catalog.ProposeConfiguration(t.Context(), b.ana, wanted, "hands off"))(t))
				return b.renamedInOdoo(t, "Screw M8")
			},
			verb: steward.VerbKeepGolden,
			want: []string{"by hand update odoo-main 1 expect " + nameScrew + " set " + nameBolt},
		},
		"a value that golden does not have is cleared by hand": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy {
				b.reconcile(t, odoo, row("1", thing("000123", "Bolt M8", "")))
				load, err := b.catalog.ProposeLoad(t.Context(), b.ana, odoo, catalog.Item, "load")
				b.approve(t, must(load.Request, err)(t))
				b.deliverAll(t)
				b.reconcile(t, odoo, row("1", bolt()))
				return b.only(t)
			},
			verb: steward.VerbKeepGolden,
			want: []string{`by hand update odoo-main 1 expect {"net_weight":{"qty":"0.012","unit":"KGM"}} set {}`},
		},
		"a record the plant lost is made again under its code": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy { return brought(t, b, domain.ClassDeleted) },
			verb:  steward.VerbKeepGolden, plant: "STU1",
			want: []string{"by hand create mes-stu1 N-1 expect {} set " + encoded(local(nut()))},
		},
		"a record the plant never had is made under the code it was mapped by": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy { return brought(t, b, domain.ClassMissing) },
			verb:  steward.VerbKeepGolden, plant: "BER2",
			want: []string{"by hand create mes-ber2 N-9 expect {} set " + encoded(local(nut()))},
		},
		"a record the ERP lost is made again under a number of its own": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy {
				b.load(t)
				b.reconcile(t, odoo, row("1", bolt()))
				return b.only(t)
			},
			verb: steward.VerbKeepGolden,
			want: []string{"write create odoo-main  expect {} set " + encoded(nut())},
		},
		"an archived record comes back": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy { return brought(t, b, domain.ClassArchived) },
			verb:  steward.VerbKeepGolden, plant: "STU1", want: []string{"by hand restore mes-stu1 N-1 expect {} set {}"},
		},
		"an unexpected record goes out of use": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy { return brought(t, b, domain.ClassUnexpected) },
			verb:  steward.VerbKeepGolden, plant: "STU1", want: []string{"by hand archive mes-stu1 N-1 expect {} set {}"},
		},
		"a code given twice is cleared by the plant": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy { return brought(t, b, domain.ClassDuplicateCode) },
			verb:  steward.VerbKeepGolden, plant: "STU1", want: []string{"by hand remove mes-stu1 N-1 expect {} set {}"},
		},
		"a plant's code is mapped": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy { return brought(t, b, domain.ClassUnmapped) },
			verb:  steward.VerbMap, also: func(d *steward.Decision, b *bundle, t *testing.T) { d.Record = b.anyRecord(t) }, plant: "STU1",
			want: []string{"map mes-stu1 W-7", "use STU1 active"},
		},
		"an ERP's code is mapped and adopted": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy {
				b.load(t)
				b.reconcile(t, odoo, row("1", bolt()), row("2", nut()), row("7", bolt()))
				return b.only(t)
			},
			verb: steward.VerbMap, also: func(d *steward.Decision, b *bundle, t *testing.T) { d.Record = b.anyRecord(t) },
			want: []string{"map odoo-main 7", "write adopt odoo-main 7 expect {} set {}"},
		},
		"a plant's new item is made golden and in the ERP": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy { return brought(t, b, domain.ClassUnmapped) },
			verb:  steward.VerbCreate,
			want: []string{
				"create W-7", "map mes-stu1 W-7", "use STU1 active",
				"write create odoo-main  expect {} set " + encoded(thing("W-7", "Washer M8", "0.002")),
			},
		},
		"an ERP's new item is made golden under its own code and adopted": {
			found: func(t *testing.T, b *bundle) domain.Discrepancy {
				b.load(t)
				b.reconcile(t, odoo, row("1", bolt()), row("2", nut()), row("7", thing("000777", "Washer M8", "")))
				return b.only(t)
			},
			verb: steward.VerbCreate,
			want: []string{"create 000777", "map odoo-main 7", "write adopt odoo-main 7 expect {} set {}"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			found := test.found(t, b)
			decision := steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: test.verb}
			if test.also != nil {
				test.also(&decision, b, t)
			}
			request := b.decideAs(t, b.ana, decision)
			var got []string
			for _, item := range b.items(t, request) {
				got = append(got, told(item))
				if item.Discrepancy != found.ID {
					t.Errorf("the item %s does not name its discrepancy", told(item))
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(test.want, "\n  "))
			}
			if request.State != domain.RequestInReview || request.Plant != test.plant || request.ProposedBy != b.ana.ID || request.ItemCount != len(got) {
				t.Errorf("the request: %+v", request)
			}
		})
	}
}

func encoded(a domain.Attributes) string { return string(a.Encode()) }

func TestDecisionsThatCannotBe(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rows     []domain.SourceRecord // of odoo-main
		decision steward.Decision
		wantCode string
	}{
		"a value outside the code list becomes golden": {
			rows:     []domain.SourceRecord{row("1", bolt().With(domain.Attributes{catalog.ItemBaseUnit: domain.Enum("?Stk")})), row("2", nut())},
			decision: steward.Decision{Verb: steward.VerbTakeSource}, wantCode: domain.CodeValueInvalid,
		},
		"nothing becomes golden": {
			rows:     []domain.SourceRecord{row("1", bolt().With(domain.Attributes{catalog.ItemGTIN: nil})), row("2", nut())},
			decision: steward.Decision{Verb: steward.VerbTakeSource}, wantCode: domain.CodeDecisionInvalid,
		},
		"a code is mapped to nothing": {
			rows:     []domain.SourceRecord{row("1", bolt()), row("2", nut()), row("7", bolt())},
			decision: steward.Decision{Verb: steward.VerbMap, Record: domain.NewID()}, wantCode: domain.CodeRecordUnknown,
		},
		"a new item takes another's code": {
			rows:     []domain.SourceRecord{row("1", bolt()), row("2", nut()), row("7", bolt())},
			decision: steward.Decision{Verb: steward.VerbCreate}, wantCode: domain.CodeRecordCodeTaken,
		},
		"a new item has no code but the ERP's number": {
			rows:     []domain.SourceRecord{row("1", bolt()), row("2", nut()), row("7", thing("", "Washer", ""))},
			decision: steward.Decision{Verb: steward.VerbCreate}, wantCode: domain.CodeValueInvalid,
		},
		"a new item gets a value of the wrong kind": {
			rows:     []domain.SourceRecord{row("1", bolt()), row("2", nut()), row("7", thing("W", "Washer", ""))},
			decision: steward.Decision{Verb: steward.VerbCreate, Values: domain.Attributes{catalog.ItemName: domain.Bool(true)}}, wantCode: domain.CodeValueInvalid,
		},
		"a new item's code is given with the decision": {
			rows:     []domain.SourceRecord{row("1", bolt()), row("2", nut()), row("7", bolt())},
			decision: steward.Decision{Verb: steward.VerbCreate, Values: domain.Attributes{catalog.ItemCode: domain.Code("000555")}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.load(t)
			b.reconcile(t, odoo, test.rows...)
			found := b.only(t)
			before := state(t, b.store)
			test.decision.Discrepancy, test.decision.Version = found.ID, found.Version
			_, err := b.desk.Decide(t.Context(), b.ana, test.decision)
			wantCode(t, err, test.wantCode)
			if after := state(t, b.store); (err == nil) == (after == before) {
				t.Errorf("after %v the state is\n%s", err, after)
			}
		})
	}
}

func TestAGoldenRecordMovedBeforeTheDecision(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	inPlant := b.renamed(t, "Screw M8")
	b.reconcile(t, odoo, row("1", bolt().With(domain.Attributes{catalog.ItemName: domain.Translated{"en": "Rivet"}})), row("2", nut()))
	for _, found := range b.queue(t) {
		if found.Finding.System == odoo {
			b.approve(t, b.decide(t, found, steward.VerbTakeSource))
		}
	}
	for _, verb := range []steward.Verb{steward.VerbTakeSource, steward.VerbKeepGolden} {
		_, err := b.desk.Decide(t.Context(), b.ana, steward.Decision{Discrepancy: inPlant.ID, Version: inPlant.Version, Verb: verb})
		wantCode(t, err, domain.CodeRequestBaseMoved)
	}
	// The next run shows how it stands now.
	b.reconcile(t, mes, row("B-1", local(bolt()).With(domain.Attributes{catalog.ItemName: domain.Translated{"en": "Screw M8"}})), row("N-1", local(nut())))
	b.approve(t, b.decide(t, b.discrepancy(t, inPlant.ID), steward.VerbTakeSource))
}

func TestValuesSpreadOnlyWhereTheyMayGo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	// BER2 has the bolt under three codes: one is only related to it, and of one there is no row any more.
	b.mapTo(t, ber, "B-9", boltID)
	b.mapTo(t, ber, "B-7", boltID)
	related := steward.MapCode(must(b.store.Read().Systems.ByID(t.Context(), ber))(t), catalog.Item, "B-8", boltID, "related")
	related.Mapping.Relation = domain.RelationRelated
	b.approve(t, b.propose(t, related))
	b.read(t, ber, row("B-9", local(bolt())), row("B-8", local(bolt())), row("B-7", local(bolt())))
	b.read(t, ber, row("B-9", local(bolt())), row("B-8", local(bolt())))
	found := b.renamed(t, "Screw M8")
	var got []string
	for _, item := range b.items(t, b.decide(t, found, steward.VerbTakeSource))[1:] {
		got = append(got, fmt.Sprintf("%s %s", item.Delivery.System, item.Delivery.Code))
	}
	slices.Sort(got)
	if want := []string{"mes-ber2 B-9", "odoo-main 1"}; !slices.Equal(got, want) {
		t.Errorf("the name spreads to %v, want %v", got, want)
	}
}
