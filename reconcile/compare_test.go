package reconcile_test

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

const (
	attrCode   domain.AttributeID = "code"
	attrName   domain.AttributeID = "name"
	attrTitle  domain.AttributeID = "title"
	attrUnit   domain.AttributeID = "unit"
	attrWeight domain.AttributeID = "weight"
	attrLength domain.AttributeID = "length"
	attrCost   domain.AttributeID = "cost"
	attrParts  domain.AttributeID = "parts"
	attrLocal  domain.AttributeID = "local"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func qty(number, unit string) domain.Value { return domain.Quantity{Number: dec(number), Unit: unit} }

// definition has one attribute for each rule of comparison.
func definition() domain.Definition {
	return domain.Definition{
		Domain: "item", Label: "item", CodeAttribute: attrCode, NameAttribute: attrName,
		Attributes: []domain.Attribute{
			{ID: attrCode, Label: "Code", Kind: domain.KindCode},
			{ID: attrName, Label: "Name", Kind: domain.KindText, Fold: domain.FoldSpace},
			{ID: attrTitle, Label: "Title", Kind: domain.KindTranslated, Fold: domain.FoldCase},
			{ID: attrUnit, Label: "Unit", Kind: domain.KindEnum, Members: []string{"C62", "KGM"}},
			{ID: attrWeight, Label: "Weight", Kind: domain.KindQuantity, Unit: "KGM", Tolerance: domain.Tolerance{Absolute: dec("0.005")}},
			{ID: attrLength, Label: "Length", Kind: domain.KindQuantity, Unit: "MTR", Tolerance: domain.Tolerance{Relative: dec("0.01")}},
			{ID: attrCost, Label: "Cost", Kind: domain.KindMoney, Tolerance: domain.Tolerance{Absolute: dec("0.01")}},
			{ID: attrParts, Label: "Parts", Kind: domain.KindLines},
			{ID: attrLocal, Label: "Local name", Kind: domain.KindText},
		},
	}
}

func TestCompareDecidesByTheRulesOfTheAttribute(t *testing.T) {
	t.Parallel()
	line := func(number string) domain.Value {
		return domain.Lines{{ID: "10", Attributes: domain.Attributes{attrWeight: qty(number, "KGM")}}}
	}
	tests := map[string]struct {
		attribute      domain.AttributeID
		golden, source domain.Value
		differs        bool
	}{
		"equal codes":                              {attrCode, domain.Code("000123"), domain.Code("000123"), false},
		"a code without its zeros":                 {attrCode, domain.Code("000123"), domain.Code("123"), true},
		"a code in other case":                     {attrCode, domain.Code("ab"), domain.Code("AB"), true},
		"both absent":                              {attrName, nil, nil, false},
		"absent and empty":                         {attrName, nil, domain.Text(""), false},
		"golden silent":                            {attrName, nil, domain.Text("x"), true},
		"source silent":                            {attrName, domain.Text("x"), nil, true},
		"source empty":                             {attrName, domain.Text("x"), domain.Text(""), true},
		"a no is not silence":                      {attrLocal, domain.Bool(false), nil, true},
		"white space under the space rule":         {attrName, domain.Text("hex  bolt"), domain.Text("hex\u00a0bolt"), false},
		"case under the space rule":                {attrName, domain.Text("hex bolt"), domain.Text("Hex bolt"), true},
		"missing blank under the space rule":       {attrName, domain.Text("hex bolt"), domain.Text("hexbolt"), true},
		"white space without a rule":               {attrLocal, domain.Text("a  b"), domain.Text("a b"), true},
		"case under the case rule":                 {attrTitle, domain.Translated{"de": "STRASSE  1"}, domain.Translated{"de": "Straße 1"}, false},
		"another text in one language":             {attrTitle, domain.Translated{"de": "a", "en": "b"}, domain.Translated{"de": "a", "en": "c"}, true},
		"a language only golden has":               {attrTitle, domain.Translated{"de": "a", "en": "b"}, domain.Translated{"de": "a"}, false},
		"a language only the source has":           {attrTitle, domain.Translated{"de": "a"}, domain.Translated{"de": "a", "en": "b"}, true},
		"the one text of a source of one language": {attrTitle, domain.Translated{"de": "Schraube", "en": "Screw"}, domain.Translated{"de": "Schraube"}, false},
		"golden's text stands in":                  {attrTitle, domain.Translated{"en": "Screw"}, domain.Translated{"de": "Screw"}, false},
		"another than what stands in":              {attrTitle, domain.Translated{"en": "Screw"}, domain.Translated{"de": "Schraube"}, true},
		"a text kept before it was translated":     {attrTitle, domain.Text("Screw"), domain.Translated{"en": "Screw"}, false},
		"and another":                              {attrTitle, domain.Text("Screw"), domain.Translated{"en": "Nut"}, true},
		"kept before, on both sides":               {attrTitle, domain.Text("Screw"), domain.Text("screw"), false},
		"a language with an empty text":            {attrTitle, domain.Translated{"de": "a"}, domain.Translated{"de": "a", "en": ""}, false},
		"equal members":                            {attrUnit, domain.Enum("C62"), domain.Enum("C62"), false},
		"pieces under another name":                {attrUnit, domain.Enum("C62"), domain.Enum("H87"), true},
		"members in other case":                    {attrUnit, domain.Enum("KGM"), domain.Enum("kgm"), true},
		"an unknown unit":                          {attrUnit, domain.Enum("C62"), domain.Enum("?C62"), true},
		"an unknown unit on both sides":            {attrUnit, domain.Enum("?Stk"), domain.Enum("?Stk"), true},
		"equal numbers written differently":        {attrWeight, qty("1.50", "KGM"), qty("1.5", "KGM"), false},
		"at the absolute tolerance":                {attrWeight, qty("1.5", "KGM"), qty("1.505", "KGM"), false},
		"beyond the absolute tolerance":            {attrWeight, qty("1.5", "KGM"), qty("1.5051", "KGM"), true},
		"below the absolute tolerance":             {attrWeight, qty("1.5", "KGM"), qty("1.4949", "KGM"), true},
		"at the relative tolerance":                {attrLength, qty("100", "MTR"), qty("101", "MTR"), false},
		"beyond the relative tolerance":            {attrLength, qty("100", "MTR"), qty("101.01", "MTR"), true},
		"another unit, equal when converted":       {attrWeight, qty("0.25", "KGM"), qty("250", "GRM"), false},
		"another unit, tolerated when converted":   {attrWeight, qty("0.25", "KGM"), qty("254", "GRM"), false},
		"another unit, beyond tolerance":           {attrWeight, qty("0.25", "KGM"), qty("256", "GRM"), true},
		"a factor of 1000 lost":                    {attrWeight, qty("0.25", "KGM"), qty("250", "KGM"), true},
		"a unit of another kind":                   {attrWeight, qty("1", "KGM"), qty("1", "LTR"), true},
		"a unit nobody knows":                      {attrWeight, qty("1", "KGM"), qty("1", "?kilo"), true},
		"nothing of another kind":                  {attrWeight, qty("0", "KGM"), qty("0", "LTR"), true},
		"a number without unit":                    {attrWeight, qty("1", "KGM"), qty("1", ""), true},
		"a zero is not silence":                    {attrWeight, qty("0", "KGM"), nil, true},
		"equal amounts":                            {attrCost, domain.Money{Amount: dec("3.10"), Currency: "EUR"}, domain.Money{Amount: dec("3.1"), Currency: "EUR"}, false},
		"another amount":                           {attrCost, domain.Money{Amount: dec("3.10"), Currency: "EUR"}, domain.Money{Amount: dec("3.2"), Currency: "EUR"}, true},
		"another currency":                         {attrCost, domain.Money{Amount: dec("3"), Currency: "EUR"}, domain.Money{Amount: dec("3"), Currency: "CHF"}, true},
		"equal lines":                              {attrParts, line("1.0"), line("1"), false},
		"another line":                             {attrParts, line("1"), line("2"), true},
		"another kind of value":                    {attrName, domain.Text("1"), domain.Code("1"), true},
		"equal in an unknown attribute":            {"colour", domain.Text("red"), domain.Text("red"), false},
		"different in an unknown attribute":        {"colour", domain.Text("red"), domain.Text("Red"), true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden, source := domain.Attributes{tt.attribute: tt.golden}, domain.Attributes{tt.attribute: tt.source}
			got := reconcile.Compare(definition(), golden, source, []domain.AttributeID{tt.attribute})
			if (len(got) == 1) != tt.differs || len(got) > 1 {
				t.Fatalf("differences %v, want any: %v", got, tt.differs)
			}
			if tt.differs && (got[0].Attribute != tt.attribute || !domain.Equal(got[0].Golden, tt.golden) || !domain.Equal(got[0].Source, tt.source)) {
				t.Errorf("the difference is told as %+v", got[0])
			}
		})
	}
}

func TestCompareLooksOnlyAtTheAttributesGiven(t *testing.T) {
	t.Parallel()
	golden := domain.Attributes{attrCode: domain.Code("a"), attrName: domain.Text("b"), attrLocal: domain.Text("c")}
	got := reconcile.Compare(definition(), golden, nil, []domain.AttributeID{attrLocal, attrCode})
	if len(got) != 2 || got[0].Attribute != attrLocal || got[1].Attribute != attrCode {
		t.Errorf("got %v, want local and code in the order asked for", got)
	}
	if got := reconcile.Compare(definition(), golden, nil, nil); got != nil {
		t.Errorf("nothing was asked for, got %v", got)
	}
}

// drawAttributes draws a value for some of the attributes, with tolerances that are all absolute.
func drawAttributes(t *rapid.T, label string) domain.Attributes {
	drawn := domain.Attributes{}
	number := rapid.Custom(func(t *rapid.T) decimal.Decimal {
		return decimal.New(rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "digits"), rapid.Int32Range(-4, 0).Draw(t, "exponent"))
	})
	for _, id := range []domain.AttributeID{attrCode, attrName, attrUnit, attrWeight, attrCost} {
		if !rapid.Bool().Draw(t, label+" has "+string(id)) {
			continue
		}
		switch id {
		case attrCode:
			drawn[id] = domain.NewCode(rapid.StringN(1, 8, -1).Draw(t, "code"))
		case attrName:
			drawn[id] = domain.NewText(rapid.String().Draw(t, "name"))
		case attrUnit:
			drawn[id] = domain.Enum(rapid.SampledFrom([]string{"C62", "KGM"}).Draw(t, "unit"))
		case attrWeight:
			drawn[id] = domain.Quantity{Number: number.Draw(t, "weight"), Unit: "KGM"}
		case attrCost:
			drawn[id] = domain.Money{Amount: number.Draw(t, "cost"), Currency: "EUR"}
		}
	}
	return drawn
}

// perturbed returns a value that differs from v by more than its attribute forgives, and one that differs by less.
func perturbed(v domain.Value) (beyond, within domain.Value) {
	switch v := v.(type) {
	case domain.Quantity:
		return domain.Quantity{Number: v.Number.Add(dec("0.0051")), Unit: v.Unit}, domain.Quantity{Number: v.Number.Sub(dec("0.005")).Mul(dec("1000")), Unit: "GRM"}
	case domain.Money:
		return domain.Money{Amount: v.Amount.Sub(dec("0.011")), Currency: v.Currency}, domain.Money{Amount: v.Amount.Add(dec("0.01")), Currency: v.Currency}
	case domain.Enum:
		return domain.Enum("?" + string(v)), v
	case domain.Text:
		return v + "+", "  " + v + "\t"
	default:
		return domain.Code(v.Display() + "+"), v
	}
}

func TestCompareReportsExactlyWhatWasPerturbed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		golden := drawAttributes(t, "golden")
		source, want := golden.With(nil), []domain.AttributeID{}
		for _, id := range definition().IDs() {
			if golden[id] == nil || golden[id].Empty() {
				continue
			}
			beyond, within := perturbed(golden[id])
			switch rapid.SampledFrom([]string{"kept", "within", "beyond", "dropped"}).Draw(t, "change of "+string(id)) {
			case "within":
				source[id] = within
			case "beyond":
				source[id], want = beyond, append(want, id)
			case "dropped":
				delete(source, id)
				want = append(want, id)
			}
		}
		got := []domain.AttributeID{}
		for _, d := range reconcile.Compare(definition(), golden, source, definition().IDs()) {
			got = append(got, d.Attribute)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("reported %v, want %v", got, want)
		}
	})
}

func TestCompareIsReflexiveAndSymmetric(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawAttributes(t, "a"), drawAttributes(t, "b")
		ids := definition().IDs()
		if got := reconcile.Compare(definition(), a, a, ids); len(got) > 0 {
			t.Fatalf("a record differs from itself: %v", got)
		}
		forth, back := reconcile.Compare(definition(), a, b, ids), reconcile.Compare(definition(), b, a, ids)
		if len(forth) != len(back) {
			t.Fatalf("%v one way, %v the other", forth, back)
		}
		for i := range forth {
			if forth[i].Attribute != back[i].Attribute {
				t.Fatalf("%v one way, %v the other", forth, back)
			}
		}
	})
}

func FuzzCompare(f *testing.F) {
	f.Add(`{"code":{"code":"1"},"weight":{"qty":"1e9","unit":"TNE"}}`, `{"weight":{"qty":"-1E-9","unit":"GRM"},"title":{"i18n":{"de":"ß"}}}`)
	f.Add(`{"name":{"text":"a b"},"parts":{"lines":[{"id":"1","attributes":{}}]}}`, `{"name":{"text":"a  b"},"unit":{"enum":"?"}}`)
	f.Fuzz(func(t *testing.T, rawGolden, rawSource string) {
		golden, err := domain.DecodeAttributes([]byte(rawGolden))
		if err != nil {
			return
		}
		source, err := domain.DecodeAttributes([]byte(rawSource))
		if err != nil {
			return
		}
		for _, d := range reconcile.Compare(definition(), golden, source, definition().IDs()) {
			if d.Golden == nil && d.Source == nil {
				t.Errorf("%s differs though neither says anything", d.Attribute)
			}
		}
	})
}
