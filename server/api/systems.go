package api

import (
	"context"
	"maps"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// System is a source system. Settings never hold a secret: what is one stands there as a reference.
type System struct {
	ID                  string            `json:"id"`
	Name                string            `json:"name"`
	Kind                string            `json:"kind"`
	Plant               string            `json:"plant" doc:"empty for a system that serves many plants"`
	Codes               string            `json:"codes" doc:"the type of the codes its records are joined by"`
	Writable            bool              `json:"writable"`
	UnguardedAcceptedBy string            `json:"unguarded_accepted_by"`
	Settings            map[string]string `json:"settings"`
	Domains             []string          `json:"domains"`
	Records             int               `json:"records"`
	Version             int               `json:"version"`
}

// SystemCheck is how a connection was found.
type SystemCheck struct {
	System string      `json:"system"`
	OK     bool        `json:"ok"`
	Steps  []CheckStep `json:"steps"`
}

// CheckStep is one step of a connection check.
type CheckStep struct {
	Name         string `json:"name"`
	OK           bool   `json:"ok"`
	Hint         string `json:"hint"`
	Milliseconds int    `json:"milliseconds"`
}

// Plant is one site with its own codes.
type Plant struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	TimeZone  string   `json:"time_zone"`
	Languages []string `json:"languages"`
	Currency  string   `json:"currency"`
	State     string   `json:"state"`
	ValidFrom string   `json:"valid_from" doc:"the first day; empty: always"`
	ValidTo   string   `json:"valid_to" doc:"the first day on which it is no more; empty: open"`
	// Bindings tie it to what it is in the systems.
	Bindings []BindingConfig `json:"bindings"`
	Version  int             `json:"version"`
}

// Plan says what a reconciliation compares.
type Plan struct {
	ID              string           `json:"id"`
	Name            string           `json:"name"`
	Domain          string           `json:"domain"`
	System          string           `json:"system"`
	Attributes      []string         `json:"attributes" doc:"empty: all the system supplies"`
	DropHoldPercent int              `json:"drop_hold_percent"`
	Schedules       []ScheduleConfig `json:"schedules" doc:"when it runs by itself; none: by hand only"`
	TimeZone        string           `json:"time_zone" doc:"of the schedules"`
	Paused          bool             `json:"paused"`
	NextRun         string           `json:"next_run" doc:"when it runs next by itself; empty for never"`
	NextMode        string           `json:"next_mode" doc:"how much that run reads"`
	Version         int              `json:"version"`
	LastRun         *Run             `json:"last_run,omitempty"`
}

func (a *API) registerSystems() {
	handle(a, operation(http.MethodGet, "/systems", "list-systems", "The source systems"), a.systems)
	handle(a, operation(http.MethodPost, "/systems/{id}/check", "check-system", "Try the connection to a system"), a.checkSystem)
	handle(a, operation(http.MethodGet, "/plants", "list-plants", "The plants"), a.plants)
	handle(a, operation(http.MethodGet, "/plans", "list-plans", "The reconciliation plans"), a.plans)
	handle(a, created("/plans/{id}/pause", "propose-plan-pause", "Propose that a plan no longer runs by itself, or does again"), a.pausePlan)
}

func (a *API) systems(ctx context.Context, _ *struct{}) (*body[List[System]], error) {
	systems, err := a.Catalog.Systems(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	return listOf(systems, "", func(v catalog.SystemView) System {
		s := systemOf(v.System)
		s.Records, s.Domains = v.Records, a.domainsOf(v.System)
		return s
	}), nil
}

// domainsOf lists the domains a system supplies anything of.
func (a *API) domainsOf(system domain.SourceSystem) []string {
	names := []string{}
	for _, name := range catalog.Domains() {
		if len(a.Desk.Fields.Supplied(system, name)) > 0 {
			names = append(names, string(name))
		}
	}
	return names
}

func systemOf(s domain.SourceSystem) System {
	out := System{
		ID: string(s.ID), Name: s.Name, Kind: string(s.Kind), Plant: string(s.Plant), Codes: string(s.Codes), Writable: s.Writable,
		UnguardedAcceptedBy: string(s.UnguardedAcceptedBy), Settings: map[string]string{}, Domains: []string{}, Version: s.Version,
	}
	maps.Copy(out.Settings, s.Settings)
	return out
}

func (a *API) checkSystem(ctx context.Context, in *IDInput) (*body[SystemCheck], error) {
	steps, err := a.Check(ctx, actorOf(ctx), domain.SystemID(in.ID))
	if err != nil {
		return nil, err
	}
	check := SystemCheck{System: in.ID, OK: true, Steps: each(steps, func(s reconcile.CheckStep) CheckStep {
		return CheckStep{Name: s.Name, OK: s.OK, Hint: s.Hint, Milliseconds: int(s.Took.Milliseconds())}
	})}
	for _, step := range steps {
		check.OK = check.OK && step.OK
	}
	return bodyOf(check), nil
}

func (a *API) plants(ctx context.Context, _ *struct{}) (*body[List[Plant]], error) {
	plants, err := a.Catalog.Plants(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	return listOf(plants, "", plantOf), nil
}

func plantOf(p domain.Plant) Plant {
	return Plant{
		ID: string(p.ID), Name: p.Name, TimeZone: p.TimeZone, Languages: texts(p.Languages), Currency: p.Currency,
		State: string(p.State), ValidFrom: string(p.Validity.From), ValidTo: string(p.Validity.To), Version: p.Version,
		Bindings: each(p.Bindings, func(b domain.PlantBinding) BindingConfig {
			return BindingConfig{System: string(b.System), Company: b.Company, Warehouse: b.Warehouse}
		}),
	}
}

func (a *API) plans(ctx context.Context, _ *struct{}) (*body[List[Plan]], error) {
	by := actorOf(ctx)
	plans, err := a.Catalog.Plans(ctx, by)
	if err != nil {
		return nil, err
	}
	out := listOf(plans, "", planOf)
	for i := range out.Body.Items {
		next, zone, err := a.Desk.Next(ctx, plans[i])
		if err != nil {
			return nil, err
		}
		out.Body.Items[i].NextRun, out.Body.Items[i].NextMode, out.Body.Items[i].TimeZone = next.At.String(), string(next.Mode), zone
		runs, _, err := a.Desk.Runs(ctx, by, out.Body.Items[i].ID, domain.Page{Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(runs) > 0 {
			last := runOf(runs[0])
			out.Body.Items[i].LastRun = &last
		}
	}
	return out, nil
}

// Pause says whether a plan is to be paused.
type Pause struct {
	Paused bool   `json:"paused"`
	Reason string `json:"reason" maxLength:"2000"`
}

// pauseInput is POST /plans/{id}/pause.
type pauseInput struct {
	IDInput
	IfMatch string `header:"If-Match" required:"true" doc:"the version that was looked at"`
	Body    Pause
}

func (a *API) pausePlan(ctx context.Context, in *pauseInput) (*body[ChangeRequest], error) {
	version, err := parseETag(in.IfMatch)
	if err != nil {
		return nil, err
	}
	request, err := a.Catalog.ProposePause(ctx, actorOf(ctx), catalog.Pause{Plan: in.ID, Version: version, Paused: in.Body.Paused}, in.Body.Reason)
	if domain.ErrorCode(err) == domain.CodePlanStale {
		return nil, preconditionError{err}
	}
	if err != nil {
		return nil, err
	}
	return a.requestByID(ctx, request.ID)
}

func planOf(p domain.Plan) Plan {
	return Plan{
		ID: p.ID, Name: p.Name, Domain: string(p.Domain), System: string(p.System), Attributes: texts(p.Attributes),
		DropHoldPercent: p.DropHold(), Paused: p.Paused, Version: p.Version,
		Schedules: each(p.Schedules, func(s domain.Schedule) ScheduleConfig {
			return ScheduleConfig{Cron: s.Cron, Mode: string(s.Mode)}
		}),
	}
}
