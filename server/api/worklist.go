package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

const (
	// exportPage and maxExported bound what a file is made of: a list that nobody works off is no reason to run out of memory.
	exportPage  = 200
	maxExported = 20_000
)

// WorkInput selects entries of the work lists.
type WorkInput struct {
	Plant     string `query:"plant" maxLength:"100"`
	DueBefore string `query:"due_before" maxLength:"10" doc:"only what is due before this day, such as 2026-12-31"`
}

// worklistInput is GET /worklist.
type worklistInput struct {
	WorkInput
	PageInput
}

// exportInput is GET /worklist.csv.
type exportInput struct {
	WorkInput
	Separator string `query:"separator" enum:"comma,semicolon" default:"comma" doc:"what the spreadsheet of the reader's country expects"`
}

// csvFile is an answer that is a file.
type csvFile struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (a *API) registerWorklist() {
	handle(a, operation(http.MethodGet, "/worklist", "list-worklist", "The open entries of the plants' work lists"), a.worklist)
	op := operation(http.MethodGet, "/worklist.csv", "export-worklist", "The open entries as a CSV file, one line for each field to change")
	op.Tags = []string{"worklist"}
	handle(a, op, a.exportWorklist)
	answer := a.huma.OpenAPI().Paths[base+"/worklist.csv"].Get.Responses["200"]
	answer.Description = "The file, in UTF-8 with its mark; a cell that a spreadsheet would calculate begins with an apostrophe"
	answer.Content = map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}
}

// query is what is selected; a day that is none is CodeDateInvalid.
func (in WorkInput) query(page domain.Page) (steward.WorkQuery, error) {
	query := steward.WorkQuery{Plant: domain.PlantID(in.Plant), Page: page}
	if in.DueBefore == "" {
		return query, nil
	}
	day, err := domain.ParseDate(in.DueBefore)
	query.DueBefore = day
	return query, err
}

func (a *API) worklist(ctx context.Context, in *worklistInput) (*body[List[Delivery]], error) {
	query, err := in.query(in.page())
	if err != nil {
		return nil, err
	}
	entries, next, err := a.Desk.WorkList(ctx, actorOf(ctx), query)
	if err != nil {
		return nil, err
	}
	return listOf(entries, next, deliveryOf), nil
}

func (a *API) exportWorklist(ctx context.Context, in *exportInput) (*csvFile, error) {
	entries, err := a.allWork(ctx, in.WorkInput)
	if err != nil {
		return nil, err
	}
	names, err := a.systemNames(ctx)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, entry := range entries {
		rows = append(rows, a.workRows(entry, names)...)
	}
	separator := ','
	if in.Separator == "semicolon" {
		separator = ';'
	}
	header := []string{"Due", "Plant", "System", "Code", "Name", "What to do", "Field", "Change from", "Change to", "Entry"}
	file, err := workbook.WriteList(header, rows, separator)
	if err != nil {
		return nil, err
	}
	return &csvFile{ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="worklist.csv"`, Body: file}, nil
}

// allWork is every entry, what is due first at the top. CodeWorkListTooLong asks for a narrower choice: nothing is left out unsaid.
func (a *API) allWork(ctx context.Context, in WorkInput) ([]domain.Delivery, error) {
	query, err := in.query(domain.Page{Limit: exportPage})
	if err != nil {
		return nil, err
	}
	var all []domain.Delivery
	for {
		entries, next, err := a.Desk.WorkList(ctx, actorOf(ctx), query)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
		if next == "" {
			break
		}
		if query.After = next; len(all) >= maxExported {
			return nil, domain.Invalid(domain.CodeWorkListTooLong, "the file would have more than %d entries: choose one plant, or a day before which they are due", maxExported)
		}
	}
	slices.SortStableFunc(all, func(a, b domain.Delivery) int { return strings.Compare(string(a.DueOn), string(b.DueOn)) })
	return all, nil
}

// systemNames are those the caller may know: whoever only works a list off finds the systems' IDs in it.
func (a *API) systemNames(ctx context.Context) (map[domain.SystemID]string, error) {
	views, err := a.Catalog.Systems(ctx, actorOf(ctx))
	if domain.ErrorCode(err) == domain.CodeAccessDenied {
		return map[domain.SystemID]string{}, nil
	}
	if err != nil {
		return nil, err
	}
	names := map[domain.SystemID]string{}
	for _, view := range views {
		names[view.System.ID] = view.System.Name
	}
	return names, nil
}

// workRows are the lines of one entry: one for each field, or one that says what to do where no field is changed.
func (a *API) workRows(entry domain.Delivery, names map[domain.SystemID]string) [][]string {
	order := entry.Order
	system := names[order.System]
	if system == "" {
		system = string(order.System)
	}
	line := func(field, from, to string) []string {
		return []string{string(entry.DueOn), string(entry.Plant), system, string(order.Code), entry.Label, toDo(order.Kind), field, from, to, entry.ID.String()}
	}
	var rows [][]string
	for _, attribute := range slices.Sorted(maps.Keys(order.Set)) {
		rows = append(rows, line(a.label(order.Domain, attribute), order.Expect.Text(attribute), order.Set.Text(attribute)))
	}
	if len(rows) == 0 {
		rows = append(rows, line("", "", ""))
	}
	return rows
}

// toDo is what a person is asked for.
func toDo(kind domain.DeliveryKind) string {
	switch kind {
	case domain.DeliverUpdate:
		return "Change"
	case domain.DeliverAdopt:
		return "Link"
	default:
		return strings.ToUpper(string(kind[:1])) + string(kind[1:])
	}
}

// label is what people call an attribute; its ID where the Definition no longer has it.
func (a *API) label(name domain.DomainName, id domain.AttributeID) string {
	definition, err := a.Desk.Definitions.Definition(name)
	if err != nil {
		return string(id)
	}
	if attribute, ok := definition.Attribute(id.Plain()); ok {
		return attribute.Label
	}
	return string(id)
}
