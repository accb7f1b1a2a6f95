package odoo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// loadAttempts is how often a load is repeated that met another transaction; it is tied to an external identifier, so that
// repeating it cannot make a second record.
const loadAttempts = 4

// loadAnswer is the answer of load, which comes with status 200 whether it worked or not.
type loadAnswer struct {
	IDs      any           `json:"ids"` // a list, or false
	Messages []loadMessage `json:"messages"`
}

type loadMessage struct {
	Type    string `json:"type"`
	Message string `json:"message"`
}

// create makes the record under our external identifier, or finds it made, and adds what it says in other languages.
func (w *writing) create(ctx context.Context) (reconcile.Receipt, error) {
	receipt, err := w.make(ctx)
	if err != nil || receipt.Conflict {
		return receipt, err
	}
	return w.translate(ctx, receipt)
}

func (w *writing) make(ctx context.Context) (reconcile.Receipt, error) {
	columns, cells, err := w.columns()
	if err != nil {
		return reconcile.Receipt{}, err
	}
	for attempt := 1; ; attempt++ {
		receipt, found, err := w.created(ctx)
		if err != nil || found {
			return receipt, err
		}
		if receipt, found, err = w.namesake(ctx); err != nil {
			return receipt, err
		}
		if found {
			// unless somebody made this very record in the meantime
			if ours, made, err := w.created(ctx); err != nil || made {
				return ours, err
			}
			return receipt, nil
		}
		if err := w.load(ctx, columns, cells); err != nil {
			if errors.Is(err, errLoadConflict) && attempt < loadAttempts {
				continue
			}
			return reconcile.Receipt{}, err
		}
		return w.readBack(ctx)
	}
}

// columns are the row to load: our external identifier, what every record of the domain gets, and the attributes.
func (w *writing) columns() (columns, cells []string, err error) {
	fixed, err := w.m.fixed(w.order.Set)
	if err != nil {
		return nil, nil, err
	}
	columns, cells = []string{"id"}, []string{ourModule + "." + w.m.externalID(w.order.Record)}
	for _, name := range slices.Sorted(maps.Keys(fixed)) {
		columns, cells = append(columns, name), append(cells, fixed[name])
	}
	var faults []string
	for _, id := range slices.Sorted(maps.Keys(w.order.Set)) {
		f, known := w.m.field(id)
		v := w.order.Set[id]
		if v == nil || v.Empty() || f.enteredByHand() {
			continue
		}
		if !known || (f.Access != AccessWritten && f.Access != AccessCreateOnly) {
			return nil, nil, domain.Invalid(domain.CodeSystemRefused, "%s is not set in Odoo by Crosswalk", id)
		}
		sent, err := w.cell(f, v)
		if err != nil {
			faults = append(faults, string(id)+": "+err.Error())
			continue
		}
		columns, cells = append(columns, f.Name+f.convert.column), append(cells, fmt.Sprint(sent))
	}
	if len(faults) > 0 {
		return nil, nil, domain.Invalid(domain.CodeSystemRefused, "Odoo cannot hold this: %s", strings.Join(faults, "; "))
	}
	return columns, cells, nil
}

// enteredByHand says that a person gives a new record the value: the next run says that it is wanting.
func (f Field) enteredByHand() bool { return f.Access == AccessReadOnly && !f.PerCompany }

// cell is what is loaded for a value.
func (w *writing) cell(f Field, v domain.Value) (any, error) {
	if !f.convert.translated {
		return f.convert.write(v, w.knows(f))
	}
	texts, _, err := w.c.site.translations(f.Name, v, nil)
	return texts[f.Name], err
}

// created looks for the record under our external identifier: an earlier attempt may have made it.
func (w *writing) created(ctx context.Context) (reconcile.Receipt, bool, error) {
	known, err := externalRecord(ctx, w.c.writer, w.m.externalID(w.order.Record))
	if err != nil || known == nil {
		return reconcile.Receipt{}, false, err
	}
	found, err := w.read(ctx, known.Record)
	if err != nil || found == nil {
		// deleted by hand: loading makes it again
		return reconcile.Receipt{}, false, err
	}
	return w.compared(known.Record, found), true, nil
}

// compared is the receipt for a record that was there already; it has to hold what would have been sent.
func (w *writing) compared(id int64, found row) reconcile.Receipt {
	for name, v := range w.order.Set {
		f, ok := w.m.field(name)
		if !ok || f.Access != AccessWritten {
			continue
		}
		if f.convert.translated {
			v = domain.Text(v.Display()) // the English text; the others come later
		}
		sent, err := f.spoken().sent(v, w.knows(f))
		if err != nil || !w.holds(found, map[string]any{f.Name: sent}) {
			return reconcile.Receipt{Conflict: true, Current: w.attributes(found), Code: codeOf(id)}
		}
	}
	return reconcile.Receipt{Code: codeOf(id)}
}

// namesake finds a record that bears the code already: Odoo would take a second one, and nobody could tell them apart.
func (w *writing) namesake(ctx context.Context) (reconcile.Receipt, bool, error) {
	code := ""
	for _, f := range w.m.fields {
		if f.Name == w.m.code && w.order.Set[f.Attribute] != nil {
			code = w.order.Set[f.Attribute].Display()
		}
	}
	if code == "" {
		return reconcile.Receipt{}, false, domain.Invalid(domain.CodeSystemRefused, "a %s without %s is not created in Odoo", w.m.noun, w.m.codeNoun)
	}
	var ids []int64
	args := arguments{"domain": []any{condition(w.m.code, "=", code)}, "order": "id", "limit": 1, "context": w.context}
	if err := w.c.writer.ask(ctx, w.m.model, "search", args, &ids); err != nil || len(ids) == 0 {
		return reconcile.Receipt{}, false, err
	}
	found, err := w.read(ctx, ids[0])
	if err != nil || found == nil {
		return reconcile.Receipt{}, false, err
	}
	return reconcile.Receipt{Conflict: true, Current: w.attributes(found), Code: codeOf(ids[0])}, true, nil
}

// errLoadConflict marks a load that lost against another transaction.
var errLoadConflict = errors.New("load met another transaction")

func (w *writing) load(ctx context.Context, columns, cells []string) error {
	var answer loadAnswer
	args := arguments{"fields": columns, "data": [][]string{cells}, "context": w.context}
	if err := w.c.writer.tell(ctx, w.m.model, "load", args, &answer); err != nil {
		return err
	}
	if ids, ok := answer.IDs.([]any); ok && len(ids) == 1 {
		return nil
	}
	for _, message := range answer.Messages {
		if message.Type != "error" {
			continue
		}
		// the one text that has to be understood: load has no code for it
		if strings.Contains(message.Message, "could not serialize access") || strings.Contains(message.Message, "deadlock detected") {
			return domain.Unavailable(errLoadConflict, domain.CodeSystemBusy, "somebody else was creating the record in Odoo")
		}
		return w.refusal(ctx, message.Message)
	}
	return domain.Invalid(domain.CodeSystemAnswer, "Odoo neither created the %s nor said why", w.m.noun)
}

// refusal tells a missing right, which load reports like any other fault, from a fault of the values.
func (w *writing) refusal(ctx context.Context, message string) error {
	var may bool
	err := w.c.writer.ask(ctx, w.m.model, "has_access", arguments{"operation": "create"}, &may)
	if err == nil && !may {
		return domain.Forbidden(domain.CodeSystemDenied, "Odoo does not allow this to the key's user: %s", sentence(message))
	}
	return refused(sentence(message))
}

// readBack looks for the record just made and compares it with what was asked for.
func (w *writing) readBack(ctx context.Context) (reconcile.Receipt, error) {
	receipt, found, err := w.created(ctx)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	if !found || receipt.Conflict {
		return reconcile.Receipt{}, domain.Unavailable(nil, domain.CodeSystemBusy, "the %s just created in Odoo does not hold what was sent", w.m.noun)
	}
	return receipt, nil
}

// adopt ties our external identifier to a record that exists.
func (w *writing) adopt(ctx context.Context) (reconcile.Receipt, error) {
	id, err := number(string(w.order.Code))
	if err != nil || id <= 0 {
		return reconcile.Receipt{}, domain.Invalid(domain.CodeDeliveryInvalid, "%q is not the ID of an Odoo record", w.order.Code)
	}
	found, err := w.read(ctx, id)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	if found == nil {
		return reconcile.Receipt{Conflict: true}, nil
	}
	known, err := w.named(ctx, id)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	if known.Model != w.m.model || known.Record != id {
		return reconcile.Receipt{Conflict: true, Current: w.attributes(found)}, nil
	}
	return reconcile.Receipt{Code: w.order.Code}, nil
}

// named gives a record our external identifier and returns what that names now: where it existed, Odoo refuses a second one.
func (w *writing) named(ctx context.Context, id int64) (*externalID, error) {
	name := w.m.externalID(w.order.Record)
	vals := map[string]any{"module": ourModule, "name": name, "model": w.m.model, "res_id": id, "noupdate": true}
	failed := w.c.writer.tell(ctx, "ir.model.data", "create", arguments{"vals_list": []any{vals}}, nil)
	if failed != nil && domain.ErrorCode(failed) != domain.CodeSystemRefused {
		return nil, failed
	}
	known, err := externalRecord(ctx, w.c.writer, name)
	switch {
	case err != nil:
		return nil, err
	case known != nil:
		return known, nil
	case failed != nil:
		return nil, failed
	}
	return nil, domain.Invalid(domain.CodeSystemAnswer, "Odoo does not show the external identifier it has just taken")
}
