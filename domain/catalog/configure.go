package catalog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Configuration is what `crosswalk apply` brings: systems, plants, plans and authorities as they are to be, and entries of code
// lists. What it does not name stays.
type Configuration struct {
	Systems []domain.SourceSystem
	Plants  []domain.Plant
	Plans   []domain.Plan
	// Policies say what becomes of codes that are not mapped.
	Policies []domain.UnmappedPolicy
	// CodeLists bring entries: those of a list that are not named stay.
	CodeLists   []domain.CodeList
	Authorities []domain.Authority
	// Approvals is who must approve what; nil leaves it as it is.
	Approvals *domain.ApprovalPolicy
}

// ProposeConfiguration proposes a configuration as one change request. All its faults come back at once, as the Fields of one
// CodeConfigInvalid error. What is as it should be already is left out.
func (c *Catalog) ProposeConfiguration(ctx context.Context, by domain.Actor, wanted Configuration, reason string) (domain.ChangeRequest, error) {
	var request domain.ChangeRequest
	if err := by.Require(domain.ActionConfigure, domain.Scope{}); err != nil {
		return request, err // before anything is said of what there is
	}
	err := c.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: reason}, func(repos domain.Repos) error {
		cf, err := newConfigurer(ctx, repos.Reads, by, wanted)
		if err != nil {
			return err
		}
		cf.definitions = c.Desk.Definitions
		items, err := cf.items()
		if err != nil {
			return err
		}
		request, err = c.Desk.Propose(ctx, repos, by, domain.ChangeRequest{
			Kind: domain.RequestConfiguration, Title: fmt.Sprintf("Configuration: %s", strings.Join(cf.names, ", ")), Reason: reason,
		}, items)
		return err
	})
	if err != nil {
		return domain.ChangeRequest{}, fmt.Errorf("propose configuration: %w", err)
	}
	return request, nil
}

// configurer compares a wanted configuration with the present one.
type configurer struct {
	by          domain.Actor
	definitions interface {
		Definition(domain.DomainName) (domain.Definition, error)
	}
	wanted  Configuration
	systems map[domain.SystemID]domain.SourceSystem
	plants  map[domain.PlantID]domain.Plant
	plans   map[string]domain.Plan
	// policies are those there are; fixed are the canonical codes they name and that exist.
	policies map[[2]string]domain.UnmappedPolicy
	fixed    map[[2]string]bool
	named    map[string]bool
	names    []string
	faults   []domain.FieldError
	governing
}

func newConfigurer(ctx context.Context, reads domain.Reads, by domain.Actor, wanted Configuration) (*configurer, error) {
	systems, err := reads.Systems.List(ctx)
	if err != nil {
		return nil, err
	}
	plants, err := reads.Plants.List(ctx)
	if err != nil {
		return nil, err
	}
	plans, err := reads.Plans.List(ctx)
	if err != nil {
		return nil, err
	}
	policies, fixed, err := presentPolicies(ctx, reads, wanted.Policies)
	if err != nil {
		return nil, err
	}
	governing, err := newGoverning(ctx, reads)
	if err != nil {
		return nil, err
	}
	return &configurer{
		by: by, wanted: wanted, governing: governing, named: map[string]bool{},
		systems: byKey(systems, func(s domain.SourceSystem) domain.SystemID { return s.ID }),
		plants:  byKey(plants, func(p domain.Plant) domain.PlantID { return p.ID }),
		plans:   byKey(plans, func(p domain.Plan) string { return p.ID }), policies: policies, fixed: fixed,
	}, nil
}

func byKey[K comparable, V any](list []V, key func(V) K) map[K]V {
	found := make(map[K]V, len(list))
	for _, v := range list {
		found[key(v)] = v
	}
	return found
}

// items returns what has to change, plants first, or every fault at once.
func (cf *configurer) items() ([]domain.ChangeItem, error) {
	var items []domain.ChangeItem
	for i, plant := range cf.wanted.Plants {
		items = cf.plant(items, fmt.Sprintf("/plants/%d", i), plant)
	}
	for i, system := range cf.wanted.Systems {
		items = cf.system(items, fmt.Sprintf("/systems/%d", i), system)
	}
	for i, plan := range cf.wanted.Plans {
		items = cf.plan(items, fmt.Sprintf("/plans/%d", i), plan)
	}
	for i, policy := range cf.wanted.Policies {
		items = cf.policy(items, fmt.Sprintf("/unmapped_policies/%d", i), policy)
	}
	items = cf.approvals(cf.governed(items))
	if len(cf.faults) > 0 {
		err := domain.Invalid(domain.CodeConfigInvalid, "the configuration has %d faults; the first: %s", len(cf.faults), cf.faults[0].Msg)
		err.Fields = cf.faults
		return nil, err
	}
	return items, nil
}

func (cf *configurer) fault(location, format string, args ...any) {
	cf.faults = append(cf.faults, domain.FieldError{Location: location, Msg: fmt.Sprintf(format, args...)})
}

// once finds what is named twice: only one of the two can be meant.
func (cf *configurer) once(location, name string) {
	if cf.named[name] {
		cf.fault(location+"/id", "%s stands in the configuration twice", name)
	}
	cf.named[name] = true
}

var (
	slugForm  = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)
	plantForm = regexp.MustCompile(`^[A-Z0-9]{1,16}$`)
)

func (cf *configurer) plant(items []domain.ChangeItem, at string, plant domain.Plant) []domain.ChangeItem {
	present, known := cf.plants[plant.ID]
	cf.once(at, "plant "+string(plant.ID))
	if !plantForm.MatchString(string(plant.ID)) {
		cf.fault(at+"/id", "a plant's code has 1 to 16 capital letters and digits, unlike %q", plant.ID)
	}
	if _, err := time.LoadLocation(plant.TimeZone); err != nil || plant.TimeZone == "" {
		cf.fault(at+"/time_zone", "%q is not a time zone such as Europe/Berlin", plant.TimeZone)
	}
	if !slices.Contains(domain.PlantMachine().States, plant.State) {
		cf.fault(at+"/state", "%q is not a plant's state", plant.State)
	} else if known && present.State != plant.State && !domain.PlantMachine().Can(present.State, plant.State) {
		cf.fault(at+"/state", "a plant that is %s cannot become %s", present.State, plant.State)
	}
	for _, language := range plant.Languages {
		if !domain.IsLanguage(language) {
			cf.fault(at+"/languages", "a language is named as in de or pt-BR, unlike %q", language)
		}
	}
	cf.plants[plant.ID] = plant
	plant.Version = present.Version
	if known && same(plant, present) {
		return items
	}
	plant.Version++
	cf.names = append(cf.names, "plant "+string(plant.ID))
	return append(items, domain.ChangeItem{Action: domain.ItemPutPlant, Label: plant.Name, Plant: &plant})
}

func (cf *configurer) system(items []domain.ChangeItem, at string, system domain.SourceSystem) []domain.ChangeItem {
	present, known := cf.systems[system.ID]
	cf.once(at, "system "+string(system.ID))
	if !slugForm.MatchString(string(system.ID)) {
		cf.fault(at+"/id", "a system's ID has small letters, digits and hyphens, unlike %q", system.ID)
	}
	if system.ID == domain.SystemCanonical {
		cf.fault(at+"/id", "%s stands for Crosswalk's own codes; give the system another ID", system.ID)
	}
	if !slices.Contains(domain.SystemKinds(), system.Kind) {
		cf.fault(at+"/kind", "there is no connector of kind %q", system.Kind)
	}
	if _, ok := cf.plants[system.Plant]; system.Plant != "" && !ok {
		cf.fault(at+"/plant", "there is no plant %q", system.Plant)
	}
	for _, key := range slices.Sorted(maps.Keys(system.Settings)) {
		if fault := settingFault(key, system.Settings[key]); fault != "" {
			cf.fault(at+"/settings/"+key, "%s", fault)
		}
	}
	cf.streams(at, system)
	if system.UnguardedAcceptedBy != "" && system.UnguardedAcceptedBy != present.UnguardedAcceptedBy {
		system.UnguardedAcceptedBy = cf.by.ID // who proposes it is the one who answers for it
	}
	system.Streams = cf.speaking(system)
	system.Codes = orDefault(system.Codes, domain.CodeInternalNumber)
	system.CodeRule = orDefault(system.CodeRule, domain.CodesExact)
	cf.systems[system.ID] = system
	system.Version = present.Version
	if known && same(system, present) {
		return items
	}
	system.Version++
	cf.names = append(cf.names, "system "+string(system.ID))
	return append(items, domain.ChangeItem{Action: domain.ItemPutSystem, Label: system.Name, System: &system})
}

// streams finds what is wrong with how the domains are to be read. The expressions are compiled by the connector, at the first
// check of the connection.
func (cf *configurer) streams(at string, system domain.SourceSystem) {
	seen := map[domain.DomainName]bool{}
	for i, stream := range system.Streams {
		below := fmt.Sprintf("%s/streams/%d", at, i)
		definition, err := cf.definitions.Definition(stream.Domain)
		switch {
		case err != nil:
			cf.fault(below+"/domain", "there is no domain %q", stream.Domain)
		case seen[stream.Domain]:
			cf.fault(below+"/domain", "the system has two streams of the domain %s", stream.Domain)
		}
		seen[stream.Domain] = true
		for _, id := range slices.Sorted(maps.Keys(stream.Fields)) {
			if _, ok := definition.Attribute(id); err == nil && (!ok || id != id.Plain()) {
				cf.fault(below+"/fields/"+string(id), "the %s has no attribute %q", definition.Label, id)
			}
		}
		for _, fault := range stream.Faults(system.Kind) {
			cf.fault(below+fault.Location, "%s", fault.Msg)
		}
	}
}

// speaking are a system's streams, each with its language: that of the plant where none is named. An Odoo says itself which
// language a text is in.
func (cf *configurer) speaking(system domain.SourceSystem) []domain.Stream {
	language := domain.English
	if languages := cf.plants[system.Plant].Languages; len(languages) > 0 {
		language = languages[0]
	}
	streams := slices.Clone(system.Streams)
	for i := range streams {
		if system.Kind != domain.SystemOdoo {
			streams[i].Language = orDefault(streams[i].Language, language)
		}
	}
	return streams
}

// settingFault says what is wrong with one setting: secrets stand in settings only as references.
func settingFault(key, value string) string {
	reference := strings.HasSuffix(key, "_ref")
	if reference && !strings.HasPrefix(value, "env:") && !strings.HasPrefix(value, "file:") {
		return "a reference to a secret begins with env: or file:"
	}
	for _, word := range []string{"password", "secret", "token", "key", "dsn"} {
		if !reference && strings.Contains(key, word) {
			return "a secret stands in the settings only as a reference: name it " + key + "_ref and give env:NAME or file:PATH"
		}
	}
	return ""
}

func (cf *configurer) plan(items []domain.ChangeItem, at string, plan domain.Plan) []domain.ChangeItem {
	present, known := cf.plans[plan.ID]
	cf.once(at, "plan "+plan.ID)
	if !slugForm.MatchString(plan.ID) {
		cf.fault(at+"/id", "a plan's ID has small letters, digits and hyphens, unlike %q", plan.ID)
	}
	if _, ok := cf.systems[plan.System]; !ok {
		cf.fault(at+"/system", "there is no system %q", plan.System)
	}
	if plan.DropHoldPercent < 0 || plan.DropHoldPercent > 100 {
		cf.fault(at+"/drop_hold_percent", "a percentage lies between 0 and 100")
	}
	cf.planAttributes(at, plan)
	cf.planSchedules(at, plan)
	plan.Version = present.Version
	if known && same(plan, present) {
		return items
	}
	plan.Version++
	cf.names = append(cf.names, "plan "+plan.ID)
	return append(items, domain.ChangeItem{Action: domain.ItemPutPlan, Label: plan.Name, Plan: &plan})
}

func (cf *configurer) planAttributes(at string, plan domain.Plan) {
	definition, err := cf.definitions.Definition(plan.Domain)
	if err != nil {
		cf.fault(at+"/domain", "there is no domain %q", plan.Domain)
		return
	}
	for _, id := range plan.Attributes {
		if _, ok := definition.Attribute(id); !ok || id != id.Plain() {
			cf.fault(at+"/attributes", "the %s has no attribute %q", definition.Label, id)
		}
	}
}

// maxSchedules bounds how many schedules a plan may have.
const maxSchedules = 10

// planSchedules finds what is wrong with when the plan is to run.
func (cf *configurer) planSchedules(at string, plan domain.Plan) {
	zone := plan.Zone(cf.plants[cf.systems[plan.System].Plant].TimeZone)
	if _, err := domain.ParseZone(zone); err != nil {
		cf.fault(at+"/time_zone", "%q is not a time zone such as Europe/Berlin", zone)
		zone = "UTC" // so that faults of the schedules show as well
	}
	if len(plan.Schedules) > maxSchedules {
		cf.fault(at+"/schedules", "a plan has at most %d schedules", maxSchedules)
		return
	}
	for i, schedule := range plan.Schedules {
		below := fmt.Sprintf("%s/schedules/%d", at, i)
		if schedule.Mode != domain.RunComplete && schedule.Mode != domain.RunIncremental {
			cf.fault(below+"/mode", "a run is complete or incremental, not %q", schedule.Mode)
		}
		var wrong *domain.Error
		if _, err := domain.ParseTimetable(schedule.Cron, zone); errors.As(err, &wrong) {
			cf.fault(below+"/cron", "%s", wrong.Msg)
		}
	}
}

func orDefault[S ~string](value, fallback S) S {
	if value == "" {
		return fallback
	}
	return value
}

// same compares two configured things by what they say; nil and empty lists say the same. Texts are quoted, so that one with
// a blank is not taken for two.
func same(a, b any) bool { return fmt.Sprintf("%q", a) == fmt.Sprintf("%q", b) }
