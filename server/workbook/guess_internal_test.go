package workbook

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// guessed writes a guess down: sure or not, the sheet, the rows of the head, and what the columns hold.
func guessed(g intake.Guess) string {
	var parts []string
	for _, c := range g.Layout.Columns {
		if c.Field == domain.FieldIgnored {
			continue
		}
		part := columnName(c.Column) + "=" + string(c.Field)
		if c.Plant != "" {
			part += "@" + string(c.Plant)
		}
		if c.Language != "" {
			part += "#" + c.Language
		}
		parts = append(parts, part)
	}
	sure := "asks"
	if g.Sure {
		sure = "sure"
	}
	every := ""
	if g.Layout.EverySheet {
		every = " every sheet"
	}
	return fmt.Sprintf("%s %s%s %d+%d %s", sure, g.Layout.Sheet, every, g.Layout.HeaderRow, g.Layout.HeaderRows, strings.Join(parts, " "))
}

func TestGuess(t *testing.T) {
	t.Parallel()
	mapping, records := askOf(domain.ImportMapping), askOf(domain.ImportRecordsPartial)
	tests := map[string]struct {
		sheets map[string]string // a name that begins with a dot is hidden
		ask    intake.Ask
		want   string
		why    string
	}{
		"the first row": {
			sheets: map[string]string{"Items": "Code|Canonical|Name\nA1|IT-1|x"}, ask: mapping, want: "sure Items 1+1 A=code B=target C=name",
		},
		"below title rows": {
			sheets: map[string]string{"Items": "Artikelliste|Stand 12.09.2026\nWerk Stuttgart\n\nLfd. Nr.|Artikel-Nr.|Bezeichnung|Odoo-Nr.\nn:1|A1|x|IT-1"}, ask: mapping,
			want: "sure Items 4+1 B=code C=name D=target",
		},
		"two stacked rows": {
			sheets: map[string]string{"Items": "Werk|m:Werk|Konzern|m:Konzern\nNummer|Bezeichnung|Nummer|Bezeichnung\nA1|x|IT-1|y"}, ask: mapping,
			want: "sure Items 1+2 A=code B=name C=target",
		},
		"two stacked rows that say whose": {
			sheets: map[string]string{"Items": "Lokal|m:Lokal|Global|m:Global\nNummer|Bezeichnung|Nummer|Text\nA1|x|IT-1|y"}, ask: mapping,
			want: "sure Items 1+2 A=code B=name C=target",
		},
		"plants as columns": {
			sheets: map[string]string{"Items": "Canonical|DE01|DE02|PL01\nIT-1|A1|B1|"}, ask: mapping,
			want: "sure Items 1+1 A=target B=code@DE01 C=code@DE02 D=code@PL01",
		},
		"plants as columns below their word": {
			sheets: map[string]string{"Items": "Odoo code|Werk|m:Werk|Bezeichnung\nm:Odoo code|DE01|Gliwice|m:Bezeichnung\nIT-1|A1|B1|x"}, ask: mapping,
			want: "sure Items 1+2 A=target B=code@DE01 C=code@PL01 D=name",
		},
		"plants over code and unit": {
			sheets: map[string]string{"Items": "Global code|DE01|m:DE01|PL01|m:PL01\n|Code|ME|Code|ME\nIT-1|A1|kg|B1|g"}, ask: mapping,
			want: "sure Items 1+2 A=target B=code@DE01 C=unit@DE01 D=code@PL01 E=unit@PL01",
		},
		"plants beside one code": {
			sheets: map[string]string{"Items": "Artikelnummer|DE01|DE02\nIT-1|A1|B1"}, ask: mapping,
			want: "asks Items 1+1 A=target B=code@DE01 C=code@DE02", why: "please confirm",
		},
		"plants beside a code and a canonical one": {
			sheets: map[string]string{"Items": "Artikelnummer|Odoo Code|DE02\nIT-1|A1|B1"}, ask: mapping,
			want: "asks Items 1+1 A=code B=target C=code@DE02", why: "columns of their own",
		},
		"two codes": {
			sheets: map[string]string{"Items": "Artikelnummer|Materialnummer|Odoo\nA|B|C"}, ask: mapping,
			want: "asks Items 1+1 C=target", why: `more than one column could hold the plant's code: "Artikelnummer", "Materialnummer"`,
		},
		"a head that says more than another": {
			sheets: map[string]string{"Items": "Artikel|Artikelnummer|Odoo\nA|B|C"}, ask: mapping,
			want: "sure Items 1+1 B=code C=target", why: `"Artikelnummer" was taken for the plant's code`,
		},
		"two names": {
			sheets: map[string]string{"Items": "Artikelnummer|Bezeichnung|Kurztext|Odoo\nA|B|C|D"}, ask: mapping,
			want: "sure Items 1+1 A=code B=name D=target", why: `"Bezeichnung" was taken for the name`,
		},
		"two factors": {
			sheets: map[string]string{"Items": "Artikelnummer|Faktor|Umrechnung|Odoo\nA|B|C|D"}, ask: mapping,
			want: "sure Items 1+1 A=code D=target", why: `none is taken: "Faktor", "Umrechnung"`,
		},
		"a name in one language": {
			sheets: map[string]string{"Items": "Artikelnummer|Bezeichnung DE|Odoo\nA|B|C"}, ask: mapping, want: "sure Items 1+1 A=code B=name C=target",
		},
		"no canonical code": {
			sheets: map[string]string{"Items": "Artikelnummer|Bezeichnung\nA|B"}, ask: mapping, want: "asks Items 1+1 A=code B=name", why: "the canonical code",
		},
		"nothing that is understood": {
			sheets: map[string]string{"Items": "Foo|Bar|Baz\n1|2|3"}, ask: mapping, want: "asks  0+0 ", why: `the file says "Foo", "Bar", "Baz"`,
		},
		"an empty file": {sheets: map[string]string{"Items": ""}, ask: mapping, want: "asks  0+0 ", why: "none of the first 30 rows"},
		"a head below the thirtieth row": {
			sheets: map[string]string{"Items": strings.Repeat("x\n", 30) + "Code|Canonical\nA|B"}, ask: mapping, want: "asks  0+0 ", why: "none of the first 30 rows",
		},
		"a head in the thirtieth row": {
			sheets: map[string]string{"Items": strings.Repeat("x\n", 29) + "Code|Canonical\nA|B"}, ask: mapping, want: "sure Items 30+1 A=code B=target",
		},
		"tabs of plants": {
			sheets: map[string]string{"DE01": "Code|Canonical\nA1|IT-1", "Info": "Read this", "PL01 Gliwice": "x\nCanonical|Code\nIT-2|B1"}, ask: mapping,
			want: "sure DE01 every sheet 1+1 A=code B=target",
		},
		"two sheets alike": {
			sheets: map[string]string{"Items": "Code|Canonical\nA1|IT-1", "Items (2)": "Code|Canonical\nA1|IT-1"}, ask: mapping,
			want: "asks Items 1+1 A=code B=target", why: `"Items", "Items (2)"`,
		},
		"a tab of a plant and another": {
			sheets: map[string]string{"DE01": "Code|Canonical\nA1|IT-1", "Old": "Code|Canonical\nA1|IT-1"}, ask: mapping,
			want: "asks DE01 1+1 A=code B=target", why: "more than one sheet",
		},
		"a hidden sheet beside it": {
			sheets: map[string]string{".Old": "Code|Canonical\nA1|IT-1", "Items": "Code|Canonical\nA1|IT-1"}, ask: mapping, want: "sure Items 1+1 A=code B=target",
		},
		"only a hidden sheet": {
			sheets: map[string]string{".Old": "Code|Canonical\nA1|IT-1", "Items": "x"}, ask: mapping, want: "asks  0+0 ", why: `only the hidden sheet ".Old"`,
		},
		"records with units and languages": {
			sheets: map[string]string{"Items": "Materialnummer|Bezeichnung DE|Bezeichnung EN|Gewicht|ME|Werkstoff\n|||[g]||\nA|x|y|n:2|ST|S235"}, ask: records,
			want: "sure Items 1+2 A=code B=attribute:name#de C=attribute:name#en D=attribute:net_weight E=attribute:base_unit F=attribute:material",
		},
		"records that say nothing": {
			sheets: map[string]string{"Items": "Materialnummer|Werk\nA|DE01"}, ask: records, want: "asks Items 1+1 A=code B=plant", why: "an attribute",
		},
		"an edited export without its mark": {
			sheets: map[string]string{"Items": "Crosswalk ID|Record version|Item code|Name\nx|n:1|IT-1|y"}, ask: askOf(domain.ImportGolden),
			want: "sure Items 1+1 A=id B=version C=code D=attribute:name",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, err := guess(t.Context(), sheetsOf(tt.sheets), tt.ask)
			if err != nil {
				t.Fatal(err)
			}
			if got := guessed(g); got != tt.want || !strings.Contains(g.Why, tt.why) || !g.Sure && g.Why == "" {
				t.Errorf("got  %s\nwant %s\nwhy  %s", got, tt.want, g.Why)
			}
		})
	}
}

// sheetsOf makes a file of sheets in the order of their names.
func sheetsOf(sheets map[string]string) memoryFile {
	var p memoryFile
	for name, text := range sheets {
		p.sheets = append(p.sheets, memorySheet{name: name, hidden: strings.HasPrefix(name, "."), lines: grid(text)})
	}
	slices.SortFunc(p.sheets, func(a, b memorySheet) int { return strings.Compare(a.name, b.name) })
	return p
}

func TestGuessSigns(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		factors, days string
		decimal       string
		order         string
		why           string
	}{
		"commas and days first":   {factors: "0,5 1.234,5 1,234", days: "31.12.2026 01.02.2026", decimal: ",", order: "dmy"},
		"points and months first": {factors: "0.5 1,234.5", days: "12/31/2026 01/02/2026", decimal: ".", order: "mdy"},
		"nothing to tell by":      {factors: "5 1,234", days: "01.02.2026", why: "the numbers do not tell"},
		"neither":                 {factors: "5", days: "2026-12-31"},
		"both ways":               {factors: "0,5 0.5 1,234", days: "31.12.2026 12/31/2026 01/02/2026", why: "which the month"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := "Code|Canonical|Faktor|gültig ab"
			factors, days := strings.Fields(tt.factors), strings.Fields(tt.days)
			for i := range max(len(factors), len(days)) {
				text += fmt.Sprintf("\nA%d|IT-1|%s|%s", i, factors[min(i, len(factors)-1)], days[min(i, len(days)-1)])
			}
			g, err := guess(t.Context(), oneSheet(text), askOf(domain.ImportMapping))
			if err != nil || !g.Sure || g.Layout.Decimal != tt.decimal || g.Layout.DateOrder != tt.order || !strings.Contains(g.Why, tt.why) {
				t.Errorf("%+v, %v", g, err)
			}
		})
	}
}

func TestGuessByProfile(t *testing.T) {
	t.Parallel()
	profile := domain.ImportProfile{ID: domain.ID{1}, Name: "Stuttgart", Layout: domain.ImportLayout{
		Sheet: "Items", HeaderRow: 3, HeaderRows: 1, Decimal: ",", SplitCodes: true,
		Columns: []domain.ImportColumn{{Column: 1, Header: "Foo", Field: domain.FieldCode}, {Column: 2, Header: "Bar", Field: domain.FieldTarget}, {Column: 3, Header: "Baz"}},
	}}
	ask := askOf(domain.ImportMapping)
	ask.Profiles = []domain.ImportProfile{profile}
	tests := map[string]struct {
		sheets map[string]string
		want   string
		used   bool
	}{
		"as it was":            {map[string]string{"Items": "x\n\nFoo|Bar|Baz\nA|B|C"}, "sure Items 3+1 A=code B=target", true},
		"moved":                {map[string]string{"New": "Baz|bar |FOO|Code\nC|B|A|D"}, "sure New 1+1 B=target C=code", true},
		"a head is missing":    {map[string]string{"Items": "Foo|Code|Canonical\nA|B|C"}, "sure Items 1+1 B=code C=target", false},
		"a head stands twice":  {map[string]string{"Items": "Code|Canonical|Foo|Bar|Foo\nA|B|C|D|E"}, "sure Items 1+1 A=code B=target", false},
		"on two sheets":        {map[string]string{"Items": "Foo|Bar\nA|B", "More": "Foo|Bar\nA|B"}, "asks Items 1+1 A=code B=target", true},
		"words beside a match": {map[string]string{"Items": "Foo|Bar|Code|Canonical\nA|B|C|D"}, "sure Items 1+1 A=code B=target", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, err := guess(t.Context(), sheetsOf(tt.sheets), ask)
			if err != nil || guessed(g) != tt.want || (g.Profile == profile.ID) != tt.used || tt.used && (!g.Layout.SplitCodes || g.Layout.Decimal != ",") {
				t.Errorf("%s, %+v, %v", guessed(g), g, err)
			}
		})
	}
}

func TestGuessByMark(t *testing.T) {
	t.Parallel()
	mark := intake.Mark{Kind: domain.ImportMapping, Layout: domain.ImportLayout{
		Sheet: "Items", HeaderRow: 1, HeaderRows: 1, Decimal: ".", DateOrder: "ymd",
		Columns: []domain.ImportColumn{
			{Column: 1, Header: "ID", Field: domain.FieldID}, {Column: 2, Header: "Mine", Field: domain.FieldCode}, {Column: 3, Header: "Yours", Field: domain.FieldTarget},
			{Column: 4, Header: "Valid from", Field: domain.FieldValidFrom},
		},
	}}
	tests := map[string]struct{ sheet, want, why string }{
		"as it was given out":       {"ID|Mine|Yours|Valid from\nx|A|B|01.02.2026", "sure Items 1+1 A=id B=code C=target D=valid_from", ""},
		"columns moved":             {"Yours|Valid from|ID|Mine\nB||x|A", "sure Items 1+1 A=target B=valid_from C=id D=code", ""},
		"a column taken away":       {"ID|Mine|Yours\nx|A|B", "sure Items 1+1 A=id B=code C=target", `stay as they are: "Valid from"`},
		"what matters taken away":   {"ID|Mine|Valid from\nx|A|B", "asks  0+0 ", "none of the first"},
		"columns added by somebody": {"ID|Mine|Code|Yours|Valid from\nx|A|Z|B|", "sure Items 1+1 A=id B=code D=target E=valid_from", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from := oneSheet(tt.sheet)
			from.mark = &mark
			g, err := guess(t.Context(), from, askOf(domain.ImportMapping))
			if err != nil || guessed(g) != tt.want || !strings.Contains(g.Why, tt.why) {
				t.Errorf("%s, %+v, %v", guessed(g), g, err)
			}
		})
	}
	t.Run("of another kind", func(t *testing.T) {
		t.Parallel()
		from := oneSheet("ID|Mine|Yours|Valid from\nx|A|B|")
		from.mark = &mark
		if g, err := guess(t.Context(), from, askOf(domain.ImportRecordsPartial)); err != nil || g.Sure {
			t.Errorf("%+v, %v", g, err)
		}
	})
}

func TestTakePlants(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		sheets map[string]string
		want   []string
	}{
		"as columns": {
			map[string]string{"Items": "Canonical|Name|DE01|PL01\nIT-1|x|A1|B1\nIT-2|y||B2\nIT-3|z||\nIT-4|u|-|B4\nSumme||n:2|n:3"},
			[]string{
				"2.0 code=A1 name=x target=IT-1 @DE01", "2.1 code=B1 name=x target=IT-1 @PL01", "3.0 code=B2 name=y target=IT-2 @PL01",
				"5.0 name=u target=IT-4 @DE01 C5:placeholder:wrong", "5.1 code=B4 name=u target=IT-4 @PL01", "6.0 6:totals:hint",
			},
		},
		"as columns with units of their own": {
			map[string]string{"Items": "Global code|DE01|m:DE01|PL01|m:PL01\n|Code|ME|Code|ME\nIT-1|A1|kg|B1|g"},
			[]string{"3.0 code=A1 target=IT-1 unit=kg @DE01", "3.1 code=B1 target=IT-1 unit=g @PL01"},
		},
		"with a unit of its own beside that of all": {
			map[string]string{"Items": "Canonical|DE01 code|DE01 unit|PL01 code|Unit\nIT-1|A1|kg|B1|g"},
			[]string{"2.0 code=A1 target=IT-1 unit=kg @DE01", "2.1 code=B1 target=IT-1 unit=g @PL01"},
		},
		"as tabs": {
			map[string]string{"DE01": "Code|Canonical\nA1|IT-1", "DE02": "x|y\nCode|Name", "Notes": "Code|Canonical\nZ|Z", "PL01": "Old\nCanonical|Code\nIT-2|B1"},
			[]string{
				"0.0 :unknown_plant:wrong", "0.0 :unknown_plant:wrong", "2.0 code=A1 target=IT-1 @DE01", "3.0 code=B1 target=IT-2 @PL01",
			},
		},
		"as the tab of one sheet, and a cell that says otherwise": {
			map[string]string{"Werk DE01": "Code|Plant|Canonical\nA1||IT-1\nA2|Stuttgart|IT-2\nA3|PL01|IT-3\nA4|XX|IT-4"},
			[]string{
				"2.0 code=A1 target=IT-1 @DE01", "3.0 code=A2 plant=Stuttgart target=IT-2 @DE01",
				"4.0 code=A3 plant=PL01 target=IT-3 Werk DE01!B4:unknown_plant:wrong", "5.0 code=A4 plant=XX target=IT-4 Werk DE01!B5:unknown_plant:wrong",
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _ := takenBy(t, sheetsOf(tt.sheets), askOf(domain.ImportMapping), func(l *domain.ImportLayout) { l.EverySheet = len(tt.sheets) > 1 })
			if !slices.Equal(got, tt.want) {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(tt.want, "\n     "))
			}
		})
	}
}

func TestTakeRefusesTwoColumnsOfOneThing(t *testing.T) {
	t.Parallel()
	of := func(column int, field domain.ImportField, plant domain.PlantID, language string) domain.ImportColumn {
		return domain.ImportColumn{Column: column, Field: field, Plant: plant, Language: language}
	}
	tests := map[string]struct {
		columns []domain.ImportColumn
		code    string
	}{
		"two codes":                {[]domain.ImportColumn{of(1, domain.FieldCode, "", ""), of(2, domain.FieldCode, "", "")}, domain.CodeImportInvalid},
		"two codes of a plant":     {[]domain.ImportColumn{of(1, domain.FieldCode, "DE01", ""), of(2, domain.FieldCode, "DE01", "")}, domain.CodeImportInvalid},
		"a code beside a plant's":  {[]domain.ImportColumn{of(1, domain.FieldCode, "", ""), of(2, domain.FieldCode, "DE01", "")}, domain.CodeImportInvalid},
		"codes of two plants":      {[]domain.ImportColumn{of(1, domain.FieldCode, "DE01", ""), of(2, domain.FieldCode, "PL01", "")}, ""},
		"names in two languages":   {[]domain.ImportColumn{of(1, "attribute:name", "", "de"), of(2, "attribute:name", "", "en")}, ""},
		"two that hold nothing":    {[]domain.ImportColumn{of(1, "", "", ""), of(2, "", "", "")}, ""},
		"a unit beside a plant's":  {[]domain.ImportColumn{of(1, domain.FieldUnit, "", ""), of(2, domain.FieldUnit, "DE01", "")}, ""},
		"names in one language, 2": {[]domain.ImportColumn{of(1, "attribute:name", "", "de"), of(2, "attribute:name", "", "de")}, domain.CodeImportInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			layout := domain.ImportLayout{Sheet: "Items", HeaderRow: 1, HeaderRows: 1, Columns: tt.columns}
			err := take(t.Context(), oneSheet("a|b\n1|2"), askOf(domain.ImportRecordsPartial), layout, func(domain.ImportEntry) error { return nil })
			if domain.ErrorCode(err) != tt.code {
				t.Errorf("got %v, want %q", err, tt.code)
			}
		})
	}
}

func TestTakeRecords(t *testing.T) {
	t.Parallel()
	sheet := "Materialnummer|Bezeichnung DE|Bezeichnung EN|Gewicht (g)|Werkstoff\n000123|Schraube|Screw|n:12.5|8.8\nA2|||12 kg|-"
	got, g := takenBy(t, oneSheet(sheet), askOf(domain.ImportRecordsPartial), nil)
	want := []string{
		"2.0 attribute:material=8.8 attribute:name#de=Schraube attribute:name#en=Screw attribute:net_weight=12.5 GRM code=000123",
		"3.0 attribute:net_weight=12 kg code=A2 E3:placeholder:suggest",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: got  %s\nwant %s", g.Why, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}
