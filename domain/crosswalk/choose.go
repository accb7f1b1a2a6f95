package crosswalk

import (
	"cmp"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// terms are what a mapping must satisfy to count. Choosing is pure: it sees neither clock nor store.
type terms struct {
	day       domain.Date
	relations []domain.Relation
	basis     domain.Basis
	plant     domain.PlantID
	plants    domain.PlantScope // those whose mappings may be seen
}

// choice is the one mapping that was chosen, or why there is none.
type choice struct {
	status  Status // StatusNotFound where there is no mapping at all
	mapping domain.CodeMapping
	// current says that on this day the code is mapped in some way, though perhaps not in one that counts.
	current bool
}

// visible leaves the mappings that have ever counted, at plants that are meant and may be seen.
func (t terms) visible(all []domain.CodeMapping) []domain.CodeMapping {
	return slices.DeleteFunc(slices.Clone(all), func(m domain.CodeMapping) bool {
		switch {
		case m.State == domain.MappingProposed || m.State == domain.MappingRejected:
			return true
		case m.Plant == "":
			return false
		case t.plant != "":
			return m.Plant != t.plant
		default:
			return !t.plants.All && !slices.Contains(t.plants.Plants, m.Plant)
		}
	})
}

// counting splits off the mappings that count. Where one of the plant itself counts, those of no plant do not.
func (t terms) counting(all []domain.CodeMapping) (counting []domain.CodeMapping, otherwise choice) {
	seen := t.visible(all)
	if len(seen) == 0 {
		return nil, choice{status: StatusNotFound}
	}
	current := slices.DeleteFunc(slices.Clone(seen), func(m domain.CodeMapping) bool { return !m.Live() || !m.Validity.Contains(t.day) })
	if len(current) == 0 {
		return nil, t.past(seen)
	}
	counting = slices.DeleteFunc(slices.Clone(current), func(m domain.CodeMapping) bool { return !t.counts(m) })
	if len(counting) == 0 {
		return nil, choice{status: StatusUnmapped, current: true}
	}
	own := slices.DeleteFunc(slices.Clone(counting), func(m domain.CodeMapping) bool { return m.Plant == "" })
	if t.plant != "" && len(own) > 0 {
		counting = own
	}
	return counting, choice{}
}

func (t terms) counts(m domain.CodeMapping) bool {
	return slices.Contains(t.relations, m.Relation) && (t.basis != domain.BasisPerson || m.Basis == domain.BasisPerson)
}

// past tells a code whose mapping has ended from one whose mapping has yet to begin.
func (t terms) past(seen []domain.CodeMapping) choice {
	ended := slices.DeleteFunc(slices.Clone(seen), func(m domain.CodeMapping) bool {
		return m.State != domain.MappingEnded && (m.Validity.To == "" || m.Validity.To > t.day)
	})
	if len(ended) == 0 {
		return choice{status: StatusUnmapped}
	}
	last := slices.MaxFunc(ended, func(a, b domain.CodeMapping) int { return cmp.Compare(a.Validity.To, b.Validity.To) })
	return choice{status: StatusMappingEnded, mapping: last}
}

// inbound chooses what a code stands for. finally tells the record that a mapping's record forwards to.
func (t terms) inbound(all []domain.CodeMapping, finally func(domain.ID) domain.ID) choice {
	counting, otherwise := t.counting(all)
	if len(counting) == 0 {
		return otherwise
	}
	first := finally(counting[0].Record)
	if slices.ContainsFunc(counting, func(m domain.CodeMapping) bool { return finally(m.Record) != first }) {
		return choice{status: StatusAmbiguous, current: true}
	}
	return chosen(counting)
}

// outbound chooses the code by which a system is told of a record: the default one, or the only one. Codes of records that
// were merged into it count where it has none of its own.
func (t terms) outbound(all []domain.CodeMapping, record domain.ID) choice {
	counting, otherwise := t.counting(all)
	if len(counting) == 0 {
		return otherwise
	}
	narrow := func(keep func(domain.CodeMapping) bool) {
		kept := slices.DeleteFunc(slices.Clone(counting), func(m domain.CodeMapping) bool { return !keep(m) })
		if len(kept) > 0 {
			counting = kept
		}
	}
	narrow(func(m domain.CodeMapping) bool { return m.Record == record })
	narrow(func(m domain.CodeMapping) bool { return m.DefaultOut })
	if eldest := counting[0]; eldest.Record != record {
		// Each of several merged records has a default code of its own: that of the one that was mapped first stays the default.
		narrow(func(m domain.CodeMapping) bool { return m.Record == eldest.Record })
	}
	if slices.ContainsFunc(counting, func(m domain.CodeMapping) bool { return m.Key != counting[0].Key }) {
		return choice{status: StatusAmbiguous, current: true}
	}
	return chosen(counting)
}

// chosen prefers a mapping that nobody doubts.
func chosen(agreeing []domain.CodeMapping) choice {
	for _, m := range agreeing {
		if m.State == domain.MappingActive {
			return choice{status: StatusMapped, mapping: m, current: true}
		}
	}
	return choice{status: StatusSuspect, mapping: agreeing[0], current: true}
}
