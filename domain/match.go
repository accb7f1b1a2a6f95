package domain

import (
	"strings"
	"time"
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
	// Unmerged says that the verdict was not given but came of a merge or a mapping that was taken back.
	Unmerged bool
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

// Judged returns the state of a candidate on whose pair the verdict stands.
func (v Verdict) Judged() CandidateState {
	switch {
	case v.Word == VerdictMatch:
		return CandidateConfirmed
	case v.Word == VerdictUnsure:
		return CandidateUnsure
	case v.Unmerged:
		return CandidateUnmerged
	}
	return CandidateRejected
}

// MatchCandidate is a pair that an evaluation proposes. It is operating state: the next evaluation makes it anew; what people
// said of it is kept in the Verdict. Its ID follows from its pair and stays the same.
type MatchCandidate struct {
	ID     ID
	Pair   MatchPair
	System SystemID // of the code; "" for two golden records
	Plant  PlantID  // of that system
	// State is what the standing verdict on the pair makes it, when it is read; what is stored holds where there is none.
	State CandidateState
	Band  Band
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
	Weakest float64
	// Decided says, when it is read, that a verdict stands on every pair of the group that was compared.
	Decided     bool
	EvaluatedAt Instant
}

// MatchMarks are what an evaluation depends on: once one has moved, the domain is to be evaluated anew.
type MatchMarks struct {
	// Sequence is the domain's change counter.
	Sequence int64
	// Verdicts counts what people said: each verdict that was given and each that was taken back.
	Verdicts int
	// ReadAt is when the last run that brought the domain's source records was done.
	ReadAt Instant
	// Rule is the version of the rule in force.
	Rule int
}

// MatchState says how far the evaluation of a domain is.
type MatchState struct {
	Domain DomainName
	// MatchMarks are what the last evaluation has seen.
	MatchMarks
	Records     int
	Codes       int // unmapped codes that were compared
	Candidates  int
	Clusters    int
	EvaluatedAt Instant // 0: never
	Seconds     float64
	// Failed says in a sentence why the last evaluation came to nothing; "" when it did not. TriedAt is when it ended.
	Failed  string
	TriedAt Instant
	// RequestedAt is when a person last asked for an evaluation.
	RequestedAt Instant
	// LeaseUntil is until when a replica is at it; 0: none is.
	LeaseUntil Instant
}

// Rests says that the domain is not to be evaluated now, whatever its marks are: a replica is at it, or nobody has asked and the
// last attempt is not as long ago as given. With 0 it has to be asked for.
func (s MatchState) Rests(now Instant, every time.Duration) bool {
	if now < s.LeaseUntil {
		return true
	}
	return !s.requested() && (every <= 0 || now < s.tried().Add(every))
}

// Due says whether the domain is to be evaluated, whose marks are as given now: when it does not rest, and somebody has asked or
// a mark has moved.
func (s MatchState) Due(marks MatchMarks, now Instant, every time.Duration) bool {
	return !s.Rests(now, every) && (s.requested() || s.EvaluatedAt == 0 || s.MatchMarks != marks)
}

// tried is when the last attempt ended.
func (s MatchState) tried() Instant { return max(s.EvaluatedAt, s.TriedAt) }

// requested says whether somebody has asked since the last attempt.
func (s MatchState) requested() bool { return s.RequestedAt > s.tried() }

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

// Union is the wish that golden records become one.
type Union struct {
	// Survivor is the record that stays; zero leaves the choice among the Losers to the rules.
	Survivor ID
	Losers   []ID
	// Choose says, by attribute, the record whose value stays, where a person would have another one than the rules.
	Choose map[AttributeID]ID
	// Acknowledge says that what speaks against the union was seen.
	Acknowledge bool
	Reason      string
}
