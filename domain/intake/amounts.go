package intake

import (
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// quantity reads a number with, perhaps, a unit behind it, and brings it into the unit in which the attribute is kept; never by
// rounding.
func (r *cellReader) quantity(a domain.Attribute, text string) (domain.Value, *domain.ImportNote) {
	number, unit := numberAndRest(text)
	code := a.Unit
	if unit != "" {
		code = r.unit(unit)
	}
	said, err := domain.NewQuantity(number, code)
	if err != nil {
		return nil, unfit(domain.NoteNumber, "%s: %q is not a number", a.Label, short(text))
	}
	kept, exact := said.In(a.Unit)
	switch {
	case !exact && a.Unit == "":
		return nil, unfit(domain.NoteUnit, "%s is a number without a unit, not %q", a.Label, short(text))
	case !exact:
		return nil, unfit(domain.NoteUnit, "%s is kept in %s: %q cannot be brought into that exactly", a.Label, a.Unit, short(text))
	case code != a.Unit:
		note := &domain.ImportNote{Kind: domain.NoteUnit, Weight: domain.NoteHint, Message: a.Label + " was taken as " + kept.Display()}
		return kept, note
	}
	return kept, nil
}

// numberAndRest takes what can be a number from what stands behind it.
func numberAndRest(text string) (number, rest string) {
	end := 0
	for end < len(text) && strings.IndexByte("0123456789.,+-", text[end]) >= 0 {
		end++
	}
	return text[:end], strings.TrimSpace(text[end:])
}

// money reads an amount with its currency before or behind it.
func money(a domain.Attribute, text string) (domain.Value, *domain.ImportNote) {
	number, currency := numberAndRest(text)
	if number == "" && len(text) > 3 {
		number, currency = strings.TrimSpace(text[3:]), text[:3]
	}
	amount, err := domain.NewQuantity(number, "")
	currency = strings.ToUpper(currency)
	if sign, known := map[string]string{"€": "EUR", "ZŁ": "PLN"}[currency]; known {
		currency = sign
	}
	switch {
	case err != nil:
		return nil, unfit(domain.NoteNumber, "%s: %q is not an amount such as 12.50 EUR", a.Label, short(text))
	case len(currency) != 3 || strings.Trim(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return nil, unfit(domain.NoteUnit, "%s needs its currency, as in 12.50 EUR", a.Label)
	}
	return domain.Money{Amount: amount.Number, Currency: currency}, nil
}

// unit is the code of a unit as a cell names it: by an alias of its system, by the code, by how it is commonly written, or by what
// it is called; else the text itself, which converts into nothing.
func (r *cellReader) unit(word string) string {
	for _, list := range r.lists {
		if list.ID != catalog.ListUnit {
			continue
		}
		if code := list.Resolve(r.system, word); !strings.HasPrefix(code, domain.Unknown) {
			return code
		}
		if code, known := r.units[strings.ToLower(word)]; known {
			return code
		}
		if code := called(list, word); code != "" {
			return code
		}
	}
	return word
}

// unitWords are the signs of units whose meaning nobody doubts. Pieces are not among them: they are many things.
func unitWords() map[string]string {
	return map[string]string{
		"mg": "MGM", "g": "GRM", "kg": "KGM", "t": "TNE", "lb": "LBR", "lbs": "LBR", "oz": "ONZ",
		"mm": "MMT", "cm": "CMT", "dm": "DMT", "m": "MTR", "km": "KMT", "in": "INH", "ft": "FOT",
		"mm²": "MMK", "cm²": "CMK", "m²": "MTK", "m2": "MTK", "ml": "MLT", "cl": "CLT", "l": "LTR", "hl": "HLT", "m³": "MTQ", "m3": "MTQ",
		"s": "SEC", "min": "MIN", "h": "HUR", "d": "DAY",
	}
}
