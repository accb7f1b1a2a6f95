package odoo

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// callContext is what every call tells Odoo about whom it speaks for: the source language, archived records too, one company.
// Where none is chosen, Odoo takes all those of the key's user.
func (c *Connector) callContext(ctx context.Context, via *client) (map[string]any, error) {
	values := map[string]any{"lang": sourceLanguage, "active_test": false}
	if c.site.company == "" {
		return values, nil
	}
	id, err := c.companyID(ctx, via)
	if err != nil {
		return nil, err
	}
	values["allowed_company_ids"] = []int64{id}
	return values, nil
}

// companyID finds the configured company by ID or by exact name.
func (c *Connector) companyID(ctx context.Context, via *client) (int64, error) {
	if id, err := strconv.ParseInt(c.site.company, 10, 32); err == nil && id > 0 {
		return id, nil
	}
	var found []int64
	args := arguments{"domain": []any{condition("name", "=", c.site.company)}, "limit": 2}
	if err := via.ask(ctx, "res.company", "search", args, &found); err != nil {
		return 0, err
	}
	if len(found) != 1 {
		return 0, domain.Invalid(domain.CodeConfigInvalid, "Odoo has %d companies called %q that the key sees; name its ID instead", len(found), c.site.company)
	}
	return found[0], nil
}

// company is a row of Odoo's table of companies.
type company struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	Currency []any  `json:"currency_id"` // ID and name, which is the ISO code
}

// companies are those that a key's user belongs to.
func (c *Connector) companies(ctx context.Context, via *client) ([]company, error) {
	var found []company
	args := arguments{"domain": []any{}, "fields": []string{"name", "currency_id"}, "order": "id"}
	err := via.ask(ctx, "res.company", "search_read", args, &found)
	return found, err
}

// chosen is the company that the settings name, and whether the key's user belongs to it.
func (c *Connector) chosen(ctx context.Context, via *client, among []company) (company, bool, error) {
	id, err := c.companyID(ctx, via)
	if err != nil {
		return company{}, false, err
	}
	for _, one := range among {
		if one.ID == id {
			return one, true, nil
		}
	}
	return company{}, false, nil
}

// currency is that of the company whose values are read.
func (c *Connector) currency(ctx context.Context, via *client) (string, error) {
	among, err := c.companies(ctx, via)
	if err != nil {
		return "", err
	}
	one, found, err := c.chosen(ctx, via, among)
	if err != nil {
		return "", err
	}
	if !found || len(one.Currency) != 2 {
		return "", domain.Invalid(domain.CodeSystemAnswer, "Odoo does not tell the currency of the company %s", c.site.company)
	}
	return fmt.Sprint(one.Currency[1]), nil
}

// checkCompanies says which companies the keys see and whose values are meant.
func (c *Connector) checkCompanies(ctx context.Context) (string, error) {
	among, err := c.companies(ctx, c.reader)
	if err != nil {
		return "", err
	}
	names := make([]string, len(among))
	for i, one := range among {
		names[i] = fmt.Sprintf("%s (ID %d)", one.Name, one.ID)
	}
	sees := fmt.Sprintf("the key sees %d companies: %s", len(among), strings.Join(names, ", "))
	if len(among) == 1 {
		sees = "the key sees the company " + names[0]
	}
	if c.site.company == "" {
		return sees + "; none is chosen, so records of all of them are read and standard costs are not compared", nil
	}
	if err := c.seesCompany(ctx, c.reader, "reading"); err != nil {
		return "", err
	}
	if c.writer != nil {
		if err := c.seesCompany(ctx, c.writer, "writing"); err != nil {
			return "", err
		}
	}
	return sees + "; records and values of " + c.site.company + " and shared records are meant", nil
}

func (c *Connector) seesCompany(ctx context.Context, via *client, purpose string) error {
	among, err := c.companies(ctx, via)
	if err != nil {
		return err
	}
	_, found, err := c.chosen(ctx, via, among)
	if err == nil && !found {
		return domain.Forbidden(domain.CodeSystemDenied, "the user of the key for %s does not belong to the company %s", purpose, c.site.company)
	}
	return err
}

// elsewhere counts the records of the user's other companies, which a reading for one company leaves out.
func (r *reading) elsewhere(ctx context.Context) (int, error) {
	if r.c.site.company == "" {
		return 0, nil
	}
	everywhere := maps.Clone(r.context)
	delete(everywhere, "allowed_company_ids")
	if among, err := r.c.companies(ctx, r.c.reader); err == nil && len(among) > 1 {
		ids := make([]int64, len(among))
		for i, one := range among {
			ids[i] = one.ID
		}
		everywhere["allowed_company_ids"] = ids
	}
	var all int
	args := arguments{"domain": []any{condition("id", "<=", r.upper)}, "context": everywhere}
	if err := r.c.reader.ask(ctx, r.m.model, "search_count", args, &all); err != nil {
		return 0, err
	}
	return max(0, all-r.counted), nil
}
