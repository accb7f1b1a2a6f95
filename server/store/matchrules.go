package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// matchRuleRow is one version of a domain's matching rule.
type matchRuleRow struct {
	Domain   string                    `gorm:"primaryKey" json:"domain"`
	Version  int                       `gorm:"primaryKey;autoIncrement:false" json:"version"`
	State    string                    `json:"state"`
	Body     jsonColumn[matchRuleBody] `json:"body"`
	BackTest jsonColumn[*backTestBody] `json:"back_test"`
	Stored   int                       `json:"stored"`
}

func (matchRuleRow) TableName() string { return "match_rule" }

type matchRuleBody struct {
	Note          string          `json:"note"`
	Review        float64         `json:"review"`
	Auto          float64         `json:"auto"`
	Target        float64         `json:"target"`
	SamplePercent int             `json:"sample_percent"`
	Skip          []string        `json:"skip,omitempty"`
	Terms         []matchTermBody `json:"terms,omitempty"`
	AutoPlants    []string        `json:"auto_plants,omitempty"`
	CreatedBy     string          `json:"created_by"`
	CreatedAt     int64           `json:"created_at"`
}

type matchTermBody struct {
	Word     string   `json:"word"`
	Concepts []string `json:"concepts"`
}

type backTestBody struct {
	At          int64      `json:"at"`
	Verdicts    int        `json:"verdicts"`
	Digest      string     `json:"digest"`
	Seen        string     `json:"seen"`
	Against     int        `json:"against"`
	Agreed      int        `json:"agreed"`
	Disagreed   int        `json:"disagreed"`
	Flips       []flipBody `json:"flips,omitempty"`
	FlipCount   int        `json:"flip_count"`
	QueueBefore int        `json:"queue_before"`
	QueueAfter  int        `json:"queue_after"`
	AutoAfter   int        `json:"auto_after"`
}

type flipBody struct {
	Verdict           rowID        `json:"verdict"`
	Domain            string       `json:"domain"`
	A                 flipSideBody `json:"a"`
	B                 flipSideBody `json:"b"`
	Plant             string       `json:"plant"`
	Word              string       `json:"word"`
	Before            string       `json:"before"`
	After             string       `json:"after"`
	Probability       float64      `json:"probability"`
	ProbabilityBefore float64      `json:"probability_before"`
}

type flipSideBody struct {
	Record rowID  `json:"record"`
	System string `json:"system,omitempty"`
	Key    string `json:"key,omitempty"`
	Code   string `json:"code,omitempty"`
}

func flipSideFromDomain(s domain.MatchSide) flipSideBody {
	return flipSideBody{Record: rowID(s.Record), System: string(s.System), Key: s.Key, Code: string(s.Code)}
}

func (b flipSideBody) toDomain() domain.MatchSide {
	return domain.MatchSide{Record: domain.ID(b.Record), System: domain.SystemID(b.System), Key: b.Key, Code: domain.Code(b.Code)}
}

func flipFromDomain(f domain.Flip) flipBody {
	return flipBody{
		Verdict: rowID(f.Verdict), Domain: string(f.Pair.Domain), A: flipSideFromDomain(f.Pair.A), B: flipSideFromDomain(f.Pair.B), Plant: string(f.Plant),
		Word: string(f.Word), Before: string(f.Before), After: string(f.After), Probability: f.Probability, ProbabilityBefore: f.ProbabilityB,
	}
}

func (b flipBody) toDomain() domain.Flip {
	return domain.Flip{
		Verdict: domain.ID(b.Verdict), Pair: domain.MatchPair{Domain: domain.DomainName(b.Domain), A: b.A.toDomain(), B: b.B.toDomain()},
		Plant: domain.PlantID(b.Plant), Word: domain.VerdictWord(b.Word), Before: domain.Band(b.Before), After: domain.Band(b.After),
		Probability: b.Probability, ProbabilityB: b.ProbabilityBefore,
	}
}

func backTestFromDomain(t domain.BackTest) backTestBody {
	return backTestBody{
		At: int64(t.At), Verdicts: t.Verdicts, Digest: t.Digest, Seen: t.Seen, Against: t.Against, Agreed: t.Agreed, Disagreed: t.Disagreed,
		Flips: convertOrNil(t.Flips, flipFromDomain), FlipCount: t.FlipCount, QueueBefore: t.QueueBefore, QueueAfter: t.QueueAfter, AutoAfter: t.AutoAfter,
	}
}

func (b backTestBody) toDomain() domain.BackTest {
	return domain.BackTest{
		At: domain.Instant(b.At), Verdicts: b.Verdicts, Digest: b.Digest, Seen: b.Seen, Against: b.Against, Agreed: b.Agreed, Disagreed: b.Disagreed,
		Flips: convertOrNil(b.Flips, flipBody.toDomain), FlipCount: b.FlipCount, QueueBefore: b.QueueBefore, QueueAfter: b.QueueAfter, AutoAfter: b.AutoAfter,
	}
}

func matchRuleFromDomain(r domain.MatchRule) matchRuleRow {
	return matchRuleRow{
		Domain: string(r.Domain), Version: r.Version, State: string(r.State), Stored: r.Stored, BackTest: asJSON(optional(r.BackTest, backTestFromDomain)),
		Body: asJSON(matchRuleBody{
			Note: r.Note, Review: r.Review, Auto: r.Auto, Target: r.Target, SamplePercent: r.SamplePercent, Skip: plain(r.Skip),
			Terms:      convertOrNil(r.Terms, func(t domain.MatchTerm) matchTermBody { return matchTermBody{Word: t.Word, Concepts: t.Concepts} }),
			AutoPlants: plain(r.AutoPlants), CreatedBy: string(r.CreatedBy), CreatedAt: int64(r.CreatedAt),
		}),
	}
}

func (r matchRuleRow) toDomain() domain.MatchRule {
	b := r.Body.V
	return domain.MatchRule{
		Domain: domain.DomainName(r.Domain), Version: r.Version, State: domain.MatchRuleState(r.State), Stored: r.Stored,
		Note: b.Note, Review: b.Review, Auto: b.Auto, Target: b.Target, SamplePercent: b.SamplePercent, Skip: named[domain.AttributeID](b.Skip),
		Terms:      convertOrNil(b.Terms, func(t matchTermBody) domain.MatchTerm { return domain.MatchTerm{Word: t.Word, Concepts: t.Concepts} }),
		AutoPlants: named[domain.PlantID](b.AutoPlants), CreatedBy: domain.ActorID(b.CreatedBy), CreatedAt: domain.Instant(b.CreatedAt),
		BackTest: optional(r.BackTest.V, backTestBody.toDomain),
	}
}

// bandRow is a band that is closed or has been.
type bandRow struct {
	Domain    string `gorm:"primaryKey" json:"domain"`
	Plant     string `gorm:"primaryKey" json:"plant"`
	State     string `json:"state"`
	Rule      int    `json:"rule"`
	ClosedAt  int64  `json:"closed_at"`
	ClosedWhy string `json:"closed_why"`
	Version   int    `json:"version"`
}

func (bandRow) TableName() string { return "match_band" }

// The states of a bandRow.
const (
	bandClosed   = "closed"
	bandReopened = "reopened"
)

func (r bandRow) toDomain() domain.AutoBand {
	return domain.AutoBand{
		Domain: domain.DomainName(r.Domain), Plant: domain.PlantID(r.Plant), Rule: r.Rule, ClosedAt: domain.Instant(r.ClosedAt), ClosedWhy: r.ClosedWhy,
	}
}

type matchRuleReader struct{ conn }

func matchRuleUnknown() error {
	return domain.NotFound(domain.CodeMatchRuleUnknown, "there is no such version of the matching rule")
}

func (r matchRuleReader) Current(ctx context.Context, name domain.DomainName) (domain.MatchRule, error) {
	none := matchRuleUnknown()
	row, err := first[matchRuleRow](r.on(ctx).Where("domain = ? AND state = 'active'", string(name)), none)
	if errors.Is(err, none) {
		return domain.BuiltInMatchRule(name), nil
	}
	return row.toDomain(), err
}

func (r matchRuleReader) Version(ctx context.Context, name domain.DomainName, version int) (domain.MatchRule, error) {
	row, err := first[matchRuleRow](r.on(ctx).Where("domain = ? AND version = ?", string(name), version), matchRuleUnknown())
	return row.toDomain(), err
}

func (r matchRuleReader) Versions(ctx context.Context, name domain.DomainName) ([]domain.MatchRule, error) {
	return find(r.on(ctx).Where("domain = ?", string(name)).Order("version DESC"), matchRuleRow.toDomain)
}

func (r matchRuleReader) Closed(ctx context.Context, name domain.DomainName) ([]domain.AutoBand, error) {
	return find(r.on(ctx).Where("domain = ? AND state = 'closed'", string(name)).Order("plant"), bandRow.toDomain)
}

type matchRuleRepo struct {
	matchRuleReader
	w *writing
}

func matchRuleStale() error {
	return domain.Conflict(domain.CodeMatchRuleStale, "the matching rule has changed since it was read")
}

func (r matchRuleRepo) noteRule(row matchRuleRow) error {
	return r.w.note(row.Domain, "match_rule", fmt.Sprintf("%s/%d", row.Domain, row.Version), row.Stored, row)
}

func (r matchRuleRepo) Put(ctx context.Context, rule domain.MatchRule) error {
	if rule.State == domain.MatchRuleActive {
		if err := r.retire(ctx, rule.Domain); err != nil {
			return err
		}
	}
	row := matchRuleFromDomain(rule)
	var stored *gorm.DB
	if rule.Stored == 1 {
		stored = r.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	} else {
		stored = r.on(ctx).Where("domain = ? AND version = ? AND stored = ? AND state = 'draft'", row.Domain, row.Version, row.Stored-1).Select("*").Updates(&row)
	}
	if err := wrote(stored, matchRuleStale()); err != nil {
		return err
	}
	return r.noteRule(row)
}

// retire ends the version in force, if there is one: what it says stays as it is.
func (r matchRuleRepo) retire(ctx context.Context, name domain.DomainName) error {
	active, err := r.Current(ctx, name)
	if err != nil || active.Version == 0 {
		return err
	}
	active.State, active.Stored = domain.MatchRuleRetired, active.Stored+1
	row := matchRuleFromDomain(active)
	moved := r.on(ctx).Model(&matchRuleRow{}).Where("domain = ? AND version = ? AND stored = ?", row.Domain, row.Version, row.Stored-1).
		Updates(map[string]any{"state": row.State, "stored": row.Stored})
	if err := wrote(moved, matchRuleStale()); err != nil {
		return err
	}
	return r.noteRule(row)
}

func (r matchRuleRepo) Delete(ctx context.Context, name domain.DomainName, version, stored int) error {
	gone := r.on(ctx).Where("domain = ? AND version = ? AND stored = ? AND state = 'draft'", string(name), version, stored).Delete(&matchRuleRow{})
	if err := wrote(gone, matchRuleStale()); err != nil {
		return err
	}
	return r.noteRule(matchRuleRow{Domain: string(name), Version: version, State: "deleted", Stored: stored + 1})
}

// band is what is noted of a plant's band; a zero Version when that is nothing.
func (r matchRuleRepo) band(ctx context.Context, name domain.DomainName, plant domain.PlantID) (bandRow, error) {
	none := domain.NotFound(domain.CodeBandOpen, "nothing is noted of the band")
	row, err := first[bandRow](r.on(ctx).Where("domain = ? AND plant = ?", string(name), string(plant)), none)
	if errors.Is(err, none) {
		return bandRow{Domain: string(name), Plant: string(plant)}, nil
	}
	return row, err
}

func (r matchRuleRepo) Close(ctx context.Context, band domain.AutoBand) error {
	row, err := r.band(ctx, band.Domain, band.Plant)
	if err != nil || row.State == bandClosed {
		return err
	}
	row.State, row.Rule, row.ClosedAt, row.ClosedWhy = bandClosed, band.Rule, int64(band.ClosedAt), band.ClosedWhy
	return r.putBand(ctx, row)
}

func (r matchRuleRepo) Reopen(ctx context.Context, name domain.DomainName, plant domain.PlantID) error {
	row, err := r.band(ctx, name, plant)
	if err != nil {
		return err
	}
	if row.State != bandClosed {
		return domain.Conflict(domain.CodeBandOpen, "nothing has closed the automatic band at %s", plant)
	}
	row.State = bandReopened
	return r.putBand(ctx, row)
}

func (r matchRuleRepo) putBand(ctx context.Context, row bandRow) error {
	row.Version++
	err := r.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
	if err != nil {
		return translate(err)
	}
	return r.w.note(row.Domain, "match_band", row.Domain+"/"+row.Plant, row.Version, row)
}
