package odoo

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// guardVersion is part of the guard's names; raise it with every change of guard.py.
const guardVersion = 2

//go:embed guard.py
var guardCode string

// guardName is the external identifier, below our module name, by which a user without rights on actions finds the guard.
func guardName() string { return fmt.Sprintf("guard_v%d", guardVersion) }

// guardOrder is what the guard is asked to do.
type guardOrder struct {
	Model  string         `json:"model"`
	ID     int64          `json:"id"`
	Expect map[string]any `json:"expect"`
	Vals   map[string]any `json:"vals"`
}

// guardAnswer is what the guard says.
type guardAnswer struct {
	Status  string `json:"status"`
	Version int    `json:"version"`
	Current row    `json:"current"`
}

// guarded has the guard compare and set in one transaction, which also reads back before it commits.
func (w *writing) guarded(ctx context.Context, action int64, order guardOrder) (reconcile.Receipt, error) {
	in := map[string]any{"xw": order}
	for name, value := range w.context {
		in[name] = value
	}
	var answer guardAnswer
	args := arguments{"ids": []int64{action}, "context": in}
	if err := w.c.writer.tell(ctx, "ir.actions.server", "run", args, &answer); err != nil {
		w.c.forgetGuard() // it may have been removed; the next delivery looks for it anew
		return reconcile.Receipt{}, err
	}
	switch answer.Status {
	case "written", "already":
		return reconcile.Receipt{Code: w.order.Code}, nil
	case "missing":
		return reconcile.Receipt{Conflict: true}, nil
	case "conflict":
		return reconcile.Receipt{Conflict: true, Current: w.attributes(answer.Current)}, nil
	}
	return reconcile.Receipt{}, domain.Invalid(domain.CodeSystemAnswer, "the write guard answers %q, which this version does not know", answer.Status)
}

// guardAction returns the ID of the guard's action after it has answered once; CodeSystemUnguarded where there is none.
func (c *Connector) guardAction(ctx context.Context) (int64, error) {
	c.mu.Lock()
	known := c.guard
	c.mu.Unlock()
	if known != 0 {
		return known, nil
	}
	found, err := externalRecord(ctx, c.writer, guardName())
	if err != nil && !refusal(err) {
		return 0, err
	}
	if err != nil || found == nil || found.Model != "ir.actions.server" {
		return 0, c.noGuard("it is not installed", err)
	}
	var answer guardAnswer
	err = c.writer.ask(ctx, "ir.actions.server", "run", arguments{"ids": []int64{found.Record}}, &answer)
	switch {
	case err != nil && refusal(err):
		return 0, c.noGuard("Odoo does not let the writer's key run it", err)
	case err != nil:
		return 0, err
	case answer.Status != "ready" || answer.Version != guardVersion:
		return 0, c.noGuard(fmt.Sprintf("it does not answer as version %d", guardVersion), nil)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.guard = found.Record
	return found.Record, nil
}

// refusal says that Odoo answered, and that asking again would bring the same.
func refusal(err error) bool {
	kind := domain.ErrorKind(err)
	return kind == domain.KindForbidden || kind == domain.KindNotFound || kind == domain.KindInvalid
}

func (c *Connector) noGuard(why string, cause error) error {
	err := domain.Forbidden(domain.CodeSystemUnguarded,
		"Odoo has no write guard: %s. An administrator must install it, or accept unguarded writing for this system", why)
	err.Cause = cause
	return err
}

func (c *Connector) forgetGuard() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.guard = 0
}

// externalID is one row of Odoo's table of external identifiers.
type externalID struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Model  string `json:"model"`
	Record int64  `json:"res_id"`
}

// externalRecord finds what one of our external identifiers points to, nil when there is none.
func externalRecord(ctx context.Context, via *client, name string) (*externalID, error) {
	found, err := externalRecords(ctx, via, condition("name", "=", name))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// externalRecords lists our external identifiers that meet a condition.
func externalRecords(ctx context.Context, via *client, which []any) ([]externalID, error) {
	var found []externalID
	args := arguments{"domain": []any{condition("module", "=", ourModule), which}, "fields": []string{"name", "model", "res_id"}, "order": "id"}
	err := via.ask(ctx, "ir.model.data", "search_read", args, &found)
	return found, err
}

// GuardCode is the text of the guard, for an administrator who installs it by hand.
func GuardCode() string { return strings.TrimSpace(guardCode) + "\n" }
