package match

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// AutoLinked says what automatic bands came to.
type AutoLinked struct {
	// Linked counts the codes that a rule mapped, Sampled those that it could have and left to people at random.
	Linked, Sampled int
}

// linkedAtOnce bounds how many codes one request of a rule maps.
const linkedAtOnce = 500

// AutoLink maps what the open automatic bands of a domain allow, by requests of the kind rule, and marks what is left to people as
// sampled. It changes Crosswalk only: nothing is ever delivered of it.
//
// A code is mapped to its best candidate where that is in the band and contradicts nothing, no other code of the system lays claim to
// the record, and no person has a hand in either. Golden records are never joined.
func (r *Rules) AutoLink(ctx context.Context, name domain.DomainName) (AutoLinked, error) {
	var done AutoLinked
	reads := r.Store.Read()
	rule, err := reads.MatchRules.Current(ctx, name)
	if err != nil || len(rule.AutoPlants) == 0 {
		return done, err
	}
	bands, err := bandsOf(ctx, reads, name)
	if err != nil {
		return done, err
	}
	plants := openAt(bands)
	for _, plant := range plants {
		claims, err := r.claims(ctx, reads, rule, plant)
		if err != nil {
			return done, err
		}
		for _, system := range claims.systems {
			for part := range slices.Chunk(claims.of[system], linkedAtOnce) {
				linked, sampled, err := r.link(ctx, rule, plant, system, part)
				if err != nil {
					return done, fmt.Errorf("link codes of %s: %w", system, err)
				}
				done.Linked, done.Sampled = done.Linked+linked, done.Sampled+sampled
			}
		}
	}
	return done, nil
}

func openAt(bands []domain.AutoBand) []domain.PlantID {
	var plants []domain.PlantID
	for _, band := range bands {
		if band.Open {
			plants = append(plants, band.Plant)
		}
	}
	return plants
}

// claim is a code whose best candidate is in the automatic band.
type claim struct {
	id      domain.ID // of the candidate
	pair    domain.MatchPair
	version int
}

func (c claim) record() domain.ID      { return c.pair.A.Record }
func (c claim) code() domain.MatchSide { return c.pair.B }

// claims are the codes of a plant that could be mapped, by system.
type claims struct {
	systems []domain.SystemID
	of      map[domain.SystemID][]claim
}

// claims collects what the band of a plant holds. A record that several codes of a system claim is for a person: one of them may be
// a double, or two things have been taken for one.
func (r *Rules) claims(ctx context.Context, reads domain.Reads, rule domain.MatchRule, plant domain.PlantID) (claims, error) {
	found, rivals := map[domain.SystemID][]claim{}, map[string]int{}
	codes := false
	q := domain.CandidateQuery{
		Domain: rule.Domain, Band: domain.BandAuto, Merges: &codes, Plants: domain.PlantScope{Plants: []domain.PlantID{plant}},
		States: []domain.CandidateState{domain.CandidateEvaluated, domain.CandidateInReview},
	}
	err := eachCandidate(ctx, reads, q, func(c domain.MatchCandidate) {
		if c.Plant != plant || c.Rule != rule.Version || c.Rank != 1 || rule.BandOf(c.Probability, c.Contradicted) != domain.BandAuto {
			return
		}
		one := claim{id: c.ID, pair: c.Pair, version: c.Version}
		found[c.System] = append(found[c.System], one)
		rivals[rivalry(one)]++
	})
	out := claims{of: map[domain.SystemID][]claim{}}
	for system, all := range found {
		out.of[system] = slices.DeleteFunc(all, func(c claim) bool { return rivals[rivalry(c)] > 1 })
		out.systems = append(out.systems, system)
	}
	slices.Sort(out.systems)
	return out, err
}

func rivalry(c claim) string { return string(c.code().System) + "\x1f" + c.record().String() }

// link maps the codes of one system that may be mapped as things stand in its transaction, in one request.
func (r *Rules) link(ctx context.Context, rule domain.MatchRule, plant domain.PlantID, system domain.SystemID, part []claim) (linked, sampled int, err error) {
	var taken, left []claim
	by := domain.ServiceActor("match")
	change := domain.Change{
		Actor: by.ID, Domains: []domain.DomainName{rule.Domain},
		Reason: fmt.Sprintf("automatic band of the matching rule, version %d, at %s", rule.Version, plant),
	}
	err = r.Store.Write(ctx, change, func(repos domain.Repos) error {
		taken, left = nil, nil // a Write may be tried again
		l, err := newLinker(ctx, repos, rule, plant, system)
		if err != nil || !l.open {
			return err
		}
		if taken, left, err = l.choose(ctx, part); err != nil || len(taken) == 0 {
			return err
		}
		items, err := l.items(ctx, r.Desk, taken)
		if err != nil {
			return err
		}
		_, err = r.Desk.Rule(ctx, repos, by, domain.ChangeRequest{
			Domain: rule.Domain, Plant: plant, Reason: change.Reason, Title: fmt.Sprintf("%d codes of %s linked automatically", len(taken), l.system.Name),
		}, items)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	return len(taken), len(left), r.mark(ctx, taken, left)
}

// mark keeps with the candidates what became of them. One that a newer evaluation has replaced needs no mark.
func (r *Rules) mark(ctx context.Context, taken, left []claim) error {
	return r.Store.Operate(ctx, func(ops domain.Ops) error {
		for i, one := range slices.Concat(taken, left) {
			c, err := ops.Matches.ByID(ctx, one.id)
			if domain.ErrorCode(err) == domain.CodeCandidateUnknown {
				continue
			}
			if err != nil {
				return err
			}
			auto := i < len(taken)
			waits := c.State == domain.CandidateEvaluated || c.State == domain.CandidateInReview
			if c.Version != one.version || !waits || !auto && c.Sampled {
				continue
			}
			c.Version++
			if c.Sampled = !auto; auto {
				c.State = domain.CandidateAutoLinked
			}
			if err := ops.Matches.Save(ctx, c, one.version); err != nil {
				return err
			}
		}
		return nil
	})
}

// linker knows, within one transaction, what a rule may map of a system.
type linker struct {
	repos  domain.Repos
	rule   domain.MatchRule
	system domain.SourceSystem
	open   bool
	// judged are the pairs of which a verdict stands, confirmed the codes of which one says what they are.
	judged, confirmed map[string]bool
}

// newLinker looks at the rule, the band and the verdicts as they are in this transaction: what was seen before may have changed.
func newLinker(ctx context.Context, repos domain.Repos, rule domain.MatchRule, plant domain.PlantID, system domain.SystemID) (*linker, error) {
	l := &linker{repos: repos, rule: rule, judged: map[string]bool{}, confirmed: map[string]bool{}}
	current, err := repos.MatchRules.Current(ctx, rule.Domain)
	if err != nil {
		return nil, err
	}
	bands, err := bandsOf(ctx, repos.Reads, rule.Domain)
	if err != nil {
		return nil, err
	}
	l.open = current.Version == rule.Version && slices.Contains(openAt(bands), plant)
	standing, err := repos.Verdicts.Standing(ctx, rule.Domain)
	if err != nil {
		return nil, err
	}
	for _, v := range standing {
		l.judged[v.Pair.Key()] = true
		if v.Word == domain.VerdictMatch && !v.Pair.Merges() {
			l.confirmed[v.Pair.B.String()] = true
		}
	}
	if l.system, err = repos.Systems.ByID(ctx, system); err != nil {
		return nil, err
	}
	l.open = l.open && l.system.Plant == plant
	return l, nil
}

// choose tells what is mapped from what is drawn for people; the rest is for people as well, and nothing is said of it.
func (l *linker) choose(ctx context.Context, part []claim) (taken, sampled []claim, err error) {
	free, err := l.free(ctx, part)
	if err != nil {
		return nil, nil, err
	}
	for _, one := range part {
		switch {
		case l.judged[one.pair.Key()] || l.confirmed[one.code().String()] || !free[one.id]:
		case Sampled(one.pair, l.rule):
			sampled = append(sampled, one)
		default:
			taken = append(taken, one)
		}
	}
	return taken, sampled, nil
}

// free are the claims whose code and record nobody has a hand in: the code is there and not mapped, the record is in use and known to
// the system by no other code, and no request or decision about either is under way.
func (l *linker) free(ctx context.Context, part []claim) (map[domain.ID]bool, error) {
	records, keys := make([]domain.ID, len(part)), make([]string, len(part))
	for i, one := range part {
		records[i], keys[i] = one.record(), one.code().Key
	}
	usable, err := l.usable(ctx, records)
	if err != nil {
		return nil, err
	}
	present, err := l.present(ctx, keys)
	if err != nil {
		return nil, err
	}
	decided, err := l.decided(ctx, part)
	if err != nil {
		return nil, err
	}
	free := map[domain.ID]bool{}
	for _, one := range part {
		if !usable[one.record()] || !present[one.code().Key] || decided[one.id] {
			continue
		}
		wishes, err := l.repos.RecordRequests.ForCode(ctx, l.rule.Domain, l.system.ID, one.code().Key)
		if err != nil {
			return nil, err
		}
		free[one.id] = len(wishes) == 0
	}
	return free, nil
}

// usable are the records in use that the system knows by no code and of which no request is open.
func (l *linker) usable(ctx context.Context, records []domain.ID) (map[domain.ID]bool, error) {
	found, err := l.repos.Records.ByIDs(ctx, records)
	if err != nil {
		return nil, err
	}
	usable := map[domain.ID]bool{}
	for _, record := range found {
		usable[record.ID] = record.Domain == l.rule.Domain && (record.State == domain.RecordActive || record.State == domain.RecordPhaseOut)
	}
	if err := l.leaveKnown(ctx, usable, records); err != nil {
		return nil, err
	}
	open, err := l.repos.Requests.OpenOn(ctx, records)
	if err != nil {
		return nil, err
	}
	for _, request := range open {
		items, err := l.repos.Requests.Items(ctx, request.ID, 0, 0)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			delete(usable, item.Record)
		}
	}
	return usable, nil
}

// leaveKnown takes away the records that the system knows by a code, be it that of a record that was merged into them.
func (l *linker) leaveKnown(ctx context.Context, usable map[domain.ID]bool, records []domain.ID) error {
	heritage, err := l.repos.Merges.Heritage(ctx, records)
	if err != nil {
		return err
	}
	survivor, all := map[domain.ID]domain.ID{}, slices.Clone(records)
	for record, merged := range heritage {
		for _, one := range merged {
			survivor[one.ID] = record
			all = append(all, one.ID)
		}
	}
	mapped, err := l.repos.Mappings.ByRecords(ctx, l.system.ID, all)
	for _, m := range mapped {
		delete(usable, m.Record)
		delete(usable, survivor[m.Record])
	}
	return err
}

// present are the codes that the system has, once, and that stand for nothing yet.
func (l *linker) present(ctx context.Context, keys []string) (map[string]bool, error) {
	said, err := l.repos.Sources.ByKeys(ctx, l.system.ID, l.rule.Domain, keys)
	if err != nil {
		return nil, err
	}
	present := map[string]bool{}
	for _, source := range said {
		present[source.Key] = source.GoneAt == 0 && source.Active && !source.Duplicated
	}
	key := domain.MappingKey{Domain: l.rule.Domain, System: l.system.ID, Plant: l.system.Plant, CodeType: l.system.Codes}
	mapped, err := l.repos.Mappings.ByKeys(ctx, key, keys)
	for _, m := range mapped {
		delete(present, m.Key)
	}
	return present, err
}

// decided are the claims of codes about which somebody is deciding: their discrepancy is on its way, or accepted.
func (l *linker) decided(ctx context.Context, part []claim) (map[domain.ID]bool, error) {
	identities, of := make([]string, len(part)), map[string]domain.ID{}
	for i, one := range part {
		identities[i] = domain.Finding{
			Domain: l.rule.Domain, System: l.system.ID, Plant: l.system.Plant, Class: domain.ClassUnmapped, Code: one.code().Code,
		}.Identity()
		of[identities[i]] = one.id
	}
	known, err := l.repos.Discrepancies.ByIdentities(ctx, identities)
	decided := map[domain.ID]bool{}
	for identity, found := range known {
		decided[of[identity]] = !steward.Untouched(found)
	}
	return decided, err
}

// items map the codes, and say that the plant uses what they stand for.
func (l *linker) items(ctx context.Context, desk *steward.Desk, taken []claim) ([]domain.ChangeItem, error) {
	definition, err := desk.Definitions.Definition(l.rule.Domain)
	if err != nil {
		return nil, err
	}
	ids := make([]domain.ID, len(taken))
	for i, one := range taken {
		ids[i] = one.record()
	}
	found, err := l.repos.Records.ByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	labels := map[domain.ID]string{}
	for _, record := range found {
		labels[record.ID] = strings.TrimSpace(record.Attributes.Text(definition.NameAttribute))
	}
	var items []domain.ChangeItem
	for _, one := range taken {
		label := labels[one.record()]
		items = append(items, domain.ChangeItem{
			Action: domain.ItemMapCode, Domain: l.rule.Domain, Label: label, Record: one.record(), Mapping: &domain.CodeMapping{
				ID: domain.NewID(), Domain: l.rule.Domain, System: l.system.ID, Plant: l.system.Plant, CodeType: l.system.Codes, Code: one.code().Code,
				Key: one.code().Key, Record: one.record(), Relation: domain.RelationEquivalent, State: domain.MappingActive, Basis: domain.BasisRule,
				DefaultOut: true, Version: 1,
			},
		}, steward.UsePlant(l.system.Plant, l.rule.Domain, one.record(), label))
	}
	return items, nil
}
