package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// CodeList is governed reference data: the codes an enum takes.
type CodeList struct {
	ID      string      `json:"id"`
	Label   string      `json:"label"`
	Version int         `json:"version" doc:"counts the approved changes; 0 is the list as it is built in"`
	Entries []CodeEntry `json:"entries"`
}

// CodeEntry is one code, what it is called and how systems write it.
type CodeEntry struct {
	Code    string              `json:"code"`
	Labels  map[string]string   `json:"labels" doc:"by language"`
	Retired bool                `json:"retired"`
	Aliases map[string][]string `json:"aliases" doc:"by system, what it writes for the code; the first is what is written to it"`
}

// CodeListConfig brings entries of a code list.
type CodeListConfig struct {
	ID      string            `json:"id"`
	Label   string            `json:"label,omitempty" maxLength:"200"`
	Entries []CodeEntryConfig `json:"entries" maxItems:"20000"`
}

// CodeEntryConfig is one code as it is to be.
type CodeEntryConfig struct {
	Code    string              `json:"code" maxLength:"128"`
	Labels  map[string]string   `json:"labels,omitempty" doc:"by language; none leaves them as they are"`
	Retired bool                `json:"retired,omitempty" doc:"it stays readable and is taken no more"`
	Aliases map[string][]string `json:"aliases,omitempty" doc:"by system, what it writes for the code"`
}

// Authority is a domain's standing rule.
type Authority struct {
	Domain            string               `json:"domain"`
	Creation          []string             `json:"creation"`
	CreationExclusive bool                 `json:"creation_exclusive" doc:"no record is made of any other system's code; else that needs a second person"`
	NewRecords        string               `json:"new_records" enum:"review,registered" doc:"registered: new codes of the systems under creation become records without a person where they are identified beyond doubt"`
	CodePattern       string               `json:"code_pattern" doc:"how the codes of requested records are made; empty lets people choose"`
	Attributes        []AttributeAuthority `json:"attributes"`
	Version           int                  `json:"version"`
}

// AttributeAuthority says whose word counts for one attribute.
type AttributeAuthority struct {
	Attribute  string   `json:"attribute"`
	Systems    []string `json:"systems"`
	Governance string   `json:"governance"`
	Exclusive  bool     `json:"exclusive"`
}

// AuthorityConfig is a domain's standing rule as it is to be.
type AuthorityConfig struct {
	Domain            string                     `json:"domain"`
	Creation          []string                   `json:"creation,omitempty" maxItems:"1000" doc:"systems whose unknown codes are proposed as new records"`
	CreationExclusive bool                       `json:"creation_exclusive,omitempty" doc:"no record is made of any other system's code; else that needs a second person"`
	NewRecords        string                     `json:"new_records,omitempty" maxLength:"20" doc:"review, or registered: new codes of the systems under creation become records without a person where an identifier says what they are, nothing required is missing and nothing contradicts"`
	CodePattern       string                     `json:"code_pattern,omitempty" maxLength:"64" doc:"how the codes of requested records are made: IT-{seq:6}, with a check digit IT-{seq:6}{check}"`
	Attributes        []AttributeAuthorityConfig `json:"attributes,omitempty" maxItems:"500"`
}

// AttributeAuthorityConfig says whose word counts for one attribute.
type AttributeAuthorityConfig struct {
	Attribute  string   `json:"attribute"`
	Systems    []string `json:"systems" maxItems:"1000"`
	Governance string   `json:"governance,omitempty" doc:"review, or follow: the systems' values enter golden without a person"`
	Exclusive  bool     `json:"exclusive,omitempty" doc:"no other system's value can be taken"`
}

// codeListInput is GET /code-lists/{id}.
type codeListInput struct {
	ID string `path:"id" maxLength:"63"`
}

func (a *API) registerCodeLists() {
	handle(a, operation(http.MethodGet, "/code-lists", "list-code-lists", "The code lists, built in or approved"),
		func(ctx context.Context, _ *struct{}) (*body[List[CodeList]], error) {
			lists, err := a.Catalog.CodeLists(ctx, actorOf(ctx))
			if err != nil {
				return nil, err
			}
			return listOf(lists, "", codeListOf), nil
		})
	handle(a, operation(http.MethodGet, "/code-lists/{id}", "get-code-list", "One code list"),
		func(ctx context.Context, in *codeListInput) (*body[CodeList], error) {
			list, err := a.Catalog.CodeList(ctx, actorOf(ctx), domain.CodeListID(in.ID))
			if err != nil {
				return nil, err
			}
			return bodyOf(codeListOf(list)), nil
		})
}

func codeListOf(l domain.CodeList) CodeList {
	return CodeList{ID: string(l.ID), Label: l.Label, Version: l.Version, Entries: each(l.Entries, func(e domain.CodeEntry) CodeEntry {
		out := CodeEntry{Code: e.Code, Labels: map[string]string{}, Retired: e.Retired, Aliases: map[string][]string{}}
		for language, text := range e.Labels {
			out.Labels[language] = text
		}
		for _, alias := range e.Aliases {
			out.Aliases[string(alias.System)] = append(out.Aliases[string(alias.System)], alias.Text)
		}
		return out
	})}
}

func authorityOf(a domain.Authority) Authority {
	return Authority{Domain: string(a.Domain), Creation: texts(a.Creation), CodePattern: a.CodePattern, Version: a.Version,
		CreationExclusive: a.CreationExclusive, NewRecords: string(cmp.Or(a.NewRecords, domain.GovernReview)),
		Attributes: each(a.Attributes, func(one domain.AttributeAuthority) AttributeAuthority {
			return AttributeAuthority{
				Attribute: string(one.Attribute), Systems: texts(one.Systems), Governance: string(one.Governance), Exclusive: one.Exclusive,
			}
		})}
}

func (c CodeListConfig) domain() domain.CodeList {
	return domain.CodeList{ID: domain.CodeListID(c.ID), Label: c.Label, Entries: each(c.Entries, CodeEntryConfig.domain)}
}

func (e CodeEntryConfig) domain() domain.CodeEntry {
	entry := domain.CodeEntry{Code: e.Code, Labels: e.Labels, Retired: e.Retired}
	for system, written := range e.Aliases {
		for _, text := range written {
			entry.Aliases = append(entry.Aliases, domain.CodeAlias{System: domain.SystemID(system), Text: text})
		}
	}
	slices.SortStableFunc(entry.Aliases, func(a, b domain.CodeAlias) int { return cmp.Compare(a.System, b.System) })
	return entry
}

func (a AuthorityConfig) domain() domain.Authority {
	return domain.Authority{
		Domain: domain.DomainName(a.Domain), Creation: namesOf[domain.SystemID](a.Creation), CodePattern: a.CodePattern,
		CreationExclusive: a.CreationExclusive, NewRecords: cmp.Or(domain.Governance(a.NewRecords), domain.GovernReview),
		Attributes: each(a.Attributes, func(one AttributeAuthorityConfig) domain.AttributeAuthority {
			return domain.AttributeAuthority{
				Attribute: domain.AttributeID(one.Attribute), Systems: namesOf[domain.SystemID](one.Systems),
				Governance: cmp.Or(domain.Governance(one.Governance), domain.GovernReview), Exclusive: one.Exclusive,
			}
		}),
	}
}
