package workbook

import "strings"

// headUnits are units as heads name them, with their codes of UN/ECE Recommendation 20.
func headUnits() map[string]string {
	return map[string]string{
		"mg": "MGM", "g": "GRM", "gr": "GRM", "gram": "GRM", "gramm": "GRM", "kg": "KGM", "kilo": "KGM", "t": "TNE", "to": "TNE",
		"lb": "LBR", "lbs": "LBR", "oz": "ONZ", "mm": "MMT", "cm": "CMT", "m": "MTR", "km": "KMT", "ml": "MLT", "l": "LTR",
		"s": "SEC", "sec": "SEC", "min": "MIN", "h": "HUR", "std": "HUR",
		"d": "DAY", "day": "DAY", "days": "DAY", "tag": "DAY", "tage": "DAY", "jour": "DAY", "jours": "DAY", "dni": "DAY", "dias": "DAY",
		"week": "WEE", "weeks": "WEE", "woche": "WEE", "wochen": "WEE", "semaines": "WEE", "tygodnie": "WEE", "semanas": "WEE",
	}
}

// unitOfHead is the unit that a head names for its column, as a code where it is known. One that only repeats the attribute's
// own adds nothing.
func unitOfHead(unit, own string) string {
	unit = strings.TrimSpace(unit)
	if code, known := headUnits()[wordKey(unit)]; known {
		unit = code
	}
	if unit == own {
		return ""
	}
	return unit
}
