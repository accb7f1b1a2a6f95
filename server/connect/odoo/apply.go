package odoo

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// Apply makes one approved delivery. Updates, archiving and restoring go through the guard, which compares and sets in one
// transaction; creating and adopting are tied to our external identifier, so that repeating them is harmless.
func (c *Connector) Apply(ctx context.Context, delivery domain.Delivery) (reconcile.Receipt, error) {
	order := delivery.Order
	m, err := c.mapping(order.Domain)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	if c.writer == nil {
		return reconcile.Receipt{}, domain.Forbidden(domain.CodeSystemReadOnly, "the system %s has no key for writing", c.system.ID)
	}
	select {
	case c.lane <- struct{}{}:
		defer func() { <-c.lane }()
	case <-ctx.Done():
		return reconcile.Receipt{}, domain.Unavailable(ctx.Err(), domain.CodeSystemBusy, "another delivery to Odoo is still under way")
	}
	receipt, err := c.apply(ctx, m, order)
	if code := domain.ErrorCode(err); code == domain.CodeSystemRefused || code == domain.CodeSystemSchema {
		c.forget() // perhaps Odoo was upgraded since it was asked for its fields
	}
	return receipt, err
}

func (c *Connector) apply(ctx context.Context, m mapping, order domain.DeliveryOrder) (reconcile.Receipt, error) {
	fields, err := c.knownSchema(ctx, m)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	in, err := c.callContext(ctx, c.writer)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	w := &writing{c: c, m: m, order: order, schema: fields, context: in}
	if w.tables, err = c.readTables(ctx, c.writer, w.links()); err != nil {
		return reconcile.Receipt{}, err
	}
	switch order.Kind {
	case domain.DeliverCreate:
		return w.create(ctx)
	case domain.DeliverAdopt:
		return w.adopt(ctx)
	case domain.DeliverUpdate, domain.DeliverArchive, domain.DeliverRestore:
		return w.change(ctx)
	default:
		return reconcile.Receipt{}, domain.Invalid(domain.CodeDeliveryInvalid, "a delivery of the kind %q is done by hand", order.Kind)
	}
}

// writing is one delivery on its way.
type writing struct {
	c       *Connector
	m       mapping
	order   domain.DeliveryOrder
	schema  schema
	context map[string]any
	tables  tables
}

// links are the fields of the order that lead to other records and are written by ID.
func (w *writing) links() []Field {
	var linked []Field
	for _, f := range w.m.fields {
		_, set := w.order.Set[f.Attribute]
		if set && f.Name != "" && f.convert.column == "/.id" {
			linked = append(linked, f)
		}
	}
	return linked
}

// knows is what is known of a field.
func (w *writing) knows(f Field) facts { return facts{w.schema[f.Name], w.tables} }

// change updates, archives or restores a record that exists.
func (w *writing) change(ctx context.Context) (reconcile.Receipt, error) {
	id, err := number(string(w.order.Code))
	if err != nil || id <= 0 {
		return reconcile.Receipt{}, domain.Invalid(domain.CodeDeliveryInvalid, "%q is not the ID of an Odoo record", w.order.Code)
	}
	set, expect, err := w.values()
	if err != nil {
		return reconcile.Receipt{}, err
	}
	action, err := w.c.guardAction(ctx)
	if domain.ErrorCode(err) == domain.CodeSystemUnguarded && w.c.system.UnguardedAcceptedBy != "" {
		return w.unguarded(ctx, id, expect, set)
	}
	if err != nil {
		return reconcile.Receipt{}, err
	}
	return w.guarded(ctx, action, guardOrder{Model: w.m.model, ID: id, Expect: expect, Vals: set})
}

// values returns Odoo's fields as they are to be, and as they were when the decision was made.
func (w *writing) values() (set, expect map[string]any, err error) {
	switch w.order.Kind {
	case domain.DeliverArchive:
		return map[string]any{"active": false}, map[string]any{"active": true}, nil
	case domain.DeliverRestore:
		return map[string]any{"active": true}, map[string]any{"active": false}, nil
	default:
	}
	set, expect = map[string]any{}, map[string]any{}
	var faults []string
	for _, id := range slices.Sorted(maps.Keys(w.order.Set)) {
		f, known := w.m.field(id)
		if !known || f.Access != AccessWritten {
			return nil, nil, domain.Invalid(domain.CodeSystemRefused, "%s is not changed in Odoo by Crosswalk", id)
		}
		if err := w.put(f, set, expect); err != nil {
			faults = append(faults, string(id)+": "+err.Error())
		}
	}
	switch {
	case len(faults) > 0:
		return nil, nil, domain.Invalid(domain.CodeSystemRefused, "Odoo cannot hold this: %s", strings.Join(faults, "; "))
	case len(set) == 0:
		return nil, nil, domain.Invalid(domain.CodeDeliveryInvalid, "the delivery changes nothing")
	}
	return set, expect, nil
}

// put adds one attribute's values.
func (w *writing) put(f Field, set, expect map[string]any) (err error) {
	wanted, held := w.order.Set[f.Attribute], w.order.Expect[f.Attribute]
	if f.convert.translated {
		texts, before, err := w.c.site.translations(f.Name, wanted, held)
		maps.Copy(set, texts)
		maps.Copy(expect, before)
		return err
	}
	if set[f.Name], err = f.sent(wanted, w.knows(f)); err != nil {
		return err
	}
	// what was read came out of Odoo's own decimals, so there is nothing to check
	expect[f.Name], err = f.sent(held, facts{tables: w.tables})
	return err
}

// sent is what is sent for a value, which may be absent or empty.
func (f Field) sent(v domain.Value, known facts) (any, error) {
	if v == nil || v.Empty() {
		return f.convert.empty, nil
	}
	return f.convert.write(v, known)
}

// attributes converts fields that Odoo returned.
func (w *writing) attributes(found row) domain.Attributes {
	held := domain.Attributes{}
	for _, f := range w.m.fields {
		_, asked := found[f.Name]
		if !asked || f.Access != AccessWritten {
			continue
		}
		if value, err := w.c.site.read(f, found, w.knows(f)); err == nil && value != nil && !value.Empty() {
			held[f.Attribute] = value
		}
	}
	return held
}

// fieldNames are the fields of the attributes that a delivery may change.
func (w *writing) fieldNames() []string {
	names := []string{"active"}
	for _, f := range w.m.fields {
		if f.Access == AccessWritten {
			names = append(names, f.Name)
		}
	}
	return names
}

// read returns the record's fields as they are now, nil when it does not exist.
func (w *writing) read(ctx context.Context, id int64) (row, error) {
	var rows []row
	args := arguments{"ids": []int64{id}, "fields": w.fieldNames(), "load": "", "context": w.context}
	if err := w.c.writer.ask(ctx, w.m.model, "read", args, &rows); err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// holds says whether Odoo's fields have the values.
func (w *writing) holds(found row, values map[string]any) bool {
	wanted := row{}
	for name, value := range values {
		wanted[name] = value
	}
	if active, ok := values["active"]; ok && active != found["active"] {
		return false
	}
	held := row{}
	for name := range values {
		held[name] = found[name]
	}
	return w.attributes(held).Same(w.attributes(wanted))
}

// unguarded reads, compares and writes in three calls; between them somebody else's change can be lost, which a named admin
// accepted for this system.
func (w *writing) unguarded(ctx context.Context, id int64, expect, set map[string]any) (reconcile.Receipt, error) {
	receipt := reconcile.Receipt{Code: w.order.Code, Unguarded: true}
	if translates(set, expect) {
		return reconcile.Receipt{}, w.c.noGuard("translations are written through it only", nil)
	}
	found, err := w.read(ctx, id)
	switch {
	case err != nil:
		return reconcile.Receipt{}, err
	case found == nil:
		return reconcile.Receipt{Conflict: true, Unguarded: true}, nil
	case w.holds(found, set):
		return receipt, nil
	case !w.holds(found, expect):
		return reconcile.Receipt{Conflict: true, Current: w.attributes(found), Unguarded: true}, nil
	}
	if err := w.write(ctx, id, set); err != nil {
		return reconcile.Receipt{}, err
	}
	if found, err = w.read(ctx, id); err != nil {
		return reconcile.Receipt{}, err
	}
	if found == nil || !w.holds(found, set) {
		return reconcile.Receipt{}, domain.Invalid(domain.CodeSystemRefused, "Odoo took the change but does not hold what was sent")
	}
	return receipt, nil
}

// translates drops the translations that stay as they are, and says whether any is to be changed.
func translates(set, expect map[string]any) bool {
	changes := false
	for name := range set {
		switch {
		case !strings.Contains(name, "@"):
		case set[name] == expect[name]:
			delete(set, name)
			delete(expect, name)
		default:
			changes = true
		}
	}
	return changes
}

// write sends one change. Archiving has methods of its own, which take the template along.
func (w *writing) write(ctx context.Context, id int64, set map[string]any) error {
	method, args := "write", arguments{"ids": []int64{id}, "vals": set, "context": w.context}
	if active, ok := set["active"]; ok {
		delete(args, "vals")
		in := maps.Clone(w.context)
		delete(in, "active_test") // a template goes with its last active variant, which Odoo sees only without archived ones
		args["context"] = in
		if method = "action_archive"; active == true {
			method = "action_unarchive"
		}
	}
	return w.c.writer.tell(ctx, w.m.model, method, args, nil)
}
