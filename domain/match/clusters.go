package match

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// ClusterView is a group with what its members are called.
type ClusterView struct {
	domain.MatchCluster
	Labels []Party // as Members
}

// Clusters lists the groups of golden records that the last evaluation takes for one thing each, the surest first.
func (j *Judge) Clusters(ctx context.Context, by domain.Actor, name domain.DomainName, page domain.Page) ([]ClusterView, string, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, "", by.Require(domain.ActionRead, domain.Scope{})
	}
	reads := j.Store.Read()
	found, next, err := reads.Matches.Clusters(ctx, name, page)
	if err != nil {
		return nil, "", err
	}
	var sides []domain.MatchSide
	for _, c := range found {
		sides = append(sides, sidesOf(c.Members)...)
	}
	labels, err := j.labels(ctx, reads, name, sides)
	if err != nil {
		return nil, "", err
	}
	views := make([]ClusterView, len(found))
	for i, c := range found {
		views[i].MatchCluster = c
		for _, side := range sidesOf(c.Members) {
			views[i].Labels = append(views[i].Labels, labels[side.String()])
		}
	}
	return views, next, nil
}

func sidesOf(records []domain.ID) []domain.MatchSide {
	sides := make([]domain.MatchSide, len(records))
	for i, id := range records {
		sides[i] = domain.MatchSide{Record: id}
	}
	return sides
}

// Member is a golden record of a group with what is to be seen of it.
type Member struct {
	Party
	Version int
	// Values are what the actor may see.
	Values   domain.Attributes
	Mappings []domain.CodeMapping // the live ones, at plants the actor may read
	Uses     []domain.PlantUse
}

// Group is a group of golden records side by side.
type Group struct {
	domain.MatchCluster
	Definition domain.Definition
	Members    []Member
	// Pairs are those of the group that were compared; a pair that is not among them was not.
	Pairs []CandidateView
	// Outsiders are the best candidates of members with records outside.
	Outsiders []Outsider
}

// Outsider is the best candidate that a member has outside its group.
type Outsider struct {
	Member      domain.ID
	Other       Party
	Probability float64
}

// maxGroupPairs bounds the pairs that are shown of a group.
const maxGroupPairs = 1000

// Cluster shows one group; CodeClusterUnknown.
func (j *Judge) Cluster(ctx context.Context, by domain.Actor, id domain.ID) (Group, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return Group{}, by.Require(domain.ActionRead, domain.Scope{})
	}
	reads := j.Store.Read()
	cluster, err := reads.Matches.Cluster(ctx, id)
	if err != nil {
		return Group{}, err
	}
	group := Group{MatchCluster: cluster}
	if group.Definition, err = j.Desk.Governed(ctx, reads, cluster.Domain); err != nil {
		return group, err
	}
	if group.Members, err = j.members(ctx, reads, by, group); err != nil {
		return group, err
	}
	found, err := reads.Matches.OfRecords(ctx, cluster.Domain, cluster.Members, maxGroupPairs)
	if err != nil {
		return group, err
	}
	views, err := j.views(ctx, reads, cluster.Domain, found)
	group.sort(views)
	return group, err
}

func (j *Judge) members(ctx context.Context, reads domain.Reads, by domain.Actor, group Group) ([]Member, error) {
	found, err := reads.Records.ByIDs(ctx, group.MatchCluster.Members)
	if err != nil {
		return nil, err
	}
	byID := map[domain.ID]domain.GoldenRecord{}
	for _, record := range found {
		byID[record.ID] = record
	}
	var members []Member
	for _, id := range group.MatchCluster.Members {
		record, there := byID[id]
		if !there {
			continue
		}
		member := Member{Version: record.Version, Values: group.Definition.Seen(record.Attributes, by)}
		member.Side, member.Code = domain.MatchSide{Record: id}, record.Attributes.Text(group.Definition.CodeAttribute)
		member.Label = record.Attributes.Text(group.Definition.NameAttribute)
		if member.Mappings, member.Uses, err = reach(ctx, reads, by, record); err != nil {
			return nil, err
		}
		members = append(members, member)
	}
	return members, nil
}

// reach returns the live mappings and the uses of a record at plants that the actor may read.
func reach(ctx context.Context, reads domain.Reads, by domain.Actor, record domain.GoldenRecord) (mappings []domain.CodeMapping, uses []domain.PlantUse, err error) {
	sees := func(plant domain.PlantID) bool {
		return plant == "" || by.May(domain.ActionRead, domain.Scope{Domain: record.Domain, Plant: plant})
	}
	all, err := reads.Mappings.ByRecord(ctx, record.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, m := range all {
		if m.Live() && sees(m.Plant) {
			mappings = append(mappings, m)
		}
	}
	used, err := reads.Uses.ByRecord(ctx, record.ID)
	for _, use := range used {
		if sees(use.Plant) {
			uses = append(uses, use)
		}
	}
	return mappings, uses, err
}

// sort tells the pairs within the group from those with others, of which each member keeps its best.
func (g *Group) sort(views []CandidateView) {
	inside := map[domain.ID]bool{}
	for _, id := range g.MatchCluster.Members {
		inside[id] = true
	}
	seen := map[domain.ID]bool{}
	for _, v := range views {
		a, b := v.Pair.A.Record, v.Pair.B.Record
		member, other := a, v.Right
		switch {
		case inside[a] && inside[b]:
			g.Pairs = append(g.Pairs, v)
			continue
		case inside[b]:
			member, other = b, v.Left
		}
		if !seen[member] {
			seen[member] = true
			g.Outsiders = append(g.Outsiders, Outsider{Member: member, Other: other, Probability: v.Probability})
		}
	}
}
