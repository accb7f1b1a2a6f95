package steward

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// EditWish is how somebody wants a golden record to be, and why.
type EditWish struct {
	RecordEdit
	// Version is the one the record must still have; 0: only what the edit touches must be as it was at Base.
	Version int
	Reason  string
}

// EditRecord proposes other values of a golden record. What other systems hold of them comes along: a system that says what golden
// said is written, or its plant is asked to; one that differed already is left as it is, which the item says.
//
// What has moved since the version that was looked at is CodeRecordStale, with each attribute as a field; an edit of other
// attributes is no conflict. CodeRecordUnknown, CodeValueInvalid with all faults as Fields, CodeReasonRequired, CodeDecisionInvalid
// when nothing would change, CodeAccessDenied for values that are not the actor's to change.
func (d *Desk) EditRecord(ctx context.Context, by domain.Actor, name domain.DomainName, wish EditWish) (domain.ChangeRequest, error) {
	var request domain.ChangeRequest
	plant := wish.plant()
	if err := by.Require(domain.ActionPropose, domain.Scope{Domain: name, Plant: plant}); err != nil {
		return request, err
	}
	if wish.Reason = strings.TrimSpace(wish.Reason); wish.Reason == "" {
		return request, domain.Invalid(domain.CodeReasonRequired, "say why the values change")
	}
	err := d.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: wish.Reason}, func(repos domain.Repos) error {
		definition, err := d.Governed(ctx, repos.Reads, name)
		if err != nil {
			return err
		}
		if err := editable(definition, by, wish); err != nil {
			return err
		}
		drafts, err := d.DraftEdits(ctx, repos.Reads, definition, []RecordEdit{wish.RecordEdit})
		if err != nil {
			return err
		}
		if err := wish.refused(drafts[0]); err != nil {
			return err
		}
		request, err = d.Propose(ctx, repos, by, domain.ChangeRequest{
			Kind: domain.RequestEdit, Domain: name, Plant: plant, Reason: wish.Reason, Title: drafts[0].title(definition),
		}, drafts[0].Items)
		return err
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("edit record %s: %w", wish.Record, err)
	}
	return request, nil
}

// plant is the one plant that all values of the edit are of; "" when they are not of one.
func (e RecordEdit) plant() domain.PlantID {
	var plants []domain.PlantID
	for _, key := range e.keys() {
		_, place := key.Split()
		plants = append(plants, place.Plant)
	}
	slices.Sort(plants)
	if plants = slices.Compact(plants); len(plants) == 1 {
		return plants[0]
	}
	return ""
}

// keys are the attributes that the edit names.
func (e RecordEdit) keys() []domain.AttributeID {
	return domain.ChangeItem{Set: e.Set, Clear: e.Clear}.Touched()
}

// editable refuses values that the actor may not see, and those that only certain systems may say.
func editable(definition domain.Definition, by domain.Actor, wish EditWish) error {
	for _, key := range wish.keys() {
		attribute, known := definition.Attribute(key)
		switch {
		case !known:
			continue // CheckChange names it
		case !definition.Sees(key, by):
			return domain.Forbidden(domain.CodeAccessDenied, "you may not change %s here", attribute.Label)
		case attribute.Bars(""):
			return domain.Invalid(domain.CodeDecisionInvalid, "%s is for %s to say: correct it there, or have the rule changed",
				attribute.Label, joined(attribute.Authorities))
		}
	}
	return nil
}

// refused says why an edit is not proposed.
func (w EditWish) refused(draft EditDraft) error {
	switch {
	case draft.Refusal != nil:
		return draft.Refusal
	case w.Version != 0 && w.Version != draft.Record.Version:
		return domain.Conflict(domain.CodeRecordStale, "the record has changed since you looked at it: it is at version %d now", draft.Record.Version)
	case len(draft.Items) == 0:
		return domain.Invalid(domain.CodeDecisionInvalid, "the record says all that already: nothing would change")
	default:
		return nil
	}
}

// title says what the edit comes to.
func (e EditDraft) title(definition domain.Definition) string {
	item := e.Items[0]
	touched := item.Touched()
	if len(touched) > 1 {
		return fmt.Sprintf("%d values of %s change", len(touched), item.Label)
	}
	attribute, _ := definition.Attribute(touched[0])
	before, after := domain.Beside(item.Before[touched[0]], item.Set[touched[0]])
	return fmt.Sprintf("%s of %s becomes %s instead of %s", attribute.Label, item.Label, orNothing(after), orNothing(before))
}
