package catalog

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// SurvivorRule says why a value stays when records become one.
type SurvivorRule string

// The rules of survivorship, in the order in which they are asked.
const (
	RuleChosen    SurvivorRule = "chosen"    // a person chose it
	RuleUnited    SurvivorRule = "united"    // nobody says anything else
	RuleAuthority SurvivorRule = "authority" // it is of a system whose word counts for the attribute
	RuleAgreed    SurvivorRule = "agreed"    // most sources say so
	RuleComplete  SurvivorRule = "complete"  // it says most
	RuleRecent    SurvivorRule = "recent"    // it was changed last
	RuleOwn       SurvivorRule = "own"       // the survivor has it
)

// MemberValue is what one record says of an attribute; a nil value says nothing.
type MemberValue struct {
	Record domain.ID
	Value  domain.Value
}

// Choice is the value of one attribute that stays, and why.
type Choice struct {
	// Key is the attribute's ID, with its place where it is a plant's or company's own.
	Key       domain.AttributeID
	Attribute domain.Attribute
	Values    []MemberValue
	// Value comes From a record.
	Value   domain.Value
	From    domain.ID
	Rule    SurvivorRule
	Why     string
	Differs bool
}

// survivorship holds what the rules rest on. It is pure: the same members give the same choices.
type survivorship struct {
	definition domain.Definition
	members    []MergeMember // the survivor first
	said       []domain.Attributes
	choose     map[domain.AttributeID]domain.ID
}

// proposeSurvivor names the record that should stay: the one that most codes stand for, then the most complete, then the oldest.
func proposeSurvivor(members []MergeMember) (domain.ID, string) {
	ranked := slices.Clone(members)
	slices.SortStableFunc(ranked, func(a, b MergeMember) int {
		return cmp.Or(cmp.Compare(len(b.Mappings), len(a.Mappings)), cmp.Compare(len(b.Record.Attributes), len(a.Record.Attributes)),
			bytes.Compare(a.Record.ID[:], b.Record.ID[:]))
	})
	best := ranked[0]
	if len(ranked) == 1 {
		return best.Record.ID, "It is the only one."
	}
	switch next := ranked[1]; {
	case len(best.Mappings) != len(next.Mappings):
		return best.Record.ID, fmt.Sprintf("Most codes stand for it: %d, where the next has %d.", len(best.Mappings), len(next.Mappings))
	case len(best.Record.Attributes) != len(next.Record.Attributes):
		return best.Record.ID, fmt.Sprintf("It is the most complete: %d values, where the next has %d.", len(best.Record.Attributes), len(next.Record.Attributes))
	default:
		return best.Record.ID, "It is the oldest."
	}
}

// choices returns the choice for every attribute that any of the records has, in the Definition's order.
func (s survivorship) choices() []Choice {
	var keys []domain.AttributeID
	for _, m := range s.members {
		for key := range m.Record.Attributes {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	order := s.definition.IDs()
	slices.SortStableFunc(keys, func(a, b domain.AttributeID) int {
		return cmp.Compare(slices.Index(order, a.Plain()), slices.Index(order, b.Plain()))
	})
	choices := make([]Choice, len(keys))
	for i, key := range keys {
		choices[i] = s.choice(key)
	}
	return choices
}

// candidate is one of the different values, with the members that say it.
type candidate struct {
	value   domain.Value
	members []MergeMember
}

func (s survivorship) choice(key domain.AttributeID) Choice {
	attribute, _ := s.definition.Attribute(key)
	c := Choice{Key: key, Attribute: attribute}
	var candidates []candidate
	for _, m := range s.members {
		value := m.Record.Attributes[key]
		c.Values = append(c.Values, MemberValue{Record: m.Record.ID, Value: value})
		if value == nil || value.Empty() {
			continue
		}
		at := slices.IndexFunc(candidates, func(other candidate) bool { return domain.Equal(other.value, value) })
		if at < 0 {
			candidates, at = append(candidates, candidate{value: value}), len(candidates)
		}
		candidates[at].members = append(candidates[at].members, m)
	}
	c.Differs = len(candidates) > 1
	if chosen, is := s.choose[key]; is {
		return s.chosen(c, chosen)
	}
	return s.settle(c, candidates)
}

// chosen takes the value of the record that a person chose, which may have none.
func (s survivorship) chosen(c Choice, record domain.ID) Choice {
	for _, v := range c.Values {
		if v.Record == record {
			c.Value = v.Value
		}
	}
	c.From, c.Rule, c.Why = record, RuleChosen, "A person chose it."
	return c
}

// settle asks one rule after the other; each leaves the values for which it speaks, until one is left.
func (s survivorship) settle(c Choice, candidates []candidate) Choice {
	if len(candidates) == 1 {
		c = s.taken(c, candidates[0], RuleUnited, "Nobody says anything else.")
		if c.From == s.members[0].Record.ID {
			c.Rule = RuleOwn
		}
		return c
	}
	if why := s.keeps(c.Attribute); why != "" {
		for _, one := range candidates {
			if one.of(s.members[0].Record.ID) {
				return s.taken(c, one, RuleOwn, why)
			}
		}
	}
	for _, rule := range []struct {
		rule SurvivorRule
		ask  func(Choice, []candidate) ([]candidate, string)
	}{{RuleAuthority, s.byAuthority}, {RuleAgreed, s.byAgreement}, {RuleComplete, s.byLength}, {RuleRecent, s.byChange}} {
		left, why := rule.ask(c, candidates)
		if len(left) == 1 {
			return s.taken(c, left[0], rule.rule, why)
		}
		if len(left) > 0 {
			candidates = left
		}
	}
	// The members come in order, the survivor first, so that what it says is the first of the candidates if it is one.
	why := "No rule tells them apart; the survivor keeps its own."
	if !candidates[0].of(s.members[0].Record.ID) {
		why = "No rule tells them apart; the first that is left is taken."
	}
	return s.taken(c, candidates[0], RuleOwn, why)
}

// keeps says why the survivor keeps its own value of an attribute unless a person chooses, "" where rules may choose.
func (s survivorship) keeps(attribute domain.Attribute) string {
	switch {
	case attribute.ID == s.definition.CodeAttribute:
		return "A record keeps its code; the other codes lead to it."
	case attribute.PersonOnly:
		return "No rule may change it: the survivor keeps its own unless a person chooses."
	default:
		return ""
	}
}

// of says whether a member says the candidate's value.
func (c candidate) of(record domain.ID) bool {
	return slices.ContainsFunc(c.members, func(m MergeMember) bool { return m.Record.ID == record })
}

// taken fills in a value; of the members that say it the survivor goes first.
func (s survivorship) taken(c Choice, from candidate, rule SurvivorRule, why string) Choice {
	c.Value, c.From, c.Rule, c.Why = from.value, from.members[0].Record.ID, rule, why
	return c
}

// byAuthority leaves what came from the first of the systems whose word counts that anything came from.
func (s survivorship) byAuthority(c Choice, candidates []candidate) ([]candidate, string) {
	for _, system := range c.Attribute.Authorities {
		left := slices.DeleteFunc(slices.Clone(candidates), func(one candidate) bool {
			return !slices.ContainsFunc(one.members, func(m MergeMember) bool { return m.Lineage[c.Key].System == system })
		})
		if len(left) > 0 {
			return left, fmt.Sprintf("It came from %s, whose word counts for it.", system)
		}
	}
	return nil, ""
}

// byAgreement leaves what most of the systems' records say that stand for any of the members.
func (s survivorship) byAgreement(c Choice, candidates []candidate) ([]candidate, string) {
	votes := func(one candidate) int {
		n := 0
		for _, said := range s.said {
			if v := said[c.Key]; v != nil && domain.Equal(v, one.value) {
				n++
			}
		}
		return n
	}
	left, most := leadingCandidates(candidates, votes)
	if most == 0 {
		return nil, ""
	}
	return left, fmt.Sprintf("Most sources say so: %d of %d.", most, s.speakers(c.Key))
}

// speakers counts the sources that say anything of an attribute.
func (s survivorship) speakers(key domain.AttributeID) int {
	n := 0
	for _, said := range s.said {
		if v := said[key]; v != nil && !v.Empty() {
			n++
		}
	}
	return n
}

// byLength leaves the text, or the lines, that say most.
func (s survivorship) byLength(_ Choice, candidates []candidate) ([]candidate, string) {
	left, most := leadingCandidates(candidates, func(one candidate) int { return extent(one.value) })
	if most == 0 {
		return nil, ""
	}
	return left, "It says most."
}

// extent is how much a value says, for those kinds where more is more complete; 0 for all others.
func extent(v domain.Value) int {
	switch v := v.(type) {
	case domain.Text:
		return utf8.RuneCountInString(strings.TrimSpace(string(v)))
	case domain.Translated:
		total := 0
		for _, text := range v {
			total += utf8.RuneCountInString(strings.TrimSpace(text))
		}
		return total
	case domain.Lines:
		return len(v)
	default:
		return 0
	}
}

// byChange leaves what was changed last.
func (s survivorship) byChange(c Choice, candidates []candidate) ([]candidate, string) {
	var last domain.Instant
	at := func(one candidate) domain.Instant {
		var at domain.Instant
		for _, m := range one.members {
			at = max(at, m.Lineage[c.Key].RecordedAt)
		}
		return at
	}
	for _, one := range candidates {
		last = max(last, at(one))
	}
	if last == 0 {
		return nil, ""
	}
	left := slices.DeleteFunc(slices.Clone(candidates), func(one candidate) bool { return at(one) != last })
	return left, "It was changed last, on " + string(domain.DateOf(last)) + "."
}

// leadingCandidates leaves the candidates with the highest number, which it returns.
func leadingCandidates(candidates []candidate, number func(candidate) int) ([]candidate, int) {
	most := 0
	for _, one := range candidates {
		most = max(most, number(one))
	}
	return slices.DeleteFunc(slices.Clone(candidates), func(one candidate) bool { return number(one) != most }), most
}
