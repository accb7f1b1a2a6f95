package rows_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rows"
)

func definition() domain.Definition {
	return domain.Definition{Domain: "item", Label: "item", Attributes: []domain.Attribute{
		{ID: "name", Kind: domain.KindText}, {ID: "net_weight", Kind: domain.KindQuantity, Unit: "KGM"},
	}}
}

// TestDecimalComma: a text that is read as a number is read with a comma wherever it stands in an expression, and what is a
// number already is not read twice.
func TestDecimalComma(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		expression, cell string
		want             string // "" means none
		rejected         bool
	}{
		"the column itself":          {"w", "1.250,5", "1250.5", false},
		"a group":                    {"w", "1.250", "1250", false},
		"groups":                     {"w", "-1.234.567,25", "-1234567.25", false},
		"three digits after a comma": {"w", "1,250", "1.25", false},
		"no sign":                    {"w", " 12 ", "12", false},
		"blank":                      {"w", " ", "", false},
		"a product":                  {`times(w, "0.001")`, "1.250,5", "1.2505", false},
		"a product of a product":     {`times(times(w, "0.5"), "2")`, "1,255", "1.255", false},
		"a product of a number":      {`times(decimal(w), "1")`, "1,255", "1.255", false},
		"a choice":                   {`w == "" ? nil : w`, "1,5", "1.5", false},
		"a choice of products":       {`u == "G" ? times(w, "0.001") : w`, "1.250", "1.25", false},
		"something else if missing":  {`w ?? v`, "1,5", "1.5", false},
		"the author's own number":    {`w == "x" ? "1.250" : "2.5"`, "x", "1.25", false},
		"read on purpose":            {`comma(w)`, "1,5", "1.5", false},
		"after a change of the text": {`replace(w, " kg", "")`, "1,5 kg", "1.5", false},
		"the other sign":             {"w", "1,250.5", "", true},
		"a point that is no group":   {"w", "1250.5", "", true},
		"a group of two digits":      {"w", "1.25", "", true},
		"a comma without a fraction": {"w", "12,", "", true},
		"two commas":                 {"w", "1,2,3", "", true},
		"nothing before the comma":   {"w", ",5", "", true},
		"a word":                     {"w", "n/a", "", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream := domain.Stream{Domain: "item", Key: "no", Fields: map[domain.AttributeID]string{"net_weight": tt.expression, "name": "w"}}
			mapping, err := rows.Compile("mes", stream, rows.DecimalComma)
			if err != nil {
				t.Fatal(err)
			}
			converter, err := mapping.Converter(reconcile.ReadRequest{Definition: definition()})
			if err != nil {
				t.Fatal(err)
			}
			record, err := converter.Record(map[string]any{"no": "1", "w": tt.cell, "u": "G", "v": "2,5"})
			var want domain.Value
			if tt.want != "" {
				want, _ = domain.NewQuantity(tt.want, "KGM")
			}
			if (err != nil) != tt.rejected || !domain.Equal(record.Attributes["net_weight"], want) {
				t.Errorf("%v, %v; wanted %v", record.Attributes["net_weight"], err, want)
			}
			if name := strings.TrimSpace(tt.cell); err == nil && name != "" && !domain.Equal(record.Attributes["name"], domain.Text(name)) {
				t.Errorf("as a text: %v", record.Attributes["name"])
			}
		})
	}
}

// TestTextsByLanguage: a text is of the stream's language, unless its expression says which.
func TestTextsByLanguage(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		language, expression string
		want                 domain.Value
		rejected             bool
	}{
		"of the stream":          {"de", "a", domain.Translated{"de": "Schraube"}, false},
		"of none is English":     {"", "a", domain.Translated{"en": "Schraube"}, false},
		"several":                {"de", `{"de": a, "en": b}`, domain.Translated{"de": "Schraube", "en": "Screw"}, false},
		"one of them is blank":   {"de", `{"de": a, "pl": c}`, domain.Translated{"de": "Schraube"}, false},
		"one of them is missing": {"de", `{"de": a, "pl": $env?.d}`, domain.Translated{"de": "Schraube"}, false},
		"all of them are":        {"de", `{"pl": c}`, nil, false},
		"nothing":                {"de", "c", nil, false},
		"no language":            {"de", `{"Deutsch": a}`, nil, true},
		"no text":                {"de", `{"de": 1.5}`, nil, true},
	}
	definition := domain.Definition{Domain: "item", Label: "item", Attributes: []domain.Attribute{{ID: "name", Kind: domain.KindTranslated}}}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream := domain.Stream{Domain: "item", Key: "no", Language: tt.language, Fields: map[domain.AttributeID]string{"name": tt.expression}}
			mapping, err := rows.Compile("mes", stream, rows.DecimalComma)
			if err != nil {
				t.Fatal(err)
			}
			converter, err := mapping.Converter(reconcile.ReadRequest{Definition: definition})
			if err != nil {
				t.Fatal(err)
			}
			record, err := converter.Record(map[string]any{"no": "1", "a": " Schraube ", "b": "Screw", "c": " "})
			if (err != nil) != tt.rejected || !domain.Equal(record.Attributes["name"], tt.want) {
				t.Errorf("%v, %v; wanted %v", record.Attributes["name"], err, tt.want)
			}
		})
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	for phrase, tt := range map[string]struct {
		decimals rows.Decimals
		cell     string
		want     string // "" means the row is rejected
	}{
		"a point":                   {rows.DecimalPoint, "12.50 EUR", "12.5 EUR"},
		"a comma":                   {rows.DecimalComma, "1.012,50 EUR", "1012.5 EUR"},
		"a comma that is no number": {rows.DecimalPoint, "12,50 EUR", ""},
		"no currency":               {rows.DecimalPoint, "12.50", ""},
		"a word":                    {rows.DecimalPoint, "ask Eva", ""},
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			d := domain.Definition{Domain: "item", Label: "item", Attributes: []domain.Attribute{{ID: "cost", Kind: domain.KindMoney}}}
			mapping, err := rows.Compile("mes", domain.Stream{Domain: "item", Key: "no", Fields: map[domain.AttributeID]string{"cost": "c"}}, tt.decimals)
			if err != nil {
				t.Fatal(err)
			}
			converter, err := mapping.Converter(reconcile.ReadRequest{Definition: d})
			if err != nil {
				t.Fatal(err)
			}
			record, err := converter.Record(map[string]any{"no": "1", "c": tt.cell})
			if (err != nil) != (tt.want == "") || record.Attributes.Text("cost") != tt.want {
				t.Errorf("%v, %v", record.Attributes["cost"], err)
			}
		})
	}
}

func TestVariablesWithDecimalComma(t *testing.T) {
	t.Parallel()
	stream := domain.Stream{Domain: "item", Key: "no", Fields: map[domain.AttributeID]string{"net_weight": `let x = w; times(x, "0.001")`}}
	if _, err := rows.Compile("mes", stream, rows.DecimalPoint); err != nil {
		t.Error(err)
	}
	if _, err := rows.Compile("mes", stream, rows.DecimalComma); domain.ErrorCode(err) != domain.CodeConfigInvalid || !strings.Contains(err.Error(), "net_weight") {
		t.Errorf("%v", err)
	}
}

func TestUses(t *testing.T) {
	t.Parallel()
	mapping, err := rows.Compile("mes", domain.Stream{
		Domain: "item", Key: `$env["Part No"]`, Active: `let open = state; open == "1"`,
		Fields: map[domain.AttributeID]string{"name": "title ?? $env?.label", "net_weight": `u == "G" ? times(w, "0.001") : kg`},
	}, rows.DecimalPoint)
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	for _, use := range mapping.Uses() {
		columns = append(columns, use.Column)
	}
	slices.Sort(columns)
	if want := []string{"Part No", "kg", "state", "title", "u", "w"}; !slices.Equal(columns, want) {
		t.Errorf("%q", columns)
	}
	if numbers := mapping.NumberColumns(definition()); !slices.Equal(numbers, []string{"kg", "u", "w"}) {
		t.Errorf("%q", numbers)
	}
	if supplied := mapping.Supplies(definition()); len(supplied) != 2 {
		t.Errorf("%q", supplied)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	full := errors.New("full")
	var sizes []int
	pages := rows.NewPages(func(page reconcile.Page) error {
		sizes = append(sizes, len(page.Rows)+len(page.Rejected))
		if len(sizes) == 2 {
			return full
		}
		return nil
	})
	var err error
	for n := 0; n < 2500 && err == nil; n++ {
		if n%2 == 0 {
			err = pages.Take(domain.StagedRow{})
		} else {
			err = pages.Reject(domain.QuarantinedRow{Content: strings.Repeat("ä", 5000)})
		}
	}
	if !errors.Is(err, full) || !slices.Equal(sizes, []int{1000, 1000}) {
		t.Errorf("%v, %v", sizes, err)
	}
	if err := pages.Flush(); err != nil || len(sizes) != 2 {
		t.Errorf("nothing was to be handed over: %v, %v", sizes, err)
	}
}

// FuzzDecimalComma: with a decimal comma an expression either means what it means with a point, or is refused; it never
// panics, and a number with a comma reads as the same one with a point.
func FuzzDecimalComma(f *testing.F) {
	for _, seed := range []string{"w", `times(w, "0.001")`, `u == "G" ? w : nil`, `let x = w; x`, `w ?? v`, `{"a": w}["a"]`, `decimal(w[0:2])`, "1 +", `[w][0]`} {
		f.Add(seed, "1250,5")
	}
	f.Fuzz(func(t *testing.T, expression, cell string) {
		stream := domain.Stream{Domain: "item", Key: "no", Fields: map[domain.AttributeID]string{"net_weight": expression}}
		if len(expression) > 200 || len(cell) > 100 {
			return
		}
		_, pointed := rows.Compile("mes", stream, rows.DecimalPoint)
		mapping, err := rows.Compile("mes", stream, rows.DecimalComma)
		if err != nil {
			return
		}
		if pointed != nil {
			t.Fatalf("only sound with a comma: %v", pointed)
		}
		converter, err := mapping.Converter(reconcile.ReadRequest{Definition: definition()})
		if err != nil {
			t.Fatal(err)
		}
		record, err := converter.Record(map[string]any{"no": "1", "w": cell, "u": "G", "v": nil})
		if expression != "w" || err != nil || record.Attributes["net_weight"] == nil {
			return
		}
		text := strings.Replace(strings.ReplaceAll(strings.TrimSpace(cell), ".", ""), ",", ".", 1)
		if want, err := domain.NewQuantity(text, "KGM"); err != nil || !domain.Equal(record.Attributes["net_weight"], want) {
			t.Errorf("%q became %v", cell, record.Attributes["net_weight"])
		}
	})
}
