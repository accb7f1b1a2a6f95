package match

import (
	"context"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// TermProposal is a word that stands for another one in matches that people confirmed. It counts once a person has taken it into a
// draft and the draft is in force.
type TermProposal struct {
	Word, Like string
	// Together counts the confirmed matches in which one thing has the one word and the other the other instead.
	Together int
	// Concepts are what the word would mean.
	Concepts []string
	// Examples are the names of both things in a few of these matches.
	Examples [][2]string
}

const (
	// termTogether is in how many confirmed matches two words stand for each other before they are proposed.
	termTogether = 3
	// maxTaught bounds how many confirmed matches, the newest, are looked through.
	maxTaught = 20_000
	// maxProposed bounds what is proposed.
	maxProposed = 500
)

// Terms proposes words for the lexicon from the matches that people confirmed, the surest first. Examples of plants that by may
// not see are left out.
func (r *Rules) Terms(ctx context.Context, by domain.Actor, name domain.DomainName) ([]TermProposal, error) {
	if err := r.readable(by, name); err != nil {
		return nil, err
	}
	reads := r.Store.Read()
	rule, err := reads.MatchRules.Current(ctx, name)
	if err != nil {
		return nil, err
	}
	definition, err := r.Desk.Definitions.Definition(name)
	if err != nil {
		return nil, err
	}
	standing, err := reads.Verdicts.Standing(ctx, name)
	if err != nil {
		return nil, err
	}
	confirmed := slices.DeleteFunc(standing, func(v domain.Verdict) bool { return v.Word != domain.VerdictMatch })
	confirmed = confirmed[max(0, len(confirmed)-maxTaught):]
	attributes, err := attributesOf(ctx, reads, name, confirmed)
	if err != nil {
		return nil, err
	}
	t := teacher{fields: wordy(Fields(definition, rule)), definition: definition, lexicon: Lexicon(rule), by: by}
	return t.teach(confirmed, attributes), nil
}

// wordy are the fields that are written in words.
func wordy(fields []matching.Field) []matching.Field {
	return slices.DeleteFunc(fields, func(f matching.Field) bool { return f.Kind != matching.KindText && f.Kind != matching.KindCategory })
}

// attributesOf are what both sides of the verdicts' pairs say now, by the side's text; sides that are gone are not among them.
func attributesOf(ctx context.Context, reads domain.Reads, name domain.DomainName, verdicts []domain.Verdict) (map[string]domain.Attributes, error) {
	var records []domain.ID
	keys := map[domain.SystemID][]string{}
	for _, v := range verdicts {
		for _, side := range []domain.MatchSide{v.Pair.A, v.Pair.B} {
			if side.Record.IsZero() {
				keys[side.System] = append(keys[side.System], side.Key)
			} else {
				records = append(records, side.Record)
			}
		}
	}
	found, err := reads.Records.ByIDs(ctx, records)
	if err != nil {
		return nil, err
	}
	out := make(map[string]domain.Attributes, len(found))
	for _, record := range found {
		out[domain.MatchSide{Record: record.ID}.String()] = record.Attributes
	}
	for system, asked := range keys {
		said, err := reads.Sources.ByKeys(ctx, system, name, asked)
		if err != nil {
			return nil, err
		}
		for _, source := range said {
			out[domain.MatchSide{System: system, Key: source.Key}.String()] = source.Attributes
		}
	}
	return out, nil
}

// teacher turns confirmed matches into proposals.
type teacher struct {
	fields     []matching.Field
	definition domain.Definition
	lexicon    *matching.Lexicon
	by         domain.Actor
}

func (t teacher) teach(confirmed []domain.Verdict, attributes map[string]domain.Attributes) []TermProposal {
	var pairs [][2]matching.Record
	var shown []domain.Verdict
	for _, v := range confirmed {
		a, b := v.Pair.A.String(), v.Pair.B.String()
		if attributes[a] == nil || attributes[b] == nil {
			continue
		}
		pairs = append(pairs, [2]matching.Record{Record(t.fields, a, attributes[a]), Record(t.fields, b, attributes[b])})
		shown = append(shown, v)
	}
	var proposals []TermProposal
	for _, kin := range matching.ConfirmedKin(t.fields, matching.NewNormaliser(t.lexicon), pairs, termTogether) {
		proposal, ok := t.proposal(kin.Kin)
		if !ok || len(proposals) == maxProposed {
			continue
		}
		for _, at := range kin.Pairs {
			if v := shown[at]; v.Plant == "" || t.by.May(domain.ActionRead, domain.Scope{Domain: v.Pair.Domain, Plant: v.Plant}) {
				left, right := attributes[v.Pair.A.String()], attributes[v.Pair.B.String()]
				proposal.Examples = append(proposal.Examples, [2]string{left.Text(t.definition.NameAttribute), right.Text(t.definition.NameAttribute)})
			}
		}
		proposals = append(proposals, proposal)
	}
	return proposals
}

// proposal makes a term of two words of which at most one is known: what is known becomes the other one's meaning, else what the golden
// record says. Two that are known already mean different things to somebody, which no list of pairs can overrule.
func (t teacher) proposal(kin matching.Kin) (TermProposal, bool) {
	like, word := kin.Left, kin.Right
	known := func(text string) bool { return strings.HasPrefix(text, "#") }
	switch {
	case known(word) && known(like):
		return TermProposal{}, false
	case known(word):
		word, like = like, word
	}
	like = strings.TrimPrefix(like, "#")
	return TermProposal{Word: word, Like: like, Together: kin.Together, Concepts: []string{like}}, true
}
