package workbook

import (
	"fmt"
	"slices"
	"strings"

	exact "github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// form is how the cells of a field are read.
type form int

const (
	formText   form = iota + 1
	formWord        // a text of which "n/a" says nothing
	formCode        // exactly as shown
	formNumber      // the stored number
	formDate
)

// formOf says how a field is read.
func (x *lexicon) formOf(field domain.ImportField) form {
	switch field {
	case domain.FieldCode, domain.FieldTarget, domain.FieldID, domain.FieldVersion:
		return formCode
	case domain.FieldFactor:
		return formNumber
	case domain.FieldValidFrom, domain.FieldValidTo:
		return formDate
	case domain.FieldName, domain.FieldRemark, domain.FieldIgnored:
		return formText
	default:
		return formOfKind(x.attributes[field].Kind)
	}
}

// formOfKind says how an attribute's values are read; what is no attribute has words.
func formOfKind(kind domain.ValueKind) form {
	switch kind {
	case domain.KindCode, domain.KindReference:
		return formCode
	case domain.KindQuantity, domain.KindMoney:
		return formNumber
	case domain.KindDate:
		return formDate
	default:
		return formWord
	}
}

// cellReader reads cells, one at a time.
type cellReader struct {
	form    form
	field   domain.ImportField
	layout  *domain.ImportLayout
	kind    domain.ImportKind
	unit    string // what the column's head says its numbers are in
	nothing map[string]bool
	above   map[string]bool
	numbers *numbers
	days    *days
	notes   []domain.ImportNote
}

// noted adds a note; take gives it its place.
func (r *cellReader) noted(kind domain.NoteKind, weight domain.NoteWeight, suggestion, message string, args ...any) {
	r.notes = append(r.notes, domain.ImportNote{Kind: kind, Weight: weight, Suggestion: suggestion, Message: fmt.Sprintf(message, args...)})
}

// read returns the text of a cell as it is taken. What is not exactly what is shown has a note.
func (r *cellReader) read(c Cell) string {
	switch {
	case c.NoValue:
		r.noted(domain.NoteFormulaEmpty, domain.NoteWrong, "", "the formula was never calculated: open the file in Excel and save it")
		return ""
	case c.Kind == CellError, c.Kind == CellText && errorValue(c.Text):
		r.noted(domain.NoteErrorValue, domain.NoteWrong, "", "the cell says %s instead of a value", strings.TrimSpace(c.Text))
		return strings.TrimSpace(c.Text)
	}
	text := r.seen(c)
	if text == "" || r.form != formText && c.Kind == CellText && r.saysNothing(text) {
		return ""
	}
	switch r.form {
	case formCode:
		return r.code(c, text)
	case formNumber:
		return r.number(c, text)
	case formDate:
		return r.date(c, text)
	default:
		return r.text(c, text)
	}
}

// seen is the cell's text without what cannot be seen.
func (r *cellReader) seen(c Cell) string {
	if c.Kind != CellText {
		return c.Text
	}
	text, changed := cleaned(c.Text)
	if changed {
		r.noted(domain.NoteSpace, domain.NoteHint, "", "blanks or signs that cannot be seen were left out")
	}
	return text
}

// errorValue says that a text is what a spreadsheet writes where it cannot calculate.
func errorValue(text string) bool {
	if !strings.HasPrefix(strings.TrimSpace(text), "#") {
		return false
	}
	switch strings.TrimSpace(text) {
	case "#N/A", "#NV", "#REF!", "#BEZUG!", "#VALUE!", "#WERT!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#ZAHL!", "#VALEUR!", "#NOM?",
		"#ARG!", "#ADR!", "#NAZWA?", "#¡REF!", "#¡VALOR!", "#¿NOMBRE?", "#¡DIV/0!", "#SPILL!", "#CALC!", "#GETTING_DATA", "####":
		return true
	}
	return strings.Trim(strings.TrimSpace(text), "#") == "" && len(text) > 2
}

// saysNothing notes a text such as "n/a" or "see above".
func (r *cellReader) saysNothing(text string) bool {
	if len(text) > 20 {
		return false
	}
	key := strings.ToLower(text)
	switch {
	case r.above[key]:
		r.noted(domain.NotePlaceholder, domain.NoteWrong, "", "%q means another cell: write what it stands for", text)
	case !r.nothing[key]:
		return false
	case r.field == domain.FieldCode, r.field == domain.FieldPlant, r.kind == domain.ImportGolden:
		r.noted(domain.NotePlaceholder, domain.NoteWrong, "", "%q says nothing: write what it is, or leave the cell empty", text)
	default:
		r.noted(domain.NotePlaceholder, domain.NoteSuggest, "", "%q was taken for an empty cell", text)
	}
	return true
}

// code takes a code as it is shown.
func (r *cellReader) code(c Cell, text string) string {
	switch c.Kind {
	case CellDate:
		r.noted(domain.NoteDateCode, domain.NoteWrong, "", "the spreadsheet made the date %s of a code: write it as text", text)
	case CellBool:
		r.noted(domain.NoteDateCode, domain.NoteWrong, "", "the spreadsheet made a yes or no of a code: write it as text")
	case CellNumber:
		r.codeNumber(c, text)
	default:
		r.codeText(text)
	}
	return text
}

// codeNumber notes what a number may have lost that was meant as a code.
func (r *cellReader) codeNumber(c Cell, text string) {
	raw := strings.TrimPrefix(c.Raw, "-")
	whole, _, fraction := strings.Cut(raw, ".")
	switch {
	case exponentForm(text) || strings.ContainsAny(c.Raw, "eE"):
		r.noted(domain.NoteExponent, domain.NoteWrong, "", "the spreadsheet made the number %s of a code: its digits are lost; write it as text", text)
	case len(whole) > 15:
		r.noted(domain.NoteDigitsLost, domain.NoteWrong, "", "a number keeps 15 digits: those after them are lost; write the code as text")
	case fraction:
		r.noted(domain.NoteDigitsLost, domain.NoteSuggest, "", "the code is stored as a number with a fraction: a zero at its end would be lost")
	case strings.HasPrefix(c.Raw, "-"), strings.Contains(c.Format, ","):
		r.noted(domain.NoteNumber, domain.NoteSuggest, "", "the code is stored as the number %s, and its format shows it otherwise or as negative", c.Raw)
	case text != c.Raw && (!onlyDigits(text) || strings.TrimLeft(text, "0") != strings.TrimLeft(c.Raw, "0")):
		r.noted(domain.NoteNumber, domain.NoteSuggest, c.Raw, "the cell shows %s and holds the number %s", text, c.Raw)
	}
}

// codeText notes what a code that is text may have been.
func (r *cellReader) codeText(text string) {
	if exponentForm(text) {
		r.noted(domain.NoteExponent, domain.NoteWrong, "", "%s is a number that a spreadsheet shortened: its digits are lost", text)
		return
	}
	r.codeDress(text)
	if latin := lookalike(text); latin != "" {
		r.noted(domain.NoteLookalike, domain.NoteSuggest, latin, "the code has letters or signs of another script that look like %s", latin)
	}
	if codes := several(text); codes != nil && (!r.layout.SplitCodes || r.field != domain.FieldCode) {
		r.noted(domain.NoteSeveral, domain.NoteWrong, "", "the cell holds several codes: give each a row of its own")
	}
}

// codeDress notes a text around a code, or in its place, that spreadsheets and people leave.
func (r *cellReader) codeDress(text string) {
	switch {
	case zerosAtEnd(text):
		r.noted(domain.NoteDigitsLost, domain.NoteSuggest, "", "all digits after the 15th are zeros, as a spreadsheet leaves a number: compare it with the original")
	case strings.HasPrefix(text, `="`) && strings.HasSuffix(text, `"`) && len(text) > 3:
		r.noted(domain.NoteValue, domain.NoteSuggest, text[2:len(text)-1], "the code stands in a formula that only says it is text")
	case text[0] == '\'' && len(text) > 1:
		r.noted(domain.NoteValue, domain.NoteSuggest, text[1:], "the apostrophe before the code may only say that it is text")
	case r.looksLikeDate(text):
		r.noted(domain.NoteDateCode, domain.NoteSuggest, "", "%q looks like a date that a spreadsheet made of a code", text)
	}
}

// looksLikeDate says that a code is written as spreadsheets write dates: 06. Okt, Oct-26, 06.10.2026.
func (r *cellReader) looksLikeDate(text string) bool {
	if len(text) > 20 || !strings.ContainsAny(text, ".-/ ") {
		return false
	}
	parts := strings.FieldsFunc(text, func(s rune) bool { return strings.ContainsRune(".-/ ", s) })
	switch len(parts) {
	case 2:
		return r.days.monthAndNumber(parts[0], parts[1]) || r.days.monthAndNumber(parts[1], parts[0])
	case 3:
		d := r.days.parse(text, "")
		coded := d.short && d.order == "" && onlyDigits(parts[1]) && strings.Contains(text, "-") // 12-10-26 is what codes look like
		return d.ok && !coded
	default:
		return false
	}
}

// monthAndNumber says that a word is a month, and the other a day or a year.
func (r *days) monthAndNumber(word, number string) bool {
	return r.months[wordKey(word)] > 0 && onlyDigits(number) && len(number) <= 4
}

// number takes the number that a cell holds, or that its text says in the file's way.
func (r *cellReader) number(c Cell, text string) string {
	switch c.Kind {
	case CellDate, CellBool:
		r.noted(domain.NoteNumber, domain.NoteWrong, "", "the spreadsheet made %s of a number", text)
		return text
	case CellNumber:
		return r.storedNumber(c, text)
	default:
		return r.writtenNumber(text)
	}
}

// writtenNumber takes a number that is a text.
func (r *cellReader) writtenNumber(text string) string {
	if r.field == domain.FieldFactor && ratio(text) {
		return strings.ReplaceAll(text, " ", "")
	}
	n := r.numbers.parse(text, r.layout.Decimal)
	full := n.text(n.plain)
	switch {
	case !n.ok:
		r.noted(domain.NoteNumber, domain.NoteWrong, "", "%q is not a number", text)
		return text
	case n.either && r.layout.Decimal == "":
		r.noted(domain.NoteNumber, domain.NoteWrong, "", "%q may be %s or %s: say in the layout which sign the file's decimals have", text, n.plain, n.grouped)
		return text
	case n.either:
		r.noted(domain.NoteNumber, domain.NoteSuggest, n.text(n.grouped), "%q was taken for %s, because the file's decimal sign is %q", text, n.plain, r.layout.Decimal)
	case n.sign != "" && r.layout.Decimal != "" && n.sign != r.layout.Decimal:
		r.noted(domain.NoteNumber, domain.NoteWrong, full, "%q is not written as the file writes numbers, with %q before decimals", text, r.layout.Decimal)
		return text
	case n.exponent:
		r.noted(domain.NoteExponent, domain.NoteSuggest, "", "%q was shortened by a spreadsheet: digits may be lost", text)
	}
	return r.inUnit(full, n.after == "" && n.before == "")
}

// text puts what stands around a number back.
func (n numeral) text(plain string) string {
	return strings.TrimSpace(n.before + " " + plain + " " + n.after)
}

// storedNumber takes what a cell of numbers holds; what its format adds to be seen, such as a unit, stays with it.
func (r *cellReader) storedNumber(c Cell, text string) string {
	if text == c.Raw {
		return r.inUnit(c.Raw, true)
	}
	n := r.numbers.parse(text, ".")
	seen, err := exact.NewFromString(n.plain)
	held, errRaw := exact.NewFromString(c.Raw)
	if !n.ok || err != nil || errRaw != nil {
		r.noted(domain.NoteNumber, domain.NoteSuggest, "", "the cell shows %s and holds %s, which was taken", text, c.Raw)
		return c.Raw
	}
	if n.after == "%" {
		n.after, seen = "", seen.Shift(-2)
	}
	places := max(-seen.Exponent(), 0)
	switch {
	case seen.Equal(held):
	case held.Round(places).Equal(seen), held.Sub(seen).Abs().Mul(exact.New(2, 0)).LessThanOrEqual(exact.New(1, -places)):
		r.noted(domain.NoteNumber, domain.NoteHint, "", "the cell shows %s and holds %s, which was taken", text, c.Raw)
	default:
		r.noted(domain.NoteNumber, domain.NoteSuggest, n.text(n.plain), "the cell shows %s and holds %s, which was taken", text, c.Raw)
	}
	return r.inUnit(n.text(c.Raw), n.after == "" && n.before == "")
}

// inUnit adds the unit that the column's head names.
func (r *cellReader) inUnit(number string, bare bool) string {
	if r.unit == "" || !bare {
		return number
	}
	return number + " " + r.unit
}

// ratio says that a factor is written as one number over another.
func ratio(text string) bool {
	over, under, has := strings.Cut(strings.ReplaceAll(text, " ", ""), "/")
	return has && onlyDigits(over) && onlyDigits(under)
}

// date takes a date as 2026-09-12.
func (r *cellReader) date(c Cell, text string) string {
	switch c.Kind {
	case CellDate:
		date, at, has := strings.Cut(text, " ")
		if has && strings.ContainsAny(at, "123456789") {
			r.noted(domain.NoteValue, domain.NoteSuggest, "", "the time of the day in %q was left out", text)
		}
		if d := r.days.parse(date, ""); !d.ok {
			r.noted(domain.NoteValue, domain.NoteWrong, "", "%q is not a date", text)
			return text
		}
		return date
	case CellNumber, CellBool:
		if d := r.days.parse(c.Raw, ""); c.Kind == CellNumber && onlyDigits(c.Raw) && d.ok {
			return d.iso
		}
		r.noted(domain.NoteValue, domain.NoteWrong, "", "the cell holds %s, not a date: give it the format of a date", text)
		return text
	default:
		return r.writtenDate(text)
	}
}

// writtenDate takes a date that is a text.
func (r *cellReader) writtenDate(text string) string {
	d := r.days.parse(text, r.layout.DateOrder)
	switch {
	case !d.ok:
		r.noted(domain.NoteValue, domain.NoteWrong, "", "%q is not a date", text)
		return text
	case d.either:
		r.noted(domain.NoteDateOrder, domain.NoteWrong, "", "%q does not tell the day from the month: say in the layout which comes first", text)
		return text
	case d.order != "" && r.layout.DateOrder != "" && d.order != r.layout.DateOrder:
		r.noted(domain.NoteDateOrder, domain.NoteSuggest, "", "%q is not written in the order of the file's other dates: it was taken for %s", text, d.iso)
	case d.short:
		r.noted(domain.NoteDateOrder, domain.NoteSuggest, "", "the year of %q has two digits: it was taken for %s", text, d.iso)
	}
	if d.late {
		r.noted(domain.NoteValue, domain.NoteSuggest, "", "the time of the day in %q was left out", text)
	}
	return d.iso
}

// text takes a text as it is shown.
func (r *cellReader) text(c Cell, text string) string {
	switch {
	case r.form == formText && r.field == domain.FieldRemark:
	case c.Kind == CellDate:
		r.noted(domain.NoteDateCode, domain.NoteSuggest, "", "the cell holds the date %s: the spreadsheet may have made it of something else", text)
	case c.Kind == CellNumber && (exponentForm(text) || len(strings.Split(c.Raw, ".")[0]) > 15):
		r.noted(domain.NoteExponent, domain.NoteSuggest, "", "the cell holds the number %s: its digits may be lost", text)
	case c.Kind == CellNumber && text != c.Raw && !slices.Contains([]string{"", "0"}, strings.Trim(text, "0123456789.")):
		r.noted(domain.NoteNumber, domain.NoteSuggest, c.Raw, "the cell shows %s and holds the number %s", text, c.Raw)
	}
	return text
}
