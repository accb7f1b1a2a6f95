package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// DeclaredUse is how a plant uses a record, as somebody declares it.
type DeclaredUse struct {
	Plant    domain.PlantID
	State    domain.UseState
	Validity domain.Validity
}

// Uses returns how the plants that the actor may see use a record. CodeRecordUnknown.
func (c *Catalog) Uses(ctx context.Context, by domain.Actor, name domain.DomainName, id domain.ID) ([]domain.PlantUse, error) {
	if _, err := c.usedRecord(ctx, by, name, id); err != nil {
		return nil, err
	}
	uses, err := c.Store.Read().Uses.ByRecord(ctx, id)
	if err != nil {
		return nil, err
	}
	scope := by.Plants(domain.ActionRead)
	return slices.DeleteFunc(uses, func(u domain.PlantUse) bool { return !scope.All && !slices.Contains(scope.Plants, u.Plant) }), nil
}

// ProposeUse proposes that a plant uses a record so from now on: it is what makes the record missing there, or unexpected. All
// that is wrong with it comes back at once as the Fields of a CodeUseInvalid; CodeRecordUnknown; CodePlantUnknown also for a
// plant the actor may not see.
func (c *Catalog) ProposeUse(ctx context.Context, by domain.Actor, name domain.DomainName, id domain.ID, wanted DeclaredUse, reason string) (domain.ChangeRequest, error) {
	record, err := c.usedRecord(ctx, by, name, id)
	if err == nil {
		record, err = domain.HeirOf(ctx, c.Store.Read(), record.ID) // of a merged record it is the one that answers for it
	}
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	scope := domain.Scope{Domain: name, Plant: wanted.Plant}
	plant, err := c.Store.Read().Plants.ByID(ctx, wanted.Plant)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	if !by.May(domain.ActionRead, scope) {
		return domain.ChangeRequest{}, domain.NotFound(domain.CodePlantUnknown, "there is no plant %s", wanted.Plant)
	}
	if err := by.Require(domain.ActionPropose, scope); err != nil {
		return domain.ChangeRequest{}, err
	}
	if err := checkUse(plant, record, wanted, reason); err != nil {
		return domain.ChangeRequest{}, err
	}
	definition, err := c.Desk.Definitions.Definition(name)
	if err != nil {
		return domain.ChangeRequest{}, err
	}
	label := record.Attributes.Text(definition.NameAttribute)
	var request domain.ChangeRequest
	err = c.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: reason}, func(repos domain.Repos) error {
		use, err := nextUse(ctx, repos, record, wanted)
		if err != nil {
			return err
		}
		request, err = c.Desk.Propose(ctx, repos, by, domain.ChangeRequest{
			Kind: domain.RequestUse, Domain: name, Plant: wanted.Plant, Reason: reason,
			Title: fmt.Sprintf("%s at %s: %s", label, wanted.Plant, strings.ReplaceAll(string(wanted.State), "_", " ")),
		}, []domain.ChangeItem{{Action: domain.ItemUsePlant, Domain: name, Label: label, Record: record.ID, Use: &use}})
		return err
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("propose the use of %s at %s: %w", id, wanted.Plant, err)
	}
	return request, nil
}

// usedRecord returns the record, for whoever may read its domain anywhere.
func (c *Catalog) usedRecord(ctx context.Context, by domain.Actor, name domain.DomainName, id domain.ID) (domain.GoldenRecord, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return domain.GoldenRecord{}, by.Require(domain.ActionRead, domain.Scope{})
	}
	record, err := c.Store.Read().Records.ByID(ctx, id)
	if err == nil && record.Domain != name {
		return domain.GoldenRecord{}, domain.NotFound(domain.CodeRecordUnknown, "there is no such record")
	}
	return record, err
}

// checkUse finds everything that is wrong with a declared use.
func checkUse(plant domain.Plant, record domain.GoldenRecord, wanted DeclaredUse, reason string) error {
	var faults []domain.FieldError
	fault := func(location, format string, args ...any) {
		faults = append(faults, domain.FieldError{Location: location, Msg: fmt.Sprintf(format, args...)})
	}
	if !slices.Contains(domain.UseStates(), wanted.State) {
		fault("/state", "%q is no state of use", wanted.State)
	}
	if v := wanted.Validity; v.From != "" && v.To != "" && v.To <= v.From {
		fault("/valid_to", "the use would end on %s before it begins on %s", v.To, v.From)
	}
	if strings.TrimSpace(reason) == "" {
		fault("/reason", "a change needs a reason")
	}
	switch record.State {
	case domain.RecordActive, domain.RecordPhaseOut:
	default:
		if wanted.State != domain.UseNotUsed {
			fault("/state", "the record is %s: no plant can come to use it", record.State)
		}
	}
	if plant.State == domain.PlantClosed {
		fault("/plant", "the plant %s is closed", plant.ID)
	}
	if len(faults) == 0 {
		return nil
	}
	err := domain.Invalid(domain.CodeUseInvalid, "the use cannot be declared: %s", faults[0].Msg)
	err.Fields = faults
	return err
}

// nextUse returns the use as it will be, following the one there is; it refuses one that would change nothing.
func nextUse(ctx context.Context, repos domain.Repos, record domain.GoldenRecord, wanted DeclaredUse) (domain.PlantUse, error) {
	use := domain.PlantUse{
		Record: record.ID, Domain: record.Domain, Plant: wanted.Plant, State: wanted.State, Validity: wanted.Validity, Source: "declared", Version: 1,
	}
	present, err := repos.Uses.ByRecords(ctx, wanted.Plant, []domain.ID{record.ID})
	if err != nil || len(present) == 0 {
		return use, err
	}
	old := present[0]
	if old.State == use.State && old.Validity == use.Validity && old.Source == use.Source {
		return use, domain.Invalid(domain.CodeUseInvalid, "the plant's use of the record is declared so already")
	}
	use.Version = old.Version + 1
	return use, nil
}
