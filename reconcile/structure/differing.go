package structure

import (
	"math/big"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// judge compares lines of two bills.
type judge struct {
	c      *Comparer
	scale  scale
	silent []domain.AttributeID
	found  []difference // reused: what differs of the last pair
}

// judge returns one for two bills; a unit of output that does not convert is for the caller to tell.
func (c *Comparer) judge(left, right Side, scale scale) *judge {
	return &judge{c: c, scale: scale, silent: slices.Concat(left.Silent, right.Silent)}
}

// differences are those of two lines that are the same one, the order of their attributes being fixed. They are good until the next call.
func (j *judge) differences(l, r *entry) []difference {
	j.found = j.found[:0]
	if l.unknown() != r.unknown() || (l.unknown() && l.id != r.id) {
		return append(j.found, difference{ClassUnknown, AttrItem})
	}
	j.amounts(l, r)
	a, b := l.line, r.line
	j.note(j.scrapAgrees(l, r), ClassScrap, AttrScrap)
	j.note(a.Alternate == b.Alternate, ClassAlternate, AttrAlternate)
	j.note(a.Operation == b.Operation, ClassOperation, AttrOperation)
	if a.WorkCenter != b.WorkCenter && (a.WorkCenter.Unknown() || b.WorkCenter.Unknown()) {
		j.note(false, ClassUnknown, AttrWorkCenter)
	} else {
		j.note(a.WorkCenter == b.WorkCenter, ClassWorkCenter, AttrWorkCenter)
	}
	j.times(l, r)
	j.note(a.Workers.Equal(b.Workers), ClassWorkers, AttrWorkers)
	j.note(alike(j.c.rules.Quantity, a.Share, b.Share), ClassShare, AttrShare)
	j.note(l.id == r.id, ClassName, AttrName)
	return j.found
}

// note remembers that an attribute differs, unless one side says nothing of it.
func (j *judge) note(agrees bool, class Class, attribute domain.AttributeID) {
	if !agrees && !slices.Contains(j.silent, attribute) {
		j.found = append(j.found, difference{class, attribute})
	}
}

// scrapAgrees compares what is lost, with what the phantoms above lose.
func (j *judge) scrapAgrees(l, r *entry) bool {
	if l.lost == nil && r.lost == nil {
		return alike(j.c.rules.Scrap, l.line.Scrap, r.line.Scrap)
	}
	return within(j.c.rules.Scrap, l.scrap(), r.scrap(), big.NewRat(1, 1))
}

// amounts compares quantity and unit, of which one is told at most, but for a unit that is asked for.
func (j *judge) amounts(l, r *entry) {
	if j.sameAmount(l, r) {
		return
	}
	from, to := r.line.Unit, l.line.Unit
	unitsCount := from != to && !slices.Contains(j.silent, AttrUnit)
	ratio, ok := j.c.ratio(l.id.part, from, to)
	if !ok && unitsCount {
		j.note(false, ClassUnit, AttrUnit)
		return
	}
	if !ok {
		ratio = big.NewRat(1, 1) // one side does not name units: the numbers are compared
	}
	class, attribute := ClassQuantity, AttrQuantity
	agrees, asWritten := j.quantitiesAgree(l, r, ratio)
	if !agrees && unitsCount && asWritten {
		class, attribute = ClassUnit, AttrUnit // the number is right: it is the unit that somebody wrote wrongly
	}
	j.note(agrees, class, attribute)
	if from != to && j.c.rules.TellUnits && class != ClassUnit {
		j.note(false, ClassUnit, AttrUnit)
	}
}

// sameAmount says that quantity and unit are the same as they are written: nearly all are, and fractions cost.
func (j *judge) sameAmount(l, r *entry) bool {
	return l.line.Unit == r.line.Unit && l.factor == nil && r.factor == nil && j.scale.equal(l.line.Quantity, r.line.Quantity)
}

// quantitiesAgree says whether two quantities agree, or else whether their numbers would if both were in one unit.
func (j *judge) quantitiesAgree(l, r *entry, ratio *big.Rat) (agree, asWritten bool) {
	if j.scale.left == nil {
		return true, true
	}
	a, b := per(l.quantity(), j.scale.left), per(r.quantity(), j.scale.right)
	grain := new(big.Rat).Mul(j.scale.least, coarser(ratio))
	agree = within(j.c.rules.Quantity, a, new(big.Rat).Mul(b, ratio), grain)
	return agree, agree || within(j.c.rules.Quantity, a, b, j.scale.least)
}

// times compares the setup time as it is and the run time per unit of output.
func (j *judge) times(l, r *entry) {
	one := big.NewRat(1, 1)
	a, b := l.line, r.line
	if a.Setup.Unit != b.Setup.Unit || !a.Setup.Number.Equal(b.Setup.Number) {
		j.note(j.timesAgree(a.Setup, b.Setup, [2]*big.Rat{a.Setup.Number.Rat(), b.Setup.Number.Rat()}, one), ClassTime, AttrSetup)
	}
	if l.factor == nil && r.factor == nil && a.Run.Unit == b.Run.Unit && j.scale.equal(a.Run.Number, b.Run.Number) {
		return
	}
	if j.scale.left != nil {
		each := [2]*big.Rat{per(l.run(), j.scale.left), per(r.run(), j.scale.right)}
		j.note(j.timesAgree(a.Run, b.Run, each, j.scale.least), ClassTime, AttrRun)
	}
}

// timesAgree compares two numbers in the units of two times. Nothing takes no time in whatever unit.
func (j *judge) timesAgree(a, b domain.Quantity, numbers [2]*big.Rat, grain *big.Rat) bool {
	ratio, ok := j.c.ratio(Part{}, b.Unit, a.Unit)
	if numbers[0].Sign() == 0 || numbers[1].Sign() == 0 {
		ratio, ok = big.NewRat(1, 1), true
	}
	return ok && within(j.c.rules.Time, numbers[0], new(big.Rat).Mul(numbers[1], ratio), new(big.Rat).Mul(grain, coarser(ratio)))
}
