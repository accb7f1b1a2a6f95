package domain

import "context"

// VerdictReader reads what people said of pairs.
type VerdictReader interface {
	// ByID returns CodeVerdictUnknown when there is none.
	ByID(ctx context.Context, id ID) (Verdict, error)
	// ByPairs returns the standing verdicts of the pairs by MatchPair.Key; any number may be asked for.
	ByPairs(ctx context.Context, domain DomainName, keys []string) (map[string]Verdict, error)
	// ByRequest returns the verdicts of which the change request came.
	ByRequest(ctx context.Context, request ID) ([]Verdict, error)
	// List returns verdicts, newest first, and the cursor of the next page.
	List(ctx context.Context, q VerdictQuery) ([]Verdict, string, error)
	// Standing returns all that count in the domain, the oldest first.
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
	// OfRecords returns the candidates of pairs of golden records of which one is among the given, the most likely first, at
	// most limit.
	OfRecords(ctx context.Context, domain DomainName, records []ID, limit int) ([]MatchCandidate, error)
	// Cluster returns CodeClusterUnknown when there is none.
	Cluster(ctx context.Context, id ID) (MatchCluster, error)
	// Clusters returns groups, the surest first, and the cursor of the next page.
	Clusters(ctx context.Context, domain DomainName, page Page) ([]MatchCluster, string, error)
	// Members returns, by record, the group that each golden record of the domain is in.
	Members(ctx context.Context, domain DomainName) (map[ID]ID, error)
	// State returns how far the evaluation of the domain is; the zero state when there was none.
	State(ctx context.Context, domain DomainName) (MatchState, error)
	// Marks returns what an evaluation would see now; the rule's version is left to the reader of rules.
	Marks(ctx context.Context, domain DomainName) (MatchMarks, error)
}

// MatchOps keeps what an evaluation proposed. One replica evaluates a domain at a time, under a lease.
type MatchOps interface {
	MatchReader
	// Request notes that somebody asks for an evaluation.
	Request(ctx context.Context, domain DomainName) error
	// Claim leases the evaluation of the domain to owner until the given time, unless another holds it, and says whether it did.
	// The fence goes with what comes of it.
	Claim(ctx context.Context, domain DomainName, owner string, until Instant) (fence int64, claimed bool, err error)
	// Extend prolongs the lease; CodeEvaluationLost when another has taken it.
	Extend(ctx context.Context, domain DomainName, fence int64, until Instant) error
	// Replace puts the candidates and clusters of a new evaluation in the place of all the domain had, and its state, and ends the
	// lease; CodeEvaluationLost when another has taken it.
	Replace(ctx context.Context, fence int64, state MatchState, candidates []MatchCandidate, clusters []MatchCluster) error
	// Save stores one candidate over the version it was read at; CodeCandidateStale when that has moved.
	Save(ctx context.Context, candidate MatchCandidate, readVersion int) error
	// Failed notes why an evaluation came to nothing and ends the lease; what the one before proposed stays. CodeEvaluationLost
	// when another has taken it. With "" it only ends the lease.
	Failed(ctx context.Context, domain DomainName, fence int64, why string) error
}
