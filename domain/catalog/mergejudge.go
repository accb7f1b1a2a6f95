package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// judge finds what refuses the merge, what there is to know of it, and what it concerns.
func (m *mergeDraft) judge(ctx context.Context, reads domain.Reads, day domain.Date) error {
	m.contradict()
	m.differingIdentifiers()
	m.plants(day)
	if err := m.refuseStates(ctx, reads); err != nil {
		return err
	}
	if err := m.Definition.Check(m.after()); err != nil {
		var known *domain.Error
		if errors.As(err, &known) {
			m.refuse(known.Code, "What would be left is no valid record: %s.", known.Msg)
		}
	}
	return m.count(ctx, reads)
}

func (m *mergeDraft) refuse(code, format string, args ...any) {
	m.Refusals = append(m.Refusals, Remark{Code: code, Message: fmt.Sprintf(format, args...)})
}

func (m *mergeDraft) warn(code, format string, args ...any) {
	m.Warnings = append(m.Warnings, Remark{Code: code, Message: fmt.Sprintf(format, args...)})
}

// contradict finds what one thing cannot be at once: counted in two units, tracked and not tracked.
func (m *mergeDraft) contradict() {
	for _, choice := range m.Choices {
		if !choice.Differs || (choice.Attribute.ID != m.Definition.UnitAttribute && choice.Attribute.ID != ItemTracking) {
			continue
		}
		text := fmt.Sprintf("%s contradicts: %s.", choice.Attribute.Label, m.sayings(choice))
		if choice.Attribute.ID == m.Definition.UnitAttribute {
			text += fmt.Sprintf(" All codes will count in %s.", choice.Value.Display())
		}
		m.contradicts = append(m.contradicts, text)
		m.warn(domain.CodeMergeContradiction, "%s", text)
	}
}

// sayings tells which record says what of an attribute.
func (m *mergeDraft) sayings(choice Choice) string {
	var parts []string
	for i, v := range choice.Values {
		if v.Value != nil {
			parts = append(parts, fmt.Sprintf("%s says %s", m.Members[i].Record.Attributes.Text(m.Definition.CodeAttribute), v.Value.Display()))
		}
	}
	return strings.Join(parts, ", ")
}

// differingIdentifiers warns where numbers differ by which things are told apart.
func (m *mergeDraft) differingIdentifiers() {
	identifies := slices.Concat(m.Definition.Identifiers...)
	for _, choice := range m.Choices {
		if choice.Differs && slices.Contains(identifies, choice.Attribute.ID) {
			m.warn(domain.CodeMergeIdentifiers, "%s differs: %s.", choice.Attribute.Label, m.sayings(choice))
		}
	}
}

// plants finds the plants that use several of the records, and how each uses the survivor from then on. A use that was declared of
// the survivor stays, unless it says that the plant does not use the record yet: it does, under another code. What is blocked
// stays so.
func (m *mergeDraft) plants(day domain.Date) {
	byPlant := map[domain.PlantID][]domain.PlantUse{}
	for _, member := range m.Members {
		for _, use := range member.Uses {
			byPlant[use.Plant] = append(byPlant[use.Plant], use)
		}
	}
	plants := make([]domain.PlantID, 0, len(byPlant))
	for plant := range byPlant {
		plants = append(plants, plant)
	}
	slices.Sort(plants)
	for _, plant := range plants {
		m.plant(plant, byPlant[plant], day)
	}
}

func (m *mergeDraft) plant(plant domain.PlantID, uses []domain.PlantUse, day domain.Date) {
	used := slices.DeleteFunc(slices.Clone(uses), func(u domain.PlantUse) bool { return !u.Expected(day) })
	if len(used) > 1 {
		m.warn(domain.CodeMergeStock, "%s uses %d of the records: it may keep stock of each under its own code.", plant, len(used))
	}
	blocked := slices.ContainsFunc(uses, func(u domain.PlantUse) bool { return u.State == domain.UseBlocked })
	if blocked && len(used) > 0 {
		m.warn(domain.CodeMergeUses, "%s has blocked one of the records and uses another.", plant)
	}
	at := slices.IndexFunc(uses, func(u domain.PlantUse) bool { return u.Record == m.Survivor })
	if at < 0 {
		return // what the losers are used for counts as it is
	}
	own := uses[at]
	strongest := domain.StrongestUse(uses, day)
	if (own.State != domain.UseNotUsed && own.State != domain.UsePlanned) || strongest.State == own.State || !strongest.Validity.Contains(day) {
		return
	}
	own.State, own.Validity, own.Version = strongest.State, strongest.Validity, own.Version+1
	m.uses = append(m.uses, own)
}

// refuseStates refuses what cannot forward to the survivor, or is still being changed.
func (m *mergeDraft) refuseStates(ctx context.Context, reads domain.Reads) error {
	survivor := m.Members[0].Record
	if survivor.Domain != m.Definition.Domain {
		return domain.NotFound(domain.CodeRecordUnknown, "there is no such %s", m.Definition.Label)
	}
	heir, err := domain.HeirOf(ctx, reads, survivor.ID)
	if err != nil {
		return err
	}
	for _, loser := range m.losers() {
		if heir.ID == loser.Record.ID {
			m.refuse(domain.CodeMergeCircle, "%s forwards to %s already.", m.named(survivor), m.named(loser.Record))
			continue
		}
		if _, err := loser.Record.Merged(survivor, m.named(loser.Record)); err != nil {
			m.refuse(domain.ErrorCode(err), "%s.", err.Error())
			continue
		}
		hindrances, err := steward.MergeHindrances(ctx, reads, loser.Record.ID, m.named(loser.Record), domain.ID{})
		if err != nil {
			return err
		}
		for _, h := range hindrances {
			m.refuse(h.Code, "%s.", h.Msg)
		}
	}
	return nil
}

// count counts what the merge concerns.
func (m *mergeDraft) count(ctx context.Context, reads domain.Reads) error {
	plants := map[domain.PlantID]bool{}
	var ids []domain.ID
	for _, loser := range m.losers() {
		m.Effects.Mappings += len(loser.Mappings)
		ids = append(ids, loser.Record.ID)
		for _, use := range loser.Uses {
			plants[use.Plant] = true
		}
		open, err := openDifferences(ctx, reads, loser.Record.ID)
		if err != nil {
			return err
		}
		m.Effects.Discrepancies += open
	}
	m.Effects.PlantUses = len(plants)
	deliveries, err := steward.UnderWay(ctx, reads, ids)
	m.Effects.Deliveries = len(deliveries)
	return err
}

// openDifferences counts the differences that are open under the codes of a record.
func openDifferences(ctx context.Context, reads domain.Reads, record domain.ID) (int, error) {
	ids, err := reads.Discrepancies.IDs(ctx, domain.DiscrepancyQuery{
		Record: record, Plants: domain.PlantScope{All: true}, States: []domain.DiscrepancyState{
			domain.DiscrepancyOpen, domain.DiscrepancyInReview, domain.DiscrepancyChangeRequested, domain.DiscrepancyFixPending,
			domain.DiscrepancyAccepted, domain.DiscrepancyBounced, domain.DiscrepancyReopened,
		},
	})
	return len(ids), err
}
