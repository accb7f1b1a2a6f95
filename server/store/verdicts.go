package store

import (
	"context"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// vectorRow is a comparison vector in JSON.
type vectorRow struct {
	Comparisons []string   `json:"comparisons,omitempty"`
	Levels      []int      `json:"levels,omitempty"`
	Margin      [2]float64 `json:"margin"`
}

func vectorFromDomain(v domain.MatchVector) jsonColumn[vectorRow] {
	return asJSON(vectorRow{Comparisons: v.Comparisons, Levels: v.Levels, Margin: v.Margin})
}

func (r vectorRow) toDomain() domain.MatchVector {
	return domain.MatchVector{Comparisons: r.Comparisons, Levels: r.Levels, Margin: r.Margin}
}

type verdictRow struct {
	ID            rowID                 `gorm:"primaryKey" json:"id"`
	Domain        string                `json:"domain"`
	PairKey       string                `json:"-"`
	SideA         string                `json:"side_a"`
	SideB         string                `json:"side_b"`
	Code          string                `json:"code"`
	Word          string                `json:"word"`
	Plant         string                `json:"plant"`
	GivenBy       string                `json:"given_by"`
	GivenAt       int64                 `json:"given_at"`
	Remark        string                `json:"remark"`
	Vector        jsonColumn[vectorRow] `json:"vector"`
	Probability   float64               `json:"probability"`
	Rule          int                   `json:"rule"`
	Band          string                `json:"band"`
	Sampled       bool                  `json:"sampled"`
	Unmerged      bool                  `json:"unmerged"`
	ChangeRequest rowID                 `json:"change_request"`
	UndoneBy      string                `json:"undone_by"`
	UndoneAt      int64                 `json:"undone_at"`
	UndoneWhy     string                `json:"undone_why"`
	Version       int                   `json:"version"`
}

func (verdictRow) TableName() string { return "verdict" }

func verdictFromDomain(v domain.Verdict) verdictRow {
	return verdictRow{
		ID: rowID(v.ID), Domain: string(v.Pair.Domain), PairKey: v.Pair.Key(), SideA: v.Pair.A.String(), SideB: v.Pair.B.String(),
		Code: string(v.Pair.B.Code), Word: string(v.Word), Plant: string(v.Plant), GivenBy: string(v.By), GivenAt: int64(v.At), Remark: v.Remark,
		Vector: vectorFromDomain(v.Vector), Probability: v.Probability, Rule: v.Rule, Band: string(v.Band), Sampled: v.Sampled,
		Unmerged: v.Unmerged, ChangeRequest: rowID(v.Request), UndoneBy: string(v.UndoneBy), UndoneAt: int64(v.UndoneAt),
		UndoneWhy: v.UndoneWhy, Version: v.Version,
	}
}

func (r verdictRow) toDomain() domain.Verdict {
	return domain.Verdict{
		ID: domain.ID(r.ID), Pair: pairOf(r.Domain, r.SideA, r.SideB, r.Code), Word: domain.VerdictWord(r.Word), Plant: domain.PlantID(r.Plant),
		By: domain.ActorID(r.GivenBy), At: domain.Instant(r.GivenAt), Remark: r.Remark, Vector: r.Vector.V.toDomain(),
		Probability: r.Probability, Rule: r.Rule, Band: domain.Band(r.Band), Sampled: r.Sampled, Unmerged: r.Unmerged,
		Request: domain.ID(r.ChangeRequest), UndoneBy: domain.ActorID(r.UndoneBy), UndoneAt: domain.Instant(r.UndoneAt),
		UndoneWhy: r.UndoneWhy, Version: r.Version,
	}
}

// pairOf reads a pair as stored. A code sorts behind a record, so that it can only be the second side.
func pairOf(name, a, b, code string) domain.MatchPair {
	// What is stored was written by MatchSide itself; what cannot be read any more names nothing.
	first, _ := domain.ParseMatchSide(a)
	second, _ := domain.ParseMatchSide(b)
	second.Code = domain.Code(code)
	return domain.MatchPair{Domain: domain.DomainName(name), A: first, B: second}
}

type verdictReader struct{ conn }

func verdictUnknown() error {
	return domain.NotFound(domain.CodeVerdictUnknown, "there is no such verdict")
}

func (r verdictReader) ByID(ctx context.Context, id domain.ID) (domain.Verdict, error) {
	row, err := first[verdictRow](r.on(ctx).Where("id = ?", rowID(id)), verdictUnknown())
	return row.toDomain(), err
}

func (r verdictReader) ByPairs(ctx context.Context, name domain.DomainName, keys []string) (map[string]domain.Verdict, error) {
	found, err := findIn(keys, verdictRow.toDomain, func(chunk []string) *gorm.DB {
		where, values := r.d.anyOf("pair_key", chunk)
		return r.on(ctx).Where("domain = ? AND undone_at = 0", string(name)).Where(where, values...)
	})
	if err != nil {
		return nil, err
	}
	byPair := make(map[string]domain.Verdict, len(found))
	for _, v := range found {
		byPair[v.Pair.Key()] = v
	}
	return byPair, nil
}

func (r verdictReader) ByRequest(ctx context.Context, request domain.ID) ([]domain.Verdict, error) {
	return find(r.on(ctx).Where("change_request = ?", rowID(request)).Order("given_at, id"), verdictRow.toDomain)
}

func (r verdictReader) List(ctx context.Context, query domain.VerdictQuery) ([]domain.Verdict, string, error) {
	const list = "verdicts"
	q := equal(equal(r.on(ctx), "domain", query.Domain), "word", query.Word)
	q = inPlants(equal(q, "given_by", query.By), query.Plants, true)
	if query.Standing {
		q = q.Where("undone_at = 0")
	}
	if query.Side != nil {
		q = q.Where("(side_a = ? OR side_b = ?)", query.Side.String(), query.Side.String())
	}
	q, err := pageNewest(q, list, "given_at", query.Page)
	if err != nil {
		return nil, "", err
	}
	verdicts, err := find(q, verdictRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	verdicts, next := cut(verdicts, query.Page, func(last domain.Verdict) string { return newestCursor(list, last.At, last.ID) })
	return verdicts, next, nil
}

func (r verdictReader) Standing(ctx context.Context, name domain.DomainName) ([]domain.Verdict, error) {
	return find(r.on(ctx).Where("domain = ? AND undone_at = 0", string(name)).Order("given_at, id"), verdictRow.toDomain)
}

type verdictRepo struct {
	verdictReader
	w *writing
}

// Put leaves it to the unique key of standing verdicts which of two people who judge one pair at once was first.
func (r verdictRepo) Put(ctx context.Context, verdict domain.Verdict) error {
	row := verdictFromDomain(verdict)
	var stored *gorm.DB
	if row.Version == 1 {
		stored = r.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	} else {
		stored = r.on(ctx).Where("id = ? AND version = ?", row.ID, row.Version-1).Select("*").Updates(&row)
	}
	err := translate(stored.Error)
	if domain.ErrorCode(err) == domain.CodeDuplicate || err == nil && stored.RowsAffected == 0 {
		return domain.Conflict(domain.CodeVerdictStale, "a verdict on %s was given or taken back since it was read", strings.ReplaceAll(row.PairKey, "\x1f", " and "))
	}
	if err != nil {
		return err
	}
	return r.w.note(row.Domain, "verdict", verdict.ID.String(), row.Version, row)
}
