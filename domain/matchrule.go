package domain

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

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
	Stored   int // counts the savings of a version, for optimistic locking
}

// MeasuresLike says that r and other find the same pairs and put the same of them into the automatic band, so that what people
// said of pairs under the one is a measure of the other.
func (r MatchRule) MeasuresLike(other MatchRule) bool {
	return r.Auto == other.Auto && r.ComparesLike(other)
}

// ComparesLike says that r and other compare the same in the same words, so that a probability under the one is one under the other.
func (r MatchRule) ComparesLike(other MatchRule) bool {
	return r.Domain == other.Domain && slices.Equal(sortedSkip(r.Skip), sortedSkip(other.Skip)) && slices.Equal(sortedTerms(r.Terms), sortedTerms(other.Terms))
}

func sortedSkip(skip []AttributeID) []AttributeID {
	sorted := slices.Sorted(slices.Values(skip))
	return slices.Compact(sorted)
}

// sortedTerms are terms in a form in which two lists that mean the same are the same.
func sortedTerms(terms []MatchTerm) []string {
	var sorted []string
	for _, term := range terms {
		sorted = append(sorted, term.Word+"\x1f"+strings.Join(slices.Sorted(slices.Values(term.Concepts)), "\x1f"))
	}
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

// Digest names what the rule says, whoever made it and whenever: two versions of one digest do the same.
func (r MatchRule) Digest() string {
	parts := []string{string(r.Domain), number(r.Review), number(r.Auto), number(r.Target), strconv.Itoa(r.SamplePercent)}
	for _, list := range [][]string{namesOf(sortedSkip(r.Skip)), sortedTerms(r.Terms), namesOf(slices.Sorted(slices.Values(r.AutoPlants)))} {
		parts = append(parts, strings.Join(list, "\x1e"))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x1d")))
	return hex.EncodeToString(sum[:])
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

func namesOf[S ~string](from []S) []string {
	names := make([]string, len(from))
	for i, one := range from {
		names[i] = string(one)
	}
	return names
}

// The bounds of a rule.
const (
	maxRuleSkip   = 200
	maxRuleTerms  = 2000
	maxRulePlants = 500
	maxRuleNote   = 2000
	maxTermLength = 64
	maxConcepts   = 8
)

// Faults says all that is wrong with the rule, each with its place. Which plants there are is not looked at.
func (r MatchRule) Faults(definition Definition) []FieldError {
	var f streamFaults
	share := func(n float64) bool { return n > 0 && n < 1 }
	f.check(len(r.Note) <= maxRuleNote, "/note", "a note has at most %d bytes", maxRuleNote)
	f.check(share(r.Review), "/review", "people see pairs from a probability between 0 and 1 on")
	f.check(r.Auto >= 0.5 && r.Auto < 1, "/auto", "a rule links from a probability between 0.5 and 1 on")
	f.check(r.Review < r.Auto, "/auto", "what may be linked automatically begins above what people see")
	f.check(r.Target >= 0.5 && r.Target < 1, "/target", "measured agreement exceeds a share between 0.5 and 1; certainty is never measured")
	f.check(r.SamplePercent >= 1 && r.SamplePercent <= 100, "/sample_percent", "between 1 and 100 percent go to people all the same")
	f.check(len(r.Skip) <= maxRuleSkip, "/skip", "at most %d attributes are left out", maxRuleSkip)
	for i, id := range r.Skip {
		_, known := definition.Attribute(id)
		f.check(known, fmt.Sprintf("/skip/%d", i), "the domain has no attribute %q", clip(string(id), 40))
		f.check(id != definition.NameAttribute, fmt.Sprintf("/skip/%d", i), "the name is always compared")
	}
	f.check(len(r.AutoPlants) <= maxRulePlants, "/auto_plants", "at most %d plants are named", maxRulePlants)
	f = append(f, faultsOfTerms(r.Terms)...)
	return f
}

func faultsOfTerms(terms []MatchTerm) []FieldError {
	var f streamFaults
	f.check(len(terms) <= maxRuleTerms, "/terms", "a rule has at most %d terms", maxRuleTerms)
	word := func(text string) bool {
		return text != "" && len(text) <= maxTermLength && clean(text) == text && !strings.ContainsAny(text, " \t\n#")
	}
	seen := map[string]bool{}
	for i, term := range terms {
		at := fmt.Sprintf("/terms/%d", i)
		f.check(word(term.Word), at+"/word", "a term is one word of 1 to %d bytes", maxTermLength)
		f.check(!seen[strings.ToLower(term.Word)], at+"/word", "the word %s stands there twice", clip(term.Word, 40))
		seen[strings.ToLower(term.Word)] = true
		f.check(len(term.Concepts) >= 1 && len(term.Concepts) <= maxConcepts, at+"/concepts", "a word means 1 to %d concepts", maxConcepts)
		for j, concept := range term.Concepts {
			f.check(word(concept), fmt.Sprintf("%s/concepts/%d", at, j), "a concept is one word of 1 to %d bytes", maxTermLength)
		}
	}
	return f
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
	Plant        PlantID // of the code's system; "" for two golden records
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
	// Digest is what the draft said, Seen the verdicts it was tried on, Against the version that was in force: a back-test counts
	// for exactly these.
	Digest  string
	Seen    string
	Against int
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

// SeenOf names a set of standing verdicts, in whatever order they come.
func SeenOf(standing []Verdict) string {
	var all []string
	for _, v := range standing {
		all = append(all, v.ID.String()+"/"+strconv.Itoa(v.Version))
	}
	slices.Sort(all)
	sum := sha256.Sum256([]byte(strings.Join(all, "\x1f")))
	return hex.EncodeToString(sum[:])
}

// Tried refuses a draft that was not tried as it stands, on all verdicts that stand now, against the rule in force now:
// CodeMatchRuleUntested.
func (r MatchRule) Tried(standing []Verdict, current MatchRule) error {
	test := r.BackTest
	switch {
	case test == nil:
		return Conflict(CodeMatchRuleUntested, "the draft has not been tried on past verdicts; run its back-test first")
	case test.Digest != r.Digest():
		return Conflict(CodeMatchRuleUntested, "the draft has changed since it was tried; run its back-test again")
	case test.Against != current.Version:
		return Conflict(CodeMatchRuleUntested, "the draft was tried against version %d, but version %d is in force now; run its back-test again", test.Against, current.Version)
	case test.Seen != SeenOf(standing):
		return Conflict(CodeMatchRuleUntested, "people have given or taken back verdicts since the draft was tried; run its back-test again")
	}
	return nil
}

// Editable returns CodeMatchRuleState for a version that is no draft: what was activated never changes.
func (r MatchRule) Editable() error {
	if r.State != MatchRuleDraft {
		return Conflict(CodeMatchRuleState, "version %d is %s and never changes; make a draft from it", r.Version, r.State)
	}
	return nil
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
	Target  float64
	// Wanted says that the rule in force names the plant. Open says that the rule links and maps there; ClosedWhy tells why it was closed though it had been open.
	Wanted    bool
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
	// Put inserts a version (Stored 1) or saves a draft over Stored-1; CodeMatchRuleStale when that has moved, is no draft or the
	// version exists. Putting an active version retires the one that was active.
	Put(ctx context.Context, rule MatchRule) error
	// Delete removes a draft that was saved stored times; CodeMatchRuleStale when that has moved or it is no draft.
	Delete(ctx context.Context, domain DomainName, version, stored int) error
	// Close notes that the band at a plant is closed, and why; one that is closed stays as it was noted first.
	Close(ctx context.Context, band AutoBand) error
	// Reopen drops that note, so that the band may open again once agreement has earned it; CodeBandOpen when there is none.
	Reopen(ctx context.Context, domain DomainName, plant PlantID) error
}
