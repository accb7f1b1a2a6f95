package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// plant is one plant: the item list as its people keep it, the system it stands in, and who leads the plant.
type plant struct {
	fixtures.Plant
	rows []fixtures.PlantRow
	feed feed
	lead *Persona
	// plan compares the plant's items.
	plan string
}

// feed is the system that Crosswalk reads a plant's item list from.
type feed interface {
	// publish brings the rows into the system, in the place of all that stood there.
	publish(ctx context.Context, rows []fixtures.PlantRow) error
	// describe is the system's configuration but for what all plants have in common.
	describe() map[string]any
	// spoil lets the system deliver badly until mend; the kind is one that the manifest has for it.
	spoil(ctx context.Context, kind fixtures.FaultKind) error
	mend(ctx context.Context) error
	close() error
}

// publish brings the list into the plant's system.
func (p *plant) publish(ctx context.Context) error { return p.feed.publish(ctx, p.rows) }

// spoil lets the plant's system deliver badly.
func (p *plant) spoil(ctx context.Context, kind fixtures.FaultKind) error {
	if kind == fixtures.FaultHalf {
		return p.feed.publish(ctx, p.rows[:len(p.rows)/2])
	}
	return p.feed.spoil(ctx, kind)
}

// mend ends what spoil began.
func (p *plant) mend(ctx context.Context) error {
	if err := p.feed.mend(ctx); err != nil {
		return err
	}
	return p.publish(ctx)
}

// happen does what an event says.
func (p *plant) happen(ctx context.Context, event fixtures.Event) error {
	if event.Kind != fixtures.EventRemove {
		return fmt.Errorf("%s cannot happen in %s", event.Kind, p.Name)
	}
	if err := p.remove(event.Code); err != nil {
		return err
	}
	return p.publish(ctx)
}

// tidy takes the rows away that nobody can tell what they are.
func (p *plant) tidy() {
	p.rows = slices.DeleteFunc(p.rows, func(row fixtures.PlantRow) bool { return row.Code == "" })
}

// workOff does what one entry of the work list asks for, as the plant lead would in the plant's own screens.
func (p *plant) workOff(entry deliveryAnswer) error {
	switch entry.Kind {
	case "update":
		return p.change(entry.Code, func(row *fixtures.PlantRow) error { return p.set(row, entry.Set) })
	case "create":
		return p.create(entry)
	case "remove":
		return p.remove(entry.Code)
	case "restore":
		return p.change(entry.Code, func(row *fixtures.PlantRow) error { row.Blocked = false; return nil })
	}
	return fmt.Errorf("the plant lead does not know how to %s %s", entry.Kind, entry.Code)
}

// change changes the row of a code.
func (p *plant) change(code string, change func(*fixtures.PlantRow) error) error {
	at := slices.IndexFunc(p.rows, func(row fixtures.PlantRow) bool { return row.Code == code })
	if at < 0 {
		return fmt.Errorf("%s has no row %s", p.Name, code)
	}
	return change(&p.rows[at])
}

// remove takes a row away, of two with one code the younger.
func (p *plant) remove(code string) error {
	for at, row := range slices.Backward(p.rows) {
		if row.Code == code {
			p.rows = slices.Delete(p.rows, at, at+1)
			return nil
		}
	}
	return fmt.Errorf("%s has no row %s", p.Name, code)
}

// create makes the row anew, unless it is only hidden behind a code that lost its zeros or its small letters: then that is mended.
func (p *plant) create(entry deliveryAnswer) error {
	for i, row := range p.rows {
		if row.Code == strings.TrimLeft(entry.Code, "0") || strings.EqualFold(row.Code, entry.Code) {
			p.rows[i].Code = entry.Code
			return nil
		}
	}
	row := fixtures.PlantRow{Code: entry.Code}
	if err := p.set(&row, entry.Set); err != nil {
		return err
	}
	p.rows = append(p.rows, row)
	return nil
}

// set writes canonical values into a row, in the plant's words. A weight is that of the row's unit.
func (p *plant) set(row *fixtures.PlantRow, values map[string]json.RawMessage) error {
	for attribute, raw := range values {
		var value struct {
			I18n            map[string]string
			Code, Enum, Qty string
		}
		if err := json.Unmarshal(raw, &value); err != nil {
			return err
		}
		switch attribute {
		case "name":
			row.Name = domain.Translated(value.I18n).In(p.Languages[0])
		case "gtin":
			row.GTIN = value.Code
		case "base_unit":
			row.Unit = p.Units[value.Enum]
		case "tracking":
			row.Tracking = p.Tracking[value.Enum]
		case "net_weight": // below: the unit must be known
		default:
			return fmt.Errorf("the plant keeps no %s", attribute)
		}
	}
	raw, weighed := values["net_weight"]
	if !weighed {
		return nil
	}
	var weight struct{ Qty decimal.Decimal }
	if err := json.Unmarshal(raw, &weight); err != nil {
		return err
	}
	row.Weight = p.Weigh(int(weight.Qty.Shift(3).Round(0).IntPart()), p.unitOf(row.Unit))
	return nil
}

// unitOf is the company's unit for the plant's word.
func (p *plant) unitOf(word string) string {
	for unit, own := range p.Units {
		if own == word {
			return unit
		}
	}
	return ""
}
