package workbook

import "testing"

func TestNumbersAreShownAsExcelShowsThem(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ stored, format, want, raw string }{
		"a whole number":                   {"12345", "", "12345", "12345"},
		"eleven digits":                    {"12345678901", "", "12345678901", "12345678901"},
		"stored with an exponent":          {"1.2345678901E+10", "", "12345678901", "12345678901"},
		"fifteen digits":                   {"123456789012345", "", "123456789012345", "123456789012345"},
		"more digits than there are":       {"123456789012345678", "", "123456789012346000", "123456789012346000"},
		"a sum of tenths":                  {"0.30000000000000004", "", "0.3", "0.3"},
		"negative":                         {"-0.5", "", "-0.5", "-0.5"},
		"negative nothing":                 {"-0", "", "0", "0"},
		"very large":                       {"1e300", "", "1E+300", "1" + zeros(300)},
		"very small":                       {"1.5e-20", "", "1.5E-20", "0." + zeros(19) + "15"},
		"padded":                           {"12345", "00000000", "00012345", "12345"},
		"padded and longer":                {"123456789", "0000", "123456789", "123456789"},
		"a code in groups":                 {"4711001", "000-0000", "471-1001", "4711001"},
		"a short code in groups":           {"11", "000-00-00", "000-00-11", "11"},
		"a prefix":                         {"47", `"A-"0000`, "A-0047", "47"},
		"a prefix by a backslash":          {"47", `\A\-0000`, "A-0047", "47"},
		"two places":                       {"12.5", "0.00", "12.50", "12.5"},
		"rounded":                          {"2.345", "0.00", "2.35", "2.345"},
		"rounded up to another digit":      {"9.999", "0.00", "10.00", "9.999"},
		"rounded to nothing":               {"0.001", "0.00", "0.00", "0.001"},
		"a negative rounded to nothing":    {"-0.001", "0.00", "-0.00", "-0.001"},
		"thousands":                        {"1234567", "#,##0", "1234567", "1234567"},
		"in thousands":                     {"1234567", `0,"k"`, "1235k", "1234567"},
		"percent":                          {"0.125", "0.0%", "12.5%", "0.125"},
		"percent of nothing":               {"0", "0%", "0%", "0"},
		"an exponent that is shown":        {"100000", "0.00E+00", "1.00E+05", "100000"},
		"an exponent of a small one":       {"0.00012", "0.00E+00", "1.20E-04", "0.00012"},
		"an exponent after rounding":       {"99999", "0.0E+00", "1.0E+05", "99999"},
		"an exponent in threes":            {"12345678", "##0.0E+0", "12.3E+6", "12345678"},
		"text format":                      {"12345", "@", "12345", "12345"},
		"brackets for a negative":          {"-5", "#,##0 ;(#,##0)", "(5)", "-5"},
		"a colour":                         {"-5", "0;[Red]-0", "-5", "-5"},
		"accounting":                       {"12.5", `_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)`, "12.50", "12.5"},
		"accounting nothing":               {"0", `_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)`, "-", "0"},
		"a currency":                       {"12.5", `#,##0.00 [$€-407]`, "12.50 €", "12.5"},
		"places that need not be filled":   {"12.5", "0.###", "12.5", "12.5"},
		"less than one without a zero":     {"0.5", ".00", ".50", "0.5"},
		"more than one without a zero":     {"3.5", ".00", "3.50", "3.5"},
		"a fraction is shown as a decimal": {"0.5", "# ?/?", "0.5", "0.5"},
		"a condition is not followed":      {"5", "[>3]0.00;0", "5", "5"},
		"hidden by its format":             {"4711", ";;;", "4711", "4711"},
		"general with a unit":              {"5", `General" kg"`, "5 kg", "5"},
		"a letter of a unit in quotes":     {"5", `0" Std."`, "5 Std.", "5"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, ok := parseDecimal([]byte(tt.stored))
			f := parseFormat(tt.format)
			if !ok || f.date || f.clock {
				t.Fatalf("%v, a date %v", ok, f.date || f.clock)
			}
			if got := f.show(d); got != tt.want || d.String() != tt.raw {
				t.Errorf("%q, %q; want %q, %q", got, d, tt.want, tt.raw)
			}
		})
	}
}

func zeros(n int) string { return pad("", n) }

func TestWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	for _, stored := range []string{"", "NaN", "Inf", "-Inf", "0x10", "1_000", "1,5", "12 ", "1e400", "--1", "e5", "1.2.3", "1-2"} {
		if d, ok := parseDecimal([]byte(stored)); ok {
			t.Errorf("%q is taken for %s", stored, d)
		}
	}
}

func TestDatesAreShownISO(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		stored    string
		format    string
		since1904 bool
		want      string // "" means that it is shown as a number
	}{
		"a day":                         {"46000", "dd.mm.yyyy", false, "2025-12-09"},
		"the same by the Macintosh":     {"44538", "dd.mm.yyyy", true, "2025-12-09"},
		"the first day":                 {"1", "mm-dd-yy", false, "1900-01-01"},
		"before the day that never was": {"59", "mm-dd-yy", false, "1900-02-28"},
		"the day that never was":        {"60", "mm-dd-yy", false, "1900-02-29"},
		"after the day that never was":  {"61", "mm-dd-yy", false, "1900-03-01"},
		"the last day":                  {"2958465", "yyyy", false, "9999-12-31"},
		"after the last day":            {"2958466", "yyyy", false, ""},
		"before the first":              {"-1", "yyyy", false, ""},
		"the first of the Macintosh":    {"0", "yyyy-mm-dd", true, "1904-01-01"},
		"a day with a hidden time":      {"46000.75", "dd.mm.yyyy", false, "2025-12-09"},
		"day and time":                  {"46000.75", "m/d/yy h:mm", false, "2025-12-09 18:00:00"},
		"a time":                        {"0.4375", "h:mm", false, "10:30:00"},
		"a time just before midnight":   {"45999.99999999999", "yyyy-mm-dd hh:mm:ss", false, "2025-12-09 00:00:00"},
		"thousandths":                   {"0.0000057870370", "mm:ss.000", false, "00:00:00.500"},
		"hours beyond a day":            {"1.5", "[h]:mm", false, "36:00:00"},
		"6-10 turned into a day":        {"45936", "d-mmm", false, "2025-10-06"},
		"a month":                       {"45936", "mmm-yy", false, "2025-10-06"},
		"a month in digits":             {"45936", "mm", false, "2025-10-06"},
		"a language":                    {"45936", "[$-407]d. mmmm yyyy;@", false, "2025-10-06"},
		"a colour is no day":            {"5", "[Red]0", false, ""},
		"a unit in quotes is no day":    {"5", `0 "days"`, false, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, _ := parseDecimal([]byte(tt.stored))
			f := parseFormat(tt.format)
			got := ""
			if f.date || f.clock {
				got, _ = f.showDate(d.float(), tt.since1904)
			}
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
