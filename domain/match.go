package domain

import (
	"context"
	"strings"
)

// MatchSide is one of two things that may be one: a golden record, or what a system calls by a code.
type MatchSide struct {
	Record ID // of a golden record; zero for a code of a system
	System SystemID
	Key    string // the code in the form by which its system tells codes apart
	// Code is the code as written, for people; it does not tell sides apart.
	Code Code
}

// The forms of a side's text.
const (
	sideRecord = "record:"
	sideSource = "source:"
)

// String is the form a side is kept, sorted and asked for in: record:ID or source:SYSTEM:KEY.
func (s MatchSide) String() string {
	if s.Record.IsZero() {
		return sideSource + string(s.System) + ":" + s.Key
	}
	return sideRecord + s.Record.String()
}

// ParseMatchSide reads what String wrote; CodeBodyInvalid. Code is the key until somebody knows better.
func ParseMatchSide(raw string) (MatchSide, error) {
	if text, ok := strings.CutPrefix(raw, sideRecord); ok {
		if id, err := ParseID(text); err == nil {
			return MatchSide{Record: id}, nil
		}
	}
	if text, ok := strings.CutPrefix(raw, sideSource); ok {
		if system, key, found := strings.Cut(text, ":"); found && system != "" && key != "" {
			return MatchSide{System: SystemID(system), Key: key, Code: Code(key)}, nil
		}
	}
	return MatchSide{}, Invalid(CodeBodyInvalid, "%q names neither a record (record:ID) nor a code of a system (source:SYSTEM:CODE)", clip(raw, 80))
}

// MatchPair is two things of one domain. A sorts before B, so that a pair is the same whichever way it was asked for.
type MatchPair struct {
	Domain DomainName
	A, B   MatchSide
}

// NewMatchPair puts two sides in order; CodeBodyInvalid when they are the same thing.
func NewMatchPair(domain DomainName, a, b MatchSide) (MatchPair, error) {
	switch c := strings.Compare(a.String(), b.String()); {
	case c == 0:
		return MatchPair{}, Invalid(CodeBodyInvalid, "a thing is not compared with itself")
	case c > 0:
		a, b = b, a
	}
	return MatchPair{Domain: domain, A: a, B: b}, nil
}

// Key is what a pair is kept by within its domain.
func (p MatchPair) Key() string { return p.A.String() + "\x1f" + p.B.String() }

// Merges says that the pair is of two golden records: a match of them is a merge, any other is a mapping of a code.
func (p MatchPair) Merges() bool { return !p.A.Record.IsZero() && !p.B.Record.IsZero() }

// VerdictWord is what a person says of a pair.
type VerdictWord string

// The words. Unsure is an answer too: the pair is not asked again until its values change.
const (
	VerdictMatch   VerdictWord = "match"
	VerdictNoMatch VerdictWord = "no_match"
	VerdictUnsure  VerdictWord = "unsure"
)

// VerdictWords lists every word.
func VerdictWords() []VerdictWord { return []VerdictWord{VerdictMatch, VerdictNoMatch, VerdictUnsure} }

// MatchVector is what was known of a pair when it was judged: the levels of its comparisons by name, and how many bits it
// stood before the next candidate of each side.
type MatchVector struct {
	Comparisons []string
	Levels      []int
	Margin      [2]float64
}

// Verdict is a person's word about a pair. It outranks every score and survives every new evaluation; undone, it counts no more
// but stays in the list.
type Verdict struct {
	ID   ID
	Pair MatchPair
	Word VerdictWord
	// Plant is that of the code's system; "" for two golden records.
	Plant  PlantID
	By     ActorID
	At     Instant
	Remark string
	// Vector, Probability and Rule are what was shown: frozen, so that rules can be tried on what people said.
	Vector      MatchVector
	Probability float64
	Rule        int
	// Band is what the rule would have done with the pair; Sampled says that it was drawn at random rather than chosen.
	Band    Band
	Sampled bool
	// Request is the change request that came of a match; zero where there was none.
	Request   ID
	UndoneBy  ActorID
	UndoneAt  Instant
	UndoneWhy string
	Version   int
}

// Stands says that the verdict counts.
func (v Verdict) Stands() bool { return v.UndoneAt == 0 }

// Undone returns v taken back; CodeVerdictUndone when it was already.
func (v Verdict) Undone(by ActorID, why string, now Instant) (Verdict, error) {
	if !v.Stands() {
		return v, Conflict(CodeVerdictUndone, "this verdict was taken back already")
	}
	v.UndoneBy, v.UndoneAt, v.UndoneWhy, v.Version = by, now, why, v.Version+1
	return v, nil
}

// Band says what a rule does with a pair.
type Band string

// The bands.
const (
	BandAuto   Band = "auto"   // a rule may link it, if measured agreement has earned that
	BandReview Band = "review" // a person decides
	BandReject Band = "reject" // not shown
)

// CandidateState is the life of a match candidate.
type CandidateState string

// The states of a match candidate. Not evaluated is not the same as not alike.
const (
	CandidateNotEvaluated CandidateState = "not_evaluated"
	CandidateEvaluated    CandidateState = "evaluated"
	CandidateAutoLinked   CandidateState = "auto_linked"
	CandidateInReview     CandidateState = "in_review"
	CandidateConfirmed    CandidateState = "confirmed"
	CandidateRejected     CandidateState = "rejected"
	CandidateUnsure       CandidateState = "unsure"
	CandidateUnmerged     CandidateState = "unmerged"
)

// CandidateMachine is the table of a match candidate's states. An undone verdict takes a candidate back to review.
func CandidateMachine() Machine[CandidateState] {
	return Machine[CandidateState]{
		Name: "match candidate", Initial: CandidateNotEvaluated,
		States: []CandidateState{CandidateNotEvaluated, CandidateEvaluated, CandidateAutoLinked, CandidateInReview, CandidateConfirmed,
			CandidateRejected, CandidateUnsure, CandidateUnmerged},
		Moves: map[CandidateState][]CandidateState{
			CandidateNotEvaluated: {CandidateEvaluated},
			CandidateEvaluated:    {CandidateAutoLinked, CandidateInReview},
			CandidateAutoLinked:   {CandidateUnmerged, CandidateConfirmed},
			CandidateInReview:     {CandidateConfirmed, CandidateRejected, CandidateUnsure, CandidateAutoLinked, CandidateEvaluated},
			CandidateConfirmed:    {CandidateUnmerged, CandidateInReview},
			CandidateRejected:     {CandidateInReview},
			CandidateUnsure:       {CandidateInReview, CandidateConfirmed, CandidateRejected},
			CandidateUnmerged:     {CandidateInReview},
		},
	}
}

// MatchReason is one step of an explanation: what was compared, both values in their normal form, and the bits it added.
type MatchReason struct {
	Comparison  string
	Left, Right string
	Level       int
	Bits        float64
	Conflict    bool
}

// MatchExplanation is why a pair has its probability: Prior and the Reasons' Bits add up to the score, in log2 odds.
type MatchExplanation struct {
	Prior   float64
	Reasons []MatchReason // the weightiest first
	Score   float64
	// WouldLinkWithout names the one comparison without which the pair would be more likely a match than not.
	WouldLinkWithout string
}

// MatchCandidate is a pair that an evaluation proposes. It is operating state: the next evaluation makes it anew; what people
// said of it is kept in the Verdict.
type MatchCandidate struct {
	ID     ID
	Pair   MatchPair
	System SystemID // of the code; "" for two golden records
	Plant  PlantID  // of that system
	State  CandidateState
	Band   Band
	// Probability is calibrated; Margin is how many bits the pair stands before the next best candidate of either side.
	Probability  float64
	Margin       float64
	Contradicted bool
	// Rank is the place among the candidates of the code, 1 is the best; of two golden records, of the side with the better ones.
	Rank        int
	Explanation MatchExplanation
	Vector      MatchVector
	Rule        int
	Sampled     bool
	// Cluster is the proposed group of golden records the pair is in; zero for a code.
	Cluster     ID
	EvaluatedAt Instant
	Version     int
}

// MatchCluster is a group of golden records that an evaluation proposes to be one. Its ID stays while most of its members do.
type MatchCluster struct {
	ID      ID
	Domain  DomainName
	Members []ID // golden records, in the order of their IDs
	// Weakest is the lowest probability of the pairs that hold the group together.
	Weakest     float64
	EvaluatedAt Instant
}

// MatchState says how far the evaluation of a domain is.
type MatchState struct {
	Domain DomainName
	// Sequence is the domain's change counter that the evaluation has seen, Verdicts the number of standing verdicts, Rule the
	// version of the rule.
	Sequence    int64
	Verdicts    int
	Rule        int
	Records     int
	Codes       int // unmapped codes that were compared
	Candidates  int
	Clusters    int
	EvaluatedAt Instant
	Seconds     float64
	// Failed says in a sentence why the last evaluation came to nothing; "" when it did not.
	Failed string
}

// CandidateQuery selects candidates; the zero value of a field does not restrict.
type CandidateQuery struct {
	Domain DomainName
	System SystemID
	States []CandidateState
	Band   Band
	// Side selects the candidates of one thing.
	Side *MatchSide
	// Merges selects pairs of two golden records (true) or codes (false); nil selects both.
	Merges *bool
	Plants PlantScope
	Page
}

// VerdictQuery selects verdicts; the zero value of a field does not restrict.
type VerdictQuery struct {
	Domain DomainName
	Word   VerdictWord
	By     ActorID
	// Standing leaves out those taken back.
	Standing bool
	Side     *MatchSide
	Plants   PlantScope
	Page
}

// VerdictReader reads what people said of pairs.
type VerdictReader interface {
	// ByID returns CodeVerdictUnknown when there is none.
	ByID(ctx context.Context, id ID) (Verdict, error)
	// ByPairs returns the standing verdicts of the pairs by MatchPair.Key; any number may be asked for.
	ByPairs(ctx context.Context, domain DomainName, keys []string) (map[string]Verdict, error)
	// List returns verdicts, newest first, and the cursor of the next page.
	List(ctx context.Context, q VerdictQuery) ([]Verdict, string, error)
	// Standing returns all that count in the domain, by pair.
	Standing(ctx context.Context, domain DomainName) ([]Verdict, error)
}

// VerdictRepo writes verdicts, which are governed.
type VerdictRepo interface {
	VerdictReader
	// Put inserts (Version 1) or updates (the stored version + 1, else CodeVerdictStale). A second standing verdict on a pair is
	// CodeVerdictStale as well.
	Put(ctx context.Context, verdict Verdict) error
}

// MatchReader reads what the last evaluation proposed.
type MatchReader interface {
	// ByID returns CodeCandidateUnknown when there is none.
	ByID(ctx context.Context, id ID) (MatchCandidate, error)
	// ByPairs returns, by MatchPair.Key, those that exist; any number may be asked for.
	ByPairs(ctx context.Context, domain DomainName, keys []string) (map[string]MatchCandidate, error)
	// List returns candidates, the most likely first, and the cursor of the next page.
	List(ctx context.Context, q CandidateQuery) ([]MatchCandidate, string, error)
	// Cluster returns CodeClusterUnknown when there is none.
	Cluster(ctx context.Context, id ID) (MatchCluster, error)
	// Clusters returns groups, the surest first, and the cursor of the next page.
	Clusters(ctx context.Context, domain DomainName, page Page) ([]MatchCluster, string, error)
	// State returns how far the evaluation of the domain is; the zero state when there was none.
	State(ctx context.Context, domain DomainName) (MatchState, error)
}

// MatchOps keeps what an evaluation proposed.
type MatchOps interface {
	MatchReader
	// Replace puts the candidates and clusters of a new evaluation in the place of all the domain had, and its state.
	Replace(ctx context.Context, state MatchState, candidates []MatchCandidate, clusters []MatchCluster) error
	// Save stores one candidate over the version it was read at; CodeCandidateStale when that has moved.
	Save(ctx context.Context, candidate MatchCandidate, readVersion int) error
	// Failed notes why an evaluation came to nothing; what the one before proposed stays.
	Failed(ctx context.Context, domain DomainName, why string) error
}
