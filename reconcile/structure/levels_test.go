package structure_test

import (
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile/structure"
)

// made is a bill of another part, for a base quantity.
func made(n int, base string, lines ...structure.Line) structure.Bill {
	b := bill(lines...)
	b.Makes, b.Base, b.Name = part(n), dec(base), "B"+part(n).String()[34:]
	return b
}

func phantom(b structure.Bill) structure.Bill {
	b.Phantom = true
	return b
}

func TestPhantomsAreFlattenedOrKept(t *testing.T) {
	t.Parallel()
	left := side("golden", bill(component(10, 10, "2", "C62"), component(20, 11, "1", "C62")))
	left.Book = library(phantom(made(10, "4", component(10, 20, "6", "KGM"), with(component(20, 21, "1", "C62"), func(l *structure.Line) { l.Scrap = dec("10") }))))
	flat := side("mes", bill(component(1, 20, "3000", "GRM"), with(component(2, 21, "0.5", "C62"), func(l *structure.Line) { l.Scrap = dec("10") }), component(3, 11, "1", "C62")))

	expect(t, structure.New(structure.Rules{Flatten: true}).Compare(left, flat).Findings)
	expect(t, structure.New(structure.Rules{Flatten: true}).Compare(flat, left).Findings)
	expect(t, structure.New(structure.Rules{}).Compare(left, flat).Findings, named("missing", 10), named("extra", 20), named("extra", 21))

	left.Bill.Lines[0].Scrap = dec("10") // what the phantom loses, its parts lose
	expect(t, structure.New(structure.Rules{Flatten: true}).Compare(left, flat).Findings, named("scrap", 20), named("scrap", 21))
	flat.Bill.Lines[0].Scrap, flat.Bill.Lines[1].Scrap = dec("10"), dec("21")
	got := structure.New(structure.Rules{Flatten: true, Tree: true}).Compare(left, flat)
	expect(t, got.Findings)
	if through := got.Rows[0].LeftThrough; !slices.Equal(through, []structure.Part{part(10)}) {
		t.Errorf("the row came through %v", through)
	}
}

func TestAPhantomThatCannotBeDissolvedStays(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		phantom structure.Bill
		want    string
	}{
		"it contains itself":    {phantom(made(10, "1", component(10, 10, "1", "C62"))), "cycle@golden 3"},
		"its base is nothing":   {phantom(made(10, "0", component(10, 20, "1", "C62"))), "base@golden 2"},
		"its unit is another":   {func() structure.Bill { b := phantom(made(10, "1")); b.BaseUnit = "KGM"; return b }(), "unit@golden 2"},
		"none holds on the day": {func() structure.Bill { b := phantom(made(10, "1")); b.Validity.To = "2026-01-01"; return b }(), "invalid@golden 2"},
		"it contains the top":   {phantom(made(10, "1", component(10, 1, "1", "C62"))), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			left := side("golden", bill(component(10, 10, "2", "C62"), component(20, 11, "1", "C62")))
			left.Book = library(tt.phantom)
			got := structure.New(structure.Rules{Flatten: true, Day: "2026-06-01"}).Compare(left, side("mes", bill(component(20, 11, "5", "C62"))))
			if short := strings.Join(troubles(got.Troubles), " "); short != tt.want {
				t.Errorf("troubles %q, want %q", short, tt.want)
			}
			if !slices.Contains(told(got.Findings), named("quantity", 11)) {
				t.Errorf("the rest did not go on: %q", told(got.Findings))
			}
		})
	}
}

func TestPhantomsThatDoubleEachOtherAreBounded(t *testing.T) {
	t.Parallel()
	var below []structure.Bill
	for n := 10; n < 50; n++ { // 2 to the 40th lines
		below = append(below, phantom(made(n, "1", component(10, n+1, "1", "C62"), component(20, n+1, "1", "C62"))))
	}
	left := side("golden", bill(component(10, 10, "1", "C62")))
	left.Book = library(below...)
	got := structure.New(structure.Rules{Flatten: true}).Compare(left, side("mes", bill()))
	if short := troubles(got.Troubles); len(short) != 1 || !strings.HasPrefix(short[0], "size@golden") {
		t.Errorf("troubles %q", short)
	}
	if n := len(got.Findings); n < 50_000 || n > 51_000 {
		t.Errorf("%d lines", n)
	}
}

func TestLevelsAreComparedBelowEachOther(t *testing.T) {
	t.Parallel()
	left, right := side("golden", bill(component(10, 10, "2", "C62"), component(20, 11, "1", "C62"))), side("mes", bill(component(10, 10, "2", "C62"), component(20, 11, "1", "C62")))
	left.Book = library(made(10, "1", component(10, 11, "1", "C62")), made(11, "1", component(10, 12, "1", "KGM")), made(12, "1"))
	right.Book = library(made(10, "2", component(10, 11, "2", "C62"), component(20, 13, "1", "C62")), made(11, "1", component(10, 12, "2", "KGM")))

	under := func(class structure.Class, parent, n int) string {
		return string(class) + " " + part(parent).String() + ">" + part(n).String()
	}
	expect(t, structure.New(structure.Rules{}).Compare(left, right).Findings)
	expect(t, structure.New(structure.Rules{Levels: 2}).Compare(left, right).Findings, under("extra", 10, 13), under("quantity", 11, 12))
	got := structure.New(structure.Rules{Levels: structure.AllLevels, Tree: true}).Compare(left, right)
	expect(t, got.Findings, under("extra", 10, 13), under("quantity", 11, 12), named("missing", 12)+">")
	var repeats, deepest int
	for _, r := range got.Rows {
		deepest = max(deepest, r.Level)
		if r.Repeats {
			repeats++
		}
	}
	if repeats != 1 || deepest != 3 {
		t.Errorf("%d rows repeat, the deepest is on level %d", repeats, deepest)
	}
}

func TestACycleEndsWhereItCloses(t *testing.T) {
	t.Parallel()
	left := side("golden", bill(component(10, 10, "1", "C62"), component(20, 11, "1", "C62")))
	left.Book = library(left.Bill, made(10, "1", component(10, 1, "1", "C62")))
	right := left
	right.Name = "mes"
	got := structure.New(structure.Rules{Levels: structure.AllLevels}).Compare(left, right)
	expect(t, got.Findings)
	if short := troubles(got.Troubles); !slices.Equal(short, []string{"cycle@golden 3", "cycle@mes 3"}) {
		t.Errorf("troubles %q", short)
	}
}

func TestChooseTakesTheBillOfTheDay(t *testing.T) {
	t.Parallel()
	bills := []structure.Bill{
		{Name: "old", Revision: "A", Validity: domain.Validity{To: "2026-07-01"}},
		{Name: "new", Revision: "B", Validity: domain.Validity{From: "2026-07-01"}},
		{Name: "newer", Revision: "B", Validity: domain.Validity{From: "2026-08-01"}},
		{Name: "also", Revision: "C", Validity: domain.Validity{From: "2026-08-01", To: "2026-09-01"}},
	}
	tests := map[string]struct {
		day      domain.Date
		revision string
		want     string
		doubt    bool
	}{
		"the day before":         {day: "2026-06-30", want: "old"},
		"the first day":          {day: "2026-07-01", want: "new"},
		"two of one day":         {day: "2026-08-15", want: "also", doubt: true},
		"one of them has ended":  {day: "2026-09-01", want: "newer"},
		"of a revision":          {day: "2026-08-15", revision: "B", want: "newer"},
		"a revision not yet":     {day: "2026-06-30", revision: "B"},
		"whatever the day":       {revision: "A", want: "old"},
		"no such revision":       {revision: "Z"},
		"the latest without one": {want: "also", doubt: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, order := range [][]structure.Bill{bills, {bills[3], bills[2], bills[1], bills[0]}} {
				got, sole := structure.Choose(order, tt.day, tt.revision)
				name := ""
				if got != nil {
					name = got.Name
				}
				if name != tt.want || sole == tt.doubt {
					t.Errorf("chose %q (sole %v), want %q", name, sole, tt.want)
				}
			}
		})
	}
}

func TestExplodeGoesOnBehindWhatItCannotTake(t *testing.T) {
	t.Parallel()
	gone := made(15, "1")
	gone.Validity.To = "2026-01-01"
	inKilograms := made(16, "1", component(10, 30, "1", "C62"))
	inKilograms.BaseUnit = "KGM"
	top := bill(
		component(10, 10, "2", "C62"), component(20, 11, "1", "C62"),
		structure.Line{ID: "U", Part: unmapped("mes", "X"), Quantity: dec("1"), Unit: "C62"},
		structure.Line{ID: "N", Quantity: dec("1")},
		component(50, 15, "1", "C62"), component(60, 16, "1", "C62"), component(70, 17, "1", "C62"), component(80, 18, "3", "C62"),
	)
	book := library(made(10, "3", component(10, 1, "1", "C62"), component(20, 12, "6", "C62")), made(11, "1", component(10, 10, "1", "C62")),
		top, gone, inKilograms, made(17, "0"), made(18, "1", component(10, 19, "1", "C62")), made(18, "1", component(10, 19, "1", "C62")))
	total := new(big.Rat)
	got := structure.New(structure.Rules{Day: "2026-06-01"}).Explode(top, book, func(e structure.Exploded) {
		if e.Line.Part == part(12) {
			total.Add(total, e.Each)
		}
	})
	if want := ratio(6, 1); total.Cmp(want) != 0 { // 2/3 of 6, and 1/3 of 6 through part 11
		t.Errorf("one top needs %s, want %s", total, want)
	}
	want := []string{"cycle@ 3", "cycle@ 4", "unknown@ 2", "missing@ 2", "invalid@ 2", "unit@ 2", "base@ 2", "ambiguous@ 2"}
	if short := troubles(got); !slices.Equal(short, want) {
		t.Errorf("troubles %q, want %q", short, want)
	}
	if path := got[1].Path; !slices.Equal(path, []structure.Part{part(1), part(11), part(10), part(1)}) {
		t.Errorf("the cycle's path is %v", path)
	}
}

func TestExplodeCountsWhatIsLost(t *testing.T) {
	t.Parallel()
	lossy := func(l *structure.Line) { l.Scrap = dec("10") }
	book := library(made(10, "1", with(component(10, 11, "3", "KGM"), lossy)))
	var last structure.Exploded
	structure.New(structure.Rules{}).Explode(bill(with(component(10, 10, "2", "C62"), lossy)), book, func(e structure.Exploded) { last = e })
	if last.Each.Cmp(ratio(6, 1)) != 0 || last.Gross.Cmp(ratio(726, 100)) != 0 || !last.Leaf {
		t.Errorf("needs %s, %s with what is lost", last.Each, last.Gross)
	}
}

// TestQuantitiesGoThereAndBack explodes a product, and calculates back from what one top needs to what each line says. Then it
// compares the product, flattened, with a bill of what the explosion told.
func TestQuantitiesGoThereAndBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		top, below := drawProduct(t)
		book := library(below...)
		bases := map[structure.Part]structure.Bill{top.Makes: top}
		for _, b := range below {
			bases[b.Makes] = b
		}
		c := structure.New(structure.Rules{Flatten: true})
		flat := bill()
		flat.BaseUnit = top.BaseUnit
		rounded := false
		lines := map[int]structure.Line{} // by depth
		troubles := c.Explode(top, book, func(e structure.Exploded) {
			lines[e.Level()] = *e.Line
			back := new(big.Rat).Set(e.Each)
			for level := e.Level(); level >= 1; level-- {
				back.Mul(back, bases[e.Path[level-1]].Base.Rat())
				if level > 1 {
					unit, ok := domain.UnitRatio(bases[e.Path[level-1]].BaseUnit, lines[level-1].Unit)
					if !ok {
						t.Fatal("the unit does not go back")
					}
					back.Quo(back.Mul(back, unit), lines[level-1].Quantity.Rat())
				}
			}
			if back.Cmp(e.Line.Quantity.Rat()) != 0 {
				t.Fatalf("back comes %s of %s", back, e.Line.Quantity)
			}
			if e.Leaf {
				l := *e.Line
				whole, exact := e.Each.FloatPrec()
				rounded = rounded || !exact
				l.Quantity = dec(e.Each.FloatString(max(whole, 0)))
				l.Position.Valid = false
				flat.Lines = append(flat.Lines, l)
			}
		})
		if len(troubles) > 0 {
			t.Fatalf("troubles %v", troubles)
		}
		left := side("golden", top)
		left.Book = book
		if got := c.Compare(left, side("mes", flat)); !rounded && len(got.Findings) > 0 {
			t.Fatalf("found %q", told(got.Findings))
		}
	})
}

// drawProduct is a product of phantoms on some levels, each part being used by parts of smaller numbers only.
func drawProduct(t *rapid.T) (top structure.Bill, below []structure.Bill) {
	parts := rapid.IntRange(1, 6).Draw(t, "parts")
	for n := 1; n <= parts; n++ {
		b := phantom(made(n, rapid.SampledFrom([]string{"1", "2", "0.4", "1000", "3"}).Draw(t, "base")))
		b.BaseUnit = rapid.SampledFrom([]string{"KGM", "GRM"}).Draw(t, "base unit")
		for i := range rapid.IntRange(1, 3).Draw(t, "lines") {
			l := component(10*i, rapid.IntRange(n+1, parts+3).Draw(t, "part"), "1", rapid.SampledFrom([]string{"KGM", "GRM", "TNE"}).Draw(t, "unit"))
			l.Quantity = dec(rapid.SampledFrom([]string{"1", "0.25", "3", "7", "12.5"}).Draw(t, "quantity"))
			b.Lines = append(b.Lines, l)
		}
		below = append(below, b)
	}
	top = below[0]
	top.Phantom = false
	return top, below[1:]
}
