package match

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Rules are the use cases of how the records of a domain are matched: versions that are drafted, tried on what people said and
// brought into force by a change request, and the automatic bands that measured agreement opens.
type Rules struct {
	Store domain.Store
	Desk  *steward.Desk
	// Trial evaluates under a rule without keeping anything; a back-test needs it where a draft compares something else.
	Trial Trial
	// trying is held while a draft is tried: that takes as much memory as an evaluation.
	trying sync.Mutex
}

// List returns every version of a domain's rule, newest first, the built-in one last. What is of plants that by may not see is
// left out of them.
func (r *Rules) List(ctx context.Context, by domain.Actor, name domain.DomainName) ([]domain.MatchRule, error) {
	if err := r.readable(by, name); err != nil {
		return nil, err
	}
	versions, err := versionsOf(ctx, r.Store.Read(), name)
	if err != nil {
		return nil, err
	}
	scope := by.Plants(domain.ActionRead)
	for i := range versions {
		versions[i] = seenBy(versions[i], scope)
	}
	return versions, nil
}

// readable refuses who may read nothing, and a domain that does not exist.
func (r *Rules) readable(by domain.Actor, name domain.DomainName) error {
	if !by.MaySomewhere(domain.ActionRead) {
		return by.Require(domain.ActionRead, domain.Scope{})
	}
	_, err := r.Desk.Definitions.Definition(name)
	return err
}

// versionsOf are all versions, the built-in one last: it is in force while no other is.
func versionsOf(ctx context.Context, reads domain.Reads, name domain.DomainName) ([]domain.MatchRule, error) {
	versions, err := reads.MatchRules.Versions(ctx, name)
	builtIn := domain.BuiltInMatchRule(name)
	if slices.ContainsFunc(versions, func(v domain.MatchRule) bool { return v.State == domain.MatchRuleActive }) {
		builtIn.State = domain.MatchRuleRetired
	}
	return append(versions, builtIn), err
}

// seenBy leaves out of a version what is of plants outside the scope. Retired versions come without their flips, which nobody
// decides by any more.
func seenBy(rule domain.MatchRule, scope domain.PlantScope) domain.MatchRule {
	hidden := func(plant domain.PlantID) bool {
		return plant != "" && !scope.All && !slices.Contains(scope.Plants, plant)
	}
	rule.AutoPlants = slices.DeleteFunc(slices.Clone(rule.AutoPlants), hidden)
	if rule.BackTest != nil {
		test := *rule.BackTest
		test.Flips = slices.DeleteFunc(slices.Clone(test.Flips), func(f domain.Flip) bool {
			return rule.State == domain.MatchRuleRetired || hidden(f.Plant)
		})
		rule.BackTest = &test
	}
	return rule
}

// versionOf is one version; the built-in one is 0.
func versionOf(ctx context.Context, reads domain.Reads, name domain.DomainName, version int) (domain.MatchRule, error) {
	if version == 0 {
		return domain.BuiltInMatchRule(name), nil
	}
	return reads.MatchRules.Version(ctx, name, version)
}

// Draft makes a draft of the rule in force or, where from names one, of an older version: that is how a rule is rolled back.
func (r *Rules) Draft(ctx context.Context, by domain.Actor, name domain.DomainName, from *int, note string) (domain.MatchRule, error) {
	var draft domain.MatchRule
	err := r.write(ctx, by, name, "draft a matching rule", func(repos domain.Repos) (err error) {
		if from == nil {
			draft, err = repos.MatchRules.Current(ctx, name)
		} else {
			draft, err = versionOf(ctx, repos.Reads, name, *from)
		}
		if err != nil {
			return err
		}
		versions, err := repos.MatchRules.Versions(ctx, name)
		if err != nil {
			return err
		}
		draft.Version = 1
		if len(versions) > 0 {
			draft.Version = versions[0].Version + 1
		}
		draft.State, draft.Note, draft.BackTest, draft.Stored = domain.MatchRuleDraft, strings.TrimSpace(note), nil, 1
		draft.CreatedBy, draft.CreatedAt = by.ID, repos.Now
		return repos.MatchRules.Put(ctx, draft)
	})
	return draft, err
}

// write is one step with a domain's rules, for those who may configure.
func (r *Rules) write(ctx context.Context, by domain.Actor, name domain.DomainName, what string, step func(domain.Repos) error) error {
	if err := by.Require(domain.ActionConfigure, domain.Scope{}); err != nil {
		return err
	}
	if _, err := r.Desk.Definitions.Definition(name); err != nil {
		return err
	}
	if err := r.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: what}, step); err != nil {
		return fmt.Errorf("%s of %s: %w", what, name, err)
	}
	return nil
}

// Edit saves what a draft says over its savings so far, wanted.Stored; its back-test counts no more. All faults come back at once as the
// Fields of one CodeConfigInvalid. CodeMatchRuleStale: it changed since it was read; CodeMatchRuleState: it is no draft.
func (r *Rules) Edit(ctx context.Context, by domain.Actor, wanted domain.MatchRule) (domain.MatchRule, error) {
	var draft domain.MatchRule
	err := r.write(ctx, by, wanted.Domain, "edit a draft of the matching rule", func(repos domain.Repos) (err error) {
		if draft, err = editable(ctx, repos, wanted.Domain, wanted.Version, wanted.Stored); err != nil {
			return err
		}
		if err := r.check(ctx, repos.Reads, wanted); err != nil {
			return err
		}
		if draft.Digest() != wanted.Digest() {
			draft.BackTest = nil
		}
		draft.Note, draft.Review, draft.Auto, draft.Target = strings.TrimSpace(wanted.Note), wanted.Review, wanted.Auto, wanted.Target
		draft.SamplePercent, draft.Skip, draft.Terms, draft.AutoPlants = wanted.SamplePercent, wanted.Skip, wanted.Terms, wanted.AutoPlants
		draft.Stored++
		return repos.MatchRules.Put(ctx, draft)
	})
	return draft, err
}

// editable is a draft as it was looked at; stored 0 is whatever it is now.
func editable(ctx context.Context, repos domain.Repos, name domain.DomainName, version, stored int) (domain.MatchRule, error) {
	draft, err := versionOf(ctx, repos.Reads, name, version)
	if err != nil {
		return draft, err
	}
	if err := draft.Editable(); err != nil {
		return draft, err
	}
	if stored != 0 && draft.Stored != stored {
		return draft, domain.Conflict(domain.CodeMatchRuleStale, "the draft has changed since you looked at it")
	}
	return draft, nil
}

// check finds all that is wrong with a rule, plants that do not exist included.
func (r *Rules) check(ctx context.Context, reads domain.Reads, wanted domain.MatchRule) error {
	definition, err := r.Desk.Definitions.Definition(wanted.Domain)
	if err != nil {
		return err
	}
	plants, err := reads.Plants.List(ctx)
	if err != nil {
		return err
	}
	faults := wanted.Faults(definition)
	for i, id := range wanted.AutoPlants {
		at := fmt.Sprintf("/auto_plants/%d", i)
		if !slices.ContainsFunc(plants, func(p domain.Plant) bool { return p.ID == id }) {
			faults = append(faults, domain.FieldError{Location: at, Msg: fmt.Sprintf("there is no plant %q", string(id))})
		}
		if slices.Contains(wanted.AutoPlants[:i], id) {
			faults = append(faults, domain.FieldError{Location: at, Msg: fmt.Sprintf("the plant %s stands there twice", id)})
		}
	}
	if len(faults) == 0 {
		return nil
	}
	invalid := domain.Invalid(domain.CodeConfigInvalid, "the rule has %d faults; the first: %s", len(faults), faults[0].Msg)
	invalid.Fields = faults
	return invalid
}

// Delete gives up a draft that was saved stored times (0: however often).
func (r *Rules) Delete(ctx context.Context, by domain.Actor, name domain.DomainName, version, stored int) error {
	return r.write(ctx, by, name, "delete a draft of the matching rule", func(repos domain.Repos) error {
		draft, err := editable(ctx, repos, name, version, stored)
		if err != nil {
			return err
		}
		return repos.MatchRules.Delete(ctx, name, version, draft.Stored)
	})
}

// Activate proposes that a draft comes into force, as a change request that a second person approves. It must have been tried, as it
// stands, on the verdicts that stand now and against the rule in force now: CodeMatchRuleUntested.
func (r *Rules) Activate(ctx context.Context, by domain.Actor, name domain.DomainName, version int, reason string) (domain.ChangeRequest, error) {
	var request domain.ChangeRequest
	if strings.TrimSpace(reason) == "" {
		return request, domain.Invalid(domain.CodeReasonRequired, "say why the rule is to come into force")
	}
	err := r.write(ctx, by, name, "propose a matching rule", func(repos domain.Repos) error {
		draft, err := editable(ctx, repos, name, version, 0)
		if err != nil {
			return err
		}
		if err := r.check(ctx, repos.Reads, draft); err != nil {
			return err
		}
		current, err := repos.MatchRules.Current(ctx, name)
		if err != nil {
			return err
		}
		standing, err := repos.Verdicts.Standing(ctx, name)
		if err != nil {
			return err
		}
		if err := draft.Tried(standing, current); err != nil {
			return err
		}
		label := fmt.Sprintf("matching rule of %s, version %d", name, version)
		draft.BackTest = nil // what was found stays with the draft; the request says what comes into force
		request, err = r.Desk.Propose(ctx, repos, by, domain.ChangeRequest{Kind: domain.RequestConfiguration, Title: "Configuration: " + label, Reason: reason},
			[]domain.ChangeItem{{Action: domain.ItemPutMatchRule, Domain: name, Label: label, Matching: &draft}})
		return err
	})
	return request, err
}

// Reopen proposes that the automatic band of a plant, which something has closed, may open again once agreement earns it.
// CodeBandOpen when nothing has closed it.
func (r *Rules) Reopen(ctx context.Context, by domain.Actor, name domain.DomainName, plant domain.PlantID, reason string) (domain.ChangeRequest, error) {
	var request domain.ChangeRequest
	if strings.TrimSpace(reason) == "" {
		return request, domain.Invalid(domain.CodeReasonRequired, "say why the automatic band is to open again")
	}
	err := r.write(ctx, by, name, "propose to reopen an automatic band", func(repos domain.Repos) error {
		if _, err := repos.Plants.ByID(ctx, plant); err != nil {
			return err
		}
		closed, err := repos.MatchRules.Closed(ctx, name)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(closed, func(b domain.AutoBand) bool { return b.Plant == plant }) {
			return domain.Conflict(domain.CodeBandOpen, "nothing has closed the automatic band at %s", plant)
		}
		label := fmt.Sprintf("automatic band of %s at %s", name, plant)
		request, err = r.Desk.Propose(ctx, repos, by, domain.ChangeRequest{Kind: domain.RequestConfiguration, Title: "Configuration: " + label + " reopens", Reason: reason},
			[]domain.ChangeItem{{Action: domain.ItemReopenBand, Domain: name, Label: label, Reopens: plant}})
		return err
	})
	return request, err
}
