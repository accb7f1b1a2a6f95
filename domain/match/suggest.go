package match

import (
	"cmp"
	"context"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// defaultSuggestions is how many are given where nobody says.
const defaultSuggestions = 10

// thing is what is looked for. side is nil for something that no system has a code for yet; code is what somebody calls it.
type thing struct {
	side       *domain.MatchSide
	attributes domain.Attributes
	code       string
}

// search is one question to the index.
type search struct {
	Lookup
	definition domain.Definition
	reads      domain.Reads
	by         domain.Actor
	plant      domain.PlantID
	limit      int
}

// suggestions looks a thing up and adds what there is to say of what was found.
func (s search) suggestions(ctx context.Context, sought thing) (Suggestions, error) {
	out := Suggestions{Definition: s.definition, Age: s.Age}
	probe := s.probe(sought)
	found := s.found(probe)
	confirmed, err := s.confirmed(ctx, sought)
	if err != nil {
		return out, err
	}
	for _, id := range confirmed {
		found[id] = matching.Suggestion{ID: id}
	}
	if out.List, err = s.known(ctx, found); err != nil {
		return out, err
	}
	if err := s.judged(ctx, sought, &out); err != nil {
		return out, err
	}
	for i := range out.List {
		if one := &out.List[i]; slices.Contains(confirmed, one.Side.String()) {
			s.explain(one, s.Matcher.Compare(s.golden(one.Record), probe))
		}
	}
	out.List = slices.DeleteFunc(out.List, func(o Suggestion) bool { return o.Verdict != nil && o.Verdict.Word == domain.VerdictNoMatch })
	slices.SortFunc(out.List, bestFirst)
	limit := cmp.Or(s.limit, defaultSuggestions)
	out.List = out.List[:min(limit, maxSuggestions, len(out.List))]
	rank(out.List)
	return out, s.codes(ctx, &out)
}

// maxMargin bounds a margin, in bits: beyond it nothing is said by more.
const maxMargin = 8

// rank numbers suggestions and says how far each stands before the best other one that is shown.
func rank(list []Suggestion) {
	for i := range list {
		one := &list[i]
		one.Rank, one.Margin = i+1, maxMargin
		if other := min(1, len(list)-1) - min(i, 1); len(list) > 1 {
			one.Margin = max(-maxMargin, min(maxMargin, one.Explanation.Score-list[other].Explanation.Score))
		}
		if i > 0 && one.Band == domain.BandAuto {
			one.Band = domain.BandReview // a better one stands against it
		}
	}
}

// bestFirst orders suggestions: what people confirmed, then the likelier.
func bestFirst(a, b Suggestion) int {
	said := func(s Suggestion) int {
		if s.Verdict != nil && s.Verdict.Word == domain.VerdictMatch {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(said(a), said(b)), cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Side.String(), b.Side.String()))
}

// LookupFields are what golden records are looked up by: the Fields of the domain, with the records' own codes as mere texts.
// Codes of two systems that differ say nothing against a match, however alike they are made.
func LookupFields(definition domain.Definition, rule domain.MatchRule) []matching.Field {
	fields := Fields(definition, rule)
	for i := range fields {
		if fields[i].Name == string(definition.CodeAttribute) {
			fields[i].Kind = matching.KindText
		}
	}
	return fields
}

// CodeRecord is what a system says of a code as it is compared: the code stands for the record's own one where the system says
// nothing of that.
func CodeRecord(definition domain.Definition, fields []matching.Field, side domain.MatchSide, said domain.Attributes) matching.Record {
	if said[definition.CodeAttribute] == nil && side.Code != "" {
		said = said.With(domain.Attributes{definition.CodeAttribute: side.Code})
	}
	return Record(fields, side.String(), said)
}

// probe is a thing as it is looked up. Of one that nobody calls anything only what is described counts.
func (s search) probe(sought thing) matching.Record {
	if sought.side == nil {
		r := CodeRecord(s.definition, s.Fields, domain.MatchSide{Code: domain.Code(sought.code)}, sought.attributes)
		r.ID = ""
		return r
	}
	return CodeRecord(s.definition, s.Fields, *sought.side, sought.attributes)
}

// found looks a probe up.
func (s search) found(probe matching.Record) map[string]matching.Suggestion {
	all := map[string]matching.Suggestion{}
	for _, one := range s.Matcher.Check(probe, maxSuggestions) {
		all[one.ID] = one
	}
	return all
}

// confirmed are the records of which people said that the thing is one of them, whether the index finds them or not.
func (s search) confirmed(ctx context.Context, sought thing) ([]string, error) {
	if sought.side == nil {
		return nil, nil
	}
	verdicts, _, err := s.reads.Verdicts.List(ctx, domain.VerdictQuery{
		Domain: s.definition.Domain, Word: domain.VerdictMatch, Standing: true, Side: sought.side, Plants: domain.PlantScope{All: true},
		Page: domain.Page{Limit: maxSuggestions},
	})
	var sides []string
	for _, v := range verdicts {
		for _, side := range []domain.MatchSide{v.Pair.A, v.Pair.B} {
			if side.String() != sought.side.String() {
				sides = append(sides, side.String())
			}
		}
	}
	return sides, err
}

// known reads the records that were found, as they are now: those that a code may no longer be mapped to are left out.
func (s search) known(ctx context.Context, found map[string]matching.Suggestion) ([]Suggestion, error) {
	var ids []domain.ID
	for text := range found {
		if side, err := domain.ParseMatchSide(text); err == nil && !side.Record.IsZero() {
			ids = append(ids, side.Record)
		}
	}
	records, err := s.reads.Records.ByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	var list []Suggestion
	for _, record := range records {
		if record.State != domain.RecordActive && record.State != domain.RecordPhaseOut {
			continue
		}
		one := Suggestion{
			Side: domain.MatchSide{Record: record.ID}, Record: record, Code: record.Attributes.Text(s.definition.CodeAttribute),
			Name: record.Attributes.Text(s.definition.NameAttribute),
		}
		s.explain(&one, found[one.Side.String()].Explanation)
		one.Record.Attributes = s.definition.Seen(record.Attributes, s.by)
		list = append(list, one)
	}
	return list, nil
}

// explain tells of a suggestion what an explanation says.
func (s search) explain(one *Suggestion, e matching.Explanation) {
	one.Probability, one.Contradicted = e.Probability, contradicts(e)
	one.Band = s.Rule.BandOf(one.Probability, one.Contradicted)
	one.Explanation = explanationOf(e, false)
}

// contradicts says whether anything of what was compared excludes that two things are one: that is for a person.
func contradicts(e matching.Explanation) bool {
	return e.Contradicted || slices.ContainsFunc(e.Reasons, func(r matching.Reason) bool { return r.Conflict })
}

// golden is a golden record as it is compared.
func (s search) golden(record domain.GoldenRecord) matching.Record {
	return Record(s.Fields, domain.MatchSide{Record: record.ID}.String(), record.Attributes)
}

// judged adds the verdicts that stand on the pairs.
func (s search) judged(ctx context.Context, sought thing, out *Suggestions) error {
	if sought.side == nil {
		return nil
	}
	keys := make([]string, len(out.List))
	for i, one := range out.List {
		pair, err := domain.NewMatchPair(s.definition.Domain, *sought.side, one.Side)
		if err != nil {
			return err
		}
		keys[i] = pair.Key()
	}
	verdicts, err := s.reads.Verdicts.ByPairs(ctx, s.definition.Domain, keys)
	for i, key := range keys {
		if v, stands := verdicts[key]; stands {
			out.List[i].Verdict = &v
		}
	}
	return err
}

// codes adds what the plant calls the records.
func (s search) codes(ctx context.Context, out *Suggestions) error {
	if s.plant == "" || len(out.List) == 0 {
		return nil
	}
	systems, err := s.reads.Systems.List(ctx)
	if err != nil {
		return err
	}
	ids, at := make([]domain.ID, len(out.List)), map[domain.ID]*Suggestion{}
	for i := range out.List {
		ids[i] = out.List[i].Record.ID
		at[ids[i]] = &out.List[i]
	}
	for _, system := range systems {
		if system.Plant != "" && system.Plant != s.plant {
			continue
		}
		mappings, err := s.reads.Mappings.ByRecords(ctx, system.ID, ids)
		if err != nil {
			return err
		}
		for _, m := range mappings {
			if one := at[m.Record]; m.Plant == s.plant && !slices.Contains(one.Codes, m.Code) {
				one.Codes = append(one.Codes, m.Code)
			}
		}
	}
	return nil
}
