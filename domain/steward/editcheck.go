package steward

import (
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// refusal says why an edit cannot be made; nil where it can. What it names is judged as it is asked for, also where the record
// says so already.
func (e *editor) refusal(record domain.GoldenRecord, edit RecordEdit, change domain.ChangeItem) error {
	if !record.InUse() {
		return domain.Conflict(domain.CodeRecordState, "%s is %s: its values cannot be changed", change.Label, record.State)
	}
	if err := e.moved(record, edit, change); err != nil {
		return err
	}
	faults := e.definition.CheckChange(edit.Set)
	for _, key := range edit.Clear {
		if _, known := e.definition.Attribute(key); !known {
			faults = append(faults, domain.FieldError{Location: "/" + string(key), Msg: "the " + e.definition.Label + " has no such attribute"})
		}
	}
	faults = append(faults, e.places(change)...)
	faults = append(faults, e.pointless(record, change)...)
	if len(faults) == 0 {
		faults = e.definition.Faults(updated(record.Attributes, change))
	}
	if len(faults) > 0 {
		err := domain.Invalid(domain.CodeValueInvalid, "%s: %s", faults[0].Location[1:], faults[0].Msg)
		err.Fields = faults
		return err
	}
	code := change.Set.Text(e.definition.CodeAttribute)
	if other, taken := e.codes[code]; taken && code != "" && other.ID != record.ID {
		return domain.Conflict(domain.CodeRecordCodeTaken, "the code %s belongs to %s already", code, other.Attributes.Text(e.definition.NameAttribute))
	}
	return nil
}

// moved is CodeRecordStale when what the edit changes is not as it was at the version it was made on.
func (e *editor) moved(record domain.GoldenRecord, edit RecordEdit, change domain.ChangeItem) error {
	if edit.Base == 0 || edit.Base == record.Version {
		return nil
	}
	base, known := e.bases[record.ID]
	if !known {
		return domain.Conflict(domain.CodeRecordStale, "%s never had a version %d: it is at version %d", change.Label, edit.Base, record.Version)
	}
	var moved []domain.FieldError
	for _, key := range change.Touched() {
		if domain.Equal(base.Attributes[key], record.Attributes[key]) {
			continue
		}
		attribute, _ := e.definition.Attribute(key)
		moved = append(moved, domain.FieldError{Location: "/" + string(key), Msg: attribute.Label + " is " + orNothing(record.Attributes.Text(key)) + " by now"})
	}
	if len(moved) == 0 {
		return nil
	}
	err := domain.Conflict(domain.CodeRecordStale, "somebody has changed it since you looked: %s", moved[0].Msg)
	err.Fields = moved
	return err
}

// places finds values for plants and companies that there are not.
func (e *editor) places(change domain.ChangeItem) []domain.FieldError {
	var faults []domain.FieldError
	for _, key := range change.Touched() {
		_, place := key.Split()
		known := place.Plant == "" || slices.ContainsFunc(e.plants, func(p domain.Plant) bool { return p.ID == place.Plant })
		if !known || (place.Company != "" && !e.companies[place.Company]) {
			faults = append(faults, domain.FieldError{Location: "/" + string(key), Msg: "there is no such plant or company"})
		}
	}
	return faults
}

// pointless finds values that point at a record that is not there, is not in use, or is the record itself.
func (e *editor) pointless(record domain.GoldenRecord, change domain.ChangeItem) []domain.FieldError {
	var faults []domain.FieldError
	for _, key := range change.Touched() {
		value := change.Set[key]
		for _, id := range references(domain.Attributes{key: value}) {
			msg := ""
			switch pointed, known := e.referred[id]; {
			case id == record.ID:
				msg = "a record does not point at itself"
			case !known:
				msg = "there is no such record to point at"
			case !pointed.InUse():
				msg = "it points at a record that is " + string(pointed.State)
			}
			if msg != "" {
				faults = append(faults, domain.FieldError{Location: "/" + string(key), Msg: msg})
			}
		}
	}
	return faults
}
