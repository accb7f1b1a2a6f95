package connecttest

import (
	"strings"
	"sync"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

func updateWritten(b *bench) {
	code, id := b.enter(map[string]any{"name": "Plate", "weight": 2, "tracking": "none"})
	before := b.product(id)
	gtin := uniqueGTIN()
	receipt := b.confirmed(b.connect(b.connection()), delivery(domain.DeliverUpdate, code,
		domain.Attributes{"name": domain.Translated{"en": "Plate"}, "net_weight": kilograms("2"), "tracking": domain.Enum("none"), "code": domain.Code("not looked at")},
		domain.Attributes{"name": domain.Translated{"en": "Plate Ø 4"}, "net_weight": kilograms("2.50"), "tracking": domain.Enum("lot"), "gtin": domain.Code(gtin)},
	))
	if receipt.Code != code || receipt.Unguarded || receipt.Current != nil {
		b.Errorf("receipt: %+v", receipt)
	}
	after := b.product(id)
	want := before
	want.Name, want.Weight, want.Tracking, want.Barcode, want.WriteDate = "Plate Ø 4", 2.5, "lot", gtin, after.WriteDate
	if after != want {
		b.Errorf("the product is %+v, wanted %+v", after, want)
	}
}

func valueCleared(b *bench) {
	gtin := uniqueGTIN()
	code, id := b.enter(map[string]any{"barcode": gtin, "weight": 3.5})
	expect := domain.Attributes{"gtin": domain.Code(gtin), "net_weight": kilograms("3.5")}
	b.confirmed(b.connect(b.connection()), delivery(domain.DeliverUpdate, code, expect, domain.Attributes{"gtin": domain.Code(""), "net_weight": nil}))
	if p := b.product(id); p.Barcode != false || p.Weight != 0 {
		b.Errorf("the product is %+v", p)
	}
}

func updateRepeated(b *bench) {
	code, id := b.enter(map[string]any{"name": "Old"})
	c := b.connect(b.connection())
	d := delivery(domain.DeliverUpdate, code, domain.Attributes{"name": domain.Translated{"en": "Old"}}, domain.Attributes{"name": domain.Translated{"en": "New"}})
	b.confirmed(c, d)
	written := b.product(id)
	if receipt := b.confirmed(c, d); receipt.Code != code {
		b.Errorf("receipt: %+v", receipt)
	}
	if again := b.product(id); again != written {
		b.Errorf("repeating made %+v of %+v", again, written)
	}
}

func changedInBetween(b *bench) {
	code, id := b.enter(map[string]any{"name": "Decided on", "weight": 1})
	d := delivery(domain.DeliverUpdate, code,
		domain.Attributes{"name": domain.Translated{"en": "Decided on"}, "net_weight": kilograms("1")},
		domain.Attributes{"name": domain.Translated{"en": "Ours"}, "net_weight": kilograms("2")})
	b.change(id, map[string]any{"name": "Somebody else's"})
	receipt := b.conflict(b.connect(b.connection()), d)
	if receipt.Current.Text("name") != "Somebody else's" || receipt.Current.Text("net_weight") != "1 KGM" {
		b.Errorf("the conflict says %s", receipt.Current.Encode())
	}
	if p := b.product(id); p.Name != "Somebody else's" || p.Weight != 1 {
		b.Errorf("overwritten: %+v", p)
	}
}

func recordGone(b *bench) {
	code, id := b.enter(nil)
	b.ask("product.product", "unlink", map[string]any{"ids": []int64{id}}, nil)
	c := b.connect(b.connection())
	for _, d := range []domain.Delivery{
		delivery(domain.DeliverUpdate, code, domain.Attributes{"name": domain.Translated{"en": "Plate"}}, domain.Attributes{"name": domain.Translated{"en": "X"}}),
		delivery(domain.DeliverArchive, code, nil, nil),
		delivery(domain.DeliverAdopt, code, nil, nil),
	} {
		if receipt := b.conflict(c, d); len(receipt.Current) != 0 {
			b.Errorf("%s of what is gone: %+v", d.Order.Kind, receipt)
		}
	}
}

// racingWriters has three connectors append their letter to one name, fifteen times each: a lost update is a lost letter.
func racingWriters(b *bench) {
	const rounds = 15
	code, id := b.enter(map[string]any{"name": "="})
	var racers sync.WaitGroup
	for _, letter := range []string{"a", "b", "c"} {
		c := b.connect(b.connection())
		racers.Go(func() {
			held := domain.Text("=")
			for range rounds {
				var err error
				if held, err = b.appendLetter(c, code, held, letter); err != nil {
					b.Errorf("%s: %v", letter, err)
					return
				}
			}
		})
	}
	racers.Wait()
	name := b.product(id).Name
	for _, letter := range []string{"a", "b", "c"} {
		if kept := strings.Count(name, letter); kept != rounds {
			b.Errorf("%d of %d updates of %s were kept: %s", kept, rounds, letter, name)
		}
	}
}

// appendLetter tries until its letter stands, and returns the name it made: a conflict says what the name has become.
func (b *bench) appendLetter(c Connector, code domain.Code, held domain.Text, letter string) (domain.Text, error) {
	for {
		wanted := held + domain.Text(letter)
		d := delivery(domain.DeliverUpdate, code, domain.Attributes{"name": held}, domain.Attributes{"name": wanted})
		receipt, err := c.Apply(b.Context(), d)
		switch {
		case err != nil && domain.OutcomeOf(err).Kind != domain.OutcomeRetry:
			return held, err
		case err == nil && !receipt.Conflict:
			return wanted, nil
		case err == nil:
			held = domain.Text(receipt.Current.Text("name"))
		}
	}
}

// numbersFitOdoo: within half a step of Odoo's decimals a number is rounded, and known to be; what would become nothing is refused.
func numbersFitOdoo(b *bench) {
	code, id := b.enter(map[string]any{"weight": 1})
	c := b.connect(b.connection())
	d := delivery(domain.DeliverUpdate, code, domain.Attributes{"net_weight": kilograms("1")}, domain.Attributes{"net_weight": kilograms("0.004")})
	_ = b.refused(c, d, domain.CodeSystemRefused, domain.OutcomeDead)
	d = delivery(domain.DeliverCreate, "", nil, domain.Attributes{
		"code": domain.Code(unique("R")), "name": domain.Translated{"en": "Plate"}, "net_weight": kilograms("0.001"),
	})
	_ = b.refused(c, d, domain.CodeSystemRefused, domain.OutcomeDead)
	if p := b.product(id); p.Weight != 1 {
		b.Errorf("the product is %+v", p)
	}
	d = delivery(domain.DeliverUpdate, code, domain.Attributes{"net_weight": kilograms("1")}, domain.Attributes{"net_weight": kilograms("0.986")})
	if receipt, err := c.Apply(b.Context(), d); err != nil || receipt.Conflict {
		b.Fatalf("%+v, %v", receipt, err)
	}
	if p := b.product(id); p.Weight != 0.99 {
		b.Errorf("the product is %+v", p)
	}
	d = delivery(domain.DeliverCreate, "", nil, domain.Attributes{
		"code": domain.Code(unique("R")), "name": domain.Translated{"en": "Plate"}, "net_weight": kilograms("0.986"),
	})
	for range 2 { // the second time it is found as it was made
		if receipt, err := c.Apply(b.Context(), d); err != nil || receipt.Conflict || receipt.Code == "" {
			b.Fatalf("%+v, %v", receipt, err)
		}
	}
}

func readOnlyRefused(b *bench) {
	code, _ := b.enter(nil)
	d := delivery(domain.DeliverUpdate, code, domain.Attributes{"base_unit": domain.Enum("C62")}, domain.Attributes{"base_unit": domain.Enum("KGM")})
	_ = b.refused(b.connect(b.connection()), d, domain.CodeSystemRefused, domain.OutcomeDead)
}

func refusedByOdoo(b *bench) {
	gtin := uniqueGTIN()
	b.enter(map[string]any{"barcode": gtin})
	code, id := b.enter(nil)
	c := b.connect(b.connection())
	d := delivery(domain.DeliverUpdate, code, nil, domain.Attributes{"gtin": domain.Code(gtin)})
	if err := b.refused(c, d, domain.CodeSystemRefused, domain.OutcomeDead); !strings.Contains(err.Error(), gtin) || strings.Contains(err.Error(), "Traceback") {
		b.Errorf("update: %v", err)
	}
	d = delivery(domain.DeliverCreate, "", nil, domain.Attributes{"code": domain.Code(unique("B")), "name": domain.Translated{"en": "Plate"}, "gtin": domain.Code(gtin)})
	if err := b.refused(c, d, domain.CodeSystemRefused, domain.OutcomeDead); !strings.Contains(err.Error(), gtin) {
		b.Errorf("create: %v", err)
	}
	if p := b.product(id); p.Barcode != false {
		b.Errorf("the product is %+v", p)
	}
}

func archiveAndRestore(b *bench) {
	code, id := b.enter(nil)
	c := b.connect(b.connection())
	for _, step := range []struct {
		kind   domain.DeliveryKind
		active bool
	}{{domain.DeliverArchive, false}, {domain.DeliverArchive, false}, {domain.DeliverRestore, true}, {domain.DeliverRestore, true}} {
		b.confirmed(c, delivery(step.kind, code, nil, nil))
		b.inUse(id, step.active)
	}
}

// inUse demands that a product and its template are in use, or that neither is.
func (b *bench) inUse(id int64, active bool) {
	b.Helper()
	var template []struct {
		Active bool `json:"active"`
	}
	p := b.product(id)
	b.ask("product.template", "read", map[string]any{"ids": []int64{p.Template}, "fields": []string{"active"}}, &template)
	if p.Active != active || template[0].Active != active {
		b.Errorf("the product is active=%v, its template active=%v, wanted %v", p.Active, template[0].Active, active)
	}
}

func writerWithoutRights(b *bench) {
	code, id := b.enter(map[string]any{"name": "Plate"})
	weak := b.connection()
	weak.WriterKey = b.odoo.ReaderKey
	c := b.connect(weak)
	d := delivery(domain.DeliverUpdate, code, domain.Attributes{"name": domain.Translated{"en": "Plate"}}, domain.Attributes{"name": domain.Translated{"en": "X"}})
	_ = b.refused(c, d, domain.CodeSystemUnguarded, domain.OutcomeHeld)
	d = delivery(domain.DeliverCreate, "", nil, domain.Attributes{"code": domain.Code(unique("W")), "name": domain.Translated{"en": "Plate"}})
	_ = b.refused(c, d, domain.CodeSystemDenied, domain.OutcomeHeld)
	weak.AcceptedBy = "ines"
	d = delivery(domain.DeliverUpdate, code, domain.Attributes{"name": domain.Translated{"en": "Plate"}}, domain.Attributes{"name": domain.Translated{"en": "X"}})
	_ = b.refused(b.connect(weak), d, domain.CodeSystemDenied, domain.OutcomeHeld)
	if p := b.product(id); p.Name != "Plate" {
		b.Errorf("the product is %+v", p)
	}
}

// removeGuard deletes the guard's action, as somebody may who tidies up.
func (b *bench) removeGuard() {
	b.Helper()
	var found []struct {
		Record int64 `json:"res_id"`
	}
	b.ask("ir.model.data", "search_read", map[string]any{
		"domain": []any{[]any{"module", "=", "__crosswalk__"}, []any{"model", "=", "ir.actions.server"}}, "fields": []string{"res_id"},
	}, &found)
	for _, entry := range found {
		b.ask("ir.actions.server", "unlink", map[string]any{"ids": []int64{entry.Record}}, nil)
	}
}

func unguardedWriting(b *bench) {
	code, id := b.enter(map[string]any{"name": "Old", "weight": 1})
	c := b.connect(b.connection())
	b.confirmed(c, delivery(domain.DeliverUpdate, code, domain.Attributes{"net_weight": kilograms("1")}, domain.Attributes{"net_weight": kilograms("2")}))
	b.removeGuard()
	d := delivery(domain.DeliverUpdate, code, domain.Attributes{"name": domain.Translated{"en": "Old"}}, domain.Attributes{"name": domain.Translated{"en": "New"}})
	if _, err := c.Apply(b.Context(), d); err == nil {
		b.Errorf("written through a guard that is gone")
	}
	_ = b.refused(c, d, domain.CodeSystemUnguarded, domain.OutcomeHeld)
	b.failsAt(c, "write guard")

	accepted := b.connection()
	accepted.AcceptedBy = "ines"
	c = b.connect(accepted)
	for range 2 {
		if receipt := b.confirmed(c, d); !receipt.Unguarded || receipt.Code != code {
			b.Errorf("receipt: %+v", receipt)
		}
	}
	b.change(id, map[string]any{"name": "Somebody else's"})
	d = delivery(domain.DeliverUpdate, code, domain.Attributes{"name": domain.Translated{"en": "New"}}, domain.Attributes{"name": domain.Translated{"en": "Newer"}})
	if receipt := b.conflict(c, d); receipt.Current.Text("name") != "Somebody else's" {
		b.Errorf("the conflict says %s", receipt.Current.Encode())
	}
	b.confirmed(c, delivery(domain.DeliverArchive, code, nil, nil))
	b.inUse(id, false)
	b.confirmed(c, delivery(domain.DeliverRestore, code, nil, nil))
	b.inUse(id, true)
	if p := b.product(id); p.Name != "Somebody else's" || !p.Active {
		b.Errorf("the product is %+v", p)
	}
	if err := b.odoo.InstallGuard(b.Context()); err != nil {
		b.Fatalf("install the guard again: %v", err)
	}
	if receipt := b.confirmed(c, delivery(domain.DeliverArchive, code, nil, nil)); receipt.Unguarded {
		b.Errorf("unguarded although there is a guard")
	}
}

func guardInstalledTwice(b *bench) {
	actions := func() (ids []int64) {
		b.ask("ir.actions.server", "search", map[string]any{"domain": []any{[]any{"name", "like", "Crosswalk guard"}}, "order": "id"}, &ids)
		return ids
	}
	before := actions()
	if err := b.odoo.InstallGuard(b.Context()); err != nil {
		b.Fatal(err)
	}
	if after := actions(); len(before) != 1 || len(after) != 1 || before[0] != after[0] {
		b.Errorf("guards %v became %v", before, after)
	}
	// somebody's edit is put right
	b.ask("ir.actions.server", "write", map[string]any{"ids": before, "vals": map[string]any{"code": "action = False"}}, nil)
	if err := b.odoo.InstallGuard(b.Context()); err != nil {
		b.Fatal(err)
	}
	var found []struct {
		Code string `json:"code"`
	}
	b.ask("ir.actions.server", "read", map[string]any{"ids": before, "fields": []string{"code"}}, &found)
	if !strings.Contains(found[0].Code, "lock_for_update") {
		b.Errorf("the guard's text is %.60s", found[0].Code)
	}
}
