package crosswalk_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
)

// days are few, so that spans touch and overlap often.
func days() []domain.Date {
	out := make([]domain.Date, 5)
	for i := range out {
		out[i] = domain.Date(fmt.Sprintf("2026-01-%02d", i+1))
	}
	return out
}

// book is the naive oracle: everything that was ever recorded of one code, in order.
type book struct{ entries []entry }

type entry struct {
	at      domain.Instant
	mapping domain.CodeMapping
}

// tell answers by going through the whole book: what was recorded last of each mapping, and which of those hold on the day.
func (b book) tell(day domain.Date, known domain.Instant, codes map[domain.ID]string) (crosswalk.Status, string) {
	last := map[domain.ID]domain.CodeMapping{}
	for _, e := range b.entries {
		if known == 0 || e.at <= known {
			last[e.mapping.ID] = e.mapping
		}
	}
	status, target := crosswalk.StatusNotFound, ""
	for _, m := range last {
		holds := (m.Validity.From == "" || day >= m.Validity.From) && (m.Validity.To == "" || day < m.Validity.To)
		over := m.State == domain.MappingEnded || (m.Validity.To != "" && m.Validity.To <= day)
		switch {
		case m.State == domain.MappingActive && holds:
			return crosswalk.StatusMapped, codes[m.Record]
		case m.State == domain.MappingSuspect && holds:
			return crosswalk.StatusSuspect, codes[m.Record]
		case over:
			status = crosswalk.StatusMappingEnded
		case status == crosswalk.StatusNotFound:
			status = crosswalk.StatusUnmapped
		}
	}
	return status, target
}

// TestAnyHistoryIsToldAsTheBookTellsIt writes random histories of a code and asks about every day, as known at every instant.
func TestAnyHistoryIsToldAsTheBookTellsIt(t *testing.T) {
	t.Parallel()
	b := world(t)
	codes := map[domain.ID]string{b.records["A"]: "A", b.records["B"]: "B", b.records["C"]: "C"}
	number := 0
	rapid.Check(t, func(rt *rapid.T) {
		number++
		code := fmt.Sprintf("H%d", number)
		var kept book
		var times []domain.Instant
		for range rapid.IntRange(1, 5).Draw(rt, "changes") {
			b.recordChange(t, rt, &kept, code)
			times = append(times, must(b.store.Now(t.Context()))(t))
		}
		for _, e := range kept.entries {
			times = append(times, e.at, e.at-1)
		}
		for _, day := range days() {
			for _, known := range append(times, 0) {
				q := ask(mes, crosswalk.Canonical, code)
				q.At, q.Known = day, known
				answer := b.ask(t, q)
				status, target := kept.tell(day, known, codes)
				if answer.Status != status || string(answer.Target) != target {
					rt.Fatalf("on %s as known at %d: %s %q, the book says %s %q\n%+v", day, known, answer.Status, answer.Target, status, target, kept.entries)
				}
				if !slices.Contains(crosswalk.Statuses(), answer.Status) {
					rt.Fatalf("%q is no status", answer.Status)
				}
			}
		}
	})
}

// recordChange adds or changes one mapping of the code; what the store refuses is not recorded.
func (b *bundle) recordChange(t *testing.T, rt *rapid.T, kept *book, code string) {
	m := domain.CodeMapping{
		ID: domain.NewID(), Domain: catalog.Item, System: mes, Plant: "STU1", CodeType: domain.CodeInternalNumber, Code: domain.Code(code), Key: code,
		Record: b.records[rapid.SampledFrom([]string{"A", "B", "C"}).Draw(rt, "record")], Relation: domain.RelationEquivalent, Basis: domain.BasisPerson, Version: 1,
	}
	if len(kept.entries) > 0 && rapid.Bool().Draw(rt, "change") {
		changed := rapid.SampledFrom(kept.entries).Draw(rt, "which").mapping.ID
		for _, e := range kept.entries {
			if e.mapping.ID == changed {
				m = e.mapping
			}
		}
		m.Version++
	}
	m.State = rapid.SampledFrom([]domain.MappingState{domain.MappingActive, domain.MappingActive, domain.MappingSuspect, domain.MappingEnded}).Draw(rt, "state")
	bounds := append([]domain.Date{""}, days()...)
	m.Validity = domain.Validity{From: rapid.SampledFrom(bounds).Draw(rt, "from"), To: rapid.SampledFrom(bounds).Draw(rt, "to")}
	change := domain.Change{Actor: "user:test", Reason: "test", Domains: []domain.DomainName{catalog.Item}}
	var at domain.Instant
	err := b.store.Write(t.Context(), change, func(repos domain.Repos) error {
		at = repos.Now
		return repos.Mappings.Put(t.Context(), m)
	})
	switch domain.ErrorCode(err) {
	case "":
		kept.entries = append(kept.entries, entry{at, m})
	case domain.CodeMappingOverlap:
	default:
		rt.Fatal(err)
	}
}

// TestThereAndBack translates default codes to another system and back: the way back ends at the code it began with, and the
// factors cancel out.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	b := world(t)
	number := 0
	rapid.Check(t, func(rt *rapid.T) {
		number++
		record := fmt.Sprintf("T%d", number)
		b.record(t, record, domain.RecordActive, "")
		factor := func(m *domain.CodeMapping) {
			m.Factor = must(domain.ParseFactor(rapid.SampledFrom([]string{"", "12", "0.001", "1/3"}).Draw(rt, "factor")))(t)
		}
		code := "X" + record
		b.mapping(t, code, record, isOut, factor)
		b.mapping(t, "Y"+record, record, in(wms, ""), isOut, factor)
		if rapid.Bool().Draw(rt, "another") { // a second code is understood, and never used
			b.mapping(t, "Z"+record, record)
		}
		for _, via := range []domain.SystemID{wms, crosswalk.Canonical} {
			there := b.ask(t, ask(mes, via, code))
			back := b.ask(t, ask(via, mes, string(there.Target)))
			if there.Status != crosswalk.StatusMapped || back.Status != crosswalk.StatusMapped || string(back.Target) != code {
				rt.Fatalf("%+v and back %+v", there, back)
			}
			if via == wms && (domain.Factor("").Per(back.Factor)) != there.Factor {
				rt.Fatalf("there %s, back %s", there.Factor, back.Factor)
			}
		}
	})
}
