package odoo

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// GuardOptions are what installing the guard needs.
type GuardOptions struct {
	System   domain.SourceSystem
	AdminKey string
	// WriterGroup is the name or the ID of the Odoo group whose members may write through the guard.
	WriterGroup string
	HTTP        http.RoundTripper
	Version     string
	Log         *slog.Logger
}

// InstallGuard puts the guard's present version into Odoo and removes older ones; repeating it changes nothing. The key must
// belong to an administrator (CodeSystemDenied) and is needed this once only.
func InstallGuard(ctx context.Context, o GuardOptions) error {
	base, err := baseURL(o.System)
	if err != nil {
		return err
	}
	admin := newClient(Options{System: o.System, HTTP: o.HTTP, Version: o.Version, Log: o.Log}, base, o.AdminKey)
	wanted, err := guardAction(ctx, admin, o.WriterGroup)
	if err != nil {
		return err
	}
	known, err := externalRecords(ctx, admin, condition("model", "=", "ir.actions.server"))
	if err != nil {
		return err
	}
	current := int64(0)
	for _, entry := range known {
		switch {
		case entry.Name == guardName():
			current = entry.Record
		case strings.HasPrefix(entry.Name, "guard_v"):
			if err := removeAction(ctx, admin, entry); err != nil {
				return err
			}
		}
	}
	if current != 0 {
		done, err := updateAction(ctx, admin, current, wanted)
		if err != nil || done {
			return err
		}
	}
	return createAction(ctx, admin, wanted)
}

// guardAction is the action as it should stand in Odoo.
func guardAction(ctx context.Context, admin *client, writerGroup string) (map[string]any, error) {
	model, err := onlyID(ctx, admin, "ir.model", condition("model", "=", "product.product"))
	if err != nil {
		return nil, err
	}
	which := condition("name", "=", writerGroup)
	if id, err := strconv.ParseInt(writerGroup, 10, 32); err == nil {
		which = condition("id", "=", id)
	}
	group, err := onlyID(ctx, admin, "res.groups", which)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"name": "Crosswalk guard v" + strconv.Itoa(guardVersion), "model_id": model, "state": "code", "code": GuardCode(),
		"group_ids": []any{[]any{6, 0, []int64{group}}},
	}, nil
}

// onlyID finds the one record that meets a condition.
func onlyID(ctx context.Context, admin *client, model string, which []any) (int64, error) {
	var ids []int64
	args := arguments{"domain": []any{which}, "limit": 2, "context": map[string]any{"lang": "en_US"}}
	if err := admin.ask(ctx, model, "search", args, &ids); err != nil {
		return 0, err
	}
	if len(ids) != 1 {
		return 0, domain.Invalid(domain.CodeConfigInvalid, "Odoo has %d records of %s with %v = %v, not one", len(ids), model, which[0], which[2])
	}
	return ids[0], nil
}

// updateAction makes an installed guard what it should be; false means that only its external identifier is left.
func updateAction(ctx context.Context, admin *client, id int64, wanted map[string]any) (bool, error) {
	var found []struct {
		Name   string  `json:"name"`
		Code   string  `json:"code"`
		State  string  `json:"state"`
		Model  int64   `json:"model_id"`
		Groups []int64 `json:"group_ids"`
	}
	args := arguments{"ids": []int64{id}, "fields": []string{"name", "code", "state", "model_id", "group_ids"}, "load": ""}
	if err := admin.ask(ctx, "ir.actions.server", "read", args, &found); err != nil {
		return false, err
	}
	if len(found) == 0 {
		orphan, err := externalRecord(ctx, admin, guardName())
		if err != nil || orphan == nil {
			return false, err
		}
		return false, admin.tell(ctx, "ir.model.data", "unlink", arguments{"ids": []int64{orphan.ID}}, nil)
	}
	group := wanted["group_ids"].([]any)[0].([]any)[2].([]int64)[0]
	same := found[0].Name == wanted["name"] && strings.TrimSpace(found[0].Code) == strings.TrimSpace(GuardCode()) && found[0].State == "code" &&
		found[0].Model == wanted["model_id"] && len(found[0].Groups) == 1 && found[0].Groups[0] == group
	if same {
		return true, nil
	}
	return true, admin.tell(ctx, "ir.actions.server", "write", arguments{"ids": []int64{id}, "vals": wanted}, nil)
}

func createAction(ctx context.Context, admin *client, wanted map[string]any) error {
	var ids []int64
	if err := admin.tell(ctx, "ir.actions.server", "create", arguments{"vals_list": []any{wanted}}, &ids); err != nil {
		return err
	}
	if len(ids) != 1 {
		return domain.Invalid(domain.CodeSystemAnswer, "Odoo did not return the ID of the guard it created")
	}
	vals := map[string]any{"module": ourModule, "name": guardName(), "model": "ir.actions.server", "res_id": ids[0], "noupdate": true}
	return admin.tell(ctx, "ir.model.data", "create", arguments{"vals_list": []any{vals}}, nil)
}

// removeAction deletes an older guard; its external identifier goes with it.
func removeAction(ctx context.Context, admin *client, entry externalID) error {
	err := admin.tell(ctx, "ir.actions.server", "unlink", arguments{"ids": []int64{entry.Record}}, nil)
	if domain.ErrorKind(err) == domain.KindNotFound {
		return admin.tell(ctx, "ir.model.data", "unlink", arguments{"ids": []int64{entry.ID}}, nil)
	}
	return err
}
