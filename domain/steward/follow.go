package steward

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// ruleFollow is the lineage's name for a value that entered under the standing rule of its attribute.
const ruleFollow = "follow"

// follow lets the values of those findings enter the golden record whose attributes follow their system, and returns the
// findings that are left for people, with what is to be said of them, by identity. One request of kind rule carries them all; it writes to no system: what other systems
// say then differs from golden, and the queue shows it.
//
// Left for people is also what a person has a hand in (a decision under way, an acceptance), a value that could not become
// golden, a value that is gone, and a record that has moved since it was compared. A value by which a record would name what it may
// not, or lie below itself, is left with the reason.
func (d *Desk) follow(ctx context.Context, run domain.Run, findings []domain.Finding) ([]domain.Finding, map[string]string, error) {
	definition, err := d.Governed(ctx, d.Store.Read(), run.Domain)
	if err != nil || !slices.ContainsFunc(findings, func(f domain.Finding) bool { return follows(definition, f) }) {
		return findings, nil, err
	}
	change := domain.Change{
		Actor: domain.ServiceActor("follow").ID, Domains: d.lockedFor(run.Domain),
		Reason: fmt.Sprintf("standing rule of the authority, version %d; run %s", definition.AuthorityVersion, run.ID),
	}
	barred := barredValues{}
	for {
		var left, tried []domain.Finding
		err = d.Store.Write(ctx, change, func(repos domain.Repos) error {
			// The rule may have been changed meanwhile: what counts is how it stands in this transaction.
			governed, err := d.Governed(ctx, repos.Reads, run.Domain)
			if err != nil {
				return err
			}
			f := &follower{desk: d, repos: repos, run: run, definition: governed, reason: change.Reason, barred: barred}
			left, err = f.follow(ctx, findings)
			tried = f.tried
			return err
		})
		if err == nil {
			return left, barred, nil
		}
		if !barred.leave(err, tried) {
			return nil, nil, fmt.Errorf("follow %d findings: %w", len(findings), err)
		}
	}
}

// follows says whether a finding's value is one that the standing rule lets in.
func follows(definition domain.Definition, f domain.Finding) bool {
	attribute, known := definition.Attribute(f.Attribute)
	if f.Class != domain.ClassValue || !known || !attribute.Follows(f.System) || f.Source == nil || f.Source.Empty() {
		return false
	}
	return len(definition.CheckChange(domain.Attributes{f.Attribute: f.Source})) == 0
}

// follower carries the values of one batch of findings.
type follower struct {
	desk       *Desk
	repos      domain.Repos
	run        domain.Run
	definition domain.Definition
	reason     string
	// barred are the values that an earlier attempt has shown not to settle, tried those of this one.
	barred barredValues
	tried  []domain.Finding
}

func (f *follower) follow(ctx context.Context, findings []domain.Finding) ([]domain.Finding, error) {
	taken, err := f.taken(ctx, findings)
	if err != nil || len(taken) == 0 {
		return findings, err
	}
	f.tried = taken
	versions, err := f.apply(ctx, taken)
	if err != nil {
		return nil, err
	}
	var left []domain.Finding
	for _, finding := range findings {
		if slices.ContainsFunc(taken, func(t domain.Finding) bool { return t.Identity() == finding.Identity() }) {
			continue
		}
		// What else differs in a record was compared with a version that only these values have changed.
		if version, moved := versions[finding.Record]; moved {
			finding.GoldenVersion = version
		}
		left = append(left, finding)
	}
	return left, nil
}

// taken chooses the findings whose values enter: no person has a hand in them and their records are as they were compared.
func (f *follower) taken(ctx context.Context, findings []domain.Finding) ([]domain.Finding, error) {
	var identities []string
	var ids []domain.ID
	for _, finding := range findings {
		identities, ids = append(identities, finding.Identity()), append(ids, finding.Record)
	}
	known, err := f.repos.Discrepancies.ByIdentities(ctx, identities)
	if err != nil {
		return nil, err
	}
	golden, err := f.repos.Records.ByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	records := make(map[domain.ID]domain.GoldenRecord, len(golden))
	for _, record := range golden {
		records[record.ID] = record
	}
	var taken []domain.Finding
	for i, finding := range findings {
		if _, barred := f.barred[identities[i]]; barred || !follows(f.definition, finding) || !f.fits(records[finding.Record], finding) || !Untouched(known[identities[i]]) {
			continue
		}
		alone, err := f.soleVoice(ctx, finding)
		if err != nil {
			return nil, err
		}
		if alone {
			taken = append(taken, finding)
		}
	}
	return taken, nil
}

// soleVoice says that the finding's code is the one by which its system speaks of the record. Where records were merged the system
// may say two things under two codes: what it says under that of a merged one is for a person, or the value would change to and
// fro with every run.
func (f *follower) soleVoice(ctx context.Context, finding domain.Finding) (bool, error) {
	if finding.Through.IsZero() {
		return true, nil
	}
	mappings, err := domain.FamilyMappings(ctx, f.repos.Reads, finding.Record)
	return !slices.ContainsFunc(mappings, func(m domain.CodeMapping) bool {
		return m.Live() && m.System == finding.System && m.Code != finding.Code
	}), err
}

// fits says that the record is as it was compared and would be whole with the value: one that is not is for a person.
func (f *follower) fits(record domain.GoldenRecord, finding domain.Finding) bool {
	return record.Version == finding.GoldenVersion && f.definition.Check(record.Attributes.With(domain.Attributes{finding.Attribute: finding.Source})) == nil
}

// Untouched says that no person's decision about the discrepancy is under way or stands.
func Untouched(found domain.Discrepancy) bool {
	switch found.State {
	case "", domain.DiscrepancyOpen, domain.DiscrepancyReopened, domain.DiscrepancyVerified, domain.DiscrepancyClosed:
		return true
	default:
		return false
	}
}

// apply makes one request of what was taken, applies it and returns the records' new versions.
func (f *follower) apply(ctx context.Context, taken []domain.Finding) (map[domain.ID]int, error) {
	request := domain.ChangeRequest{
		ID: domain.NewID(), Kind: domain.RequestRule, Domain: f.run.Domain, State: domain.RequestDraft, Reason: f.reason,
		Title:      fmt.Sprintf("%d values follow %s", len(taken), f.run.System),
		ProposedBy: domain.ServiceActor("follow").ID, ProposedAt: f.repos.Now,
	}
	items, err := f.items(ctx, taken)
	if err != nil {
		return nil, err
	}
	request.ItemCount = len(items)
	if request, err = request.Ruled(f.repos.Now); err != nil {
		return nil, err
	}
	request.Version = 1
	if err := f.repos.Requests.Create(ctx, request, items); err != nil {
		return nil, err
	}
	a := &applier{desk: f.desk, repos: f.repos, request: request, definition: f.definition}
	versions := map[domain.ID]int{}
	for _, item := range items {
		if err := a.updateRecord(ctx, item); err != nil {
			return nil, err
		}
		versions[item.Record] = item.BaseVersion + 1
	}
	if err := a.settle(ctx); err != nil {
		return nil, err
	}
	return versions, nil
}

// items makes one item for each record, in the order of the findings.
func (f *follower) items(ctx context.Context, taken []domain.Finding) ([]domain.ChangeItem, error) {
	var items []domain.ChangeItem
	for _, finding := range taken {
		at := slices.IndexFunc(items, func(item domain.ChangeItem) bool { return item.Record == finding.Record })
		if at < 0 {
			at = len(items)
			items = append(items, domain.ChangeItem{
				Action: domain.ItemUpdateRecord, Domain: finding.Domain, Label: finding.Label, Record: finding.Record, BaseVersion: finding.GoldenVersion,
				Set: domain.Attributes{}, Before: domain.Attributes{}, Origin: domain.Lineage{System: finding.System, Code: finding.Code, Rule: ruleFollow},
			})
		}
		record, err := f.repos.Records.ByID(ctx, finding.Record)
		if err != nil {
			return nil, err
		}
		items[at].Before = items[at].Before.With(domain.Attributes{finding.Attribute: record.Attributes[finding.Attribute]})
		items[at].Set = items[at].Set.With(domain.Attributes{finding.Attribute: adopted(record.Attributes[finding.Attribute], finding.Source)})
	}
	return items, nil
}
