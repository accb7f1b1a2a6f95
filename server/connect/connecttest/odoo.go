// Package connecttest holds what every connector has promised: suites that run against the sandbox in unit tests and
// against the real systems in test/odoo. What a person does in a system is done here through the system's own interface.
package connecttest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// Odoo is a server that the suite may use as it likes.
type Odoo struct {
	URL         string
	Database    string
	AdminKey    string
	ReaderKey   string
	WriterKey   string
	WriterGroup string
	// Connect returns a connector, InstallGuard puts the write guard in place.
	Connect      func(Connection) (Connector, error)
	InstallGuard func(ctx context.Context) error
}

// Connection says how a connector is to be made.
type Connection struct {
	URL        string
	Database   string
	ReaderKey  string
	WriterKey  string
	Company    string
	AcceptedBy domain.ActorID
	// Languages, ExtraFields and Categories are the settings of those names.
	Languages   string
	ExtraFields string
	Categories  string
}

// System is the source system of a connection.
func (c Connection) System() domain.SourceSystem {
	return domain.SourceSystem{
		ID: "odoo-test", Name: "Odoo", Kind: domain.SystemOdoo, Codes: domain.CodeDatabaseID, CodeRule: domain.CodesExact, Writable: true,
		Settings: map[string]string{
			"base_url": c.URL, "database": c.Database, "company": c.Company,
			"languages": c.Languages, "extra_fields": c.ExtraFields, "categories": c.Categories,
		},
		UnguardedAcceptedBy: c.AcceptedBy,
	}
}

// Connector is both sides of one.
type Connector interface {
	reconcile.Source
	reconcile.Target
}

// Item is a Definition with the item's attributes as the connectors know them.
func Item() domain.Definition {
	return domain.Definition{
		Domain: "item", Label: "item", CodeAttribute: "code", NameAttribute: "name",
		Attributes: []domain.Attribute{
			{ID: "code", Label: "Code", Kind: domain.KindCode, Required: true},
			{ID: "name", Label: "Name", Kind: domain.KindTranslated, Required: true},
			{ID: "base_unit", Label: "Base unit", Kind: domain.KindEnum},
			{ID: "net_weight", Label: "Net weight", Kind: domain.KindQuantity, Unit: "KGM"},
			{ID: "gtin", Label: "GTIN", Kind: domain.KindCode},
			{ID: "tracking", Label: "Tracking", Kind: domain.KindEnum, Members: []string{"none", "lot", "serial"}},
		},
	}
}

// WholeItem is Item with attributes of every further kind that stands in Odoo.
func WholeItem() domain.Definition {
	whole := Item()
	whole.Attributes = append(whole.Attributes,
		domain.Attribute{ID: "description", Label: "Description", Kind: domain.KindTranslated},
		domain.Attribute{ID: "category", Label: "Category", Kind: domain.KindEnum, CodeList: "category"},
		domain.Attribute{ID: "standard_cost", Label: "Standard cost", Kind: domain.KindMoney, Scope: domain.ScopeCompany, ComparedOnly: true},
		domain.Attribute{ID: "hs_code", Label: "HS code", Kind: domain.KindCode},
		domain.Attribute{ID: "origin", Label: "Origin", Kind: domain.KindEnum, CodeList: "country"},
		domain.Attribute{ID: "material", Label: "Material", Kind: domain.KindText},
	)
	return whole
}

// RunOdoo runs the contract of the Odoo connector. server is asked once for every case and may return the same one each time:
// cases run one after the other and leave others' records alone.
func RunOdoo(t *testing.T, server func(t *testing.T) Odoo) {
	t.Helper()
	cases := map[string]func(*bench){
		"the check finds everything in order":                           checkInOrder,
		"a wrong key is refused":                                        wrongKey,
		"a wrong key for writing is refused":                            wrongWriterKey,
		"an unknown database is named":                                  unknownDatabase,
		"a company is chosen by name":                                   companyByName,
		"an unknown company is refused":                                 unknownCompany,
		"the check tells the companies and what could be turned on":     checkTells,
		"a key that does not see the company is told":                   companyNotSeen,
		"records of another company are left out and counted":           otherCompany,
		"a delivery to another company's record is held":                otherCompanyHeld,
		"a cost is the company's own and is never written":              costPerCompany,
		"a barcode is unique within a company":                          barcodePerCompany,
		"a description is read and written by language":                 descriptionByLanguage,
		"a name is read and written by language":                        nameByLanguage,
		"a record is created in several languages":                      createdByLanguage,
		"a language that is not installed is refused":                   languageUnknown,
		"a category is read and written by its name":                    categoryByName,
		"a category is known by its external ID":                        categoryByExternalID,
		"what a module brings is read and written":                      moduleFields,
		"a field of the site's own is read and written":                 siteField,
		"the guard writes governed fields only":                         guardRefuses,
		"a field that cannot hold the attribute is told":                siteFieldMisfit,
		"a complete reading proves itself":                              completeReading,
		"a record without a code is put aside":                          withoutCode,
		"an incremental reading names what cannot be governed":          withoutCodeUnchanged,
		"an incremental reading brings what changed, names the rest":    incrementalReading,
		"what is empty is left out, an unknown unit is not":             emptyValues,
		"what was written shortly before the watermark is read again":   overlapRead,
		"only the wanted attributes are read":                           wantedAttributes,
		"an update is written and nothing else is":                      updateWritten,
		"a value is cleared":                                            valueCleared,
		"an update that is repeated is harmless":                        updateRepeated,
		"a value changed between decision and delivery is a conflict":   changedInBetween,
		"an update of a record that is gone is a conflict":              recordGone,
		"three racing writers lose no update":                           racingWriters,
		"a number is rounded, but never to nothing":                     numbersFitOdoo,
		"an attribute that is only read is refused":                     readOnlyRefused,
		"what Odoo refuses comes back in its words":                     refusedByOdoo,
		"archiving and restoring":                                       archiveAndRestore,
		"a record is created":                                           recordCreated,
		"a create delivered twice in parallel makes one record":         createInParallel,
		"a create that is repeated after a change is a conflict":        createRepeated,
		"a code that Odoo has already is not created again":             createNamesake,
		"a unit that Odoo lacks is refused":                             createUnknownUnit,
		"adopting is repeatable":                                        adoptRepeated,
		"an identifier that names another record is a conflict":         adoptTaken,
		"a user without rights cannot write":                            writerWithoutRights,
		"without a guard writing is refused, until an admin accepts it": unguardedWriting,
		"the guard is installed again without a change":                 guardInstalledTwice,
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) {
			odoo := server(t)
			if err := odoo.InstallGuard(t.Context()); err != nil {
				t.Fatalf("install the guard: %v", err)
			}
			cases[name](&bench{T: t, odoo: odoo, http: &http.Client{Timeout: time.Minute}})
		})
	}
}

// bench is one case at work.
type bench struct {
	*testing.T
	odoo Odoo
	http *http.Client
}

// connection is the one with nothing wrong.
func (b *bench) connection() Connection {
	return Connection{URL: b.odoo.URL, Database: b.odoo.Database, ReaderKey: b.odoo.ReaderKey, WriterKey: b.odoo.WriterKey}
}

func (b *bench) connect(c Connection) Connector {
	b.Helper()
	connector, err := b.odoo.Connect(c)
	if err != nil {
		b.Fatalf("connect: %v", err)
	}
	return connector
}

// ask makes a call as the administrator does, who is the person in Odoo here.
func (b *bench) ask(model, method string, args map[string]any, into any) {
	b.Helper()
	body, err := json.Marshal(args)
	if err != nil {
		b.Fatal(err)
	}
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, b.odoo.URL+"/json/2/"+model+"/"+method, bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Authorization", "bearer "+b.odoo.AdminKey)
	request.Header.Set("X-Odoo-Database", b.odoo.Database)
	request.Header.Set("Content-Type", "application/json")
	response, err := b.http.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.Fatalf("%s/%s: status %d, %v: %.300s", model, method, response.StatusCode, err, answer)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer, into); err != nil {
		b.Fatalf("%s/%s: %v", model, method, err)
	}
}

// enter makes a product by hand and returns its code and ID.
func (b *bench) enter(vals map[string]any) (domain.Code, int64) {
	b.Helper()
	whole := map[string]any{"name": "Plate", "type": "consu", "is_storable": true, "default_code": unique("P")}
	maps.Copy(whole, vals)
	var ids []int64
	b.ask("product.product", "create", map[string]any{"vals_list": []any{whole}}, &ids)
	if len(ids) != 1 {
		b.Fatalf("created %v", ids)
	}
	return codeOf(ids[0]), ids[0]
}

// change writes a product by hand.
func (b *bench) change(id int64, vals map[string]any) {
	b.Helper()
	b.ask("product.product", "write", map[string]any{"ids": []int64{id}, "vals": vals}, nil)
}

// product is what the suite looks at.
type product struct {
	ID        int64   `json:"id"`
	Code      any     `json:"default_code"`
	Name      string  `json:"name"`
	Weight    float64 `json:"weight"`
	Barcode   any     `json:"barcode"`
	Tracking  string  `json:"tracking"`
	Active    bool    `json:"active"`
	Unit      int64   `json:"uom_id"`
	Template  int64   `json:"product_tmpl_id"`
	WriteDate string  `json:"write_date"`
	Storable  bool    `json:"is_storable"`
}

// products finds products, archived ones too.
func (b *bench) products(domain ...any) []product {
	b.Helper()
	var found []product
	fields := []string{"default_code", "name", "weight", "barcode", "tracking", "active", "uom_id", "product_tmpl_id", "write_date", "is_storable"}
	b.ask("product.product", "search_read", map[string]any{
		"domain": domain, "fields": fields, "order": "id", "load": "", "context": map[string]any{"active_test": false, "lang": "en_US"},
	}, &found)
	return found
}

func (b *bench) product(id int64) product {
	b.Helper()
	found := b.products([]any{"id", "=", id})
	if len(found) != 1 {
		b.Fatalf("product %d: found %d", id, len(found))
	}
	return found[0]
}
