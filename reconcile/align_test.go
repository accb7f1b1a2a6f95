package reconcile_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

const (
	today  domain.Date    = "2026-11-23"
	before domain.Instant = 1_000
	readAt domain.Instant = 2_000
)

var itemID = domain.ID{15: 7}

// alignment is that of a plant's system that supplies name, weight and parts.
func alignment() reconcile.Alignment {
	return reconcile.Alignment{
		System: domain.SourceSystem{ID: "mes", Plant: "STU1"}, Definition: definition(),
		Attributes: []domain.AttributeID{attrName, attrWeight, attrParts}, Day: today, ReadAt: readAt,
	}
}

func golden(change ...func(*domain.GoldenRecord)) *domain.GoldenRecord {
	record := &domain.GoldenRecord{
		ID: itemID, Domain: "item", State: domain.RecordActive, Version: 3,
		Attributes: domain.Attributes{attrCode: domain.Code("IT-1"), attrName: domain.Text("Bolt"), attrWeight: qty("1", "KGM")},
	}
	for _, c := range change {
		c(record)
	}
	return record
}

func use(state domain.UseState, validity domain.Validity) *domain.PlantUse {
	return &domain.PlantUse{Record: itemID, Plant: "STU1", State: state, Validity: validity}
}

// linked is an active row that agrees with an active golden record the plant uses.
func linked(change ...func(*domain.LinkedRecord)) domain.LinkedRecord {
	record := domain.LinkedRecord{
		Source: domain.SourceRecord{
			System: "mes", Domain: "item", Code: "000123", Key: "000123", Active: true, Hash: "h1", ReadAt: before,
			Attributes: domain.Attributes{attrName: domain.Text("Bolt"), attrWeight: qty("1000", "GRM")},
		},
		Mapping: &domain.CodeMapping{Record: itemID, Code: "000123", Relation: domain.RelationEquivalent, State: domain.MappingActive},
		Golden:  golden(),
		Use:     use(domain.UseActive, domain.Validity{}),
	}
	for _, c := range change {
		c(&record)
	}
	return record
}

func unlinked(r *domain.LinkedRecord)   { r.Mapping, r.Golden, r.Use = nil, nil, nil }
func archived(r *domain.LinkedRecord)   { r.Source.Active = false }
func duplicated(r *domain.LinkedRecord) { r.Source.Duplicated = true }
func unused(r *domain.LinkedRecord)     { r.Use = nil }
func heavier(r *domain.LinkedRecord) {
	r.Source.Attributes = r.Source.Attributes.With(domain.Attributes{attrWeight: qty("1.1", "KGM")})
}
func renamed(r *domain.LinkedRecord) {
	r.Source.Attributes = r.Source.Attributes.With(domain.Attributes{attrName: domain.Text("Nut")})
}
func recoded(r *domain.LinkedRecord) {
	r.Source.Attributes = r.Source.Attributes.With(domain.Attributes{attrCode: domain.Code("IT-2")})
}
func assembled(r *domain.LinkedRecord) {
	r.Source.Attributes = r.Source.Attributes.With(domain.Attributes{attrParts: domain.Lines{{ID: "1"}}})
}
func used(state domain.UseState) func(*domain.LinkedRecord) {
	return func(r *domain.LinkedRecord) { r.Use = use(state, domain.Validity{}) }
}
func usedIn(state domain.UseState, from, to domain.Date) func(*domain.LinkedRecord) {
	return func(r *domain.LinkedRecord) { r.Use = use(state, domain.Validity{From: from, To: to}) }
}
func inState(state domain.RecordState) func(*domain.LinkedRecord) {
	return func(r *domain.LinkedRecord) { r.Golden.State = state }
}
func related(relation domain.Relation) func(*domain.LinkedRecord) {
	return func(r *domain.LinkedRecord) { r.Mapping.Relation = relation }
}

// told is the short form of a finding: its class and attribute.
func told(findings []domain.Finding) string {
	short := ""
	for _, f := range findings {
		short += string(f.Class)
		if f.Attribute != "" {
			short += ":" + string(f.Attribute)
		}
		short += " "
	}
	return short
}

func TestLinkedRecordsGiveTheirFindings(t *testing.T) {
	t.Parallel()
	many := alignment()
	many.System.Plant = ""
	tests := map[string]struct {
		alignment *reconcile.Alignment // nil means a plant's system
		change    []func(*domain.LinkedRecord)
		want      string
	}{
		"in agreement":                            {},
		"in agreement, in phase out":              {change: with(inState(domain.RecordPhaseOut))},
		"unmapped":                                {change: with(unlinked), want: "unmapped "},
		"unmapped but archived":                   {change: with(unlinked, archived)},
		"unmapped and given twice":                {change: with(unlinked, duplicated), want: "duplicate_code "},
		"unmapped, archived and given twice":      {change: with(unlinked, archived, duplicated), want: "duplicate_code "},
		"one value":                               {change: with(heavier), want: "value:weight "},
		"two values":                              {change: with(heavier, renamed), want: "value:name value:weight "},
		"a value that is not compared":            {change: with(recoded)},
		"lines":                                   {change: with(assembled), want: "structure:parts "},
		"a value in phase out":                    {change: with(heavier, inState(domain.RecordPhaseOut)), want: "value:weight "},
		"a value of a requested record":           {change: with(heavier, inState(domain.RecordRequested))},
		"a value of a retired record":             {change: with(heavier, inState(domain.RecordRetired))},
		"a value of a merged record":              {change: with(heavier, inState(domain.RecordMerged))},
		"a value where no use is known":           {change: with(heavier, unused), want: "value:weight "},
		"a value of a narrower code":              {change: with(heavier, related(domain.RelationNarrower))},
		"a value of a code that is not it":        {change: with(heavier, related(domain.RelationNot))},
		"archived":                                {change: with(archived), want: "archived "},
		"archived with another value":             {change: with(archived, heavier), want: "archived "},
		"archived where planned only":             {change: with(archived, used(domain.UsePlanned))},
		"archived where no use is known":          {change: with(archived, unused)},
		"archived where no longer used":           {change: with(archived, usedIn(domain.UseActive, "", today))},
		"archived while phasing out at the plant": {change: with(archived, used(domain.UsePhasingOut)), want: "archived "},
		"archived in phase out":                   {change: with(archived, inState(domain.RecordPhaseOut))},
		"archived and retired":                    {change: with(archived, inState(domain.RecordRetired))},
		"archived in a system of many plants":     {alignment: &many, change: with(archived, unused), want: "archived "},
		"archived and related only":               {change: with(archived, related(domain.RelationBroader))},
		"unexpected as not used":                  {change: with(used(domain.UseNotUsed)), want: "unexpected "},
		"unexpected as blocked":                   {change: with(used(domain.UseBlocked)), want: "unexpected "},
		"unexpected with another value":           {change: with(used(domain.UseBlocked), heavier), want: "unexpected "},
		"unexpected from tomorrow on":             {change: with(usedIn(domain.UseNotUsed, "2026-11-24", ""))},
		"unexpected until today":                  {change: with(usedIn(domain.UseNotUsed, "", today))},
		"not used and archived":                   {change: with(used(domain.UseNotUsed), archived)},
		"planned and there already":               {change: with(used(domain.UsePlanned))},
		"given twice":                             {change: with(duplicated), want: "duplicate_code "},
		"given twice with another value":          {change: with(duplicated, heavier), want: "duplicate_code "},
		"given twice and archived":                {change: with(duplicated, archived), want: "duplicate_code "},
		"given twice and retired":                 {change: with(duplicated, inState(domain.RecordRetired))},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := alignment()
			if tt.alignment != nil {
				a = *tt.alignment
			}
			if got := told(a.Linked(linked(tt.change...))); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

func with(changes ...func(*domain.LinkedRecord)) []func(*domain.LinkedRecord) { return changes }

func TestExpectedRecordsGiveTheirFindings(t *testing.T) {
	t.Parallel()
	gone := &domain.SourceRecord{Code: "000123", Hash: "h0", ReadAt: before, GoneAt: readAt}
	equivalent := domain.CodeMapping{Record: itemID, Code: "000123", Relation: domain.RelationEquivalent}
	many := alignment()
	many.System.Plant = ""
	tests := map[string]struct {
		alignment reconcile.Alignment
		record    domain.ExpectedRecord
		want      domain.Class // "" means nothing is raised
	}{
		"never there":                      {alignment(), domain.ExpectedRecord{Use: use(domain.UseActive, domain.Validity{})}, domain.ClassMissing},
		"gone":                             {alignment(), domain.ExpectedRecord{Use: use(domain.UseActive, domain.Validity{}), Gone: gone}, domain.ClassDeleted},
		"never there, phasing out":         {alignment(), domain.ExpectedRecord{Use: use(domain.UsePhasingOut, domain.Validity{})}, domain.ClassMissing},
		"never there, use begins today":    {alignment(), domain.ExpectedRecord{Use: use(domain.UseActive, domain.Validity{From: today})}, domain.ClassMissing},
		"never there, use ended today":     {alignment(), domain.ExpectedRecord{Use: use(domain.UseActive, domain.Validity{To: today})}, ""},
		"never there, planned":             {alignment(), domain.ExpectedRecord{Use: use(domain.UsePlanned, domain.Validity{})}, ""},
		"never there, not used":            {alignment(), domain.ExpectedRecord{Use: use(domain.UseNotUsed, domain.Validity{})}, ""},
		"never there, no use known":        {alignment(), domain.ExpectedRecord{}, ""},
		"gone, no use known":               {alignment(), domain.ExpectedRecord{Gone: gone}, ""},
		"gone, blocked":                    {alignment(), domain.ExpectedRecord{Use: use(domain.UseBlocked, domain.Validity{}), Gone: gone}, ""},
		"never there, of many plants":      {many, domain.ExpectedRecord{}, domain.ClassMissing},
		"gone, of many plants":             {many, domain.ExpectedRecord{Gone: gone}, domain.ClassDeleted},
		"never there, in phase out":        {many, domain.ExpectedRecord{Golden: domain.GoldenRecord{State: domain.RecordPhaseOut}}, ""},
		"gone, in phase out":               {many, domain.ExpectedRecord{Golden: domain.GoldenRecord{State: domain.RecordPhaseOut}, Gone: gone}, ""},
		"never there, retired":             {many, domain.ExpectedRecord{Golden: domain.GoldenRecord{State: domain.RecordRetired}}, ""},
		"never there, only a broader code": {many, domain.ExpectedRecord{Mapping: domain.CodeMapping{Relation: domain.RelationBroader}}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			record := tt.record
			if record.Golden.State == "" {
				record.Golden = *golden()
			}
			if record.Mapping.Relation == "" {
				record.Mapping = equivalent
			}
			finding, found := tt.alignment.Expected(record)
			if found != (tt.want != "") || finding.Class != tt.want {
				t.Errorf("found %v %q, want %q", found, finding.Class, tt.want)
			}
		})
	}
}

func TestFindingsTellWhatWasCompared(t *testing.T) {
	t.Parallel()
	base := domain.Finding{Domain: "item", System: "mes", Plant: "STU1", Record: itemID, GoldenVersion: 3, Label: "Bolt", Code: "000123", SourceHash: "h1", ReadAt: before}
	like := func(change func(*domain.Finding)) domain.Finding {
		f := base
		change(&f)
		return f
	}
	first := func(findings []domain.Finding) domain.Finding { return findings[0] }
	expected := func(gone *domain.SourceRecord) domain.Finding {
		f, _ := alignment().Expected(domain.ExpectedRecord{
			Golden: *golden(), Use: use(domain.UseActive, domain.Validity{}), Gone: gone,
			Mapping: domain.CodeMapping{Record: itemID, Code: "000123", Relation: domain.RelationEquivalent},
		})
		return f
	}
	nameless := func(r *domain.LinkedRecord) { r.Source.Attributes = nil }
	tests := map[string]struct{ got, want domain.Finding }{
		"a value": {first(alignment().Linked(linked(heavier))), like(func(f *domain.Finding) {
			f.Class, f.Attribute, f.Golden, f.Source = domain.ClassValue, attrWeight, qty("1", "KGM"), qty("1.1", "KGM")
		})},
		"archived": {first(alignment().Linked(linked(archived))), like(func(f *domain.Finding) { f.Class = domain.ClassArchived })},
		"unmapped, under the source's name": {first(alignment().Linked(linked(unlinked, renamed))), like(func(f *domain.Finding) {
			f.Class, f.Record, f.GoldenVersion, f.Label = domain.ClassUnmapped, domain.ID{}, 0, "Nut"
		})},
		"unmapped, under its code": {first(alignment().Linked(linked(unlinked, nameless))), like(func(f *domain.Finding) {
			f.Class, f.Record, f.GoldenVersion, f.Label = domain.ClassUnmapped, domain.ID{}, 0, "000123"
		})},
		"missing": {expected(nil), like(func(f *domain.Finding) {
			f.Class, f.SourceHash, f.ReadAt = domain.ClassMissing, "", readAt
		})},
		"deleted": {expected(&domain.SourceRecord{Code: "000123", Hash: "h0", ReadAt: 1}), like(func(f *domain.Finding) {
			f.Class, f.SourceHash, f.ReadAt = domain.ClassDeleted, "h0", readAt
		})},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !domain.Equal(tt.got.Golden, tt.want.Golden) || !domain.Equal(tt.got.Source, tt.want.Source) {
				t.Errorf("values %v and %v, want %v and %v", tt.got.Golden, tt.got.Source, tt.want.Golden, tt.want.Source)
			}
			got, want := tt.got, tt.want
			got.Golden, got.Source, want.Golden, want.Source = nil, nil, nil, nil
			if got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}
