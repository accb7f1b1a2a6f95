package steward

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// DefaultPolicy is the policy until another one is put: a second person for what makes, joins or ends things, for what prices
// and quantities hang on, and for everything that comes in bulk; one steward, who can undo it for half a minute, for the rest.
func DefaultPolicy() domain.ApprovalPolicy {
	second := func(rule domain.ApprovalRule) domain.ApprovalRule {
		rule.Approvers = 1
		return rule
	}
	return domain.ApprovalPolicy{
		MassLimit: 100, GraceAlone: 30 * time.Second, SamplePercent: 2,
		Rules: []domain.ApprovalRule{
			second(domain.ApprovalRule{Name: "a new record needs a second person", Actions: []domain.ItemAction{domain.ItemCreateRecord}}),
			second(domain.ApprovalRule{Name: "retiring or bringing back a record needs a second person", Actions: []domain.ItemAction{domain.ItemRetireRecord, domain.ItemPhaseOutRecord, domain.ItemRestoreRecord}}),
			second(domain.ApprovalRule{Name: "merging records, or taking them apart, needs a second person", Actions: []domain.ItemAction{domain.ItemMergeRecord, domain.ItemUnmergeRecord}}),
			second(domain.ApprovalRule{Name: "taking a record out of use in a system needs a second person", Writes: []domain.DeliveryKind{domain.DeliverArchive, domain.DeliverRemove}}),
			second(domain.ApprovalRule{Name: "identity in bulk needs a second person", Kinds: []domain.RequestKind{domain.RequestInitialLoad, domain.RequestMappings}}),
			second(domain.ApprovalRule{Name: "configuration needs a second person", Kinds: []domain.RequestKind{domain.RequestConfiguration}}),
			second(domain.ApprovalRule{Name: "the structure of a bill of materials needs a second person", Domains: []domain.DomainName{"bom"}}),
			second(domain.ApprovalRule{Name: "a unit needs a second person", Attributes: []domain.AttributeID{"base_unit", "purchase_unit"}}),
			second(domain.ApprovalRule{Name: "a cost needs a second person", Attributes: []domain.AttributeID{"standard_cost"}}),
			second(domain.ApprovalRule{Name: "a lot's status needs a second person", Domains: []domain.DomainName{"lot"}, Attributes: []domain.AttributeID{"status"}}),
		},
	}
}

// StrictPolicy asks a second person about every change request, whatever it changes.
func StrictPolicy() domain.ApprovalPolicy { return domain.ApprovalPolicy{Approvers: 1} }

// currentPolicy is the policy in force.
func currentPolicy(ctx context.Context, policies domain.PolicyReader) (domain.ApprovalPolicy, error) {
	policy, put, err := policies.Current(ctx)
	if err == nil && !put {
		policy = DefaultPolicy()
	}
	return policy, err
}

// PolicyInForce is the approval policy that counts now: the built-in one, with version 0, until another was put.
func PolicyInForce(ctx context.Context, reads domain.Reads) (domain.ApprovalPolicy, error) {
	return currentPolicy(ctx, reads.Policies)
}

// requirement says what a request of a proposer needs under a policy.
//
// Whatever the policy says, a change of the policy needs a second person, and so does what is not proposed by a person, or by
// one of some plants only: what they decide concerns others. More than the mass limit may be a mistake in a filter.
func requirement(policy domain.ApprovalPolicy, by domain.Actor, request domain.ChangeRequest, items []domain.ChangeItem) domain.Requirement {
	needs := domain.Requirement{Approvers: policy.Approvers, Why: "every change needs a second person"}
	for _, rule := range policy.Rules {
		if fits(rule, request, items) {
			needs = needs.Stricter(domain.Requirement{Approvers: rule.Approvers, Why: rule.Name})
		}
	}
	second := func(must bool, why string) {
		if must {
			needs = needs.Stricter(domain.Requirement{Approvers: 1, Why: why})
		}
	}
	second(slices.ContainsFunc(items, func(i domain.ChangeItem) bool { return i.Action == domain.ItemPutPolicy }), "a change of the approval policy needs a second person")
	second(slices.ContainsFunc(items, aboutMatching), "how records are matched by themselves needs a second person")
	second(slices.ContainsFunc(items, func(i domain.ChangeItem) bool { return i.Contradicts != "" }), "records that contradict each other are made one by two people")
	second(by.Kind != domain.ActorPerson, "what no person proposes needs somebody to approve it")
	second(!by.May(proposalAction(request.Kind), domain.Scope{Domain: request.Domain}), "what one plant decides needs a second person")
	if n := subjects(items); policy.MassLimit > 0 && n > policy.MassLimit {
		second(true, fmt.Sprintf("it touches %d records, more than the %d that one person may change at once", n, policy.MassLimit))
	}
	needs.Grace = policy.GraceReviewed
	if needs.Approvers == 0 {
		needs.Grace, needs.Why = policy.GraceAlone, ""
	}
	return needs
}

// fits says whether a rule is about the request.
func fits(rule domain.ApprovalRule, request domain.ChangeRequest, items []domain.ChangeItem) bool {
	if !among(rule.Kinds, request.Kind) || !concerns(rule, request, items) {
		return false
	}
	if len(rule.Actions) == 0 && len(rule.Writes) == 0 && len(rule.Attributes) == 0 {
		return true
	}
	return slices.ContainsFunc(items, func(item domain.ChangeItem) bool {
		if !among(rule.Actions, item.Action) {
			return false
		}
		if len(rule.Writes) > 0 && (item.Delivery == nil || !slices.Contains(rule.Writes, item.Delivery.Kind)) {
			return false
		}
		return len(rule.Attributes) == 0 || slices.ContainsFunc(touched(item), func(id domain.AttributeID) bool {
			return slices.Contains(rule.Attributes, id.Plain())
		})
	})
}

// concerns says whether a request has anything to do with the rule's domains.
func concerns(rule domain.ApprovalRule, request domain.ChangeRequest, items []domain.ChangeItem) bool {
	return among(rule.Domains, request.Domain) ||
		slices.ContainsFunc(items, func(i domain.ChangeItem) bool { return i.Domain != "" && among(rule.Domains, i.Domain) })
}

func among[T comparable](wanted []T, one T) bool {
	return len(wanted) == 0 || slices.Contains(wanted, one)
}

// touched are the attributes an item sets or clears, in golden or in a system that exists there already.
func touched(item domain.ChangeItem) []domain.AttributeID {
	if order := item.Delivery; order != nil && order.Kind == domain.DeliverUpdate {
		return domain.ChangeItem{Set: order.Expect.With(order.Set)}.Touched()
	}
	return item.Touched()
}

// subjects counts what a request is about: records, whatever number of items each has.
func subjects(items []domain.ChangeItem) int {
	seen := map[domain.ID]bool{}
	for _, item := range items {
		seen[item.Record] = true
	}
	return len(seen)
}

// sampled says whether a request that one steward decided alone is looked at a second time. It is the same whenever it is
// asked, and nobody can tell beforehand.
func sampled(id domain.ID, percent int) bool {
	sum := sha256.Sum256(id[:])
	return binary.BigEndian.Uint32(sum[:4])%100 < uint32(max(percent, 0)) // #nosec G115 -- a percentage
}

// Policy returns the approval policy in force; whoever may read anything may know it.
func (d *Desk) Policy(ctx context.Context, by domain.Actor) (domain.ApprovalPolicy, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return domain.ApprovalPolicy{}, by.Require(domain.ActionRead, domain.Scope{})
	}
	return currentPolicy(ctx, d.Store.Read().Policies)
}

// ProposePolicy proposes another approval policy. All its faults come back at once, as the Fields of one CodeConfigInvalid.
func (d *Desk) ProposePolicy(ctx context.Context, by domain.Actor, policy domain.ApprovalPolicy, reason string) (domain.ChangeRequest, error) {
	var request domain.ChangeRequest
	if err := by.Require(domain.ActionConfigure, domain.Scope{}); err != nil {
		return request, err
	}
	if faults := policy.Faults(); len(faults) > 0 {
		err := domain.Invalid(domain.CodeConfigInvalid, "the policy has %d faults; the first: %s", len(faults), faults[0].Msg)
		err.Fields = faults
		return request, err
	}
	err := d.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: reasonOr(reason, "propose approval policy")}, func(repos domain.Repos) error {
		present, _, err := repos.Policies.Current(ctx)
		if err != nil {
			return err
		}
		policy.Version = present.Version + 1
		request, err = d.Propose(ctx, repos, by, domain.ChangeRequest{
			Kind: domain.RequestConfiguration, Title: "Configuration: approval policy", Reason: reason,
		}, []domain.ChangeItem{{Action: domain.ItemPutPolicy, Label: "approval policy", Policy: &policy}})
		return err
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("propose approval policy: %w", err)
	}
	return request, nil
}
