package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// MatchCandidate is a pair that the last evaluation proposes to be one thing.
type MatchCandidate struct {
	ID           string       `json:"id"`
	Domain       string       `json:"domain"`
	Left         PairSide     `json:"left"`
	Right        PairSide     `json:"right"`
	Merges       bool         `json:"merges" doc:"both are golden records: a match is a merge; otherwise it is a mapping"`
	Plant        string       `json:"plant" doc:"of the code's system; empty for two golden records"`
	State        string       `json:"state" enum:"not_evaluated,evaluated,auto_linked,in_review,confirmed,rejected,unsure,unmerged"`
	Band         string       `json:"band" enum:"auto,review,reject"`
	Probability  float64      `json:"probability"`
	MarginBits   float64      `json:"margin_bits" doc:"how far it stands before the next best of either side, in log2 odds"`
	Contradicted bool         `json:"contradicted" doc:"sizes, grades, standards or codes exclude each other"`
	Rank         int          `json:"rank" doc:"1 is the best of the code"`
	Rule         int          `json:"rule" doc:"the version of the rule it was judged by"`
	Sampled      bool         `json:"sampled" doc:"drawn at random for people"`
	ClusterID    string       `json:"cluster_id,omitempty" doc:"the group of golden records it is in"`
	EvaluatedAt  string       `json:"evaluated_at"`
	Explanation  Waterfall    `json:"explanation"`
	Verdict      *PairVerdict `json:"verdict,omitempty"`
}

// PairSide is one of two things that may be one.
type PairSide struct {
	Side     string `json:"side" doc:"record:ID or source:SYSTEM:CODE, as verdicts name it"`
	RecordID string `json:"record_id,omitempty"`
	System   string `json:"system,omitempty"`
	Code     string `json:"code"`
	Label    string `json:"label"`
}

// CandidateList is one page of candidates.
type CandidateList struct {
	Candidates []MatchCandidate `json:"candidates"`
	Next       string           `json:"next"`
}

// MatchState says how far the evaluation of a domain is.
type MatchState struct {
	Domain      string  `json:"domain"`
	Evaluated   bool    `json:"evaluated" doc:"false: nothing was compared yet, which is not the same as nothing being alike"`
	EvaluatedAt string  `json:"evaluated_at"`
	Running     bool    `json:"running"`
	Requested   bool    `json:"requested" doc:"somebody has asked for another one"`
	Failed      string  `json:"failed" doc:"why the last one came to nothing; empty when it did not"`
	Records     int     `json:"records"`
	Codes       int     `json:"codes" doc:"unmapped codes that were compared"`
	Candidates  int     `json:"candidates"`
	Clusters    int     `json:"clusters"`
	Rule        int     `json:"rule"`
	Seconds     float64 `json:"seconds"`
}

// candidatesInput is GET /match/candidates.
type candidatesInput struct {
	Domain string `query:"domain" default:"item" maxLength:"40"`
	System string `query:"system" maxLength:"40"`
	Plant  string `query:"plant" maxLength:"16"`
	State  string `query:"state" maxLength:"20" doc:"one of the states; empty for all"`
	Band   string `query:"band" maxLength:"10"`
	Merges string `query:"merges" enum:"true,false," doc:"true: two golden records; false: a code and a record; empty: both"`
	Side   string `query:"side" maxLength:"300" doc:"the candidates of one thing"`
	PageInput
}

// matchDomainInput is GET /match/state.
type matchDomainInput struct {
	Domain string `query:"domain" default:"item" maxLength:"40"`
}

// evaluateInput is POST /match/evaluate.
type evaluateInput struct {
	Body struct {
		Domain string `json:"domain" maxLength:"40"`
	}
}

func (a *API) registerMatching() {
	handle(a, operation(http.MethodGet, "/match/candidates", "list-candidates", "The pairs that may be one thing, the most likely first"), a.candidates)
	handle(a, operation(http.MethodGet, "/match/clusters", "list-clusters", "The groups of golden records that may be one thing each"), a.clusters)
	handle(a, operation(http.MethodGet, "/match/clusters/{id}", "get-cluster", "A group of golden records side by side"), a.cluster)
	handle(a, operation(http.MethodGet, "/match/state", "get-match-state", "How far the evaluation of a domain is"),
		func(ctx context.Context, in *matchDomainInput) (*body[MatchState], error) {
			return a.matchState(ctx)(a.Judge.State(ctx, actorOf(ctx), domain.DomainName(in.Domain)))
		})
	handle(a, operation(http.MethodPost, "/match/evaluate", "evaluate-matches", "Ask for an evaluation of a domain now"),
		func(ctx context.Context, in *evaluateInput) (*body[MatchState], error) {
			defer a.MatchesWanted()
			return a.matchState(ctx)(a.Judge.Evaluate(ctx, actorOf(ctx), domain.DomainName(in.Body.Domain)))
		})
	handle(a, operation(http.MethodPost, "/verdicts", "give-verdicts", "Say of pairs whether they are one thing; each verdict stands for itself"), a.giveVerdicts)
	handle(a, operation(http.MethodGet, "/verdicts", "list-verdicts", "What people said of pairs, newest first"), a.verdicts)
	handle(a, operation(http.MethodPost, "/verdicts/{id}/undo", "undo-verdict", "Take a verdict back, and what came of it"), a.undoVerdict)
}

func (a *API) candidates(ctx context.Context, in *candidatesInput) (*body[CandidateList], error) {
	q := domain.CandidateQuery{Domain: domain.DomainName(in.Domain), System: domain.SystemID(in.System), Band: domain.Band(in.Band), Page: in.page()}
	if in.State != "" {
		q.States = []domain.CandidateState{domain.CandidateState(in.State)}
	}
	if in.Plant != "" {
		q.Plants.Plants = []domain.PlantID{domain.PlantID(in.Plant)}
	}
	if in.Merges != "" {
		merges := in.Merges == "true"
		q.Merges = &merges
	}
	var err error
	if q.Side, err = optionalSide(in.Side); err != nil {
		return nil, err
	}
	found, next, err := a.Judge.Candidates(ctx, actorOf(ctx), q)
	if err != nil {
		return nil, err
	}
	definition, err := a.Desk.Definitions.Definition(q.Domain)
	if err != nil {
		return nil, err
	}
	return bodyOf(CandidateList{Next: next, Candidates: each(found, func(c match.CandidateView) MatchCandidate { return matchCandidateOf(c, definition) })}), nil
}

// optionalSide reads a side; "" is none.
func optionalSide(raw string) (*domain.MatchSide, error) {
	if raw == "" {
		return nil, nil //nolint:nilnil // none was given, which is no error
	}
	side, err := domain.ParseMatchSide(raw)
	return &side, err
}

func matchCandidateOf(c match.CandidateView, d domain.Definition) MatchCandidate {
	return MatchCandidate{
		ID: c.ID.String(), Domain: string(c.Pair.Domain), Left: partyOf(c.Left), Right: partyOf(c.Right), Merges: c.Pair.Merges(),
		Plant: string(c.Plant), State: string(c.State), Band: string(c.Band), Probability: c.Probability, MarginBits: c.Margin,
		Contradicted: c.Contradicted, Rank: c.Rank, Rule: c.Rule, Sampled: c.Sampled, ClusterID: c.Cluster.String(),
		EvaluatedAt: c.EvaluatedAt.String(), Explanation: waterfallOf(c.Explanation, d), Verdict: pairVerdictOf(c.Verdict),
	}
}

func partyOf(p match.Party) PairSide {
	return PairSide{Side: p.Side.String(), RecordID: p.Side.Record.String(), System: string(p.Side.System), Code: p.Code, Label: p.Label}
}

// matchState turns what a use case returned into an answer.
func (a *API) matchState(ctx context.Context) func(domain.MatchState, error) (*body[MatchState], error) {
	return func(s domain.MatchState, err error) (*body[MatchState], error) {
		if err != nil {
			return nil, err
		}
		now, err := a.Store.Now(ctx)
		if err != nil {
			return nil, err
		}
		return bodyOf(MatchState{
			Domain: string(s.Domain), Evaluated: s.EvaluatedAt > 0, EvaluatedAt: s.EvaluatedAt.String(), Running: now < s.LeaseUntil,
			Requested: s.RequestedAt > max(s.EvaluatedAt, s.TriedAt), Failed: s.Failed, Records: s.Records, Codes: s.Codes,
			Candidates: s.Candidates, Clusters: s.Clusters, Rule: s.Rule, Seconds: s.Seconds,
		}), nil
	}
}
