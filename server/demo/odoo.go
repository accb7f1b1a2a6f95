package demo

import (
	"context"
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sandbox"
)

// Odoo is the company's Odoo: the sandbox, or in the project's own tests a real one.
type Odoo interface {
	// Enter makes the items as products; it is called once.
	Enter(ctx context.Context, items []fixtures.Item) error
	// Happen does what an event in Odoo says, as a person there would.
	Happen(ctx context.Context, event fixtures.Event) error
	// Count counts the company's products, archived ones included.
	Count(ctx context.Context) (int, error)
	// Access says how Odoo is reached.
	Access() OdooAccess
	// Close ends what was started.
	Close() error
}

// OdooAccess is how an Odoo is reached: its address, its database, three keys, and the group that may write.
type OdooAccess struct {
	URL, Database                  string
	ReaderKey, WriterKey, AdminKey string
	WriterGroup                    string
	// Company is the name of the company that the plants belong to. The same Odoo serves another one.
	Company string
}

// sandboxOdoo is an Odoo in memory that speaks the real protocol over a real port.
type sandboxOdoo struct {
	odoo   *sandbox.Odoo
	server *sandbox.Server
	others int // products of the other company
}

// OdooLanguage is Odoo's code of the language in which the company's Odoo has names beside the English ones.
const OdooLanguage = "de_DE"

// The sandbox's two companies, by ID.
const (
	ourCompany   = "Ferrum Works"
	otherCompany = "Ferrum Trading"
	ourID        = 1
	otherID      = 2
)

func newSandbox(ctx context.Context) (Odoo, error) {
	o := &sandboxOdoo{odoo: sandbox.New(sandbox.Options{Database: "ferrum", Companies: []string{ourCompany, otherCompany}})}
	var err error
	o.server, err = o.odoo.Start(ctx)
	return o, err
}

// Foreign are the codes of products that an Odoo enters for the other company: some are codes of our own products too, which a
// reading of our company must not mix up.
func Foreign(items []fixtures.Item) []string {
	codes := []string{"FT-0001", "FT-0002"}
	for _, item := range items[:min(3, len(items))] {
		codes = append(codes, item.Code)
	}
	return codes
}

// Cost is what an item costs our company by the books: the other one's books say something else.
func Cost(position int) string { return fmt.Sprintf("%d.%02d", 1+position%90, position%100) }

// Enter seeds the products.
func (o *sandboxOdoo) Enter(_ context.Context, items []fixtures.Item) error {
	for i, item := range items {
		id := o.odoo.Seed(sandbox.Product{
			Code: item.Code, Name: item.Name, Barcode: item.GTIN, Unit: UnitNames()[item.Unit], Weight: item.WeightKilograms(), Tracking: item.Tracking,
			Archived: item.Retired,
		})[0]
		if err := o.odoo.SetTranslation(id, OdooLanguage, "name", item.German); err != nil {
			return err
		}
		o.odoo.SetCost(id, ourID, Cost(i))
		o.odoo.SetCost(id, otherID, "99")
	}
	for _, code := range Foreign(items) {
		o.odoo.Seed(sandbox.Product{Code: code, Name: "Of " + otherCompany, Company: otherID})
		o.others++
	}
	return nil
}

// UnitNames are Odoo's names of the units that the company counts in, by UN/ECE Rec 20 code.
func UnitNames() map[string]string { return map[string]string{"C62": "Units", "KGM": "kg", "MTR": "m"} }

// Happen changes the product of the event.
func (o *sandboxOdoo) Happen(_ context.Context, event fixtures.Event) error {
	id := o.odoo.Find(event.Code)
	var done bool
	switch event.Kind {
	case fixtures.EventRemove: // that is what happens at plants
	case fixtures.EventRename:
		done = o.odoo.SetField(id, "name", event.Value)
	case fixtures.EventTrack:
		done = o.odoo.SetField(id, "tracking", event.Value)
	case fixtures.EventBarcode:
		done = o.odoo.SetField(id, "barcode", event.Value)
	case fixtures.EventWeigh:
		weight, err := decimal.NewFromString(event.Value)
		if err != nil {
			return err
		}
		done = o.odoo.SetField(id, "weight", weight.Round(2))
	case fixtures.EventArchive:
		done = o.odoo.Archive(id)
	case fixtures.EventDelete:
		done = o.odoo.Delete(id)
	}
	if !done {
		return fmt.Errorf("%s of %s could not happen: Odoo has no such product", event.Kind, event.Code)
	}
	return nil
}

// Count counts the products of our company.
func (o *sandboxOdoo) Count(context.Context) (int, error) { return o.odoo.Count() - o.others, nil }

// Access is the sandbox's.
func (o *sandboxOdoo) Access() OdooAccess {
	return OdooAccess{
		URL: o.server.URL(), Database: o.odoo.Database(), WriterGroup: o.odoo.WriterGroup(), Company: ourCompany,
		ReaderKey: o.odoo.Key(sandbox.RoleReader), WriterKey: o.odoo.Key(sandbox.RoleWriter), AdminKey: o.odoo.Key(sandbox.RoleAdmin),
	}
}

// Close ends the server.
func (o *sandboxOdoo) Close() error { return o.server.Close() }

// drift does in the systems what happens there behind Crosswalk's back.
func (w *World) drift(ctx context.Context) error {
	var failed error
	for _, event := range w.company.Later {
		if event.System == fixtures.InOdoo {
			failed = errors.Join(failed, w.odoo.Happen(ctx, event))
		} else {
			failed = errors.Join(failed, w.plantOf(event.System).happen(ctx, event))
		}
	}
	return failed
}
