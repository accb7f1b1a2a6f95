package match

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// SideView is one of two things that are compared, as the actor may see it.
type SideView struct {
	Side       domain.MatchSide
	Label      string
	Attributes domain.Attributes
}

// Rival is another record that a side may mean.
type Rival struct {
	Side        domain.MatchSide
	Label       string
	Probability float64
}

// PairView is all there is to say of two things that may be one.
type PairView struct {
	Definition   domain.Definition
	Left, Right  SideView
	Probability  float64
	Band         domain.Band
	Contradicted bool
	// Evaluated says that the last evaluation proposed the pair.
	Evaluated bool
	// WhyNot says in a sentence why the pair would not be proposed; "" where it would.
	WhyNot      string
	Explanation domain.MatchExplanation
	// LeftRivals and RightRivals are the best other records for each side.
	LeftRivals, RightRivals []Rival
	// Verdict is what a person said of the pair; nil for nothing.
	Verdict *domain.Verdict
}

// compared is a side as it is compared.
type compared struct {
	SideView
	record matching.Record
	// state is that of a golden record, "" of a code.
	state domain.RecordState
}

// Explain compares any two things of a domain, whether anybody would propose the pair or not. CodeRecordUnknown,
// CodeSystemUnknown also for a system of which the actor may not know, CodeBodyInvalid, CodeMatchBuilding, CodeAccessDenied.
func (f *Finder) Explain(ctx context.Context, by domain.Actor, name domain.DomainName, left, right domain.MatchSide) (PairView, error) {
	if err := readsAnywhere(by, name); err != nil {
		return PairView{}, err
	}
	s := search{reads: f.Store.Read(), by: by}
	var err error
	if s.definition, err = f.Definitions.Definition(name); err != nil {
		return PairView{}, err
	}
	if s.Lookup, err = f.Index.Of(name); err != nil {
		return PairView{}, err
	}
	var sides [2]compared
	for i, side := range []domain.MatchSide{left, right} {
		if sides[i], err = s.side(ctx, side); err != nil {
			return PairView{}, err
		}
	}
	pair, err := domain.NewMatchPair(name, sides[0].Side, sides[1].Side)
	if err != nil {
		return PairView{}, err
	}
	view, err := s.pair(ctx, sides, pair)
	if err != nil {
		return view, fmt.Errorf("explain %s and %s: %w", left, right, err)
	}
	return view, nil
}

func (s search) pair(ctx context.Context, sides [2]compared, pair domain.MatchPair) (PairView, error) {
	e := s.Matcher.Compare(sides[0].record, sides[1].record)
	view := PairView{
		Definition: s.definition, Left: sides[0].SideView, Right: sides[1].SideView, Probability: e.Probability, Contradicted: contradicts(e),
		Band: s.Rule.BandOf(e.Probability, contradicts(e)), Explanation: explanationOf(e, false),
	}
	candidates, err := s.reads.Matches.ByPairs(ctx, pair.Domain, []string{pair.Key()})
	if err != nil {
		return view, err
	}
	_, view.Evaluated = candidates[pair.Key()]
	verdicts, err := s.reads.Verdicts.ByPairs(ctx, pair.Domain, []string{pair.Key()})
	if err != nil {
		return view, err
	}
	if v, stands := verdicts[pair.Key()]; stands {
		view.Verdict = &v
	}
	near := [2][]matching.Suggestion{s.Matcher.Check(sides[0].record, maxSuggestions), s.Matcher.Check(sides[1].record, maxSuggestions)}
	view.WhyNot = s.whyNot(view, sides, near)
	for i, into := range []*[]Rival{&view.LeftRivals, &view.RightRivals} {
		if *into, err = s.rivals(ctx, near[i], pair); err != nil {
			return view, err
		}
	}
	return view, nil
}

// side reads one of two things: a golden record, or what a system says of a code. Of a code that no system was heard to use only
// the code itself is known.
func (s search) side(ctx context.Context, side domain.MatchSide) (compared, error) {
	if side.Record.IsZero() {
		return s.codeSide(ctx, side)
	}
	record, err := s.reads.Records.ByID(ctx, side.Record)
	if err == nil && record.Domain != s.definition.Domain {
		err = domain.NotFound(domain.CodeRecordUnknown, "there is no such %s", string(s.definition.Domain))
	}
	if err != nil {
		return compared{}, err
	}
	return compared{
		SideView: SideView{
			Side: side, Label: cmp.Or(record.Attributes.Text(s.definition.NameAttribute), record.Attributes.Text(s.definition.CodeAttribute)),
			Attributes: s.definition.Seen(record.Attributes, s.by),
		},
		record: s.golden(record), state: record.State,
	}, nil
}

func (s search) codeSide(ctx context.Context, side domain.MatchSide) (compared, error) {
	system, err := s.reads.Systems.ByID(ctx, side.System)
	if err == nil && !sees(s.by, domain.Scope{Domain: s.definition.Domain, Plant: system.Plant, System: system.ID}) {
		err = domain.NotFound(domain.CodeSystemUnknown, "there is no system %s", string(side.System))
	}
	if err != nil {
		return compared{}, err
	}
	if side.Code, err = domain.ParseCode(side.Key); err != nil {
		return compared{}, err
	}
	side.Key = system.CodeRule.Key(side.Code)
	sources, err := s.reads.Sources.ByKeys(ctx, system.ID, s.definition.Domain, []string{side.Key})
	if err != nil {
		return compared{}, err
	}
	var said domain.Attributes
	if len(sources) > 0 {
		side.Code, said = sources[0].Code, sources[0].Attributes
	}
	return compared{
		SideView: SideView{
			Side: side, Label: cmp.Or(said.Text(s.definition.NameAttribute), string(side.Code)), Attributes: s.definition.Seen(said, s.by),
		},
		record: CodeRecord(s.definition, s.Fields, side, said),
	}, nil
}

// whyNot says why a pair would not be proposed, "" where it would.
func (s search) whyNot(view PairView, sides [2]compared, near [2][]matching.Suggestion) string {
	codes := 0
	for _, side := range sides {
		if side.state == "" {
			codes++
		} else if side.state != domain.RecordActive && side.state != domain.RecordPhaseOut {
			return fmt.Sprintf("%s is %s: nothing is proposed for it.", side.Label, side.state)
		}
	}
	return s.whyNotProposed(view, codes == 2, proposes(near[0], sides[1]) || proposes(near[1], sides[0]))
}

func (s search) whyNotProposed(view PairView, twoCodes, near bool) string {
	switch {
	case view.Verdict != nil && view.Verdict.Word == domain.VerdictNoMatch:
		return "A person has said that the two are not the same."
	case twoCodes:
		return "Two codes are not compared with each other; each is compared with the golden records."
	case view.Evaluated:
		return ""
	case view.Contradicted:
		return fmt.Sprintf("What is said of them excludes that they are one: %s.", strings.Join(s.conflicts(view), ", "))
	case view.Band == domain.BandReject:
		return fmt.Sprintf("It is less likely than the %g %% from which on people are asked.", 100*s.Rule.Review)
	case !near:
		return fmt.Sprintf("It is not among the %d nearest of either: others share rarer words, codes or sizes with them.", maxSuggestions)
	}
	return ""
}

// conflicts names what excludes that two things are one.
func (s search) conflicts(view PairView) []string {
	var names []string
	for _, r := range view.Explanation.Reasons {
		if !r.Conflict {
			continue
		}
		attribute, _ := s.definition.Attribute(domain.AttributeID(r.Comparison))
		names = append(names, cmp.Or(attribute.Label, r.Comparison))
	}
	return names
}

// proposes says whether a side is among what was found near the other.
func proposes(near []matching.Suggestion, side compared) bool {
	for _, one := range near {
		if one.ID == side.record.ID {
			return true
		}
	}
	return false
}

// maxRivals is how many other records are named beside a pair.
const maxRivals = 3

// rivals are the best records near a side that are not of the pair.
func (s search) rivals(ctx context.Context, near []matching.Suggestion, pair domain.MatchPair) ([]Rival, error) {
	var list []Rival
	var ids []domain.ID
	for _, one := range near {
		side, err := domain.ParseMatchSide(one.ID)
		if err != nil || one.ID == pair.A.String() || one.ID == pair.B.String() || len(list) == maxRivals {
			continue
		}
		list, ids = append(list, Rival{Side: side, Probability: one.Probability}), append(ids, side.Record)
	}
	records, err := s.reads.Records.ByIDs(ctx, ids)
	for _, record := range records {
		for i := range list {
			if list[i].Side.Record == record.ID {
				list[i].Label = cmp.Or(record.Attributes.Text(s.definition.NameAttribute), record.Attributes.Text(s.definition.CodeAttribute))
			}
		}
	}
	return list, err
}
