package catalog

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// oneOf is a record of a merge, numbered: 1 is the oldest.
func oneOf(n byte, values domain.Attributes) MergeMember {
	return MergeMember{Record: domain.GoldenRecord{ID: domain.ID{n}, State: domain.RecordActive, Attributes: values}, Lineage: map[domain.AttributeID]domain.Lineage{}}
}

// from says where a member's values come from, and since when.
func (m MergeMember) from(system domain.SystemID, at domain.Instant) MergeMember {
	for key := range m.Record.Attributes {
		m.Lineage[key] = domain.Lineage{Attribute: key, System: system, RecordedAt: at}
	}
	return m
}

func TestWhichValueSurvives(t *testing.T) {
	t.Parallel()
	name := func(text string) domain.Attributes { return domain.Attributes{ItemName: domain.Text(text)} }
	enum := func(id domain.AttributeID, code string) domain.Attributes {
		return domain.Attributes{id: domain.Enum(code)}
	}
	tests := map[string]struct {
		key       domain.AttributeID
		members   []MergeMember
		said      []domain.Attributes
		choose    map[domain.AttributeID]domain.ID
		authority domain.AttributeAuthority
		want      string
		from      byte
		rule      SurvivorRule
		agree     bool // that is: the members do not differ
	}{
		"all say the same":           {ItemName, []MergeMember{oneOf(1, name("Bolt")), oneOf(2, name("Bolt"))}, nil, nil, domain.AttributeAuthority{}, "Bolt", 1, RuleOwn, true},
		"only the survivor says it":  {ItemName, []MergeMember{oneOf(1, name("Bolt")), oneOf(2, nil)}, nil, nil, domain.AttributeAuthority{}, "Bolt", 1, RuleOwn, true},
		"only another says it":       {ItemName, []MergeMember{oneOf(1, nil), oneOf(2, nil), oneOf(3, name("Bolt"))}, nil, nil, domain.AttributeAuthority{}, "Bolt", 3, RuleUnited, true},
		"a person chose":             {ItemName, []MergeMember{oneOf(1, name("Bolt, long")), oneOf(2, name("Bolt"))}, nil, map[domain.AttributeID]domain.ID{ItemName: {2}}, domain.AttributeAuthority{}, "Bolt", 2, RuleChosen, false},
		"a person chose nothing":     {ItemName, []MergeMember{oneOf(1, name("Bolt")), oneOf(2, nil)}, nil, map[domain.AttributeID]domain.ID{ItemName: {2}}, domain.AttributeAuthority{}, "", 2, RuleChosen, true},
		"the authority's":            {ItemName, []MergeMember{oneOf(1, name("Bolt, long")).from("mes", 9), oneOf(2, name("Bolt")).from("odoo", 1)}, nil, nil, domain.AttributeAuthority{Systems: []domain.SystemID{"odoo"}}, "Bolt", 2, RuleAuthority, false},
		"the first authority's":      {ItemName, []MergeMember{oneOf(1, name("Bolt, long")).from("mes", 9), oneOf(2, name("Bolt")).from("odoo", 1)}, nil, nil, domain.AttributeAuthority{Systems: []domain.SystemID{"plm", "odoo", "mes"}}, "Bolt", 2, RuleAuthority, false},
		"two of the authority":       {ItemName, []MergeMember{oneOf(1, name("Bolt")).from("odoo", 9), oneOf(2, name("Bolt M8")).from("odoo", 1), oneOf(3, name("Bolt M8, long")).from("mes", 9)}, nil, nil, domain.AttributeAuthority{Systems: []domain.SystemID{"odoo"}}, "Bolt M8", 2, RuleComplete, false},
		"most sources say":           {ItemName, []MergeMember{oneOf(1, name("Bolt, long")), oneOf(2, name("Bolt"))}, []domain.Attributes{name("Bolt"), name("Bolt, long"), name("Bolt"), name("Rivet")}, nil, domain.AttributeAuthority{}, "Bolt", 2, RuleAgreed, false},
		"as many sources say either": {ItemName, []MergeMember{oneOf(1, name("Bolt")), oneOf(2, name("Bolt, long"))}, []domain.Attributes{name("Bolt"), name("Bolt, long")}, nil, domain.AttributeAuthority{}, "Bolt, long", 2, RuleComplete, false},
		"the longest text":           {ItemName, []MergeMember{oneOf(1, name("Bolt")), oneOf(2, name("Bolt M8"))}, nil, nil, domain.AttributeAuthority{}, "Bolt M8", 2, RuleComplete, false},
		"blanks are no text":         {ItemName, []MergeMember{oneOf(1, name("Bolt M8")), oneOf(2, name("Bolt      "))}, nil, nil, domain.AttributeAuthority{}, "Bolt M8", 1, RuleComplete, false},
		"the latest":                 {ItemOrigin, []MergeMember{oneOf(1, enum(ItemOrigin, "DE")).from("mes", 1), oneOf(2, enum(ItemOrigin, "FR")).from("mes", 2)}, nil, nil, domain.AttributeAuthority{}, "FR", 2, RuleRecent, false},
		"the survivor's own":         {ItemOrigin, []MergeMember{oneOf(1, enum(ItemOrigin, "DE")), oneOf(2, enum(ItemOrigin, "FR"))}, nil, nil, domain.AttributeAuthority{}, "DE", 1, RuleOwn, false},
		"neither is the survivor's":  {ItemOrigin, []MergeMember{oneOf(1, nil), oneOf(2, enum(ItemOrigin, "DE")), oneOf(3, enum(ItemOrigin, "FR"))}, nil, nil, domain.AttributeAuthority{}, "DE", 2, RuleOwn, false},
		"a code is kept": {ItemCode, []MergeMember{oneOf(1, domain.Attributes{ItemCode: domain.Code("A")}).from("mes", 1), oneOf(2, domain.Attributes{ItemCode: domain.Code("B")}).from("odoo", 2)},
			nil, nil, domain.AttributeAuthority{Systems: []domain.SystemID{"odoo"}}, "A", 1, RuleOwn, false},
		"a unit is kept":   {ItemBaseUnit, []MergeMember{oneOf(1, enum(ItemBaseUnit, "H87")).from("mes", 1), oneOf(2, enum(ItemBaseUnit, "KGM")).from("mes", 2)}, nil, nil, domain.AttributeAuthority{}, "H87", 1, RuleOwn, false},
		"a unit is chosen": {ItemBaseUnit, []MergeMember{oneOf(1, enum(ItemBaseUnit, "H87")), oneOf(2, enum(ItemBaseUnit, "KGM"))}, nil, map[domain.AttributeID]domain.ID{ItemBaseUnit: {2}}, domain.AttributeAuthority{}, "KGM", 2, RuleChosen, false},
		"a plant's lead time": {ItemLeadTime.At(domain.Place{Plant: "STU1"}), []MergeMember{oneOf(1, nil), oneOf(2, domain.Attributes{ItemLeadTime.At(domain.Place{Plant: "STU1"}): domain.Text("5")})},
			nil, nil, domain.AttributeAuthority{}, "5", 2, RuleUnited, true},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			tt.authority.Attribute = tt.key
			definition := ItemDefinition().WithAuthority(domain.Authority{Domain: Item, Attributes: []domain.AttributeAuthority{tt.authority}})
			choices := survivorship{definition: definition, members: tt.members, said: tt.said, choose: tt.choose}.choices()
			at := slices.IndexFunc(choices, func(c Choice) bool { return c.Key == tt.key })
			if at < 0 {
				t.Fatal("there is no choice")
			}
			got := choices[at]
			text := ""
			if got.Value != nil {
				text = got.Value.Display()
			}
			if text != tt.want || got.From != (domain.ID{tt.from}) || got.Rule != tt.rule || got.Differs == tt.agree || got.Why == "" {
				t.Errorf("%q of %v by %s (%s), differs %v", text, got.From[0], got.Rule, got.Why, got.Differs)
			}
		})
	}
}

func TestWhoShouldSurvive(t *testing.T) {
	t.Parallel()
	codes := func(m MergeMember, n int) MergeMember {
		m.Mappings = make([]domain.CodeMapping, n)
		return m
	}
	full := domain.Attributes{ItemName: domain.Text("Bolt"), ItemOrigin: domain.Enum("DE")}
	poor := domain.Attributes{ItemName: domain.Text("Bolt")}
	tests := map[string]struct {
		members []MergeMember
		want    byte
	}{
		"most codes":   {[]MergeMember{oneOf(1, full), codes(oneOf(2, poor), 1)}, 2},
		"most values":  {[]MergeMember{codes(oneOf(1, poor), 1), codes(oneOf(2, full), 1)}, 2},
		"the oldest":   {[]MergeMember{oneOf(3, poor), oneOf(1, poor), oneOf(2, poor)}, 1},
		"the only one": {[]MergeMember{oneOf(2, nil)}, 2},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			if got, why := proposeSurvivor(tt.members); got != (domain.ID{tt.want}) || why == "" {
				t.Errorf("%v (%s)", got[0], why)
			}
		})
	}
}

// TestEveryValueIsSomebodys: what survives is what one of the members says, whatever they say, and always the same.
func TestEveryValueIsSomebodys(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.SampledFrom([]string{"", "a", "b", "bb", "ccc"})
		var members []MergeMember
		for n := range rapid.IntRange(2, 4).Draw(rt, "members") {
			values := domain.Attributes{}.With(domain.Attributes{
				ItemName: domain.Text(word.Draw(rt, "name")), ItemGrade: domain.Text(word.Draw(rt, "grade")), ItemOrigin: domain.Enum(word.Draw(rt, "origin")),
			})
			at := domain.Instant(rapid.IntRange(0, 2).Draw(rt, "at"))
			members = append(members, oneOf(byte(n+1), values).from(domain.SystemID(word.Draw(rt, "system")), at))
		}
		s := survivorship{definition: ItemDefinition(), members: members, said: []domain.Attributes{members[len(members)-1].Record.Attributes}}
		again := s.choices()
		for i, c := range s.choices() {
			at := slices.IndexFunc(members, func(m MergeMember) bool { return m.Record.ID == c.From })
			if !domain.Equal(members[at].Record.Attributes[c.Key], c.Value) || c.Value == nil || c.Value.Empty() {
				rt.Fatalf("%s: %v is not what %v says", c.Key, c.Value, c.From)
			}
			if again[i].From != c.From || again[i].Rule != c.Rule {
				rt.Fatalf("%s is chosen differently the second time", c.Key)
			}
		}
	})
}
