package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// clusters returns the groups of a deduplication, and which group each record is in. A group keeps its ID while most of its
// members do.
func (j *judged) clusters() ([]domain.MatchCluster, map[domain.ID]domain.ID) {
	members := make([][]string, len(j.result.Clusters))
	before := map[string]string{}
	for record, cluster := range j.worker.clusters {
		before[record.String()] = cluster.String()
	}
	for k, rows := range j.result.Clusters {
		for _, row := range rows {
			members[k] = append(members[k], j.sides[j.result.Row(row)].Record.String())
		}
		slices.Sort(members[k])
	}
	names := matching.StableIDs(members, before)
	weakest := j.weakest()
	used := map[domain.ID]bool{}
	clusters := make([]domain.MatchCluster, len(members))
	of := map[domain.ID]domain.ID{}
	for k := range members {
		c := domain.MatchCluster{ID: groupID(names[k], members[k], before, used), Domain: j.worker.name, Weakest: weakest[k]}
		for _, member := range members[k] {
			id, _ := domain.ParseID(member) // it was written as such
			c.Members = append(c.Members, id)
			of[id] = c.ID
		}
		clusters[k] = c
	}
	slices.SortFunc(clusters, func(a, b domain.MatchCluster) int {
		return cmp.Or(cmp.Compare(b.Weakest, a.Weakest), strings.Compare(a.ID.String(), b.ID.String()))
	})
	return clusters, of
}

// groupID is the ID of a group of that name: the one it had, or one that follows from the member it is named after.
func groupID(name string, members []string, before map[string]string, used map[domain.ID]bool) domain.ID {
	old := slices.ContainsFunc(members, func(m string) bool { return before[m] == name })
	id, err := domain.ParseID(name)
	if !old || err != nil {
		id = idOf("cluster", name)
	}
	for used[id] {
		id = idOf("cluster", id.String())
	}
	used[id] = true
	return id
}

// weakest returns, by group, the probability of the weakest pair that holds it together: of the strongest pairs that reach all its
// members. Members that only people hold together have none, which is certain.
func (j *judged) weakest() []float64 {
	group := map[uint32]int{}
	for k, rows := range j.result.Clusters {
		for _, row := range rows {
			group[row] = k
		}
	}
	edges := slices.Clone(j.result.Links)
	slices.SortFunc(edges, func(a, b int) int { return cmp.Or(cmp.Compare(j.probability(b), j.probability(a)), cmp.Compare(a, b)) })
	root := map[uint32]uint32{}
	find := func(row uint32) uint32 {
		for {
			up, known := root[row]
			if !known || up == row {
				return row
			}
			row = up
		}
	}
	weakest := make([]float64, len(j.result.Clusters))
	for k := range weakest {
		weakest[k] = 1
	}
	for _, i := range edges {
		p := j.result.Pairs.List[i]
		k, grouped := group[p.A]
		a, b := find(p.A), find(p.B)
		if !grouped || a == b {
			continue
		}
		root[b] = a
		weakest[k] = min(weakest[k], j.probability(i))
	}
	return weakest
}
