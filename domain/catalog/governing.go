package catalog

import (
	"context"
	"fmt"
	"regexp"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

var listForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// governing is the part of a configurer that knows code lists and authorities as they are.
type governing struct {
	lists       map[domain.CodeListID]domain.CodeList
	authorities map[domain.DomainName]domain.Authority
	// inForce is the approval policy that counts now.
	inForce domain.ApprovalPolicy
}

func newGoverning(ctx context.Context, reads domain.Reads) (governing, error) {
	approved, err := reads.CodeLists.List(ctx)
	if err != nil {
		return governing{}, err
	}
	authorities, err := reads.Authorities.List(ctx)
	if err != nil {
		return governing{}, err
	}
	policy, err := steward.PolicyInForce(ctx, reads)
	return governing{
		inForce:     policy,
		lists:       byKey(overlaid(CodeLists(), approved), func(l domain.CodeList) domain.CodeListID { return l.ID }),
		authorities: byKey(authorities, func(a domain.Authority) domain.DomainName { return a.Domain }),
	}, err
}

// governed adds the items of code lists and authorities. Systems must have been looked at before.
func (cf *configurer) governed(items []domain.ChangeItem) []domain.ChangeItem {
	for i, list := range cf.wanted.CodeLists {
		items = cf.codeList(items, fmt.Sprintf("/code_lists/%d", i), list)
	}
	for i, authority := range cf.wanted.Authorities {
		items = cf.authority(items, fmt.Sprintf("/authorities/%d", i), authority)
	}
	return items
}

func (cf *configurer) codeList(items []domain.ChangeItem, at string, wanted domain.CodeList) []domain.ChangeItem {
	present := cf.lists[wanted.ID]
	cf.once(at, "code list "+string(wanted.ID))
	if !listForm.MatchString(string(wanted.ID)) {
		cf.fault(at+"/id", "a code list's ID has small letters, digits and underscores, unlike %q", wanted.ID)
	}
	named := map[string]bool{}
	for _, entry := range wanted.Entries {
		if named[entry.Code] {
			cf.fault(at+"/entries", "the code %q stands there twice", entry.Code)
		}
		named[entry.Code] = true
		for _, alias := range entry.Aliases {
			cf.knows(at+"/entries/"+entry.Code+"/aliases", alias.System)
		}
	}
	list := merged(present, wanted)
	for _, fault := range list.Faults() {
		cf.fault(at+fault.Location, "%s", fault.Msg)
	}
	if same(list, present) {
		return items
	}
	list.Version = present.Version + 1
	cf.names = append(cf.names, "code list "+string(list.ID))
	return append(items, domain.ChangeItem{Action: domain.ItemPutCodeList, Label: list.Label, List: &list})
}

func (cf *configurer) authority(items []domain.ChangeItem, at string, wanted domain.Authority) []domain.ChangeItem {
	present, known := cf.authorities[wanted.Domain]
	cf.once(at, "authority of "+string(wanted.Domain))
	definition, err := cf.definitions.Definition(wanted.Domain)
	if err != nil {
		cf.fault(at+"/domain", "there is no domain %q", wanted.Domain)
		return items
	}
	for _, fault := range wanted.Faults(definition) {
		cf.fault(at+fault.Location, "%s", fault.Msg)
	}
	for _, system := range wanted.Creation {
		cf.knows(at+"/creation", system)
	}
	for _, one := range wanted.Attributes {
		for _, system := range one.Systems {
			cf.knows(at+"/attributes/"+string(one.Attribute)+"/systems", system)
		}
	}
	wanted.NewRecords, present.NewRecords = orDefault(wanted.NewRecords, domain.GovernReview), orDefault(present.NewRecords, domain.GovernReview)
	wanted.Version = present.Version
	if known && same(wanted, present) {
		return items
	}
	wanted.Version++
	cf.names = append(cf.names, "authority of "+string(wanted.Domain))
	return append(items, domain.ChangeItem{Action: domain.ItemPutAuthority, Domain: wanted.Domain, Label: definition.Label, Rule: &wanted})
}

// approvals adds the approval policy, if it is to be another.
func (cf *configurer) approvals(items []domain.ChangeItem) []domain.ChangeItem {
	if cf.wanted.Approvals == nil {
		return items
	}
	wanted := *cf.wanted.Approvals
	for _, fault := range wanted.Faults() {
		cf.fault("/approval_policy"+fault.Location, "%s", fault.Msg)
	}
	wanted.Version = cf.inForce.Version
	if same(wanted, cf.inForce) {
		return items
	}
	wanted.Version++
	cf.names = append(cf.names, "approval policy")
	return append(items, domain.ChangeItem{Action: domain.ItemPutPolicy, Label: "approval policy", Policy: &wanted})
}

func (cf *configurer) knows(at string, system domain.SystemID) {
	if _, known := cf.systems[system]; !known {
		cf.fault(at, "there is no system %q", system)
	}
}
