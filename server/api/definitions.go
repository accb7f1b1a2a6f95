package api

import (
	"cmp"
	"context"
	"net/http"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// Definition declares a domain to forms, tables and clients.
type Definition struct {
	Domain        string      `json:"domain"`
	Label         string      `json:"label"`
	Version       int         `json:"version"`
	CodeAttribute string      `json:"code_attribute"`
	NameAttribute string      `json:"name_attribute"`
	Attributes    []Attribute `json:"attributes"`
	Identifiers   [][]string  `json:"identifiers" doc:"attributes, alone or together, by which two records are taken to be one thing"`
	Ordered       [][2]string `json:"ordered" doc:"pairs of which the second may not lie before the first"`
	OneOf         [][]string  `json:"one_of" doc:"groups of attributes of which at least one has a value"`
	Unmatched     string      `json:"unmatched" doc:"why records are not compared by likeness; empty where they are"`
	// Creators and the version say how the domain's standing rule stands.
	Creators          []string `json:"creators" doc:"the systems that bring new records; of any other, unknown codes are for mapping"`
	CreationExclusive bool     `json:"creation_exclusive" doc:"no record is made of any other system's code"`
	NewRecords        string   `json:"new_records" enum:"review,registered" doc:"registered: new codes of the creators become records without a person where they are identified beyond doubt"`
	AuthorityVersion  int      `json:"authority_version" doc:"the version of the approved authority; 0 where there is none"`
}

// Attribute declares one attribute of a domain.
type Attribute struct {
	ID             string   `json:"id"`
	Label          string   `json:"label"`
	Help           string   `json:"help"`
	Kind           string   `json:"kind"`
	Required       bool     `json:"required"`
	Scope          string   `json:"scope" enum:"global,company,plant" doc:"company and plant values stand under keys such as standard_cost@company:CW-DE and lead_time@STU1"`
	Governance     string   `json:"governance" enum:"review,follow,registered" doc:"who lets a new value in: a person, or the authority under a standing rule"`
	Classification string   `json:"classification"`
	Unit           string   `json:"unit" doc:"the unit quantities are kept in"`
	Members        []string `json:"members" doc:"the codes of an enum, as its code list stands; none: any code is taken"`
	CodeList       string   `json:"code_list" doc:"the governed list an enum's codes come from; empty for a closed set"`
	References     string   `json:"references" doc:"the domain a reference points into"`
	Hierarchy      bool     `json:"hierarchy" doc:"what the reference names lies above the record: nothing may lie below itself"`
	NamesPlant     bool     `json:"names_plant" doc:"the code is that of a plant"`
	Digits         string   `json:"digits" doc:"the check that a code must pass: gtin, gln, vat, lei, duns; empty for none"`
	Least          string   `json:"least" doc:"the smallest number; empty where any is good"`
	Most           string   `json:"most" doc:"the largest number; empty where any is good"`
	Positive       bool     `json:"positive" doc:"a zero does not do"`
	Authorities    []string `json:"authorities" doc:"the systems whose word counts"`
	Exclusive      bool     `json:"exclusive" doc:"no other system's value can be taken"`
	PersonOnly     bool     `json:"person_only" doc:"no standing rule may change it"`
	ComparedOnly   bool     `json:"compared_only" doc:"compared, and never written to a system"`
	MaxLength      int      `json:"max_length" doc:"the most characters; 0 means 512"`
	// Lines is what a line of a lines attribute says.
	Lines *LineDefinition `json:"lines,omitempty" doc:"of a lines attribute: what each of its lines says"`
}

// LineDefinition declares the lines of an attribute.
type LineDefinition struct {
	Label      string      `json:"label"`
	Attributes []Attribute `json:"attributes"`
	Identity   []string    `json:"identity" doc:"the attributes by which a line of one side is found on the other"`
	Position   string      `json:"position" doc:"the attribute that orders the lines; empty where they have no order"`
	Share      string      `json:"share" doc:"the attribute whose numbers are together at most 100; empty for none"`
	Ordered    [][2]string `json:"ordered" doc:"pairs of which the second may not lie before the first"`
}

// DomainInput is an operation on a domain.
type DomainInput struct {
	Domain string `path:"domain" maxLength:"60"`
}

func (a *API) registerDefinitions() {
	handle(a, operation(http.MethodGet, "/definitions", "list-definitions", "The domains, in the order in which a first load brings them in"),
		func(ctx context.Context, _ *struct{}) (*body[List[Definition]], error) {
			var all []domain.Definition
			for _, name := range catalog.Domains() {
				definition, err := a.Desk.Governed(ctx, a.Store.Read(), name)
				if err != nil {
					return nil, err
				}
				all = append(all, definition)
			}
			return listOf(all, "", definitionOf), nil
		})
	handle(a, operation(http.MethodGet, "/definitions/{domain}", "get-definition", "How a domain is defined"),
		func(ctx context.Context, in *DomainInput) (*body[Definition], error) {
			definition, err := a.Desk.Governed(ctx, a.Store.Read(), domain.DomainName(in.Domain))
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
		Identifiers: each(d.Identifiers, texts[domain.AttributeID]), Ordered: each(d.Ordered, pairOf), OneOf: each(d.OneOf, texts[domain.AttributeID]),
		Unmatched: d.Unmatched,
		Creators:  texts(d.Creators), AuthorityVersion: d.AuthorityVersion,
		CreationExclusive: d.CreationExclusive, NewRecords: string(cmp.Or(d.NewRecords, domain.GovernReview)),
	}
}

func attributeOf(a domain.Attribute) Attribute {
	out := Attribute{
		ID: string(a.ID), Label: a.Label, Help: a.Help, Kind: string(a.Kind), Required: a.Required, Scope: string(a.Scope),
		Governance: string(a.Governance), Classification: string(a.Classification), Unit: a.Unit, Members: texts(a.Members),
		CodeList: string(a.CodeList), References: string(a.References), Authorities: texts(a.Authorities), Exclusive: a.Exclusive,
		PersonOnly: a.PersonOnly, ComparedOnly: a.ComparedOnly, MaxLength: a.MaxLength,
		Hierarchy: a.Hierarchy, NamesPlant: a.NamesPlant, Digits: string(a.Digits), Positive: a.Positive, Least: bound(a.Least), Most: bound(a.Most),
	}
	if l := a.Lines; l != nil {
		out.Lines = &LineDefinition{
			Label: l.Label, Attributes: each(l.Attributes, attributeOf), Identity: texts(l.Identity), Position: string(l.Position),
			Share: string(l.Share), Ordered: each(l.Ordered, pairOf),
		}
	}
	return out
}

// bound is a number's limit, "" where there is none.
func bound(limit *decimal.Decimal) string {
	if limit == nil {
		return ""
	}
	return limit.String()
}

func pairOf(pair [2]domain.AttributeID) [2]string { return [2]string{string(pair[0]), string(pair[1])} }
