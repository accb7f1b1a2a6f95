package api

import (
	"cmp"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// ConfigurationOf is what is configured in the form in which it comes in; its reason is left to whoever proposes it.
func ConfigurationOf(c catalog.Configuration) Configuration {
	out := Configuration{
		Systems: each(c.Systems, systemConfigOf), Plants: each(c.Plants, plantConfigOf), Plans: each(c.Plans, planConfigOf),
		Policies: each(c.Policies, func(p domain.UnmappedPolicy) PolicyConfig {
			return PolicyConfig{System: string(p.System), Domain: string(p.Domain), Action: string(p.Action), Code: string(p.Code)}
		}),
		CodeLists: each(c.CodeLists, codeListConfigOf), Authorities: each(c.Authorities, authorityConfigOf),
	}
	if c.Approvals != nil {
		policy := policyOf(*c.Approvals)
		out.ApprovalPolicy = &policy
	}
	return out
}

func systemConfigOf(s domain.SourceSystem) SystemConfig {
	return SystemConfig{
		ID: string(s.ID), Name: s.Name, Kind: string(s.Kind), Plant: string(s.Plant), Codes: string(s.Codes), CodeRule: string(s.CodeRule),
		Writable: s.Writable, Settings: s.Settings, Streams: each(s.Streams, streamConfigOf), UnguardedAcceptedBy: string(s.UnguardedAcceptedBy),
	}
}

func streamConfigOf(s domain.Stream) StreamConfig {
	out := StreamConfig{
		Domain: string(s.Domain), Query: s.Query, Glob: s.Glob, Key: s.Key, Language: s.Language, Active: s.Active, Fields: map[string]string{},
	}
	for id, expression := range s.Fields {
		out.Fields[string(id)] = expression
	}
	if r := s.Request; r.Path != "" {
		out.Request = &RequestConfig{Path: r.Path, Parameters: r.Parameters, Records: string(r.Records), Total: string(r.Total), More: string(r.More)}
		if p := r.Paging; p != (domain.Paging{}) {
			out.Request.Paging = &PagingConfig{
				Kind: string(p.Kind), Parameter: p.Parameter, SizeParameter: p.SizeParameter, Size: p.Size, First: p.First, Next: string(p.Next), MaxPages: p.MaxPages,
			}
		}
	}
	return out
}

func plantConfigOf(p domain.Plant) PlantConfig {
	return PlantConfig{
		ID: string(p.ID), Name: p.Name, TimeZone: p.TimeZone, Languages: p.Languages, Currency: p.Currency, State: string(p.State),
		ValidFrom: string(p.Validity.From), ValidTo: string(p.Validity.To),
		Bindings: each(p.Bindings, func(b domain.PlantBinding) BindingConfig {
			return BindingConfig{System: string(b.System), Company: b.Company, Warehouse: b.Warehouse}
		}),
	}
}

func planConfigOf(p domain.Plan) PlanConfig {
	return PlanConfig{
		ID: p.ID, Name: p.Name, Domain: string(p.Domain), System: string(p.System), Attributes: texts(p.Attributes), DropHoldPercent: p.DropHoldPercent,
		TimeZone: p.TimeZone, Paused: p.Paused,
		Schedules: each(p.Schedules, func(s domain.Schedule) ScheduleConfig { return ScheduleConfig{Cron: s.Cron, Mode: string(s.Mode)} }),
	}
}

func codeListConfigOf(l domain.CodeList) CodeListConfig {
	return CodeListConfig{ID: string(l.ID), Label: l.Label, Entries: each(codeListOf(l).Entries, func(e CodeEntry) CodeEntryConfig {
		return CodeEntryConfig(e)
	})}
}

func authorityConfigOf(a domain.Authority) AuthorityConfig {
	return AuthorityConfig{
		Domain: string(a.Domain), Creation: texts(a.Creation), CreationExclusive: a.CreationExclusive, CodePattern: a.CodePattern,
		NewRecords: string(cmp.Or(a.NewRecords, domain.GovernReview)),
		Attributes: each(a.Attributes, func(one domain.AttributeAuthority) AttributeAuthorityConfig {
			return AttributeAuthorityConfig{Attribute: string(one.Attribute), Systems: texts(one.Systems), Governance: string(one.Governance), Exclusive: one.Exclusive}
		}),
	}
}
