package match_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
	"github.com/crosswalk-mdm/crosswalk/matching"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// shop is a Finder over 60 golden records, of each of which the plants' systems say something in their own words. Of the plant
// STU1 the system is mes, of LYO1 it is wms.
type shop struct {
	store   domain.Store
	finder  *match.Finder
	records []domain.GoldenRecord
	look    match.Lookup
	failing error
}

// Of is the index.
func (s *shop) Of(domain.DomainName) (match.Lookup, error) { return s.look, s.failing }

// shopper is somebody who may read at a plant.
func shopper(plant domain.PlantID) domain.Actor {
	return domain.Actor{ID: "user:ana", Kind: domain.ActorPerson, Grants: []domain.Grant{{Action: domain.ActionRead, Domain: domain.Anywhere, Plant: plant}}}
}

// shelfItem is the i-th item, in the plant's words where plant says so.
func shelfItem(i int, plant bool) domain.Attributes {
	nouns := []string{"hex screw", "washer", "nut", "bearing", "shaft seal", "control cable", "ball valve"}
	form := "%s M%dx%d A2-70"
	if plant {
		form = "%s M %d X %d zinc A2-70"
	}
	return domain.Attributes{catalog.ItemName: domain.Text(fmt.Sprintf(form, nouns[i%7], 3+i%9, 10+5*(i/3))), catalog.ItemBaseUnit: domain.Enum("C62")}
}

func openShop(t testing.TB) *shop {
	t.Helper()
	s := &shop{store: storetest.New(t)}
	s.finder = &match.Finder{Store: s.store, Definitions: catalog.Definitions{}, Index: s}
	s.write(t, func(repos domain.Repos) error {
		for plant, system := range map[domain.PlantID]domain.SystemID{"STU1": "mes", "LYO1": "wms"} {
			if err := repos.Plants.Put(t.Context(), domain.Plant{ID: plant, Name: string(plant), TimeZone: "UTC", State: domain.PlantLive, Version: 1}); err != nil {
				return err
			}
			err := repos.Systems.Put(t.Context(), domain.SourceSystem{ID: system, Name: string(system), Kind: domain.SystemSQL, Plant: plant, Codes: domain.CodeInternalNumber, Version: 1})
			if err != nil {
				return err
			}
		}
		for i := range 60 {
			record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Version: 1, Attributes: shelfItem(i, false).With(domain.Attributes{
				catalog.ItemCode: domain.Code(fmt.Sprintf("IT-%05d", i)), catalog.ItemStandardCost.At(domain.Place{Company: "CW"}): domain.Money{Amount: decimal.NewFromInt(7), Currency: "EUR"},
			})}
			s.records = append(s.records, record)
			if err := repos.Records.Create(t.Context(), record, catalog.ItemCode, catalog.ItemName, domain.Lineage{Record: record.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	s.stage(t, "mes", 40)
	s.stage(t, "wms", 2)
	s.index(t)
	return s
}

// index builds what things are looked up in.
func (s *shop) index(t testing.TB) {
	t.Helper()
	rule := domain.BuiltInMatchRule(catalog.Item)
	fields := match.LookupFields(catalog.ItemDefinition(), rule)
	var table, sample matching.Table
	for _, f := range fields {
		table.Names, table.Kinds = append(table.Names, f.Name), append(table.Kinds, f.Kind)
	}
	for _, r := range s.records {
		table.Records = append(table.Records, match.Record(fields, domain.MatchSide{Record: r.ID}.String(), r.Attributes))
	}
	sample = table
	sample.Records = slices.Clone(table.Records)
	for i := range s.records {
		sample.Records = append(sample.Records, match.CodeRecord(catalog.ItemDefinition(), fields, s.side("mes", i), shelfItem(i, true)))
	}
	m, err := matching.BuildMatcher(table, matching.Dedupe(sample, matching.Options{Workers: 1}).Basis(), matching.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	s.look = match.Lookup{Matcher: m, Fields: fields, Rule: rule, Age: 3 * time.Second}
}

func (s *shop) write(t testing.TB, fn func(domain.Repos) error) {
	t.Helper()
	if err := s.store.Write(t.Context(), domain.Change{Actor: "user:test", Reason: "test", Domains: []domain.DomainName{catalog.Item}}, fn); err != nil {
		t.Fatal(err)
	}
}

func (s *shop) side(system domain.SystemID, i int) domain.MatchSide {
	code := fmt.Sprintf("77%04d", 31*i)
	return domain.MatchSide{System: system, Key: code, Code: domain.Code(code)}
}

// stage takes in what a system says of the first n items.
func (s *shop) stage(t testing.TB, system domain.SystemID, n int) {
	t.Helper()
	err := s.store.Operate(t.Context(), func(ops domain.Ops) error {
		slot, err := ops.Staging.Begin(t.Context(), domain.NewID())
		if err != nil {
			return err
		}
		rows := make([]domain.StagedRow, n)
		for i := range rows {
			side := s.side(system, i)
			rows[i].Record = domain.SourceRecord{System: system, Domain: catalog.Item, Code: side.Code, Key: side.Key, Active: true, Attributes: shelfItem(i, true)}
		}
		if _, err := ops.Staging.Stage(t.Context(), slot, rows); err != nil {
			return err
		}
		if _, err := ops.Staging.Merge(t.Context(), slot, system, catalog.Item, true, ops.Now); err != nil {
			return err
		}
		return ops.Staging.End(t.Context(), slot)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unmapped counts a code that was asked for in vain and returns its ID.
func (s *shop) unmapped(t testing.TB, plant domain.PlantID, side domain.MatchSide) domain.ID {
	t.Helper()
	code := domain.UnmappedCode{ID: domain.NewID(), Domain: catalog.Item, System: side.System, Plant: plant, CodeType: domain.CodeInternalNumber, Code: side.Code, Key: side.Key, Asked: 1}
	if err := s.store.Operate(t.Context(), func(ops domain.Ops) error { return ops.Unmapped.Count(t.Context(), []domain.UnmappedCode{code}, 10) }); err != nil {
		t.Fatal(err)
	}
	return code.ID
}

// judge keeps a verdict on a record and a code.
func (s *shop) judge(t testing.TB, record int, side domain.MatchSide, word domain.VerdictWord) domain.Verdict {
	t.Helper()
	pair, err := domain.NewMatchPair(catalog.Item, domain.MatchSide{Record: s.records[record].ID}, side)
	if err != nil {
		t.Fatal(err)
	}
	v := domain.Verdict{ID: domain.NewID(), Pair: pair, Word: word, Plant: "STU1", By: "user:bo", At: 1, Version: 1}
	s.write(t, func(repos domain.Repos) error { return repos.Verdicts.Put(t.Context(), v) })
	return v
}

func name(text string) domain.Attributes {
	return domain.Attributes{catalog.ItemName: domain.Text(text)}
}

func TestSearchBeforeCreate(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.write(t, func(repos domain.Repos) error {
		erp := domain.SourceSystem{ID: "erp", Name: "ERP", Kind: domain.SystemSQL, Codes: domain.CodeInternalNumber, Version: 1}
		if err := repos.Systems.Put(t.Context(), erp); err != nil {
			return err
		}
		for system, plant := range map[domain.SystemID]domain.PlantID{"mes": "STU1", "wms": "LYO1", "erp": "LYO1"} {
			err := repos.Mappings.Put(t.Context(), domain.CodeMapping{
				ID: domain.NewID(), Domain: catalog.Item, System: system, Plant: plant, CodeType: domain.CodeInternalNumber, Code: domain.Code("P-" + plant), Key: "P-" + string(plant),
				Record: s.records[21].ID, Relation: domain.RelationEquivalent, State: domain.MappingActive, Basis: domain.BasisPerson, DefaultOut: true, Version: 1,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	for phrase, w := range map[string]match.Wanted{
		"by its name":               {Attributes: name("HEX SCREW M 6 X 45 A2-70")},
		"by a text for a code":      {Code: " Hex screw M6x45, A2-70 zinc "},
		"by its own canonical code": {Code: "it 00021"},
	} {
		w.Domain, w.Plant, w.Limit = catalog.Item, "STU1", 3
		found, err := s.finder.Check(t.Context(), shopper("STU1"), w)
		if err != nil || len(found.List) == 0 {
			t.Errorf("%s: %v", phrase, err)
			continue
		}
		best := found.List[0]
		if best.Record.ID != s.records[21].ID || best.Rank != 1 || best.Margin <= 0 || len(found.List) > 3 || found.Age != 3*time.Second || best.Side.Record != best.Record.ID {
			t.Errorf("%s: found %s %s, %+v", phrase, best.Code, best.Name, found.List)
		}
		if !slices.Equal(best.Codes, []domain.Code{"P-STU1"}) {
			t.Errorf("%s: the plant calls it %q", phrase, best.Codes)
		}
		if _, shown := best.Record.Attributes[catalog.ItemStandardCost.At(domain.Place{Company: "CW"})]; shown || len(best.Explanation.Reasons) == 0 {
			t.Errorf("%s: attributes %v, reasons %v", phrase, best.Record.Attributes, best.Explanation.Reasons)
		}
	}
}

func TestWhoMaySearchForWhat(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	nobody := domain.Actor{ID: "user:x", Kind: domain.ActorPerson, Grants: []domain.Grant{{Action: domain.ActionPropose, Domain: domain.Anywhere, Plant: domain.Anywhere}}}
	cost := domain.Attributes{catalog.ItemStandardCost.At(domain.Place{Company: "CW"}): domain.Money{Amount: decimal.NewFromInt(7), Currency: "EUR"}}
	tests := map[string]struct {
		by   domain.Actor
		w    match.Wanted
		want string
	}{
		"anybody who reads somewhere":      {by: shopper("STU1"), w: match.Wanted{Domain: catalog.Item, Code: "x"}},
		"with codes of the own plant":      {by: shopper("STU1"), w: match.Wanted{Domain: catalog.Item, Plant: "STU1", Code: "x"}},
		"with codes of a foreign plant":    {by: shopper("STU1"), w: match.Wanted{Domain: catalog.Item, Plant: "LYO1", Code: "x"}, want: domain.CodePlantUnknown},
		"with codes of no plant there is":  {by: shopper(domain.Anywhere), w: match.Wanted{Domain: catalog.Item, Plant: "NOWH", Code: "x"}, want: domain.CodePlantUnknown},
		"who may not read":                 {by: nobody, w: match.Wanted{Domain: catalog.Item, Code: "x"}, want: domain.CodeAccessDenied},
		"a domain there is not":            {by: shopper(domain.Anywhere), w: match.Wanted{Domain: "unicorn", Code: "x"}, want: domain.CodeDomainUnknown},
		"nothing":                          {by: shopper("STU1"), w: match.Wanted{Domain: catalog.Item, Code: "  "}, want: domain.CodeBodyInvalid},
		"an attribute there is not":        {by: shopper("STU1"), w: match.Wanted{Domain: catalog.Item, Attributes: domain.Attributes{"horn": domain.Text("x")}}, want: domain.CodeValueInvalid},
		"guessing at a confidential value": {by: shopper("STU1"), w: match.Wanted{Domain: catalog.Item, Attributes: cost}, want: domain.CodeValueInvalid},
		"naming what they may see":         {by: shopper(domain.Anywhere), w: match.Wanted{Domain: catalog.Item, Attributes: cost}},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			if _, err := s.finder.Check(t.Context(), tt.by, tt.w); domain.ErrorCode(err) != tt.want {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestSuggestionsForAnUnmappedCode(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	staged, unheard := s.side("mes", 21), domain.MatchSide{System: "mes", Key: "HEX SCREW M6X45", Code: "HEX SCREW M6X45"}
	for phrase, side := range map[string]domain.MatchSide{"by what the system says": staged, "by the code alone": unheard} {
		found, err := s.finder.ForUnmapped(t.Context(), shopper("STU1"), s.unmapped(t, "STU1", side), 5)
		if err != nil || len(found.List) == 0 || found.List[0].Record.ID != s.records[21].ID {
			t.Errorf("%s: %+v, %v", phrase, found.List, err)
		}
	}
	id := s.unmapped(t, "STU1", s.side("mes", 14))
	before, err := s.finder.ForUnmapped(t.Context(), shopper("STU1"), id, 20)
	if err != nil || len(before.List) < 3 || before.List[0].Record.ID != s.records[14].ID {
		t.Fatalf("before anybody judged: %+v, %v", before.List, err)
	}
	second := slices.IndexFunc(s.records, func(r domain.GoldenRecord) bool { return r.ID == before.List[1].Record.ID })
	s.judge(t, 14, s.side("mes", 14), domain.VerdictNoMatch)
	confirmed := s.judge(t, 59, s.side("mes", 14), domain.VerdictMatch)
	s.judge(t, second, s.side("mes", 14), domain.VerdictUnsure)
	after, err := s.finder.ForUnmapped(t.Context(), shopper("STU1"), id, 20)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(after.List, func(o match.Suggestion) bool { return o.Record.ID == s.records[14].ID }) {
		t.Error("what was rejected is suggested again")
	}
	first := after.List[0]
	if first.Record.ID != s.records[59].ID || first.Verdict == nil || first.Verdict.ID != confirmed.ID || len(first.Explanation.Reasons) == 0 || first.Probability > 0.5 {
		t.Errorf("first comes %s %+v, not what was confirmed", first.Name, first)
	}
	if next := after.List[1]; next.Record.ID != s.records[second].ID || next.Verdict == nil || next.Verdict.Word != domain.VerdictUnsure || next.Rank != 2 {
		t.Errorf("then comes %+v", next)
	}
	for phrase, by := range map[string]domain.Actor{"of another plant": shopper("LYO1")} {
		if _, err := s.finder.ForUnmapped(t.Context(), by, id, 5); domain.ErrorCode(err) != domain.CodeUnmappedUnknown {
			t.Errorf("somebody %s: %v", phrase, err)
		}
	}
}

func TestSuggestionsForADiscrepancy(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	open := func(class domain.Class, record domain.ID) domain.ID {
		d := domain.NewDiscrepancy(domain.Finding{Domain: catalog.Item, Record: record, System: "mes", Plant: "STU1", Class: class, Code: s.side("mes", 21).Code, Label: "x", ReadAt: 1}, domain.NewID())
		s.write(t, func(repos domain.Repos) error { return repos.Discrepancies.Put(t.Context(), d, 0) })
		return d.ID
	}
	unlinked, linked := open(domain.ClassUnmapped, domain.ID{}), open(domain.ClassMissing, s.records[21].ID)
	found, err := s.finder.ForDiscrepancy(t.Context(), shopper("STU1"), unlinked, 2)
	if err != nil || len(found.List) != 2 || found.List[0].Record.ID != s.records[21].ID {
		t.Errorf("found %+v, %v", found.List, err)
	}
	if _, err := s.finder.ForDiscrepancy(t.Context(), shopper("STU1"), linked, 2); domain.ErrorCode(err) != domain.CodeMatchLinked {
		t.Errorf("of a linked code: %v", err)
	}
	if _, err := s.finder.ForDiscrepancy(t.Context(), shopper("LYO1"), unlinked, 2); domain.ErrorCode(err) != domain.CodeDiscrepancyUnknown {
		t.Errorf("somebody of another plant: %v", err)
	}
}

func TestWhatIsNoLongerInUseIsNotSuggested(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.write(t, func(repos domain.Repos) error {
		retired := s.records[21]
		retired.State, retired.Version = domain.RecordRetired, 2
		return repos.Records.Update(t.Context(), retired, catalog.ItemCode, catalog.ItemName, nil, domain.Lineage{Record: retired.ID})
	})
	found, err := s.finder.Check(t.Context(), shopper("STU1"), match.Wanted{Domain: catalog.Item, Attributes: name("hex screw M6x45 A2-70")})
	if err != nil || slices.ContainsFunc(found.List, func(o match.Suggestion) bool { return o.Record.ID == s.records[21].ID }) {
		t.Errorf("an index that lags behind suggests what is retired (%v)", err)
	}
}

func TestAnyPairIsExplained(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	golden := func(i int) domain.MatchSide { return domain.MatchSide{Record: s.records[i].ID} }
	s.judge(t, 0, s.side("mes", 0), domain.VerdictNoMatch)
	s.write(t, func(repos domain.Repos) error {
		merged := s.records[7]
		merged.State, merged.Version, merged.MergedInto = domain.RecordMerged, 2, s.records[8].ID
		return repos.Records.Update(t.Context(), merged, catalog.ItemCode, catalog.ItemName, nil, domain.Lineage{Record: merged.ID})
	})
	everywhere := shopper(domain.Anywhere)
	tests := map[string]struct {
		by          domain.Actor
		left, right domain.MatchSide
		whyNot      bool
		likely      bool
		want        string
	}{
		"a record and its code":           {by: everywhere, left: golden(21), right: s.side("mes", 21), likely: true},
		"the other way round":             {by: everywhere, left: s.side("mes", 21), right: golden(21), likely: true},
		"another size":                    {by: everywhere, left: golden(14), right: s.side("mes", 21), whyNot: true},
		"nothing in common":               {by: everywhere, left: golden(3), right: domain.MatchSide{System: "mes", Key: "Q9"}, whyNot: true},
		"rejected by a person":            {by: everywhere, left: golden(0), right: s.side("mes", 0), whyNot: true, likely: true},
		"two codes":                       {by: everywhere, left: s.side("mes", 1), right: s.side("wms", 1), whyNot: true, likely: true},
		"a merged record":                 {by: everywhere, left: golden(7), right: s.side("mes", 7), whyNot: true, likely: true},
		"a code of the own plant":         {by: shopper("STU1"), left: golden(21), right: s.side("mes", 21), likely: true},
		"a code of a foreign plant":       {by: shopper("STU1"), left: golden(1), right: s.side("wms", 1), want: domain.CodeSystemUnknown},
		"a system there is not":           {by: everywhere, left: golden(1), right: s.side("none", 1), want: domain.CodeSystemUnknown},
		"a record there is not":           {by: everywhere, left: domain.MatchSide{Record: domain.NewID()}, right: golden(1), want: domain.CodeRecordUnknown},
		"a thing with itself":             {by: everywhere, left: golden(1), right: golden(1), want: domain.CodeBodyInvalid},
		"by somebody who may not read":    {by: domain.Actor{}, left: golden(1), right: golden(2), want: domain.CodeAccessDenied},
		"a code that can be no such code": {by: everywhere, left: golden(1), right: domain.MatchSide{System: "mes", Key: strings.Repeat("x", 500)}, want: domain.CodePlantCodeInvalid},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			pair, err := s.finder.Explain(t.Context(), tt.by, catalog.Item, tt.left, tt.right)
			if domain.ErrorCode(err) != tt.want {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if err != nil {
				return
			}
			if (pair.WhyNot != "") != tt.whyNot || (pair.Probability > 0.5) != tt.likely {
				t.Errorf("probability %v, not proposed because %q", pair.Probability, pair.WhyNot)
			}
			if pair.Left.Label == "" || pair.Right.Label == "" || len(pair.LeftRivals) > 3 {
				t.Errorf("sides %+v and %+v, rivals %v", pair.Left, pair.Right, pair.LeftRivals)
			}
			for _, rival := range slices.Concat(pair.LeftRivals, pair.RightRivals) {
				if rival.Label == "" || rival.Side.Record == tt.left.Record || rival.Side.Record == tt.right.Record {
					t.Errorf("a rival is %+v", rival)
				}
			}
			_, shown := pair.Left.Attributes[catalog.ItemStandardCost.At(domain.Place{Company: "CW"})]
			if allowed := tt.by.May(domain.ActionRead, domain.Scope{Domain: catalog.Item}); shown && !allowed {
				t.Error("a confidential value is shown")
			}
		})
	}
}

func TestLookingUpWithoutIndexOrDatabase(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	code := s.unmapped(t, "STU1", s.side("mes", 21))
	asks := map[string]func(f *match.Finder) error{
		"check": func(f *match.Finder) error {
			_, err := f.Check(t.Context(), shopper("STU1"), match.Wanted{Domain: catalog.Item, Plant: "STU1", Code: "hex screw M6x45"})
			return err
		},
		"unmapped": func(f *match.Finder) error {
			_, err := f.ForUnmapped(t.Context(), shopper("STU1"), code, 3)
			return err
		},
		"explain": func(f *match.Finder) error {
			_, err := f.Explain(t.Context(), shopper("STU1"), catalog.Item, domain.MatchSide{Record: s.records[1].ID}, s.side("mes", 1))
			return err
		},
	}
	building := &shop{failing: domain.Unavailable(nil, domain.CodeMatchBuilding, "it is being built")}
	for phrase, ask := range asks {
		if err := ask(&match.Finder{Store: s.store, Definitions: catalog.Definitions{}, Index: building}); domain.ErrorCode(err) != domain.CodeMatchBuilding {
			t.Errorf("%s without an index: %v", phrase, err)
		}
		broken := storetest.Broken(t, s.store, storetest.Failing{Reads: true})
		if err := ask(&match.Finder{Store: broken, Definitions: catalog.Definitions{}, Index: s}); domain.ErrorCode(err) != domain.CodeStoreDown {
			t.Errorf("%s without a database: %v", phrase, err)
		}
	}
}
