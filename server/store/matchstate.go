package store

import (
	"context"
	"encoding/json"
	"slices"

	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type matchStateRow struct {
	Domain      string `gorm:"primaryKey"`
	Seq         int64
	Verdicts    int
	ReadAt      int64
	Rule        int
	Records     int
	Codes       int
	Candidates  int
	Clusters    int
	EvaluatedAt int64
	Seconds     float64
	Failed      string
	TriedAt     int64
	RequestedAt int64
	Owner       string
	LeaseUntil  int64
	Fence       int64
}

func (matchStateRow) TableName() string { return "match_state" }

func (r matchStateRow) toDomain() domain.MatchState {
	return domain.MatchState{
		Domain:     domain.DomainName(r.Domain),
		MatchMarks: domain.MatchMarks{Sequence: r.Seq, Verdicts: r.Verdicts, ReadAt: domain.Instant(r.ReadAt), Rule: r.Rule},
		Records:    r.Records, Codes: r.Codes, Candidates: r.Candidates, Clusters: r.Clusters, EvaluatedAt: domain.Instant(r.EvaluatedAt),
		Seconds: r.Seconds, Failed: r.Failed, TriedAt: domain.Instant(r.TriedAt), RequestedAt: domain.Instant(r.RequestedAt),
		LeaseUntil: domain.Instant(r.LeaseUntil),
	}
}

func (r matchReader) State(ctx context.Context, name domain.DomainName) (domain.MatchState, error) {
	found, err := find(r.on(ctx).Where("domain = ?", string(name)).Limit(1), func(row matchStateRow) matchStateRow { return row })
	if err != nil || len(found) == 0 {
		return domain.MatchState{Domain: name}, err
	}
	return found[0].toDomain(), nil
}

func (r matchReader) Marks(ctx context.Context, name domain.DomainName) (domain.MatchMarks, error) {
	var row struct {
		Seq      int64
		Verdicts int
		ReadAt   int64
	}
	err := r.on(ctx).Raw(`SELECT COALESCE((SELECT seq FROM change_counter WHERE domain = ?), 0) AS seq,
		(SELECT COUNT(*) + COUNT(CASE WHEN undone_at <> 0 THEN 1 END) FROM verdict WHERE domain = ?) AS verdicts,
		COALESCE((SELECT MAX(finished_at) FROM run WHERE domain = ?), 0) AS read_at`, string(name), string(name), string(name)).Scan(&row).Error
	return domain.MatchMarks{Sequence: row.Seq, Verdicts: row.Verdicts, ReadAt: domain.Instant(row.ReadAt)}, translate(err)
}

type matchOps struct {
	matchReader
	now domain.Instant
}

func (o matchOps) Request(ctx context.Context, name domain.DomainName) error {
	if err := o.begin(ctx, name); err != nil {
		return err
	}
	return translate(o.on(ctx).Model(&matchStateRow{}).Where("domain = ?", string(name)).Update("requested_at", int64(o.now)).Error)
}

// begin makes the domain's state where there is none yet.
func (o matchOps) begin(ctx context.Context, name domain.DomainName) error {
	return translate(o.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&matchStateRow{Domain: string(name)}).Error)
}

func (o matchOps) Claim(ctx context.Context, name domain.DomainName, owner string, until domain.Instant) (int64, bool, error) {
	if err := o.begin(ctx, name); err != nil {
		return 0, false, err
	}
	var fence int64
	taken := o.on(ctx).Raw(`UPDATE match_state SET owner = ?, lease_until = ?, fence = fence + 1 WHERE domain = ? AND lease_until <= ? RETURNING fence`,
		owner, int64(until), string(name), int64(o.now)).Scan(&fence)
	return fence, taken.Error == nil && taken.RowsAffected > 0, translate(taken.Error)
}

func (o matchOps) Extend(ctx context.Context, name domain.DomainName, fence int64, until domain.Instant) error {
	return o.held(ctx, name, fence, map[string]any{"lease_until": int64(until)})
}

func (o matchOps) Failed(ctx context.Context, name domain.DomainName, fence int64, why string) error {
	set := map[string]any{"lease_until": 0}
	if why != "" {
		set["failed"], set["tried_at"] = storable(why), int64(o.now)
	}
	return o.held(ctx, name, fence, set)
}

// held changes the state if the lease is still the one that the fence goes with.
func (o matchOps) held(ctx context.Context, name domain.DomainName, fence int64, set map[string]any) error {
	updated := o.on(ctx).Model(&matchStateRow{}).Where("domain = ? AND fence = ? AND lease_until <> 0", string(name), fence).Updates(set)
	return wrote(updated, domain.Conflict(domain.CodeEvaluationLost, "another replica evaluates %s now", string(name)))
}

func (o matchOps) Replace(ctx context.Context, fence int64, state domain.MatchState, candidates []domain.MatchCandidate, clusters []domain.MatchCluster) error {
	err := o.held(ctx, state.Domain, fence, map[string]any{
		"seq": state.Sequence, "verdicts": state.Verdicts, "read_at": int64(state.ReadAt), "rule": state.Rule, "records": state.Records,
		"codes": state.Codes, "candidates": len(candidates), "clusters": len(clusters), "evaluated_at": int64(state.EvaluatedAt),
		"seconds": state.Seconds, "failed": "", "tried_at": int64(o.now), "lease_until": 0,
	})
	if err != nil {
		return err
	}
	for _, statement := range []string{
		"DELETE FROM match_candidate WHERE domain = ?", "DELETE FROM match_cluster_member WHERE cluster IN (SELECT id FROM match_cluster WHERE domain = ?)",
		"DELETE FROM match_cluster WHERE domain = ?",
	} {
		if err := o.on(ctx).Exec(statement, string(state.Domain)).Error; err != nil {
			return translate(err)
		}
	}
	if err := o.insertCandidates(ctx, candidates); err != nil {
		return err
	}
	return o.insertClusters(ctx, clusters)
}

func (o matchOps) insertCandidates(ctx context.Context, candidates []domain.MatchCandidate) error {
	for chunk := range slices.Chunk(candidates, maxList) {
		rows := convert(chunk, candidateFromDomain)
		err := o.d.load(ctx, o.conn, bulk{
			table: "match_candidate", count: len(rows),
			columns: []string{"domain", "id", "pair_key", "side_a", "side_b", "code", "merges", "system", "plant", "state", "band", "probability",
				"margin", "contradicted", "place", "explanation", "vector", "rule", "sampled", "cluster", "evaluated_at", "version"},
			row: func(i int, to fields) { rows[i].load(to) },
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (o matchOps) insertClusters(ctx context.Context, clusters []domain.MatchCluster) error {
	var members []memberRow
	rows := convert(clusters, func(c domain.MatchCluster) clusterRow {
		for _, record := range c.Members {
			members = append(members, memberRow{Cluster: rowID(c.ID), Record: rowID(record)})
		}
		return clusterRow{Domain: string(c.Domain), ID: rowID(c.ID), Size: len(c.Members), Weakest: c.Weakest, EvaluatedAt: int64(c.EvaluatedAt)}
	})
	if len(rows) == 0 {
		return nil
	}
	if err := o.on(ctx).CreateInBatches(rows, maxRows).Error; err != nil {
		return translate(err)
	}
	return translate(o.on(ctx).CreateInBatches(members, maxRows).Error)
}

// load hands over a candidate, column by column.
func (r *candidateRow) load(to fields) {
	to.text(r.Domain)
	to.id(r.ID)
	for _, text := range []string{r.PairKey, r.SideA, r.SideB, r.Code} {
		to.text(text)
	}
	to.flag(r.Merges)
	for _, text := range []string{r.System, r.Plant, r.State, r.Band} {
		to.text(text)
	}
	to.real(r.Probability)
	to.real(r.Margin)
	to.flag(r.Contradicted)
	to.integer(int64(r.Place))
	to.encoded(encodedJSON(r.Explanation.V))
	to.encoded(encodedJSON(r.Vector.V))
	to.integer(int64(r.Rule))
	to.flag(r.Sampled)
	to.id(r.Cluster)
	to.integer(r.EvaluatedAt)
	to.integer(int64(r.Version))
}

// encodedJSON is a JSON column for loading. Its rows always encode: they hold texts and finite numbers.
func encodedJSON(v any) []byte {
	text, _ := json.Marshal(v)
	return text
}

func (o matchOps) Save(ctx context.Context, candidate domain.MatchCandidate, readVersion int) error {
	row := candidateFromDomain(candidate)
	updated := o.on(ctx).Where("id = ? AND version = ?", row.ID, readVersion).Select("*").Updates(&row)
	return wrote(updated, domain.Conflict(domain.CodeCandidateStale, "the match candidate has changed since it was read"))
}
