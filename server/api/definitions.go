package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Definition declares a domain to forms, tables and clients.
type Definition struct {
	Domain        string      `json:"domain"`
	Label         string      `json:"label"`
	Version       int         `json:"version"`
	CodeAttribute string      `json:"code_attribute"`
	NameAttribute string      `json:"name_attribute"`
	Attributes    []Attribute `json:"attributes"`
}

// Attribute declares one attribute of a domain.
type Attribute struct {
	ID             string   `json:"id"`
	Label          string   `json:"label"`
	Help           string   `json:"help"`
	Kind           string   `json:"kind"`
	Required       bool     `json:"required"`
	Scope          string   `json:"scope"`
	Governance     string   `json:"governance"`
	Classification string   `json:"classification"`
	Unit           string   `json:"unit" doc:"the unit quantities are kept in"`
	Members        []string `json:"members" doc:"the codes of an enum"`
}

// DomainInput is an operation on a domain.
type DomainInput struct {
	Domain string `path:"domain" maxLength:"60"`
}

func (a *API) registerDefinitions() {
	handle(a, operation(http.MethodGet, "/definitions/{domain}", "get-definition", "How a domain is defined"),
		func(_ context.Context, in *DomainInput) (*body[Definition], error) {
			definition, err := a.Desk.Definitions.Definition(domain.DomainName(in.Domain))
			if err != nil {
				return nil, err
			}
			return bodyOf(definitionOf(definition)), nil
		})
}

func definitionOf(d domain.Definition) Definition {
	return Definition{
		Domain: string(d.Domain), Label: d.Label, Version: d.Version, CodeAttribute: string(d.CodeAttribute),
		NameAttribute: string(d.NameAttribute), Attributes: each(d.Attributes, attributeOf),
	}
}

func attributeOf(a domain.Attribute) Attribute {
	return Attribute{
		ID: string(a.ID), Label: a.Label, Help: a.Help, Kind: string(a.Kind), Required: a.Required, Scope: string(a.Scope),
		Governance: string(a.Governance), Classification: string(a.Classification), Unit: a.Unit, Members: texts(a.Members),
	}
}
