package store

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// explanationRow is an explanation in JSON.
type explanationRow struct {
	Prior            float64     `json:"prior"`
	Reasons          []reasonRow `json:"reasons,omitempty"`
	Score            float64     `json:"score"`
	WouldLinkWithout string      `json:"would_link_without,omitempty"`
}

type reasonRow struct {
	Comparison string  `json:"comparison"`
	Left       string  `json:"left,omitempty"`
	Right      string  `json:"right,omitempty"`
	Level      int     `json:"level"`
	Bits       float64 `json:"bits"`
	Conflict   bool    `json:"conflict,omitempty"`
}

func explanationFromDomain(e domain.MatchExplanation) jsonColumn[explanationRow] {
	return asJSON(explanationRow{
		Prior: e.Prior, Score: e.Score, WouldLinkWithout: e.WouldLinkWithout,
		Reasons: convertOrNil(e.Reasons, func(r domain.MatchReason) reasonRow { return reasonRow(r) }),
	})
}

func (r explanationRow) toDomain() domain.MatchExplanation {
	return domain.MatchExplanation{
		Prior: r.Prior, Score: r.Score, WouldLinkWithout: r.WouldLinkWithout,
		Reasons: convertOrNil(r.Reasons, func(r reasonRow) domain.MatchReason { return domain.MatchReason(r) }),
	}
}

type candidateRow struct {
	Domain       string
	ID           rowID `gorm:"primaryKey"`
	PairKey      string
	SideA        string
	SideB        string
	Code         string
	Merges       bool
	System       string
	Plant        string
	State        string
	Band         string
	Probability  float64
	Margin       float64
	Contradicted bool
	Place        int
	Explanation  jsonColumn[explanationRow]
	Vector       jsonColumn[vectorRow]
	Rule         int
	Sampled      bool
	Cluster      rowID
	EvaluatedAt  int64
	Version      int
}

func (candidateRow) TableName() string { return "match_candidate" }

func candidateFromDomain(c domain.MatchCandidate) candidateRow {
	return candidateRow{
		Domain: string(c.Pair.Domain), ID: rowID(c.ID), PairKey: c.Pair.Key(), SideA: c.Pair.A.String(), SideB: c.Pair.B.String(),
		Code: string(c.Pair.B.Code), Merges: c.Pair.Merges(), System: string(c.System), Plant: string(c.Plant), State: string(c.State),
		Band: string(c.Band), Probability: c.Probability, Margin: c.Margin, Contradicted: c.Contradicted, Place: c.Rank,
		Explanation: explanationFromDomain(c.Explanation), Vector: vectorFromDomain(c.Vector), Rule: c.Rule, Sampled: c.Sampled,
		Cluster: rowID(c.Cluster), EvaluatedAt: int64(c.EvaluatedAt), Version: c.Version,
	}
}

// judgedRow is a candidate beside the verdict that stands on its pair.
type judgedRow struct {
	Candidate       candidateRow `gorm:"embedded"`
	VerdictWord     *string
	VerdictUnmerged *bool
}

func (judgedRow) TableName() string { return "match_candidate" }

func (r judgedRow) toDomain() domain.MatchCandidate {
	c := r.Candidate
	candidate := domain.MatchCandidate{
		ID: domain.ID(c.ID), Pair: pairOf(c.Domain, c.SideA, c.SideB, c.Code), System: domain.SystemID(c.System), Plant: domain.PlantID(c.Plant),
		State: domain.CandidateState(c.State), Band: domain.Band(c.Band), Probability: c.Probability, Margin: c.Margin,
		Contradicted: c.Contradicted, Rank: c.Place, Explanation: c.Explanation.V.toDomain(), Vector: c.Vector.V.toDomain(),
		Rule: c.Rule, Sampled: c.Sampled, Cluster: domain.ID(c.Cluster), EvaluatedAt: domain.Instant(c.EvaluatedAt), Version: c.Version,
	}
	if r.VerdictWord != nil {
		candidate.State = domain.Verdict{Word: domain.VerdictWord(*r.VerdictWord), Unmerged: *r.VerdictUnmerged}.Judged()
	}
	return candidate
}

// judgedState is the state of a candidate by the verdict that stands on its pair, as judgedRow tells it.
const judgedState = `CASE WHEN v.word IS NULL THEN match_candidate.state WHEN v.word = 'match' THEN 'confirmed' WHEN v.word = 'unsure' THEN 'unsure'
	WHEN v.unmerged THEN 'unmerged' ELSE 'rejected' END`

const standingVerdict = `LEFT JOIN verdict v ON v.domain = match_candidate.domain AND v.pair_key = match_candidate.pair_key AND v.undone_at = 0`

type matchReader struct{ conn }

func (r matchReader) candidates(ctx context.Context) *gorm.DB {
	return r.on(ctx).Table("match_candidate").Select("match_candidate.*, v.word AS verdict_word, v.unmerged AS verdict_unmerged").Joins(standingVerdict)
}

func candidateUnknown() error {
	return domain.NotFound(domain.CodeCandidateUnknown, "there is no such match candidate; the last evaluation may no longer propose it")
}

func (r matchReader) ByID(ctx context.Context, id domain.ID) (domain.MatchCandidate, error) {
	row, err := first[judgedRow](r.candidates(ctx).Where("match_candidate.id = ?", rowID(id)), candidateUnknown())
	return row.toDomain(), err
}

func (r matchReader) ByPairs(ctx context.Context, name domain.DomainName, keys []string) (map[string]domain.MatchCandidate, error) {
	found, err := findIn(keys, judgedRow.toDomain, func(chunk []string) *gorm.DB {
		where, values := r.d.anyOf("match_candidate.pair_key", chunk)
		return r.candidates(ctx).Where("match_candidate.domain = ?", string(name)).Where(where, values...)
	})
	if err != nil {
		return nil, err
	}
	byPair := make(map[string]domain.MatchCandidate, len(found))
	for _, c := range found {
		byPair[c.Pair.Key()] = c
	}
	return byPair, nil
}

func (r matchReader) List(ctx context.Context, query domain.CandidateQuery) ([]domain.MatchCandidate, string, error) {
	const list = "candidates"
	q := equal(equal(equal(r.candidates(ctx), "match_candidate.domain", query.Domain), "match_candidate.system", query.System), "match_candidate.band", query.Band)
	q = within(q, "match_candidate.plant", query.Plants, true)
	if len(query.States) > 0 {
		q = q.Where(judgedState+" IN ?", texts(query.States))
	}
	if query.Side != nil {
		q = q.Where("(match_candidate.side_a = ? OR match_candidate.side_b = ?)", query.Side.String(), query.Side.String())
	}
	if query.Merges != nil {
		q = q.Where("match_candidate.merges = ?", *query.Merges)
	}
	q, err := pageSurest(q, list, "match_candidate.probability", "match_candidate.id", query.Page)
	if err != nil {
		return nil, "", err
	}
	candidates, err := find(q, judgedRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	candidates, next := cut(candidates, query.Page, func(last domain.MatchCandidate) string {
		return surestCursor(list, last.Probability, last.ID)
	})
	return candidates, next, nil
}

func (r matchReader) OfRecords(ctx context.Context, name domain.DomainName, records []domain.ID, limit int) ([]domain.MatchCandidate, error) {
	if len(records) == 0 {
		return nil, nil
	}
	sides := convert(records, func(id domain.ID) string { return domain.MatchSide{Record: id}.String() })
	q := r.candidates(ctx).Where("match_candidate.domain = ? AND match_candidate.merges = ?", string(name), true).
		Where("(match_candidate.side_a IN ? OR match_candidate.side_b IN ?)", sides, sides)
	return find(q.Order("match_candidate.probability DESC, match_candidate.id DESC").Limit(limit), judgedRow.toDomain)
}

// pageSurest continues q after the cursor, the most probable first.
func pageSurest(q *gorm.DB, list, column, id string, page domain.Page) (*gorm.DB, error) {
	if page.After != "" {
		key, err := cursorKey(list, page.After, 2)
		if err != nil {
			return nil, err
		}
		probability, floatErr := strconv.ParseFloat(key[0], 64)
		last, idErr := domain.ParseID(key[1])
		if floatErr != nil || idErr != nil {
			return nil, badCursor()
		}
		q = q.Where("("+column+", "+id+") < (?, ?)", probability, rowID(last))
	}
	return q.Order(column + " DESC, " + id + " DESC").Limit(pageLimit(page) + 1), nil
}

func surestCursor(list string, probability float64, id domain.ID) string {
	return newCursor(list, strconv.FormatFloat(probability, 'g', -1, 64), id.String())
}

type clusterRow struct {
	Domain      string
	ID          rowID `gorm:"primaryKey"`
	Size        int
	Weakest     float64
	EvaluatedAt int64
}

func (clusterRow) TableName() string { return "match_cluster" }

type decidedClusterRow struct {
	Cluster clusterRow `gorm:"embedded"`
	Decided bool
}

func (decidedClusterRow) TableName() string { return "match_cluster" }

type memberRow struct {
	Cluster rowID `gorm:"primaryKey"`
	Record  rowID `gorm:"primaryKey"`
}

func (memberRow) TableName() string { return "match_cluster_member" }

// clusterDecided says that a verdict stands on every pair of the group that was compared.
const clusterDecided = `NOT EXISTS (SELECT 1 FROM match_candidate ` + standingVerdict + ` WHERE match_candidate.cluster = match_cluster.id AND v.id IS NULL)`

func (r matchReader) clusters(ctx context.Context) *gorm.DB {
	return r.on(ctx).Table("match_cluster").Select("match_cluster.*, " + clusterDecided + " AS decided")
}

func (r matchReader) Cluster(ctx context.Context, id domain.ID) (domain.MatchCluster, error) {
	var cluster domain.MatchCluster
	err := r.snapshot(ctx, func(c conn) error {
		unknown := domain.NotFound(domain.CodeClusterUnknown, "there is no such group; the last evaluation may no longer propose it")
		row, err := first[decidedClusterRow](matchReader{c}.clusters(ctx).Where("id = ?", rowID(id)), unknown)
		if err != nil {
			return err
		}
		found, err := matchReader{c}.withMembers(ctx, []decidedClusterRow{row})
		if err == nil {
			cluster = found[0]
		}
		return err
	})
	return cluster, err
}

func (r matchReader) Clusters(ctx context.Context, name domain.DomainName, page domain.Page) ([]domain.MatchCluster, string, error) {
	const list = "clusters"
	var clusters []domain.MatchCluster
	var next string
	err := r.snapshot(ctx, func(c conn) error {
		q, err := pageSurest(equal(matchReader{c}.clusters(ctx), "domain", name), list, "weakest", "id", page)
		if err != nil {
			return err
		}
		rows, err := find(q, func(row decidedClusterRow) decidedClusterRow { return row })
		if err != nil {
			return err
		}
		rows, next = cut(rows, page, func(last decidedClusterRow) string {
			return surestCursor(list, last.Cluster.Weakest, domain.ID(last.Cluster.ID))
		})
		clusters, err = matchReader{c}.withMembers(ctx, rows)
		return err
	})
	return clusters, next, err
}

// withMembers adds the members of groups.
func (r matchReader) withMembers(ctx context.Context, rows []decidedClusterRow) ([]domain.MatchCluster, error) {
	ids := convert(rows, func(row decidedClusterRow) rowID { return row.Cluster.ID })
	members, err := findIn(ids, func(m memberRow) memberRow { return m }, func(chunk []rowID) *gorm.DB {
		return r.on(ctx).Where("cluster IN ?", chunk).Order("cluster, record")
	})
	if err != nil {
		return nil, err
	}
	of := map[rowID][]domain.ID{}
	for _, m := range members {
		of[m.Cluster] = append(of[m.Cluster], domain.ID(m.Record))
	}
	return convert(rows, func(row decidedClusterRow) domain.MatchCluster {
		return domain.MatchCluster{
			ID: domain.ID(row.Cluster.ID), Domain: domain.DomainName(row.Cluster.Domain), Members: of[row.Cluster.ID], Weakest: row.Cluster.Weakest,
			Decided: row.Decided, EvaluatedAt: domain.Instant(row.Cluster.EvaluatedAt),
		}
	}), nil
}

func (r matchReader) Members(ctx context.Context, name domain.DomainName) (map[domain.ID]domain.ID, error) {
	found, err := find(r.on(ctx).Where("cluster IN (SELECT id FROM match_cluster WHERE domain = ?)", string(name)), func(m memberRow) memberRow { return m })
	if err != nil {
		return nil, err
	}
	of := make(map[domain.ID]domain.ID, len(found))
	for _, m := range found {
		of[domain.ID(m.Record)] = domain.ID(m.Cluster)
	}
	return of, nil
}
