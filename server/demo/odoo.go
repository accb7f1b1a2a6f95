package demo

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sandbox"
)

// demoOdoo is the company's Odoo: a sandbox that speaks the real protocol over a real port.
type demoOdoo struct {
	*sandbox.Odoo
	server *sandbox.Server
}

func startOdoo(ctx context.Context, items []fixtures.Item) (*demoOdoo, error) {
	o := &demoOdoo{Odoo: sandbox.New(sandbox.Options{Database: "ferrum"})}
	units := map[string]string{"C62": "Units", "KGM": "kg", "MTR": "m"}
	for _, item := range items {
		o.Seed(sandbox.Product{
			Code: item.Code, Name: item.Name, Barcode: item.GTIN, Unit: units[item.Unit], Weight: item.WeightKilograms(), Tracking: item.Tracking,
		})
	}
	var err error
	o.server, err = o.Start(ctx)
	return o, err
}

func (o *demoOdoo) reader() string { return o.Key(sandbox.RoleReader) }
func (o *demoOdoo) writer() string { return o.Key(sandbox.RoleWriter) }
func (o *demoOdoo) admin() string  { return o.Key(sandbox.RoleAdmin) }

func (o *demoOdoo) close() error { return o.server.Close() }

// happen does what an event says, as a person in Odoo would.
func (o *demoOdoo) happen(event fixtures.Event) error {
	id := o.Find(event.Code)
	var done bool
	switch event.Kind {
	case fixtures.EventRename:
		done = o.SetField(id, "name", event.Value)
	case fixtures.EventTrack:
		done = o.SetField(id, "tracking", event.Value)
	case fixtures.EventArchive:
		done = o.Archive(id)
	case fixtures.EventDelete:
		done = o.Delete(id)
	}
	if !done {
		return fmt.Errorf("%s of %s could not happen: Odoo has no such product", event.Kind, event.Code)
	}
	return nil
}
