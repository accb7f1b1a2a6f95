package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// MatchTerm is a word and what it means.
type MatchTerm struct {
	Word     string   `json:"word" maxLength:"64"`
	Concepts []string `json:"concepts" maxItems:"8" doc:"what it means; a concept that is no known word means itself"`
}

// MatchRuleSays is what a version of a matching rule says.
type MatchRuleSays struct {
	Note          string      `json:"note" maxLength:"2000"`
	Review        float64     `json:"review" doc:"the probability from which a pair is shown to people"`
	Auto          float64     `json:"auto" doc:"the probability from which a rule may link, where measured agreement has earned that"`
	Target        float64     `json:"target" doc:"what the lower bound of measured agreement has to exceed"`
	SamplePercent int         `json:"sample_percent" doc:"how much of what a rule could link goes to people all the same, at random"`
	Skip          []string    `json:"skip" maxItems:"200" doc:"attributes that are not compared"`
	Terms         []MatchTerm `json:"terms" maxItems:"2000" doc:"words that were learnt"`
	AutoPlants    []string    `json:"auto_plants" maxItems:"500" doc:"plants where the automatic band is asked for"`
}

// MatchRule is one version of how the records of a domain are matched.
type MatchRule struct {
	Domain  string `json:"domain"`
	Version int    `json:"version" doc:"0 is the built-in one"`
	State   string `json:"state" enum:"draft,active,retired"`
	MatchRuleSays
	CreatedBy string    `json:"created_by"`
	CreatedAt string    `json:"created_at"`
	BackTest  *BackTest `json:"back_test,omitempty"`
	ETag      string    `json:"etag" doc:"for If-Match"`
}

// MatchRules are the versions of one domain, newest first, the built-in one last.
type MatchRules struct {
	Rules []MatchRule `json:"rules"`
}

// BackTest is a draft tried on every standing verdict and on what waits now.
type BackTest struct {
	At          string `json:"at"`
	Verdicts    int    `json:"verdicts"`
	Agreed      int    `json:"agreed" doc:"verdicts that the automatic and the reject band would have met"`
	Disagreed   int    `json:"disagreed" doc:"verdicts that they would have contradicted; unsure contradicts the automatic band"`
	FlipCount   int    `json:"flip_count"`
	Flips       []Flip `json:"flips" doc:"at most a thousand, those against people's word first"`
	QueueBefore int    `json:"queue_before" doc:"candidates that wait for a person now"`
	QueueAfter  int    `json:"queue_after" doc:"those that would, while no automatic band is open"`
	AutoAfter   int    `json:"auto_after" doc:"those of them that a rule may link at the plants the draft names, once their bands are open"`
}

// Flip is a verdict on which a draft comes to another band than the rule in force.
type Flip struct {
	VerdictID         string  `json:"verdict_id"`
	Left              string  `json:"left" doc:"record:ID or source:SYSTEM:CODE"`
	Right             string  `json:"right"`
	Word              string  `json:"word" enum:"match,no_match,unsure"`
	Before            string  `json:"before" enum:"auto,review,reject" doc:"the band under the rule in force"`
	After             string  `json:"after" enum:"auto,review,reject" doc:"the band under the draft"`
	Probability       float64 `json:"probability" doc:"under the draft"`
	ProbabilityBefore float64 `json:"probability_before" doc:"under the rule in force"`
}

// MatchBand is how far the automatic band at a plant is from being open.
type MatchBand struct {
	Plant     string  `json:"plant"`
	Rule      int     `json:"rule" doc:"the version in force"`
	Judged    int     `json:"judged" doc:"standing verdicts on codes in the band"`
	Agreed    int     `json:"agreed"`
	Lower     float64 `json:"lower" doc:"the lower bound of agreement, at 95 percent"`
	Target    float64 `json:"target"`
	Missing   int     `json:"missing" doc:"how many more verdicts that all agree would lift the lower bound above the target"`
	Wanted    bool    `json:"wanted" doc:"the rule in force names the plant"`
	Open      bool    `json:"open"`
	ClosedAt  string  `json:"closed_at,omitempty"`
	ClosedWhy string  `json:"closed_why,omitempty" doc:"what closed it; it stays closed until somebody reopens it"`
}

// MatchBands are the automatic bands of a domain by plant.
type MatchBands struct {
	Bands []MatchBand `json:"bands"`
}

// TermProposal is a word that stands for another in confirmed matches.
type TermProposal struct {
	Word     string        `json:"word"`
	Like     string        `json:"like" doc:"what others write instead"`
	Together int           `json:"together" doc:"in how many confirmed matches"`
	Concepts []string      `json:"concepts" doc:"what the word would mean as a term of a draft"`
	Examples []TermExample `json:"examples"`
}

// TermExample is a confirmed match in which the two words stand for each other.
type TermExample struct {
	Left  string `json:"left"`
	Right string `json:"right"`
}

// TermProposals are what confirmed matches teach of words, the surest first.
type TermProposals struct {
	Terms []TermProposal `json:"terms"`
}

type draftRuleInput struct {
	Body struct {
		Domain      string `json:"domain" maxLength:"40"`
		FromVersion *int   `json:"from_version,omitempty" minimum:"0" doc:"an older version to go back to; the one in force when left out"`
		Note        string `json:"note,omitempty" maxLength:"2000"`
	}
}

// RuleVersionInput names one version of a rule.
type RuleVersionInput struct {
	Domain  string `path:"domain" maxLength:"40"`
	Version int    `path:"version" minimum:"0"`
}

type editRuleInput struct {
	RuleVersionInput
	IfMatch string `header:"If-Match" required:"true" doc:"the version that was looked at"`
	Body    MatchRuleSays
}

type deleteRuleInput struct {
	RuleVersionInput
	IfMatch string `header:"If-Match" doc:"the version that was looked at"`
}

type activateRuleInput struct {
	RuleVersionInput
	Body struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
}

type reopenBandInput struct {
	Domain string `path:"domain" maxLength:"40"`
	Plant  string `path:"plant" maxLength:"16"`
	Body   struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
}

func (a *API) registerMatchRules() {
	const one = "/match/rules/{domain}/{version}"
	handle(a, operation(http.MethodGet, "/match/rules", "list-match-rules", "The versions of a domain's matching rule"), a.matchRules)
	handle(a, created("/match/rules", "draft-match-rule", "Make a draft of the rule in force, or of an older version"), a.draftMatchRule)
	handle(a, operation(http.MethodPut, one, "edit-match-rule", "Save a draft"), a.editMatchRule)
	remove := operation(http.MethodDelete, one, "delete-match-rule", "Give up a draft")
	remove.DefaultStatus = http.StatusNoContent
	handle(a, remove, a.deleteMatchRule)
	handle(a, operation(http.MethodPost, one+"/back-test", "back-test-match-rule", "Try a draft on every standing verdict and on what waits now"), a.backTest)
	handle(a, created(one+"/activate", "activate-match-rule", "Propose that a draft comes into force; a second person approves"), a.activateMatchRule)
	handle(a, operation(http.MethodGet, "/match/bands", "list-match-bands", "How far each plant's automatic band is from being open"), a.matchBands)
	handle(a, created("/match/bands/{domain}/{plant}/reopen", "reopen-match-band", "Propose that a band that was closed may open again"), a.reopenBand)
	handle(a, operation(http.MethodGet, "/match/terms", "list-match-terms", "Words that stand for each other in confirmed matches"), a.matchTerms)
}

func (a *API) matchRules(ctx context.Context, in *matchDomainInput) (*body[MatchRules], error) {
	rules, err := a.MatchRules.List(ctx, actorOf(ctx), domain.DomainName(in.Domain))
	if err != nil {
		return nil, err
	}
	return bodyOf(MatchRules{Rules: each(rules, matchRuleOf)}), nil
}

func (a *API) draftMatchRule(ctx context.Context, in *draftRuleInput) (*tagged[MatchRule], error) {
	draft, err := a.MatchRules.Draft(ctx, actorOf(ctx), domain.DomainName(in.Body.Domain), in.Body.FromVersion, in.Body.Note)
	return matchRuleOut(draft, err)
}

func (a *API) editMatchRule(ctx context.Context, in *editRuleInput) (*tagged[MatchRule], error) {
	stored, err := parseETag(in.IfMatch)
	if err != nil {
		return nil, err
	}
	wanted := in.Body.domain()
	wanted.Domain, wanted.Version, wanted.Stored = domain.DomainName(in.Domain), in.Version, stored
	return matchRuleOut(a.MatchRules.Edit(ctx, actorOf(ctx), wanted))
}

func (a *API) deleteMatchRule(ctx context.Context, in *deleteRuleInput) (*struct{}, error) {
	stored := 0
	if in.IfMatch != "" {
		var err error
		if stored, err = parseETag(in.IfMatch); err != nil {
			return nil, err
		}
	}
	err := a.MatchRules.Delete(ctx, actorOf(ctx), domain.DomainName(in.Domain), in.Version, stored)
	if gone := domain.ErrorCode(err); stored != 0 && (gone == domain.CodeMatchRuleStale || gone == domain.CodeMatchRuleUnknown) {
		err = preconditionError{err} // a draft that is gone is not what was looked at
	}
	return nil, err
}

func (a *API) backTest(ctx context.Context, in *RuleVersionInput) (*body[BackTest], error) {
	test, err := a.MatchRules.BackTest(ctx, actorOf(ctx), domain.DomainName(in.Domain), in.Version)
	if err != nil {
		return nil, err
	}
	return bodyOf(backTestOf(test)), nil
}

func (a *API) activateMatchRule(ctx context.Context, in *activateRuleInput) (*body[ChangeRequest], error) {
	request, err := a.MatchRules.Activate(ctx, actorOf(ctx), domain.DomainName(in.Domain), in.Version, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return a.requestByID(ctx, request.ID)
}

func (a *API) matchBands(ctx context.Context, in *matchDomainInput) (*body[MatchBands], error) {
	bands, err := a.MatchRules.Bands(ctx, actorOf(ctx), domain.DomainName(in.Domain))
	if err != nil {
		return nil, err
	}
	return bodyOf(MatchBands{Bands: each(bands, matchBandOf)}), nil
}

func (a *API) reopenBand(ctx context.Context, in *reopenBandInput) (*body[ChangeRequest], error) {
	request, err := a.MatchRules.Reopen(ctx, actorOf(ctx), domain.DomainName(in.Domain), domain.PlantID(in.Plant), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return a.requestByID(ctx, request.ID)
}

func (a *API) matchTerms(ctx context.Context, in *matchDomainInput) (*body[TermProposals], error) {
	terms, err := a.MatchRules.Terms(ctx, actorOf(ctx), domain.DomainName(in.Domain))
	if err != nil {
		return nil, err
	}
	return bodyOf(TermProposals{Terms: each(terms, func(t match.TermProposal) TermProposal {
		return TermProposal{
			Word: t.Word, Like: t.Like, Together: t.Together, Concepts: texts(t.Concepts),
			Examples: each(t.Examples, func(e [2]string) TermExample { return TermExample{Left: e[0], Right: e[1]} }),
		}
	})}), nil
}

func (s MatchRuleSays) domain() domain.MatchRule {
	return domain.MatchRule{
		Note: s.Note, Review: s.Review, Auto: s.Auto, Target: s.Target, SamplePercent: s.SamplePercent,
		Skip: namesOf[domain.AttributeID](s.Skip), AutoPlants: namesOf[domain.PlantID](s.AutoPlants),
		Terms: each(s.Terms, func(t MatchTerm) domain.MatchTerm { return domain.MatchTerm{Word: t.Word, Concepts: t.Concepts} }),
	}
}

func matchRuleOut(rule domain.MatchRule, err error) (*tagged[MatchRule], error) {
	if domain.ErrorCode(err) == domain.CodeMatchRuleStale {
		return nil, preconditionError{err}
	}
	if err != nil {
		return nil, err
	}
	return &tagged[MatchRule]{ETag: etagOf(rule.Stored), Body: matchRuleOf(rule)}, nil
}

func matchRuleOf(r domain.MatchRule) MatchRule {
	out := MatchRule{
		Domain: string(r.Domain), Version: r.Version, State: string(r.State), MatchRuleSays: *ruleSaysOf(&r), CreatedBy: string(r.CreatedBy),
		CreatedAt: r.CreatedAt.String(), ETag: etagOf(r.Stored),
	}
	if r.BackTest != nil {
		test := backTestOf(*r.BackTest)
		out.BackTest = &test
	}
	return out
}

// ruleSaysOf is what a rule says; nil of none.
func ruleSaysOf(r *domain.MatchRule) *MatchRuleSays {
	if r == nil {
		return nil
	}
	return &MatchRuleSays{
		Note: r.Note, Review: r.Review, Auto: r.Auto, Target: r.Target, SamplePercent: r.SamplePercent, Skip: texts(r.Skip), AutoPlants: texts(r.AutoPlants),
		Terms: each(r.Terms, func(t domain.MatchTerm) MatchTerm { return MatchTerm{Word: t.Word, Concepts: texts(t.Concepts)} }),
	}
}

func backTestOf(t domain.BackTest) BackTest {
	return BackTest{
		At: t.At.String(), Verdicts: t.Verdicts, Agreed: t.Agreed, Disagreed: t.Disagreed, FlipCount: t.FlipCount,
		QueueBefore: t.QueueBefore, QueueAfter: t.QueueAfter, AutoAfter: t.AutoAfter,
		Flips: each(t.Flips, func(f domain.Flip) Flip {
			return Flip{
				VerdictID: f.Verdict.String(), Left: f.Pair.A.String(), Right: f.Pair.B.String(), Word: string(f.Word), Before: string(f.Before),
				After: string(f.After), Probability: f.Probability, ProbabilityBefore: f.ProbabilityB,
			}
		}),
	}
}

func matchBandOf(b domain.AutoBand) MatchBand {
	return MatchBand{
		Plant: string(b.Plant), Rule: b.Rule, Judged: b.Judged, Agreed: b.Agreed, Lower: b.Lower, Target: b.Target, Missing: b.Missing,
		Wanted: b.Wanted, Open: b.Open, ClosedAt: b.ClosedAt.String(), ClosedWhy: b.ClosedWhy,
	}
}
