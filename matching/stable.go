package matching

import (
	"cmp"
	"slices"
)

// StableIDs names clusters, given as record IDs: a cluster keeps the name that most of its members had before, as long as no
// other cluster has more of them; one that is new is named after its first member. No two clusters get the same name.
func StableIDs(clusters [][]string, before map[string]string) []string {
	type claim struct {
		cluster, members int
		name             string
	}
	var claims []claim
	for k, members := range clusters {
		count := map[string]int{}
		for _, m := range members {
			if name := before[m]; name != "" {
				count[name]++
			}
		}
		for name, n := range count {
			claims = append(claims, claim{k, n, name})
		}
	}
	slices.SortFunc(claims, func(a, b claim) int {
		return cmp.Or(cmp.Compare(b.members, a.members), cmp.Compare(a.name, b.name), slices.Compare(clusters[a.cluster], clusters[b.cluster]))
	})
	names, used := make([]string, len(clusters)), map[string]bool{}
	for _, c := range claims {
		if names[c.cluster] == "" && !used[c.name] {
			names[c.cluster], used[c.name] = c.name, true
		}
	}
	for k, members := range clusters {
		if names[k] == "" {
			names[k] = freeName(slices.Min(members), used)
		}
	}
	return names
}

// freeName returns a name that is not used yet.
func freeName(name string, used map[string]bool) string {
	for used[name] {
		name += "'"
	}
	used[name] = true
	return name
}
