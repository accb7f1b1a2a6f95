package odoo

import (
	"context"
	"fmt"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// unitModule is the Odoo module whose units are known; a site's own units have no code of Rec 20.
const unitModule = "uom."

// unitCodes gives the UN/ECE Rec 20 code of each unit that Odoo brings along, by the name of its external identifier.
func unitCodes() map[string]string {
	return map[string]string{
		"product_uom_unit": "C62", "product_uom_dozen": "DZN",
		"product_uom_kgm": "KGM", "product_uom_gram": "GRM", "product_uom_ton": "TNE", "product_uom_lb": "LBR", "product_uom_oz": "ONZ",
		"product_uom_meter": "MTR", "product_uom_cm": "CMT", "product_uom_millimeter": "MMT", "product_uom_km": "KMT",
		"product_uom_inch": "INH", "product_uom_foot": "FOT", "product_uom_yard": "YRD", "product_uom_mile": "SMI",
		"product_uom_square_meter": "MTK", "product_uom_square_foot": "FTK",
		"product_uom_litre": "LTR", "product_uom_milliliter": "MLT", "product_uom_cubic_meter": "MTQ", "product_uom_floz": "OZA",
		"product_uom_qt": "QTL", "product_uom_gal": "GLL", "product_uom_cubic_inch": "INQ", "product_uom_cubic_foot": "FTQ",
		"product_uom_hour": "HUR", "product_uom_day": "DAY", "product_uom_minute": "MIN", "product_uom_kwh": "KWH",
	}
}

// unitConverter is for a link to Odoo's table of units.
func unitConverter() converter {
	return converter{
		empty: false, column: "/id", types: []string{"many2one"}, link: modelUnit,
		read: func(raw any, known facts) (domain.Value, error) {
			if raw == nil || raw == false {
				return domain.Enum(""), nil
			}
			return domain.Enum(known.tables.texts[modelUnit][fmt.Sprint(raw)]), nil
		},
		write: func(v domain.Value, _ facts) (any, error) {
			for name, code := range unitCodes() {
				if domain.Enum(code) == v {
					return unitModule + name, nil
				}
			}
			return nil, fmt.Errorf("Odoo has no unit for the code %s", v.Display())
		},
	}
}

// readUnits returns the Rec 20 code of every unit by its ID in Odoo. One without a code is "?" and its name, so that it
// shows as a difference instead of being lost.
func (c *Connector) readUnits(ctx context.Context, via *client) (map[string]string, error) {
	var rows []struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	}
	args := arguments{
		"domain": []any{}, "fields": []string{"name"}, "order": "id",
		"context": map[string]any{"lang": "en_US", "active_test": false},
	}
	if err := via.ask(ctx, "uom.uom", "search_read", args, &rows); err != nil {
		return nil, err
	}
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	var external map[string]string
	if err := via.ask(ctx, "uom.uom", "get_external_id", arguments{"ids": ids}, &external); err != nil {
		return nil, err
	}
	known, units := unitCodes(), make(map[string]string, len(rows))
	for _, row := range rows {
		id := fmt.Sprint(row.ID)
		name, ours := strings.CutPrefix(external[id], unitModule)
		units[id] = known[name]
		if !ours || units[id] == "" {
			units[id] = "?" + row.Name
		}
	}
	return units, nil
}
