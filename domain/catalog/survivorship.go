package catalog

import "github.com/crosswalk-mdm/crosswalk/domain"

// SurvivorRule says why a value stays when records become one.
type SurvivorRule string

// The rules of survivorship, in the order in which they are asked.
const (
	RuleChosen    SurvivorRule = "chosen"    // a person chose it
	RuleAuthority SurvivorRule = "authority" // it is of a system whose word counts for the attribute
	RuleAgreed    SurvivorRule = "agreed"    // most sources say so
	RuleComplete  SurvivorRule = "complete"  // it says most
	RuleRecent    SurvivorRule = "recent"    // it was changed last
	RuleOwn       SurvivorRule = "own"       // the survivor has it
	RuleUnited    SurvivorRule = "united"    // only one record has it
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
	// Value comes From a record, where the lineage says Source of it.
	Value   domain.Value
	From    domain.ID
	Rule    SurvivorRule
	Why     string
	Differs bool
}
