// Package sandbox is an Odoo 19 of a few models in memory that answers JSON-2 like the real one: for the demo and for tests,
// which the contract suite runs against both. It implements Odoo's behaviour anew and must not know the connector. Beside it stands
// a warehouse system with a REST interface, as a plant may have one.
package sandbox

import (
	"slices"
	"sync"
	"time"

	"github.com/shopspring/decimal"
)

// Role says whose key made a call.
type Role string

// The roles; each has a key.
const (
	RoleReader Role = "reader"
	RoleWriter Role = "writer"
	RoleAdmin  Role = "admin"
)

// Options configure a sandbox; the zero value is a database "sandbox" that lives on the machine's clock.
type Options struct {
	Database string
	// Companies are their names, "My Company" and "Second Company" where there are none; the first counts in EUR, the others in USD.
	Companies []string
	Clock     func() time.Time
}

// Odoo is one database with its HTTP interface. It is safe for concurrent use; its calls run one after the other.
type Odoo struct {
	database string
	clock    func() time.Time

	mu     sync.Mutex
	tables map[string]*table
	keys   map[string]Role
	faults []*Fault
	writes []Write
	custom map[string]field // the site's own fields of products
	scope  scope            // of the call that is being made
}

// Product is an item as a person enters it in Odoo.
type Product struct {
	Code    string
	Name    string
	Barcode string
	// Unit is the name of one of Odoo's units, such as "kg"; "" is "Units".
	Unit string
	// Weight is an exact number in kilograms, "" is 0.
	Weight string
	// Tracking is "none", "lot" or "serial"; "" is "none".
	Tracking string
	Archived bool
	// Company is the ID of the company the product belongs to, 0 for all.
	Company int64
}

// Write is one effective change of a product made through the interface.
type Write struct {
	At   time.Time
	Role Role
	// Method is "write", "create", "load", "run", "action_archive", "action_unarchive" or "unlink".
	Method  string
	Product int64
	// Fields are those whose value really changed, with the new value.
	Fields map[string]any
}

// New returns a sandbox with Odoo's units, its companies, three users and no product.
func New(o Options) *Odoo {
	if o.Database == "" {
		o.Database = "sandbox"
	}
	if len(o.Companies) == 0 {
		o.Companies = []string{"My Company", "Second Company"}
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	odoo := &Odoo{
		database: o.Database, clock: o.Clock, tables: map[string]*table{}, custom: map[string]field{},
		keys: map[string]Role{"sandbox-reader-key": RoleReader, "sandbox-writer-key": RoleWriter, "sandbox-admin-key": RoleAdmin},
	}
	for name, fields := range models() {
		odoo.tables[name] = newTable(name, fields)
	}
	odoo.install(o.Companies)
	odoo.scope = odoo.everybody()
	return odoo
}

// Database is the database's name.
func (o *Odoo) Database() string { return o.database }

// Key returns the key of a role.
func (o *Odoo) Key(role Role) string {
	for key, owner := range o.keys {
		if owner == role {
			return key
		}
	}
	return ""
}

// WriterGroup is the name of the group the writer's user belongs to.
func (o *Odoo) WriterGroup() string { return "Crosswalk writer" }

// Seed enters products and returns their IDs.
func (o *Odoo) Seed(products ...Product) []int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	ids := make([]int64, len(products))
	for i, p := range products {
		ids[i] = o.enter(p)
	}
	return ids
}

func (o *Odoo) enter(p Product) int64 {
	weight, _ := decimal.NewFromString(p.Weight)
	values := map[string]any{
		"default_code": textOrNil(p.Code), "name": p.Name, "barcode": textOrNil(p.Barcode), "weight": weight.Round(2),
		"tracking": orElse(p.Tracking, "none"), "type": "consu", "is_storable": true, "active": !p.Archived, "uom_id": o.unit(orElse(p.Unit, "Units")),
	}
	if p.Company != 0 {
		values["company_id"] = p.Company
	}
	return o.createProduct(values)
}

// SetTranslation enters what a text field of a product says in another language, by Odoo's code of it.
func (o *Odoo) SetTranslation(product int64, language, field, text string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.inLanguage(field+"@"+language, func(field string) error {
		o.setProduct(product, map[string]any{field: text})
		return nil
	})
}

// SetCost enters what a product costs one company, by the company's ID.
func (o *Odoo) SetCost(product, company int64, amount string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.setCosts(product, map[int64]string{company: amount})
}

// unit finds a unit by name; a name Odoo does not bring along becomes a unit of the site's own.
func (o *Odoo) unit(name string) int64 {
	units := o.tables["uom.uom"]
	for _, id := range units.ids {
		if units.rows[id]["name"] == name {
			return id
		}
	}
	return units.insert(map[string]any{"name": name, "active": true}, o.now())
}

func textOrNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// SetField changes a product as a person in Odoo would; weight is a decimal.Decimal, nil clears a text. It says whether the
// product is there.
func (o *Odoo) SetField(product int64, field string, value any) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.tables["product.product"].rows[product] == nil {
		return false
	}
	o.setProduct(product, map[string]any{field: value})
	return true
}

// Archive takes a product out of use.
func (o *Odoo) Archive(product int64) bool { return o.turn(product, false) }

// Restore takes a product back into use.
func (o *Odoo) Restore(product int64) bool { return o.turn(product, true) }

func (o *Odoo) turn(product int64, active bool) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.tables["product.product"].rows[product] == nil {
		return false
	}
	o.setActive(product, active)
	return true
}

// Delete removes a product, its template and its external identifiers.
func (o *Odoo) Delete(product int64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.removeProduct(product)
}

// Find returns the ID of the product with a code, archived or not, 0 when there is none.
func (o *Odoo) Find(code string) int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	products := o.tables["product.product"]
	for _, id := range products.ids {
		if products.rows[id]["default_code"] == code {
			return id
		}
	}
	return 0
}

// Count counts the products, archived ones included.
func (o *Odoo) Count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.tables["product.product"].rows)
}

// Product returns a product as it stands, and whether it is there.
func (o *Odoo) Product(id int64) (Product, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.tables["product.product"].rows[id] == nil {
		return Product{}, false
	}
	text := func(field string) string {
		value, _ := o.value("product.product", id, field).(string)
		return value
	}
	weight, _ := o.value("product.product", id, "weight").(decimal.Decimal)
	unit, _ := o.value("product.product", id, "uom_id").(int64)
	name, _ := o.tables["uom.uom"].rows[unit]["name"].(string)
	company, _ := o.value("product.product", id, "company_id").(int64)
	return Product{
		Company: company, Code: text("default_code"), Name: text("name"), Barcode: text("barcode"), Unit: name, Weight: weight.String(),
		Tracking: text("tracking"), Archived: o.value("product.product", id, "active") == false,
	}, true
}

// Writes returns the effective changes of products made through the interface so far, in order.
func (o *Odoo) Writes() []Write {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.writes)
}

func (o *Odoo) now() time.Time { return o.clock().UTC() }
