package structure_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile/structure"
)

// edit changes one line, and says which findings that must give.
type edit struct {
	name  string
	apply func(l structure.Line, fresh int) []structure.Line // nil deletes
	want  func(l structure.Line, fresh int) []string
}

// changed is an edit of a line's values.
func changed(class structure.Class, change func(l *structure.Line, fresh int)) edit {
	return edit{
		name:  string(class),
		apply: func(l structure.Line, fresh int) []structure.Line { change(&l, fresh); return []structure.Line{l} },
		want:  func(l structure.Line, _ int) []string { return []string{string(class) + " " + keyOf(l)} },
	}
}

func keyOf(l structure.Line) string {
	if l.Name != "" {
		return l.Name
	}
	return l.Part.String()
}

func more(number decimal.Decimal) decimal.Decimal { return number.Add(decimal.NewFromInt(100)) }

// inserted is a line that nobody had, behind the edited one.
func inserted(l structure.Line, fresh int) structure.Line {
	n := l
	n.ID, n.Position = "new"+strconv.Itoa(fresh), decimal.NewNullDecimal(l.Position.Decimal.Add(dec("0.5")))
	if l.Name != "" {
		n.Name, n.WorkCenter = "step "+strconv.Itoa(fresh), part(fresh)
	} else {
		n.Part = part(fresh)
	}
	return n
}

// bothKinds are the edits of components and operations alike.
func bothKinds() []edit {
	return []edit{
		{"insert", func(l structure.Line, fresh int) []structure.Line { return []structure.Line{l, inserted(l, fresh)} },
			func(l structure.Line, fresh int) []string { return []string{"extra " + keyOf(inserted(l, fresh))} }},
		{"delete", func(structure.Line, int) []structure.Line { return nil },
			func(l structure.Line, _ int) []string { return []string{"missing " + keyOf(l)} }},
		{"swap", func(l structure.Line, fresh int) []structure.Line {
			n := inserted(l, fresh)
			n.Position = l.Position
			return []structure.Line{n}
		}, func(l structure.Line, fresh int) []string {
			return []string{"missing " + keyOf(l), "extra " + keyOf(inserted(l, fresh))}
		}},
	}
}

// ofComponents are the edits of a component.
func ofComponents() []edit {
	return append(bothKinds(),
		changed(structure.ClassQuantity, func(l *structure.Line, _ int) { l.Quantity = more(l.Quantity) }),
		changed(structure.ClassUnit, func(l *structure.Line, _ int) {
			l.Unit = map[string]string{"KGM": "GRM", "C62": "KGM", "MTR": "CMT"}[l.Unit]
		}),
		changed(structure.ClassUnit, func(l *structure.Line, _ int) { l.Unit = "?Stk" }),
		changed(structure.ClassScrap, func(l *structure.Line, _ int) { l.Scrap = more(l.Scrap) }),
		changed(structure.ClassAlternate, func(l *structure.Line, _ int) { l.Alternate += "x" }),
		changed(structure.ClassOperation, func(l *structure.Line, _ int) { l.Operation += "x" }),
		changed(structure.ClassShare, func(l *structure.Line, _ int) { l.Share = more(l.Share) }),
		edit{"unknown", func(l structure.Line, fresh int) []structure.Line {
			l.Part = unmapped("mes", "X"+strconv.Itoa(fresh))
			return []structure.Line{l}
		}, func(_ structure.Line, fresh int) []string { return []string{"unknown ?mes:X" + strconv.Itoa(fresh)} }},
	)
}

// ofOperations are the edits of an operation.
func ofOperations() []edit {
	return append(bothKinds(),
		changed(structure.ClassWorkCenter, func(l *structure.Line, fresh int) { l.WorkCenter = part(fresh) }),
		changed(structure.ClassUnknown, func(l *structure.Line, _ int) { l.WorkCenter = unmapped("mes", "W") }),
		changed(structure.ClassTime, func(l *structure.Line, _ int) { l.Setup.Number = more(l.Setup.Number) }),
		changed(structure.ClassTime, func(l *structure.Line, _ int) { l.Run.Number = more(l.Run.Number) }),
		changed(structure.ClassWorkers, func(l *structure.Line, _ int) { l.Workers = more(l.Workers) }),
		changed(structure.ClassName, func(l *structure.Line, fresh int) { l.Name = "otherwise " + strconv.Itoa(fresh) }),
	)
}

func drawLine(t *rapid.T, i int, operations bool) structure.Line {
	number := func(label string) decimal.Decimal {
		return decimal.NewFromInt(int64(rapid.IntRange(1, 99).Draw(t, label)))
	}
	if operations {
		l := operation(10*i, "step at "+strconv.Itoa(i), 1000+rapid.IntRange(0, 3).Draw(t, "work center"), "1")
		l.Run.Number, l.Setup.Number, l.Workers = number("run"), number("setup"), number("workers")
		return l
	}
	l := component(10*i, i+10, "1", rapid.SampledFrom([]string{"KGM", "C62", "MTR"}).Draw(t, "unit"))
	l.Quantity, l.Scrap, l.Share = number("quantity"), number("scrap"), number("share")
	l.Alternate = rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "alternate")
	return l
}

// edited is a bill, what became of it, and what a comparison of both must find. Edits do not interact: no two are of one line, and a
// line that moves does so past two lines that stay, among which no other line moves.
type edited struct {
	left, right structure.Bill
	want        []string
	fresh       int
}

func drawEdited(t *rapid.T) edited {
	operations := rapid.Bool().Draw(t, "routing")
	edits := ofComponents()
	if operations {
		edits = ofOperations()
	}
	e := edited{left: bill(), fresh: 5000}
	most := rapid.IntRange(0, 12).Draw(t, "lines")
	for i := 1; len(e.left.Lines) < most; {
		if rapid.IntRange(0, 4).Draw(t, "moves") == 0 {
			e.move(drawLine(t, i, operations), drawLine(t, i+1, operations), drawLine(t, i+2, operations), rapid.Bool().Draw(t, "forward"))
			i += 3
			continue
		}
		e.change(drawLine(t, i, operations), edits, rapid.IntRange(-len(edits), len(edits)-1).Draw(t, "edit"))
		i++
	}
	e.right.Name, e.right.Makes, e.right.Base, e.right.BaseUnit = "R", e.left.Makes, e.left.Base, e.left.BaseUnit
	return e
}

// move takes the first of three lines behind the last, or the last before the first.
func (e *edited) move(a, b, c structure.Line, forward bool) {
	e.left.Lines = append(e.left.Lines, a, b, c)
	moved := &a
	if !forward {
		moved = &c
	}
	e.want = append(e.want, "sequence "+keyOf(*moved))
	if forward {
		a.Position = decimal.NewNullDecimal(c.Position.Decimal.Add(dec("0.5")))
	} else {
		c.Position = decimal.NewNullDecimal(a.Position.Decimal.Sub(dec("0.4")))
	}
	e.right.Lines = append(e.right.Lines, a, b, c)
}

// change makes the edit of that number, or none.
func (e *edited) change(l structure.Line, edits []edit, number int) {
	e.left.Lines = append(e.left.Lines, l)
	if number < 0 {
		e.right.Lines = append(e.right.Lines, l)
		return
	}
	e.fresh++
	e.right.Lines = append(e.right.Lines, edits[number].apply(l, e.fresh)...)
	e.want = append(e.want, edits[number].want(l, e.fresh)...)
}

// restated says the same in another way: for another base quantity, in other units, the lines in any order and with other IDs.
func restated(t *rapid.T, b structure.Bill, units bool) structure.Bill {
	factor := decimal.NewFromInt(int64(rapid.SampledFrom([]int{1, 3, 7, 1000}).Draw(t, "base")))
	b.Base = b.Base.Mul(factor)
	lines := make([]structure.Line, len(b.Lines))
	for i, l := range b.Lines {
		l.ID = "other" + l.ID
		l.Quantity, l.Run.Number = l.Quantity.Mul(factor), l.Run.Number.Mul(factor)
		if units && l.Unit == "KGM" && rapid.Bool().Draw(t, "grams") {
			l.Unit, l.Quantity = "GRM", l.Quantity.Mul(decimal.NewFromInt(1000))
		}
		if units && l.Run.Unit == "MIN" && rapid.Bool().Draw(t, "seconds") {
			l.Run = domain.Quantity{Number: l.Run.Number.Mul(decimal.NewFromInt(60)), Unit: "SEC"}
		}
		lines[i] = l
	}
	b.Lines = rapid.Permutation(lines).Draw(t, "order")
	return b
}

func TestEditsAreFoundAsWhatTheyAre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := drawEdited(t)
		right := restated(t, e.right, true)
		got := structure.New(structure.Rules{Tree: rapid.Bool().Draw(t, "tree")}).Compare(side("golden", e.left), side("mes", right))
		found := slices.Sorted(slices.Values(told(got.Findings)))
		want := slices.Sorted(slices.Values(e.want))
		if !slices.Equal(found, want) {
			t.Fatalf("found %q\nwant  %q", found, want)
		}
	})
}

func TestABillSaidInAnotherWayIsTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := drawEdited(t)
		got := structure.New(structure.Rules{}).Compare(side("golden", e.right), side("mes", restated(t, e.right, true)))
		if len(got.Findings) > 0 {
			t.Fatalf("found %q", told(got.Findings))
		}
		// Asked for, another unit is told, and nothing else.
		got = structure.New(structure.Rules{TellUnits: true}).Compare(side("golden", e.right), side("mes", restated(t, e.right, true)))
		for _, f := range got.Findings {
			if f.Class != structure.ClassUnit {
				t.Fatalf("found %q", told(got.Findings))
			}
		}
	})
}

func TestTheSidesMayBeExchanged(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := drawEdited(t)
		tolerance := domain.Tolerance{Absolute: dec("2"), Relative: dec("0.2")}
		c := structure.New(structure.Rules{Quantity: tolerance, Time: tolerance, Scrap: tolerance})
		right := side("mes", restated(t, e.right, true))
		there, back := c.Compare(side("golden", e.left), right), c.Compare(right, side("golden", e.left))
		for i := range back.Findings {
			back.Findings[i].Class = back.Findings[i].Class.Mirrored()
		}
		for _, f := range [][]structure.Finding{there.Findings, back.Findings} {
			for i := range f {
				if f[i].Class == structure.ClassName {
					f[i].Line = "" // it is called as the left side calls it
				}
			}
		}
		a, b := slices.Sorted(slices.Values(told(there.Findings))), slices.Sorted(slices.Values(told(back.Findings)))
		if !slices.Equal(a, b) {
			t.Fatalf("there %q\nback  %q", a, b)
		}
	})
}

// TestMoreEditsNeverGiveMoreFindings lets edits meet: on one line, moves across moves, lines of one part more than once.
func TestMoreEditsNeverGiveMoreFindings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		operations := rapid.Bool().Draw(t, "routing")
		edits := ofComponents()
		if operations {
			edits = ofOperations()
		}
		left := bill()
		for i := range rapid.IntRange(0, 10).Draw(t, "lines") {
			left.Lines = append(left.Lines, drawLine(t, i+1, operations))
		}
		right, most := left, 0
		right.Lines = slices.Clone(left.Lines)
		for k := range rapid.IntRange(0, 8).Draw(t, "edits") {
			if len(right.Lines) == 0 {
				break
			}
			i := rapid.IntRange(0, len(right.Lines)-1).Draw(t, "line")
			number := rapid.IntRange(-3, len(edits)-1).Draw(t, "edit")
			if number < 0 {
				right.Lines[i].Position = decimal.NewNullDecimal(dec(strconv.Itoa(rapid.IntRange(1, 110).Draw(t, "to")) + ".25"))
				most++
				continue
			}
			most += len(edits[number].want(right.Lines[i], 6000+k))
			right.Lines = slices.Replace(right.Lines, i, i+1, edits[number].apply(right.Lines[i], 6000+k)...)
		}
		got := structure.New(structure.Rules{}).Compare(side("golden", left), side("mes", right))
		if len(got.Findings) > most {
			t.Fatalf("%d edits gave %q", most, told(got.Findings))
		}
	})
}

// TestLinesThatComeTwiceArePairedByWhatTheySay has few parts, so that nearly all of them come more than once.
func TestLinesThatComeTwiceArePairedByWhatTheySay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		left := bill()
		for i := range rapid.IntRange(0, 10).Draw(t, "lines") {
			l := drawLine(t, i+1, false)
			l.Part = part(10 + rapid.IntRange(0, 2).Draw(t, "part"))
			left.Lines = append(left.Lines, l)
		}
		edits := ofComponents()
		right, most := left, 0
		right.Lines = slices.Clone(left.Lines)
		for k := range rapid.IntRange(0, 4).Draw(t, "edits") {
			if len(right.Lines) == 0 {
				break
			}
			i := rapid.IntRange(0, len(right.Lines)-1).Draw(t, "line")
			number := rapid.IntRange(0, len(edits)-1).Draw(t, "edit")
			most += len(edits[number].want(right.Lines[i], 7000+k))
			right.Lines = slices.Replace(right.Lines, i, i+1, edits[number].apply(right.Lines[i], 7000+k)...)
		}
		c := structure.New(structure.Rules{})
		got := c.Compare(side("golden", left), side("mes", restated(t, right, false)))
		if len(got.Findings) > most {
			t.Fatalf("%d edits gave %q", most, told(got.Findings))
		}
		keys := map[string]bool{}
		for _, f := range got.Findings {
			key := string(f.Class) + string(f.Attribute) + f.Line
			if keys[key] {
				t.Fatalf("%s is told twice", key)
			}
			keys[key] = true
		}
	})
}
