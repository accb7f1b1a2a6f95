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
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// registering is the authority under which new codes of the systems become records without a person.
func registering(systems ...domain.SystemID) domain.Authority {
	return domain.Authority{Creation: systems, NewRecords: domain.GovernRegistered}
}

// gtinOf is the n-th GTIN-13 with its check digit.
func gtinOf(n int) string {
	body, sum := fmt.Sprintf("40123450%04d", n), 0
	for i, digit := range body {
		sum += int(digit-'0') * (1 + 2*(i%2))
	}
	return body + fmt.Sprint((10-sum%10)%10)
}

// washer is the n-th of things that nobody knows yet.
func washer(n int) domain.Attributes {
	return local(thing("", fmt.Sprintf("Washer M%d", n), "0.001")).With(domain.Attributes{catalog.ItemGTIN: domain.Code(gtinOf(n))})
}

func without(values domain.Attributes, ids ...domain.AttributeID) domain.Attributes {
	cleared := domain.Attributes{}
	for _, id := range ids {
		cleared[id] = nil
	}
	return values.With(cleared)
}

// golden returns the record of a canonical code, and whether there is one.
func (b *bundle) coded(t testing.TB, code string) (domain.GoldenRecord, bool) {
	t.Helper()
	record, found := must(b.store.Read().Records.ByCodes(t.Context(), catalog.Item, []string{code}))(t)[code]
	return record, found
}

// TestRegister: what is identified beyond doubt becomes a record, mapped on the word of the rule and written nowhere; what is not
// stays for a person.
func TestRegister(t *testing.T) {
	t.Parallel()
	boltGTIN := domain.Attributes{catalog.ItemGTIN: domain.Code("4006381333931")}
	made := domain.Attributes{catalog.ItemGTIN: nil, catalog.ItemManufacturer: domain.NewText("Acme"), catalog.ItemManufacturerPart: domain.NewCode("W 1")}
	tests := map[string]struct {
		before func(t *testing.T, b *bundle)
		rows   []domain.SourceRecord
		want   string // the codes that became records
	}{
		"a new code":                          {nil, []domain.SourceRecord{row("W-1", washer(1))}, "W-1"},
		"by its maker's number":               {nil, []domain.SourceRecord{row("W-1", washer(1).With(made))}, "W-1"},
		"several":                             {nil, []domain.SourceRecord{row("W-1", washer(1)), row("W-2", washer(2))}, "W-1 W-2"},
		"without an identifier":               {nil, []domain.SourceRecord{row("W-1", without(washer(1), catalog.ItemGTIN)), row("W-2", washer(2))}, "W-2"},
		"with half of one":                    {nil, []domain.SourceRecord{row("W-1", without(washer(1).With(made), catalog.ItemManufacturer))}, ""},
		"with a GTIN that is none":            {nil, []domain.SourceRecord{row("W-1", washer(1).With(domain.Attributes{catalog.ItemGTIN: domain.Code("4012345000013")}))}, ""},
		"without a name":                      {nil, []domain.SourceRecord{row("W-1", without(washer(1), catalog.ItemName))}, ""},
		"in a unit nobody knows":              {nil, []domain.SourceRecord{row("W-1", washer(1).With(domain.Attributes{catalog.ItemBaseUnit: domain.Enum("?Krt")}))}, ""},
		"a GTIN given twice":                  {nil, []domain.SourceRecord{row("W-1", washer(1)), row("W-2", washer(1)), row("W-3", washer(3))}, "W-3"},
		"given to what has no name as well":   {nil, []domain.SourceRecord{row("W-1", washer(1)), row("W-2", without(washer(1), catalog.ItemName))}, ""},
		"given to what is archived as well":   {nil, []domain.SourceRecord{row("W-1", washer(1)), {Code: "W-2", Attributes: washer(1)}}, ""},
		"given to what is mapped as well":     {nil, []domain.SourceRecord{row("W-1", washer(1)), row("B-1", local(bolt()).With(washer(1).Only([]domain.AttributeID{catalog.ItemGTIN})))}, ""},
		"a GTIN that a record has":            {nil, []domain.SourceRecord{row("W-1", washer(1).With(boltGTIN))}, ""},
		"one of two identifiers is known":     {nil, []domain.SourceRecord{row("W-1", washer(1).With(made).With(boltGTIN))}, ""},
		"the code of another record":          {nil, []domain.SourceRecord{row("000123", washer(1))}, ""},
		"a code given twice":                  {nil, []domain.SourceRecord{row("W-1", washer(1)), row("W-1", washer(1))}, ""},
		"what is archived":                    {nil, []domain.SourceRecord{{Code: "W-1", Attributes: washer(1)}}, ""},
		"a code whose mapping ended":          {ended, []domain.SourceRecord{row("W-1", washer(1))}, ""},
		"a code that a person accepted":       {accepted, []domain.SourceRecord{row("W-1", washer(1))}, ""},
		"a code whose decision is under way":  {underWay, []domain.SourceRecord{row("W-1", washer(1))}, ""},
		"a code that waited in the queue":     {waiting, []domain.SourceRecord{row("W-1", washer(1))}, "W-1"},
		"a code that a plant asks a name for": {requested(catalog.WantedRecord{System: mes, Code: "W-1"}), []domain.SourceRecord{row("W-1", washer(1))}, ""},
		"a thing that a plant asks for": {requested(catalog.WantedRecord{System: mes, Code: "W-9", Attributes: washer(1)}),
			[]domain.SourceRecord{row("W-1", washer(1))}, ""},
		"where another system brings new records": {func(t *testing.T, b *bundle) { b.rule(t, registering(odoo)) }, []domain.SourceRecord{row("W-1", washer(1))}, ""},
		"where a person looks at new records":     {func(t *testing.T, b *bundle) { b.rule(t, domain.Authority{Creation: []domain.SystemID{mes}}) }, []domain.SourceRecord{row("W-1", washer(1))}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.load(t)
			b.rule(t, registering(mes))
			if tt.before != nil {
				tt.before(t, b)
			}
			run := b.read(t, mes, append(slices.Clone(tt.rows), row("N-1", without(local(nut()), catalog.ItemGTIN)))...)
			count := must(b.desk.Register(t.Context(), run))(t)
			var got []string
			for _, source := range tt.rows {
				record, found := b.coded(t, string(source.Code))
				if found && source.Code != "000123" && !slices.Contains(got, string(source.Code)) {
					got = append(got, string(source.Code))
					b.wantRegistered(t, record, source)
				}
			}
			if strings.Join(got, " ") != tt.want || count != len(got) {
				t.Errorf("%d registered: %v, want %q", count, got, tt.want)
			}
			b.verify(t)
		})
	}
}

// wantRegistered looks at all that registration made of a row.
func (b *bundle) wantRegistered(t *testing.T, record domain.GoldenRecord, source domain.SourceRecord) {
	t.Helper()
	if !record.Attributes.Only(keysOf(source.Attributes)).Same(source.Attributes) || record.State != domain.RecordActive {
		t.Errorf("%s became %s %s", source.Code, record.State, record.Attributes.Encode())
	}
	mappings := must(b.store.Read().Mappings.ByRecord(t.Context(), record.ID))(t)
	if len(mappings) != 1 || mappings[0].Basis != domain.BasisRule || mappings[0].System != mes || mappings[0].Code != source.Code || !mappings[0].DefaultOut {
		t.Fatalf("%s is mapped by %+v", source.Code, mappings)
	}
	if uses := must(b.store.Read().Uses.ByRecord(t.Context(), record.ID))(t); len(uses) != 1 || uses[0].Plant != "STU1" || uses[0].State != domain.UseActive {
		t.Errorf("%s is used by %+v", source.Code, uses)
	}
	request := must(b.store.Read().Requests.ByID(t.Context(), mappings[0].ChangeRequest))(t)
	if request.Kind != domain.RequestRule || request.State != domain.RequestApplied || request.ApprovedBy() != "" || len(b.deliveries(t, request)) != 0 {
		t.Errorf("the request is %+v", request)
	}
	for _, line := range must(b.store.Read().Records.Lineage(t.Context(), record.ID))(t) {
		if line.Rule != "registered" || line.System != mes || line.Code != source.Code {
			t.Errorf("%s comes from %+v", line.Attribute, line)
		}
	}
}

func keysOf(values domain.Attributes) []domain.AttributeID {
	var ids []domain.AttributeID
	for id := range values {
		ids = append(ids, id)
	}
	return ids
}

// ended lets W-1 have stood for the bolt, until somebody said that it does not.
func ended(t *testing.T, b *bundle) {
	t.Helper()
	record, _ := b.coded(t, "000123")
	b.mapTo(t, mes, "W-1", record.ID)
	for _, m := range must(b.store.Read().Mappings.ByRecord(t.Context(), record.ID))(t) {
		if m.Code == "W-1" {
			b.approve(t, b.propose(t, domain.ChangeItem{Action: domain.ItemEndMapping, Domain: catalog.Item, Label: "W-1", Record: record.ID, Mapping: &m}))
		}
	}
}

// waiting has W-1 in the queue since a run before the rule.
func waiting(t *testing.T, b *bundle) {
	t.Helper()
	b.reconcile(t, mes, row("B-1", local(bolt())), row("N-1", local(nut())), row("W-1", washer(1)))
	b.only(t)
}

func accepted(t *testing.T, b *bundle) {
	t.Helper()
	waiting(t, b)
	found := b.only(t)
	must(b.desk.Decide(t.Context(), b.ana, steward.Decision{
		Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbAccept, Until: "2027-01-01", Reason: "known",
	}))(t)
}

func underWay(t *testing.T, b *bundle) {
	t.Helper()
	waiting(t, b)
	b.decide(t, b.only(t), steward.VerbCreate)
}

// requested has a plant ask for a record.
func requested(wanted catalog.WantedRecord) func(*testing.T, *bundle) {
	return func(t *testing.T, b *bundle) {
		t.Helper()
		wanted.Domain, wanted.Plant, wanted.Reason = catalog.Item, "STU1", "needed"
		if wanted.Attributes == nil {
			wanted.Attributes = domain.Attributes{catalog.ItemName: domain.Translated{"en": "Something"}}
		}
		must(b.catalog.RequestRecord(t.Context(), b.petra, wanted))(t)
	}
}

// TestRegisteredCodesAgree: what was registered is nothing to decide, in that run and in the next, and a queue entry from before
// the rule goes away by itself.
func TestRegisteredCodesAgree(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	waiting(t, b)
	found := b.only(t)
	b.rule(t, registering(mes))
	rows := []domain.SourceRecord{row("B-1", local(bolt())), row("N-1", local(nut())), row("W-1", washer(1)), row("W-2", without(washer(2), catalog.ItemGTIN))}
	for range 2 {
		run := b.read(t, mes, rows...)
		must(b.desk.Register(t.Context(), run))(t)
		b.judge(t, run)
		if left := b.only(t); left.Finding.Code != "W-2" || left.Finding.Class != domain.ClassUnmapped {
			t.Fatalf("waiting: %+v", left.Finding)
		}
	}
	b.wantState(t, found.ID, domain.DiscrepancyClosed)
}

// TestRegisteringTwiceRegistersNothingNew: whatever the rows are, on both databases.
func TestRegisteringTwiceRegistersNothingNew(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := setup(t)
		b.store = s
		b.on(s)
		b.policy(t, steward.StrictPolicy())
		b.approve(t, must(b.catalog.ProposeConfiguration(t.Context(), b.ana, configuration(), "first systems"))(t))
		b.rule(t, registering(mes))
		rapid.Check(t, func(rt *rapid.T) {
			var rows []domain.SourceRecord
			for i := range rapid.IntRange(1, 8).Draw(rt, "rows") {
				values := washer(rapid.IntRange(1, 12).Draw(rt, "thing"))
				if rapid.IntRange(0, 4).Draw(rt, "whole") == 0 {
					values = without(values, rapid.SampledFrom([]domain.AttributeID{catalog.ItemGTIN, catalog.ItemName, catalog.ItemNetWeight}).Draw(rt, "without"))
				}
				rows = append(rows, domain.SourceRecord{Code: domain.Code(fmt.Sprintf("W-%d", i)), Active: rapid.IntRange(0, 9).Draw(rt, "active") > 0, Attributes: values})
			}
			run := b.read(t, mes, rows...)
			must(b.desk.Register(t.Context(), run))(t)
			requests, _, err := s.Read().Requests.List(t.Context(), domain.RequestQuery{Kind: domain.RequestRule, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000}})
			before := len(must(requests, err)(t))
			again := b.read(t, mes, rows...)
			if count := must(b.desk.Register(t.Context(), again))(t); count != 0 {
				rt.Fatalf("%d registered again", count)
			}
			requests, _, err = s.Read().Requests.List(t.Context(), domain.RequestQuery{Kind: domain.RequestRule, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000}})
			if after := len(must(requests, err)(t)); after != before {
				rt.Fatalf("%d requests, then %d", before, after)
			}
		})
	})
}

// TestARegistrationIsTakenBack: its records retire and their codes are not registered again.
func TestARegistrationIsTakenBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	b.rule(t, registering(mes))
	rows := []domain.SourceRecord{row("B-1", local(bolt())), row("N-1", local(nut())), row("W-1", washer(1))}
	must(b.desk.Register(t.Context(), b.read(t, mes, rows...)))(t)
	made, _ := b.coded(t, "W-1")
	mapping := must(b.store.Read().Mappings.ByRecord(t.Context(), made.ID))(t)[0]
	request := must(b.store.Read().Requests.ByID(t.Context(), mapping.ChangeRequest))(t)
	reverted := must(b.desk.Revert(t.Context(), b.ana, request.ID, request.Version, "no thing of ours"))(t)
	b.approve(t, reverted.Request)
	if after := b.golden(t, made.ID); after.State != domain.RecordRetired {
		t.Errorf("the record is %s", after.State)
	}
	b.clock.days(1)
	run := b.read(t, mes, rows...)
	if count := must(b.desk.Register(t.Context(), run))(t); count != 0 {
		t.Errorf("%d registered again", count)
	}
	b.judge(t, run)
	if left := b.only(t); left.Finding.Code != "W-1" || left.Finding.Class != domain.ClassUnmapped {
		t.Errorf("waiting: %+v", left.Finding)
	}
}
