package crosswalk

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Canonical stands in a Side for the golden records' own codes. No system can have this name.
const Canonical = domain.SystemCanonical

// MaxCodes is how many codes one question may hold.
const MaxCodes = 1000

// Side is whose codes are meant.
type Side struct {
	System domain.SystemID
	// Plant narrows a system that serves many plants; "" is the system's own plant, or any of them.
	Plant domain.PlantID
	// CodeType is the system's own where it is "".
	CodeType domain.CodeType
}

// Question asks what codes of one side are on the other.
type Question struct {
	From, To Side
	Domain   domain.DomainName
	Codes    []string
	// At is the day asked about; "" is today in the plant's time zone.
	At domain.Date
	// Known asks for the mappings as they were recorded at an instant; 0 is now. Whether a record is retired, and what it
	// forwards to, is always as of now.
	Known domain.Instant
	// Relations are those that count as mapped; none means equivalent only.
	Relations []domain.Relation
	// RequireBasis is person where mappings that a rule made do not count.
	RequireBasis domain.Basis
}

// Status says what was found of one code. Every answer has exactly one.
type Status string

// The statuses.
const (
	StatusMapped        Status = "mapped"
	StatusUnmapped      Status = "unmapped"
	StatusNotFound      Status = "not_found"
	StatusAmbiguous     Status = "ambiguous"
	StatusSuspect       Status = "suspect"
	StatusMappingEnded  Status = "mapping_ended"
	StatusRecordRetired Status = "record_retired"
	StatusPassthrough   Status = "passthrough"
	StatusFixed         Status = "fixed"
	StatusParked        Status = "parked"
)

// Statuses lists every status.
func Statuses() []Status {
	return []Status{StatusMapped, StatusUnmapped, StatusNotFound, StatusAmbiguous, StatusSuspect, StatusMappingEnded,
		StatusRecordRetired, StatusPassthrough, StatusFixed, StatusParked}
}

// Answer is what one code is on the other side. Only Code and Status are always set.
type Answer struct {
	Code     string
	Status   Status
	Target   domain.Code
	Relation domain.Relation
	Record   domain.ID
	// Factor is how many of the target's Unit one of the code's unit is.
	Factor   domain.Factor
	Unit     string
	Validity domain.Validity
	Basis    domain.Basis
	// Version is the place in the domain's changes at which what the answer rests on last changed.
	Version int64
}

// asked is a question whose systems are known and whose terms are settled.
type asked struct {
	Question
	from, to   domain.SourceSystem // zero for Canonical
	definition domain.Definition
	plants     domain.PlantScope
	codes      []domain.Code
}

// settle checks a question and fills in what it leaves open. What the actor may not see is not there.
func (c *Crosswalk) settle(ctx context.Context, by domain.Actor, q Question) (asked, error) {
	a := asked{Question: q, plants: by.Plants(domain.ActionRead)}
	if err := readsDomain(by, q.Domain, q.From.System, q.To.System); err != nil {
		return a, err
	}
	var err error
	if a.definition, err = c.Desk.Definitions.Definition(q.Domain); err != nil {
		return a, err
	}
	if err := a.checkTerms(); err != nil {
		return a, err
	}
	if a.from, err = c.side(ctx, by, q.Domain, &a.From); err != nil {
		return a, err
	}
	if a.to, err = c.side(ctx, by, q.Domain, &a.To); err != nil {
		return a, err
	}
	if a.codes, err = parseCodes(q.Codes); err != nil {
		return a, err
	}
	if a.At == "" {
		a.At, err = c.today(ctx, a.From.Plant, a.To.Plant)
	}
	return a, err
}

// checkTerms finds words that are none of ours.
func (a *asked) checkTerms() error {
	if len(a.Relations) == 0 {
		a.Relations = []domain.Relation{domain.RelationEquivalent}
	}
	for _, relation := range a.Relations {
		if !slices.Contains(domain.Relations(), relation) || relation == domain.RelationNot {
			return domain.Invalid(domain.CodeBodyInvalid, "%q is not a relation that can be asked for", string(relation))
		}
	}
	if !slices.Contains([]domain.Basis{"", domain.BasisPerson, domain.BasisRule}, a.RequireBasis) {
		return domain.Invalid(domain.CodeBodyInvalid, "%q is not a basis: person or rule", string(a.RequireBasis))
	}
	if len(a.Codes) == 0 || len(a.Codes) > MaxCodes {
		return domain.Invalid(domain.CodeBodyInvalid, "a question holds 1 to %d codes, not %d", MaxCodes, len(a.Codes))
	}
	return nil
}

// side looks a side's system up and fills in its plant and code type.
func (c *Crosswalk) side(ctx context.Context, by domain.Actor, name domain.DomainName, side *Side) (domain.SourceSystem, error) {
	if side.System == Canonical {
		if side.CodeType != "" {
			return domain.SourceSystem{}, domain.Invalid(domain.CodeBodyInvalid, "canonical codes have no code type")
		}
		return domain.SourceSystem{}, c.plantThere(ctx, by, domain.Scope{Domain: name, Plant: side.Plant, System: side.System})
	}
	system, err := c.system(ctx, by, name, side.System)
	if err != nil {
		return system, err
	}
	if side.CodeType == "" {
		side.CodeType = system.Codes
	}
	if !slices.Contains(domain.CodeTypes(), side.CodeType) {
		return system, domain.Invalid(domain.CodeBodyInvalid, "%q is not a code type", string(side.CodeType))
	}
	if system.Plant != "" {
		if side.Plant != "" && side.Plant != system.Plant {
			return system, domain.Invalid(domain.CodeBodyInvalid, "the system %s belongs to another plant than %s", string(system.ID), string(side.Plant))
		}
		side.Plant = system.Plant
		return system, nil
	}
	return system, c.plantThere(ctx, by, domain.Scope{Domain: name, Plant: side.Plant, System: system.ID})
}

// system returns one system; CodeSystemUnknown also for one the actor may not see.
func (c *Crosswalk) system(ctx context.Context, by domain.Actor, name domain.DomainName, id domain.SystemID) (domain.SourceSystem, error) {
	system, err := c.Store.Read().Systems.ByID(ctx, id)
	if err == nil && system.Plant != "" && !by.May(domain.ActionRead, domain.Scope{Domain: name, Plant: system.Plant, System: id}) {
		return domain.SourceSystem{}, domain.NotFound(domain.CodeSystemUnknown, "there is no system %q", string(id))
	}
	return system, err
}

// plantThere is CodePlantUnknown unless the plant is none or one that exists and the actor may see.
func (c *Crosswalk) plantThere(ctx context.Context, by domain.Actor, scope domain.Scope) error {
	if scope.Plant == "" {
		return nil
	}
	if !by.May(domain.ActionRead, scope) {
		return domain.NotFound(domain.CodePlantUnknown, "there is no plant %q", string(scope.Plant))
	}
	_, err := c.Store.Read().Plants.ByID(ctx, scope.Plant)
	return err
}

// readsDomain refuses an actor who may read the domain nowhere; who may do so in one system only passes where it is about that one.
func readsDomain(by domain.Actor, name domain.DomainName, systems ...domain.SystemID) error {
	for _, g := range by.Grants {
		reaches := (g.Domain == domain.Anywhere || g.Domain == name) && (g.System == "" || slices.Contains(systems, g.System))
		if g.Action == domain.ActionRead && reaches {
			return nil
		}
	}
	return by.Require(domain.ActionRead, domain.Scope{Domain: name})
}

func parseCodes(raw []string) ([]domain.Code, error) {
	codes := make([]domain.Code, len(raw))
	var faults []domain.FieldError
	for i, text := range raw {
		code, err := domain.ParseCode(text)
		if err != nil {
			faults = append(faults, domain.FieldError{Location: "/codes/" + strconv.Itoa(i), Msg: err.Error()})
		}
		codes[i] = code
	}
	if len(faults) == 0 {
		return codes, nil
	}
	err := domain.Invalid(domain.CodePlantCodeInvalid, "%d of the %d codes are none; the first: %s", len(faults), len(raw), faults[0].Msg)
	err.Fields = faults
	return nil, err
}

// today is the day in the zone of the first of the plants that is one, in UTC where none is.
func (c *Crosswalk) today(ctx context.Context, plants ...domain.PlantID) (domain.Date, error) {
	now, err := c.Store.Now(ctx)
	if err != nil {
		return "", err
	}
	for _, id := range plants {
		if id == "" {
			continue
		}
		plant, err := c.Store.Read().Plants.ByID(ctx, id)
		if domain.ErrorCode(err) == domain.CodePlantUnknown {
			continue // a system may name its plant before the plant has come in
		}
		if err != nil {
			return "", err
		}
		zone, err := time.LoadLocation(plant.TimeZone)
		if err != nil {
			return "", domain.Invalid(domain.CodeConfigInvalid, "the plant %s has no time zone that is known", string(id))
		}
		return domain.Date(now.Time().In(zone).Format(time.DateOnly)), nil
	}
	return domain.DateOf(now), nil
}
