package api

import (
	"context"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// Cluster is a group of golden records that may be one thing.
type Cluster struct {
	ID          string          `json:"id"`
	Size        int             `json:"size"`
	Weakest     float64         `json:"weakest" doc:"the lowest probability of the pairs that hold the group together"`
	Members     []ClusterMember `json:"members"`
	Decided     bool            `json:"decided" doc:"a verdict stands on every pair that was compared"`
	EvaluatedAt string          `json:"evaluated_at"`
}

// ClusterMember is a golden record in short.
type ClusterMember struct {
	RecordID string `json:"record_id"`
	Code     string `json:"code"`
	Name     string `json:"name"`
}

// ClusterList is one page of groups.
type ClusterList struct {
	Clusters []Cluster `json:"clusters"`
	Next     string    `json:"next"`
}

// ClusterDetail is a group of golden records side by side.
type ClusterDetail struct {
	ID          string             `json:"id"`
	Domain      string             `json:"domain"`
	Weakest     float64            `json:"weakest"`
	Decided     bool               `json:"decided"`
	EvaluatedAt string             `json:"evaluated_at"`
	Members     []ClusterRecord    `json:"members"`
	Attributes  []ClusterAttribute `json:"attributes" doc:"those that any of them has, as the domain orders them"`
	Pairs       []ClusterPair      `json:"pairs" doc:"those that were compared; a pair that is missing was not"`
	SecondBest  []ClusterOutsider  `json:"second_best" doc:"the best candidate that each member has outside the group"`
}

// ClusterRecord is one record of a group with what is to be seen of it.
type ClusterRecord struct {
	ClusterMember
	Version    int                     `json:"version"`
	Attributes map[string]ClusterValue `json:"attributes"`
	Mappings   []ClusterMapping        `json:"mappings"`
	Uses       []ClusterUse            `json:"uses"`
}

// ClusterValue is a value and how people read it.
type ClusterValue struct {
	Value   Value  `json:"value"`
	Display string `json:"display"`
}

// ClusterMapping is a code that stands for the record.
type ClusterMapping struct {
	System string `json:"system"`
	Plant  string `json:"plant"`
	Code   string `json:"code"`
}

// ClusterUse says how a plant uses the record.
type ClusterUse struct {
	Plant string `json:"plant"`
	State string `json:"state"`
}

// ClusterAttribute is a row of the comparison.
type ClusterAttribute struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// ClusterPair is what is known of two members.
type ClusterPair struct {
	Left         string       `json:"left" doc:"a record's ID"`
	Right        string       `json:"right"`
	Probability  float64      `json:"probability"`
	Band         string       `json:"band" enum:"auto,review,reject"`
	Contradicted bool         `json:"contradicted"`
	State        string       `json:"state"`
	Explanation  Waterfall    `json:"explanation"`
	Verdict      *PairVerdict `json:"verdict,omitempty"`
}

// ClusterOutsider is the best candidate of a member outside its group.
type ClusterOutsider struct {
	RecordID    string        `json:"record_id" doc:"the member"`
	Other       ClusterMember `json:"other"`
	Probability float64       `json:"probability"`
}

// clustersInput is GET /match/clusters.
type clustersInput struct {
	Domain string `query:"domain" default:"item" maxLength:"40"`
	PageInput
}

func (a *API) clusters(ctx context.Context, in *clustersInput) (*body[ClusterList], error) {
	found, next, err := a.Judge.Clusters(ctx, actorOf(ctx), domain.DomainName(in.Domain), in.page())
	if err != nil {
		return nil, err
	}
	return bodyOf(ClusterList{Next: next, Clusters: each(found, func(c match.ClusterView) Cluster {
		return Cluster{
			ID: c.ID.String(), Size: len(c.Members), Weakest: c.Weakest, Members: each(c.Labels, memberOf), Decided: c.Decided,
			EvaluatedAt: c.EvaluatedAt.String(),
		}
	})}), nil
}

func memberOf(p match.Party) ClusterMember {
	return ClusterMember{RecordID: p.Side.Record.String(), Code: p.Code, Name: p.Label}
}

func (a *API) cluster(ctx context.Context, in *IDInput) (*body[ClusterDetail], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	group, err := a.Judge.Cluster(ctx, actorOf(ctx), id)
	if err != nil {
		return nil, err
	}
	return bodyOf(ClusterDetail{
		ID: group.ID.String(), Domain: string(group.Domain), Weakest: group.Weakest, Decided: group.Decided, EvaluatedAt: group.EvaluatedAt.String(),
		Members: each(group.Members, clusterRecordOf), Attributes: attributesOf(group),
		Pairs: each(group.Pairs, func(c match.CandidateView) ClusterPair { return clusterPairOf(c, group.Definition) }),
		SecondBest: each(group.Outsiders, func(o match.Outsider) ClusterOutsider {
			return ClusterOutsider{RecordID: o.Member.String(), Other: memberOf(o.Other), Probability: o.Probability}
		}),
	}), nil
}

func clusterRecordOf(m match.Member) ClusterRecord {
	record := ClusterRecord{
		ClusterMember: memberOf(m.Party), Version: m.Version, Attributes: map[string]ClusterValue{},
		Mappings: each(m.Mappings, func(c domain.CodeMapping) ClusterMapping {
			return ClusterMapping{System: string(c.System), Plant: string(c.Plant), Code: string(c.Code)}
		}),
		Uses: each(m.Uses, func(u domain.PlantUse) ClusterUse { return ClusterUse{Plant: string(u.Plant), State: string(u.State)} }),
	}
	for key, value := range m.Values {
		record.Attributes[string(key)] = ClusterValue{Value: Value{value}, Display: display(value)}
	}
	return record
}

// attributesOf are the rows of a comparison: every key under which a member has a value, in the order of the domain's attributes,
// those of places behind the plain one.
func attributesOf(group match.Group) []ClusterAttribute {
	keys := map[domain.AttributeID]map[domain.AttributeID]bool{}
	for _, member := range group.Members {
		for key := range member.Values {
			plain := key.Plain()
			if keys[plain] == nil {
				keys[plain] = map[domain.AttributeID]bool{}
			}
			keys[plain][key] = true
		}
	}
	rows := []ClusterAttribute{}
	for _, attribute := range group.Definition.Attributes {
		var own []domain.AttributeID
		for key := range keys[attribute.ID] {
			own = append(own, key)
		}
		slices.Sort(own)
		for _, key := range own {
			rows = append(rows, ClusterAttribute{ID: string(key), Label: attribute.Label + string(key[len(attribute.ID):])})
		}
	}
	return rows
}

func clusterPairOf(c match.CandidateView, d domain.Definition) ClusterPair {
	return ClusterPair{
		Left: c.Pair.A.Record.String(), Right: c.Pair.B.Record.String(), Probability: c.Probability, Band: string(c.Band), Contradicted: c.Contradicted,
		State: string(c.State), Explanation: waterfallOf(c.Explanation, d), Verdict: pairVerdictOf(c.Verdict),
	}
}
