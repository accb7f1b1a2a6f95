// Package structure compares what things are made of and how: bills of material, by-products and routings, of a golden record and a
// system or of two systems, line by line and per unit of output. It explodes them over all their levels. It is pure: bills,
// conversions and the day are handed in, and the same ones give the same findings in the same order.
package structure

import (
	"cmp"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Part is what a line stands for: a golden record, or a code of a system that nobody has mapped.
type Part struct {
	Record domain.ID
	System domain.SystemID
	Code   domain.Code
}

// Known says that the part is a golden record.
func (p Part) Known() bool { return !p.Record.IsZero() }

// Unknown says that there is a code, which nobody has mapped. Two systems may mean one thing by different codes and two things by
// one, so an unknown part is never different from another.
func (p Part) Unknown() bool { return !p.Known() && p.Code != "" }

// String is the record's ID, or the code with its system behind a question mark.
func (p Part) String() string {
	if p.Unknown() {
		return domain.Unknown + string(p.System) + ":" + string(p.Code)
	}
	return p.Record.String()
}

// compare orders parts, for answers that do not depend on the order of what was handed in.
func (p Part) compare(q Part) int {
	return cmp.Or(cmp.Compare(string(p.Record[:]), string(q.Record[:])), cmp.Compare(p.System, q.System), cmp.Compare(p.Code, q.Code))
}

// Line is a component, a by-product or an operation. What a kind of line does not have is left empty.
type Line struct {
	// ID is the line's own where it stands; it is shown, never compared.
	ID string
	// Part is the item of a component or by-product: its identity. An operation's identity is its Name.
	Part Part
	Name string
	// Position orders the lines; only the order counts, and lines of one position, or of none, have no order.
	Position decimal.NullDecimal
	// Quantity is for the bill's base quantity.
	Quantity decimal.Decimal
	Unit     string
	// Scrap is percent, on top of the quantity.
	Scrap      decimal.Decimal
	Alternate  string
	Operation  string
	WorkCenter Part
	// Setup is once for an order, Run for the base quantity.
	Setup   domain.Quantity
	Run     domain.Quantity
	Workers decimal.Decimal
	Share   decimal.Decimal
	// Validity is when the line counts; open on both sides means always.
	Validity domain.Validity
}

// Bill is one bill of material or routing as one side has it.
type Bill struct {
	// Name tells bills of one part apart.
	Name  string
	Makes Part
	// Phantom says that the part is never stocked: its lines go into what contains it.
	Phantom  bool
	Revision string
	Validity domain.Validity
	// Base is how much is made of the lines, in BaseUnit. Not given at all it is one, see One; zero or less makes quantities incomparable.
	Base     decimal.Decimal
	BaseUnit string
	Lines    []Line
}

// One is the base quantity of a bill that names none.
func One() decimal.Decimal { return decimal.NewFromInt(1) }

// Book finds the bills of a part on one side, all revisions and days of them; none for what is not made there.
type Book func(part Part) []Bill

// Side is one of the two that are compared.
type Side struct {
	// Name is how accepted variants call the side: a system, a plant, "golden".
	Name string
	Bill Bill
	// Book is needed for phantoms and for further levels; nil where there are none.
	Book Book
	// Silent are attributes of lines that the side does not supply: they are not compared.
	Silent []domain.AttributeID
}

// bills asks the side's book.
func (s Side) bills(part Part) []Bill {
	if s.Book == nil || !part.Known() {
		return nil
	}
	return s.Book(part)
}

// AllLevels compares as deep as there are bills.
const AllLevels = 1 << 30

// Rules say how two sides are compared.
type Rules struct {
	// Day is that on which bills and lines must be valid; "" takes all lines, and the latest bill of a part.
	Day domain.Date
	// Flatten puts a phantom's lines in its place; otherwise the phantom is a component like others.
	Flatten bool
	// Levels is how deep to compare: 0 and 1 are the bill itself.
	Levels int
	// Unordered says that the order of lines means nothing.
	Unordered bool
	// TellUnits finds a unit that is another one also where the quantities agree.
	TellUnits bool
	// Tree asks for a row of every line, for a page that shows both sides beside each other.
	Tree bool
	// Quantity is the tolerance of quantities and of shares, Scrap of scrap, Time of times. An absolute one holds at the smaller of the two
	// base quantities and in the coarser of the two units, for that is where rounding shows most; a relative one is of the larger
	// number, so that neither side has the last word.
	Quantity domain.Tolerance
	Scrap    domain.Tolerance
	Time     domain.Tolerance
	// Convert knows the units of one item: how many to there are in one from. nil knows those that hold everywhere only.
	Convert func(item Part, from, to string) (*big.Rat, bool)
	// Variants are local differences that somebody has accepted.
	Variants []Variant
}

// Comparer compares and explodes. It remembers conversions and is for one goroutine.
type Comparer struct {
	rules  Rules
	ratios map[unitPair]*big.Rat
}

// New returns a comparer by the rules.
func New(rules Rules) *Comparer {
	return &Comparer{rules: rules, ratios: map[unitPair]*big.Rat{}}
}
