package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// Configuration is how systems, plants and plans come in; its keys are those of the file of `crosswalk apply`.
type Configuration struct {
	Reason  string         `json:"reason" maxLength:"2000" doc:"why; it stands in the change request"`
	Systems []SystemConfig `json:"systems,omitempty" maxItems:"1000"`
	Plants  []PlantConfig  `json:"plants,omitempty" maxItems:"1000"`
	Plans   []PlanConfig   `json:"plans,omitempty" maxItems:"1000"`
	// Policies are for codes that are not mapped.
	Policies []PolicyConfig `json:"unmapped_policies,omitempty" maxItems:"1000" doc:"what a sync job is told of codes that are not mapped"`
	// CodeLists bring entries, Authorities are as they are to be.
	CodeLists   []CodeListConfig  `json:"code_lists,omitempty" maxItems:"200" doc:"entries that come in or change; those not named stay"`
	Authorities []AuthorityConfig `json:"authorities,omitempty" maxItems:"100"`
	// ApprovalPolicy is as it is to be; a change of it always needs a second person.
	ApprovalPolicy *ApprovalPolicy `json:"approval_policy,omitempty" doc:"who must approve what, as a whole; left out: it stays"`
}

// SystemConfig is a source system as it is to be.
type SystemConfig struct {
	ID                  string            `json:"id"`
	Name                string            `json:"name"`
	Kind                string            `json:"kind" doc:"odoo, sql, rest or file"`
	Plant               string            `json:"plant,omitempty"`
	Codes               string            `json:"codes,omitempty" doc:"internal, default_code, database_id, barcode, mpn or legacy"`
	CodeRule            string            `json:"code_rule,omitempty" doc:"exact or upper"`
	Writable            bool              `json:"writable,omitempty"`
	Settings            map[string]string `json:"settings,omitempty" doc:"secrets only as references: reader_key_ref: env:NAME or file:PATH"`
	Streams             []StreamConfig    `json:"streams,omitempty" maxItems:"100"`
	UnguardedAcceptedBy string            `json:"unguarded_accepted_by,omitempty" doc:"whoever proposes a new one answers for writing without a guard in the target"`
}

// StreamConfig says how one domain is read from a system whose shape is not fixed.
type StreamConfig struct {
	Domain   string            `json:"domain"`
	Query    string            `json:"query,omitempty" maxLength:"20000" doc:"sql: one SELECT"`
	Request  *RequestConfig    `json:"request,omitempty" doc:"rest: what is asked over HTTP"`
	Glob     string            `json:"glob,omitempty" maxLength:"200" doc:"file: which files of the folder, such as items_*.csv"`
	Key      string            `json:"key"`
	Language string            `json:"language,omitempty" maxLength:"20" example:"de" doc:"the language of its texts; left out: the first language of the system's plant, else en"`
	Active   string            `json:"active,omitempty"`
	Fields   map[string]string `json:"fields"`
}

// RequestConfig says how records are asked for over HTTP, and how it is known that all of them came.
type RequestConfig struct {
	Path       string            `json:"path" maxLength:"1000" doc:"appended to the system's base_url"`
	Parameters map[string]string `json:"parameters,omitempty"`
	Records    string            `json:"records,omitempty" maxLength:"500" doc:"where the list stands in an answer, such as data.items; empty: the answer is the list"`
	Total      string            `json:"total,omitempty" maxLength:"500" doc:"where an answer says how many records there are"`
	More       string            `json:"more,omitempty" maxLength:"500" doc:"where an answer says, by true or false, whether others follow"`
	Paging     *PagingConfig     `json:"paging,omitempty"`
}

// PagingConfig says how a long list is asked for in parts.
type PagingConfig struct {
	Kind          string `json:"kind" doc:"none, offset, page, cursor or link"`
	Parameter     string `json:"parameter,omitempty" maxLength:"200" doc:"carries the offset, the page's number or the cursor"`
	SizeParameter string `json:"size_parameter,omitempty" maxLength:"200"`
	Size          int    `json:"size,omitempty"`
	First         int    `json:"first,omitempty" doc:"the number of the first page"`
	Next          string `json:"next,omitempty" maxLength:"500" doc:"where an answer has the next cursor, or the link to the next page"`
	MaxPages      int    `json:"max_pages,omitempty" doc:"ends a reading that goes on and on; 0 means 10,000"`
}

// PlantConfig is a plant as it is to be.
type PlantConfig struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	TimeZone  string          `json:"time_zone"`
	Languages []string        `json:"languages,omitempty" maxItems:"50"`
	Currency  string          `json:"currency,omitempty"`
	State     string          `json:"state"`
	ValidFrom string          `json:"valid_from,omitempty"`
	ValidTo   string          `json:"valid_to,omitempty"`
	Bindings  []BindingConfig `json:"bindings,omitempty" maxItems:"100"`
}

// BindingConfig ties a plant to its company and warehouse in one system.
type BindingConfig struct {
	System    string `json:"system"`
	Company   string `json:"company,omitempty"`
	Warehouse string `json:"warehouse,omitempty"`
}

// PlanConfig is a reconciliation plan as it is to be.
type PlanConfig struct {
	ID              string           `json:"id"`
	Name            string           `json:"name"`
	Domain          string           `json:"domain"`
	System          string           `json:"system"`
	Attributes      []string         `json:"attributes,omitempty" maxItems:"500"`
	DropHoldPercent int              `json:"drop_hold_percent,omitempty"`
	Schedules       []ScheduleConfig `json:"schedules,omitempty" maxItems:"10" doc:"when it runs by itself; none: by hand only"`
	TimeZone        string           `json:"time_zone,omitempty" maxLength:"64" doc:"of the schedules, such as Europe/Berlin; empty: that of the system's plant"`
	Paused          bool             `json:"paused,omitempty" doc:"stops the schedules, not runs by hand"`
}

// ScheduleConfig says when a plan runs by itself.
type ScheduleConfig struct {
	Cron string `json:"cron" maxLength:"200" example:"30 2 * * *" doc:"minute, hour, day of month, month, day of week"`
	Mode string `json:"mode" enum:"complete,incremental"`
}

// PolicyConfig says what is answered of a system's codes that are not mapped.
type PolicyConfig struct {
	System string `json:"system"`
	Domain string `json:"domain"`
	Action string `json:"action" doc:"reject, park, passthrough or fixed"`
	Code   string `json:"code,omitempty" maxLength:"128" doc:"fixed: the canonical code that stands in"`
}

// configurationInput is POST /configurations.
type configurationInput struct{ Body Configuration }

// ProposeLoad names what is to be loaded.
type ProposeLoad struct {
	System string `json:"system"`
	Domain string `json:"domain"`
	Reason string `json:"reason" maxLength:"2000"`
}

// initialLoadInput is POST /initial-loads.
type initialLoadInput struct{ Body ProposeLoad }

// InitialLoad is a proposed initial load.
type InitialLoad struct {
	ChangeRequest ChangeRequest   `json:"change_request"`
	Records       int             `json:"records"`
	Skipped       []SkippedRecord `json:"skipped"`
}

// SkippedRecord is a source record that the load leaves staged.
type SkippedRecord struct {
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

func (a *API) registerConfiguration() {
	handle(a, operation(http.MethodGet, "/configurations", "get-configuration", "All that is configured, as it can be proposed"),
		func(ctx context.Context, _ *struct{}) (*body[Configuration], error) {
			all, err := a.Catalog.Configuration(ctx, actorOf(ctx))
			if err != nil {
				return nil, err
			}
			return bodyOf(ConfigurationOf(all)), nil
		})
	handle(a, created("/configurations", "propose-configuration", "Propose systems, plants and plans"), a.proposeConfiguration)
	handle(a, created("/initial-loads", "propose-initial-load", "Propose that a system's active records become golden"), a.proposeLoad)
}

func (a *API) proposeConfiguration(ctx context.Context, in *configurationInput) (*body[ChangeRequest], error) {
	wanted, err := in.Body.Domain()
	if err != nil {
		return nil, err
	}
	request, err := a.Catalog.ProposeConfiguration(ctx, actorOf(ctx), wanted, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return a.requestByID(ctx, request.ID)
}

func (a *API) proposeLoad(ctx context.Context, in *initialLoadInput) (*body[InitialLoad], error) {
	load, err := a.Catalog.ProposeLoad(ctx, actorOf(ctx), domain.SystemID(in.Body.System), domain.DomainName(in.Body.Domain), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	request, err := a.requestByID(ctx, load.Request.ID)
	if err != nil {
		return nil, err
	}
	return bodyOf(InitialLoad{
		ChangeRequest: request.Body, Records: load.Records,
		Skipped: each(load.Skipped, func(s catalog.SkippedRecord) SkippedRecord {
			return SkippedRecord{Code: string(s.Code), Reason: s.Reason}
		}),
	}), nil
}

// Domain returns what is wanted. Days that are none are CodeDateInvalid; all else the use case checks.
func (c Configuration) Domain() (catalog.Configuration, error) {
	wanted := catalog.Configuration{
		Systems: each(c.Systems, SystemConfig.domain), Plans: each(c.Plans, PlanConfig.domain), Policies: each(c.Policies, PolicyConfig.domain),
		CodeLists: each(c.CodeLists, CodeListConfig.domain), Authorities: each(c.Authorities, AuthorityConfig.domain),
	}
	if c.ApprovalPolicy != nil {
		policy := c.ApprovalPolicy.domain()
		wanted.Approvals = &policy
	}
	for _, p := range c.Plants {
		plant, err := p.domain()
		if err != nil {
			return catalog.Configuration{}, err
		}
		wanted.Plants = append(wanted.Plants, plant)
	}
	return wanted, nil
}

func (s SystemConfig) domain() domain.SourceSystem {
	return domain.SourceSystem{
		ID: domain.SystemID(s.ID), Name: s.Name, Kind: domain.SystemKind(s.Kind), Plant: domain.PlantID(s.Plant), Codes: domain.CodeType(s.Codes),
		CodeRule: domain.CodeRule(s.CodeRule), Writable: s.Writable, Settings: s.Settings,
		Streams: each(s.Streams, StreamConfig.domain), UnguardedAcceptedBy: domain.ActorID(s.UnguardedAcceptedBy),
	}
}

func (s StreamConfig) domain() domain.Stream {
	stream := domain.Stream{
		Domain: domain.DomainName(s.Domain), Query: s.Query, Glob: s.Glob, Key: s.Key, Language: s.Language, Active: s.Active, Fields: map[domain.AttributeID]string{},
	}
	if s.Request != nil {
		stream.Request = s.Request.domain()
	}
	for id, expression := range s.Fields {
		stream.Fields[domain.AttributeID(id)] = expression
	}
	return stream
}

func (r RequestConfig) domain() domain.StreamRequest {
	request := domain.StreamRequest{
		Path: r.Path, Parameters: r.Parameters, Records: domain.FieldPath(r.Records), Total: domain.FieldPath(r.Total), More: domain.FieldPath(r.More),
	}
	if p := r.Paging; p != nil {
		request.Paging = domain.Paging{
			Kind: domain.PagingKind(p.Kind), Parameter: p.Parameter, SizeParameter: p.SizeParameter, Size: p.Size, First: p.First,
			Next: domain.FieldPath(p.Next), MaxPages: p.MaxPages,
		}
	}
	return request
}

func (p PlantConfig) domain() (domain.Plant, error) {
	from, err := domain.ParseDate(p.ValidFrom)
	if err != nil {
		return domain.Plant{}, err
	}
	to, err := domain.ParseDate(p.ValidTo)
	return domain.Plant{
		ID: domain.PlantID(p.ID), Name: p.Name, TimeZone: p.TimeZone, Languages: p.Languages, Currency: p.Currency,
		State: domain.PlantState(p.State), Validity: domain.Validity{From: from, To: to},
		Bindings: each(p.Bindings, func(b BindingConfig) domain.PlantBinding {
			return domain.PlantBinding{System: domain.SystemID(b.System), Company: b.Company, Warehouse: b.Warehouse}
		}),
	}, err
}

func (p PolicyConfig) domain() domain.UnmappedPolicy {
	return domain.UnmappedPolicy{
		System: domain.SystemID(p.System), Domain: domain.DomainName(p.Domain), Action: domain.UnmappedAction(p.Action), Code: domain.NewCode(p.Code),
	}
}

func (p PlanConfig) domain() domain.Plan {
	return domain.Plan{
		ID: p.ID, Name: p.Name, Domain: domain.DomainName(p.Domain), System: domain.SystemID(p.System),
		Attributes: namesOf[domain.AttributeID](p.Attributes), DropHoldPercent: p.DropHoldPercent, TimeZone: p.TimeZone, Paused: p.Paused,
		Schedules: each(p.Schedules, func(s ScheduleConfig) domain.Schedule {
			return domain.Schedule{Cron: s.Cron, Mode: domain.RunMode(s.Mode)}
		}),
	}
}
