package structure

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"golang.org/x/text/cases"
)

// identity is by what a line is found on the other side.
type identity struct {
	part Part
	name string
}

// String is the part, or the name of an operation.
func (i identity) String() string {
	if i.name != "" {
		return i.name
	}
	return i.part.String()
}

// entry is a line that takes part in a comparison, by itself or in the place of a phantom.
type entry struct {
	line *Line
	id   identity
	// rank is the place among the entries; entries of one position share it, those without a position have none (-1).
	rank int
	// factor is what the phantoms above multiply the quantity by, lost their scrap on top of one; nil without phantoms.
	factor *big.Rat
	lost   *big.Rat
	// places are the positions from the top down, through the phantoms it came through.
	places  []decimal.NullDecimal
	through []Part
}

// entries are the lines of a bill that count on the day, in their order.
func (c *Comparer) entries(s Side, bill *Bill, path []Part, report func(Trouble)) []entry {
	f := flattening{c: c, side: s, report: report, out: make([]entry, 0, len(bill.Lines))}
	f.add(bill, path, entry{})
	sorted := func(a, b entry) int { return a.compare(b) }
	if !slices.IsSortedFunc(f.out, sorted) {
		slices.SortStableFunc(f.out, sorted)
	}
	rank := 0
	for i := range f.out {
		if i > 0 && comparePlaces(f.out[i-1].places, f.out[i].places) != 0 {
			rank = i
		}
		f.out[i].rank = rank
		if !f.out[i].places[len(f.out[i].places)-1].Valid {
			f.out[i].rank = -1
		}
	}
	return f.out
}

// flattening collects the lines of a bill, and of the phantoms in it.
type flattening struct {
	c      *Comparer
	side   Side
	report func(Trouble)
	out    []entry
	over   bool // a phantom stays, for there are too many lines already
}

// maxFlattened bounds the lines that phantoms are dissolved into: those that use each other twice double them with every level.
const maxFlattened = 50_000

// add collects the lines of one bill, whose place above says what it is multiplied by.
func (f *flattening) add(bill *Bill, path []Part, above entry) {
	positions := make([]decimal.NullDecimal, len(bill.Lines)) // one array for all: most lines come through no phantom
	for i := range bill.Lines {
		line := &bill.Lines[i]
		if f.c.rules.Day != "" && !line.Validity.Contains(f.c.rules.Day) {
			continue
		}
		positions[i] = line.Position
		e := entry{line: line, id: identityOf(line), factor: above.factor, lost: above.lost, through: above.through}
		e.places = positions[i : i+1 : i+1]
		if len(above.places) > 0 {
			e.places = slices.Concat(above.places, e.places)
		}
		if !f.phantom(e, path) {
			f.out = append(f.out, e)
		}
	}
}

// phantom puts the lines of a phantom in its place, and says whether the entry was one. A phantom that cannot be dissolved stays.
func (f *flattening) phantom(e entry, path []Part) bool {
	if !f.c.rules.Flatten {
		return false
	}
	bills := f.side.bills(e.id.part)
	if !slices.ContainsFunc(bills, func(b Bill) bool { return b.Phantom }) {
		return false
	}
	here := append(slices.Clone(path), e.id.part)
	trouble := func(kind TroubleKind) {
		f.report(Trouble{Kind: kind, Side: f.side.Name, Path: here, Line: e.line.ID})
	}
	bill := f.c.below(e.id.part, bills, path, trouble)
	if bill == nil || !bill.Phantom {
		return false
	}
	if len(f.out) >= maxFlattened {
		if !f.over {
			trouble(TroubleSize)
		}
		f.over = true
		return false
	}
	ratio, ok := f.c.ratio(e.id.part, e.line.Unit, bill.BaseUnit)
	switch {
	case !ok:
		trouble(TroubleUnit)
		return false
	case bill.Base.Sign() <= 0:
		trouble(TroubleBase)
		return false
	}
	each := new(big.Rat).Mul(ratio, e.line.Quantity.Rat())
	each.Quo(each, bill.Base.Rat())
	e.factor = times(e.factor, each)
	if !e.line.Scrap.IsZero() {
		e.lost = times(e.lost, grossOf(e.line.Scrap))
	}
	e.through = append(slices.Clone(e.through), e.id.part)
	f.add(bill, here, e)
	return true
}

// times multiplies, nil being one.
func times(a, b *big.Rat) *big.Rat {
	if a == nil {
		return b
	}
	return new(big.Rat).Mul(a, b)
}

// grossOf is what one needs for one, where so many percent are lost on top.
func grossOf(scrap decimal.Decimal) *big.Rat {
	share := scrap.Rat()
	share.Quo(share, big.NewRat(100, 1))
	return share.Add(share, big.NewRat(1, 1))
}

// quantity is the line's, for the bill's base.
func (e *entry) quantity() *big.Rat { return times(e.factor, e.line.Quantity.Rat()) }

// run is the run time for the bill's base.
func (e *entry) run() *big.Rat { return times(e.factor, e.line.Run.Number.Rat()) }

// scrap is percent, with that of the phantoms it came through.
func (e *entry) scrap() *big.Rat {
	if e.lost == nil {
		return e.line.Scrap.Rat()
	}
	total := new(big.Rat).Mul(e.lost, grossOf(e.line.Scrap))
	total.Sub(total, big.NewRat(1, 1))
	return total.Mul(total, big.NewRat(100, 1))
}

// unknown says that nobody has mapped what the line names.
func (e *entry) unknown() bool { return e.id.part.Unknown() }

// identityOf folds the name of an operation, for neither case nor white space make it another one.
func identityOf(line *Line) identity {
	if line.Part != (Part{}) || line.Name == "" {
		return identity{part: line.Part}
	}
	return identity{name: folded(line.Name)}
}

func folded(name string) string {
	for i := range len(name) {
		if b := name[i]; b >= 0x80 || (b >= 'A' && b <= 'Z') || (b <= ' ' && (b != ' ' || i == 0 || i == len(name)-1 || name[i-1] == ' ')) {
			return cases.Fold().String(strings.Join(strings.Fields(name), " "))
		}
	}
	return name // most are folded already, or nearly all: folding costs
}

// compare orders entries by place, and those of one place by what they say: never by the order in which they came.
func (e entry) compare(o entry) int {
	if order := comparePlaces(e.places, o.places); order != 0 {
		return order
	}
	return cmp.Or(e.id.part.compare(o.id.part), cmp.Compare(e.id.name, o.id.name), e.line.Quantity.Cmp(o.line.Quantity),
		cmp.Compare(e.line.Unit, o.line.Unit), e.line.Scrap.Cmp(o.line.Scrap), cmp.Compare(e.line.Alternate, o.line.Alternate),
		e.line.WorkCenter.compare(o.line.WorkCenter), e.line.Run.Number.Cmp(o.line.Run.Number), cmp.Compare(e.line.ID, o.line.ID))
}

// comparePlaces orders by position from the top down; what has no position comes last.
func comparePlaces(a, b []decimal.NullDecimal) int {
	return slices.CompareFunc(a, b, func(a, b decimal.NullDecimal) int {
		switch {
		case a.Valid && b.Valid:
			return a.Decimal.Cmp(b.Decimal)
		case a.Valid:
			return -1
		case b.Valid:
			return 1
		default:
			return 0
		}
	})
}
