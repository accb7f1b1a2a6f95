package steward

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// verbsFor lists the verbs that fit a class of discrepancy, in the order they are offered.
func verbsFor(class domain.Class) []Verb {
	switch class {
	case domain.ClassValue:
		return []Verb{VerbTakeSource, VerbKeepGolden, VerbAccept}
	case domain.ClassUnmapped:
		return []Verb{VerbMap, VerbCreate, VerbAccept}
	default:
		return []Verb{VerbKeepGolden, VerbAccept}
	}
}

// options says for every fitting verb what it would do now, or why it cannot be taken.
func (d *Desk) options(ctx context.Context, reads domain.Reads, by domain.Actor, c Case) []Option {
	var options []Option
	suggested, because := suggest(c)
	for _, verb := range verbsFor(c.Discrepancy.Finding.Class) {
		option := Option{Verb: verb, Why: undecidable(by, c.Discrepancy, verb)}
		if option.Why == "" {
			option.Effect, option.Why = d.effect(ctx, reads, c, verb)
		}
		if verb == suggested && option.Why == "" {
			option.Suggested = because
		}
		options = append(options, option)
	}
	return options
}

// undecidable says why the actor cannot take the verb whatever it would do, "" when they can.
func undecidable(by domain.Actor, found domain.Discrepancy, verb Verb) string {
	if !found.Decidable() {
		return "it has been decided: " + strings.ReplaceAll(string(found.State), "_", " ")
	}
	scope := findingScope(found)
	if verb == VerbTakeSource || verb == VerbCreate {
		scope.Plant, scope.System = "", "" // golden values are of no one plant or system
	}
	if err := by.Require(domain.ActionPropose, scope); err != nil {
		return sentence(err)
	}
	return ""
}

func (d *Desk) effect(ctx context.Context, reads domain.Reads, c Case, verb Verb) (effect, why string) {
	decision := Decision{Verb: verb}
	switch verb {
	case VerbAccept:
		return "It stays as it is until the day you choose; nothing is written.", ""
	case VerbMap:
		return "The code is mapped to the record you choose; nothing that a system says is changed.", ""
	default: // the others are drafted
	}
	made, err := d.draft(ctx, reads, c.Discrepancy, decision)
	if err != nil {
		return "", sentence(err)
	}
	return describe(ctx, reads, made), ""
}

// describe tells in a sentence what a draft would change.
func describe(ctx context.Context, reads domain.Reads, made draft) string {
	var parts []string
	for _, item := range made.items {
		switch item.Action {
		case domain.ItemCreateRecord:
			parts = append(parts, "makes a new golden record")
		case domain.ItemUpdateRecord:
			parts = append(parts, "changes the golden record")
		case domain.ItemWriteSystem:
			parts = append(parts, describeWrite(ctx, reads, *item.Delivery))
		default: // the crosswalk follows by itself
		}
	}
	text := strings.Join(slices.Compact(parts), ", ")
	if text == "" {
		return "Nothing but the mapping changes."
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func describeWrite(ctx context.Context, reads domain.Reads, order domain.DeliveryOrder) string {
	name := string(order.System)
	if system, err := reads.Systems.ByID(ctx, order.System); err == nil {
		name = system.Name
	}
	if order.ByHand {
		return name + " gets a work-list entry"
	}
	return "updates " + name
}

// maxCandidates is how many records are offered for an unmapped code.
const maxCandidates = 9

// addCandidates finds records an unmapped code may stand for: by the code, with and without leading zeros, then by the name.
func (d *Desk) addCandidates(ctx context.Context, reads domain.Reads, c *Case) error {
	f := c.Discrepancy.Finding
	if f.Class != domain.ClassUnmapped {
		return nil
	}
	byCode, err := domain.ByCodesForwarded(ctx, reads, f.Domain, codeGuesses(*c))
	if err != nil {
		return err
	}
	for _, record := range byCode {
		c.Candidates = appendNew(c.Candidates, []domain.GoldenRecord{record})
	}
	slices.SortFunc(c.Candidates, func(a, b domain.GoldenRecord) int { return strings.Compare(a.ID.String(), b.ID.String()) })
	for _, word := range nameWords(*c) {
		if len(c.Candidates) >= maxCandidates {
			break
		}
		alike, _, err := reads.Records.List(ctx, domain.RecordQuery{Domain: f.Domain, State: domain.RecordActive, Text: word, Page: domain.Page{Limit: maxCandidates}})
		if err != nil {
			return err
		}
		c.Candidates = appendNew(c.Candidates, alike)
	}
	c.Candidates = c.Candidates[:min(len(c.Candidates), maxCandidates)]
	return nil
}

// codeGuesses are the codes an unmapped code may have been before somebody typed it into a spreadsheet.
func codeGuesses(c Case) []string {
	code := string(c.Discrepancy.Finding.Code)
	guesses := []string{code, strings.TrimLeft(code, "0")}
	for width := len(code) + 1; width <= len(code)+4; width++ {
		guesses = append(guesses, fmt.Sprintf("%0*s", width, code))
	}
	if c.Source != nil {
		guesses = append(guesses, c.Source.Attributes.Text(c.Definition.CodeAttribute))
	}
	guesses = slices.DeleteFunc(guesses, func(guess string) bool { return guess == "" })
	slices.Sort(guesses)
	return slices.Compact(guesses)
}

// nameWords are what to search names for: the whole name first, then its longer words.
func nameWords(c Case) []string {
	if c.Source == nil {
		return nil
	}
	name := c.Source.Attributes.Text(c.Definition.NameAttribute)
	words := slices.DeleteFunc(strings.Fields(name), func(word string) bool { return len(word) < 4 })
	if name == "" {
		return words
	}
	return append([]string{name}, words[:min(len(words), 3)]...)
}

func appendNew(known, more []domain.GoldenRecord) []domain.GoldenRecord {
	for _, record := range more {
		if !slices.ContainsFunc(known, func(have domain.GoldenRecord) bool { return have.ID == record.ID }) {
			known = append(known, record)
		}
	}
	return known
}
