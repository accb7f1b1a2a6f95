package structure_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile/structure"
)

// part is a golden record by a number.
func part(n int) structure.Part {
	var id domain.ID
	id[0], id[14], id[15] = 1, byte(n>>8), byte(n)
	return structure.Part{Record: id}
}

func unmapped(system, code string) structure.Part {
	return structure.Part{System: domain.SystemID(system), Code: domain.Code(code)}
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func at(position int) decimal.NullDecimal {
	return decimal.NewNullDecimal(decimal.NewFromInt(int64(position)))
}

// component is a line of so much of a part.
func component(position, n int, quantity, unit string) structure.Line {
	return structure.Line{ID: fmt.Sprintf("L%d", position), Position: at(position), Part: part(n), Quantity: dec(quantity), Unit: unit}
}

func operation(sequence int, name string, center int, run string) structure.Line {
	return structure.Line{
		ID: fmt.Sprintf("O%d", sequence), Position: at(sequence), Name: name, WorkCenter: part(center),
		Setup: domain.Quantity{Number: dec("5"), Unit: "MIN"}, Run: domain.Quantity{Number: dec(run), Unit: "MIN"},
	}
}

// bill makes one piece of part 1.
func bill(lines ...structure.Line) structure.Bill {
	return structure.Bill{Name: "B", Makes: part(1), Base: structure.One(), BaseUnit: "C62", Lines: lines}
}

func side(name string, b structure.Bill) structure.Side { return structure.Side{Name: name, Bill: b} }

// told is a finding in short: its class and the key of its line.
func told(findings []structure.Finding) []string {
	short := make([]string, len(findings))
	for i, f := range findings {
		short[i] = string(f.Class) + " " + f.Line
	}
	return short
}

// named is what a finding of a part's line is called.
func named(class structure.Class, n int) string { return string(class) + " " + part(n).String() }

func expect(t testing.TB, got []structure.Finding, want ...string) {
	t.Helper()
	short := told(got)
	slices.Sort(short)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(short, want) {
		t.Errorf("found %q, want %q", short, want)
	}
}

// library is a book of bills by what they make.
func library(bills ...structure.Bill) structure.Book {
	shelf := map[structure.Part][]structure.Bill{}
	for _, b := range bills {
		shelf[b.Makes] = append(shelf[b.Makes], b)
	}
	return func(p structure.Part) []structure.Bill { return shelf[p] }
}

func ratio(num, den int64) *big.Rat { return big.NewRat(num, den) }

// troubles are in short: kind, side and how deep.
func troubles(all []structure.Trouble) []string {
	var short []string
	for _, t := range all {
		short = append(short, fmt.Sprintf("%s@%s %d", t.Kind, t.Side, len(t.Path)))
	}
	return short
}
