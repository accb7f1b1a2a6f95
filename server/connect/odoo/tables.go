package odoo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// The models that items link to.
const (
	modelUnit     = "uom.uom"
	modelCategory = "product.category"
	modelCountry  = "res.country"
)

// tablePage is how many rows of such a model are asked for at once.
const tablePage = 5000

// tables are what a domain's links lead to: by model and ID the text under which both sides know a record, and the company's
// currency.
type tables struct {
	texts    map[string]map[string]string
	external map[string]map[string]string // besides, by model and ID, the external identifier of a category
	currency string
}

// find lists the IDs of a model's records that a text names.
func (t tables) find(model, text string) []int64 {
	var ids []int64
	for _, by := range []map[string]map[string]string{t.texts, t.external} {
		for id, known := range by[model] {
			if n, err := strconv.ParseInt(id, 10, 64); err == nil && known == text && text != "" && !slices.Contains(ids, n) {
				ids = append(ids, n)
			}
		}
	}
	return ids
}

// readTables asks for the tables that the fields lead to.
func (c *Connector) readTables(ctx context.Context, via *client, fields []Field) (tables, error) {
	t := tables{texts: map[string]map[string]string{}, external: map[string]map[string]string{}}
	for _, f := range fields {
		var err error
		switch f.convert.link {
		case modelUnit:
			t.texts[modelUnit], err = c.readUnits(ctx, via)
		case modelCategory:
			err = c.readCategories(ctx, via, &t)
		case modelCountry:
			t.texts[modelCountry], err = column(ctx, via, modelCountry, "code")
		}
		if f.Attribute == itemStandardCost && err == nil {
			t.currency, err = c.currency(ctx, via)
		}
		if err != nil {
			return tables{}, err
		}
	}
	return t, nil
}

// readCategories knows a category by its full name, or by its external identifier where the settings say so.
func (c *Connector) readCategories(ctx context.Context, via *client, t *tables) error {
	names, err := column(ctx, via, modelCategory, "complete_name")
	if err != nil {
		return err
	}
	external, err := externalNames(ctx, via, modelCategory, names)
	if err != nil {
		return err
	}
	t.texts[modelCategory], t.external[modelCategory] = names, external
	if c.site.categories == byExternalID {
		for id, name := range names {
			if names[id] = external[id]; names[id] == "" {
				names[id] = domain.Unknown + name
			}
		}
	}
	return nil
}

// externalNames gives the external identifier of each record, "" where it has none.
func externalNames(ctx context.Context, via *client, model string, records map[string]string) (map[string]string, error) {
	external := map[string]string{}
	ids := make([]json.Number, 0, len(records))
	for id := range records {
		ids = append(ids, json.Number(id))
	}
	slices.Sort(ids)
	for chunk := range slices.Chunk(ids, tablePage) {
		var found map[string]string
		if err := via.ask(ctx, model, "get_external_id", arguments{"ids": chunk}, &found); err != nil {
			return nil, err
		}
		for id, name := range found {
			external[id] = name
		}
	}
	return external, nil
}

// column reads one text of every record of a small model, by ID, in pages.
func column(ctx context.Context, via *client, model, name string) (map[string]string, error) {
	texts := map[string]string{}
	for last := int64(0); ; {
		var rows []row
		args := arguments{
			"domain": []any{condition("id", ">", last)}, "fields": []string{name}, "order": "id", "limit": tablePage,
			"context": map[string]any{"lang": sourceLanguage, "active_test": false},
		}
		if err := via.ask(ctx, model, "search_read", args, &rows); err != nil || len(rows) == 0 {
			return texts, err
		}
		for _, found := range rows {
			id, err := found.id()
			if err != nil {
				return nil, err
			}
			if id <= last {
				return nil, domain.Invalid(domain.CodeSystemAnswer, "Odoo returns the same %s again and again", model)
			}
			last = id
			text, _ := textOf(found[name])
			texts[fmt.Sprint(id)] = string(domain.NewCode(text))
		}
	}
}
