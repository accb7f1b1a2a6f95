package intake

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

func testReader(system domain.SystemID) *cellReader {
	lists := []domain.CodeList{
		{ID: catalog.ListUnit, Entries: []domain.CodeEntry{
			{Code: "KGM", Labels: domain.Translated{"en": "kilogram", "de": "Kilogramm"}, Aliases: []domain.CodeAlias{{System: "wms", Text: "kilo"}}},
			{Code: "GRM", Labels: domain.Translated{"en": "gram"}}, {Code: "LBR"}, {Code: "LTR"},
			{Code: "H87", Labels: domain.Translated{"en": "piece"}, Aliases: []domain.CodeAlias{{System: "wms", Text: "Stk"}}},
			{Code: "C62", Labels: domain.Translated{"en": "one"}, Retired: true},
		}},
		{ID: "grade", Entries: []domain.CodeEntry{{Code: "A", Labels: domain.Translated{"en": "best"}}, {Code: "B", Labels: domain.Translated{"en": "best"}}}},
	}
	known := domain.ID{15: 1}
	return &cellReader{lists: lists, system: system, units: unitWords(), referred: map[domain.DomainName]map[string]domain.ID{"item": {"000123": known}}}
}

func cellOfKind(kind domain.ValueKind) valueCell {
	a := domain.Attribute{ID: "x", Label: "X", Kind: kind}
	switch kind {
	case domain.KindQuantity:
		a.Unit = "KGM"
	case domain.KindEnum:
		a.CodeList, a.Members = catalog.ListUnit, []string{"KGM", "GRM", "H87"}
	case domain.KindReference:
		a.References = "item"
	default:
	}
	return valueCell{attribute: a, key: "x"}
}

func TestCellsAsValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind   domain.ValueKind
		system domain.SystemID
		text   string
		want   string // "" means none
		note   domain.NoteKind
		weight domain.NoteWeight
	}{
		"nothing":                          {kind: domain.KindText, text: " "},
		"a text":                           {kind: domain.KindText, text: " Bolt M8 ", want: "Bolt M8"},
		"a code with zeros":                {kind: domain.KindCode, text: "000123", want: "000123"},
		"a number":                         {kind: domain.KindQuantity, text: "12.50", want: "12.5 KGM"},
		"a number with its own unit":       {kind: domain.KindQuantity, text: "12.5 KGM", want: "12.5 KGM"},
		"a number in another unit":         {kind: domain.KindQuantity, text: "500 g", want: "0.5 KGM", note: domain.NoteUnit, weight: domain.NoteHint},
		"a number in a unit by its code":   {kind: domain.KindQuantity, text: "500GRM", want: "0.5 KGM", note: domain.NoteUnit, weight: domain.NoteHint},
		"a number in a unit by its name":   {kind: domain.KindQuantity, text: "500 gram", want: "0.5 KGM", note: domain.NoteUnit, weight: domain.NoteHint},
		"a number in the system's own":     {kind: domain.KindQuantity, text: "2 kilo", system: "wms", want: "2 KGM"},
		"a unit of another dimension":      {kind: domain.KindQuantity, text: "2 l", note: domain.NoteUnit, weight: domain.NoteWrong},
		"a unit that nobody knows":         {kind: domain.KindQuantity, text: "2 bushels", note: domain.NoteUnit, weight: domain.NoteWrong},
		"another system's unit":            {kind: domain.KindQuantity, text: "2 kilo", system: "mes", note: domain.NoteUnit, weight: domain.NoteWrong},
		"a number with a comma":            {kind: domain.KindQuantity, text: "12,5", note: domain.NoteNumber, weight: domain.NoteWrong},
		"no number":                        {kind: domain.KindQuantity, text: "heavy", note: domain.NoteNumber, weight: domain.NoteWrong},
		"an amount":                        {kind: domain.KindMoney, text: "12.50 EUR", want: "12.5 EUR"},
		"an amount behind its currency":    {kind: domain.KindMoney, text: "EUR 12.50", want: "12.5 EUR"},
		"an amount with a sign":            {kind: domain.KindMoney, text: "12.50 €", want: "12.5 EUR"},
		"an amount without currency":       {kind: domain.KindMoney, text: "12.50", note: domain.NoteUnit, weight: domain.NoteWrong},
		"no amount":                        {kind: domain.KindMoney, text: "dear", note: domain.NoteNumber, weight: domain.NoteWrong},
		"a day":                            {kind: domain.KindDate, text: "2026-11-23", want: "2026-11-23"},
		"a day that there is not":          {kind: domain.KindDate, text: "2026-02-30", note: domain.NoteValue, weight: domain.NoteWrong},
		"a day in another form":            {kind: domain.KindDate, text: "23.11.2026", note: domain.NoteValue, weight: domain.NoteWrong},
		"yes":                              {kind: domain.KindBool, text: "Yes", want: "yes"},
		"ja":                               {kind: domain.KindBool, text: "ja", want: "yes"},
		"tak":                              {kind: domain.KindBool, text: "TAK", want: "yes"},
		"oui":                              {kind: domain.KindBool, text: "oui", want: "yes"},
		"sí":                               {kind: domain.KindBool, text: "Sí", want: "yes"},
		"nein":                             {kind: domain.KindBool, text: "Nein", want: "no"},
		"nie":                              {kind: domain.KindBool, text: "nie", want: "no"},
		"perhaps":                          {kind: domain.KindBool, text: "perhaps", note: domain.NoteValue, weight: domain.NoteWrong},
		"a code of a list":                 {kind: domain.KindEnum, text: "KGM", want: "KGM"},
		"a code of a list in small":        {kind: domain.KindEnum, text: "kgm", want: "KGM"},
		"a code of a list by its name":     {kind: domain.KindEnum, text: "Kilogramm", want: "KGM"},
		"a retired code by its name":       {kind: domain.KindEnum, text: "one", want: "one"},
		"a system's word for a code":       {kind: domain.KindEnum, system: "wms", text: "Stk", want: "H87"},
		"a system's word that nobody has":  {kind: domain.KindEnum, system: "wms", text: "Dtzd", want: "?Dtzd"},
		"a name is no word of a system's":  {kind: domain.KindEnum, system: "wms", text: "piece", want: "?piece"},
		"a record by its code":             {kind: domain.KindReference, text: "000123", want: domain.ID{15: 1}.String()},
		"a record that nobody knows":       {kind: domain.KindReference, text: "123", note: domain.NoteUnknownTarget, weight: domain.NoteWrong},
		"what does not fit into one cell":  {kind: domain.KindLines, text: "1 x", note: domain.NoteValue, weight: domain.NoteWrong},
		"a number so long that it is none": {kind: domain.KindQuantity, text: "1e999999999", note: domain.NoteUnit, weight: domain.NoteWrong},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			got, note := testReader(tt.system).read(cellOfKind(tt.kind), tt.text)
			if (got == nil) != (tt.want == "") || (got != nil && got.Display() != tt.want) {
				t.Errorf("it is %v, want %q", got, tt.want)
			}
			if (note == nil) != (tt.note == "") || (note != nil && (note.Kind != tt.note || note.Weight != tt.weight || note.Message == "")) {
				t.Errorf("the note is %+v, want %s of weight %s", note, tt.note, tt.weight)
			}
		})
	}
}

// TestWhatIsCalledTheSame is nobody's name: which of the two is meant cannot be told.
func TestWhatIsCalledTheSame(t *testing.T) {
	t.Parallel()
	r := testReader("")
	if got := called(r.lists[1], "best"); got != "" {
		t.Errorf("best is %s", got)
	}
}

// TestACellIntoAText: a text of one language takes the place of that language alone, and taking it out again leaves the others.
func TestACellIntoAText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.MapOf(rapid.SampledFrom([]string{"en", "de", "pl"}), rapid.StringMatching(`[a-z]{1,4}`))
		held := domain.Translated(words.Draw(rt, "held"))
		cell := valueCell{attribute: domain.Attribute{Kind: domain.KindTranslated}, language: rapid.SampledFrom([]string{"en", "de"}).Draw(rt, "language")}
		said := domain.NewText(rapid.StringMatching(`[a-z]{1,4}`).Draw(rt, "said"))
		after := cell.into(held, said)
		if !cell.says(said, after) {
			rt.Fatalf("%v with %s in %s is %v", held, said, cell.language, after)
		}
		emptied := cell.into(after, nil)
		if cell.part(emptied) != nil {
			rt.Fatalf("emptied it is %v", emptied)
		}
		if !domain.Equal(cell.into(emptied, cell.part(held)), held) {
			rt.Fatalf("put back it is %v, not %v", cell.into(emptied, cell.part(held)), held)
		}
	})
}
