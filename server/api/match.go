package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// CheckRequest describes a thing of which somebody wants to know whether there is a record.
type CheckRequest struct {
	Domain     string     `json:"domain" maxLength:"40"`
	Plant      string     `json:"plant,omitempty" maxLength:"16" doc:"whose codes for the records are wanted as well"`
	Code       string     `json:"code,omitempty" maxLength:"128" doc:"what somebody calls it, or a text that describes it"`
	Attributes Attributes `json:"attributes,omitempty" doc:"what is known of it"`
	Limit      int        `json:"limit,omitempty" minimum:"0" maximum:"20" doc:"how many suggestions; 10 where it is left out"`
}

// SuggestionList are the records that a thing may mean, the best first.
type SuggestionList struct {
	Evaluated   bool         `json:"evaluated" doc:"it was looked up: an empty list means that nothing is like it"`
	WhyNot      string       `json:"why_not" doc:"why it was not looked up; empty where it was"`
	AgeSeconds  float64      `json:"age_seconds" doc:"how long ago the index was known to have all that was stored"`
	Suggestions []Suggestion `json:"suggestions"`
}

// Suggestion is a golden record that a thing may mean.
type Suggestion struct {
	Side         string       `json:"side" doc:"record:ID, as verdicts name it"`
	RecordID     string       `json:"record_id"`
	Code         string       `json:"code"`
	Name         string       `json:"name"`
	Probability  float64      `json:"probability"`
	Band         string       `json:"band" enum:"auto,review,reject"`
	Contradicted bool         `json:"contradicted" doc:"sizes, grades or standards exclude each other"`
	Rank         int          `json:"rank" doc:"1 is the best"`
	MarginBits   float64      `json:"margin_bits" doc:"how far it stands before the next best, in log2 odds"`
	Explanation  Waterfall    `json:"explanation"`
	Verdict      *PairVerdict `json:"verdict,omitempty" doc:"what a person said of the pair"`
	CodesAtPlant []string     `json:"codes_at_plant" doc:"what the plant that was asked for calls the record"`
}

// Waterfall is why a pair has its probability: prior and bits add up to the score, in log2 odds, unless a contradiction bounds it.
type Waterfall struct {
	Prior            float64           `json:"prior"`
	Score            float64           `json:"score"`
	WouldLinkWithout string            `json:"would_link_without" doc:"the one comparison without which the pair would rather be a match; empty when there is none"`
	Reasons          []WaterfallReason `json:"reasons" doc:"the weightiest first"`
}

// WaterfallReason is one step of an explanation.
type WaterfallReason struct {
	Comparison string  `json:"comparison" doc:"an attribute's ID, or the name of a comparison of whole records"`
	Label      string  `json:"label"`
	Left       string  `json:"left" doc:"the value in its normal form; empty for comparisons of whole records"`
	Right      string  `json:"right"`
	Level      int     `json:"level"`
	Bits       float64 `json:"bits" doc:"what it added; below zero it speaks against a match"`
	Conflict   bool    `json:"conflict" doc:"the values exclude each other"`
}

// PairVerdict is a person's standing word about a pair, in short.
type PairVerdict struct {
	ID   string `json:"id"`
	Word string `json:"word" enum:"match,no_match,unsure"`
	By   string `json:"by"`
	At   string `json:"at"`
}

// ExplainedPair is all there is to say of two things that may be one.
type ExplainedPair struct {
	Left           ExplainedSide `json:"left"`
	Right          ExplainedSide `json:"right"`
	Probability    float64       `json:"probability"`
	Band           string        `json:"band" enum:"auto,review,reject"`
	Contradicted   bool          `json:"contradicted"`
	Evaluated      bool          `json:"evaluated" doc:"the last evaluation proposed the pair"`
	ProposedWhyNot string        `json:"proposed_why_not" doc:"why the pair would not be proposed; empty where it would"`
	Explanation    Waterfall     `json:"explanation"`
	SecondBest     PairRivals    `json:"second_best"`
	Verdict        *PairVerdict  `json:"verdict,omitempty"`
}

// ExplainedSide is one of two things that are compared.
type ExplainedSide struct {
	Side       string     `json:"side"`
	Label      string     `json:"label"`
	Attributes Attributes `json:"attributes"`
}

// PairRivals are the best other records for each side of a pair.
type PairRivals struct {
	Left  []PairRival `json:"left"`
	Right []PairRival `json:"right"`
}

// PairRival is another record that a side may mean.
type PairRival struct {
	Side        string  `json:"side"`
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

// checkInput is POST /match/check.
type checkInput struct{ Body CheckRequest }

// explainInput is GET /match/explain.
type explainInput struct {
	Domain string `query:"domain" default:"item" maxLength:"40"`
	Left   string `query:"left" required:"true" maxLength:"300" doc:"record:ID or source:SYSTEM:CODE"`
	Right  string `query:"right" required:"true" maxLength:"300" doc:"record:ID or source:SYSTEM:CODE"`
}

// suggestInput is GET /unmapped/{id}/suggestions and /discrepancies/{id}/suggestions.
type suggestInput struct {
	IDInput
	Limit int `query:"limit" minimum:"1" maximum:"20" default:"10"`
}

// maxCheckBody bounds the description of a thing.
const maxCheckBody = 64 << 10

func (a *API) registerMatch() {
	check := operation(http.MethodPost, "/match/check", "check-match", "Search before creating: the records that a thing may mean, with the reasons")
	check.MaxBodyBytes = maxCheckBody
	handle(a, check, a.checkMatch)
	handle(a, operation(http.MethodGet, "/match/explain", "explain-match", "Why two things may be one, or may not"), a.explainMatch)
	handle(a, operation(http.MethodGet, "/unmapped/{id}/suggestions", "suggest-for-unmapped", "The records that an unmapped code may stand for"),
		a.suggest(func(ctx context.Context, by domain.Actor, id domain.ID, limit int) (match.Suggestions, error) {
			return a.Finder.ForUnmapped(ctx, by, id, limit)
		}))
	handle(a, operation(http.MethodGet, "/discrepancies/{id}/suggestions", "suggest-for-discrepancy", "The records that the code of a discrepancy may stand for"),
		a.suggest(func(ctx context.Context, by domain.Actor, id domain.ID, limit int) (match.Suggestions, error) {
			return a.Finder.ForDiscrepancy(ctx, by, id, limit)
		}))
}

func (a *API) checkMatch(ctx context.Context, in *checkInput) (*body[SuggestionList], error) {
	found, err := a.Finder.Check(ctx, actorOf(ctx), match.Wanted{
		Domain: domain.DomainName(in.Body.Domain), Plant: domain.PlantID(in.Body.Plant), Code: in.Body.Code,
		Attributes: in.Body.Attributes.values, Limit: in.Body.Limit,
	})
	if err != nil {
		return nil, err
	}
	return bodyOf(a.suggestionsOf(found)), nil
}

// suggest answers with the suggestions for one thing.
func (a *API) suggest(find func(context.Context, domain.Actor, domain.ID, int) (match.Suggestions, error)) func(context.Context, *suggestInput) (*body[SuggestionList], error) {
	return func(ctx context.Context, in *suggestInput) (*body[SuggestionList], error) {
		id, err := domain.ParseID(in.ID)
		if err != nil {
			return nil, err
		}
		found, err := find(ctx, actorOf(ctx), id, in.Limit)
		if err != nil {
			return nil, err
		}
		return bodyOf(a.suggestionsOf(found)), nil
	}
}

func (a *API) explainMatch(ctx context.Context, in *explainInput) (*body[ExplainedPair], error) {
	left, err := domain.ParseMatchSide(in.Left)
	if err != nil {
		return nil, err
	}
	right, err := domain.ParseMatchSide(in.Right)
	if err != nil {
		return nil, err
	}
	pair, err := a.Finder.Explain(ctx, actorOf(ctx), domain.DomainName(in.Domain), left, right)
	if err != nil {
		return nil, err
	}
	return bodyOf(ExplainedPair{
		Left: sideOf(pair.Left), Right: sideOf(pair.Right), Probability: pair.Probability, Band: string(pair.Band), Contradicted: pair.Contradicted,
		Evaluated: pair.Evaluated, ProposedWhyNot: pair.WhyNot, Explanation: waterfallOf(pair.Explanation, pair.Definition),
		SecondBest: PairRivals{Left: each(pair.LeftRivals, rivalOf), Right: each(pair.RightRivals, rivalOf)}, Verdict: pairVerdictOf(pair.Verdict),
	}), nil
}

func (a *API) suggestionsOf(found match.Suggestions) SuggestionList {
	return SuggestionList{Evaluated: found.Unmatched == "", WhyNot: found.Unmatched, AgeSeconds: found.Age.Seconds(), Suggestions: each(found.List, func(s match.Suggestion) Suggestion {
		return suggestionOf(s, found.Definition)
	})}
}

func suggestionOf(s match.Suggestion, d domain.Definition) Suggestion {
	return Suggestion{
		Side: s.Side.String(), RecordID: s.Record.ID.String(), Code: s.Code, Name: s.Name, Probability: s.Probability, Band: string(s.Band),
		Contradicted: s.Contradicted, Rank: s.Rank, MarginBits: s.Margin, Explanation: waterfallOf(s.Explanation, d), Verdict: pairVerdictOf(s.Verdict),
		CodesAtPlant: each(s.Codes, func(c domain.Code) string { return string(c) }),
	}
}

func waterfallOf(e domain.MatchExplanation, d domain.Definition) Waterfall {
	return Waterfall{Prior: e.Prior, Score: e.Score, WouldLinkWithout: e.WouldLinkWithout, Reasons: each(e.Reasons, func(r domain.MatchReason) WaterfallReason {
		label := r.Comparison
		if attribute, known := d.Attribute(domain.AttributeID(r.Comparison)); known {
			label = attribute.Label
		}
		return WaterfallReason{
			Comparison: r.Comparison, Label: label, Left: r.Left, Right: r.Right, Level: r.Level, Bits: r.Bits, Conflict: r.Conflict,
		}
	})}
}

func pairVerdictOf(v *domain.Verdict) *PairVerdict {
	if v == nil {
		return nil
	}
	return &PairVerdict{ID: v.ID.String(), Word: string(v.Word), By: string(v.By), At: v.At.String()}
}

func sideOf(s match.SideView) ExplainedSide {
	return ExplainedSide{Side: s.Side.String(), Label: s.Label, Attributes: Attributes{s.Attributes}}
}

func rivalOf(r match.Rival) PairRival {
	return PairRival{Side: r.Side.String(), Label: r.Label, Probability: r.Probability}
}
