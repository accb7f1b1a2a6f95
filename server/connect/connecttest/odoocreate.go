package connecttest

import (
	"sync"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// newItem is a create with every attribute.
func newItem() domain.Delivery {
	return delivery(domain.DeliverCreate, "", nil, domain.Attributes{
		"code": domain.Code("00" + unique("C")), "name": domain.Translated{"en": "Hex bolt M8 \"zinc\""}, "base_unit": domain.Enum("KGM"),
		"net_weight": kilograms("0.25"), "gtin": domain.Code(uniqueGTIN()), "tracking": domain.Enum("lot"),
	})
}

// bearing finds the products with an order's code.
func (b *bench) bearing(d domain.Delivery) []product {
	b.Helper()
	return b.products([]any{"default_code", "=", d.Order.Set.Text("code")})
}

func recordCreated(b *bench) {
	c, d := b.connect(b.connection()), newItem()
	first := b.confirmed(c, d)
	found := b.bearing(d)
	if len(found) != 1 || codeOf(found[0].ID) != first.Code || !found[0].Storable || !found[0].Active {
		b.Fatalf("receipt %+v, found %+v", first, found)
	}
	got := b.read(c, reconcile.ReadRequest{})
	if read := got.rows[first.Code].Record.Attributes; !read.Same(d.Order.Set) {
		b.Errorf("created %s, read %s", d.Order.Set.Encode(), read.Encode())
	}
	if again := b.confirmed(c, d); again.Code != first.Code || len(b.bearing(d)) != 1 {
		b.Errorf("repeating: %+v after %+v", again, first)
	}
}

// createInParallel has four connectors deliver the same create at once.
func createInParallel(b *bench) {
	d := newItem()
	codes := make(chan domain.Code, 4)
	var racers sync.WaitGroup
	for range cap(codes) {
		c := b.connect(b.connection())
		racers.Go(func() {
			receipt, err := c.Apply(b.Context(), d)
			switch {
			case err == nil && !receipt.Conflict:
				codes <- receipt.Code
			case err == nil || domain.OutcomeOf(err).Kind != domain.OutcomeRetry:
				b.Errorf("%+v, %v", receipt, err)
			}
		})
	}
	racers.Wait()
	close(codes)
	settled := b.confirmed(b.connect(b.connection()), d)
	if found := b.bearing(d); len(found) != 1 || codeOf(found[0].ID) != settled.Code {
		b.Errorf("%d records were made: %+v", len(found), found)
	}
	for code := range codes {
		if code != settled.Code {
			b.Errorf("a receipt names %s, another %s", code, settled.Code)
		}
	}
}

func createRepeated(b *bench) {
	c, d := b.connect(b.connection()), newItem()
	b.confirmed(c, d)
	id := b.bearing(d)[0].ID
	b.change(id, map[string]any{"name": "Renamed in Odoo"})
	if receipt := b.conflict(c, d); receipt.Current.Text("name") != "Renamed in Odoo" || receipt.Code != codeOf(id) {
		b.Errorf("receipt: %+v", receipt)
	}
	if p := b.product(id); p.Name != "Renamed in Odoo" {
		b.Errorf("overwritten: %+v", p)
	}
	// deleted by hand, an approved create makes it again
	b.ask("product.product", "unlink", map[string]any{"ids": []int64{id}}, nil)
	if receipt := b.confirmed(c, d); receipt.Code == codeOf(id) || len(b.bearing(d)) != 1 {
		b.Errorf("after deleting: %+v", receipt)
	}
}

func createNamesake(b *bench) {
	c, d := b.connect(b.connection()), newItem()
	code, id := b.enter(map[string]any{"default_code": d.Order.Set.Text("code"), "name": "Here before"})
	b.change(id, map[string]any{"active": false})
	if receipt := b.conflict(c, d); receipt.Code != code || receipt.Current.Text("name") != "Here before" {
		b.Errorf("receipt: %+v", receipt)
	}
	if found := b.bearing(d); len(found) != 1 {
		b.Errorf("%d records bear the code", len(found))
	}
}

func createUnknownUnit(b *bench) {
	d := newItem()
	d.Order.Set["base_unit"] = domain.Enum("XYZ")
	_ = b.refused(b.connect(b.connection()), d, domain.CodeSystemRefused, domain.OutcomeDead)
	if found := b.bearing(d); len(found) != 0 {
		b.Errorf("made: %+v", found)
	}
}

// externalIDs lists what names a record under our module.
func (b *bench) externalIDs(id int64) []string {
	b.Helper()
	var found []struct {
		Name string `json:"name"`
	}
	b.ask("ir.model.data", "search_read", map[string]any{
		"domain": []any{[]any{"module", "=", "__crosswalk__"}, []any{"model", "=", "product.product"}, []any{"res_id", "=", id}},
		"fields": []string{"name"},
	}, &found)
	names := []string{}
	for _, entry := range found {
		names = append(names, entry.Name)
	}
	return names
}

func adoptRepeated(b *bench) {
	code, id := b.enter(nil)
	before := b.product(id)
	c, d := b.connect(b.connection()), delivery(domain.DeliverAdopt, code, nil, nil)
	for range 2 {
		if receipt := b.confirmed(c, d); receipt.Code != code {
			b.Errorf("receipt: %+v", receipt)
		}
	}
	if names := b.externalIDs(id); len(names) != 1 || names[0] != "item_"+d.Order.Record.String() {
		b.Errorf("external identifiers: %v", names)
	}
	if after := b.product(id); after != before {
		b.Errorf("adopting made %+v of %+v", after, before)
	}
	// what was adopted counts as created
	d.Order.Kind, d.Order.Set = domain.DeliverCreate, domain.Attributes{"code": domain.Code(before.Code.(string)), "name": domain.Translated{"en": before.Name}}
	if receipt := b.confirmed(c, d); receipt.Code != code {
		b.Errorf("receipt: %+v", receipt)
	}
}

func adoptTaken(b *bench) {
	first, _ := b.enter(nil)
	second, secondID := b.enter(map[string]any{"name": "Another"})
	c, d := b.connect(b.connection()), delivery(domain.DeliverAdopt, first, nil, nil)
	b.confirmed(c, d)
	d.Order.Code = second
	if receipt := b.conflict(c, d); receipt.Current.Text("name") != "Another" {
		b.Errorf("receipt: %+v", receipt)
	}
	if names := b.externalIDs(secondID); len(names) != 0 {
		b.Errorf("external identifiers: %v", names)
	}
}
