package crosswalk_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

const wms domain.SystemID = "wms" // serves both plants

// world is a crosswalk in which every status can be met.
func world(t testing.TB) *bundle {
	t.Helper()
	b := setup(t, "A", "B", "C")
	b.write(t, func(repos domain.Repos) error {
		for _, plant := range []domain.Plant{{ID: "STU1", TimeZone: "Europe/Berlin"}, {ID: "BER2", TimeZone: "Pacific/Kiritimati"}} {
			plant.Name, plant.State, plant.Version = string(plant.ID), domain.PlantLive, 1
			if err := repos.Plants.Put(t.Context(), plant); err != nil {
				return err
			}
		}
		system := domain.SourceSystem{ID: wms, Name: "WMS", Kind: domain.SystemREST, Codes: domain.CodeInternalNumber, CodeRule: domain.CodesExact, Version: 1}
		return repos.Systems.Put(t.Context(), system)
	})
	b.record(t, "R", domain.RecordRetired, "")
	b.record(t, "OLDER", domain.RecordMerged, "A")
	b.record(t, "OLDEST", domain.RecordMerged, "OLDER")
	return b
}

func (b *bundle) write(t testing.TB, fn func(domain.Repos) error) {
	t.Helper()
	change := domain.Change{Actor: "user:test", Reason: "test", Domains: []domain.DomainName{catalog.Item}}
	if err := b.store.Write(t.Context(), change, fn); err != nil {
		t.Fatal(err)
	}
}

// record makes a golden record in a state; merged ones forward to another.
func (b *bundle) record(t testing.TB, code string, state domain.RecordState, into string) {
	t.Helper()
	record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: state, Version: 1, MergedInto: b.records[into], Attributes: domain.Attributes{
		catalog.ItemCode: domain.Code(code), catalog.ItemName: domain.Translated{"en": code}, catalog.ItemBaseUnit: domain.Enum("C62"),
	}}
	b.records[code] = record.ID
	b.write(t, func(repos domain.Repos) error {
		return repos.Records.Create(t.Context(), record, catalog.ItemCode, catalog.ItemName, domain.Lineage{})
	})
}

// mapping is an active default mapping of the MES; changes make another of it.
func (b *bundle) mapping(t testing.TB, code, record string, changes ...func(*domain.CodeMapping)) domain.CodeMapping {
	t.Helper()
	m := domain.CodeMapping{
		ID: domain.NewID(), Domain: catalog.Item, System: mes, Plant: "STU1", CodeType: domain.CodeInternalNumber, Code: domain.Code(code), Key: code,
		Record: b.records[record], Relation: domain.RelationEquivalent, State: domain.MappingActive, Basis: domain.BasisPerson, Version: 1,
	}
	for _, change := range changes {
		change(&m)
	}
	b.write(t, func(repos domain.Repos) error { return repos.Mappings.Put(t.Context(), m) })
	return m
}

func span(from, to domain.Date) func(*domain.CodeMapping) {
	return func(m *domain.CodeMapping) { m.Validity = domain.Validity{From: from, To: to} }
}

func in(system domain.SystemID, plant domain.PlantID) func(*domain.CodeMapping) {
	return func(m *domain.CodeMapping) { m.System, m.Plant = system, plant }
}

func relates(relation domain.Relation) func(*domain.CodeMapping) {
	return func(m *domain.CodeMapping) { m.Relation = relation }
}

func suspect(m *domain.CodeMapping)  { m.State = domain.MappingSuspect }
func isOut(m *domain.CodeMapping)    { m.DefaultOut = true }
func byRule(m *domain.CodeMapping)   { m.Basis = domain.BasisRule }
func ended(m *domain.CodeMapping)    { m.State = domain.MappingEnded }
func rejected(m *domain.CodeMapping) { m.State = domain.MappingRejected }

// fill gives the world its mappings.
func fill(t testing.TB, b *bundle) {
	t.Helper()
	b.mapping(t, "M", "A", isOut)
	b.mapping(t, "PAST", "B", span("2026-01-01", "2026-06-01"), isOut)
	b.mapping(t, "PAST", "C", span("2026-06-01", ""), isOut)
	b.mapping(t, "GONE", "B", span("", "2026-06-01"))
	b.mapping(t, "SOON", "B", span("2027-01-01", ""))
	b.mapping(t, "VOID", "B", ended)
	b.mapping(t, "REJ", "B", rejected)
	b.mapping(t, "DOUBT", "B", suspect)
	b.mapping(t, "NARROW", "B", relates(domain.RelationNarrower))
	b.mapping(t, "RULED", "B", byRule)
	b.mapping(t, "RET", "R")
	b.mapping(t, "FWD", "OLDEST")
	b.mapping(t, "BOX", "C", func(m *domain.CodeMapping) { m.Factor, m.Unit = "12", "BX" })
	b.mapping(t, "W", "A", in(wms, ""), isOut, func(m *domain.CodeMapping) { m.Factor, m.Unit = "1/3", "KGM" })
	b.mapping(t, "WB1", "B", in(wms, "STU1"))
	b.mapping(t, "WB2", "B", in(wms, "BER2"), isOut)
	b.mapping(t, "SPLIT", "A", in(wms, "STU1"))
	b.mapping(t, "SPLIT", "B", in(wms, "BER2"))
	b.mapping(t, "WC", "C", in(wms, ""), suspect)
	b.source(t, "SEEN")
}

// source lets the MES have said a code.
func (b *bundle) source(t testing.TB, code string) {
	t.Helper()
	source := domain.SourceRecord{System: mes, Domain: catalog.Item, Code: domain.Code(code), Key: code, Active: true, Attributes: domain.Attributes{}}
	source.Hash = source.ContentHash()
	run := domain.NewID()
	err := b.store.Operate(t.Context(), func(ops domain.Ops) error {
		slot, err := ops.Staging.Begin(t.Context(), run)
		if err != nil {
			return err
		}
		if _, err := ops.Staging.Stage(t.Context(), slot, []domain.StagedRow{{Record: source}}); err != nil {
			return err
		}
		if _, err := ops.Staging.Merge(t.Context(), slot, mes, catalog.Item, false, ops.Now); err != nil {
			return err
		}
		return ops.Staging.End(t.Context(), slot)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bundle) policy(t testing.TB, action domain.UnmappedAction, code domain.Code) {
	t.Helper()
	b.write(t, func(repos domain.Repos) error {
		present, err := repos.Unmapped.Policy(t.Context(), mes, catalog.Item)
		if err != nil {
			return err
		}
		return repos.Unmapped.PutPolicy(t.Context(), domain.UnmappedPolicy{System: mes, Domain: catalog.Item, Action: action, Code: code, Version: present.Version + 1})
	})
}

func ask(from, to domain.SystemID, codes ...string) crosswalk.Question {
	return crosswalk.Question{From: crosswalk.Side{System: from}, To: crosswalk.Side{System: to}, Domain: catalog.Item, Codes: codes, At: "2026-11-23"}
}

func (b *bundle) ask(t testing.TB, q crosswalk.Question) crosswalk.Answer {
	t.Helper()
	return must(b.crosswalk.Translate(t.Context(), b.ana, q))(t)[0]
}

func TestEveryStatus(t *testing.T) {
	t.Parallel()
	b := world(t)
	fill(t, b)
	type change = func(*crosswalk.Question)
	on := func(day domain.Date) change { return func(q *crosswalk.Question) { q.At = day } }
	allowing := func(r ...domain.Relation) change { return func(q *crosswalk.Question) { q.Relations = r } }
	at := func(plant domain.PlantID) change { return func(q *crosswalk.Question) { q.From.Plant = plant } }
	person := func(q *crosswalk.Question) { q.RequireBasis = domain.BasisPerson }
	barcodes := func(q *crosswalk.Question) { q.From.CodeType = domain.CodeBarcode }
	outAt := func(plant domain.PlantID) change { return func(q *crosswalk.Question) { q.To.Plant = plant } }
	tests := map[string]struct {
		from, to domain.SystemID
		code     string
		change   change
		want     string // status, target, factor and unit
	}{
		"a mapped code":                             {mes, crosswalk.Canonical, "M", nil, "mapped A 1 "},
		"as its system tells codes apart":           {mes, crosswalk.Canonical, " m ", nil, "mapped A 1 "},
		"of another kind of code":                   {mes, crosswalk.Canonical, "M", barcodes, "not_found  1 "},
		"never seen":                                {mes, crosswalk.Canonical, "NEVER", nil, "not_found  1 "},
		"seen and not mapped":                       {mes, crosswalk.Canonical, "SEEN", nil, "unmapped  1 "},
		"handed over, before":                       {mes, crosswalk.Canonical, "PAST", on("2026-05-31"), "mapped B 1 "},
		"handed over, on the day":                   {mes, crosswalk.Canonical, "PAST", on("2026-06-01"), "mapped C 1 "},
		"before it began":                           {mes, crosswalk.Canonical, "PAST", on("2025-12-31"), "unmapped  1 "},
		"ended":                                     {mes, crosswalk.Canonical, "GONE", nil, "mapping_ended  1 "},
		"not yet ended":                             {mes, crosswalk.Canonical, "GONE", on("2026-05-31"), "mapped B 1 "},
		"not yet begun":                             {mes, crosswalk.Canonical, "SOON", nil, "unmapped  1 "},
		"declared void":                             {mes, crosswalk.Canonical, "VOID", nil, "mapping_ended  1 "},
		"proposed and rejected":                     {mes, crosswalk.Canonical, "REJ", nil, "not_found  1 "},
		"doubted":                                   {mes, crosswalk.Canonical, "DOUBT", nil, "suspect B 1 "},
		"narrower, not asked for":                   {mes, crosswalk.Canonical, "NARROW", nil, "unmapped  1 "},
		"narrower, asked for":                       {mes, crosswalk.Canonical, "NARROW", allowing(domain.RelationNarrower), "mapped B 1 "},
		"equivalent, not asked for":                 {mes, crosswalk.Canonical, "M", allowing(domain.RelationNarrower), "unmapped  1 "},
		"by a rule":                                 {mes, crosswalk.Canonical, "RULED", nil, "mapped B 1 "},
		"by a rule, a person required":              {mes, crosswalk.Canonical, "RULED", person, "unmapped  1 "},
		"of a retired record":                       {mes, crosswalk.Canonical, "RET", nil, "record_retired R 1 C62"},
		"of a merged record":                        {mes, crosswalk.Canonical, "FWD", nil, "mapped A 1 "},
		"a box of twelve":                           {mes, crosswalk.Canonical, "BOX", nil, "mapped C 12 "},
		"to another system":                         {mes, wms, "M", nil, "mapped W 3 KGM"},
		"of a merged record to another system":      {mes, wms, "FWD", nil, "mapped W 3 KGM"},
		"where the target has several":              {mes, wms, "RULED", outAt("STU1"), "mapped WB1 1 "},
		"where the target has two, one default":     {mes, wms, "RULED", outAt("BER2"), "mapped WB2 1 "},
		"where the target is doubted":               {mes, wms, "BOX", nil, "suspect WC 12 "},
		"where the target has none":                 {mes, odoo, "M", nil, "unmapped  1 "},
		"a retired record where the target has one": {mes, odoo, "RET", nil, "record_retired  1 "},
		"two plants, two meanings":                  {wms, crosswalk.Canonical, "SPLIT", nil, "ambiguous  1 "},
		"of one of the plants":                      {wms, crosswalk.Canonical, "SPLIT", at("BER2"), "mapped B 1 "},
		"of no plant, asked at one":                 {wms, crosswalk.Canonical, "W", at("BER2"), "mapped A 1/3 "},
		"a canonical code":                          {crosswalk.Canonical, mes, "A", nil, "mapped M 1 "},
		"a canonical code of a merged record":       {crosswalk.Canonical, mes, "OLDEST", nil, "mapped M 1 "},
		"a canonical code nobody knows":             {crosswalk.Canonical, mes, "Z", nil, "not_found  1 "},
		"a canonical code the target has not":       {crosswalk.Canonical, odoo, "A", nil, "unmapped  1 "},
		"a canonical code with an ended one":        {crosswalk.Canonical, mes, "B", on("2026-06-01"), "ambiguous  1 "},
	}
	for phrase, test := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			q := ask(test.from, test.to, test.code)
			if test.change != nil {
				test.change(&q)
			}
			got := b.ask(t, q)
			if text := fmt.Sprintf("%s %s %s %s", got.Status, got.Target, got.Factor, got.Unit); text != test.want {
				t.Errorf("%q, want %q", text, test.want)
			}
			if got.Code != test.code && test.code != " m " {
				t.Errorf("the answer is to %q", got.Code)
			}
		})
	}
}

func TestWhatAnAnswerRestsOn(t *testing.T) {
	t.Parallel()
	b := world(t)
	b.mapping(t, "X", "A", span("2026-01-01", "2027-01-01"), byRule)
	out := b.mapping(t, "Y", "A", in(wms, ""), span("2026-03-01", "2028-01-01"))
	stored := must(b.store.Read().Mappings.ByRecord(t.Context(), out.Record))(t)
	latest := slices.MaxFunc(stored, func(x, y domain.CodeMapping) int { return int(x.Sequence - y.Sequence) })
	got := b.ask(t, ask(mes, wms, "x"))
	want := crosswalk.Answer{
		Code: "x", Status: crosswalk.StatusMapped, Target: "Y", Relation: domain.RelationEquivalent, Record: b.records["A"],
		Validity: domain.Validity{From: "2026-03-01", To: "2027-01-01"}, Basis: domain.BasisRule, Version: latest.Sequence,
	}
	if got != want {
		t.Errorf("the answer is %+v, want %+v", got, want)
	}
}

func TestPoliciesForUnmappedCodes(t *testing.T) {
	t.Parallel()
	b := world(t)
	b.mapping(t, "M", "A", isOut)
	b.mapping(t, "W", "A", in(wms, ""))
	tests := []struct {
		action   domain.UnmappedAction
		code     domain.Code
		to       domain.SystemID
		want     string
		mappedTo domain.Code
	}{
		{domain.UnmappedReject, "", crosswalk.Canonical, "not_found ", "A"},
		{domain.UnmappedPark, "", crosswalk.Canonical, "parked ", "A"},
		{domain.UnmappedPassthrough, "", wms, "passthrough NEW", "W"},
		{domain.UnmappedFixed, "A", crosswalk.Canonical, "fixed A", "A"},
		{domain.UnmappedFixed, "A", wms, "fixed W", "W"},
		{domain.UnmappedFixed, "B", wms, "not_found ", "W"}, // what stands in is not known there
	}
	for _, test := range tests {
		b.policy(t, test.action, test.code)
		answers := must(b.crosswalk.Translate(t.Context(), b.ana, ask(mes, test.to, "NEW", "M")))(t)
		if got := fmt.Sprintf("%s %s", answers[0].Status, answers[0].Target); got != test.want || answers[1].Target != test.mappedTo {
			t.Errorf("%s %s to %s: %q and %q, want %q", test.action, test.code, test.to, got, answers[1].Target, test.want)
		}
	}
}

func TestTodayIsThePlants(t *testing.T) {
	t.Parallel()
	b := world(t)
	now := must(b.store.Now(t.Context()))(t)
	b.mapping(t, "W", "A", in(wms, ""), span(domain.DateOf(now.Add(14*3600*1e9)), "")) // the day it is at UTC+14
	q := ask(wms, crosswalk.Canonical, "W")
	q.At, q.From.Plant = "", "BER2"
	if got := b.ask(t, q); got.Status != crosswalk.StatusMapped {
		t.Errorf("in Kiritimati the code is %s", got.Status)
	}
}

func TestQuestionsThatCannotBeAsked(t *testing.T) {
	t.Parallel()
	b := world(t)
	many := make([]string, crosswalk.MaxCodes+1)
	for i := range many {
		many[i] = "x"
	}
	tests := map[string]struct {
		by     domain.Actor
		change func(*crosswalk.Question)
		want   string
	}{
		"of a system there is not":    {b.ana, func(q *crosswalk.Question) { q.From.System = "moon" }, domain.CodeSystemUnknown},
		"to a system there is not":    {b.ana, func(q *crosswalk.Question) { q.To.System = "moon" }, domain.CodeSystemUnknown},
		"of a foreign plant's system": {b.carl, func(*crosswalk.Question) {}, domain.CodeSystemUnknown},
		"to a foreign plant's system": {b.carl, func(q *crosswalk.Question) { q.From.System, q.To.System = wms, mes }, domain.CodeSystemUnknown},
		"of a foreign plant":          {b.carl, func(q *crosswalk.Question) { q.From = crosswalk.Side{System: wms, Plant: "STU1"} }, domain.CodePlantUnknown},
		"of a plant there is not":     {b.ana, func(q *crosswalk.Question) { q.From = crosswalk.Side{System: wms, Plant: "MOON"} }, domain.CodePlantUnknown},
		"of another plant's system":   {b.ana, func(q *crosswalk.Question) { q.From.Plant = "BER2" }, domain.CodeBodyInvalid},
		"by nobody":                   {domain.ServiceActor("nobody"), func(*crosswalk.Question) {}, domain.CodeAccessDenied},
		"of a domain there is not":    {b.ana, func(q *crosswalk.Question) { q.Domain = "moon" }, domain.CodeDomainUnknown},
		"of a kind there is not":      {b.ana, func(q *crosswalk.Question) { q.From.CodeType = "moon" }, domain.CodeBodyInvalid},
		"of a kind of canonical code": {b.ana, func(q *crosswalk.Question) { q.To.CodeType = domain.CodeBarcode }, domain.CodeBodyInvalid},
		"in a relation there is not":  {b.ana, func(q *crosswalk.Question) { q.Relations = []domain.Relation{"moon"} }, domain.CodeBodyInvalid},
		"in no relation":              {b.ana, func(q *crosswalk.Question) { q.Relations = []domain.Relation{domain.RelationNot} }, domain.CodeBodyInvalid},
		"on a basis there is not":     {b.ana, func(q *crosswalk.Question) { q.RequireBasis = "moon" }, domain.CodeBodyInvalid},
		"of nothing":                  {b.ana, func(q *crosswalk.Question) { q.Codes = nil }, domain.CodeBodyInvalid},
		"of too much":                 {b.ana, func(q *crosswalk.Question) { q.Codes = many }, domain.CodeBodyInvalid},
		"of an empty code":            {b.ana, func(q *crosswalk.Question) { q.Codes = []string{"a", " "} }, domain.CodePlantCodeInvalid},
	}
	for phrase, test := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			q := ask(mes, crosswalk.Canonical, "M")
			test.change(&q)
			_, err := b.crosswalk.Translate(t.Context(), test.by, q)
			wantCode(t, err, test.want)
		})
	}
}

// TestForeignPlantsCodesStayTheirs asks a system of many plants as somebody who sees one of them.
func TestForeignPlantsCodesStayTheirs(t *testing.T) {
	t.Parallel()
	b := world(t)
	b.mapping(t, "SPLIT", "A", in(wms, "STU1"))
	b.mapping(t, "SPLIT", "B", in(wms, "BER2"))
	for by, want := range map[*domain.Actor]domain.Code{&b.petra: "A", &b.carl: "B"} {
		answers, err := b.crosswalk.Translate(t.Context(), *by, ask(wms, crosswalk.Canonical, "SPLIT"))
		if got := must(answers, err)(t)[0]; got.Target != want {
			t.Errorf("%s is told %+v", by.Name, got)
		}
	}
}

func TestWhatIsAskedInVainIsCounted(t *testing.T) {
	t.Parallel()
	b := world(t)
	fill(t, b)
	b.crosswalk.MaxUnmapped = 3
	q := ask(mes, crosswalk.Canonical, "NEW", "new", "SEEN", "GONE", "M", "NARROW", "FOURTH")
	must(b.crosswalk.Translate(t.Context(), b.petra, q))(t)
	q.Known = must(b.store.Now(t.Context()))(t)
	must(b.crosswalk.Translate(t.Context(), b.petra, q))(t) // a question about the past is no work waiting
	page := must(b.crosswalk.Unmapped(t.Context(), b.petra, domain.UnmappedQuery{Domain: catalog.Item}))(t)
	got := map[domain.Code]string{}
	for _, u := range page.Codes {
		got[u.Code] = fmt.Sprintf("%s %d", u.Status, u.Asked)
	}
	if len(got) != 3 || got["NEW"] != "not_found 2" && got["new"] != "not_found 2" || len(page.Tallies) != 1 || page.Tallies[0].Overflow != 1 {
		t.Errorf("counted are %v, overflow %+v", got, page.Tallies)
	}
	if foreign := must(b.crosswalk.Unmapped(t.Context(), b.carl, domain.UnmappedQuery{Domain: catalog.Item}))(t); len(foreign.Codes)+len(foreign.Tallies) != 0 {
		t.Errorf("carl sees %+v", foreign)
	}
	_, err := b.crosswalk.Unmapped(t.Context(), domain.ServiceActor("nobody"), domain.UnmappedQuery{})
	wantCode(t, err, domain.CodeAccessDenied)
}

func TestAnswersStandWhenCountingFails(t *testing.T) {
	t.Parallel()
	b := world(t)
	b.on(storetest.Broken(t, b.store, storetest.Failing{Operates: true}))
	var told error
	b.crosswalk.CountingFailed = func(_ context.Context, err error) { told = err }
	if got := b.ask(t, ask(mes, crosswalk.Canonical, "NEW")); got.Status != crosswalk.StatusNotFound {
		t.Errorf("the answer is %+v", got)
	}
	wantCode(t, told, domain.CodeStoreDown)
	b.on(storetest.Broken(t, b.store, storetest.Failing{Reads: true}))
	_, err := b.crosswalk.Translate(t.Context(), b.ana, ask(mes, crosswalk.Canonical, "NEW"))
	wantCode(t, err, domain.CodeStoreDown)
}

func BenchmarkTranslate(b *testing.B) {
	w := world(b)
	codes := make([]string, 100)
	for i := range codes {
		codes[i] = fmt.Sprintf("N%d", i)
		w.mapping(b, codes[i], "A")
	}
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("codes=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				answers, err := w.crosswalk.Translate(b.Context(), w.ana, ask(mes, crosswalk.Canonical, codes[:n]...))
				if err != nil || answers[n-1].Target != "A" {
					b.Fatal(err, answers)
				}
			}
		})
	}
}

// TestSeveralMergedRecordsHaveOneDefaultCode: where only merged records have codes in a system, each a default one, the answer is
// the code that was mapped first; an own code of the record that answers goes before all of them.
func TestSeveralMergedRecordsHaveOneDefaultCode(t *testing.T) {
	t.Parallel()
	b := world(t)
	fill(t, b)
	b.mapping(t, "O1", "OLDER", in(odoo, ""), isOut, func(m *domain.CodeMapping) { m.CodeType = domain.CodeDatabaseID })
	b.mapping(t, "O2", "OLDEST", in(odoo, ""), isOut, func(m *domain.CodeMapping) { m.CodeType = domain.CodeDatabaseID })
	told := func() string {
		got := b.ask(t, ask(mes, odoo, "M"))
		return string(got.Status) + " " + string(got.Target)
	}
	if got := told(); got != "mapped O1" {
		t.Errorf("the answer is %s", got)
	}
	b.mapping(t, "O3", "A", in(odoo, ""), isOut, func(m *domain.CodeMapping) { m.CodeType = domain.CodeDatabaseID })
	if got := told(); got != "mapped O3" {
		t.Errorf("with an own code the answer is %s", got)
	}
}
