package structure

import "math/big"

// The limits of an explosion: a bill whose parts use each other in many ways has more lines than can be counted.
const (
	maxExploded = 2_000_000
	maxLevels   = 64
)

// Exploded is one line of an explosion.
type Exploded struct {
	// Path leads from the top to the part that the line stands below; it is good until emit returns.
	Path []Part
	Line *Line
	// Each is what one unit of the top needs of the part, in the line's unit, Gross with all that is lost on the way down.
	Each  *big.Rat
	Gross *big.Rat
	// Leaf says that the part has no bill that counts.
	Leaf bool
}

// Level is how deep the line stands, from 1.
func (e Exploded) Level() int { return len(e.Path) }

// Explode hands over every line below a bill, each part's own lines behind it, with exact quantities per unit of the top. What cannot
// be taken as it stands is told with its path, and the rest goes on: a cycle, a line without a part, a code that nobody has mapped,
// a unit that does not convert, a bill that does not hold on the day. Phantoms are lines like others.
func (c *Comparer) Explode(top Bill, book Book, emit func(Exploded)) []Trouble {
	x := &explosion{c: c, side: Side{Book: book}, emit: emit}
	if top.Base.Sign() <= 0 {
		return []Trouble{{Kind: TroubleBase, Path: []Part{top.Makes}}}
	}
	one := big.NewRat(1, 1)
	x.path = append(x.path, top.Makes)
	x.lines(&top, one, one)
	return x.troubles
}

// explosion is one under way.
type explosion struct {
	c        *Comparer
	side     Side
	emit     func(Exploded)
	path     []Part
	count    int
	troubles []Trouble
	over     bool
}

// trouble tells of the part at the end of the path, or of a line's part below it.
func (x *explosion) trouble(kind TroubleKind, line *Line) {
	path := append([]Part(nil), x.path...)
	x.troubles = append(x.troubles, Trouble{Kind: kind, Path: append(path, line.Part), Line: line.ID})
}

// lines explodes one bill, of whose part so much is needed.
func (x *explosion) lines(bill *Bill, each, gross *big.Rat) {
	base := bill.Base.Rat()
	for i := range bill.Lines {
		line := &bill.Lines[i]
		if x.c.rules.Day != "" && !line.Validity.Contains(x.c.rules.Day) {
			continue
		}
		if x.over = x.over || x.count >= maxExploded; x.over {
			x.tooLarge(line)
			return
		}
		x.count++
		share := per(line.Quantity.Rat(), base)
		e := Exploded{Path: x.path, Line: line, Each: new(big.Rat).Mul(each, share), Leaf: true}
		e.Gross = share.Mul(gross, share)
		if !line.Scrap.IsZero() {
			e.Gross.Mul(e.Gross, grossOf(line.Scrap))
		}
		child := x.child(line)
		e.Leaf = child == nil
		x.emit(e)
		if child != nil {
			x.below(child, line, e)
		}
	}
}

// tooLarge tells once that there is more.
func (x *explosion) tooLarge(line *Line) {
	if n := len(x.troubles); n == 0 || x.troubles[n-1].Kind != TroubleSize {
		x.trouble(TroubleSize, line)
	}
}

// child is the bill of a line's part, nil where there is none that can be exploded.
func (x *explosion) child(line *Line) *Bill {
	switch {
	case line.Part == Part{}:
		x.trouble(TroubleMissing, line)
		return nil
	case line.Part.Unknown():
		x.trouble(TroubleUnknown, line)
		return nil
	}
	child := x.c.below(line.Part, x.side.bills(line.Part), x.path, func(kind TroubleKind) { x.trouble(kind, line) })
	switch {
	case child == nil:
		return nil
	case len(x.path) >= maxLevels:
		x.trouble(TroubleSize, line)
	case child.Base.Sign() <= 0:
		x.trouble(TroubleBase, line)
	default:
		return child
	}
	return nil
}

// below explodes the bill of a line's part, whose quantity is turned into the unit that the bill is for.
func (x *explosion) below(child *Bill, line *Line, e Exploded) {
	ratio, ok := x.c.ratio(line.Part, line.Unit, child.BaseUnit)
	if !ok {
		x.trouble(TroubleUnit, line)
		return
	}
	each, gross := e.Each, e.Gross
	if line.Unit != child.BaseUnit {
		each, gross = new(big.Rat).Mul(each, ratio), new(big.Rat).Mul(gross, ratio)
	}
	x.path = append(x.path, line.Part)
	x.lines(child, each, gross)
	x.path = x.path[:len(x.path)-1]
}
