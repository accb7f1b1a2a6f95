package steward_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

const screwed = domain.Text("Screw M8")

func weight(number string) domain.Quantity {
	q, err := domain.NewQuantity(number, "KGM")
	if err != nil {
		panic(err)
	}
	return q
}

// edit proposes an edit of a record as ana.
func (b *bundle) edit(t testing.TB, wish steward.EditWish) domain.ChangeRequest {
	t.Helper()
	wish.Reason = "test"
	return must(b.desk.EditRecord(t.Context(), b.ana, catalog.Item, wish))(t)
}

func toldAll(items []domain.ChangeItem) []string {
	var all []string
	for _, item := range items {
		all = append(all, told(item))
		for _, id := range item.Clear {
			all = append(all, "clear "+string(id))
		}
		all = append(all, item.Remarks...)
	}
	return all
}

func TestItemsOfAnEdit(t *testing.T) {
	t.Parallel()
	const boltWeight, newWeight = `{"net_weight":{"qty":"0.012","unit":"KGM"}}`, `{"net_weight":{"qty":"0.5","unit":"KGM"}}`
	days, err := domain.NewQuantity("7", "DAY")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		before func(t *testing.T, b *bundle)
		set    domain.Attributes
		clear  []domain.AttributeID
		want   []string
		plant  domain.PlantID
	}{
		"the ERP is written, and a plant that is only read changes it by hand": {
			set: domain.Attributes{catalog.ItemNetWeight: weight("0.5")},
			want: []string{
				"update v1 " + newWeight + " (was " + boltWeight + ")",
				"by hand update mes-stu1 B-1 expect " + boltWeight + " set " + newWeight,
				"write update odoo-main 1 expect " + boltWeight + " set " + newWeight,
			},
		},
		"a system that differs already is left as it is": {
			before: func(t *testing.T, b *bundle) { b.renamed(t, "Schraube") },
			set:    domain.Attributes{catalog.ItemName: screwed},
			want: []string{
				"update v1 " + nameScrew + " (was " + nameBolt + ")",
				"MES Stuttgart differs in Name already: it is left as it is there, and the queue shows it.",
				"write update odoo-main 1 expect " + nameBolt + " set " + nameScrew,
			},
		},
		"a system that says so already is not written": {
			before: func(t *testing.T, b *bundle) { b.renamedInOdoo(t, "Screw M8") },
			set:    domain.Attributes{catalog.ItemName: screwed},
			want: []string{
				"update v1 " + nameScrew + " (was " + nameBolt + ")",
				"by hand update mes-stu1 B-1 expect " + nameBolt + " set " + nameScrew,
			},
		},
		"a value is cleared by hand, another is written": {
			set: domain.Attributes{catalog.ItemName: screwed}, clear: []domain.AttributeID{catalog.ItemNetWeight},
			want: []string{
				"update v1 " + nameScrew + ` (was {"name":{"i18n":{"en":"Bolt M8"}},"net_weight":{"qty":"0.012","unit":"KGM"}})`,
				"clear net_weight",
				`by hand update mes-stu1 B-1 expect {"name":{"i18n":{"en":"Bolt M8"}},"net_weight":{"qty":"0.012","unit":"KGM"}} set ` + nameScrew,
				"write update odoo-main 1 expect " + nameBolt + " set " + nameScrew,
				"by hand update odoo-main 1 expect " + boltWeight + " set {}",
			},
		},
		"what is compared only goes to no system": {
			set:  domain.Attributes{catalog.ItemStandardCost.At(domain.Place{Company: "CW-DE"}): domain.Money{Amount: weight("2").Number, Currency: "EUR"}},
			want: []string{`update v1 {"standard_cost@company:CW-DE":{"amount":"2","currency":"EUR"}} (was {})`},
			before: func(t *testing.T, b *bundle) {
				stuttgart := must(b.store.Read().Plants.ByID(t.Context(), "STU1"))(t)
				stuttgart.Bindings = []domain.PlantBinding{{System: odoo, Company: "CW-DE"}}
				b.approve(t, must(b.catalog.ProposeConfiguration(t.Context(), b.ana, catalog.Configuration{Plants: []domain.Plant{stuttgart}}, "bind"))(t))
			},
		},
		"a plant's value goes to that plant alone": {
			set: domain.Attributes{catalog.ItemLeadTime.At(domain.Place{Plant: "STU1"}): days}, plant: "STU1",
			want: []string{
				`update v1 {"lead_time@STU1":{"qty":"7","unit":"DAY"}} (was {})`,
				`by hand update mes-stu1 B-1 expect {} set {"lead_time":{"qty":"7","unit":"DAY"}}`,
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			boltID, _ := b.load(t)
			if tt.before != nil {
				tt.before(t, b)
			}
			request := b.edit(t, steward.EditWish{RecordEdit: steward.RecordEdit{Record: boltID, Base: 1, Set: tt.set, Clear: tt.clear}})
			if got := toldAll(b.items(t, request)); !slices.Equal(got, tt.want) {
				t.Errorf("the items are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			if request.Kind != domain.RequestEdit || request.Plant != tt.plant {
				t.Errorf("the request is of kind %s and plant %q", request.Kind, request.Plant)
			}
		})
	}
}

func TestEditsThatAreRefused(t *testing.T) {
	t.Parallel()
	name := func(text string) domain.Attributes { return domain.Attributes{catalog.ItemName: domain.Text(text)} }
	tests := map[string]struct {
		by     func(*bundle) domain.Actor
		before func(t *testing.T, b *bundle, boltID domain.ID)
		wish   steward.EditWish
		want   string
	}{
		"without a reason":                 {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: name("x")}, Reason: " "}, want: domain.CodeReasonRequired},
		"nothing changes":                  {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: name("Bolt M8")}}, want: domain.CodeDecisionInvalid},
		"an unknown attribute":             {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: domain.Attributes{"colour": domain.Text("red")}}}, want: domain.CodeValueInvalid},
		"an unknown attribute is cleared":  {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Clear: []domain.AttributeID{"colour"}}}, want: domain.CodeValueInvalid},
		"a value of another kind":          {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: domain.Attributes{catalog.ItemNetWeight: domain.Text("1")}}}, want: domain.CodeValueInvalid},
		"a required value is cleared":      {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Clear: []domain.AttributeID{catalog.ItemName}}}, want: domain.CodeValueInvalid},
		"a code that another has":          {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: domain.Attributes{catalog.ItemCode: domain.Code("000124")}}}, want: domain.CodeRecordCodeTaken},
		"a plant that there is not":        {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: domain.Attributes{"lead_time@NOWHERE": domain.Quantity{Unit: "DAY"}}}}, want: domain.CodeValueInvalid},
		"a company that there is not":      {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: domain.Attributes{"standard_cost@company:XX": domain.Money{Currency: "EUR"}}}}, want: domain.CodeValueInvalid},
		"a reference to nothing":           {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: domain.Attributes{catalog.ItemSuccessor: domain.Reference{Domain: catalog.Item, Record: domain.NewID()}}}}, want: domain.CodeValueInvalid},
		"another version than If-Match":    {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: name("x")}, Version: 7}, want: domain.CodeRecordStale},
		"a version that never was":         {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: name("x"), Base: 7}}, want: domain.CodeRecordStale},
		"what somebody else has changed":   {before: renamedBySomebody, wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: name("x"), Base: 1}}, want: domain.CodeRecordStale},
		"what nobody else has changed":     {before: renamedBySomebody, wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: domain.Attributes{catalog.ItemGTIN: domain.Code("")}, Base: 1}}},
		"the same as somebody else":        {before: renamedBySomebody, wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: name("Rod M8"), Base: 1}}, want: domain.CodeDecisionInvalid},
		"a lead, what holds everywhere":    {by: func(b *bundle) domain.Actor { return b.petra }, wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: name("x")}}, want: domain.CodeAccessDenied},
		"a lead, what holds elsewhere":     {by: func(b *bundle) domain.Actor { return b.petra }, wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: domain.Attributes{"lead_time@BER2": domain.Quantity{Unit: "DAY"}}}}, want: domain.CodeAccessDenied},
		"a lead, what holds at their own":  {by: func(b *bundle) domain.Actor { return b.petra }, wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: domain.Attributes{"lead_time@STU1": domain.Quantity{Unit: "DAY"}}}}},
		"what one system alone may say":    {before: exclusive, wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: name("x")}}, want: domain.CodeDecisionInvalid},
		"a record that is not in use":      {before: retired, wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: name("x")}}, want: domain.CodeRecordState},
		"a record that there is not":       {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Record: domain.NewID(), Set: name("x")}}, want: domain.CodeRecordUnknown},
		"a domain that there is not, even": {wish: steward.EditWish{RecordEdit: steward.RecordEdit{Set: name("x")}, Reason: "nowhere"}, want: domain.CodeDomainUnknown},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			boltID, _ := b.load(t)
			if tt.before != nil {
				tt.before(t, b, boltID)
			}
			by, wish, in := b.ana, tt.wish, catalog.Item
			if tt.by != nil {
				by = tt.by(b)
			}
			if wish.Record.IsZero() {
				wish.Record = boltID
			}
			if wish.Reason == "" {
				wish.Reason = "test"
			}
			if wish.Reason == "nowhere" {
				in = "nowhere"
			}
			_, err := b.desk.EditRecord(t.Context(), by, in, wish)
			wantCode(t, err, tt.want)
		})
	}
}

func renamedBySomebody(t *testing.T, b *bundle, boltID domain.ID) {
	t.Helper()
	b.approve(t, b.edit(t, steward.EditWish{RecordEdit: steward.RecordEdit{Record: boltID, Set: domain.Attributes{catalog.ItemName: domain.Text("Rod M8")}}}))
}

func retired(t *testing.T, b *bundle, boltID domain.ID) {
	t.Helper()
	b.approve(t, b.propose(t, domain.ChangeItem{Action: domain.ItemRetireRecord, Domain: catalog.Item, Record: boltID, BaseVersion: 1}))
}

func exclusive(t *testing.T, b *bundle, _ domain.ID) {
	t.Helper()
	rule := domain.Authority{Domain: catalog.Item, Attributes: []domain.AttributeAuthority{
		{Attribute: catalog.ItemName, Systems: []domain.SystemID{odoo}, Governance: domain.GovernReview, Exclusive: true},
	}}
	request, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, catalog.Configuration{Authorities: []domain.Authority{rule}}, "rule")
	b.approve(t, must(request, err)(t))
}

// TestAnEditAndItsReversal: what an edit changed comes back, in golden and in the systems.
func TestAnEditAndItsReversal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	applied := b.approve(t, b.edit(t, steward.EditWish{RecordEdit: steward.RecordEdit{
		Record: boltID, Set: domain.Attributes{catalog.ItemName: screwed}, Clear: []domain.AttributeID{catalog.ItemGTIN},
	}}))
	b.deliverAll(t)
	record := must(b.store.Read().Records.ByID(t.Context(), boltID))(t)
	if record.Attributes.Text(catalog.ItemName) != "Screw M8" || record.Attributes[catalog.ItemGTIN] != nil || record.Version != 2 {
		t.Fatalf("the record is at version %d: %s", record.Version, record.Attributes.Encode())
	}
	lineage := must(b.store.Read().Records.Lineage(t.Context(), boltID))(t)
	at := slices.IndexFunc(lineage, func(l domain.Lineage) bool { return l.Attribute == catalog.ItemName })
	if lineage[at].Rule != "edit" || lineage[at].System != "" || lineage[at].ChangeRequest != applied.ID {
		t.Errorf("the name comes from %+v", lineage[at])
	}
	reversal := must(b.desk.Revert(t.Context(), b.ana, applied.ID, applied.Version, "wrong"))(t)
	if len(reversal.Moved) > 0 {
		t.Errorf("left out: %+v", reversal.Moved)
	}
	b.approve(t, reversal.Request)
	record = must(b.store.Read().Records.ByID(t.Context(), boltID))(t)
	if !record.Attributes.Same(bolt()) {
		t.Errorf("after the reversal it is %s", record.Attributes.Encode())
	}
}

// TestAnEditThatIsOvertaken: nobody reviews an edit of what has changed meanwhile.
func TestAnEditThatIsOvertaken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	boltID, _ := b.load(t)
	waiting := b.edit(t, steward.EditWish{RecordEdit: steward.RecordEdit{Record: boltID, Set: domain.Attributes{catalog.ItemName: screwed}}})
	other := b.edit(t, steward.EditWish{RecordEdit: steward.RecordEdit{Record: boltID, Set: domain.Attributes{catalog.ItemNetWeight: weight("0.5")}}})
	renamedBySomebody(t, b, boltID)
	for request, want := range map[domain.ID]domain.RequestState{waiting.ID: domain.RequestSuperseded, other.ID: domain.RequestInReview} {
		if now := must(b.store.Read().Requests.ByID(t.Context(), request))(t); now.State != want {
			t.Errorf("%s is %s, want %s", now.Title, now.State, want)
		}
	}
}

// TestEditsOfDifferentCellsCommute: two people who edit the same version come to the same record whoever is first, unless they
// change the same attribute to different values; then whoever is second is told.
func TestEditsOfDifferentCellsCommute(t *testing.T) {
	t.Parallel()
	values := map[domain.AttributeID][]domain.Value{
		catalog.ItemName:      {domain.Translated{"en": "A"}, domain.Translated{"en": "B"}},
		catalog.ItemNetWeight: {weight("1"), weight("2"), nil},
		catalog.ItemMaterial:  {domain.Text("steel"), domain.Text("brass"), nil},
		catalog.ItemTracking:  {domain.Enum("lot"), domain.Enum("serial"), nil},
	}
	draw := func(t *rapid.T, who string) steward.RecordEdit {
		edit := steward.RecordEdit{Base: 1, Set: domain.Attributes{}}
		for _, id := range []domain.AttributeID{catalog.ItemName, catalog.ItemNetWeight, catalog.ItemMaterial, catalog.ItemTracking} {
			if !rapid.Bool().Draw(t, who+" edits "+string(id)) {
				continue
			}
			if v := rapid.SampledFrom(values[id]).Draw(t, who+" says"); v != nil {
				edit.Set[id] = v
			} else {
				edit.Clear = append(edit.Clear, id)
			}
		}
		return edit
	}
	b, made := setup(t), 0
	rapid.Check(t, func(rt *rapid.T) {
		one, other := draw(rt, "one"), draw(rt, "other")
		var ends []string
		for _, order := range [][]steward.RecordEdit{{one, other}, {other, one}} {
			made++
			end, id, code := "", domain.NewID(), domain.Code(fmt.Sprint("N-", made))
			b.approve(t, b.propose(t, domain.ChangeItem{
				Action: domain.ItemCreateRecord, Domain: catalog.Item, Record: id, Set: bolt().With(domain.Attributes{catalog.ItemCode: code}),
			}))
			for _, edit := range order {
				edit.Record = id
				request, err := b.desk.EditRecord(t.Context(), b.ana, catalog.Item, steward.EditWish{RecordEdit: edit, Reason: "test"})
				switch domain.ErrorCode(err) {
				case "":
					b.approve(t, request)
				case domain.CodeRecordStale:
					end = "conflict"
				case domain.CodeDecisionInvalid: // it says so already
				default:
					rt.Fatal(err)
				}
			}
			if end == "" {
				end = string(must(b.store.Read().Records.ByID(t.Context(), id))(t).Attributes.With(domain.Attributes{catalog.ItemCode: nil}).Encode())
			}
			ends = append(ends, end)
		}
		if ends[0] != ends[1] {
			rt.Fatalf("one before other gives %s, other before one %s", ends[0], ends[1])
		}
		if clash := clashes(one, other); clash != (ends[0] == "conflict") {
			rt.Fatalf("the edits clash: %v, and came to %s", clash, ends[0])
		}
	})
}

// clashes says whether two edits of the bolt change an attribute to different values.
func clashes(a, b steward.RecordEdit) bool {
	after := func(e steward.RecordEdit) domain.Attributes {
		set := e.Set
		for _, id := range e.Clear {
			set = set.With(domain.Attributes{}) // a copy
			set[id] = domain.Text("")
		}
		return set
	}
	left, right, golden := after(a), after(b), bolt()
	for id, v := range left {
		other, both := right[id]
		if both && !domain.Equal(v, other) && !domain.Equal(v, golden[id]) && !domain.Equal(other, golden[id]) {
			return true
		}
	}
	return false
}
