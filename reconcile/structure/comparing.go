package structure

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Finding is one thing in which the sides do not agree.
type Finding struct {
	// Line is the line's key: its identity, with a number behind it from the second line of one identity on, below the part in whose
	// bill it stands unless that is the one compared. It is the same in every run, whatever the values. "" is the bill itself.
	Line      string
	Class     Class
	Attribute domain.AttributeID
	// Left and Right are what the sides say, nil for nothing: per unit of output where the base quantities differ, and then rounded.
	Left  domain.Value
	Right domain.Value
	// Variant is the accepted one that covers the finding; nil among findings that are not accepted.
	Variant *Variant
}

// Row is one line of both sides, or of one.
type Row struct {
	Level int
	// Parent is the part in whose bill the line stands.
	Parent Part
	Line   string
	Left   *Line
	Right  *Line
	// LeftEach and RightEach are exact quantities per unit of output, nil where they cannot be told.
	LeftEach  *big.Rat
	RightEach *big.Rat
	// LeftThrough and RightThrough are the phantoms that the line came through.
	LeftThrough  []Part
	RightThrough []Part
	// Classes are those of the row's findings, the accepted ones among them.
	Classes []Class
	// From and To are the places in the left and the right order, from 1, of a line that has moved.
	From, To int
	// Repeats says that the part's own lines stand below another row already.
	Repeats bool
}

// Result is what a comparison found.
type Result struct {
	Findings []Finding
	// Accepted are covered by a variant: they are told, and need no decision.
	Accepted []Finding
	// Rows are all lines in their order, when the rules ask for a tree.
	Rows []Row
	// Troubles are what could not be taken as it stands.
	Troubles []Trouble
}

// Compare compares the bills of two sides.
func (c *Comparer) Compare(left, right Side) Result {
	w := comparison{c: c, left: left, right: right, done: map[Part]bool{}}
	w.bills(&left.Bill, &right.Bill, nil)
	return w.result
}

// comparison is one of two bills and those below.
type comparison struct {
	c           *Comparer
	left, right Side
	result      Result
	done        map[Part]bool // parts whose own bills were compared
}

func (w *comparison) trouble(t Trouble) { w.result.Troubles = append(w.result.Troubles, t) }

// bills compares two bills of one part, above which the path lies.
func (w *comparison) bills(left, right *Bill, above []Part) {
	path := append(slices.Clone(above), left.Makes)
	prefix := ""
	if len(above) > 0 {
		prefix = left.Makes.String() + ">"
	}
	scale, convertible := w.c.scaleOf(left, right)
	if !convertible {
		w.find(nil, Finding{Line: prefix, Class: ClassUnit, Attribute: AttrBaseUnit, Left: domain.Enum(left.BaseUnit), Right: domain.Enum(right.BaseUnit)})
	}
	w.checkBase(w.left, left, path)
	w.checkBase(w.right, right, path)
	l := w.c.entries(w.left, left, path, w.trouble)
	r := w.c.entries(w.right, right, path, w.trouble)
	j := w.c.judge(w.left, w.right, scale)
	pairs := match(j, l, r)
	keys := keysOf(pairs, l, r)
	for i, p := range pairs {
		w.line(j, p, prefix+keys[i], sides{l, r, path})
	}
}

func (w *comparison) checkBase(s Side, b *Bill, path []Part) {
	if b.Base.Sign() <= 0 {
		w.trouble(Trouble{Kind: TroubleBase, Side: s.Name, Path: path})
	}
}

// sides are the lines of both, and the path to the bill that they stand in.
type sides struct {
	left, right []entry
	path        []Part
}

// line tells of one pair, and goes on to the part's own bills.
func (w *comparison) line(j *judge, p pair, key string, s sides) {
	var l, r *entry
	if p.left >= 0 {
		l = &s.left[p.left]
	}
	if p.right >= 0 {
		r = &s.right[p.right]
	}
	row := w.row(j, p, key, s)
	switch {
	case r == nil:
		w.single(row, j, l, ClassMissing, key)
	case l == nil:
		w.single(row, j, r, ClassExtra, key)
	default:
		w.both(row, j, [2]*entry{l, r}, key, p)
	}
	if l != nil && r != nil && l.id == r.id && l.id.part.Known() && len(s.path) < max(w.c.rules.Levels, 1) {
		w.deeper(row, l.id.part, s.path)
	}
}

// single tells of a line that one side lacks, or whose part nobody has mapped.
func (w *comparison) single(row int, j *judge, e *entry, class Class, key string) {
	f := Finding{Line: key, Class: class, Attribute: AttrItem}
	if e.id.name != "" {
		f.Attribute = AttrName
	}
	said := domain.Value(domain.Lines{{ID: e.line.ID, Attributes: j.attributes(e, class == ClassMissing)}})
	if e.unknown() {
		f.Class, said = ClassUnknown, e.id.part.value("item")
	}
	if class == ClassMissing {
		f.Left = said
	} else {
		f.Right = said
	}
	w.find(w.rowAt(row), f)
}

// both tells in what the two lines of a pair differ, and whether they have changed places.
func (w *comparison) both(row int, j *judge, e [2]*entry, key string, p pair) {
	for _, d := range j.differences(e[0], e[1]) {
		left, right := j.values(e[0], e[1], d.attribute)
		w.find(w.rowAt(row), Finding{Line: key, Class: d.class, Attribute: d.attribute, Left: left, Right: right})
	}
	attribute := e[0].order()
	if !p.moved || slices.Contains(j.silent, attribute) {
		return
	}
	w.find(w.rowAt(row), Finding{Line: key, Class: ClassSequence, Attribute: attribute, Left: placed(e[0]), Right: placed(e[1])})
	if at := w.rowAt(row); at != nil {
		at.From, at.To = e[0].rank+1, e[1].rank+1
	}
}

// find adds a finding to the result, and its class to its row.
func (w *comparison) find(row *Row, f Finding) {
	if row != nil {
		row.Classes = append(row.Classes, f.Class)
	}
	if f.Variant = w.c.accepted(f, w.left, w.right); f.Variant != nil {
		w.result.Accepted = append(w.result.Accepted, f)
		return
	}
	w.result.Findings = append(w.result.Findings, f)
}

// row adds a row to the tree and returns its index, -1 where no tree is asked for.
func (w *comparison) row(j *judge, p pair, key string, s sides) int {
	if !w.c.rules.Tree {
		return -1
	}
	row := Row{Level: len(s.path), Parent: s.path[len(s.path)-1], Line: key}
	if p.left >= 0 {
		e := &s.left[p.left]
		row.Left, row.LeftThrough = e.line, e.through
		if j.scale.left != nil {
			row.LeftEach = per(e.quantity(), j.scale.left)
		}
	}
	if p.right >= 0 {
		e := &s.right[p.right]
		row.Right, row.RightThrough = e.line, e.through
		if j.scale.right != nil {
			row.RightEach = per(e.quantity(), j.scale.right)
		}
	}
	w.result.Rows = append(w.result.Rows, row)
	return len(w.result.Rows) - 1
}

func (w *comparison) rowAt(row int) *Row {
	if row < 0 {
		return nil
	}
	return &w.result.Rows[row]
}

// deeper compares what both sides make the part of. Where only one has a bill for it, the other buys it or keeps its bill elsewhere.
func (w *comparison) deeper(row int, part Part, path []Part) {
	leftBill, rightBill := w.billOf(w.left, part, path), w.billOf(w.right, part, path)
	switch {
	case leftBill == nil && rightBill == nil:
	case w.done[part]:
		if at := w.rowAt(row); at != nil {
			at.Repeats = true
		}
	case leftBill == nil:
		w.done[part] = true
		w.find(w.rowAt(row), Finding{Line: part.String() + ">", Class: ClassExtra, Attribute: AttrBill, Right: domain.Code(rightBill.Name)})
	case rightBill == nil:
		w.done[part] = true
		w.find(w.rowAt(row), Finding{Line: part.String() + ">", Class: ClassMissing, Attribute: AttrBill, Left: domain.Code(leftBill.Name)})
	default:
		w.done[part] = true
		w.bills(leftBill, rightBill, path)
	}
}

// billOf is the bill by which a side makes the part.
func (w *comparison) billOf(s Side, part Part, path []Part) *Bill {
	return w.c.below(part, s.bills(part), path, func(kind TroubleKind) {
		if !w.done[part] || kind == TroubleCycle {
			w.trouble(Trouble{Kind: kind, Side: s.Name, Path: append(slices.Clone(path), part)})
		}
	})
}

// keysOf are the keys of pairs. The lines that both sides have come first, then those of the left: what one side adds renames no other.
func keysOf(pairs []pair, left, right []entry) []string {
	keys := make([]string, len(pairs))
	times := make(map[identity]int, len(pairs))
	name := func(i int, id identity) {
		times[id]++
		keys[i] = id.String()
		if n := times[id]; n > 1 {
			keys[i] += "#" + strconv.Itoa(n)
		}
	}
	for i, p := range pairs {
		if p.left < 0 || p.right < 0 {
			continue
		}
		id := left[p.left].id
		if right[p.right].unknown() {
			id = right[p.right].id // it is the code that has to be mapped
		}
		name(i, id)
	}
	for i, p := range pairs {
		if p.right < 0 {
			name(i, left[p.left].id)
		}
	}
	for i, p := range pairs {
		if p.left < 0 {
			name(i, right[p.right].id)
		}
	}
	return keys
}
