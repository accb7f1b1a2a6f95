package match

import (
	"context"
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

// Finder looks single things up among the golden records and says why it takes them for the same, or does not. It only reads.
type Finder struct {
	Store       domain.Store
	Definitions steward.Definitions
	Index       Index
	// Verdicts are what people said of pairs; nil for nobody.
	Verdicts domain.VerdictReader
	// Candidates are what an evaluation proposed; nil for none.
	Candidates domain.MatchReader
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
	Age        time.Duration
	List       []Suggestion
}

// Check looks a thing up before it is created. CodeMatchBuilding, CodeValueInvalid.
func (f *Finder) Check(ctx context.Context, by domain.Actor, w Wanted) (Suggestions, error) {
	return Suggestions{}, domain.Unavailable(nil, domain.CodeMatchBuilding, "the index is being built")
}

// ForUnmapped suggests what an unmapped code may stand for. CodeUnmappedUnknown, CodeMatchBuilding.
func (f *Finder) ForUnmapped(ctx context.Context, by domain.Actor, id domain.ID, limit int) (Suggestions, error) {
	return Suggestions{}, domain.Unavailable(nil, domain.CodeMatchBuilding, "the index is being built")
}

// ForDiscrepancy suggests what the code of a discrepancy may stand for that is not linked. CodeDiscrepancyUnknown,
// CodeMatchLinked, CodeMatchBuilding.
func (f *Finder) ForDiscrepancy(ctx context.Context, by domain.Actor, id domain.ID, limit int) (Suggestions, error) {
	return Suggestions{}, domain.Unavailable(nil, domain.CodeMatchBuilding, "the index is being built")
}
