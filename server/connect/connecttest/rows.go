package connecttest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// Number is a cell that a system keeps as a number, where it can.
type Number string

// Rows is a plant's system of free shape, of which the suite may use the list of parts as it likes.
type Rows struct {
	// Put makes the list consist of these rows under these columns. A cell is a string, a Number or nil.
	Put func(t *testing.T, columns []string, rows [][]any)
	// Connect returns the source under test for a stream whose expressions are given; what else a stream needs is added.
	Connect func(t *testing.T, stream domain.Stream) (reconcile.Source, error)
	// Position is how the nth row is named.
	Position func(n int) string
}

// RunRows runs the part of the contract that is the same for every connector whose records are made by expressions. made is
// asked once for every case and may return the same plant each time: cases run one after the other.
func RunRows(t *testing.T, made func(t *testing.T) Rows) {
	t.Helper()
	cases := map[string]func(*freeShape){
		"codes and numbers come as written":              asWritten,
		"bad rows are put aside and the reading goes on": badRows,
		"many rows come in pages":                        manyRows,
		"a code twice is handed over twice":              codeTwice,
		"an empty list is complete":                      emptyList,
		"a renamed column ends the reading":              renamedColumn,
		"a column that may be missing":                   missingColumn,
		"an error of the taker ends the reading":         takerFails,
		"an attribute nobody declared":                   undeclaredAttribute,
		"an expression that is none":                     brokenExpression,
		"a domain without a stream":                      otherDomain,
		"the check finds everything in order":            rowsInOrder,
		"the check shows a column that is gone":          rowsOutOfOrder,
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) { cases[name](&freeShape{bench: &bench{T: t}, Rows: made(t)}) })
	}
}

// freeShape is one case at work.
type freeShape struct {
	*bench
	Rows
}

func (f *freeShape) put(rows ...[]any) {
	f.Helper()
	f.Put(f.T, []string{"no", "title", "grams", "unit", "obsolete", "lot_traced"}, rows)
}

func partStream() domain.Stream {
	return domain.Stream{
		Domain: "item", Language: "de", Key: "no", Active: `obsolete != "1"`,
		Fields: map[domain.AttributeID]string{
			"code": "no", "name": "title", "base_unit": `{"PCE": "C62", "KG": "KGM"}[text(unit)] ?? text(unit)`,
			"net_weight": `times(grams, "0.001")`, "tracking": `lot_traced == "Y" ? "lot" : "none"`,
		},
	}
}

func (f *freeShape) source(change ...func(*domain.Stream)) reconcile.Source {
	f.Helper()
	stream := partStream()
	for _, c := range change {
		c(&stream)
	}
	source, err := f.Connect(f.T, stream)
	if err != nil {
		f.Fatalf("connect: %v", err)
	}
	return source
}

// ends demands that a reading ends with a code.
func (f *freeShape) ends(source reconcile.Source, code string) {
	f.Helper()
	if got, err := f.tryRead(source, reconcile.ReadRequest{}); domain.ErrorCode(err) != code || got.proof.Complete {
		f.Errorf("read: %v (%s), wanted %s", err, domain.ErrorCode(err), code)
	}
}

func asWritten(f *freeShape) {
	f.put(
		[]any{"000123", "  Bolt M8 ", Number("1250.500"), "PCE", Number("0"), "Y"},
		[]any{"123", "Schraube Ø 8", nil, "KG", Number("1"), "N"},
		[]any{"4711-C", nil, Number("0.100"), "Stk", nil, nil},
		[]any{"9", "Huge", Number("12345678901234567890.125"), "KG", Number("0"), "N"})
	source := f.source()
	got := f.read(source, reconcile.ReadRequest{})
	if !got.proof.Complete || got.proof.Why != "" || len(got.rejected) != 0 {
		f.Errorf("proof %+v, rejected %v", got.proof, got.rejected)
	}
	want := map[domain.Code]domain.SourceRecord{
		"000123": {Active: true, Attributes: domain.Attributes{
			"code": domain.Code("000123"), "name": domain.Translated{"de": "Bolt M8"}, "base_unit": domain.Enum("C62"),
			"net_weight": kilograms("1.2505"), "tracking": domain.Enum("lot"),
		}},
		"123": {Active: false, Attributes: domain.Attributes{
			"code": domain.Code("123"), "name": domain.Translated{"de": "Schraube Ø 8"}, "base_unit": domain.Enum("KGM"), "tracking": domain.Enum("none"),
		}},
		"4711-C": {Active: true, Attributes: domain.Attributes{
			"code": domain.Code("4711-C"), "base_unit": domain.Enum("Stk"), "net_weight": kilograms("0.0001"), "tracking": domain.Enum("none"),
		}},
		"9": {Active: true, Attributes: domain.Attributes{
			"code": domain.Code("9"), "name": domain.Translated{"de": "Huge"}, "base_unit": domain.Enum("KGM"),
			"net_weight": kilograms("12345678901234567.890125"), "tracking": domain.Enum("none"),
		}},
	}
	if len(got.rows) != len(want) {
		f.Errorf("read %d rows", len(got.rows))
	}
	for code, record := range want {
		if row := got.rows[code].Record; row.Active != record.Active || !row.Attributes.Same(record.Attributes) {
			f.Errorf("%s: read active=%v %s, wanted active=%v %s", code, row.Active, row.Attributes.Encode(), record.Active, record.Attributes.Encode())
		}
	}
	if supplied := source.Supplies(Item()); len(supplied) != 5 || slices.Contains(supplied, "gtin") {
		f.Errorf("supplied: %v", supplied)
	}
	if some := f.read(source, reconcile.ReadRequest{Attributes: []domain.AttributeID{"name"}}); len(some.rows["000123"].Record.Attributes) != 1 {
		f.Errorf("only the name was wanted: %+v", some.rows["000123"])
	}
}

func badRows(f *freeShape) {
	f.put(
		[]any{"", "No code", Number("1"), "PCE", Number("0"), "N"},
		[]any{"A", "Good", Number("1"), "PCE", Number("0"), "N"},
		[]any{"B", "Bad weight", Number("2"), "PCE", Number("0"), "N"},
		[]any{"C", "Good too", Number("3"), "PCE", Number("0"), "N"})
	got := f.read(f.source(func(s *domain.Stream) { s.Fields["net_weight"] = `no == "B" ? decimal("2/5") : decimal(grams)` }), reconcile.ReadRequest{})
	if !got.proof.Complete || len(got.rows) != 2 || len(got.rejected) != 2 {
		f.Fatalf("proof %+v, %d rows, rejected %v", got.proof, len(got.rows), got.rejected)
	}
	if row := got.rejected[""]; row.Position != f.Position(1) || !strings.Contains(row.Content, "No code") || row.Reason == "" {
		f.Errorf("the row without code: %+v", row)
	}
	if row := got.rejected["B"]; row.Position != f.Position(3) || !strings.Contains(row.Reason, "net_weight") {
		f.Errorf("the row with a bad weight: %+v", row)
	}
}

func manyRows(f *freeShape) {
	const count = 2345
	var all [][]any
	for n := range count {
		all = append(all, []any{fmt.Sprintf("%06d", n), "Part", Number("1"), "PCE", Number("0"), "N"})
	}
	f.put(all...)
	var pages []int
	codes := map[domain.Code]bool{}
	proof, err := f.source().Read(f.Context(), reconcile.ReadRequest{Definition: Item()}, func(page reconcile.Page) error {
		pages = append(pages, len(page.Rows))
		for _, row := range page.Rows {
			codes[row.Record.Code] = true
		}
		return nil
	})
	if err != nil || !proof.Complete || !slices.Equal(pages, []int{1000, 1000, 345}) || len(codes) != count {
		f.Errorf("pages %v, %d codes, %+v, %v", pages, len(codes), proof, err)
	}
}

func codeTwice(f *freeShape) {
	f.put([]any{"A", "One", Number("1"), "PCE", Number("0"), "N"}, []any{"A", "Other", Number("1"), "PCE", Number("0"), "N"})
	taken := 0
	proof, err := f.source().Read(f.Context(), reconcile.ReadRequest{Definition: Item()}, func(page reconcile.Page) error {
		taken += len(page.Rows)
		return nil
	})
	if err != nil || taken != 2 || !proof.Complete {
		f.Errorf("%d rows, %+v, %v", taken, proof, err)
	}
}

func emptyList(f *freeShape) {
	f.put()
	if got := f.read(f.source(), reconcile.ReadRequest{}); !got.proof.Complete || len(got.rows) != 0 {
		f.Errorf("%+v", got)
	}
}

func renamedColumn(f *freeShape) {
	one := []any{"A", "One", Number("1"), "PCE", Number("0"), "N"}
	f.put(one)
	source := f.source()
	f.read(source, reconcile.ReadRequest{})
	f.Put(f.T, []string{"no", "headline", "grams", "unit", "obsolete", "lot_traced"}, [][]any{one})
	f.ends(source, domain.CodeSystemSchema)
}

func missingColumn(f *freeShape) {
	f.put([]any{"A", "One", Number("1"), "PCE", Number("0"), "N"})
	source := f.source(func(s *domain.Stream) { s.Fields["gtin"] = `$env?.gtin` })
	if got := f.read(source, reconcile.ReadRequest{}); !got.proof.Complete || len(got.rows) != 1 || got.rows["A"].Record.Attributes["gtin"] != nil {
		f.Errorf("%+v", got)
	}
	f.ends(f.source(func(s *domain.Stream) { s.Fields["gtin"] = `$env["gtin"]` }), domain.CodeSystemSchema)
}

func takerFails(f *freeShape) {
	f.put([]any{"A", "One", Number("1"), "PCE", Number("0"), "N"})
	full := errors.New("full")
	_, err := f.source().Read(f.Context(), reconcile.ReadRequest{Definition: Item()}, func(reconcile.Page) error { return full })
	if !errors.Is(err, full) || domain.ErrorCode(err) != domain.CodeInternal {
		f.Errorf("read: %v", err)
	}
}

func undeclaredAttribute(f *freeShape) {
	f.put()
	f.ends(f.source(func(s *domain.Stream) { s.Fields["colour"] = "title" }), domain.CodeConfigInvalid)
}

func brokenExpression(f *freeShape) {
	stream := partStream()
	stream.Fields["name"] = "title +"
	if _, err := f.Connect(f.T, stream); domain.ErrorCode(err) != domain.CodeConfigInvalid || !strings.Contains(err.Error(), "name") {
		f.Errorf("connect: %v", err)
	}
}

func otherDomain(f *freeShape) {
	f.put()
	source, other := f.source(), Item()
	other.Domain = "soup"
	if _, err := f.tryRead(source, reconcile.ReadRequest{Definition: other}); domain.ErrorCode(err) != domain.CodeConfigInvalid {
		f.Errorf("read: %v", err)
	}
	if supplied := source.Supplies(other); len(supplied) != 0 {
		f.Errorf("supplied: %v", supplied)
	}
}

func rowsInOrder(f *freeShape) {
	f.put([]any{"A", "One", Number("1"), "PCE", Number("0"), "N"})
	steps := f.source().Check(f.Context())
	last := steps[len(steps)-1]
	if steps[0].Name != "reach" || last.Name != "read one item" {
		f.Errorf("%+v", steps)
	}
	for _, step := range steps {
		if !step.OK || step.Hint == "" {
			f.Errorf("%+v", step)
		}
	}
}

func rowsOutOfOrder(f *freeShape) {
	f.Put(f.T, []string{"no", "headline"}, [][]any{{"A", "One"}})
	f.failsAt(f.source(), "read one item")
}
