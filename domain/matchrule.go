package domain

import "context"

// MatchRuleState is the life of a version of a domain's matching rule.
type MatchRuleState string

// The states of a rule's version.
const (
	MatchRuleDraft   MatchRuleState = "draft"
	MatchRuleActive  MatchRuleState = "active"
	MatchRuleRetired MatchRuleState = "retired"
)

// MatchTerm says that a word means what the given concepts mean; a person has approved it.
type MatchTerm struct {
	Word     string
	Concepts []string
}

// MatchRule is one version of how the records of a domain are matched. A version that was activated never changes.
type MatchRule struct {
	Domain  DomainName
	Version int // 0 is the built-in one
	State   MatchRuleState
	Note    string
	// Review is the calibrated probability from which a pair is shown to a person, Auto that from which a rule may link it.
	Review float64
	Auto   float64
	// Target is what the lower bound of measured agreement has to exceed before an automatic band opens (0.99: 99 of 100).
	Target float64
	// SamplePercent of what could be linked automatically goes to people all the same, at random.
	SamplePercent int
	// Skip are attributes that are not compared.
	Skip []AttributeID
	// Terms are words learnt from confirmed matches.
	Terms []MatchTerm
	// AutoPlants are the plants where the automatic band has been asked for; none: everything is reviewed.
	AutoPlants []PlantID
	CreatedBy  ActorID
	CreatedAt  Instant
	// BackTest is what came of trying it on all past verdicts; nil before. Without one a version cannot be activated.
	BackTest *BackTest
	Stored   int // counts the savings of a draft, for optimistic locking
}

// BuiltInMatchRule is what counts where nobody has made a rule: everything is reviewed.
func BuiltInMatchRule(domain DomainName) MatchRule {
	return MatchRule{Domain: domain, State: MatchRuleActive, Review: 0.02, Auto: 0.99, Target: 0.99, SamplePercent: 10}
}

// BandOf says what the rule does with a probability. A contradiction is always for a person.
func (r MatchRule) BandOf(probability float64, contradicted bool) Band {
	switch {
	case probability >= r.Auto && !contradicted:
		return BandAuto
	case probability >= r.Review:
		return BandReview
	default:
		return BandReject
	}
}

// Flip is a past verdict on which a draft comes to another band than the rule in force.
type Flip struct {
	Verdict      ID
	Pair         MatchPair
	Word         VerdictWord
	Before       Band
	After        Band
	Probability  float64 // under the draft
	ProbabilityB float64 // under the rule in force
}

// BackTest is a draft tried on every past verdict and on what waits now.
type BackTest struct {
	At       Instant
	Verdicts int
	// Agreed and Disagreed count verdicts that the automatic and the reject band would have met or contradicted.
	Agreed    int
	Disagreed int
	// Flips are at most a thousand; FlipCount says how many there are.
	Flips     []Flip
	FlipCount int
	// QueueBefore and QueueAfter are the candidates that would wait for a person, AutoAfter those that a rule could link.
	QueueBefore int
	QueueAfter  int
	AutoAfter   int
}

// AutoBand is how far the automatic band of a rule at a plant is from being open.
type AutoBand struct {
	Domain DomainName
	Plant  PlantID
	Rule   int
	// Judged counts the standing verdicts on pairs that were in the band, Agreed those that said match.
	Judged int
	Agreed int
	// Lower is the Wilson lower bound (95 %) of agreement; Missing is how many more verdicts that all agree would open the band.
	Lower   float64
	Missing int
	// Open says that the rule links and maps there; ClosedWhy tells why it was closed though it had been open.
	Open      bool
	ClosedAt  Instant
	ClosedWhy string
}

// MatchRuleReader reads matching rules.
type MatchRuleReader interface {
	// Current returns the active version, the built-in one where nobody has made any.
	Current(ctx context.Context, domain DomainName) (MatchRule, error)
	// Version returns CodeMatchRuleUnknown when there is none.
	Version(ctx context.Context, domain DomainName, version int) (MatchRule, error)
	// Versions returns all, newest first.
	Versions(ctx context.Context, domain DomainName) ([]MatchRule, error)
	// Closed returns the automatic bands that were closed and not opened again, by plant.
	Closed(ctx context.Context, domain DomainName) ([]AutoBand, error)
}

// MatchRuleRepo writes matching rules, which are governed.
type MatchRuleRepo interface {
	MatchRuleReader
	// Put inserts the next version or saves a draft over Stored-1; CodeMatchRuleStale. Putting an active version retires the one
	// that was active.
	Put(ctx context.Context, rule MatchRule) error
	// Close notes that the band at a plant is closed, and why.
	Close(ctx context.Context, band AutoBand) error
	// Reopen drops that note, so that the band may open again once agreement has earned it.
	Reopen(ctx context.Context, domain DomainName, plant PlantID) error
}
