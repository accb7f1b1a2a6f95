package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// ChangeEntry is a golden record or a mapping as it is now, at the place of its last change.
type ChangeEntry struct {
	Sequence int64    `json:"sequence" doc:"rises with every commit of the domain; what one commit changed shares it"`
	Kind     string   `json:"kind" enum:"record,mapping"`
	Record   *Record  `json:"record,omitempty"`
	Mapping  *Mapping `json:"mapping,omitempty"`
}

// changesInput is GET /changes.
type changesInput struct {
	Domain string `query:"domain" default:"item" maxLength:"100"`
	PageInput
}

func (a *API) registerChanges() {
	op := operation(http.MethodGet, "/changes", "list-changes", "What has changed since a place in the feed")
	op.Description = "Golden records and mappings in the order of the commits that last changed them, each once, none left out. " +
		"`next` is where to go on: it is never empty once something has come, and comes back as it was when there is nothing new."
	handle(a, op, a.changes)
}

func (a *API) changes(ctx context.Context, in *changesInput) (*body[List[ChangeEntry]], error) {
	name := domain.DomainName(in.Domain)
	entries, next, err := a.Crosswalk.Changes(ctx, actorOf(ctx), domain.FeedQuery{Domain: name, Page: in.page()})
	if err != nil {
		return nil, err
	}
	definition, err := a.Desk.Definitions.Definition(name)
	if err != nil {
		return nil, err
	}
	return listOf(entries, next, func(from domain.FeedEntry) ChangeEntry {
		entry := ChangeEntry{Sequence: from.Sequence, Kind: string(from.Kind)}
		if from.Record != nil {
			record := recordOf(*from.Record, definition)
			entry.Record = &record
		}
		if from.Mapping != nil {
			mapping := mappingOf(*from.Mapping)
			entry.Mapping = &mapping
		}
		return entry
	}), nil
}
