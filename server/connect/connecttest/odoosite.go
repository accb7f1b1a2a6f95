package connecttest

import (
	"net/http"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// ownField is the field that the site made itself.
const ownField = "x_xw_material"

// company is one of Odoo's.
type company struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	Currency []any  `json:"currency_id"`
}

// companies returns the two that every lab has.
func (b *bench) companies() (main, second company) {
	b.Helper()
	var found []company
	b.ask("res.company", "search_read", map[string]any{"domain": []any{}, "fields": []string{"name", "currency_id"}, "order": "id"}, &found)
	if len(found) < 2 {
		b.Fatalf("the lab has %d companies", len(found))
	}
	return found[0], found[1]
}

// at connects for one company.
func (b *bench) at(of company) Connector {
	b.Helper()
	chosen := b.connection()
	chosen.Company = of.Name
	return b.connect(chosen)
}

// whole reads with the attributes of every kind.
func (b *bench) whole(c Connector) reading {
	b.Helper()
	return b.read(c, reconcile.ReadRequest{Definition: WholeItem()})
}

// hint is what a step of the check found.
func (b *bench) hint(c Connector, name string) string {
	b.Helper()
	for _, step := range c.Check(b.Context()) {
		if step.Name == name && step.OK {
			return step.Hint
		}
	}
	b.Errorf("the check has no good step %q", name)
	return ""
}

func checkTells(b *bench) {
	main, second := b.companies()
	if hint := b.hint(b.at(second), "companies"); !strings.Contains(hint, main.Name) || !strings.Contains(hint, "values of "+second.Name) {
		b.Errorf("companies: %s", hint)
	}
	if hint := b.hint(b.connect(b.connection()), "companies"); !strings.Contains(hint, "none is chosen") {
		b.Errorf("companies: %s", hint)
	}
	some := b.connection()
	some.ExtraFields = "hs_code"
	if hint := b.hint(b.connect(some), "fields"); !strings.Contains(hint, "origin") || strings.Contains(hint, "hs_code") {
		b.Errorf("fields: %s", hint)
	}
}

func companyNotSeen(b *bench) {
	wrong := b.connection()
	wrong.Company = "999999"
	b.failsAt(b.connect(wrong), "companies")
}

func otherCompany(b *bench) {
	main, second := b.companies()
	code, _ := b.enter(map[string]any{"company_id": second.ID})
	shared, _ := b.enter(nil)
	here, there := b.whole(b.at(main)), b.whole(b.at(second))
	if _, found := here.rows[code]; found {
		b.Errorf("%s sees what belongs to %s", main.Name, second.Name)
	}
	if !here.proof.Complete || !strings.Contains(here.proof.How, "of other companies than "+main.Name) {
		b.Errorf("proof: %+v", here.proof)
	}
	later := b.read(b.at(main), reconcile.ReadRequest{Definition: WholeItem(), Since: "2999-01-01 00:00:00"})
	if later.proof.How != here.proof.How {
		b.Errorf("an incremental reading says %s, a complete one %s", later.proof.How, here.proof.How)
	}
	for name, got := range map[string]reading{main.Name: here, second.Name: there} {
		if _, found := got.rows[shared]; !found {
			b.Errorf("%s does not see what is shared", name)
		}
	}
	if _, found := there.rows[code]; !found {
		b.Errorf("%s does not see its own", second.Name)
	}
}

func otherCompanyHeld(b *bench) {
	main, second := b.companies()
	code, id := b.enter(map[string]any{"company_id": second.ID, "name": "Theirs"})
	c := b.at(main)
	for _, d := range []domain.Delivery{
		delivery(domain.DeliverUpdate, code, domain.Attributes{"name": domain.Translated{"en": "Theirs"}}, domain.Attributes{"name": domain.Translated{"en": "Ours"}}),
		delivery(domain.DeliverArchive, code, nil, nil),
		delivery(domain.DeliverAdopt, code, nil, nil),
	} {
		_ = b.refused(c, d, domain.CodeSystemDenied, domain.OutcomeHeld)
	}
	if p := b.product(id); p.Name != "Theirs" || !p.Active {
		b.Errorf("the product is %+v", p)
	}
}

func costPerCompany(b *bench) {
	main, second := b.companies()
	code, id := b.enter(nil)
	for of, cost := range map[int64]float64{main.ID: 12.5, second.ID: 9.87654} {
		b.ask("product.product", "write", map[string]any{
			"ids": []int64{id}, "vals": map[string]any{"standard_price": cost}, "context": map[string]any{"allowed_company_ids": []int64{of}},
		}, nil)
	}
	for amount, of := range map[string]company{"12.5": main, "9.87654": second} {
		c := b.at(of)
		want := amount + " " + of.Currency[1].(string)
		if got := b.whole(c).rows[code].Record.Attributes.Text("standard_cost"); got != want {
			b.Errorf("%s: %s, wanted %s", of.Name, got, want)
		}
		d := delivery(domain.DeliverUpdate, code, nil, domain.Attributes{"standard_cost": domain.Money{Currency: "EUR"}})
		_ = b.refused(c, d, domain.CodeSystemRefused, domain.OutcomeDead)
	}
	if got := b.whole(b.connect(b.connection())).rows[code].Record.Attributes["standard_cost"]; got != nil {
		b.Errorf("without a company the cost is %v", got)
	}
}

func barcodePerCompany(b *bench) {
	main, second := b.companies()
	gtin := uniqueGTIN()
	b.enter(map[string]any{"company_id": second.ID, "barcode": gtin})
	code, id := b.enter(map[string]any{"company_id": main.ID})
	b.confirmed(b.at(main), delivery(domain.DeliverUpdate, code, nil, domain.Attributes{"gtin": domain.Code(gtin)}))
	if p := b.product(id); p.Barcode != gtin {
		b.Errorf("the product is %+v", p)
	}
	// one that all companies share must not take it
	code, id = b.enter(nil)
	d := delivery(domain.DeliverUpdate, code, nil, domain.Attributes{"gtin": domain.Code(gtin)})
	_ = b.refused(b.at(main), d, domain.CodeSystemRefused, domain.OutcomeDead)
	if p := b.product(id); p.Barcode != false {
		b.Errorf("the product is %+v", p)
	}
}

// speaking connects in English and German.
func (b *bench) speaking() Connector {
	b.Helper()
	chosen := b.connection()
	chosen.Languages = "de_DE"
	return b.connect(chosen)
}

// describe writes a description by hand.
func (b *bench) describe(id int64, language, text string) {
	b.Helper()
	b.ask("product.product", "write", map[string]any{
		"ids": []int64{id}, "vals": map[string]any{"description_sale": text}, "context": map[string]any{"lang": language},
	}, nil)
}

func (b *bench) description(c Connector, code domain.Code) domain.Value {
	b.Helper()
	return b.whole(c).rows[code].Record.Attributes["description"]
}

func descriptionByLanguage(b *bench) {
	c := b.speaking()
	code, id := b.enter(map[string]any{"description_sale": "Hex bolt"})
	bare, _ := b.enter(nil)
	if got := b.whole(c); !domain.Equal(got.rows[code].Record.Attributes["description"], domain.Translated{"en": "Hex bolt"}) || got.rows[bare].Record.Attributes["description"] != nil {
		b.Errorf("untranslated: %v, none: %v", got.rows[code].Record.Attributes["description"], got.rows[bare].Record.Attributes["description"])
	}
	b.describe(id, "de_DE", "Sechskantschraube")
	held := domain.Translated{"en": "Hex bolt", "de": "Sechskantschraube"}
	if got := b.description(c, code); !domain.Equal(got, held) {
		b.Errorf("read: %v", got)
	}
	wanted := domain.Translated{"en": "Hex bolt M8", "de": "Sechskantschraube M8", "fr": "Vis"}
	d := delivery(domain.DeliverUpdate, code, domain.Attributes{"description": held}, domain.Attributes{"description": wanted})
	for range 2 {
		b.confirmed(c, d)
	}
	if got := b.description(c, code); !domain.Equal(got, domain.Translated{"en": "Hex bolt M8", "de": "Sechskantschraube M8"}) {
		b.Errorf("written: %v", got)
	}
	b.describe(id, "de_DE", "Geändert")
	d = delivery(domain.DeliverUpdate, code, domain.Attributes{"description": wanted}, domain.Attributes{"description": held})
	if receipt := b.conflict(c, d); !domain.Equal(receipt.Current["description"], domain.Translated{"en": "Hex bolt M8", "de": "Geändert"}) {
		b.Errorf("the conflict says %s", receipt.Current.Encode())
	}
	// what only a translation says is not written: Odoo translates from English
	d = delivery(domain.DeliverUpdate, code, nil, domain.Attributes{"description": domain.Translated{"de": "Nur deutsch"}})
	_ = b.refused(c, d, domain.CodeSystemRefused, domain.OutcomeDead)
	held = domain.Translated{"en": "Hex bolt M8", "de": "Geändert"}
	b.confirmed(c, delivery(domain.DeliverUpdate, code, domain.Attributes{"description": held}, domain.Attributes{"description": nil}))
	if got := b.description(c, code); got != nil {
		b.Errorf("cleared: %v", got)
	}
}

// nameByLanguage: a name has a translation like any text, and a site that reads one language leaves the others alone.
func nameByLanguage(b *bench) {
	c := b.speaking()
	code, id := b.enter(map[string]any{"name": "Hex bolt"})
	name := func(c Connector) domain.Value { return b.whole(c).rows[code].Record.Attributes["name"] }
	held := domain.Translated{"en": "Hex bolt"}
	if got := name(c); !domain.Equal(got, held) {
		b.Errorf("untranslated: %v", got)
	}
	german := domain.Translated{"en": "Hex bolt", "de": "Sechskantschraube"}
	d := delivery(domain.DeliverUpdate, code, domain.Attributes{"name": held}, domain.Attributes{"name": german})
	for range 2 {
		b.confirmed(c, d)
	}
	if got := name(c); !domain.Equal(got, german) {
		b.Errorf("written: %v", got)
	}
	english := b.connect(b.connection())
	d = delivery(domain.DeliverUpdate, code, domain.Attributes{"name": held}, domain.Attributes{"name": domain.Translated{"en": "Hex bolt M8"}})
	b.confirmed(english, d)
	if got := name(c); !domain.Equal(got, domain.Translated{"en": "Hex bolt M8", "de": "Sechskantschraube"}) {
		b.Errorf("the German name after an English one: %v", got)
	}
	b.ask("product.product", "write", map[string]any{
		"ids": []int64{id}, "vals": map[string]any{"name": "Geändert"}, "context": map[string]any{"lang": "de_DE"},
	}, nil)
	d = delivery(domain.DeliverUpdate, code, domain.Attributes{"name": german}, domain.Attributes{"name": domain.Translated{"en": "A", "de": "B"}})
	if receipt := b.conflict(c, d); !domain.Equal(receipt.Current["name"], domain.Translated{"en": "Hex bolt M8", "de": "Geändert"}) {
		b.Errorf("the conflict says %s", receipt.Current.Encode())
	}
	b.confirmed(c, delivery(domain.DeliverUpdate, code, domain.Attributes{"name": domain.Text("Hex bolt M8")}, domain.Attributes{"name": domain.Text("Hex bolt")}))
	if got := name(c); !domain.Equal(got, domain.Translated{"en": "Hex bolt", "de": "Geändert"}) {
		b.Errorf("an order of before names had languages: %v", got)
	}
}

func createdByLanguage(b *bench) {
	c, d := b.speaking(), newItem()
	d.Order.Set["description"] = domain.Translated{"en": "Hex bolt", "de": "Sechskantschraube"}
	d.Order.Set["name"] = domain.Translated{"en": "Bolt", "de": "Schraube"}
	receipt := b.confirmed(c, d)
	if again := b.confirmed(c, d); again.Code != receipt.Code {
		b.Errorf("repeating: %+v after %+v", again, receipt)
	}
	if got := b.description(c, receipt.Code); !domain.Equal(got, d.Order.Set["description"]) {
		b.Errorf("created: %v", got)
	}
	if got := b.whole(c).rows[receipt.Code].Record.Attributes["name"]; !domain.Equal(got, d.Order.Set["name"]) {
		b.Errorf("created under the name %v", got)
	}
}

func languageUnknown(b *bench) {
	wrong := b.connection()
	wrong.Languages = "xx_XX"
	b.enter(nil)
	b.failsAt(b.connect(wrong), "read one item")
	_, err := b.tryRead(b.connect(wrong), reconcile.ReadRequest{Definition: WholeItem()})
	if domain.ErrorCode(err) != domain.CodeSystemRefused {
		b.Errorf("read: %v", err)
	}
}

// category makes a category below another and returns its ID and full name.
func (b *bench) category() (int64, string) {
	b.Helper()
	var parent, child []int64
	above, below := unique("Metal"), unique("Bolts")
	b.ask("product.category", "create", map[string]any{"vals_list": []any{map[string]any{"name": above}}}, &parent)
	b.ask("product.category", "create", map[string]any{"vals_list": []any{map[string]any{"name": below, "parent_id": parent[0]}}}, &child)
	return child[0], above + " / " + below
}

func categoryByName(b *bench) {
	c := b.connect(b.connection())
	id, name := b.category()
	_, other := b.category()
	code, _ := b.enter(map[string]any{"categ_id": id})
	if got := b.whole(c).rows[code].Record.Attributes["category"]; got != domain.Enum(name) {
		b.Errorf("read: %v, wanted %s", got, name)
	}
	d := delivery(domain.DeliverUpdate, code, domain.Attributes{"category": domain.Enum(name)}, domain.Attributes{"category": domain.Enum(other)})
	for range 2 {
		b.confirmed(c, d)
	}
	if got := b.whole(c).rows[code].Record.Attributes["category"]; got != domain.Enum(other) {
		b.Errorf("written: %v, wanted %s", got, other)
	}
	d = delivery(domain.DeliverUpdate, code, domain.Attributes{"category": domain.Enum(name)}, domain.Attributes{"category": nil})
	if receipt := b.conflict(c, d); receipt.Current["category"] != nil && receipt.Current["category"] != domain.Enum(other) {
		b.Errorf("the conflict says %s", receipt.Current.Encode())
	}
	d = delivery(domain.DeliverUpdate, code, nil, domain.Attributes{"category": domain.Enum("nobody's")})
	_ = b.refused(c, d, domain.CodeSystemRefused, domain.OutcomeDead)
	made := newItem()
	made.Order.Set["category"] = domain.Enum(name)
	receipt := b.confirmed(c, made)
	if got := b.whole(c).rows[receipt.Code].Record.Attributes["category"]; got != domain.Enum(name) {
		b.Errorf("created: %v", got)
	}
}

func categoryByExternalID(b *bench) {
	chosen := b.connection()
	chosen.Categories = "external_id"
	c := b.connect(chosen)
	id, name := b.category()
	code, _ := b.enter(map[string]any{"categ_id": id})
	if got := b.whole(c).rows[code].Record.Attributes["category"]; got != domain.Enum(domain.Unknown+name) {
		b.Errorf("without an external ID: %v", got)
	}
	external := unique("CAT")
	b.ask("ir.model.data", "create", map[string]any{"vals_list": []any{
		map[string]any{"module": "__site__", "name": external, "model": "product.category", "res_id": id},
	}}, nil)
	if got := b.whole(c).rows[code].Record.Attributes["category"]; got != domain.Enum("__site__."+external) {
		b.Errorf("read: %v", got)
	}
	bare, _ := b.enter(nil)
	b.confirmed(b.connect(b.connection()), delivery(domain.DeliverUpdate, bare, nil, domain.Attributes{"category": domain.Enum("__site__." + external)}))
	if got := b.whole(c).rows[bare].Record.Attributes["category"]; got != domain.Enum("__site__."+external) {
		b.Errorf("written by its external ID: %v", got)
	}
}

func moduleFields(b *bench) {
	code, _ := b.enter(nil)
	set := domain.Attributes{"hs_code": domain.Code("731815"), "origin": domain.Enum("DE")}
	plain := b.connect(b.connection())
	_ = b.refused(plain, delivery(domain.DeliverUpdate, code, nil, set), domain.CodeSystemRefused, domain.OutcomeDead)
	if len(plain.Supplies(WholeItem())) != len(Item().Attributes)+2 { // and description and category
		b.Errorf("supplied without being turned on: %v", plain.Supplies(WholeItem()))
	}
	chosen := b.connection()
	chosen.ExtraFields = "hs_code, origin"
	c := b.connect(chosen)
	b.confirmed(c, delivery(domain.DeliverUpdate, code, nil, set))
	if got := b.whole(c).rows[code].Record.Attributes; !got.Only([]domain.AttributeID{"hs_code", "origin"}).Same(set) {
		b.Errorf("read: %s", got.Encode())
	}
	made := newItem()
	made.Order.Set = made.Order.Set.With(set)
	receipt := b.confirmed(c, made)
	if got := b.whole(c).rows[receipt.Code].Record.Attributes; !got.Same(made.Order.Set) {
		b.Errorf("created: %s", got.Encode())
	}
}

// makeField lets the administrator make a field of the site's own.
func (b *bench) makeField() {
	b.Helper()
	var models, fields []int64
	b.ask("ir.model.fields", "search", map[string]any{"domain": []any{[]any{"name", "=", ownField}}}, &fields)
	if len(fields) > 0 {
		return
	}
	b.ask("ir.model", "search", map[string]any{"domain": []any{[]any{"model", "=", "product.template"}}}, &models)
	b.ask("ir.model.fields", "create", map[string]any{"vals_list": []any{map[string]any{
		"name": ownField, "model_id": models[0], "ttype": "char", "field_description": "Material", "state": "manual",
	}}}, nil)
}

func siteField(b *bench) {
	chosen := b.connection()
	chosen.ExtraFields = "material=x_nobody_made"
	if _, err := b.tryRead(b.connect(chosen), reconcile.ReadRequest{Definition: WholeItem()}); domain.ErrorCode(err) != domain.CodeSystemSchema {
		b.Errorf("a field that is not there: %v", err)
	}
	b.makeField()
	chosen.ExtraFields = "material=" + ownField
	c := b.connect(chosen)
	code, _ := b.enter(map[string]any{ownField: "PA66"})
	if got := b.whole(c).rows[code].Record.Attributes.Text("material"); got != "PA66" {
		b.Errorf("read: %s", got)
	}
	b.confirmed(c, delivery(domain.DeliverUpdate, code, domain.Attributes{"material": domain.Text("PA66")}, domain.Attributes{"material": domain.Text("PA66-GF30")}))
	if got := b.whole(c).rows[code].Record.Attributes.Text("material"); got != "PA66-GF30" {
		b.Errorf("written: %s", got)
	}
	made := newItem()
	made.Order.Set["material"] = domain.Text("PA6")
	receipt := b.confirmed(c, made)
	if got := b.whole(c).rows[receipt.Code].Record.Attributes.Text("material"); got != "PA6" {
		b.Errorf("created: %s", got)
	}
}

func siteFieldMisfit(b *bench) {
	wrong := b.connection()
	wrong.ExtraFields = "material=weight"
	if _, err := b.tryRead(b.connect(wrong), reconcile.ReadRequest{Definition: WholeItem()}); domain.ErrorCode(err) != domain.CodeSystemSchema {
		b.Errorf("read: %v", err)
	}
}

// guardRefuses asks the guard itself, with the writer's key, for what it is not there for.
func guardRefuses(b *bench) {
	_, id := b.enter(nil)
	var actions []int64
	b.ask("ir.actions.server", "search", map[string]any{"domain": []any{[]any{"name", "like", "Crosswalk guard"}}}, &actions)
	for name, order := range map[string]string{
		"a cost":                  `"model":"product.product","vals":{"standard_price":1}`,
		"a cost beside a name":    `"model":"product.product","vals":{"name":"X","standard_price":1}`,
		"a cost that is expected": `"model":"product.product","expect":{"standard_price":0},"vals":{"name":"X"}`,
		"a cost in a language":    `"model":"product.product","vals":{"standard_price@de_DE":1}`,
		"the company":             `"model":"product.product","vals":{"company_id":1}`,
		"an own field not there":  `"model":"product.product","vals":{"x_nobody_made":"X"}`,
		"another model":           `"model":"res.partner","vals":{"name":"X"}`,
		"nothing":                 `"model":"product.product","vals":{}`,
	} {
		if !strings.Contains(order, `"expect"`) {
			order += `,"expect":{}`
		}
		got := b.send(raw{
			path: "/json/2/ir.actions.server/run", header: map[string]string{"Authorization": "bearer " + b.odoo.WriterKey},
			body: `{"ids":[` + string(codeOf(actions[0])) + `],"context":{"xw":{"id":` + string(codeOf(id)) + `,` + order + `}}}`,
		})
		if got.status != http.StatusUnprocessableEntity || got.name != "odoo.exceptions.UserError" {
			b.Errorf("%s: %d %s %.200s", name, got.status, got.name, got.body)
		}
	}
	if p := b.product(id); p.Name != "Plate" {
		b.Errorf("the product is %+v", p)
	}
}
