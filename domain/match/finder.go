package match

import (
	"context"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// Lookup is what a domain's golden records are looked up in, as it is at a moment.
type Lookup struct {
	Matcher *matching.Matcher
	Fields  []matching.Field
	Rule    domain.MatchRule
	// Age is how long ago it was known to have all that was stored.
	Age time.Duration
}

// Index keeps what single things are looked up in; it follows what is stored.
type Index interface {
	// Of returns the lookup of a domain; CodeMatchBuilding until there is one.
	Of(name domain.DomainName) (Lookup, error)
}

// Finder looks single things up among the golden records and says why it takes them for the same, or does not. It only reads,
// and is safe for concurrent use.
type Finder struct {
	Store       domain.Store
	Definitions steward.Definitions
	Index       Index
}

// maxSuggestions bounds how many records are suggested: so many the index finds.
const maxSuggestions = 20

// Wanted is a thing as somebody describes it who wants to know whether there is one.
type Wanted struct {
	Domain domain.DomainName
	// Plant asks for the record's codes there as well; "" for none.
	Plant domain.PlantID
	// Code is what somebody calls it, compared with all codes and numbers of the records.
	Code       string
	Attributes domain.Attributes
	Limit      int
}

// Suggestion is a golden record that a thing may mean.
type Suggestion struct {
	Side        domain.MatchSide
	Record      domain.GoldenRecord
	Code, Name  string
	Probability float64
	Band        domain.Band
	// Contradicted says that sizes, grades or standards exclude each other.
	Contradicted bool
	Rank         int // 1 is the best
	// Margin is how many bits it stands before the next best.
	Margin      float64
	Explanation domain.MatchExplanation
	// Verdict is what a person said of the pair; nil for nothing.
	Verdict *domain.Verdict
	// Codes are what the plant that was asked for calls the record.
	Codes []domain.Code
}

// Suggestions are the records that a thing may mean, the best first; what people confirmed comes before all else, and what
// they rejected does not come at all.
type Suggestions struct {
	Definition domain.Definition
	// Unmatched says why nothing was looked up: the domain is not compared by likeness. "" where it was.
	Unmatched string
	Age       time.Duration
	List      []Suggestion
}

// Check looks a thing up before it is created. CodeMatchBuilding, CodeValueInvalid, CodePlantUnknown, CodeAccessDenied.
func (f *Finder) Check(ctx context.Context, by domain.Actor, w Wanted) (Suggestions, error) {
	if err := readsAnywhere(by, w.Domain); err != nil {
		return Suggestions{}, err
	}
	reads := f.Store.Read()
	if err := plantThere(ctx, reads, by, w.Domain, w.Plant); err != nil {
		return Suggestions{}, err
	}
	definition, err := f.Definitions.Definition(w.Domain)
	if err != nil {
		return Suggestions{}, err
	}
	if err := faults(definition, by, w); err != nil || definition.Unmatched != "" {
		return Suggestions{Definition: definition, Unmatched: definition.Unmatched}, err
	}
	look, err := f.Index.Of(w.Domain)
	if err != nil {
		return Suggestions{}, err
	}
	s := search{Lookup: look, definition: definition, reads: reads, by: by, plant: w.Plant, limit: w.Limit}
	return s.suggestions(ctx, thing{attributes: w.Attributes, code: strings.TrimSpace(w.Code)})
}

// ForUnmapped suggests what an unmapped code may stand for: by what its system says of it, or else by the code alone.
// CodeUnmappedUnknown, CodeMatchBuilding.
func (f *Finder) ForUnmapped(ctx context.Context, by domain.Actor, id domain.ID, limit int) (Suggestions, error) {
	reads := f.Store.Read()
	code, err := reads.Unmapped.ByID(ctx, id)
	if err != nil {
		return Suggestions{}, err
	}
	if !sees(by, domain.Scope{Domain: code.Domain, Plant: code.Plant, System: code.System}) {
		return Suggestions{}, domain.NotFound(domain.CodeUnmappedUnknown, "there is no such unmapped code")
	}
	system, err := reads.Systems.ByID(ctx, code.System)
	if err != nil {
		return Suggestions{}, err
	}
	side := domain.MatchSide{System: code.System, Key: code.Key, Code: code.Code}
	return f.forSide(ctx, by, system, code.Domain, side, code.CodeType == system.Codes, limit)
}

// ForDiscrepancy suggests what the code of a discrepancy may stand for that is not linked. CodeDiscrepancyUnknown,
// CodeMatchLinked, CodeMatchBuilding.
func (f *Finder) ForDiscrepancy(ctx context.Context, by domain.Actor, id domain.ID, limit int) (Suggestions, error) {
	reads := f.Store.Read()
	found, err := reads.Discrepancies.ByID(ctx, id)
	if err != nil {
		return Suggestions{}, err
	}
	finding := found.Finding
	if !by.May(domain.ActionRead, domain.Scope{Domain: finding.Domain, Plant: finding.Plant, System: finding.System}) {
		return Suggestions{}, domain.NotFound(domain.CodeDiscrepancyUnknown, "there is no such discrepancy")
	}
	if finding.Class != domain.ClassUnmapped || !finding.Record.IsZero() {
		return Suggestions{}, domain.Conflict(domain.CodeMatchLinked, "the code %s is linked to a record already", string(finding.Code))
	}
	system, err := reads.Systems.ByID(ctx, finding.System)
	if err != nil {
		return Suggestions{}, err
	}
	side := domain.MatchSide{System: system.ID, Key: system.CodeRule.Key(finding.Code), Code: finding.Code}
	return f.forSide(ctx, by, system, finding.Domain, side, true, limit)
}

// forSide suggests records for a system's code; staged says that the system's records are known by such codes.
func (f *Finder) forSide(ctx context.Context, by domain.Actor, system domain.SourceSystem, name domain.DomainName, side domain.MatchSide, staged bool, limit int) (Suggestions, error) {
	definition, err := f.Definitions.Definition(name)
	if err != nil || definition.Unmatched != "" {
		return Suggestions{Definition: definition, Unmatched: definition.Unmatched}, err
	}
	look, err := f.Index.Of(name)
	if err != nil {
		return Suggestions{}, err
	}
	s := search{Lookup: look, definition: definition, reads: f.Store.Read(), by: by, plant: system.Plant, limit: limit}
	sought := thing{side: &side}
	if staged {
		if sought.attributes, err = said(ctx, s.reads, name, side); err != nil {
			return Suggestions{}, err
		}
	}
	return s.suggestions(ctx, sought)
}

// said is what a system says of a code, nothing where it was not read.
func said(ctx context.Context, reads domain.Reads, name domain.DomainName, side domain.MatchSide) (domain.Attributes, error) {
	sources, err := reads.Sources.ByKeys(ctx, side.System, name, []string{side.Key})
	if err != nil || len(sources) == 0 {
		return nil, err
	}
	return sources[0].Attributes, nil
}

// faults says all that is wrong with what somebody describes. A value that they may not see they cannot guess at either.
func faults(definition domain.Definition, by domain.Actor, w Wanted) error {
	wrong := definition.CheckChange(w.Attributes)
	for id := range w.Attributes {
		if _, known := definition.Attribute(id); known && !definition.Sees(id, by) {
			wrong = append(wrong, domain.FieldError{Location: "/" + string(id), Msg: "you may not say this"})
		}
	}
	if len(wrong) > 0 {
		err := domain.Invalid(domain.CodeValueInvalid, "%s: %s", wrong[0].Location[1:], wrong[0].Msg)
		err.Fields = wrong
		return err
	}
	if len(w.Attributes) == 0 && strings.TrimSpace(w.Code) == "" {
		return domain.Invalid(domain.CodeBodyInvalid, "say something of what is looked for: its code or some of its attributes")
	}
	return nil
}

// plantThere is CodePlantUnknown for a plant that there is not, or of which the actor may not know; "" is no plant.
func plantThere(ctx context.Context, reads domain.Reads, by domain.Actor, name domain.DomainName, plant domain.PlantID) error {
	if plant == "" {
		return nil
	}
	if !by.May(domain.ActionRead, domain.Scope{Domain: name, Plant: plant}) {
		return domain.NotFound(domain.CodePlantUnknown, "there is no plant %q", string(plant))
	}
	_, err := reads.Plants.ByID(ctx, plant)
	return err
}

// readsAnywhere lets those read golden records who may read at any plant: they are shared.
func readsAnywhere(by domain.Actor, name domain.DomainName) error {
	if by.MaySomewhere(domain.ActionRead) {
		return nil
	}
	return by.Require(domain.ActionRead, domain.Scope{Domain: name})
}

// sees says whether somebody may know of something of a system. What is of no plant everybody sees who sees anything.
func sees(by domain.Actor, scope domain.Scope) bool {
	return by.May(domain.ActionRead, scope) || (scope.Plant == "" && by.MaySomewhere(domain.ActionRead))
}
