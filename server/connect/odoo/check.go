package odoo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// Check tries the connection step by step: whether Odoo answers, knows the database and the keys, shows a record of every
// domain with its governed fields, and has the write guard.
func (c *Connector) Check(ctx context.Context) []reconcile.CheckStep {
	steps := []struct {
		name string
		try  func(context.Context) (string, error)
	}{
		{"reach", c.checkReach},
		{"database", c.checkDatabase},
		{"sign in", c.checkSignIn},
		{"companies", c.checkCompanies},
		{"read one item", c.checkRead},
		{"fields", c.checkFields},
		{"write guard", c.checkGuard},
	}
	var done []reconcile.CheckStep
	for _, step := range steps {
		began := time.Now()
		hint, err := step.try(ctx)
		if err != nil {
			hint = domain.ErrorMessage(err, "the check failed inside Crosswalk")
		}
		done = append(done, reconcile.CheckStep{Name: step.name, OK: err == nil, Hint: hint, Took: time.Since(began)})
		if err != nil {
			break
		}
	}
	return done
}

func (c *Connector) checkReach(ctx context.Context) (string, error) {
	version, err := c.reader.version(ctx)
	if err != nil {
		return "", err
	}
	return "Odoo " + version + " answers", nil
}

// checkDatabase accepts a refused key: only a database that is there can refuse it.
func (c *Connector) checkDatabase(ctx context.Context) (string, error) {
	_, err := c.signIn(ctx, c.reader)
	if err != nil && domain.ErrorKind(err) != domain.KindUnauthenticated {
		return "", err
	}
	return "the database " + c.reader.database + " is there", nil
}

func (c *Connector) checkSignIn(ctx context.Context) (string, error) {
	reader, err := c.signIn(ctx, c.reader)
	if err != nil {
		return "", err
	}
	if c.writer == nil {
		return fmt.Sprintf("the reader is user %d; there is no key for writing", reader), nil
	}
	writer, err := c.signIn(ctx, c.writer)
	if err != nil {
		return "", domainError(err, "the key for writing: ")
	}
	return fmt.Sprintf("the reader is user %d, the writer user %d", reader, writer), nil
}

// domainError puts words before an error's sentence.
func domainError(err error, before string) error {
	var e *domain.Error
	if !errors.As(err, &e) {
		return err
	}
	said := *e
	said.Msg = before + e.Msg
	return &said
}

func (c *Connector) signIn(ctx context.Context, via *client) (int64, error) {
	var who struct {
		UID int64 `json:"uid"`
	}
	err := via.ask(ctx, "res.users", "context_get", nil, &who)
	return who.UID, err
}

func (c *Connector) checkRead(ctx context.Context) (string, error) {
	hint := ""
	for _, m := range mappings() {
		in, err := c.callContext(ctx, c.reader)
		if err != nil {
			return "", err
		}
		var count int
		if err := c.reader.ask(ctx, m.model, "search_count", arguments{"domain": []any{}, "context": in}, &count); err != nil {
			return "", err
		}
		var rows []row
		args := arguments{"domain": []any{}, "fields": []string{m.label}, "limit": 1, "load": "", "context": in}
		if err := c.reader.ask(ctx, m.model, "search_read", args, &rows); err != nil {
			return "", err
		}
		if err := c.checkLanguages(ctx, m, in); err != nil {
			return "", err
		}
		hint = fmt.Sprintf("Odoo shows %d records of %s, archived ones included", count, m.model)
	}
	return hint, nil
}

// checkLanguages reads a label in every language that the settings name.
func (c *Connector) checkLanguages(ctx context.Context, m mapping, in map[string]any) error {
	for _, l := range c.site.languages[1:] {
		spoken := maps.Clone(in)
		spoken["lang"] = l.code
		args := arguments{"domain": []any{}, "fields": []string{m.label}, "limit": 1, "load": "", "context": spoken}
		if err := c.reader.ask(ctx, m.model, "search_read", args, nil); err != nil {
			return domainError(err, "the language "+l.code+": ")
		}
	}
	return nil
}

func (c *Connector) checkFields(ctx context.Context) (string, error) {
	hint := "all governed fields are there"
	for _, m := range mappings() {
		if _, err := c.readSchema(ctx, c.site.fitted(m)); err != nil {
			return "", err
		}
		remark, err := c.moreFields(ctx, m)
		if err != nil {
			return "", err
		}
		hint += remark
	}
	return hint, nil
}

// moreFields says what of the fields that not every Odoo has is there without being turned on, and what is not there.
func (c *Connector) moreFields(ctx context.Context, m mapping) (string, error) {
	var names []string
	for _, f := range m.fields {
		if f.Module != "" {
			names = append(names, f.Name)
		}
	}
	var found schema
	if err := c.reader.ask(ctx, m.model, "fields_get", arguments{"allfields": names, "attributes": []string{"type"}}, &found); err != nil {
		return "", err
	}
	remarks := map[bool][]string{}
	for _, f := range m.fields {
		if _, on := c.site.extra[f.Attribute]; f.Module == "" || on {
			continue
		}
		_, there := found[f.Name]
		remarks[there] = append(remarks[there], string(f.Attribute))
	}
	text := ""
	if len(remarks[true]) > 0 {
		text += "; Odoo also has " + strings.Join(remarks[true], ", ") + ", which extra_fields would turn on"
	}
	if len(remarks[false]) > 0 {
		text += "; Odoo has no field for " + strings.Join(remarks[false], ", ") + ": these stand in Crosswalk only"
	}
	return text, nil
}

func (c *Connector) checkGuard(ctx context.Context) (string, error) {
	if c.writer == nil {
		return "not needed: there is no key for writing", nil
	}
	_, err := c.guardAction(ctx)
	if domain.ErrorCode(err) == domain.CodeSystemUnguarded && c.system.UnguardedAcceptedBy != "" {
		return fmt.Sprintf("there is none; %s accepted unguarded writing for this system", c.system.UnguardedAcceptedBy), nil
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("the guard answers as version %d", guardVersion), nil
}
